//! The quote: a grid of lines whose figures follow every keystroke, totals that are always in
//! sight, and the projection beside it. Nothing typed is written before Enter or Tab keeps it;
//! then it is one command, and undo takes it back.

mod ahead;
pub mod away;
mod bulk;
mod columns;
mod coterm;
mod edit;
mod explain;
mod follow;
mod grouped;
mod heads;
mod list;
mod new;
mod paste;
mod project;
mod rules;
pub mod scenarios;
mod sheet;
mod totals;
pub mod vendor;
mod view;
mod whole;

pub use columns::{Column, shown};
pub use new::{new_quote, one_quote};
pub use sheet::{Draft, Sheet, Stamp};
pub use view::{grid_view, summary, view};

use crate::domain::ids::{QuoteId, QuoteLineId, RenewalId};
use crate::pricing::hold::Hold;
use crate::program::Engine;
use crate::ui::action::{ActionId, Place};
use crate::ui::canvas::Target;
use crate::ui::desk::{Ctx, Desk};
use crate::ui::effect::{Effect, Tone};
use crate::ui::input::{Input, MouseKind};
use crate::ui::model::Pane;
use crate::ui::pane::incentive;
use crate::ui::pane::projection::Live;
use crate::ui::widget::grid::{Cells, Grid, GridEvent, GridKey};
use crate::ui::widget::list::List;
use ahead::Ahead;
use away::{Gone, Task};
use grouped::{Anchor, Grouping};
use paste::Block;
use project::Counted;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The screen's state.
#[derive(Debug, Default)]
pub struct Model {
    /// The renewal the pipeline's cursor is on, if it brought us here.
    renewal: Option<RenewalId>,
    /// The quote on screen.
    quote: Option<QuoteId>,
    /// The quote the cursor is about; another one starts at its first line.
    on_screen: Option<QuoteId>,
    /// Its figures.
    sheet: Option<Arc<Sheet>>,
    /// The projections beside it.
    live: Option<Live>,
    /// What the projections count of the quote, kept line by line.
    counted: Option<Counted>,
    /// What the quote pays as it is typed, and in words.
    paying: Option<incentive::Typed>,
    pays: Option<String>,
    /// Cell cursor, marks, the cell being typed.
    grid: Grid,
    /// A block of cells that was pasted and waits for a yes.
    block: Option<Block>,
    /// By what the lines are gathered, and which groups are folded.
    grouping: Grouping,
    /// What stays while a price is typed.
    hold: Hold,
    /// Lines that totals which are spread leave alone.
    locked: BTreeSet<QuoteLineId>,
    /// What the cursor was on when the quote was read anew.
    reloaded: Option<Anchor>,
    /// Number of a line that was asked for: the cursor goes to it once it is there.
    adding: Option<u32>,
    /// Cursor of the projection pane.
    projection: List,
    /// Cursor in the list of quotes, shown while none is open.
    list: List,
    /// Which pane has the focus.
    focus: Pane,
    /// On its own screen rather than in the pipeline's panes.
    full_width: bool,
    /// What the next row will show, worked out before anybody goes there.
    ahead: Option<Box<Ahead>>,
    /// The sheet is to be read again, whatever it stands for.
    anew: bool,
    /// What is wished to be done beside the desk, and what is being done there.
    wanted: Option<Task>,
    gone: Option<Gone>,
    tickets: u64,
    /// The engine by which a long quote was counted, where the desk has another one since.
    behind: Option<Arc<Engine>>,
}

impl Model {
    /// Where the keys go; `None` while a field is open and takes them all.
    pub fn place(&self) -> Option<Place> {
        if self.grid.editing().is_some() || self.block.is_some() {
            None
        } else if self.sheet.is_some() && self.focus != Pane::Projection {
            Some(Place::Grid)
        } else {
            Some(Place::List)
        }
    }

    /// The figures on screen.
    pub fn sheet(&self) -> Option<&Sheet> {
        self.sheet.as_deref()
    }

    /// The projections on screen.
    pub fn live(&self) -> Option<&Live> {
        self.live.as_ref()
    }

