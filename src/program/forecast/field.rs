//! What is drawn on: each open deal with its chance and what it adds to which column in which
//! month; each month's metrics with what stands booked. A column is what one side of one metric
//! collects; sides that collect the same are one column.

use super::Terms;
use super::draw::{Chance, Stream};
use super::odds::Odds;
use super::reader::Reader;
use super::slots::{HALF, Pair, Side, Slots};
use crate::domain::quote::Quote;
use crate::program::board::build::Window;
use crate::program::board::{BoardPortfolio, DealId};
use crate::program::engine::Engine;
use crate::program::gain::{self, Gains};
use crate::program::offer::Offers;
use crate::program::sums::Item;
use crate::program::totals::{Class, class_of};
use crate::program::{Month, ProgramError};
use num_traits::ToPrimitive;
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::ops::Range;

/// Most deals added by one table of sums.
pub const TOGETHER: usize = 8;

/// Everything the draws need, as whole numbers.
pub struct Field {
    /// Words of 64 draws.
    pub words: u64,
    /// How it is drawn.
    pub terms: Terms,
    /// Where the chances come from.
    pub odds: Odds,
    /// Places of the first and the last month in the calendar.
    pub places: (usize, usize),
    /// Deals, in the order of `groups`.
    pub deals: Vec<Drawn>,
    /// Customers with several deals.
    pub customers: Vec<Customer>,
    /// Numbers of the deals of all others.
    pub single: Vec<usize>,
    /// Deals that add to the same columns and months.
    pub groups: Vec<Group>,
    /// The slots (a column's month each), as they are added up.
    pub pairs: Vec<Pair>,
    /// Months that deals touch, by column: the numbers of a column's slots, in order.
    pub columns: Vec<Range<usize>>,
    /// The forecast's months.
    pub months: Vec<FieldMonth>,
}

/// A deal.
pub struct Drawn {
    /// Which.
    pub id: DealId,
    /// Its chance.
    pub chance: Chance,
    /// Its own numbers.
    pub own: Stream,
}

/// A customer with several deals.
pub struct Customer {
    /// When all of them go together.
    pub when: Stream,
    /// And by which numbers.
    pub which: Stream,
    /// Numbers of its deals.
    pub deals: Vec<usize>,
}

/// Up to eight deals and what each adds.
pub struct Group {
    /// How many.
    pub deals: usize,
    /// Pair of slots and each deal's amounts for them in minor units.
    pub adds: Vec<(usize, [i64; TOGETHER])>,
}

/// A month of the forecast.
pub struct FieldMonth {
    /// Its portfolios.
    pub portfolios: Vec<BoardPortfolio>,
    /// Its metrics.
    pub cells: Vec<FieldCell>,
}

/// A metric in a month.
pub struct FieldCell {
    /// What A collects.
    pub a: Side,
    /// What B collects.
    pub b: Side,
    /// How an index is read.
    pub reader: Reader,
}

/// What a deal adds to a column: column, month of the calendar, minor units.
pub(super) type Adds = Vec<(usize, usize, i64)>;

pub(super) struct Found {
    deal: DealId,
    id: u128,
    account: Option<u128>,
    p: Decimal,
    pub(super) adds: Adds,
}

impl Field {
    /// Cuts the field from the engine.
    pub fn of(
        engine: &Engine,
        terms: &Terms,
        draft: Option<&Quote>,
    ) -> Result<Field, ProgramError> {
        let (first, last) = engine.forecast_months()?;
        let sides = Sides::of(engine, first)?;
        let drafted = draft.map(|draft| engine.offers_as(draft));
        let mut odds = Odds::of(engine);
        let mut found = open_deals(engine, drafted.as_ref(), &sides, &odds);
        let accepted = accepted(engine, drafted.as_ref(), &sides, &odds);
        odds.accepted = accepted.len();
        found.extend(accepted);
        found.retain(|deal| !deal.adds.is_empty());
        found.sort_unstable_by_key(|deal| deal.id);
        let columns = merge_columns(&mut found, sides.count());
        // a deal beyond the last month still ties its customer's deals together
        let customers = several(&found);
        let slots = Slots::of(&mut found, last);
        let mut months = Vec::new();
        for at in first..=last {
            months.push(sides.month(engine, at, &columns, &slots)?);
        }
        let (found, groups, pairs) = group(found, &slots);
        let (customers, single) = by_customer(&found, &customers, terms.seed);
        Ok(Field {
            words: u64::from(terms.draws.max(1)).div_ceil(64),
            terms: *terms,
            odds,
            places: (first, last),
            deals: found
                .iter()
                .map(|deal| Drawn {
                    id: deal.deal,
                    chance: Chance::of(deal.p),
                    own: Stream::of(terms.seed, deal.id, 0),
                })
                .collect(),
            customers,
            single,
            groups,
            pairs,
            columns: slots.columns(),
            months,
        })
    }
}

/// How each side of each metric collects, before equal sides become one column.
struct Sides {
    windows: Vec<Window>,
    offset: usize,
}

