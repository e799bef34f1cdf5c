//! A vendor's rows find the lines they answer, whatever the order, and only prices of the same units and
//! term are taken.

use crate::fixture::*;
use renewdesk::domain::ids::{AccountId, QuoteId, QuoteLineId};
use renewdesk::domain::quote::{Quote, QuoteLine, QuoteStatus};
use renewdesk::pricing::offered::{Offered, beside};
use renewdesk::pricing::price_line;
use uuid::Uuid;

fn quote() -> Quote {
    let line = |number: u32, serial: &str| QuoteLine {
        id: QuoteLineId(Uuid::from_u128(number.into())),
        number,
        serial: Some(serial.into()),
        quantity: d("3"),
        ..quote_line("100.00", "2026-12-01", "2027-11-30")
    };
    Quote {
        id: QuoteId(Uuid::from_u128(9)),
        number: "Q-1".into(),
        account: AccountId(Uuid::from_u128(4)),
        renewals: Vec::new(),
        currency: usd(),
        version: 1,
        status: QuoteStatus::Draft,
        created_on: today(),
        valid_until: None,
        sent_on: None,
        lines: vec![line(1, "FOC1"), line(2, "FOC2"), line(3, "FOC3")],
    }
}

fn row(row: u32, serial: &str, net: &str) -> Offered {
    Offered {
        row,
        serial: Some(serial.into()),
        quantity: Some(d("3")),
        extended_net: Some(d(net)),
        ..Offered::default()
    }
}

#[test]
fn rows_find_their_lines_in_any_order_and_what_is_over_is_said() {
    let quote = quote();
    let rows = [
        row(2, "foc2 ", "200"),
        row(3, "FOC9", "1"),
        row(4, "FOC1", "100"),
    ];
    let mut turned = rows.clone();
    turned.reverse();
    let found = beside(&quote, &rows, &rules());
    let links: Vec<_> = found
        .linked
        .iter()
        .map(|linked| (linked.line, linked.row))
        .collect();
    assert_eq!(links, [(1, 4), (2, 2)]);
    assert_eq!(
        (found.unanswered.as_slice(), found.unasked.as_slice()),
        (&[3][..], &[3][..])
    );
    let other = beside(&quote, &turned, &rules());
    assert_eq!(other.linked, found.linked);
}

#[test]
fn the_price_taken_is_the_vendors_to_the_cent_also_where_no_unit_price_gives_it() {
    let quote = quote();
    let found = beside(&quote, &[row(2, "FOC1", "100.00")], &rules());
    let taken = found.linked[0].taken.clone().unwrap();
    assert_eq!(
        price_line(&taken, usd(), &rules()).extended_net,
        Some(d("100.00"))
    );
}

#[test]
fn a_price_of_other_units_another_term_or_currency_is_shown_and_not_taken() {
    let quote = quote();
    let plain = row(2, "FOC1", "100");
    let others = [
        Offered {
            quantity: Some(d("4")),
            ..plain.clone()
        },
        Offered {
            end: Some(day("2028-11-30")),
            ..plain.clone()
        },
        Offered {
            service_sku: Some("CON-SSSNP-X".into()),
            ..plain.clone()
        },
        Offered {
            currency: "EUR".parse().ok(),
            ..plain.clone()
        },
    ];
    for other in others {
        let found = beside(&quote, std::slice::from_ref(&other), &rules());
        assert_eq!(found.linked[0].taken, None, "{other:?}");
        assert!(found.linked[0].differs.len() >= 2);
    }
}
