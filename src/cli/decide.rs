//! `suggest accept|dismiss|snooze`, and what accepting would do to the score.

use super::context::Context;
use super::error::Failure;
use super::find;
use super::pvi;
use super::suggest_args::SuggestAction;
use crate::catalogue::Catalogue;
use crate::domain::command::{AcceptInto, Command};
use crate::domain::ids::{DecisionId, IdSource};
use crate::domain::snapshot::Snapshot;
use crate::domain::suggestion::{Decision, Verdict};
use crate::domain::text::clean;
use crate::expand::{self, Into, Suggestion};
use crate::export::json::fraction;
use crate::pricing::typed;
use crate::program::{Engine, Month, Pack, Projection, View};
use crate::runtime::clock::Clock;
use crate::runtime::ids::ClockIds;
use crate::store::Store;
use serde::Serialize;
use std::io::Write;

/// What a decision is taken on.
pub struct Ground<'a> {
    /// The book as it stands.
    pub snapshot: &'a Snapshot,
    /// The pack in use.
    pub pack: &'a Pack,
    /// The catalogue.
    pub catalogue: &'a Catalogue,
    /// The suggestions.
    pub all: &'a [Suggestion],
}

/// Takes a decision and keeps it.
pub fn run(
    context: &Context,
    store: &mut Store,
    action: &SuggestAction,
    ground: &Ground<'_>,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let (key, verdict, accept, word) = match action {
        SuggestAction::Dismiss { key, reason } => {
            let reason = clean(reason.trim()).into_owned();
            if reason.is_empty() {
                return Err(Failure::usage("a dismissal needs a reason"));
            }
            (
                key,
                Verdict::Dismissed { reason },
                None,
                "dismissed".to_string(),
            )
        }
        SuggestAction::Snooze { key, until } => {
            let today = context.today();
            let until = typed::day(until, today, today)
                .map_err(|why| Failure::usage(why.problem).hint(why.hint))?;
            if until <= today {
                return Err(Failure::usage(format!(
                    "{until} does not lie after today: it would be asked again at once"
                )));
            }
            let verdict = Verdict::Snoozed { until };
            (key, verdict, None, format!("ask again on {until}"))
        }
        SuggestAction::Stats { json } => {
            return super::suggest_stats::run(ground, *json, out);
        }
        SuggestAction::Accept { key, quote } if named(ground.all, key)?.play.is_task() => {
            let task = planned(context, named(ground.all, key)?, quote.as_deref(), ground)?;
            let word = format!("accepted as {}", task.place);
            (key, task.verdict, Some(Box::new(task.accept)), word)
        }
        SuggestAction::Accept { key, quote } => {
            let suggestion = named(ground.all, key)?;
            let into = place(context, suggestion, quote.as_deref(), ground)?;
            let (quote, accept, where_to) = accepted(into);
            let verdict = Verdict::Accepted { quote };
            (
                key,
                verdict,
                Some(Box::new(accept)),
                format!("accepted into {where_to}"),
            )
        }
    };
    let suggestion = named(ground.all, key)?;
    if accept.is_some() {
        not_yet(suggestion, ground)?;
    }
    let actor = context.actor(ground.snapshot);
    let decision = Decision {
        id: DecisionId(ClockIds.next()),
        key: suggestion.key.clone(),
        facts: suggestion.facts.clone(),
        verdict,
        on: context.today(),
        by: actor.clone(),
    };
    let label = format!("{word}: {} ({})", suggestion.what, suggestion.customer);
    let command = Command::Decide { decision, accept };
    let applied = store.apply(&command, &label, &context.clock.stamp(&actor))?;
    writeln!(out, "{}", clean(&label))?;
    if let Some(id) = applied.quote {
        let snapshot = store.snapshot()?;
        if let Some(quote) = snapshot.quotes.get(id) {
            writeln!(out, "{}", quote.number)?;
        }
    }
    Ok(())
}

/// Fails for a suggestion that was accepted: its lines would stand in the quote twice.
fn not_yet(suggestion: &Suggestion, ground: &Ground<'_>) -> Result<(), Failure> {
    let verdict = suggestion
        .decision
        .as_ref()
        .map(|decision| &decision.verdict);
    let place = match verdict {
        Some(Verdict::Accepted { quote }) => match ground.snapshot.quotes.head(*quote) {
            Some(head) => format!("into {}", head.number),
            // the quote is gone, and its lines with it
            None => return Ok(()),
        },
        Some(Verdict::Planned { on, .. }) => format!("as a task for {on}"),
        _ => return Ok(()),
    };
    let hint = "`renewdesk undo` takes the newest change back";
    Err(Failure::refused(format!("it was accepted already, {place}")).hint(hint))
}

