//! The incentive from the command line: loading rates and being refused, payouts with their rates,
//! late bookings, undo, labels of invented rates.

use crate::desk_side::Side;
use serde_json::Value;

const CONTRACT: &str = "200123456";

/// Rates of the tests: nobody's real ones.
const RATES: &str = "\
component,gsp,region,column,rate_pct,from,to
renew,GSP-A,AMER,partner,11.11,2026-07-26,
acv_growth,GSP-A,AMER,partner,22.22,2026-07-26,
renew,GSP-A,AMER,preferred,33.33,2026-07-26,2027-07-31
";

const GROUPS: &str = "product,gsp\nCON-SNT-*,GSP-A\nCON-SNTP-C930048P,GSP-A\n";

/// The level is protected, so that no assessment is needed.
const PACK: &str = "portfolio = [ { id = \"services\", protected_level = \"partner\", \
                    protected_until = 2027-07-25 } ]\n";

/// A side with an imported contract, rates, offer groups and a protected level.
fn loaded() -> Side {
    let side = Side::imported();
    side.file("pack.toml", PACK);
    for (name, text) in [("rates.csv", RATES), ("groups.csv", GROUPS)] {
        let file = side.file(name, text);
        side.ok(&["incentive", "load", file.to_str().unwrap()]);
    }
    side
}

fn of_contract(side: &Side) -> Value {
    side.json(&["incentive", "--contract", CONTRACT])["deals"][0].clone()
}

#[test]
fn without_rates_nothing_has_an_amount() {
    let side = Side::imported();
    let answer = side.json(&["incentive"]);
    assert_eq!(answer["schema"], "renewdesk.incentive/1");
    assert_eq!(answer["rates_loaded"], 0);
    for deal in answer["deals"].as_array().unwrap() {
        assert_eq!(deal["paid"]["amount"], Value::Null);
        assert_eq!(deal["not_counted"][0]["reason"], "rates not loaded");
        assert_eq!(deal["delay"]["today"]["amount"], Value::Null);
        assert_eq!(deal["delay"]["changes"].as_array().unwrap().len(), 0);
    }
    let shown = side.ok(&["incentive", "--contract", CONTRACT]);
    assert!(shown.out.contains("rates not loaded"), "{}", shown.out);
    assert!(!shown.out.contains("USD"), "{}", shown.out);
}

#[test]
fn a_renewal_is_paid_by_the_rows_loaded_and_says_which() {
    let side = loaded();
    let deal = of_contract(&side);
    // 9,300.00 × 11.11 % = 1,033.23; 1,000.00 × 11.11 % = 111.10
    assert_eq!(deal["paid"]["amount"], "1144.33");
    assert_eq!(deal["paid"]["currency"], "USD");
    assert_eq!(deal["paid"]["label"], Value::Null);
    assert_eq!(deal["last_on_time"], "2026-12-10");
    assert_eq!(deal["delay"]["lost_the_day_after"]["amount"], "1144.33");
    assert_eq!(deal["delay"]["changes"][0]["on"], "2026-12-11");
    let line = &deal["lines"][0];
    assert_eq!(line["renew"]["source"], "rates.csv row 2");
    assert_eq!(line["renew"]["rate_pct"], "11.11");
    assert_eq!(line["gate"], "partner rates");
    let shown = side.ok(&["incentive", "--contract", CONTRACT]).out;
    assert!(
        shown.contains(
            "flat 9,300.00 × 11.11 % = 1,033.23 USD; GSP-A, AMER, partner, from rates.csv row 2"
        ),
        "{shown}"
    );
    assert!(
        shown.contains("1,144.33 USD less (late: the renew part is lost)"),
        "{shown}"
    );
    let csv = side.ok(&["incentive", "--csv"]).out;
    assert!(csv.contains(",USD,1144.33,,1144.33,1144.33,"), "{csv}");
    let only = side.json(&["incentive", "--portfolio", "Networking"]);
    assert_eq!(only["deals"].as_array().unwrap().len(), 0);
    assert!(
        side.fails(2, &["incentive", "--portfolio", "Gardening"])
            .contains("Services")
    );
}

#[test]
fn a_quote_adds_growth_and_a_late_booking_loses_the_renew_part() {
    let side = loaded();
    side.ok(&["quote", "new", CONTRACT]);
    side.ok(&["quote", "set", "Q-1001", "1", "unit_net=900"]);
    let quote = side.json(&["incentive", "--quote", "Q-1001"]);
    let deal = &quote["deals"][0];
    // 12 × 900 = 10,800 against 9,300: growth 1,500 × 22.22 %
    assert_eq!(deal["renew"]["amount"], "1144.33");
    assert_eq!(deal["growth"]["amount"], "333.30");
    assert_eq!(deal["paid"]["amount"], "1477.63");
    let late = side.run_raw(&[
        "--as-of",
        "2026-12-20",
        "incentive",
        "--quote",
        "Q-1001",
        "--json",
    ]);
    let deal = late.json()["deals"][0].clone();
    assert_eq!(deal["on_time"], false);
    assert_eq!(deal["renew"]["amount"], "0.00");
    assert_eq!(deal["growth"]["amount"], "333.30");
    assert_eq!(deal["lost_late"]["amount"], "1144.33");
}

