//! The arguments of `suggest`.

use clap::{Args, Subcommand};

/// `suggest`.
#[derive(Args, Debug)]
pub struct Suggest {
    /// What to do with one; without it they are listed
    #[command(subcommand)]
    pub action: Option<SuggestAction>,
    /// At most so many
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    /// Only this play, e.g. window_closing, coverage_gap, tier_uplift
    #[arg(long, value_name = "NAME")]
    pub play: Option<String>,
    /// Show how each is ranked: value, confidence, closeness, what was left out, what else fits
    #[arg(long)]
    pub explain: bool,
    /// Also compute what accepting each would do to the score (takes longer)
    #[arg(long)]
    pub effects: bool,
    /// Write JSON
    #[arg(long)]
    pub json: bool,
}

/// `suggest …`.
#[derive(Subcommand, Debug)]
pub enum SuggestAction {
    /// Dismiss one, with the reason; it stays away until its facts change
    Dismiss {
        /// Key of the suggestion
        key: String,
        /// Why
        #[arg(long)]
        reason: String,
    },
    /// Ask again on a day
    Snooze {
        /// Key of the suggestion
        key: String,
        /// The day: 2027-01-15, +30d, eom
        #[arg(long, value_name = "DATE")]
        until: String,
    },
    /// What came of the suggestions, by play: accepted, won, lost, put off, dismissed and why
    Stats {
        /// Write JSON
        #[arg(long)]
        json: bool,
    },
    /// Put its lines into a quote; what brings none becomes a note and a next step on the renewal
    Accept {
        /// Key of the suggestion
        key: String,
        /// The quote; without it the customer's newest draft, or a new one
        #[arg(long, value_name = "ID")]
        quote: Option<String>,
    },
}
