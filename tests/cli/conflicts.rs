//! Where a rep and a later import say different things: both are told, one answer settles it.

use crate::desk_side::{LINES, Side};
use serde_json::Value;

fn import_on(side: &Side, day: &str, name: &str, text: &str) {
    let file = side.file(name, text);
    let answer = side.run_raw(&["--as-of", day, "import", file.to_str().unwrap()]);
    assert_eq!(answer.code, 0, "{}", answer.err);
}

/// A quote over the worked line, of which a rep typed the quantity, and then a file with another.
fn quoted() -> Side {
    let side = Side::new();
    import_on(&side, "2026-11-02", "first.csv", LINES);
    side.ok(&["quote", "new", "200123456"]);
    side.ok(&["quote", "set", "Q-1001", "1", "quantity=10"]);
    import_on(&side, "2026-11-23", "later.csv", &quantity("14"));
    side
}

/// The file with another quantity of the first line, at the same unit price.
fn quantity(n: &str) -> String {
    let net = n.parse::<u32>().unwrap() * 775;
    LINES.replace(
        ",12,1240.00,2025-12-11,2026-12-10,9300.00",
        &format!(",{n},1240.00,2025-12-11,2026-12-10,{net}.00"),
    )
}

fn open(side: &Side) -> Vec<String> {
    let told = side.json(&["changes", "--conflicts"]);
    let all = told["conflicts"].as_array().unwrap();
    assert_eq!(
        told["open"].as_u64().unwrap() + told["later"].as_u64().unwrap(),
        all.len() as u64
    );
    all.iter()
        .map(|c| c["id"].as_str().unwrap().to_string())
        .collect()
}

fn held(side: &Side) -> Value {
    side.json(&["quote", "show", "Q-1001"])["lines"][0]["quantity"].clone()
}

#[test]
fn an_edit_survives_a_later_import_and_both_values_are_told() {
    let side = quoted();
    assert_eq!(held(&side), "10");
    let told = side.json(&["changes", "--conflicts"]);
    assert_eq!(told["schema"], "renewdesk.conflicts/1");
    assert_eq!(told["open"], 1);
    let one = &told["conflicts"][0];
    assert_eq!(one["id"], "Q-1001/1/quantity");
    assert_eq!(
        (&one["counts"], &one["state"]),
        (&"mine".into(), &"open".into())
    );
    assert_eq!(
        (&one["mine"]["value"], &one["mine"]["typed"]),
        (&"10".into(), &true.into())
    );
    assert_eq!(one["mine"]["by"], "tester");
    assert_eq!(
        (&one["file"]["value"], &one["file"]["before"]),
        (&"14".into(), &"12".into())
    );
    assert_eq!(
        (&one["file"]["file"], &one["file"]["row"]),
        (&"later.csv".into(), &2.into())
    );
    assert_eq!(one["file"]["day"], "2026-11-23");
    assert_eq!(one["contracts"][0], "200123456");
    let table = side.ok(&["changes", "--conflicts"]).out;
    assert!(
        table.contains("Q-1001/1/quantity") && table.contains("later.csv"),
        "{table}"
    );
}

#[test]
fn an_import_says_how_many_conflicts_it_opened() {
    let side = quoted();
    let file = side.file("another.csv", &quantity("15"));
    let done = side.json(&["import", file.to_str().unwrap()]);
    assert_eq!(done["files"][0]["conflicts"], 1);
    let file = side.file("again.csv", &quantity("16"));
    let told = side.ok(&["import", file.to_str().unwrap()]).err;
    assert!(
        told.contains("1 conflict with what you wrote: renewdesk changes --conflicts"),
        "{told}"
    );
    let file = side.file("agrees.csv", &quantity("10"));
    let done = side.json(&["import", file.to_str().unwrap()]);
    assert_eq!(done["files"][0]["conflicts"], 0);
}

#[test]
fn taking_the_file_writes_its_value_and_undo_opens_the_conflict_again() {
    let side = quoted();
    let done = side.json(&["conflict", "q-1001/1/quantity", "take"]);
    assert_eq!(done["schema"], "renewdesk.conflict/1");
    assert_eq!(held(&side), "14");
    assert_eq!(open(&side), [""; 0]);
    side.ok(&["undo"]);
    assert_eq!(held(&side), "10");
    assert_eq!(open(&side), ["Q-1001/1/quantity"]);
    side.ok(&["redo"]);
    assert_eq!(open(&side), [""; 0]);
}

#[test]
fn a_kept_value_is_settled_until_a_file_brings_yet_another_one() {
    let side = quoted();
    side.ok(&["conflict", "Q-1001/1/quantity", "keep"]);
    assert_eq!((held(&side), open(&side)), ("10".into(), vec![]));
    import_on(&side, "2026-11-24", "same.csv", &(quantity("14") + "\n"));
    assert_eq!(open(&side), [""; 0]);
    import_on(&side, "2026-11-25", "another.csv", &quantity("15"));
    assert_eq!(open(&side), ["Q-1001/1/quantity"]);
    let told = side.json(&["changes", "--conflicts"]);
    assert_eq!(told["conflicts"][0]["file"]["value"], "15");
    // the file comes round to what the rep wrote
    import_on(&side, "2026-11-26", "agrees.csv", &quantity("10"));
    assert_eq!(open(&side), [""; 0]);
}

