//! Laws of the arithmetic over random lines.

use crate::fixture::*;
use proptest::prelude::*;
use renewdesk::domain::day::next_day;
use renewdesk::domain::ids::LineId;
use renewdesk::domain::line::{Line, LineKind};
use renewdesk::domain::money::Currency;
use renewdesk::domain::quote::{BuyDriver, Proration, QuoteLine, SellDriver};
use renewdesk::pricing::edit::{Field, apply, text_of};
use renewdesk::pricing::{self, Beside, price_line};
use rust_decimal::Decimal;

const MODES: [Proration; 8] = [
    Proration::Cisco365Noleap,
    Proration::Day365,
    Proration::MonthUp,
    Proration::MonthPlusActual,
    Proration::Month30,
    Proration::MerakiAverage,
    Proration::CalendarMonth(5),
    Proration::CalendarMonth(31),
];

prop_compose! {
    fn any_line()(
        cents in 1i64..100_000_000,
        quantity in 1i64..500,
        offset in 0u64..3000,
        length in 0u64..2200,
        discount in 0i64..=10_000,
        margin in -2000i64..9900,
        mode in 0usize..MODES.len(),
        years in 1i64..6,
        number in 1u32..1_000_000,
    ) -> QuoteLine {
        let start = day("2024-01-01") + chrono::Days::new(offset);
        QuoteLine {
            renews: Some(LineId(number)),
            quantity: quantity.into(),
            unit_list: Some(Decimal::new(cents, 2)),
            list_years: years.into(),
            start,
            end: start + chrono::Days::new(length),
            buy: BuyDriver::DiscountPct(Decimal::new(discount, 2)),
            sell: SellDriver::MarginPct(Decimal::new(margin, 2)),
            proration: MODES[mode],
            ..worked_line()
        }
    }
}

fn list(line: &QuoteLine) -> Decimal {
    price_line(line, usd(), &rules()).prorated_list.unwrap()
}

