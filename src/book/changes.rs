//! What imports changed, typed by kind: line by line before against after. A value that came back
//! is no change; a rep's own fields are none either, for no import writes them.

use super::fold::{fold, fold_into};
use crate::domain::ids::{BatchId, ContractId, LineId, RenewalId};
use crate::domain::line::{Coverage, Line};
use crate::domain::money::Currency;
use crate::domain::moved::{Imported, Imports, Moved};
use crate::domain::packed::Ending;
use crate::domain::renewal::choose;
use crate::domain::snapshot::Snapshot;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::cmp::Reverse;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

/// The kinds of changes, in the order they are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A line the book did not have, or one that is back in its file.
    New,
    /// Not in the last file of its source any more.
    Gone,
    /// Ends on another day.
    End,
    /// Another service level or SKU.
    Level,
    /// Another quantity.
    Quantity,
    /// Another list price, net price, discount or currency.
    Price,
    /// Covered, terminated, replaced, renewed, or another status text.
    Status,
    /// Belongs to another contract or subscription.
    Contract,
    /// The source hides the contract now.
    Masked,
    /// The source no longer hides the contract.
    Unmasked,
    /// Customer, site, product, start or another date.
    Other,
}

impl Kind {
    /// Every kind in order.
    pub const ALL: [Kind; 11] = [
        Kind::New,
        Kind::Gone,
        Kind::End,
        Kind::Level,
        Kind::Quantity,
        Kind::Price,
        Kind::Status,
        Kind::Contract,
        Kind::Masked,
        Kind::Unmasked,
        Kind::Other,
    ];

    /// Name in JSON and on the command line.
    pub fn id(self) -> &'static str {
        match self {
            Kind::New => "new",
            Kind::Gone => "gone",
            Kind::End => "end",
            Kind::Level => "level",
            Kind::Quantity => "quantity",
            Kind::Price => "price",
            Kind::Status => "status",
            Kind::Contract => "contract",
            Kind::Masked => "masked",
            Kind::Unmasked => "unmasked",
            Kind::Other => "other",
        }
    }

    /// The kind of that name.
    pub fn named(id: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.id() == id)
    }
}

/// A value before or after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Words, ids, codes.
    Text(Arc<str>),
    /// A day.
    Day(NaiveDate),
    /// A quantity, price or percentage.
    Number(Decimal),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Text(text) => f.write_str(text),
            Value::Day(day) => write!(f, "{day}"),
            Value::Number(number) => write!(f, "{number}"),
        }
    }
}

/// One field of a line that holds another value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Differs {
    /// The field's name in JSON.
    pub field: &'static str,
    /// What it held.
    pub before: Option<Value>,
    /// What it holds.
    pub after: Option<Value>,
}

/// One change of one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its kind.
    pub kind: Kind,
    /// The line.
    pub line: LineId,
    /// The line's contract after it.
    pub contract: Option<ContractId>,
    /// The renewal the line belongs to now; where none has it, one of its end, else its contract's earliest.
    pub renewal: Option<RenewalId>,
    /// The import; the last one where several are looked at together.
    pub batch: BatchId,
    /// That import's place in the history.
    pub seq: i64,
    /// That import's day.
    pub day: NaiveDate,
    /// Row of the file that says so; none for a line the file lacks.
    pub row: Option<u32>,
    /// What differs; empty for a line that is new or gone.
    pub fields: Vec<Differs>,
}

/// What a list shows of the changes of a span: all of them counted, of each kind the newest.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Listed {
    /// The imports, newest first.
    pub imports: Vec<Imported>,
    /// How many changes there are, in the order of [`Kind::ALL`].
    pub counts: Vec<(Kind, usize)>,
    /// Changes by kind; of each kind no more than were asked for.
    pub changes: Vec<Change>,
}

/// The imports' changes taken together, those that hold all words, at most `most` of each kind.
pub fn listed(found: Imports, book: &Snapshot, words: &str, most: usize) -> Listed {
    let mut changes = together(found.moved, book);
    narrow(&mut changes, book, words);
    let counts = counts(&changes).to_vec();
    let mut kept: HashMap<Kind, usize> = HashMap::new();
    changes.retain(|change| {
        let kept = kept.entry(change.kind).or_default();
        *kept += 1;
        *kept <= most
    });
    changes.shrink_to_fit();
    Listed {
        imports: found.imports,
        counts,
        changes,
    }
}

