//! A price estimate becomes a draft quote named after it. The same estimate again is compared with
//! what it said before: what it changed is changed in the quote, what the rep has edited since stays.

use super::identity::{Met, RowKeys};
use super::parties::Parties;
use super::{Effect, Planner, RowStream, held};
use crate::domain::account::UNASSIGNED;
use crate::domain::day::{add_months, next_day, term_end};
use crate::domain::ids::{QuoteId, QuoteLineId};
use crate::domain::line::LineKind;
use crate::domain::money::Currency;
use crate::domain::quote::{BuyDriver, Quote, QuoteLine, QuoteStatus, SellDriver};
use crate::ingest::error::IngestError;
use crate::ingest::estimate::{Head, kind_of};
use crate::ingest::row::{Code, Field, Outcome, Record, Values};
use crate::ingest::wire::Packed;
use crate::pricing::{mode_for, years_of};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

/// What the book remembers of an estimate, as a setting: what no quote has a place for, and each
/// line as the file gave it, by which an edit of the rep is told from a change of the file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Memory {
    deal: Option<String>,
    price_list: Option<String>,
    dated: Option<NaiveDate>,
    valid_until: Option<NaiveDate>,
    lines: BTreeMap<String, Remembered>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Remembered {
    line: QuoteLine,
    raw: Option<String>,
}

/// The rows of one estimate.
struct Offer<'a> {
    head: &'a Head,
    partial: bool,
    rows: Packed,
}

/// Plans every estimate of the file.
///
/// # Errors
/// Those of the stream.
pub fn plan<E: From<IngestError>>(
    planner: &mut Planner<'_>,
    stream: &mut dyn RowStream<E>,
) -> Result<(), E> {
    let mut parties = Parties::of(planner.book);
    let mut offers: BTreeMap<String, Offer<'_>> = BTreeMap::new();
    let tables = &planner.rows.tables;
    planner.data(stream, |planner, record, _, _| {
        let Some(table) = tables.get(usize::from(record.table)) else {
            return Ok(());
        };
        if let (Some(head), partial) = (&table.estimate, table.partial)
            && let Some(number) = &head.number
        {
            let fresh = || Offer {
                head,
                partial,
                rows: Packed::default(),
            };
            let offer = offers.entry(number.clone()).or_insert_with(fresh);
            planner.hold(held::ESTIMATE);
            offer.rows.push(record)?;
        }
        Ok(())
    })?;
    for (number, offer) in offers {
        one(planner, &mut parties, &number, offer)?;
    }
    parties.into_plan(planner);
    Ok(())
}

/// Brings one estimate into its quote.
fn one(
    planner: &mut Planner<'_>,
    parties: &mut Parties<'_>,
    number: &str,
    offer: Offer<'_>,
) -> Result<(), IngestError> {
    let key = format!("estimate.{number}");
    let written = planner.book.settings.get(&key);
    let before: Memory = written
        .and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_default();
    let known = planner
        .book
        .quotes
        .heads()
        .find(|quote| &*quote.number == number)
        .and_then(|quote| planner.book.quotes.get(quote.id));
    let mut quote = match &known {
        Some(quote) => quote.clone(),
        None => new_quote(planner, number, offer.head),
    };
    settle_customer(planner, parties, &mut quote, offer.head, known.is_none());
    let mut memory = Memory {
        deal: offer.head.deal.clone().or(before.deal.clone()),
        price_list: offer.head.price_list.clone().or(before.price_list.clone()),
        dated: offer.head.dated.or(before.dated),
        valid_until: offer.head.valid_until.or(before.valid_until),
        lines: before.lines.clone(),
    };
    if quote.valid_until == before.valid_until {
        quote.valid_until = memory.valid_until;
    }
    let mut reading = Reading {
        currency: quote.currency,
        dated: memory.dated,
        // An estimate brought in before has its own lines in the book under its numbers.
        known: known.is_some().then_some(&before),
        products: HashMap::new(),
        met: RowKeys::default(),
        seen: HashSet::new(),
    };
    let mut rows = offer.rows.last_pass();
    while let Some(record) = rows.next_record()? {
        if let Outcome::Data(values) | Outcome::Masked(values) = &record.outcome {
            reading.row(planner, &record, values, &mut quote, &mut memory);
        }
    }
    if !offer.partial {
        let seen = &reading.seen;
        gone(planner, &mut quote, &mut memory, |tree| seen.contains(tree));
    }
    if Some(&quote) != known.as_ref() {
        if known.is_some() {
            quote.version = quote.version.saturating_add(1);
            quote.status = QuoteStatus::Draft;
        } else {
            tell_new(planner, &quote, &memory);
        }
        planner.plan.put_quotes.push(quote);
    }
    if let Ok(text) = serde_json::to_string(&memory)
        && written != Some(&text)
    {
        planner.plan.put_settings.push((key, text));
    }
    Ok(())
}

