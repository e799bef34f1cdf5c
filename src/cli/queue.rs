//! `queue`: the renewals to work on, as a table, JSON or CSV.

use super::args;
use super::context::Context;
use super::error::Failure;
use super::output;
use super::pvi;
use super::table::{Align, Table};
use crate::book::sort::{self, Column};
use crate::book::{AllAtStake, Clock, ClockDays, CountdownState, Queue, QueueRow, Told};
use crate::domain::portfolio::Portfolio;
use crate::domain::renewal::Basis;
use crate::domain::rules::Rules;
use crate::expand::{Scene, Suggestions};
use crate::export::json::{self, money};
use crate::ui::stakes::Stakes;
use chrono::NaiveDate;
use serde::Serialize;
use std::io::Write;
use std::sync::Arc;

#[derive(Serialize)]
struct Output<'a> {
    schema: &'static str,
    as_of: NaiveDate,
    rows: Vec<Row<'a>>,
}

/// One row of `renewdesk.queue/1`.
#[derive(Serialize)]
struct Row<'a> {
    renewal_id: String,
    contract: &'a str,
    customer: &'a str,
    what: &'a str,
    service_level: Option<&'a str>,
    portfolios: Vec<&'a str>,
    end_date: NaiveDate,
    days_left: i64,
    clocks: Clocks,
    nearest_clock: Option<&'static str>,
    nearest_days: Option<i64>,
    countdown: String,
    state: &'static str,
    lines: u32,
    atr: Amount,
    stage: String,
    open: bool,
    owner: Option<&'a str>,
    risk: RiskOut,
    priority: String,
    /// Points of the score lost without it, all open counted; null where it cannot be told.
    pvi_at_stake: Option<String>,
    /// Percentage points its ratios move, each by the weight of its metric.
    smooth: Option<String>,
    pvi_mark: Option<&'static str>,
    next_step: Option<&'a str>,
    next_date: Option<NaiveDate>,
    snoozed_until: Option<NaiveDate>,
    quote: Option<&'a str>,
}

#[derive(Serialize)]
pub(super) struct Clocks {
    contract_end: Option<NaiveDate>,
    last_renewal: Option<NaiveDate>,
    last_attach: Option<NaiveDate>,
    ldos: Option<NaiveDate>,
    quote_validity: Option<NaiveDate>,
    cancel_by: Option<NaiveDate>,
}

#[derive(Serialize)]
pub(super) struct Amount {
    amount: Option<String>,
    currency: Option<String>,
    basis: &'static str,
}

#[derive(Serialize)]
struct RiskOut {
    level: &'static str,
    win_pct: String,
    reasons: Vec<String>,
}

impl Amount {
    /// Amount and currency, or that there is no price.
    pub(super) fn text(&self) -> String {
        match (&self.amount, &self.currency) {
            (Some(amount), Some(currency)) => format!("{amount} {currency}"),
            _ => "no price".into(),
        }
    }
}

pub(super) fn clocks(clocks: &ClockDays) -> Clocks {
    Clocks {
        contract_end: clocks.get(Clock::ContractEnd),
        last_renewal: clocks.get(Clock::LastRenewal),
        last_attach: clocks.get(Clock::LastAttach),
        ldos: clocks.get(Clock::Ldos),
        quote_validity: clocks.get(Clock::QuoteValidity),
        cancel_by: clocks.get(Clock::CancelBy),
    }
}

pub(super) fn amount(atr: &crate::domain::renewal::Atr) -> Amount {
    Amount {
        amount: atr
            .amount
            .zip(atr.currency)
            .map(|(amount, c)| money(amount, c)),
        currency: atr.currency.map(|c| c.to_string()),
        basis: basis(atr.basis),
    }
}

fn basis(basis: Basis) -> &'static str {
    match basis {
        Basis::Net => "net",
        Basis::List => "list",
        Basis::Mixed => "mixed",
        Basis::None => "none",
    }
}

