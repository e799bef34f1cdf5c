//! The work on renewals that several lists share: stage, log and next date, snooze, owner, note,
//! at-risk flag, review. Each asks what it needs in a popup and ends in one command, so that one
//! undo takes it back.

use super::day_words;
use super::desk::{Ctx, Desk};
use super::effect::{Effect, Tone};
use super::format;
use super::overlay::{Overlay, pick, prompt};
use crate::book::{Clock, riskview};
use crate::domain::activity::Activity;
use crate::domain::command::{Command, Outlook};
use crate::domain::ids::{ActivityId, RenewalId};
use crate::domain::rules::{StageKind, StageRule};
use crate::domain::stage::{StageRefusal, StageRequest, plan_change};
use crate::domain::text::clean;
use std::sync::Arc;

/// The customer of a renewal, for titles.
pub fn name(desk: &Desk, id: RenewalId) -> String {
    desk.row(id).map_or_else(
        || "this renewal".into(),
        |row| format!("{} {}", clean(row.customer()), clean(row.contract_number())),
    )
}

fn activity(kind: &str, text: &str, renewal: RenewalId, ctx: &mut Ctx<'_>) -> Activity {
    Activity {
        id: ActivityId(ctx.ids.next()),
        renewal,
        on: ctx.desk.today,
        by: ctx.desk.user.clone(),
        kind: kind.into(),
        text: Desk::typed(text),
    }
}

/// Asks for the stage, then for what that move needs: a day, a reason, a PO number, a note.
pub fn stage(id: RenewalId, ctx: &mut Ctx<'_>) {
    let Some(renewal) = ctx.desk.renewal(id) else {
        return;
    };
    let stages: Vec<StageRule> = ctx
        .desk
        .rules
        .stages
        .iter()
        .filter(|stage| !stage.derived)
        .cloned()
        .collect();
    let items = stages
        .iter()
        .map(|stage| {
            let hint = match stage {
                stage if stage.id == renewal.stage => "now",
                stage if stage.needs_reason => "asks a reason",
                stage if stage.kind == StageKind::Won => "asks the day",
                _ => "",
            };
            (stage.title.clone(), hint.to_string())
        })
        .collect();
    let at = stages.iter().position(|s| s.id == renewal.stage);
    let title = format!("Stage of {}", name(ctx.desk, id));
    let popup = pick::Model::new(title, items, at.unwrap_or(0), move |chosen, ctx| {
        let Some(stage) = stages.get(chosen) else {
            return;
        };
        let request = StageRequest {
            stage: stage.id.to_string(),
            ..StageRequest::default()
        };
        if stage.kind == StageKind::Won {
            booking(id, request, ctx);
        } else {
            move_stage(id, request, String::new(), ctx);
        }
    });
    ctx.open(Overlay::Pick(popup));
}

/// Tries the move; where it needs something, asks for that and tries again.
fn move_stage(id: RenewalId, request: StageRequest, note: String, ctx: &mut Ctx<'_>) {
    let Some(renewal) = ctx.desk.renewal(id) else {
        return;
    };
    let last = ctx
        .desk
        .row(id)
        .and_then(|row| row.clock(Clock::LastRenewal));
    let noted = (!note.is_empty()).then(|| activity("stage", &note, id, ctx));
    let rules = ctx.desk.rules.clone();
    match plan_change(&renewal, &request, noted, &rules, last, ctx.desk.today) {
        Ok(change) => {
            let title = |id: &str| {
                rules
                    .stage(id)
                    .map_or_else(|| id.to_string(), |stage| stage.title.clone())
            };
            let (was, now) = (title(&renewal.stage), title(&change.stage));
            let label = format!("stage {}: {was} → {now}", name(ctx.desk, id));
            ctx.apply(Command::SetStage(change), label);
        }
        Err(StageRefusal::NeedsReason { .. }) => loss_reason(id, request, note, ctx),
        Err(StageRefusal::NeedsPo(stage)) => {
            let title = format!("{stage} - PO number of {}", name(ctx.desk, id));
            ask(
                title,
                "the number on the customer's order",
                ctx,
                move |text, ctx| {
                    let po = Some(text);
                    move_stage(id, StageRequest { po, ..request }, note, ctx);
                },
            );
        }
        Err(StageRefusal::NeedsNote(stage)) => {
            let title = format!("Back from {stage} - why? {}", name(ctx.desk, id));
            ask(
                title,
                "a sentence; it is kept as a note",
                ctx,
                move |text, ctx| {
                    move_stage(id, request, text, ctx);
                },
            );
        }
        Err(other) => ctx.say(Tone::Refused, other.to_string()),
    }
}

