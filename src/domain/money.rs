//! Exact money: a decimal amount with its currency, and the one rounding function.
//! Nothing here formats for a person (see `ui::format`) and nothing here uses floats.

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// An ISO 4217 currency code: three capital letters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

impl Currency {
    /// US dollars, the currency of the program's thresholds.
    pub const USD: Currency = Currency(*b"USD");

    /// The code as text.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("???")
    }

    /// The code in fifteen bits, five a letter from 1 for A: never 0, which is free for none.
    pub fn bits(self) -> u16 {
        self.0
            .iter()
            .fold(0, |bits, letter| bits << 5 | u16::from(letter & 0x1f))
    }

    /// The currency of such bits; none of 0 or of what no code gives.
    pub fn of_bits(bits: u16) -> Option<Currency> {
        let letter = |shift: u32| {
            let letter = (bits >> shift & 0x1f) as u8;
            (1..=26).contains(&letter).then_some(b'@' + letter)
        };
        Some(Currency([letter(10)?, letter(5)?, letter(0)?]))
    }

    /// Decimal places of the smallest unit by ISO 4217 (decision 29): JPY 0, KWD 3, most 2.
    pub fn minor_units(&self) -> u32 {
        match self.code() {
            "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF"
            | "UGX" | "UYI" | "VND" | "VUV" | "XAF" | "XOF" | "XPF" => 0,
            "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
            "CLF" | "UYW" => 4,
            _ => 2,
        }
    }

    /// Rounds an amount to this currency's minor unit, half away from zero.
    ///
    /// `2.345` becomes `2.35` and `-2.345` becomes `-2.35` in USD (golden case R18).
    pub fn round(&self, amount: Decimal) -> Decimal {
        round_half_up(amount, self.minor_units())
    }
}

/// Half-up rounding (half away from zero), the only rounding direction of the product.
pub fn round_half_up(amount: Decimal, places: u32) -> Decimal {
    amount.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero)
}

/// A text that is no currency code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a three-letter currency code")]
pub struct BadCurrency(pub String);

impl FromStr for Currency {
    type Err = BadCurrency;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let upper = text.trim().to_ascii_uppercase();
        match upper.as_bytes() {
            [a, b, c] if [a, b, c].iter().all(|x| x.is_ascii_uppercase()) => {
                Ok(Currency([*a, *b, *c]))
            }
            _ => Err(BadCurrency(text.to_string())),
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Currency {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// An amount in one currency. Amounts of different currencies are never added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    /// The amount in major units, exact.
    pub amount: Decimal,
    /// Its currency.
    pub currency: Currency,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_comes_out_of_its_bits_and_nothing_else_does() {
        let letters = || b'A'..=b'Z';
        let mut known = 0;
        for a in letters() {
            for code in letters().flat_map(|b| letters().map(move |c| [a, b, c])) {
                let currency = Currency(code);
                assert_eq!(Currency::of_bits(currency.bits()), Some(currency));
                known += 1;
            }
        }
        let codes = (0..1 << 15).filter(|bits| Currency::of_bits(*bits).is_some());
        assert_eq!(codes.count(), known);
    }
}
