//! Work beside the desk on what takes longer than a key may: it is sent off, and what is typed while somebody
//! waits for it waits too and is taken in order once it is done. The same holds for a change that the book has
//! not answered yet: what would change something more rests on what the book makes of it, so it waits. What
//! only moves, or types into a field, does not.

use super::input::{changes, take};
use super::settle::settle;
use super::{follow, wake};
use crate::ui::effect::Effect;
use crate::ui::input::{Code, Input};
use crate::ui::model::Model;
use crate::ui::msg::KeptHow;
use crate::ui::overlay::{Overlay, prompt};
use crate::ui::screen::quote::away::Back;

/// Takes an input, or lets it wait behind work that is not done yet.
pub(super) fn take_in_turn(model: &mut Model, input: Input, now: u64, out: &mut Vec<Effect>) {
    let size = matches!(input, Input::Resize(..));
    let waits = !model.held.is_empty() || must_wait(model, &input, out);
    if waits && !size {
        model.held.push_back((input, now));
        return;
    }
    take(model, input, now, out);
    go_beside(model, out);
}

/// True where an input needs what is being done beside the desk, or by the book.
fn must_wait(model: &Model, input: &Input, out: &[Effect]) -> bool {
    let enters = matches!(input, Input::Key(key) if key.code == Code::Enter);
    let unsure = || match (model.overlays.last(), &model.desk) {
        (Some(Overlay::Prompt(prompt)), Some(desk)) => prompt.waits(desk),
        _ => false,
    };
    let writing = model.unanswered > 0 || out.iter().any(writes);
    model.quote.waits() || (enters && unsure()) || (writing && changes(model, input))
}

/// Sends off what is to be done beside the desk.
pub(super) fn go_beside(model: &mut Model, out: &mut Vec<Effect>) {
    let Some(desk) = &model.desk else { return };
    if let Some(away) = model.quote.leave(desk) {
        out.push(Effect::Away(Box::new(away)));
    }
    if let Some(Overlay::Prompt(prompt)) = model.overlays.last_mut() {
        let asking = prompt.ask(desk);
        out.extend(asking.map(|asking| Effect::Check(Box::new(asking))));
    }
}

/// Work on the quote is done.
pub(super) fn come_back(model: &mut Model, back: Back, out: &mut Vec<Effect>) {
    let Some(desk) = &model.desk else { return };
    let effects = model.quote.came_back(back, desk);
    settle(model, effects, out);
    follow(model);
    go_on(model, out);
}

/// What a text means is known.
pub(super) fn told(model: &mut Model, answer: prompt::Answer, out: &mut Vec<Effect>) {
    let mut overlays = model.overlays.iter_mut().rev();
    let prompt = overlays.find_map(|overlay| match overlay {
        Overlay::Prompt(prompt) => Some(prompt),
        _ => None,
    });
    if let Some(prompt) = prompt {
        prompt.told(answer);
    }
    go_on(model, out);
}

/// The book answered a change: what waited for that goes on.
pub(super) fn answered(model: &mut Model, out: &mut Vec<Effect>) {
    model.unanswered = model.unanswered.saturating_sub(1);
    if !model.held.is_empty() {
        go_on(model, out);
    }
}

/// True for what answers a change that was sent to the book.
pub(super) fn answers(how: KeptHow) -> bool {
    match how {
        KeptHow::Edit | KeptHow::Undo | KeptHow::Redo | KeptHow::Revert => true,
        KeptHow::Import | KeptHow::Elsewhere | KeptHow::Aside => false,
    }
}

/// Counts what the book has to answer.
pub(super) fn sent(model: &mut Model, out: &[Effect]) {
    model.unanswered += out.iter().filter(|effect| writes(effect)).count();
}

/// True for a change that the book has not made yet: what is typed after it rests on what it makes of it.
fn writes(effect: &Effect) -> bool {
    matches!(
        effect,
        Effect::Apply { .. } | Effect::Undo | Effect::Redo | Effect::Revert(_)
    )
}

/// Takes what waited, as far as it goes.
fn go_on(model: &mut Model, out: &mut Vec<Effect>) {
    go_beside(model, out);
    while let Some((input, now)) = model.held.pop_front() {
        if must_wait(model, &input, out) {
            model.held.push_front((input, now));
            break;
        }
        take(model, input, now, out);
        go_beside(model, out);
    }
    wake(model, out);
}
