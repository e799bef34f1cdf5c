//! What came of it: wishes about the desk itself, changes that were written or refused.

use super::act::{act, go};
use super::input::focus;
use super::{compute, follow, say, sync_quote};
use crate::domain::command::Command;
use crate::domain::ids::RenewalId;
use crate::domain::snapshot::{Patch, RowPatch};
use crate::ui::action::ActionId;
use crate::ui::desk::Ctx;
use crate::ui::effect::{Effect, Tone};
use crate::ui::format;
use crate::ui::model::{Model, Pane, Screen};
use crate::ui::msg::{Kept, KeptHow, Trouble};
use crate::ui::overlay::Overlay;
use crate::ui::pane::explain;

/// Keeps the wishes about the desk itself and passes on the rest.
pub(super) fn settle(model: &mut Model, effects: Vec<Effect>, out: &mut Vec<Effect>) {
    for effect in effects {
        match effect {
            Effect::Go(screen) => go(model, screen, out),
            Effect::ShowRenewal(id) => {
                go(model, Screen::Pipeline, out);
                if let Some(desk) = &model.desk {
                    model.pipeline.show(id, desk);
                }
                sync_quote(model);
            }
            Effect::ShowCustomer(account) => {
                go(model, Screen::Pipeline, out);
                if let Some(desk) = &model.desk {
                    model.pipeline.show_customer(account, desk);
                }
                sync_quote(model);
            }
            Effect::ShowPlays(account) => {
                let before = model.screen;
                go(model, Screen::Expansion, out);
                if let Some(desk) = &model.desk {
                    model.expansion.narrow(account, before, desk);
                }
            }
            Effect::MarkRenewals(ids) => {
                go(model, Screen::Pipeline, out);
                if let Some(desk) = &model.desk {
                    model.pipeline.mark_these(&ids, desk);
                }
                sync_quote(model);
            }
            Effect::ShowQuote(id) => {
                if let Some(desk) = &model.desk {
                    model.quote.open(id, desk);
                }
                go(model, Screen::Quote, out);
            }
            Effect::Advance => act(model, ActionId::RowDown, out),
            Effect::Filter(words) => {
                if let Some(desk) = &model.desk {
                    match model.screen {
                        Screen::Changes => model.changes.set_words(words, desk, out),
                        Screen::Risk => model.risk.set_filter(words, desk),
                        _ => model.pipeline.set_filter(words, desk),
                    }
                }
                sync_quote(model);
            }
            Effect::UseView(view) => {
                if let Some(desk) = &model.desk {
                    model.pipeline.use_view(&view, desk);
                }
                sync_quote(model);
            }
            Effect::GroupLines(by) => {
                if let Some(desk) = &model.desk {
                    model.quote.group_by(by, desk);
                }
            }
            Effect::Beside(task) => model.quote.want(*task),
            Effect::Chosen(choice) => {
                if let Some(desk) = &model.desk {
                    let mut ctx = Ctx::new(desk, &mut *model.ids);
                    model.import.chosen(*choice, &mut ctx);
                    let effects = ctx.effects;
                    settle(model, effects, out);
                }
            }
            Effect::Focus(pane) => focus(model, pane),
            Effect::Open(overlay) => model.overlays.push(*overlay),
            Effect::Close => {
                model.overlays.pop();
            }
            Effect::Say(tone, text) => say(model, tone, text),
            Effect::Apply { .. } if model.desk.as_ref().is_some_and(|d| d.read_only) => {
                say(
                    model,
                    Tone::Refused,
                    "The book is open read-only; nothing was changed".into(),
                );
            }
            Effect::Apply { command, label } => {
                let label = named(&command, label, model);
                out.push(Effect::Apply { command, label });
            }
            other => out.push(other),
        }
    }
}

