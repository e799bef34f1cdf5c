//! Golden cases and laws of the quote arithmetic.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod average;
mod drafts;
mod edits;
mod fixture;
mod gathered;
mod golden;
mod laws;
mod offered;
mod price_rules;
mod whole;
