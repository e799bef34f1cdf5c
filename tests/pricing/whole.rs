//! Figures of a whole quote typed back into its lines: totals spread, targets solved, terms joined.

use crate::fixture::*;
use proptest::prelude::*;
use renewdesk::domain::day::days_inclusive;
use renewdesk::domain::ids::{AccountId, QuoteId, QuoteLineId};
use renewdesk::domain::money::Currency;
use renewdesk::domain::quote::{BuyDriver, Quote, QuoteLine, QuoteStatus, SellDriver};
use renewdesk::pricing::coterm;
use renewdesk::pricing::edit::Field;
use renewdesk::pricing::hold::{self, Hold};
use renewdesk::pricing::solve::{SolveError, Target, solve};
use renewdesk::pricing::spread::{Side, SpreadError, spread};
use renewdesk::pricing::{LineWarning, price_line, price_quote};
use rust_decimal::Decimal;
use std::collections::BTreeSet;
use uuid::Uuid;

pub fn quote_of(lines: Vec<QuoteLine>, currency: &str) -> Quote {
    let numbered = lines
        .into_iter()
        .zip(1u32..)
        .map(|(line, number)| QuoteLine {
            id: QuoteLineId(Uuid::from_u128(number.into())),
            number,
            ..line
        });
    Quote {
        id: QuoteId(Uuid::from_u128(9)),
        number: "Q-1".into(),
        account: AccountId(Uuid::from_u128(4)),
        renewals: Vec::new(),
        currency: currency.parse().unwrap(),
        version: 1,
        status: QuoteStatus::Draft,
        created_on: today(),
        valid_until: None,
        sent_on: None,
        lines: numbered.collect(),
    }
}

fn with(quote: &Quote, changed: &[QuoteLine]) -> Quote {
    let mut new = quote.clone();
    for line in &mut new.lines {
        if let Some(other) = changed.iter().find(|other| other.id == line.id) {
            *line = other.clone();
        }
    }
    new
}

prop_compose! {
    fn any_quote()(
        lines in prop::collection::vec((1i64..10_000_000, 0i64..60, 0i64..9_000, -500i64..9_000, 0u64..900, any::<bool>()), 1..12),
        currency in prop::sample::select(vec!["USD", "JPY", "KWD"]),
        ldos in 100u64..1500,
    ) -> Quote {
        let lines = lines.into_iter().map(|(cents, quantity, off, margin, length, limited)| {
            let start = day("2026-12-01");
            let ldos = limited.then(|| start + chrono::Days::new(ldos));
            let end = start + chrono::Days::new(length + 1);
            QuoteLine {
                quantity: quantity.into(),
                unit_list: Some(Decimal::new(cents, 2)),
                end: ldos.map_or(end, |ldos| ldos.min(end)),
                start,
                buy: BuyDriver::DiscountPct(Decimal::new(off, 2)),
                sell: SellDriver::MarginPct(Decimal::new(margin, 2)),
                ldos,
                ..worked_line()
            }
        });
        quote_of(lines.collect(), currency)
    }
}

