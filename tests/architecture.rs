//! The house rules of `src/ARCHITECTURE.md`, held by a test: which layer may name what. A failure
//! names file, line and the forbidden word.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

use std::fs;
use std::path::{Path, PathBuf};

/// A layer, the words its files may not contain, and why.
struct Rule {
    layer: &'static str,
    forbidden: &'static [&'static str],
}

const IO: [&str; 7] = [
    "std::fs",
    "std::net",
    "std::process",
    "std::env",
    "rusqlite",
    "ratatui",
    "crossterm",
];

const RULES: &[Rule] = &[
    Rule {
        layer: "domain",
        forbidden: &[
            "crate::pricing",
            "crate::catalogue",
            "crate::program",
            "crate::expand",
            "crate::book",
            "crate::ingest",
            "crate::export",
            "crate::store",
            "crate::ui",
            "crate::runtime",
            "crate::cli",
            "crate::demo",
            "std::thread",
        ],
    },
    Rule {
        layer: "pricing",
        forbidden: &[
            "crate::program",
            "crate::expand",
            "crate::book",
            "crate::ingest",
            "crate::export",
            "crate::store",
            "crate::ui",
            "crate::runtime",
            "crate::cli",
            "crate::demo",
            "std::thread",
        ],
    },
    Rule {
        layer: "catalogue",
        forbidden: &[
            "crate::pricing",
            "crate::program",
            "crate::expand",
            "crate::book",
            "crate::ingest",
            "crate::export",
            "crate::store",
            "crate::ui",
            "crate::runtime",
            "crate::cli",
            "crate::demo",
            "std::thread",
        ],
    },
    Rule {
        layer: "program",
        forbidden: &[
            "crate::expand",
            "crate::book",
            "crate::ingest",
            "crate::export",
            "crate::store",
            "crate::ui",
            "crate::runtime",
            "crate::cli",
            "crate::demo",
            "std::thread",
        ],
    },
    Rule {
        layer: "expand",
        forbidden: &[
            "crate::book",
            "crate::ingest",
            "crate::export",
            "crate::store",
            "crate::ui",
            "crate::runtime",
            "crate::cli",
            "crate::demo",
            "std::thread",
        ],
    },
    Rule {
        layer: "reconcile",
        forbidden: &[
            "crate::pricing",
            "crate::program",
            "crate::expand",
            "crate::book",
            "crate::ingest",
            "crate::export",
            "crate::store",
            "crate::ui",
            "crate::runtime",
            "crate::cli",
            "crate::demo",
            "std::thread",
        ],
    },
    Rule {
        layer: "book",
        forbidden: &[
            "crate::program",
            "crate::expand",
            "crate::ingest",
            "crate::export",
            "crate::store",
            "crate::ui",
            "crate::runtime",
            "crate::cli",
            "crate::demo",
        ],
    },
    Rule {
        layer: "ingest",
        forbidden: &[
            "crate::store",
            "crate::ui",
            "crate::runtime",
            "crate::cli",
            "crate::book",
            "crate::expand",
            "crate::demo",
            "std::thread",
        ],
    },
    Rule {
        layer: "export",
        forbidden: &[
            "crate::store",
            "crate::ui",
            "crate::runtime",
            "crate::cli",
            "std::thread",
        ],
    },
    Rule {
        layer: "demo",
        forbidden: &[
            "crate::store",
            "crate::ui",
            "crate::runtime",
            "crate::cli",
            "crate::book",
            "std::thread",
        ],
    },
    Rule {
        layer: "ui",
        forbidden: &[
            "crate::store",
            "crate::runtime",
            "crate::cli",
            "crate::ingest",
            "crate::demo",
            "std::thread",
            "Instant::now",
            "SystemTime",
        ],
    },
    Rule {
        layer: "store",
        forbidden: &[
            "crate::ui",
            "crate::program",
            "crate::cli",
            "crate::runtime",
            "ratatui",
        ],
    },
];

