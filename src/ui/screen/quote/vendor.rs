//! A vendor's priced quote laid beside the lines of the quote: what differs line by line, what nobody
//! answered, and its prices taken in one step.

use super::Model;
use crate::domain::command::Command;
use crate::domain::ids::QuoteId;
use crate::domain::money::Currency;
use crate::domain::quote::{Quote, QuoteLine};
use crate::domain::text::clean;
use crate::export::document::valid_until;
use crate::pricing::offered::{Beside, Linked, Offered, Terms, beside};
use crate::pricing::price_quote;
use crate::pricing::with_lines;
use crate::ui::desk::{Ctx, Desk};
use crate::ui::effect::{Effect, Tone};
use crate::ui::format;
use crate::ui::overlay::{Overlay, pick, prompt};

/// A vendor's file as it was read: its name, its rows, and what of it could not be read.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    /// Its name.
    pub file: String,
    /// Its rows.
    pub rows: Vec<Offered>,
    /// Rows that could not be read, each with the reason.
    pub left_out: Vec<String>,
    /// What it says of its prices.
    pub terms: Terms,
}

impl Model {
    /// Asks for the file of a vendor's quote.
    pub(super) fn ask_vendor(&mut self, ctx: &mut Ctx<'_>) {
        let Some(sheet) = self.sheet.as_deref() else {
            return;
        };
        let (id, number) = (sheet.kept.id, sheet.kept.number.clone());
        let popup = prompt::Model::new(
            format!("Vendor's quote for {number}"),
            "path of the file: the price request filled in, or the vendor's own list",
            "",
            |text, _| match text.trim() {
                "" => Err("Type the path of the file".into()),
                _ => Ok("Enter reads it; nothing is written before you have seen it".into()),
            },
            move |text, ctx| ctx.ask(Effect::ReadOffer(id, text.trim().to_string())),
        );
        ctx.open(Overlay::Prompt(popup));
    }
}

/// Shows what a vendor's file says of a quote; Enter takes its prices.
pub fn shown(quote: QuoteId, read: Result<Offer, String>, ctx: &mut Ctx<'_>) {
    let offer = match read {
        Ok(offer) => offer,
        Err(why) => return ctx.say(Tone::Refused, why),
    };
    let Some(quote) = ctx.desk.quote(quote) else {
        return ctx.say(Tone::Refused, "The quote is no longer in the book");
    };
    let found = beside(&quote, &offer.rows, &ctx.desk.rules);
    let lines: Vec<QuoteLine> = found
        .linked
        .iter()
        .filter_map(|linked| linked.taken.clone())
        .filter(|line| !quote.lines.contains(line))
        .collect();
    let file = clean(&offer.file).into_owned();
    let until = offer.terms.taken_until(&quote, ctx.desk.today);
    let mut items = vec![(worth(&quote, &lines, ctx.desk), String::new())];
    items.extend(held(&quote, &offer.terms, ctx.desk));
    items.extend(told(&quote, &found));
    let unread = offer.left_out.iter().chain(&offer.terms.unread);
    items.extend(unread.map(|why| {
        let (row, why) = why.split_once(": ").unwrap_or((why, ""));
        (format!("{row} was not read"), clean(why).into_owned())
    }));
    let label = format!("{} prices of {file}", quote.number);
    let title = format!("{file} beside {}", quote.number);
    let popup = pick::Model::preview(title, items, move |ctx| {
        if lines.is_empty() && until.is_none() {
            return ctx.say(Tone::Note, "It is so already; nothing was changed");
        }
        let command = Command::TakeOffer {
            quote: quote.id,
            version: quote.version,
            lines,
            valid_until: until,
        };
        ctx.apply(command, label);
    });
    ctx.open(Overlay::Pick(popup));
}

/// Under which number the vendor quoted, and until when its prices hold.
fn held(quote: &Quote, terms: &Terms, desk: &Desk) -> Vec<(String, String)> {
    let numbers = (!terms.numbers.is_empty()).then(|| {
        let numbers = clean(&terms.numbers.join(", ")).into_owned();
        ("vendor's quote".to_string(), numbers)
    });
    let until = terms.valid_until.map(|day| {
        let ours = valid_until(quote, &desk.rules);
        let text = match quote.valid_until == Some(day) {
            true => format!("{}, as the quote says", format::day(day)),
            false if day < desk.today => {
                format!("{}: past, ask for them again; not taken", format::day(day))
            }
            false => format!("{} → {}", format::day(ours), format::day(day)),
        };
        ("prices hold to".to_string(), text)
    });
    numbers.into_iter().chain(until).collect()
}

/// What Enter would do.
fn worth(quote: &Quote, lines: &[QuoteLine], desk: &Desk) -> String {
    if lines.is_empty() {
        return "No price can be taken: none differs for the same units and term".into();
    }
    let net = |quote: &Quote| {
        let (_, totals) = price_quote(quote, &desk.rules);
        format::amount(totals.net, quote.currency)
    };
    format!(
        "Enter takes the prices of {}: net {} → {} {}",
        format::count(lines.len(), "line", "lines"),
        net(quote),
        net(&with_lines(quote, lines)),
        quote.currency
    )
}

/// A value as the desk writes it: amounts with their places, days in words.
fn value(field: &str, text: &str, currency: Currency) -> String {
    let shown = match field {
        "unit_list" | "extended_net" => text.parse().ok().map(|sum| format::amount(sum, currency)),
        "start" | "end" => text.parse().ok().map(format::day),
        _ => None,
    };
    shown.unwrap_or_else(|| clean(text).into_owned())
}

/// Line by line what differs, then what has no other side.
fn told(quote: &Quote, found: &Beside) -> Vec<(String, String)> {
    let name = |number: u32| {
        let line = quote.lines.iter().find(|line| line.number == number);
        let product = line.and_then(|line| line.pid.as_deref().or(line.service_sku.as_deref()));
        let serial = line.and_then(|line| line.serial.as_deref());
        let words: Vec<&str> = product.into_iter().chain(serial).collect();
        clean(format!("line {number} {}", words.join(" ")).trim()).into_owned()
    };
    let linked = |linked: &Linked| -> Vec<(String, String)> {
        let differs = linked.differs.iter().map(|differs| {
            let field = differs.field.replace('_', " ");
            let value = |text| value(differs.field, text, quote.currency);
            let text = format!(
                "{field} {} → {}",
                value(&differs.ours),
                value(&differs.theirs)
            );
            (name(linked.line), text)
        });
        let why = match linked.priced {
            false => "no price in the file: its price stays",
            // other units, another term, service or currency: no price of this line
            true => "not comparable: its price stays",
        };
        let stays = linked.taken.is_none();
        let stays = stays.then(|| (name(linked.line), why.to_string()));
        let differs: Vec<_> = differs.chain(stays).collect();
        match differs.is_empty() {
            true => vec![(name(linked.line), "the same".into())],
            false => differs,
        }
    };
    let answered = found.linked.iter().flat_map(linked);
    let missing = found.unanswered.iter();
    let missing = missing.map(|line| (name(*line), "not answered by the file".to_string()));
    let more = found.unasked.iter();
    let more = more.map(|row| {
        (
            format!("row {row}"),
            "answers no line of the quote".to_string(),
        )
    });
    answered.chain(missing).chain(more).collect()
}
