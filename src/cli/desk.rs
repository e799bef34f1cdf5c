//! Opens the desk on a book.

use super::context::Context;
use super::error::{Exit, Failure};
use crate::domain::snapshot::Snapshot;
use crate::runtime::{DeskError, DeskOptions, look, run_desk};
use crate::ui::theme::ThemeName;
use std::path::Path;
use std::sync::Arc;

/// Opens the desk; standard input and output must be a terminal.
pub fn open(context: &Context, book: &Path) -> Result<(), Failure> {
    let theme = match &context.global.theme {
        None => None,
        Some(name) => Some(ThemeName::named(name).ok_or_else(|| unknown_theme(name))?),
    };
    let options = DeskOptions {
        book: book.to_path_buf(),
        create: true,
        paths: context.paths.clone(),
        pack: Arc::new(context.pack()?),
        clock: context.clock,
        // the book's own user, if it names one, is taken once the book is read
        user: context.actor(&Snapshot::default()),
        look: look(theme, context.global.ascii),
        read_only: false,
    };
    match run_desk(options) {
        Ok(0) => Ok(()),
        // ended by a signal: the shell is told which
        Ok(code) => std::process::exit(code),
        Err(error) => Err(failed(error)),
    }
}

fn unknown_theme(name: &str) -> Failure {
    let names: Vec<&str> = ThemeName::ALL.iter().map(|theme| theme.id()).collect();
    Failure::new(Exit::Usage, format!("there is no theme {name:?}"))
        .hint(format!("the themes are {}", names.join(", ")))
}

fn failed(error: DeskError) -> Failure {
    let hint = match &error {
        DeskError::Book(trouble) => trouble.hint.clone(),
        DeskError::NoTerminal => "`renewdesk --help` lists the commands that need none".to_string(),
        DeskError::Terminal(_) => String::new(),
    };
    let failure = Failure::new(Exit::Failed, error.to_string());
    if hint.is_empty() {
        failure
    } else {
        failure.hint(hint)
    }
}
