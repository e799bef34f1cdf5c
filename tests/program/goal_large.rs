//! Goal seek among 2,000 open deals: a plan carried out in the book reaches its goal in the full
//! projection, none of it can be left out, it is the same each time, and what an interrupted search
//! says is true of what is found later.

use crate::book::*;
use crate::goals::{ask, plan};
use num_rational::BigRational;
use renewdesk::domain::ids::{QuoteId, RenewalId};
use renewdesk::domain::quote::{BuyDriver, Quote, QuoteStatus};
use renewdesk::domain::snapshot::Snapshot;
use renewdesk::pricing::draft::raised;
use renewdesk::program::board::Board;
use renewdesk::program::goal::{
    Answer, Ask, Candidate, Goal, GoalSeek, Outcome, Plan, PlanStep, Proof, What, with_uplifts,
};
use renewdesk::program::pack::GoalCost;
use renewdesk::program::{Engine, Month, View, exact};
use rust_decimal::Decimal;
use std::sync::Arc;

const DEALS: u32 = 2_000;
/// How often a search is asked whether it may go on before it is stopped.
const LOOKS: u32 = 24;

/// Figures that look drawn and are the same each time.
struct Figures(u64);

impl Figures {
    fn up_to(&mut self, most: u32) -> u32 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((u64::from((self.0 >> 33) as u32) * u64::from(most)) >> 31) as u32
    }
}

struct Large {
    book: Book,
    engine: Engine,
    board: Arc<Board>,
    candidates: Vec<Candidate>,
}

fn chance(id: RenewalId) -> Decimal {
    Decimal::from(20 + id.0.as_u128() % 7 * 10)
}

/// Services and Networking with three moving metrics each, 2,000 open renewals; a third of them
/// with drafts below, at or above what expires, some with sent quotes.
fn large() -> Large {
    let mut book = Book::new();
    for (portfolio, measurement, a, b, index) in [
        ("Services", "Customer Success", "", "", "5"),
        ("Services", "Black Belt", "", "", "4"),
        (
            "Services",
            "On-Time Renewal Rate",
            "9000000",
            "24000000",
            "6",
        ),
        (
            "Services",
            "Premium Services Penetration",
            "1500000",
            "40000000",
            "1",
        ),
        ("Services", "ACV Growth", "25000000", "30000000", "0"),
        ("Networking", "ACV Growth", "9000000", "16000000", "0"),
        ("Networking", "TCV Growth", "12000000", "19000000", "0"),
        (
            "Networking",
            "Buying Program Penetration",
            "1000000",
            "20000000",
            "0",
        ),
    ] {
        book.row(portfolio, measurement, a, b, index);
    }
    let mut drawn = Figures(7);
    let ends = ["2026-12-05", "2026-12-30", "2027-01-10", "2027-01-20"];
    for at in 0..DEALS {
        let value = (500 + drawn.up_to(40_000)).to_string();
        let second = (200 + drawn.up_to(9_000)).to_string();
        let (first, other) = match drawn.up_to(3) {
            0 => ("Networking", "Services"),
            _ => ("Services", "Networking"),
        };
        let mut lines = vec![(value.as_str(), first)];
        if drawn.up_to(3) == 0 {
            lines.push((second.as_str(), other));
        }
        let end = ends[drawn.up_to(4) as usize];
        let id = book.renewal(end, "quoted", &lines);
        let (premium, ea) = (drawn.up_to(5) == 0, drawn.up_to(4) == 0);
        book.change_lines(id, |line| {
            line.premium = Some(premium);
            line.ea = Some(ea);
        });
        if at % 3 == 0 {
            let mut quote = book.quote(&[id]);
            for line in &mut quote.lines {
                let list = line.unit_list.unwrap() * dec("1.2");
                line.unit_list = Some(list);
                let off = dec("10") + Decimal::from(drawn.up_to(20));
                line.buy = BuyDriver::DiscountPct(off);
            }
            if at % 12 == 0 {
                quote.status = QuoteStatus::Sent;
            }
            book.snapshot.quotes.put(quote);
        }
    }
    let engine = Engine::new(&book.pack, &book.snapshot, book.today, &chance);
    let board = engine.board(&Month::Horizon).unwrap();
    let percent = book.pack.goal_seek.uplift_pct;
    let candidates = with_uplifts(&engine, &board, &book.snapshot, percent);
    Large {
        book,
        engine,
        board: Arc::new(board),
        candidates,
    }
}

impl Large {
    fn ask(&self, title: &str, goal: Goal, cost: GoalCost) -> Ask {
        ask(&self.board, title, goal, cost)
    }

    fn seek(&self, ask: &Ask) -> GoalSeek {
        GoalSeek::new(
            Arc::clone(&self.board),
            ask.clone(),
            self.candidates.clone(),
        )
        .unwrap()
    }

