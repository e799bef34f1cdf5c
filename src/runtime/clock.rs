//! The one place that asks what time it is. Everything else is told.

use crate::domain::command::Stamp;
use chrono::{DateTime, Local, NaiveDate, NaiveDateTime, Utc};

/// Where the desk gets the instant and the civil day from.
pub trait Clock {
    /// The instant, for histories and ids.
    fn now(&self) -> DateTime<Utc>;
    /// The civil day at the desk.
    fn today(&self) -> NaiveDate;
    /// Both, signed by a person.
    fn stamp(&self, actor: &str) -> Stamp {
        Stamp {
            at: self.now(),
            today: self.today(),
            actor: actor.to_string(),
        }
    }
}

/// The computer's clock in its own time zone; `--as-of` pins the day and leaves the instant.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock {
    as_of: Option<NaiveDate>,
}

impl SystemClock {
    /// The computer's clock, or a pinned day.
    pub fn new(as_of: Option<NaiveDate>) -> Self {
        SystemClock { as_of }
    }

    /// The time of day at the desk, `10:42`.
    pub fn hour_and_minute(&self) -> String {
        Local::now().format("%H:%M").to_string()
    }

    /// An instant as the desk's clock on the wall showed it.
    pub fn local(&self, at: DateTime<Utc>) -> NaiveDateTime {
        at.with_timezone(&Local).naive_local()
    }

    /// True while the day does not move by itself.
    pub fn is_pinned(&self) -> bool {
        self.as_of.is_some()
    }
}

impl Clock for SystemClock {
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }

    fn today(&self) -> NaiveDate {
        self.as_of.unwrap_or_else(|| Local::now().date_naive())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pinned_day_stands_and_the_instant_moves_on() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 22);
        let clock = SystemClock::new(day);
        assert_eq!(Some(clock.today()), day);
        assert!(clock.is_pinned());
        let stamp = clock.stamp("Mara");
        assert_eq!(Some(stamp.today), day);
        assert!(stamp.at <= clock.now());
    }
}
