//! A whole desk without a terminal: keys in, screen out, a real book underneath. Work the runtime
//! does on threads is done here at once, so that nothing has to be waited for.

use chrono::{DateTime, NaiveDate};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use renewdesk::book::{AllAtStake, Queue};
use renewdesk::catalogue::Catalogue;
use renewdesk::demo::{self, DemoOptions};
use renewdesk::domain::command::{Command, ImportPlan, Stamp};
use renewdesk::domain::ids::{QuoteId, RenewalId};
use renewdesk::domain::quote::QuoteLine;
use renewdesk::domain::snapshot::Snapshot;
use renewdesk::expand::{Edits, Scene, Suggestions};
use renewdesk::program::reconcile::reconcile;
use renewdesk::program::{Engine, Pack};
use renewdesk::runtime::clock::SystemClock;
use renewdesk::runtime::desk::{Search, begin};
use renewdesk::runtime::incentive;
use renewdesk::store::{Applied, OpenMode, Store};
use renewdesk::ui::desk::Desk;
use renewdesk::ui::effect::Effect;
use renewdesk::ui::input::{Input, Key, Mouse, MouseKind};
use renewdesk::ui::model::Model;
use renewdesk::ui::msg::{Computed, Entry, Folder, Kept, KeptHow, Msg, Trouble};
use renewdesk::ui::overlay::goal::{Found, Query};
use renewdesk::ui::pane::forecast::Drawn;
use renewdesk::ui::screen::quote::vendor::Offer;
use renewdesk::ui::stakes::Stakes;
use renewdesk::ui::theme::{Look, ThemeName};
use renewdesk::ui::{layout, update};
use renewdesk::{ingest, store};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};
use uuid::Uuid;

#[path = "../frame/kept_frame.rs"]
mod kept_frame;
use kept_frame::Followed;

/// The day of every test.
pub fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 22).unwrap()
}

/// The demo book, smaller.
pub fn demo_plan(lines: u32) -> ImportPlan {
    let mut options = DemoOptions::around(today());
    options.lines = lines;
    demo::generate(&options, &Catalogue::shipped(), &Pack::shipped())
}

pub struct Driver {
    pub model: Model,
    pub store: Store,
    pub copied: Vec<String>,
    pub asked: Vec<String>,
    pub previews: VecDeque<renewdesk::ui::msg::Preview>,
    /// Draws of a forecast; without a number it never comes back.
    pub draws: Option<u32>,
    /// Changes of one kind that are handed over.
    pub most_changes: usize,
    /// The worker is busy: changes that are asked for do not come.
    pub deaf: bool,
    /// Who works beside the desk is busy: what is sent there waits for [`Driver::comes_back`].
    pub busy: bool,
    /// The book is busy: changes are not answered before [`Driver::comes_back`].
    pub late: bool,
    beside: VecDeque<Effect>,
    /// Figures of the book are asked for and never come.
    pub slow: bool,
    /// Works out what the next step shows once a frame is drawn, as the running desk does.
    pub prepares: bool,
    imported: u128,
    pack: Arc<Pack>,
    catalogue: Arc<Catalogue>,
    now: u64,
    /// Holds every frame to the same drawn over the one before; none in a bench.
    pub kept: Option<Followed>,
    buffer: Buffer,
    _folder: tempfile::TempDir,
}

/// A file of a folder, of a day that no listing asks for.
pub fn file(name: &str, bytes: u64) -> Entry {
    let day = chrono::NaiveDate::from_ymd_opt(2026, 11, 20);
    Entry {
        name: name.into(),
        is_folder: false,
        bytes,
        changed: day.and_then(|day| day.and_hms_opt(10, 42, 0)),
    }
}

impl Driver {
    /// A desk on a demo book of so many lines.
    pub fn demo(lines: u32, columns: u16, rows: u16) -> Driver {
        Driver::with(demo_plan(lines), columns, rows)
    }

