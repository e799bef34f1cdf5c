//! The single columns: how ids, texts, decimals, days and closed sets are written. Decimals keep
//! their scale, days are ISO text, closed sets are words a person can read in any SQLite tool. The
//! million rows of `line` are packed instead (see `form`).

use super::error::StoreError;
use super::rows::QuoteVersionId;
use super::table::{Field, Reader, Single, Texts};
use crate::domain::baseline::Typed;
use crate::domain::contract::ContractKind;
use crate::domain::ids::*;
use crate::domain::incentive::{Component, Eligibility, Milestone, RateColumn};
use crate::domain::line::{Coverage, LineKind, Origin};
use crate::domain::money::Currency;
use crate::domain::portfolio::Portfolio;
use crate::domain::quote::{BuyDriver, Proration, QuoteStatus, SellDriver};
use crate::domain::record::StoredScore;
use crate::domain::renewal::{RenewalVersions, Reviewed};
use crate::domain::suggestion::Verdict;
use chrono::{Datelike, NaiveDate};
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rust_decimal::Decimal;
use std::sync::Arc;
use uuid::Uuid;

fn owned(text: String) -> ToSqlOutput<'static> {
    ToSqlOutput::Owned(Value::Text(text))
}

pub(super) fn borrowed(text: &str) -> ToSqlOutput<'_> {
    ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes()))
}

pub(super) fn null() -> ToSqlOutput<'static> {
    ToSqlOutput::Owned(Value::Null)
}

pub(super) fn text_of(cell: ValueRef<'_>) -> Option<&str> {
    std::str::from_utf8(bytes_of(cell)?).ok()
}

/// The bytes of a text, for readers that look at them one by one anyway.
pub(super) fn bytes_of(cell: ValueRef<'_>) -> Option<&[u8]> {
    match cell {
        ValueRef::Text(bytes) => Some(bytes),
        _ => None,
    }
}

macro_rules! id_columns {
    ($($id:ident)+) => {$(
        impl Single for $id {
            fn cell(&self) -> ToSqlOutput<'_> {
                ToSqlOutput::Borrowed(ValueRef::Blob(self.0.as_bytes()))
            }
            fn from_cell(cell: ValueRef<'_>, _: &mut Texts) -> Option<Self> {
                match cell {
                    ValueRef::Blob(bytes) => Uuid::from_slice(bytes).ok().map($id),
                    _ => None,
                }
            }
        }
    )+};
}

id_columns! {
    AccountId SiteId ContractId RenewalId QuoteId QuoteLineId DecisionId AdoptionId
    BaselineId ActivityId BatchId EoxId ViewId QuoteVersionId PackVersionId
    ProjectionId RateId OfferGroupId UseCaseId
}

macro_rules! integer_columns {
    ($($int:ty)+) => {$(
        impl Single for $int {
            fn cell(&self) -> ToSqlOutput<'_> {
                ToSqlOutput::Owned(Value::Integer(i64::try_from(*self).unwrap_or(i64::MAX)))
            }
            fn from_cell(cell: ValueRef<'_>, _: &mut Texts) -> Option<Self> {
                match cell {
                    ValueRef::Integer(n) => <$int>::try_from(n).ok(),
                    _ => None,
                }
            }
        }
    )+};
}

integer_columns! { i64 i32 u32 u64 }

impl Single for LineId {
    fn cell(&self) -> ToSqlOutput<'_> {
        ToSqlOutput::Owned(Value::Integer(self.0.into()))
    }
    fn from_cell(cell: ValueRef<'_>, texts: &mut Texts) -> Option<Self> {
        u32::from_cell(cell, texts).map(LineId)
    }
}

impl Single for bool {
    fn cell(&self) -> ToSqlOutput<'_> {
        ToSqlOutput::Owned(Value::Integer(i64::from(*self)))
    }
    fn from_cell(cell: ValueRef<'_>, _: &mut Texts) -> Option<Self> {
        match cell {
            ValueRef::Integer(0) => Some(false),
            ValueRef::Integer(1) => Some(true),
            _ => None,
        }
    }
}

