//! One line from what was typed to every figure, and lines to totals.

use super::edit::Field;
use super::exact::Product;
use super::term::{factor_of, length_of, priced_years};
use super::{Factor, LineWarning, PricedLine, Tally, Totals};
use crate::domain::day::{days_inclusive, leap_days, term_end, whole_months};
use crate::domain::ids::QuoteLineId;
use crate::domain::line::{Line, LineKind};
use crate::domain::money::Currency;
use crate::domain::quote::{BuyDriver, Quote, QuoteLine, SellDriver};
use crate::domain::rules::{RoundingOrder, Rules};
use rust_decimal::Decimal;
use std::collections::HashMap;

const HUNDRED: Decimal = Decimal::ONE_HUNDRED;

/// A unit figure and its extension.
#[derive(Clone, Copy, Default)]
struct Side {
    unit: Option<Decimal>,
    extended: Option<Decimal>,
}

/// What the sides of one line have in common.
struct Rounding {
    places: u32,
    order: RoundingOrder,
    quantity: Decimal,
}

impl Rounding {
    /// Rounds one side. Unit first: the unit is rounded and then multiplied; extend first: the
    /// unrounded chain is multiplied and rounded once, the unit being for show.
    fn side(&self, exact: Product) -> Side {
        let unit = exact.round(self.places);
        let extended = match self.order {
            RoundingOrder::UnitFirst => unit.map(Product::of),
            RoundingOrder::ExtendFirst => Some(exact),
        };
        Side {
            unit,
            extended: extended.and_then(|x| x.times(self.quantity).round(self.places)),
        }
    }

    /// What one unit costs of a price for all of them, exact; nothing of a line without units.
    fn unit_of(&self, all: Decimal) -> Option<Product> {
        let all = Product::of(all).round(self.places)?;
        (!self.quantity.is_zero()).then(|| Product::of(all).over(self.quantity))
    }

    /// A typed price for all units, to the minor unit; a line without units costs nothing.
    fn whole(&self, all: Decimal) -> Option<Decimal> {
        match self.quantity.is_zero() {
            true => Some(Decimal::ZERO),
            false => Product::of(all).round(self.places),
        }
    }

    /// What the next side of the chain starts from.
    fn next(&self, exact: Product, side: Side) -> Option<Product> {
        match self.order {
            RoundingOrder::UnitFirst => side.unit.map(Product::of),
            RoundingOrder::ExtendFirst => Some(exact),
        }
    }
}

/// Prices one line: `list = round(unit list × factor)`, `net = round(list × (1 − discount))`,
/// `sell = round(net / (1 − margin))` or with a markup, or as typed; extended = unit × quantity.
///
/// A price typed for all units stands as it is: 100.00 over 3 units has 33.33 as unit, for show, and
/// 100.00 extended. A margin on such a price is one of the whole: 104.00 for 1,000 units at 3 % sells
/// for 107.22.
///
/// 1,240.00 a year, 2026-12-11 to 2027-12-31, 12 units, discount 37.5 %, margin 12 %: list
/// 1,311.34, net 819.59, extended net 9,835.08, sell 931.35, ACV 9,300.01 (R15). An asset is sold
/// once: no proration, no ACV and no run-rate. Unknown prices stay unknown.
pub fn price_line(line: &QuoteLine, currency: Currency, rules: &Rules) -> PricedLine {
    let (years, factor) = term_of(line);
    let rounding = Rounding {
        places: currency.minor_units(),
        order: rules.rounding,
        quantity: line.quantity,
    };
    let exact_list = line.unit_list.map(|list| {
        Product::of(list)
            .times(factor.numerator.into())
            .over(factor.denominator.into())
    });
    let list = exact_list.map(|x| rounding.side(x)).unwrap_or_default();
    let from_list = exact_list.and_then(|x| rounding.next(x, list));
    let (net, from_net) = net_side(line, from_list, &rounding);
    let sell = sell_side(line, net, from_net, &rounding);
    let (acv, run_rate) = yearly(line.kind, net.extended, years, rounding.places);
    let whole = matches!(line.sell, SellDriver::ExtendedSell(_))
        || matches!(line.buy, BuyDriver::ExtendedNet(_));
    let of = match whole {
        true => (net.extended, sell.extended),
        false => (net.unit, sell.unit),
    };
    let mut priced = PricedLine {
        days: days_inclusive(line.start, line.end).max(0),
        leap_days: leap_days(line.start, line.end),
        factor,
        years,
        prorated_list: list.unit,
        extended_list: list.extended,
        discount_pct: match line.buy {
            BuyDriver::ExtendedNet(_) => shown_discount(line.buy, list.extended, net.extended),
            _ => shown_discount(line.buy, list.unit, net.unit),
        },
        unit_net: net.unit,
        extended_net: net.extended,
        unit_sell: sell.unit,
        extended_sell: sell.extended,
        margin_pct: shown_margin(line.sell, of.0, of.1),
        markup_pct: shown_markup(line.sell, of.0, of.1),
        tcv: net.extended,
        acv,
        run_rate,
        warnings: Vec::new(),
    };
    priced.warnings = warnings(line, &priced, rules);
    priced
}

