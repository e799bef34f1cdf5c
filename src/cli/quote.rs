//! `quote new|show|set|list`.

use super::args;
use super::context::Context;
use super::error::Failure;
use super::table::{Align, Table, terminal_width};
use super::{find, output, queue};
use crate::book::Queue;
use crate::catalogue::{EoxIndex, MilestoneCache};
use crate::domain::command::Command;
use crate::domain::ids::RenewalId;
use crate::domain::money::Currency;
use crate::domain::quote::{Quote, QuoteLine, QuoteStatus};
use crate::domain::rules::Rules;
use crate::domain::snapshot::Snapshot;
use crate::export::json::{decimal as plain, money, ratio};
use crate::pricing::draft::{DraftOptions, Drafted, Expiring, Limits, draft_quote};
use crate::pricing::edit::{self, Field};
use crate::pricing::{LineWarning, PricedLine, Totals, price_quote};
use crate::runtime::clock::Clock;
use crate::runtime::ids::ClockIds;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::Serialize;
use std::io::Write;

#[derive(Serialize)]
struct Shown {
    schema: &'static str,
    quote_id: String,
    number: String,
    version: u32,
    contracts: Vec<String>,
    customer: String,
    currency: String,
    status: &'static str,
    created_on: NaiveDate,
    valid_until: NaiveDate,
    lines: Vec<LineOut>,
    totals: TotalsOut,
}

#[derive(Serialize)]
struct LineOut {
    line: u32,
    quote_line_id: String,
    renewal_id: Option<String>,
    serial: Option<String>,
    pid: Option<String>,
    description: Option<String>,
    service_sku: Option<String>,
    service_level: Option<String>,
    portfolio: Option<String>,
    quantity: String,
    unit_list: Option<String>,
    list_years: String,
    start: NaiveDate,
    end: NaiveDate,
    days: i64,
    factor: Option<String>,
    prorated_list: Option<String>,
    discount_pct: Option<String>,
    unit_net: Option<String>,
    extended_net: Option<String>,
    unit_sell: Option<String>,
    extended_sell: Option<String>,
    margin_pct: Option<String>,
    markup_pct: Option<String>,
    tcv: Option<String>,
    acv: Option<String>,
    run_rate: Option<String>,
    ldos: Option<NaiveDate>,
    flags: Flags,
    warnings: Vec<String>,
}

#[derive(Serialize)]
struct Flags {
    premium: Option<bool>,
    ea: Option<bool>,
}

#[derive(Serialize)]
struct TotalsOut {
    currency: String,
    list: String,
    net: String,
    sell: String,
    discount_pct: Option<String>,
    margin_pct: Option<String>,
    tcv: String,
    acv: String,
    run_rate: String,
    unpriced_lines: usize,
}

fn totals(totals: &Totals) -> TotalsOut {
    let m = |amount| money(amount, totals.currency);
    TotalsOut {
        currency: totals.currency.to_string(),
        list: m(totals.list),
        net: m(totals.net),
        sell: m(totals.sell),
        discount_pct: totals.discount_pct.map(plain),
        margin_pct: totals.margin_pct.map(plain),
        tcv: m(totals.tcv),
        acv: m(totals.acv),
        run_rate: m(totals.run_rate),
        unpriced_lines: totals.unpriced,
    }
}

