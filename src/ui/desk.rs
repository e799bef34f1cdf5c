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
use std::collections::BTreeSet;
use std::sync::Arc;

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
            Some(touched) => {
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
