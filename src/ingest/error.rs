//! Why a file could not be read or planned. Every sentence says what happened, where, and what to
//! do next; where a person would be asked, it names the key of the `--map` file that answers.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A refusal of a whole file. Single rows are refused by [`super::Reject`] instead.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum IngestError {
    /// The bytes are no table or JSON document this program can open.
    #[error("{file}: {what}. {next}")]
    Unreadable {
        /// File name.
        file: String,
        /// What was found.
        what: String,
        /// What to do.
        next: String,
    },
    /// The kind is known, but its reader does not exist yet.
    #[error("{file}: this is {kind}; renewdesk recognises it but does not read it yet. {next}")]
    NotReadYet {
        /// File name.
        file: String,
        /// The kind in words.
        kind: String,
        /// What to do.
        next: String,
    },
    /// The kind is known, and nothing of it belongs into a book of renewals.
    #[error("{file}: this is {kind}: {why}. Nothing was imported. {next}")]
    OfNoUse {
        /// File name.
        file: String,
        /// The kind in words.
        kind: String,
        /// Why, as half a sentence.
        why: String,
        /// What to import instead.
        next: String,
    },
    /// Asked to read as one kind, found another.
    #[error(
        "{file}: asked to read this as `{asked}`, but {found}. Leave out --format, or name the right one."
    )]
    WrongKind {
        /// File name.
        file: String,
        /// The format asked for.
        asked: String,
        /// What it looks like, as half a sentence.
        found: String,
    },
    /// No kind fits.
    #[error(
        "{file}: no known kind of file: {why}. Write a --map FILE.toml with [columns], e.g. serial = \"Your header\", end_date = \"Your header\"."
    )]
    UnknownKind {
        /// File name.
        file: String,
        /// The nearest guess and what it lacks.
        why: String,
    },
    /// A question only a person can answer; the map key answers it.
    #[error("{file}: {question} Answer with `{key}` in a --map file.")]
    NeedsAnswer {
        /// File name.
        file: String,
        /// The question with the place it arose.
        question: String,
        /// Map key with a sample value.
        key: String,
    },
    /// The map file itself is wrong.
    #[error("map {file}: {why}")]
    BadMap {
        /// Map file name.
        file: String,
        /// What is wrong and where.
        why: String,
    },
    /// A limit was reached.
    #[error("{file}: {what} ({limit} at most). Split the file, or export fewer rows.")]
    TooLarge {
        /// File name.
        file: String,
        /// What is too large.
        what: String,
        /// The limit in words.
        limit: String,
    },
    /// Rows were handed on as the first ones of the file read, and later ones read otherwise. Whoever
    /// asked for haste asks again without it; no person is told.
    #[error("{file}: its columns change their meaning further down. Import it again.")]
    Unsettled {
        /// File name.
        file: String,
    },
    /// The stream between the reading process and this one broke.
    #[error(
        "the reader of the file stopped before the end: {0}. Nothing was imported; try again, and if it repeats the file is damaged."
    )]
    BrokenStream(String),
}

impl IngestError {
    /// The map key a question asks for, a member of a table as `table."name"`, and the values it
    /// names, of which the first may be only a sample. None where nothing is asked.
    pub fn asks(&self) -> Option<(String, Vec<String>)> {
        let IngestError::NeedsAnswer { key, .. } = self else {
            return None;
        };
        let (table, rest) = match key.strip_prefix('[').and_then(|rest| rest.split_once("] ")) {
            Some((table, rest)) => (format!("{table}."), rest),
            None => (String::new(), key.as_str()),
        };
        let (name, values) = rest.split_once(" = ")?;
        let mut found: Vec<String> = values
            .split(" (or ")
            .filter_map(|value| {
                let value = value.strip_suffix(')').unwrap_or(value);
                serde_json::from_str::<String>(value).ok()
            })
            .collect();
        if found.is_empty() {
            found.push(values.to_string());
        }
        Some((format!("{table}{name}"), found))
    }
}
