//! First drafts: from coverage that expires to the quote that renews it.

use super::exact::Product;
use super::term::{factor_of, years_of};
use super::value::mode_for;
use crate::domain::day::{next_day, term_end};
use crate::domain::ids::{AccountId, IdSource, LineId, QuoteId, QuoteLineId, RenewalId};
use crate::domain::line::{Line, LineKind};
use crate::domain::money::{Currency, round_half_up};
use crate::domain::quote::{BuyDriver, Proration, Quote, QuoteLine, QuoteStatus, SellDriver};
use crate::domain::rules::Rules;
use chrono::{Days, NaiveDate};
use rust_decimal::Decimal;
use std::sync::Arc;

/// Decimals kept of a discount that is worked out from a file's net price.
const DISCOUNT_PLACES: u32 = 6;
/// Months up to which an uplift is not capped as multi-year.
const ONE_YEAR: i32 = 12;

/// What a draft may ask for beyond the pack's defaults.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DraftOptions {
    /// Term in months; the pack's otherwise.
    pub term_months: Option<i32>,
    /// Price uplift in percent; none otherwise.
    pub uplift_pct: Option<Decimal>,
}

/// Days no draft may pass.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Last date of support.
    pub ldos: Option<NaiveDate>,
    /// Last day to renew service, by bulletin.
    pub last_renewal: Option<NaiveDate>,
}

/// Why coverage cannot be quoted. Its text is a sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// New cover would start after the last date of support.
    #[error(
        "{what}: the last date of support is {ldos}, no cover can start on {start}; offer its successor."
    )]
    PastLdos {
        /// Serial or product.
        what: Arc<str>,
        /// The last date of support.
        ldos: NaiveDate,
        /// First day of the cover that was asked for.
        start: NaiveDate,
        /// The line.
        line: Option<LineId>,
    },
    /// The bulletin's last day to renew has passed.
    #[error("{what}: service could be renewed until {last}; offer its successor.")]
    PastLastRenewal {
        /// Serial or product.
        what: Arc<str>,
        /// Last day to renew.
        last: NaiveDate,
        /// The line.
        line: Option<LineId>,
    },
    /// The last day to attach service to bare gear has passed.
    #[error("{what}: service could be attached until {last}; offer its successor.")]
    PastLastAttach {
        /// Serial or product.
        what: Arc<str>,
        /// Last day to attach.
        last: NaiveDate,
        /// The line.
        line: Option<LineId>,
    },
    /// The line is nothing to renew: terminated, replaced, renewed already, or no service at all.
    #[error("{what}: {reason}.")]
    NotRenewable {
        /// Serial or product.
        what: Arc<str>,
        /// Why, a clause.
        reason: String,
        /// The line.
        line: Option<LineId>,
    },
}

impl Refusal {
    /// The refusal as a sentence.
    pub fn sentence(&self) -> String {
        self.to_string()
    }

    /// The line it is about.
    pub fn line(&self) -> Option<LineId> {
        match self {
            Refusal::PastLdos { line, .. }
            | Refusal::PastLastRenewal { line, .. }
            | Refusal::PastLastAttach { line, .. }
            | Refusal::NotRenewable { line, .. } => *line,
        }
    }
}

/// A line's serial number, product or SKU, whichever is known first.
pub fn name_of(line: &Line) -> Arc<str> {
    [
        &line.serial,
        &line.pid,
        &line.service_sku,
        &line.description,
    ]
    .into_iter()
    .find_map(|text| text.clone())
    .unwrap_or_else(|| "a line without serial and product".into())
}

/// The quote line that renews one coverage line: starts the day after its end (today once grace is
/// over or where no end is known), runs the asked months, is cut and marked at the last date of
/// support; list price and discount from the file, margin from the pack.
///
/// The quote line belongs to no renewal yet; [`draft_quote`] says to which. Fails when the cover
/// could only start past the last date of support, or when the line is nothing to renew.
pub fn draft_line(
    line: &Line,
    number: u32,
    id: QuoteLineId,
    today: NaiveDate,
    rules: &Rules,
    ldos: Option<NaiveDate>,
    options: &DraftOptions,
) -> Result<QuoteLine, Refusal> {
    let limits = Limits {
        ldos,
        last_renewal: None,
    };
    draft_within(line, number, id, today, rules, limits, options)
}

