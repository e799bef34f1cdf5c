//! How sure the score is: the open deals drawn thousands of times, each won with its probability,
//! the deals of one customer partly together. A draw's score is exactly the projection of its set
//! of won deals. An accepted suggestion is drawn as a deal of its
//! customer. Seeded: the same book, seed and pack give the same figures everywhere. Shares of
//! draws are counts; no score or amount is ever a floating-point number.

mod block;
mod draw;
mod field;
mod lane;
pub mod odds;
mod reader;
mod slots;
mod summary;

use super::board::DealId;
use super::engine::Engine;
use super::{PackLabel, ProgramError};
use crate::domain::portfolio::Portfolio;
use crate::domain::quote::Quote;
use num_rational::BigRational;
use rust_decimal::Decimal;
use std::sync::Arc;

pub use odds::{Odds, Outlook};

/// How a forecast is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// How many draws; raised to a whole number of 64.
    pub draws: u32,
    /// Same seed, same draws.
    pub seed: u64,
    /// Share of draws, in percent, in which all deals of a customer stand or fall by one number:
    /// the correlation of two of its deals that are equally likely.
    pub correlation_pct: Decimal,
}

/// The forecast of every portfolio by fiscal month.
#[derive(Clone, Debug, PartialEq)]
pub struct Forecast {
    /// The pack it rests on.
    pub pack: PackLabel,
    /// Where the chances come from.
    pub odds: Odds,
    /// How it was drawn; `draws` as really drawn.
    pub terms: Terms,
    /// Deals drawn, accepted suggestions among them.
    pub deals: usize,
    /// The months, from today's to the end of the next fiscal year.
    pub months: Vec<Arc<str>>,
    /// In the projection's order.
    pub portfolios: Vec<PortfolioForecast>,
    /// What is assumed, in sentences.
    pub assumptions: Vec<String>,
}

/// The forecast of one portfolio.
#[derive(Clone, Debug, PartialEq)]
pub struct PortfolioForecast {
    /// Which.
    pub portfolio: Portfolio,
    /// One for each month; empty where the portfolio has no score.
    pub months: Vec<Spread>,
}

/// The draws of one portfolio and month, summed up.
#[derive(Clone, Debug, PartialEq)]
pub struct Spread {
    /// The score that 10 % of the draws do not exceed.
    pub low: BigRational,
    /// The score in the middle.
    pub median: BigRational,
    /// The score that 90 % of the draws do not exceed.
    pub high: BigRational,
    /// The pack's score edges, each with the number of draws that reach it.
    pub reached: Vec<(Decimal, u32)>,
    /// Mean on-time renewal rate in percent; none without that metric or without value due.
    pub on_time: Option<BigRational>,
}

impl Engine {
    /// Draws the open deals, `draft` (if given) in the place of the stored quote of its renewals.
    ///
    /// # Errors
    /// A day or assessment outside the calendar; figures too long to be counted in whole units.
    pub fn forecast(&self, terms: &Terms, draft: Option<&Quote>) -> Result<Forecast, ProgramError> {
        let field = field::Field::of(self, terms, draft)?;
        Ok(summary::sum_up(self, &field, block::draw(&field)))
    }

    /// The deals that one draw of a forecast wins, for whoever wants to check it by hand.
    ///
    /// # Errors
    /// As [`Engine::forecast`].
    pub fn forecast_draw(&self, terms: &Terms, draw: u32) -> Result<Vec<DealId>, ProgramError> {
        let field = field::Field::of(self, terms, None)?;
        Ok(block::won_in(&field, u64::from(draw)))
    }
}
