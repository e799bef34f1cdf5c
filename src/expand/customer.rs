//! What one customer's lines say together: how many licences are left for its devices, and how often a
//! line was renewed before.

use super::device::Device;
use super::facts::Facts;
use crate::domain::day::{add_days, whole_months};
use crate::domain::ids::{ContractId, LineId};
use crate::domain::line::{Coverage, Line, LineKind};
use chrono::NaiveDate;
use foldhash::{HashMap, HashMapExt, HashSet, HashSetExt};
use rust_decimal::Decimal;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Months of the term that multi-year is offered after.
const ONE_YEAR: i32 = 12;

/// The live licences of one host.
#[derive(Debug, Default)]
struct Pool<'l> {
    /// Units that name no device.
    free: Decimal,
    /// Serial numbers of devices that have their own.
    tied: HashSet<&'l str>,
}

/// What makes two lines terms of one service.
#[derive(Debug, PartialEq, Eq, Hash)]
enum Series<'l> {
    Serial(&'l str, LineKind),
    Contract(Option<ContractId>, Option<&'l str>, LineKind),
}

/// One customer.
#[derive(Debug)]
pub(super) struct Customer<'l> {
    lines: &'l [Arc<Line>],
    pools: HashMap<Arc<str>, Pool<'l>>,
    /// Hosts the customer has devices of.
    hosts: HashSet<Arc<str>>,
    /// Lines that ended before today; fewer than a term needs leave no history to look for.
    ended: usize,
    /// How often a line was renewed before, once asked for.
    renewed: Option<HashMap<LineId, usize>>,
}

impl<'l> Customer<'l> {
    /// Of all its lines.
    pub fn of(lines: &'l [Arc<Line>], facts: &mut Facts<'_>) -> Customer<'l> {
        let mut pools: HashMap<Arc<str>, Pool<'l>> = HashMap::new();
        let mut ended = 0;
        for line in lines {
            ended += usize::from(line.end.is_some_and(|end| end < facts.today));
            let (LineKind::Subscription, Some(pid)) = (line.kind, &line.pid) else {
                continue;
            };
            let Some(host) = facts.product(pid).licence_of.clone() else {
                continue;
            };
            let over = line.end.is_some_and(|end| end < facts.today);
            let gone = line.gone_in.is_some()
                || line.terminated.is_some_and(|day| day <= facts.today)
                || line.coverage == Coverage::Terminated;
            let pool = pools.entry(host).or_default();
            match line.serial.as_deref() {
                _ if over || gone => {}
                Some(serial) => {
                    pool.tied.insert(serial);
                }
                None => pool.free += line.quantity.max(Decimal::ONE),
            }
        }
        Customer {
            lines,
            pools,
            hosts: HashSet::new(),
            ended,
            renewed: None,
        }
    }

    /// True for a device that no live licence is left for; takes one of those that name no device.
    pub fn lacks_licence(
        &mut self,
        host: &Arc<str>,
        device: &Device<'_>,
        facts: &Facts<'_>,
    ) -> bool {
        let ended = device.line.terminated.is_some_and(|day| day <= facts.today);
        if device.gone || device.replaced || ended {
            return false;
        }
        self.hosts.insert(Arc::clone(host));
        let Some(pool) = self.pools.get_mut(host) else {
            return true;
        };
        let serial = device.line.serial.as_deref();
        if serial.is_some_and(|serial| pool.tied.contains(serial)) {
            return false;
        }
        let units = device.line.quantity.max(Decimal::ONE);
        let enough = pool.free >= units;
        pool.free = (pool.free - units).max(Decimal::ZERO);
        !enough
    }

    /// True where a device of that host is still there.
    pub fn stays(&self, host: &str) -> bool {
        self.hosts.contains(host)
    }

    /// How often a line of twelve months was renewed for as long at the same quantity, where that is often
    /// enough. A term is followed by one line: ten lines after one were not all renewed.
    pub fn steady(&mut self, line: &'l Arc<Line>, facts: &Facts<'_>) -> Option<usize> {
        let rules = &facts.rules.plays;
        if self.ended < rules.multi_year_renewals || !is_yearly(line) {
            return None;
        }
        let lines = self.lines;
        let renewed = self
            .renewed
            .get_or_insert_with(|| renewed(lines, rules.multi_year_gap_days));
        let times = renewed.get(&line.id).copied().unwrap_or_default();
        (times >= rules.multi_year_renewals).then_some(times)
    }
}

fn is_yearly(line: &Line) -> bool {
    let Some((start, end)) = line.start.zip(line.end) else {
        return false;
    };
    // 364 to 366 days are a year as sources write it
    let near = add_days(start, 363) <= end && end <= add_days(start, 365);
    near || whole_months(start, end) == Some(ONE_YEAR)
}

/// How often each yearly line was renewed before it: once more than the term it follows, the nearest one of
/// its service and quantity that ended so many days before or after its start and that no earlier line follows.
fn renewed(lines: &[Arc<Line>], gap_days: i64) -> HashMap<LineId, usize> {
    let mut by: HashMap<(Series<'_>, Decimal), Vec<&Line>> = HashMap::new();
    let terms = lines
        .iter()
        .filter(|line| matches!(line.kind, LineKind::Service | LineKind::Subscription));
    for line in terms.filter(|line| is_yearly(line)) {
        by.entry((series(line), line.quantity))
            .or_default()
            .push(line);
    }
    let mut times = HashMap::new();
    for mut same in by.into_values() {
        same.sort_by_key(|line| (line.start, line.id));
        let mut free: BTreeSet<(NaiveDate, LineId)> = BTreeSet::new();
        for line in same {
            let (Some(start), Some(end)) = (line.start, line.end) else {
                continue;
            };
            let before = nearest(&free, add_days(start, -1), gap_days);
            if let Some(before) = before {
                free.remove(&before);
                let earlier = times.get(&before.1).copied().unwrap_or_default();
                times.insert(line.id, earlier + 1);
            }
            free.insert((end, line.id));
        }
    }
    times
}

/// The end nearest a day, within so many days of it; of two as near the earlier.
fn nearest(
    ends: &BTreeSet<(NaiveDate, LineId)>,
    day: NaiveDate,
    gap_days: i64,
) -> Option<(NaiveDate, LineId)> {
    let first = LineId(0);
    let after = ends.range((day, first)..).next();
    let before = ends.range(..(day, first)).next_back();
    let gap = |end: &&(NaiveDate, LineId)| (end.0 - day).num_days().abs();
    let near = before.into_iter().chain(after);
    near.min_by_key(gap)
        .filter(|end| gap(end) <= gap_days)
        .copied()
}

fn series(line: &Line) -> Series<'_> {
    match line.serial.as_deref() {
        Some(serial) => Series::Serial(serial, line.kind),
        None => Series::Contract(line.contract, line.pid.as_deref(), line.kind),
    }
}
