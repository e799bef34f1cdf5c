//! What the plays know of a whole book, read once: prices by product, which lines and renewals belong
//! to which customer. Small enough to be kept, so that one suggestion can be told, or one customer's
//! worked out anew, without reading the book again.

use super::Scene;
use super::by_customer::{ByCustomer, LinesByCustomer, Numbers, Run};
use super::hosts::Hosts;
use super::price::{Gathering, Prices};
use super::spend::{Gathered, Spend};
use crate::catalogue::EoxIndex;
use crate::domain::ids::{AccountId, AdoptionId, BatchId, RenewalId};
use crate::domain::line::LineKind;
use crate::domain::lines::Figures;
use crate::pricing::line_run_rate;
use chrono::NaiveDate;
use foldhash::{HashMap, HashMapExt};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// A stretch of a book: lines and quotes by their places. Stretches can be read beside each other.
#[derive(Clone, Debug)]
pub struct Stretch {
    lines: Range<u32>,
    quotes: Range<usize>,
}

impl Stretch {
    /// The whole book in so many stretches.
    pub fn all(scene: Scene<'_>, parts: u32) -> impl Iterator<Item = Stretch> {
        let quotes = scene.snapshot.quotes.len();
        let one = quotes.div_ceil(parts.max(1) as usize);
        let lines = scene.snapshot.lines.stretches(parts).zip(0..);
        lines.map(move |(lines, at)| Stretch {
            lines,
            quotes: quotes.min(at * one)..quotes.min((at + 1) * one),
        })
    }

    /// What it says.
    pub fn read(self, scene: Scene<'_>) -> Read {
        let mut read = Read::default();
        let lines = scene.snapshot.lines.apart();
        for line in lines.within_as::<Figures>(self.lines) {
            let rate = line_run_rate(&line);
            read.gathering.add(&line, rate);
            read.spend.add(&line, rate, scene.today);
            Run::add(&mut read.runs, line.account, line.id);
        }
        read.runs.sort();
        let quotes = self.quotes.filter_map(|at| scene.snapshot.quotes.at(at));
        for quote in quotes {
            for line in quote.lines.iter().filter(|l| l.kind == LineKind::Asset) {
                if let (Some(pid), Some(list)) = (&line.pid, line.unit_list) {
                    read.gathering.add_hardware(pid, quote.currency, list);
                }
            }
        }
        read
    }
}

/// What a stretch of a book says.
#[derive(Debug, Default)]
pub struct Read {
    gathering: Gathering,
    spend: Gathered,
    runs: Vec<Run>,
}

impl Read {
    fn append(&mut self, other: Read) {
        if self.runs.is_empty() {
            let quotes = std::mem::replace(self, other);
            self.gathering.append(quotes.gathering);
            return;
        }
        self.gathering.append(other.gathering);
        self.spend.append(other.spend);
        self.runs.extend(other.runs);
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
    /// Those of each family the catalogue knows, in order of name.
    pub(super) families: HashMap<Arc<str>, Vec<Arc<str>>>,
    /// The day each import was made.
    pub(super) batch_days: HashMap<BatchId, NaiveDate>,
    /// What customers spend by portfolio.
    pub(super) spend: Spend,
    adoption: ByCustomer<AdoptionId>,
    lines: LinesByCustomer,
    renewals: ByCustomer<RenewalId>,
}

impl Ground {
    /// Reads a book.
    pub fn of(scene: Scene<'_>) -> Ground {
        let read = Stretch::all(scene, 1).map(|stretch| stretch.read(scene));
        Ground::joined(scene, read.collect())
    }

    /// What the stretches of a book say together, each of [`Stretch::all`] read, in their order.
    pub fn joined(scene: Scene<'_>, read: Vec<Read>) -> Ground {
        let Scene {
            snapshot,
            catalogue,
            ..
        } = scene;
        let mut all = Read::default();
        for one in read {
            all.append(one);
        }
        // each stretch is in order already
        all.runs.sort();
        let gathering = all.gathering;
        let sold = gathering.pids();
        let mut families: HashMap<Arc<str>, Vec<Arc<str>>> = HashMap::new();
        for pid in sold.keys() {
            if let Some(family) = catalogue.family_of(pid) {
                families.entry(family.into()).or_default().push(pid.clone());
            }
        }
        let renewals = snapshot.renewals.endings().filter_map(|renewal| {
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
            spend: all.spend.finish(&scene.rules.plays),
            adoption: ByCustomer::of(adoption.collect()),
            lines: LinesByCustomer::of(&all.runs),
            renewals: ByCustomer::of(renewals.collect()),
            sold,
            families,
        }
    }

    /// Customers with lines, in order.
    pub(super) fn customers(&self) -> impl Iterator<Item = AccountId> {
        self.lines.customers()
    }

    /// Customers with lines, in order, cut where so many parts have about as many lines each; none of no
    /// lines. What is worked out of one customer rests on no other, so that parts can be worked out beside
    /// each other.
    pub fn parts(&self, parts: usize) -> Vec<Vec<AccountId>> {
        self.lines.parts(parts)
    }

    /// The lines of a customer, in order.
    pub(super) fn lines_of(&self, account: AccountId) -> Numbers<'_> {
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
