//! One end date for all lines of a quote: what every candidate costs, and how many days each line gains
//! or loses, before one is chosen (renewals §1).

use super::edit::carry_net;
use super::{Totals, price_line, totals};
use crate::domain::day::{add_days, days_inclusive, term_end};
use crate::domain::line::LineKind;
use crate::domain::quote::{Quote, QuoteLine};
use crate::domain::rules::Rules;
use chrono::{Days, NaiveDate};
use rust_decimal::Decimal;

/// A candidate end and what it would make of the quote.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// The end asked for.
    pub end: NaiveDate,
    /// Why it is a candidate: `earliest end`, `12 months`, … ; empty for a day in between.
    pub why: String,
    /// Totals then.
    pub totals: Totals,
    /// Each line's days against now: gained, or lost below zero, in the order of the quote.
    pub days: Vec<i64>,
    /// Lines cut at their last date of support, by number.
    pub cut: Vec<u32>,
    /// Lines that start after the end and keep their own, by number.
    pub kept: Vec<u32>,
}

impl Candidate {
    /// Days gained by all lines together.
    pub fn gained(&self) -> i64 {
        self.days.iter().filter(|days| **days > 0).sum()
    }

    /// Days lost by all lines together, as a count.
    pub fn lost(&self) -> i64 {
        -self.days.iter().filter(|days| **days < 0).sum::<i64>()
    }
}

/// A line ended on a common day: cut at its last date of support; `None` where the line would end before
/// it starts, and for a sale without a term.
pub fn ended(line: &QuoteLine, end: NaiveDate) -> Option<QuoteLine> {
    if line.kind == LineKind::Asset {
        return None;
    }
    let allowed = line.ldos.map_or(end, |ldos| ldos.min(end));
    if allowed < line.start {
        return None;
    }
    let mut new = line.clone();
    if new.end != allowed {
        // licences for other days are bought
        new.licence_days = None;
    }
    new.end = allowed;
    new.cut_at_ldos = allowed < end;
    carry_net(line, &mut new);
    Some(new)
}

/// True for a line whose days count: hardware has none, and what is dropped is covered on none.
fn has_term(line: &QuoteLine) -> bool {
    line.kind != LineKind::Asset && !line.quantity.is_zero()
}

/// The changed lines of a quote co-termed to a day; lines that cannot end there keep their end.
pub fn lines_at(quote: &Quote, end: NaiveDate) -> Vec<QuoteLine> {
    let ended = quote
        .lines
        .iter()
        .filter_map(|line| Some((line, ended(line, end)?)));
    let changed = ended.filter(|(old, new)| *old != new);
    changed.map(|(_, new)| new).collect()
}

/// What one end would make of a quote.
pub fn at(quote: &Quote, end: NaiveDate, why: &str, rules: &Rules) -> Candidate {
    let mut there = of_lines(quote, end, why, |line| ended(line, end), rules);
    let kept = quote.lines.iter().filter(|line| has_term(line));
    let kept = kept.filter(|line| ended(line, end).is_none());
    there.kept = kept.map(|line| line.number).collect();
    there
}

/// What lines that are moved would make of a quote; those that are not stay as they are.
pub(super) fn of_lines(
    quote: &Quote,
    end: NaiveDate,
    why: &str,
    then: impl Fn(&QuoteLine) -> Option<QuoteLine>,
    rules: &Rules,
) -> Candidate {
    let mut days = Vec::with_capacity(quote.lines.len());
    let mut cut = Vec::new();
    let mut lines = Vec::with_capacity(quote.lines.len());
    for line in &quote.lines {
        let new = then(line).unwrap_or_else(|| line.clone());
        let counts = has_term(line);
        if counts && new.cut_at_ldos && new.end < end {
            cut.push(line.number);
        }
        let length = |line: &QuoteLine| match counts {
            true => days_inclusive(line.start, line.end).max(0),
            false => 0,
        };
        days.push(length(&new) - length(line));
        lines.push((price_line(&new, quote.currency, rules), new));
    }
    let both = lines.iter().map(|(priced, line)| (line, priced));
    Candidate {
        end,
        why: why.to_string(),
        totals: totals(both, quote.currency),
        days,
        cut,
        kept: Vec::new(),
    }
}

/// What a common end does to one line.
#[derive(Clone, Debug, PartialEq)]
pub struct Moved {
    /// Number of the line.
    pub line: u32,
    /// Its end now.
    pub from: NaiveDate,
    /// Its end then: the common one, the last date of support where that is sooner, or its own where it
    /// starts later.
    pub to: NaiveDate,
    /// Days gained, or lost below zero.
    pub days: i64,
    /// What its net price changes by; none without a price.
    pub net: Option<Decimal>,
    /// Cut at its last date of support.
    pub cut: bool,
    /// It starts after the common end and keeps its own.
    pub kept: bool,
}

/// The lines a common end moves, and those that cannot go there, the most lost first; lines alike in
/// that by number. Lines that end there already are left out.
///
/// 1,000.00 a year to 2027-12-31, ended on 2027-06-30: 184 days lost, net −504.11.
pub fn moved(quote: &Quote, end: NaiveDate, rules: &Rules) -> Vec<Moved> {
    let terms = quote.lines.iter().filter(|line| has_term(line));
    let both = terms.map(|line| (line, ended(line, end)));
    in_order(both, quote, end, rules)
}

