//! What can be asked of `incentive`.

use clap::{Args, Subcommand};
use std::path::PathBuf;

/// `incentive`.
#[derive(Args, Debug)]
pub struct Incentive {
    /// What else to do; without it payouts are shown
    #[command(subcommand)]
    pub action: Option<IncentiveAction>,
    /// Contract number, its earliest open renewal; NUMBER@DATE for another one, or a renewal id
    #[arg(long, conflicts_with = "quote")]
    pub contract: Option<String>,
    /// Quote id or number (Q-1001)
    #[arg(long)]
    pub quote: Option<String>,
    /// Only what counts in this portfolio
    #[arg(long)]
    pub portfolio: Option<String>,
    /// Write JSON
    #[arg(long, conflicts_with = "csv")]
    pub json: bool,
    /// Write CSV
    #[arg(long)]
    pub csv: bool,
}

/// `incentive …`.
#[derive(Subcommand, Debug)]
pub enum IncentiveAction {
    /// Load rates, offer groups or adoption milestones from a CSV or TOML file
    Load(IncentiveLoad),
    /// The loaded rates and offer groups, each with file and row
    Rates {
        /// Write JSON
        #[arg(long, conflicts_with = "csv")]
        json: bool,
        /// Write CSV
        #[arg(long)]
        csv: bool,
    },
    /// Adoption milestones: earned, potential, missed
    Adoption {
        /// Write JSON
        #[arg(long)]
        json: bool,
    },
    /// The region whose rates count; with a name, choose it
    Region {
        /// A region of the loaded rates, e.g. AMER
        name: Option<String>,
        /// Write JSON
        #[arg(long)]
        json: bool,
    },
}

/// `incentive load`.
#[derive(Args, Debug)]
#[command(after_help = "\
Columns, named in the first row of a CSV:
  rates         component gsp region column rate_pct from [to]
  offer groups  product gsp [from] [to]
  milestones    customer offer use_case milestone [amount] [currency] [eligibility] [booked] [opt_in] [expires] [done]
A CSV of several kinds has a column `kind` (rate, gsp, milestone). In TOML the rows are [cpi] rate = [...],
gsp = [...] and milestone = [...]. `*` as gsp or region stands for any; a product may end in `*`.")]
pub struct IncentiveLoad {
    /// The file; its columns are listed below
    pub file: PathBuf,
    /// Check only, change nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Put the file in the place of what is loaded of its kinds
    #[arg(long)]
    pub replace: bool,
    /// Write JSON
    #[arg(long)]
    pub json: bool,
}
