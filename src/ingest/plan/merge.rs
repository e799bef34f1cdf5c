//! One row into one line. What the file does not give stays as it was; what the rep typed is never
//! touched; a customer list fills gaps in a vendor's line but overrules nothing.

use super::lately::{Lately, Lies};
use crate::catalogue::{Catalogue, kind_of};
use crate::domain::contract::Contract;
use crate::domain::ids::{AccountId, ContractId, LineId, SiteId};
use crate::domain::line::{Coverage, Line, LineKind};
use crate::domain::money::Currency;
use crate::domain::portfolio::Portfolio;
use crate::domain::snapshot::Snapshot;
use crate::ingest::profile::{bcs_serials, intersight, sn2info, sntc};
use crate::ingest::row::{Field, Values};
use crate::ingest::value::is_masked;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::str::FromStr;
use std::sync::Arc;

/// What the sources write in place of what they hide (formats §4.4).
const CONFIDENTIAL: &str = "Confidential";

/// A row and where it belongs.
pub struct Source<'a> {
    /// The row.
    pub values: &'a Values,
    /// Its contract is hidden.
    pub masked: bool,
    /// What is sold on it.
    pub kind: LineKind,
    /// Contract.
    pub contract: Option<ContractId>,
    /// Customer.
    pub account: AccountId,
    /// Site.
    pub site: Option<SiteId>,
    /// Profile.
    pub format: &'a str,
    /// A customer list against a vendor's line: fills, never overrules.
    pub weak: bool,
}

/// A merged line.
pub struct Merged {
    /// The line as it shall be.
    pub line: Line,
    /// Values of the book that were kept against the file's.
    pub kept: u32,
}

/// What the catalogue says of SKUs and products, asked once each: an export names the same few
/// hundred over and over.
pub struct Portfolios<'a> {
    catalogue: &'a Catalogue,
    known: HashMap<Sold, Found>,
    lately: Lately<Sold, Found>,
    services: Lately<Arc<str>, bool>,
}

/// What is sold: SKU, product, kind.
type Sold = (Option<Arc<str>>, Option<Arc<str>>, LineKind);

/// The portfolio of a line, and that of its product.
type Found = (Option<Portfolio>, Option<Portfolio>);

impl Lies for Sold {
    fn place(&self) -> usize {
        self.0.place().rotate_left(7) ^ self.1.place() ^ (self.2 as usize) << 4
    }

    fn is(&self, other: &Self) -> bool {
        self.0.is(&other.0) && self.1.is(&other.1) && self.2 == other.2
    }
}

