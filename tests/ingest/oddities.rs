//! Odd cells and rows: what is wrong in them is said once with its first place, and nothing that
//! can be loaded is lost.

use crate::support::{C, Desk, counts, day, read, workbook};
use renewdesk::domain::line::Coverage;
use renewdesk::ingest::row::Code;
use renewdesk::ingest::{IngestError, Problem, Report};

const HEAD: &str = "Serial Number,Contract Number,Customer,Product ID,Service SKU,Status,\
                    Start Date,End Date,Quantity,List Price,Net Price";

fn remarks(report: &Report, code: Code) -> Vec<&Problem> {
    report.warnings.iter().filter(|w| w.code == code).collect()
}

#[test]
fn the_same_bytes_with_a_currency_in_the_map_are_imported_again() {
    let bytes = format!(
        "{HEAD}\nFOC1,200100,Acme,C9300-24T-E,CON-SNT-C93002TE,Active,2025-12-10,2026-12-09,1,1000.00,600.00"
    );
    let mut desk = Desk::new();
    desk.import(bytes.as_bytes(), "a.csv", "").unwrap();
    let renewal = desk.book.renewals.iter().next().unwrap().id;
    let euro = "currency = \"EUR\"";
    let report = desk.import(bytes.as_bytes(), "a.csv", euro).unwrap();
    assert_eq!(counts(&report), (1, 0, 1, 0, 0, 0));
    let line = desk.book.lines.iter().next().unwrap();
    assert_eq!(
        line.currency.map(|c| c.code().to_string()),
        Some("EUR".into())
    );
    let kept = desk.book.renewals.get(renewal).unwrap();
    assert_eq!(kept.currency, line.currency);
    assert_eq!(desk.book.renewals.len(), 1);
    let report = desk.import(bytes.as_bytes(), "a.csv", euro).unwrap();
    assert_eq!(remarks(&report, Code::AlreadyImported).len(), 1);
    assert_eq!(counts(&report), (1, 0, 0, 1, 0, 0));
}

#[test]
fn sentinel_and_missing_ends_are_told_once_with_place_and_count() {
    let bytes = format!(
        "{HEAD}\n\
         FOC1,200100,Acme,C9300-24T-E,,,1900-01-01,2026-12-09,1,,\n\
         FOC2,200100,Acme,C9300-24T-E,,,soon,9999-12-31,1,,\n\
         FOC3,200100,Acme,C9300-24T-E,,,2025-12-10,31-Dec-9999,1,,\n\
         FOC4,200100,Acme,C9300-24T-E,,,2025-12-10,,1,,"
    );
    let mut desk = Desk::new();
    let report = desk.import(bytes.as_bytes(), "a.csv", "").unwrap();
    assert_eq!(counts(&report), (4, 4, 0, 0, 0, 0));
    let dates = remarks(&report, Code::BadDate);
    let told: Vec<(Option<u32>, u64)> = dates.iter().map(|w| (w.row, w.count)).collect();
    assert_eq!(told, [(Some(2), 2), (Some(3), 2)], "{dates:?}");
    assert!(dates[0].text.contains("1900-01-01"), "{dates:?}");
    assert!(dates[1].text.contains("9999-12-31"), "{dates:?}");
    let ends = remarks(&report, Code::NoEnd);
    assert_eq!((ends.len(), ends[0].row, ends[0].count), (1, Some(3), 3));
}

#[test]
fn a_quote_that_is_never_closed_refuses_the_file_and_names_its_row() {
    let whole = format!(
        "{HEAD}\nFOC1,1,\"Acme \"\"North\"\"\nEurope\",C9300-24T-E,,,,2026-12-09,1,,\n\
         FOC2,2,Acme,C9300-24T-E,,,,2026-12-09,1,,\n"
    );
    assert_eq!(
        read(whole.as_bytes(), "a.csv", "").unwrap().records.len(),
        2
    );
    let to_the_end = whole.replace("FOC2,2,Acme", "FOC2,2,\"Acme");
    let to_the_next = format!("{to_the_end}FOC3,3,\"Beta, Inc\",C9300-24T-E,,,,2026-12-09,1,,\n");
    let many = format!("{to_the_end}{}\"", "x\n".repeat(300));
    for text in [to_the_end, to_the_next, many] {
        let mut desk = Desk::new();
        let error = desk.import(text.as_bytes(), "a.csv", "").unwrap_err();
        assert!(matches!(error, IngestError::Unreadable { .. }));
        let error = error.to_string();
        assert!(error.contains("row 3 is never closed"), "{error}");
        assert!(desk.book.lines.is_empty());
    }
}

