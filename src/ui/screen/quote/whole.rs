//! What is done to a quote as a whole: a total, a margin or a score typed; one end for all lines; its
//! scenarios; what is held and what is locked; going out. Each asks in a popup that says what an answer
//! would do before it is given, and ends in one command.

use super::Model;
use crate::domain::approval::Approval;
use crate::domain::command::Command;
use crate::domain::ids::QuoteLineId;
use crate::domain::portfolio::Portfolio;
use crate::domain::quote::{Quote, QuoteLine, QuoteStatus};
use crate::export::document::valid_until;
use crate::pricing::floor::breaches;
use crate::pricing::solve::{Solved, Target, solve};
use crate::pricing::spread::Side;
use crate::pricing::typed;
use crate::program::exact;
use crate::program::lever::{Way, ways};
use crate::ui::desk::{Ctx, Desk};
use crate::ui::effect::{Effect, Tone};
use crate::ui::format;
use crate::ui::overlay::{Overlay, pick, prompt};
use num_rational::BigRational;
use rust_decimal::Decimal;
use std::collections::BTreeSet;
use std::sync::Arc;

impl Model {
    /// The next mode of what is held while a price is typed.
    pub(super) fn next_hold(&mut self, ctx: &mut Ctx<'_>) {
        let Some(sheet) = &mut self.sheet else { return };
        self.hold = self.hold.next();
        Arc::make_mut(sheet).hold = self.hold;
        ctx.say(Tone::Note, format!("Typing a price: {}", self.hold.words()));
    }

    /// Locks the marked lines, or this one, against totals that are spread; again unlocks them.
    pub(super) fn lock(&mut self, ctx: &mut Ctx<'_>) {
        let Some(sheet) = self.sheet.as_deref() else {
            return;
        };
        let rows = self.chosen();
        let lines = rows.iter().filter_map(|row| sheet.kept.lines.get(*row));
        let lines: Vec<QuoteLineId> = lines.map(|line| line.id).collect();
        let all = lines.iter().all(|id| self.locked.contains(id));
        for id in &lines {
            match all {
                true => self.locked.remove(id),
                false => self.locked.insert(*id),
            };
        }
        let many = format::count(lines.len(), "line", "lines");
        let words = match all {
            true => "unlocked",
            false => "locked: a total that is typed leaves them as they are",
        };
        ctx.say(Tone::Note, format!("{many} {words}"));
    }

    /// Asks for a target: a total, a margin, or a portfolio's score.
    pub(super) fn ask_target(&mut self, ctx: &mut Ctx<'_>) {
        let Some(sheet) = self.sheet.as_deref() else {
            return;
        };
        let (quote, locked) = (sheet.kept.clone(), self.locked.clone());
        let (asked, kept) = (quote.clone(), locked.clone());
        let popup = prompt::Model::new(
            format!("Target of {}", quote.number),
            "sell 120000, net 98000, margin 15, services 5.0; locked lines stay",
            "sell ",
            move |text, desk| match read(text)? {
                Wanted::Price(target) => {
                    let solved = answer(&quote, target, &locked, desk)?;
                    Ok(told(&quote, &solved))
                }
                Wanted::Score(portfolio, score) => Ok(format!(
                    "Enter looks which field of the quote lifts {} to {score}",
                    portfolio.title()
                )),
            },
            move |text, ctx| match read(text) {
                Ok(Wanted::Price(target)) => match answer(&asked, target, &kept, ctx.desk) {
                    Ok(solved) => {
                        let label = told(&asked, &solved);
                        put(&asked, solved.lines, label, ctx);
                    }
                    Err(why) => ctx.say(Tone::Refused, why),
                },
                Ok(Wanted::Score(portfolio, score)) => show_ways(&asked, &portfolio, score, ctx),
                Err(why) => ctx.say(Tone::Refused, why),
            },
        );
        ctx.open(Overlay::Prompt(popup));
    }

