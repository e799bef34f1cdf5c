//! Between the reader's words and the import screen's: what was seen in a file, what it asks, and
//! what a person answered.

use super::importer::typed_path;
use crate::domain::text::clean;
use crate::ingest::changes::{Changed, Changes};
use crate::ingest::outline::{self, FoundBy, Outline};
use crate::ingest::profile;
use crate::ingest::row::Field;
use crate::ingest::{IngestError, Map};
use crate::runtime::import::{ImportOptions, Recall};
use crate::ui::format;
use crate::ui::msg::Trouble;
use crate::ui::seen::{self, Answers, Question, Seen};
use chrono::NaiveDate;
use rust_decimal::Decimal;

fn cleaned(text: &str) -> String {
    clean(text).into_owned()
}

/// An outline in the screen's words. It comes from the process that met the file: its texts are
/// cleaned once more.
pub fn seen(outline: &Outline) -> Seen {
    let taken = outline.sheets.iter().find(|sheet| sheet.taken);
    let format = taken.or(outline.sheets.first());
    Seen {
        sheets: outline.sheets.iter().map(sheet).collect(),
        recalled: outline.recalled.as_ref().map(|own| seen::Recalled {
            file: cleaned(&own.file),
            applied: own.applied,
            differ: own.differ.iter().map(|key| cleaned(key)).collect(),
        }),
        fields: fields(format.map_or("", |sheet| sheet.format.as_str())),
        keeps: outline.layout().is_some(),
    }
}

fn sheet(sheet: &outline::Sheet) -> seen::Sheet {
    seen::Sheet {
        name: cleaned(sheet.sheet.as_deref().unwrap_or_default()),
        taken: sheet.taken,
        kind: cleaned(&sheet.title),
        header_row: sheet.header_row,
        columns: sheet.columns.iter().map(column).collect(),
        top: sheet
            .top
            .iter()
            .map(|t| (t.row, cleaned(&t.text)))
            .collect(),
    }
}

fn column(column: &outline::Column) -> seen::Column {
    let sure = match column.found_by {
        FoundBy::Map => "you said so",
        FoundBy::Header => "its own name",
        FoundBy::Alias => "another name for it",
        FoundBy::Part => "part of its name",
        FoundBy::Nothing => "",
    };
    seen::Column {
        header: cleaned(&column.header),
        field: column.field.map_or("", Field::id).to_string(),
        sure: sure.to_string(),
        key: column.key,
        read_as: cleaned(column.read_as.as_deref().unwrap_or_default()),
        samples: column.samples.iter().map(|text| cleaned(text)).collect(),
    }
}

/// The fields of a format first, then all others.
fn fields(format: &str) -> Vec<(String, String)> {
    let generic = &profile::generic::PROFILE;
    let own = profile::tables().find(|profile| profile.id == format);
    let first = own
        .unwrap_or(generic)
        .columns
        .iter()
        .map(|(field, _)| *field);
    let mut fields: Vec<Field> = Vec::new();
    for field in first.chain(Field::ALL.iter().copied()) {
        if !fields.contains(&field) {
            fields.push(field);
        }
    }
    let words = |field: &Field| (field.id().to_string(), field.title().to_string());
    fields.iter().map(words).collect()
}

/// What changes, under headings.
pub fn changes(changes: &Changes) -> Vec<(String, Vec<String>)> {
    let mut out = Vec::new();
    if changes.changed_lines > 0 {
        let cells = changes.cells.iter();
        let cells: Vec<String> = cells.map(|(field, n)| format!("{field} {n}")).collect();
        let lines = format::count(changes.changed_lines as usize, "line", "lines");
        let title = format!("Changed cells in {lines}: {}", cells.join(" + "));
        out.push((title, changes.lines.iter().flat_map(changed).collect()));
    }
    let listed = [
        ("New", changes.new.len() as u64, &changes.new),
        (
            "Not in this file any more; kept and marked",
            changes.gone_lines,
            &changes.gone,
        ),
    ];
    for (title, count, lines) in listed.into_iter().filter(|(_, count, _)| *count > 0) {
        let title = match title {
            "New" => "The first new lines".to_string(),
            title => format!("{title} ({count})"),
        };
        out.push((title, lines.iter().map(|line| told(line)).collect()));
    }
    out
}

