//! Drawing the white-space matrix: rows of customers, columns of portfolios as many as fit, and below
//! them the totals and the cell under the cursor in words.

use super::matrix::{Column, FROZEN, Model, column, columns, empty, leading, offer};
use super::order::Place;
use super::standing::Found;
use crate::book::whitespace::{Row, Total};
use crate::domain::money::{Currency, Money};
use crate::domain::portfolio::Portfolio;
use crate::ui::canvas::{Canvas, Target};
use crate::ui::desk::Desk;
use crate::ui::format;
use crate::ui::layout::paragraph;
use crate::ui::model::Pane;
use crate::ui::pane::projection;
use crate::ui::theme::Role;
use ratatui::layout::Rect;
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::ops::Range;

/// What the marks mean.
pub const LEGEND: &str = "blank: nothing live   offer: suggested   +1: in another currency too (i)";

/// Widths, and which of the columns that scroll are shown.
struct Laid {
    name: usize,
    year: usize,
    cell: usize,
    shown: Range<usize>,
    hidden: usize,
}

impl Laid {
    fn of(cells: usize, model: &Model, all: usize) -> Laid {
        /// Least and most cells of a name, a sum and an amount.
        const NAME: [usize; 2] = [18, 34];
        const YEAR: [usize; 2] = [12, 15];
        const CELL: [usize; 2] = [10, 14];
        let scrolled = all - FROZEN;
        let rest = cells.saturating_sub(NAME[0] + YEAR[0] + 2);
        let fit = (rest / (CELL[0] + 1)).clamp(1, scrolled);
        let shown = model.columns.shown(FROZEN, all, fit);
        let mut spare = rest.saturating_sub(fit * (CELL[0] + 1));
        let mut grow = |[least, most]: [usize; 2], times: usize| {
            let more = (spare / times.max(1)).min(most - least);
            spare -= more * times;
            least + more
        };
        // whole names first
        let name = grow(NAME, 1);
        let cell = grow(CELL, fit);
        Laid {
            name,
            year: grow(YEAR, 1),
            cell,
            hidden: scrolled - shown.len(),
            shown,
        }
    }

    /// The columns from left to right: place, offset from the first, width.
    fn places(&self) -> Vec<Place> {
        let mut x = 0;
        let fixed = [(0, self.name), (1, self.year)].into_iter();
        let all = fixed.chain(self.shown.clone().map(|at| (at, self.cell)));
        all.map(|(at, wide)| {
            let here = x;
            x += wide as u16 + 1;
            (at, here, wide)
        })
        .collect()
    }
}

/// Draws it.
pub fn view(model: &Model, found: &Found, desk: &Desk, canvas: &mut Canvas<'_>, area: Rect) {
    let rows = found.matrix.rows.len();
    let all = columns(found);
    let laid = Laid::of(usize::from(area.width).saturating_sub(4), model, all);
    let inside = canvas.frame(area, &title(model, found, &laid, desk), true);
    if rows == 0 {
        let lines = [
            "No customer has a live line with a portfolio yet.",
            "g i  imports an install base, a quote export or contracts; what runs today is shown here.",
        ];
        return paragraph(canvas, inside, &lines, Role::Dim);
    }
    let sums = if inside.height >= 20 { 3 } else { 2 };
    let sums = found.totals.len().min(sums) as u16;
    // header, sums, customers, the cell in words
    let room = inside.height.saturating_sub(1 + sums + 1 + 2);
    let places = laid.places();
    header(model, found, canvas, inside, &places);
    for (line, at) in model.rows.rows(rows, usize::from(room)).enumerate() {
        let Some(row) = model.row(at, found) else {
            break;
        };
        let place = Rect::new(inside.x, inside.y + 1 + line as u16, inside.width, 1);
        draw_row((model, found, desk), canvas, place, (at, row), &places);
    }
    let mut y = inside.y + 1 + room.min(u16::try_from(rows).unwrap_or(u16::MAX));
    for (at, total) in found.totals.iter().take(usize::from(sums)).enumerate() {
        let more = found.totals.len() - usize::from(sums);
        let more = (at + 1 == usize::from(sums) && more > 0).then_some(more);
        draw_total(
            (found, desk),
            canvas,
            (inside.x + 2, y),
            (total, more),
            &places,
        );
        y += 1;
    }
    draw_holders(found, canvas, (inside.x + 2, y), &places);
    let cells = usize::from(inside.width).saturating_sub(2);
    for (y, text) in (inside.bottom() - 2..).zip(words(model, found, desk, cells)) {
        canvas.text(inside.x + 1, y, cells, &text, Role::Text);
    }
}

fn title(model: &Model, found: &Found, laid: &Laid, desk: &Desk) -> String {
    let rows = found.matrix.rows.len();
    let at = grouped((model.rows.cursor + 1).min(rows));
    let rows = grouped(rows);
    let own = desk.pack.currency;
    let more = match laid.hidden {
        0 => String::new(),
        n => {
            let more = format::count(n, "more column", "more columns");
            format!("   {more}: Left, Right")
        }
    };
    format!("White space  {at} of {rows}  {own} a year{more}")
}

