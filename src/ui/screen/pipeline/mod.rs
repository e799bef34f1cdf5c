//! The table of renewals with its panes: list, detail, and the quote and projection of the row
//! under the cursor.

pub mod columns;
mod listing;
mod narrow;
pub mod rows;
mod view;

use listing::Left;
pub use listing::Pace;
pub use view::view;

use crate::book::Sums;
use crate::book::search::Search;
use crate::book::sort::Column;
use crate::domain::ids::RenewalId;
use crate::ui::action::{ActionId, Place};
use crate::ui::canvas::Target;
use crate::ui::desk::{Ctx, Desk};
use crate::ui::effect::Effect;
use crate::ui::input::Input;
use crate::ui::model::Pane;
use crate::ui::overlay::Overlay;
use crate::ui::pane::detail::Comments;
use crate::ui::screen::quote;
use crate::ui::widget::field::Field;
use crate::ui::widget::list::List;
use crate::ui::work;
use columns::COLUMNS;
use rows::{Entry, Kept, Listed, told};
use std::cell::Cell;
use std::collections::HashSet;

/// The order a pipeline starts with and falls back to.
const FIRST_ORDER: (Column, bool) = (Column::Countdown, false);
/// The filter a pipeline starts with.
const FIRST_FILTER: &str = "open";

/// The screen's state.
pub struct Model {
    list: List,
    entries: Listed,
    /// Which rows of the desk the places in it are of.
    of_rows: u64,
    kept: Kept,
    sum: Sums,
    on: Option<RenewalId>,
    focus: Pane,
    column: usize,
    first_column: Cell<usize>,
    sort: Option<(Column, bool)>,
    words: String,
    search: Field,
    searching: bool,
    grouped: bool,
    view_name: Option<String>,
    marks: HashSet<RenewalId>,
    detail: List,
    comments: Comments,
    finder: Option<Search>,
    /// What a search has left to do once all rows are found.
    left: Left,
    /// The sums are those of what is listed, and not of something before.
    summed: bool,
    /// How much of a search is done at a time.
    pub pace: Pace,
    part: bool,
    generation: u64,
    /// Which way the cursor went last, in rows; 0 where it did not go by one.
    heading: isize,
}

impl Default for Model {
    fn default() -> Model {
        Model {
            list: List::default(),
            entries: Listed::default(),
            of_rows: 0,
            kept: Kept::default(),
            sum: Sums::default(),
            on: None,
            focus: Pane::List,
            column: 0,
            first_column: Cell::new(columns::FROZEN),
            sort: None,
            words: FIRST_FILTER.into(),
            search: Field::default(),
            searching: false,
            grouped: false,
            view_name: None,
            marks: HashSet::new(),
            detail: List::default(),
            comments: Comments::default(),
            finder: None,
            left: Left::Nothing,
            summed: true,
            pace: Pace::default(),
            part: false,
            generation: 0,
            heading: 0,
        }
    }
}

impl Model {
    /// Where the keys go; `None` while the search line takes them.
    pub fn place(&self) -> Option<Place> {
        (!self.searching).then_some(Place::List)
    }

    /// The pane with the focus.
    pub fn focus(&self) -> Pane {
        self.focus
    }

    /// Gives a pane the focus.
    pub fn set_focus(&mut self, pane: Pane) {
        self.focus = pane;
        self.searching = false;
    }

    /// The renewal under the cursor.
    pub fn selected(&self, desk: &Desk) -> Option<RenewalId> {
        let listed = |at: usize| self.entries.get(at);
        match listed(self.list.cursor)? {
            Entry::Row(place) => desk.rows().renewal(place as usize),
            // on a customer's line: its first renewal
            Entry::Group(_) => match listed(self.list.cursor + 1)? {
                Entry::Row(place) => desk.rows().renewal(place as usize),
                Entry::Group(_) => None,
            },
        }
    }

