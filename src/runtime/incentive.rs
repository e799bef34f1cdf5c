//! Incentive files into the book, and the payouts of a whole book: what command line and desk
//! share. Reads the file, asks the book, gives the command.

use super::clock::Clock;
use super::ids::ClockIds;
use super::import::file_name;
use crate::book::{Clock as Day, QueueRow, lines_of_each};
use crate::domain::command::Command;
use crate::domain::ids::{QuoteId, RenewalId};
use crate::domain::money::Currency;
use crate::domain::snapshot::Snapshot;
use crate::domain::text::clean;
use crate::ingest::incentive::{self, Facts, Fault, MOST_BYTES, Planned};
use crate::program::incentive::{Asking, Book, Terms, gates};
use crate::program::{Engine, Pack};
use crate::store::{Applied, Store, StoreError};
use crate::ui::msg::Trouble;
use chrono::{NaiveDate, SecondsFormat};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Why a file was not loaded. The book is as it was.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The file could not be read.
    #[error("{} cannot be read: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Rows are wrong.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Faults(Vec<Fault>),
    /// The book refused it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What is loaded and how.
#[derive(Clone, Copy, Debug)]
pub struct LoadOptions {
    /// Check only.
    pub dry_run: bool,
    /// In the place of what is loaded.
    pub replace: bool,
    /// Currency of milestones that name none.
    pub currency: Currency,
}

/// A file checked against the book, and what the book says of it.
#[derive(Debug)]
pub struct Loaded {
    /// What it holds.
    pub planned: Planned,
    /// None of a dry run, or when the book held all of it.
    pub applied: Option<Applied>,
}

/// Checks a file against a book without changing it.
///
/// # Errors
/// A file that cannot be read, or its faults.
pub fn check(
    path: &Path,
    options: LoadOptions,
    snapshot: &Snapshot,
    clock: &dyn Clock,
) -> Result<Planned, LoadError> {
    let bytes = bytes_of(path).map_err(|source| LoadError::Io {
        path: path.to_path_buf(),
        source,
    })?;
    let raw = incentive::read(&bytes, &file_name(path)).map_err(LoadError::Faults)?;
    let facts = Facts {
        at: clock.now().to_rfc3339_opts(SecondsFormat::Secs, true),
        currency: options.currency,
        replace: options.replace,
    };
    incentive::plan(&raw, snapshot, &facts, &mut ClockIds).map_err(LoadError::Faults)
}

/// Loads a file into the book, in one change that can be undone.
///
/// # Errors
/// A file that cannot be read, its faults, or what the book says.
pub fn load(
    path: &Path,
    options: LoadOptions,
    store: &mut Store,
    clock: &dyn Clock,
    actor: &str,
) -> Result<Loaded, LoadError> {
    let planned = check(path, options, &store.snapshot()?, clock)?;
    if options.dry_run || planned.changes_nothing() {
        return Ok(Loaded {
            planned,
            applied: None,
        });
    }
    let command = Command::LoadIncentive(Box::new(planned.load.clone()));
    let applied = store.apply(&command, &label(&planned), &clock.stamp(actor))?;
    Ok(Loaded {
        planned,
        applied: Some(applied),
    })
}

/// What the history says of a load: `incentive rates.csv: 12 rates, 3 offer groups`.
pub fn label(planned: &Planned) -> String {
    let load = &planned.load;
    let counted = [
        (load.put_rates.len(), "rate", "rates"),
        (load.put_groups.len(), "offer group", "offer groups"),
        (load.put_use_cases.len(), "use case", "use cases"),
        (planned.dropped, "row taken out", "rows taken out"),
    ];
    let parts: Vec<String> = counted
        .into_iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, one, many)| format!("{count} {}", if count == 1 { one } else { many }))
        .collect();
    format!("incentive {}: {}", load.batch.file, parts.join(", "))
}

/// A failure in the screen's words: how many faults, then each.
pub fn trouble(error: &LoadError) -> Trouble {
    let (what, hint) = match error {
        LoadError::Faults(faults) => {
            let count = faults.len();
            let word = if count == 1 { "fault" } else { "faults" };
            let each: Vec<String> = faults.iter().map(ToString::to_string).collect();
            (
                format!("Nothing was loaded: {count} {word}"),
                each.join("; "),
            )
        }
        LoadError::Io { .. } => (
            error.to_string(),
            "look at the path and the file's rights".into(),
        ),
        LoadError::Store(error) => (error.to_string(), error.hint().to_string()),
    };
    Trouble {
        what: clean(&what).into_owned(),
        hint: clean(&hint).into_owned(),
    }
}

/// At most so many bytes; one more than allowed is enough to be refused.
fn bytes_of(path: &Path) -> io::Result<Vec<u8>> {
    let file = std::fs::File::open(path)?;
    let mut bytes = Vec::new();
    file.take(MOST_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Rates and gates of a book.
pub fn terms(engine: &Engine, pack: &Pack, snapshot: &Snapshot) -> Terms {
    Terms::of(pack, snapshot, gates(engine, pack))
}

/// What the payout of a renewal asks of its row.
#[derive(Clone, Copy, Debug)]
pub struct Due {
    /// The newest quote over it.
    pub quote: Option<QuoteId>,
    /// Last day to renew.
    pub last_day: Option<NaiveDate>,
}

impl Due {
    /// Of a row.
    pub fn of(row: &QueueRow) -> Due {
        Due {
            quote: row.quote(),
            last_day: row.clock(Day::LastRenewal),
        }
    }
}

/// What the renewals of a book pay, those that `due` knows. Without rates nothing is worked out:
/// there is no amount.
pub fn book(
    snapshot: &Snapshot,
    pack: &Pack,
    terms: Arc<Terms>,
    today: NaiveDate,
    due: impl Fn(RenewalId) -> Option<Due>,
) -> Book {
    if terms.is_empty() {
        return Book::of(terms, today, []);
    }
    let asking = Asking {
        snapshot,
        rules: &pack.rules,
        terms: &terms,
        today,
        currency: pack.currency,
    };
    let deals = lines_of_each(snapshot).filter_map(|(renewal, lines)| {
        let due = due(renewal.id)?;
        let quote = due.quote.and_then(|id| snapshot.quotes.get(id));
        let deal = asking.renewal(&renewal, &lines, quote.as_ref(), due.last_day)?;
        Some((renewal.id, deal))
    });
    Book::of(Arc::clone(&terms), today, deals)
}
