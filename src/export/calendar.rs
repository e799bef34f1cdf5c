//! Expiries and next steps as a calendar file. Every event has an id of its own that never changes, so
//! that importing the file again moves events instead of doubling them.

use crate::book::{Clock, QueueRow};
use crate::domain::day::next_day;
use crate::domain::text::clean;
use chrono::{NaiveDate, NaiveTime};
use icalendar::{Calendar, Component, Event, EventLike};

/// A day in the calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What it is of, unchanging: `renewal-<id>-end`.
    pub id: String,
    /// The day.
    pub day: NaiveDate,
    /// In one line.
    pub title: String,
    /// More of it.
    pub text: String,
}

/// Entries as an iCalendar file, in order of day and id, stamped with the day it was made. Events are
/// whole days and leave the person free.
pub fn calendar(entries: &[Entry], on: NaiveDate) -> String {
    let mut sorted: Vec<&Entry> = entries.iter().collect();
    sorted.sort_by(|a, b| (a.day, &a.id).cmp(&(b.day, &b.id)));
    // an empty one: a new one names another program beside this, and a calendar has one name for it
    let mut calendar = Calendar::empty();
    calendar
        .append_property(("VERSION", "2.0"))
        .append_property(("PRODID", "-//renewdesk//desk//EN"))
        .append_property(("CALSCALE", "GREGORIAN"))
        .name("renewdesk");
    for entry in sorted {
        let lines: Vec<_> = entry.text.lines().map(clean).collect();
        let made = on.and_time(NaiveTime::MIN).and_utc();
        let event = Event::new()
            .uid(&format!("{}@renewdesk", entry.id))
            .timestamp(made)
            .summary(&clean(&entry.title))
            .description(&lines.join("\n"))
            .starts(entry.day)
            .ends(next_day(entry.day))
            .add_property("TRANSP", "TRANSPARENT")
            .done();
        calendar.push(event);
    }
    calendar.done().to_string()
}

/// What of the open renewals belongs in a calendar until a day: their ends, last days to renew,
/// cancel-by days, quote validities and next steps. Days past are left out, but a next step overdue is
/// not: it stands on `today`.
pub fn of_renewals<'a>(
    rows: impl IntoIterator<Item = QueueRow<'a>>,
    today: NaiveDate,
    until: NaiveDate,
) -> Vec<Entry> {
    let mut entries = Vec::new();
    for row in rows.into_iter().filter(|row| row.open()) {
        let name = format!("{} {}", row.customer(), row.contract_number());
        let text = text(&row);
        let mut put = |kind: &str, day: Option<NaiveDate>, title: String| {
            if let Some(day) = day.filter(|day| *day >= today && *day <= until) {
                entries.push(Entry {
                    id: format!("renewal-{}-{kind}", row.renewal()),
                    day,
                    title,
                    text: text.clone(),
                });
            }
        };
        let clock = |clock| row.clock(clock);
        put("end", Some(row.end()), format!("Ends: {name}"));
        let last = clock(Clock::LastRenewal).filter(|day| *day != row.end());
        put("renew-by", last, format!("Last day to renew: {name}"));
        put(
            "cancel-by",
            clock(Clock::CancelBy),
            format!("Cancel by: {name}"),
        );
        if let Some(number) = row.quote_number() {
            let title = format!("Prices of quote {number} end: {name}");
            put("quote", clock(Clock::QuoteValidity), title);
        }
        let step = row.next_step().unwrap_or("next contact");
        let next = row.next_date().map(|day| day.max(today));
        put("next", next, format!("{step}: {name}"));
    }
    entries
}

fn text(row: &QueueRow) -> String {
    let mut parts = vec![format!("Contract ends {}", row.end())];
    if let (Some(mut amount), Some(currency)) = (row.atr().amount, row.atr().currency) {
        amount.rescale(currency.minor_units());
        parts.push(format!(
            "ATR {} {currency}",
            crate::pricing::grouped(amount)
        ));
    }
    parts.extend(row.owner().as_ref().map(|owner| format!("Owner {owner}")));
    parts.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn an_event_keeps_its_id_when_its_day_moves() {
        let entry = |on: &str| Entry {
            id: "renewal-1-end".into(),
            day: day(on),
            title: "Ends: Müller, AG; \u{1b}[2J x".into(),
            text: "a\nb".into(),
        };
        let on = day("2026-11-27");
        let first = calendar(&[entry("2026-12-09")], on);
        let moved = calendar(&[entry("2027-01-09")], on);
        assert!(first.contains("UID:renewal-1-end@renewdesk"));
        assert!(moved.contains("UID:renewal-1-end@renewdesk"));
        assert!(first.contains("DTSTART;VALUE=DATE:20261209"));
        assert!(first.contains("DTSTAMP:20261127T000000Z"));
        assert!(!first.contains('\u{1b}'));
        for once in ["VERSION:", "PRODID:", "CALSCALE:"] {
            let lines = first.lines().filter(|line| line.starts_with(once));
            assert_eq!(lines.count(), 1, "{once} stands once in a calendar");
        }
        assert_eq!(first, calendar(&[entry("2026-12-09")], on));
    }
}
