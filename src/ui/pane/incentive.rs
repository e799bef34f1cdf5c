//! The incentive on screen: a line of a renewal, a line of the quote as it is typed, the arithmetic
//! behind both, and the table of portfolios. Amounts and their words come from the program layer;
//! without rates there is none. Every amount made from invented rates is labelled where it stands.

use crate::book::{Clock, QueueRow};
use crate::domain::quote::Quote;
use crate::pricing::PricedLine;
use crate::program::incentive::{
    Adoption, Asking, Book, Covered, DEMO_LABEL, DealPay, Opening, Payout, Subject, TypedPay,
    explain as worked, opened, sentence, together, waiting,
};
use crate::program::score;
use crate::ui::canvas::Canvas;
use crate::ui::desk::Desk;
use crate::ui::format;
use crate::ui::pane::explain;
use crate::ui::theme::Role;
use chrono::NaiveDate;
use ratatui::layout::Rect;
use rust_decimal::Decimal;
use std::sync::Arc;

/// What a renewal is at stake for, in words; none where there is nothing to say (it is lost).
pub fn stake(row: &QueueRow, desk: &Desk) -> Option<String> {
    let Some(book) = &desk.incentive else {
        return Some("being computed".into());
    };
    if book.terms.is_empty() {
        return Some("rates not loaded".into());
    }
    subject(row, desk, book).map(|subject| sentence(&subject, &book.terms))
}

/// What waiting costs, in one sentence; none where no amount is at stake.
pub fn delay(row: &QueueRow, desk: &Desk) -> Option<String> {
    let book = desk.incentive.as_ref()?;
    let subject = subject(row, desk, book)?;
    let delay = subject
        .delay
        .as_ref()
        .filter(|delay| delay.today.is_some())?;
    Some(waiting(delay, subject.currency, &book.terms))
}

/// Adoption milestones of the renewal's customer, a line for each offer.
pub fn adoption(row: &QueueRow, desk: &Desk) -> Vec<String> {
    let demo = desk.snapshot.is_demo();
    let own = desk.queue.cases_of(row.account(), &desk.snapshot);
    let own = own.filter(|case| demo || !case.demo);
    Adoption::of(own)
        .iter()
        .map(|adoption| {
            let (standing, currency) = (&adoption.standing, adoption.counts.currency);
            let money = |name: &str, amount: Option<Decimal>| {
                let amount = amount.filter(|amount| !amount.is_zero())?;
                Some(format!("{name} {}", format::amount(amount, currency)))
            };
            let sums = [
                money("earned", standing.earned),
                money("still to earn", standing.potential),
                money("missed", standing.missed),
            ];
            let sums: Vec<String> = sums.into_iter().flatten().collect();
            let stage = standing.stage.as_deref().unwrap_or("all stages done");
            let risk = standing.risk.word();
            let mut text = format!("{}: {stage}, {risk} renewal risk", adoption.offer);
            if !sums.is_empty() {
                text.push_str(&format!("; {currency} {}", sums.join(", ")));
                if demo {
                    text.push_str(&format!(" — {DEMO_LABEL}"));
                }
            }
            text
        })
        .collect()
}

fn asking<'a>(desk: &'a Desk, book: &'a Book) -> Asking<'a> {
    Asking {
        snapshot: &desk.snapshot,
        rules: &desk.rules,
        terms: &book.terms,
        today: desk.today,
        currency: desk.pack.currency,
    }
}

/// A renewal with what is at stake: as kept where it has very many lines, worked out now otherwise.
fn subject(row: &QueueRow, desk: &Desk, book: &Book) -> Option<Subject> {
    let kept = book.kept(row.renewal()).cloned();
    kept.or_else(|| Some(deal(row, desk, book)?.subject(row.renewal(), &book.terms)))
}

fn deal(row: &QueueRow, desk: &Desk, book: &Book) -> Option<DealPay> {
    let renewal = desk.renewal(row.renewal())?;
    let quote = row.quote().and_then(|id| desk.quote(id));
    let last_day = row.clock(Clock::LastRenewal);
    let lines = desk.queue.lines_of(row.renewal());
    asking(desk, book).renewal(&renewal, &lines.to_vec(), quote.as_ref(), last_day)
}

