//! Deciding on a suggestion: into the customer's open draft quote or a new one, away with a
//! reason, or later. Each decision is one change, so undo takes back lines and decision together.

use crate::domain::command::{AcceptInto, Command};
use crate::domain::ids::{DecisionId, IdSource, QuoteLineId};
use crate::domain::suggestion::{Decision, Verdict};
use crate::expand::{self, Accepting, Drafts, Into, Suggestion};
use crate::pricing::typed;
use crate::ui::desk::{Ctx, Desk};
use crate::ui::effect::Tone;
use crate::ui::format;
use crate::ui::overlay::{Overlay, prompt};
use chrono::Duration;

/// Days offered when a suggestion is put off.
const LATER_DAYS: i64 = 30;

/// The quote a suggestion's lines would go into, or why they cannot be quoted.
pub fn into_quote(
    suggestion: &Suggestion,
    desk: &Desk,
    ids: &mut dyn IdSource,
) -> Result<Into, String> {
    let Some(offer) = desk.offers.get(&suggestion.key) else {
        let mut accepting = Accepting::new(desk.scene(), desk.suggestions.ground());
        let lines = accepting.lines(suggestion, ids);
        let lines = lines.map_err(|refusal| refusal.sentence())?;
        let drafts = Drafts::of_account(&desk.snapshot, suggestion.account);
        return Ok(expand::lines_into(
            suggestion,
            lines,
            None,
            &drafts,
            &desk.snapshot,
            desk.today,
            ids,
        ));
    };
    let mut lines = offer.clone()?;
    for line in &mut lines {
        line.id = QuoteLineId(ids.next());
    }
    let book = &desk.snapshot;
    let drafts = Drafts::of_account(book, suggestion.account);
    Ok(expand::lines_into(
        suggestion, lines, None, &drafts, book, desk.today, ids,
    ))
}

/// Puts the suggestion's lines into a quote.
pub fn accept(suggestion: Option<&Suggestion>, ctx: &mut Ctx<'_>) {
    let Some(suggestion) = suggestion else { return };
    if let Some(text) = accepted(suggestion, ctx.desk) {
        // its lines would stand in the quote twice
        return ctx.say(Tone::Refused, text);
    }
    if suggestion.play.is_task() {
        return plan(suggestion, ctx);
    }
    let into = match into_quote(suggestion, ctx.desk, ctx.ids) {
        Ok(into) => into,
        Err(why) => return ctx.say(Tone::Refused, why),
    };
    let (quote, accept, place) = match into {
        Into::New(quote) => (quote.id, AcceptInto::New(quote), "a new quote".to_string()),
        Into::Draft {
            quote,
            lines,
            renewals,
        } => (
            quote.id,
            AcceptInto::Existing {
                quote: quote.id,
                version: quote.version,
                lines,
                add_renewals: renewals,
            },
            quote.number.to_string(),
        ),
    };
    let label = format!("accept {} into {place}", suggestion.what);
    decide(
        suggestion,
        Verdict::Accepted { quote },
        Some(Box::new(accept)),
        label,
        ctx,
    );
}

/// Puts what brings no quote line on a renewal, as a note and a next step.
fn plan(suggestion: &Suggestion, ctx: &mut Ctx<'_>) {
    let (desk, by) = (ctx.desk, ctx.desk.user.to_string());
    let (book, rules) = (&desk.snapshot, &desk.pack.rules);
    match expand::task(suggestion, book, rules, desk.today, &by, ctx.ids) {
        Err(why) => ctx.say(Tone::Refused, why),
        Ok(task) => {
            let label = format!("accept {} as {}", suggestion.what, task.place);
            decide(
                suggestion,
                task.verdict,
                Some(Box::new(task.accept)),
                label,
                ctx,
            );
        }
    }
}

/// Asks why the suggestion is not wanted.
pub fn ask_reason(suggestion: Option<&Suggestion>, ctx: &mut Ctx<'_>) {
    let Some(suggestion) = suggestion.cloned() else {
        return;
    };
    let popup = prompt::Model::new(
        format!("Dismiss: {}", suggestion.what),
        "why it is not wanted; it stays away until its facts change",
        "",
        |text, _| match Desk::typed(text) {
            text if text.is_empty() => Err("Type a reason".into()),
            text => Ok(format!("dismissed: {text}")),
        },
        move |text, ctx| {
            let reason = Desk::typed(text);
            let label = format!("dismiss {}: {reason}", suggestion.what);
            decide(&suggestion, Verdict::Dismissed { reason }, None, label, ctx);
        },
    );
    ctx.open(Overlay::Prompt(popup));
}

/// Asks when the suggestion shall come back.
pub fn ask_day(suggestion: Option<&Suggestion>, ctx: &mut Ctx<'_>) {
    let Some(suggestion) = suggestion.cloned() else {
        return;
    };
    let offered = ctx.desk.today + Duration::days(LATER_DAYS);
    let popup = prompt::Model::new(
        format!("Ask later: {}", suggestion.what),
        "a day: 2027-01-15, +30d, eom",
        &offered.to_string(),
        |text, desk| match typed::day(text, desk.today, desk.today) {
            Ok(day) if day > desk.today => Ok(format!("comes back on {}", format::day(day))),
            Ok(_) => Err("The day must lie after today".into()),
            Err(why) => Err(format!("{}: {}", why.problem, why.hint)),
        },
        move |text, ctx| {
            if let Ok(until) = typed::day(text, ctx.desk.today, ctx.desk.today) {
                let label = format!("ask again on {until}: {}", suggestion.what);
                decide(&suggestion, Verdict::Snoozed { until }, None, label, ctx);
            }
        },
    );
    ctx.open(Overlay::Prompt(popup));
}

/// Brings a suggestion that was put away back into the list.
pub fn bring_back(suggestion: Option<&Suggestion>, ctx: &mut Ctx<'_>) {
    let Some(suggestion) = suggestion else { return };
    if let Some(text) = accepted(suggestion, ctx.desk) {
        return ctx.say(Tone::Refused, text);
    }
    let until = ctx.desk.today;
    let label = format!("bring back {}", suggestion.what);
    decide(suggestion, Verdict::Snoozed { until }, None, label, ctx);
}

/// What to do about a suggestion that was accepted; none for others, and where its quote is gone.
fn accepted(suggestion: &Suggestion, desk: &Desk) -> Option<&'static str> {
    match &suggestion.decision.as_ref()?.verdict {
        Verdict::Accepted { quote } => desk
            .snapshot
            .quotes
            .head(*quote)
            .map(|_| "It was accepted: remove its lines in the quote, or undo"),
        Verdict::Planned { .. } => {
            Some("It is a task: change the next step of its renewal, or undo")
        }
        _ => None,
    }
}

fn decide(
    suggestion: &Suggestion,
    verdict: Verdict,
    accept: Option<Box<AcceptInto>>,
    label: String,
    ctx: &mut Ctx<'_>,
) {
    let decision = Decision {
        id: DecisionId(ctx.ids.next()),
        key: suggestion.key.clone(),
        facts: suggestion.facts.clone(),
        verdict,
        on: ctx.desk.today,
        by: ctx.desk.user.to_string(),
    };
    let label = format!("{label} ({})", suggestion.customer);
    ctx.apply(Command::Decide { decision, accept }, label);
}
