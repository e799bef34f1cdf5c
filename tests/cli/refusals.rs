//! What is refused, with which code, and that nothing changed.

use crate::desk_side::Side;

#[test]
fn wrong_command_lines_are_code_2_and_unknown_things_code_4() {
    let side = Side::imported();
    side.fails(2, &["queue", "--within", "soon"]);
    side.fails(2, &["nonsense"]);
    side.fails(2, &["pvi", "--view", "dreams"]);
    side.fails(2, &["pvi", "--month", "May"]);
    side.fails(2, &["queue", "--stage", "dreams"]);
    side.fails(4, &["contract", "999"]);
    side.fails(4, &["quote", "new", "999"]);
    side.fails(4, &["quote", "show", "Q-9"]);
    side.fails(4, &["pvi", "--view", "quote:Q-9"]);
    let other = side.path("none.renewdesk");
    let message = side.fails(4, &["--book", other.to_str().unwrap(), "queue"]);
    assert!(message.contains("no book") && !other.exists(), "{message}");
}

#[test]
fn a_refused_edit_changes_nothing_even_when_half_of_it_is_right() {
    let side = Side::imported();
    side.ok(&["quote", "new", "200123456"]);
    let before = side.json(&["quote", "show", "Q-1001"]);
    for edit in [
        &["discount_pct=101"][..],
        &["quantity=-1"],
        &["quantity=3", "end=2020-01-01"],
        &["end=yesterday-ish"],
        &["premium=perhaps"],
    ] {
        let args: Vec<&str> = ["quote", "set", "Q-1001", "1"]
            .iter()
            .chain(edit)
            .copied()
            .collect();
        let message = side.fails(6, &args);
        assert!(message.contains("Nothing was changed"), "{message}");
    }
    side.fails(2, &["quote", "set", "Q-1001", "1", "colour=red"]);
    side.fails(2, &["quote", "set", "Q-1001", "1", "quantity"]);
    side.fails(4, &["quote", "set", "Q-1001", "99", "quantity=1"]);
    assert_eq!(side.json(&["quote", "show", "Q-1001"]), before);
}

#[test]
fn an_uplift_outside_0_to_100_percent_makes_no_quote() {
    let side = Side::imported();
    for uplift in ["--uplift=-1", "--uplift=100.5", "--uplift=many"] {
        side.fails(2, &["quote", "new", "200123456", uplift]);
    }
    let none = side.json(&["quote", "list"]);
    assert_eq!(none["quotes"].as_array().unwrap().len(), 0);
    let high = side.ok(&["quote", "new", "200123456", "--uplift=100"]);
    assert!(high.err.contains("more than the"), "{}", high.err);
    let usual = side.ok(&["quote", "new", "200123457", "--uplift=1"]);
    assert_eq!(usual.err, "");
}

#[test]
fn a_portfolio_nobody_scores_is_refused_with_the_nearest_name() {
    let side = Side::imported();
    side.ok(&["quote", "new", "200123456"]);
    let set = |value: &str| ["quote", "set", "Q-1001", "1", value].map(str::to_string);
    let before = side.json(&["quote", "show", "Q-1001"]);
    let wrong = set("portfolio=Securty");
    let message = side.fails(6, &wrong.each_ref().map(String::as_str));
    assert!(message.contains("did you mean \"Security\""), "{message}");
    assert_eq!(side.json(&["quote", "show", "Q-1001"]), before);
    for value in ["portfolio=collab", "portfolio=unknown"] {
        side.ok(&set(value).each_ref().map(String::as_str));
    }
}

#[test]
fn two_currencies_that_end_on_one_day_are_told_apart() {
    let side = Side::new();
    let line = "Due,300000001,FOC1111A0AA,1,C9300-48P,CON-SNT-C930048P,1,298.00,2025-12-11,2026-12-10,200.00,USD\n";
    let other = line.replace("A0AA,1,", "A0AB,2,").replace("USD", "EUR");
    let head = "customer,contract_number,serial,instance,pid,service_sku,quantity,unit_list,start_date,end_date,extended_net,currency\n";
    let file = side.file("two.csv", &format!("{head}{line}{other}"));
    side.ok(&["import", file.to_str().unwrap()]);
    for name in ["300000001@2026-12-10", "300000001"] {
        let message = side.fails(2, &["stage", name, "Quoted"]);
        assert!(message.contains("300000001@2026-12-10@EUR"), "{message}");
        assert!(message.contains("300000001@2026-12-10@USD"), "{message}");
    }
    let euro = side.json(&["stage", "300000001@2026-12-10@eur", "Quoted"]);
    let id = euro["renewal_id"].as_str().unwrap();
    side.ok(&["stage", id, "Customer review"]);
    let rows = side.json(&["queue"])["rows"].as_array().unwrap().clone();
    let stages: Vec<_> = rows
        .iter()
        .map(|r| (r["renewal_id"] == id, r["stage"].clone()))
        .collect();
    assert!(stages.contains(&(true, "Customer review".into())));
    assert!(stages.contains(&(false, "Upcoming".into())));
    side.fails(4, &["stage", "300000001@2026-12-10@JPY", "Quoted"]);
}

