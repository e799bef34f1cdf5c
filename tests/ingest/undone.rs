//! Every format of this folder, written to a book on disk: undo gives the book back as it was, and
//! redo what the import made of it.

use crate::support::{CATALOGUE, PACK, read, today};
use chrono::DateTime;
use renewdesk::domain::command::{Command, Stamp};
use renewdesk::domain::snapshot::Snapshot;
use renewdesk::ingest::{self, BatchMeta};
use renewdesk::store::{OpenMode, Store};
use uuid::Uuid;

fn stamp() -> Stamp {
    Stamp {
        at: DateTime::parse_from_rfc3339("2026-11-22T09:30:00Z")
            .unwrap()
            .to_utc(),
        today: today(),
        actor: "dana".into(),
    }
}

/// Everything an import can change, as text in an order of its own.
fn shown(book: &Snapshot) -> Vec<String> {
    let mut rows: Vec<String> = Vec::new();
    rows.extend(book.accounts.iter().map(|row| format!("{row:?}")));
    rows.extend(book.sites.iter().map(|row| format!("{row:?}")));
    rows.extend(book.contracts.iter().map(|row| format!("{row:?}")));
    rows.extend(book.lines.iter().map(|row| format!("{row:?}")));
    rows.extend(book.renewals.iter().map(|row| format!("{row:?}")));
    rows.extend(book.adoption.iter().map(|row| format!("{row:?}")));
    rows.extend(book.eox.iter().map(|row| format!("{row:?}")));
    rows.extend(book.batches.iter().map(|row| format!("{row:?}")));
    rows.sort();
    rows
}

struct Disk {
    _dir: tempfile::TempDir,
    store: Store,
    next: u64,
}

impl Disk {
    fn new() -> Disk {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("book.db"), &OpenMode::Create).unwrap();
        Disk {
            _dir: dir,
            store,
            next: 0,
        }
    }

    /// Rows written: new and changed.
    fn import(&mut self, text: &str, name: &str) -> u64 {
        let rows = read(text.as_bytes(), name, "").unwrap();
        let book = self.store.snapshot().unwrap();
        let next = &mut self.next;
        let mut ids = || {
            *next += 1;
            Uuid::from_u64_pair(0x0190_0000_0000_7000, 0x8000_0000_0000_0000 + *next)
        };
        let meta = BatchMeta {
            at: "2026-11-22T10:00:00Z".to_string(),
        };
        let planned = ingest::plan(
            rows,
            &book,
            &CATALOGUE,
            &PACK.rules,
            &mut ids,
            &meta,
            today(),
        )
        .unwrap();
        let counts = planned.report.counts;
        if planned.plan.batch.is_some() {
            self.store
                .apply(&Command::Import(Box::new(planned.plan)), "import", &stamp())
                .unwrap();
        }
        counts.new + counts.changed
    }
}

/// A first file, and one that changes something of it.
fn samples() -> Vec<(&'static str, String, String)> {
    let life = |stage: &str, pct: u32| {
        format!(
            r#"{{"customerId":"77","items":[{{"name":"Campus","usecases":[{{"name":"A","adoptionPercentage":{pct},
            "pitstops":[{{"name":"Onboard","isComplete":{stage}}},{{"name":"Use","isComplete":false}}]}}]}}]}}"#
        )
    };
    let customer = |name: &str| {
        format!(
            "customerId,customerName,streetAddress1,zipCode\n77,{name},Street 1,3000\n78,Beta,,\n"
        )
    };
    let box_of = |text: &str| {
        format!(
            "customerId,customerName,neInstanceId,hwInstanceId,hwType,productId,serialNumber,productDescription\n77,Acme,1,2,Chassis,C9407R,FOC1,{text}\n"
        )
    };
    let eol = |day: &str| {
        format!(
            "hwInstanceId,productId,nextHwEolMilestone,nextHwEolMilestoneDate,hwEolInstanceId\n1,C9407R,Last Date of Support,{day},9\n"
        )
    };
    let bulletin = |day: &str| {
        format!(
            "hwEolInstanceId,bulletinProductId,bulletinNumber,lastDateOfSupport\n9,C9407R,EOL1,{day}\n"
        )
    };
    let waiting = |day: &str| {
        format!(
            r#"{{"renewals":[{{"renewalId":1,"endUser":"Acme","vendor":"Cisco","expirationDate":"{day}"}}]}}"#
        )
    };
    let detail = |day: &str| {
        format!(
            r#"{{"renewalId":"1","endUser":"Acme","vendor":"Cisco","expirationDate":"{day}","products":[]}}"#
        )
    };
    let device = |day: &str| {
        format!(
            r#"{{"DeviceId":"FCH1","ContractStatus":"Active","CoveredProductLineEndDate":"{day}",
            "Contract":{{"ContractNumber":"200100200"}},"EndCustomer":{{"Name":"Acme"}}}}"#
        )
    };
    vec![
        (
            "intersight.json",
            device("2027-01-31"),
            device("2027-02-28"),
        ),
        ("search.json", waiting("2027-01-31"), waiting("2027-02-28")),
        ("detail.json", detail("2027-01-31"), detail("2027-02-28")),
        ("life.json", life("false", 5), life("true", 30)),
        ("customers.csv", customer("Acme"), customer("Acme AG")),
        ("hardware.csv", box_of("Switch"), box_of("Chassis")),
        ("eol.csv", eol("2030-01-31"), eol("2031-01-31")),
        (
            "bulletins.csv",
            bulletin("2030-01-31"),
            bulletin("2031-01-31"),
        ),
    ]
}

#[test]
fn undo_takes_an_import_of_every_format_back_and_redo_brings_it_again() {
    for (name, first, second) in samples() {
        let mut disk = Disk::new();
        let empty = shown(&disk.store.snapshot().unwrap());
        assert!(disk.import(&first, name) > 0, "{name}");
        let one = shown(&disk.store.snapshot().unwrap());
        assert_eq!(disk.import(&first, name), 0, "{name}");
        assert!(disk.import(&second, name) > 0, "{name}");
        let two = shown(&disk.store.snapshot().unwrap());
        assert_ne!(one, two, "{name}");
        disk.store.undo(&stamp()).unwrap();
        assert_eq!(shown(&disk.store.snapshot().unwrap()), one, "{name}");
        disk.store.undo(&stamp()).unwrap();
        assert_eq!(shown(&disk.store.snapshot().unwrap()), empty, "{name}");
        disk.store.redo(&stamp()).unwrap();
        disk.store.redo(&stamp()).unwrap();
        assert_eq!(shown(&disk.store.snapshot().unwrap()), two, "{name}");
    }
}
