//! Options of what looks back: `changes` and `history`.

use chrono::NaiveDate;
use clap::Args;

/// `changes`.
#[derive(Args, Debug)]
pub struct Changes {
    /// All imports from this day on, taken together; without it the newest import
    #[arg(long, value_name = "DATE")]
    pub since: Option<NaiveDate>,
    /// Only this kind: new, gone, end, level, quantity, price, status, contract, masked, unmasked, other
    #[arg(long)]
    pub kind: Option<String>,
    /// Only changes whose customer, contract, serial, product or file holds these words
    #[arg(long, value_name = "WORDS")]
    pub find: Option<String>,
    /// At most so many changes; 200 of a table and all of JSON without it
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    /// Instead: where what you wrote and what an import brought differ, to be settled by `conflict`
    #[arg(long, conflicts_with_all = ["since", "kind", "find"])]
    pub conflicts: bool,
    /// Write JSON
    #[arg(long)]
    pub json: bool,
}

/// `conflict`.
#[derive(Args, Debug)]
pub struct Conflict {
    /// Which, as `changes --conflicts` names it: Q-1001/3/quantity
    pub id: String,
    /// keep: yours stays; take: the file's goes in; later: behind the open ones, again opens it
    #[arg(value_parser = ["keep", "take", "later"])]
    pub answer: String,
    /// Write JSON
    #[arg(long)]
    pub json: bool,
}

/// `history`.
#[derive(Args, Debug)]
pub struct History {
    /// At most so many
    #[arg(long, default_value_t = 50, value_name = "N")]
    pub limit: usize,
    /// Write JSON
    #[arg(long)]
    pub json: bool,
}
