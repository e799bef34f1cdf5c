//! One end for all lines of the quote: the curve of its cost and the candidates, each with what it would
//! do to cost, days and scores, before one is chosen.

use super::Model;
use super::whole::put;
use crate::domain::line::LineKind;
use crate::domain::money::Currency;
use crate::domain::quote::{BuyDriver, Quote, QuoteLine};
use crate::domain::text::clean;
use crate::pricing::average::{self, Average, NoAverage};
use crate::pricing::coterm::{self, Candidate, Moved};
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
/// Cells of what a line is for, in the list by line.
const ITEM: usize = 24;

impl Model {
    /// Lists the ends all lines could share, each with its cost and what it does to the score.
    pub(super) fn ask_common_end(&mut self, ctx: &mut Ctx<'_>) {
        let Some(sheet) = self.sheet.as_deref() else {
            return;
        };
        let (quote, desk) = (sheet.kept.clone(), ctx.desk);
        let ends = coterm::span(&quote);
        let ends = ends.map(|(from, to)| desk.pack.calendar.quarter_ends(from, to));
        let found = coterm::candidates(&quote, &ends.unwrap_or_default(), &desk.rules);
        let now = projected(&quote, desk);
        let (Some(first), Some(last)) = (found.first(), found.last()) else {
            return ctx.say(Tone::Refused, "No line of the quote has a term");
        };
        let curve = coterm::curve(&quote, (first.end, last.end), CURVE, &desk.rules);
        let mut head = curves(&curve, quote.currency);
        head.extend(typed_prices(&quote));
        let title = format!("One end for {}", quote.number);
        let mut items: Vec<(String, String)> = found
            .iter()
            .map(|there| {
                let head = format!("{}  {}", format::day(there.end), reasons(&there.why));
                (head, consequence(&quote, there.end, now.as_ref(), desk))
            })
            .collect();
        let days: Vec<NaiveDate> = found.iter().map(|there| there.end).collect();
        let mut detail: Vec<_> = days.iter().map(|day| by_line(&quote, *day, desk)).collect();
        let shared = average::has_licences(&quote).then(|| average::average(&quote, &desk.rules));
        if let Some(found) = &shared {
            let (item, its) = averaged(&quote, found, now.as_ref(), desk);
            items.push(item);
            detail.push(its);
        }
        items.push(("another day…".into(), "type it and see what it does".into()));
        let popup = pick::Model::new(title, items, 0, move |chosen, ctx| {
            match (days.get(chosen), shared) {
                (Some(day), _) => join(&quote, *day, ctx),
                (None, Some(found)) if chosen == days.len() => take_average(&quote, found, ctx),
                (None, _) => ask_day(quote, now, ctx),
            }
        });
        ctx.open(Overlay::Pick(popup.detailed(head, detail)));
    }
}

/// Why a day is a candidate, short enough to leave room for its figures.
fn reasons(why: &str) -> String {
    let mut words = why.split(", ");
    let shown: Vec<&str> = words.by_ref().take(2).collect();
    match words.count() {
        0 => shown.join(", "),
        more => format!("{} +{more}", shown.join(", ")),
    }
}

/// A price that was typed goes with the term, since its discount is held: worth a word, it was a price for
/// another one.
fn typed_prices(quote: &Quote) -> Option<String> {
    let typed = |line: &&QuoteLine| {
        let price = matches!(line.buy, BuyDriver::UnitNet(_) | BuyDriver::ExtendedNet(_));
        price && line.kind != LineKind::Asset && !line.quantity.is_zero()
    };
    let lines = quote.lines.iter().filter(typed).count();
    (lines > 0).then(|| {
        let lines = format::count(lines, "line has", "lines have");
        format!("{lines} a typed net: it goes with the term, its discount held")
    })
}

/// The average of licences as an entry of the list, and what it does to each line with its arithmetic.
fn averaged(
    quote: &Quote,
    found: &Result<Average, NoAverage>,
    now: Option<&Projection>,
    desk: &Desk,
) -> ((String, String), (String, Vec<String>)) {
    let average = match found {
        Ok(average) => average,
        Err(why) => {
            let item = ("licence average: none".to_string(), String::new());
            return (item, (why.to_string(), Vec::new()));
        }
    };
    let there = average::candidate(quote, average, &desk.rules);
    let day = format::day(average.end);
    let mut parts = vec![format!(
        "net stays {}  +{} -{} d",
        format::amount(there.totals.net, quote.currency),
        there.gained(),
        there.lost()
    )];
    parts.extend(moved(quote, &average.lines, now, desk));
    let moved = coterm::moved_to(quote, &average.lines, average.end, &desk.rules);
    let (title, mut lines) = told(&format!("{day} licence average"), &moved, quote);
    for step in &average.steps {
        lines.push(format!(
            "{}: {} = {}",
            clean(&step.name),
            step.formula,
            step.result
        ));
    }
    let item = (format!("{day}  licence average"), parts.join("  "));
    (item, (title, lines))
}

