//! The worked cases, by their number in the handbook of the domain.

use crate::fixture::*;
use renewdesk::domain::ids::{AccountId, LineId, QuoteId};
use renewdesk::domain::line::{Line, LineKind};
use renewdesk::domain::money::round_half_up;
use renewdesk::domain::quote::{BuyDriver, Proration, Quote, QuoteLine, QuoteStatus, SellDriver};
use renewdesk::domain::renewal::Basis;
use renewdesk::domain::rules::{RoundingOrder, Rules};
use renewdesk::pricing::{self, ChangeClass, LineWarning, years_of};
use rust_decimal::Decimal;
use uuid::Uuid;

fn list(price: &str, start: &str, end: &str) -> Decimal {
    let line = quote_line(price, start, end);
    pricing::price_line(&line, usd(), &rules())
        .prorated_list
        .unwrap()
}

#[test]
fn r01_to_r04_services_by_days_without_leap_day() {
    assert_eq!(list("1000", "2026-03-15", "2027-06-30"), d("1295.89"));
    assert_eq!(list("1000", "2027-07-01", "2028-06-30"), d("1000.00"));
    let three = QuoteLine {
        list_years: d("3"),
        ..quote_line("2700", "2026-01-01", "2027-12-31")
    };
    let priced = pricing::price_line(&three, usd(), &rules());
    assert_eq!(priced.prorated_list, Some(d("1800.00")));
    assert_eq!((priced.days, priced.leap_days), (730, 0));
    assert_eq!(list("9600", "2026-12-01", "2029-11-30"), d("28800.00"));
}

#[test]
fn r05_yen_has_no_cents_and_the_dinar_three() {
    let line = quote_line("100000", "2026-03-15", "2026-12-31");
    let yen = pricing::price_line(&line, "JPY".parse().unwrap(), &rules());
    assert_eq!(yen.prorated_list, Some(d("80000")));
    let odd = quote_line("1000", "2026-03-15", "2027-06-30");
    let dinar = pricing::price_line(&odd, "KWD".parse().unwrap(), &rules());
    assert_eq!(dinar.prorated_list, Some(d("1295.890")));
}

#[test]
fn r06_to_r08_leap_day_single_days_and_split_ranges() {
    assert_eq!(list("1000", "2027-12-01", "2028-02-29"), d("246.58"));
    assert_eq!(list("1000", "2026-05-01", "2026-05-01"), d("2.74"));
    let leap = quote_line("1000", "2028-02-29", "2028-02-29");
    let priced = pricing::price_line(&leap, usd(), &rules());
    assert_eq!(priced.prorated_list, Some(d("0.00")));
    assert!(priced.warnings.contains(&LineWarning::OnlyLeapDay));
    assert_eq!(priced.run_rate, None);
    assert_eq!(list("1000", "2026-03-15", "2026-12-31"), d("800.00"));
    assert_eq!(list("1000", "2027-01-01", "2027-06-30"), d("495.89"));
}

#[test]
fn r09_other_day_counts() {
    let years = |start: &str, end: &str, mode| {
        let f = years_of(day(start), day(end), mode);
        Decimal::from(f.numerator) / Decimal::from(f.denominator)
    };
    let days_830 = years("2024-01-01", "2026-04-09", Proration::Day365);
    assert_eq!(round_half_up(days_830, 4), d("2.2740"));
    let months_35 = years("2024-01-01", "2026-11-30", Proration::MonthUp);
    assert_eq!(round_half_up(months_35, 4), d("2.9167"));
    let part = years_of(day("2017-01-01"), day("2018-01-10"), Proration::MonthUp);
    assert_eq!((part.numerator, part.denominator), (13, 12));
    let thirty = years_of(day("2027-01-01"), day("2027-02-15"), Proration::Month30);
    assert_eq!((thirty.numerator, thirty.denominator), (45, 360));
}