    /// The renewal the cursor comes to when it goes on as it went last; asked once for each step.
    pub fn onward(&mut self, desk: &Desk) -> Option<RenewalId> {
        let step = std::mem::take(&mut self.heading);
        let next = self.list.cursor.checked_add_signed(step)?;
        match self.entries.get(next).filter(|_| step != 0) {
            Some(Entry::Row(place)) => desk.rows().renewal(place as usize),
            _ => None,
        }
    }

    /// The marked renewals that are shown, else the one under the cursor.
    fn chosen(&self, desk: &Desk) -> Vec<RenewalId> {
        let marked = self.marked(desk);
        if marked.is_empty() {
            self.selected(desk).into_iter().collect()
        } else {
            marked
        }
    }

    /// The renewals marked among those listed.
    pub fn marked(&self, desk: &Desk) -> Vec<RenewalId> {
        if self.marks.is_empty() {
            return Vec::new();
        }
        let places = self.entries.places();
        let listed = places.filter_map(|place| desk.rows().renewal(place as usize));
        listed.filter(|id| self.marks.contains(id)).collect()
    }

    /// What the status line says at rest: the marks with their sum.
    pub fn told(&self, desk: &Desk) -> String {
        let marked = self.marked(desk);
        if marked.is_empty() {
            return String::new();
        }
        let sum = Sums::of(marked.iter().filter_map(|id| desk.row(*id)));
        format!(
            "{} marked, ATR {}   m one quote  O owner  d snooze  Esc clear marks",
            marked.len(),
            told(&sum)
        )
    }

    /// Why an action cannot run now.
    pub fn disabled(&self, action: ActionId, desk: &Desk) -> Option<String> {
        use ActionId::*;
        let needs_row = matches!(
            action,
            Open | OneQuote
                | ItsPlays
                | Log
                | Snooze
                | Stage
                | Owner
                | Note
                | AtRisk
                | Mark
                | FilterValue
                | Copy
        );
        if needs_row && self.selected(desk).is_none() {
            return Some("no renewal under the cursor".into());
        }
        if matches!(action, MarkAll) && self.entries.is_empty() {
            return Some("the list is empty".into());
        }
        None
    }

    /// Runs an action.
    pub fn act(&mut self, action: ActionId, ctx: &mut Ctx<'_>) {
        use ActionId::*;
        match action {
            RowUp | RowDown | PageUp | PageDown | First | Last | NextRow | PreviousRow => {
                self.walk(action, ctx.desk);
            }
            ColumnLeft => self.column = self.column.saturating_sub(1),
            ColumnRight => self.column = (self.column + 1).min(COLUMNS.len() - 1),
            Sort => self.sort_by_column(self.column, ctx),
            Mark => self.mark(ctx.desk),
            MarkAll => self.mark_all(ctx.desk),
            Group => {
                self.grouped = !self.grouped;
                self.reorder(ctx.desk);
            }
            ActionId::Search => {
                self.searching = true;
                // begun before the first letter, so that few letters wait for it
                self.finder(ctx.desk);
            }
            Filter => self.ask_filter(ctx),
            FilterValue => self.filter_value(ctx),
            Views => self.ask_view(ctx),
            NextPane => self.turn_pane(1),
            PreviousPane => self.turn_pane(3),
            Back => self.back(ctx),
            Copy => self.copy(ctx),
            Explain => self.explain(ctx),
            _ => self.work(action, ctx),
        }
    }

