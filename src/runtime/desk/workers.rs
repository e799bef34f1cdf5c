//! The threads beside the drawing one, and how to reach them.

use super::book::{self, Job};
use super::compute::{self, Wish};
use super::forecast::{self, Draw};
use super::goal::{self, Search};
use super::importer::{self, Plan};
use super::{DeskOptions, Event, arrivals, beside, compare, folders};
use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::mpsc::{Sender, SyncSender, channel};
use std::thread::JoinHandle;

/// The threads beside the drawing one, as the ways to reach them.
pub struct Workers {
    /// Has the book open.
    pub book: Sender<Job>,
    /// That thread, to be waited for at the end.
    pub keeper: JoinHandle<()>,
    /// Computes.
    pub wishes: Sender<Wish>,
    /// Reads files to be looked at.
    pub plans: Sender<Plan>,
    /// Draws forecasts.
    pub draws: Sender<Draw>,
    /// Looks for plans.
    pub goals: Sender<Search>,
    /// Lays lists beside the book.
    pub lists: Sender<compare::Wanted>,
    /// Does what takes longer than a key may.
    pub beside: Sender<beside::Work>,
    /// Knows folders.
    pub folders: Sender<folders::Asked>,
    /// Number of the newest question to the search for plans.
    pub asked: Arc<AtomicU64>,
}

impl Workers {
    /// Starts them all.
    ///
    /// # Errors
    /// A thread the system does not give.
    pub fn start(options: &DeskOptions, to: &SyncSender<Event>) -> io::Result<Workers> {
        let setup = book::Setup {
            book: options.book.clone(),
            create: options.create,
            paths: options.paths.clone(),
            pack_file: options.pack_file.clone(),
            clock: options.clock,
            user: options.user.clone(),
            read_only: options.read_only,
            catalogue: Arc::default(),
        };
        let (book, jobs) = channel();
        let (wishes, todo) = channel();
        let (plans, files) = channel();
        let (draws, deals) = channel();
        let (goals, questions) = channel();
        let (lists, laid) = channel();
        let (beside, work) = channel();
        let asked = Arc::new(AtomicU64::new(0));
        let thread = |name: &str| std::thread::Builder::new().name(name.into());
        let (own, answer) = (setup.clone(), to.clone());
        let keeper = thread("book").spawn(move || book::run(own, &jobs, answer))?;
        let (own, answer) = (setup.clone(), to.clone());
        // has nothing to do yet: reads the catalogue while the book is opened
        thread("compute").spawn(move || compute::run(&own.catalogue(), &todo, &answer))?;
        let (newest, answer) = (Arc::clone(&asked), to.clone());
        thread("goal").spawn(move || goal::run(&questions, &newest, &answer))?;
        let answer = to.clone();
        thread("forecast").spawn(move || forecast::run(&deals, &answer))?;
        let (clock, answer) = (setup.clock, to.clone());
        thread("compare").spawn(move || compare::run(&clock, &laid, &answer))?;
        let answer = to.clone();
        thread("beside").spawn(move || beside::run(&work, &answer))?;
        let (folders, places) = channel();
        let (watch, watching) = channel();
        let (own, answer) = (watch.clone(), to.clone());
        thread("watch").spawn(move || arrivals::run(&watching, &own, &answer))?;
        let (file, clock, answer) = (setup.paths.folders(), setup.clock, to.clone());
        thread("folders").spawn(move || folders::run(&file, clock, &places, &watch, &answer))?;
        let answer = to.clone();
        thread("import").spawn(move || importer::run(&setup, &files, &answer))?;
        Ok(Workers {
            book,
            keeper,
            wishes,
            plans,
            draws,
            goals,
            lists,
            beside,
            folders,
            asked,
        })
    }
}
