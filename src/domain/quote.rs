//! Quotes: what the rep offers. Only what was typed is kept; every other figure is computed from
//! it by `pricing`, so that a displayed number is never an input.

use super::ids::{AccountId, LineId, QuoteId, QuoteLineId, RenewalId};
use super::line::LineKind;
use super::money::Currency;
use super::portfolio::Portfolio;
use super::price_rule::PricedBy;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A quote over one or more renewals of one customer, in one currency.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Quote {
    /// Identity.
    pub id: QuoteId,
    /// The number people use, `Q-1001`; unique in the book.
    pub number: Arc<str>,
    /// The customer.
    pub account: AccountId,
    /// The renewals it covers, in the order given.
    pub renewals: Vec<RenewalId>,
    /// Currency of every price in it.
    pub currency: Currency,
    /// Counts up with every kept change.
    pub version: u32,
    /// Draft or sent.
    pub status: QuoteStatus,
    /// The day it was made.
    pub created_on: NaiveDate,
    /// Price protection of the supplier's quote, if typed; else made + `rules.quote.valid_days`.
    pub valid_until: Option<NaiveDate>,
    /// The day it went to the customer.
    pub sent_on: Option<NaiveDate>,
    /// Lines in order of position.
    pub lines: Vec<QuoteLine>,
}

/// A quote as it stood when it was named (a scenario) or sent; never changed again.
#[derive(Clone, Debug, PartialEq)]
pub struct QuoteVersion {
    /// Its name: `3-year DNA`, `sent 2026-11-22`.
    pub name: Arc<str>,
    /// The day it was kept.
    pub on: NaiveDate,
    /// The quote's version then.
    pub version: u32,
    /// The quote, with its lines.
    pub quote: Quote,
}

impl Quote {
    /// Where it stands, in words: `draft`, `sent`, or a draft that differs from what was sent.
    pub fn standing(&self) -> &'static str {
        match (self.status, self.sent_on) {
            (QuoteStatus::Sent, _) => "sent",
            (QuoteStatus::Draft, Some(_)) => "draft, changed since sent",
            (QuoteStatus::Draft, None) => "draft",
        }
    }
}

/// How far a quote has gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuoteStatus {
    /// Being worked on.
    Draft,
    /// With the customer.
    Sent,
}

/// The buy-side field typed last; the other buy-side figures follow from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BuyDriver {
    /// Discount off list, in percent.
    DiscountPct(Decimal),
    /// Unit net, typed.
    UnitNet(Decimal),
    /// Net of all units together, typed or spread from a total: exact, the unit is for show.
    ExtendedNet(Decimal),
}

/// The sell-side field typed last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SellDriver {
    /// Margin of the sell price, in percent.
    MarginPct(Decimal),
    /// Markup on the net price, in percent.
    MarkupPct(Decimal),
    /// Unit sell, typed.
    UnitSell(Decimal),
    /// Sell price of all units together, typed or spread from a total: exact, the unit is for show.
    ExtendedSell(Decimal),
}

/// How the price of a part term is found (renewals §1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proration {
    /// (days − 29 Februaries) / 365: services.
    Cisco365Noleap,
    /// days / 365.
    Day365,
    /// Whole months, a part month counts full.
    MonthUp,
    /// Whole months and the rest by its month's days: subscriptions.
    MonthPlusActual,
    /// Whole months and days / 30.
    Month30,
    /// Licences by days of a year of 365; a common end is the weighted average of theirs, and moves the end
    /// without the price.
    MerakiAverage,
    /// Billed from the same day of every month: what comes before the first such day and after the last by
    /// the days of its own period, whole periods between.
    CalendarMonth(u8),
}

impl Proration {
    /// The modes without a day of their own, in the order of their places; behind them stands
    /// [`Proration::CalendarMonth`].
    pub const PLAIN: [Proration; 6] = [
        Proration::Cisco365Noleap,
        Proration::Day365,
        Proration::MonthUp,
        Proration::MonthPlusActual,
        Proration::Month30,
        Proration::MerakiAverage,
    ];

    /// Its place and, of one that has it, the day of the month.
    pub fn code(self) -> (u8, u8) {
        let plain = Proration::PLAIN.iter().zip(0..);
        match self {
            Proration::CalendarMonth(day) => (Proration::PLAIN.len() as u8, day),
            _ => plain
                .filter(|(mode, _)| **mode == self)
                .map(|(_, at)| (at, 0))
                .next()
                .unwrap_or_default(),
        }
    }

    /// The mode of a code; none for a place no mode has.
    pub fn of_code((at, day): (u8, u8)) -> Option<Proration> {
        let at = usize::from(at);
        match at == Proration::PLAIN.len() {
            true => Some(Proration::CalendarMonth(day)),
            false => Proration::PLAIN.get(at).copied(),
        }
    }
}

/// One line of a quote.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct QuoteLine {
    /// Identity.
    pub id: QuoteLineId,
    /// Its number in the quote, from 1; never reused within the quote.
    pub number: u32,
    /// The expiring line it renews; none for an expansion line.
    pub renews: Option<LineId>,
    /// The renewal it belongs to; none for an expansion line that belongs to no renewal.
    pub renewal: Option<RenewalId>,
    /// Service, subscription or asset.
    pub kind: LineKind,
    /// Serial number of the asset.
    pub serial: Option<Arc<str>>,
    /// Product id.
    pub pid: Option<Arc<str>>,
    /// Description.
    pub description: Option<Arc<str>>,
    /// Service SKU.
    pub service_sku: Option<Arc<str>>,
    /// Service level.
    pub service_level: Option<Arc<str>>,
    /// Quantity; 0 keeps the line visible and drops it from the totals.
    pub quantity: Decimal,
    /// List price of one unit for `list_years`; unknown prices stay unknown.
    pub unit_list: Option<Decimal>,
    /// Years the list price is for.
    pub list_years: Decimal,
    /// First covered day.
    pub start: NaiveDate,
    /// Last covered day.
    pub end: NaiveDate,
    /// Buy side.
    pub buy: BuyDriver,
    /// Sell side.
    pub sell: SellDriver,
    /// How the term is prorated.
    pub proration: Proration,
    /// Last date of support of the product, if known: no term may pass it.
    pub ldos: Option<NaiveDate>,
    /// The program cut the generated term at the last date of support.
    pub cut_at_ldos: bool,
    /// The portfolio it counts in.
    pub portfolio: Option<Portfolio>,
    /// Premium service; unknown counts as no.
    pub premium: Option<bool>,
    /// Under an EA or MSLA; unknown counts as no.
    pub ea: Option<bool>,
    /// An AI product; unknown counts as no.
    pub ai: Option<bool>,
    /// The price rule that priced it, and what that said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<PricedBy>,
    /// Days the licences were bought for, where their ends were averaged since: the price goes by these, the
    /// cover by `end`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence_days: Option<u32>,
}
