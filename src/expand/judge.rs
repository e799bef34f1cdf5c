//! What each play says of one device or licence.

use super::customer::Customer;
use super::device::Device;
use super::facts::Facts;
use super::group::{Member, Trigger};
use super::{Play, ladder};
use crate::catalogue::{Milestone, Milestones};
use crate::domain::day::{add_days, add_months, next_day, term_end};
use crate::domain::line::{Coverage, Line};
use chrono::{Days, NaiveDate};
use std::sync::Arc;

/// Plays that have something to say, in the order in which one of them takes the device: taken, or
/// refused with the reason.
pub(super) type Said = Vec<(Play, Result<Member, String>)>;

/// A device with what every play asks of it.
struct Case<'c, 'a> {
    device: &'c Device<'a>,
    dates: Arc<Milestones>,
    /// No licence, as far as the catalogue knows the product.
    hardware: bool,
    module: bool,
}

impl<'a> Case<'_, 'a> {
    fn member(&self, line: &Arc<Line>, trigger: Trigger) -> Member {
        let device = self.device;
        Member {
            line: Arc::clone(line),
            names: Arc::clone(device.line),
            trigger,
            dates: self.dates.clone(),
            covered: device.covered,
            masked: device.masked,
            seen_elsewhere: device.seen.is_some_and(|(_, by)| by.id != line.id),
        }
    }

    fn ldos(&self) -> Option<NaiveDate> {
        self.dates.ldos.as_ref().map(|found| found.date)
    }

    /// The service that covers it and can be renewed.
    fn live(&self) -> Option<(&'a Arc<Line>, NaiveDate)> {
        let service = self.device.service.filter(|_| self.device.covered)?;
        let end = service.end?;
        service.is_open().then_some((service, end))
    }
}

/// What the plays say of a device.
pub(super) fn device<'a>(
    device: &Device<'a>,
    customer: &mut Customer<'a>,
    facts: &mut Facts<'_>,
) -> Said {
    let product = device.line.pid.as_ref().map(|pid| facts.product(pid));
    let case = Case {
        device,
        dates: facts.dates(device.line),
        hardware: product.as_ref().is_some_and(|product| !product.licence),
        module: product.as_ref().is_some_and(|product| product.module),
    };
    let mut said = Vec::new();
    if case.hardware {
        said.extend(closing(&case, facts).map(|judged| (Play::WindowClosing, judged)));
        said.extend(refresh(&case, facts).map(|judged| (Play::LdosRefresh, judged)));
    }
    if !device.covered {
        said.extend(uncovered(&case, facts));
        said.extend(takeover(&case, facts).map(|judged| (Play::Takeover, judged)));
    }
    let host = product.and_then(|product| product.host.clone());
    if let Some(host) = host.filter(|_| case.hardware && !case.module) {
        let lacks = customer.lacks_licence(&host, device, facts);
        let judged = lacks.then(|| licensed(&case, facts));
        said.extend(judged.map(|judged| (Play::Attach, judged)));
    }
    if let Some((service, end)) = case.live() {
        if let Some(judged) = ladder::below(service, end, facts) {
            let judged = judged.and_then(|target| {
                present(device)?;
                Ok(case.member(service, Trigger::Below(Arc::new(target))))
            });
            said.push((Play::TierUplift, judged));
        }
        let steady = customer.steady(service, facts);
        let steady = steady.and_then(|times| multi_year(&case, service, end, times, facts));
        said.extend(steady.map(|judged| (Play::MultiYear, judged)));
    }
    if present(device).is_err() {
        // the same reason need not be told by every play
        said.truncate(1);
    }
    said
}

