//! The chances that a forecast draws by: the pack's odds of stage and risk, moved by how the
//! renewals of the book were decided that ended lately. A book knows how a renewal was decided and
//! not what its stage and risk were before, so the history moves all odds together and changes none
//! against another. What is compared: the share won of the decided, against what the pack gives a
//! renewal in its first stage at the mix of risks that the open book has today.

use crate::domain::ids::QuoteId;
use crate::domain::money::round_half_up;
use crate::domain::rules::{RiskLevel, StageKind};
use crate::domain::snapshot::Snapshot;
use crate::domain::suggestion::Verdict;
use crate::program::deal::Deal;
use crate::program::engine::Engine;
use crate::program::inputs::{Lines, say};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::collections::BTreeSet;

/// Decimals of a percentage that shares are counted in.
const PLACES: u32 = 4;

/// What is expected of a renewal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outlook {
    /// The probability to win it in percent, by its own risk (renewals §9).
    pub win_pct: Decimal,
    /// Its risk, where it was assessed: what the pack's table of odds is read by.
    pub risk: Option<RiskLevel>,
}

impl From<Decimal> for Outlook {
    fn from(win_pct: Decimal) -> Outlook {
        Outlook {
            win_pct,
            risk: None,
        }
    }
}

/// The quotes that suggestions were accepted into.
pub(in crate::program) fn accepted(snapshot: &Snapshot) -> BTreeSet<QuoteId> {
    let decisions = snapshot.decisions.iter();
    let quotes = decisions.filter_map(|decision| match decision.verdict {
        Verdict::Accepted { quote } => Some(quote),
        _ => None,
    });
    quotes.collect()
}

/// Where the chances of a forecast come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Odds {
    /// Renewals of the book that ended from that day on and before today, and are decided.
    pub since: Option<NaiveDate>,
    /// How many.
    pub decided: u32,
    /// And won.
    pub won: u32,
    /// Fewer decided ones move nothing.
    pub min_decided: u32,
    /// The pack's own expectation counts as so many decided renewals.
    pub prior_deals: u32,
    /// What the pack expects of such renewals, in percent; none where no open renewal has a risk.
    pub expected_pct: Option<Decimal>,
    /// What is expected with the decided ones counted in; none where they move nothing.
    pub moved_pct: Option<Decimal>,
    /// Percent for a quote that a suggestion was accepted into and that renews nothing.
    pub accepted_pct: Decimal,
    /// Such quotes drawn.
    pub accepted: usize,
}

impl Odds {
    /// Reads the odds off the book that the engine holds.
    pub(super) fn of(engine: &Engine) -> Odds {
        let rules = &engine.pack.odds;
        let since = since(engine, rules.months);
        let (mut decided, mut won) = (0u32, 0u32);
        for deal in engine.deals() {
            let ended = since.is_some_and(|since| since <= deal.end) && deal.end < engine.today;
            let counts = ended && !deal.not_due && !deal.moved;
            if counts && matches!(deal.kind, StageKind::Won | StageKind::Lost) {
                decided += 1;
                won += u32::from(deal.kind == StageKind::Won);
            }
        }
        let expected_pct = expected(engine);
        let moved = |expected: Decimal| {
            let prior = Decimal::from(rules.prior_deals);
            let all = prior + Decimal::from(decided);
            let sum = expected * prior + Decimal::from(won) * Decimal::ONE_HUNDRED;
            (decided >= rules.min_decided && !all.is_zero())
                .then(|| round_half_up(sum / all, PLACES))
        };
        Odds {
            since,
            decided,
            won,
            min_decided: rules.min_decided,
            prior_deals: rules.prior_deals,
            expected_pct,
            moved_pct: expected_pct.and_then(moved),
            accepted_pct: rules.accepted_pct,
            accepted: 0,
        }
    }

