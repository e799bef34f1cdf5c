//! The scenarios of the quote: kept under names that never change again, seen side by side, put back.

use crate::domain::command::Command;
use crate::domain::ids::QuoteId;
use crate::domain::quote::{Quote, QuoteVersion};
use crate::pricing::price_quote;
use crate::program::{Month, View, exact};
use crate::ui::desk::{Ctx, Desk};
use crate::ui::format;
use crate::ui::overlay::{Overlay, pick, prompt};
use crate::ui::pane::explain;
use rust_decimal::Decimal;

/// Scenarios that have room beside the quote.
const BESIDE: usize = 3;

/// Lists a quote's scenarios: to keep another, to see them side by side, to put one back.
pub fn open(quote: QuoteId, kept: &[QuoteVersion], ctx: &mut Ctx<'_>) {
    let desk = ctx.desk;
    let Some(now) = desk.quote(quote) else {
        return;
    };
    let mut items = vec![("Keep it as a new scenario…".to_string(), worth(&now, desk))];
    if !kept.is_empty() {
        let hint = match kept.len() > BESIDE {
            true => "the quote and up to three of them, which you choose",
            false => "the quote and all of them",
        };
        items.push(("Side by side".to_string(), hint.to_string()));
    }
    items.extend(kept.iter().rev().map(|version| {
        let hint = format!(
            "{}  {}",
            format::day(version.on),
            worth(&version.quote, desk)
        );
        (format!("Use: {}", version.name), hint)
    }));
    let kept: Vec<QuoteVersion> = kept.iter().rev().cloned().collect();
    let title = format!("Scenarios of {}", now.number);
    let popup = pick::Model::new(title, items, 0, move |chosen, ctx| match chosen {
        0 => ask_name(&now, &kept, ctx),
        1 if kept.len() > BESIDE => choose(now, kept, Vec::new(), ctx),
        1 => ctx.open(Overlay::Explain(side_by_side(&now, &kept, ctx.desk))),
        at => {
            if let Some(version) = kept.get(at - 2) {
                let command = Command::ReplaceQuoteLines {
                    quote: now.id,
                    version: now.version,
                    lines: version.quote.lines.clone(),
                };
                let label = format!("{} as in scenario {}", now.number, version.name);
                ctx.apply(command, label);
            }
        }
    });
    ctx.open(Overlay::Pick(popup));
}

/// Asks which scenarios shall stand beside the quote: choosing one adds it or takes it away, and the last
/// place shows them at once.
fn choose(now: Quote, kept: Vec<QuoteVersion>, chosen: Vec<usize>, ctx: &mut Ctx<'_>) {
    let shown = |chosen: &[usize]| -> Vec<QuoteVersion> {
        let chosen = chosen.iter().filter_map(|at| kept.get(*at));
        chosen.cloned().collect()
    };
    if chosen.len() >= BESIDE {
        let beside = side_by_side(&now, &shown(&chosen), ctx.desk);
        return ctx.open(Overlay::Explain(beside));
    }
    let mut items = Vec::new();
    if !chosen.is_empty() {
        let names: Vec<String> = shown(&chosen)
            .iter()
            .map(|kept| kept.name.to_string())
            .collect();
        items.push(("Show them".to_string(), names.join(", ")));
    }
    let first = items.len();
    items.extend(kept.iter().enumerate().map(|(at, version)| {
        let hint = if chosen.contains(&at) { "chosen" } else { "" };
        (version.name.to_string(), hint.to_string())
    }));
    let title = format!("Beside {}: up to {BESIDE}", now.number);
    let popup = pick::Model::new(title, items, 0, move |at, ctx| {
        let mut chosen = chosen;
        let Some(at) = at.checked_sub(first) else {
            let chosen = chosen.iter().filter_map(|at| kept.get(*at));
            let chosen: Vec<QuoteVersion> = chosen.cloned().collect();
            return ctx.open(Overlay::Explain(side_by_side(&now, &chosen, ctx.desk)));
        };
        match chosen.iter().position(|own| *own == at) {
            Some(own) => {
                chosen.remove(own);
            }
            None => chosen.push(at),
        }
        choose(now, kept, chosen, ctx);
    });
    ctx.open(Overlay::Pick(popup));
}

