//! One end for licences that share one: the average of their ends, weighted by how many there are and what
//! a year of each is worth (renewals §1, `meraki_average`, golden cases R19 to R21). The end moves, the
//! price does not.

use super::coterm::{Candidate, of_lines};
use super::exact::Product;
use super::steps::{grouped, step};
use super::{Step, price_line};
use crate::domain::day::{add_days, days_inclusive, service_days};
use crate::domain::quote::{Proration, Quote, QuoteLine};
use crate::domain::rules::Rules;
use chrono::NaiveDate;
use rust_decimal::Decimal;

/// Most days an average may lie behind its first day: a hundred years.
const MOST_DAYS: i64 = 36_525;

/// The average of the ends of a quote's licences.
#[derive(Clone, Debug, PartialEq)]
pub struct Average {
    /// The first day of the first licence: days are counted from it.
    pub from: NaiveDate,
    /// Weighted days of all licences together, and their weight: 2555 over 3.
    pub days: (Decimal, Decimal),
    /// The common end.
    pub end: NaiveDate,
    /// The lines that move, as they then are.
    pub lines: Vec<QuoteLine>,
    /// The arithmetic, step by step.
    pub steps: Vec<Step>,
}

/// Why licences have no average. Its text is a sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoAverage {
    /// Fewer than two lines are licences with a common end.
    #[error(
        "A common end needs two lines of licences that share one; the rule pack says which offers do."
    )]
    Alone,
    /// Models differ, and one has no list price to be weighed by.
    #[error(
        "Line {0} has no list price: licences of different models are weighed by the list price of a year."
    )]
    NoList(u32),
    /// The figures are beyond what can be counted exactly.
    #[error("The licences are too many or too dear to be averaged exactly.")]
    TooLarge,
}

/// The lines of a quote whose licences share an end: by their proration, dropped ones left out.
fn licences(quote: &Quote) -> Vec<&QuoteLine> {
    let lines = quote.lines.iter();
    let shared = lines.filter(|line| line.proration == Proration::MerakiAverage);
    shared.filter(|line| !line.quantity.is_zero()).collect()
}

/// True where a quote has licences that could share an end and do not yet.
pub fn has_licences(quote: &Quote) -> bool {
    let licences = licences(quote);
    let first = licences.first().map(|line| line.end);
    licences.iter().any(|line| Some(line.end) != first)
}

/// The average end of a quote's licences: from the first day of the first, each counts its days to its end
/// × quantity × weight; the sum over quantity × weight is the days they share, rounded half up to a whole
/// day. The weight is the list price of a year where models differ, else 1. Nothing but the end changes: the
/// price goes by the days each was bought for.
///
/// Two licences of 365 days and one of 1,825: 2,555/3 = 851.67, 852 days (R20). Two of 365 days at
/// 100.00 a year and one of 730 at 300.00: 292,000/500 = 584 days (R21).
///
/// # Errors
/// Fewer than two lines, a model without a list price beside others, figures beyond counting.
pub fn average(quote: &Quote, rules: &Rules) -> Result<Average, NoAverage> {
    let lines = licences(quote);
    let from = lines.iter().map(|line| line.start).min();
    let from = from.filter(|_| lines.len() > 1).ok_or(NoAverage::Alone)?;
    let first = lines.first().and_then(|line| line.pid.as_ref());
    let weighed = lines.iter().any(|line| line.pid.as_ref() != first);
    let mut steps = Vec::new();
    let (mut above, mut below) = (Decimal::ZERO, Decimal::ZERO);
    let scale = scale_of(&lines)?;
    for line in &lines {
        let weight = match weighed {
            true => weight(line, scale)?,
            false => Decimal::ONE,
        };
        let days = Decimal::from(days_inclusive(from, line.end));
        let units = line.quantity.checked_mul(weight);
        let units = units.ok_or(NoAverage::TooLarge)?;
        let share = units.checked_mul(days).ok_or(NoAverage::TooLarge)?;
        above = above.checked_add(share).ok_or(NoAverage::TooLarge)?;
        below = below.checked_add(units).ok_or(NoAverage::TooLarge)?;
        steps.push(share_step(line, days, weight, share, weighed));
    }
    // weights carry what makes them whole; the quotient does not
    let exact = Product::of(above).over(below);
    let whole = exact.round(0).and_then(|days| i64::try_from(days).ok());
    let whole = whole.filter(|days| (1..=MOST_DAYS).contains(days));
    let whole = whole.ok_or(NoAverage::TooLarge)?;
    let end = add_days(from, whole - 1);
    let shown = exact.round(2).unwrap_or_default().normalize();
    let about = match exact.round(6).is_some_and(|days| days.fract().is_zero()) {
        true => String::new(),
        false => format!(" = about {}", grouped(shown)),
    };
    steps.push(step(
        "shared days",
        format!("{}/{}{about}", plain(above), plain(below)),
        format!("{} days", grouped(whole.into())),
        "the sum over quantity × weight, half up to a whole day",
    ));
    steps.push(step(
        "common end",
        format!(
            "{from} + {} days, the first included",
            grouped(whole.into())
        ),
        end.to_string(),
        "meraki_average: the end moves, the price does not",
    ));
    let moved = lines.iter().filter_map(|line| moved(line, end));
    let moved: Vec<QuoteLine> = moved.filter(|new| !quote.lines.contains(new)).collect();
    steps.extend(price_step(quote, &moved, rules));
    Ok(Average {
        from,
        days: (above, below),
        end,
        lines: moved,
        steps,
    })
}

