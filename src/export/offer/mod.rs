//! The quote as the customer receives it. An [`Offer`] is the list of everything a customer may see,
//! and there is nothing else in it: what cost, discount or margin is has no field, so that no document
//! made of an offer can show it (decision 28).

mod layout;
mod pages;
mod pdf;
mod sheet;
mod type_setting;

pub use pages::{Drawn, Item, PAGE_HEIGHT, PAGE_WIDTH, Tone};
pub use pdf::PdfError;
pub use type_setting::Font;

use super::letterhead::{Letterhead, LetterheadError};
use crate::domain::money::{Currency, round_half_up};
use crate::domain::quote::{Quote, QuoteLine};
use crate::domain::snapshot::Snapshot;
use crate::domain::text::clean;
use crate::pricing::subtotals::{By, Group, Subtotal, subtotals};
use crate::pricing::{PricedLine, counts};
use chrono::NaiveDate;
use rust_decimal::Decimal;

/// What the document says about itself and its reader.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Person the document is for: `Dr. L. Senn`.
    pub attention: Option<String>,
    /// The fields of the summary, outer first; empty for a summary by contract.
    pub summary: Vec<By>,
}

/// A quote with nothing but what its customer may see.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    /// The partner.
    pub seller: Letterhead,
    /// The customer: name, then lines of its address.
    pub customer: Vec<String>,
    /// Quote number.
    pub number: String,
    /// Its version.
    pub version: u32,
    /// Day of the document.
    pub day: NaiveDate,
    /// Last day the prices hold.
    pub valid_until: NaiveDate,
    /// Currency of every amount.
    pub currency: Currency,
    /// Names of the summary's fields.
    pub summary_by: Vec<&'static str>,
    /// Subtotals; they add up to [`Offer::total`].
    pub summary: Vec<Subtotal>,
    /// The lines, in the order of the quote; dropped ones (quantity 0) are not offered.
    pub lines: Vec<OfferLine>,
    /// Sum of the lines' prices.
    pub total: Decimal,
    /// Lines without a price, which the total leaves out.
    pub unpriced: usize,
    /// The book is a demo book, and the document says so.
    pub demo: bool,
    /// Tax on the total, rounded to the minor unit, half up, once on the whole.
    pub tax: Option<Decimal>,
}

/// A line of an offer.
#[derive(Clone, Debug, PartialEq)]
pub struct OfferLine {
    /// Its number in the quote.
    pub number: u32,
    /// Product id, else the service's.
    pub product: String,
    /// Service SKU where it is not the product itself, with the level.
    pub service: String,
    /// Description.
    pub description: String,
    /// Serial number.
    pub serial: String,
    /// Where it stands.
    pub site: String,
    /// Contract it renews.
    pub contract: String,
    /// First day.
    pub start: NaiveDate,
    /// Last day.
    pub end: NaiveDate,
    /// Units.
    pub quantity: Decimal,
    /// Price of a unit for the term; none is on request.
    pub unit_price: Option<Decimal>,
    /// Price of all units: unit price × quantity, or as it was typed for all of them, where the unit
    /// price is for show.
    pub price: Option<Decimal>,
}

impl Offer {
    /// Takes of a priced quote what its customer may see. `valid_until` is the quote's own day or
    /// the rule pack's, `day` the day of the document.
    ///
    /// # Errors
    /// [`LetterheadError`] where the book's letterhead is damaged.
    pub fn of(
        snapshot: &Snapshot,
        quote: &Quote,
        priced: &[PricedLine],
        (day, valid_until): (NaiveDate, NaiveDate),
        options: &Options,
    ) -> Result<Offer, LetterheadError> {
        let seller = Letterhead::of(&snapshot.settings)?;
        let offered = || {
            let both = quote.lines.iter().zip(priced);
            both.filter(|(line, _)| !line.quantity.is_zero())
        };
        let group = Group { snapshot, quote };
        let by = match options.summary.as_slice() {
            [] => &[By::Contract][..],
            by => by,
        };
        let prices = offered().map(|(line, priced)| (line, price_of(line, priced)));
        let summary = subtotals(&group, prices, by);
        let lines: Vec<OfferLine> = offered()
            .map(|(line, priced)| line_of(&group, line, priced))
            .collect();
        let total: Decimal = lines.iter().filter_map(|line| line.price).sum();
        let places = quote.currency.minor_units();
        let tax = seller
            .tax
            .as_ref()
            .map(|tax| round_half_up(total * tax.percent / Decimal::ONE_HUNDRED, places));
        Ok(Offer {
            demo: snapshot.is_demo(),
            tax,
            customer: customer(snapshot, quote, options),
            number: clean(&quote.number).into_owned(),
            version: quote.version,
            day,
            valid_until,
            currency: quote.currency,
            summary_by: by.iter().map(|by| by.title()).collect(),
            summary,
            unpriced: lines.iter().filter(|line| line.price.is_none()).count(),
            lines,
            total,
            seller,
        })
    }