fn grouped(n: usize) -> String {
    format::whole(Decimal::from(n as u64))
}

/// What a column is called in so many cells.
fn name(at: usize, found: &Found, cells: usize) -> String {
    match column(at, found) {
        Column::Customer => "Customer".into(),
        Column::Year => "All a year".into(),
        Column::Portfolio(at) => {
            let portfolio = found.matrix.portfolios.get(at);
            portfolio.map_or_else(String::new, |p| projection::label(p, cells))
        }
        Column::Empty => "Blanks".into(),
        Column::Plays => "Plays".into(),
    }
}

fn header(model: &Model, found: &Found, canvas: &mut Canvas<'_>, inside: Rect, places: &[Place]) {
    for (at, x, wide) in places {
        let x = inside.x + 2 + x;
        let sorted = model.columns.sort.filter(|(by, _)| by == at);
        let sign = sorted.map_or("", |(_, down)| canvas.look().glyphs.sort(down));
        let room = wide - format::width(sign);
        let text = format!("{}{sign}", name(*at, found, room));
        let role = match *at == model.columns.at {
            true => Role::Key,
            false => Role::Title,
        };
        match at {
            0 => {
                canvas.text(x, inside.y, *wide, &text, role);
            }
            _ => canvas.right(x, inside.y, *wide, &text, role),
        }
        let zone = Rect::new(x, inside.y, *wide as u16, 1);
        canvas.zone(zone, Target::Header(Pane::List, *at));
    }
}

fn draw_row(
    (model, found, desk): (&Model, &Found, &Desk),
    canvas: &mut Canvas<'_>,
    area: Rect,
    (at, row): (usize, &Row),
    places: &[Place],
) {
    let here = at == model.rows.cursor;
    if here {
        canvas.text(area.x, area.y, 1, ">", Role::Key);
    }
    for (column, x, wide) in places {
        let x = area.x + 2 + x;
        let (text, role) = cell(*column, row, (found, desk), *wide);
        match column {
            0 => {
                canvas.text(x, area.y, *wide, &text, role);
            }
            _ => canvas.figure(x, area.y, *wide, &text, role),
        }
        let zone = Rect::new(x, area.y, *wide as u16, 1);
        canvas.zone(zone, Target::Cell(Pane::List, at, *column));
    }
    if here {
        model.columns.mark(canvas, area, places);
    }
}

/// What a cell says in so many cells, and how.
fn cell(at: usize, row: &Row, (found, desk): (&Found, &Desk), cells: usize) -> (String, Role) {
    match column(at, found) {
        Column::Customer => (row.name.to_string(), Role::Text),
        Column::Year => match amount(&row.yearly(), (found, desk), cells) {
            Some(text) => (text, Role::Strong),
            None => ("no price".into(), Role::Dim),
        },
        Column::Portfolio(at) => {
            let Some(portfolio) = found.matrix.portfolios.get(at) else {
                return (String::new(), Role::Text);
            };
            match row.cells.get(portfolio) {
                None if offer(row.account, portfolio, desk).is_some() => {
                    ("offer".into(), Role::Good)
                }
                None => (String::new(), Role::Text),
                Some(cell) => match amount(&cell.yearly, (found, desk), cells) {
                    Some(text) => (text, Role::Text),
                    None => ("no price".into(), Role::Dim),
                },
            }
        }
        Column::Empty => (empty(row, found).count().to_string(), Role::Text),
        Column::Plays => match desk.suggestions.plays().get(&row.account) {
            Some(plays) => (plays.open.to_string(), Role::Good),
            None if desk.engine.is_none() => ("...".into(), Role::Dim),
            None => ("-".into(), Role::Dim),
        },
    }
}

/// Amounts in so many cells: the one in the currency most customers spend in, `+1` where there is
/// one more; in thousands where it does not fit, never cut.
fn amount(
    yearly: &BTreeMap<Currency, Decimal>,
    (found, desk): (&Found, &Desk),
    cells: usize,
) -> Option<String> {
    let (_, money, others) = leading(yearly, &found.totals)?;
    let others = match others {
        0 => String::new(),
        n => format!(" +{n}"),
    };
    Some(within(money, &others, desk, cells))
}

fn within(money: Money, behind: &str, desk: &Desk, cells: usize) -> String {
    let code = match money.currency == desk.pack.currency {
        true => String::new(),
        false => format!("{} ", money.currency),
    };
    let text = format!("{code}{}{behind}", format::whole(money.amount));
    if format::width(&text) <= cells {
        return text;
    }
    let thousands = format::whole(money.amount / Decimal::ONE_THOUSAND);
    let text = format!("{code}{thousands}k{behind}");
    if format::width(&text) <= cells {
        return text;
    }
    let millions = format::whole(money.amount / Decimal::from(1_000_000));
    format!("{code}{millions}M{behind}")
}

