//! What holds for a whole column: day or month first, the decimal mark, percent or fraction. Each
//! is settled once from all values; what they leave open is a person's to answer.

use super::error::IngestError;
use super::map::{Map, PercentForm};
use super::report::Problems;
use super::row::{Code, Field, FieldKind};
use super::table::{Cell, CellKind, Table};
use super::value::date::{DateOrder, OrderEvidence, Undecided, read as read_date};
use super::value::number::{DecimalMark, MarkEvidence, Reading, read as read_number};
use rust_decimal::Decimal;

/// How to read one column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Column from 0.
    pub at: usize,
    /// Its field.
    pub field: Field,
    /// Day or month first; irrelevant where no value needs it.
    pub order: DateOrder,
    /// Decimal mark.
    pub mark: DecimalMark,
    /// Numbers without a percent sign are fractions of one.
    pub fraction: bool,
}

/// Where the table stands, for questions.
pub struct Place<'a> {
    /// File name.
    pub file: &'a str,
    /// Headers.
    pub headers: &'a [String],
    /// First data row.
    pub first: usize,
    /// True for files of a source that writes a decimal dot.
    pub dot_source: bool,
}

/// Decides every column that has a field.
///
/// # Errors
/// [`IngestError::NeedsAnswer`] naming `date_order`, `decimal_mark` or `percent`.
pub fn decide(
    table: &Table,
    fields: &[Option<Field>],
    place: &Place<'_>,
    map: &Map,
    problems: &mut Problems,
) -> Result<Vec<Column>, IngestError> {
    let columns = undecided(fields, map);
    let mut seen = Gathering::of(&columns, table);
    let asked = seen.asked();
    table.each_row_in(place.first, &asked, &mut |_, cells| {
        seen.row(cells);
        Ok(())
    })?;
    settle(columns, &seen, table, place, map, problems)
}

/// Decides by the rows the table holds; none where they leave a question open. What all rows say may
/// be something else: [`confirm`] tells.
pub fn guess(
    table: &Table,
    fields: &[Option<Field>],
    place: &Place<'_>,
    map: &Map,
) -> Option<Vec<Column>> {
    let columns = undecided(fields, map);
    let mut seen = Gathering::of(&columns, table);
    let mut cells = Vec::new();
    for at in place.first..table.len() {
        table.by_column(at, &mut cells);
        seen.row(&cells);
    }
    settle(columns, &seen, table, place, map, &mut Problems::default()).ok()
}

/// Settles the columns by all rows, once these were read as `guessed`.
///
/// # Errors
/// As [`decide`], and [`IngestError::Unsettled`] where all rows say something else.
pub fn confirm(
    guessed: &[Column],
    seen: &Gathering,
    table: &Table,
    place: &Place<'_>,
    map: &Map,
    problems: &mut Problems,
) -> Result<(), IngestError> {
    let fields: Vec<Option<Field>> = {
        let width = guessed
            .iter()
            .map(|column| column.at + 1)
            .max()
            .unwrap_or(0);
        let field = |at| guessed.iter().find(|c| c.at == at).map(|c| c.field);
        (0..width).map(field).collect()
    };
    let settled = settle(undecided(&fields, map), seen, table, place, map, problems)?;
    match settled == guessed {
        true => Ok(()),
        false => Err(IngestError::Unsettled {
            file: place.file.to_string(),
        }),
    }
}

/// The columns that have a field, read as a map says or as most files are.
fn undecided(fields: &[Option<Field>], map: &Map) -> Vec<Column> {
    fields
        .iter()
        .enumerate()
        .filter_map(|(at, field)| {
            Some(Column {
                at,
                field: (*field)?,
                order: map.date_order.unwrap_or(DateOrder::Dmy),
                mark: map.decimal_mark.unwrap_or(DecimalMark::Dot),
                fraction: false,
            })
        })
        .collect()
}

fn settle(
    mut columns: Vec<Column>,
    seen: &Gathering,
    table: &Table,
    place: &Place<'_>,
    map: &Map,
    problems: &mut Problems,
) -> Result<Vec<Column>, IngestError> {
    let marks = settled_mark(&seen.all);
    for (column, evidence) in columns.iter_mut().zip(&seen.all) {
        match column.field.kind() {
            FieldKind::Date if map.date_order.is_none() => {
                if let Some(order) = order(&evidence.order, table, column.at, place)? {
                    column.order = order;
                }
            }
            FieldKind::Number | FieldKind::Percent => {
                if map.decimal_mark.is_none() {
                    column.mark = mark(&evidence.mark, marks, column, table, place, problems)?;
                }
                if column.field.kind() == FieldKind::Percent {
                    column.fraction = fraction(evidence, column, table, place, map)?;
                }
            }
            _ => {}
        }
    }
    Ok(columns)
}

/// What the values of one column say.
#[derive(Clone, Copy, Debug, Default)]
struct Evidence {
    order: OrderEvidence,
    mark: MarkEvidence,
    plain_above_one: bool,
    plain_below_one: bool,
}

/// What rows say about how columns are read.
pub struct Gathering {
    wanted: Vec<(usize, Column)>,
    all: Vec<Evidence>,
    from_1904: bool,
}

impl Gathering {
    /// Nothing yet about those columns.
    pub fn of(columns: &[Column], table: &Table) -> Gathering {
        let decided = |column: &Column| {
            matches!(
                column.field.kind(),
                FieldKind::Date | FieldKind::Number | FieldKind::Percent
            )
        };
        let all = columns.iter().copied().enumerate();
        Gathering {
            wanted: all.filter(|(_, column)| decided(column)).collect(),
            all: vec![Evidence::default(); columns.len()],
            from_1904: table.from_1904,
        }
    }

