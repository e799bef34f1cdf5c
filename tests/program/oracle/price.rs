//! What a line is worth: terms, list, net, TCV, ACV and run-rate by their definitions.

use super::{Number, number};
use chrono::{Datelike, Days, Months, NaiveDate};
use num_traits::Signed;
use renewdesk::domain::line::{Line, LineKind};
use renewdesk::domain::money::Currency;
use renewdesk::domain::quote::{BuyDriver, Proration, QuoteLine};

/// N, T and V of a line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Worth {
    pub run_rate: Number,
    pub tcv: Number,
    pub acv: Number,
}

/// Decimals of a currency.
pub fn places(currency: Option<Currency>) -> u32 {
    match currency.map(|c| c.to_string()).as_deref() {
        Some("JPY" | "KRW") => 0,
        Some("KWD") => 3,
        _ => 2,
    }
}

/// Half away from zero.
pub fn round(amount: Number, places: u32) -> Number {
    let up = Number::from_integer(10i128.pow(places));
    let half = Number::new(1, 2);
    let magnitude = (amount.abs() * up + half).floor() / up;
    if amount.is_negative() {
        -magnitude
    } else {
        magnitude
    }
}

/// Days of a term, the first and the last included, with or without 29 February.
fn days(start: NaiveDate, end: NaiveDate, leap_days_count: bool) -> i128 {
    let all = i128::from((end - start).num_days() + 1);
    let leap_days = (start.year()..=end.year())
        .filter_map(|year| NaiveDate::from_ymd_opt(year, 2, 29))
        .filter(|day| start <= *day && *day <= end);
    if leap_days_count {
        all
    } else {
        all - leap_days.count() as i128
    }
}

/// Length in years, whatever the line is priced by.
fn years(start: NaiveDate, end: NaiveDate) -> Number {
    Number::new(days(start, end, false), 365)
}

fn month_later(start: NaiveDate, months: u32) -> NaiveDate {
    start.checked_add_months(Months::new(months)).unwrap()
}

/// Every day is worth its share of the bill it is on.
fn billed_months(start: NaiveDate, end: NaiveDate, cycle: u8) -> Number {
    let begins = |day: NaiveDate| {
        let next = day + Days::new(1);
        let ends_month = next.day() == 1;
        day.day() == u32::from(cycle) || (ends_month && day.day() < u32::from(cycle))
    };
    let days = start.iter_days().take_while(|day| *day <= end);
    let share = |day: NaiveDate| {
        let from = std::iter::successors(Some(day), |day| day.pred_opt());
        let from = from.into_iter().find(|day| begins(*day)).unwrap();
        let to = (day + Days::new(1))
            .iter_days()
            .find(|day| begins(*day))
            .unwrap();
        Number::new(1, (to - from).num_days().into())
    };
    days.map(share)
        .fold(Number::from_integer(0), |sum, part| sum + part)
}

/// Years the price is made by.
fn priced_years(line: &QuoteLine) -> Number {
    let stop = line.end + Days::new(1);
    let mut full = 0;
    while month_later(line.start, full + 1) <= stop {
        full += 1;
    }
    let rest = (stop - month_later(line.start, full)).num_days();
    let length = (month_later(line.start, full + 1) - month_later(line.start, full)).num_days();
    let full = Number::from_integer(full.into());
    let months = match line.proration {
        Proration::Cisco365Noleap => return years(line.start, line.end),
        Proration::MerakiAverage => {
            let bought = line.licence_days.map(i128::from);
            let bought = bought.map(|days| Number::new(days, 365));
            return bought.unwrap_or_else(|| years(line.start, line.end));
        }
        Proration::Day365 => return Number::new(days(line.start, line.end, true), 365),
        Proration::MonthUp => full + Number::from_integer(i128::from(rest > 0)),
        Proration::MonthPlusActual => full + Number::new(rest.into(), length.into()),
        Proration::Month30 => full + Number::new(rest.min(30).into(), 30),
        Proration::CalendarMonth(cycle) => billed_months(line.start, line.end, cycle),
    };
    months / Number::from_integer(12)
}

/// The worth of a quote line in its currency; none where no price is known.
pub fn quoted(line: &QuoteLine, currency: Currency) -> Option<Worth> {
    let places = places(Some(currency));
    let factor = priced_years(line) / number(line.list_years);
    let list = line
        .unit_list
        .map(|list| round(number(list) * factor, places));
    let net = match line.buy {
        BuyDriver::DiscountPct(off) => {
            let keeps =
                number(rust_decimal::Decimal::ONE_HUNDRED - off) / Number::from_integer(100);
            round(list? * keeps, places)
        }
        BuyDriver::UnitNet(net) => round(number(net), places),
        BuyDriver::ExtendedNet(all) => number(all),
    };
    let tcv = match line.buy {
        // a line without units costs nothing, whatever was typed for all of them
        BuyDriver::ExtendedNet(_) if line.quantity.is_zero() => number(line.quantity),
        BuyDriver::ExtendedNet(_) => round(net, places),
        _ => round(net * number(line.quantity), places),
    };
    let years = years(line.start, line.end);
    let one = Number::from_integer(1);
    Some(Worth {
        run_rate: round(tcv / years, places),
        tcv,
        acv: round(tcv / years.max(one), places),
    })
}

/// D: what an expiring line is worth a year. Net to Cisco over its term; without net the list.
pub fn due(line: &Line) -> Option<Number> {
    let places = places(line.currency);
    if !matches!(line.kind, LineKind::Service | LineKind::Subscription) {
        return None;
    }
    let net = || {
        let years = years(line.start?, line.end?);
        Some(round(number(line.extended_net?) / years, places))
    };
    let list = || {
        let a_year = number(line.unit_list?) * number(line.quantity) / number(line.list_years);
        Some(round(a_year, places))
    };
    net().or_else(list)
}
