//! Backups, damage, a history that was tampered with.

use crate::fixture::*;
use chrono::Days;
use renewdesk::domain::command::Command;
use renewdesk::store::{Kept, OpenMode, Store, StoreError, thin};
use rusqlite::Connection;
use std::collections::BTreeSet;
use std::path::Path;

fn setting(key: &str) -> Command {
    Command::Set {
        key: key.into(),
        value: Some("1".into()),
    }
}

#[test]
fn a_backup_restores_to_the_same_book_and_keeps_the_replaced_one() {
    let dir = tempfile::tempdir().unwrap();
    let (path, backup) = (
        dir.path().join("book.db"),
        dir.path().join("kept/backup.db"),
    );
    let mut store = filled(&path, 60);
    let before = words(&store.snapshot().unwrap(), true);
    store.backup(&backup).unwrap();
    store.apply(&setting("later"), "", &stamp()).unwrap();
    drop(store);

    let aside = Store::restore(&backup, &path).unwrap().unwrap();
    let restored = Store::open(&path, &OpenMode::ReadWrite).unwrap();
    assert_eq!(words(&restored.snapshot().unwrap(), true), before);
    assert!(restored.check().unwrap().is_sound());
    let elsewhere = dir.path().join("new/machine/book.db");
    assert_eq!(Store::restore(&backup, &elsewhere).unwrap(), None);
    let moved = Store::open(&elsewhere, &OpenMode::ReadOnly).unwrap();
    assert_eq!(words(&moved.snapshot().unwrap(), true), before);
    let replaced = Store::open(&aside, &OpenMode::ReadOnly).unwrap();
    assert!(replaced.snapshot().unwrap().settings.contains_key("later"));
}

#[test]
fn a_backup_over_an_older_one_replaces_it_and_leaves_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let backup = dir.path().join("kept/backup.db");
    let mut store = filled(&dir.path().join("book.db"), 20);
    store.backup(&backup).unwrap();
    store.apply(&setting("k"), "", &stamp()).unwrap();
    store.backup(&backup).unwrap();
    let kept = Store::open(&backup, &OpenMode::ReadOnly).unwrap();
    assert!(kept.snapshot().unwrap().settings.contains_key("k"));
    drop(kept);
    let files = std::fs::read_dir(dir.path().join("kept")).unwrap();
    let names: BTreeSet<_> = files.map(|f| f.unwrap().file_name()).collect();
    assert!(
        names.iter().all(|n| !n.to_string_lossy().contains("part")),
        "{names:?}"
    );
}

#[test]
fn a_book_in_use_is_not_replaced() {
    let dir = tempfile::tempdir().unwrap();
    let (path, backup) = (dir.path().join("book.db"), dir.path().join("backup.db"));
    let mut store = filled(&path, 10);
    store.backup(&backup).unwrap();
    let error = Store::restore(&backup, &path).unwrap_err();
    assert!(matches!(error, StoreError::Busy), "{error}");
    store.apply(&setting("k"), "", &stamp()).unwrap();
    assert!(store.check().unwrap().is_sound());
}

#[test]
fn a_damaged_backup_is_not_restored() {
    let dir = tempfile::tempdir().unwrap();
    let (path, backup) = (dir.path().join("book.db"), dir.path().join("backup.db"));
    let store = filled(&path, 300);
    store.backup(&backup).unwrap();
    drop(store);
    let mut bytes = std::fs::read(&backup).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 4096].fill(0xa5);
    std::fs::write(&backup, &bytes).unwrap();
    let before = std::fs::read(&path).unwrap();
    let error = Store::restore(&backup, &path).unwrap_err();
    assert!(matches!(error, StoreError::Damaged(_)), "{error}");
    assert_eq!(std::fs::read(&path).unwrap(), before);
    assert!(error.hint().contains("restore"));
}

/// Runs SQL on a closed book behind the program's back.
fn tamper(path: &Path, sql: &str) {
    let conn = Connection::open(path).unwrap();
    conn.execute_batch(sql).unwrap();
}

#[test]
fn the_history_cannot_be_changed_through_sql() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("book.db");
    drop(filled(&path, 10));
    let conn = Connection::open(&path).unwrap();
    for sql in [
        "UPDATE operation SET label = 'x'",
        "DELETE FROM operation",
        "UPDATE change SET act = 'hide'",
        "DELETE FROM change",
    ] {
        let error = conn.execute_batch(sql).unwrap_err();
        assert!(error.to_string().contains("append-only"), "{sql}: {error}");
    }
}

