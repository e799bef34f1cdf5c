//! What each customer has, a customer's after another's in one list: tens of thousands of small lists
//! would take as much memory for themselves as for what is in them.

use crate::domain::ids::{AccountId, LineId};
use crate::domain::packed::varint;

/// Values by customer.
#[derive(Debug)]
pub(super) struct ByCustomer<T> {
    /// Customers in order, each with where its own end.
    ends: Vec<(AccountId, u32)>,
    values: Vec<T>,
}

impl<T> Default for ByCustomer<T> {
    fn default() -> Self {
        ByCustomer {
            ends: Vec::new(),
            values: Vec::new(),
        }
    }
}

impl<T> ByCustomer<T> {
    /// Of pairs; those of one customer stay in their order.
    pub fn of(mut pairs: Vec<(AccountId, T)>) -> ByCustomer<T> {
        pairs.sort_by_key(|(account, _)| *account);
        let mut ends: Vec<(AccountId, u32)> = Vec::new();
        let mut values = Vec::with_capacity(pairs.len());
        for (account, value) in pairs {
            values.push(value);
            let end = values.len() as u32;
            match ends.last_mut() {
                Some((last, last_end)) if *last == account => *last_end = end,
                _ => ends.push((account, end)),
            }
        }
        ends.shrink_to_fit();
        ByCustomer { ends, values }
    }

    /// A customer's, in their order.
    pub fn get(&self, account: AccountId) -> &[T] {
        let Ok(at) = self.ends.binary_search_by_key(&account, |(own, _)| *own) else {
            return &[];
        };
        let before = at.checked_sub(1).and_then(|before| self.ends.get(before));
        let from = before.map_or(0, |(_, end)| *end as usize);
        let to = self.ends.get(at).map_or(0, |(_, end)| *end as usize);
        self.values.get(from..to).unwrap_or(&[])
    }
}

/// Lines by customer. A customer's numbers rise and mostly stand near each other, so each is written as
/// how much it is more than the one before it, seven bits to a byte: about a byte where a number takes
/// four.
#[derive(Debug, Default)]
pub(super) struct LinesByCustomer {
    /// Customers in order.
    own: Vec<Own>,
    steps: Vec<u8>,
}

#[derive(Clone, Copy, Debug)]
struct Own {
    account: AccountId,
    /// Where its bytes end.
    end: u32,
    /// How many lines it and those before it have.
    lines: u32,
}

/// Lines of one customer whose numbers follow each other: the first of them and how many. The lines of a
/// contract mostly do, and a book has ten times as many lines as runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Run {
    pub account: AccountId,
    pub first: LineId,
    pub lines: u32,
}

impl Run {
    /// Adds a line to the last run, or begins another with it.
    pub fn add(runs: &mut Vec<Run>, account: AccountId, line: LineId) {
        match runs.last_mut() {
            Some(run) if run.account == account && run.next() == Some(line.0) => run.lines += 1,
            _ => runs.push(Run {
                account,
                first: line,
                lines: 1,
            }),
        }
    }

    fn next(&self) -> Option<u32> {
        self.first.0.checked_add(self.lines)
    }
}

impl LinesByCustomer {
    /// Of runs, sorted.
    pub fn of(runs: &[Run]) -> LinesByCustomer {
        let mut all = LinesByCustomer::default();
        let mut lines = 0;
        for own in runs.chunk_by(|a, b| a.account == b.account) {
            let mut before = 0;
            for run in own {
                for number in (run.first.0..).take(run.lines as usize) {
                    varint::put(&mut all.steps, number.saturating_sub(before).into());
                    before = number;
                }
                lines += run.lines;
            }
            all.own.extend(own.first().map(|run| Own {
                account: run.account,
                end: all.steps.len() as u32,
                lines,
            }));
        }
        all.own.shrink_to_fit();
        all.steps.shrink_to_fit();
        all
    }

    /// A customer's lines, rising.
    pub fn get(&self, account: AccountId) -> Numbers<'_> {
        let none = Numbers {
            steps: &[],
            left: 0,
            before: 0,
        };
        let Ok(at) = self.own.binary_search_by_key(&account, |own| own.account) else {
            return none;
        };
        let before = at.checked_sub(1).and_then(|before| self.own.get(before));
        let (from, lines) = before.map_or((0, 0), |own| (own.end as usize, own.lines));
        let Some(own) = self.own.get(at) else {
            return none;
        };
        Numbers {
            steps: self.steps.get(from..own.end as usize).unwrap_or(&[]),
            left: own.lines - lines,
            before: 0,
        }
    }

    /// Customers with lines, in order.
    pub fn customers(&self) -> impl Iterator<Item = AccountId> {
        self.own.iter().map(|own| own.account)
    }

    /// Customers with lines, in order, cut where so many parts have about as many lines each.
    pub fn parts(&self, parts: usize) -> Vec<Vec<AccountId>> {
        let lines = self.own.last().map_or(0, |own| own.lines as usize);
        let part = lines.div_ceil(parts.max(1)).max(1);
        let of = |own: &Own| (own.lines as usize).saturating_sub(1) / part;
        let cut = self.own.chunk_by(|a, b| of(a) == of(b));
        cut.map(|own| own.iter().map(|own| own.account).collect())
            .collect()
    }
}

/// The numbers of a customer's lines.
#[derive(Clone, Debug)]
pub(super) struct Numbers<'a> {
    steps: &'a [u8],
    left: u32,
    before: u32,
}

impl Iterator for Numbers<'_> {
    type Item = LineId;

    fn next(&mut self) -> Option<LineId> {
        let step = u32::try_from(varint::take(&mut self.steps)?).ok()?;
        self.left = self.left.saturating_sub(1);
        self.before = self.before.wrapping_add(step);
        Some(LineId(self.before))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left as usize, Some(self.left as usize))
    }
}

impl ExactSizeIterator for Numbers<'_> {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::{btree_set, vec};
    use proptest::prelude::*;
    use uuid::Uuid;

    proptest! {
        #[test]
        fn a_customers_lines_are_those_it_was_given(
            all in vec(btree_set(prop_oneof![0..300u32, any::<u32>()], 1..40), 0..12),
            parts in 0..5usize,
        ) {
            let account = |n: usize| AccountId(Uuid::from_u128(n as u128 * 2 + 1));
            let mut runs = Vec::new();
            for (n, own) in all.iter().enumerate() {
                for line in own {
                    Run::add(&mut runs, account(n), LineId(*line));
                }
            }
            let packed = LinesByCustomer::of(&runs);
            for (n, own) in all.iter().enumerate() {
                let got = packed.get(account(n));
                prop_assert_eq!(got.len(), own.len());
                prop_assert_eq!(
                    got.map(|line| line.0).collect::<Vec<_>>(),
                    own.iter().copied().collect::<Vec<_>>()
                );
            }
            prop_assert_eq!(packed.get(AccountId(Uuid::from_u128(2))).count(), 0);
            let cut: Vec<AccountId> = packed.parts(parts).into_iter().flatten().collect();
            prop_assert_eq!(cut, packed.customers().collect::<Vec<_>>());
        }
    }
}
