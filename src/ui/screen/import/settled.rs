//! What can be said of a file as a whole without being asked: how its dates and numbers are
//! written, and what holds for rows that do not say it themselves.

use super::columns::Choice;
use crate::ui::desk::Ctx;
use crate::ui::effect::Effect;
use crate::ui::overlay::{Overlay, pick};
use crate::ui::seen::{Answers, Question};

/// Key, words, and the values with theirs, or a sample to type one like.
type Settled = (
    &'static str,
    &'static str,
    &'static [(&'static str, &'static str)],
    Option<&'static str>,
);

const SETTLED: [Settled; 6] = [
    (
        "currency",
        "Currency of prices without one",
        &[],
        Some("EUR"),
    ),
    (
        "customer",
        "Customer of rows without one",
        &[],
        Some("Acme AG"),
    ),
    (
        "contract",
        "Contract of rows without one",
        &[],
        Some("201234567"),
    ),
    (
        "date_order",
        "Order of day and month",
        &[
            ("day first: 31/12/2026", "dmy"),
            ("month first: 12/31/2026", "mdy"),
        ],
        None,
    ),
    (
        "decimal_mark",
        "Decimal mark",
        &[
            ("decimal dot: 1,234.50", "."),
            ("decimal comma: 1.234,50", ","),
        ],
        None,
    ),
    (
        "percent",
        "What 0.4 means in a percent column",
        &[
            ("fractions: 0.4 is 40 %", "fraction"),
            ("percent: 0.4 is 0.4 %", "percent"),
        ],
        None,
    ),
];

/// The question with that key.
pub fn question(key: &str) -> Option<Question> {
    let (key, _, choices, sample) = SETTLED.iter().find(|(own, ..)| *own == key)?;
    let choices = choices.iter();
    Some(Question {
        key: (*key).to_string(),
        choices: choices
            .map(|(words, value)| ((*words).to_string(), (*value).to_string()))
            .collect(),
        sample: sample.map(str::to_string),
    })
}

/// Asks what to say, with what was said already.
pub fn ask(answers: &Answers, ctx: &mut Ctx<'_>) {
    let said = |key: &str| answers.keys.get(key).cloned().unwrap_or_default();
    let items = SETTLED.iter();
    let items = items.map(|(key, words, ..)| ((*words).to_string(), said(key)));
    let title = "What holds for the whole file?";
    let popup = pick::Model::new(title, items.collect(), 0, |index, ctx| {
        if let Some((key, ..)) = SETTLED.get(index) {
            ctx.ask(Effect::Chosen(Box::new(Choice::Ask((*key).to_string()))));
        }
    });
    ctx.open(Overlay::Pick(popup));
}
