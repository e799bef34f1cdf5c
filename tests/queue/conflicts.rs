//! Conflicts: when what a person wrote and what a later import brought are two different things.

use crate::fixture::*;
use proptest::prelude::*;
use renewdesk::book::changes::Value;
use renewdesk::book::conflicts::{About, Conflict, Verdict, conflicts, settle};
use renewdesk::domain::batch::{Batch, Counts};
use renewdesk::domain::command::Command;
use renewdesk::domain::ids::{BatchId, IdSource, LineId, QuoteId, QuoteLineId};
use renewdesk::domain::line::Line;
use renewdesk::domain::moved::Imported;
use renewdesk::domain::quote::Quote;
use renewdesk::domain::rival::{QuoteField, Rivals, Write};
use renewdesk::domain::rules::Rules;
use renewdesk::pricing::draft::{DraftOptions, Expiring, Limits, draft_quote};
use renewdesk::program::Pack;
use std::sync::LazyLock;

static RULES: LazyLock<Rules> = LazyLock::new(|| Pack::shipped().rules);

/// A book with one quoted line, and the history it would have.
struct Desk {
    book: Book,
    rivals: Rivals,
    line: LineId,
    quote: QuoteId,
    seq: i64,
}

impl Desk {
    fn new() -> Desk {
        let (mut book, _, renewal, line) = single("2026-12-31");
        let mut held = book.snapshot.lines.get(line).unwrap();
        held.discount_pct = Some(dec("30"));
        book.snapshot.lines.put(held.clone());
        let mut next = 5_000;
        let mut ids = || {
            next += 1;
            uuid(next)
        };
        let expiring = [Expiring {
            renewal,
            account: held.account,
            currency: held.currency,
            lines: vec![(held.clone(), Limits::default())],
        }];
        let ids: &mut dyn IdSource = &mut ids;
        let today = day("2026-11-22");
        let options = DraftOptions::default();
        let mut quote = draft_quote(&expiring, ids, today, &RULES, &options)
            .unwrap()
            .quote;
        quote.number = "Q-1001".into();
        let mut desk = Desk {
            line,
            quote: quote.id,
            book: {
                book.snapshot.quotes.put(quote);
                book
            },
            rivals: Rivals::default(),
            seq: 0,
        };
        for field in QuoteField::ALL {
            desk.wrote(field);
        }
        desk
    }

    fn quote(&self) -> Quote {
        self.book.snapshot.quotes.get(self.quote).unwrap()
    }

    fn first(&self) -> QuoteLineId {
        self.quote().lines[0].id
    }

    /// The field was written just now.
    fn wrote(&mut self, field: QuoteField) {
        self.seq += 1;
        let write = Write {
            seq: self.seq,
            day: day("2026-11-20"),
            actor: "A. Meyer".into(),
        };
        for line in self.quote().lines {
            let fields = self.rivals.writes.entry(line.id).or_default();
            fields.insert(field, write.clone());
        }
    }

    /// A rep types a quantity.
    fn types(&mut self, quantity: &str) {
        let mut quote = self.quote();
        quote.lines[0].quantity = dec(quantity);
        self.book.snapshot.quotes.put(quote);
        self.wrote(QuoteField::Quantity);
    }

    /// An import writes the line.
    fn imports(&mut self, change: impl FnOnce(&mut Line)) {
        self.seq += 1;
        let before = self.book.snapshot.lines.get(self.line).unwrap();
        let mut after = before.clone();
        change(&mut after);
        if after != before {
            let past = self.rivals.lines.entry(self.line).or_default();
            past.insert(0, (self.seq, before));
        }
        self.book.snapshot.lines.put(after);
        let batch = Batch {
            id: BatchId(uuid(9_000 + self.seq as u64)),
            file: format!("file {}", self.seq),
            sha256: String::new(),
            format: "generic".into(),
            at: String::new(),
            counts: Counts::default(),
        };
        self.book.snapshot.batches.put(batch.clone());
        self.rivals.imports.insert(
            0,
            Imported {
                seq: self.seq,
                at: chrono::DateTime::from_timestamp(1_795_000_000, 0).unwrap(),
                today: day("2026-11-21"),
                actor: "B. Santos".into(),
                batch,
            },
        );
    }