/// The countdown's state as a word.
pub(super) fn state(state: CountdownState) -> &'static str {
    match state {
        CountdownState::Ok => "ok",
        CountdownState::Soon => "soon",
        CountdownState::Critical => "critical",
        CountdownState::Overdue => "overdue",
        CountdownState::Lapsed => "lapsed",
        CountdownState::Done => "done",
        CountdownState::Unknown => "unknown",
    }
}

/// Title of a stage; the id where the pack has dropped it.
pub(super) fn stage_title(rules: &Rules, id: &str) -> String {
    rules
        .stage(id)
        .map_or(id, |stage| stage.title.as_str())
        .to_string()
}

fn row<'a>(row: &QueueRow<'a>, rules: &Rules, told: Option<Arc<Told>>) -> Row<'a> {
    let clock = row.countdown().clock;
    Row {
        renewal_id: row.renewal().to_string(),
        contract: row.contract_number(),
        customer: row.customer(),
        what: row.what(),
        service_level: row.service_level().map(|text| &**text),
        portfolios: row.portfolios().iter().map(Portfolio::title).collect(),
        end_date: row.end(),
        days_left: row.days_left(),
        clocks: clocks(&row.clocks()),
        nearest_clock: clock.map(Clock::id),
        nearest_days: clock.map(|_| row.countdown().days),
        countdown: row.countdown().words(),
        state: state(row.countdown().state),
        lines: row.lines(),
        atr: amount(&row.atr()),
        stage: stage_title(rules, row.stage()),
        open: row.open(),
        owner: row.owner(),
        risk: RiskOut {
            level: row.risk().level.words(),
            win_pct: json::decimal(row.risk().win_pct),
            reasons: told
                .iter()
                .flat_map(|told| &told.risk.reasons)
                .map(|reason| reason.sentence.clone())
                .collect(),
        },
        priority: json::decimal(row.score()),
        pvi_at_stake: row.at_stake().map(|stake| json::decimal(stake.points)),
        smooth: row
            .at_stake()
            .map(|stake| json::decimal(stake.smooth.round_dp(6))),
        pvi_mark: row.at_stake().map(|stake| stake.mark),
        next_step: row.next_step(),
        next_date: row.next_date(),
        snoozed_until: row.snoozed_until(),
        quote: row.quote_number().map(|text| &**text),
    }
}

/// Which rows the options ask for. Overdue and lapsed ones always pass `--within`.
fn wanted<'a>(
    queue: &'a Queue,
    args: &args::Queue,
    rules: &Rules,
) -> Result<Vec<QueueRow<'a>>, Failure> {
    let stage = match &args.stage {
        Some(text) => Some(
            rules
                .stage_named(text)
                .map(|s| s.id.clone())
                .ok_or_else(|| {
                    let titles: Vec<&str> = rules.stages.iter().map(|s| s.title.as_str()).collect();
                    Failure::usage(format!("there is no stage {text:?}"))
                        .hint(format!("the stages are {}", titles.join(", ")))
                })?,
        ),
        None => None,
    };
    let owner_fits = |row: &QueueRow| match args.owner.as_deref() {
        None => true,
        Some("none") => row.owner().is_none(),
        Some(name) => row
            .owner()
            .is_some_and(|o| o.to_lowercase() == name.to_lowercase()),
    };
    let mut rows: Vec<QueueRow<'_>> = queue
        .rows()
        .iter()
        .filter(|row| match &stage {
            Some(stage) => row.stage() == &**stage,
            None => row.open(),
        })
        .filter(|row| args.within.is_none_or(|days| row.days_left() <= days))
        .filter(|row| owner_fits(row))
        .collect();
    match order(args)? {
        Some((column, descending)) => sort::sort(&mut rows, column, descending),
        None => rows.sort_by(|a, b| {
            let own = (a.end(), a.contract_number(), a.renewal());
            own.cmp(&(b.end(), b.contract_number(), b.renewal()))
        }),
    }
    rows.truncate(args.limit.unwrap_or(usize::MAX));
    Ok(rows)
}

