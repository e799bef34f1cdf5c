//! What a person would say of two lists, case by case.

use crate::fixture::{field, source};
use renewdesk::reconcile::{Finding, Kind, Rank, Report, reconcile};

fn two(ours: &[&str], theirs: &[&str]) -> Report {
    reconcile(&[
        source("ours", Rank::Vendor, ours),
        source("theirs", Rank::Customer, theirs),
    ])
}

fn kinds(report: &Report) -> Vec<Kind> {
    report.findings.iter().map(|finding| finding.kind).collect()
}

fn fields(finding: &Finding) -> Vec<&'static str> {
    finding.differs.iter().map(|d| d.field.id()).collect()
}

#[test]
fn the_same_serial_written_in_another_way_matches() {
    let report = two(
        &["serial=FOC1 pid=C9300-48P customer=Borealis_AG end=2027-01-31 quantity=1"],
        &["serial=FOC1 pid=c9300-48p= customer=BOREALIS_ag. end=2027-01-31 quantity=1.00"],
    );
    assert_eq!(kinds(&report), [Kind::Matched]);
}

#[test]
fn a_disagreement_names_field_values_and_sources() {
    let report = two(
        &["serial=FOC1 end=2027-01-31 service_level=SNT"],
        &["serial=FOC1 end=2026-12-31 service_level=SNT"],
    );
    assert_eq!(kinds(&report), [Kind::Disagree]);
    let found = &report.findings[0];
    assert_eq!(fields(found), ["end"]);
    let given: Vec<String> = found.differs[0]
        .given
        .iter()
        .map(|given| given.value.as_ref().unwrap().to_string())
        .collect();
    assert_eq!(given, ["2027-01-31", "2026-12-31"]);
    let theirs = report.theirs(found);
    assert_eq!(theirs.len(), 1);
    assert_eq!(
        (theirs[0].0, theirs[0].1.to_string()),
        (field("end"), "2026-12-31".into())
    );
}

#[test]
fn another_contract_customer_or_site_is_a_move() {
    for (id, other) in [
        ("contract", "201"),
        ("customer", "Halvorsen"),
        ("site", "Bergen"),
    ] {
        let ours = "serial=FOC1 contract=200 customer=Borealis site=Oslo".to_string();
        let theirs = ours
            .split(' ')
            .map(|word| match word.starts_with(id) {
                true => format!("{id}={other}"),
                false => word.to_string(),
            })
            .collect::<Vec<_>>()
            .join(" ");
        let report = two(&[&ours], &[&theirs]);
        assert_eq!(kinds(&report), [Kind::Moved], "{id}");
        assert_eq!(fields(&report.findings[0]), [id]);
    }
}

#[test]
fn what_only_one_source_has_says_where_it_is_missing() {
    let report = two(&["serial=A"], &["serial=B"]);
    assert_eq!(kinds(&report), [Kind::Only, Kind::Only]);
    assert_eq!(report.findings[0].missing, [1]);
    assert_eq!(report.findings[1].missing, [0]);
}

#[test]
fn a_gap_of_the_stronger_source_is_filled_by_the_other_and_never_the_other_way() {
    let known = "serial=FOC1 end=2027-01-31";
    let report = two(&["serial=FOC1"], &[known]);
    assert_eq!(kinds(&report), [Kind::Fills]);
    assert_eq!(report.theirs(&report.findings[0]).len(), 1);
    assert_eq!(kinds(&two(&[known], &["serial=FOC1"])), [Kind::Matched]);
}

#[test]
fn a_repeat_is_a_duplicate_and_a_split_or_a_next_term_is_not() {
    let twice = two(
        &["serial=A start=2026-01-01 end=2026-12-31"; 2],
        &["serial=A"],
    );
    assert_eq!(kinds(&twice), [Kind::Duplicate, Kind::Matched]);
    assert!(twice.findings[0].twin.is_some());
    let split = two(
        &[
            "serial=A start=2026-01-01 end=2026-06-30",
            "serial=A start=2026-07-01 end=2026-12-31",
        ],
        &["serial=A start=2026-07-01 end=2026-12-31"],
    );
    assert_eq!(kinds(&split), [Kind::Only, Kind::Matched]);
}

