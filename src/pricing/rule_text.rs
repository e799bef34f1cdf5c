//! A price rule as a person writes it: a name and fields with their texts, the same in the desk, on the
//! command line and in a file.

use super::typed;
use crate::domain::ids::AccountId;
use crate::domain::portfolio::Portfolio;
use crate::domain::price_rule::{PriceRule, SellRule};
use crate::domain::text::clean;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::sync::Arc;

/// Most letters of a name, a pattern or a supplier.
const LONGEST: usize = 80;

/// The fields a rule can be given.
pub const FIELDS: [&str; 10] = [
    "supplier",
    "account",
    "product",
    "level",
    "portfolio",
    "from",
    "until",
    "discount",
    "margin",
    "markup",
];

/// Other names of a field.
const ALSO: [(&str, &str); 12] = [
    ("distributor", "supplier"),
    ("vendor", "supplier"),
    ("customer", "account"),
    ("pid", "product"),
    ("sku", "product"),
    ("service_level", "level"),
    ("start", "from"),
    ("end", "until"),
    ("to", "until"),
    ("discount_pct", "discount"),
    ("margin_pct", "margin"),
    ("markup_pct", "markup"),
];

/// Why a text is no rule. Its text is a sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what}; {hint}.")]
pub struct NoRule {
    /// What is wrong, a clause.
    pub what: String,
    /// What to write instead, a clause.
    pub hint: String,
}

fn wrong(what: impl Into<String>, hint: impl Into<String>) -> NoRule {
    NoRule {
        what: what.into(),
        hint: hint.into(),
    }
}

/// The field a name means, as rules have it; case, blanks and signs do not matter.
pub fn field(name: &str) -> Option<&'static str> {
    let key = name.trim().trim_end_matches('%').trim().to_lowercase();
    let key = key.replace([' ', '-'], "_");
    let known = FIELDS.into_iter().find(|field| *field == key);
    let also = || ALSO.iter().find(|(name, _)| *name == key);
    known.or_else(|| also().map(|(_, field)| *field))
}

/// Reads a rule from its name and its fields; an empty text leaves a field out. The customer of a name is
/// looked up by the caller.
///
/// # Errors
/// No name, an unknown field, a value that is none, no price, or both margin and markup.
pub fn read<'t>(
    name: &str,
    fields: impl IntoIterator<Item = (&'t str, &'t str)>,
    account: impl Fn(&str) -> Result<AccountId, String>,
    today: NaiveDate,
) -> Result<PriceRule, NoRule> {
    let mut rule = PriceRule {
        name: word("name", name)?
            .ok_or_else(|| wrong("a price rule needs a name", "write one, such as Ingram SNT"))?,
        ..PriceRule::default()
    };
    for (key, text) in fields {
        let known = field(key).ok_or_else(|| {
            let key = clean(key.trim()).into_owned();
            wrong(
                format!("a price rule has no field {key:?}"),
                format!("its fields are {}", FIELDS.join(", ")),
            )
        })?;
        if text.trim().is_empty() {
            continue;
        }
        match known {
            "supplier" => rule.supplier = word(known, text)?,
            "account" => {
                let found = account(text.trim());
                rule.account = Some(found.map_err(|why| wrong(why, "name one customer"))?);
            }
            "product" => rule.product = word(known, text)?,
            "level" => rule.level = word(known, text)?,
            "portfolio" => rule.portfolio = Portfolio::named(&clean(text)),
            "from" => rule.from = Some(day(text, today)?),
            "until" => rule.until = Some(day(text, today)?),
            "discount" => rule.discount_pct = Some(percent(known, text)?),
            _ if rule.sell.is_some() => {
                return Err(wrong(
                    "a rule sets a margin or a markup, not both",
                    "leave one of them out",
                ));
            }
            "margin" => rule.sell = Some(SellRule::MarginPct(percent(known, text)?)),
            _ => rule.sell = Some(SellRule::MarkupPct(percent(known, text)?)),
        }
    }
    whole(rule)
}

/// Reads a rule typed in one line: `Ingram SNT: supplier Ingram Micro, product CON-SNT*, discount 40`.
///
/// # Errors
/// As [`read`], and where there is no colon or a part names no field.
pub fn read_line(
    text: &str,
    account: impl Fn(&str) -> Result<AccountId, String>,
    today: NaiveDate,
) -> Result<PriceRule, NoRule> {
    let hint = "write NAME: discount 40, margin 12, product CON-SNT*, supplier Ingram Micro";
    let (name, rest) = text
        .split_once(':')
        .ok_or_else(|| wrong("the name ends with a colon", hint))?;
    let mut fields = Vec::new();
    for part in rest
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
    {
        let parted = part.split_once(['=', ' ']);
        let (key, value) = parted
            .ok_or_else(|| wrong(format!("{:?} is no field and value", clean(part)), hint))?;
        fields.push((key, value));
    }
    read(name, fields, account, today)
}

/// A rule whose parts go together.
fn whole(rule: PriceRule) -> Result<PriceRule, NoRule> {
    if rule.discount_pct.is_none() && rule.sell.is_none() {
        return Err(wrong(
            "the rule sets no price",
            "give it a discount, a margin or a markup",
        ));
    }
    match (rule.from, rule.until) {
        (Some(from), Some(until)) if until < from => Err(wrong(
            format!("the rule would end on {until}, before it begins on {from}"),
            "turn the days round",
        )),
        _ => Ok(rule),
    }
}

fn word(field: &str, text: &str) -> Result<Option<Arc<str>>, NoRule> {
    let text = clean(text.trim());
    if text.chars().count() > LONGEST {
        return Err(wrong(
            format!("the {field} is longer than {LONGEST} letters"),
            "shorten it",
        ));
    }
    Ok(Some(text)
        .filter(|text| !text.is_empty())
        .map(|text| Arc::from(&*text)))
}

fn day(text: &str, today: NaiveDate) -> Result<NaiveDate, NoRule> {
    typed::day(text, today, today).map_err(|why| wrong(why.problem, why.hint))
}

/// A percentage within the limits the same field of a quote line has.
fn percent(field: &str, text: &str) -> Result<Decimal, NoRule> {
    let value = typed::number(text).map_err(|why| wrong(why.problem, why.hint))?;
    let hundred = Decimal::ONE_HUNDRED;
    let (inside, limits) = match field {
        "discount" => (
            (Decimal::ZERO..=hundred).contains(&value),
            "a discount is from 0 to 100 %",
        ),
        "margin" => (value < hundred, "a margin is below 100 %"),
        _ => (value >= -hundred, "a markup is -100 % or more"),
    };
    match inside {
        true => Ok(value.normalize()),
        false => Err(wrong(format!("{field} {} %", value.normalize()), limits)),
    }
}
