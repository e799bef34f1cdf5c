//! Files that bring more than the desk holds of one are refused with what to do, whatever their kind,
//! while long lists that say little are taken.

use crate::support::{Desk, counts, read, says};
use renewdesk::ingest::row::Code;

/// What a file of that kind, with so many rows, is refused with.
fn refused(name: &str, head: &str, rows: u32, row: impl Fn(u32) -> String) -> String {
    let rows: String = (0..rows).map(row).collect();
    let rows = read(format!("{head}\n{rows}").as_bytes(), name, "").unwrap();
    Desk::new().plan_once(rows).unwrap_err().to_string()
}

const EOL: &str = "customerId,customerName,neInstanceId,managedNeInstanceId,hwType,\
    currentHwEolMilestone,nextHwEolMilestone,hwInstanceId,productId,currentHwEolMilestoneDate,\
    nextHwEolMilestoneDate,hwEolInstanceId";

fn notice(device: u32, product: u32) -> String {
    format!(
        "9,A,N{device},M{device},Chassis,End of Sale Date,Last Date of Support,H{device},\
         WS-{product},2020-01-31,2027-01-31,{product}\n"
    )
}

#[test]
fn more_products_than_are_held_are_refused_before_they_fill_the_memory() {
    let why = refused("Hardware_EOL.csv", EOL, 90_000, |n| notice(n, n));
    assert!(
        why.contains("more than the desk holds of one file"),
        "{why}"
    );
    assert!(why.contains("nothing was imported"), "{why}");
    assert!(why.contains("Split the file by product"), "{why}");
}

#[test]
fn a_product_on_every_device_is_held_once() {
    let rows: String = (0..90_000).map(|n| notice(n, n % 50)).collect();
    let rows = read(format!("{EOL}\n{rows}").as_bytes(), "Hardware_EOL.csv", "").unwrap();
    let report = Desk::new().plan_once(rows).unwrap().report;
    assert_eq!((counts(&report).0, counts(&report).1), (90_000, 50));
    assert!(says(&report, Code::Repeated, "kept once"));
}

#[test]
fn refused_rows_of_headers_are_too_many_as_those_of_lines_are() {
    let head = "customerId,customerName,contractNumber,contractStatus,contractStartDate,\
        contractEndDate,serviceProgram,serviceLevel,siteUseName,siteUseId,siteAddress1";
    let long = "x".repeat(3_000);
    let row = |n: u32| format!("{n},Customer,,ACTIVE,2025-01-01,2027-01-01,S,{long},a,b,c\n");
    let why = refused("Contracts_Details.csv", head, 15_000, row);
    assert!(why.contains("too many to be kept for correction"), "{why}");
}