fn draw_total(
    (found, desk): (&Found, &Desk),
    canvas: &mut Canvas<'_>,
    (x, y): (u16, u16),
    (total, more): (&Total, Option<usize>),
    places: &[Place],
) {
    let money = |amount| Money {
        amount,
        currency: total.currency,
    };
    for (at, offset, wide) in places {
        let sum = match column(*at, found) {
            Column::Customer => {
                let more = more.map_or(String::new(), |n| format!(" (+{n}: i)"));
                let text = format!("Total {}{more}", total.currency);
                canvas.text(x + offset, y, *wide, &text, Role::Title);
                continue;
            }
            Column::Year => Some(total.all),
            Column::Portfolio(at) => {
                let portfolio = found.matrix.portfolios.get(at);
                portfolio.and_then(|portfolio| total.cells.get(portfolio).copied())
            }
            Column::Empty | Column::Plays => None,
        };
        if let Some(sum) = sum {
            let text = within(money(sum), "", desk, *wide);
            canvas.figure(x + offset, y, *wide, &text, Role::Strong);
        }
    }
}

/// How many customers have each portfolio.
fn draw_holders(found: &Found, canvas: &mut Canvas<'_>, (x, y): (u16, u16), places: &[Place]) {
    let all = found.matrix.rows.len();
    for (at, offset, wide) in places {
        let text = match column(*at, found) {
            Column::Customer => {
                canvas.text(x + offset, y, *wide, "Customers with it", Role::Title);
                continue;
            }
            Column::Year => grouped(all),
            Column::Portfolio(at) => {
                let many = found.holders.get(at).copied().unwrap_or_default();
                let share = many * 100 / all.max(1);
                let many = grouped(many);
                match format!("{many} ({share} %)") {
                    text if format::width(&text) <= *wide => text,
                    _ => many,
                }
            }
            Column::Empty | Column::Plays => continue,
        };
        canvas.figure(x + offset, y, *wide, &text, Role::Dim);
    }
}

/// What a customer has in a portfolio, exactly, or that it has nothing and what is suggested.
pub fn told(row: &Row, portfolio: &Portfolio, found: &Found, desk: &Desk) -> String {
    if let Some(cell) = row.cells.get(portfolio) {
        let lines = format::count(cell.lines, "line", "lines");
        return match amounts(&cell.yearly) {
            text if text.is_empty() => format!("{lines}, no price"),
            text => format!("{text} a year, {lines}"),
        };
    }
    let at = found.matrix.portfolios.iter().position(|p| p == portfolio);
    let many = at.and_then(|at| found.holders.get(at)).copied();
    let (many, all) = (
        grouped(many.unwrap_or_default()),
        grouped(found.matrix.rows.len()),
    );
    let offered = match offer(row.account, portfolio, desk) {
        Some(Some(value)) => format!("; suggested, {} the first year", format::money(value)),
        Some(None) => "; suggested".into(),
        None => String::new(),
    };
    format!("nothing live; {many} of {all} customers have it{offered}")
}

fn amounts(yearly: &BTreeMap<Currency, Decimal>) -> String {
    let each = yearly.iter().map(|(currency, amount)| {
        format::money(Money {
            amount: *amount,
            currency: *currency,
        })
    });
    each.collect::<Vec<_>>().join(" + ")
}

/// The cell under the cursor, and what waits at the customer.
fn words(model: &Model, found: &Found, desk: &Desk, cells: usize) -> [String; 2] {
    let Some(row) = model.selected(Some(found)) else {
        return Default::default();
    };
    let here = match column(model.columns.at, found) {
        Column::Portfolio(at) => found.matrix.portfolios.get(at).map(|portfolio| {
            let told = told(row, portfolio, found, desk);
            format!("{}: {told}", portfolio.title())
        }),
        _ => None,
    };
    let here = here.unwrap_or_else(|| match amounts(&row.yearly()) {
        text if text.is_empty() => "No line has a price".into(),
        text => format!("All: {text} a year"),
    });
    let room = if cells < 100 { 4 } else { 13 };
    let lacks = empty(row, found).map(|portfolio| projection::label(portfolio, room));
    let lacks: Vec<String> = lacks.collect();
    let lacks = match lacks.is_empty() {
        true => "no white space".to_string(),
        false => format!("nothing in {}", lacks.join(", ")),
    };
    let plays = match desk.suggestions.plays().get(&row.account) {
        Some(plays) => {
            let open = format::count(plays.open as usize, "suggestion", "suggestions");
            let best = plays
                .best
                .map(|best| format!(", best {}", format::money(best)));
            format!("{open}{} (Enter)", best.unwrap_or_default())
        }
        None if desk.engine.is_none() => "suggestions are being computed".into(),
        None => "no suggestion".into(),
    };
    [here, format!("{plays}   {lacks}")]
}
