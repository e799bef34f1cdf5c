//! What the desk knows: the book as values, the rules, the day, and what follows from them. Loaded
//! by a worker, patched here when a change was written. Screens read it and never write it.

use super::effect::{Effect, Tone};
use super::msg::{Computed, Offers, Totals};
use super::overlay::Overlay;
use super::pane::forecast::Forecasts;
use super::stakes::Stakes;
use crate::book::{Gear, Queue, QueueRow, QueueRows, Told};
use crate::catalogue::Catalogue;
use crate::domain::ids::{AccountId, IdSource, LineId, QuoteId, RenewalId};
use crate::domain::quote::Quote;
use crate::domain::renewal::Renewal;
use crate::domain::rules::Rules;
use crate::domain::snapshot::{Patch, RowPatch, Snapshot};
use crate::domain::text::clean;
use crate::expand::{Edits, Scene, Suggestion, Suggestions};
use crate::program::forecast::Outlook;
use crate::program::reconcile::Reconciliation;
use crate::program::{Edited, Engine, Pack, incentive};
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A quote of so many lines is long: what is done to all of it may take longer than a key may.
pub const LONG: usize = 500;

/// The desk's knowledge.
pub struct Desk {
    /// The book.
    pub snapshot: Arc<Snapshot>,
    /// The rule pack.
    pub pack: Arc<Pack>,
    /// Where the pack comes from, in words.
    pub rules_from: Arc<str>,
    /// Edits since the suggestions were worked out.
    pub edits: Edits,
    /// The renewal rules of the pack.
    pub rules: Arc<Rules>,
    /// What is known of products.
    pub catalogue: Arc<Catalogue>,
    /// The pipeline's rows for this day.
    pub queue: Queue,
    /// Suggestions, best first; empty until computed.
    pub suggestions: Arc<Suggestions>,
    /// What the best of them would bring into a quote.
    pub offers: Arc<Offers>,
    /// The program engine over the book; none until computed.
    pub engine: Option<Arc<Engine>>,
    /// Counts up when the engine is another one or counts other deals.
    pub scored: u64,
    /// How sure the scores are; empty until somebody looks.
    pub forecasts: Forecasts,
    /// What renewals pay by the loaded rates; none until computed.
    pub incentive: Option<Arc<incentive::Book>>,
    /// Our own figures beside the newest assessment; empty until computed.
    pub reconciliation: Arc<Reconciliation>,
    /// What accepting each open suggestion would do, with the operation of the book it is about.
    pub totals: (i64, Arc<Totals>),
    /// What each open renewal does to the scores; none until computed.
    pub stakes: Option<Arc<Stakes>>,
    /// The day.
    pub today: NaiveDate,
    /// Who works here.
    pub user: Arc<str>,
    /// Name of the book, without its folder.
    pub book: String,
    /// `saved 10:42`, `saved`.
    pub saved: String,
    /// Opened without the right to write.
    pub read_only: bool,
    /// Counts up when rows come, go or change their texts.
    pub generation: u64,
    /// The clock was set back: said until the day is right again.
    pub clock_back: bool,
    /// Another one once lines of the book changed: what was made of them before is to be made anew.
    pub lines_as_of: Arc<()>,
    /// From so many lines on a quote is long ([`LONG`]).
    pub long: usize,
    /// Renewals whose rows and scores are of their long quote as it was before this operation, until the
    /// background has computed them.
    pub behind: BTreeMap<RenewalId, i64>,
}

/// What is expected of a renewal: what the scores count it by.
pub fn outlook(row: &QueueRow) -> Outlook {
    Outlook {
        win_pct: row.risk().win_pct,
        risk: Some(row.risk().level),
    }
}

/// What the worker hands over once the book is read.
pub type Loaded = Desk;

impl Desk {
    /// The pipeline's rows, in no order that matters.
    pub fn rows(&self) -> &QueueRows {
        self.queue.rows()
    }

