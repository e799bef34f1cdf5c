//! How the goal-seek popup looks: the question, the answer with its proof, then the plan and the
//! metrics it moves, or what stands in the way.

use super::{Model, metrics, steps};
use crate::domain::money::Currency;
use crate::program::exact;
use crate::program::goal::{Answer, Block, Goal, Outcome, Plan, Proof, Reach, What};
use crate::program::pack::GoalCost;
use crate::ui::canvas::Canvas;
use crate::ui::desk::Desk;
use crate::ui::format;
use crate::ui::overlay::view::boxed;
use crate::ui::theme::Role;
use num_traits::ToPrimitive;
use ratatui::layout::Rect;
use rust_decimal::Decimal;
use steps::score;

/// Where the answer begins, below the question.
const ANSWER: u16 = 3;
/// Where the list begins: below three lines of answer and a blank.
const LIST: u16 = 7;
/// Lines of a plan that are shown before the metrics get room below it.
const LEAST: u16 = 6;

/// From this width on the month is told with its last day.
const ROOMY: u16 = 90;

/// Draws it.
pub fn view(model: &Model, desk: &Desk, canvas: &mut Canvas<'_>, area: Rect) {
    let title = "Goal seek: the cheapest way up";
    let inside = boxed(canvas, area, title, 130, area.height);
    if inside.height < LIST + 3 {
        return;
    }
    question(model, desk, canvas, inside);
    let (x, cells) = (inside.x + 1, usize::from(inside.width) - 2);
    let found = model.found.as_ref();
    match found.map(|found| (&found.answer, found.over)) {
        None => {
            canvas.text(
                x,
                inside.y + ANSWER,
                cells,
                "Looking for a plan ...",
                Role::Dim,
            );
        }
        Some((Err(why), _)) => {
            for (line, part) in format::wrap(why, cells).iter().take(2).enumerate() {
                canvas.text(x, inside.y + ANSWER + line as u16, cells, part, Role::Bad);
            }
        }
        Some((Ok(answer), over)) => {
            let lines = verdict(answer, over, desk);
            let wrapped = lines.iter().flat_map(|(text, role)| {
                let parts = format::wrap(text, cells).into_iter();
                parts.map(|part| (part, *role))
            });
            let room = usize::from(LIST - ANSWER);
            for (y, (text, role)) in (inside.y + ANSWER..).zip(wrapped.take(room)) {
                canvas.text(x, y, cells, &text, role);
            }
            below(model, answer, desk, canvas, inside);
        }
    }
    keys(model, canvas, inside);
}

/// The plan, and under it the metrics where there is room; or the metrics alone.
fn below(model: &Model, answer: &Answer, desk: &Desk, canvas: &mut Canvas<'_>, inside: Rect) {
    let body = Rect::new(
        inside.x,
        inside.y + LIST,
        inside.width,
        inside.height - LIST - 1,
    );
    match &answer.outcome {
        Outcome::Plan(plan) => {
            let below = metrics::height(answer, desk);
            let all = u16::try_from(plan.steps.len() + 1).unwrap_or(u16::MAX);
            let room = body.height.saturating_sub(below + 1);
            if room < all.min(LEAST) {
                return steps::view(model, plan, desk, canvas, body);
            }
            let list = Rect::new(body.x, body.y, body.width, all.min(room));
            steps::view(model, plan, desk, canvas, list);
            let rest = Rect::new(body.x, list.bottom() + 1, body.width, below);
            metrics::view(answer, desk, canvas, rest);
        }
        Outcome::OutOfReach(_) | Outcome::Already => metrics::view(answer, desk, canvas, body),
        Outcome::Open => {}
    }
}

/// What can be done with the answer, and where in the plan the cursor stands.
fn keys(model: &Model, canvas: &mut Canvas<'_>, inside: Rect) {
    let (x, y, cells) = (
        inside.x + 1,
        inside.bottom() - 1,
        usize::from(inside.width) - 2,
    );
    let steps = model.steps();
    let current = steps.get(model.list.cursor).map(|step| step.candidate.what);
    let renewals = steps
        .iter()
        .any(|step| matches!(step.candidate.what, What::Renew(_)));
    let mut text = String::new();
    if let Some(current) = current {
        text.push_str(match current {
            What::Suggestion(_) => "Enter shows it   u puts it into a quote   ",
            What::Quote(_) => "Enter opens the quote   ",
            What::Renew(_) | What::Uplift(_) => "Enter opens its quote or renewal   ",
        });
    }
    if renewals {
        text.push_str("a marks the renewals   ");
    }
    text.push_str("Esc");
    canvas.text(x, y, cells, &text, Role::Dim);
    if !steps.is_empty() {
        let place = format!("{} of {}", model.list.cursor + 1, steps.len());
        let wide = place.len() as u16;
        canvas.right(
            inside.right() - 1 - wide,
            y,
            usize::from(wide),
            &place,
            Role::Dim,
        );
    }
}

