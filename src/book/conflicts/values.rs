//! One field as the quote has it and as the file would have it.

use crate::book::changes::Value;
use crate::domain::baseline::BaselineRow;
use crate::domain::day::next_day;
use crate::domain::line::Line;
use crate::domain::money::round_half_up;
use crate::domain::quote::{BuyDriver, QuoteLine};
use crate::domain::rival::QuoteField;
use crate::domain::rules::Rules;
use crate::pricing::draft::buy_side;
use rust_decimal::Decimal;

/// Places of a percent to which two discounts are compared: a file's net price is rounded to cents,
/// and what it amounts to wavers behind them.
const DISCOUNT_PLACES: u32 = 2;

/// What a quote line holds.
pub fn own_value(field: QuoteField, line: &QuoteLine) -> Option<Value> {
    match field {
        QuoteField::Quantity => Some(Value::Number(line.quantity)),
        QuoteField::UnitList => line.unit_list.map(Value::Number),
        QuoteField::ServiceSku => line.service_sku.clone().map(Value::Text),
        QuoteField::ServiceLevel => line.service_level.clone().map(Value::Text),
        QuoteField::Start => Some(Value::Day(line.start)),
        QuoteField::Buy => Some(buy(line.buy)),
        QuoteField::Portfolio => line
            .portfolio
            .as_ref()
            .map(|p| Value::Text(p.title().into())),
    }
}

/// What the coverage line a quote line renews would have it be; `None` where the file is silent.
pub fn file_value(
    field: QuoteField,
    line: &Line,
    quoted: &QuoteLine,
    rules: &Rules,
) -> Option<Value> {
    match field {
        QuoteField::Quantity => Some(Value::Number(line.quantity)),
        QuoteField::UnitList => line.unit_list.map(Value::Number),
        QuoteField::ServiceSku => line.service_sku.clone().map(Value::Text),
        QuoteField::ServiceLevel => line.service_level.clone().map(Value::Text),
        QuoteField::Start => line.end.map(|end| Value::Day(next_day(end))),
        QuoteField::Buy if line.extended_net.is_none() && line.discount_pct.is_none() => None,
        QuoteField::Buy => Some(buy(buy_side(line, quoted, rules))),
        QuoteField::Portfolio => line.portfolio().map(|p| Value::Text(p.title().into())),
    }
}

fn buy(driver: BuyDriver) -> Value {
    Value::Text(match driver {
        BuyDriver::DiscountPct(pct) => {
            let pct = round_half_up(pct, DISCOUNT_PLACES).normalize();
            format!("discount {pct} %").into()
        }
        BuyDriver::UnitNet(net) => format!("unit net {}", net.normalize()).into(),
        BuyDriver::ExtendedNet(net) => format!("extended net {}", net.normalize()).into(),
    })
}

/// A row of the assessment in few words.
pub fn sheet_words(row: &BaselineRow) -> String {
    let number =
        |n: Option<Decimal>| n.map_or_else(|| "-".to_string(), |n| n.normalize().to_string());
    let index = row.applied_index.or(row.achieved_index);
    format!(
        "A {} B {} index {}",
        number(row.a),
        number(row.b),
        number(index)
    )
}
