//! Drawing the quote: the grid alone as a pane of the pipeline, and the full-width screen with
//! the projection beside or under it.

use super::columns::{self, Column};
use super::{Model, Sheet, heads, list, paste, totals};
use crate::domain::approval::Approval;
use crate::domain::quote::QuoteLine;
use crate::pricing::gathered::Head;
use crate::pricing::hold::Hold;
use crate::ui::canvas::{Canvas, Target};
use crate::ui::desk::Desk;
use crate::ui::format;
use crate::ui::model::Pane;
use crate::ui::pane::projection;
use crate::ui::theme::Role;
use crate::ui::widget::grid::{CellEdit, Cells};
use crate::ui::widget::paint;
use ratatui::layout::Rect;
use std::ops::{Range, RangeInclusive};

/// From this width on the projection stands beside the grid.
const BESIDE: u16 = 150;
/// Its width there.
const PROJECTION_WIDE: u16 = 64;
/// From this height on it stands under the grid on narrower screens.
const UNDER: u16 = 27;

/// Draws the grid alone, as a pane of the pipeline.
pub fn grid_view(model: &Model, desk: &Desk, canvas: &mut Canvas<'_>, area: Rect, focus: bool) {
    let Some(sheet) = &model.sheet else {
        return no_quote(model, desk, canvas, area, focus);
    };
    let title = title(model, sheet, desk, area.width);
    let inside = canvas.frame(area, &title, focus);
    canvas.zone(area, Target::Pane(Pane::Grid));
    let cells = usize::from(inside.width);
    let foot = totals::lines(model, sheet, desk, cells);
    let foot_height = (foot.len() as u16).min(inside.height.saturating_sub(2));
    let body = Rect::new(
        inside.x,
        inside.y,
        inside.width,
        inside.height - foot_height,
    );
    grid(model, sheet, canvas, body, focus);
    let skipped = foot.len() - usize::from(foot_height);
    // Too low for everything: the last lines (typing, refusals) matter most.
    for (y, pieces) in (body.bottom()..inside.bottom()).zip(foot.iter().skip(skipped)) {
        let mut x = inside.x;
        for (text, role) in pieces {
            let room = usize::from(inside.right().saturating_sub(x));
            x += canvas.text(x, y, room, text, *role) + 2;
        }
    }
    if let Some(block) = &model.block {
        paste::draw(block, canvas, area);
    }
}

/// One line on the quote and what it moves, for small screens:
/// `Q-1187 v3 | Svc 4.75 -> 5.25^ | Net 6.04 -> 6.21 (starter)`.
pub fn summary(model: &Model, desk: &Desk) -> String {
    let mut parts = Vec::new();
    // while a cell is typed what it moves comes first: the totals stand above it
    let typing = model.sheet.as_deref().is_some_and(Sheet::typing);
    if let Some(live) = model.live.as_ref().filter(|_| typing) {
        return format!("PVI {}", live.summary("→"));
    }
    match &model.sheet {
        Some(sheet) => parts.push(format!(
            "{} v{}, net {} {}",
            sheet.kept.number,
            sheet.kept.version,
            sheet.kept.currency,
            format::amount(sheet.totals.net, sheet.kept.currency)
        )),
        None if model.renewal.is_some() => parts.push("no quote yet".to_string()),
        None => {}
    }
    match &model.live {
        Some(live) => parts.push(live.summary("→")),
        None if desk.engine.is_none() => parts.push("projection is being computed".to_string()),
        None => {}
    }
    parts.join(" | ")
}

