//! A whole quote from the command line: totals spread, ends joined, scenarios, the way to a score, going
//! out.

use crate::desk_side::Side;
use serde_json::Value;

fn demo() -> Side {
    let side = Side::new();
    let book = side.path("book.renewdesk");
    side.ok(&["demo", "--lines", "900", "--into", book.to_str().unwrap()]);
    side
}

/// The quote with most lines.
fn quote(side: &Side) -> String {
    let quotes = side.json(&["quote", "list"]);
    let quotes = quotes["quotes"].as_array().unwrap();
    let most = quotes
        .iter()
        .map(|quote| quote["number"].as_str().unwrap())
        .max_by_key(|number| {
            side.json(&["quote", "show", number])["lines"]
                .as_array()
                .unwrap()
                .len()
        });
    most.unwrap().to_string()
}

#[test]
fn licences_share_the_average_of_their_ends_and_the_price_stays() {
    let side = Side::new();
    let file = side.file(
        "licences.csv",
        "customer,subscription_id,pid,description,quantity,unit_list,list_years,start_date,end_date,extended_net,currency\n\
         Acme,Sub100,LIC-ENT-1YR,Wireless licence,2,100.00,1,2026-01-01,2026-12-31,200.00,USD\n\
         Acme,Sub100,LIC-MX85-SEC-1YR,Firewall licence,1,300.00,1,2026-01-01,2026-12-31,300.00,USD\n\
         Acme,Sub100,A-FLEX-3,Calling,1,50.00,1,2026-01-01,2026-12-31,50.00,USD\n",
    );
    side.ok(&["import", file.to_str().unwrap()]);
    side.ok(&["quote", "new", "Sub100"]);
    side.ok(&["quote", "set", "Q-1001", "2", "end=2028-12-30"]);
    let before = side.json(&["quote", "show", "Q-1001"]);
    let list = side.json(&["quote", "coterm", "Q-1001"]);
    let average = &list["average"];
    assert_eq!(
        (&average["end"], &average["days"]),
        (&"2028-08-06".into(), &"584".into())
    );
    let lines = average["lines"].as_array().unwrap();
    let moved: Vec<i64> = lines
        .iter()
        .map(|line| line["days"].as_i64().unwrap())
        .collect();
    assert_eq!(moved, [-146, 219], "most lost first, other offers stay");
    assert!(list["candidates"][0]["lines"][0]["days"].as_i64().unwrap() < 0);
    side.fails(2, &["quote", "coterm", "Q-1001", "--dry-run"]);
    let done = side.json(&["quote", "coterm", "Q-1001", "--average"]);
    assert_eq!(
        (&done["written"], &done["candidates"][0]["why"]),
        (&true.into(), &"licence average".into())
    );
    let after = side.json(&["quote", "show", "Q-1001"]);
    for what in ["list", "net", "sell"] {
        assert_eq!(after["totals"][what], before["totals"][what], "{what}");
    }
    let ends: Vec<&str> = (0..3)
        .map(|at| after["lines"][at]["end"].as_str().unwrap())
        .collect();
    assert_eq!(ends, ["2028-08-06", "2028-08-06", "2027-12-31"]);
    side.ok(&["undo"]);
    assert_eq!(
        side.json(&["quote", "show", "Q-1001"])["lines"],
        before["lines"]
    );
    side.ok(&["quote", "set", "Q-1001", "2", "end=2027-12-31"]);
    assert_eq!(
        side.json(&["quote", "coterm", "Q-1001"])["average"],
        Value::Null
    );
}

#[test]
fn a_total_typed_is_the_total_and_undo_brings_every_line_back() {
    let side = demo();
    let number = quote(&side);
    let before = side.json(&["quote", "show", &number]);
    let told = side.json(&[
        "quote",
        "price",
        &number,
        "--sell",
        "123456.79",
        "--dry-run",
    ]);
    assert_eq!(told["written"], false);
    assert_eq!(side.json(&["quote", "show", &number]), before);
    side.ok(&["quote", "price", &number, "--sell", "123456.79"]);
    let after = side.json(&["quote", "show", &number]);
    assert_eq!(after["totals"]["sell"], "123456.79");
    assert_eq!(after["totals"]["net"], before["totals"]["net"]);
    side.ok(&["undo"]);
    assert_eq!(
        side.json(&["quote", "show", &number])["lines"],
        before["lines"]
    );
    side.fails(2, &["quote", "price", &number]);
    side.fails(6, &["quote", "price", &number, "--margin", "100"]);
    side.fails(
        4,
        &["quote", "price", &number, "--sell", "1", "--lock", "9999"],
    );
}

