//! A quote for the partner's own people: every driver, cost, margin and what it does to the score.
//! Never for a customer; [`super::offer`] is.

use super::json::fixed;
use super::table::{Cell, Table};
use crate::domain::ids::QuoteId;
use crate::domain::quote::{BuyDriver, Proration, Quote, QuoteLine, SellDriver};
use crate::domain::snapshot::Snapshot;
use crate::pricing::edit::Field;
use crate::pricing::number_of;
use crate::pricing::subtotals::{By, Group};
use crate::pricing::{LineWarning, PricedLine, Totals};
use crate::program::{Engine, Month, ProgramError, View};
use num_rational::BigRational;
use rust_decimal::Decimal;
use std::borrow::Cow;

/// What a quote does to a portfolio's score.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effect {
    /// The portfolio.
    pub portfolio: String,
    /// Score without it.
    pub before: Option<Decimal>,
    /// Score with it.
    pub after: Option<Decimal>,
}

/// Score without and with a quote at the pack's horizon to three decimals, and what that rests on.
///
/// # Errors
/// What keeps the engine from projecting.
pub fn effects_of(engine: &Engine, quote: QuoteId) -> Result<(Vec<Effect>, String), ProgramError> {
    let before = engine.project(&View::Booked, &Month::Horizon)?;
    let after = engine.project(&View::Quote(quote), &Month::Horizon)?;
    let shown = |score: &BigRational| fixed(score, 3).parse().ok();
    let effects = after.portfolios.iter().map(|score| {
        let mut others = before.portfolios.iter();
        let other = others.find(|known| known.portfolio == score.portfolio);
        Effect {
            portfolio: score.portfolio.title().to_string(),
            before: other.and_then(|known| known.score.as_ref()).and_then(shown),
            after: score.score.as_ref().and_then(shown),
        }
    });
    let label = &after.pack;
    let words = format!(
        "Estimate at the end of {}, rule pack {} of {}, confidence {}; the vendor's portal holds the \
         official score",
        after.month, label.name, label.as_of, label.confidence
    );
    Ok((effects.collect(), words))
}

/// Headers of the sheet of lines. The ones in small letters are the fields `quote set` takes: changed in a
/// spreadsheet, they come back through the import.
pub const HEADERS: [&str; 39] = [
    "Line",
    "Quote",
    "Quote version",
    "Renewdesk Quote Line ID",
    "Contract",
    "Customer site",
    "Serial",
    "Product",
    "Description",
    "service_sku",
    "Service level",
    "start",
    "end",
    "Days",
    "Proration",
    "quantity",
    "unit_list",
    "List years",
    "Prorated list",
    "Discount by",
    "discount_pct",
    "unit_net",
    "extended_net",
    "Price by",
    "margin_pct",
    "markup_pct",
    "unit_sell",
    "extended_sell",
    "Margin",
    "TCV",
    "ACV",
    "Run-rate",
    "Last date of support",
    "portfolio",
    "premium",
    "ea",
    "ai",
    "Currency",
    "Look at",
];

/// How a proration mode is named in rule packs.
pub fn proration_id(mode: Proration) -> Cow<'static, str> {
    let plain = match mode {
        Proration::CalendarMonth(day) => return format!("calendar_month, day {day}").into(),
        Proration::Cisco365Noleap => "cisco_365_noleap",
        Proration::Day365 => "day_365",
        Proration::MonthUp => "month_up",
        Proration::MonthPlusActual => "month_plus_actual",
        Proration::Month30 => "month_30",
        Proration::MerakiAverage => "meraki_average",
    };
    plain.into()
}

/// What the column of a field that can be typed shows of a line: what was typed, else what follows from it.
pub fn shown(line: &QuoteLine, priced: &PricedLine, field: Field) -> Cell {
    let flag = |flag: Option<bool>| {
        Cell::text(Some(match flag {
            None => "unknown",
            Some(true) => "yes",
            Some(false) => "no",
        }))
    };
    match field {
        Field::Start => Cell::Date(line.start),
        Field::End => Cell::Date(line.end),
        Field::ServiceSku => Cell::text(line.service_sku.as_deref()),
        Field::Premium => flag(line.premium),
        Field::Ea => flag(line.ea),
        Field::Ai => flag(line.ai),
        Field::Portfolio => Cell::text(line.portfolio.as_ref().map(|portfolio| portfolio.title())),
        _ => Cell::number(number_of(line, priced, field)),
    }
}

