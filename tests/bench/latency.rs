//! What a person waits for: p50, p99 and the longest of key → frame, the time to the first rows,
//! idle CPU, memory, import through the program. A runner of its own, since an average hides
//! exactly what is asked here. Each measurement checks that its work was done.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod books;
#[allow(dead_code)]
#[path = "../desk/driver.rs"]
mod driver;
#[allow(dead_code)]
mod pty;

use driver::Driver;
use pty::Seat;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// The day the books are dated around.
const DAY: &str = "2026-11-22";

/// Times of one kind of key.
struct Times(Vec<Duration>);

impl Times {
    fn of(mut times: Vec<Duration>) -> Times {
        assert!(times.len() >= 40, "too few to speak of a p99");
        times.sort();
        Times(times)
    }

    fn at(&self, percent: usize) -> f64 {
        let at = (self.0.len() * percent).div_ceil(100).max(1) - 1;
        self.0[at].as_secs_f64() * 1e3
    }

    fn told(&self, what: &str) {
        println!(
            "  {what:<34} p50 {:>8.3}  p99 {:>8.3}  max {:>8.3} ms  ({} keys)",
            self.at(50),
            self.at(99),
            self.at(100),
            self.0.len()
        );
    }
}

fn main() {
    let only: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with("--") && word.parse::<u32>().is_err())
        .collect();
    let wanted = |name: &str| only.is_empty() || only.iter().any(|word| word == name);
    for lines in books::sizes() {
        println!("{lines} lines");
        if wanted("keys") {
            keys(lines);
        }
        if wanted("quote") {
            for long in [books::LONG, 10 * books::LONG] {
                quote(lines, long);
            }
        }
        if wanted("program") {
            program(lines);
        }
        if wanted("import") {
            import(lines as usize);
        }
    }
}

/// Presses keys one by one, a frame after each; the screen must differ each time unless `same`
/// allows for it.
fn pressed(desk: &mut Driver, keys: &[&str], repeats: usize, differs: bool) -> Vec<Duration> {
    let mut times = Vec::new();
    let mut changed = 0;
    for _ in 0..repeats {
        for key in keys {
            let before = desk.screen();
            let started = Instant::now();
            desk.keys(key);
            times.push(started.elapsed());
            changed += usize::from(desk.screen() != before);
        }
    }
    let least = if differs {
        times.len()
    } else {
        times.len() / 2
    };
    assert!(changed >= least, "{changed} of {} keys showed", times.len());
    times
}

/// Keys in a quote of so many lines: till the frame, and till the frame of the workers' answers.
fn quote(lines: u32, long: usize) {
    println!("  a quote of {long} lines: key → frame, then the longest answer → frame");
    let (mut desk, _) = books::on_long_quote(lines, long, 200, 60);
    let told = |what: &str, times: Vec<Turn>| {
        let middle = |mut times: Vec<Duration>| {
            times.sort();
            let at = |at: usize| times[at].as_secs_f64() * 1e3;
            format!(
                "p50 {:>8.3}  max {:>8.3}",
                at(times.len() / 2),
                at(times.len() - 1)
            )
        };
        let (keys, answers): (Vec<_>, Vec<_>) = times.into_iter().unzip();
        let many = keys.len();
        println!(
            "  {what:<26} {}   {} ms  ({many} keys)",
            middle(keys),
            middle(answers)
        );
    };
    let typing = ["1", "7", "backspace", "4", "esc"];
    told("typing a discount", timed(&mut desk, &typing, 20));
    told(
        "a line down, a line up",
        timed(&mut desk, &["down", "down", "up"], 30),
    );
    told(
        "a page down, to the top",
        timed(&mut desk, &["pgdn", "ctrl-home"], 20),
    );
    let mut kept = Vec::new();
    for digit in ["3", "5", "6", "8"].iter().cycle().take(12) {
        desk.keys(&format!("'{digit}' '1'"));
        kept.push(desk.timed("enter"));
    }
    told("keeping a discount", kept);
    let (mut fills, mut undone) = (Vec::new(), Vec::new());
    for digit in ["2", "4", "7"] {
        desk.keys(&format!("ctrl-home '{digit}' '3' enter ctrl-home ctrl-a"));
        fills.push(desk.timed("ctrl-d"));
        let sheet = desk.model.quote.sheet().unwrap();
        let first = &sheet.kept.lines[0];
        assert!(sheet.kept.lines.iter().all(|line| line.buy == first.buy));
        undone.push(desk.timed("ctrl-z"));
        desk.keys("esc");
    }
    told("filling down all lines", fills);
    told("undoing that", undone);
    whole(&mut desk, &told);
    grouped(&mut desk, &told);
}