/// A changed line: what it is, then each cell as it stands and as it would.
fn changed(changed: &Changed) -> Vec<String> {
    let row = changed
        .row
        .map_or(String::new(), |row| format!("row {row}  "));
    let mut out = vec![told(&format!("{row}{}", changed.line))];
    out.extend(changed.cells.iter().map(|cell| {
        let (before, after) = (value(&cell.before), value(&cell.after));
        cleaned(&format!("    {}  {before} -> {after}", cell.field))
    }));
    out
}

/// A line in a few words, its end as the desk writes days.
fn told(line: &str) -> String {
    let end = line.rsplit_once("  to ");
    match end.and_then(|(what, end)| Some((what, end.parse().ok()?))) {
        Some((what, end)) => cleaned(&format!("{what}  to {}", format::day(end))),
        None => cleaned(line),
    }
}

/// A value as the desk writes it.
fn value(text: &str) -> String {
    if let Ok(day) = text.parse::<NaiveDate>() {
        return format::day(day);
    }
    match (text, text.parse::<Decimal>()) {
        ("", _) => "nothing".to_string(),
        (_, Ok(number)) if text.contains('.') => format::decimal(number, number.scale().max(2)),
        _ => text.to_string(),
    }
}

/// The question a refusal asks, if it asks one.
pub fn question(error: &IngestError) -> Option<Question> {
    let (key, values) = error.asks()?;
    let sample = values.first().cloned();
    // These show how an answer looks, they are none.
    let typed = ["currency", "estimate"].contains(&key.as_str()) || key.contains('.');
    let choices = values.into_iter().filter(|_| !typed);
    Some(Question {
        choices: choices
            .map(|value| (cleaned(&choice(&key, &value)), value))
            .collect(),
        sample: sample.filter(|_| typed || key == "reseller"),
        key,
    })
}

fn choice(key: &str, value: &str) -> String {
    let words = match (key, value) {
        ("date_order", "dmy") => "day first: 31/12/2026",
        ("date_order", "mdy") => "month first: 12/31/2026",
        ("decimal_mark", ".") => "decimal dot: 1,234.50",
        ("decimal_mark", ",") => "decimal comma: 1.234,50",
        ("percent", "fraction") => "fractions: 0.4 is 40 %",
        ("percent", "percent") => "percent: 0.4 is 0.4 %",
        ("accept_loss", _) => "yes, mark the lines that are not in it",
        _ => value,
    };
    words.to_string()
}

/// A refusal in the words of the screen, where answers are keys and not lines of a file.
pub fn trouble(error: &IngestError) -> Option<Trouble> {
    let (what, hint) = match error {
        IngestError::NeedsAnswer { file, question, .. } => (format!("{file}: {question}"), ""),
        IngestError::UnknownKind { file, why } => (
            format!("{file}: no known kind of file: {why}."),
            "Say which column is the serial, instance, contract or subscription number, and which \
             the end date or the product",
        ),
        IngestError::BadMap { why, .. } => (
            format!("An answer does not fit: {why}"),
            "Answer anew, or forget the answers",
        ),
        _ => return None,
    };
    Some(Trouble {
        what: cleaned(&what),
        hint: hint.to_string(),
    })
}

