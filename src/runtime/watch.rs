//! New exports in a folder: a file is handed on once it has stopped growing, and once for each
//! time it is written. What lay there before the watch began is left alone. The system's own
//! notice wakes the watch; the folder is looked at now and then all the same, because network
//! folders give no notice.

use crate::ui::widget::picker::path::readable;
use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::{Duration, Instant, SystemTime};

/// How long a file must stay as it is to count as complete.
const SETTLED: Duration = Duration::from_millis(1_500);
/// How often the stop flag, and files that still grow, are looked at.
const LOOK: Duration = Duration::from_millis(250);
/// How often the folder is looked at without any notice.
const PATIENCE: Duration = Duration::from_secs(3);

/// A file as a look at the folder finds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its path.
    pub path: PathBuf,
    /// Bytes.
    pub len: u64,
    /// When it was last written, where the system tells.
    pub modified: Option<SystemTime>,
}

/// Tells from one look at a folder to the next which files are new and complete.
#[derive(Debug, Default)]
pub struct Arrivals {
    known: HashMap<PathBuf, Known>,
}

#[derive(Debug)]
struct Known {
    found: Found,
    /// When it was first seen as it is now; none once it was handed on.
    since: Option<Duration>,
}

impl Arrivals {
    /// The files that are there already and are not waited for.
    pub fn after(there: Vec<Found>) -> Arrivals {
        let known = there.into_iter().map(|found| {
            let since = None;
            (found.path.clone(), Known { found, since })
        });
        Arrivals {
            known: known.collect(),
        }
    }

    /// A look at the folder, `now` on a clock that never goes back; the files that are complete
    /// since the look before, in the order of their names.
    pub fn look(&mut self, there: Vec<Found>, now: Duration) -> Vec<PathBuf> {
        self.known
            .retain(|path, _| there.iter().any(|found| found.path == *path));
        let mut ready = Vec::new();
        for found in there {
            let fresh = || Known {
                found: found.clone(),
                since: Some(now),
            };
            let known = self.known.entry(found.path.clone()).or_insert_with(fresh);
            if known.found != found {
                *known = fresh();
            }
            // An empty file is one whose writer has only begun.
            let complete = |since| now.saturating_sub(since) >= SETTLED && found.len > 0;
            if known.since.is_some_and(complete) {
                known.since = None;
                ready.push(found.path);
            }
        }
        ready.sort();
        ready
    }

    /// True while a file is still growing.
    pub fn waits(&self) -> bool {
        self.known.values().any(|known| known.since.is_some())
    }
}

/// A folder whose new exports are looked for whenever somebody looks.
pub struct Watched {
    folder: PathBuf,
    arrivals: Arrivals,
    /// Speaks while it is held; none where the system gives none for this folder.
    notices: Option<RecommendedWatcher>,
    begun: Instant,
}

impl Watched {
    /// Begins to watch; `wake` is called, on a thread of the system's notices, when a look may find
    /// something.
    ///
    /// # Errors
    /// A folder that cannot be listed.
    pub fn open(folder: &Path, wake: impl Fn() + Send + 'static) -> io::Result<Watched> {
        let notices = notify::recommended_watcher(move |event| {
            if speaks(&event) {
                wake();
            }
        });
        let notices = notices.ok().and_then(|mut notices| {
            let watched = notices.watch(folder, RecursiveMode::NonRecursive);
            watched.ok().map(|()| notices)
        });
        Ok(Watched {
            arrivals: Arrivals::after(list(folder)?),
            folder: folder.to_path_buf(),
            notices,
            begun: Instant::now(),
        })
    }

    /// The files that are complete since the look before.
    ///
    /// # Errors
    /// A folder that can no longer be listed.
    pub fn look(&mut self) -> io::Result<Vec<PathBuf>> {
        let there = list(&self.folder)?;
        Ok(self.arrivals.look(there, self.begun.elapsed()))
    }

    /// True while a file is still growing.
    pub fn waits(&self) -> bool {
        self.arrivals.waits()
    }
}

/// True for a notice that something may have come. Our own look at the folder opens it, which is
/// told too: heard, it would lead to the next look, and so on without end.
fn speaks(event: &notify::Result<notify::Event>) -> bool {
    use notify::EventKind;
    use notify::event::{AccessKind, AccessMode};
    match event {
        Ok(event) => match event.kind {
            EventKind::Access(AccessKind::Close(AccessMode::Write)) => true,
            EventKind::Access(_) => false,
            _ => true,
        },
        Err(_) => true,
    }
}

/// A folder being waited on.
pub struct FolderWatch {
    watched: Watched,
    ready: Vec<PathBuf>,
    woken: Receiver<()>,
}

