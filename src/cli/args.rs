//! The command line as clap sees it: names and options are promises to scripts, so they live in
//! one place and only grow.

pub use super::goal_args::PviGoal;
pub use super::history_args::{Changes, Conflict, History};
pub use super::import_args::Import;
use chrono::NaiveDate;
use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;
use std::path::PathBuf;

pub use super::incentive::args::{Incentive, IncentiveAction, IncentiveLoad};

/// Printed under `--help`.
const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  failed while running (a file, the disk, the book)
  2  wrong command line
  3  a question only a person can answer; the message names the key of the --map file
  4  no such contract, renewal, quote or line
  5  the book changed meanwhile, or is in use; nothing was written
  6  refused by a rule (for example a term past the last date of support); nothing was changed

Data goes to standard output, everything else to standard error.";

/// The whole command line.
#[derive(Parser, Debug)]
#[command(
    name = "renewdesk",
    version,
    about = "The desk of a Cisco renewal team: pipeline, quotes and the projected Partner Value Index, offline in one file",
    after_help = EXIT_CODES,
    propagate_version = true,
    max_term_width = 100
)]
pub struct Cli {
    /// Options that stand before the command (or after it).
    #[command(flatten)]
    pub global: Global,
    /// What to do; nothing opens the desk.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// Options of every command.
#[derive(Args, Debug, Clone)]
pub struct Global {
    /// The book to work on
    #[arg(long, global = true, value_name = "FILE")]
    pub book: Option<PathBuf>,
    /// Work as if today were this day (YYYY-MM-DD)
    #[arg(long, global = true, value_name = "DATE")]
    pub as_of: Option<NaiveDate>,
    /// Draw with plain ASCII characters
    #[arg(long, global = true)]
    pub ascii: bool,
    /// Colours of the desk: light, dark, high-contrast or mono
    #[arg(long, global = true, value_name = "NAME")]
    pub theme: Option<String>,
}

/// The commands.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Create an empty book
    Init,
    /// Open the desk on a demo book, or write one with --into
    Demo(Demo),
    /// Read exports into the book
    Import(Import),
    /// The renewals to work on
    Queue(Queue),
    /// One contract with its renewals, lines and notes
    Contract(Contract),
    /// Make, show and change quotes
    #[command(subcommand)]
    Quote(Quote),
    /// Move a renewal to a stage
    Stage(Stage),
    /// The projected Partner Value Index
    Pvi(Pvi),
    /// The partner's assessment: what projections start from
    #[command(subcommand)]
    Baseline(Baseline),
    /// What renewals pay by your incentive rates, and loading those
    Incentive(Incentive),
    /// Expansion suggestions, and what was decided on them
    Suggest(super::suggest_args::Suggest),
    /// What the newest import changed, or all imports since a day
    Changes(Changes),
    /// Settle a conflict between what you wrote and what an import brought
    Conflict(Conflict),
    /// What can be asked of the data itself
    #[command(flatten)]
    Data(super::data_args::Data),
    /// What leaves the desk
    #[command(flatten)]
    Outward(super::document_args::Outward),
    /// Price rules: what your agreements say a line costs and sells for
    #[command(subcommand)]
    PriceRule(super::price_rule_args::PriceRule),
    /// What was changed, newest first
    History(History),
    /// Take the newest change back
    Undo(JsonOnly),
    /// Bring back what undo took back
    Redo(JsonOnly),
    /// The rule pack
    #[command(subcommand)]
    Pack(Pack),
    /// Check the book, the folders and the terminal
    Doctor(JsonOnly),
    /// Copy the book, consistent even while it is open
    Backup(Backup),
    /// Put a backup in the place of the book
    Restore(Restore),
    /// Completions for a shell, on standard output
    Completions {
        /// The shell
        shell: Shell,
    },
    /// The manual page, on standard output
    Man,
    /// Reads one file in a process of its own; started by the program itself
    #[command(hide = true)]
    ReadFile(ReadFile),
}

/// Machine-readable output.
#[derive(Args, Debug, Clone, Copy)]
pub struct JsonOnly {
    /// Write JSON
    #[arg(long)]
    pub json: bool,
}

/// `demo`.
#[derive(Args, Debug)]
pub struct Demo {
    /// How many coverage lines
    #[arg(long, default_value_t = crate::demo::DEFAULT_LINES, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub lines: u32,
    /// Another seed is another world
    #[arg(long, default_value_t = crate::demo::DEFAULT_SEED)]
    pub seed: u64,
    /// Write the demo book to this file and exit
    #[arg(long, value_name = "FILE")]
    pub into: Option<PathBuf>,
}

