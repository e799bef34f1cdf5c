//! Goal seek against every subset of small books: the plan is the best of all, the best score is the
//! best of all, and what an interrupted search promises holds.

use crate::book::*;
use crate::goals::{ask, number};
use num_rational::BigRational;
use proptest::prelude::*;
use renewdesk::domain::quote::BuyDriver;
use renewdesk::program::Month;
use renewdesk::program::board::{Add, Board};
use renewdesk::program::exact;
use renewdesk::program::goal::{
    Candidate, Goal, GoalError, GoalSeek, Outcome, Proof, What, with_uplifts,
};
use renewdesk::program::pack::{GoalCost, Mismatch};
use rust_decimal::Decimal;
use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;

/// Beyond this many candidates a case is cut: every subset is looked at.
const MOST: usize = 14;

/// A small book: Services with three moving metrics, Networking with three.
#[derive(Clone, Debug)]
struct Small {
    deals: Vec<(u32, bool, bool, bool, u32)>,
    figures: [u32; 6],
    indexes: [u32; 6],
    thresholds: Vec<u32>,
    shifts: bool,
    minimum: u32,
    uplift: u32,
}

fn small() -> impl Strategy<Value = Small> {
    let deal = (
        500..90_000u32,
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
        0..4u32,
    );
    (
        prop::collection::vec(deal, 2..11),
        prop::array::uniform6(0..100u32),
        prop::array::uniform6(0..11u32),
        prop::collection::btree_set(0..70u32, 10),
        any::<bool>(),
        0..120_000u32,
        0..3u32,
    )
        .prop_map(
            |(deals, figures, indexes, thresholds, shifts, minimum, uplift)| Small {
                deals,
                figures,
                indexes,
                thresholds: thresholds.into_iter().collect(),
                shifts,
                minimum,
                uplift,
            },
        )
}

impl Small {
    fn book(&self) -> Book {
        let mut book = Book::new();
        if !self.shifts {
            book.pack.mismatch = Mismatch::Band;
        }
        for band in &mut book.pack.bands {
            if matches!(&*band.id, "otrr" | "premium" | "buying") {
                band.thresholds = self.thresholds.iter().map(|t| Decimal::from(*t)).collect();
            }
        }
        for metric in &mut book.pack.metrics {
            if let Some(minimum) = &mut metric.minimum {
                minimum.amount = Decimal::from(self.minimum);
            }
        }
        let rows = [
            ("Services", "On-Time Renewal Rate", 100_000),
            ("Services", "Premium Services Penetration", 120_000),
            ("Services", "ACV Growth", 90_000),
            ("Networking", "ACV Growth", 80_000),
            ("Networking", "TCV Growth", 70_000),
            ("Networking", "Buying Program Penetration", 60_000),
        ];
        for (at, (portfolio, measurement, base)) in rows.into_iter().enumerate() {
            let growth = measurement.contains("Growth");
            let a = self.figures[at] * base / 100 + if growth { base / 2 } else { 0 };
            let index = self.indexes[at].to_string();
            book.row(
                portfolio,
                measurement,
                &a.to_string(),
                &base.to_string(),
                &index,
            );
        }
        for (value, services, flag, second, stage) in &self.deals {
            let first = if *services { "Services" } else { "Networking" };
            let amount = value.to_string();
            let rest = (value / 3 + 7).to_string();
            let mut lines = vec![(amount.as_str(), first)];
            if *second {
                lines.push((
                    rest.as_str(),
                    if *services { "Networking" } else { "Services" },
                ));
            }
            let end = ["2026-12-05", "2026-12-30", "2027-01-10", "2026-11-15"][*stage as usize];
            let stage = if *stage == 2 { "committed" } else { "quoted" };
            let id = book.renewal(end, stage, &lines);
            book.change_lines(id, |line| {
                line.premium = Some(*flag);
                line.ea = Some(*flag && !*services);
            });
            if value % 3 == 0 {
                // a draft below what expires: its uplift brings on-time value back
                let mut quote = book.quote(&[id]);
                for line in &mut quote.lines {
                    let net = line.unit_list.unwrap() * dec("0.9");
                    line.buy = BuyDriver::UnitNet(net.round_dp(2));
                }
                book.snapshot.quotes.put(quote);
            }
        }
        book
    }
}

/// The cost of a set as the rules say it: first what is to be least, then what decides.
fn cost(set: &[&Candidate], by: GoalCost) -> (Decimal, Decimal) {
    let value: Decimal = set.iter().map(|member| member.value).sum();
    let count = set
        .iter()
        .filter(|member| !matches!(member.what, What::Uplift(_)));
    let count = Decimal::from(count.count());
    match by {
        GoalCost::Value => (value, count),
        GoalCost::Deals => (count, value),
        GoalCost::Effort => {
            let effort = set
                .iter()
                .map(|member| member.value * (Decimal::ONE - member.p));
            (effort.sum(), count)
        }
        GoalCost::Discount => (set.iter().map(|member| member.discount).sum(), value),
    }
}

type Rank = (
    (Decimal, Decimal),
    Reverse<Option<Decimal>>,
    Option<chrono::NaiveDate>,
    Vec<What>,
);

