//! The pipeline as a table: what the list shows, in the order given.

use super::table::{Cell, Table};
use crate::book::{Clock, QueueRow, Told};
use crate::domain::renewal::Basis;
use crate::domain::rules::Rules;
use rust_decimal::Decimal;
use std::sync::Arc;

/// Column names of the pipeline table.
pub const HEADERS: [&str; 27] = [
    "Contract",
    "Customer",
    "What",
    "Portfolios",
    "End",
    "Days left",
    "Countdown",
    "Status",
    "Renew by",
    "Attach by",
    "LDoS",
    "Quote valid until",
    "Cancel by",
    "Lines",
    "ATR",
    "Currency",
    "ATR basis",
    "Stage",
    "Owner",
    "Risk",
    "Win %",
    "Reasons",
    "Next step",
    "Next date",
    "Quote",
    "Priority",
    "Renewal id",
];

/// The rows as a table, in their order.
pub fn pipeline<'a>(
    rows: impl IntoIterator<Item = QueueRow<'a>>,
    rules: &Rules,
    told: impl Fn(&QueueRow) -> Option<Arc<Told>>,
) -> Table {
    Table {
        headers: HEADERS.map(String::from).to_vec(),
        rows: rows
            .into_iter()
            .map(|row| cells(&row, rules, told(&row)))
            .collect(),
    }
}

fn cells(row: &QueueRow, rules: &Rules, told: Option<Arc<Told>>) -> Vec<Cell> {
    let clock = |clock| Cell::date(row.clock(clock));
    let text = |text: &str| Cell::text(Some(text));
    let titles: Vec<&str> = row.portfolios().iter().map(|p| p.title()).collect();
    let reasons = told.iter().flat_map(|told| &told.risk.reasons);
    let reasons: Vec<&str> = reasons.map(|reason| &*reason.sentence).collect();
    let stage = rules.stage(row.stage()).map_or(row.stage(), |s| &s.title);
    vec![
        text(row.contract_number()),
        text(row.customer()),
        text(row.what()),
        text(&titles.join("; ")),
        Cell::Date(row.end()),
        Cell::Number(Decimal::from(row.days_left())),
        text(&row.countdown().words()),
        text(row.status().word()),
        clock(Clock::LastRenewal),
        clock(Clock::LastAttach),
        clock(Clock::Ldos),
        clock(Clock::QuoteValidity),
        clock(Clock::CancelBy),
        Cell::Number(Decimal::from(row.lines())),
        Cell::number(row.atr().amount),
        Cell::text(row.atr().currency.as_ref().map(|c| c.code())),
        text(basis(row.atr().basis)),
        text(stage),
        Cell::text(row.owner()),
        text(row.risk().level.words()),
        Cell::Number(row.risk().win_pct.normalize()),
        text(&reasons.join(". ")),
        Cell::text(row.next_step()),
        Cell::date(row.next_date()),
        Cell::text(row.quote_number().map(|text| &**text)),
        Cell::Number(row.score().normalize()),
        text(&row.renewal().to_string()),
    ]
}

fn basis(basis: Basis) -> &'static str {
    match basis {
        Basis::Net => "net",
        Basis::List => "list",
        Basis::Mixed => "mixed",
        Basis::None => "no price",
    }
}