    /// Marks the quote sent, or says what must be approved first and asks for the note.
    pub(super) fn send(&mut self, ctx: &mut Ctx<'_>) {
        let Some(sheet) = self.sheet.as_deref() else {
            return;
        };
        let (quote, desk) = (&sheet.kept, ctx.desk);
        if quote.status == QuoteStatus::Sent {
            let number = &quote.number;
            let told = format!("{number} is out already; a change makes it a draft again");
            return ctx.say(Tone::Refused, told);
        }
        let found = breaches(quote.lines.iter().zip(&sheet.priced), &desk.rules.quote);
        let approved = Approval::of(quote, &desk.snapshot.settings).is_some();
        let Some(first) = found.first().filter(|_| !approved) else {
            return mark_sent(quote, ctx);
        };
        let more = match found.len() {
            0 | 1 => String::new(),
            n => format!(" and {} more", n - 1),
        };
        let hint = format!(
            "line {}: {}{more}. Who approved it, or under which number?",
            first.line, first.what
        );
        let (key, version, number) = (Approval::key(quote), quote.version, quote.number.clone());
        let popup = prompt::Model::new(
            format!("{number} is below the floor"),
            hint,
            "",
            |text, _| match text.trim() {
                "" => Err("An approval needs a note; Esc leaves the quote a draft".into()),
                _ => Ok("the note stands with this version; M then marks it sent".into()),
            },
            move |text, ctx| {
                let approval = Approval {
                    version,
                    on: ctx.desk.today,
                    by: ctx.desk.user.to_string(),
                    note: text.trim().to_string(),
                };
                let value = Some(approval.value());
                let label = format!("{number} approved: {}", approval.note);
                ctx.apply(Command::Set { key, value }, label);
            },
        );
        ctx.open(Overlay::Prompt(popup));
    }

    /// Asks until when the prices of the quote hold.
    pub(super) fn ask_validity(&mut self, ctx: &mut Ctx<'_>) {
        let Some(sheet) = self.sheet.as_deref() else {
            return;
        };
        let quote = sheet.kept.clone();
        let from = quote.valid_until.unwrap_or(ctx.desk.today);
        let made = quote.created_on;
        let read = move |text: &str, desk: &Desk| match text.trim() {
            "" => Ok(None),
            text => match typed::day(text, from, desk.today) {
                Ok(day) if day >= made => Ok(Some(day)),
                Ok(_) => Err(format!("The quote was made on {}", format::day(made))),
                Err(why) => Err(format!("{}: {}", why.problem, why.hint)),
            },
        };
        let popup = prompt::Model::new(
            format!("Until when do the prices of {} hold?", quote.number),
            "price protection of the vendor's quote: 2027-01-15, +30d, eom; nothing for the usual days",
            &quote
                .valid_until
                .map_or(String::new(), |day| day.to_string()),
            move |text, desk| {
                Ok(match read(text, desk)? {
                    Some(day) => format!("valid until {}", format::day(day)),
                    None => format!("{} days from its making", desk.rules.quote.valid_days),
                })
            },
            move |text, ctx| {
                let Ok(until) = read(text, ctx.desk) else {
                    return;
                };
                let mut header = quote.clone();
                header.valid_until = until;
                // what the customer holds says another day
                header.status = QuoteStatus::Draft;
                let said = until.map_or("as usual".into(), |day| {
                    format!("until {}", format::day(day))
                });
                let label = format!("{} valid {said}", header.number);
                let command = Command::SetQuoteHeader {
                    version: quote.version,
                    quote: Box::new(header),
                };
                ctx.apply(command, label);
            },
        );
        ctx.open(Overlay::Prompt(popup));
    }

    /// Asks for the kept versions of the quote on screen.
    pub(super) fn load_versions(&self, ctx: &mut Ctx<'_>) {
        if let Some(sheet) = self.sheet.as_deref() {
            ctx.ask(Effect::LoadVersions(sheet.kept.id));
        }
    }
}

fn mark_sent(quote: &Quote, ctx: &mut Ctx<'_>) {
    let until = valid_until(quote, &ctx.desk.rules);
    if until < ctx.desk.today {
        let ended = format::day(until);
        return ctx.say(
            Tone::Refused,
            format!(
                "Its prices ended on {ended}: price it again, then N says until when they hold"
            ),
        );
    }
    let mut header = quote.clone();
    header.status = QuoteStatus::Sent;
    header.sent_on = Some(ctx.desk.today);
    let command = Command::SetQuoteHeader {
        version: quote.version,
        quote: Box::new(header),
    };
    ctx.apply(command, format!("{} sent", quote.number));
}

