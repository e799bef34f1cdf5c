//! `.ods`, streamed from its XML: rows and cells that repeat are counted, not laid out, so the
//! million empty rows a spreadsheet writes to fill its sheet cost nothing. What a cell shows as
//! percent or in a currency is part of its value here, and is kept.

use super::{Filling, Reading, archive, damaged, decimal};
use crate::ingest::error::IngestError;
use crate::ingest::limits;
use crate::ingest::table::{CellKind, Table};
use chrono::NaiveDate;
use quick_xml::escape::{resolve_xml_entity, unescape};
use quick_xml::events::{BytesStart, Event};
use std::io::{BufRead, BufReader};

/// Rows looked at for cells that show percent.
const PERCENT_ROWS: u32 = 400;

/// Reads the sheets.
pub(super) fn read(
    bytes: &[u8],
    reading: &Reading<'_>,
    progress: &mut dyn FnMut(u64),
) -> Result<Vec<Table>, IngestError> {
    // Only a person's choice of a sheet needs all names first; else one walk is enough.
    let chosen = match reading.only {
        Some(_) => Some(reading.chosen(&sheet_names(bytes, reading.file)?)?),
        None => None,
    };
    let mut archive = archive::open(bytes, reading.file)?;
    let part = archive
        .by_name("content.xml")
        .map_err(|e| damaged(reading.file, &e.to_string()))?;
    let mut xml = Xml::new(BufReader::new(part), reading.file);
    let mut style = String::new();
    let mut content = Content {
        hiding: Vec::new(),
        from_1904: false,
        repeated: 0,
        tables: Vec::new(),
    };
    while let Some(step) = xml.step()? {
        let Step::Open(tag) = step else { continue };
        match tag.name.as_str() {
            "table:null-date" => {
                content.from_1904 = tag
                    .get("table:date-value")
                    .is_some_and(|day| day.starts_with("1904"));
            }
            // whether a sheet is shown stands in its style, and styles come before sheets
            "style:style" => style = tag.get("style:name").unwrap_or_default().to_string(),
            "style:table-properties" if tag.get("table:display") == Some("false") => {
                content.hiding.push(style.clone());
            }
            "table:table" => {
                let name = tag.get("table:name").unwrap_or_default().to_string();
                let wanted = chosen.as_ref().is_none_or(|names| names.contains(&name));
                match wanted {
                    true => content.sheet(&mut xml, reading, &tag, progress)?,
                    false => xml.pass("table:table")?,
                }
            }
            _ => {}
        }
    }
    if content.tables.is_empty() {
        reading.chosen(&[])?;
    }
    Ok(content.tables)
}

/// The names of all sheets, in order.
fn sheet_names(bytes: &[u8], file: &str) -> Result<Vec<String>, IngestError> {
    let mut archive = archive::open(bytes, file)?;
    let part = archive
        .by_name("content.xml")
        .map_err(|e| damaged(file, &e.to_string()))?;
    let mut xml = Xml::new(BufReader::new(part), file);
    let mut names = Vec::new();
    while let Some(step) = xml.step()? {
        if let Step::Open(tag) = step
            && tag.name == "table:table"
        {
            names.push(tag.get("table:name").unwrap_or_default().to_string());
            xml.pass("table:table")?;
        }
    }
    Ok(names)
}

/// What is gathered from the document.
struct Content {
    /// Styles whose sheets are hidden.
    hiding: Vec<String>,
    from_1904: bool,
    repeated: u64,
    tables: Vec<Table>,
}

/// A cell as it stands, and how many columns it fills.
struct Shown {
    kind: CellKind,
    text: String,
    percent: bool,
    columns: u32,
}

impl Content {
    /// Reads one sheet, from behind its opening tag to its closing one.
    fn sheet<R: BufRead>(
        &mut self,
        xml: &mut Xml<'_, R>,
        reading: &Reading<'_>,
        sheet: &Tag,
        progress: &mut dyn FnMut(u64),
    ) -> Result<(), IngestError> {
        let name = sheet.get("table:name").unwrap_or_default();
        let before = self.tables.iter().map(|table| table.len() as u64).sum();
        let mut filling = Filling::new(reading, name, self.from_1904, before, progress);
        let mut percent: Vec<u16> = Vec::new();
        let mut row = 0_u32;
        while let Some(step) = xml.step()? {
            match step {
                Step::Close(tag) if tag == "table:table" => break,
                Step::Open(tag) if tag.name == "table:table-row" => {
                    let times = tag.count("table:number-rows-repeated");
                    let cells = row_cells(xml)?;
                    self.put(&mut filling, row, times, &cells)?;
                    if row < PERCENT_ROWS {
                        note_percent(&cells, &mut percent);
                    }
                    row = row.saturating_add(times);
                }
                // A table inside a cell, or drawings: no part of the sheet.
                Step::Open(tag) if tag.name == "table:shapes" => xml.pass("table:shapes")?,
                _ => {}
            }
        }
        let mut table = filling.done();
        table.percent_columns = percent;
        let style = sheet.get("table:style-name");
        table.hidden = style.is_some_and(|style| self.hiding.iter().any(|own| own == style));
        self.tables.push(table);
        Ok(())
    }

