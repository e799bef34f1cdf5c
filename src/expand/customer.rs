//! What one customer's lines say together: how many licences are left for its devices, and how often a
//! line was renewed before.

use super::device::Device;
use super::facts::Facts;
use crate::domain::day::{add_days, whole_months};
use crate::domain::ids::ContractId;
use crate::domain::line::{Coverage, Line, LineKind};
use rust_decimal::Decimal;
use std::collections::{HashMap, HashSet};
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
    series: Option<HashMap<Series<'l>, Vec<&'l Arc<Line>>>>,
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
            series: None,
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
    /// enough.
    pub fn steady(&mut self, line: &'l Arc<Line>, facts: &Facts<'_>) -> Option<usize> {
        let rules = &facts.rules.plays;
        if self.ended < rules.multi_year_renewals || !is_yearly(line) {
            return None;
        }
        let lines = self.lines;
        let all = self.series.get_or_insert_with(|| by_series(lines));
        let same = all.get(&series(line))?;
        let mut latest = line;
        let mut times = 0;
        while let Some(before) = same.iter().find(|before| {
            let follows = latest.start.zip(before.end).is_some_and(|(start, end)| {
                let gap = (start - end).num_days() - 1;
                gap.abs() <= rules.multi_year_gap_days && before.start < latest.start
            });
            follows && is_yearly(before) && before.quantity == line.quantity
        }) {
            latest = before;
            times += 1;
        }
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

fn by_series<'l>(lines: &'l [Arc<Line>]) -> HashMap<Series<'l>, Vec<&'l Arc<Line>>> {
    let mut found: HashMap<Series<'l>, Vec<&'l Arc<Line>>> = HashMap::new();
    let terms = lines
        .iter()
        .filter(|line| matches!(line.kind, LineKind::Service | LineKind::Subscription));
    for line in terms.filter(|line| line.start.is_some() && line.end.is_some()) {
        found.entry(series(line)).or_default().push(line);
    }
    found
}

fn series(line: &Line) -> Series<'_> {
    match line.serial.as_deref() {
        Some(serial) => Series::Serial(serial, line.kind),
        None => Series::Contract(line.contract, line.pid.as_deref(), line.kind),
    }
}