/// Keeps the changes whose customer, contract, serial, product or file holds each of the words;
/// case and accents do not matter.
pub fn narrow(changes: &mut Vec<Change>, book: &Snapshot, words: &str) {
    let words = fold(words).into_owned();
    let words: Vec<&str> = words.split_whitespace().collect();
    if words.is_empty() {
        return;
    }
    let mut text = String::new();
    changes.retain(|change| {
        text.clear();
        let line = book.lines.get(change.line);
        let account = line
            .as_ref()
            .and_then(|line| book.accounts.get(line.account));
        let contract = change.contract.and_then(|id| book.contracts.get(id));
        let of_line = |line: &Line| {
            [&line.serial, &line.instance, &line.pid, &line.service_sku].map(Option::clone)
        };
        let mut put = |part: &str| {
            fold_into(part, &mut text);
            text.push('\n');
        };
        account.iter().for_each(|account| put(&account.name));
        contract.iter().for_each(|contract| put(&contract.number));
        let texts = line.as_ref().map(of_line).into_iter().flatten().flatten();
        texts.for_each(|part| put(&part));
        let batch = book.batches.get(change.batch);
        batch.iter().for_each(|batch| put(&batch.file));
        words.iter().all(|word| text.contains(word))
    });
}

/// How many changes there are of each kind, in the order of [`Kind::ALL`].
pub fn counts(changes: &[Change]) -> [(Kind, usize); 11] {
    let mut counts = Kind::ALL.map(|kind| (kind, 0));
    for change in changes {
        if let Some((_, n)) = counts.iter_mut().find(|(kind, _)| *kind == change.kind) {
            *n += 1;
        }
    }
    counts
}

/// What imports changed together, one or several: each line as the first found it against how the
/// last left it. The newest must come first, as [`crate::domain::moved::Imports`] holds them.
pub fn together(moved: Vec<Moved>, book: &Snapshot) -> Vec<Change> {
    let renewals = Renewals::of(book);
    let mut at: HashMap<LineId, usize> = HashMap::new();
    let mut net: Vec<Moved> = Vec::new();
    for moved in moved {
        let id = moved.after.id();
        match at.get(&id).and_then(|at| net.get_mut(*at)) {
            Some(later) => later.before = moved.before,
            None => {
                at.insert(id, net.len());
                net.push(moved);
            }
        }
    }
    let mut changes = Vec::new();
    for moved in &net {
        compare(moved, book, &renewals, &mut changes);
    }
    // the newest import first, its lines as the file has them
    changes.sort_by_key(|change| (change.kind, Reverse(change.seq), change.row));
    changes
}

/// Renewals by contract, to find a line's own.
struct Renewals(HashMap<ContractId, Vec<Ending>>);

impl Renewals {
    fn of(book: &Snapshot) -> Renewals {
        let mut by: HashMap<ContractId, Vec<Ending>> = HashMap::new();
        for renewal in book.renewals.endings() {
            by.entry(renewal.contract).or_default().push(renewal);
        }
        Renewals(by)
    }

    /// The renewal that has the line, else one of its end, else its contract's earliest: what changed is
    /// told somewhere also where no renewal has the line any more.
    fn find(&self, line: &Line) -> Option<RenewalId> {
        let all = self.0.get(&line.contract?)?;
        let ends = |renewal: &&Ending| Some(renewal.end) == line.end;
        let slot = all.iter().filter(ends);
        let slot: Vec<(Option<Currency>, RenewalId)> =
            slot.map(|renewal| (renewal.currency, renewal.id)).collect();
        let near = || {
            let order = |renewal: &&Ending| (Some(renewal.end) != line.end, renewal.end);
            all.iter().min_by_key(order).map(|renewal| renewal.id)
        };
        choose(&slot, line).or_else(near)
    }
}

