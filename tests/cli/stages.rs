//! Moving renewals: what a stage needs, and what is refused without a trace.

use crate::desk_side::Side;

const CONTRACT: &str = "200123456";

#[test]
fn a_renewal_goes_its_way_to_booked_and_leaves_the_queue() {
    let side = Side::imported();
    let moved = side.json(&["stage", CONTRACT, "quoted"]);
    assert_eq!(
        (&moved["from"], &moved["to"]),
        (&"Upcoming".into(), &"Quoted".into())
    );
    side.ok(&["stage", CONTRACT, "Committed", "--on", "2026-12-01"]);
    assert!(
        side.fails(6, &["stage", CONTRACT, "PO received"])
            .contains("PO number")
    );
    side.ok(&["stage", CONTRACT, "PO received", "--po", "PO-1"]);
    let booked = side.json(&[
        "stage",
        CONTRACT,
        "Booked",
        "--on",
        "2026-11-20",
        "--order",
        "77",
    ]);
    assert_eq!(booked["on"], "2026-11-20");
    let rows = side.json(&["queue"])["rows"].as_array().unwrap().clone();
    assert!(rows.iter().all(|r| r["contract"] != CONTRACT));
    let contract = side.json(&["contract", CONTRACT]);
    let renewal = &contract["contracts"][0]["renewals"][0];
    assert_eq!(renewal["booked_on"], "2026-11-20");
    assert_eq!(
        (&renewal["po_number"], &renewal["order_number"]),
        (&"PO-1".into(), &"77".into())
    );
}

#[test]
fn lost_needs_a_reason_the_pack_knows() {
    let side = Side::imported();
    let before = side.json(&["history"]);
    assert!(
        side.fails(6, &["stage", CONTRACT, "Lost"])
            .contains("needs a reason")
    );
    assert!(
        side.fails(6, &["stage", CONTRACT, "Lost", "--reason", "mood"])
            .contains("mood")
    );
    assert_eq!(side.json(&["history"]), before, "a refusal left a trace");
    side.ok(&[
        "stage",
        CONTRACT,
        "lost",
        "--reason",
        "price",
        "--note",
        "third quote lost",
    ]);
    let contract = side.json(&["contract", CONTRACT]);
    assert_eq!(
        contract["contracts"][0]["renewals"][0]["loss_reason"],
        "price"
    );
    assert_eq!(
        contract["contracts"][0]["activities"][0]["text"],
        "third quote lost"
    );
}

#[test]
fn going_back_from_committed_needs_a_note_and_the_calendar_stage_is_not_for_hands() {
    let side = Side::imported();
    side.ok(&["stage", CONTRACT, "Committed"]);
    assert!(
        side.fails(6, &["stage", CONTRACT, "Quoted"])
            .contains("note")
    );
    side.ok(&["stage", CONTRACT, "Quoted", "--note", "budget was frozen"]);
    assert!(
        side.fails(6, &["stage", CONTRACT, "Lapsed"])
            .contains("calendar")
    );
    assert!(
        side.fails(6, &["stage", CONTRACT, "Quoted"])
            .contains("already")
    );
    assert!(
        side.fails(6, &["stage", CONTRACT, "Sold"])
            .contains("stages are")
    );
}

#[test]
fn what_a_stage_lacks_is_said_and_can_be_added_in_that_stage() {
    let side = Side::imported();
    let warns = |args: &[&str], word: &str| {
        let moved = side.json(args);
        let warnings = moved["warnings"].as_array().unwrap();
        let said = warnings.iter().any(|w| w.as_str().unwrap().contains(word));
        assert!(said, "{word}: {warnings:?}");
    };
    let quiet = |args: &[&str]| {
        let moved = side.json(args);
        assert_eq!(moved["warnings"], serde_json::json!([]), "{args:?}");
    };
    let renewal = || side.json(&["contract", CONTRACT])["contracts"][0]["renewals"][0].clone();
    warns(&["stage", CONTRACT, "Quoted"], "without a quote");
    warns(&["stage", CONTRACT, "Customer review"], "next step");
    warns(&["stage", CONTRACT, "Committed"], "planned");
    quiet(&["stage", CONTRACT, "Committed", "--on", "2026-12-01"]);
    side.fails(6, &["stage", CONTRACT, "PO received", "--po", " "]);
    quiet(&["stage", CONTRACT, "PO received", "--po", "PO-1"]);
    quiet(&["stage", CONTRACT, "PO received", "--po", "PO-2"]);
    warns(
        &[
            "stage",
            CONTRACT,
            "Booked",
            "--on",
            "2026-11-20",
            "--order",
            "",
        ],
        "order number",
    );
    let named = format!("{CONTRACT}@2026-12-10");
    quiet(&["stage", &named, "Booked", "--order", "9"]);
    let held = renewal();
    assert_eq!(
        (&held["order_number"], &held["po_number"]),
        (&"9".into(), &"PO-2".into())
    );
    assert_eq!(
        held["booked_on"], "2026-11-20",
        "adding a number moved the booking"
    );
    assert!(
        side.fails(6, &["stage", &named, "Booked"])
            .contains("already")
    );
    let newest = side.json(&["history"])["operations"][0]["label"].clone();
    assert_eq!(
        newest,
        format!("Booked of {CONTRACT}: on 2026-11-20, order 9")
    );
    side.ok(&["undo"]);
    assert!(renewal()["order_number"].is_null());
}

#[test]
fn a_quote_over_the_renewal_is_all_that_quoted_asks_for() {
    let side = Side::imported();
    side.ok(&["quote", "new", CONTRACT]);
    let moved = side.ok(&["stage", CONTRACT, "Quoted"]);
    assert_eq!(moved.err, "");
}

#[test]
fn a_renewal_is_named_by_its_end_where_there_are_several() {
    let side = Side::imported();
    side.ok(&["stage", "200123456@2026-12-10", "Validating"]);
    let missing = side.fails(4, &["stage", "200123456@2026-12-11", "Quoted"]);
    assert!(missing.contains("2026-12-10"), "{missing}");
}
