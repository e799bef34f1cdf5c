//! What may be lost: open renewals by value × chance to lose, every reason a sentence. Filter by
//! owner or portfolio, give marked ones to somebody, mark reviewed until something changes.

use crate::book::filter::Filter;
use crate::book::riskview::{Scope, list};
use crate::book::sort::Column;
use crate::book::{QueueRow, Sums};
use crate::domain::ids::RenewalId;
use crate::ui::action::{ActionId, Place};
use crate::ui::canvas::{Canvas, Target};
use crate::ui::desk::{Ctx, Desk};
use crate::ui::effect::Effect;
use crate::ui::format;
use crate::ui::input::Input;
use crate::ui::model::Pane;
use crate::ui::overlay::{Overlay, prompt};
use crate::ui::pane::detail;
use crate::ui::screen::pipeline::{columns, rows};
use crate::ui::theme::Role;
use crate::ui::widget::list::List;
use crate::ui::work;
use ratatui::layout::Rect;
use std::collections::HashSet;

/// The screen's state.
#[derive(Debug, Default)]
pub struct Model {
    list: List,
    entries: Vec<RenewalId>,
    on: Option<RenewalId>,
    words: String,
    reviewed_too: bool,
    marks: HashSet<RenewalId>,
    detail: List,
    comments: detail::Comments,
}

impl Model {
    /// Where the keys go.
    pub fn place(&self) -> Option<Place> {
        Some(Place::List)
    }

    fn selected(&self) -> Option<RenewalId> {
        self.entries.get(self.list.cursor).copied()
    }

    fn chosen(&self) -> Vec<RenewalId> {
        let marked: Vec<RenewalId> = self
            .entries
            .iter()
            .copied()
            .filter(|id| self.marks.contains(id))
            .collect();
        if marked.is_empty() {
            self.selected().into_iter().collect()
        } else {
            marked
        }
    }

    /// What the status line says at rest.
    pub fn told(&self, desk: &Desk) -> String {
        if self.marks.is_empty() {
            return String::new();
        }
        let sums = Sums::of(self.marks.iter().filter_map(|id| desk.row(*id)));
        format!(
            "{} marked, ATR {}   O owner  r reviewed  Esc clear marks",
            self.marks.len(),
            rows::told(&sums)
        )
    }

    /// Why an action cannot run now.
    pub fn disabled(&self, action: ActionId, _desk: &Desk) -> Option<String> {
        use ActionId::*;
        let needs = matches!(
            action,
            Open | Log | Snooze | Stage | Owner | Note | AtRisk | Mark | MarkAll | Reviewed | Copy
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
            MarkAll => self.marks.extend(self.entries.iter().copied()),
            Filter => self.ask_filter(ctx),
            ShowReviewed => {
                self.reviewed_too = !self.reviewed_too;
                self.follow(ctx.desk);
            }
            Back => self.back(ctx),
            _ => self.work(action, ctx),
        }
        if self.on != self.selected() {
            self.detail = List::default();
        }
        self.on = self.selected();
    }

