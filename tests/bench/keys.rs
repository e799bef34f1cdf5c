//! A key beside other programs, in the same run and the same kind of terminal: the desk, a bare
//! ratatui program, VisiData, fzf. Start warm and cold, key to first byte while scrolling and
//! while typing, a sort, a search, and rest. Linux only; leaves out a peer that is not installed.
//!
//! The bars of design stand beside the figures; every measurement checks that its work was done.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod bare;
#[allow(dead_code)]
mod books;
#[allow(dead_code)]
#[path = "../desk/driver.rs"]
mod driver;
#[allow(dead_code)]
mod pty;

use portable_pty::CommandBuilder;
use pty::Seat;
use renewdesk::book::{Gear, Queue, SEPARATOR, search::Search};
use renewdesk::catalogue::Catalogue;
use renewdesk::domain::command::Command as Change;
use renewdesk::program::Pack;
use renewdesk::store::{OpenMode, Store};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The day the books are dated around.
const DAY: &str = "2026-11-22";
/// Keys of one kind a program gets, in rounds that take turns with the other programs.
const ROUNDS: usize = 6;
/// Keys in a round.
const KEYS: usize = 60;
/// Longer than a frame, so that the next key finds the program at rest.
const PAUSE: Duration = Duration::from_millis(20);
/// What is looked for, letter by letter.
const WORDS: [&str; 4] = ["c9300", "fox ba", "20012", "fcw29"];

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if words.iter().any(|word| word == "bare") {
        return bare::run();
    }
    let kinds = ["start", "keys", "sort", "search", "rest"];
    let asked = |kind: &str| words.iter().any(|word| word == kind);
    let all = !kinds.iter().any(|kind| asked(kind));
    let wanted = |kind: &str| all || asked(kind);
    for lines in books::sizes() {
        let files = Files::of(lines);
        println!("{lines} lines");
        if wanted("start") {
            start(&files);
        }
        if wanted("keys") {
            keys(&files);
        }
        if wanted("sort") {
            sort(&files);
        }
        if wanted("search") {
            search(&files);
        }
        if wanted("rest") {
            rest(&files);
        }
    }
}

/// A book with a long quote, its lines as a CSV, and the contract of that quote.
struct Files {
    folder: PathBuf,
    book: PathBuf,
    csv: PathBuf,
    contract: String,
    _own: Option<tempfile::TempDir>,
}

impl Files {
    /// Made once where `RENEWDESK_BENCH_KEEP` names a folder.
    fn of(lines: u32) -> Files {
        let keep = std::env::var_os("RENEWDESK_BENCH_KEEP").map(PathBuf::from);
        let own = keep.is_none().then(|| tempfile::tempdir().unwrap());
        let folder = keep.unwrap_or_else(|| own.as_ref().unwrap().path().to_path_buf());
        let at = |end: &str| folder.join(format!("keys-{lines}.{end}"));
        let (book, csv, contract) = (at("renewdesk"), at("csv"), at("contract"));
        if !contract.exists() {
            let number = filled(&book, lines);
            written_out(&book, &csv);
            std::fs::write(&contract, number).unwrap();
        }
        let contract = std::fs::read_to_string(&contract).unwrap();
        Files {
            folder,
            book,
            csv,
            contract,
            _own: own,
        }
    }

    fn desk(&self) -> Seat {
        let mut seat = Seat::open(&self.book, &self.folder, DAY);
        seat.first_rows(8);
        seat.settle();
        seat
    }

    fn visidata(&self) -> Option<Seat> {
        let found = Command::new("vd")
            .arg("--version")
            .stdout(Stdio::null())
            .status();
        found.is_ok_and(|status| status.success()).then(|| {
            let mut command = CommandBuilder::new("vd");
            command.arg(&self.csv);
            command.env("HOME", &self.folder);
            Seat::run(command)
        })
    }
}

/// Fills a book; the number of the contract with the long quote.
fn filled(book: &Path, lines: u32) -> String {
    let (plan, renewal, _) = books::with_long_quote(lines, books::LONG);
    let contract = plan
        .put_renewals
        .iter()
        .find(|r| r.id == renewal)
        .unwrap()
        .contract;
    let found = plan
        .put_contracts
        .iter()
        .find(|c| c.id == contract)
        .unwrap();
    let number = found.number.to_string();
    let mut store = Store::open(book, &OpenMode::Create).unwrap();
    store
        .apply(
            &Change::Import(Box::new(plan)),
            "fill the book",
            &driver::stamp(),
        )
        .unwrap();
    number
}

