//! A renewal, or a quote as typed, as pieces with their prior and new yearly value, and what they
//! pay on a day. Splitting a quote line by quantity changes nothing: lines of one product that
//! renew the same line are one piece.

use super::delay::Delay;
use super::pay::{Asked, Cell, Missing, Payout, pay};
use super::rates::Terms;
use crate::domain::ids::LineId;
use crate::domain::line::Line;
use crate::domain::money::Currency;
use crate::domain::portfolio::Portfolio;
use crate::domain::quote::{Quote, QuoteLine};
use crate::domain::renewal::Renewal;
use crate::domain::rules::{Rules, StageKind};
use crate::domain::snapshot::Snapshot;
use crate::pricing::{self, PricedLine};
use chrono::{Days, NaiveDate};
use rust_decimal::Decimal;
use std::collections::HashMap;
use std::sync::Arc;

/// Something that is renewed, or added, with its yearly value before and after.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
    /// The expiring line; none for an expansion.
    pub line: Option<LineId>,
    /// Number of the first quote line; none without a quote.
    pub number: Option<u32>,
    /// Portfolio it counts in.
    pub portfolio: Option<Portfolio>,
    /// Service SKU, else product id.
    pub product: Arc<str>,
    /// Product id, where the service SKU is in no offer group.
    pub device: Option<Arc<str>>,
    /// Yearly value that expires.
    pub prior: Decimal,
    /// Yearly value of the renewal; none without a price.
    pub new: Option<Decimal>,
    /// Currency of both; of the expiring line where they differ.
    pub currency: Option<Currency>,
}

/// The days a payout depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dates {
    /// Today.
    pub today: NaiveDate,
    /// The day it books: as booked, else as planned, else at its end; never before today.
    pub booked_on: NaiveDate,
    /// Last day that is on time.
    pub last_on_time: NaiveDate,
    /// Last day on which it can be renewed at all.
    pub last_day: NaiveDate,
    /// Booked already.
    pub booked: bool,
}

/// What a deal pays when it books on its day.
#[derive(Clone, Debug, PartialEq)]
pub struct DealPay {
    /// Currency of all amounts.
    pub currency: Currency,
    /// Days.
    pub dates: Dates,
    /// Pieces with what each pays.
    pub cells: Vec<(Piece, Cell)>,
    /// Together.
    pub sum: Payout,
}

impl Dates {
    /// The days of a renewal; none where it is lost. `last_day` is the last day to renew.
    pub fn of(
        renewal: &Renewal,
        kind: StageKind,
        today: NaiveDate,
        last_day: NaiveDate,
        grace_days: i64,
    ) -> Option<Dates> {
        let grace = Days::new(u64::try_from(grace_days).unwrap_or(0));
        let last_on_time = renewal.end.checked_add_days(grace).unwrap_or(renewal.end);
        let open = renewal.planned_on.unwrap_or(renewal.end).max(today);
        let booked_on = match kind {
            StageKind::Lost => return None,
            StageKind::Won => renewal.booked_on.or(renewal.stage_on).unwrap_or(today),
            StageKind::Open | StageKind::Committed => open,
        };
        Some(Dates {
            today,
            booked_on,
            last_on_time,
            last_day: last_day.max(last_on_time),
            booked: kind == StageKind::Won,
        })
    }
}

fn names(sku: Option<&Arc<str>>, pid: Option<&Arc<str>>) -> (Arc<str>, Option<Arc<str>>) {
    match (sku, pid) {
        (Some(sku), pid) => (Arc::clone(sku), pid.cloned()),
        (None, Some(pid)) => (Arc::clone(pid), None),
        (None, None) => ("(no product)".into(), None),
    }
}

/// Every expiring line renewed as it is, for twelve months: new = prior.
pub fn pieces_flat(lines: impl IntoIterator<Item = Line>) -> Vec<Piece> {
    let piece = |line: Line| {
        let line = &line;
        let value = pricing::line_run_rate(line).map(|(value, _)| value);
        let (product, device) = names(line.service_sku.as_ref(), line.pid.as_ref());
        Piece {
            line: Some(line.id),
            number: None,
            portfolio: line.portfolio().cloned(),
            product,
            device,
            prior: value.unwrap_or_default(),
            new: value,
            currency: line.currency,
        }
    };
    lines.into_iter().map(piece).collect()
}

