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
fn a_renewal_is_named_by_its_end_where_there_are_several() {
    let side = Side::imported();
    side.ok(&["stage", "200123456@2026-12-10", "Validating"]);
    let missing = side.fails(4, &["stage", "200123456@2026-12-11", "Quoted"]);
    assert!(missing.contains("2026-12-10"), "{missing}");
}
