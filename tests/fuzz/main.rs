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
use renewdesk::ingest::row::Record;
use renewdesk::ingest::{self, IngestError, ReadOptions, Rows, TakeRows, wire};
use std::path::{Path, PathBuf};
use std::sync::Arc;

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
fn a_document_reads_the_same_in_pieces_and_however_it_arrives() {
    replay("json", 4);
}

/// What reading a document comes to, and the most it held beside the document.
fn read_json(document: String) -> (usize, Result<usize, String>) {
    let source = Arc::new(document.into_bytes());
    let options = ReadOptions {
        hasty: true,
        ..ReadOptions::default()
    };
    let mut rows = Counted(0);
    let (peak, read) = allocated::peak_of(|| {
        ingest::read_into(source, "f.json", &options, &mut |_| {}, &mut rows)
    });
    let rows = rows.0;
    (peak, read.map(|_| rows).map_err(|error| error.to_string()))
}

/// Rows that are counted and forgotten.
struct Counted(usize);

impl TakeRows for Counted {
    fn head(&mut self, _: &Rows) -> Result<(), IngestError> {
        Ok(())
    }

    fn record(&mut self, _: Record) -> Result<(), IngestError> {
        self.0 += 1;
        Ok(())
    }
}

#[test]
fn a_long_document_takes_no_more_room_than_a_few_pieces() {
    let line = |at: usize| {
        format!(
            "{{\"contractNumber\":\"2001\",\"serialNumber\":\"FOC{at:06}\",\"productId\":\"C9300-24T\",\
             \"componentType\":\"CHASSIS\",\"coverageEndDate\":\"2027-03-31\"}}"
        )
    };
    let lines = |many: usize| (0..many).map(line).collect::<Vec<_>>().join(",");
    let page = |many: usize| format!("{{\"items\":[{}],\"totalCount\":{many}}}", lines(many));
    let plain = |many: usize| format!("[{}]", lines(many).replace("componentType", "endDate2"));
    let documents: [&dyn Fn(usize) -> String; 2] = [&page, &plain];
    for document in documents {
        let (small, read) = read_json(document(2_000));
        assert_eq!(read, Ok(2_000));
        let (large, read) = read_json(document(16_000));
        assert_eq!(read, Ok(16_000));
        // Texts that rows repeat are remembered, and so are serials for a while.
        assert!(large < small + (2 << 20), "{small} {large}");
        assert!(large < 12 << 20, "{large}");
    }
}

#[test]
fn a_document_made_to_take_room_takes_little_and_is_read_or_refused() {
    let page = "{\"contractNumber\":\"1\",\"serialNumber\":\"A\",\"endDate\":\"2027-01-31\"}";
    let many = |what: &str, times| vec![what; times].join(",");
    let keys = |times: usize| {
        let keys: Vec<String> = (0..times).map(|at| format!("\"key{at}\":{at}")).collect();
        format!("{{{}}}", keys.join(","))
    };
    let names = |times: usize| {
        let rows = (0..times)
            .map(|at| format!("{{\"serial\":\"A{at}\",\"end\":\"2027-01-31\",\"n{at}\":1}}"));
        format!("[{}]", rows.collect::<Vec<_>>().join(","))
    };
    let nested = "[".repeat(1_000_000);
    for (document, words) in [
        (format!("{{\"items\":{nested}"), Err("recursion limit")),
        (
            format!("{{\"items\":[{page}],\"x\":\"{}\"}}", "y".repeat(5_000_000)),
            Ok(1),
        ),
        (
            format!(
                "{{\"items\":[{{\"contractNumber\":\"{}\"}}]}}",
                "y".repeat(5_000_000)
            ),
            Err("4 MB"),
        ),
        (keys(20_000), Err("none of the keys of a known kind")),
        (keys(300_000), Err("4 MB")),
        (
            format!("[[{}]]", many("0", 300_000)),
            Err("none of the keys of a known kind"),
        ),
        (
            format!("{{\"items\":[{}]}}", many("0", 300_000)),
            Err("too much text"),
        ),
        (
            format!("{{\"items\":[{}]}}", many("0", 2_100_000)),
            Err("4 MB"),
        ),
        (
            format!(
                "{{\"items\":[{page}],\"a\":{{\"b\":[{}]}}}}",
                many("0", 2_100_000)
            ),
            Ok(1),
        ),
        (
            format!("{{{},\"items\":[{page}]}}", many("\"a\":[7]", 100_000)),
            Ok(1),
        ),
        (names(10_000), Ok(10_000)),
    ] {
        let head: String = document.chars().take(60).collect();
        let (peak, read) = read_json(document);
        assert!(peak < 200 << 20, "{head}: {peak}");
        match (read, words) {
            (Ok(rows), Ok(wanted)) => assert_eq!(rows, wanted, "{head}"),
            (Err(said), Err(words)) => assert!(said.contains(words), "{head}: {said}"),
            (read, _) => panic!("{head}: {read:?}"),
        }
    }
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
