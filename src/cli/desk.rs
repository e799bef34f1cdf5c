//! Opens the desk on a book.

use super::context::Context;
use super::error::{Exit, Failure};
use std::io::IsTerminal;
use std::path::Path;

/// Opens the desk; standard input and output must be a terminal.
pub fn open(context: &Context, book: &Path) -> Result<(), Failure> {
    if !std::io::stdin().is_terminal() || !std::io::stdout().is_terminal() {
        return Err(Failure::new(Exit::Failed, "the desk needs a terminal")
            .hint("`renewdesk --help` lists the commands that do not"));
    }
    let _ = (context, book);
    Ok(())
}
