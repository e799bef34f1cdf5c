//! Tables before their rows are taken: what their columns mean is decided for all of them first. Then
//! rows are taken, table by table.

use super::column;
use super::detect;
use super::error::IngestError;
use super::extract;
use super::map::Map;
use super::outline;
use super::report::{self, Problems};
use super::row::{Code, Record, Rows, TableInfo};
use super::table::Table;
use super::title;
use crate::domain::money::Currency;

/// A table of which all is known that its rows are read with.
pub(super) struct Settled<'a> {
    table: &'a Table,
    found: &'a detect::Found,
    columns: Vec<column::Column>,
    currency: Option<Currency>,
    /// By its first rows only.
    guessed: bool,
}

/// Settles every table before the first row is taken: what stands above the header of one, such as
/// a quote number, holds for the rows of all.
pub(super) fn all<'a>(
    tables: impl Iterator<Item = (&'a Table, &'a detect::Found)>,
    hasty: bool,
    map: &Map,
    rows: &mut Rows,
    problems: &mut Problems,
) -> Result<Vec<Settled<'a>>, IngestError> {
    let tables: Vec<_> = tables.collect();
    tell_unknown(&tables, map, problems);
    tables
        .into_iter()
        .map(|(table, found)| one(table, found, hasty, map, rows, problems))
        .collect()
}

/// Rows in which columns of one name are compared.
const TWIN_ROWS: usize = 100;

pub(super) fn one<'a>(
    table: &'a Table,
    found: &'a detect::Found,
    hasty: bool,
    map: &Map,
    rows: &mut Rows,
    problems: &mut Problems,
) -> Result<Settled<'a>, IngestError> {
    for missing in &found.missing {
        problems.about_file(
            Code::Incomplete,
            format!(
                "{} has no column {missing:?}; name it under [columns] in a --map file",
                table.sheet.as_deref().unwrap_or("the file")
            ),
        );
    }
    if let Some(sheet) = table.sheet.as_deref().filter(|_| table.hidden) {
        problems.about_file(
            Code::HiddenSheet,
            format!("sheet {sheet:?} is hidden in the workbook; its rows were read too"),
        );
    }
    for text in twins(table, found, map) {
        problems.about_file(Code::Incomplete, text);
    }
    let title = title::read(table, found.at - usize::from(found.merged));
    if rows.facts.quote_number.is_none() {
        rows.facts.quote_number = title.quote_number;
    }
    if rows.facts.customer.is_none() {
        rows.facts.customer = title.customer;
    }
    let place = place(found, &rows.file);
    let guessed = match hasty && table.rest.is_some() {
        true => column::guess(table, &found.fields, &place, map),
        false => None,
    };
    let is_guessed = guessed.is_some();
    let columns = match guessed {
        Some(columns) => columns,
        None => column::decide(table, &found.fields, &place, map, problems)?,
    };
    let seen = outline::of_table(table, found, &columns, map);
    rows.outline.put(seen);
    rows.tables.push(TableInfo {
        sheet: table.sheet.clone(),
        header_row: table.number(found.at),
        headers: found.headers.clone(),
        fields: found.fields.clone(),
        partial: table.partial || found.headers.iter().any(|h| h == report::REJECT_COLUMNS[0]),
        estimate: None,
    });
    Ok(Settled {
        table,
        found,
        columns,
        currency: title::header_currency(&found.headers, &found.fields).or(title.currency),
        guessed: is_guessed,
    })
}

fn place<'a>(found: &'a detect::Found, file: &'a str) -> column::Place<'a> {
    column::Place {
        file,
        headers: &found.headers,
        first: found.at + 1,
        dot_source: !found.profile.customer_list,
    }
}

pub(super) fn take_all(
    tables: &[Settled<'_>],
    map: &Map,
    rows: &Rows,
    problems: &mut Problems,
    take: &mut dyn FnMut(Record) -> Result<(), IngestError>,
) -> Result<(), IngestError> {
    let mut texts = extract::Texts::default();
    for (index, settled) in tables.iter().enumerate() {
        let mut extraction = extraction(settled, index, map, rows, &mut texts);
        let table = settled.table;
        extraction.seen = settled
            .guessed
            .then(|| column::Gathering::of(&settled.columns, table));
        extraction.run(problems, take)?;
        if let Some(seen) = extraction.seen.take() {
            let place = place(settled.found, &rows.file);
            column::confirm(&settled.columns, &seen, table, &place, map, problems)?;
        }
    }
    Ok(())
}

pub(super) fn extraction<'a>(
    settled: &'a Settled<'_>,
    index: usize,
    map: &'a Map,
    rows: &Rows,
    texts: &'a mut extract::Texts,
) -> extract::Extraction<'a> {
    extract::Extraction {
        table: settled.table,
        index: index as u16,
        found: settled.found,
        columns: &settled.columns,
        map,
        agreed: rows.facts.quote_number.is_some() || rows.facts.contract.is_some(),
        currency: settled.currency,
        texts,
        seen: None,
    }
}

/// Columns of the same name as one that is read, with other values: which of them is meant only a
/// person can say.
fn twins(table: &Table, found: &detect::Found, map: &Map) -> Vec<String> {
    let place = |name: &str| found.headers.iter().position(|header| header == name);
    let pairs = found.headers.iter().enumerate().filter_map(|(at, header)| {
        let (name, number) = header.strip_suffix(')')?.rsplit_once(" (")?;
        let first = place(name).filter(|_| number.parse::<u32>().is_ok())?;
        let field = (*found.fields.get(first)?)?;
        let free = found.fields.get(at)?.is_none();
        let said = map.columns.contains_key(field.id()) || map.ignore.contains(header);
        (free && !said && differ(table, found.at + 1, first, at)).then_some((name, header, field))
    });
    pairs
        .map(|(name, header, field)| {
            format!(
                "two columns are called {name:?} and differ: the first is read, the other is not \
                 (`{} = {header:?}` under [columns] in a --map file takes the other)",
                field.id()
            )
        })
        .collect()
}

/// True where two columns differ in one of the first rows.
fn differ(table: &Table, first: usize, one: usize, other: usize) -> bool {
    let cell = |row, at| {
        let mut cells = table.cells(row);
        cells.find(|cell| cell.column == at).map(|cell| cell.text)
    };
    let rows = first..table.len().min(first + TWIN_ROWS);
    rows.into_iter()
        .any(|row| cell(row, one) != cell(row, other))
}

/// Says which headers of the map no table has: a misspelt one must not pass for another column.
fn tell_unknown(tables: &[(&Table, &detect::Found)], map: &Map, problems: &mut Problems) {
    let has = |wanted: &str| {
        let wanted = detect::own_key(wanted);
        let mut headers = tables.iter().flat_map(|(_, found)| &found.headers);
        headers.any(|header| detect::own_key(header) == wanted)
    };
    for (field, header) in map.columns.iter().filter(|(_, header)| !has(header)) {
        problems.about_file(
            Code::Incomplete,
            format!("no column is called {header:?}, which the answers name for {field}"),
        );
    }
}
