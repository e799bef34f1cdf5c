//! What a person does: keys through the guard and the table, mouse through the zones, paste as text.

use super::act::{act, go, quit};
use super::settle::settle;
use super::{active, early, place, runnable, say, sync_quote};
use crate::ui::action::{ActionId, Found, Place, find};
use crate::ui::canvas::Target;
use crate::ui::desk::Ctx;
use crate::ui::effect::{Effect, Tone};
use crate::ui::format;
use crate::ui::input::{Code, Input, Key, Mouse, MouseKind};
use crate::ui::layout::{LEAST_COLUMNS, LEAST_ROWS};
use crate::ui::model::{Early, Model, Pane, Screen};
use crate::ui::overlay::{Overlay, Runnable, Step};
use crate::ui::paste::Act;

/// A second `Ctrl+C` within so many milliseconds says how to quit.
const SECOND_PRESS_MS: u64 = 1_000;

pub(super) fn feed(model: &mut Model, input: Input, now: u64) -> Vec<Input> {
    let mut guard = std::mem::take(&mut model.guard);
    let inputs = guard.feed(input, now, |key| weigh(model, key));
    model.guard = guard;
    inputs
}

pub(super) fn wake(model: &Model, out: &mut Vec<Effect>) {
    if let Some(at) = model.guard.deadline() {
        out.push(Effect::WakeAt(at));
    }
    if model.pipeline.unfinished() {
        out.push(Effect::WakeAt(0));
    }
}

/// What a key does here: one that only moves, or types into a field, acts at once.
fn weigh(model: &Model, key: Key) -> Act {
    if let Some(overlay) = model.overlays.last() {
        return match overlay.harmless(key) {
            true => Act::Type,
            false => Act::Change,
        };
    }
    let Some(place) = place(model) else {
        return match key.types() {
            true => Act::Type,
            false => Act::Change,
        };
    };
    match find(model.screen, place, model.prefix, key) {
        // another order changes nothing but where rows stand
        Found::Action(action) if action.moves() || action == ActionId::Sort => Act::Move,
        Found::Action(_) => Act::Change,
        Found::Prefix => Act::Move,
        // in a grid it begins an edit, in a list it does nothing
        Found::Nothing if !key.types() => Act::Change,
        Found::Nothing if place == Place::Grid => Act::Type,
        Found::Nothing => Act::Move,
    }
}

/// True for what may change something: a key that neither only moves, types nor leads somewhere, a click, a
/// paste. Leaving is none, a book that is slow keeps nobody.
pub(super) fn changes(model: &Model, input: &Input) -> bool {
    match input {
        Input::Resize(..) => false,
        Input::Key(key) if key.is("ctrl-q") => false,
        Input::Key(key) => weigh(model, *key) == Act::Change && !early::key_plays(model, *key),
        Input::Mouse(mouse) => matches!(mouse.kind, MouseKind::Click | MouseKind::Menu),
        Input::Paste(_) => true,
    }
}

/// True for a window too small to be drawn in; none is before its size is known.
fn too_small((columns, rows): (u16, u16)) -> bool {
    let known = columns > 0 && rows > 0;
    known && (columns < LEAST_COLUMNS || rows < LEAST_ROWS)
}

pub(super) fn take(model: &mut Model, input: Input, now: u64, out: &mut Vec<Effect>) {
    // nothing is shown then, so nothing but the way out may act
    let hidden = too_small(model.size);
    match input {
        Input::Resize(columns, rows) => model.size = (columns, rows),
        Input::Key(key) if hidden && key.is("ctrl-q") => quit(model, out),
        Input::Key(_) | Input::Mouse(_) | Input::Paste(_) if hidden => {}
        Input::Mouse(mouse) => take_mouse(model, mouse, out),
        Input::Key(key) => take_key(model, key, now, out),
        Input::Paste(text) => take_paste(model, text, out),
    }
}

