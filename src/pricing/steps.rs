//! The arithmetic of a line written out, each step with its numbers, its result and its rule, so
//! that anybody can do it again by hand.

use super::{Factor, PricedLine, Step, price_line, priced_years};
use crate::domain::line::LineKind;
use crate::domain::money::Currency;
use crate::domain::quote::{BuyDriver, Proration, QuoteLine, SellDriver};
use crate::domain::rules::{RoundingOrder, Rules};
use rust_decimal::Decimal;
use std::borrow::Cow;

/// A decimal with its thousands in groups of three, as formulas show it: `1240.5` is `1,240.5`.
pub fn grouped(value: Decimal) -> String {
    let plain = value.abs().to_string();
    let (whole, part) = plain.split_once('.').unwrap_or((&plain, ""));
    let mut out = String::new();
    if value.is_sign_negative() && !value.is_zero() {
        out.push('-');
    }
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if !part.is_empty() {
        out.push('.');
        out.push_str(part);
    }
    out
}

fn amount(value: Decimal, currency: Currency) -> String {
    let mut value = value;
    value.rescale(currency.minor_units().max(value.normalize().scale()));
    grouped(value)
}

fn shown(value: Option<Decimal>, currency: Currency) -> String {
    value.map_or_else(|| "unknown".to_string(), |value| amount(value, currency))
}

fn fraction(factor: Factor) -> String {
    format!("{}/{}", factor.numerator, factor.denominator)
}

pub(super) fn step(name: &str, formula: String, result: String, rule: &str) -> Step {
    Step {
        name: name.to_string(),
        formula,
        result,
        rule: rule.to_string(),
    }
}

/// The rule of a proration mode in words.
pub fn proration_words(mode: Proration) -> Cow<'static, str> {
    let plain = match mode {
        Proration::CalendarMonth(day) => {
            return format!(
                "calendar_month: whole months from day {day} on, part months by their own days"
            )
            .into();
        }
        Proration::Cisco365Noleap => {
            "cisco_365_noleap: days without 29 February over 365 (ordering guide of 2015)"
        }
        Proration::Day365 => "day_365: every day over 365",
        Proration::MonthUp => "month_up: whole months, a part month counts full",
        Proration::MonthPlusActual => {
            "month_plus_actual: whole months and the rest by its own month's days (pack default)"
        }
        Proration::Month30 => "month_30: whole months and the rest over 30 days",
        Proration::MerakiAverage => {
            "meraki_average: licence days over a year of 365, 29 February not counted"
        }
    };
    plain.into()
}

/// The rule of a line's priced term in words.
fn term_words(line: &QuoteLine) -> String {
    let words = proration_words(line.proration);
    match (line.proration, line.licence_days) {
        (Proration::MerakiAverage, Some(days)) => {
            let days = grouped(days.into());
            format!("{words}; bought for {days} days, averaging moved the end and not the price")
        }
        _ => words.into_owned(),
    }
}

/// How a line's figures come about, from its days to its run-rate, in the order they are computed.
pub fn steps(line: &QuoteLine, currency: Currency, rules: &Rules) -> Vec<Step> {
    let priced = price_line(line, currency, rules);
    let mut list = term_steps(line, &priced);
    list.extend(price_steps(line, &priced, currency, rules));
    list.extend(value_steps(line, &priced, currency));
    list
}

fn term_steps(line: &QuoteLine, priced: &PricedLine) -> Vec<Step> {
    if line.kind == LineKind::Asset {
        return vec![step(
            "term",
            "sold once".to_string(),
            "1".to_string(),
            "hardware has no term and is not prorated",
        )];
    }
    let term = priced_years(line);
    vec![
        step(
            "days",
            format!("{} … {}, both included", line.start, line.end),
            format!(
                "{} days, {} of them 29 February",
                priced.days, priced.leap_days
            ),
            "the end date is the last covered day",
        ),
        step(
            "priced term",
            fraction(term),
            shown_years(term),
            &term_words(line),
        ),
        step(
            "factor",
            format!(
                "({}) / {} year(s) of list",
                fraction(term),
                line.list_years.normalize()
            ),
            fraction(priced.factor),
            "term over the years of the list price; kept as a fraction, never rounded",
        ),
    ]
}

fn shown_years(years: Factor) -> String {
    Decimal::from(years.numerator)
        .checked_div(Decimal::from(years.denominator))
        .map_or_else(String::new, |y| format!("about {} years", y.round_dp(4)))
}

