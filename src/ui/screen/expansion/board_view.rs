//! Drawing the adoption board: the stages with their counts, then a row a use case.

use super::board::{COLUMNS, Column, Model};
use super::order::Place;
use super::standing::Found;
use crate::book::adoption_board::Entry;
use crate::book::{Clock, countdown};
use crate::domain::text::clean;
use crate::ui::canvas::{Canvas, Target};
use crate::ui::desk::Desk;
use crate::ui::format;
use crate::ui::layout::paragraph;
use crate::ui::model::Pane;
use crate::ui::screen::pipeline::columns::state;
use crate::ui::theme::Role;
use crate::ui::widget::paint;
use chrono::NaiveDate;
use ratatui::layout::Rect;
use std::ops::Range;

/// What the marks mean.
pub const LEGEND: &str =
    "!: stands still (i)   Pays until: last day a milestone pays   Enter renewal";

/// Draws it.
pub fn view(model: &Model, found: &Found, desk: &Desk, canvas: &mut Canvas<'_>, area: Rect) {
    let rows = found.board.len();
    let at = (model.rows.cursor + 1).min(rows);
    let stalled = found.stalled;
    let order = match model.columns.sort {
        None => ", first; then by renewal",
        Some(_) => "",
    };
    let places = places(usize::from(area.width).saturating_sub(4), model);
    let more = match COLUMNS.len() - places.len() {
        0 => String::new(),
        n => format!("   {}", format::count(n, "more column", "more columns")),
    };
    let title = format!("Adoption  {at} of {rows}  {stalled} stand still{order}{more}");
    let inside = canvas.frame(area, &title, true);
    if rows == 0 {
        let lines = [
            "No adoption state is known yet.",
            "g i  imports a PX Cloud lifecycle export: use cases with their stage, and since when.",
            "Load incentive rates (:) reads your own file of use cases: until when a milestone pays.",
        ];
        return paragraph(canvas, inside, &lines, Role::Dim);
    }
    let used = strip(found, canvas, inside);
    let table = Rect::new(
        inside.x,
        inside.y + used,
        inside.width,
        inside.height.saturating_sub(used),
    );
    if table.height < 2 {
        return;
    }
    header(model, canvas, table, &places);
    let room = usize::from(table.height) - 1;
    for (line, at) in model.rows.rows(rows, room).enumerate() {
        let Some(entry) = model.row(at, found) else {
            break;
        };
        let row = Rect::new(table.x, table.y + 1 + line as u16, table.width, 1);
        draw_row((model, desk), canvas, row, (at, entry), &places);
    }
}

/// How many use cases are in each stage; gives the lines it takes.
fn strip(found: &Found, canvas: &mut Canvas<'_>, inside: Rect) -> u16 {
    let pieces: Vec<(String, Role)> = found
        .stages
        .iter()
        .map(|(title, all, stalled)| match stalled {
            0 => (format!("{title} {all}"), Role::Text),
            n => (format!("{title} {all} ({n}!)"), Role::Soon),
        })
        .collect();
    let lines = paint::flow(&pieces, usize::from(inside.width).saturating_sub(2));
    for (y, line) in (inside.y..inside.bottom()).zip(&lines) {
        let mut x = inside.x + 1;
        for (text, role) in line {
            let room = usize::from(inside.right().saturating_sub(x));
            x += canvas.text(x, y, room, text, *role) + 2;
        }
    }
    (lines.len() as u16).min(inside.height)
}

