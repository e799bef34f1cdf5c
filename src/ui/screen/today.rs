//! Overdue, today and the next seven days, each ranked by value × chance to lose × urgency, the
//! factors beside it. Logging an outcome and a next date takes a row off the list.

use crate::book::QueueRow;
use crate::book::sort::Column;
use crate::book::today::{DueBy, due, sections};
use crate::domain::ids::RenewalId;
use crate::ui::action::{ActionId, Place};
use crate::ui::canvas::{Canvas, Target};
use crate::ui::desk::{Ctx, Desk};
use crate::ui::effect::Effect;
use crate::ui::format;
use crate::ui::input::Input;
use crate::ui::model::Pane;
use crate::ui::overlay::Overlay;
use crate::ui::screen::pipeline::{columns, rows};
use crate::ui::theme::Role;
use crate::ui::widget::list::List;
use crate::ui::work;
use ratatui::layout::Rect;
use std::collections::HashSet;

/// A line of the list.
#[derive(Clone, Debug, PartialEq)]
enum Entry {
    /// A section: title, how many.
    Head(&'static str, usize),
    /// A renewal.
    Row(RenewalId),
}

/// The screen's state.
#[derive(Debug, Default)]
pub struct Model {
    list: List,
    entries: Vec<Entry>,
    on: Option<RenewalId>,
    marks: HashSet<RenewalId>,
}

impl Model {
    /// Where the keys go.
    pub fn place(&self) -> Option<Place> {
        Some(Place::List)
    }

    fn selected(&self) -> Option<RenewalId> {
        match self.entries.get(self.list.cursor) {
            Some(Entry::Row(id)) => Some(*id),
            _ => None,
        }
    }

    fn chosen(&self) -> Vec<RenewalId> {
        if self.marks.is_empty() {
            self.selected().into_iter().collect()
        } else {
            self.marks.iter().copied().collect()
        }
    }

    /// What the status line says at rest.
    pub fn told(&self, desk: &Desk) -> String {
        if self.marks.is_empty() {
            return String::new();
        }
        let sums = crate::book::Sums::of(self.marks.iter().filter_map(|id| desk.row(*id)));
        format!("{} marked, ATR {}", self.marks.len(), rows::told(&sums))
    }

    /// Why an action cannot run now.
    pub fn disabled(&self, action: ActionId, _desk: &Desk) -> Option<String> {
        use ActionId::*;
        let needs = matches!(
            action,
            Open | Log | Snooze | Stage | Owner | Note | AtRisk | Mark | Copy
        );
        (needs && self.selected().is_none()).then(|| "no renewal under the cursor".into())
    }

    /// Runs an action.
    pub fn act(&mut self, action: ActionId, ctx: &mut Ctx<'_>) {
        use ActionId::*;
        let len = self.entries.len();
        match action {
            RowUp => self.list.step(-1, len),
            RowDown => self.list.step(1, len),
            PageUp => self.list.turn(-1, len),
            PageDown => self.list.turn(1, len),
            First => self.list.step(isize::MIN / 2, len),
            Last => self.list.step(isize::MAX / 2, len),
            Back if !self.marks.is_empty() => self.marks.clear(),
            Back => ctx.pass(),
            _ => self.work(action, ctx),
        }
        self.off_heads(action == RowUp);
        self.on = self.selected();
    }

    fn work(&mut self, action: ActionId, ctx: &mut Ctx<'_>) {
        let Some(id) = self.selected() else { return };
        match action {
            ActionId::Open => ctx.ask(Effect::ShowRenewal(id)),
            ActionId::Log => work::log(id, true, ctx),
            ActionId::Stage => work::stage(id, ctx),
            ActionId::Note => work::note(id, ctx),
            ActionId::AtRisk => work::at_risk(id, ctx),
            ActionId::Snooze => work::snooze(self.chosen(), ctx),
            ActionId::Owner => work::owner(self.chosen(), ctx),
            ActionId::Mark => {
                if !self.marks.remove(&id) {
                    self.marks.insert(id);
                }
                self.list.step(1, self.entries.len());
            }
            ActionId::Explain => {
                if let Some(row) = ctx.desk.row(id) {
                    ctx.open(Overlay::Explain(crate::ui::why::row(
                        &row,
                        Column::Priority,
                        ctx.desk,
                    )));
                }
            }
            ActionId::Copy => {
                if let Some(row) = ctx.desk.row(id) {
                    let text = format!(
                        "{}\t{}\t{}",
                        row.customer(),
                        row.contract_number(),
                        row.countdown().words()
                    );
                    ctx.ask(Effect::Copy(text));
                }
            }
            _ => {}
        }
    }

