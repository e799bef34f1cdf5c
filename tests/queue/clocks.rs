//! Dates, countdown and status: the golden cases R34 to R36 and R39, and what holds on every day.

use crate::fixture::*;
use chrono::Days;
use proptest::prelude::*;
use renewdesk::book::clocks::{order_opens, t_minus};
use renewdesk::book::{Clock, ContractStatus, CountdownState, QueueRow};
use renewdesk::domain::contract::ContractKind;
use renewdesk::domain::line::{Coverage, LineKind};

fn days(row: &QueueRow, today: &str) -> [Option<i64>; 5] {
    [
        Clock::ContractEnd,
        Clock::LastRenewal,
        Clock::LastAttach,
        Clock::Ldos,
        Clock::QuoteValidity,
    ]
    .map(|clock| row.clocks().days(clock, day(today)))
}

#[test]
fn r34_five_clocks_and_the_headline() {
    let (mut book, _, renewal, _) = single("2026-12-31");
    book.eox(|record| {
        record.last_renewal = Some(day("2027-06-30"));
        record.last_attach = Some(day("2025-11-30"));
        record.ldos = Some(day("2028-10-31"));
    });
    book.quote(&[renewal], "2026-11-22", "40000");
    let queue = book.queue("2026-11-22");
    let row = queue.row(renewal).unwrap();
    assert_eq!(
        days(&row, "2026-11-22"),
        [Some(39), Some(69), Some(-357), Some(709), Some(30)]
    );
    assert_eq!(row.countdown().clock, Some(Clock::QuoteValidity));
    assert_eq!(row.countdown().days, 30);
    assert_eq!(row.countdown().words(), "30 d of quote");
    assert_eq!(row.days_left(), 39);
    let told = book.told(renewal, "2026-11-22");
    let source = |clock| &*told.clocks.get(clock).unwrap().source;
    assert_eq!(source(Clock::LastRenewal), "end + 30 d grace");
    assert_eq!(source(Clock::Ldos), "EoX import, ZZ-TEST-24, bulletin EOL1");
    assert!(source(Clock::QuoteValidity).contains("of 2026-11-22 + 30 d"));
}

#[test]
fn r35_days_before_the_end() {
    let marks = [180, 120, 90, 60, 45, 30, 14].map(|n| t_minus(day("2026-12-31"), n).to_string());
    assert_eq!(
        marks,
        [
            "2026-07-04",
            "2026-09-02",
            "2026-10-02",
            "2026-11-01",
            "2026-11-16",
            "2026-12-01",
            "2026-12-17"
        ]
    );
}

#[test]
fn r36_due_overdue_lapsed() {
    let (book, _, renewal, _) = single("2026-12-31");
    let on = |today: &str| {
        let row_queue = book.queue(today);
        let row = row_queue.row(renewal).unwrap();
        (row.days_left(), row.status(), row.countdown().words())
    };
    let said = |days, status, words: &str| (days, status, words.to_string());
    assert_eq!(
        on("2026-12-31"),
        said(0, ContractStatus::Due, "today: contract ends")
    );
    assert_eq!(
        on("2027-01-01"),
        said(-1, ContractStatus::Overdue, "-1 d overdue")
    );
    assert_eq!(
        on("2027-01-30"),
        said(-30, ContractStatus::Overdue, "-30 d overdue")
    );
    assert_eq!(
        on("2027-01-31"),
        said(-31, ContractStatus::Lapsed, "-31 d lapsed")
    );
    assert_eq!(on("2026-10-02").1, ContractStatus::Window);
    assert_eq!(on("2026-10-01").1, ContractStatus::Active);
}

#[test]
fn r39_a_service_order_opens_ninety_days_before_its_start() {
    assert_eq!(
        order_opens(day("2027-01-01"), false, &RULES),
        day("2026-10-03")
    );
}

#[test]
fn a_bulletin_that_ends_renewal_before_the_contract_leads() {
    let (mut book, _, renewal, _) = single("2026-12-31");
    book.eox(|record| record.last_renewal = Some(day("2026-12-09")));
    let row_queue = book.queue("2026-11-22");
    let row = row_queue.row(renewal).unwrap();
    assert_eq!(row.countdown().clock, Some(Clock::LastRenewal));
    assert_eq!(row.countdown().words(), "17 d to renew");
    assert_eq!(row.countdown().state, CountdownState::Soon);
    let last_queue = book.queue("2026-12-09");
    let last = last_queue.row(renewal).unwrap();
    assert_eq!(last.countdown().words(), "today: last day to renew");
    let past_queue = book.queue("2026-12-10");
    let past = past_queue.row(renewal).unwrap();
    assert_eq!(past.countdown().clock, Some(Clock::ContractEnd));
    assert_eq!(past.status(), ContractStatus::NotRenewable);
}

