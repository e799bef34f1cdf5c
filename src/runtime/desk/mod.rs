//! The running desk: one thread draws and decides, one has the book, one computes, one listens to
//! the terminal, one to signals. The first never waits for another: it sends without limit and
//! only receives. At rest it sleeps; once a minute the book's thread looks at book and day (`book::minute`).

mod arrivals;
mod beside;
mod book;
mod carry_out;
mod clipboard;
mod colour;
mod compare;
mod compute;
pub mod effects;
mod events;
mod folders;
mod forecast;
mod goal;
mod importer;
mod look;
mod looked_back;
mod screen;
mod seen;
mod terminal;
mod workers;

pub use compute::{offers, suggestions};
pub use goal::{Search, begin};
pub use look::look;

use super::clock::{Clock, SystemClock};
use super::ids::ClockIds;
use super::paths::Paths;
use crate::program::{Pack, Projection};
use crate::ui;
use crate::ui::input::Input;
use crate::ui::model::Model;
use crate::ui::msg::{Msg, Trouble};
use crate::ui::theme::Look;
use book::Job;
use colour::Depth;
use compute::Wish;
use forecast::Draw;
use importer::Plan;
use ratatui::layout::Size;
use screen::Screen;
use std::io::{self, IsTerminal};
use std::mem::ManuallyDrop;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use workers::Workers;

/// Frames follow each other no faster, after the first one after rest. What is typed waits for frames that
/// showed something typed only: one that tells how far some work is holds no key back.
const FRAME: Duration = Duration::from_millis(16);
/// While keys come, another window's changes are looked for this often.
const LOOK: Duration = Duration::from_secs(1);
/// So long after another list came in the place of the one on the screen, what is typed was meant
/// for the old one: nobody reads and answers faster.
const REACTION: Duration = Duration::from_millis(300);
/// Messages taken before a frame is drawn.
const MOST_AT_ONCE: usize = 64;
/// Events that may wait.
const WAITING: usize = 1_024;

/// How to open the desk.
#[derive(Clone, Debug)]
pub struct DeskOptions {
    /// The book.
    pub book: PathBuf,
    /// Make it if it is not there.
    pub create: bool,
    /// Folders.
    pub paths: Paths,
    /// The person's rule pack, by name and text; a book with one of its own goes by that.
    pub pack_file: Option<(String, String)>,
    /// The clock, pinned by `--as-of`.
    pub clock: SystemClock,
    /// Who works here, unless the book says.
    pub user: String,
    /// Theme and glyphs.
    pub look: Look,
    /// Look only.
    pub read_only: bool,
}

/// Why the desk did not open or did not stay open.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// There is no terminal to draw on.
    #[error("the desk needs a terminal; the commands of renewdesk --help do not")]
    NoTerminal,
    /// The terminal failed.
    #[error("the terminal failed: {0}")]
    Terminal(#[from] io::Error),
    /// The book cannot be used.
    #[error("{what}", what = .0.what)]
    Book(Trouble),
}

