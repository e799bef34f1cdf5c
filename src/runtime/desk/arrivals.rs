//! The thread that waits for new exports in the folders a person chose to watch, and tells of each:
//! where it is and what it looks like. It never imports. At rest it sleeps: the system's notice
//! wakes it, and while folders are watched a look once a minute, for network folders that give none.

use super::book::minute::MINUTE;
use super::{Event, seen};
use crate::domain::snapshot::Snapshot;
use crate::domain::text::clean;
use crate::runtime::import::{ImportOptions, look_file};
use crate::runtime::watch::Watched;
use crate::ui::msg::{Arrived, Msg, Trouble};
use std::collections::{HashMap, HashSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender};
use std::time::Duration;

/// How often a file that still grows is looked at.
const GROWING: Duration = Duration::from_millis(500);

/// Something to do.
pub enum Wanted {
    /// Watch these folders and no others.
    Folders(Vec<PathBuf>),
    /// Something happened in one of them, or it is time to look.
    Look,
    /// The desk is closed.
    End,
}

/// Runs until the desk is closed.
pub fn run(wanted: &Receiver<Wanted>, own: &Sender<Wanted>, to: &SyncSender<Event>) {
    let mut folders = Folders::default();
    loop {
        let first = match folders.patience() {
            Some(wait) => wanted.recv_timeout(wait),
            None => wanted.recv().map_err(RecvTimeoutError::from),
        };
        let first = match first {
            Ok(first) => first,
            Err(RecvTimeoutError::Timeout) => Wanted::Look,
            Err(RecvTimeoutError::Disconnected) => return,
        };
        // one look answers many notices
        for one in std::iter::once(first).chain(wanted.try_iter()) {
            match one {
                Wanted::Folders(new) => folders.wanted = new,
                Wanted::Look => {}
                Wanted::End => return,
            }
        }
        let (ready, failed) = folders.look(own);
        let failed = failed.into_iter().map(|(folder, error)| {
            Msg::Refused(Trouble {
                what: format!(
                    "{} cannot be watched for new exports: {error}",
                    clean(&folder.display().to_string())
                ),
                hint: "it is looked for every minute; g i, then w in it, watches it no longer"
                    .into(),
            })
        });
        let told = ready
            .iter()
            .map(|path| Msg::Appeared(Box::new(arrived(path))));
        for msg in failed.chain(told) {
            if to.send(Event::Msg(Box::new(msg))).is_err() {
                return;
            }
        }
    }
}

/// The folders that shall be watched, and those that are.
#[derive(Default)]
struct Folders {
    wanted: Vec<PathBuf>,
    open: HashMap<PathBuf, Watched>,
    /// Said to be out of reach; not said again until they were in it.
    lost: HashSet<PathBuf>,
}

impl Folders {
    /// How long nothing needs to be looked at; `None` where nothing is watched.
    fn patience(&self) -> Option<Duration> {
        match self.grows() {
            true => Some(GROWING),
            false => (!self.wanted.is_empty()).then_some(MINUTE),
        }
    }

    fn grows(&self) -> bool {
        self.open.values().any(Watched::waits)
    }

    /// The files that are complete, and folders that went out of reach.
    fn look(&mut self, own: &Sender<Wanted>) -> (Vec<PathBuf>, Vec<(PathBuf, io::Error)>) {
        let wanted = &self.wanted;
        self.open.retain(|folder, _| wanted.contains(folder));
        self.lost.retain(|folder| wanted.contains(folder));
        let (mut ready, mut failed) = (Vec::new(), Vec::new());
        for folder in wanted {
            let found = match self.open.get_mut(folder) {
                Some(watched) => watched.look(),
                None => {
                    let own = own.clone();
                    let wake = move || {
                        let _ = own.send(Wanted::Look);
                    };
                    Watched::open(folder, wake).map(|watched| {
                        self.open.insert(folder.clone(), watched);
                        Vec::new()
                    })
                }
            };
            match found {
                Ok(found) => {
                    self.lost.remove(folder);
                    ready.extend(found);
                }
                Err(error) => {
                    self.open.remove(folder);
                    if self.lost.insert(folder.clone()) {
                        failed.push((folder.clone(), error));
                    }
                }
            }
        }
        (ready, failed)
    }
}

/// A file as it is told of. It is met by a process of its own, as every file is.
fn arrived(path: &Path) -> Arrived {
    let (options, book) = (ImportOptions::default(), Snapshot::default());
    let never = AtomicBool::new(false);
    let outline = look_file(path, &options, &book, &mut |_| {}, &never);
    let seen = outline
        .map(|outline| seen::seen(&outline))
        .unwrap_or_default();
    let taken = seen.sheets.into_iter().find(|sheet| sheet.taken);
    Arrived {
        path: path.display().to_string(),
        kind: taken
            .map(|sheet| sheet.kind)
            .filter(|kind| !kind.is_empty()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;

    #[test]
    fn only_chosen_folders_are_watched_and_one_that_is_gone_is_told_once() {
        let home = tempfile::tempdir().unwrap();
        let (own, wakes) = channel();
        let mut folders = Folders::default();
        assert!(folders.look(&own).0.is_empty() && folders.open.is_empty());
        assert_eq!(folders.patience(), None, "nothing watched, nothing wakes");
        let gone = home.path().join("gone");
        folders.wanted = vec![home.path().to_path_buf(), gone.clone()];
        let (ready, failed) = folders.look(&own);
        assert_eq!((ready.len(), failed.len()), (0, 1));
        assert!(folders.look(&own).1.is_empty());
        // there again, and gone again: told again
        std::fs::create_dir(&gone).unwrap();
        assert!(folders.look(&own).1.is_empty());
        std::fs::remove_dir(&gone).unwrap();
        assert_eq!(folders.look(&own).1.len(), 1);
        std::fs::write(home.path().join("new.csv"), "a,b\n1,2\n").unwrap();
        folders.look(&own);
        assert!(folders.grows());
        assert_eq!(folders.patience(), Some(GROWING));
        folders.wanted.clear();
        folders.look(&own);
        assert!(folders.open.is_empty() && !folders.grows());
        drop(wakes);
    }
}
