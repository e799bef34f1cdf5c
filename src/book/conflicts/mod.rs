//! Conflicts: a person wrote a value, a later import brought another one for the same thing. What
//! the person wrote stays in force on quotes; both values are told with who, when and which file,
//! and one answer settles them. Nothing here reads the history; it judges what the store found.

mod settle;
mod values;

pub use settle::{Verdict, settle};

use super::changes::Value;
use crate::domain::baseline::BaselineRow;
use crate::domain::ids::{BaselineId, BatchId, QuoteId, QuoteLineId, RenewalId};
use crate::domain::line::Line;
use crate::domain::moved::Imported;
use crate::domain::quote::{Quote, QuoteLine};
use crate::domain::rival::{QuoteField, Rivals, Write};
use crate::domain::rules::Rules;
use crate::domain::snapshot::Snapshot;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use values::{file_value, own_value, sheet_words};

/// Two values for one thing.
#[derive(Clone, Debug, PartialEq)]
pub struct Conflict {
    /// How a person names it: `Q-1001/3/quantity`.
    pub id: String,
    /// What it is about.
    pub about: About,
    /// The person's.
    pub mine: Mine,
    /// The file's.
    pub file: Theirs,
    /// Put off: it stays listed, behind the open ones.
    pub later: bool,
}

/// What a conflict is about.
#[derive(Clone, Debug, PartialEq)]
pub enum About {
    /// A field of a quote line. The quote's value counts until the file's is taken.
    Quote {
        /// The quote.
        quote: QuoteId,
        /// Its line.
        line: QuoteLineId,
        /// The field.
        field: QuoteField,
        /// The renewal the quote line belongs to.
        renewal: Option<RenewalId>,
        /// The quote renews the line of the file by several of its own.
        split: bool,
    },
    /// A typed row of the assessment. The sheet's counts until the typed one is put back.
    Assessment {
        /// The row.
        row: BaselineId,
        /// As it was typed.
        typed: Box<BaselineRow>,
    },
}

impl About {
    /// The field in JSON and on the command line.
    pub fn field(&self) -> &'static str {
        match self {
            About::Quote { field, .. } => field.id(),
            About::Assessment { .. } => "assessment",
        }
    }

    /// The setting that keeps how it was settled.
    fn setting(&self) -> String {
        match self {
            About::Quote { line, field, .. } => format!("conflict:{line}:{}", field.id()),
            About::Assessment { row, .. } => format!("conflict:{row}"),
        }
    }
}

/// The person's side.
#[derive(Clone, Debug, PartialEq)]
pub struct Mine {
    /// The value.
    pub value: Option<Value>,
    /// It differs from what the files said then; otherwise it was taken over from them.
    pub typed: bool,
    /// Who wrote it.
    pub by: String,
    /// And on which day.
    pub day: NaiveDate,
}

/// The file's side.
#[derive(Clone, Debug, PartialEq)]
pub struct Theirs {
    /// The value.
    pub value: Option<Value>,
    /// What the files said when the person wrote.
    pub before: Option<Value>,
    /// The import that brought it.
    pub batch: BatchId,
    /// Its place in the history.
    pub seq: i64,
    /// Its day.
    pub day: NaiveDate,
    /// Who imported it.
    pub by: String,
    /// Row of the file, where the line was last read from it.
    pub row: Option<u32>,
}

/// All that is not settled: open ones first, then those put off; newest import first.
pub fn conflicts(rivals: &Rivals, book: &Snapshot, rules: &Rules) -> Vec<Conflict> {
    let imports: HashMap<i64, &Imported> = rivals
        .imports
        .iter()
        .map(|import| (import.seq, import))
        .collect();
    let look = Look {
        rivals,
        imports,
        book,
        rules,
    };
    let mut found = Vec::new();
    for quote in &book.quotes {
        look.quote(&quote, &mut found);
    }
    look.sheets(&mut found);
    found.sort_by(|a, b| {
        let key = |conflict: &Conflict| (conflict.later, Reverse(conflict.file.seq));
        key(a)
            .cmp(&key(b))
            .then_with(|| natural(&a.id).cmp(&natural(&b.id)))
    });
    found
}

/// Quote and line of an id, numbers as numbers: line 10 after line 9. Fields keep their order.
fn natural(id: &str) -> Vec<(usize, &str)> {
    let parts = id.split('/').take(2);
    parts.map(|part| (part.len(), part)).collect()
}

/// What conflicts are looked for in.
struct Look<'a> {
    rivals: &'a Rivals,
    imports: HashMap<i64, &'a Imported>,
    book: &'a Snapshot,
    rules: &'a Rules,
}

/// Quote lines of one quote that renew the same line.
struct Split {
    lines: usize,
    first: QuoteLineId,
    earliest: QuoteLineId,
    quantity: Decimal,
}

