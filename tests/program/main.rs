//! The program layer against its golden cases and laws.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod answers;
mod board;
mod book;
mod calendar;
mod deals;
mod laws;
mod oracle;
mod packs;
mod scores;
