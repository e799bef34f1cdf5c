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
    for (line, priced) in lines.filter(|(line, _)| !line.quantity.is_zero()) {
        let mut put = |what| {
            found.push(Breach {
                line: line.number,
                what,
            });
        };
        if let (Some(margin), Some(floor)) = (priced.margin_pct, rules.floor_margin_pct)
            && margin < floor
        {
            put(format!(
                "margin {} is below {}",
                shown(margin),
                shown(floor)
            ));
        }
        if let (Some(discount), Some(limit)) = (priced.discount_pct, rules.limit_discount_pct)
            && discount > limit
        {
            put(format!(
                "discount {} is over {}",
                shown(discount),
                shown(limit)
            ));
        }
    }
    found
}
