//! What `pvi goal` can be asked.

use clap::Args;

/// `pvi goal`.
#[derive(Args, Debug)]
#[command(after_help = "\
Open renewals, uplifts (above the flat price, or above what a draft asks), open quotes and
suggestions are tried in every combination that can matter. The answer is `exact`, or the best found with what a cheaper one could
at most save. A goal out of reach says how far the score can get and what each metric is missing.")]
pub struct PviGoal {
    /// The portfolio
    pub portfolio: String,
    /// A score (5.0, 7.5 or any other), `next` (the cheapest metric step) or next:METRIC
    #[arg(long, value_name = "GOAL")]
    pub reach: String,
    /// By which fiscal month (FY27M6); without it the pack's horizon
    #[arg(long, value_name = "MONTH")]
    pub by: Option<String>,
    /// What is to be least: value, deals, effort or discount; without it the pack's choice
    #[arg(long)]
    pub cost: Option<String>,
    /// booked, or committed: committed deals count as closed already
    #[arg(long, default_value = "booked")]
    pub from: String,
    /// Plan with renewals and quotes only
    #[arg(long)]
    pub without_suggestions: bool,
    /// Search for at most so many seconds
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub seconds: u64,
    /// Write JSON
    #[arg(long)]
    pub json: bool,
}
