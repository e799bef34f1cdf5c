//! Customers against portfolios, and how far they came with what they bought.

use crate::fixture::*;
use renewdesk::book::adoption_board::adoption_board;
use renewdesk::book::whitespace::whitespace;
use renewdesk::domain::adoption::Adoption;
use renewdesk::domain::ids::{AdoptionId, LineId};
use renewdesk::domain::line::{Coverage, Line};
use renewdesk::domain::portfolio::Portfolio;

#[test]
fn a_customer_has_what_runs_on_the_day_and_white_space_elsewhere() {
    let (mut book, _, _, id) = single("2027-06-30");
    let mut line = book.snapshot.lines.get(id).unwrap();
    line.portfolio = Portfolio::named("Services");
    line.product_portfolio = Portfolio::named("Networking");
    book.snapshot.lines.put(line.clone());
    let matrix = whitespace(&book.snapshot, day("2027-06-30"));
    assert_eq!(matrix.portfolios, [Portfolio::named("Networking").unwrap()]);
    let cell = matrix.rows[0].cells.values().next().unwrap();
    assert_eq!(cell.lines, 1);
    assert_eq!(cell.yearly.values().next(), Some(&dec("40000.00")));
    let over = whitespace(&book.snapshot, day("2027-07-01"));
    assert!(over.rows.is_empty(), "cover that ended is no spend");
    line.product_portfolio = None;
    book.snapshot.lines.put(line);
    let own = whitespace(&book.snapshot, day("2027-06-30"));
    assert_eq!(own.portfolios, [Portfolio::services()]);
}

#[test]
fn what_is_terminated_masked_or_not_begun_is_no_spend_and_what_names_no_end_goes_by_its_word() {
    let (mut book, _, _, id) = single("2027-06-30");
    let line = book.snapshot.lines.get(id).unwrap();
    let mut lines = |line: Line| {
        book.snapshot.lines.put(line);
        let matrix = whitespace(&book.snapshot, day("2026-11-22"));
        matrix
            .rows
            .iter()
            .flat_map(|row| row.cells.values())
            .map(|cell| cell.lines)
            .sum::<usize>()
    };
    assert_eq!(
        lines(Line {
            terminated: Some(day("2026-11-22")),
            ..line.clone()
        }),
        0
    );
    assert_eq!(
        lines(Line {
            terminated: Some(day("2026-11-23")),
            ..line.clone()
        }),
        1
    );
    assert_eq!(
        lines(Line {
            coverage: Coverage::Masked,
            ..line.clone()
        }),
        0
    );
    assert_eq!(
        lines(Line {
            start: Some(day("2026-11-23")),
            ..line.clone()
        }),
        0
    );
    assert_eq!(
        lines(Line {
            end: None,
            coverage: Coverage::Covered,
            ..line.clone()
        }),
        1
    );
    assert_eq!(
        lines(Line {
            end: None,
            coverage: Coverage::Unknown,
            ..line
        }),
        0
    );
}

#[test]
fn a_use_case_without_a_step_for_ninety_days_stalls_and_stands_first() {
    let (mut book, _, renewal, _) = single("2027-06-30");
    let account = book.snapshot.accounts.iter().next().unwrap().id;
    for (number, since, stage) in [
        (1, "2026-11-01", "Use"),
        (2, "2026-08-24", "Implement"),
        (3, "2026-01-01", "complete"),
        (4, "2026-08-25", "Implement"),
        (5, "2026-11-20", " Onboard"),
        (6, "2026-01-01", "Complete"),
    ] {
        book.snapshot.adoption.put(Adoption {
            id: AdoptionId(uuid(900 + number)),
            account,
            offer: "DNA".into(),
            use_case: format!("case {number}").into(),
            stage: stage.into(),
            adoption_pct: None,
            usage_pct: None,
            seen: None,
            open_actions: None,
            origin: None,
            since: Some(day(since)),
        });
    }
    let board = adoption_board(&book.snapshot, &RULES, day("2026-11-22"));
    let stalled: Vec<&str> = board
        .iter()
        .filter(|e| e.stalled)
        .map(|e| &*e.use_case)
        .collect();
    assert_eq!(
        stalled,
        ["case 2", "case 5"],
        "90 days stall, 89 do not, early stages always, complete never does"
    );
    assert_eq!(&*board[0].use_case, "case 2");
    assert_eq!(board[0].days, Some(90));
    assert_eq!(board[0].renewal, Some((renewal, day("2027-06-30"))));
}

#[test]
fn totals_stand_by_currency_the_commonest_first_and_nothing_is_added_across_them() {
    let (mut book, _, _, id) = single("2027-06-30");
    let line = Line {
        product_portfolio: Portfolio::named("Networking"),
        ..book.snapshot.lines.get(id).unwrap()
    };
    book.snapshot.lines.put(line.clone());
    for (number, currency, portfolio) in [
        (901, "EUR", "Networking"),
        (902, "EUR", "Security"),
        (903, "EUR", "Security"),
    ] {
        book.snapshot.lines.put(Line {
            id: LineId(number),
            currency: currency.parse().ok(),
            product_portfolio: Portfolio::named(portfolio),
            ..line.clone()
        });
    }
    let matrix = whitespace(&book.snapshot, day("2026-11-22"));
    let totals = matrix.totals();
    let shown: Vec<String> = totals
        .iter()
        .map(|total| format!("{} {} {:?}", total.currency, total.all, total.cells))
        .collect();
    assert_eq!(
        totals
            .iter()
            .map(|total| total.customers)
            .collect::<Vec<_>>(),
        [1, 1],
        "{shown:?}"
    );
    // of equally common ones the first by code
    assert_eq!(totals[0].currency.code(), "EUR");
    assert_eq!(totals[0].all, dec("120000.00"));
    let security = Portfolio::named("Security").unwrap();
    assert_eq!(totals[0].cells.get(&security), Some(&dec("80000.00")));
    assert_eq!(totals[1].all, dec("40000.00"));
    assert!(!totals[1].cells.contains_key(&security));
    assert_eq!(matrix.holders(), [1, 1]);
    let yearly = matrix.rows[0].yearly();
    assert_eq!(
        yearly.values().copied().sum::<rust_decimal::Decimal>(),
        dec("160000.00")
    );
    assert_eq!(yearly.len(), 2);
}
