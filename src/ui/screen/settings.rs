//! Look, book and rules: what is in force and where it comes from. The look can be changed here;
//! the rest is told.

use crate::domain::command::Command;
use crate::program::assessment::kept;
use crate::ui::action::{ActionId, Place};
use crate::ui::canvas::{Canvas, Target};
use crate::ui::desk::{Ctx, Desk};
use crate::ui::effect::Effect;
use crate::ui::format;
use crate::ui::input::Input;
use crate::ui::layout::pack_label;
use crate::ui::overlay::{Overlay, prompt};
use crate::ui::theme::{Look, Role};
use ratatui::layout::Rect;

/// The screen's state.
#[derive(Debug, Default)]
pub struct Model {}

impl Model {
    /// Where the keys go.
    pub fn place(&self) -> Option<Place> {
        Some(Place::List)
    }

    /// Why an action cannot run now.
    pub fn disabled(&self, action: ActionId, desk: &Desk) -> Option<String> {
        let ask = matches!(action, ActionId::Open) && desk.read_only;
        ask.then(|| "the book is open read-only".into())
    }

    /// Runs an action.
    pub fn act(&mut self, action: ActionId, ctx: &mut Ctx<'_>) {
        if matches!(action, ActionId::Back | ActionId::Explain) {
            ctx.pass();
        } else if action == ActionId::Open {
            ask_name(ctx);
        }
    }

    /// Takes what no action took.
    pub fn input(&mut self, _input: &Input, _ctx: &mut Ctx<'_>) {}

    /// A click on one of its zones.
    pub fn click(&mut self, _target: Target, _ctx: &mut Ctx<'_>) {}

    /// Follows a change of the desk.
    pub fn follow(&mut self, _desk: &Desk) {}
}

/// Asks who works here; the name is kept in the book and signs what comes after.
fn ask_name(ctx: &mut Ctx<'_>) {
    let popup = prompt::Model::new(
        "Your name",
        "as it shall stand in owner columns and the history",
        &ctx.desk.user.clone(),
        |text, _| match Desk::typed(text).as_str() {
            "" => Err("Type a name, or Esc".into()),
            name => Ok(format!("`owner = me` means {name}")),
        },
        |text, ctx| {
            let name = Desk::typed(text);
            let label = format!("name of the user: {name}");
            let command = Command::Set {
                key: "user".into(),
                value: Some(name),
            };
            ctx.apply(command, label);
            ctx.ask(Effect::Reload);
        },
    );
    ctx.open(Overlay::Prompt(popup));
}

/// Where projections start, and the key that shows more.
fn assessment(desk: &Desk) -> String {
    let kept = kept(&desk.snapshot);
    match kept.iter().find(|kept| kept.base) {
        Some(base) => {
            let months = format::count(kept.len(), "month", "months");
            format!("{} of {months}   (B shows and changes it)", base.month)
        }
        None => "none   (B types one, g i reads the sheet)".into(),
    }
}

/// Folders watched for new exports, and where that is chosen.
fn watched_row(watched: &[String]) -> String {
    match watched {
        [] => "no folder   (g i, then w, watches one for new exports)".into(),
        folders => format!("{}   (g i, then w there, no longer)", folders.join(", ")),
    }
}

/// Draws it.
pub fn view(desk: &Desk, look: Look, watched: &[String], canvas: &mut Canvas<'_>, area: Rect) {
    let inside = canvas.frame(area, "Settings", true);
    let book = &desk.snapshot;
    let count = |n: usize| format::whole((n as u64).into());
    let theme = format!("{}   (:, then \"Next theme\")", look.theme.id());
    let ascii = if look.glyphs.ascii { "on" } else { "off" };
    let facts = [
        ("Look", String::new()),
        ("theme", theme),
        (
            "plain ASCII",
            format!("{ascii}   (:, then \"Plain ASCII\")"),
        ),
        ("Book", String::new()),
        ("file", desk.book.clone()),
        ("you", format!("{}   (Enter changes it)", desk.user)),
        ("saved", desk.saved.clone()),
        ("customers", count(book.accounts.len())),
        ("contracts", count(book.contracts.len())),
        ("lines", count(book.lines.len())),
        ("renewals", count(book.renewals.len())),
        ("quotes", count(book.quotes.len())),
        ("imports", count(book.batches.len())),
        ("assessment", assessment(desk)),
        ("watched", watched_row(watched)),
        ("Rules", String::new()),
        ("pack", pack_label(desk)),
        (
            "confidence",
            format!("{}   (from {})", desk.pack.confidence, desk.rules_from),
        ),
        (
            "grace",
            format!("{} d for services", desk.rules.lapse.grace_days),
        ),
        (
            "quote",
            format!("valid {} d unless typed", desk.rules.quote.valid_days),
        ),
    ];
    for (at, (label, text)) in facts.iter().enumerate() {
        let y = inside.y + at as u16;
        if y >= inside.bottom() {
            break;
        }
        if text.is_empty() {
            canvas.text(inside.x + 1, y, 20, label, Role::Title);
        } else {
            canvas.text(inside.x + 3, y, 14, label, Role::Dim);
            let room = usize::from(inside.width).saturating_sub(19);
            canvas.text(inside.x + 18, y, room, text, Role::Text);
        }
    }
}
