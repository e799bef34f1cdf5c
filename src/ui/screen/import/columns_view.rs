//! Drawing the columns of a file: what is asked, what each column is read as, and its first values.

use super::columns::About;
use crate::ui::action::ActionId;
use crate::ui::canvas::{Canvas, Target};
use crate::ui::format;
use crate::ui::model::Pane;
use crate::ui::msg::Trouble;
use crate::ui::theme::Role;
use ratatui::layout::Rect;

/// Draws it.
pub fn view(
    about: &About,
    file: &str,
    trouble: Option<&Trouble>,
    canvas: &mut Canvas<'_>,
    area: Rect,
) {
    let inside = canvas.frame(area, &format!("{file}: its columns"), true);
    let mut y = inside.y;
    for (text, role) in head(about, trouble) {
        for line in format::wrap(&text, usize::from(inside.width)) {
            if y + 4 < inside.bottom() {
                canvas.text(inside.x, y, usize::from(inside.width), &line, role);
                y += 1;
            }
        }
    }
    y = choices(about, canvas, inside, y);
    let foot = 2_u16.min(inside.bottom().saturating_sub(y));
    let room = Rect::new(
        inside.x,
        y,
        inside.width,
        inside.bottom().saturating_sub(y + foot),
    );
    table(about, canvas, room);
    let last = Rect::new(inside.x, inside.bottom() - foot, inside.width, foot);
    detail(about, canvas, last);
}

/// What is known of the file, and what is asked.
fn head(about: &About, trouble: Option<&Trouble>) -> Vec<(String, Role)> {
    let mut out = Vec::new();
    if let Some(trouble) = trouble {
        out.push((trouble.what.clone(), Role::Bad));
        if !trouble.hint.is_empty() {
            out.push((trouble.hint.clone(), Role::Text));
        }
    }
    if let Some(sheet) = about.sheet() {
        let kind = match (sheet.taken, sheet.kind.as_str()) {
            (true, kind) => format!("Read as {kind}"),
            (false, "") => "Not recognised".to_string(),
            (false, kind) => format!("Looks like {kind}"),
        };
        let place = match sheet.name.as_str() {
            "" => String::new(),
            name => format!("   sheet {name} of {}", about.sheets.len()),
        };
        let row = sheet.header_row;
        out.push((format!("{kind}   header in row {row}{place}"), Role::Text));
    }
    out.extend(remembered(about));
    out
}

/// What is said of answers that were kept, or will be.
pub fn remembered(about: &About) -> Vec<(String, Role)> {
    let mut out = Vec::new();
    if let Some(own) = &about.seen.recalled {
        let file = &own.file;
        out.push(match own.applied {
            true => {
                let text = format!("Read with the answers kept from {file}   x reads without them");
                (text, Role::Good)
            }
            false => {
                let differ = own.differ.join(", ");
                let text =
                    format!("Laid out almost like {file} ({differ} differ)   u takes its answers");
                (text, Role::Soon)
            }
        });
    }
    if about.keepable() {
        let text = match about.once {
            false => "Your answers will be kept for files laid out alike   m only for this file",
            true => "Your answers are for this file only   m keeps them for files laid out alike",
        };
        out.push((text.to_string(), Role::Dim));
    }
    out
}

/// The answers to choose from, each a place to click.
fn choices(about: &About, canvas: &mut Canvas<'_>, area: Rect, mut y: u16) -> u16 {
    let Some(question) = &about.question else {
        return y;
    };
    let cells = usize::from(area.width);
    for (at, (words, _)) in question.choices.iter().enumerate().take(9) {
        if y + 3 >= area.bottom() {
            return y;
        }
        let text = format!("  {}  {words}", at + 1);
        canvas.text(area.x, y, cells, &text, Role::Key);
        let row = Rect::new(area.x, y, area.width, 1);
        canvas.zone(row, Target::Row(Pane::Detail, at));
        y += 1;
    }
    if question.sample.is_some() && y + 3 < area.bottom() {
        canvas.text(area.x, y, cells, "  a  type the answer", Role::Key);
        let row = Rect::new(area.x, y, area.width, 1);
        canvas.zone(row, Target::Act(ActionId::AnswerQuestion));
        y += 1;
    }
    y
}

