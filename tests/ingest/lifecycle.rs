//! PX Cloud lifecycle: adoption states of use cases.

use crate::support::{Desk, asked, containers, counts, read, says};
use renewdesk::domain::adoption::Adoption;
use renewdesk::ingest::row::Code;
use rust_decimal::Decimal;

/// A use case whose first `done` of six pitstops are complete, listed backwards.
fn case(name: &str, done: usize, pct: &str) -> String {
    let stops = ["Onboard", "Implement", "Use", "Engage", "Adopt", "Optimize"];
    let stops: Vec<String> = stops
        .iter()
        .enumerate()
        .rev()
        .map(|(at, stop)| {
            let complete = at < done;
            format!(
                r#"{{"name":"{stop}","isComplete":{complete},"completionPercentage":40,"pitstopActions":[
                {{"name":"Kick-off","isComplete":{complete},"isCompleteAuto":false,"isCompleteManual":true,"updateMethod":"MANUAL"}}]}}"#
            )
        })
        .collect();
    let current = stops_name(done);
    format!(
        r#"{{"usecaseId":"7","name":"{name}","currentPitstop":"{current}","adoptionPercentage":{pct},"pitstops":[{}]}}"#,
        stops.join(",")
    )
}

fn stops_name(done: usize) -> &'static str {
    ["Onboard", "Implement", "Use", "Engage", "Adopt", "Optimize"][done.min(5)]
}

fn page(customer: &str, cases: &[String]) -> String {
    format!(
        r#"{{"buId":"1","cavId":"2","customerId":"{customer}","items":[{{"name":"Campus Network","cxLevel":"2","solutionId":"9","usecases":[{}]}}]}}"#,
        cases.join(",")
    )
}

fn state<'a>(desk: &'a Desk, use_case: &str) -> &'a Adoption {
    let mut own = desk.book.adoption.iter();
    let found = own.find(|row| &*row.use_case == use_case).unwrap();
    assert!(own.all(|row| &*row.use_case != use_case));
    found
}

#[test]
fn a_use_case_stands_at_its_first_pitstop_not_complete() {
    let text = page(
        "77",
        &[
            case("Campus Onboarding", 0, "0"),
            case("Assurance", 3, "62.5"),
            case("Segmentation", 6, "100"),
        ],
    );
    let mut desk = Desk::new();
    let report = desk.import(text.as_bytes(), "life.json", "").unwrap();
    assert_eq!(report.format, "pxcloud_lifecycle");
    assert_eq!(counts(&report), (3, 3, 0, 0, 0, 0));
    assert_eq!(&*state(&desk, "Campus Onboarding").stage, "onboard");
    assert_eq!(&*state(&desk, "Segmentation").stage, "complete");
    let row = state(&desk, "Assurance");
    assert_eq!((&*row.offer, &*row.stage), ("Campus Network", "engage"));
    assert_eq!(row.adoption_pct, Some(Decimal::new(625, 1)));
    // the percentage is of the plan, not of what was bought; and the file has no day
    assert_eq!((row.usage_pct, row.since), (None, None));
    assert_eq!(row.open_actions.as_deref(), Some("Kick-off"));
    assert_eq!(state(&desk, "Segmentation").open_actions, None);
    let origin = row.origin.unwrap();
    assert_eq!(origin.row, 2);
    assert_eq!(
        desk.book.batches.get(origin.batch).unwrap().file,
        "life.json"
    );
    assert!(says(&report, Code::Incomplete, "the 16 of other stages"));
    assert!(says(&report, Code::Incomplete, "dates no stage"));
    assert!(says(
        &report,
        Code::Incomplete,
        "77 stands under its number"
    ));
}

#[test]
fn a_later_file_moves_the_stage_and_the_same_states_change_nothing() {
    let mut desk = Desk::new();
    let first = page(
        "77",
        &[case("Assurance", 1, "20"), case("Segmentation", 2, "40")],
    );
    desk.import(first.as_bytes(), "a.json", "").unwrap();
    let before = state(&desk, "Assurance").clone();
    let mut typed = before.clone();
    typed.usage_pct = Some(Decimal::from(30));
    typed.since = Some(crate::support::day("2026-05-01"));
    desk.book.adoption.put(typed);
    let same = desk.import(first.as_bytes(), "a.json", "").unwrap();
    assert!(says(&same, Code::AlreadyImported, "nothing was written"));
    let again = desk
        .import(format!(" {first}").as_bytes(), "b.json", "")
        .unwrap();
    assert_eq!(counts(&again), (2, 0, 0, 2, 0, 0));
    assert!(state(&desk, "Assurance").since.is_some());
    let later = page("77", &[case("assurance", 2, "45")]);
    let report = desk.import(later.as_bytes(), "c.json", "").unwrap();
    assert_eq!(counts(&report), (1, 0, 1, 0, 0, 0));
    let row = state(&desk, "Assurance");
    assert_eq!((row.id, &*row.stage), (before.id, "use"));
    assert_eq!(row.adoption_pct, Some(Decimal::from(45)));
    // what was known of the entitlement stays; the day was the old stage's
    assert_eq!((row.usage_pct, row.since), (Some(Decimal::from(30)), None));
    assert_eq!(&*state(&desk, "Segmentation").stage, "use");
}

