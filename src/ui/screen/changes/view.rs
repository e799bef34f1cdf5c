//! Drawing the changes: tabs with counts on top, below them a line or two for each change.

use super::{Model, Tab, conflict, words};
use crate::book::changes::{Change, Kind};
use crate::ui::canvas::{Canvas, Target};
use crate::ui::desk::Desk;
use crate::ui::format;
use crate::ui::layout::paragraph;
use crate::ui::model::Pane;
use crate::ui::theme::Role;
use crate::ui::widget::paint;
use ratatui::layout::Rect;

/// A list narrower than this shows what changed on a line of its own.
const WIDE: u16 = 110;
/// A list of this width has room for product and file too.
const WIDEST: u16 = 156;

/// Draws it.
pub fn view(model: &Model, desk: &Desk, canvas: &mut Canvas<'_>, area: Rect) {
    let files = match model.listed.imports.len() {
        0 | 1 => String::new(),
        n => format!("   {}", format::count(n, "import", "imports")),
    };
    let found = match model.words.as_str() {
        "" => String::new(),
        words => format!("   with {words}"),
    };
    let title = if model.looking() {
        let words = model.reach.words(desk.today, &Default::default());
        format!("Changes   {words}{found}   looking…")
    } else {
        let words = model.reach.words(desk.today, &model.listed);
        format!("Changes   {words}{files}{found}")
    };
    let inside = canvas.frame(area, &title, true);
    if inside.height < 4 || inside.width < 40 {
        return;
    }
    let used = tabs(model, canvas, inside);
    let body = Rect::new(
        inside.x,
        inside.y + used,
        inside.width,
        inside.height.saturating_sub(used),
    );
    if body.height < 2 {
        return;
    }
    if model.tab == Tab::Conflicts {
        return conflicts(model, desk, canvas, body);
    }
    if model.rows().is_empty() {
        return paragraph(canvas, body, &[nothing(model)], Role::Dim);
    }
    table(model, desk, canvas, body);
}

fn nothing(model: &Model) -> &'static str {
    match (&model.of, model.listed.imports.is_empty()) {
        (Some((_, words)), false) if !words.is_empty() => {
            "No change holds these words. / finds others, Esc shows all"
        }
        (None, _) => "looking through the history…",
        (Some(_), true) => "No import in this time. v looks further back; g i imports a file",
        (Some(_), false) => "The imports of this time changed no line. v looks further back",
    }
}

/// The kinds with their counts; gives the lines they take.
fn tabs(model: &Model, canvas: &mut Canvas<'_>, area: Rect) -> u16 {
    let number = |n: usize| format::decimal((n as u64).into(), 0);
    let pieces: Vec<(String, (usize, Role))> = model
        .tabs()
        .into_iter()
        .enumerate()
        .map(|(at, tab)| {
            let open = model.conflicts.iter().filter(|c| !c.later).count();
            let (name, role) = match tab {
                Tab::All => ("all", Role::Text),
                Tab::Conflicts if open > 0 => ("conflicts", Role::Critical),
                Tab::Conflicts => ("conflicts", Role::Text),
                Tab::Of(kind) => (words::kind(kind), Role::Text),
            };
            let here = tab == model.tab;
            let (before, behind) = if here { ("[", "]") } else { (" ", " ") };
            let role = if here { Role::Tab } else { role };
            let n = number(model.all(tab));
            (format!("{before}{name} {n}{behind}"), (at, role))
        })
        .collect();
    let lines = paint::flow(&pieces, usize::from(area.width).saturating_sub(2));
    for (line, y) in lines.iter().zip(area.y..area.bottom()) {
        let mut x = area.x + 1;
        for (text, (at, role)) in line {
            let room = usize::from(area.right().saturating_sub(x));
            let wide = canvas.text(x, y, room, text, *role);
            canvas.zone(Rect::new(x, y, wide, 1), Target::Header(Pane::List, *at));
            x += wide + 2;
        }
    }
    lines.len().min(usize::from(area.height)) as u16
}

/// Columns before what changed: title and width.
fn columns(width: u16) -> Vec<(&'static str, usize)> {
    if width >= WIDEST {
        vec![
            ("Import", 9),
            ("Kind", 9),
            ("Customer", 26),
            ("Contract", 14),
            ("Serial", 14),
            ("Product", 20),
        ]
    } else if width >= WIDE {
        vec![
            ("Import", 9),
            ("Kind", 9),
            ("Customer", 21),
            ("Contract", 12),
            ("Serial", 13),
        ]
    } else {
        vec![
            ("Import", 9),
            ("Kind", 9),
            ("Customer", 18),
            ("Contract", 11),
            ("Serial", 12),
            ("Product", 11),
        ]
    }
}