#[test]
fn r10_months_billed_from_a_day_of_their_own() {
    let line = |start, end, cycle| QuoteLine {
        proration: Proration::CalendarMonth(cycle),
        ..quote_line("1080", start, end)
    };
    let price = |line: &QuoteLine| pricing::price_line(line, usd(), &rules()).prorated_list;
    let worked = line("2025-03-28", "2026-02-04", 5);
    let years = years_of(worked.start, worked.end, worked.proration);
    let months = Decimal::from(years.numerator * 12) / Decimal::from(years.denominator);
    assert_eq!(round_half_up(months, 6), d("10.258065"));
    assert_eq!(price(&worked), Some(d("923.23")));
    // within one bill, and from the last day of months that have no 31st
    assert_eq!(
        price(&line("2026-02-10", "2026-02-19", 5)),
        Some(d("32.14"))
    );
    assert_eq!(
        price(&line("2026-02-28", "2026-03-30", 31)),
        Some(d("90.00"))
    );
    let steps = pricing::steps(&worked, usd(), &rules());
    let term = steps
        .iter()
        .find(|step| step.name == "priced term")
        .unwrap();
    assert!(term.rule.contains("day 5"), "{}", term.rule);
}

#[test]
fn r11_months_and_the_days_left() {
    for (start, end, price) in [
        ("2026-11-20", "2028-01-31", "1438.71"),
        ("2026-12-01", "2027-11-30", "1200.00"),
    ] {
        let line = QuoteLine {
            proration: Proration::MonthPlusActual,
            ..quote_line("1200", start, end)
        };
        let priced = pricing::price_line(&line, usd(), &rules());
        assert_eq!(priced.prorated_list, Some(d(price)));
    }
}

fn a_year(list: &str) -> QuoteLine {
    quote_line(list, "2027-01-01", "2027-12-31")
}

#[test]
fn r12_discount_then_markup() {
    let line = QuoteLine {
        buy: BuyDriver::DiscountPct(d("10")),
        sell: SellDriver::MarkupPct(d("5")),
        ..a_year("20.00")
    };
    let priced = pricing::price_line(&line, usd(), &rules());
    assert_eq!(
        (priced.unit_net, priced.unit_sell),
        (Some(d("18.00")), Some(d("18.90")))
    );
    assert_eq!(round_half_up(priced.margin_pct.unwrap(), 2), d("4.76"));
    assert_eq!(priced.markup_pct, Some(d("5")));
}

#[test]
fn r13_the_two_orders_of_rounding() {
    let line = QuoteLine {
        quantity: d("1000"),
        buy: BuyDriver::DiscountPct(d("37.5")),
        ..a_year("33.33")
    };
    let unit_first = pricing::price_line(&line, usd(), &rules());
    assert_eq!(unit_first.extended_net, Some(d("20830.00")));
    let mut other = rules();
    other.rounding = RoundingOrder::ExtendFirst;
    let extend_first = pricing::price_line(&line, usd(), &other);
    assert_eq!(extend_first.extended_net, Some(d("20831.25")));
}

#[test]
fn r14_margin_and_markup_on_a_cost() {
    for (sell, expected) in [
        (SellDriver::MarginPct(d("15")), "955.76"),
        (SellDriver::MarginPct(d("20")), "1015.50"),
        (SellDriver::MarkupPct(d("15")), "934.26"),
        (SellDriver::MarkupPct(d("20")), "974.88"),
    ] {
        let line = QuoteLine {
            buy: BuyDriver::UnitNet(d("812.40")),
            sell,
            ..a_year("1000")
        };
        let priced = pricing::price_line(&line, usd(), &rules());
        assert_eq!(priced.unit_sell, Some(d(expected)));
    }
}

#[test]
fn r15_the_worked_line_and_its_typed_prices() {
    let line = worked_line();
    let priced = pricing::price_line(&line, usd(), &rules());
    assert_eq!(priced.days, 386);
    for (figure, expected) in [
        (priced.prorated_list, "1311.34"),
        (priced.unit_net, "819.59"),
        (priced.extended_net, "9835.08"),
        (priced.unit_sell, "931.35"),
        (priced.extended_sell, "11176.20"),
        (priced.acv, "9300.01"),
        (priced.run_rate, "9300.01"),
        (priced.discount_pct, "37.5"),
        (priced.margin_pct, "12"),
    ] {
        assert_eq!(figure, Some(d(expected)));
    }
    let typed_sell = QuoteLine {
        sell: SellDriver::UnitSell(d("950.00")),
        ..line.clone()
    };
    let margin = pricing::price_line(&typed_sell, usd(), &rules())
        .margin_pct
        .unwrap();
    assert_eq!(round_half_up(margin, 2), d("13.73"));
    let typed_net = QuoteLine {
        buy: BuyDriver::UnitNet(d("800.00")),
        ..line
    };
    let discount = pricing::price_line(&typed_net, usd(), &rules())
        .discount_pct
        .unwrap();
    assert_eq!(round_half_up(discount, 2), d("38.99"));
}