    /// Total and tax.
    pub fn gross(&self) -> Decimal {
        self.total + self.tax.unwrap_or_default()
    }

    /// True where a unit price is rounded for show: the amount of its line is another than unit price ×
    /// quantity, and whoever multiplies is told why.
    pub fn rounds_units(&self) -> bool {
        let differs = |line: &OfferLine| {
            let of_units = line.unit_price?.checked_mul(line.quantity)?;
            Some(of_units != line.price?)
        };
        self.lines.iter().any(|line| differs(line) == Some(true))
    }

    /// As [`file_stem`].
    pub fn file_stem(&self) -> String {
        let customer = self.customer.first().map_or("", String::as_str);
        file_stem(&self.number, self.version, customer)
    }
}

/// The name of a document's file without its ending: `Q-1187_v3_Cobalt-Clinics-AG`. Holds letters, digits,
/// `-`, `_` and `.` only, and does not start with a dot, so that it stays in its folder everywhere.
pub fn file_stem(number: &str, version: u32, customer: &str) -> String {
    let word = |text: &str| -> String {
        let kept: String = text
            .chars()
            .map(|c| {
                if c.is_alphanumeric() || c == '.' {
                    c
                } else {
                    '-'
                }
            })
            .collect();
        let parts: Vec<&str> = kept.split('-').filter(|part| !part.is_empty()).collect();
        parts.join("-").chars().take(60).collect()
    };
    let stem = format!("{}_v{version}_{}", word(number), word(customer));
    stem.trim_matches(['.', '_']).to_string()
}

fn customer(snapshot: &Snapshot, quote: &Quote, options: &Options) -> Vec<String> {
    let account = snapshot.accounts.get(quote.account);
    let mut lines = vec![
        account
            .as_ref()
            .map_or(String::new(), |account| account.name.to_string()),
    ];
    lines.extend(options.attention.clone());
    let mut cities: Vec<String> = snapshot
        .sites
        .iter()
        .filter(|site| site.account == quote.account)
        .filter_map(|site| site.city)
        .collect();
    cities.sort_unstable();
    cities.dedup();
    if let [city] = cities.as_slice() {
        lines.push(city.clone());
    }
    lines.extend(account.and_then(|account| account.country));
    let cleaned = lines.iter().map(|line| clean(line.trim()).into_owned());
    cleaned.filter(|line| !line.is_empty()).collect()
}

/// What a line costs the customer. Where the partner does not know its own cost the price is on request,
/// as it stands in no total of the desk.
fn price_of(line: &QuoteLine, priced: &PricedLine) -> Option<Decimal> {
    priced.extended_sell.filter(|_| counts(line, priced))
}

fn line_of(group: &Group<'_>, line: &QuoteLine, priced: &PricedLine) -> OfferLine {
    let text = |text: Option<&str>| clean(text.unwrap_or_default().trim()).into_owned();
    let product = line.pid.as_deref().or(line.service_sku.as_deref());
    let service = match (&line.pid, line.service_sku.as_deref()) {
        (Some(_), Some(sku)) => match line.service_level.as_deref() {
            Some(level) if level != sku => format!("{sku}, {level}"),
            _ => sku.to_string(),
        },
        _ => line
            .service_level
            .as_deref()
            .unwrap_or_default()
            .to_string(),
    };
    OfferLine {
        number: line.number,
        product: text(product),
        service: text(Some(&service)),
        description: text(line.description.as_deref()),
        serial: text(line.serial.as_deref()),
        site: clean(&group.word(line, By::Site)).into_owned(),
        contract: clean(&group.word(line, By::Contract)).into_owned(),
        start: line.start,
        end: line.end,
        quantity: line.quantity,
        unit_price: priced.unit_sell.filter(|_| counts(line, priced)),
        price: price_of(line, priced),
    }
}