#[test]
fn a_list_without_dates_speaks_of_the_newest_term() {
    let report = two(
        &[
            "serial=A instance=1 start=2025-01-01 end=2025-12-31",
            "serial=A instance=2 start=2026-01-01 end=2026-12-31",
        ],
        &["serial=A"],
    );
    let matched = report
        .findings
        .iter()
        .find(|f| f.kind == Kind::Matched)
        .unwrap();
    let ours = report.record(matched.members[0]).unwrap();
    assert_eq!(ours.shown(field("end")), "2026-12-31");
}

#[test]
fn instance_and_contract_with_product_count_only_where_the_serial_is_missing() {
    let by_instance = two(&["serial=A instance=7"], &["instance=7"]);
    assert_eq!(kinds(&by_instance), [Kind::Matched]);
    let other_box = two(&["serial=A instance=7"], &["serial=B instance=7"]);
    assert_eq!(kinds(&other_box), [Kind::Only, Kind::Only]);
    let by_contract = two(&["contract=200 pid=X"], &["contract=200 pid=X"]);
    assert_eq!(kinds(&by_contract), [Kind::Matched]);
    let with_serial = two(&["contract=200 pid=X"], &["serial=A contract=200 pid=X"]);
    assert_eq!(kinds(&with_serial), [Kind::Fills], "{with_serial:?}");
    let product_alone = two(&["pid=X"], &["pid=X"]);
    assert_eq!(kinds(&product_alone), [Kind::Only, Kind::Only]);
}

#[test]
fn a_hidden_contract_contradicts_nothing() {
    let report = two(
        &["serial=A contract=200 end=2027-01-31"],
        &["serial=A masked"],
    );
    assert_eq!(kinds(&report), [Kind::Matched]);
    let shown = two(
        &["serial=A masked"],
        &["serial=A contract=200 end=2027-01-31"],
    );
    assert_eq!(kinds(&shown), [Kind::Fills]);
}

#[test]
fn three_sources_meet_in_one_finding() {
    let report = reconcile(&[
        source(
            "customer",
            Rank::Customer,
            &["serial=A site=Oslo end=2027-03-31", "serial=C"],
        ),
        source(
            "cisco",
            Rank::Vendor,
            &["serial=A end=2027-01-31", "serial=B"],
        ),
        source(
            "distributor",
            Rank::Distributor,
            &["serial=A end=2027-01-31", "serial=B"],
        ),
    ]);
    let names: Vec<&str> = report.sources.iter().map(|source| &*source.name).collect();
    assert_eq!(names, ["cisco", "distributor", "customer"]);
    assert_eq!(kinds(&report), [Kind::Disagree, Kind::Only, Kind::Missing]);
    assert_eq!(report.findings[0].members.len(), 3);
    assert_eq!(fields(&report.findings[0]), ["site", "end"]);
    assert_eq!(report.findings[2].missing, [2]);
}

#[test]
fn a_distributors_word_weighs_more_than_the_customers() {
    let report = reconcile(&[
        source(
            "customer",
            Rank::Customer,
            &["serial=A end=2027-03-31 site=Oslo"],
        ),
        source(
            "distributor",
            Rank::Distributor,
            &["serial=A end=2027-02-28"],
        ),
        source("cisco", Rank::Vendor, &["serial=A end=2027-01-31"]),
    ]);
    let theirs = report.theirs(&report.findings[0]);
    let said: Vec<String> = theirs
        .iter()
        .map(|(_, value, _)| value.to_string())
        .collect();
    assert_eq!(said, ["Oslo", "2027-02-28"]);
}

#[test]
fn a_finding_keeps_its_name_while_the_files_say_the_same() {
    let before = two(&["serial=A end=2027-01-31"], &["serial=A end=2027-02-28"]);
    let again = two(&["serial=A end=2027-01-31"], &["serial=A end=2027-02-28"]);
    let other = two(&["serial=A end=2027-01-31"], &["serial=A end=2027-03-31"]);
    assert_eq!(before.findings[0].key, again.findings[0].key);
    assert_ne!(before.findings[0].key, other.findings[0].key);
}