#[test]
fn r16_the_factor_is_never_rounded() {
    let start = day("2026-01-01");
    let hundredths = |n: i64| QuoteLine {
        end: start + chrono::Days::new(n.unsigned_abs() - 1),
        ..quote_line("7", "2026-01-01", "2026-01-01")
    };
    // 275 days are 0.7534… of a year: 7 × 275/365 = 5.27; with a factor of 0.75 it would be 5.25.
    let priced = pricing::price_line(&hundredths(275), usd(), &rules());
    assert_eq!(priced.prorated_list, Some(d("5.27")));
}

#[test]
fn r17_largest_remainder() {
    let parts = pricing::allocate(d("10000.00"), &[Decimal::ONE; 3], usd());
    assert_eq!(parts, [d("3333.34"), d("3333.33"), d("3333.33")]);
    let owed = pricing::allocate(d("-0.05"), &[d("1"), d("0"), d("1")], usd());
    assert_eq!(owed, [d("-0.03"), d("0"), d("-0.02")]);
}

#[test]
fn r18_half_goes_away_from_zero() {
    assert_eq!(usd().round(d("-2.345")), d("-2.35"));
    assert_eq!(usd().round(d("2.345")), d("2.35"));
}

#[test]
fn r22_acv_of_long_and_short_terms() {
    let three = quote_line("12000", "2027-01-01", "2029-12-31");
    let priced = pricing::price_line(&three, usd(), &rules());
    assert_eq!(
        (priced.tcv, priced.acv),
        (Some(d("36000.00")), Some(d("12000.00")))
    );
    let monthly = QuoteLine {
        proration: Proration::MonthPlusActual,
        ..a_year("57600")
    };
    let priced = pricing::price_line(&monthly, usd(), &rules());
    assert_eq!(
        (priced.tcv, priced.acv),
        (Some(d("57600.00")), Some(d("57600.00")))
    );
    let two = quote_line("50000", "2027-01-01", "2028-12-31");
    assert_eq!(
        pricing::price_line(&two, usd(), &rules()).tcv,
        Some(d("100000.00"))
    );
}

#[test]
fn r23_terms_of_different_price_add_up() {
    let mut quote = quote_of(vec![a_year("1000"), a_year("1200")]);
    quote.lines[1].start = day("2028-01-01");
    quote.lines[1].end = day("2028-12-31");
    assert_eq!(pricing::price_quote(&quote, &rules()).1.tcv, d("2200.00"));
    let monthly = |quantity: &str, start: &str| QuoteLine {
        proration: Proration::MonthPlusActual,
        quantity: d(quantity),
        ..quote_line("120", start, "2027-12-31")
    };
    let seats = quote_of(vec![
        monthly("10", "2027-01-01"),
        monthly("10", "2027-07-01"),
    ]);
    assert_eq!(pricing::price_quote(&seats, &rules()).1.tcv, d("1800.00"));
}

#[test]
fn r24_a_short_coterm_keeps_its_tcv_as_acv() {
    let line = quote_line("12000", "2027-01-01", "2027-09-30");
    let priced = pricing::price_line(&line, usd(), &rules());
    assert_eq!(priced.tcv, Some(d("8975.34")));
    assert_eq!(priced.acv, Some(d("8975.34")));
    assert_eq!(priced.run_rate, Some(d("12000.00")));
    assert!(priced.warnings.contains(&LineWarning::ShortTerm(12)));
}

