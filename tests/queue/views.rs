//! The day's lists, the risk list, customers and sums.

use crate::fixture::*;
use renewdesk::book::filter::Filter;
use renewdesk::book::today::{Due, DueBy, due, sections};
use renewdesk::book::{QueueRow, Sums, groups, riskview};
use renewdesk::domain::ids::RenewalId;

fn ids(rows: &[QueueRow<'_>]) -> Vec<RenewalId> {
    rows.iter().map(|row| row.renewal()).collect()
}

/// Contracts of one customer ending on the given days, each worth `net`.
fn many(ends: &[(&str, &str)]) -> (Book, Vec<RenewalId>) {
    let mut book = Book::new();
    let account = book.account("Cobalt Ferries");
    let mut made = Vec::new();
    for (at, (end, net)) in ends.iter().enumerate() {
        let contract = book.contract(account, &format!("C{at}"));
        made.push(book.renewal(contract, end));
        book.line(contract, end, net);
    }
    (book, made)
}

#[test]
fn a_day_s_work_by_the_nearer_of_clock_and_next_date() {
    let (mut book, made) = many(&[
        ("2026-11-18", "100"),
        ("2026-11-22", "100"),
        ("2026-11-29", "100"),
        ("2026-11-30", "100"),
        ("2027-06-30", "100"),
        ("2027-06-30", "100"),
        ("2026-11-10", "100"),
    ]);
    book.edit(made[4], |r| r.next_date = Some(day("2026-11-22")));
    book.edit(made[5], |r| r.next_date = Some(day("2026-11-21")));
    book.edit(made[6], |r| r.stage = "booked".into());
    let queue = book.queue("2026-11-22");
    let lists = sections(&queue, day("2026-11-22"));
    // Ended four days ago beats a missed date far from the end: urgency 1.0 against 0.2.
    assert_eq!(ids(&lists.overdue), [made[0], made[5]]);
    assert_eq!(ids(&lists.today), [made[1], made[4]]);
    assert_eq!(ids(&lists.next7), [made[2]]);
    assert_eq!(lists.all().count(), 5);
    for row in lists.all() {
        let rank = row.priority(&RULES);
        assert_eq!(rank.amount * rank.loss * rank.urgency, rank.score);
        assert_eq!(rank.score, row.score());
        assert_eq!(rank.amount * rank.loss, row.exposure());
    }
}

#[test]
fn snoozed_rows_stay_away_until_their_day_and_then_come_back() {
    let (mut book, made) = many(&[("2026-11-18", "100"), ("2027-06-30", "100")]);
    for id in &made {
        book.edit(*id, |r| r.snoozed_until = Some(day("2026-11-24")));
    }
    let listed = |book: &Book, today: &str| {
        let queue = book.queue(today);
        let lists = sections(&queue, day(today));
        (ids(&lists.overdue), ids(&lists.today))
    };
    assert_eq!(listed(&book, "2026-11-23"), (vec![], vec![]));
    let (overdue, today) = listed(&book, "2026-11-24");
    assert_eq!((overdue, today), (vec![made[0]], vec![made[1]]));
    let queue = book.queue("2026-11-26");
    let row = queue.row(made[1]).unwrap();
    let late = Due {
        days: -2,
        by: DueBy::Snooze,
    };
    assert_eq!(due(&row, day("2026-11-26")), Some(late));
}

#[test]
fn lapsed_rows_stay_on_the_list_until_a_reason_is_given() {
    let (mut book, made) = many(&[("2026-08-31", "100")]);
    book.edit(made[0], |r| r.stage = "lapsed".into());
    let queue = book.queue("2026-11-22");
    let lists = sections(&queue, day("2026-11-22"));
    assert_eq!(ids(&lists.overdue), made);
    assert_eq!(lists.overdue[0].priority(&RULES).urgency, dec("0.3"));
    assert_eq!(
        lists.overdue[0].score(),
        dec("30"),
        "nobody expects it any more"
    );
}

#[test]
fn the_risk_list_is_by_exposure_and_leaves_out_what_was_reviewed() {
    let (mut book, made) = many(&[
        ("2027-06-30", "90000"),
        ("2027-05-31", "50000"),
        ("2027-04-30", "50000"),
        ("2026-10-31", "1000000"),
    ]);
    book.edit(made[0], |r| r.next_date = Some(day("2026-12-01")));
    book.edit(made[2], |r| r.owner = Some("Ilse".into()));
    book.edit(made[3], |r| r.stage = "booked".into());
    let list = |book: &Book, scope: &riskview::Scope| {
        let queue = book.queue("2026-11-22");
        let rows = riskview::list(book.gear(&queue), scope, day("2026-11-22"));
        ids(&rows)
    };
    // 90,000 × 0.05 = 4,500 against 50,000 × 0.25 = 12,500 twice, the earlier end first.
    let open = riskview::Scope::default();
    assert_eq!(list(&book, &open), [made[2], made[1], made[0]]);
    let told = book.told(made[2], "2026-11-22");
    let seen = riskview::review(&told, day("2026-11-22"));
    assert_eq!(seen.reasons, "no_next_step=watch");
    book.edit(made[2], |r| r.reviewed = Some(seen));
    assert_eq!(list(&book, &open), [made[1], made[0]]);
    let all = riskview::Scope {
        reviewed: true,
        filter: Filter::parse("owner = ilse", "me").unwrap(),
    };
    assert_eq!(list(&book, &all), [made[2]]);
    book.edit(made[2], |r| r.signals = vec!["competitor".into()]);
    assert_eq!(list(&book, &open), [made[2], made[1], made[0]]);
}

#[test]
fn customers_keep_the_order_of_their_best_row_and_sum_their_own() {
    let mut book = Book::new();
    let (a, b) = (book.account("A"), book.account("B"));
    for (account, number, end, net) in [
        (a, "1", "2027-03-31", "10"),
        (b, "2", "2027-01-31", "20"),
        (a, "3", "2026-12-31", "30"),
    ] {
        let contract = book.contract(account, number);
        book.renewal(contract, end);
        book.line(contract, end, net);
    }
    let queue = book.queue("2026-11-22");
    let grouped = groups::by_customer((0..).zip(queue.rows()));
    let names: Vec<&str> = grouped.iter().map(|g| &*g.customer).collect();
    assert_eq!(names, ["A", "B"]);
    assert_eq!(grouped[0].rows.len(), 2);
    assert_eq!(grouped[0].earliest, day("2026-12-31"));
    assert_eq!(grouped[0].sums.single().unwrap().1, dec("40"));
    let whole: usize = grouped.iter().map(|g| g.sums.rows).sum();
    assert_eq!(whole, queue.rows().len());
}

#[test]
fn different_currencies_are_never_added() {
    let (mut book, made) = many(&[
        ("2027-06-30", "100"),
        ("2027-07-31", "50"),
        ("2027-08-31", "0"),
    ]);
    let eur = "EUR".parse().unwrap();
    for line in &book.snapshot.lines.clone() {
        let price = if line.end == Some(day("2027-08-31")) {
            None
        } else {
            line.extended_net
        };
        book.edit_line(line.id, |l| {
            l.extended_net = price;
            if l.end == Some(day("2027-07-31")) {
                l.currency = Some(eur);
            }
        });
    }
    book.edit(made[1], |r| r.currency = Some(eur));
    let queue = book.queue("2026-11-22");
    let sums = Sums::of(queue.rows());
    let amounts: Vec<String> = sums.atr.iter().map(|(c, a)| format!("{c} {a}")).collect();
    assert_eq!(amounts.len(), 2);
    assert_eq!((sums.rows, sums.unpriced, sums.lines), (3, 1, 3));
    assert_eq!(sums.single(), None);
    let marked = Sums::of(queue.row(made[0]));
    assert_eq!(marked.single().unwrap().1, dec("100"));
}
