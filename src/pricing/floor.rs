//! Lines that go below the pack's floor: too little margin, too much discount. A quote with one cannot
//! go out without an approval.

use super::PricedLine;
use crate::domain::quote::QuoteLine;
use crate::domain::rules::QuoteRules;
use rust_decimal::Decimal;

/// What a line breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breach {
    /// Number of the line.
    pub line: u32,
    /// A clause: `margin 3.10 % is below 5 %`.
    pub what: String,
}

/// The lines below the floor, in the order of the quote. Limits are compared exactly: a margin of the
/// floor itself is allowed.
pub fn breaches<'a>(
    lines: impl Iterator<Item = (&'a QuoteLine, &'a PricedLine)>,
    rules: &QuoteRules,
) -> Vec<Breach> {
    let mut found = Vec::new();
    let shown = |pct: Decimal| format!("{} %", pct.round_dp(2).normalize());
    for (line, priced) in lines {
        let mut put = |what| {
            found.push(Breach {
                line: line.number,
                what,
            });
        };
        let (low, high) = broken(line, priced, rules);
        if let Some((margin, floor)) = low {
            put(format!(
                "margin {} is below {}",
                shown(margin),
                shown(floor)
            ));
        }
        if let Some((discount, limit)) = high {
            put(format!(
                "discount {} is over {}",
                shown(discount),
                shown(limit)
            ));
        }
    }
    found
}

/// True for a line below the floor.
pub fn is_below(line: &QuoteLine, priced: &PricedLine, rules: &QuoteRules) -> bool {
    broken(line, priced, rules) != (None, None)
}

/// A figure and the limit it breaks.
type Broken = Option<(Decimal, Decimal)>;

/// The margin below the floor, the discount over the limit.
fn broken(line: &QuoteLine, priced: &PricedLine, rules: &QuoteRules) -> (Broken, Broken) {
    if line.quantity.is_zero() {
        return (None, None);
    }
    let margin = priced.margin_pct.zip(rules.floor_margin_pct);
    let discount = priced.discount_pct.zip(rules.limit_discount_pct);
    (
        margin.filter(|(margin, floor)| margin < floor),
        discount.filter(|(discount, limit)| discount > limit),
    )
}
