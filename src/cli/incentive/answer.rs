//! What deals pay, as a table, as JSON and as CSV. Every amount made from invented rates says so
//! where it stands.

use super::super::context::{Context, note};
use super::super::error::Failure;
use super::super::table::{Align, Table, terminal_width};
use super::{Deal, Desk};
use crate::domain::money::Currency;
use crate::domain::portfolio::Portfolio;
use crate::export::json::{decimal, fraction, money};
use crate::export::{Cell as SheetCell, CsvOptions, Table as Sheet};
use crate::pricing::grouped;
use crate::program::incentive::{
    Cell, DEMO_LABEL, Delay, Part, Payout, Piece, explain, gate_words, opened, waiting,
};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::Write;

/// An amount with its currency; the label stands on every one made from invented rates.
#[derive(Clone, Debug, Serialize)]
pub struct MoneyOut {
    amount: Option<String>,
    currency: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<&'static str>,
}

impl MoneyOut {
    /// An amount, or none where no rate gives one.
    pub fn of(amount: Option<Decimal>, currency: Currency, demo: bool) -> MoneyOut {
        MoneyOut {
            amount: amount.map(|amount| money(amount, currency)),
            currency: currency.to_string(),
            label: demo.then_some(DEMO_LABEL),
        }
    }

    /// For a table: `1,234.00 USD`, or a dash.
    pub fn shown(&self) -> String {
        match self.amount.as_deref().and_then(|text| text.parse().ok()) {
            Some(amount) => format!("{} {}", grouped(amount), self.currency),
            None => "-".into(),
        }
    }
}

#[derive(Serialize)]
pub struct Answer {
    schema: &'static str,
    as_of: NaiveDate,
    label: Option<&'static str>,
    pack: String,
    region: Option<String>,
    rates_loaded: usize,
    gates: Vec<GateOut>,
    deals: Vec<DealOut>,
    totals: Vec<TotalOut>,
    notes: Vec<String>,
}

#[derive(Serialize)]
struct GateOut {
    portfolio: String,
    score: Option<String>,
    month: Option<String>,
    opening: &'static str,
    projected_score: Option<String>,
    projected_opening: &'static str,
    protected: Option<String>,
    protected_until: Option<NaiveDate>,
}

#[derive(Serialize)]
struct DealOut {
    renewal_id: Option<String>,
    contract: Option<String>,
    customer: Option<String>,
    quote: Option<String>,
    end_date: Option<NaiveDate>,
    booked: bool,
    booked_on: NaiveDate,
    on_time: bool,
    last_on_time: NaiveDate,
    last_day: NaiveDate,
    #[serde(flatten)]
    pay: PayOut,
    portfolios: Vec<PortfolioOut>,
    delay: Option<DelayOut>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    lines: Vec<LineOut>,
}

#[derive(Serialize)]
struct PayOut {
    paid: MoneyOut,
    renew: MoneyOut,
    growth: MoneyOut,
    lost_late: MoneyOut,
    gate_closed: bool,
    /// `rates not loaded`, or why parts of it are not counted.
    not_counted: Vec<NotCounted>,
}

#[derive(Serialize)]
struct NotCounted {
    reason: String,
    lines: usize,
}

#[derive(Serialize)]
struct PortfolioOut {
    portfolio: String,
    #[serde(flatten)]
    pay: PayOut,
}

#[derive(Serialize)]
struct DelayOut {
    today: MoneyOut,
    on_time_until: Option<NaiveDate>,
    lost_the_day_after: MoneyOut,
    per_day: MoneyOut,
    last_day: NaiveDate,
    changes: Vec<ChangeOut>,
    sentence: String,
}

#[derive(Serialize)]
struct ChangeOut {
    on: NaiveDate,
    before: MoneyOut,
    after: MoneyOut,
    why: &'static str,
}

#[derive(Serialize)]
struct LineOut {
    line: Option<u32>,
    product: String,
    portfolio: Option<String>,
    prior: Option<String>,
    new: Option<String>,
    gate: &'static str,
    paid: MoneyOut,
    renew: PartOut,
    growth: PartOut,
    not_counted: Vec<String>,
}

#[derive(Serialize)]
struct PartOut {
    base: String,
    rate_pct: Option<String>,
    gsp: Option<String>,
    region: Option<String>,
    column: Option<&'static str>,
    source: Option<String>,
    paid: MoneyOut,
}

