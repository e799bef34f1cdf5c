//! Licences that share an end: the average of their ends by hand, the price that stays, which offers do it.

use crate::fixture::*;
use proptest::prelude::*;
use renewdesk::domain::ids::{AccountId, QuoteId, QuoteLineId};
use renewdesk::domain::line::LineKind;
use renewdesk::domain::quote::{Proration, Quote, QuoteLine, QuoteStatus};
use renewdesk::domain::rules::OfferTerm;
use renewdesk::pricing::average::{NoAverage, average, candidate, has_licences};
use renewdesk::pricing::edit::{Field, apply};
use renewdesk::pricing::{Totals, coterm, mode_for, price_line, price_quote, steps, with_lines};
use rust_decimal::Decimal;
use uuid::Uuid;

/// So many licences of a model that run so many days from 2027-01-01, at a list price of a year.
fn licence(model: &str, quantity: i64, days: i64, list: &str) -> QuoteLine {
    let start = day("2027-01-01");
    QuoteLine {
        kind: LineKind::Subscription,
        pid: Some(model.into()),
        service_sku: None,
        quantity: quantity.into(),
        end: start + chrono::Duration::days(days - 1),
        proration: Proration::MerakiAverage,
        ..quote_line(list, "2027-01-01", "2027-01-01")
    }
}

fn quote_of(lines: Vec<QuoteLine>) -> Quote {
    let numbered = lines.into_iter().zip(1u32..);
    let numbered = numbered.map(|(line, number)| QuoteLine {
        id: QuoteLineId(Uuid::from_u128(number.into())),
        number,
        ..line
    });
    Quote {
        id: QuoteId(Uuid::from_u128(9)),
        number: "Q-1".into(),
        account: AccountId(Uuid::from_u128(4)),
        renewals: Vec::new(),
        currency: usd(),
        version: 1,
        status: QuoteStatus::Draft,
        created_on: today(),
        valid_until: None,
        sent_on: None,
        lines: numbered.collect(),
    }
}

/// The exact days, and the days taken.
fn days_of(lines: Vec<QuoteLine>) -> (Decimal, i64) {
    let found = average(&quote_of(lines), &rules()).unwrap();
    let exact = found.days.0 / found.days.1;
    (exact, (found.end - found.from).num_days() + 1)
}

#[test]
fn r19_ten_with_eight_months_left_and_six_new_ones_gain_a_month_and_a_half() {
    // 10 × 243 + 6 × 365 = 4,620 over 16 = 288.75: 45.75 days more than 243
    let (exact, days) = days_of(vec![
        licence("A", 10, 243, "100"),
        licence("A", 6, 365, "100"),
    ]);
    assert_eq!((exact, days), (d("288.75"), 289));
}

#[test]
fn r20_two_years_and_five_years_of_one_model_are_exact_thirds() {
    let of = |two: i64| {
        let lines = vec![licence("A", 2, two, "100"), licence("A", 1, 1825, "700")];
        let found = average(&quote_of(lines), &rules()).unwrap();
        (found.days, (found.end - found.from).num_days() + 1)
    };
    assert_eq!(of(365), ((d("2555"), d("3")), 852), "851.67");
    assert_eq!(of(182), ((d("2189"), d("3")), 730), "729.67");
}

#[test]
fn r21_models_are_weighed_by_the_list_price_of_a_year() {
    let (exact, days) = days_of(vec![
        licence("A", 2, 365, "100"),
        licence("B", 1, 730, "300"),
    ]);
    assert_eq!((exact, days), (d("584"), 584));
    // the same weights where one list price is for three years: 300.00 for three are 100.00 a year
    let three = QuoteLine {
        list_years: d("3"),
        ..licence("A", 2, 365, "300")
    };
    let (exact, days) = days_of(vec![three, licence("B", 1, 730, "300")]);
    assert_eq!((exact, days), (d("584"), 584));
}

#[test]
fn the_end_moves_the_price_does_not_and_the_steps_say_so() {
    let lines = vec![
        licence("LIC-A", 2, 365, "100"),
        licence("LIC-B", 1, 730, "300"),
    ];
    let quote = quote_of(lines);
    assert!(has_licences(&quote));
    let found = average(&quote, &rules()).unwrap();
    assert_eq!(found.end, day("2028-08-06"));
    let there = candidate(&quote, &found, &rules());
    let before = price_quote(&quote, &rules()).1;
    let prices = |totals: &Totals| (totals.list, totals.net, totals.sell, totals.tcv);
    assert_eq!(prices(&there.totals), prices(&before));
    // 2 × 100.00 + 1 × 300.00 × 729/365: 730 days hold 29 February 2028
    assert_eq!(there.totals.net, d("799.18"));
    assert_eq!((there.gained(), there.lost()), (219, 146));
    let told: Vec<String> = found
        .steps
        .iter()
        .map(|step| format!("{}: {} = {}", step.name, step.formula, step.result))
        .collect();
    assert_eq!(
        told,
        [
            "line 1 LIC-A: 365 days × 2 × 100 = 73,000",
            "line 2 LIC-B: 730 days × 1 × 300 = 219,000",
            "shared days: 292,000/500 = 584 days",
            "common end: 2027-01-01 + 584 days, the first included = 2028-08-06",
            "net: 799.18 before = 799.18",
        ]
    );
    let then = with_lines(&quote, &found.lines);
    assert_eq!(then.lines[0].licence_days, Some(365));
    let words = steps(&then.lines[0], usd(), &rules());
    let term = words
        .iter()
        .find(|step| step.name == "priced term")
        .unwrap();
    assert!(
        term.formula == "365/365" && term.rule.contains("bought for 365 days"),
        "{term:?}"
    );
    assert!(!has_licences(&then));
    // a term typed afterwards is bought anew, and so is another common end
    let typed = apply(&then.lines[0], Field::End, "2028-12-30", today(), &rules()).unwrap();
    assert_eq!(typed.licence_days, None);
    assert_eq!(
        price_line(&typed, usd(), &rules()).unit_net,
        Some(d("199.73"))
    );
    let joined = coterm::lines_at(&then, day("2027-12-31"));
    assert!(joined.iter().all(|line| line.licence_days.is_none()));
}

