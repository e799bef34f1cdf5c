//! What a plan may be made of: open renewals and quotes as the board has them, price uplifts that
//! hang on their renewal, and whatever else is handed in (suggestions).

use crate::domain::ids::{AccountId, QuoteId, RenewalId};
use crate::domain::snapshot::Snapshot;
use crate::program::Engine;
use crate::program::board::{Add, Board, BoardDeal, Class, DealId};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::collections::HashMap;
use std::sync::Arc;

/// What a member of a plan asks the rep to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum What {
    /// Close this renewal as it stands.
    Renew(RenewalId),
    /// Renew it at the pack's standard uplift: above the flat price, or above what its draft asks;
    /// only with the renewal itself.
    Uplift(RenewalId),
    /// Close this quote.
    Quote(QuoteId),
    /// Win this suggestion: its number is the caller's.
    Suggestion(usize),
}

impl What {
    /// The word on screen and in JSON.
    pub fn word(self) -> &'static str {
        match self {
            What::Renew(_) => "renew",
            What::Uplift(_) => "uplift",
            What::Quote(_) => "quote",
            What::Suggestion(_) => "suggestion",
        }
    }
}

/// Something that can be closed.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// What.
    pub what: What,
    /// Contract or quote number, or the suggestion's own words.
    pub name: Arc<str>,
    /// The customer.
    pub account: Option<AccountId>,
    /// Last covered day of what it renews.
    pub end: Option<NaiveDate>,
    /// The day it would book.
    pub booking: NaiveDate,
    /// Win probability as a fraction of one.
    pub p: Decimal,
    /// Net to Cisco still to close, in the pack's currency.
    pub value: Decimal,
    /// List less net of its quote lines; nothing where nothing is quoted, nor for a price raised.
    pub discount: Decimal,
    /// Its stage is Committed already.
    pub committed: bool,
    /// What it adds, by cell of the board.
    pub adds: Vec<Add>,
    /// It counts only together with this one.
    pub with: Option<What>,
}

impl Candidate {
    /// Value × (1 − p): what is likely to be lost on the way. 1,000.00 at 60 % is 400.00.
    pub fn effort(&self) -> Option<Decimal> {
        let left = (Decimal::ONE - self.p).max(Decimal::ZERO);
        self.value.max(Decimal::ZERO).checked_mul(left)
    }

    fn of(deal: BoardDeal) -> Option<Candidate> {
        let what = match deal.id {
            DealId::Renewal(id) => What::Renew(id),
            DealId::Quote(id) => What::Quote(id),
            DealId::Extra(_) => return None,
        };
        Some(Candidate {
            what,
            name: deal.name.shared(),
            account: deal.account,
            end: deal.end,
            booking: deal.booking,
            p: deal.p,
            value: deal.value,
            discount: deal.discount,
            committed: deal.class == Class::Committed,
            adds: deal.adds.into_vec(),
            with: None,
        })
    }
}

/// Deals and uplifts of a board, each uplift with its renewal.
pub fn with_uplifts(
    engine: &Engine,
    board: &Board,
    snapshot: &Snapshot,
    percent: Decimal,
) -> Vec<Candidate> {
    let mut out = on_board(board);
    let known: HashMap<What, usize> = out
        .iter()
        .enumerate()
        .map(|(at, candidate)| (candidate.what, at))
        .collect();
    for uplift in engine.uplifts(percent, board, snapshot) {
        let base = known.get(&What::Renew(uplift.renewal));
        let Some(base) = base.and_then(|at| out.get(*at)).cloned() else {
            continue;
        };
        out.push(Candidate {
            what: What::Uplift(uplift.renewal),
            value: uplift.value,
            adds: uplift.adds,
            discount: Decimal::ZERO,
            with: Some(base.what),
            ..base
        });
    }
    out
}

/// The deals of a board that add anything to its month.
pub fn on_board(board: &Board) -> Vec<Candidate> {
    let deals = board.deals.iter().filter(|deal| !deal.adds.is_empty());
    deals.filter_map(Candidate::of).collect()
}