    /// The row of a renewal.
    pub fn row(&self, id: RenewalId) -> Option<QueueRow<'_>> {
        self.queue.row(id)
    }

    /// What rows are searched and filtered by beside what they show.
    pub fn gear(&self) -> Gear<'_> {
        Gear::of(&self.queue, &self.snapshot.lines)
    }

    /// What the row of a renewal says in words.
    pub fn told(&self, id: RenewalId) -> Option<Arc<Told>> {
        self.queue
            .told(id, &self.snapshot, &self.rules, &self.catalogue)
    }

    /// What suggestions are made from.
    pub fn scene(&self) -> Scene<'_> {
        Scene {
            snapshot: &self.snapshot,
            rules: &self.rules,
            catalogue: &self.catalogue,
            today: self.today,
        }
    }

    /// The suggestions held, with the customers that edits touched since: what a list of the book as it now
    /// stands can be made from. None of another day, or where the book changed at large.
    pub fn suggested(&self) -> Option<(Arc<Suggestions>, BTreeSet<AccountId>)> {
        let (op_seq, day) = self.suggestions.of_state()?;
        let touched = self.edits.between(op_seq, self.snapshot.op_seq)?;
        let same_day = day == self.today;
        same_day.then(|| (Arc::clone(&self.suggestions), touched))
    }

    /// A suggestion in full, by its place.
    pub fn suggestion(&self, at: u32) -> Option<Arc<Suggestion>> {
        self.suggestions.full(at as usize, self.scene())
    }

    /// A written change, as the rows now stand.
    pub fn keep(&mut self, patch: Patch, at: &str) {
        let touched = self.queue.touched_by(&patch, &self.snapshot);
        let later = self.takes_long(&patch);
        self.edits.note(&patch, &self.snapshot);
        let lines: Vec<LineId> = patch.rows.iter().filter_map(line_of).collect();
        if !lines.is_empty() || patch.full.is_some() {
            self.lines_as_of = Arc::default();
        }
        let cases = |row: &RowPatch| matches!(row, RowPatch::UseCase(..));
        let cases = patch.rows.iter().any(cases);
        Arc::make_mut(&mut self.snapshot).apply(patch);
        if cases {
            self.queue.follow_cases(&self.snapshot);
        }
        match touched {
            None => self.rebuild(),
            Some(touched) if later => {
                let op_seq = self.snapshot.op_seq;
                self.behind.extend(touched.iter().map(|id| (*id, op_seq)));
            }
            Some(touched) => {
                self.behind.retain(|id, _| !touched.contains(id));
                let held = |id: &RenewalId| self.queue.row(*id).is_some();
                let there = |id: &RenewalId| self.snapshot.renewals.contains(*id);
                // a row that comes or goes moves others
                let moved = touched.iter().any(|id| held(id) != there(id));
                self.queue.refresh(
                    &self.snapshot,
                    &self.rules,
                    &self.catalogue,
                    self.today,
                    &touched,
                );
                if moved {
                    self.generation += 1;
                }
                self.refresh_engine(&touched, &lines);
            }
        }
        self.saved = format!("saved {at}");
    }

    /// True for a change of nothing but lines of long quotes. No row comes or goes by it, and what follows
    /// from it (risk, scores) is brought by the background, which says so until then.
    fn takes_long(&self, patch: &Patch) -> bool {
        let only_lines = |row: &RowPatch| {
            let RowPatch::Quote(id, Some(now)) = row else {
                return false;
            };
            self.snapshot.quotes.head(*id).is_some_and(|was| {
                was.lines.max(now.lines.len()) >= self.long
                    && (was.created_on, was.currency) == (now.created_on, now.currency)
                    && was.renewals == now.renewals
                    && was.number == now.number
            })
        };
        let rows = &patch.rows;
        self.engine.is_some()
            && patch.full.is_none()
            && patch.settings.is_empty()
            && !rows.is_empty()
            && rows.iter().all(only_lines)
    }

    /// True for a quote of the book that is long.
    pub fn is_long(&self, quote: QuoteId) -> bool {
        let head = self.snapshot.quotes.head(quote);
        head.is_some_and(|head| head.lines >= self.long)
    }

    /// What a thread beside the desk needs of it for work on a quote: the book, the rules, the scores, the
    /// rows of these renewals. Nothing is long there.
    pub fn beside(&self, renewals: &[RenewalId]) -> Desk {
        Desk {
            snapshot: Arc::clone(&self.snapshot),
            pack: Arc::clone(&self.pack),
            rules_from: Arc::clone(&self.rules_from),
            edits: Edits::of(&self.snapshot),
            rules: Arc::clone(&self.rules),
            catalogue: Arc::clone(&self.catalogue),
            queue: self.queue.part(&self.rules, renewals),
            suggestions: Arc::default(),
            offers: Arc::default(),
            engine: self.engine.clone(),
            scored: self.scored,
            forecasts: Forecasts::default(),
            incentive: self.incentive.clone(),
            reconciliation: Arc::clone(&self.reconciliation),
            totals: Default::default(),
            stakes: self.stakes.clone(),
            today: self.today,
            user: Arc::clone(&self.user),
            book: self.book.clone(),
            saved: self.saved.clone(),
            read_only: self.read_only,
            generation: self.generation,
            clock_back: self.clock_back,
            lines_as_of: Arc::clone(&self.lines_as_of),
            long: usize::MAX,
            behind: BTreeMap::new(),
        }
    }

    /// The civil day changed.
    pub fn new_day(&mut self, today: NaiveDate, backwards: bool) {
        self.today = today;
        self.clock_back = backwards;
        self.rebuild();
    }

    /// What the background found; nothing where it is of the book as it was before it was read again.
    pub fn computed(&mut self, computed: Computed) {
        if computed.op_seq < self.edits.read_at() {
            return;
        }
        self.suggestions = computed.suggestions;
        self.edits.forget(computed.op_seq);
        self.queue.set_plays(self.suggestions.plays());
        self.offers = Arc::new(computed.offers);
        if let Some(rows) = computed.rows.filter(|rows| rows.today() == self.today) {
            let (behind, op_seq) = (&self.behind, computed.op_seq);
            let wanted = |id| behind.get(&id).is_some_and(|since| *since <= op_seq);
            self.queue.take(&rows, wanted);
            self.behind.retain(|_, since| *since > op_seq);
        }
        if computed.engine.is_some() {
            self.engine = computed.engine;
            self.scored += 1;
        }
        if let Some(stakes) = computed.stakes {
            self.queue.set_stakes(computed.at_stake);
            self.stakes = Some(stakes);
        }
        if computed.incentive.is_some() {
            self.incentive = computed.incentive;
        }
    }

    /// Brings the scores up to date at once; the background computes them anew later. While it
    /// still holds the engine the old scores stand until then.
    fn refresh_engine(&mut self, renewals: &[RenewalId], lines: &[LineId]) {
        let (queue, snapshot) = (&self.queue, &self.snapshot);
        if let Some(engine) = self.engine.as_mut().and_then(Arc::get_mut) {
            let expected = |id| queue.row(id).map(|row| outlook(&row)).unwrap_or_default();
            engine.refresh(snapshot, Edited { renewals, lines }, &expected);
            self.scored += 1;
        }
    }

    fn rebuild(&mut self) {
        self.generation += 1;
        self.behind.clear();
        let queue = Queue::build(&self.snapshot, &self.rules, &self.catalogue, self.today);
        let before = std::mem::replace(&mut self.queue, queue);
        self.queue.tell_as(before);
    }

    /// A renewal of the book.
    pub fn renewal(&self, id: RenewalId) -> Option<Renewal> {
        self.snapshot.renewals.get(id)
    }

    /// A quote of the book.
    pub fn quote(&self, id: QuoteId) -> Option<Quote> {
        self.snapshot.quotes.get(id)
    }

    /// The newest quote over a renewal.
    pub fn quote_of(&self, renewal: RenewalId) -> Option<Quote> {
        self.quote(self.queue.row(renewal)?.quote()?)
    }

    /// Which quote is the newest over a renewal: quicker to tell than the quote itself.
    pub fn quote_id_of(&self, renewal: RenewalId) -> Option<QuoteId> {
        let id = self.queue.row(renewal)?.quote()?;
        self.snapshot.quotes.contains(id).then_some(id)
    }

    /// Typed text as it may be kept: cleaned and without blanks around it.
    pub fn typed(text: &str) -> String {
        clean(text).trim().to_string()
    }
}

