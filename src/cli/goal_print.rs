//! The answer of `pvi goal` as text: the plan as a table with its proof, or what stands in the way.

use super::error::Failure;
use super::pvi_goal::{Asked, goal_word};
use super::table::{Align, Table, terminal_width};
use crate::domain::money::{Currency, round_half_up};
use crate::export::json::{decimal as plain, fixed, fraction, money};
use crate::program::goal::{Answer, Block, Checked, Outcome, Plan};
use crate::program::{MetricScore, PortfolioScore};
use rust_decimal::Decimal;
use std::io::Write;

/// Writes it.
///
/// # Errors
/// The terminal does not take it; the projection of the plan gives another score.
pub(super) fn print(
    asked: &Asked<'_>,
    answer: &Answer,
    held: &[&MetricScore],
    score: Option<&PortfolioScore>,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let pack = &asked.board.pack;
    writeln!(
        out,
        "{} to {} by {}, least {}. Estimate by {} of {} ({}); the vendor's portal is official.",
        answer.portfolio.title(),
        goal_word(&answer.goal),
        answer.month,
        answer.cost.word(),
        pack.name,
        pack.as_of,
        pack.confidence
    )?;
    let shown = |score: &num_rational::BigRational| fixed(score, 2);
    let start = answer.start.as_ref().map_or("no score".into(), shown);
    match &answer.outcome {
        Outcome::Already => writeln!(out, "Reached already: the score stands at {start}.")?,
        Outcome::Open => writeln!(
            out,
            "No plan found yet and none excluded; give it more time with --seconds."
        )?,
        Outcome::Plan(plan) => {
            print_plan(asked, plan, &start, out)?;
            let differs = plan.check(asked.engine, &asked.board, answer, asked.ask.committed);
            if differs == Checked::Differs {
                return Err(Failure::refused(
                    "the projection of this plan gives another score; please report this book",
                ));
            }
        }
        Outcome::OutOfReach(reach) => {
            let best = reach.score.as_ref().map_or("no score".into(), shown);
            let word = if reach.proven {
                "at most"
            } else {
                "so far at most"
            };
            writeln!(out, "Out of reach: {word} {best} from {start}.")?;
            if let Some(missing) = &reach.missing {
                writeln!(out, "Missing to the goal: {}.", fixed(missing, 2))?;
            }
            for block in answer.in_the_way() {
                writeln!(out, "{}", blocked(block, asked.currency()))?;
            }
            if score.is_some_and(|score| score.placeholder_weights) {
                writeln!(
                    out,
                    "Weights are placeholders until the assessment is imported."
                )?;
            }
            print_blocks(asked, answer, held, out)?;
        }
    }
    Ok(())
}

fn print_plan(
    asked: &Asked<'_>,
    plan: &Plan,
    start: &str,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let currency = asked.currency();
    let mut table = Table::new(&[
        ("Contract", Align::Left),
        ("Customer", Align::Left),
        ("End", Align::Left),
        ("What", Align::Left),
        ("Value", Align::Right),
        ("P %", Align::Right),
        ("Score", Align::Right),
        ("Without", Align::Right),
    ]);
    let score = |score: &Option<num_rational::BigRational>| {
        score.as_ref().map_or("-".into(), |score| fixed(score, 2))
    };
    for step in &plan.steps {
        let candidate = &step.candidate;
        table.row([
            candidate.name.to_string(),
            asked.customer(step).unwrap_or_else(|| "-".into()),
            candidate.end.map_or("-".into(), |end| end.to_string()),
            candidate.what.word().to_string(),
            money(candidate.value, currency),
            plain(candidate.p * Decimal::ONE_HUNDRED),
            score(&step.score),
            score(&step.without),
        ]);
    }
    table.write(out, terminal_width())?;
    let score = score(&plan.score);
    writeln!(
        out,
        "{start} to {score}: {} {}, {} {currency} to close, effort {}, discount {}. {}.",
        plan.deals,
        if plan.deals == 1 { "deal" } else { "deals" },
        money(plan.value, currency),
        money(round_half_up(plan.effort, currency.minor_units()), currency),
        money(plan.discount, currency),
        plan.proof.label()
    )?;
    Ok(())
}

/// A metric that keeps a goal out of reach, and by how much.
fn blocked(block: &Block, currency: Currency) -> String {
    let money = match &block.next {
        Some(next) => format!(
            "{} {currency} more {} would lift it to {}",
            money(next.amount, currency),
            block.counts,
            plain(next.index)
        ),
        None => "no money lifts it".to_string(),
    };
    format!(
        "In the way: {} stops at {} of 10, {} points open: {money}.",
        block.title,
        plain(block.index),
        fixed(&block.open(), 2)
    )
}

fn print_blocks(
    asked: &Asked<'_>,
    answer: &Answer,
    held: &[&MetricScore],
    out: &mut impl Write,
) -> Result<(), Failure> {
    let mut table = Table::new(&[
        ("Metric", Align::Left),
        ("Weight", Align::Right),
        ("Index", Align::Right),
        ("At best", Align::Right),
        ("Money to the next step", Align::Left),
    ]);
    for block in &answer.blocks {
        let next = match &block.next {
            Some(next) => {
                let amount = money(next.amount, asked.currency());
                format!("{amount} {} to {}", asked.currency(), plain(next.index))
            }
            None if block.index >= Decimal::TEN => "at the top".to_string(),
            None => "no money gets there".to_string(),
        };
        table.row([
            block.title.clone(),
            fraction(&block.weight),
            plain(block.before),
            plain(block.index),
            next,
        ]);
    }
    for metric in held {
        let index = metric.index.map_or("-".into(), plain);
        table.row([
            metric.title.clone(),
            fraction(&(&metric.category_weight * &metric.metric_weight)),
            index.clone(),
            index,
            "held: no deal moves it".to_string(),
        ]);
    }
    table.write(out, terminal_width())?;
    Ok(())
}
