//! The fiscal calendar: which month a day belongs to, where months begin and end, windows of
//! months. Months are rows of the pack, never a formula; this module adds nothing to them.

use crate::domain::day::next_day;
use chrono::NaiveDate;
use std::sync::Arc;

/// One fiscal month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FiscalMonth {
    /// Its code, `FY27M5`.
    pub code: Arc<str>,
    /// Fiscal year, 2027 for FY27.
    pub year: i32,
    /// Month in the fiscal year, 1-12.
    pub number: u32,
    /// First day.
    pub start: NaiveDate,
    /// Last day.
    pub end: NaiveDate,
}

/// Fiscal months in order of time, without gaps.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calendar {
    months: Vec<FiscalMonth>,
}

impl Calendar {
    /// A calendar of months that are in order (the pack's check sees to it).
    pub fn of(months: Vec<FiscalMonth>) -> Calendar {
        Calendar { months }
    }

    /// All months.
    pub fn months(&self) -> &[FiscalMonth] {
        &self.months
    }

    /// The place of the month a day lies in; none outside the rows.
    pub fn position_of(&self, day: NaiveDate) -> Option<usize> {
        let at = self.months.partition_point(|month| month.end < day);
        self.months
            .get(at)
            .filter(|month| month.start <= day)
            .map(|_| at)
    }

    /// The month a day lies in: 2026-11-22 is `FY27M5` (P13).
    pub fn month_of(&self, day: NaiveDate) -> Option<&FiscalMonth> {
        self.position_of(day).and_then(|at| self.months.get(at))
    }

    /// The place of a month by its code.
    pub fn position(&self, code: &str) -> Option<usize> {
        self.months.iter().position(|month| &*month.code == code)
    }

    /// The month at a place.
    pub fn at(&self, position: usize) -> Option<&FiscalMonth> {
        self.months.get(position)
    }

    /// First and last day of a month.
    pub fn bounds(&self, code: &str) -> Option<(NaiveDate, NaiveDate)> {
        self.position(code)
            .and_then(|at| self.months.get(at))
            .map(|month| (month.start, month.end))
    }

    /// First and last day of the window of `n` months that ends with a month, that month
    /// included: W12 of FY27M5 is 2025-12-21 to 2026-12-19 (P14). None where the rows do not
    /// reach so far back.
    pub fn window(&self, code: &str, n: usize) -> Option<(NaiveDate, NaiveDate)> {
        self.window_before(code, n, 0)
    }

    /// The same window moved back by `offset` months: P12 is the window of 12 at offset 12.
    pub fn window_before(
        &self,
        code: &str,
        n: usize,
        offset: usize,
    ) -> Option<(NaiveDate, NaiveDate)> {
        let last = self.position(code)?.checked_sub(offset)?;
        let first = (last + 1).checked_sub(n)?;
        let start = self.months.get(first)?.start;
        let end = self.months.get(last)?.end;
        Some((start, end))
    }

    /// The last days of the fiscal quarters that end between two days, both included, in order.
    pub fn quarter_ends(&self, from: NaiveDate, to: NaiveDate) -> Vec<NaiveDate> {
        let months = self.months().iter();
        let ends = months.filter_map(|month| self.quarter_end(month.end));
        let ends = ends.map(|month| month.end);
        let mut ends: Vec<NaiveDate> = ends.filter(|end| *end >= from && *end <= to).collect();
        ends.sort_unstable();
        ends.dedup();
        ends
    }

    /// The last month of the fiscal quarter a day lies in.
    pub fn quarter_end(&self, day: NaiveDate) -> Option<&FiscalMonth> {
        let month = self.month_of(day)?;
        let last = month.number.div_ceil(3) * 3;
        self.months
            .iter()
            .find(|m| m.year == month.year && m.number == last)
    }

    /// The span the rows cover.
    pub fn span(&self) -> Option<(NaiveDate, NaiveDate)> {
        Some((self.months.first()?.start, self.months.last()?.end))
    }

