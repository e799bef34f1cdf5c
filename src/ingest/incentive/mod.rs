//! Incentive files of the partner: rates, offer groups and adoption milestones, as delimited text
//! or TOML. [`read`] turns bytes into rows of named cells, [`plan`] checks them against each other
//! and the book. A file with one wrong row is refused whole, with every fault named by file, row
//! and column: half a rate table pays wrongly without saying so.
//!
//! | rows | columns |
//! |---|---|
//! | rates | `component` `gsp` `region` `column` `rate_pct` `from` `to` |
//! | offer groups | `product` `gsp` `from` `to` |
//! | milestones | `customer` `offer` `use_case` `milestone` `amount` `currency` `eligibility` `booked` `opt_in` `expires` `done` |
//!
//! Delimited files name the columns in their first row; a file of several kinds has a column
//! `kind` (`rate`, `gsp`, `milestone`). In TOML the rows are `[cpi] rate = […]`, `gsp = […]` and
//! `milestone = […]`, as in a rule pack.

mod cell;
mod held;
mod plan;
mod rows;

pub use plan::{Facts, Planned, plan};
pub use rows::{Kind, Raw, RawRow, read};

use std::fmt;
use std::sync::Arc;

/// Most bytes of such a file.
pub const MOST_BYTES: usize = 16_000_000;
/// Most rows of such a file.
pub const MOST_ROWS: usize = 200_000;
/// Most faults listed.
pub const MOST_FAULTS: usize = 50;

/// Something wrong in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// File name.
    pub file: Arc<str>,
    /// Row as a spreadsheet shows it, or line of a TOML file; none for the file as a whole.
    pub row: Option<u32>,
    /// Column, where one is meant.
    pub column: Option<Arc<str>>,
    /// What is wrong and what to write instead.
    pub message: String,
    /// The nearest name that would be right.
    pub nearest: Option<String>,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if let Some(row) = self.row {
            write!(f, " row {row}")?;
        }
        if let Some(column) = &self.column {
            write!(f, ", column {column}")?;
        }
        write!(f, ": {}", self.message)?;
        match &self.nearest {
            Some(name) => write!(f, "; did you mean {name:?}?"),
            None => Ok(()),
        }
    }
}
