//! `quote price`, `quote solve`: a figure of the whole typed back into the lines.

use super::context::Context;
use super::error::Failure;
use super::quote_answer::{RuleOut, rule_out};
use super::quote_args::{Price, Solve, Target};
use super::table::{Align, Table, terminal_width};
use super::{find, output, pvi};
use crate::domain::command::Command;
use crate::domain::ids::QuoteLineId;
use crate::domain::portfolio::Portfolio;
use crate::domain::quote::{Quote, QuoteLine};
use crate::domain::snapshot::Snapshot;
use crate::export::json::{fixed, money};
use crate::pricing::solve::{Solved, Target as Wanted, solve};
use crate::pricing::spread::Side;
use crate::pricing::{price_line, price_quote, with_lines};
use crate::program::Pack;
use crate::program::lever::{Ways, ways};
use crate::runtime::clock::Clock;
use serde::Serialize;
use std::collections::BTreeSet;
use std::io::Write;

#[derive(Serialize)]
struct Output {
    schema: &'static str,
    quote_id: String,
    number: String,
    currency: String,
    /// `sell` or `net`.
    side: &'static str,
    from: String,
    to: String,
    written: bool,
    margin_pct: Option<String>,
    lines: Vec<LineOut>,
}

#[derive(Serialize)]
struct LineOut {
    line: u32,
    from: Option<String>,
    to: Option<String>,
    margin_pct: Option<String>,
    price_rule: Option<RuleOut>,
}

/// Runs `quote price`.
pub fn price(context: &Context, args: &Price, out: &mut impl Write) -> Result<(), Failure> {
    let mut store = context.open()?;
    let (pack, snapshot) = (context.pack()?, store.snapshot()?);
    let quote = &find::quote(&snapshot, &args.id)?;
    let Some(target) = wanted(&args.target) else {
        return Err(Failure::usage("a score is not a price")
            .hint("`renewdesk quote solve ID --score …` says which field would reach it"));
    };
    let solved = solved(quote, target, args.lock.as_deref(), &pack)?;
    let writes = !args.dry_run && !solved.lines.is_empty();
    if writes {
        let stamp = context.clock.stamp(&context.actor(&snapshot));
        let (side, to) = (word(solved.side), money(solved.to, quote.currency));
        let label = format!("{} {side} total {to}", quote.number);
        let command = Command::PutQuoteLines {
            quote: quote.id,
            version: quote.version,
            lines: solved.lines.clone(),
            add_renewals: Vec::new(),
        };
        store.apply(&command, &label, &stamp)?;
    }
    told(quote, &solved, writes, &pack, args.json, out)
}

/// Runs `quote solve`.
pub fn run_solve(context: &Context, args: &Solve, out: &mut impl Write) -> Result<(), Failure> {
    let store = context.open_to_look()?;
    let (pack, snapshot) = (context.pack()?, store.snapshot()?);
    let quote = &find::quote(&snapshot, &args.id)?;
    match wanted(&args.target) {
        Some(target) => {
            let solved = solved(quote, target, args.lock.as_deref(), &pack)?;
            told(quote, &solved, false, &pack, args.json, out)
        }
        None => score(context, args, (&snapshot, quote, &pack), out),
    }
}

fn wanted(target: &Target) -> Option<Wanted> {
    let sell = target.sell.map(Wanted::Sell);
    let net = target.net.map(Wanted::Net);
    let margin = target.margin.map(Wanted::Margin);
    let by_net = target.margin_by_net.map(Wanted::MarginByNet);
    sell.or(net).or(margin).or(by_net)
}

fn solved(
    quote: &Quote,
    target: Wanted,
    lock: Option<&str>,
    pack: &Pack,
) -> Result<Solved, Failure> {
    let locked = locked(quote, lock)?;
    solve(quote, target, &locked, &pack.rules)
        .map_err(|error| Failure::refused(format!("{}: {error}", quote.number)))
}

/// The lines that are named to stay: `2`, `1-4,7` or `all`.
pub(super) fn locked(quote: &Quote, named: Option<&str>) -> Result<BTreeSet<QuoteLineId>, Failure> {
    let lines = named.map(|named| super::quote::lines_named(quote, named));
    let lines = lines.transpose()?.unwrap_or_default();
    Ok(lines.into_iter().map(|line| line.id).collect())
}

fn word(side: Side) -> &'static str {
    match side {
        Side::Net => "net",
        Side::Sell => "sell",
    }
}

