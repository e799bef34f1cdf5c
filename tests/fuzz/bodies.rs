//! What each fuzz target does with its bytes, in one place: the fuzzer's targets, the replay of the
//! corpus on the stable toolchain and the long random run all call these. A body that returns found
//! nothing; one that panics found a fault.

use renewdesk::catalogue::Catalogue;
use renewdesk::domain::snapshot::Snapshot;
use renewdesk::domain::text::is_unsafe;
use renewdesk::ingest::report::Problems;
use renewdesk::ingest::row::{CELL_SEPARATOR, Outcome, Record, Value};
use renewdesk::ingest::source::Source;
use renewdesk::ingest::table::Table;
use renewdesk::ingest::{
    self, BatchMeta, IngestError, Map, ReadOptions, Rows, TakeRows, csv, survey, wire,
};
use renewdesk::program::Pack;
use std::io::{self, Read};
use std::sync::{Arc, LazyLock};
use uuid::Uuid;

/// A target by name.
pub struct Target {
    /// Name of the fuzz target and of its folder in the corpus.
    pub name: &'static str,
    /// What it does with bytes.
    pub body: fn(&[u8]),
}

/// Every target.
pub const TARGETS: &[Target] = &[
    Target {
        name: "row_mapper",
        body: row_mapper,
    },
    Target {
        name: "csv",
        body: csv_path,
    },
    Target {
        name: "json",
        body: json_path,
    },
    Target {
        name: "child_protocol",
        body: child_protocol,
    },
];

/// Stands between a map and the file it belongs to; without it all bytes are the file.
const MAP_ENDS: &[u8] = b"\n-----\n";

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(Catalogue::shipped);
static PACK: LazyLock<Pack> = LazyLock::new(Pack::shipped);

/// A map and a file, read and planned against an empty book: the counts add up, no text drives a
/// terminal, and the rejected rows can be written.
pub fn row_mapper(bytes: &[u8]) {
    let (map, file) = map_and_file(bytes);
    let options = ReadOptions {
        map,
        ..ReadOptions::default()
    };
    let mut progress = |_| {};
    let rows = match ingest::read(file, "f\u{1b}[2J", &options, &mut progress) {
        Ok(rows) => rows,
        Err(error) => return is_plain(&error.to_string()),
    };
    is_plain(&rows.file);
    rows.problems
        .iter()
        .for_each(|problem| is_plain(&problem.text));
    rows.records.iter().for_each(is_plain_record);
    let mut next = 0;
    let mut ids = || {
        next += 1;
        Uuid::from_u128(next)
    };
    let meta = BatchMeta {
        at: "2026-11-22T10:00:00Z".to_string(),
    };
    let book = Snapshot::default();
    let today = "2026-11-22".parse().unwrap();
    match ingest::plan(rows, &book, &CATALOGUE, &PACK.rules, &mut ids, &meta, today) {
        Ok(planned) => {
            let report = planned.report;
            assert!(report.counts.adds_up(), "{:?}", report.counts);
            report
                .warnings
                .iter()
                .for_each(|w| is_plain(&w.to_string()));
            if let Some(csv) = report.rejects_csv() {
                let text = String::from_utf8(csv).unwrap();
                is_plain(&text.replace(['\r', '\n'], ""));
            }
            for line in &planned.plan.put_lines {
                let texts = [&line.serial, &line.description, &line.service_level];
                texts.into_iter().flatten().for_each(|text| is_plain(text));
            }
            for account in &planned.plan.put_accounts {
                is_plain(&account.name);
            }
        }
        Err(error) => is_plain(&error.to_string()),
    }
}

fn map_and_file(bytes: &[u8]) -> (Map, &[u8]) {
    let cut = bytes
        .windows(MAP_ENDS.len())
        .position(|window| window == MAP_ENDS);
    let Some(cut) = cut else {
        return (Map::default(), bytes);
    };
    let file = &bytes[cut + MAP_ENDS.len()..];
    let text = String::from_utf8_lossy(&bytes[..cut]);
    (Map::parse(&text, "map.toml").unwrap_or_default(), file)
}

fn is_plain(text: &str) {
    assert!(!text.chars().any(is_unsafe), "{text:?}");
}

fn is_plain_record(record: &Record) {
    is_plain(&record.cells.replace(CELL_SEPARATOR, ""));
    match &record.outcome {
        Outcome::Data(values) | Outcome::Masked(values) => {
            for (_, value) in values.iter() {
                if let Value::Text(text) = value {
                    is_plain(text);
                }
            }
        }
        Outcome::Rejected(_, reason) => is_plain(reason),
        Outcome::Skipped(_) => {}
    }
}

/// Bytes as delimited text: however they arrive and wherever the reader's buffers end, the rows are
/// the same.
pub fn csv_path(bytes: &[u8]) {
    let whole = csv::read(bytes, "f.csv", &mut Problems::default());
    for head in [0, 1, 3, 1_000] {
        assert_eq!(
            rows_of(&opened(Arc::new(bytes.to_vec()), head)),
            rows_of(&whole)
        );
    }
    let slow = Slow(bytes.to_vec());
    assert_eq!(rows_of(&opened(Arc::new(slow.clone()), 2)), rows_of(&whole));
    let options = ReadOptions::default();
    let at_once = ingest::read(bytes, "f.csv", &options, &mut |_| {});
    let mut taken = Taken::default();
    let slowly = ingest::read_into(Arc::new(slow), "f.csv", &options, &mut |_| {}, &mut taken);
    let slowly = slowly.map(|problems| Rows {
        problems,
        ..taken.0
    });
    assert_eq!(slowly, at_once);
    wherever_a_buffer_ends(bytes, &whole);
}

/// More than a reader of JSON looks ahead.
const BEYOND_SIGHT: usize = 600_000;

