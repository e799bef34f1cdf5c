//! What the sheets of an `.xlsx` share: where each of them lies in the archive, the texts that cells
//! name by number, and which number formats show dates, spans of time or percent.

use super::archive::Archive;
use super::markup::{Markup, Piece, unescape_units};
use super::sheet::rich_text;
use super::{damaged, shows_percent};
use crate::domain::text::clean;
use crate::ingest::error::IngestError;
use std::collections::HashMap;
use std::io::{self, Read};

/// The workbook's own part.
const WORKBOOK: &str = "xl/workbook.xml";

/// How the value of a number is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// A day, perhaps with a time.
    Date,
    /// A span of time, such as `[h]:mm`.
    Span,
    /// A number.
    Other,
}

/// What the styles of cells show, by their number.
#[derive(Debug, Default)]
pub(super) struct Styles(Vec<(Format, bool)>);

impl Styles {
    pub fn format(&self, style: Option<usize>) -> Format {
        let known = style.and_then(|style| self.0.get(style));
        known.map_or(Format::Other, |(format, _)| *format)
    }

    pub fn is_percent(&self, style: usize) -> bool {
        self.0.get(style).is_some_and(|(_, percent)| *percent)
    }
}

/// Texts that cells name by number, cleaned and trimmed, one behind the other.
#[derive(Debug, Default)]
pub(super) struct Texts {
    all: String,
    ends: Vec<u32>,
}

impl Texts {
    pub fn get(&self, at: u32) -> Option<&str> {
        let at = at as usize;
        let to = *self.ends.get(at)?;
        let from = match at.checked_sub(1) {
            Some(before) => *self.ends.get(before)?,
            None => 0,
        };
        self.all.get(from as usize..to as usize)
    }
}

/// A worksheet and its place in the archive.
pub(super) struct Listed {
    pub name: String,
    pub hidden: bool,
    pub part: usize,
}

/// What the workbook says of its sheets.
pub(super) struct Contents {
    pub sheets: Vec<Listed>,
    pub from_1904: bool,
}

/// Reads the list of worksheets; charts and macros have no rows.
pub(super) fn contents(archive: &mut Archive<'_>, file: &str) -> Result<Contents, IngestError> {
    let targets = targets(archive, file)?;
    let mut contents = Contents {
        sheets: Vec::new(),
        from_1904: false,
    };
    let mut listed = Vec::new();
    each_tag(archive, WORKBOOK, file, &mut |tag| match tag.name {
        b"workbookPr" => {
            if let Some(from_1904) = tag.attribute(b"date1904") {
                contents.from_1904 = matches!(from_1904.as_str(), "1" | "true");
            }
        }
        b"sheet" => {
            let attribute = |name| tag.attribute(name).unwrap_or_default();
            listed.push((attribute(b"name"), attribute(b"state"), attribute(b"id")));
        }
        _ => {}
    })?;
    for (name, state, id) in listed {
        let target = targets.get(&id);
        let (path, kind) = target.ok_or_else(|| damaged(file, "a sheet has no part"))?;
        if kind != "worksheet" {
            continue;
        }
        let part = place(archive, path)
            .ok_or_else(|| damaged(file, &format!("sheet {:?} has no part", clean(&name))))?;
        let hidden = matches!(state.as_str(), "hidden" | "veryHidden");
        contents.sheets.push(Listed { name, hidden, part });
    }
    Ok(contents)
}

/// Parts the workbook names: path in the archive and last word of the kind, by id.
fn targets(
    archive: &mut Archive<'_>,
    file: &str,
) -> Result<HashMap<String, (String, String)>, IngestError> {
    let mut targets = HashMap::new();
    let path = "xl/_rels/workbook.xml.rels";
    each_tag(archive, path, file, &mut |tag| {
        if tag.name == b"Relationship" {
            let attribute = |name| tag.attribute(name).unwrap_or_default();
            let target = attribute(b"Target");
            let path = match target.strip_prefix('/') {
                Some(path) => path.to_string(),
                None => format!("xl/{target}"),
            };
            let kind = attribute(b"Type");
            let kind = kind.rsplit('/').next().unwrap_or_default().to_string();
            targets.insert(attribute(b"Id"), (path, kind));
        }
    })?;
    Ok(targets)
}

/// The place of a part; names differ in case, and some programs write the other slash.
fn place(archive: &mut Archive<'_>, wanted: &str) -> Option<usize> {
    if let Some(at) = archive.index_for_name(wanted) {
        return Some(at);
    }
    (0..archive.len()).find(|at| {
        let part = archive.by_index_raw(*at).ok();
        let name = part.and_then(|part| Some(part.name().ok()?.replace('\\', "/")));
        name.is_some_and(|name| name.eq_ignore_ascii_case(wanted))
    })
}

