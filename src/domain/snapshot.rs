//! Everything the desk knows at one moment, as plain values: the form in which pure code sees the
//! book. The store fills it, a [`Patch`] keeps it current after an edit; nothing here reads a file.

use super::account::{Account, Site};
use super::activity::Activity;
use super::adoption::Adoption;
use super::baseline::BaselineRow;
use super::batch::Batch;
use super::contract::Contract;
use super::eox::EoxRecord;
use super::ids::*;
use super::incentive::{OfferGroup, Rate, UseCase};
use super::line::Line;
use super::lines::Lines;
use super::packed::Packed;
use super::quote::Quote;
use super::record::{PackVersion, StoredProjection};
use super::renewal::Renewal;
use super::suggestion::Decision;
use super::view::SavedView;
use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasherDefault, Hash, Hasher};
use std::sync::Arc;
use uuid::Uuid;

/// Rows of one kind with an index by id. Rows keep the order they were put in; a removed row
/// leaves no hole (the last one takes its place).
#[derive(Clone, Debug)]
pub struct Rows<K, T> {
    rows: Vec<T>,
    index: HashMap<K, u32, BuildHasherDefault<IdHasher>>,
}

/// Hashes ids. They come from the book, not from strangers, and a million of them are indexed
/// when it opens, so two multiplications do where the standard hasher takes a hundred steps.
#[derive(Clone, Copy, Debug, Default)]
pub struct IdHasher(u64);

impl Hasher for IdHasher {
    fn write(&mut self, bytes: &[u8]) {
        for word in bytes.chunks(8) {
            let word = word
                .iter()
                .fold(0, |word, byte| word << 8 | u64::from(*byte));
            let mixed = (self.0 ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            self.0 = mixed ^ (mixed >> 32);
        }
    }

    fn finish(&self) -> u64 {
        // The map takes the top seven bits for its control bytes and the low ones for the slot.
        self.0.wrapping_mul(0xd6e8_feb8_6659_fd93)
    }
}

impl<K, T> Default for Rows<K, T> {
    fn default() -> Self {
        Rows {
            rows: Vec::new(),
            index: HashMap::default(),
        }
    }
}

/// Things that carry their own id.
pub trait Keyed {
    /// The id type.
    type Key: Copy + Eq + Hash;
    /// The id.
    fn key(&self) -> Self::Key;
}

macro_rules! keyed {
    ($($entity:ty => $key:ty),+ $(,)?) => {$(
        impl Keyed for $entity {
            type Key = $key;
            fn key(&self) -> $key { self.id }
        }
    )+};
}

keyed! {
    Account => AccountId, Site => SiteId, Contract => ContractId, Line => LineId,
    Renewal => RenewalId, Quote => QuoteId, Decision => DecisionId, Adoption => AdoptionId,
    BaselineRow => BaselineId, Activity => ActivityId, Batch => BatchId, EoxRecord => EoxId,
    SavedView => ViewId, PackVersion => PackVersionId,
    StoredProjection => ProjectionId, Rate => RateId, OfferGroup => OfferGroupId, UseCase => UseCaseId,
}

impl<T: Keyed> Rows<T::Key, T> {
    /// An empty set with room for `n` rows.
    pub fn with_capacity(n: usize) -> Self {
        Rows {
            rows: Vec::with_capacity(n),
            index: HashMap::with_capacity_and_hasher(n, BuildHasherDefault::default()),
        }
    }

    /// The row with that id.
    pub fn get(&self, id: T::Key) -> Option<&T> {
        self.index
            .get(&id)
            .and_then(|&at| self.rows.get(at as usize))
    }

    /// Adds a row or replaces the one with its id.
    pub fn put(&mut self, row: T) {
        match self.index.get(&row.key()) {
            Some(&at) => {
                if let Some(slot) = self.rows.get_mut(at as usize) {
                    *slot = row;
                }
            }
            None => {
                self.index.insert(row.key(), self.rows.len() as u32);
                self.rows.push(row);
            }
        }
    }

    /// Removes a row.
    pub fn remove(&mut self, id: T::Key) -> Option<T> {
        let at = self.index.remove(&id)? as usize;
        let gone = self.rows.swap_remove(at);
        if let Some(moved) = self.rows.get(at) {
            self.index.insert(moved.key(), at as u32);
        }
        Some(gone)
    }

    /// All rows.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.rows.iter()
    }

