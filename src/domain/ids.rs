//! Identities of everything the book keeps, each in a type of its own, so that a contract can never
//! be passed where a renewal is meant. All are UUIDv7 but a line's, of which a book has a million.
//! This module only names and parses them; making a new one needs a clock and is done where the clock
//! lives (see [`IdSource`]).

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

macro_rules! id_type {
    ($($(#[$doc:meta])* $name:ident)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { self.0.fmt(f) }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> { Uuid::from_str(text).map($name) }
        }
    )+};
}

id_type! {
    /// An account: one end customer.
    AccountId
    /// A place at a customer where gear is installed.
    SiteId
    /// A service contract or a subscription.
    ContractId
    /// A renewal: the opportunity made of the open lines of one contract that end on one day.
    RenewalId
    /// A quote.
    QuoteId
    /// A line of a quote.
    QuoteLineId
    /// A decision taken on a suggestion.
    DecisionId
    /// The adoption state of one use case at one customer.
    AdoptionId
    /// One row of an imported (or typed) partner assessment.
    BaselineId
    /// A logged contact, note or outcome.
    ActivityId
    /// One import.
    BatchId
    /// An end-of-life record that came with an import.
    EoxId
    /// A saved view of the pipeline.
    ViewId
    /// A rule pack a book has used.
    PackVersionId
    /// A projection that was kept.
    ProjectionId
    /// A loaded incentive rate.
    RateId
    /// Which offer group a product belongs to, as loaded.
    OfferGroupId
    /// A use case with its adoption incentive.
    UseCaseId
}

/// A coverage line: one asset and the service on it. Its number in its book, from 1, given once and
/// never again. A book has a million lines, each named in many places: four bytes do there what
/// sixteen would. The number says nothing in another book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LineId(pub u32);

impl fmt::Display for LineId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for LineId {
    type Err = std::num::ParseIntError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(LineId)
    }
}

/// Where new ids come from. The runtime gives UUIDv7 from the clock; the demo generator gives ids
/// that derive from its seed; tests count.
pub trait IdSource {
    /// The next id, never given before by this source.
    fn next(&mut self) -> Uuid;
}

impl<F: FnMut() -> Uuid> IdSource for F {
    fn next(&mut self) -> Uuid {
        self()
    }
}
