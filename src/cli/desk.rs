//! Opens the desk on a book.

use super::context::Context;
use super::error::{Exit, Failure};
use crate::runtime::desk::{DeskError, DeskOptions, look, run_desk};
use crate::ui::theme::ThemeName;
use std::path::Path;

/// Opens the desk and stays in it until the person leaves. The default book is made the first
/// time; a book somebody names must exist. A signal ends the program with 128 + its number.
pub fn open(context: &Context, book: &Path) -> Result<u8, Failure> {
    let theme = match context.global.theme.as_deref() {
        Some(name) => Some(ThemeName::named(name).ok_or_else(|| {
            Failure::usage(format!("there is no theme {name:?}"))
                .hint("the themes are light, dark, high-contrast and mono")
        })?),
        None => None,
    };
    let look = look(theme, context.global.ascii);
    let options = DeskOptions {
        book: book.to_path_buf(),
        create: context.global.book.is_none(),
        paths: context.paths.clone(),
        pack_file: context.pack_file()?,
        clock: context.clock,
        user: Context::user_of_computer(),
        look,
        read_only: false,
    };
    let code = run_desk(options)?;
    u8::try_from(code)
        .map_err(|_| Failure::new(Exit::Failed, format!("the desk ended with {code}")))
}

impl From<DeskError> for Failure {
    fn from(error: DeskError) -> Self {
        match error {
            DeskError::NoTerminal => Failure::new(Exit::Failed, error.to_string())
                .hint("`renewdesk --help` lists the commands that need none"),
            DeskError::Book(trouble) => Failure::new(Exit::Failed, trouble.what).hint(trouble.hint),
            DeskError::Terminal(_) => Failure::new(Exit::Failed, error.to_string()),
        }
    }
}
