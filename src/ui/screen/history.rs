//! Every change, newest first: when, who, what. One of them can be taken back; undo and redo are
//! entries like any other.

use crate::domain::command::Operation;
use crate::ui::action::{ActionId, Place};
use crate::ui::canvas::{Canvas, Target};
use crate::ui::desk::{Ctx, Desk};
use crate::ui::effect::{Effect, Tone};
use crate::ui::format;
use crate::ui::input::Input;
use crate::ui::model::Pane;
use crate::ui::overlay::{Overlay, pick};
use crate::ui::theme::Role;
use crate::ui::widget::list::List;
use chrono::NaiveDateTime;
use ratatui::layout::Rect;

/// The screen's state.
#[derive(Debug, Default)]
pub struct Model {
    list: List,
    operations: Vec<(Operation, NaiveDateTime)>,
    loaded: bool,
}

impl Model {
    /// The history has been read.
    pub fn listed(&mut self, operations: Vec<(Operation, NaiveDateTime)>) {
        self.operations = operations;
        self.loaded = true;
        self.list.step(0, self.operations.len());
    }

    /// Where the keys go.
    pub fn place(&self) -> Option<Place> {
        Some(Place::List)
    }

    /// Why an action cannot run now.
    pub fn disabled(&self, action: ActionId, desk: &Desk) -> Option<String> {
        let here = self.operations.get(self.list.cursor).map(|(op, _)| op);
        match action {
            ActionId::RestoreChange | ActionId::Open => match here {
                None => Some("no change under the cursor".into()),
                Some(op) if op.undone => Some("this change was taken back already".into()),
                Some(_) if desk.read_only => Some("the book is open read-only".into()),
                Some(_) => None,
            },
            _ => None,
        }
    }

    /// Runs an action.
    pub fn act(&mut self, action: ActionId, ctx: &mut Ctx<'_>) {
        use ActionId::*;
        let len = self.operations.len();
        match action {
            RowUp => self.list.step(-1, len),
            RowDown => self.list.step(1, len),
            PageUp => self.list.turn(-1, len),
            PageDown => self.list.turn(1, len),
            First => self.list.step(isize::MIN / 2, len),
            Last => self.list.step(isize::MAX / 2, len),
            Open | RestoreChange => self.ask_restore(ctx),
            Copy => {
                if let Some((op, _)) = self.operations.get(self.list.cursor) {
                    ctx.ask(Effect::Copy(format!(
                        "{}\t{}\t{}\t{}",
                        op.seq, op.at, op.actor, op.label
                    )));
                }
            }
            Back | Explain => ctx.pass(),
            _ => {}
        }
    }

    fn ask_restore(&self, ctx: &mut Ctx<'_>) {
        let Some((op, _)) = self.operations.get(self.list.cursor) else {
            return ctx.say(Tone::Note, "No change under the cursor");
        };
        let seq = op.seq;
        let items = vec![
            ("Leave it".to_string(), String::new()),
            (
                "Take it back".to_string(),
                "rows edited since stay as they are".to_string(),
            ),
        ];
        let popup = pick::Model::new(format!("{seq}: {}", op.label), items, 0, move |at, ctx| {
            if at == 1 {
                ctx.ask(Effect::Revert(seq));
            }
        });
        ctx.open(Overlay::Pick(popup));
    }

    /// Takes what no action took.
    pub fn input(&mut self, _input: &Input, _ctx: &mut Ctx<'_>) {}

    /// A click on one of its zones.
    pub fn click(&mut self, target: Target, _ctx: &mut Ctx<'_>) {
        if let Target::Row(_, at) = target {
            self.list.cursor = at;
            self.list.step(0, self.operations.len());
        }
    }

    /// Follows a change of the desk; the list is read anew by the frame.
    pub fn follow(&mut self, _desk: &Desk) {}
}

/// Draws it.
pub fn view(model: &Model, _desk: &Desk, canvas: &mut Canvas<'_>, area: Rect) {
    let title = format!(
        "History   {}, newest first",
        format::count(model.operations.len(), "change", "changes")
    );
    let inside = canvas.frame(area, &title, true);
    if inside.height < 2 || inside.width < 40 {
        return;
    }
    let cells = usize::from(inside.width);
    let label = cells.saturating_sub(2 + 7 + 16 + 13 + 1 + 7 + 7 + 11);
    let titles = [
        ("No.", 6, true),
        ("When", 15, false),
        ("Who", 12, false),
        ("What", label, false),
        ("Of no.", 6, true),
        ("Rows", 6, true),
        ("", 10, false),
    ];
    let put = |canvas: &mut Canvas<'_>, y: u16, texts: [&str; 7], role: Role| {
        let mut x = inside.x + 1;
        for (text, (_, width, right)) in texts.into_iter().zip(titles) {
            if right {
                canvas.right(x, y, width, text, role);
            } else {
                canvas.text(x, y, width, text, role);
            }
            x += width as u16 + 1;
        }
    };
    put(
        canvas,
        inside.y,
        titles.map(|(title, ..)| title),
        Role::Title,
    );
    if model.operations.is_empty() {
        let text = if model.loaded {
            "Nothing was changed yet"
        } else {
            "reading the history…"
        };
        return crate::ui::layout::paragraph(canvas, inside, &[text], Role::Dim);
    }
    let rows = model
        .list
        .rows(model.operations.len(), usize::from(inside.height) - 1);
    for (line, at) in rows.enumerate() {
        let Some((op, local)) = model.operations.get(at) else {
            break;
        };
        let y = inside.y + 1 + line as u16;
        let state = if op.undone { "taken back" } else { "" };
        let reverts = op.reverts.map_or_else(String::new, |seq| seq.to_string());
        let when = local.format("%d %b %y %H:%M").to_string();
        let role = if op.undone { Role::Dim } else { Role::Text };
        let (seq, rows) = (op.seq.to_string(), op.rows.to_string());
        put(
            canvas,
            y,
            [&seq, &when, &op.actor, &op.label, &reverts, &rows, state],
            role,
        );
        let row = Rect::new(inside.x, y, inside.width, 1);
        canvas.zone(row, Target::Row(Pane::List, at));
        if at == model.list.cursor {
            canvas.ground(row, Role::Cursor);
        }
    }
}