fn line(line: &QuoteLine, priced: &PricedLine, currency: Currency) -> LineOut {
    let m = |amount: Option<Decimal>| amount.map(|a| money(a, currency));
    let text = |t: &Option<std::sync::Arc<str>>| t.as_deref().map(str::to_string);
    LineOut {
        line: line.number,
        quote_line_id: line.id.to_string(),
        renewal_id: line.renewal.map(|id| id.to_string()),
        serial: text(&line.serial),
        pid: text(&line.pid),
        description: text(&line.description),
        service_sku: text(&line.service_sku),
        service_level: text(&line.service_level),
        portfolio: line.portfolio.as_ref().map(|p| p.title().to_string()),
        quantity: line.quantity.normalize().to_string(),
        unit_list: m(line.unit_list),
        list_years: line.list_years.normalize().to_string(),
        start: line.start,
        end: line.end,
        days: priced.days,
        factor: ratio(priced.factor.numerator, priced.factor.denominator),
        prorated_list: m(priced.prorated_list),
        discount_pct: priced.discount_pct.map(plain),
        unit_net: m(priced.unit_net),
        extended_net: m(priced.extended_net),
        unit_sell: m(priced.unit_sell),
        extended_sell: m(priced.extended_sell),
        margin_pct: priced.margin_pct.map(plain),
        markup_pct: priced.markup_pct.map(plain),
        tcv: m(priced.tcv),
        acv: m(priced.acv),
        run_rate: m(priced.run_rate),
        ldos: line.ldos,
        flags: Flags {
            premium: line.premium,
            ea: line.ea,
        },
        warnings: priced.warnings.iter().map(warning).collect(),
    }
}

fn warning(warning: &LineWarning) -> String {
    match warning {
        LineWarning::OnlyLeapDay => "the term is only 29 February and costs nothing".into(),
        LineWarning::BelowCost => "sell is below net".into(),
        LineWarning::ShortTerm(months) => format!("shorter than {months} months"),
        LineWarning::LongTerm(months) => format!("longer than {months} months"),
        LineWarning::CutAtLdos => "cut at the last date of support".into(),
        LineWarning::NoPrice => "no list price is known".into(),
        LineWarning::NetAboveList => "net is above list".into(),
        LineWarning::ListOfOldSku => "the list price is that of the old service SKU".into(),
        LineWarning::Dropped => "quantity 0, not counted".into(),
    }
}

fn shown(snapshot: &Snapshot, quote: &Quote, rules: &Rules) -> Shown {
    let (priced, sums) = price_quote(quote, rules);
    let customer = snapshot.accounts.get(quote.account);
    Shown {
        schema: "renewdesk.quote/1",
        quote_id: quote.id.to_string(),
        number: quote.number.to_string(),
        version: quote.version,
        contracts: find::contracts_of(snapshot, quote),
        customer: customer.map_or(String::new(), |a| a.name.to_string()),
        currency: quote.currency.to_string(),
        status: status(quote.status),
        created_on: quote.created_on,
        valid_until: valid_until(quote, rules),
        lines: quote
            .lines
            .iter()
            .zip(&priced)
            .map(|(l, p)| line(l, p, quote.currency))
            .collect(),
        totals: totals(&sums),
    }
}

fn status(status: QuoteStatus) -> &'static str {
    match status {
        QuoteStatus::Draft => "draft",
        QuoteStatus::Sent => "sent",
    }
}

/// Typed, or the day it was made plus the pack's days.
fn valid_until(quote: &Quote, rules: &Rules) -> NaiveDate {
    let days = chrono::TimeDelta::days(rules.quote.valid_days);
    quote.valid_until.unwrap_or(quote.created_on + days)
}

/// Runs the command.
pub fn run(context: &Context, args: &args::Quote, out: &mut impl Write) -> Result<(), Failure> {
    match args {
        args::Quote::New(args) => new(context, args, out),
        args::Quote::Show { id, json } => show(context, id, *json, out),
        args::Quote::Set {
            id,
            line,
            fields,
            json,
        } => set(context, id, *line, fields, *json, out),
        args::Quote::List(args) => list(context, args.json, out),
    }
}

#[derive(Serialize)]
struct Made {
    schema: &'static str,
    quote_id: String,
    number: String,
    contracts: Vec<String>,
    lines: usize,
    left_out: Vec<String>,
    totals: TotalsOut,
}

