//! End-of-life records (EoX v5 JSON): one object, a list, or several pages glued together, with
//! keys in any case. `SSA_ERR_026` means the vendor was asked and has announced nothing.

use crate::domain::text::clean;
use crate::ingest::document::Page;
use crate::ingest::error::IngestError;
use crate::ingest::json::{find, text_of};
use crate::ingest::report::{Problem, Problems};
use crate::ingest::row::{
    CELL_SEPARATOR, Code, Field, Outcome, Record, RowKind, Rows, TableInfo, Value, Values,
};
use crate::ingest::value::date::{self, Reading};
use crate::ingest::value::identifier::{self, Identifier};
use serde_json::Value as Json;

/// Its id.
pub const ID: &str = "eox_v5";

/// The member that holds its records.
pub const LIST: &str = "eoxrecord";

/// Fields and the keys they come from, without case; prefixes differ by client.
const FIELDS: [(Field, &[&str]); 9] = [
    (Field::Bulletin, &["productbulletinnumber"]),
    (Field::BulletinUrl, &["linktoproductbulletinurl"]),
    (Field::Description, &["productiddescription"]),
    (Field::EndOfSale, &["endofsaledate"]),
    (Field::LastAttach, &["endofsvcattachdate"]),
    (Field::LastRenewal, &["endofservicecontractrenewal"]),
    (Field::Ldos, &["lastdateofsupport"]),
    (Field::Updated, &["updatedtimestamp"]),
    (Field::Pid, &["eolproductid", "eoxproductid"]),
];

/// True for a document of this kind.
pub fn fits(document: &Json) -> bool {
    find(document, LIST).is_some() || is_record(document)
}

/// A record standing alone, without a page around it.
fn is_record(document: &Json) -> bool {
    find(document, "eolproductid").is_some() || find(document, "eoxinputvalue").is_some()
}

/// Says what the records are and which columns they have.
pub fn begin(rows: &mut Rows) {
    rows.format = ID.to_string();
    rows.kind = Some(RowKind::Eox);
    let headers: Vec<Option<Field>> = FIELDS.iter().map(|(field, _)| Some(*field)).collect();
    rows.tables.push(TableInfo {
        sheet: None,
        header_row: 0,
        headers: FIELDS
            .iter()
            .map(|(field, _)| field.id().to_string())
            .collect(),
        fields: headers,
        partial: false,
        estimate: None,
    });
}

/// Pages while they are read.
#[derive(Default)]
pub struct Records {
    place: u32,
    pages: u64,
    /// The number of pages there are, as far as any says.
    last: Option<u64>,
    problems: Problems,
}

impl Records {
    /// Reads a page.
    ///
    /// # Errors
    /// Those of `take`. Single records are refused one by one.
    pub fn page(
        &mut self,
        page: &Page<'_>,
        take: &mut dyn FnMut(Record) -> Result<(), IngestError>,
    ) -> Result<(), IngestError> {
        let json = page.json;
        self.pages += u64::from(page.begins);
        let records: &[Json] = match find(json, LIST) {
            Some(Json::Array(list)) => list,
            Some(one @ Json::Object(_)) => std::slice::from_ref(one),
            None if is_record(json) => std::slice::from_ref(json),
            _ => &[],
        };
        for record in records {
            self.place += 1;
            take(one(record, self.place, &mut self.problems))?;
        }
        let info = find(json, "paginationresponserecord");
        let last = info.and_then(|info| find(info, "lastindex"));
        let last = last.and_then(|value| text_of(value)?.parse::<u64>().ok());
        self.last = self.last.max(last);
        Ok(())
    }

    /// What is to tell of all of them.
    pub fn done(mut self) -> Vec<Problem> {
        if let Some(last) = self.last
            && self.pages < last
        {
            self.problems.about_file(
                Code::Incomplete,
                format!(
                    "the file holds {} of {last} pages; the products of the others stay unknown",
                    self.pages
                ),
            );
        }
        self.problems.into_list()
    }
}

fn one(record: &Json, place: u32, problems: &mut Problems) -> Record {
    let mut values = Values::default();
    let mut cells = Vec::with_capacity(FIELDS.len());
    for (field, keys) in FIELDS {
        let raw = keys.iter().find_map(|key| find(record, key));
        let raw = raw.and_then(text_of).unwrap_or_default();
        let text = clean(raw.trim()).trim().to_string();
        if !text.is_empty() {
            set(&mut values, field, &text, place, problems);
        }
        cells.push(text);
    }
    if let Some(details) = find(record, "eoxmigrationdetails") {
        migration(details, &mut values);
    }
    let outcome = finish(record, values);
    Record {
        table: 0,
        row: place,
        outcome,
        cells: cells.join(&CELL_SEPARATOR.to_string()),
    }
}

fn set(values: &mut Values, field: Field, text: &str, place: u32, problems: &mut Problems) {
    use crate::ingest::row::FieldKind;
    match field.kind() {
        FieldKind::Date => match date::read(text, false) {
            Reading::Day(day) => values.set(field, Value::Day(day)),
            Reading::Empty | Reading::Sentinel => {}
            _ => problems.note(Code::BadDate, field.id(), (None, Some(place)), || {
                format!("{} {text:?} is no full date and stays unknown", field.id())
            }),
        },
        FieldKind::Identifier => {
            if let Identifier::Value(id) = identifier::read(text, false) {
                values.set(field, Value::Text(id.into()));
            }
        }
        _ => values.set(field, Value::Text(text.into())),
    }
}

/// A successor only where the record names a product id, not a product name.
fn migration(details: &Json, values: &mut Values) {
    let option = find(details, "migrationoption")
        .and_then(text_of)
        .unwrap_or_default();
    let id = find(details, "migrationproductid")
        .and_then(text_of)
        .unwrap_or_default();
    let names_product = option.to_ascii_lowercase().contains("name");
    if !names_product && let Identifier::Value(id) = identifier::read(&clean(&id), false) {
        values.set(Field::Successor, Value::Text(id.into()));
    }
}

fn finish(record: &Json, mut values: Values) -> Outcome {
    let error = find(record, "eoxerror")
        .and_then(|error| find(error, "errorid"))
        .and_then(text_of)
        .unwrap_or_default();
    let none_announced = error.trim().eq_ignore_ascii_case("SSA_ERR_026");
    if !values.has(Field::Pid) {
        let input = find(record, "eoxinputvalue")
            .and_then(text_of)
            .unwrap_or_default();
        let input = clean(input.trim()).trim().to_string();
        if none_announced
            && !input.contains(['*', ','])
            && let Identifier::Value(id) = identifier::read(&input, false)
        {
            values.set(Field::Pid, Value::Text(id.into()));
        }
    }
    let error = clean(error.trim()).into_owned();
    if !values.has(Field::Pid) {
        let reason = match error.as_str() {
            "" => "the record names no product id".to_string(),
            error => format!("the record names no product id (error {error})"),
        };
        return Outcome::Rejected(Code::NoKey, reason);
    }
    if none_announced {
        values.set(Field::NoneAnnounced, Value::Text("yes".into()));
    } else if !error.is_empty() {
        return Outcome::Rejected(
            Code::BadNumber,
            format!("the source answered with error {error} instead of dates"),
        );
    }
    Outcome::Data(values)
}
