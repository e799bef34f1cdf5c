//! Cuts a board from the engine: which metrics move, in which unit, and what every deal adds.

use super::cell::{self, Cell, Imported, in_units};
use super::{Add, Added, Board, BoardDeal, BoardDeals, BoardPortfolio, Class, DealId};
use crate::domain::ids::QuoteId;
use crate::domain::packed::Numbered;
use crate::domain::quote::Quote;
use crate::program::base::{Live, MetricBase, PortfolioBase};
use crate::program::deal::{self, Deal};
use crate::program::engine::Engine;
use crate::program::exact;
use crate::program::gain::{self, Gains};
use crate::program::offer::Offers;
use crate::program::pack::Mismatch;
use crate::program::pack::Quantity;
use crate::program::project::{Deals, Moves};
use crate::program::sums::Item;
use crate::program::totals::{Table, class_of};
use crate::program::typed::Typed;
use crate::program::units;
use crate::program::{Month, ProgramError, View};
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{ToPrimitive, Zero};
use rust_decimal::Decimal;
use std::sync::Arc;

/// How a cell takes what deals add.
pub(in crate::program) struct Window {
    pub(in crate::program) portfolio: usize,
    pub(in crate::program) live: Live,
}

/// A month before any deal stands on it.
#[derive(Default)]
pub(in crate::program) struct Ground {
    pub(in crate::program) portfolios: Vec<BoardPortfolio>,
    pub(in crate::program) cells: Vec<Cell>,
    pub(in crate::program) windows: Vec<Window>,
}

impl Engine {
    /// The board of a month, every deal as the book holds it.
    ///
    /// # Errors
    /// A month that cannot be projected; figures of the assessment that are too long.
    pub fn board(&self, month: &Month) -> Result<Board, ProgramError> {
        self.cut(month, None)
    }

    /// The board of a month with a draft in the place of the stored quote of its renewals: of those
    /// that are booked too, so that `booked` counts them as the draft has them.
    ///
    /// # Errors
    /// As [`Engine::board`].
    pub fn board_with(&self, draft: &Quote, month: &Month) -> Result<Board, ProgramError> {
        let offers = self.offers_as(draft);
        self.cut(month, Some(&offers))
    }

    /// What the deals of a draft would add to the cells of a board that this engine cut: one entry
    /// for each renewal it covers, or one for the quote where it covers none. For suggestions,
    /// uplifts and quotes without one of their lines.
    pub fn adds_of(&self, draft: &Quote, board: &Board) -> Vec<(DealId, Vec<Add>)> {
        self.adds_of_typed(&self.typed(draft), board)
    }

    /// As [`Engine::adds_of`], of a draft that is counted already.
    pub fn adds_of_typed(&self, typed: &Typed, board: &Board) -> Vec<(DealId, Vec<Add>)> {
        let Some((at, windows)) = self.windows_of(board) else {
            return Vec::new();
        };
        let adds = |items: &[Item]| self.adds(items, at, &windows, &board.cells);
        if typed.renewals().is_empty() {
            return vec![(DealId::Quote(typed.quote()), adds(typed.loose()))];
        }
        let deals = typed.deals().iter();
        deals
            .map(|deal| (DealId::Renewal(deal.renewal), adds(&deal.gains.items)))
            .collect()
    }

    /// What a quote of its own, without any renewal, adds to a board that this engine cut; `None`
    /// where it adds nothing.
    pub fn added_by(&self, quote: &Quote, board: &Board) -> Option<Added> {
        let (at, windows) = self.windows_of(board)?;
        let ground = self.ground()?;
        let offers = Offers::of(quote, None, &self.names, &self.pack.rules);
        let items = gain::loose_gains(&offers, &ground);
        let adds = self.adds(&items, at, &windows, &board.cells);
        (!adds.is_empty()).then(|| Added {
            value: self.value(&items),
            discount: self.amount(gain::loose_discount(&offers, &ground)),
            adds,
        })
    }

    pub(super) fn windows_of(&self, board: &Board) -> Option<(usize, Vec<Window>)> {
        let at = self.calendar.position(&board.month)?;
        let windows = board.cells.iter().map(|cell| {
            let base = self.base_at(at).get(cell.portfolio)?;
            let metric = base.metrics.iter().find(|m| m.id == cell.metric)?;
            Some(Window {
                portfolio: cell.portfolio,
                live: metric.live?,
            })
        });
        Some((at, windows.collect::<Option<Vec<Window>>>()?))
    }

