//! The thread that knows folders: lists them for the file pickers, remembers which were used and
//! which the person wants watched. A folder on a network that answers slowly keeps only this thread
//! waiting.
//!
//! Folders are of a person on a computer, not of a book that may lie on another one tomorrow, so
//! they stand in a file beside the person's rule pack and in no history.

use super::Event;
use super::arrivals::Wanted;
use super::importer::typed_path;
use crate::runtime::clock::SystemClock;
use crate::ui::msg::{Asker, Entry, Folder, Folders, Msg};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, SyncSender};

/// Most entries of a folder that are listed.
const MOST_ENTRIES: usize = 5_000;
/// Folders remembered; more than are offered, since some may be on a disk that is not there today.
const REMEMBERED: usize = 20;
/// Folders offered.
const OFFERED: usize = 5;

/// Something to do.
pub enum Asked {
    /// List a folder for one of those that ask; empty: the one the desk was started in.
    List(Asker, String),
    /// Tell which are known.
    Known,
    /// A file was read from this one.
    Used(String),
    /// Watch one for new exports, or no longer.
    Watch(String, bool),
}

/// What is remembered, as it stands in the file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Remembered {
    /// The last one used first.
    recent: Vec<String>,
    watched: Vec<String>,
}

/// Runs until nothing can be asked any more.
pub fn run(
    file: &Path,
    clock: SystemClock,
    asked: &Receiver<Asked>,
    watch: &Sender<Wanted>,
    to: &SyncSender<Event>,
) {
    let mut own = Memory::of(file);
    if !own.held.watched.is_empty() {
        let _ = watch.send(Wanted::Folders(own.watched()));
        let told = Msg::Folders(Box::new(own.told(None)));
        if to.send(Event::Msg(Box::new(told))).is_err() {
            return;
        }
    }
    while let Ok(one) = asked.recv() {
        let msg = match one {
            Asked::List(asker, path) => Msg::Folder(Box::new(list(asker, &path, clock))),
            Asked::Known => {
                own.read();
                Msg::Folders(Box::new(own.told(None)))
            }
            Asked::Used(folder) => {
                let kept = own.used(&folder);
                Msg::Folders(Box::new(own.told(kept.err())))
            }
            Asked::Watch(folder, on) => {
                let kept = own.watch(&folder, on);
                let _ = watch.send(Wanted::Folders(own.watched()));
                Msg::Folders(Box::new(own.told(kept.err())))
            }
        };
        if to.send(Event::Msg(Box::new(msg))).is_err() {
            return;
        }
    }
    let _ = watch.send(Wanted::End);
}

/// What is remembered and where.
struct Memory {
    file: PathBuf,
    held: Remembered,
}

impl Memory {
    fn of(file: &Path) -> Memory {
        let mut memory = Memory {
            file: file.to_path_buf(),
            held: Remembered::default(),
        };
        memory.read();
        memory
    }

    /// Another window may have written; what cannot be read leaves what is held.
    fn read(&mut self) {
        let text = std::fs::read_to_string(&self.file);
        if let Some(read) = text.ok().and_then(|text| toml::from_str(&text).ok()) {
            self.held = read;
        }
    }

    fn used(&mut self, folder: &str) -> io::Result<()> {
        self.read();
        let folder = whole(folder);
        if self.held.recent.first() == Some(&folder) {
            return Ok(());
        }
        self.held.recent.retain(|known| *known != folder);
        self.held.recent.insert(0, folder);
        self.held.recent.truncate(REMEMBERED);
        self.write()
    }

    fn watch(&mut self, folder: &str, on: bool) -> io::Result<()> {
        self.read();
        let folder = whole(folder);
        self.held.watched.retain(|known| *known != folder);
        if on {
            self.held.watched.push(folder);
        }
        self.write()
    }

    fn watched(&self) -> Vec<PathBuf> {
        self.held.watched.iter().map(PathBuf::from).collect()
    }

    /// All or nothing: a desk that ends half-way leaves the file as it was.
    fn write(&self) -> io::Result<()> {
        let text = toml::to_string(&self.held).map_err(io::Error::other)?;
        if let Some(folder) = self.file.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let new = self
            .file
            .with_extension(format!("toml.{}", std::process::id()));
        std::fs::write(&new, text)?;
        std::fs::rename(&new, &self.file)
    }

    /// As it is told to the screen: of the folders used only those that are there.
    fn told(&self, failed: Option<io::Error>) -> Folders {
        let there = self.held.recent.iter();
        let there = there.filter(|path| Path::new(path).is_dir());
        Folders {
            recent: there.take(OFFERED).cloned().collect(),
            watched: self.held.watched.clone(),
            trouble: failed.map(|error| {
                format!(
                    "{} cannot be written: {error}. The folders are remembered until the desk is closed",
                    self.file.display()
                )
            }),
        }
    }
}

