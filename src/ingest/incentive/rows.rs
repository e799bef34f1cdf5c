//! From bytes to rows of named cells, whatever the file is written in. Which columns a kind of row
//! has is decided here; what they may hold is not.

use super::{Fault, MOST_BYTES, MOST_ROWS};
use crate::ingest::report::Problems;
use crate::program::pack::nearest;
use crate::program::pack::tree::{self, Node, Value};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::Arc;

/// A kind of row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A rate.
    Rate,
    /// A product's offer group.
    Group,
    /// A milestone of a use case.
    Milestone,
}

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 3] = [Kind::Rate, Kind::Group, Kind::Milestone];

    /// The word in the column `kind` and the key in TOML.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Rate => "rate",
            Kind::Group => "gsp",
            Kind::Milestone => "milestone",
        }
    }

    /// Its columns.
    pub fn columns(self) -> &'static [&'static str] {
        match self {
            Kind::Rate => &[
                "component",
                "gsp",
                "region",
                "column",
                "rate_pct",
                "from",
                "to",
            ],
            Kind::Group => &["product", "gsp", "from", "to"],
            Kind::Milestone => &[
                "customer",
                "offer",
                "use_case",
                "milestone",
                "amount",
                "currency",
                "eligibility",
                "booked",
                "opt_in",
                "expires",
                "done",
            ],
        }
    }

    /// Columns a row cannot do without.
    pub fn required(self) -> &'static [&'static str] {
        match self {
            Kind::Rate => &["component", "gsp", "region", "column", "rate_pct", "from"],
            Kind::Group => &["product", "gsp"],
            Kind::Milestone => &["customer", "offer", "use_case", "milestone"],
        }
    }
}

/// Columns a row of any kind may have: where the figure comes from, and whether it is invented.
const REMARKS: [&str; 5] = ["kind", "demo", "source", "as_of", "confidence"];

/// A row with its cells by column name.
#[derive(Clone, Debug, PartialEq)]
pub struct RawRow {
    /// Kind.
    pub kind: Kind,
    /// Row, or line in TOML.
    pub row: u32,
    /// Cells that hold something.
    pub cells: HashMap<&'static str, String>,
}

/// A file as rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Raw {
    /// File name, without its folder.
    pub file: Arc<str>,
    /// Rows in the order of the file.
    pub rows: Vec<RawRow>,
    /// The file says that its figures are invented.
    pub demo: bool,
    /// SHA-256 of the bytes, hex.
    pub sha256: String,
}

/// What a file is being read into.
struct Reader {
    file: Arc<str>,
    rows: Vec<RawRow>,
    demo: bool,
    faults: Vec<Fault>,
}