/// What the partner pays, and what the sell side starts from.
fn net_side(
    line: &QuoteLine,
    from_list: Option<Product>,
    rounding: &Rounding,
) -> (Side, Option<Product>) {
    let exact = match line.buy {
        BuyDriver::DiscountPct(pct) => from_list.map(|x| x.times(HUNDRED - pct).over(HUNDRED)),
        BuyDriver::UnitNet(net) => currency_amount(net, rounding.places),
        BuyDriver::ExtendedNet(all) => rounding.unit_of(all),
    };
    let mut net = exact.map(|x| rounding.side(x)).unwrap_or_default();
    if let BuyDriver::ExtendedNet(all) = line.buy {
        net.extended = rounding.whole(all);
    }
    (net, exact.and_then(|x| rounding.next(x, net)))
}

/// What the customer pays. The unit of a price for all units is for show, and a percentage of it would be
/// one of a rounded figure: there it is taken of the whole.
fn sell_side(line: &QuoteLine, net: Side, from_net: Option<Product>, rounding: &Rounding) -> Side {
    let of_whole = |all: Option<Decimal>| Side {
        unit: all
            .and_then(|all| rounding.unit_of(all))
            .and_then(|unit| unit.round(rounding.places)),
        extended: all.and_then(|all| rounding.whole(all)),
    };
    let exact = match (line.sell, line.buy) {
        (SellDriver::ExtendedSell(all), _) => return of_whole(Some(all)),
        (SellDriver::UnitSell(sell), _) => currency_amount(sell, rounding.places),
        (_, BuyDriver::ExtendedNet(_)) => {
            let all = net.extended.map(Product::of);
            return of_whole(all.and_then(|all| on_top(line.sell, all)?.round(rounding.places)));
        }
        _ => from_net.and_then(|net| on_top(line.sell, net)),
    };
    exact.map(|x| rounding.side(x)).unwrap_or_default()
}

/// What a percentage of the sell side makes of a net price.
fn on_top(sell: SellDriver, net: Product) -> Option<Product> {
    match sell {
        SellDriver::MarginPct(pct) => Some(net.times(HUNDRED).over(HUNDRED - pct)),
        SellDriver::MarkupPct(pct) => Some(net.times(HUNDRED + pct).over(HUNDRED)),
        SellDriver::UnitSell(_) | SellDriver::ExtendedSell(_) => None,
    }
}

/// A typed amount in minor units; it is rounded before anything is made of it.
fn currency_amount(amount: Decimal, places: u32) -> Option<Product> {
    Product::of(amount).round(places).map(Product::of)
}