#[test]
fn locked_lines_stay_as_they_are() {
    let side = demo();
    let number = quote(&side);
    let before = side.json(&["quote", "show", &number]);
    let first = before["lines"][0]["line"].to_string();
    side.ok(&[
        "quote", "price", &number, "--margin", "31", "--lock", &first,
    ]);
    let after = side.json(&["quote", "show", &number]);
    assert_eq!(after["lines"][0], before["lines"][0]);
    assert_ne!(after["totals"]["sell"], before["totals"]["sell"]);
}

#[test]
fn candidates_are_shown_before_one_end_is_chosen() {
    let side = demo();
    let number = quote(&side);
    let told = side.json(&["quote", "coterm", &number, "--curve", "20"]);
    let found = told["candidates"].as_array().unwrap();
    assert!(found.len() >= 4, "{told}");
    assert_eq!(told["curve"].as_array().unwrap().len(), 20);
    assert!(
        found
            .iter()
            .all(|one| one["scores"]["Services"].is_string())
    );
    let last = found.last().unwrap();
    let day = last["end"].as_str().unwrap();
    side.ok(&["quote", "coterm", &number, "--to", day]);
    let after = side.json(&["quote", "show", &number]);
    assert_eq!(after["totals"]["net"], last["net"]);
    side.fails(6, &["quote", "coterm", &number, "--to", "2001-01-01"]);
    side.ok(&["undo"]);
    assert_eq!(
        side.json(&["quote", "coterm", &number])["candidates"],
        told["candidates"]
    );
}

#[test]
fn a_scenario_is_kept_compared_and_put_back() {
    let side = demo();
    let number = quote(&side);
    let first = side.json(&["quote", "show", &number]);
    side.ok(&["quote", "scenario", "save", &number, "as offered"]);
    side.fails(6, &["quote", "scenario", "save", &number, "As Offered"]);
    side.ok(&["quote", "price", &number, "--margin", "33"]);
    side.ok(&["quote", "scenario", "save", &number, "33 percent"]);
    let told = side.json(&[
        "quote",
        "scenario",
        "compare",
        &number,
        "as offered",
        "33 percent",
    ]);
    let sides = told["scenarios"].as_array().unwrap();
    assert_eq!(sides.len(), 3);
    assert_eq!(sides[1]["sell"], first["totals"]["sell"]);
    assert_eq!(sides[2]["sell"], sides[0]["sell"]);
    assert!(!sides[1]["differs"].as_array().unwrap().is_empty());
    assert!(sides[2].get("differs").is_none());
    side.ok(&["quote", "scenario", "use", &number, "as offered"]);
    assert_eq!(
        side.json(&["quote", "show", &number])["lines"],
        first["lines"]
    );
    side.ok(&["undo"]);
    side.fails(4, &["quote", "scenario", "use", &number, "no such"]);
}

#[test]
fn the_way_to_a_score_names_the_field_or_says_that_none_reaches_it() {
    let side = demo();
    let number = quote(&side);
    let told = side.json(&["quote", "solve", &number, "--score", "Services=9.99"]);
    assert_eq!(told["feasible"], false);
    let fields: Vec<&Value> = told["fields"].as_array().unwrap().iter().collect();
    assert_eq!(fields.len(), 4);
    let told = side.json(&["quote", "solve", &number, "--score", "Services=0.0"]);
    assert_eq!(told["schema"], "renewdesk.quote_solve/1");
    side.fails(2, &["quote", "solve", &number, "--score", "Services"]);
    let told = side.json(&["quote", "solve", &number, "--score", "Splunk=9.9"]);
    assert_eq!(
        told["fields"][0]["change"],
        "the quote has no line in Splunk"
    );
    let solved = side.json(&["quote", "solve", &number, "--sell", "50000"]);
    assert_eq!(
        (&solved["to"], &solved["written"]),
        (&"50000.00".into(), &false.into())
    );
}