#[test]
fn a_use_case_without_a_day_stands_still_from_the_first_file_that_shows_it_there() {
    let mut desk = Desk::new();
    let text = page("77", &[case("Assurance", 2, "20")]);
    desk.import(text.as_bytes(), "a.json", "").unwrap();
    let first = state(&desk, "Assurance").clone();
    let seen = first.seen.unwrap();
    let plays = &renewdesk::program::Pack::shipped().rules.plays;
    let after = |days| renewdesk::domain::day::add_days(seen, days);
    assert!(!first.stalls(plays, after(plays.stalled_days - 1)));
    assert!(first.stalls(plays, after(plays.stalled_days)));
    // a later file that shows the same takes nothing from it, one that shows another stage does
    desk.today = after(30);
    desk.import(format!(" {text}").as_bytes(), "b.json", "")
        .unwrap();
    assert_eq!(state(&desk, "Assurance").seen, Some(seen));
    let moved = page("77", &[case("Assurance", 3, "40")]);
    desk.import(moved.as_bytes(), "c.json", "").unwrap();
    assert_eq!(state(&desk, "Assurance").seen, Some(after(30)));
    // of a book of before neither day nor place is known: the next file gives both and changes nothing
    let mut old = state(&desk, "Assurance").clone();
    (old.seen, old.origin) = (None, None);
    desk.book.adoption.put(old);
    let report = desk.import(format!("  {moved}").as_bytes(), "d.json", "");
    assert_eq!(counts(&report.unwrap()), (1, 0, 0, 1, 0, 0));
    let now = state(&desk, "Assurance");
    assert_eq!(now.seen, Some(after(30)));
    let batch = desk.book.batches.get(now.origin.unwrap().batch);
    assert_eq!(batch.unwrap().file, "d.json");
}

#[test]
fn lifecycle_pages_come_in_every_container() {
    let (a, b) = (
        page("77", &[case("A", 1, "1")]),
        page("78", &[case("B", 2, "2")]),
    );
    for bytes in containers(&a, &b) {
        let mut desk = Desk::new();
        let report = desk.import(&bytes, "life.json", "").unwrap();
        assert_eq!(report.format, "pxcloud_lifecycle");
        assert_eq!(counts(&report), (2, 2, 0, 0, 0, 0));
    }
    let solution =
        r#"{"name":"Campus","usecases":[{"name":"A","currentPitstop":"Use","pitstops":[]}]}"#;
    let error = read(solution.as_bytes(), "x.json", "").unwrap();
    let report = Desk::new()
        .import(solution.as_bytes(), "x.json", "")
        .unwrap();
    assert_eq!(
        (error.format.as_str(), report.rejects[0].code),
        ("pxcloud_lifecycle", Code::NoKey)
    );
    assert!(
        report.rejects[0].reason.contains("customer = "),
        "{}",
        report.rejects[0].reason
    );
    let mut desk = Desk::new();
    let report = desk
        .import(solution.as_bytes(), "x.json", "customer = \"Acme AG\"")
        .unwrap();
    assert_eq!(counts(&report), (1, 1, 0, 0, 0, 0));
    assert_eq!(&*state(&desk, "A").stage, "use");
    assert_eq!(&*desk.book.accounts.at(0).unwrap().name, "Acme AG");
}

#[test]
fn a_customer_under_its_number_is_found_out_by_a_later_file() {
    let contracts = |id: &str, name: &str, number: &str| {
        format!(
            r#"{{"items":[{{"contractNumber":"{number}","contractStatus":"Active","customerName":"{name}","customerId":"{id}",
            "endDate":"2027-01-31","onboardedstatus":1}}],"totalCount":1}}"#
        )
    };
    let mut desk = Desk::new();
    let life = page("77", &[case("A", 1, "1")]);
    desk.import(life.as_bytes(), "life.json", "").unwrap();
    desk.import(
        contracts("77", "Acme AG", "200100200").as_bytes(),
        "c.json",
        "",
    )
    .unwrap();
    assert_eq!(desk.book.accounts.len(), 1);
    assert_eq!(&*desk.book.accounts.at(0).unwrap().name, "Acme AG");
    // A customer the book knew by name only takes number and states over.
    let mut desk = Desk::new();
    let list = "serial,pid,end_date,customer name,contract\nFOC1,C9300-24T-E,2027-01-31,Acme AG,200100200\n";
    desk.import(list.as_bytes(), "list.csv", "").unwrap();
    let named = desk.book.accounts.at(0).unwrap().id;
    desk.import(life.as_bytes(), "life.json", "").unwrap();
    assert_ne!(state(&desk, "A").account, named);
    desk.import(
        contracts("77", "ACME AG", "200100201").as_bytes(),
        "c.json",
        "",
    )
    .unwrap();
    assert_eq!(state(&desk, "A").account, named);
    let report = desk
        .import(format!("{life} ").as_bytes(), "life2.json", "")
        .unwrap();
    assert_eq!(counts(&report), (1, 0, 0, 1, 0, 0));
}

