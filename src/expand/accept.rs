//! From a suggestion to quote lines. Prices come from the book or stay unknown; no line covers
//! anything past its last date of support.

use super::facts::Facts;
use super::ground::Ground;
use super::price::Offer;
use super::taking::Taking;
use super::{Play, Scene, Suggestion};
use crate::catalogue::Catalogue;
use crate::domain::day::term_end;
use crate::domain::ids::{IdSource, QuoteLineId};
use crate::domain::line::{Line, LineKind};
use crate::domain::money::{Currency, round_half_up};
use crate::domain::portfolio::Portfolio;
use crate::domain::price_rule::PriceRules;
use crate::domain::quote::{BuyDriver, QuoteLine, SellDriver};
use crate::domain::rules::Rules;
use crate::domain::snapshot::Snapshot;
use crate::pricing::draft::{DraftOptions, Limits, Refusal, draft_within, name_of};
use crate::pricing::price_rules::{Asked, Sides, price_new};
use crate::pricing::years_of;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The quote lines of an accepted suggestion, numbered from 1 (the caller gives them the next
/// numbers of its quote and, for lines that renew nothing, the renewal they shall belong to).
///
/// Prices are in the currency of `suggestion.value`; a suggestion without a value makes lines
/// without a price, except a win-back, whose own expired lines carry theirs where they are in the currency of
/// the first of them that has one. A coverage gap becomes
/// twelve months of service from today at the sisters' level; a win-back the old line renewed; a
/// refresh one hardware line per successor. Devices that can no longer be served are left out; when
/// none remains, the first refusal is returned.
pub fn accept(
    suggestion: &Suggestion,
    snapshot: &Snapshot,
    rules: &Rules,
    catalogue: &Catalogue,
    today: NaiveDate,
    ids: &mut dyn IdSource,
) -> Result<Vec<QuoteLine>, Refusal> {
    let scene = Scene {
        snapshot,
        rules,
        catalogue,
        today,
    };
    let ground = Ground::of(scene);
    Accepting::new(scene, &ground).lines(suggestion, ids)
}

/// As [`accept`] for many suggestions: what they all ask of the book is looked up once.
pub struct Accepting<'a> {
    facts: Facts<'a>,
    prices: PriceRules,
}

impl<'a> Accepting<'a> {
    /// Over a book that was read before.
    pub fn new(scene: Scene<'a>, ground: &'a Ground) -> Accepting<'a> {
        Accepting {
            facts: Facts::new(scene, ground),
            prices: PriceRules::of(&scene.snapshot.settings),
        }
    }

    /// The lines of one.
    ///
    /// # Errors
    /// As [`accept`].
    pub fn lines(
        &mut self,
        suggestion: &Suggestion,
        ids: &mut dyn IdSource,
    ) -> Result<Vec<QuoteLine>, Refusal> {
        let mut lines = lines_of(suggestion, &mut self.facts, ids)?;
        let (facts, rules) = (&self.facts, &self.prices);
        let of_quote = super::into::currency(suggestion, facts.snapshot);
        let asked = Asked {
            account: suggestion.account,
            supplier: rules.supplier.as_deref(),
            today: facts.today,
        };
        let on = (of_quote.unwrap_or(Currency::USD), facts.today, facts.rules);
        price_new(&mut lines, rules, asked, Sides::BOTH, on);
        Ok(lines)
    }
}

