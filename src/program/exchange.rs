//! Dated currency rates: an amount in another currency in minor units of the projection's own,
//! rounded half up once per amount. Without a rate for the day there is no amount.

use super::exact;
use super::pack::{CurrencyRate, Pack};
use super::units;
use crate::domain::money::Currency;
use chrono::NaiveDate;
use num_traits::ToPrimitive;
use rust_decimal::Decimal;

/// The rates into one currency.
#[derive(Clone, Debug)]
pub struct Exchange {
    home: Currency,
    rates: Vec<CurrencyRate>,
}

impl Exchange {
    /// The pack's rates into its own currency.
    pub fn of(pack: &Pack) -> Exchange {
        let home = pack.currency;
        let mut rates: Vec<CurrencyRate> = pack
            .currency_rates
            .iter()
            .filter(|rate| rate.to == home && rate.from != home)
            .cloned()
            .collect();
        rates.sort_by_key(|rate| (rate.from, rate.on));
        Exchange { home, rates }
    }

    /// The currency everything is counted in.
    pub fn home(&self) -> Currency {
        self.home
    }

    /// The currencies that have a rate, each once.
    pub fn currencies(&self) -> Vec<Currency> {
        let mut all: Vec<Currency> = self.rates.iter().map(|rate| rate.from).collect();
        all.dedup();
        all
    }

    /// The rate of a currency on a day: the newest that began by then and has not ended.
    pub fn rate(&self, from: Currency, day: NaiveDate) -> Option<&CurrencyRate> {
        self.rates
            .iter()
            .rev()
            .filter(|rate| rate.from == from && rate.on <= day)
            .find(|rate| rate.until.is_none_or(|until| day <= until))
    }

    /// Minor units of a currency as minor units of the projection's, at the rate of a day, half up:
    /// 1,000.01 EUR at 1.0835 are 1,083.51 USD. The same number for the currency itself.
    pub fn home_units(&self, amount: i64, from: Currency, day: NaiveDate) -> Option<i128> {
        if from == self.home {
            return Some(amount.into());
        }
        let rate = self.rate(from, day)?.rate;
        let places = self.home.minor_units();
        let by = 10i128.checked_pow(places)?;
        let product = i128::from(amount)
            .checked_mul(rate.mantissa())
            .and_then(|product| product.checked_mul(2 * by));
        let Some(doubled) = product else {
            return self.home_units_of_long(amount, from, rate);
        };
        let over = 10i128.checked_pow(rate.scale() + from.minor_units())?;
        let size = doubled.abs().checked_add(over)? / over.checked_mul(2)?;
        Some(if doubled < 0 { -size } else { size })
    }

    /// The same for an amount or a rate so long that their product passes 128 bits.
    fn home_units_of_long(&self, amount: i64, from: Currency, rate: Decimal) -> Option<i128> {
        let exact = units::fraction(amount.into(), from.minor_units()) * exact::of(rate);
        let places = self.home.minor_units();
        let rounded = exact::round(&exact, places)?;
        let units = exact::of(rounded) * exact::of(Decimal::from(10u64.pow(places)));
        units.to_integer().to_i128()
    }
}
