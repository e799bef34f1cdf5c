//! `pack check|show|use|list` and `pvi keep|history`: rules and projections a book remembers.

use crate::desk_side::Side;
use renewdesk::domain::command::{Command, Stamp};
use renewdesk::domain::ids::PackVersionId;
use renewdesk::domain::record::PackVersion;
use renewdesk::store::{OpenMode, Store};
use serde_json::Value;

const SHEET: &str = "\
Fiscal Month,Reseller,BE ID,Portfolio,Category,Measurement,Achieved Metric,Achieved Index,Applied Index,Measure A Value,Measure B Value
FY27M4,One,1,Services,Engagement,On-Time Renewal Rate,54,8,8,54000,100000
FY27M4,One,1,Services,Foundational,Customer Success Maturity,3,10,7,3,
";

/// Other category weights.
const MINE: &str = r#"
category = [
  { portfolio = "services", id = "engagement", weight_pct = "40", source = "test", as_of = 2026-11-22, confidence = "documented" },
  { portfolio = "services", id = "performance", weight_pct = "10", source = "test", as_of = 2026-11-22, confidence = "documented" },
]
"#;

fn with_sheet() -> Side {
    let side = Side::new();
    let file = side.file("dpv.csv", SHEET);
    side.ok(&["import", file.to_str().unwrap()]);
    side
}

fn score(side: &Side) -> Value {
    let pvi = side.json(&["pvi"]);
    let portfolios = pvi["portfolios"].as_array().unwrap();
    let services = portfolios.iter().find(|p| p["portfolio"] == "Services");
    services.unwrap()["score"].clone()
}

#[test]
fn check_lists_every_fault_and_refuses() {
    let side = Side::new();
    let bad = side.file(
        "bad.toml",
        "[otrr]\ngrace_day = 3\n[goal_seek]\ncost = \"valeu\"\n",
    );
    let checked = side.run(&["pack", "check", bad.to_str().unwrap(), "--json"]);
    assert_eq!(checked.code, 6);
    let json = checked.json();
    assert_eq!(json["schema"], "renewdesk.pack_check/1");
    assert_eq!(
        (&json["ok"], json["problems"].as_array().unwrap().len()),
        (&false.into(), 2)
    );
    let text = json["problems"][0].as_str().unwrap();
    assert!(text.contains("bad.toml:2:1: error: key of otrr \"grace_day\" is not known; did you mean \"grace_days\"?"), "{text}");
    let fault = &json["faults"][1];
    assert_eq!(
        (&fault["line"], &fault["column"], &fault["severity"]),
        (&4.into(), &8.into(), &"error".into())
    );
    assert_eq!(fault["nearest"], "value");
    let fine = side.ok(&["pack", "check"]);
    assert!(
        fine.out.contains("nothing to complain about"),
        "{}",
        fine.out
    );
}

#[test]
fn the_books_own_pack_beats_the_file_and_the_file_the_shipped_one() {
    let side = with_sheet();
    assert_eq!(side.json(&["pack", "show"])["source"], "shipped");
    let shipped = score(&side);
    side.file(
        "pack.toml",
        "[otrr]\ngrace_days = 3\nsource = \"x\"\nas_of = 2026-11-22\nconfidence = \"tool\"\n",
    );
    let from_file = side.json(&["pack", "show"]);
    assert_eq!(from_file["source"], "file");
    assert!(
        from_file["source_words"]
            .as_str()
            .unwrap()
            .ends_with("pack.toml")
    );

    let mine = side.file("mine.toml", MINE);
    let used = side.json(&["pack", "use", mine.to_str().unwrap()]);
    assert_eq!(used["schema"], "renewdesk.pack_use/1");
    assert_eq!(
        (&used["source"], &used["version"]),
        (&"book".into(), &1.into())
    );
    assert_eq!(used["source_words"], "this book (version 1, mine.toml)");
    let shown = side.json(&["pack", "show"]);
    assert_eq!(
        (&shown["source"], &shown["sha256"]),
        (&"book".into(), &used["sha256"])
    );
    assert_ne!(score(&side), shipped);
    // The file is not needed any more.
    std::fs::remove_file(&mine).unwrap();
    assert_eq!(side.json(&["pack", "check"])["file"], "mine.toml");

    let list = side.json(&["pack", "list"]);
    assert_eq!(list["schema"], "renewdesk.pack_list/1");
    assert_eq!(list["versions"][0]["in_use"], true);
    assert_eq!(list["versions"][0]["first_used_by"], "tester");
    let text = side.ok(&["pack", "list"]).out;
    assert!(
        text.contains("mine.toml") && text.contains("in use"),
        "{text}"
    );

    assert_eq!(side.json(&["pack", "use", "--none"])["source"], "file");
    assert!(
        side.fails(6, &["pack", "use", "--none"])
            .contains("no rule pack of its own")
    );
    side.ok(&["undo"]);
    assert_eq!(side.json(&["pack", "show"])["source"], "book");
    side.ok(&["undo"]);
    assert_eq!(side.json(&["pack", "show"])["source"], "file");
    side.ok(&["redo"]);
    assert_eq!(side.json(&["pack", "show"])["source"], "book");
    assert!(side.json(&["doctor"])["sound"].as_bool().unwrap());
}

