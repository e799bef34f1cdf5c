//! Undo and redo of everything, in any order, against a model that keeps every state.

use crate::fixture::*;
use proptest::prelude::*;
use renewdesk::domain::activity::Activity;
use renewdesk::domain::baseline::{BaselineRow, Typed};
use renewdesk::domain::command::*;
use renewdesk::domain::ids::*;
use renewdesk::domain::quote::{BuyDriver, QuoteStatus};
use renewdesk::domain::renewal::Reviewed;
use renewdesk::domain::snapshot::Snapshot;
use renewdesk::domain::suggestion::{Decision, Verdict};
use renewdesk::domain::view::SavedView;
use renewdesk::store::{OpenMode, Store, StoreError};
use std::path::Path;
use uuid::Uuid;

/// What a test person does; `pick` chooses among the rows there are, `word` is what they type.
#[derive(Clone, Copy, Debug)]
enum Deed {
    Command { what: u8, pick: u8, word: u8 },
    Undo,
    Redo,
    Reopen,
}

fn deed() -> impl Strategy<Value = Deed> {
    let command = (0..22_u8, any::<u8>(), any::<u8>())
        .prop_map(|(what, pick, word)| Deed::Command { what, pick, word });
    prop_oneof![8 => command, 2 => Just(Deed::Undo), 2 => Just(Deed::Redo), 1 => Just(Deed::Reopen)]
}

/// Turns a deed into a command that fits the book; `None` when there is nothing to do it on.
fn command(book: &Snapshot, what: u8, pick: u8, word: u8, fresh: &mut u64) -> Option<Command> {
    let pick = usize::from(pick);
    let text = format!("w{word}");
    let renewal = book.renewals.at(pick % book.renewals.len().max(1));
    let renewal = renewal.as_ref();
    let quote = book.quotes.at(pick % book.quotes.len().max(1));
    let quote = quote.as_ref();
    let mut next = || {
        *fresh += 1;
        id(99, *fresh)
    };
    let day = day("2026-12-01") + chrono::Days::new(u64::from(word));
    Some(match what {
        0 => Command::SetStage(stage_change(renewal?, &text, next())),
        1 => Command::SetOwner {
            renewals: book
                .renewals
                .iter()
                .take(pick % 4 + 1)
                .map(|r| (r.id, r.versions.owner))
                .collect(),
            owner: (!word.is_multiple_of(3)).then(|| text.into()),
        },
        2 => Command::LogContact {
            activity: activity(renewal?.id, &text, next()),
            version: renewal?.versions.next,
            next_step: Some(text),
            next_date: (word.is_multiple_of(2)).then_some(day),
        },
        3 => Command::SetNext {
            renewal: renewal?.id,
            version: renewal?.versions.next,
            step: (word.is_multiple_of(2)).then_some(text),
            date: Some(day),
        },
        4 => Command::Snooze {
            renewals: vec![(renewal?.id, renewal?.versions.next)],
            until: (word.is_multiple_of(2)).then_some(day),
        },
        5 => Command::AddActivity(activity(renewal?.id, &text, next())),
        6 => Command::SetOutlook {
            renewal: renewal?.id,
            version: renewal?.versions.outlook,
            outlook: Outlook {
                planned_on: Some(day),
                forecast: Some("likely".into()),
                at_risk: (word.is_multiple_of(2)).then(|| text.clone()),
                signals: vec![text.into()],
            },
        },
        7 => Command::MarkReviewed {
            renewals: vec![(
                renewal?.id,
                (!word.is_multiple_of(4)).then_some(Reviewed {
                    on: day,
                    reasons: text,
                }),
            )],
        },
        8 => Command::NewQuote(Box::new(new_quote(book, word, &mut next)?)),
        9 => {
            let quote = quote?;
            let mut lines: Vec<_> = quote.lines.iter().take(2).cloned().collect();
            for line in &mut lines {
                line.buy = BuyDriver::UnitNet(word.into());
            }
            let mut added = quote_line(quote.lines.iter().map(|l| l.number).max().unwrap_or(0) + 1);
            (added.id, added.renews, added.renewal) = (QuoteLineId(next()), None, None);
            lines.push(added);
            Command::PutQuoteLines {
                quote: quote.id,
                version: quote.version,
                lines,
                add_renewals: renewal.map(|r| r.id).into_iter().collect(),
            }
        }
        10 if word % 5 == 4 => Command::ReplaceQuoteLines {
            quote: quote?.id,
            version: quote?.version,
            lines: quote?.lines.iter().skip(1).cloned().collect(),
        },
        10 => Command::RemoveQuoteLines {
            quote: quote?.id,
            version: quote?.version,
            lines: quote?
                .lines
                .iter()
                .take(usize::from(word % 3))
                .map(|l| l.id)
                .collect(),
        },
        11 => {
            let mut header = quote?.clone();
            header.status = if word.is_multiple_of(2) {
                QuoteStatus::Sent
            } else {
                QuoteStatus::Draft
            };
            header.valid_until = Some(day);
            Command::SetQuoteHeader {
                version: header.version,
                quote: Box::new(header),
            }
        }
        12 => Command::NameQuoteVersion {
            quote: quote?.id,
            name: text,
        },
        13 if word % 3 == 2 => {
            let renewal = renewal?;
            let verdict = Verdict::Planned {
                renewal: renewal.id,
                on: day,
            };
            let accept = AcceptInto::Task {
                note: activity(renewal.id, &text, next()),
                version: renewal.versions.next,
                step: text,
                on: day,
            };
            Command::Decide {
                decision: decision(next(), word % 4, verdict),
                accept: Some(Box::new(accept)),
            }
        }
        13 => Command::Decide {
            decision: decision(next(), word % 4, Verdict::Dismissed { reason: text }),
            accept: None,
        },
        14 => {
            let quote = new_quote(book, word, &mut next)?;
            Command::Decide {
                decision: decision(next(), word % 4, Verdict::Accepted { quote: quote.id }),
                accept: Some(Box::new(AcceptInto::New(quote))),
            }
        }
        15 => {
            let mut line = book.lines.iter().nth(pick % book.lines.len().max(1))?;
            line.premium = [None, Some(true), Some(false)][usize::from(word % 3)];
            Command::SetLineFlags {
                line: Box::new(line),
            }
        }
        16 => Command::PutView {
            id: ViewId(id(50, u64::from(word % 3))),
            view: Some(SavedView {
                id: ViewId(id(50, u64::from(word % 3))),
                name: text.clone(),
                filter: "owner = me".into(),
                sort: "atr".into(),
                descending: pick.is_multiple_of(2),
                grouped: false,
            }),
        },
        17 => Command::PutView {
            id: book
                .views
                .as_slice()
                .get(pick % book.views.len().max(1))?
                .id,
            view: None,
        },
        18 => Command::Set {
            key: format!("k{}", pick % 3),
            value: (!word.is_multiple_of(3)).then_some(text),
        },
        19 => Command::Overnight(vec![stage_change(renewal?, "lapsed", next())]),
        20 => Command::PutBaseline(Box::new(assessment(book, pick, word, &mut next))),
        _ => Command::Import(Box::new(import(book, pick, word, &mut next))),
    })
}