    /// A desk on a book filled by a plan.
    pub fn with(plan: ImportPlan, columns: u16, rows: u16) -> Driver {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("test.book");
        let mut store = Store::open(&path, &OpenMode::Create).unwrap();
        let command = Command::Import(Box::new(plan));
        store.apply(&command, "fill the book", &stamp()).unwrap();
        let mut count = 1u128 << 100;
        let ids = Box::new(move || {
            count += 1;
            Uuid::from_u128(count)
        });
        let look = Look::new(ThemeName::Dark, false);
        let mut driver = Driver {
            model: Model::new(look, ids),
            store,
            copied: Vec::new(),
            asked: Vec::new(),
            previews: VecDeque::new(),
            draws: None,
            most_changes: 2_000,
            deaf: false,
            busy: false,
            late: false,
            beside: VecDeque::new(),
            slow: false,
            prepares: true,
            imported: 0,
            pack: Arc::new(Pack::shipped()),
            catalogue: Arc::new(Catalogue::shipped()),
            now: 0,
            buffer: Buffer::empty(Rect::new(0, 0, columns, rows)),
            kept: Some(Followed::new()),
            _folder: folder,
        };
        let desk = driver.load(driver.store.snapshot().unwrap());
        driver.send(Msg::Input(Input::Resize(columns, rows), 0));
        driver.send(Msg::Loaded(Box::new(desk)));
        driver
    }

    /// A book as the desk takes it.
    pub fn load(&self, snapshot: Snapshot) -> Desk {
        let rules = Arc::new(self.pack.rules.clone());
        Desk {
            queue: Queue::build(&snapshot, &rules, &self.catalogue, today()),
            edits: Edits::of(&snapshot),
            snapshot: Arc::new(snapshot),
            pack: self.pack.clone(),
            rules,
            catalogue: self.catalogue.clone(),
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
            saved: "saved".into(),
            read_only: false,
            generation: 1,
            clock_back: false,
            lines_as_of: Arc::default(),
            long: renewdesk::ui::desk::LONG,
            behind: Default::default(),
            rules_from: "the program".into(),
        }
    }

    /// What the desk knows.
    pub fn desk(&self) -> &Desk {
        self.model.desk.as_ref().expect("the book is open")
    }

    /// Another window changes a line of a quote; this desk has not heard of it.
    pub fn elsewhere(&mut self, quote: QuoteId, version: u32, line: QuoteLine) {
        let command = Command::PutQuoteLines {
            quote,
            version,
            lines: vec![line],
            add_renewals: Vec::new(),
        };
        let mut other = Store::open(self.store.path(), &OpenMode::ReadWrite).unwrap();
        other.apply(&command, "elsewhere", &stamp()).unwrap();
    }

    /// What was sent beside the desk, or to the book, comes back, the oldest first.
    pub fn comes_back(&mut self) -> &mut Driver {
        (self.busy, self.late) = (false, false);
        while let Some(effect) = self.beside.pop_front() {
            let answer = self.answer(effect);
            self.send(answer.expect("an answer"));
        }
        self.draw();
        self
    }

    /// The worker's comparison of the assessment with our own figures arrives.
    pub fn reconcile(&mut self) -> &mut Driver {
        let found = reconcile(&self.pack, &self.desk().snapshot, today(), None);
        self.send(Msg::Reconciled(Box::new(found)));
        self
    }

    /// The worker's effects of all open suggestions arrive.
    pub fn effects(&mut self) -> &mut Driver {
        let desk = self.desk();
        let (engine, stakes) = (desk.engine.clone(), desk.stakes.clone());
        let snapshot = desk.snapshot.clone();
        let suggestions = desk.suggestions.clone();
        let ground = renewdesk::runtime::desk::effects::Ground {
            engine: &engine.unwrap(),
            board: &stakes.unwrap().board,
            drafts: &renewdesk::expand::Drafts::of(&snapshot),
            pack: &self.pack,
            scene: Scene {
                snapshot: &snapshot,
                rules: &self.pack.rules,
                catalogue: &self.catalogue,
                today: today(),
            },
        };
        let totals = renewdesk::runtime::desk::effects::totals(&ground, &suggestions, || false);
        self.send(Msg::Effects(snapshot.op_seq, Box::new(totals)));
        self
    }

    /// A CSV file is imported on a day, as the desk's worker does it.
    pub fn import(&mut self, day: &str, name: &str, text: &str) -> &mut Driver {
        self.import_with(day, name, text, "")
    }

