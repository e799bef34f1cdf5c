//! `quote scenario`: a quote kept under names, side by side, and put back.

use super::context::{Context, note};
use super::error::Failure;
use super::quote_args::Scenario;
use super::table::{Align, Table, terminal_width};
use super::{find, output, pvi};
use crate::domain::command::Command;
use crate::domain::quote::{Quote, QuoteVersion};
use crate::domain::text::clean;
use crate::export::json::money;
use crate::pricing::price_quote;
use crate::program::Pack;
use crate::runtime::clock::Clock;
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::Write;

#[derive(Serialize)]
struct Output {
    schema: &'static str,
    quote_id: String,
    number: String,
    currency: String,
    scenarios: Vec<Side>,
}

/// One scenario, or the quote as it stands.
#[derive(Serialize)]
struct Side {
    name: String,
    kept_on: Option<NaiveDate>,
    version: u32,
    lines: usize,
    net: String,
    sell: String,
    discount_pct: Option<String>,
    margin_pct: Option<String>,
    tcv: String,
    acv: String,
    /// Score of each portfolio at the horizon; only when compared.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    scores: BTreeMap<String, String>,
    /// Lines that differ from the quote as it stands, by number; only when compared.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    differs: Vec<u32>,
}

/// Runs the command.
pub fn run(context: &Context, args: &Scenario, out: &mut impl Write) -> Result<(), Failure> {
    match args {
        Scenario::Save { id, name, json } => save(context, id, name, *json, out),
        Scenario::List { id, json } => list(context, id, *json, out),
        Scenario::Compare { id, names, json } => compare(context, id, names, *json, out),
        Scenario::Use { id, name, json } => take(context, id, name, *json, out),
    }
}

fn side(name: &str, on: Option<NaiveDate>, quote: &Quote, pack: &Pack) -> Side {
    let (_, totals) = price_quote(quote, &pack.rules);
    let amount = |value| money(value, quote.currency);
    let percent = |value: Option<rust_decimal::Decimal>| value.map(|v| v.round_dp(2).to_string());
    Side {
        name: name.to_string(),
        kept_on: on,
        version: quote.version,
        lines: quote.lines.len(),
        net: amount(totals.net),
        sell: amount(totals.sell),
        discount_pct: percent(totals.discount_pct),
        margin_pct: percent(totals.margin_pct),
        tcv: amount(totals.tcv),
        acv: amount(totals.acv),
        scores: BTreeMap::new(),
        differs: Vec::new(),
    }
}

fn answer(quote: &Quote, scenarios: Vec<Side>) -> Output {
    Output {
        schema: "renewdesk.quote_scenarios/1",
        quote_id: quote.id.to_string(),
        number: quote.number.to_string(),
        currency: quote.currency.to_string(),
        scenarios,
    }
}

fn save(
    context: &Context,
    id: &str,
    name: &str,
    json: bool,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let mut store = context.open()?;
    let (pack, snapshot) = (context.pack()?, store.snapshot()?);
    let quote = &find::quote(&snapshot, id)?;
    let name = clean(name.trim()).into_owned();
    let taken = store.quote_versions(quote.id)?;
    if taken
        .iter()
        .any(|kept| kept.name.eq_ignore_ascii_case(&name))
    {
        return Err(Failure::refused(format!(
            "{} has a scenario {name:?} already; a kept one never changes",
            quote.number
        ))
        .hint("give it another name"));
    }
    let stamp = context.clock.stamp(&context.actor(&snapshot));
    let command = Command::NameQuoteVersion {
        quote: quote.id,
        name: name.clone(),
    };
    store.apply(
        &command,
        &format!("{} kept as {name}", quote.number),
        &stamp,
    )?;
    if json {
        let kept = side(&name, Some(stamp.today), quote, &pack);
        return output::json(out, &answer(quote, vec![kept]));
    }
    note(&format!("{} kept as {name}", quote.number));
    Ok(())
}

fn list(context: &Context, id: &str, json: bool, out: &mut impl Write) -> Result<(), Failure> {
    let store = context.open_to_look()?;
    let (pack, snapshot) = (context.pack()?, store.snapshot()?);
    let quote = &find::quote(&snapshot, id)?;
    let kept = store.quote_versions(quote.id)?;
    let sides = kept
        .iter()
        .map(|kept| side(&kept.name, Some(kept.on), &kept.quote, &pack));
    print(answer(quote, sides.collect()), json, out)
}