/// `queue`.
#[derive(Args, Debug)]
pub struct Queue {
    /// Only ends within so many days; overdue and lapsed always show
    #[arg(long, value_name = "DAYS")]
    pub within: Option<i64>,
    /// Only this owner; `none` for renewals without one
    #[arg(long)]
    pub owner: Option<String>,
    /// Only this stage, closed ones included
    #[arg(long)]
    pub stage: Option<String>,
    /// Order: pvi (what the score loses without it, most first), atr, end, risk, customer, …
    #[arg(long, value_name = "COLUMN")]
    pub sort: Option<String>,
    /// At most so many rows
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    /// Write JSON
    #[arg(long, conflicts_with = "csv")]
    pub json: bool,
    /// Write CSV
    #[arg(long)]
    pub csv: bool,
}

/// `contract`.
#[derive(Args, Debug)]
pub struct Contract {
    /// Contract number or subscription id
    pub number: String,
    /// Write JSON
    #[arg(long)]
    pub json: bool,
}

/// `quote`.
#[derive(Subcommand, Debug)]
pub enum Quote {
    /// A quote from the open lines of renewals of one customer
    New(QuoteNew),
    /// A quote with every line and total
    Show {
        /// Quote id or number (Q-1001)
        id: String,
        /// Write JSON
        #[arg(long)]
        json: bool,
    },
    /// Change fields of one line or several, all or none of them
    #[command(after_help = "\
Fields: quantity, unit_list, discount_pct, unit_net, extended_net, margin_pct, markup_pct, unit_sell,
extended_sell, start, end, term_months, service_sku, premium, ea, ai, portfolio. Values: 1240.5, 37.5,
2027-12-31, +1y, eom, yes, no, unknown, =x*0.95 (in numbers x is what the line has). Fields and lines of one call are
kept together or not at all.")]
    Set {
        /// Quote id or number (Q-1001)
        id: String,
        /// Line numbers in the quote: 2, 1-4,7 or all
        #[arg(value_name = "LINES")]
        line: String,
        /// What to change
        #[arg(required = true, value_name = "FIELD=VALUE")]
        fields: Vec<String>,
        /// Write JSON
        #[arg(long)]
        json: bool,
    },
    /// All quotes
    List(JsonOnly),
    /// Spread a total or margin over the unlocked lines, exact to the minor unit
    Price(super::quote_args::Price),
    /// Which field would reach a total, a margin or a portfolio's score, and how far
    Solve(super::quote_args::Solve),
    /// One end for all lines: what every candidate costs, gains and loses
    Coterm(super::quote_args::Coterm),
    /// Keep the quote under names, compare them, put one back
    #[command(subcommand)]
    Scenario(super::quote_args::Scenario),
    /// Mark the quote sent and keep it as it went out
    Send(super::quote_args::Send),
    /// Let the quote go out below the floor, with a note
    Approve(super::quote_args::Approve),
    /// Say until when the prices hold, such as the price protection of the vendor's quote
    Valid(super::quote_args::Valid),
    /// Lay a vendor's priced quote beside the lines; --take takes its prices
    Vendor(super::quote_args::Vendor),
    /// Price the lines by the price rules, first match wins
    Rules(super::price_rule_args::QuoteRules),
    /// Write a document of the quote: for the customer, a mail, the vendor or yourself
    Export(super::document_args::QuoteExport),
}

/// `quote new`.
#[derive(Args, Debug)]
pub struct QuoteNew {
    /// Contract number, its earliest open renewal; NUMBER@DATE (or NUMBER@DATE@CUR) for another one, or a renewal id
    #[arg(required = true, value_name = "CONTRACT")]
    pub contracts: Vec<String>,
    /// Raise net prices by so many percent (without a number: the pack's default)
    #[arg(long, value_name = "PCT", num_args = 0..=1, require_equals = true, default_missing_value = "default")]
    pub uplift: Option<String>,
    /// Term in months (default: the pack's)
    #[arg(long, value_name = "MONTHS", value_parser = clap::value_parser!(i32).range(1..=120))]
    pub term: Option<i32>,
    /// Buying from this supplier: its price rules come first (default: the book's supplier)
    #[arg(long, value_name = "NAME")]
    pub supplier: Option<String>,
    /// Write JSON
    #[arg(long)]
    pub json: bool,
}

