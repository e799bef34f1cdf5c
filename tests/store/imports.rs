//! What imports did, read back from the history, is what the book held before and after them.

use crate::fixture::*;
use proptest::prelude::*;
use renewdesk::domain::command::{Command, ImportPlan};
use renewdesk::domain::ids::LineId;
use renewdesk::domain::line::Line;
use renewdesk::domain::moved::Span;
use renewdesk::store::{Store, StoreError};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Copy, Debug)]
enum Deed {
    /// Lines of a mask get a quantity; those the book lacks are made.
    Import {
        mask: u8,
        quantity: u8,
    },
    /// A rep marks a line.
    Flag {
        line: u8,
        premium: bool,
    },
    Undo,
    Redo,
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        4 => (any::<u8>(), 1..4_u8).prop_map(|(mask, quantity)| Deed::Import { mask, quantity }),
        2 => (0..8_u8, any::<bool>()).prop_map(|(line, premium)| Deed::Flag { line, premium }),
        3 => Just(Deed::Undo),
        2 => Just(Deed::Redo),
    ]
}

type Lines = BTreeMap<LineId, Line>;

fn lines_of(store: &Store) -> Lines {
    let book = store.snapshot().unwrap();
    book.lines.iter().map(|line| (line.id, line)).collect()
}

fn import(store: &mut Store, mask: u8, quantity: u8) -> Result<(), StoreError> {
    let op_seq = store.op_seq()?;
    let batch = batch(op_seq.unsigned_abs() + 1);
    let held = lines_of(store);
    let put_lines = (0..8_u64).filter(|n| mask >> n & 1 == 1).map(|n| {
        let fresh = line(n, batch.id);
        let known = held.get(&fresh.id).cloned();
        Line {
            quantity: quantity.into(),
            ..known.unwrap_or(fresh)
        }
    });
    let plan = ImportPlan {
        op_seq,
        put_lines: put_lines.collect(),
        batch: Some(batch),
        ..ImportPlan::default()
    };
    let command = Command::Import(Box::new(plan));
    store.apply(&command, "import", &stamp()).map(|_| ())
}

fn flag(store: &mut Store, n: u8, premium: bool) -> Result<(), StoreError> {
    let book = store.snapshot()?;
    let id = line_id(n.into());
    let Some(held) = book.lines.get(id) else {
        return Ok(());
    };
    let marked = Line {
        premium: Some(premium),
        ..held
    };
    let command = Command::SetLineFlags {
        line: Box::new(marked),
    };
    store.apply(&command, "flag", &stamp()).map(|_| ())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn an_import_is_told_with_the_lines_as_it_met_and_left_them(
        deeds in proptest::collection::vec(deed(), 1..16),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let mut store = create(&folder.path().join("book"));
        // places first: lines of a mask stand on contracts and customers
        let places = ImportPlan { put_lines: Vec::new(), raw: Vec::new(), ..plan(8, 0) };
        let command = Command::Import(Box::new(places));
        store.apply(&command, "places", &stamp()).unwrap();
        let mut after: BTreeMap<i64, Lines> = BTreeMap::new();
        after.insert(store.op_seq().unwrap(), lines_of(&store));
        for deed in deeds {
            // nothing to undo or redo is no failure
            let _ = match deed {
                Deed::Import { mask, quantity } => import(&mut store, mask, quantity),
                Deed::Flag { line, premium } => flag(&mut store, line, premium),
                Deed::Undo => store.undo(&stamp()).map(|_| ()),
                Deed::Redo => store.redo(&stamp()).map(|_| ()),
            };
            after.insert(store.op_seq().unwrap(), lines_of(&store));
        }
        let book = store.snapshot().unwrap();
        let found = store.imports(Span::Since(chrono::NaiveDate::MIN)).unwrap();
        let mut told: BTreeMap<i64, BTreeSet<LineId>> = BTreeMap::new();
        for moved in &found.moved {
            let id = moved.after.id();
            let was = after.get(&(moved.seq - 1)).and_then(|lines| lines.get(&id));
            prop_assert_eq!(moved.before.as_deref(), was, "before import {}", moved.seq);
            let left = moved.after.line(&book);
            prop_assert_eq!(left.as_deref(), after[&moved.seq].get(&id), "after {}", moved.seq);
            prop_assert!(told.entry(moved.seq).or_default().insert(id), "{} twice", id);
        }
        for operation in store.history(usize::MAX).unwrap() {
            let stands = !operation.undone && operation.reverts.is_none();
            if !stands || operation.label != "import" {
                continue;
            }
            let (was, is) = (&after[&(operation.seq - 1)], &after[&operation.seq]);
            let touched = is.iter().filter(|(id, line)| was.get(id) != Some(line));
            let touched: BTreeSet<LineId> = touched.map(|(id, _)| *id).collect();
            prop_assert_eq!(told.remove(&operation.seq).unwrap_or_default(), touched);
        }
        prop_assert!(told.is_empty(), "an import that does not stand is told: {:?}", told);
    }
}