fn rank(set: &[&Candidate], by: GoalCost) -> Rank {
    let lowest = set.iter().map(|member| member.p).min();
    let last = set.iter().map(|member| member.end).max().flatten();
    let mut ids: Vec<What> = set.iter().map(|member| member.what).collect();
    ids.sort();
    (cost(set, by), Reverse(lowest), last, ids)
}

/// Every set that may be taken: where it leads, and what it adds up to.
struct Sets {
    /// The candidates in it, bit by bit.
    bits: Vec<u32>,
    /// By set, the number of its indexes in `indexes`.
    kind: Vec<usize>,
    /// By set: value, deals, effort, discount, in millionths.
    sums: Vec<[i128; 4]>,
    /// Different indexes of the portfolio's metrics, with the score they make.
    indexes: Vec<(Vec<Decimal>, BigRational)>,
}

fn millionths(amount: Decimal) -> i128 {
    let whole = amount * Decimal::from(1_000_000);
    assert!(whole.fract().is_zero());
    whole.trunc().mantissa() / 10i128.pow(whole.trunc().scale())
}

impl Sets {
    /// Walks through all sets so that each differs from the one before by one candidate.
    fn of(board: &Board, portfolio: usize, candidates: &[Candidate]) -> Sets {
        let cells = board.portfolios[portfolio].cells.clone();
        let base: Vec<u32> = candidates
            .iter()
            .map(|member| {
                let at = |with| candidates.iter().position(|other| other.what == with);
                member.with.map_or(0, |with| 1 << at(with).unwrap())
            })
            .collect();
        let sums: Vec<[i128; 4]> = candidates
            .iter()
            .map(|member| {
                let deal = Decimal::from(u8::from(!matches!(member.what, What::Uplift(_))));
                let effort = member.value * (Decimal::ONE - member.p);
                [member.value, deal, effort, member.discount].map(millionths)
            })
            .collect();
        let mut out = Sets {
            bits: Vec::new(),
            kind: Vec::new(),
            sums: Vec::new(),
            indexes: Vec::new(),
        };
        let mut known: HashMap<Vec<Decimal>, usize> = HashMap::new();
        let (mut bits, mut state, mut sum) = (0u32, board.booked(), [0i128; 4]);
        let mut indexes: Vec<Decimal> = cells.clone().map(|at| board.index(at, &state)).collect();
        for turn in 0u32..1 << candidates.len() {
            if turn > 0 {
                let at = turn.trailing_zeros() as usize;
                bits ^= 1 << at;
                let sign = if bits & (1 << at) != 0 { 1 } else { -1 };
                let adds = &candidates[at].adds;
                match sign {
                    1 => state.add(adds),
                    _ => state.remove(adds),
                }
                for cell in adds
                    .iter()
                    .map(|add| add.cell)
                    .filter(|cell| cells.contains(cell))
                {
                    indexes[cell - cells.start] = board.index(cell, &state);
                }
                for (sum, one) in sum.iter_mut().zip(sums[at]) {
                    *sum += sign * one;
                }
            }
            let whole = |(at, base): (usize, &u32)| bits & (1 << at) == 0 || bits & base == *base;
            if !base.iter().enumerate().all(whole) {
                continue;
            }
            let kind = known.get(&indexes).copied().unwrap_or_else(|| {
                let score = board.score(portfolio, &state).unwrap();
                known.insert(indexes.clone(), out.indexes.len());
                out.indexes.push((indexes.clone(), score));
                out.indexes.len() - 1
            });
            out.bits.push(bits);
            out.kind.push(kind);
            out.sums.push(sum);
        }
        out
    }

    fn members<'a>(&self, at: usize, candidates: &'a [Candidate]) -> Vec<&'a Candidate> {
        let taken = |place: &usize| self.bits[at] & (1 << place) != 0;
        let places = (0..candidates.len()).filter(taken);
        places.map(|place| &candidates[place]).collect()
    }

    /// The rank of the best set of a kind that reaches, if there is one.
    fn best(&self, reaches: &[bool], by: GoalCost, candidates: &[Candidate]) -> Option<Rank> {
        let cost = |at: usize| {
            let [value, deals, effort, discount] = self.sums[at];
            match by {
                GoalCost::Value => (value, deals),
                GoalCost::Deals => (deals, value),
                GoalCost::Effort => (effort, deals),
                GoalCost::Discount => (discount, value),
            }
        };
        let all = || (0..self.bits.len()).filter(|at| reaches[self.kind[*at]]);
        let least = all().map(cost).min()?;
        all()
            .filter(|at| cost(*at) == least)
            .map(|at| rank(&self.members(at, candidates), by))
            .min()
    }
}

fn touching(board: &Board, portfolio: usize, candidates: &[Candidate]) -> Vec<Candidate> {
    let cells = board.portfolios[portfolio].cells.clone();
    let touches = |adds: &[Add]| adds.iter().any(|add| cells.contains(&add.cell));
    candidates
        .iter()
        .filter(|candidate| touches(&candidate.adds))
        .cloned()
        .collect()
}