/// One edit of all lines, and a pasted block as long as the quote: looking at it, keeping it, taking it back.
fn whole(desk: &mut Driver, told: &dyn Fn(&str, Vec<Turn>)) {
    let (mut asked, mut typed, mut shown, mut kept) = (vec![], vec![], vec![], vec![]);
    for digit in ["2", "4", "7"] {
        desk.keys("ctrl-home ctrl-a");
        asked.push(desk.timed("b"));
        desk.keys("right");
        typed.extend([digit, "9"].map(|key| desk.timed(key)));
        shown.push(desk.timed("enter"));
        kept.push(desk.timed("enter"));
        assert!(desk.model.overlays.is_empty(), "it was kept");
        desk.keys("ctrl-z");
    }
    told("asking for a bulk edit", asked);
    told("bulk edit: a digit", typed);
    told("bulk edit: its preview", shown);
    told("bulk edit: keeping it", kept);
    let (mut pasted, mut kept) = (vec![], vec![]);
    for discount in 31..34 {
        desk.keys("ctrl-home");
        let before = desk.model.quote.sheet().unwrap().kept.clone();
        let rows = vec![format!("{discount}"); before.lines.len()];
        let block = renewdesk::ui::input::Input::Paste(rows.join("\n"));
        pasted.push(desk.timed_input(block));
        kept.push(desk.timed("enter"));
        let lines = &desk.model.quote.sheet().unwrap().kept.lines;
        let changed = lines.iter().zip(&before.lines).filter(|(a, b)| a != b);
        assert!(changed.count() > before.lines.len() / 2, "it was kept");
        desk.keys("ctrl-z");
    }
    told("pasting a column", pasted);
    told("pasting: keeping it", kept);
}

/// How long a key took to its frame, and to the answer of what it asked for.
type Turn = (Duration, Duration);

/// The same in groups.
fn grouped(desk: &mut Driver, told: &dyn Fn(&str, Vec<Turn>)) {
    let (mut asked, mut toggled) = (Vec::new(), Vec::new());
    for by in ["2", "4", "5", "3"] {
        asked.push(desk.timed("Y"));
        let lines = desk.model.quote.sheet().unwrap().kept.lines.len();
        toggled.push(desk.timed(by));
        let rows = renewdesk::ui::widget::grid::Cells::rows(desk.model.quote.sheet().unwrap());
        assert!(rows > lines, "there are subtotals");
    }
    told("asking for groups", asked);
    told("a level of groups more", toggled);
    told("grouped: folding all", timed(desk, &["F"], 20));
    desk.keys("ctrl-home down down down down");
    told("grouped: a line down, up", timed(desk, &["down", "up"], 30));
    let typing = ["1", "7", "backspace", "4", "esc"];
    told("grouped: typing", timed(desk, &typing, 20));
}

/// Presses keys one by one; the screen must differ each time.
fn timed(desk: &mut Driver, keys: &[&str], repeats: usize) -> Vec<Turn> {
    let mut times = Vec::new();
    for key in keys.iter().cycle().take(keys.len() * repeats) {
        let before = desk.screen();
        times.push(desk.timed(key));
        assert_ne!(desk.screen(), before, "{key} showed");
    }
    times
}

fn keys(lines: u32) {
    let (mut desk, _) = books::on_long_quote(lines, books::LONG, 200, 60);
    let quote = pressed(
        &mut desk,
        &["'1'", "'7'", "backspace", "'4'", "esc"],
        40,
        true,
    );
    Times::of(quote).told("typing a discount, 1,000-line quote");
    books::to_list(&mut desk);
    let moves = ["down", "down", "pgdn", "up", "end", "pgup", "home"];
    let moving = pressed(&mut desk, &moves, 60, true);
    Times::of(moving).told("moving in the pipeline");
    Times::of(sorting(&mut desk)).told("sorting by each column");
    Times::of(filtering(&mut desk)).told("filter in words, per key");
    Times::of(searching(&mut desk)).told("search, per key");
    Times::of(pressed(&mut desk, &["b"], 40, true)).told("grouping on and off");
    let going = ["alt-1", "alt-5", "alt-2", "alt-4", "alt-2"];
    Times::of(pressed(&mut desk, &going, 20, true)).told("going from screen to screen");
}