/// Reads a file; `.toml` by name is TOML, anything else delimited text.
///
/// # Errors
/// Every fault of its form.
pub fn read(bytes: &[u8], file: &str) -> Result<Raw, Vec<Fault>> {
    let mut reader = Reader {
        file: file.into(),
        rows: Vec::new(),
        demo: false,
        faults: Vec::new(),
    };
    if bytes.len() > MOST_BYTES {
        reader.fault(
            None,
            None,
            format!("larger than {} MB; split it", MOST_BYTES / 1_000_000),
        );
    } else if file.to_lowercase().ends_with(".toml") {
        reader.toml(bytes);
    } else {
        reader.delimited(bytes);
    }
    if reader.faults.is_empty() && reader.rows.is_empty() {
        let kinds = "a header of rates (component, gsp, …), offer groups (product, gsp) or \
                     milestones (customer, offer, …), and rows under it";
        reader.fault(None, None, format!("holds no rows; expected {kinds}"));
    }
    if reader.rows.len() > MOST_ROWS {
        reader.fault(None, None, format!("more than {MOST_ROWS} rows; split it"));
    }
    if reader.faults.is_empty() {
        Ok(Raw {
            file: reader.file,
            rows: reader.rows,
            demo: reader.demo,
            sha256: hex(&Sha256::digest(bytes)),
        })
    } else {
        Err(reader.faults)
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Reader {
    fn fault(&mut self, row: Option<u32>, column: Option<&str>, message: impl Into<String>) {
        self.faults.push(Fault {
            file: Arc::clone(&self.file),
            row,
            column: column.map(Arc::from),
            message: message.into(),
            nearest: None,
        });
    }

    fn unknown(&mut self, row: Option<u32>, column: &str, known: &[&str]) {
        self.faults.push(Fault {
            file: Arc::clone(&self.file),
            row,
            column: Some(column.into()),
            message: "no such column".into(),
            nearest: nearest(column, known.iter().copied()),
        });
    }

    fn delimited(&mut self, bytes: &[u8]) {
        let file = Arc::clone(&self.file);
        let mut problems = Problems::default();
        let read = crate::ingest::csv::read(bytes, &file, &mut problems);
        let table = match read {
            Ok(table) => table,
            Err(error) => return self.fault(None, None, error.to_string()),
        };
        let mut cells = Vec::new();
        let heads: Vec<(usize, String)> = table
            .cells(0)
            .map(|cell| {
                (
                    cell.column,
                    cell.text.trim().to_lowercase().replace([' ', '-'], "_"),
                )
            })
            .collect();
        let has = |name: &str| heads.iter().any(|(_, head)| head == name);
        let fixed = Kind::ALL
            .into_iter()
            .find(|kind| !has("kind") && kind.required().iter().all(|name| has(name)));
        if fixed.is_none() && !has("kind") {
            let message = "the first row names no known columns: rates need component, gsp, \
                           region, column, rate_pct, from; offer groups product, gsp; milestones \
                           customer, offer, use_case, milestone";
            return self.fault(Some(table.number(0).max(1)), None, message);
        }
        let known: Vec<&'static str> = match fixed {
            Some(kind) => kind.columns().iter().chain(&REMARKS).copied().collect(),
            None => {
                let all = Kind::ALL.into_iter().flat_map(|kind| kind.columns());
                all.chain(&REMARKS).copied().collect()
            }
        };
        let mut columns: HashMap<usize, &'static str> = HashMap::new();
        for (at, head) in &heads {
            match known.iter().find(|name| *name == head) {
                Some(name) if columns.values().any(|other| other == name) => {
                    self.fault(Some(table.number(0)), Some(name), "named twice");
                }
                Some(name) => {
                    columns.insert(*at, name);
                }
                None => self.unknown(Some(table.number(0)), head, &known),
            }
        }
        for at in 1..table.len() {
            let row = table.number(at);
            cells.clear();
            cells.extend(
                table
                    .cells(at)
                    .filter_map(|cell| Some((*columns.get(&cell.column)?, cell.text.to_string()))),
            );
            if cells.is_empty() {
                continue;
            }
            let beyond = table
                .cells(at)
                .find(|cell| !columns.contains_key(&cell.column));
            if let (Some(cell), true) = (beyond, self.faults.is_empty()) {
                let message = format!("{:?} stands under no column", cell.text);
                self.fault(Some(row), None, message);
            }
            let cells: HashMap<&'static str, String> = cells.drain(..).collect();
            if let Some(kind) = fixed.or_else(|| self.kind(row, &cells)) {
                self.keep(kind, row, cells);
            }
        }
    }

    /// The kind a row names.
    fn kind(&mut self, row: u32, cells: &HashMap<&'static str, String>) -> Option<Kind> {
        let word = cells.get("kind").map_or("", String::as_str);
        let kind = Kind::ALL
            .into_iter()
            .find(|kind| kind.word() == word.to_lowercase());
        if kind.is_none() {
            let words = Kind::ALL.map(Kind::word);
            self.faults.push(Fault {
                file: Arc::clone(&self.file),
                row: Some(row),
                column: Some("kind".into()),
                message: format!("{word:?} is no kind of row: {}", words.join(", ")),
                nearest: nearest(word, words),
            });
        }
        kind
    }

    fn keep(&mut self, kind: Kind, row: u32, cells: HashMap<&'static str, String>) {
        if let Some(word) = cells.get("demo") {
            match word.to_lowercase().as_str() {
                "true" | "yes" | "1" => self.demo = true,
                "false" | "no" | "0" => {}
                _ => self.fault(Some(row), Some("demo"), "write true or false"),
            }
        }
        self.rows.push(RawRow { kind, row, cells });
    }

    fn toml(&mut self, bytes: &[u8]) {
        let file = Arc::clone(&self.file);
        let Ok(text) = std::str::from_utf8(bytes) else {
            return self.fault(None, None, "is not UTF-8 text; save it as UTF-8");
        };
        let table = match tree::parse(&file, text) {
            Ok(table) => table,
            Err(problems) => {
                for problem in problems {
                    let row = u32::try_from(problem.place.line).ok();
                    self.fault(row, None, problem.message);
                }
                return;
            }
        };
        let keys: Vec<(String, u32)> = table
            .keys()
            .map(|(key, place)| (key.to_string(), u32::try_from(place.line).unwrap_or(0)))
            .collect();
        for (key, line) in keys {
            let Some(node) = table.get(&key) else {
                continue;
            };
            match (key.as_str(), &node.value) {
                ("cpi", Value::Table(cpi)) => {
                    for (own, place) in cpi.keys() {
                        let line = u32::try_from(place.line).unwrap_or(0);
                        match cpi.get(own) {
                            Some(rows) if own == "rate" => self.list(Kind::Rate, rows),
                            _ => self.unknown(Some(line), &format!("cpi.{own}"), &["cpi.rate"]),
                        }
                    }
                }
                ("rate", _) => self.list(Kind::Rate, node),
                ("gsp", _) => self.list(Kind::Group, node),
                ("milestone", _) => self.list(Kind::Milestone, node),
                ("demo", Value::Flag(demo)) => self.demo |= *demo,
                ("pack", Value::Table(pack)) => {
                    let flag = pack.get("demo").map(|node| &node.value);
                    self.demo |= matches!(flag, Some(Value::Flag(true)));
                }
                _ => {
                    let known = ["cpi", "rate", "gsp", "milestone", "demo", "pack"];
                    self.unknown(Some(line), &key, &known);
                }
            }
        }
    }

    fn list(&mut self, kind: Kind, node: &Node) {
        let line = |node: &Node| u32::try_from(node.place.line).unwrap_or(0);
        let Value::List(rows) = &node.value else {
            let message = format!("expected a list of rows, found {}", node.value.word());
            return self.fault(Some(line(node)), Some(kind.word()), message);
        };
        let known: Vec<&'static str> = kind.columns().iter().chain(&REMARKS).copied().collect();
        for row in rows {
            let at = line(row);
            let Value::Table(table) = &row.value else {
                self.fault(Some(at), Some(kind.word()), "expected a row { … }");
                continue;
            };
            let mut cells = HashMap::new();
            for (key, _) in table.keys() {
                let Some(name) = known.iter().find(|name| **name == key) else {
                    self.unknown(Some(at), key, &known);
                    continue;
                };
                let text = match table.get(key).map(|node| &node.value) {
                    Some(Value::Text(text)) => text.trim().to_string(),
                    Some(Value::Day(day)) => day.to_string(),
                    Some(Value::Int(number)) => number.to_string(),
                    Some(Value::Flag(flag)) => flag.to_string(),
                    Some(other) => {
                        let word = other.word();
                        let message = format!("{word} is not read here; write it as text: \"…\"");
                        self.fault(Some(at), Some(name), message);
                        continue;
                    }
                    None => continue,
                };
                if !text.is_empty() {
                    cells.insert(*name, text);
                }
            }
            self.keep(kind, at, cells);
        }
    }
}