/// Layers without any way to the outside.
const PURE: &[&str] = &[
    "domain",
    "pricing",
    "catalogue",
    "program",
    "expand",
    "reconcile",
    "book",
    "ingest",
    "export",
    "demo",
];

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let Ok(entries) = fs::read_dir(folder) else {
        return files;
    };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

fn src() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Lines of code with comments taken off, numbered from 1.
fn code_lines(path: &Path) -> Vec<(usize, String)> {
    let text = fs::read_to_string(path).unwrap();
    text.lines()
        .enumerate()
        .map(|(at, line)| (at + 1, line.split("//").next().unwrap_or("").to_string()))
        .collect()
}

fn offences(folder: &Path, forbidden: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for file in rust_files(folder) {
        for (number, line) in code_lines(&file) {
            for word in forbidden {
                if line.contains(word) {
                    found.push(format!("{}:{number}: {word}", file.display()));
                }
            }
        }
    }
    found
}

#[test]
fn no_layer_reaches_where_it_must_not() {
    let mut found = Vec::new();
    for rule in RULES {
        found.extend(offences(&src().join(rule.layer), rule.forbidden));
    }
    assert!(found.is_empty(), "forbidden names:\n{}", found.join("\n"));
}

#[test]
fn pure_layers_touch_no_disk_terminal_or_database() {
    let mut found = Vec::new();
    for layer in PURE {
        found.extend(offences(&src().join(layer), &IO));
    }
    found.extend(offences(
        &src().join("ui"),
        &["std::fs", "std::process", "std::env", "rusqlite"],
    ));
    assert!(
        found.is_empty(),
        "I/O in a pure layer:\n{}",
        found.join("\n")
    );
}

#[test]
fn only_the_clock_reads_the_time() {
    let mut found = Vec::new();
    for file in rust_files(&src()) {
        if file.ends_with("runtime/clock.rs") {
            continue;
        }
        for (number, line) in code_lines(&file) {
            for word in ["Utc::now", "Local::now", "SystemTime::now"] {
                if line.contains(word) {
                    found.push(format!("{}:{number}: {word}", file.display()));
                }
            }
        }
    }
    assert!(
        found.is_empty(),
        "the time is read outside runtime/clock.rs:\n{}",
        found.join("\n")
    );
}

#[test]
fn only_the_store_speaks_sql() {
    let mut found = Vec::new();
    for file in rust_files(&src()) {
        if file.starts_with(src().join("store")) {
            continue;
        }
        for (number, line) in code_lines(&file) {
            if line.contains("rusqlite") {
                found.push(format!("{}:{number}", file.display()));
            }
        }
    }
    assert!(
        found.is_empty(),
        "rusqlite outside the store:\n{}",
        found.join("\n")
    );
}

#[test]
fn money_and_scores_are_never_floats() {
    let mut found = Vec::new();
    for layer in [
        "domain",
        "pricing",
        "program",
        "expand",
        "reconcile",
        "book",
    ] {
        for file in rust_files(&src().join(layer)) {
            for (number, line) in code_lines(&file) {
                let words = line.split(|c: char| !c.is_alphanumeric() && c != '_');
                if words.into_iter().any(|w| w == "f64" || w == "f32") {
                    found.push(format!("{}:{number}", file.display()));
                }
            }
        }
    }
    assert!(
        found.is_empty(),
        "floats where money or scores live:\n{}",
        found.join("\n")
    );
}

#[test]
fn every_module_says_what_it_is_for_and_stays_readable() {
    let mut found = Vec::new();
    for file in rust_files(&src()) {
        let text = fs::read_to_string(&file).unwrap();
        if !text.starts_with("//!") {
            found.push(format!("{}: no //! on top", file.display()));
        }
        let lines = text.lines().count();
        if lines > 600 {
            found.push(format!("{}: {lines} lines", file.display()));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn the_walk_sees_the_tree_it_judges() {
    assert!(
        rust_files(&src()).len() > 20,
        "the source tree was not found"
    );
    assert!(!offences(&src().join("store"), &["rusqlite"]).is_empty());
}
