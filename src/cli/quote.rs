//! `quote new|show|set|list`.

use super::args;
use super::context::Context;
use super::error::Failure;
use super::quote_answer::{TotalsOut, print, status, totals};
use super::table::{Align, Table, terminal_width};
use super::{find, output, queue};
use super::{
    quote_coterm, quote_export, quote_price, quote_rules, quote_scenario, quote_send, quote_vendor,
};
use crate::book::Queue;
use crate::catalogue::{EoxIndex, MilestoneCache};
use crate::domain::command::Command;
use crate::domain::ids::RenewalId;
use crate::domain::portfolio::Portfolio;
use crate::domain::price_rule::PriceRules;
use crate::domain::quote::{Quote, QuoteLine};
use crate::domain::rules::Rules;
use crate::domain::snapshot::Snapshot;
use crate::export::document::valid_until;
use crate::export::json::money;
use crate::pricing::bulk;
use crate::pricing::draft::{DraftOptions, Drafted, Expiring, Limits, draft_quote};
use crate::pricing::edit::{self, Field};
use crate::pricing::hold::Hold;
use crate::pricing::price_quote;
use crate::pricing::price_rules::{Asked, Sides, price_new};
use crate::program::Pack;
use crate::runtime::clock::Clock;
use crate::runtime::ids::ClockIds;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::Serialize;
use std::io::Write;

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
        } => set(context, id, line, fields, *json, out),
        args::Quote::List(args) => list(context, args.json, out),
        args::Quote::Price(args) => quote_price::price(context, args, out),
        args::Quote::Solve(args) => quote_price::run_solve(context, args, out),
        args::Quote::Coterm(args) => quote_coterm::run(context, args, out),
        args::Quote::Scenario(args) => quote_scenario::run(context, args, out),
        args::Quote::Send(args) => quote_send::send(context, args, out),
        args::Quote::Approve(args) => quote_send::approve(context, args, out),
        args::Quote::Valid(args) => quote_send::valid(context, args, out),
        args::Quote::Vendor(args) => quote_vendor::run(context, args, out),
        args::Quote::Rules(args) => quote_rules::run(context, args, out),
        args::Quote::Export(args) => quote_export::run(context, args, out),
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
    let mut drafted = draft(context, &snapshot, &pack.rules, &renewals, &options)?;
    by_rules(context, args, &snapshot, &pack.rules, &mut drafted.quote);
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
    let (_, sums) = price_quote(&quote, &pack.rules);
    if args.json {
        return output::json(
            out,
            &Made {
                schema: "renewdesk.quote_new/1",
                quote_id: quote.id.to_string(),
                number: quote.number.to_string(),
                contracts: find::contracts_of(&snapshot, &quote),
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

/// Prices a new quote by the rules of the book. An uplift that was asked for stands on the cost.
fn by_rules(
    context: &Context,
    args: &args::QuoteNew,
    snapshot: &Snapshot,
    pack: &Rules,
    quote: &mut Quote,
) {
    let rules = PriceRules::of(&snapshot.settings);
    let asked = Asked {
        account: quote.account,
        supplier: args.supplier.as_deref().or(rules.supplier.as_deref()),
        today: context.today(),
    };
    let sides = Sides {
        buy: args.uplift.is_none(),
        sell: true,
    };
    let on = (quote.currency, asked.today, pack);
    price_new(&mut quote.lines, &rules, asked, sides, on);
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
            .filter_map(|line| snapshot.lines.get(line));
        let limited = lines.map(|line| {
            let known = dates.of_line(&line, &catalogue, &eox);
            let limits = Limits {
                ldos: known.ldos.as_ref().map(|m| m.date),
                last_renewal: known.last_renewal.as_ref().map(|m| m.date),
            };
            (line, limits)
        });
        expiring.push(Expiring {
            renewal: *id,
            account: row.account(),
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
        Some(text) => {
            let digits = text.trim().trim_end_matches('%');
            let wrong =
                |_| Failure::usage(format!("{text:?} is no percentage; write --uplift=3.5"));
            let uplift: Decimal = digits.parse().map_err(wrong)?;
            if uplift < Decimal::ZERO || uplift > Decimal::ONE_HUNDRED {
                return Err(Failure::usage(format!(
                    "an uplift is from 0 to 100 %; {uplift} is not"
                ))
                .hint(
                    "a lower price is a discount: `renewdesk quote set ID LINE discount_pct=…`",
                ));
            }
            if uplift > rules.uplift.max_pct {
                let most = rules.uplift.max_pct.normalize();
                super::context::note(&format!(
                    "an uplift of {uplift} % is more than the {most} % of the rule pack"
                ));
            }
            Ok(Some(uplift))
        }
    }
}

fn show(context: &Context, id: &str, json: bool, out: &mut impl Write) -> Result<(), Failure> {
    let store = context.open_to_look()?;
    let pack = context.pack()?;
    let snapshot = store.snapshot()?;
    let quote = find::quote(&snapshot, id)?;
    print(&snapshot, &quote, &pack.rules, json, out)
}

fn set(
    context: &Context,
    id: &str,
    lines: &str,
    fields: &[String],
    json: bool,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let mut store = context.open()?;
    let (pack, today) = (context.pack()?, context.today());
    let snapshot = store.snapshot()?;
    let quote = find::quote(&snapshot, id)?;
    let wanted = lines_named(&quote, lines)?;
    let edits = edits(fields)?;
    let typed = edits.iter().filter(|(field, _)| *field == Field::Portfolio);
    typed
        .clone()
        .try_for_each(|(_, text)| known_portfolio(text, &pack, &snapshot))?;
    let edited = |line: &QuoteLine| {
        bulk::apply_with_own(
            line,
            &edits,
            Hold::Typed,
            quote.currency,
            (today, &pack.rules),
        )
        .map_err(|refusal| {
            let number = line.number;
            Failure::refused(format!("line {number}: {refusal} Nothing was changed."))
                .hint(refusal.hint())
        })
    };
    let changed = wanted.into_iter().map(edited).collect::<Result<_, _>>()?;
    let labels: Vec<&str> = fields.iter().map(String::as_str).collect();
    let stamp = context.clock.stamp(&context.actor(&snapshot));
    let label = format!("{} line {lines}: {}", quote.number, labels.join(", "));
    let command = Command::PutQuoteLines {
        quote: quote.id,
        version: quote.version,
        lines: changed,
        add_renewals: Vec::new(),
    };
    let id = quote.id;
    store.apply(&command, &label, &stamp)?;
    let snapshot = store.snapshot()?;
    match snapshot.quotes.get(id) {
        Some(quote) => print(&snapshot, &quote, &pack.rules, json, out),
        None => Err(Failure::not_found("the quote is no longer in the book")),
    }
}

/// The lines `2`, `1-4,7` or `all` name, each once.
pub(super) fn lines_named<'q>(quote: &'q Quote, text: &str) -> Result<Vec<&'q QuoteLine>, Failure> {
    if text.trim().eq_ignore_ascii_case("all") {
        return Ok(quote.lines.iter().collect());
    }
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for part in text.split(',') {
        let (from, to) = part.split_once('-').unwrap_or((part, part));
        let (from, to) = (from.trim().parse(), to.trim().parse());
        let (Ok(from), Ok(to)) = (from, to) else {
            return Err(Failure::usage(format!("{text:?} names no lines"))
                .hint("write line numbers: 2, 1-4,7 or all"));
        };
        let range: (u32, u32) = (from, to);
        let within = |line: &&QuoteLine| (range.0..=range.1).contains(&line.number);
        if quote.lines.iter().find(within).is_none() {
            let numbers: Vec<String> = quote.lines.iter().map(|l| l.number.to_string()).collect();
            return Err(
                Failure::not_found(format!("quote {} has no line {part}", quote.number))
                    .hint(format!("its lines are {}", numbers.join(", "))),
            );
        }
        ranges.push(range);
    }
    let named = |line: &&QuoteLine| {
        let mut all = ranges.iter();
        all.any(|(from, to)| (from..=to).contains(&&line.number))
    };
    Ok(quote.lines.iter().filter(named).collect())
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

/// Fails unless the rule pack or the assessment has a portfolio of that name: any other would be
/// scored nowhere.
pub(super) fn known_portfolio(text: &str, pack: &Pack, snapshot: &Snapshot) -> Result<(), Failure> {
    let wanted = Portfolio::named(text).filter(|p| !p.title().eq_ignore_ascii_case("unknown"));
    let Some(wanted) = wanted else { return Ok(()) };
    let of_pack = pack.portfolios.iter().map(|rule| &rule.portfolio);
    let of_baseline = snapshot.baseline.iter().map(|row| &row.portfolio);
    let mut known: Vec<&str> = of_pack.chain(of_baseline).map(Portfolio::title).collect();
    known.sort_unstable();
    known.dedup();
    if known.contains(&wanted.title()) {
        return Ok(());
    }
    let nearest = known
        .iter()
        .min_by_key(|title| distance(title, wanted.title()));
    let nearest = nearest.map_or_else(String::new, |title| format!("; did you mean {title:?}?"));
    Err(Failure::refused(format!(
        "there is no portfolio {:?}{nearest} Nothing was changed.",
        wanted.title()
    ))
    .hint(format!("the portfolios are {}", known.join(", "))))
}

/// How many letters must be put in, left out or changed to make one name of the other.
fn distance(a: &str, b: &str) -> usize {
    let lower = |text: &str| -> Vec<char> { text.to_lowercase().chars().collect() };
    let (a, b) = (lower(a), lower(b));
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.iter().enumerate() {
        let mut left = i + 1;
        let mut next = vec![left];
        for ((to, above), corner) in b.iter().zip(row.iter().skip(1)).zip(&row) {
            left = (left + 1)
                .min(above + 1)
                .min(corner + usize::from(from != to));
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
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
    let store = context.open_to_look()?;
    let pack = context.pack()?;
    let snapshot = store.snapshot()?;
    let mut quotes: Vec<Quote> = snapshot.quotes.iter().collect();
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
