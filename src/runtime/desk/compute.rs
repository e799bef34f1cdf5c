//! What takes longer than a frame: the program engine and the suggestions, computed from the book
//! as it stood when they were asked for. Only the newest wish counts; older ones are dropped.

use super::{Event, effects};
use crate::book::{AllAtStake, Queue, QueueRow};
use crate::catalogue::Catalogue;
use crate::domain::ids::{AccountId, RenewalId};
use crate::domain::snapshot::Snapshot;
use crate::expand::{Accepting, Drafts, Ground, Part, Scene, Stretch, Suggestions};
use crate::program::forecast::Outlook;
use crate::program::reconcile::reconcile;
use crate::program::{Engine, Pack, record};
use crate::runtime::incentive::{self, Due};
use crate::runtime::memory;
use crate::ui::desk::outlook;
use crate::ui::msg::{Computed, Msg, Offers, Totals};
use crate::ui::stakes::Stakes;
use chrono::NaiveDate;
use std::collections::{BTreeSet, HashMap};
use std::num::NonZero;
use std::panic;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender};
use std::thread;
use uuid::Uuid;

/// A wish.
pub enum Wish {
    /// Engine and suggestions.
    Figures {
        /// The rules.
        pack: Arc<Pack>,
        /// The book.
        snapshot: Arc<Snapshot>,
        /// The day.
        today: NaiveDate,
        /// Suggestions the book had on that day, and the customers touched since.
        suggested: Option<(Arc<Suggestions>, BTreeSet<AccountId>)>,
        /// What is expected of each renewal, and what its payout asks.
        known: HashMap<RenewalId, Known>,
        /// Renewals whose rows are of the book before, and are worked out here.
        behind: Vec<RenewalId>,
    },
    /// A fair split of what the open deals do together.
    Fair(Arc<Stakes>),
}

/// What the pipeline says of a renewal.
pub struct Known {
    outlook: Outlook,
    due: Due,
}

impl Known {
    /// Of a row.
    pub fn of(row: &QueueRow) -> Known {
        Known {
            outlook: outlook(row),
            due: Due::of(row),
        }
    }
}

/// Runs until no wish can come any more.
pub fn run(catalogue: &Catalogue, wishes: &Receiver<Wish>, to: &SyncSender<Event>) {
    let mut next = None;
    let mut settled = false;
    while let Some(first) = next.take().or_else(|| wishes.recv().ok()) {
        let mut figures = None;
        for wish in std::iter::once(first).chain(wishes.try_iter()) {
            match wish {
                Wish::Fair(stakes) => {
                    let msg = Msg::Fair(stakes.fair_lines());
                    if to.send(Event::Msg(Box::new(msg))).is_err() {
                        return;
                    }
                }
                newest @ Wish::Figures { .. } => figures = Some(newest),
            }
        }
        if let Some(Wish::Figures {
            pack,
            snapshot,
            today,
            suggested,
            mut known,
            behind,
        }) = figures
        {
            let scene = Scene {
                snapshot: &snapshot,
                rules: &pack.rules,
                catalogue,
                today,
            };
            let suggestions = match suggested {
                Some((before, touched)) => before.again(scene, &touched),
                None => suggestions(scene),
            };
            let rows = (!behind.is_empty())
                .then(|| Queue::only(&snapshot, &pack.rules, catalogue, today, &behind));
            if let Some(rows) = &rows {
                let rows = rows.rows().iter();
                known.extend(rows.map(|row| (row.renewal(), Known::of(&row))));
            }
            let found = Computed {
                rows,
                ..compute(&pack, scene, suggestions, known)
            };
            let day = found.engine.as_deref().map(record::projections);
            let later = Later::of(&found);
            let msg = Msg::Computed(Box::new(found));
            if to.send(Event::Msg(Box::new(msg))).is_err() {
                return;
            }
            // after what somebody waits for
            let found = reconcile(&pack, &snapshot, today, None);
            let msg = Msg::Reconciled(Box::new(found));
            if to.send(Event::Msg(Box::new(msg))).is_err() {
                return;
            }
            if let Some(Ok(projections)) = day
                && record::has_score(&projections)
                && to
                    .send(Event::Projected(Arc::clone(&pack), projections))
                    .is_err()
            {
                return;
            }
            let Some(later) = later else { continue };
            let (totals, newer) = later.totals(&pack, catalogue, &snapshot, today, wishes);
            next = newer;
            let msg = Msg::Effects(snapshot.op_seq, Box::new(totals));
            // the desk patches its book in place as long as nobody else holds it
            drop(snapshot);
            if to.send(Event::Msg(Box::new(msg))).is_err() {
                return;
            }
            // the first figures of a book take the most by far
            if !settled && next.is_none() {
                settled = true;
                memory::give_back();
            }
        }
    }
}

