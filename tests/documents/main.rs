//! What leaves the desk: nothing in it that its reader may not see, the same bytes for the same quote,
//! every name readable, every line there.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod fixture;
mod leaks;
mod pages;
mod round_trip;
mod worked_on;