/// Draws it at full width; `zoomed` leaves the pane with the focus alone.
pub fn view(model: &Model, desk: &Desk, canvas: &mut Canvas<'_>, area: Rect, zoomed: bool) {
    if model.sheet.is_none() && model.renewal.is_none() {
        return list::draw(model, desk, canvas, area, true);
    }
    let on_projection = model.focus == Pane::Projection;
    if zoomed && !on_projection {
        grid_view(model, desk, canvas, area, true);
    } else if zoomed {
        projection::view(model, desk, canvas, area, true);
    } else if area.width >= BESIDE {
        let left = Rect::new(area.x, area.y, area.width - PROJECTION_WIDE, area.height);
        let right = Rect::new(left.right(), area.y, PROJECTION_WIDE, area.height);
        grid_view(model, desk, canvas, left, !on_projection);
        projection::view(model, desk, canvas, right, on_projection);
    } else if area.height >= UNDER {
        let height = under_height(model, area);
        let top = Rect::new(area.x, area.y, area.width, area.height - height);
        let low = Rect::new(area.x, top.bottom(), area.width, height);
        grid_view(model, desk, canvas, top, !on_projection);
        projection::view(model, desk, canvas, low, on_projection);
    } else if on_projection {
        projection::view(model, desk, canvas, area, true);
    } else {
        let height = area.height.saturating_sub(1);
        let top = Rect::new(area.x, area.y, area.width, height);
        grid_view(model, desk, canvas, top, true);
        let text = model.live.as_ref().map_or_else(
            || "projection is being computed".to_string(),
            |live| format!("PVI {}   (w: projection)", live.summary("→")),
        );
        canvas.fill(Rect::new(area.x, top.bottom(), area.width, 1), Role::Text);
        canvas.text(
            area.x + 1,
            top.bottom(),
            usize::from(area.width) - 1,
            &text,
            Role::Text,
        );
    }
}

/// Height of the projection under the grid: all it has to show, taken from the rows the grid leaves
/// empty; of a long quote two fifths at least.
fn under_height(model: &Model, area: Rect) -> u16 {
    let Some(live) = &model.live else {
        return 4.min(area.height);
    };
    let wanted = projection::height(live, area.width);
    let lines = model.sheet.as_deref().map_or(0, Cells::rows);
    let grid = u16::try_from(lines).unwrap_or(u16::MAX).saturating_add(8);
    wanted.min((area.height * 2 / 5).max(area.height.saturating_sub(grid)))
}

fn no_quote(model: &Model, desk: &Desk, canvas: &mut Canvas<'_>, area: Rect, focus: bool) {
    let inside = canvas.frame(area, "Quote", focus);
    canvas.zone(area, Target::Pane(Pane::Grid));
    let text = match model.renewal {
        Some(renewal) => {
            let lines = desk.queue.lines_of(renewal).len();
            let what = format::count(lines, "expiring line", "expiring lines");
            format!("No quote yet. Enter makes one from {what}.")
        }
        None => "No renewal under the cursor.".to_string(),
    };
    let cells = usize::from(inside.width);
    for (y, line) in (inside.y..inside.bottom()).zip(format::wrap(&text, cells)) {
        canvas.text(inside.x, y, cells, &line, Role::Dim);
    }
}

fn title(model: &Model, sheet: &Sheet, desk: &Desk, width: u16) -> String {
    let quote = &sheet.kept;
    // a narrow title keeps what stops a quote in sight
    let status = match quote.standing() {
        "draft, changed since sent" if width < 90 => "changed since sent",
        standing => standing,
    };
    let lines = quote.lines.len();
    let at = match model.row() {
        Some(row) => format!("line {} of {lines}", row + 1),
        None => format::count(lines, "line", "lines"),
    };
    let mut text = format!("{} v{} {status}  {at}", quote.number, quote.version);
    match (model.grid.marked(), model.grid.across()) {
        (Some(places), Some(columns)) => {
            let rows = sheet.seen(*places.start()..places.end() + 1).count();
            text.push_str(&format!("  {rows} × {} cells marked", columns.count()));
        }
        (Some(_), None) => text.push_str(&format!("  {} marked", model.chosen().len())),
        _ => {}
    }
    if model.waits() {
        text.push_str("  being worked out…");
    }
    let by = sheet.gathered_by();
    if !by.is_empty() {
        text.push_str(&format!("  by {by}"));
    }
    let low = sheet.below.len();
    if low > 0 {
        let approved = Approval::of(quote, &desk.snapshot.settings).is_some();
        let word = if approved {
            "approved"
        } else {
            "needs approval"
        };
        text.push_str(&format!("  {low} below floor, {word}"));
    }
    if model.hold != Hold::Typed {
        text.push_str(&format!("  {}", model.hold.words()));
    }
    let locked = |line: &&QuoteLine| model.locked.contains(&line.id);
    if !model.locked.is_empty() {
        match quote.lines.iter().filter(locked).count() {
            0 => {}
            n => text.push_str(&format!("  {n} locked")),
        }
    }
    text.push_str(&format!("  {}", list::customer(desk, quote)));
    if width >= 90 {
        let contracts: Vec<&str> = quote
            .renewals
            .iter()
            .filter_map(|id| desk.queue.row(*id))
            .map(|row| row.contract_number())
            .collect();
        if !contracts.is_empty() {
            text.push_str(&format!("  contract {}", contracts.join(", ")));
        }
        let valid = quote.valid_until.unwrap_or_else(|| {
            quote.created_on + chrono::Duration::days(desk.rules.quote.valid_days)
        });
        let days = (valid - desk.today).num_days();
        text.push_str(&format!("  valid to {} ({days} d)", format::day(valid)));
    }
    text
}

