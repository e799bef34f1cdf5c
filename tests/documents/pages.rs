//! The PDF: pages, fonts, totals, the same bytes for the same quote.

use crate::fixture::{Book, dec, unpacked};
use renewdesk::domain::quote::{BuyDriver, QuoteLine, SellDriver};
use renewdesk::export::document::{self, Form, Kind};
use renewdesk::export::offer::{Item, PAGE_HEIGHT, PAGE_WIDTH};
use renewdesk::pricing::grouped;
use renewdesk::pricing::subtotals::By;

/// The longest quote, repeated until it has so many lines.
fn long(lines: usize) -> Book {
    let mut book = Book::new();
    book.change(|quote| {
        let first = quote.lines.first().unwrap().clone();
        quote.lines = (0..lines)
            .map(|at| {
                let mut line = first.clone();
                line.number = at as u32 + 1;
                line.quantity = dec("1");
                line
            })
            .collect();
    });
    book
}

#[test]
fn the_same_quote_gives_the_same_bytes() {
    let book = Book::new();
    for (kind, form) in [
        (Kind::Customer, Form::Pdf),
        (Kind::Customer, Form::Xlsx),
        (Kind::Mail, Form::Eml),
        (Kind::Internal, Form::Xlsx),
        (Kind::Request, Form::Xlsx),
        (Kind::Assets, Form::Xlsx),
    ] {
        let (one, two) = (
            book.make(kind, form).unwrap(),
            book.make(kind, form).unwrap(),
        );
        assert!(one == two, "{kind:?} as {form:?} differs from run to run");
    }
}

#[test]
fn every_line_is_on_a_page_and_every_page_says_which_it_is() {
    let offer = long(150).offer();
    let pages = offer.pages();
    assert!(pages.len() > 3);
    for (at, page) in pages.iter().enumerate() {
        let wanted = format!("Page {} of {}", at + 1, pages.len());
        assert!(page.texts().any(|text| text == wanted), "{wanted}");
    }
    for line in &offer.lines {
        let number = line.number.to_string();
        let found = pages
            .iter()
            .any(|page| page.texts().any(|text| text == number));
        assert!(found, "line {number} is on no page");
    }
}

#[test]
fn the_last_page_had_a_sentence_alone_and_the_first_no_total() {
    for lines in 24..54 {
        let offer = long(lines).offer();
        let pages = offer.pages();
        let last = pages.last().unwrap();
        let has_total = last.texts().any(|text| text.starts_with("Total with tax"));
        assert!(has_total, "{lines} lines on {} pages", pages.len());
        let total = grouped(offer.gross());
        assert!(pages[0].texts().any(|text| text == total), "{lines} lines");
    }
}

#[test]
fn nothing_stands_outside_the_page() {
    let mut book = long(60);
    book.options.summary = vec![By::Site, By::Level];
    book.change(|quote| {
        let line = quote.lines.first_mut().unwrap();
        line.description = Some("電話会議 ".repeat(400).into());
        line.serial = Some("W".repeat(200).into());
        line.quantity = dec("987654321987");
    });
    for page in book.offer().pages() {
        for item in &page.items {
            if let Item::Text { x, y, text, .. } = item {
                assert!(*x >= 0.0 && *x < PAGE_WIDTH, "{text} at x {x}");
                assert!(*y > 0.0 && *y < PAGE_HEIGHT, "{text} at y {y}");
            }
        }
    }
}

#[test]
fn subtotals_add_up_to_the_total_whatever_they_are_by() {
    let mut book = Book::new();
    let all: Vec<By> = By::ALL.iter().map(|(by, _)| *by).collect();
    for by in [
        vec![By::Site],
        vec![By::Level, By::End],
        vec![By::Portfolio],
        all,
    ] {
        book.options.summary = by;
        let offer = book.offer();
        let sum = offer.summary.iter().map(|part| part.amount).sum();
        assert_eq!(offer.total, sum);
        let lines: usize = offer.summary.iter().map(|part| part.lines).sum();
        assert_eq!(offer.lines.len(), lines);
    }
}

#[test]
fn tax_is_rounded_once_on_the_whole() {
    let mut book = long(3);
    book.change(|quote| {
        for line in &mut quote.lines {
            line.sell = renewdesk::domain::quote::SellDriver::UnitSell(dec("0.10"));
        }
    });
    let offer = book.offer();
    // 0.30 at 8.1 % is 0.0243: 0.02 on the whole, where each line alone would give 0.01 and 0.03
    assert_eq!((offer.total, offer.tax), (dec("0.30"), Some(dec("0.02"))));
    let text: Vec<String> = offer.pages()[0].texts().map(String::from).collect();
    assert!(text.contains(&grouped(dec("0.32"))));
}

