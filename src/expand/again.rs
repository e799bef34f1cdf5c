//! The list after an edit. What is suggested to a customer follows from the book at large (prices, what
//! others spend, notices) and from what is the customer's own; an edit that leaves the former alone changes
//! the suggestions of the customers it touches and no others, and these are put into the list that is there.

use super::list::{Brief, plays, split};
use super::part::{Kept, Named, Part};
use super::{Scene, Suggestion, Suggestions};
use crate::domain::ids::{AccountId, QuoteId};
use crate::domain::line::LineKind;
use crate::domain::money::Currency;
use crate::domain::quote::Quote;
use crate::domain::snapshot::{Patch, RowPatch, Snapshot};
use rust_decimal::Decimal;
use std::collections::{BTreeSet, HashMap, VecDeque};
use std::ops::Range;
use std::sync::{Arc, Mutex};

/// The place of what is gone.
const GONE: u32 = u32::MAX;

/// The customers whose suggestions a patch may change, to be asked before it is applied; `None` where it
/// changes what the book says at large, so that all are to be worked out.
pub fn touched_by(patch: &Patch, before: &Snapshot) -> Option<BTreeSet<AccountId>> {
    if patch.full.is_some() {
        return None;
    }
    let mut touched = BTreeSet::new();
    for row in &patch.rows {
        match row {
            // of a renewal the plays ask where it stands; which there are is known at large
            RowPatch::Renewal(id, after) => {
                let (old, new) = (before.renewals.get(*id)?, after.as_ref()?);
                if old.contract != new.contract {
                    return None;
                }
                touched.extend(before.contracts.get(old.contract).map(|c| c.account));
            }
            RowPatch::Decision(id, after) => {
                let old = before.decisions.get(*id).map(|old| &old.key);
                for key in old.into_iter().chain(after.as_ref().map(|new| &new.key)) {
                    touched.insert(account_of(key)?);
                }
            }
            RowPatch::Quote(id, after) if prices_differ(*id, after.as_deref(), before) => {
                return None;
            }
            // no play asks for these, or only for words that are made when somebody looks
            RowPatch::Quote(..)
            | RowPatch::Activity(..)
            | RowPatch::View(..)
            | RowPatch::Projection(..)
            | RowPatch::Baseline(..) => {}
            _ => return None,
        }
    }
    Some(touched)
}

/// Edits of a book one after another, each with the customers it touched.
#[derive(Debug)]
pub struct Edits {
    /// The operation of the book it was read at.
    read_at: i64,
    list: VecDeque<Edit>,
}

#[derive(Debug)]
struct Edit {
    /// Operations of the book before it and with it.
    of: Range<i64>,
    touched: Option<BTreeSet<AccountId>>,
}

/// Edits that are remembered; of a book that had more, all suggestions are worked out.
const REMEMBERED: usize = 1_024;

impl Edits {
    /// None yet, of a book that was just read.
    pub fn of(snapshot: &Snapshot) -> Edits {
        Edits {
            read_at: snapshot.op_seq,
            list: VecDeque::new(),
        }
    }

    /// The operation of the book it was read at: what was worked out of an earlier one is of another book.
    pub fn read_at(&self) -> i64 {
        self.read_at
    }

    /// Remembers a patch before it is applied.
    pub fn note(&mut self, patch: &Patch, before: &Snapshot) {
        if self.list.len() >= REMEMBERED {
            self.list.pop_front();
        }
        self.list.push_back(Edit {
            of: before.op_seq..patch.op_seq,
            touched: touched_by(patch, before),
        });
    }

    /// The customers touched between two operations; `None` where not every edit between them is
    /// remembered, or one of them touched the book at large.
    pub fn between(&self, from: i64, to: i64) -> Option<BTreeSet<AccountId>> {
        let (mut all, mut at) = (BTreeSet::new(), from);
        for edit in self.list.iter().filter(|edit| edit.of.start >= from) {
            if edit.of.start != at {
                return None;
            }
            at = edit.of.end;
            all.extend(edit.touched.as_ref()?);
        }
        (at == to).then_some(all)
    }

    /// Forgets what an operation is later than.
    pub fn forget(&mut self, op_seq: i64) {
        self.list.retain(|edit| edit.of.start >= op_seq);
    }
}

/// The customer in the key of a suggestion.
fn account_of(key: &str) -> Option<AccountId> {
    key.split('/').nth(1)?.parse().ok().map(AccountId)
}

/// True where a quote shows other prices of hardware than before: those are the book's.
fn prices_differ(id: QuoteId, after: Option<&Quote>, before: &Snapshot) -> bool {
    // that is quickly told, and most quotes show none
    let was = before.quotes.head(id).is_some_and(|head| head.assets);
    let shows = |quote: &Quote| quote.lines.iter().any(|line| line.kind == LineKind::Asset);
    if !was && !after.is_some_and(shows) {
        return false;
    }
    let old = before.quotes.get(id);
    hardware(old.as_ref()) != hardware(after)
}

fn hardware(quote: Option<&Quote>) -> Vec<(&str, Currency, Decimal)> {
    let Some(quote) = quote else {
        return Vec::new();
    };
    let lines = quote.lines.iter().filter(|l| l.kind == LineKind::Asset);
    let priced = lines.filter_map(|l| Some((l.pid.as_deref()?, quote.currency, l.unit_list?)));
    priced.collect()
}