    /// All rows as a slice.
    pub fn as_slice(&self) -> &[T] {
        &self.rows
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// True without rows.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

impl<T: Keyed> FromIterator<T> for Rows<T::Key, T> {
    fn from_iter<I: IntoIterator<Item = T>>(rows: I) -> Self {
        let rows: Vec<T> = rows.into_iter().collect();
        let index = rows
            .iter()
            .enumerate()
            .map(|(at, row)| (row.key(), at as u32))
            .collect();
        Rows { rows, index }
    }
}

impl<'a, K, T> IntoIterator for &'a Rows<K, T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;
    fn into_iter(self) -> Self::IntoIter {
        self.rows.iter()
    }
}

/// The whole book as values.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// Sequence number of the last operation it holds.
    pub op_seq: i64,
    /// Customers.
    pub accounts: Packed<Account>,
    /// Places.
    pub sites: Packed<Site>,
    /// Contracts and subscriptions.
    pub contracts: Packed<Contract>,
    /// Coverage lines.
    pub lines: Lines,
    /// Ids that lines had before they were numbered, where a decision may rest on them.
    pub earlier_ids: Arc<HashMap<LineId, Uuid>>,
    /// Renewals.
    pub renewals: Packed<Renewal>,
    /// Quotes with their lines.
    pub quotes: Packed<Quote>,
    /// Decisions on suggestions.
    pub decisions: Rows<DecisionId, Decision>,
    /// Adoption states.
    pub adoption: Rows<AdoptionId, Adoption>,
    /// Assessment rows, all months.
    pub baseline: Rows<BaselineId, BaselineRow>,
    /// Activities.
    pub activities: Packed<Activity>,
    /// Imports.
    pub batches: Rows<BatchId, Batch>,
    /// Imported end-of-life records.
    pub eox: Rows<EoxId, EoxRecord>,
    /// Saved views.
    pub views: Rows<ViewId, SavedView>,
    /// Incentive rates the partner loaded.
    pub rates: Rows<RateId, Rate>,
    /// Offer groups of products, as loaded.
    pub offer_groups: Rows<OfferGroupId, OfferGroup>,
    /// Use cases with their adoption incentive.
    pub use_cases: Rows<UseCaseId, UseCase>,
    /// Rule packs the book has used.
    pub packs: Rows<PackVersionId, PackVersion>,
    /// Projections that were kept, oldest first.
    pub projections: Rows<ProjectionId, StoredProjection>,
    /// Settings kept in the book: `user`, `demo`, `fy27_extra_week`, …
    pub settings: BTreeMap<String, String>,
}

impl Snapshot {
    /// True for a demo book, which is watermarked everywhere.
    pub fn is_demo(&self) -> bool {
        self.settings.get("demo").is_some_and(|v| v == "true")
    }

    /// Brings the values up to date after an edit.
    pub fn apply(&mut self, patch: Patch) {
        if let Some(full) = patch.full {
            *self = *full;
            return;
        }
        self.op_seq = self.op_seq.max(patch.op_seq);
        for row in patch.rows {
            row.put_into(self);
        }
        for (key, value) in patch.settings {
            match value {
                Some(value) => self.settings.insert(key, value),
                None => self.settings.remove(&key),
            };
        }
    }
}

/// What one operation changed, as the rows now stand.
#[derive(Clone, Debug, Default)]
pub struct Patch {
    /// Sequence number of the operation.
    pub op_seq: i64,
    /// Changed rows.
    pub rows: Vec<RowPatch>,
    /// Changed settings; `None` removes.
    pub settings: Vec<(String, Option<String>)>,
    /// The whole book anew, where listing rows would be longer (imports, their undo, restore).
    pub full: Option<Box<Snapshot>>,
}

macro_rules! row_patch {
    ($($variant:ident($entity:ident, $key:ident) => $field:ident),+ $(,)?) => {
        /// One changed row: its new value, or the id of a row that is no more.
        #[derive(Clone, Debug)]
        pub enum RowPatch {
            $(
                #[doc = concat!("A changed or removed row of `", stringify!($field), "`.")]
                $variant($key, Option<Box<$entity>>),
            )+
        }

        impl RowPatch {
            fn put_into(self, snapshot: &mut Snapshot) {
                match self {
                    $(
                        RowPatch::$variant(_, Some(row)) => snapshot.$field.put(*row),
                        RowPatch::$variant(id, None) => { snapshot.$field.remove(id); }
                    )+
                }
            }
        }
    };
}

row_patch! {
    Account(Account, AccountId) => accounts,
    Site(Site, SiteId) => sites,
    Contract(Contract, ContractId) => contracts,
    Line(Line, LineId) => lines,
    Renewal(Renewal, RenewalId) => renewals,
    Quote(Quote, QuoteId) => quotes,
    Decision(Decision, DecisionId) => decisions,
    Adoption(Adoption, AdoptionId) => adoption,
    Baseline(BaselineRow, BaselineId) => baseline,
    Activity(Activity, ActivityId) => activities,
    Batch(Batch, BatchId) => batches,
    Eox(EoxRecord, EoxId) => eox,
    View(SavedView, ViewId) => views,
    Pack(PackVersion, PackVersionId) => packs,
    Projection(StoredProjection, ProjectionId) => projections,
    Rate(Rate, RateId) => rates,
    OfferGroup(OfferGroup, OfferGroupId) => offer_groups,
    UseCase(UseCase, UseCaseId) => use_cases,
}
