//! What taking the others' values writes: the line, its contract, customer, site and renewal, as an
//! import of the same values would.

use crate::fixture::{CATALOGUE, RULES};
use proptest::prelude::*;
use renewdesk::domain::command::ImportPlan;
use renewdesk::domain::line::{Coverage, Line, LineKind};
use renewdesk::domain::snapshot::Snapshot;
use renewdesk::ingest::{self, BatchMeta};
use renewdesk::reconcile::{Kind, Report, Scope, Source, Taking, of_book, reconcile};
use std::sync::Arc;
use uuid::Uuid;

const HEAD: &str = "customer,contract_number,subscription_id,serial,instance,pid,service_sku,service_level,quantity,unit_list,start_date,end_date,extended_net,currency";

struct Side {
    book: Snapshot,
    next: u128,
}

fn put(book: &mut Snapshot, plan: ImportPlan) {
    plan.batch.into_iter().for_each(|row| book.batches.put(row));
    plan.put_accounts
        .into_iter()
        .for_each(|row| book.accounts.put(row));
    plan.put_sites
        .into_iter()
        .for_each(|row| book.sites.put(row));
    plan.put_contracts
        .into_iter()
        .for_each(|row| book.contracts.put(row));
    plan.put_lines
        .into_iter()
        .for_each(|row| book.lines.put(row));
    plan.put_renewals
        .into_iter()
        .for_each(|row| book.renewals.put(row));
    for id in plan.drop_renewals {
        book.renewals.remove(id);
    }
    book.settings.extend(plan.put_settings);
}

impl Side {
    fn new(rows: &str) -> Side {
        let mut side = Side {
            book: Snapshot::default(),
            next: 0,
        };
        side.import(rows);
        side
    }

    fn import(&mut self, rows: &str) {
        let text = format!("{HEAD}\n{rows}\n");
        let rows = ingest::read(
            text.as_bytes(),
            "book.csv",
            &Default::default(),
            &mut |_| {},
        );
        let meta = BatchMeta {
            at: "2026-11-16T08:00:00Z".into(),
        };
        let today = "2026-11-22".parse().unwrap();
        let mut next = self.next;
        let mut ids = || {
            next += 1;
            Uuid::from_u128(next)
        };
        let (known, rules) = (&*CATALOGUE, &*RULES);
        let plan = ingest::plan(
            rows.unwrap(),
            &self.book,
            known,
            rules,
            &mut ids,
            &meta,
            today,
        );
        self.next = next;
        put(&mut self.book, plan.unwrap().plan);
    }

    fn beside(&self, list: &str) -> Report {
        let rows = ingest::read(
            list.as_bytes(),
            "list.csv",
            &Default::default(),
            &mut |_| {},
        );
        let source: Source = ingest::compared::source(&rows.unwrap(), None).unwrap();
        let list = vec![Arc::new(source)];
        let own = of_book(&self.book, &Scope::default(), &list);
        reconcile(&[Arc::new(own), list[0].clone()])
    }

    /// Takes the only finding of a kind; gives the report after.
    fn take(&mut self, list: &str, kind: Kind) -> Report {
        let report = self.beside(list);
        let of_kind: Vec<_> = report.findings.iter().filter(|f| f.kind == kind).collect();
        assert_eq!(of_kind.len(), 1, "{:?}", report.counts());
        let today = "2026-11-22".parse().unwrap();
        let taking = Taking::of(&report, of_kind[0], today, "me").unwrap();
        self.write(&taking);
        self.beside(list)
    }

    fn write(&mut self, taking: &Taking) {
        let today = "2026-11-22".parse().unwrap();
        let mut next = self.next;
        let mut ids = || {
            next += 1;
            Uuid::from_u128(next)
        };
        let (known, rules) = (&*CATALOGUE, &*RULES);
        let plan = ingest::mend(taking, &self.book, known, rules, &mut ids, today).unwrap();
        self.next = next;
        assert!(plan.batch.is_none(), "taking is no import");
        put(&mut self.book, plan);
    }

    fn line(&self, serial: &str) -> Line {
        let mut all = self.book.lines.iter();
        all.find(|line| line.serial.as_deref() == Some(serial))
            .unwrap()
    }