#[test]
fn dates_of_one_edit_are_set_together_in_either_order() {
    let side = Side::imported();
    side.ok(&["quote", "new", "200123456"]);
    let term = |edit: &[&str]| {
        let args: Vec<&str> = ["quote", "set", "Q-1001", "1"]
            .iter()
            .chain(edit)
            .copied()
            .collect();
        let quote = side.json(&args);
        let line = quote["lines"][0].clone();
        (
            line["start"].as_str().unwrap().to_string(),
            line["end"].as_str().unwrap().to_string(),
        )
    };
    let days = |start: &str, end: &str| (start.to_string(), end.to_string());
    let later = days("2028-07-01", "2029-06-30");
    assert_eq!(
        term(&["end=2029-06-30", "quantity=3", "start=2028-07-01"]),
        later
    );
    let first = days("2026-12-11", "2027-12-10");
    assert_eq!(term(&["end=2027-12-10", "start=2026-12-11"]), first);
    assert_eq!(term(&["start=2028-07-01", "end=2029-06-30"]), later);
    assert_eq!(term(&["term_months=12", "start=2026-12-11"]), first);
    side.fails(
        6,
        &[
            "quote",
            "set",
            "Q-1001",
            "1",
            "end=2026-01-01",
            "start=2026-02-01",
        ],
    );
    side.fails(6, &["quote", "set", "Q-1001", "1", "start=2030-01-01"]);
    let quote = side.json(&["quote", "show", "Q-1001"]);
    assert_eq!(quote["lines"][0]["start"], "2026-12-11");
}

#[test]
fn a_term_past_the_last_date_of_support_is_refused_with_the_latest_day() {
    let side = Side::new();
    let file = side.file(
        "old.csv",
        "customer,contract_number,serial,instance,pid,service_sku,quantity,unit_list,start_date,end_date,extended_net,currency\n\
         Old Gear,300000001,FOC1111A0AA,1,WS-C2960X-48FPD-L,CON-SNT-WSC2960X,1,298.00,2025-12-11,2026-12-10,200.00,USD\n",
    );
    side.ok(&["import", file.to_str().unwrap()]);
    let made = side.ok(&["quote", "new", "300000001"]);
    assert!(made.out.contains("Q-1001"));
    let quote = side.json(&["quote", "show", "Q-1001"]);
    // The program's own term is cut at the day and says so (decision 7).
    assert_eq!(quote["lines"][0]["end"], "2027-10-31");
    let warnings = quote["lines"][0]["warnings"].as_array().unwrap();
    let says = |w: &serde_json::Value| w.as_str().unwrap().contains("last date of support");
    assert!(warnings.iter().any(says), "{warnings:?}");
    let message = side.fails(6, &["quote", "set", "Q-1001", "1", "end=2027-12-10"]);
    assert!(message.contains("2027-10-31"), "{message}");
    assert_eq!(side.json(&["quote", "show", "Q-1001"]), quote);
    side.ok(&["quote", "set", "Q-1001", "1", "end=2027-10-31"]);
}

#[test]
fn a_file_that_is_no_export_is_refused_and_the_book_stays() {
    let side = Side::imported();
    let before = side.json(&["history"]);
    let noise = side.file("noise.xlsx", "PK\u{3}\u{4} not a workbook");
    let answer = side.run(&["import", noise.to_str().unwrap()]);
    assert_eq!((answer.code, answer.out.as_str()), (1, ""));
    assert!(answer.err.contains("noise.xlsx"), "{}", answer.err);
    let missing = side.path("missing.csv");
    assert!(
        side.fails(1, &["import", missing.to_str().unwrap()])
            .contains("missing.csv")
    );
    assert_eq!(side.json(&["history"]), before);
}

#[test]
fn a_question_is_code_3_and_names_the_key_that_answers_it() {
    let side = Side::new();
    let file = side.file(
        "dates.csv",
        "customer,contract_number,serial,instance,pid,service_sku,quantity,unit_list,start_date,end_date,extended_net,currency\n\
         Due,300000001,FOC1111A0AA,1,C9300-48P,CON-SNT-C930048P,1,298.00,03/04/2026,02/03/2027,200.00,USD\n\
         Due,300000001,FOC1111A0AB,2,C9300-48P,CON-SNT-C930048P,1,298.00,03/04/2026,02/03/2027,200.00,USD\n",
    );
    let message = side.fails(3, &["import", file.to_str().unwrap()]);
    assert!(message.contains("date_order"), "{message}");
    let map = side.file("map.toml", "date_order = \"dmy\"\n");
    let report = side.json(&[
        "import",
        file.to_str().unwrap(),
        "--map",
        map.to_str().unwrap(),
    ]);
    assert_eq!(report["new"], 2);
    let rows = side.json(&["queue"]);
    assert_eq!(rows["rows"][0]["end_date"], "2027-03-02");
}

