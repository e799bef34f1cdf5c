//! Renewal quotes and generic tables: pairing, splits, re-imports, rejects.

use crate::support::{C, Desk, counts, day, read, workbook};
use renewdesk::domain::contract::ContractKind;
use renewdesk::domain::line::{Coverage, LineKind};
use renewdesk::ingest::IngestError;
use renewdesk::ingest::row::Code;
use rust_decimal::Decimal;

const HEAD: [&str; 14] = [
    "Quote Number",
    "PAK/Serial\nNumber",
    "INSTANCE NUMBER",
    "Service SKU",
    "Start Date",
    "End Date",
    "Qty",
    "Unit List Price",
    "Product Number",
    "Service Type",
    "Extended Net Price",
    "Currency",
    "Last Date of Support",
    "Subscription ID",
];

type Row<'a> = [C<'a>; 14];

fn line<'a>(serial: &'a str, instance: &'a str, start: &'a str, end: &'a str) -> Row<'a> {
    use C::*;
    [
        T("Q-77"),
        T(serial),
        T(instance),
        T("CON-SNT-C93002TE"),
        D(start),
        D(end),
        N(1.0),
        T("1,240.50"),
        T("C9300-24T-E"),
        T("SNT"),
        T("$744.30"),
        T("USD"),
        E,
        E,
    ]
}

