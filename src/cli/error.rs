//! Failures of a command: a sentence, the next step, and the exit code that says what kind it is.

use crate::store::StoreError;
use std::fmt;

/// What kind of failure, as the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Something failed while running.
    Failed = 1,
    /// The command line is wrong.
    Usage = 2,
    /// Only a person can answer.
    NeedsAnswer = 3,
    /// No such thing in the book.
    NotFound = 4,
    /// Somebody was faster, or holds the book.
    Conflict = 5,
    /// A rule says no.
    Refused = 6,
}

/// A failure to report on standard error.
#[derive(Debug)]
pub struct Failure {
    /// Exit code.
    pub exit: Exit,
    /// What happened.
    pub message: String,
    /// What to do next.
    pub hint: Option<String>,
    closed_pipe: bool,
}

impl Failure {
    /// A failure of a kind.
    pub fn new(exit: Exit, message: impl Into<String>) -> Self {
        Failure {
            exit,
            message: message.into(),
            hint: None,
            closed_pipe: false,
        }
    }

    /// The reader of standard output has gone (`| head`); no reason to complain.
    pub fn is_closed_pipe(&self) -> bool {
        self.closed_pipe
    }

    /// Nothing by that name.
    pub fn not_found(message: impl Into<String>) -> Self {
        Failure::new(Exit::NotFound, message)
    }

    /// A rule says no.
    pub fn refused(message: impl Into<String>) -> Self {
        Failure::new(Exit::Refused, message)
    }

    /// The command line is wrong.
    pub fn usage(message: impl Into<String>) -> Self {
        Failure::new(Exit::Usage, message)
    }

    /// The same with a next step.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into()).filter(|hint| !hint.is_empty());
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let clean = crate::domain::text::clean;
        write!(f, "{}", clean(&self.message))?;
        if let Some(hint) = &self.hint {
            write!(f, "\n  hint: {}", clean(hint))?;
        }
        Ok(())
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let exit = match &error {
            StoreError::Conflict { .. } | StoreError::StalePlan { .. } | StoreError::Busy => {
                Exit::Conflict
            }
            StoreError::Missing { .. } | StoreError::NoBook(_) => Exit::NotFound,
            StoreError::Refused(_)
            | StoreError::NothingToUndo
            | StoreError::NothingToRedo
            | StoreError::CannotRestore { .. } => Exit::Refused,
            _ => Exit::Failed,
        };
        Failure::new(exit, error.to_string()).hint(error.hint())
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        let closed_pipe = error.kind() == std::io::ErrorKind::BrokenPipe;
        let message = format!("output could not be written: {error}");
        Failure {
            closed_pipe,
            ..Failure::new(Exit::Failed, message)
        }
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        std::io::Error::from(error).into()
    }
}

impl From<crate::runtime::paths::NoHome> for Failure {
    fn from(error: crate::runtime::paths::NoHome) -> Self {
        Failure::new(Exit::Failed, error.to_string())
    }
}
