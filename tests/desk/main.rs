//! The desk as a person meets it: keys in, screen out.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod ahead;
mod assessment;
mod changes;
mod cobalt;
mod columns;
mod consolidate;
#[allow(dead_code)]
mod driver;
mod expansion;
mod forecast;
mod goals;
mod grouped;
mod import;
mod incentive;
mod long;
mod opening;
mod pasted;
mod price_rules;
mod program;
mod quote;
mod readme;
mod reported;
mod search;
mod settings;
mod stakes;
mod standing;
mod whole;