impl Look<'_> {
    fn quote(&self, quote: &Quote, out: &mut Vec<Conflict>) {
        for line in &quote.lines {
            let Some(renews) = line.renews.and_then(|id| self.book.lines.get(id)) else {
                continue;
            };
            let renewal = line.renewal.and_then(|id| self.book.renewals.get(id));
            let closed = renewal.is_some_and(|renewal| !self.rules.is_open(&renewal.stage));
            if closed || !self.rivals.lines.contains_key(&renews.id) {
                continue;
            }
            let split = split_of(quote, line);
            for field in QuoteField::ALL {
                out.extend(self.field(quote, line, &renews, &split, field));
            }
        }
    }

    fn field(
        &self,
        quote: &Quote,
        line: &QuoteLine,
        renews: &Line,
        split: &Split,
        field: QuoteField,
    ) -> Option<Conflict> {
        let wrote = self.rivals.writes.get(&line.id)?.get(&field)?;
        let mut own = own_value(field, line);
        if split.lines > 1 {
            // several quote lines share what the file says once
            let (shown, whole) = match field {
                QuoteField::Quantity => (split.first, Some(Value::Number(split.quantity))),
                QuoteField::Start => (split.earliest, own),
                _ => (line.id, own),
            };
            if shown != line.id {
                return None;
            }
            own = whole;
        }
        let said = |line_of_file: &Line| file_value(field, line_of_file, line, self.rules);
        let now = said(renews)?;
        let past = self.rivals.lines.get(&renews.id)?;
        let since: Vec<&(i64, Line)> = past
            .iter()
            .take_while(|(seq, _)| *seq > wrote.seq)
            .collect();
        let before = said(&since.last()?.1);
        let differs = |a: &Option<Value>, b: &Value| a.as_ref() != Some(b);
        if !differs(&before, &now) || !differs(&own, &now) {
            return None;
        }
        let brought = since.iter().find(|(_, line)| differs(&said(line), &now));
        let import = self.imports.get(&brought?.0)?;
        let about = About::Quote {
            quote: quote.id,
            line: line.id,
            field,
            renewal: line.renewal,
            split: split.lines > 1,
        };
        let origin = renews
            .origin
            .filter(|origin| origin.batch == import.batch.id);
        let id = format!("{}/{}/{}", quote.number, line.number, field.id());
        let typed = own != before;
        let mine = mine(own, typed, wrote);
        let row = origin.map(|origin| origin.row);
        self.made(id, about, mine, theirs(now, before, import, row))
    }

    /// Typed rows of the assessment that a sheet took the place of.
    fn sheets(&self, out: &mut Vec<Conflict>) {
        let mut seen: HashSet<BaselineId> = HashSet::new();
        for (seq, typed) in &self.rivals.sheets {
            if !seen.insert(typed.id) {
                continue;
            }
            out.extend(self.sheet(*seq, typed));
        }
    }

    fn sheet(&self, seq: i64, typed: &BaselineRow) -> Option<Conflict> {
        let row = self.book.baseline.get(typed.id)?;
        let import = self.imports.get(&seq)?;
        let words = |row: &BaselineRow| Value::Text(sheet_words(row).into());
        let (own, now) = (words(typed), words(row));
        if row.typed.is_some() || own == now {
            return None;
        }
        let by = typed.typed.as_ref()?;
        let mine = Mine {
            value: Some(own),
            typed: true,
            by: by.by.clone(),
            day: by.on,
        };
        let plain = |text: &str| -> String {
            let kept = text.to_lowercase();
            let kept = kept
                .split(|c: char| !c.is_alphanumeric())
                .filter(|p| !p.is_empty());
            kept.collect::<Vec<_>>().join("-")
        };
        let metric = row.metric.as_deref().unwrap_or(&row.measurement);
        let (portfolio, metric) = (plain(row.portfolio.title()), plain(metric));
        let id = format!("assessment/{}/{portfolio}/{metric}", plain(&row.month));
        let about = About::Assessment {
            row: row.id,
            typed: Box::new(typed.clone()),
        };
        self.made(id, about, mine, theirs(now, None, import, row.row))
    }

    /// The conflict, unless it was settled for the very value the file has.
    fn made(&self, id: String, about: About, mine: Mine, file: Theirs) -> Option<Conflict> {
        let settled = self.book.settings.get(&about.setting());
        let settled = settled.and_then(|text| text.split_once(' '));
        let of_now = |(_, value): &(&str, &str)| *value == settle::text_of(&file);
        let word = settled.filter(of_now).map(|(word, _)| word);
        match word {
            Some(word) if word == Verdict::Later.id() => Some(true),
            Some(_) => None,
            None => Some(false),
        }
        .map(|later| Conflict {
            id,
            about,
            mine,
            file,
            later,
        })
    }
}

fn mine(value: Option<Value>, typed: bool, wrote: &Write) -> Mine {
    Mine {
        value,
        typed,
        by: wrote.actor.clone(),
        day: wrote.day,
    }
}

fn theirs(now: Value, before: Option<Value>, import: &Imported, row: Option<u32>) -> Theirs {
    Theirs {
        value: Some(now),
        before,
        batch: import.batch.id,
        seq: import.seq,
        day: import.today,
        by: import.actor.clone(),
        row,
    }
}

fn split_of(quote: &Quote, line: &QuoteLine) -> Split {
    let same = || {
        quote
            .lines
            .iter()
            .filter(|other| other.renews == line.renews)
    };
    Split {
        lines: same().count(),
        first: same().min_by_key(|l| l.number).map_or(line.id, |l| l.id),
        earliest: same()
            .min_by_key(|l| (l.start, l.number))
            .map_or(line.id, |l| l.id),
        quantity: same().map(|l| l.quantity).sum(),
    }
}