impl Single for Arc<str> {
    fn cell(&self) -> ToSqlOutput<'_> {
        borrowed(self)
    }
    fn from_cell(cell: ValueRef<'_>, texts: &mut Texts) -> Option<Self> {
        texts.share(bytes_of(cell)?)
    }
}

impl Single for String {
    fn cell(&self) -> ToSqlOutput<'_> {
        borrowed(self)
    }
    fn from_cell(cell: ValueRef<'_>, _: &mut Texts) -> Option<Self> {
        text_of(cell).map(str::to_owned)
    }
}

impl Single for Portfolio {
    fn cell(&self) -> ToSqlOutput<'_> {
        borrowed(&self.0)
    }
    fn from_cell(cell: ValueRef<'_>, texts: &mut Texts) -> Option<Self> {
        texts.share(bytes_of(cell)?).map(Portfolio)
    }
}

impl Single for Currency {
    fn cell(&self) -> ToSqlOutput<'_> {
        borrowed(self.code())
    }
    fn from_cell(cell: ValueRef<'_>, _: &mut Texts) -> Option<Self> {
        text_of(cell).and_then(|text| text.parse().ok())
    }
}

impl Single for Decimal {
    fn cell(&self) -> ToSqlOutput<'_> {
        owned(self.to_string())
    }
    fn from_cell(cell: ValueRef<'_>, _: &mut Texts) -> Option<Self> {
        let bytes = bytes_of(cell)?;
        short_decimal(bytes).or_else(|| Decimal::from_str_exact(text_of(cell)?).ok())
    }
}

/// A plain decimal of up to 18 digits, read without the general parser (a million lines hold five
/// million of them); anything else is left to it.
fn short_decimal(text: &[u8]) -> Option<Decimal> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        rest => (false, rest),
    };
    if digits.is_empty() || digits.len() > 18 {
        return None;
    }
    let (mut value, mut scale, mut point) = (0_i64, 0_u32, false);
    for byte in digits {
        match byte {
            b'0'..=b'9' => {
                value = value * 10 + i64::from(byte - b'0');
                scale += u32::from(point);
            }
            b'.' if !point => point = true,
            _ => return None,
        }
    }
    Some(Decimal::new(if negative { -value } else { value }, scale))
}

impl Single for NaiveDate {
    fn cell(&self) -> ToSqlOutput<'_> {
        owned(iso_day(*self))
    }
    fn from_cell(cell: ValueRef<'_>, _: &mut Texts) -> Option<Self> {
        let bytes = bytes_of(cell)?;
        short_day(bytes).or_else(|| NaiveDate::parse_from_str(text_of(cell)?, "%Y-%m-%d").ok())
    }
}

/// A day as ISO text. Spelled out because a million lines hold four million days.
pub(super) fn iso_day(day: NaiveDate) -> String {
    let (year, month, date) = (day.year(), day.month(), day.day());
    if !(0..=9999).contains(&year) {
        return day.format("%Y-%m-%d").to_string();
    }
    let mut text = String::with_capacity(10);
    let mut push = |value: u32| text.push(char::from_digit(value % 10, 10).unwrap_or('0'));
    let year = year.unsigned_abs();
    [year / 1000, year / 100, year / 10, year]
        .into_iter()
        .for_each(&mut push);
    push_dash_and_two(&mut text, month);
    push_dash_and_two(&mut text, date);
    text
}

fn push_dash_and_two(text: &mut String, value: u32) {
    text.push('-');
    for digit in [value / 10, value] {
        text.push(char::from_digit(digit % 10, 10).unwrap_or('0'));
    }
}

