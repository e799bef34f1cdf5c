//! Commands about the data itself: how good it is, and how it compares with other lists.

use clap::{Args, Subcommand};
use std::path::PathBuf;

/// What can be asked of the data.
#[derive(Subcommand, Debug)]
pub enum Data {
    /// Compare the book with other lists, without importing them
    #[command(after_help = AFTER)]
    Reconcile(Reconcile),
    /// How complete and fresh the data is, per customer and for the book
    Quality(Quality),
}

const AFTER: &str = "\
Kinds: disagree, moved, fills, only_here, missing, duplicate, matched. Records meet by serial and
instance, by serial, by instance, and by contract and product where the serial is missing. A Cisco
file weighs more than a list, a list with prices (a distributor's) more than one without (a
customer's), a newer one more than an older. Only --settle writes to the book.

JSON renewdesk.reconcile/1: sources[] (name, rank, format, day, records, left_out), the strongest
first; counts by kind; settled; findings[] (key, kind, serial, instance, pid, contract, customer,
site, records[] with source, file, row, day, line and masked, missing[], fields[] with field and
values[] of source, value and day, decision). Sources are named by their place from 0.";

/// `reconcile`.
#[derive(Args, Debug)]
pub struct Reconcile {
    /// The files: a distributor's, a customer's, an export of Cisco's
    #[arg(required = true, value_name = "FILE", num_args = 1..=3)]
    pub files: Vec<PathBuf>,
    /// Answers to what a file leaves open; the n-th for the n-th file, the last for the rest
    #[arg(long, value_name = "FILE.toml")]
    pub map: Vec<PathBuf>,
    /// Read them as this format instead of recognising it; the n-th for the n-th file
    #[arg(long, value_name = "FORMAT")]
    pub format: Vec<String>,
    /// Only lines of this customer in the book; without it those the files speak of
    #[arg(long, value_name = "NAME", conflicts_with = "whole")]
    pub customer: Option<String>,
    /// Every line of the book, also of customers the files do not speak of
    #[arg(long)]
    pub whole: bool,
    /// Only lines the book last read from this kind of file, e.g. ccwr_quote
    #[arg(long, value_name = "FORMAT")]
    pub against: Option<String>,
    /// Only findings of this kind
    #[arg(long)]
    pub kind: Option<String>,
    /// Also what matches, and what was settled in the desk
    #[arg(long)]
    pub all: bool,
    /// Settle a finding by its key: take (theirs), keep (ours), ignore, later or ask (again); each is
    /// one step of the history
    #[arg(long, value_name = "KEY=HOW", conflicts_with_all = ["export", "kind", "all"])]
    pub settle: Vec<String>,
    /// Write the findings to a new file, .csv or .xlsx
    #[arg(long, value_name = "FILE")]
    pub export: Option<PathBuf>,
    /// Write JSON
    #[arg(long)]
    pub json: bool,
}

/// `quality`.
#[derive(Args, Debug)]
pub struct Quality {
    /// Only this customer, with every line that has a fault
    #[arg(long, value_name = "NAME")]
    pub customer: Option<String>,
    /// Write JSON
    #[arg(long)]
    pub json: bool,
}
