//! What every command works with: the book, the day, the rule pack, the catalogue.

use super::args::Global;
use super::error::{Exit, Failure};
use crate::catalogue::Catalogue;
use crate::domain::snapshot::Snapshot;
use crate::program::Pack;
use crate::program::pack::{self, InUse};
use crate::runtime::clock::{Clock, SystemClock};
use crate::runtime::paths::Paths;
use crate::store::{OpenMode, Store, StoreError};
use chrono::NaiveDate;
use std::path::PathBuf;
use std::sync::Arc;

/// Options and surroundings of one run.
pub struct Context {
    /// The options before the command.
    pub global: Global,
    /// Folders.
    pub paths: Paths,
    /// The clock, pinned by `--as-of`.
    pub clock: SystemClock,
}

impl Context {
    /// By options and environment.
    pub fn new(global: Global) -> Result<Self, Failure> {
        let paths = Paths::of_environment()?;
        let clock = SystemClock::new(global.as_of);
        Ok(Context {
            global,
            paths,
            clock,
        })
    }

    /// The desk's day.
    pub fn today(&self) -> NaiveDate {
        self.clock.today()
    }

    /// The book this run works on.
    pub fn book_path(&self) -> PathBuf {
        let named = self.global.book.clone();
        named.unwrap_or_else(|| self.paths.book())
    }

    /// The book, to change it; it must exist.
    pub fn open(&self) -> Result<Store, Failure> {
        Ok(Store::open(&self.book_path(), &OpenMode::ReadWrite)?)
    }

    /// The book, for an answer about it: opened like any other, and where it may not be written,
    /// only read.
    pub fn open_to_look(&self) -> Result<Store, Failure> {
        match Store::open(&self.book_path(), &OpenMode::ReadWrite) {
            Err(StoreError::ReadOnly | StoreError::Disk(_) | StoreError::Io { .. }) => {
                self.open_to_read()
            }
            opened => Ok(opened?),
        }
    }

    /// The book, to look at it; nothing is written, not even an upgrade.
    pub fn open_to_read(&self) -> Result<Store, Failure> {
        Ok(Store::open(&self.book_path(), &OpenMode::ReadOnly)?)
    }

    /// The book, made where there is none yet.
    pub fn open_or_create(&self) -> Result<Store, Failure> {
        Ok(Store::open(&self.book_path(), &OpenMode::Create)?)
    }

    /// The book to import into. Where there is none yet one is begun: it is a book once something came in.
    pub fn open_or_begin(&self) -> Result<Store, Failure> {
        Ok(Store::open(&self.book_path(), &OpenMode::Begin)?)
    }

    /// The rule pack this run works by; what kept another one from being used is said on standard
    /// error.
    pub fn pack(&self) -> Result<Pack, Failure> {
        let rules = self.rules()?;
        rules.remarks.iter().for_each(|remark| note(remark));
        Ok(Arc::unwrap_or_clone(rules.pack))
    }

    /// The rule pack with where it comes from: the book's own, else the person's file, else the
    /// shipped one. A book that is not there or cannot be read has none of its own; whoever opens
    /// it says why.
    pub fn rules(&self) -> Result<InUse, Failure> {
        self.rules_for(&self.book_rules())
    }

    fn book_rules(&self) -> Snapshot {
        let path = self.book_path();
        let book = match path.is_file() {
            true => Store::open(&path, &OpenMode::ReadOnly).and_then(|store| store.rules()),
            false => Ok(Snapshot::default()),
        };
        book.unwrap_or_default()
    }

    /// The rule pack for a book that was read.
    pub fn rules_for(&self, snapshot: &Snapshot) -> Result<InUse, Failure> {
        let file = self.pack_file()?;
        let file = file
            .as_ref()
            .map(|(name, text)| (name.as_str(), text.as_str()));
        Ok(pack::in_use(snapshot, file))
    }

    /// Name and text of the pack that would be used if it passes the check: the book's own, else
    /// the person's file.
    pub fn named_pack(&self) -> Result<Option<(String, String)>, Failure> {
        match pack::own_of(&self.book_rules()) {
            Some(version) => Ok(Some((
                version.overlay_file.clone().unwrap_or_default(),
                version.overlay.clone().unwrap_or_default(),
            ))),
            None => self.pack_file(),
        }
    }

    /// The rule pack for a demo book that is being made.
    pub fn pack_of_demo(&self) -> Result<Pack, Failure> {
        let mut demo = Snapshot::default();
        demo.settings.insert("demo".into(), "true".into());
        let rules = self.rules_for(&demo)?;
        rules.remarks.iter().for_each(|remark| note(remark));
        Ok(Arc::unwrap_or_clone(rules.pack))
    }

    /// Name and text of the person's rule pack, if there is one.
    pub fn pack_file(&self) -> Result<Option<(String, String)>, Failure> {
        let path = self.paths.pack();
        match std::fs::read_to_string(&path) {
            Ok(text) => Ok(Some((path.display().to_string(), text))),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Failure::new(
                Exit::Failed,
                format!("the rule pack {} cannot be read: {error}", path.display()),
            )),
        }
    }

    /// The shipped catalogue.
    pub fn catalogue(&self) -> Catalogue {
        Catalogue::shipped()
    }

    /// Who works here: the user of the book, else of the computer.
    pub fn actor(&self, snapshot: &Snapshot) -> String {
        let named = snapshot.settings.get("user").map(|name| cleaned(name));
        named
            .filter(|name| !name.is_empty())
            .unwrap_or_else(Context::user_of_computer)
    }

    /// The name the computer knows the person by; `me` where it knows none.
    pub fn user_of_computer() -> String {
        let variables = ["USER", "USERNAME"].into_iter();
        let names = variables.filter_map(|name| std::env::var(name).ok());
        names
            .map(|name| cleaned(&name))
            .find(|name| !name.is_empty())
            .unwrap_or_else(|| "me".into())
    }
}

fn cleaned(text: &str) -> String {
    crate::domain::text::clean(text.trim()).into_owned()
}

/// A remark on standard error.
pub fn note(text: &str) {
    eprintln!("renewdesk: {}", crate::domain::text::clean(text));
}