/// `YYYY-MM-DD`, the form every day is written in unless its year has other than four digits.
fn short_day(text: &[u8]) -> Option<NaiveDate> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text else {
        return None;
    };
    let mut values = [0_u32; 8];
    for (value, byte) in values.iter_mut().zip([y1, y2, y3, y4, m1, m2, d1, d2]) {
        if !byte.is_ascii_digit() {
            return None;
        }
        *value = u32::from(byte - b'0');
    }
    let [y1, y2, y3, y4, m1, m2, d1, d2] = values;
    let year = i32::try_from(y1 * 1000 + y2 * 100 + y3 * 10 + y4).ok()?;
    NaiveDate::from_ymd_opt(year, m1 * 10 + m2, d1 * 10 + d2)
}

/// A closed set with its words, in the order their places count in packed columns.
pub(super) trait Closed: Sized + Copy + PartialEq + 'static {
    /// The words.
    const WORDS: &'static [&'static str];
    /// The values, in the same order.
    const ALL: &'static [Self];
    /// The place of a value.
    fn place(self) -> i64 {
        let at = Self::ALL.iter().position(|one| *one == self);
        at.unwrap_or(Self::ALL.len()) as i64
    }
}

macro_rules! word_columns {
    ($($set:ident { $($variant:ident = $word:literal),+ $(,)? })+) => {$(
        impl Closed for $set {
            const WORDS: &'static [&'static str] = &[$($word),+];
            const ALL: &'static [Self] = &[$($set::$variant),+];
        }
        impl Single for $set {
            fn cell(&self) -> ToSqlOutput<'_> {
                borrowed(match self { $($set::$variant => $word),+ })
            }
            fn from_cell(cell: ValueRef<'_>, _: &mut Texts) -> Option<Self> {
                let word = bytes_of(cell)?;
                $(if word == $word.as_bytes() {
                    return Some($set::$variant);
                })+
                None
            }
        }
    )+};
}

word_columns! {
    ContractKind { Service = "service", Subscription = "subscription", Quote = "quote" }
    LineKind {
        Service = "service", Subscription = "subscription", Asset = "asset", Wrapper = "wrapper",
    }
    Coverage {
        Covered = "covered", Pending = "pending", Overdue = "overdue", Expired = "expired",
        Terminated = "terminated", NotCovered = "not_covered", Masked = "masked",
        Unknown = "unknown",
    }
    QuoteStatus { Draft = "draft", Sent = "sent" }
    Component {
        Land = "land", Adopt = "adopt", Expand = "expand", Renew = "renew",
        AcvGrowth = "acv_growth", Services = "services", Bonus = "bonus",
    }
    RateColumn { Partner = "partner", Preferred = "preferred" }
    Eligibility {
        Eligible = "eligible", NotEligible = "not_eligible", Completed = "completed",
    }
}

/// The words of the modes of [`Proration::PLAIN`], in their order.
const MODES: [&str; 6] = [
    "cisco365_noleap",
    "day365",
    "month_up",
    "month_plus_actual",
    "month30",
    "meraki_average",
];
/// What the word of a mode with a day of the month begins with.
const CALENDAR_MONTH: &str = "calendar_month_";

impl Single for Proration {
    fn cell(&self) -> ToSqlOutput<'_> {
        let (at, day) = self.code();
        match MODES.get(usize::from(at)) {
            Some(word) => borrowed(word),
            None => owned(format!("{CALENDAR_MONTH}{day}")),
        }
    }
    fn from_cell(cell: ValueRef<'_>, _: &mut Texts) -> Option<Self> {
        let word = text_of(cell)?;
        if let Some(day) = word.strip_prefix(CALENDAR_MONTH) {
            return Some(Proration::CalendarMonth(day.parse().ok()?));
        }
        let at = MODES.iter().position(|known| *known == word)?;
        Proration::PLAIN.get(at).copied()
    }
}

macro_rules! list_columns {
    ($($list:ty)+) => {$(
        impl Single for $list {
            fn cell(&self) -> ToSqlOutput<'_> {
                owned(serde_json::to_string(self).unwrap_or_default())
            }
            fn from_cell(cell: ValueRef<'_>, _: &mut Texts) -> Option<Self> {
                serde_json::from_str(text_of(cell)?).ok()
            }
        }
    )+};
}

