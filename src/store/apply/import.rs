//! An import: rows planned against the book as it stood, written together, and added up again
//! from the book before they count.

use super::parents::{OF_LINE, Parents};
use super::{quotes, standing};
use crate::domain::account::{Account, Site};
use crate::domain::adoption::Adoption;
use crate::domain::batch::Batch;
use crate::domain::command::ImportPlan;
use crate::domain::contract::Contract;
use crate::domain::eox::EoxRecord;
use crate::domain::ids::{LineId, QuoteLineId};
use crate::domain::line::Line;
use crate::domain::quote::Quote;
use crate::domain::renewal::Renewal;
use crate::store::Made;
use crate::store::backup::back_up;
use crate::store::cells;
use crate::store::columns::{borrowed, null};
use crate::store::edit::{Edit, Insert};
use crate::store::error::StoreError;
use crate::store::line::exact;
use crate::store::load;
use crate::store::open::open_reader;
use crate::store::rows::{QuoteLineRow, SettingRow, SubscriptionRow};
use crate::store::table::{Entity, Single, Texts};
use rusqlite::types::{Value, ValueRef};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, HashSet};
use std::fmt::Write as _;
use std::path::Path;

/// An import being written: new lines as they come, then the plan that belongs to them.
pub struct ImportWriter<'e, 'c> {
    edit: &'e mut Edit<'c>,
    lines: Lines<'c>,
    contracts: Insert<'c>,
    renewals: Insert<'c>,
    adoption: Insert<'c>,
    eox: Insert<'c>,
    book: &'e Path,
    /// What lines name is looked at in the end and not as they are written.
    parents_later: bool,
}

impl<'e, 'c> ImportWriter<'e, 'c> {
    pub(in crate::store) fn of(
        edit: &'e mut Edit<'c>,
        book: &'e Path,
        parents_later: bool,
    ) -> Result<Self, StoreError> {
        Ok(ImportWriter {
            lines: Lines::of(edit)?,
            contracts: Insert::of::<Contract>(edit.conn)?,
            renewals: Insert::of::<Renewal>(edit.conn)?,
            adoption: Insert::of::<Adoption>(edit.conn)?,
            eox: Insert::of::<EoxRecord>(edit.conn)?,
            edit,
            book,
            parents_later,
        })
    }

    /// Writes a backup of the book as it stood before this import, whose lines no other reader sees
    /// yet; false where nothing ever came into it, so that there is nothing to keep.
    ///
    /// # Errors
    /// As [`crate::store::Store::backup`].
    pub fn back_up_what_stood(&self, to: &Path) -> Result<bool, StoreError> {
        if self.edit.head.seq == 0 {
            return Ok(false);
        }
        back_up(&open_reader(self.book)?, to)?;
        Ok(true)
    }

    /// The book's file.
    pub fn book(&self) -> &Path {
        self.book
    }

    /// Writes a row that lines written later name: the import, a customer, a site. A row comes
    /// before those that name it, since a line holds its number.
    ///
    /// # Errors
    /// [`StoreError::Full`] and whatever else SQLite reports; here and in the other methods.
    pub fn batch(&mut self, batch: &Batch) -> Result<(), StoreError> {
        self.edit.put(batch)
    }

    /// See [`ImportWriter::batch`].
    pub fn account(&mut self, account: &Account) -> Result<(), StoreError> {
        self.edit.put(account)
    }

    /// See [`ImportWriter::batch`].
    pub fn site(&mut self, site: &Site) -> Result<(), StoreError> {
        self.edit.put(site)
    }

    /// See [`ImportWriter::batch`].
    pub fn contract(&mut self, contract: &Contract) -> Result<(), StoreError> {
        let (to, mut known) = (&mut self.contracts, false);
        self.edit.put_next(to, contract, &[], &mut |_, _, before| {
            known = before.is_some();
            Ok(())
        })?;
        match contract.auto_renew {
            Some(terms) => self.edit.put(&SubscriptionRow {
                id: contract.id,
                terms,
            }),
            None if known => {
                let id = contract.id.cell();
                self.edit.hide(&SubscriptionRow::TABLE, &id).map(|_| ())
            }
            None => Ok(()),
        }
    }

    /// Writes a renewal; its contract was written before.
    pub fn renewal(&mut self, renewal: &Renewal) -> Result<(), StoreError> {
        let to = &mut self.renewals;
        self.edit.put_next(to, renewal, &[], &mut |_, _, _| Ok(()))
    }