#[test]
fn rates_are_one_change_that_undo_takes_back_and_redo_brings() {
    let side = loaded();
    let listed = side.json(&["incentive", "rates"]);
    assert_eq!(listed["rates"].as_array().unwrap().len(), 3);
    assert_eq!(listed["offer_groups"][1]["source"], "groups.csv row 3");
    let history = side.json(&["history"]);
    assert_eq!(
        history["operations"][0]["label"],
        "incentive groups.csv: 2 offer groups"
    );
    side.ok(&["undo"]);
    side.ok(&["undo"]);
    assert_eq!(
        of_contract(&side)["not_counted"][0]["reason"],
        "rates not loaded"
    );
    side.ok(&["redo"]);
    side.ok(&["redo"]);
    assert_eq!(of_contract(&side)["paid"]["amount"], "1144.33");
    // the same file again changes nothing, an undone one may be loaded again
    let rates = side.path("rates.csv");
    let again = side.json(&["incentive", "load", rates.to_str().unwrap()]);
    assert_eq!((&again["new"], &again["unchanged"]), (&0.into(), &3.into()));
    assert_eq!(again["batch_id"], Value::Null);
    assert!(side.json(&["doctor"])["ok"].as_bool().unwrap_or(true));
}

#[test]
fn other_rates_for_the_same_days_need_replace() {
    let side = loaded();
    let newer = RATES.replace("11.11", "10");
    let file = side.file("newer.csv", &newer);
    let file = file.to_str().unwrap();
    let message = side.fails(6, &["incentive", "load", file]);
    assert!(
        message.contains("newer.csv row 2, column rate_pct: a rate of 11.11 % loaded before"),
        "{message}"
    );
    assert_eq!(of_contract(&side)["paid"]["amount"], "1144.33");
    let dry = side.json(&["incentive", "load", file, "--replace", "--dry-run"]);
    assert_eq!((&dry["new"], &dry["dropped"]), (&1.into(), &1.into()));
    assert_eq!(of_contract(&side)["paid"]["amount"], "1144.33");
    side.ok(&["incentive", "load", file, "--replace"]);
    assert_eq!(of_contract(&side)["paid"]["amount"], "1030.00");
    side.ok(&["undo"]);
    assert_eq!(of_contract(&side)["paid"]["amount"], "1144.33");
}

#[test]
fn every_fault_is_named_by_row_and_column_and_nothing_is_loaded() {
    let side = Side::imported();
    let head = "component,gsp,region,column,rate_pct,from,to\n";
    let cases = [
        (
            "renw,G,AMER,partner,1,2026-07-26,",
            "row 2, column component",
            "did you mean \"renew\"?",
        ),
        (
            "renew,G,AMER,gold,1,2026-07-26,",
            "column column",
            "partner, preferred",
        ),
        (
            "renew,G,AMER,partner,100.01,2026-07-26,",
            "column rate_pct",
            "from 0 to 100",
        ),
        (
            "renew,G,AMER,partner,-1,2026-07-26,",
            "column rate_pct",
            "from 0 to 100",
        ),
        (
            "renew,G,AMER,partner,1e1,2026-07-26,",
            "column rate_pct",
            "from 0 to 100",
        ),
        (
            "renew,G,AMER,partner,1,26.07.2026,",
            "column from",
            "2026-12-31",
        ),
        ("renew,G,AMER,partner,1,,", "column from", "is empty"),
        (
            "renew,G,AMER,partner,1,2026-07-26,2026-07-25",
            "column to",
            "before the first day",
        ),
        (
            "renew,\"=HYPERLINK(\"\"x\"\")\",AMER,partner,1,2026-07-26,",
            "column gsp",
            "formula",
        ),
        (
            "renew,'=1+1,AMER,partner,1,2026-07-26,",
            "column gsp",
            "formula",
        ),
        (
            "renew,@SUM,AMER,partner,1,2026-07-26,",
            "column gsp",
            "formula",
        ),
        (
            "renew,G,AMER,partner,1,2026-07-26,\nrenew,g,amer,partner,2,2027-01-01,",
            "row 3, column from",
            "overlaps row 2",
        ),
        (
            "renew,G,AMER,partner,1,2026-07-26,\nrenew,G,AMER,partner,1,2026-07-26,",
            "row 3, column from",
            "says the same as row 2",
        ),
        (
            "renew,G,AMER,partner,1,2026-07-26,,extra",
            "row 2",
            "under no column",
        ),
    ];
    for (rows, place, why) in cases {
        let file = side.file("bad.csv", &format!("{head}{rows}\n"));
        let message = side.fails(6, &["incentive", "load", file.to_str().unwrap()]);
        assert!(
            message.contains(place) && message.contains(why),
            "{rows}: {message}"
        );
        assert!(message.contains("nothing was loaded"), "{message}");
    }
    let wrong = side.file("head.csv", "component,gsp,region,column,rate_pc,from\n");
    let message = side.fails(6, &["incentive", "load", wrong.to_str().unwrap()]);
    assert!(message.contains("names no known columns"), "{message}");
    let empty = side.file("empty.csv", head);
    let message = side.fails(6, &["incentive", "load", empty.to_str().unwrap()]);
    assert!(message.contains("holds no rows"), "{message}");
    let gone = side.path("none.csv");
    side.fails(1, &["incentive", "load", gone.to_str().unwrap()]);
    assert_eq!(
        side.json(&["incentive", "rates"])["rates"],
        Value::Array(vec![])
    );
}

