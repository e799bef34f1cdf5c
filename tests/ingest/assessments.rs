//! The partner's assessment across several files: other resellers, typed figures, other months.

use crate::support::{Desk, counts, day};
use renewdesk::domain::baseline::{BaselineRow, Typed};
use renewdesk::domain::ids::BaselineId;
use renewdesk::domain::portfolio::Portfolio;
use renewdesk::ingest::IngestError;
use renewdesk::program::{assessment, reseller};
use rust_decimal::Decimal;
use uuid::Uuid;

const HEAD: &str = "Fiscal Month,Reseller,BE ID,Portfolio,Category,Category Weight,Measurement,Measurement Weight,Achieved Metric,Achieved Index,Applied Index,Measure A Value,Measure B Value";

fn sheet(reseller: &str, be_id: &str, month: &str, index: u32) -> String {
    format!(
        "{HEAD}\n{month},{reseller},{be_id},Services,Engagement,100,On-Time Renewal Rate,100,,{index},{index},54000,100000\n"
    )
}

#[test]
fn a_second_reseller_never_overwrites_the_first() {
    let mut desk = Desk::new();
    let one = sheet("One", "1", "FY27M4", 8);
    desk.import(one.as_bytes(), "one.csv", "").unwrap();
    let two = sheet("Two", "2", "FY27M4", 3);
    let error = desk.import(two.as_bytes(), "two.csv", "").unwrap_err();
    assert!(
        matches!(&error, IngestError::NeedsAnswer { key, .. } if key == "reseller = \"2\""),
        "{error}"
    );
    assert!(error.to_string().contains("One (1)"), "{error}");
    let report = desk
        .import(two.as_bytes(), "two.csv", "reseller = \"Two\"")
        .unwrap();
    assert_eq!(counts(&report), (1, 1, 0, 0, 0, 0));
    assert_eq!(desk.book.baseline.len(), 2);
    assert_eq!(reseller::chosen(&desk.book).unwrap().key(), "2");
    let counted: Vec<_> = reseller::rows(&desk.book).collect();
    assert_eq!(counted.len(), 1);
    assert_eq!(counted[0].applied_index, Some(Decimal::from(3)));
    // The first one's next sheet is taken in without a question and changes its own rows alone.
    let again = sheet("One", "1", "FY27M4", 9);
    let report = desk.import(again.as_bytes(), "one2.csv", "").unwrap();
    assert_eq!(counts(&report), (1, 0, 1, 0, 0, 0));
    assert_eq!(desk.book.baseline.len(), 2);
    assert_eq!(reseller::chosen(&desk.book).unwrap().key(), "2");
}

#[test]
fn two_be_ids_under_one_name_are_two_resellers() {
    let csv = format!(
        "{HEAD}\nFY27M4,One,1,Services,E,100,Renewal,100,,6,5,,\nFY27M4,One,2,Services,E,100,Renewal,100,,6,7,,\n"
    );
    let mut desk = Desk::new();
    for map in ["", "reseller = \"One\""] {
        let error = desk.import(csv.as_bytes(), "dpv.csv", map).unwrap_err();
        assert!(
            matches!(&error, IngestError::NeedsAnswer { key, .. } if key == "reseller = \"1\""),
            "{error}"
        );
    }
    let map = "reseller = \"2\"";
    desk.import(csv.as_bytes(), "dpv.csv", map).unwrap();
    let row = desk.book.baseline.iter().next().unwrap();
    assert_eq!(row.applied_index, Some(Decimal::from(7)));
}

fn typed(measurement: &str, index: u32) -> BaselineRow {
    BaselineRow {
        id: BaselineId(Uuid::from_u128(900)),
        reseller: None,
        be_id: None,
        portfolio: Portfolio::services(),
        category: Some("Engagement".into()),
        category_weight_pct: None,
        measurement: measurement.into(),
        metric: Some("otrr".into()),
        measurement_weight_pct: None,
        month: "FY27M4".into(),
        achieved: None,
        achieved_index: None,
        applied_index: Some(index.into()),
        a: None,
        b: None,
        c: None,
        counts: [None; 3],
        batch: None,
        row: None,
        typed: Some(Typed {
            by: "ana".into(),
            on: day("2026-11-20"),
        }),
    }
}

#[test]
fn a_sheet_takes_the_place_of_typed_figures_and_says_so() {
    let mut desk = Desk::new();
    desk.book.baseline.put(typed("On-time renewal rate", 6));
    let one = sheet("One", "1", "FY27M4", 8);
    let report = desk.import(one.as_bytes(), "one.csv", "").unwrap();
    assert_eq!(counts(&report), (1, 0, 1, 0, 0, 0));
    let told: Vec<&str> = report.warnings.iter().map(|w| w.text.as_str()).collect();
    assert!(
        told.iter()
            .any(|text| text.contains("typed figures gave way") && text.contains("by ana")),
        "{told:?}"
    );
    assert_eq!(desk.book.baseline.len(), 1);
    let row = desk.book.baseline.iter().next().unwrap();
    assert_eq!((row.typed.as_ref(), row.row), (None, Some(2)));
    assert_eq!(row.applied_index, Some(Decimal::from(8)));
    assert_eq!(&*row.measurement, "On-Time Renewal Rate");
}

#[test]
fn every_month_is_kept_and_the_newest_fiscal_month_is_the_base() {
    let mut desk = Desk::new();
    for (month, index) in [("FY27M4", 8), ("FY27M10", 9), ("FY26M12", 7)] {
        let csv = sheet("One", "1", month, index);
        desk.import(csv.as_bytes(), month, "").unwrap();
    }
    let kept = assessment::kept(&desk.book);
    let months: Vec<&str> = kept.iter().map(|kept| &*kept.month).collect();
    assert_eq!(months, ["FY27M10", "FY27M4", "FY26M12"]);
    let base: Vec<bool> = kept.iter().map(|kept| kept.base).collect();
    assert_eq!(base, [true, false, false]);
}
