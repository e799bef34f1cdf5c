//! Arguments of the commands that make what leaves the desk.

use clap::{Args, Subcommand};
use std::path::PathBuf;

/// What leaves the desk.
#[derive(Subcommand, Debug)]
pub enum Outward {
    /// Write what the desk shows to a file: the queue, the suggestions, a calendar of expiries
    #[command(subcommand)]
    Export(Export),
    /// Who you are on your documents: name, address, logo, terms, tax
    Letterhead(Letterhead),
}

/// `export`.
#[derive(Subcommand, Debug)]
pub enum Export {
    /// The renewals to work on, as CSV or XLSX by the file's ending
    Queue(ExportTo),
    /// The suggestions, as CSV or XLSX by the file's ending
    Suggestions(ExportTo),
    /// Customers against portfolios: what each spends a year where, and the white spaces
    Whitespace(ExportTo),
    /// Use cases by stage, stalled ones first, with the renewal and the incentive window behind them
    Adoption(ExportTo),
    /// Contract ends and next steps as a calendar (.ics); importing it again moves its events
    Calendar(ExportCalendar),
    /// The open lines of a contract for the customer to tick, as CSV or XLSX by the file's ending
    Assets {
        /// Contract number, its earliest open renewal; NUMBER@DATE for another one
        contract: String,
        /// The new file
        file: PathBuf,
    },
}

/// A file to write.
#[derive(Args, Debug)]
pub struct ExportTo {
    /// The new file; an export never replaces one
    pub file: PathBuf,
}

/// `export calendar`.
#[derive(Args, Debug)]
pub struct ExportCalendar {
    /// The new file, ending in .ics
    pub file: PathBuf,
    /// Only this owner's renewals
    #[arg(long)]
    pub owner: Option<String>,
    /// Only days within so many days from today
    #[arg(long, value_name = "DAYS", default_value_t = 365, value_parser = clap::value_parser!(i64).range(1..=3660))]
    pub within: i64,
}

/// `letterhead`. Without an option it shows what is set.
#[derive(Args, Debug)]
pub struct Letterhead {
    /// Company
    #[arg(long)]
    pub name: Option<String>,
    /// A line of the address; repeat it for more
    #[arg(long, value_name = "LINE")]
    pub address: Vec<String>,
    /// Phone, mail or web; repeat it for more
    #[arg(long, value_name = "LINE")]
    pub contact: Vec<String>,
    /// Terms printed at the end of a quote
    #[arg(long)]
    pub terms: Option<String>,
    /// Tax under the total, for example "VAT 8.1"; `none` says that prices exclude tax
    #[arg(long, value_name = "NAME PERCENT")]
    pub tax: Option<String>,
    /// PNG or JPEG; `none` takes it away. It is kept in the book
    #[arg(long, value_name = "FILE")]
    pub logo: Option<PathBuf>,
    /// Write JSON
    #[arg(long)]
    pub json: bool,
}

/// `quote export`.
#[derive(Args, Debug)]
pub struct QuoteExport {
    /// Quote id or number (Q-1001)
    pub id: String,
    /// customer (PDF, XLSX), mail (EML), assets, request (XLSX, CSV) or internal (XLSX)
    #[arg(long = "as", value_name = "KIND", default_value = "customer")]
    pub kind: String,
    /// The new file, its ending says the form; without it a name of its own in this folder
    #[arg(long, value_name = "FILE")]
    pub to: Option<PathBuf>,
    /// Fields of the summary, outer first: contract, site, product, level, end, portfolio
    #[arg(long, value_name = "FIELD,…", value_delimiter = ',')]
    pub summary: Vec<String>,
    /// Person the quote is for
    #[arg(long, value_name = "NAME")]
    pub attention: Option<String>,
    /// Sender of the mail draft
    #[arg(long, value_name = "ADDRESS")]
    pub from: Option<String>,
    /// Recipient of the mail draft
    #[arg(long, value_name = "ADDRESS")]
    pub mail_to: Option<String>,
    /// Write JSON
    #[arg(long)]
    pub json: bool,
}