fn grid(model: &Model, sheet: &Sheet, canvas: &mut Canvas<'_>, area: Rect, focus: bool) {
    if area.height == 0 {
        return;
    }
    let under = Column::at(model.grid.column);
    let shown = columns::layout(usize::from(area.width), under);
    header(canvas, area, &shown, under);
    let (pinned, rows) = window(model, sheet, usize::from(area.height - 1));
    let mut y = area.y + 1;
    if let Some((place, head)) = pinned {
        let look = Row {
            place,
            ground: None,
            marked: None,
            pinned: true,
        };
        let line = Rect::new(area.x, y, area.width, 1);
        heads::draw(model, (sheet, head), canvas, line, &shown, &look);
        y += 1;
    }
    let marked = model.grid.marked();
    let across = model.grid.across();
    for (y, row) in (y..area.bottom()).zip(rows) {
        let place = Rect::new(area.x, y, area.width, 1);
        let at = row == model.grid.row();
        let ground = match (at, focus) {
            (true, true) => Some(Role::Cursor),
            (true, false) => Some(Role::CursorAway),
            _ => None,
        };
        if let Some(role) = ground {
            canvas.fill(place, role);
        }
        let marked = marked.as_ref().is_some_and(|rows| rows.contains(&row));
        let columns = across.clone().unwrap_or(0..=usize::MAX);
        let look = Row {
            place: row,
            ground,
            marked: marked.then_some(columns),
            pinned: false,
        };
        match sheet.head_at(row) {
            Some(head) => heads::draw(model, (sheet, head), canvas, place, &shown, &look),
            None => draw_row(model, sheet, canvas, place, &shown, &look),
        }
    }
}

/// From so many rows on one of them may go to the group that all below it belong to.
const PINS: usize = 4;