/// The same rows for VisiData: what the book shows of its lines in words.
fn written_out(book: &Path, csv: &Path) {
    let rows = "SELECT serial, instance, pid, description, service_sku, service_level, start_on, \
                end_on, quantity, unit_list, extended_net, currency, ldos FROM coverage_line";
    let base = rusqlite::Connection::open(book).unwrap();
    let mut query = base.prepare(rows).unwrap();
    let mut out = csv::Writer::from_path(csv).unwrap();
    out.write_record(query.column_names()).unwrap();
    let columns = query.column_count();
    let mut rows = query.query([]).unwrap();
    while let Some(row) = rows.next().unwrap() {
        let cell = |at| {
            row.get::<_, Option<String>>(at)
                .unwrap()
                .unwrap_or_default()
        };
        out.write_record((0..columns).map(cell)).unwrap();
    }
    out.flush().unwrap();
}

/// Times of one kind, in milliseconds, sorted.
#[derive(Clone)]
struct Times(Vec<f64>);

impl Times {
    fn of(times: impl IntoIterator<Item = Duration>) -> Times {
        let mut times: Vec<f64> = times.into_iter().map(|t| t.as_secs_f64() * 1e3).collect();
        assert!(!times.is_empty());
        times.sort_by(f64::total_cmp);
        Times(times)
    }

    fn at(&self, percent: usize) -> f64 {
        self.0[(self.0.len() * percent).div_ceil(100).max(1) - 1]
    }

    fn told(&self, what: &str, beside: &str) {
        let (p50, p99, most) = (self.at(50), self.at(99), self.at(100));
        println!("  {what:<38} p50 {p50:>8.2}  p99 {p99:>8.2}  max {most:>8.2} ms  {beside}");
    }

    fn beside(&self, peer: &Times) -> String {
        format!("{:.3} x", self.at(50) / peer.at(50))
    }
}

fn start(files: &Files) {
    let first = || {
        let mut seat = Seat::open(&files.book, &files.folder, DAY);
        let took = seat.first_rows(8);
        seat.quit();
        took
    };
    first();
    let warm = Times::of((0..9).map(|_| first()));
    let cold = Times::of((0..5).map(|_| {
        forgotten(files);
        first()
    }));
    let mut beside = String::new();
    if files.visidata().is_some_and(|seat| {
        seat.end();
        true
    }) {
        let peer = Times::of((0..5).map(|_| {
            let mut seat = files.visidata().unwrap();
            let took = seat.first(|text| text.lines().filter(|l| l.contains("USD")).count() > 8);
            seat.end();
            took
        }));
        peer.told("start: VisiData on the CSV, warm", "");
        beside = format!("{} VisiData, bar 0.1 x", warm.beside(&peer));
    }
    warm.told("start: first rows, warm (bar 60)", &beside);
    cold.told("start: first rows, cold (bar 250)", "");
}

/// Nothing of the book and the program is in memory: by the system's switch where it may be used,
/// else file by file.
fn forgotten(files: &Files) {
    Command::new("sync").status().unwrap();
    if std::fs::write("/proc/sys/vm/drop_caches", "3").is_ok() {
        return;
    }
    for file in [
        files.book.as_path(),
        Path::new(env!("CARGO_BIN_EXE_renewdesk")),
    ] {
        let of = format!("of={}", file.display());
        let dropped = [
            "oflag=nocache",
            "conv=notrunc,fdatasync",
            "count=0",
            of.as_str(),
        ];
        let status = Command::new("dd")
            .args(dropped)
            .stderr(Stdio::null())
            .status();
        assert!(status.unwrap().success());
    }
}

/// Keys to several programs in turns; each key must change the screen by the end of its round.
fn rounds(seats: &mut [(&str, Option<Seat>)], keys: &[&[u8]]) -> Vec<Option<Times>> {
    let mut times: Vec<Vec<Duration>> = vec![Vec::new(); seats.len()];
    for _ in 0..ROUNDS {
        for ((_, seat), times) in seats.iter_mut().zip(&mut times) {
            let Some(seat) = seat else { continue };
            for at in 0..KEYS {
                times.push(seat.key(keys[at % keys.len()]));
                std::thread::sleep(PAUSE);
            }
        }
    }
    times
        .into_iter()
        .map(|t| (!t.is_empty()).then(|| Times::of(t)))
        .collect()
}

