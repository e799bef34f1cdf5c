//! Editing one cell of a quote line: text in, a new line or a refusal out. The old line is never
//! touched, so a preview is an edit that nobody keeps.

use super::exact::Product;
use super::term::priced_years;
use super::typed::{self, Unreadable};
use crate::domain::day::{term_end, whole_months};
use crate::domain::line::LineKind;
use crate::domain::portfolio::Portfolio;
use crate::domain::quote::{BuyDriver, QuoteLine, SellDriver};
use crate::domain::rules::Rules;
use crate::domain::text::clean;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use std::sync::Arc;

/// An editable field of a quote line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Field {
    /// How many.
    Quantity,
    /// List price of one unit for its list term.
    UnitList,
    /// Discount off list, percent.
    DiscountPct,
    /// Net to Cisco of one unit for the term.
    UnitNet,
    /// Net to Cisco of all units for the term.
    ExtendedNet,
    /// Margin of the sell price, percent.
    MarginPct,
    /// Markup on net, percent.
    MarkupPct,
    /// Sell price of one unit for the term.
    UnitSell,
    /// Sell price of all units for the term.
    ExtendedSell,
    /// First covered day.
    Start,
    /// Last covered day.
    End,
    /// Whole months from the start.
    TermMonths,
    /// Service SKU.
    ServiceSku,
    /// Premium service.
    Premium,
    /// Under an EA or MSLA.
    Ea,
    /// An AI product.
    Ai,
    /// Portfolio it counts in.
    Portfolio,
}

impl Field {
    /// Every field, in the order of the grid.
    pub const ALL: [Field; 17] = [
        Field::Quantity,
        Field::UnitList,
        Field::DiscountPct,
        Field::UnitNet,
        Field::ExtendedNet,
        Field::MarginPct,
        Field::MarkupPct,
        Field::UnitSell,
        Field::ExtendedSell,
        Field::Start,
        Field::End,
        Field::TermMonths,
        Field::ServiceSku,
        Field::Premium,
        Field::Ea,
        Field::Ai,
        Field::Portfolio,
    ];

    /// Name on the command line.
    pub fn id(self) -> &'static str {
        match self {
            Field::Quantity => "quantity",
            Field::UnitList => "unit_list",
            Field::DiscountPct => "discount_pct",
            Field::UnitNet => "unit_net",
            Field::ExtendedNet => "extended_net",
            Field::MarginPct => "margin_pct",
            Field::MarkupPct => "markup_pct",
            Field::UnitSell => "unit_sell",
            Field::ExtendedSell => "extended_sell",
            Field::Start => "start",
            Field::End => "end",
            Field::TermMonths => "term_months",
            Field::ServiceSku => "service_sku",
            Field::Premium => "premium",
            Field::Ea => "ea",
            Field::Ai => "ai",
            Field::Portfolio => "portfolio",
        }
    }

    /// Name in a sentence.
    pub fn title(self) -> &'static str {
        match self {
            Field::Quantity => "quantity",
            Field::UnitList => "unit list price",
            Field::DiscountPct => "discount",
            Field::UnitNet => "unit net price",
            Field::ExtendedNet => "extended net price",
            Field::MarginPct => "margin",
            Field::MarkupPct => "markup",
            Field::UnitSell => "unit sell price",
            Field::ExtendedSell => "extended sell price",
            Field::Start => "start",
            Field::End => "end",
            Field::TermMonths => "term in months",
            Field::ServiceSku => "service SKU",
            Field::Premium => "premium flag",
            Field::Ea => "EA flag",
            Field::Ai => "AI flag",
            Field::Portfolio => "portfolio",
        }
    }
}

impl Field {
    /// True where it takes a number.
    pub fn is_number(self) -> bool {
        !matches!(
            self,
            Field::Start
                | Field::End
                | Field::ServiceSku
                | Field::Premium
                | Field::Ea
                | Field::Ai
                | Field::Portfolio
        )
    }
}

/// The field a name means; case, `-` and `_` do not matter: `discount-pct`, `Unit_Net`.
pub fn parse_field(name: &str) -> Option<Field> {
    let key = name.trim().to_lowercase().replace(['-', ' '], "_");
    Field::ALL.into_iter().find(|field| field.id() == key)
}