    /// What is wrong with the rows: each month that ends before it starts, that does not begin the
    /// day after the one before it ends, or that does not follow it by code; with the reason.
    pub fn faults(&self) -> Vec<(&FiscalMonth, String)> {
        let backwards = self
            .months
            .iter()
            .filter(|month| month.end < month.start)
            .map(|month| (month, format!("{} ends before it starts", month.code)));
        let joints = self.months.windows(2).filter_map(|pair| {
            let [before, after] = pair else { return None };
            let follows = if before.number == 12 {
                after.year == before.year + 1 && after.number == 1
            } else {
                after.year == before.year && after.number == before.number + 1
            };
            let reason = if before.code == after.code {
                format!(
                    "{} is there twice for one choice of the extra week",
                    after.code
                )
            } else if !follows {
                format!("{} does not follow {}", after.code, before.code)
            } else if after.start > next_day(before.end) {
                format!(
                    "days between {} and {} are in no month",
                    before.code, after.code
                )
            } else if after.start <= before.end {
                format!("{} begins before {} has ended", after.code, before.code)
            } else {
                return None;
            };
            Some((after, reason))
        });
        backwards.chain(joints).collect()
    }
}

/// Year and month of a code `FY27M5`; none for anything else.
pub fn parse_code(code: &str) -> Option<(i32, u32)> {
    let rest = code.strip_prefix("FY")?;
    let (year, month) = rest.split_once('M')?;
    let digits = |s: &str| !s.is_empty() && s.len() <= 4 && s.bytes().all(|b| b.is_ascii_digit());
    if !digits(year) || !digits(month) {
        return None;
    }
    let year: i32 = year.parse().ok()?;
    let month: u32 = month.parse().ok()?;
    (1..=12).contains(&month).then_some(())?;
    Some((if year < 100 { 2000 + year } else { year }, month))
}

/// The code of a fiscal year and month: 2027 and 5 give `FY27M5`.
pub fn code(year: i32, month: u32) -> Arc<str> {
    format!("FY{:02}M{month}", year.rem_euclid(100)).into()
}

/// The fiscal month a sheet means (decision 17): `YYYYMM` of fiscal year and month, `FYnnMn` (also
/// `FY27 M05`, `FY2027-M5`), or text that starts with a sortable number and has one of them
/// anywhere (`202705 (FY27 M5)`). None for anything else: a person must say.
pub fn parse_month(text: &str) -> Option<Arc<str>> {
    let folded: String = text.trim().to_uppercase();
    named_month(&folded).or_else(|| numbered_month(&folded))
}

/// Finds `FY` year, `M` month with blanks or dashes between.
fn named_month(text: &str) -> Option<Arc<str>> {
    text.match_indices("FY").find_map(|(at, _)| {
        let rest = text.get(at + 2..)?;
        let (year, rest) = leading_number(rest)?;
        let rest = rest.trim_start_matches([' ', '-', '_', '/', '.', ',']);
        let (month, _) = leading_number(rest.strip_prefix('M')?)?;
        let year = if year < 100 { 2000 + year } else { year };
        let valid = (2000..2100).contains(&year) && (1..=12).contains(&month);
        valid.then(|| code(year as i32, month))
    })
}

fn leading_number(text: &str) -> Option<(u32, &str)> {
    let text = text.trim_start_matches(' ');
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (digits, rest) = text.split_at_checked(end)?;
    (!digits.is_empty() && digits.len() <= 4).then_some(())?;
    Some((digits.parse().ok()?, rest))
}

/// Finds a word of six digits `YYYYMM`.
fn numbered_month(text: &str) -> Option<Arc<str>> {
    text.split(|c: char| !c.is_ascii_digit())
        .filter(|word| word.len() == 6)
        .find_map(|word| {
            let (year, month) = word.split_at_checked(4)?;
            let year: i32 = year.parse().ok()?;
            let month: u32 = month.parse().ok()?;
            ((2000..2100).contains(&year) && (1..=12).contains(&month)).then(|| code(year, month))
        })
}
