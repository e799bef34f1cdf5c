//! From expiring coverage to a first quote.

use crate::fixture::*;
use renewdesk::domain::ids::{LineId, QuoteLineId, RenewalId};
use renewdesk::domain::line::{Line, LineKind};
use renewdesk::domain::quote::{BuyDriver, Proration, QuoteLine, SellDriver};
use renewdesk::pricing::draft::{
    DraftError, DraftOptions, Expiring, Limits, Refusal, draft_line, draft_quote, draft_within,
    file_discount,
};
use renewdesk::pricing::{self, LineWarning};
use rust_decimal::Decimal;
use uuid::Uuid;

fn draft(line: &Line, ldos: Option<&str>, options: &DraftOptions) -> Result<QuoteLine, Refusal> {
    let id = QuoteLineId(Uuid::from_u128(8));
    draft_line(line, 1, id, today(), &rules(), ldos.map(day), options)
}

fn term(line: &QuoteLine) -> (String, String) {
    (line.start.to_string(), line.end.to_string())
}

fn span(start: &str, end: &str) -> (String, String) {
    (start.to_string(), end.to_string())
}

#[test]
fn a_renewal_follows_without_gap_for_twelve_months() {
    let line = Line {
        extended_net: Some(d("62.50")),
        ..covered("2026-01-01", "2026-12-31")
    };
    let made = draft(&line, None, &DraftOptions::default()).unwrap();
    assert_eq!(term(&made), span("2027-01-01", "2027-12-31"));
    assert_eq!(made.buy, BuyDriver::DiscountPct(d("37.5")));
    assert_eq!(made.sell, SellDriver::MarginPct(d("12")));
    assert_eq!(made.renews, Some(line.id));
    assert!(!made.cut_at_ldos);
}

#[test]
fn overdue_cover_is_back_dated_and_lapsed_cover_starts_today() {
    let at = |end: &str| {
        let line = covered("2026-01-01", end);
        term(&draft(&line, None, &DraftOptions::default()).unwrap()).0
    };
    assert_eq!(at("2026-11-21"), "2026-11-22");
    assert_eq!(at("2026-10-23"), "2026-10-24"); // the last day of grace
    assert_eq!(at("2026-10-22"), "2026-11-22"); // lapsed
    let subscription = Line {
        kind: LineKind::Subscription,
        ..covered("2026-01-01", "2026-11-21")
    };
    let made = draft(&subscription, None, &DraftOptions::default()).unwrap();
    assert_eq!(made.start, today());
    assert_eq!(made.proration, Proration::MonthPlusActual);
}

#[test]
fn r37_a_generated_term_is_cut_at_the_last_date_of_support() {
    let line = covered("2026-01-01", "2026-06-30");
    let line = Line {
        end: Some(day("2026-12-31")),
        ..line
    };
    let options = DraftOptions {
        term_months: Some(30),
        uplift_pct: None,
    };
    let made = draft(&line, Some("2028-10-31"), &options).unwrap();
    assert_eq!(term(&made), span("2027-01-01", "2028-10-31"));
    assert!(made.cut_at_ldos);
    let priced = pricing::price_line(&made, usd(), &rules());
    assert!(priced.warnings.contains(&LineWarning::CutAtLdos));
    let exact = draft(&line, Some("2027-12-31"), &DraftOptions::default()).unwrap();
    assert!(!exact.cut_at_ldos);
}

#[test]
fn no_cover_past_support_or_past_the_last_day_to_renew() {
    let line = covered("2026-01-01", "2026-12-31");
    let refusal = draft(&line, Some("2026-12-31"), &DraftOptions::default()).unwrap_err();
    assert!(refusal.sentence().contains("2026-12-31"), "{refusal}");
    assert!(matches!(refusal, Refusal::PastLdos { .. }));
    let one_day = draft(&line, Some("2027-01-01"), &DraftOptions::default()).unwrap();
    assert_eq!(one_day.end, day("2027-01-01"));
    let blocked = |last: &str| {
        let limits = Limits {
            ldos: None,
            last_renewal: Some(day(last)),
        };
        let id = QuoteLineId(Uuid::from_u128(8));
        draft_within(
            &line,
            1,
            id,
            today(),
            &rules(),
            limits,
            &DraftOptions::default(),
        )
    };
    assert!(blocked("2026-11-22").is_ok());
    assert!(matches!(
        blocked("2026-11-21"),
        Err(Refusal::PastLastRenewal { .. })
    ));
}

#[test]
fn what_is_gone_is_not_quoted() {
    let base = covered("2026-01-01", "2026-12-31");
    for line in [
        Line {
            terminated: Some(day("2026-03-01")),
            ..base.clone()
        },
        Line {
            replaced_by: Some("FOC9".into()),
            ..base.clone()
        },
        Line {
            renewed_to: Some("555".into()),
            ..base.clone()
        },
        Line {
            kind: LineKind::Asset,
            ..base.clone()
        },
        Line {
            kind: LineKind::Wrapper,
            ..base
        },
    ] {
        let refused = draft(&line, None, &DraftOptions::default());
        assert!(matches!(refused, Err(Refusal::NotRenewable { .. })));
    }
}

