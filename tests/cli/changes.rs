//! What imports changed, and the question a file asks that lost too many lines.

use crate::desk_side::{LINES, Side};
use serde_json::Value;

/// The same contracts later: quantity, price and level of the first line, another end of the
/// second, and a line that is new.
const LATER: &str = "\
customer,contract_number,serial,instance,pid,service_sku,service_level,quantity,unit_list,start_date,end_date,extended_net,currency
Blütental Water,200123456,FOC2329X0AB,1001,C9300-24T-E,CON-SSNT-C93002TE,24x7x4,14,1300.00,2025-12-11,2026-12-10,9300.00,USD
Blütental Water,200123456,FOC2329X0AC,1002,C9300-48P,CON-SNTP-C930048P,24x7x4,1,1000.00,2025-12-11,2027-01-31,1000.00,USD
Blütental Water,200123457,FOC2329X0AD,1003,C9300-48P,CON-SNT-C930048P,8x5xNBD,1,1000.00,2025-03-15,2026-03-14,800.00,USD
Blütental Water,200123457,FOC2329X0AE,1004,C9300-48P,CON-SNT-C930048P,8x5xNBD,1,1000.00,2025-03-15,2026-03-14,800.00,USD
";

fn import_on(side: &Side, day: &str, name: &str, text: &str) {
    let file = side.file(name, text);
    let answer = side.run_raw(&["--as-of", day, "import", file.to_str().unwrap()]);
    assert_eq!(answer.code, 0, "{}", answer.err);
}

fn kinds(answer: &Value) -> Vec<&str> {
    let changes = answer["changes"].as_array().unwrap();
    changes
        .iter()
        .map(|c| c["kind"].as_str().unwrap())
        .collect()
}

fn field<'a>(answer: &'a Value, name: &str) -> &'a Value {
    let changes = answer["changes"].as_array().unwrap().iter();
    let mut fields = changes.flat_map(|c| c["fields"].as_array().unwrap());
    fields.find(|f| f["field"] == name).unwrap()
}

#[test]
fn the_newest_import_is_told_by_kind_with_both_values() {
    let side = Side::new();
    import_on(&side, "2026-11-16", "first.csv", LINES);
    import_on(&side, "2026-11-20", "later.csv", LATER);
    let told = side.json(&["changes"]);
    assert_eq!(told["schema"], "renewdesk.changes/1");
    assert_eq!(told["imports"][0]["file"], "later.csv");
    assert_eq!(kinds(&told), ["new", "end", "level", "quantity", "price"]);
    assert_eq!(told["counts"]["quantity"], 1);
    assert_eq!(told["counts"]["gone"], 0);
    assert_eq!(field(&told, "quantity")["before"], "12");
    assert_eq!(field(&told, "quantity")["after"], "14");
    assert_eq!(field(&told, "unit_list")["after"], "1300.00");
    assert_eq!(field(&told, "end")["before"], "2026-12-10");
    assert_eq!(field(&told, "service_level")["after"], "24x7x4");
    let end = &told["changes"][1];
    assert_eq!(
        (&end["contract"], &end["row"]),
        (&"200123456".into(), &3.into())
    );
    assert!(end["renewal"].is_string(), "{end}");
    let only = side.json(&["changes", "--kind", "price"]);
    assert_eq!(kinds(&only), ["price"]);
    assert_eq!(only["counts"], told["counts"]);
    let table = side.ok(&["changes"]).out;
    assert!(table.contains("quantity 12 → 14"), "{table}");
    side.fails(2, &["changes", "--kind", "colour"]);
}

#[test]
fn a_long_list_is_cut_where_it_is_asked_for_and_says_what_it_left_off() {
    let side = Side::new();
    import_on(&side, "2026-11-16", "first.csv", LINES);
    import_on(&side, "2026-11-20", "later.csv", LATER);
    let all = side.json(&["changes"]);
    assert_eq!((&all["left_off"], kinds(&all).len()), (&0.into(), 5));
    let two = side.json(&["changes", "--limit", "2"]);
    assert_eq!(kinds(&two), ["new", "end"]);
    assert_eq!(
        (&two["left_off"], &two["counts"]),
        (&3.into(), &all["counts"])
    );
    let found = side.json(&["changes", "--find", "foc2329x0ac"]);
    assert_eq!(
        (kinds(&found), &found["counts"]["new"]),
        (vec!["end"], &0.into())
    );
    let table = side.ok(&["changes", "--limit", "2"]).out;
    assert!(table.contains("and 3 more"), "{table}");
    assert!(!side.ok(&["changes"]).out.contains("more:"));
}

