//! Laws over random tables: counts add up, a second import changes nothing, and the stream
//! between the two processes loses nothing.

use crate::support::{Desk, read, unpacked};
use proptest::prelude::*;
use renewdesk::ingest::wire;

fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        "[AB][0-3]",
        "[0-9]{1,4}",
        Just("N/A".to_string()),
        Just("Confidential".to_string()),
        Just("1.2E+9".to_string()),
        Just("Total".to_string()),
        "\\PC{0,6}",
    ]
}

fn date() -> impl Strategy<Value = String> {
    prop_oneof![
        (2025..2028_i32, 1..=2_u32, 1..=2_u32).prop_map(|(y, m, d)| format!("{y}-{m:02}-{d:02}")),
        Just(String::new()),
        Just("soon".to_string()),
    ]
}

fn table() -> impl Strategy<Value = String> {
    let row = (cell(), cell(), cell(), date(), date(), cell(), cell());
    proptest::collection::vec(row, 0..30).prop_map(|rows| {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer
            .write_record([
                "Serial Number",
                "Instance",
                "Contract Number",
                "Start Date",
                "End Date",
                "Qty",
                "Product ID",
            ])
            .unwrap();
        for (a, b, c, d, e, f, g) in rows {
            writer.write_record([a, b, c, d, e, f, g]).unwrap();
        }
        String::from_utf8(writer.into_inner().unwrap()).unwrap()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn counts_add_up_and_a_second_import_changes_nothing(text in table()) {
        let mut desk = Desk::new();
        let map = "decimal_mark = \".\"";
        let first = desk.import(text.as_bytes(), "t.csv", map).unwrap();
        let lines = desk.book.lines.len() as u64;
        prop_assert!(first.counts.adds_up());
        prop_assert_eq!(first.counts.rejected as usize, first.rejects.len());
        prop_assert!(first.counts.new >= lines.saturating_sub(first.counts.skipped));
        let before: Vec<_> = desk.book.lines.iter().collect();
        let renewals = desk.book.renewals.iter().collect::<Vec<_>>();
        // Other bytes, same rows: identity has to find every line again.
        let again = desk.import(format!("{text}\r\n").as_bytes(), "t2.csv", map).unwrap();
        prop_assert_eq!(again.counts.new, 0);
        prop_assert_eq!(again.counts.changed, 0);
        prop_assert_eq!(again.counts.unchanged, first.counts.new);
        prop_assert_eq!(before, desk.book.lines.iter().collect::<Vec<_>>());
        prop_assert_eq!(renewals, desk.book.renewals.iter().collect::<Vec<_>>());
    }

    #[test]
    fn the_stream_loses_nothing(text in table()) {
        let rows = read(text.as_bytes(), "t.csv", "decimal_mark = \".\"");
        let mut bytes = Vec::new();
        wire::encode(&rows, &mut bytes).unwrap();
        prop_assert_eq!(wire::decode(&mut bytes.as_slice()), rows);
    }

    #[test]
    fn rows_that_wait_packed_are_the_rows_that_came(text in table()) {
        if let Ok(rows) = read(text.as_bytes(), "t.csv", "decimal_mark = \".\"") {
            prop_assert_eq!(unpacked(&rows), rows);
        }
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = read(&bytes, "x.csv", "");
        let mut zip = b"PK\x03\x04".to_vec();
        zip.extend(bytes);
        prop_assert!(read(&zip, "x.xlsx", "").is_err());
    }
}

#[test]
fn packed_rows_are_looked_at_as_often_as_a_plan_needs() {
    let long = "x".repeat(300);
    let row = |n: u32| format!("S{n:06},P{},{long}{n},2027-01-{:02}\n", n % 7, n % 28 + 1);
    let rows: String = (0..4_000).map(row).collect();
    let text = format!("Serial Number,Product ID,Description,End Date\n{rows}");
    let rows = read(text.as_bytes(), "t.csv", "").unwrap();
    let mut packed = wire::Packed::default();
    for record in &rows.records {
        packed.push(record).unwrap();
    }
    // Most of it is one long text, said again in every row.
    assert!(packed.bytes() > 0 && packed.bytes() < text.len() / 4);
    for _ in 0..2 {
        let mut pass = packed.pass();
        for record in &rows.records {
            assert_eq!(pass.next_record().unwrap().as_ref(), Some(record));
        }
        assert_eq!(pass.next_record().unwrap(), None);
    }
    assert_eq!(unpacked(&rows), rows);
}

#[test]
fn a_reader_that_dies_half_way_is_noticed() {
    let csv = "Serial Number,End Date\nA,2026-01-01\nB,2026-01-01\n";
    let rows = read(csv.as_bytes(), "t.csv", "");
    let mut bytes = Vec::new();
    wire::encode(&rows, &mut bytes).unwrap();
    for cut in [0, 10, bytes.len() / 2, bytes.len() - 3] {
        assert!(wire::decode(&mut &bytes[..cut]).is_err(), "cut at {cut}");
    }
    let refused = read(b"a,b\n1,2\n", "t.csv", "");
    let mut bytes = Vec::new();
    wire::encode(&refused, &mut bytes).unwrap();
    assert_eq!(wire::decode(&mut bytes.as_slice()), refused);
}
