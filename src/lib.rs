//! renewdesk: the desk of a Cisco renewal team, in a terminal, offline, in one file.
//! The modules stand in reading order; `ARCHITECTURE.md` beside this file is the map.

pub mod book;
pub mod catalogue;
pub mod cli;
pub mod demo;
pub mod domain;
pub mod expand;
pub mod export;
pub mod ingest;
pub mod pricing;
pub mod program;
pub mod reconcile;
pub mod runtime;
pub mod store;
pub mod ui;