fn named<'v>(
    quote: &Quote,
    kept: &'v [QuoteVersion],
    name: &str,
) -> Result<&'v QuoteVersion, Failure> {
    let found = kept.iter().rev();
    let mut found = found.filter(|version| version.name.eq_ignore_ascii_case(name.trim()));
    found.next().ok_or_else(|| {
        let names: Vec<&str> = kept.iter().map(|version| &*version.name).collect();
        let hint = match names.as_slice() {
            [] => "`renewdesk quote scenario save ID NAME` keeps one".to_string(),
            names => format!("there are {}", names.join(", ")),
        };
        Failure::not_found(format!("{} has no scenario {name:?}", quote.number)).hint(hint)
    })
}

fn compare(
    context: &Context,
    id: &str,
    names: &[String],
    json: bool,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let store = context.open_to_look()?;
    let (pack, snapshot) = (context.pack()?, store.snapshot()?);
    let quote = &find::quote(&snapshot, id)?;
    let kept = store.quote_versions(quote.id)?;
    let engine = pvi::engine(context, &snapshot, &pack);
    let mut sides = vec![Side {
        scores: pvi::scores(&engine, quote),
        ..side("as it stands", None, quote, &pack)
    }];
    for name in names {
        let version = named(quote, &kept, name)?;
        sides.push(Side {
            scores: pvi::scores(&engine, &version.quote),
            differs: differs(quote, &version.quote),
            ..side(&version.name, Some(version.on), &version.quote, &pack)
        });
    }
    output::watermark(&snapshot);
    print(answer(quote, sides), json, out)
}

/// Numbers of lines that are not the same in both, or only in one.
fn differs(quote: &Quote, other: &Quote) -> Vec<u32> {
    let mut found: Vec<u32> = Vec::new();
    for (one, two) in [(quote, other), (other, quote)] {
        for line in &one.lines {
            let same = two.lines.iter().any(|known| known == line);
            if !same && !found.contains(&line.number) {
                found.push(line.number);
            }
        }
    }
    found.sort_unstable();
    found
}

fn take(
    context: &Context,
    id: &str,
    name: &str,
    json: bool,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let mut store = context.open()?;
    let (pack, snapshot) = (context.pack()?, store.snapshot()?);
    let quote = &find::quote(&snapshot, id)?;
    let kept = store.quote_versions(quote.id)?;
    let version = named(quote, &kept, name)?;
    let stamp = context.clock.stamp(&context.actor(&snapshot));
    let command = Command::ReplaceQuoteLines {
        quote: quote.id,
        version: quote.version,
        lines: version.quote.lines.clone(),
    };
    let label = format!("{} as in scenario {}", quote.number, version.name);
    store.apply(&command, &label, &stamp)?;
    let (snapshot, number) = (store.snapshot()?, quote.number.to_string());
    let quote = &find::quote(&snapshot, &number)?;
    super::quote_answer::print(&snapshot, quote, &pack.rules, json, out)
}

fn print(told: Output, json: bool, out: &mut impl Write) -> Result<(), Failure> {
    if json {
        return output::json(out, &told);
    }
    if told.scenarios.is_empty() {
        writeln!(out, "{} has no scenario and was never sent", told.number)?;
        return Ok(());
    }
    let mut heads: Vec<(&str, Align)> = vec![("", Align::Left)];
    heads.extend(
        told.scenarios
            .iter()
            .map(|side| (side.name.as_str(), Align::Right)),
    );
    let mut table = Table::new(&heads);
    let mut row = |name: &str, cell: &dyn Fn(&Side) -> String| {
        let cells: Vec<String> = told.scenarios.iter().map(cell).collect();
        // what differs from the first column is marked, also without colour
        let first = cells.first().cloned().unwrap_or_default();
        let cells = cells.into_iter().map(|text| match text == first {
            true => text,
            false => format!("{text} *"),
        });
        table.row(
            std::iter::once(name.to_string())
                .chain(cells)
                .collect::<Vec<_>>(),
        );
    };
    let known = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".into());
    row("Lines", &|side| side.lines.to_string());
    row(&format!("Net {}", told.currency), &|side| side.net.clone());
    row(&format!("Sell {}", told.currency), &|side| {
        side.sell.clone()
    });
    row("Discount %", &|side| known(&side.discount_pct));
    row("Margin %", &|side| known(&side.margin_pct));
    row("TCV", &|side| side.tcv.clone());
    row("ACV", &|side| side.acv.clone());
    let titles: std::collections::BTreeSet<&String> = told
        .scenarios
        .iter()
        .flat_map(|side| side.scores.keys())
        .collect();
    for title in titles {
        row(title, &|side| known(&side.scores.get(title).cloned()));
    }
    table.write(out, terminal_width())?;
    if told.scenarios.len() > 1 {
        writeln!(out, "* differs from the first column")?;
    }
    Ok(())
}
