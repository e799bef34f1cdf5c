//! The risk of a renewal: every signal of the pack that the book has evidence for, as a sentence,
//! and the probability to win that follows, worked addend by addend (renewals §9).

use super::{ClockDate, Reason, Risk};
use crate::domain::adoption::Adoption;
use crate::domain::day::{add_days, term_end};
use crate::domain::renewal::Renewal;
use crate::domain::rules::{RiskLevel, Rules, SignalRule, StageRule};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::sync::Arc;

/// What a quote says that bears on risk.
#[derive(Clone, Debug, PartialEq)]
pub struct QuoteEvidence {
    /// Its number.
    pub number: Arc<str>,
    /// Price protection.
    pub validity: ClockDate,
    /// Sent to the customer.
    pub sent_on: Option<NaiveDate>,
    /// Last covered day it offers for this renewal.
    pub term_end: Option<NaiveDate>,
    /// Run-rate due and offered, and the part of the difference from price.
    pub value: Option<QuoteValue>,
}

/// Run-rates of a quote against what expires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuoteValue {
    /// Due.
    pub due: Decimal,
    /// Offered.
    pub offered: Decimal,
    /// Part of the difference that comes from price.
    pub price: Decimal,
}

/// Everything risk looks at, gathered for one day.
#[derive(Clone, Debug)]
pub struct Evidence<'a> {
    /// The renewal.
    pub renewal: &'a Renewal,
    /// Its stage; `None` for one the pack does not know.
    pub stage: Option<&'a StageRule>,
    /// Still worked on.
    pub open: bool,
    /// The stage's place in the order of work is that of the first stage.
    pub first_stage: bool,
    /// The day.
    pub today: NaiveDate,
    /// End − today.
    pub days_left: i64,
    /// The last contact with the customer on or before today.
    pub last_contact: Option<NaiveDate>,
    /// The newest quote.
    pub quote: Option<&'a QuoteEvidence>,
    /// Last day to renew.
    pub last_renewal: Option<&'a ClockDate>,
    /// Last date of support.
    pub ldos: Option<&'a ClockDate>,
    /// Lowest use of an entitlement of the customer, where the renewal holds subscriptions.
    pub usage: Option<&'a Adoption>,
    /// Earliest adoption stage of the customer, where the renewal holds subscriptions.
    pub adoption: Option<&'a Adoption>,
}

/// How far adoption has come; text of an unknown stage is none of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AdoptionPhase {
    /// Purchase, onboard: high risk.
    Early,
    /// Implement, use: medium risk.
    Middle,
    /// Engage, adopt, optimize.
    Late,
}

/// The phase a stage name stands for.
pub fn adoption_phase(stage: &str) -> Option<AdoptionPhase> {
    const PHASES: [(&str, AdoptionPhase); 7] = [
        ("purchase", AdoptionPhase::Early),
        ("onboard", AdoptionPhase::Early),
        ("implement", AdoptionPhase::Middle),
        ("use", AdoptionPhase::Middle),
        ("engage", AdoptionPhase::Late),
        ("adopt", AdoptionPhase::Late),
        ("optimize", AdoptionPhase::Late),
    ];
    let stage = stage.trim();
    PHASES
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(stage))
        .map(|(_, phase)| *phase)
}

/// Days without movement after which a renewal counts as standing still where no rule says.
const STILL_DAYS: i64 = 30;

/// The risk: level, reasons in the pack's order, probability to win.
///
/// Watch with two signals, a competitor and 50 days left without progress: 75 − 10 − 15 − 10 = 40;
/// the same signals on critical end at the floor of 5 (golden case R40).
pub fn assess(evidence: &Evidence<'_>, rules: &Rules) -> Risk {
    if !evidence.open {
        let p = evidence
            .stage
            .and_then(|stage| stage.p)
            .unwrap_or(Decimal::ZERO);
        return Risk {
            level: RiskLevel::OnTrack,
            win_pct: p,
            reasons: Vec::new(),
            worked: vec![(stage_words(evidence.stage), p)],
        };
    }
    let mut reasons = Vec::new();
    let mut malus = None;
    for rule in &rules.signals {
        if rule
            .within_days
            .is_some_and(|within| evidence.days_left > within)
        {
            continue;
        }
        if let Some(sentence) = fires(rule, evidence, rules) {
            if rule.sponsor_or_competitor && malus.is_none() {
                malus = Some(rule.title.clone());
            }
            reasons.push(Reason {
                signal: rule.id.clone(),
                class: rule.class,
                sentence,
            });
        }
    }
    let level = reasons
        .iter()
        .map(|reason| reason.class)
        .max()
        .unwrap_or(RiskLevel::OnTrack);
    if let Some(p) = evidence.stage.and_then(|stage| stage.p) {
        return Risk {
            level,
            win_pct: p,
            reasons,
            worked: vec![(stage_words(evidence.stage), p)],
        };
    }
    let still = standing_still(evidence, rules);
    let worked = win_pct(level, reasons.len(), malus.as_deref(), still, rules);
    Risk {
        level,
        win_pct: worked.iter().map(|(_, part)| *part).sum(),
        reasons,
        worked,
    }
}

