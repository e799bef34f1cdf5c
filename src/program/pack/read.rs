//! Reading typed values out of a pack's tree. A [`Row`] notes every key that was asked for; what
//! nobody asked for is an unknown key. Faults are collected, never returned early, so that one
//! run shows them all.

use super::problem::{Place, Problem};
use super::tree::{Node, Table, Value};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::str::FromStr;
use std::sync::Arc;

/// Where a number of the pack comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provenance {
    /// The source, in words.
    pub source: Arc<str>,
    /// The day it was read.
    pub as_of: Option<NaiveDate>,
    /// documented, tool, inferred, unknown or placeholder.
    pub confidence: Arc<str>,
}

/// The words a row's confidence may be.
pub const CONFIDENCES: [&str; 5] = ["documented", "tool", "inferred", "unknown", "placeholder"];

/// One table being read.
pub struct Row<'a> {
    name: String,
    place: Place,
    table: Option<&'a Table>,
    asked: Vec<&'static str>,
    problems: &'a mut Vec<Problem>,
}

impl<'a> Row<'a> {
    /// Starts reading a table; `None` reads as an empty one, so that missing keys are reported.
    pub fn new(
        name: impl Into<String>,
        place: Place,
        table: Option<&'a Table>,
        problems: &'a mut Vec<Problem>,
    ) -> Self {
        Row {
            name: name.into(),
            place,
            table,
            asked: Vec::new(),
            problems,
        }
    }

    /// Where the row stands.
    pub fn place(&self) -> Place {
        self.place.clone()
    }

    /// Where the value of a key stands; the row where it has none.
    pub fn place_of(&self, key: &str) -> Place {
        self.table
            .and_then(|t| t.get(key))
            .map_or_else(|| self.place.clone(), |node| node.place.clone())
    }

    /// Notes a problem.
    pub fn complain(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    /// True where the key is given, whatever its value.
    pub fn has(&self, key: &str) -> bool {
        self.table.is_some_and(|table| table.get(key).is_some())
    }

    fn node(&mut self, key: &'static str) -> Option<&'a Node> {
        self.asked.push(key);
        self.table.and_then(|table| table.get(key))
    }

    fn missing(&mut self, key: &str) {
        let message = format!("{} lacks the key {key:?}", self.name);
        self.problems
            .push(Problem::error(self.place.clone(), message));
    }

    fn wrong(&mut self, key: &str, node: &Node, wanted: &str) {
        let message = format!(
            "{}.{key} must be {wanted}, not {}",
            self.name,
            node.value.word()
        );
        self.problems
            .push(Problem::error(node.place.clone(), message));
    }

    /// Text, if given. Empty text counts as not given.
    pub fn opt_text(&mut self, key: &'static str) -> Option<&'a str> {
        let node = self.node(key)?;
        match &node.value {
            Value::Text(text) if text.is_empty() => None,
            Value::Text(text) => Some(text),
            _ => {
                self.wrong(key, node, "text in quotes");
                None
            }
        }
    }

    /// Text that must be there.
    pub fn text(&mut self, key: &'static str) -> &'a str {
        if self.table.and_then(|t| t.get(key)).is_none() {
            self.asked.push(key);
            self.missing(key);
            return "";
        }
        self.opt_text(key).unwrap_or("")
    }

    /// One of a fixed set of words; the first is the default of a missing key.
    pub fn choice(&mut self, key: &'static str, words: &[&'static str]) -> &'static str {
        self.opt_choice(key, words)
            .or_else(|| words.first().copied())
            .unwrap_or("")
    }

    /// One of a fixed set of words, if given.
    pub fn opt_choice(
        &mut self,
        key: &'static str,
        words: &[&'static str],
    ) -> Option<&'static str> {
        let text = self.opt_text(key)?;
        let word = words.iter().find(|word| **word == text);
        if word.is_none() {
            let place = self.place_of(key);
            let what = format!("{}.{key}", self.name);
            let known = words.iter().copied();
            self.complain(Problem::unknown(place, &what, text, known));
        }
        word.copied()
    }

    /// One of a fixed set of words that must be there.
    pub fn required_choice(&mut self, key: &'static str, words: &[&'static str]) -> &'static str {
        if !self.has(key) {
            self.missing(key);
        }
        self.choice(key, words)
    }

    /// An exact number, if given: text in quotes, or a whole number.
    pub fn opt_decimal(&mut self, key: &'static str) -> Option<Decimal> {
        let node = self.node(key)?;
        match decimal_of(node) {
            Ok(number) => number,
            Err(()) => {
                self.wrong(key, node, "an exact number, written in quotes like \"2.5\"");
                None
            }
        }
    }

