//! Expiring lines as the program counts them, and how a million of them are held: six bytes each, which
//! a full count reads from end to end. Pure.

use super::deal::Marks;
use super::exchange::Exchange;
use super::names::Names;
use super::units;
use crate::domain::line::Line;
use crate::domain::money::Currency;
use crate::pricing;
use chrono::NaiveDate;
use std::collections::HashMap;
use std::ops::Range;

/// Bits of an expiring line's portfolio, and of its marks above them.
const PORTFOLIO_BITS: u32 = 11;
const MARK_BITS: u32 = 6;

/// No portfolio.
const NONE: u32 = (1 << PORTFOLIO_BITS) - 1;

/// An expiring line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    value: i64,
    /// Currency, then marks, then portfolio in the lowest bits.
    about: u32,
}

impl Due {
    /// A line of which nothing is known.
    pub const NONE: Due = Due {
        value: 0,
        about: NONE,
    };

    /// Reads an expiring line: its annual run-rate in minor units of its own currency.
    pub fn of(line: &Line, names: &Names) -> Due {
        let mut marks = Marks::of(line.kind, line.premium, line.ea, line.ai);
        let mut value = 0;
        if let Some((amount, _)) = pricing::line_run_rate(line) {
            let places = line.currency.map_or(2, |currency| currency.minor_units());
            let exact = units::of(amount, places);
            // without a currency it counts nowhere, whatever its price
            marks.set(Marks::PRICED, exact.is_some() || line.currency.is_none());
            marks.set(Marks::UNFIT, exact.is_none() && line.currency.is_some());
            value = exact.unwrap_or_default();
        }
        let portfolio = line.portfolio().and_then(|p| names.number(p));
        let portfolio = portfolio.and_then(|p| u32::try_from(p).ok());
        let portfolio = portfolio.filter(|p| *p < NONE).unwrap_or(NONE);
        let currency = line.currency.map_or(0, Currency::bits);
        Due {
            value,
            about: (u32::from(currency) << MARK_BITS | u32::from(marks.bits())) << PORTFOLIO_BITS
                | portfolio,
        }
    }

    /// What is known of it.
    pub fn marks(&self) -> Marks {
        Marks::of_bits((self.about >> PORTFOLIO_BITS) as u8 & ((1 << MARK_BITS) - 1))
    }

    /// Its annual run-rate in minor units of its currency; none without a price.
    pub fn value(&self) -> Option<i64> {
        self.marks().has(Marks::PRICED).then_some(self.value)
    }

    /// Number of its portfolio.
    pub fn portfolio(&self) -> Option<usize> {
        let portfolio = self.about & NONE;
        (portfolio != NONE).then_some(portfolio as usize)
    }

    /// The currency of its price.
    pub fn currency(&self) -> Option<Currency> {
        Currency::of_bits((self.about >> (PORTFOLIO_BITS + MARK_BITS)) as u16)
    }

    /// Its run-rate in the projection's currency at the rate of a day.
    pub fn units(&self, exchange: &Exchange, day: NaiveDate) -> Option<i128> {
        exchange.home_units(self.value()?, self.currency()?, day)
    }
}

/// In the place of what a line is about: the line is held whole among those beside, and its value is its
/// place there.
const BESIDE: u16 = u16::MAX;

/// An expiring line as it is held.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C, packed(2))]
struct Held {
    value: u32,
    /// Number of what it is about.
    about: u16,
}

/// What lines are about, each once: a book has a few dozen of them.
#[derive(Clone, Debug, Default)]
struct Shared {
    abouts: Vec<u32>,
    numbers: HashMap<u32, u16>,
    /// Lines that six bytes do not hold: a run-rate below nothing or above 42,949,672.95, and whatever comes
    /// after the 65,535th kind. None is ever cut short.
    beside: Vec<Due>,
}

/// Expiring lines in a column.
#[derive(Clone, Debug, Default)]
pub struct DueColumn {
    held: Vec<Held>,
    shared: Shared,
}

/// Some lines of a column that stand behind each other.
#[derive(Clone, Copy, Debug)]
pub struct Dues<'a> {
    held: &'a [Held],
    shared: &'a Shared,
}

impl DueColumn {
    /// So many lines of which nothing is known.
    pub fn unknown(count: usize) -> DueColumn {
        let mut column = DueColumn::default();
        let unknown = column.shared.hold(Due::NONE);
        column.held.resize(count, unknown);
        column
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.held.len()
    }