proptest! {
    #[test]
    fn a_spread_total_is_the_total_to_the_minor_unit(
        quote in any_quote(), cents in 0i64..1_000_000_000, lock in 0usize..12, sell in any::<bool>(),
    ) {
        let side = if sell { Side::Sell } else { Side::Net };
        let total = quote.currency.round(Decimal::new(cents, 2));
        let locked: BTreeSet<QuoteLineId> = quote.lines.get(lock).map(|line| line.id).into_iter().collect();
        match spread(&quote, side, total, &locked, &rules()) {
            Ok(lines) => {
                let new = with(&quote, &lines);
                let (_, totals) = price_quote(&new, &rules());
                let reached = if sell { totals.sell } else { totals.net };
                prop_assert_eq!(reached, total);
                prop_assert!(lines.iter().all(|line| !locked.contains(&line.id)));
                // spreading what is there already changes nothing
                prop_assert_eq!(spread(&new, side, total, &locked, &rules()), Ok(Vec::new()));
            }
            Err(SpreadError::Locked(fixed)) => prop_assert!(fixed > total),
            Err(error) => prop_assert_eq!(error, SpreadError::NoLine),
        }
    }

    #[test]
    fn solving_and_repricing_gives_the_target(quote in any_quote(), cents in 1i64..1_000_000_000, pct in 0i64..9_000) {
        let total = quote.currency.round(Decimal::new(cents, 2));
        let margin = Decimal::new(pct, 2);
        for target in [Target::Sell(total), Target::Net(total), Target::Margin(margin), Target::MarginByNet(margin)] {
            let Ok(solved) = solve(&quote, target, &BTreeSet::new(), &rules()) else {
                continue;
            };
            let (_, before) = price_quote(&quote, &rules());
            let (_, then) = price_quote(&with(&quote, &solved.lines), &rules());
            prop_assert_eq!(&then, &solved.totals);
            match target {
                Target::Sell(total) => prop_assert_eq!((then.sell, then.net), (total, before.net)),
                Target::Net(total) => prop_assert_eq!((then.net, then.sell), (total, before.sell)),
                // the nearest price in minor units; half of one either way
                Target::Margin(_) | Target::MarginByNet(_) => {
                    let unit = Decimal::new(1, quote.currency.minor_units());
                    let off = then.sell * (Decimal::ONE_HUNDRED - margin) / Decimal::ONE_HUNDRED - then.net;
                    prop_assert!(off.abs() <= unit, "off by {off}");
                }
            }
        }
    }

    #[test]
    fn no_line_ends_after_its_last_date_of_support(quote in any_quote(), days in 0u64..3000) {
        let end = day("2026-11-01") + chrono::Days::new(days);
        let there = with(&quote, &coterm::lines_at(&quote, end));
        for (line, old) in there.lines.iter().zip(&quote.lines) {
            prop_assert!(line.ldos.is_none_or(|ldos| line.end <= ldos));
            prop_assert!(line.end >= line.start);
            prop_assert!(line.end == end || line.cut_at_ldos || line.end == old.end);
            prop_assert_eq!((&line.buy, &line.sell, line.quantity), (&old.buy, &old.sell, old.quantity));
        }
        let moved = coterm::moved(&quote, end, &rules());
        let told = coterm::at(&quote, end, "", &rules());
        let days: i64 = moved.iter().map(|moved| moved.days).sum();
        prop_assert_eq!(days, told.gained() - told.lost());
        prop_assert!(moved.windows(2).all(|two| two[0].days <= two[1].days));
        let net: Decimal = moved.iter().filter_map(|moved| moved.net).sum();
        let before = price_quote(&quote, &rules()).1.net;
        prop_assert_eq!(net, told.totals.net - before);
        // doing it again changes nothing, and the candidate says what was done
        prop_assert!(coterm::lines_at(&there, end).is_empty());
        let told = coterm::at(&quote, end, "", &rules());
        prop_assert_eq!(&told.totals, &price_quote(&there, &rules()).1);
        for ((days, line), old) in told.days.iter().zip(&there.lines).zip(&quote.lines) {
            let moved = days_inclusive(line.start, line.end) - days_inclusive(old.start, old.end);
            // what is dropped is covered on no day
            prop_assert_eq!(*days, if line.quantity.is_zero() { 0 } else { moved });
        }
    }

    #[test]
    fn a_later_common_end_never_costs_less(quote in any_quote(), days in 0u64..1500, more in 1u64..400) {
        let end = day("2026-12-01") + chrono::Days::new(days);
        let cost = |end| coterm::at(&quote, end, "", &rules()).totals.list;
        prop_assert!(cost(end) <= cost(end + chrono::Days::new(more)));
    }

    #[test]
    fn a_price_for_all_units_stands_whatever_the_unit_rounds_to(
        quote in any_quote(), cents in 1i64..10_000_000, more in 1i64..90,
    ) {
        let mut line = quote.lines[0].clone();
        line.quantity = Decimal::from(more);
        let all = quote.currency.round(Decimal::new(cents, 2));
        line.buy = BuyDriver::ExtendedNet(all);
        line.sell = SellDriver::ExtendedSell(all);
        let priced = price_line(&line, quote.currency, &rules());
        prop_assert_eq!((priced.extended_net, priced.extended_sell), (Some(all), Some(all)));
        // twice the units cost twice as much: the price of one is held
        let edits = [(Field::Quantity, (more * 2).to_string())];
        let edits: Vec<(Field, &str)> = edits.iter().map(|(field, text)| (*field, text.as_str())).collect();
        let twice = hold::apply(&line, &edits, Hold::Typed, quote.currency, (today(), &rules())).unwrap();
        let priced = price_line(&twice, quote.currency, &rules());
        prop_assert_eq!(priced.extended_net, Some(all * Decimal::TWO));
    }
}