#[test]
fn prices_without_a_currency_make_no_quote_until_a_map_names_it() {
    let side = Side::new();
    let lines = "Serial Number,Contract Number,Customer,Product ID,Service SKU,Start Date,\
                 End Date,Quantity,List Price,Net Price\n\
                 FOC1,200100,Acme,C9300-24T-E,CON-SNT-C93002TE,2025-12-10,2026-12-09,1,\
                 1000.00,600.00\n";
    let file = side.file("bare.csv", lines);
    let file = file.to_str().unwrap();
    side.ok(&["import", file]);
    let message = side.fails(6, &["quote", "new", "200100"]);
    assert!(message.contains("--map"), "{message}");
    let none = side.json(&["quote", "list"]);
    assert_eq!(none["quotes"].as_array().unwrap().len(), 0);
    let map = side.file("map.toml", "currency = \"EUR\"\n");
    let report = side.json(&["import", file, "--map", map.to_str().unwrap()]);
    assert_eq!(report["changed"], 1, "{report}");
    let made = side.ok(&["quote", "new", "200100"]);
    assert!(made.out.contains("EUR"), "{}", made.out);
}

#[test]
fn a_file_with_an_unclosed_quote_imports_nothing() {
    let side = Side::new();
    let lines = "Serial Number,Contract Number,End Date\nFOC1,1,2026-12-09\nFOC2,\"2,2026-12-09\n";
    let file = side.file("open.csv", lines);
    let message = side.fails(1, &["import", file.to_str().unwrap()]);
    assert!(message.contains("row 3"), "{message}");
    let none = side.run(&["queue"]);
    assert!(!none.out.contains("FOC1"), "{}", none.out);
}

/// What is no file is said to be none: it is read more than once, which a pipe cannot be.
#[cfg(unix)]
#[test]
fn a_folder_and_a_pipe_are_no_files_to_import() {
    let side = Side::new();
    std::fs::create_dir(side.path("exports")).unwrap();
    let said = side.fails(1, &["import", side.path("exports").to_str().unwrap()]);
    assert!(said.contains("this is a folder"), "{said}");
    let said = side.fails(1, &["import", "/dev/null"]);
    assert!(
        said.contains("a pipe or a device") && said.contains("save it first"),
        "{said}"
    );
}

#[test]
fn a_file_that_would_fill_the_memory_leaves_no_trace_though_rows_of_it_were_written() {
    let side = Side::imported();
    let before = (side.json(&["queue"]), side.json(&["changes"]));
    let row = |n: u32| format!("Customer {n},Site {n},S{n},P,{n},2027-01-31\n");
    let rows: String = (0..75_000).map(row).collect();
    let head = "Customer,Site,Serial Number,Product ID,Contract Number,End Date";
    let file = side.file("wide.csv", &format!("{head}\n{rows}"));
    let why = side.fails(1, &["import", file.to_str().unwrap()]);
    assert!(
        why.contains("more than the desk holds of one file"),
        "{why}"
    );
    assert!(why.contains("Split the file by customer"), "{why}");
    assert_eq!((side.json(&["queue"]), side.json(&["changes"])), before);
    let names = std::fs::read_dir(side.path("")).unwrap();
    let names: Vec<String> = names
        .map(|name| name.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    assert!(
        !names.iter().any(|name| name.contains("rejects")),
        "{names:?}"
    );
}

#[test]
fn headers_handed_on_one_by_one_are_one_step_with_their_renewals() {
    let side = Side::new();
    let head = "customerId,customerName,contractNumber,contractStatus,contractStartDate,\
        contractEndDate,serviceProgram,serviceLevel,siteUseName,siteUseId,siteAddress1";
    let row = |n: u32, end: &str| format!("{n},Mill {n},20{n},ACTIVE,2025-01-01,{end},S,L,a,b,c\n");
    let file = |name: &str, end: &str| {
        let rows: String = (1..4).map(|n| row(n, end)).collect();
        side.file(name, &format!("{head}\n{rows}"))
    };
    let ends = || -> Vec<String> {
        let queue = side.json(&["queue"]);
        let rows = queue["rows"].as_array().unwrap().iter();
        rows.map(|row| row["end_date"].as_str().unwrap().to_string())
            .collect()
    };
    let first = file("a_Contracts_Details.csv", "2027-01-31");
    side.ok(&["import", first.to_str().unwrap()]);
    assert_eq!(ends(), ["2027-01-31"; 3]);
    let moved = file("b_Contracts_Details.csv", "2027-03-31");
    let report = side.json(&["import", moved.to_str().unwrap()]);
    assert_eq!((&report["new"], &report["changed"]), (&0.into(), &3.into()));
    assert_eq!(ends(), ["2027-03-31"; 3]);
    side.ok(&["undo"]);
    assert_eq!(ends(), ["2027-01-31"; 3]);
    side.ok(&["undo"]);
    assert_eq!(ends(), [""; 0]);
}
