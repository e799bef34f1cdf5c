//! `pvi attribute`: columns add up, a renewal and a quote in full, and what it refuses.

use crate::desk_side::Side;
use serde_json::Value;

fn demo() -> Side {
    let side = Side::new();
    let book = side.path("book.renewdesk");
    side.ok(&["demo", "--lines", "900", "--into", book.to_str().unwrap()]);
    side
}

/// Exact up to the places JSON carries: in millionths.
fn millionths(value: &Value) -> i64 {
    let text = value.as_str().unwrap();
    let number: rust_decimal::Decimal = text.parse().unwrap();
    let scaled = (number * rust_decimal::Decimal::from(1_000_000)).round();
    scaled.normalize().to_string().parse().unwrap()
}

fn portfolios(item: &Value) -> &Vec<Value> {
    item["portfolios"].as_array().unwrap()
}

#[test]
fn every_column_adds_up_with_its_shared_line_and_fairly() {
    let side = demo();
    let answer = side.json(&["pvi", "attribute", "--shapley"]);
    assert_eq!(answer["schema"], "renewdesk.pvi_attribution/1");
    assert_eq!(answer["view"], "open");
    let items = answer["items"].as_array().unwrap();
    let mut moved = 0;
    for column in answer["portfolios"].as_array().unwrap() {
        let own: Vec<&Value> = items
            .iter()
            .flat_map(portfolios)
            .filter(|part| part["portfolio"] == column["portfolio"])
            .collect();
        assert_eq!(own.len() as i64, column["deals"].as_i64().unwrap());
        let sum = |key: &str| own.iter().map(|part| millionths(&part[key])).sum::<i64>();
        let total = millionths(&column["total"]);
        assert_eq!(sum("points") + millionths(&column["shared"]), total);
        assert!((sum("fair_share") - total).abs() <= own.len() as i64);
        moved += i64::from(total != 0);
        let method = column["fair"]["method"].as_str().unwrap();
        let exact = own.iter().all(|part| part["standard_error"] == "0");
        assert_eq!(method == "exact", exact || own.is_empty(), "{column}");
    }
    assert!(moved > 2);
    let table = side
        .ok(&["pvi", "attribute", "--portfolio", "services", "--top", "3"])
        .out;
    assert!(
        table.contains("more deals") && table.contains("shared by several deals"),
        "{table}"
    );
    assert!(!table.contains("Networking"), "{table}");
}

#[test]
fn a_renewal_and_a_quote_say_what_is_lost_and_how_far_the_steps_are() {
    let side = demo();
    let all = side.json(&["pvi", "attribute", "--portfolio", "Services", "--top", "1"]);
    let first = &all["items"][0];
    assert_eq!(first["portfolios"][0]["mark"], "pivotal");
    let id = first["renewal_id"].as_str().unwrap();
    let one = side.json(&["pvi", "attribute", "--contract", id]);
    let services = portfolios(&one["items"][0])
        .iter()
        .find(|p| p["portfolio"] == "Services");
    let services = services.unwrap();
    assert_eq!(services["points"], first["pvi_at_stake"]);
    assert_eq!(services["lost_if_it_lapses"], first["pvi_at_stake"]);
    let metric = &services["metrics"][0];
    for key in [
        "a",
        "b",
        "value",
        "smooth",
        "index",
        "points",
        "edges_with",
        "edges_without",
    ] {
        assert!(metric.get(key).is_some(), "{key}: {metric}");
    }
    let text = side.ok(&["pvi", "attribute", "--contract", id]).out;
    assert!(text.contains("PVI lost if it lapses, pivotal"), "{text}");
    assert!(text.contains(" lifts Services by ") || text.contains("before Services falls by"));

    let quotes = side.json(&["quote", "list"]);
    let quotes = quotes["quotes"].as_array().unwrap();
    let number = quotes[0]["number"].as_str().unwrap();
    let answer = side.json(&["pvi", "attribute", "--quote", number, "--lines"]);
    let items = answer["items"].as_array().unwrap();
    assert_eq!(items[0]["kind"], "quote");
    assert!(
        items
            .iter()
            .any(|item| item["kind"] == "line" && item["line"] == 1)
    );
    assert!(answer["view"].as_str().unwrap().starts_with("quote:"));
}