fn price_steps(
    line: &QuoteLine,
    priced: &PricedLine,
    currency: Currency,
    rules: &Rules,
) -> Vec<Step> {
    let money = |value| shown(value, currency);
    let rounding = match rules.rounding {
        RoundingOrder::UnitFirst => {
            "half up to the minor unit, the unit before × quantity (unit_first)"
        }
        RoundingOrder::ExtendFirst => {
            "half up to the minor unit, once, after × quantity (extend_first)"
        }
    };
    let list = format!("{} × {}", money(line.unit_list), fraction(priced.factor));
    let chain = Chain::of(line, priced, currency, rules, &list);
    vec![
        step("prorated list", list, money(priced.prorated_list), rounding),
        step("unit net", chain.net, money(priced.unit_net), rounding),
        step("unit sell", chain.sell, money(priced.unit_sell), rounding),
        step(
            "extended net",
            chain.extended_net,
            money(priced.extended_net),
            "net to Cisco is what TCV, ACV and the program count",
        ),
        step(
            "extended sell",
            chain.extended_sell,
            money(priced.extended_sell),
            "what the customer pays",
        ),
    ]
}

/// The formulas of both price sides, from what each was really computed from: the rounded unit, the chain
/// that is rounded once, or a price for all units.
struct Chain {
    net: String,
    sell: String,
    extended_net: String,
    extended_sell: String,
}

impl Chain {
    fn of(
        line: &QuoteLine,
        priced: &PricedLine,
        currency: Currency,
        rules: &Rules,
        list: &str,
    ) -> Chain {
        let money = |value| shown(value, currency);
        let quantity = line.quantity.normalize();
        let once = rules.rounding == RoundingOrder::ExtendFirst;
        // what the next figure starts from, and what is extended
        let from = |unit, chain: &str| match once {
            true => chain.to_string(),
            false => money(unit),
        };
        let net = match line.buy {
            BuyDriver::DiscountPct(pct) => format!(
                "{} × (1 − {} %)",
                from(priced.prorated_list, list),
                pct.normalize()
            ),
            BuyDriver::UnitNet(net) => format!("typed {}", amount(net, currency)),
            BuyDriver::ExtendedNet(all) => format!("{} / {quantity}", amount(all, currency)),
        };
        let extended_net = match line.buy {
            BuyDriver::DiscountPct(_) => format!("{} × {quantity}", from(priced.unit_net, &net)),
            BuyDriver::UnitNet(_) => format!("{} × {quantity}", money(priced.unit_net)),
            BuyDriver::ExtendedNet(all) => format!("typed {}", amount(all, currency)),
        };
        // a percentage on a price for all units is one of the whole
        let whole = matches!(line.buy, BuyDriver::ExtendedNet(_));
        let base = match line.buy {
            BuyDriver::DiscountPct(_) => from(priced.unit_net, &net),
            BuyDriver::UnitNet(_) => money(priced.unit_net),
            BuyDriver::ExtendedNet(_) => money(priced.extended_net),
        };
        let on_top = match line.sell {
            SellDriver::MarginPct(pct) => format!("{base} / (1 − {} %)", pct.normalize()),
            SellDriver::MarkupPct(pct) => format!("{base} × (1 + {} %)", pct.normalize()),
            SellDriver::UnitSell(sell) | SellDriver::ExtendedSell(sell) => {
                format!("typed {}", amount(sell, currency))
            }
        };
        let of_all = || format!("{} / {quantity}", money(priced.extended_sell));
        let (sell, extended_sell) = match line.sell {
            SellDriver::ExtendedSell(_) => (of_all(), on_top),
            SellDriver::UnitSell(_) => {
                let extended = format!("{} × {quantity}", money(priced.unit_sell));
                (on_top, extended)
            }
            _ if whole => (of_all(), on_top),
            _ => {
                let extended = format!("{} × {quantity}", from(priced.unit_sell, &on_top));
                (on_top, extended)
            }
        };
        Chain {
            net,
            sell,
            extended_net,
            extended_sell,
        }
    }
}

fn value_steps(line: &QuoteLine, priced: &PricedLine, currency: Currency) -> Vec<Step> {
    let money = |value| shown(value, currency);
    if line.kind == LineKind::Asset {
        return vec![step(
            "TCV",
            money(priced.extended_net),
            money(priced.tcv),
            "a sale without a term has no yearly value",
        )];
    }
    let years = fraction(priced.years);
    vec![
        step(
            "TCV",
            money(priced.extended_net),
            money(priced.tcv),
            "extended net",
        ),
        step(
            "ACV",
            format!("{} / max(1, {years})", money(priced.tcv)),
            money(priced.acv),
            "TCV a year, for terms under a year the TCV itself",
        ),
        step(
            "run-rate",
            format!("{} / ({years})", money(priced.tcv)),
            money(priced.run_rate),
            "TCV over the exact years",
        ),
    ]
}
