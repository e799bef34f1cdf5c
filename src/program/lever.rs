//! Which field of a quote, moved how far, lifts a portfolio to a wanted score. Each field is tried alone
//! on the lines of that portfolio; every answer is a projection of the quote as it would be.

use super::{Engine, Month, ProgramError, View};
use crate::domain::day::term_end;
use crate::domain::portfolio::Portfolio;
use crate::domain::quote::{BuyDriver, Quote, QuoteLine};
use crate::domain::rules::Rules;
use crate::pricing::{coterm, edit, price_line};
use num_rational::BigRational;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// Most a quantity is raised by, in percent: ten times as many.
const MOST_QUANTITY: u32 = 900;
/// Terms tried, in months.
const TERMS: [i32; 5] = [24, 36, 48, 60, 84];

/// A field that is moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lever {
    /// More units.
    Quantity,
    /// A longer term, never past a last date of support.
    Term,
    /// Less discount.
    Discount,
    /// Sold as premium service.
    Premium,
}

impl Lever {
    /// All fields, in the order they are told.
    pub const ALL: [(Lever, &'static str); 4] = [
        (Lever::Quantity, "quantity"),
        (Lever::Term, "term"),
        (Lever::Discount, "discount"),
        (Lever::Premium, "premium"),
    ];

    /// Its word.
    pub fn word(self) -> &'static str {
        let known = Lever::ALL.iter().find(|(lever, _)| *lever == self);
        known.map_or("", |(_, word)| word)
    }
}

/// What moving one field does.
#[derive(Clone, Debug, PartialEq)]
pub struct Way {
    /// The field.
    pub lever: Lever,
    /// How far it is moved, or why it does not help: a clause.
    pub words: String,
    /// True when the score is reached.
    pub reaches: bool,
    /// The score then: reached, or the best the field can do.
    pub score: Option<BigRational>,
    /// The lines as they would be; empty where the field can do nothing.
    pub lines: Vec<QuoteLine>,
}

/// An answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Ways {
    /// The portfolio.
    pub portfolio: Portfolio,
    /// Its score with the quote as it stands.
    pub now: Option<BigRational>,
    /// The fields, those that reach the score first.
    pub ways: Vec<Way>,
}

struct Ground<'a> {
    engine: &'a Engine,
    quote: &'a Quote,
    portfolio: &'a Portfolio,
    target: BigRational,
    rules: &'a Rules,
}

impl Ground<'_> {
    fn score(&self, quote: &Quote) -> Result<Option<BigRational>, ProgramError> {
        let view = View::Quote(quote.id);
        let projected = self.engine.project_with(quote, &view, &Month::Horizon)?;
        let mut found = projected.portfolios.into_iter();
        let found = found.find(|score| score.portfolio == *self.portfolio);
        Ok(found.and_then(|score| score.score))
    }

    fn counts(&self, line: &QuoteLine) -> bool {
        !line.quantity.is_zero() && line.portfolio.as_ref() == Some(self.portfolio)
    }

    /// The quote with the lines of the portfolio changed; those for which the change says nothing stay.
    fn moved(&self, change: &dyn Fn(&QuoteLine) -> Option<QuoteLine>) -> (Quote, Vec<QuoteLine>) {
        let mut quote = self.quote.clone();
        let mut lines = Vec::new();
        for line in &mut quote.lines {
            if let Some(new) = Some(&*line)
                .filter(|line| self.counts(line))
                .and_then(change)
                && new != *line
            {
                *line = new.clone();
                lines.push(new);
            }
        }
        (quote, lines)
    }

    fn way(
        &self,
        lever: Lever,
        words: String,
        change: &dyn Fn(&QuoteLine) -> Option<QuoteLine>,
    ) -> Result<Way, ProgramError> {
        let (quote, lines) = self.moved(change);
        let score = self.score(&quote)?;
        Ok(Way {
            lever,
            words,
            reaches: score.as_ref().is_some_and(|score| *score >= self.target),
            score,
            lines,
        })
    }

    /// The least of 1 to `most` steps that reaches the target; the last step where none does. Steps are
    /// halved, which is right where more of the field never lowers the score.
    fn least(
        &self,
        lever: Lever,
        most: u32,
        words: &dyn Fn(u32) -> String,
        change: &dyn Fn(u32, &QuoteLine) -> Option<QuoteLine>,
    ) -> Result<Way, ProgramError> {
        let at = |step: u32| self.way(lever, words(step), &|line| change(step, line));
        let mut best = at(most)?;
        if !best.reaches || best.lines.is_empty() {
            return Ok(best);
        }
        let (mut low, mut high) = (0, most);
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            let tried = at(middle)?;
            if tried.reaches {
                (best, high) = (tried, middle);
            } else {
                low = middle;
            }
        }
        Ok(best)
    }
}