/// Calls `each` for every tag of a part that has to be there.
fn each_tag(
    archive: &mut Archive<'_>,
    path: &str,
    file: &str,
    each: &mut dyn FnMut(super::markup::Tag<'_>),
) -> Result<(), IngestError> {
    let broken = |error: io::Error| damaged(file, &format!("{path}: {error}"));
    let part = place(archive, path).ok_or_else(|| damaged(file, &format!("{path} is missing")))?;
    let part = archive.by_index(part);
    let part = part.map_err(|error| damaged(file, &error.to_string()))?;
    let mut xml = Markup::new(part);
    loop {
        match xml.next().map_err(broken)? {
            Piece::Open(tag) => each(tag),
            Piece::End => return Ok(()),
            _ => {}
        }
    }
}

/// Reads the texts that cells name by number; a workbook may have none.
pub(super) fn texts(archive: &mut Archive<'_>, file: &str) -> Result<Texts, IngestError> {
    let Some(part) = place(archive, "xl/sharedStrings.xml") else {
        return Ok(Texts::default());
    };
    let part = archive.by_index(part);
    let part = part.map_err(|error| damaged(file, &error.to_string()))?;
    read_texts(&mut Markup::new(part))
        .map_err(|error| damaged(file, &format!("its table of texts: {error}")))
}

fn read_texts<R: Read>(xml: &mut Markup<R>) -> io::Result<Texts> {
    let mut texts = Texts::default();
    let mut text = Vec::new();
    loop {
        match xml.next()? {
            Piece::Open(tag) if tag.name == b"si" => {
                text.clear();
                if !tag.empty {
                    rich_text(xml, &mut text)?;
                }
                let text = std::str::from_utf8(&text)
                    .map_err(|_| io::Error::other("a text is not UTF-8"))?;
                texts.all.push_str(clean(&unescape_units(text)).trim());
                let end = u32::try_from(texts.all.len());
                texts.ends.push(end.map_err(io::Error::other)?);
            }
            Piece::End => return Ok(texts),
            _ => {}
        }
    }
}

/// Reads what the styles of cells show; a workbook may have none.
pub(super) fn styles(archive: &mut Archive<'_>, file: &str) -> Result<Styles, IngestError> {
    let path = "xl/styles.xml";
    if place(archive, path).is_none() {
        return Ok(Styles::default());
    }
    let mut codes: HashMap<String, String> = HashMap::new();
    let mut styles = Vec::new();
    let mut of_cells = false;
    each_tag(archive, path, file, &mut |tag| match tag.name {
        b"numFmt" => {
            let attribute = |name| tag.attribute(name).unwrap_or_default();
            codes.insert(attribute(b"numFmtId"), attribute(b"formatCode"));
        }
        b"cellXfs" => of_cells = true,
        b"cellStyles" | b"dxfs" => of_cells = false,
        b"xf" if of_cells => {
            let id = tag.attribute(b"numFmtId").unwrap_or_default();
            let number = id.parse().unwrap_or(0);
            let own = codes.get(&id).map(String::as_str);
            let format = own.map_or_else(|| built_in(number), shown);
            styles.push((format, shows_percent(number, own.unwrap_or_default())));
        }
        _ => {}
    })?;
    Ok(Styles(styles))
}

/// What the formats that every spreadsheet has show (ECMA-376 part 1, 18.8.30, and its locales).
fn built_in(id: u16) -> Format {
    match id {
        14..=22 | 27..=36 | 45 | 47 | 50..=58 => Format::Date,
        46 => Format::Span,
        _ => Format::Other,
    }
}

/// What a format of the workbook's own shows, told by the letters of its first section that stand
/// for parts of a date: those in quotes, behind a backslash or in brackets are none, but hours,
/// minutes or seconds alone in brackets are a span.
fn shown(code: &str) -> Format {
    let mut letters = code.chars();
    while let Some(letter) = letters.next() {
        match letter {
            // The next letter is shown as it is, is as wide as the gap to leave, or fills the cell.
            '\\' | '_' | '*' => drop(letters.next()),
            '"' => drop(letters.find(|letter| *letter == '"')),
            '[' => {
                let inside: String = letters
                    .by_ref()
                    .take_while(|letter| *letter != ']')
                    .collect();
                let inside = inside.to_ascii_lowercase();
                let alike = |part: char| inside.chars().all(|letter| letter == part);
                if !inside.is_empty() && ['h', 'm', 's'].into_iter().any(alike) {
                    return Format::Span;
                }
            }
            ';' => return Format::Other,
            'G' | 'g' if letters.as_str().to_ascii_lowercase().starts_with("eneral") => {
                letters.nth(5);
            }
            'd' | 'D' | 'm' | 'M' | 'y' | 'Y' | 'h' | 'H' | 's' | 'S' => return Format::Date,
            'A' | 'a' if is_half_day(letters.as_str()) => return Format::Date,
            _ => {}
        }
    }
    Format::Other
}

/// `AM/PM` or `A/P`, its first letter taken.
fn is_half_day(rest: &str) -> bool {
    let rest = rest.to_ascii_uppercase();
    rest.starts_with("M/PM") || rest.starts_with("/P")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_tell_days_and_spans_from_numbers() {
        let days = [
            "yyyy-mm-dd",
            "DD/MM/YY",
            "d-mmm",
            "h:mm AM/PM",
            "[$-409]d\\-mmm\\-yyyy;@",
            "\"on \"yyyy",
            "[Red]dd.mm.yyyy",
            "AM/PM",
            "General\" \"yyyy",
        ];
        for code in days {
            assert_eq!(shown(code), Format::Date, "{code}");
        }
        for code in ["[h]:mm:ss", "[mm]:ss", "[S]", "[HH]:MM"] {
            assert_eq!(shown(code), Format::Span, "{code}");
        }
        let numbers = [
            "General",
            "0.00",
            "#,##0\\ \\d",
            "\"days \"0",
            "[Red]0",
            "#,##0.00_);[Red](#,##0.00)",
            "0;d",
            "0_d",
            "[$EUR-407]0.0",
            "@",
            "",
            "0.0%",
            "[",
        ];
        for code in numbers {
            assert_eq!(shown(code), Format::Other, "{code}");
        }
    }

    #[test]
    fn texts_are_found_by_number() {
        let xml =
            "<sst><si><t>a</t></si><si/><si><r><t> b </t></r><r><t>\u{1b}c</t></r></si></sst>";
        let texts = read_texts(&mut Markup::new(xml.as_bytes())).unwrap();
        let all: Vec<_> = (0..4).map(|at| texts.get(at)).collect();
        assert_eq!(all, [Some("a"), Some(""), Some("bc"), None]);
    }
}
