//! One edit over several lines of a quote: which field and text is meant, and what becomes of each line.
//! Nothing is kept here; the caller shows what comes out and writes it in one step.

use super::edit::{EditError, Field, text_of};
use super::hold::{self, Hold};
use super::line::{number_of, price_line};
use super::typed::Unreadable;
use crate::domain::money::Currency;
use crate::domain::quote::{Quote, QuoteLine};
use crate::domain::rules::Rules;
use chrono::NaiveDate;
use rust_decimal::Decimal;

/// What people call fields beside their names.
const WORDS: [(&str, Field); 14] = [
    ("qty", Field::Quantity),
    ("list", Field::UnitList),
    ("unit list", Field::UnitList),
    ("discount", Field::DiscountPct),
    ("disc", Field::DiscountPct),
    ("unit net", Field::UnitNet),
    ("net", Field::ExtendedNet),
    ("margin", Field::MarginPct),
    ("markup", Field::MarkupPct),
    ("unit sell", Field::UnitSell),
    ("sell", Field::ExtendedSell),
    ("term", Field::TermMonths),
    ("sku", Field::ServiceSku),
    ("from", Field::Start),
];

fn field(name: &str) -> Option<Field> {
    let name = name.trim().to_lowercase();
    let known = WORDS.iter().find(|(word, _)| *word == name);
    let titled = || Field::ALL.into_iter().find(|field| field.title() == name);
    let id = super::edit::parse_field(&name);
    id.or(known.map(|(_, field)| *field)).or_else(titled)
}

/// A field and what to put into it: `discount 40`, `end=+1y`, `unit_net =x*0.95`, `qty x+1`.
///
/// # Errors
/// No field is named, or nothing to put into it.
pub fn read(text: &str) -> Result<(Field, String), Unreadable> {
    let text = text.trim();
    let mut parted = text.match_indices([' ', '=']).filter_map(|(at, part)| {
        let name = text.get(..at)?;
        let found = field(name).filter(|_| !name.ends_with(' '))?;
        Some((found, text.get(at + part.len()..)?.trim()))
    });
    // `unit net price 120`: the longest name that is one
    match parted.next_back() {
        Some((field, value)) if !value.is_empty() => Ok((field, value.to_string())),
        Some((field, _)) => Err(Unreadable {
            problem: format!("nothing is said for {}", field.title()),
            hint: format!("type a value, such as {} {}", field.id(), example(field)),
        }),
        None => Err(Unreadable {
            problem: "no field is named".to_string(),
            hint: "type which and what, such as discount 40, qty 2, end +1y, unit_net =x*0.95"
                .to_string(),
        }),
    }
}

fn example(field: Field) -> &'static str {
    match field {
        Field::Start | Field::End => "2027-12-31",
        Field::TermMonths => "12",
        Field::Premium | Field::Ea | Field::Ai => "yes",
        Field::ServiceSku => "CON-SNT-C93002PE",
        Field::Portfolio => "Services",
        _ => "=x*0.95",
    }
}

/// Every line that is wanted with the field set, or why not, in the order of the quote. In a number `x` is
/// the value the line has there, typed or derived: `=x*0.95` of 200.00 is 190.00.
pub fn bulk(
    quote: &Quote,
    wanted: impl Fn(&QuoteLine) -> bool,
    (field, text): (Field, &str),
    hold: Hold,
    on: (NaiveDate, &Rules),
) -> Vec<(QuoteLine, Result<QuoteLine, EditError>)> {
    let lines = quote.lines.iter().filter(|line| wanted(line));
    lines
        .map(|line| {
            let new = apply_with_own(line, &[(field, text)], hold, quote.currency, on);
            (line.clone(), new)
        })
        .collect()
}

/// The line with several fields set together, or refused together, `x` being what it has in each.
///
/// # Errors
/// As [`hold::apply`].
pub fn apply_with_own(
    line: &QuoteLine,
    edits: &[(Field, &str)],
    hold: Hold,
    currency: Currency,
    on: (NaiveDate, &Rules),
) -> Result<QuoteLine, EditError> {
    let own = |field| number_of(line, &price_line(line, currency, on.1), field);
    let texts = edits.iter().map(|(field, text)| {
        let text = with_own(*field, text, || own(*field))?;
        Ok((*field, text))
    });
    let texts = texts.collect::<Result<Vec<(Field, String)>, EditError>>()?;
    let edits: Vec<(Field, &str)> = texts
        .iter()
        .map(|(field, text)| (*field, &**text))
        .collect();
    hold::apply(line, &edits, hold, currency, on)
}

/// The text with the cell's own value in the place of `x`.
fn with_own(
    field: Field,
    text: &str,
    own: impl Fn() -> Option<Decimal>,
) -> Result<String, EditError> {
    let has_own = field.is_number() && text.contains(['x', 'X']);
    if !has_own {
        return Ok(text.to_string());
    }
    let own = own().ok_or_else(|| EditError::Unreadable {
        field,
        why: Unreadable {
            problem: "the line has no value there for x to stand for".to_string(),
            hint: "type a number".to_string(),
        },
    })?;
    let formula = text
        .trim_start_matches('=')
        .replace(['x', 'X'], &format!("({own})"));
    Ok(format!("={formula}"))
}

/// Of these fields those to copy when a line is copied into another: of each side only what was typed
/// into the line, since the others follow from it, else the first; an end decides over a term. Discount
/// to extended net of a line with a typed discount copies the discount.
pub fn copied(line: &QuoteLine, fields: &[Field]) -> Vec<Field> {
    const SIDES: [&[Field]; 3] = [
        &[Field::DiscountPct, Field::UnitNet, Field::ExtendedNet],
        &[
            Field::UnitSell,
            Field::ExtendedSell,
            Field::MarginPct,
            Field::MarkupPct,
        ],
        &[Field::End, Field::TermMonths],
    ];
    let leader = |side: &[Field]| {
        let own = || fields.iter().filter(|field| side.contains(field));
        let typed = |field: &&Field| !text_of(line, **field).is_empty();
        let end = own().find(|field| **field == Field::End);
        end.or_else(|| own().find(typed)).or_else(|| own().next())
    };
    let stays = |field: &&Field| {
        let side = SIDES.iter().find(|side| side.contains(field));
        side.is_none_or(|side| leader(side) == Some(*field))
    };
    fields.iter().filter(stays).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_named_by_its_id_its_title_or_what_people_say() {
        for (text, wanted, value) in [
            ("discount 40", Field::DiscountPct, "40"),
            ("discount_pct=40", Field::DiscountPct, "40"),
            ("Unit net price 120", Field::UnitNet, "120"),
            ("unit net 120", Field::UnitNet, "120"),
            ("net 120", Field::ExtendedNet, "120"),
            ("end +1y", Field::End, "+1y"),
            ("qty =x*2", Field::Quantity, "=x*2"),
            ("sku CON-SNT-X", Field::ServiceSku, "CON-SNT-X"),
        ] {
            assert_eq!(read(text), Ok((wanted, value.to_string())), "{text}");
        }
        for text in ["", "40", "discount", "discount ", "price 12"] {
            assert!(read(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn x_is_the_value_of_the_cell_and_only_in_numbers() {
        let own = || Some(Decimal::new(200, 0));
        let with = |field, text| with_own(field, text, own).unwrap();
        assert_eq!(with(Field::UnitNet, "=x*0.95"), "=(200)*0.95");
        assert_eq!(with(Field::UnitNet, "x-1"), "=(200)-1");
        assert_eq!(with(Field::ServiceSku, "CON-X"), "CON-X");
        assert!(with_own(Field::UnitNet, "x", || None).is_err());
    }
}
