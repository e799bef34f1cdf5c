//! Rule packs and projections in the book: numbered, kept, undone, and passed over by undo where
//! the desk kept them by itself.

use crate::fixture::*;
use renewdesk::domain::command::Command;
use renewdesk::domain::ids::{PackVersionId, ProjectionId};
use renewdesk::domain::portfolio::Portfolio;
use renewdesk::domain::record::{PackVersion, StoredProjection, StoredScore};
use renewdesk::domain::snapshot::Snapshot;
use renewdesk::store::{OpenMode, SCHEMA_VERSION, Store, StoreError};
use rusqlite::Connection;

fn version(n: u64, overlay: Option<&str>) -> PackVersion {
    PackVersion {
        id: PackVersionId(id(70, n)),
        number: 0,
        pack: "starter".into(),
        title: format!("Pack {n}"),
        as_of: day("2026-11-22"),
        sha256: format!("{n:064x}"),
        overlay_file: overlay.map(|_| "mine.toml".into()),
        overlay: overlay.map(str::to_owned),
        first_on: day("2026-11-22"),
        by: "dana".into(),
    }
}

fn projection(n: u64, of: &PackVersion, automatic: bool) -> StoredProjection {
    StoredProjection {
        id: ProjectionId(id(71, n)),
        on: day("2026-11-22"),
        month: "FY27M6".into(),
        view: "booked".into(),
        pack: of.id,
        pack_name: of.name(),
        baseline_month: Some("FY27M4".into()),
        note: None,
        automatic,
        scores: vec![StoredScore {
            portfolio: Portfolio::services(),
            score: Some("143/24".into()),
            metrics: vec![("otrr".into(), Some("8".into())), ("premium".into(), None)],
        }],
    }
}

fn keep(pack: &PackVersion, projection: StoredProjection) -> Command {
    Command::KeepProjections {
        pack: Box::new(pack.clone()),
        projections: vec![projection],
    }
}

fn apply(store: &mut Store, book: &mut Snapshot, command: &Command) {
    let done = store.apply(command, "label", &stamp()).unwrap();
    book.apply(done.patch);
}

#[test]
fn versions_are_numbered_and_projections_come_back_as_they_were() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("book.db");
    let mut store = create(&path);
    let mut book = store.snapshot().unwrap();
    let (first, second) = (version(1, None), version(2, Some("[otrr]\n")));
    apply(
        &mut store,
        &mut book,
        &keep(&first, projection(1, &first, false)),
    );
    apply(
        &mut store,
        &mut book,
        &Command::UsePack(Some(Box::new(second.clone()))),
    );
    apply(
        &mut store,
        &mut book,
        &keep(&first, projection(2, &first, false)),
    );
    let numbers = |book: &Snapshot| {
        let all = book.packs.iter().map(|v| (v.title.clone(), v.number));
        all.collect::<Vec<_>>()
    };
    assert_eq!(numbers(&book), [("Pack 1".into(), 1), ("Pack 2".into(), 2)]);
    assert_eq!(
        book.settings.get(PackVersion::SETTING),
        Some(&second.id.to_string())
    );
    drop(store);
    let store = Store::open(&path, &OpenMode::ReadOnly).unwrap();
    let read = store.snapshot().unwrap();
    assert_eq!(numbers(&read), numbers(&book));
    assert_eq!(read.projections.as_slice(), book.projections.as_slice());
    assert_eq!(read.projections.as_slice()[0], projection(1, &first, false));
    let rules = store.rules().unwrap();
    assert_eq!(rules.packs.as_slice(), read.packs.as_slice());
    assert_eq!(rules.settings, read.settings);
    assert!(store.check().unwrap().is_sound());
}

#[test]
fn using_a_pack_is_undone_and_redone_and_keeps_its_number() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = create(&dir.path().join("book.db"));
    let mut book = store.snapshot().unwrap();
    let (one, two) = (version(1, Some("a")), version(2, Some("b")));
    apply(
        &mut store,
        &mut book,
        &Command::UsePack(Some(Box::new(one.clone()))),
    );
    apply(
        &mut store,
        &mut book,
        &Command::UsePack(Some(Box::new(two.clone()))),
    );
    store.undo(&stamp()).unwrap();
    let back = store.snapshot().unwrap();
    assert_eq!(back.packs.len(), 1);
    assert_eq!(back.settings[PackVersion::SETTING], one.id.to_string());
    store
        .apply(
            &Command::UsePack(Some(Box::new(two.clone()))),
            "again",
            &stamp(),
        )
        .unwrap();
    let again = store.snapshot().unwrap();
    assert_eq!(again.packs.get(two.id).unwrap().number, 2);
    store
        .apply(&Command::UsePack(None), "none", &stamp())
        .unwrap();
    assert!(
        !store
            .snapshot()
            .unwrap()
            .settings
            .contains_key(PackVersion::SETTING)
    );
    let none = store.apply(&Command::UsePack(None), "none", &stamp());
    assert!(matches!(none, Err(StoreError::Refused(_))));
    let shipped = Command::UsePack(Some(Box::new(version(9, None))));
    let shipped = store.apply(&shipped, "shipped", &stamp());
    assert!(matches!(shipped, Err(StoreError::Refused(_))));
}

