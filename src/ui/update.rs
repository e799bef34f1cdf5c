//! What happens: a message in, the model changed, wishes for the runtime out. Nothing is drawn and
//! nothing outside the model is touched here.

use super::action::{ACTIONS, ActionId, Found, Place, find};
use super::canvas::Target;
use super::desk::Ctx;
use super::effect::{Effect, Tone};
use super::input::{Code, Input, Key, Mouse, MouseKind};
use super::model::{Model, Pane, Screen, Status};
use super::msg::{Kept, KeptHow, Msg, Trouble};
use super::overlay::{Overlay, Runnable, Step, help, palette};

/// A second `Ctrl+C` within so many milliseconds says how to quit.
const SECOND_PRESS_MS: u64 = 1_000;

/// Runs an expression with the sub-model of a screen.
macro_rules! with_screen {
    ($model:expr, $screen:expr, $m:ident => $body:expr) => {
        match $screen {
            Screen::Today => {
                let $m = &mut $model.today;
                $body
            }
            Screen::Pipeline => {
                let $m = &mut $model.pipeline;
                $body
            }
            Screen::Quote => {
                let $m = &mut $model.quote;
                $body
            }
            Screen::Expansion => {
                let $m = &mut $model.expansion;
                $body
            }
            Screen::Risk => {
                let $m = &mut $model.risk;
                $body
            }
            Screen::Import => {
                let $m = &mut $model.import;
                $body
            }
            Screen::History => {
                let $m = &mut $model.history;
                $body
            }
            Screen::Settings => {
                let $m = &mut $model.settings;
                $body
            }
        }
    };
}

/// The same, only looking.
macro_rules! of_screen {
    ($model:expr, $screen:expr, $m:ident => $body:expr) => {
        match $screen {
            Screen::Today => {
                let $m = &$model.today;
                $body
            }
            Screen::Pipeline => {
                let $m = &$model.pipeline;
                $body
            }
            Screen::Quote => {
                let $m = &$model.quote;
                $body
            }
            Screen::Expansion => {
                let $m = &$model.expansion;
                $body
            }
            Screen::Risk => {
                let $m = &$model.risk;
                $body
            }
            Screen::Import => {
                let $m = &$model.import;
                $body
            }
            Screen::History => {
                let $m = &$model.history;
                $body
            }
            Screen::Settings => {
                let $m = &$model.settings;
                $body
            }
        }
    };
}

/// Takes a message; gives what the runtime shall do.
pub fn update(model: &mut Model, msg: Msg) -> Vec<Effect> {
    let mut out = Vec::new();
    match msg {
        Msg::Input(input, now) => {
            let inputs = feed(model, input, now);
            for input in inputs {
                take(model, input, now, &mut out);
            }
            wake(model, &mut out);
        }
        Msg::Tick(now) => {
            for input in model.guard.tick(now) {
                take(model, input, now, &mut out);
            }
            wake(model, &mut out);
        }
        Msg::Loaded(desk) => {
            model.desk = Some(*desk);
            follow(model);
            compute(model, &mut out);
        }
        Msg::Fatal(trouble) => model.fatal = Some(trouble),
        Msg::Kept(kept) => keep(model, *kept, &mut out),
        Msg::Refused(trouble) => refuse(model, &trouble),
        Msg::Computed(computed) => {
            if let Some(desk) = &mut model.desk {
                desk.computed(*computed);
                follow(model);
            }
        }
        Msg::History(operations) => model.history.listed(operations),
        Msg::Progress { ticket, done, of } => model.import.progress(ticket, done, of),
        Msg::Planned(preview) => {
            if let Some(desk) = &model.desk {
                let mut ctx = Ctx::new(desk, &mut *model.ids);
                model.import.planned(*preview, &mut ctx);
                let effects = ctx.effects;
                settle(model, effects, &mut out);
            }
        }
        Msg::Folder(folder) => model.import.folder(*folder),
        Msg::Copied(Ok(route)) => say(model, Tone::Done, route),
        Msg::Copied(Err(why)) => say(model, Tone::Refused, why),
        Msg::Day { today, backwards } => {
            if let Some(desk) = &mut model.desk {
                desk.new_day(today, backwards);
                follow(model);
                compute(model, &mut out);
            }
        }
    }
    out
}

fn feed(model: &mut Model, input: Input, now: u64) -> Vec<Input> {
    let mut guard = std::mem::take(&mut model.guard);
    let inputs = guard.feed(input, now, |key| harmless(model, key));
    model.guard = guard;
    inputs
}

fn wake(model: &Model, out: &mut Vec<Effect>) {
    if let Some(at) = model.guard.deadline() {
        out.push(Effect::WakeAt(at));
    }
}