impl Suggestions {
    /// The suggestions of a book that differs from the one these are of by edits that touched these
    /// customers ([`touched_by`] of each), on the same day: what [`Suggestions::of`] finds, at the price of
    /// the customers and of a copy of the list.
    pub fn again(&self, scene: Scene<'_>, touched: &BTreeSet<AccountId>) -> Suggestions {
        let with_lines = |id: &&AccountId| self.ground.lines_of(**id).len() > 0;
        let accounts = touched.iter().filter(with_lines).copied();
        let part = Part::of(scene, &self.ground, accounts);
        let (fresh, named) = part.found.named_beside(&self.named);
        let mut gone: Vec<u32> = touched.iter().flat_map(|id| self.of_account(*id)).collect();
        gone.sort_unstable();
        let woven = self.woven(&named, fresh, &gone);
        let mut found = Suggestions {
            open: Vec::new(),
            decided: Vec::new(),
            by_account: woven.kept(&self.by_account).collect(),
            plays: Arc::clone(&self.plays),
            large: HashMap::new(),
            list: woven.list,
            named,
            ground: Arc::clone(&self.ground),
            made: Mutex::default(),
            of: Some((scene.snapshot.op_seq, scene.today)),
        };
        let moved = |at: u32| woven.moved.get(at as usize).filter(|to| **to != GONE);
        let large = self.large.iter();
        found.large = large
            .filter_map(|(at, full)| Some((*moved(*at)?, Arc::clone(full))))
            .collect();
        found.take_places(&woven.came);
        found.take_large(part.large);
        found.take_plays(touched);
        found
    }

    /// The list without what is gone, and what came where it belongs.
    fn woven(&self, named: &Named, mut fresh: Vec<Kept>, gone: &[u32]) -> Woven {
        fresh.sort_by_cached_key(|kept| named.order(kept, &self.ground));
        let mut woven = Woven {
            list: Vec::with_capacity(self.list.len() + fresh.len() - gone.len()),
            moved: vec![GONE; self.list.len()],
            came: Vec::with_capacity(fresh.len()),
        };
        let (mut from, mut gone) = (0, gone);
        for kept in fresh {
            let own = named.order(&kept, &self.ground);
            let before = |old: &Kept| named.order(old, &self.ground) < own;
            let to = self.list.partition_point(before);
            woven.copy(&self.list, from..to, &mut gone);
            from = to;
            woven.came.push(woven.list.len() as u32);
            woven.list.push(kept);
        }
        woven.copy(&self.list, from..self.list.len(), &mut gone);
        woven
    }

    /// Puts what came into the places by customer, and finds what waits and what was decided.
    fn take_places(&mut self, came: &[u32]) {
        for at in came {
            let place = |at: &u32| self.get(*at as usize).map(|brief| brief.place());
            let own = place(at);
            let before = self.by_account.partition_point(|other| place(other) < own);
            self.by_account.insert(before, *at);
        }
        (self.open, self.decided) = split(&self.list, &self.named);
    }

    fn take_large(&mut self, large: Vec<Suggestion>) {
        let placed = |full: Suggestion| Some((self.place(&full)?, Arc::new(full)));
        let placed: Vec<_> = large.into_iter().filter_map(placed).collect();
        self.large.extend(placed);
    }

    fn take_plays(&mut self, touched: &BTreeSet<AccountId>) {
        let mut waiting = (*self.plays).clone();
        for account in touched {
            let own = self.of_account(*account);
            let own = own.iter().filter_map(|at| self.get(*at as usize));
            match plays(own.filter(Brief::is_open)).remove(account) {
                Some(found) => waiting.insert(*account, found),
                None => waiting.remove(account),
            };
        }
        self.plays = Arc::new(waiting);
    }
}

/// A list as it is put together.
struct Woven {
    list: Vec<Kept>,
    /// Where each of the old list stands now.
    moved: Vec<u32>,
    /// Places of what came.
    came: Vec<u32>,
}

impl Woven {
    /// Takes a part of the old list over without what is gone of it; `gone` begins with what the part has.
    fn copy(&mut self, old: &[Kept], part: Range<usize>, gone: &mut &[u32]) {
        let mut from = part.start;
        while from < part.end {
            let next = gone.first().map(|at| *at as usize);
            let next = next.filter(|at| *at < part.end);
            let to = next.unwrap_or(part.end);
            let place = self.list.len() as u32;
            for (slot, place) in self.moved.iter_mut().take(to).skip(from).zip(place..) {
                *slot = place;
            }
            self.list
                .extend_from_slice(old.get(from..to).unwrap_or_default());
            from = to;
            if next.is_some() {
                *gone = gone.get(1..).unwrap_or_default();
                from += 1;
            }
        }
    }

    /// The places now of those of the old list that are still there.
    fn kept<'a>(&'a self, places: &'a [u32]) -> impl Iterator<Item = u32> + 'a {
        let moved = places.iter().filter_map(|at| self.moved.get(*at as usize));
        moved.copied().filter(|place| *place != GONE)
    }
}
