//! How the program grows with the book: import, the same file again, memory, file size and the time
//! to the first rows, from ten thousand to a million lines, drawn as an SVG. Linear is a slope of
//! one on both logarithmic axes; the drawing has that line beside each curve.
//!
//! Linux only: memory is read from `/proc`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    dead_code,
    missing_docs
)]

mod books;
#[path = "../desk/driver.rs"]
mod driver;
mod pty;

use pty::Seat;
use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const SIZES: [usize; 5] = [10_000, 30_000, 100_000, 300_000, 1_000_000];
const DAY: &str = "2026-11-22";

/// One size, measured.
struct Point {
    lines: usize,
    /// Seconds, MB and milliseconds, as [`CURVES`] names them.
    values: [f64; 5],
}

/// What is drawn: title, unit, colour.
const CURVES: [(&str, &str, &str); 5] = [
    ("import, all lines new", "s", "#1f6feb"),
    ("the same file again", "s", "#8957e5"),
    ("memory of the import, parent and reader", "MB", "#d29922"),
    ("size of the book", "MB", "#2ea043"),
    ("start to the first rows", "ms", "#cf222e"),
];

fn main() {
    let to = std::env::args().skip(1).find(|word| word.ends_with(".svg"));
    let to = to.unwrap_or_else(|| "tests/bench/growth.svg".to_string());
    let mut points = Vec::new();
    for lines in SIZES {
        let point = measured(lines);
        println!("{lines:>9} lines  {:?}", point.values);
        points.push(point);
    }
    std::fs::write(&to, drawn(&points)).unwrap();
    println!("drawn: {to}");
    for (at, (title, ..)) in CURVES.iter().enumerate() {
        let (first, last) = (&points[0], &points[points.len() - 1]);
        let grown = last.values[at] / first.values[at];
        let lines = last.lines as f64 / first.lines as f64;
        println!("{title}: {grown:.1} x for {lines:.0} x the lines");
        // An index is looked up in a little more steps where it is larger, and a machine is never
        // quite at rest for so long; what grows with the square would be a hundred times as much.
        assert!(grown <= lines * 1.25, "{title} grows faster than the lines");
    }
}

fn measured(lines: usize) -> Point {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("lines.csv");
    std::fs::write(&file, books::export(lines)).unwrap();
    let book = home.path().join("own.renewdesk");
    let (first, memory, told) = import(home.path(), &book, &file);
    assert!(told.contains(&format!("\"new\": {lines}")), "{told}");
    let (again, _, told) = import(home.path(), &book, &file);
    assert!(told.contains(&format!("\"unchanged\": {lines}")), "{told}");
    let size = std::fs::metadata(&book).unwrap().len() as f64 / 1e6;
    let mut starts: Vec<Duration> = (0..5).map(|_| start(&book, home.path())).collect();
    starts.sort();
    let shown = starts[2].as_secs_f64() * 1e3;
    Point {
        lines,
        values: [
            first.as_secs_f64(),
            again.as_secs_f64(),
            memory,
            size,
            shown,
        ],
    }
}

fn start(book: &Path, home: &Path) -> Duration {
    let mut seat = Seat::open(book, home, DAY);
    let shown = seat.first_rows(8);
    seat.settle();
    seat.quit();
    shown
}

/// Imports, and says how long it took and the most memory program and reader had together, in MB.
fn import(home: &Path, book: &Path, file: &Path) -> (Duration, f64, String) {
    let begun = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_renewdesk"))
        .env("HOME", home)
        .env("XDG_DATA_HOME", home.join("data"))
        .args(["--as-of", DAY, "--book"])
        .arg(book)
        .args(["import", "--json"])
        .arg(file)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut most = 0.0_f64;
    while child.try_wait().unwrap().is_none() {
        most =
            most.max(memory(child.id()) + readers(child.id()).into_iter().map(memory).sum::<f64>());
        std::thread::sleep(Duration::from_millis(5));
    }
    let took = begun.elapsed();
    let out = child.wait_with_output().unwrap();
    assert!(out.status.success());
    (took, most, String::from_utf8(out.stdout).unwrap())
}

fn memory(pid: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let kb = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok());
    kb.unwrap_or(0.0) / 1e3
}