/// What taking an average would make of a quote.
pub fn candidate(quote: &Quote, average: &Average, rules: &Rules) -> Candidate {
    let then = |line: &QuoteLine| {
        let mut moved = average.lines.iter();
        moved.find(|new| new.id == line.id).cloned()
    };
    of_lines(quote, average.end, "licence average", then, rules)
}

/// A licence ended on the common day, cut at its last date of support; the days it was bought for stay.
fn moved(line: &QuoteLine, end: NaiveDate) -> Option<QuoteLine> {
    let allowed = line.ldos.map_or(end, |ldos| ldos.min(end));
    let bought = service_days(line.start, line.end);
    let bought = line.licence_days.or(u32::try_from(bought).ok());
    (allowed >= line.start).then(|| QuoteLine {
        end: allowed,
        cut_at_ldos: allowed < end,
        licence_days: match allowed == line.end {
            true => line.licence_days,
            false => bought,
        },
        ..line.clone()
    })
}

/// The product of all different terms of list prices, so that a year of each is a whole multiple.
fn scale_of(lines: &[&QuoteLine]) -> Result<Decimal, NoAverage> {
    let mut terms: Vec<Decimal> = lines.iter().map(|line| years(line)).collect();
    terms.sort();
    terms.dedup();
    let all = terms
        .iter()
        .try_fold(Decimal::ONE, |all, term| all.checked_mul(*term));
    all.ok_or(NoAverage::TooLarge)
}

fn years(line: &QuoteLine) -> Decimal {
    match line.list_years > Decimal::ZERO {
        true => line.list_years.normalize(),
        false => Decimal::ONE,
    }
}

/// The list price of a year, times the scale that all share.
fn weight(line: &QuoteLine, scale: Decimal) -> Result<Decimal, NoAverage> {
    let list = line.unit_list.filter(|list| !list.is_zero());
    let list = list.ok_or(NoAverage::NoList(line.number))?;
    let times = scale.checked_div(years(line));
    let weight = times.and_then(|times| list.checked_mul(times));
    weight.ok_or(NoAverage::TooLarge)
}

fn share_step(
    line: &QuoteLine,
    days: Decimal,
    weight: Decimal,
    share: Decimal,
    weighed: bool,
) -> Step {
    let product = line.pid.as_deref().or(line.service_sku.as_deref());
    let quantity = grouped(line.quantity.normalize());
    let formula = format!("{} days × {quantity}", grouped(days));
    let (formula, rule) = match weighed {
        true => (
            format!("{formula} × {}", grouped(weight.normalize())),
            "days to its end × quantity × list price brought to one term for all",
        ),
        false => (formula, "days to its end × quantity: one model, no weight"),
    };
    let name = format!("line {} {}", line.number, product.unwrap_or_default());
    step(name.trim_end(), formula, grouped(share.normalize()), rule)
}

/// That the price stays, shown with the figures of before and after.
fn price_step(quote: &Quote, moved: &[QuoteLine], rules: &Rules) -> Option<Step> {
    let net = |line: &QuoteLine| price_line(line, quote.currency, rules).extended_net;
    let before = moved.iter().filter_map(|new| {
        let old = quote.lines.iter().find(|old| old.id == new.id)?;
        net(old)
    });
    let (before, after): (Decimal, Decimal) = (before.sum(), moved.iter().filter_map(net).sum());
    (!moved.is_empty()).then(|| {
        step(
            "net",
            format!("{} before", grouped(before)),
            grouped(after),
            "each is priced for the days it was bought for",
        )
    })
}

fn plain(value: Decimal) -> String {
    grouped(value.normalize())
}
