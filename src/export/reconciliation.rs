//! What a comparison of sources found, as a table: a row for each field that differs, one row for a
//! finding without, and beside each source's value where it stands and of which day it is.

use super::table::{Cell, Table, harmless};
use crate::domain::snapshot::Snapshot;
use crate::domain::text::clean;
use crate::reconcile::{Differs, Field, Finding, Member, Report, decided};
use chrono::NaiveDate;

/// Columns before those of the sources.
const HEAD: [&str; 9] = [
    "Finding", "Serial", "Instance", "Product", "Contract", "Customer", "Site", "Field", "Decision",
];

/// The findings as a table, in their order; for each source its value, file, row and day.
pub fn reconciliation<'a>(
    report: &Report,
    findings: impl IntoIterator<Item = &'a Finding>,
    book: &Snapshot,
    today: NaiveDate,
) -> Table {
    let mut headers = HEAD.map(String::from).to_vec();
    for source in &report.sources {
        // a file's name is text from outside like any cell
        headers.push(clean(&harmless(&source.name)).into_owned());
        for what in ["file", "row", "day"] {
            let title = format!("{} {what}", source.name);
            headers.push(clean(&harmless(&title)).into_owned());
        }
    }
    let mut rows = Vec::new();
    for finding in findings {
        match finding.differs.as_slice() {
            [] => rows.push(row(report, finding, None, book, today)),
            all => {
                let each = all.iter();
                rows.extend(each.map(|d| row(report, finding, Some(d), book, today)));
            }
        }
    }
    Table { headers, rows }
}

fn row(
    report: &Report,
    finding: &Finding,
    differs: Option<&Differs>,
    book: &Snapshot,
    today: NaiveDate,
) -> Vec<Cell> {
    let known = |field| {
        let mut records = finding.members.iter().filter_map(|m| report.record(*m));
        let value = records.find_map(|record| record.get(field));
        Cell::text(value.map(ToString::to_string).as_deref())
    };
    let decision = decided(finding, &book.settings, today);
    let mut cells = vec![
        Cell::text(Some(finding.kind.title())),
        known(Field::Serial),
        known(Field::Instance),
        known(Field::Pid),
        known(Field::Contract),
        known(Field::Customer),
        known(Field::Site),
        Cell::text(differs.map(|differs| differs.field.title())),
        Cell::text(decision.map(|decision| decision.how.word())),
    ];
    for at in 0..report.sources.len() {
        let own = finding.members.iter().find(|member| member.source == at);
        let value = differs.and_then(|d| d.given.iter().find(|given| given.source == at));
        let value = value.and_then(|given| given.value.as_ref());
        cells.extend(of_source(report, own, value.map(ToString::to_string)));
    }
    cells
}

/// A source's value and place; `here` where it has the asset and no value is asked for.
fn of_source(report: &Report, own: Option<&Member>, value: Option<String>) -> [Cell; 4] {
    let record = own.and_then(|member| report.record(*member));
    let Some(record) = record else {
        return [
            Cell::Text("-".into()),
            Cell::Blank,
            Cell::Blank,
            Cell::Blank,
        ];
    };
    [
        Cell::text(Some(value.as_deref().unwrap_or("has it"))),
        Cell::text(Some(&record.file)),
        Cell::number(record.row.map(Into::into)),
        Cell::date(record.day),
    ]
}
