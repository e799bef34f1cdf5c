//! `pvi goal`: the cheapest way to a score or to the next index step.

use super::args;
use super::context::Context;
use super::error::Failure;
use super::output::PackOut;
use super::table::{Align, Table, terminal_width};
use super::{output, pvi};
use crate::domain::money::{Currency, round_half_up};
use crate::domain::portfolio::Portfolio;
use crate::domain::snapshot::Snapshot;
use crate::expand;
use crate::export::json::{decimal as plain, fixed, fraction, money};
use crate::program::board::Board;
use crate::program::goal::{
    Answer, Ask, Block, Checked, Goal, GoalError, GoalSeek, Outcome, Plan, PlanStep, Proof,
    with_uplifts,
};
use crate::program::pack::GoalCost;
use crate::program::{Engine, MetricScore, Pack, PortfolioScore, View};
use crate::runtime::ids::ClockIds;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::Serialize;
use std::io::Write;
use std::sync::Arc;
use std::time::{Duration, Instant};

#[derive(Serialize)]
struct Output {
    schema: &'static str,
    pack: PackOut,
    as_of: NaiveDate,
    portfolio: String,
    month: String,
    goal: String,
    cost: &'static str,
    from: &'static str,
    candidates: usize,
    start: Option<String>,
    /// already, plan, out_of_reach or open
    outcome: &'static str,
    plan: Option<PlanOut>,
    reach: Option<ReachOut>,
    metrics: Vec<MetricOut>,
    held: Vec<HeldOut>,
}

#[derive(Serialize)]
struct PlanOut {
    label: String,
    exact: bool,
    gap: Option<String>,
    floor: Option<String>,
    checked: &'static str,
    score: Option<String>,
    value: String,
    deals: usize,
    effort: String,
    discount: String,
    steps: Vec<StepOut>,
}

#[derive(Serialize)]
struct StepOut {
    what: &'static str,
    name: String,
    customer: Option<String>,
    end: Option<NaiveDate>,
    booking: NaiveDate,
    value: String,
    p: String,
    score: Option<String>,
    renewal_id: Option<String>,
    quote_id: Option<String>,
    suggestion: Option<String>,
}

#[derive(Serialize)]
struct ReachOut {
    score: Option<String>,
    proven: bool,
    missing: Option<String>,
}

#[derive(Serialize)]
struct MetricOut {
    metric: String,
    title: String,
    weight: String,
    index_before: String,
    index: String,
    next_index: Option<String>,
    next_threshold: Option<String>,
    missing: Option<String>,
}

#[derive(Serialize)]
struct HeldOut {
    metric: String,
    title: String,
    index: Option<String>,
    weight: String,
}

/// Everything that is needed to write an answer.
struct Asked<'a> {
    snapshot: &'a Snapshot,
    suggestions: Vec<expand::Suggestion>,
    pack: &'a Pack,
    board: Arc<Board>,
    engine: &'a Engine,
    ask: Ask,
}

/// Runs the command.
pub fn run(context: &Context, args: &args::PviGoal, out: &mut impl Write) -> Result<(), Failure> {
    let store = context.open_to_look()?;
    let pack = context.pack()?;
    let snapshot = store.snapshot()?;
    let engine = pvi::engine(context, &snapshot, &pack);
    let month = pvi::month(args.by.as_deref())?;
    let refused = |error: crate::program::ProgramError| Failure::refused(error.to_string());
    let board = engine.board(&month).map_err(refused)?;
    let ask = asked(args, &pack, &board)?;
    let mut candidates = with_uplifts(&engine, &board, pack.goal_seek.uplift_pct);
    let suggestions = if args.without_suggestions {
        Vec::new()
    } else {
        expand::suggest(
            &snapshot,
            &pack.rules,
            &context.catalogue(),
            context.today(),
        )
    };
    candidates.extend(expand::candidates(
        &suggestions,
        &snapshot,
        (&pack.rules, &context.catalogue(), context.today()),
        &mut ClockIds,
        &engine,
        &board,
    ));
    let board = Arc::new(board);
    let mut seek = GoalSeek::new(Arc::clone(&board), ask.clone(), candidates).map_err(failure)?;
    search(&mut seek, Duration::from_secs(args.seconds));
    let answer = seek.answer();
    let asked = Asked {
        snapshot: &snapshot,
        suggestions,
        pack: &pack,
        board,
        engine: &engine,
        ask,
    };
    let booked = engine.project(&View::Booked, &month).map_err(refused)?;
    let score = booked
        .portfolios
        .iter()
        .find(|found| found.portfolio == answer.portfolio);
    let held = score.map(|score| answer.held(score)).unwrap_or_default();
    if args.json {
        return output::json(out, &written(context, &asked, &answer, &held));
    }
    output::watermark(&snapshot);
    print(&asked, &answer, &held, score, out)
}