#[test]
fn r25_atr_adds_rounded_lines_and_says_its_basis() {
    let line = |net: Option<&str>, list: Option<&str>| Line {
        extended_net: net.map(d),
        unit_list: list.map(d),
        ..covered("2026-01-01", "2026-12-31")
    };
    let atr = |lines: &[Line]| pricing::atr(lines.iter());
    let three = atr(&[
        line(Some("5000"), None),
        line(Some("7000"), None),
        line(Some("3000"), None),
    ]);
    assert_eq!((three.amount, three.basis), (Some(d("15000")), Basis::Net));
    let mixed = atr(&[line(Some("5000"), Some("1")), line(None, Some("100.00"))]);
    assert_eq!(
        (mixed.amount, mixed.basis),
        (Some(d("5100.00")), Basis::Mixed)
    );
    let listed = atr(&[line(None, Some("100.00")), line(None, None)]);
    assert_eq!(
        (listed.amount, listed.basis),
        (Some(d("100.00")), Basis::List)
    );
    let none = atr(&[line(None, None)]);
    assert_eq!(
        (none.amount, none.currency, none.basis),
        (None, None, Basis::None)
    );
    let no_start = Line {
        start: None,
        quantity: d("3"),
        list_years: d("2"),
        ..line(Some("5000"), Some("100.00"))
    };
    assert_eq!(atr(&[no_start]).amount, Some(d("150.00")));
}

fn quote_of(lines: Vec<QuoteLine>) -> Quote {
    Quote {
        id: QuoteId(Uuid::from_u128(9)),
        number: "Q-1001".into(),
        account: AccountId(Uuid::from_u128(4)),
        renewals: Vec::new(),
        currency: usd(),
        version: 1,
        status: QuoteStatus::Draft,
        created_on: today(),
        valid_until: None,
        sent_on: None,
        lines,
    }
}

#[test]
fn totals_leave_out_what_is_dropped_or_has_no_price() {
    let dropped = QuoteLine {
        quantity: Decimal::ZERO,
        ..a_year("500")
    };
    let unpriced = QuoteLine {
        unit_list: None,
        ..a_year("1")
    };
    let quote = quote_of(vec![worked_line(), dropped, unpriced]);
    let (lines, totals) = pricing::price_quote(&quote, &rules());
    assert_eq!(totals.net, d("9835.08"));
    assert_eq!(totals.list, d("15736.08"));
    assert_eq!(totals.sell, d("11176.20"));
    assert_eq!(totals.unpriced, 1);
    assert_eq!(round_half_up(totals.margin_pct.unwrap(), 2), d("12.00"));
    assert!(lines[1].warnings.contains(&LineWarning::Dropped));
    assert!(lines[2].warnings.contains(&LineWarning::NoPrice));
    assert_eq!(lines[2].unit_net, None);
}

fn expiring(n: u32, quantity: &str, net: &str) -> Line {
    Line {
        id: LineId(n),
        quantity: d(quantity),
        extended_net: Some(d(net)),
        ..covered("2026-01-01", "2026-12-31")
    }
}

fn offered(n: u32, quantity: &str, unit_net: &str) -> QuoteLine {
    QuoteLine {
        renews: Some(LineId(n)),
        quantity: d(quantity),
        buy: BuyDriver::UnitNet(d(unit_net)),
        ..a_year("200")
    }
}

#[test]
fn r32_price_and_volume() {
    let old = expiring(2, "10", "1000");
    let change = pricing::change(
        &[offered(2, "12", "105")],
        std::slice::from_ref(&old),
        usd(),
        &rules(),
    );
    assert_eq!(
        (change.price, change.volume, change.total),
        (d("50"), d("210"), d("260"))
    );
    assert_eq!(change.class, ChangeClass::Expansion);
    let fewer = pricing::change(
        &[offered(2, "8", "105")],
        std::slice::from_ref(&old),
        usd(),
        &rules(),
    );
    assert_eq!(
        (fewer.price, fewer.volume, fewer.total),
        (d("40"), d("-200"), d("-160"))
    );
    assert_eq!(fewer.class, ChangeClass::Contraction);
    let same = pricing::change(
        &[offered(2, "10", "100.50")],
        std::slice::from_ref(&old),
        usd(),
        &rules(),
    );
    assert_eq!(same.class, ChangeClass::Flat);
    let dearer = pricing::change(
        &[offered(2, "10", "110")],
        std::slice::from_ref(&old),
        usd(),
        &rules(),
    );
    assert_eq!(
        (dearer.price, dearer.class),
        (d("100"), ChangeClass::Uplift)
    );
}