#[test]
fn below_the_floor_a_quote_goes_out_only_with_a_note() {
    let side = demo();
    let number = quote(&side);
    let shown = side.json(&["quote", "show", &number]);
    let line = shown["lines"][0]["line"].to_string();
    side.ok(&["quote", "set", &number, &line, "margin_pct=-5"]);
    let told = side.fails(6, &["quote", "send", &number]);
    assert!(told.contains("below"), "{told}");
    side.fails(2, &["quote", "approve", &number, "--note", " "]);
    side.ok(&["quote", "approve", &number, "--note", "MD-17"]);
    // a change after the approval asks again
    side.ok(&["quote", "set", &number, &line, "margin_pct=-6"]);
    side.fails(6, &["quote", "send", &number]);
    side.ok(&["quote", "approve", &number, "--note", "MD-18"]);
    let told = side.json(&["quote", "send", &number]);
    assert_eq!(told["approval_note"], "MD-18");
    assert_eq!(side.json(&["quote", "show", &number])["status"], "sent");
    side.fails(6, &["quote", "send", &number]);
    let kept = side.json(&["quote", "scenario", "list", &number]);
    let names: Vec<&str> = kept["scenarios"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["name"].as_str().unwrap())
        .collect();
    assert!(names.iter().any(|name| name.starts_with("sent ")));
}

#[test]
fn a_sent_quote_of_a_book_of_before_stays_readable_when_it_is_edited() {
    let side = demo();
    let quotes = side.json(&["quote", "list"]);
    let sent = quotes["quotes"].as_array().unwrap();
    let sent = sent.iter().find(|quote| quote["status"] == "sent").unwrap();
    let number = sent["number"].as_str().unwrap();
    let before = side.json(&["quote", "show", number]);
    side.ok(&["quote", "price", number, "--sell", "50000"]);
    let kept = side.json(&["quote", "scenario", "list", number]);
    let kept = kept["scenarios"].as_array().unwrap();
    assert_eq!(kept.len(), 1);
    assert!(kept[0]["name"].as_str().unwrap().starts_with("sent "));
    // a further edit keeps nothing more, and an undo of both leaves none
    side.ok(&["quote", "price", number, "--sell", "51000"]);
    let list = side.json(&["quote", "scenario", "list", number]);
    assert_eq!(list["scenarios"].as_array().unwrap().len(), 1);
    let name = kept[0]["name"].as_str().unwrap();
    side.ok(&["quote", "scenario", "use", number, name]);
    let again = side.json(&["quote", "show", number]);
    assert_eq!(again["lines"], before["lines"]);
    for _ in 0..3 {
        side.ok(&["undo"]);
    }
    let list = side.json(&["quote", "scenario", "list", number]);
    assert_eq!(list["scenarios"].as_array().unwrap().len(), 0);
}

#[test]
fn prices_that_ended_do_not_go_out() {
    let side = demo();
    let number = quote(&side);
    side.ok(&["quote", "price", &number, "--margin", "20"]);
    let late = ["quote", "send", &number, "--on", "2028-02-01"];
    let told = side.fails(6, &late);
    assert!(told.contains("its prices ended on"), "{told}");
    assert!(told.contains("quote valid"), "{told}");
    side.ok(&["quote", "valid", &number, "2028-02-28"]);
    side.ok(&late);
}

#[test]
fn lines_that_stay_are_named_like_lines_that_are_set() {
    let side = demo();
    let number = quote(&side);
    let before = side.json(&["quote", "show", &number]);
    side.ok(&["quote", "price", &number, "--margin", "20", "--lock", "1-2"]);
    let after = side.json(&["quote", "show", &number]);
    for line in 0..2 {
        assert_eq!(after["lines"][line], before["lines"][line]);
    }
    side.fails(
        2,
        &["quote", "price", &number, "--margin", "20", "--lock", "x"],
    );
    let told = side.fails(6, &["quote", "solve", &number, "--score", "Foo=5"]);
    assert!(told.contains("there is no portfolio"), "{told}");
}

