//! What a vendor's priced list says of its prices beside its rows: until when they hold, and under which quote
//! number. Read from the cells as they were written, whatever kind of list it is.

use super::header::key;
use super::row::{Rows, TableInfo};
use super::value::date::{OrderEvidence, Reading, in_order, read};
use crate::pricing::offered::Terms;
use chrono::NaiveDate;

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

/// The terms of a list that was read.
pub fn terms(rows: &Rows) -> Terms {
    let mut terms = Terms::default();
    for (at, table) in rows.tables.iter().enumerate() {
        let cells = |column: Option<usize>| {
            let of_table = rows.records.iter();
            let of_table = of_table.filter(move |row| usize::from(row.table) == at);
            of_table.filter_map(move |row| {
                let text = row.cell_texts().nth(column?)?.trim();
                (!text.is_empty()).then_some((row.row, text))
            })
        };
        let until: Vec<(u32, &str)> = cells(column(table, &UNTIL)).collect();
        days(&until, &mut terms);
        for (_, number) in cells(column(table, &NUMBER)) {
            if !terms.numbers.iter().any(|known| known == number) {
                terms.numbers.push(number.to_string());
            }
        }
    }
    terms
}

/// The column under the first of these headers that the table has.
fn column(table: &TableInfo, keys: &[&str]) -> Option<usize> {
    let headers: Vec<String> = table.headers.iter().map(|header| key(header)).collect();
    let mut keys = keys.iter();
    keys.find_map(|key| headers.iter().position(|header| header == key))
}

/// Reads the days of a column, whose order of day and month one of them may tell.
fn days(cells: &[(u32, &str)], terms: &mut Terms) {
    let mut evidence = OrderEvidence::default();
    for (_, text) in cells {
        evidence.add(read(text, false));
    }
    let order = evidence.decide().ok().flatten();
    for (row, text) in cells {
        let day = match read(text, false) {
            Reading::Empty | Reading::Sentinel => continue,
            Reading::Day(day) => Ok(day),
            Reading::Numbers(a, b, year) => same(a, b, year)
                .or_else(|| in_order(a, b, year, order?))
                .ok_or("day or month first? write it as 2027-01-31"),
            Reading::Unreadable => Err("no day; write it as 2027-01-31"),
        };
        match day {
            Ok(day) => terms.valid_until = Some(terms.valid_until.map_or(day, |one| one.min(day))),
            Err(why) => terms
                .unread
                .push(format!("row {row}: valid until {text}: {why}")),
        }
    }
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