    /// An exact number that must be there.
    pub fn decimal(&mut self, key: &'static str) -> Decimal {
        let given = self.table.and_then(|t| t.get(key)).is_some();
        let value = self.opt_decimal(key);
        if !given {
            self.missing(key);
        }
        value.unwrap_or_default()
    }

    /// An exact number from 0 to 100 that must be there.
    pub fn percent(&mut self, key: &'static str) -> Decimal {
        let percent = self.decimal(key);
        if percent < Decimal::ZERO || percent > Decimal::ONE_HUNDRED {
            let place = self.place_of(key);
            let message = format!("{}.{key} must be 0 to 100, not {percent}", self.name);
            self.complain(Problem::error(place, message));
        }
        percent
    }

    /// A list of exact numbers.
    pub fn decimals(&mut self, key: &'static str) -> Vec<Decimal> {
        let Some(node) = self.node(key) else {
            self.missing(key);
            return Vec::new();
        };
        let Value::List(items) = &node.value else {
            self.wrong(key, node, "a list of numbers in quotes");
            return Vec::new();
        };
        let mut out = Vec::with_capacity(items.len());
        for item in items {
            match decimal_of(item) {
                Ok(Some(number)) => out.push(number),
                _ => self.wrong(key, item, "a list of exact numbers in quotes"),
            }
        }
        out
    }

    /// A whole number, if given.
    pub fn opt_int(&mut self, key: &'static str) -> Option<i64> {
        let node = self.node(key)?;
        match node.value {
            Value::Int(n) => Some(n),
            _ => {
                self.wrong(key, node, "a whole number");
                None
            }
        }
    }

    /// A whole number that must be there.
    pub fn int(&mut self, key: &'static str) -> i64 {
        if self.table.and_then(|t| t.get(key)).is_none() {
            self.asked.push(key);
            self.missing(key);
            return 0;
        }
        self.opt_int(key).unwrap_or(0)
    }

    /// A small whole number that must be there.
    pub fn small(&mut self, key: &'static str) -> i32 {
        let n = self.int(key);
        i32::try_from(n).unwrap_or_else(|_| {
            let place = self.place_of(key);
            self.problems
                .push(Problem::error(place, format!("{n} is too large")));
            0
        })
    }

    /// Yes or no, with the default of a missing key.
    pub fn flag(&mut self, key: &'static str, default: bool) -> bool {
        let Some(node) = self.node(key) else {
            return default;
        };
        match node.value {
            Value::Flag(flag) => flag,
            _ => {
                self.wrong(key, node, "true or false");
                default
            }
        }
    }

    /// A day, if given.
    pub fn opt_day(&mut self, key: &'static str) -> Option<NaiveDate> {
        let node = self.node(key)?;
        match &node.value {
            Value::Day(day) => Some(*day),
            Value::Text(text) if text.is_empty() => None,
            _ => {
                self.wrong(key, node, "a date like 2026-11-22, without quotes");
                None
            }
        }
    }

    /// A day that must be there.
    pub fn day(&mut self, key: &'static str) -> NaiveDate {
        if self.table.and_then(|t| t.get(key)).is_none() {
            self.asked.push(key);
            self.missing(key);
            return NaiveDate::MIN;
        }
        self.opt_day(key).unwrap_or(NaiveDate::MIN)
    }

    /// Source, date and confidence, which a row with numbers must give.
    pub fn provenance(&mut self) -> Provenance {
        let missing: Vec<&str> = ["source", "as_of", "confidence"]
            .into_iter()
            .filter(|key| {
                let node = self.table.and_then(|table| table.get(key));
                node.is_none_or(|n| matches!(&n.value, Value::Text(text) if text.is_empty()))
            })
            .collect();
        if self.table.is_some() && !missing.is_empty() {
            let message = format!(
                "{} does not say where its numbers come from: add {}",
                self.name,
                missing.join(", ")
            );
            self.complain(Problem::error(self.place(), message));
        }
        self.remark()
    }

    /// Source, date and confidence of a row that holds no numbers.
    pub fn remark(&mut self) -> Provenance {
        Provenance {
            source: self.opt_text("source").unwrap_or("").into(),
            as_of: self.opt_day("as_of"),
            confidence: self
                .opt_text("confidence")
                .map_or("unknown", |_| self.choice("confidence", &CONFIDENCES))
                .into(),
        }
    }

