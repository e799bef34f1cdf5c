//! The catalogue against its shipped tables and small ones of its own.

#![allow(clippy::unwrap_used)]
use super::*;
use crate::domain::eox::EoxRecord;
use crate::domain::ids::EoxId;
use crate::domain::snapshot::Snapshot;
use chrono::NaiveDate;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn portfolio(pid: &str) -> Option<String> {
    Catalogue::shipped()
        .portfolio_of_product(pid)
        .map(|p| p.title().to_string())
}

fn record(pid: &str) -> EoxRecord {
    EoxRecord {
        id: EoxId(uuid::Uuid::from_u128(7)),
        pid: pid.into(),
        none_announced: false,
        bulletin: Some("EOL1".into()),
        url: None,
        end_of_sale: None,
        last_attach: Some(day("2026-05-27")),
        last_renewal: Some(day("2029-08-22")),
        ldos: None,
        notice: None,
        successor: None,
        updated: None,
        synthetic: false,
        batch: None,
    }
}

#[test]
fn every_shipped_row_is_read() {
    let catalogue = Catalogue::parse(&table::SHIPPED).unwrap();
    assert_eq!(catalogue.eol.len(), 107);
    assert_eq!(catalogue.portfolios.len(), 12);
    assert_eq!(catalogue.pids.len(), 931);
    assert_eq!(
        catalogue
            .service_level("CON-SNTP-C93002TE")
            .unwrap()
            .response
            .as_ref(),
        "24x7x4"
    );
    assert_eq!(
        catalogue
            .service_level("CON-SSSNT-C93002TE")
            .unwrap()
            .response
            .as_ref(),
        "8x5xNBD"
    );
    assert!(catalogue.service_level("CON-XYZ-C93002TE").is_none());
    let licences: Vec<_> = catalogue
        .pids
        .keys()
        .filter(|pid| is_licence(pid))
        .collect();
    assert_eq!(
        licences,
        Vec::<&Arc<str>>::new(),
        "the part table holds hardware only"
    );
    let bare: Vec<_> = catalogue
        .parts()
        .into_iter()
        .filter(|p| !p.3 && catalogue.family_of(p.0).is_none())
        .map(|p| p.0)
        .collect();
    assert!(bare.len() < 6, "devices without a family: {bare:?}");
}

#[test]
fn a_broken_table_names_its_row() {
    let tables = table::Tables {
        eol: "a,b\nFam,^X,Net,2020-13-01,,,,,,\n",
        ..table::SHIPPED
    };
    let error = Catalogue::parse(&tables).unwrap_err().to_string();
    assert!(error.contains("eol.csv"), "{error}");
    assert!(error.contains("row 2"), "{error}");
}

#[test]
fn pids_lose_spare_and_taa_marks_only() {
    assert_eq!(normalise_pid(" ws-c2960+24tc-l "), "WS-C2960+24TC-L");
    assert_eq!(normalise_pid("WS-C4507R+E="), "WS-C4507R+E");
    assert_eq!(normalise_pid("C9300-24T-A++"), "C9300-24T-A");
    assert_eq!(normalise_pid("N9K-C9332C="), "N9K-C9332C");
}

#[test]
fn portfolios_follow_product_then_pattern() {
    for (pid, title) in [
        ("C9300-24T-E", "Networking"),
        ("C1-C9300-24T", "Networking"),
        ("C9300-DNA-A-48-3Y", "Networking"),
        ("LIC-MX67-SEC-3YR", "Security"),
        ("LIC-MS120-24-3YR", "Networking"),
        ("FPR2110-NGFW-K9", "Security"),
        ("N9K-C93180YC-EX", "Cloud & AI Infrastructure"),
        ("CP-8865-K9", "Collaboration"),
        ("CON-SNT-C93002TE", "Services"),
        ("SVS-DUO-SUP-B", "Services"),
        ("SPLK-CLOUD", "Splunk"),
    ] {
        assert_eq!(portfolio(pid).as_deref(), Some(title), "{pid}");
    }
    assert_eq!(portfolio("LIC-ENT-3YR"), None);
    assert_eq!(portfolio("QQQ-1"), None);
}