    fn cut(&self, month: &Month, draft: Option<&Offers>) -> Result<Board, ProgramError> {
        let at = self.month_at(month)?;
        let code = self.calendar.at(at).map(|month| Arc::clone(&month.code));
        let ground = self.cells_over(at, &self.booked_sums(draft))?;
        let deals = self.open_deals(at, &ground.windows, &ground.cells, draft);
        Ok(Board {
            month: code.unwrap_or_else(|| "".into()),
            pack: self.label(),
            currency: self.pack.currency,
            portfolios: ground.portfolios,
            cells: ground.cells,
            deals,
        })
    }

    /// Portfolios and cells of a month with everything booked, before any deal.
    pub(in crate::program) fn cells_at(&self, at: usize) -> Result<Ground, ProgramError> {
        self.cells_over(at, &self.sums(&View::Booked, None))
    }

    /// The same over other sums of what is booked.
    fn cells_over(&self, at: usize, booked: &Table) -> Result<Ground, ProgramError> {
        let mut ground = Ground::default();
        for (number, base) in self.base_at(at).iter().enumerate() {
            let deals = Deals {
                sums: booked,
                portfolio: number,
                places: self.pack.currency.minor_units(),
            };
            let from = ground.cells.len();
            let mut held = BigRational::zero();
            for metric in &base.metrics {
                let moves = self
                    .moves(metric, &deals, at)
                    .filter(|_| base.imported && !metric.is_blank());
                match (moves, metric.live) {
                    (Some(moves), Some(live)) if metric.scale.is_some() => {
                        let cell = self.cell(number, base, metric, &moves)?;
                        ground.cells.push(cell);
                        ground.windows.push(Window {
                            portfolio: number,
                            live,
                        });
                    }
                    _ => held += metric.weight() * exact::of(metric.index.unwrap_or_default()),
                }
            }
            let scored = base.imported && base.metrics.iter().any(|m| !m.weight().is_zero());
            ground.portfolios.push(BoardPortfolio {
                portfolio: base.portfolio.clone(),
                cells: from..ground.cells.len(),
                held: scored.then_some(held),
            });
        }
        Ok(ground)
    }

    fn cell(
        &self,
        number: usize,
        base: &PortfolioBase,
        metric: &MetricBase,
        moves: &Moves,
    ) -> Result<Cell, ProgramError> {
        let too_long = || {
            let name = base.portfolio.title().to_string();
            ProgramError::TooLong(name, Arc::clone(&metric.id))
        };
        let scale = metric.scale.clone().ok_or_else(too_long)?;
        let (a, b) = (moves.a(), moves.b());
        let zero = BigRational::zero();
        let a0 = metric.a.as_ref().unwrap_or(&zero);
        let b0 = metric.b.as_ref().unwrap_or(&zero);
        let minor = 10i128.pow(self.pack.currency.minor_units());
        let unit = [&a, &b, a0, b0]
            .into_iter()
            .try_fold(minor, |unit, figure| {
                let parts = figure.denom().to_i128()?;
                (unit / unit.gcd(&parts)).checked_mul(parts)
            });
        let unit = unit.ok_or_else(too_long)?;
        let whole = |figure: &BigRational| in_units(figure, unit).ok_or_else(too_long);
        let imported = match metric.index {
            Some(index) if metric.a.is_some() && metric.b.is_some() => Some(Imported {
                a: whole(a0)?,
                b: whole(b0)?,
                index,
            }),
            _ => None,
        };
        let shift = imported.and_then(|imported| {
            let shifts = self.pack.mismatch == Mismatch::Shift;
            let was = metric.was.as_ref().unwrap_or(&scale);
            cell::shift_of(was.read(a0, b0), imported.index, shifts)
        });
        // an index that was read otherwise does not stand, however A and B do
        let imported = imported.filter(|_| metric.was.is_none());
        let (floor, at_zero) = cell::lowest(&scale);
        Ok(Cell {
            portfolio: number,
            metric: Arc::clone(&metric.id),
            title: metric.title.clone(),
            rough_weight: exact::round(&metric.weight(), super::ROUGH_PLACES).unwrap_or_default(),
            weight: metric.weight(),
            counts: metric.live.map_or("", |live| live.a.noun()),
            raises_base: metric.live.is_some_and(Live::raises_base),
            unit,
            a: whole(&a)?,
            b: whole(&b)?,
            imported,
            shift,
            conditions: cell::conditions(&scale),
            guards: cell::guards(&scale, unit),
            floor,
            at_zero,
            scale,
        })
    }

