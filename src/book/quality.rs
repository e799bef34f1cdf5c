//! How far the book's data can be trusted: a score of 0 to 100 per customer and for the book, each
//! point that is missing explained by a fault, the lines that have it and the money behind them.
//!
//! Every live line is worth the same. A fault takes its points from a line, so a customer whose
//! lines all lack an end loses 25 of 100. What is masked counts as unknown like anything else that
//! is: mending a fault takes its points back and never costs others more.

use crate::catalogue::Catalogue;
use crate::domain::account::UNASSIGNED;
use crate::domain::ids::{AccountId, BatchId, ContractId, LineId};
use crate::domain::line::{Coverage, Line, LineKind};
use crate::domain::money::Currency;
use crate::domain::rules::Rules;
use crate::domain::snapshot::Snapshot;
use crate::pricing::line_run_rate;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

/// A line of whose kind of file no import was made for more days than this is stale.
pub const STALE_AFTER_DAYS: i64 = 90;

/// Something that is wrong with a line's data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// Sold, but nobody knows until when: it is in no renewal.
    NoEnd,
    /// Sold, but without list and net price: it counts in no total.
    NoPrice,
    /// No product, or one the catalogue does not know and nobody gave a portfolio.
    UnknownPid,
    /// Gear or a service on gear without a serial number.
    NoSerial,
    /// Not in the last file of its source, or that file is old.
    Stale,
    /// Somebody else covers it, and the source hides the contract.
    Masked,
    /// Its renewal is open and belongs to nobody.
    NoOwner,
}

impl Fault {
    /// Every fault, the heaviest first.
    pub const ALL: [Fault; 7] = [
        Fault::NoEnd,
        Fault::NoPrice,
        Fault::UnknownPid,
        Fault::NoSerial,
        Fault::Stale,
        Fault::Masked,
        Fault::NoOwner,
    ];

    /// Points of 100 a line loses by it; all together are 100. An end and a contract that is no
    /// longer hidden are worth more than an owner each, since the line then begins to need one.
    pub fn points(self) -> u64 {
        match self {
            Fault::NoEnd => 25,
            Fault::NoPrice => 20,
            Fault::UnknownPid | Fault::NoSerial => 15,
            Fault::Stale | Fault::Masked => 10,
            Fault::NoOwner => 5,
        }
    }

    /// Its name in JSON.
    pub fn id(self) -> &'static str {
        match self {
            Fault::NoEnd => "no_end",
            Fault::NoPrice => "no_price",
            Fault::UnknownPid => "unknown_pid",
            Fault::NoSerial => "no_serial",
            Fault::NoOwner => "no_owner",
            Fault::Stale => "stale",
            Fault::Masked => "masked",
        }
    }

    /// Its name for a person.
    pub fn title(self) -> &'static str {
        match self {
            Fault::NoEnd => "no end date",
            Fault::NoPrice => "no price",
            Fault::UnknownPid => "unknown product",
            Fault::NoSerial => "no serial number",
            Fault::NoOwner => "renewal without owner",
            Fault::Stale => "not seen lately",
            Fault::Masked => "contract hidden",
        }
    }

    /// What mends it, as half a sentence.
    pub fn remedy(self) -> &'static str {
        match self {
            Fault::NoEnd => "import a file with end dates, or take them from a list here",
            Fault::NoPrice => "import a quote or contract lines with prices",
            Fault::UnknownPid => "correct the product, or give the line a portfolio in a quote",
            Fault::NoSerial => "compare with a list that has serials",
            Fault::NoOwner => "give the renewal an owner in Pipeline (O)",
            Fault::Stale => "import a newer file of the same kind",
            Fault::Masked => "ask the customer who holds the contract",
        }
    }
}

/// What a fault costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deduction {
    /// The fault.
    pub fault: Fault,
    /// Lines that have it.
    pub lines: u64,
    /// Of so many.
    pub of: u64,
    /// Yearly value of those lines, rounded per line, by currency; `None` where no currency is
    /// known. Never added up across currencies.
    pub money: BTreeMap<Option<Currency>, Decimal>,
    /// Those among them without a price.
    pub unpriced: u64,
}

impl Deduction {
    /// Points taken, as a fraction: numerator and denominator.
    pub fn points(&self) -> (u64, u64) {
        (self.fault.points() * self.lines, self.of.max(1))
    }
}