fn stage_words(stage: Option<&StageRule>) -> String {
    match stage {
        Some(stage) => format!("stage {}", stage.title),
        None => "unknown stage".into(),
    }
}

/// The addends of the probability to win in percent; their sum is the probability:
/// clamp(p0 − per_signal × (signals − 1) − sponsor or competitor − no progress, floor, cap).
pub fn win_pct(
    level: RiskLevel,
    signals: usize,
    sponsor_or_competitor: Option<&str>,
    no_progress: Option<String>,
    rules: &Rules,
) -> Vec<(String, Decimal)> {
    let health = &rules.health;
    let mut worked = vec![(level.words().to_string(), health.base(level))];
    let further = signals.saturating_sub(1);
    if further > 0 {
        let label = match further {
            1 => "1 more signal".to_string(),
            n => format!("{n} more signals"),
        };
        worked.push((label, -(health.per_signal * Decimal::from(further))));
    }
    if let Some(title) = sponsor_or_competitor {
        worked.push((title.to_lowercase(), -health.sponsor_or_competitor));
    }
    if let Some(why) = no_progress {
        worked.push((why, -health.no_progress));
    }
    let sum: Decimal = worked.iter().map(|(_, part)| *part).sum();
    if sum < health.floor {
        worked.push((format!("never below {}", health.floor), health.floor - sum));
    } else if sum > health.cap {
        worked.push((format!("never above {}", health.cap), health.cap - sum));
    }
    worked
}

/// Says so when the end is near and nothing moves: no quote, no contact and no stage change
/// beyond the first stage within the days after which the pack calls a customer silent.
fn standing_still(evidence: &Evidence<'_>, rules: &Rules) -> Option<String> {
    if evidence.days_left >= rules.health.no_progress_days || evidence.quote.is_some() {
        return None;
    }
    let still_days = rules
        .signals
        .iter()
        .find(|rule| &*rule.id == "silent")
        .and_then(|rule| rule.days)
        .unwrap_or(STILL_DAYS);
    let since = add_days(evidence.today, -still_days);
    let moved = |day: Option<NaiveDate>| day.is_some_and(|day| day > since);
    if moved(evidence.last_contact) || (!evidence.first_stage && moved(evidence.renewal.stage_on)) {
        return None;
    }
    Some(match evidence.days_left {
        days if days < 0 => format!("no progress, {} d past the end", -days),
        days => format!("no progress with {days} d left"),
    })
}

/// The sentence of a signal that fires.
fn fires(rule: &SignalRule, e: &Evidence<'_>, rules: &Rules) -> Option<String> {
    if &*rule.id == "flagged" {
        return e.renewal.at_risk.as_ref().map(|why| match why.trim() {
            "" => rule.title.clone(),
            why => format!("{}: {why}", rule.title),
        });
    }
    if e.renewal.signals.contains(&rule.id) {
        return Some(format!("{} (marked by hand)", rule.title));
    }
    if rule.manual {
        return None;
    }
    match &*rule.id {
        "silent" => silent(rule, e),
        "no_next_step" => {
            e.renewal
                .next_date
                .is_none()
                .then(|| match e.renewal.next_step.as_deref() {
                    Some(step) if !step.is_empty() => format!("Next step {step:?} has no date"),
                    _ => "No next step with a date".to_string(),
                })
        }
        "owner_missing" => e
            .renewal
            .owner
            .as_deref()
            .is_none_or(|owner| owner.trim().is_empty())
            .then(|| "Nobody owns it".to_string()),
        "contraction_waiting" => contraction(rule, e, rules),
        "usage_decline" => usage(rule, e),
        "adoption_early" => adoption(AdoptionPhase::Early, e),
        "adoption_middle" => adoption(AdoptionPhase::Middle, e),
        "ldos_in_term" => ldos_in_term(e, rules),
        "renew_stop_near" => stop_near(rule, e),
        "quote_old" => quote_old(rule, e),
        "price_jump" => price_jump(rule, e, rules),
        _ => None,
    }
}

fn silent(rule: &SignalRule, e: &Evidence<'_>) -> Option<String> {
    let limit = rule.days.unwrap_or(STILL_DAYS);
    let end = match e.days_left {
        days if days < 0 => format!("{} d after the end", -days),
        days => format!("{days} d to the end"),
    };
    match e.last_contact {
        None => Some(format!("No contact with the customer on record, {end}")),
        Some(day) => {
            let quiet = (e.today - day).num_days();
            (quiet >= limit)
                .then(|| format!("No contact with the customer for {quiet} d (last {day}), {end}"))
        }
    }
}

