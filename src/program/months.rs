//! The fiscal month of a day by one look into a table, for the million days of a large book. Says
//! exactly what the calendar says.

use super::calendar::Calendar;
use chrono::NaiveDate;

/// Days a table covers at most: a hundred years. A longer calendar is asked itself.
const LONGEST: i64 = 36_525;

/// A day in no month.
const NONE: u16 = u16::MAX;

/// The place of the fiscal month of every day of a calendar.
#[derive(Clone, Debug)]
pub struct Months {
    calendar: Calendar,
    first: Option<NaiveDate>,
    by_day: Vec<u16>,
}

impl Months {
    /// The table of a calendar.
    pub fn of(calendar: &Calendar) -> Months {
        let mut table = Months {
            calendar: calendar.clone(),
            first: None,
            by_day: Vec::new(),
        };
        let Some((first, last)) = calendar.span() else {
            return table;
        };
        let days = last.signed_duration_since(first).num_days() + 1;
        if !(0..=LONGEST).contains(&days) || calendar.months().len() >= usize::from(NONE) {
            return table;
        }
        table.by_day = first
            .iter_days()
            .take(usize::try_from(days).unwrap_or(0))
            .map(|day| calendar.position_of(day))
            .map(|at| at.and_then(|at| u16::try_from(at).ok()).unwrap_or(NONE))
            .collect();
        table.first = Some(first);
        table
    }

    /// The place of the month a day lies in; none outside the rows.
    pub fn position_of(&self, day: NaiveDate) -> Option<usize> {
        let Some(first) = self.first else {
            return self.calendar.position_of(day);
        };
        let at = usize::try_from(day.signed_duration_since(first).num_days()).ok()?;
        let month = self.by_day.get(at).copied()?;
        (month != NONE).then_some(usize::from(month))
    }
}