    /// Actions on the renewal under the cursor, or on the marked ones.
    fn work(&mut self, action: ActionId, ctx: &mut Ctx<'_>) {
        let Some(id) = self.selected(ctx.desk) else {
            return;
        };
        match action {
            ActionId::Open => {
                if ctx.desk.quote_id_of(id).is_none() {
                    quote::new_quote(id, ctx);
                } else {
                    self.focus = Pane::Grid;
                }
            }
            ActionId::OneQuote => {
                let chosen = self.chosen(ctx.desk);
                let made = quote::one_quote(&chosen, ctx);
                // the quote on the page is the one it was about
                let first = chosen.first().filter(|_| made && !chosen.contains(&id));
                if let Some(first) = first {
                    self.show(*first, ctx.desk);
                }
            }
            ActionId::ItsPlays => {
                if let Some(row) = ctx.desk.row(id) {
                    ctx.ask(Effect::ShowPlays(row.account()));
                }
            }
            ActionId::Log => work::log(id, true, ctx),
            ActionId::Stage => work::stage(id, ctx),
            ActionId::Note => work::note(id, ctx),
            ActionId::AtRisk => work::at_risk(id, ctx),
            ActionId::Snooze => work::snooze(self.chosen(ctx.desk), ctx),
            ActionId::Owner => work::owner(self.chosen(ctx.desk), ctx),
            _ => {}
        }
    }

    fn walk(&mut self, action: ActionId, desk: &Desk) {
        use ActionId::*;
        let rows_move = matches!(action, NextRow | PreviousRow);
        if self.focus == Pane::Detail && !rows_move {
            // held within the text when it is drawn
            let len = usize::MAX / 2;
            match action {
                RowUp => self.detail.scroll(-1, len),
                RowDown => self.detail.scroll(1, len),
                PageUp => self.detail.scroll(-(self.detail.page() as isize), len),
                PageDown => self.detail.scroll(self.detail.page() as isize, len),
                First => self.detail.scroll(isize::MIN / 2, len),
                _ => {}
            }
            return;
        }
        let len = self.entries.len();
        self.heading = match action {
            RowUp | PreviousRow => -1,
            RowDown | NextRow => 1,
            _ => 0,
        };
        match action {
            RowUp | PreviousRow | RowDown | NextRow => self.list.step(self.heading, len),
            PageUp => self.list.turn(-1, len),
            PageDown => self.list.turn(1, len),
            First => self.list.step(isize::MIN / 2, len),
            _ => self.list.step(isize::MAX / 2, len),
        }
        self.moved(desk);
    }

    fn moved(&mut self, desk: &Desk) {
        let on = self.selected(desk);
        if on != self.on {
            self.detail = List::default();
        }
        self.on = on;
    }

    fn turn_pane(&mut self, by: usize) {
        const PANES: [Pane; 4] = [Pane::List, Pane::Detail, Pane::Grid, Pane::Projection];
        let at = PANES.iter().position(|pane| *pane == self.focus);
        let next = (at.unwrap_or(0) + by) % PANES.len();
        self.set_focus(PANES.get(next).copied().unwrap_or_default());
    }

    fn back(&mut self, ctx: &mut Ctx<'_>) {
        if self.focus != Pane::List {
            self.focus = Pane::List;
        } else if !self.marks.is_empty() {
            self.marks.clear();
        } else if !self.search.text().is_empty() {
            self.search.clear();
            self.reorder(ctx.desk);
        } else if self.words != FIRST_FILTER {
            self.words = FIRST_FILTER.into();
            self.view_name = None;
            self.refresh(ctx.desk);
        } else {
            ctx.pass();
        }
    }

    fn mark(&mut self, desk: &Desk) {
        let Some(id) = self.selected(desk) else {
            return;
        };
        if !self.marks.remove(&id) {
            self.marks.insert(id);
        }
        self.list.step(1, self.entries.len());
        self.moved(desk);
    }

    fn mark_all(&mut self, desk: &Desk) {
        let places = self.entries.places();
        let listed = places.filter_map(|place| desk.rows().renewal(place as usize));
        self.marks.extend(listed);
    }

    fn sort_by_column(&mut self, at: usize, ctx: &mut Ctx<'_>) {
        let Some(col) = COLUMNS.get(at) else { return };
        self.column = at;
        // of what is counted, the most first
        let downwards_first = col.right || col.by == Column::Plays;
        self.sort = match self.sort {
            Some((by, down)) if by == col.by && down != downwards_first => None,
            Some((by, down)) if by == col.by => Some((by, !down)),
            _ => Some((col.by, downwards_first)),
        };
        self.reorder(ctx.desk);
    }

