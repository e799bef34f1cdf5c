//! Arguments of the commands about price rules.

use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Printed under `price-rule --help`.
const AFTER: &str = "\
Of the rules that match a line one prices it: a rule that names a supplier before one that names an account,
and that before one that names neither; among those of a tier the first in the list. Fields of a rule, all
optional but one price: supplier, account, product (pattern of product id or service SKU: CON-SNT*), level
(pattern), portfolio, from, until (days it prices on), discount (% off list: what you pay), margin or markup
(%: what the customer pays).";

/// `price-rule`.
#[derive(Subcommand, Debug)]
#[command(after_help = AFTER)]
pub enum PriceRule {
    /// The rules in the order they are asked
    List {
        /// Write JSON
        #[arg(long)]
        json: bool,
    },
    /// Add a rule, or change the one of that name
    #[command(after_help = AFTER)]
    Add {
        /// Its name, shown on the lines it prices
        name: String,
        /// What it holds for and what it sets: supplier="Ingram Micro" product=CON-SNT* discount=40
        #[arg(required = true, value_name = "FIELD=VALUE")]
        fields: Vec<String>,
        /// Ask it before this rule
        #[arg(long, value_name = "RULE")]
        before: Option<String>,
        /// Write JSON
        #[arg(long)]
        json: bool,
    },
    /// Take rules away; lines they priced keep their prices
    Remove {
        /// Names
        #[arg(required = true)]
        names: Vec<String>,
        /// Write JSON
        #[arg(long)]
        json: bool,
    },
    /// Read rules from a CSV file with a column `name` and one for each field used
    #[command(after_help = AFTER)]
    Import {
        /// The file
        file: PathBuf,
        /// Take rules away that the file does not name
        #[arg(long)]
        replace: bool,
        /// Write JSON
        #[arg(long)]
        json: bool,
    },
    /// Who you buy from where nothing else is said; `none` for nobody
    Supplier {
        /// The supplier
        name: String,
        /// Write JSON
        #[arg(long)]
        json: bool,
    },
}

/// `quote rules`.
#[derive(Args, Debug)]
pub struct QuoteRules {
    /// Quote id or number (Q-1001)
    pub id: String,
    /// Only these lines: 2, 1-4,7 or all
    #[arg(long, value_name = "LINES", default_value = "all")]
    pub lines: String,
    /// Lines that stay as they are: 2, 1-4,7 or all
    #[arg(long, value_name = "LINES")]
    pub lock: Option<String>,
    /// Buying from this supplier instead of the book's
    #[arg(long, value_name = "NAME")]
    pub supplier: Option<String>,
    /// Leave what the customer pays; only the cost moves
    #[arg(long)]
    pub hold_sell: bool,
    /// Only show what would change
    #[arg(long)]
    pub dry_run: bool,
    /// Write JSON
    #[arg(long)]
    pub json: bool,
}