    /// The quote that holds an uplift once the rep has typed it: the draft raised, or a new one at
    /// the raised flat price.
    fn typed(&self, renewal: RenewalId) -> Quote {
        let percent = self.book.pack.goal_seek.uplift_pct;
        let stored = self.book.snapshot.quotes.iter();
        let mut own = stored.filter(|quote| quote.renewals.contains(&renewal));
        if let Some(quote) = own.next() {
            let mut quote = quote.clone();
            let rules = &self.book.pack.rules;
            for line in &mut quote.lines {
                *line = raised(line, percent, quote.currency, rules);
            }
            return quote;
        }
        let lines = self.book.lines_of(renewal);
        let number = 500_000 + u128::from(lines[0].id.0) % 100_000;
        let lines = lines.iter().zip(0..).map(|(line, at)| {
            let mut made = quote_line(900_000 + number * 10 + at, Some(renewal), line);
            let net = line.extended_net.unwrap() * (Decimal::ONE_HUNDRED + percent);
            made.buy = BuyDriver::UnitNet((net / Decimal::ONE_HUNDRED).round_dp(2));
            made
        });
        Quote {
            id: QuoteId(id(5, number)),
            number: format!("Q-{number}").into(),
            account: renewdesk::domain::ids::AccountId(id(9, 1)),
            renewals: vec![renewal],
            currency: self.book.pack.currency,
            version: 1,
            status: QuoteStatus::Draft,
            created_on: self.book.today,
            valid_until: None,
            sent_on: None,
            lines: lines.collect(),
        }
    }

    /// The score by the full projection of the book in which these members are done.
    fn done(&self, title: &str, members: &[What]) -> BigRational {
        let mut snapshot: Snapshot = self.book.snapshot.clone();
        let (mut renewals, mut touched) = (Vec::new(), Vec::new());
        for member in members {
            match member {
                What::Renew(renewal) => renewals.push(*renewal),
                What::Uplift(renewal) => {
                    snapshot.quotes.put(self.typed(*renewal));
                    touched.push(*renewal);
                }
                other => panic!("{other:?}"),
            }
        }
        let mut engine = self.engine.clone();
        engine.refresh(&snapshot, &touched, &chance);
        let view = View::Marked(Arc::from(renewals));
        let projection = engine.project(&view, &Month::Horizon).unwrap();
        portfolio(&projection, title).score.clone().unwrap()
    }
}

fn run(seek: &mut GoalSeek, mut looks: u32) -> Answer {
    seek.run(&mut || {
        looks = looks.saturating_sub(1);
        looks > 0
    });
    seek.answer()
}

fn members(plan: &Plan) -> Vec<What> {
    plan.steps.iter().map(|step| step.candidate.what).collect()
}

fn first_cost(plan: &Plan, by: GoalCost) -> Decimal {
    match by {
        GoalCost::Value => plan.value,
        GoalCost::Deals => Decimal::from(plan.deals),
        GoalCost::Effort => plan.effort,
        GoalCost::Discount => plan.discount,
    }
}

#[test]
fn a_plan_among_2000_deals_holds_in_the_full_projection_and_needs_every_member() {
    let large = large();
    assert_eq!(large.board.deals.len(), DEALS as usize);
    let raised = large.candidates.len() - DEALS as usize;
    assert!(raised > 1_500, "{raised}");
    let mut uplifts = 0;
    for (title, goal) in [("Services", "5.0"), ("Networking", "1.5")] {
        for by in GoalCost::ALL {
            let asked = large.ask(title, Goal::Score(dec(goal)), by);
            let answer = run(&mut large.seek(&asked), LOOKS);
            let found = plan(&answer);
            let all = members(found);
            assert_eq!(
                members(plan(&run(&mut large.seek(&asked), LOOKS))),
                all,
                "{title} {by:?}"
            );
            let score = large.done(title, &all);
            assert!(score >= exact::of(dec(goal)), "{title} {by:?} {score}");
            assert_eq!(found.score.as_ref(), Some(&score));
            uplifts += all
                .iter()
                .filter(|what| matches!(what, What::Uplift(_)))
                .count();
            // without any of them it fails: all by the board, some by the full projection
            for left in &found.steps {
                assert!(left.without.clone().unwrap() < exact::of(dec(goal)));
            }
            for left in found.steps.iter().step_by(found.steps.len().div_ceil(6)) {
                let what = left.candidate.what;
                let stays = |step: &&PlanStep| {
                    step.candidate.what != what && step.candidate.with != Some(what)
                };
                let rest = found.steps.iter().filter(stays);
                let rest: Vec<What> = rest.map(|step| step.candidate.what).collect();
                let score = large.done(title, &rest);
                assert_eq!(left.without.as_ref(), Some(&score), "{what:?}");
            }
        }
    }
    assert!(uplifts > 0);
}

#[test]
fn an_interrupted_search_says_a_best_so_far_and_a_gap_that_later_finds_keep() {
    let large = large();
    let mut open = 0;
    for by in GoalCost::ALL {
        for goal in ["5.0", "5.5"] {
            let mut seek = large.seek(&large.ask("Services", Goal::Score(dec(goal)), by));
            let mut promised: Vec<Decimal> = Vec::new();
            let mut last = None;
            for looks in [2, 4, 8, 16, 32] {
                let answer = run(&mut seek, looks);
                let Outcome::Plan(found) = &answer.outcome else {
                    continue;
                };
                let cost = first_cost(found, by);
                assert!(last.is_none_or(|last| cost <= last), "it got dearer");
                // nothing found since is below any floor that was told
                assert!(promised.iter().all(|floor| *floor <= cost));
                if let Proof::Within { gap, floor } = &found.proof {
                    assert!(*gap > Decimal::ZERO);
                    assert_eq!(*floor + *gap, cost);
                    promised.push(*floor);
                    open += 1;
                }
                last = Some(cost);
            }
            assert!(last.is_some(), "{by:?} {goal}");
        }
    }
    assert!(open > 0);
}
