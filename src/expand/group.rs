//! Which play a device belongs to, and the groups a rep sees: one per play, customer and family.
//! A device is in one play only: refresh before coverage gap before win-back.

use super::device::{Device, devices};
use super::facts::Facts;
use super::{Evidence, Play, Suggestion};
use crate::catalogue::{Milestone, Milestones};
use crate::domain::day::add_months;
use crate::domain::ids::{AccountId, RenewalId};
use crate::domain::line::{Coverage, Line, LineKind};
use crate::domain::money::Money;
use crate::domain::portfolio::Portfolio;
use chrono::{Days, NaiveDate};
use rust_decimal::Decimal;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

/// Devices named one by one in the evidence; the rest are counted.
const NAMED: usize = 12;
/// What a group of gear without a known product is called.
const NO_PRODUCT: &str = "unknown product";

/// What a suggestion is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct GroupKey {
    pub play: Play,
    pub account: AccountId,
    pub family: Arc<str>,
}

/// Why a device is in its group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trigger {
    /// Its last date of support is near or past.
    Support(NaiveDate),
    /// Bare or lapsed, and service can no longer be attached or renewed since that day.
    NoMoreService(NaiveDate),
    /// Seen without cover.
    Bare,
    /// Cover ended that day and the device was seen later.
    Lapsed { end: NaiveDate, seen: NaiveDate },
}

/// A device in a group.
#[derive(Clone, Debug)]
pub(super) struct Member {
    /// The line the play is about.
    pub line: Arc<Line>,
    /// The line that names the device.
    pub names: Arc<Line>,
    pub trigger: Trigger,
    pub dates: Arc<Milestones>,
    pub covered: bool,
    pub masked: bool,
    /// The newest sighting stands on another line than the expired one.
    pub seen_elsewhere: bool,
}

impl Member {
    /// How many units: the line's quantity, one where it says none.
    pub fn quantity(&self) -> Decimal {
        if self.line.quantity > Decimal::ZERO {
            self.line.quantity
        } else {
            Decimal::ONE
        }
    }

    /// Product id, else its description.
    pub fn product(&self) -> &str {
        let names = [&self.names.pid, &self.names.description];
        names
            .into_iter()
            .find_map(|t| t.as_deref())
            .unwrap_or(NO_PRODUCT)
    }
}

/// Members by serial, and what was refused on the way with its reason and how often.
#[derive(Clone, Debug, Default)]
pub(super) struct Group {
    pub members: Vec<Member>,
    pub refused: BTreeMap<String, usize>,
}

impl Group {
    /// Members by product, in order of name.
    pub fn by_product(&self) -> BTreeMap<&str, Vec<&Member>> {
        let mut found: BTreeMap<&str, Vec<&Member>> = BTreeMap::new();
        for member in &self.members {
            found.entry(member.product()).or_default().push(member);
        }
        found
    }
}

/// Every group of one customer, in order of play and family. A book is worked through customer by
/// customer: all lines unpacked at once would take half a gigabyte of a large one.
pub(super) fn of_account(facts: &mut Facts<'_>, account: AccountId) -> BTreeMap<GroupKey, Group> {
    let mut lines = facts.lines_of(account);
    facts.meet(account, &lines);
    lines.retain(|line| !matches!(line.kind, LineKind::Subscription | LineKind::Wrapper));
    let mut found: BTreeMap<GroupKey, Group> = BTreeMap::new();
    of_customer(&lines, facts, &mut found);
    for group in found.values_mut() {
        group.members.sort_by(|a, b| order(a).cmp(&order(b)));
    }
    found.retain(|_, group| !group.members.is_empty());
    found
}

fn of_customer(lines: &[Arc<Line>], facts: &mut Facts<'_>, found: &mut BTreeMap<GroupKey, Group>) {
    for device in devices(lines, facts) {
        let Some((play, judged)) = judge(&device, facts) else {
            continue;
        };
        let family = match &device.line.pid {
            Some(pid) => facts.product(pid).family.clone(),
            None => device.line.description.clone().unwrap_or(NO_PRODUCT.into()),
        };
        let key = GroupKey {
            play,
            account: device.line.account,
            family,
        };
        let group = found.entry(key).or_default();
        match judged {
            Ok(member) => group.members.push(member),
            Err(reason) => *group.refused.entry(reason).or_default() += 1,
        }
    }
}