/// What the plays say of a licence or subscription.
pub(super) fn licence<'a>(
    line: &'a Arc<Line>,
    customer: &mut Customer<'a>,
    facts: &mut Facts<'_>,
) -> Said {
    let (Some(pid), Some(end)) = (&line.pid, line.end) else {
        return Vec::new();
    };
    let grace = facts.rules.lapse.subscription_grace_days;
    let live = line.is_open() && add_days(end, grace) >= facts.today;
    if !live || line.gone_in.is_some() {
        return Vec::new();
    }
    let mut said = Vec::new();
    let member = |trigger, facts: &mut Facts<'_>| Member {
        line: Arc::clone(line),
        names: Arc::clone(line),
        trigger,
        dates: facts.dates(line),
        covered: true,
        masked: false,
        seen_elsewhere: false,
    };
    let near = end <= add_days(facts.today, facts.rules.plays.licence_days);
    if near
        && let Some(host) = facts.product(pid).licence_of.clone()
        && customer.stays(&host)
    {
        let member = member(Trigger::LicenceEnds(end), facts);
        said.push((Play::Attach, Ok(member)));
    }
    if let Some(times) = customer.steady(line, facts) {
        let member = member(Trigger::Steady(times), facts);
        let months = facts.rules.plays.multi_year_months;
        let longer = term_end(next_day(end), months);
        let ldos = member.dates.ldos.as_ref().map(|found| found.date);
        let judged = match ldos.filter(|ldos| *ldos < longer) {
            Some(_) => Err("its last date of support lies inside the longer term".to_string()),
            None => Ok(member),
        };
        said.push((Play::MultiYear, judged));
    }
    said
}

/// The contract's end or the renewal after it falls after, or shortly before, the last day to renew.
fn closing(case: &Case<'_, '_>, facts: &Facts<'_>) -> Option<Result<Member, String>> {
    let rules = &facts.rules.plays;
    let last = case.dates.last_renewal.as_ref()?.date;
    let (service, end) = case.live()?;
    let from = add_days(last, -rules.window_days);
    if end < from && add_months(end, rules.next_months) < from {
        return None;
    }
    let judged = present(case.device).and_then(|()| {
        if last < facts.today {
            Err(format!(
                "service could be renewed until {last}: offer its successor"
            ))
        } else if case.ldos().is_some_and(|ldos| ldos <= end) {
            Err("its cover already runs to the last date of support".to_string())
        } else {
            Ok(case.member(service, Trigger::Closing { end, last }))
        }
    });
    Some(judged)
}

/// Support ends within the horizon, or bare gear can get no service any more.
fn refresh(case: &Case<'_, '_>, facts: &Facts<'_>) -> Option<Result<Member, String>> {
    let device = case.device;
    let horizon = add_months(facts.today, facts.rules.plays.refresh_months);
    let support = case.ldos().filter(|day| *day <= horizon);
    let past = |day: &Option<Milestone>| {
        let day = day.as_ref().map(|m| m.date);
        day.filter(|day| *day < facts.today)
    };
    let no_service = past(&case.dates.last_attach).or_else(|| past(&case.dates.last_renewal));
    let open = !device.covered && (device.bare.is_some() || lapsed(device, facts).is_some());
    let trigger = support.map(Trigger::Support).or_else(|| {
        let closed = no_service.filter(|_| open && !device.masked);
        closed.map(Trigger::NoMoreService)
    })?;
    Some(present(device).map(|()| case.member(device.line, trigger)))
}

/// What can be said of a device without cover: it was seen bare, or its cover lapsed.
fn uncovered(case: &Case<'_, '_>, facts: &Facts<'_>) -> Option<(Play, Result<Member, String>)> {
    let device = case.device;
    if let Some(bare) = device.bare {
        let judged = present(device).and_then(|()| {
            if device.masked {
                Err("the source hides who covers it".to_string())
            } else if !case.hardware {
                Err("no product that takes service of its own".to_string())
            } else if case.module {
                Err("a module is covered with its chassis".to_string())
            } else {
                attachable(case, facts)?;
                Ok(case.member(bare, Trigger::Bare))
            }
        });
        return Some((Play::CoverageGap, judged));
    }
    let (service, end) = lapsed(device, facts)?;
    let judged = win_back(device, service, end, facts);
    let judged = judged.map(|trigger| case.member(service, trigger));
    Some((Play::LapsedWinBack, judged))
}