fn table(about: &About, canvas: &mut Canvas<'_>, area: Rect) {
    let Some(sheet) = about.sheet() else { return };
    if area.height < 2 {
        return;
    }
    let titles = ["Column in the file", "Read as", "Known by", "First values"];
    cells(canvas, area, area.y, Role::Title, titles);
    let rows = about
        .list
        .rows(sheet.columns.len(), usize::from(area.height) - 1);
    let shown = sheet.columns.iter().enumerate().skip(rows.start);
    for (at, column) in shown.take(rows.len()) {
        let y = area.y + 1 + (at - rows.start) as u16;
        let row = Rect::new(area.x, y, area.width, 1);
        let id = about.field(column);
        let role = match (at == about.list.cursor, id.is_empty()) {
            (true, _) => Role::Cursor,
            (false, true) => Role::Dim,
            (false, false) => Role::Text,
        };
        let words = match (id, column.key) {
            ("", _) => "-".to_string(),
            (id, true) => format!("{} (key)", about.words(id)),
            (id, false) => about.words(id).to_string(),
        };
        canvas.fill(row, role);
        let how = how_sure(about, column);
        let samples = column.samples.join("   ");
        cells(
            canvas,
            area,
            y,
            role,
            [&column.header, &words, &how, &samples],
        );
        canvas.zone(row, Target::Row(Pane::List, at));
    }
}

/// One line of the table. Wide terminals show how sure a field is; narrow ones say it of the column
/// under the cursor.
fn cells(canvas: &mut Canvas<'_>, area: Rect, y: u16, role: Role, texts: [&str; 4]) {
    let wide = usize::from(area.width);
    let sure = if wide >= 110 { 20 } else { 0 };
    let name = (wide / 4).clamp(10, 32);
    let field = (wide / 3).clamp(12, 40);
    let rest = wide.saturating_sub(name + field + sure);
    let mut x = area.x;
    for (text, cells) in texts.into_iter().zip([name, field, sure, rest]) {
        if cells > 0 {
            canvas.text(x, y, cells.saturating_sub(1), text, role);
        }
        x += cells as u16;
    }
}

fn how_sure(about: &About, column: &crate::ui::seen::Column) -> String {
    match about.answers.columns.contains_key(&column.header) {
        true => "you said so".to_string(),
        false if about.field(column).is_empty() => String::new(),
        false => column.sure.clone(),
    }
}

/// The column under the cursor in full, and what to press.
fn detail(about: &About, canvas: &mut Canvas<'_>, area: Rect) {
    let cells = usize::from(area.width);
    if area.height > 1
        && let Some(sheet) = about.sheet()
        && let Some(column) = sheet.columns.get(about.list.cursor)
    {
        let how = [how_sure(about, column), column.read_as.clone()];
        let how: Vec<&str> = how
            .iter()
            .map(String::as_str)
            .filter(|t| !t.is_empty())
            .collect();
        let words = match about.field(column) {
            "" => "not read; kept with the row as it is written".to_string(),
            id => format!("{}   {}", about.words(id), how.join("; ")),
        };
        let text = format!("{}: {words}", column.header);
        canvas.text(area.x, area.y, cells, &text, Role::Text);
    }
    if area.height > 0 {
        let text = match about.changed {
            true => "v reads the file with your answers   Enter another field   Esc forgets",
            false => {
                "Enter another field   h header row   a currency, dates, ...   v preview   Esc back"
            }
        };
        canvas.text(area.x, area.bottom() - 1, cells, text, Role::Key);
    }
}