    /// As `import`, with the answers of a map.
    pub fn import_with(&mut self, day: &str, name: &str, text: &str, map: &str) -> &mut Driver {
        self.import_bytes(day, name, text.as_bytes(), map)
    }

    /// The same with a workbook.
    pub fn import_bytes(&mut self, day: &str, name: &str, file: &[u8], map: &str) -> &mut Driver {
        let day: NaiveDate = day.parse().unwrap();
        let options = ingest::ReadOptions {
            format: None,
            map: ingest::Map::parse(map, "map.toml").unwrap(),
            ..ingest::ReadOptions::default()
        };
        let rows = ingest::read(file, name, &options, &mut |_| {}).unwrap();
        let next = &mut self.imported;
        let mut ids = || {
            *next += 1;
            Uuid::from_u128((1u128 << 110) + *next)
        };
        let meta = ingest::BatchMeta {
            at: format!("{day}T10:00:00Z"),
        };
        let book = self.store.snapshot().unwrap();
        let rules = &self.pack.rules;
        let planned =
            ingest::plan(rows, &book, &self.catalogue, rules, &mut ids, &meta, day).unwrap();
        let command = Command::Import(Box::new(planned.plan));
        let stamp = Stamp {
            today: day,
            ..stamp()
        };
        let applied = self
            .store
            .apply(&command, &format!("import {name}"), &stamp);
        self.send(kept(KeptHow::Import, applied));
        self.draw();
        self
    }

    /// The changes of a span come at last.
    pub fn answer_changes(&mut self, span: renewdesk::domain::moved::Span) -> &mut Driver {
        let (book, words) = (self.desk().snapshot.clone(), String::new());
        let answer = self.answer(Effect::LoadChanges { span, words, book });
        self.send(answer.expect("changes"));
        self.draw();
        self
    }

    /// Another window writes a change; this desk has not heard of it.
    pub fn other_window(&mut self, command: &Command) {
        let mut other = Store::open(self.store.path(), &OpenMode::ReadWrite).unwrap();
        other.apply(command, "elsewhere", &stamp()).unwrap();
    }

    /// Types keys as the action table spells them, blanks between; `'text'` types letters.
    pub fn keys(&mut self, keys: &str) -> &mut Driver {
        for key in keys.split_whitespace() {
            match key.strip_prefix('\'').and_then(|k| k.strip_suffix('\'')) {
                Some(text) => self.text(text),
                None => self.press(Key::parse(key).unwrap_or_else(|| panic!("no key {key}"))),
            }
        }
        self.draw();
        self
    }

    /// Types a text, blanks included.
    pub fn text(&mut self, text: &str) {
        for letter in text.chars() {
            let key = if letter == ' ' {
                "space"
            } else {
                &letter.to_string()
            };
            self.press(Key::parse(key).unwrap());
        }
        self.draw();
    }

    /// Pastes, as a terminal that announces it.
    pub fn paste(&mut self, text: &str) -> &mut Driver {
        self.now += 1_000;
        self.send(Msg::Input(Input::Paste(text.into()), self.now));
        self.draw();
        self
    }

    /// Clicks the first place that shows a text.
    pub fn click_on(&mut self, text: &str) -> &mut Driver {
        let screen = self.screen();
        let at = |(y, line): (usize, &str)| Some((line.find(text)?, line.to_string(), y));
        let found = screen.lines().enumerate().find_map(at);
        let (byte, line, y) = found.unwrap_or_else(|| panic!("no {text:?} on\n{screen}"));
        let x = unicode_width::UnicodeWidthStr::width(&line[..byte]);
        let mouse = Mouse {
            kind: MouseKind::Click,
            x: x as u16 + 1,
            y: y as u16,
        };
        self.now += 1_000;
        self.send(Msg::Input(Input::Mouse(mouse), self.now));
        self.draw();
        self
    }

    /// A key in the same moment as the one before.
    pub fn burst(&mut self, key: Key) {
        self.send(Msg::Input(Input::Key(key), self.now));
    }

    /// Silence after which every key counts as done.
    pub fn rest(&mut self) {
        self.now += 1_000;
        self.send(Msg::Tick(self.now));
        self.draw();
    }