fn failure(error: GoalError) -> Failure {
    match error {
        GoalError::NoMetric(..) | GoalError::NoPortfolio => Failure::not_found(error.to_string()),
        _ => Failure::refused(error.to_string()),
    }
}

/// Searches until nothing is left, the time is over, or the cheapest is proven and ties have had
/// their share of the time.
fn search(seek: &mut GoalSeek, limit: Duration) {
    let begun = Instant::now();
    let share = Duration::from_millis(200);
    loop {
        let slice = Instant::now();
        let over = seek.run(&mut || slice.elapsed() < share && begun.elapsed() < limit);
        if over || begun.elapsed() >= limit || seek.is_exact() {
            return;
        }
    }
}

fn asked(args: &args::PviGoal, pack: &Pack, board: &Board) -> Result<Ask, Failure> {
    let titles = || {
        let titles = board.portfolios.iter().map(|found| found.portfolio.title());
        titles.collect::<Vec<_>>().join(", ")
    };
    let number = Portfolio::named(&args.portfolio).and_then(|named| board.number(&named));
    let portfolio = number.ok_or_else(|| {
        Failure::not_found(format!("there is no portfolio {:?}", args.portfolio))
            .hint(format!("the portfolios are {}", titles()))
    })?;
    let cost = match &args.cost {
        None => pack.goal_seek.cost,
        Some(word) => GoalCost::named(word.trim()).ok_or_else(|| {
            Failure::usage(format!("there is no cost {word:?}"))
                .hint("the costs are value, deals, effort and discount")
        })?,
    };
    let committed = match args.from.trim() {
        "booked" => false,
        "committed" => true,
        other => {
            return Err(
                Failure::usage(format!("a plan cannot start from {other:?}"))
                    .hint("it starts from booked or committed"),
            );
        }
    };
    Ok(Ask {
        portfolio,
        goal: goal(&args.reach)?,
        cost,
        committed,
    })
}

fn goal(text: &str) -> Result<Goal, Failure> {
    let text = text.trim();
    if text.eq_ignore_ascii_case("next") {
        return Ok(Goal::CheapestStep);
    }
    if let Some((word, metric)) = text.split_once(':')
        && word.eq_ignore_ascii_case("next")
    {
        return Ok(Goal::NextStep(metric.trim().to_lowercase().into()));
    }
    match text.parse::<Decimal>() {
        Ok(score) if score > Decimal::ZERO && score <= Decimal::TEN => Ok(Goal::Score(score)),
        _ => Err(Failure::usage(format!("{text:?} is no goal"))
            .hint("a goal is a score above 0 and up to 10, `next`, or next:METRIC like next:otrr")),
    }
}

fn goal_word(goal: &Goal) -> String {
    match goal {
        Goal::Score(score) => score.to_string(),
        Goal::NextStep(metric) => format!("next:{metric}"),
        Goal::CheapestStep => "next".to_string(),
    }
}

fn written(context: &Context, asked: &Asked<'_>, answer: &Answer, held: &[&MetricScore]) -> Output {
    let (outcome, plan, reach) = match &answer.outcome {
        Outcome::Already => ("already", None, None),
        Outcome::Plan(plan) => ("plan", Some(asked.plan(plan, answer)), None),
        Outcome::OutOfReach(reach) => {
            let reach = ReachOut {
                score: reach.score.as_ref().map(fraction),
                proven: reach.proven,
                missing: reach.missing.as_ref().map(fraction),
            };
            ("out_of_reach", None, Some(reach))
        }
        Outcome::Open => ("open", None, None),
    };
    Output {
        schema: "renewdesk.pvi_goal/1",
        pack: PackOut::from(&asked.board.pack),
        as_of: context.today(),
        portfolio: answer.portfolio.title().to_string(),
        month: answer.month.to_string(),
        goal: goal_word(&answer.goal),
        cost: answer.cost.word(),
        from: if asked.ask.committed {
            "committed"
        } else {
            "booked"
        },
        candidates: answer.candidates,
        start: answer.start.as_ref().map(fraction),
        outcome,
        plan,
        reach,
        metrics: answer
            .blocks
            .iter()
            .map(|block| metric(block, asked.currency()))
            .collect(),
        held: held
            .iter()
            .map(|metric| HeldOut {
                metric: metric.metric.to_string(),
                title: metric.title.clone(),
                index: metric.index.map(plain),
                weight: fraction(&(&metric.category_weight * &metric.metric_weight)),
            })
            .collect(),
    }
}