/// The length of the term in years and its factor on the list price. The price follows the line's
/// own proration; a year of value is the same year on every line, `(days − 29 Feb) / 365`, so that
/// run-rates of services and subscriptions can be added.
fn term_of(line: &QuoteLine) -> (Factor, Factor) {
    if line.kind == LineKind::Asset {
        let once = Factor {
            numerator: 1,
            denominator: 1,
        };
        return (once, once);
    }
    let priced = priced_years(line);
    (
        length_of(line.start, line.end),
        factor_of(priced, line.list_years),
    )
}

/// ACV = TCV / max(1, years); run-rate = TCV / years. 12,000 a year over 273 days: TCV and ACV
/// 8,975.34, run-rate 12,000.00 (R24).
fn yearly(
    kind: LineKind,
    tcv: Option<Decimal>,
    years: Factor,
    places: u32,
) -> (Option<Decimal>, Option<Decimal>) {
    let Some(tcv) = tcv else { return (None, None) };
    if kind == LineKind::Asset {
        return (Some(Decimal::ZERO), Some(Decimal::ZERO));
    }
    let a_year = Product::of(tcv)
        .times(years.denominator.into())
        .over(years.numerator.into())
        .round(places);
    let acv = if years.numerator > years.denominator {
        a_year
    } else {
        Some(tcv)
    };
    (acv, a_year)
}

pub(super) fn share(part: Decimal, whole: Decimal) -> Option<Decimal> {
    part.checked_mul(HUNDRED)?.checked_div(whole)
}

fn shown_discount(buy: BuyDriver, list: Option<Decimal>, net: Option<Decimal>) -> Option<Decimal> {
    match buy {
        BuyDriver::DiscountPct(pct) => Some(pct),
        BuyDriver::UnitNet(_) | BuyDriver::ExtendedNet(_) => list
            .zip(net)
            .and_then(|(list, net)| share(list - net, list)),
    }
}

fn shown_margin(
    driver: SellDriver,
    net: Option<Decimal>,
    sell: Option<Decimal>,
) -> Option<Decimal> {
    match driver {
        SellDriver::MarginPct(pct) => Some(pct),
        _ => net
            .zip(sell)
            .and_then(|(net, sell)| share(sell - net, sell)),
    }
}

fn shown_markup(
    driver: SellDriver,
    net: Option<Decimal>,
    sell: Option<Decimal>,
) -> Option<Decimal> {
    match driver {
        SellDriver::MarkupPct(pct) => Some(pct),
        _ => net.zip(sell).and_then(|(net, sell)| share(sell - net, net)),
    }
}

fn warnings(line: &QuoteLine, priced: &PricedLine, rules: &Rules) -> Vec<LineWarning> {
    let mut found = Vec::new();
    if line.quantity.is_zero() {
        found.push(LineWarning::Dropped);
    }
    // a price typed for all units is known, also where no unit is left
    let typed = matches!(line.buy, BuyDriver::ExtendedNet(_));
    if priced.unit_net.is_none() && !typed {
        found.push(LineWarning::NoPrice);
    }
    if line.kind != LineKind::Asset {
        let (min, max) = (rules.term.min_months_warn, rules.term.max_months);
        if priced.factor.numerator == 0 {
            found.push(LineWarning::OnlyLeapDay);
        }
        if line.end < term_end(line.start, min) {
            found.push(LineWarning::ShortTerm(min));
        }
        if line.end > term_end(line.start, max) {
            found.push(LineWarning::LongTerm(max));
        }
        if line.cut_at_ldos {
            found.push(LineWarning::CutAtLdos);
        }
    }
    let below = |low: Option<Decimal>, high: Option<Decimal>| {
        low.zip(high).is_some_and(|(low, high)| low < high)
    };
    if below(priced.extended_sell, priced.extended_net) {
        found.push(LineWarning::BelowCost);
    }
    if below(priced.prorated_list, priced.unit_net) {
        found.push(LineWarning::NetAboveList);
    }
    found
}

