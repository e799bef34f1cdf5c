//! Drawing the quality of the data: the book, each customer, and what a score lacks.

use super::Model;
use crate::book::quality::{Deduction, Quality, Score};
use crate::ui::canvas::{Canvas, Target};
use crate::ui::format;
use crate::ui::model::Pane;
use crate::ui::theme::Role;
use ratatui::layout::Rect;

/// Draws the book and its customers, the worst first.
pub(super) fn customers(model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    let title = "Data quality   0 to 100, the worst first; Enter shows the customer's renewals";
    let inside = canvas.frame(area, title, true);
    let heads = ["Score", "Customer", "Lines", "What is missing"];
    score_row(
        canvas,
        inside,
        inside.y,
        heads.map(String::from),
        Role::Title,
    );
    let quality = &model.quality;
    let height = usize::from(inside.height.saturating_sub(1));
    for (line, at) in model.list.rows(model.rows(), height).enumerate() {
        let Some((name, score)) = subject(quality, at) else {
            break;
        };
        let y = inside.y + 1 + line as u16;
        let missing: Vec<String> = score
            .deductions
            .iter()
            .map(|taken| format!("{} {}", taken.fault.title(), taken.lines))
            .collect();
        let whole = score.whole();
        let role = match whole {
            Some(100) => Role::Good,
            Some(80..) => Role::Text,
            Some(60..) => Role::Soon,
            Some(_) => Role::Bad,
            None => Role::Dim,
        };
        let cells = [
            whole.map_or_else(|| "-".to_string(), |whole| whole.to_string()),
            name.to_string(),
            score.lines.to_string(),
            missing.join(", "),
        ];
        score_row(canvas, inside, y, cells, role);
        let row = Rect::new(inside.x, y, inside.width, 1);
        canvas.zone(row, Target::Row(Pane::List, at));
        if at == model.list.cursor {
            canvas.ground(row, Role::Cursor);
        }
    }
}

/// The book first, then the customers.
fn subject(quality: &Quality, at: usize) -> Option<(&str, &Score)> {
    match at.checked_sub(1) {
        None => Some(("The whole book", &quality.book)),
        Some(at) => {
            let customer = quality.customers.get(at)?;
            Some((&customer.name, &customer.score))
        }
    }
}

fn score_row(canvas: &mut Canvas<'_>, inside: Rect, y: u16, texts: [String; 4], role: Role) {
    let [score, name, lines, missing] = texts;
    let wide = usize::from(inside.width / 3).clamp(16, 34);
    let x = inside.x + 1;
    canvas.right(x, y, 5, &score, role);
    canvas.text(x + 6, y, wide, &name, role);
    let after = x + 7 + wide as u16;
    canvas.right(after, y, 7, &lines, role);
    let room = usize::from(inside.right().saturating_sub(after + 9));
    canvas.text(after + 9, y, room, &missing, role);
}

/// A score in full: every deduction with its lines, its money and what mends it.
pub(super) fn lines(quality: &Quality, at: usize) -> Vec<(String, String)> {
    let Some((name, score)) = subject(quality, at) else {
        return Vec::new();
    };
    let whole = score.whole();
    let whole = whole.map_or_else(|| "no lines to judge".into(), |w| format!("{w} of 100"));
    let lines = format::count(score.lines as usize, "line", "lines");
    let mut out = vec![(name.to_string(), format!("{whole}, {lines}"))];
    for taken in &score.deductions {
        let (points, of) = taken.points();
        let tenths = (points * 10).div_ceil(of);
        let lines = format::count(taken.lines as usize, "line", "lines");
        let money = at_stake(taken);
        let text = format!(
            "-{}.{} points: {lines}, {money}; {}",
            tenths / 10,
            tenths % 10,
            taken.fault.remedy()
        );
        out.push((taken.fault.title().to_string(), text));
    }
    out
}

/// The yearly value behind a deduction.
fn at_stake(taken: &Deduction) -> String {
    let sums = taken.money.iter().map(|(currency, sum)| match currency {
        Some(currency) => {
            let amount = format::amount(*sum, *currency);
            format!("{amount} {} a year", currency.code())
        }
        None => format!("{} a year, no currency", format::whole(*sum)),
    });
    let sums: Vec<String> = sums.collect();
    match (sums.is_empty(), taken.unpriced) {
        (true, _) => "no price known".into(),
        (false, 0) => sums.join(" + "),
        (false, n) => format!("{} and {n} without a price", sums.join(" + ")),
    }
}