fn lines_of(
    suggestion: &Suggestion,
    facts: &mut Facts<'_>,
    ids: &mut dyn IdSource,
) -> Result<Vec<QuoteLine>, Refusal> {
    facts.turn_to(suggestion.account);
    let currency = suggestion.value.map(|value| value.currency);
    let lines: Vec<Line> = suggestion
        .lines
        .iter()
        .filter_map(|id| facts.snapshot.lines.get(*id))
        .collect();
    let of_quote = super::into::currency(suggestion, facts.snapshot);
    let results: Vec<Result<QuoteLine, Refusal>> = match suggestion.play {
        Play::LdosRefresh => successors(facts, &lines, currency, ids),
        Play::CoverageGap | Play::Takeover => lines
            .iter()
            .map(|line| cover(facts, line, QuoteLineId(ids.next())))
            .collect(),
        Play::LapsedWinBack => lines
            .iter()
            .map(|line| renew(facts, line, of_quote, QuoteLineId(ids.next())))
            .collect(),
        Play::WindowClosing | Play::MultiYear | Play::TierUplift | Play::Attach => {
            let mut taking = Taking {
                play: suggestion.play,
                currency,
            };
            let lines = lines.iter();
            lines.map(|line| taking.line(facts, line, ids)).collect()
        }
        Play::AdoptionStalled | Play::CoTerm | Play::Whitespace => {
            return Err(Refusal::NotRenewable {
                what: suggestion.family.as_str().into(),
                reason: "it brings no quote line; accept it as a task on a renewal".to_string(),
                line: None,
            });
        }
    };
    let mut first_refusal = None;
    let mut made = Vec::new();
    for result in results {
        match result {
            Ok(mut line) => {
                line.number = u32::try_from(made.len() + 1).unwrap_or(u32::MAX);
                made.push(line);
            }
            Err(refusal) => first_refusal = first_refusal.or(Some(refusal)),
        }
    }
    if made.is_empty() {
        return Err(first_refusal.unwrap_or(Refusal::NotRenewable {
            what: suggestion.family.as_str().into(),
            reason: "its lines are no longer in the book".to_string(),
            line: None,
        }));
    }
    Ok(made)
}

pub(super) fn limits(facts: &mut Facts<'_>, line: &Line) -> Limits {
    let dates = facts.dates(line);
    Limits {
        ldos: dates.ldos.as_ref().map(|found| found.date),
        last_renewal: dates.last_renewal.as_ref().map(|found| found.date),
    }
}

/// The expired line renewed from today; without its price where that is in another currency.
fn renew(
    facts: &mut Facts<'_>,
    line: &Line,
    currency: Option<Currency>,
    id: QuoteLineId,
) -> Result<QuoteLine, Refusal> {
    let limits = limits(facts, line);
    attachable(facts, line)?;
    let options = DraftOptions::default();
    let mut made = draft_within(line, 1, id, facts.today, facts.rules, limits, &options)?;
    made.renewal = facts.renewal_of(line);
    if line.currency.is_some() && line.currency != currency {
        made.unit_list = None;
        made.buy = BuyDriver::DiscountPct(Decimal::ZERO);
    }
    Ok(made)
}

fn attachable(facts: &mut Facts<'_>, line: &Line) -> Result<(), Refusal> {
    let dates = facts.dates(line);
    let last = dates.last_attach.as_ref().map(|found| found.date);
    match last.filter(|last| *last < facts.today) {
        Some(last) => Err(Refusal::PastLastAttach {
            what: name_of(line),
            last,
            line: Some(line.id),
        }),
        None => Ok(()),
    }
}

/// First-time cover for a bare device: the sisters' SKU where the PID is the same, their level
/// otherwise; the medians of the book.
fn cover(facts: &mut Facts<'_>, line: &Line, id: QuoteLineId) -> Result<QuoteLine, Refusal> {
    attachable(facts, line)?;
    let ldos = limits(facts, line).ldos;
    let start = facts.today;
    if let Some(ldos) = ldos.filter(|ldos| *ldos < start) {
        return Err(Refusal::PastLdos {
            what: name_of(line),
            ldos,
            start,
            line: Some(line.id),
        });
    }
    let asked = term_end(start, facts.rules.quote.term_months);
    let end = ldos.map_or(asked, |ldos| asked.min(ldos));
    let offer = match &line.pid {
        Some(pid) => facts.offer(pid),
        None => None,
    };
    let mut made = blank(facts.rules, line, id, start, end);
    made.kind = LineKind::Service;
    made.ldos = ldos;
    made.cut_at_ldos = end < asked;
    made.portfolio = Some(Portfolio::services());
    if let Some(offer) = offer {
        made.service_sku = offer.like.service_sku.clone().filter(|_| offer.same_pid);
        made.service_level = offer
            .like
            .service_level
            .clone()
            .or_else(|| facts.level_words(&offer.like).map(Arc::from));
        price(&mut made, &offer, facts);
    }
    Ok(made)
}