fn told(
    quote: &Quote,
    solved: &Solved,
    written: bool,
    pack: &Pack,
    json: bool,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let amount = |line: &QuoteLine| {
        let priced = price_line(line, quote.currency, &pack.rules);
        let amount = match solved.side {
            Side::Net => priced.extended_net,
            Side::Sell => priced.extended_sell,
        };
        let margin = priced.margin_pct.map(|pct| pct.round_dp(2).to_string());
        (amount.map(|amount| money(amount, quote.currency)), margin)
    };
    let lines: Vec<LineOut> = solved
        .lines
        .iter()
        .filter_map(|new| {
            let old = quote.lines.iter().find(|old| old.id == new.id)?;
            let (to, margin_pct) = amount(new);
            Some(LineOut {
                line: new.number,
                from: amount(old).0,
                to,
                margin_pct,
                price_rule: rule_out(new),
            })
        })
        .collect();
    let margin = solved
        .totals
        .margin_pct
        .map(|pct| pct.round_dp(2).to_string());
    let told = Output {
        schema: "renewdesk.quote_price/1",
        quote_id: quote.id.to_string(),
        number: quote.number.to_string(),
        currency: quote.currency.to_string(),
        side: word(solved.side),
        from: money(solved.from, quote.currency),
        to: money(solved.to, quote.currency),
        written,
        margin_pct: margin,
        lines,
    };
    if json {
        return output::json(out, &told);
    }
    let (number, side, currency) = (&told.number, told.side, &told.currency);
    let margin = told.margin_pct.as_deref();
    let margin = margin.map_or("none".to_string(), |pct| format!("{pct} %"));
    let (from, to) = (&told.from, &told.to);
    writeln!(
        out,
        "{number}: {side} {from} → {to} {currency}, margin then {margin}"
    )?;
    let mut table = Table::new(&[
        ("Line", Align::Right),
        ("From", Align::Right),
        ("To", Align::Right),
        ("Margin %", Align::Right),
    ]);
    let known = |text: Option<String>| text.unwrap_or_else(|| "-".into());
    for line in told.lines {
        table.row([
            line.line.to_string(),
            known(line.from),
            known(line.to),
            known(line.margin_pct),
        ]);
    }
    table.write(out, terminal_width())?;
    Ok(())
}

#[derive(Serialize)]
struct ScoreOut {
    schema: &'static str,
    quote_id: String,
    number: String,
    portfolio: String,
    target: String,
    now: Option<String>,
    feasible: bool,
    fields: Vec<FieldOut>,
}

#[derive(Serialize)]
struct FieldOut {
    field: &'static str,
    reaches: bool,
    change: String,
    score: Option<String>,
    lines: Vec<u32>,
    /// What the quote's net comes to then.
    net: String,
}

fn score(
    context: &Context,
    args: &Solve,
    (snapshot, quote, pack): (&Snapshot, &Quote, &Pack),
    out: &mut impl Write,
) -> Result<(), Failure> {
    let text = args.target.score.as_deref().unwrap_or_default();
    let wrong =
        || Failure::usage(format!("{text:?} is no score")).hint("write it like Services=5.0");
    let (name, score) = text.split_once('=').ok_or_else(wrong)?;
    let portfolio = Portfolio::named(name).ok_or_else(wrong)?;
    super::quote::known_portfolio(portfolio.title(), pack, snapshot)?;
    let target = score.trim().parse().map_err(|_| wrong())?;
    let engine = pvi::engine(context, snapshot, pack);
    let found = ways(&engine, quote, (&portfolio, target), &pack.rules)
        .map_err(|error| Failure::refused(error.to_string()))?;
    let told = score_out(quote, &found, score.trim(), pack);
    if args.json {
        return output::json(out, &told);
    }
    let now = told.now.as_deref().unwrap_or("no score");
    let (number, title) = (&told.number, &told.portfolio);
    writeln!(
        out,
        "{number}: {title} at {now} with this quote, wanted {}",
        told.target
    )?;
    if !told.feasible {
        writeln!(
            out,
            "No single field of the quote reaches it; the best each can do:"
        )?;
    }
    let mut table = Table::new(&[
        ("Field", Align::Left),
        ("Change", Align::Left),
        ("Reaches it", Align::Left),
        ("Score", Align::Right),
        ("Net then", Align::Right),
    ]);
    for field in told.fields {
        let reaches = if field.reaches { "yes" } else { "no" };
        let score = field.score.unwrap_or_else(|| "-".into());
        table.row([
            field.field.into(),
            field.change,
            reaches.into(),
            score,
            field.net,
        ]);
    }
    table.write(out, terminal_width())?;
    Ok(())
}

fn score_out(quote: &Quote, found: &Ways, target: &str, pack: &Pack) -> ScoreOut {
    let net = |lines: &[QuoteLine]| {
        let then = with_lines(quote, lines);
        money(price_quote(&then, &pack.rules).1.net, quote.currency)
    };
    let fields = found.ways.iter().map(|way| FieldOut {
        field: way.lever.word(),
        reaches: way.reaches,
        change: way.words.clone(),
        score: way.score.as_ref().map(|score| fixed(score, 3)),
        lines: way.lines.iter().map(|line| line.number).collect(),
        net: net(&way.lines),
    });
    ScoreOut {
        schema: "renewdesk.quote_solve/1",
        quote_id: quote.id.to_string(),
        number: quote.number.to_string(),
        portfolio: found.portfolio.title().to_string(),
        target: target.to_string(),
        now: found.now.as_ref().map(|score| fixed(score, 3)),
        feasible: found.ways.iter().any(|way| way.reaches),
        fields: fields.collect(),
    }
}
