//! Which renewal does what to the scores: the attribution of every open deal at the pack's horizon,
//! made in the background with the engine it belongs to, and asked by pipeline, risk, detail and
//! projection. Figures and words only.

use crate::book::AtStake;
use crate::domain::ids::RenewalId;
use crate::domain::portfolio::Portfolio;
use crate::domain::quote::Quote;
use crate::program::attribution::{
    Attribution, DRAWS, Detail, Edges, Fair, FairShare, Mark, Standing, beyond, by_portfolio,
    chosen_by, together,
};
use crate::program::board::{Add, Board, Class, DealId};
use crate::program::{Engine, Month, Typed, View};
use crate::ui::pane::exact;
use num_rational::BigRational;
use std::sync::{Arc, Mutex};

/// Rows of a fair split listed one by one.
const MOST_SHARES: usize = 40;

/// Deals walked over in a drawn split: 2,000 deals are drawn 500 times.
const MOST_STEPS: usize = 1_000_000;

/// Orders drawn at least.
const FEWEST_DRAWS: u32 = 100;

/// The seed of drawn orders: the same book gives the same shares.
const SEED: u64 = 1;

/// A renewal and what it does.
type Told = (RenewalId, Arc<Detail>);

/// The open deals of a book and what each does.
#[derive(Debug)]
pub struct Stakes {
    /// The month they are counted in.
    pub board: Board,
    /// All open.
    pub open: Attribution,
    /// Booked and committed.
    committed: Standing,
    /// The two renewals told last: every frame asks for the one under the cursor, and the next is told
    /// before it is gone to.
    told: Mutex<[Option<Told>; 2]>,
}

/// What the quote on screen is to the steps beside everything committed.
#[derive(Clone, Debug, Default)]
pub struct QuoteStake {
    marks: Vec<(Portfolio, Arc<str>, Mark)>,
    /// The nearest step above the quote, as a sentence.
    pub edge: Option<String>,
}

impl QuoteStake {
    /// What the quote is to the steps of a metric.
    pub fn mark(&self, portfolio: &Portfolio, metric: &str) -> Option<Mark> {
        let found = self
            .marks
            .iter()
            .find(|(of, id, _)| of == portfolio && **id == *metric);
        found.map(|(_, _, mark)| *mark)
    }
}

impl Stakes {
    /// Attributes every open deal; none where the horizon cannot be projected.
    pub fn of(engine: &Engine) -> Option<Stakes> {
        let board = engine.board(&Month::Horizon).ok()?;
        let open = Attribution::of(&board, chosen_by(&View::Open, &[])?);
        let committed = board
            .deals
            .iter()
            .filter(|deal| deal.class == Class::Committed);
        let committed = Standing::of(&board, committed.map(|deal| deal.adds));
        Some(Stakes {
            board,
            open,
            committed,
            told: Mutex::default(),
        })
    }

    /// What is at stake with each open renewal.
    pub fn rows(&self) -> Vec<(RenewalId, AtStake)> {
        let standing = self.open.standing();
        let rows = self.open.deals(&self.board).filter_map(|(_, deal)| {
            let DealId::Renewal(id) = deal.id else {
                return None;
            };
            let stake = standing.stake(&self.board, &standing.part(&self.board, &deal.adds));
            Some((
                id,
                AtStake {
                    points: stake.points,
                    smooth: stake.smooth,
                    mark: stake.mark.word(),
                },
            ))
        });
        rows.collect()
    }

    /// A renewal in full; none where it is not open.
    pub fn detail(&self, renewal: RenewalId) -> Option<Arc<Detail>> {
        let deal = DealId::Renewal(renewal);
        let place = self.open.place(&self.board, deal)?;
        let compute = || {
            let adds = self.board.deals.get(place).map(|deal| deal.adds);
            let effects = self
                .open
                .standing()
                .part(&self.board, &adds.unwrap_or_default());
            Arc::new(self.open.standing().detail(&self.board, &effects))
        };
        let Ok(mut told) = self.told.lock() else {
            return Some(compute());
        };
        let known = told.iter().flatten().find(|(id, _)| *id == renewal);
        if let Some((_, detail)) = known {
            return Some(Arc::clone(detail));
        }
        let detail = compute();
        told.rotate_left(1);
        if let Some(last) = told.last_mut() {
            *last = Some((renewal, Arc::clone(&detail)));
        }
        Some(detail)
    }

