//! Workbooks of the other kinds, written byte by byte: the same cells as `.xls`, `.xlsb` and `.ods`.

use crate::support::C;
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;

/// A sheet: its name, whether it is hidden, and rows from row 1.
pub type Sheet<'a> = (&'a str, bool, Vec<Vec<C<'a>>>);

/// The serial of a day in the system of 1900.
fn serial(day: &str) -> f64 {
    let from = chrono::NaiveDate::from_ymd_opt(1899, 12, 30).unwrap();
    (crate::support::day(day) - from).num_days() as f64
}

/// Row, column and what stands there.
fn cells<'a>(rows: &'a [Vec<C<'a>>]) -> impl Iterator<Item = (u32, u32, C<'a>)> + 'a {
    rows.iter().enumerate().flat_map(|(row, cells)| {
        let placed = move |(column, cell): (usize, &C<'a>)| (row as u32, column as u32, *cell);
        cells.iter().enumerate().map(placed)
    })
}

fn zipped(parts: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        out.start_file(*name, SimpleFileOptions::default()).unwrap();
        out.write_all(bytes).unwrap();
    }
    out.finish().unwrap().into_inner()
}

/// `.xls` records and the compound file around them.
pub mod xls {
    use super::*;

    /// A record.
    pub fn record(kind: u16, data: &[u8]) -> Vec<u8> {
        let mut all = kind.to_le_bytes().to_vec();
        all.extend((data.len() as u16).to_le_bytes());
        all.extend(data);
        all
    }

    fn units(text: &str) -> (u16, Vec<u8>) {
        let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        ((units.len() / 2) as u16, units)
    }

    fn begin(kind: u16) -> Vec<u8> {
        let mut data = 0x0600_u16.to_le_bytes().to_vec();
        data.extend(kind.to_le_bytes());
        data.extend([0; 12]);
        record(0x0809, &data)
    }

    fn at(row: u32, column: u32, format: u16) -> Vec<u8> {
        let mut data = (row as u16).to_le_bytes().to_vec();
        data.extend((column as u16).to_le_bytes());
        data.extend(format.to_le_bytes());
        data
    }

    /// A number; format 0 is plain, 1 a date, 2 a percentage.
    pub fn number(row: u32, column: u32, format: u16, value: f64) -> Vec<u8> {
        let mut data = at(row, column, format);
        data.extend(value.to_le_bytes());
        record(0x0203, &data)
    }

    fn label(row: u32, column: u32, text: &str) -> Vec<u8> {
        let (count, units) = units(text);
        let mut data = at(row, column, 0);
        data.extend(count.to_le_bytes());
        data.push(1);
        data.extend(units);
        record(0x0204, &data)
    }

    /// A formula of a text whose text is not there.
    pub fn formula_without_value(row: u32, column: u32) -> Vec<u8> {
        let mut data = at(row, column, 0);
        data.extend([0, 0, 0, 0, 0, 0, 0xFF, 0xFF]);
        data.extend([0; 6]);
        data.extend([3, 0, 0x1E, 1, 0]);
        record(0x0006, &data)
    }

