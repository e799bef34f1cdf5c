//! `quote rules`: the lines of a quote at the prices of their rules, in one step.

use super::context::Context;
use super::error::Failure;
use super::price_rule_args::QuoteRules;
use super::table::{Align, Table, terminal_width};
use super::{find, output, quote, quote_price};
use crate::domain::command::Command;
use crate::domain::price_rule::PriceRules;
use crate::domain::quote::{Quote, QuoteLine};
use crate::export::json::money;
use crate::pricing::hold::Hold;
use crate::pricing::price_rules::{Asked, Repriced, reprice};
use crate::pricing::{price_line, price_quote, with_lines};
use crate::program::Pack;
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
    /// Who the rules were asked for.
    supplier: Option<String>,
    written: bool,
    /// Totals before and after.
    net: [String; 2],
    sell: [String; 2],
    lines: Vec<LineOut>,
    /// Lines at the price of their rule already.
    same: Vec<u32>,
    /// Lines no rule matches.
    unmatched: Vec<u32>,
    /// Lines a rule matches and can set nothing of: no list price is known.
    unable: Vec<UnableOut>,
}

#[derive(Serialize)]
struct LineOut {
    line: u32,
    price_rule: String,
    tier: &'static str,
    net: [Option<String>; 2],
    sell: [Option<String>; 2],
}

#[derive(Serialize)]
struct UnableOut {
    line: u32,
    price_rule: String,
}

/// Runs the command.
pub fn run(context: &Context, args: &QuoteRules, out: &mut impl Write) -> Result<(), Failure> {
    let mut store = match args.dry_run {
        true => context.open_to_look()?,
        false => context.open()?,
    };
    let (pack, snapshot) = (context.pack()?, store.snapshot()?);
    let quote = &find::quote(&snapshot, &args.id)?;
    let rules = PriceRules::of(&snapshot.settings);
    if rules.rules.is_empty() {
        return Err(Failure::refused("the book has no price rules")
            .hint("`renewdesk price-rule add NAME discount=40` makes one"));
    }
    let wanted = quote::lines_named(quote, &args.lines)?;
    let wanted: BTreeSet<_> = wanted.into_iter().map(|line| line.id).collect();
    let locked = quote_price::locked(quote, args.lock.as_deref())?;
    let wanted = |line: &QuoteLine| wanted.contains(&line.id) && !locked.contains(&line.id);
    let supplier = args.supplier.as_deref().or(rules.supplier.as_deref());
    let asked = Asked {
        account: quote.account,
        supplier,
        today: context.today(),
    };
    let hold = if args.hold_sell {
        Hold::Sell
    } else {
        Hold::Typed
    };
    let found = reprice(quote, wanted, &rules, (asked, hold), &pack.rules);
    let lines: Vec<QuoteLine> = found.changed.iter().map(|(_, new)| new.clone()).collect();
    let writes = !args.dry_run && !lines.is_empty();
    if writes {
        let stamp = context.clock.stamp(&context.actor(&snapshot));
        let label = format!("{} priced by rules: {} lines", quote.number, lines.len());
        let command = Command::PutQuoteLines {
            quote: quote.id,
            version: quote.version,
            lines,
            add_renewals: Vec::new(),
        };
        store.apply(&command, &label, &stamp)?;
    }
    let told = told(quote, &found, supplier, writes, &pack);
    match args.json {
        true => output::json(out, &told),
        false => print(told, out),
    }
}

fn told(
    quote: &Quote,
    found: &Repriced,
    supplier: Option<&str>,
    written: bool,
    pack: &Pack,
) -> Output {
    let m = |amount| money(amount, quote.currency);
    let price = |line: &QuoteLine| price_line(line, quote.currency, &pack.rules);
    let lines = found.changed.iter().filter_map(|(old, new)| {
        let mark = new.rule.as_ref()?;
        let number = new.number;
        let (old, new) = (price(old), price(new));
        Some(LineOut {
            line: number,
            price_rule: mark.name().to_string(),
            tier: mark.tier().word(),
            net: [old.extended_net.map(m), new.extended_net.map(m)],
            sell: [old.extended_sell.map(m), new.extended_sell.map(m)],
        })
    });
    let changed: Vec<QuoteLine> = found.changed.iter().map(|(_, new)| new.clone()).collect();
    let (_, before) = price_quote(quote, &pack.rules);
    let (_, after) = price_quote(&with_lines(quote, &changed), &pack.rules);
    Output {
        schema: "renewdesk.quote_rules/1",
        quote_id: quote.id.to_string(),
        number: quote.number.to_string(),
        currency: quote.currency.to_string(),
        supplier: supplier.map(str::to_string),
        written,
        net: [m(before.net), m(after.net)],
        sell: [m(before.sell), m(after.sell)],
        lines: lines.collect(),
        same: found.same.clone(),
        unmatched: found.unmatched.clone(),
        unable: (found.unable.iter())
            .map(|(line, rule)| UnableOut {
                line: *line,
                price_rule: rule.to_string(),
            })
            .collect(),
    }
}

fn print(told: Output, out: &mut impl Write) -> Result<(), Failure> {
    let (number, currency) = (&told.number, &told.currency);
    let ([net, then], [sell, pays]) = (&told.net, &told.sell);
    writeln!(
        out,
        "{number}: net {net} → {then}, sell {sell} → {pays} {currency}"
    )?;
    let mut table = Table::new(&[
        ("Line", Align::Right),
        ("Price rule", Align::Left),
        ("Tier", Align::Left),
        ("Net", Align::Right),
        ("Net then", Align::Right),
        ("Sell", Align::Right),
        ("Sell then", Align::Right),
    ]);
    let known = |text: Option<String>| text.unwrap_or_else(|| "-".into());
    for line in told.lines {
        let ([net, then], [sell, pays]) = (line.net, line.sell);
        table.row([
            line.line.to_string(),
            line.price_rule,
            line.tier.to_string(),
            known(net),
            known(then),
            known(sell),
            known(pays),
        ]);
    }
    table.write(out, terminal_width())?;
    let numbers = |lines: &[u32]| {
        let lines: Vec<String> = lines.iter().map(u32::to_string).collect();
        lines.join(", ")
    };
    if !told.same.is_empty() {
        writeln!(
            out,
            "At their rule's price already: {}",
            numbers(&told.same)
        )?;
    }
    if !told.unmatched.is_empty() {
        writeln!(out, "No rule matches: {}", numbers(&told.unmatched))?;
    }
    for line in told.unable {
        let rule = crate::domain::text::clean(&line.price_rule).into_owned();
        writeln!(out, "Line {}: rule {rule} needs a list price", line.line)?;
    }
    Ok(())
}