/// `stage`.
#[derive(Args, Debug)]
pub struct Stage {
    /// Contract number, its earliest open renewal; NUMBER@DATE (or NUMBER@DATE@CUR) for another one, or a renewal id
    pub contract: String,
    /// The stage, by name
    pub stage: String,
    /// The day it took place: booking date for Booked, planned booking date for Committed
    #[arg(long, value_name = "DATE")]
    pub on: Option<NaiveDate>,
    /// Why it was lost
    #[arg(long)]
    pub reason: Option<String>,
    /// A note, kept with the renewal
    #[arg(long)]
    pub note: Option<String>,
    /// PO number
    #[arg(long)]
    pub po: Option<String>,
    /// Order number
    #[arg(long)]
    pub order: Option<String>,
    /// Write JSON
    #[arg(long)]
    pub json: bool,
}

/// `pvi`.
#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Pvi {
    /// A question about it; without one the scores are shown
    #[command(subcommand)]
    pub question: Option<PviQuestion>,
    /// booked, committed, open, weighted, quote:ID or marked:CONTRACT[,CONTRACT…]
    #[arg(long, default_value = "booked")]
    pub view: String,
    /// A fiscal month (FY27M7) or `baseline`; without it the pack's horizon
    #[arg(long)]
    pub month: Option<String>,
    /// Write JSON
    #[arg(long)]
    pub json: bool,
}

/// `pvi attribute`.
#[derive(Args, Debug)]
pub struct PviAttribute {
    /// Only this portfolio
    #[arg(long, value_name = "NAME")]
    pub portfolio: Option<String>,
    /// booked, committed, open or quote:ID (default: open; the quote itself with --quote)
    #[arg(long)]
    pub view: Option<String>,
    /// A fiscal month (FY27M7) or `baseline`; without it the pack's horizon
    #[arg(long)]
    pub month: Option<String>,
    /// One renewal in full, with the steps near it
    #[arg(long, value_name = "CONTRACT", conflicts_with_all = ["quote", "suggestions", "top", "shapley"])]
    pub contract: Option<String>,
    /// One quote in full, as the book holds it
    #[arg(long, value_name = "ID", conflicts_with_all = ["suggestions", "top", "shapley"])]
    pub quote: Option<String>,
    /// Also every line of the quote by itself
    #[arg(long, requires = "quote")]
    pub lines: bool,
    /// Every open suggestion, as if accepted on top of the view (default view: booked)
    #[arg(long, conflicts_with = "shapley")]
    pub suggestions: bool,
    /// At most so many, the most at stake first
    #[arg(long, value_name = "N")]
    pub top: Option<usize>,
    /// Split fairly what several deals do together (Shapley value)
    #[arg(long)]
    pub shapley: bool,
    /// Orders drawn where more than 12 deals move one metric
    #[arg(long, value_name = "N", default_value_t = crate::program::attribution::DRAWS, value_parser = clap::value_parser!(u32).range(2..=1_000_000))]
    pub draws: u32,
    /// Seed of the drawn orders
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// Write JSON
    #[arg(long)]
    pub json: bool,
}

/// `pvi forecast`.
#[derive(Args, Debug)]
pub struct PviForecast {
    /// Only this portfolio
    #[arg(long, value_name = "NAME")]
    pub portfolio: Option<String>,
    /// Draws; without it the pack's number
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(64..=1_000_000))]
    pub draws: Option<u32>,
    /// Seed of the draws; without it the pack's, so that the same book gives the same figures
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// With this quote in the place of the newest one of its renewals
    #[arg(long, value_name = "ID")]
    pub quote: Option<String>,
    /// Write JSON
    #[arg(long)]
    pub json: bool,
}

/// `baseline`.
#[derive(Subcommand, Debug)]
pub enum Baseline {
    /// The months the book holds, newest first, with their sources
    List(JsonOnly),
    /// Every figure of a month, with where it is from and what it was before
    Show {
        /// The fiscal month (FY27M4); without it the newest
        month: Option<String>,
        /// Write JSON
        #[arg(long)]
        json: bool,
    },
    /// Type or correct the figures of one metric
    #[command(after_help = "\
A and B are what the sheet calls measure A and B: numerator and denominator, current and prior
bookings; for maturity A is a level (none, basic, intermediate, advanced), for Black Belt and career
the points. The word `empty` empties a figure. All figures of one call are
kept together, as one step that undo takes back.")]
    Set(BaselineSet),
    /// Take a month of the assessment away; undo brings it back
    Drop {
        /// The fiscal month
        month: String,
        /// Whose, by name or BE id, where the book holds several
        #[arg(long)]
        reseller: Option<String>,
        /// Write JSON
        #[arg(long)]
        json: bool,
    },
    /// Project from this reseller's assessment, where the book holds several
    Use {
        /// Its name or BE id
        reseller: String,
        /// Write JSON
        #[arg(long)]
        json: bool,
    },
    /// Our own figures beside those of the assessment
    Check {
        /// The fiscal month; without it the newest
        month: Option<String>,
        /// Write JSON
        #[arg(long)]
        json: bool,
    },
}