fn metric(block: &Block, currency: Currency) -> MetricOut {
    let next = block.next.as_ref();
    MetricOut {
        metric: block.metric.to_string(),
        title: block.title.clone(),
        weight: fraction(&block.weight),
        index_before: plain(block.before),
        index: plain(block.index),
        next_index: next.map(|next| plain(next.index)),
        next_threshold: next.and_then(|next| next.threshold).map(plain),
        missing: next.map(|next| money(next.amount, currency)),
    }
}

impl Asked<'_> {
    fn currency(&self) -> Currency {
        self.pack.currency
    }

    fn plan(&self, plan: &Plan, answer: &Answer) -> PlanOut {
        let (exact, gap, floor) = match &plan.proof {
            Proof::Exact { .. } => (true, None, None),
            Proof::Within { gap, floor } => (false, Some(plain(*gap)), Some(plain(*floor))),
        };
        PlanOut {
            label: plan.proof.label(),
            exact,
            gap,
            floor,
            checked: match plan.check(self.engine, &self.board, answer, self.ask.committed) {
                Checked::Projection => "projection",
                Checked::Board => "board",
                Checked::Differs => "differs",
            },
            score: plan.score.as_ref().map(fraction),
            value: money(plan.value, self.currency()),
            deals: plan.deals,
            effort: money(plan.effort, self.currency()),
            discount: money(plan.discount, self.currency()),
            steps: plan.steps.iter().map(|step| self.step(step)).collect(),
        }
    }

    fn customer(&self, step: &PlanStep) -> Option<String> {
        let account = step.candidate.account?;
        Some(self.snapshot.accounts.get(account)?.name.to_string())
    }

    fn step(&self, step: &PlanStep) -> StepOut {
        use crate::program::goal::What;
        let candidate = &step.candidate;
        let (mut renewal_id, mut quote_id, mut suggestion) = (None, None, None);
        match candidate.what {
            What::Renew(id) | What::Uplift(id) => renewal_id = Some(id.to_string()),
            What::Quote(id) => quote_id = Some(id.to_string()),
            What::Suggestion(at) => {
                suggestion = self.suggestions.get(at).map(|found| found.key.clone());
            }
        }
        StepOut {
            what: candidate.what.word(),
            name: candidate.name.to_string(),
            customer: self.customer(step),
            end: candidate.end,
            booking: candidate.booking,
            value: money(candidate.value, self.currency()),
            p: plain(candidate.p),
            score: step.score.as_ref().map(fraction),
            renewal_id,
            quote_id,
            suggestion,
        }
    }
}

fn print(
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
    ]);
    for step in &plan.steps {
        let candidate = &step.candidate;
        table.row([
            candidate.name.to_string(),
            asked.customer(step).unwrap_or_else(|| "-".into()),
            candidate.end.map_or("-".into(), |end| end.to_string()),
            candidate.what.word().to_string(),
            money(candidate.value, currency),
            plain(candidate.p * Decimal::ONE_HUNDRED),
            step.score
                .as_ref()
                .map_or("-".into(), |score| fixed(score, 2)),
        ]);
    }
    table.write(out, terminal_width())?;
    let score = plan
        .score
        .as_ref()
        .map_or("no score".into(), |score| fixed(score, 2));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goals_are_read_as_written() {
        assert_eq!(
            goal("5.0").ok(),
            Some(Goal::Score("5.0".parse().unwrap_or_default()))
        );
        assert_eq!(goal("Next").ok(), Some(Goal::CheapestStep));
        assert_eq!(goal("next: OTRR").ok(), Some(Goal::NextStep("otrr".into())));
        assert!(goal("11").is_err() && goal("soon").is_err());
    }
}
