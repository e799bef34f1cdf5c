//! Does what takes longer than a key may, in the order it was asked for, on a thread of its own: the book's
//! may be writing an import for seconds.

use super::Event;
use crate::ui::msg::Msg;
use crate::ui::overlay::prompt::Asking;
use crate::ui::screen::quote::away::{Away, Spent};
use std::sync::mpsc::{Receiver, SyncSender};

/// Something to do.
pub enum Work {
    /// Work on a long quote.
    Quote(Box<Away>),
    /// What a typed text means.
    Text(Box<Asking>),
    /// Memory to give back.
    Spent(Box<Spent>),
}

impl Work {
    /// Does it; what to tell of it.
    fn done(self) -> Option<Msg> {
        match self {
            Work::Quote(away) => Some(Msg::Back(Box::new(away.work()))),
            Work::Text(asking) => Some(Msg::Checked(Box::new(asking.work()))),
            Work::Spent(spent) => {
                drop(spent);
                None
            }
        }
    }
}

/// Runs until nothing can come any more.
pub fn run(work: &Receiver<Work>, to: &SyncSender<Event>) {
    while let Ok(work) = work.recv() {
        let msg = work.done().map(Box::new);
        if msg.is_some_and(|msg| to.send(Event::Msg(msg)).is_err()) {
            return;
        }
    }
}