/// As [`draft_line`], refusing also past the last day to renew by bulletin.
pub fn draft_within(
    line: &Line,
    number: u32,
    id: QuoteLineId,
    today: NaiveDate,
    rules: &Rules,
    limits: Limits,
    options: &DraftOptions,
) -> Result<QuoteLine, Refusal> {
    renewable(line, today, limits)?;
    let start = start_of(line, today, rules);
    let months = options
        .term_months
        .unwrap_or(rules.quote.term_months)
        .max(1);
    let asked = term_end(start, months);
    if let Some(ldos) = limits.ldos.filter(|ldos| start > *ldos) {
        return Err(Refusal::PastLdos {
            what: name_of(line),
            ldos,
            start,
            line: Some(line.id),
        });
    }
    let end = limits.ldos.map_or(asked, |ldos| asked.min(ldos));
    let mut made = QuoteLine {
        id,
        number,
        renews: Some(line.id),
        renewal: None,
        kind: line.kind,
        serial: line.serial.clone(),
        pid: line.pid.clone(),
        description: line.description.clone(),
        service_sku: line.service_sku.clone(),
        service_level: line.service_level.clone(),
        // What the customer does not want stays in sight and counts in no total.
        quantity: match line.customer_renew {
            Some(false) => Decimal::ZERO,
            _ => line.quantity,
        },
        unit_list: line.unit_list,
        list_years: line.list_years,
        start,
        end,
        buy: BuyDriver::DiscountPct(Decimal::ZERO),
        sell: SellDriver::MarginPct(rules.quote.margin_pct),
        proration: mode_of_line(line, rules),
        ldos: limits.ldos,
        cut_at_ldos: end < asked,
        portfolio: line.portfolio().cloned(),
        premium: line.premium,
        ea: line.ea,
        ai: line.ai,
        rule: None,
        licence_days: None,
    };
    made.buy = buy_side(line, &made, rules);
    if let Some(uplift) = options.uplift_pct {
        made.buy = uplifted(made.buy, uplift, months, line.currency, rules);
    }
    Ok(made)
}

/// How a line's offer is prorated.
fn mode_of_line(line: &Line, rules: &Rules) -> Proration {
    let products = [line.pid.as_deref(), line.service_sku.as_deref()];
    mode_for(line.kind, products, rules)
}

fn renewable(line: &Line, today: NaiveDate, limits: Limits) -> Result<(), Refusal> {
    let refuse = |reason: String| {
        Err(Refusal::NotRenewable {
            what: name_of(line),
            reason,
            line: Some(line.id),
        })
    };
    if let Some(day) = line.terminated {
        return refuse(format!("terminated on {day}"));
    }
    if let Some(other) = &line.replaced_by {
        return refuse(format!("replaced by {other}"));
    }
    if let Some(other) = &line.renewed_to {
        return refuse(format!("renewed already, as {other}"));
    }
    if matches!(line.kind, LineKind::Asset | LineKind::Wrapper) {
        return refuse("no service or subscription is on it".to_string());
    }
    match limits.last_renewal.filter(|last| today > *last) {
        Some(last) => Err(Refusal::PastLastRenewal {
            what: name_of(line),
            last,
            line: Some(line.id),
        }),
        None => Ok(()),
    }
}

/// The first day of the cover that follows a line: the day after its end, also when that has
/// passed but grace still runs (and the pack lets it be back-dated); otherwise today.
pub fn start_of(line: &Line, today: NaiveDate, rules: &Rules) -> NaiveDate {
    let Some(end) = line.end else { return today };
    let grace = match line.kind {
        LineKind::Subscription => rules.lapse.subscription_grace_days,
        _ => rules.lapse.grace_days,
    };
    let last = end
        .checked_add_days(Days::new(grace.unsigned_abs()))
        .unwrap_or(NaiveDate::MAX);
    let lapsed = today > last || (today > end && !rules.lapse.backdate);
    if lapsed { today } else { next_day(end) }
}

/// What a line's file says of the buying price of the quote line that renews it: the discount of
/// the file; else the one its net price amounts to; else, where only a net price is known, that
/// price at the same yearly rate over the quote line's term; else no discount.
pub fn buy_side(line: &Line, made: &QuoteLine, rules: &Rules) -> BuyDriver {
    if let Some(pct) = line.discount_pct {
        return BuyDriver::DiscountPct(pct);
    }
    if let Some(pct) = file_discount(line, rules) {
        return BuyDriver::DiscountPct(pct);
    }
    let carried = || {
        let (start, end) = (line.start?, line.end?);
        let old = years_of(start, end, made.proration);
        let new = years_of(made.start, made.end, made.proration);
        Product::of(line.extended_net?)
            .times(new.numerator.into())
            .times(old.denominator.into())
            .over(new.denominator.into())
            .over(old.numerator.into())
            .over(line.quantity)
            .round(places(line.currency))
    };
    match (line.unit_list, carried()) {
        (None, Some(net)) => BuyDriver::UnitNet(net),
        _ => BuyDriver::DiscountPct(Decimal::ZERO),
    }
}

/// The discount a file's net price amounts to: `100 × (1 − unit net / prorated unit list)`, half up
/// to six places of a percent. 62.50 for a list of 100.00 over the year is 37.5.
pub fn file_discount(line: &Line, rules: &Rules) -> Option<Decimal> {
    let years = years_of(line.start?, line.end?, mode_of_line(line, rules));
    let factor = factor_of(years, line.list_years);
    let list = Product::of(line.unit_list?)
        .times(factor.numerator.into())
        .over(factor.denominator.into())
        .round(places(line.currency))?;
    let whole = list.checked_mul(line.quantity)?;
    Product::of(whole - line.extended_net?)
        .times(Decimal::ONE_HUNDRED)
        .over(whole)
        .round(DISCOUNT_PLACES)
        .map(|pct| pct.normalize())
}

fn places(currency: Option<Currency>) -> u32 {
    currency.map_or(2, |currency| currency.minor_units())
}