    fn back(&mut self, ctx: &mut Ctx<'_>) {
        if !self.marks.is_empty() {
            self.marks.clear();
        } else if !self.words.is_empty() {
            self.words.clear();
            self.follow(ctx.desk);
        } else {
            ctx.pass();
        }
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
            ActionId::Reviewed => work::reviewed(&self.chosen(), ctx),
            ActionId::Mark => {
                if !self.marks.remove(&id) {
                    self.marks.insert(id);
                }
                self.list.step(1, self.entries.len());
            }
            ActionId::Explain => {
                if let Some(row) = ctx.desk.row(id) {
                    let why = crate::ui::why::row(&row, Column::Risk, ctx.desk);
                    ctx.open(Overlay::Explain(why));
                }
            }
            ActionId::Copy => {
                let text: String = self
                    .chosen()
                    .iter()
                    .filter_map(|id| ctx.desk.row(*id))
                    .map(|row| {
                        format!(
                            "{}\t{}\t{}\n",
                            row.customer(),
                            columns::atr(&row),
                            sentences(&row, ctx.desk).join(" ")
                        )
                    })
                    .collect();
                ctx.ask(Effect::Copy(text));
            }
            _ => {}
        }
    }

    fn ask_filter(&mut self, ctx: &mut Ctx<'_>) {
        let popup = prompt::Model::new(
            "Filter risks in words",
            "owner = B. Santos, portfolio = Security, end within 90 days; empty shows all",
            &self.words,
            |words, desk| {
                let filter =
                    Filter::parse_for(words, &desk.user, &desk.rules).map_err(|e| e.to_string())?;
                let scope = Scope {
                    filter,
                    reviewed: true,
                };
                let hits = list(desk.gear(), &scope, desk.today).len();
                Ok(format::count(hits, "open renewal", "open renewals"))
            },
            |words, ctx| ctx.ask(Effect::Filter(Desk::typed(words))),
        );
        ctx.open(Overlay::Prompt(popup));
    }

    /// Narrows the list to a filter in words.
    pub fn set_filter(&mut self, words: String, desk: &Desk) {
        self.words = words;
        self.follow(desk);
    }

    /// Takes what no action took.
    pub fn input(&mut self, _input: &Input, _ctx: &mut Ctx<'_>) {}

    /// A click on one of its zones.
    pub fn click(&mut self, target: Target, ctx: &mut Ctx<'_>) {
        if let Target::Row(Pane::List, at) = target {
            let again = self.list.cursor == at;
            self.list.cursor = at.min(self.entries.len().saturating_sub(1));
            self.on = self.selected();
            if again {
                self.act(ActionId::Open, ctx);
            }
        }
    }

    /// Follows a change of the desk.
    pub fn follow(&mut self, desk: &Desk) {
        let scope = Scope {
            filter: Filter::parse(&self.words, &desk.user).unwrap_or_default(),
            reviewed: self.reviewed_too,
        };
        let mut found = list(desk.gear(), &scope, desk.today);
        found.sort_by_key(|row| columns::currency_rank(row, desk));
        self.entries = found.iter().map(|row| row.renewal()).collect();
        self.marks.retain(|id| desk.row(*id).is_some());
        if let Some(at) = self
            .on
            .and_then(|id| self.entries.iter().position(|entry| *entry == id))
        {
            self.list.cursor = at;
        }
        self.list.step(0, self.entries.len());
        self.on = self.selected();
    }
}

/// Draws it.
pub fn view(model: &Model, desk: &Desk, canvas: &mut Canvas<'_>, area: Rect) {
    let beside = if area.width >= 120 {
        (area.width * 3 / 10).clamp(42, 64)
    } else {
        0
    };
    let main = Rect::new(area.x, area.y, area.width - beside, area.height);
    let filter = match (&*model.words, model.reviewed_too) {
        ("", false) => "not yet reviewed".to_string(),
        ("", true) => "reviewed ones too".to_string(),
        (words, false) => words.to_string(),
        (words, true) => format!("{words}, reviewed ones too"),
    };
    let title = format!(
        "Risk   {}   {filter}   by ATR × chance to lose",
        format::count(model.entries.len(), "open renewal", "open renewals")
    );
    let inside = canvas.frame(main, &title, true);
    if inside.height < 3 || inside.width < 40 {
        return;
    }
    table(model, desk, canvas, inside);
    if beside > 0 {
        let side = Rect::new(main.right(), area.y, beside, area.height);
        let row = model.selected().and_then(|id| desk.row(id));
        let text = (&model.detail, &model.comments);
        detail::view(row, text, desk, canvas, side, false);
    }
}

/// Columns before the reasons: title, width in a small and in a big window, figures to the right.
const CELLS: [(&str, usize, usize, bool); 6] = [
    ("At risk", 10, 12, true),
    ("Customer", 14, 24, false),
    ("ATR", 14, 14, true),
    ("× lose", 7, 7, true),
    ("Next clock", 16, 18, false),
    ("Level", 8, 9, false),
];

