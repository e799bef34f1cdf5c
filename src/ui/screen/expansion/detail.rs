//! A suggestion in full, as labels and texts: the detail pane and `i` show the same lines.

use super::effect::Change;
use crate::domain::suggestion::Verdict;
use crate::expand::Suggestion;
use crate::ui::desk::Desk;
use crate::ui::format;
use crate::ui::pane::exact;
use num_traits::Zero;

/// Everything there is to say about a suggestion.
pub fn lines(
    suggestion: &Suggestion,
    change: Option<&Change>,
    desk: &Desk,
) -> Vec<(String, String)> {
    let mut out: Vec<(String, String)> = Vec::new();
    let mut say = |label: &str, text: String| {
        if !text.is_empty() {
            out.push((label.to_string(), text));
        }
    };
    say("What", suggestion.what.clone());
    say("Why", suggestion.why.clone());
    say("Value", value(suggestion));
    say("", suggestion.value_basis.clone());
    effect(change, &mut say);
    say("Deadline", deadline(suggestion, desk));
    say("", suggestion.deadline_basis.clone());
    let (factor, word) = &suggestion.confidence;
    say("Confidence", format!("{word} ({})", factor.normalize()));
    say("Rank", rank(suggestion));
    say("Caveat", suggestion.caveat.clone());
    for refused in &suggestion.refused {
        say("Left out", refused.clone());
    }
    for note in &suggestion.notes {
        say("Also", note.clone());
    }
    for evidence in &suggestion.evidence {
        say(
            "Evidence",
            format!("{} ({})", evidence.fact, evidence.source),
        );
    }
    if suggestion.play.is_task() && suggestion.decision.is_none() {
        say(
            "Accept",
            "as a task: a note and a next step on the renewal".to_string(),
        );
    }
    if let Some(decision) = &suggestion.decision {
        let text = format!(
            "{} on {} by {}",
            verdict(&decision.verdict, desk),
            format::day(decision.on),
            decision.by
        );
        say("Decided", text);
    }
    out
}

/// The value and what it is an amount of, or that it is unknown.
pub fn value(suggestion: &Suggestion) -> String {
    suggestion.value.map_or_else(
        || "value unknown".to_string(),
        |value| format!("{} {}", format::money(value), suggestion.per),
    )
}

/// The deadline with its days.
pub fn deadline(suggestion: &Suggestion, desk: &Desk) -> String {
    suggestion.deadline.map_or_else(
        || "none known".to_string(),
        |day| format!("{} ({} d)", format::day(day), (day - desk.today).num_days()),
    )
}

/// What was decided, in words.
pub fn verdict(verdict: &Verdict, desk: &Desk) -> String {
    match verdict {
        Verdict::Accepted { quote } => match desk.quote(*quote) {
            Some(quote) => format!("accepted into {}", quote.number),
            None => "accepted; the quote is gone".to_string(),
        },
        Verdict::Planned { renewal, on } => {
            let renewal = desk.snapshot.renewals.get(*renewal);
            let contract = renewal.and_then(|r| desk.snapshot.contracts.get(r.contract));
            let number = contract.map_or_else(
                || "a renewal that is gone".into(),
                |contract| contract.number.clone(),
            );
            format!("task on {number} for {}", format::day(*on))
        }
        Verdict::Dismissed { reason } => format!("dismissed: {reason}"),
        Verdict::Snoozed { until } => format!("asked again on {}", format::day(*until)),
    }
}

fn rank(suggestion: &Suggestion) -> String {
    let amount = suggestion
        .value
        .map_or_else(|| "value unknown".to_string(), |v| format::whole(v.amount));
    format!(
        "{amount} × confidence {} × closeness {} = {}",
        suggestion.confidence.0.normalize(),
        suggestion.closeness.normalize(),
        format::decimal(suggestion.rank, 2)
    )
}

fn effect(change: Option<&Change>, say: &mut impl FnMut(&str, String)) {
    match change {
        None => say("PVI effect", "being computed".to_string()),
        Some(Change::Unknown(why)) => say("PVI effect", format!("cannot be told: {why}")),
        Some(Change::Moves {
            total,
            scores,
            moved,
        }) => {
            if moved.is_empty() {
                let text = "0.000: no metric moves by accepting it (estimate)";
                return say("PVI effect", text.to_string());
            }
            let text = if total.is_zero() {
                "0.000: no index step is reached yet (estimate)".to_string()
            } else {
                format!("{} if it is won (estimate)", exact::fixed(total, 3, true))
            };
            say("PVI effect", text);
            for (portfolio, from, to, mark) in scores {
                say("", format!("{portfolio} {from} → {to}{mark}"));
            }
            for metric in moved {
                let value = |v: &Option<num_rational::BigRational>| {
                    v.as_ref()
                        .map_or_else(|| "-".to_string(), |v| exact::fixed(v, 2, false))
                };
                let text = format!(
                    "{} {}: {} → {}, {}",
                    metric.portfolio.short(),
                    metric.to.title,
                    value(&metric.from.value),
                    value(&metric.to.value),
                    exact::fixed(&metric.gain, 3, true)
                );
                say("", text);
            }
        }
    }
}
