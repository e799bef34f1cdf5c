//! Who may read a book, which files are refused untouched, and the ladder of schemas.

use crate::fixture::*;
use renewdesk::store::{OpenMode, SCHEMA_VERSION, Store, StoreError, synced_folder};
use rusqlite::Connection;
use std::collections::BTreeMap;
use std::path::Path;

/// Every file of a folder with its bytes.
fn bytes_of(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            (name, std::fs::read(entry.path()).unwrap())
        })
        .collect()
}

fn open_error(path: &Path, mode: OpenMode) -> StoreError {
    match Store::open(path, &mode) {
        Ok(_) => panic!("{} was opened", path.display()),
        Err(error) => error,
    }
}

/// A book of the first released schema, as its SQL dump.
fn book_of_version_1(path: &Path) {
    let conn = Connection::open(path).unwrap();
    conn.execute_batch(include_str!("golden/book_v1.sql"))
        .unwrap();
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read_the_book_and_what_lies_beside_it() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("data/renewdesk");
    let path = folder.join("book.db");
    let store = filled(&path, 10);
    store.backup(&folder.join("backups/a.db")).unwrap();
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    assert_eq!(mode(&folder.join("backups")), 0o700);
    assert_eq!(mode(&folder.join("backups/a.db")), 0o600);
    for file in ["book.db", "book.db-wal", "book.db-shm"] {
        assert_eq!(mode(&folder.join(file)), 0o600, "{file}");
    }
}

#[test]
fn a_missing_book_is_named_and_not_made() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("none.db");
    let error = open_error(&path, OpenMode::ReadWrite);
    assert!(error.to_string().contains("none.db"), "{error}");
    assert!(error.hint().contains("init"));
    assert!(bytes_of(dir.path()).is_empty());
}

#[test]
fn a_newer_book_is_refused_unharmed_with_both_versions_named() {
    for mode in [OpenMode::ReadWrite, OpenMode::ReadOnly, OpenMode::Create] {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("book.db");
        drop(filled(&path, 10));
        let newer = SCHEMA_VERSION + 5;
        let conn = Connection::open(&path).unwrap();
        conn.pragma_update(None, "user_version", newer).unwrap();
        drop(conn);
        let before = bytes_of(dir.path());
        let error = open_error(&path, mode);
        assert!(
            matches!(error, StoreError::Newer { found, known, .. } if found == newer && known == SCHEMA_VERSION),
            "{error}"
        );
        let sentence = error.to_string();
        assert!(sentence.contains(&newer.to_string()), "{sentence}");
        assert_eq!(bytes_of(dir.path()), before, "no byte touched, no log left");
    }
}

#[test]
fn a_newer_schema_that_stands_only_in_the_log_is_seen() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("book.db");
    drop(filled(&path, 10));
    let other = Connection::open(&path).unwrap();
    other
        .pragma_update(None, "user_version", SCHEMA_VERSION + 1)
        .unwrap();
    let header = std::fs::read(&path).unwrap();
    assert_eq!(
        header[63], SCHEMA_VERSION as u8,
        "the file itself still says the old version"
    );
    let error = open_error(&path, OpenMode::ReadWrite);
    assert!(matches!(error, StoreError::Newer { .. }), "{error}");
    assert_eq!(std::fs::read(&path).unwrap(), header);
}

#[test]
fn files_of_others_are_refused_untouched() {
    let dir = tempfile::tempdir().unwrap();
    let foreign = dir.path().join("foreign.db");
    let conn = Connection::open(&foreign).unwrap();
    conn.execute_batch("PRAGMA application_id = 7; CREATE TABLE t (a);")
        .unwrap();
    drop(conn);
    let plain = dir.path().join("plain.db");
    let conn = Connection::open(&plain).unwrap();
    conn.execute_batch("CREATE TABLE t (a);").unwrap();
    drop(conn);
    let text = dir.path().join("notes.txt");
    std::fs::write(&text, "not a book".repeat(50)).unwrap();
    let short = dir.path().join("short.txt");
    std::fs::write(&short, "hi").unwrap();
    let before = bytes_of(dir.path());
    for mode in [OpenMode::ReadWrite, OpenMode::ReadOnly, OpenMode::Create] {
        for path in [&foreign, &plain] {
            let error = open_error(path, mode);
            assert!(matches!(error, StoreError::Foreign { .. }), "{error}");
        }
        for path in [&text, &short] {
            let error = open_error(path, mode);
            assert!(matches!(error, StoreError::NotSqlite(_)), "{error}");
        }
    }
    assert_eq!(bytes_of(dir.path()), before);
}