/// The column and direction asked for; amounts and what is at stake stand largest first.
fn order(args: &args::Queue) -> Result<Option<(Column, bool)>, Failure> {
    let Some(id) = &args.sort else {
        return Ok(None);
    };
    let Some(column) = Column::from_id(&id.to_lowercase()) else {
        let ids: Vec<&str> = Column::ALL.iter().map(|column| column.id()).collect();
        return Err(Failure::usage(format!("there is no column {id:?}"))
            .hint(format!("the columns are {}", ids.join(", "))));
    };
    let largest_first = matches!(
        column,
        Column::AtStake
            | Column::Atr
            | Column::Risk
            | Column::Priority
            | Column::Exposure
            | Column::Plays
    );
    Ok(Some((column, largest_first)))
}

/// Runs the command.
pub fn run(context: &Context, args: &args::Queue, out: &mut impl Write) -> Result<(), Failure> {
    let store = context.open_to_look()?;
    let (pack, catalogue, today) = (context.pack()?, context.catalogue(), context.today());
    let snapshot = store.snapshot()?;
    let mut queue = Queue::build(&snapshot, &pack.rules, &catalogue, today);
    let by_stake = order(args)?.is_some_and(|(column, _)| column == Column::AtStake);
    if args.json || by_stake {
        let engine = pvi::engine_of(&queue, &snapshot, &pack, today);
        if let Some(stakes) = Stakes::of(&engine) {
            queue.set_stakes(AllAtStake::of(stakes.rows()));
        }
    }
    let by_plays = order(args)?.is_some_and(|(column, _)| column == Column::Plays);
    if by_plays {
        let (snapshot, rules, catalogue) = (&snapshot, &pack.rules, &catalogue);
        let scene = Scene {
            snapshot,
            rules,
            catalogue,
            today,
        };
        queue.set_plays(Suggestions::of(scene).plays());
    }
    let rows = wanted(&queue, args, &pack.rules)?;
    let told = |row: &QueueRow| queue.told(row.renewal(), &snapshot, &pack.rules, &catalogue);
    if args.json {
        let rows = rows.iter().map(|r| row(r, &pack.rules, told(r))).collect();
        return output::json(
            out,
            &Output {
                schema: "renewdesk.queue/1",
                as_of: today,
                rows,
            },
        );
    }
    if args.csv {
        let table = crate::export::pipeline(rows.iter().copied(), &pack.rules, told);
        let options = crate::export::CsvOptions::default();
        out.write_all(&table.csv(options).map_err(std::io::Error::other)?)?;
        return Ok(());
    }
    output::watermark(&snapshot);
    told_rows(&rows, &pack.rules, (by_stake, by_plays))
        .write(out, super::table::terminal_width())?;
    Ok(())
}

/// The rows as a table, with the column they were sorted by where it is not there anyway.
fn told_rows(rows: &[QueueRow<'_>], rules: &Rules, (by_stake, by_plays): (bool, bool)) -> Table {
    let stake = ("PVI at stake", Align::Left);
    let mut heads = vec![
        ("When", Align::Left),
        ("Customer", Align::Left),
        ("Contract", Align::Left),
        ("What", Align::Left),
        ("Ends", Align::Left),
        ("ATR", Align::Right),
        ("", Align::Left),
        ("Stage", Align::Left),
        ("Risk", Align::Left),
        ("Owner", Align::Left),
    ];
    heads.extend(by_stake.then_some(stake));
    heads.extend(by_plays.then_some(("Plays", Align::Right)));
    let mut table = Table::new(&heads);
    for row in rows {
        let atr = amount(&row.atr());
        let stake = row
            .at_stake()
            .map_or_else(|| "-".into(), |stake| stake.words());
        let mut cells = vec![
            row.countdown().words(),
            row.customer().to_string(),
            row.contract_number().to_string(),
            row.what().to_string(),
            row.end().to_string(),
            atr.amount.unwrap_or_else(|| "no price".into()),
            atr.currency.unwrap_or_default(),
            stage_title(rules, row.stage()),
            row.risk().level.words().to_string(),
            row.owner().unwrap_or("-").to_string(),
        ];
        cells.extend(by_stake.then_some(stake));
        let plays = row.plays().as_ref().map(|plays| plays.open.to_string());
        cells.extend(plays.filter(|_| by_plays));
        table.row(cells);
    }
    table
}