fn new(context: &Context, args: &args::QuoteNew, out: &mut impl Write) -> Result<(), Failure> {
    let mut store = context.open()?;
    let pack = context.pack()?;
    let snapshot = store.snapshot()?;
    let mut renewals: Vec<RenewalId> = Vec::new();
    for text in &args.contracts {
        let id = find::renewal(&snapshot, &pack.rules, text, false)?.id;
        if !renewals.contains(&id) {
            renewals.push(id);
        }
    }
    let options = DraftOptions {
        term_months: args.term,
        uplift_pct: uplift(args, &pack.rules)?,
    };
    let drafted = draft(context, &snapshot, &pack.rules, &renewals, &options)?;
    let stamp = context.clock.stamp(&context.actor(&snapshot));
    let numbers = find::contracts_of(&snapshot, &drafted.quote).join(", ");
    let left_out: Vec<String> = drafted.refused.iter().map(ToString::to_string).collect();
    if drafted.quote.lines.is_empty() {
        return Err(
            Failure::refused(format!("nothing of {numbers} can be renewed"))
                .hint(left_out.join(" ")),
        );
    }
    let id = drafted.quote.id;
    let command = Command::NewQuote(Box::new(drafted.quote));
    let applied = store.apply(&command, &format!("new quote for {numbers}"), &stamp)?;
    let snapshot = store.snapshot()?;
    let made = snapshot.quotes.get(applied.quote.unwrap_or(id));
    let quote = made.ok_or_else(|| Failure::not_found("the new quote is not in the book"))?;
    for reason in &left_out {
        super::context::note(&format!("left out: {reason}"));
    }
    let (_, sums) = price_quote(quote, &pack.rules);
    if args.json {
        return output::json(
            out,
            &Made {
                schema: "renewdesk.quote_new/1",
                quote_id: quote.id.to_string(),
                number: quote.number.to_string(),
                contracts: find::contracts_of(&snapshot, quote),
                lines: quote.lines.len(),
                left_out,
                totals: totals(&sums),
            },
        );
    }
    writeln!(
        out,
        "{}: {} lines, net {} {}",
        quote.number,
        quote.lines.len(),
        money(sums.net, quote.currency),
        quote.currency
    )?;
    Ok(())
}

/// The open lines of the renewals, each with the days no cover may pass, as a quote.
fn draft(
    context: &Context,
    snapshot: &Snapshot,
    rules: &Rules,
    renewals: &[RenewalId],
    options: &DraftOptions,
) -> Result<Drafted, Failure> {
    let (catalogue, today) = (context.catalogue(), context.today());
    let queue = Queue::build(snapshot, rules, &catalogue, today);
    let eox = EoxIndex::of(snapshot);
    let mut dates = MilestoneCache::new();
    let mut expiring = Vec::with_capacity(renewals.len());
    for id in renewals {
        let (Some(renewal), Some(row)) = (snapshot.renewals.get(*id), queue.row(*id)) else {
            continue;
        };
        let lines = queue
            .lines_of(*id)
            .iter()
            .filter_map(|line| snapshot.lines.get(*line));
        let limited = lines.map(|line| {
            let known = dates.of_line(line, &catalogue, &eox);
            let limits = Limits {
                ldos: known.ldos.as_ref().map(|m| m.date),
                last_renewal: known.last_renewal.as_ref().map(|m| m.date),
            };
            (line, limits)
        });
        expiring.push(Expiring {
            renewal: *id,
            account: row.account,
            currency: renewal.currency,
            lines: limited.collect(),
        });
    }
    draft_quote(&expiring, &mut ClockIds, today, rules, options)
        .map_err(|refusal| Failure::refused(refusal.to_string()))
}

/// `--uplift` alone is the pack's default, `--uplift=3.5` a number.
fn uplift(args: &args::QuoteNew, rules: &Rules) -> Result<Option<Decimal>, Failure> {
    match args.uplift.as_deref() {
        None => Ok(None),
        Some("default") => Ok(Some(rules.uplift.default_pct)),
        Some(text) => text
            .trim()
            .trim_end_matches('%')
            .parse()
            .map(Some)
            .map_err(|_| Failure::usage(format!("{text:?} is no percentage; write --uplift=3.5"))),
    }
}

