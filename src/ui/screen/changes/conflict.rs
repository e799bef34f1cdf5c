//! Conflicts in words and cells: both values, each with who wrote it, when, and from which file.

use super::words;
use crate::book::conflicts::{About, Conflict, Mine, Theirs};
use crate::domain::text::clean;
use crate::ui::desk::Desk;
use crate::ui::format;
use crate::ui::pane::explain;
use std::sync::Arc;

/// The field, as a person calls it.
pub fn field(conflict: &Conflict) -> String {
    match conflict.about.field() {
        "start" => "start".into(),
        other => words::field(other),
    }
}

/// What it is about: quote and line, or portfolio and month.
pub fn subject(conflict: &Conflict, desk: &Desk) -> String {
    match &conflict.about {
        About::Quote { quote, line, .. } => {
            let quote = desk.quote(*quote);
            let lines = quote.iter().flat_map(|quote| &quote.lines);
            let held = lines.into_iter().find(|held| held.id == *line);
            match (&quote, held) {
                (Some(quote), Some(line)) => format!("{} line {}", quote.number, line.number),
                _ => String::new(),
            }
        }
        About::Assessment { typed, .. } => {
            format!("{} {} {}", typed.portfolio, typed.measurement, typed.month)
        }
    }
}

/// The customer of a quote.
pub fn customer(conflict: &Conflict, desk: &Desk) -> Arc<str> {
    let About::Quote { quote, .. } = &conflict.about else {
        return "".into();
    };
    let account = desk.quote(*quote).map(|quote| quote.account);
    let account = account.and_then(|id| desk.snapshot.accounts.get(id));
    account.map_or_else(|| "".into(), |account| account.name)
}

/// The person's value.
pub fn own(conflict: &Conflict) -> String {
    let Mine {
        value,
        typed,
        by,
        day,
    } = &conflict.mine;
    let (value, day) = (words::value(value.as_ref()), format::day(*day));
    match typed {
        true => format!("{value} ({}, {day})", clean(by)),
        // nobody chose it: it was the file's own of that day
        false => format!("{value} (quoted {day})"),
    }
}

/// The file's value.
pub fn theirs(conflict: &Conflict, desk: &Desk) -> String {
    let Theirs {
        value, batch, day, ..
    } = &conflict.file;
    let file = desk.snapshot.batches.get(*batch);
    let file = file.map_or("", |batch| batch.file.as_str());
    let value = words::value(value.as_ref());
    format!("{value} ({}, {})", format::day(*day), clean(file))
}

/// Everything known of it, and what each key does.
pub fn explain(conflict: &Conflict, desk: &Desk) -> explain::Model {
    let Conflict { mine, file, .. } = conflict;
    let batch = desk.snapshot.batches.get(file.batch);
    let name = batch.map_or("", |batch| batch.file.as_str());
    let row = file
        .row
        .map_or_else(String::new, |row| format!(", row {row}"));
    let how = if mine.typed {
        "typed"
    } else {
        "taken over from the files then"
    };
    let mut lines: Vec<(String, String)> = vec![
        (
            "what".into(),
            format!("{}, {}", subject(conflict, desk), field(conflict)),
        ),
        (
            "yours".into(),
            format!(
                "{}, {how} by {} on {}",
                words::value(mine.value.as_ref()),
                clean(&mine.by),
                format::day(mine.day)
            ),
        ),
        (
            "file".into(),
            format!(
                "{}, {}{row}, imported on {} by {}",
                words::value(file.value.as_ref()),
                clean(name),
                format::day(file.day),
                clean(&file.by)
            ),
        ),
    ];
    if let Some(before) = &file.before {
        lines.push(("file before".into(), words::value(Some(before))));
    }
    let (keep, take, counts) = match &conflict.about {
        About::Quote { .. } => (
            "yours stays; a file with yet another value asks again",
            "the quote line gets the file's value, everything else of it stays",
            "yours: an import never writes into a quote",
        ),
        About::Assessment { .. } => (
            "the typed row comes back and projections start from it",
            "the sheet's row stays, and this is settled",
            "the sheet's: it is the partner's own assessment",
        ),
    };
    lines.push(("counts now".into(), counts.into()));
    lines.push(("m keep mine".into(), keep.into()));
    lines.push(("t take file".into(), take.into()));
    lines.push((
        "l later".into(),
        "listed behind the open ones; l opens it again".into(),
    ));
    lines.push((
        "command".into(),
        format!("renewdesk conflict {} keep", conflict.id),
    ));
    explain::Model::new(format!("Conflict {}", conflict.id), lines)
}

/// A row as text with tabs.
pub fn copied(conflict: &Conflict, desk: &Desk) -> String {
    let cells: [String; 5] = [
        conflict.id.clone(),
        customer(conflict, desk).to_string(),
        field(conflict),
        own(conflict),
        theirs(conflict, desk),
    ];
    cells.map(|cell| Desk::typed(&cell)).join("\t")
}
