//! How the months of the assessment roll out of a window: by the book's own history of a month where
//! a person marked it complete, else in even parts (program §8).

use super::base::{Live, MetricBase};
use super::calendar::Calendar;
use super::engine::Engine;
use super::exact;
use super::pack::{Pack, Quantity, RollOut};
use super::units;
use crate::domain::snapshot::Snapshot;
use num_rational::BigRational;
use num_traits::{Signed, Zero};
use std::ops::RangeInclusive;
use std::sync::Arc;

/// The book's setting that marks a month complete, `history_complete.FY26M7`.
pub fn history_setting(month: &str) -> String {
    format!("history_complete.{month}")
}

/// The months of which the book's own history is complete.
#[derive(Clone, Debug, Default)]
pub struct History {
    complete: Vec<bool>,
}

impl History {
    /// Months marked in the book, where the pack rolls out by history.
    pub fn of(pack: &Pack, snapshot: &Snapshot, calendar: &Calendar) -> History {
        let marked = |code: &str| {
            let setting = snapshot.settings.get(&history_setting(code));
            setting.is_some_and(|value| value == "true")
        };
        let by_history = pack.rollout == RollOut::HistoryThenEven;
        let months = calendar.months().iter();
        let complete: Vec<bool> = months
            .map(|month| by_history && marked(&month.code))
            .collect();
        if complete.contains(&true) {
            History { complete }
        } else {
            History::default()
        }
    }

    /// True where any month is marked.
    pub fn is_wanted(&self) -> bool {
        !self.complete.is_empty()
    }

    /// True where that month is marked.
    pub fn holds(&self, month: usize) -> bool {
        self.complete.get(month).copied().unwrap_or_default()
    }
}

/// The months of a window by place, oldest first; below zero before the calendar.
fn window(last: i64, months: usize) -> RangeInclusive<i64> {
    last + 1 - months as i64..=last
}

/// A and B carried over from the baseline.
pub(super) struct Rolled {
    pub a: BigRational,
    pub b: BigRational,
}

impl Engine {
    /// A and B of the assessment `k` months on: less the months that left their windows, and for
    /// growth with those months of A that have become B's.
    pub(super) fn rolled(
        &self,
        base: &MetricBase,
        portfolio: usize,
        live: Live,
        k: usize,
    ) -> Rolled {
        let zero = BigRational::zero();
        let a0 = base.a.as_ref().unwrap_or(&zero);
        let b0 = base.b.as_ref().unwrap_or(&zero);
        let m0 = self.start.as_ref().map_or(0, |m0| *m0 as i64);
        let offset = live.base_offset(self.pack.growth.prior_offset_months) as i64;
        let current = window(m0, live.months);
        let a = self.months_of(portfolio, live.a, a0, live.months);
        let b = self.months_of(portfolio, live.b, b0, live.months);
        let mut rolled = Rolled {
            a: a.left(current.clone(), k),
            b: b.left(window(m0 - offset, live.months), k),
        };
        if live.growth {
            let prior = window(m0 - offset + k as i64, live.months);
            // of the months both windows held at the start, the base is the assessment's own
            let first = (*current.start()).max(*prior.start()).max(m0 - offset + 1);
            let joined = first..=*current.end().min(prior.end());
            rolled.b += a.sum(joined);
        }
        rolled
    }

    fn months_of<'a>(
        &'a self,
        portfolio: usize,
        quantity: Quantity,
        whole: &'a BigRational,
        months: usize,
    ) -> Months<'a> {
        Months {
            engine: self,
            portfolio,
            quantity,
            whole,
            months,
        }
    }

    /// How the months of the assessment roll out, in words.
    pub(super) fn roll_out_words(&self, k: usize) -> Vec<String> {
        let plural = if k == 1 { "month" } else { "months" };
        let known = self.by_history(k);
        if known.is_empty() {
            let words = format!("{k} {plural} of the assessment roll out in even parts (estimate)");
            return vec![words];
        }
        vec![
            format!(
                "{} roll out as the book's own history has them (marked complete)",
                known.join(", ")
            ),
            format!(
                "the rest of {k} {plural} of the assessment rolls out in even parts (estimate)"
            ),
        ]
    }

    /// Codes of the months that roll out by history when the baseline is `k` months old.
    pub(super) fn by_history(&self, k: usize) -> Vec<Arc<str>> {
        let m0 = self.start.as_ref().map_or(0, |m0| *m0 as i64);
        let lives = self.base.iter().flat_map(|p| &p.metrics);
        let mut places: Vec<usize> = lives
            .filter_map(|metric| metric.live)
            .flat_map(|live| window(m0, live.months).take(k))
            .filter_map(|place| usize::try_from(place).ok())
            .filter(|place| self.history.holds(*place))
            .collect();
        places.sort_unstable();
        places.dedup();
        let codes = places.iter().filter_map(|place| self.calendar.at(*place));
        codes.map(|month| Arc::clone(&month.code)).collect()
    }
}

/// The amounts of an assessment by month.
struct Months<'a> {
    engine: &'a Engine,
    portfolio: usize,
    quantity: Quantity,
    whole: &'a BigRational,
    months: usize,
}

impl Months<'_> {
    /// What the book's own history says of a month, where it is complete. History is of deals: when
    /// the use cases booked in a month came to be adopted, it does not tell.
    fn known(&self, place: i64) -> Option<BigRational> {
        let stages = [Quantity::OnboardedTcv, Quantity::AdoptedTcv];
        if stages.contains(&self.quantity) {
            return None;
        }
        let place = usize::try_from(place).ok()?;
        let complete = self.engine.history.holds(place);
        let sums = complete.then(|| self.engine.totals.past(self.portfolio, place))??;
        let places = self.engine.pack.currency.minor_units();
        Some(units::fraction(sums.of(self.quantity), places))
    }

    /// The sum over months: each by history, else an even part of the whole.
    fn sum(&self, places: RangeInclusive<i64>) -> BigRational {
        let count = places.clone().count();
        let known: Vec<BigRational> = match self.engine.history.is_wanted() {
            true => places.filter_map(|place| self.known(place)).collect(),
            false => Vec::new(),
        };
        self.whole * exact::share(count - known.len(), self.months) + exact::sum(&known)
    }

    /// What is left of a window once its `k` oldest months are gone. History may say that a month
    /// held more than the assessment has left: for that a window never holds less than nothing.
    fn left(&self, window: RangeInclusive<i64>, k: usize) -> BigRational {
        if k >= self.months {
            return BigRational::zero();
        }
        let gone = *window.start()..=*window.start() + k as i64 - 1;
        let left = self.whole - self.sum(gone);
        if self.engine.history.is_wanted() && left.is_negative() && !self.whole.is_negative() {
            return BigRational::zero();
        }
        left
    }
}