list_columns! { Vec<Arc<str>> Vec<RenewalId> Vec<Milestone> Vec<StoredScore> }

impl Field for Option<Origin> {
    fn put<'a>(&'a self, out: &mut Vec<ToSqlOutput<'a>>) {
        match self {
            Some(origin) => out.extend([origin.batch.cell(), origin.row.cell()]),
            None => out.extend([null(), null()]),
        }
    }
    fn take(row: &mut Reader<'_, '_, '_>) -> Result<Self, StoreError> {
        let batch: Option<BatchId> = row.next()?;
        let at: Option<u32> = row.next()?;
        Ok(batch.zip(at).map(|(batch, row)| Origin { batch, row }))
    }
}

impl Field for Option<Reviewed> {
    fn put<'a>(&'a self, out: &mut Vec<ToSqlOutput<'a>>) {
        match self {
            Some(reviewed) => out.extend([reviewed.on.cell(), reviewed.reasons.cell()]),
            None => out.extend([null(), null()]),
        }
    }
    fn take(row: &mut Reader<'_, '_, '_>) -> Result<Self, StoreError> {
        let on: Option<NaiveDate> = row.next()?;
        let reasons: Option<String> = row.next()?;
        Ok(on
            .zip(reasons)
            .map(|(on, reasons)| Reviewed { on, reasons }))
    }
}

impl Field for Option<Typed> {
    fn put<'a>(&'a self, out: &mut Vec<ToSqlOutput<'a>>) {
        match self {
            Some(typed) => out.extend([typed.by.cell(), typed.on.cell()]),
            None => out.extend([null(), null()]),
        }
    }
    fn take(row: &mut Reader<'_, '_, '_>) -> Result<Self, StoreError> {
        let by: Option<String> = row.next()?;
        let on: Option<NaiveDate> = row.next()?;
        Ok(by.zip(on).map(|(by, on)| Typed { by, on }))
    }
}

impl Field for RenewalVersions {
    fn put<'a>(&'a self, out: &mut Vec<ToSqlOutput<'a>>) {
        out.extend([
            self.stage.cell(),
            self.owner.cell(),
            self.next.cell(),
            self.outlook.cell(),
        ]);
    }
    fn take(row: &mut Reader<'_, '_, '_>) -> Result<Self, StoreError> {
        Ok(RenewalVersions {
            stage: row.next()?,
            owner: row.next()?,
            next: row.next()?,
            outlook: row.next()?,
        })
    }
}

impl Field for [Option<Decimal>; 3] {
    fn put<'a>(&'a self, out: &mut Vec<ToSqlOutput<'a>>) {
        out.extend(self.iter().map(Single::cell));
    }
    fn take(row: &mut Reader<'_, '_, '_>) -> Result<Self, StoreError> {
        Ok([row.next()?, row.next()?, row.next()?])
    }
}

impl Field for BuyDriver {
    fn put<'a>(&'a self, out: &mut Vec<ToSqlOutput<'a>>) {
        let (by, value) = match self {
            BuyDriver::DiscountPct(value) => ("discount_pct", value),
            BuyDriver::UnitNet(value) => ("unit_net", value),
            BuyDriver::ExtendedNet(value) => ("extended_net", value),
        };
        out.extend([borrowed(by), value.cell()]);
    }
    fn take(row: &mut Reader<'_, '_, '_>) -> Result<Self, StoreError> {
        let by: String = row.next()?;
        let make = match by.as_str() {
            "discount_pct" => BuyDriver::DiscountPct,
            "unit_net" => BuyDriver::UnitNet,
            "extended_net" => BuyDriver::ExtendedNet,
            other => return Err(row.damage_here(other)),
        };
        Ok(make(row.next()?))
    }
}