/// The arithmetic of a renewal as on paper.
pub fn of_renewal(row: &QueueRow, desk: &Desk) -> Option<explain::Model> {
    let book = desk.incentive.as_ref()?;
    let deal = deal(row, desk, book)?;
    let title = format!("Incentive of {} {}", row.customer(), row.contract_number());
    let told = worked(&title, &deal, &book.terms);
    Some(explain::Model::new(told.title, told.lines))
}

/// The payouts of a quote as it is typed, a renewal each.
fn quoted(quote: &Quote, priced: &[PricedLine], desk: &Desk) -> Vec<(String, DealPay)> {
    let Some(book) = &desk.incentive else {
        return Vec::new();
    };
    let asking = asking(desk, book);
    if quote.renewals.is_empty() {
        return vec![(quote.number.to_string(), asking.loose(quote, priced))];
    }
    let deal = |id: &crate::domain::ids::RenewalId| {
        let row = desk.row(*id)?;
        let last_day = row.clock(Clock::LastRenewal);
        let lines = desk.queue.lines_of(*id).to_vec();
        let deal = asking.quoted(&desk.renewal(*id)?, &lines, quote, priced, last_day)?;
        Some((row.contract_number().to_string(), deal))
    };
    quote.renewals.iter().filter_map(deal).collect()
}

/// What the quote on screen pays, kept line by line while it is typed.
#[derive(Clone, Debug)]
pub struct Typed {
    book: Arc<Book>,
    pay: TypedPay,
    today: NaiveDate,
}

impl Typed {
    /// Of the whole quote; none where no rates are loaded: the rows of the quote are worth more
    /// than a line that says so.
    pub fn of(quote: &Quote, priced: &[PricedLine], desk: &Desk) -> Option<Typed> {
        let book = desk
            .incentive
            .clone()
            .filter(|book| !book.terms.is_empty())?;
        let renewals = quote.renewals.iter();
        let with_lines = |id| Some((desk.renewal(id)?, desk.queue.lines_of(id).to_vec()));
        let renewals: Vec<_> = renewals.filter_map(|id| with_lines(*id)).collect();
        let covered = renewals.iter().filter_map(|(renewal, lines)| {
            let row = desk.row(renewal.id)?;
            Some(Covered {
                renewal,
                lines,
                last_day: row.clock(Clock::LastRenewal),
            })
        });
        let covered: Vec<Covered<'_>> = covered.collect();
        let pay = asking(desk, &book).typed(quote, priced, &covered);
        let today = desk.today;
        Some(Typed { book, pay, today })
    }

    /// True where the desk pays by no terms: then there is none.
    pub fn none(desk: &Desk) -> bool {
        let book = desk.incentive.as_ref();
        book.is_none_or(|book| book.terms.is_empty())
    }

    /// True where the desk still pays by these terms.
    pub fn is_of(&self, desk: &Desk) -> bool {
        let same = |book: &Arc<Book>| Arc::ptr_eq(book, &self.book);
        desk.incentive.as_ref().is_some_and(same) && self.today == desk.today
    }

    /// Takes in changed lines; false where the desk pays by other terms now, unless those before shall
    /// still hold.
    pub fn retype(
        &mut self,
        quote: &Quote,
        priced: &[PricedLine],
        rows: &[usize],
        (desk, late): (&Desk, bool),
    ) -> bool {
        if !late && !self.is_of(desk) {
            return false;
        }
        let asking = asking(desk, &self.book);
        for row in rows {
            self.pay.retype(quote, priced, *row, &asking);
        }
        true
    }

    /// One line on it: `CPI 5,777.20 USD (renew …, growth …)`; none where nothing can be paid.
    pub fn line(&self, quote: &Quote, desk: &Desk) -> Option<String> {
        let sum = self.pay.payout(&asking(desk, &self.book));
        (sum != Payout::default())
            .then(|| format!("CPI {}", together(&sum, quote.currency, &self.book.terms)))
    }
}

/// The arithmetic of a quote as it is typed.
pub fn of_quote(quote: &Quote, priced: &[PricedLine], desk: &Desk) -> Option<explain::Model> {
    let book = desk.incentive.as_ref()?;
    let mut lines = Vec::new();
    for (contract, deal) in quoted(quote, priced, desk) {
        let told = worked("", &deal, &book.terms);
        lines.push(("contract".to_string(), contract));
        lines.extend(told.lines);
    }
    let title = format!("Incentive of {} as typed", quote.number);
    (!lines.is_empty()).then(|| explain::Model::new(title, lines))
}

