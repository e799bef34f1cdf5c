//! The suggestions of a book as a desk keeps them: of each only what a list is ordered, counted and
//! decided by. A large book has tens of thousands, and nobody reads more than a page of them; what one
//! says in words is made when somebody looks.

use super::facts::Facts;
use super::ground::Ground;
use super::group::{self, GroupKey};
use super::part::{Finding, Kept, Named, Part};
use super::whole;
use super::{
    Play, Scene, Suggestion, adoption, attach, gap, multi_year, refresh, takeover, uplift,
};
use super::{win_back, window};
use crate::domain::ids::AccountId;
use crate::domain::money::Money;
use crate::domain::suggestion::{Decision, Plays};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::cmp::Reverse;
use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, PoisonError};

/// How many that somebody looked at are kept in full.
const LOOKED_AT: usize = 512;

/// One suggestion in short.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Brief<'a> {
    /// The play.
    pub play: Play,
    /// The customer.
    pub account: AccountId,
    /// Product family, or PID where no family is known.
    pub family: &'a str,
    /// Estimated value; `None` is unknown.
    pub value: Option<Money>,
    /// The date after which it makes no sense any more.
    pub deadline: Option<NaiveDate>,
    /// Its place in the list, see [`Suggestion::rank`].
    pub rank: Decimal,
    /// The newest decision on it, if it still holds.
    pub decision: Option<&'a Decision>,
}

impl<'a> Brief<'a> {
    /// Stable key: play, account, family.
    pub fn key(&self) -> String {
        super::key_of(self.play, self.account, self.family)
    }

    /// True while it waits for an answer: no decision holds.
    pub fn is_open(&self) -> bool {
        self.decision.is_none()
    }

    /// What it is found by.
    pub(super) fn place(&self) -> (AccountId, Play, &'a str) {
        (self.account, self.play, self.family)
    }

    /// What can be said of it where the book moved on and it no longer follows.
    fn moved_on(&self, scene: Scene<'_>) -> Suggestion {
        let customer = scene.snapshot.accounts.get(self.account);
        Suggestion {
            key: self.key(),
            facts: String::new(),
            play: self.play,
            account: self.account,
            customer: customer.map_or("unknown customer".into(), |account| account.name.clone()),
            family: self.family.to_string(),
            what: format!("{}: {}", self.play.title(), self.family),
            why: "The book has changed; the suggestions are being computed anew.".to_string(),
            evidence: Vec::new(),
            lines: Vec::new(),
            renewal: None,
            devices: Decimal::ZERO,
            value: self.value,
            value_basis: String::new(),
            deadline: self.deadline,
            deadline_basis: String::new(),
            confidence: (Decimal::ZERO, "low"),
            rank: self.rank,
            closeness: Decimal::ZERO,
            portfolio: None,
            caveat: String::new(),
            refused: Vec::new(),
            notes: Vec::new(),
            per: "",
            decision: self.decision.cloned(),
        }
    }
}

/// The suggestions of a book, best first, with what the book says at large.
#[derive(Debug, Default)]
pub struct Suggestions {
    pub(super) list: Vec<Kept>,
    pub(super) named: Named,
    /// Places of those that wait for a decision, best first.
    pub(super) open: Vec<u32>,
    /// Places of those decided on, newest decision first.
    pub(super) decided: Vec<u32>,
    /// Places, a customer's after another's, in order of play and family.
    pub(super) by_account: Vec<u32>,
    /// What waits at each customer that something waits at.
    pub(super) plays: Arc<HashMap<AccountId, Arc<Plays>>>,
    pub(super) ground: Arc<Ground>,
    /// In full by place: those of customers with very many lines.
    pub(super) large: HashMap<u32, Arc<Suggestion>>,
    pub(super) made: Mutex<Made>,
    /// The operation of the book and the day they are of; none of no book.
    pub(super) of: Option<(i64, NaiveDate)>,
}

/// Suggestions somebody looked at, with the state of the book they are about.
#[derive(Debug, Default)]
pub(super) struct Made {
    of: (i64, NaiveDate),
    full: HashMap<u32, Arc<Suggestion>>,
}

