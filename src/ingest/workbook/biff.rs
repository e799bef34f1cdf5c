//! A look at the records of an `.xls` workbook before the library reads it: it lays every sheet out
//! as a full rectangle, so two cells in far corners, or a record that only claims them, would ask
//! for more memory than there is. On the way it notes what the library does not tell: which columns
//! show percent.

use super::compound::{u16_at, u32_at};
use super::shows_percent;
use std::collections::HashMap;

/// Rows looked at for percent formats.
const PERCENT_ROWS: u32 = 400;

mod record {
    pub const BOF: u16 = 0x0809;
    pub const EOF: u16 = 0x000A;
    pub const FORMULA: u16 = 0x0006;
    pub const FILE_PASS: u16 = 0x002F;
    pub const BOUND_SHEET: u16 = 0x0085;
    pub const MUL_RK: u16 = 0x00BD;
    pub const RICH_TEXT: u16 = 0x00D6;
    pub const XF: u16 = 0x00E0;
    pub const SHARED_TEXT: u16 = 0x00FD;
    pub const DIMENSIONS: u16 = 0x0200;
    pub const NUMBER: u16 = 0x0203;
    pub const LABEL: u16 = 0x0204;
    pub const BOOL_OR_ERROR: u16 = 0x0205;
    pub const RK: u16 = 0x027E;
    pub const FORMAT: u16 = 0x041E;
}

/// What stands in the way, and what the library keeps to itself.
#[derive(Debug, Default)]
pub(super) struct Look {
    /// It is under a password.
    pub sealed: bool,
    /// Sheets in the order of the workbook.
    pub sheets: Vec<Sheet>,
}

/// One sheet.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    /// Cells of the rectangles that values and formulas span, or that the sheet claims to span.
    pub area: u64,
    /// Columns that show percent.
    pub percent: Vec<u16>,
}

/// Looks at all records.
pub(super) fn look(stream: &[u8]) -> Look {
    let mut look = Look::default();
    let mut starts = Vec::new();
    let mut codes: HashMap<u16, bool> = HashMap::new();
    let mut formats: Vec<u16> = Vec::new();
    let mut text_at = 5;
    for (kind, data) in Records(stream) {
        match kind {
            record::BOF => {
                text_at = if u16_at(data, 0) == Some(0x0600) {
                    5
                } else {
                    3
                }
            }
            record::FILE_PASS => look.sealed = true,
            record::BOUND_SHEET => starts.extend(u32_at(data, 0)),
            record::XF => formats.push(u16_at(data, 2).unwrap_or(0)),
            record::FORMAT => {
                let shown = data.get(text_at..).unwrap_or_default().contains(&b'%');
                codes.extend(u16_at(data, 0).map(|id| (id, shown)));
            }
            record::EOF => break,
            _ => {}
        }
    }
    let percent: Vec<bool> = formats
        .iter()
        .map(|id| codes.get(id).copied().unwrap_or(shows_percent(*id, "")))
        .collect();
    for start in starts {
        let from = usize::try_from(start).unwrap_or(usize::MAX);
        look.sheets
            .push(sheet(stream.get(from..).unwrap_or_default(), &percent));
    }
    look
}

fn sheet(stream: &[u8], percent: &[bool]) -> Sheet {
    let mut sheet = Sheet::default();
    let (mut values, mut formulas) = (Span::default(), Span::default());
    let mut depth = 0_u32;
    for (kind, data) in Records(stream) {
        match kind {
            // A chart inside a sheet has records of its own that look like cells.
            record::BOF => depth += 1,
            record::EOF if depth <= 1 => break,
            record::EOF => depth -= 1,
            _ if depth > 1 => {}
            record::DIMENSIONS => sheet.area = sheet.area.max(claimed(data)),
            record::FORMULA => {
                let at = place(data);
                values.add(at);
                formulas.add(at);
                note_percent(&mut sheet, at, u16_at(data, 4), percent);
            }
            record::NUMBER | record::RK => {
                values.add(place(data));
                note_percent(&mut sheet, place(data), u16_at(data, 4), percent);
            }
            record::LABEL | record::RICH_TEXT | record::SHARED_TEXT | record::BOOL_OR_ERROR => {
                values.add(place(data));
            }
            record::MUL_RK => mul_rk(data, &mut values, &mut sheet, percent),
            _ => {}
        }
    }
    sheet.area = sheet
        .area
        .max(values.area().saturating_add(formulas.area()));
    sheet
}

