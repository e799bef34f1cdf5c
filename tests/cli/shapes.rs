//! The keys every answer promises, over a demo book that has everything.

use crate::desk_side::Side;
use serde_json::Value;

fn demo() -> Side {
    let side = Side::new();
    let book = side.path("book.renewdesk");
    side.ok(&["demo", "--lines", "900", "--into", book.to_str().unwrap()]);
    side
}

fn has(value: &Value, keys: &[&str]) {
    for key in keys {
        assert!(value.get(key).is_some(), "{key} is missing in {value}");
    }
}

/// No number of an answer is a JSON fraction: money and rates are strings.
fn no_floats(value: &Value, at: &str) {
    match value {
        Value::Number(n) => assert!(n.is_i64() || n.is_u64(), "{at}: {n} is a float"),
        Value::Array(all) => all.iter().for_each(|v| no_floats(v, at)),
        Value::Object(all) => all.iter().for_each(|(k, v)| no_floats(v, k)),
        _ => {}
    }
}

#[test]
fn every_answer_has_its_schema_and_its_promised_keys() {
    let side = demo();
    let queue = side.json(&["queue"]);
    assert_eq!(queue["schema"], "renewdesk.queue/1");
    let row = &queue["rows"][0];
    has(
        row,
        &[
            "renewal_id",
            "contract",
            "customer",
            "service_level",
            "portfolios",
            "end_date",
            "days_left",
            "clocks",
            "nearest_clock",
            "lines",
            "atr",
            "stage",
            "owner",
            "risk",
            "next_date",
        ],
    );
    has(
        &row["clocks"],
        &[
            "contract_end",
            "last_renewal",
            "last_attach",
            "ldos",
            "quote_validity",
        ],
    );
    has(&row["atr"], &["amount", "currency", "basis"]);
    has(&row["risk"], &["level", "reasons"]);
    let list = side.json(&["quote", "list"]);
    has(
        &list["quotes"][0],
        &["quote_id", "contract", "stage", "totals"],
    );
    let id = list["quotes"][0]["quote_id"].as_str().unwrap();
    let quote = side.json(&["quote", "show", id]);
    has(
        &quote,
        &[
            "quote_id",
            "version",
            "contracts",
            "currency",
            "lines",
            "totals",
        ],
    );
    has(
        &quote["lines"][0],
        &[
            "line",
            "serial",
            "pid",
            "service_sku",
            "quantity",
            "unit_list",
            "list_years",
            "start",
            "end",
            "days",
            "factor",
            "prorated_list",
            "discount_pct",
            "unit_net",
            "extended_net",
            "unit_sell",
            "extended_sell",
            "margin_pct",
            "flags",
        ],
    );
    has(
        &quote["totals"],
        &[
            "list",
            "net",
            "sell",
            "discount_pct",
            "margin_pct",
            "tcv",
            "acv",
        ],
    );
    let pvi = side.json(&["pvi"]);
    has(&pvi, &["pack", "view", "portfolios"]);
    has(&pvi["pack"], &["name", "as_of", "confidence"]);
    has(
        &pvi["portfolios"][0],
        &["portfolio", "score", "next_threshold", "missing", "metrics"],
    );
    has(
        &pvi["portfolios"][0]["metrics"][0],
        &[
            "metric",
            "category",
            "a",
            "b",
            "value",
            "index",
            "category_weight",
            "metric_weight",
            "points",
            "basis",
        ],
    );
    let suggest = side.json(&["suggest"]);
    has(
        &suggest["suggestions"][0],
        &[
            "key", "play", "what", "why", "evidence", "value", "deadline",
        ],
    );
    let history = side.json(&["history"]);
    has(&history["operations"][0], &["seq", "at", "label", "undone"]);
    let number = row["contract"].as_str().unwrap();
    let contract = side.json(&["contract", number]);
    has(
        &contract["contracts"][0],
        &["contract", "customer", "renewals", "lines", "activities"],
    );
    has(
        &side.json(&["pack", "show"]),
        &["name", "as_of", "portfolios"],
    );
    for answer in [&queue, &list, &quote, &pvi, &suggest, &history, &contract] {
        no_floats(answer, "");
        assert!(answer["schema"].as_str().unwrap().starts_with("renewdesk."));
    }
}

