//! Sources laid side by side: what matches, what differs, what only one has, and the quality of a
//! book's data.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod cases;
mod fixture;
mod laws;
mod quality;
mod taking;
