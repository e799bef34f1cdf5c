//! What the plays know of a whole book, read once: prices by product, which lines and renewals belong
//! to which customer. Small enough to be kept, so that one suggestion can be told, or one customer's
//! worked out anew, without reading the book again.

use super::Scene;
use super::hosts::Hosts;
use super::price::{Gathering, Prices};
use super::spend::{Gathered, Spend};
use crate::catalogue::EoxIndex;
use crate::domain::ids::{AccountId, AdoptionId, BatchId, LineId, RenewalId};
use crate::domain::line::LineKind;
use crate::pricing::line_run_rate;
use chrono::NaiveDate;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Numbers of lines or renewals, a customer's after another's.
#[derive(Debug)]
struct ByCustomer<T> {
    /// Customers in order, each with where its own end.
    ends: Vec<(AccountId, u32)>,
    values: Vec<T>,
}

impl<T> Default for ByCustomer<T> {
    fn default() -> Self {
        ByCustomer {
            ends: Vec::new(),
            values: Vec::new(),
        }
    }
}

impl<T> ByCustomer<T> {
    /// Of pairs; those of one customer stay in their order.
    fn of(mut pairs: Vec<(AccountId, T)>) -> ByCustomer<T> {
        pairs.sort_by_key(|(account, _)| *account);
        let mut ends: Vec<(AccountId, u32)> = Vec::new();
        let mut values = Vec::with_capacity(pairs.len());
        for (account, value) in pairs {
            values.push(value);
            let end = values.len() as u32;
            match ends.last_mut() {
                Some((last, last_end)) if *last == account => *last_end = end,
                _ => ends.push((account, end)),
            }
        }
        ends.shrink_to_fit();
        ByCustomer { ends, values }
    }

    fn get(&self, account: AccountId) -> &[T] {
        let Ok(at) = self.ends.binary_search_by_key(&account, |(own, _)| *own) else {
            return &[];
        };
        let before = at.checked_sub(1).and_then(|before| self.ends.get(before));
        let from = before.map_or(0, |(_, end)| *end as usize);
        let to = self.ends.get(at).map_or(0, |(_, end)| *end as usize);
        self.values.get(from..to).unwrap_or(&[])
    }
}

/// The book at large.
#[derive(Debug, Default)]
pub struct Ground {
    pub(super) prices: Prices,
    /// Which devices take a licence.
    pub(super) hosts: Hosts,
    pub(super) eox: EoxIndex,
    /// PIDs with service or hardware in the book, and how often.
    pub(super) sold: BTreeMap<Arc<str>, usize>,
    /// Those of each family the catalogue knows.
    pub(super) families: HashMap<Arc<str>, Vec<Arc<str>>>,
    /// The day each import was made.
    pub(super) batch_days: HashMap<BatchId, NaiveDate>,
    /// What customers spend by portfolio.
    pub(super) spend: Spend,
    adoption: ByCustomer<AdoptionId>,
    lines: ByCustomer<LineId>,
    renewals: ByCustomer<RenewalId>,
}

impl Ground {
    /// Reads a book.
    pub fn of(scene: Scene<'_>) -> Ground {
        let Scene {
            snapshot,
            catalogue,
            ..
        } = scene;
        let mut gathering = Gathering::default();
        let mut spend = Gathered::default();
        let mut lines = Vec::with_capacity(snapshot.lines.len());
        for line in &snapshot.lines {
            let rate = line_run_rate(&line);
            gathering.add(&line, rate);
            spend.add(&line, rate, scene.today);
            lines.push((line.account, line.id));
        }
        for quote in &snapshot.quotes {
            for line in quote.lines.iter().filter(|l| l.kind == LineKind::Asset) {
                if let (Some(pid), Some(list)) = (&line.pid, line.unit_list) {
                    gathering.add_hardware(pid, quote.currency, list);
                }
            }
        }
        let sold = gathering.pids();
        let mut families: HashMap<Arc<str>, Vec<Arc<str>>> = HashMap::new();
        for pid in sold.keys() {
            if let Some(family) = catalogue.family_of(pid) {
                families.entry(family.into()).or_default().push(pid.clone());
            }
        }
        let renewals = snapshot.renewals.iter().filter_map(|renewal| {
            let contract = snapshot.contracts.get(renewal.contract)?;
            Some((contract.account, renewal.id))
        });
        let batches = snapshot.batches.iter();
        let adoption = snapshot.adoption.iter().map(|row| (row.account, row.id));
        let prices = gathering.finish(&families);
        Ground {
            hosts: Hosts::of(&scene.rules.attaches, &prices),
            prices,
            eox: EoxIndex::of(snapshot),
            batch_days: batches
                .filter_map(|batch| Some((batch.id, batch.at.get(..10)?.parse().ok()?)))
                .collect(),
            spend: spend.finish(&scene.rules.plays),
            adoption: ByCustomer::of(adoption.collect()),
            lines: ByCustomer::of(lines),
            renewals: ByCustomer::of(renewals.collect()),
            sold,
            families,
        }
    }

    /// Customers with lines, in order.
    pub(super) fn customers(&self) -> impl Iterator<Item = AccountId> {
        self.lines.ends.iter().map(|(account, _)| *account)
    }

    /// Customers with lines, in order, cut where so many parts have about as many lines each; none of no
    /// lines. What is worked out of one customer rests on no other, so that parts can be worked out beside
    /// each other.
    pub fn parts(&self, parts: usize) -> Vec<Vec<AccountId>> {
        let part = self.lines.values.len().div_ceil(parts.max(1)).max(1);
        let of = |(_, end): &(AccountId, u32)| (*end as usize).saturating_sub(1) / part;
        let cut = self.lines.ends.chunk_by(|a, b| of(a) == of(b));
        cut.map(|own| own.iter().map(|(account, _)| *account).collect())
            .collect()
    }

    /// The lines of a customer, in order.
    pub(super) fn lines_of(&self, account: AccountId) -> &[LineId] {
        self.lines.get(account)
    }

    /// The adoption states of a customer, in the order of the book.
    pub(super) fn adoption_of(&self, account: AccountId) -> &[AdoptionId] {
        self.adoption.get(account)
    }

    /// The renewals of a customer, in the order of the book.
    pub(super) fn renewals_of(&self, account: AccountId) -> &[RenewalId] {
        self.renewals.get(account)
    }
}