#[test]
fn ten_thousand_over_three_equal_lines() {
    let line = || QuoteLine {
        quantity: d("7"),
        ..quote_line("100.00", "2026-12-01", "2027-11-30")
    };
    let quote = quote_of(vec![line(), line(), line()], "USD");
    let lines = spread(&quote, Side::Sell, d("10000"), &BTreeSet::new(), &rules()).unwrap();
    let parts: Vec<Decimal> = with(&quote, &lines)
        .lines
        .iter()
        .map(|line| price_line(line, usd(), &rules()).extended_sell.unwrap())
        .collect();
    assert_eq!(parts, [d("3333.34"), d("3333.33"), d("3333.33")]);
}

#[test]
fn a_held_side_stays() {
    let (line, ground) = (worked_line(), (today(), &rules()));
    let before = price_line(&line, usd(), &rules());
    let typed = [(Field::DiscountPct, "40")];
    let new = hold::apply(&line, &typed, Hold::Sell, usd(), ground).unwrap();
    let priced = price_line(&new, usd(), &rules());
    assert_eq!(priced.unit_sell, before.unit_sell);
    assert!(priced.margin_pct > before.margin_pct);
    let typed = [(Field::UnitSell, "900")];
    let new = hold::apply(&line, &typed, Hold::Margin, usd(), ground).unwrap();
    let priced = price_line(&new, usd(), &rules());
    assert_eq!(priced.unit_net, Some(d("792.00")));
    assert_eq!(priced.margin_pct.unwrap().round_dp(2), d("12.00"));
    let new = hold::apply(&line, &typed, Hold::Typed, usd(), ground).unwrap();
    assert_eq!(price_line(&new, usd(), &rules()).unit_net, before.unit_net);
}

/// With the customer's price held a typed margin moved the price, and with the margin held a typed cost
/// moved the margin of a typed price.
#[test]
fn what_the_screen_says_is_held_is_held_whichever_figure_is_typed() {
    let (line, own) = (worked_line(), rules());
    let ground = (today(), &own);
    let before = price_line(&line, usd(), &own);
    for (field, text) in [(Field::MarginPct, "20"), (Field::MarkupPct, "25")] {
        let new = hold::apply(&line, &[(field, text)], Hold::Sell, usd(), ground).unwrap();
        let priced = price_line(&new, usd(), &own);
        assert_eq!(priced.extended_sell, before.extended_sell, "{field:?}");
        assert_eq!(priced.unit_net, Some(d("745.08")), "{field:?}");
    }
    let typed = QuoteLine {
        sell: SellDriver::UnitSell(d("931.35")),
        ..line
    };
    let margin = price_line(&typed, usd(), &own).margin_pct.unwrap();
    for (field, text) in [(Field::UnitNet, "700"), (Field::DiscountPct, "50")] {
        let new = hold::apply(&typed, &[(field, text)], Hold::Margin, usd(), ground).unwrap();
        let priced = price_line(&new, usd(), &own);
        let now = priced.margin_pct.unwrap();
        assert_eq!(now.round_dp(2), margin.round_dp(2), "{field:?}");
        assert_ne!(priced.unit_sell, before.unit_sell, "{field:?}");
    }
    let new = hold::apply(
        &typed,
        &[(Field::UnitNet, "700")],
        Hold::Margin,
        usd(),
        ground,
    );
    assert_eq!(new.unwrap().sell, SellDriver::UnitSell(d("795.45")));
}