#[test]
fn licences_without_a_common_end_are_left_alone_and_what_cannot_be_weighed_is_said() {
    let one = vec![
        licence("A", 1, 365, "100"),
        quote_line("100", "2027-01-01", "2028-12-31"),
    ];
    let quote = quote_of(one);
    assert!(!has_licences(&quote));
    assert_eq!(average(&quote, &rules()), Err(NoAverage::Alone));
    let bare = QuoteLine {
        unit_list: None,
        ..licence("B", 1, 730, "1")
    };
    let quote = quote_of(vec![licence("A", 1, 365, "100"), bare.clone()]);
    assert_eq!(average(&quote, &rules()), Err(NoAverage::NoList(2)));
    // of one model none is weighed
    let quote = quote_of(vec![bare, licence("B", 1, 365, "1")]);
    assert!(average(&quote, &rules()).is_ok());
    // dropped licences weigh nothing, support stops where it stops
    let dropped = licence("A", 0, 3650, "100");
    let short = QuoteLine {
        ldos: Some(day("2027-06-30")),
        ..licence("A", 1, 100, "100")
    };
    let quote = quote_of(vec![licence("A", 1, 365, "100"), dropped, short]);
    let found = average(&quote, &rules()).unwrap();
    assert_eq!(found.days, (d("465"), d("2")));
    let there = candidate(&quote, &found, &rules());
    assert_eq!((found.lines.len(), there.cut), (2, vec![3]));
}

#[test]
fn the_mode_is_picked_per_offer_by_the_rules() {
    let mut rules = rules();
    let mode = |rules: &_, sku: &str| mode_for(LineKind::Subscription, [Some(sku), None], rules);
    assert_eq!(mode(&rules, "LIC-ENT-3YR"), Proration::MonthPlusActual);
    let offer = |product: &str, mode| OfferTerm {
        product: product.into(),
        mode,
    };
    rules.offer_terms = vec![
        offer("LIC-ENT-*YR", Proration::MerakiAverage),
        offer("LIC-*", Proration::Day365),
    ];
    assert_eq!(mode(&rules, "lic-ent-3yr"), Proration::MerakiAverage);
    assert_eq!(
        mode(&rules, "LIC-CUCM-USR"),
        Proration::Day365,
        "the first that matches"
    );
    assert_eq!(mode(&rules, "A-FLEX-3"), Proration::MonthPlusActual);
}

prop_compose! {
    fn any_licences()(
        lines in prop::collection::vec((0usize..3, 1i64..200, 1i64..3000, 1i64..1_000_000, 1i64..6, 0i64..400), 2..9),
    ) -> Quote {
        let lines = lines.into_iter().map(|(model, quantity, days, cents, years, later)| {
            let line = licence(["A", "B", "C"][model], quantity, days, "1");
            QuoteLine {
                unit_list: Some(Decimal::new(cents, 2)),
                list_years: years.into(),
                start: line.start + chrono::Duration::days(later),
                end: line.end + chrono::Duration::days(later),
                ..line
            }
        });
        quote_of(lines.collect())
    }
}

proptest! {
    #[test]
    fn an_average_lies_between_the_ends_keeps_every_price_and_is_final(quote in any_licences()) {
        let found = average(&quote, &rules()).unwrap();
        let ends = || quote.lines.iter().map(|line| line.end);
        prop_assert!(ends().min().unwrap() <= found.end && found.end <= ends().max().unwrap());
        let then = with_lines(&quote, &found.lines);
        prop_assert_eq!(price_quote(&then, &rules()).1.net, price_quote(&quote, &rules()).1.net);
        prop_assert_eq!(price_quote(&then, &rules()).1.sell, price_quote(&quote, &rules()).1.sell);
        prop_assert_eq!(price_quote(&then, &rules()).1.list, price_quote(&quote, &rules()).1.list);
        // those that start later than the common end keep theirs; all others share it
        for line in &then.lines {
            prop_assert!(line.end == found.end || line.start > found.end);
        }
        if then.lines.iter().all(|line| line.end == found.end) {
            let again = average(&then, &rules()).unwrap();
            prop_assert_eq!((again.end, again.lines.len()), (found.end, 0));
        }
    }

    /// A split of a quantity is no change.
    #[test]
    fn splitting_a_line_of_licences_changes_no_end(quote in any_licences(), at in any::<prop::sample::Index>()) {
        let which = at.index(quote.lines.len());
        let mut lines = quote.lines.clone();
        lines[which].quantity += Decimal::ONE;
        let whole = average(&quote_of(lines.clone()), &rules()).unwrap();
        lines[which].quantity -= Decimal::ONE;
        let one = QuoteLine { quantity: Decimal::ONE, ..lines[which].clone() };
        lines.push(one);
        let split = average(&quote_of(lines), &rules()).unwrap();
        prop_assert_eq!(whole.end, split.end);
    }
}