/// `baseline set`.
#[derive(Args, Debug)]
pub struct BaselineSet {
    /// Portfolio and metric with a point between: Services.otrr
    #[arg(value_name = "PORTFOLIO.METRIC")]
    pub metric: String,
    /// The fiscal month
    #[arg(long, value_name = "MONTH")]
    pub month: String,
    /// Measure A: an amount, points or a level
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub a: Option<String>,
    /// Measure B
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub b: Option<String>,
    /// Applied index, 0 to 10: what the score sums
    #[arg(long, value_name = "N")]
    pub index: Option<String>,
    /// Achieved index, 0 to 10
    #[arg(long, value_name = "N")]
    pub achieved: Option<String>,
    /// Weight within the category, percent
    #[arg(long, value_name = "PCT")]
    pub weight: Option<String>,
    /// Weight of the category, percent
    #[arg(long, value_name = "PCT")]
    pub category_weight: Option<String>,
    /// The partner's size in the portfolio (XS, S, M, L, XL)
    #[arg(long, value_name = "SIZE")]
    pub size: Option<String>,
    /// Begin a new month with all figures of this one
    #[arg(long, value_name = "MONTH", conflicts_with = "alone")]
    pub like: Option<String>,
    /// Begin a new month with nothing else in it
    #[arg(long)]
    pub alone: bool,
    /// Write JSON
    #[arg(long)]
    pub json: bool,
}

/// `pvi …`.
#[derive(Subcommand, Debug)]
pub enum PviQuestion {
    /// One figure worked out as on paper: inputs with file and row, window, band, index, weights
    Explain(super::pvi_explain::PviExplain),
    /// The cheapest set of open deals that reaches a score or the next index step
    Goal(PviGoal),
    /// How sure the score is: every open deal drawn thousands of times, month by month
    Forecast(PviForecast),
    /// Which deal does what to the score, and what is lost without it
    Attribute(PviAttribute),
    /// Keep today's projection (booked, committed, open) in the book
    Keep(PviKeep),
    /// The projections that were kept, newest first, each with its rule pack
    History(PviHistory),
    /// Mark a fiscal month whose bookings and due dates the book holds in full, so that it rolls
    /// out of the assessment as it was
    Complete(super::pvi_complete::PviComplete),
}

/// `pvi keep`.
#[derive(Args, Debug)]
pub struct PviKeep {
    /// A remark to keep with it
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
    /// Write JSON
    #[arg(long)]
    pub json: bool,
}

/// `pvi history`.
#[derive(Args, Debug)]
pub struct PviHistory {
    /// Only this view: booked, committed or open
    #[arg(long)]
    pub view: Option<String>,
    /// At most so many
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    /// Write JSON
    #[arg(long)]
    pub json: bool,
}

/// `pack`.
#[derive(Subcommand, Debug)]
pub enum Pack {
    /// Check a rule pack: every fault with file, line, column and the nearest valid name
    Check {
        /// The file; without it the one in use
        file: Option<PathBuf>,
        /// Write JSON
        #[arg(long)]
        json: bool,
    },
    /// What the pack in use holds, and where it comes from
    Show(JsonOnly),
    /// Keep a pack file in this book and project by it from now on
    #[command(after_help = "\
A book with a pack of its own uses that one, on every computer; else the file pack.toml in the
settings folder is used, else the shipped pack. The file is laid over the shipped pack key by key;
a row with `remove = true` takes the shipped row out.")]
    Use {
        /// The file
        #[arg(required_unless_present = "none", conflicts_with = "none")]
        file: Option<PathBuf>,
        /// Go back to the pack outside the book
        #[arg(long)]
        none: bool,
        /// Write JSON
        #[arg(long)]
        json: bool,
    },
    /// The rule packs this book has used
    List(JsonOnly),
}

/// `backup`.
#[derive(Args, Debug)]
pub struct Backup {
    /// Where to; without it into the folder `backups` beside the book
    pub to: Option<PathBuf>,
    /// Write JSON
    #[arg(long)]
    pub json: bool,
}

/// `restore`.
#[derive(Args, Debug)]
pub struct Restore {
    /// The backup
    pub from: PathBuf,
    /// Write JSON
    #[arg(long)]
    pub json: bool,
}

/// `read-file`, the child's side of an import; how to read comes on standard input.
#[derive(Args, Debug)]
pub struct ReadFile {
    /// The file
    pub file: PathBuf,
}
