//! Price rules from the command line: kept in order, named on the lines they price, told from what is typed.

use crate::desk_side::Side;
use serde_json::{Value, json};

fn ruled() -> Side {
    let side = Side::imported();
    let add = |args: &[&str]| {
        let all: Vec<&str> = ["price-rule", "add"].iter().chain(args).copied().collect();
        side.ok(&all);
    };
    add(&["house", "discount=10", "margin=8"]);
    add(&["water", "account=blütental", "discount=37.5", "margin=12"]);
    add(&[
        "Ingram NBD",
        "supplier=Ingram Micro",
        "level=8x5*",
        "discount=40",
        "markup=20",
    ]);
    side
}

fn line(quote: &Value, at: usize) -> Value {
    quote["lines"][at]["price_rule"].clone()
}

#[test]
fn a_new_quote_is_priced_by_the_first_rule_of_the_most_special_tier() {
    let side = ruled();
    side.ok(&["quote", "new", "200123456"]);
    let quote = side.json(&["quote", "show", "Q-1001"]);
    let account = json!({
        "name": "water", "tier": "account", "net_by": "rule", "sell_by": "rule",
        "words": "price rule water (account): cost 37.5 % off list; sell margin 12 %"
    });
    assert_eq!(
        [line(&quote, 0), line(&quote, 1)],
        [account.clone(), account.clone()]
    );
    assert_eq!(quote["lines"][0]["discount_pct"], "37.5");
    side.ok(&["quote", "new", "200123456", "--supplier", "ingram micro"]);
    let quote = side.json(&["quote", "show", "Q-1002"]);
    assert_eq!(line(&quote, 0)["name"], "Ingram NBD");
    assert_eq!(quote["lines"][0]["markup_pct"], "20");
    assert_eq!(
        line(&quote, 1),
        account,
        "24x7x4 is not in the supplier's rule"
    );
}

#[test]
fn an_uplift_that_was_asked_for_stands_and_the_rule_sells() {
    let side = ruled();
    side.ok(&["quote", "new", "200123456", "--uplift=5"]);
    let quote = side.json(&["quote", "show", "Q-1001"]);
    assert_eq!(line(&quote, 0)["net_by"], Value::Null);
    assert_eq!(line(&quote, 0)["sell_by"], "rule");
    // 9,300.00 a year for 12 units, raised by 5 %
    assert_eq!(quote["lines"][0]["unit_net"], "813.75");
}

#[test]
fn pricing_on_demand_is_one_step_names_the_rule_and_leaves_locked_lines() {
    let side = ruled();
    side.ok(&["quote", "new", "200123456"]);
    side.ok(&["quote", "set", "Q-1001", "all", "discount_pct=20"]);
    let before = side.json(&["quote", "show", "Q-1001"]);
    assert_eq!(line(&before, 1)["net_by"], "typed");
    let seen = side.json(&["quote", "rules", "Q-1001", "--lock", "1", "--dry-run"]);
    assert_eq!(
        (&seen["written"], &seen["lines"][0]["line"]),
        (&json!(false), &json!(2))
    );
    assert_eq!(side.json(&["quote", "show", "Q-1001"]), before);
    let done = side.json(&["quote", "rules", "Q-1001", "--lock", "1"]);
    assert_eq!(done["lines"].as_array().unwrap().len(), 1);
    assert_eq!(done["lines"][0]["price_rule"], "water");
    assert_eq!(done["lines"][0]["net"], json!(["800.00", "625.00"]));
    let after = side.json(&["quote", "show", "Q-1001"]);
    assert_eq!(line(&after, 0)["net_by"], "typed", "locked");
    assert_eq!(line(&after, 1)["net_by"], "rule");
    side.ok(&["undo"]);
    assert_eq!(
        side.json(&["quote", "show", "Q-1001"])["lines"],
        before["lines"]
    );
    // the customer's price held: only the cost moves
    let held = side.json(&["quote", "rules", "Q-1001", "--hold-sell", "--dry-run"]);
    assert_eq!(held["sell"][0], held["sell"][1]);
    assert_ne!(held["net"][0], held["net"][1]);
    let priced = side.json(&["quote", "price", "Q-1001", "--margin", "20", "--dry-run"]);
    assert_eq!(priced["lines"][0]["price_rule"]["name"], "water");
    assert_eq!(priced["lines"][0]["price_rule"]["sell_by"], "typed");
}