#[test]
fn the_score_is_the_sum_of_its_points_and_a_quote_moves_it() {
    let side = demo();
    let booked = side.json(&["pvi", "--view", "booked"]);
    for portfolio in booked["portfolios"].as_array().unwrap() {
        let metrics = portfolio["metrics"].as_array().unwrap();
        let sum: f64 = metrics
            .iter()
            .filter_map(|m| m["points"].as_str())
            .map(|p| p.parse::<f64>().unwrap())
            .sum();
        let score: f64 = portfolio["score"].as_str().unwrap().parse().unwrap();
        assert!((sum - score).abs() < 0.0001, "{portfolio}");
    }
    let open = side.json(&["pvi", "--view", "open"]);
    assert_ne!(booked["portfolios"], open["portfolios"]);
    let moved = side.json(&["quote", "list"])["quotes"]
        .as_array()
        .unwrap()
        .iter()
        .any(|quote| {
            let view = format!("quote:{}", quote["quote_id"].as_str().unwrap());
            side.json(&["pvi", "--view", &view])["portfolios"] != booked["portfolios"]
        });
    assert!(moved, "no quote of the demo moves anything");
}

#[test]
fn weights_are_fractions_that_sum_to_one_and_the_baseline_month_is_its_own() {
    let side = demo();
    let pvi = side.json(&["pvi", "--month", "baseline"]);
    assert_eq!(pvi["month"], pvi["baseline_month"]);
    for portfolio in pvi["portfolios"].as_array().unwrap() {
        let sum: f64 = portfolio["metrics"]
            .as_array()
            .unwrap()
            .iter()
            .map(|m| {
                let w = |k: &str| m[k].as_str().unwrap().parse::<f64>().unwrap();
                w("category_weight") * w("metric_weight")
            })
            .sum();
        assert!(
            (sum - 1.0).abs() < 0.0001,
            "{} {sum}",
            portfolio["portfolio"]
        );
    }
}

#[test]
fn tables_and_csv_are_data_only_and_remarks_go_to_standard_error() {
    let side = demo();
    let table = side.ok(&["queue", "--limit", "3"]);
    assert_eq!(table.out.lines().count(), 4);
    assert!(table.err.contains("DEMO"));
    let csv = side.ok(&["queue", "--csv", "--limit", "3"]);
    let mut reader = csv::Reader::from_reader(csv.out.as_bytes());
    assert_eq!(
        reader
            .records()
            .collect::<Result<Vec<_>, _>>()
            .unwrap()
            .len(),
        3
    );
    assert!(side.ok(&["queue", "--json"]).json().is_object());
    assert!(!table.out.contains('\u{1b}'));
}

#[test]
fn filters_narrow_and_never_invent() {
    let side = demo();
    let all = side.json(&["queue"])["rows"].as_array().unwrap().clone();
    let owner = all.iter().find_map(|r| r["owner"].as_str()).unwrap();
    let mine = side.json(&["queue", "--owner", owner]);
    let mine = mine["rows"].as_array().unwrap();
    assert!(!mine.is_empty() && mine.len() < all.len());
    assert!(mine.iter().all(|r| r["owner"] == owner));
    let booked = side.json(&["queue", "--stage", "booked"]);
    let booked = booked["rows"].as_array().unwrap();
    assert!(!booked.is_empty() && booked.iter().all(|r| r["stage"] == "Booked"));
    assert!(
        all.iter()
            .all(|r| r["stage"] != "Booked" && r["stage"] != "Lost")
    );
}
