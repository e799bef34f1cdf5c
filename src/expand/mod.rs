//! Expansion plays: facts in, suggestions with evidence out. Pure, reproducible: the same data,
//! rules and day give the same list in the same order.

mod accept;
mod adoption;
mod again;
mod attach;
mod by_customer;
mod candidates;
mod coterm;
mod customer;
mod device;
mod facts;
mod found;
mod gap;
mod ground;
mod group;
mod hosts;
mod into;
mod judge;
mod ladder;
mod list;
mod multi_year;
mod own;
mod part;
mod play;
mod price;
mod refresh;
mod renewals;
mod sisters;
mod spend;
mod stats;
mod sum;
mod takeover;
mod taking;
mod task;
mod uplift;
mod white;
mod whole;
mod win_back;
mod window;

pub use accept::{Accepting, accept};
pub use again::{Edits, touched_by};
pub use candidates::candidates;
pub use ground::{Ground, Read, Stretch};
pub use into::{Drafts, Into, currency, fits, into_quote, lines_into};
pub use list::{Brief, Suggestions};
pub use part::Part;
pub use play::Play;
pub use stats::{PlayCount, stats};
pub use task::{Task, task};

use crate::catalogue::Catalogue;
use crate::domain::ids::{AccountId, LineId, RenewalId};
use crate::domain::money::Money;
use crate::domain::portfolio::Portfolio;
use crate::domain::rules::Rules;
use crate::domain::snapshot::Snapshot;
use crate::domain::suggestion::{Decision, Verdict};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::sync::Arc;

/// What suggestions are made from: a book, the rules, the products and a day.
#[derive(Clone, Copy, Debug)]
pub struct Scene<'a> {
    /// The book.
    pub snapshot: &'a Snapshot,
    /// The rules.
    pub rules: &'a Rules,
    /// What is known of products.
    pub catalogue: &'a Catalogue,
    /// The day.
    pub today: NaiveDate,
}

/// One suggestion: a play for one customer and one product family.
#[derive(Clone, Debug, PartialEq)]
pub struct Suggestion {
    /// Stable key: play, account, family.
    pub key: String,
    /// Fingerprint of its facts; a dismissal holds until it changes.
    pub facts: String,
    /// The play.
    pub play: Play,
    /// The customer.
    pub account: AccountId,
    /// Customer name.
    pub customer: Arc<str>,
    /// Product family, or PID where no family is known.
    pub family: String,
    /// What to do, one line.
    pub what: String,
    /// Why, a sentence.
    pub why: String,
    /// The facts, each with its source.
    pub evidence: Vec<Evidence>,
    /// The lines it is about.
    pub lines: Vec<LineId>,
    /// A renewal of the customer it fits into, if one is open.
    pub renewal: Option<RenewalId>,
    /// Devices counted.
    pub devices: Decimal,
    /// Estimated value: a year of service, hardware once (`value_basis` says which);
    /// `None` is "value unknown", never zero.
    pub value: Option<Money>,
    /// What the value is an amount of: `a year`, `over the allowed term`, `at risk`.
    pub per: &'static str,
    /// How the value was found, or why it is unknown.
    pub value_basis: String,
    /// The date after which it makes no sense any more.
    pub deadline: Option<NaiveDate>,
    /// What that date is.
    pub deadline_basis: String,
    /// Confidence factor 0-1 used in the rank, and its word.
    pub confidence: (Decimal, &'static str),
    /// Rank: value × confidence × closeness of the deadline; where the value is unknown, devices
    /// take its place, and such suggestions come after all valued ones.
    pub rank: Decimal,
    /// Closeness factor used.
    pub closeness: Decimal,
    /// The portfolio whose metrics it would touch.
    pub portfolio: Option<Portfolio>,
    /// What would make it wrong.
    pub caveat: String,
    /// What was refused on the way, each with its reason (past attach date, masked, …).
    pub refused: Vec<String>,
    /// Other plays that its devices fit too.
    pub notes: Vec<String>,
    /// The newest decision on it, if it still holds.
    pub decision: Option<Decision>,
}

/// A fact and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The fact.
    pub fact: String,
    /// Its source: file and row, table and confidence, or the rep's edit.
    pub source: String,
    /// The line it is about, if one.
    pub line: Option<LineId>,
}

impl Suggestion {
    /// True while it waits for an answer: no decision holds.
    pub fn is_open(&self) -> bool {
        self.decision.is_none()
    }

    /// True when it was dismissed or put off, and that still holds: it stays off the list.
    pub fn is_away(&self) -> bool {
        self.decision.as_ref().is_some_and(|decision| {
            matches!(
                decision.verdict,
                Verdict::Dismissed { .. } | Verdict::Snoozed { .. }
            )
        })
    }
}

/// The suggestions a rep should see, best first: open ones and accepted ones. Dismissed ones stay
/// away until their facts change, snoozed ones until their day.
pub fn suggest(
    snapshot: &Snapshot,
    rules: &Rules,
    catalogue: &Catalogue,
    today: NaiveDate,
) -> Vec<Suggestion> {
    let mut list = suggest_all(snapshot, rules, catalogue, today);
    list.retain(|suggestion| !suggestion.is_away());
    list
}

/// As [`suggest`], with the dismissed and snoozed ones, each carrying its decision. Valued
/// suggestions come first by rank, those in the book's commonest currency before the others (ranks
/// in different currencies do not compare), then those without a value by rank; ties by deadline,
/// then key.
pub fn suggest_all(
    snapshot: &Snapshot,
    rules: &Rules,
    catalogue: &Catalogue,
    today: NaiveDate,
) -> Vec<Suggestion> {
    let scene = Scene {
        snapshot,
        rules,
        catalogue,
        today,
    };
    let ground = Ground::of(scene);
    let mut facts = facts::Facts::new(scene, &ground);
    let mut all: Vec<Suggestion> = Vec::new();
    for account in ground.customers() {
        let own = list::each_of(&mut facts, account).into_iter();
        all.extend(own.map(|(_, suggestion)| suggestion));
    }
    all.sort_by_cached_key(|s| part::order(&ground, s.value, s.rank, s.deadline, s.key.clone()));
    all
}

fn key_of(play: Play, account: AccountId, family: &str) -> String {
    format!("{}/{account}/{family}", play.id())
}
