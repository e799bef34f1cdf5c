//! The groups a rep sees: one per play, customer and family. A device is in one play only, the first in
//! the order of [`Play`]; what else it fits is a note there.

use super::customer::Customer;
use super::device::devices;
use super::facts::Facts;
use super::found::Found;
use super::judge;
use super::whole::Made;
use super::{Evidence, Play, Suggestion};
use crate::catalogue::Milestones;
use crate::domain::ids::{AccountId, LineId, RenewalId};
use crate::domain::line::{Line, LineKind};
use crate::domain::money::Money;
use crate::domain::portfolio::Portfolio;
use chrono::NaiveDate;
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Trigger {
    /// Its last date of support is near or past.
    Support(NaiveDate),
    /// Bare or lapsed, and service can no longer be attached or renewed since that day.
    NoMoreService(NaiveDate),
    /// Seen without cover.
    Bare,
    /// Cover ended that day and the device was seen later.
    Lapsed { end: NaiveDate, seen: NaiveDate },
    /// Its renewal falls after, or shortly before, its last day to renew.
    Closing { end: NaiveDate, last: NaiveDate },
    /// A source hides who covers it.
    Masked,
    /// It takes a licence and has none that lives.
    NoLicence,
    /// A licence that ends while its device stays.
    LicenceEnds(NaiveDate),
    /// Its level is below the customer's norm; the code of that, what moves, and the peers.
    Below(Arc<super::ladder::Target>),
    /// Renewed so many times for a year at the same quantity.
    Steady(usize),
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
    /// What else its devices fit, and how many do.
    pub notes: BTreeMap<String, usize>,
    /// Devices that fit the play and stand in one that comes before it. They are facts of it all the
    /// same, so that a decision outlives a play that was added later.
    pub lent: Vec<Member>,
    /// What a play about a customer rests on, instead of devices.
    pub whole: Option<Whole>,
}

/// What a play about a customer as a whole rests on.
#[derive(Clone, Debug, Default)]
pub(super) struct Whole {
    /// The facts a decision is taken on.
    pub facts: String,
    /// How many contracts, use cases or peers: what ranks it where its value is unknown.
    pub count: Decimal,
    /// The lines it is about; only where words are wanted.
    pub lines: Vec<LineId>,
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

/// Every group of devices of one customer, in order of play and family. A book is worked through customer
/// by customer: all lines unpacked at once would take half a gigabyte of a large one.
pub(super) fn of_account(
    facts: &mut Facts<'_>,
    account: AccountId,
    lines: &[Arc<Line>],
    whole: &mut [Made],
) -> BTreeMap<GroupKey, Group> {
    facts.meet(account, lines);
    let mut found = Found::of(account, whole);
    let mut customer = Customer::of(lines, facts);
    let boxes = lines.iter().filter(|line| !is_licence(line));
    for device in devices(boxes, facts) {
        let said = judge::device(&device, &mut customer, facts);
        if said.is_empty() {
            continue;
        }
        let family = match &device.line.pid {
            Some(pid) => facts.product(pid).family.clone(),
            None => device.line.description.clone().unwrap_or(NO_PRODUCT.into()),
        };
        found.take(said, family);
    }
    for line in lines
        .iter()
        .filter(|line| line.kind == LineKind::Subscription)
    {
        let said = judge::licence(line, &mut customer, facts);
        if let (false, Some(pid)) = (said.is_empty(), &line.pid) {
            let family = facts.product(pid).family.clone();
            found.take_licence(said, family);
        }
    }
    let mut found = found.groups();
    for group in found.values_mut() {
        group.members.sort_by(|a, b| order(a).cmp(&order(b)));
    }
    found.retain(|_, group| !group.members.is_empty());
    found
}

fn is_licence(line: &Line) -> bool {
    matches!(line.kind, LineKind::Subscription | LineKind::Wrapper)
}

fn order<'m>(member: &'m Member) -> impl Ord + use<'m> {
    (
        member.names.pid.as_deref(),
        member.names.serial.as_deref(),
        member.line.id,
    )
}

/// What a play adds to the common parts of its suggestion.
pub(super) struct Pitch {
    pub what: String,
    pub why: String,
    pub product_evidence: Vec<Evidence>,
    pub value: Option<Money>,
    pub value_basis: String,
    pub deadline: Option<(NaiveDate, &'static str)>,
    pub confidence: Decimal,
    pub portfolio: Option<Portfolio>,
    pub caveat: String,
    pub renewal: Option<RenewalId>,
    /// What the value is an amount of.
    pub per: &'static str,
}

/// Puts a suggestion together: identity, evidence, rank, and the decision that holds.
pub(super) fn suggestion(
    facts: &Facts<'_>,
    key: &GroupKey,
    group: &Group,
    pitch: Pitch,
) -> Suggestion {
    let own = (key.play, key.account, &*key.family);
    let fingerprint = facts.held_against(own, |facts| fingerprint(facts, group));
    let id = match facts.words || !fingerprint.is_empty() {
        true => super::key_of(key.play, key.account, &key.family),
        false => String::new(),
    };
    let devices: Decimal = match &group.whole {
        Some(whole) => whole.count,
        None => group.members.iter().map(Member::quantity).sum(),
    };
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
        family: facts.say(|_| key.family.to_string()),
        what: pitch.what,
        why: pitch.why,
        evidence: facts.say(|facts| evidence(facts, group, pitch.product_evidence)),
        lines: facts.say(|_| match &group.whole {
            Some(whole) => whole.lines.clone(),
            None => group.members.iter().map(|member| member.line.id).collect(),
        }),
        renewal: pitch.renewal,
        devices,
        value: pitch.value,
        per: pitch.per,
        value_basis: pitch.value_basis,
        deadline,
        deadline_basis: facts.say(|_| {
            let basis = pitch.deadline.map(|(_, basis)| basis);
            basis
                .unwrap_or("no date known that would end it")
                .to_string()
        }),
        confidence: (pitch.confidence, confidence_word(pitch.confidence)),
        rank: size
            .saturating_mul(pitch.confidence)
            .saturating_mul(closeness)
            .normalize(),
        closeness,
        portfolio: pitch.portfolio,
        caveat: pitch.caveat,
        refused: facts.say(|_| {
            let refused = group.refused.iter();
            refused
                .map(|(reason, count)| format!("{count} left out: {reason}"))
                .collect()
        }),
        notes: facts.say(|_| {
            let notes = group.notes.iter();
            notes
                .map(|(play, count)| format!("{play}: {count} of these fit it too"))
                .collect()
        }),
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
    if let Some(whole) = &group.whole {
        hash.update(whole.facts.as_bytes());
    }
    let mut members: Vec<&Member> = group.members.iter().chain(&group.lent).collect();
    if !group.lent.is_empty() {
        members.sort_by(|a, b| order(a).cmp(&order(b)));
    }
    for member in members {
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
        if let Trigger::Closing { last, .. } = member.trigger {
            hash.update(last.to_string().as_bytes());
        }
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
    match &member.trigger {
        Trigger::Lapsed { end, seen } => {
            add(format!("cover ended {end}, seen {seen}"));
        }
        Trigger::Closing { end, last } => {
            add(format!("covered to {end}, last day to renew {last}"));
        }
        Trigger::NoLicence => add("no live licence".to_string()),
        Trigger::LicenceEnds(end) => add(format!("licence ends {end}")),
        Trigger::Below(target) => add(format!("at {}", target.from)),
        Trigger::Steady(times) => add(format!("renewed {times} times for a year")),
        Trigger::Masked => {}
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
