//! One end for all lines of the quote: the curve of its cost and the candidates, each with what it would
//! do to cost, days and scores, before one is chosen.

use super::Model;
use super::whole::put;
use crate::domain::quote::{Quote, QuoteLine};
use crate::pricing::coterm;
use crate::pricing::with_lines;
use crate::program::{Month, Projection, View, exact};
use crate::ui::day_words;
use crate::ui::desk::{Ctx, Desk};
use crate::ui::effect::Tone;
use crate::ui::format;
use crate::ui::overlay::{Overlay, pick, prompt};
use crate::ui::theme::Glyphs;
use crate::ui::widget::spark;
use chrono::NaiveDate;
use num_rational::BigRational;
use rust_decimal::Decimal;

/// Cells of the cost curve.
const CURVE: usize = 24;

impl Model {
    /// Lists the ends all lines could share, each with its cost and what it does to the score.
    pub(super) fn ask_common_end(&mut self, ctx: &mut Ctx<'_>) {
        let Some(sheet) = &self.sheet else { return };
        let (quote, desk) = (sheet.kept.clone(), ctx.desk);
        let ends = coterm::span(&quote);
        let ends = ends.map(|(from, to)| desk.pack.calendar.quarter_ends(from, to));
        let found = coterm::candidates(&quote, &ends.unwrap_or_default(), &desk.rules);
        let now = projected(&quote, desk);
        let (Some(first), Some(last)) = (found.first(), found.last()) else {
            return ctx.say(Tone::Refused, "No line of the quote has a term");
        };
        let curve = coterm::curve(&quote, (first.end, last.end), CURVE, &desk.rules);
        let costs: Vec<Decimal> = curve.iter().map(|there| there.totals.net).collect();
        let bars = spark::line(&tenths(&costs), CURVE, Glyphs { ascii: false });
        let (from, to) = (format::day(first.end), format::day(last.end));
        let title = format!("One end for {}   net {bars} {from} to {to}", quote.number);
        let mut items: Vec<(String, String)> = found
            .iter()
            .map(|there| {
                let head = format!("{}  {}", format::day(there.end), there.why);
                (head, consequence(&quote, there.end, now.as_ref(), desk))
            })
            .collect();
        items.push(("another day…".into(), "type it and see what it does".into()));
        let days: Vec<NaiveDate> = found.iter().map(|there| there.end).collect();
        let popup = pick::Model::new(title, items, 0, move |chosen, ctx| match days.get(chosen) {
            Some(day) => join(&quote, *day, ctx),
            None => ask_day(quote, now, ctx),
        });
        ctx.open(Overlay::Pick(popup));
    }
}

/// What a common end would do: cost, days, what is cut, and the scores that move.
fn consequence(quote: &Quote, end: NaiveDate, now: Option<&Projection>, desk: &Desk) -> String {
    let there = coterm::at(quote, end, "", &desk.rules);
    let net = format::amount(there.totals.net, quote.currency);
    let mut parts = vec![format!("net {net}")];
    parts.push(format!("+{} -{} d", there.gained(), there.lost()));
    if !there.cut.is_empty() {
        parts.push(format!("{} cut at LDoS", there.cut.len()));
    }
    if !there.kept.is_empty() {
        parts.push(format!("{} keep their end", there.kept.len()));
    }
    parts.extend(moved(quote, &coterm::lines_at(quote, end), now, desk));
    parts.join("  ")
}

/// The scores that changed lines move from where the quote as it stands has them: `Svc 4.75→5.01`.
fn moved(quote: &Quote, lines: &[QuoteLine], now: Option<&Projection>, desk: &Desk) -> Vec<String> {
    let then = projected(&with_lines(quote, lines), desk);
    let (Some(now), Some(then), false) = (now, then, lines.is_empty()) else {
        return Vec::new();
    };
    let both = now.portfolios.iter().zip(&then.portfolios);
    let text = |score: &BigRational| exact::text(score, 2);
    both.filter_map(|(now, then)| {
        let (from, to) = (text(now.score.as_ref()?), text(then.score.as_ref()?));
        (from != to).then(|| format!("{} {from}→{to}", now.portfolio.short()))
    })
    .collect()
}

fn projected(quote: &Quote, desk: &Desk) -> Option<Projection> {
    let view = View::Quote(quote.id);
    let engine = desk.engine.as_ref()?;
    engine.project_with(quote, &view, &Month::Horizon).ok()
}

fn join(quote: &Quote, day: NaiveDate, ctx: &mut Ctx<'_>) {
    let lines = coterm::lines_at(quote, day);
    put(
        quote,
        lines,
        format!("co-termed to {}", format::day(day)),
        ctx,
    );
}

fn ask_day(quote: Quote, now: Option<Projection>, ctx: &mut Ctx<'_>) {
    let asked = quote.clone();
    let popup = prompt::Model::new(
        format!("One end for {}", quote.number),
        day_words::HINT,
        "",
        move |text, desk| {
            let day = day_words::parse(text, desk.today)?;
            if coterm::lines_at(&quote, day).is_empty() {
                return Err("No line of the quote would move to that day".into());
            }
            let does = consequence(&quote, day, now.as_ref(), desk);
            Ok(format!("{}: {does}", format::day(day)))
        },
        move |text, ctx| {
            if let Ok(day) = day_words::parse(text, ctx.desk.today) {
                join(&asked, day, ctx);
            }
        },
    );
    ctx.open(Overlay::Prompt(popup));
}

/// Amounts between their least and most as figures from 0 to 10, as the bars want them.
fn tenths(amounts: &[Decimal]) -> Vec<Option<BigRational>> {
    let (Some(least), Some(most)) = (amounts.iter().min(), amounts.iter().max()) else {
        return Vec::new();
    };
    let span = (most - least).max(Decimal::new(1, 2));
    let ten = |amount: &Decimal| exact::of((amount - least) * Decimal::TEN / span);
    amounts.iter().map(|amount| Some(ten(amount))).collect()
}