fn compared(what: &str, seats: &[(&str, Option<Seat>)], times: &[Option<Times>]) {
    let own = times[0].clone().unwrap();
    for ((name, _), peer) in seats.iter().zip(times).skip(1) {
        if let Some(peer) = peer {
            peer.told(
                &format!("{what}: {name}"),
                &format!("desk {}", own.beside(peer)),
            );
        }
    }
    own.told(
        &format!("{what}: desk"),
        "bars: 1.3 x bare, 0.25 x VisiData, p99 4",
    );
}

fn keys(files: &Files) {
    let mut bare = CommandBuilder::new(std::env::current_exe().unwrap());
    bare.arg("bare");
    let mut bare = Seat::run(bare);
    bare.first(|text| text.contains("000050"));
    let visidata = files.visidata().map(|mut seat| {
        seat.first(|text| text.lines().filter(|l| l.contains("USD")).count() > 8);
        seat.settle();
        seat
    });
    let mut seats = [
        ("desk", Some(files.desk())),
        ("bare ratatui", Some(bare)),
        ("VisiData", visidata),
    ];
    let before = seats[0].1.as_ref().unwrap().text();
    let down = rounds(&mut seats, &[b"\x1b[B"]);
    compared("row down", &seats, &down);
    let desk = seats[0].1.as_mut().unwrap();
    assert_ne!(desk.text(), before, "the cursor moved");
    desk.type_keys(&[b"/", files.contract.as_bytes(), b"\r", b"\r"]);
    assert!(desk.text().contains("GRID"), "the quote has the focus");
    desk.type_keys(&[b"1"]);
    assert!(desk.text().contains("typing"), "a cell is open");
    if let Some(visidata) = &mut seats[2].1 {
        visidata.type_keys(&[b"e"]);
    }
    let digits: [&[u8]; 4] = [b"2", b"\x7f", b"4", b"\x7f"];
    let typed = rounds(&mut seats, &digits);
    compared("digit in a quote of 1,000 lines", &seats, &typed);
    let desk = seats[0].1.as_mut().unwrap();
    desk.type_keys(&[b"\x1b", b"\x1b", b"\x1b", b"gp", b"\x1b[H"]);
    desk.type_keys(&[b"c", b"\r"]);
    assert!(
        desk.text().contains("when next?"),
        "the next step is asked for"
    );
    let times = rounds_of_desk(&mut seats, &digits, &typed);
    compared("letter in the next step", &seats, &times);
    let desk = seats[0].1.as_mut().unwrap();
    desk.type_keys(&[b"\x1b", b"\x1b", b"O"]);
    // the list of people narrowed to the entry that asks; letter by letter, as fingers are
    desk.type_keys(&[b"a", b"n", b"o", b"t", b"h", b"\r"]);
    assert!(
        desk.text().contains("the name as it shall stand"),
        "the owner is asked for"
    );
    let times = rounds_of_desk(&mut seats, &digits, &typed);
    compared("letter in the owner", &seats, &times);
    for (_, seat) in seats {
        seat.unwrap().end();
    }
}

/// The desk's keys beside what the others took for theirs in the same run.
fn rounds_of_desk(
    seats: &mut [(&str, Option<Seat>)],
    keys: &[&[u8]],
    peers: &[Option<Times>],
) -> Vec<Option<Times>> {
    let own = rounds(&mut seats[..1], keys);
    own.into_iter()
        .chain(peers.iter().skip(1).cloned())
        .collect()
}

fn sort(files: &Files) {
    let mut desk = files.desk();
    let mut times = Vec::new();
    for _ in 0..16 {
        for _ in 0..3 {
            let before = desk.text();
            times.push(desk.key(b"s"));
            desk.settle();
            assert_ne!(desk.text(), before, "the order shows");
        }
        // on the last column the cursor stays, and nothing is sent
        desk.type_keys(&[b"\x1b[C"]);
    }
    Times::of(times).told("sort by a column, to first byte", "bar 16");
    desk.quit();
}