impl Suggestions {
    /// All suggestions, in the order of [`suggest_all`](super::suggest_all).
    pub fn of(scene: Scene<'_>) -> Suggestions {
        let ground = Ground::of(scene);
        let part = Part::of(scene, &ground, ground.customers());
        Suggestions::joined(scene, ground, vec![part])
    }

    /// The list from its parts, which together are about every customer of
    /// [`Ground::parts`], each once.
    pub fn joined(scene: Scene<'_>, ground: Ground, parts: Vec<Part>) -> Suggestions {
        let mut finding = Finding::default();
        let mut large = Vec::new();
        for part in parts {
            finding.append(part.found);
            large.extend(part.large);
        }
        let (list, named, found) = finding.sorted(&ground);
        let (open, decided) = split(&list, &named);
        let brief = |at: &u32| list.get(*at as usize).and_then(|kept| named.brief(kept));
        // as they were found they are nearly in order, and a stable sort has little to do
        let mut by_account = found;
        by_account.sort_by(|a, b| {
            let place = |at| brief(at).map(|brief| brief.place());
            place(a).cmp(&place(b))
        });
        let plays = Arc::new(plays(open.iter().filter_map(brief)));
        let mut all = Suggestions {
            open,
            decided,
            by_account,
            plays,
            list,
            named,
            ground: Arc::new(ground),
            large: HashMap::new(),
            made: Mutex::default(),
            of: Some((scene.snapshot.op_seq, scene.today)),
        };
        let large = large.into_iter();
        let large = large.filter_map(|full| Some((all.place(&full)?, Arc::new(full))));
        all.large = large.collect();
        all
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// True where there is none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// One, in short.
    pub fn get(&self, at: usize) -> Option<Brief<'_>> {
        self.named.brief(self.list.get(at)?)
    }

    /// All, in short, best first.
    pub fn iter(&self) -> impl Iterator<Item = Brief<'_>> {
        self.list.iter().filter_map(|kept| self.named.brief(kept))
    }

    /// Places of those that wait for a decision, best first.
    pub fn open(&self) -> &[u32] {
        &self.open
    }

    /// Places of those decided on, newest decision first.
    pub fn decided(&self) -> &[u32] {
        &self.decided
    }

    /// Places of a customer's, best first.
    pub fn of_account(&self, account: AccountId) -> Vec<u32> {
        let of = |at: &u32| self.get(*at as usize).map(|brief| brief.account);
        let first = self.by_account.partition_point(|at| of(at) < Some(account));
        let last = self
            .by_account
            .partition_point(|at| of(at) <= Some(account));
        let own = self.by_account.get(first..last).unwrap_or_default();
        let mut places = own.to_vec();
        places.sort_unstable();
        places
    }

    /// What waits at each customer that something waits at.
    pub fn plays(&self) -> &Arc<HashMap<AccountId, Arc<Plays>>> {
        &self.plays
    }

    /// The operation of the book and the day they are of; none of no book.
    pub fn of_state(&self) -> Option<(i64, NaiveDate)> {
        self.of
    }

    /// What the book says at large.
    pub fn ground(&self) -> &Ground {
        &self.ground
    }

    /// One in full, by its place: as the book says it now.
    pub fn full(&self, at: usize, scene: Scene<'_>) -> Option<Arc<Suggestion>> {
        let brief = self.get(at)?;
        let place = u32::try_from(at).ok()?;
        if let Some(kept) = self.large.get(&place) {
            return Some(Arc::clone(kept));
        }
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let now = (scene.snapshot.op_seq, scene.today);
        if made.of != now {
            made.of = now;
            made.full.clear();
        }
        if let Some(known) = made.full.get(&place) {
            return Some(Arc::clone(known));
        }
        if made.full.len() >= LOOKED_AT {
            made.full.clear();
        }
        // the customer's others are mostly asked for next
        let mut facts = Facts::new(scene, &self.ground);
        for (_, full) in each_of(&mut facts, brief.account) {
            if let Some(place) = self.place(&full) {
                made.full.insert(place, Arc::new(full));
            }
        }
        let anew = || Arc::new(brief.moved_on(scene));
        Some(Arc::clone(made.full.entry(place).or_insert_with(anew)))
    }

    /// Hands over all that still follow from the book in full, with their places, a customer's after
    /// another's, until told to stop.
    pub fn each(
        &self,
        scene: Scene<'_>,
        mut take: impl FnMut(usize, Suggestion) -> ControlFlow<()>,
    ) {
        let mut facts = Facts::new(scene, &self.ground);
        let account = |at: &u32| self.get(*at as usize).map(|brief| brief.account);
        for own in self.by_account.chunk_by(|a, b| account(a) == account(b)) {
            let Some(account) = own.first().and_then(account) else {
                continue;
            };
            for (_, full) in each_of(&mut facts, account) {
                let Some(at) = self.place(&full) else {
                    continue;
                };
                if take(at as usize, full).is_break() {
                    return;
                }
            }
        }
    }

    /// The place of a suggestion.
    pub(super) fn place(&self, full: &Suggestion) -> Option<u32> {
        let place = (full.account, full.play, full.family.as_str());
        let of = |at: &u32| self.get(*at as usize).map(|brief| brief.place());
        let found = self.by_account.binary_search_by_key(&Some(place), of);
        found.ok().and_then(|at| self.by_account.get(at).copied())
    }
}