fn show(context: &Context, id: &str, json: bool, out: &mut impl Write) -> Result<(), Failure> {
    let store = context.open()?;
    let pack = context.pack()?;
    let snapshot = store.snapshot()?;
    let quote = find::quote(&snapshot, id)?;
    print(&snapshot, quote, &pack.rules, json, out)
}

fn print(
    snapshot: &Snapshot,
    quote: &Quote,
    rules: &Rules,
    json: bool,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let shown = shown(snapshot, quote, rules);
    if json {
        return output::json(out, &shown);
    }
    output::watermark(snapshot);
    writeln!(
        out,
        "{}  version {}  {}  contracts {}  valid until {}",
        shown.number,
        shown.version,
        crate::domain::text::clean(&shown.customer),
        shown.contracts.join(", "),
        shown.valid_until
    )?;
    let mut table = Table::new(&[
        ("#", Align::Right),
        ("Product", Align::Left),
        ("Serial", Align::Left),
        ("Service", Align::Left),
        ("Qty", Align::Right),
        ("Start", Align::Left),
        ("End", Align::Left),
        ("List", Align::Right),
        ("Disc %", Align::Right),
        ("Net", Align::Right),
        ("Ext. net", Align::Right),
        ("Ext. sell", Align::Right),
        ("", Align::Left),
    ]);
    let none = || "-".to_string();
    for line in shown.lines {
        table.row([
            line.line.to_string(),
            line.pid.unwrap_or_else(none),
            line.serial.unwrap_or_else(none),
            line.service_sku.unwrap_or_else(none),
            line.quantity,
            line.start.to_string(),
            line.end.to_string(),
            line.prorated_list.unwrap_or_else(none),
            line.discount_pct.unwrap_or_else(none),
            line.unit_net.unwrap_or_else(none),
            line.extended_net.unwrap_or_else(none),
            line.extended_sell.unwrap_or_else(none),
            line.warnings.join(", "),
        ]);
    }
    table.write(out, terminal_width())?;
    let sums = shown.totals;
    writeln!(
        out,
        "Total {}: list {}  net {}  sell {}  TCV {}  ACV {}",
        sums.currency, sums.list, sums.net, sums.sell, sums.tcv, sums.acv
    )?;
    Ok(())
}

fn set(
    context: &Context,
    id: &str,
    number: u32,
    fields: &[String],
    json: bool,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let mut store = context.open()?;
    let (pack, today) = (context.pack()?, context.today());
    let snapshot = store.snapshot()?;
    let quote = find::quote(&snapshot, id)?;
    let line = quote.lines.iter().find(|line| line.number == number);
    let mut line = line.cloned().ok_or_else(|| {
        let numbers: Vec<String> = quote.lines.iter().map(|l| l.number.to_string()).collect();
        Failure::not_found(format!("quote {} has no line {number}", quote.number))
            .hint(format!("its lines are {}", numbers.join(", ")))
    })?;
    let edits = edits(fields)?;
    line = apply_all(&line, &edits, today, &pack.rules)?;
    let labels: Vec<&str> = fields.iter().map(String::as_str).collect();
    let stamp = context.clock.stamp(&context.actor(&snapshot));
    let label = format!("{} line {number}: {}", quote.number, labels.join(", "));
    let command = Command::PutQuoteLines {
        quote: quote.id,
        version: quote.version,
        lines: vec![line],
        add_renewals: Vec::new(),
    };
    let id = quote.id;
    store.apply(&command, &label, &stamp)?;
    let snapshot = store.snapshot()?;
    match snapshot.quotes.get(id) {
        Some(quote) => print(&snapshot, quote, &pack.rules, json, out),
        None => Err(Failure::not_found("the quote is no longer in the book")),
    }
}

