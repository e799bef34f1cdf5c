//! `pvi goal`: the cheapest way to a score or to the next index step.

use super::args;
use super::context::Context;
use super::error::Failure;
use super::output::PackOut;
use super::{goal_print, output, pvi};
use crate::domain::money::Currency;
use crate::domain::portfolio::Portfolio;
use crate::domain::snapshot::Snapshot;
use crate::expand::{self, Scene, Suggestions};
use crate::export::json::{decimal as plain, fraction, money};
use crate::program::board::Board;
use crate::program::goal::{
    Answer, Ask, Block, Checked, Goal, GoalError, GoalSeek, Outcome, Plan, PlanStep, Proof,
    with_uplifts,
};
use crate::program::pack::GoalCost;
use crate::program::{Engine, MetricScore, Pack, View};
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
    /// Ids of the metrics that keep the goal out of reach, what keeps back most first.
    in_the_way: Vec<String>,
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
    /// Of the plan without this member.
    score_without: Option<String>,
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
    /// Points of the score below the highest index.
    points_open: String,
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
pub(super) struct Asked<'a> {
    snapshot: &'a Snapshot,
    suggestions: Suggestions,
    pack: &'a Pack,
    pub(super) board: Arc<Board>,
    pub(super) engine: &'a Engine,
    pub(super) ask: Ask,
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
    let mut candidates = with_uplifts(&engine, &board, &snapshot, pack.goal_seek.uplift_pct);
    let catalogue = context.catalogue();
    let scene = Scene {
        snapshot: &snapshot,
        rules: &pack.rules,
        catalogue: &catalogue,
        today: context.today(),
    };
    let suggestions = if args.without_suggestions {
        Suggestions::default()
    } else {
        Suggestions::of(scene)
    };
    candidates.extend(expand::candidates(
        &suggestions,
        scene,
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
    goal_print::print(&asked, &answer, &held, score, out)
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

pub(super) fn goal_word(goal: &Goal) -> String {
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
        in_the_way: match &answer.outcome {
            Outcome::OutOfReach(_) => {
                let way = answer.in_the_way();
                way.iter().map(|block| block.metric.to_string()).collect()
            }
            _ => Vec::new(),
        },
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
        points_open: fraction(&block.open()),
        next_index: next.map(|next| plain(next.index)),
        next_threshold: next.and_then(|next| next.threshold).map(plain),
        missing: next.map(|next| money(next.amount, currency)),
    }
}

impl Asked<'_> {
    pub(super) fn currency(&self) -> Currency {
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

    pub(super) fn customer(&self, step: &PlanStep) -> Option<String> {
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
                suggestion = self.suggestions.get(at).map(|brief| brief.key());
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
            score_without: step.without.as_ref().map(fraction),
            renewal_id,
            quote_id,
            suggestion,
        }
    }
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
