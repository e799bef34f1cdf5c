//! What a person does before the book is there. A large book shows a part of its rows first, and
//! nothing can be done with them; so keys wait, in order, with a sign in the status line, and are
//! played once the book is read.
//!
//! Played is only what finds its way without a look at the screen: going to a screen, opening help,
//! palette, search or filter and typing into it, moving a cursor. The rows under the cursor are
//! other ones by then, so the first key that would act on one, write or answer a question is
//! dropped, and all that follows it too, for it was meant for what that key would have opened. The
//! status line names what was not done.

use super::act::act;
use super::input::{click, take, take_key};
use super::{place, say};
use crate::ui::action::{ActionId, Found, find};
use crate::ui::canvas::Target;
use crate::ui::effect::{Effect, Tone};
use crate::ui::input::{Code, Input, Key, Mouse, MouseKind};
use crate::ui::model::{Early, Model};

/// More than this nobody types blindly.
const MOST: usize = 100;
/// So many of them are named in the status line.
const NAMED: usize = 12;

/// Keeps a key until the book is there; `Esc` forgets all of them.
pub(super) fn hold(model: &mut Model, early: Early) {
    if matches!(early, Early::Key(key) if key.code == Code::Esc) {
        model.early.clear();
    } else if model.early.len() < MOST {
        model.early.push(early);
    }
}

/// A click while there is no book: on a tab it waits like the keys that go there.
pub(super) fn hold_click(
    model: &mut Model,
    mouse: Mouse,
    target: Option<Target>,
    out: &mut Vec<Effect>,
) {
    match target.filter(|_| mouse.kind == MouseKind::Click) {
        Some(Target::Act(ActionId::Quit)) => act(model, ActionId::Quit, out),
        Some(target @ Target::Screen(_)) => hold(model, Early::Click(target)),
        Some(target @ Target::Act(action)) if leads(action) => hold(model, Early::Click(target)),
        Some(_) => say(
            model,
            Tone::Note,
            "The book is still being read: click once it is there".into(),
        ),
        None => {}
    }
}

/// The book is there: what was held is played as far as it may be.
pub(super) fn play(model: &mut Model, out: &mut Vec<Effect>) {
    for input in model.guard.give_up() {
        match input {
            Input::Key(key) => hold(model, Early::Key(key)),
            other => take(model, other, 0, out),
        }
    }
    let held = std::mem::take(&mut model.early);
    let mut left = held.iter();
    while let Some(early) = left.as_slice().first() {
        if !plays(model, *early) {
            let begun = model.prefix.take().map(Early::Key);
            let dropped: Vec<Early> = begun.into_iter().chain(left.copied()).collect();
            let text = format!(
                "Not done: {}   typed before this was on the screen; again if it is meant",
                named(&dropped)
            );
            return say(model, Tone::Refused, text);
        }
        left.next();
        match *early {
            Early::Key(key) => take_key(model, key, 0, out),
            Early::Click(target) => click(model, Some(target), out),
        }
    }
}

/// There is no book to work on: what was typed was meant for one.
pub(super) fn forget(model: &mut Model) {
    model.guard.give_up();
    model.early.clear();
    model.prefix = None;
}

/// Something done before the person saw what is on the screen now.
pub(super) fn take_unseen(model: &mut Model, input: Input, now: u64, out: &mut Vec<Effect>) {
    let lost = model.no_book.is_some() || model.fatal.is_some();
    match input {
        Input::Resize(..) => take(model, input, now, out),
        Input::Key(key) if key.is("ctrl-q") => take(model, input, now, out),
        _ if lost => {}
        _ if model.desk.is_none() => take(model, input, now, out),
        Input::Key(key) => {
            hold(model, Early::Key(key));
            play(model, out);
        }
        Input::Mouse(mouse) => {
            let target = super::input::target_at(model, mouse);
            hold_click(model, mouse, target, out);
            play(model, out);
        }
        Input::Paste(_) => say(
            model,
            Tone::Refused,
            "Not pasted: this was not on the screen yet; again if it is meant".into(),
        ),
    }
}

/// What waits, for the status line; none when nothing does.
pub fn waiting(model: &Model) -> Option<String> {
    let them = match model.early.len() {
        0 => return None,
        1 => "it",
        _ => "them",
    };
    let full = if model.early.len() < MOST {
        ""
    } else {
        " and no more"
    };
    let named = named(&model.early);
    Some(format!(
        "Waiting for the book: {named}{full}   Esc forgets {them}"
    ))
}

/// The last of them as a person reads them.
fn named(all: &[Early]) -> String {
    let from = all.len().saturating_sub(NAMED);
    let words = all.iter().skip(from).map(|early| match early {
        Early::Key(key) => key.to_string(),
        Early::Click(Target::Screen(screen)) => screen.title().to_string(),
        Early::Click(Target::Act(action)) => action.row().map_or("", |row| row.name).to_string(),
        Early::Click(_) => "a click".to_string(),
    });
    let words: Vec<String> = words.collect();
    let before = if from > 0 { "… " } else { "" };
    format!("{before}{}", words.join(" "))
}

/// True when something does what was meant whatever is on the screen.
fn plays(model: &Model, early: Early) -> bool {
    let open = !model.overlays.is_empty();
    match early {
        Early::Key(key) => key_plays(model, key),
        Early::Click(_) if open => false,
        Early::Click(Target::Screen(_)) => place(model).is_some(),
        Early::Click(Target::Act(action)) => leads(action),
        Early::Click(_) => false,
    }
}

/// True for a key that finds its way without a look at the screen and changes nothing.
pub(super) fn key_plays(model: &Model, key: Key) -> bool {
    if let Some(overlay) = model.overlays.last() {
        return overlay.harmless(key);
    }
    let Some(place) = place(model) else {
        return key.types();
    };
    match find(model.screen, place, model.prefix, key) {
        Found::Action(action) => action.moves() || leads(action),
        Found::Prefix => true,
        // a digit would begin an edit
        Found::Nothing => false,
    }
}

/// Actions that only lead somewhere.
fn leads(action: ActionId) -> bool {
    use ActionId::*;
    matches!(
        action,
        GoToday
            | GoPipeline
            | GoQuote
            | GoExpansion
            | GoRisk
            | GoProgram
            | GoImport
            | GoChanges
            | GoReconcile
            | GoHistory
            | GoSettings
            | NextScreen
            | PreviousScreen
            | Help
            | Palette
            | Search
            | Filter
    )
}
