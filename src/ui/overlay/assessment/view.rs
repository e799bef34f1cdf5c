//! How the form looks: portfolios, size, one line a metric, and below what the cell under the
//! cursor wants.

use super::super::view::{boxed, typed};
use super::{Model, PORTFOLIOS, written};
use crate::program::assessment::{self, CELLS, Cell, FormRow};
use crate::program::pack::MeasureKind;
use crate::ui::canvas::{Canvas, Target};
use crate::ui::desk::Desk;
use crate::ui::format;
use crate::ui::theme::Role;
use ratatui::layout::Rect;
use rust_decimal::Decimal;

/// Header and width of each cell's column, in the order of [`CELLS`].
fn columns(width: u16) -> [(&'static str, u16); 6] {
    // a narrow window leaves the names of the metrics their room
    let (percent, amount, index) = if width < 90 { (5, 13, 5) } else { (6, 17, 6) };
    [
        ("cat%", percent),
        ("wt%", percent),
        ("A", amount),
        ("B", amount),
        ("ach.", index),
        ("appl.", index),
    ]
}

/// Width of the column that says what the band makes of A and B.
const BAND: u16 = 4;

/// Draws it.
pub fn view(model: &Model, desk: &Desk, canvas: &mut Canvas<'_>, area: Rect) {
    let title = match &model.like {
        Some(like) => format!("Assessment of {}, begun like {like}", model.month),
        None => format!("Assessment of {}", model.month),
    };
    let inside = boxed(canvas, area, &title, 132, area.height);
    if inside.height < 8 || inside.width < 60 {
        return;
    }
    portfolios(
        model,
        canvas,
        Rect::new(inside.x + 1, inside.y, inside.width - 2, 1),
    );
    let size = model.size(desk);
    let size_at = Rect::new(inside.x, inside.y + 1, inside.width, 1);
    size_line(model, size.as_deref(), canvas, size_at);
    let head = inside.y + 2;
    let name = name_width(inside);
    let mut x = inside.x + 1 + name + 1;
    for (title, width) in columns(inside.width) {
        canvas.right(x, head, width.into(), title, Role::Title);
        x += width + 1;
    }
    canvas.right(x, head, BAND.into(), "band", Role::Title);
    let shown = model.shown();
    let height = usize::from(inside.height).saturating_sub(7);
    // the size stands above the list; only the metrics scroll
    let list = &model.list;
    for (line, at) in list
        .rows(shown.len() + 1, height + 1)
        .filter(|at| *at > 0)
        .take(height)
        .enumerate()
    {
        let row = at
            .checked_sub(1)
            .and_then(|at| shown.get(at))
            .and_then(|at| model.rows.get(*at));
        let Some(row) = row else { break };
        let place = Rect::new(inside.x, head + 1 + line as u16, inside.width, 1);
        metric(model, row, at, size.as_deref(), desk, canvas, place);
    }
    foot(model, desk, canvas, inside);
}

fn name_width(inside: Rect) -> u16 {
    let cells: u16 = columns(inside.width)
        .iter()
        .map(|(_, width)| width + 1)
        .sum();
    inside.width.saturating_sub(cells + BAND + 3)
}

fn portfolios(model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    let mut x = area.x;
    for (at, portfolio) in model.portfolios.iter().enumerate() {
        let here = at == model.portfolio;
        let name = if area.width > 100 {
            portfolio.title()
        } else {
            portfolio.short()
        };
        let text = format!(" {name} ");
        let role = if here { Role::Tab } else { Role::TabAway };
        let used = canvas.text(
            x,
            area.y,
            usize::from(area.right().saturating_sub(x)),
            &text,
            role,
        );
        canvas.zone(
            Rect::new(x, area.y, used, 1),
            Target::Entry(PORTFOLIOS + at),
        );
        x += used + 1;
    }
    let room = usize::from(area.right().saturating_sub(x));
    canvas.text(x, area.y, room, " PgUp PgDn", Role::Dim);
}

fn size_line(model: &Model, size: Option<&str>, canvas: &mut Canvas<'_>, area: Rect) {
    let x = area.x + 1;
    canvas.text(x, area.y, 16, "Partner's size", Role::Dim);
    let cell = Rect::new(x + 16, area.y, 6, 1);
    match (&model.line, model.list.cursor) {
        (Some(line), 0) => typed(canvas, cell.x, cell.y, 6, "", line),
        _ => {
            canvas.text(cell.x, cell.y, 6, size.unwrap_or("-"), Role::Text);
            if model.list.cursor == 0 {
                canvas.paint(cell, Role::Cell);
            }
        }
    }
    canvas.zone(cell, Target::Entry(0));
}

fn metric(
    model: &Model,
    row: &FormRow,
    at: usize,
    size: Option<&str>,
    desk: &Desk,
    canvas: &mut Canvas<'_>,
    area: Rect,
) {
    let here = at == model.list.cursor;
    if here {
        canvas.paint(area, Role::CursorAway);
    }
    let name = name_width(area);
    let changed = row.was.is_some() && row.changed();
    let role = if changed { Role::Typing } else { Role::Text };
    canvas.text(area.x + 1, area.y, name.into(), &row.title, role);
    let mut x = area.x + 1 + name + 1;
    for (column, (cell, (_, width))) in CELLS.into_iter().zip(columns(area.width)).enumerate() {
        let place = Rect::new(x, area.y, width, 1);
        let open = here && column == model.column;
        match &model.line {
            Some(line) if open => typed(canvas, x, area.y, width.into(), "", line),
            _ => {
                let text = shown(row, cell);
                canvas.figure(x, area.y, width.into(), &text, Role::Text);
                if open {
                    canvas.paint(place, Role::Cell);
                }
            }
        }
        canvas.zone(place, Target::Entry(at * CELLS.len() + column));
        x += width + 1;
    }
    let band = size.and_then(|size| assessment::band_index(&desk.pack, row, size, desk.today));
    let index = row.row.applied_index.or(row.row.achieved_index);
    let (text, role) = match band {
        Some(band) if index.is_some_and(|index| index != Decimal::from(band)) => {
            (band.to_string(), Role::Soon)
        }
        Some(band) => (band.to_string(), Role::Dim),
        None if !row.scaled && row.says_something() => ("held".into(), Role::Dim),
        None => (String::new(), Role::Dim),
    };
    canvas.right(x, area.y, BAND.into(), &text, role);
}

/// A figure in its column: levels as words, amounts with thousands parted.
fn shown(row: &FormRow, cell: Cell) -> String {
    let amount = matches!(cell, Cell::A | Cell::B)
        && matches!(row.kind, Some(MeasureKind::Ratio | MeasureKind::Growth));
    match row.get(cell) {
        Some(value) if amount => format::decimal(value, 2),
        _ => written(row, cell),
    }
}

fn foot(model: &Model, desk: &Desk, canvas: &mut Canvas<'_>, inside: Rect) {
    let (x, cells) = (inside.x + 1, usize::from(inside.width) - 2);
    let y = inside.bottom() - 4;
    if model.asking {
        let text = "Something is typed and not kept.";
        canvas.text(x, y, cells, text, Role::Soon);
        let keys = "Enter keeps it   f forgets it   Esc goes on typing";
        canvas.text(x, y + 1, cells, keys, Role::Key);
        return;
    }
    let (text, role) = match &model.trouble {
        Some(trouble) => (trouble.clone(), Role::Bad),
        None => (wanted(model, desk), Role::Dim),
    };
    for (at, part) in format::wrap(&text, cells).iter().take(2).enumerate() {
        canvas.text(x, y + at as u16, cells, part, role);
    }
    let remarks = assessment::remarks(&model.rows);
    let own = model.portfolios.get(model.portfolio).map(|p| p.title());
    let remark = remarks
        .iter()
        .find(|text| own.is_some_and(|own| text.starts_with(own)));
    if let Some(remark) = remark {
        canvas.text(x, y + 2, cells, remark, Role::Soon);
    }
    let keys = match model.line.is_some() {
        true => "Enter keep   Tab keep and go on   Esc old value back",
        false => "type or Enter edits   Delete empties   Ctrl+S keeps all   Esc closes",
    };
    canvas.text(x, y + 3, cells, keys, Role::Key);
}

/// What the cell under the cursor wants, and where its row is from.
fn wanted(model: &Model, desk: &Desk) -> String {
    let Some(row) = model.here().and_then(|at| model.rows.get(at)) else {
        let known: Vec<&str> = desk.pack.sizes.iter().map(|size| &*size.id).collect();
        return format!("The partner's size by its bookings: {}", known.join(", "));
    };
    let what = match (model.cell(), row.kind) {
        (Cell::CategoryWeight, _) => "Weight of the category in the score, percent",
        (Cell::Weight, _) => "Weight within its category, percent",
        (Cell::AchievedIndex, _) => "Index of the value alone, 0 to 10",
        (Cell::AppliedIndex, _) => "Index the score sums, 0 to 10",
        (Cell::A, Some(MeasureKind::Level)) => "none, basic, intermediate or advanced",
        (Cell::A, Some(MeasureKind::Points)) => "Points",
        (Cell::A, Some(MeasureKind::Growth)) => "Bookings of the last twelve months",
        (Cell::B, Some(MeasureKind::Growth)) => "Bookings of the twelve months before those",
        (Cell::A, Some(MeasureKind::Ratio)) => "Measure A: what counts",
        (Cell::B, Some(MeasureKind::Ratio)) => "Measure B: the whole it is a part of",
        (Cell::A, None) => "Measure A as the sheet has it",
        (Cell::B, _) => "Measure B, where the sheet has one",
    };
    let from = match &row.was {
        Some(was) if row.changed() => {
            format!(
                "typed now, before: {}",
                assessment::source_of(was, &desk.snapshot)
            )
        }
        Some(was) => assessment::source_of(was, &desk.snapshot),
        None => "not in the book yet".into(),
    };
    format!("{} - {what}. {from}", row.title)
}
