//! The command line as scripts see it: JSON shapes, golden figures, exit codes, clean streams.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod assessments;
mod attribution;
mod changes;
mod conflicts;
mod demo;
mod desk_side;
mod documents;
mod explain;
mod first_import;
mod flow;
mod forecast;
mod full_disk;
mod goals;
mod hostile_text;
mod incentive;
mod locked_folders;
mod marked;
mod packs;
mod price_rules;
mod reconcile;
mod refusals;
mod several;
mod shapes;
mod sheets;
mod stages;
mod suggestions;
mod upkeep;
mod watch;
mod whole_quote;
