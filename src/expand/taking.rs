//! Quote lines of the plays that renew what there is, only longer or higher, and of licences.

use super::Play;
use super::accept::{blank, limits};
use super::facts::Facts;
use super::ladder::target;
use crate::catalogue::is_licence;
use crate::domain::day::term_end;
use crate::domain::ids::{IdSource, QuoteLineId};
use crate::domain::line::{Line, LineKind};
use crate::domain::money::{Currency, round_half_up};
use crate::domain::quote::{BuyDriver, QuoteLine};
use crate::pricing::draft::{DraftOptions, Refusal, draft_within, name_of};
use crate::pricing::mode_for;
use rust_decimal::Decimal;

/// Months of a licence whose id names no term.
const ONE_YEAR: i32 = 12;

/// What is taken, in which currency.
pub(super) struct Taking {
    pub play: Play,
    /// That of the suggestion's value; without one no line gets a price.
    pub currency: Option<Currency>,
}

impl Taking {
    /// The quote line for one line of the book.
    pub fn line(
        &mut self,
        facts: &mut Facts<'_>,
        line: &Line,
        ids: &mut dyn IdSource,
    ) -> Result<QuoteLine, Refusal> {
        let id = QuoteLineId(ids.next());
        match self.play {
            Play::WindowClosing => {
                let known = limits(facts, line).ldos.is_some();
                let months = known.then_some(facts.rules.plays.longest_months);
                self.renewed(facts, line, months, id)
            }
            Play::MultiYear => {
                let months = Some(facts.rules.plays.multi_year_months);
                self.renewed(facts, line, months, id)
            }
            Play::TierUplift => self.raised(facts, line, id),
            _ if line.kind == LineKind::Subscription => self.renewed(facts, line, None, id),
            _ => self.licensed(facts, line, id),
        }
    }

    /// The line renewed for so many months, cut at its last date of support.
    fn renewed(
        &self,
        facts: &mut Facts<'_>,
        line: &Line,
        term_months: Option<i32>,
        id: QuoteLineId,
    ) -> Result<QuoteLine, Refusal> {
        let limits = limits(facts, line);
        let options = DraftOptions {
            term_months,
            ..DraftOptions::default()
        };
        let mut made = draft_within(line, 1, id, facts.today, facts.rules, limits, &options)?;
        made.renewal = facts.renewal_of(line);
        if !self.prices(line) {
            made.unit_list = None;
            made.buy = BuyDriver::DiscountPct(Decimal::ZERO);
        }
        Ok(made)
    }

    /// True where a price may stand on what is made of a line: there is a currency, and the line is in no other.
    fn prices(&self, line: &Line) -> bool {
        self.currency.is_some() && (line.currency.is_none() || line.currency == self.currency)
    }

    /// The line renewed at the level of the customer's norm: with the SKU of a line of the same product that
    /// has it, never one put together; its price the book's for that level, or none.
    fn raised(
        &self,
        facts: &mut Facts<'_>,
        line: &Line,
        id: QuoteLineId,
    ) -> Result<QuoteLine, Refusal> {
        let mut made = self.renewed(facts, line, None, id)?;
        let Some(Ok(target)) = target(line, facts) else {
            return Err(Refusal::NotRenewable {
                what: name_of(line),
                reason: "nothing above its level is the customer's norm any more".to_string(),
                line: Some(line.id),
            });
        };
        let like = facts.snapshot.lines.get(target.like);
        let same = like.filter(|like| like.pid == line.pid);
        made.service_sku = same.and_then(|like| like.service_sku);
        made.service_level = Some(target.to.as_str().into());
        made.unit_list = None;
        made.buy = BuyDriver::DiscountPct(Decimal::ZERO);
        let price = line.pid.as_deref().zip(self.currency);
        let price = price.filter(|_| self.prices(line));
        let price = price
            .and_then(|(pid, currency)| facts.ground.prices.at_level(pid, &target.code, currency));
        if let Some((yearly, _)) = price {
            made.unit_list = Some(yearly.amount);
            made.list_years = Decimal::ONE;
        }
        Ok(made)
    }

    /// The licence the customer's sister devices have, for its term, cut at the device's last date of support.
    fn licensed(
        &self,
        facts: &mut Facts<'_>,
        line: &Line,
        id: QuoteLineId,
    ) -> Result<QuoteLine, Refusal> {
        let limits = limits(facts, line);
        let start = facts.today;
        if let Some(ldos) = limits.ldos.filter(|ldos| *ldos < start) {
            return Err(Refusal::PastLdos {
                what: name_of(line),
                ldos,
                start,
                line: Some(line.id),
            });
        }
        let licence = line.pid.as_ref().and_then(|pid| facts.licence(pid));
        let Some(licence) = licence else {
            return Err(Refusal::NotRenewable {
                what: name_of(line),
                reason: "no licence of the book fits it any more".to_string(),
                line: Some(line.id),
            });
        };
        let asked = term_end(start, term_of(&licence.pid));
        let end = limits.ldos.map_or(asked, |ldos| asked.min(ldos));
        let mut made = blank(facts.rules, line, id, start, end);
        made.kind = LineKind::Subscription;
        let products = [Some(&*licence.pid)];
        made.proration = mode_for(LineKind::Subscription, products, facts.rules);
        made.ldos = limits.ldos;
        made.cut_at_ldos = end < asked;
        made.portfolio = facts.catalogue.portfolio_of_product(&licence.pid);
        made.description = Some(format!("licence for {}", name_of(line)).into());
        made.pid = Some(licence.pid);
        if let Some((yearly, _, list)) = licence.yearly {
            let list = list.filter(|list| *list >= yearly.amount);
            made.unit_list = Some(list.unwrap_or(yearly.amount));
            let share =
                list.and_then(|list| (yearly.amount * Decimal::ONE_HUNDRED).checked_div(list));
            if let Some(share) = share {
                let off = round_half_up(Decimal::ONE_HUNDRED - share, 6);
                made.buy = BuyDriver::DiscountPct(off);
            }
        }
        Ok(made)
    }
}

/// The term a licence's id ends with: 36 months of `C9300-DNA-A-48-3Y`, `C9300-DNA-A-48-3R` (a renewal) and
/// `LIC-ENT-3YR`. A bare number is none: the 8 of `C9200CX-DNA-E-8` are ports.
fn term_of(pid: &str) -> i32 {
    let last = pid.rsplit('-').next().unwrap_or_default();
    let marks = ["YR", "Y", "R"];
    let years = marks.iter().find_map(|mark| last.strip_suffix(mark));
    let years = years.and_then(|years| years.parse::<i32>().ok());
    let years = years.filter(|years| (1..=10).contains(years) && is_licence(pid));
    years.map_or(ONE_YEAR, |years| years * ONE_YEAR)
}
