//! The adoption board: use cases by how far their customer has come, those that stand still first,
//! each with the renewal and the last day of the incentive that depend on it.

use super::board_view::{self, stage};
use super::order::{Columns, known_first, turned};
use super::standing::Found;
use crate::book::adoption_board::Entry;
use crate::domain::adoption::{COMPLETE, STAGES};
use crate::domain::ids::AccountId;
use crate::domain::text::clean;
use crate::ui::action::ActionId;
use crate::ui::canvas::Target;
use crate::ui::desk::Ctx;
use crate::ui::effect::{Effect, Tone};
use crate::ui::model::Pane;
use crate::ui::overlay::Overlay;
use crate::ui::pane::explain;
use crate::ui::screen::quote::step_list;
use crate::ui::widget::list::List;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// The customer.
    Customer,
    /// Offer and use case.
    UseCase,
    /// The stage.
    Stage,
    /// Days in it.
    Days,
    /// Adopted, percent.
    Adopted,
    /// The renewal that ends next.
    Renewal,
    /// Last day a milestone pays.
    Pays,
}

/// All of them, from left to right.
pub const COLUMNS: [Column; 7] = [
    Column::Customer,
    Column::UseCase,
    Column::Stage,
    Column::Days,
    Column::Renewal,
    Column::Pays,
    Column::Adopted,
];

/// The state of the board.
#[derive(Debug, Default)]
pub struct Model {
    /// Cursor among the rows in their order.
    pub rows: List,
    /// Column cursor and order.
    pub columns: Columns,
    order: Vec<u32>,
    /// The use case the cursor was put on; it stays on it in another order and another answer.
    on: Option<Key>,
}

/// What a use case is told by: customer, offer, use case.
type Key = (AccountId, Arc<str>, Arc<str>);

fn key(entry: &Entry) -> Key {
    let (offer, use_case) = (entry.offer.clone(), entry.use_case.clone());
    (entry.account, offer, use_case)
}

/// A stage as a person reads it, how many use cases are in it, and how many of those stand still.
pub type Stage = (String, usize, usize);