#[test]
fn hostile_bytes_are_refused_in_a_sentence() {
    let side = Side::imported();
    let path = side.path("bad.csv");
    let mut bytes = b"component,gsp,region,column,rate_pct,from\n".to_vec();
    bytes.extend([0u8, 255, 254, b'"', b'\n', 27, b'[', b'2', b'J']);
    let wide = format!("a,{}\n", "x".repeat(40_000));
    for content in [
        bytes,
        wide.into_bytes(),
        vec![0xff; 300],
        b"PK\x03\x04zip".to_vec(),
    ] {
        std::fs::write(&path, content).unwrap();
        let message = side.fails(6, &["incentive", "load", path.to_str().unwrap()]);
        assert!(
            !message.contains('\u{1b}') && !message.contains("panicked"),
            "{message}"
        );
    }
    let toml = side.file("bad.toml", "[cpi]\nrate = [ { component = ");
    let message = side.fails(6, &["incentive", "load", toml.to_str().unwrap()]);
    assert!(message.contains("not TOML"), "{message}");
}

#[test]
fn toml_is_read_like_a_rule_pack_and_regions_are_chosen() {
    let side = Side::imported();
    side.file("pack.toml", PACK);
    let text = "\
[[gsp]]
product = \"CON-*\"
gsp = \"GSP-A\"

[cpi]
rate = [
  { component = \"renew\", gsp = \"GSP-A\", region = \"AMER\", column = \"partner\", rate_pct = \"11.11\", from = 2026-07-26 },
  { component = \"renew\", gsp = \"GSP-A\", region = \"EMEA\", column = \"partner\", rate_pct = \"22.22\", from = 2026-07-26 },
]
";
    let file = side.file("rates.toml", text);
    side.ok(&["incentive", "load", file.to_str().unwrap()]);
    let reason = of_contract(&side)["not_counted"][0]["reason"].to_string();
    assert!(reason.contains("choose yours"), "{reason}");
    assert!(
        side.fails(2, &["incentive", "region", "MARS"])
            .contains("AMER, EMEA")
    );
    side.ok(&["incentive", "region", "emea"]);
    assert_eq!(of_contract(&side)["paid"]["amount"], "2288.66");
    let faulty = side.file(
        "faulty.toml",
        "[cpi]\nrate = [\n  { component = \"renew\", gps = \"A\" },\n]\n",
    );
    let message = side.fails(6, &["incentive", "load", faulty.to_str().unwrap()]);
    assert!(
        message.contains("faulty.toml row 3, column gps"),
        "{message}"
    );
    assert!(message.contains("did you mean \"gsp\"?"), "{message}");
}

#[test]
fn a_rule_pack_may_bring_rates_too_and_a_demo_one_may_not() {
    let side = Side::imported();
    let row = "source = \"partner workbook\", as_of = 2026-11-01, confidence = \"documented\"";
    let pack = |demo: &str| {
        format!(
            "{demo}{PACK}gsp = [ {{ product = \"CON-SNT-C93002TE\", gsp = \"GSP-A\", {row} }} ]\n\
             [cpi]\nrate = [ {{ component = \"renew\", gsp = \"GSP-A\", region = \"AMER\", \
             column = \"partner\", rate_pct = \"11.11\", from = 2026-07-26, {row} }} ]\n"
        )
    };
    side.file("pack.toml", &pack(""));
    let deal = of_contract(&side);
    assert_eq!(deal["paid"]["amount"], "1033.23");
    let source = deal["lines"][0]["renew"]["source"].to_string();
    assert!(source.contains("partner workbook"), "{source}");
    assert_eq!(
        deal["not_counted"][0]["lines"], 1,
        "the other product has no group"
    );

    let demo = side.file(
        "demo.toml",
        "demo = true\n[[gsp]]\nproduct = \"A\"\ngsp = \"B\"\n",
    );
    let message = side.fails(6, &["incentive", "load", demo.to_str().unwrap()]);
    assert!(message.contains("real book"), "{message}");
}

#[test]
fn milestones_arrive_as_rows_and_unknown_customers_are_named() {
    let side = Side::imported();
    let head = "customer,offer,use_case,milestone,amount,booked,opt_in,expires,done\n";
    let case = "Blütental Water,Catalyst Center,Automation";
    let days = "2026-01-15,2026-03-01,2026-07-31";
    let rows = [
        format!("{case},adopt,100,{days},2026-08-01"),
        format!("{case},onboard,100,{days},2026-02-20"),
        format!("{case},use,100,{days},2026-03-01"),
        format!("{case},engage,100,{days},2026-05-10"),
    ];
    let file = side.file("milestones.csv", &format!("{head}{}\n", rows.join("\n")));
    side.ok(&["incentive", "load", file.to_str().unwrap()]);
    let answer = side.json(&["incentive", "adoption"]);
    let case = &answer["use_cases"][0];
    assert_eq!(case["earned"]["amount"], "200.00");
    assert_eq!(case["missed"]["amount"], "100.00");
    assert_eq!(case["potential"]["amount"], "0.00");
    assert_eq!(case["renewal_risk"], "low");
    let states: Vec<&str> = case["milestones"]
        .as_array()
        .unwrap()
        .iter()
        .map(|m| m["state"].as_str().unwrap())
        .collect();
    assert_eq!(states, ["missed", "earned", "earned", "nothing"]);
    let text = format!("{head}Blutental Water,A,B,use,1,,,,\n");
    let file = side.file("unknown.csv", &text);
    let message = side.fails(6, &["incentive", "load", file.to_str().unwrap()]);
    assert!(
        message.contains("did you mean \"Blütental Water\"?"),
        "{message}"
    );
}

/// Every object with an amount in a JSON answer.
fn amounts<'a>(value: &'a Value, into: &mut Vec<&'a Value>) {
    match value {
        Value::Object(map) => {
            if map.get("amount").is_some_and(|amount| !amount.is_object()) {
                into.push(value);
            }
            map.values().for_each(|inner| amounts(inner, into));
        }
        Value::Array(list) => list.iter().for_each(|inner| amounts(inner, into)),
        _ => {}
    }
}

#[test]
fn every_amount_of_a_demo_book_is_labelled_everywhere() {
    let side = Side::new();
    let book = side.path("demo.renewdesk");
    let book = book.to_str().unwrap();
    side.ok(&["demo", "--lines", "300", "--into", book]);
    let demo = |args: &[&str]| {
        let all: Vec<&str> = ["--book", book].iter().chain(args).copied().collect();
        side.ok(&all)
    };
    let answer = demo(&["incentive", "--json"]).json();
    let adoption = demo(&["incentive", "adoption", "--json"]).json();
    let mut found = Vec::new();
    amounts(&answer, &mut found);
    amounts(&adoption, &mut found);
    assert!(found.len() > 20);
    for amount in found {
        assert_eq!(amount["label"], "DEMO RATE", "{amount}");
    }
    assert_eq!(answer["label"], "DEMO RATE");
    for command in [
        &["incentive"][..],
        &["incentive", "rates"],
        &["incentive", "adoption"],
    ] {
        let shown = demo(command).out;
        let head = shown.lines().next().unwrap();
        assert!(head.contains("DEMO RATE"), "{head}");
        let csv = [command, &["--csv"]].concat();
        if command.last() != Some(&"adoption") {
            let text = demo(&csv).out;
            assert!(text.lines().next().unwrap().contains("DEMO RATE"), "{text}");
        }
    }
    let first = answer["deals"][0]["contract"].as_str().unwrap();
    let told = demo(&["incentive", "--contract", first]).out;
    assert!(told.contains("DEMO RATE"), "{told}");
    // what a partner loads into a demo book is labelled too: the book's figures are invented
    let rates = side.file("rates.csv", RATES);
    demo(&["incentive", "load", rates.to_str().unwrap()]);
    let listed = demo(&["incentive", "rates", "--json"]).json();
    for rate in listed["rates"].as_array().unwrap() {
        assert_eq!(rate["label"], "DEMO RATE");
    }
}