pub(super) fn take_key(model: &mut Model, key: Key, now: u64, out: &mut Vec<Effect>) {
    if key.is("ctrl-c") {
        return take_copy(model, now, out);
    }
    if key.is("ctrl-q") {
        return quit(model, out);
    }
    if model.desk.is_none() && (model.no_book.is_some() || model.fatal.is_some()) {
        return without_book(model, key, out);
    }
    if model.desk.is_none() && !key.is("ctrl-l") {
        return early::hold(model, Early::Key(key));
    }
    if !model.overlays.is_empty() {
        return overlay_key(model, key, out);
    }
    let Some(place) = place(model) else {
        return raw(model, &Input::Key(key), out);
    };
    let prefix = model.prefix.take();
    match find(model.screen, place, prefix, key) {
        Found::Prefix => model.prefix = Some(key),
        Found::Action(action) if key.repeat && !action.moves() => {}
        Found::Action(action) => act(model, action, out),
        Found::Nothing if prefix.is_some() => say(
            model,
            Tone::Refused,
            "No such sequence; g then t p q x r v i c d l s w a goes to a screen".into(),
        ),
        Found::Nothing => raw(model, &Input::Key(key), out),
    }
}

/// Nothing to work on: make a book where none is, or leave.
fn without_book(model: &mut Model, key: Key, out: &mut Vec<Effect>) {
    match key.code {
        Code::Enter if model.fatal.is_none() => {
            model.no_book = None;
            out.push(Effect::CreateBook);
        }
        Code::Esc | Code::Enter | Code::Char('q') => out.push(Effect::Quit),
        _ => {}
    }
}

/// `Ctrl+C` copies; it never quits.
pub(super) fn take_copy(model: &mut Model, now: u64, out: &mut Vec<Effect>) {
    let again = model
        .last_copy_ms
        .is_some_and(|last| now.saturating_sub(last) <= SECOND_PRESS_MS);
    model.last_copy_ms = Some(now);
    if again {
        say(model, Tone::Note, "Ctrl+Q quits".into());
    } else if model.overlays.is_empty() && place(model).is_some() {
        act(model, ActionId::Copy, out);
    } else {
        raw_or_overlay_copy(model, out);
    }
}

pub(super) fn raw_or_overlay_copy(model: &mut Model, out: &mut Vec<Effect>) {
    if model.overlays.is_empty() {
        if let Some(key) = Key::parse("ctrl-c") {
            raw(model, &Input::Key(key), out);
        }
    } else {
        say(model, Tone::Note, "Esc closes this; Ctrl+Q quits".into());
    }
}

pub(super) fn take_paste(model: &mut Model, text: String, out: &mut Vec<Effect>) {
    if model.desk.is_none() {
        let told = "The book is still being read: nothing was pasted";
        return say(model, Tone::Note, told.into());
    }
    if let Some(overlay) = model.overlays.last_mut() {
        overlay.paste(&text);
        return;
    }
    // the first letters of a paste that was not announced may have begun a sequence
    model.prefix = None;
    // a path dragged onto the import screen is what it asks for
    let wanted = matches!(model.screen, Screen::Import | Screen::Reconcile);
    let listing = !wanted && !matches!(place(model), None | Some(Place::Grid));
    if listing {
        let much = format::count(text.chars().count(), "character", "characters");
        say(
            model,
            Tone::Note,
            format!("Pasted {much}: nothing was run. Open a field or a quote's grid to paste into"),
        );
        return;
    }
    raw(model, &Input::Paste(text), out);
}

/// Hands an input to the active screen.
pub(super) fn raw(model: &mut Model, input: &Input, out: &mut Vec<Effect>) {
    let screen = active(model);
    let Some(desk) = &model.desk else { return };
    let mut ctx = Ctx::new(desk, &mut *model.ids);
    with_screen!(model, screen, m => m.input(input, &mut ctx));
    let effects = ctx.effects;
    settle(model, effects, out);
}