proptest! {
    #[test]
    fn a_split_range_adds_up_to_the_whole(line in any_line(), cut in 0u64..2200) {
        let mode = if line.proration == Proration::Day365 { line.proration } else { Proration::Cisco365Noleap };
        let line = QuoteLine { proration: mode, ..line };
        let middle = line.start + chrono::Days::new(cut);
        prop_assume!(middle < line.end);
        let left = QuoteLine { end: middle, ..line.clone() };
        let right = QuoteLine { start: next_day(middle), ..line.clone() };
        let apart = list(&left) + list(&right);
        prop_assert!((apart - list(&line)).abs() <= Decimal::new(1, 2));
    }

    #[test]
    fn a_later_end_never_costs_less(line in any_line(), days in 1u64..90) {
        let longer = QuoteLine { end: line.end + chrono::Days::new(days), ..line.clone() };
        prop_assert!(list(&longer) >= list(&line), "{:?}", line.proration);
    }

    #[test]
    fn totals_are_the_sum_of_the_lines_and_units_extend_exactly(
        lines in prop::collection::vec(any_line(), 0..12),
    ) {
        let priced: Vec<_> = lines.iter().map(|l| price_line(l, usd(), &rules())).collect();
        let totals = pricing::totals(lines.iter().zip(&priced), usd());
        let net: Decimal = priced.iter().map(|p| p.extended_net.unwrap()).sum();
        prop_assert_eq!(totals.net, net);
        prop_assert_eq!(totals.tcv, net);
        for (line, p) in lines.iter().zip(&priced) {
            prop_assert_eq!(p.extended_net.unwrap(), p.unit_net.unwrap() * line.quantity);
            prop_assert_eq!(p.extended_sell.unwrap(), p.unit_sell.unwrap() * line.quantity);
            prop_assert_eq!(usd().round(p.unit_net.unwrap()), p.unit_net.unwrap());
        }
    }

    #[test]
    fn a_typed_percent_survives_quantity_and_date_edits(
        line in any_line(), quantity in 0u32..9999, months in 1u32..80, days in 0u32..400,
    ) {
        let edit = |line: &QuoteLine, field, text: String| apply(line, field, &text, today(), &rules()).unwrap();
        let one = edit(&line, Field::Quantity, quantity.to_string());
        let two = edit(&one, Field::TermMonths, months.to_string());
        let three = edit(&two, Field::End, format!("+{days}d"));
        prop_assert_eq!((three.buy, three.sell), (line.buy, line.sell));
    }

    #[test]
    fn typing_the_old_value_back_restores_the_line(line in any_line(), value in 1i64..9_900) {
        for field in [Field::Quantity, Field::UnitList, Field::DiscountPct, Field::MarginPct] {
            let typed = Decimal::new(value, 2).to_string();
            let edited = apply(&line, field, &typed, today(), &rules()).unwrap();
            let back = apply(&edited, field, &text_of(&line, field), today(), &rules()).unwrap();
            prop_assert_eq!(&back, &line);
        }
    }

    #[test]
    fn the_parts_of_an_allocation_add_up(
        cents in -10_000_000i64..10_000_000,
        weights in prop::collection::vec(0i64..1_000_000, 1..20),
        code in prop::sample::select(vec!["USD", "JPY", "KWD"]),
    ) {
        prop_assume!(weights.iter().any(|w| *w > 0));
        let currency: Currency = code.parse().unwrap();
        let amount = Decimal::new(cents, 2);
        let weights: Vec<Decimal> = weights.into_iter().map(Decimal::from).collect();
        let parts = pricing::allocate(amount, &weights, currency);
        prop_assert_eq!(parts.iter().sum::<Decimal>(), currency.round(amount));
        prop_assert!(parts.iter().all(|part| currency.round(*part) == *part));
    }

    #[test]
    fn the_parts_of_a_change_add_up(
        offers in prop::collection::vec(any_line(), 0..6),
        old in prop::collection::vec((1i64..50, 1i64..10_000_000), 0..6),
    ) {
        let expiring: Vec<Line> = old.iter().zip(1..).map(|((quantity, cents), n)| Line {
            id: LineId(n),
            quantity: (*quantity).into(),
            extended_net: Some(Decimal::new(*cents, 2)),
            ..covered("2026-01-01", "2026-12-31")
        }).collect();
        let offers: Vec<QuoteLine> = offers.into_iter().zip(1..).map(|(line, n)| QuoteLine {
            renews: Some(LineId(n)),
            ..line
        }).collect();
        let c = pricing::change(&offers, &expiring, usd(), &rules());
        prop_assert_eq!(c.price + c.volume + c.added + c.removed, c.offered - c.due);
        prop_assert_eq!(c.total, c.offered - c.due);
    }

    #[test]
    fn a_change_kept_line_by_line_is_that_of_the_whole_quote(
        lines in prop::collection::vec((any_line(), 0u32..6), 1..8),
        old in prop::collection::vec((0i64..50, 1i64..10_000_000), 0..5),
        edits in prop::collection::vec((any_line(), 0u32..6, 0usize..8, 0u8..4), 1..8),
    ) {
        let expiring: Vec<Line> = old.iter().zip(1..).map(|((quantity, cents), n)| Line {
            id: LineId(n),
            quantity: (*quantity).into(),
            extended_net: Some(Decimal::new(*cents, 2)),
            ..covered("2026-01-01", "2026-12-31")
        }).collect();
        let of = |(line, renews)| QuoteLine { renews: (renews > 0).then_some(LineId(renews)), ..line };
        let mut lines: Vec<QuoteLine> = lines.into_iter().map(of).collect();
        let price = |line: &QuoteLine| price_line(line, usd(), &rules());
        let mut priced: Vec<_> = lines.iter().map(price).collect();
        let dues = pricing::dues(&expiring);
        let mut beside = Beside::of(lines.iter().zip(&priced), dues.clone(), usd());
        for (line, renews, row, kind) in edits {
            let row = row % lines.len();
            let mut line = of((line, renews));
            match kind {
                0 => line.quantity = Decimal::ZERO,
                1 => line.kind = LineKind::Asset,
                2 => line.unit_list = None,
                _ => {}
            }
            priced[row] = price(&line);
            let before = std::mem::replace(&mut lines[row], line).renews;
            beside.put(&lines, &priced, row, before);
            let whole = pricing::change_of(lines.iter().zip(&priced), &dues, usd(), &rules());
            prop_assert_eq!(beside.change(&rules()), whole);
        }
    }

    #[test]
    fn splitting_a_line_by_quantity_changes_no_total(line in any_line(), part in 1i64..499) {
        let part = Decimal::from(part);
        prop_assume!(part < line.quantity);
        let whole = price_line(&line, usd(), &rules()).extended_net.unwrap();
        let one = QuoteLine { quantity: part, ..line.clone() };
        let two = QuoteLine { quantity: line.quantity - part, ..line };
        let apart: Decimal = [one, two]
            .iter()
            .map(|l| price_line(l, usd(), &rules()).extended_net.unwrap())
            .sum();
        prop_assert_eq!(apart, whole);
    }

    #[test]
    fn no_text_breaks_an_edit(text in "\\PC{0,24}", field in 0usize..Field::ALL.len()) {
        let edited = apply(&worked_line(), Field::ALL[field], &text, today(), &rules());
        if let Ok(line) = edited {
            price_line(&line, usd(), &rules());
        }
    }
}