/// What reaches the drawing thread.
pub(crate) enum Event {
    /// The terminal sent something, at that moment.
    Input(Input, Instant),
    /// A worker answers.
    Msg(Box<Msg>),
    /// The day's projections, by this pack, to be kept once a day.
    Projected(Arc<Pack>, Vec<(&'static str, Projection)>),
    /// Another day has begun, or the clock was set.
    Day,
    /// A signal that ends the program.
    Stop(i32),
    /// The program was stopped by the shell and goes on.
    Continued,
    /// The terminal was closed.
    TerminalGone,
}

/// The drawing thread's state.
struct Desk {
    model: Model,
    screen: ManuallyDrop<Screen>,
    book: Option<Sender<Job>>,
    wishes: Option<Sender<Wish>>,
    plans: Option<Sender<Plan>>,
    draws: Option<Sender<Draw>>,
    planned: Option<Plan>,
    goals: Option<Sender<Search>>,
    lists: Option<Sender<compare::Wanted>>,
    beside: Option<Sender<beside::Work>>,
    folders: Option<Sender<folders::Asked>>,
    asked: Arc<AtomicU64>,
    clock: SystemClock,
    data: PathBuf,
    start: Instant,
    wake_ms: Option<u64>,
    leaving: Option<i32>,
    gone: bool,
    drawn: Option<Instant>,
    /// As `drawn`, of the last frame that showed what something typed did.
    answered: Option<Instant>,
    /// Something was typed that no frame shows yet.
    typed: bool,
    /// The book came, or the news that there is none, and no frame shows it yet.
    unseen: bool,
    /// What was typed before this moment was typed without sight of the screen as it is.
    seen_from: Option<Instant>,
    /// How long after its first frame that is.
    reaction: Duration,
    dirty: bool,
    looked: Instant,
}

/// Opens the desk and runs it until the person leaves. Gives the exit code: 0, or 128 + the
/// signal that ended it.
///
/// # Errors
/// [`DeskError`]; the terminal has been given back by then.
pub fn run_desk(options: DeskOptions) -> Result<i32, DeskError> {
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        return Err(DeskError::NoTerminal);
    }
    crate::runtime::memory::keep_large_apart();
    let (to, events) = sync_channel(WAITING);
    let guard = terminal::Guard::take()?;
    events::signals(to.clone())?;
    let workers = Workers::start(&options, &to)?;
    std::thread::Builder::new()
        .name("input".into())
        .spawn(move || events::listen(&to))?;
    let (mut desk, worker) = Desk::new(&options, workers)?;
    let ended = desk.run(&events);
    let fatal = desk.model.fatal.take();
    let code = desk.leaving.unwrap_or(0);
    desk.close();
    drop(guard);
    drop(events);
    // the book's thread makes its last backup before the program ends
    let _ = worker.join();
    match (ended, fatal) {
        // a terminal that was closed takes no frame; that is no fault of anybody
        (Err(error), _) if terminal::is_gone(&error) => Ok(code),
        (Err(error), _) if !desk.gone => Err(error.into()),
        (_, Some(trouble)) => Err(DeskError::Book(trouble)),
        _ => Ok(code),
    }
}

impl Desk {
    fn new(options: &DeskOptions, workers: Workers) -> io::Result<(Desk, JoinHandle<()>)> {
        let screen = Screen::new(terminal::out()?, size()?, Depth::of_environment());
        let now = Instant::now();
        let desk = Desk {
            model: Model::new(options.look, Box::new(ClockIds)),
            // dropped, it would write what is left of a failed frame after the guard gave everything
            // back
            screen: ManuallyDrop::new(screen),
            book: Some(workers.book),
            wishes: Some(workers.wishes),
            plans: Some(workers.plans),
            draws: Some(workers.draws),
            goals: Some(workers.goals),
            lists: Some(workers.lists),
            beside: Some(workers.beside),
            folders: Some(workers.folders),
            asked: workers.asked,
            planned: None,
            clock: options.clock,
            data: options.paths.data.clone(),
            start: now,
            wake_ms: None,
            leaving: None,
            gone: false,
            drawn: None,
            answered: None,
            typed: false,
            unseen: false,
            seen_from: None,
            reaction: Duration::ZERO,
            dirty: true,
            looked: now,
        };
        Ok((desk, workers.keeper))
    }

    fn run(&mut self, events: &Receiver<Event>) -> io::Result<()> {
        let size = size()?;
        self.model.size = (size.width, size.height);
        self.screen.fit(size)?;
        self.job(Job::Load);
        self.draw()?;
        while self.leaving.is_none() {
            let event = match self.patience() {
                Some(wait) => events.recv_timeout(wait),
                None => events.recv().map_err(RecvTimeoutError::from),
            };
            match event {
                Ok(event) => self.take(event)?,
                Err(RecvTimeoutError::Timeout) => self.tick()?,
                Err(RecvTimeoutError::Disconnected) => break,
            }
            for event in events.try_iter().take(MOST_AT_ONCE) {
                self.take(event)?;
            }
            if self.dirty && self.frame_in().is_zero() && self.leaving.is_none() {
                self.draw()?;
                ui::update::prepare(&mut self.model);
            }
        }
        Ok(())
    }

    /// How long nothing needs to be done; `None` until something comes.
    fn patience(&self) -> Option<Duration> {
        let frame = self.dirty.then(|| self.frame_in());
        let wake = self.wake_ms;
        let wake = wake.map(|at| Duration::from_millis(at.saturating_sub(self.now_ms())));
        frame.into_iter().chain(wake).min()
    }