#[test]
fn a_quote_whose_renewal_is_booked_counted_twice() {
    let side = demo();
    let quotes = side.json(&["quote", "list"]);
    let open = side.json(&["queue"]);
    let open = open["rows"].as_array().unwrap();
    let quotes = quotes["quotes"].as_array().unwrap();
    let of_row = |row: &Value| quotes.iter().find(|quote| quote["number"] == row["quote"]);
    let (row, quote) = open
        .iter()
        .find_map(|row| Some((row, of_row(row)?)))
        .unwrap();
    let number = quote["number"].as_str().unwrap();
    let before = side.json(&["pvi", "attribute", "--quote", number]);
    assert_eq!(before["items"][0]["kind"], "quote");
    let renewal = row["renewal_id"].as_str().unwrap();
    side.ok(&["stage", renewal, "booked", "--on", "2026-11-22"]);
    let said = side.fails(6, &["pvi", "attribute", "--quote", number]);
    assert!(said.contains("booked or lost"), "{said}");
}

#[test]
fn suggestions_are_attributed_on_top_and_best_first() {
    let side = demo();
    let answer = side.json(&["pvi", "attribute", "--suggestions", "--top", "4"]);
    let items = answer["items"].as_array().unwrap();
    assert_eq!(items.len(), 4);
    assert!(
        items
            .iter()
            .all(|item| item["kind"] == "suggestion" && item["in_view"] == false)
    );
    let points: Vec<i64> = items
        .iter()
        .map(|item| millionths(&item["pvi_at_stake"]))
        .collect();
    assert!(
        points.is_sorted_by(|a, b| a >= b) && points[0] > 0,
        "{points:?}"
    );
}

#[test]
fn what_cannot_be_attributed_is_refused_with_a_way_on() {
    let side = demo();
    let weighted = side.fails(2, &["pvi", "attribute", "--view", "weighted"]);
    assert!(weighted.contains("committed, open"), "{weighted}");
    let portfolio = side.fails(2, &["pvi", "attribute", "--portfolio", "Networks"]);
    assert!(portfolio.contains("Networking"), "{portfolio}");
    side.fails(4, &["pvi", "attribute", "--contract", "nobody"]);
    side.fails(4, &["pvi", "attribute", "--quote", "Q-0"]);
    side.fails(2, &["pvi", "attribute", "--lines"]);
}

#[test]
fn the_queue_ranks_by_what_is_at_stake() {
    let side = demo();
    let queue = side.json(&["queue", "--sort", "pvi"]);
    let rows = queue["rows"].as_array().unwrap();
    let told: Vec<&Value> = rows
        .iter()
        .filter(|r| !r["pvi_at_stake"].is_null())
        .collect();
    assert!(told.len() > 10);
    let rank = |row: &Value| (millionths(&row["pvi_at_stake"]), millionths(&row["smooth"]));
    assert!(told.is_sorted_by(|a, b| rank(a) >= rank(b)));
    assert_eq!(told[0]["pvi_mark"], "pivotal");
    // what the queue says is what the attribution says
    let id = told[0]["renewal_id"].as_str().unwrap();
    let one = side.json(&["pvi", "attribute", "--contract", id]);
    assert_eq!(one["items"][0]["pvi_at_stake"], told[0]["pvi_at_stake"]);
    let table = side.ok(&["queue", "--sort", "pvi"]).out;
    assert!(
        table.contains("PVI at stake") && table.contains(" pivotal"),
        "{table}"
    );
    let wrong = side.fails(2, &["queue", "--sort", "points"]);
    assert!(wrong.contains("pvi"), "{wrong}");
}