    /// Writes a quote's header: it goes out.
    pub fn send_out(&mut self, quote: &renewdesk::domain::quote::Quote) {
        let command = Command::SetQuoteHeader {
            quote: Box::new(quote.clone()),
            version: quote.version,
        };
        let applied = self.store.apply(&command, "sent", &stamp());
        self.send(kept(KeptHow::Edit, applied));
        self.draw();
    }

    fn press(&mut self, key: Key) {
        // hands: slow enough to be no paste
        self.now += 1_000;
        self.send(Msg::Input(Input::Key(key), self.now));
        self.send(Msg::Tick(self.now + 500));
    }

    /// Sends a message and does what is asked for in answer.
    pub fn send(&mut self, msg: Msg) {
        let mut waiting = VecDeque::from([msg]);
        while let Some(msg) = waiting.pop_front() {
            for effect in update::update(&mut self.model, msg) {
                self.asked.push(match &effect {
                    Effect::Forecast { ticket, .. } => format!("Forecast {ticket}"),
                    // in words it would be the whole book
                    Effect::Compute { .. } => "Compute".into(),
                    effect => format!("{effect:?}"),
                });
                waiting.extend(self.answer(effect));
            }
        }
    }

    /// Presses a key: how long until its frame, and the longest that a worker's answer then took until its
    /// own. What the workers do in between is not counted.
    pub fn timed(&mut self, key: &str) -> (Duration, Duration) {
        let key = Key::parse(key).unwrap_or_else(|| panic!("no key {key}"));
        self.timed_input(Input::Key(key))
    }

    /// The same of whatever a person does.
    pub fn timed_input(&mut self, input: Input) -> (Duration, Duration) {
        self.now += 1_000;
        let mut waiting = VecDeque::from([Msg::Tick(self.now + 500)]);
        let mut next = Some(Msg::Input(input, self.now));
        let mut times = Vec::new();
        while let Some(msg) = next {
            let started = Instant::now();
            let effects = update::update(&mut self.model, msg);
            self.draw();
            times.push(started.elapsed());
            for effect in effects {
                waiting.extend(self.answer(effect));
            }
            next = waiting.pop_front();
        }
        let (first, later) = times.split_first().expect("a key at least");
        (*first, later.iter().max().copied().unwrap_or_default())
    }

