//! The incentive in words: one sentence for a line on screen, and the arithmetic as on paper.

use super::DEMO_LABEL;
use super::book::Subject;
use super::deal::{DealPay, Piece};
use super::delay::Delay;
use super::gate::{Gate, Opening};
use super::pay::{Cell, Part, Payout};
use super::rates::Terms;
use crate::domain::incentive::RateColumn;
use crate::domain::money::Currency;
use crate::pricing::grouped;
use crate::program::{Explanation, score};
use rust_decimal::Decimal;

/// Most lines worked one by one.
const WORKED: usize = 12;

/// `1,234.00 USD`, with the label of invented rates behind it.
fn money(amount: Decimal, currency: Currency) -> String {
    let mut amount = currency.round(amount);
    amount.rescale(currency.minor_units());
    format!("{} {currency}", grouped(amount))
}

fn labelled(text: String, terms: &Terms) -> String {
    if terms.demo {
        format!("{text} — {DEMO_LABEL}")
    } else {
        text
    }
}

fn percent(value: Decimal) -> String {
    format!("{} %", value.normalize())
}

/// The payout of a renewal in one sentence: `1,234.00 USD if booked by 2026-12-31`, or why there
/// is none.
pub fn sentence(subject: &Subject, terms: &Terms) -> String {
    let Some(paid) = subject.planned.paid else {
        let why = subject.planned.why_not();
        return why.unwrap_or_else(|| "nothing to pay".into());
    };
    let amount = money(paid, subject.currency);
    let rest = left_out(&subject.planned);
    if subject.planned.closed {
        return labelled(format!("{amount}, gate closed{rest}"), terms);
    }
    let dates = &subject.dates;
    let text = match (dates.booked, dates.booked_on <= dates.last_on_time) {
        (true, true) => format!("{amount} for the booking of {}", dates.booked_on),
        (true, false) => format!("{amount} for the late booking of {}", dates.booked_on),
        (false, true) => format!("{amount} if booked by {}", dates.last_on_time),
        (false, false) => match subject.planned.lost_late {
            Some(lost) if !lost.is_zero() => format!(
                "{amount}; {} lost since {}",
                money(lost, subject.currency),
                dates.last_on_time
            ),
            _ => format!("{amount} if booked on {}", dates.booked_on),
        },
    };
    labelled(format!("{text}{rest}"), terms)
}

/// `, 2 lines without a rate`, or nothing.
fn left_out(payout: &Payout) -> String {
    let count: usize = payout.missing.iter().map(|(_, count)| count).sum();
    match count {
        0 => String::new(),
        1 => ", 1 line not counted".into(),
        n => format!(", {n} lines not counted"),
    }
}

/// What waiting costs, in one sentence.
pub fn waiting(delay: &Delay, currency: Currency, terms: &Terms) -> String {
    let Some(today) = delay.today else {
        return "not known: a booking today has no amount".into();
    };
    if today.is_zero() && delay.changes.is_empty() {
        return "nothing more is lost by waiting".into();
    }
    let mut text = match delay.changes.first() {
        None => format!(
            "{} whenever it is booked up to {}",
            money(today, currency),
            delay.last_day
        ),
        Some(first) => {
            let step = first.after - first.before;
            let way = if step < Decimal::ZERO { "less" } else { "more" };
            let mut text = format!(
                "{} up to the day before {}, then {} {way} ({})",
                money(today, currency),
                first.on,
                money(step.abs(), currency),
                first.why
            );
            for change in delay.changes.iter().skip(1) {
                text.push_str(&format!(
                    "; {} from {} ({})",
                    money(change.after, currency),
                    change.on,
                    change.why
                ));
            }
            text
        }
    };
    if let Some(per_day) = delay.per_day {
        text.push_str(&format!(
            "; spread over the days left to renew it is {} a day",
            money(per_day, currency)
        ));
    }
    labelled(text, terms)
}

/// A gate with the score it was decided by.
pub fn gate(gate: &Gate, opening: Opening, terms: &Terms) -> String {
    let shown = |score: &num_rational::BigRational| score::show(score, &terms.tiers);
    let score = match (&gate.score, &gate.month) {
        (Some(score), Some(month)) => format!("PVI {} of {month}", shown(score)),
        (Some(score), None) => format!("PVI {}", shown(score)),
        (None, _) => "no assessment loaded".into(),
    };
    let mut text = format!("{}: {score}", gate.portfolio.title());
    if opening != Opening::Unknown {
        text.push_str(&format!(": {}", opened(opening)));
    }
    if let Some((column, until)) = gate.protected {
        let word = column.word();
        text.push_str(&format!("; level {word} protected until {until}"));
    }
    if let Some(projected) = &gate.projected {
        text.push_str(&format!(
            "; projected {}: {} (shown only, pays nothing)",
            shown(projected),
            opened(gate.projected(&terms.tiers))
        ));
    }
    text
}

