//! The text of a rule pack as a tree in which every key and value knows its file, line and
//! column, so that a later complaint can point at it. Knows nothing of what the keys mean.

use super::problem::{Place, Problem};
use chrono::NaiveDate;
use std::sync::Arc;
use toml::de::{DeTable, DeValue};

/// A value and where it stands.
#[derive(Clone, Debug)]
pub struct Node {
    /// Where.
    pub place: Place,
    /// What.
    pub value: Value,
}

/// The kinds of value a pack may hold.
#[derive(Clone, Debug)]
pub enum Value {
    /// Text.
    Text(String),
    /// A whole number.
    Int(i64),
    /// Yes or no.
    Flag(bool),
    /// A civil day.
    Day(NaiveDate),
    /// A list.
    List(Vec<Node>),
    /// Keys and values in the order of the file.
    Table(Table),
    /// Something no key of a pack takes (a float, a time of day); the word names it.
    Foreign(&'static str),
}

impl Value {
    /// What it is, for a message.
    pub fn word(&self) -> &'static str {
        match self {
            Value::Text(_) => "text",
            Value::Int(_) => "a whole number",
            Value::Flag(_) => "true or false",
            Value::Day(_) => "a date",
            Value::List(_) => "a list",
            Value::Table(_) => "a table",
            Value::Foreign(word) => word,
        }
    }

    /// A plain form to compare row identities by.
    pub(super) fn plain(&self) -> String {
        match self {
            Value::Text(text) => text.clone(),
            Value::Int(n) => n.to_string(),
            Value::Flag(flag) => flag.to_string(),
            Value::Day(day) => day.to_string(),
            other => other.word().to_string(),
        }
    }
}

/// A table: keys in the order of the file.
#[derive(Clone, Debug, Default)]
pub struct Table {
    entries: Vec<(String, Place, Node)>,
}

impl Table {
    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries
            .iter()
            .find(|(k, _, _)| k == key)
            .map(|(_, _, node)| node)
    }

    /// All keys with the place of the key itself.
    pub fn keys(&self) -> impl Iterator<Item = (&str, &Place)> {
        self.entries
            .iter()
            .map(|(key, place, _)| (key.as_str(), place))
    }

    /// All entries, for laying another table over this one.
    pub(super) fn entries_mut(&mut self) -> &mut Vec<(String, Place, Node)> {
        &mut self.entries
    }

    /// All entries.
    pub(super) fn into_entries(self) -> Vec<(String, Place, Node)> {
        self.entries
    }

    /// Sets the value of a key.
    pub(super) fn set(&mut self, key: &str, node: Node) {
        match self.entries.iter_mut().find(|(k, _, _)| k == key) {
            Some((_, _, old)) => *old = node,
            None => self
                .entries
                .push((key.to_string(), node.place.clone(), node)),
        }
    }

    /// Takes a key out.
    pub(super) fn take(&mut self, key: &str) -> Option<Node> {
        let at = self.entries.iter().position(|(k, _, _)| k == key)?;
        Some(self.entries.remove(at).2)
    }
}

/// Reads TOML text. Text that is no TOML gives one problem per fault, and no tree.
pub fn parse(file: &str, text: &str) -> Result<Table, Vec<Problem>> {
    let lines = Lines::of(file, text);
    let (table, errors) = DeTable::parse_recoverable(text);
    if errors.is_empty() {
        return Ok(lines.table(table.get_ref()));
    }
    Err(errors
        .iter()
        .map(|error| {
            let at = error.span().map_or(0, |span| span.start);
            Problem::error(lines.place(at), format!("not TOML: {}", error.message()))
        })
        .collect())
}

/// Turns byte offsets into places.
struct Lines<'a> {
    file: Arc<str>,
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    fn of(file: &str, text: &'a str) -> Self {
        let starts = std::iter::once(0)
            .chain(text.match_indices('\n').map(|(at, _)| at + 1))
            .collect();
        Lines {
            file: file.into(),
            text,
            starts,
        }
    }

    fn place(&self, offset: usize) -> Place {
        let line = self.starts.partition_point(|&start| start <= offset).max(1);
        let start = self.starts.get(line - 1).copied().unwrap_or(0);
        let column = self
            .text
            .get(start..offset)
            .map_or(0, |before| before.chars().count());
        Place {
            file: Arc::clone(&self.file),
            line,
            column: column + 1,
        }
    }

    fn table(&self, table: &DeTable<'_>) -> Table {
        let mut entries: Vec<(usize, (String, Place, Node))> = table
            .iter()
            .map(|(key, value)| {
                let node = Node {
                    place: self.place(value.span().start),
                    value: self.value(value.get_ref()),
                };
                let at = key.span().start;
                (at, (key.get_ref().to_string(), self.place(at), node))
            })
            .collect();
        entries.sort_by_key(|(at, _)| *at);
        Table {
            entries: entries.into_iter().map(|(_, entry)| entry).collect(),
        }
    }

    fn value(&self, value: &DeValue<'_>) -> Value {
        match value {
            DeValue::String(text) => Value::Text(text.to_string()),
            DeValue::Integer(n) => i64::from_str_radix(n.as_str(), n.radix())
                .map_or(Value::Foreign("a number out of range"), Value::Int),
            DeValue::Float(_) => Value::Foreign("a floating-point number"),
            DeValue::Boolean(flag) => Value::Flag(*flag),
            DeValue::Datetime(at) => match (at.date, at.time) {
                (Some(d), None) => {
                    NaiveDate::from_ymd_opt(d.year.into(), d.month.into(), d.day.into())
                        .map_or(Value::Foreign("a date that does not exist"), Value::Day)
                }
                _ => Value::Foreign("a time of day"),
            },
            DeValue::Array(items) => Value::List(
                items
                    .iter()
                    .map(|item| Node {
                        place: self.place(item.span().start),
                        value: self.value(item.get_ref()),
                    })
                    .collect(),
            ),
            DeValue::Table(table) => Value::Table(self.table(table)),
        }
    }
}
