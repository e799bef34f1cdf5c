//! What an expiring line is worth a year, and the value available to renew.

use super::exact::Product;
use super::price_rules::like;
use super::term::length_of;
use crate::domain::line::{Line, LineKind};
use crate::domain::quote::Proration;
use crate::domain::renewal::{Atr, Basis};
use crate::domain::rules::{OfferTerm, Rules};
use rust_decimal::Decimal;

/// Decimals of an amount whose file names no currency.
const PLACES_UNKNOWN: u32 = 2;

/// The proration of a kind of line.
pub fn mode_of(kind: LineKind, rules: &Rules) -> Proration {
    match kind {
        LineKind::Subscription => rules.term.subscription,
        _ => rules.term.services,
    }
}

/// The proration of an offer: that of the first pattern of the pack that its product id or service SKU
/// matches, else of its kind. `LIC-ENT-3YR` goes by `meraki_average` where the pack says `LIC-ENT-*YR`.
pub fn mode_for<'t>(
    kind: LineKind,
    products: impl IntoIterator<Item = Option<&'t str>>,
    rules: &Rules,
) -> Proration {
    let products: Vec<&str> = products.into_iter().flatten().collect();
    let fits = |offer: &&OfferTerm| products.iter().any(|text| like(&offer.product, text));
    let own = rules.offer_terms.iter().find(fits);
    own.map_or_else(|| mode_of(kind, rules), |offer| offer.mode)
}

/// The yearly value of a line (D), rounded to its currency's minor unit, and what it rests on.
///
/// Net to Cisco of the file over the line's term: 9,835.08 over 386/365 years is 9,300.01. A file
/// without net, or without the start that makes a term, gives unit list × quantity / list years,
/// basis list; neither gives `None`. Wrappers and bare assets have no value to renew.
pub fn line_run_rate(line: &Line) -> Option<(Decimal, Basis)> {
    if matches!(line.kind, LineKind::Asset | LineKind::Wrapper) {
        return None;
    }
    let places = line
        .currency
        .map_or(PLACES_UNKNOWN, |currency| currency.minor_units());
    let net = || {
        let years = length_of(line.start?, line.end?);
        Product::of(line.extended_net?)
            .times(years.denominator.into())
            .over(years.numerator.into())
            .round(places)
    };
    let list = || {
        Product::of(line.unit_list?)
            .times(line.quantity)
            .over(line.list_years)
            .round(places)
    };
    net()
        .map(|value| (value, Basis::Net))
        .or_else(|| list().map(|value| (value, Basis::List)))
}

/// The value available to renew: the sum of the lines' yearly values, each rounded first.
/// 5,000 + 7,000 + 3,000 is 15,000 (R25). Lines in another currency than the first priced one are
/// left out: amounts of different currencies are never added, and a renewal holds one currency.
/// So are lines without any currency beside lines that have one; alone they add up to an amount
/// without a currency.
pub fn atr<'a>(lines: impl Iterator<Item = &'a Line>) -> Atr {
    let none = Atr {
        amount: None,
        currency: None,
        basis: Basis::None,
    };
    let (mut sum, mut bare) = (none, none);
    for line in lines {
        let Some((value, basis)) = line_run_rate(line) else {
            continue;
        };
        let to = match line.currency {
            Some(_) => &mut sum,
            None => &mut bare,
        };
        if to.currency.is_some() && to.currency != line.currency {
            continue;
        }
        to.amount = Some(to.amount.unwrap_or(Decimal::ZERO).saturating_add(value));
        to.currency = line.currency;
        to.basis = match to.basis {
            Basis::None => basis,
            same if same == basis => same,
            _ => Basis::Mixed,
        };
    }
    if sum.amount.is_none() {
        return bare;
    }
    sum
}
