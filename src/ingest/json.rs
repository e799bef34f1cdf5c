//! JSON documents: one object, a list of objects, JSON Lines, or pages glued together; keys are
//! compared without case. Says which kind it is.

use super::error::IngestError;
use super::limits;
use super::profile::{eox, known};
use super::report::Problems;
use super::row::Rows;
use serde_json::Value as Json;
use std::borrow::Cow;

/// The member with that name, whatever its case; `name` is lower case.
pub fn find<'a>(document: &'a Json, name: &str) -> Option<&'a Json> {
    document
        .as_object()?
        .iter()
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| value)
}

/// A scalar as text; of an object its member `value`; nothing for lists and null.
pub fn text_of(value: &Json) -> Option<Cow<'_, str>> {
    match value {
        Json::String(text) => Some(Cow::Borrowed(text)),
        Json::Number(number) => Some(Cow::Owned(number.to_string())),
        Json::Bool(flag) => Some(Cow::Owned(flag.to_string())),
        Json::Object(_) => find(value, "value").and_then(text_of),
        _ => None,
    }
}

/// Reads a JSON file into `rows`.
///
/// # Errors
/// Not JSON (with line and column), a kind that is not read, or another than asked for.
pub fn read(
    text: &str,
    format: Option<&str>,
    rows: &mut Rows,
    problems: &mut Problems,
) -> Result<(), IngestError> {
    let file = rows.file.clone();
    if text.len() > limits::JSON_BYTES {
        return Err(IngestError::TooLarge {
            file,
            what: format!("the document has {} bytes", text.len()),
            limit: "256 MB of JSON".to_string(),
        });
    }
    let mut pages = Vec::new();
    for document in serde_json::Deserializer::from_str(text).into_iter::<Json>() {
        match document {
            Ok(Json::Array(list)) => pages.extend(list),
            Ok(other) => pages.push(other),
            Err(e) => {
                return Err(IngestError::Unreadable {
                    file,
                    what: format!("the JSON breaks off or is wrong: {e}"),
                    next: "Export it again".to_string(),
                });
            }
        }
    }
    let found = match pages.iter().find(|page| eox::fits(page)) {
        Some(_) => eox::ID,
        None => return Err(not_read(&pages, format, file)),
    };
    if let Some(asked) = format
        && asked != found
    {
        return Err(IngestError::WrongKind {
            file,
            asked: asked.to_string(),
            found: format!("it holds end-of-life records (`{found}`)"),
        });
    }
    let strangers = pages.iter().filter(|page| !eox::fits(page)).count();
    if strangers > 0 {
        problems.about_file(
            super::row::Code::Incomplete,
            format!(
                "{strangers} of the glued documents hold no end-of-life records and were left out"
            ),
        );
    }
    eox::read(&pages, rows)
}

fn not_read(pages: &[Json], format: Option<&str>, file: String) -> IngestError {
    let kind = pages
        .first()
        .and_then(|first| known::DOCUMENTS.iter().find(|(_, keys)| holds(first, keys)));
    match (kind, format) {
        (Some((kind, _)), Some(asked)) => IngestError::WrongKind {
            file,
            asked: asked.to_string(),
            found: format!("it looks like {kind}"),
        },
        (Some((kind, _)), None) => IngestError::NotReadYet {
            file,
            kind: kind.to_string(),
            next: "Import the same data as an install-base or SNTC table for now".to_string(),
        },
        (None, _) => IngestError::Unreadable {
            file,
            what: "the JSON has none of the keys of a known kind (EoX files hold EOXRecord)"
                .to_string(),
            next: "Import an EoX v5 answer, or the data as a table".to_string(),
        },
    }
}

fn holds(document: &Json, keys: &[&str]) -> bool {
    keys.iter().all(|key| match key.split_once('.') {
        None => find(document, key).is_some(),
        Some((list, member)) => find(document, list)
            .and_then(|list| list.as_array()?.first())
            .is_some_and(|first| find(first, member).is_some()),
    })
}