    /// Writes an adoption state; its customer was written before.
    pub fn adoption(&mut self, state: &Adoption) -> Result<(), StoreError> {
        let to = &mut self.adoption;
        self.edit.put_next(to, state, &[], &mut |_, _, _| Ok(()))
    }

    /// Writes an end-of-life record; the import it is of was written before.
    pub fn eox(&mut self, record: &EoxRecord) -> Result<(), StoreError> {
        let to = &mut self.eox;
        self.edit.put_next(to, record, &[], &mut |_, _, _| Ok(()))
    }

    /// Writes a line, and the cells of its file that no column holds.
    pub fn line(&mut self, line: &Line, cells: Option<String>) -> Result<(), StoreError> {
        self.lines.put(self.edit, line, cells.as_deref())
    }

    /// Writes the rest, and proves that the book holds all lines as planned.
    pub(in crate::store) fn finish(mut self, plan: &ImportPlan) -> Result<Made, StoreError> {
        if plan.op_seq != self.edit.head.seq {
            return Err(StoreError::StalePlan {
                planned: plan.op_seq,
                now: self.edit.head.seq,
            });
        }
        let nothing = |_: i64| Ok(());
        put_each(self.edit, plan.batch.as_slice(), nothing)?;
        put_each(self.edit, &plan.put_accounts, nothing)?;
        put_each(self.edit, &plan.put_sites, nothing)?;
        put_contracts(self.edit, &plan.put_contracts)?;
        let mut cells: BTreeMap<LineId, &str> = plan
            .raw
            .iter()
            .map(|(id, own)| (*id, own.as_str()))
            .collect();
        for line in &plan.put_lines {
            let own = cells.remove(&line.id);
            self.lines.put(self.edit, line, own)?;
        }
        for (id, own) in cells {
            let line: Line = standing(self.edit, "line", id)?;
            self.lines.put(self.edit, &line, Some(own))?;
        }
        let parents = match self.parents_later {
            true => Some(Parents::of(self.edit.conn)?),
            false => None,
        };
        self.lines.prove(self.edit, parents.as_ref())?;
        rest(self.edit, plan)
    }
}

/// Writes a whole plan.
pub(super) fn import(edit: &mut Edit<'_>, plan: &ImportPlan) -> Result<Made, StoreError> {
    ImportWriter::of(edit, Path::new(""), false)?.finish(plan)
}

/// Everything of a plan but its lines and what they name.
fn rest(edit: &mut Edit<'_>, plan: &ImportPlan) -> Result<Made, StoreError> {
    let nothing = |_: i64| Ok(());
    put_each(edit, &plan.put_renewals, nothing)?;
    for id in &plan.drop_renewals {
        edit.hide(&Renewal::TABLE, &id.cell())?;
    }
    put_each(edit, &plan.put_adoption, nothing)?;
    put_each(edit, &plan.put_baseline, nothing)?;
    put_each(edit, &plan.put_eox, nothing)?;
    put_quotes(edit, &plan.put_quotes)?;
    put_each(edit, &plan.put_activities, nothing)?;
    put_each(edit, &plan.put_decisions, nothing)?;
    put_each(edit, &plan.put_rates, nothing)?;
    put_each(edit, &plan.put_groups, nothing)?;
    put_each(edit, &plan.put_use_cases, nothing)?;
    for (key, value) in &plan.put_settings {
        edit.put(&SettingRow {
            key: key.clone(),
            value: value.clone(),
        })?;
    }
    Ok(Made {
        quote: None,
        batch: plan.batch.as_ref().map(|batch| batch.id),
    })
}

fn put_each<E: Entity>(
    edit: &mut Edit<'_>,
    rows: &[E],
    mut place: impl FnMut(i64) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    edit.put_all(rows.iter(), |_, n, _| place(n))
}

/// Contracts, and how they renew by themselves.
fn put_contracts(edit: &mut Edit<'_>, contracts: &[Contract]) -> Result<(), StoreError> {
    let mut without_terms = Vec::new();
    edit.put_all(contracts.iter(), |contract, _, before| {
        if before.is_some() && contract.auto_renew.is_none() {
            without_terms.push(contract.id);
        }
        Ok(())
    })?;
    for id in without_terms {
        edit.hide(&SubscriptionRow::TABLE, &id.cell())?;
    }
    let terms: Vec<SubscriptionRow> = contracts
        .iter()
        .filter_map(|contract| {
            contract.auto_renew.map(|terms| SubscriptionRow {
                id: contract.id,
                terms,
            })
        })
        .collect();
    put_each(edit, &terms, |_| Ok(()))
}

