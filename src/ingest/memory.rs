//! Mappings that are remembered: what a person answered for one layout of file, found again by the
//! headers alone. The same layout takes the answers by itself and says so; a layout that differs in
//! a column or two only offers them.

use super::ReadOptions;
use super::detect;
use super::map::Map;
use super::row::Rows;
use super::table::Table;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::fmt;

/// Begins the name of a setting that holds a mapping; the layout's fingerprint follows.
pub const SETTING: &str = "mapping.";

/// Columns that may differ where a mapping is still offered.
const DIFFERENT: usize = 2;

/// Answers that were given for a layout.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Memory {
    /// The layout.
    pub layout: Layout,
    /// The answers.
    pub map: Map,
    /// The file they were given for.
    pub file: String,
}

/// How a table is laid out, whatever its rows say.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layout {
    /// Workbook or text.
    pub container: String,
    /// The keys of the headers, in order.
    pub keys: Vec<String>,
}

/// What remembered answers did, for the person to be told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recalled {
    /// Fingerprint of the layout they were given for.
    pub fingerprint: String,
    /// The file they were given for.
    pub file: String,
    /// They were taken; else they are only offered.
    pub applied: bool,
    /// Header keys that only one of the two layouts has.
    pub differ: Vec<String>,
    /// The answers.
    pub map: Map,
}

impl Layout {
    /// SHA-256 of the container's kind and the header keys in their order, hex.
    pub fn fingerprint(&self) -> String {
        let text = format!("{}\n{}", self.container, self.keys.join("\n"));
        super::hex(&Sha256::digest(text))
    }

    /// The keys only one of two layouts has; none where too many differ to call them alike.
    fn differ(&self, keys: &[String]) -> Option<Vec<String>> {
        let only = |a: &[String], b: &[String]| -> Vec<String> {
            a.iter().filter(|key| !b.contains(key)).cloned().collect()
        };
        let (gone, new) = (only(&self.keys, keys), only(keys, &self.keys));
        let most = DIFFERENT.min(self.keys.len() / 3);
        (gone.len() <= most && new.len() <= most).then(|| gone.into_iter().chain(new).collect())
    }
}

impl fmt::Display for Recalled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = &self.file;
        if self.applied {
            return write!(f, "read with the answers kept from {file}");
        }
        write!(
            f,
            "laid out almost like {file}, whose answers were not taken: {} differ",
            self.differ.join(", ")
        )
    }
}

impl Memory {
    /// The setting that keeps it: name and value.
    pub fn setting(&self) -> Option<(String, String)> {
        let value = serde_json::to_string(self).ok()?;
        Some((format!("{SETTING}{}", self.layout.fingerprint()), value))
    }

    /// Reads it back; none where it was written by a version that knew more.
    pub fn of_setting(name: &str, value: &str) -> Option<Memory> {
        name.strip_prefix(SETTING)?;
        serde_json::from_str(value).ok()
    }
}

/// How to read tables of that container, with the answers that were kept for their layout; what was
/// recalled is noted in `rows`, and what it answers for the whole file.
pub fn answer<'o>(
    tables: &[Table],
    container: &str,
    options: &'o ReadOptions,
    sha256: &[u8; 32],
    rows: &mut Rows,
) -> Cow<'o, ReadOptions> {
    rows.outline.container = container.to_string();
    let Some(mut recalled) = recall(tables, container, &options.kept) else {
        return Cow::Borrowed(options);
    };
    recalled.applied |= options.near;
    let taken = recalled.applied.then(|| recalled.map.clone());
    rows.outline.recalled = Some(recalled);
    let Some(kept) = taken else {
        return Cow::Borrowed(options);
    };
    let map = options.map.clone().over(kept);
    rows.sha256 = super::fingerprint(sha256, &map);
    rows.facts = super::answered(&map);
    Cow::Owned(ReadOptions {
        map,
        ..options.clone()
    })
}

/// The mapping that was kept for a layout among the headers of these tables, or nearly for one.
fn recall(tables: &[Table], container: &str, kept: &[Memory]) -> Option<Recalled> {
    let mut near: Option<Recalled> = None;
    let any = Map::default();
    for table in tables {
        for header in detect::header_rows(table, &any) {
            for memory in kept.iter().filter(|m| m.layout.container == container) {
                let Some(differ) = memory.layout.differ(&header.keys) else {
                    continue;
                };
                let same = memory.layout.keys == header.keys;
                let closer = near.as_ref().is_none_or(|n| differ.len() < n.differ.len());
                if !same && !closer {
                    continue;
                }
                let found = Recalled {
                    fingerprint: memory.layout.fingerprint(),
                    file: memory.file.clone(),
                    applied: same,
                    differ,
                    map: placed(&memory.map, table, header.at),
                };
                if same {
                    return Some(found);
                }
                near = Some(found);
            }
        }
    }
    near
}

/// The answers, with the header where this file has it. What was true of one file only, such as
/// that it may lack lines, is no answer for the next.
fn placed(map: &Map, table: &Table, at: usize) -> Map {
    Map {
        header_row: map.header_row.map(|_| table.number(at)),
        sheet: map.sheet.as_ref().and(table.sheet.clone()),
        accept_loss: false,
        ..map.clone()
    }
}