fn new_quote(planner: &mut Planner<'_>, number: &str, head: &Head) -> Quote {
    Quote {
        id: QuoteId(planner.ids.next()),
        number: number.into(),
        account: crate::domain::ids::AccountId(uuid::Uuid::nil()),
        renewals: Vec::new(),
        currency: head.currency.unwrap_or(Currency::USD),
        version: 1,
        status: QuoteStatus::Draft,
        created_on: head.dated.unwrap_or(planner.today).min(planner.today),
        valid_until: None,
        sent_on: None,
        lines: Vec::new(),
    }
}

/// The customer of the map, else of the file; one that is known already stays.
fn settle_customer(
    planner: &mut Planner<'_>,
    parties: &mut Parties<'_>,
    quote: &mut Quote,
    head: &Head,
    new: bool,
) {
    let named = planner
        .rows
        .facts
        .customer
        .clone()
        .or(head.customer.clone());
    if new || (parties.is_unassigned(quote.account) && named.is_some()) {
        let name = named.unwrap_or_else(|| UNASSIGNED.to_string());
        quote.account = parties.account_called(&name, planner);
    }
}

fn tell_new(planner: &mut Planner<'_>, quote: &Quote, memory: &Memory) {
    let mut words = format!(
        "the estimate is now the draft quote {} of {} lines",
        quote.number,
        quote.lines.len()
    );
    for (name, value) in [("deal", &memory.deal), ("price list", &memory.price_list)] {
        if let Some(value) = value {
            words.push_str(&format!(", {name} {value}"));
        }
    }
    planner.problems.about_file(Code::NewQuote, words);
}

/// Lines of the estimate as it was that are not in it any more: they stay at a quantity of nothing.
fn gone(
    planner: &mut Planner<'_>,
    quote: &mut Quote,
    memory: &mut Memory,
    seen: impl Fn(&str) -> bool,
) {
    for (tree, kept) in &mut memory.lines {
        if seen(tree) || kept.line.quantity.is_zero() {
            continue;
        }
        kept.line.quantity = Decimal::ZERO;
        let own = quote.lines.iter_mut().find(|line| line.id == kept.line.id);
        let Some(line) = own else { continue };
        line.quantity = Decimal::ZERO;
        let number = quote.number.clone();
        planner.problems.note(Code::Gone, &number, (None, None), || {
            format!(
                "line {tree} of estimate {number} is not in this file; it stays in the quote at quantity 0"
            )
        });
    }
}

/// The rows of one estimate on their way into its quote.
struct Reading<'a> {
    currency: Currency,
    dated: Option<NaiveDate>,
    known: Option<&'a Memory>,
    products: HashMap<String, Arc<str>>,
    met: RowKeys,
    seen: HashSet<String>,
}

