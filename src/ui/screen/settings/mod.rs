//! Look, book, rules and documents: what is in force and where it comes from. Who works here and what
//! documents say of the partner can be changed; the rest is told.

mod papers;

use crate::domain::command::Command;
use crate::program::assessment::kept;
use crate::ui::action::{ActionId, Place};
use crate::ui::canvas::{Canvas, Target};
use crate::ui::desk::{Ctx, Desk};
use crate::ui::effect::{Effect, Tone};
use crate::ui::format;
use crate::ui::input::Input;
use crate::ui::layout::pack_label;
use crate::ui::model::Pane;
use crate::ui::overlay::{Overlay, prompt};
use crate::ui::theme::{Look, Role};
use crate::ui::widget::list::List;
use ratatui::layout::Rect;

/// What Enter can change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Item {
    You,
    Company,
    Address,
    Contact,
    Tax,
    Terms,
    Logo,
}

/// Those in the order of the screen.
const ITEMS: [Item; 7] = [
    Item::You,
    Item::Company,
    Item::Address,
    Item::Contact,
    Item::Tax,
    Item::Terms,
    Item::Logo,
];

/// The screen's state.
#[derive(Debug, Default)]
pub struct Model {
    /// Cursor over what can be changed.
    list: List,
}

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
        use ActionId::*;
        let last = ITEMS.len();
        match action {
            Back | Explain => ctx.pass(),
            RowUp => self.list.step(-1, last),
            RowDown => self.list.step(1, last),
            First | PageUp => self.list.go(0, last),
            Last | PageDown => self.list.go(last - 1, last),
            Open => match self.item() {
                Item::You => ask_name(ctx),
                item => papers::ask(item, ctx),
            },
            _ => {}
        }
    }

    fn item(&self) -> Item {
        ITEMS.get(self.list.cursor).copied().unwrap_or(Item::You)
    }

    /// A picture that was asked for, or why it could not be read.
    pub fn picture(&mut self, read: Result<Vec<u8>, String>, ctx: &mut Ctx<'_>) {
        match read {
            Ok(bytes) => papers::take_logo(Some(&bytes), ctx),
            Err(why) => ctx.say(Tone::Refused, why),
        }
    }

    /// Takes what no action took.
    pub fn input(&mut self, _input: &Input, _ctx: &mut Ctx<'_>) {}

    /// A click on one of its zones.
    pub fn click(&mut self, target: Target, _ctx: &mut Ctx<'_>) {
        if let Target::Row(_, row) = target {
            self.list.go(row, ITEMS.len());
        }
    }

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
pub fn view(
    model: &Model,
    desk: &Desk,
    (look, watched): (Look, &[String]),
    canvas: &mut Canvas<'_>,
    area: Rect,
) {
    let inside = canvas.frame(area, "Settings   Down goes on to your documents", true);
    let rows = rows(desk, look, watched);
    let on = |row: &Row| row.2 == Some(model.item());
    let cursor = rows.iter().position(on).unwrap_or(0);
    // as far down as the cursor asks for: what stands above and below it can only be read
    let first = (cursor + 1).saturating_sub(usize::from(inside.height));
    for (y, (at, row)) in (inside.y..inside.bottom()).zip(rows.iter().enumerate().skip(first)) {
        let (label, text, item) = row;
        if text.is_empty() {
            canvas.text(inside.x + 1, y, 20, label, Role::Title);
            continue;
        }
        let room = usize::from(inside.width).saturating_sub(19);
        canvas.text(inside.x + 3, y, 14, label, Role::Dim);
        canvas.text(inside.x + 18, y, room, text, Role::Text);
        let line = Rect::new(inside.x, y, inside.width, 1);
        if at == cursor {
            canvas.text(inside.x + 1, y, 1, ">", Role::Text);
            canvas.ground(line, Role::Cursor);
        }
        if let Some(place) = ITEMS.iter().position(|known| Some(*known) == *item) {
            canvas.zone(line, Target::Row(Pane::List, place));
        }
    }
}

/// Label, text, what Enter changes; a title has no text.
type Row = (&'static str, String, Option<Item>);

fn rows(desk: &Desk, look: Look, watched: &[String]) -> Vec<Row> {
    let book = &desk.snapshot;
    let count = |n: usize| format::whole((n as u64).into());
    let ascii = if look.glyphs.ascii { "on" } else { "off" };
    let mut rows = vec![("Look", String::new())];
    rows.push((
        "theme",
        format!("{}   (:, then \"Next theme\")", look.theme.id()),
    ));
    rows.push((
        "plain ASCII",
        format!("{ascii}   (:, then \"Plain ASCII\")"),
    ));
    rows.push(("Book", String::new()));
    rows.push(("file", desk.book.clone()));
    let mut rows: Vec<Row> = rows.into_iter().map(told).collect();
    let you = format!("{}   (Enter changes it)", desk.user);
    rows.push(("you", you, Some(Item::You)));
    let of_book = [
        ("saved", desk.saved.clone()),
        ("customers", count(book.accounts.len())),
        ("contracts", count(book.contracts.len())),
        ("lines", count(book.lines.len())),
        ("renewals", count(book.renewals.len())),
        ("quotes", count(book.quotes.len())),
        ("imports", count(book.batches.len())),
        ("assessment", assessment(desk)),
        ("watched", watched_row(watched)),
    ];
    rows.extend(of_book.map(told));
    let (pack, rules) = (&desk.pack, &desk.rules);
    let of_rules = [
        ("Rules", String::new()),
        ("pack", pack_label(desk)),
        (
            "confidence",
            format!("{}   (from {})", pack.confidence, desk.rules_from),
        ),
        (
            "grace",
            format!("{} d for services", rules.lapse.grace_days),
        ),
        (
            "quote",
            format!("valid {} d unless typed", rules.quote.valid_days),
        ),
        ("Documents", String::new()),
    ];
    rows.extend(of_rules.map(told));
    rows.extend(papers::rows(desk));
    rows
}

/// A row that only tells.
fn told((label, text): (&'static str, String)) -> Row {
    (label, text, None)
}