    fn answer(&mut self, effect: Effect) -> Option<Msg> {
        match effect {
            Effect::Apply { .. } | Effect::Undo | Effect::Redo if self.late => {
                self.beside.push_back(effect);
                None
            }
            Effect::Apply { command, label } => {
                let applied = self.store.apply(&command, &label, &stamp());
                Some(kept(KeptHow::Edit, applied))
            }
            Effect::LoadVersions(quote) => {
                let kept = self.store.quote_versions(quote).unwrap();
                Some(Msg::Versions(quote, kept))
            }
            Effect::Undo => {
                let applied = self.store.undo(&stamp());
                Some(kept(KeptHow::Undo, applied))
            }
            Effect::Redo => {
                let applied = self.store.redo(&stamp());
                Some(kept(KeptHow::Redo, applied))
            }
            Effect::LoadIncentive(path) => {
                let options = incentive::LoadOptions {
                    dry_run: false,
                    replace: false,
                    currency: self.pack.currency,
                };
                let clock = SystemClock::new(Some(today()));
                let store = &mut self.store;
                match incentive::load(path.as_ref(), options, store, &clock, "A. Meyer") {
                    Ok(done) => Some(kept(KeptHow::Edit, Ok(done.applied?))),
                    Err(error) => Some(Msg::Refused(incentive::trouble(&error))),
                }
            }
            Effect::ReadOffer(quote, path) => {
                let options = ingest::ReadOptions::default();
                let rows = std::fs::read(&path).map_err(|error| error.to_string());
                let rows = rows.and_then(|file| {
                    let rows = ingest::read(&file[..], &path, &options, &mut |_| {});
                    rows.map_err(|error| error.to_string())
                });
                let offer = rows.and_then(|rows| {
                    let source = ingest::compared::source(&rows, None);
                    let source = source.map_err(|error| error.to_string())?;
                    Ok(Offer {
                        file: source.name.to_string(),
                        rows: renewdesk::runtime::compare::offered(&source),
                        left_out: source.left_out.clone(),
                        terms: ingest::offer::terms(&rows),
                    })
                });
                Some(Msg::Offer(quote, Box::new(offer)))
            }
            Effect::ReadPicture(path) => Some(Msg::Picture(renewdesk::runtime::picture::read(
                path.as_ref(),
            ))),
            Effect::LoadChanges { .. } if self.deaf => None,
            Effect::LoadChanges { span, words, book } => {
                let found = self.store.imports(span).unwrap();
                let most = self.most_changes;
                let listed = renewdesk::book::changes::listed(found, &book, &words, most);
                let rivals = self.store.rivals().unwrap();
                let rules = &self.pack.rules;
                let open = renewdesk::book::conflicts::conflicts(&rivals, &book, rules);
                Some(Msg::Changes(Box::new(listed), open))
            }
            Effect::Standing(_) if self.deaf => None,
            Effect::Standing(question) => Some(Msg::Standing(Box::new(question.found()))),
            Effect::SeekGoal(query) => Some(self.seek(*query)),
            Effect::Away(_) | Effect::Check(_) if self.busy => {
                self.beside.push_back(effect);
                None
            }
            Effect::Spent(_) => None,
            Effect::Away(away) => Some(Msg::Back(Box::new(away.work()))),
            Effect::Check(asking) => Some(Msg::Checked(Box::new(asking.work()))),
            Effect::Compute { .. } if self.slow => None,
            Effect::Compute {
                snapshot,
                today,
                behind,
            } => Some(self.compute(&snapshot, today, &behind)),
            Effect::Copy(text) => {
                self.copied.push(text);
                Some(Msg::Copied(Ok("Copied".into())))
            }
            Effect::FairSplit(stakes) => Some(Msg::Fair(stakes.fair_lines())),
            Effect::ListFolder(asker, path) => Some(Msg::Folder(Box::new(Folder {
                asker,
                path: if path.is_empty() {
                    "/home/ana".into()
                } else {
                    path
                },
                is_file: false,
                entries: vec![
                    Entry {
                        is_folder: true,
                        ..file("Exports", 0)
                    },
                    file("ccwr_lines.xlsx", 184_320),
                    file("notes.txt", 12),
                ],
                error: None,
            }))),
            Effect::PlanImport { ticket, .. } => {
                let mut preview = self.previews.pop_front()?;
                preview.ticket = ticket;
                Some(Msg::Planned(Box::new(preview)))
            }
            Effect::Forecast {
                ticket,
                engine,
                mut terms,
                draft,
            } => {
                terms.draws = self.draws?;
                Some(Msg::Forecast(Box::new(Drawn {
                    ticket,
                    outcome: engine
                        .forecast(&terms, draft.as_deref())
                        .map_err(|error| error.to_string()),
                    quote: draft.map(|draft| draft.id),
                })))
            }
            _ => None,
        }
    }

    /// What the worker does, to its end.
    fn seek(&self, query: Query) -> Msg {
        let desk = self.desk();
        let search = Search {
            number: 0,
            engine: desk.engine.clone().expect("computed"),
            snapshot: desk.snapshot.clone(),
            suggestions: desk.suggestions.clone(),
            pack: desk.pack.clone(),
            catalogue: desk.catalogue.clone(),
            today: desk.today,
            query,
        };
        let answer = begin(&search).map(|mut seek| {
            let mut looks = 3_000;
            seek.run(&mut || {
                looks -= 1;
                looks > 0
            });
            seek.answer()
        });
        Msg::Sought(Box::new(Found {
            ticket: search.query.ticket,
            answer,
            over: true,
            suggestions: search.suggestions,
        }))
    }

