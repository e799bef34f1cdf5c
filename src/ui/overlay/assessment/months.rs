//! The months of the partner's assessment the book holds: where each is from, which one projections
//! start at, and what can be done with it.

use super::boxed_rows;
use crate::domain::command::{BaselineEdit, Command};
use crate::program::assessment::{self, Kept};
use crate::program::calendar::parse_month;
use crate::program::exact;
use crate::program::reconcile::{Line, Verdict};
use crate::program::reseller;
use crate::ui::canvas::{Canvas, Target};
use crate::ui::desk::{Ctx, Desk};
use crate::ui::effect::Tone;
use crate::ui::format;
use crate::ui::input::{Code, Key};
use crate::ui::overlay::{Overlay, pick, prompt};
use crate::ui::pane::explain;
use crate::ui::theme::Role;
use crate::ui::widget::list::List;
use num_rational::BigRational;
use ratatui::layout::Rect;

/// The popup.
#[derive(Clone, Debug, Default)]
pub struct Model {
    list: List,
}

impl Model {
    /// Takes a key; true when the popup is done.
    pub fn key(&mut self, key: Key, ctx: &mut Ctx<'_>) -> bool {
        let kept = assessment::kept(&ctx.desk.snapshot);
        let here = kept.get(self.list.cursor.min(kept.len().saturating_sub(1)));
        match key.code {
            Code::Esc | Code::Char('q') => return true,
            Code::Up | Code::Char('k') => self.list.step(-1, kept.len()),
            Code::Down | Code::Char('j') => self.list.step(1, kept.len()),
            Code::Enter => return open(here, ctx),
            Code::Char('n') => return new_month(ctx),
            Code::Char('c') => compare(ctx),
            Code::Char('u') => use_reseller(here, ctx),
            Code::Char('X') | Code::Delete => take_away(here, ctx),
            _ => {}
        }
        false
    }

    /// A row was clicked.
    pub fn choose(&mut self, at: usize, ctx: &mut Ctx<'_>) -> bool {
        let kept = assessment::kept(&ctx.desk.snapshot);
        if self.list.cursor == at {
            return open(kept.get(at), ctx);
        }
        self.list.go(at, kept.len());
        false
    }
}

/// True where the book may not be written; it is said then.
fn locked(ctx: &mut Ctx<'_>) -> bool {
    if ctx.desk.read_only {
        ctx.say(Tone::Refused, "The book is open read-only");
    }
    ctx.desk.read_only
}

fn open(kept: Option<&Kept>, ctx: &mut Ctx<'_>) -> bool {
    match kept {
        None => new_month(ctx),
        Some(kept) if !kept.counts => {
            let whose = &kept.reseller;
            ctx.say(
                Tone::Refused,
                format!("These rows are of {whose} and do not count; u projects from them"),
            );
            false
        }
        Some(kept) => {
            let form = super::Model::new(ctx.desk, &kept.month, None);
            ctx.open(Overlay::Form(Box::new(form)));
            true
        }
    }
}

/// Asks for the month, then opens its form: filled like the newest month before it.
fn new_month(ctx: &mut Ctx<'_>) -> bool {
    if locked(ctx) {
        return false;
    }
    let desk = ctx.desk;
    let next = assessment::next_month(&desk.pack, &desk.snapshot, desk.today);
    let popup = prompt::Model::new(
        "Which fiscal month?",
        "as FY27M4 or 202704; the form begins like the newest month before it",
        next.as_deref().unwrap_or_default(),
        |text, desk| {
            let month = parse_month(text).ok_or("Write it like FY27M4")?;
            let (from, to) = desk
                .pack
                .calendar
                .bounds(&month)
                .ok_or_else(|| format!("{month} is not in the loaded calendar"))?;
            let (from, to) = (format::day(from), format::day(to));
            let held = assessment::kept(&desk.snapshot);
            let there = held.iter().any(|kept| kept.counts && kept.month == month);
            let begins = match assessment::newest_before(&desk.snapshot, &month) {
                _ if there => "the book holds it: its figures".to_string(),
                Some(like) => format!("begins like {like}"),
                None => "begins empty".to_string(),
            };
            Ok(format!("{month}, {from} to {to}; {begins}"))
        },
        |text, ctx| {
            if let Some(month) = parse_month(text) {
                let like = assessment::newest_before(&ctx.desk.snapshot, &month);
                let form = super::Model::new(ctx.desk, &month, like.as_deref());
                ctx.open(Overlay::Form(Box::new(form)));
            }
        },
    );
    ctx.open(Overlay::Prompt(popup));
    true
}

/// Shows our own figures beside those of the month projections start from.
fn compare(ctx: &mut Ctx<'_>) {
    let found = &ctx.desk.reconciliation;
    let Some(month) = &found.month else {
        return ctx.say(
            Tone::Note,
            "Nothing to compare yet: no assessment, or it is still being computed",
        );
    };
    let differ = |line: &&Line| line.verdict == Verdict::Differs;
    let many = found.lines.iter().filter(differ).count();
    let mut lines = vec![(
        "in all".to_string(),
        format!("{many} of {} comparisons differ", found.lines.len()),
    )];
    // What differs first, then all of it in order: nothing is hidden.
    list(found.lines.iter().filter(differ), &mut lines);
    list(found.lines.iter().filter(|line| !differ(line)), &mut lines);
    let older = found
        .older
        .as_ref()
        .map_or_else(String::new, |older| format!(", carried on from {older}"));
    let title = format!("Our figures beside the assessment of {month}{older}");
    ctx.open(Overlay::Explain(explain::Model::new(title, lines)));
}