/// A folder by its whole path, so that it is the same one wherever the next desk is started.
fn whole(folder: &str) -> String {
    let path = typed_path(folder);
    let path = std::path::absolute(&path).unwrap_or(path);
    path.display().to_string()
}

fn list(asker: Asker, path: &str, clock: SystemClock) -> Folder {
    let folder = match path {
        "" => std::env::current_dir().unwrap_or_else(|_| PathBuf::from(".")),
        path => PathBuf::from(whole(path)),
    };
    let shown = folder.display().to_string();
    match std::fs::read_dir(&folder) {
        Err(error) => Folder {
            asker,
            path: shown,
            entries: Vec::new(),
            is_file: std::fs::metadata(&folder).is_ok_and(|about| !about.is_dir()),
            error: Some(error.to_string()),
        },
        Ok(found) => {
            let mut entries: Vec<Entry> = found
                .filter_map(Result::ok)
                .take(MOST_ENTRIES)
                .filter_map(|entry| {
                    let about = std::fs::metadata(entry.path()).ok()?;
                    let changed = about.modified().ok().map(DateTime::<Utc>::from);
                    Some(Entry {
                        name: entry.file_name().to_string_lossy().into_owned(),
                        is_folder: about.is_dir(),
                        bytes: about.len(),
                        changed: changed.map(|at| clock.local(at)),
                    })
                })
                .collect();
            entries.sort_by_cached_key(|entry| {
                // who opens this wants the export of just now, among years of others
                let newest = Reverse(entry.changed.filter(|_| !entry.is_folder));
                (!entry.is_folder, newest, entry.name.clone())
            });
            Folder {
                asker,
                path: shown,
                entries,
                error: None,
                is_file: false,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_kept_between_runs_the_last_first_and_none_that_is_gone_is_offered() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("config").join("folders.toml");
        let folder = |name: &str| {
            let path = home.path().join(name);
            std::fs::create_dir_all(&path).unwrap();
            path.display().to_string()
        };
        let (one, two) = (folder("one"), folder("two"));
        let mut memory = Memory::of(&file);
        for used in [&one, &two, &one] {
            memory.used(used).unwrap();
        }
        memory.watch(&two, true).unwrap();
        let told = Memory::of(&file).told(None);
        assert_eq!(told.recent, [one.clone(), two.clone()]);
        assert_eq!(told.watched, std::slice::from_ref(&two));
        std::fs::remove_dir(&one).unwrap();
        assert_eq!(
            Memory::of(&file).told(None).recent,
            std::slice::from_ref(&two)
        );
        // a disk that comes back brings its folder back
        folder("one");
        assert_eq!(Memory::of(&file).told(None).recent, [one, two.clone()]);
        memory.watch(&two, false).unwrap();
        assert!(Memory::of(&file).watched().is_empty());
        // nothing but the file itself is left beside it
        assert_eq!(
            std::fs::read_dir(home.path().join("config"))
                .unwrap()
                .count(),
            1
        );
    }

    #[test]
    fn of_a_folder_full_of_exports_the_newest_stands_first() {
        let home = tempfile::tempdir().unwrap();
        for (name, age) in [("a.csv", 3), ("b.csv", 1), ("c.csv", 2)] {
            let file = std::fs::File::create(home.path().join(name)).unwrap();
            let at = std::time::UNIX_EPOCH + std::time::Duration::from_secs(2_000_000_000 - age);
            file.set_modified(at).unwrap();
        }
        std::fs::create_dir(home.path().join("z")).unwrap();
        let path = home.path().display().to_string();
        let listed = list(Asker::Import, &path, SystemClock::default());
        let names: Vec<&str> = listed
            .entries
            .iter()
            .map(|entry| entry.name.as_str())
            .collect();
        assert_eq!(names, ["z", "b.csv", "c.csv", "a.csv"]);
    }

    #[test]
    fn a_file_that_is_damaged_or_cannot_be_written_stops_nothing() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("folders.toml");
        std::fs::write(&file, "recent = [").unwrap();
        let mut memory = Memory::of(&file);
        assert_eq!(memory.told(None), Folders::default());
        // a folder is in the way
        std::fs::remove_file(&file).unwrap();
        std::fs::create_dir(&file).unwrap();
        let here = home.path().display().to_string();
        let failed = memory.used(&here).unwrap_err();
        let told = memory.told(Some(failed));
        assert_eq!(told.recent, [here]);
        assert!(told.trouble.unwrap().contains("cannot be written"));
    }
}