/// Places of those that wait for a decision, best first, and of those decided on, newest decision first.
pub(super) fn split(list: &[Kept], named: &Named) -> (Vec<u32>, Vec<u32>) {
    let is_open = |at: &u32| list.get(*at as usize).is_some_and(|k| k.decision == 0);
    let places = 0..list.len() as u32;
    let (mut open, mut decided): (Vec<u32>, Vec<u32>) = places.partition(is_open);
    open.shrink_to_fit();
    let brief = |at: &u32| list.get(*at as usize).and_then(|kept| named.brief(kept));
    decided.sort_by_key(|at| Reverse(brief(at).and_then(|b| Some(b.decision?.on))));
    (open, decided)
}

/// What waits at each customer, from the open suggestions, best ranked first.
pub(super) fn plays<'a>(open: impl Iterator<Item = Brief<'a>>) -> HashMap<AccountId, Arc<Plays>> {
    let mut plays: HashMap<AccountId, Plays> = HashMap::new();
    for brief in open {
        let known = plays.entry(brief.account).or_default();
        known.open += 1;
        known.best = match (known.best, brief.value) {
            (Some(best), Some(value))
                if value.currency == best.currency && value.amount > best.amount =>
            {
                Some(value)
            }
            (best, value) => best.or(value),
        };
    }
    let shared = plays.into_iter();
    shared
        .map(|(account, own)| (account, Arc::new(own)))
        .collect()
}

/// Every suggestion for one customer, those about devices in order of play and family before those about
/// the customer.
pub(super) fn each_of(facts: &mut Facts<'_>, account: AccountId) -> Vec<(GroupKey, Suggestion)> {
    let lines = facts.lines_of(account);
    let mut whole = adoption::of_account(facts, account, &lines);
    let mut groups = group::of_account(facts, account, &lines, &mut whole);
    whole.extend(whole::of_account(facts, account, &lines));
    if facts.words {
        whole::share(&mut groups, &mut whole, &lines);
    }
    let mut all = Vec::with_capacity(groups.len() + whole.len());
    for (key, group) in groups {
        let made = match key.play {
            Play::WindowClosing => window::suggestion(facts, &key, &group),
            Play::LdosRefresh => refresh::suggestion(facts, &key, &group),
            Play::CoverageGap => gap::suggestion(facts, &key, &group),
            Play::LapsedWinBack => win_back::suggestion(facts, &key, &group),
            Play::Takeover => takeover::suggestion(facts, &key, &group),
            Play::Attach => attach::suggestion(facts, &key, &group),
            Play::TierUplift => uplift::suggestion(facts, &key, &group),
            Play::MultiYear => multi_year::suggestion(facts, &key, &group),
            // these are about the customer, not about devices
            Play::AdoptionStalled | Play::CoTerm | Play::Whitespace => None,
        };
        all.extend(made.map(|made| (key, made)));
    }
    for whole::Made { key, group, pitch } in whole {
        let made = group::suggestion(facts, &key, &group, pitch);
        all.push((key, made));
    }
    all
}
