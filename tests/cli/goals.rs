//! `pvi goal`: the plan as a table and as JSON, and what cannot be asked.

use crate::desk_side::Side;

fn demo() -> Side {
    let side = Side::new();
    let book = side.path("book.renewdesk");
    side.ok(&["demo", "--lines", "900", "--into", book.to_str().unwrap()]);
    side
}

#[test]
fn a_plan_reaches_its_goal_and_the_projection_agrees() {
    let side = demo();
    let ask = [
        "pvi",
        "goal",
        "Services",
        "--reach",
        "next:otrr",
        "--cost",
        "deals",
    ];
    let plain = [&ask[..], &["--without-suggestions"]].concat();
    let answer = side.json(&plain);
    assert_eq!(answer["schema"], "renewdesk.pvi_goal/1");
    assert_eq!(answer["outcome"], "plan");
    let plan = &answer["plan"];
    assert_eq!(
        (&plan["exact"], &plan["label"]),
        (&true.into(), &"exact".into())
    );
    let steps = plan["steps"].as_array().unwrap();
    assert_eq!(plan["deals"], steps.len());
    assert!(steps.iter().all(|step| step["what"] == "renew"));
    assert_eq!(plan["checked"], "projection");
    assert_eq!(steps.last().unwrap()["score"], plan["score"]);
    let table = side.ok(&plain).out;
    assert!(table.contains("exact"), "{table}");
    // with suggestions no plan is dearer
    let value = |args: &[&str]| {
        let found = side.json(&[&["pvi", "goal", "Services", "--reach", "next"], args].concat());
        let text = found["plan"]["value"].as_str().unwrap().to_string();
        text.parse::<rust_decimal::Decimal>().unwrap()
    };
    assert!(value(&[]) <= value(&["--without-suggestions"]));
}

#[test]
fn a_goal_out_of_reach_says_what_blocks() {
    let side = demo();
    let answer = side.json(&["pvi", "goal", "Security", "--reach", "10"]);
    assert_eq!(answer["outcome"], "out_of_reach");
    assert_eq!(answer["reach"]["proven"], true);
    assert!(answer["reach"]["missing"].is_string());
    let held = answer["held"].as_array().unwrap();
    assert!(held.iter().any(|metric| metric["metric"] == "black_belt"));
    let moving = answer["metrics"].as_array().unwrap();
    assert!(moving.iter().any(|metric| metric["metric"] == "acv_growth"));
    let table = side.ok(&["pvi", "goal", "Security", "--reach", "10"]).out;
    assert!(table.contains("Out of reach") && table.contains("held: no deal moves it"));
}

#[test]
fn wrong_questions_end_with_the_usual_codes() {
    let side = demo();
    side.fails(4, &["pvi", "goal", "Toasters", "--reach", "5"]);
    side.fails(4, &["pvi", "goal", "Services", "--reach", "next:career"]);
    side.fails(2, &["pvi", "goal", "Services", "--reach", "soon"]);
    side.fails(
        2,
        &["pvi", "goal", "Services", "--reach", "5", "--cost", "love"],
    );
    side.fails(
        2,
        &["pvi", "goal", "Services", "--reach", "5", "--from", "open"],
    );
    side.fails(
        6,
        &["pvi", "goal", "Services", "--reach", "5", "--by", "FY31M1"],
    );
}
