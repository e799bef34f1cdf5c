//! What happens: a message in, the model changed, wishes for the runtime out. Nothing is drawn and
//! nothing outside the model is touched here.

use super::action::{ACTIONS, ActionId, Place};
use super::desk::{Ctx, Desk};
use super::effect::{Effect, Tone};
use super::model::{Model, Pane, Screen, Status};
use super::msg::{Arrived, Asker, Folders, Msg};
use super::overlay::{Overlay, Runnable};
use super::pane::explain;
use super::screen::{pipeline, quote};
use crate::domain::text::clean;
use std::sync::Arc;

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
            Screen::Program => {
                let $m = &mut $model.program;
                $body
            }
            Screen::Import => {
                let $m = &mut $model.import;
                $body
            }
            Screen::Changes => {
                let $m = &mut $model.changes;
                $body
            }
            Screen::Reconcile => {
                let $m = &mut $model.reconcile;
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
            Screen::Program => {
                let $m = &$model.program;
                $body
            }
            Screen::Import => {
                let $m = &$model.import;
                $body
            }
            Screen::Changes => {
                let $m = &$model.changes;
                $body
            }
            Screen::Reconcile => {
                let $m = &$model.reconcile;
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

mod act;
mod beside;
mod early;
mod input;
mod settle;

use beside::{answered, answers, come_back, go_beside, sent, take_in_turn, told};
pub use early::waiting;
use input::{feed, wake};
use settle::{keep, refuse, settle};

/// Takes a message; gives what the runtime shall do.
pub fn update(model: &mut Model, msg: Msg) -> Vec<Effect> {
    let mut out = Vec::new();
    if !matches!(msg, Msg::Input(..) | Msg::Tick(_)) {
        model.quote.forget_ahead();
    }
    match msg {
        Msg::Input(input, now) => {
            let inputs = feed(model, input, now);
            for input in inputs {
                take_in_turn(model, input, now, &mut out);
            }
            show_found(model);
            wake(model, &mut out);
        }
        Msg::Tick(now) => {
            for input in model.guard.tick(now) {
                take_in_turn(model, input, now, &mut out);
            }
            if let Some(desk) = &model.desk {
                model.pipeline.go_on(desk);
            }
            show_found(model);
            wake(model, &mut out);
        }
        Msg::Early(input, now) => early::take_unseen(model, input, now, &mut out),
        Msg::Glimpse(desk) => glimpse(model, *desk),
        Msg::Loaded(desk) => {
            if model.glimpse.take().is_some() {
                // it showed a part: the cursor starts at the top of the whole
                model.pipeline = pipeline::Model::default();
                model.quote = quote::Model::default();
            }
            model.quote.reload(&desk);
            let first = model.desk.replace(*desk).is_none();
            follow(model);
            compute(model, &mut out);
            if first {
                early::play(model, &mut out);
            }
        }
        Msg::NoBook(path) => {
            early::forget(model);
            model.no_book = Some(path);
        }
        Msg::Fatal(trouble) => {
            early::forget(model);
            model.fatal = Some(trouble);
        }
        Msg::Kept(kept) => {
            let how = kept.how;
            keep(model, *kept, &mut out);
            if answers(how) {
                answered(model, &mut out);
            }
        }
        Msg::Refused(trouble) => {
            refuse(model, &trouble);
            answered(model, &mut out);
        }
        Msg::Computed(computed) => {
            if let Some(desk) = &mut model.desk {
                model.quote.outlive(desk.engine.clone(), desk);
                desk.computed(*computed);
                follow(model);
                ask_again(model, &mut out);
            }
        }
        Msg::Back(back) => come_back(model, *back, &mut out),
        Msg::Checked(answer) => told(model, *answer, &mut out),
        Msg::Forecast(drawn) => {
            if let Some(desk) = &mut model.desk {
                desk.forecasts.drawn(*drawn);
            }
        }
        Msg::Reconciled(found) => {
            if let Some(desk) = &mut model.desk {
                desk.reconciliation = std::sync::Arc::new(*found);
            }
        }
        Msg::Effects(op_seq, totals) => {
            if let Some(desk) = &mut model.desk {
                desk.totals = (op_seq, Arc::new(*totals));
            }
        }
        Msg::Fair(lines) => {
            model.status = None;
            let title = "Fair split of what the open deals do";
            let popup = explain::Model::new(title, lines);
            model.overlays.push(Overlay::Explain(popup));
        }
        Msg::Sought(found) => {
            for overlay in &mut model.overlays {
                if let Overlay::Goal(goal) = overlay {
                    goal.take((*found).clone());
                }
            }
        }
        Msg::History(operations) => model.history.listed(operations),
        Msg::Versions(quote, kept) => {
            if let Some(desk) = &model.desk {
                let mut ctx = Ctx::new(desk, &mut *model.ids);
                quote::scenarios::open(quote, &kept, &mut ctx);
                let effects = ctx.effects;
                settle(model, effects, &mut out);
            }
        }
        Msg::Offer(quote, read) => {
            if let Some(desk) = &model.desk {
                let mut ctx = Ctx::new(desk, &mut *model.ids);
                quote::vendor::shown(quote, *read, &mut ctx);
                let effects = ctx.effects;
                settle(model, effects, &mut out);
            }
        }
        Msg::Changes(listed, conflicts) => {
            if let Some(desk) = &model.desk {
                model.changes.listed(*listed, conflicts, desk, &mut out);
            }
        }
        Msg::Progress { ticket, rows } => model.import.progress(ticket, rows),
        Msg::Planned(preview) => {
            if let Some(desk) = &model.desk {
                let mut ctx = Ctx::new(desk, &mut *model.ids);
                model.import.planned(*preview, &mut ctx);
                let effects = ctx.effects;
                settle(model, effects, &mut out);
            }
        }
        Msg::Folder(folder) => match (folder.asker, &model.desk) {
            (Asker::Reconcile, _) => model.reconcile.folder(*folder),
            (Asker::Import, Some(desk)) => {
                let mut ctx = Ctx::new(desk, &mut *model.ids);
                model.import.folder(*folder, &mut ctx);
                let effects = ctx.effects;
                settle(model, effects, &mut out);
            }
            (Asker::Import, None) => model.import.listed(*folder),
        },
        Msg::Folders(folders) => told_folders(model, *folders),
        Msg::Appeared(arrived) => appeared(model, *arrived),
        Msg::Compared(answer) => {
            if let Some(desk) = &model.desk
                && let Some(told) = model.reconcile.answered(*answer, desk)
            {
                say(model, Tone::Note, told);
            }
        }
        Msg::Standing(found) => {
            if let Some(desk) = &model.desk {
                model.expansion.answered(*found, desk);
            }
        }
        Msg::Exported(Ok(told)) => say(model, Tone::Done, told),
        Msg::Exported(Err(why)) => say(model, Tone::Refused, why),
        Msg::Picture(read) => {
            if let Some(desk) = &model.desk {
                let mut ctx = Ctx::new(desk, &mut *model.ids);
                model.settings.picture(read, &mut ctx);
                let effects = ctx.effects;
                settle(model, effects, &mut out);
            }
        }
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
    go_beside(model, &mut out);
    sent(model, &out);
    forecast(model, &mut out);
    compare(model, &mut out);
    stand(model, &mut out);
    if model.status.is_none()
        && let Some(told) = model.unsaid.take()
    {
        say(model, Tone::Note, told);
    }
    out
}

/// Which folders are known: both file pickers offer them.
fn told_folders(model: &mut Model, mut folders: Folders) {
    if let Some(why) = folders.trouble.take() {
        say(model, Tone::Refused, why);
    }
    model.reconcile.known(folders.clone());
    model.import.known(folders);
}

/// A new export is offered, never read without being asked for. A refusal on the screen stays until
/// the person goes on; then the offer is made.
fn appeared(model: &mut Model, arrived: Arrived) {
    let name = arrived.path.rsplit(['/', '\\']).next();
    let name = clean(name.unwrap_or_default()).into_owned();
    let kind = arrived.kind.as_deref().unwrap_or("kind not recognised");
    let told = format!("New export: {name}, {kind}   g n looks at it, nothing is imported yet");
    model.import.appeared(arrived);
    let refused = |status: &Status| status.tone == Tone::Refused;
    match model.status.as_ref().is_some_and(refused) {
        true => model.unsaid = Some(told),
        false => say(model, Tone::Note, told),
    }
}

/// Asks for the comparison of the book as it stands where it is looked at.
fn compare(model: &mut Model, out: &mut Vec<Effect>) {
    if model.screen == Screen::Reconcile
        && let Some(desk) = &model.desk
    {
        out.extend(model.reconcile.ask(desk));
    }
}

/// Asks where customers stand where that is looked at.
fn stand(model: &mut Model, out: &mut Vec<Effect>) {
    if model.screen == Screen::Expansion
        && let Some(desk) = &model.desk
    {
        out.extend(model.expansion.ask(desk));
    }
}

/// The book has changed under a plan: it is looked for again.
fn ask_again(model: &mut Model, out: &mut Vec<Effect>) {
    let Some(desk) = &model.desk else { return };
    let mut ctx = Ctx::new(desk, &mut *model.ids);
    for overlay in &mut model.overlays {
        if let Overlay::Goal(goal) = overlay {
            goal.ask(&mut ctx);
        }
    }
    out.append(&mut ctx.effects);
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
    if action == ActionId::FairSplit && desk.stakes.is_none() {
        return Some("the scores are being computed".into());
    }
    if action == ActionId::OpenArrival {
        return model.import.no_arrival();
    }
    if desk.read_only
        && matches!(
            action,
            ActionId::Undo | ActionId::Redo | ActionId::LoadRates
        )
    {
        return Some("The book is open read-only".into());
    }
    of_screen!(model, screen, m => m.disabled(action, desk))
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
    model.pipeline.keep_places(desk);
    sync_quote(model);
}

/// Something to look at until the book is read. There is no desk yet, so that nothing can be done
/// with it.
fn glimpse(model: &mut Model, desk: Desk) {
    if model.desk.is_none() {
        model.pipeline.follow_part(&desk);
        model.quote.show(model.pipeline.selected(&desk), &desk);
        model.quote.set_focus(Pane::List);
        model.glimpse = Some(desk);
    }
}

/// Once a search has found all, the quote's panes show what is under the cursor: no other renewal's figures
/// may stand beside it. While it looks, letters go first.
fn show_found(model: &mut Model) {
    if !model.pipeline.unfinished() {
        sync_quote(model);
    }
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

/// Works out what the next step down or up the pipeline will show, to be called once a frame is out and
/// nothing waits. No frame looks otherwise for it.
pub fn prepare(model: &mut Model) {
    let (Screen::Pipeline, Some(desk)) = (model.screen, &model.desk) else {
        return;
    };
    if let Some(next) = model.pipeline.onward(desk) {
        model.quote.prepare(next, desk);
        desk.told(next);
        if let Some(stakes) = &desk.stakes {
            stakes.detail(next);
        }
    }
}

/// Asks for the forecast where it is looked at: of the book, and of the quote as typed.
fn forecast(model: &mut Model, out: &mut Vec<Effect>) {
    if !matches!(model.screen, Screen::Quote | Screen::Program) {
        return;
    }
    if let Some(desk) = &mut model.desk {
        let mut forecasts = std::mem::take(&mut desk.forecasts);
        let sheet = model.quote.sheet();
        let draft = sheet.filter(|_| model.screen == Screen::Quote);
        let draft = draft.map(|sheet| (&sheet.typed, sheet.stamp()));
        out.extend(forecasts.ask(desk, draft));
        desk.forecasts = forecasts;
    }
}

/// Asks for what takes longer than a frame: engine and suggestions.
fn compute(model: &Model, out: &mut Vec<Effect>) {
    if let Some(desk) = &model.desk {
        out.push(Effect::Compute {
            snapshot: desk.snapshot.clone(),
            today: desk.today,
            behind: desk.behind.keys().copied().collect(),
        });
    }
}