    /// The quote's own screen is gone to.
    pub fn shown(&mut self) {
        self.full_width = true;
        self.focus = Pane::Grid;
    }

    /// The renewal whose quote is on screen.
    pub fn renewal(&self) -> Option<RenewalId> {
        self.renewal
    }

    /// The quote on screen.
    pub fn current(&self) -> Option<QuoteId> {
        self.quote
    }

    /// The pipeline shows the quote and gave one of its panes the focus.
    pub fn set_focus(&mut self, pane: Pane) {
        self.focus = pane;
        self.full_width = false;
    }

    /// Cursor of the projection pane.
    pub fn projection_list(&self) -> &List {
        &self.projection
    }

    /// Why an action cannot run now.
    pub fn disabled(&self, action: ActionId, desk: &Desk) -> Option<String> {
        let changes = matches!(
            action,
            ActionId::EditCell
                | ActionId::ClearCell
                | ActionId::FillDown
                | ActionId::BulkEdit
                | ActionId::RemoveLine
                | ActionId::AddLine
                | ActionId::PickCell
                | ActionId::Target
                | ActionId::CommonEnd
                | ActionId::MarkSent
                | ActionId::VendorQuote
                | ActionId::Validity
        );
        if changes && desk.read_only {
            return Some("the book is open for reading only".into());
        }
        if changes && self.sheet.is_none() && self.renewal.is_none() {
            return Some("no quote is open".into());
        }
        None
    }

    /// Runs an action.
    pub fn act(&mut self, action: ActionId, ctx: &mut Ctx<'_>) {
        match action {
            ActionId::NextPane | ActionId::PreviousPane => self.next_pane(),
            ActionId::Explain => self.explain(ctx),
            ActionId::Copy => self.copy(ctx),
            ActionId::QuoteList => {
                self.renewal = None;
                self.focus = Pane::Grid;
                self.put_on_screen(None, ctx.desk);
            }
            ActionId::Back => self.back(ctx),
            _ if self.sheet.is_none() => self.act_without_quote(action, ctx),
            ActionId::Open if self.focus == Pane::Projection => self.explain(ctx),
            _ if self.focus == Pane::Projection => self.act_on_projection(action),
            ActionId::AddLine => self.ask_new_line(ctx),
            ActionId::RemoveLine => self.remove_lines(ctx),
            ActionId::BulkEdit => self.ask_bulk(ctx),
            ActionId::Target => self.ask_target(ctx),
            ActionId::CommonEnd => self.ask_common_end(ctx),
            ActionId::PriceRules => self.ask_rules(ctx),
            ActionId::GroupLines => self.ask_groups(ctx),
            ActionId::FoldGroup => self.fold(ctx),
            ActionId::FoldGroups => self.fold_all(ctx),
            ActionId::Scenarios => self.load_versions(ctx),
            ActionId::MarkSent => self.send(ctx),
            ActionId::VendorQuote => self.ask_vendor(ctx),
            ActionId::Validity => self.ask_validity(ctx),
            ActionId::HoldNext => self.next_hold(ctx),
            ActionId::LockLine => self.lock(ctx),
            _ => {
                if let Some(key) = grid_key(action, self.grid.rows.page() as isize) {
                    self.press(key, ctx);
                }
            }
        }
    }

    /// Takes what no action took: typed text, pasted text, the wheel.
    pub fn input(&mut self, input: &Input, ctx: &mut Ctx<'_>) {
        match input {
            Input::Key(key) if self.block.is_some() => self.answer_block(*key, ctx),
            Input::Key(key) if self.grid.editing().is_some() => self.type_key(*key, ctx),
            Input::Key(key) => {
                let typed = key.text().filter(|c| "0123456789-+.,=".contains(*c));
                match typed.filter(|_| self.place() == Some(Place::Grid)) {
                    Some(_) if ctx.desk.read_only => {
                        ctx.say(Tone::Refused, "The book is open for reading only");
                    }
                    Some(c) => self.press(GridKey::Type(c), ctx),
                    None => {}
                }
            }
            Input::Paste(text) => self.paste(text, ctx),
            Input::Mouse(mouse) => match mouse.kind {
                MouseKind::WheelUp => self.scroll(-3),
                MouseKind::WheelDown => self.scroll(3),
                MouseKind::Click | MouseKind::Menu => {}
            },
            Input::Resize(..) => {}
        }
    }