/// How to import, as it was asked for on the screen.
///
/// # Errors
/// An answer that is none, with what is wrong about it.
pub fn options(
    format: Option<String>,
    map: Option<String>,
    answers: &Answers,
) -> Result<ImportOptions, IngestError> {
    Ok(ImportOptions {
        format,
        map: map.as_deref().map(typed_path),
        answers: map_of(answers)?,
        recall: match answers.recall {
            seen::Recall::Same => Recall::Same,
            seen::Recall::Near => Recall::Near,
            seen::Recall::Nothing => Recall::Nothing,
        },
        ..ImportOptions::default()
    })
}

/// The answers as the map file that would give them.
fn map_of(answers: &Answers) -> Result<Map, IngestError> {
    let quoted = |text: &str| toml::Value::String(text.to_string()).to_string();
    let mut text = String::new();
    for (key, value) in &answers.keys {
        let value = match key.as_str() {
            "header_row" | "accept_loss" => value.clone(),
            "currency" => quoted(&value.trim().to_uppercase()),
            _ => quoted(value),
        };
        text.push_str(&format!("{key} = {value}\n"));
    }
    let unread: Vec<String> = answers
        .columns
        .iter()
        .filter(|(_, field)| field.is_empty())
        .map(|(header, _)| quoted(header))
        .collect();
    if !unread.is_empty() {
        text.push_str(&format!("ignore = [{}]\n", unread.join(", ")));
    }
    text.push_str("[columns]\n");
    for (header, field) in answers
        .columns
        .iter()
        .filter(|(_, field)| !field.is_empty())
    {
        text.push_str(&format!("{field} = {}\n", quoted(header)));
    }
    Map::parse(&text, "of your answers")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_become_the_map_that_a_file_would_have_been() {
        let mut answers = Answers::default();
        for (key, value) in [
            ("date_order", "mdy"),
            ("header_row", "4"),
            ("currency", " eur"),
            ("fiscal_months.\"Period 4\"", "FY27M4"),
        ] {
            answers.keys.insert(key.into(), value.into());
        }
        for (header, field) in [("Ser\"ial", "serial"), ("Notes", "")] {
            answers.columns.insert(header.into(), field.into());
        }
        let map = map_of(&answers).unwrap_or_default();
        let file = "date_order = \"mdy\"\nheader_row = 4\ncurrency = \"EUR\"\nignore = [\"Notes\"]\n\
            [columns]\nserial = \"Ser\\\"ial\"\n[fiscal_months]\n\"Period 4\" = \"FY27M4\"";
        assert_eq!(Some(map), Map::parse(file, "m.toml").ok());
    }

    #[test]
    fn days_of_new_and_changed_lines_are_written_as_everywhere_on_the_desk() {
        assert_eq!(
            told("C9300  FOC1  to 2027-05-04"),
            "C9300  FOC1  to 04 May 27"
        );
        assert_eq!(told("C9300  FOC1"), "C9300  FOC1");
        assert_eq!(told("leads  to nowhere"), "leads  to nowhere");
    }

    #[test]
    fn every_form_of_question_is_understood() {
        let asks = |key: &str| {
            let error = IngestError::NeedsAnswer {
                file: String::new(),
                question: String::new(),
                key: key.to_string(),
            };
            let asked = question(&error).unwrap_or_default();
            let values: Vec<String> = asked.choices.into_iter().map(|(_, value)| value).collect();
            (asked.key, values.join(" "), asked.sample)
        };
        let told = asks("decimal_mark = \".\" (or \",\")");
        assert_eq!(told, ("decimal_mark".into(), ". ,".into(), None));
        let told = asks("accept_loss = true");
        assert_eq!(told, ("accept_loss".into(), "true".into(), None));
        let told = asks("[fiscal_months] \"Period 4\" = \"FY27M4\"");
        let sample = Some("FY27M4".to_string());
        assert_eq!(
            told,
            ("fiscal_months.\"Period 4\"".into(), String::new(), sample)
        );
        let told = asks("reseller = \"Ana \\\"B\\\" Ltd\"");
        assert_eq!(told.1, "Ana \"B\" Ltd");
    }
}