    fn contract(&self, line: &Line) -> String {
        let contract = self.book.contracts.get(line.contract.unwrap());
        contract.unwrap().number.to_string()
    }
}

const LINE: &str =
    "Borealis,200,,FOC1,1,C9300-48P,CON-SNT-C930048P,8x5xNBD,1,1000,2025-12-15,2026-12-14,800,USD";

#[test]
fn everything_taken_makes_the_book_agree() {
    let list = "Customer,Contract,Serial,Product,Site,End Date,Service Level,Quantity,Net Price,Currency\n\
                Halvorsen,201,FOC1,C9300-24T,Bergen,2027-12-14,24x7x4,2,900,EUR\n";
    let mut side = Side::new(LINE);
    let after = side.take(list, Kind::Moved);
    assert_eq!(after.findings.len(), 1, "{:?}", after.findings);
    assert_eq!(
        after.findings[0].kind,
        Kind::Matched,
        "{:?}",
        after.findings
    );
    let line = side.line("FOC1");
    assert_eq!(side.contract(&line), "201");
    let account = side.book.accounts.get(line.account).unwrap();
    assert_eq!(&*account.name, "Halvorsen");
    let site = side.book.sites.get(line.site.unwrap()).unwrap();
    assert_eq!((&*site.name, site.account), ("Bergen", line.account));
    // the renewal follows: one for the new contract and end, none left behind
    let renewals: Vec<_> = side
        .book
        .renewals
        .iter()
        .map(|r| (r.contract, r.end))
        .collect();
    assert_eq!(renewals, [(line.contract.unwrap(), line.end.unwrap())]);
    assert_eq!(line.coverage, Coverage::Unknown);
}

#[test]
fn an_end_in_the_future_makes_an_expired_line_covered_again() {
    let mut side = Side::new(LINE);
    let mut line = side.line("FOC1");
    line.coverage = Coverage::Expired;
    side.book.lines.put(line);
    side.take(
        "Serial,Product,End Date\nFOC1,C9300-48P,2027-12-14\n",
        Kind::Disagree,
    );
    assert_eq!(side.line("FOC1").coverage, Coverage::Covered);
}

#[test]
fn a_line_that_left_the_book_comes_back_as_itself() {
    let mut side = Side::new(LINE);
    let mut line = side.line("FOC1");
    line.gone_in = line.origin.map(|origin| origin.batch);
    side.book.lines.put(line.clone());
    let list =
        "Customer,Contract,Serial,Product,End Date\nBorealis,200,FOC1,C9300-48P,2026-12-14\n";
    side.take(list, Kind::Only);
    assert_eq!(side.book.lines.iter().count(), 1);
    let back = side.line("FOC1");
    assert_eq!((back.id, back.gone_in), (line.id, None));
    assert_eq!(back.extended_net, line.extended_net);
}

#[test]
fn a_subscription_stays_one_and_its_number_is_a_subscriptions() {
    let row = "Borealis,,Sub777,,1,C9300-DNA-A-48-3Y,,,1,1000,2025-12-15,2026-12-14,800,USD";
    let mut side = Side::new(row);
    let list = "Customer,Subscription ID,Instance,Product,End Date\n\
                Borealis,Sub777,1,C9300-DNA-A-48-3Y,2027-12-14\n";
    side.take(list, Kind::Disagree);
    let lines: Vec<Line> = side.book.lines.iter().collect();
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0].kind, LineKind::Subscription);
    assert_eq!(side.contract(&lines[0]), "SUB777");
    assert_eq!(side.book.contracts.iter().count(), 1);
}

#[test]
fn coverage_after_a_renewal_that_was_closed_is_a_line_of_its_own() {
    let mut side = Side::new(LINE);
    let mut renewal = side.book.renewals.iter().next().unwrap().clone();
    renewal.stage = "booked".into();
    side.book.renewals.put(renewal.clone());
    side.take(
        "Serial,Product,End Date\nFOC1,C9300-48P,2027-12-14\n",
        Kind::Disagree,
    );
    let lines: Vec<Line> = side.book.lines.iter().collect();
    assert_eq!(lines.len(), 2, "the old term stays as history");
    let old = lines.iter().find(|line| line.renewed_to.is_some()).unwrap();
    assert_eq!(old.end.unwrap().to_string(), "2026-12-14");
    assert_eq!(side.book.renewals.get(renewal.id), Some(renewal));
    assert_eq!(side.book.renewals.iter().count(), 2);
}

