//! The partner's assessment at the desk: its months, the form, what is typed and never lost.

use crate::cobalt;
use crate::driver::{Driver, today};
use renewdesk::domain::baseline::BaselineRow;
use renewdesk::domain::command::Command;

fn cobalt() -> Driver {
    Driver::with(cobalt::plan(), 120, 36)
}

fn row<'a>(desk: &'a Driver, month: &str, metric: &str) -> Option<&'a BaselineRow> {
    let rows = &desk.desk().snapshot.baseline;
    rows.iter()
        .find(|row| &*row.month == month && row.metric.as_deref() == Some(metric))
}

/// Cursor on a metric of the portfolio shown, in the column of A.
fn to(desk: &mut Driver, title: &str) {
    for _ in 0..30 {
        if desk.screen().contains(&format!("{title} - ")) {
            return;
        }
        desk.keys("down");
    }
    panic!("no {title} on\n{}", desk.screen());
}

/// Shows a portfolio.
fn portfolio(desk: &mut Driver, title: &str) {
    desk.keys("pgup pgup pgup pgup pgup pgup");
    let pack = desk.desk().pack.clone();
    let mut known = pack.portfolios.iter();
    let at = known.position(|p| p.portfolio.title() == title).unwrap();
    for _ in 0..at {
        desk.keys("pgdn");
    }
}

#[test]
fn the_months_say_where_projections_start() {
    let mut desk = Driver::demo(600, 120, 36);
    desk.reconcile();
    desk.keys("B")
        .sees("The partner's assessment: where projections start");
    let line = desk.line("projections start here");
    assert!(line.contains("FY27M4") && line.contains("44"), "{line}");
    desk.sees("FY27M1").sees("comparisons with our own figures");
    desk.keys("c")
        .sees("Our figures beside the assessment of FY27M4, carried on from FY27M3");
    desk.sees("comparisons differ").sees("A carried on: ours");
    desk.keys("esc esc g s").sees("FY27M4 of 4 months");
}

#[test]
fn a_new_month_begins_like_the_newest_and_is_one_change() {
    let mut desk = cobalt();
    desk.keys("B n").sees("FY27M5").sees("begins like FY27M4");
    desk.keys("enter")
        .sees("Assessment of FY27M5, begun like FY27M4");
    portfolio(&mut desk, "Services");
    to(&mut desk, "On-time renewal rate");
    desk.text("57,000.50");
    desk.keys("tab").text("100000");
    desk.keys("tab").text("9");
    desk.keys("tab").text("9");
    desk.keys("enter");
    to(&mut desk, "Customer success maturity");
    desk.keys("home right right").text("inter");
    desk.keys("enter ctrl-s")
        .sees("Saved: typed the assessment of FY27M5");
    assert!(desk.model.overlays.is_empty());
    let otrr = row(&desk, "FY27M5", "otrr").unwrap();
    assert_eq!(otrr.a.unwrap().to_string(), "57000.5");
    assert_eq!(otrr.applied_index, Some(9.into()));
    let typed = otrr.typed.as_ref().unwrap();
    assert_eq!((typed.by.as_str(), typed.on), ("A. Meyer", today()));
    assert_eq!(
        row(&desk, "FY27M5", "cs_maturity").unwrap().a,
        Some(2.into())
    );
    // A metric that was not touched came along from the month before.
    assert!(row(&desk, "FY27M5", "acv_growth").is_some());
    assert!(row(&desk, "FY27M4", "otrr").unwrap().typed.is_none());
    desk.keys("B").sees("typed by A. Meyer on 2026-11-22");
    desk.keys("esc ctrl-z")
        .sees("Undone: typed the assessment of FY27M5");
    assert!(row(&desk, "FY27M5", "otrr").is_none());
    desk.keys("B");
    assert!(desk.line("projections start here").contains("FY27M4"));
}

