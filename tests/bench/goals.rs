//! Goal seek among 2,000 open deals: to the first plan, to the proof, and from the question asked at
//! the desk to the first plan.

use super::driver::{Driver, demo_plan};
use divan::Bencher;
use num_rational::BigRational;
use renewdesk::domain::portfolio::Portfolio;
use renewdesk::domain::snapshot::Snapshot;
use renewdesk::program::board::Board;
use renewdesk::program::board::BoardDeal;
use renewdesk::program::goal::{Ask, Candidate, Goal, GoalSeek, Outcome, Proof, with_uplifts};
use renewdesk::program::pack::GoalCost;
use renewdesk::program::{Month, Pack};
use renewdesk::runtime::desk::{Search, begin};
use renewdesk::ui::overlay::goal::Query;
use rust_decimal::Decimal;
use std::cell::RefCell;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

const DEALS: usize = 2_000;
/// A search that has proven nothing by then has its gap told.
const LONGEST: Duration = Duration::from_secs(10);

/// How far a plan is to lift the score.
#[derive(Clone, Copy, Debug)]
enum Far {
    NextStep,
    HalfWay,
    NineTenths,
}

#[derive(Clone, Copy, Debug)]
struct Case(Far, GoalCost);

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}, {}", self.0, self.1.word())
    }
}

fn cases() -> impl Iterator<Item = Case> {
    let far = [Far::NextStep, Far::HalfWay, Far::NineTenths];
    far.into_iter()
        .flat_map(|far| GoalCost::ALL.map(|by| Case(far, by)))
}

thread_local! {
    static MADE: RefCell<Option<(Arc<Board>, Vec<Candidate>)>> = const { RefCell::new(None) };
}

/// The deals of a demo book that move Services by the end of the fiscal year, with their uplifts.
fn made() -> (Arc<Board>, Vec<Candidate>) {
    let desk = Driver::with(demo_plan(60_000), 120, 36);
    let engine = desk.desk().engine.clone().expect("computed");
    let snapshot: &Snapshot = &desk.desk().snapshot;
    let mut board = engine
        .board(&Month::Code("FY27M12".into()))
        .expect("it cuts");
    let services = board
        .number(&Portfolio::named("Services").expect("known"))
        .expect("there");
    let cells = board.portfolios[services].cells.clone();
    let touches = |deal: &BoardDeal| deal.adds.iter().any(|add| cells.contains(&add.cell));
    board.deals = board.deals.iter().filter(touches).take(DEALS).collect();
    assert_eq!(board.deals.len(), DEALS);
    let percent = Pack::shipped().goal_seek.uplift_pct;
    let candidates = with_uplifts(&engine, &board, snapshot, percent);
    assert!(candidates.len() > DEALS + DEALS / 2);
    (Arc::new(board), candidates)
}

/// A search that is ready to run.
fn goal_of(case: Case) -> GoalSeek {
    MADE.with_borrow_mut(|kept| {
        let (board, candidates) = kept.get_or_insert_with(made);
        let services = Portfolio::named("Services").expect("known");
        let portfolio = board.number(&services).expect("there");
        let score = |all| {
            board
                .score(portfolio, &board.with(|_, _| all))
                .expect("scored")
        };
        let (none, all) = (score(false), score(true));
        let tenths = |tenths: i64| {
            let way = (&all - &none) * BigRational::new(tenths.into(), 10.into());
            let hundredths = (&none + way) * BigRational::from_integer(100.into());
            let whole = hundredths.floor().to_integer();
            Goal::Score(Decimal::new(i64::try_from(whole).expect("small"), 2))
        };
        let goal = match case.0 {
            Far::NextStep => Goal::CheapestStep,
            Far::HalfWay => tenths(5),
            Far::NineTenths => tenths(9),
        };
        let ask = Ask {
            portfolio,
            goal,
            cost: case.1,
            committed: false,
        };
        GoalSeek::new(Arc::clone(board), ask, candidates.clone()).expect("it can be asked")
    })
}

/// Runs until there is a plan.
fn to_first(seek: &mut GoalSeek) {
    while !matches!(seek.answer().outcome, Outcome::Plan(_)) {
        let mut looks = 2;
        let over = seek.run(&mut || {
            looks -= 1;
            looks > 0
        });
        assert!(!over || matches!(seek.answer().outcome, Outcome::Plan(_)));
    }
}

/// From the search made ready to the first plan.
#[divan::bench(args = cases(), sample_count = 5, sample_size = 1)]
fn goal_seek_first(bencher: Bencher<'_, '_>, case: Case) {
    let seek = goal_of(case);
    bencher
        .with_inputs(|| seek.clone())
        .bench_local_values(|mut seek| to_first(&mut seek));
}

/// Until no cheaper plan can exist, or ten seconds; then the gap is told.
#[divan::bench(args = cases(), sample_count = 1, sample_size = 1)]
fn goal_seek_exact(bencher: Bencher<'_, '_>, case: Case) {
    let seek = goal_of(case);
    bencher
        .with_inputs(|| seek.clone())
        .bench_local_values(|mut seek| {
            let begun = Instant::now();
            while !seek.is_exact() && begun.elapsed() < LONGEST {
                let mut looks = 1_000;
                seek.run(&mut || {
                    looks -= 1;
                    looks > 0 && begun.elapsed() < LONGEST
                });
            }
            let Outcome::Plan(plan) = seek.answer().outcome else {
                panic!("no plan")
            };
            let proof = match plan.proof {
                Proof::Exact { .. } => "exact".to_string(),
                Proof::Within { gap, floor } => format!("gap {gap} over {floor}"),
            };
            println!("{case}: {} deals, {proof}", plan.deals);
        });
}

/// From the question at the desk to the first plan: board, uplifts, suggestions, search.
#[divan::bench(args = GoalCost::ALL, sample_count = 5, sample_size = 1)]
fn goal_seek_question(bencher: Bencher<'_, '_>, by: GoalCost) {
    let desk = Driver::with(demo_plan(24_000), 120, 36);
    let desk = desk.desk();
    let search = Search {
        number: 0,
        engine: desk.engine.clone().expect("computed"),
        snapshot: desk.snapshot.clone(),
        suggestions: desk.suggestions.clone(),
        pack: desk.pack.clone(),
        catalogue: desk.catalogue.clone(),
        today: desk.today,
        query: Query {
            ticket: uuid::Uuid::nil(),
            portfolio: Portfolio::named("Services").expect("known"),
            month: Month::Code("FY27M12".into()),
            goal: Goal::CheapestStep,
            cost: by,
            committed: false,
            suggestions: true,
        },
    };
    let board = search.engine.board(&search.query.month).expect("it cuts");
    let deals = board.deals.len();
    assert!((DEALS..DEALS * 3 / 2).contains(&deals), "{deals}");
    assert!(!search.suggestions.is_empty());
    bencher.bench_local(|| {
        let mut seek = begin(&search).expect("it can be asked");
        to_first(&mut seek);
        seek.answer().candidates
    });
}