/// Raises the buying price: net × (1 + uplift), for more than a year at most by the pack's cap. A
/// discount stays a discount, so that later dates still move the price: 38,400 × 1.05 is 40,320
/// (R33). Where the price would pass list, the discount shown becomes negative.
fn uplifted(
    buy: BuyDriver,
    uplift: Decimal,
    months: i32,
    currency: Option<Currency>,
    rules: &Rules,
) -> BuyDriver {
    let hundred = Decimal::ONE_HUNDRED;
    let uplift = if months > ONE_YEAR {
        uplift.min(rules.uplift.multi_year_cap_pct)
    } else {
        uplift
    };
    let raised = |amount: Decimal| amount * (hundred + uplift) / hundred;
    match buy {
        BuyDriver::DiscountPct(pct) => {
            let pct = hundred - raised(hundred - pct);
            BuyDriver::DiscountPct(round_half_up(pct, DISCOUNT_PLACES + 2).normalize())
        }
        BuyDriver::UnitNet(net) => BuyDriver::UnitNet(round_half_up(raised(net), places(currency))),
        BuyDriver::ExtendedNet(net) => {
            BuyDriver::ExtendedNet(round_half_up(raised(net), places(currency)))
        }
    }
}

/// A quote line at a price so many percent above the one it has, for more than a year at most by the
/// pack's cap. 38,400.00 quoted and raised by 3 % is 39,552.00. The sell side follows as it is
/// driven.
pub fn raised(line: &QuoteLine, percent: Decimal, currency: Currency, rules: &Rules) -> QuoteLine {
    let months = if line.end > term_end(line.start, ONE_YEAR) {
        ONE_YEAR + 1
    } else {
        ONE_YEAR
    };
    QuoteLine {
        buy: uplifted(line.buy, percent, months, Some(currency), rules),
        ..line.clone()
    }
}

/// A renewal to quote and its lines with their limits.
#[derive(Clone, Debug)]
pub struct Expiring {
    /// The renewal.
    pub renewal: RenewalId,
    /// The customer.
    pub account: AccountId,
    /// Currency of its prices; none when no line has a price.
    pub currency: Option<Currency>,
    /// Its open lines.
    pub lines: Vec<(Line, Limits)>,
}

/// A drafted quote and what could not go into it.
#[derive(Clone, Debug, PartialEq)]
pub struct Drafted {
    /// The quote; its number is empty, the book gives it one.
    pub quote: Quote,
    /// Lines left out, each with its reason.
    pub refused: Vec<Refusal>,
}

/// Renewals that cannot share a quote.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DraftError {
    /// None was given.
    #[error("There is no renewal to quote: mark one first.")]
    Nothing,
    /// A quote has one currency.
    #[error("A quote has one currency: {0} and {1} need a quote each.")]
    Currencies(Currency, Currency),
    /// Prices whose currency nobody has said.
    #[error(
        "The prices of this renewal have no currency: import its file again with a --map file that says currency = \"USD\" (or whichever it is)."
    )]
    NoCurrency,
    /// A quote has one customer.
    #[error("A quote has one customer: make one for each of the marked customers.")]
    Customers,
}

/// A quote over renewals of one customer and one currency: one line per coverage line, in the order
/// given, numbered from 1. Where no renewal has a price the quote is in US dollars.
pub fn draft_quote(
    renewals: &[Expiring],
    ids: &mut dyn IdSource,
    today: NaiveDate,
    rules: &Rules,
    options: &DraftOptions,
) -> Result<Drafted, DraftError> {
    let first = renewals.first().ok_or(DraftError::Nothing)?;
    let mut currency: Option<Currency> = None;
    for renewal in renewals {
        if renewal.account != first.account {
            return Err(DraftError::Customers);
        }
        let bare = |line: &Line| line.currency.is_none() && line.has_price();
        if renewal.currency.is_none() && renewal.lines.iter().any(|(line, _)| bare(line)) {
            return Err(DraftError::NoCurrency);
        }
        match (currency, renewal.currency) {
            (Some(a), Some(b)) if a != b => return Err(DraftError::Currencies(a, b)),
            (None, known) => currency = known,
            _ => {}
        }
    }
    let mut quote = Quote {
        id: QuoteId(ids.next()),
        number: "".into(),
        account: first.account,
        renewals: Vec::new(),
        currency: currency.unwrap_or(Currency::USD),
        version: 1,
        status: QuoteStatus::Draft,
        created_on: today,
        valid_until: None,
        sent_on: None,
        lines: Vec::new(),
    };
    let mut refused = Vec::new();
    let mut number = 1;
    for renewal in renewals {
        quote.renewals.push(renewal.renewal);
        for (line, limits) in &renewal.lines {
            let id = QuoteLineId(ids.next());
            match draft_within(line, number, id, today, rules, *limits, options) {
                Ok(mut made) => {
                    made.renewal = Some(renewal.renewal);
                    quote.lines.push(made);
                    number += 1;
                }
                Err(refusal) => refused.push(refusal),
            }
        }
    }
    Ok(Drafted { quote, refused })
}
