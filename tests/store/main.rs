//! The book on disk, through its public door.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod climbing;
mod deeds;
mod fixture;
mod history;
mod imports;
mod law;
mod opening;
mod packs;
mod prices;
mod processes;
mod safety;
mod writes;
