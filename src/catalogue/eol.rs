//! When a product ends, by whose word. Order of trust: the line's own file, an imported EoX record,
//! the shipped table, unknown. A date is never derived from another (end of sale plus five years is
//! wrong on real families), and "no notice found" is not "no end of life".

use super::table::EolRow;
use super::{Catalogue, Match, is_licence, normalise_pid, sku};
use crate::domain::eox::EoxRecord;
use crate::domain::line::Line;
use crate::domain::snapshot::Snapshot;
use chrono::NaiveDate;
use std::collections::HashMap;
use std::sync::Arc;

/// A date with its source and how far to trust it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Milestone {
    /// The day.
    pub date: NaiveDate,
    /// Where it stands, in words.
    pub source: Arc<str>,
    /// `file`, `import`, `synthetic`, or the table's `A`, `B`, `C`.
    pub confidence: Arc<str>,
}

/// What replaces a product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Successor {
    /// Family or PID as the source names it.
    pub name: Arc<str>,
    /// Pattern of its PIDs, where the table has one.
    pub pattern: Option<Arc<str>>,
    /// `Cisco names`, `replacement listed` or `typical successor`.
    pub wording: &'static str,
    /// Where it is said.
    pub source: Arc<str>,
}

/// The dates of a product. Unknown dates are `None`, never computed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Milestones {
    /// Last date of support.
    pub ldos: Option<Milestone>,
    /// Last day to renew service (`EndOfServiceContractRenewal`).
    pub last_renewal: Option<Milestone>,
    /// Last day to attach service to bare gear.
    pub last_attach: Option<Milestone>,
    /// End of sale.
    pub end_of_sale: Option<Milestone>,
    /// An import asked the vendor, who has announced no end.
    pub none_announced: bool,
    /// What follows the product.
    pub successor: Option<Successor>,
    /// An import or the table covers this product; false is "not checked".
    pub checked: bool,
    /// Other last dates of support that were found and did not win, each with its source.
    pub disagree: Vec<Milestone>,
}

/// Imported end-of-life records by normalised PID, the newest of each product.
#[derive(Clone, Debug, Default)]
pub struct EoxIndex {
    by_pid: HashMap<String, Arc<EoxRecord>>,
}

impl EoxIndex {
    /// The index over a book. Of two records for one product the later updated wins, then the
    /// later import.
    pub fn of(snapshot: &Snapshot) -> EoxIndex {
        let mut by_pid: HashMap<String, Arc<EoxRecord>> = HashMap::new();
        for record in &snapshot.eox {
            let key = normalise_pid(&record.pid);
            let newer = by_pid
                .get(&key)
                .is_none_or(|known| known.updated <= record.updated);
            if newer {
                by_pid.insert(key, Arc::new(record.clone()));
            }
        }
        EoxIndex { by_pid }
    }

    fn find(&self, tries: &[(Match, String)]) -> Option<&EoxRecord> {
        tries
            .iter()
            .find_map(|(_, key)| self.by_pid.get(key))
            .map(|record| &**record)
    }
}

impl Catalogue {
    /// The most specific end-of-life row for a PID in table form: of several patterns that match,
    /// the one that accounts for most of its characters; the first in the table among equals.
    pub(super) fn eol_row(&self, key: &str) -> Option<&EolRow> {
        let mut best: Option<(usize, usize)> = None;
        for at in self.eol_patterns.matches(key) {
            let length = self
                .eol_single
                .get(at)
                .and_then(|pattern| pattern.find(key))
                .map_or(0, |found| found.len());
            if best.is_none_or(|(longest, _)| length > longest) {
                best = Some((length, at));
            }
        }
        best.and_then(|(_, at)| self.eol.get(at))
    }

    /// The dates of a product from imported records and the shipped table (not from a line's own
    /// file, see [`line_milestones`]). Hardware notices are not applied to licences.
    pub fn milestones(&self, pid: &str, eox: &EoxIndex) -> Milestones {
        let tries = sku::tries(pid);
        let record = eox.find(&tries);
        let mut found = record.map(from_record).unwrap_or_default();
        if is_licence(pid) {
            return found;
        }
        let row = tries
            .iter()
            .find_map(|(how, key)| self.eol_row(key).map(|row| (*how, row)));
        let Some((how, row)) = row else {
            return found;
        };
        found.checked = true;
        let (ldos, end_of_sale) = from_row(how, row);
        match (&found.ldos, ldos) {
            (None, Some(ldos)) if found.none_announced => found.disagree.push(ldos),
            (None, ldos) => found.ldos = ldos,
            (Some(ours), Some(ldos)) if ours.date != ldos.date => found.disagree.push(ldos),
            _ => {}
        }
        if found.end_of_sale.is_none() && !found.none_announced {
            found.end_of_sale = end_of_sale;
        }
        if found.successor.is_none() {
            found.successor = successor_of(row);
        }
        found
    }