#[test]
fn the_discount_of_a_file_comes_from_its_column_or_its_net() {
    let line = Line {
        quantity: d("12"),
        unit_list: Some(d("1240.00")),
        extended_net: Some(d("9835.08")),
        ..covered("2026-12-11", "2027-12-31")
    };
    assert_eq!(file_discount(&line, &rules()), Some(d("37.499809")));
    let stated = Line {
        discount_pct: Some(d("40")),
        ..line.clone()
    };
    let made = draft(&stated, None, &DraftOptions::default()).unwrap();
    assert_eq!(made.buy, BuyDriver::DiscountPct(d("40")));
    let net_only = Line {
        unit_list: None,
        quantity: d("2"),
        ..line
    };
    let made = draft(&net_only, None, &DraftOptions::default()).unwrap();
    // 9,835.08 / 2 units × 365 / 386 days (2028 loses its leap day) is 4,650.0054….
    assert_eq!(made.buy, BuyDriver::UnitNet(d("4650.01")));
    let bare = Line {
        unit_list: None,
        extended_net: None,
        ..covered("2026-01-01", "2026-12-31")
    };
    let made = draft(&bare, None, &DraftOptions::default()).unwrap();
    assert_eq!(pricing::price_line(&made, usd(), &rules()).unit_net, None);
}

#[test]
fn r33_uplift_and_its_cap_for_several_years() {
    let line = Line {
        unit_list: Some(d("38400")),
        extended_net: Some(d("38400")),
        ..covered("2026-01-01", "2026-12-31")
    };
    let net = |months: i32| {
        let options = DraftOptions {
            term_months: Some(months),
            uplift_pct: Some(d("5")),
        };
        let made = draft(&line, None, &options).unwrap();
        let priced = pricing::price_line(&made, usd(), &rules());
        (priced.unit_net.unwrap(), priced.acv.unwrap())
    };
    assert_eq!(net(12).0, d("40320.00"));
    assert_eq!(net(36).1, d("39552.00"));
}

fn expiring(n: u128, lines: &[Line], currency: &str) -> Expiring {
    Expiring {
        renewal: RenewalId(Uuid::from_u128(n)),
        account: lines[0].account,
        currency: Some(currency.parse().unwrap()),
        lines: lines
            .iter()
            .map(|line| (line.clone(), Limits::default()))
            .collect(),
    }
}

#[test]
fn a_quote_takes_one_line_per_coverage_line_and_lists_what_it_left_out() {
    let first = covered("2026-01-01", "2026-12-31");
    let gone = Line {
        id: LineId(20),
        terminated: Some(day("2026-02-01")),
        ..first.clone()
    };
    let second = [Line {
        id: LineId(21),
        ..first.clone()
    }];
    let lines = [first, gone];
    let renewals = [expiring(30, &lines, "USD"), expiring(31, &second, "USD")];
    let mut n = 100u128;
    let mut ids = || {
        n += 1;
        Uuid::from_u128(n)
    };
    let options = DraftOptions::default();
    let drafted = draft_quote(&renewals, &mut ids, today(), &rules(), &options).unwrap();
    let numbers: Vec<_> = drafted
        .quote
        .lines
        .iter()
        .map(|l| (l.number, l.renewal))
        .collect();
    let renewal = |n: u128| Some(RenewalId(Uuid::from_u128(n)));
    assert_eq!(numbers, [(1, renewal(30)), (2, renewal(31))]);
    assert_eq!(drafted.refused.len(), 1);
    assert_eq!(drafted.refused[0].line(), Some(LineId(20)));

    let mixed = [expiring(30, &lines, "USD"), expiring(31, &second, "EUR")];
    let refused = draft_quote(&mixed, &mut ids, today(), &rules(), &options);
    assert!(matches!(refused, Err(DraftError::Currencies(..))));
    let none = draft_quote(&[], &mut ids, today(), &rules(), &options);
    assert_eq!(none, Err(DraftError::Nothing));
}

#[test]
fn a_list_price_of_the_old_sku_is_pointed_out() {
    let line = covered("2026-01-01", "2026-12-31");
    let made = draft(&line, None, &DraftOptions::default()).unwrap();
    assert_eq!(pricing::compared(&made, &line), []);
    let raised = QuoteLine {
        service_sku: Some("CON-SNTP-C93002TE".into()),
        ..made
    };
    assert_eq!(
        pricing::compared(&raised, &line),
        [LineWarning::ListOfOldSku]
    );
    let mut priced = pricing::price_line(&raised, usd(), &rules());
    pricing::compare_with(&raised, Some(&line), &mut priced);
    assert!(priced.warnings.contains(&LineWarning::ListOfOldSku));
    let typed = QuoteLine {
        unit_list: Some(Decimal::from(150)),
        ..raised
    };
    assert_eq!(pricing::compared(&typed, &line), []);
}