    /// Puts a row as often as it stands in the sheet.
    fn put(
        &mut self,
        filling: &mut Filling<'_>,
        row: u32,
        times: u32,
        cells: &[Shown],
    ) -> Result<(), IngestError> {
        let filled = |cell: &&Shown| cell.kind == CellKind::NoValue || !cell.text.is_empty();
        let said: u64 = cells
            .iter()
            .filter(filled)
            .map(|c| u64::from(c.columns))
            .sum();
        if said == 0 {
            return Ok(());
        }
        let own = cells.iter().filter(filled).count() as u64;
        self.repeated = self
            .repeated
            .saturating_add(said.saturating_mul(u64::from(times)) - own);
        if self.repeated > limits::REPEATED_CELLS {
            return Err(IngestError::TooLarge {
                file: filling.file.to_string(),
                what: format!("sheet {:?} repeats filled cells too often", filling.name),
                limit: format!("{} repeated cells", limits::REPEATED_CELLS),
            });
        }
        for at in 0..times {
            let mut column = 0_u32;
            for cell in cells {
                if filled(&cell) {
                    for next in 0..cell.columns {
                        let place = (row.saturating_add(at), column.saturating_add(next));
                        filling.put(place.0, place.1, cell.kind, &cell.text)?;
                    }
                }
                column = column.saturating_add(cell.columns);
            }
        }
        Ok(())
    }
}

fn note_percent(cells: &[Shown], percent: &mut Vec<u16>) {
    let mut column = 0_u32;
    for cell in cells {
        if cell.percent
            && let Ok(at) = u16::try_from(column)
            && !percent.contains(&at)
        {
            percent.push(at);
        }
        column = column.saturating_add(cell.columns);
    }
}

/// The cells of a row, from behind its opening tag to its closing one.
fn row_cells<R: BufRead>(xml: &mut Xml<'_, R>) -> Result<Vec<Shown>, IngestError> {
    let mut cells = Vec::new();
    while let Some(step) = xml.step()? {
        match step {
            Step::Close(tag) if tag == "table:table-row" => break,
            Step::Open(tag)
                if matches!(
                    tag.name.as_str(),
                    "table:table-cell" | "table:covered-table-cell"
                ) =>
            {
                let text = cell_text(xml, &tag.name)?;
                cells.push(shown(&tag, text));
            }
            _ => {}
        }
    }
    Ok(cells)
}

/// The paragraphs of a cell, without the notes pinned to it.
fn cell_text<R: BufRead>(xml: &mut Xml<'_, R>, cell: &str) -> Result<String, IngestError> {
    let mut text = String::new();
    let mut paragraphs = 0;
    while let Some(step) = xml.step()? {
        match step {
            Step::Close(tag) if tag == cell => break,
            Step::Open(tag) => match tag.name.as_str() {
                "office:annotation" | "table:table" => {
                    let name = tag.name.clone();
                    xml.pass(&name)?;
                }
                "text:p" => {
                    if paragraphs > 0 {
                        text.push('\n');
                    }
                    paragraphs += 1;
                }
                "text:s" => {
                    let blanks = tag.count("text:c").min(1_000);
                    text.extend(std::iter::repeat_n(' ', blanks as usize));
                }
                "text:tab" => text.push('\t'),
                "text:line-break" => text.push('\n'),
                _ => {}
            },
            Step::Text(more) if paragraphs > 0 => text.push_str(&more),
            _ => {}
        }
        if text.len() > limits::FIELD_BYTES * 4 {
            return Err(damaged(xml.file, "a cell holds more text than a cell can"));
        }
    }
    Ok(text)
}