    /// What each open deal adds to each portfolio and its fair share of what all add together,
    /// label and text; every column ends with its total.
    pub fn fair_lines(&self) -> Vec<(String, String)> {
        let mut out = vec![(
            "rule".into(),
            "PVI: what the score loses without the deal, all others won. fair: its gain averaged over every order in which the deals may come (Shapley value); the shares add up to the total"
                .into(),
        )];
        for (number, portfolio) in self.board.portfolios.iter().enumerate() {
            let column = self.open.column(&self.board, number);
            let deals = self.open.len().max(1);
            let draws = u32::try_from(MOST_STEPS / deals).unwrap_or(DRAWS);
            let draws = draws.clamp(FEWEST_DRAWS, DRAWS);
            let fair = Fair::of(&self.board, &self.open, number, SEED, draws);
            if fair.shares.is_empty() {
                continue;
            }
            let scores = column.booked.as_ref().zip(column.score.as_ref());
            let text = scores.map_or("no score".to_string(), |(booked, score)| {
                let fixed = |score| exact::fixed(score, 3, false);
                format!("booked {}, all open {}", fixed(booked), fixed(score))
            });
            out.push((portfolio.portfolio.title().to_string(), text));
            out.extend(self.shares(number, &fair));
            let shared = exact::fixed(&column.shared(), 3, true);
            out.push(("shared by several deals".into(), format!("PVI {shared:>7}")));
            let total = exact::fixed(&column.total, 3, true);
            let how = match fair.draws {
                None => "exact".to_string(),
                Some(draws) => format!("{draws} drawn orders and their reverses, ± standard error"),
            };
            out.push((
                "total".into(),
                format!("PVI {total:>7}   fair {total:>7}   {how}"),
            ));
        }
        out
    }

    /// The rows of one portfolio, the largest fair share first.
    fn shares(&self, portfolio: usize, fair: &Fair) -> Vec<(String, String)> {
        let mut shares: Vec<&FairShare> = fair.shares.iter().collect();
        shares.sort_by(|a, b| b.points.cmp(&a.points));
        let rest = shares.split_off(shares.len().min(MOST_SHARES));
        let row = |share: &&FairShare| {
            let deal = self.board.deals.get(share.deal)?;
            let effects = self.open.effects(&self.board, deal.id)?;
            let own = by_portfolio(&self.board, &effects);
            let own = own.into_iter().find(|own| own.portfolio == portfolio)?;
            let points = exact::fixed(&own.points, 3, true);
            let part = exact::fixed(&share.points, 3, true);
            let error = match share.error.is_zero() {
                true => String::new(),
                false => format!(" ±{}", share.error.round_dp(3).normalize()),
            };
            let end = deal
                .end
                .map_or(String::new(), |end| format!("  ends {end}"));
            let text = format!(
                "PVI {points:>7}   fair {part:>7}{error}   {}{end}",
                own.mark().word()
            );
            Some((format!("  {}", deal.name), text))
        };
        let mut out: Vec<(String, String)> = shares.iter().filter_map(row).collect();
        if !rest.is_empty() {
            let sum: BigRational = rest.iter().map(|share| &share.points).sum();
            let text = format!("              fair {:>7}", exact::fixed(&sum, 3, true));
            out.push((format!("  {} more deals", rest.len()), text));
        }
        out
    }

    /// What a quote as typed is to the steps, beside everything committed.
    pub fn of_quote(&self, engine: &Engine, draft: &Quote) -> QuoteStake {
        self.of_typed(engine, &engine.typed(draft))
    }

    /// The same of a quote that is counted already.
    pub fn of_typed(&self, engine: &Engine, typed: &Typed) -> QuoteStake {
        let mut deals = engine.adds_of_typed(typed, &self.board);
        // what is booked stands in the cells already: beside them it would count twice
        deals.retain(|(id, _)| match id {
            DealId::Renewal(_) => self.open.place(&self.board, *id).is_some(),
            DealId::Quote(_) | DealId::Extra(_) => true,
        });
        let own = together(deals.iter().map(|(_, adds)| adds.as_slice()));
        // committed deals that the quote is about count as typed, not as kept
        let kept = deals.iter().filter_map(|(id, _)| {
            let deal = self.board.deals.get(self.open.place(&self.board, *id)?)?;
            (deal.class == Class::Committed).then_some(deal)
        });
        let kept = together(kept.map(|deal| deal.adds));
        let all = self.committed.and(&self.board, &beyond(&own, &kept));
        let alone = Standing::of(&self.board, [own.as_slice()]);
        let marks = all
            .part(&self.board, &own)
            .into_iter()
            .filter_map(|effect| {
                let cell = self.board.cells.get(effect.add.cell)?;
                let portfolio = &self.board.portfolios.get(cell.portfolio)?.portfolio;
                Some((portfolio.clone(), Arc::clone(&cell.metric), effect.mark()))
            });
        QuoteStake {
            marks: marks.collect(),
            edge: self.nearest(&alone, &own),
        }
    }

    /// The step up that takes the least money, among the metrics the quote moves.
    fn nearest(&self, standing: &Standing, own: &[Add]) -> Option<String> {
        let edges = own.iter().filter_map(|add| {
            let cell = self.board.cells.get(add.cell)?;
            let portfolio = &self.board.portfolios.get(cell.portfolio)?.portfolio;
            let up = Edges::up_of(&self.board, add.cell, standing.state())?;
            Some((up.money, cell, portfolio, up))
        });
        let (_, cell, portfolio, up) = edges.min_by(|a, b| a.0.cmp(&b.0))?;
        Some(up.lifts(cell.counts, portfolio, self.board.currency))
    }
}
