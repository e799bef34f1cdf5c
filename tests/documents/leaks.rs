//! What a customer or a vendor receives holds no cost, no margin and no score.

use crate::fixture::{Book, LIST, NET, SELL, dec, unpacked};
use renewdesk::export::document::{Form, Kind};
use renewdesk::pricing::{grouped, price_quote};

/// Every way a figure of the inside could be written: of a line, of the totals, grouped or not.
fn secrets(book: &Book) -> Vec<String> {
    let (priced, totals) = price_quote(&book.quote(), &book.pack.rules);
    let mut secrets = vec![
        dec(LIST),
        dec(NET),
        totals.net,
        totals.list,
        totals.sell - totals.net,
    ];
    for line in &priced {
        secrets.extend(
            [line.extended_net, line.extended_list, line.tcv, line.acv]
                .into_iter()
                .flatten(),
        );
        secrets.extend([line.margin_pct, line.markup_pct].map(|pct| pct.unwrap().round_dp(2)));
    }
    secrets.retain(|value| !value.is_zero());
    let written = secrets
        .iter()
        .flat_map(|value| [value.to_string(), grouped(*value)]);
    let mut all: Vec<String> = written.collect();
    all.extend(["argin", "arkup", "PVI", "iscount", "ost price", "Net to"].map(String::from));
    all
}

fn holds_none(text: &str, secrets: &[String], what: &str) {
    for secret in secrets {
        assert!(!text.contains(secret.as_str()), "{what} says {secret}");
    }
}

#[test]
fn the_customers_documents_say_what_is_paid_and_nothing_of_the_inside() {
    let book = Book::new();
    let secrets = secrets(&book);
    let pages: Vec<String> = book
        .offer()
        .pages()
        .iter()
        .flat_map(|page| page.texts().map(String::from).collect::<Vec<_>>())
        .collect();
    let drawn = pages.join("\n");
    assert!(
        drawn.contains(&grouped(dec(SELL))),
        "what the customer pays is there"
    );
    holds_none(&drawn, &secrets, "the PDF");
    let pdf = book.make(Kind::Customer, Form::Pdf).unwrap();
    holds_none(
        &String::from_utf8_lossy(&pdf),
        &secrets[..4],
        "the PDF's own data",
    );
    let sheet = unpacked(&book.make(Kind::Customer, Form::Xlsx).unwrap());
    // the paper's margins are no secret
    let sheet = sheet.replace("<pageMargins", "<page");
    assert!(sheet.contains(SELL));
    holds_none(&sheet, &secrets, "the workbook");
    let mail = book.make(Kind::Mail, Form::Eml).unwrap();
    holds_none(&String::from_utf8_lossy(&mail), &secrets[..4], "the mail");
    for form in [Form::Xlsx, Form::Csv] {
        let list = book.make(Kind::Assets, form).unwrap();
        let text = match form {
            Form::Csv => String::from_utf8(list).unwrap(),
            _ => unpacked(&list).replace("<pageMargins", "<page"),
        };
        holds_none(&text, &secrets, "the asset list");
        assert!(!text.contains(SELL), "an asset list has no price at all");
    }
}

#[test]
fn the_vendor_is_not_told_what_the_customer_pays() {
    let book = Book::new();
    let request = book.make(Kind::Request, Form::Csv).unwrap();
    let text = String::from_utf8(request).unwrap();
    let (_, totals) = price_quote(&book.quote(), &book.pack.rules);
    for secret in [
        SELL,
        NET,
        &totals.sell.to_string(),
        &totals.net.to_string(),
        "argin",
    ] {
        assert!(!text.contains(secret), "the request says {secret}");
    }
    let lines = book
        .quote()
        .lines
        .iter()
        .filter(|line| !line.quantity.is_zero())
        .count();
    assert_eq!(text.lines().count(), lines + 1);
}

#[test]
fn the_internal_quote_has_all_of_it() {
    let book = Book::new();
    let sheet = unpacked(&book.make(Kind::Internal, Form::Xlsx).unwrap());
    for shown in [NET, LIST, SELL, "margin_pct"] {
        assert!(sheet.contains(shown), "{shown}");
    }
}

#[test]
fn text_from_files_is_no_formula_and_drives_nothing() {
    let mut book = Book::new();
    book.change(|quote| {
        let line = quote.lines.first_mut().unwrap();
        line.description = Some("=HYPERLINK(\"http://x\")\u{1b}[2J\u{202e}".into());
        line.pid = Some("@SUM(A1)".into());
    });
    for kind in [Kind::Customer, Kind::Internal, Kind::Request] {
        let sheet = unpacked(&book.make(kind, Form::Xlsx).unwrap());
        assert!(!sheet.contains("<f>"), "{kind:?} holds a formula");
        assert!(!sheet.contains('\u{1b}') && !sheet.contains('\u{202e}'));
    }
    let csv = String::from_utf8(book.make(Kind::Request, Form::Csv).unwrap()).unwrap();
    assert!(csv.contains("'=HYPERLINK") && csv.contains("'@SUM(A1)"));
}

#[test]
fn a_name_cannot_lead_a_document_out_of_its_folder() {
    let mut book = Book::new();
    let account = book.quote().account;
    let mut named = book.snapshot.accounts.get(account).unwrap().clone();
    for name in [
        "../../etc/passwd",
        "..\\..\\x",
        "a/b:c*?\"<>|",
        "",
        "\u{202e}fdp.exe",
        "CON",
    ] {
        named.name = name.into();
        book.snapshot.accounts.put(named.clone());
        let stem = book.offer().file_stem();
        assert!(!stem.starts_with('.') && !stem.is_empty(), "{stem}");
        assert!(
            stem.chars()
                .all(|c| c.is_alphanumeric() || "-_.".contains(c)),
            "{stem}"
        );
    }
}