fn take_average(quote: &Quote, found: Result<Average, NoAverage>, ctx: &mut Ctx<'_>) {
    match found {
        Ok(average) => {
            let label = format!("licences averaged to {}", format::day(average.end));
            put(quote, average.lines, label, ctx);
        }
        Err(why) => ctx.say(Tone::Refused, why.to_string()),
    }
}

/// The curves over every end from the first to the last candidate: cost, days gained, days lost.
fn curves(curve: &[Candidate], currency: Currency) -> Vec<String> {
    let (Some(first), Some(last)) = (curve.first(), curve.last()) else {
        return Vec::new();
    };
    let row =
        |label: &str, of: &dyn Fn(&Candidate) -> Decimal, shown: &dyn Fn(Decimal) -> String| {
            let values: Vec<Decimal> = curve.iter().map(of).collect();
            let bars = spark::line(&tenths(&values), CURVE, Glyphs { ascii: false });
            let (from, to) = (shown(of(first)), shown(of(last)));
            format!("{label:<12}{bars}  {from} to {to}")
        };
    let days = |days: Decimal| format!("{days} d");
    vec![
        row("net", &|at| at.totals.net, &|net| {
            format::amount(net, currency)
        }),
        row("days gained", &|at| at.gained().into(), &days),
        row("days lost", &|at| at.lost().into(), &days),
    ]
}

/// The lines an end moves, those that lose most first.
fn by_line(quote: &Quote, end: NaiveDate, desk: &Desk) -> (String, Vec<String>) {
    let moved = coterm::moved(quote, end, &desk.rules);
    told(&format::day(end), &moved, quote)
}

fn told(end: &str, moved: &[Moved], quote: &Quote) -> (String, Vec<String>) {
    if moved.is_empty() {
        return (format!("{end}: no line moves"), Vec::new());
    }
    let many = format::count(moved.len(), "line", "lines");
    let lines = moved.iter().map(|moved| {
        let line = quote.lines.iter().find(|line| line.number == moved.line);
        let what = line.map_or(String::new(), what);
        words_of(moved, &what, quote.currency)
    });
    let title = format!("{end} by line, most lost first: {many}");
    (title, lines.collect())
}

/// Product and serial of a line.
fn what(line: &QuoteLine) -> String {
    let product = line.pid.as_deref().or(line.service_sku.as_deref());
    let parts = product.into_iter().chain(line.serial.as_deref());
    clean(&parts.collect::<Vec<_>>().join(" ")).into_owned()
}

/// `  12 C9300-24T-E FOC1           -184 d  from 31 Dec 27     -504.11`.
fn words_of(moved: &Moved, what: &str, currency: Currency) -> String {
    let what = format::fit(what, ITEM, false, "…");
    let (number, from) = (moved.line, format::day(moved.from));
    if moved.kept {
        return format!("{number:>4} {what}    stays  at {from}: it starts later");
    }
    let net = match moved.net {
        Some(net) if net.is_sign_positive() => format!("+{}", format::amount(net, currency)),
        Some(net) => format::amount(net, currency),
        None => "?".to_string(),
    };
    let cut = if moved.cut { "  LDoS" } else { "" };
    let days = format!("{:+} d", moved.days);
    format!("{number:>4} {what} {days:>8}  from {from}{net:>12}{cut}")
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
        let kept = there.kept.len();
        parts.push(match kept {
            1 => "1 keeps its end".to_string(),
            many => format!("{many} keep their end"),
        });
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

/// Shows what a day does to each line; Enter ends them there.
fn preview(quote: Quote, day: NaiveDate, ctx: &mut Ctx<'_>) {
    let (title, lines) = by_line(&quote, day, ctx.desk);
    let items = lines
        .into_iter()
        .map(|line| (line, String::new()))
        .collect();
    let popup = pick::Model::preview(title, items, move |ctx| join(&quote, day, ctx));
    ctx.open(Overlay::Pick(popup));
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
                preview(asked, day, ctx);
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
