//! An asset list that comes back ticked answers for the lines it was made of.

use crate::fixture::{Book, unpacked};
use renewdesk::export::asset_list::COLUMNS;
use renewdesk::export::document::{Form, Kind};

#[test]
fn an_asset_list_has_the_columns_the_import_knows_and_a_row_a_line() {
    let book = Book::new();
    let csv = book.make(Kind::Assets, Form::Csv).unwrap();
    let text = String::from_utf8(csv).unwrap();
    let head = text.lines().next().unwrap().trim_start_matches('\u{feff}');
    let wanted: Vec<&str> = COLUMNS.iter().map(|(_, header)| *header).collect();
    assert_eq!(head, wanted.join(","));
    let quote = book.quote();
    let renewed = quote.lines.iter().filter(|line| line.renews.is_some());
    assert_eq!(text.lines().count(), renewed.count() + 1);
    let sheet = unpacked(&book.make(Kind::Assets, Form::Xlsx).unwrap());
    assert!(wanted.iter().all(|header| sheet.contains(header)));
}
