//! The one thread that has the book open. It takes jobs in order, writes through the store's one
//! door and answers with messages for the desk.

pub mod minute;

use super::Event;
use super::importer::{self, Plan};
use super::looked_back;
use crate::book::Queue;
use crate::catalogue::Catalogue;
use crate::domain::command::{Command, Stamp};
use crate::domain::ids::QuoteId;
use crate::domain::moved::Span;
use crate::domain::record::PackVersion;
use crate::domain::snapshot::{Patch, Snapshot};
use crate::program::pack::{self, InUse, PackSource};
use crate::program::record::{self, Occasion};
use crate::program::{Pack, Projection};
use crate::reconcile::Taking;
use crate::runtime::clock::{Clock, SystemClock};
use crate::runtime::ids::ClockIds;
use crate::runtime::import::{Importer, conflicts_told, file_name, import_file};
use crate::runtime::incentive::{self, LoadOptions, Loaded};
use crate::runtime::memory;
use crate::runtime::paths::Paths;
use crate::runtime::take;
use crate::store::{Applied, OpenMode, Store, StoreError};
use crate::ui::desk::Desk;
use crate::ui::msg::{Kept, KeptHow, Msg, Trouble};
use crate::ui::screen::pipeline::columns::COLUMNS;
use chrono::{Days, NaiveDate};
use minute::{MINUTE, Minute};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender};
use std::sync::{Arc, OnceLock};