/// The medians as list price and discount, so that later edits of the dates move the price; a net
/// price for the term where no sister has a list price.
fn price(made: &mut QuoteLine, offer: &Offer, facts: &Facts<'_>) {
    let Some(yearly) = offer.yearly.map(|median| median.amount) else {
        return;
    };
    made.unit_list = offer.list;
    let hundred = Decimal::ONE_HUNDRED;
    let share = offer
        .list
        .and_then(|list| (yearly * hundred).checked_div(list));
    match share {
        Some(_) if offer.listed => {}
        Some(share) => made.buy = BuyDriver::DiscountPct(round_half_up(hundred - share, 6)),
        None => {
            let years = years_of(made.start, made.end, facts.rules.term.services);
            let term = (yearly * Decimal::from(years.numerator))
                .checked_div(Decimal::from(years.denominator));
            let places = facts
                .currency()
                .map_or(2, |currency| currency.minor_units());
            made.buy = BuyDriver::UnitNet(round_half_up(term.unwrap_or(yearly), places));
        }
    }
}

/// One hardware line per successor: the box the book knows for it, or the family by name.
fn successors(
    facts: &mut Facts<'_>,
    lines: &[Line],
    currency: Option<Currency>,
    ids: &mut dyn IdSource,
) -> Vec<Result<QuoteLine, Refusal>> {
    let mut by_name: BTreeMap<Arc<str>, QuoteLine> = BTreeMap::new();
    let mut replaced: BTreeMap<Arc<str>, Vec<Arc<str>>> = BTreeMap::new();
    let mut refused = Vec::new();
    for line in lines {
        let dates = facts.dates(line);
        let Some(successor) = &dates.successor else {
            refused.push(Err(Refusal::NotRenewable {
                what: name_of(line),
                reason: "no successor is recorded; add one to the quote by hand".to_string(),
                line: Some(line.id),
            }));
            continue;
        };
        let old: Arc<str> = line.pid.clone().unwrap_or_else(|| name_of(line));
        let pids = replaced.entry(successor.name.clone()).or_default();
        if !pids.contains(&old) {
            pids.push(old);
        }
        let quantity = line.quantity.max(Decimal::ONE);
        match by_name.get_mut(&successor.name) {
            Some(known) => known.quantity += quantity,
            None => {
                let pid = facts.successor_pid(successor);
                let mut made = blank(
                    facts.rules,
                    line,
                    QuoteLineId(ids.next()),
                    facts.today,
                    facts.today,
                );
                made.kind = LineKind::Asset;
                made.serial = None;
                made.quantity = quantity;
                made.portfolio = pid
                    .as_deref()
                    .and_then(|pid| facts.catalogue.portfolio_of_product(pid))
                    .or_else(|| line.product_portfolio.clone());
                made.unit_list = pid
                    .as_deref()
                    .zip(currency)
                    .and_then(|(pid, currency)| facts.ground.prices.hardware(pid, currency))
                    .map(|median| median.amount);
                made.ldos = pid
                    .as_ref()
                    .and_then(|pid| facts.dates_of_pid(pid).ldos.as_ref().map(|m| m.date));
                made.pid = pid;
                made.description = Some(successor.name.clone());
                by_name.insert(successor.name.clone(), made);
            }
        }
    }
    let made = by_name.into_iter().map(|(name, mut line)| {
        let old = replaced.remove(&name).unwrap_or_default().join(", ");
        line.description = Some(format!("{name}, replaces {old}").into());
        Ok(line)
    });
    made.chain(refused).collect()
}

/// A line for a device with nothing priced yet.
pub(super) fn blank(
    rules: &Rules,
    line: &Line,
    id: QuoteLineId,
    start: NaiveDate,
    end: NaiveDate,
) -> QuoteLine {
    QuoteLine {
        id,
        number: 1,
        renews: None,
        renewal: None,
        kind: LineKind::Service,
        serial: line.serial.clone(),
        pid: line.pid.clone(),
        description: line.description.clone(),
        service_sku: None,
        service_level: None,
        quantity: line.quantity.max(Decimal::ONE),
        unit_list: None,
        list_years: Decimal::ONE,
        start,
        end,
        buy: BuyDriver::DiscountPct(Decimal::ZERO),
        sell: SellDriver::MarginPct(rules.quote.margin_pct),
        proration: rules.term.services,
        ldos: None,
        cut_at_ldos: false,
        portfolio: None,
        premium: None,
        ea: None,
        ai: None,
        rule: None,
        licence_days: None,
    }
}