fn sorting(desk: &mut Driver) -> Vec<Duration> {
    let mut times = Vec::new();
    for _ in 0..12 {
        desk.keys("left");
    }
    for _ in 0..10 {
        // one way, the other way, and back to the usual order
        times.extend(pressed(desk, &["s"; 6], 1, true));
        desk.keys("right");
    }
    times
}

fn filtering(desk: &mut Driver) -> Vec<Duration> {
    let mut times = Vec::new();
    for words in ["end within 90 days, risk >= watch", "customer contains ba"] {
        desk.keys("f");
        for _ in 0..8 {
            desk.keys("backspace");
        }
        let mut keys: Vec<String> = words.chars().map(spelled).collect();
        keys.push("enter".into());
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        times.extend(pressed(desk, &keys, 1, false));
        assert!(desk.model.overlays.is_empty(), "the filter was taken");
        desk.keys("esc");
    }
    times
}

fn searching(desk: &mut Driver) -> Vec<Duration> {
    let mut times = Vec::new();
    for words in ["c9300 ba", "fox", "20012", "group", "zz9x", "e"] {
        desk.keys("/");
        let keys: Vec<String> = words.chars().map(spelled).collect();
        let mut keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        keys.extend(std::iter::repeat_n("backspace", words.len()));
        times.extend(pressed(desk, &keys, 1, false));
        desk.keys("esc");
    }
    times
}

fn spelled(letter: char) -> String {
    match letter {
        ' ' => "space".into(),
        letter => format!("'{letter}'"),
    }
}

fn renewdesk(home: &Path, args: &[&str]) -> String {
    let run = Command::new(env!("CARGO_BIN_EXE_renewdesk"))
        .env("RENEWDESK_HOME", home)
        .env_remove("RENEWDESK_BOOK")
        .args(["--as-of", DAY])
        .args(args)
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&run.stderr).into_owned();
    assert!(run.status.success(), "{args:?}: {told}");
    String::from_utf8(run.stdout).unwrap()
}

/// The program itself in a terminal: first rows, a key's first byte, rest, memory.
fn program(lines: u32) {
    let folder = tempfile::tempdir().unwrap();
    let book = folder.path().join("bench.renewdesk");
    let (many, into) = (lines.to_string(), book.to_str().unwrap());
    renewdesk(folder.path(), &["demo", "--lines", &many, "--into", into]);
    let mut starts = Vec::new();
    for _ in 0..9 {
        let mut seat = Seat::open(&book, folder.path(), DAY);
        starts.push(seat.first_rows(8));
        seat.quit();
    }
    starts.sort();
    println!(
        "  start to first rows                best {:>6.1}  median {:>6.1}  worst {:>6.1} ms",
        starts[0].as_secs_f64() * 1e3,
        starts[4].as_secs_f64() * 1e3,
        starts[8].as_secs_f64() * 1e3
    );
    let mut seat = Seat::open(&book, folder.path(), DAY);
    seat.first_rows(8);
    seat.settle();
    let before = seat.text();
    let mut times = Vec::new();
    for _ in 0..200 {
        times.push(seat.key(b"\x1b[B"));
        // longer than a frame, so that the next key finds the desk at rest
        std::thread::sleep(Duration::from_millis(20));
    }
    Times::of(times).told("cursor down → first byte, PTY");
    seat.settle();
    assert_ne!(seat.text(), before, "the cursor moved");
    let start = seat.spent();
    std::thread::sleep(Duration::from_secs(10));
    let end = seat.spent();
    let (now, most) = seat.memory();
    println!(
        "  10 s at rest: {} ms CPU, {} wake-ups; memory {now} MB, at most {most} MB",
        (end.ticks - start.ticks) * 10,
        end.wakes - start.wakes
    );
    seat.quit();
}

fn import(rows: usize) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("lines.csv");
    std::fs::write(&file, books::export(rows)).unwrap();
    for what in ["new", "unchanged"] {
        let started = Instant::now();
        let told = renewdesk(folder.path(), &["import", file.to_str().unwrap(), "--json"]);
        let took = started.elapsed().as_secs_f64();
        let told: serde_json::Value = serde_json::from_str(&told).unwrap();
        assert_eq!(told[what], rows, "{told}");
        println!(
            "  import, all rows {what:<18} {took:>7.2} s  {:>9.0} rows/s",
            rows as f64 / took
        );
    }
}
