//! `pvi --view marked:…` and `pvi complete`.

use crate::desk_side::Side;

const SHEET: &str = "\
Fiscal Month,Reseller,BE ID,Portfolio,Category,Measurement,Achieved Metric,Achieved Index,Applied Index,Measure A Value,Measure B Value
FY27M4,One,1,Services,Engagement,On-Time Renewal Rate,54,8,8,54000,100000
";

fn with_sheet() -> Side {
    let side = Side::new();
    let file = side.file("dpv.csv", SHEET);
    side.ok(&["import", file.to_str().unwrap()]);
    side
}

#[test]
fn a_month_is_marked_complete_and_unmarked_again() {
    let side = with_sheet();
    let b = || {
        let pvi = side.json(&["pvi", "--month", "FY27M5"]);
        let portfolios = pvi["portfolios"].as_array().unwrap().clone();
        let services = portfolios.iter().find(|p| p["portfolio"] == "Services");
        let metrics = services.unwrap()["metrics"].as_array().unwrap().clone();
        metrics.iter().find(|m| m["metric"] == "otrr").unwrap()["b"].clone()
    };
    let even = b();
    let answer = side.json(&["pvi", "complete", "202605"]);
    assert_eq!(answer["schema"], "renewdesk.pvi_complete/1");
    assert_eq!(
        (&answer["month"], &answer["complete"]),
        (&"FY26M5".into(), &true.into())
    );
    assert_ne!(
        b(),
        even,
        "the book holds nothing of that month, so nothing rolls out"
    );
    let text = side.ok(&["pvi", "complete", "FY26M5", "--not"]);
    assert!(text.out.contains("in even parts"), "{}", text.out);
    assert_eq!(b(), even);
    assert!(
        side.fails(6, &["pvi", "complete", "FY99M1"])
            .contains("not in the loaded calendar")
    );
    assert!(
        side.fails(2, &["pvi", "complete", "May"])
            .contains("is no fiscal month")
    );
}

#[test]
fn marked_contracts_must_be_in_the_book() {
    let side = with_sheet();
    assert!(
        side.fails(2, &["pvi", "--view", "marked:"])
            .contains("no contract is marked")
    );
    assert!(
        side.fails(4, &["pvi", "--view", "marked:4711"])
            .contains("no contract")
    );
}