impl Field for SellDriver {
    fn put<'a>(&'a self, out: &mut Vec<ToSqlOutput<'a>>) {
        let (by, value) = match self {
            SellDriver::MarginPct(value) => ("margin_pct", value),
            SellDriver::MarkupPct(value) => ("markup_pct", value),
            SellDriver::UnitSell(value) => ("unit_sell", value),
            SellDriver::ExtendedSell(value) => ("extended_sell", value),
        };
        out.extend([borrowed(by), value.cell()]);
    }
    fn take(row: &mut Reader<'_, '_, '_>) -> Result<Self, StoreError> {
        let by: String = row.next()?;
        let make = match by.as_str() {
            "margin_pct" => SellDriver::MarginPct,
            "markup_pct" => SellDriver::MarkupPct,
            "unit_sell" => SellDriver::UnitSell,
            "extended_sell" => SellDriver::ExtendedSell,
            other => return Err(row.damage_here(other)),
        };
        Ok(make(row.next()?))
    }
}

impl Field for Verdict {
    fn put<'a>(&'a self, out: &mut Vec<ToSqlOutput<'a>>) {
        if let Verdict::Planned { renewal, on } = self {
            // the renewal stands where a reason would: a book of before has no column for it
            let renewal = ToSqlOutput::from(renewal.to_string());
            return out.extend([borrowed("planned"), null(), renewal, on.cell()]);
        }
        out.extend(match self {
            Verdict::Planned { .. } => [null(), null(), null(), null()],
            Verdict::Accepted { quote } => [borrowed("accepted"), quote.cell(), null(), null()],
            Verdict::Dismissed { reason } => [borrowed("dismissed"), null(), reason.cell(), null()],
            Verdict::Snoozed { until } => [borrowed("snoozed"), null(), null(), until.cell()],
        });
    }
    fn take(row: &mut Reader<'_, '_, '_>) -> Result<Self, StoreError> {
        let verdict: String = row.next()?;
        let quote: Option<QuoteId> = row.next()?;
        let reason: Option<String> = row.next()?;
        let until: Option<NaiveDate> = row.next()?;
        match (verdict.as_str(), quote, reason, until) {
            ("accepted", Some(quote), ..) => Ok(Verdict::Accepted { quote }),
            ("planned", _, Some(renewal), Some(on)) => match renewal.parse() {
                Ok(renewal) => Ok(Verdict::Planned { renewal, on }),
                Err(_) => Err(row.damage_here(&renewal)),
            },
            ("dismissed", _, Some(reason), _) => Ok(Verdict::Dismissed { reason }),
            ("snoozed", _, _, Some(until)) => Ok(Verdict::Snoozed { until }),
            _ => Err(row.damage_here(&verdict)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_decimals_read_back_as_they_were_written() {
        let mut texts = Texts::new();
        for text in ["0000-01-01", "1999-12-31", "2028-02-29", "9999-12-31"] {
            let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").unwrap();
            assert_eq!(iso_day(day), text);
            assert_eq!(short_day(text.as_bytes()), Some(day));
        }
        for day in [NaiveDate::MIN, NaiveDate::MAX] {
            let written = iso_day(day);
            let cell = ValueRef::Text(written.as_bytes());
            assert_eq!(NaiveDate::from_cell(cell, &mut texts), Some(day));
        }
        for text in [
            "0",
            "-0.50",
            "775.310",
            "79228162514264337593543950335",
            "0.0000000000000000000000000001",
        ] {
            let cell = ValueRef::Text(text.as_bytes());
            let value = Decimal::from_cell(cell, &mut texts).unwrap();
            assert_eq!(value.to_string(), text, "with its scale");
        }
        for bad in [
            "",
            "-",
            "1.2.3",
            "1e5",
            "twelve",
            "2026-13-01",
            "20x6-01-01",
        ] {
            let cell = ValueRef::Text(bad.as_bytes());
            assert_eq!(NaiveDate::from_cell(cell, &mut texts), None, "{bad}");
        }
        for bad in ["", "-", "1.2.3", "twelve"] {
            let cell = ValueRef::Text(bad.as_bytes());
            assert_eq!(Decimal::from_cell(cell, &mut texts), None, "{bad}");
        }
    }
}
