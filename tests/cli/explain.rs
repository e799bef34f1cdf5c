//! `pvi explain`: names in any case, sources of every input, and `pvi --json` that says the same.

use crate::desk_side::Side;
use serde_json::Value;

fn demo() -> Side {
    let side = Side::new();
    let book = side.path("book.renewdesk");
    side.ok(&["demo", "--lines", "900", "--into", book.to_str().unwrap()]);
    side
}

fn text<'a>(lines: &'a Value, label: &str) -> &'a str {
    let lines = lines.as_array().unwrap();
    let found = lines.iter().find(|line| line["label"] == label);
    found.unwrap_or_else(|| panic!("no {label} in {lines:?}"))["text"]
        .as_str()
        .unwrap()
}

#[test]
fn a_metric_is_worked_as_on_paper_and_the_scores_say_the_same() {
    let side = demo();
    let view = ["--view", "open", "--month", "FY27M6"];
    let asked = [&["pvi", "explain", "services.OTRR"], &view[..]].concat();
    let one = side.json(&asked);
    assert_eq!(one["schema"], "renewdesk.pvi_explain/1");
    let lines = &one["explain"];
    assert!(text(lines, "imported").contains(", row "), "{lines}");
    assert!(
        text(lines, "window").starts_with("12 months, 20"),
        "{lines}"
    );
    assert!(text(lines, "value").contains(" % = 100 x "), "{lines}");
    assert!(text(lines, "band hit").contains("above"), "{lines}");
    assert!(text(lines, "points").contains("x index"), "{lines}");
    assert!(text(lines, "pack").contains("confidence"), "{lines}");
    assert!(!one["deals"].as_array().unwrap().is_empty());
    let source = one["deals"][0]["source"].as_str().unwrap();
    let known = source.starts_with("quote ") || source.contains(" row");
    assert!(known, "{source}");
    assert_eq!(one["steps"].as_array().unwrap().len(), 11);

    let all = side.json(&[&["pvi"], &view[..]].concat());
    let portfolios = all["portfolios"].as_array().unwrap();
    let services = portfolios.iter().find(|p| p["portfolio"] == "Services");
    let metrics = services.unwrap()["metrics"].as_array().unwrap();
    let otrr = metrics.iter().find(|m| m["metric"] == "otrr").unwrap();
    assert_eq!(&otrr["explain"], lines);

    let said = side.ok(&asked).out;
    assert!(
        said.starts_with("Services: On-time renewal rate\n"),
        "{said}"
    );
    assert!(said.contains("band hit"), "{said}");
}

#[test]
fn a_score_is_the_sum_of_its_metrics() {
    let side = demo();
    let said = side.ok(&["pvi", "explain", "NETWORKING"]).out;
    assert!(said.starts_with("Networking: projected index"), "{said}");
    assert!(
        said.contains("sum") && said.contains("next threshold"),
        "{said}"
    );
}

#[test]
fn a_wrong_name_is_told_the_nearest_one() {
    let side = demo();
    let told = side.fails(4, &["pvi", "explain", "Servces.otrr"]);
    assert!(told.contains("did you mean \"Services\""), "{}", told);
    let told = side.fails(4, &["pvi", "explain", "services.otr"]);
    assert!(told.contains("did you mean \"otrr\""), "{}", told);
    side.fails(2, &["pvi", "explain", "services", "--view", "all"]);
}
