//! What the book's thread does when nothing was asked of it for a minute: look whether another window
//! wrote, whether the day changed, whether a backup is due. The drawing thread sleeps meanwhile, so
//! that a desk at rest wakes once a minute and not once in every thread.

use super::{Worker, trouble};
use crate::runtime::backup::next_name;
use crate::runtime::clock::{Clock, SystemClock};
use crate::runtime::desk::Event;
use crate::store::Applied;
use crate::ui::msg::{KeptHow, Msg};
use chrono::NaiveDate;
use std::time::{Duration, Instant};

/// How long nothing is asked before the book is looked at.
pub const MINUTE: Duration = Duration::from_secs(60);

/// A changed book is backed up this often.
const BACKUP: Duration = Duration::from_secs(30 * 60);

/// What was seen a minute ago.
pub struct Minute {
    clock: SystemClock,
    day: NaiveDate,
    backed_up: Instant,
}

impl Minute {
    /// From now on.
    pub fn new(clock: SystemClock) -> Minute {
        Minute {
            clock,
            day: clock.today(),
            backed_up: Instant::now(),
        }
    }

    /// True once for every day that is another than it was. Asked every minute and not once at midnight,
    /// since a sleeping laptop's timers sleep too.
    pub fn day_changed(&mut self) -> bool {
        let today = self.clock.today();
        std::mem::replace(&mut self.day, today) != today
    }

    /// True once every half hour.
    pub fn backup_is_due(&mut self) -> bool {
        let due = self.backed_up.elapsed() >= BACKUP;
        if due {
            self.backed_up = Instant::now();
        }
        due
    }
}

impl Worker {
    /// Nothing was asked for a minute.
    pub(super) fn look_around(&mut self, minute: &mut Minute) -> Option<()> {
        if minute.day_changed() {
            self.to.send(Event::Day).ok()?;
        }
        if minute.backup_is_due() {
            self.back_up();
        }
        self.refresh()
    }

    pub(super) fn refresh(&mut self) -> Option<()> {
        let Some(store) = &self.store else {
            return Some(());
        };
        match store.refresh() {
            Ok(None) => Some(()),
            Ok(Some(patch)) => {
                let applied = Applied {
                    seq: patch.op_seq,
                    label: String::new(),
                    patch,
                    quote: None,
                    batch: None,
                };
                let kept = self.kept(KeptHow::Elsewhere, applied);
                self.send(Msg::Kept(Box::new(kept)))
            }
            Err(error) => self.send(Msg::Refused(trouble(&error))),
        }
    }

    /// A failed backup is said once it is asked for; here it only stays due.
    pub(super) fn back_up(&mut self) {
        let Some(store) = &self.store else { return };
        if !self.unsaved || self.setup.read_only {
            return;
        }
        let made = next_name(&self.setup.paths, &self.setup.book, self.setup.clock.now())
            .is_ok_and(|to| store.backup(&to).is_ok());
        if made {
            self.unsaved = false;
        }
    }
}
