//! Triggers, order, value, deadline, refusals.

use crate::book::*;
use renewdesk::domain::line::{Coverage, LineKind};
use renewdesk::domain::money::Currency;
use renewdesk::expand::Play;

#[test]
fn support_that_ends_within_the_horizon_asks_for_a_refresh() {
    let mut book = Book::new();
    for serial in ["FOC1", "FOC2"] {
        book.line(serial, |line| line.pid = Some("WS-C2960X-48FPD-L".into()));
    }
    book.line("FOC3", |line| line.pid = Some("C9200L-48P-4G".into()));
    let found = book.only(Play::LdosRefresh);
    assert_eq!(
        (found.customer.as_ref(), found.family.as_str()),
        ("Fjord Data", "Catalyst 2960-X")
    );
    assert_eq!(found.devices, d("2"));
    assert_eq!(found.deadline, Some(day("2027-10-31")));
    assert!(found.why.contains("2027-10-31"), "{}", found.why);
    let facts: Vec<_> = found
        .evidence
        .iter()
        .map(|e| (e.fact.as_str(), e.source.as_str()))
        .collect();
    assert!(
        facts
            .iter()
            .any(|(f, s)| f.contains("last date of support 2027-10-31")
                && s.contains("verify on Cisco EoX")),
        "{facts:?}"
    );
    assert!(
        facts
            .iter()
            .any(|(f, _)| f.contains("replacement listed Catalyst 9200L")),
        "{facts:?}"
    );
    assert!(
        facts
            .iter()
            .any(|(f, s)| f.starts_with("FOC1") && s.contains("ib.xlsx row 1")),
        "{facts:?}"
    );
    // The book knows service on a C9200L (120.00 a year), no hardware price.
    assert_eq!(found.value.unwrap().amount, d("240.00"));
    assert!(
        found.value_basis.contains("hardware price unknown"),
        "{}",
        found.value_basis
    );
    assert_eq!(found.confidence, (d("0.90"), "high"));
    assert_eq!(found.closeness, d("0.2"));
    assert_eq!(found.rank, d("43.2"));
    assert_eq!(found.portfolio.unwrap().title(), "Networking");
}

#[test]
fn a_line_own_date_decides_and_the_table_is_shown_beside_it() {
    let mut book = Book::new();
    book.line("FOC1", |line| {
        line.pid = Some("WS-C2960X-48FPD-L".into());
        line.ldos = Some(day("2031-01-31"));
    });
    assert_eq!(book.plays(), []);
    book.line("FOC2", |line| {
        line.pid = Some("C9300-24T-E".into());
        line.ldos = Some(day("2028-11-22"));
    });
    assert_eq!(book.plays(), [Play::LdosRefresh]);
    let found = book.only(Play::LdosRefresh);
    assert_eq!(found.value, None);
    assert!(found.value_basis.starts_with("value unknown"));
}

#[test]
fn replaced_and_missing_boxes_are_left_out_with_the_reason() {
    let mut book = Book::new();
    let pid = "WS-C2960X-48FPD-L";
    book.line("FOC1", |line| line.pid = Some(pid.into()));
    book.line("FOC2", |line| {
        line.pid = Some(pid.into());
        line.replaced_by = Some("FOC9".into());
    });
    book.line("FOC3", |line| {
        line.pid = Some(pid.into());
        line.gone_in = line.origin.map(|o| o.batch);
    });
    let found = book.only(Play::LdosRefresh);
    assert_eq!(found.devices, d("1"));
    assert_eq!(found.refused.len(), 2, "{:?}", found.refused);
}

#[test]
fn bare_boxes_are_offered_at_their_sisters_level_and_median_price() {
    let mut book = Book::new();
    for (serial, net) in [("FOC1", "100.00"), ("FOC2", "120.00"), ("FOC3", "170.00")] {
        book.line(serial, |line| line.extended_net = Some(d(net)));
    }
    book.line("FOC4", |line| {
        line.currency = Some("EUR".parse::<Currency>().unwrap())
    });
    book.bare("FOC8", "C9300-24T-E");
    book.bare("FOC9", "C9300-24T-E");
    let found = book.only(Play::CoverageGap);
    assert_eq!(found.what, "Cover 2 × Catalyst 9300 at 8x5xNBD (SNT)");
    assert_eq!(found.value.unwrap().amount, d("240.00"));
    assert!(
        found
            .value_basis
            .contains("median of 3, same PID and level"),
        "{}",
        found.value_basis
    );
    assert_eq!(found.confidence, (d("0.60"), "medium"));
    assert!(found.portfolio.unwrap().is_services());
    assert_eq!(found.deadline, None);
}

