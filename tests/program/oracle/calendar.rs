//! The fiscal calendar once more, typed from the table of the rules: first days of the months.

use chrono::{Days, NaiveDate};

const FY25: &str = "07-28 08-25 09-22 10-27 11-24 12-22 01-26 02-23 03-23 04-27 05-25 06-22";
const FY26: &str = "07-27 08-24 09-21 10-26 11-23 12-21 01-25 02-22 03-22 04-26 05-24 06-21";
const FY27_M9: &str = "07-26 08-23 09-20 10-25 11-22 12-20 01-24 02-21 03-21 05-02 05-30 06-27";
const FY27_M12: &str = "07-26 08-23 09-20 10-25 11-22 12-20 01-24 02-21 03-21 04-25 05-23 06-20";
const FY28: &str = "08-01 08-29 09-26 10-31 11-28 12-26 01-30 02-27 03-26 04-30 05-28 06-25";
const LAST: &str = "2028-07-29";

/// Months with their code, first and last day.
pub struct Months(pub Vec<(String, NaiveDate, NaiveDate)>);

/// The calendar with FY27's extra week in `m9` or `m12`.
pub fn months(extra_week: &str) -> Months {
    let fy27 = if extra_week == "m12" {
        FY27_M12
    } else {
        FY27_M9
    };
    let mut starts = Vec::new();
    for (year, row) in [(25, FY25), (26, FY26), (27, fy27), (28, FY28)] {
        for (at, text) in row.split(' ').enumerate() {
            let month: u32 = text[..2].parse().unwrap();
            let calendar_year = if month >= 7 { 1999 + year } else { 2000 + year };
            let start: NaiveDate = format!("{calendar_year}-{text}").parse().unwrap();
            starts.push((format!("FY{year}M{}", at + 1), start));
        }
    }
    let after = starts
        .iter()
        .skip(1)
        .map(|(_, start)| *start - Days::new(1));
    let ends: Vec<NaiveDate> = after.chain([LAST.parse().unwrap()]).collect();
    let rows = starts.into_iter().zip(ends);
    Months(
        rows.map(|((code, start), end)| (code, start, end))
            .collect(),
    )
}

impl Months {
    /// The number of the month a day lies in.
    pub fn of(&self, day: NaiveDate) -> Option<usize> {
        self.0
            .iter()
            .position(|(_, start, end)| *start <= day && day <= *end)
    }

    /// The number of a month by its code.
    pub fn named(&self, code: &str) -> Option<usize> {
        self.0.iter().position(|(name, ..)| name == code)
    }

    /// The last month of the fiscal quarter of a month: months 1-3, 4-6, 7-9, 10-12.
    pub fn quarter_end(&self, month: usize) -> usize {
        month / 3 * 3 + 2
    }
}

#[test]
fn every_fiscal_month_of_the_pack_is_a_row_of_the_published_table() {
    let pack = renewdesk::program::Pack::shipped();
    for extra_week in ["m9", "m12"] {
        let rows = months(extra_week).0;
        let theirs = pack.calendar_for(extra_week).months();
        assert_eq!(rows.len(), theirs.len());
        for ((code, start, end), month) in rows.iter().zip(theirs) {
            assert_eq!(
                (code.as_str(), *start, *end),
                (&*month.code, month.start, month.end)
            );
        }
    }
}