/// FIELD=VALUE as fields with their texts.
fn edits(fields: &[String]) -> Result<Vec<(Field, &str)>, Failure> {
    fields
        .iter()
        .map(|text| {
            let (name, value) = text.split_once('=').ok_or_else(|| {
                Failure::usage(format!("{text:?} is no FIELD=VALUE"))
                    .hint("for example discount_pct=37.5")
            })?;
            let field = edit::parse_field(name).ok_or_else(|| {
                Failure::usage(format!("a quote line has no field {:?}", name.trim()))
                    .hint("`renewdesk quote set --help` lists the fields")
            })?;
            Ok((field, value.trim()))
        })
        .collect()
}

/// All edits on one line, or none. They are tried in the order given and then in the opposite one:
/// a term moved as a whole is valid only one way round.
fn apply_all(
    line: &QuoteLine,
    edits: &[(Field, &str)],
    today: NaiveDate,
    rules: &Rules,
) -> Result<QuoteLine, Failure> {
    let step = |line: QuoteLine, (field, text): &(Field, &str)| {
        edit::apply(&line, *field, text, today, rules)
    };
    let forward = edits.iter().try_fold(line.clone(), step);
    forward
        .or_else(|first| {
            edits
                .iter()
                .rev()
                .try_fold(line.clone(), step)
                .map_err(|_| first)
        })
        .map_err(|refusal| {
            Failure::refused(format!(
                "line {}: {refusal} Nothing was changed.",
                line.number
            ))
            .hint(refusal.hint())
        })
}

#[derive(Serialize)]
struct List {
    schema: &'static str,
    quotes: Vec<Listed>,
}

#[derive(Serialize)]
struct Listed {
    quote_id: String,
    number: String,
    /// The first contract; `contracts` holds all.
    contract: Option<String>,
    contracts: Vec<String>,
    customer: String,
    stage: Option<String>,
    status: &'static str,
    version: u32,
    currency: String,
    valid_until: NaiveDate,
    totals: TotalsOut,
}

fn list(context: &Context, json: bool, out: &mut impl Write) -> Result<(), Failure> {
    let store = context.open()?;
    let pack = context.pack()?;
    let snapshot = store.snapshot()?;
    let mut quotes: Vec<&Quote> = snapshot.quotes.iter().collect();
    quotes.sort_by(|a, b| (a.number.len(), &a.number).cmp(&(b.number.len(), &b.number)));
    let listed: Vec<Listed> = quotes
        .iter()
        .map(|quote| {
            let contracts = find::contracts_of(&snapshot, quote);
            let first = quote
                .renewals
                .first()
                .and_then(|id| snapshot.renewals.get(*id));
            let customer = snapshot.accounts.get(quote.account);
            Listed {
                quote_id: quote.id.to_string(),
                number: quote.number.to_string(),
                contract: contracts.first().cloned(),
                contracts,
                customer: customer.map_or(String::new(), |a| a.name.to_string()),
                stage: first.map(|r| queue::stage_title(&pack.rules, &r.stage)),
                status: status(quote.status),
                version: quote.version,
                currency: quote.currency.to_string(),
                valid_until: valid_until(quote, &pack.rules),
                totals: totals(&price_quote(quote, &pack.rules).1),
            }
        })
        .collect();
    if json {
        return output::json(
            out,
            &List {
                schema: "renewdesk.quotes/1",
                quotes: listed,
            },
        );
    }
    output::watermark(&snapshot);
    let mut table = Table::new(&[
        ("Quote", Align::Left),
        ("Customer", Align::Left),
        ("Contracts", Align::Left),
        ("Stage", Align::Left),
        ("Status", Align::Left),
        ("Valid until", Align::Left),
        ("Net", Align::Right),
        ("", Align::Left),
    ]);
    for quote in listed {
        table.row([
            quote.number,
            quote.customer,
            quote.contracts.join(", "),
            quote.stage.unwrap_or_default(),
            quote.status.to_string(),
            quote.valid_until.to_string(),
            quote.totals.net,
            quote.currency,
        ]);
    }
    table.write(out, terminal_width())?;
    Ok(())
}