#[test]
fn extended_prices_are_set_by_name_and_stand_exactly() {
    let side = demo();
    let number = quote(&side);
    let shown = side.json(&["quote", "show", &number]);
    let line = shown["lines"][0]["line"].to_string();
    let told = side.json(&[
        "quote",
        "set",
        &number,
        &line,
        "quantity=3",
        "extended_net=100",
        "extended_sell=250.01",
    ]);
    assert_eq!(told["lines"][0]["extended_net"], "100.00");
    assert_eq!(told["lines"][0]["extended_sell"], "250.01");
    assert_eq!(told["lines"][0]["unit_net"], "33.33");
}

#[test]
fn a_price_request_that_comes_back_filled_in_is_laid_beside_the_lines_and_taken() {
    let side = demo();
    let number = quote(&side);
    let asked = side.path("request.csv");
    side.ok(&[
        "quote",
        "export",
        &number,
        "--as",
        "request",
        "--to",
        asked.to_str().unwrap(),
    ]);
    let mut reader = csv::Reader::from_path(&asked).unwrap();
    let headers = reader.headers().unwrap().clone();
    let at = |name: &str| headers.iter().position(|header| header == name).unwrap();
    let (list, net) = (at("Unit list price"), at("Unit net price"));
    let (vendor, until) = (at("Vendor quote"), at("Valid until"));
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.unwrap()).collect();
    let back = side.path("priced.csv");
    let mut writer = csv::Writer::from_path(&back).unwrap();
    writer.write_record(&headers).unwrap();
    for row in &rows {
        let cells = row.iter().enumerate().map(|(column, cell)| match column {
            _ if column == list => "200.00",
            _ if column == net => "123.45",
            _ if column == vendor => "VQ-77",
            _ if column == until => "2026-12-15",
            _ => cell,
        });
        writer.write_record(cells).unwrap();
    }
    writer.flush().unwrap();
    let before = side.json(&["quote", "show", &number]);
    let told = side.json(&["quote", "vendor", &number, back.to_str().unwrap()]);
    let linked = told["linked"].as_array().unwrap();
    assert_eq!(linked.len(), rows.len(), "{told}");
    assert_eq!(told["unanswered"].as_array().unwrap().len(), 0);
    assert!(
        linked.iter().all(|one| one["can_be_taken"] == true),
        "{told}"
    );
    assert_eq!(told["vendor_quotes"], serde_json::json!(["VQ-77"]));
    assert_eq!(told["valid_until"], "2026-12-15");
    assert_eq!(side.json(&["quote", "show", &number]), before);
    side.ok(&["quote", "vendor", &number, back.to_str().unwrap(), "--take"]);
    let after = side.json(&["quote", "show", &number]);
    for line in after["lines"].as_array().unwrap() {
        assert_eq!(line["unit_net"], "123.45");
    }
    let again = side.json(&["quote", "vendor", &number, back.to_str().unwrap(), "--take"]);
    assert_eq!(again["taken"].as_array().unwrap().len(), 0);
    assert_eq!(after["valid_until"], "2026-12-15");
    side.ok(&["undo"]);
    let undone = side.json(&["quote", "show", &number]);
    assert_eq!(undone["lines"], before["lines"]);
    assert_eq!(undone["valid_until"], before["valid_until"]);
}

#[test]
fn several_lines_are_set_together_or_not_at_all() {
    let side = demo();
    let number = quote(&side);
    let before = side.json(&["quote", "show", &number]);
    let lines = before["lines"].as_array().unwrap();
    let last = lines.len().to_string();
    side.ok(&["quote", "set", &number, "all", "quantity==x+2"]);
    let after = side.json(&["quote", "show", &number]);
    let more = after["lines"].as_array().unwrap().iter().zip(lines);
    for (now, was) in more {
        let number = |line: &Value| line["quantity"].as_str().unwrap().parse::<f64>().unwrap();
        assert_eq!(number(now), number(was) + 2.0);
    }
    let refused = side.run_raw(&["quote", "set", &number, "1-2", "end=2001-01-01"]);
    assert_ne!(refused.code, 0);
    for none in [format!("1,{last}9"), "x".to_string(), "3-".to_string()] {
        assert_ne!(
            side.run_raw(&["quote", "set", &number, &none, "quantity=1"])
                .code,
            0,
            "{none}"
        );
    }
    assert_eq!(
        side.json(&["quote", "show", &number])["lines"],
        after["lines"]
    );
    side.ok(&["undo"]);
    assert_eq!(
        side.json(&["quote", "show", &number])["lines"],
        before["lines"]
    );
}