/// What a cell says by its attributes, and where they say nothing, by its text.
fn shown(tag: &Tag, text: String) -> Shown {
    let columns = tag.count("table:number-columns-repeated");
    let formula = tag.get("table:formula").is_some();
    let kind_of = tag.get("office:value-type").unwrap_or_default();
    let failed = tag.get("calcext:value-type") == Some("error")
        || (formula && (text.starts_with('#') || text.starts_with("Err:")));
    let (kind, text) = match kind_of {
        _ if failed => (CellKind::Error, text),
        "float" | "percentage" | "currency" => number(tag, text),
        "date" => match tag.get("office:date-value").and_then(day) {
            Some(day) => (CellKind::Date, day.to_string()),
            None => (CellKind::Text, text),
        },
        "boolean" => {
            let flag = tag.get("office:boolean-value").unwrap_or_default();
            (CellKind::Text, flag.to_uppercase())
        }
        "string" => match tag.get("office:string-value") {
            Some(value) => (CellKind::Text, value.to_string()),
            None => (CellKind::Text, text),
        },
        "" if formula && text.is_empty() => (CellKind::NoValue, String::new()),
        _ => (CellKind::Text, text),
    };
    Shown {
        kind,
        text,
        percent: kind_of == "percentage",
        columns,
    }
}

/// The number of a cell; a currency stays beside its amount.
fn number(tag: &Tag, text: String) -> (CellKind, String) {
    let value = tag.get("office:value").and_then(|value| value.parse().ok());
    let Some(value) = value.and_then(decimal) else {
        return (CellKind::Text, text);
    };
    let code = tag.get("office:currency").unwrap_or_default();
    match code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase()) {
        true => (CellKind::Number, format!("{code} {}", value.normalize())),
        false => (CellKind::Number, value.normalize().to_string()),
    }
}

/// The day of `2026-12-31` or `2026-12-31T09:30:00`; the time is dropped, not shifted.
fn day(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text.get(..10)?, "%Y-%m-%d").ok()
}

/// An opening tag.
struct Tag {
    name: String,
    attributes: Vec<(String, String)>,
}

impl Tag {
    fn of(start: &BytesStart<'_>) -> Tag {
        let attributes = start
            .attributes()
            .flatten()
            .map(|one| {
                let raw: &str = &one.value;
                let value = unescape(raw).map_or_else(|_| raw.to_string(), |v| v.into_owned());
                (one.key.as_ref().to_string(), value)
            })
            .collect();
        Tag {
            name: start.name().as_ref().to_string(),
            attributes,
        }
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// How often something stands; once where nothing is said.
    fn count(&self, name: &str) -> u32 {
        let said = self.get(name).and_then(|count| count.parse().ok());
        said.unwrap_or(1).max(1)
    }
}

/// One step through the document.
enum Step {
    Open(Tag),
    Close(String),
    Text(String),
}

/// A walk through XML; an empty element opens and closes.
struct Xml<'a, R> {
    reader: quick_xml::Reader<R>,
    buffer: Vec<u8>,
    file: &'a str,
}

impl<'a, R: BufRead> Xml<'a, R> {
    fn new(part: R, file: &'a str) -> Xml<'a, R> {
        let mut reader = quick_xml::Reader::from_reader(part);
        reader.config_mut().expand_empty_elements = true;
        Xml {
            reader,
            buffer: Vec::new(),
            file,
        }
    }

    /// The next step; `None` at the end.
    fn step(&mut self) -> Result<Option<Step>, IngestError> {
        loop {
            self.buffer.clear();
            let event = self
                .reader
                .read_event_into(&mut self.buffer)
                .map_err(|e| damaged(self.file, &e.to_string()))?;
            return Ok(Some(match event {
                Event::Start(start) => Step::Open(Tag::of(&start)),
                Event::End(end) => Step::Close(end.name().as_ref().to_string()),
                Event::Text(text) => Step::Text(text.xml10_content().into_owned()),
                Event::CData(text) => Step::Text(text.xml10_content().into_owned()),
                Event::GeneralRef(name) => {
                    let known = resolve_xml_entity(name.as_ref()).map(str::to_string);
                    let spelt = || name.resolve_char_ref().ok().flatten().map(String::from);
                    Step::Text(known.or_else(spelt).unwrap_or_default())
                }
                Event::Eof => return Ok(None),
                _ => continue,
            }));
        }
    }

    /// Passes over the rest of an element whose opening tag was just read.
    fn pass(&mut self, name: &str) -> Result<(), IngestError> {
        let mut depth = 1_u32;
        while depth > 0 {
            match self.step()? {
                Some(Step::Open(tag)) if tag.name == name => depth += 1,
                Some(Step::Close(tag)) if tag == name => depth -= 1,
                None => return Ok(()),
                _ => {}
            }
        }
        Ok(())
    }
}