/// Bytes as a JSON document: however they arrive, and in pieces as well as whole, what is said is
/// the same.
pub fn json_path(bytes: &[u8]) {
    let options = ReadOptions {
        several: true,
        ..ReadOptions::default()
    };
    let at_once = ingest::read(bytes, "f.json", &options, &mut |_| {});
    let mut taken = Taken::default();
    let slow = Arc::new(Slow(bytes.to_vec()));
    let slowly = ingest::read_into(slow, "f.json", &options, &mut |_| {}, &mut taken);
    let slowly = slowly.map(|problems| Rows {
        problems,
        ..taken.0
    });
    assert_eq!(slowly, at_once);
    // A first page too long to be seen at once, and told as JSON with the blanks as without.
    let next = bytes
        .get(1..)
        .unwrap_or_default()
        .trim_ascii_start()
        .first();
    if bytes.first() != Some(&b'{') || !matches!(next, Some(b'"' | b'}')) || !is_plain_utf8(bytes) {
        return;
    }
    let blanks = vec![b' '; BEYOND_SIGHT];
    let long = [b"{", blanks.as_slice(), &bytes[1..]].concat();
    let in_pieces = ingest::read(&long, "f.json", &options, &mut |_| {});
    match (in_pieces, at_once) {
        (Ok(pieces), Ok(whole)) => {
            let sha256 = whole.sha256.clone();
            assert_eq!(Rows { sha256, ..pieces }, whole);
        }
        (Err(pieces), Err(whole)) => {
            let without_place = |error: IngestError| {
                let said = error.to_string();
                said.split(" at line ").next().map(str::to_string)
            };
            assert_eq!(without_place(pieces), without_place(whole));
        }
        (pieces, whole) => panic!("{pieces:?}, {whole:?}"),
    }
}

fn is_plain_utf8(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok() && !bytes.contains(&0)
}

/// Blank lines before the rows move them across the ends of the reader's buffers.
fn wherever_a_buffer_ends(bytes: &[u8], whole: &Result<Table, IngestError>) {
    let text = std::str::from_utf8(bytes);
    if bytes.contains(&0) || text.is_err() || bytes.starts_with(b"\xEF\xBB\xBF") {
        return;
    }
    // A line feed of its own would be the second half of the last blank line's end.
    let short = bytes.len().min(4_000);
    for blanks in [65_536 - short / 2, 65_535, 65_536, 65_537 - short.min(2)] {
        let mut moved = vec![b'\n'; blanks];
        moved.extend_from_slice(bytes);
        let moved = csv::read(&moved, "f.csv", &mut Problems::default());
        match (whole, &moved) {
            (Ok(_), Ok(_)) => {
                let mut rows = rows_of(&moved).unwrap();
                rows.iter_mut()
                    .for_each(|(number, _)| *number -= blanks as u32);
                assert_eq!(Ok(rows), rows_of(whole), "{blanks} blank lines before");
            }
            (Err(_), Err(_)) => {}
            _ => panic!("{blanks} blank lines before: {whole:?}, {moved:?}"),
        }
    }
}

fn opened(source: Arc<dyn Source>, head: usize) -> Result<Table, IngestError> {
    let found = survey::survey(&*source, "f.csv")?;
    let table = csv::open(source, &found, "f.csv", head, &mut Problems::default())?;
    Ok(table.whole("f.csv")?.into_owned())
}

type Row = (u32, Vec<(usize, String)>);

fn rows_of(table: &Result<Table, IngestError>) -> Result<Vec<Row>, IngestError> {
    let table = table.as_ref().map_err(Clone::clone)?;
    let cells = |at| table.cells(at).map(|c| (c.column, c.text.to_string()));
    let rows = (0..table.len()).map(|at| (table.number(at), cells(at).collect()));
    Ok(rows.collect())
}

/// Bytes that come a few at a time, and not at the first asking.
#[derive(Clone, Debug)]
struct Slow(Vec<u8>);

impl Source for Slow {
    fn open(&self) -> io::Result<Box<dyn Read + '_>> {
        Ok(Box::new(Trickle {
            bytes: &self.0,
            turn: 0,
        }))
    }
}

struct Trickle<'a> {
    bytes: &'a [u8],
    turn: usize,
}

impl Read for Trickle<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.turn += 1;
        if self.turn % 5 == 1 {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let len = (1 + self.turn % 7).min(self.bytes.len()).min(into.len());
        let (now, later) = self.bytes.split_at(len);
        into[..len].copy_from_slice(now);
        self.bytes = later;
        Ok(len)
    }
}

#[derive(Default)]
struct Taken(Rows);

impl TakeRows for Taken {
    fn head(&mut self, head: &Rows) -> Result<(), IngestError> {
        self.0 = head.clone();
        Ok(())
    }

    fn record(&mut self, record: Record) -> Result<(), IngestError> {
        self.0.records.push(record);
        Ok(())
    }
}

/// Bytes as what the reading process sends: whatever is understood says the same when it is sent
/// again, and the rest is refused.
pub fn child_protocol(bytes: &[u8]) {
    let Ok(rows) = wire::decode(&mut &*bytes) else {
        return;
    };
    let sent = sent(&Ok(rows.clone()));
    assert_eq!(wire::decode(&mut &*sent).unwrap(), rows);
    // A stream that is cut anywhere is noticed.
    for cut in [sent.len() - 1, sent.len() / 2, sent.len() / 3] {
        assert!(wire::decode(&mut &sent[..cut]).is_err());
    }
}

/// The stream of a result.
pub fn sent(result: &Result<Rows, IngestError>) -> Vec<u8> {
    let mut out = Vec::new();
    wire::encode(result, &mut out).unwrap();
    out
}