#[test]
fn a_row_without_a_key_cannot_be_added() {
    let side = Side::new(LINE);
    let mut report = side.beside("Serial,Product,End Date\nFOC2,C9300-48P,2026-12-14\n");
    let mut list = (*report.sources[1]).clone();
    list.records[0].set(crate::fixture::field("serial"), None);
    report.sources[1] = Arc::new(list);
    let only = report
        .findings
        .iter()
        .find(|f| f.members[0].source == 1)
        .unwrap();
    let today = "2026-11-22".parse().unwrap();
    let taking = Taking::of(&report, only, today, "me").unwrap();
    let (known, rules) = (&*CATALOGUE, &*RULES);
    let mut ids = || Uuid::from_u128(9);
    let refused = ingest::mend(&taking, &side.book, known, rules, &mut ids, today);
    assert!(refused.unwrap_err().contains("no serial"));
}

/// Rows of a list from few values, so that keys meet, fields clash and boxes move.
fn lists() -> impl Strategy<Value = Vec<String>> {
    let row = (
        proptest::sample::select(vec!["Borealis", "Halvorsen", "Norden"]),
        proptest::sample::select(vec!["200", "201", "300"]),
        proptest::sample::select(vec!["FOC1", "FOC2", "FOC3", "FOC4"]),
        proptest::sample::select(vec!["C9300-48P", "C9300-24T"]),
        proptest::sample::select(vec!["Oslo", "Bergen", ""]),
        proptest::sample::select(vec!["2026-12-14", "2027-12-14", "2026-06-30"]),
        proptest::sample::select(vec!["8x5xNBD", "24x7x4", ""]),
        proptest::sample::select(vec!["1", "2"]),
    );
    let text = row.prop_map(|(a, b, c, d, e, f, g, h)| format!("{a},{b},{c},{d},{e},{f},{g},{h}"));
    proptest::collection::vec(text, 1..6)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever is taken is settled by it: the finding agrees afterwards, nothing else is lost, and
    /// taking everything comes to an end.
    #[test]
    fn taking_settles_a_finding_and_taking_all_comes_to_an_end(rows in lists()) {
        let list = format!(
            "Customer,Contract,Serial,Product,Site,End Date,Service Level,Quantity\n{}\n",
            rows.join("\n")
        );
        let book = [
            LINE,
            "Halvorsen,300,,FOC2,2,C9300-48P,CON-SNT-C930048P,8x5xNBD,1,1000,2025-12-15,2026-12-14,800,USD",
            "Borealis,200,,FOC3,3,C9300-24T,CON-SNT-C930024T,24x7x4,2,500,2025-12-15,2027-12-14,700,USD",
        ];
        let mut side = Side::new(&book.join("\n"));
        let lines = side.book.lines.iter().count();
        let today = "2026-11-22".parse().unwrap();
        for _ in 0..20 {
            let report = side.beside(&list);
            let takes = report.findings.iter().find_map(|finding| {
                let taking = Taking::of(&report, finding, today, "me")?;
                Some((finding.clone(), taking))
            });
            let Some((finding, taking)) = takes else {
                break;
            };
            side.write(&taking);
            let after = side.beside(&list);
            let same = after.findings.iter().find(|f| f.key == finding.key);
            let agrees = same.is_none_or(|f| Taking::of(&after, f, today, "me").is_none());
            prop_assert!(agrees, "{finding:?} became {same:?}");
        }
        let left = side.beside(&list);
        for finding in &left.findings {
            prop_assert!(Taking::of(&left, finding, today, "me").is_none(), "{finding:?}");
        }
        prop_assert!(side.book.lines.iter().count() >= lines);
        // every open line is in exactly one renewal of its contract and end
        for line in side.book.lines.iter().filter(|line| line.is_open()) {
            let own = side.book.renewals.iter().filter(|renewal| {
                Some(renewal.contract) == line.contract && Some(renewal.end) == line.end
            });
            prop_assert!(own.count() >= 1, "{line:?}");
        }
    }
}
