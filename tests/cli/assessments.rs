//! `baseline`: the partner's assessment listed, typed, checked, taken away and brought back.

use crate::desk_side::Side;
use serde_json::Value;

const SHEET: &str = "\
Fiscal Month,Reseller,BE ID,Portfolio,Category,Category Weight,Measurement,Measurement Weight,Achieved Metric,Achieved Index,Applied Index,Measure A Value,Measure B Value
FY27M4,One,1,Services,Engagement,60,On-Time Renewal Rate,100,54,8,8,54000,100000
FY27M4,One,1,Services,Foundational,40,Customer Success Maturity,100,3,10,7,3,
";

fn with_sheet() -> Side {
    let side = Side::new();
    let file = side.file("dpv.csv", SHEET);
    side.ok(&["import", file.to_str().unwrap()]);
    side
}

fn row<'a>(shown: &'a Value, metric: &str) -> &'a Value {
    let rows = shown["rows"].as_array().unwrap();
    rows.iter().find(|row| row["metric"] == metric).unwrap()
}

fn otrr(side: &Side) -> Value {
    let pvi = side.json(&["pvi", "--month", "baseline"]);
    let portfolios = pvi["portfolios"].as_array().unwrap();
    let services = portfolios.iter().find(|p| p["portfolio"] == "Services");
    let metrics = services.unwrap()["metrics"].as_array().unwrap();
    metrics
        .iter()
        .find(|m| m["metric"] == "otrr")
        .unwrap()
        .clone()
}

#[test]
fn typed_figures_are_one_step_that_undo_takes_back() {
    let side = with_sheet();
    let set = side.json(&[
        "baseline",
        "set",
        "Services.otrr",
        "--month",
        "FY27M4",
        "--a",
        "=57000",
        "--index",
        "9",
    ]);
    assert_eq!(set["schema"], "renewdesk.baseline_set/1");
    let typed = row(&set, "otrr");
    assert_eq!(
        (&typed["a"], &typed["applied_index"]),
        (&"57000".into(), &"9".into())
    );
    assert_eq!(
        (&typed["typed_by"], &typed["typed_on"]),
        (&"tester".into(), &"2026-11-22".into())
    );
    assert_eq!(typed["earlier"][0]["a"], "54000");
    let source = typed["earlier"][0]["source"].as_str().unwrap();
    assert!(source.starts_with("dpv.csv, imported 20"), "{source}");
    assert_eq!(otrr(&side)["index"], "9");
    let history = side.json(&["history"]);
    let label = &history["operations"][0]["label"];
    assert_eq!(label, "typed On-time renewal rate of Services in FY27M4");
    side.ok(&["undo"]);
    assert_eq!(otrr(&side)["index"], "8");
    assert_eq!(otrr(&side)["a"], "54000");
    side.ok(&["redo"]);
    // The sheet once more, with another figure: it wins, and what was typed stays to be seen.
    let file = side.file("later.csv", &SHEET.replace("8,8,54000", "8,8,54100"));
    let report = side.json(&["import", file.to_str().unwrap()]);
    assert!(
        report.to_string().contains("typed figures gave way"),
        "{report}"
    );
    let shown = side.json(&["baseline", "show"]);
    let now = row(&shown, "otrr");
    assert_eq!(
        (&now["a"], &now["typed_by"]),
        (&"54100".into(), &Value::Null)
    );
    assert_eq!(now["earlier"][0]["a"], "57000");
    assert_eq!(now["earlier"][0]["source"], "typed by tester on 2026-11-22");
}

#[test]
fn a_book_without_a_sheet_is_typed_from_nothing() {
    let side = Side::new();
    side.ok(&["init"]);
    let empty = side.ok(&["baseline", "list"]);
    assert!(empty.out.contains("holds no assessment"), "{}", empty.out);
    let set = |metric: &str, more: &[&str]| {
        let mut args = vec!["baseline", "set", metric, "--month", "202704"];
        args.extend(more);
        side.ok(&args);
    };
    set(
        "services.Customer success maturity",
        &["--a", "Intermediate"],
    );
    set("Services.black_belt", &["--a", "14.5", "--size", "s"]);
    set("Services.otrr", &["--a", "54,000", "--b", "100,000"]);
    set("Services.premium", &["--index", "5"]);
    let pvi = side.json(&["pvi", "--month", "baseline"]);
    let services = &pvi["portfolios"].as_array().unwrap()[4];
    let index = |metric: &str| {
        let metrics = services["metrics"].as_array().unwrap();
        metrics.iter().find(|m| m["metric"] == metric).unwrap()["index"].clone()
    };
    assert_eq!(index("cs_maturity"), "7");
    assert_eq!(index("black_belt"), "10");
    assert_eq!(index("otrr"), "8");
    assert_eq!(index("premium"), "5");
    let list = side.json(&["baseline", "list"]);
    assert_eq!(list["schema"], "renewdesk.baseline_list/1");
    assert_eq!(
        (&list["months"][0]["rows"], &list["months"][0]["typed"]),
        (&4.into(), &4.into())
    );
    assert_eq!(
        list["months"][0]["sources"][0],
        "typed by tester on 2026-11-22"
    );
}