/// What is worked out after the figures somebody waits for: the effect of every open suggestion.
struct Later {
    engine: Arc<Engine>,
    stakes: Arc<Stakes>,
    suggestions: Arc<Suggestions>,
}

impl Later {
    fn of(found: &Computed) -> Option<Later> {
        Some(Later {
            engine: found.engine.clone()?,
            stakes: found.stakes.clone()?,
            suggestions: Arc::clone(&found.suggestions),
        })
    }

    /// The effects, and what was wished for meanwhile. Newer figures end them early: they bring
    /// effects of their own.
    fn totals(
        self,
        pack: &Pack,
        catalogue: &Catalogue,
        snapshot: &Snapshot,
        today: NaiveDate,
        wishes: &Receiver<Wish>,
    ) -> (Totals, Option<Wish>) {
        let ground = effects::Ground {
            engine: &self.engine,
            board: &self.stakes.board,
            drafts: &Drafts::of(snapshot),
            pack,
            scene: Scene {
                snapshot,
                rules: &pack.rules,
                catalogue,
                today,
            },
        };
        let mut newer = None;
        let totals = effects::totals(&ground, &self.suggestions, || {
            newer = newer.take().or_else(|| wishes.try_recv().ok());
            matches!(newer, Some(Wish::Figures { .. }))
        });
        (totals, newer)
    }
}

/// How many open suggestions get their lines worked out ahead; those further down are worked out
/// when somebody looks at them.
const MOST_OFFERS: usize = 500;

/// The lines the best open suggestions would bring into a quote.
pub fn offers(suggestions: &Suggestions, scene: Scene<'_>) -> Offers {
    // Placeholders: lines that are taken get ids of their own.
    let mut count = 0u128;
    let mut ids = || {
        count += 1;
        Uuid::from_u128(count)
    };
    let mut accepting = Accepting::new(scene, suggestions.ground());
    let best = suggestions.open().iter().take(MOST_OFFERS);
    best.filter_map(|at| suggestions.full(*at as usize, scene))
        .map(|suggestion| {
            let lines = accepting.lines(&suggestion, &mut ids);
            let lines = lines.map_err(|refusal| refusal.sentence());
            (suggestion.key.clone(), lines)
        })
        .collect()
}

/// The suggestions of a book, its customers worked out beside each other on as many cores as there are
/// beside the one that draws, two at least.
pub fn suggestions(scene: Scene<'_>) -> Suggestions {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let parts = cores.saturating_sub(1).max(2);
    let stretches = Stretch::all(scene, u32::try_from(parts).unwrap_or(2));
    let ground = Ground::joined(scene, beside(stretches, |stretch| stretch.read(scene)));
    let accounts = ground.parts(parts).into_iter();
    let parts = beside(accounts, |accounts| Part::apart(scene, &ground, accounts));
    Suggestions::joined(scene, ground, parts)
}

/// What each of the parts gives, in their order, all worked out beside each other.
fn beside<P: Send, D: Send>(
    parts: impl Iterator<Item = P>,
    work: impl Fn(P) -> D + Sync,
) -> Vec<D> {
    thread::scope(|threads| {
        let work = &work;
        let begun: Vec<_> = parts
            .map(|part| threads.spawn(move || work(part)))
            .collect();
        let done = |part: thread::ScopedJoinHandle<'_, D>| match part.join() {
            Ok(done) => done,
            // what went wrong there goes wrong here: the desk tells of it
            Err(why) => panic::resume_unwind(why),
        };
        begun.into_iter().map(done).collect()
    })
}

fn compute(
    pack: &Pack,
    scene: Scene<'_>,
    suggestions: Suggestions,
    known: HashMap<RenewalId, Known>,
) -> Computed {
    let (snapshot, today) = (scene.snapshot, scene.today);
    let chance = |id: RenewalId| {
        known
            .get(&id)
            .map(|known| known.outlook)
            .unwrap_or_default()
    };
    let engine = Engine::new(pack, snapshot, today, &chance);
    let terms = Arc::new(incentive::terms(&engine, pack, snapshot));
    let due = |id| known.get(&id).map(|known| known.due);
    let incentive = incentive::book(snapshot, pack, terms, today, due);
    drop(known);
    let stakes = Stakes::of(&engine).map(Arc::new);
    Computed {
        op_seq: snapshot.op_seq,
        rows: None,
        at_stake: stakes
            .as_ref()
            .map(|known| AllAtStake::of(known.rows()))
            .unwrap_or_default(),
        stakes,
        engine: Some(Arc::new(engine)),
        incentive: Some(Arc::new(incentive)),
        offers: offers(&suggestions, scene),
        suggestions: Arc::new(suggestions),
    }
}