/// The task of a suggestion without quote lines.
fn planned(
    context: &Context,
    suggestion: &Suggestion,
    quote: Option<&str>,
    ground: &Ground<'_>,
) -> Result<expand::Task, Failure> {
    if quote.is_some() {
        return Err(Failure::usage(format!(
            "{} brings no quote line: it is accepted as a task on a renewal, without --quote",
            suggestion.play.title()
        )));
    }
    let actor = context.actor(ground.snapshot);
    let (rules, today) = (&ground.pack.rules, context.today());
    let ids = &mut ClockIds;
    expand::task(suggestion, ground.snapshot, rules, today, &actor, ids).map_err(Failure::refused)
}

fn named<'a>(all: &'a [Suggestion], key: &str) -> Result<&'a Suggestion, Failure> {
    all.iter().find(|s| s.key == key).ok_or_else(|| {
        Failure::not_found(format!("there is no suggestion {key:?}"))
            .hint("`renewdesk suggest --json` lists the keys")
    })
}

pub(super) fn place(
    context: &Context,
    suggestion: &Suggestion,
    quote: Option<&str>,
    ground: &Ground<'_>,
) -> Result<Into, Failure> {
    let asked = quote
        .map(|text| find::quote(ground.snapshot, text))
        .transpose()?;
    let currency = expand::currency(suggestion, ground.snapshot);
    let other = |quote: &&crate::domain::quote::Quote| !expand::fits(suggestion, currency, quote);
    if let Some(quote) = asked.as_ref().filter(other) {
        return Err(Failure::refused(format!(
            "{} is for another customer or in another currency; nothing was changed",
            quote.number
        )));
    }
    let (rules, today) = (&ground.pack.rules, context.today());
    let ids = &mut ClockIds;
    expand::into_quote(
        suggestion,
        asked,
        ground.snapshot,
        rules,
        ground.catalogue,
        today,
        ids,
    )
    .map_err(|refusal| Failure::refused(refusal.to_string()))
}

fn accepted(into: Into) -> (crate::domain::ids::QuoteId, AcceptInto, String) {
    match into {
        Into::New(quote) => (quote.id, AcceptInto::New(quote), "a new quote".to_string()),
        Into::Draft {
            quote,
            lines,
            renewals,
        } => {
            let accept = AcceptInto::Existing {
                quote: quote.id,
                version: quote.version,
                lines,
                add_renewals: renewals,
            };
            (quote.id, accept, quote.number.to_string())
        }
    }
}

/// How a portfolio's score would move.
#[derive(Serialize)]
pub struct Effect {
    portfolio: String,
    before: Option<String>,
    after: Option<String>,
    metrics: Vec<MetricEffect>,
}

#[derive(Serialize)]
struct MetricEffect {
    metric: String,
    value_before: Option<String>,
    value_after: Option<String>,
    points: String,
}

/// Computes effects over one book.
pub struct Effects<'a> {
    context: &'a Context,
    ground: Ground<'a>,
    engine: Engine,
    booked: Option<Projection>,
}

impl<'a> Effects<'a> {
    /// Reads the book into an engine once.
    pub fn new(context: &'a Context, ground: Ground<'a>) -> Self {
        let engine = pvi::engine(context, ground.snapshot, ground.pack);
        let booked = engine.project(&View::Booked, &Month::Horizon).ok();
        Effects {
            context,
            ground,
            engine,
            booked,
        }
    }

    /// Which scores and metrics accepting a suggestion would move; none where its lines cannot be
    /// quoted or nothing can be projected. An empty list says that it moves nothing.
    pub fn of(&self, suggestion: &Suggestion) -> Option<Vec<Effect>> {
        if suggestion.play.is_task() {
            // no quote line, so nothing moves
            return Some(Vec::new());
        }
        let into = place(self.context, suggestion, None, &self.ground).ok()?;
        let project = |quote: &crate::domain::quote::Quote| {
            let view = View::Quote(quote.id);
            self.engine.project_with(quote, &view, &Month::Horizon).ok()
        };
        let after = project(&into.with_lines())?;
        let with_quote = into.existing().and_then(project);
        let before = with_quote.as_ref().or(self.booked.as_ref())?;
        Some(compared(before, &after))
    }
}

fn compared(before: &Projection, after: &Projection) -> Vec<Effect> {
    let moved = crate::program::moved(before, after);
    let mut effects: Vec<Effect> = Vec::new();
    for change in &moved {
        let title = change.portfolio.title();
        let metric = MetricEffect {
            metric: change.to.metric.to_string(),
            value_before: change.from.value.as_ref().map(fraction),
            value_after: change.to.value.as_ref().map(fraction),
            points: fraction(&change.gain),
        };
        match effects.iter_mut().find(|effect| effect.portfolio == title) {
            Some(effect) => effect.metrics.push(metric),
            None => effects.push(Effect {
                portfolio: title.to_string(),
                before: score_of(before, title),
                after: score_of(after, title),
                metrics: vec![metric],
            }),
        }
    }
    effects
}

fn score_of(projection: &Projection, title: &str) -> Option<String> {
    let found = projection
        .portfolios
        .iter()
        .find(|p| p.portfolio.title() == title)?;
    found.score.as_ref().map(fraction)
}
