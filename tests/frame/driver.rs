//! Keys in, screen out: a desk over a real book, without terminal and threads.

use crate::fixture::{ROWS, Row, plan, today};
use crate::kept_frame::Followed;
use chrono::{DateTime, NaiveDate, Utc};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use renewdesk::book::{AllAtStake, Queue};
use renewdesk::catalogue::Catalogue;
use renewdesk::domain::command::{Command, ImportPlan, Stamp};
use renewdesk::domain::ids::RenewalId;
use renewdesk::program::{Engine, Pack};
use renewdesk::runtime::incentive;
use renewdesk::store::{Applied, OpenMode, Store, StoreError};
use renewdesk::ui::desk::Desk as Data;
use renewdesk::ui::effect::Effect;
use renewdesk::ui::input::{Input, Key, Mouse, MouseKind};
use renewdesk::ui::layout::draw;
use renewdesk::ui::model::Model;
use renewdesk::ui::msg::{Computed, Kept, KeptHow, Msg, Trouble};
use renewdesk::ui::screen::reconcile::{Answer, Question};
use renewdesk::ui::stakes::Stakes;
use renewdesk::ui::theme::{Look, ThemeName};
use renewdesk::ui::update::update;
use std::sync::{Arc, OnceLock};
use tempfile::TempDir;
use uuid::Uuid;

pub struct Driver {
    pub model: Model,
    pub store: Store,
    /// What the runtime was asked for and the driver does not do itself.
    pub asked: Vec<Effect>,
    now: u64,
    size: (u16, u16),
    frame: Buffer,
    kept: Followed,
    _folder: TempDir,
}

/// Pack and catalogue, read once for all tests.
fn shipped() -> (Arc<Pack>, Arc<Catalogue>) {
    static SHIPPED: OnceLock<(Arc<Pack>, Arc<Catalogue>)> = OnceLock::new();
    SHIPPED
        .get_or_init(|| (Arc::new(Pack::shipped()), Arc::new(Catalogue::shipped())))
        .clone()
}

fn stamp(day: NaiveDate) -> Stamp {
    Stamp {
        at: DateTime::<Utc>::from_timestamp(1_795_000_000, 0).unwrap(),
        today: day,
        actor: "A. Meyer".into(),
    }
}

impl Driver {
    /// The fixture's book at 120x36.
    pub fn new() -> Driver {
        Driver::with_rows(&ROWS)
    }

    pub fn with_rows(rows: &[Row]) -> Driver {
        Driver::with_plan(plan(rows))
    }

    pub fn with_plan(plan: ImportPlan) -> Driver {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("test.renewdesk");
        let mut store = Store::open(&path, &OpenMode::Create).unwrap();
        let fill = Command::Import(Box::new(plan));
        store.apply(&fill, "fixture", &stamp(today())).unwrap();
        let mut next = 0u128;
        let ids = move || {
            next += 1;
            Uuid::from_u128(0x0191_0000_0000_7000_8000_0000_0000_0000 + next)
        };
        let model = Model::new(Look::new(ThemeName::Dark, false), Box::new(ids));
        let mut driver = Driver {
            model,
            store,
            asked: Vec::new(),
            now: 10_000,
            size: (120, 36),
            frame: Buffer::empty(Rect::new(0, 0, 120, 36)),
            kept: Followed::new(),
            _folder: folder,
        };
        let data = driver.data();
        driver.send(Msg::Loaded(Box::new(data)));
        driver
    }

    fn data(&self) -> Data {
        let snapshot = self.store.snapshot().unwrap();
        let (pack, catalogue) = shipped();
        let rules = Arc::new(pack.rules.clone());
        let queue = Queue::build(&snapshot, &rules, &catalogue, today());
        Data {
            edits: renewdesk::expand::Edits::of(&snapshot),
            snapshot: Arc::new(snapshot),
            pack,
            rules,
            catalogue,
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
            today: today(),
            user: "A. Meyer".into(),
            book: "test".into(),
            saved: "saved 10:42".into(),
            read_only: false,
            generation: 1,
            clock_back: false,
            lines_as_of: Arc::default(),
            long: renewdesk::ui::desk::LONG,
            behind: Default::default(),
            rules_from: "the program".into(),
        }
    }

    /// A message, and whatever follows from it until nothing is left to do.
    pub fn send(&mut self, msg: Msg) -> &mut Driver {
        let mut todo = vec![msg];
        while let Some(msg) = todo.pop() {
            for effect in update(&mut self.model, msg) {
                todo.extend(self.answer(effect));
            }
        }
        self.draw();
        self
    }

