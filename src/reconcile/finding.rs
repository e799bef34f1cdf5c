//! Groups of records as findings: what kind, which fields differ, and a name that stays the same
//! as long as the compared files say the same.

use super::pair::Paired;
use super::record::{Field, Record, Source, Value};
use crate::domain::ids::LineId;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

macro_rules! kinds {
    ($($name:ident $id:literal $title:literal $doc:literal;)+) => {
        /// What a finding is. The first that fits: a moved record that also differs is moved.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind {
            $(#[doc = $doc] $name,)+
        }

        impl Kind {
            /// Every kind, what needs a person first.
            pub const ALL: &'static [Kind] = &[$(Kind::$name),+];

            /// Its name in JSON and on the command line.
            pub fn id(self) -> &'static str {
                match self { $(Kind::$name => $id),+ }
            }

            /// Its name on screen.
            pub fn title(self) -> &'static str {
                match self { $(Kind::$name => $title),+ }
            }
        }
    };
}

kinds! {
    Disagree "disagree" "Disagree" "The same asset with different values.";
    Moved "moved" "Moved" "The same asset under another contract, customer or site.";
    Fills "fills" "Fills a gap" "Another source knows what the strongest one does not.";
    Only "only_here" "Only here" "One source alone has it.";
    Missing "missing" "Not in all" "Some sources have it and agree, another one lacks it.";
    Duplicate "duplicate" "Duplicate" "It stands in its own source once more.";
    Matched "matched" "Matched" "All sources have it and agree.";
}

impl Kind {
    /// The kind of that name.
    pub fn named(id: &str) -> Option<Kind> {
        Kind::ALL.iter().copied().find(|kind| kind.id() == id)
    }

    /// True for what a person is asked to look at.
    pub fn is_open(self) -> bool {
        self != Kind::Matched
    }
}

/// A record of one of the sources, by places in [`Report::sources`] and [`Source::records`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Member {
    /// The source.
    pub source: usize,
    /// The record in it.
    pub record: usize,
}

/// What one source gives for a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// The source.
    pub source: usize,
    /// Its value; none where it does not know.
    pub value: Option<Value>,
}

/// A field on which records differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Differs {
    /// The field.
    pub field: Field,
    /// What each source that has the asset gives.
    pub given: Vec<Given>,
}

/// Something found.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// What.
    pub kind: Kind,
    /// The records, at most one of each source, the strongest source first.
    pub members: Vec<Member>,
    /// For a duplicate: the record of the same source that counts.
    pub twin: Option<Member>,
    /// Sources that do not have the asset; empty for duplicates.
    pub missing: Vec<usize>,
    /// What they differ on.
    pub differs: Vec<Differs>,
    /// Its name: the same as long as the records outside the book say the same.
    pub key: String,
    /// What the book says, in short: a decision holds as long as that stays.
    pub ours: String,
}

/// Everything found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// The sources, the strongest first.
    pub sources: Vec<Arc<Source>>,
    /// The findings.
    pub findings: Vec<Finding>,
}

impl Report {
    /// A record.
    pub fn record(&self, member: Member) -> Option<&Record> {
        record(&self.sources, member)
    }

    /// How many there are of each kind, in the order of [`Kind::ALL`], none left out.
    pub fn counts(&self) -> Vec<(Kind, usize)> {
        let of = |kind: Kind| self.findings.iter().filter(|f| f.kind == kind).count();
        Kind::ALL.iter().map(|kind| (*kind, of(*kind))).collect()
    }

    /// The values of other sources a person takes when theirs are believed: for every field that
    /// differs, the first source after the strongest that gives another one. Empty where there is
    /// nothing to take.
    pub fn theirs(&self, finding: &Finding) -> Vec<(Field, Value, usize)> {
        let taken = |differs: &Differs| {
            let ours = differs.given.first()?;
            let same = |value: &Value| {
                let ours = ours
                    .value
                    .as_ref()
                    .map(|ours| ours.comparable(differs.field));
                ours == Some(value.comparable(differs.field))
            };
            let mut others = differs.given.iter().skip(1);
            others.find_map(|given| {
                let value = given.value.as_ref().filter(|value| !same(value))?;
                Some((differs.field, value.clone(), given.source))
            })
        };
        finding.differs.iter().filter_map(taken).collect()
    }

