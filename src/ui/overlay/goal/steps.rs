//! The members of a plan as a list: whose, by when, what to do, how likely, and what the score is
//! with it and without it.

use super::Model;
use crate::program::exact;
use crate::program::goal::{Plan, PlanStep, What};
use crate::ui::canvas::{Canvas, Target};
use crate::ui::desk::Desk;
use crate::ui::format;
use crate::ui::theme::Role;
use num_rational::BigRational;
use ratatui::layout::Rect;
use rust_decimal::Decimal;

/// From this width on the score without each member has a column.
const WITHOUT: u16 = 96;

/// A score as the popup shows it.
pub fn score(found: Option<&BigRational>) -> String {
    found.map_or_else(|| "-".into(), |score| exact::text(score, 2))
}

/// Draws the list: end, what, value, p and scores from the right; name and customer share the rest.
pub fn view(model: &Model, plan: &Plan, desk: &Desk, canvas: &mut Canvas<'_>, body: Rect) {
    let wide = body.width >= WITHOUT;
    let right = body.right() - 1 - if wide { 9 } else { 0 };
    let rest = usize::from(right - body.x).saturating_sub(55);
    let (name, customer) = (rest / 2, rest - rest / 2);
    let x = body.x + 1;
    let at = Columns {
        name,
        customer,
        right,
        wide,
    };
    canvas.text(x, body.y, name, "Contract", Role::Title);
    canvas.text(
        x + name as u16 + 1,
        body.y,
        customer,
        "Customer",
        Role::Title,
    );
    canvas.text(right - 51, body.y, 9, "End", Role::Title);
    canvas.text(right - 41, body.y, 10, "What", Role::Title);
    canvas.right(right - 30, body.y, 14, "Value", Role::Title);
    canvas.right(right - 15, body.y, 6, "P", Role::Title);
    canvas.right(right - 8, body.y, 8, "Score", Role::Title);
    if wide {
        canvas.right(right + 1, body.y, 8, "Without", Role::Title);
    }
    let lines = usize::from(body.height).saturating_sub(1);
    for (line, place) in model.list.rows(plan.steps.len(), lines).enumerate() {
        let Some(step) = plan.steps.get(place) else {
            break;
        };
        let row = Rect::new(body.x, body.y + 1 + line as u16, body.width, 1);
        one(step, &at, desk, canvas, row);
        if place == model.list.cursor {
            canvas.paint(row, Role::Cursor);
        }
        canvas.zone(row, Target::Entry(place));
    }
}

struct Columns {
    name: usize,
    customer: usize,
    right: u16,
    wide: bool,
}

fn one(step: &PlanStep, at: &Columns, desk: &Desk, canvas: &mut Canvas<'_>, row: Rect) {
    let candidate = &step.candidate;
    let account = candidate
        .account
        .and_then(|id| desk.snapshot.accounts.get(id));
    let customer = account.as_ref().map_or("-", |account| &account.name);
    let (x, y) = (row.x + 1, row.y);
    canvas.text(x, y, at.name, &candidate.name, Role::Text);
    canvas.text(x + at.name as u16 + 1, y, at.customer, customer, Role::Text);
    canvas.text(
        at.right - 51,
        y,
        9,
        &format::day_or_dash(candidate.end),
        Role::Text,
    );
    let what = match candidate.what {
        What::Uplift(_) => {
            let percent = desk.pack.goal_seek.uplift_pct.normalize();
            format!("uplift {percent}%")
        }
        other => other.word().to_string(),
    };
    canvas.text(at.right - 41, y, 10, &what, Role::Text);
    let value = format::amount(candidate.value, desk.pack.currency);
    canvas.right(at.right - 30, y, 14, &value, Role::Text);
    let p = format!("{} %", format::whole(candidate.p * Decimal::ONE_HUNDRED));
    canvas.right(at.right - 15, y, 6, &p, Role::Text);
    canvas.right(
        at.right - 8,
        y,
        8,
        &score(step.score.as_ref()),
        Role::Strong,
    );
    if at.wide {
        let without = score(step.without.as_ref());
        canvas.right(at.right + 1, y, 8, &without, Role::Dim);
    }
}