    /// What the shipped table says when a successor family has reached its own end of sale, so
    /// that nobody is offered a dead end: a sentence, or nothing.
    pub fn successor_caveat(&self, successor: &Successor, today: NaiveDate) -> Option<String> {
        let pattern = successor.pattern.as_deref()?;
        let starts: Vec<String> = pattern
            .split('|')
            .map(|part| part.trim_start_matches('^').to_string())
            .filter(|part| part.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'))
            .collect();
        starts.iter().find_map(|start| {
            let row = self.eol_row(start)?;
            let over = row.end_of_sale.or(row.ldos).filter(|day| *day <= today)?;
            Some(format!(
                "{} itself has an end-of-life row ({} since {over}); check the next generation",
                row.family,
                if row.end_of_sale.is_some() {
                    "not sold"
                } else {
                    "not supported"
                },
            ))
        })
    }
}

fn from_record(record: &EoxRecord) -> Milestones {
    let note = if record.synthetic { ", synthetic" } else { "" };
    let bulletin = record
        .bulletin
        .as_deref()
        .map(|number| format!(", bulletin {number}"))
        .unwrap_or_default();
    let source: Arc<str> = format!("EoX import, {}{bulletin}{note}", record.pid).into();
    let confidence: Arc<str> = if record.synthetic {
        "synthetic"
    } else {
        "import"
    }
    .into();
    let dated = |date: Option<NaiveDate>| {
        date.map(|date| Milestone {
            date,
            source: source.clone(),
            confidence: confidence.clone(),
        })
    };
    Milestones {
        ldos: dated(record.ldos),
        last_renewal: dated(record.last_renewal),
        last_attach: dated(record.last_attach),
        end_of_sale: dated(record.end_of_sale),
        none_announced: record.none_announced,
        successor: record.successor.as_deref().map(|name| Successor {
            name: name.into(),
            pattern: None,
            wording: "Cisco names",
            source: source.clone(),
        }),
        checked: true,
        disagree: Vec::new(),
    }
}

fn from_row(how: Match, row: &EolRow) -> (Option<Milestone>, Option<Milestone>) {
    let source: Arc<str> = format!(
        "eol table ({}), {}, {}, verify on Cisco EoX: {}",
        row.confidence,
        row.family,
        how.words(),
        row.url
    )
    .into();
    let dated = |date: Option<NaiveDate>| {
        date.map(|date| Milestone {
            date,
            source: source.clone(),
            confidence: row.confidence.clone(),
        })
    };
    (dated(row.ldos), dated(row.end_of_sale))
}

fn successor_of(row: &EolRow) -> Option<Successor> {
    let wording = match &*row.successor_confidence {
        "A" => "Cisco names",
        "B" => "replacement listed",
        _ => "typical successor",
    };
    Some(Successor {
        name: row.successor.clone()?,
        pattern: row.successor_pattern.clone(),
        wording,
        source: format!("eol table ({}), {}", row.successor_confidence, row.family).into(),
    })
}

/// The dates of a line: its product's, with the last date of support of the line's own file on top.
/// Where both are known and differ, the other is kept in `disagree`.
pub fn line_milestones(line: &Line, catalogue: &Catalogue, eox: &EoxIndex) -> Milestones {
    let found = match line.pid.as_deref() {
        Some(pid) => catalogue.milestones(pid, eox),
        None => Milestones::default(),
    };
    with_own_date(line, found)
}

fn with_own_date(line: &Line, mut found: Milestones) -> Milestones {
    let Some(own) = line.ldos else { return found };
    let source = match line.origin {
        Some(origin) => format!("the line's own file, row {}", origin.row),
        None => "the line's own file".to_string(),
    };
    let own = Milestone {
        date: own,
        source: source.into(),
        confidence: "file".into(),
    };
    if let Some(other) = found
        .ldos
        .replace(own)
        .filter(|m| Some(m.date) != line.ldos)
    {
        found.disagree.insert(0, other);
    }
    found.checked = true;
    found.none_announced = false;
    found
}

/// Dates by PID, looked up once each. It belongs to the caller and to one catalogue and one index:
/// a new import needs a new cache.
#[derive(Debug, Default)]
pub struct MilestoneCache {
    by_pid: HashMap<Arc<str>, Arc<Milestones>>,
    unknown: Arc<Milestones>,
}

impl MilestoneCache {
    /// An empty cache.
    pub fn new() -> MilestoneCache {
        MilestoneCache::default()
    }

    /// As [`Catalogue::milestones`].
    pub fn of_pid(
        &mut self,
        pid: &Arc<str>,
        catalogue: &Catalogue,
        eox: &EoxIndex,
    ) -> Arc<Milestones> {
        match self.by_pid.get(pid) {
            Some(known) => known.clone(),
            None => {
                let found = Arc::new(catalogue.milestones(pid, eox));
                self.by_pid.insert(pid.clone(), found.clone());
                found
            }
        }
    }

    /// As [`line_milestones`]; a line without a date of its own shares its product's answer.
    pub fn of_line(
        &mut self,
        line: &Line,
        catalogue: &Catalogue,
        eox: &EoxIndex,
    ) -> Arc<Milestones> {
        let of_product = match &line.pid {
            Some(pid) => self.of_pid(pid, catalogue, eox),
            None => self.unknown.clone(),
        };
        if line.ldos.is_none() {
            return of_product;
        }
        Arc::new(with_own_date(line, (*of_product).clone()))
    }
}