#[test]
fn a_line_keeps_the_product_portfolio_beside_its_own() {
    let catalogue = Catalogue::shipped();
    let of = |sku, pid, kind| {
        let (line, product) = catalogue.portfolio_of_line(sku, pid, kind);
        (
            line.map(|p| p.title().to_string()),
            product.map(|p| p.title().to_string()),
        )
    };
    let some = |text: &str| Some(text.to_string());
    assert_eq!(
        of(
            Some("CON-SNT-C93002TE"),
            Some("C9300-24T-E"),
            LineKind::Service
        ),
        (some("Services"), some("Networking"))
    );
    assert_eq!(
        of(None, Some("MR36-HW"), LineKind::Service),
        (some("Services"), some("Networking"))
    );
    assert_eq!(
        of(Some("LIC-ENT-3YR"), Some("MR36-HW"), LineKind::Subscription),
        (some("Networking"), some("Networking"))
    );
    assert_eq!(
        of(None, Some("FPR1010-NGFW-K9"), LineKind::Asset),
        (some("Security"), some("Security"))
    );
    assert_eq!(
        of(Some("CON-SNT-X"), Some("CON-SNT-X"), LineKind::Service),
        (some("Services"), None)
    );
}

#[test]
fn kinds_are_read_from_the_label() {
    let kind = |sku, ty, sub, pid| kind_of(sku, ty, sub, pid);
    assert_eq!(
        kind(Some("C1-C9300-RENEW-T"), None, None, None),
        LineKind::Wrapper
    );
    assert_eq!(
        kind(Some("CON-SNT-C93002TE"), None, None, Some("C9300-24T-E")),
        LineKind::Service
    );
    assert_eq!(
        kind(None, Some("SUB-TNC"), None, Some("C9300-24T-E")),
        LineKind::Subscription
    );
    assert_eq!(
        kind(None, None, None, Some("C9300-DNA-A-48-3Y")),
        LineKind::Subscription
    );
    assert_eq!(
        kind(None, None, None, Some("LIC-ENT-3YR")),
        LineKind::Subscription
    );
    assert_eq!(
        kind(None, None, Some("Sub100"), Some("A-SKU")),
        LineKind::Subscription
    );
    assert_eq!(
        kind(None, Some("SNT"), None, Some("C9300-24T-E")),
        LineKind::Service
    );
    assert_eq!(
        kind(Some(" "), None, None, Some("C9300-24T-E")),
        LineKind::Asset
    );
    assert_eq!(service_code("con-snt-c93002te"), Some("snt"));
    assert_eq!(service_code("C9300-24T"), None);
}

#[test]
fn dates_follow_the_order_of_trust() {
    let catalogue = Catalogue::shipped();
    let none = EoxIndex::default();
    let table = catalogue.milestones("WS-C2960X-48FPD-L", &none);
    assert_eq!(table.ldos.as_ref().unwrap().date, day("2027-10-31"));
    assert!(table.ldos.unwrap().source.contains("verify on Cisco EoX"));
    assert!(table.last_renewal.is_none() && table.checked);
    assert_eq!(table.successor.unwrap().wording, "replacement listed");

    let mut snapshot = Snapshot::default();
    snapshot.eox.put(record("FPR2110-NGFW-K9"));
    let eox = EoxIndex::of(&snapshot);
    let mixed = catalogue.milestones("FPR2110-NGFW-K9=", &eox);
    assert_eq!(mixed.last_renewal.unwrap().date, day("2029-08-22"));
    assert_eq!(mixed.ldos.unwrap().date, day("2030-05-31"));

    let unknown = catalogue.milestones("C9300-48P", &none);
    assert!(unknown.ldos.is_none() && !unknown.checked && !unknown.none_announced);
    assert!(
        catalogue
            .milestones("C9500-24Q-DNA-A-3Y", &none)
            .ldos
            .is_none()
    );
}

#[test]
fn an_import_that_knows_of_no_end_beats_the_table() {
    let catalogue = Catalogue::shipped();
    let mut snapshot = Snapshot::default();
    snapshot.eox.put(EoxRecord {
        none_announced: true,
        last_attach: None,
        last_renewal: None,
        ..record("ASA5506-K9")
    });
    let found = catalogue.milestones("ASA5506-K9", &EoxIndex::of(&snapshot));
    assert!(found.none_announced && found.ldos.is_none());
    assert_eq!(found.disagree.len(), 1);
}

#[test]
fn the_more_specific_notice_wins() {
    let text = "family,p\nwide,^ASA5,Security,,2020-01-01,,,u,A,\nnarrow,^ASA5506,Security,,2026-08-31,,,u,A,\n";
    let text = text.replace("family,p", "family,p,c,d,e,f,g,h,i,j");
    let tables = table::Tables {
        eol: Box::leak(text.into_boxed_str()),
        ..table::SHIPPED
    };
    let catalogue = Catalogue::parse(&tables).unwrap();
    let found = catalogue.milestones("ASA5506-K9", &EoxIndex::default());
    assert_eq!(found.ldos.unwrap().date, day("2026-08-31"));
}
