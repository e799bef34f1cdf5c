//! What a first import names is looked at once, in the end: whatever was written past the usual way
//! is found all the same, and nothing of the import is kept.

use super::*;
use crate::domain::command::Stamp;
use crate::domain::ids::{AccountId, BatchId};
use crate::store::{OpenMode, Store};
use chrono::{DateTime, NaiveDate};
use uuid::Uuid;

fn stamp() -> Stamp {
    Stamp {
        at: DateTime::from_timestamp(1_795_000_000, 0).unwrap(),
        today: NaiveDate::from_ymd_opt(2026, 11, 22).unwrap(),
        actor: "tester".into(),
    }
}

fn line(n: u32, account: AccountId) -> Line {
    let line = serde_json::json!({
        "id": n, "account": account, "kind": "asset", "coverage": "unknown",
        "quantity": "1", "list_years": "1", "serial": format!("FOC{n}"),
    });
    serde_json::from_value(line).unwrap()
}

/// Imports a line and does `beside` to the book in the same transaction.
fn imported(store: &mut Store, n: u32, beside: &str) -> Result<(), StoreError> {
    let account = Account {
        id: AccountId(Uuid::from_u128(n.into())),
        name: format!("Customer {n}").as_str().into(),
        party_id: None,
        country: None,
    };
    let batch = Batch {
        id: BatchId(Uuid::from_u128((1000 + n).into())),
        file: "f.csv".into(),
        sha256: n.to_string(),
        format: "generic".into(),
        at: "2026-11-22T10:00:00Z".into(),
        counts: Default::default(),
    };
    let op_seq = store.op_seq()?;
    let done = store.import("import f.csv", &stamp(), |writer| {
        writer.batch(&batch)?;
        writer.account(&account)?;
        writer.line(&line(n, account.id), None)?;
        writer.edit.conn.execute_batch(beside)?;
        let plan = ImportPlan {
            op_seq,
            batch: Some(batch.clone()),
            ..ImportPlan::default()
        };
        Ok::<_, StoreError>(Some(plan))
    })?;
    assert!(done.is_some());
    Ok(())
}

#[test]
fn a_first_import_that_names_what_is_missing_is_refused_as_a_whole() {
    for beside in [
        "UPDATE line SET contract = 99",
        "UPDATE line SET account = 99",
        "UPDATE line SET site = 99",
        "UPDATE line SET gone_in = 99",
        "UPDATE line SET origin_batch = 99, origin_row = 1",
        "INSERT INTO site (id, account, name) VALUES (randomblob(16), randomblob(16), 'Kiel')",
        "DELETE FROM account",
    ] {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("b.renewdesk");
        let mut store = Store::open(&path, &OpenMode::Create).unwrap();
        let error = imported(&mut store, 1, beside).unwrap_err().to_string();
        assert!(error.contains("does not fit the book"), "{beside}: {error}");
        let book = store.snapshot().unwrap();
        assert!(book.lines.is_empty() && book.accounts.is_empty() && book.op_seq == 0);
        imported(&mut store, 1, "").unwrap();
        assert_eq!(store.snapshot().unwrap().lines.len(), 1);
        assert!(store.check().unwrap().is_sound());
    }
}

#[test]
fn whatever_comes_after_a_first_import_is_looked_at_row_by_row_again() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("b.renewdesk");
    let mut store = Store::open(&path, &OpenMode::Create).unwrap();
    imported(&mut store, 1, "").unwrap();
    for beside in ["UPDATE line SET site = 99", "DELETE FROM account"] {
        assert!(imported(&mut store, 2, beside).is_err(), "{beside}");
    }
    store.undo(&stamp()).unwrap();
    store.redo(&stamp()).unwrap();
    assert_eq!(store.snapshot().unwrap().lines.len(), 1);
}