/// The screen whose sub-model takes actions: the quote's while its pane in the pipeline has the
/// focus.
pub fn active(model: &Model) -> Screen {
    if model.screen == Screen::Pipeline
        && matches!(model.pipeline.focus(), Pane::Grid | Pane::Projection)
    {
        Screen::Quote
    } else {
        model.screen
    }
}

/// Where keys go on the active screen; `None` while a field takes them all.
pub fn place(model: &Model) -> Option<Place> {
    of_screen!(model, active(model), m => m.place())
}

/// Why an action cannot run now; `None` when it can.
pub fn disabled(model: &Model, action: ActionId) -> Option<String> {
    let screen = active(model);
    let Some(desk) = &model.desk else {
        return match action {
            ActionId::Quit | ActionId::Redraw | ActionId::Suspend => None,
            _ => Some("The book is still being opened".into()),
        };
    };
    if desk.read_only && matches!(action, ActionId::Undo | ActionId::Redo) {
        return Some("The book is open read-only".into());
    }
    of_screen!(model, screen, m => m.disabled(action, desk))
}

/// True when a key only moves, or types into a field: it may act at once.
fn harmless(model: &Model, key: Key) -> bool {
    let types = key.text().is_some()
        || matches!(
            key.code,
            Code::Backspace
                | Code::Left
                | Code::Right
                | Code::Home
                | Code::End
                | Code::Up
                | Code::Down
        );
    if !model.overlays.is_empty() {
        return types;
    }
    let Some(place) = place(model) else {
        return types;
    };
    match find(model.screen, place, model.prefix, key) {
        Found::Action(action) => action.moves(),
        Found::Prefix => true,
        Found::Nothing => types,
    }
}

fn take(model: &mut Model, input: Input, now: u64, out: &mut Vec<Effect>) {
    match input {
        Input::Resize(columns, rows) => model.size = (columns, rows),
        Input::Mouse(mouse) => take_mouse(model, mouse, out),
        Input::Key(key) => take_key(model, key, now, out),
        Input::Paste(text) => take_paste(model, text, out),
    }
}

fn take_key(model: &mut Model, key: Key, now: u64, out: &mut Vec<Effect>) {
    if key.is("ctrl-c") {
        return take_copy(model, now, out);
    }
    if key.is("ctrl-q") {
        return quit(model, out);
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
            "No such sequence; g then t p q x r i l s goes to a screen".into(),
        ),
        Found::Nothing => raw(model, &Input::Key(key), out),
    }
}