    /// Shows the newest quote over a renewal (the pipeline's cursor moved), or none.
    pub fn show(&mut self, renewal: Option<RenewalId>, desk: &Desk) {
        let quote = renewal.and_then(|id| desk.quote_id_of(id));
        if self.waits()
            || self.grid.editing().is_some()
            || (self.renewal == renewal && self.quote == quote)
        {
            return;
        }
        self.renewal = renewal;
        if !self.take_ahead(quote, desk) {
            self.put_on_screen(quote, desk);
        }
    }

    /// Shows a quote.
    pub fn open(&mut self, quote: QuoteId, desk: &Desk) {
        self.renewal = desk
            .snapshot
            .quotes
            .head(quote)
            .and_then(|q| q.renewals.first().copied());
        self.put_on_screen(Some(quote), desk);
        self.focus = Pane::Grid;
    }

    /// A click on one of its zones: cell, row or header.
    pub fn click(&mut self, target: Target, ctx: &mut Ctx<'_>) {
        match target {
            Target::Cell(_, row, column) => {
                self.focus = Pane::Grid;
                if let Some(sheet) = self.sheet.as_deref() {
                    let event = self.grid.go(row, column, sheet);
                    let folds = event == GridEvent::Moved && sheet.head_at(row).is_some();
                    self.answer(event, ctx);
                    if folds {
                        self.fold(ctx);
                    }
                }
            }
            Target::Row(Pane::Projection, row) => {
                self.focus = Pane::Projection;
                self.projection.cursor = row;
            }
            Target::Row(_, row) if self.sheet.is_none() => {
                self.list.cursor = row;
                self.open_listed(ctx);
            }
            // the group that all rows on the screen belong to: its subtotal is above them
            Target::Row(Pane::Grid, place) => {
                self.focus = Pane::Grid;
                if let Some(sheet) = self.sheet.as_deref() {
                    let event = self.grid.go(place, self.grid.column, sheet);
                    self.answer(event, ctx);
                }
            }
            Target::Pane(pane) => self.focus = pane,
            _ => {}
        }
    }

    /// Why the desk may not be left now: a field is open.
    pub fn busy(&self) -> Option<String> {
        let open = self.grid.editing()?;
        let sheet = self.sheet.as_ref()?;
        let number = sheet.kept.lines.get(sheet.line_at(open.row)?)?.number;
        let column = Column::at(open.column).words();
        Some(format!("{column} of line {number} is being typed"))
    }

    /// Copies the cell, or the marked lines as a table.
    fn copy(&self, ctx: &mut Ctx<'_>) {
        let Some(sheet) = self.sheet.as_deref() else {
            return ctx.say(Tone::Note, "There is nothing to copy");
        };
        let (place, column) = (self.grid.row(), self.grid.column);
        let text = match (self.grid.marked(), self.grid.across(), sheet.head_at(place)) {
            (Some(places), Some(columns), _) => paste::block_text(sheet, places, columns),
            (Some(_), None, _) => paste::as_text(sheet, &self.chosen()),
            (None, _, Some(head)) => sheet.subtotal(head, Column::at(column)).replace(',', ""),
            (None, ..) => sheet.text(place, column),
        };
        ctx.ask(Effect::Copy(text));
    }

    /// One step back: marks, then the projection's focus; the rest is the frame's.
    fn back(&mut self, ctx: &mut Ctx<'_>) {
        let marked = self
            .sheet
            .as_deref()
            .is_some_and(|sheet| self.grid.press(GridKey::Escape, sheet) == GridEvent::Moved);
        if !marked && self.full_width && self.focus == Pane::Projection {
            self.focus = Pane::Grid;
        } else if !marked {
            ctx.pass();
        }
    }

    fn next_pane(&mut self) {
        self.focus = match self.focus {
            Pane::Projection => Pane::Grid,
            _ => Pane::Projection,
        };
    }