fn search(files: &Files) {
    let store = Store::open(&files.book, &OpenMode::ReadOnly).unwrap();
    let (pack, catalogue) = (Pack::shipped(), Catalogue::shipped());
    let snapshot = store.snapshot().unwrap();
    let queue = Queue::build(&snapshot, &pack.rules, &catalogue, driver::today());
    let gear = Gear::of(&queue, &snapshot.lines);
    let mut terms = String::new();
    for row in queue.rows() {
        let _ = writeln!(terms, "{}", gear.haystack(&row).replace(SEPARATOR, " "));
    }
    let list = files.folder.join("terms.txt");
    std::fs::write(&list, &terms).unwrap();
    let mut search = Search::over(gear);
    let (mut short, mut long, mut fresh, mut ratios) = (vec![], vec![], vec![], vec![]);
    for words in WORDS {
        for end in 1..=words.len() {
            let query = &words[..end];
            let took = answered(&mut search, query);
            let group = if end < 3 { &mut short } else { &mut long };
            group.push(took);
        }
        search.set("");
        let took = answered(&mut search, words);
        fresh.push(took);
        let peer = fzf(&list, words);
        let last = *long.last().unwrap();
        println!(
            "  search {words:<8} the last letter {:>7.2} ms, all at once {:>7.2} ms{}",
            last.as_secs_f64() * 1e3,
            took.as_secs_f64() * 1e3,
            peer.map_or_else(String::new, |peer| {
                ratios.push(last.as_secs_f64() / peer.as_secs_f64());
                let whole = took.as_secs_f64() / peer.as_secs_f64();
                format!(
                    ", fzf {:>7.1} ms: {:.3} x and {whole:.3} x",
                    peer.as_secs_f64() * 1e3,
                    ratios.last().unwrap()
                )
            }),
        );
    }
    Times::of(short).told("search, letters 1 and 2, whole answer", "no bar");
    Times::of(long).told(
        "search, later letters, whole answer",
        "bar 8 at 100,000, 40 at 1,000,000",
    );
    Times::of(fresh).told("search, pasted, whole answer", "the same");
    painted(files);
}

/// A whole ranked answer: every row looked at, the first 60 in order.
fn answered(search: &mut Search, query: &str) -> Duration {
    let begun = Instant::now();
    search.set(query);
    search.finish();
    let hits = search.top(60, |_| true).len();
    let took = begun.elapsed();
    assert!(hits > 0, "{query} is found");
    took
}

/// The same on screen, the filter and the sums included: to the first byte, and to the last.
fn painted(files: &Files) {
    let mut desk = files.desk();
    let (mut firsts, mut lasts, mut typed) = (vec![], vec![], vec![]);
    desk.type_keys(&[b"/"]);
    for words in WORDS {
        for (at, letter) in words.bytes().enumerate() {
            let (first, last) = desk.whole(&[letter], Duration::from_millis(300));
            firsts.push(first);
            typed.push((first, &words[..=at]));
            if at > 1 {
                lasts.push(last);
            }
        }
        for _ in 0..words.len() {
            firsts.push(desk.whole(b"\x7f", Duration::from_millis(300)).0);
        }
    }
    Times::of(firsts).told("search on screen, to first byte", "bar 16");
    typed.sort();
    for (first, words) in typed.iter().rev().take(3) {
        println!("    {:>7.2} ms: {words}", first.as_secs_f64() * 1e3);
    }
    Times::of(lasts).told("search on screen, to last byte", "from letter 3");
    desk.end();
}

/// fzf over the same strings, a renewal a line, started for it; none where it is not installed.
fn fzf(list: &Path, words: &str) -> Option<Duration> {
    let mut times = Vec::new();
    for _ in 0..5 {
        let begun = Instant::now();
        let input = std::fs::File::open(list).unwrap();
        let run = Command::new("fzf")
            .args(["--filter", words])
            .stdin(input)
            .output()
            .ok()?;
        times.push(begun.elapsed());
        assert!(!run.stdout.is_empty(), "fzf finds {words}");
    }
    times.sort();
    Some(times[2])
}

fn rest(files: &Files) {
    let mut desk = files.desk();
    let (now, most) = desk.memory();
    let start = desk.spent();
    std::thread::sleep(Duration::from_secs(120));
    let end = desk.spent();
    println!(
        "  two minutes at rest: {} ms CPU, {} wake-ups (bar 2); memory {now} MB, at most {most}",
        (end.ticks - start.ticks) * 10,
        end.wakes - start.wakes
    );
    desk.settle();
    desk.quit();
}
