//! One cell at a time: what moves, what stays, what is refused.

use crate::fixture::*;
use renewdesk::domain::quote::{BuyDriver, QuoteLine, SellDriver};
use renewdesk::pricing::coterm::ended;
use renewdesk::pricing::edit::{EditError, Field, apply, apply_all, parse_field, text_of};
use renewdesk::pricing::price_line;
use rust_decimal::Decimal;

fn set(line: &QuoteLine, field: &str, text: &str) -> Result<QuoteLine, EditError> {
    let field = parse_field(field).expect("a field of the issue");
    apply(line, field, text, today(), &rules())
}

#[test]
fn every_field_of_the_command_line_has_its_name() {
    for name in [
        "quantity",
        "unit_list",
        "discount_pct",
        "unit_net",
        "margin_pct",
        "markup_pct",
        "unit_sell",
        "start",
        "end",
        "term_months",
        "service_sku",
        "premium",
        "ea",
        "portfolio",
    ] {
        assert_eq!(parse_field(name).map(Field::id), Some(name));
    }
    assert_eq!(parse_field("Discount-Pct"), Some(Field::DiscountPct));
    assert_eq!(parse_field("colour"), None);
}

#[test]
fn a_typed_percent_survives_quantity_and_dates() {
    let line = set(&worked_line(), "discount_pct", "41.25%").unwrap();
    let line = set(&line, "quantity", "7").unwrap();
    let line = set(&line, "end", "2028-12-31").unwrap();
    let line = set(&line, "term_months", "36").unwrap();
    assert_eq!(line.buy, BuyDriver::DiscountPct(d("41.25")));
    assert_eq!(line.sell, SellDriver::MarginPct(d("12")));
    assert_eq!(line.end, day("2029-12-10"));
}

#[test]
fn a_typed_net_price_goes_with_the_term_and_gives_no_time_away() {
    let line = set(&worked_line(), "term_months", "12").unwrap();
    for (field, net, doubled) in [
        ("unit_net", "100", BuyDriver::UnitNet(d("200"))),
        (
            "extended_net",
            "15000.03",
            BuyDriver::ExtendedNet(d("30000.06")),
        ),
    ] {
        let typed = set(&line, field, net).unwrap();
        let longer = set(&typed, "term_months", "24").unwrap();
        assert_eq!(longer.buy, doubled, "{field}");
        assert_eq!(set(&longer, "term_months", "12").unwrap().buy, typed.buy);
        let moved = ended(&typed, longer.end).unwrap();
        assert_eq!(moved.buy, doubled, "co-termed");
        // where start and end move alike nothing does
        let later = apply_all(
            &typed,
            &[(Field::Start, "+1y"), (Field::End, "+1y")],
            today(),
            &rules(),
        );
        assert_eq!(later.unwrap().buy, typed.buy);
        // typed together with the dates it is a price for them
        let both = [
            (Field::TermMonths, "24"),
            (parse_field(field).unwrap(), "90"),
        ];
        let both = apply_all(&typed, &both, today(), &rules()).unwrap();
        assert!(
            matches!(both.buy, BuyDriver::UnitNet(n) | BuyDriver::ExtendedNet(n) if n == d("90"))
        );
    }
}

#[test]
fn a_typed_sell_price_stays_when_net_moves() {
    let line = set(&worked_line(), "unit_sell", "950").unwrap();
    let line = set(&line, "unit_net", "=800*1").unwrap();
    let priced = price_line(&line, usd(), &rules());
    assert_eq!(priced.unit_sell, Some(d("950.00")));
    assert_eq!(priced.unit_net, Some(d("800.00")));
    let again = set(&line, "discount_pct", "37.5").unwrap();
    assert_eq!(
        price_line(&again, usd(), &rules()).unit_net,
        Some(d("819.59"))
    );
}

#[test]
fn a_term_past_support_is_refused_with_the_latest_day() {
    let line = QuoteLine {
        ldos: Some(day("2028-10-31")),
        ..worked_line()
    };
    for (field, text) in [("end", "2029-06-30"), ("term_months", "36"), ("end", "+2y")] {
        let error = set(&line, field, text).unwrap_err();
        let EditError::PastLdos { latest, .. } = &error else {
            panic!("{error}")
        };
        assert_eq!(*latest, day("2028-10-31"));
        assert!(error.to_string().contains("2028-10-31"));
        assert!(error.hint().contains("2028-10-31"));
    }
    let cut = QuoteLine {
        cut_at_ldos: true,
        ..line
    };
    let last = set(&cut, "end", "2028-10-31").unwrap();
    assert!(!last.cut_at_ldos);
}