/// A score and what it lacks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Score {
    /// Lines looked at.
    pub lines: u64,
    /// What was taken, the most points first; faults no line has are left out.
    pub deductions: Vec<Deduction>,
}

impl Score {
    /// The score of 0 to 100 as a fraction; `None` without lines.
    pub fn fraction(&self) -> Option<(u64, u64)> {
        let lost: u64 = self.deductions.iter().map(|d| d.points().0).sum();
        (self.lines > 0).then(|| ((100 * self.lines).saturating_sub(lost), self.lines))
    }

    /// The score in whole points, rounded down, so that 100 means that nothing is missing.
    pub fn whole(&self) -> Option<u64> {
        self.fraction().map(|(points, lines)| points / lines)
    }
}

/// The score of a customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Customer {
    /// The customer.
    pub account: AccountId,
    /// Its name.
    pub name: Arc<str>,
    /// The score.
    pub score: Score,
}

/// The data quality of a book.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Quality {
    /// All lines together.
    pub book: Score,
    /// Each customer with lines, the worst first.
    pub customers: Vec<Customer>,
}

impl Quality {
    /// Judges a book as of a day.
    pub fn of(book: &Snapshot, rules: &Rules, catalogue: &Catalogue, today: NaiveDate) -> Quality {
        let eye = Eye::of(book, rules, catalogue, today);
        let mut whole = Tally::default();
        let mut by_account: HashMap<AccountId, Tally> = HashMap::new();
        for line in book.lines.iter().filter(is_live) {
            let faults = eye.faults(&line);
            let value = line_run_rate(&line).map(|(value, _)| value);
            whole.add(&line, &faults, value);
            let own = by_account.entry(line.account).or_default();
            own.add(&line, &faults, value);
        }
        let mut customers: Vec<Customer> = by_account
            .into_iter()
            .map(|(account, tally)| Customer {
                account,
                name: book
                    .accounts
                    .get(account)
                    .map_or_else(|| UNASSIGNED.into(), |known| known.name.clone()),
                score: tally.score(),
            })
            .collect();
        customers.sort_by(|a, b| {
            let (one, other) = (a.score.fraction(), b.score.fraction());
            let (one, other) = (one.unwrap_or((0, 1)), other.unwrap_or((0, 1)));
            let cross = |a: (u64, u64), b: (u64, u64)| u128::from(a.0) * u128::from(b.1);
            cross(one, other)
                .cmp(&cross(other, one))
                .then_with(|| b.score.lines.cmp(&a.score.lines))
                .then_with(|| a.name.cmp(&b.name))
                .then_with(|| a.account.cmp(&b.account))
        });
        Quality {
            book: whole.score(),
            customers,
        }
    }
}

/// The lines of a customer (or of all) that have faults, each with them, in the order of the book.
pub fn faulty(
    book: &Snapshot,
    rules: &Rules,
    catalogue: &Catalogue,
    today: NaiveDate,
    customer: Option<AccountId>,
) -> Vec<(LineId, Vec<Fault>)> {
    let eye = Eye::of(book, rules, catalogue, today);
    let lines = book.lines.iter().filter(is_live);
    lines
        .filter(|line| customer.is_none_or(|customer| line.account == customer))
        .map(|line| (line.id, eye.faults(&line)))
        .filter(|(_, faults)| !faults.is_empty())
        .collect()
}

/// True for a line that stands for something that is, or could be, covered today.
fn is_live(line: &Line) -> bool {
    line.kind != LineKind::Wrapper
        && line.renewed_to.is_none()
        && line.replaced_by.is_none()
        && line.terminated.is_none()
}

/// Lines counted by fault.
#[derive(Default)]
struct Tally {
    lines: u64,
    faults: BTreeMap<Fault, Deduction>,
}

impl Tally {
    fn add(&mut self, line: &Line, faults: &[Fault], value: Option<Decimal>) {
        self.lines += 1;
        for fault in faults {
            let taken = self.faults.entry(*fault).or_insert_with(|| Deduction {
                fault: *fault,
                lines: 0,
                of: 0,
                money: BTreeMap::new(),
                unpriced: 0,
            });
            taken.lines += 1;
            match value {
                Some(value) => {
                    let sum = taken.money.entry(line.currency).or_default();
                    *sum = sum.saturating_add(value);
                }
                None => taken.unpriced += 1,
            }
        }
    }

