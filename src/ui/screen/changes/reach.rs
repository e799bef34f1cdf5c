//! How far back one looks: a few spans a person asks for, each with the day it starts on.

use crate::book::changes::Listed;
use crate::domain::moved::Span;
use crate::domain::text::clean;
use crate::ui::format;
use chrono::{Datelike, Days, NaiveDate};

/// A span of imports.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// The newest import alone.
    #[default]
    Last,
    /// All from yesterday on.
    Yesterday,
    /// All from the last Friday before today on.
    Friday,
    /// All of thirty days.
    Month,
    /// All there are.
    All,
}

impl Reach {
    /// Every span, the shortest first.
    pub const ALL: [Reach; 5] = [
        Reach::Last,
        Reach::Yesterday,
        Reach::Friday,
        Reach::Month,
        Reach::All,
    ];

    /// The next one, or the one before, round and round.
    #[must_use]
    pub fn turn(self, forward: bool) -> Reach {
        let at = Reach::ALL.iter().position(|reach| *reach == self);
        let by = if forward { 1 } else { Reach::ALL.len() - 1 };
        let next = (at.unwrap_or(0) + by) % Reach::ALL.len();
        Reach::ALL.get(next).copied().unwrap_or_default()
    }

    /// The first day it holds; none for the newest import and for all.
    fn from(self, today: NaiveDate) -> Option<NaiveDate> {
        let back = |days| today.checked_sub_days(Days::new(days));
        match self {
            Reach::Last | Reach::All => None,
            Reach::Yesterday => back(1),
            Reach::Friday => {
                // Saturday is one day after it, Friday itself a week
                let since = (u64::from(today.weekday().num_days_from_monday()) + 2) % 7 + 1;
                back(since)
            }
            Reach::Month => back(30),
        }
    }

    /// As the store takes it.
    pub fn span(self, today: NaiveDate) -> Span {
        match self {
            Reach::Last => Span::Newest(1),
            _ => Span::Since(self.from(today).unwrap_or(NaiveDate::MIN)),
        }
    }

    /// In words, with the day.
    pub fn words(self, today: NaiveDate, listed: &Listed) -> String {
        let since = |name: &str| match self.from(today) {
            Some(day) => format!("{name}{}", format::day(day)),
            None => name.to_string(),
        };
        match self {
            Reach::Last => match listed.imports.first() {
                Some(import) => format!(
                    "the last import: {}, {}",
                    clean(&import.batch.file),
                    format::day(import.today)
                ),
                None => "the last import".into(),
            },
            Reach::Yesterday => since("since yesterday, "),
            Reach::Friday => since("since Friday, "),
            Reach::Month => since("30 days, since "),
            Reach::All => "all imports".into(),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_last_friday_is_the_one_before_today() {
        for (today, friday) in [
            ("2026-11-20", "2026-11-13"),
            ("2026-11-21", "2026-11-20"),
            ("2026-11-22", "2026-11-20"),
            ("2026-11-23", "2026-11-20"),
            ("2026-11-26", "2026-11-20"),
        ] {
            let span = Reach::Friday.span(today.parse().unwrap());
            assert_eq!(span, Span::Since(friday.parse().unwrap()), "{today}");
        }
    }
}
