//! `contract`: one contract with everything the book knows of it.

use super::args;
use super::context::Context;
use super::error::Failure;
use super::table::{Align, Table, terminal_width};
use super::{find, output, queue};
use crate::book::{Queue, QueueRow};
use crate::domain::contract::{Contract, ContractKind};
use crate::domain::line::Line;
use crate::domain::rules::Rules;
use crate::domain::snapshot::Snapshot;
use crate::domain::text::clean;
use crate::export::json::money;
use chrono::NaiveDate;
use serde::Serialize;
use std::io::Write;

#[derive(Serialize)]
struct Output {
    schema: &'static str,
    contracts: Vec<ContractOut>,
}

#[derive(Serialize)]
struct ContractOut {
    contract: String,
    kind: &'static str,
    customer: String,
    service_level: Option<String>,
    start: Option<NaiveDate>,
    end: Option<NaiveDate>,
    auto_renew: bool,
    renewals: Vec<RenewalOut>,
    lines: Vec<LineOut>,
    activities: Vec<ActivityOut>,
}

#[derive(Serialize)]
struct RenewalOut {
    renewal_id: String,
    end_date: NaiveDate,
    days_left: i64,
    clocks: queue::Clocks,
    nearest_clock: Option<&'static str>,
    countdown: String,
    lines: u32,
    atr: queue::Amount,
    stage: String,
    owner: Option<String>,
    risk: &'static str,
    next_step: Option<String>,
    next_date: Option<NaiveDate>,
    planned_on: Option<NaiveDate>,
    po_number: Option<String>,
    order_number: Option<String>,
    booked_on: Option<NaiveDate>,
    loss_reason: Option<String>,
    quote: Option<String>,
}

#[derive(Serialize)]
struct LineOut {
    line_id: String,
    serial: Option<String>,
    instance: Option<String>,
    pid: Option<String>,
    service_sku: Option<String>,
    service_level: Option<String>,
    portfolio: Option<String>,
    start: Option<NaiveDate>,
    end: Option<NaiveDate>,
    quantity: String,
    unit_list: Option<String>,
    extended_net: Option<String>,
    currency: Option<String>,
    ldos: Option<NaiveDate>,
    coverage: &'static str,
    open: bool,
    customer_renew: Option<bool>,
    customer_comment: Option<String>,
}

#[derive(Serialize)]
struct ActivityOut {
    on: NaiveDate,
    by: String,
    kind: String,
    text: String,
}

fn kind(kind: ContractKind) -> &'static str {
    match kind {
        ContractKind::Service => "service",
        ContractKind::Subscription => "subscription",
        ContractKind::Quote => "quote",
    }
}

/// Runs the command.
pub fn run(context: &Context, args: &args::Contract, out: &mut impl Write) -> Result<(), Failure> {
    let store = context.open_to_look()?;
    let (pack, catalogue) = (context.pack()?, context.catalogue());
    let snapshot = store.snapshot()?;
    let queue = Queue::build(&snapshot, &pack.rules, &catalogue, context.today());
    let contracts: Vec<ContractOut> = find::contracts(&snapshot, args.number.trim())?
        .into_iter()
        .map(|contract| described(&snapshot, &queue, &pack.rules, &contract))
        .collect();
    if args.json {
        return output::json(
            out,
            &Output {
                schema: "renewdesk.contract/1",
                contracts,
            },
        );
    }
    output::watermark(&snapshot);
    for contract in &contracts {
        print(contract, out)?;
    }
    Ok(())
}

fn described(
    snapshot: &Snapshot,
    queue: &Queue,
    rules: &Rules,
    contract: &Contract,
) -> ContractOut {
    let own = snapshot.renewals.endings();
    let own = own.filter(|renewal| renewal.contract == contract.id);
    let mut rows: Vec<QueueRow<'_>> = own.filter_map(|renewal| queue.row(renewal.id)).collect();
    rows.sort_by_key(|row| (row.end(), row.renewal()));
    let renewals = rows
        .iter()
        .map(|row| renewal(snapshot, rules, row))
        .collect();
    let lines = snapshot
        .lines
        .iter()
        .filter(|line| line.contract == Some(contract.id));
    let mut activities: Vec<ActivityOut> = snapshot
        .activities
        .iter()
        .filter(|activity| rows.iter().any(|row| row.renewal() == activity.renewal))
        .map(|activity| ActivityOut {
            on: activity.on,
            by: activity.by.to_string(),
            kind: activity.kind.to_string(),
            text: activity.text.clone(),
        })
        .collect();
    activities.sort_by_key(|activity| std::cmp::Reverse(activity.on));
    let customer = snapshot.accounts.get(contract.account);
    ContractOut {
        contract: contract.number.to_string(),
        kind: kind(contract.kind),
        customer: customer.map_or(String::new(), |account| account.name.to_string()),
        service_level: contract.service_level.as_deref().map(str::to_string),
        start: contract.start,
        end: contract.end,
        auto_renew: contract.auto_renew.is_some(),
        renewals,
        lines: lines.map(|own| line(&own)).collect(),
        activities,
    }
}