#[test]
fn one_contract_of_two_customers_is_told_and_each_line_keeps_its_own() {
    let row = |serial, customer| {
        format!("{serial},200100,{customer},C9300-24T-E,,,2025-12-10,2026-12-09,1,,")
    };
    let bytes = [HEAD.to_string(), row("FOC1", "Acme"), row("FOC2", "Beta")].join("\n");
    let mut desk = Desk::new();
    let report = desk.import(bytes.as_bytes(), "a.csv", "").unwrap();
    let told = remarks(&report, Code::TwoCustomers);
    assert_eq!((told.len(), told[0].row), (1, Some(3)));
    assert!(told[0].text.contains("200100") && told[0].text.contains("Beta"));
    let name = |id| desk.book.accounts.get(id).unwrap().name.to_string();
    let lines: Vec<String> = desk.book.lines.iter().map(|l| name(l.account)).collect();
    assert_eq!(lines, ["Acme", "Beta"]);
    let contract = desk.book.contracts.iter().next().unwrap();
    assert_eq!(name(contract.account), "Acme");
}

#[test]
fn a_line_called_active_after_its_end_is_overdue_or_expired() {
    let row = |serial, end| {
        format!("{serial},200100,Acme,C9300-24T-E,CON-SNT-C93002TE,Active,2025-01-01,{end},1,,")
    };
    let bytes = [
        HEAD.to_string(),
        row("FOC1", "2026-11-21"),
        row("FOC2", "2026-06-30"),
        row("FOC3", "2026-11-22"),
    ];
    let mut desk = Desk::new();
    let report = desk
        .import(bytes.join("\n").as_bytes(), "a.csv", "")
        .unwrap();
    let told = remarks(&report, Code::StatusConflict);
    assert_eq!((told.len(), told[0].row, told[0].count), (1, Some(2), 2));
    let coverage: Vec<Coverage> = desk.book.lines.iter().map(|l| l.coverage).collect();
    assert_eq!(
        coverage,
        [Coverage::Overdue, Coverage::Expired, Coverage::Covered]
    );
}

#[test]
fn customer_and_contract_columns_beside_quote_headers_are_used() {
    use C::*;
    for (customer, contract) in [
        ("Customer", "Contract Number"),
        ("Company", "Contract #"),
        ("End User Name", "Agreement Number"),
    ] {
        let head = [
            "PAK/Serial Number",
            "Instance Number",
            "SKU",
            "Start Date",
            "End Date",
            "Quantity",
            "Unit List Price",
            "Service Type",
            customer,
            contract,
        ];
        let row = [
            "FOC1",
            "1",
            "CON-SNT-C93002TE",
            "2025-12-10",
            "2026-12-09",
            "1",
            "1000.00",
            "SNT",
            "Acme",
            "200100",
        ];
        let bytes = workbook(&[(
            "Lines",
            false,
            vec![head.map(T).to_vec(), row.map(T).to_vec()],
        )]);
        let mut desk = Desk::new();
        let report = desk.import(&bytes, "q.xlsx", "").unwrap();
        assert_eq!(report.format, "ccwr_quote");
        let line = desk.book.lines.iter().next().unwrap();
        let number = &desk
            .book
            .contracts
            .get(line.contract.unwrap())
            .unwrap()
            .number;
        let name = &desk.book.accounts.get(line.account).unwrap().name;
        assert_eq!((&**name, &**number), ("Acme", "200100"));
        assert_eq!(line.end, Some(day("2026-12-09")));
    }
}

#[test]
fn an_unknown_service_code_is_told() {
    let bytes = format!(
        "{HEAD}\nFOC1,200100,Acme,C9300-24T-E,CON-QZXQ-C93002TE,,2025-12-10,2026-12-09,1,,"
    );
    let report = Desk::new().import(bytes.as_bytes(), "a.csv", "").unwrap();
    let told = remarks(&report, Code::UnknownSku);
    assert!(
        told.len() == 1 && told[0].text.contains("CON-QZXQ"),
        "{told:?}"
    );
}