#[test]
fn an_edited_or_cut_history_is_found() {
    let away = "DROP TRIGGER operation_is_kept; DROP TRIGGER operation_stays;
                DROP TRIGGER change_is_kept; DROP TRIGGER change_stays;";
    for sql in [
        "UPDATE operation SET label = 'nothing happened' WHERE seq = 2",
        "UPDATE operation SET actor = 'eli' WHERE seq = 3",
        "UPDATE operation SET undo_next = 2 WHERE seq = 4",
        "DELETE FROM change WHERE op = 2; DELETE FROM operation WHERE seq = 2",
        "UPDATE change SET last = last - 1 WHERE op = 1 AND tbl = 'line'",
        "UPDATE change SET before = '{\"owner\":\"x\"}' WHERE op = 3",
        "DELETE FROM change WHERE op = 3",
        "UPDATE operation SET seq = -1 WHERE seq = 2; UPDATE operation SET seq = 2 WHERE seq = 3;
         UPDATE operation SET seq = 3 WHERE seq = -1",
    ] {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("book.db");
        let mut store = filled(&path, 10);
        for value in ["1", "2", "3"] {
            let edit = Command::Set {
                key: "a".into(),
                value: Some(value.into()),
            };
            store.apply(&edit, value, &stamp()).unwrap();
        }
        assert!(store.check().unwrap().is_sound());
        drop(store);
        tamper(&path, &format!("PRAGMA foreign_keys = OFF; {away} {sql};"));
        let report = Store::open(&path, &OpenMode::ReadOnly)
            .unwrap()
            .check()
            .unwrap();
        assert!(!report.history.is_empty(), "{sql}");
    }
}

#[test]
fn damage_of_a_page_is_reported_and_a_bad_cell_named() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("book.db");
    drop(filled(&path, 10));
    tamper(&path, "UPDATE line SET quantity = 'many' WHERE n = 3");
    let store = Store::open(&path, &OpenMode::ReadOnly).unwrap();
    let error = store.snapshot().unwrap_err();
    assert!(error.to_string().contains("line.quantity"), "{error}");
    drop(store);

    drop(filled(&dir.path().join("two.db"), 400));
    let path = dir.path().join("two.db");
    let (size, page): (u32, u32) = rusqlite::Connection::open(&path)
        .unwrap()
        .query_row(
            "SELECT page_size, rootpage FROM pragma_page_size, sqlite_schema WHERE name = 'line_contract'",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .unwrap();
    let mut bytes = std::fs::read(&path).unwrap();
    let at = ((page - 1) * size) as usize;
    bytes[at..at + 64].fill(0xff);
    std::fs::write(&path, &bytes).unwrap();
    let found = Store::open(&path, &OpenMode::ReadOnly).map(|store| store.check());
    match found {
        Ok(report) => assert!(!report.unwrap().is_sound()),
        Err(error) => assert!(matches!(error, StoreError::Damaged(_)), "{error}"),
    }
}

#[test]
fn seven_days_and_eight_weeks_of_backups_stay() {
    let today = day("2026-11-22");
    let backups: Vec<Kept> = (0..100_u64)
        .flat_map(|back| {
            (0..3).map(move |order| Kept {
                day: today - Days::new(back),
                order,
                path: format!("{back}-{order}.db").into(),
            })
        })
        .collect();
    let gone: BTreeSet<Kept> = thin(&backups).into_iter().collect();
    let kept: Vec<&Kept> = backups.iter().filter(|b| !gone.contains(b)).collect();
    assert!(kept.iter().all(|b| b.order == 2), "the newest of its day");
    let newest: Vec<u64> = kept
        .iter()
        .take(7)
        .map(|b| (today - b.day).num_days() as u64)
        .collect();
    assert_eq!(newest, [0, 1, 2, 3, 4, 5, 6]);
    assert_eq!(kept.len(), 7 + 7, "today's week is among the days");
    let left: Vec<Kept> = kept.into_iter().cloned().collect();
    assert!(thin(&left).is_empty(), "thinning twice changes nothing");
}
