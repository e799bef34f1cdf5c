//! Which renewals the pipeline shows, in which order: filter, sort, grouping, sums in words.

use crate::book::order::By;
use crate::book::sort::Column;
use crate::book::{QueueRow, Sums, groups};
use crate::domain::ids::RenewalId;
use crate::domain::money::Currency;
use crate::ui::desk::Desk;
use crate::ui::format;
use rust_decimal::Decimal;
use std::sync::Arc;

/// A line of the list.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    /// A customer with the renewals below it.
    Group {
        /// Name.
        customer: Arc<str>,
        /// What its rows come to.
        sums: Box<Sums>,
    },
    /// A renewal.
    Row(RenewalId),
}

/// Sums in words: `USD 1,735,000 + EUR 42,000, 3 without a price`.
pub fn told(sums: &Sums) -> String {
    let parts: Vec<String> = sums
        .atr
        .iter()
        .map(|(currency, amount)| format!("{currency} {}", format::whole(*amount)))
        .collect();
    let mut text = if parts.is_empty() {
        "0".to_string()
    } else {
        parts.join(" + ")
    };
    if sums.unpriced > 0 {
        text.push_str(&format!(", {} without a price", sums.unpriced));
    }
    text
}

/// The rows a filter lets through, with what lists and sums need of them: kept while only order and
/// search change, so that neither looks at whole rows again.
#[derive(Debug, Default)]
pub struct Kept {
    /// Their places among the desk's rows, in that order.
    pub places: Vec<u32>,
    /// What they come to.
    pub sums: Sums,
    /// By place, of every row of the desk; none where the filter holds it back.
    briefs: Vec<Option<Brief>>,
}

/// A row in short.
#[derive(Debug)]
struct Brief {
    renewal: RenewalId,
    lines: u32,
    priced: Option<(Currency, Decimal)>,
}

impl Kept {
    /// The rows that `keep` lets through.
    pub fn of(rows: &[QueueRow], keep: impl Fn(&QueueRow) -> bool) -> Kept {
        let mut kept = Kept::default();
        kept.briefs.reserve_exact(rows.len());
        for (place, row) in (0..).zip(rows) {
            let brief = keep(row).then(|| Brief {
                renewal: row.renewal,
                lines: row.lines,
                priced: row.atr.currency.zip(row.atr.amount),
            });
            if let Some(brief) = &brief {
                kept.places.push(place);
                kept.sums.put(brief.lines, brief.priced);
            }
            kept.briefs.push(brief);
        }
        kept
    }

    fn brief(&self, place: u32) -> Option<&Brief> {
        self.briefs.get(place as usize)?.as_ref()
    }

    /// True for a row that is let through.
    pub fn holds(&self, place: u32) -> bool {
        self.brief(place).is_some()
    }

    /// Rows by their places.
    pub fn entries(&self, places: impl IntoIterator<Item = u32>) -> Vec<Entry> {
        let rows = places.into_iter().filter_map(|place| self.brief(place));
        rows.map(|row| Entry::Row(row.renewal)).collect()
    }

    /// What rows come to.
    pub fn sums_of(&self, places: impl IntoIterator<Item = u32>) -> Sums {
        let mut sums = Sums::default();
        for row in places.into_iter().filter_map(|place| self.brief(place)) {
            sums.put(row.lines, row.priced);
        }
        sums
    }
}

/// The list in an order; without one by the next clock, what has lapsed behind everything else.
pub fn entries(
    desk: &Desk,
    kept: &Kept,
    sort: Option<(Column, bool)>,
    grouped: bool,
) -> Vec<Entry> {
    let (column, descending) = sort.unwrap_or((Column::Countdown, false));
    let by = By {
        column,
        descending,
        lapsed_last: sort.is_none(),
    };
    let mut places = kept.places.clone();
    desk.queue.sort(&mut places, by);
    if !grouped {
        return kept.entries(places);
    }
    let rows = places.iter();
    let rows: Vec<&QueueRow> = rows
        .filter_map(|place| desk.rows().get(*place as usize))
        .collect();
    let mut out = Vec::with_capacity(rows.len() * 2);
    for group in groups::by_customer(rows) {
        out.push(Entry::Group {
            customer: group.customer,
            sums: Box::new(group.sums),
        });
        out.extend(group.rows.iter().map(|row| Entry::Row(row.renewal)));
    }
    out
}