impl Sides {
    fn of(engine: &Engine, at: usize) -> Result<Sides, ProgramError> {
        Ok(Sides {
            windows: engine.cells_at(at)?.windows,
            offset: engine.pack.growth.prior_offset_months,
        })
    }

    fn count(&self) -> usize {
        self.windows.len() * 2
    }

    /// What items add to each side, in minor units.
    fn adds(&self, items: &[Item]) -> Adds {
        let mut adds = Vec::new();
        for (number, window) in self.windows.iter().enumerate() {
            let live = window.live;
            for item in items.iter().filter(|i| i.portfolio == window.portfolio) {
                for (side, amount) in [(0, item.sums.of(live.a)), (1, item.sums.of(live.b))] {
                    if let Some(minor) = amount.to_i64().filter(|minor| *minor != 0) {
                        adds.push((number * 2 + side, item.month, minor));
                    }
                }
            }
        }
        adds
    }

    fn month(
        &self,
        engine: &Engine,
        at: usize,
        columns: &[Option<usize>],
        slots: &Slots,
    ) -> Result<FieldMonth, ProgramError> {
        let ground = engine.cells_at(at)?;
        let minor = 10i128.pow(engine.pack.currency.minor_units());
        let mut cells = Vec::new();
        for (number, (cell, window)) in ground.cells.into_iter().zip(&self.windows).enumerate() {
            let too_long = || {
                let portfolio = ground.portfolios.get(cell.portfolio);
                let name = portfolio.map_or("", |found| found.portfolio.title());
                ProgramError::TooLong(name.to_string(), cell.metric.clone())
            };
            let (back_a, back_b) = (0, window.live.base_offset(self.offset));
            let factor = i64::try_from(cell.unit / minor).map_err(|_| too_long())?;
            let side = |base: i128, side: usize, back: usize| {
                let column = columns.get(number * 2 + side).copied().flatten();
                let last = at.checked_sub(back);
                let before = last.and_then(|last| last.checked_sub(window.live.months));
                let slot = |month: Option<usize>| slots.upto(column?, month?);
                slots.side(base, factor, slot(last), slot(before))
            };
            let a = side(cell.a, 0, back_a).ok_or_else(too_long)?;
            let b = side(cell.b, 1, back_b).ok_or_else(too_long)?;
            let reader = Reader::of(cell, [a.axis, b.axis]);
            cells.push(FieldCell { a, b, reader });
        }
        Ok(FieldMonth {
            portfolios: ground.portfolios,
            cells,
        })
    }
}

impl Engine {
    /// Places of today's fiscal month (never before the assessment's) and of the last month of the
    /// next fiscal year, as far as the calendar goes.
    fn forecast_months(&self) -> Result<(usize, usize), ProgramError> {
        let m0 = self.month_at(&Month::Baseline)?;
        let today = self
            .calendar
            .position_of(self.today)
            .ok_or(ProgramError::TodayOutside(self.today))?;
        let year = self.calendar.at(today).map_or(0, |month| month.year);
        let months = self.calendar.months();
        let last = months.iter().rposition(|month| month.year <= year + 1);
        let first = today.max(m0);
        Ok((first, last.unwrap_or(first).max(first)))
    }
}

fn open_deals(engine: &Engine, draft: Option<&Offers>, sides: &Sides, odds: &Odds) -> Vec<Found> {
    let Some(ground) = engine.ground() else {
        return Vec::new();
    };
    let mut gains = Gains::default();
    let found = engine
        .deals()
        .iter()
        .filter(|deal| class_of(deal.kind).is_some_and(|class| class != Class::Booked))
        .map(|deal| {
            let drafted = draft.filter(|draft| draft.renewals.contains(&deal.id));
            let held = drafted.is_none().then(|| engine.offers_of(deal)).flatten();
            let offers = drafted.or(held.as_ref());
            gain::gains(&engine.case(deal), offers, &ground, &mut gains);
            let mut adds = sides.adds(&gains.items);
            adds.sort_unstable();
            Found {
                deal: DealId::Renewal(deal.id),
                id: deal.id.0.as_u128(),
                account: deal.account.map(|account| account.0.as_u128()),
                p: odds.chance(deal),
                adds,
            }
        });
    found.collect()
}

/// Quotes that renew nothing and that a suggestion was accepted into: booked today, a quote having
/// no planned day.
fn accepted(engine: &Engine, draft: Option<&Offers>, sides: &Sides, odds: &Odds) -> Vec<Found> {
    let Some(ground) = engine.ground() else {
        return Vec::new();
    };
    let drawn = |offers: &Offers| offers.renewals.is_empty();
    let quotes = engine.accepted.iter().filter_map(|id| {
        let drafted = draft.filter(|draft| draft.quote == *id);
        let offers = drafted.cloned().or_else(|| engine.offers(*id));
        offers.filter(drawn)
    });
    let found = quotes.map(|offers| {
        let mut adds = sides.adds(&gain::loose_gains(&offers, &ground));
        adds.sort_unstable();
        Found {
            deal: DealId::Quote(offers.quote),
            id: offers.quote.0.as_u128(),
            account: Some(offers.account.0.as_u128()),
            p: odds.accepted_pct / Decimal::ONE_HUNDRED,
            adds,
        }
    });
    found.collect()
}

