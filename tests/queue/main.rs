//! The pipeline as a rep sees it: clocks, countdown, status, risk, rank, order.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod changes;
mod clocks;
mod conflicts;
mod exports;
mod filters;
mod fixture;
mod order;
mod risk;
mod rows;
mod search;
mod standing;
mod views;