/// The rows of the screen in so many lines, and the group they begin in where its subtotal is out of sight
/// above: it takes a line, and never the cursor's.
fn window<'a>(
    model: &Model,
    sheet: &'a Sheet,
    room: usize,
) -> (Option<(usize, &'a Head)>, Range<usize>) {
    let (list, all) = (&model.grid.rows, sheet.rows());
    let rows = list.rows(all, room);
    if room < PINS || sheet.above(rows.start).is_none() {
        return (None, rows);
    }
    let rows = list.rows(all, room - 1);
    match sheet.above(rows.start) {
        Some(head) => (Some(head), rows),
        // the cursor pushed a group of the outermost level to the top: it says so itself
        None => (None, rows.start..(rows.start + room).min(all)),
    }
}

/// How a row is drawn.
pub(super) struct Row {
    /// The row of the screen.
    pub place: usize,
    /// What is under it where the cursor is.
    pub ground: Option<Role>,
    /// The columns that are marked in it.
    pub marked: Option<RangeInclusive<usize>>,
    /// It stands above the rows in the place of its own, which is out of sight.
    pub pinned: bool,
}

impl Row {
    /// True for a marked cell.
    pub(super) fn is_marked(&self, column: Column) -> bool {
        let marked = self.marked.as_ref();
        marked.is_some_and(|columns| columns.contains(&column.index()))
    }
}

fn header(canvas: &mut Canvas<'_>, area: Rect, shown: &[(Column, usize)], under: Column) {
    let mut x = area.x;
    for (column, wide) in shown {
        let role = if *column == under {
            Role::Strong
        } else {
            Role::Dim
        };
        let text = format::fit(column.title(), *wide, column.right(), "…");
        canvas.text(x, area.y, *wide, &text, role);
        x += *wide as u16 + 1;
    }
}

fn draw_row(
    model: &Model,
    sheet: &Sheet,
    canvas: &mut Canvas<'_>,
    place: Rect,
    shown: &[(Column, usize)],
    look: &Row,
) {
    let Some(row) = sheet.line_at(look.place) else {
        return;
    };
    let (Some(line), Some(priced)) = (sheet.typed.lines.get(row), sheet.priced.get(row)) else {
        return;
    };
    let currency = sheet.kept.currency;
    // Figures of the line being typed that are not what is kept.
    let before = sheet
        .draft
        .as_ref()
        .filter(|draft| draft.row == row)
        .and_then(|draft| Some((sheet.kept.lines.get(row)?, &draft.before)));
    let mut x = place.x;
    let mut open_cell = None;
    for (column, wide) in shown {
        let area = Rect::new(x, place.y, *wide as u16, 1);
        canvas.zone(area, Target::Cell(Pane::Grid, look.place, column.index()));
        let editing = model
            .grid
            .editing()
            .filter(|open| open.row == look.place && Column::at(open.column) == *column);
        if let Some(open) = editing {
            open_cell = Some((open, area, column.right()));
        } else {
            let text = columns::shown(*column, line, priced, currency);
            let changed = before.is_some_and(|(line, priced)| {
                columns::shown(*column, line, priced, currency) != text
            });
            let cursor = look.ground.is_some() && column.index() == model.grid.column;
            let role = match (changed, cursor) {
                (true, _) => Role::Typing,
                (_, true) if look.ground == Some(Role::Cursor) => Role::Cell,
                _ => tone(*column, &text, look.is_marked(*column)),
            };
            let ground = look
                .ground
                .filter(|_| !matches!(role, Role::Typing | Role::Cell));
            let style = paint::over(canvas, role, ground);
            let text = if column.right() {
                paint::figure(&text, *wide)
            } else {
                format::fit(&text, *wide, false, "…")
            };
            canvas.styled(x, place.y, *wide, &text, style);
        }
        x += *wide as u16 + 1;
    }
    // last, over its neighbours where it needs their room
    if let Some((open, cell, right)) = open_cell {
        field(open, canvas, place, cell, right);
    }
}

fn tone(column: Column, text: &str, marked: bool) -> Role {
    match column {
        _ if marked => Role::Marked,
        Column::Margin | Column::Markup if text.starts_with('-') => Role::Bad,
        Column::ExtendedNet => Role::Strong,
        _ if text == "?" => Role::Soon,
        _ => Role::Text,
    }
}

/// Draws the cell being typed with its cursor and selection. A text longer than its column lies over
/// the left neighbours, then over the right ones, so that all of it is seen; figures stand right.
fn field(open: &CellEdit, canvas: &mut Canvas<'_>, row: Rect, cell: Rect, right: bool) {
    let text = format::width(open.field.text()) + 1;
    let needed = u16::try_from(text).unwrap_or(u16::MAX).min(row.width);
    let wide = cell.width.max(needed);
    let x = cell.right().saturating_sub(wide).max(row.x);
    let area = Rect::new(x, cell.y, wide, 1);
    if wide > cell.width && x > row.x {
        canvas.fill(Rect::new(x - 1, cell.y, 1, 1), Role::Cursor);
    }
    canvas.fill(area, Role::Typing);
    let indent = if right { wide - needed.min(wide) } else { 0 };
    let place = Rect::new(x + indent, cell.y, wide - indent, 1);
    let view = open.field.view(usize::from(place.width));
    let cells = usize::from(place.width);
    canvas.text(place.x, place.y, cells, &view.text, Role::Typing);
    if !view.selected.is_empty() {
        let start = place.x + view.selected.start as u16;
        let wide = (view.selected.end - view.selected.start) as u16;
        canvas.paint(Rect::new(start, place.y, wide, 1), Role::Match);
    }
    canvas.cursor(place.x + view.cursor as u16, place.y);
}
