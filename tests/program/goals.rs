//! Goal seek: the golden cases, what cannot be asked, and plans among hundreds of deals.

use crate::board::demo;
use crate::book::*;
use renewdesk::domain::ids::RenewalId;
use renewdesk::program::board::Board;
use renewdesk::program::goal::{
    Answer, Ask, Candidate, Goal, GoalError, GoalSeek, Outcome, Plan, Proof, money_to_next,
    on_board, with_uplifts,
};
use renewdesk::program::pack::GoalCost;
use renewdesk::program::{Engine, Month, View};
use rust_decimal::Decimal;
use std::sync::Arc;

pub fn number(board: &Board, title: &str) -> usize {
    let titles = board.portfolios.iter().map(|p| p.portfolio.title());
    titles.clone().position(|found| found == title).unwrap()
}

pub fn ask(board: &Board, title: &str, goal: Goal, cost: GoalCost) -> Ask {
    Ask {
        portfolio: number(board, title),
        goal,
        cost,
        committed: false,
    }
}

fn seek(board: &Board, ask: Ask, candidates: Vec<Candidate>) -> Answer {
    let mut seek = GoalSeek::new(Arc::new(board.clone()), ask, candidates).unwrap();
    assert!(seek.run(&mut || true));
    seek.answer()
}

pub fn plan(answer: &Answer) -> &Plan {
    match &answer.outcome {
        Outcome::Plan(plan) => plan,
        other => panic!("{other:?}"),
    }
}

fn values(plan: &Plan) -> Vec<String> {
    let values = plan.steps.iter().map(|step| step.candidate.value);
    let mut values: Vec<Decimal> = values.collect();
    values.sort();
    values
        .iter()
        .map(|value| value.normalize().to_string())
        .collect()
}

/// Assessment of Services with these on-time figures, and open renewals that move nothing but the
/// on-time rate: due in the baseline's month, still on time by the days of grace.
fn on_time_book(a: &str, index: &str, open: &[&str]) -> (Book, Vec<RenewalId>) {
    let mut book = Book::new();
    book.pack.otrr.grace_days = 30;
    book.p = dec("60");
    for (measurement, index) in [
        ("Customer Success", "5"),
        ("Managed Services", "5"),
        ("Black Belt", "4"),
        ("ACV Growth", "4"),
        ("Premium Services Penetration", "4"),
    ] {
        book.row("Services", measurement, "", "", index);
    }
    book.row("Services", "On-Time Renewal Rate", a, "100000", index);
    let open = open
        .iter()
        .map(|value| book.renewal("2026-11-20", "quoted", &[(value, "Services")]))
        .collect();
    (book, open)
}

#[test]
fn p21_next_step_of_the_on_time_rate_by_value_and_by_deals() {
    let (book, open) = on_time_book("54000", "8", &["600", "500", "2500", "900"]);
    let engine = book.engine();
    let board = engine.board(&Month::Baseline).unwrap();
    let goal = || Goal::NextStep("otrr".into());
    let by_value = ask(&board, "Services", goal(), GoalCost::Value);
    let answer = seek(&board, by_value, on_board(&board));
    assert_eq!(values(plan(&answer)), ["500", "600"]);
    assert_eq!(plan(&answer).value, dec("1100"));
    assert_eq!(plan(&answer).proof, Proof::Exact { settled: true });
    assert_eq!(plan(&answer).proof.label(), "exact");
    let by_deals = ask(&board, "Services", goal(), GoalCost::Deals);
    assert_eq!(
        values(plan(&seek(&board, by_deals, on_board(&board)))),
        ["2500"]
    );
    let by_effort = ask(&board, "Services", goal(), GoalCost::Effort);
    let answer = seek(&board, by_effort, on_board(&board));
    assert_eq!(plan(&answer).effort, dec("440"));
    let cell = &board.cells[number_of(&board, "otrr")];
    let missing = money_to_next(cell, (cell.a, cell.b), cell.raises_base, 2).unwrap();
    assert_eq!((missing.amount, missing.index), (dec("1000.01"), dec("9")));
    // the projection of exactly these renewals says the same
    let marked: Arc<[RenewalId]> = Arc::from([open[0], open[1]]);
    let projection = engine
        .project(&View::Marked(marked), &Month::Baseline)
        .unwrap();
    assert_eq!(
        metric(&projection, "Services", "otrr").index,
        Some(dec("9"))
    );
}

fn number_of(board: &Board, metric: &str) -> usize {
    board
        .cells
        .iter()
        .position(|cell| &*cell.metric == metric)
        .unwrap()
}

#[test]
fn p21_a_score_of_five_is_one_on_time_step_away() {
    let (book, _) = on_time_book("44000", "6", &["600", "500", "2500", "900"]);
    let board = book.engine().board(&Month::Baseline).unwrap();
    let to = |score: &str| Goal::Score(dec(score));
    let five = ask(&board, "Services", to("5.0"), GoalCost::Value);
    let answer = seek(&board, five, on_board(&board));
    assert_eq!(answer.start, Some(frac("4.75")));
    assert_eq!(plan(&answer).score, Some(frac("5")));
    assert_eq!(values(plan(&answer)), ["500", "600"]);
    let scores: Vec<_> = plan(&answer)
        .steps
        .iter()
        .map(|step| step.score.clone())
        .collect();
    assert_eq!(scores, [Some(frac("4.75")), Some(frac("5"))]);
    let low = ask(&board, "Services", to("4.75"), GoalCost::Value);
    assert!(matches!(
        seek(&board, low, on_board(&board)).outcome,
        Outcome::Already
    ));
    let high = ask(&board, "Services", to("7.5"), GoalCost::Value);
    let answer = seek(&board, high, on_board(&board));
    let Outcome::OutOfReach(reach) = &answer.outcome else {
        panic!("{:?}", answer.outcome);
    };
    // 48.5 %: one step, and no other metric moves
    assert_eq!(reach.score, Some(frac("5")));
    assert_eq!(reach.missing, Some(frac("2.5")));
    assert!(reach.proven);
    let block = answer
        .blocks
        .iter()
        .find(|block| &*block.metric == "otrr")
        .unwrap();
    assert_eq!((block.before, block.index), (dec("6"), dec("7")));
    let next = block.next.as_ref().unwrap();
    assert_eq!((next.threshold, next.index), (Some(dec("50")), dec("8")));
}