#[test]
fn a_total_row_raises_no_remark_about_its_numbers() {
    let bytes = format!(
        "{HEAD}\nFOC1,200100,Acme,C9300-24T-E,,,2025-12-10,2026-12-09,1,1000.00,600.00\n\
         ,,,,,,,,,Total:,600.00 in all"
    );
    let report = Desk::new()
        .import(bytes.as_bytes(), "a.csv", "currency = \"USD\"")
        .unwrap();
    assert_eq!(counts(&report), (2, 1, 0, 0, 1, 0));
    assert!(
        remarks(&report, Code::BadNumber).is_empty(),
        "{:?}",
        report.warnings
    );
}

const SHEET: &str = "Portfolio,Category,Category Weight,Measurement,Measurement Weight,\
                     Fiscal Month,Applied Index,Measure A Value,Measure B Value";

#[test]
fn a_repeated_assessment_row_does_not_double_the_weights() {
    let row = |name, weight| format!("Services,Performance,100,{name},{weight},202704,5.5,1.5,2.5");
    let bytes = [
        SHEET.to_string(),
        row("On-Time Renewal Rate", "60"),
        row("On-Time Renewal Rate", "60"),
        row("ACV Growth", "40"),
    ]
    .join("\n");
    let report = Desk::new().import(bytes.as_bytes(), "dpv.csv", "").unwrap();
    assert_eq!(counts(&report), (3, 2, 0, 0, 1, 0));
    assert!(remarks(&report, Code::Weights).is_empty());
    let short = bytes.replace("ACV Growth,40", "ACV Growth,30");
    let report = Desk::new().import(short.as_bytes(), "dpv.csv", "").unwrap();
    let told = remarks(&report, Code::Weights);
    assert!(told.len() == 1 && told[0].text.contains("90 %"), "{told:?}");
}

#[test]
fn an_assessment_without_months_is_of_the_month_before_todays_and_says_so() {
    let bytes = "Portfolio,Measurement,Applied Index,Measure A Value,Measure B Value\n\
                 Services,On-Time Renewal Rate,7.5,80.5,100.5\n";
    let mut desk = Desk::new();
    let report = desk.import(bytes.as_bytes(), "dpv.csv", "").unwrap();
    assert_eq!(counts(&report), (1, 1, 0, 0, 0, 0));
    let row = desk.book.baseline.iter().next().unwrap();
    assert_eq!(&*row.month, "FY27M4");
    let told: Vec<String> = remarks(&report, Code::Incomplete)
        .iter()
        .map(|w| w.text.clone())
        .collect();
    let says = |part: &str| told.iter().any(|text| text.contains(part));
    assert!(says("read as FY27M4"), "{told:?}");
    assert!(
        says("category_weight: scores use the starter weights"),
        "{told:?}"
    );
}

#[test]
fn a_subscription_line_with_only_a_product_is_kept_under_its_quote() {
    let head = "Quote Number,PAK/Serial Number,Instance Number,Service SKU,Start Date,End Date,\
                Qty,Unit List Price,Product Number,Service Type";
    let row =
        |quote, sku, kind, end| format!("{quote},NEW,N/A,,2025-12-01,{end},1,100.00,{sku},{kind}");
    let file = |end| {
        [
            head.to_string(),
            row("Q-1", "C9300-DNA-A-24-3Y", "SUB-TNC", end),
            row("Q-2", "C9300-DNA-A-24-3Y", "SUB-TNC", end),
            row("", "C9300-DNA-A-24-3Y", "SUB-TNC", end),
            row("Q-1", "C9300-24T-E", "SNT", end),
        ]
        .join("\n")
    };
    let mut desk = Desk::new();
    let first = file("2026-11-30");
    let report = desk.import(first.as_bytes(), "q.csv", "").unwrap();
    assert_eq!(report.format, "ccwr_quote");
    assert_eq!(counts(&report), (4, 2, 0, 0, 0, 2));
    assert!(report.rejects.iter().all(|r| r.code == Code::NoKey));
    let told = remarks(&report, Code::Unresolved);
    assert_eq!((told.len(), told[0].row, told[0].count), (1, Some(2), 2));
    let second = file("2027-11-30");
    let report = desk.import(second.as_bytes(), "q2.csv", "").unwrap();
    assert_eq!(counts(&report), (4, 0, 2, 0, 0, 2));
    assert_eq!(desk.book.lines.len(), 2);
}