/// Priced quote lines against what expires; `expiring` finds an expiring line. Lines that renew
/// the same line share its prior value in the order of the quote.
pub fn pieces_quoted<'b>(
    quoted: impl IntoIterator<Item = (&'b QuoteLine, &'b PricedLine)>,
    currency: Currency,
    by_tcv: bool,
    expiring: &dyn Fn(LineId) -> Option<Line>,
) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut known: HashMap<Option<LineId>, Vec<usize>> = HashMap::new();
    for (line, priced) in quoted {
        if line.quantity.is_zero() {
            continue;
        }
        let new = if by_tcv { priced.tcv } else { priced.acv };
        let before = line.renews.and_then(expiring);
        let portfolio = line.portfolio.as_ref();
        let portfolio = portfolio.or_else(|| before.as_ref().and_then(Line::portfolio));
        let (product, device) = names(line.service_sku.as_ref(), line.pid.as_ref());
        let own = known.entry(line.renews).or_default();
        let same = own.iter().copied().find(|at| {
            pieces.get(*at).is_some_and(|piece| {
                piece.product == product
                    && piece.device == device
                    && piece.portfolio.as_ref() == portfolio
                    && piece.new.is_some() == new.is_some()
            })
        });
        if let Some(piece) = same.and_then(|at| pieces.get_mut(at)) {
            piece.new = super::pay::add(piece.new, new);
            continue;
        }
        own.push(pieces.len());
        let foreign = before.as_ref().and_then(|before| before.currency);
        pieces.push(Piece {
            line: line.renews,
            number: Some(line.number),
            portfolio: portfolio.cloned(),
            product,
            device,
            prior: Decimal::ZERO,
            new,
            currency: foreign.filter(|code| *code != currency).or(Some(currency)),
        });
    }
    for (line, own) in known {
        if let Some(before) = line.and_then(expiring) {
            let yearly = || pricing::line_run_rate(&before).map(|(value, _)| value);
            let value = before.extended_net.filter(|_| by_tcv).or_else(yearly);
            share_prior(&mut pieces, &own, value.unwrap_or_default());
        }
    }
    pieces
}

/// Gives the prior value of a line to the pieces that renew it, in their order; what none of them
/// reaches stays with the first.
fn share_prior(pieces: &mut [Piece], own: &[usize], prior: Decimal) {
    let mut left = prior;
    for at in own {
        if let Some(piece) = pieces.get_mut(*at) {
            piece.prior = piece.new.unwrap_or_default().max(Decimal::ZERO).min(left);
            left -= piece.prior;
        }
    }
    if let Some(first) = own.first().and_then(|at| pieces.get_mut(*at)) {
        first.prior += left;
    }
}

/// What pieces pay when they book on a day.
pub fn cells(
    pieces: &[Piece],
    currency: Currency,
    dates: &Dates,
    day: NaiveDate,
    terms: &Terms,
) -> Vec<Cell> {
    let on_time = day <= dates.last_on_time;
    let cell = |piece: &Piece| {
        let missing = match (piece.new, piece.currency) {
            _ if terms.is_empty() => Some(Missing::NoRates),
            (None, _) => Some(Missing::NoPrice),
            (_, Some(code)) if code != currency => Some(Missing::Currency(code)),
            _ => None,
        };
        let products = std::iter::once(&*piece.product).chain(piece.device.as_deref());
        let group = terms.group(products, day);
        let mut cell = pay(
            &Asked {
                portfolio: piece.portfolio.as_ref(),
                product: &piece.product,
                gsp: group.map(|group| &*group.gsp),
                prior: piece.prior,
                new: piece.new.filter(|_| missing.is_none()).unwrap_or_default(),
                currency,
                booked_on: day,
                on_time,
            },
            terms,
        );
        if let Some(missing) = missing {
            cell = Cell::unpaid(missing);
        }
        cell
    };
    pieces.iter().map(cell).collect()
}

/// What a renewal is paid by: its lines, the newest quote over it, its days.
#[derive(Clone, Copy, Debug)]
pub struct Asking<'a> {
    /// The book.
    pub snapshot: &'a Snapshot,
    /// Stages and quote arithmetic.
    pub rules: &'a Rules,
    /// Rates and gates.
    pub terms: &'a Terms,
    /// Today.
    pub today: NaiveDate,
    /// Currency of a deal that names none.
    pub currency: Currency,
}

