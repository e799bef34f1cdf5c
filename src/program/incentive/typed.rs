//! What a quote pays while it is typed, kept line by line: a key in a quote of a thousand lines
//! costs the line it changes and those that renew the same one. The same payout as that of the whole
//! quote, whatever was typed before.

use super::deal::{Asking, Dates, cells, pieces_quoted};
use super::pay::{Cell, Payout};
use super::tally::Tally;
use crate::domain::ids::{LineId, RenewalId};
use crate::domain::portfolio::Portfolio;
use crate::domain::quote::{Quote, QuoteLine};
use crate::domain::renewal::Renewal;
use crate::pricing::PricedLine;
use chrono::NaiveDate;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// A renewal a quote covers, as the queue knows it.
#[derive(Clone, Copy, Debug)]
pub struct Covered<'a> {
    /// The renewal.
    pub renewal: &'a Renewal,
    /// Its expiring lines.
    pub lines: &'a [LineId],
    /// Last day to renew.
    pub last_day: Option<NaiveDate>,
}

/// Lines of a quote whose payouts depend on each other.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    /// They renew the same line and share its prior value.
    Renews(LineId),
    /// They add the same product in the same portfolio.
    Adds(Option<Arc<str>>, Option<Arc<str>>, Option<Portfolio>),
}

/// Which deal of a quote a line belongs to, and with which lines.
type Place = (usize, Key);

/// A quote's payout, deal by deal.
#[derive(Clone, Debug)]
pub struct TypedPay {
    deals: Vec<(Dates, Tally)>,
    /// The deal of lines that renew nothing.
    first: Option<usize>,
    /// The deal of each renewal, and of each expiring line.
    of_renewal: HashMap<RenewalId, usize>,
    of_line: HashMap<LineId, usize>,
    /// By place the rows of the quote, and what their pieces pay.
    groups: HashMap<Place, (BTreeSet<usize>, Vec<Cell>)>,
    /// The place of each row; none for a line of another deal.
    rows: Vec<Option<Place>>,
}

impl TypedPay {
    /// What the quote pays together.
    pub fn payout(&self, asking: &Asking<'_>) -> Payout {
        let mut sum = Payout::default();
        for (_, tally) in &self.deals {
            sum.join(&tally.payout(asking.terms));
        }
        sum
    }

    /// Takes in one changed line of the quote, by its place among the lines.
    pub fn retype(
        &mut self,
        quote: &Quote,
        priced: &[PricedLine],
        row: usize,
        asking: &Asking<'_>,
    ) {
        let Some(line) = quote.lines.get(row) else {
            return;
        };
        let now = self.place_of(line);
        let Some(slot) = self.rows.get_mut(row) else {
            return;
        };
        let before = std::mem::replace(slot, now.clone());
        for (place, stays) in [(&before, false), (&now, true)] {
            let Some(place) = place else { continue };
            let rows = &mut self.groups.entry(place.clone()).or_default().0;
            if stays {
                rows.insert(row);
            } else {
                rows.remove(&row);
            }
        }
        if let Some(place) = before.filter(|before| now.as_ref() != Some(before)) {
            self.pay(&place, quote, priced, asking);
        }
        if let Some(place) = now {
            self.pay(&place, quote, priced, asking);
        }
    }

    fn place_of(&self, line: &QuoteLine) -> Option<Place> {
        let deal = match (line.renewal, line.renews) {
            _ if self.of_renewal.is_empty() => self.first?,
            (Some(renewal), _) => *self.of_renewal.get(&renewal)?,
            (None, Some(expiring)) => *self.of_line.get(&expiring)?,
            (None, None) => self.first?,
        };
        let key = line.renews.map_or_else(
            || {
                let (sku, pid) = (line.service_sku.clone(), line.pid.clone());
                Key::Adds(sku, pid, line.portfolio.clone())
            },
            Key::Renews,
        );
        Some((deal, key))
    }

    /// Pays the lines of a place anew.
    fn pay(&mut self, place: &Place, quote: &Quote, priced: &[PricedLine], asking: &Asking<'_>) {
        let (Some((dates, tally)), Some((rows, paid))) =
            (self.deals.get_mut(place.0), self.groups.get_mut(place))
        else {
            return;
        };
        for cell in paid.drain(..) {
            tally.take(&cell);
        }
        let own = rows
            .iter()
            .filter_map(|row| quote.lines.get(*row).zip(priced.get(*row)));
        let find = |id: LineId| asking.snapshot.lines.get(id);
        let pieces = pieces_quoted(own, quote.currency, asking.terms.policy.by_tcv, &find);
        let day = dates.booked_on;
        *paid = cells(&pieces, quote.currency, dates, day, asking.terms);
        for cell in paid.iter() {
            tally.add(cell);
        }
    }
}

impl Asking<'_> {
    /// What a quote as typed pays: by the renewals it covers, or booked today where it covers none.
    pub fn typed(&self, quote: &Quote, priced: &[PricedLine], covered: &[Covered<'_>]) -> TypedPay {
        let mut pay = TypedPay {
            deals: Vec::new(),
            first: None,
            of_renewal: HashMap::new(),
            of_line: HashMap::new(),
            groups: HashMap::new(),
            rows: Vec::new(),
        };
        if quote.renewals.is_empty() {
            pay.deals.push((self.today_only(), Tally::default()));
            pay.first = Some(0);
        }
        for covered in covered {
            let Some(dates) = self.dates(covered.renewal, covered.last_day) else {
                continue;
            };
            let deal = pay.deals.len();
            pay.deals.push((dates, Tally::default()));
            pay.of_renewal.insert(covered.renewal.id, deal);
            for line in covered.lines {
                pay.of_line.entry(*line).or_insert(deal);
            }
        }
        let first = quote.renewals.first();
        pay.first = pay.first.or_else(|| pay.of_renewal.get(first?).copied());
        if pay.deals.is_empty() {
            return pay;
        }
        for (row, line) in quote.lines.iter().enumerate() {
            let place = pay.place_of(line);
            if let Some(place) = &place {
                pay.groups.entry(place.clone()).or_default().0.insert(row);
            }
            pay.rows.push(place);
        }
        let mut first: Vec<(usize, Place)> = pay
            .groups
            .iter()
            .filter_map(|(place, (rows, _))| Some((*rows.first()?, place.clone())))
            .collect();
        first.sort_unstable_by_key(|(row, _)| *row);
        for (_, place) in first {
            pay.pay(&place, quote, priced, self);
        }
        pay
    }
}