impl<'a> Portfolios<'a> {
    /// None asked for yet.
    pub fn of(catalogue: &'a Catalogue) -> Portfolios<'a> {
        Portfolios {
            catalogue,
            known: HashMap::new(),
            lately: Lately::new(),
            services: Lately::new(),
        }
    }

    /// Sets both portfolios of a line from what is sold on it.
    pub fn set(&mut self, line: &mut Line) {
        let sold = (line.service_sku.clone(), line.pid.clone(), line.kind);
        let (catalogue, known) = (self.catalogue, &mut self.known);
        let found = self.lately.of(sold, |sold| {
            let ask = |(sku, pid, kind): &Sold| {
                catalogue.portfolio_of_line(sku.as_deref(), pid.as_deref(), *kind)
            };
            known.entry(sold.clone()).or_insert_with_key(ask).clone()
        });
        let (own, product) = found.map_or((&None, &None), |(own, product)| (own, product));
        line.portfolio.clone_from(own);
        line.product_portfolio.clone_from(product);
    }

    /// True for a support SKU with a code the catalogue does not have.
    pub fn is_unknown_service(&mut self, sku: &Arc<str>) -> bool {
        let catalogue = self.catalogue;
        let unknown = self.services.of(sku.clone(), |sku| {
            let head = sku.get(..4);
            head.is_some_and(|head| head.eq_ignore_ascii_case("CON-"))
                && catalogue.service_level(sku).is_none()
        });
        unknown.copied().unwrap_or(false)
    }
}

/// True for the list of assets without cover.
pub fn is_gap_list(format: &str) -> bool {
    format == sntc::NOT_COVERED.id
}

/// True for the list of what a collector found, which knows nothing of cover.
pub fn is_found_only(format: &str) -> bool {
    format == sntc::HARDWARE.id
}

/// True for formats that list what is installed and whether it is covered: a row without a contract
/// number says that there is none, not that the file left it out.
pub fn is_inventory(format: &str) -> bool {
    is_gap_list(format) || is_found_only(format) || answers_for_serials(format)
}

/// True for the answers of a service that was asked about single serials.
pub fn answers_for_serials(format: &str) -> bool {
    [
        sn2info::PROFILE.id,
        bcs_serials::PROFILE.id,
        intersight::PROFILE.id,
    ]
    .contains(&format)
}

/// What is sold on the row.
pub fn kind(values: &Values, format: &str) -> LineKind {
    if is_gap_list(format) {
        return LineKind::Asset;
    }
    let text = |field| values.text(field).map(|t| &**t);
    let kind = kind_of(
        text(Field::ServiceSku),
        text(Field::ServiceType),
        text(Field::SubscriptionId),
        text(Field::Pid),
    );
    let covered = values.has(Field::ContractNumber)
        || values.has(Field::ServiceLevel)
        || values.has(Field::EndDate);
    match kind {
        LineKind::Wrapper if has_price(values) => LineKind::Subscription,
        LineKind::Asset if covered => LineKind::Service,
        kind => kind,
    }
}

fn has_price(values: &Values) -> bool {
    [
        Field::UnitList,
        Field::ExtendedNet,
        Field::UnitNet,
        Field::ProratedList,
    ]
    .into_iter()
    .filter_map(|field| values.number(field))
    .any(|price| !price.is_zero())
}

/// Merges a row into the line the book has, or into a new one.
pub fn merge(
    known: Option<&Line>,
    id: LineId,
    source: &Source<'_>,
    portfolios: &mut Portfolios<'_>,
) -> Merged {
    let mut line = known
        .cloned()
        .unwrap_or_else(|| Line::bare(id, source.account));
    let mut fill = Fill {
        weak: source.weak && known.is_some(),
        kept: 0,
    };
    let values = source.values;
    identity(&mut line, values, &mut fill);
    service(&mut line, source, &mut fill);
    money(&mut line, values, &mut fill, known.is_none());
    if !(source.weak && is_found_only(source.format)) {
        line.gone_in = None;
    }
    if !source.weak || known.is_none() {
        line.account = source.account;
        line.contract = source.contract.or(line.contract);
    }
    line.site = source.site.or(line.site);
    let richer = known.is_none_or(|line| line.kind == LineKind::Asset && line.contract.is_none());
    if richer || (!source.weak && states_kind(values)) {
        line.kind = source.kind;
    }
    portfolios.set(&mut line);
    Merged {
        line,
        kept: fill.kept,
    }
}

/// Only a row with a SKU, a service type or a subscription says what is sold.
fn states_kind(values: &Values) -> bool {
    [Field::ServiceSku, Field::ServiceType, Field::SubscriptionId]
        .into_iter()
        .any(|field| values.has(field))
}

struct Fill {
    weak: bool,
    kept: u32,
}

impl Fill {
    /// The file's value where it gives one and may.
    fn put<T: PartialEq>(&mut self, slot: &mut Option<T>, new: Option<T>) {
        match (slot.as_ref(), new) {
            (_, None) => {}
            (Some(old), Some(new)) if self.weak => {
                if *old != new {
                    self.kept += 1;
                }
            }
            (_, Some(new)) => *slot = Some(new),
        }
    }
}

fn identity(line: &mut Line, values: &Values, fill: &mut Fill) {
    let text = |field| values.text(field).cloned();
    fill.put(&mut line.serial, text(Field::Serial));
    fill.put(&mut line.instance, text(Field::Instance));
    fill.put(&mut line.pid, text(Field::Pid));
    fill.put(&mut line.description, text(Field::Description));
    fill.put(&mut line.renewed_to, text(Field::RenewedTo));
    let replaced = text(Field::ReplacementSerial).or_else(|| text(Field::ReplacementInstance));
    fill.put(&mut line.replaced_by, replaced);
}

fn service(line: &mut Line, source: &Source<'_>, fill: &mut Fill) {
    let values = source.values;
    let text = |field| values.text(field).cloned();
    let day = |field| values.day(field);
    fill.put(&mut line.service_sku, text(Field::ServiceSku));
    fill.put(&mut line.service_level, text(Field::ServiceLevel));
    fill.put(&mut line.start, day(Field::StartDate));
    fill.put(&mut line.end, day(Field::EndDate));
    fill.put(&mut line.ldos, day(Field::Ldos));
    fill.put(&mut line.warranty_end, day(Field::WarrantyEnd));
    fill.put(&mut line.ship_date, day(Field::ShipDate));
    fill.put(&mut line.terminated, day(Field::TerminationDate));
    let status = [
        Field::CoverageStatus,
        Field::LineStatus,
        Field::ContractStatus,
    ]
    .into_iter()
    .find_map(|field| values.text(field));
    fill.put(&mut line.status_raw, status.cloned());
    let held = line.contract.is_some();
    if !fill.weak {
        tell_hidden(line, source.masked, held);
    }
    let coverage = if source.masked || is_gap_list(source.format) {
        // Neither says anything about a contract the book already knows.
        let coverage = match source.masked {
            true => Coverage::Masked,
            false => Coverage::NotCovered,
        };
        (!held).then_some(coverage)
    } else {
        coverage(values)
    };
    match coverage {
        Some(coverage) if !fill.weak || line.coverage == Coverage::Unknown => {
            line.coverage = coverage;
        }
        // A line that now comes with a contract is no gap and no secret any more.
        None if matches!(line.coverage, Coverage::Masked | Coverage::NotCovered)
            && source.contract.is_some() =>
        {
            line.coverage = Coverage::Unknown;
        }
        _ => {}
    }
}

/// A file that hides the contract of a line the book knows under one tells nothing of that contract,
/// which stays; that it is hidden now is its status, until a file shows it again.
fn tell_hidden(line: &mut Line, masked: bool, held: bool) {
    let told = line.status_raw.as_deref().is_some_and(is_masked);
    match masked {
        true if held && !told => line.status_raw = Some(Arc::from(CONFIDENTIAL)),
        false if told => line.status_raw = None,
        _ => {}
    }
}

/// The canonical status, from the first field whose words are known (formats §4.6).
fn coverage(values: &Values) -> Option<Coverage> {
    [
        Field::CoverageStatus,
        Field::LineStatus,
        Field::ContractStatus,
    ]
    .into_iter()
    .filter_map(|field| values.text(field))
    .find_map(|text| status(text))
}

/// What a status word means; `None` for words no vocabulary knows.
pub fn status(text: &str) -> Option<Coverage> {
    let text = text.trim();
    // a letter beyond ASCII may be written small as one within it
    let folded = (!text.is_ascii()).then(|| text.to_lowercase());
    let text = folded.as_deref().unwrap_or(text);
    let is = |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(text));
    STATUS_WORDS
        .iter()
        .find(|(words, _)| is(words))
        .map(|(_, coverage)| *coverage)
}