/// Rows the table needs: a head, the portfolios with something to pay, a closing line.
pub fn height(desk: &Desk) -> u16 {
    let rows = desk
        .incentive
        .as_ref()
        .map_or(1, |book| match book.terms.is_empty() {
            true => 1,
            false => table(book).len() + 2,
        });
    u16::try_from(rows).unwrap_or(u16::MAX)
}

/// A row of the table, and how it looks.
type Row = ([String; 6], Role);

fn table(book: &Book) -> Vec<Row> {
    let terms = &book.terms;
    let mut rows = Vec::new();
    for gate in &terms.gates {
        let opening = gate.on(book.today, &terms.tiers);
        let score = gate.score.as_ref();
        let score = score.map_or("-".into(), |score| score::show(score, &terms.tiers));
        let role = match opening {
            Opening::Closed => Role::Bad,
            Opening::Unknown => Role::Dim,
            Opening::Column(_) => Role::Text,
        };
        for (currency, sum) in book.sums(&gate.portfolio) {
            let money = |amount: Option<Decimal>| {
                amount.map_or("-".into(), |amount| {
                    format!("{} {currency}", format::amount(amount, currency))
                })
            };
            rows.push((
                [
                    gate.portfolio.title().to_string(),
                    score.clone(),
                    opened(opening).to_string(),
                    sum.deals.to_string(),
                    money(sum.paid),
                    money(sum.cliff),
                ],
                role,
            ));
        }
    }
    rows
}

/// Draws the table of portfolios: score, rate column, open renewals, what they pay when booked as
/// planned, and what of it is lost once they are late. For a pane of the program screen.
pub fn view(canvas: &mut Canvas<'_>, area: Rect, desk: &Desk) {
    let cells = usize::from(area.width);
    if area.height == 0 || cells < 20 {
        return;
    }
    let told = match &desk.incentive {
        None => Some("The incentive is being computed"),
        Some(book) if book.terms.is_empty() => {
            Some("Incentive: rates not loaded (all actions: Load incentive rates)")
        }
        Some(_) => None,
    };
    if let Some(text) = told {
        canvas.text(area.x, area.y, cells, text, Role::Dim);
        return;
    }
    let Some(book) = &desk.incentive else { return };
    let label = if book.terms.demo { DEMO_LABEL } else { "" };
    let heads = [
        "Portfolio".to_string(),
        "PVI".into(),
        "Rates".into(),
        "Open".into(),
        format!("Pays {label}").trim_end().to_string(),
        format!("Lost when late {label}").trim_end().to_string(),
    ];
    let rows = table(book);
    let widths = widths(&heads, &rows, cells);
    let mut y = area.y;
    draw(canvas, (area.x, y), &heads, &widths, Role::Title);
    for (row, role) in &rows {
        y += 1;
        if y >= area.bottom() {
            return;
        }
        draw(canvas, (area.x, y), row, &widths, *role);
    }
    if y + 1 < area.bottom() {
        let text = "As planned, by your loaded rates and the latest assessment; late renewals lose \
                    the renew part. An estimate.";
        canvas.text(area.x, y + 1, cells, text, Role::Dim);
    }
}

/// Widths of the columns; the portfolio's name gives way first, then the rates.
fn widths(heads: &[String; 6], rows: &[Row], cells: usize) -> [usize; 6] {
    let mut widths = [0; 6];
    for row in std::iter::once(heads).chain(rows.iter().map(|(row, _)| row)) {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(format::width(cell));
        }
    }
    let mut over = (widths.iter().sum::<usize>() + 10).saturating_sub(cells);
    let [name, _, rates, ..] = &mut widths;
    for (width, least) in [(name, 5), (rates, 0)] {
        let give = over.min(width.saturating_sub(least));
        *width -= give;
        over -= give;
    }
    widths
}

fn draw(
    canvas: &mut Canvas<'_>,
    (x, y): (u16, u16),
    row: &[String; 6],
    widths: &[usize; 6],
    role: Role,
) {
    let mut x = x;
    for (at, (cell, width)) in row.iter().zip(widths).enumerate() {
        // names to the left, figures to the right and never cut
        match at {
            0 | 2 => {
                canvas.text(x, y, *width, cell, role);
            }
            _ => canvas.figure(x, y, *width, cell, role),
        }
        x = x.saturating_add(u16::try_from(*width + 2).unwrap_or(u16::MAX));
    }
}