    fn open(&self) -> Vec<Conflict> {
        conflicts(&self.rivals, &self.book.snapshot, &RULES)
    }

    /// Settles the first conflict, in the book.
    fn settle(&mut self, verdict: Verdict) -> Result<(), String> {
        let first = self.open().remove(0);
        let command = settle(&first, verdict, &self.book.snapshot, &RULES)?.0;
        match command {
            Command::Set { key, value } => {
                let settings = &mut self.book.snapshot.settings;
                match value {
                    Some(value) => settings.insert(key, value),
                    None => settings.remove(&key),
                };
            }
            Command::PutQuoteLines { lines, .. } => {
                let mut quote = self.quote();
                for new in lines {
                    let held = quote.lines.iter_mut().find(|held| held.id == new.id);
                    *held.unwrap() = new;
                }
                self.book.snapshot.quotes.put(quote);
                if let About::Quote { field, .. } = first.about {
                    self.wrote(field);
                }
            }
            other => panic!("{other:?}"),
        }
        Ok(())
    }
}

fn number(text: &str) -> Option<Value> {
    Some(Value::Number(dec(text)))
}

#[test]
fn a_file_that_moves_under_a_quote_is_a_conflict_and_says_if_a_rep_typed() {
    let mut desk = Desk::new();
    desk.imports(|line| line.quantity = dec("14"));
    let all = desk.open();
    let [one] = all.as_slice() else {
        panic!("{all:?}")
    };
    assert_eq!(one.id, "Q-1001/1/quantity");
    assert!(!one.mine.typed);
    desk.types("9");
    assert_eq!(desk.open(), []);
    desk.imports(|line| line.quantity = dec("15"));
    let one = &desk.open()[0];
    assert!(one.mine.typed);
    assert_eq!(
        (&one.mine.value, &one.file.value),
        (&number("9"), &number("15"))
    );
    assert_eq!(one.file.before, number("14"));
    assert_eq!(
        (one.mine.by.as_str(), one.file.by.as_str()),
        ("A. Meyer", "B. Santos")
    );
}

#[test]
fn the_import_that_is_named_is_the_one_that_brought_the_value() {
    let mut desk = Desk::new();
    desk.imports(|line| line.quantity = dec("14"));
    let brought = desk.seq;
    desk.imports(|line| line.description = Some("another text".into()));
    assert_eq!(desk.open()[0].file.seq, brought);
}

#[test]
fn each_field_of_a_quote_has_its_counterpart_and_taking_it_settles_it() {
    let mut desk = Desk::new();
    desk.imports(|line| {
        line.quantity = dec("14");
        line.unit_list = Some(dec("4321.00"));
        line.service_sku = Some("CON-OTHER-X".into());
        line.service_level = Some("another level".into());
        line.end = Some(day("2027-03-31"));
        line.discount_pct = Some(dec("12.5"));
        line.portfolio = renewdesk::domain::portfolio::Portfolio::named("Security");
    });
    let fields: Vec<&str> = desk.open().iter().map(|c| c.about.field()).collect();
    let all: Vec<&str> = QuoteField::ALL.iter().map(|field| field.id()).collect();
    assert_eq!(fields, all);
    for left in (0..all.len()).rev() {
        desk.settle(Verdict::Take).unwrap();
        assert_eq!(desk.open().len(), left);
    }
    let quote = desk.quote();
    let line = &quote.lines[0];
    assert_eq!(
        (line.start, line.end),
        (day("2027-04-01"), day("2028-03-31"))
    );
    assert_eq!(line.quantity, dec("14"));
}

#[test]
fn a_discount_that_only_wavers_behind_the_cent_is_no_conflict() {
    let mut desk = Desk::new();
    desk.imports(|line| line.discount_pct = Some(dec("37.5")));
    desk.settle(Verdict::Take).unwrap();
    desk.wrote(QuoteField::Buy);
    desk.imports(|line| line.discount_pct = Some(dec("37.499871")));
    assert_eq!(desk.open(), []);
}

