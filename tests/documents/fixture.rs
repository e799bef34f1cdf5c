//! A small book with one quote whose figures can be told from all others.

use chrono::NaiveDate;
use renewdesk::catalogue::Catalogue;
use renewdesk::demo::{DemoOptions, generate};
use renewdesk::domain::ids::QuoteId;
use renewdesk::domain::quote::{BuyDriver, Quote, SellDriver};
use renewdesk::domain::snapshot::Snapshot;
use renewdesk::export::document::{self, DocumentError, Form, Kind, Source};
use renewdesk::export::letterhead::{Letterhead, SETTING, Tax};
use renewdesk::export::mail::Address;
use renewdesk::export::offer::{Offer, Options};
use renewdesk::program::Pack;
use rust_decimal::Decimal;

/// What the partner pays for a unit, and must never be read by a customer.
pub const NET: &str = "54321.98";
/// Its list price, the same.
pub const LIST: &str = "98765.43";
/// What the customer pays for a unit.
pub const SELL: &str = "76543.21";

pub fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 22).unwrap()
}

pub fn dec(text: &str) -> Decimal {
    text.parse().unwrap()
}

pub struct Book {
    pub snapshot: Snapshot,
    pub pack: Pack,
    pub catalogue: Catalogue,
    pub options: Options,
    pub quote: QuoteId,
}

impl Book {
    /// A demo book whose longest quote sells everything at the figures above.
    pub fn new() -> Book {
        let (pack, catalogue) = (Pack::shipped(), Catalogue::shipped());
        let options = DemoOptions {
            lines: 1500,
            seed: 7,
            today: today(),
            accounts: None,
        };
        let plan = generate(&options, &catalogue, &pack);
        let mut snapshot = Snapshot {
            accounts: plan.put_accounts.into_iter().collect(),
            sites: plan.put_sites.into_iter().collect(),
            contracts: plan.put_contracts.into_iter().collect(),
            lines: plan.put_lines.into_iter().collect(),
            renewals: plan.put_renewals.into_iter().collect(),
            quotes: plan.put_quotes.into_iter().collect(),
            ..Snapshot::default()
        };
        let letterhead = Letterhead {
            name: "Müller & 東京 AG".into(),
            address: vec!["Bahnhofstrasse 1".into(), "8001 Zürich".into()],
            contact: vec!["sales@mueller.example".into()],
            terms: "Payment within 30 days.".into(),
            tax: Some(Tax {
                name: "VAT".into(),
                percent: dec("8.1"),
            }),
            logo: None,
        };
        let kept = letterhead.setting().unwrap();
        snapshot.settings.insert(SETTING.into(), kept);
        let longest = snapshot
            .quotes
            .iter()
            .max_by_key(|quote| (quote.lines.len(), quote.id));
        let mut quote = longest.unwrap().clone();
        quote.sent_on = None;
        quote.status = renewdesk::domain::quote::QuoteStatus::Draft;
        for line in &mut quote.lines {
            line.unit_list = Some(dec(LIST));
            line.buy = BuyDriver::UnitNet(dec(NET));
            line.sell = SellDriver::UnitSell(dec(SELL));
        }
        let id = quote.id;
        snapshot.quotes.put(quote);
        Book {
            snapshot,
            pack,
            catalogue,
            options: Options::default(),
            quote: id,
        }
    }

    pub fn quote(&self) -> Quote {
        self.snapshot.quotes.get(self.quote).unwrap()
    }

    pub fn change(&mut self, change: impl FnOnce(&mut Quote)) {
        let mut quote = self.quote();
        change(&mut quote);
        self.snapshot.quotes.put(quote);
    }

    pub fn source(&self) -> Source<'_> {
        static NOBODY: Address = Address {
            from: None,
            to: None,
        };
        Source {
            snapshot: &self.snapshot,
            rules: &self.pack.rules,
            catalogue: &self.catalogue,
            today: today(),
            effects: (&[], "estimate"),
            options: &self.options,
            address: &NOBODY,
        }
    }

    pub fn offer(&self) -> Offer {
        document::offer(&self.quote(), &self.source()).unwrap()
    }

    pub fn make(&self, kind: Kind, form: Form) -> Result<Vec<u8>, DocumentError> {
        document::make(&self.quote(), (kind, form), &self.source())
    }
}

/// All text in a workbook's parts, properties and hidden sheets included.
pub fn unpacked(bytes: &[u8]) -> String {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    for at in 0..archive.len() {
        let mut part = archive.by_index(at).unwrap();
        text.push_str(&part.name().unwrap());
        std::io::Read::read_to_string(&mut part, &mut text).unwrap();
    }
    text
}