    /// A finding in a sentence: `end date: the book 2027-01-31, list.xlsx 2027-03-31`.
    pub fn says(&self, finding: &Finding) -> String {
        let names = |places: &[usize], and: &str| {
            let names = places.iter().filter_map(|at| self.sources.get(*at));
            let names: Vec<&str> = names.map(|source| &*source.name).collect();
            names.join(and)
        };
        let here: Vec<usize> = finding.members.iter().map(|member| member.source).collect();
        let mut parts: Vec<String> = finding.differs.iter().map(|d| self.told(d)).collect();
        match finding.kind {
            Kind::Duplicate => {
                let row = |member: Option<&Member>| {
                    let row = member.and_then(|member| self.record(*member)?.row);
                    row.map_or_else(|| "another row".to_string(), |row| format!("row {row}"))
                };
                let (own, twin) = (row(finding.members.first()), row(finding.twin.as_ref()));
                parts.push(format!("{own} of {} repeats {twin}", names(&here, " and ")));
            }
            Kind::Only => parts.push(format!(
                "only in {}, not in {}",
                names(&here, " and "),
                names(&finding.missing, " or ")
            )),
            _ if !finding.missing.is_empty() => {
                parts.push(format!("not in {}", names(&finding.missing, " or ")));
            }
            _ => {}
        }
        parts.join("; ")
    }

    /// What a finding is about, for labels: its serial, else instance, contract or product.
    pub fn name(&self, finding: &Finding) -> String {
        let mut records = finding.members.iter().filter_map(|m| self.record(*m));
        let keys = [Field::Serial, Field::Instance, Field::Contract, Field::Pid];
        let name = records.find_map(|record| keys.iter().find_map(|field| record.get(*field)));
        name.map_or_else(|| "a row without a key".to_string(), Value::to_string)
    }

    /// A field with every source's value.
    fn told(&self, differs: &Differs) -> String {
        let value = |given: &Given| {
            let name = self
                .sources
                .get(given.source)
                .map_or("", |source| &source.name);
            let value = given.value.as_ref();
            let value = value.map_or_else(|| "-".to_string(), Value::to_string);
            format!("{name} {value}")
        };
        let values: Vec<String> = differs.given.iter().map(value).collect();
        format!("{}: {}", differs.field.title(), values.join(", "))
    }

    /// What [`Finding::ours`] is once those values stand in the book.
    pub fn ours_after(&self, finding: &Finding, theirs: &[(Field, Value, usize)]) -> String {
        let Some(member) = finding.members.first() else {
            return String::new();
        };
        let mut record = self.record(*member).cloned().unwrap_or_default();
        for (field, value, _) in theirs {
            record.set(*field, Some(value.clone()));
        }
        ours(&self.sources, &finding.members, Some(&record))
    }
}

fn record(sources: &[Arc<Source>], member: Member) -> Option<&Record> {
    sources.get(member.source)?.records.get(member.record)
}

/// The findings of paired records.
pub(super) fn report(sources: Vec<Arc<Source>>, paired: &Paired) -> Report {
    let groups = paired.groups.iter().map(|group| of_group(&sources, group));
    let doubles = paired.doubles.iter();
    let doubles = doubles.map(|(member, twin)| of_double(&sources, *member, *twin));
    let mut findings: Vec<Finding> = groups.chain(doubles).collect();
    findings.sort_by_cached_key(|finding| {
        let first = finding.members.first();
        let record = first.and_then(|member| record(&sources, *member));
        let text = |field| {
            let value = record.and_then(|record| record.comparable(field));
            value.map(std::borrow::Cow::into_owned)
        };
        let serial = text(Field::Serial);
        (
            finding.kind,
            serial.is_none(),
            serial,
            text(Field::Instance),
            text(Field::Contract),
            text(Field::Pid),
            finding.key.clone(),
            // equal ones by where their files have them, not by where they stand here
            places(&sources, &finding.members),
        )
    });
    Report { sources, findings }
}

/// Where records stand in their files.
fn places(
    sources: &[Arc<Source>],
    members: &[Member],
) -> Vec<(usize, Option<u32>, Option<LineId>, usize)> {
    let place = |member: &Member| {
        let known = record(sources, *member);
        let row = known.and_then(|record| record.row);
        let line = known.and_then(|record| record.line);
        (member.source, row, line, member.record)
    };
    members.iter().map(place).collect()
}