    /// The columns of the table that are looked at.
    fn asked(&self) -> Vec<bool> {
        let mut asked = Vec::new();
        for (_, column) in &self.wanted {
            asked.resize(asked.len().max(column.at + 1), false);
            if let Some(asked) = asked.get_mut(column.at) {
                *asked = true;
            }
        }
        asked
    }

    /// Takes a row into account.
    pub fn row(&mut self, cells: &[Option<Cell<'_>>]) {
        for (slot, column) in &self.wanted {
            let (Some(evidence), Some(Some(cell))) =
                (self.all.get_mut(*slot), cells.get(column.at))
            else {
                continue;
            };
            match (column.field.kind(), cell.kind) {
                (FieldKind::Date, CellKind::Text) => {
                    evidence.order.add(read_date(cell.text, self.from_1904));
                }
                (FieldKind::Number, CellKind::Number) => {}
                (kind, CellKind::Text | CellKind::Number) if kind != FieldKind::Date => {
                    weigh(evidence, kind, cell);
                }
                _ => {}
            }
        }
    }
}

fn weigh(evidence: &mut Evidence, kind: FieldKind, cell: &Cell<'_>) {
    let Reading::Number(number) = read_number(cell.text) else {
        return;
    };
    if cell.kind == CellKind::Text {
        evidence.mark.add(&number);
    }
    // Only of a percentage is it asked whether it could be a fraction.
    if kind != FieldKind::Percent || evidence.plain_above_one || number.percent {
        return;
    }
    let digits = number.digits.replace(',', ".");
    if let Ok(value) = digits.parse::<Decimal>()
        && !value.is_zero()
    {
        match value > Decimal::ONE {
            true => evidence.plain_above_one = true,
            false => evidence.plain_below_one = true,
        }
    }
}

/// The mark all settled columns of the table agree on.
fn settled_mark(gathered: &[Evidence]) -> Option<DecimalMark> {
    let dots: u64 = gathered.iter().map(|e| e.mark.dot).sum();
    let commas: u64 = gathered.iter().map(|e| e.mark.comma).sum();
    match (dots, commas) {
        (0, 0) => None,
        (_, 0) => Some(DecimalMark::Dot),
        (0, _) => Some(DecimalMark::Comma),
        _ => None,
    }
}

fn order(
    evidence: &OrderEvidence,
    table: &Table,
    at: usize,
    place: &Place<'_>,
) -> Result<Option<DateOrder>, IngestError> {
    evidence.decide().map_err(|why| {
        let why = match why {
            Undecided::NoEvidence => "could be day-first or month-first",
            Undecided::Contradiction => "are partly day-first and partly month-first",
        };
        question(
            format!("the dates in {} {why}.", named(table, at, place)),
            "date_order = \"dmy\" (or \"mdy\")",
            place,
        )
    })
}

fn mark(
    evidence: &MarkEvidence,
    elsewhere: Option<DecimalMark>,
    column: &Column,
    table: &Table,
    place: &Place<'_>,
    problems: &mut Problems,
) -> Result<DecimalMark, IngestError> {
    match (evidence.dot, evidence.comma, evidence.open) {
        (0, 0, 0) => Ok(elsewhere.unwrap_or(DecimalMark::Dot)),
        (_, 0, _) if evidence.dot > 0 => Ok(DecimalMark::Dot),
        (0, _, _) if evidence.comma > 0 => Ok(DecimalMark::Comma),
        (0, 0, _) => match elsewhere {
            Some(mark) => Ok(mark),
            None if place.dot_source => {
                let named = named(table, column.at, place);
                problems.note(Code::BadNumber, &named.clone(), (None, None), || {
                    format!(
                        "no number in {named} shows its decimal mark; read with a decimal dot \
                         (`decimal_mark = \",\"` in a --map file says otherwise)"
                    )
                });
                Ok(DecimalMark::Dot)
            }
            None => Err(question(
                format!(
                    "a number like 1.234 or 1,234 in {} could be one or a thousand.",
                    named(table, column.at, place)
                ),
                "decimal_mark = \".\" (or \",\")",
                place,
            )),
        },
        _ => Err(question(
            format!(
                "the numbers in {} have partly decimal dots, partly decimal commas.",
                named(table, column.at, place)
            ),
            "decimal_mark = \".\" (or \",\")",
            place,
        )),
    }
}

fn fraction(
    evidence: &Evidence,
    column: &Column,
    table: &Table,
    place: &Place<'_>,
    map: &Map,
) -> Result<bool, IngestError> {
    if let Some(form) = map.percent {
        return Ok(form == PercentForm::Fraction);
    }
    if table.percent_columns.contains(&(column.at as u16)) {
        return Ok(true);
    }
    // A sign in the header says nothing: `Disc(%)` stands above 42 and above 0.42.
    let weights = matches!(
        column.field,
        Field::CategoryWeight | Field::MeasurementWeight
    );
    if evidence.plain_above_one || !evidence.plain_below_one || weights {
        return Ok(false);
    }
    Err(question(
        format!(
            "every number in {} is 1 or less: percent, or fractions of one?",
            named(table, column.at, place)
        ),
        "percent = \"fraction\" (or \"percent\")",
        place,
    ))
}

fn named(table: &Table, at: usize, place: &Place<'_>) -> String {
    let header = place.headers.get(at).map_or("", String::as_str);
    match &table.sheet {
        Some(sheet) => format!("column {header:?} of sheet {sheet:?}"),
        None => format!("column {header:?}"),
    }
}

fn question(question: String, key: &str, place: &Place<'_>) -> IngestError {
    IngestError::NeedsAnswer {
        file: place.file.to_string(),
        question,
        key: key.to_string(),
    }
}
