//! The records of a document as the rows of a table, read from the front each time they are wanted.

use super::pages::{Of, Pages};
use super::scan::Fault;
use crate::domain::text::clean;
use crate::ingest::document::{self, Grid, Page, Tally};
use crate::ingest::error::IngestError;
use crate::ingest::limits;
use crate::ingest::map::Map;
use crate::ingest::profile::generic;
use crate::ingest::report::Problems;
use crate::ingest::table::{Cell, CellKind, EachRow, Rest, Table, too_large};
use std::borrow::Cow;
use std::sync::Arc;

/// Records whose columns are known.
#[derive(Clone, Debug)]
pub struct JsonRows(Arc<Known>);

#[derive(Debug)]
struct Known {
    pages: Pages,
    of: Of,
    /// With the columns of all records, and no record.
    grid: Grid,
    /// The columns that hold numbers to count with.
    counted: Vec<bool>,
}

/// Cells of a record that have a text: column, kind, and the text cleaned.
type Texts<'a> = Vec<(usize, CellKind, Cow<'a, str>)>;

/// Takes a row with its number and its cells by column; [`Fault::Enough`] ends it.
type EachLaid<'f> = dyn FnMut(u32, &[Option<Cell<'_>>]) -> Result<(), Fault> + 'f;

/// Lays documents out as a table, their names in row 0, then the records by their place in the file.
/// Of these it holds the first `head`.
///
/// # Errors
/// More records or cells than a table holds, or a value too long for one.
pub fn table(
    pages: Pages,
    of: Of,
    head: usize,
    map: &Map,
    problems: &mut Problems,
) -> Result<Table, IngestError> {
    let profile = of.document().map_or(&generic::PROFILE, |own| own.profile);
    let file = pages.file().to_string();
    let mut grid = Grid::default();
    let mut tally = Tally::default();
    let mut measured = Measured::default();
    pages.each(of, &mut |page| {
        fill(of, page, &mut grid, &mut tally, problems);
        grid.take(|number, cells| measured.row(number, &texts(cells), &file))
            .map_err(Fault::from)
    })?;
    if let Some(document) = of.document() {
        (document.end)(&tally, &mut grid, problems);
    }
    let mut table = Table::default();
    table.document = true;
    table.partial = grid.partial;
    table.start_row(0);
    for (column, name) in grid.names().iter().enumerate() {
        table.push(&file, column, CellKind::Text, name)?;
    }
    if let Some(refused) = measured.refused {
        return Err(refused);
    }
    let counted = |name: &String| document::is_counted(name, profile, map);
    let records = grid.len();
    let rows = JsonRows(Arc::new(Known {
        counted: grid.names().iter().map(counted).collect(),
        grid: grid.emptied(),
        pages,
        of,
    }));
    rows.pass(&mut |number, cells| {
        table.push_row(&file, number, cells)?;
        match table.len() > head {
            true => Err(Fault::Enough),
            false => Ok(()),
        }
    })?;
    if records >= table.len() {
        table.rest = Some(Rest::Document(rows));
    }
    Ok(table)
}

fn fill(of: Of, page: &Page<'_>, grid: &mut Grid, tally: &mut Tally, problems: &mut Problems) {
    match of.document() {
        Some(document) => (document.fill)(page, grid, tally, problems),
        None => super::objects(page, grid),
    }
}

fn texts<'a>(cells: &[(usize, CellKind, &'a str)]) -> Texts<'a> {
    let cells = cells.iter().map(|(column, kind, text)| {
        let text = match clean(text) {
            Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
            Cow::Owned(text) => Cow::Owned(text.trim().to_string()),
        };
        (*column, *kind, text)
    });
    cells.filter(|(.., text)| !text.is_empty()).collect()
}

/// Whether a table can hold what was laid out.
#[derive(Default)]
struct Measured {
    cells: usize,
    /// What is told if nothing worse is found.
    refused: Option<IngestError>,
}

impl Measured {
    fn row(&mut self, number: usize, cells: &Texts<'_>, file: &str) -> Result<(), IngestError> {
        self.cells += cells.len();
        if !cells.is_empty() && (self.cells > limits::CELLS || number >= limits::ROWS) {
            let limit = format!("{} rows or {} cells", limits::ROWS, limits::CELLS);
            return Err(too_large(file, "too many cells", limit));
        }
        let long = |(.., text): &(usize, CellKind, Cow<'_, str>)| text.len() > limits::CELL_BYTES;
        if self.refused.is_none() && cells.iter().any(long) {
            self.refused = Some(too_large(
                file,
                &format!("record {number} has a value with too much text"),
                "32,767 characters a value".to_string(),
            ));
        }
        Ok(())
    }
}

impl JsonRows {
    /// Calls `each` for every row of the table after the first `skip`, that of the names included.
    ///
    /// # Errors
    /// Those of `each`, and a source that cannot be read any more.
    pub fn each(&self, skip: usize, each: &mut EachRow<'_>) -> Result<(), IngestError> {
        self.pass(&mut |number, cells| match (number as usize) < skip {
            true => Ok(()),
            false => Ok(each(number, cells)?),
        })
    }

    fn pass(&self, each: &mut EachLaid<'_>) -> Result<(), IngestError> {
        let known = &*self.0;
        let mut grid = known.grid.clone();
        // What is to tell of the pages was told when they were first laid out.
        let (mut tally, mut told) = (Tally::default(), Problems::default());
        known.pages.each(known.of, &mut |page| {
            fill(known.of, page, &mut grid, &mut tally, &mut told);
            grid.take(|number, cells| {
                let texts = texts(cells);
                let mut row = Vec::new();
                for (column, kind, text) in &texts {
                    // A number that serves as an identifier has all its digits: no spreadsheet has
                    // been at it.
                    let kind = match known.counted.get(*column) {
                        Some(true) => *kind,
                        _ => CellKind::Text,
                    };
                    row.resize(row.len().max(*column), None);
                    row.push(Some(Cell {
                        column: *column,
                        kind,
                        text,
                    }));
                }
                each(u32::try_from(number).unwrap_or(u32::MAX), &row)
            })
        })
    }
}
