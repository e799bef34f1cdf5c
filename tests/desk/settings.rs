//! Settings as a person changes them: who the partner is on its documents.

use crate::driver::Driver;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use renewdesk::export::letterhead::{Letterhead, Logo};

/// A PNG of one point.
const ONE_POINT: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

fn desk() -> Driver {
    let mut desk = Driver::demo(300, 80, 24);
    desk.keys("g s");
    desk
}

fn letterhead(desk: &Driver) -> Letterhead {
    Letterhead::of(&desk.desk().snapshot.settings).unwrap()
}

/// Goes down to a setting, empties its field and types.
fn set(desk: &mut Driver, down: &str, text: &str) {
    desk.keys(down).keys("enter");
    desk.text(text);
    desk.keys("enter");
}

#[test]
fn the_letterhead_is_typed_in_the_settings_and_stands_in_the_book() {
    let mut desk = desk();
    desk.sees("> you");
    set(&mut desk, "down", "Nordlys Networks AS");
    set(&mut desk, "down", "Havnegata 3; 0150 Oslo ;; Norway");
    set(&mut desk, "down", "+47 555 01 23; desk@nordlys.example");
    set(&mut desk, "down", "MVA 25 %");
    set(&mut desk, "down", "Net 30 days; Prices as of today");
    let kept = letterhead(&desk);
    assert_eq!(kept.name, "Nordlys Networks AS");
    assert_eq!(kept.address, ["Havnegata 3", "0150 Oslo", "Norway"]);
    assert_eq!(kept.contact, ["+47 555 01 23", "desk@nordlys.example"]);
    assert_eq!(kept.terms, "Net 30 days\nPrices as of today");
    assert_eq!(kept.tax.unwrap().typed(), "MVA 25");
    for text in [
        "Nordlys Networks AS",
        "Havnegata 3; 0150 Oslo; Norway",
        "MVA 25 %",
    ] {
        desk.sees(text);
    }
    // the terms taken back, then the tax
    desk.keys("ctrl-z ctrl-z");
    let kept = letterhead(&desk);
    assert_eq!((kept.terms.as_str(), kept.tax), ("", None));
    assert_eq!(kept.name, "Nordlys Networks AS");
    // an empty field takes away
    desk.keys("home down enter backspace enter");
    assert_eq!(letterhead(&desk).name, "");
}

#[test]
fn what_is_no_tax_is_not_kept_and_says_what_is_one() {
    let mut desk = desk();
    set(&mut desk, "down down down down", "25");
    desk.sees("write it like VAT 8.1");
    desk.keys("esc");
    desk.keys("enter");
    desk.text("VAT 250");
    desk.keys("enter");
    desk.sees("a tax is from 0 to 100 %");
    desk.keys("esc");
    assert_eq!(letterhead(&desk).tax, None);
}

#[test]
fn a_logo_is_read_from_a_file_and_what_is_none_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    let png = STANDARD.decode(ONE_POINT).unwrap();
    std::fs::write(at("logo.png"), &png).unwrap();
    std::fs::write(at("logo.txt"), "no picture").unwrap();
    let mut desk = desk();
    set(&mut desk, "end", &at("nothing.png"));
    desk.sees("nothing.png:");
    set(&mut desk, "end", &at("logo.txt"));
    desk.sees("neither PNG nor JPEG");
    assert_eq!(letterhead(&desk).logo, None);
    set(&mut desk, "end", &at("logo.png"));
    assert_eq!(letterhead(&desk).logo().unwrap(), Some(Logo::Png(png)));
    desk.sees("PNG, 1 kB");
    set(&mut desk, "end", "");
    assert_eq!(letterhead(&desk).logo, None);
}
