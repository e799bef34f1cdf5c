//! P13, P14 and the spellings of fiscal months.

use chrono::NaiveDate;
use renewdesk::program::Pack;
use renewdesk::program::calendar::parse_month;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn p13_days_lie_in_their_fiscal_month() {
    let pack = Pack::shipped();
    for (date, code) in [
        ("2026-07-25", "FY26M12"),
        ("2026-07-26", "FY27M1"),
        ("2026-11-22", "FY27M5"),
        ("2027-07-31", "FY27M12"),
        ("2027-08-01", "FY28M1"),
        ("2027-04-30", "FY27M9"),
    ] {
        let month = pack.calendar.month_of(day(date)).unwrap();
        assert_eq!(&*month.code, code, "{date}");
    }
    let m12 = pack.calendar_for("m12");
    assert_eq!(&*m12.month_of(day("2027-04-30")).unwrap().code, "FY27M10");
    assert!(pack.calendar.month_of(day("2024-07-27")).is_none());
    assert!(pack.calendar.month_of(day("2028-07-30")).is_none());
}

#[test]
fn p14_windows_of_the_fifth_month() {
    let calendar = Pack::shipped().calendar;
    let window = |n, offset| {
        let (from, to) = calendar.window_before("FY27M5", n, offset).unwrap();
        format!("{from} {to}")
    };
    assert_eq!(window(12, 0), "2025-12-21 2026-12-19");
    assert_eq!(window(12, 12), "2024-12-22 2025-12-20");
    assert_eq!(window(6, 0), "2026-06-21 2026-12-19");
    assert_eq!(window(18, 0), "2025-06-22 2026-12-19");
    assert_eq!(
        calendar.window("FY27M5", 12),
        calendar.window_before("FY27M5", 12, 0)
    );
    assert_eq!(calendar.window("FY25M3", 12), None);
}

#[test]
fn quarters_end_in_months_3_6_9_and_12_and_fy27_has_53_weeks() {
    let calendar = Pack::shipped().calendar;
    let end = |date: &str| calendar.quarter_end(day(date)).unwrap().code.to_string();
    assert_eq!(end("2026-11-22"), "FY27M6");
    assert_eq!(end("2027-05-01"), "FY27M9");
    let (from, _) = calendar.bounds("FY27M1").unwrap();
    let (_, to) = calendar.bounds("FY27M12").unwrap();
    assert_eq!((to - from).num_days() + 1, 371);
}

#[test]
fn fiscal_months_are_read_in_the_settled_spellings_and_no_other() {
    for (text, code) in [
        ("FY27M4", Some("FY27M4")),
        ("fy27m04", Some("FY27M4")),
        ("FY2027 M11", Some("FY27M11")),
        ("202704", Some("FY27M4")),
        (" 202712 ", Some("FY27M12")),
        ("202704 (FY27 M4)", Some("FY27M4")),
        ("4 - FY27M4", Some("FY27M4")),
        ("27 [202703]", Some("FY27M3")),
        ("202713", None),
        ("202700", None),
        ("FY27M13", None),
        ("Oct 2026", None),
        ("2026-10", None),
        ("20270401", None),
        ("", None),
    ] {
        assert_eq!(parse_month(text).as_deref(), code, "{text:?}");
    }
}
