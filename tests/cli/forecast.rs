//! The forecast from the command line.

use crate::desk_side::Side;
use serde_json::Value;

fn demo() -> Side {
    let side = Side::new();
    let book = side.path("book.renewdesk");
    side.ok(&["demo", "--lines", "600", "--into", book.to_str().unwrap()]);
    side
}

fn number(value: &Value) -> f64 {
    value.as_str().unwrap().parse().unwrap()
}

#[test]
fn a_forecast_names_its_pack_seed_and_draws_and_comes_out_the_same_again() {
    let side = demo();
    let ask = ["pvi", "forecast", "--draws", "128", "--seed", "9"];
    let forecast = side.json(&ask);
    assert_eq!(forecast["schema"], "renewdesk.pvi_forecast/1");
    assert_eq!(forecast["draws"], 128);
    assert_eq!(forecast["seed"], 9);
    assert!(
        forecast["pack"]["name"]
            .as_str()
            .unwrap()
            .contains("Starter")
    );
    assert!(forecast["deals"].as_u64().unwrap() > 5);
    let services = forecast["portfolios"]
        .as_array()
        .unwrap()
        .iter()
        .find(|p| p["portfolio"] == "Services")
        .unwrap();
    let months = services["months"].as_array().unwrap();
    assert_eq!(months.last().unwrap()["month"], "FY28M12");
    for month in months {
        assert!(number(&month["low"]) <= number(&month["median"]));
        assert!(number(&month["median"]) <= number(&month["high"]));
        for edge in month["reached"].as_array().unwrap() {
            let share = number(&edge["probability_pct"]);
            let draws = edge["draws"].as_u64().unwrap();
            assert!((0.0..=100.0).contains(&share));
            assert_eq!(share == 100.0, draws == 128);
        }
    }
    let odds = &forecast["odds"];
    assert!(
        odds["text"].as_str().unwrap().starts_with("odds: pack"),
        "{odds}"
    );
    let (won, decided) = (odds["won"].as_u64(), odds["decided"].as_u64());
    assert!(won.unwrap() <= decided.unwrap(), "{odds}");
    assert_eq!(
        odds["moved_pct"].is_string(),
        decided >= odds["min_decided"].as_u64(),
        "{odds}"
    );
    assert!(number(&odds["expected_pct"]) > 0.0);
    assert!(odds["explain"].as_array().unwrap().len() > 4, "{odds}");
    assert_eq!(side.json(&ask), forecast);
    let table = side.ok(&[
        "pvi",
        "forecast",
        "--draws",
        "64",
        "--portfolio",
        "services",
    ]);
    assert!(table.out.contains("Median"), "{}", table.out);
    assert!(table.out.contains("\nOdds: pack"), "{}", table.out);
    assert!(!table.out.contains("Networking"), "{}", table.out);
}

#[test]
fn a_wrong_portfolio_of_a_forecast_names_the_nearest_one() {
    let side = demo();
    let failed = side.fails(2, &["pvi", "forecast", "--portfolio", "Servces"]);
    assert!(failed.contains("Services"), "{}", failed);
}