/// How each field of a quote would lift a portfolio to a score at the pack's horizon. Discounts move in
/// steps of a tenth of a percent point, quantities in whole percents rounded up to whole units.
///
/// # Errors
/// What keeps the engine from projecting.
pub fn ways(
    engine: &Engine,
    quote: &Quote,
    (portfolio, target): (&Portfolio, Decimal),
    rules: &Rules,
) -> Result<Ways, ProgramError> {
    let ground = Ground {
        engine,
        quote,
        portfolio,
        target: super::exact::of(target),
        rules,
    };
    let now = ground.score(quote)?;
    let mut ways = vec![
        quantity(&ground)?,
        discount(&ground)?,
        term(&ground)?,
        premium(&ground)?,
    ];
    for way in ways.iter_mut().filter(|way| way.lines.is_empty()) {
        way.words = match ground.quote.lines.iter().any(|line| ground.counts(line)) {
            true => "no line of the quote could be moved".to_string(),
            false => format!("the quote has no line in {}", portfolio.title()),
        };
        way.reaches = false;
    }
    ways.sort_by_key(|way| !way.reaches);
    Ok(Ways {
        portfolio: portfolio.clone(),
        now,
        ways,
    })
}

fn quantity(ground: &Ground<'_>) -> Result<Way, ProgramError> {
    let raised = |step: u32, line: &QuoteLine| {
        let share = Decimal::from(100 + step).checked_div(Decimal::ONE_HUNDRED)?;
        let units = line.quantity.checked_mul(share)?.ceil();
        let mut new = line.clone();
        edit::set_quantity(&mut new, units);
        Some(new)
    };
    let units = |step: u32| -> Decimal {
        let lines = ground.quote.lines.iter().filter(|line| ground.counts(line));
        lines
            .filter_map(|line| raised(step, line))
            .map(|line| line.quantity)
            .sum()
    };
    let words = |step: u32| {
        format!(
            "{} → {} units, each line {step} % more, rounded up",
            units(0).normalize(),
            units(step).normalize()
        )
    };
    ground.least(Lever::Quantity, MOST_QUANTITY, &words, &raised)
}

fn discount(ground: &Ground<'_>) -> Result<Way, ProgramError> {
    let off = |line: &QuoteLine| {
        let priced = price_line(line, ground.quote.currency, ground.rules);
        priced.discount_pct.filter(|pct| *pct > Decimal::ZERO)
    };
    let lines = ground.quote.lines.iter().filter(|line| ground.counts(line));
    let most = lines.filter_map(off).max().unwrap_or_default() * Decimal::TEN;
    let most = most.ceil().to_u32().unwrap_or_default().max(1);
    let less = |step: u32, line: &QuoteLine| {
        let pct = off(line)? - Decimal::new(step.into(), 1);
        let mut new = line.clone();
        new.buy = BuyDriver::DiscountPct(pct.max(Decimal::ZERO).round_dp(4));
        Some(new)
    };
    let words = |step: u32| {
        format!(
            "{} points less discount",
            Decimal::new(step.into(), 1).normalize()
        )
    };
    ground.least(Lever::Discount, most, &words, &less)
}

fn term(ground: &Ground<'_>) -> Result<Way, ProgramError> {
    let mut best: Option<Way> = None;
    for months in TERMS {
        let longer = |line: &QuoteLine| {
            let there = coterm::ended(line, term_end(line.start, months));
            there.filter(|there| there.end > line.end)
        };
        let way = ground.way(Lever::Term, format!("terms of {months} months"), &longer)?;
        if way.lines.is_empty() && best.is_some() {
            continue;
        }
        let better = best
            .as_ref()
            .is_none_or(|best| best.lines.is_empty() || way.score > best.score);
        let reaches = way.reaches && !way.lines.is_empty();
        if better || reaches {
            best = Some(way);
        }
        if reaches {
            break;
        }
    }
    match best {
        Some(way) => Ok(way),
        None => ground.way(Lever::Term, String::new(), &|_| None),
    }
}

fn premium(ground: &Ground<'_>) -> Result<Way, ProgramError> {
    let sold = |line: &QuoteLine| {
        (line.premium != Some(true)).then(|| QuoteLine {
            premium: Some(true),
            ..line.clone()
        })
    };
    ground.way(Lever::Premium, "sold as premium service".to_string(), &sold)
}