impl std::fmt::Debug for Desk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // names and prices stay out of logs
        write!(f, "Desk at change {}", self.snapshot.op_seq)
    }
}

/// What an action or a key of a screen works with: the desk to read, a source of new ids, and
/// the effects it asks for.
pub struct Ctx<'a> {
    /// The desk.
    pub desk: &'a Desk,
    /// New ids.
    pub ids: &'a mut dyn IdSource,
    /// Wishes so far.
    pub effects: Vec<Effect>,
    /// The screen had nothing to do with the action (`Back`, `Explain`): the frame takes it.
    pub passed: bool,
}

impl<'a> Ctx<'a> {
    /// A context without wishes.
    pub fn new(desk: &'a Desk, ids: &'a mut dyn IdSource) -> Ctx<'a> {
        Ctx {
            desk,
            ids,
            effects: Vec::new(),
            passed: false,
        }
    }

    /// Leaves the action to the frame.
    pub fn pass(&mut self) {
        self.passed = true;
    }

    /// Asks for something.
    pub fn ask(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    /// Says something in the status line.
    pub fn say(&mut self, tone: Tone, text: impl Into<String>) {
        self.ask(Effect::Say(tone, text.into()));
    }

    /// Asks for a change of the book.
    pub fn apply(&mut self, command: crate::domain::command::Command, label: impl Into<String>) {
        self.ask(Effect::Apply {
            command: Box::new(command),
            label: label.into(),
        });
    }

    /// Puts a popup on top.
    pub fn open(&mut self, overlay: Overlay) {
        self.ask(Effect::Open(Box::new(overlay)));
    }
}

/// The line a changed row is.
fn line_of(row: &RowPatch) -> Option<LineId> {
    match row {
        RowPatch::Line(id, _) => Some(*id),
        _ => None,
    }
}