/// What lies under the mouse.
pub(super) fn target_at(model: &Model, mouse: Mouse) -> Option<Target> {
    let mut zones = model.zones.iter().rev();
    let under = zones.find(|zone| zone.area.contains((mouse.x, mouse.y).into()));
    under.map(|zone| zone.target)
}

pub(super) fn take_mouse(model: &mut Model, mouse: Mouse, out: &mut Vec<Effect>) {
    let target = target_at(model, mouse);
    if model.desk.is_none() && model.no_book.is_none() && model.fatal.is_none() {
        return early::hold_click(model, mouse, target, out);
    }
    match mouse.kind {
        MouseKind::WheelUp | MouseKind::WheelDown => {
            let code = if mouse.kind == MouseKind::WheelUp {
                Code::Up
            } else {
                Code::Down
            };
            if model.overlays.is_empty() {
                if let Some(Target::Pane(pane) | Target::Row(pane, _) | Target::Cell(pane, _, _)) =
                    target
                {
                    focus(model, pane);
                }
                if place(model).is_none() {
                    return;
                }
            }
            for _ in 0..3 {
                take_key(model, Key::plain(code), 0, out);
            }
        }
        MouseKind::Click => click(model, target, out),
        MouseKind::Menu => {
            click(model, target, out);
            if model.overlays.is_empty() && place(model).is_some() {
                act(model, ActionId::Help, out);
            }
        }
    }
}

pub(super) fn click(model: &mut Model, target: Option<Target>, out: &mut Vec<Effect>) {
    if !model.overlays.is_empty() {
        match target {
            Some(Target::Entry(at)) => overlay_choose(model, at, out),
            // as Esc does: a popup with something typed in it asks first
            _ => overlay_key(model, Key::plain(Code::Esc), out),
        }
        return;
    }
    let Some(target) = target else { return };
    if place(model).is_none() && !matches!(target, Target::Cell(..)) {
        say(
            model,
            Tone::Note,
            "A field is open: Enter keeps it, Esc forgets it".into(),
        );
        return;
    }
    match target {
        Target::Act(action) => act(model, action, out),
        Target::Screen(screen) => go(model, screen, out),
        Target::Entry(_) => {}
        Target::Pane(pane) => focus(model, pane),
        Target::Row(pane, _) | Target::Header(pane, _) | Target::Cell(pane, _, _) => {
            focus(model, pane);
            let screen = active(model);
            let Some(desk) = &model.desk else { return };
            let mut ctx = Ctx::new(desk, &mut *model.ids);
            with_screen!(model, screen, m => m.click(target, &mut ctx));
            let effects = ctx.effects;
            settle(model, effects, out);
        }
    }
}

pub(super) fn focus(model: &mut Model, pane: Pane) {
    if model.screen == Screen::Pipeline {
        model.pipeline.set_focus(pane);
        sync_quote(model);
    }
}

pub(super) fn overlay_key(model: &mut Model, key: Key, out: &mut Vec<Effect>) {
    overlay_step(model, out, |overlay, actions, ctx| {
        overlay.key(key, actions, ctx)
    });
}

pub(super) fn overlay_choose(model: &mut Model, at: usize, out: &mut Vec<Effect>) {
    overlay_step(model, out, |overlay, actions, ctx| {
        overlay.choose(at, actions, ctx)
    });
}

/// Lets the popup on top take something; it stays, closes, or closes and runs an action.
pub(super) fn overlay_step(
    model: &mut Model,
    out: &mut Vec<Effect>,
    take: impl FnOnce(&mut Overlay, &[Runnable], &mut Ctx<'_>) -> Step,
) {
    let actions = runnable(model);
    let Some(mut overlay) = model.overlays.pop() else {
        return;
    };
    let Some(desk) = &model.desk else { return };
    let mut ctx = Ctx::new(desk, &mut *model.ids);
    let step = take(&mut overlay, &actions, &mut ctx);
    let effects = ctx.effects;
    if step == Step::Stay {
        model.overlays.push(overlay);
    }
    settle(model, effects, out);
    if let Step::Run(action) = step {
        act(model, action, out);
    }
}