impl Model {
    /// The use case at a place in the order.
    pub fn row<'a>(&self, at: usize, found: &'a Found) -> Option<&'a Entry> {
        found.board.get(*self.order.get(at)? as usize)
    }

    /// The use case under the cursor.
    pub fn selected<'a>(&self, found: Option<&'a Found>) -> Option<&'a Entry> {
        self.row(self.rows.cursor, found?)
    }

    /// Brings the rows in order: the board's own, stalled ones first, or that of a column.
    pub fn order(&mut self, found: Option<&Found>) {
        let Some(found) = found else { return };
        self.order = (0..found.board.len() as u32).collect();
        if let Some((at, down)) = self.columns.sort {
            let by = COLUMNS.get(at).copied().unwrap_or(Column::Customer);
            let entry = |at: &u32| found.board.get(*at as usize);
            self.order.sort_by(|a, b| match (entry(a), entry(b)) {
                (Some(a), Some(b)) => compare(a, b, by, down),
                _ => Ordering::Equal,
            });
        }
        let is = |at: &u32| {
            let entry = found.board.get(*at as usize);
            entry.map(key) == self.on
        };
        let again = self.on.is_some().then(|| self.order.iter().position(is));
        let cursor = again.flatten().unwrap_or(self.rows.cursor);
        self.rows.go(cursor, self.order.len());
    }

    fn keep(&mut self, found: &Found) {
        self.on = self.selected(Some(found)).map(key);
    }

    /// Runs an action.
    pub fn act(&mut self, action: ActionId, found: &Found, ctx: &mut Ctx<'_>) {
        match action {
            ActionId::ColumnLeft => self.columns.step(false, COLUMNS.len()),
            ActionId::ColumnRight => self.columns.step(true, COLUMNS.len()),
            ActionId::Sort => self.sort_by(self.columns.at, found),
            ActionId::Open => self.open(found, ctx),
            ActionId::Explain => {
                if let Some(entry) = self.selected(Some(found)) {
                    let lines = board_view::explained(entry, ctx.desk);
                    let title = format!("{}: {}", entry.customer, entry.use_case);
                    ctx.open(Overlay::Explain(explain::Model::new(title, lines)));
                }
            }
            ActionId::Copy => {
                if let Some(entry) = self.selected(Some(found)) {
                    let cells = COLUMNS.map(|by| board_view::cell(by, entry, ctx.desk).0);
                    let cells: Vec<String> =
                        cells.iter().map(|text| clean(text).into_owned()).collect();
                    ctx.ask(Effect::Copy(cells.join("\t")));
                }
            }
            _ => step_list(&mut self.rows, action, found.board.len()),
        }
        self.keep(found);
    }

    fn sort_by(&mut self, at: usize, found: &Found) {
        let figures = matches!(COLUMNS.get(at), Some(Column::Days | Column::Adopted));
        self.columns.sort_by(at, figures);
        self.keep(found);
        self.order(Some(found));
    }

    /// A click; true for the row that was under the cursor.
    pub fn click(&mut self, target: Target, found: &Found) -> bool {
        match target {
            Target::Header(Pane::List, at) => self.sort_by(at, found),
            Target::Cell(Pane::List, at, column) => {
                let again = self.rows.cursor == at;
                self.rows.go(at, found.board.len());
                self.columns.at = column.min(COLUMNS.len() - 1);
                self.keep(found);
                return again;
            }
            _ => {}
        }
        false
    }

    /// Enter: the renewal that ends next.
    fn open(&self, found: &Found, ctx: &mut Ctx<'_>) {
        let Some(entry) = self.selected(Some(found)) else {
            return;
        };
        match entry.renewal {
            Some((renewal, _)) => ctx.ask(Effect::ShowRenewal(renewal)),
            None => ctx.say(
                Tone::Note,
                format!(
                    "{} has no renewal ahead; e lists its suggestions",
                    clean(&entry.customer)
                ),
            ),
        }
    }
}

/// The order of two use cases by a column; equal ones stay in the board's own.
fn compare(a: &Entry, b: &Entry, by: Column, down: bool) -> Ordering {
    match by {
        Column::Customer => turned(a.customer.cmp(&b.customer), down),
        Column::UseCase => {
            let words = |entry: &Entry| (entry.offer.clone(), entry.use_case.clone());
            turned(words(a).cmp(&words(b)), down)
        }
        Column::Stage => turned(place(a).cmp(&place(b)), down),
        Column::Days => known_first(&a.days, &b.days, |a, b| turned(a.cmp(b), down)),
        Column::Adopted => known_first(&a.adoption_pct, &b.adoption_pct, |a, b| {
            turned(a.cmp(b), down)
        }),
        Column::Renewal => {
            let end = |entry: &Entry| entry.renewal.map(|(_, end)| end);
            known_first(&end(a), &end(b), |a, b| turned(a.cmp(b), down))
        }
        Column::Pays => known_first(&a.pays_until, &b.pays_until, |a, b| turned(a.cmp(b), down)),
    }
}

/// The place of a stage on the way; complete ones last, unknown ones behind them.
fn place(entry: &Entry) -> (usize, String) {
    let is = |id: &str| entry.stage.trim().eq_ignore_ascii_case(id);
    let known = STAGES.iter().position(|id| is(id));
    let complete = is(COMPLETE).then_some(STAGES.len());
    (known.or(complete).unwrap_or(usize::MAX), stage(entry))
}

/// How many use cases are in each stage, and how many of them stand still, in the order of stages.
pub fn stages(board: &[Entry]) -> Vec<Stage> {
    let mut counts: BTreeMap<(usize, String), (usize, usize)> = BTreeMap::new();
    for entry in board {
        let (all, stalled) = counts.entry(place(entry)).or_default();
        *all += 1;
        *stalled += usize::from(entry.stalled);
    }
    let stages = counts.into_iter();
    let told = stages.map(|((_, title), (all, stalled))| (title, all, stalled));
    told.collect()
}