#[test]
fn an_older_book_is_backed_up_and_upgraded_with_all_its_rows() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("book.db");
    book_of_version_1(&path);
    let error = open_error(&path, OpenMode::ReadOnly);
    assert!(
        matches!(error, StoreError::Older { found: 1, .. }),
        "{error}"
    );

    let mut store = Store::open(&path, &OpenMode::ReadWrite).unwrap();
    let book = store.snapshot().unwrap();
    assert_eq!(book.op_seq, 2);
    assert_eq!(&*book.accounts.at(0).unwrap().name, "Kantonsspital Muster");
    assert_eq!(&*book.renewals.at(0).unwrap().stage, "quoted");
    assert_eq!(
        lines_of(&book)[0].extended_net.unwrap().to_string(),
        "775.310"
    );
    assert!(store.check().unwrap().is_sound());
    store.undo(&stamp()).unwrap();
    let book = store.snapshot().unwrap();
    assert_eq!(
        &*book.renewals.at(0).unwrap().stage,
        "upcoming",
        "its history still works"
    );

    let backup = Connection::open(dir.path().join("book.db.v1.bak")).unwrap();
    let version: u32 = backup
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .unwrap();
    assert_eq!(version, 1);
}

#[test]
fn a_book_whose_making_was_cut_short_is_made_again() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("book.db");
    std::fs::write(&path, b"").unwrap();
    let store = create(&path);
    assert_eq!(store.op_seq().unwrap(), 0);
}

#[test]
fn a_read_only_book_refuses_changes() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("book.db");
    drop(filled(&path, 10));
    let mut store = Store::open(&path, &OpenMode::ReadOnly).unwrap();
    assert!(matches!(store.undo(&stamp()), Err(StoreError::ReadOnly)));
    assert_eq!(store.snapshot().unwrap().lines.len(), 10);
}

#[test]
fn folders_that_are_synced_are_known_by_name() {
    for (path, name) in [
        ("/home/d/OneDrive/book.db", Some("OneDrive")),
        (
            "/home/d/OneDrive - Partner AG/desk/book.db",
            Some("OneDrive"),
        ),
        ("/home/d/Dropbox (Work)/book.db", Some("Dropbox")),
        (
            "/Users/d/Library/Mobile Documents/com~apple~CloudDocs/book.db",
            Some("iCloud Drive"),
        ),
        ("/Users/d/Google Drive/book.db", Some("Google Drive")),
        (
            "/Users/d/Library/CloudStorage/GoogleDrive-d@x.org/My Drive/book.db",
            Some("Google Drive"),
        ),
        ("/home/d/.local/share/renewdesk/book.db", None),
        ("/home/d/dropboxer/book.db", None),
        ("/home/d/OneDrive.db", None),
    ] {
        assert_eq!(
            synced_folder(Path::new(path)).map(|f| f.name()),
            name,
            "{path}"
        );
    }
}

#[test]
fn what_a_newer_program_began_is_not_written_to() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("begun.db");
    drop(Store::open(&path, &OpenMode::Begin).unwrap());
    let error = open_error(&path, OpenMode::ReadWrite);
    assert!(matches!(error, StoreError::NoBook(_)), "{error}");
    let conn = Connection::open(&path).unwrap();
    conn.pragma_update(None, "user_version", SCHEMA_VERSION + 1)
        .unwrap();
    drop(conn);
    for mode in [OpenMode::Begin, OpenMode::Create, OpenMode::ReadWrite] {
        let error = open_error(&path, mode);
        let newer = matches!(error, StoreError::Newer { .. });
        assert!(newer, "{mode:?}: {error}");
    }
}

#[test]
fn what_was_begun_becomes_a_book_by_being_created_or_by_its_first_operation() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("created.db");
    drop(Store::open(&path, &OpenMode::Begin).unwrap());
    drop(Store::open(&path, &OpenMode::Begin).unwrap());
    drop(Store::open(&path, &OpenMode::Create).unwrap());
    drop(Store::open(&path, &OpenMode::ReadOnly).unwrap());
    drop(Store::open(&path, &OpenMode::Begin).unwrap());
    Store::open(&path, &OpenMode::ReadOnly).expect("a book stays one");
}
