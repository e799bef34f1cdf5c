//! Settling a conflict: one command, and with it one step of the history that undo takes back.

use super::{About, Conflict, Theirs};
use crate::book::changes::Value;
use crate::domain::command::{BaselineEdit, Command};
use crate::domain::day::{add_days, term_end, whole_months};
use crate::domain::line::Line;
use crate::domain::quote::QuoteLine;
use crate::domain::rival::QuoteField;
use crate::domain::rules::Rules;
use crate::domain::snapshot::Snapshot;
use crate::pricing::draft::buy_side;
use crate::pricing::edit::set_quantity;

/// The answer to a conflict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The person's value stays, until a file brings yet another one.
    Keep,
    /// The file's value goes in.
    Take,
    /// Nothing yet: listed behind the open ones; asked again it is open again.
    Later,
}

impl Verdict {
    /// Every answer.
    pub const ALL: [Verdict; 3] = [Verdict::Keep, Verdict::Take, Verdict::Later];

    /// Name on the command line and in the book.
    pub fn id(self) -> &'static str {
        match self {
            Verdict::Keep => "keep",
            Verdict::Take => "take",
            Verdict::Later => "later",
        }
    }

    /// The answer of that name.
    pub fn named(id: &str) -> Option<Verdict> {
        Verdict::ALL.into_iter().find(|verdict| verdict.id() == id)
    }
}

/// The file's value as it is remembered, so that another one opens the conflict again.
pub(super) fn text_of(file: &Theirs) -> String {
    shown(file.value.as_ref())
}

fn shown(value: Option<&Value>) -> String {
    value.map_or_else(String::new, |value| match value {
        Value::Number(number) => number.normalize().to_string(),
        other => other.to_string(),
    })
}

/// The change that settles a conflict, with its name for the history.
///
/// # Errors
/// A sentence, where the file's value cannot go in by itself, or the book has moved on.
pub fn settle(
    conflict: &Conflict,
    verdict: Verdict,
    book: &Snapshot,
    rules: &Rules,
) -> Result<(Command, String), String> {
    let (own, theirs) = (
        shown(conflict.mine.value.as_ref()),
        shown(conflict.file.value.as_ref()),
    );
    let id = &conflict.id;
    let label = match verdict {
        Verdict::Keep => format!("{id}: {own} kept, not {theirs} of the file"),
        Verdict::Take => format!("{id}: {theirs} taken from the file, not {own}"),
        Verdict::Later if conflict.later => format!("{id}: open again"),
        Verdict::Later => format!("{id}: to be settled later"),
    };
    let command = match (verdict, &conflict.about) {
        (Verdict::Later, about) => Command::Set {
            key: about.setting(),
            value: (!conflict.later).then(|| format!("{} {theirs}", verdict.id())),
        },
        (Verdict::Keep, about @ About::Quote { .. })
        | (Verdict::Take, about @ About::Assessment { .. }) => Command::Set {
            key: about.setting(),
            value: Some(format!("{} {theirs}", verdict.id())),
        },
        (Verdict::Take, About::Quote { .. }) => take(conflict, book, rules)?,
        (Verdict::Keep, About::Assessment { row, typed }) => {
            let held = book.baseline.get(*row).ok_or_else(gone)?;
            Command::PutBaseline(Box::new(BaselineEdit {
                put: vec![(Some(held.clone()), (**typed).clone())],
                ..BaselineEdit::default()
            }))
        }
    };
    Ok((command, label))
}

fn gone() -> String {
    "It is no longer in the book; look again".into()
}

/// The quote line with the file's value in the one field.
fn take(conflict: &Conflict, book: &Snapshot, rules: &Rules) -> Result<Command, String> {
    let About::Quote {
        quote,
        line,
        field,
        split,
        ..
    } = &conflict.about
    else {
        return Err(gone());
    };
    let quote = book.quotes.get(*quote).ok_or_else(gone)?;
    let held = quote.lines.iter().find(|held| held.id == *line);
    let held = held.ok_or_else(gone)?;
    let renews = held.renews.and_then(|id| book.lines.get(id));
    let renews = renews.ok_or_else(gone)?;
    let shared = matches!(field, QuoteField::Quantity | QuoteField::Start);
    if *split && shared {
        return Err(format!(
            "Line {} of {} is one of several that renew the same coverage: change them in the quote",
            held.number, quote.number
        ));
    }
    let mut new = held.clone();
    match field {
        QuoteField::Quantity => set_quantity(&mut new, renews.quantity),
        QuoteField::UnitList => {
            new.unit_list = renews.unit_list;
            new.list_years = renews.list_years;
        }
        QuoteField::ServiceSku => new.service_sku.clone_from(&renews.service_sku),
        QuoteField::ServiceLevel => new.service_level.clone_from(&renews.service_level),
        QuoteField::Start => start(&mut new, &renews)?,
        QuoteField::Buy => new.buy = buy_side(&renews, held, rules),
        QuoteField::Portfolio => new.portfolio = renews.portfolio().cloned(),
    }
    Ok(Command::PutQuoteLines {
        quote: quote.id,
        version: quote.version,
        lines: vec![new],
        add_renewals: Vec::new(),
    })
}

/// Cover starts the day after the file's ends and runs as long as before, at most to the last date
/// of support.
fn start(line: &mut QuoteLine, renews: &Line) -> Result<(), String> {
    let start = crate::domain::day::next_day(renews.end.ok_or_else(gone)?);
    if let Some(ldos) = line.ldos.filter(|ldos| start > *ldos) {
        return Err(format!(
            "The product's last date of support is {ldos}: no cover can start on {start}"
        ));
    }
    let end = match whole_months(line.start, line.end) {
        Some(months) => term_end(start, months),
        None => add_days(start, (line.end - line.start).num_days()),
    };
    let last = line.ldos.map_or(end, |ldos| end.min(ldos));
    line.cut_at_ldos = line.cut_at_ldos || last < end;
    line.start = start;
    line.end = last;
    line.licence_days = None;
    Ok(())
}
