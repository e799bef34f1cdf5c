//! The work on renewals: log and next, stage, snooze, owner, note, flag, review, undo.

use crate::driver::Driver;
use crate::fixture::day;

#[test]
fn logging_and_going_on_takes_three_keys_and_one_change() {
    let mut desk = Driver::new();
    let before = desk.changes();
    desk.keys("c 1 enter");
    assert_eq!(desk.changes(), before + 1);
    let renewal = desk.renewal("Aster Foods");
    assert!(renewal.next_date.unwrap() > crate::fixture::today());
    assert_eq!(renewal.next_step.as_deref(), Some("send the quote"));
    desk.sees("Saved: ").sees("> 4 d to end !!");
    desk.keys("ctrl-z").sees("Undone: ");
    assert_eq!(
        desk.renewal("Aster Foods").next_date,
        Some(day("2026-11-23"))
    );
    desk.keys("ctrl-y").sees("Redone: ");
}

#[test]
fn the_next_date_may_be_words_with_a_step_behind_it() {
    let mut desk = Driver::new();
    desk.keys("c 2 ctrl-u")
        .types("24 dec send v3")
        .sees("24 Dec 26, send v3");
    desk.keys("enter");
    let renewal = desk.renewal("Aster Foods");
    assert_eq!(renewal.next_date, Some(day("2026-12-24")));
    assert_eq!(renewal.next_step.as_deref(), Some("send v3"));
    // nonsense keeps the popup open and writes nothing
    let before = desk.changes();
    desk.keys("c 2 ctrl-u")
        .types("soonish")
        .keys("enter")
        .sees("is not a day");
    desk.keys("esc");
    assert_eq!(desk.changes(), before);
}

#[test]
fn a_lost_renewal_asks_why_and_a_booked_one_when() {
    let mut desk = Driver::new();
    desk.keys("t")
        .types("lost")
        .keys("enter")
        .sees("Why is it lost?");
    desk.keys("enter").sees("Saved: stage Aster Foods");
    let lost = desk.renewal("Aster Foods");
    assert_eq!(&*lost.stage, "lost");
    assert!(lost.loss_reason.is_some());
    desk.keys("ctrl-z");
    desk.keys("t")
        .types("booked")
        .keys("enter")
        .sees("Booked on");
    desk.keys("enter").sees("Saved: stage");
    assert_eq!(
        desk.renewal("Aster Foods").booked_on,
        Some(crate::fixture::today())
    );
}

#[test]
fn a_purchase_order_needs_its_number() {
    let mut desk = Driver::new();
    desk.keys("t").types("PO").keys("enter").sees("PO number");
    desk.types("4711").keys("enter");
    let renewal = desk.renewal("Aster Foods");
    assert_eq!(
        (&*renewal.stage, renewal.po_number.as_deref()),
        ("po_received", Some("4711"))
    );
}

#[test]
fn marked_ones_change_owner_in_one_step() {
    let mut desk = Driver::new();
    desk.keys("space space O").sees("Owner of 2 renewals");
    desk.types("Santos").keys("enter");
    assert_eq!(
        desk.renewal("Aster Foods").owner.as_deref(),
        Some("B. Santos")
    );
    assert_eq!(
        desk.renewal("Bright Rail").owner.as_deref(),
        Some("B. Santos")
    );
    desk.keys("ctrl-z");
    assert_eq!(
        desk.renewal("Bright Rail").owner.as_deref(),
        Some("A. Meyer")
    );
}

#[test]
fn note_and_flag_show_in_the_detail() {
    let mut desk = Driver::new();
    desk.resize(200, 60);
    desk.keys("o")
        .types("CFO signs")
        .keys("enter")
        .keys("w pgdn")
        .sees("CFO signs");
    desk.keys("esc !").types("competitor").keys("enter");
    assert_eq!(
        desk.renewal("Aster Foods").at_risk.as_deref(),
        Some("competitor")
    );
    desk.keys("!");
    assert_eq!(desk.renewal("Aster Foods").at_risk, None);
}

#[test]
fn today_shows_three_lists_and_a_logged_row_leaves() {
    let mut desk = Driver::new();
    desk.keys("g t")
        .sees("Overdue (")
        .sees("Next 7 days (")
        .sees("Bright Rail");
    let listed = |desk: &Driver| desk.screen().matches("Aster Foods").count();
    assert_eq!(listed(&desk), 1);
    desk.keys("d enter")
        .sees("Saved: snoozed until 29 Nov 26: ");
    assert!(
        desk.renewal("Old Mill").snoozed_until.is_some()
            || desk.renewal("Aster Foods").snoozed_until.is_some()
    );
}

#[test]
fn a_reviewed_risk_leaves_the_list_until_it_gets_worse() {
    let mut desk = Driver::new();
    desk.keys("g r").sees("At risk").sees("12 open renewals");
    desk.keys("r")
        .sees("11 open renewals")
        .sees("Saved: reviewed");
    desk.keys("v")
        .sees("12 open renewals")
        .keys("v ctrl-z")
        .sees("12 open renewals");
}

#[test]
fn one_change_can_be_taken_back_from_the_history() {
    let mut desk = Driver::new();
    desk.keys("O").types("Santos").keys("enter");
    desk.keys("j o").types("later").keys("enter");
    desk.keys("H")
        .sees("History")
        .sees("note on")
        .sees("owner B. Santos");
    desk.keys("j x").sees("Take it back").keys("2");
    assert_eq!(
        desk.renewal("Aster Foods").owner.as_deref(),
        Some("A. Meyer")
    );
    desk.sees("taken back");
}

#[test]
fn somebody_faster_is_told_with_both_values() {
    let mut desk = Driver::new();
    let renewal = desk.renewal("Aster Foods");
    let elsewhere = renewdesk::domain::command::Command::SetOwner {
        renewals: vec![(renewal.id, renewal.versions.owner)],
        owner: Some("D. Novak".into()),
    };
    let stamp = renewdesk::domain::command::Stamp {
        at: chrono::Utc::now(),
        today: crate::fixture::today(),
        actor: "D. Novak".into(),
    };
    desk.store.apply(&elsewhere, "owner", &stamp).unwrap();
    desk.keys("O")
        .types("Santos")
        .keys("enter")
        .sees("D. Novak");
    assert_eq!(
        desk.renewal("Aster Foods").owner.as_deref(),
        Some("D. Novak")
    );
}
