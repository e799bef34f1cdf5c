//! The lines of the quote gathered by a field, with subtotals that add up to its totals.

use super::Model;
use crate::domain::quote::Quote;
use crate::pricing::subtotals::{By, Group, Subtotal, subtotals};
use crate::pricing::{counts, price_quote};
use crate::ui::desk::{Ctx, Desk};
use crate::ui::format;
use crate::ui::overlay::{Overlay, pick};
use crate::ui::pane::explain;

impl Model {
    /// Asks by what the lines shall be gathered, and shows the subtotals.
    pub(super) fn ask_groups(&mut self, ctx: &mut Ctx<'_>) {
        let Some(sheet) = &self.sheet else { return };
        let quote = sheet.kept.clone();
        let items = By::ALL
            .iter()
            .map(|(by, _)| {
                let count = gathered(&quote, *by, ctx.desk).len();
                let hint = format::count(count, "group", "groups");
                (by.title().to_string(), hint)
            })
            .collect();
        let title = format!("Subtotals of {} by", quote.number);
        let popup = pick::Model::new(title, items, 0, move |chosen, ctx| {
            if let Some((by, _)) = By::ALL.get(chosen) {
                let shown = shown(&quote, *by, ctx.desk);
                ctx.open(Overlay::Explain(shown));
            }
        });
        ctx.open(Overlay::Pick(popup));
    }
}

/// Net and sell by group; both lists have the same groups in the same order.
fn gathered(quote: &Quote, by: By, desk: &Desk) -> Vec<(Subtotal, Subtotal)> {
    let (priced, _) = price_quote(quote, &desk.rules);
    let group = Group {
        snapshot: &desk.snapshot,
        quote,
    };
    let counted = || {
        let both = quote.lines.iter().zip(&priced);
        both.filter(|(line, priced)| counts(line, priced))
    };
    let net = counted().map(|(line, priced)| (line, priced.extended_net));
    let sell = counted().map(|(line, priced)| (line, priced.extended_sell));
    let (net, sell) = (
        subtotals(&group, net, &[by]),
        subtotals(&group, sell, &[by]),
    );
    net.into_iter().zip(sell).collect()
}

fn shown(quote: &Quote, by: By, desk: &Desk) -> explain::Model {
    let amount = |value| format::amount(value, quote.currency);
    let cells = |lines: &str, units: &str, net: &str, sell: &str| {
        let fit = |text: &str, cells| format::fit(text, cells, false, "…");
        let (lines, units) = (fit(lines, 8), fit(units, 10));
        format!("{lines}{units}{}{}", fit(net, 18), fit(sell, 18))
    };
    let heads = cells(
        "lines",
        "units",
        &format!("net {}", quote.currency),
        &format!("sell {}", quote.currency),
    );
    let mut lines = vec![(by.title().to_string(), heads)];
    let (_, totals) = price_quote(quote, &desk.rules);
    let mut counted = 0;
    for (net, sell) in gathered(quote, by, desk) {
        counted += net.lines;
        let word = net.words.first().map_or("", String::as_str);
        let word = match (word.is_empty(), word.parse()) {
            (true, _) => "(none)".to_string(),
            (_, Ok(date)) if by == By::End => format::day(date),
            _ => crate::domain::text::clean(word).into_owned(),
        };
        let text = cells(
            &net.lines.to_string(),
            &net.quantity.normalize().to_string(),
            &amount(net.amount),
            &amount(sell.amount),
        );
        lines.push((word, text));
    }
    let left = match totals.unpriced {
        0 => String::new(),
        n => format!("{n} lines without a price are in no group"),
    };
    let all = cells(
        &counted.to_string(),
        "",
        &amount(totals.net),
        &amount(totals.sell),
    );
    lines.push(("Total".into(), all));
    if !left.is_empty() {
        lines.push((String::new(), left));
    }
    explain::Model::new(format!("{} by {}", quote.number, by.title()), lines)
}