/// What a gate lets through, in words.
pub fn opened(opening: Opening) -> &'static str {
    match opening {
        Opening::Column(RateColumn::Partner) => "partner rates",
        Opening::Column(RateColumn::Preferred) => "preferred rates",
        Opening::Closed => "gate closed",
        Opening::Unknown => "unknown",
    }
}

/// The arithmetic of a deal as a person would do it on paper.
pub fn explain(title: &str, deal: &DealPay, terms: &Terms) -> Explanation {
    let mut lines: Vec<(String, String)> = Vec::new();
    let mut say = |label: &str, text: String| lines.push((label.to_string(), text));
    if terms.demo {
        say("rates", format!("{DEMO_LABEL}: invented, nobody pays them"));
    }
    let when = if deal.on_time() { "on time" } else { "late" };
    say(
        "booked on",
        format!(
            "{} ({when}; on time is up to {})",
            deal.dates.booked_on, deal.dates.last_on_time
        ),
    );
    say("together", together(&deal.sum, deal.currency, terms));
    for (missing, count) in &deal.sum.missing {
        say("not counted", format!("{} ({count})", missing.sentence()));
    }
    if let Some(delay) = deal.delay(terms) {
        say("waiting", waiting(&delay, deal.currency, terms));
    }
    for (portfolio, _) in deal.by_portfolio(terms) {
        if let Some(own) = terms.gate(&portfolio) {
            let opening = terms.opening(&portfolio, deal.dates.booked_on);
            say("gate", gate(own, opening, terms));
        }
    }
    say(
        "rule",
        "gate × [on time × round(min(new, prior) × renew rate) + round((new − prior, if above \
         0) × ACV growth rate)], line by line"
            .into(),
    );
    for (piece, cell) in deal.cells.iter().take(WORKED) {
        worked(piece, cell, deal.currency, &mut say);
    }
    if let Some(more) = deal.cells.len().checked_sub(WORKED).filter(|n| *n > 0) {
        say("", format!("{more} more lines"));
    }
    for note in &terms.policy.notes {
        say("for information", note.clone());
    }
    say(
        "official",
        "an estimate by the rates you loaded; the vendor decides what is paid".into(),
    );
    Explanation {
        title: title.to_string(),
        lines,
    }
}

fn worked(piece: &Piece, cell: &Cell, currency: Currency, say: &mut impl FnMut(&str, String)) {
    let label = match piece.number {
        Some(number) => format!("line {number} {}", piece.product),
        None => piece.product.to_string(),
    };
    let Some(new) = piece.new else {
        say(&label, "no price".into());
        return;
    };
    say(
        &label,
        format!(
            "new {} against prior {}",
            grouped(new),
            grouped(piece.prior)
        ),
    );
    let mut part = |name: &str, part: &Part, remark: &str| {
        let (Some(rate), Some(paid)) = (&part.rate, part.paid) else {
            return;
        };
        let closed = if cell.opening == Opening::Closed {
            " × 0 (gate closed)"
        } else {
            ""
        };
        say(
            "",
            format!(
                "{name} {} × {}{closed}{remark} = {}; {}, {}, {}, from {}",
                grouped(part.base),
                percent(rate.rate_pct),
                money(paid, currency),
                rate.gsp,
                rate.region,
                rate.column.word(),
                rate.source
            ),
        );
    };
    let late = if cell.lost_late.is_some() {
        " × 0 (late)"
    } else {
        ""
    };
    part("flat", &cell.renew, late);
    part("growth", &cell.growth, "");
    for missing in &cell.missing {
        say("", missing.sentence());
    }
}

/// The sum of a deal with its parts.
pub fn together(sum: &Payout, currency: Currency, terms: &Terms) -> String {
    let Some(paid) = sum.paid else {
        return sum.why_not().unwrap_or_else(|| "nothing to pay".into());
    };
    let part = |part: Option<Decimal>| {
        part.map_or_else(|| "-".to_string(), |amount| money(amount, currency))
    };
    let mut text = format!(
        "{} (renew {}, growth {})",
        money(paid, currency),
        part(sum.renew),
        part(sum.growth)
    );
    if sum.closed {
        text.push_str(", gate closed");
    }
    labelled(text, terms)
}