/// A run of numbers in one row.
fn mul_rk(data: &[u8], values: &mut Span, sheet: &mut Sheet, percent: &[bool]) {
    let Some((row, first)) = place(data) else {
        return;
    };
    values.add(Some((row, first)));
    let last = data.len().checked_sub(2).and_then(|at| u16_at(data, at));
    values.add(last.map(|last| (row, u32::from(last))));
    let cells = data.get(4..).unwrap_or_default().chunks_exact(6);
    for (column, cell) in (first..).zip(cells) {
        note_percent(sheet, Some((row, column)), u16_at(cell, 0), percent);
    }
}

fn note_percent(sheet: &mut Sheet, at: Option<(u32, u32)>, format: Option<u16>, percent: &[bool]) {
    let shown = format.and_then(|format| percent.get(usize::from(format)));
    if let (Some((row, column)), Some(true)) = (at, shown)
        && row < PERCENT_ROWS
        && let Ok(column) = u16::try_from(column)
        && !sheet.percent.contains(&column)
    {
        sheet.percent.push(column);
    }
}

fn place(data: &[u8]) -> Option<(u32, u32)> {
    Some((u32::from(u16_at(data, 0)?), u32::from(u16_at(data, 2)?)))
}

/// The area a sheet claims to have; one that ends before it starts is as bad as the largest.
fn claimed(data: &[u8]) -> u64 {
    let wide = data.len() >= 14;
    let number = |at: usize, step: usize| match wide && step == 4 {
        true => u32_at(data, at),
        false => u16_at(data, at).map(u32::from),
    };
    let (rows, columns) = match wide {
        true => ((0, 4, 4), (8, 10, 2)),
        false => ((0, 2, 2), (4, 6, 2)),
    };
    let side = |(first, last, step): (usize, usize, usize)| {
        Some((number(first, step)?, number(last, step)?))
    };
    let (Some((row, row_end)), Some((column, column_end))) = (side(rows), side(columns)) else {
        return 0;
    };
    if row_end == 0 || column_end == 0 {
        return 0;
    }
    let column = if column > 0xFF || column_end < column {
        0
    } else {
        column
    };
    match (
        row_end.checked_sub(row + 1),
        column_end.checked_sub(column + 1),
    ) {
        (Some(rows), Some(columns)) => (u64::from(rows) + 1) * (u64::from(columns) + 1),
        _ => u64::MAX,
    }
}

/// The rectangle that cells span.
#[derive(Default)]
struct Span(Option<[u32; 4]>);

impl Span {
    fn add(&mut self, at: Option<(u32, u32)>) {
        let Some((row, column)) = at else { return };
        let [top, bottom, left, right] = self.0.unwrap_or([row, row, column, column]);
        self.0 = Some([
            top.min(row),
            bottom.max(row),
            left.min(column),
            right.max(column),
        ]);
    }

    fn area(&self) -> u64 {
        self.0.map_or(0, |[top, bottom, left, right]| {
            (u64::from(bottom - top) + 1) * (u64::from(right - left) + 1)
        })
    }
}

/// The records of a stream: kind and data. Ends where one does not fit.
struct Records<'a>(&'a [u8]);

impl<'a> Iterator for Records<'a> {
    type Item = (u16, &'a [u8]);

    fn next(&mut self) -> Option<(u16, &'a [u8])> {
        let kind = u16_at(self.0, 0)?;
        let len = usize::from(u16_at(self.0, 2)?);
        let data = self.0.get(4..4 + len)?;
        self.0 = self.0.get(4 + len..)?;
        Some((kind, data))
    }
}