    /// What the runtime would answer.
    fn answer(&mut self, effect: Effect) -> Option<Msg> {
        let stamp = stamp(self.model.desk.as_ref().map_or(today(), |d| d.today));
        match effect {
            Effect::Apply { command, label } => {
                let done = self.store.apply(&command, &label, &stamp);
                Some(kept(KeptHow::Edit, done))
            }
            Effect::Undo => Some(kept(KeptHow::Undo, self.store.undo(&stamp))),
            Effect::Redo => Some(kept(KeptHow::Redo, self.store.redo(&stamp))),
            Effect::Revert(seq) => {
                let done = self.store.revert(seq, &stamp).map(|(done, _)| done);
                Some(kept(KeptHow::Revert, done))
            }
            Effect::LoadVersions(quote) => {
                let kept = self.store.quote_versions(quote).unwrap();
                Some(Msg::Versions(quote, kept))
            }
            Effect::LoadHistory => {
                let list = self.store.history(100).unwrap().into_iter();
                let timed = list.map(|op| {
                    let at = op.at.naive_utc();
                    (op, at)
                });
                Some(Msg::History(timed.collect()))
            }
            Effect::LoadChanges { span, words, book } => {
                let found = self.store.imports(span).unwrap();
                let listed = renewdesk::book::changes::listed(found, &book, &words, 2_000);
                let rivals = self.store.rivals().unwrap();
                let rules = &self.model.desk.as_ref()?.rules;
                let open = renewdesk::book::conflicts::conflicts(&rivals, &book, rules);
                Some(Msg::Changes(Box::new(listed), open))
            }
            Effect::Away(away) => Some(Msg::Back(Box::new(away.work()))),
            Effect::Check(asking) => Some(Msg::Checked(Box::new(asking.work()))),
            Effect::Compute {
                snapshot,
                today,
                behind,
            } => {
                let desk = self.model.desk.as_ref()?;
                let chance = |id: RenewalId| {
                    desk.row(id)
                        .map(|row| row.risk().win_pct)
                        .unwrap_or_default()
                };
                let engine = Engine::new(&desk.pack, &snapshot, today, &chance);
                let suggestions = renewdesk::expand::Suggestions::of(renewdesk::expand::Scene {
                    snapshot: &snapshot,
                    rules: &desk.rules,
                    catalogue: &desk.catalogue,
                    today,
                });
                let terms = Arc::new(incentive::terms(&engine, &desk.pack, &snapshot));
                let due = |id| desk.row(id).map(|row| incentive::Due::of(&row));
                let book = incentive::book(&snapshot, &desk.pack, terms, today, due);
                let stakes = Stakes::of(&engine).map(Arc::new);
                Some(Msg::Computed(Box::new(Computed {
                    op_seq: snapshot.op_seq,
                    rows: Some(renewdesk::book::Queue::only(
                        &snapshot,
                        &desk.rules,
                        &desk.catalogue,
                        today,
                        &behind,
                    )),
                    at_stake: AllAtStake::of(stakes.iter().flat_map(|of| of.rows())),
                    stakes,
                    incentive: Some(Arc::new(book)),
                    engine: Some(Arc::new(engine)),
                    suggestions: suggestions.into(),
                    offers: Default::default(),
                })))
            }
            Effect::Standing(question) => Some(Msg::Standing(Box::new(question.found()))),
            Effect::Compare(question) => Some(compared(&question)),
            Effect::Take(taking, label) => {
                let desk = self.model.desk.as_ref()?;
                let (rules, known) = (&desk.rules, &desk.catalogue);
                let seen = &desk.snapshot;
                let planned = renewdesk::runtime::take::plan(
                    &taking,
                    seen,
                    &self.store,
                    known,
                    rules,
                    desk.today,
                );
                Some(match planned {
                    Ok(plan) => {
                        let command = Command::Import(Box::new(plan));
                        kept(KeptHow::Edit, self.store.apply(&command, &label, &stamp))
                    }
                    Err(trouble) => Msg::Refused(trouble),
                })
            }
            Effect::Export(path, table) => {
                let done =
                    renewdesk::runtime::compare::save(path.as_ref(), &table, "Reconcile", today());
                let told = done.map(|()| format!("Written: {path}"));
                Some(Msg::Exported(told.map_err(|error| error.to_string())))
            }
            other => {
                self.asked.push(other);
                None
            }
        }
    }

    /// Keys by name, a blank between them, at a person's pace.
    pub fn keys(&mut self, names: &str) -> &mut Driver {
        for name in names.split(' ') {
            let key = Key::parse(name).unwrap_or_else(|| panic!("no key {name}"));
            self.press(key, 60);
        }
        self
    }

    /// A text, letter by letter, at a person's pace.
    pub fn types(&mut self, text: &str) -> &mut Driver {
        for c in text.chars() {
            self.press(Key::plain(renewdesk::ui::input::Code::Char(c)), 60);
        }
        self
    }

    /// A key after so many milliseconds; what the guard held back is let go in time.
    pub fn press(&mut self, key: Key, after_ms: u64) -> &mut Driver {
        self.now += after_ms;
        self.send(Msg::Input(Input::Key(key), self.now));
        if after_ms >= 8 {
            self.rest();
        }
        self
    }

    /// Nothing happens for a while.
    pub fn rest(&mut self) -> &mut Driver {
        let wakes = |effect: &Effect| matches!(effect, Effect::WakeAt(_));
        if self.asked.iter().any(wakes) {
            self.asked.retain(|effect| !wakes(effect));
            self.now += 50;
            self.send(Msg::Tick(self.now));
        }
        self
    }