fn compare(moved: &Moved, book: &Snapshot, renewals: &Renewals, out: &mut Vec<Change>) {
    let before = moved.before.as_deref();
    let Some(after) = moved.after.line(book) else {
        return;
    };
    let after = after.as_ref();
    let mut found: Vec<(Kind, Vec<Differs>)> = Vec::new();
    let was_there = before.is_some_and(|line| line.gone_in.is_none());
    match (was_there, after.gone_in.is_none()) {
        (false, true) => found.push((Kind::New, Vec::new())),
        (true, false) => found.push((Kind::Gone, Vec::new())),
        _ => {}
    }
    if let Some(before) = before {
        differences(before, after, book, |kind, differs| {
            match found.iter_mut().find(|(known, _)| *known == kind) {
                Some((_, fields)) => fields.push(differs),
                None => found.push((kind, vec![differs])),
            }
        });
    }
    let row = after.origin.filter(|origin| origin.batch == moved.batch);
    let stands = book.lines.get(after.id);
    let renewal = renewals.find(stands.as_ref().unwrap_or(after));
    out.extend(found.into_iter().map(|(kind, fields)| Change {
        kind,
        line: after.id,
        contract: after.contract,
        renewal,
        batch: moved.batch,
        seq: moved.seq,
        day: moved.day,
        row: row.filter(|_| kind != Kind::Gone).map(|origin| origin.row),
        fields,
    }));
}

/// Every field of the file that differs.
fn differences(before: &Line, after: &Line, book: &Snapshot, mut tell: impl FnMut(Kind, Differs)) {
    let said = |line: &Line| {
        let status = line.status_raw.as_deref();
        status.is_some_and(|text| text.eq_ignore_ascii_case("confidential"))
    };
    let hidden = match (said(before), said(after)) {
        (false, true) => Kind::Masked,
        (true, false) => Kind::Unmasked,
        _ => Kind::Status,
    };
    let masked = |line: &Line| line.coverage == Coverage::Masked;
    let coverage = match (masked(before), masked(after)) {
        (false, true) => Kind::Masked,
        (true, false) => Kind::Unmasked,
        _ => Kind::Status,
    };
    let mut put = |kind, field, before: Option<Value>, after: Option<Value>| {
        if before != after {
            tell(
                kind,
                Differs {
                    field,
                    before,
                    after,
                },
            );
        }
    };
    macro_rules! each {
        ($wrap:path: $($kind:expr, $name:literal, $field:ident;)+) => {
            $(put($kind, $name, before.$field.clone().map($wrap), after.$field.clone().map($wrap));)+
        };
    }
    each! { Value::Day:
        Kind::End, "end", end;
        Kind::Status, "terminated", terminated;
        Kind::Other, "start", start;
        Kind::Other, "last_date_of_support", ldos;
        Kind::Other, "warranty_end", warranty_end;
        Kind::Other, "ship_date", ship_date;
    }
    each! { Value::Text:
        Kind::Level, "service_level", service_level;
        Kind::Level, "service_sku", service_sku;
        hidden, "status", status_raw;
        Kind::Status, "renewed_to", renewed_to;
        Kind::Status, "replaced_by", replaced_by;
        Kind::Other, "serial", serial;
        Kind::Other, "instance", instance;
        Kind::Other, "pid", pid;
        Kind::Other, "description", description;
    }
    each! { Value::Number:
        Kind::Price, "unit_list", unit_list;
        Kind::Price, "extended_net", extended_net;
        Kind::Price, "discount_pct", discount_pct;
        Kind::Price, "prorated_list", prorated_list;
    }
    let number = |value| Some(Value::Number(value));
    let text = |text: &str| Some(Value::Text(text.into()));
    let (was, is) = (number(before.quantity), number(after.quantity));
    put(Kind::Quantity, "quantity", was, is);
    let (was, is) = (number(before.list_years), number(after.list_years));
    put(Kind::Price, "list_years", was, is);
    let code = |line: &Line| line.currency.and_then(|currency| text(currency.code()));
    put(Kind::Price, "currency", code(before), code(after));
    let words = |line: &Line| text(line.coverage.word());
    put(coverage, "coverage", words(before), words(after));
    if before.contract != after.contract {
        let number = |line: &Line| text(&book.contracts.get(line.contract?)?.number);
        put(Kind::Contract, "contract", number(before), number(after));
    }
    if before.account != after.account {
        let name = |line: &Line| text(&book.accounts.get(line.account)?.name);
        put(Kind::Other, "customer", name(before), name(after));
    }
    if before.site != after.site {
        let name = |line: &Line| text(&book.sites.get(line.site?)?.name);
        put(Kind::Other, "site", name(before), name(after));
    }
}
