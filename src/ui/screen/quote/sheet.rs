//! The figures of the quote on screen: as kept, and as they would be with the cell being typed.
//! A keystroke prices one line and adds up; nothing else is computed again.

use crate::domain::ids::{LineId, QuoteId};
use crate::domain::quote::{Quote, QuoteLine, QuoteStatus};
use crate::domain::rules::Rules;
use crate::pricing::edit::{EditError, Field};
use crate::pricing::hold::{self, Hold};
use crate::pricing::{self, Beside, Change, Due, LineWarning, PricedLine, Tally, Totals, floor};
use crate::ui::desk::Desk;
use crate::ui::screen::quote::Model;
use crate::ui::screen::quote::columns::{self, Column};
use crate::ui::screen::quote::grouped::Laid;
use crate::ui::widget::grid::{CellKind, Cells};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The cell being typed, as a value or as the reason why it is none.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Row in the quote.
    pub row: usize,
    /// Column.
    pub column: Column,
    /// What it makes of the line, or why it cannot be kept.
    pub outcome: Result<(), EditError>,
    /// The line's figures before.
    pub before: PricedLine,
}

/// Which reading of a quote, and how many lines were put into it since.
pub type Stamp = (Arc<()>, u64);

/// A quote with every figure that follows from it.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// The operation of the book it stands for: read at that one, or waiting for it.
    pub op_seq: i64,
    /// The lines of the book it was priced beside, and the rules.
    beside_of: (Arc<()>, Arc<Rules>),
    /// The quote as kept.
    pub kept: Quote,
    /// The quote as typed; the same as `kept` while nothing is being typed.
    pub typed: Quote,
    /// Priced lines as typed.
    pub priced: Vec<PricedLine>,
    /// Totals as typed.
    pub totals: Totals,
    /// Totals as kept.
    pub kept_totals: Totals,
    /// What they are made of.
    tally: Tally,
    /// Change against what expires, as typed.
    pub change: Change,
    /// The lines as typed beside those the quote renews, or leaves out.
    pub beside: Beside,
    /// What stays while a price is typed.
    pub hold: Hold,
    /// What is being typed.
    pub draft: Option<Draft>,
    /// Rows whose line is another one than when what depends on them was last computed.
    pub changed: BTreeSet<usize>,
    /// The same since what depends on them was last asked for beside the desk.
    pub(super) since: BTreeSet<usize>,
    /// Stays while the sheet is not read anew.
    pub(super) born: Arc<()>,
    /// Counts up with every line that is put into the quote as typed.
    puts: u64,
    /// The lines in groups, where a person wants them so.
    pub(super) laid: Option<Laid>,
    /// Rows below the pack's floor, and rows with a doubtful term.
    pub below: BTreeSet<usize>,
    /// See [`Sheet::below`].
    pub odd: BTreeSet<usize>,
}

impl Sheet {
    /// The figures of a quote of the book; those of lines that are as they were are taken from what was on
    /// screen before.
    pub fn of(desk: &Desk, id: QuoteId, before: Option<Arc<Sheet>>) -> Option<Sheet> {
        let kept = desk.quote(id)?;
        let beside_of = (Arc::clone(&desk.lines_as_of), Arc::clone(&desk.rules));
        let before = before.filter(|sheet| {
            let (lines, rules) = &sheet.beside_of;
            let same = Arc::ptr_eq(lines, &beside_of.0) && Arc::ptr_eq(rules, &beside_of.1);
            same && sheet.kept.id == id && sheet.kept.currency == kept.currency
        });
        let known = |row: usize, line: &QuoteLine| {
            let sheet = before.as_ref()?;
            let same = sheet.typed.lines.get(row) == Some(line);
            sheet.priced.get(row).filter(|_| same).cloned()
        };
        let figures = |(row, line)| known(row, line).unwrap_or_else(|| figures(desk, line, &kept));
        let priced: Vec<PricedLine> = kept.lines.iter().enumerate().map(figures).collect();
        let lines = kept.lines.iter().zip(&priced);
        let tally = Tally::of(lines.clone());
        let totals = tally.totals(kept.currency);
        let same = before.filter(|sheet| sheet.kept.renewals == kept.renewals);
        let dues = same.map_or_else(|| expiring(desk, &kept), |s| s.beside.dues().to_vec());
        let beside = Beside::of(lines, dues, kept.currency);
        let change = beside.change(&desk.rules);
        let mut sheet = Sheet {
            op_seq: desk.snapshot.op_seq,
            beside_of,
            typed: kept.clone(),
            kept,
            priced,
            kept_totals: totals.clone(),
            totals,
            tally,
            change,
            beside,
            hold: Hold::default(),
            draft: None,
            changed: BTreeSet::new(),
            since: BTreeSet::new(),
            born: Arc::default(),
            puts: 0,
            laid: None,
            below: BTreeSet::new(),
            odd: BTreeSet::new(),
        };
        (0..sheet.priced.len()).for_each(|row| sheet.look(desk, row));
        Some(sheet)
    }

