//! Imports end to end: bytes of every format to a plan, counts that add up, nothing that a file
//! can say taking the program down.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod answers;
mod assessments;
mod books;
mod cases;
mod ccwr;
mod collector;
mod containers;
mod distributor;
mod documents;
mod estimates;
mod history;
mod hostile;
mod intersight;
mod json_laws;
mod json_streamed;
mod laws;
mod lifecycle;
mod memory;
mod oddities;
mod others;
mod outline;
mod sheets;
mod streamed;
mod support;
mod too_much;
mod undone;