/// As [`moved`], of lines that were worked out before: those not among them stay where they are.
pub fn moved_to(quote: &Quote, lines: &[QuoteLine], end: NaiveDate, rules: &Rules) -> Vec<Moved> {
    let both = lines.iter().filter_map(|new| {
        let old = quote.lines.iter().find(|old| old.id == new.id)?;
        Some((old, Some(new.clone())))
    });
    in_order(both, quote, end, rules)
}

fn in_order<'q>(
    both: impl Iterator<Item = (&'q QuoteLine, Option<QuoteLine>)>,
    quote: &Quote,
    end: NaiveDate,
    rules: &Rules,
) -> Vec<Moved> {
    let net = |line: &QuoteLine| price_line(line, quote.currency, rules).extended_net;
    let one = |(line, new): (&QuoteLine, Option<QuoteLine>)| {
        let kept = new.is_none();
        let new = new.unwrap_or_else(|| line.clone());
        Moved {
            line: line.number,
            from: line.end,
            to: new.end,
            days: (new.end - line.end).num_days(),
            net: net(&new)
                .zip(net(line))
                .map(|(after, before)| after - before),
            cut: !kept && new.end < end,
            kept,
        }
    };
    let mut found: Vec<Moved> = both.map(one).collect();
    found.retain(|moved| moved.days != 0 || moved.kept);
    found.sort_by_key(|moved| (moved.days, moved.line));
    found
}

/// The days a person chooses among: earliest and latest end of the lines, the end with most net value,
/// 12, 24, 36 and 60 months from the earliest start, and the quarter ends passed in. In order of
/// day, each once; only days from the earliest start on.
pub fn candidates(quote: &Quote, quarter_ends: &[NaiveDate], rules: &Rules) -> Vec<Candidate> {
    let terms: Vec<&QuoteLine> = quote.lines.iter().filter(|line| has_term(line)).collect();
    let Some(start) = terms.iter().map(|line| line.start).min() else {
        return Vec::new();
    };
    let mut days: Vec<(NaiveDate, String)> = Vec::new();
    let mut put = |day: Option<NaiveDate>, why: &str| {
        let Some(day) = day.filter(|day| *day >= start) else {
            return;
        };
        match days.iter_mut().find(|(known, _)| *known == day) {
            Some((_, words)) => *words = format!("{words}, {why}"),
            None => days.push((day, why.to_string())),
        }
    };
    put(terms.iter().map(|line| line.end).min(), "earliest end");
    put(terms.iter().map(|line| line.end).max(), "latest end");
    put(most_value(&terms, quote, rules), "most value");
    for months in [12, 24, 36, 60] {
        put(Some(term_end(start, months)), &format!("{months} months"));
    }
    for end in quarter_ends {
        put(Some(*end), "fiscal quarter end");
    }
    days.sort();
    let candidates = days
        .into_iter()
        .map(|(end, why)| at(quote, end, &why, rules));
    candidates.collect()
}

/// The end that most of the net value has.
fn most_value(terms: &[&QuoteLine], quote: &Quote, rules: &Rules) -> Option<NaiveDate> {
    let mut sums: std::collections::BTreeMap<NaiveDate, Decimal> = Default::default();
    for line in terms {
        let net = price_line(line, quote.currency, rules).extended_net;
        *sums.entry(line.end).or_default() += net.unwrap_or_default();
    }
    let most = sums
        .into_iter()
        .max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(&a.0)));
    most.map(|(end, _)| end)
}

/// The first start and the last end of a quote's lines.
pub fn span(quote: &Quote) -> Option<(NaiveDate, NaiveDate)> {
    let from = quote.lines.iter().map(|line| line.start).min()?;
    let to = quote.lines.iter().map(|line| line.end).max()?;
    Some((from, to))
}

/// The curve of cost over every end between two days, at most `points` of them evenly apart, both ends
/// included.
pub fn curve(
    quote: &Quote,
    (from, to): (NaiveDate, NaiveDate),
    points: usize,
    rules: &Rules,
) -> Vec<Candidate> {
    let span = (to - from).num_days();
    if span < 0 || points == 0 {
        return Vec::new();
    }
    let steps = i64::try_from(points.saturating_sub(1))
        .unwrap_or(1)
        .clamp(1, span.max(1));
    let days = (0..=steps).map(|step| add_days(from, span * step / steps));
    days.map(|day| at(quote, day, "", rules)).collect()
}

/// What lies between the old cover of a line and its new start: the days without cover, and what they
/// would have cost at the line's own net price. Nothing where the new start follows on.
///
/// Cover ended 2026-10-31, new start 2026-12-01: 30 days.
pub fn gap(
    line: &QuoteLine,
    old_end: Option<NaiveDate>,
    quote: &Quote,
    rules: &Rules,
) -> Option<(i64, Option<Decimal>)> {
    let from = old_end?.checked_add_days(Days::new(1))?;
    let to = line.start.checked_sub_days(Days::new(1))?;
    let days = days_inclusive(from, to);
    if days <= 0 || line.kind == LineKind::Asset {
        return None;
    }
    let mut missing = line.clone();
    (missing.start, missing.end) = (from, to);
    missing.licence_days = None;
    let cost = match line.buy {
        crate::domain::quote::BuyDriver::DiscountPct(_) => {
            price_line(&missing, quote.currency, rules).extended_net
        }
        _ => {
            let priced = price_line(line, quote.currency, rules);
            let length = Decimal::from(days_inclusive(line.start, line.end));
            let net = priced.extended_net?.checked_mul(days.into())?;
            net.checked_div(length)
                .map(|cost| quote.currency.round(cost))
        }
    };
    Some((days, cost))
}