/// Warnings that need the expiring line beside the quote line: a changed service SKU that still
/// carries the old SKU's list price. Prices of another level are never estimated.
pub fn compared(line: &QuoteLine, expiring: &Line) -> Vec<LineWarning> {
    let same_price = line.unit_list.is_some() && line.unit_list == expiring.unit_list;
    let other_sku = line.service_sku != expiring.service_sku;
    if same_price && other_sku {
        vec![LineWarning::ListOfOldSku]
    } else {
        Vec::new()
    }
}

/// Adds to a priced line what only the expiring line beside it can tell (see [`compared`]); `None`
/// for a line that renews nothing.
pub fn compare_with(line: &QuoteLine, expiring: Option<&Line>, priced: &mut PricedLine) {
    if let Some(expiring) = expiring {
        priced.warnings.extend(compared(line, expiring));
    }
}

/// True for a line whose figures stand in the totals: it was not dropped, and what it costs is known.
pub fn counts(line: &QuoteLine, priced: &PricedLine) -> bool {
    !line.quantity.is_zero() && priced.extended_net.is_some()
}

/// The quote with these lines in the place of those with their ids.
pub fn with_lines(quote: &Quote, lines: &[QuoteLine]) -> Quote {
    let changed: HashMap<QuoteLineId, &QuoteLine> =
        lines.iter().map(|line| (line.id, line)).collect();
    let mut new = quote.clone();
    for line in &mut new.lines {
        if let Some(other) = changed.get(&line.id) {
            line.clone_from(other);
        }
    }
    new
}

/// The number a line has in a field: what was typed, else what follows from it; none where nothing is known
/// or the field takes no number.
pub fn number_of(line: &QuoteLine, priced: &PricedLine, field: Field) -> Option<Decimal> {
    match (field, line.buy, line.sell) {
        (Field::Quantity, ..) => Some(line.quantity),
        (Field::UnitList, ..) => line.unit_list,
        (Field::DiscountPct, BuyDriver::DiscountPct(pct), _) => Some(pct),
        (Field::DiscountPct, ..) => priced.discount_pct,
        (Field::UnitNet, BuyDriver::UnitNet(net), _) => Some(net),
        (Field::UnitNet, ..) => priced.unit_net,
        (Field::ExtendedNet, ..) => priced.extended_net,
        (Field::MarginPct, _, SellDriver::MarginPct(pct)) => Some(pct),
        (Field::MarginPct, ..) => priced.margin_pct,
        (Field::MarkupPct, _, SellDriver::MarkupPct(pct)) => Some(pct),
        (Field::MarkupPct, ..) => priced.markup_pct,
        (Field::UnitSell, _, SellDriver::UnitSell(sell)) => Some(sell),
        (Field::UnitSell, ..) => priced.unit_sell,
        (Field::ExtendedSell, ..) => priced.extended_sell,
        (Field::TermMonths, ..) => whole_months(line.start, line.end).map(Decimal::from),
        _ => None,
    }
}

/// Prices every line of a quote and adds the rounded lines up.
pub fn price_quote(quote: &Quote, rules: &Rules) -> (Vec<PricedLine>, Totals) {
    let priced: Vec<PricedLine> = quote
        .lines
        .iter()
        .map(|line| price_line(line, quote.currency, rules))
        .collect();
    let sums = totals(quote.lines.iter().zip(&priced), quote.currency);
    (priced, sums)
}

/// Sums of rounded lines. A line of quantity 0 counts nowhere; one without a net price counts in
/// `unpriced` only; a discount is shown when every counted line has a list price.
pub fn totals<'a>(
    lines: impl Iterator<Item = (&'a QuoteLine, &'a PricedLine)>,
    currency: Currency,
) -> Totals {
    Tally::of(lines).totals(currency)
}