    /// The cursor never rests on a section's title while there is a row.
    fn off_heads(&mut self, up: bool) {
        let head =
            |at: usize, model: &Model| matches!(model.entries.get(at), Some(Entry::Head(..)));
        let mut at = self.list.cursor;
        while head(at, self) && at > 0 && up {
            at -= 1;
        }
        while head(at, self) && at + 1 < self.entries.len() {
            at += 1;
        }
        if !head(at, self) {
            self.list.cursor = at;
        }
    }

    /// Takes what no action took.
    pub fn input(&mut self, _input: &Input, _ctx: &mut Ctx<'_>) {}

    /// A click on one of its zones.
    pub fn click(&mut self, target: Target, ctx: &mut Ctx<'_>) {
        if let Target::Row(_, at) = target {
            let again = self.list.cursor == at;
            self.list.cursor = at;
            self.off_heads(false);
            self.on = self.selected();
            if again {
                self.act(ActionId::Open, ctx);
            }
        }
    }

    /// Follows a change of the desk.
    pub fn follow(&mut self, desk: &Desk) {
        let found = sections(&desk.queue, desk.today);
        self.entries.clear();
        let worked = worked_today(desk);
        let mut done: Vec<QueueRow<'_>> = Vec::new();
        let mut all = vec![
            ("Overdue", found.overdue),
            ("Today", found.today),
            ("Next 7 days", found.next7),
        ];
        for (_, rows) in &mut all {
            done.extend(rows.iter().filter(|row| worked.contains(&row.renewal())));
            rows.retain(|row| !worked.contains(&row.renewal()));
        }
        if !done.is_empty() {
            all.push(("Worked today", done));
        }
        for (title, mut rows) in all {
            self.entries.push(Entry::Head(title, rows.len()));
            rows.sort_by_key(|row| columns::currency_rank(row, desk));
            self.entries
                .extend(rows.iter().map(|row| Entry::Row(row.renewal())));
        }
        self.marks.retain(|id| desk.row(*id).is_some());
        // a row that was worked leaves the list: the cursor stays where it was, on the next one
        if let Some(at) = self
            .on
            .and_then(|id| self.entries.iter().position(|e| *e == Entry::Row(id)))
        {
            self.list.cursor = at;
        }
        self.list.step(0, self.entries.len());
        self.off_heads(false);
        if self.selected().is_none() {
            self.off_heads(true);
        }
        self.on = self.selected();
    }
}

/// What an outcome was logged for today, with a later date for the next step: its clocks still
/// run, so it stays in sight, below what is to be done.
fn worked_today(desk: &Desk) -> HashSet<RenewalId> {
    let outcome = |kind: &str| desk.rules.outcomes.iter().any(|o| &*o.id == kind);
    desk.snapshot
        .activities
        .iter()
        .filter(|activity| activity.on == desk.today && outcome(&activity.kind))
        .map(|activity| activity.renewal)
        .filter(|id| {
            let next = desk.row(*id).and_then(|row| row.next_date());
            next.is_some_and(|next| next > desk.today)
        })
        .collect()
}

/// Draws it.
pub fn view(model: &Model, desk: &Desk, canvas: &mut Canvas<'_>, area: Rect) {
    let count = |title: &str| {
        model
            .entries
            .iter()
            .find_map(|entry| match entry {
                Entry::Head(name, count) if *name == title => Some(*count),
                _ => None,
            })
            .unwrap_or(0)
    };
    let title = format!(
        "Today   {} overdue, {} today, {} in the next 7 days   by ATR × chance to lose × urgency",
        count("Overdue"),
        count("Today"),
        count("Next 7 days")
    );
    let inside = canvas.frame(area, &title, true);
    if inside.height < 3 || inside.width < 40 {
        return;
    }
    let widths = widths(usize::from(inside.width) - 3);
    header(canvas, inside, &widths);
    let body = Rect::new(inside.x, inside.y + 1, inside.width, inside.height - 1);
    let none = model
        .entries
        .iter()
        .all(|entry| matches!(entry, Entry::Head(..)));
    if none {
        let text = "Nothing is due. g p shows every renewal";
        crate::ui::layout::paragraph(canvas, body, &[text], Role::Dim);
    }
    let shown = model
        .list
        .rows(model.entries.len(), usize::from(body.height));
    for (line, at) in shown.enumerate() {
        let row = Rect::new(body.x, body.y + line as u16, body.width, 1);
        match model.entries.get(at) {
            Some(Entry::Head(title, count)) => {
                let text = format!("{title} ({count})");
                canvas.text(row.x + 1, row.y, 40, &text, Role::Title);
            }
            Some(Entry::Row(id)) => {
                canvas.zone(row, Target::Row(Pane::List, at));
                let here = at == model.list.cursor;
                if let Some(found) = desk.row(*id) {
                    let sign = match (here, model.marks.contains(id)) {
                        (true, _) => ">",
                        (false, true) => "*",
                        _ => " ",
                    };
                    canvas.text(row.x + 1, row.y, 1, sign, Role::Key);
                    one(&found, desk, canvas, row, &widths);
                }
                if here {
                    canvas.ground(row, Role::Cursor);
                }
            }
            None => {}
        }
    }
}

/// The columns in the room there is: title, width, figures to the right. Small windows go without
/// the next date and the step, which the first column tells when they are what is due.
type Widths = Vec<(&'static str, usize, bool)>;

fn widths(cells: usize) -> Widths {
    let mut all: Widths = vec![
        ("Due", 17, false),
        ("Customer", 0, false),
        ("ATR", 14, true),
        ("× lose", 7, true),
        ("× urg", 5, true),
        ("= rank", 10, true),
    ];
    if cells >= 95 {
        all.push(("Next", 10, false));
        all.push(("Step", 0, false));
    }
    let used: usize = all.iter().map(|(_, width, _)| width + 1).sum();
    let left = cells.saturating_sub(used);
    let customer = if all.len() > 6 {
        (left / 2).min(32)
    } else {
        left
    };
    if let Some(slot) = all.get_mut(1) {
        slot.1 = customer;
    }
    if let Some(slot) = all.get_mut(7) {
        slot.1 = left - customer;
    }
    all
}

fn header(canvas: &mut Canvas<'_>, inside: Rect, widths: &Widths) {
    let mut x = inside.x + 3;
    for (title, width, right) in widths {
        if *right {
            canvas.right(x, inside.y, *width, title, Role::Title);
        } else {
            canvas.text(x, inside.y, *width, title, Role::Title);
        }
        x += *width as u16 + 1;
    }
}

fn one(row: &QueueRow, desk: &Desk, canvas: &mut Canvas<'_>, area: Rect, widths: &Widths) {
    let mut x = area.x + 3;
    let (words, role) = why_due(row, desk);
    let rank = row.priority(&desk.rules);
    let lose = rank.loss * rust_decimal::Decimal::ONE_HUNDRED;
    let step = row.next_step().unwrap_or("-");
    let cells = [
        (words, role),
        (row.customer().to_string(), Role::Text),
        (columns::atr_within(row, desk, 14), Role::Strong),
        (format::percent(lose, 1), Role::Dim),
        (rank.urgency.normalize().to_string(), Role::Dim),
        (format::whole(rank.score), Role::Text),
        columns::cell(Column::NextDate, row, desk),
        (step.to_string(), Role::Text),
    ];
    for ((text, role), (_, width, right)) in cells.iter().zip(widths) {
        if *right {
            canvas.figure(x, area.y, *width, text, *role);
        } else {
            canvas.text(x, area.y, *width, text, *role);
        }
        x += *width as u16 + 1;
    }
}

/// The clock, or the rep's own date where that is what makes it due.
fn why_due(row: &QueueRow, desk: &Desk) -> (String, Role) {
    match due(row, desk.today) {
        Some(due) if due.by != DueBy::Clock => {
            let what = if due.by == DueBy::Snooze {
                "awake"
            } else {
                "next step"
            };
            let text = match due.days {
                0 => format!("today: {what}"),
                days => format!("{days} d {what}"),
            };
            let role = if due.days < 0 {
                Role::Critical
            } else {
                Role::Soon
            };
            (text, role)
        }
        _ => columns::fitted(Column::Countdown, row, desk, 17),
    }
}