fn renewal(snapshot: &Snapshot, rules: &Rules, row: &QueueRow) -> RenewalOut {
    let renewal = snapshot.renewals.get(row.renewal());
    let text = |pick: fn(&crate::domain::renewal::Renewal) -> Option<String>| {
        renewal.as_ref().and_then(pick)
    };
    RenewalOut {
        renewal_id: row.renewal().to_string(),
        end_date: row.end(),
        days_left: row.days_left(),
        clocks: queue::clocks(&row.clocks()),
        nearest_clock: row.countdown().clock.map(crate::book::Clock::id),
        countdown: row.countdown().words(),
        lines: row.lines(),
        atr: queue::amount(&row.atr()),
        stage: queue::stage_title(rules, row.stage()),
        owner: row.owner().map(str::to_string),
        risk: row.risk().level.words(),
        next_step: row.next_step().map(str::to_string),
        next_date: row.next_date(),
        planned_on: renewal.as_ref().and_then(|r| r.planned_on),
        po_number: text(|r| r.po_number.clone()),
        order_number: text(|r| r.order_number.clone()),
        booked_on: renewal.as_ref().and_then(|r| r.booked_on),
        loss_reason: text(|r| r.loss_reason.as_deref().map(str::to_string)),
        quote: row.quote_number().map(|text| &**text).map(str::to_string),
    }
}

fn line(line: &Line) -> LineOut {
    let text = |t: &Option<std::sync::Arc<str>>| t.as_deref().map(str::to_string);
    let amount = |a: Option<rust_decimal::Decimal>| match (a, line.currency) {
        (Some(a), Some(currency)) => Some(money(a, currency)),
        (Some(a), None) => Some(a.to_string()),
        (None, _) => None,
    };
    LineOut {
        line_id: line.id.to_string(),
        serial: text(&line.serial),
        instance: text(&line.instance),
        pid: text(&line.pid),
        service_sku: text(&line.service_sku),
        service_level: text(&line.service_level),
        portfolio: line.portfolio().map(|p| p.title().to_string()),
        start: line.start,
        end: line.end,
        quantity: line.quantity.normalize().to_string(),
        unit_list: amount(line.unit_list),
        extended_net: amount(line.extended_net),
        currency: line.currency.map(|c| c.to_string()),
        ldos: line.ldos,
        coverage: line.coverage.word(),
        open: line.is_open(),
        customer_renew: line.customer_renew,
        customer_comment: text(&line.customer_comment),
    }
}

fn print(contract: &ContractOut, out: &mut impl Write) -> Result<(), Failure> {
    writeln!(
        out,
        "{} {}  {}  {}",
        contract.kind,
        clean(&contract.contract),
        clean(&contract.customer),
        contract.service_level.as_deref().unwrap_or("")
    )?;
    let mut table = Table::new(&[
        ("Ends", Align::Left),
        ("When", Align::Left),
        ("Stage", Align::Left),
        ("ATR", Align::Right),
        ("Risk", Align::Left),
        ("Owner", Align::Left),
        ("Next step", Align::Left),
        ("Quote", Align::Left),
    ]);
    for r in &contract.renewals {
        table.row([
            r.end_date.to_string(),
            r.countdown.clone(),
            r.stage.clone(),
            r.atr.text(),
            r.risk.to_string(),
            r.owner.clone().unwrap_or_else(|| "-".into()),
            r.next_step.clone().unwrap_or_default(),
            r.quote.clone().unwrap_or_default(),
        ]);
    }
    table.write(out, terminal_width())?;
    writeln!(out)?;
    let mut table = Table::new(&[
        ("Serial", Align::Left),
        ("Product", Align::Left),
        ("Service", Align::Left),
        ("Qty", Align::Right),
        ("Start", Align::Left),
        ("End", Align::Left),
        ("Net", Align::Right),
        ("LDoS", Align::Left),
    ]);
    let day = |d: Option<NaiveDate>| d.map_or("-".to_string(), |d| d.to_string());
    for l in &contract.lines {
        table.row([
            l.serial.clone().unwrap_or_else(|| "-".into()),
            l.pid.clone().unwrap_or_else(|| "-".into()),
            l.service_sku.clone().unwrap_or_else(|| "-".into()),
            l.quantity.clone(),
            day(l.start),
            day(l.end),
            l.extended_net.clone().unwrap_or_else(|| "-".into()),
            day(l.ldos),
        ]);
    }
    table.write(out, terminal_width())?;
    print_answers(contract, out)?;
    for activity in &contract.activities {
        writeln!(
            out,
            "{}  {}: {}",
            activity.on,
            clean(&activity.by),
            clean(&activity.text)
        )?;
    }
    Ok(())
}

/// What the customer ticked and wrote in an asset list that came back.
fn print_answers(contract: &ContractOut, out: &mut impl Write) -> Result<(), Failure> {
    for l in &contract.lines {
        let answer = match l.customer_renew {
            Some(true) => "renew",
            Some(false) => "do not renew",
            None if l.customer_comment.is_some() => "no tick",
            None => continue,
        };
        let what = l.serial.as_deref().or(l.pid.as_deref()).unwrap_or("-");
        let comment = l.customer_comment.as_deref().unwrap_or_default();
        writeln!(out, "customer on {what}: {answer}  {}", clean(comment))?;
    }
    Ok(())
}