/// Refuses cover where none can be sold any more.
fn attachable(case: &Case<'_, '_>, facts: &Facts<'_>) -> Result<(), String> {
    let last = case.dates.last_attach.as_ref().map(|found| found.date);
    if let Some(last) = last.filter(|last| *last < facts.today) {
        return Err(format!("service could be attached until {last}"));
    }
    match case.ldos().filter(|ldos| *ldos < facts.today) {
        Some(ldos) => Err(format!("its last date of support was {ldos}")),
        None => Ok(()),
    }
}

/// A source shows the device and hides its contract.
fn takeover(case: &Case<'_, '_>, facts: &Facts<'_>) -> Option<Result<Member, String>> {
    let device = case.device;
    if !device.masked || !case.hardware || case.module {
        return None;
    }
    let judged = present(device).and_then(|()| attachable(case, facts));
    Some(judged.map(|()| case.member(device.line, Trigger::Masked)))
}

/// A licence for a device that has none: not past support, nor for a box that left.
fn licensed(case: &Case<'_, '_>, facts: &Facts<'_>) -> Result<Member, String> {
    present(case.device)?;
    match case.ldos().filter(|ldos| *ldos < facts.today) {
        Some(ldos) => Err(format!("its last date of support was {ldos}")),
        None => Ok(case.member(case.device.line, Trigger::NoLicence)),
    }
}

/// The longer term, where it ends before support does and its renewal is still allowed.
fn multi_year(
    case: &Case<'_, '_>,
    service: &Arc<Line>,
    end: NaiveDate,
    times: usize,
    facts: &Facts<'_>,
) -> Option<Result<Member, String>> {
    if !case.hardware && case.device.line.pid.is_some() {
        return None;
    }
    let longer = term_end(next_day(end), facts.rules.plays.multi_year_months);
    let last = case.dates.last_renewal.as_ref().map(|found| found.date);
    let judged = present(case.device).and_then(|()| {
        if case.ldos().is_some_and(|ldos| ldos < longer) {
            Err("its last date of support lies inside the longer term".to_string())
        } else if last.is_some_and(|last| last < facts.today) {
            Err("its last day to renew has passed".to_string())
        } else {
            Ok(case.member(service, Trigger::Steady(times)))
        }
    });
    Some(judged)
}

/// The service line that ended last, once its grace is over and nothing followed it.
fn lapsed<'a>(device: &Device<'a>, facts: &Facts<'_>) -> Option<(&'a Arc<Line>, NaiveDate)> {
    let service = device.service?;
    let end = service.end?;
    let grace = Days::new(facts.rules.lapse.grace_days.unsigned_abs());
    let over = end
        .checked_add_days(grace)
        .is_some_and(|last| last < facts.today);
    (over && !device.covered && service.renewed_to.is_none()).then_some((service, end))
}

fn present(device: &Device<'_>) -> Result<(), String> {
    if device.replaced {
        Err("replaced by another box".to_string())
    } else if device.gone {
        Err("missing from the newest file of its source".to_string())
    } else {
        Ok(())
    }
}

fn win_back(
    device: &Device<'_>,
    service: &Line,
    end: NaiveDate,
    facts: &Facts<'_>,
) -> Result<Trigger, String> {
    present(device)?;
    if device.masked {
        return Err("the source hides who covers it".to_string());
    }
    if service.terminated.is_some() || service.coverage == Coverage::Terminated {
        return Err("its cover was terminated".to_string());
    }
    let days = Days::new(facts.rules.plays.win_back_days.unsigned_abs());
    let needed = end.checked_add_days(days).unwrap_or(end);
    match device.seen {
        Some((seen, _)) if seen >= needed => Ok(Trigger::Lapsed { end, seen }),
        _ => Err("not seen in a file since its cover ended".to_string()),
    }
}