fn order<'m>(member: &'m Member) -> impl Ord + use<'m> {
    (
        member.names.pid.as_deref(),
        member.names.serial.as_deref(),
        member.line.id,
    )
}

type Judged = Option<(Play, Result<Member, String>)>;

fn judge(device: &Device<'_>, facts: &mut Facts<'_>) -> Judged {
    let product = device.line.pid.as_ref().map(|pid| facts.product(pid));
    let dates = facts.dates(device.line);
    let member = |line: &Arc<Line>, trigger| Member {
        line: Arc::clone(line),
        names: Arc::clone(device.line),
        trigger,
        dates: dates.clone(),
        covered: device.covered,
        masked: device.masked,
        seen_elsewhere: device.seen.is_some_and(|(_, by)| by.id != line.id),
    };
    let hardware = product.as_ref().is_some_and(|product| !product.licence);
    let past = |day: &Option<Milestone>| {
        day.as_ref()
            .map(|m| m.date)
            .filter(|day| *day < facts.today)
    };
    let lapsed = lapsed(device, facts);
    let uncovered = !device.covered && (device.bare.is_some() || lapsed.is_some());
    if hardware {
        let horizon = add_months(facts.today, facts.rules.plays.refresh_months);
        let support = dates
            .ldos
            .as_ref()
            .map(|m| m.date)
            .filter(|day| *day <= horizon);
        let no_service = past(&dates.last_attach).or_else(|| past(&dates.last_renewal));
        let trigger = support.map(Trigger::Support).or_else(|| {
            let closed = no_service.filter(|_| uncovered && !device.masked);
            closed.map(Trigger::NoMoreService)
        });
        if let Some(trigger) = trigger {
            let judged = present(device).map(|()| member(device.line, trigger));
            return Some((Play::LdosRefresh, judged));
        }
    }
    if device.covered {
        return None;
    }
    if let Some(bare) = device.bare {
        let judged = present(device).and_then(|()| {
            if device.masked {
                Err("the source hides who covers it".to_string())
            } else if product.as_ref().is_none_or(|p| p.licence) {
                Err("no product that takes service of its own".to_string())
            } else if product.is_some_and(|p| p.module) {
                Err("a module is covered with its chassis".to_string())
            } else {
                Ok(member(bare, Trigger::Bare))
            }
        });
        return Some((Play::CoverageGap, judged));
    }
    let (service, end) = lapsed?;
    Some((
        Play::LapsedWinBack,
        win_back(device, service, end, facts).map(|t| member(service, t)),
    ))
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

/// What a play adds to the common parts of its suggestion.
pub(super) struct Pitch {
    pub what: String,
    pub why: String,
    pub product_evidence: Vec<Evidence>,
    pub value: Option<Money>,
    pub value_basis: String,
    pub deadline: Option<(NaiveDate, String)>,
    pub confidence: Decimal,
    pub portfolio: Option<Portfolio>,
    pub caveat: String,
    pub renewal: Option<RenewalId>,
}

/// Puts a suggestion together: identity, evidence, rank, and the decision that holds.
pub(super) fn suggestion(
    facts: &Facts<'_>,
    key: &GroupKey,
    group: &Group,
    pitch: Pitch,
) -> Suggestion {
    let id = super::key_of(key.play, key.account, &key.family);
    let fingerprint = match facts.words || facts.is_decided(&id) {
        true => fingerprint(facts, group),
        false => String::new(),
    };
    let devices: Decimal = group.members.iter().map(Member::quantity).sum();
    let deadline = pitch.deadline.as_ref().map(|(day, _)| *day);
    let closeness = closeness(facts, deadline);
    let size = pitch.value.map_or(devices, |value| value.amount);
    let customer = facts.snapshot.accounts.get(key.account);
    Suggestion {
        decision: facts.decision(&id, &fingerprint),
        key: id,
        facts: fingerprint,
        play: key.play,
        account: key.account,
        customer: customer.map_or("unknown customer".into(), |account| account.name.clone()),
        family: key.family.to_string(),
        what: pitch.what,
        why: pitch.why,
        evidence: facts.say(|facts| evidence(facts, group, pitch.product_evidence)),
        lines: group.members.iter().map(|member| member.line.id).collect(),
        renewal: pitch.renewal,
        devices,
        value: pitch.value,
        value_basis: pitch.value_basis,
        deadline,
        deadline_basis: pitch.deadline.map_or(
            "no date known that would end it".to_string(),
            |(_, basis)| basis,
        ),
        confidence: (pitch.confidence, confidence_word(pitch.confidence)),
        rank: size
            .saturating_mul(pitch.confidence)
            .saturating_mul(closeness)
            .normalize(),
        closeness,
        portfolio: pitch.portfolio,
        caveat: pitch.caveat,
        refused: group
            .refused
            .iter()
            .map(|(reason, count)| format!("{count} left out: {reason}"))
            .collect(),
    }
}

fn confidence_word(factor: Decimal) -> &'static str {
    if factor >= Decimal::new(8, 1) {
        "high"
    } else if factor >= Decimal::new(5, 1) {
        "medium"
    } else {
        "low"
    }
}

