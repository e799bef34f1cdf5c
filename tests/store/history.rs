//! Undo, redo and restoring one change, case by case.

use crate::fixture::*;
use renewdesk::domain::command::*;
use renewdesk::domain::ids::*;
use renewdesk::store::{OpenMode, Store, StoreError};

fn owner(n: u64, version: i64, name: &str) -> Command {
    Command::SetOwner {
        renewals: vec![(RenewalId(id(5, n)), version)],
        owner: Some(name.into()),
    }
}

#[test]
fn a_new_edit_ends_the_redo_chain() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = filled(&dir.path().join("book.db"), 10);
    store
        .apply(&owner(0, 0, "dana"), "owner dana", &stamp())
        .unwrap();
    let undone = store.undo(&stamp()).unwrap();
    assert_eq!(undone.label, "owner dana");
    let version = store
        .snapshot()
        .unwrap()
        .renewals
        .at(0)
        .unwrap()
        .versions
        .owner;
    store
        .apply(&owner(0, version, "eli"), "owner eli", &stamp())
        .unwrap();
    assert!(matches!(
        store.redo(&stamp()),
        Err(StoreError::NothingToRedo)
    ));
    let list = store.history(10).unwrap();
    let told: Vec<_> = list
        .iter()
        .map(|op| (op.seq, op.undone, op.reverts))
        .collect();
    assert_eq!(
        told,
        [
            (4, false, None),
            (3, false, Some(2)),
            (2, true, None),
            (1, false, None)
        ]
    );
}

#[test]
fn undo_takes_the_newest_change_of_any_window() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("book.db");
    let mut one = filled(&path, 30);
    let mut two = Store::open(&path, &OpenMode::ReadWrite).unwrap();
    let mut live = two.snapshot().unwrap();
    one.apply(&owner(0, 0, "dana"), "one", &stamp()).unwrap();
    let applied = two.apply(&owner(1, 0, "eli"), "two", &stamp()).unwrap();
    live.apply(applied.patch);
    assert_eq!(words(&live, true), words(&one.snapshot().unwrap(), true));
    assert_eq!(one.undo(&stamp()).unwrap().label, "two");
    assert_eq!(one.undo(&stamp()).unwrap().label, "one");
    live.apply(two.refresh().unwrap().unwrap());
    assert_eq!(words(&live, true), words(&one.snapshot().unwrap(), true));
    assert!(two.refresh().unwrap().is_none());
}

#[test]
fn an_undone_import_can_be_imported_again() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = filled(&dir.path().join("book.db"), 50);
    let first = words(&store.snapshot().unwrap(), true);
    store.undo(&stamp()).unwrap();
    assert!(store.snapshot().unwrap().lines.is_empty());
    assert_eq!(store.cells_of(line_id(0)).unwrap(), None);
    let mut again = plan(50, store.op_seq().unwrap());
    again.batch = Some(batch(1));
    for line in &mut again.put_lines {
        line.origin = line.origin.map(|o| renewdesk::domain::line::Origin {
            batch: batch(1).id,
            ..o
        });
    }
    store
        .apply(&Command::Import(Box::new(again)), "again", &stamp())
        .unwrap();
    assert_eq!(words(&store.snapshot().unwrap(), true), first);
    assert!(store.check().unwrap().is_sound());
}

#[test]
fn restoring_one_change_leaves_later_edits_alone_and_lists_them() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = filled(&dir.path().join("book.db"), 30);
    let both = Command::SetOwner {
        renewals: vec![(RenewalId(id(5, 0)), 0), (RenewalId(id(5, 1)), 0)],
        owner: Some("dana".into()),
    };
    let seq = store.apply(&both, "owner dana", &stamp()).unwrap().seq;
    store
        .apply(&owner(1, 1, "eli"), "owner eli", &stamp())
        .unwrap();
    let (_, restored) = store.revert(seq, &stamp()).unwrap();
    assert_eq!(restored.rows, 1);
    assert_eq!(restored.skipped, [format!("renewal {}", id(5, 1))]);
    let book = store.snapshot().unwrap();
    let owners: Vec<_> = book.renewals.iter().map(|r| r.owner).collect();
    assert_eq!(owners, [None, Some("eli".into()), None]);
    let again = store.revert(seq, &stamp());
    assert!(
        matches!(again, Err(StoreError::CannotRestore { .. })),
        "only once"
    );
    store.undo(&stamp()).unwrap();
    let book = store.snapshot().unwrap();
    assert_eq!(book.renewals.at(0).unwrap().owner.as_deref(), Some("dana"));
}

#[test]
fn restoring_an_import_keeps_what_later_work_rests_on() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = filled(&dir.path().join("book.db"), 30);
    let quote = Command::NewQuote(Box::new(quote(1, vec![quote_line(1)])));
    store.apply(&quote, "quote", &stamp()).unwrap();
    let (_, restored) = store.revert(1, &stamp()).unwrap();
    let book = store.snapshot().unwrap();
    assert_eq!(book.quotes.len(), 1);
    let held = (
        book.lines.len(),
        book.renewals.len(),
        book.contracts.len(),
        book.accounts.len(),
    );
    assert_eq!(held, (1, 1, 1, 1), "the quoted line and what it stands on");
    assert!(restored.skipped.len() >= 4, "{:?}", restored.skipped);
    store.undo(&stamp()).unwrap();
    assert_eq!(store.snapshot().unwrap().lines.len(), 30);
}