impl FolderWatch {
    /// Begins to watch.
    ///
    /// # Errors
    /// A folder that cannot be listed.
    pub fn open(folder: &Path) -> io::Result<FolderWatch> {
        // one notice that is waiting is as good as many
        let (tell, woken) = sync_channel(1);
        let wake = move || {
            let _ = tell.try_send(());
        };
        Ok(FolderWatch {
            watched: Watched::open(folder, wake)?,
            ready: Vec::new(),
            woken,
        })
    }

    /// Waits for the next complete file; none once `stop` was raised.
    ///
    /// # Errors
    /// A folder that can no longer be listed.
    pub fn next(&mut self, stop: &AtomicBool) -> io::Result<Option<PathBuf>> {
        let mut looked: Option<Instant> = None;
        loop {
            if stop.load(Ordering::Relaxed) {
                return Ok(None);
            }
            if !self.ready.is_empty() {
                return Ok(Some(self.ready.remove(0)));
            }
            let woken = match self.woken.recv_timeout(LOOK) {
                Ok(()) => true,
                Err(_) => {
                    // without a sender the wait would be no wait
                    if self.watched.notices.is_none() {
                        std::thread::sleep(LOOK);
                    }
                    false
                }
            };
            let due = looked.is_none_or(|at| at.elapsed() >= PATIENCE);
            if woken || due || self.watched.waits() {
                looked = Some(Instant::now());
                self.ready = self.watched.look()?;
            }
        }
    }
}

/// The exports in a folder. Files that programs keep beside a file that is open or still arriving,
/// and the rows an import refused, are none.
fn list(folder: &Path) -> io::Result<Vec<Found>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        // One that goes away while it is looked at is not there.
        let Ok(entry) = entry else { continue };
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let aside = name.starts_with('.') || name.starts_with("~$") || name.contains(".rejects");
        if aside || !readable(&name) {
            continue;
        }
        if let Ok(data) = fs::metadata(entry.path())
            && data.is_file()
        {
            found.push(Found {
                path: entry.path(),
                len: data.len(),
                modified: data.modified().ok(),
            });
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, len: u64) -> Found {
        Found {
            path: PathBuf::from(name),
            len,
            modified: None,
        }
    }

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn a_file_is_handed_on_once_it_no_longer_grows_and_again_when_it_is_written_anew() {
        let mut arrivals = Arrivals::after(vec![file("old.csv", 9)]);
        let both = |len| vec![file("old.csv", 9), file("new.csv", len)];
        assert_eq!(arrivals.look(both(0), ms(0)), Vec::<PathBuf>::new());
        assert_eq!(arrivals.look(both(5), ms(1_400)), Vec::<PathBuf>::new());
        assert!(arrivals.waits());
        assert_eq!(arrivals.look(both(5), ms(2_000)), Vec::<PathBuf>::new());
        assert_eq!(
            arrivals.look(both(5), ms(2_900)),
            [PathBuf::from("new.csv")]
        );
        assert!(!arrivals.waits());
        assert_eq!(arrivals.look(both(5), ms(9_000)), Vec::<PathBuf>::new());
        arrivals.look(both(6), ms(9_100));
        assert_eq!(
            arrivals.look(both(6), ms(10_600)),
            [PathBuf::from("new.csv")]
        );
        // gone and back is new
        arrivals.look(Vec::new(), ms(11_000));
        arrivals.look(vec![file("old.csv", 9)], ms(12_000));
        let back = arrivals.look(vec![file("old.csv", 9)], ms(13_500));
        assert_eq!(back, [PathBuf::from("old.csv")]);
    }

    #[test]
    fn looking_at_a_folder_is_no_reason_to_look_again() {
        use notify::event::{AccessKind, AccessMode, CreateKind};
        use notify::{Event, EventKind};
        let told = |kind| speaks(&Ok(Event::new(kind)));
        assert!(!told(EventKind::Access(AccessKind::Open(AccessMode::Any))));
        assert!(!told(EventKind::Access(AccessKind::Close(
            AccessMode::Read
        ))));
        assert!(told(EventKind::Access(AccessKind::Close(
            AccessMode::Write
        ))));
        assert!(told(EventKind::Create(CreateKind::File)));
    }

    #[test]
    fn an_empty_file_is_waited_for() {
        let mut arrivals = Arrivals::default();
        arrivals.look(vec![file("a.csv", 0)], ms(0));
        assert_eq!(
            arrivals.look(vec![file("a.csv", 0)], ms(60_000)),
            Vec::<PathBuf>::new()
        );
    }
}
