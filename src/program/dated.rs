//! A projection goes by the rules of the month it is for: rows of a pack hold from and to a day, so
//! that the portfolios of a later month may weigh and step otherwise than today's.

use super::base::{self, PortfolioBase};
use super::pack::{Effective, Pack};
use crate::domain::snapshot::Snapshot;
use chrono::NaiveDate;

/// The portfolios by day: each entry holds from its day until that of the next.
#[derive(Clone, Debug)]
pub struct Dated {
    stretches: Vec<(NaiveDate, Vec<PortfolioBase>)>,
}

impl Dated {
    /// The portfolios of the assessment of `month` under the rules of every day from its last day,
    /// `start`, on. Without dated rows there is one stretch.
    pub fn of(pack: &Pack, snapshot: &Snapshot, month: Option<&str>, start: NaiveDate) -> Dated {
        let first = base::portfolios(pack, snapshot, month, start);
        let mut stretches = vec![(NaiveDate::MIN, first)];
        for day in turns(pack).into_iter().filter(|day| *day > start) {
            let mut then = base::portfolios(pack, snapshot, month, day);
            if let Some((_, first)) = stretches.first() {
                remember(&mut then, first);
            }
            stretches.push((day, then));
        }
        Dated { stretches }
    }

    /// The portfolios by the rules of a day.
    pub fn on(&self, day: NaiveDate) -> &[PortfolioBase] {
        let after = self.stretches.partition_point(|(from, _)| *from <= day);
        let at = after.saturating_sub(1);
        self.stretches
            .get(at)
            .map_or(&[], |(_, portfolios)| portfolios)
    }
}

/// The days on which other rows begin to hold, in order.
fn turns(pack: &Pack) -> Vec<NaiveDate> {
    let categories = pack.categories.iter().map(|row| row.effective);
    let metrics = pack.metrics.iter().map(|row| row.effective);
    let bands = pack.bands.iter().map(|row| row.effective);
    let levels = pack.levels.iter().map(|row| row.effective);
    let rows = categories.chain(metrics).chain(bands).chain(levels);
    let begins = |row: Effective| [row.from, row.to.and_then(|to| to.succ_opt())];
    let mut days: Vec<NaiveDate> = rows.flat_map(begins).flatten().collect();
    days.sort_unstable();
    days.dedup();
    days
}

/// Notes how the indexes of the assessment were read, where that changes.
fn remember(then: &mut [PortfolioBase], first: &[PortfolioBase]) {
    for (portfolio, before) in then.iter_mut().zip(first) {
        for metric in &mut portfolio.metrics {
            let was = before.metrics.iter().find(|m| m.id == metric.id);
            let was = was.and_then(|m| m.scale.as_ref());
            metric.was = was
                .filter(|was| Some(*was) != metric.scale.as_ref())
                .cloned();
        }
    }
}