    /// Every deal that is not booked, by end date and id; quotes without any renewal come first.
    fn open_deals(
        &self,
        at: usize,
        windows: &[Window],
        cells: &[Cell],
        draft: Option<&Offers>,
    ) -> BoardDeals {
        let Some(ground) = self.ground() else {
            return BoardDeals::default();
        };
        let mut out = BoardDeals::default();
        let adds = |items: &[Item]| self.adds(items, at, windows, cells);
        for (id, offers, items) in self.loose_quotes(draft, &ground) {
            out.push(self.loose_deal(id, offers.as_ref(), &items, adds(&items), &ground));
        }
        let mut open: Vec<(&Deal, Class)> = self
            .deals()
            .iter()
            .filter_map(|deal| Some((deal, class_of(deal.kind)?)))
            .filter(|(_, class)| *class != Class::Booked)
            .collect();
        open.sort_unstable_by_key(|(deal, _)| (deal.end, deal.id));
        let mut gains = Gains::default();
        for (deal, class) in open {
            let drafted = draft.filter(|draft| draft.renewals.contains(&deal.id));
            let held = drafted.is_none().then(|| self.offers_of(deal)).flatten();
            let offers = drafted.or(held.as_ref());
            gain::gains(&self.case(deal), offers, &ground, &mut gains);
            out.push(self.open_deal(deal, class, &gains, adds(&gains.items)));
        }
        out.shrink_to_fit();
        out
    }

    /// Quotes without any renewal, the draft as it is typed, by id.
    fn loose_quotes(
        &self,
        draft: Option<&Offers>,
        ground: &deal::Ground<'_>,
    ) -> Vec<(QuoteId, Option<Offers>, Vec<Item>)> {
        let drafted = draft.filter(|draft| draft.renewals.is_empty());
        let stored = self
            .loose
            .iter()
            .filter(|(id, _)| drafted.is_none_or(|draft| draft.quote != **id))
            .map(|(id, items)| (*id, self.offers(*id), items.clone()));
        let own = drafted.map(|draft| {
            let items = gain::loose_gains(draft, ground);
            (draft.quote, Some(draft.clone()), items)
        });
        let mut all: Vec<_> = stored.chain(own).collect();
        all.sort_unstable_by_key(|(id, ..)| *id);
        all
    }

    fn loose_deal(
        &self,
        id: QuoteId,
        offers: Option<&Offers>,
        items: &[Item],
        adds: Vec<Add>,
        ground: &deal::Ground<'_>,
    ) -> BoardDeal {
        let given = offers.map_or(0, |offers| gain::loose_discount(offers, ground));
        BoardDeal {
            id: DealId::Quote(id),
            name: Numbered::of(offers.map_or("quote", |offers| &offers.number)),
            class: Class::Open,
            account: offers.map(|offers| offers.account),
            p: Decimal::ZERO,
            value: self.value(items),
            discount: self.amount(given),
            quoted: true,
            end: None,
            booking: self.today,
            on_time: true,
            adds: adds.into(),
        }
    }

    fn open_deal(&self, deal: &Deal, class: Class, gains: &Gains, adds: Vec<Add>) -> BoardDeal {
        let booking = deal.booking(self.today);
        BoardDeal {
            id: DealId::Renewal(deal.id),
            name: deal.contract.clone(),
            class,
            account: deal.account,
            p: deal.expected.p,
            value: self.value(&gains.items),
            discount: self.amount(gains.discount),
            quoted: deal.quote.is_some(),
            end: Some(deal.end),
            booking,
            on_time: self
                .ground()
                .is_some_and(|ground| deal.on_time(booking, &ground)),
            adds: adds.into(),
        }
    }

    /// What items add to the cells of the month at `at`, in each cell's units.
    pub(super) fn adds(
        &self,
        items: &[Item],
        at: usize,
        windows: &[Window],
        cells: &[Cell],
    ) -> Vec<Add> {
        let minor = 10i128.pow(self.pack.currency.minor_units());
        let sum = |window: &Window, quantity: Quantity, back: usize| -> i128 {
            items
                .iter()
                .filter(|item| item.portfolio == window.portfolio)
                .filter(|item| {
                    let month = item.month + back;
                    month <= at && month + window.live.months > at
                })
                .map(|item| item.sums.of(quantity))
                .sum()
        };
        let all = windows.iter().zip(cells).enumerate();
        all.filter_map(|(number, (window, cell))| {
            let live = window.live;
            let back = live.base_offset(self.pack.growth.prior_offset_months);
            // a cell's unit is a whole part of the minor unit
            let parts = cell.unit / minor;
            let add = Add {
                cell: number,
                a: sum(window, live.a, 0).saturating_mul(parts),
                b: sum(window, live.b, back).saturating_mul(parts),
            };
            (add.a != 0 || add.b != 0).then_some(add)
        })
        .collect()
    }

    /// TCV over all portfolios.
    pub(super) fn value(&self, items: &[Item]) -> Decimal {
        self.amount(items.iter().map(|item| item.sums.of(Quantity::Tcv)).sum())
    }

    fn amount(&self, units: i128) -> Decimal {
        units::decimal(units, self.pack.currency.minor_units())
    }
}