#[test]
fn what_the_desk_keeps_by_itself_is_kept_once_a_day_and_no_undo_sees_it() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = filled(&dir.path().join("book.db"), 3);
    let set = |value: &str| Command::Set {
        key: "user".into(),
        value: Some(value.into()),
    };
    store.apply(&set("dana"), "user", &stamp()).unwrap();
    store.apply(&set("robin"), "user", &stamp()).unwrap();
    store.undo(&stamp()).unwrap();
    let pack = version(1, None);
    let daily = keep(&pack, projection(1, &pack, true));
    assert!(daily.is_automatic());
    store.apply(&daily, "kept", &stamp()).unwrap();
    let again = store.apply(&keep(&pack, projection(2, &pack, true)), "kept", &stamp());
    assert!(matches!(again, Err(StoreError::Refused(_))), "{again:?}");
    // Redo still brings back what the person undid before, and undo what came before that.
    store.redo(&stamp()).unwrap();
    assert_eq!(store.snapshot().unwrap().settings["user"], "robin");
    store
        .apply(
            &keep(&pack, projection(3, &pack, false)),
            "by hand",
            &stamp(),
        )
        .unwrap();
    assert_eq!(store.snapshot().unwrap().projections.len(), 2);
    for expected in [Some("robin"), Some("dana"), None] {
        store.undo(&stamp()).unwrap();
        let book = store.snapshot().unwrap();
        assert_eq!(book.settings.get("user").map(String::as_str), expected);
        assert_eq!(book.projections.len(), 1, "the desk's own stays");
    }
    assert!(store.check().unwrap().is_sound());
}

#[test]
fn a_projection_must_come_with_the_pack_it_names() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = create(&dir.path().join("book.db"));
    let (one, other) = (version(1, None), version(2, None));
    let wrong = store.apply(&keep(&one, projection(1, &other, false)), "wrong", &stamp());
    assert!(matches!(wrong, Err(StoreError::Refused(_))));
    assert_eq!(store.op_seq().unwrap(), 0);
}

#[test]
fn a_book_of_every_older_schema_climbs_to_this_one() {
    let dir = tempfile::tempdir().unwrap();
    let steps = [
        include_str!("../../src/store/migrations/002_quote_versions.sql"),
        include_str!("../../src/store/migrations/003_incentive.sql"),
        include_str!("../../src/store/migrations/004_typed_assessment.sql"),
        include_str!("../../src/store/migrations/005_packs.sql"),
    ];
    for taken in 0..=steps.len() {
        let path = dir.path().join(format!("v{taken}.db"));
        let conn = Connection::open(&path).unwrap();
        conn.execute_batch(include_str!("golden/book_v1.sql"))
            .unwrap();
        for step in steps.iter().take(taken) {
            conn.execute_batch(step).unwrap();
        }
        conn.pragma_update(None, "user_version", 1 + u32::try_from(taken).unwrap())
            .unwrap();
        drop(conn);
        let mut store = Store::open(&path, &OpenMode::ReadWrite).unwrap();
        assert!(
            store.check().unwrap().is_sound(),
            "from version {}",
            taken + 1
        );
        let pack = version(1, None);
        store
            .apply(&keep(&pack, projection(1, &pack, false)), "kept", &stamp())
            .unwrap();
        let book = store.snapshot().unwrap();
        assert_eq!((book.op_seq, book.projections.len()), (3, 1));
        assert_eq!(&*book.accounts.at(0).unwrap().name, "Kantonsspital Muster");
        let version: u32 = Connection::open(&path)
            .unwrap()
            .pragma_query_value(None, "user_version", |row| row.get(0))
            .unwrap();
        assert_eq!(version, SCHEMA_VERSION);
    }
}
