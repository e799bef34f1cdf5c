//! `quote send`, `quote approve`, `quote valid`: a quote goes out, below the floor only with somebody's
//! word, and its prices hold until a day.

use super::context::{Context, note};
use super::error::Failure;
use super::find;
use super::output;
use super::quote_args::{Approve, Send, Valid};
use crate::domain::approval::Approval;
use crate::domain::command::Command;
use crate::domain::quote::QuoteStatus;
use crate::export::document::valid_until;
use crate::pricing::floor::{Breach, breaches};
use crate::pricing::{price_quote, typed};
use crate::runtime::clock::Clock;
use serde::Serialize;
use std::io::Write;

#[derive(Serialize)]
struct Output {
    schema: &'static str,
    quote_id: String,
    number: String,
    status: &'static str,
    /// Lines below the floor.
    breaches: Vec<BreachOut>,
    approved_by: Option<String>,
    approval_note: Option<String>,
}

#[derive(Serialize)]
struct BreachOut {
    line: u32,
    what: String,
}

fn words(breaches: &[Breach]) -> String {
    let words = breaches
        .iter()
        .map(|breach| format!("line {}: {}", breach.line, breach.what));
    words.collect::<Vec<_>>().join("; ")
}

/// Runs `quote send`.
pub fn send(context: &Context, args: &Send, out: &mut impl Write) -> Result<(), Failure> {
    let mut store = context.open()?;
    let (pack, snapshot) = (context.pack()?, store.snapshot()?);
    let quote = &find::quote(&snapshot, &args.id)?;
    if quote.status == QuoteStatus::Sent {
        return Err(Failure::refused(format!("{} is out already", quote.number))
            .hint("a change of its lines makes it a draft again"));
    }
    let (priced, _) = price_quote(quote, &pack.rules);
    let found = breaches(quote.lines.iter().zip(&priced), &pack.rules.quote);
    let approval = Approval::of(quote, &snapshot.settings);
    if !found.is_empty() && approval.is_none() {
        return Err(Failure::refused(format!(
            "{} cannot be marked sent: {}",
            quote.number,
            words(&found)
        ))
        .hint("`renewdesk quote approve ID --note …` lets it out as it stands"));
    }
    let stamp = context.clock.stamp(&context.actor(&snapshot));
    let (on, until) = (
        args.on.unwrap_or(stamp.today),
        valid_until(quote, &pack.rules),
    );
    if until < on {
        return Err(Failure::refused(format!(
            "{} cannot be marked sent: its prices ended on {until}",
            quote.number
        ))
        .hint("price it again, then `renewdesk quote valid ID +30d`"));
    }
    let mut header = quote.clone();
    header.status = QuoteStatus::Sent;
    header.sent_on = Some(on);
    let command = Command::SetQuoteHeader {
        version: quote.version,
        quote: Box::new(header),
    };
    store.apply(&command, &format!("{} sent", quote.number), &stamp)?;
    let told = Output {
        schema: "renewdesk.quote_send/1",
        quote_id: quote.id.to_string(),
        number: quote.number.to_string(),
        status: "sent",
        breaches: shown(&found),
        approved_by: approval.as_ref().map(|approval| approval.by.clone()),
        approval_note: approval.map(|approval| approval.note),
    };
    if args.json {
        return output::json(out, &told);
    }
    note(&format!(
        "{} is marked sent and kept as it went out",
        quote.number
    ));
    Ok(())
}

/// Runs `quote approve`.
pub fn approve(context: &Context, args: &Approve, out: &mut impl Write) -> Result<(), Failure> {
    let mut store = context.open()?;
    let (pack, snapshot) = (context.pack()?, store.snapshot()?);
    let quote = &find::quote(&snapshot, &args.id)?;
    if args.note.trim().is_empty() {
        return Err(Failure::usage(
            "an approval needs a note: why, or under which number",
        ));
    }
    let (priced, _) = price_quote(quote, &pack.rules);
    let found = breaches(quote.lines.iter().zip(&priced), &pack.rules.quote);
    let by = context.actor(&snapshot);
    let stamp = context.clock.stamp(&by);
    let approval = Approval {
        version: quote.version,
        on: stamp.today,
        by,
        note: args.note.clone(),
    };
    let command = Command::Set {
        key: Approval::key(quote),
        value: Some(approval.value()),
    };
    let label = format!("{} approved: {}", quote.number, args.note.trim());
    store.apply(&command, &label, &stamp)?;
    if args.json {
        let told = Output {
            schema: "renewdesk.quote_send/1",
            quote_id: quote.id.to_string(),
            number: quote.number.to_string(),
            status: super::quote_answer::status(quote.status),
            breaches: shown(&found),
            approved_by: Some(approval.by),
            approval_note: Some(approval.note),
        };
        return output::json(out, &told);
    }
    let what = match found.is_empty() {
        true => "it is not below the floor".to_string(),
        false => words(&found),
    };
    note(&format!("{} approved as it stands; {what}", quote.number));
    Ok(())
}

/// Runs `quote valid`.
pub fn valid(context: &Context, args: &Valid, out: &mut impl Write) -> Result<(), Failure> {
    let mut store = context.open()?;
    let (pack, snapshot, today) = (context.pack()?, store.snapshot()?, context.today());
    let quote = &find::quote(&snapshot, &args.id)?;
    let until = match args.until.trim() {
        "usual" => None,
        text => {
            let day = typed::day(text, quote.valid_until.unwrap_or(today), today);
            Some(day.map_err(|why| Failure::usage(why.problem).hint(why.hint))?)
        }
    };
    if let Some(day) = until.filter(|day| *day < quote.created_on) {
        return Err(Failure::refused(format!(
            "{day} lies before {}, the day the quote was made",
            quote.created_on
        )));
    }
    let stamp = context.clock.stamp(&context.actor(&snapshot));
    let mut header = quote.clone();
    header.valid_until = until;
    // what the customer holds says another day
    header.status = QuoteStatus::Draft;
    let said = until.map_or("as usual".to_string(), |day| format!("until {day}"));
    let command = Command::SetQuoteHeader {
        version: quote.version,
        quote: Box::new(header),
    };
    store.apply(&command, &format!("{} valid {said}", quote.number), &stamp)?;
    let (snapshot, number) = (store.snapshot()?, quote.number.to_string());
    let quote = &find::quote(&snapshot, &number)?;
    super::quote_answer::print(&snapshot, quote, &pack.rules, args.json, out)
}

fn shown(found: &[Breach]) -> Vec<BreachOut> {
    let out = found.iter().map(|breach| BreachOut {
        line: breach.line,
        what: breach.what.clone(),
    });
    out.collect()
}