    pub fn paste(&mut self, text: &str) -> &mut Driver {
        self.now += 60;
        self.send(Msg::Input(Input::Paste(text.into()), self.now))
    }

    pub fn mouse(&mut self, kind: MouseKind, x: u16, y: u16) -> &mut Driver {
        self.now += 60;
        self.send(Msg::Input(Input::Mouse(Mouse { kind, x, y }), self.now))
    }

    pub fn resize(&mut self, columns: u16, rows: u16) -> &mut Driver {
        self.size = (columns, rows);
        self.send(Msg::Input(Input::Resize(columns, rows), self.now))
    }

    pub fn draw(&mut self) {
        let mut buffer = Buffer::empty(Rect::new(0, 0, self.size.0, self.size.1));
        let (zones, _) = draw(&self.model, &mut buffer);
        self.kept.follow(&self.model, &buffer);
        self.model.zones = zones;
        self.frame = buffer;
    }

    pub fn frame(&self) -> &Buffer {
        &self.frame
    }

    /// The screen as text.
    pub fn screen(&self) -> String {
        let width = usize::from(self.size.0).max(1);
        self.frame
            .content
            .chunks(width)
            .map(|row| {
                let mut line = String::new();
                let mut skip = 0;
                for cell in row {
                    if skip > 0 {
                        skip -= 1;
                        continue;
                    }
                    skip = renewdesk::ui::format::width(cell.symbol()).saturating_sub(1);
                    line.push_str(cell.symbol());
                }
                line.trim_end().to_string() + "\n"
            })
            .collect()
    }

    /// The screen as text, then a letter per cell for its style, then what the letters mean.
    pub fn picture(&self) -> String {
        let width = usize::from(self.size.0).max(1);
        let mut styles = Vec::new();
        let mut marks = String::new();
        for row in self.frame.content.chunks(width) {
            for cell in row {
                let style = (cell.fg, cell.bg, cell.modifier);
                let at = styles.iter().position(|s| *s == style).unwrap_or_else(|| {
                    styles.push(style);
                    styles.len() - 1
                });
                marks.push(char::from(b'a' + at as u8));
            }
            marks.push('\n');
        }
        let names: String = styles
            .iter()
            .enumerate()
            .map(|(at, (fg, bg, add))| {
                format!("{}: {fg} on {bg} {add:?}\n", char::from(b'a' + at as u8))
            })
            .collect();
        format!("{}\n{marks}\n{names}", self.screen())
    }

    #[track_caller]
    pub fn sees(&mut self, text: &str) -> &mut Driver {
        let screen = self.screen();
        assert!(screen.contains(text), "no {text:?} on\n{screen}");
        self
    }

    #[track_caller]
    pub fn sees_not(&mut self, text: &str) -> &mut Driver {
        let screen = self.screen();
        assert!(!screen.contains(text), "{text:?} on\n{screen}");
        self
    }

    pub fn status(&self) -> String {
        self.model
            .status
            .as_ref()
            .map_or(String::new(), |status| status.text.clone())
    }

    /// How many changes the book has seen.
    pub fn changes(&self) -> i64 {
        self.store.op_seq().unwrap()
    }

    /// A renewal of the fixture as the book has it.
    pub fn renewal(&self, customer: &str) -> renewdesk::domain::renewal::Renewal {
        let desk = self.model.desk.as_ref().unwrap();
        let row = desk.rows().iter().find(|row| row.customer() == customer);
        let stored = self.store.snapshot().unwrap();
        stored.renewals.get(row.unwrap().renewal()).unwrap().clone()
    }
}

/// What the worker answers, with files read here instead of by a process of their own.
fn compared(question: &Question) -> Msg {
    let read = question.files.iter().map(|file| {
        let trouble = |what: String| Trouble {
            what,
            hint: String::new(),
        };
        let bytes = std::fs::read(&file.path).map_err(|error| trouble(error.to_string()))?;
        let name = file.path.rsplit('/').next().unwrap_or_default();
        let rows = renewdesk::ingest::read(&bytes, name, &Default::default(), &mut |_| {});
        let day = "2026-11-20".parse().ok();
        let source = rows.and_then(|rows| renewdesk::ingest::compared::source(&rows, day));
        source
            .map(Arc::new)
            .map_err(|error| trouble(error.to_string()))
    });
    let read: Result<Vec<_>, Trouble> = read.collect();
    let outcome =
        read.map(|read| question.found(question.held.iter().cloned().chain(read).collect()));
    Msg::Compared(Box::new(Answer {
        ticket: question.ticket,
        outcome,
    }))
}

fn kept(how: KeptHow, done: Result<Applied, StoreError>) -> Msg {
    match done {
        Ok(done) => Msg::Kept(Box::new(Kept {
            how,
            seq: done.seq,
            label: done.label,
            patch: done.patch,
            desk: None,
            quote: done.quote,
            batch: done.batch,
            at: "10:43".into(),
        })),
        Err(error) => Msg::Refused(Trouble {
            what: error.to_string(),
            hint: error.hint().to_string(),
        }),
    }
}