/// Asks for a line of text that may not be empty.
fn ask(
    title: String,
    hint: &str,
    ctx: &mut Ctx<'_>,
    then: impl FnOnce(String, &mut Ctx<'_>) + 'static,
) {
    let popup = prompt::Model::new(
        title,
        hint,
        "",
        |text, _| {
            if Desk::typed(text).is_empty() {
                Err("Type something, or Esc".into())
            } else {
                Ok(String::new())
            }
        },
        move |text, ctx| then(Desk::typed(text), ctx),
    );
    ctx.open(Overlay::Prompt(popup));
}

fn booking(id: RenewalId, request: StageRequest, ctx: &mut Ctx<'_>) {
    let popup = prompt::Model::new(
        format!("Booked on - {}", name(ctx.desk, id)),
        format!(
            "day, then the order number if there is one: {}",
            day_words::HINT
        ),
        "today",
        |text, desk| {
            let (day, order) = day_words::split(text, desk.today)?;
            if day > desk.today {
                return Err("A booking date is today or past".into());
            }
            let order = if order.is_empty() {
                "no order number".into()
            } else {
                format!("order {order}")
            };
            Ok(format!("booked on {}, {order}", format::day(day)))
        },
        move |text, ctx| {
            if let Ok((day, order)) = day_words::split(text, ctx.desk.today) {
                let order = Some(Desk::typed(&order)).filter(|order| !order.is_empty());
                let on = Some(day);
                move_stage(
                    id,
                    StageRequest {
                        on,
                        order,
                        ..request
                    },
                    String::new(),
                    ctx,
                );
            }
        },
    );
    ctx.open(Overlay::Prompt(popup));
}

fn loss_reason(id: RenewalId, request: StageRequest, note: String, ctx: &mut Ctx<'_>) {
    let reasons = ctx.desk.rules.loss_reasons.clone();
    let items = reasons
        .iter()
        .map(|reason| {
            let hint = if reason.addressable {
                "addressable"
            } else {
                "structural"
            };
            (reason.title.clone(), hint.to_string())
        })
        .collect();
    let title = format!("Why is it lost? {}", name(ctx.desk, id));
    let popup = pick::Model::new(title, items, 0, move |chosen, ctx| {
        if let Some(reason) = reasons.get(chosen) {
            let reason = Some(reason.id.to_string());
            move_stage(id, StageRequest { reason, ..request }, note, ctx);
        }
    });
    ctx.open(Overlay::Pick(popup));
}

/// Log and next: an outcome, then the next date with an optional step; two popups, three keys.
pub fn log(id: RenewalId, go_on: bool, ctx: &mut Ctx<'_>) {
    let outcomes = ctx.desk.rules.outcomes.clone();
    let items = outcomes
        .iter()
        .map(|outcome| {
            (
                outcome.title.clone(),
                format!("next in {} d", outcome.next_days),
            )
        })
        .collect();
    let title = format!("How did it go? {}", name(ctx.desk, id));
    let popup = pick::Model::new(title, items, 0, move |chosen, ctx| {
        if let Some(outcome) = outcomes.get(chosen) {
            let (kind, title) = (outcome.id.clone(), outcome.title.clone());
            log_next(id, go_on, kind, title, outcome.next_days, ctx);
        }
    });
    ctx.open(Overlay::Pick(popup));
}

fn log_next(
    id: RenewalId,
    go_on: bool,
    kind: Arc<str>,
    outcome: String,
    next_days: i64,
    ctx: &mut Ctx<'_>,
) {
    let step = ctx.desk.renewal(id).and_then(|r| r.next_step.clone());
    let kept = step.clone().unwrap_or_else(|| "no step yet".into());
    let popup = prompt::Model::new(
        format!("{outcome} - when next?"),
        format!("day, then the step if it changes: {}", day_words::HINT),
        &format!("+{next_days}d"),
        move |text, desk| {
            let (day, typed) = day_words::split(text, desk.today)?;
            let step = if typed.is_empty() { &kept } else { &typed };
            Ok(format!("{}, {step}", format::day(day)))
        },
        move |text, ctx| {
            let Ok((day, typed)) = day_words::split(text, ctx.desk.today) else {
                return;
            };
            let Some(renewal) = ctx.desk.renewal(id) else {
                return;
            };
            let version = renewal.versions.next;
            let typed = Desk::typed(&typed);
            let next_step = if typed.is_empty() { step } else { Some(typed) };
            let label = format!(
                "{outcome}, next {}: {}",
                format::day(day),
                name(ctx.desk, id)
            );
            let command = Command::LogContact {
                activity: activity(&kind, &outcome, id, ctx),
                version,
                next_step,
                next_date: Some(day),
            };
            ctx.apply(command, label);
            if go_on {
                ctx.ask(Effect::Advance);
            }
        },
    );
    ctx.open(Overlay::Prompt(popup));
}

/// Puts renewals to sleep until a day.
pub fn snooze(ids: Vec<RenewalId>, ctx: &mut Ctx<'_>) {
    let many = format::count(ids.len(), "renewal", "renewals");
    let popup = prompt::Model::new(
        format!("Snooze {many} until"),
        format!("{}   empty wakes it", day_words::HINT),
        "+7d",
        |text, desk| {
            if text.trim().is_empty() {
                return Ok("awake again".into());
            }
            let day = day_words::parse(text, desk.today)?;
            if day <= desk.today {
                return Err("That day is over; snooze until a later one".into());
            }
            Ok(format!("out of Today until {}", format::day(day)))
        },
        move |text, ctx| {
            let until = day_words::parse(text, ctx.desk.today).ok();
            let renewals: Vec<(RenewalId, i64)> = ids
                .iter()
                .filter_map(|id| ctx.desk.renewal(*id))
                .map(|renewal| (renewal.id, renewal.versions.next))
                .collect();
            let label = match until {
                Some(day) => format!("snoozed until {}: {}", format::day(day), several(&ids, ctx)),
                None => format!("awake: {}", several(&ids, ctx)),
            };
            ctx.apply(Command::Snooze { renewals, until }, label);
        },
    );
    ctx.open(Overlay::Prompt(popup));
}

fn several(ids: &[RenewalId], ctx: &Ctx<'_>) -> String {
    match ids {
        [one] => name(ctx.desk, *one),
        many => format::count(many.len(), "renewal", "renewals"),
    }
}

/// Gives renewals to somebody; the list holds everybody who has some, and a free name.
pub fn owner(ids: Vec<RenewalId>, ctx: &mut Ctx<'_>) {
    let mut people: Vec<&str> = ctx
        .desk
        .rows()
        .iter()
        .filter_map(|row| row.owner())
        .chain([&*ctx.desk.user])
        .collect();
    people.sort_unstable();
    people.dedup();
    let people: Vec<Arc<str>> = people.into_iter().map(Arc::from).collect();
    let mut items: Vec<(String, String)> = people
        .iter()
        .map(|person| {
            let mine = *person == ctx.desk.user;
            (
                person.to_string(),
                if mine { "you" } else { "" }.to_string(),
            )
        })
        .collect();
    items.push(("(nobody)".into(), String::new()));
    items.push(("another name…".into(), String::new()));
    let title = format!("Owner of {}", several(&ids, ctx));
    let popup = pick::Model::new(title, items, 0, move |chosen, ctx| {
        if chosen < people.len() {
            give(&ids, people.get(chosen).cloned(), ctx);
        } else if chosen == people.len() {
            give(&ids, None, ctx);
        } else {
            another_owner(ids, ctx);
        }
    });
    ctx.open(Overlay::Pick(popup));
}

fn another_owner(ids: Vec<RenewalId>, ctx: &mut Ctx<'_>) {
    let hint = "the name as it shall stand in the list";
    ask("Owner".into(), hint, ctx, move |text, ctx| {
        give(&ids, Some(text.into()), ctx);
    });
}

fn give(ids: &[RenewalId], owner: Option<Arc<str>>, ctx: &mut Ctx<'_>) {
    let renewals: Vec<(RenewalId, i64)> = ids
        .iter()
        .filter_map(|id| ctx.desk.renewal(*id))
        .map(|renewal| (renewal.id, renewal.versions.owner))
        .collect();
    let to = owner.as_deref().unwrap_or("nobody");
    let label = format!("owner {to}: {}", several(ids, ctx));
    ctx.apply(Command::SetOwner { renewals, owner }, label);
}

/// Writes a note.
pub fn note(id: RenewalId, ctx: &mut Ctx<'_>) {
    let title = format!("Note on {}", name(ctx.desk, id));
    ask(
        title,
        "Enter keeps it, Esc forgets it",
        ctx,
        move |text, ctx| {
            let note = activity("note", &text, id, ctx);
            let label = format!("note on {}", name(ctx.desk, id));
            ctx.apply(Command::AddActivity(note), label);
        },
    );
}

/// Sets the at-risk flag with its reason, or clears it.
pub fn at_risk(id: RenewalId, ctx: &mut Ctx<'_>) {
    let Some(renewal) = ctx.desk.renewal(id) else {
        return;
    };
    if renewal.at_risk.is_some() {
        return set_flag(id, None, ctx);
    }
    let title = format!("At risk - why? {}", name(ctx.desk, id));
    let hint = "the reason, as the manager shall read it";
    ask(title, hint, ctx, move |text, ctx| {
        set_flag(id, Some(text), ctx)
    });
}

fn set_flag(id: RenewalId, reason: Option<String>, ctx: &mut Ctx<'_>) {
    let Some(renewal) = ctx.desk.renewal(id) else {
        return;
    };
    let label = match &reason {
        Some(reason) => format!("at risk: {} ({reason})", name(ctx.desk, id)),
        None => format!("no longer flagged at risk: {}", name(ctx.desk, id)),
    };
    let outlook = Outlook {
        planned_on: renewal.planned_on,
        forecast: renewal.forecast.clone(),
        at_risk: reason,
        signals: renewal.signals.clone(),
    };
    let command = Command::SetOutlook {
        renewal: id,
        version: renewal.versions.outlook,
        outlook,
    };
    ctx.apply(command, label);
}

/// Marks risks as seen, each with a fingerprint of its reasons, so that it returns when they
/// change; marked ones that are seen already come back.
pub fn reviewed(ids: &[RenewalId], ctx: &mut Ctx<'_>) {
    let today = ctx.desk.today;
    let again = ids
        .iter()
        .filter_map(|id| ctx.desk.row(*id))
        .all(|row| row.reviewed());
    let renewals: Vec<(RenewalId, Option<crate::domain::renewal::Reviewed>)> = ids
        .iter()
        .filter_map(|id| Some((*id, ctx.desk.told(*id)?)))
        .map(|(id, told)| {
            let review = (!again).then(|| riskview::review(&told, today));
            (id, review)
        })
        .collect();
    let label = if again {
        format!("not reviewed: {}", several(ids, ctx))
    } else {
        format!("reviewed: {}", several(ids, ctx))
    };
    ctx.apply(Command::MarkReviewed { renewals }, label);
}
