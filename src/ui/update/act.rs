//! Actions: those of the desk itself here, all others on the screen that has the focus.

use super::settle::settle;
use super::{active, disabled, follow, say, sync_quote};
use crate::export::document::Kind;
use crate::ui::action::ActionId;
use crate::ui::desk::Ctx;
use crate::ui::document;
use crate::ui::effect::{Effect, Tone};
use crate::ui::model::{Model, Screen};
use crate::ui::overlay::{self, Overlay, help, palette, prompt};
use crate::ui::pane::incentive;
use crate::ui::theme::ThemeName;

/// Runs an action, or says why it cannot run.
pub(super) fn act(model: &mut Model, action: ActionId, out: &mut Vec<Effect>) {
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
        ActionId::FairSplit => {
            if let Some(stakes) = model.desk.as_ref().and_then(|desk| desk.stakes.clone()) {
                say(
                    model,
                    Tone::Note,
                    "Splitting what the open deals do together".into(),
                );
                out.push(Effect::FairSplit(stakes));
            }
        }
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
        ActionId::GoWhitespace | ActionId::GoAdoption => {
            let view = match action {
                ActionId::GoAdoption => ActionId::SeeAdoption,
                _ => ActionId::SeeWhitespace,
            };
            go(model, Screen::Expansion, out);
            act_on_screen(model, view, out);
        }
        ActionId::GoRisk => go(model, Screen::Risk, out),
        ActionId::GoProgram => go(model, Screen::Program, out),
        ActionId::GoImport => go(model, Screen::Import, out),
        ActionId::GoChanges => go(model, Screen::Changes, out),
        ActionId::GoReconcile => go(model, Screen::Reconcile, out),
        ActionId::OpenArrival => {
            go(model, Screen::Import, out);
            let Some(desk) = &model.desk else { return };
            let mut ctx = Ctx::new(desk, &mut *model.ids);
            model.import.open_arrival(&mut ctx);
            let effects = ctx.effects;
            settle(model, effects, out);
        }
        ActionId::GoHistory => go(model, Screen::History, out),
        ActionId::GoSettings => go(model, Screen::Settings, out),
        ActionId::NextScreen => turn(model, 1, out),
        ActionId::PreviousScreen => turn(model, Screen::ALL.len() - 1, out),
        ActionId::Zoom => model.zoomed = !model.zoomed,
        ActionId::Assessment => {
            let months = overlay::assessment::months::Model::default();
            model.overlays.push(Overlay::Months(months));
        }
        ActionId::GoalSeek => seek(model, out),
        ActionId::ThemeNext => next_theme(model),
        ActionId::Incentive => show_incentive(model),
        ActionId::Document => write_document(model, None, out),
        ActionId::MailDraft => write_document(model, Some(Kind::Mail), out),
        ActionId::LoadRates => model.overlays.push(Overlay::Prompt(ask_rates())),
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

pub(super) fn act_on_screen(model: &mut Model, action: ActionId, out: &mut Vec<Effect>) {
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
    if action == ActionId::Copy && effects.is_empty() {
        passed = false;
        say(model, Tone::Note, "Nothing to copy here".into());
    }
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

/// The arithmetic of the incentive: of the quote that has the focus, else of the renewal.
fn show_incentive(model: &mut Model) {
    let Some(desk) = &model.desk else { return };
    let row = || model.pipeline.selected(desk).and_then(|id| desk.row(id));
    let told = match active(model) {
        Screen::Quote => model.quote.incentive(desk),
        _ => row().and_then(|row| incentive::of_renewal(&row, desk)),
    };
    match told {
        Some(told) => model.overlays.push(Overlay::Explain(told)),
        None => say(
            model,
            Tone::Note,
            "Nothing here pays an incentive, or it is still being computed".into(),
        ),
    }
}

/// Asks for a document of the quote that has the focus, else of the renewal's newest.
fn write_document(model: &mut Model, kind: Option<Kind>, out: &mut Vec<Effect>) {
    let Some(desk) = &model.desk else { return };
    let of_row = || {
        model
            .pipeline
            .selected(desk)
            .and_then(|id| desk.quote_of(id))
    };
    let quote = match active(model) {
        Screen::Quote => model.quote.current(),
        _ => of_row().map(|quote| quote.id),
    };
    let Some(quote) = quote else {
        let told = "There is no quote here yet; Enter makes one";
        return say(model, Tone::Refused, told.into());
    };
    let mut ctx = Ctx::new(desk, &mut *model.ids);
    match kind {
        Some(kind) => document::ask_of(quote, kind, &mut ctx),
        None => document::ask(quote, &mut ctx),
    }
    let effects = ctx.effects;
    settle(model, effects, out);
}

/// Asks for the file of rates.
fn ask_rates() -> prompt::Model {
    prompt::Model::new(
        "Load incentive rates",
        "path of a CSV or TOML file with rates, offer groups or milestones",
        "",
        |text, _| match text.trim() {
            "" => Err("Type the path of a file, or Esc".into()),
            path => Ok(format!(
                "{path} is checked whole before anything is written"
            )),
        },
        |text, ctx| ctx.ask(Effect::LoadIncentive(text.trim().to_string())),
    )
}

/// Opens goal seek and asks its first question.
fn seek(model: &mut Model, out: &mut Vec<Effect>) {
    let Some(desk) = &model.desk else { return };
    let from = match model.screen {
        Screen::Program => model.program.cell(),
        _ => overlay::goal::From::default(),
    };
    match overlay::goal::Model::new(desk, &from) {
        Ok(mut goal) => {
            let mut ctx = Ctx::new(desk, &mut *model.ids);
            goal.ask(&mut ctx);
            out.append(&mut ctx.effects);
            model.overlays.push(Overlay::Goal(Box::new(goal)));
        }
        Err(why) => say(model, Tone::Note, why),
    }
}

/// `Esc` past everything the screen had to take back.
pub(super) fn back(model: &mut Model) {
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

pub(super) fn turn(model: &mut Model, by: usize, out: &mut Vec<Effect>) {
    let at = Screen::ALL.iter().position(|s| *s == model.screen);
    let next = (at.unwrap_or(0) + by) % Screen::ALL.len();
    if let Some(screen) = Screen::ALL.get(next) {
        go(model, *screen, out);
    }
}

pub(super) fn go(model: &mut Model, screen: Screen, out: &mut Vec<Effect>) {
    if screen != model.screen {
        model.before.retain(|s| *s != screen);
        model.before.push(model.screen);
        model.screen = screen;
        model.zoomed = false;
    }
    match screen {
        Screen::History => out.push(Effect::LoadHistory),
        Screen::Changes => {
            if let Some(desk) = &model.desk {
                model.changes.ask(desk, out);
            }
        }
        Screen::Import => model.import.shown(out),
        Screen::Reconcile => model.reconcile.shown(out),
        Screen::Quote => model.quote.shown(),
        Screen::Program => {
            let marked = model.desk.as_ref().map(|desk| model.pipeline.marked(desk));
            model.program.shown(marked.unwrap_or_default());
        }
        _ => {}
    }
    follow(model);
}

pub(super) fn next_theme(model: &mut Model) {
    let all = ThemeName::ALL;
    let at = all.iter().position(|t| *t == model.look.theme).unwrap_or(0);
    if let Some(theme) = all.get((at + 1) % all.len()) {
        model.look.theme = *theme;
        say(model, Tone::Note, format!("Theme: {}", theme.id()));
    }
}

pub(super) fn quit(model: &mut Model, out: &mut Vec<Effect>) {
    if model.import.writes() && !model.leaving {
        model.leaving = true;
        let told = "An import is being written: wait for it, or Ctrl+Q again stops it and nothing \
                    of it stays";
        return say(model, Tone::Refused, told.into());
    }
    let typed = model.overlays.iter().find_map(Overlay::busy);
    let busy = typed.or_else(|| model.quote.busy());
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