/// Place, offset and width of the columns in so many cells: the customer and the use case, and of the
/// others as many as fit, the one under the cursor among them.
fn places(cells: usize, model: &Model) -> Vec<Place> {
    const FROZEN: usize = 2;
    /// Least and most cells of each column.
    const WIDTHS: [[usize; 2]; 7] = [
        [14, 32],
        [12, 48],
        [9, 12],
        [7, 13],
        [18, 19],
        [9, 17],
        [7, 8],
    ];
    let least = |at: usize| WIDTHS.get(at).map_or(0, |wide| wide[0] + 1);
    let needed = |shown: &Range<usize>| {
        let scrolled: usize = shown.clone().map(least).sum();
        least(0) + least(1) + scrolled
    };
    let mut shown = FROZEN..COLUMNS.len();
    for fit in (1..=COLUMNS.len() - FROZEN).rev() {
        shown = model.columns.shown(FROZEN, COLUMNS.len(), fit);
        if needed(&shown) <= cells {
            break;
        }
    }
    let mut spare = cells.saturating_sub(needed(&shown));
    let all: Vec<usize> = (0..FROZEN).chain(shown).collect();
    let mut widths = WIDTHS.map(|wide| wide[0]);
    // what is said of days first, names with what is left
    for at in [3, 5, 4, 2, 6, 0, 1] {
        let most = WIDTHS.get(at).map_or(0, |wide| wide[1]);
        if let (true, Some(wide)) = (all.contains(&at), widths.get_mut(at)) {
            let share = if at == 0 { spare / 2 } else { spare };
            let more = share.min(most - *wide);
            *wide += more;
            spare -= more;
        }
    }
    let mut x = 0;
    let placed = all.into_iter().map(|at| {
        let (here, wide) = (x, widths.get(at).copied().unwrap_or_default());
        x += wide as u16 + 1;
        (at, here, wide)
    });
    placed.collect()
}

fn header(model: &Model, canvas: &mut Canvas<'_>, area: Rect, places: &[Place]) {
    for (at, x, wide) in places {
        let x = area.x + 2 + x;
        let title = match COLUMNS.get(*at) {
            Some(Column::Customer) => "Customer",
            Some(Column::UseCase) => "Use case",
            Some(Column::Stage) => "Stage",
            Some(Column::Days) => "Days",
            Some(Column::Adopted) => "Adopted",
            Some(Column::Renewal) => "Next renewal",
            Some(Column::Pays) if *wide < 10 => "Pays to",
            Some(Column::Pays) => "Pays until",
            None => "",
        };
        let sorted = model.columns.sort.filter(|(by, _)| by == at);
        let sign = sorted.map_or("", |(_, down)| canvas.look().glyphs.sort(down));
        let role = match *at == model.columns.at {
            true => Role::Key,
            false => Role::Title,
        };
        canvas.text(x, area.y, *wide, &format!("{title}{sign}"), role);
        let zone = Rect::new(x, area.y, *wide as u16, 1);
        canvas.zone(zone, Target::Header(Pane::List, *at));
    }
}

fn draw_row(
    (model, desk): (&Model, &Desk),
    canvas: &mut Canvas<'_>,
    area: Rect,
    (at, entry): (usize, &Entry),
    places: &[Place],
) {
    let here = at == model.rows.cursor;
    if here {
        canvas.text(area.x, area.y, 1, ">", Role::Key);
    } else if entry.stalled {
        canvas.text(area.x, area.y, 1, "!", Role::Critical);
    }
    for (column, x, wide) in places {
        let Some(by) = COLUMNS.get(*column) else {
            continue;
        };
        let x = area.x + 2 + x;
        let (text, role) = fitted(*by, entry, desk, *wide);
        canvas.text(x, area.y, *wide, &text, role);
        let zone = Rect::new(x, area.y, *wide as u16, 1);
        canvas.zone(zone, Target::Cell(Pane::List, at, *column));
    }
    if here {
        model.columns.mark(canvas, area, places);
    }
}

/// The stage as a person reads it.
pub fn stage(entry: &Entry) -> String {
    let id = entry.stage.trim();
    let mut letters = id.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => "?".into(),
    }
}

/// A cell cut to fit: days go before the date they lead to.
fn fitted(by: Column, entry: &Entry, desk: &Desk, cells: usize) -> (String, Role) {
    let (text, role) = cell(by, entry, desk);
    if by == Column::Pays && format::width(&text) > cells {
        return (format::day_or_dash(entry.pays_until), role);
    }
    if by == Column::Days && format::width(&text) > cells {
        let text = text.replace(" stalled", " !");
        return (text, role);
    }
    (text, role)
}