/// The words of all sources for a status, in small letters.
const STATUS_WORDS: [(&[&str], Coverage); 7] = [
    (
        &["active", "covered", "yes", "expiring soon"],
        Coverage::Covered,
    ),
    (
        &["signed", "entered", "qa hold", "pending"],
        Coverage::Pending,
    ),
    (&["overdue"], Coverage::Overdue),
    (&["expired", "inactive"], Coverage::Expired),
    (
        &["terminated", "cancelled", "canceled"],
        Coverage::Terminated,
    ),
    (
        &["not covered", "never covered", "no", "uncovered"],
        Coverage::NotCovered,
    ),
    (&["confidential"], Coverage::Masked),
];

fn money(line: &mut Line, values: &Values, fill: &mut Fill, fresh: bool) {
    let number = |field| values.number(field);
    match number(Field::Quantity) {
        Some(quantity) if fresh || !fill.weak => line.quantity = quantity,
        Some(quantity) if quantity != line.quantity => fill.kept += 1,
        _ => {}
    }
    if let Some(years) = number(Field::ListYears).filter(|years| *years > Decimal::ZERO)
        && (fresh || !fill.weak)
    {
        line.list_years = years;
    }
    fill.put(&mut line.unit_list, number(Field::UnitList));
    fill.put(&mut line.prorated_list, number(Field::ProratedList));
    fill.put(&mut line.discount_pct, number(Field::DiscountPct));
    let net = number(Field::ExtendedNet)
        .or_else(|| number(Field::UnitNet).and_then(|unit| unit.checked_mul(line.quantity)));
    fill.put(&mut line.extended_net, net);
    let currency = values
        .text(Field::Currency)
        .and_then(|code| Currency::from_str(code).ok());
    fill.put(&mut line.currency, currency);
}