/// Why an edit was refused. Its text is a sentence; [`EditError::hint`] says what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The text is no value of that field.
    #[error("{}: {}.", .field.title(), .why.problem)]
    Unreadable {
        /// The field.
        field: Field,
        /// What is wrong with the text.
        why: Unreadable,
    },
    /// A value outside its limits.
    #[error("The {} must be {limits}; {value} is not.", .field.title())]
    OutOfRange {
        /// The field.
        field: Field,
        /// What was typed.
        value: Decimal,
        /// The limits in words.
        limits: &'static str,
    },
    /// The term would end before it starts.
    #[error("The end {end} lies before the start {start}.")]
    EndBeforeStart {
        /// First covered day.
        start: NaiveDate,
        /// Last covered day.
        end: NaiveDate,
    },
    /// Cover past the last date of support does not exist.
    #[error("The product's last date of support is {latest}: no cover may end on {wanted}.")]
    PastLdos {
        /// Latest day allowed.
        latest: NaiveDate,
        /// What was asked for.
        wanted: NaiveDate,
    },
    /// A word that is neither yes, no nor unknown.
    #[error("The {} takes yes, no or unknown; {text:?} is none of them.", .field.title())]
    NotYesNo {
        /// The field.
        field: Field,
        /// What was typed.
        text: String,
    },
}

