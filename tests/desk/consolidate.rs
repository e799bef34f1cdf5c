//! One quote of several renewals: marked in the pipeline, made by a key.

use crate::driver::Driver;
use renewdesk::domain::ids::{AccountId, RenewalId};
use renewdesk::domain::money::Currency;
use renewdesk::domain::quote::QuoteStatus;
use std::collections::BTreeMap;

/// A desk, a customer's name and three of its renewals that are open, unquoted and in one currency.
fn three() -> (Driver, String, Vec<RenewalId>) {
    let desk = Driver::demo(3_000, 120, 36);
    let mut free: BTreeMap<(AccountId, Option<Currency>), Vec<RenewalId>> = BTreeMap::new();
    for row in desk.desk().rows().iter() {
        let ends_soon = (0..300).contains(&row.days_left());
        if row.open() && row.quote().is_none() && row.lines() > 1 && row.is_priced() && ends_soon {
            let own = free.entry((row.account(), row.currency())).or_default();
            own.push(row.renewal());
        }
    }
    let ((account, _), own) = free
        .into_iter()
        .find(|(_, own)| own.len() >= 3)
        .expect("the demo book has such a customer");
    let customer = desk.desk().snapshot.accounts.get(account).unwrap().name;
    let three = own[..3].to_vec();
    (desk, customer.to_string(), three)
}

/// Marks these renewals among those the search finds.
fn mark(desk: &mut Driver, search: &str, renewals: &[RenewalId]) {
    desk.keys("g p / ctrl-u");
    desk.text(search);
    desk.keys("enter home");
    let mut left: Vec<RenewalId> = renewals.to_vec();
    for _ in 0..desk.desk().rows().len() {
        let at = desk.model.pipeline.selected(desk.desk());
        match left.iter().position(|id| Some(*id) == at) {
            Some(found) => {
                left.remove(found);
                desk.keys("space");
            }
            None => {
                desk.keys("down");
            }
        }
        if left.is_empty() {
            return;
        }
    }
    panic!("{} of them are not listed", left.len());
}

/// What the newest quotes over these renewals are.
fn quotes(desk: &Driver, renewals: &[RenewalId]) -> Vec<Option<String>> {
    let quote = |id: &RenewalId| {
        desk.desk()
            .quote_of(*id)
            .map(|quote| quote.number.to_string())
    };
    renewals.iter().map(quote).collect()
}

#[test]
fn marked_renewals_of_a_customer_become_one_quote_and_undo_takes_it_back() {
    let (mut desk, customer, three) = three();
    mark(&mut desk, &customer, &three);
    desk.sees("3 marked").sees("m one quote");
    desk.keys("home");
    desk.keys("m").sees("over 3 renewals");
    let on = desk.model.pipeline.selected(desk.desk());
    assert!(on.is_some_and(|on| three.contains(&on)));
    while !desk.model.overlays.is_empty() {
        desk.keys("esc");
    }
    let quote = desk.desk().quote_of(three[0]).expect("there is a quote");
    let mut own = quote.renewals.clone();
    own.sort();
    let mut wanted = three.clone();
    wanted.sort();
    assert_eq!(own, wanted);
    for renewal in &three {
        assert!(
            quote
                .lines
                .iter()
                .any(|line| line.renewal == Some(*renewal))
        );
    }
    let numbers: Vec<u32> = quote.lines.iter().map(|line| line.number).collect();
    assert_eq!(numbers, (1..=numbers.len() as u32).collect::<Vec<_>>());
    desk.keys("ctrl-z");
    assert_eq!(quotes(&desk, &three), [None, None, None]);
}

#[test]
fn the_others_come_into_the_draft_that_one_of_them_has() {
    let (mut desk, customer, three) = three();
    mark(&mut desk, &customer, &three[..1]);
    desk.keys("m");
    while !desk.model.overlays.is_empty() {
        desk.keys("esc");
    }
    let before = desk.desk().quote_of(three[0]).expect("there is a quote");
    desk.keys("esc esc");
    mark(&mut desk, &customer, &three);
    desk.keys("m")
        .sees(&format!("2 renewals into {}", before.number));
    while !desk.model.overlays.is_empty() {
        desk.keys("esc");
    }
    let after = desk
        .desk()
        .quote_of(three[2])
        .expect("it holds the last one");
    assert_eq!((after.id, after.renewals.len()), (before.id, 3));
    assert_eq!(after.lines[..before.lines.len()], before.lines);
    let numbers: Vec<u32> = after.lines.iter().map(|line| line.number).collect();
    assert!(numbers.windows(2).all(|pair| pair[0] < pair[1]));
    // once more: nothing is left to bring
    desk.keys("m").sees("holds them all already");
    desk.keys("ctrl-z");
    assert_eq!(desk.desk().quote_of(three[2]), None);
    let back = desk.desk().quote_of(three[0]).expect("it is as it was");
    assert_eq!((back.lines, back.renewals), (before.lines, before.renewals));
}

#[test]
fn renewals_of_two_customers_or_two_quotes_are_refused_in_words() {
    let (mut desk, _, three) = three();
    let account = desk.desk().row(three[0]).unwrap().account();
    let other = desk.desk().rows().iter().find(|row| {
        row.account() != account && row.open() && row.quote().is_none() && row.is_priced()
    });
    let other = other.expect("another customer").renewal();
    mark(&mut desk, "", &[three[0], other]);
    desk.keys("m").sees("A quote has one customer");
    assert_eq!(quotes(&desk, &[three[0], other]), [None, None]);
    desk.keys("esc esc");
    for renewal in &three[..2] {
        mark(&mut desk, "", &[*renewal]);
        desk.keys("m");
        while !desk.model.overlays.is_empty() {
            desk.keys("esc");
        }
        desk.keys("esc esc");
    }
    mark(&mut desk, "", &three);
    desk.keys("m").sees("both hold some of them");
    assert_eq!(desk.desk().quote_of(three[2]), None);
}

#[test]
fn a_quote_that_was_sent_takes_no_further_renewals_and_the_cursor_stays() {
    let (mut desk, customer, three) = three();
    mark(&mut desk, &customer, &three[..1]);
    desk.keys("m");
    while !desk.model.overlays.is_empty() {
        desk.keys("esc");
    }
    let mut quote = desk.desk().quote_of(three[0]).expect("there is a quote");
    quote.status = QuoteStatus::Sent;
    desk.send_out(&quote);
    desk.keys("esc esc");
    mark(&mut desk, &customer, &three);
    desk.keys("home");
    let on = desk.model.pipeline.selected(desk.desk());
    let contract = desk
        .desk()
        .row(three[0])
        .unwrap()
        .contract_number()
        .to_string();
    desk.keys("m")
        .sees(&format!("takes no further lines: unmark {contract}"));
    assert_eq!(desk.model.pipeline.selected(desk.desk()), on);
    assert_eq!(desk.desk().quote_of(three[2]), None);
}