/// Something for the book to do.
pub enum Job {
    /// Open and read it.
    Load,
    /// Make it where there is none, then read it.
    Create,
    /// Write a change.
    Apply(Box<Command>, String),
    /// Take the newest back.
    Undo,
    /// Bring it back.
    Redo,
    /// Take one change back.
    Revert(i64),
    /// Read a file into the book.
    Import(Box<Plan>),
    /// Write values taken from another source, as seen with this book.
    Take(Box<Taking>, Arc<Snapshot>, String),
    /// Keep the day's projections, made by this pack, unless they are kept already.
    KeepDaily(Arc<Pack>, Vec<(&'static str, Projection)>),
    /// Load an incentive file.
    Incentive(PathBuf),
    /// List the history.
    History,
    /// Read the kept versions of a quote.
    Versions(QuoteId),
    /// List what the imports of a span changed, narrowed to words, told against the book as the
    /// desk has it.
    Changes(Span, String, Arc<Snapshot>),
    /// Look whether another window wrote.
    Refresh,
}

/// What the book's thread needs to know.
#[derive(Clone)]
pub struct Setup {
    /// The file.
    pub book: PathBuf,
    /// Make it if it is not there.
    pub create: bool,
    /// Folders.
    pub paths: Paths,
    /// The person's rule pack, by name and text.
    pub pack_file: Option<(String, String)>,
    /// The clock.
    pub clock: SystemClock,
    /// Who works here, unless the book says.
    pub user: String,
    /// Look only.
    pub read_only: bool,
    /// The catalogue, read once by whoever needs it first.
    pub catalogue: Arc<OnceLock<Arc<Catalogue>>>,
}

impl Setup {
    /// The rule pack of a book: its own, else the person's file, else the shipped one.
    pub fn rules_of(&self, book: &Snapshot) -> InUse {
        let file = self.pack_file.as_ref();
        pack::in_use(
            book,
            file.map(|(name, text)| (name.as_str(), text.as_str())),
        )
    }

    /// The catalogue; waits for another thread that is reading it.
    pub fn catalogue(&self) -> Arc<Catalogue> {
        let read = || Arc::new(Catalogue::shipped());
        self.catalogue.get_or_init(read).clone()
    }
}

/// The thread's state.
struct Worker {
    setup: Setup,
    store: Option<Store>,
    user: String,
    rules: Arc<InUse>,
    kept_on: Option<(NaiveDate, Arc<Pack>, Option<Arc<str>>)>,
    unsaved: bool,
    generation: u64,
    to: SyncSender<Event>,
}

/// Runs until no job can come any more; backs up at the end.
pub fn run(setup: Setup, jobs: &Receiver<Job>, to: SyncSender<Event>) {
    let user = setup.user.clone();
    let rules = Arc::new(setup.rules_of(&Snapshot::default()));
    let mut worker = Worker {
        setup,
        store: None,
        user,
        rules,
        kept_on: None,
        unsaved: false,
        generation: 0,
        to,
    };
    let mut minute = Minute::new(worker.setup.clock);
    loop {
        let heard = match jobs.recv_timeout(MINUTE) {
            Ok(job) => worker.take(job),
            Err(RecvTimeoutError::Timeout) => worker.look_around(&mut minute),
            Err(RecvTimeoutError::Disconnected) => break,
        };
        if heard.is_none() {
            return;
        }
    }
    worker.back_up();
}

fn trouble(error: &StoreError) -> Trouble {
    Trouble {
        what: error.to_string(),
        hint: error.hint().to_string(),
    }
}

impl Worker {
    /// `None` when nobody listens any more.
    fn take(&mut self, job: Job) -> Option<()> {
        match job {
            Job::Load => self.load(),
            Job::Create => {
                self.setup.create = true;
                self.load()
            }
            Job::Apply(command, label) => {
                let stamp = self.stamp();
                self.write(KeptHow::Edit, |store| store.apply(&command, &label, &stamp))
            }
            Job::Undo => {
                let stamp = self.stamp();
                self.write(KeptHow::Undo, |store| store.undo(&stamp))
            }
            Job::Redo => {
                let stamp = self.stamp();
                self.write(KeptHow::Redo, |store| store.redo(&stamp))
            }
            Job::Revert(seq) => {
                let stamp = self.stamp();
                self.write(KeptHow::Revert, |store| {
                    let (mut applied, left) = store.revert(seq, &stamp)?;
                    if !left.skipped.is_empty() {
                        let rows = left.skipped.len();
                        applied.label =
                            format!("{}; {rows} edited since were left alone", applied.label);
                    }
                    Ok(applied)
                })
            }
            Job::Import(plan) => self.import(&plan),
            Job::Take(taking, seen, label) => self.take_theirs(&taking, &seen, &label),
            Job::KeepDaily(pack, projections) => self.keep_daily(&pack, &projections),
            Job::Incentive(path) => self.incentive(&path),
            Job::History => self.look(looked_back::history),
            Job::Versions(quote) => {
                self.look(|store, _| Ok(Msg::Versions(quote, store.quote_versions(quote)?)))
            }
            Job::Changes(span, words, book) => {
                let rules = &self.rules.pack.rules;
                self.look(|store, _| looked_back::changes(store, span, &words, &book, rules))
            }
            Job::Refresh => self.refresh(),
        }
    }

    fn send(&self, msg: Msg) -> Option<()> {
        self.to.send(Event::Msg(Box::new(msg))).ok()
    }

    fn stamp(&self) -> Stamp {
        self.setup.clock.stamp(&self.user)
    }

    fn load(&mut self) -> Option<()> {
        let first = self.store.is_none();
        let loaded = self.open().and_then(|store| {
            self.go_by(&store.rules()?);
            if first {
                self.glimpse(&store)?;
            }
            let snapshot = store.snapshot()?;
            Ok((store, snapshot))
        });
        match loaded {
            Ok((store, snapshot)) => {
                if let Some(user) = snapshot.settings.get("user") {
                    self.user = user.clone();
                }
                self.store = Some(store);
                let desk = self.desk(snapshot, "saved".into());
                desk.queue.rank(COLUMNS.iter().map(|col| col.by));
                self.send(Msg::Loaded(Box::new(desk)))?;
                memory::give_back();
                self.tell_of_rules()
            }
            Err(StoreError::NoBook(path)) if first && !self.setup.read_only => {
                self.send(Msg::NoBook(path.display().to_string()))
            }
            Err(error) => self.send(Msg::Fatal(trouble(&error))),
        }
    }

    /// The first rows of a large book, to be looked at while the rest is read.
    fn glimpse(&mut self, store: &Store) -> Result<(), StoreError> {
        if !store.is_large()? {
            return Ok(());
        }
        let grace = self.rules.pack.rules.lapse.grace_days;
        let today = self.setup.clock.today();
        let from = today.checked_sub_days(Days::new(grace.unsigned_abs()));
        let part = store.first_to_end(from.unwrap_or(today))?;
        let desk = self.desk(part, "reading the book".into());
        // a desk that is gone is noticed with the next message
        let _ = self.send(Msg::Glimpse(Box::new(desk)));
        Ok(())
    }

    fn open(&self) -> Result<Store, StoreError> {
        let mode = match (self.setup.read_only, self.setup.create) {
            (true, _) => OpenMode::ReadOnly,
            (false, true) => OpenMode::Create,
            (false, false) => OpenMode::ReadWrite,
        };
        Store::open(&self.setup.book, &mode)
    }

    /// The desk as values: rows for the day, rules, names.
    fn desk(&mut self, snapshot: Snapshot, saved: String) -> Desk {
        // far from any number the desk itself counts to
        self.generation += 1 << 32;
        let catalogue = self.setup.catalogue();
        let pack = self.rules.pack.clone();
        let rules = Arc::new(pack.rules.clone());
        let today = self.setup.clock.today();
        let queue = Queue::build(&snapshot, &rules, &catalogue, today);
        let book = self
            .setup
            .book
            .file_stem()
            .map_or_else(|| "book".into(), |stem| stem.to_string_lossy().into_owned());
        Desk {
            edits: crate::expand::Edits::of(&snapshot),
            snapshot: Arc::new(snapshot),
            pack,
            rules,
            catalogue,
            rules_from: self.rules.source.words().into(),
            queue,
            suggestions: Arc::default(),
            offers: Arc::default(),
            stakes: None,
            totals: Default::default(),
            engine: None,
            scored: 0,
            forecasts: Default::default(),
            incentive: None,
            reconciliation: Arc::default(),
            today,
            user: self.user.as_str().into(),
            book,
            saved,
            read_only: self.setup.read_only,
            generation: self.generation,
            clock_back: false,
            lines_as_of: Arc::default(),
            long: crate::ui::desk::LONG,
            behind: Default::default(),
        }
    }

    fn write(
        &mut self,
        how: KeptHow,
        work: impl FnOnce(&mut Store) -> Result<Applied, StoreError>,
    ) -> Option<()> {
        let Some(store) = &mut self.store else {
            return Some(());
        };
        match work(store) {
            Ok(applied) => {
                self.unsaved = true;
                let kept = self.kept(how, applied);
                self.send(Msg::Kept(Box::new(kept)))
            }
            Err(error) => {
                // somebody else may have been faster: show the book as it is now
                self.refresh()?;
                self.send(Msg::Refused(trouble(&error)))
            }
        }
    }

    /// A big change comes with the desk built anew here, so that the screen never waits for it.
    fn kept(&mut self, how: KeptHow, applied: Applied) -> Kept {
        let at = self.setup.clock.hour_and_minute();
        let Applied {
            seq,
            label,
            mut patch,
            quote,
            batch,
        } = applied;
        let mut full = patch.full.take();
        let own = |(key, _): &(String, Option<String>)| key == PackVersion::SETTING;
        if full.is_none() && patch.settings.iter().any(own) {
            // other rules: every row is to be worked out anew
            let read = self.store.as_ref().and_then(|store| store.snapshot().ok());
            full = read.map(Box::new);
        }
        if let Some(snapshot) = &full {
            self.go_by(snapshot);
        }
        let desk = full.map(|snapshot| Box::new(self.desk(*snapshot, format!("saved {at}"))));
        if let Some(desk) = &desk {
            // so that the first sort by a column is as quick as the next
            desk.queue.rank(COLUMNS.iter().map(|col| col.by));
        }
        Kept {
            how,
            seq,
            label,
            patch: if desk.is_some() {
                Patch::default()
            } else {
                patch
            },
            desk,
            quote,
            batch,
            at,
        }
    }

    /// Loads an incentive file, or says what is wrong in it.
    fn incentive(&mut self, path: &Path) -> Option<()> {
        let options = LoadOptions {
            dry_run: false,
            replace: false,
            currency: self.rules.pack.currency,
        };
        let Some(store) = &mut self.store else {
            return Some(());
        };
        match incentive::load(path, options, store, &self.setup.clock, &self.user) {
            Ok(Loaded {
                applied: Some(applied),
                ..
            }) => {
                self.unsaved = true;
                let kept = self.kept(KeptHow::Edit, applied);
                self.send(Msg::Kept(Box::new(kept)))
            }
            Ok(_) => self.send(Msg::Refused(Trouble {
                what: "Nothing to write: the book holds all of this file already".into(),
                hint: String::new(),
            })),
            Err(error) => self.send(Msg::Refused(incentive::trouble(&error))),
        }
    }

    /// Reads, plans and writes a file; the preview was made by somebody else and may be old.
    fn import(&mut self, plan: &Plan) -> Option<()> {
        let catalogue = self.setup.catalogue();
        let Some(store) = &mut self.store else {
            return Some(());
        };
        let with = Importer {
            paths: &self.setup.paths,
            catalogue: &catalogue,
            rules: &self.rules.pack.rules,
            clock: &self.setup.clock,
            actor: &self.user,
        };
        let done = import_file(
            &plan.path,
            &plan.options,
            store,
            &with,
            &mut |_| {},
            &plan.cancel,
        );
        let done = match done {
            Ok(done) => done,
            Err(error) => return self.send(Msg::Refused(importer::trouble(&error))),
        };
        let Some(mut applied) = done.applied else {
            return self.send(Msg::Refused(Trouble {
                what: "Nothing to write: the book holds all of this file already".into(),
                hint: String::new(),
            }));
        };
        self.unsaved = true;
        let counts = done.report.counts;
        applied.label = format!(
            "{}: {} new, {} changed, {} rejected",
            file_name(&plan.path),
            counts.new,
            counts.changed,
            counts.rejected
        );
        if let Some(file) = done.rejects_file {
            applied
                .label
                .push_str(&format!(" (see {})", file.display()));
        }
        if let Some(told) = conflicts_told(done.conflicts, "g c, then f") {
            applied.label.push_str(&format!("; {told}"));
        }
        if let Some(why) = done.rejects_lost {
            applied
                .label
                .push_str(&format!(" (the rejected rows are not on the disk: {why})"));
        }
        let kept = self.kept(KeptHow::Import, applied);
        self.send(Msg::Kept(Box::new(kept)))
    }

    /// Writes what a person took from another source.
    fn take_theirs(&mut self, taking: &Taking, seen: &Snapshot, label: &str) -> Option<()> {
        let catalogue = self.setup.catalogue();
        let Some(store) = &self.store else {
            return Some(());
        };
        let today = self.setup.clock.today();
        let rules = &self.rules.pack.rules;
        match take::plan(taking, seen, store, &catalogue, rules, today) {
            Ok(plan) => {
                let command = Command::Import(Box::new(plan));
                let stamp = self.stamp();
                self.write(KeptHow::Edit, |store| store.apply(&command, label, &stamp))
            }
            Err(trouble) => {
                self.refresh()?;
                self.send(Msg::Refused(trouble))
            }
        }
    }

    /// Works by the book's rules from now on.
    fn go_by(&mut self, book: &Snapshot) {
        // nobody chose a pack: the shipped one is not read again, the first screen waits for it
        let shipped = self.rules.source == PackSource::Shipped && self.rules.remarks.is_empty();
        let chosen = book.settings.contains_key(PackVersion::SETTING);
        if shipped && !chosen && self.setup.pack_file.is_none() {
            return;
        }
        let rules = self.setup.rules_of(book);
        if (&rules.overlay, &rules.source) != (&self.rules.overlay, &self.rules.source)
            || rules.remarks != self.rules.remarks
        {
            self.rules = Arc::new(rules);
        }
    }

    /// Says what kept a rule pack from being used.
    fn tell_of_rules(&self) -> Option<()> {
        if self.rules.remarks.is_empty() {
            return Some(());
        }
        self.send(Msg::Refused(Trouble {
            what: self.rules.remarks.join("; "),
            hint: String::new(),
        }))
    }

    /// Keeps the day's projections once; a book that has them, or cannot be written, stays as it is.
    fn keep_daily(
        &mut self,
        pack: &Arc<Pack>,
        projections: &[(&'static str, Projection)],
    ) -> Option<()> {
        let today = self.setup.clock.today();
        let base = projections
            .first()
            .and_then(|(_, p)| p.baseline_month.clone());
        let known = self
            .kept_on
            .as_ref()
            .is_some_and(|(on, by, from)| *on == today && Arc::ptr_eq(by, pack) && *from == base);
        if self.setup.read_only || known || !Arc::ptr_eq(pack, &self.rules.pack) {
            return Some(());
        }
        // an invented book has nothing to remember
        if self
            .store
            .as_ref()?
            .rules()
            .is_ok_and(|book| book.is_demo())
        {
            return Some(());
        }
        self.kept_on = Some((today, Arc::clone(pack), base));
        let occasion = Occasion {
            on: today,
            by: &self.user,
            note: None,
            automatic: true,
        };
        let command = record::keep(projections, &self.rules, occasion, &mut ClockIds);
        let stamp = self.stamp();
        let store = self.store.as_mut()?;
        match store.apply(&command, "the day's projection", &stamp) {
            Ok(applied) => {
                let kept = self.kept(KeptHow::Aside, applied);
                self.send(Msg::Kept(Box::new(kept)))
            }
            // refused: kept already; anything else shows with the next thing a person does
            Err(_) => Some(()),
        }
    }

    /// Looks back through the history; the answer, or why there is none.
    fn look(
        &self,
        back: impl FnOnce(&Store, SystemClock) -> Result<Msg, StoreError>,
    ) -> Option<()> {
        let Some(store) = &self.store else {
            return Some(());
        };
        let answer = back(store, self.setup.clock);
        self.send(answer.unwrap_or_else(|error| Msg::Refused(trouble(&error))))
    }
}
