//! Which rule pack a book is worked with: the one the book keeps itself, else the person's file,
//! else the shipped one. Whatever is wrong with a pack is said and the next one down is taken;
//! a book never stays without rules.

use super::overlay;
use super::problem::Problem;
use super::schema::Pack;
use super::tree::{self, Node, Table, Value};
use super::{load, shipped_tree};
use crate::domain::ids::PackVersionId;
use crate::domain::record::PackVersion;
use crate::domain::snapshot::Snapshot;
use chrono::NaiveDate;
use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::sync::Arc;

/// Where the pack in use comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PackSource {
    /// The program.
    Shipped,
    /// The person's file, by name.
    File(String),
    /// The book itself: the number of the version and the name of the file it came from.
    Book(u32, String),
}

/// A pack with where it comes from.
#[derive(Clone, Debug)]
pub struct InUse {
    /// The pack.
    pub pack: Arc<Pack>,
    /// Whence.
    pub source: PackSource,
    /// What was laid over the shipped pack: name and text.
    pub overlay: Option<(String, String)>,
    /// What kept another pack from being used, in sentences.
    pub remarks: Vec<String>,
}

impl PackSource {
    /// For a person: `the program`, `pack.toml`, `this book (version 2, pack.toml)`.
    pub fn words(&self) -> String {
        match self {
            PackSource::Shipped => "the program".into(),
            PackSource::File(name) => name.clone(),
            PackSource::Book(number, name) => format!("this book (version {number}, {name})"),
        }
    }

    /// For a script: `shipped`, `file`, `book`.
    pub fn word(&self) -> &'static str {
        match self {
            PackSource::Shipped => "shipped",
            PackSource::File(_) => "file",
            PackSource::Book(..) => "book",
        }
    }
}

/// The version a book names as its own.
pub fn own_of(snapshot: &Snapshot) -> Option<&PackVersion> {
    let id = snapshot.settings.get(PackVersion::SETTING)?;
    snapshot.packs.get(id.parse().ok()?)
}

/// The version a book names as its own, and the earlier ones with a file, newest first.
fn versions_of(snapshot: &Snapshot) -> Vec<&PackVersion> {
    let Some(own) = own_of(snapshot) else {
        return Vec::new();
    };
    let mut earlier: Vec<&PackVersion> = snapshot
        .packs
        .iter()
        .filter(|version| version.number < own.number)
        .collect();
    earlier.sort_by_key(|version| std::cmp::Reverse(version.number));
    let with_file = earlier.into_iter().filter(|v| v.overlay.is_some());
    std::iter::once(own).chain(with_file).collect()
}

/// The pack a book is worked with. `file` is the person's own, by name and text.
pub fn in_use(snapshot: &Snapshot, file: Option<(&str, &str)>) -> InUse {
    let mut remarks = Vec::new();
    let demo = snapshot.is_demo();
    let versions = versions_of(snapshot);
    if snapshot.settings.contains_key(PackVersion::SETTING) && versions.is_empty() {
        remarks.push("the rule pack this book names as its own is not in it any more".into());
    }
    for version in &versions {
        let name = version.overlay_file.as_deref().unwrap_or("pack");
        let text = version.overlay.as_deref().unwrap_or("");
        let what = format!(
            "version {} of this book's rule pack ({name})",
            version.number
        );
        match usable(name, text, demo, &what) {
            Ok(pack) => {
                if !remarks.is_empty() {
                    remarks.push(format!("{what} is used instead"));
                }
                return InUse {
                    pack: Arc::new(pack),
                    source: PackSource::Book(version.number, name.to_string()),
                    overlay: Some((name.to_string(), text.to_string())),
                    remarks,
                };
            }
            Err(remark) => remarks.push(remark),
        }
    }
    if versions.is_empty()
        && let Some((name, text)) = file
    {
        match usable(name, text, demo, &format!("the rule pack {name}")) {
            Ok(pack) => {
                return InUse {
                    pack: Arc::new(pack),
                    source: PackSource::File(name.to_string()),
                    overlay: Some((name.to_string(), text.to_string())),
                    remarks,
                };
            }
            Err(remark) => remarks.push(remark),
        }
    }
    if !remarks.is_empty() {
        remarks.push("the shipped rule pack is used instead".into());
    }
    InUse {
        pack: Arc::new(Pack::shipped()),
        source: PackSource::Shipped,
        overlay: None,
        remarks,
    }
}

