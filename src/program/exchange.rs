//! Dated currency rates: an amount in another currency in minor units of the projection's own,
//! rounded half up once per amount. Without a rate for the day there is no amount.

use super::exact;
use super::units;
use crate::domain::money::Currency;
use chrono::NaiveDate;
use num_traits::ToPrimitive;
use rust_decimal::Decimal;

/// What one unit of a currency is worth in the projection's, from a day on.
#[derive(Clone, Debug, PartialEq)]
pub struct Rate {
    /// The currency of the deal.
    pub from: Currency,
    /// First day.
    pub on: NaiveDate,
    /// Last day; none until the next rate of the currency.
    pub until: Option<NaiveDate>,
    /// Units of the projection's currency for one.
    pub rate: Decimal,
}

/// The rates into one currency.
#[derive(Clone, Debug)]
pub struct Exchange {
    home: Currency,
    rates: Vec<Rate>,
}

impl Exchange {
    /// Rates into a currency, in any order.
    pub fn into(home: Currency, mut rates: Vec<Rate>) -> Exchange {
        rates.retain(|rate| rate.from != home);
        rates.sort_by_key(|rate| (rate.from, rate.on));
        Exchange { home, rates }
    }

    /// The currency everything is counted in.
    pub fn home(&self) -> Currency {
        self.home
    }

    /// True where any rate is given.
    pub fn has_rates(&self) -> bool {
        !self.rates.is_empty()
    }

    /// The rate of a currency on a day: the latest that began by then and has not ended.
    pub fn rate(&self, from: Currency, day: NaiveDate) -> Option<&Rate> {
        self.rates
            .iter()
            .rev()
            .find(|rate| rate.from == from && rate.on <= day)
            .filter(|rate| rate.until.is_none_or(|until| day <= until))
    }

    /// Minor units of a currency as minor units of the projection's, at the rate of a day, half up:
    /// 1,000.01 EUR at 1.0835 are 1,083.51 USD. The same number for the currency itself.
    pub fn home_units(&self, amount: i64, from: Currency, day: NaiveDate) -> Option<i128> {
        if from == self.home {
            return Some(amount.into());
        }
        let rate = self.rate(from, day)?;
        let exact = units::fraction(amount.into(), from.minor_units()) * exact::of(rate.rate);
        let places = self.home.minor_units();
        let rounded = exact::round(&exact, places)?;
        let units = exact::of(rounded) * exact::of(Decimal::from(10u64.pow(places)));
        units.to_integer().to_i128()
    }
}
