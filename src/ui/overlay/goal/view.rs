//! How the goal-seek popup looks: the question, the verdict, the plan or what stands in the way.

use super::Model;
use crate::domain::money::Currency;
use crate::program::exact;
use crate::program::goal::{Answer, Block, Goal, Outcome, Plan, PlanStep, Proof, Reach};
use crate::program::pack::GoalCost;
use crate::ui::canvas::{Canvas, Target};
use crate::ui::desk::Desk;
use crate::ui::format;
use crate::ui::overlay::view::boxed;
use crate::ui::theme::Role;
use num_rational::BigRational;
use ratatui::layout::Rect;
use rust_decimal::Decimal;

/// Lines above the list: the question in two, the verdict in two, a blank and the heads.
const HEAD: u16 = 6;

/// Draws it.
pub fn view(model: &Model, desk: &Desk, canvas: &mut Canvas<'_>, area: Rect) {
    let inside = boxed(
        canvas,
        area,
        "Goal seek: the cheapest way up",
        130,
        area.height,
    );
    if inside.height < HEAD + 3 {
        return;
    }
    question(model, canvas, inside);
    let (x, cells) = (inside.x + 1, usize::from(inside.width) - 2);
    let body = Rect::new(
        inside.x,
        inside.y + HEAD - 1,
        inside.width,
        inside.height - HEAD,
    );
    let found = model.found.as_ref();
    match found.map(|found| (&found.answer, found.over)) {
        None => {
            canvas.text(x, inside.y + 3, cells, "Looking for a plan ...", Role::Dim);
        }
        Some((Err(why), _)) => {
            for (line, part) in format::wrap(why, cells).iter().take(2).enumerate() {
                canvas.text(x, inside.y + 3 + line as u16, cells, part, Role::Bad);
            }
        }
        Some((Ok(answer), over)) => {
            verdict(answer, over, desk, canvas, inside);
            match &answer.outcome {
                Outcome::Plan(plan) => steps(model, plan, desk, canvas, body),
                Outcome::OutOfReach(_) => blocks(answer, desk, canvas, body),
                Outcome::Already | Outcome::Open => {}
            }
        }
    }
    let keys = "Enter opens it   a marks the renewals   u suggestion into a quote   Esc";
    canvas.text(x, inside.bottom() - 1, cells, keys, Role::Dim);
}

/// The parts of the question, each with its key.
fn question(model: &Model, canvas: &mut Canvas<'_>, inside: Rect) {
    let field = model.fields.get(model.at);
    let portfolio = field.map_or("-", |field| field.portfolio.short());
    let month = model.months.get(model.month).map_or("horizon", |code| code);
    let goal = match model.wanted() {
        Goal::Score(score) => format!("score {score}"),
        Goal::CheapestStep => "next step of any metric".to_string(),
        Goal::NextStep(metric) => {
            let known = field.and_then(|field| field.metrics.iter().find(|(id, _)| *id == metric));
            let title = known.map_or(&*metric, |(_, title)| title);
            format!("next step of {title}")
        }
    };
    let cost = match model.cost {
        GoalCost::Value => "value to close",
        GoalCost::Deals => "number of deals",
        GoalCost::Effort => "value x (1 - p)",
        GoalCost::Discount => "discount given",
    };
    let from = if model.committed {
        "committed"
    } else {
        "booked"
    };
    let suggestions = if model.suggestions { "in" } else { "out" };
    let first = [
        ("p", "portfolio", portfolio),
        ("g", "goal", &goal),
        ("t", "score", "type one"),
    ];
    let second = [
        ("m", "by", month),
        ("c", "least", cost),
        ("s", "from", from),
        ("x", "suggestions", suggestions),
    ];
    for (line, parts) in [&first[..], &second[..]].into_iter().enumerate() {
        let (mut x, y) = (inside.x + 1, inside.y + line as u16);
        for (key, label, value) in parts {
            let room = |x: u16| usize::from(inside.right().saturating_sub(x + 1));
            x += canvas.text(x, y, room(x), key, Role::Key) + 1;
            x += canvas.text(x, y, room(x), label, Role::Dim) + 1;
            x += canvas.text(x, y, room(x), value, Role::Strong) + 2;
        }
    }
}

fn score(found: Option<&BigRational>) -> String {
    found.map_or_else(|| "-".into(), |score| exact::text(score, 2))
}

fn verdict(answer: &Answer, over: bool, desk: &Desk, canvas: &mut Canvas<'_>, inside: Rect) {
    let (x, cells) = (inside.x + 1, usize::from(inside.width) - 2);
    let currency = desk.pack.currency;
    let start = score(answer.start.as_ref());
    let more = if over { "" } else { "   searching on ..." };
    let (first, second, role) = match &answer.outcome {
        Outcome::Already => (
            format!("Reached already: the score stands at {start}."),
            String::new(),
            Role::Good,
        ),
        Outcome::Open => (
            "No plan found yet, none excluded.".to_string(),
            String::new(),
            Role::Soon,
        ),
        Outcome::Plan(plan) => (
            format!(
                "{start} to {}: {}{more}",
                score(plan.score.as_ref()),
                proof(plan, answer.cost, currency)
            ),
            totals(plan, currency),
            Role::Good,
        ),
        Outcome::OutOfReach(reach) => (out_of_reach(reach, &start), String::new(), Role::Bad),
    };
    canvas.text(x, inside.y + 2, cells, &first, role);
    canvas.text(x, inside.y + 3, cells, &second, Role::Text);
}

