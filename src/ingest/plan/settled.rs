//! Coverage whose renewal is booked or lost is history. The term that follows is a line of its own,
//! so that what was due, and whether it was renewed on time, can still be told.

use crate::domain::ids::ContractId;
use crate::domain::line::Line;
use crate::domain::packed::Ending;
use crate::domain::rules::Rules;
use crate::domain::snapshot::Snapshot;
use std::collections::HashMap;

/// The closed renewals of the book, by contract.
pub struct Closed(HashMap<ContractId, Vec<Ending>>);

impl Closed {
    /// Finds them.
    pub fn of(book: &Snapshot, rules: &Rules) -> Closed {
        let mut closed: HashMap<ContractId, Vec<Ending>> = HashMap::new();
        for renewal in &book.renewals {
            if !rules.is_open(&renewal.stage) {
                closed
                    .entry(renewal.contract)
                    .or_default()
                    .push(Ending::from(&renewal));
            }
        }
        Closed(closed)
    }

    /// True when `next`, the line as a file now has it, is the term after one whose renewal is
    /// closed: it ends later than the line of the book did.
    pub fn are_followed(&self, old: &Line, next: &Line) -> bool {
        let (Some(contract), Some(end)) = (old.contract, old.end) else {
            return false;
        };
        next.end.is_some_and(|next| next > end)
            && old.is_open()
            && self.0.get(&contract).into_iter().flatten().any(|renewal| {
                renewal.end == end
                    && (renewal.currency.is_none()
                        || old.currency.is_none()
                        || renewal.currency == old.currency)
            })
    }
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