#[test]
fn what_is_typed_is_asked_about_before_it_is_lost() {
    let mut desk = cobalt();
    desk.keys("B enter").sees("Assessment of FY27M4");
    portfolio(&mut desk, "Services");
    to(&mut desk, "On-time renewal rate");
    desk.text("60000");
    desk.keys("enter esc")
        .sees("Something is typed and not kept");
    desk.keys("esc").sees("Ctrl+S keeps all");
    // Quitting and clicking elsewhere ask too.
    desk.keys("ctrl-q")
        .sees("The assessment of FY27M4 is not kept");
    assert!(!desk.asked.iter().any(|effect| effect == "Quit"));
    desk.keys("esc enter")
        .sees("Saved: typed the assessment of FY27M4: 1 metric");
    assert_eq!(row(&desk, "FY27M4", "otrr").unwrap().a, Some(60_000.into()));
    // Forgetting leaves the book as it was.
    desk.keys("B enter");
    portfolio(&mut desk, "Services");
    to(&mut desk, "On-time renewal rate");
    desk.text("1");
    desk.keys("enter esc f");
    assert!(desk.model.overlays.is_empty());
    assert_eq!(row(&desk, "FY27M4", "otrr").unwrap().a, Some(60_000.into()));
    // Nothing typed: nothing asked.
    desk.keys("B enter esc");
    assert!(desk.model.overlays.is_empty());
}

#[test]
fn figures_that_cannot_be_are_refused_in_a_sentence_and_stay_open() {
    let mut desk = cobalt();
    desk.keys("B enter");
    portfolio(&mut desk, "Services");
    to(&mut desk, "On-time renewal rate");
    desk.keys("end").text("11");
    desk.keys("enter")
        .sees("applied index is between 0 and 10, not 11");
    desk.keys("esc left left left").text("12,5");
    desk.keys("enter").sees("could be read in two ways");
    desk.keys("esc");
    to(&mut desk, "Customer success maturity");
    desk.text("great");
    desk.keys("enter")
        .sees("no level: none, basic, intermediate, advanced");
    desk.keys("esc up up up up up up up up up").text("huge");
    desk.keys("enter").sees("The sizes are XS, S, M, L, XL");
    desk.keys("ctrl-u").text("l");
    desk.keys("enter ctrl-s")
        .sees("Saved: typed the assessment of FY27M4");
    let sizes = &desk.desk().snapshot.settings;
    assert_eq!(sizes.get("size.services").map(String::as_str), Some("L"));
}

#[test]
fn another_windows_change_is_told_and_the_typed_form_stays() {
    let mut desk = cobalt();
    desk.keys("B enter");
    portfolio(&mut desk, "Services");
    to(&mut desk, "On-time renewal rate");
    desk.text("61000");
    desk.keys("enter");
    let was = row(&desk, "FY27M4", "otrr").unwrap().clone();
    let theirs = BaselineRow {
        a: Some(62_000.into()),
        ..was.clone()
    };
    let edit = renewdesk::domain::command::BaselineEdit {
        put: vec![(Some(was), theirs)],
        ..Default::default()
    };
    desk.other_window(&Command::PutBaseline(Box::new(edit)));
    desk.keys("ctrl-s").sees("changed meanwhile");
    desk.keys("esc").sees("61,000.00").sees("Ctrl+S keeps all");
}

#[test]
fn a_month_is_taken_away_only_after_a_question() {
    let mut desk = Driver::demo(600, 120, 36);
    desk.keys("B X").sees("Take FY27M4 away").keys("enter");
    assert!(row(&desk, "FY27M4", "otrr").is_some());
    desk.keys("X 2")
        .sees("Saved: took the assessment of FY27M4 away");
    assert!(desk.line("projections start here").contains("FY27M3"));
    desk.keys("esc ctrl-z B");
    assert!(desk.line("projections start here").contains("FY27M4"));
}

#[test]
fn the_form_fits_small_and_large_windows() {
    for (columns, rows) in [(80, 24), (120, 36), (200, 60)] {
        let mut desk = Driver::demo(600, columns, rows);
        desk.keys("B").sees("FY27M4").keys("enter");
        desk.sees("Partner's size")
            .sees("appl.")
            .sees("Ctrl+S keeps all");
        portfolio(&mut desk, "Cloud & AI Infrastructure");
        desk.keys("end down down down down down down down down down down");
        desk.sees("Adoption - Index the score sums");
    }
}