#[test]
fn dates_keep_their_order() {
    let line = worked_line();
    assert!(matches!(
        set(&line, "end", "2026-12-10"),
        Err(EditError::EndBeforeStart { .. })
    ));
    assert!(matches!(
        set(&line, "start", "2028-01-01"),
        Err(EditError::EndBeforeStart { .. })
    ));
    assert_eq!(
        set(&line, "end", "2026-12-11").unwrap().end,
        day("2026-12-11")
    );
    assert_eq!(set(&line, "start", "eom").unwrap().start, day("2026-12-31"));
    assert_eq!(
        set(&line, "term_months", "3y").unwrap().end,
        day("2029-12-10")
    );
}

#[test]
fn limits_are_refused_in_sentences() {
    let line = worked_line();
    for (field, text) in [
        ("quantity", "-1"),
        ("quantity", ""),
        ("discount_pct", "100.01"),
        ("discount_pct", "-1"),
        ("margin_pct", "100"),
        ("markup_pct", "-101"),
        ("unit_net", "-5"),
        ("unit_sell", "5%"),
        ("term_months", "0"),
        ("term_months", "12.5"),
        ("premium", "maybe"),
        ("end", "soon"),
        ("unit_list", "abc"),
    ] {
        let error = set(&line, field, text).unwrap_err();
        assert!(error.to_string().ends_with('.'), "{field}={text}: {error}");
        assert!(
            error.hint().ends_with('.'),
            "{field}={text}: {}",
            error.hint()
        );
    }
    for (field, text) in [
        ("discount_pct", "0"),
        ("discount_pct", "100"),
        ("margin_pct", "99.99"),
        ("margin_pct", "-20"),
        ("markup_pct", "-100"),
        ("quantity", "0"),
    ] {
        assert!(set(&line, field, text).is_ok(), "{field}={text}");
    }
}

#[test]
fn a_new_service_sku_brings_its_level_but_no_price() {
    let line = set(&worked_line(), "service_sku", "con-sntp-c93002te").unwrap();
    assert_eq!(line.service_sku.as_deref(), Some("CON-SNTP-C93002TE"));
    assert_eq!(line.service_level.as_deref(), Some("24x7x4"));
    assert_eq!(line.unit_list, worked_line().unit_list);
    let unknown = set(&line, "service_sku", "CON-QQQ-C93002TE").unwrap();
    assert_eq!(unknown.service_level, None);
}

#[test]
fn flags_are_yes_no_or_unknown_and_portfolios_take_their_title() {
    let line = set(&worked_line(), "premium", "yes").unwrap();
    let line = set(&line, "ea", "no").unwrap();
    let line = set(&line, "portfolio", "cloud and ai").unwrap();
    assert_eq!((line.premium, line.ea), (Some(true), Some(false)));
    assert_eq!(
        line.portfolio.as_ref().unwrap().title(),
        "Cloud & AI Infrastructure"
    );
    let line = set(&line, "premium", "unknown").unwrap();
    let line = set(&line, "portfolio", "").unwrap();
    assert_eq!((line.premium, line.portfolio), (None, None));
}

#[test]
fn an_emptied_list_price_is_unknown_not_zero() {
    let line = set(&worked_line(), "unit_list", "").unwrap();
    assert_eq!(line.unit_list, None);
    assert_eq!(price_line(&line, usd(), &rules()).extended_net, None);
}

#[test]
fn what_a_cell_shows_can_be_typed_back() {
    let line = QuoteLine {
        premium: Some(true),
        ..worked_line()
    };
    for field in Field::ALL {
        let text = text_of(&line, field);
        let derived = matches!(
            field,
            Field::UnitNet
                | Field::ExtendedNet
                | Field::MarkupPct
                | Field::UnitSell
                | Field::ExtendedSell
                | Field::TermMonths
        );
        if text.is_empty() && derived {
            continue;
        }
        let back = apply(&line, field, &text, today(), &rules()).unwrap();
        assert_eq!(back, line, "{field:?} {text:?}");
    }
    assert_eq!(
        text_of(&line, Field::Quantity),
        Decimal::from(12).to_string()
    );
}