#[test]
fn odd_pitstops_are_remarked_and_hostile_ones_cannot_harm() {
    let text = r#"{"customerId":77.0,"ITEMS":[{"name":"Cam\u001b[31mpus\u202e","usecases":[
        {"name":"Says otherwise","currentPitstop":"Adopt","adoptionPercentage":"150","pitstops":[{"name":"Onboard","isComplete":"true"},{"name":"Implement","completionPercentage":80}]},
        {"name":"By percent","adoptionPercentage":{"a":1},"pitstops":[{"name":"Onboard","completionPercentage":"100"},{"name":"Own step","isComplete":false}]},
        {"name":"No name","pitstops":[{"isComplete":false},7,null,[]]},
        {"name":"No stops","pitstops":"none"},
        {"currentPitstop":"Use"},
        {"name":"By percent","pitstops":[{"name":"Onboard","isComplete":false}]},
        {"name":"Confidential","currentPitstop":"Use","pitstops":[]},
        17],"cxLevel":[[[1]]]},{"name":"Bare","usecases":[]}]}"#;
    let mut desk = Desk::new();
    let report = desk.import(text.as_bytes(), "odd.json", "").unwrap();
    assert_eq!(counts(&report), (8, 2, 0, 0, 0, 6));
    assert!(says(
        &report,
        Code::StatusConflict,
        "\"Implement\" is the first not complete"
    ));
    assert!(says(&report, Code::BadNumber, "150"));
    assert!(says(
        &report,
        Code::Incomplete,
        "1 solutions list no use case"
    ));
    let row = state(&desk, "Says otherwise");
    assert_eq!((&*row.stage, row.adoption_pct), ("implement", None));
    assert_eq!(&*state(&desk, "By percent").stage, "own step");
    assert!(
        desk.book
            .adoption
            .iter()
            .all(|row| !row.offer.contains(['\u{1b}', '\u{202e}']))
    );
    assert_eq!(
        desk.book.accounts.at(0).unwrap().party_id.as_deref(),
        Some("77")
    );
    let reasons: Vec<&str> = report.rejects.iter().map(|r| r.reason.as_str()).collect();
    assert!(
        reasons.iter().any(|r| r.contains("lacks its stage")),
        "{reasons:?}"
    );
    assert!(
        reasons.iter().any(|r| r.contains("another state")),
        "{reasons:?}"
    );
    assert!(
        reasons
            .iter()
            .any(|r| r.contains("hides or lacks its use case")),
        "{reasons:?}"
    );
}

#[test]
fn a_refused_use_case_comes_back_mended() {
    let text = page(
        "77",
        &[
            r#"{"name":"A","currentPitstop":" ","adoptionPercentage":5,"pitstops":[]}"#.to_string(),
            case("B", 1, "1"),
        ],
    );
    let mut desk = Desk::new();
    let report = desk.import(text.as_bytes(), "life.json", "").unwrap();
    assert_eq!(counts(&report), (2, 1, 0, 0, 0, 1));
    let csv = String::from_utf8(report.rejects_csv().unwrap()).unwrap();
    let head: Vec<&str> = csv.lines().next().unwrap().split(',').collect();
    let mut cells: Vec<String> = csv
        .lines()
        .nth(1)
        .unwrap()
        .split(',')
        .map(str::to_string)
        .collect();
    let stage = head
        .iter()
        .position(|name| *name == "adoptionStage")
        .unwrap();
    cells[stage] = "use".to_string();
    let mended = format!("{}\n{}\n", head.join(","), cells.join(","));
    let report = desk.import(mended.as_bytes(), "r.csv", "").unwrap();
    assert_eq!(report.format, "pxcloud_lifecycle");
    assert_eq!(counts(&report), (1, 1, 0, 0, 0, 0));
    assert_eq!(&*state(&desk, "A").stage, "use");
}

#[test]
fn a_lifecycle_file_asked_for_as_another_kind_is_named() {
    let text = page("77", &[case("A", 1, "1")]);
    let error = asked("pxcloud_contracts", text.as_bytes());
    assert!(
        error.contains("PX Cloud lifecycle (`pxcloud_lifecycle`)"),
        "{error}"
    );
    let other = r#"{"items":[{"contractNumber":"1","serialNumber":"FOC1"}],"totalCount":1}"#;
    let error = asked("pxcloud_lifecycle", other.as_bytes());
    assert!(error.contains("pxcloud_details"), "{error}");
    let csv = b"serialNumber,productId,endDate\nFOC1,C9300-24T-E,2027-01-31\n";
    assert!(asked("pxcloud_lifecycle", csv).contains("not JSON"));
}