    /// The records of sheets, with `more` at the end of the first.
    pub fn stream(sheets: &[Sheet<'_>], from_1904: bool, globals: &[u8], more: &[u8]) -> Vec<u8> {
        let mut head = begin(0x0005);
        head.extend(globals);
        head.extend(record(0x0042, &1200_u16.to_le_bytes()));
        head.extend(record(0x0022, &u16::from(from_1904).to_le_bytes()));
        for format in [0_u16, 14, 10] {
            let mut data = vec![0, 0];
            data.extend(format.to_le_bytes());
            data.extend([0; 16]);
            head.extend(record(0x00E0, &data));
        }
        let names: usize = sheets
            .iter()
            .map(|(name, ..)| 4 + 8 + units(name).1.len())
            .sum();
        let mut start = head.len() + names + 4;
        let mut bodies = Vec::new();
        for (n, (name, hidden, rows)) in sheets.iter().enumerate() {
            let mut body = begin(0x0010);
            for (row, column, cell) in cells(rows) {
                body.extend(match cell {
                    C::E => Vec::new(),
                    C::T(text) => label(row, column, text),
                    C::N(value) => number(row, column, 0, value),
                    C::D(day) => number(row, column, 1, serial(day)),
                    C::P(value) => number(row, column, 2, value),
                });
            }
            if n == 0 {
                body.extend(more);
            }
            body.extend(record(0x000A, &[]));
            let (count, units) = units(name);
            let mut data = (start as u32).to_le_bytes().to_vec();
            data.extend([u8::from(*hidden), 0, count as u8, 1]);
            data.extend(units);
            head.extend(record(0x0085, &data));
            start += body.len();
            bodies.extend(body);
        }
        head.extend(record(0x000A, &[]));
        head.extend(bodies);
        head
    }

    /// A compound file with one stream.
    pub fn compound(name: &str, stream: &[u8]) -> Vec<u8> {
        let mut stream = stream.to_vec();
        stream.resize(stream.len().max(4_096).next_multiple_of(512), 0);
        let sectors = (stream.len() / 512) as u32;
        assert!(sectors <= 126, "one sector of the table is all there is");
        let mut file = vec![0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
        file.extend([0; 16]);
        for half in [0x3E_u16, 3, 0xFFFE, 9, 6] {
            file.extend(half.to_le_bytes());
        }
        file.extend([0; 6]);
        let end = 0xFFFF_FFFE_u32;
        for word in [0_u32, 1, 1, 0, 4_096, end, 0, end, 0, 0] {
            file.extend(word.to_le_bytes());
        }
        file.resize(512, 0xFF);
        let mut table = vec![0xFFFF_FFFD, end];
        table.extend((0..sectors).map(|at| if at + 1 == sectors { end } else { at + 3 }));
        table.resize(128, u32::MAX);
        file.extend(table.iter().flat_map(|word| word.to_le_bytes()));
        let entry = |name: &str, kind: u8, start: u32, len: u32| {
            let mut entry = units(name).1;
            let written = entry.len() as u16 + 2;
            entry.resize(64, 0);
            entry.extend(written.to_le_bytes());
            entry.extend([kind, 1]);
            entry.extend([0xFF; 12]);
            entry.resize(116, 0);
            entry.extend(start.to_le_bytes());
            entry.extend(len.to_le_bytes());
            entry.resize(128, 0);
            entry
        };
        file.extend(entry("Root Entry", 5, end, 0));
        file.extend(entry(name, 2, 2, stream.len() as u32));
        file.resize(file.len() + 256, 0);
        file.extend(stream);
        file
    }

    /// A workbook.
    pub fn workbook(sheets: &[Sheet<'_>], from_1904: bool) -> Vec<u8> {
        compound("Workbook", &stream(sheets, from_1904, &[], &[]))
    }
}

/// `.xlsb` records and the archive around them.
pub mod xlsb {
    use super::*;

    /// A record.
    pub fn record(kind: u16, data: &[u8]) -> Vec<u8> {
        let mut all = match kind < 0x80 {
            true => vec![kind as u8],
            false => vec![(kind as u8 & 0x7F) | 0x80, (kind >> 7) as u8],
        };
        let mut len = data.len();
        loop {
            let more = len >= 0x80;
            all.push((len as u8 & 0x7F) | if more { 0x80 } else { 0 });
            len >>= 7;
            if !more {
                break;
            }
        }
        all.extend(data);
        all
    }

    fn wide(text: &str) -> Vec<u8> {
        let units: Vec<u16> = text.encode_utf16().collect();
        let mut all = (units.len() as u32).to_le_bytes().to_vec();
        all.extend(units.iter().flat_map(|unit| unit.to_le_bytes()));
        all
    }

    /// The row that the cells after it stand in.
    pub fn row(row: u32) -> Vec<u8> {
        let mut data = row.to_le_bytes().to_vec();
        data.extend([0; 13]);
        record(0, &data)
    }

    /// A number; style 0 is plain, 1 a date, 2 a percentage.
    pub fn number(column: u32, style: u8, value: f64) -> Vec<u8> {
        let mut data = column.to_le_bytes().to_vec();
        data.extend([style, 0, 0, 0]);
        data.extend(value.to_le_bytes());
        record(5, &data)
    }

    fn text(column: u32, text: &str) -> Vec<u8> {
        let mut data = column.to_le_bytes().to_vec();
        data.extend([0; 4]);
        data.extend(wide(text));
        record(6, &data)
    }

    /// A workbook, with `more` records at the end of the first sheet.
    pub fn workbook(sheets: &[Sheet<'_>], from_1904: bool, more: &[u8]) -> Vec<u8> {
        let mut book = record(0x83, &[]);
        let mut properties = u32::from(from_1904).to_le_bytes().to_vec();
        properties.extend([0; 8]);
        book.extend(record(0x99, &properties));
        book.extend(record(0x8F, &[]));
        let mut rels = String::from("<Relationships>");
        let mut parts = Vec::new();
        let names: Vec<String> = (1..=sheets.len())
            .map(|n| format!("xl/worksheets/sheet{n}.bin"))
            .collect();
        for (n, (name, hidden, rows)) in sheets.iter().enumerate() {
            let mut bundle = u32::from(*hidden).to_le_bytes().to_vec();
            bundle.extend((n as u32 + 1).to_le_bytes());
            bundle.extend(wide(&format!("rId{n}")));
            bundle.extend(wide(name));
            book.extend(record(0x9C, &bundle));
            rels.push_str(&format!(
                "<Relationship Id=\"rId{n}\" Target=\"worksheets/sheet{}.bin\"/>",
                n + 1
            ));
            let mut sheet = record(0x81, &[]);
            sheet.extend(record(0x94, &[0; 16]));
            sheet.extend(record(0x91, &[]));
            let mut last = None;
            for (at, column, cell) in cells(rows) {
                if last != Some(at) {
                    sheet.extend(row(at));
                    last = Some(at);
                }
                sheet.extend(match cell {
                    C::E => Vec::new(),
                    C::T(words) => text(column, words),
                    C::N(value) => number(column, 0, value),
                    C::D(day) => number(column, 1, serial(day)),
                    C::P(value) => number(column, 2, value),
                });
            }
            if n == 0 {
                sheet.extend(more);
            }
            sheet.extend(record(0x92, &[]));
            sheet.extend(record(0x82, &[]));
            parts.push((names[n].as_str(), sheet));
        }
        book.extend(record(0x90, &[]));
        book.extend(record(0x84, &[]));
        rels.push_str("</Relationships>");
        let mut styles = record(0x0269, &3_u32.to_le_bytes());
        for format in [0_u16, 14, 10] {
            let mut data = vec![0, 0];
            data.extend(format.to_le_bytes());
            data.extend([0; 12]);
            styles.extend(record(0x2F, &data));
        }
        parts.push(("xl/workbook.bin", book));
        parts.push(("xl/_rels/workbook.bin.rels", rels.into_bytes()));
        parts.push(("xl/styles.bin", styles));
        zipped(&parts)
    }
}

/// `.ods` XML and the archive around it.
pub mod ods {
    use super::*;

    /// Text as XML writes it.
    pub fn escaped(text: &str) -> String {
        text.replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('"', "&quot;")
    }

    /// A cell as LibreOffice writes it.
    pub fn cell(cell: C<'_>) -> String {
        match cell {
            C::E => "<table:table-cell/>".to_string(),
            C::T(text) => format!(
                "<table:table-cell office:value-type=\"string\"><text:p>{}</text:p></table:table-cell>",
                escaped(text)
            ),
            C::N(value) => format!(
                "<table:table-cell office:value-type=\"float\" office:value=\"{value}\"><text:p>~</text:p></table:table-cell>"
            ),
            C::D(day) => format!(
                "<table:table-cell office:value-type=\"date\" office:date-value=\"{day}\"><text:p>~</text:p></table:table-cell>"
            ),
            C::P(value) => format!(
                "<table:table-cell office:value-type=\"percentage\" office:value=\"{value}\"><text:p>~</text:p></table:table-cell>"
            ),
        }
    }

    /// The rows of a sheet.
    pub fn rows(rows: &[Vec<C<'_>>]) -> String {
        rows.iter()
            .map(|cells| {
                let cells: String = cells.iter().map(|one| cell(*one)).collect();
                format!("<table:table-row>{cells}</table:table-row>")
            })
            .collect()
    }

    /// A document around sheets given as XML.
    pub fn document(sheets: &[(&str, bool, String)], settings: &str, manifest: &str) -> Vec<u8> {
        let body: String = sheets
            .iter()
            .map(|(name, hidden, rows)| {
                let style = if *hidden { "hidden" } else { "shown" };
                format!(
                    "<table:table table:name=\"{}\" table:style-name=\"{style}\"><table:table-column/>{rows}</table:table>",
                    escaped(name)
                )
            })
            .collect();
        let content = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document-content><office:automatic-styles><style:style style:name=\"hidden\"><style:table-properties table:display=\"false\"/></style:style></office:automatic-styles><office:body><office:spreadsheet>{settings}{body}</office:spreadsheet></office:body></office:document-content>"
        );
        let manifest = format!(
            "<manifest:manifest><manifest:file-entry manifest:full-path=\"content.xml\">{manifest}</manifest:file-entry></manifest:manifest>"
        );
        zipped(&[
            (
                "mimetype",
                b"application/vnd.oasis.opendocument.spreadsheet".to_vec(),
            ),
            ("META-INF/manifest.xml", manifest.into_bytes()),
            ("content.xml", content.into_bytes()),
        ])
    }

    /// A workbook.
    pub fn workbook(sheets: &[Sheet<'_>]) -> Vec<u8> {
        let sheets: Vec<(&str, bool, String)> = sheets
            .iter()
            .map(|(name, hidden, cells)| (*name, *hidden, rows(cells)))
            .collect();
        document(&sheets, "", "")
    }
}