#[test]
fn what_cannot_be_kept_is_refused_with_a_sentence() {
    let side = with_sheet();
    let base = ["baseline", "set"];
    let fails = |code: i32, more: &[&str]| {
        let all: Vec<&str> = base.iter().chain(more).copied().collect();
        side.fails(code, &all)
    };
    let month = ["--month", "FY27M4"];
    for (code, metric, more, told) in [
        (6, "Services.otrr", ["--index", "11"], "between 0 and 10"),
        (6, "Services.otrr", ["--weight", "101"], "between 0 and 100"),
        (6, "Services.otrr", ["--a", "54000"], "nothing was changed"),
        (
            2,
            "Services.cs_maturity",
            ["--a", "Excellent"],
            "none, basic, intermediate, advanced",
        ),
        (2, "Services.otrr", ["--a", "12,5"], "two ways"),
        (4, "Services.speed", ["--a", "1"], "otrr"),
        (4, "Serviches.otrr", ["--a", "1"], "Networking"),
        (2, "otrr", ["--a", "1"], "Services.otrr"),
    ] {
        let args: Vec<&str> = [metric]
            .iter()
            .chain(&month)
            .chain(&more)
            .copied()
            .collect();
        let err = fails(code, &args);
        assert!(err.contains(told), "{metric} {more:?}: {err}");
    }
    let err = fails(6, &["Services.otrr", "--month", "FY39M1", "--a", "1"]);
    assert!(err.contains("calendar"), "{err}");
    let err = fails(3, &["Services.otrr", "--month", "FY27M5", "--a", "1"]);
    assert!(err.contains("--like FY27M4"), "{err}");
}

#[test]
fn a_new_month_begins_like_an_old_one_and_can_be_taken_away() {
    let side = with_sheet();
    side.ok(&[
        "baseline",
        "set",
        "Services.otrr",
        "--month",
        "FY27M5",
        "--like",
        "FY27M4",
        "--a",
        "56000",
        "--index",
        "9",
    ]);
    let list = side.json(&["baseline", "list"]);
    let months = list["months"].as_array().unwrap();
    assert_eq!(
        (&months[0]["month"], &months[0]["base"]),
        (&"FY27M5".into(), &true.into())
    );
    assert_eq!(
        (&months[0]["rows"], &months[1]["rows"]),
        (&2.into(), &2.into())
    );
    let check = side.json(&["baseline", "check"]);
    assert_eq!(check["schema"], "renewdesk.baseline_check/1");
    assert_eq!(
        (&check["month"], &check["older_month"]),
        (&"FY27M5".into(), &"FY27M4".into())
    );
    let dropped = side.json(&["baseline", "drop", "FY27M5"]);
    assert_eq!(
        (&dropped["rows"], &dropped["base_month"]),
        (&2.into(), &"FY27M4".into())
    );
    side.ok(&["undo"]);
    assert_eq!(side.json(&["baseline", "list"])["base_month"], "FY27M5");
    side.fails(4, &["baseline", "drop", "FY26M1"]);
}

#[test]
fn differences_are_shown_line_by_line() {
    let side = with_sheet();
    let check = side.json(&["baseline", "check"]);
    let lines = check["lines"].as_array().unwrap();
    let line = |metric: &str, what: &str| {
        let found = lines
            .iter()
            .find(|l| l["metric"] == metric && l["what"] == what);
        found.unwrap().clone()
    };
    assert_eq!(line("otrr", "applied index")["verdict"], "agrees");
    assert_eq!(line("otrr", "achieved value")["verdict"], "agrees");
    let maturity = line("cs_maturity", "applied index");
    assert_eq!(
        (&maturity["ours"], &maturity["theirs"]),
        (&"10".into(), &"7".into())
    );
    assert_eq!(
        (&maturity["difference"], &maturity["verdict"]),
        (&"3".into(), &"differs".into())
    );
    assert_eq!(check["differs"], 1);
    let shown = side.ok(&["baseline", "check"]).out;
    assert!(
        shown.contains("differs") && shown.contains("Score"),
        "{shown}"
    );
}

#[test]
fn two_resellers_are_asked_about_and_chosen_between() {
    let side = with_sheet();
    let other = SHEET
        .replace("One,1", "Two,2")
        .replace("8,8,54000", "3,3,24000");
    let file = side.file("two.csv", &other);
    let file = file.to_str().unwrap();
    let err = side.fails(3, &["import", file]);
    assert!(
        err.contains("reseller = \"2\"") && err.contains("One (1)"),
        "{err}"
    );
    assert_eq!(otrr(&side)["index"], "8");
    let map = side.file("map.toml", "reseller = \"2\"\n");
    side.ok(&["import", file, "--map", map.to_str().unwrap()]);
    assert_eq!(otrr(&side)["index"], "3");
    side.ok(&["baseline", "use", "One"]);
    assert_eq!(otrr(&side)["index"], "8");
    let list = side.json(&["baseline", "list"]);
    assert_eq!(list["months"].as_array().unwrap().len(), 2);
    assert_eq!(list["reseller"], "One (1)");
    let err = side.fails(3, &["baseline", "drop", "FY27M4"]);
    assert!(err.contains("--reseller"), "{err}");
    side.ok(&["baseline", "drop", "FY27M4", "--reseller", "2"]);
    assert_eq!(
        side.json(&["baseline", "list"])["months"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    side.ok(&["undo"]);
    side.ok(&["undo"]);
    assert_eq!(otrr(&side)["index"], "3");
    side.fails(4, &["baseline", "use", "Nobody"]);
}
