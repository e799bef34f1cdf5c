//! Rows of a file that could speak of a line of the book. Which of them gets which line is decided
//! between them all, so they wait for the last one: packed, with what decides it beside them.

use super::identity::LineIndex;
use crate::domain::ids::LineId;
use crate::domain::line::LineKind;
use crate::ingest::error::IngestError;
use crate::ingest::row::{Field, Outcome, Record};
use crate::ingest::wire::{Packed, Pass};
use chrono::NaiveDate;
use std::collections::HashSet;

/// The rows.
#[derive(Default)]
pub struct Waiting {
    rows: Packed,
    told: Vec<Told>,
    /// Lines each row could be, one row's behind the other's.
    candidates: Vec<LineId>,
}

/// What pairs a row with its line.
struct Told {
    kind: LineKind,
    start: Option<NaiveDate>,
    end: Option<NaiveDate>,
    /// Where its candidates end.
    until: u32,
    line: Option<LineId>,
}

/// A row that waited, with its line if it has one.
pub struct Waited {
    /// The row.
    pub record: Record,
    /// The kind of line it makes.
    pub kind: LineKind,
    /// The line of the book it speaks of.
    pub line: Option<LineId>,
}

impl Waiting {
    /// True before the first one.
    pub fn is_empty(&self) -> bool {
        self.told.is_empty()
    }

    /// Takes a row behind the others.
    ///
    /// # Errors
    /// As [`Packed::push`].
    pub fn add(
        &mut self,
        record: &Record,
        kind: LineKind,
        candidates: &[LineId],
    ) -> Result<(), IngestError> {
        let day = |field| {
            let (Outcome::Data(values) | Outcome::Masked(values)) = &record.outcome else {
                return None;
            };
            values.day(field)
        };
        self.candidates.extend_from_slice(candidates);
        self.told.push(Told {
            kind,
            start: day(Field::StartDate),
            end: day(Field::EndDate),
            until: self.candidates.len() as u32,
            line: None,
        });
        self.rows.push(record)
    }

    /// Gives each row its line: same dates first, then the same start, then what is left in the order
    /// of closeness. No line is given twice.
    pub fn pair(&mut self, index: &LineIndex<'_>) {
        let mut taken: HashSet<LineId> = HashSet::new();
        for pass in 0..3 {
            let mut from = 0;
            for row in &mut self.told {
                let until = row.until as usize;
                let own = self.candidates.get(from..until).unwrap_or_default();
                from = until;
                if row.line.is_some() {
                    continue;
                }
                let (start, end) = (row.start, row.end);
                let distance = |at: LineId| {
                    let line = index.line(at)?;
                    let days = |a: Option<NaiveDate>, b: Option<NaiveDate>| {
                        a.zip(b).map_or(0, |(a, b)| (a - b).num_days().abs())
                    };
                    match pass {
                        0 => (line.start == start && line.end == end).then_some((0, 0)),
                        1 => (line.start == start).then_some((0, days(line.end, end))),
                        _ => Some((days(line.start, start), days(line.end, end))),
                    }
                };
                row.line = own
                    .iter()
                    .copied()
                    .filter(|at| !taken.contains(at))
                    .filter_map(|at| Some((distance(at)?, at)))
                    .min()
                    .map(|(_, at)| at);
                taken.extend(row.line);
            }
        }
    }

    /// The rows in their order, unpacked one by one and given back as they go.
    pub fn into_rows(self) -> impl Iterator<Item = Result<Waited, IngestError>> {
        let mut pass: Pass<'static> = self.rows.last_pass();
        self.told.into_iter().map_while(move |told| {
            let next = pass.next_record().transpose()?;
            Some(next.map(|record| Waited {
                record,
                kind: told.kind,
                line: told.line,
            }))
        })
    }
}