fn out_of_reach(reach: &Reach, start: &str) -> String {
    let word = if reach.proven {
        "at most"
    } else {
        "so far at most"
    };
    let missing = reach.missing.as_ref().map_or(String::new(), |missing| {
        format!(", {} short of the goal", exact::text(missing, 2))
    });
    format!(
        "Out of reach: from {start} to {word} {}{missing}.",
        score(reach.score.as_ref())
    )
}

fn proof(plan: &Plan, cost: GoalCost, currency: Currency) -> String {
    let amount = |amount: Decimal| match cost {
        GoalCost::Deals => format::decimal(amount, 0),
        _ => format::amount(amount, currency),
    };
    match &plan.proof {
        Proof::Exact { .. } => "exact, no cheaper plan exists".to_string(),
        Proof::Within { gap, floor } => format!(
            "best found, at most {} above the cheapest (none below {})",
            amount(*gap),
            amount(*floor)
        ),
    }
}

fn totals(plan: &Plan, currency: Currency) -> String {
    let amount = |amount| format::amount(amount, currency);
    format!(
        "{}, {currency} {} to close, effort {}, discount {}",
        format::count(plan.deals, "deal", "deals"),
        amount(plan.value),
        amount(plan.effort),
        amount(plan.discount)
    )
}

/// Column edges of the plan: end, what, value, p, score from the right; name and customer share
/// the rest.
fn steps(model: &Model, plan: &Plan, desk: &Desk, canvas: &mut Canvas<'_>, body: Rect) {
    let right = body.right() - 1;
    let rest = usize::from(body.width).saturating_sub(56);
    let (name, customer) = (rest / 2, rest - rest / 2);
    let x = body.x + 1;
    let at = Columns {
        name,
        customer,
        right,
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
}

fn one(step: &PlanStep, at: &Columns, desk: &Desk, canvas: &mut Canvas<'_>, row: Rect) {
    let candidate = &step.candidate;
    let account = candidate
        .account
        .and_then(|id| desk.snapshot.accounts.get(id));
    let customer = account.map_or("-", |account| &account.name);
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
    canvas.text(at.right - 41, y, 10, candidate.what.word(), Role::Text);
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
}

/// What stands in the way: each metric's index at best and the money to its next one.
fn blocks(answer: &Answer, desk: &Desk, canvas: &mut Canvas<'_>, body: Rect) {
    let (x, right) = (body.x + 1, body.right() - 1);
    let title = usize::from(body.width).saturating_sub(58).max(12);
    let heads = [(48, 7, "Weight"), (40, 6, "Index"), (33, 8, "At best")];
    canvas.text(x, body.y, title, "Metric", Role::Title);
    for (from, cells, head) in heads {
        canvas.right(right.saturating_sub(from), body.y, cells, head, Role::Title);
    }
    canvas.right(
        right.saturating_sub(24),
        body.y,
        24,
        "To the next step",
        Role::Title,
    );
    let mut lines: Vec<(String, [String; 3], String, bool)> = Vec::new();
    for block in &answer.blocks {
        let weight = format!("{} %", exact::text(&(&block.weight * exact::hundred()), 1));
        let index = [
            weight,
            format::whole(block.before),
            format::whole(block.index),
        ];
        lines.push((
            block.title.clone(),
            index,
            way(block, desk.pack.currency),
            true,
        ));
    }
    for (title, weight, index) in held(answer, desk) {
        lines.push((title, [weight, index.clone(), index], "held".into(), false));
    }
    for (line, (name, figures, way, moves)) in lines.iter().enumerate() {
        let y = body.y + 1 + line as u16;
        if y >= body.bottom() {
            break;
        }
        let role = if *moves { Role::Text } else { Role::Dim };
        canvas.text(x, y, title, name, role);
        for ((from, cells, _), text) in heads.into_iter().zip(figures) {
            canvas.right(right.saturating_sub(from), y, cells, text, role);
        }
        canvas.right(right.saturating_sub(24), y, 24, way, role);
    }
}

fn way(block: &Block, currency: Currency) -> String {
    match &block.next {
        Some(next) => format!("{} {currency}", format::amount(next.amount, currency)),
        None if block.index >= Decimal::TEN => "at the top".to_string(),
        None => "no money gets there".to_string(),
    }
}

/// Title, weight and index of the metrics no deal moves.
fn held(answer: &Answer, desk: &Desk) -> Vec<(String, String, String)> {
    use crate::program::{Month, View};
    let engine = desk.engine.as_ref();
    let projection = engine.and_then(|engine| engine.project(&View::Booked, &Month::Horizon).ok());
    let portfolios = projection
        .map(|projection| projection.portfolios)
        .unwrap_or_default();
    let score = portfolios
        .iter()
        .find(|found| found.portfolio == answer.portfolio);
    let metrics = score.map(|score| answer.held(score)).unwrap_or_default();
    metrics
        .iter()
        .map(|metric| {
            let weight = &metric.category_weight * &metric.metric_weight * exact::hundred();
            let index = metric.index.map_or("-".into(), format::whole);
            (
                metric.title.clone(),
                format!("{} %", exact::text(&weight, 1)),
                index,
            )
        })
        .collect()
}
