//! The corpus of the fuzz targets on the stable toolchain: every file as it is, and damaged in every
//! way that is cheap to make. `cargo test --release --test torture -- --long` goes on at random.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod allocated;
mod bodies;
mod mutation;

use bodies::{TARGETS, Target};
use mutation::{Dice, damaged};
use renewdesk::ingest::{IngestError, wire};
use std::path::{Path, PathBuf};

fn corpus(target: &Target) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fuzz/corpus")
        .join(target.name);
    let files = std::fs::read_dir(folder).unwrap();
    let mut paths: Vec<PathBuf> = files.map(|file| file.unwrap().path()).collect();
    paths.sort();
    let read = |path: PathBuf| (path.clone(), std::fs::read(path).unwrap());
    paths.into_iter().map(read).collect()
}

fn replay(name: &str, variants: usize) {
    let target = TARGETS.iter().find(|target| target.name == name).unwrap();
    let corpus = corpus(target);
    assert!(corpus.len() >= 10, "{name} has a corpus");
    let mut dice = Dice(41);
    for (path, bytes) in &corpus {
        // Named before it runs: a body that panics tells with which file.
        println!("{}", path.display());
        (target.body)(bytes);
        for part in 1..variants {
            (target.body)(&bytes[..bytes.len() * part / variants]);
        }
        for variant in 0..variants {
            println!("variant {variant}");
            (target.body)(&damaged(bytes, &mut dice));
        }
    }
}

#[test]
fn the_row_mapper_survives_its_corpus_and_damaged_files() {
    replay("row_mapper", 8);
}

#[test]
fn delimited_text_reads_the_same_however_it_arrives() {
    replay("csv", 5);
}

#[test]
fn what_a_reading_process_sends_is_understood_or_refused() {
    replay("child_protocol", 150);
}

/// The largest frame that may be announced, and nothing behind it.
#[test]
fn a_frame_that_is_announced_but_does_not_come_takes_no_room() {
    for kind in 1..=4 {
        let mut bytes = b"renewdesk.rows/2\n".to_vec();
        bytes.push(kind);
        bytes.extend_from_slice(&63_999_999_u32.to_le_bytes());
        bytes.extend_from_slice(b"{\"file\":");
        let (peak, decoded) = allocated::peak_of(|| wire::decode(&mut &*bytes));
        assert!(matches!(decoded, Err(IngestError::BrokenStream(_))));
        assert!(peak < 1 << 20, "{peak} bytes for {}", bytes.len());
    }
}

/// What the parent holds while it decodes is of the order of what came.
#[test]
fn a_stream_takes_room_in_proportion_to_its_bytes() {
    let target = TARGETS.iter().find(|t| t.name == "child_protocol").unwrap();
    let mut dice = Dice(43);
    for (path, bytes) in corpus(target) {
        for variant in 0..100 {
            let bytes = match variant {
                0 => bytes.clone(),
                _ => damaged(&bytes, &mut dice),
            };
            let (peak, _) = allocated::peak_of(|| wire::decode(&mut &*bytes));
            let most = 64 * bytes.len() + (64 << 10);
            assert!(
                peak <= most,
                "{}: {peak} bytes for {}",
                path.display(),
                bytes.len()
            );
        }
    }
}
