//! What a vendor's priced list says of its prices beside its rows: until when they hold, and under which quote
//! number. Read from the cells as they were written, whatever kind of list it is.

use super::header::key;
use super::row::{Record, Rows, TableInfo};
use super::value::date::{OrderEvidence, Reading as DateReading, in_order, read};
use crate::pricing::offered::Terms;
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// Headers of the last day that prices hold.
const UNTIL: [&str; 8] = [
    "validuntil",
    "validthrough",
    "validto",
    "pricevaliduntil",
    "quotevaliduntil",
    "quoteexpirationdate",
    "priceprotectiondate",
    "priceprotecteduntil",
];
/// Headers of the number a quote has at the vendor.
const NUMBER: [&str; 4] = ["vendorquote", "vendorquotenumber", "quotenumber", "quoteid"];

/// Most texts of a column that are kept; a list has one or a few.
const TEXTS: usize = 1_000;

/// The terms of a list that was read.
pub fn terms(rows: &Rows) -> Terms {
    let mut reading = Reading::default();
    for row in &rows.records {
        reading.add(rows, row);
    }
    reading.done()
}

/// The terms of a list while its rows come.
#[derive(Debug, Default)]
pub struct Reading {
    /// By table: where a day stands and where a number.
    columns: Vec<[Option<usize>; 2]>,
    /// Each day as it is written, with the first row that has it.
    days: BTreeMap<String, u32>,
    numbers: Vec<String>,
}

impl Reading {
    /// Takes a row of a file with that head.
    pub fn add(&mut self, head: &Rows, row: &Record) {
        let known = head.tables.iter().skip(self.columns.len());
        self.columns
            .extend(known.map(|table| [column(table, &UNTIL), column(table, &NUMBER)]));
        let Some([until, number]) = self.columns.get(usize::from(row.table)) else {
            return;
        };
        let cell = |column: &Option<usize>| {
            let text = row.cell_texts().nth((*column)?)?.trim();
            (!text.is_empty()).then(|| text.to_string())
        };
        if let Some(text) = cell(until).filter(|_| self.days.len() < TEXTS) {
            self.days.entry(text).or_insert(row.row);
        }
        let number = cell(number).filter(|number| !self.numbers.contains(number));
        self.numbers
            .extend(number.filter(|_| self.numbers.len() < TEXTS));
    }

    /// The terms of all rows that were taken. The order of day and month may be told by any of the days.
    pub fn done(self) -> Terms {
        let mut evidence = OrderEvidence::default();
        for text in self.days.keys() {
            evidence.add(read(text, false));
        }
        let order = evidence.decide().ok().flatten();
        let mut days: Vec<(u32, String)> = self.days.into_iter().map(|(a, b)| (b, a)).collect();
        days.sort();
        let mut terms = Terms {
            numbers: self.numbers,
            ..Terms::default()
        };
        for (row, text) in days {
            let day = match read(&text, false) {
                DateReading::Empty | DateReading::Sentinel => continue,
                DateReading::Day(day) => Ok(day),
                DateReading::Numbers(a, b, year) => same(a, b, year)
                    .or_else(|| in_order(a, b, year, order?))
                    .ok_or("day or month first? write it as 2027-01-31"),
                DateReading::Unreadable => Err("no day; write it as 2027-01-31"),
            };
            match day {
                Ok(day) => {
                    terms.valid_until = Some(terms.valid_until.map_or(day, |one| one.min(day)));
                }
                Err(why) => terms
                    .unread
                    .push(format!("row {row}: valid until {text}: {why}")),
            }
        }
        terms
    }
}

/// The column under the first of these headers that the table has.
fn column(table: &TableInfo, keys: &[&str]) -> Option<usize> {
    let headers: Vec<String> = table.headers.iter().map(|header| key(header)).collect();
    let mut keys = keys.iter();
    keys.find_map(|key| headers.iter().position(|header| header == key))
}

/// The day of two equal numbers, which no order changes.
fn same(a: u32, b: u32, year: i32) -> Option<NaiveDate> {
    (a == b).then(|| NaiveDate::from_ymd_opt(year, a, b))?
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::{ReadOptions, read as read_file};

    fn of(csv: &str) -> Terms {
        let options = ReadOptions::default();
        terms(&read_file(csv.as_bytes(), "priced.csv", &options, &mut |_| {}).unwrap())
    }

    fn day(text: &str) -> Option<NaiveDate> {
        Some(text.parse().unwrap())
    }

    #[test]
    fn prices_hold_until_the_first_of_several_days_and_numbers_come_once() {
        let told = of("Serial,Product,End,Vendor quote,Valid until\n\
             FOC1,C9300-48P,2027-12-31,VQ-7,2027-02-28\n\
             FOC2,C9300-48P,2027-12-31,VQ-7,31.01.2027\n\
             FOC3,C9300-48P,2027-12-31,VQ-8,\n");
        assert_eq!(told.valid_until, day("2027-01-31"));
        assert_eq!(told.numbers, ["VQ-7", "VQ-8"]);
        assert_eq!(told.unread, [""; 0]);
    }

    #[test]
    fn a_day_that_may_be_read_two_ways_is_told_and_not_guessed() {
        let told = of("Serial,Product,End,Valid until\n\
             FOC1,C9300-48P,2027-12-31,03/04/2027\n\
             FOC2,C9300-48P,2027-12-31,soon\n");
        assert_eq!(told.valid_until, None);
        assert!(told.unread[0].starts_with("row 2: valid until 03/04/2027: day or month first?"));
        assert!(told.unread[1].starts_with("row 3: valid until soon: no day"));
        let told = of("Serial,Product,End,Valid until\n\
             FOC1,C9300-48P,2027-12-31,03/04/2027\n\
             FOC2,C9300-48P,2027-12-31,03/25/2027\n");
        assert_eq!(told.valid_until, day("2027-03-04"));
    }

    #[test]
    fn a_list_without_such_columns_says_nothing() {
        let told = of("Serial,Product,End\nFOC1,C9300-48P,2027-12-31\n");
        assert_eq!(told, Terms::default());
    }
}
