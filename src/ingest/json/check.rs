//! What is wrong with a document, and where: read once more by the JSON library as it stands.

use crate::ingest::error::IngestError;
use crate::ingest::source::{Source, unreadable};
use crate::ingest::split::BYTE_ORDER_MARK;
use crate::ingest::survey::read_some;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use std::fmt;
use std::io::{BufReader, Cursor, Read};

/// Checks that all of a source is JSON.
///
/// # Errors
/// It is not, with line and column, or cannot be read.
pub fn check(source: &dyn Source, file: &str) -> Result<(), IngestError> {
    let unread = |error: std::io::Error| unreadable(file, &error);
    let mut from = source.open().map_err(unread)?;
    let mut head = [0; BYTE_ORDER_MARK.len()];
    let head = loop {
        let len = read_some(&mut *from, &mut head).map_err(unread)?;
        if head != BYTE_ORDER_MARK {
            break head.into_iter().take(len).collect::<Vec<u8>>();
        }
        head = [0; BYTE_ORDER_MARK.len()];
    };
    let from = BufReader::with_capacity(1 << 16, Cursor::new(head).chain(from));
    let documents = serde_json::Deserializer::from_reader(from).into_iter::<Sound>();
    for document in documents {
        match document {
            Ok(Sound) => {}
            Err(error) if error.is_io() => return Err(unread(error.into())),
            Err(error) => return Err(wrong(file, &error.to_string())),
        }
    }
    Ok(())
}

/// The refusal of what is no JSON.
pub fn wrong(file: &str, why: &str) -> IngestError {
    IngestError::Unreadable {
        file: file.to_string(),
        what: format!("the JSON breaks off or is wrong: {why}"),
        next: "Export it again".to_string(),
    }
}

/// Any value, looked at in full and not held.
struct Sound;

impl<'de> Deserialize<'de> for Sound {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Sound, D::Error> {
        from.deserialize_any(Sound)
    }
}

impl<'de> Visitor<'de> for Sound {
    type Value = Sound;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Sound, E> {
        Ok(Sound)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Sound, E> {
        Ok(Sound)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Sound, E> {
        Ok(Sound)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Sound, E> {
        Ok(Sound)
    }

    fn visit_str<E>(self, _: &str) -> Result<Sound, E> {
        Ok(Sound)
    }

    fn visit_unit<E>(self) -> Result<Sound, E> {
        Ok(Sound)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Sound, A::Error> {
        while list.next_element::<Sound>()?.is_some() {}
        Ok(Sound)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Sound, A::Error> {
        while members.next_key::<Sound>()?.is_some() {
            members.next_value::<Sound>()?;
        }
        Ok(Sound)
    }
}