#[test]
fn subscriptions_have_no_grace_and_lead_with_their_notice_day() {
    let (mut book, contract, renewal, line) = single("2026-12-31");
    book.edit_contract(contract, |c| c.kind = ContractKind::Subscription);
    book.edit_line(line, |l| l.kind = LineKind::Subscription);
    book.eox(|record| record.last_renewal = Some(day("2026-12-01")));
    book.auto_renew(contract, 30);
    let row_queue = book.queue("2026-11-22");
    let row = row_queue.row(renewal).unwrap();
    let told = book.told(renewal, "2026-11-22");
    let renew = told.clocks.last_renewal.as_ref().unwrap();
    assert_eq!(
        renew.date,
        day("2026-12-31"),
        "the bulletin is for hardware"
    );
    assert_eq!(row.clocks().get(Clock::CancelBy), Some(day("2026-12-01")));
    assert_eq!(row.countdown().clock, Some(Clock::CancelBy));
    assert_eq!(row.countdown().words(), "9 d to cancel");
    let after_queue = book.queue("2027-01-01");
    let after = after_queue.row(renewal).unwrap();
    assert_eq!(after.countdown().state, CountdownState::Lapsed);
    assert_eq!(after.status(), ContractStatus::Lapsed);
}

#[test]
fn ldos_and_attach_lead_only_when_near_and_attach_only_for_bare_gear() {
    let (mut book, _, renewal, line) = single("2027-12-31");
    book.eox(|record| {
        record.ldos = Some(day("2027-05-21"));
        record.last_attach = Some(day("2026-12-01"));
    });
    let leads =
        |book: &Book, today: &str| book.queue(today).row(renewal).unwrap().countdown().clock;
    assert_eq!(leads(&book, "2026-11-22"), Some(Clock::ContractEnd));
    assert_eq!(leads(&book, "2026-11-23"), Some(Clock::Ldos), "179 days");
    book.edit_line(line, |l| l.coverage = Coverage::Expired);
    assert_eq!(leads(&book, "2026-11-22"), Some(Clock::LastAttach));
}

#[test]
fn the_line_s_own_file_beats_an_import_for_the_date_of_support() {
    let (mut book, _, renewal, line) = single("2027-12-31");
    book.eox(|record| record.ldos = Some(day("2030-01-31")));
    book.edit_line(line, |l| l.ldos = Some(day("2029-10-31")));
    let ldos = book.told(renewal, "2026-11-22").clocks.ldos.unwrap();
    assert_eq!(ldos.date, day("2029-10-31"));
    assert!(ldos.source.contains(PID), "{}", ldos.source);
}

#[test]
fn a_contract_s_clock_is_the_earliest_of_its_lines() {
    let (mut book, contract, renewal, line) = single("2027-12-31");
    let other = book.line(contract, "2027-12-31", "10");
    book.edit_line(line, |l| l.ldos = Some(day("2029-10-31")));
    book.edit_line(other, |l| l.ldos = Some(day("2028-10-31")));
    let row_queue = book.queue("2026-11-22");
    let row = row_queue.row(renewal).unwrap();
    assert_eq!(row.lines(), 2);
    assert_eq!(row.clocks().get(Clock::Ldos), Some(day("2028-10-31")));
}

#[test]
fn a_typed_validity_beats_the_thirty_days_and_only_the_newest_quote_counts() {
    let (mut book, _, renewal, _) = single("2026-12-31");
    let old = book.quote(&[renewal], "2026-10-01", "1");
    let new = book.quote(&[renewal], "2026-11-01", "1");
    book.edit_quote(new, |q| q.valid_until = Some(day("2026-11-25")));
    let row_queue = book.queue("2026-11-22");
    let row = row_queue.row(renewal).unwrap();
    assert_eq!(row.quote(), Some(new));
    assert_eq!(row.countdown().words(), "3 d of quote");
    assert_eq!(row.countdown().state, CountdownState::Soon);
    book.edit_quote(old, |q| q.created_on = day("2026-11-02"));
    assert_eq!(
        book.queue("2026-11-22").row(renewal).unwrap().quote(),
        Some(old)
    );
}

