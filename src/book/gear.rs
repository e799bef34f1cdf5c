//! What one searches and filters rows by beside what they show: the serial numbers and products of
//! their lines. Rows do not hold them a second time; they are read from the packed lines.

use super::fold::fold_into;
use super::{Queue, QueueRow, SEPARATOR};
use crate::domain::lines::{Lines, Room};
use std::ops::ControlFlow;

/// Rows with the lines behind them.
#[derive(Clone, Copy, Debug)]
pub struct Gear<'a> {
    queue: &'a Queue,
    lines: &'a Lines,
}

impl<'a> Gear<'a> {
    /// Of a queue and the lines of the book it was made from.
    pub fn of(queue: &'a Queue, lines: &'a Lines) -> Gear<'a> {
        Gear { queue, lines }
    }

    /// The queue.
    pub fn queue(&self) -> &'a Queue {
        self.queue
    }

    /// Hands over the serial numbers, then the product ids of a row, folded, until told to stop. A
    /// product comes once, serials as often as lines have them.
    pub fn terms(&self, row: &QueueRow, mut take: impl FnMut(&str) -> ControlFlow<()>) {
        let lines = self.queue.lines_of(row.renewal()).iter();
        let mut pids: Vec<&str> = Vec::new();
        let mut text = String::new();
        let mut folded = |term: &str| {
            text.clear();
            fold_into(term, &mut text);
            take(&text)
        };
        for id in lines {
            let mut room = Room::default();
            let Some((serial, pid)) = self.lines.names(id, &mut room) else {
                continue;
            };
            // lines of one product mostly stand together
            pids.extend(pid.filter(|pid| pids.last() != Some(pid)));
            if let Some(serial) = serial
                && folded(serial).is_break()
            {
                return;
            }
        }
        pids.sort_unstable();
        pids.dedup();
        for pid in pids {
            if folded(pid).is_break() {
                return;
            }
        }
    }

    /// Everything a row is found by: customer, contract, serials, products; folded, parted by
    /// [`SEPARATOR`].
    pub fn haystack(&self, row: &QueueRow) -> String {
        let mut text = String::new();
        self.all_terms(row, |term| {
            text.push_str(term);
            text.push(SEPARATOR);
        });
        text.pop();
        text
    }

    /// Hands over everything a row is found by, customer and contract first.
    pub(super) fn all_terms(&self, row: &QueueRow, mut take: impl FnMut(&str)) {
        take(row.folded_customer());
        let mut number = String::new();
        fold_into(row.contract_number(), &mut number);
        take(&number);
        self.terms(row, |term| {
            take(term);
            ControlFlow::Continue(())
        });
    }
}
