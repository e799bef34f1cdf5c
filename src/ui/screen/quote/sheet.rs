//! The figures of the quote on screen: as kept, and as they would be with the cell being typed.
//! A keystroke prices one line and adds up; nothing else is computed again.

use crate::domain::ids::{LineId, QuoteId};
use crate::domain::quote::{Quote, QuoteLine, QuoteStatus};
use crate::pricing::edit::EditError;
use crate::pricing::hold::{self, Hold};
use crate::pricing::{self, Beside, Change, Due, PricedLine, Totals};
use crate::ui::desk::Desk;
use crate::ui::screen::quote::columns::{self, Column};
use crate::ui::widget::grid::{CellKind, Cells};

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

/// A quote with every figure that follows from it.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// The operation of the book it stands for: read at that one, or waiting for it.
    pub op_seq: i64,
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
    /// Change against what expires, as typed.
    pub change: Change,
    /// The lines as typed beside those the quote renews, or leaves out.
    pub beside: Beside,
    /// What stays while a price is typed.
    pub hold: Hold,
    /// What is being typed.
    pub draft: Option<Draft>,
    /// Rows whose line is another one than when what depends on them was last computed.
    pub changed: Vec<usize>,
}

impl Sheet {
    /// The figures of a quote of the book.
    pub fn of(desk: &Desk, id: QuoteId) -> Option<Sheet> {
        let kept = desk.quote(id)?.clone();
        let (mut priced, totals) = pricing::price_quote(&kept, &desk.rules);
        for (line, priced) in kept.lines.iter().zip(&mut priced) {
            let expiring = line.renews.and_then(|id| desk.snapshot.lines.get(id));
            pricing::compare_with(line, expiring.as_ref(), priced);
        }
        let lines = kept.lines.iter().zip(&priced);
        let beside = Beside::of(lines.clone(), expiring(desk, &kept), kept.currency);
        let change = beside.change(lines, &desk.rules);
        Some(Sheet {
            op_seq: desk.snapshot.op_seq,
            typed: kept.clone(),
            kept,
            priced,
            kept_totals: totals.clone(),
            totals,
            change,
            beside,
            hold: Hold::default(),
            draft: None,
            changed: Vec::new(),
        })
    }

    /// True while a cell is being typed.
    pub fn typing(&self) -> bool {
        self.draft.is_some()
    }

    /// The line as it would be kept with this text in a cell.
    pub fn edited(
        &self,
        desk: &Desk,
        row: usize,
        column: Column,
        text: &str,
    ) -> Option<Result<QuoteLine, EditError>> {
        let line = self.kept.lines.get(row)?;
        let field = pricing::edit::parse_field(column.field())?;
        Some(hold::apply(
            line,
            &[(field, text)],
            self.hold,
            self.kept.currency,
            (desk.today, &desk.rules),
        ))
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
    fn put(&mut self, desk: &Desk, row: usize, line: QuoteLine) {
        let (Some(slot), Some(priced)) = (self.typed.lines.get_mut(row), self.priced.get_mut(row))
        else {
            return;
        };
        if *slot == line {
            return;
        }
        *priced = pricing::price_line(&line, self.typed.currency, &desk.rules);
        let expiring = line.renews.and_then(|id| desk.snapshot.lines.get(id));
        pricing::compare_with(&line, expiring.as_ref(), priced);
        let before = slot.renews;
        *slot = line;
        if !self.changed.contains(&row) {
            self.changed.push(row);
        }
        let lines = self.typed.lines.iter().zip(&self.priced);
        self.totals = pricing::totals(lines.clone(), self.typed.currency);
        self.beside.put(lines.clone(), row, before);
        self.change = self.beside.change(lines, &desk.rules);
    }
}

impl Cells for Sheet {
    fn rows(&self) -> usize {
        self.kept.lines.len()
    }

    fn columns(&self) -> usize {
        Column::ALL.len()
    }

    fn kind(&self, _row: usize, column: usize) -> CellKind {
        Column::at(column).kind()
    }

    fn text(&self, row: usize, column: usize) -> String {
        match (self.kept.lines.get(row), self.priced.get(row)) {
            (Some(line), Some(priced)) => columns::typed(Column::at(column), line, priced),
            _ => String::new(),
        }
    }
}

/// The open lines of the quote's renewals: what it is measured against.
fn expiring(desk: &Desk, quote: &Quote) -> Vec<Due> {
    let mut ids: Vec<LineId> = quote
        .renewals
        .iter()
        .flat_map(|renewal| desk.queue.lines_of(*renewal).iter().copied())
        .collect();
    ids.sort();
    ids.dedup();
    let lines: Vec<_> = ids
        .iter()
        .filter_map(|id| desk.snapshot.lines.get(*id))
        .collect();
    pricing::dues(&lines)
}
