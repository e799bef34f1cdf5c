//! `stage`: moves a renewal, by the same rule as the desk.

use super::args;
use super::context::{Context, note};
use super::error::Failure;
use super::{find, output, queue};
use crate::book::{Clock as Day, Queue};
use crate::domain::activity::Activity;
use crate::domain::command::{Command, StageChange};
use crate::domain::ids::{ActivityId, IdSource};
use crate::domain::packed::QuoteHead;
use crate::domain::stage::{StageRequest, plan_change, wants};
use crate::domain::text::clean;
use crate::runtime::clock::Clock;
use crate::runtime::ids::ClockIds;
use chrono::NaiveDate;
use serde::Serialize;
use std::io::Write;

#[derive(Serialize)]
struct Moved {
    schema: &'static str,
    renewal_id: String,
    contract: String,
    end_date: NaiveDate,
    from: String,
    to: String,
    on: Option<NaiveDate>,
    reason: Option<String>,
    /// What the stage should have and has not.
    warnings: Vec<&'static str>,
}

/// Runs the command.
pub fn run(context: &Context, args: &args::Stage, out: &mut impl Write) -> Result<(), Failure> {
    let mut store = context.open()?;
    let (pack, catalogue, today) = (context.pack()?, context.catalogue(), context.today());
    let rules = &pack.rules;
    let snapshot = store.snapshot()?;
    let renewal = find::renewal(&snapshot, rules, &args.contract, true)?;
    let book = Queue::build(&snapshot, rules, &catalogue, today);
    let row = book.row(renewal.id);
    let last_renewal = row.and_then(|row| row.clock(Day::LastRenewal));
    let actor = context.actor(&snapshot);
    let cleaned = |text: &Option<String>| text.as_deref().map(|t| clean(t).into_owned());
    let request = StageRequest {
        stage: args.stage.clone(),
        on: args.on,
        reason: args.reason.clone(),
        po: cleaned(&args.po),
        order: cleaned(&args.order),
    };
    let kept = cleaned(&args.note).map(|text| Activity {
        id: ActivityId(ClockIds.next()),
        renewal: renewal.id,
        on: today,
        by: actor.as_str().into(),
        kind: "stage".into(),
        text,
    });
    let change = plan_change(&renewal, &request, kept, rules, last_renewal, today)
        .map_err(|refusal| Failure::refused(format!("{refusal}; nothing was changed")))?;
    let quoted = |quote: QuoteHead| quote.renewals.contains(&renewal.id);
    let has_quote = snapshot.quotes.heads().any(quoted);
    let warnings = wants(&change, &renewal, has_quote, today);
    for warning in &warnings {
        note(warning);
    }
    let number = row.map_or(args.contract.as_str(), |row| row.contract_number());
    let moved = Moved {
        schema: "renewdesk.stage/1",
        renewal_id: renewal.id.to_string(),
        contract: number.to_string(),
        end_date: renewal.end,
        from: queue::stage_title(rules, &renewal.stage),
        to: queue::stage_title(rules, &change.stage),
        on: change.on,
        reason: change.reason.as_deref().map(str::to_string),
        warnings,
    };
    let label = label(&moved, &change);
    store.apply(
        &Command::SetStage(change),
        &label,
        &context.clock.stamp(&actor),
    )?;
    if args.json {
        return output::json(out, &moved);
    }
    writeln!(out, "{}", clean(&label))?;
    Ok(())
}

/// What was done, as the history tells it: the move, or what was added to the stage.
fn label(moved: &Moved, change: &StageChange) -> String {
    let Moved {
        contract, from, to, ..
    } = moved;
    if from != to {
        return format!("stage of {contract}: {from} → {to}");
    }
    let parts = [
        moved.on.map(|on| format!("on {on}")),
        change.po.as_ref().map(|po| format!("PO {po}")),
        change.order.as_ref().map(|order| format!("order {order}")),
        moved
            .reason
            .as_ref()
            .map(|reason| format!("reason {reason}")),
        change.note.as_ref().map(|_| "a note".to_string()),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    format!("{to} of {contract}: {}", parts.join(", "))
}