/// True for a row that says something of its contract.
pub fn completes_contract(values: &Values) -> bool {
    [
        Field::ServiceProgram,
        Field::QuoteName,
        Field::ContractStart,
        Field::ContractEnd,
        Field::ContractStatus,
    ]
    .into_iter()
    .any(|field| values.has(field))
}

/// Adds to a contract what the row says of it.
pub fn complete_contract(contract: &mut Contract, values: &Values) {
    let text = |field| values.text(field).cloned();
    if contract.program.is_none() {
        contract.program = text(Field::ServiceProgram).or_else(|| text(Field::QuoteName));
    }
    if let Some(start) = values.day(Field::ContractStart) {
        contract.start = Some(start);
    }
    if let Some(end) = values.day(Field::ContractEnd) {
        contract.end = Some(end);
    }
    if let Some(status) = text(Field::ContractStatus) {
        contract.status_raw = Some(status);
    }
}

/// Closes the lines that rows of this file say they renewed. A line is renewed only by one that
/// starts later: a quote for the same coverage renews nothing yet.
pub fn link_renewed(
    book: &Snapshot,
    links: &[(Arc<str>, LineId, Option<NaiveDate>)],
    staged: &mut BTreeMap<LineId, Line>,
) {
    if links.is_empty() {
        return;
    }
    let mut by_instance: HashMap<Arc<str>, Vec<LineId>> = HashMap::new();
    // only the instances that are asked for: a book has a million
    let asked: HashSet<&str> = links.iter().map(|(from, ..)| &**from).collect();
    let mut note = |line: &Line| {
        if let Some(instance) = line.instance.as_ref().filter(|own| asked.contains(&***own)) {
            let ids = by_instance.entry(instance.clone()).or_default();
            if !ids.contains(&line.id) {
                ids.push(line.id);
            }
        }
    };
    book.lines.iter().for_each(|line| note(&line));
    staged.values().for_each(&mut note);
    for (from, by, start) in links {
        let instance = staged
            .get(by)
            .cloned()
            .or_else(|| book.lines.get(*by))
            .and_then(|line| line.instance);
        let (Some(instance), Some(start)) = (instance, start) else {
            continue;
        };
        for id in by_instance
            .get(from)
            .into_iter()
            .flatten()
            .filter(|id| *id != by)
        {
            let Some(old) = staged.get(id).cloned().or_else(|| book.lines.get(*id)) else {
                continue;
            };
            let earlier = old.start.is_some_and(|old| old < *start);
            if earlier && old.renewed_to.is_none() && instance != *from {
                let mut old = old;
                old.renewed_to = Some(instance.clone());
                staged.insert(*id, old);
            }
        }
    }
}
