//! The desk without a terminal: keys in, screen out, changes through a real book in a temporary
//! folder.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod actions;
mod again;
mod driver;
mod fan;
mod fixture;
mod hostile;
mod kept;
mod kept_frame;
mod paste;
mod pipeline;
mod reconcile;
mod screens;
mod sizes;
mod standing;
mod work;