/// Whole quotes: lines the plan does not name are taken out.
fn put_quotes(edit: &mut Edit<'_>, plan: &[Quote]) -> Result<(), StoreError> {
    for quote in plan {
        let held = load::quote(edit.conn, quote.id)?;
        let kept: HashSet<QuoteLineId> = quote.lines.iter().map(|line| line.id).collect();
        let gone = held.iter().flat_map(|held| &held.lines);
        for line in gone.filter(|line| !kept.contains(&line.id)) {
            edit.hide(&QuoteLineRow::TABLE, &line.id.cell())?;
        }
        edit.put(quote)?;
        quotes::write_lines(edit, quote.id, &quote.lines)?;
    }
    Ok(())
}

/// Rows, quantity and net per currency of a set of lines.
#[derive(Default, PartialEq)]
struct Totals {
    rows: i64,
    quantity: Sum,
    net: BTreeMap<String, Sum>,
}

/// Decimals added up: digits by their scale, which costs a fraction of adding decimals. What is
/// beyond all decimals counts as the greatest.
#[derive(Default)]
struct Sum([i128; 29]);

impl Sum {
    fn add(&mut self, sign: i128, value: Decimal) {
        if let Some(digits) = self.0.get_mut(value.scale() as usize) {
            *digits = digits.saturating_add(sign * value.mantissa());
        }
    }

    fn total(&self) -> Decimal {
        let parts = self.0.iter().zip(0..).filter(|(digits, _)| **digits != 0);
        parts.fold(Decimal::ZERO, |sum, (digits, scale)| {
            let part = Decimal::try_from_i128_with_scale(*digits, scale);
            sum.saturating_add(part.unwrap_or(Decimal::MAX))
        })
    }
}

impl PartialEq for Sum {
    fn eq(&self, other: &Sum) -> bool {
        self.0 == other.0 || self.total() == other.total()
    }
}

impl Totals {
    /// Counts a line once more (1) or takes it out (-1).
    fn add(&mut self, times: i8, quantity: Decimal, net: Option<Decimal>, currency: &str) {
        self.rows += i64::from(times);
        self.quantity.add(times.into(), quantity);
        let Some(net) = net else { return };
        match self.net.get_mut(currency) {
            Some(sum) => sum.add(times.into(), net),
            None => {
                let sum = self.net.entry(currency.to_owned()).or_default();
                sum.add(times.into(), net);
            }
        }
    }

    fn words(&self) -> String {
        let mut words = format!("{} lines, quantity {}", self.rows, self.quantity.total());
        for (currency, net) in &self.net {
            let currency = if currency.is_empty() {
                "no currency"
            } else {
                currency
            };
            let _ = write!(words, ", net {} {currency}", net.total());
        }
        words
    }
}

/// The columns control totals are made of, where `line` has them.
struct ControlColumns {
    quantity: usize,
    net: usize,
    currency: usize,
}

impl ControlColumns {
    fn of_line() -> ControlColumns {
        let at = |name| {
            Line::TABLE
                .columns
                .iter()
                .position(|column| *column == name)
        };
        ControlColumns {
            quantity: at("quantity").unwrap_or(usize::MAX),
            net: at("extended_net").unwrap_or(usize::MAX),
            currency: at("currency").unwrap_or(usize::MAX),
        }
    }
}

/// Writes lines and keeps account of them, so that the book can be asked whether it holds what the
/// plan says (P4): rows, quantity and net per currency are read back and compared.
struct Lines<'c> {
    insert: Insert<'c>,
    columns: ControlColumns,
    planned: Totals,
    places: Places,
}