    fn copy(&self, ctx: &mut Ctx<'_>) {
        let rows = self.chosen(ctx.desk);
        let mut text = String::new();
        for id in &rows {
            let Some(row) = ctx.desk.row(*id) else {
                continue;
            };
            let cells: Vec<String> = COLUMNS
                .iter()
                .map(|col| {
                    let cell = columns::cell(col.by, &row, ctx.desk).0;
                    crate::domain::text::clean(&cell).into_owned()
                })
                .collect();
            text.push_str(&cells.join("\t"));
            text.push('\n');
        }
        ctx.ask(Effect::Copy(text));
    }

    fn explain(&self, ctx: &mut Ctx<'_>) {
        let row = self.selected(ctx.desk).and_then(|id| ctx.desk.row(id));
        let by = COLUMNS.get(self.column).map(|col| col.by);
        match (row, by) {
            (Some(row), Some(by)) => {
                let model = crate::ui::why::row(&row, by, ctx.desk);
                ctx.open(Overlay::Explain(model));
            }
            _ => ctx.pass(),
        }
    }

    /// Takes what no action took: the search line's keys.
    pub fn input(&mut self, input: &Input, ctx: &mut Ctx<'_>) {
        if !self.searching {
            return;
        }
        match input {
            Input::Paste(text) => {
                self.search
                    .insert(&text.trim_end().replace(['\n', '\t', '\r'], " "));
                self.reorder(ctx.desk);
            }
            Input::Key(key) => self.search_key(*key, ctx),
            _ => {}
        }
    }

    /// A click on one of its zones.
    pub fn click(&mut self, target: Target, ctx: &mut Ctx<'_>) {
        match target {
            Target::Row(Pane::List, at) => {
                let again = self.list.cursor == at;
                self.list.cursor = at.min(self.entries.len().saturating_sub(1));
                self.moved(ctx.desk);
                if again {
                    self.act(ActionId::Open, ctx);
                }
            }
            Target::Header(Pane::List, at) => self.sort_by_column(at, ctx),
            _ => {}
        }
    }

    /// Puts the cursor on a renewal at the next look at the desk, where it is shown.
    pub fn point(&mut self, id: RenewalId) {
        self.on = Some(id);
    }

    /// Marks exactly these renewals and puts the cursor on the first, dropping filter and search
    /// where they hide one.
    pub fn mark_these(&mut self, ids: &[RenewalId], desk: &Desk) {
        if let Some(first) = ids.first() {
            self.show(*first, desk);
        }
        self.marks = ids.iter().copied().collect();
        if self.marked(desk).len() < self.marks.len() {
            self.words = String::new();
            self.search.clear();
            self.on = ids.first().copied();
            self.refresh(desk);
        }
    }

    /// Puts the cursor on a renewal, dropping filter and search if they hide it.
    pub fn show(&mut self, id: RenewalId, desk: &Desk) {
        self.on = Some(id);
        self.focus = Pane::List;
        self.refresh(desk);
        if self.selected(desk) != Some(id) {
            self.words = String::new();
            self.search.clear();
            self.on = Some(id);
            self.refresh(desk);
        }
    }

    /// Follows a change of the desk.
    pub fn follow(&mut self, desk: &Desk) {
        if self.generation != desk.generation {
            // its copy of the rows' texts may be old
            self.generation = desk.generation;
            self.finder = None;
        }
        self.refresh(desk);
    }

    /// Follows a change of the desk while another screen is shown: where rows came or went, others stand
    /// in their places.
    pub fn keep_places(&mut self, desk: &Desk) {
        if self.of_rows != desk.generation && !self.entries.is_empty() {
            self.follow(desk);
        }
    }

    /// Shows the rows of a book that is still being read; counts and sums are not said yet.
    pub fn follow_part(&mut self, desk: &Desk) {
        self.part = true;
        self.refresh(desk);
    }

    fn order(&self) -> (Column, bool) {
        self.sort.unwrap_or(FIRST_ORDER)
    }
}