    fn score(self) -> Score {
        let lines = self.lines;
        let mut deductions: Vec<Deduction> = self
            .faults
            .into_values()
            .map(|taken| Deduction { of: lines, ..taken })
            .collect();
        deductions.sort_by_key(|taken| (std::cmp::Reverse(taken.points().0), taken.fault));
        Score { lines, deductions }
    }
}

/// Open renewals by contract and end.
type Owned = HashMap<(ContractId, NaiveDate), Vec<(Option<Currency>, bool)>>;

/// What is needed to judge a line.
struct Eye<'a> {
    catalogue: &'a Catalogue,
    /// Whether each open renewal has an owner.
    owned: Owned,
    /// Imports too old to be believed, or that a newer one of the same kind has not followed.
    old: HashSet<BatchId>,
    batches: HashSet<BatchId>,
    known: RefCell<HashMap<Arc<str>, bool>>,
}

impl<'a> Eye<'a> {
    fn of(book: &Snapshot, rules: &Rules, catalogue: &'a Catalogue, today: NaiveDate) -> Eye<'a> {
        let mut owned = Owned::new();
        let open = book.renewals.iter();
        for renewal in open.filter(|renewal| rules.is_open(&renewal.stage)) {
            let key = (renewal.contract, renewal.end);
            let one = (renewal.currency, renewal.owner.is_some());
            owned.entry(key).or_default().push(one);
        }
        let day = |at: &str| at.get(..10).and_then(|day| day.parse::<NaiveDate>().ok());
        let mut newest: HashMap<&str, NaiveDate> = HashMap::new();
        for batch in &book.batches {
            if let Some(day) = day(&batch.at) {
                let known = newest.entry(batch.format.as_str()).or_insert(day);
                *known = (*known).max(day);
            }
        }
        let is_old = |format: &str| {
            newest
                .get(format)
                .is_none_or(|day| (today - *day).num_days() > STALE_AFTER_DAYS)
        };
        let old = book.batches.iter().filter(|batch| is_old(&batch.format));
        Eye {
            catalogue,
            owned,
            old: old.map(|batch| batch.id).collect(),
            batches: book.batches.iter().map(|batch| batch.id).collect(),
            known: RefCell::default(),
        }
    }

    fn faults(&self, line: &Line) -> Vec<Fault> {
        let has = |fault: &Fault| self.has(*fault, line);
        Fault::ALL.into_iter().filter(has).collect()
    }

    fn has(&self, fault: Fault, line: &Line) -> bool {
        let sold = matches!(line.kind, LineKind::Service | LineKind::Subscription);
        match fault {
            Fault::NoEnd => sold && line.end.is_none(),
            Fault::NoPrice => sold && !line.has_price(),
            Fault::UnknownPid => !self.knows_product(line),
            Fault::NoSerial => line.kind != LineKind::Subscription && line.serial.is_none(),
            Fault::NoOwner => line.is_open() && !self.is_owned(line),
            Fault::Stale => self.is_stale(line),
            Fault::Masked => line.coverage == Coverage::Masked,
        }
    }

    fn knows_product(&self, line: &Line) -> bool {
        if line.portfolio_typed.is_some() {
            return true;
        }
        let Some(pid) = &line.pid else { return false };
        if let Some(known) = self.known.borrow().get(pid) {
            return *known;
        }
        let known = self.catalogue.portfolio_of_product(pid).is_some()
            || self.catalogue.model_of(pid).is_some();
        self.known.borrow_mut().insert(pid.clone(), known);
        known
    }

    /// True where the line's open renewal has an owner, or it has no open renewal.
    fn is_owned(&self, line: &Line) -> bool {
        let Some((contract, end)) = line.contract.zip(line.end) else {
            return true;
        };
        let Some(renewals) = self.owned.get(&(contract, end)) else {
            return true;
        };
        let own = renewals.iter().find(|(code, _)| *code == line.currency);
        let own = own.or_else(|| renewals.first());
        own.is_none_or(|(_, owned)| *owned)
    }

    fn is_stale(&self, line: &Line) -> bool {
        let Some(origin) = line.origin else {
            return true;
        };
        line.gone_in.is_some()
            || self.old.contains(&origin.batch)
            || !self.batches.contains(&origin.batch)
    }
}