impl<'c> Lines<'c> {
    fn of(edit: &Edit<'c>) -> Result<Lines<'c>, StoreError> {
        Ok(Lines {
            insert: Insert::of::<Line>(edit.conn)?,
            columns: ControlColumns::of_line(),
            planned: Totals::default(),
            places: Places::default(),
        })
    }

    fn put(
        &mut self,
        edit: &mut Edit<'_>,
        line: &Line,
        cells: Option<&str>,
    ) -> Result<(), StoreError> {
        let split = cells.and_then(cells::split);
        let heads = match &split {
            Some((heads, _)) => edit.names.word(heads)?,
            None => None,
        };
        let beside: &[_] = match (&heads, &split, cells) {
            (_, _, None) => &[],
            (Some(heads), Some((_, texts)), _) => &[heads.cell(), borrowed(texts)],
            (_, _, Some(whole)) => &[null(), borrowed(whole)],
        };
        let Lines {
            insert,
            columns,
            planned,
            places,
        } = self;
        let mut again = None;
        edit.put_next(insert, line, beside, &mut |line: &Line, n, before| {
            let currency = line.currency.as_ref().map_or("", |c| c.code());
            planned.add(1, line.quantity, line.extended_net, currency);
            if let (false, Some(before)) = (places.add(n), before) {
                again = Some(control_of(before, columns));
            }
            Ok(())
        })?;
        if let Some((quantity, net, currency)) = again {
            let code = match currency {
                Value::Integer(place) => edit.names.text(place)?,
                Value::Text(code) => Some(code.into()),
                _ => None,
            };
            let code = code.as_deref().unwrap_or("");
            planned.add(-1, quantity, net, code);
        }
        Ok(())
    }

    fn prove(mut self, edit: &mut Edit<'_>, parents: Option<&Parents>) -> Result<(), StoreError> {
        let mut written = Totals::default();
        for (first, last) in self.places.runs() {
            read_totals(edit, [first, last], parents, &mut written)?;
        }
        for totals in [&mut self.planned, &mut written] {
            totals.net.retain(|_, net| !net.total().is_zero());
        }
        if self.planned == written {
            return Ok(());
        }
        Err(StoreError::Totals {
            planned: self.planned.words(),
            written: written.words(),
        })
    }
}

/// The control values of a line as it was, when a plan writes the same line twice.
fn control_of(values: &[Value], at: &ControlColumns) -> (Decimal, Option<Decimal>, Value) {
    let mut texts = Texts::new();
    let mut decimal = |at: usize| {
        let value = values.get(at)?;
        exact(ValueRef::from(value), &mut texts)
    };
    let quantity = decimal(at.quantity).unwrap_or_default();
    let net = decimal(at.net);
    let currency = values.get(at.currency).cloned().unwrap_or(Value::Null);
    (quantity, net, currency)
}

fn read_totals(
    edit: &mut Edit<'_>,
    range: [i64; 2],
    parents: Option<&Parents>,
    totals: &mut Totals,
) -> Result<(), StoreError> {
    let own = parents.map_or(String::new(), |_| {
        OF_LINE.map(|(column, _)| format!(", {column}")).concat()
    });
    let mut statement = edit.conn.prepare_cached(&format!(
        "SELECT quantity, extended_net, currency{own} FROM line
         WHERE n BETWEEN ?1 AND ?2 AND deleted_op IS NULL",
    ))?;
    let mut rows = statement.query(range)?;
    let mut texts = Texts::new();
    while let Some(row) = rows.next()? {
        if let Some(parents) = parents {
            for at in 0..OF_LINE.len() {
                parents.check(at, row.get_ref(3 + at)?)?;
            }
        }
        let quantity = exact(row.get_ref(0)?, &mut texts);
        let net = match row.get_ref(1)? {
            ValueRef::Null => Some(None),
            net => exact(net, &mut texts).map(Some),
        };
        let (Some(quantity), Some(net)) = (quantity, net) else {
            return Err(StoreError::Damaged("a line holds no number".into()));
        };
        let code = match row.get_ref(2)? {
            ValueRef::Integer(place) => edit.names.text(place)?,
            code => code.as_str_or_null().ok().flatten().map(Into::into),
        };
        totals.add(1, quantity, net, code.as_deref().unwrap_or(""));
    }
    Ok(())
}

/// Places written, as runs of neighbours in the order they came.
#[derive(Default)]
pub(super) struct Places {
    runs: BTreeMap<i64, i64>,
    open: Option<(i64, i64)>,
}

impl Places {
    /// Adds a place; false when it is in already.
    pub fn add(&mut self, n: i64) -> bool {
        if self.holds(n) {
            return false;
        }
        self.open = match self.open {
            Some((first, last)) if last + 1 == n => Some((first, n)),
            done => {
                self.runs.extend(done);
                Some((n, n))
            }
        };
        true
    }

    /// True when it is in.
    pub fn holds(&self, n: i64) -> bool {
        self.open
            .is_some_and(|(first, last)| (first..=last).contains(&n))
            || self
                .runs
                .range(..=n)
                .next_back()
                .is_some_and(|(_, last)| *last >= n)
    }

    fn runs(mut self) -> BTreeMap<i64, i64> {
        self.runs.extend(self.open.take());
        self.runs
    }
}

#[cfg(test)]
mod unbroken;