#[test]
fn change_names_what_is_added_and_what_is_missing() {
    let (kept, lost) = (expiring(2, "1", "100"), expiring(3, "1", "70"));
    let new = QuoteLine {
        renews: None,
        ..offered(5, "1", "30")
    };
    let hardware = QuoteLine {
        kind: LineKind::Asset,
        renews: None,
        ..offered(6, "1", "9000")
    };
    let lines = [offered(2, "1", "100"), new, hardware];
    let change = pricing::change(&lines, &[kept, lost], usd(), &rules());
    assert_eq!((change.added, change.removed), (d("30"), d("-70")));
    assert_eq!(
        change.total,
        change.price + change.volume + change.added + change.removed
    );
    assert_eq!((change.due, change.offered), (d("170"), d("130")));
}

#[test]
fn hardware_is_sold_once() {
    let line = QuoteLine {
        kind: LineKind::Asset,
        quantity: d("2"),
        ..quote_line("4000", "2026-11-22", "2026-11-22")
    };
    let priced = pricing::price_line(&line, usd(), &rules());
    assert_eq!(priced.extended_net, Some(d("8000.00")));
    assert_eq!((priced.acv, priced.run_rate), (Some(d("0")), Some(d("0"))));
    assert_eq!(priced.warnings, []);
}

#[test]
fn warnings_name_what_to_look_at() {
    let line = QuoteLine {
        sell: SellDriver::UnitSell(d("10")),
        buy: BuyDriver::UnitNet(d("9000")),
        ..quote_line("100", "2027-01-01", "2032-06-30")
    };
    let priced = pricing::price_line(&line, usd(), &rules());
    assert_eq!(
        priced.warnings,
        [
            LineWarning::LongTerm(60),
            LineWarning::BelowCost,
            LineWarning::NetAboveList
        ]
    );
}

#[test]
fn steps_show_the_numbers_they_rest_on() {
    let steps = pricing::steps(&worked_line(), usd(), &rules());
    let of = |name: &str| steps.iter().find(|s| s.name == name).unwrap();
    assert_eq!(of("prorated list").formula, "1,240.00 × 386/365");
    assert_eq!(of("prorated list").result, "1,311.34");
    assert_eq!(of("unit net").formula, "1,311.34 × (1 − 37.5 %)");
    assert_eq!(of("extended net").result, "9,835.08");
    assert_eq!(of("run-rate").result, "9,300.01");
    assert!(of("priced term").rule.starts_with("cisco_365_noleap"));
}

/// A price for all units has no exact unit price, and with one rounding there is no rounded unit to go on
/// from: the steps once showed 0.11 × 1,000 = 107.22 and 20.83 × 1,000 = 20,831.25.
#[test]
fn steps_rest_on_what_the_figure_was_computed_from() {
    let of = |line: &QuoteLine, rules: &Rules, name: &str| {
        let steps = pricing::steps(line, usd(), rules);
        let step = steps.iter().find(|s| s.name == name).unwrap();
        format!("{} = {}", step.formula, step.result)
    };
    let whole = QuoteLine {
        quantity: d("1000"),
        buy: BuyDriver::ExtendedNet(d("104.00")),
        sell: SellDriver::MarginPct(d("3")),
        ..a_year("1.00")
    };
    let own = rules();
    assert_eq!(of(&whole, &own, "unit net"), "104.00 / 1000 = 0.10");
    assert_eq!(of(&whole, &own, "extended net"), "typed 104.00 = 104.00");
    assert_eq!(of(&whole, &own, "unit sell"), "107.22 / 1000 = 0.11");
    assert_eq!(
        of(&whole, &own, "extended sell"),
        "104.00 / (1 − 3 %) = 107.22"
    );
    let once = Rules {
        rounding: RoundingOrder::ExtendFirst,
        ..rules()
    };
    let line = QuoteLine {
        quantity: d("1000"),
        buy: BuyDriver::DiscountPct(d("37.5")),
        sell: SellDriver::MarkupPct(d("10")),
        ..a_year("33.33")
    };
    assert_eq!(
        of(&line, &once, "extended net"),
        "33.33 × 365/365 × (1 − 37.5 %) × 1000 = 20,831.25"
    );
    assert_eq!(
        of(&line, &once, "extended sell"),
        "33.33 × 365/365 × (1 − 37.5 %) × (1 + 10 %) × 1000 = 22,914.38"
    );
}