#[test]
fn a_price_is_never_guessed() {
    let mut book = Book::new();
    book.bare("FOC8", "C9300-24T-E");
    let found = book.only(Play::CoverageGap);
    assert_eq!(found.value, None);
    assert!(
        found.value_basis.starts_with("value unknown"),
        "{}",
        found.value_basis
    );
    assert_eq!(found.rank, d("0.12"));
    book.line("FOC1", |line| {
        line.account = account(2);
        line.extended_net = None;
        line.unit_list = None;
    });
    assert_eq!(
        book.only(Play::CoverageGap).what,
        "Cover 1 × Catalyst 9300 at 8x5xNBD (SNT)"
    );
    assert_eq!(book.only(Play::CoverageGap).value, None);
}

#[test]
fn masked_modules_and_licences_are_no_gap() {
    let mut book = Book::new();
    book.bare("FOC1", "C9300-24T-E");
    let masked = book.bare("FOC2", "C9300-24T-E");
    let mut line = book.snapshot.lines.get(masked).unwrap();
    line.id = renewdesk::domain::ids::LineId(99);
    line.coverage = Coverage::Masked;
    book.snapshot.lines.put(line);
    book.bare("FOC3", "C9300-NM-8X");
    book.bare("FOC4", "LIC-MX67-SEC-3YR");
    let found = book.only(Play::CoverageGap);
    assert_eq!(found.devices, d("1"));
    assert_eq!(found.refused.len(), 2, "{:?}", found.refused);
}

#[test]
fn gear_past_its_attach_date_can_only_be_replaced() {
    let mut book = Book::new();
    book.eox("C9300-24T-E", Some("2026-11-21"), Some("2031-12-31"));
    book.bare("FOC1", "C9300-24T-E");
    book.lapsed("FOC2", "2026-06-30");
    book.line("FOC3", |_| {});
    assert_eq!(book.plays(), [Play::LdosRefresh]);
    let found = book.only(Play::LdosRefresh);
    assert_eq!(found.devices, d("2"));
    assert!(
        found.why.contains("2 without cover can get no service"),
        "{}",
        found.why
    );

    let mut open = Book::new();
    open.eox("C9300-24T-E", Some("2026-11-22"), Some("2031-12-31"));
    open.bare("FOC1", "C9300-24T-E");
    let found = open.only(Play::CoverageGap);
    assert_eq!(found.deadline, Some(today()));
    assert_eq!(found.confidence.0, d("0.80"));
}

#[test]
fn cover_that_lapsed_is_won_back_at_its_last_value() {
    let mut book = Book::new();
    let renewal = book.renewal("2026-06-30");
    book.lapsed("FOC1", "2026-06-30");
    book.lapsed("FOC2", "2026-10-22");
    let found = book.only(Play::LapsedWinBack);
    assert_eq!(found.value.unwrap().amount, d("240.00"));
    assert!(
        found.value_basis.contains("2 of 2 lines"),
        "{}",
        found.value_basis
    );
    assert_eq!(found.renewal, Some(renewal));
    assert_eq!(found.confidence, (d("0.40"), "low"));
    assert!(
        found.why.contains("2026-06-30 to 2026-10-22"),
        "{}",
        found.why
    );
}

#[test]
fn what_is_no_win_back() {
    let none = |change: fn(&mut renewdesk::domain::line::Line)| {
        let mut book = Book::new();
        let id = book.lapsed("FOC1", "2026-06-30");
        let mut line = book.snapshot.lines.get(id).unwrap();
        change(&mut line);
        book.snapshot.lines.put(line);
        assert_eq!(book.plays(), []);
    };
    none(|line| line.end = Some(day("2026-10-23"))); // the last day of grace
    none(|line| line.renewed_to = Some("777".into()));
    none(|line| line.replaced_by = Some("FOC7".into()));
    none(|line| line.terminated = Some(day("2026-05-01")));
    none(|line| line.kind = LineKind::Subscription);
    none(|line| line.end = None);
    none(|line| line.origin = None);
    let mut masked = Book::new();
    let id = masked.lapsed("FOC1", "2026-06-30");
    let mut line = masked.snapshot.lines.get(id).unwrap();
    line.coverage = Coverage::Masked;
    masked.snapshot.lines.put(line);
    assert_eq!(masked.plays(), [Play::Takeover]);
    let mut followed = Book::new();
    followed.lapsed("FOC1", "2026-06-30");
    followed.line("FOC1", |_| {});
    assert_eq!(followed.plays(), []);
}