/// Types a row anew or over one that stands, and takes another away.
fn assessment(
    book: &Snapshot,
    pick: usize,
    word: u8,
    next: &mut impl FnMut() -> Uuid,
) -> BaselineEdit {
    let rows = book.baseline.as_slice();
    let was = rows.get(pick % (rows.len() + 1)).cloned();
    let fresh = BaselineRow {
        id: BaselineId(next()),
        reseller: None,
        be_id: Some("1".into()),
        portfolio: renewdesk::domain::portfolio::Portfolio::services(),
        category: None,
        category_weight_pct: None,
        measurement: "On-time renewal rate".into(),
        metric: Some("otrr".into()),
        measurement_weight_pct: None,
        month: format!("FY27M{}", 1 + word % 12).into(),
        achieved: None,
        achieved_index: None,
        applied_index: None,
        a: None,
        b: None,
        c: None,
        counts: [None; 3],
        batch: None,
        row: None,
        typed: None,
    };
    let row = BaselineRow {
        a: Some(word.into()),
        typed: word.is_multiple_of(2).then(|| Typed {
            by: "dana".into(),
            on: day("2026-11-22"),
        }),
        ..was.clone().unwrap_or(fresh)
    };
    let gone = rows.iter().find(|other| other.id != row.id);
    BaselineEdit {
        drop: gone
            .filter(|_| word.is_multiple_of(5))
            .cloned()
            .into_iter()
            .collect(),
        put: vec![(was, row)],
        settings: vec![("size.services".into(), (word > 100).then(|| "M".into()))],
    }
}

fn stage_change(of: &renewdesk::domain::renewal::Renewal, stage: &str, note: Uuid) -> StageChange {
    StageChange {
        renewal: of.id,
        version: of.versions.stage,
        stage: stage.into(),
        on: Some(day("2026-12-24")),
        reason: Some("price".into()),
        note: Some(activity(of.id, "moved", note)),
        po: Some("4500".into()),
        order: None,
        books: stage.len().is_multiple_of(2),
    }
}

fn activity(renewal: RenewalId, text: &str, id: Uuid) -> Activity {
    Activity {
        id: ActivityId(id),
        renewal,
        on: day("2026-11-22"),
        by: "dana".into(),
        kind: "note".into(),
        text: text.into(),
    }
}