#[test]
fn rules_are_listed_in_the_order_they_are_asked_and_undone_like_anything() {
    let side = ruled();
    let names = |side: &Side| -> Vec<String> {
        let told = side.json(&["price-rule", "list"]);
        let rules = told["rules"].as_array().unwrap().iter();
        rules
            .map(|rule| rule["name"].as_str().unwrap().to_string())
            .collect()
    };
    assert_eq!(names(&side), ["Ingram NBD", "water", "house"]);
    side.ok(&[
        "price-rule",
        "add",
        "first",
        "margin=9",
        "--before",
        "HOUSE",
    ]);
    assert_eq!(names(&side), ["Ingram NBD", "water", "first", "house"]);
    side.ok(&["price-rule", "remove", "water", "first"]);
    assert_eq!(names(&side), ["Ingram NBD", "house"]);
    side.ok(&["undo"]);
    side.ok(&["undo"]);
    assert_eq!(names(&side), ["Ingram NBD", "water", "house"]);
    let told = side.json(&["price-rule", "supplier", "Ingram Micro"]);
    assert_eq!(
        (&told["supplier"], &told["rules"][1]["account"]),
        (&json!("Ingram Micro"), &json!("Blütental Water"))
    );
    side.ok(&["quote", "new", "200123456"]);
    let quote = side.json(&["quote", "show", "Q-1001"]);
    assert_eq!(line(&quote, 0)["tier"], "supplier", "the book's supplier");
}

#[test]
fn a_file_of_rules_is_read_whole_or_not_at_all() {
    let side = ruled();
    let good = side.file(
        "rules.csv",
        "\u{feff}Name;Customer;SKU;Discount %;From\nspring;;CON-SNT*;33;2026-11-01\n;;;;\nwater;Blütental Water;;35;\n",
    );
    side.ok(&["price-rule", "import", good.to_str().unwrap()]);
    let told = side.json(&["price-rule", "list"]);
    let water = &told["rules"][1];
    assert_eq!(
        (&water["discount_pct"], &water["margin_pct"]),
        (&json!("35"), &Value::Null)
    );
    assert_eq!(told["rules"].as_array().unwrap().len(), 4);
    side.ok(&["undo"]);
    let bad = side.file("bad.csv", "name,discount\na,10\nb,200\n");
    let why = side.fails(6, &["price-rule", "import", bad.to_str().unwrap()]);
    assert!(
        why.contains("row 3") && why.contains("nothing was read"),
        "{why}"
    );
    assert_eq!(
        side.json(&["price-rule", "list"])["rules"]
            .as_array()
            .unwrap()
            .len(),
        3
    );
    let one = side.file("one.csv", "name,discount\na,10\n");
    side.ok(&["price-rule", "import", one.to_str().unwrap(), "--replace"]);
    assert_eq!(
        side.json(&["price-rule", "list"])["rules"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[test]
fn what_is_no_rule_is_refused_with_what_to_write() {
    let side = ruled();
    side.fails(2, &["price-rule", "add", "x", "discount"]);
    side.fails(2, &["price-rule", "add", "x", "colour=red"]);
    side.fails(2, &["price-rule", "add", "x", "product=C9300*"]);
    side.fails(
        2,
        &["price-rule", "add", "x", "discount=1", "account=nobody"],
    );
    side.fails(
        4,
        &[
            "price-rule",
            "add",
            "x",
            "discount=1",
            "--before",
            "nothing",
        ],
    );
    side.fails(4, &["price-rule", "remove", "nothing"]);
    side.ok(&["price-rule", "remove", "house", "water", "Ingram NBD"]);
    side.ok(&["quote", "new", "200123456"]);
    side.fails(6, &["quote", "rules", "Q-1001"]);
}
