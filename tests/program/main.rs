//! The program layer against its golden cases and laws.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod answers;
mod attribution;
mod board;
mod book;
mod calendar;
mod counts;
mod deals;
mod engine_laws;
mod events;
mod forecast;
mod goal_large;
mod goal_subsets;
mod goal_uplifts;
mod goals;
mod incentive;
mod laws;
mod oracle;
mod pack_faults;
mod pack_overlay;
mod pack_tables;
mod packs;
mod reconciled;
mod record;
mod roll_out;
mod scores;
mod steps;
mod views;