    fn scroll(&mut self, by: isize) {
        match self.sheet.as_deref() {
            Some(sheet) if self.focus != Pane::Projection => {
                let sheet_rows = sheet.rows();
                self.grid.rows.step(by, sheet_rows);
            }
            Some(_) => {
                let rows = self.live.as_ref().map_or(0, Live::rows);
                self.projection.step(by, rows);
            }
            None => self.list.step(by, usize::MAX),
        }
    }

    fn act_on_projection(&mut self, action: ActionId) {
        let rows = self.live.as_ref().map_or(0, Live::rows);
        step_list(&mut self.projection, action, rows);
    }

    fn act_without_quote(&mut self, action: ActionId, ctx: &mut Ctx<'_>) {
        match action {
            ActionId::Open | ActionId::EditCell | ActionId::AddLine => match self.renewal {
                Some(renewal) => new::new_quote(renewal, ctx),
                None => self.open_listed(ctx),
            },
            _ if self.renewal.is_none() => {
                let rows = ctx.desk.snapshot.quotes.len();
                step_list(&mut self.list, action, rows);
            }
            _ => {}
        }
    }

    fn open_listed(&mut self, ctx: &mut Ctx<'_>) {
        match list::sorted(ctx.desk).get(self.list.cursor) {
            Some(quote) => {
                let id = quote.id;
                self.open(id, ctx.desk);
            }
            None => ctx.say(
                Tone::Refused,
                "No quote yet: Enter on a renewal in the pipeline makes one",
            ),
        }
    }
}

/// Moves a list's cursor as an action asks.
pub fn step_list(list: &mut List, action: ActionId, rows: usize) {
    match action {
        ActionId::RowUp => list.step(-1, rows),
        ActionId::RowDown => list.step(1, rows),
        ActionId::PageUp => list.turn(-1, rows),
        ActionId::PageDown => list.turn(1, rows),
        ActionId::First => list.go(0, rows),
        ActionId::Last => list.go(usize::MAX, rows),
        _ => {}
    }
}

/// Scrolls a text as an action asks; its end is found when it is drawn.
pub fn scroll_text(text: &mut List, action: ActionId) {
    let page = text.page() as isize;
    let by = match action {
        ActionId::RowUp => -1,
        ActionId::RowDown => 1,
        ActionId::PageUp => -page,
        ActionId::PageDown => page,
        ActionId::First => isize::MIN,
        ActionId::Last => isize::MAX,
        _ => return,
    };
    text.scroll(by, usize::MAX);
}

/// What an action of the table asks of the grid.
fn grid_key(action: ActionId, page: isize) -> Option<GridKey> {
    Some(match action {
        ActionId::CellUp => GridKey::Rows(-1),
        ActionId::CellDown => GridKey::Rows(1),
        ActionId::CellLeft => GridKey::Columns(-1),
        ActionId::CellRight => GridKey::Columns(1),
        ActionId::CellNext => GridKey::Next,
        ActionId::CellPrevious => GridKey::Previous,
        ActionId::CellHome => GridKey::LineStart,
        ActionId::CellEnd => GridKey::LineEnd,
        ActionId::GridFirst => GridKey::Top,
        ActionId::GridLast => GridKey::Bottom,
        ActionId::GridUp => GridKey::Rows(-page),
        ActionId::GridDown => GridKey::Rows(page),
        ActionId::ExtendUp => GridKey::Extend(-1),
        ActionId::ExtendDown => GridKey::Extend(1),
        ActionId::ExtendLeft => GridKey::ExtendColumns(-1),
        ActionId::ExtendRight => GridKey::ExtendColumns(1),
        ActionId::MarkBlock => GridKey::MarkBlock,
        ActionId::EditCell => GridKey::Edit,
        ActionId::PickCell => GridKey::Pick,
        ActionId::ClearCell => GridKey::Clear,
        ActionId::FillDown => GridKey::FillDown,
        ActionId::MarkLine => GridKey::Mark,
        ActionId::MarkLines => GridKey::MarkAll,
        _ => return None,
    })
}