#[test]
fn later_leaves_it_listed_behind_the_open_ones_and_again_opens_it() {
    let side = quoted();
    side.ok(&["conflict", "Q-1001/1/quantity", "later"]);
    let told = side.json(&["changes", "--conflicts"]);
    assert_eq!((&told["open"], &told["later"]), (&0.into(), &1.into()));
    assert_eq!(told["conflicts"][0]["state"], "later");
    side.ok(&["conflict", "Q-1001/1/quantity", "later"]);
    assert_eq!(side.json(&["changes", "--conflicts"])["open"], 1);
}

#[test]
fn taking_an_import_back_takes_its_conflicts_away() {
    let side = quoted();
    side.ok(&["undo"]);
    assert_eq!(open(&side), [""; 0]);
    side.ok(&["redo"]);
    assert_eq!(open(&side), ["Q-1001/1/quantity"]);
}

#[test]
fn what_was_written_after_the_file_is_no_conflict() {
    let side = quoted();
    side.ok(&["quote", "set", "Q-1001", "1", "quantity=11"]);
    assert_eq!(open(&side), [""; 0]);
    // but that edit taken back, the older one stands against the file again
    side.ok(&["undo"]);
    assert_eq!(open(&side), ["Q-1001/1/quantity"]);
}

#[test]
fn a_moved_end_moves_the_start_and_the_term_stays() {
    let side = Side::new();
    import_on(&side, "2026-11-02", "first.csv", LINES);
    side.ok(&["quote", "new", "200123457"]);
    let moved = LINES.replace("2025-03-15,2026-03-14", "2025-03-15,2027-01-31");
    import_on(&side, "2026-11-23", "later.csv", &moved);
    let id = "Q-1001/1/start".to_string();
    assert!(open(&side).contains(&id), "{:?}", open(&side));
    side.ok(&["conflict", &id, "take"]);
    let line = &side.json(&["quote", "show", "Q-1001"])["lines"][0];
    assert_eq!(
        (&line["start"], &line["end"]),
        (&"2027-02-01".into(), &"2028-01-31".into())
    );
}

#[test]
fn what_is_no_conflict_is_refused_by_name() {
    let side = quoted();
    let why = side.fails(4, &["conflict", "Q-1001/2/quantity", "keep"]);
    assert!(why.contains("changes --conflicts"), "{why}");
    side.fails(2, &["conflict", "Q-1001/1/quantity", "maybe"]);
    side.fails(2, &["changes", "--conflicts", "--kind", "new"]);
}

const SHEET: &str = "\
Fiscal Month,Reseller,BE ID,Portfolio,Category,Category Weight,Measurement,Measurement Weight,Achieved Metric,Achieved Index,Applied Index,Measure A Value,Measure B Value
FY27M4,One,1,Services,Engagement,60,On-Time Renewal Rate,100,54,8,8,54000,100000
FY27M4,One,1,Services,Foundational,40,Customer Success Maturity,100,3,10,7,3,
";

/// A sheet, a figure of it that a person corrected, and the sheet of another day.
fn assessed() -> Side {
    let side = Side::new();
    import_on(&side, "2026-11-02", "dpv.csv", SHEET);
    let at = ["baseline", "set", "Services.otrr", "--month", "FY27M4"];
    side.ok(&[&at[..], &["--a", "57000", "--index", "9"]].concat());
    let newer = SHEET.replace("8,8,54000", "8,8,55000");
    import_on(&side, "2026-11-23", "dpv2.csv", &newer);
    side
}

fn figure(side: &Side) -> Value {
    let shown = side.json(&["baseline", "show", "FY27M4"]);
    let rows = shown["rows"].as_array().unwrap();
    let row = rows.iter().find(|row| row["metric"] == "otrr").unwrap();
    row["a"].clone()
}

const OTRR: &str = "assessment/fy27m4/services/otrr";

#[test]
fn a_typed_figure_that_a_sheet_replaced_is_listed_and_can_be_put_back() {
    let side = assessed();
    assert_eq!(
        (figure(&side), open(&side)),
        ("55000".into(), vec![OTRR.to_string()])
    );
    let one = &side.json(&["changes", "--conflicts"])["conflicts"][0];
    assert_eq!(
        (&one["counts"], &one["month"]),
        (&"file".into(), &"FY27M4".into())
    );
    assert!(
        one["mine"]["value"].as_str().unwrap().contains("57000"),
        "{one}"
    );
    assert!(
        one["file"]["value"].as_str().unwrap().contains("55000"),
        "{one}"
    );
    side.ok(&["conflict", OTRR, "keep"]);
    assert_eq!((figure(&side), open(&side)), ("57000".into(), vec![]));
    side.ok(&["undo"]);
    assert_eq!(figure(&side), "55000");
    side.ok(&["conflict", OTRR, "take"]);
    assert_eq!((figure(&side), open(&side)), ("55000".into(), vec![]));
}

#[test]
fn the_list_of_changes_says_that_conflicts_wait() {
    let side = quoted();
    let told = side.ok(&["changes"]).out;
    assert!(told.contains("1 conflict with what you wrote"), "{told}");
    side.ok(&["conflict", "Q-1001/1/quantity", "keep"]);
    assert!(!side.ok(&["changes"]).out.contains("conflict"));
}
