//! A table with a known header to [`Record`]s: every data row becomes values, a skip or a reject,
//! so that the counts of a report add up.

use super::check::{
    check, currency_in, currency_of, finish_adoption, finish_answer, finish_baseline,
    finish_contract, finish_customer, finish_quote_line, has_key, hear_emptied, is_foreign,
    is_term, is_total, is_unresolved, misplaced_pid, no_end, no_key, split_agreement,
};
use super::column::{Column, Gathering};
use super::detect::Found;
use super::error::IngestError;
use super::keyed::Point;
use super::map::Map;
use super::plan::merge;
use super::profile::{generic, ingram, notice};
use super::report::Problems;
use super::row::{CELL_SEPARATOR, Code, Field, FieldKind, Outcome, Record, RowKind, Value, Values};
use super::table::{Cell, CellKind, Table};
use super::value::date::{self, Reading as DateReading};
use super::value::identifier::{self, Identifier};
use super::value::number::{self, Reading as NumberReading, Stripped};
use super::value::{is_masked, is_placeholder};
use crate::domain::line::LineKind;
use crate::domain::money::Currency;
use rust_decimal::Decimal;
use std::collections::HashSet;
use std::sync::Arc;

/// Everything the rows of one table are read with.
pub struct Extraction<'a> {
    /// The table.
    pub table: &'a Table,
    /// Its place in [`super::row::Rows::tables`].
    pub index: u16,
    /// Header and profile.
    pub found: &'a Found,
    /// Columns with their decisions.
    pub columns: &'a [Column],
    /// The person's answers.
    pub map: &'a Map,
    /// Currency of the header or of the lines above it.
    pub currency: Option<Currency>,
    /// A quote or contract number stands above the header or in the map, for all rows.
    pub agreed: bool,
    /// Texts met before, shared.
    pub texts: &'a mut Texts,
    /// What all rows say of columns that were settled by the first ones.
    pub seen: Option<Gathering>,
}

/// Texts that rows repeat, held once.
#[derive(Default)]
pub struct Texts {
    known: HashSet<Arc<str>, Point>,
    /// In front of them, those met lately by a quick hash.
    lately: Vec<Option<Arc<str>>>,
    /// What each field held last: neighbours mostly say the same.
    last: Vec<Option<Arc<str>>>,
}

/// Beyond so many different texts sharing gains nothing.
const SHARED: usize = 200_000;

impl Texts {
    fn share(&mut self, field: Field, text: &str) -> Arc<str> {
        if !field.repeats() {
            return text.into();
        }
        let at = field as usize;
        if self.last.len() <= at {
            self.last.resize(Field::ALL.len(), None);
        }
        if let Some(Some(last)) = self.last.get(at)
            && **last == *text
        {
            return last.clone();
        }
        let shared = self.lately(text);
        if let Some(last) = self.last.get_mut(at) {
            *last = Some(shared.clone());
        }
        shared
    }

    fn lately(&mut self, text: &str) -> Arc<str> {
        if self.lately.is_empty() {
            self.lately.resize(LATELY, None);
        }
        let slot = quick_hash(text.as_bytes()) & (LATELY - 1);
        if let Some(Some(known)) = self.lately.get(slot)
            && **known == *text
        {
            return known.clone();
        }
        let shared = match self.known.get(text) {
            Some(known) => known.clone(),
            None => {
                let shared: Arc<str> = text.into();
                if self.known.len() < SHARED {
                    self.known.insert(shared.clone());
                }
                shared
            }
        };
        if let Some(slot) = self.lately.get_mut(slot) {
            *slot = Some(shared.clone());
        }
        shared
    }
}

/// Texts met lately that are found at once; a power of two.
const LATELY: usize = 4096;