enum Wanted {
    Price(Target),
    Score(Portfolio, Decimal),
}

/// `sell 120000`, `margin 15`, `services 5.0`.
fn read(text: &str) -> Result<Wanted, String> {
    let hint = "Type what and how much: sell 120000, net 98000, margin 15, services 5.0";
    let text = text.trim();
    // a bare amount is what the customer pays
    if let Ok(number) = typed::number(text) {
        return Ok(Wanted::Price(Target::Sell(number)));
    }
    let (what, number) = text.rsplit_once(' ').ok_or(hint)?;
    let number = typed::number(number).map_err(|why| format!("{}; {}", why.problem, why.hint))?;
    Ok(match what.trim().to_lowercase().as_str() {
        "sell" | "total" => Wanted::Price(Target::Sell(number)),
        "net" | "cost" => Wanted::Price(Target::Net(number)),
        "margin" => Wanted::Price(Target::Margin(number)),
        "margin by net" => Wanted::Price(Target::MarginByNet(number)),
        _ => match Portfolio::named(what) {
            Some(portfolio) if number <= Decimal::TEN => Wanted::Score(portfolio, number),
            Some(_) => return Err("A score is from 0 to 10".into()),
            None => return Err(hint.into()),
        },
    })
}

fn answer(
    quote: &Quote,
    target: Target,
    locked: &BTreeSet<QuoteLineId>,
    desk: &Desk,
) -> Result<Solved, String> {
    solve(quote, target, locked, &desk.rules).map_err(|error| error.to_string())
}

fn told(quote: &Quote, solved: &Solved) -> String {
    let side = match solved.side {
        Side::Net => "net",
        Side::Sell => "sell",
    };
    let amount = |value| format::amount(value, quote.currency);
    let margin = solved.totals.margin_pct;
    let margin = margin.map_or("none".to_string(), |pct| format::percent(pct, 2));
    let lines = format::count(solved.lines.len(), "line", "lines");
    let (from, to) = (amount(solved.from), amount(solved.to));
    format!("{side} {from} → {to} over {lines}, margin then {margin}")
}

/// Writes changed lines of a quote.
pub(super) fn put(quote: &Quote, lines: Vec<QuoteLine>, label: String, ctx: &mut Ctx<'_>) {
    if lines.is_empty() {
        return ctx.say(Tone::Note, "It is so already; nothing was changed");
    }
    let command = Command::PutQuoteLines {
        quote: quote.id,
        version: quote.version,
        lines,
        add_renewals: Vec::new(),
    };
    ctx.apply(command, label);
}

/// Lists what each field would do for a score; choosing one does it.
fn show_ways(quote: &Quote, portfolio: &Portfolio, score: Decimal, ctx: &mut Ctx<'_>) {
    let desk = ctx.desk;
    let Some(engine) = &desk.engine else {
        return ctx.say(Tone::Refused, "The projection is still being computed");
    };
    let found = match ways(engine, quote, (portfolio, score), &desk.rules) {
        Ok(found) => found,
        Err(error) => return ctx.say(Tone::Refused, error.to_string()),
    };
    let shown = |score: &Option<BigRational>| {
        let text = score.as_ref().map(|score| exact::text(score, 2));
        text.unwrap_or_else(|| "no score".into())
    };
    let item = |way: &Way| {
        let reaches = match way.reaches {
            true => "reaches it:",
            false => "not reached, at best",
        };
        let head = format!("{}: {}", way.lever.word(), way.words);
        (head, format!("{reaches} {}", shown(&way.score)))
    };
    let items = found.ways.iter().map(item).collect();
    let title = format!(
        "{} {} → {score} by one field of {}",
        portfolio.title(),
        shown(&found.now),
        quote.number
    );
    let (quote, ways) = (quote.clone(), found.ways);
    let popup = pick::Model::new(title, items, 0, move |chosen, ctx| {
        if let Some(way) = ways.get(chosen) {
            let label = format!("{}: {}", way.lever.word(), way.words);
            put(&quote, way.lines.clone(), label, ctx);
        }
    });
    ctx.open(Overlay::Pick(popup));
}