fn worth(quote: &Quote, desk: &Desk) -> String {
    let (_, totals) = price_quote(quote, &desk.rules);
    let margin = totals.margin_pct.map(|pct| format::percent(pct, 2));
    format!(
        "net {}  sell {}  margin {}",
        format::amount(totals.net, quote.currency),
        format::amount(totals.sell, quote.currency),
        margin.unwrap_or_else(|| "-".into())
    )
}

fn ask_name(quote: &Quote, kept: &[QuoteVersion], ctx: &mut Ctx<'_>) {
    let taken: Vec<String> = kept
        .iter()
        .map(|version| version.name.to_lowercase())
        .collect();
    let (id, number) = (quote.id, quote.number.clone());
    let popup = prompt::Model::new(
        format!("Name of the scenario of {number}"),
        "as you will look for it: 3-year DNA",
        "",
        move |text, _| match text.trim().to_lowercase() {
            name if name.is_empty() => Err("Type a name, or Esc".into()),
            name if taken.contains(&name) => {
                Err("There is one of that name, and a kept one never changes".into())
            }
            _ => Ok(String::new()),
        },
        move |text, ctx| {
            let name = Desk::typed(text);
            let label = format!("{number} kept as {name}");
            ctx.apply(Command::NameQuoteVersion { quote: id, name }, label);
        },
    );
    ctx.open(Overlay::Prompt(popup));
}

/// The quote as it stands and up to three scenarios; what differs from the quote is marked `*`.
fn side_by_side(now: &Quote, kept: &[QuoteVersion], desk: &Desk) -> explain::Model {
    let mut columns = vec![("now".to_string(), figures(now, desk))];
    columns.extend(kept.iter().take(BESIDE).map(|version| {
        let name = format::clip(&version.name, 14, "…");
        (name, figures(&version.quote, desk))
    }));
    let cell = |text: &str| format::fit(text, 17, false, "…");
    let heads: String = columns.iter().map(|(head, _)| cell(head)).collect();
    let mut lines = vec![(String::new(), heads)];
    let first = columns.first().map(|(_, figures)| figures.clone());
    for (row, (name, value)) in first.unwrap_or_default().into_iter().enumerate() {
        let text = columns.iter().map(|(_, figures)| {
            let other = figures.get(row).map_or("-", |(_, value)| value.as_str());
            match other == value {
                true => cell(other),
                false => cell(&format!("{other} *")),
            }
        });
        let text: String = text.collect();
        lines.push((name, text));
    }
    lines.push((
        String::new(),
        "* differs from the quote as it stands".into(),
    ));
    explain::Model::new(format!("{} and its scenarios", now.number), lines)
}

fn figures(quote: &Quote, desk: &Desk) -> Vec<(String, String)> {
    let (_, totals) = price_quote(quote, &desk.rules);
    let amount = |value| format::amount(value, quote.currency);
    let percent = |value: Option<Decimal>| value.map_or("-".into(), |pct| format::percent(pct, 2));
    let mut rows = vec![
        ("Lines".to_string(), quote.lines.len().to_string()),
        (format!("Net {}", quote.currency), amount(totals.net)),
        (format!("Sell {}", quote.currency), amount(totals.sell)),
        ("Discount".into(), percent(totals.discount_pct)),
        ("Margin".into(), percent(totals.margin_pct)),
        ("TCV".into(), amount(totals.tcv)),
        ("ACV".into(), amount(totals.acv)),
    ];
    let view = View::Quote(quote.id);
    let engine = desk.engine.as_ref();
    let projected =
        engine.and_then(|engine| engine.project_with(quote, &view, &Month::Horizon).ok());
    for score in projected
        .into_iter()
        .flat_map(|projected| projected.portfolios)
    {
        let text = score.score.map(|score| exact::text(&score, 2));
        let name = format!("PVI {}", score.portfolio.title());
        rows.push((name, text.unwrap_or_else(|| "-".into())));
    }
    rows
}