/// The pack of a text, or why it is not used.
fn usable(name: &str, text: &str, demo_book: bool, what: &str) -> Result<Pack, String> {
    let (pack, problems) = load(Some((name, text)));
    let errors = problems.iter().filter(|p| p.is_error()).count();
    if let Some(first) = problems.iter().find(|p| p.is_error()) {
        let rest = match errors {
            1 => String::new(),
            n => format!(" (and {} more)", n - 1),
        };
        return Err(format!(
            "{what} does not pass the check: {first}{rest}; `renewdesk pack check` lists all"
        ));
    }
    refuse_demo(&pack, demo_book, what).map(|()| pack)
}

/// A demo pack holds invented figures and is never used for a real book.
///
/// # Errors
/// The sentence that says so.
pub fn refuse_demo(pack: &Pack, demo_book: bool, what: &str) -> Result<(), String> {
    if pack.demo && !demo_book {
        return Err(format!(
            "{what} is a demo pack (demo = true): its figures are invented, so it is never used \
             for a real book"
        ));
    }
    Ok(())
}

/// The record of a pack for a book: what was laid over the shipped pack and the SHA-256 of the
/// whole in effect. The id follows from the digest, so that the same rules are one version.
pub fn version_of(
    pack: &Pack,
    overlay: Option<&(String, String)>,
    on: NaiveDate,
    by: &str,
) -> PackVersion {
    let digest = Sha256::digest(effective_text(overlay.map(|(_, text)| text.as_str())));
    let mut bytes = [0; 16];
    bytes
        .iter_mut()
        .zip(digest.iter())
        .for_each(|(to, from)| *to = *from);
    let sha256 = digest.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    });
    PackVersion {
        id: PackVersionId(uuid::Builder::from_custom_bytes(bytes).into_uuid()),
        number: 0,
        pack: pack.id.clone(),
        title: pack.title.clone(),
        as_of: pack.as_of,
        sha256,
        overlay_file: overlay.map(|(name, _)| name.clone()),
        overlay: overlay.map(|(_, text)| text.clone()),
        first_on: on,
        by: by.to_string(),
    }
}

/// The whole pack in effect as text: keys in order of name, one value a line.
pub fn effective_text(overlay: Option<&str>) -> String {
    let mut tree = shipped_tree();
    // The file's name is no part of the rules.
    if let Some(Ok(over)) = overlay.map(|text| tree::parse("overlay", text)) {
        let _: Vec<Problem> = overlay::lay(&mut tree, over);
    }
    let mut out = String::new();
    table("", &tree, &mut out);
    out
}

fn table(path: &str, from: &Table, out: &mut String) {
    let mut keys: Vec<&str> = from.keys().map(|(key, _)| key).collect();
    keys.sort_unstable();
    for key in keys {
        if let Some(node) = from.get(key) {
            value(&format!("{path}/{key}"), node, out);
        }
    }
}

fn value(path: &str, node: &Node, out: &mut String) {
    match &node.value {
        Value::Table(inner) => table(path, inner, out),
        Value::List(items) => {
            for (at, item) in items.iter().enumerate() {
                value(&format!("{path}/{at}"), item, out);
            }
        }
        other => {
            let _ = writeln!(out, "{path} = {} {:?}", other.word(), other.plain());
        }
    }
}

impl InUse {
    /// Its record for a book.
    pub fn version(&self, on: NaiveDate, by: &str) -> PackVersion {
        version_of(&self.pack, self.overlay.as_ref(), on, by)
    }

    /// The id of that record.
    pub fn version_id(&self) -> PackVersionId {
        self.version(NaiveDate::MIN, "").id
    }
}