#[test]
fn a_cost_of_812_40_at_15_percent_is_955_76() {
    let mut line = quote_line("812.40", "2027-01-01", "2027-12-31");
    line.quantity = d("1");
    let quote = quote_of(vec![line], "USD");
    let solved = solve(&quote, Target::Margin(d("15")), &BTreeSet::new(), &rules()).unwrap();
    assert_eq!(solved.to, d("955.76"));
    let wrong = solve(&quote, Target::Margin(d("100")), &BTreeSet::new(), &rules());
    assert_eq!(wrong, Err(SolveError::Margin(d("100"))));
}

#[test]
fn candidates_name_why_they_are_there_and_come_in_order() {
    let quote = quote_of(
        vec![
            quote_line("100.00", "2026-12-01", "2027-11-30"),
            QuoteLine {
                ldos: Some(day("2028-03-31")),
                ..quote_line("900.00", "2027-02-01", "2028-01-31")
            },
        ],
        "USD",
    );
    let found = coterm::candidates(&quote, &[day("2027-07-24")], &rules());
    let days: Vec<_> = found
        .iter()
        .map(|c| (c.end.to_string(), c.why.as_str()))
        .collect();
    assert!(days.contains(&("2027-11-30".into(), "earliest end, 12 months")));
    assert!(days.contains(&("2028-01-31".into(), "latest end, most value")));
    assert!(days.contains(&("2027-07-24".into(), "fiscal quarter end")));
    assert!(found.windows(2).all(|two| two[0].end < two[1].end));
    let typed = coterm::at(&quote, day("2029-06-30"), "typed", &rules());
    assert_eq!(typed.cut, [2]);
    assert_eq!(typed.lost(), 0);
    assert_eq!(typed.gained(), 578 + 60);
    let curve = coterm::curve(&quote, (day("2027-11-30"), day("2029-11-30")), 50, &rules());
    assert_eq!(curve.len(), 50);
    assert_eq!(curve.last().unwrap().end, day("2029-11-30"));
}

#[test]
fn a_common_end_says_of_each_line_what_it_loses_the_most_first() {
    let quote = quote_of(
        vec![
            quote_line("1000.00", "2027-01-01", "2027-03-31"),
            quote_line("1000.00", "2027-01-01", "2027-12-31"),
            quote_line("1000.00", "2027-01-01", "2027-06-30"),
            quote_line("1000.00", "2027-08-01", "2028-07-31"),
            QuoteLine {
                ldos: Some(day("2027-05-31")),
                ..quote_line("1000.00", "2027-01-01", "2027-05-01")
            },
            QuoteLine {
                unit_list: None,
                ..quote_line("1000.00", "2027-01-01", "2027-12-31")
            },
        ],
        "USD",
    );
    let found = coterm::moved(&quote, day("2027-06-30"), &rules());
    let told: Vec<_> = found
        .iter()
        .map(|moved| (moved.line, moved.days, moved.net, moved.cut, moved.kept))
        .collect();
    assert_eq!(
        told,
        [
            (2, -184, Some(d("-504.11")), false, false),
            (6, -184, None, false, false),
            (4, 0, Some(d("0.00")), false, true),
            (5, 30, Some(d("82.19")), true, false),
            (1, 91, Some(d("249.31")), false, false),
        ]
    );
    assert_eq!(found[3].to, day("2027-05-31"));
}

/// A line that was dropped was told as one that gains and loses days, or keeps its end.
#[test]
fn a_dropped_line_gains_and_loses_no_days() {
    let dropped = |start, end| QuoteLine {
        quantity: d("0"),
        ..quote_line("1000.00", start, end)
    };
    let quote = quote_of(
        vec![
            quote_line("1000.00", "2027-01-01", "2027-12-31"),
            dropped("2027-01-01", "2027-12-31"),
            dropped("2028-01-01", "2028-12-31"),
        ],
        "USD",
    );
    let there = coterm::at(&quote, day("2027-06-30"), "", &rules());
    assert_eq!((there.gained(), there.lost()), (0, 184));
    assert!(there.kept.is_empty());
    let moved = coterm::moved(&quote, day("2027-06-30"), &rules());
    assert_eq!(
        moved.iter().map(|moved| moved.line).collect::<Vec<_>>(),
        [1]
    );
}