    /// Puts a line in the place of another; nothing where there is none.
    pub fn set(&mut self, at: usize, due: Due) {
        if let Some(slot) = self.held.get_mut(at) {
            *slot = self.shared.hold(due);
        }
    }

    /// Puts a line behind the last.
    pub fn push(&mut self, due: Due) {
        let held = self.shared.hold(due);
        self.held.push(held);
    }

    /// The lines of a range; none where the column ends before it does.
    pub fn range(&self, range: Range<usize>) -> Dues<'_> {
        Dues {
            held: self.held.get(range).unwrap_or_default(),
            shared: &self.shared,
        }
    }

    /// Puts the lines of a range in another order: that at `order[n]` of the range goes to `n`.
    pub fn arrange(&mut self, range: Range<usize>, order: impl Iterator<Item = usize>) {
        let Some(held) = self.held.get_mut(range) else {
            return;
        };
        let old = held.to_vec();
        for (slot, from) in held.iter_mut().zip(order) {
            *slot = old.get(from).copied().unwrap_or(*slot);
        }
    }
}

impl Shared {
    fn hold(&mut self, due: Due) -> Held {
        let number = self.number(due.about);
        match (u32::try_from(due.value), number) {
            (Ok(value), Some(about)) => Held { value, about },
            _ => {
                let value = u32::try_from(self.beside.len()).unwrap_or(u32::MAX);
                self.beside.push(due);
                Held {
                    value,
                    about: BESIDE,
                }
            }
        }
    }

    fn number(&mut self, about: u32) -> Option<u16> {
        if let Some(number) = self.numbers.get(&about) {
            return Some(*number);
        }
        let number = u16::try_from(self.abouts.len()).ok();
        let number = number.filter(|number| *number != BESIDE)?;
        self.abouts.push(about);
        self.numbers.insert(about, number);
        Some(number)
    }

    #[inline]
    fn read(&self, held: Held) -> Due {
        if held.about == BESIDE {
            let beside = self.beside.get(held.value as usize);
            return beside.copied().unwrap_or(Due::NONE);
        }
        let about = self.abouts.get(usize::from(held.about));
        about.map_or(Due::NONE, |about| Due {
            value: held.value.into(),
            about: *about,
        })
    }
}

impl<'a> Dues<'a> {
    /// How many.
    pub fn len(self) -> usize {
        self.held.len()
    }

    /// True without any.
    pub fn is_empty(self) -> bool {
        self.held.is_empty()
    }

    /// The line at a place.
    #[inline]
    pub fn get(self, at: usize) -> Option<Due> {
        self.held.get(at).map(|held| self.shared.read(*held))
    }

    /// All of them.
    #[inline]
    pub fn iter(self) -> impl Iterator<Item = Due> + 'a {
        self.held.iter().map(move |held| self.shared.read(*held))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn due() -> impl Strategy<Value = Due> {
        let value = prop_oneof![
            0i64..99_999,
            any::<i64>(),
            Just(i64::from(u32::MAX)),
            Just(i64::from(u32::MAX) + 1),
            Just(-1)
        ];
        (value, any::<u32>()).prop_map(|(value, about)| Due { value, about })
    }

    proptest! {
        #[test]
        fn a_line_comes_out_as_it_went_in(dues in prop::collection::vec(due(), 1..20), other in due()) {
            let mut column = DueColumn::unknown(1);
            for due in &dues {
                column.push(*due);
            }
            column.set(0, other);
            let all = column.range(0..column.len());
            let known: Vec<Due> = std::iter::once(other).chain(dues.iter().copied()).collect();
            prop_assert_eq!(all.iter().collect::<Vec<_>>(), known.clone());
            let last = known.len() - 1;
            column.arrange(0..known.len(), (0..known.len()).rev());
            let turned = column.range(0..column.len());
            prop_assert_eq!(turned.get(last), known.first().copied());
            prop_assert_eq!(turned.get(0), known.last().copied());
        }
    }

    #[test]
    fn no_kind_of_line_is_left_out_where_numbers_end() {
        let mut column = DueColumn::default();
        for about in 0..70_000 {
            column.push(Due { value: 7, about });
        }
        for (about, due) in column.range(0..70_000).iter().enumerate() {
            assert_eq!((due.value, due.about as usize), (7, about));
        }
    }
}