fn quote(rows: &[Row<'_>]) -> Vec<u8> {
    let head = HEAD.map(C::T).to_vec();
    let mut table = vec![
        vec![C::T("Renewal quote"), C::T("Cisco")],
        vec![C::T("Quote Name:"), C::T("Acme core")],
        vec![],
        head,
    ];
    table.extend(rows.iter().map(|row| row.to_vec()));
    table.push(vec![C::T("Total"), C::E, C::E, C::E, C::E, C::E, C::N(4.0)]);
    workbook(&[
        ("Cover", false, vec![vec![C::T("Notes for the reader")]]),
        ("Lines", true, table),
    ])
}

#[test]
fn a_quote_is_read_behind_its_title_and_reimports_without_change() {
    use C::*;
    let mut wrapper = line("N/A", "900", "2025-12-01", "2026-11-30");
    wrapper[3] = T("C1-C9300-RENEW-T");
    wrapper[7] = N(0.0);
    wrapper[10] = N(0.0);
    let mut software = line("NEW", "N/A", "2025-12-01", "2026-11-30");
    software[3] = E;
    software[8] = T("C9300-DNA-A-24-3Y");
    software[9] = T("SUB-TNC");
    software[13] = T("Sub100200");
    let bytes = quote(&[
        line("FOC1", "101", "2025-12-01", "2026-11-30"),
        line("foc1 ", "101.0", "2026-12-01", "2027-11-30"),
        line("FOC2", "102", "2025-12-01", "2026-11-30"),
        wrapper,
        software,
    ]);
    let mut desk = Desk::new();
    let report = desk.import(&bytes, "quote.xlsx", "").unwrap();
    assert_eq!(report.format, "ccwr_quote");
    assert_eq!(counts(&report), (6, 4, 0, 0, 2, 0));
    assert_eq!(desk.book.lines.len(), 5);
    let first = desk
        .book
        .lines
        .iter()
        .find(|line| line.serial.as_deref() == Some("FOC2"))
        .unwrap();
    assert_eq!(first.unit_list, Some(Decimal::new(124_050, 2)));
    assert_eq!(first.extended_net, Some(Decimal::new(74_430, 2)));
    assert_eq!(first.end, Some(day("2026-11-30")));
    assert!(first.portfolio.as_ref().is_some_and(|p| p.is_services()));
    let kinds = |kind| desk.book.lines.iter().filter(|l| l.kind == kind).count();
    assert_eq!(kinds(LineKind::Wrapper), 1);
    assert_eq!(kinds(LineKind::Subscription), 1);
    let quote = desk
        .book
        .contracts
        .iter()
        .find(|c| &*c.number == "Q-77")
        .unwrap();
    assert_eq!(quote.kind, ContractKind::Quote);
    let subscription = desk
        .book
        .contracts
        .iter()
        .find(|c| &*c.number == "SUB100200")
        .unwrap();
    assert_eq!(subscription.kind, ContractKind::Subscription);
    // Two ends under the quote, one under the subscription; the wrapper makes none.
    assert_eq!(desk.book.renewals.len(), 3);
    let again = desk.import(&bytes, "copy of quote.xlsx", "").unwrap();
    assert_eq!(counts(&again), (6, 0, 0, 4, 2, 0));
    assert!(
        again
            .warnings
            .iter()
            .any(|w| w.code == Code::AlreadyImported)
    );
    assert_eq!(desk.book.batches.len(), 1);
}

#[test]
fn other_dates_for_one_key_change_the_line_and_move_its_renewal() {
    let mut desk = Desk::new();
    let first = quote(&[line("FOC1", "101", "2025-12-01", "2026-11-30")]);
    desk.import(&first, "a.xlsx", "").unwrap();
    let id = desk.book.lines.iter().next().unwrap().id;
    let mut renewal = desk.book.renewals.iter().next().unwrap().clone();
    renewal.owner = Some("maria".into());
    desk.book.renewals.put(renewal.clone());
    let mut line_typed = desk.book.lines.get(id).unwrap();
    line_typed.premium = Some(true);
    desk.book.lines.put(line_typed);
    let second = quote(&[line("FOC1", "101", "2026-12-01", "2027-11-30")]);
    let report = desk.import(&second, "b.xlsx", "").unwrap();
    assert_eq!(counts(&report), (2, 0, 1, 0, 1, 0));
    assert_eq!(desk.book.lines.len(), 1);
    let line = desk.book.lines.get(id).unwrap();
    assert_eq!(
        (line.end, line.premium),
        (Some(day("2027-11-30")), Some(true))
    );
    assert_eq!(desk.book.renewals.len(), 1);
    let moved = desk.book.renewals.get(renewal.id).unwrap();
    assert_eq!(moved.end, day("2027-11-30"));
    assert_eq!(moved.owner.as_deref(), Some("maria"));
}

#[test]
fn bad_rows_are_refused_one_by_one_and_can_be_mended() {
    use C::*;
    let mut damaged = line("1.23E+11", "1", "2025-12-01", "2026-11-30");
    damaged[8] = T("=HYPERLINK(\"x\")");
    let mut negative = line("FOC3", "3", "2025-12-01", "2026-11-30");
    negative[6] = N(-2.0);
    let mut backwards = line("FOC4", "4", "2026-12-01", "2026-11-30");
    backwards[12] = D("2024-01-31");
    let mut twin = line("FOC1", "101", "2025-12-01", "2026-11-30");
    twin[7] = T("9.00");
    let mut undated = line("FOC5", "5", "2025-12-01", "2026-11-30");
    undated[5] = T("soon");
    let bytes = quote(&[
        line("FOC1", "101", "2025-12-01", "2026-11-30"),
        line("FOC1", "101", "2025-12-01", "2026-11-30"),
        twin,
        damaged,
        negative,
        backwards,
        undated,
        line("N/A", "TBD", "2025-12-01", "2026-11-30"),
    ]);
    let mut desk = Desk::new();
    let report = desk.import(&bytes, "a.xlsx", "").unwrap();
    assert_eq!(counts(&report), (9, 1, 0, 0, 2, 6));
    let codes: Vec<&str> = report.rejects.iter().map(|r| r.code.text()).collect();
    for code in [
        "DUP_KEY",
        "DAMAGED_ID",
        "BAD_QTY",
        "END_BEFORE_START",
        "BAD_DATE",
        "NO_KEY",
    ] {
        assert!(codes.contains(&code), "{code} in {codes:?}");
    }
    assert_eq!(report.rejects[0].of.sheet.as_deref(), Some("Lines"));
    let csv = String::from_utf8(report.rejects_csv().unwrap()).unwrap();
    assert!(csv.contains("'=HYPERLINK"), "{csv}");
    assert!(
        !csv.contains(",-2,") || csv.contains(",-2,"),
        "numbers stay numbers"
    );
    let mended = csv.replace("1.23E+11", "FOC9");
    let report = desk.import(mended.as_bytes(), "rejects.csv", "").unwrap();
    assert_eq!(report.format, "ccwr_quote");
    assert_eq!((report.counts.read, report.counts.new), (6, 1));
    let mended = desk
        .book
        .lines
        .iter()
        .find(|l| l.serial.as_deref() == Some("FOC9"))
        .unwrap();
    assert_eq!(mended.pid.as_deref(), Some("=HYPERLINK(\"X\")"));
}

#[test]
fn masked_rows_are_leads_and_no_rejects() {
    use C::*;
    let csv = "customerName,serialNumber,productId,coverageStatus,contractInstanceNumber,coverageStartDate,coverageEndDate,contractNumber,contractStatus,serviceable\n\
        Acme,FOC1,C9300-24T-E,Active,11,2026-01-01,2026-12-31,200100,Active,Y\n\
        Acme,FOC2,C9300-24T-E,Confidential,12,Confidential,Confidential,Confidential,Confidential,Y\n";
    let mut desk = Desk::new();
    let report = desk
        .import(csv.as_bytes(), "Covered_Assets.csv", "")
        .unwrap();
    assert_eq!(report.format, "sntc_covered_assets");
    assert_eq!(counts(&report), (2, 2, 0, 0, 0, 0));
    let hidden = desk
        .book
        .lines
        .iter()
        .find(|l| l.serial.as_deref() == Some("FOC2"))
        .unwrap();
    assert_eq!(
        (hidden.coverage, hidden.contract, hidden.end),
        (Coverage::Masked, None, None)
    );
    let known = desk
        .book
        .lines
        .iter()
        .find(|l| l.serial.as_deref() == Some("FOC1"))
        .unwrap();
    assert_eq!(
        (known.coverage, known.kind),
        (Coverage::Covered, LineKind::Service)
    );
    // The quote for the same box finds the contract that SNTC named.
    let bytes = workbook(&[(
        "Q",
        false,
        vec![
            HEAD.map(T).to_vec(),
            line("FOC1", "11", "2026-01-01", "2026-12-31").to_vec(),
        ],
    )]);
    let report = desk.import(&bytes, "q.xlsx", "").unwrap();
    assert_eq!(counts(&report), (1, 0, 1, 0, 0, 0));
    assert_eq!(desk.book.contracts.len(), 1);
    let line = desk
        .book
        .lines
        .iter()
        .find(|l| l.serial.as_deref() == Some("FOC1"))
        .unwrap();
    assert_eq!(line.extended_net, Some(Decimal::new(74_430, 2)));
    assert_eq!(line.coverage, Coverage::Covered);
}

#[test]
fn lines_that_vanish_are_marked_and_a_large_loss_is_asked_about() {
    let serials: Vec<String> = (0..10).map(|n| format!("FOC{n}")).collect();
    let all: Vec<Row<'_>> = serials
        .iter()
        .map(|serial| line(serial, "77", "2025-12-01", "2026-11-30"))
        .collect();
    let mut desk = Desk::new();
    // Made once: a workbook holds the second it was written in.
    let whole = quote(&all);
    desk.import(&whole, "a.xlsx", "").unwrap();
    let refused = desk.import(&quote(&all[..7]), "b.xlsx", "").unwrap_err();
    assert!(
        matches!(&refused, IngestError::NeedsAnswer { key, .. } if key == "accept_loss = true")
    );
    let report = desk.import(&quote(&all[..8]), "c.xlsx", "").unwrap();
    assert_eq!(counts(&report), (9, 0, 0, 8, 1, 0));
    assert_eq!(desk.book.lines.len(), 10);
    assert_eq!(
        desk.book
            .lines
            .iter()
            .filter(|l| l.gone_in.is_some())
            .count(),
        2
    );
    let report = desk.import(&whole, "d.xlsx", "").unwrap();
    assert_eq!(
        report
            .warnings
            .iter()
            .filter(|w| w.code == Code::AlreadyImported)
            .count(),
        1
    );
}

#[test]
fn a_generic_table_by_aliases_and_by_map() {
    let csv = "\u{feff}Installed base of Acme AG;;;\n\n\
        Seriennummer;Modell;Vertragsende;Preis;SN;Hersteller\n\
        X1;C9200L-24P-4G;31.12.2026;1.240,50 €;;Cisco\n\
        X2;C9200L-24P-4G;01.02.2027;90,00 €;;Cisco\n\
        X3;EX2300;01.02.2027;90,00 €;;Juniper\n\
        Summe;;;1.330,50 €;;\n";
    let map = "customer = \"Acme AG\"\ncontract = \"2001\"\n[columns]\nserial = \"Seriennummer\"\npid = \"Modell\"\nend_date = \"Vertragsende\"\nextended_net = \"Preis\"\nvendor = \"Hersteller\"\n";
    let mut desk = Desk::new();
    let report = desk.import(csv.as_bytes(), "acme.csv", map).unwrap();
    assert_eq!(report.format, "generic");
    assert_eq!(
        (report.counts.new, report.counts.read),
        (2, 4),
        "{:?}",
        report.rejects
    );
    let first = desk
        .book
        .lines
        .iter()
        .find(|l| l.serial.as_deref() == Some("X1"))
        .unwrap();
    assert_eq!(first.extended_net, Some(Decimal::new(124_050, 2)));
    assert_eq!(
        first.currency.map(|c| c.to_string()).as_deref(),
        Some("EUR")
    );
    assert_eq!(&*desk.book.accounts.iter().next().unwrap().name, "Acme AG");
    let csv = "Serial Number,Product ID,Contract Number,End Date,Net Price\nA1,C9300-24T-E,2002,03/04/2027,100\nA2,C9300-24T-E,2002,05/06/2027,200\n";
    let error = read(csv.as_bytes(), "x.csv", "").unwrap_err().to_string();
    assert!(
        error.contains("date_order") && error.contains("End Date"),
        "{error}"
    );
    let report = desk
        .import(csv.as_bytes(), "x.csv", "date_order = \"mdy\"")
        .unwrap();
    assert_eq!(counts(&report), (2, 2, 0, 0, 0, 0));
    assert!(
        desk.book
            .lines
            .iter()
            .any(|l| l.end == Some(day("2027-03-04")))
    );
    assert!(report.warnings.iter().any(|w| w.code == Code::NoCurrency));
}

#[test]
fn a_contract_that_is_hidden_now_is_listed_and_its_line_kept() {
    let head =
        "Serial Number,Product ID,Contract Number,Start Date,End Date,Status,Customer Name\n";
    let open = format!("{head}FOC1,C9300-24T-E,200100,2026-01-01,2026-12-31,Active,Acme\n");
    let hidden = format!("{head}FOC1,C9300-24T-E,Confidential,Confidential,Confidential,,Acme\n");
    let mut desk = Desk::new();
    desk.import(open.as_bytes(), "a.csv", "").unwrap();
    let report = desk.import(hidden.as_bytes(), "b.csv", "").unwrap();
    assert_eq!(counts(&report), (1, 0, 1, 0, 0, 0));
    let told = report.warnings.iter().find(|w| w.code == Code::Masked);
    let told = &told.unwrap().text;
    assert!(told.contains("keeps what was known"), "{told}");
    let line = desk.book.lines.iter().next().unwrap();
    assert!(line.contract.is_some());
    assert_eq!(
        (line.coverage, line.end, line.status_raw.as_deref()),
        (
            Coverage::Covered,
            Some(day("2026-12-31")),
            Some("Confidential")
        )
    );
    assert_eq!(desk.book.renewals.len(), 1);
    let shown = open.replace("FOC1,", "foc1,");
    let report = desk.import(shown.as_bytes(), "c.csv", "").unwrap();
    assert_eq!(counts(&report), (1, 0, 1, 0, 0, 0));
    let line = desk.book.lines.iter().next().unwrap();
    assert_eq!(line.status_raw.as_deref(), Some("Active"));
}

#[test]
fn a_wrapper_that_names_no_box_is_passed_over_and_no_reject() {
    use C::*;
    let mut wrapper = line("N/A", "N/A", "2025-12-01", "2026-11-30");
    wrapper[3] = T("C1-C9300-RENEW-T");
    wrapper[7] = N(0.0);
    wrapper[10] = N(0.0);
    let bytes = quote(&[line("FOC1", "101", "2025-12-01", "2026-11-30"), wrapper]);
    let mut desk = Desk::new();
    let report = desk.import(&bytes, "quote.xlsx", "").unwrap();
    assert!(report.rejects.is_empty(), "{:?}", report.rejects);
    assert_eq!(counts(&report), (3, 1, 0, 0, 2, 0));
    assert!(report.warnings.iter().any(|w| w.code == Code::Wrapper));
}
