//! What every command works with: the book, the day, the rule pack, the catalogue.

use super::args::Global;
use super::error::{Exit, Failure};
use crate::catalogue::Catalogue;
use crate::domain::snapshot::Snapshot;
use crate::program::Pack;
use crate::program::pack;
use crate::runtime::clock::{Clock, SystemClock};
use crate::runtime::paths::Paths;
use crate::store::{OpenMode, Store, StoreError};
use chrono::NaiveDate;
use std::path::PathBuf;

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

    /// The shipped rule pack with the person's file over it; what is wrong with that file is said
    /// on standard error.
    pub fn pack(&self) -> Result<Pack, Failure> {
        let Some((name, text)) = self.pack_file()? else {
            return Ok(Pack::shipped());
        };
        let (pack, problems) = pack::load(Some((&name, &text)));
        for problem in problems {
            note(&problem.to_string());
        }
        Ok(pack)
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