    /// Sees to what is to be looked at in a row.
    fn look(&mut self, desk: &Desk, row: usize) {
        let Some((line, priced)) = self.typed.lines.get(row).zip(self.priced.get(row)) else {
            return;
        };
        let below = floor::is_below(line, priced, &desk.rules.quote);
        let odd = long_or_short(priced).is_some();
        for (rows, is) in [(&mut self.below, below), (&mut self.odd, odd)] {
            match is {
                true => rows.insert(row),
                false => rows.remove(&row),
            };
        }
    }

    /// The same for two looks at the quote as typed between which nothing in it changed.
    pub fn stamp(&self) -> Stamp {
        (Arc::clone(&self.born), self.puts)
    }

    /// True while a cell is being typed.
    pub fn typing(&self) -> bool {
        self.draft.is_some()
    }

    /// A cell of a row of the quote as a person would type it, without thousands signs.
    pub fn cell(&self, row: usize, column: Column) -> String {
        let line = self.kept.lines.get(row).zip(self.priced.get(row));
        line.map_or_else(String::new, |(line, priced)| {
            columns::typed(column, line, priced)
        })
    }

    /// The line as it would be kept with this text in a cell.
    pub fn edited(
        &self,
        desk: &Desk,
        row: usize,
        column: Column,
        text: &str,
    ) -> Option<Result<QuoteLine, EditError>> {
        let field = pricing::edit::parse_field(column.field())?;
        self.with(desk, row, &[(field, text)])
    }

    /// The line as it would be kept with these texts in its fields.
    pub fn with(
        &self,
        desk: &Desk,
        row: usize,
        edits: &[(Field, &str)],
    ) -> Option<Result<QuoteLine, EditError>> {
        let line = self.kept.lines.get(row)?;
        let on = (desk.today, &*desk.rules);
        Some(hold::apply(line, edits, self.hold, self.kept.currency, on))
    }

    /// Shows what a text in a cell would make of line and totals. A text that is no value leaves
    /// every figure as kept.
    pub fn preview(&mut self, desk: &Desk, row: usize, column: Column, text: &str) {
        let Some(outcome) = self.edited(desk, row, column, text) else {
            return;
        };
        let (line, outcome) = match outcome {
            Ok(line) => (Some(line), Ok(())),
            Err(error) => (self.kept.lines.get(row).cloned(), Err(error)),
        };
        let before = match &self.draft {
            Some(draft) if draft.row == row => draft.before.clone(),
            _ => match self.priced.get(row) {
                Some(priced) => priced.clone(),
                None => return,
            },
        };
        if let Some(line) = line {
            self.put(desk, row, line);
        }
        self.draft = Some(Draft {
            row,
            column,
            outcome,
            before,
        });
    }

    /// Gives the kept figures back.
    pub fn restore(&mut self, desk: &Desk) {
        if let Some(draft) = self.draft.take()
            && let Some(line) = self.kept.lines.get(draft.row).cloned()
        {
            self.put(desk, draft.row, line);
        }
    }

    /// Takes changed lines as kept before the book has answered, so that the next cell can be
    /// typed at once; the answer, or a refusal, brings the book's own state.
    pub fn take(&mut self, desk: &Desk, changed: Vec<(usize, QuoteLine)>) {
        self.draft = None;
        for (row, line) in changed {
            if let Some(slot) = self.kept.lines.get_mut(row) {
                *slot = line.clone();
            }
            self.put(desk, row, line);
        }
        self.op_seq += 1;
        self.kept.version += 1;
        self.typed.version = self.kept.version;
        // as the book will have it: changed lines are not the ones that were sent
        self.kept.status = QuoteStatus::Draft;
        self.typed.status = QuoteStatus::Draft;
        self.kept_totals = self.totals.clone();
    }

