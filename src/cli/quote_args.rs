//! Arguments of the commands that work on a whole quote.

use crate::pricing::typed;
use chrono::NaiveDate;
use clap::{Args, Subcommand};
use rust_decimal::Decimal;
use std::path::PathBuf;

/// An amount as people write it: `120,000.00`, `15%`, `=120*0.9`.
fn amount(text: &str) -> Result<Decimal, String> {
    typed::number(text).map_err(|why| format!("{}; {}", why.problem, why.hint))
}

/// What a quote shall come to.
#[derive(Args, Debug)]
#[group(id = "target", required = true, multiple = false)]
pub struct Target {
    /// What the customer pays in all
    #[arg(long, value_name = "TOTAL", group = "target", value_parser = amount)]
    pub sell: Option<Decimal>,
    /// What you pay in all, the customer's price held
    #[arg(long, value_name = "TOTAL", group = "target", value_parser = amount)]
    pub net: Option<Decimal>,
    /// Margin of the whole in percent, by the customer's price
    #[arg(long, value_name = "PCT", group = "target", value_parser = amount)]
    pub margin: Option<Decimal>,
    /// Margin of the whole in percent, by your cost, the customer's price held
    #[arg(long, value_name = "PCT", group = "target", value_parser = amount)]
    pub margin_by_net: Option<Decimal>,
    /// Score of a portfolio at the horizon: Services=5.0 (only `solve`)
    #[arg(long, value_name = "PORTFOLIO=SCORE", group = "target")]
    pub score: Option<String>,
}

/// `quote price`.
#[derive(Args, Debug)]
pub struct Price {
    /// Quote id or number (Q-1001)
    pub id: String,
    #[command(flatten)]
    pub target: Target,
    /// Lines that stay as they are: 2, 1-4,7 or all
    #[arg(long, value_name = "LINES")]
    pub lock: Option<String>,
    /// Only show what would change
    #[arg(long)]
    pub dry_run: bool,
    /// Write JSON
    #[arg(long)]
    pub json: bool,
}

/// `quote solve`.
#[derive(Args, Debug)]
pub struct Solve {
    /// Quote id or number (Q-1001)
    pub id: String,
    #[command(flatten)]
    pub target: Target,
    /// Lines that stay as they are: 2, 1-4,7 or all
    #[arg(long, value_name = "LINES")]
    pub lock: Option<String>,
    /// Write JSON
    #[arg(long)]
    pub json: bool,
}

/// `quote coterm`.
#[derive(Args, Debug)]
pub struct Coterm {
    /// Quote id or number (Q-1001)
    pub id: String,
    /// End all lines on this day; without it the candidates are shown
    #[arg(long, value_name = "DATE")]
    pub to: Option<NaiveDate>,
    /// End the licences that share an end on the average of theirs; the price stays
    #[arg(long, conflicts_with = "to")]
    pub average: bool,
    /// Only show what --to or --average would do
    #[arg(long)]
    pub dry_run: bool,
    /// Also so many points of the curve from the earliest to the latest candidate
    #[arg(long, value_name = "POINTS", value_parser = clap::value_parser!(u16).range(2..=400))]
    pub curve: Option<u16>,
    /// Write JSON
    #[arg(long)]
    pub json: bool,
}

/// `quote scenario`.
#[derive(Subcommand, Debug)]
pub enum Scenario {
    /// Keep the quote as it stands under a name
    Save {
        /// Quote id or number
        id: String,
        /// The name
        name: String,
        /// Write JSON
        #[arg(long)]
        json: bool,
    },
    /// The scenarios and sent versions of a quote
    List {
        /// Quote id or number
        id: String,
        /// Write JSON
        #[arg(long)]
        json: bool,
    },
    /// The quote as it stands and up to three of its scenarios, side by side
    Compare {
        /// Quote id or number
        id: String,
        /// Names of scenarios
        #[arg(required = true, num_args = 1..=3)]
        names: Vec<String>,
        /// Write JSON
        #[arg(long)]
        json: bool,
    },
    /// Make a scenario the quote; what it was can be undone
    Use {
        /// Quote id or number
        id: String,
        /// Name of the scenario
        name: String,
        /// Write JSON
        #[arg(long)]
        json: bool,
    },
}

/// `quote send`.
#[derive(Args, Debug)]
pub struct Send {
    /// Quote id or number
    pub id: String,
    /// The day it went out (default: today)
    #[arg(long, value_name = "DATE")]
    pub on: Option<NaiveDate>,
    /// Write JSON
    #[arg(long)]
    pub json: bool,
}

/// `quote approve`.
#[derive(Args, Debug)]
pub struct Approve {
    /// Quote id or number
    pub id: String,
    /// Why it may go out below the floor, or under which number
    #[arg(long)]
    pub note: String,
    /// Write JSON
    #[arg(long)]
    pub json: bool,
}

/// `quote valid`.
#[derive(Args, Debug)]
pub struct Valid {
    /// Quote id or number
    pub id: String,
    /// The last day the prices hold: a date, +30d, eom; `usual` goes back to the pack's days
    pub until: String,
    /// Write JSON
    #[arg(long)]
    pub json: bool,
}

/// `quote vendor`.
#[derive(Args, Debug)]
pub struct Vendor {
    /// Quote id or number
    pub id: String,
    /// The vendor's file: a CCW-R quote, a price request filled in, any table with serials and prices
    pub file: PathBuf,
    /// Take the prices of the same units and term into the lines
    #[arg(long)]
    pub take: bool,
    /// Answers to what the file leaves open
    #[arg(long, value_name = "FILE.toml")]
    pub map: Option<PathBuf>,
    /// Read it as this format instead of recognising it
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<String>,
    /// Write JSON
    #[arg(long)]
    pub json: bool,
}