/// The first candidates, none without the one it hangs on.
fn up_to(most: usize, mut candidates: Vec<Candidate>) -> Vec<Candidate> {
    candidates.truncate(most);
    let bases: Vec<What> = candidates.iter().map(|member| member.what).collect();
    candidates.retain(|member| member.with.is_none_or(|with| bases.contains(&with)));
    candidates
}

fn agrees(board: &Board, candidates: &[Candidate], title: &str) -> Result<usize, TestCaseError> {
    let portfolio = number(board, title);
    let candidates = touching(board, portfolio, candidates);
    let candidates = up_to(MOST, candidates);
    let sets = Sets::of(board, portfolio, &candidates);
    let scores = || sets.indexes.iter().map(|(_, score)| score);
    let highest = scores().max().unwrap();
    let mut goals: Vec<Goal> = [
        exact::text(highest, 4),
        "2.5".into(),
        "4".into(),
        "5".into(),
    ]
    .iter()
    .map(|text| Goal::Score(dec(text)))
    .collect();
    goals.push(Goal::CheapestStep);
    let cells: Vec<usize> = board.portfolios[portfolio].cells.clone().collect();
    goals.extend(
        cells
            .iter()
            .map(|at| Goal::NextStep(board.cells[*at].metric.clone())),
    );
    let mut planned = 0;
    for (goal, by) in goals
        .iter()
        .flat_map(|goal| GoalCost::ALL.map(|by| (goal, by)))
    {
        let ask = ask(board, title, goal.clone(), by);
        let all = candidates.clone();
        let mut seek = match GoalSeek::new(Arc::new(board.clone()), ask, all) {
            Ok(seek) => seek,
            Err(GoalError::AtTop(..)) => continue,
            Err(error) => return Err(TestCaseError::fail(error.to_string())),
        };
        let start = board.booked();
        let rises = |at: usize, index: Decimal| {
            let levels = board.cells[at]
                .levels()
                .into_iter()
                .chain(board.cells[at].apart(board.cells[at].a, board.cells[at].b));
            let now = board.index(at, &start);
            let next = levels
                .map(|level| level.index)
                .filter(|index| *index > now)
                .min();
            next.is_some_and(|next| index >= next)
        };
        let reaches: Vec<bool> =
            sets.indexes
                .iter()
                .map(|(indexes, score)| match goal {
                    Goal::Score(least) => *score >= exact::of(*least),
                    Goal::NextStep(metric) => cells.iter().zip(indexes).any(|(at, index)| {
                        board.cells[*at].metric == *metric && rises(*at, *index)
                    }),
                    Goal::CheapestStep => cells
                        .iter()
                        .zip(indexes)
                        .any(|(at, index)| rises(*at, *index)),
                })
                .collect();
        let best = sets.best(&reaches, by, &candidates);
        // after one short look: nothing promised that does not hold
        let mut looks = 3;
        let over = seek.run(&mut || {
            looks -= 1;
            looks > 0
        });
        if let (Outcome::Plan(plan), Some(best)) = (&seek.answer().outcome, &best) {
            let members: Vec<&Candidate> = plan.steps.iter().map(|step| &step.candidate).collect();
            let first = rank(&members, by).0.0;
            match &plan.proof {
                Proof::Exact { .. } => prop_assert_eq!(first, best.0.0),
                Proof::Within { gap, floor } => {
                    prop_assert!(*floor <= best.0.0, "{} above {}", floor, best.0.0);
                    prop_assert_eq!(*floor + *gap, first);
                }
            }
        }
        prop_assert!(over || seek.run(&mut || true));
        match (&seek.answer().outcome, best) {
            (Outcome::Already, Some(best)) => prop_assert_eq!(best.3.len(), 0),
            (Outcome::Plan(plan), Some(best)) => {
                let members: Vec<&Candidate> =
                    plan.steps.iter().map(|step| &step.candidate).collect();
                prop_assert_eq!(rank(&members, by), best, "{:?} {:?}", goal, by);
                prop_assert_eq!(&plan.proof, &Proof::Exact { settled: true });
                planned += 1;
            }
            (Outcome::OutOfReach(reach), None) => {
                prop_assert!(reach.proven);
                prop_assert_eq!(reach.score.as_ref(), Some(highest));
            }
            (outcome, best) => {
                return Err(TestCaseError::fail(format!(
                    "{outcome:?} {best:?} {goal:?} {by:?}"
                )));
            }
        }
    }
    Ok(planned)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    #[test]
    fn a_plan_is_the_best_of_all_subsets(small in small()) {
        let book = small.book();
        let engine = book.engine();
        let board = engine.board(&Month::Horizon).unwrap();
        let percent = Decimal::from(small.uplift * 4);
        let mut candidates = with_uplifts(&engine, &board, &book.snapshot, percent);
        for (at, candidate) in candidates.iter_mut().enumerate() {
            // probabilities and discounts of their own, with ties among them
            candidate.p = Decimal::new(i64::try_from(at % 3).unwrap() * 25 + 25, 2);
            candidate.discount = Decimal::from(at % 4 * 100);
        }
        for title in ["Services", "Networking"] {
            agrees(&board, &candidates, title)?;
        }
    }
}
