//! calamine's own streaming read of a workbook, as a peer for the import: every cell of the first
//! sheet is asked for and its text looked at, and nothing is kept. Prints rows and seconds.
//!
//!     cargo bench --bench sheet -- FILE.xlsx
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use calamine::{DataRef, Reader, Xlsx, open_workbook};
use std::fs::File;
use std::io::BufReader;
use std::time::Instant;

fn main() {
    // cargo adds an option of its own
    let mut files = std::env::args()
        .skip(1)
        .filter(|arg| !arg.starts_with("--"));
    let Some(path) = files.next() else {
        println!("name a workbook: cargo bench --bench sheet -- FILE.xlsx");
        return;
    };
    let begun = Instant::now();
    let mut book: Xlsx<BufReader<File>> = open_workbook(path).expect("a workbook");
    let name = book.sheet_names().first().cloned().expect("a sheet");
    let mut cells = book.worksheet_cells_reader(&name).expect("a worksheet");
    let (mut rows, mut last, mut letters) = (0_u64, None, 0);
    while let Some(cell) = cells.next_cell().expect("a cell") {
        let (row, _) = cell.get_position();
        if last.replace(row) != Some(row) {
            rows += 1;
        }
        letters += match cell.get_value() {
            DataRef::String(text) => text.len(),
            DataRef::SharedString(text) => text.len(),
            _ => 0,
        };
    }
    assert!(letters > 0, "no cell had text");
    println!("{rows} {:.3}", begun.elapsed().as_secs_f64());
}