    /// Puts a line into the typed quote and brings its figures, totals and change up to date.
    pub(super) fn put(&mut self, desk: &Desk, row: usize, line: QuoteLine) {
        let (Some(slot), Some(priced)) = (self.typed.lines.get_mut(row), self.priced.get_mut(row))
        else {
            return;
        };
        if *slot == line {
            return;
        }
        let now = figures(desk, &line, &self.kept);
        let known = std::mem::replace(priced, now);
        let old = std::mem::replace(slot, line);
        self.changed.insert(row);
        self.since.insert(row);
        self.puts += 1;
        let (lines, priced) = (&self.typed.lines, &self.priced);
        if self.tally.take(&old, &known) {
            if let Some((line, priced)) = lines.get(row).zip(priced.get(row)) {
                self.tally.add(line, priced);
            }
        } else {
            self.tally = Tally::of(lines.iter().zip(priced));
        }
        if let Some(laid) = &mut self.laid {
            laid.put(row, (&old, &known), (lines, priced));
        }
        self.totals = self.tally.totals(self.typed.currency);
        self.beside.put(lines, priced, row, old.renews);
        self.change = self.beside.change(&desk.rules);
        self.look(desk, row);
    }
}

/// A line's figures, with what only the expiring line beside it can tell.
fn figures(desk: &Desk, line: &QuoteLine, quote: &Quote) -> PricedLine {
    let mut priced = pricing::price_line(line, quote.currency, &desk.rules);
    let expiring = line.renews.and_then(|id| desk.snapshot.lines.get(id));
    pricing::compare_with(line, expiring.as_ref(), &mut priced);
    priced
}

/// The warning about a term outside the pack's limits, in words.
pub(super) fn long_or_short(priced: &PricedLine) -> Option<String> {
    let odd = |w: &&LineWarning| matches!(w, LineWarning::LongTerm(_) | LineWarning::ShortTerm(_));
    priced.warnings.iter().find(odd).map(columns::warning)
}

impl Model {
    /// Reads the quote from the book; nothing that was counted of it before is known to hold.
    pub(super) fn read(&mut self, desk: &Desk) {
        let laid = |sheet: &Sheet| sheet.laid.is_some();
        let anchor = self.anchor().filter(|_| self.sheet().is_some_and(laid));
        self.counted = None;
        self.paying = None;
        self.behind = None;
        self.anew = false;
        let before = self.sheet.take();
        let mut sheet = self.quote.and_then(|id| Sheet::of(desk, id, before));
        if let Some(sheet) = &mut sheet {
            sheet.hold = self.hold;
            sheet.lay(desk, &self.grouping);
        }
        self.sheet = sheet.map(Arc::new);
        let before = self.reloaded.take();
        self.hold_place(anchor.or(before));
    }
}

impl Cells for Sheet {
    fn rows(&self) -> usize {
        let laid = self.laid.as_ref();
        laid.map_or(self.kept.lines.len(), Laid::len)
    }

    fn columns(&self) -> usize {
        Column::ALL.len()
    }

    fn kind(&self, place: usize, column: usize) -> CellKind {
        match self.line_at(place) {
            Some(_) => Column::at(column).kind(),
            None => CellKind::Fixed,
        }
    }

    fn text(&self, place: usize, column: usize) -> String {
        let row = self.line_at(place);
        row.map_or_else(String::new, |row| self.cell(row, Column::at(column)))
    }

    fn is_line(&self, place: usize) -> bool {
        self.line_at(place).is_some()
    }
}

/// The open lines of the quote's renewals: what it is measured against.
fn expiring(desk: &Desk, quote: &Quote) -> Vec<Due> {
    let mut ids: Vec<LineId> = quote
        .renewals
        .iter()
        .flat_map(|renewal| desk.queue.lines_of(*renewal).iter())
        .collect();
    ids.sort();
    ids.dedup();
    let lines: Vec<_> = ids
        .iter()
        .filter_map(|id| desk.snapshot.lines.get(*id))
        .collect();
    pricing::dues(&lines)
}