/// Gives sides that collect the same amounts one column; renames the deals' adds to columns.
/// Answers the column of each side; none where nobody adds to it.
fn merge_columns(found: &mut [Found], sides: usize) -> Vec<Option<usize>> {
    let mut contents: Vec<Vec<(usize, usize, i64)>> = vec![Vec::new(); sides];
    for (number, deal) in found.iter().enumerate() {
        for (side, month, amount) in &deal.adds {
            if let Some(content) = contents.get_mut(*side) {
                content.push((number, *month, *amount));
            }
        }
    }
    let mut known: BTreeMap<&[(usize, usize, i64)], usize> = BTreeMap::new();
    let mut first = Vec::new();
    let columns: Vec<Option<usize>> = contents
        .iter()
        .enumerate()
        .map(|(side, content)| {
            if content.is_empty() {
                return None;
            }
            let next = known.len();
            Some(*known.entry(content).or_insert_with(|| {
                first.push(side);
                next
            }))
        })
        .collect();
    for deal in found {
        deal.adds.retain_mut(|(side, _, _)| {
            let leads = first.iter().position(|lead| *lead == *side);
            if let Some(column) = leads {
                *side = column;
            }
            leads.is_some()
        });
        deal.adds.sort_unstable();
    }
    columns
}

/// Customers with several deals, in order.
fn several(found: &[Found]) -> Vec<u128> {
    let mut deals: BTreeMap<u128, usize> = BTreeMap::new();
    for account in found.iter().filter_map(|deal| deal.account) {
        *deals.entry(account).or_default() += 1;
    }
    deals.retain(|_, deals| *deals > 1);
    deals.into_keys().collect()
}

/// Puts deals that add to the same columns and months together, eight at a time.
fn group(mut found: Vec<Found>, slots: &Slots) -> (Vec<Found>, Vec<Group>, Vec<Pair>) {
    let places = |deal: &Found| -> Vec<usize> {
        let slot = |(column, month, _): &(usize, usize, i64)| slots.at(*column, *month);
        deal.adds.iter().filter_map(slot).collect()
    };
    found.sort_by_cached_key(|deal| (places(deal), deal.id));
    let mut groups: Vec<(Vec<usize>, Group)> = Vec::new();
    for deal in &found {
        let own = places(deal);
        let full = |group: &(Vec<usize>, Group)| group.0 != own || group.1.deals == TOGETHER;
        if groups.last().is_none_or(full) {
            let adds = own.iter().map(|slot| (*slot, [0; TOGETHER])).collect();
            groups.push((own, Group { deals: 0, adds }));
        }
        if let Some((_, group)) = groups.last_mut() {
            for ((_, amounts), (_, _, amount)) in group.adds.iter_mut().zip(&deal.adds) {
                if let Some(place) = amounts.get_mut(group.deals) {
                    *place = *amount;
                }
            }
            group.deals += 1;
        }
    }
    let (mut pairs, mut places) = (Vec::new(), vec![None; slots.count()]);
    for (list, _) in &groups {
        slots.pair(list, &mut pairs, &mut places);
    }
    let groups = groups.into_iter().map(|(_, mut group)| {
        group.adds = paired(&group.adds, &pairs, &places);
        group
    });
    let groups = groups.collect();
    (found, groups, pairs)
}

/// Amounts by slot as amounts by pair.
fn paired(
    adds: &[(usize, [i64; TOGETHER])],
    pairs: &[Pair],
    places: &[Option<usize>],
) -> Vec<(usize, [i64; TOGETHER])> {
    let mut out: BTreeMap<usize, [i64; TOGETHER]> = BTreeMap::new();
    for (slot, amounts) in adds {
        let place = places.get(*slot).copied().flatten();
        let Some((place, pair)) = place.and_then(|place| Some((place, pairs.get(place)?))) else {
            continue;
        };
        let shift = if pair.low == *slot { 0 } else { HALF };
        for (sum, amount) in out.entry(place).or_default().iter_mut().zip(amounts) {
            *sum += amount << shift;
        }
    }
    out.into_iter().collect()
}

/// The customers that have several deals with the numbers of these, and the numbers of all other
/// deals.
fn by_customer(found: &[Found], several: &[u128], seed: u64) -> (Vec<Customer>, Vec<usize>) {
    let of = |account: &u128| Customer {
        when: Stream::of(seed, *account, 1),
        which: Stream::of(seed, *account, 2),
        deals: Vec::new(),
    };
    let mut customers: Vec<Customer> = several.iter().map(of).collect();
    let mut single = Vec::new();
    for (number, deal) in found.iter().enumerate() {
        let place = deal
            .account
            .and_then(|own| several.binary_search(&own).ok());
        match place.and_then(|place| customers.get_mut(place)) {
            Some(customer) => customer.deals.push(number),
            None => single.push(number),
        }
    }
    (customers, single)
}
