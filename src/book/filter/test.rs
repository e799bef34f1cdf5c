//! Whether a row meets one condition. What is unknown meets no comparison.

use super::{DateField, Measure, Point, Test, Text, When};
use crate::book::fold::fold;
use crate::book::{CountdownState, Gear, QueueRow};
use crate::domain::day::add_days;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::ops::ControlFlow;

pub(super) fn holds(test: &Test, row: &QueueRow, today: NaiveDate, behind: Gear<'_>) -> bool {
    match test {
        Test::Owner(wanted) => text(wanted, row.owner()),
        Test::Customer(wanted) => folded(wanted, row.folded_customer()),
        Test::Contract(wanted) => text(wanted, Some(row.contract_number())),
        Test::What(wanted) => {
            text(wanted, Some(row.what())) || text(wanted, row.service_level().map(|text| &**text))
        }
        Test::Gear(wanted) => gear(wanted, row, behind),
        Test::NextStep(wanted) => text(wanted, row.next_step()),
        Test::Stage(names) => names.iter().any(|name| is_stage(name, row.stage())),
        Test::Portfolio(wanted, named) => portfolio(wanted, named.as_ref(), row),
        Test::Status(status) => row.status() == *status,
        Test::Risk(relation, level) => relation.holds(&row.risk().level, level),
        Test::Currency(currency) => row.currency() == *currency,
        Test::Quote(wanted) => text(wanted, row.quote_number().map(|text| &**text)),
        Test::Atr(measure) => number(measure, row.amount()),
        Test::AtStake(measure) => number(measure, row.at_stake().map(|stake| stake.points)),
        Test::Mark(mark) => row.at_stake().is_some_and(|stake| stake.mark == *mark),
        Test::Win(relation, pct) => relation.holds(&row.risk().win_pct, pct),
        Test::Lines(relation, n) => relation.holds(&Decimal::from(row.lines()), n),
        Test::Days(relation, n) => relation.holds(&Decimal::from(row.days_left()), n),
        Test::Date(field, when) => date(when, date_of(row, *field, today), row.open(), today),
        Test::Open => row.open(),
        Test::Overdue => row.state() == CountdownState::Overdue,
        Test::Lapsed => row.state() == CountdownState::Lapsed,
        Test::Flagged => row.flagged(),
        Test::Reviewed => row.reviewed(),
        Test::Snoozed => row.snoozed_until().is_some_and(|until| until > today),
    }
}

fn text(wanted: &Text, value: Option<&str>) -> bool {
    match value.map(str::trim).filter(|value| !value.is_empty()) {
        None => *wanted == Text::Missing,
        Some(value) => folded(wanted, &fold(value)),
    }
}

/// Serial numbers and product ids.
fn gear(wanted: &Text, row: &QueueRow, behind: Gear<'_>) -> bool {
    let (mut any, mut met) = (false, false);
    behind.terms(row, |term| {
        any = true;
        met = folded(wanted, term);
        match met || *wanted == Text::Missing {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    });
    match wanted {
        Text::Missing => !any,
        _ => met,
    }
}

fn folded(wanted: &Text, value: &str) -> bool {
    match wanted {
        Text::Is(text) => value == text,
        Text::Contains(text) => value.contains(text.as_str()),
        Text::Missing => value.is_empty(),
        Text::Present => !value.is_empty(),
    }
}

/// A stage id against a name of letters and digits only: `po_received` is `poreceived`.
fn is_stage(name: &str, id: &str) -> bool {
    let letters = id.chars().filter(|c| c.is_alphanumeric());
    letters.flat_map(char::to_lowercase).eq(name.chars())
}

fn portfolio(
    wanted: &Text,
    named: Option<&crate::domain::portfolio::Portfolio>,
    row: &QueueRow,
) -> bool {
    match wanted {
        Text::Missing => row.portfolios().is_empty(),
        Text::Present => !row.portfolios().is_empty(),
        Text::Is(_) if named.is_some_and(|p| row.portfolios().contains(p)) => true,
        wanted => row
            .portfolios()
            .iter()
            .any(|portfolio| folded(wanted, &fold(portfolio.title()))),
    }
}

fn number(measure: &Measure, value: Option<Decimal>) -> bool {
    match (measure, value) {
        (Measure::Missing, value) => value.is_none(),
        (Measure::Present, value) => value.is_some(),
        (Measure::Is(relation, limit), Some(value)) => relation.holds(&value, limit),
        (Measure::Is(..), None) => false,
    }
}

fn date_of(row: &QueueRow, field: DateField, today: NaiveDate) -> Option<NaiveDate> {
    match field {
        DateField::Clock(clock) => row.clock(clock),
        DateField::Next => row.next_date(),
        DateField::Leading => {
            let leads = row.countdown();
            leads.clock.map(|_| add_days(today, leads.days))
        }
    }
}

fn date(when: &When, value: Option<NaiveDate>, open: bool, today: NaiveDate) -> bool {
    match (when, value) {
        (When::Missing, value) => value.is_none(),
        (When::Present, value) => value.is_some(),
        (_, None) => false,
        (When::Within(days), Some(value)) => {
            value <= add_days(today, *days) && (open || value >= today)
        }
        (When::Compared(relation, point), Some(value)) => {
            let limit = match point {
                Point::Day(day) => *day,
                Point::FromToday(days) => add_days(today, *days),
            };
            relation.holds(&value, &limit)
        }
    }
}
