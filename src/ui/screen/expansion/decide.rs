//! Deciding on a suggestion: into the customer's open draft quote or a new one, away with a
//! reason, or later. Each decision is one change, so undo takes back lines and decision together.

use crate::domain::command::{AcceptInto, Command};
use crate::domain::ids::{DecisionId, IdSource, QuoteId, RenewalId};
use crate::domain::money::Currency;
use crate::domain::quote::{Quote, QuoteLine, QuoteStatus};
use crate::domain::suggestion::{Decision, Verdict};
use crate::expand::{self, Suggestion};
use crate::pricing::typed;
use crate::ui::desk::{Ctx, Desk};
use crate::ui::effect::Tone;
use crate::ui::format;
use crate::ui::overlay::{Overlay, prompt};
use chrono::Duration;

/// Days offered when a suggestion is put off.
const LATER_DAYS: i64 = 30;

/// Where accepted lines would go.
#[derive(Debug)]
pub enum Into<'a> {
    /// The customer's newest draft in that currency.
    Draft {
        /// The quote.
        quote: &'a Quote,
        /// The lines, numbered on.
        lines: Vec<QuoteLine>,
        /// Renewals they belong to that the quote does not cover yet.
        renewals: Vec<RenewalId>,
    },
    /// A quote made of them.
    New(Quote),
}

impl Into<'_> {
    /// The quote as it stands, where there is one.
    pub fn existing(&self) -> Option<&Quote> {
        match self {
            Into::Draft { quote, .. } => Some(quote),
            Into::New(_) => None,
        }
    }

    /// The lines that go into it.
    pub fn lines(&self) -> &[QuoteLine] {
        match self {
            Into::Draft { lines, .. } => lines,
            Into::New(quote) => &quote.lines,
        }
    }

    /// The quote with the lines in it.
    pub fn with_lines(&self) -> Quote {
        match self {
            Into::New(quote) => quote.clone(),
            Into::Draft {
                quote,
                lines,
                renewals,
            } => {
                let mut out = (*quote).clone();
                out.lines.extend(lines.iter().cloned());
                out.renewals.extend(renewals.iter().copied());
                out
            }
        }
    }
}

/// The quote a suggestion's lines would go into, or why they cannot be quoted.
pub fn into_quote<'a>(
    suggestion: &Suggestion,
    desk: &'a Desk,
    ids: &mut dyn IdSource,
) -> Result<Into<'a>, String> {
    let mut lines = expand::accept(
        suggestion,
        &desk.snapshot,
        &desk.rules,
        &desk.catalogue,
        desk.today,
        ids,
    )
    .map_err(|refusal| refusal.sentence())?;
    let currency = currency(suggestion, desk);
    let draft = desk
        .snapshot
        .quotes
        .iter()
        .filter(|quote| {
            quote.account == suggestion.account
                && quote.status == QuoteStatus::Draft
                && currency.is_none_or(|c| c == quote.currency)
        })
        .max_by(|a, b| a.created_on.cmp(&b.created_on).then(a.id.cmp(&b.id)));
    let first = draft
        .and_then(|quote| quote.lines.iter().map(|line| line.number).max())
        .unwrap_or(0);
    for (number, line) in (first + 1..).zip(&mut lines) {
        line.number = number;
    }
    let mut renewals: Vec<RenewalId> = lines.iter().filter_map(|line| line.renewal).collect();
    renewals.sort();
    renewals.dedup();
    Ok(match draft {
        Some(quote) => {
            renewals.retain(|id| !quote.renewals.contains(id));
            Into::Draft {
                quote,
                lines,
                renewals,
            }
        }
        None => Into::New(Quote {
            id: QuoteId(ids.next()),
            number: "".into(),
            account: suggestion.account,
            renewals,
            currency: currency.unwrap_or(Currency::USD),
            version: 1,
            status: QuoteStatus::Draft,
            created_on: desk.today,
            valid_until: None,
            sent_on: None,
            lines,
        }),
    })
}

/// The currency its lines are priced in, where one is known.
fn currency(suggestion: &Suggestion, desk: &Desk) -> Option<Currency> {
    suggestion.value.map(|value| value.currency).or_else(|| {
        suggestion
            .lines
            .iter()
            .filter_map(|id| desk.snapshot.lines.get(*id))
            .find_map(|line| line.currency)
    })
}

/// Puts the suggestion's lines into a quote.
pub fn accept(suggestion: Option<&Suggestion>, ctx: &mut Ctx<'_>) {
    let Some(suggestion) = suggestion else { return };
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
    let accepted = suggestion
        .decision
        .as_ref()
        .is_some_and(|d| matches!(d.verdict, Verdict::Accepted { .. }));
    if accepted {
        let text = "It was accepted: remove its lines in the quote, or undo";
        return ctx.say(Tone::Refused, text);
    }
    let until = ctx.desk.today;
    let label = format!("bring back {}", suggestion.what);
    decide(suggestion, Verdict::Snoozed { until }, None, label, ctx);
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
