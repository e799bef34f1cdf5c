//! Two or three sources laid side by side: the book, a distributor's file, the customer's own list.
//! Says which records speak of the same box, what they disagree on, and what only one of them has.
//! Knows no file and no store: records come in, findings go out, and the order in which records or
//! sources are handed over changes nothing.

mod decision;
mod finding;
mod own;
mod pair;
mod record;

pub use decision::{Decision, How, LATER_DAYS, PREFIX, Taking, decided};
pub use finding::{Differs, Finding, Given, Kind, Member, Report};
pub use own::{Scope, of_book};
pub use record::{Field, Rank, Record, Source, Value};

use std::sync::Arc;

/// Sources that can be laid side by side at once.
pub const MOST_SOURCES: usize = 8;

/// Compares sources. Every record of every source is in exactly one finding; sources beyond
/// [`MOST_SOURCES`] are left out. Findings come in the order of [`Kind::ALL`], then by serial,
/// instance, contract and place.
pub fn reconcile(sources: &[Arc<Source>]) -> Report {
    let mut sources: Vec<Arc<Source>> = sources.iter().take(MOST_SOURCES).cloned().collect();
    // Who comes first decides how a tie falls, so it may not depend on who was handed over first.
    sources.sort_by(|a, b| {
        let place = |source: &Source| (source.rank, std::cmp::Reverse(source.day));
        place(a)
            .cmp(&place(b))
            .then_with(|| a.name.cmp(&b.name))
            .then_with(|| contents(a).cmp(&contents(b)))
    });
    let paired = pair::pair(&sources);
    finding::report(sources, &paired)
}

/// All a source says, whatever order it says it in.
fn contents(source: &Source) -> Vec<String> {
    let mut all: Vec<String> = source.records.iter().map(Record::content).collect();
    all.sort_unstable();
    all
}