/// `Ctrl+C` copies; it never quits.
fn take_copy(model: &mut Model, now: u64, out: &mut Vec<Effect>) {
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

fn raw_or_overlay_copy(model: &mut Model, out: &mut Vec<Effect>) {
    if model.overlays.is_empty() {
        if let Some(key) = Key::parse("ctrl-c") {
            raw(model, &Input::Key(key), out);
        }
    } else {
        say(model, Tone::Note, "Esc closes this; Ctrl+Q quits".into());
    }
}

fn take_paste(model: &mut Model, text: String, out: &mut Vec<Effect>) {
    if let Some(overlay) = model.overlays.last_mut() {
        overlay.paste(&text);
        return;
    }
    // a path dragged onto the import screen is what it asks for
    let wanted = model.screen == Screen::Import;
    let listing = !wanted && !matches!(place(model), None | Some(Place::Grid));
    if listing {
        let much = super::format::count(text.chars().count(), "character", "characters");
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
fn raw(model: &mut Model, input: &Input, out: &mut Vec<Effect>) {
    let screen = active(model);
    let Some(desk) = &model.desk else { return };
    let mut ctx = Ctx::new(desk, &mut *model.ids);
    with_screen!(model, screen, m => m.input(input, &mut ctx));
    let effects = ctx.effects;
    settle(model, effects, out);
}

fn take_mouse(model: &mut Model, mouse: Mouse, out: &mut Vec<Effect>) {
    let target = model
        .zones
        .iter()
        .rev()
        .find(|zone| zone.area.contains((mouse.x, mouse.y).into()))
        .map(|zone| zone.target);
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

fn click(model: &mut Model, target: Option<Target>, out: &mut Vec<Effect>) {
    if !model.overlays.is_empty() {
        match target {
            Some(Target::Entry(at)) => overlay_choose(model, at, out),
            _ => {
                model.overlays.pop();
            }
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

fn focus(model: &mut Model, pane: Pane) {
    if model.screen == Screen::Pipeline {
        model.pipeline.set_focus(pane);
        sync_quote(model);
    }
}

/// Runs an action, or says why it cannot run.
pub fn act(model: &mut Model, action: ActionId, out: &mut Vec<Effect>) {
    if let Some(why) = disabled(model, action) {
        let name = action.row().map_or("", |row| row.name);
        say(model, Tone::Refused, format!("{name}: {why}"));
        return;
    }
    if !action.moves() {
        model.status = None;
    }
    match action {
        ActionId::Help => model.overlays.push(Overlay::Help(help::Model::default())),
        ActionId::Palette => model
            .overlays
            .push(Overlay::Palette(palette::Model::default())),
        ActionId::Undo => out.push(Effect::Undo),
        ActionId::Redo => out.push(Effect::Redo),
        ActionId::SaveNow => {
            let saved = model.desk.as_ref().map(|desk| desk.saved.clone());
            let saved = saved.unwrap_or_default();
            say(
                model,
                Tone::Done,
                format!("Already {saved}: everything kept is in the book"),
            );
        }
        ActionId::Reload => {
            say(model, Tone::Note, "Reading the book again".into());
            out.push(Effect::Reload);
        }
        ActionId::Redraw => out.push(Effect::Redraw),
        ActionId::Suspend => out.push(Effect::Suspend),
        ActionId::Quit => quit(model, out),
        ActionId::GoToday => go(model, Screen::Today, out),
        ActionId::GoPipeline => go(model, Screen::Pipeline, out),
        ActionId::GoQuote => go(model, Screen::Quote, out),
        ActionId::GoExpansion => go(model, Screen::Expansion, out),
        ActionId::GoRisk => go(model, Screen::Risk, out),
        ActionId::GoImport => go(model, Screen::Import, out),
        ActionId::GoHistory => go(model, Screen::History, out),
        ActionId::GoSettings => go(model, Screen::Settings, out),
        ActionId::NextScreen => turn(model, 1, out),
        ActionId::PreviousScreen => turn(model, Screen::ALL.len() - 1, out),
        ActionId::Zoom => model.zoomed = !model.zoomed,
        ActionId::ThemeNext => next_theme(model),
        ActionId::AsciiToggle => model.look.glyphs.ascii = !model.look.glyphs.ascii,
        ActionId::MouseToggle => {
            model.mouse = !model.mouse;
            out.push(Effect::Mouse(model.mouse));
            let told = if model.mouse {
                "The mouse works the desk again"
            } else {
                "The mouse selects text now; the palette takes it back"
            };
            say(model, Tone::Note, told.into());
        }
        _ => act_on_screen(model, action, out),
    }
}

fn act_on_screen(model: &mut Model, action: ActionId, out: &mut Vec<Effect>) {
    // panes belong to the pipeline also while one of them is the quote's
    let screen = match action {
        ActionId::NextPane | ActionId::PreviousPane | ActionId::NextRow | ActionId::PreviousRow => {
            model.screen
        }
        _ => active(model),
    };
    let Some(desk) = &model.desk else { return };
    let mut ctx = Ctx::new(desk, &mut *model.ids);
    with_screen!(model, screen, m => m.act(action, &mut ctx));
    let mut passed = ctx.passed;
    if passed && screen != model.screen {
        ctx.passed = false;
        model.pipeline.act(action, &mut ctx);
        passed = ctx.passed;
    }
    let effects = ctx.effects;
    settle(model, effects, out);
    sync_quote(model);
    if passed && action == ActionId::Back {
        back(model);
    } else if passed && action == ActionId::Explain {
        say(
            model,
            Tone::Note,
            "Nothing computed under the cursor".into(),
        );
    }
}

/// `Esc` past everything the screen had to take back.
fn back(model: &mut Model) {
    if model.zoomed {
        model.zoomed = false;
    } else if let Some(screen) = model.before.pop() {
        model.screen = screen;
        follow(model);
    } else if model.screen != Screen::Pipeline {
        model.screen = Screen::Pipeline;
        follow(model);
    } else {
        say(
            model,
            Tone::Note,
            "Nothing to go back to; Ctrl+Q quits".into(),
        );
    }
}

fn turn(model: &mut Model, by: usize, out: &mut Vec<Effect>) {
    let at = Screen::ALL.iter().position(|s| *s == model.screen);
    let next = (at.unwrap_or(0) + by) % Screen::ALL.len();
    if let Some(screen) = Screen::ALL.get(next) {
        go(model, *screen, out);
    }
}

fn go(model: &mut Model, screen: Screen, out: &mut Vec<Effect>) {
    if screen != model.screen {
        model.before.retain(|s| *s != screen);
        model.before.push(model.screen);
        model.screen = screen;
        model.zoomed = false;
    }
    match screen {
        Screen::History => out.push(Effect::LoadHistory),
        Screen::Import => model.import.shown(out),
        Screen::Quote => model.quote.shown(),
        _ => {}
    }
    follow(model);
}

fn next_theme(model: &mut Model) {
    let all = super::theme::ThemeName::ALL;
    let at = all.iter().position(|t| *t == model.look.theme).unwrap_or(0);
    if let Some(theme) = all.get((at + 1) % all.len()) {
        model.look.theme = *theme;
        say(model, Tone::Note, format!("Theme: {}", theme.id()));
    }
}

fn quit(model: &mut Model, out: &mut Vec<Effect>) {
    let busy = model.quote.busy();
    match busy {
        Some(what) if !model.leaving => {
            model.leaving = true;
            say(
                model,
                Tone::Refused,
                format!("{what}: Enter keeps it, Esc forgets it. Ctrl+Q again quits without it"),
            );
        }
        _ => out.push(Effect::Quit),
    }
}

fn overlay_key(model: &mut Model, key: Key, out: &mut Vec<Effect>) {
    overlay_step(model, out, |overlay, actions, ctx| {
        overlay.key(key, actions, ctx)
    });
}

fn overlay_choose(model: &mut Model, at: usize, out: &mut Vec<Effect>) {
    overlay_step(model, out, |overlay, actions, ctx| {
        overlay.choose(at, actions, ctx)
    });
}

/// Lets the popup on top take something; it stays, closes, or closes and runs an action.
fn overlay_step(
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

/// The actions that belong to where the focus is, each with the reason it cannot run now.
pub fn runnable(model: &Model) -> Vec<Runnable> {
    let place = place(model).unwrap_or(Place::List);
    ACTIONS
        .iter()
        .filter(|action| action.works(model.screen, place))
        .map(|action| Runnable {
            action,
            disabled: disabled(model, action.id),
        })
        .collect()
}

/// Keeps the wishes about the desk itself and passes on the rest.
fn settle(model: &mut Model, effects: Vec<Effect>, out: &mut Vec<Effect>) {
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
            other => out.push(other),
        }
    }
}

/// A change is in the book: the desk follows.
fn keep(model: &mut Model, kept: Kept, out: &mut Vec<Effect>) {
    model.leaving = false;
    let new = kept.quote.filter(|_| kept.how == KeptHow::Edit);
    let quote = new.filter(|id| model.quote.current() != Some(*id));
    let (how, label, batch) = (kept.how, kept.label, kept.batch);
    match (&mut model.desk, kept.desk) {
        (slot, Some(new)) => *slot = Some(*new),
        (Some(desk), None) => desk.keep(kept.patch, &kept.at),
        (None, None) => {}
    }
    follow(model);
    if let Some(desk) = &model.desk {
        if let Some(batch) = batch {
            model.import.imported(batch, desk);
        }
        if let Some(quote) = quote {
            model.quote.open(quote, desk);
            if model.screen == Screen::Pipeline {
                model.pipeline.set_focus(Pane::Grid);
            }
        }
    }
    if model.screen == Screen::History {
        out.push(Effect::LoadHistory);
    }
    compute(model, out);
    let told = match how {
        KeptHow::Edit => format!("Saved: {label}"),
        KeptHow::Undo => format!("Undone: {label}   Ctrl+Y redo"),
        KeptHow::Redo => format!("Redone: {label}   Ctrl+Z undo"),
        KeptHow::Revert => format!("Taken back: {label}   Ctrl+Z undo"),
        KeptHow::Import => format!("Imported: {label}   Ctrl+Z takes all of it back"),
        KeptHow::Elsewhere => "The book was read again".into(),
    };
    say(model, Tone::Done, told);
}

fn refuse(model: &mut Model, trouble: &Trouble) {
    let text = if trouble.hint.is_empty() {
        trouble.what.clone()
    } else {
        format!("{}   {}", trouble.what, trouble.hint)
    };
    if let Some(desk) = &model.desk {
        model.quote.refused(desk);
        model.import.refused();
    }
    follow(model);
    say(model, Tone::Refused, text);
}

fn say(model: &mut Model, tone: Tone, text: String) {
    model.status = Some(Status { tone, text });
}

/// Lets the screen shown and the quote follow the desk; the others follow when they are gone to.
fn follow(model: &mut Model) {
    let Some(desk) = &model.desk else { return };
    model.quote.follow(desk);
    if model.screen != Screen::Quote {
        with_screen!(model, model.screen, m => m.follow(desk));
    }
    sync_quote(model);
}

/// The quote's panes in the pipeline show the renewal under the cursor.
fn sync_quote(model: &mut Model) {
    if model.screen == Screen::Pipeline
        && let Some(desk) = &model.desk
    {
        model.quote.show(model.pipeline.selected(desk), desk);
        model.quote.set_focus(model.pipeline.focus());
    }
}

/// Asks for what takes longer than a frame: engine and suggestions.
fn compute(model: &Model, out: &mut Vec<Effect>) {
    if let Some(desk) = &model.desk {
        out.push(Effect::Compute {
            snapshot: desk.snapshot.clone(),
            today: desk.today,
        });
    }
}