#[test]
fn one_box_is_in_one_play() {
    let mut book = Book::new();
    let pid = "WS-C2960X-48FPD-L";
    let bare = book.bare("FOC1", pid);
    let lapsed = book.lapsed("FOC1", "2026-06-30");
    let mut line = book.snapshot.lines.get(lapsed).unwrap();
    line.pid = Some(pid.into());
    book.snapshot.lines.put(line);
    book.bare("FOC2", "C9300-24T-E");
    book.lapsed("FOC2", "2026-06-30");
    let found = book.suggestions();
    let mut plays: Vec<_> = found.iter().map(|s| (s.play, s.devices)).collect();
    plays.sort();
    assert_eq!(
        plays,
        [(Play::LdosRefresh, d("1")), (Play::CoverageGap, d("1"))]
    );
    let refresh = book.only(Play::LdosRefresh);
    assert!(refresh.lines.contains(&bare) || refresh.lines.contains(&lapsed));
    assert!(
        refresh.why.contains("1 of them have no cover"),
        "{}",
        refresh.why
    );
}

#[test]
fn valued_suggestions_come_first_by_rank() {
    let mut book = Book::new();
    book.bare("FOC8", "C9200-24T");
    book.lapsed("FOC1", "2026-06-30");
    book.line("FOC2", |line| {
        line.account = account(2);
        line.start = Some(day("2025-07-01"));
        line.end = Some(day("2026-06-30"));
        line.extended_net = Some(d("9000"));
        line.coverage = Coverage::Expired;
    });
    let found = book.suggestions();
    let order: Vec<_> = found
        .iter()
        .map(|s| (s.play, s.value.map(|v| v.amount)))
        .collect();
    assert_eq!(
        order,
        [
            (Play::LapsedWinBack, Some(d("9000.00"))),
            (Play::LapsedWinBack, Some(d("120.00"))),
            (Play::CoverageGap, None),
        ]
    );
}

#[test]
fn ranks_of_different_currencies_are_not_compared() {
    let mut book = Book::new();
    for n in 0..3 {
        book.line(&format!("FOC{n}"), |_| {});
    }
    book.lapsed("FOL1", "2026-06-30");
    book.line("FOL2", |line| {
        line.account = account(2);
        line.start = Some(day("2025-07-01"));
        line.end = Some(day("2026-06-30"));
        line.extended_net = Some(d("114048"));
        line.currency = Some("JPY".parse::<Currency>().unwrap());
        line.coverage = Coverage::Expired;
    });
    let codes: Vec<_> = book
        .suggestions()
        .iter()
        .map(|s| s.value.unwrap().currency.to_string())
        .collect();
    assert_eq!(codes, ["USD", "JPY"]);
}

#[test]
fn the_same_book_gives_the_same_list() {
    let mut book = Book::new();
    for n in 0..40 {
        book.bare(
            &format!("FOC{n}"),
            if n % 2 == 0 {
                "C9300-24T-E"
            } else {
                "WS-C2960X-48FPD-L"
            },
        );
        book.lapsed(&format!("FOL{n}"), "2026-06-30");
    }
    let once = book.suggestions();
    let mut lines: Vec<_> = book.snapshot.lines.iter().collect();
    // the other way round: lines come by their numbers, so that the numbers turn
    let last = lines.iter().map(|line| line.id.0).max().unwrap();
    for line in &mut lines {
        line.id.0 = last + 1 - line.id.0;
    }
    book.snapshot.lines = lines.into_iter().collect();
    let turned = book.suggestions();
    let told = |list: &[renewdesk::expand::Suggestion]| -> Vec<(String, String, String)> {
        let each = list.iter();
        each.map(|s| (s.key.clone(), s.facts.clone(), s.what.clone()))
            .collect()
    };
    assert_eq!(told(&turned), told(&once));
    let facts = |list: &[renewdesk::expand::Suggestion]| -> Vec<Vec<String>> {
        let each = list.iter().map(|s| s.evidence.iter());
        // of equal sisters the one with the lowest number is named
        let own = |fact: &String| !fact.contains("sister device");
        each.map(|all| all.map(|e| e.fact.clone()).filter(own).collect())
            .collect()
    };
    assert_eq!(facts(&turned), facts(&once));
    assert_eq!(once.len(), 3);
    assert!(
        once[0].evidence.iter().any(|e| e.fact.starts_with("and ")),
        "{:#?}",
        once[0].evidence
    );
}
