//! Filters in words: what each finds, and what a wrong one says.

use crate::fixture::*;
use proptest::prelude::*;
use renewdesk::book::QueueRow;
use renewdesk::book::filter::{EXAMPLES, Filter};
use renewdesk::domain::portfolio::Portfolio;

/// Five renewals that differ in everything a filter can ask.
fn book() -> Book {
    let mut book = Book::new();
    let acme = book.account("Acme, Söhne and Co");
    let cobalt = book.account("Cobalt Ferries");
    let make = |book: &mut Book, account, number: &str, end: &str, net: &str| {
        let contract = book.contract(account, number);
        let renewal = book.renewal(contract, end);
        let line = book.line(contract, end, net);
        (renewal, line)
    };
    let (near, _) = make(&mut book, acme, "near", "2026-12-11", "12000");
    let (over, line) = make(&mut book, cobalt, "over", "2026-11-18", "5000");
    let (far, _) = make(&mut book, cobalt, "far", "2027-10-31", "300000");
    let (lapsed, unpriced) = make(&mut book, acme, "lapsed", "2026-09-30", "1");
    let (booked, _) = make(&mut book, cobalt, "booked", "2026-11-01", "7");
    book.edit(near, |r| {
        r.stage = "quoted".into();
        r.owner = Some("Mara".into());
    });
    book.quote(&[near], "2026-11-20", "12000");
    book.edit_line(line, |l| l.portfolio = Portfolio::named("security"));
    book.edit(over, |r| {
        r.owner = Some("Jörg".into());
        r.at_risk = Some("price".into());
    });
    book.edit(far, |r| {
        r.owner = None;
        r.next_step = Some("Asset list".into());
        r.next_date = Some(day("2026-11-24"));
    });
    book.edit(lapsed, |r| r.snoozed_until = Some(day("2026-12-24")));
    book.edit_line(unpriced, |l| l.extended_net = None);
    book.edit(booked, |r| r.stage = "booked".into());
    book
}

fn found(words: &str) -> Vec<String> {
    let filter =
        Filter::parse_for(words, "jörg", &RULES).unwrap_or_else(|e| panic!("{words}: {e}"));
    let book = book();
    let queue = book.queue("2026-11-22");
    let gear = book.gear(&queue);
    let passes = |row: &QueueRow<'_>| filter.matches(row, day("2026-11-22"), gear);
    let numbers = queue.rows().iter().filter(passes);
    numbers
        .map(|row| row.contract_number().to_string())
        .collect()
}

#[test]
fn every_kind_of_condition() {
    for (words, expected) in [
        ("", "near over far lapsed booked"),
        ("owner = me", "over"),
        ("mine", "over"),
        ("OWNER IS mara", "near lapsed booked"),
        ("owner = none", "far"),
        ("unassigned", "far"),
        ("owner != none, owner is not me", "near lapsed booked"),
        ("stage = quoted", "near"),
        ("stage = Customer review or quoted or BOOKED", "near booked"),
        ("not stage = upcoming", "near booked"),
        ("end within 30 days", "near over lapsed"),
        ("end within 2 weeks", "over lapsed"),
        ("end before 2026-11-22 and open", "over lapsed"),
        ("end > today", "near far"),
        ("end <= +19d", "near over lapsed booked"),
        ("renew = 2026-12-18", "over"),
        ("validity within 30d", "near"),
        ("validity = none", "over far lapsed booked"),
        ("due within 7 days", "over lapsed"),
        ("next within 7 days", "far"),
        ("next = none", "near over lapsed booked"),
        ("overdue", "over"),
        ("lapsed", "lapsed"),
        ("not lapsed", "near over far booked"),
        ("closed", "booked"),
        ("atr > 10000", "near far"),
        ("atr>=12,000", "near far"),
        ("atr < 12k", "over booked"),
        ("atr > 0.1m", "far"),
        ("atr = none", "lapsed"),
        ("portfolio = security", "over"),
        ("portfolio = services, atr = any", "near far booked"),
        ("portfolio contains sec", "over"),
        ("risk >= critical", "over lapsed"),
        ("risk = on-track", "booked"),
        ("customer contains acme", "near lapsed"),
        ("customer contains sohne", "near lapsed"),
        ("customer = \"acme, söhne and co\"", "near lapsed"),
        ("contract = FAR", "far"),
        ("quote = none", "over far lapsed booked"),
        ("quote contains q-", "near"),
        ("what contains snt", "near over far lapsed booked"),
        ("step contains asset", "far"),
        ("flagged", "over"),
        ("snoozed", "lapsed"),
        ("reviewed", ""),
        ("status = due", "near"),
        ("currency = usd", "near over far booked"),
        ("lines >= 1, days < 0, open", "over lapsed"),
        ("win = 100%", "booked"),
    ] {
        let expected: Vec<&str> = expected.split_whitespace().collect();
        assert_eq!(found(words), expected, "{words}");
    }
}