#[test]
fn a_split_quote_is_compared_as_a_whole_and_changed_by_hand() {
    let mut desk = Desk::new();
    desk.imports(|line| line.quantity = dec("12"));
    desk.settle(Verdict::Take).unwrap();
    let mut quote = desk.quote();
    let mut other = quote.lines[0].clone();
    other.id = QuoteLineId(uuid(7_777));
    other.number = 2;
    quote.lines[0].quantity = dec("8");
    other.quantity = dec("4");
    quote.lines.push(other);
    desk.book.snapshot.quotes.put(quote);
    desk.wrote(QuoteField::Quantity);
    desk.imports(|line| line.description = Some("another text".into()));
    assert_eq!(desk.open(), []);
    desk.imports(|line| line.quantity = dec("14"));
    let all = desk.open();
    let [one] = all.as_slice() else {
        panic!("{all:?}")
    };
    assert_eq!(one.mine.value, number("12"));
    assert!(matches!(&one.about, About::Quote { line, split: true, .. } if *line == desk.first()));
    let why = desk.settle(Verdict::Take).unwrap_err();
    assert!(why.contains("one of several"), "{why}");
    desk.settle(Verdict::Keep).unwrap();
    assert_eq!(desk.open(), []);
}

#[test]
fn a_closed_renewal_has_no_conflicts_any_more() {
    let mut desk = Desk::new();
    desk.imports(|line| line.quantity = dec("14"));
    assert_eq!(desk.open().len(), 1);
    let id = desk.quote().lines[0].renewal.unwrap();
    let mut renewal = desk.book.snapshot.renewals.get(id).unwrap().clone();
    let closed = RULES
        .stages
        .iter()
        .find(|stage| !RULES.is_open(&stage.id))
        .unwrap();
    renewal.stage = closed.id.clone();
    desk.book.snapshot.renewals.put(renewal);
    assert_eq!(desk.open(), []);
}

#[derive(Clone, Copy, Debug)]
enum Event {
    Types(u8),
    Imports(u8),
    Settles(u8),
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        (1..4_u8).prop_map(Event::Types),
        (1..4_u8).prop_map(Event::Imports),
        (0..3_u8).prop_map(Event::Settles),
    ]
}

proptest! {
    /// A model in four numbers: what the rep wrote, what the file said then, what it says now, and
    /// the value that was answered for.
    #[test]
    fn a_conflict_stands_exactly_while_the_two_differ_and_nobody_answered(
        events in proptest::collection::vec(event(), 0..24),
    ) {
        let mut desk = Desk::new();
        let start = dec("1");
        desk.imports(|line| line.quantity = start);
        desk.types("1");
        let (mut own, mut then, mut now) = (start, start, start);
        let mut kept = None;
        for event in events {
            match event {
                Event::Types(n) => {
                    desk.types(&n.to_string());
                    (own, then) = (n.into(), now);
                }
                Event::Imports(n) => {
                    desk.imports(|line| line.quantity = n.into());
                    now = n.into();
                }
                Event::Settles(n) => {
                    if desk.open().is_empty() {
                        continue;
                    }
                    let verdict = Verdict::ALL[usize::from(n)];
                    let was_later = desk.open()[0].later;
                    desk.settle(verdict).unwrap();
                    match verdict {
                        Verdict::Take => (own, then) = (now, now),
                        Verdict::Keep => kept = Some((now, false)),
                        Verdict::Later => kept = (!was_later).then_some((now, true)),
                    }
                }
            }
            let differ = own != now && then != now;
            let answered = kept.filter(|(of, _)| *of == now);
            let open = desk.open();
            let wanted = differ && !matches!(answered, Some((_, false)));
            prop_assert_eq!(open.len(), usize::from(wanted), "{:?}", event);
            if let Some(one) = open.first() {
                prop_assert_eq!(one.later, answered.is_some());
                prop_assert_eq!(&one.mine.value, &Some(Value::Number(own)));
                prop_assert_eq!(&one.file.value, &Some(Value::Number(now)));
            }
        }
    }
}
