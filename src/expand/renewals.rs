//! The renewals of one customer, and which of them has a line.

use crate::domain::ids::{AccountId, ContractId, RenewalId};
use crate::domain::line::Line;
use crate::domain::money::Currency;
use crate::domain::packed::Ending;
use crate::domain::renewal::choose;
use chrono::NaiveDate;
use foldhash::{HashMap, HashMapExt};

/// The renewals of one contract and end, by currency; open or not.
type Slot = Vec<(Option<Currency>, (RenewalId, bool))>;

/// The renewals of one customer.
#[derive(Debug)]
pub(super) struct Renewals {
    /// Whose.
    pub account: AccountId,
    /// The open ones, in the order of the book.
    pub open: Vec<Ending>,
    slots: HashMap<(ContractId, NaiveDate), Slot>,
}

impl Renewals {
    /// Of a customer's renewals in the order of the book, each open or not.
    pub fn of(account: AccountId, own: impl Iterator<Item = (Ending, bool)>) -> Renewals {
        let mut open = Vec::new();
        let mut slots: HashMap<(ContractId, NaiveDate), Slot> = HashMap::new();
        for (renewal, is_open) in own {
            let slot = slots.entry((renewal.contract, renewal.end)).or_default();
            slot.push((renewal.currency, (renewal.id, is_open)));
            if is_open {
                open.push(renewal);
            }
        }
        Renewals {
            account,
            open,
            slots,
        }
    }

    /// The open renewal that has a line; none where the one that has it is closed, whatever others end
    /// with it.
    pub fn open_of(&self, line: &Line) -> Option<RenewalId> {
        let slot = self.slots.get(&(line.contract?, line.end?))?;
        let (renewal, is_open) = choose(slot, line)?;
        is_open.then_some(renewal)
    }
}
