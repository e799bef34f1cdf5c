//! `suggest`: expansion suggestions, and what is decided on them.

use super::context::Context;
use super::decide::{self, Effect, Effects, Ground};
use super::error::Failure;
use super::output;
use super::suggest_args::{Suggest, SuggestAction};
use super::table::{Align, Table, terminal_width};
use crate::domain::text::clean;
use crate::expand::{self, Play, Suggestion};
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
    notes: Vec<String>,
    value_is: &'static str,
    accepted_as: &'static str,
    /// Only with `--explain`.
    #[serde(skip_serializing_if = "Option::is_none")]
    factors: Option<Factors>,
    /// Only with `--effects`; null where it cannot be said.
    pvi_effect: Option<Vec<Effect>>,
}

/// How a rank is made.
#[derive(Serialize)]
struct Factors {
    /// What takes the first place: `value`, or `devices` where the value is unknown.
    size_is: &'static str,
    size: String,
    confidence: String,
    closeness: String,
    days_to_deadline: Option<i64>,
    rank: String,
    sentence: String,
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
        notes: suggestion.notes.clone(),
        value_is: suggestion.per,
        accepted_as: match suggestion.play.is_task() {
            true => "task",
            false => "quote lines",
        },
        factors: None,
        pvi_effect: None,
    }
}

fn factors(suggestion: &Suggestion, today: NaiveDate) -> Factors {
    let (size_is, size) = match suggestion.value {
        Some(value) => ("value", money(value.amount, value.currency)),
        None => ("devices", plain(suggestion.devices)),
    };
    let (confidence, closeness) = (plain(suggestion.confidence.0), plain(suggestion.closeness));
    let rank = plain(suggestion.rank);
    Factors {
        sentence: format!(
            "{size_is} {size} x confidence {confidence} x closeness {closeness} = {rank}"
        ),
        size_is,
        size,
        confidence,
        closeness,
        days_to_deadline: suggestion.deadline.map(|day| (day - today).num_days()),
        rank,
    }
}

/// Runs the command.
pub fn run(context: &Context, args: &Suggest, out: &mut impl Write) -> Result<(), Failure> {
    let mut store = match &args.action {
        Some(SuggestAction::Stats { .. }) | None => context.open_to_look()?,
        Some(_) => context.open()?,
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
    let play = args.play.as_deref().map(play_named).transpose()?;
    let open = all.iter().filter(|s| s.decision.is_none());
    let open = open.filter(|s| play.is_none_or(|play| s.play == play));
    let suggestions: Vec<SuggestionOut> = open
        .take(limit)
        .map(|suggestion| SuggestionOut {
            factors: args.explain.then(|| factors(suggestion, today)),
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
    match args.explain {
        true => print_explained(&suggestions, out),
        false => print(&suggestions, out),
    }
}

fn play_named(text: &str) -> Result<Play, Failure> {
    Play::named(text).ok_or_else(|| {
        let known: Vec<&str> = Play::ALL.iter().map(|play| play.id()).collect();
        Failure::usage(format!("there is no play {text:?}"))
            .hint(format!("plays: {}", known.join(", ")))
    })
}

/// Under each row how it is ranked, what was left out and what else fits.
fn print_explained(suggestions: &[SuggestionOut], out: &mut impl Write) -> Result<(), Failure> {
    for suggestion in suggestions {
        let (title, what) = (suggestion.title, &suggestion.what);
        writeln!(
            out,
            "{}: {title}: {}",
            clean(&suggestion.customer),
            clean(what)
        )?;
        let mut say = |label: &str, text: &str| match text.is_empty() {
            true => Ok(()),
            false => writeln!(out, "  {label:<11} {}", clean(text)),
        };
        say("why", &suggestion.why)?;
        if let Some(factors) = &suggestion.factors {
            say("rank", &factors.sentence)?;
        }
        say("value", &suggestion.value_basis)?;
        let until = suggestion
            .deadline
            .map(|day| format!("{day}, {}", suggestion.deadline_basis));
        say(
            "deadline",
            &until.unwrap_or_else(|| suggestion.deadline_basis.clone()),
        )?;
        for refused in &suggestion.refused {
            say("left out", refused)?;
        }
        for note in &suggestion.notes {
            say("also", note)?;
        }
        for evidence in &suggestion.evidence {
            say(
                "evidence",
                &format!("{} ({})", evidence.fact, evidence.source),
            )?;
        }
        say("caveat", &suggestion.caveat)?;
        say("key", &suggestion.key)?;
    }
    Ok(())
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
