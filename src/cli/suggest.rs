//! `suggest`: expansion suggestions, and what is decided on them.

use super::args;
use super::context::Context;
use super::decide::{self, Effect, Effects, Ground};
use super::error::Failure;
use super::output;
use super::table::{Align, Table, terminal_width};
use crate::expand::{self, Suggestion};
use crate::export::json::{decimal as plain, money};
use chrono::NaiveDate;
use serde::Serialize;
use std::io::Write;

#[derive(Serialize)]
struct Output {
    schema: &'static str,
    as_of: NaiveDate,
    suggestions: Vec<SuggestionOut>,
}

#[derive(Serialize)]
struct SuggestionOut {
    key: String,
    play: &'static str,
    title: &'static str,
    customer: String,
    family: String,
    what: String,
    why: String,
    evidence: Vec<EvidenceOut>,
    devices: String,
    lines: Vec<String>,
    renewal_id: Option<String>,
    value: Option<ValueOut>,
    value_basis: String,
    deadline: Option<NaiveDate>,
    deadline_basis: String,
    confidence: String,
    confidence_word: &'static str,
    closeness: String,
    rank: String,
    portfolio: Option<String>,
    caveat: String,
    refused: Vec<String>,
    /// Only with `--effects`; null where it cannot be said.
    pvi_effect: Option<Vec<Effect>>,
}

#[derive(Serialize)]
struct EvidenceOut {
    fact: String,
    source: String,
}

#[derive(Serialize)]
struct ValueOut {
    amount: String,
    currency: String,
}

fn shown(suggestion: &Suggestion) -> SuggestionOut {
    SuggestionOut {
        key: suggestion.key.clone(),
        play: suggestion.play.id(),
        title: suggestion.play.title(),
        customer: suggestion.customer.to_string(),
        family: suggestion.family.clone(),
        what: suggestion.what.clone(),
        why: suggestion.why.clone(),
        evidence: suggestion
            .evidence
            .iter()
            .map(|evidence| EvidenceOut {
                fact: evidence.fact.clone(),
                source: evidence.source.clone(),
            })
            .collect(),
        devices: suggestion.devices.normalize().to_string(),
        lines: suggestion.lines.iter().map(ToString::to_string).collect(),
        renewal_id: suggestion.renewal.map(|id| id.to_string()),
        value: suggestion.value.map(|value| ValueOut {
            amount: money(value.amount, value.currency),
            currency: value.currency.to_string(),
        }),
        value_basis: suggestion.value_basis.clone(),
        deadline: suggestion.deadline,
        deadline_basis: suggestion.deadline_basis.clone(),
        confidence: plain(suggestion.confidence.0),
        confidence_word: suggestion.confidence.1,
        closeness: plain(suggestion.closeness),
        rank: plain(suggestion.rank),
        portfolio: suggestion.portfolio.as_ref().map(|p| p.title().to_string()),
        caveat: suggestion.caveat.clone(),
        refused: suggestion.refused.clone(),
        pvi_effect: None,
    }
}

/// Runs the command.
pub fn run(context: &Context, args: &args::Suggest, out: &mut impl Write) -> Result<(), Failure> {
    let mut store = match &args.action {
        Some(_) => context.open()?,
        None => context.open_to_look()?,
    };
    let (pack, catalogue, today) = (context.pack()?, context.catalogue(), context.today());
    let snapshot = store.snapshot()?;
    let all = expand::suggest(&snapshot, &pack.rules, &catalogue, today);
    let ground = Ground {
        snapshot: &snapshot,
        pack: &pack,
        catalogue: &catalogue,
        all: &all,
    };
    if let Some(action) = &args.action {
        return decide::run(context, &mut store, action, &ground, out);
    }
    let limit = args.limit.unwrap_or(usize::MAX);
    let effects = args.effects.then(|| Effects::new(context, ground));
    let open = all.iter().filter(|s| s.decision.is_none()).take(limit);
    let suggestions: Vec<SuggestionOut> = open
        .map(|suggestion| SuggestionOut {
            pvi_effect: effects.as_ref().and_then(|effects| effects.of(suggestion)),
            ..shown(suggestion)
        })
        .collect();
    if args.json {
        return output::json(
            out,
            &Output {
                schema: "renewdesk.suggest/1",
                as_of: today,
                suggestions,
            },
        );
    }
    output::watermark(&snapshot);
    print(&suggestions, out)
}

fn print(suggestions: &[SuggestionOut], out: &mut impl Write) -> Result<(), Failure> {
    let mut table = Table::new(&[
        ("Play", Align::Left),
        ("Customer", Align::Left),
        ("What", Align::Left),
        ("Value", Align::Right),
        ("Until", Align::Left),
        ("Confidence", Align::Left),
        ("Key", Align::Left),
    ]);
    for suggestion in suggestions {
        let value = suggestion.value.as_ref();
        table.row([
            suggestion.title.to_string(),
            suggestion.customer.clone(),
            suggestion.what.clone(),
            value.map_or("unknown".into(), |v| format!("{} {}", v.amount, v.currency)),
            suggestion.deadline.map_or("-".into(), |d| d.to_string()),
            suggestion.confidence_word.to_string(),
            suggestion.key.clone(),
        ]);
    }
    table.write(out, terminal_width())?;
    Ok(())
}
