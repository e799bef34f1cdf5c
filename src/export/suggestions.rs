//! The expansion suggestions as a table, a row each.

use super::table::{Cell, Table};
use crate::expand::Suggestion;

const HEADERS: [&str; 19] = [
    "Play",
    "Customer",
    "Family",
    "What",
    "Why",
    "Devices",
    "Value",
    "Currency",
    "Value is",
    "How the value was found",
    "Deadline",
    "Deadline is",
    "Confidence",
    "Portfolio",
    "Evidence",
    "Left out",
    "Also fits",
    "What would make it wrong",
    "Key",
];

/// The suggestions, in their order.
pub fn suggestions<'a>(list: impl IntoIterator<Item = &'a Suggestion>) -> Table {
    let rows = list.into_iter().map(|suggestion| {
        let facts = suggestion.evidence.iter();
        let facts: Vec<String> = facts
            .map(|e| format!("{} ({})", e.fact, e.source))
            .collect();
        let text = |text: &str| Cell::Text(text.to_string());
        vec![
            text(suggestion.play.title()),
            text(&suggestion.customer),
            text(&suggestion.family),
            text(&suggestion.what),
            text(&suggestion.why),
            Cell::Number(suggestion.devices.normalize()),
            Cell::number(suggestion.value.map(|value| value.amount)),
            Cell::text(suggestion.value.as_ref().map(|value| value.currency.code())),
            text(suggestion.per),
            text(&suggestion.value_basis),
            Cell::date(suggestion.deadline),
            text(&suggestion.deadline_basis),
            text(suggestion.confidence.1),
            Cell::text(
                suggestion
                    .portfolio
                    .as_ref()
                    .map(|portfolio| portfolio.title()),
            ),
            text(&facts.join("; ")),
            text(&suggestion.refused.join("; ")),
            text(&suggestion.notes.join("; ")),
            text(&suggestion.caveat),
            text(&suggestion.key),
        ]
    });
    Table {
        headers: HEADERS.map(String::from).to_vec(),
        rows: rows.collect(),
    }
}