#[test]
fn p22_money_needed_where_it_raises_the_base_too_and_where_it_does_not() {
    let mut book = Book::new();
    book.row(
        "Services",
        "Premium Services Penetration",
        "18000",
        "200000",
        "5",
    );
    book.row("Services", "ACV Growth", "104000", "100000", "2");
    let board = book.engine().board(&Month::Baseline).unwrap();
    let premium = &board.cells[number_of(&board, "premium")];
    let growth = &board.cells[number_of(&board, "acv_growth")];
    assert!(premium.raises_base && !growth.raises_base);
    let units = |amount: &str| {
        let cents = dec(amount) * dec("100");
        i128::from(i64::try_from(cents.trunc()).unwrap()) * premium.unit / 100
    };
    let (a, b) = (premium.a, premium.b);
    let next = money_to_next(premium, (a, b), true, 2).unwrap();
    assert_eq!((next.amount, next.index), (dec("2222.23"), dec("6")));
    let (more, less) = (units("2222.23"), units("2222.22"));
    assert_eq!(premium.index(a + more, b + more), dec("6"));
    assert_eq!(premium.index(a + less, b + less), dec("5"));
    let (a, b) = (growth.a, growth.b);
    assert_eq!(growth.index(a, b), dec("2"));
    let next = money_to_next(growth, (a, b), false, 2).unwrap();
    assert_eq!((next.amount, next.index), (dec("0.01"), dec("3")));
    let cent = growth.unit / 100;
    let next = money_to_next(growth, (a + cent, b), false, 2).unwrap();
    assert_eq!((next.amount, next.index), (dec("2000.00"), dec("4")));
}

#[test]
fn what_cannot_be_asked_is_said() {
    let (book, _) = on_time_book("54000", "8", &["600"]);
    let board = Arc::new(book.engine().board(&Month::Baseline).unwrap());
    let next = |metric: &str| Goal::NextStep(metric.into());
    let new = |goal, title: &str| {
        let ask = ask(&board, title, goal, GoalCost::Value);
        GoalSeek::new(Arc::clone(&board), ask, on_board(&board)).err()
    };
    let services = "Services".to_string();
    assert!(matches!(
        new(next("career"), "Services"),
        Some(GoalError::NoMetric(..))
    ));
    let none = new(Goal::Score(dec("5")), "Networking");
    assert_eq!(none, Some(GoalError::NoScore("Networking".into())));
    let (book, _) = on_time_book("64000", "10", &["600"]);
    let board = Arc::new(book.engine().board(&Month::Baseline).unwrap());
    let ask = ask(&board, "Services", next("otrr"), GoalCost::Value);
    let top = GoalSeek::new(Arc::clone(&board), ask, on_board(&board)).err();
    assert_eq!(top, Some(GoalError::AtTop("otrr".into(), services)));
}

/// The demo book's own deals, and what a plan among them must hold.
#[test]
fn a_plan_among_hundreds_of_deals_holds_is_minimal_and_the_same_each_time() {
    let (snapshot, pack) = demo();
    let engine = Engine::new(&pack, &snapshot, day(TODAY), &|_| dec("60"));
    let board = engine.board(&code("FY27M9")).unwrap();
    let candidates = with_uplifts(&engine, &board, &snapshot, pack.goal_seek.uplift_pct);
    let mut plans = 0;
    for portfolio in &board.portfolios {
        let title = portfolio.portfolio.title();
        for cost in [GoalCost::Value, GoalCost::Deals] {
            let ask = ask(&board, title, Goal::CheapestStep, cost);
            let run = || {
                let mut seek =
                    GoalSeek::new(Arc::new(board.clone()), ask.clone(), candidates.clone()).ok()?;
                let mut looks = 400;
                seek.run(&mut || {
                    looks -= 1;
                    looks > 0
                });
                Some(seek.answer())
            };
            let (Some(answer), Some(again)) = (run(), run()) else {
                continue;
            };
            let Outcome::Plan(plan) = &answer.outcome else {
                continue;
            };
            let Outcome::Plan(twin) = &again.outcome else {
                panic!()
            };
            assert_eq!(values(plan), values(twin));
            holds_and_is_minimal(&board, &ask, plan);
            plans += 1;
        }
    }
    assert!(plans >= 4, "{plans}");
}

fn holds_and_is_minimal(board: &Board, ask: &Ask, plan: &Plan) {
    let cells = board.portfolios[ask.portfolio].cells.clone();
    let members: Vec<&Candidate> = plan.steps.iter().map(|step| &step.candidate).collect();
    let start = board.booked();
    let reaches = |set: &[&Candidate]| {
        let mut state = board.booked();
        set.iter().for_each(|member| state.add(&member.adds));
        cells
            .clone()
            .any(|at| board.index(at, &state) > board.index(at, &start))
    };
    assert!(reaches(&members));
    for left in &members {
        let keeps =
            |member: &&&Candidate| member.what != left.what && member.with != Some(left.what);
        let rest: Vec<&Candidate> = members.iter().filter(keeps).copied().collect();
        assert!(!reaches(&rest), "{:?} is not needed", left.what);
    }
}
