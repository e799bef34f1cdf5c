//! Lines of a quote gathered by chosen fields, with subtotals that add up: the grouping of the grid,
//! of a customer's summary and of reports.

use crate::domain::ids::RenewalId;
use crate::domain::line::LineKind;
use crate::domain::quote::{Quote, QuoteLine};
use crate::domain::snapshot::Snapshot;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

/// A field lines are gathered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum By {
    /// Contract or subscription the line renews.
    Contract,
    /// Where the gear stands.
    Site,
    /// Product id, else service SKU.
    Product,
    /// Service level, else service SKU.
    Level,
    /// Last day.
    End,
    /// Portfolio.
    Portfolio,
}

impl By {
    /// All fields with the word each has on the command line.
    pub const ALL: [(By, &'static str); 6] = [
        (By::Contract, "contract"),
        (By::Site, "site"),
        (By::Product, "product"),
        (By::Level, "level"),
        (By::End, "end"),
        (By::Portfolio, "portfolio"),
    ];

    /// The field of a word.
    pub fn named(word: &str) -> Option<By> {
        let word = word.trim().to_lowercase();
        By::ALL.iter().find(|(_, w)| *w == word).map(|(by, _)| *by)
    }

    /// As a header.
    pub fn title(self) -> &'static str {
        match self {
            By::Contract => "Contract",
            By::Site => "Site",
            By::Product => "Product",
            By::Level => "Service level",
            By::End => "End date",
            By::Portfolio => "Portfolio",
        }
    }
}

/// Where the words of a line's fields come from.
#[derive(Clone, Copy, Debug)]
pub struct Group<'a> {
    /// The book.
    pub snapshot: &'a Snapshot,
    /// The quote.
    pub quote: &'a Quote,
}

impl Group<'_> {
    /// What a line has in a field, as text as it stands in the book; empty where it has nothing.
    pub fn word(&self, line: &QuoteLine, by: By) -> String {
        let renewed = || self.snapshot.lines.get(line.renews?);
        let found = match by {
            By::Contract => self.contract(line),
            By::Site => renewed()
                .and_then(|line| self.snapshot.sites.get(line.site?))
                .map(|site| site.name.to_string()),
            By::Product | By::Level => own(line, by).map(|word| word.to_string()),
            By::End if line.kind == LineKind::Asset => None,
            By::End => Some(line.end.to_string()),
            By::Portfolio => line.portfolio.as_ref().map(|p| p.title().to_string()),
        };
        found.unwrap_or_default()
    }

    fn contract(&self, line: &QuoteLine) -> Option<String> {
        let renewal = self.snapshot.renewals.get(line.renewal?)?;
        let contract = self.snapshot.contracts.get(renewal.contract)?;
        Some(contract.number.to_string())
    }
}

/// The word a line itself holds for a field: its product or its level, else its service SKU.
fn own(line: &QuoteLine, by: By) -> Option<&Arc<str>> {
    let first = match by {
        By::Product => line.pid.as_ref(),
        By::Level => line.service_level.as_ref(),
        _ => return None,
    };
    first.or(line.service_sku.as_ref())
}

/// The words of many lines of a quote; what many of them share is looked up and held once.
#[derive(Debug)]
pub struct Words<'a> {
    group: Group<'a>,
    contracts: HashMap<RenewalId, Arc<str>>,
    ends: HashMap<NaiveDate, Arc<str>>,
    known: HashSet<Arc<str>>,
}

impl<'a> Words<'a> {
    /// None looked up yet.
    pub fn of(group: Group<'a>) -> Words<'a> {
        Words {
            group,
            contracts: HashMap::new(),
            ends: HashMap::new(),
            known: HashSet::new(),
        }
    }

    /// What [`Group::word`] says of a line.
    pub fn word(&mut self, line: &QuoteLine, by: By) -> Arc<str> {
        let find = || self.group.word(line, by);
        match (by, line.renewal) {
            (By::Product | By::Level, _) => own(line, by).cloned().unwrap_or_default(),
            (By::Contract, Some(renewal)) => {
                let found = self.contracts.entry(renewal);
                Arc::clone(found.or_insert_with(|| find().into()))
            }
            (By::End, _) if line.kind != LineKind::Asset => {
                let found = self.ends.entry(line.end);
                Arc::clone(found.or_insert_with(|| find().into()))
            }
            _ => {
                let found = find();
                if let Some(word) = self.known.get(found.as_str()) {
                    return Arc::clone(word);
                }
                let word: Arc<str> = found.into();
                self.known.insert(Arc::clone(&word));
                word
            }
        }
    }
}

/// The lines that share what they have in the chosen fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subtotal {
    /// What they share, a word a field.
    pub words: Vec<String>,
    /// How many lines.
    pub lines: usize,
    /// Units of them.
    pub quantity: Decimal,
    /// Sum of the amounts known.
    pub amount: Decimal,
    /// Lines without an amount.
    pub unpriced: usize,
}

/// Gathers lines with an amount each (net, sell: the caller chooses) by fields. Groups come in
/// order of their words, those without a word last; amounts are only added, never rounded, so that
/// the subtotals add up to the total whatever the grouping.
pub fn subtotals<'l>(
    group: &Group<'_>,
    lines: impl Iterator<Item = (&'l QuoteLine, Option<Decimal>)>,
    by: &[By],
) -> Vec<Subtotal> {
    let mut found: BTreeMap<Vec<(bool, String)>, Subtotal> = BTreeMap::new();
    for (line, amount) in lines {
        let words: Vec<String> = by.iter().map(|by| group.word(line, *by)).collect();
        let key = words.iter().map(|w| (w.is_empty(), w.clone())).collect();
        let sum = found.entry(key).or_insert_with(|| Subtotal {
            words,
            lines: 0,
            quantity: Decimal::ZERO,
            amount: Decimal::ZERO,
            unpriced: 0,
        });
        sum.lines += 1;
        sum.quantity += line.quantity;
        sum.amount += amount.unwrap_or_default();
        sum.unpriced += usize::from(amount.is_none());
    }
    found.into_values().collect()
}
