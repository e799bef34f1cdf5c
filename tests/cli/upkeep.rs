//! init, doctor, backup, restore, pack, completions, man.

use crate::desk_side::Side;

#[test]
fn init_makes_a_private_book_once() {
    let side = Side::new();
    let made = side.ok(&["init"]);
    let book = side.path("book.renewdesk");
    assert_eq!(made.out.trim(), book.to_str().unwrap());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(&book).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    side.fails(5, &["init"]);
    assert_eq!(side.json(&["queue"])["rows"].as_array().unwrap().len(), 0);
}

#[test]
fn a_demo_book_of_an_earlier_version_is_opened_again_and_a_named_file_is_left_alone() {
    let side = Side::new();
    let demo = side.path("demo.renewdesk");
    let version = || {
        let conn = rusqlite::Connection::open(&demo).unwrap();
        conn.pragma_query_value(None, "user_version", |row| row.get::<_, u32>(0))
            .unwrap()
    };
    rusqlite::Connection::open(&demo)
        .unwrap()
        .execute_batch(include_str!("../store/golden/book_v10.sql"))
        .unwrap();
    assert_eq!(version(), 10);
    // no terminal here, so no desk opens; what is asked is what happens to the book
    let named = side.run(&["demo", "--book", demo.to_str().unwrap(), "--lines", "60"]);
    assert!(named.err.contains("schema version"), "{}", named.err);
    assert_eq!(version(), 10);
    let own = side.run(&["demo", "--lines", "60"]);
    assert!(!own.err.contains("schema version"), "{}", own.err);
    assert_eq!(version(), renewdesk::store::SCHEMA_VERSION);
}

#[test]
fn the_doctor_knows_the_book_and_finds_a_broken_pack() {
    let side = Side::imported();
    let found = side.json(&["doctor"]);
    assert_eq!(
        (&found["sound"], &found["private"]),
        (&true.into(), &true.into())
    );
    assert_eq!(found["operations"], 1);
    assert!(found["sqlite_version"].as_str().unwrap().starts_with("3."));
    side.file("pack.toml", "no_such_table = 1\n");
    let broken = side.run(&["doctor", "--json"]);
    assert_eq!(broken.code, 1);
    assert!(
        !broken.json()["pack_problems"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    let check = side.run(&["pack", "check"]);
    assert_eq!(check.code, 6);
    assert!(check.out.contains("pack.toml"), "{}", check.out);
}

#[test]
fn a_backup_brings_the_book_back() {
    let side = Side::imported();
    let to = side.path("safe.renewdesk");
    side.ok(&["backup", to.to_str().unwrap()]);
    side.fails(5, &["backup", to.to_str().unwrap()]);
    let before = side.json(&["queue"]);
    side.ok(&["stage", "200123456", "Quoted"]);
    assert_ne!(side.json(&["queue"]), before);
    let restored = side.json(&["restore", to.to_str().unwrap()]);
    assert!(restored["kept_aside"].is_string());
    assert_eq!(side.json(&["queue"]), before);
    let named = side.ok(&["backup"]);
    assert!(std::path::Path::new(named.out.trim()).is_file());
}

#[test]
fn a_book_of_a_newer_program_is_no_reason_to_restore() {
    let side = Side::imported();
    side.ok(&["backup", side.path("newer.renewdesk").to_str().unwrap()]);
    let newer = side.path("newer.renewdesk");
    let mut bytes = std::fs::read(&newer).unwrap();
    bytes[60..64].copy_from_slice(&999_u32.to_be_bytes());
    std::fs::write(&newer, bytes).unwrap();
    let answer = side.run(&["--book", newer.to_str().unwrap(), "doctor", "--json"]);
    assert_eq!(answer.code, 1);
    assert!(
        answer.err.contains("newer") && !answer.err.contains("restore"),
        "{}",
        answer.err
    );
    assert!(
        answer.json()["advice"][0]
            .as_str()
            .unwrap()
            .contains("newer")
    );
}

#[test]
fn a_book_is_not_restored_onto_itself() {
    let side = Side::imported();
    let before = side.json(&["history"]);
    let message = side.fails(6, &["restore", "./book.renewdesk"]);
    assert!(message.contains("is the book itself"), "{message}");
    assert_eq!(side.json(&["history"]), before);
}

#[test]
fn completions_and_the_manual_name_every_command() {
    let side = Side::new();
    let bash = side.ok(&["completions", "bash"]).out;
    let man = side.ok(&["man"]).out;
    for command in [
        "init", "demo", "import", "queue", "quote", "stage", "pvi", "suggest", "undo",
    ] {
        assert!(bash.contains(command) && man.contains(command), "{command}");
    }
    assert!(!man.contains("read\\-file") && !man.contains("read-file"));
    assert!(side.run_raw(&["--help"]).out.contains("Exit codes"));
}

#[test]
fn the_manual_describes_every_option_of_every_command_and_names_no_other_page() {
    let side = Side::new();
    let man = side.ok(&["man"]).out;
    for heading in [
        "RENEWDESK IMPORT",
        "RENEWDESK QUOTE SET",
        "RENEWDESK SUGGEST SNOOZE",
    ] {
        assert!(man.contains(&format!(".SH \"{heading}\"")), "{heading}");
    }
    let plain = man.replace('\\', "");
    for option in [
        "--dry-run",
        "--uplift",
        "--order",
        "--within",
        "--effects",
        "--until",
        "--into",
    ] {
        assert!(plain.contains(option), "{option}");
    }
    assert!(plain.contains("FIELD=VALUE") && plain.contains("EXIT CODES"));
    assert!(
        !plain.contains("(1)"),
        "a page that does not exist is named"
    );
    assert_eq!(
        plain.matches("--as-of").count(),
        2,
        "once in the synopsis, once described"
    );
}

#[test]
fn options_of_the_book_may_stand_on_either_side_of_the_command() {
    let side = Side::imported();
    let before = side
        .run_raw(&["--as-of", "2026-12-01", "queue", "--json"])
        .out;
    let after = side
        .run_raw(&["queue", "--json", "--as-of", "2026-12-01"])
        .out;
    assert_eq!(before, after);
    assert!(before.contains("\"as_of\": \"2026-12-01\""));
}
