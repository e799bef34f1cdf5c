//! Draws the open deals on a thread of its own, so that nobody waits for it. Of several wishes the
//! newest for the book and the newest for the quote on screen count.

use super::Event;
use crate::domain::quote::Quote;
use crate::program::Engine;
use crate::program::forecast::Terms;
use crate::ui::msg::Msg;
use crate::ui::pane::forecast::Drawn;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender};

/// A wish.
pub struct Draw {
    /// Names the answer.
    pub ticket: u64,
    /// What to draw on.
    pub engine: Arc<Engine>,
    /// How.
    pub terms: Terms,
    /// The quote on screen as typed.
    pub draft: Option<Arc<Quote>>,
}

/// Runs until no wish can come any more.
pub fn run(wishes: &Receiver<Draw>, to: &SyncSender<Event>) {
    while let Ok(first) = wishes.recv() {
        let (mut of_book, mut of_quote) = (None, None);
        for wish in std::iter::once(first).chain(wishes.try_iter()) {
            if wish.draft.is_none() {
                of_book = Some(wish);
            } else {
                of_quote = Some(wish);
            }
        }
        for wish in [of_book, of_quote].into_iter().flatten() {
            let outcome = wish.engine.forecast(&wish.terms, wish.draft.as_deref());
            // the desk brings its scores up to date in place while nobody else holds them
            drop(wish.engine);
            let msg = Msg::Forecast(Box::new(Drawn {
                ticket: wish.ticket,
                quote: wish.draft.map(|draft| draft.id),
                outcome: outcome.map_err(|error| error.to_string()),
            }));
            if to.send(Event::Msg(Box::new(msg))).is_err() {
                return;
            }
        }
    }
}