/// The widths for a window.
fn cells(width: u16) -> [(&'static str, usize, bool); 6] {
    CELLS.map(|(title, small, big, right)| (title, if width < 100 { small } else { big }, right))
}

fn table(model: &Model, desk: &Desk, canvas: &mut Canvas<'_>, inside: Rect) {
    let mut x = inside.x + 2;
    for (title, width, right) in cells(inside.width) {
        if right {
            canvas.right(x, inside.y, width, title, Role::Title);
        } else {
            let room = usize::from(inside.right().saturating_sub(x));
            canvas.text(x, inside.y, width.min(room), title, Role::Title);
        }
        x += width as u16 + 1;
    }
    let used = usize::from(x - inside.x);
    let rest = usize::from(inside.width).saturating_sub(used + 1);
    // with room the reasons stand beside, else on a line of their own below
    let below = rest < 30;
    if !below {
        canvas.text(x, inside.y, rest, "Reasons", Role::Title);
    }
    let body = Rect::new(inside.x, inside.y + 1, inside.width, inside.height - 1);
    if model.entries.is_empty() {
        let text = "No open renewal here. Esc clears the filter, v shows reviewed ones too";
        return crate::ui::layout::paragraph(canvas, body, &[text], Role::Dim);
    }
    let tall = if below { 2 } else { 1 };
    let shown = model
        .list
        .rows(model.entries.len(), usize::from(body.height / tall));
    for (line, at) in shown.enumerate() {
        let y = body.y + line as u16 * tall;
        let area = Rect::new(body.x, y, body.width, tall);
        let found = model.entries.get(at).and_then(|id| desk.row(*id));
        let Some(row) = found else { continue };
        canvas.zone(area, Target::Row(Pane::List, at));
        let here = at == model.list.cursor;
        let sign = match (here, model.marks.contains(&row.renewal())) {
            (true, _) => ">",
            (false, true) => "*",
            _ => " ",
        };
        canvas.text(area.x, y, 1, sign, Role::Key);
        one(
            &row,
            desk,
            canvas,
            Rect::new(area.x + 2, y, inside.width.saturating_sub(2), 1),
        );
        let reasons = reasons(&row, desk);
        let (rx, ry, room) = if below {
            (area.x + 4, y + 1, usize::from(area.width).saturating_sub(5))
        } else {
            (x, y, rest)
        };
        canvas.text(rx, ry, room, &reasons, Role::Dim);
        if here {
            canvas.ground(area, Role::Cursor);
        }
    }
}

fn one(row: &QueueRow, desk: &Desk, canvas: &mut Canvas<'_>, at: Rect) {
    let mut x = at.x;
    let clock = columns::countdown(row);
    let values = [
        (format::whole(row.exposure()), Role::Strong),
        (row.customer().to_string(), Role::Text),
        (columns::atr_within(row, desk, 14), Role::Text),
        (format::percent(percent_lost(row), 1), Role::Text),
        clock,
        (
            if row.reviewed() {
                "seen".to_string()
            } else {
                row.risk().level.words().to_string()
            },
            columns::level(row.risk().level),
        ),
    ];
    for ((text, role), (_, width, right)) in values.into_iter().zip(cells(at.width + 2)) {
        if right {
            canvas.figure(x, at.y, width, &text, role);
        } else {
            let room = usize::from(at.right().saturating_sub(x));
            canvas.text(x, at.y, width.min(room), &text, role);
        }
        x += width as u16 + 1;
    }
}

fn percent_lost(row: &QueueRow) -> rust_decimal::Decimal {
    rust_decimal::Decimal::ONE_HUNDRED - row.risk().win_pct
}

fn sentences(row: &QueueRow, desk: &Desk) -> Vec<String> {
    let told = desk.told(row.renewal());
    let reasons = told.iter().flat_map(|told| &told.risk.reasons);
    reasons.map(|reason| reason.sentence.clone()).collect()
}

fn reasons(row: &QueueRow, desk: &Desk) -> String {
    let stake = row.at_stake().filter(|stake| !stake.points.is_zero());
    let stake = stake.map_or_else(String::new, |stake| format!("PVI {}.  ", stake.words()));
    let sentences = sentences(row, desk);
    if sentences.is_empty() {
        format!("{stake}no signal")
    } else {
        format!("{stake}{}", sentences.join("  "))
    }
}
