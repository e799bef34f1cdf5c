//! What is wrong in a rule pack, where, and what was probably meant.

use std::fmt;
use std::sync::Arc;

/// A place in a pack's text; lines and columns from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// File name as given.
    pub file: Arc<str>,
    /// Line.
    pub line: usize,
    /// Column in characters.
    pub column: usize,
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The file is not used.
    Error,
    /// The file is used; this part has no effect or deserves a look.
    Warning,
}

/// One thing wrong in a pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where.
    pub place: Place,
    /// How bad.
    pub severity: Severity,
    /// What, and what to do.
    pub message: String,
    /// The nearest valid name, where a name was not known.
    pub nearest: Option<String>,
}

impl Problem {
    /// Something that keeps the file from being used.
    pub fn error(place: Place, message: impl Into<String>) -> Problem {
        Problem {
            place,
            severity: Severity::Error,
            message: message.into(),
            nearest: None,
        }
    }

    /// Something that does not.
    pub fn warning(place: Place, message: impl Into<String>) -> Problem {
        Problem {
            severity: Severity::Warning,
            ..Problem::error(place, message)
        }
    }

    /// An unknown name with the nearest of the known ones.
    pub fn unknown<'a>(
        place: Place,
        what: &str,
        name: &str,
        known: impl IntoIterator<Item = &'a str>,
    ) -> Problem {
        Problem {
            nearest: nearest(name, known),
            ..Problem::error(place, format!("{what} {name:?} is not known"))
        }
    }

    /// True when the file cannot be used because of it.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Place { file, line, column } = &self.place;
        let word = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        write!(f, "{file}:{line}:{column}: {word}: {}", self.message)?;
        match &self.nearest {
            Some(name) => write!(f, "; did you mean {name:?}?"),
            None => Ok(()),
        }
    }
}

/// The known name with the fewest edits to `name`; the first of several equals.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    known
        .into_iter()
        .min_by_key(|candidate| edits(name, candidate))
        .map(str::to_string)
}

/// Levenshtein distance in characters.
fn edits(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut last = i + 1;
        let mut next = vec![last];
        for ((y, over), diagonal) in b.iter().zip(row.iter().skip(1)).zip(row.iter()) {
            last = (diagonal + usize::from(x != *y))
                .min(over + 1)
                .min(last + 1);
            next.push(last);
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}
