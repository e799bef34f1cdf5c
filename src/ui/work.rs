//! The work on renewals that several lists share: stage, log and next date, snooze, owner, note,
//! at-risk flag, review. Each asks what it needs in a popup and ends in one command, so that one
//! undo takes it back.

use super::day_words;
use super::desk::{Ctx, Desk};
use super::effect::{Effect, Tone};
use super::format;
use super::overlay::{Overlay, pick, prompt};
use crate::book::risk::fingerprint;
use crate::domain::activity::Activity;
use crate::domain::command::{Command, Outlook, StageChange};
use crate::domain::ids::{ActivityId, RenewalId};
use crate::domain::renewal::Reviewed;
use crate::domain::rules::{StageKind, StageRule};
use crate::domain::text::clean;
use chrono::Days;
use std::sync::Arc;

/// The customer of a renewal, for titles.
pub fn name(desk: &Desk, id: RenewalId) -> String {
    desk.row(id).map_or_else(
        || "this renewal".into(),
        |row| format!("{} {}", clean(&row.customer), clean(&row.contract_number)),
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

/// Asks for the stage, then for what that stage needs: a reason, a PO number, a booking date.
pub fn stage(id: RenewalId, ctx: &mut Ctx<'_>) {
    let Some(renewal) = ctx.desk.renewal(id) else {
        return;
    };
    let stages: Vec<StageRule> = ctx
        .desk
        .rules
        .stages
        .iter()
        .filter(|stage| !stage.derived || stage.needs_reason)
        .cloned()
        .collect();
    let items = stages
        .iter()
        .map(|stage| {
            let hint = if stage.id == renewal.stage {
                "now".to_string()
            } else if stage.needs_reason {
                "asks a reason".to_string()
            } else {
                String::new()
            };
            (stage.title.clone(), hint)
        })
        .collect();
    let at = stages.iter().position(|s| s.id == renewal.stage);
    let title = format!("Stage of {}", name(ctx.desk, id));
    let popup = pick::Model::new(title, items, at.unwrap_or(0), move |chosen, ctx| {
        if let Some(stage) = stages.get(chosen) {
            stage_chosen(id, stage, ctx);
        }
    });
    ctx.open(Overlay::Pick(popup));
}

fn stage_chosen(id: RenewalId, stage: &StageRule, ctx: &mut Ctx<'_>) {
    if stage.needs_reason {
        return loss_reason(id, stage.clone(), ctx);
    }
    if stage.kind == StageKind::Won {
        let stage = stage.clone();
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
                    return Err("A booking date lies in the past or today".into());
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
                    change_stage(id, &stage, ctx, |change| {
                        change.on = Some(day);
                        change.order = order;
                    });
                }
            },
        );
        return ctx.open(Overlay::Prompt(popup));
    }
    change_stage(id, stage, ctx, |_| {});
}

fn loss_reason(id: RenewalId, stage: StageRule, ctx: &mut Ctx<'_>) {
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
    let title = format!("{} - why? {}", stage.title, name(ctx.desk, id));
    let popup = pick::Model::new(title, items, 0, move |chosen, ctx| {
        if let Some(reason) = reasons.get(chosen) {
            change_stage(id, &stage, ctx, |change| {
                change.reason = Some(reason.id.clone());
            });
        }
    });
    ctx.open(Overlay::Pick(popup));
}

fn change_stage(
    id: RenewalId,
    stage: &StageRule,
    ctx: &mut Ctx<'_>,
    fill: impl FnOnce(&mut StageChange),
) {
    let Some(renewal) = ctx.desk.renewal(id) else {
        return;
    };
    if renewal.stage == stage.id {
        return ctx.say(Tone::Note, format!("Stage is {} already", stage.title));
    }
    let was = ctx
        .desk
        .rules
        .stage(&renewal.stage)
        .map_or_else(|| renewal.stage.to_string(), |stage| stage.title.clone());
    let mut change = StageChange {
        renewal: id,
        version: renewal.versions.stage,
        stage: stage.id.clone(),
        on: None,
        reason: None,
        note: None,
        po: None,
        order: None,
        books: stage.kind == StageKind::Won,
    };
    fill(&mut change);
    let label = format!("stage {}: {was} → {}", name(ctx.desk, id), stage.title);
    ctx.apply(Command::SetStage(change), label);
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
    let mut people: Vec<Arc<str>> = ctx
        .desk
        .rows()
        .iter()
        .filter_map(|row| row.owner.clone())
        .chain([ctx.desk.user.clone()])
        .collect();
    people.sort();
    people.dedup();
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
    let popup = prompt::Model::new(
        "Owner",
        "the name as it shall stand in the list",
        "",
        |text, _| {
            let name = Desk::typed(text);
            if name.is_empty() {
                Err("Type a name".into())
            } else {
                Ok(name)
            }
        },
        move |text, ctx| give(&ids, Some(Desk::typed(text).into()), ctx),
    );
    ctx.open(Overlay::Prompt(popup));
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
    let popup = prompt::Model::new(
        format!("Note on {}", name(ctx.desk, id)),
        "Enter keeps it, Esc forgets it",
        "",
        |text, _| {
            if Desk::typed(text).is_empty() {
                Err("Type the note".into())
            } else {
                Ok(String::new())
            }
        },
        move |text, ctx| {
            let note = activity("note", text, id, ctx);
            let label = format!("note on {}", name(ctx.desk, id));
            ctx.apply(Command::AddActivity(note), label);
        },
    );
    ctx.open(Overlay::Prompt(popup));
}

/// Sets the at-risk flag with its reason, or clears it.
pub fn at_risk(id: RenewalId, ctx: &mut Ctx<'_>) {
    let Some(renewal) = ctx.desk.renewal(id) else {
        return;
    };
    if renewal.at_risk.is_some() {
        return set_flag(id, None, ctx);
    }
    let popup = prompt::Model::new(
        format!("At risk - why? {}", name(ctx.desk, id)),
        "the reason, as the manager shall read it",
        "",
        |text, _| {
            if Desk::typed(text).is_empty() {
                Err("A flag needs a reason".into())
            } else {
                Ok(String::new())
            }
        },
        move |text, ctx| set_flag(id, Some(Desk::typed(text)), ctx),
    );
    ctx.open(Overlay::Prompt(popup));
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
        .all(|row| row.reviewed);
    let renewals: Vec<(RenewalId, Option<Reviewed>)> = ids
        .iter()
        .filter_map(|id| ctx.desk.row(*id))
        .map(|row| {
            let review = (!again).then(|| Reviewed {
                on: today,
                reasons: fingerprint(&row.risk.reasons),
            });
            (row.renewal, review)
        })
        .collect();
    let label = if again {
        format!("not reviewed: {}", several(ids, ctx))
    } else {
        format!("reviewed: {}", several(ids, ctx))
    };
    ctx.apply(Command::MarkReviewed { renewals }, label);
}

/// The day a week from `today`, for lists that look ahead.
pub fn in_a_week(desk: &Desk) -> chrono::NaiveDate {
    desk.today
        .checked_add_days(Days::new(7))
        .unwrap_or(desk.today)
}
