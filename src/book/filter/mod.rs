//! Filters in words: `owner = me, end within 30 days, not stage = quoted`. Clauses are joined by
//! commas or `and`; every one must hold. Reading words and testing rows only: no book, no clock.

mod parse;
mod test;
mod words;

pub use words::FilterError;

use super::{Clock, ContractStatus, Gear, QueueRow, fold};
use crate::domain::money::Currency;
use crate::domain::portfolio::Portfolio;
use crate::domain::rules::{RiskLevel, Rules};
use chrono::NaiveDate;
use rust_decimal::Decimal;

/// A filter as typed and as understood. The default lets every row through.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    words: String,
    clauses: Vec<Clause>,
}

/// One condition, or its opposite.
#[derive(Clone, Debug, PartialEq)]
struct Clause {
    not: bool,
    test: Test,
}

/// What a clause asks of a row.
#[derive(Clone, Debug, PartialEq)]
enum Test {
    Owner(Text),
    Customer(Text),
    Contract(Text),
    What(Text),
    /// A serial number or a product id of one of its lines.
    Gear(Text),
    NextStep(Text),
    /// Normalised stage names (letters and digits), any of which will do.
    Stage(Vec<String>),
    Portfolio(Text, Option<Portfolio>),
    Status(ContractStatus),
    Risk(Relation, RiskLevel),
    Currency(Option<Currency>),
    Quote(Text),
    Atr(Measure),
    /// Points of the program's score that are lost without it.
    AtStake(Measure),
    /// What it is to the score's steps.
    Mark(&'static str),
    Win(Relation, Decimal),
    Lines(Relation, Decimal),
    Days(Relation, Decimal),
    Date(DateField, When),
    Open,
    Overdue,
    Lapsed,
    Flagged,
    Reviewed,
    Snoozed,
}

/// A date of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum DateField {
    Clock(Clock),
    /// The leading clock, whichever it is.
    Leading,
    Next,
}

/// What a text must be; folded.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Text {
    Is(String),
    Contains(String),
    Missing,
    Present,
}

/// What a number must be.
#[derive(Clone, Debug, PartialEq)]
enum Measure {
    Is(Relation, Decimal),
    Missing,
    Present,
}

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Relation {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Relation {
    fn holds<T: PartialOrd>(self, left: &T, right: &T) -> bool {
        match self {
            Relation::Equal => left == right,
            Relation::Less => left < right,
            Relation::LessOrEqual => left <= right,
            Relation::Greater => left > right,
            Relation::GreaterOrEqual => left >= right,
        }
    }
}

/// What a date must be.
#[derive(Clone, Debug, PartialEq, Eq)]
enum When {
    /// At most so many days ahead. Bounds the future only: on an open row a past date passes too,
    /// because hiding what is already late is the one mistake a deadline list must not make.
    Within(i64),
    Compared(Relation, Point),
    Missing,
    Present,
}

/// A day, fixed or counted from today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Point {
    Day(NaiveDate),
    FromToday(i64),
}

/// Ways to write a filter, each with what it finds; for help and for completing a line.
pub const EXAMPLES: [(&str, &str); 18] = [
    ("owner = me", "mine"),
    ("owner = none", "without an owner"),
    ("stage = quoted or committed", "in one of these stages"),
    (
        "end within 30 days",
        "ending in 30 days, or already ended and open",
    ),
    (
        "ldos before 2027-06-30",
        "last date of support before that day",
    ),
    ("renew within 14 days", "last day to renew is near or past"),
    ("next <= today", "next step due"),
    ("overdue", "ended, still in grace"),
    ("not lapsed", "not past grace"),
    ("atr > 10k", "worth more than 10,000 in its own currency"),
    ("portfolio = services", "has lines of that portfolio"),
    ("risk >= at risk", "at risk or critical"),
    ("customer contains acme", "customer name holds that text"),
    ("quote = none", "without a quote"),
    ("pvi > 0.1", "more than 0.1 of the score is lost without it"),
    ("pivotal", "carries a step of the score"),
    ("what contains 24x7", "level or offer holds that text"),
    (
        "flagged and not reviewed",
        "marked by the rep, not seen by a manager",
    ),
];

impl Filter {
    /// Reads a filter; `me` is who `owner = me` means. Blank words let every row through.
    ///
    /// # Errors
    /// [`FilterError`] names the word that is not understood and the nearest one that would be.
    pub fn parse(words: &str, me: &str) -> Result<Filter, FilterError> {
        parse::filter(words, me, None)
    }

    /// As [`Filter::parse`], and refuses stages the pack does not have.
    ///
    /// # Errors
    /// As [`Filter::parse`]; also for an unknown stage.
    pub fn parse_for(words: &str, me: &str, rules: &Rules) -> Result<Filter, FilterError> {
        parse::filter(words, me, Some(rules))
    }

    /// Refuses owners nobody has heard of, naming the nearest of those there are.
    ///
    /// # Errors
    /// The first owner asked for that is not among the known ones.
    pub fn owned_by<'a>(
        self,
        known: impl Iterator<Item = &'a str> + Clone,
    ) -> Result<Filter, FilterError> {
        for clause in &self.clauses {
            if let Test::Owner(Text::Is(name)) = &clause.test
                && !known.clone().any(|owner| fold::fold(owner) == *name)
            {
                return Err(FilterError::new(name, "owns nothing here").among(known));
            }
        }
        Ok(self)
    }

    /// The words as typed.
    pub fn words(&self) -> &str {
        &self.words
    }

    /// True when every row passes.
    pub fn is_empty(&self) -> bool {
        self.clauses.is_empty()
    }

    /// True when the row, with the gear behind it, meets every clause on that day.
    pub fn matches(&self, row: &QueueRow, today: NaiveDate, gear: Gear<'_>) -> bool {
        self.clauses
            .iter()
            .all(|clause| test::holds(&clause.test, row, today, gear) != clause.not)
    }
}