/// Comparisons as lines; those of one metric share its name.
fn list<'a>(found: impl Iterator<Item = &'a Line>, lines: &mut Vec<(String, String)>) {
    let mut named = String::new();
    for line in found {
        let name = format!("{} {}", line.portfolio.short(), line.title);
        let label = if name == named {
            String::new()
        } else {
            name.clone()
        };
        named = name;
        lines.push((label, told(line)));
    }
}

/// A comparison as a sentence.
fn told(line: &Line) -> String {
    let figure = |n: Option<&BigRational>| {
        n.map_or_else(
            || "-".to_string(),
            |n| exact::text(n, if n.is_integer() { 0 } else { 2 }),
        )
    };
    let (ours, theirs) = (figure(line.ours.as_ref()), figure(line.theirs.as_ref()));
    let (what, verdict) = (line.subject.word(), line.verdict.word());
    let mut text = match line.difference() {
        _ if line.verdict == Verdict::Agrees => format!("{what} {theirs} {verdict}"),
        Some(by) => format!(
            "{what}: ours {ours}, theirs {theirs}, difference {}, {verdict}",
            figure(Some(&by))
        ),
        None => format!("{what}: ours {ours}, theirs {theirs}, {verdict}"),
    };
    if !line.assumed.is_empty() {
        text.push_str(&format!(" ({})", line.assumed));
    }
    text
}

fn use_reseller(kept: Option<&Kept>, ctx: &mut Ctx<'_>) {
    let Some(kept) = kept else { return };
    if locked(ctx) {
        return;
    }
    if kept.counts {
        return ctx.say(Tone::Note, "Projections start from this assessment already");
    }
    let key = reseller::CHOICE.to_string();
    let edit = BaselineEdit {
        settings: vec![(key, Some(kept.reseller.key().to_string()))],
        ..BaselineEdit::default()
    };
    let label = format!("project from the assessment of {}", kept.reseller);
    ctx.apply(Command::PutBaseline(Box::new(edit)), label);
}

fn take_away(kept: Option<&Kept>, ctx: &mut Ctx<'_>) {
    let Some(kept) = kept.cloned() else { return };
    if locked(ctx) {
        return;
    }
    let rows = format::count(kept.rows, "row", "rows");
    let items = vec![
        ("Leave it".to_string(), String::new()),
        (
            format!("Take {} away", kept.month),
            format!("{rows}; Ctrl+Z brings them back"),
        ),
    ];
    let title = format!("The assessment of {}", kept.month);
    let popup = pick::Model::new(title, items, 0, move |chosen, ctx| {
        if chosen == 1 {
            let edit = assessment::without(&ctx.desk.snapshot, &kept.month, &kept.reseller);
            let label = format!("took the assessment of {} away ({rows})", kept.month);
            ctx.apply(Command::PutBaseline(Box::new(edit)), label);
        }
    });
    ctx.open(Overlay::Pick(popup));
}

/// Draws it.
pub fn view(model: &Model, desk: &Desk, canvas: &mut Canvas<'_>, area: Rect) {
    let kept = assessment::kept(&desk.snapshot);
    let height = u16::try_from(kept.len().max(1) + 6).unwrap_or(u16::MAX);
    let title = "The partner's assessment: where projections start";
    let inside = boxed_rows(canvas, area, title, 112, height);
    if inside.height < 4 {
        return;
    }
    let (x, cells) = (inside.x + 1, usize::from(inside.width) - 2);
    canvas.text(x, inside.y, 8, "Month", Role::Title);
    canvas.right(x + 9, inside.y, 5, "Rows", Role::Title);
    canvas.right(x + 15, inside.y, 6, "Typed", Role::Title);
    canvas.text(
        x + 23,
        inside.y,
        cells.saturating_sub(23),
        "From",
        Role::Title,
    );
    if kept.is_empty() {
        let told = "The book holds none. n types one, g i reads the partner's sheet.";
        canvas.text(x, inside.y + 2, cells, told, Role::Text);
    }
    let lines = usize::from(inside.height).saturating_sub(4);
    let last = kept.len().saturating_sub(1);
    for (line, at) in model.list.rows(kept.len(), lines).enumerate() {
        let Some(kept) = kept.get(at) else { break };
        let row = Rect::new(inside.x, inside.y + 1 + line as u16, inside.width, 1);
        let role = if kept.counts { Role::Text } else { Role::Dim };
        canvas.text(x, row.y, 8, &kept.month, role);
        canvas.right(x + 9, row.y, 5, &kept.rows.to_string(), role);
        canvas.right(x + 15, row.y, 6, &kept.typed.to_string(), role);
        let mut from = kept.sources.join("; ");
        if !kept.reseller.is_blank() {
            from = format!("{}: {from}", kept.reseller);
        }
        if kept.base {
            from = format!("projections start here   {from}");
        } else if !kept.counts {
            from = format!("does not count   {from}");
        }
        canvas.text(x + 23, row.y, cells.saturating_sub(23), &from, role);
        if at == model.list.cursor.min(last) {
            canvas.paint(row, Role::Cursor);
        }
        canvas.zone(row, Target::Entry(at));
    }
    let differ = |line: &&Line| line.verdict == Verdict::Differs;
    let many = desk.reconciliation.lines.iter().filter(differ).count();
    let told = match &desk.reconciliation.month {
        Some(month) => format!(
            "{many} of {} comparisons with our own figures differ in {month}",
            desk.reconciliation.lines.len()
        ),
        None => String::new(),
    };
    let role = if many > 0 { Role::Soon } else { Role::Dim };
    canvas.text(x, inside.bottom() - 2, cells, &told, role);
    let keys = "Enter open   n new month   c compare   u use this reseller   X take away";
    canvas.text(x, inside.bottom() - 1, cells, keys, Role::Dim);
}