#[test]
fn a_line_without_a_price_is_on_request_and_said_beside_the_total() {
    let mut book = long(2);
    book.change(|quote| {
        let line = quote.lines.first_mut().unwrap();
        line.unit_list = None;
        line.buy = renewdesk::domain::quote::BuyDriver::DiscountPct(dec("10"));
        line.sell = renewdesk::domain::quote::SellDriver::MarginPct(dec("10"));
    });
    let offer = book.offer();
    assert_eq!(offer.unpriced, 1);
    let text: Vec<String> = offer.pages()[0].texts().map(String::from).collect();
    assert!(text.iter().any(|text| text == "on request"));
    assert!(text.iter().any(|text| text.contains("not in the total")));
}

/// An Arabic name went out as a row of question marks, and nobody was told.
#[test]
fn letters_no_font_has_are_told_before_the_document_goes_out() {
    let mut book = Book::new();
    let (kind, form) = (Kind::Customer, Form::Pdf);
    let quote = book.quote();
    assert_eq!(document::remark(&quote, (kind, form), &book.source()), None);
    book.change(|quote| quote.lines[0].description = Some("سويتش 青嶺 Ω 한글".into()));
    let quote = book.quote();
    let told = document::remark(&quote, (kind, form), &book.source()).unwrap();
    assert!(
        told.contains('س') && !told.contains('青') && !told.contains('한'),
        "{told}"
    );
    let sheet = document::remark(&quote, (kind, Form::Xlsx), &book.source());
    assert_eq!(sheet, None, "a spreadsheet has fonts of its own");
}

/// The workbook had no logo, no page numbers and nothing about how long its prices hold.
#[test]
fn the_workbook_has_the_logo_its_pages_and_until_when_its_prices_hold() {
    let book = Book::new();
    let text = unpacked(&book.make(Kind::Customer, Form::Xlsx).unwrap());
    assert!(text.contains("&amp;RPage &amp;P of &amp;N"), "page x of y");
    assert!(text.contains("The prices hold until "));
    let mut offer = book.offer();
    offer.seller.logo = Some(POINT.into());
    let bytes = offer.xlsx().unwrap();
    let mut parts = zip::ZipArchive::new(std::io::Cursor::new(&bytes[..])).unwrap();
    let names = (0..parts.len()).map(|at| parts.by_index(at).unwrap().name().unwrap().into_owned());
    let pictures = names.filter(|name| name.starts_with("xl/media/"));
    assert_eq!(pictures.count(), 1);
    assert_eq!(
        offer.xlsx().unwrap(),
        bytes,
        "the same quote gives the same bytes"
    );
}

/// A picture of one point.
const POINT: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

#[test]
fn a_unit_price_that_is_rounded_for_show_is_said_to_be() {
    let words = "Unit prices are rounded; what counts is the price of the whole line.";
    let plain = Book::new();
    assert!(!plain.offer().rounds_units());
    let mut book = long(2);
    book.change(|quote| {
        for line in &mut quote.lines {
            line.quantity = dec("3");
            line.sell = SellDriver::ExtendedSell(dec("100"));
        }
    });
    let offer = book.offer();
    let line = &offer.lines[0];
    assert_eq!(line.unit_price, Some(dec("33.33")));
    assert_eq!(line.price, Some(dec("100.00")));
    let mut pages = offer.pages().into_iter();
    assert!(pages.any(|page| page.texts().any(|text| text == words)));
    let sheet = book.make(Kind::Customer, Form::Xlsx).unwrap();
    assert!(unpacked(&sheet).contains(words));
}

#[test]
fn a_mail_names_what_is_on_request_and_no_total_of_nothing() {
    let mail = |book: &Book| {
        let bytes = book.make(Kind::Mail, Form::Eml).unwrap();
        // a long line is broken, in the file, by a mark at its end
        String::from_utf8_lossy(&bytes).replace("=\r\n", "")
    };
    let mut book = long(2);
    assert!(mail(&book).contains(" in total, valid until"));
    let unknown = |line: &mut QuoteLine| {
        line.unit_list = None;
        line.buy = BuyDriver::DiscountPct(dec("10"));
        line.sell = SellDriver::MarginPct(dec("10"));
    };
    book.change(|quote| unknown(&mut quote.lines[0]));
    assert!(mail(&book).contains(" in total and 1 position on request"));
    book.change(|quote| unknown(&mut quote.lines[1]));
    assert!(mail(&book).contains("prices on request, valid until"));
    assert!(!mail(&book).contains("0.00 in total"));
}
