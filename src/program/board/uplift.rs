//! What a higher price would add: an open renewal above its flat price, or the lines of its draft
//! above the price they are quoted at.

use super::build::Window;
use super::{Add, Board, BoardDeal, DealId};
use crate::domain::ids::RenewalId;
use crate::domain::line::{Line, LineKind};
use crate::domain::quote::{Quote, QuoteStatus};
use crate::domain::snapshot::Snapshot;
use crate::pricing::draft::raised;
use crate::pricing::{change_of, dues, price_line};
use crate::program::Engine;
use crate::program::deal::{Case, Ground};
use crate::program::gain::{self, Gains};
use crate::program::offer::Offers;
use rust_decimal::Decimal;

/// A price raised, on top of what the deal adds without.
#[derive(Clone, Debug, PartialEq)]
pub struct Uplift {
    /// The renewal.
    pub renewal: RenewalId,
    /// What it adds to the cells of the board.
    pub adds: Vec<Add>,
    /// TCV in the pack's currency.
    pub value: Decimal,
}

/// Where a price is raised and by how much.
struct Raise<'a> {
    percent: Decimal,
    snapshot: &'a Snapshot,
    windows: Vec<Window>,
    ground: Ground<'a>,
}

impl Engine {
    /// What every open renewal adds to a board that this engine cut when its price rises by so many
    /// percent, and never more than the pack's highest uplift. Without a quote: above the flat price
    /// for twelve months. With a draft: the lines that renew, above the price they are quoted at,
    /// priced as typing it would price them; a term of more than a year by no more than the pack's
    /// cap, and not at all where what expires would then be dearer by more than the highest uplift.
    /// A quote that was sent keeps its price.
    pub fn uplifts(&self, percent: Decimal, board: &Board, snapshot: &Snapshot) -> Vec<Uplift> {
        let (Some((at, windows)), Some(ground)) = (self.windows_of(board), self.ground()) else {
            return Vec::new();
        };
        let raise = Raise {
            percent: percent.min(self.pack.rules.uplift.max_pct),
            snapshot,
            windows,
            ground,
        };
        let mut gains = Gains::default();
        let raised = board.deals.iter().filter_map(|open| {
            let DealId::Renewal(renewal) = open.id else {
                return None;
            };
            let case = self.case(self.deal(renewal)?);
            match case.deal.quote {
                None => {
                    gain::uplift(&case, raise.percent, &raise.ground, &mut gains);
                    let adds = self.adds(&gains.items, at, &raise.windows, &board.cells);
                    let value = self.value(&gains.items);
                    Some((renewal, adds, value))
                }
                Some(quote) => {
                    let draft = snapshot.quotes.get(quote)?;
                    let offers = self.raised(&draft, &case, &raise)?;
                    gain::gains(&case, Some(&offers), &raise.ground, &mut gains);
                    let adds = self.adds(&gains.items, at, &raise.windows, &board.cells);
                    let value = self.value(&gains.items) - open.value;
                    Some((renewal, above(&adds, &open), value))
                }
            }
        });
        raised
            .filter(|(_, adds, _)| !adds.is_empty())
            .map(|(renewal, adds, value)| Uplift {
                renewal,
                adds,
                value,
            })
            .collect()
    }

    /// A draft with the lines that renew this renewal raised; none where it was sent or would pass
    /// the pack's highest uplift.
    fn raised(&self, draft: &Quote, case: &Case<'_>, raise: &Raise<'_>) -> Option<Offers> {
        if draft.status != QuoteStatus::Draft {
            return None;
        }
        let rules = &self.pack.rules;
        let mut quote = draft.clone();
        let mut priced = Vec::new();
        for (at, line) in quote.lines.iter_mut().enumerate() {
            if line.kind != LineKind::Asset
                && line.renews.is_some_and(|id| case.lines.find(id).is_some())
            {
                *line = raised(line, raise.percent, quote.currency, rules);
                priced.push((at, price_line(line, quote.currency, rules)));
            }
        }
        let expiring: Vec<Line> = case
            .lines
            .ids
            .iter()
            .filter_map(|id| raise.snapshot.lines.get(id))
            .collect();
        let lines = priced
            .iter()
            .filter_map(|(at, priced)| Some((quote.lines.get(*at)?, priced)));
        let change = change_of(lines, &dues(&expiring), quote.currency, rules);
        let most = change.due.checked_mul(rules.uplift.max_pct)?;
        if priced.is_empty() || change.price.checked_mul(Decimal::ONE_HUNDRED)? > most {
            return None;
        }
        Some(self.offers_as(&quote))
    }
}

/// What is left of adds once those of the deal as it stands are taken off.
fn above(adds: &[Add], open: &BoardDeal) -> Vec<Add> {
    let mut left = adds.to_vec();
    for old in &open.adds {
        match left.iter_mut().find(|add| add.cell == old.cell) {
            Some(add) => {
                add.a -= old.a;
                add.b -= old.b;
            }
            None => left.push(Add {
                a: -old.a,
                b: -old.b,
                ..*old
            }),
        }
    }
    left.retain(|add| add.a != 0 || add.b != 0);
    left
}