impl Reading<'_> {
    fn row(
        &mut self,
        planner: &mut Planner<'_>,
        record: &Record,
        values: &Values,
        quote: &mut Quote,
        memory: &mut Memory,
    ) {
        let tree = values
            .text(Field::TreeLine)
            .map_or("", |tree| tree)
            .to_string();
        match self.met.meet_as(&[tree.as_bytes()], values) {
            Met::First => {}
            Met::Again => {
                planner.counts.skipped += 1;
                return;
            }
            Met::Against => {
                let reason = format!("line {tree} stands in this estimate with other values");
                planner.reject(record, Code::DupKey, reason);
                return;
            }
        }
        self.seen.insert(tree.clone());
        let was = self.known.and_then(|memory| memory.lines.get(&tree));
        let mut fresh = self.line(planner, record, &tree, values, was.map(|was| &was.line));
        let effect = match was {
            Some(was) => {
                fresh.id = was.line.id;
                fresh.number = was.line.number;
                merge(planner, record, &was.line, &fresh, quote)
            }
            None => {
                fresh.id = QuoteLineId(planner.ids.next());
                let taken = quote.lines.iter().map(|line| line.number);
                let ever = memory.lines.values().map(|kept| kept.line.number);
                fresh.number = taken.chain(ever).max().unwrap_or(0) + 1;
                quote.lines.push(fresh.clone());
                Effect::New
            }
        };
        planner.count(effect);
        let raw = planner.raw(record);
        memory.lines.insert(tree, Remembered { line: fresh, raw });
    }

    /// A row as a line of a quote. What covers a box names the box above it in the tree.
    fn line(
        &mut self,
        planner: &mut Planner<'_>,
        record: &Record,
        tree: &str,
        values: &Values,
        was: Option<&QuoteLine>,
    ) -> QuoteLine {
        let kind = kind_of(values);
        let text = |field| values.text(field).cloned();
        let mut pid = text(Field::Pid);
        match (&pid, kind) {
            (Some(pid), LineKind::Asset) => {
                self.products.insert(tree.to_string(), pid.clone());
            }
            (None, LineKind::Service) => pid = self.product_above(tree),
            _ => {}
        }
        let sku = text(Field::ServiceSku);
        let (portfolio, _) =
            planner
                .catalogue
                .portfolio_of_line(sku.as_deref(), pid.as_deref(), kind);
        let (start, end) = self.term(planner, record, kind, values, was);
        let proration = mode_for(kind, [pid.as_deref(), sku.as_deref()], planner.rules);
        let mut line = QuoteLine {
            id: QuoteLineId(uuid::Uuid::nil()),
            number: 0,
            renews: None,
            renewal: None,
            kind,
            serial: None,
            pid,
            description: text(Field::Description),
            service_level: None,
            service_sku: sku,
            quantity: values.number(Field::Quantity).unwrap_or(Decimal::ONE),
            unit_list: values.number(Field::UnitList),
            list_years: Decimal::ONE,
            start,
            end,
            buy: self.buy(values),
            sell: SellDriver::MarginPct(planner.rules.quote.margin_pct),
            proration,
            ldos: None,
            cut_at_ldos: false,
            portfolio,
            premium: None,
            ea: None,
            ai: None,
            rule: None,
            licence_days: None,
        };
        if kind != LineKind::Asset && !is_yearly(values) {
            let years = years_of(start, end, proration);
            let years = Decimal::from(years.numerator)
                .checked_div(Decimal::from(years.denominator))
                .unwrap_or(Decimal::ONE);
            line.list_years = years.round_dp(6).normalize();
            per_year(&mut line, self.currency);
        }
        line
    }

    fn product_above(&self, tree: &str) -> Option<Arc<str>> {
        let mut above = tree;
        while let Some((shorter, _)) = above.rsplit_once('.') {
            let found = self
                .products
                .get(shorter)
                .or_else(|| self.products.get(&format!("{shorter}.0")));
            if found.is_some() {
                return found.cloned();
            }
            above = shorter;
        }
        None
    }

    /// First and last day: as requested, else from the day of the estimate for the term it gives.
    fn term(
        &self,
        planner: &mut Planner<'_>,
        record: &Record,
        kind: LineKind,
        values: &Values,
        was: Option<&QuoteLine>,
    ) -> (NaiveDate, NaiveDate) {
        let said = values
            .number(Field::TermMonths)
            .and_then(|months| months.round().to_i32())
            .filter(|months| (1..=240).contains(months));
        if said.is_none() && values.day(Field::EndDate).is_none() && kind != LineKind::Asset {
            let place = planner.place(record);
            let usual = planner.rules.quote.term_months;
            planner.problems.note(Code::Incomplete, "term", place, || {
                format!("a row gives no term; {usual} months were taken")
            });
        }
        let months = said.unwrap_or(planner.rules.quote.term_months).max(1);
        let requested = values.day(Field::StartDate).or_else(|| {
            let end = values.day(Field::EndDate)?;
            Some(add_months(next_day(end), -months))
        });
        let start = requested
            .or(self.dated)
            .or(was.map(|was| was.start))
            .unwrap_or(planner.today);
        let end = values.day(Field::EndDate).filter(|end| *end >= start);
        (start, end.unwrap_or_else(|| term_end(start, months)))
    }

    /// The buying price: the unit net of the file, else what its total or discount makes of it.
    fn buy(&self, values: &Values) -> BuyDriver {
        let discount = values.number(Field::DiscountPct);
        if let Some(net) = values.number(Field::UnitNet) {
            return BuyDriver::UnitNet(net);
        }
        let quantity = values.number(Field::Quantity).unwrap_or(Decimal::ONE);
        let of_total = values
            .number(Field::ExtendedNet)
            .and_then(|total| total.checked_div(quantity))
            .map(|net| net.round_dp(self.currency.minor_units()));
        match (discount, of_total) {
            (None, Some(net)) => BuyDriver::UnitNet(net),
            (discount, _) => BuyDriver::DiscountPct(discount.unwrap_or_default()),
        }
    }
}