fn readers(pid: u32) -> Vec<u32> {
    let path = format!("/proc/{pid}/task/{pid}/children");
    let children = std::fs::read_to_string(path).unwrap_or_default();
    children
        .split_whitespace()
        .filter_map(|pid| pid.parse().ok())
        .collect()
}

const WIDE: f64 = 260.0;
const HIGH: f64 = 220.0;
const LEFT: f64 = 52.0;
const TOP: f64 = 46.0;
const GREY: &str = "#57606a";

/// Panels beside each other, both axes logarithmic.
fn drawn(points: &[Point]) -> String {
    let width = CURVES.len() as f64 * (WIDE + LEFT) + 20.0;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} 320\" \
         font-family=\"sans-serif\" font-size=\"11\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n"
    );
    for at in 0..CURVES.len() {
        panel(&mut svg, at, points);
    }
    let _ = writeln!(
        svg,
        "<text x=\"52\" y=\"305\" fill=\"{GREY}\">coverage lines, both axes logarithmic; dashed: \
         what growing in line with the lines would have been</text>\n</svg>"
    );
    svg
}

fn panel(svg: &mut String, at: usize, points: &[Point]) {
    let (title, unit, colour) = CURVES[at];
    let left = at as f64 * (WIDE + LEFT) + LEFT;
    let values: Vec<f64> = points.iter().map(|point| point.values[at]).collect();
    let low = values
        .iter()
        .copied()
        .fold(f64::MAX, f64::min)
        .log10()
        .floor();
    let high = values
        .iter()
        .copied()
        .fold(0.0, f64::max)
        .log10()
        .ceil()
        .max(low + 2.0);
    let x = |lines: f64| left + (lines.log10() - 4.0) / 2.0 * (WIDE - 20.0);
    let y = |value: f64| TOP + HIGH - (value.log10() - low) / (high - low) * HIGH;
    let _ = writeln!(
        svg,
        "<text x=\"{left}\" y=\"20\" font-weight=\"bold\">{title}, {unit}</text>"
    );
    for power in low as i32..=high as i32 {
        let value = 10_f64.powi(power);
        let _ = writeln!(
            svg,
            "<line x1=\"{left}\" x2=\"{}\" y1=\"{y:.1}\" y2=\"{y:.1}\" stroke=\"#d0d7de\"/>\
             <text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\" fill=\"{GREY}\">{value}</text>",
            left + WIDE - 20.0,
            left - 5.0,
            y(value) + 4.0,
            y = y(value)
        );
    }
    for lines in [1e4, 1e5, 1e6] {
        let _ = writeln!(
            svg,
            "<text x=\"{:.1}\" y=\"{}\" text-anchor=\"middle\" fill=\"{GREY}\">{}k</text>",
            x(lines),
            TOP + HIGH + 18.0,
            lines / 1e3
        );
    }
    // Where a straight line through the last point leaves the panel at its foot.
    let per_line = values[values.len() - 1] / 1e6;
    let from = (10_f64.powf(low) / per_line).max(1e4);
    let _ = writeln!(
        svg,
        "<line x1=\"{:.1}\" y1=\"{:.1}\" x2=\"{:.1}\" y2=\"{:.1}\" stroke=\"#8c959f\" stroke-dasharray=\"4 4\"/>",
        x(from),
        y(per_line * from),
        x(1e6),
        y(per_line * 1e6)
    );
    let places: Vec<(f64, f64)> = points
        .iter()
        .zip(&values)
        .map(|(point, value)| (x(point.lines as f64), y(*value)))
        .collect();
    let line: Vec<String> = places
        .iter()
        .map(|(x, y)| format!("{x:.1},{y:.1}"))
        .collect();
    let _ = writeln!(
        svg,
        "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>",
        line.join(" ")
    );
    for ((x, y), value) in places.iter().zip(&values) {
        let _ = writeln!(
            svg,
            "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\" fill=\"{colour}\"/>\
             <text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
            y - 8.0,
            rounded(*value)
        );
    }
}

fn rounded(value: f64) -> String {
    match value {
        value if value >= 100.0 => format!("{value:.0}"),
        value if value >= 10.0 => format!("{value:.1}"),
        value => format!("{value:.2}"),
    }
}
