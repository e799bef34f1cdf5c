//! Coverage whose renewal is booked or lost is history. The term that follows is a line of its own,
//! so that what was due, and whether it was renewed on time, can still be told.

use super::Planner;
use crate::domain::line::Line;

/// True when `next`, the line as a file now has it, is the term after one whose renewal is closed:
/// it ends later than the line of the book did.
pub fn follows(planner: &Planner<'_>, old: &Line, next: &Line) -> bool {
    let (Some(contract), Some(end)) = (old.contract, old.end) else {
        return false;
    };
    next.end.is_some_and(|next| next > end)
        && old.is_open()
        && planner.book.renewals.iter().any(|renewal| {
            renewal.contract == contract
                && renewal.end == end
                && (renewal.currency.is_none()
                    || old.currency.is_none()
                    || renewal.currency == old.currency)
                && !planner.rules.is_open(&renewal.stage)
        })
}

/// The old line, closed by the one that follows it. What that one is called is all a file tells;
/// without an instance or serial its new end stands in.
pub fn followed(old: &Line, next: &Line) -> Line {
    let name = next.instance.clone().or_else(|| next.serial.clone());
    let to_end = || next.end.map(|end| format!("cover to {end}").into());
    Line {
        renewed_to: name.or_else(to_end),
        gone_in: None,
        ..old.clone()
    }
}