#[test]
fn a_header_without_lines_still_counts_down() {
    let (mut book, _, renewal, line) = single("2026-12-31");
    book.snapshot.lines.remove(line);
    let row_queue = book.queue("2026-12-11");
    let row = row_queue.row(renewal).unwrap();
    assert_eq!((row.lines(), row.atr().amount), (0, None));
    assert_eq!(row.countdown().words(), "20 d to end");
    let end = book.told(renewal, "2026-12-11").clocks.contract_end;
    assert_eq!(&*end.unwrap().source, "contract header");
}

#[test]
fn booked_and_lost_have_no_running_clock_and_a_lapse_without_reason_does() {
    let (mut book, _, renewal, _) = single("2026-08-31");
    let row = |book: &Book| {
        let queue = book.queue("2026-11-22");
        let row = queue.row(renewal).unwrap();
        (row.status(), row.countdown().words(), row.open())
    };
    assert_eq!(row(&book).0, ContractStatus::Lapsed);
    book.edit(renewal, |r| r.stage = "lapsed".into());
    let (_, words, open) = row(&book);
    assert_eq!(words, "-83 d lapsed");
    assert!(open, "the rep still owes a reason");
    book.edit(renewal, |r| r.loss_reason = Some("price".into()));
    assert_eq!(row(&book).1, "done");
    assert_eq!(row(&book).0, ContractStatus::Lost);
    book.edit(renewal, |r| r.loss_reason = Some("moved".into()));
    assert_eq!(row(&book).0, ContractStatus::Moved);
    book.edit(renewal, |r| r.stage = "booked".into());
    assert_eq!(row(&book).0, ContractStatus::Renewed);
    assert!(!row(&book).2);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Every clock's days drop by exactly one from one civil day to the next, across leap days,
    /// year ends and the end itself.
    #[test]
    fn days_drop_by_one_a_day(end in 0u64..4000, before in -400i64..400) {
        let end = day("2024-01-01") + Days::new(end);
        let (mut book, contract, renewal, _) = single(&end.to_string());
        book.auto_renew(contract, 45);
        book.eox(|record| record.ldos = Some(end + Days::new(77)));
        let today = end - chrono::TimeDelta::days(before);
        let now_queue = book.queue_on(today);
        let now = now_queue.row(renewal).unwrap();
        let next_queue = book.queue_on(today.succ_opt().unwrap());
        let next = next_queue.row(renewal).unwrap();
        prop_assert_eq!(now.days_left(), before);
        prop_assert_eq!(next.days_left(), now.days_left() - 1);
        for clock in [Clock::ContractEnd, Clock::LastRenewal, Clock::Ldos, Clock::CancelBy] {
            let on = |row: &QueueRow, day| row.clocks().days(clock, day).unwrap();
            prop_assert_eq!(on(&next, today.succ_opt().unwrap()), on(&now, today) - 1);
        }
        if next.countdown().clock == now.countdown().clock {
            prop_assert_eq!(next.countdown().days, now.countdown().days - 1);
        }
    }

    /// Status is a function of dates and orders alone: nothing else of the renewal moves it, and
    /// it only ever goes forward as days pass.
    #[test]
    fn status_depends_on_dates_only_and_never_goes_back(before in -60i64..200, owner: bool, step: bool) {
        let (mut book, _, renewal, _) = single("2026-12-31");
        let today = day("2026-12-31") - chrono::TimeDelta::days(before);
        let rank = |status| match status {
            ContractStatus::Active => 0,
            ContractStatus::Window => 1,
            ContractStatus::Due => 2,
            ContractStatus::Overdue => 3,
            ContractStatus::Lapsed => 4,
            other => panic!("{other:?} without a booking"),
        };
        let plain = book.queue_on(today).row(renewal).unwrap().status();
        let next = book.queue_on(today.succ_opt().unwrap()).row(renewal).unwrap().status();
        prop_assert!(rank(plain) <= rank(next));
        let expected = match before {
            91.. => 0,
            31..=90 => 1,
            0..=30 => 2,
            -30..=-1 => 3,
            _ => 4,
        };
        prop_assert_eq!(rank(plain), expected);
        book.edit(renewal, |r| {
            r.owner = owner.then(|| name("Ilse"));
            r.next_step = step.then(|| "call".to_string());
            r.at_risk = step.then(|| "unhappy".to_string());
            r.stage = if owner { "quoted".into() } else { "committed".into() };
        });
        prop_assert_eq!(book.queue_on(today).row(renewal).unwrap().status(), plain);
    }
}
