//! Options of `import`.

use clap::Args;
use std::path::PathBuf;

/// `import`.
#[derive(Args, Debug)]
pub struct Import {
    /// The files
    #[arg(required_unless_present = "watch", value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Import every new export that appears in this folder, until Ctrl+C
    #[arg(long, value_name = "DIR", conflicts_with = "files")]
    pub watch: Option<PathBuf>,
    /// Read them as this format instead of recognising it
    #[arg(long)]
    pub format: Option<String>,
    /// Answers to what the file leaves open: columns, date order, currency
    #[arg(long, value_name = "FILE.toml")]
    pub map: Option<PathBuf>,
    /// Keep the answers for files laid out alike; undo takes them back with the import
    #[arg(long)]
    pub remember: bool,
    /// Report only, change nothing; with --json also the sheets and columns as they are understood
    #[arg(long)]
    pub dry_run: bool,
    /// Write JSON
    #[arg(long)]
    pub json: bool,
}
