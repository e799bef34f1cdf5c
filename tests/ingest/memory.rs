//! Mappings that are remembered for a layout.

use proptest::prelude::*;
use renewdesk::ingest::memory::{Layout, Memory};
use renewdesk::ingest::{self, Map, ReadOptions, Rows};

const FOREIGN: &str = "Geraet;Bis;Typ;Preis;Notiz\nFCW1;03/04/2027;C9300;1,00;x\n";
const ANSWERS: &str = "header_row = 1\ndate_order = \"mdy\"\n[columns]\nserial = \"Geraet\"\n\
    end_date = \"Bis\"\npid = \"Typ\"";

fn read(text: &str, kept: &[Memory], near: bool, map: &str) -> Result<Rows, ingest::IngestError> {
    let options = ReadOptions {
        map: Map::parse(map, "map.toml").unwrap(),
        kept: kept.to_vec(),
        near,
        ..ReadOptions::default()
    };
    ingest::read(text.as_bytes(), "x.csv", &options, &mut |_| {})
}

fn kept() -> Vec<Memory> {
    let rows = read(FOREIGN, &[], false, ANSWERS).unwrap();
    let memory = Memory {
        layout: rows.outline.layout().unwrap(),
        map: Map::parse(ANSWERS, "map.toml").unwrap(),
        file: "march.csv".to_string(),
    };
    let (name, value) = memory.setting().unwrap();
    vec![Memory::of_setting(&name, &value).unwrap()]
}

#[test]
fn a_file_laid_out_alike_takes_the_answers_wherever_its_header_stands() {
    assert!(read(FOREIGN, &[], false, "").is_err());
    let later = format!("Liste Juni\n\n{FOREIGN}");
    let rows = read(&later, &kept(), false, "").unwrap();
    let recalled = rows.outline.recalled.clone().unwrap();
    assert!(recalled.applied && recalled.differ.is_empty());
    assert_eq!(recalled.file, "march.csv");
    assert_eq!(rows.outline.sheets[0].header_row, 3);
    let by_hand = read(&later, &[], false, &ANSWERS.replace("= 1", "= 3")).unwrap();
    assert_eq!(rows.records, by_hand.records);
    assert_eq!(rows.sha256, by_hand.sha256, "the same rows are known again");
}

#[test]
fn a_layout_that_differs_a_little_is_offered_and_taken_only_when_asked() {
    let near = FOREIGN.replace("Notiz", "Bemerkung");
    assert!(read(&near, &kept(), false, "").is_err(), "not by itself");
    let rows = read(&near, &kept(), true, "").unwrap();
    let recalled = rows.outline.recalled.unwrap();
    assert_eq!(recalled.differ, ["notiz", "bemerkung"]);
    assert_eq!(rows.records.len(), 1);
    // what is said of this file lies over what was kept
    let rows = read(&near, &kept(), true, "date_order = \"dmy\"").unwrap();
    let seen = &rows.outline.sheets[0].columns[1];
    assert_eq!(seen.read_as.as_deref(), Some("dates, day first"));
}

#[test]
fn another_layout_is_not_offered_anything() {
    let other = "Serial Number;End Date\nFCW1;2027-04-03\n";
    let rows = read(other, &kept(), true, "").unwrap();
    assert_eq!(rows.outline.recalled, None);
}

proptest! {
    #[test]
    fn the_fingerprint_tells_order_names_and_container(
        keys in prop::collection::vec("[a-z]{1,6}", 2..8),
        at in 0_usize..7,
    ) {
        let layout = |container: &str, keys: Vec<String>| Layout {
            container: container.to_string(),
            keys,
        };
        let own = layout("text", keys.clone()).fingerprint();
        prop_assert_eq!(&own, &layout("text", keys.clone()).fingerprint());
        prop_assert_ne!(&own, &layout("workbook", keys.clone()).fingerprint());
        let mut turned = keys.clone();
        turned.rotate_left(at % keys.len());
        prop_assert_eq!(turned == keys, layout("text", turned).fingerprint() == own);
    }
}