    /// Keys the format knows and this version does not use: accepted with a warning.
    pub fn unused(&mut self, keys: &[&'static str]) {
        for key in keys {
            if self.node(key).is_some() {
                let message = format!("{}.{key} has no effect in this version", self.name);
                let place = self.place_of(key);
                self.problems.push(Problem::warning(place, message));
            }
        }
    }

    /// Ends the row: every key that was not asked for is unknown.
    pub fn finish(self) {
        let Some(table) = self.table else { return };
        for (key, place) in table.keys() {
            if !self.asked.contains(&key) {
                let what = format!("key of {}", self.name);
                let known = self.asked.iter().copied();
                self.problems
                    .push(Problem::unknown(place.clone(), &what, key, known));
            }
        }
    }
}

fn decimal_of(node: &Node) -> Result<Option<Decimal>, ()> {
    match &node.value {
        Value::Int(n) => Ok(Some(Decimal::from(*n))),
        Value::Text(text) if text.is_empty() => Ok(None),
        Value::Text(text) => Decimal::from_str(text.trim()).map(Some).map_err(|_| ()),
        _ => Err(()),
    }
}

/// The top of a pack: hands out its tables and rows and knows which were asked for.
pub struct Top<'a> {
    table: &'a Table,
    origin: Place,
    prefix: &'static str,
    asked: Vec<&'static str>,
    /// What was found wrong.
    pub problems: Vec<Problem>,
}

impl<'a> Top<'a> {
    /// Starts reading.
    pub fn new(table: &'a Table, origin: Place) -> Self {
        Top {
            table,
            origin,
            prefix: "",
            asked: Vec::new(),
            problems: Vec::new(),
        }
    }

    /// Reads a table of tables by name; a missing one reads as empty.
    pub fn group<T>(&mut self, name: &'static str, read: impl FnOnce(&mut Top<'_>) -> T) -> T {
        self.asked.push(name);
        let empty = Table::default();
        let (origin, table) = match self.table.get(name) {
            None => (self.origin.clone(), &empty),
            Some(node) => match &node.value {
                Value::Table(table) => (node.place.clone(), table),
                other => {
                    let message = format!("{name} must be a table, not {}", other.word());
                    let problem = Problem::error(node.place.clone(), message);
                    self.problems.push(problem);
                    (node.place.clone(), &empty)
                }
            },
        };
        let mut inner = Top::new(table, origin);
        inner.prefix = name;
        let value = read(&mut inner);
        self.problems.append(&mut inner.finish());
        value
    }

    /// The name of a table in messages.
    fn called(&self, name: &str) -> String {
        match self.prefix {
            "" => name.to_string(),
            prefix => format!("{prefix}.{name}"),
        }
    }

    /// Reads one table by name; a missing one reads as empty.
    pub fn table<T>(&mut self, name: &'static str, read: impl FnOnce(&mut Row<'_>) -> T) -> T {
        self.asked.push(name);
        let (place, table) = match self.table.get(name) {
            None => (self.origin.clone(), None),
            Some(node) => match &node.value {
                Value::Table(table) => (node.place.clone(), Some(table)),
                other => {
                    let message = format!("{name} must be a table, not {}", other.word());
                    self.problems
                        .push(Problem::error(node.place.clone(), message));
                    (node.place.clone(), None)
                }
            },
        };
        let mut row = Row::new(self.called(name), place, table, &mut self.problems);
        let value = read(&mut row);
        row.finish();
        value
    }

    /// Reads every row of a list of tables; each comes with its place for later checks.
    pub fn rows<T>(
        &mut self,
        name: &'static str,
        mut read: impl FnMut(&mut Row<'_>) -> T,
    ) -> Vec<(T, Place)> {
        self.asked.push(name);
        let Some(node) = self.table.get(name) else {
            return Vec::new();
        };
        let called = self.called(name);
        let Value::List(items) = &node.value else {
            let message = format!("{called} must be a list of tables, [[{called}]]");
            self.problems
                .push(Problem::error(node.place.clone(), message));
            return Vec::new();
        };
        let mut out = Vec::with_capacity(items.len());
        for item in items {
            let Value::Table(table) = &item.value else {
                let message = format!("a row of {called} must be a table");
                self.problems
                    .push(Problem::error(item.place.clone(), message));
                continue;
            };
            let place = item.place.clone();
            let mut row = Row::new(called.as_str(), place, Some(table), &mut self.problems);
            out.push((read(&mut row), item.place.clone()));
            row.finish();
        }
        out
    }

    /// Tables the format knows and this version does not use.
    pub fn unused(&mut self, names: &[&'static str]) {
        for name in names {
            self.asked.push(name);
            if let Some(node) = self.table.get(name) {
                let message = format!("{name} has no effect in this version");
                self.problems
                    .push(Problem::warning(node.place.clone(), message));
            }
        }
    }

    /// Ends the reading: unknown tables are problems.
    pub fn finish(mut self) -> Vec<Problem> {
        for (key, place) in self.table.keys() {
            if !self.asked.contains(&key) {
                let known = self.asked.iter().copied();
                let what = match self.prefix {
                    "" => "table".to_string(),
                    prefix => format!("table of {prefix}"),
                };
                self.problems
                    .push(Problem::unknown(place.clone(), &what, key, known));
            }
        }
        self.problems
    }
}