/// The label of a change to a quote's lines says which quote, wherever the change was made.
fn named(command: &Command, label: String, model: &Model) -> String {
    let quote = match command {
        Command::PutQuoteLines { quote, .. }
        | Command::TakeOffer { quote, .. }
        | Command::ReplaceQuoteLines { quote, .. }
        | Command::RemoveQuoteLines { quote, .. } => *quote,
        _ => return label,
    };
    let held = model.desk.as_ref();
    let held = held.and_then(|desk| desk.snapshot.quotes.head(quote));
    match held {
        Some(held) if !label.contains(&*held.number) => format!("{} {label}", held.number),
        _ => label,
    }
}

/// A change is in the book: the desk follows.
pub(super) fn keep(model: &mut Model, kept: Kept, out: &mut Vec<Effect>) {
    model.leaving = false;
    if kept.how == KeptHow::Edit {
        model.overlays.retain(|overlay| !overlay.is_written());
    }
    let new = kept.quote.filter(|_| kept.how == KeptHow::Edit);
    let quote = new.filter(|id| model.quote.current() != Some(*id));
    let (how, label, batch) = (kept.how, kept.label, kept.batch);
    let back = only_renewal(&kept.patch).filter(|_| how != KeptHow::Edit);
    match (&mut model.desk, kept.desk) {
        (slot, Some(new)) => *slot = Some(*new),
        (Some(desk), None) => desk.keep(kept.patch, &kept.at),
        (None, None) => {}
    }
    if let Some(id) = back {
        // what came back is what one wants to see
        model.pipeline.point(id);
    }
    follow(model);
    if how == KeptHow::Aside {
        return;
    }
    if let Some(desk) = &model.desk {
        if let Some(batch) = batch {
            model.import.imported(batch, &label, desk);
        }
        if let Some(quote) = quote {
            model.quote.open(quote, desk);
            if model.screen == Screen::Pipeline {
                model.pipeline.set_focus(Pane::Grid);
            }
        }
    }
    match (model.screen, &model.desk) {
        (Screen::History, _) => out.push(Effect::LoadHistory),
        (Screen::Changes, Some(desk)) => model.changes.ask(desk, out),
        _ => {}
    }
    compute(model, out);
    let told = match how {
        KeptHow::Edit => format!("Saved: {label}"),
        KeptHow::Undo => format!("Undone: {label}   Ctrl+Y redo"),
        KeptHow::Redo => format!("Redone: {label}   Ctrl+Z undo"),
        KeptHow::Revert => format!("Taken back: {label}   Ctrl+Z undo"),
        KeptHow::Import => format!("Imported: {label}   Ctrl+Z takes all of it back"),
        KeptHow::Aside => String::new(),
        KeptHow::Elsewhere => "Changed in another window: the book was read again".into(),
    };
    say(model, Tone::Done, told);
}

/// The renewal a change is about, when it is about one.
pub(super) fn only_renewal(patch: &Patch) -> Option<RenewalId> {
    let mut ids = patch.rows.iter().filter_map(|row| match row {
        RowPatch::Renewal(id, _) => Some(*id),
        _ => None,
    });
    ids.next().filter(|_| ids.next().is_none())
}

pub(super) fn refuse(model: &mut Model, trouble: &Trouble) {
    let text = if trouble.hint.is_empty() {
        trouble.what.clone()
    } else {
        format!("{}   {}", trouble.what, trouble.hint)
    };
    if let Some(desk) = &model.desk {
        model.quote.reload(desk);
        model.import.refused();
        model.changes.refused();
        model.reconcile.refused();
    }
    for overlay in &mut model.overlays {
        overlay.refused();
    }
    follow(model);
    let room = usize::from(model.size.0).saturating_sub(2);
    if room > 0 && format::width(&text) > room {
        // both values of a conflict are to be read whole
        let lines = vec![
            ("what".into(), trouble.what.clone()),
            ("now".into(), trouble.hint.clone()),
        ];
        let whole = explain::Model::new("Not saved", lines);
        model.overlays.push(Overlay::Explain(whole));
    }
    say(model, Tone::Refused, text);
}