    /// How long until a frame may be drawn.
    fn frame_in(&self) -> Duration {
        let last = if self.typed {
            self.answered
        } else {
            self.drawn
        };
        last.map_or(Duration::ZERO, |last| FRAME.saturating_sub(last.elapsed()))
    }

    fn now_ms(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn take(&mut self, event: Event) -> io::Result<()> {
        match event {
            Event::Input(input, at) => {
                self.typed = true;
                self.look_around();
                if let Input::Resize(width, height) = input {
                    self.screen.fit(Size { width, height })?;
                }
                let since = at.saturating_duration_since(self.start);
                let ms = u64::try_from(since.as_millis()).unwrap_or(u64::MAX);
                match self.unseen || self.seen_from.is_some_and(|seen| at < seen) {
                    true => self.update(Msg::Early(input, ms)),
                    false => self.update(Msg::Input(input, ms)),
                }
            }
            Event::Msg(msg) => {
                let opens = matches!(*msg, Msg::Loaded(_) | Msg::NoBook(_) | Msg::Fatal(_));
                if opens && self.model.desk.is_none() {
                    self.unseen = true;
                    let reads = self.model.glimpse.as_ref().map(|_| REACTION);
                    self.reaction = reads.unwrap_or_default();
                }
                self.update(*msg)
            }
            Event::Projected(pack, projections) => {
                self.job(Job::KeepDaily(pack, projections));
                Ok(())
            }
            Event::Day => self.day(),
            Event::Stop(signal) => {
                self.leaving = Some(128 + signal);
                Ok(())
            }
            Event::Continued => {
                terminal::enter(self.model.mouse)?;
                self.redraw()
            }
            Event::TerminalGone => {
                self.gone = true;
                self.leaving = Some(0);
                Ok(())
            }
        }
    }

    /// Before a key acts, and not more often than once a second: another window may have written.
    fn look_around(&mut self) {
        if self.looked.elapsed() >= LOOK {
            self.looked = Instant::now();
            self.job(Job::Refresh);
        }
    }

    /// Nothing came for a while: a held key may be due.
    fn tick(&mut self) -> io::Result<()> {
        let now = self.now_ms();
        if self.wake_ms.is_some_and(|at| at <= now) {
            self.wake_ms = None;
            self.update(Msg::Tick(now))?;
        }
        Ok(())
    }

    /// The day may be another than the desk was worked out for.
    fn day(&mut self) -> io::Result<()> {
        let today = self.clock.today();
        let was = self.model.desk.as_ref().map(|desk| desk.today);
        match was.filter(|was| *was != today) {
            Some(was) => self.update(Msg::Day {
                today,
                backwards: today < was,
            }),
            None => Ok(()),
        }
    }

    fn update(&mut self, msg: Msg) -> io::Result<()> {
        self.dirty = true;
        for effect in ui::update::update(&mut self.model, msg) {
            self.effect(effect)?;
        }
        Ok(())
    }

    fn redraw(&mut self) -> io::Result<()> {
        self.screen.wipe(size()?)?;
        self.dirty = true;
        Ok(())
    }

    fn draw(&mut self) -> io::Result<()> {
        let mut shown = Instant::now();
        let zones = self.screen.draw(&self.model, || shown = Instant::now())?;
        self.model.zones = zones;
        self.drawn = Some(Instant::now());
        if std::mem::take(&mut self.typed) {
            self.answered = self.drawn;
        }
        if std::mem::take(&mut self.unseen) {
            self.seen_from = Some(shown + self.reaction);
        }
        self.dirty = false;
        Ok(())
    }

    /// Stops like any program of a shell; `fg` brings it back.
    fn suspend(&mut self) -> io::Result<()> {
        #[cfg(unix)]
        {
            terminal::give_back();
            signal_hook::low_level::raise(signal_hook::consts::SIGSTOP)?;
            terminal::enter(self.model.mouse)?;
            self.redraw()
        }
        #[cfg(not(unix))]
        Ok(())
    }
}

/// The size of the terminal's window.
fn size() -> io::Result<Size> {
    let (width, height) = crossterm::terminal::size()?;
    Ok(Size { width, height })
}