#[derive(Serialize)]
struct TotalOut {
    currency: String,
    deals: usize,
    paid: MoneyOut,
    lost_the_day_after: MoneyOut,
}

/// The deal's payout, or that of one portfolio.
fn of(deal: &Deal<'_>, desk: &Desk, portfolio: Option<&Portfolio>) -> Option<Payout> {
    let Some(wanted) = portfolio else {
        return Some(deal.pay.sum.clone());
    };
    let all = deal.pay.by_portfolio(&desk.terms).into_iter();
    all.filter(|(own, _)| own == wanted)
        .map(|(_, payout)| payout)
        .next()
}

fn pay(payout: &Payout, currency: Currency, demo: bool) -> PayOut {
    let money = |amount| MoneyOut::of(amount, currency, demo);
    PayOut {
        paid: money(payout.paid),
        renew: money(payout.renew),
        growth: money(payout.growth),
        lost_late: money(payout.lost_late),
        gate_closed: payout.closed,
        not_counted: payout
            .missing
            .iter()
            .map(|(reason, lines)| NotCounted {
                reason: reason.sentence(),
                lines: *lines,
            })
            .collect(),
    }
}

/// The whole answer.
pub fn answer(
    context: &Context,
    desk: &Desk,
    deals: &[Deal<'_>],
    portfolio: Option<&Portfolio>,
    detailed: bool,
) -> Answer {
    let today = context.today();
    let terms = &desk.terms;
    let gate = |gate: &crate::program::incentive::Gate| GateOut {
        portfolio: gate.portfolio.title().to_string(),
        score: gate.score.as_ref().map(fraction),
        month: gate.month.as_deref().map(str::to_string),
        opening: opened(gate.on(today, &terms.tiers)),
        projected_score: gate.projected.as_ref().map(fraction),
        projected_opening: opened(gate.projected(&terms.tiers)),
        protected: gate.protected.map(|(column, _)| column.word().to_string()),
        protected_until: gate.protected.map(|(_, until)| until),
    };
    let shown = deals
        .iter()
        .filter_map(|deal| Some(deal_out(deal, desk, &of(deal, desk, portfolio)?, detailed)));
    Answer {
        schema: "renewdesk.incentive/1",
        as_of: today,
        label: terms.demo.then_some(DEMO_LABEL),
        pack: desk.pack.title.clone(),
        region: terms.region.as_deref().map(str::to_string),
        rates_loaded: terms.rates().len(),
        gates: terms.gates.iter().map(gate).collect(),
        deals: shown.collect(),
        totals: totals(desk, deals, portfolio)
            .into_iter()
            .map(|(currency, total)| TotalOut {
                currency: currency.to_string(),
                deals: total.deals,
                paid: MoneyOut::of(total.paid, currency, terms.demo),
                lost_the_day_after: MoneyOut::of(total.cliff, currency, terms.demo),
            })
            .collect(),
        notes: terms.policy.notes.clone(),
    }
}

fn deal_out(deal: &Deal<'_>, desk: &Desk, payout: &Payout, detailed: bool) -> DealOut {
    let terms = &desk.terms;
    let (currency, demo) = (deal.pay.currency, terms.demo);
    let by_portfolio = deal.pay.by_portfolio(terms);
    let lines = if detailed {
        deal.pay.cells.as_slice()
    } else {
        &[]
    };
    DealOut {
        renewal_id: deal.renewal.map(|id| id.to_string()),
        contract: deal.row.map(|row| row.contract_number().to_string()),
        customer: deal.row.map(|row| row.customer().to_string()),
        quote: deal.quote.as_ref().map(|quote| quote.number.to_string()),
        end_date: deal.row.map(|row| row.end()),
        booked: deal.pay.dates.booked,
        booked_on: deal.pay.dates.booked_on,
        on_time: deal.pay.on_time(),
        last_on_time: deal.pay.dates.last_on_time,
        last_day: deal.pay.dates.last_day,
        pay: pay(payout, currency, demo),
        portfolios: by_portfolio
            .iter()
            .map(|(portfolio, payout)| PortfolioOut {
                portfolio: portfolio.title().to_string(),
                pay: pay(payout, currency, demo),
            })
            .collect(),
        delay: deal
            .pay
            .delay(terms)
            .map(|delay| delay_out(&delay, deal, desk)),
        lines: lines
            .iter()
            .map(|(piece, cell)| line_out(piece, cell, currency, demo))
            .collect(),
    }
}

fn delay_out(delay: &Delay, deal: &Deal<'_>, desk: &Desk) -> DelayOut {
    let currency = deal.pay.currency;
    let money = |amount| MoneyOut::of(amount, currency, desk.terms.demo);
    DelayOut {
        today: money(delay.today),
        on_time_until: delay.on_time_until,
        lost_the_day_after: money(delay.cliff),
        per_day: money(delay.per_day),
        last_day: delay.last_day,
        changes: delay
            .changes
            .iter()
            .map(|change| ChangeOut {
                on: change.on,
                before: money(Some(change.before)),
                after: money(Some(change.after)),
                why: change.why,
            })
            .collect(),
        sentence: waiting(delay, currency, &desk.terms),
    }
}

fn line_out(piece: &Piece, cell: &Cell, currency: Currency, demo: bool) -> LineOut {
    let plain = |amount: Decimal| money(amount, currency);
    let part = |part: &Part| PartOut {
        base: plain(part.base),
        rate_pct: part.rate.as_ref().map(|rate| decimal(rate.rate_pct)),
        gsp: part.rate.as_ref().map(|rate| rate.gsp.to_string()),
        region: part.rate.as_ref().map(|rate| rate.region.to_string()),
        column: part.rate.as_ref().map(|rate| rate.column.word()),
        source: part.rate.as_ref().map(|rate| rate.source.to_string()),
        paid: MoneyOut::of(part.paid, currency, demo),
    };
    LineOut {
        line: piece.number,
        product: piece.product.to_string(),
        portfolio: piece.portfolio.as_ref().map(|p| p.title().to_string()),
        prior: Some(plain(piece.prior)),
        new: piece.new.map(plain),
        gate: opened(cell.opening),
        paid: MoneyOut::of(cell.paid, currency, demo),
        renew: part(&cell.renew),
        growth: part(&cell.growth),
        not_counted: cell
            .missing
            .iter()
            .map(|missing| missing.sentence())
            .collect(),
    }
}

/// Sums over deals of one currency.
#[derive(Default)]
struct Total {
    deals: usize,
    paid: Option<Decimal>,
    cliff: Option<Decimal>,
}

fn plus(a: Option<Decimal>, b: Option<Decimal>) -> Option<Decimal> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.saturating_add(b)),
        (a, b) => a.or(b),
    }
}