    fn compute(&self, snapshot: &Snapshot, today: NaiveDate, behind: &[RenewalId]) -> Msg {
        let rules = &self.pack.rules;
        let queue = Queue::build(snapshot, rules, &self.catalogue, today);
        let win = |id| {
            queue
                .row(id)
                .map_or_else(Default::default, |row| renewdesk::ui::desk::outlook(&row))
        };
        let scene = Scene {
            snapshot,
            rules,
            catalogue: &self.catalogue,
            today,
        };
        // as the running desk: what an edit leaves alone is not worked out again
        let held = self.model.desk.as_ref().and_then(Desk::suggested);
        let found = match held.filter(|_| self.desk().today == today) {
            Some((before, touched)) => before.again(scene, &touched),
            None => Suggestions::of(scene),
        };
        let engine = Engine::new(&self.pack, snapshot, today, &win);
        let terms = Arc::new(incentive::terms(&engine, &self.pack, snapshot));
        let due = |id| queue.row(id).map(|row| incentive::Due::of(&row));
        let book = incentive::book(snapshot, &self.pack, terms, today, due);
        let stakes = Stakes::of(&engine).map(Arc::new);
        Msg::Computed(Box::new(Computed {
            op_seq: snapshot.op_seq,
            rows: Some(Queue::only(snapshot, rules, &self.catalogue, today, behind)),
            at_stake: AllAtStake::of(stakes.iter().flat_map(|of| of.rows())),
            stakes,
            engine: Some(Arc::new(engine)),
            incentive: Some(Arc::new(book)),
            offers: renewdesk::runtime::desk::offers(&found, scene),
            suggestions: Arc::new(found),
        }))
    }

    /// Another size.
    pub fn size(&mut self, columns: u16, rows: u16) -> &mut Driver {
        self.buffer = Buffer::empty(Rect::new(0, 0, columns, rows));
        self.send(Msg::Input(Input::Resize(columns, rows), self.now));
        self.draw();
        self
    }

    pub fn draw(&mut self) {
        self.buffer.reset();
        let (zones, _) = layout::draw(&self.model, &mut self.buffer);
        if let Some(kept) = &mut self.kept {
            kept.follow(&self.model, &self.buffer);
        }
        self.model.zones = zones;
        if self.prepares {
            update::prepare(&mut self.model);
        }
    }

    /// The cells as they were drawn last.
    pub fn buffer(&self) -> &Buffer {
        &self.buffer
    }

    /// The screen as text.
    pub fn screen(&mut self) -> String {
        self.draw();
        let area = self.buffer.area;
        let mut out = String::new();
        for y in 0..area.height {
            let mut x = 0;
            let mut line = String::new();
            while x < area.width {
                let symbol = self.buffer[(x, y)].symbol();
                line.push_str(symbol);
                x += (unicode_width::UnicodeWidthStr::width(symbol) as u16).max(1);
            }
            out.push_str(line.trim_end());
            out.push('\n');
        }
        out
    }

    /// The screen as text, and under each line the look of every cell as a letter, so that a
    /// snapshot holds styles too.
    pub fn styled(&mut self) -> String {
        let text = self.screen();
        let mut seen: Vec<ratatui::style::Style> = Vec::new();
        let mut out = String::new();
        for (y, line) in text.lines().enumerate() {
            out.push_str(line);
            out.push('\n');
            let mut marks = String::new();
            for x in 0..self.buffer.area.width {
                let style = self.buffer[(x, y as u16)].style();
                let at = seen.iter().position(|s| *s == style).unwrap_or_else(|| {
                    seen.push(style);
                    seen.len() - 1
                });
                marks.push(char::from(b'a' + (at % 26) as u8));
            }
            out.push_str(&marks);
            out.push('\n');
        }
        out
    }

    /// The line of the screen that holds a text.
    pub fn line(&mut self, text: &str) -> String {
        let screen = self.screen();
        screen
            .lines()
            .find(|line| line.contains(text))
            .unwrap_or_else(|| panic!("no {text:?} on\n{screen}"))
            .to_string()
    }

    /// Fails unless the screen holds the text.
    pub fn sees(&mut self, text: &str) -> &mut Driver {
        self.line(text);
        self
    }
}

pub fn stamp() -> Stamp {
    Stamp {
        at: DateTime::from_timestamp(1_795_000_000, 0).unwrap(),
        today: today(),
        actor: "A. Meyer".into(),
    }
}

fn kept(how: KeptHow, applied: Result<Applied, store::StoreError>) -> Msg {
    match applied {
        Ok(applied) => Msg::Kept(Box::new(Kept {
            how,
            seq: applied.seq,
            label: applied.label,
            patch: applied.patch,
            desk: None,
            quote: applied.quote,
            batch: applied.batch,
            at: "10:42".into(),
        })),
        Err(error) => Msg::Refused(Trouble {
            what: error.to_string(),
            hint: error.hint().to_string(),
        }),
    }
}