/// Every line with all its figures.
pub fn lines(snapshot: &Snapshot, quote: &Quote, priced: &[PricedLine]) -> Table {
    let group = Group { snapshot, quote };
    let rows = quote.lines.iter().zip(priced).map(|(line, priced)| {
        let shown = |field| shown(line, priced, field);
        let gain = priced.extended_sell.zip(priced.extended_net);
        let warnings: Vec<&str> = priced.warnings.iter().map(warning).collect();
        vec![
            Cell::Number(line.number.into()),
            Cell::Text(quote.number.to_string()),
            Cell::Number(quote.version.into()),
            Cell::Text(line.id.to_string()),
            Cell::Text(group.word(line, By::Contract)),
            Cell::Text(group.word(line, By::Site)),
            Cell::text(line.serial.as_deref()),
            Cell::text(line.pid.as_deref()),
            Cell::text(line.description.as_deref()),
            shown(Field::ServiceSku),
            Cell::text(line.service_level.as_deref()),
            shown(Field::Start),
            shown(Field::End),
            Cell::Number(priced.days.into()),
            Cell::text(Some(&proration_id(line.proration))),
            shown(Field::Quantity),
            shown(Field::UnitList),
            Cell::Number(line.list_years),
            Cell::number(priced.prorated_list),
            Cell::text(Some(driver_of(line).0)),
            shown(Field::DiscountPct),
            shown(Field::UnitNet),
            shown(Field::ExtendedNet),
            Cell::text(Some(driver_of(line).1)),
            shown(Field::MarginPct),
            shown(Field::MarkupPct),
            shown(Field::UnitSell),
            shown(Field::ExtendedSell),
            Cell::number(gain.map(|(sell, net)| sell - net)),
            Cell::number(priced.tcv),
            Cell::number(priced.acv),
            Cell::number(priced.run_rate),
            Cell::date(line.ldos),
            shown(Field::Portfolio),
            shown(Field::Premium),
            shown(Field::Ea),
            shown(Field::Ai),
            Cell::Text(quote.currency.to_string()),
            Cell::Text(warnings.join("; ")),
        ]
    });
    Table {
        headers: HEADERS.map(String::from).to_vec(),
        rows: rows.collect(),
    }
}

/// The fields that were typed last on the buy and on the sell side.
fn driver_of(line: &QuoteLine) -> (&'static str, &'static str) {
    let buy = match line.buy {
        BuyDriver::DiscountPct(_) => Field::DiscountPct,
        BuyDriver::UnitNet(_) => Field::UnitNet,
        BuyDriver::ExtendedNet(_) => Field::ExtendedNet,
    };
    let sell = match line.sell {
        SellDriver::MarginPct(_) => Field::MarginPct,
        SellDriver::MarkupPct(_) => Field::MarkupPct,
        SellDriver::UnitSell(_) => Field::UnitSell,
        SellDriver::ExtendedSell(_) => Field::ExtendedSell,
    };
    (buy.id(), sell.id())
}

fn warning(warning: &LineWarning) -> &'static str {
    match warning {
        LineWarning::OnlyLeapDay => "only 29 February: costs nothing",
        LineWarning::BelowCost => "sold below cost",
        LineWarning::ShortTerm(_) => "short term",
        LineWarning::LongTerm(_) => "long term",
        LineWarning::CutAtLdos => "cut at the last date of support",
        LineWarning::NoPrice => "no price",
        LineWarning::Dropped => "dropped",
        LineWarning::NetAboveList => "net above list",
        LineWarning::ListOfOldSku => "list price of the old service",
    }
}

/// The totals, one a row.
pub fn totals(quote: &Quote, totals: &Totals) -> Table {
    let money = |name: &str, value: Decimal| {
        vec![
            Cell::text(Some(name)),
            Cell::Number(value),
            Cell::Text(totals.currency.to_string()),
        ]
    };
    let percent = |name: &str, value: Option<Decimal>| {
        let shown = value.map(|value| crate::domain::money::round_half_up(value, 2));
        vec![
            Cell::text(Some(name)),
            Cell::number(shown),
            Cell::text(Some("%")),
        ]
    };
    let rows = vec![
        money("List", totals.list),
        money("Net to Cisco", totals.net),
        money("Sell", totals.sell),
        money("Margin", totals.sell - totals.net),
        percent("Discount", totals.discount_pct),
        percent("Margin", totals.margin_pct),
        money("TCV", totals.tcv),
        money("ACV", totals.acv),
        money("Run-rate", totals.run_rate),
        vec![
            Cell::text(Some("Lines without a price")),
            Cell::Number(totals.unpriced.into()),
            Cell::Blank,
        ],
    ];
    Table {
        headers: vec![
            format!("Quote {}", quote.number),
            "Value".into(),
            "Unit".into(),
        ],
        rows,
    }
}

/// What the quote does to the scores. `note` says which pack, month and that it is an estimate.
pub fn effects(effects: &[Effect], note: &str) -> Table {
    let mut rows: Vec<Vec<Cell>> = effects
        .iter()
        .map(|effect| {
            let gain = effect.before.zip(effect.after);
            vec![
                Cell::Text(effect.portfolio.clone()),
                Cell::number(effect.before),
                Cell::number(effect.after),
                Cell::number(gain.map(|(before, after)| after - before)),
            ]
        })
        .collect();
    rows.push(vec![
        Cell::text(Some(note)),
        Cell::Blank,
        Cell::Blank,
        Cell::Blank,
    ]);
    Table {
        headers: ["Portfolio", "Booked only", "With this quote", "Gain"]
            .map(String::from)
            .to_vec(),
        rows,
    }
}