fn table(model: &Model, desk: &Desk, canvas: &mut Canvas<'_>, area: Rect) {
    let columns = columns(area.width);
    let below = area.width < WIDE;
    let mut x = area.x + 2;
    for (title, width) in &columns {
        let room = usize::from(area.right().saturating_sub(x));
        canvas.text(x, area.y, (*width).min(room), title, Role::Title);
        x += *width as u16 + 1;
    }
    let room = usize::from(area.right().saturating_sub(x + 1));
    let file = if area.width >= WIDEST { room / 3 } else { 0 };
    let change = room.saturating_sub(file + usize::from(file > 0));
    if !below {
        canvas.text(x, area.y, change, "What changed", Role::Title);
        let at = x + change as u16 + 1;
        canvas.text(at, area.y, file, "File", Role::Title);
    }
    let more = model.all(model.tab).saturating_sub(model.len());
    let foot = u16::from(more > 0);
    let tall = if below { 2 } else { 1 };
    let body = Rect::new(
        area.x,
        area.y + 1,
        area.width,
        area.height.saturating_sub(1 + foot),
    );
    let rows = model.rows();
    let shown = model.list.rows(rows.len(), usize::from(body.height / tall));
    for (line, at) in shown.enumerate() {
        let Some(entry) = rows.get(at) else { break };
        let y = body.y + line as u16 * tall;
        let place = Rect::new(body.x, y, body.width, tall);
        let about = words::subject(entry, desk);
        head(entry, &about, &columns, canvas, place);
        let text = words::change(entry, about.line.as_ref());
        if below {
            let cells = usize::from(place.width).saturating_sub(5);
            canvas.text(place.x + 4, y + 1, cells, &text, Role::Text);
        } else {
            canvas.text(x, y, change, &text, Role::Text);
            let at = x + change as u16 + 1;
            canvas.text(at, y, file, about.file, Role::Dim);
        }
        canvas.zone(place, Target::Row(Pane::List, at));
        if at == model.list.cursor {
            canvas.text(place.x, y, 1, ">", Role::Key);
            canvas.ground(place, Role::Cursor);
        }
    }
    if more > 0 {
        let number = format::decimal((more as u64).into(), 0);
        let text = format!(
            "and {number} more: narrow by kind (f) or time (v), or renewdesk changes --json"
        );
        let cells = usize::from(area.width).saturating_sub(2);
        canvas.text(area.x + 1, area.bottom() - 1, cells, &text, Role::Dim);
    }
}

/// The cells before what changed.
fn head(
    change: &Change,
    about: &words::Subject<'_>,
    columns: &[(&'static str, usize)],
    canvas: &mut Canvas<'_>,
    place: Rect,
) {
    let day = format::day(change.day);
    let cells = [
        (day.as_str(), Role::Dim),
        (words::kind(change.kind), role(change.kind)),
        (&*about.customer, Role::Text),
        (&*about.contract, Role::Text),
        (&about.serial, Role::Text),
        (&about.product, Role::Text),
    ];
    let mut x = place.x + 2;
    for ((text, role), (_, width)) in cells.into_iter().zip(columns) {
        let room = usize::from(place.right().saturating_sub(x));
        canvas.text(x, place.y, (*width).min(room), text, role);
        x += *width as u16 + 1;
    }
}

/// Columns of conflicts: title and width; the two values share the rest.
fn conflict_columns(width: u16) -> [(&'static str, usize); 3] {
    if width >= WIDE {
        [("Field", 10), ("Of", 18), ("Customer", 22)]
    } else {
        [("Field", 12), ("Of", 24), ("Customer", 34)]
    }
}

/// The list of conflicts: field and quote, then yours against the file's.
fn conflicts(model: &Model, desk: &Desk, canvas: &mut Canvas<'_>, area: Rect) {
    let columns = conflict_columns(area.width);
    let below = area.width < WIDE;
    let mut x = area.x + 2;
    for (title, width) in columns {
        let room = usize::from(area.right().saturating_sub(x));
        canvas.text(x, area.y, width.min(room), title, Role::Title);
        x += width as u16 + 1;
    }
    let room = usize::from(area.right().saturating_sub(x + 1));
    let half = room.saturating_sub(1) / 2;
    if !below {
        canvas.text(x, area.y, half, "Yours", Role::Title);
        canvas.text(x + half as u16 + 1, area.y, half, "File", Role::Title);
    }
    let tall = if below { 2 } else { 1 };
    let height = usize::from(area.height.saturating_sub(1) / tall);
    for (line, at) in model.list.rows(model.conflicts.len(), height).enumerate() {
        let Some(entry) = model.conflicts.get(at) else {
            break;
        };
        let y = area.y + 1 + line as u16 * tall;
        let place = Rect::new(area.x, y, area.width, tall);
        let role = if entry.later { Role::Dim } else { Role::Text };
        let mut cell = place.x + 2;
        let (field, of) = (conflict::field(entry), conflict::subject(entry, desk));
        let customer = conflict::customer(entry, desk);
        let texts = [field.as_str(), of.as_str(), &customer];
        for (text, (_, width)) in texts.into_iter().zip(columns) {
            let room = usize::from(place.right().saturating_sub(cell));
            canvas.text(cell, y, width.min(room), text, role);
            cell += width as u16 + 1;
        }
        let later = if entry.later { "later: " } else { "" };
        let own = conflict::own(entry);
        let theirs = conflict::theirs(entry, desk);
        if below {
            let cells = usize::from(place.width).saturating_sub(5);
            let text = format!("{later}yours {own}   file {theirs}");
            canvas.text(place.x + 4, y + 1, cells, &text, role);
        } else {
            canvas.text(x, y, half, &format!("{later}{own}"), role);
            canvas.text(x + half as u16 + 1, y, half, &theirs, role);
        }
        canvas.zone(place, Target::Row(Pane::List, at));
        if at == model.list.cursor {
            canvas.text(place.x, y, 1, ">", Role::Key);
            canvas.ground(place, Role::Cursor);
        }
    }
}

/// What a rep loses or gains by it.
fn role(kind: Kind) -> Role {
    match kind {
        Kind::New | Kind::Unmasked => Role::Good,
        Kind::Gone | Kind::Masked => Role::Bad,
        Kind::End | Kind::Contract => Role::Soon,
        _ => Role::Strong,
    }
}