    /// The chance of a deal as a fraction of one: the ratio of won to lost is moved as much as that
    /// of what was expected; 0 and 100 % stay. 75 % expected and 80 % seen move 95 % to 96.2025 %.
    pub(super) fn chance(&self, deal: &Deal) -> Decimal {
        if deal.expected.risk.is_none() {
            return deal.expected.p;
        }
        self.moved(deal.expected.odds_pct) / Decimal::ONE_HUNDRED
    }

    /// Odds of the pack in percent as the book's history moves them.
    pub fn moved(&self, pct: Decimal) -> Decimal {
        let Some((was, is)) = self.expected_pct.zip(self.moved_pct) else {
            return pct;
        };
        let all = Decimal::ONE_HUNDRED;
        let won = pct * is * (all - was);
        let lost = (all - pct) * was * (all - is);
        if (won + lost).is_zero() || was.is_zero() || was == all {
            return pct;
        }
        round_half_up(won / (won + lost) * all, PLACES)
    }

    /// In a few words: `odds: pack, moved by 143 decided renewals of this book`.
    pub fn line(&self) -> String {
        match (self.expected_pct, self.moved_pct) {
            (Some(_), Some(_)) => format!(
                "odds: pack, moved by {} decided renewals of this book",
                self.decided
            ),
            (Some(_), None) => "odds: pack".to_string(),
            (None, _) => "odds: as given, no risk assessed".to_string(),
        }
    }

    /// Worked out, for a person.
    pub fn lines(&self) -> Lines {
        let mut lines = Lines::new();
        say(&mut lines, "odds", "the pack's, by stage and risk");
        let since = self
            .since
            .map_or_else(|| "no fiscal month".to_string(), |day| day.to_string());
        say(
            &mut lines,
            "decided",
            format!(
                "{} renewals of this book that ended since {since}: {} won, {} lost or lapsed",
                self.decided,
                self.won,
                self.decided - self.won
            ),
        );
        if let Some(expected) = self.expected_pct {
            let expected = expected.normalize();
            say(
                &mut lines,
                "the pack expects",
                format!("{expected} % of a renewal in its first stage, at today's mix of risks"),
            );
        }
        let text = match (self.expected_pct, self.moved_pct) {
            (Some(expected), Some(moved)) => format!(
                "({} % × {} + {} × 100 %) / ({} + {}) = {} %; the ratio of won to lost of all odds \
                 moves as much",
                expected.normalize(),
                self.prior_deals,
                self.won,
                self.prior_deals,
                self.decided,
                moved.normalize()
            ),
            _ => format!("nothing: fewer than {} are decided", self.min_decided),
        };
        say(&mut lines, "moved by them", text);
        say(
            &mut lines,
            "accepted suggestions",
            format!(
                "{} % for each of {} quotes that renew nothing, booked today",
                self.accepted_pct.normalize(),
                self.accepted
            ),
        );
        say(
            &mut lines,
            "not known",
            "stage and risk of a renewal before it was decided; so all odds move together",
        );
        lines
    }
}

/// The first day of the fiscal months that are looked back on.
fn since(engine: &Engine, months: usize) -> Option<NaiveDate> {
    let today = engine.calendar.position_of(engine.today)?;
    let first = engine.calendar.at(today.saturating_sub(months))?;
    Some(first.start)
}

/// What the pack gives a renewal in its first stage, at the mix of risks of the open book.
fn expected(engine: &Engine) -> Option<Decimal> {
    let stages = &engine.pack.rules.stages;
    let first = stages.iter().find(|stage| stage.kind == StageKind::Open)?;
    let (mut sum, mut count) = (Decimal::ZERO, 0u32);
    for deal in engine.deals() {
        let open = matches!(deal.kind, StageKind::Open | StageKind::Committed);
        let odds = deal.expected.risk.filter(|_| open);
        if let Some(pct) = odds.and_then(|risk| engine.pack.win_pct(&first.id, risk)) {
            sum += pct;
            count += 1;
        }
    }
    (count > 0).then(|| round_half_up(sum / Decimal::from(count), PLACES))
}