fn contraction(rule: &SignalRule, e: &Evidence<'_>, rules: &Rules) -> Option<String> {
    let quote = e.quote?;
    let value = quote.value?;
    let waiting = (e.today - e.renewal.stage_on?).num_days();
    let quoted = e.stage.is_some_and(|stage| &*stage.id == "quoted");
    let tolerance = value.due * rules.flat_tolerance_pct / Decimal::ONE_HUNDRED;
    (quoted && waiting > rule.days.unwrap_or(0) && value.due - value.offered > tolerance).then(
        || {
            format!(
                "Quote {} offers {} a year of {} due, waiting {waiting} d",
                quote.number, value.offered, value.due
            )
        },
    )
}

fn usage(rule: &SignalRule, e: &Evidence<'_>) -> Option<String> {
    let adoption = e.usage?;
    let used = adoption.usage_pct?;
    let limit = rule.pct?;
    (used < limit).then(|| {
        format!(
            "{}, {}: {} % of the entitlement in use, below {} %",
            adoption.offer,
            adoption.use_case,
            used.normalize(),
            limit.normalize()
        )
    })
}

fn adoption(phase: AdoptionPhase, e: &Evidence<'_>) -> Option<String> {
    let adoption = e.adoption?;
    (adoption_phase(&adoption.stage)? == phase).then(|| {
        let since = adoption
            .since
            .map(|day| format!(" since {day}"))
            .unwrap_or_default();
        let done = adoption
            .adoption_pct
            .map(|done| format!(", {} % of its plan done", done.normalize()))
            .unwrap_or_default();
        format!(
            "{}, {}: adoption stands at {}{since}{done}",
            adoption.offer, adoption.use_case, adoption.stage
        )
    })
}

fn ldos_in_term(e: &Evidence<'_>, rules: &Rules) -> Option<String> {
    let ldos = e.ldos?;
    let offered = e.quote.and_then(|quote| quote.term_end);
    let start = e.renewal.end.succ_opt()?.max(e.today);
    let end = offered.unwrap_or_else(|| term_end(start, rules.quote.term_months));
    (ldos.date < end).then(|| {
        let term = if offered.is_some() { "quoted" } else { "next" };
        format!(
            "Last date of support {} lies before the {term} term ends on {end} ({})",
            ldos.date, ldos.source
        )
    })
}

fn stop_near(rule: &SignalRule, e: &Evidence<'_>) -> Option<String> {
    let clock = e.last_renewal?;
    let days = (clock.date - e.today).num_days();
    (days < rule.days.unwrap_or(STILL_DAYS)).then(|| match days {
        0 => format!("Today is the last day to renew ({})", clock.source),
        days if days < 0 => format!(
            "Last day to renew was {}, {} d ago ({})",
            clock.date, -days, clock.source
        ),
        days => format!(
            "Last day to renew is {}, in {days} d ({})",
            clock.date, clock.source
        ),
    })
}

fn quote_old(rule: &SignalRule, e: &Evidence<'_>) -> Option<String> {
    let quote = e.quote?;
    if quote.validity.date < e.today {
        return Some(format!(
            "Quote {} was valid until {}",
            quote.number, quote.validity.date
        ));
    }
    let sent = quote.sent_on?;
    let age = (e.today - sent).num_days();
    let answered = e.last_contact.is_some_and(|day| day > sent);
    (!answered && age > rule.days.unwrap_or(STILL_DAYS))
        .then(|| format!("Quote {} sent {sent}, no answer for {age} d", quote.number))
}

fn price_jump(rule: &SignalRule, e: &Evidence<'_>, rules: &Rules) -> Option<String> {
    let quote = e.quote?;
    let value = quote.value?;
    let limit = rule.pct.unwrap_or(rules.uplift.max_pct);
    if value.due <= Decimal::ZERO {
        return None;
    }
    let rise = value.price / value.due * Decimal::ONE_HUNDRED;
    (rise > limit).then(|| {
        format!(
            "Quote {} is {} % dearer than what expires, above {} %",
            quote.number,
            crate::domain::money::round_half_up(rise, 2).normalize(),
            limit.normalize()
        )
    })
}

/// A fingerprint of the reasons: which signals stand at which level. Evidence that merely ages
/// (31 days of silence instead of 30) leaves it alone.
pub fn fingerprint(reasons: &[Reason]) -> String {
    let mut parts: Vec<String> = reasons
        .iter()
        .map(|reason| format!("{}={}", reason.signal, reason.class.words()))
        .collect();
    parts.sort_unstable();
    parts.join(";")
}

/// True while a review still covers the risk: no reason was added and none got worse since. A
/// reason that went away does not call the manager back.
pub fn review_holds(seen: &str, reasons: &[Reason]) -> bool {
    let level = |words: &str| {
        [
            RiskLevel::OnTrack,
            RiskLevel::Watch,
            RiskLevel::AtRisk,
            RiskLevel::Critical,
        ]
        .into_iter()
        .find(|level| level.words() == words)
    };
    reasons.iter().all(|reason| {
        seen.split(';')
            .filter_map(|part| part.split_once('='))
            .any(|(signal, words)| {
                signal == &*reason.signal && level(words).is_some_and(|was| was >= reason.class)
            })
    })
}