fn decision(id: Uuid, key: u8, verdict: Verdict) -> Decision {
    Decision {
        id: DecisionId(id),
        key: format!("gap/{key}"),
        facts: "f".into(),
        verdict,
        on: day("2026-11-22"),
        by: "dana".into(),
    }
}

fn new_quote(
    book: &Snapshot,
    word: u8,
    next: &mut impl FnMut() -> Uuid,
) -> Option<renewdesk::domain::quote::Quote> {
    let mut quote = quote(0, Vec::new());
    quote.id = QuoteId(next());
    quote.account = book.accounts.ids().first().copied()?;
    quote.renewals = book.renewals.iter().take(1).map(|r| r.id).collect();
    quote.lines = (1..=u32::from(word % 4))
        .map(|n| {
            let mut line = quote_line(n);
            (line.id, line.renews, line.renewal) = (QuoteLineId(next()), None, None);
            line
        })
        .collect();
    Some(quote)
}

/// Changes some lines, adds some, moves and drops renewals: what a second export does.
fn import(book: &Snapshot, pick: usize, word: u8, next: &mut impl FnMut() -> Uuid) -> ImportPlan {
    let mut plan = plan(12 + pick as u64 % 25, book.op_seq);
    plan.batch = Some(renewdesk::domain::batch::Batch {
        id: BatchId(next()),
        ..batch(1)
    });
    for (at, line) in plan.put_lines.iter_mut().enumerate() {
        line.origin = None;
        if at % 3 == usize::from(word % 3) {
            line.quantity = word.into();
        }
    }
    for contract in &mut plan.put_contracts {
        if word.is_multiple_of(2) {
            contract.auto_renew = None;
        }
    }
    plan.put_renewals
        .retain(|r| book.renewals.get(r.id).is_none());
    plan.put_settings = vec![("demo".into(), word.to_string())];
    plan.drop_renewals = book
        .renewals
        .iter()
        .skip(pick % 7)
        .take(usize::from(word % 2))
        .filter(|r| !plan.put_renewals.iter().any(|p| p.id == r.id))
        .map(|r| r.id)
        .collect();
    plan
}

struct Model {
    store: Store,
    live: Snapshot,
    past: Vec<Vec<String>>,
    future: Vec<Vec<String>>,
    fresh: u64,
}

impl Model {
    fn new(path: &Path) -> Model {
        let store = create(path);
        let live = store.snapshot().unwrap();
        Model {
            store,
            live,
            past: Vec::new(),
            future: Vec::new(),
            fresh: 0,
        }
    }

    fn now(&self) -> Vec<String> {
        let book = self.store.snapshot().unwrap();
        assert_eq!(
            words(&self.live, true),
            words(&book, true),
            "the patch told all"
        );
        words(&book, false)
    }

    fn act(&mut self, deed: Deed) {
        match deed {
            Deed::Command { what, pick, word } => {
                let Some(command) = command(&self.live, what, pick, word, &mut self.fresh) else {
                    return;
                };
                let before = self.now();
                let applied = self.store.apply(&command, "deed", &stamp()).unwrap();
                self.live.apply(applied.patch);
                self.past.push(before);
                self.future.clear();
                self.now();
            }
            Deed::Undo => {
                self.undo();
            }
            Deed::Redo => {
                self.redo();
            }
            Deed::Reopen => {
                let path = self.store.path().to_path_buf();
                self.store = Store::open(&path, &OpenMode::ReadWrite).unwrap();
            }
        }
    }

    fn undo(&mut self) -> bool {
        let before = self.now();
        let result = self.store.undo(&stamp());
        let Some(expected) = self.past.pop() else {
            assert!(matches!(result, Err(StoreError::NothingToUndo)));
            return false;
        };
        self.live.apply(result.unwrap().patch);
        assert_eq!(self.now(), expected);
        self.future.push(before);
        true
    }

    fn redo(&mut self) -> bool {
        let before = self.now();
        let result = self.store.redo(&stamp());
        let Some(expected) = self.future.pop() else {
            assert!(matches!(result, Err(StoreError::NothingToRedo)));
            return false;
        };
        self.live.apply(result.unwrap().patch);
        assert_eq!(self.now(), expected);
        self.past.push(before);
        true
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn undoing_all_gives_the_start_and_redoing_all_the_end(deeds in prop::collection::vec(deed(), 1..28)) {
        let dir = tempfile::tempdir().unwrap();
        let mut model = Model::new(&dir.path().join("book.db"));
        model.act(Deed::Command { what: 20, pick: 11, word: 4 });
        for deed in deeds {
            model.act(deed);
        }
        while model.redo() {}
        let end = model.now();
        while model.undo() {}
        prop_assert!(model.now().is_empty(), "an empty book");
        while model.redo() {}
        prop_assert_eq!(model.now(), end);
        let report = model.store.check().unwrap();
        prop_assert!(report.is_sound(), "{:?}", report);
    }
}