/// The list price of one year, where that is a whole amount: that is how a desk compares list prices.
fn per_year(line: &mut QuoteLine, currency: Currency) {
    let Some(list) = line.unit_list.filter(|_| line.list_years.is_integer()) else {
        return;
    };
    if let Some(yearly) = list.checked_div(line.list_years)
        && yearly == yearly.round_dp(currency.minor_units())
    {
        line.unit_list = Some(yearly.normalize());
        line.list_years = Decimal::ONE;
    }
}

/// True where list, discount and net of a row only fit when the list price is for a year; else it is
/// for the whole term, as ordering workspaces show it.
fn is_yearly(values: &Values) -> bool {
    let (Some(list), Some(net), Some(months)) = (
        values.number(Field::UnitList),
        values.number(Field::UnitNet),
        values.number(Field::TermMonths),
    ) else {
        return false;
    };
    let hundred = Decimal::ONE_HUNDRED;
    let kept = hundred - values.number(Field::DiscountPct).unwrap_or_default();
    let whole = list.saturating_mul(kept) / hundred;
    let yearly = whole.saturating_mul(months) / Decimal::from(12);
    let near = |price: Decimal| (price - net).abs() * hundred <= net.abs();
    !near(whole) && near(yearly)
}

/// Takes into the quote what the file has changed since it was last read, field by field; a field
/// that the rep has changed since stays as it is, and where both did, that is told.
fn merge(
    planner: &mut Planner<'_>,
    record: &Record,
    was: &QuoteLine,
    fresh: &QuoteLine,
    quote: &mut Quote,
) -> Effect {
    let Some(line) = quote.lines.iter_mut().find(|line| line.id == was.id) else {
        if was != fresh {
            tell_kept(
                planner,
                record,
                "the line was taken out of the quote and stays out",
            );
        }
        return Effect::Unchanged;
    };
    let before = line.clone();
    let mut kept: Vec<&str> = Vec::new();
    macro_rules! take {
        ($($field:ident $name:literal),+) => {$(
            if was.$field != fresh.$field {
                match line.$field == was.$field {
                    true => line.$field = fresh.$field.clone(),
                    false if line.$field != fresh.$field => kept.push($name),
                    false => {}
                }
            }
        )+};
    }
    take!(
        quantity "quantity", unit_list "list price", list_years "years of the list price",
        start "start", end "end", buy "buying price", kind "kind", pid "product",
        description "description", service_sku "service", portfolio "portfolio",
        proration "proration"
    );
    if !kept.is_empty() {
        let what = format!(
            "the file has another {} than before; your own stays",
            kept.join(", ")
        );
        tell_kept(planner, record, &what);
    }
    match *line == before {
        true => Effect::Unchanged,
        false => Effect::Changed,
    }
}

fn tell_kept(planner: &mut Planner<'_>, record: &Record, what: &str) {
    let place = planner.place(record);
    planner
        .problems
        .note(Code::Kept, what, place, || what.to_string());
}
