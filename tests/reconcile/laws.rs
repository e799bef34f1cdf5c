//! What holds of any sources: nothing is lost or told twice, and no order matters.

use crate::fixture::{field, value};
use proptest::prelude::*;
use renewdesk::reconcile::{Finding, Kind, Member, Rank, Record, Report, Source, reconcile};
use std::collections::BTreeMap;
use std::sync::Arc;

fn one_of(
    id: &'static str,
    of: &'static [&'static str],
) -> impl Strategy<Value = (&'static str, Option<&'static str>)> {
    proptest::option::of(proptest::sample::select(of)).prop_map(move |text| (id, text))
}

/// Few values, so that keys meet, clash and repeat.
fn records() -> impl Strategy<Value = Vec<Record>> {
    let record = (
        one_of("serial", &["A", "B", "C"]),
        one_of("instance", &["1", "2"]),
        one_of("pid", &["X", "Y"]),
        one_of("contract", &["200", "201"]),
        one_of("customer", &["Oslo", "Bergen"]),
        one_of("start", &["2026-01-01", "2026-07-01"]),
        one_of("end", &["2026-12-31", "2027-06-30"]),
        one_of("quantity", &["1", "2"]),
        any::<bool>(),
    )
        .prop_map(|(a, b, c, d, e, f, g, h, masked)| {
            let mut record = Record::default();
            for (id, text) in [a, b, c, d, e, f, g, h] {
                record.set(field(id), text.map(|text| value(field(id), text)));
            }
            record.masked = masked;
            record
        });
    proptest::collection::vec(record, 0..12)
}

fn source(name: &str, rank: Rank, mut records: Vec<Record>) -> Arc<Source> {
    for (at, record) in records.iter_mut().enumerate() {
        record.row = Some(at as u32);
        record.file = name.into();
    }
    Arc::new(Source {
        name: name.into(),
        rank,
        format: "".into(),
        day: None,
        records,
        left_out: Vec::new(),
    })
}

fn sources() -> impl Strategy<Value = Vec<Arc<Source>>> {
    (records(), records(), records()).prop_map(|(a, b, c)| {
        vec![
            source("book", Rank::Book, a),
            source("cisco", Rank::Vendor, b),
            source("list", Rank::Customer, c),
        ]
    })
}

/// A report as text that does not depend on where a record stands in its source.
fn told(report: &Report) -> Vec<String> {
    let place = |member: &Member| {
        let source = &report.sources[member.source];
        format!(
            "{} row {:?}",
            source.name, source.records[member.record].row
        )
    };
    let one = |finding: &Finding| {
        let members: Vec<String> = finding.members.iter().map(place).collect();
        let missing: Vec<&str> = finding
            .missing
            .iter()
            .map(|at| &*report.sources[*at].name)
            .collect();
        format!(
            "{:?} {members:?} twin {:?} missing {missing:?} {:?} {} {}",
            finding.kind,
            finding.twin.as_ref().map(place),
            finding.differs,
            finding.key,
            finding.ours
        )
    };
    report.findings.iter().map(one).collect()
}

proptest! {
    #[test]
    fn every_record_is_in_exactly_one_finding(sources in sources()) {
        let report = reconcile(&sources);
        let mut seen: BTreeMap<Member, usize> = BTreeMap::new();
        for finding in &report.findings {
            prop_assert!(!finding.members.is_empty());
            for member in &finding.members {
                prop_assert!(report.record(*member).is_some());
                *seen.entry(*member).or_default() += 1;
            }
            let mut of: Vec<usize> = finding.members.iter().map(|m| m.source).collect();
            of.dedup();
            prop_assert_eq!(of.len(), finding.members.len(), "two of one source");
        }
        let all: usize = sources.iter().map(|source| source.records.len()).sum();
        prop_assert_eq!(seen.len(), all);
        prop_assert!(seen.values().all(|times| *times == 1));
        let counted: usize = report.counts().iter().map(|(_, n)| n).sum();
        prop_assert_eq!(counted, report.findings.len());
    }

    #[test]
    fn no_order_of_rows_or_sources_matters(
        sources in sources(),
        turn in 0usize..12,
        first in 0usize..3,
        back in any::<bool>(),
    ) {
        let before = told(&reconcile(&sources));
        let mut turned: Vec<Arc<Source>> = sources
            .iter()
            .map(|source| {
                let mut source = (**source).clone();
                let by = turn % source.records.len().max(1);
                source.records.rotate_left(by);
                if back {
                    source.records.reverse();
                }
                Arc::new(source)
            })
            .collect();
        turned.rotate_left(first);
        if back {
            turned.reverse();
        }
        prop_assert_eq!(before, told(&reconcile(&turned)));
    }

    #[test]
    fn a_source_beside_itself_matches_whole(records in records()) {
        let keyed = |record: &Record| {
            ["serial", "instance", "contract"].iter().any(|id| record.get(field(id)).is_some())
        };
        let records: Vec<Record> = records.into_iter().filter(keyed).collect();
        let one = source("one", Rank::Vendor, records.clone());
        let other = source("other", Rank::Vendor, records);
        let report = reconcile(&[one, other]);
        for finding in &report.findings {
            prop_assert!(
                matches!(finding.kind, Kind::Matched | Kind::Duplicate),
                "{:?}", told(&report)
            );
        }
    }

    #[test]
    fn what_one_lacks_the_other_has_whichever_is_named_first(a in records(), b in records()) {
        // The same rank and day: only the names say who comes first.
        let count = |report: &Report, kind| report.counts().iter().find(|(k, _)| *k == kind).unwrap().1;
        let one = reconcile(&[source("a", Rank::Customer, a.clone()), source("b", Rank::Customer, b.clone())]);
        let other = reconcile(&[source("b", Rank::Customer, a), source("a", Rank::Customer, b)]);
        for kind in [Kind::Moved, Kind::Disagree, Kind::Only, Kind::Duplicate] {
            prop_assert_eq!(count(&one, kind), count(&other, kind), "{:?}", kind);
        }
    }
}

/// A row that stands in a list twice more, each time as it is: told in the order of its rows, also
/// where the list was read the other way round.
#[test]
fn equal_repeats_are_told_in_the_order_of_their_rows() {
    let record = |id: &str, texts: [(&str, &str); 2]| {
        let mut record = Record::default();
        record.set(field("instance"), Some(value(field("instance"), id)));
        record.set(field("start"), Some(value(field("start"), "2026-07-01")));
        for (id, text) in texts {
            record.set(field(id), Some(value(field(id), text)));
        }
        record
    };
    let repeat = record("1", [("contract", "200"), ("pid", "Y")]);
    let counts = record("1", [("end", "2026-12-31"), ("pid", "Y")]);
    let list = source("book", Rank::Book, vec![repeat.clone(), repeat, counts]);
    let mut turned = (*list).clone();
    turned.records.reverse();
    let before = told(&reconcile(&[list]));
    assert_eq!(before.len(), 3);
    assert_eq!(told(&reconcile(&[Arc::new(turned)])), before);
}