/// The parts of the question, each with its key.
fn question(model: &Model, desk: &Desk, canvas: &mut Canvas<'_>, inside: Rect) {
    let field = model.fields.get(model.at);
    let portfolio = field.map_or("-", |field| field.portfolio.title());
    let code = model.months.get(model.month);
    let end = code.and_then(|code| {
        let months = desk.engine.as_ref()?.months_ahead();
        months.iter().find(|month| month.code == *code)
    });
    let month = match (code, end) {
        (Some(code), Some(month)) if inside.width >= ROOMY => {
            format!("{code} ({})", format::day(month.end))
        }
        (Some(code), _) => code.to_string(),
        (None, _) => "horizon".to_string(),
    };
    let goal = match model.wanted() {
        Goal::Score(score) => format!("score {score}"),
        Goal::CheapestStep => "the next step of any metric".to_string(),
        Goal::NextStep(metric) => {
            let known = field.and_then(|field| field.metrics.iter().find(|(id, _)| *id == metric));
            let title = known.map_or(&*metric, |(_, title)| title);
            format!("the next step of {title}")
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
        ("p", "lift", portfolio),
        ("g", "to", &goal),
        ("t", "types a score", ""),
    ];
    let second = [
        ("m", "by", month.as_str()),
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

/// The answer in up to three lines: what to close, how sure it is, what it moves; or how far the
/// score can get and what keeps it there.
fn verdict(answer: &Answer, over: bool, desk: &Desk) -> Vec<(String, Role)> {
    let currency = desk.pack.currency;
    let start = score(answer.start.as_ref());
    let name = answer.portfolio.title();
    let more = if over { "" } else { " Searching on ..." };
    match &answer.outcome {
        Outcome::Already => {
            let text =
                format!("Reached already: {name} stands at {start}. Nothing need be closed.");
            vec![(text, Role::Good)]
        }
        Outcome::Open => {
            let text = format!("No plan found yet, none excluded.{more}");
            vec![(text, Role::Soon)]
        }
        Outcome::Plan(plan) => {
            let (sure, role) = proof(plan, answer.cost, currency);
            vec![
                (first(plan, answer, &start, currency), Role::Good),
                (format!("{sure}{more}"), role),
                (moved(plan, answer, currency), Role::Text),
            ]
        }
        Outcome::OutOfReach(reach) => {
            let mut lines = vec![(out_of_reach(reach, answer, &start) + more, Role::Bad)];
            let way = answer.in_the_way();
            let named = way.iter().take(2);
            lines.extend(named.map(|block| (blocked(block, currency), Role::Text)));
            lines
        }
    }
}

fn first(plan: &Plan, answer: &Answer, start: &str, currency: Currency) -> String {
    let uplifts = plan.steps.len() - plan.deals.min(plan.steps.len());
    let raise = match uplifts {
        0 => String::new(),
        many => format!(" and raise {}", format::count(many, "price", "prices")),
    };
    format!(
        "Close {}{raise}, {currency} {}: {} {start} to {} by {}.",
        format::count(plan.deals, "deal", "deals"),
        format::amount(plan.value, currency),
        answer.portfolio.title(),
        score(plan.score.as_ref()),
        answer.month,
    )
}

fn moved(plan: &Plan, answer: &Answer, currency: Currency) -> String {
    let raised = answer.raised().map(|block| {
        let index = |index| format::whole(index);
        format!(
            "{} {} to {}",
            block.title,
            index(block.before),
            index(block.index)
        )
    });
    let amount = |amount| format::amount(amount, currency);
    format!(
        "Lifts {}; effort {}, discount given {}.",
        raised.collect::<Vec<_>>().join(", "),
        amount(plan.effort),
        amount(plan.discount)
    )
}

fn out_of_reach(reach: &Reach, answer: &Answer, start: &str) -> String {
    let word = if reach.proven {
        "at most"
    } else {
        "at most so far"
    };
    let missing = match (&reach.missing, &answer.goal) {
        (Some(missing), Goal::Score(goal)) => {
            format!(
                ", {} short of {}",
                exact::text(missing, 2),
                goal.normalize()
            )
        }
        _ => String::new(),
    };
    format!(
        "Out of reach by {}: {} {start} to {} {word}{missing}.",
        answer.month,
        answer.portfolio.title(),
        score(reach.score.as_ref())
    )
}

/// A metric that keeps a goal out of reach, and by how much.
fn blocked(block: &Block, currency: Currency) -> String {
    let open = exact::text(&block.open(), 2);
    let index = format::whole(block.index);
    let money = match &block.next {
        Some(next) => format!(
            "{currency} {} more {} would lift it to {}",
            format::amount(next.amount, currency),
            block.counts,
            format::whole(next.index)
        ),
        None => "no money lifts it".to_string(),
    };
    format!(
        "{} stops at {index} of 10, {open} points open: {money}.",
        block.title
    )
}

fn proof(plan: &Plan, cost: GoalCost, currency: Currency) -> (String, Role) {
    let amount = |amount: Decimal| match cost {
        GoalCost::Deals => {
            let deals = amount.to_usize().unwrap_or_default();
            format::count(deals, "deal", "deals")
        }
        _ => format!("{currency} {}", format::amount(amount, currency)),
    };
    match &plan.proof {
        Proof::Exact { .. } => ("Exact: no cheaper plan exists.".to_string(), Role::Good),
        Proof::Within { gap, floor } => {
            let text = format!(
                "Best found: at most {} above the cheapest; no plan is below {}.",
                amount(*gap),
                amount(*floor)
            );
            (text, Role::Soon)
        }
    }
}
