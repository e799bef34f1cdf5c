//! A vendor's or distributor's prices laid beside the lines of a quote: which row answers which line,
//! what differs, and the lines as they would be with the vendor's prices.

use super::price_line;
use super::spread::buy_for;
use crate::domain::money::Currency;
use crate::domain::quote::{Quote, QuoteLine};
use crate::domain::rules::Rules;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A row of the vendor's quote.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Offered {
    /// Row in the file.
    pub row: u32,
    /// Serial number.
    pub serial: Option<Arc<str>>,
    /// Product id.
    pub pid: Option<Arc<str>>,
    /// Service SKU.
    pub service_sku: Option<Arc<str>>,
    /// Units.
    pub quantity: Option<Decimal>,
    /// List price of one unit.
    pub unit_list: Option<Decimal>,
    /// Net of all units for the term.
    pub extended_net: Option<Decimal>,
    /// First day.
    pub start: Option<NaiveDate>,
    /// Last day.
    pub end: Option<NaiveDate>,
    /// Currency, if the row names one.
    pub currency: Option<Currency>,
}

/// What holds for the prices of a vendor's list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// The last day they hold; of several the first, since from then on one of them no longer does.
    pub valid_until: Option<NaiveDate>,
    /// The vendor's numbers, each once, in the order of the file.
    pub numbers: Vec<String>,
    /// Days that could not be read, each with its row and the reason.
    pub unread: Vec<String>,
}

impl Terms {
    /// The day a quote takes over with the prices: none that is past, for prices that ended are to be asked
    /// for again, and none that it has already.
    pub fn taken_until(&self, quote: &Quote, today: NaiveDate) -> Option<NaiveDate> {
        let ahead = self.valid_until.filter(|day| *day >= today);
        ahead.filter(|day| quote.valid_until != Some(*day))
    }
}

/// A field that differs, both values in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Differs {
    /// Its name on the command line.
    pub field: &'static str,
    /// The quote's value.
    pub ours: String,
    /// The vendor's.
    pub theirs: String,
}

/// A line and the row that answers it.
#[derive(Clone, Debug, PartialEq)]
pub struct Linked {
    /// Number of the line.
    pub line: u32,
    /// Row of the file.
    pub row: u32,
    /// What differs; empty where both say the same.
    pub differs: Vec<Differs>,
    /// The row has a net price.
    pub priced: bool,
    /// The line with the vendor's prices; none where the row has no net price, or one of
    /// other units, another term, service or currency.
    pub taken: Option<QuoteLine>,
}

/// A vendor's quote beside ours.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Beside {
    /// Lines with their rows.
    pub linked: Vec<Linked>,
    /// Numbers of lines nobody answered.
    pub unanswered: Vec<u32>,
    /// Rows that answer no line.
    pub unasked: Vec<u32>,
}

/// Links rows to lines: by serial and service or product, by serial alone, and where a row has no serial
/// by service or product and quantity. A row answers one line, a line takes one row, the first in the
/// order of the file.
pub fn beside(quote: &Quote, rows: &[Offered], rules: &Rules) -> Beside {
    let mut used: BTreeSet<usize> = BTreeSet::new();
    let mut answer: Vec<Option<usize>> = vec![None; quote.lines.len()];
    let same = |one: &Option<Arc<str>>, two: &Option<Arc<str>>| match (one, two) {
        (Some(one), Some(two)) => one.trim().eq_ignore_ascii_case(two.trim()),
        _ => false,
    };
    let product = |line: &QuoteLine, row: &Offered| {
        same(&line.service_sku, &row.service_sku) || same(&line.pid, &row.pid)
    };
    type Fits<'a> = &'a dyn Fn(&QuoteLine, &Offered) -> bool;
    let rounds: [Fits<'_>; 3] = [
        &|line, row| same(&line.serial, &row.serial) && product(line, row),
        &|line, row| same(&line.serial, &row.serial),
        &|line, row| {
            let bare = row.serial.is_none() || line.serial.is_none();
            bare && product(line, row) && row.quantity == Some(line.quantity)
        },
    ];
    for fits in rounds {
        for (line, answer) in quote.lines.iter().zip(&mut answer) {
            if answer.is_some() || line.quantity.is_zero() {
                continue;
            }
            let mut free = rows.iter().enumerate().filter(|(at, _)| !used.contains(at));
            if let Some((at, _)) = free.find(|(_, row)| fits(line, row)) {
                used.insert(at);
                *answer = Some(at);
            }
        }
    }
    let mut found = Beside::default();
    for (line, answer) in quote.lines.iter().zip(answer) {
        match answer.and_then(|at| rows.get(at)) {
            Some(row) => found.linked.push(linked(quote, line, row, rules)),
            None if line.quantity.is_zero() => {}
            None => found.unanswered.push(line.number),
        }
    }
    let left = rows.iter().enumerate().filter(|(at, _)| !used.contains(at));
    found.unasked = left.map(|(_, row)| row.row).collect();
    found
}

fn linked(quote: &Quote, line: &QuoteLine, row: &Offered, rules: &Rules) -> Linked {
    let priced = price_line(line, quote.currency, rules);
    let mut differs = Vec::new();
    let mut put = |field, ours: Option<String>, theirs: Option<String>| {
        if let Some(theirs) = theirs.filter(|theirs| ours.as_ref() != Some(theirs)) {
            let ours = ours.unwrap_or_else(|| "unknown".into());
            differs.push(Differs {
                field,
                ours,
                theirs,
            });
        }
    };
    let plain = |value: Option<Decimal>| value.map(|value| value.normalize().to_string());
    let day = |day: NaiveDate| day.to_string();
    put("quantity", plain(Some(line.quantity)), plain(row.quantity));
    put("unit_list", plain(line.unit_list), plain(row.unit_list));
    put(
        "extended_net",
        plain(priced.extended_net),
        plain(row.extended_net),
    );
    put("start", Some(day(line.start)), row.start.map(day));
    put("end", Some(day(line.end)), row.end.map(day));
    let money = |currency: Currency| currency.to_string();
    let other = row.currency.filter(|currency| *currency != quote.currency);
    let service = |sku: &Option<Arc<str>>| sku.as_deref().map(|sku| sku.trim().to_uppercase());
    let (ours, theirs) = (service(&line.service_sku), service(&row.service_sku));
    // a price of another service is none of this one
    let same_service = ours.is_none() || theirs.is_none() || ours == theirs;
    put("service_sku", ours, theirs);
    put("currency", Some(money(quote.currency)), other.map(money));
    // a price of other units or another term is no price of this line
    let comparable = other.is_none()
        && same_service
        && row
            .quantity
            .is_none_or(|quantity| quantity == line.quantity)
        && row.start.is_none_or(|start| start == line.start)
        && row.end.is_none_or(|end| end == line.end);
    let taken = row.extended_net.filter(|_| comparable).map(|net| {
        let net = quote.currency.round(net);
        QuoteLine {
            unit_list: row.unit_list.or(line.unit_list),
            buy: buy_for(net, line.quantity, quote.currency),
            ..line.clone()
        }
    });
    Linked {
        line: line.number,
        row: row.row,
        differs,
        priced: row.extended_net.is_some(),
        taken,
    }
}
