//! Sums that a part can be taken out of again, so that a key costs the line it changes.

use super::{PricedLine, Totals, line::share};
use crate::domain::money::Currency;
use crate::domain::quote::QuoteLine;
use rust_decimal::Decimal;

/// 10²²: while sums stay below it and parts have no more than six places, adding decimals rounds nothing.
const LIMIT: Decimal = Decimal::from_parts(0xB240_0000, 0x19E0_C9BA, 0x21E, false, 0);
/// Places of a part at most.
const PLACES: u32 = 6;

/// A sum that knows whether taking a part out of it gives exactly the sum without that part.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sum {
    value: Decimal,
    rounded: bool,
}

impl Sum {
    /// The sum.
    pub(super) fn value(&self) -> Decimal {
        self.value
    }

    /// False once a part was so large or fine that the sum may have been rounded: it has to be added up anew
    /// when a part leaves.
    pub(super) fn exact(&self) -> bool {
        !self.rounded
    }

    /// Adds a part; held at the largest decimal.
    pub(super) fn add(&mut self, part: Decimal) {
        self.value = self.value.saturating_add(part);
        self.look(part);
    }

    /// Takes a part out.
    pub(super) fn take(&mut self, part: Decimal) {
        self.value = self.value.saturating_sub(part);
        self.look(part);
    }

    fn look(&mut self, part: Decimal) {
        let fits = |value: Decimal| value.abs() < LIMIT;
        self.rounded |= part.scale() > PLACES || !fits(part) || !fits(self.value);
    }
}

/// The sums of some lines of a quote: what its totals and every subtotal are made of. A line of
/// quantity 0 counts in no amount; one without a net price is counted in `unpriced` only.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally {
    lines: usize,
    unpriced: usize,
    unlisted: usize,
    quantity: Sum,
    list: Sum,
    net: Sum,
    sell: Sum,
    tcv: Sum,
    acv: Sum,
    run_rate: Sum,
}

impl Tally {
    /// The sums of all these lines.
    pub fn of<'a>(lines: impl Iterator<Item = (&'a QuoteLine, &'a PricedLine)>) -> Tally {
        let mut tally = Tally::default();
        for (line, priced) in lines {
            tally.add(line, priced);
        }
        tally
    }

    /// How many lines, dropped and unpriced ones too.
    pub fn lines(&self) -> usize {
        self.lines
    }

    /// Units of all lines.
    pub fn quantity(&self) -> Decimal {
        self.quantity.value()
    }

    /// Takes in a line.
    pub fn add(&mut self, line: &QuoteLine, priced: &PricedLine) {
        self.count(line, priced, Sum::add, |count| *count += 1);
    }

    /// Takes a line out that is in it. False where sums may have been rounded: then they are to be added
    /// up anew.
    #[must_use]
    pub fn take(&mut self, line: &QuoteLine, priced: &PricedLine) -> bool {
        self.count(line, priced, Sum::take, |count| {
            *count = count.saturating_sub(1);
        });
        let sums = [
            self.quantity,
            self.list,
            self.net,
            self.sell,
            self.tcv,
            self.acv,
            self.run_rate,
        ];
        sums.iter().all(Sum::exact)
    }

    fn count(
        &mut self,
        line: &QuoteLine,
        priced: &PricedLine,
        put: fn(&mut Sum, Decimal),
        step: fn(&mut usize),
    ) {
        step(&mut self.lines);
        if line.quantity.is_zero() {
            return;
        }
        put(&mut self.quantity, line.quantity);
        let Some(net) = priced.extended_net else {
            return step(&mut self.unpriced);
        };
        if priced.extended_list.is_none() {
            step(&mut self.unlisted);
        }
        put(&mut self.net, net);
        for (sum, part) in [
            (&mut self.list, priced.extended_list),
            (&mut self.sell, priced.extended_sell),
            (&mut self.tcv, priced.tcv),
            (&mut self.acv, priced.acv),
            (&mut self.run_rate, priced.run_rate),
        ] {
            put(sum, part.unwrap_or_default());
        }
    }

    /// The totals: sums of rounded lines, a discount where every counted line has a list price, and the
    /// margin of the sums. Net 800.00 sold for 1,000.00 is a margin of 20 %.
    pub fn totals(&self, currency: Currency) -> Totals {
        let (list, net, sell) = (self.list.value(), self.net.value(), self.sell.value());
        Totals {
            currency,
            list,
            net,
            sell,
            discount_pct: match self.unlisted {
                0 => share(list - net, list),
                _ => None,
            },
            margin_pct: share(sell - net, sell),
            tcv: self.tcv.value(),
            acv: self.acv.value(),
            run_rate: self.run_rate.value(),
            unpriced: self.unpriced,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_that_may_have_been_rounded_says_so() {
        assert_eq!(LIMIT.to_string(), "10000000000000000000000");
        let mut sum = Sum::default();
        sum.add(Decimal::new(1_000, 2));
        sum.add(Decimal::new(5, 6));
        sum.take(Decimal::new(1_000, 2));
        assert!(sum.exact());
        assert_eq!(sum.value(), Decimal::new(5, 6));
        sum.add(LIMIT);
        sum.take(LIMIT);
        assert!(!sum.exact(), "adding 10^22 may have rounded the rest");
        let mut fine = Sum::default();
        fine.add(Decimal::new(1, 7));
        assert!(!fine.exact());
    }
}