fn totals(
    desk: &Desk,
    deals: &[Deal<'_>],
    portfolio: Option<&Portfolio>,
) -> BTreeMap<Currency, Total> {
    let mut out: BTreeMap<Currency, Total> = BTreeMap::new();
    for deal in deals {
        let Some(payout) = of(deal, desk, portfolio) else {
            continue;
        };
        let total = out.entry(deal.pay.currency).or_default();
        total.deals += 1;
        total.paid = plus(total.paid, payout.paid);
        let delay = deal.pay.delay(&desk.terms);
        total.cliff = plus(total.cliff, delay.and_then(|delay| delay.cliff));
    }
    out
}

/// Heads of the columns of money.
fn heads(demo: bool) -> [&'static str; 5] {
    if demo {
        [
            "Renew DEMO RATE",
            "Growth DEMO RATE",
            "Paid DEMO RATE",
            "Lost the day after DEMO RATE",
            "A day DEMO RATE",
        ]
    } else {
        ["Renew", "Growth", "Paid", "Lost the day after", "A day"]
    }
}

/// The table, and for one deal its arithmetic.
pub fn print(
    desk: &Desk,
    deals: &[Deal<'_>],
    portfolio: Option<&Portfolio>,
    detailed: bool,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let terms = &desk.terms;
    if detailed {
        for deal in deals {
            let title = deal.row.map_or_else(
                || {
                    deal.quote
                        .as_ref()
                        .map_or(String::new(), |quote| quote.number.to_string())
                },
                |row| format!("{} {}", row.contract_number(), row.customer()),
            );
            let told = explain(&title, &deal.pay, terms);
            writeln!(out, "{}", crate::domain::text::clean(&told.title))?;
            for (label, text) in told.lines {
                let line = format!("  {label:<24}  {text}");
                writeln!(out, "{}", crate::domain::text::clean(line.trim_end()))?;
            }
        }
        return Ok(());
    }
    for gate in &terms.gates {
        let opening = gate.on(desk.queue.today(), &terms.tiers);
        note(&gate_words(gate, opening, terms));
    }
    let [renew, growth, paid, cliff, a_day] = heads(terms.demo);
    let mut table = Table::new(&[
        ("Customer", Align::Left),
        ("Contract", Align::Left),
        ("Quote", Align::Left),
        ("On time to", Align::Left),
        (renew, Align::Right),
        (growth, Align::Right),
        (paid, Align::Right),
        (cliff, Align::Right),
        (a_day, Align::Right),
        ("Remark", Align::Left),
    ]);
    for deal in deals {
        let Some(payout) = of(deal, desk, portfolio) else {
            continue;
        };
        let currency = deal.pay.currency;
        let money = |amount| MoneyOut::of(amount, currency, terms.demo).shown();
        let delay = deal.pay.delay(terms);
        table.row([
            deal.row
                .map_or(String::new(), |row| row.customer().to_string()),
            deal.row
                .map_or(String::new(), |row| row.contract_number().to_string()),
            deal.quote
                .as_ref()
                .map_or("-".to_string(), |quote| quote.number.to_string()),
            deal.pay.dates.last_on_time.to_string(),
            money(payout.renew),
            money(payout.growth),
            money(payout.paid),
            money(delay.as_ref().and_then(|delay| delay.cliff)),
            money(delay.as_ref().and_then(|delay| delay.per_day)),
            remark(deal, &payout),
        ]);
    }
    table.write(out, terminal_width())?;
    for (currency, total) in totals(desk, deals, portfolio) {
        let money = |amount| MoneyOut::of(amount, currency, terms.demo).shown();
        let label = if terms.demo {
            format!(" ({DEMO_LABEL})")
        } else {
            String::new()
        };
        writeln!(
            out,
            "{} deals: {} paid as planned, {} lost on the days after the last ones on time{label}",
            total.deals,
            money(total.paid),
            money(total.cliff),
        )?;
    }
    Ok(())
}

/// Why there is no amount, or what the amount leaves out.
fn remark(deal: &Deal<'_>, payout: &Payout) -> String {
    let mut parts = Vec::new();
    if payout.closed {
        parts.push("gate closed".to_string());
    }
    if !deal.pay.on_time() {
        parts.push("late".to_string());
    }
    if let Some((first, count)) = payout.missing.first() {
        parts.push(format!("{} ({count})", first.sentence()));
    }
    parts.join("; ")
}

/// The table as CSV.
pub fn csv(
    desk: &Desk,
    deals: &[Deal<'_>],
    portfolio: Option<&Portfolio>,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let demo = desk.terms.demo;
    let [renew, growth, paid, cliff, a_day] = heads(demo);
    let names = [
        "customer",
        "contract",
        "quote",
        "end",
        "booked_on",
        "on_time_until",
        "currency",
        renew,
        growth,
        paid,
        cliff,
        a_day,
        "remark",
    ];
    let row = |deal: &Deal<'_>| {
        let payout = of(deal, desk, portfolio)?;
        let delay = deal.pay.delay(&desk.terms);
        let money = |amount: Option<Decimal>| {
            SheetCell::number(amount.map(|amount| deal.pay.currency.round(amount)))
        };
        Some(vec![
            SheetCell::text(deal.row.map(|row| row.customer())),
            SheetCell::text(deal.row.map(|row| row.contract_number())),
            SheetCell::text(deal.quote.as_ref().map(|quote| &*quote.number)),
            SheetCell::date(deal.row.map(|row| row.end())),
            SheetCell::Date(deal.pay.dates.booked_on),
            SheetCell::Date(deal.pay.dates.last_on_time),
            SheetCell::Text(deal.pay.currency.to_string()),
            money(payout.renew),
            money(payout.growth),
            money(payout.paid),
            money(delay.as_ref().and_then(|delay| delay.cliff)),
            money(delay.as_ref().and_then(|delay| delay.per_day)),
            SheetCell::Text(remark(deal, &payout)),
        ])
    };
    let sheet = Sheet {
        headers: names.map(str::to_string).to_vec(),
        rows: deals.iter().filter_map(row).collect(),
    };
    let bytes = sheet
        .csv(CsvOptions::default())
        .map_err(std::io::Error::other)?;
    out.write_all(&bytes)?;
    Ok(())
}