#[test]
fn a_wrong_word_is_named_with_the_nearest_right_one() {
    let error = |words: &str| {
        Filter::parse_for(words, "me", &RULES)
            .unwrap_err()
            .to_string()
    };
    for (words, expected) in [
        (
            "ovner = me",
            "\"ovner\" is no word of a filter; did you mean \"owner\"?",
        ),
        (
            "overdeu",
            "\"overdeu\" is no word of a filter; did you mean \"overdue\"?",
        ),
        ("xyzzy", "\"xyzzy\" is no word of a filter"),
        (
            "stage = quotde",
            "\"quotde\" is no stage; did you mean \"Quoted\"?",
        ),
        ("risk >= hgh", "\"hgh\" is not one of the words it can be"),
        (
            "risk = critcal",
            "\"critcal\" is not one of the words it can be; did you mean \"critical\"?",
        ),
        (
            "owner contians x",
            "\"contians\" is no comparison; did you mean \"contains\"?",
        ),
        (
            "owner",
            "\"owner\" needs a comparison and a value, e.g. `= none`",
        ),
        ("owner =", "\"=\" needs a value after it"),
        (
            "atr > many",
            "\"many\" is no number; write 10000, 10,000 or 10k",
        ),
        (
            "end within soon",
            "\"soon\" is no number of days; write 30 days or 4 weeks",
        ),
        (
            "end before June",
            "\"June\" is no day; write 2027-06-30, today, +30d or 30 days",
        ),
        (
            "customer > b",
            "\"customer\" is a text: use =, != or contains",
        ),
        (
            "stage > quoted",
            "\"stage\" can only be compared with = and !=",
        ),
        ("not", "\"not\" stands alone; say what is not wanted"),
        (
            "customer = \"Smith",
            "\"Smith\" is quoted and the quote never ends",
        ),
    ] {
        assert_eq!(error(words), expected, "{words}");
    }
}

#[test]
fn every_example_of_the_help_is_understood() {
    for (words, _) in EXAMPLES {
        let filter = Filter::parse_for(words, "me", &RULES).unwrap();
        assert!(!filter.is_empty(), "{words}");
        assert_eq!(filter.words(), words);
    }
}

proptest! {
    /// No text makes the reader fail in another way than with a sentence, and `not` is the exact
    /// opposite of each single condition.
    #[test]
    fn any_text_is_read_or_refused(words in "[a-z0-9=<>!, \"–“”]{0,40}") {
        if let Err(error) = Filter::parse(&words, "me") {
            prop_assert!(!error.problem.is_empty());
        }
    }

    #[test]
    fn not_is_the_opposite(which in 0usize..EXAMPLES.len()) {
        let words = EXAMPLES[which].0;
        prop_assume!(!words.contains(" and ") && !words.starts_with("not"));
        let yes = found(words);
        let no = found(&format!("not {words}"));
        prop_assert_eq!(yes.len() + no.len(), 5);
        prop_assert!(yes.iter().all(|number| !no.contains(number)));
    }
}

#[test]
fn what_is_at_stake_is_passed_in_sorted_and_filtered_by() {
    use renewdesk::book::sort::{Column, sort};
    use renewdesk::book::{AllAtStake, AtStake, QueueRow};
    let book = book();
    let mut queue = book.queue("2026-11-22");
    let ids: Vec<_> = queue.rows().iter().map(|row| row.renewal()).collect();
    assert!(ids.len() >= 3);
    let stake = |points: i64, smooth: i64, mark| AtStake {
        points: rust_decimal::Decimal::new(points, 2),
        smooth: rust_decimal::Decimal::new(smooth, 2),
        mark,
    };
    let told = [
        (ids[0], stake(0, 4, "spare")),
        (ids[1], stake(25, 1, "pivotal")),
    ];
    queue.set_stakes(AllAtStake::of(told));
    let mut rows: Vec<QueueRow<'_>> = queue.rows().iter().collect();
    sort(&mut rows, Column::AtStake, true);
    assert_eq!((rows[0].renewal(), rows[1].renewal()), (ids[1], ids[0]));
    assert!(
        rows[2..].iter().all(|row| row.at_stake().is_none()),
        "unknown last"
    );
    let found = |words: &str| {
        let filter = Filter::parse(words, "me").unwrap();
        let rows = queue.rows().iter();
        rows.filter(|row| filter.matches(row, queue.today(), book.gear(&queue)))
            .count()
    };
    assert_eq!(
        (found("pvi > 0.1"), found("pivotal"), found("spare")),
        (1, 1, 1)
    );
    assert_eq!((found("pvi = 0"), found("pvi = none")), (1, ids.len() - 2));
}