#[test]
fn a_gap_is_counted_in_days_and_in_money() {
    let line = quote_line("365.00", "2026-12-01", "2027-11-30");
    let quote = quote_of(vec![line.clone()], "USD");
    let gap = coterm::gap(&line, Some(day("2026-10-31")), &quote, &rules());
    assert_eq!(gap, Some((30, Some(d("30.00")))));
    assert_eq!(
        coterm::gap(&line, Some(day("2026-11-30")), &quote, &rules()),
        None
    );
    let _: Currency = usd();
}

#[test]
fn a_line_dropped_and_taken_in_again_costs_what_was_typed_for_all_its_units() {
    let (line, ground) = (worked_line(), (today(), &rules()));
    let set = |line: &QuoteLine, field, text| {
        hold::apply(line, &[(field, text)], Hold::Typed, usd(), ground).unwrap()
    };
    let typed = set(&set(&line, Field::Quantity, "3"), Field::ExtendedNet, "100");
    let back = set(&set(&typed, Field::Quantity, "0"), Field::Quantity, "3");
    assert_eq!(back, typed);
    let priced = price_line(&set(&typed, Field::Quantity, "0"), usd(), &rules());
    assert_eq!(priced.extended_net, Some(d("0")));
    assert_eq!(
        priced.warnings,
        [LineWarning::Dropped],
        "its price is known"
    );
}

#[test]
fn a_margin_on_a_price_for_all_units_is_one_of_the_whole_and_never_sells_below_it() {
    let line = QuoteLine {
        quantity: d("1000"),
        buy: BuyDriver::ExtendedNet(d("104.00")),
        sell: SellDriver::MarginPct(d("3")),
        ..worked_line()
    };
    let priced = price_line(&line, usd(), &rules());
    assert_eq!(priced.extended_sell, Some(d("107.22")));
    assert!(
        priced
            .warnings
            .iter()
            .all(|warning| *warning != LineWarning::BelowCost)
    );
    let cheap = QuoteLine {
        sell: SellDriver::UnitSell(d("0.10")),
        ..line
    };
    let priced = price_line(&cheap, usd(), &rules());
    assert!(
        priced.warnings.contains(&LineWarning::BelowCost),
        "100.00 for 104.00"
    );
}

#[test]
fn what_is_held_or_locked_stays_also_where_a_net_total_is_wanted() {
    let line = || quote_line("100.00", "2026-12-01", "2027-11-30");
    let mut quote = quote_of(vec![line(), line(), line()], "USD");
    quote.lines[1].quantity = d("0");
    let locked = BTreeSet::from([quote.lines[0].id]);
    let solved = solve(&quote, Target::Net(d("170")), &locked, &rules()).unwrap();
    let changed: Vec<u32> = solved.lines.iter().map(|line| line.number).collect();
    assert_eq!(changed, [3], "neither the locked nor the dropped line");
}

#[test]
fn a_line_whose_cost_is_unknown_carries_no_part_of_a_total() {
    let mut bare = quote_line("1", "2026-12-01", "2027-11-30");
    bare.unit_list = None;
    bare.sell = SellDriver::UnitSell(d("50"));
    let quote = quote_of(
        vec![quote_line("100.00", "2026-12-01", "2027-11-30"), bare],
        "USD",
    );
    let lines = spread(&quote, Side::Sell, d("240"), &BTreeSet::new(), &rules()).unwrap();
    assert_eq!(
        price_quote(&with(&quote, &lines), &rules()).1.sell,
        d("240")
    );
}

#[test]
fn a_total_no_figure_could_hold_is_refused_at_once() {
    let quote = quote_of(vec![quote_line("98000", "2026-12-01", "2027-11-30")], "USD");
    let solve = |target| solve(&quote, target, &BTreeSet::new(), &rules());
    assert!(solve(Target::Sell(Decimal::MAX)).is_err());
    assert!(solve(Target::Margin(d("99.999999999999"))).is_err());
    assert!(solve(Target::Margin(Decimal::MIN)).is_err());
}
