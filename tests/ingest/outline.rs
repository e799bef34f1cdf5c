//! What the reader says it sees in a file, before a row of it is taken.

use crate::support::read;
use renewdesk::ingest::outline::{FoundBy, Outline};
use renewdesk::ingest::row::Field;
use renewdesk::ingest::{self, Map, ReadOptions};

const GERMAN: &str = "Bestand Acme AG\n\nSeriennummer;Serial;Ende;Product;Qty;Net Price\n\
    a;FCW1;03.04.2027;C9300-48P;1;1.234,50\n\
    b;FCW2;13.04.2027;C9300-48P;1;99,00\n";

fn look(bytes: &[u8], name: &str, map: &str) -> Outline {
    let options = ReadOptions {
        map: Map::parse(map, "map.toml").unwrap(),
        look: true,
        ..ReadOptions::default()
    };
    let rows = ingest::read(bytes, name, &options, &mut |_| {}).unwrap();
    assert!(rows.records.is_empty(), "looking takes no row");
    rows.outline
}

#[test]
fn a_file_that_is_read_tells_how_each_column_was() {
    let rows = read(GERMAN.as_bytes(), "x.csv", "[columns]\nend_date = \"Ende\"").unwrap();
    let [sheet] = rows.outline.sheets.as_slice() else {
        panic!("one table: {:?}", rows.outline);
    };
    assert_eq!((sheet.header_row, sheet.format.as_str()), (3, "generic"));
    assert!(sheet.taken && sheet.score.is_none());
    let told: Vec<_> = sheet
        .columns
        .iter()
        .map(|c| (c.field, c.found_by, c.key, c.read_as.as_deref()))
        .collect();
    let comma = Some("numbers, decimal comma");
    assert_eq!(
        told,
        [
            (None, FoundBy::Nothing, false, None),
            (Some(Field::Serial), FoundBy::Alias, true, None),
            (
                Some(Field::EndDate),
                FoundBy::Map,
                false,
                Some("dates, day first")
            ),
            (Some(Field::Pid), FoundBy::Alias, false, None),
            (Some(Field::Quantity), FoundBy::Alias, false, comma),
            (Some(Field::ExtendedNet), FoundBy::Header, false, comma),
        ]
    );
    assert_eq!(sheet.columns[5].samples, ["1.234,50", "99,00"]);
    assert_eq!(sheet.top[0].text, "Bestand Acme AG");
}

#[test]
fn a_file_with_an_open_question_or_no_known_header_is_still_seen() {
    // both dates could be either way round, so reading asks
    let open = "Serial Number,End Date\nFCW1,03/04/2027\n";
    assert!(read(open.as_bytes(), "x.csv", "").is_err());
    let seen = look(open.as_bytes(), "x.csv", "");
    assert_eq!(seen.sheets[0].columns[1].field, Some(Field::EndDate));
    assert!(seen.sheets[0].taken);

    let foreign = "Liste\nGeraet;Bis\nFCW1;2027-04-03\n";
    assert!(read(foreign.as_bytes(), "x.csv", "").is_err());
    let seen = look(foreign.as_bytes(), "x.csv", "");
    let sheet = &seen.sheets[0];
    assert_eq!((sheet.header_row, sheet.taken), (2, false));
    assert_eq!(sheet.columns[0].header, "Geraet");
    assert_eq!(sheet.columns[1].samples, ["2027-04-03"]);
    let seen = look(foreign.as_bytes(), "x.csv", "header_row = 1");
    assert_eq!(seen.sheets[0].header_row, 1);
}

#[test]
fn an_ignored_column_fills_no_field() {
    let csv = "Serial Number,End Date,Product\nFCW1,2027-04-03,C9300\n";
    let map = "ignore = [\"Product\"]";
    let rows = read(csv.as_bytes(), "x.csv", map).unwrap();
    assert_eq!(rows.outline.sheets[0].columns[2].field, None);
    assert_eq!(rows.records.len(), 1);
}
