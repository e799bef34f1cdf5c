//! The expansion plays over small books: what fires, what is refused, what it is worth, what is
//! accepted.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod accepted;
mod again;
mod book;
mod candidates;
mod catalogue;
mod demo;
mod kept;
mod plays;
mod stays_away;