#[test]
fn since_a_day_the_first_value_stands_against_the_last() {
    let side = Side::new();
    import_on(&side, "2026-11-02", "first.csv", LINES);
    import_on(&side, "2026-11-16", "second.csv", LATER);
    // prices and quantity come back, the end does not
    let back = LATER
        .replace(",14,1300.00,", ",12,1240.00,")
        .replace("CON-SSNT-C93002TE,24x7x4", "CON-SNT-C93002TE,8x5xNBD");
    import_on(&side, "2026-11-20", "third.csv", &back);
    let newest = side.json(&["changes"]);
    assert_eq!(kinds(&newest), ["level", "quantity", "price"]);
    let both = side.json(&["changes", "--since", "2026-11-16"]);
    assert_eq!(both["imports"].as_array().unwrap().len(), 2);
    assert_eq!(kinds(&both), ["new", "end"]);
    let friday = side.json(&["changes", "--since", "2026-11-20"]);
    assert_eq!(kinds(&friday), kinds(&newest));
    assert_eq!(
        kinds(&side.json(&["changes", "--since", "2026-11-21"])),
        [""; 0]
    );
    // an import that was taken back changed nothing
    side.ok(&["undo"]);
    let undone = side.json(&["changes"]);
    assert_eq!(undone["imports"][0]["file"], "second.csv");
    assert_eq!(field(&undone, "quantity")["after"], "14");
    side.ok(&["redo"]);
    assert_eq!(kinds(&side.json(&["changes"])), kinds(&newest));
}

#[test]
fn a_file_that_lost_over_a_fifth_of_its_lines_asks_and_then_marks_them_gone() {
    let rows = |most: u32| {
        let mut text = LINES.lines().next().unwrap().to_string();
        for n in 1..=most {
            text += &format!(
                "\nBlütental Water,200123456,FOC1000X0{n:02},{n},C9300-48P,CON-SNT-C930048P,8x5xNBD,1,1000.00,2025-12-11,2026-12-10,800.00,USD"
            );
        }
        text + "\n"
    };
    let side = Side::new();
    import_on(&side, "2026-11-02", "ten.csv", &rows(10));
    // a fifth is not over a fifth
    import_on(&side, "2026-11-03", "eight.csv", &rows(8));
    let told = side.json(&["changes"]);
    assert_eq!(kinds(&told), ["gone", "gone"]);
    assert_eq!(told["changes"][0]["row"], Value::Null);
    let short = side.file("six.csv", &rows(6));
    let short = short.to_str().unwrap();
    let why = side.fails(3, &["import", short]);
    assert!(
        why.contains("2 of the 8 lines") && why.contains("accept_loss"),
        "{why}"
    );
    assert_eq!(side.json(&["changes"])["imports"], told["imports"]);
    let map = side.file("map.toml", "accept_loss = true\n");
    side.ok(&["import", short, "--map", map.to_str().unwrap()]);
    assert_eq!(side.json(&["changes"])["counts"]["gone"], 2);
    // back in the file, they are new again
    import_on(&side, "2026-11-22", "again.csv", &rows(7));
    assert_eq!(kinds(&side.json(&["changes"])), ["new"]);
}

#[test]
fn a_contract_that_a_later_file_hides_is_told_as_masked_and_shown_again_as_unmasked() {
    let side = Side::new();
    import_on(&side, "2026-11-16", "first.csv", LINES);
    let row = LINES.lines().nth(1).unwrap();
    let hidden = row.replace("200123456", "Confidential");
    import_on(&side, "2026-11-20", "b.csv", &LINES.replace(row, &hidden));
    let told = side.json(&["changes"]);
    assert_eq!(kinds(&told), ["masked"], "{told}");
    assert_eq!(told["changes"][0]["contract"], "200123456");
    let shown = LINES.replace("FOC2329X0AB,1001", "foc2329x0ab,1001");
    import_on(&side, "2026-11-21", "c.csv", &shown);
    assert_eq!(kinds(&side.json(&["changes"])), ["unmasked"]);
}