/// How near the deadline is, by the urgency table of the rules: the factor of its span of days; the
/// most urgent one once it has passed, the least urgent one where no date is known.
fn closeness(facts: &Facts<'_>, deadline: Option<NaiveDate>) -> Decimal {
    let table = facts.rules.urgency.iter().filter(|rule| !rule.lapsed);
    let days = deadline.map(|day| (day - facts.today).num_days());
    match days {
        None => table.map(|rule| rule.factor).min(),
        Some(days) if days < 0 => table.map(|rule| rule.factor).max(),
        Some(days) => table
            .filter(|rule| rule.from_days.is_none_or(|from| days >= from))
            .find(|rule| rule.to_days.is_none_or(|to| days <= to))
            .map(|rule| rule.factor),
    }
    .unwrap_or(Decimal::ONE)
}

/// A fingerprint of what the suggestion rests on: devices, products, dates, cover; not prices and
/// not the day. The first 16 hex digits of a SHA-256.
fn fingerprint(facts: &Facts<'_>, group: &Group) -> String {
    let mut hash = Sha256::new();
    let date = |day: Option<NaiveDate>| day.map(|d| d.to_string()).unwrap_or_default();
    for member in &group.members {
        let serial = member.names.serial.as_deref().unwrap_or_default();
        let id = match facts.snapshot.earlier_ids.get(&member.line.id) {
            _ if !serial.is_empty() => serial.to_string(),
            // decisions of then were taken on it
            Some(earlier) => earlier.to_string(),
            None => member.line.id.to_string(),
        };
        let fact = format!(
            "{id}|{}|{}|{}|{}|{}|{}\n",
            member.product(),
            member.line.quantity.normalize(),
            date(member.dates.ldos.as_ref().map(|m| m.date)),
            date(member.dates.last_attach.as_ref().map(|m| m.date)),
            date(member.line.end),
            member.covered,
        );
        hash.update(fact.as_bytes());
    }
    let mut hex = String::with_capacity(16);
    for byte in hash.finalize().iter().take(8) {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

fn evidence(facts: &Facts<'_>, group: &Group, products: Vec<Evidence>) -> Vec<Evidence> {
    let mut list = products;
    for member in group.members.iter().take(NAMED) {
        list.push(Evidence {
            fact: device_fact(member),
            source: facts.source(&member.line),
            line: Some(member.line.id),
        });
    }
    let more = group.members.len().saturating_sub(NAMED);
    if more > 0 {
        list.push(Evidence {
            fact: format!("and {more} more of the same"),
            source: "the lines of this suggestion".to_string(),
            line: None,
        });
    }
    list
}

fn device_fact(member: &Member) -> String {
    let serial = member.names.serial.as_deref().unwrap_or("no serial");
    let mut fact = format!("{serial}, {}", member.product());
    let mut add = |words: String| {
        fact.push_str(", ");
        fact.push_str(&words);
    };
    match member.trigger {
        Trigger::Lapsed { end, seen } => {
            add(format!("cover ended {end}, seen {seen}"));
        }
        Trigger::Bare => add("without cover".to_string()),
        Trigger::Support(_) | Trigger::NoMoreService(_) if !member.covered => {
            add("without cover".to_string());
        }
        Trigger::Support(_) | Trigger::NoMoreService(_) => {
            if let Some(end) = member.line.end {
                add(format!("covered to {end}"));
            }
        }
    }
    if let Some(day) = member.line.ship_date.or(member.names.ship_date) {
        add(format!("shipped {day}"));
    }
    if let Some(day) = member.line.warranty_end.or(member.names.warranty_end) {
        add(format!("warranty to {day}"));
    }
    if member.masked {
        add("contract hidden by the source".to_string());
    }
    fact
}