impl EditError {
    /// What to do next, a sentence.
    pub fn hint(&self) -> String {
        match self {
            EditError::Unreadable { why, .. } => format!("{}.", capital(&why.hint)),
            EditError::OutOfRange { limits, .. } => format!("Type a value that is {limits}."),
            EditError::EndBeforeStart { start, .. } => {
                format!("Type a day from {start} on, or move the start first.")
            }
            EditError::PastLdos { latest, .. } => {
                format!("Type {latest} to cover it to its last day, or quote its successor.")
            }
            EditError::NotYesNo { .. } => "Type yes, no or unknown.".to_string(),
        }
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map(|first| first.to_uppercase().chain(chars).collect())
        .unwrap_or_default()
}

/// The line with one field set from text; all other fields stay, and with them the drivers of both
/// price sides: a typed percent survives later edits of quantity and dates, a typed price stays
/// until its own side is typed again. Quantity 0 drops the line and keeps it visible.
///
/// Setting `end` or `term_months` past the last date of support fails with the latest day allowed.
/// A new service SKU takes its level from the rules' code table; its list price is not known, the
/// old one stays and is pointed out by [`super::compared`].
pub fn apply(
    line: &QuoteLine,
    field: Field,
    text: &str,
    today: NaiveDate,
    rules: &Rules,
) -> Result<QuoteLine, EditError> {
    apply_all(line, &[(field, text)], today, rules)
}

/// The line with several fields set together, or refused together. A new start is set before an end
/// or a term, whatever the order they are given in, and the dates are judged once all are in, so
/// that a term may move as a whole. `+1y` and the like count from the line as it was.
///
/// A term 2026-12-11 – 2027-12-10 takes `end=2029-06-30 start=2028-07-01` either way round.
///
/// # Errors
/// As [`apply`], of the first field that cannot be set.
pub fn apply_all(
    line: &QuoteLine,
    edits: &[(Field, &str)],
    today: NaiveDate,
    rules: &Rules,
) -> Result<QuoteLine, EditError> {
    let turn = |field: Field| match field {
        Field::Start => 0,
        Field::End | Field::TermMonths => 2,
        _ => 1,
    };
    let mut ordered: Vec<&(Field, &str)> = edits.iter().collect();
    // stable: of two values for the same thing the later one stands
    ordered.sort_by_key(|(field, _)| turn(*field));
    let mut new = line.clone();
    for (field, text) in ordered {
        new = set(new, line, *field, text, today, rules)?;
    }
    if new.start != line.start {
        in_order(new.start, new.end)?;
    }
    carry_net(line, &mut new);
    Ok(new)
}

/// Places a net price is carried with: more than any currency has, few enough for a spreadsheet.
const CARRIED_PLACES: u32 = 4;

/// Carries a typed net price over to the term a line now has. What is held when dates move is the discount,
/// not the amount (renewals §3): 100.00 for 365 days is 200.00 for 730. A price that was typed together with
/// the dates is one for them.
pub(super) fn carry_net(old: &QuoteLine, new: &mut QuoteLine) {
    if new.buy != old.buy || new.kind == LineKind::Asset {
        return;
    }
    let (was, now) = (priced_years(old), priced_years(new));
    let carried = |net: Decimal| {
        let product = Product::of(net)
            .times(now.numerator.into())
            .times(was.denominator.into())
            .over(now.denominator.into())
            .over(was.numerator.into());
        let same = was.numerator == 0 || was == now;
        (!same).then(|| product.round(CARRIED_PLACES))?
    };
    let normal = |net: Decimal| carried(net).map(|net| net.normalize());
    new.buy = match new.buy {
        BuyDriver::DiscountPct(_) => return,
        BuyDriver::UnitNet(net) => normal(net).map_or(new.buy, BuyDriver::UnitNet),
        BuyDriver::ExtendedNet(net) => normal(net).map_or(new.buy, BuyDriver::ExtendedNet),
    };
}

/// One field of `new`; relative days count from `line`. That a new start lies before the end is
/// for the caller to see to.
fn set(
    mut new: QuoteLine,
    line: &QuoteLine,
    field: Field,
    text: &str,
    today: NaiveDate,
    rules: &Rules,
) -> Result<QuoteLine, EditError> {
    match field {
        Field::Quantity => set_quantity(&mut new, amount(field, text)?),
        Field::UnitList => new.unit_list = optional(text, |text| amount(field, text))?,
        Field::DiscountPct => new.buy = BuyDriver::DiscountPct(percent(field, text)?),
        Field::UnitNet => new.buy = BuyDriver::UnitNet(amount(field, text)?),
        Field::ExtendedNet => new.buy = BuyDriver::ExtendedNet(amount(field, text)?),
        Field::MarginPct => new.sell = SellDriver::MarginPct(percent(field, text)?),
        Field::MarkupPct => new.sell = SellDriver::MarkupPct(percent(field, text)?),
        Field::UnitSell => new.sell = SellDriver::UnitSell(amount(field, text)?),
        Field::ExtendedSell => new.sell = SellDriver::ExtendedSell(amount(field, text)?),
        Field::Start => {
            new.start = day(field, text, line.start, today)?;
            new.licence_days = None;
        }
        Field::End => set_end(&mut new, day(field, text, line.end, today)?)?,
        Field::TermMonths => {
            let end = term_end(new.start, months(text)?);
            set_end(&mut new, end)?;
        }
        Field::ServiceSku => set_sku(&mut new, text, rules),
        Field::Premium => new.premium = flag(field, text)?,
        Field::Ea => new.ea = flag(field, text)?,
        Field::Ai => new.ai = flag(field, text)?,
        Field::Portfolio => {
            let text = clean(text);
            let unknown = text.trim().eq_ignore_ascii_case("unknown");
            new.portfolio = Portfolio::named(&text).filter(|_| !unknown);
        }
    }
    Ok(new)
}

/// Sets the quantity. What is held is the price of a unit, so a price typed for all units goes with their
/// number: 100.00 for 3 units is 200.00 for 6. Quantity 0 drops the line and leaves what was typed, so
/// that a line taken in again costs what it did.
pub fn set_quantity(line: &mut QuoteLine, quantity: Decimal) {
    let one = |all: Decimal| match line.quantity.is_zero() {
        true => None,
        false => all.checked_div(line.quantity),
    };
    let scaled = |all| match quantity.is_zero() {
        true => None,
        false => one(all).and_then(|one| one.checked_mul(quantity)),
    };
    if let BuyDriver::ExtendedNet(all) = line.buy
        && let Some(new) = scaled(all)
    {
        line.buy = BuyDriver::ExtendedNet(new);
    }
    if let SellDriver::ExtendedSell(all) = line.sell
        && let Some(new) = scaled(all)
    {
        line.sell = SellDriver::ExtendedSell(new);
    }
    line.quantity = quantity;
}

/// What a cell holds, in the form [`apply`] reads; empty for what is unknown. Derived figures of a
/// line (a discount under a typed net price) come from its [`super::PricedLine`], not from here.
pub fn text_of(line: &QuoteLine, field: Field) -> String {
    let plain = |value: Decimal| value.normalize().to_string();
    let yes_no = |flag: Option<bool>| match flag {
        Some(true) => "yes".to_string(),
        Some(false) => "no".to_string(),
        None => "unknown".to_string(),
    };
    match (field, line.buy, line.sell) {
        (Field::Quantity, ..) => plain(line.quantity),
        (Field::UnitList, ..) => line.unit_list.map(plain).unwrap_or_default(),
        (Field::DiscountPct, BuyDriver::DiscountPct(pct), _) => plain(pct),
        (Field::UnitNet, BuyDriver::UnitNet(net), _) => plain(net),
        (Field::MarginPct, _, SellDriver::MarginPct(pct)) => plain(pct),
        (Field::MarkupPct, _, SellDriver::MarkupPct(pct)) => plain(pct),
        (Field::UnitSell, _, SellDriver::UnitSell(sell)) => plain(sell),
        (Field::ExtendedNet, BuyDriver::ExtendedNet(net), _) => plain(net),
        (Field::ExtendedSell, _, SellDriver::ExtendedSell(sell)) => plain(sell),
        (Field::Start, ..) => line.start.to_string(),
        (Field::End, ..) => line.end.to_string(),
        (Field::TermMonths, ..) => {
            whole_months(line.start, line.end).map_or_else(String::new, |n| n.to_string())
        }
        (Field::ServiceSku, ..) => line.service_sku.as_deref().unwrap_or_default().to_string(),
        (Field::Premium, ..) => yes_no(line.premium),
        (Field::Ea, ..) => yes_no(line.ea),
        (Field::Ai, ..) => yes_no(line.ai),
        (Field::Portfolio, ..) => line
            .portfolio
            .as_ref()
            .map(|p| p.title().to_string())
            .unwrap_or_default(),
        _ => String::new(),
    }
}

fn optional<T>(
    text: &str,
    read: impl FnOnce(&str) -> Result<T, EditError>,
) -> Result<Option<T>, EditError> {
    let text = text.trim();
    if text.is_empty() || text.eq_ignore_ascii_case("unknown") {
        return Ok(None);
    }
    read(text).map(Some)
}

fn number(field: Field, text: &str) -> Result<Decimal, EditError> {
    typed::number(text).map_err(|why| EditError::Unreadable { field, why })
}

/// A quantity or price: zero or more; a percent sign is a slip of the column.
fn amount(field: Field, text: &str) -> Result<Decimal, EditError> {
    let value = number(field, text)?;
    if text.trim().ends_with('%') && !text.trim().starts_with('=') {
        let why = Unreadable {
            problem: format!("{:?} is a percentage", text.trim()),
            hint: "type an amount".to_string(),
        };
        return Err(EditError::Unreadable { field, why });
    }
    within(
        field,
        value,
        !value.is_sign_negative() || value.is_zero(),
        "0 or more",
    )
}

fn percent(field: Field, text: &str) -> Result<Decimal, EditError> {
    let value = number(field, text)?;
    let hundred = Decimal::ONE_HUNDRED;
    match field {
        Field::DiscountPct => {
            let inside = value >= Decimal::ZERO && value <= hundred;
            within(field, value, inside, "from 0 to 100 %")
        }
        Field::MarginPct => within(field, value, value < hundred, "below 100 %"),
        _ => within(field, value, value >= -hundred, "-100 % or more"),
    }
}

fn within(
    field: Field,
    value: Decimal,
    inside: bool,
    limits: &'static str,
) -> Result<Decimal, EditError> {
    if inside {
        return Ok(value);
    }
    Err(EditError::OutOfRange {
        field,
        value,
        limits,
    })
}

fn day(
    field: Field,
    text: &str,
    from: NaiveDate,
    today: NaiveDate,
) -> Result<NaiveDate, EditError> {
    typed::day(text, from, today).map_err(|why| EditError::Unreadable { field, why })
}

/// Whole months: `36`, `36m` or `3y`.
fn months(text: &str) -> Result<i32, EditError> {
    let field = Field::TermMonths;
    let text = text.trim().to_lowercase();
    let (digits, each) = match text.strip_suffix('y') {
        Some(years) => (years, 12),
        None => (text.strip_suffix('m').unwrap_or(&text), 1),
    };
    let value = number(field, digits)? * Decimal::from(each);
    let whole = value.is_integer() && value >= Decimal::ONE && value <= Decimal::from(1200);
    let value = within(
        field,
        value,
        whole,
        "a whole number of months from 1 to 1200",
    )?;
    Ok(value.to_i32().unwrap_or(1))
}

fn in_order(start: NaiveDate, end: NaiveDate) -> Result<(), EditError> {
    if end < start {
        return Err(EditError::EndBeforeStart { start, end });
    }
    Ok(())
}

fn set_end(line: &mut QuoteLine, end: NaiveDate) -> Result<(), EditError> {
    in_order(line.start, end)?;
    if let Some(latest) = line.ldos.filter(|ldos| end > *ldos) {
        return Err(EditError::PastLdos {
            latest,
            wanted: end,
        });
    }
    line.end = end;
    line.licence_days = None;
    line.cut_at_ldos = false;
    Ok(())
}

fn set_sku(line: &mut QuoteLine, text: &str, rules: &Rules) {
    let text = clean(text).trim().to_uppercase();
    let sku: Option<Arc<str>> = Some(text).filter(|t| !t.is_empty()).map(Arc::from);
    if sku == line.service_sku {
        return;
    }
    let code = sku.as_deref().and_then(|sku| sku.split('-').nth(1));
    line.service_level = rules
        .service_codes
        .iter()
        .find(|known| Some(&*known.code) == code)
        .map(|known| known.level.as_str().into());
    line.service_sku = sku;
}

/// Yes, no or unknown; an empty cell is unknown.
fn flag(field: Field, text: &str) -> Result<Option<bool>, EditError> {
    match text.trim().to_lowercase().as_str() {
        "yes" | "y" | "true" | "1" => Ok(Some(true)),
        "no" | "n" | "false" | "0" => Ok(Some(false)),
        "" | "unknown" | "?" => Ok(None),
        _ => Err(EditError::NotYesNo {
            field,
            text: clean(text.trim()).into_owned(),
        }),
    }
}
