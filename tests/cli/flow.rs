//! From an export to a priced quote and back, with the golden figures of the renewal rules.

use crate::desk_side::{DAY, Side};
use serde_json::Value;

fn line(quote: &Value, number: u64) -> &Value {
    let lines = quote["lines"].as_array().unwrap();
    lines.iter().find(|l| l["line"] == number).unwrap()
}

#[test]
fn an_import_reports_counts_that_add_up_and_again_changes_nothing() {
    let side = Side::new();
    let file = side.file("lines.csv", crate::desk_side::LINES);
    let file = file.to_str().unwrap();
    let dry = side.json(&["import", file, "--dry-run"]);
    assert_eq!((&dry["new"], &dry["batch_id"]), (&3.into(), &Value::Null));
    let first = side.json(&["import", file]);
    assert_eq!(first["schema"], "renewdesk.import/1");
    assert_eq!((&first["read"], &first["new"]), (&3.into(), &3.into()));
    assert!(first["batch_id"].is_string());
    let again = side.json(&["import", file]);
    assert_eq!(
        (&again["read"], &again["unchanged"]),
        (&3.into(), &3.into())
    );
    assert_eq!(again["new"], 0);
    assert_eq!(
        side.json(&["history"])["operations"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[test]
fn a_dry_run_shows_the_columns_and_answers_are_kept_for_the_next_file_until_undone() {
    let side = Side::new();
    let rows = "Geraet;Bis;Typ\nFCW1234A0B1;03/04/2027;C9300-48P\n";
    let file = side.file("march.csv", rows);
    let file = file.to_str().unwrap();
    let refused = side.run(&["import", file, "--dry-run", "--json"]);
    let seen = refused.json();
    let column = &seen["files"][0]["outline"]["sheets"][0]["columns"][1];
    assert_eq!(column["header"], "Bis");
    assert_eq!(column["samples"][0], "03/04/2027");
    assert_eq!(column["found_by"], "nothing");

    let map =
        "date_order = \"mdy\"\n[columns]\nserial = \"Geraet\"\nend_date = \"Bis\"\npid = \"Typ\"\n";
    let map = side.file("m.toml", map);
    let map = map.to_str().unwrap();
    let first = side.json(&["import", file, "--map", map, "--remember"]);
    assert_eq!(first["new"], 1);

    let next = side.file("april.csv", &rows.replace("A0B1", "A0B2"));
    let next = next.to_str().unwrap();
    let dry = side.json(&["import", next, "--dry-run"]);
    assert_eq!(dry["new"], 1);
    let outline = &dry["files"][0]["outline"];
    assert_eq!(outline["recalled"]["applied"], true);
    assert_eq!(
        outline["sheets"][0]["columns"][1]["read_as"],
        "dates, month first"
    );

    // one step: the import and what it taught are gone together
    side.ok(&["undo"]);
    let refused = side.run(&["import", next, "--dry-run", "--json"]);
    assert_ne!(refused.code, 0);
}

#[test]
fn a_dry_run_tells_what_changes_cell_by_cell_and_writes_nothing() {
    let side = Side::new();
    let rows = "Serial Number,Contract Number,Product,Qty,End Date,Customer\n\
        FCW1234A0B1,201234567,C9300-48P,1,2027-04-03,Acme\n\
        FCW1234A0B2,201234567,C9300-48P,1,2027-04-03,Acme\n";
    let before = side.file("march.csv", rows);
    side.json(&["import", before.to_str().unwrap()]);
    let rows = rows.replace(
        "A0B2,201234567,C9300-48P,1,",
        "A0B2,201234567,C9300-48P,22,",
    );
    let rows = format!("{rows}FCW1234A0B3,201234567,C9300-48P,1,2027-04-03,Acme\n");
    let after = side.file("april.csv", &rows);
    let after = after.to_str().unwrap();
    let dry = side.json(&["import", after, "--dry-run"]);
    let changes = &dry["files"][0]["changes"];
    assert_eq!(changes["changed_lines"], 1);
    assert_eq!(changes["cells"][0], serde_json::json!(["quantity", 1]));
    let line = &changes["lines"][0];
    assert_eq!(line["row"], 3);
    assert_eq!(line["cells"][0]["before"], "1");
    assert_eq!(line["cells"][0]["after"], "22");
    assert_eq!(line["cells"].as_array().unwrap().len(), 1);
    assert_eq!(changes["new"][0], "C9300-48P  FCW1234A0B3  to 2027-04-03");
    let told = side.run_raw(&["import", after, "--dry-run"]);
    assert!(told.out.contains("quantity: 1 -> 22"), "{}", told.out);
    assert_eq!(
        side.json(&["history"])["operations"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[test]
fn refused_rows_go_beside_the_file_and_never_over_another() {
    let side = Side::new();
    let bad = format!(
        "{}Blütental Water,200123458,FOC1,1004,C9300-48P,CON-SNT-X,8x5xNBD,1,1.00,2026-03-15,2025-03-14,1.00,USD\n",
        crate::desk_side::LINES
    );
    let file = side.file("lines.csv", &bad);
    side.file("lines.rejects.csv", "mine");
    let report = side.json(&["import", file.to_str().unwrap()]);
    assert_eq!(
        (&report["read"], &report["rejected"]),
        (&4.into(), &1.into())
    );
    assert_eq!(
        std::fs::read_to_string(side.path("lines.rejects.csv")).unwrap(),
        "mine"
    );
    let written = report["rejects_file"].as_str().unwrap();
    let text = std::fs::read_to_string(written).unwrap();
    assert!(
        text.contains("FOC1") && text.contains("reject_reason"),
        "{text}"
    );
}

#[test]
fn a_rejected_formula_is_harmless_in_the_rejects_file_and_itself_again_when_imported() {
    let side = Side::new();
    let bad = format!(
        "{}＝cmd(),200123458,FOC1,1004,C9300-48P,CON-SNT-X,8x5xNBD,1,1.00,2026-03-15,2025-03-14,1.00,USD\n",
        crate::desk_side::LINES
    );
    let file = side.file("lines.csv", &bad);
    let report = side.json(&["import", file.to_str().unwrap()]);
    let text = std::fs::read_to_string(report["rejects_file"].as_str().unwrap()).unwrap();
    assert!(text.contains("\n'＝cmd()"), "{text}");
    let mended = side.file("mended.csv", &text.replace("2025-03-14", "2027-03-14"));
    let again = side.json(&["import", mended.to_str().unwrap()]);
    assert_eq!(again["new"], 1);
    let rows = side.json(&["queue"])["rows"].as_array().unwrap().clone();
    assert!(
        rows.iter().any(|row| row["customer"] == "＝cmd()"),
        "{rows:?}"
    );
}

#[test]
fn the_worked_line_of_the_rules_comes_out_to_the_cent() {
    let side = Side::imported();
    let made = side.json(&["quote", "new", "200123456"]);
    let id = made["quote_id"].as_str().unwrap().to_string();
    side.ok(&[
        "quote",
        "set",
        &id,
        "1",
        "start=2026-12-11",
        "end=2027-12-31",
        "discount_pct=37.5",
        "margin_pct=12",
    ]);
    let quote = side.json(&["quote", "show", &id]);
    let first = line(&quote, 1);
    for (field, wanted) in [
        ("quantity", "12"),
        ("unit_list", "1240.00"),
        ("factor", "1.057534"),
        ("prorated_list", "1311.34"),
        ("discount_pct", "37.5"),
        ("unit_net", "819.59"),
        ("extended_net", "9835.08"),
        ("unit_sell", "931.35"),
        ("extended_sell", "11176.20"),
        ("margin_pct", "12"),
        ("acv", "9300.01"),
        ("run_rate", "9300.01"),
    ] {
        assert_eq!(first[field], wanted, "{field}");
    }
    assert_eq!(first["days"], 386);
    assert_eq!(quote["totals"]["net"], "10835.08");
    assert_eq!(quote["version"], 2);
}

#[test]
fn golden_case_r01_and_a_typed_price_that_holds() {
    let side = Side::imported();
    side.ok(&["quote", "new", "200123456"]);
    side.ok(&[
        "quote",
        "set",
        "Q-1001",
        "2",
        "start=2026-03-15",
        "end=2027-06-30",
        "discount_pct=0",
    ]);
    let quote = side.json(&["quote", "show", "q-1001"]);
    let r01 = line(&quote, 2);
    assert_eq!(
        (&r01["days"], &r01["prorated_list"]),
        (&473.into(), &"1295.89".into())
    );
    // R15: a typed sell price stays when the net price moves, and the margin is shown anew.
    side.ok(&[
        "quote",
        "set",
        "Q-1001",
        "1",
        "start=2026-12-11",
        "end=2027-12-31",
        "discount_pct=37.5",
    ]);
    side.ok(&["quote", "set", "Q-1001", "1", "unit_sell=950.00"]);
    let margin = |q: &Value| line(q, 1)["margin_pct"].as_str().unwrap()[..5].to_string();
    assert_eq!(margin(&side.json(&["quote", "show", "Q-1001"])), "13.72");
    side.ok(&["quote", "set", "Q-1001", "1", "unit_net=800.00"]);
    let quote = side.json(&["quote", "show", "Q-1001"]);
    assert_eq!(line(&quote, 1)["unit_sell"], "950.00");
    assert!(
        line(&quote, 1)["discount_pct"]
            .as_str()
            .unwrap()
            .starts_with("38.99")
    );
}

#[test]
fn undo_and_redo_reach_back_to_the_import() {
    let side = Side::imported();
    side.ok(&["quote", "new", "200123456"]);
    let before = side.json(&["quote", "show", "Q-1001"]);
    side.ok(&["quote", "set", "Q-1001", "1", "quantity=10"]);
    let after = side.json(&["quote", "show", "Q-1001"]);
    assert_ne!(before["totals"], after["totals"]);
    side.ok(&["undo"]);
    assert_eq!(
        side.json(&["quote", "show", "Q-1001"])["totals"],
        before["totals"]
    );
    side.ok(&["redo"]);
    assert_eq!(
        side.json(&["quote", "show", "Q-1001"])["totals"],
        after["totals"]
    );
    side.ok(&["undo"]);
    side.ok(&["undo"]);
    assert_eq!(
        side.json(&["quote", "list"])["quotes"]
            .as_array()
            .unwrap()
            .len(),
        0
    );
    side.ok(&["undo"]);
    assert_eq!(side.json(&["queue"])["rows"].as_array().unwrap().len(), 0);
    assert!(side.fails(6, &["undo"]).contains("nothing to undo"));
    side.ok(&["redo"]);
    assert_eq!(side.json(&["queue"])["rows"].as_array().unwrap().len(), 2);
}

#[test]
fn the_day_decides_what_is_overdue_lapsed_and_in_reach() {
    let side = Side::imported();
    let rows = |args: &[&str]| {
        let all: Vec<&str> = args.iter().copied().chain(["queue", "--json"]).collect();
        side.run_raw(&all).json()["rows"]
            .as_array()
            .unwrap()
            .clone()
    };
    let today = rows(&["--as-of", DAY]);
    let of = |rows: &[Value], number: &str| {
        rows.iter()
            .find(|r| r["contract"] == number)
            .unwrap()
            .clone()
    };
    let first = of(&today, "200123456");
    assert_eq!(
        (&first["days_left"], &first["end_date"]),
        (&18.into(), &"2026-12-10".into())
    );
    assert_eq!(first["atr"]["amount"], "10300.00");
    assert_eq!(first["atr"]["basis"], "net");
    assert_eq!(first["nearest_clock"], "contract_end");
    assert_eq!(of(&today, "200123457")["state"], "lapsed");
    let later = rows(&["--as-of", "2026-12-11"]);
    assert_eq!(of(&later, "200123456")["state"], "overdue");
    assert_eq!(of(&later, "200123456")["days_left"], -1);
    // --within bounds the future only.
    let near = side.json(&["queue", "--within", "5"]);
    let numbers: Vec<&str> = near["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| r["contract"].as_str().unwrap())
        .collect();
    assert_eq!(numbers, ["200123457"]);
}