#[test]
fn a_pack_with_faults_or_invented_figures_never_gets_into_a_book() {
    let side = with_sheet();
    let bad = side.file("bad.toml", "[otrr]\ngrace_day = 3\n");
    assert!(
        side.fails(6, &["pack", "use", bad.to_str().unwrap()])
            .contains("grace_day")
    );
    let demo = side.file("demo.toml", "pack = { demo = true }\n");
    let why = side.fails(6, &["pack", "use", demo.to_str().unwrap()]);
    assert!(why.contains("never used for a real book"), "{why}");
    assert_eq!(
        side.json(&["pack", "list"])["versions"],
        Value::Array(Vec::new())
    );
    // Nor through the settings folder.
    std::fs::copy(&demo, side.path("pack.toml")).unwrap();
    let shown = side.ok(&["pack", "show", "--json"]);
    assert_eq!(
        (&shown.json()["source"], &shown.json()["demo"]),
        (&"shipped".into(), &false.into())
    );
    assert!(
        shown.err.contains("never used for a real book"),
        "{}",
        shown.err
    );
    side.fails(2, &["pack", "use"]);
}

#[test]
fn a_kept_pack_that_no_longer_passes_gives_way_to_the_last_good_one() {
    let side = with_sheet();
    let mine = side.file("mine.toml", MINE);
    side.ok(&["pack", "use", mine.to_str().unwrap()]);
    // What an upgrade of the program may leave behind: a text that was fine when it was kept.
    let mut store = Store::open(&book(&side), &OpenMode::ReadWrite).unwrap();
    let stamp = Stamp {
        at: "2026-11-22T08:00:00Z".parse().unwrap(),
        today: "2026-11-22".parse().unwrap(),
        actor: "tester".into(),
    };
    let old = PackVersion {
        id: PackVersionId(uuid::Uuid::from_u128(7)),
        number: 0,
        pack: "starter".into(),
        title: "Old".into(),
        as_of: "2026-11-22".parse().unwrap(),
        sha256: "00".into(),
        overlay_file: Some("old.toml".into()),
        overlay: Some("[gone]\nx = 1\n".into()),
        first_on: "2026-11-22".parse().unwrap(),
        by: "tester".into(),
    };
    store
        .apply(&Command::UsePack(Some(Box::new(old))), "old", &stamp)
        .unwrap();
    drop(store);
    let shown = side.ok(&["pack", "show", "--json"]);
    assert_eq!(
        shown.json()["source_words"],
        "this book (version 1, mine.toml)"
    );
    assert!(
        shown.err.contains(
            "version 2 of this book's rule pack (old.toml) does not pass the check: old.toml:1:2:"
        ),
        "{}",
        shown.err
    );
    assert_eq!(side.run(&["pack", "check"]).code, 6);
    assert_eq!(side.run(&["doctor"]).code, 1);
    side.ok(&["queue"]);
}

fn book(side: &Side) -> std::path::PathBuf {
    let shown = side.json(&["doctor"]);
    shown["book"].as_str().unwrap().into()
}

#[test]
fn projections_are_kept_with_the_pack_behind_them() {
    let side = with_sheet();
    assert!(
        side.ok(&["pvi", "history"])
            .out
            .contains("No projection is kept yet")
    );
    let kept = side.json(&["pvi", "keep", "--note", "before the quarter"]);
    assert_eq!(kept["schema"], "renewdesk.pvi_keep/1");
    let views: Vec<&str> = kept["projections"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| p["view"].as_str().unwrap())
        .collect();
    assert_eq!(views, ["booked", "committed", "open"]);
    let first = &kept["projections"][0];
    assert_eq!(
        (&first["month"], &first["baseline_month"]),
        (&"FY27M6".into(), &"FY27M4".into())
    );
    assert_eq!(
        (&first["note"], &first["automatic"]),
        (&"before the quarter".into(), &false.into())
    );
    assert_eq!(first["pack"]["version"], 1);
    let pvi = side.json(&["pvi"]);
    let of = |list: &Value| {
        let all = list["portfolios"].as_array().unwrap();
        let services = all.iter().find(|p| p["portfolio"] == "Services").unwrap();
        services["score"].clone()
    };
    assert_eq!(of(first), of(&pvi));

    let mine = side.file("mine.toml", MINE);
    side.ok(&["pack", "use", mine.to_str().unwrap()]);
    side.ok(&["pvi", "keep"]);
    let history = side.json(&["pvi", "history", "--view", "booked"]);
    assert_eq!(history["schema"], "renewdesk.pvi_history/1");
    let versions: Vec<_> = history["projections"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| p["pack"]["version"].as_u64().unwrap())
        .collect();
    assert_eq!(
        versions,
        [2, 1],
        "newest first, each by the rules of its time"
    );
    let list = side.json(&["pack", "list"]);
    assert_eq!(list["versions"][0]["projections"], 3);
    assert_eq!(list["versions"][1]["in_use"], true);
    let text = side.ok(&["pvi", "history", "--limit", "1"]).out;
    assert_eq!(text.lines().count(), 2, "{text}");
    assert!(
        text.contains("Svc ") && text.contains("2: Starter pack"),
        "{text}"
    );
    side.fails(2, &["pvi", "history", "--view", "weighted"]);

    side.ok(&["undo"]);
    assert_eq!(
        side.json(&["pvi", "history"])["projections"]
            .as_array()
            .unwrap()
            .len(),
        3
    );
}

#[test]
fn without_an_assessment_there_is_nothing_to_keep() {
    let side = Side::imported();
    let why = side.fails(6, &["pvi", "keep"]);
    assert!(why.contains("no portfolio has a score yet"), "{why}");
}