fn of_double(sources: &[Arc<Source>], member: Member, twin: Member) -> Finding {
    let members = vec![member];
    Finding {
        kind: Kind::Duplicate,
        twin: Some(twin),
        missing: Vec::new(),
        differs: Vec::new(),
        key: key(sources, "duplicate", &members, &[]),
        ours: ours(sources, &members, None),
        members,
    }
}

fn of_group(sources: &[Arc<Source>], group: &[Member]) -> Finding {
    let mut members = group.to_vec();
    members.sort();
    let has = |at: &usize| members.iter().any(|member| member.source == *at);
    let missing: Vec<usize> = (0..sources.len()).filter(|at| !has(at)).collect();
    let mut differs = Vec::new();
    let (mut moved, mut other) = (false, false);
    if members.len() > 1 {
        for field in Field::ALL {
            let Some((conflict, found)) = compare(sources, &members, *field) else {
                continue;
            };
            moved |= conflict && field.is_home();
            other |= conflict && !field.is_home();
            differs.push(found);
        }
    }
    let kind = match (members.len(), moved, other) {
        (0 | 1, ..) if !missing.is_empty() => Kind::Only,
        (_, true, _) => Kind::Moved,
        (_, _, true) => Kind::Disagree,
        _ if !differs.is_empty() => Kind::Fills,
        _ if !missing.is_empty() => Kind::Missing,
        _ => Kind::Matched,
    };
    let word = match kind {
        Kind::Only | Kind::Missing => "only",
        _ => "group",
    };
    Finding {
        kind,
        twin: None,
        key: key(sources, word, &members, &missing),
        ours: ours(sources, &members, None),
        members,
        missing,
        differs,
    }
}

/// How records differ on a field, and whether two known values contradict each other. Unknown is
/// only told where the strongest source does not know what another one does.
fn compare(sources: &[Arc<Source>], members: &[Member], field: Field) -> Option<(bool, Differs)> {
    let given: Vec<Given> = members
        .iter()
        .map(|member| Given {
            source: member.source,
            value: record(sources, *member).and_then(|record| record.get(field).cloned()),
        })
        .collect();
    let mut known = given.iter().filter_map(|given| given.value.as_ref());
    let first = known.next()?.comparable(field);
    let conflict = known.any(|value| value.comparable(field) != first);
    let gap = given.first().is_some_and(|given| given.value.is_none());
    drop(first);
    (conflict || gap).then_some((conflict, Differs { field, given }))
}

/// The name of a finding: who it is, and all that the sources outside the book say.
fn key(sources: &[Arc<Source>], word: &str, members: &[Member], missing: &[usize]) -> String {
    let mut parts: Vec<String> = Vec::new();
    for member in members {
        let Some((source, record)) = sources.get(member.source).zip(record(sources, *member))
        else {
            continue;
        };
        parts.push(match record.line {
            Some(line) => format!("book|{line}"),
            None => format!("{}|{}", source.rank.word(), record.content()),
        });
    }
    if word == "only" {
        let names = missing.iter().filter_map(|at| sources.get(*at));
        let names = names.map(|source| format!("not in {}|{}", source.rank.word(), source.name));
        parts.extend(names);
    }
    parts.sort();
    short(word, &parts)
}

/// What the book says on the fields that others know too.
fn ours(sources: &[Arc<Source>], members: &[Member], instead: Option<&Record>) -> String {
    let own = members.first().and_then(|member| record(sources, *member));
    let Some(own) = own.filter(|record| record.line.is_some()) else {
        return String::new();
    };
    let own = instead.unwrap_or(own);
    let others = members.iter().skip(1);
    let others: Vec<&Record> = others.filter_map(|at| record(sources, *at)).collect();
    let mut values: BTreeMap<&str, String> = BTreeMap::new();
    for (field, value) in own.values() {
        if others.iter().any(|other| other.get(*field).is_some()) {
            values.insert(field.id(), value.comparable(*field).into_owned());
        }
    }
    let parts: Vec<String> = values.iter().map(|(id, v)| format!("{id}={v}")).collect();
    short("ours", &parts)
}

/// A short name for a text: 16 bytes of its SHA-256 as hexadecimal digits.
fn short(word: &str, parts: &[String]) -> String {
    let text = format!("{word}\u{1e}{}", parts.join("\u{1e}"));
    let digest = Sha256::digest(text);
    digest.iter().take(16).fold(String::new(), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}