/// From the length and both ends of a text; only what is found quickly hangs on it.
fn quick_hash(text: &[u8]) -> usize {
    let word = |bytes: Option<&[u8]>| {
        let bytes = bytes.and_then(|bytes| bytes.try_into().ok());
        u64::from_le_bytes(bytes.unwrap_or_default())
    };
    let (first, last) = match text.len() {
        0..8 => {
            let fold = |hash: u64, byte: &u8| hash << 8 | u64::from(*byte);
            (text.iter().fold(0, fold), 0)
        }
        len => (word(text.get(..8)), word(text.get(len - 8..))),
    };
    let mixed =
        (first ^ last.rotate_left(29) ^ text.len() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> 40) as usize
}

/// A row while it is read.
pub struct Draft {
    /// What its cells say.
    pub values: Values,
    /// Some of them are hidden.
    pub masked: bool,
    /// Why it cannot be taken.
    pub refusal: Option<(Code, String)>,
}

impl Extraction<'_> {
    /// Reads all data rows.
    ///
    /// # Errors
    /// Those of `take`, and a source that cannot be read any more.
    pub fn run(
        &mut self,
        problems: &mut Problems,
        take: &mut dyn FnMut(Record) -> Result<(), IngestError>,
    ) -> Result<(), IngestError> {
        let table = self.table;
        let index = self.index;
        table.each_row(self.found.at + 1, &mut |row, cells| {
            if let Some(seen) = &mut self.seen {
                seen.row(cells);
            }
            let outcome = self.row(row, cells, problems);
            take(Record {
                table: index,
                row,
                outcome,
                cells: joined(cells),
            })
        })
    }

    fn row(&mut self, row: u32, cells: &[Option<Cell<'_>>], problems: &mut Problems) -> Outcome {
        let filled = cells.iter().flatten().count();
        let document = self.table.document;
        if filled == 0 || (!document && self.repeats_header(cells)) {
            return Outcome::Skipped(Code::NotALine);
        }
        match self.found.profile.rows {
            Some(RowKind::Answer) => return finish_answer(self.draft(cells, row, problems)),
            Some(RowKind::QuoteLine) => {
                let mut draft = self.draft(cells, row, &mut Problems::default());
                let header = |column: &Column| self.header(column);
                hear_emptied(self.columns, cells, header, &mut draft);
                return finish_quote_line(draft);
            }
            _ => {}
        }
        let total = !document && cells.iter().flatten().any(|cell| is_total(cell.text));
        // What a total holds where a line has a number or date is no remark of the file.
        if total {
            let draft = self.draft(cells, row, &mut Problems::default());
            if self.is_remark(cells, filled, total, &draft) {
                return Outcome::Skipped(Code::NotALine);
            }
        }
        let draft = self.draft(cells, row, problems);
        if !document && self.is_remark(cells, filled, total, &draft) {
            return Outcome::Skipped(Code::NotALine);
        }
        let rows = self.found.profile.rows.unwrap_or(RowKind::Line);
        match rows {
            RowKind::Line => self.finish_line(row, cells, draft, problems),
            RowKind::Contract => finish_contract(draft, cells, self.columns),
            RowKind::Adoption => finish_adoption(draft),
            RowKind::Renewal => ingram::finish(draft),
            RowKind::Customer => finish_customer(draft),
            RowKind::Notice => {
                notice::finish(draft, (self.table.sheet.as_deref(), Some(row)), problems)
            }
            _ => finish_baseline(draft, self.columns),
        }
    }

    /// What the cells of a row say.
    pub(super) fn draft(
        &mut self,
        cells: &[Option<Cell<'_>>],
        row: u32,
        problems: &mut Problems,
    ) -> Draft {
        let mut draft = Draft {
            values: Values::with_capacity(self.columns.len() + 1),
            masked: false,
            refusal: None,
        };
        for column in self.columns {
            if let Some(Some(cell)) = cells.get(column.at) {
                self.cell(column, *cell, row, &mut draft, problems);
            }
        }
        draft
    }

    /// A header line once more in the middle of the data (pages printed one after another).
    pub(super) fn repeats_header(&self, cells: &[Option<Cell<'_>>]) -> bool {
        let mut same = 0;
        for (at, cell) in cells.iter().enumerate() {
            if let Some(cell) = cell {
                let header = self.found.headers.get(at).map(String::as_str);
                if header != Some(cell.text) {
                    return false;
                }
                same += 1;
            }
        }
        same >= 2
    }

    /// A total, a note or a footer: names no identity and either says so or has next to nothing.
    fn is_remark(
        &self,
        cells: &[Option<Cell<'_>>],
        filled: usize,
        total: bool,
        draft: &Draft,
    ) -> bool {
        // A sentence by itself in the column of serials is a footnote, not a serial.
        let only = cells.iter().flatten().next();
        if filled == 1 && only.is_some_and(|cell| cell.text.split_whitespace().count() >= 3) {
            return true;
        }
        let dated = [
            Field::EndDate,
            Field::Pid,
            Field::ContractEnd,
            Field::FiscalMonth,
            Field::AppliedIndex,
        ]
        .into_iter()
        .any(|field| draft.values.has(field));
        // A customer may be called Total, and its row may hold nothing but number and name.
        if self.found.profile.rows == Some(RowKind::Customer) && draft.values.has(Field::CustomerId)
        {
            return false;
        }
        if total && !dated && !draft.masked {
            return true;
        }
        let identity = generic::IDENTITY
            .into_iter()
            .chain([Field::Portfolio, Field::Measurement])
            .any(|field| draft.values.has(field));
        if identity || draft.masked || draft.refusal.is_some() {
            return false;
        }
        let placeholder = self.columns.iter().any(|column| {
            let cell = cells.get(column.at).copied().flatten();
            generic::IDENTITY.contains(&column.field) && cell.is_some()
        });
        (total && !dated) || (filled <= 2 && !placeholder)
    }

    fn cell(
        &mut self,
        column: &Column,
        cell: Cell<'_>,
        row: u32,
        draft: &mut Draft,
        problems: &mut Problems,
    ) {
        let place = (self.table.sheet.as_deref(), Some(row));
        // A person's own words are no placeholder and hide nothing, whatever they are.
        let of_quote = self.found.profile.rows == Some(RowKind::QuoteLine);
        let own_words = match column.field {
            Field::Renew | Field::CustomerComment => true,
            // "unknown" is an answer there
            Field::Premium | Field::UnderEa | Field::AiProduct | Field::Portfolio => of_quote,
            _ => false,
        };
        if own_words && !matches!(cell.kind, CellKind::NoValue | CellKind::Error) {
            draft
                .values
                .set(column.field, Value::Text(cell.text.into()));
            return;
        }
        match cell.kind {
            CellKind::NoValue | CellKind::Error => {
                problems.note(Code::NoValue, column.field.id(), place, || {
                    format!(
                        "{} holds a formula without a saved value or an error; it stays unknown",
                        self.header(column)
                    )
                });
                return;
            }
            _ if is_masked(cell.text) => {
                draft.masked = true;
                return;
            }
            _ => {}
        }
        match column.field.kind() {
            FieldKind::Identifier => self.identifier(column, cell, draft),
            FieldKind::Text => {
                if !is_placeholder(cell.text) {
                    let text = self.texts.share(column.field, cell.text);
                    draft.values.set(column.field, Value::Text(text));
                }
            }
            FieldKind::Date => self.date(column, cell, place, draft, problems),
            FieldKind::Number | FieldKind::Percent => {
                self.number(column, cell, place, draft, problems);
            }
        }
    }

    fn identifier(&mut self, column: &Column, cell: Cell<'_>, draft: &mut Draft) {
        // A spreadsheet turns `2026-01` style identifiers into dates and forgets the text.
        let read = match cell.kind {
            CellKind::Date => Identifier::Damaged,
            kind => identifier::read(cell.text, kind == CellKind::Number),
        };
        match read {
            Identifier::Value(id) => {
                let id = self.texts.share(column.field, &id);
                draft.values.set(column.field, Value::Text(id));
            }
            Identifier::None => {}
            Identifier::Damaged => {
                draft.refusal.get_or_insert_with(|| {
                    let reason = format!(
                        "{} holds {:?}, which a spreadsheet has damaged; enter the number as text",
                        self.header(column),
                        cell.text
                    );
                    (Code::DamagedId, reason)
                });
            }
        }
    }

    fn date(
        &self,
        column: &Column,
        cell: Cell<'_>,
        place: (Option<&str>, Option<u32>),
        draft: &mut Draft,
        problems: &mut Problems,
    ) {
        let day = match date::read(cell.text, self.table.from_1904) {
            DateReading::Empty => return,
            DateReading::Sentinel => {
                if is_term(column.field) {
                    problems.note(Code::BadDate, column.field.id(), place, || {
                        let header = self.header(column);
                        format!(
                            "{header} holds {:?}, which stands for no date; it stays unknown",
                            cell.text
                        )
                    });
                }
                return;
            }
            DateReading::Day(day) => Some(day),
            DateReading::Numbers(a, b, year) => date::in_order(a, b, year, column.order),
            DateReading::Unreadable => None,
        };
        match day {
            Some(day) => draft.values.set(column.field, Value::Day(day)),
            None if matches!(column.field, Field::EndDate | Field::ContractEnd) => {
                draft.refusal.get_or_insert_with(|| {
                    let reason = format!(
                        "{} holds {:?}, which is no full date",
                        self.header(column),
                        cell.text
                    );
                    (Code::BadDate, reason)
                });
            }
            None => problems.note(Code::BadDate, column.field.id(), place, || {
                format!(
                    "{} holds {:?}, which is no full date; it stays unknown",
                    self.header(column),
                    cell.text
                )
            }),
        }
    }

    fn number(
        &self,
        column: &Column,
        cell: Cell<'_>,
        place: (Option<&str>, Option<u32>),
        draft: &mut Draft,
        problems: &mut Problems,
    ) {
        let stripped = match number::read(cell.text) {
            NumberReading::Empty => return,
            NumberReading::Number(stripped) => Some(stripped),
            NumberReading::Unreadable => None,
        };
        let value = stripped
            .as_ref()
            .and_then(|number| self.value(column, cell.kind, number));
        match value {
            Some(value) => {
                if let Some(currency) = stripped.and_then(|number| number.currency)
                    && !draft.values.has(Field::Currency)
                {
                    let code = Value::Text(currency.code().into());
                    draft.values.set(Field::Currency, code);
                }
                draft.values.set(column.field, Value::Number(value));
            }
            None if column.field == Field::Quantity => {
                draft.refusal.get_or_insert_with(|| {
                    let reason = format!(
                        "{} holds {:?}, which is no number",
                        self.header(column),
                        cell.text
                    );
                    (Code::BadQty, reason)
                });
            }
            None => problems.note(Code::BadNumber, column.field.id(), place, || {
                format!(
                    "{} holds {:?}, which is no number; it stays unknown",
                    self.header(column),
                    cell.text
                )
            }),
        }
    }

    fn value(&self, column: &Column, kind: CellKind, number: &Stripped) -> Option<Decimal> {
        let mark = match kind {
            CellKind::Number => number::DecimalMark::Dot,
            _ => column.mark,
        };
        let value = number.value(mark)?;
        let shown_as_percent = column.field == Field::Achieved
            && kind == CellKind::Number
            && self.table.percent_columns.contains(&(column.at as u16));
        let fraction = (column.fraction && !number.percent) || shown_as_percent;
        Some(if fraction {
            value * Decimal::ONE_HUNDRED
        } else {
            value
        })
    }

    fn finish_line(
        &mut self,
        row: u32,
        cells: &[Option<Cell<'_>>],
        mut draft: Draft,
        problems: &mut Problems,
    ) -> Outcome {
        if let Some((code, reason)) = draft.refusal {
            return Outcome::Rejected(code, reason);
        }
        let place = (self.table.sheet.as_deref(), Some(row));
        let values = &mut draft.values;
        if is_foreign(values) {
            return Outcome::Skipped(Code::NonCisco);
        }
        split_agreement(values);
        misplaced_pid(values, self.found.profile.customer_list);
        self.currency(values, place, problems);
        // A row whose contract can be read is no secret, whatever else it hides.
        draft.masked &= !values.has(Field::ContractNumber) && !values.has(Field::SubscriptionId);
        let keyed = match draft.masked {
            true => values.has(Field::Serial) || values.has(Field::Instance),
            false => has_key(values) || is_unresolved(values, self.agreed),
        };
        if !keyed {
            // One that names no box renews nothing by itself: there is nothing to mend in it.
            if merge::kind(values, self.found.profile.id) == LineKind::Wrapper {
                return Outcome::Skipped(Code::Wrapper);
            }
            return Outcome::Rejected(
                Code::NoKey,
                no_key(cells, self.columns, &self.found.headers),
            );
        }
        if let Err((code, reason)) = check(values, place, problems) {
            return Outcome::Rejected(code, reason);
        }
        if !draft.masked && is_unresolved(&draft.values, self.agreed) {
            problems.note(Code::Unresolved, "", place, || {
                "a subscription line without serial, instance and subscription id; kept under its \
                 quote or contract by product"
                    .to_string()
            });
        }
        if !draft.masked {
            no_end(&draft.values, self.found.profile.id, place, problems);
        }
        match draft.masked {
            true => Outcome::Masked(draft.values),
            false => Outcome::Data(draft.values),
        }
    }

    /// The currency from the column, the number itself, the header or the map, in that order.
    fn currency(
        &mut self,
        values: &mut Values,
        place: (Option<&str>, Option<u32>),
        problems: &mut Problems,
    ) {
        let written = values.text(Field::Currency).cloned();
        let known = written.as_deref().and_then(currency_of);
        if let (Some(text), None) = (&written, known) {
            problems.note(Code::NoCurrency, "unreadable", place, || {
                format!("{text:?} is no currency code; its prices stay without a currency")
            });
        }
        let from_list = || {
            values
                .text(Field::PriceList)
                .and_then(|text| currency_in(text))
        };
        let currency = match written {
            Some(_) => known,
            None => from_list().or(self.currency).or(self.map.currency),
        };
        values.remove(Field::Currency);
        if let Some(currency) = currency {
            let code = self.texts.share(Field::Currency, currency.code());
            values.set(Field::Currency, Value::Text(code));
            return;
        }
        let priced = [
            Field::UnitList,
            Field::ExtendedNet,
            Field::UnitNet,
            Field::ProratedList,
        ];
        if priced.into_iter().any(|field| values.has(field)) {
            problems.note(Code::NoCurrency, "", place, || {
                "prices without a currency; they count in no total \
                 (`currency = \"USD\"` in a --map file names one)"
                    .to_string()
            });
        }
    }

    fn header(&self, column: &Column) -> String {
        let name = self.found.headers.get(column.at);
        format!("column {:?}", name.map_or("", String::as_str))
    }
}

/// All cells of a row as one text.
pub(super) fn joined(cells: &[Option<Cell<'_>>]) -> String {
    let last = cells
        .iter()
        .rposition(Option::is_some)
        .map_or(0, |at| at + 1);
    let filled = cells.iter().flatten().map(|cell| cell.text.len());
    let mut text = String::with_capacity(filled.sum::<usize>() + last);
    for (at, cell) in cells.iter().take(last).enumerate() {
        if at > 0 {
            text.push(CELL_SEPARATOR);
        }
        text.push_str(cell.map_or("", |cell| cell.text));
    }
    text
}