impl Asking<'_> {
    /// The payout of a renewal: by the quote if there is one, else renewed flat. None where it is
    /// lost.
    pub fn renewal(
        &self,
        renewal: &Renewal,
        lines: &[LineId],
        quote: Option<&Quote>,
        last_day: Option<NaiveDate>,
    ) -> Option<DealPay> {
        match quote {
            Some(quote) => {
                let (priced, _) = pricing::price_quote(quote, self.rules);
                self.quoted(renewal, lines, quote, &priced, last_day)
            }
            None => {
                let dates = self.dates(renewal, last_day)?;
                let lines = lines.iter().filter_map(|id| self.snapshot.lines.get(*id));
                let currency = renewal.currency.unwrap_or(self.currency);
                Some(DealPay::of(pieces_flat(lines), currency, dates, self.terms))
            }
        }
    }

    /// The payout of a renewal by the lines of a quote that belong to it, as they are priced.
    pub fn quoted(
        &self,
        renewal: &Renewal,
        lines: &[LineId],
        quote: &Quote,
        priced: &[PricedLine],
        last_day: Option<NaiveDate>,
    ) -> Option<DealPay> {
        let dates = self.dates(renewal, last_day)?;
        let first = quote.renewals.first() == Some(&renewal.id);
        let ours = |line: &QuoteLine| match (line.renewal, line.renews) {
            (Some(own), _) => own == renewal.id,
            (None, Some(expiring)) => lines.contains(&expiring),
            (None, None) => first,
        };
        let own = quote
            .lines
            .iter()
            .zip(priced)
            .filter(|(line, _)| ours(line));
        Some(self.of_lines(own, quote.currency, dates))
    }

    /// The payout of a quote that belongs to no renewal, booked today.
    pub fn loose(&self, quote: &Quote, priced: &[PricedLine]) -> DealPay {
        let lines = quote.lines.iter().zip(priced);
        self.of_lines(lines, quote.currency, self.today_only())
    }

    /// The days of what belongs to no renewal: it books today.
    pub(super) fn today_only(&self) -> Dates {
        Dates {
            today: self.today,
            booked_on: self.today,
            last_on_time: self.today,
            last_day: self.today,
            booked: true,
        }
    }

    fn of_lines<'b>(
        &self,
        lines: impl IntoIterator<Item = (&'b QuoteLine, &'b PricedLine)>,
        currency: Currency,
        dates: Dates,
    ) -> DealPay {
        let find = |id: LineId| self.snapshot.lines.get(id);
        let pieces = pieces_quoted(lines, currency, self.terms.policy.by_tcv, &find);
        DealPay::of(pieces, currency, dates, self.terms)
    }

    pub(super) fn dates(&self, renewal: &Renewal, last_day: Option<NaiveDate>) -> Option<Dates> {
        let stage = self.rules.stage(&renewal.stage);
        let kind = stage.map_or(StageKind::Open, |stage| stage.kind);
        let last_day = last_day.unwrap_or(renewal.end);
        let grace = self.terms.policy.grace_days;
        Dates::of(renewal, kind, self.today, last_day, grace)
    }
}

impl DealPay {
    /// What pieces pay when they book on their day.
    pub fn of(pieces: Vec<Piece>, currency: Currency, dates: Dates, terms: &Terms) -> DealPay {
        let cells = cells(&pieces, currency, &dates, dates.booked_on, terms);
        let sum = Payout::of(&cells, terms);
        DealPay {
            currency,
            dates,
            cells: pieces.into_iter().zip(cells).collect(),
            sum,
        }
    }

    /// True when it books on time.
    pub fn on_time(&self) -> bool {
        self.dates.booked_on <= self.dates.last_on_time
    }

    /// The payout of each portfolio, in the order of the lines.
    pub fn by_portfolio(&self, terms: &Terms) -> Vec<(Portfolio, Payout)> {
        let mut names: Vec<&Portfolio> = Vec::new();
        for portfolio in self.cells.iter().filter_map(|(p, _)| p.portfolio.as_ref()) {
            if !names.contains(&portfolio) {
                names.push(portfolio);
            }
        }
        let of = |name: &Portfolio| {
            let own = self
                .cells
                .iter()
                .filter(|(p, _)| p.portfolio.as_ref() == Some(name));
            Payout::of(own.map(|(_, cell)| cell), terms)
        };
        names
            .into_iter()
            .map(|name| (name.clone(), of(name)))
            .collect()
    }

    /// What waiting costs; none once booked.
    pub fn delay(&self, terms: &Terms) -> Option<Delay> {
        let pieces: Vec<Piece> = self.cells.iter().map(|(piece, _)| piece.clone()).collect();
        (!self.dates.booked).then(|| Delay::of(&pieces, self.currency, &self.dates, terms))
    }
}