/// What a cell says, and how.
pub fn cell(by: Column, entry: &Entry, desk: &Desk) -> (String, Role) {
    match by {
        Column::Customer => (entry.customer.to_string(), Role::Text),
        Column::UseCase => (use_case(entry), Role::Text),
        Column::Stage => (stage(entry), Role::Text),
        Column::Days => {
            let days = entry
                .days
                .map_or("?".to_string(), |days| match entry.at_least {
                    true => format!("{days:>3}+d"),
                    false => format!("{days:>3} d"),
                });
            match entry.stalled {
                true => (format!("{days} stalled"), Role::Critical),
                false => (days, Role::Text),
            }
        }
        Column::Adopted => match entry.adoption_pct {
            Some(percent) => (format!("{} %", percent.normalize()), Role::Text),
            None => ("-".into(), Role::Dim),
        },
        Column::Renewal => match entry.renewal {
            None => ("none ahead".into(), Role::Dim),
            Some((_, end)) => {
                let days = (end - desk.today).num_days();
                let near = countdown::band(&desk.rules, Clock::ContractEnd, days);
                (away(end, days, near.sign()), state(near))
            }
        },
        Column::Pays => match entry.pays_until {
            None => ("-".into(), Role::Dim),
            Some(day) => {
                let days = (day - desk.today).num_days();
                match days {
                    ..0 => (format!("{} past", format::day(day)), Role::Dim),
                    _ => {
                        let near = countdown::band(&desk.rules, Clock::ContractEnd, days);
                        let text = format!("{} ({days} d)", format::day(day));
                        (text, state(near))
                    }
                }
            }
        },
    }
}

fn away(day: NaiveDate, days: i64, sign: &str) -> String {
    let left = match days {
        0 => "today".to_string(),
        days => format!("{days} d"),
    };
    format!("{left:>5} {sign:<2} {}", format::day(day))
}

fn use_case(entry: &Entry) -> String {
    match (entry.offer.is_empty(), entry.use_case.is_empty()) {
        (true, _) => entry.use_case.to_string(),
        (_, true) => entry.offer.to_string(),
        _ => format!("{}: {}", entry.offer, entry.use_case),
    }
}

/// A use case in full, label and text.
pub fn explained(entry: &Entry, desk: &Desk) -> Vec<(String, String)> {
    let plays = &desk.rules.plays;
    let early = plays.stalled_stages.join(", ");
    let mut lines = vec![
        ("use case".to_string(), use_case(entry)),
        ("stage".to_string(), stage(entry)),
    ];
    if let Some(since) = entry.since {
        let days = entry.days.unwrap_or_default();
        let text = match entry.at_least {
            true => format!(
                "{} at the latest, the first file that shows it there, {days} d",
                format::day(since)
            ),
            false => format!("{}, {days} d", format::day(since)),
        };
        lines.push(("since".into(), text));
    }
    if let Some(open) = &entry.open_actions {
        lines.push(("open actions".into(), clean(open).into_owned()));
    }
    if let Some(percent) = entry.adoption_pct {
        lines.push(("adopted".into(), format!("{} %", percent.normalize())));
    }
    let stands = match entry.stalled {
        true => "stands still",
        false => "moves",
    };
    lines.push((
        "judged".into(),
        format!(
            "{stands}: a use case stands still in {early}, or without a step for {} days",
            plays.stalled_days
        ),
    ));
    match entry.renewal {
        None => lines.push((
            "next renewal".into(),
            "none of this customer is ahead".into(),
        )),
        Some((id, end)) => {
            let row = desk.row(id);
            let number = row.map_or("a contract", |row| row.contract_number());
            let days = (end - desk.today).num_days();
            let text = format!("{number} on {}, {days} d", format::day(end));
            lines.push(("next renewal".into(), text));
        }
    }
    let pays = match entry.pays_until {
        None => "your own file of use cases does not say".to_string(),
        Some(day) => format!("until {}", format::day(day)),
    };
    lines.push(("milestone pays".into(), pays));
    lines
}
