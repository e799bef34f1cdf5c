//! What a demo book must hold for every screen to have something to show.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::*;
use crate::domain::baseline::BaselineRow;
use crate::domain::line::{Coverage, Line, LineKind};
use crate::domain::rules::StageKind;
use std::collections::HashSet;

fn options(lines: u32, seed: u64) -> DemoOptions {
    DemoOptions {
        lines,
        seed,
        today: NaiveDate::from_ymd_opt(2026, 11, 22).unwrap(),
        accounts: None,
    }
}

fn plan(lines: u32, seed: u64) -> ImportPlan {
    generate(
        &options(lines, seed),
        &Catalogue::shipped(),
        &Pack::shipped(),
    )
}

#[test]
fn the_same_options_give_the_same_book_and_another_seed_another() {
    let (a, b, c) = (plan(600, 7), plan(600, 7), plan(600, 8));
    assert_eq!(a, b);
    assert_ne!(a, c);
    let names = |p: &ImportPlan| {
        p.put_accounts
            .iter()
            .map(|x| x.name.clone())
            .collect::<Vec<_>>()
    };
    assert_ne!(names(&a), names(&c));
}

#[test]
fn the_default_book_has_the_size_it_promises() {
    let plan = plan(12_000, DEFAULT_SEED);
    assert_eq!(plan.put_lines.len(), 12_000);
    assert_eq!(plan.put_accounts.len(), 400);
    assert!((1_050..=1_250).contains(&plan.put_contracts.len()));
    assert!(plan.batch.as_ref().unwrap().counts.adds_up());
}

#[test]
fn identities_are_unique_and_references_lead_somewhere() {
    let plan = plan(12_000, DEFAULT_SEED);
    let lines: HashSet<_> = plan.put_lines.iter().map(|l| l.id).collect();
    assert_eq!(lines.len(), plan.put_lines.len());
    let serials: Vec<_> = plan
        .put_lines
        .iter()
        .filter_map(|l| l.serial.clone())
        .collect();
    assert_eq!(serials.iter().collect::<HashSet<_>>().len(), serials.len());
    let numbers: HashSet<_> = plan
        .put_contracts
        .iter()
        .map(|c| c.number.clone())
        .collect();
    assert_eq!(numbers.len(), plan.put_contracts.len());
    let names: HashSet<_> = plan.put_accounts.iter().map(|a| a.name.clone()).collect();
    assert_eq!(names.len(), plan.put_accounts.len());
    let contracts: HashSet<_> = plan.put_contracts.iter().map(|c| c.id).collect();
    let accounts: HashSet<_> = plan.put_accounts.iter().map(|a| a.id).collect();
    let sites: HashSet<_> = plan.put_sites.iter().map(|s| s.id).collect();
    for line in &plan.put_lines {
        assert!(accounts.contains(&line.account));
        assert!(line.contract.is_none_or(|id| contracts.contains(&id)));
        assert!(line.site.is_none_or(|id| sites.contains(&id)));
    }
    for renewal in &plan.put_renewals {
        assert!(contracts.contains(&renewal.contract));
    }
}

#[test]
fn renewals_are_the_open_lines_of_a_contract_that_share_end_and_currency() {
    let plan = plan(3_000, 5);
    let key = |line: &Line| (line.contract.unwrap(), line.end.unwrap());
    let groups: HashSet<_> = plan
        .put_lines
        .iter()
        .filter(|l| l.is_open())
        .map(key)
        .collect();
    let renewals: HashSet<_> = plan
        .put_renewals
        .iter()
        .map(|r| (r.contract, r.end))
        .collect();
    assert_eq!(groups, renewals);
    assert_eq!(renewals.len(), plan.put_renewals.len());
    for line in plan.put_lines.iter().filter(|l| l.is_open()) {
        let renewal = plan
            .put_renewals
            .iter()
            .find(|r| (r.contract, r.end) == key(line))
            .unwrap();
        assert_eq!(renewal.currency, line.currency);
    }
}

#[test]
fn every_window_and_every_stage_is_alive() {
    let plan = plan(12_000, DEFAULT_SEED);
    let today = options(1, 1).today;
    let days: Vec<i64> = plan
        .put_renewals
        .iter()
        .map(|r| (r.end - today).num_days())
        .collect();
    for (low, high) in super::coverage::ENDS.map(|(_, low, high)| (low, high)) {
        let count = days.iter().filter(|d| (low..=high).contains(*d)).count();
        assert!(count >= 5, "{count} renewals end in {low}..{high} days");
    }
    let pack = Pack::shipped();
    for stage in &pack.rules.stages {
        let count = plan
            .put_renewals
            .iter()
            .filter(|r| r.stage == stage.id)
            .count();
        assert!(count >= 3, "{count} renewals in {}", stage.title);
    }
    for renewal in &plan.put_renewals {
        match pack.rules.stage(&renewal.stage).unwrap().kind {
            StageKind::Won => assert!(renewal.booked_on.unwrap() <= today),
            StageKind::Lost => assert!(renewal.loss_reason.is_some()),
            _ => assert!(renewal.booked_on.is_none()),
        }
    }
    let month = pack.calendar.month_of(today).unwrap().start;
    let young = plan
        .put_renewals
        .iter()
        .filter(|r| r.booked_on.is_some_and(|b| b >= month));
    assert!(young.count() >= 5, "nothing is booked since the assessment");
}

#[test]
fn gear_without_cover_masked_rows_and_dead_cover_are_there() {
    let plan = plan(12_000, DEFAULT_SEED);
    let today = options(1, 1).today;
    let count = |f: &dyn Fn(&Line) -> bool| plan.put_lines.iter().filter(|l| f(l)).count();
    assert!(count(&|l| l.coverage == Coverage::NotCovered) > 300);
    assert!(count(&|l| l.coverage == Coverage::Masked) > 100);
    assert!(count(&|l| l.kind == LineKind::Subscription) > 500);
    let dead = count(&|l| l.ldos.is_some_and(|d| d < today) && l.end > l.ldos);
    assert!(dead > 3, "{dead} lines past their last date of support");
    assert!(count(&|l| l.is_open() && l.extended_net.is_none()) > 50);
    assert!(count(&|l| l.currency.is_some_and(|c| c.code() == "JPY")) > 20);
    // A Meraki licence without a product in its name is the one thing the catalogue cannot place.
    let unplaced = |l: &Line| l.is_open() && l.portfolio().is_none();
    assert!(count(&unplaced) > 0);
    assert!(count(&|l| unplaced(l) && l.pid.as_deref() != Some("LIC-ENT-3YR")) == 0);
    assert!(
        plan.put_eox
            .iter()
            .any(|e| e.synthetic && e.last_renewal.is_some())
    );
    assert!(plan.put_eox.iter().any(|e| e.none_announced));
}

#[test]
fn the_assessment_covers_every_portfolio_with_weights_that_sum_to_100() {
    let plan = plan(3_000, 5);
    let pack = Pack::shipped();
    for portfolio in &pack.portfolios {
        let total: Decimal = plan
            .put_baseline
            .iter()
            .filter(|row| row.portfolio == portfolio.portfolio && &*row.month == "FY27M4")
            .map(|r| r.category_weight_pct.unwrap() * r.measurement_weight_pct.unwrap())
            .sum();
        assert_eq!(total, Decimal::from(10_000), "{}", portfolio.portfolio);
    }
    for month in ["FY27M4", "FY27M3", "FY27M2", "FY27M1"] {
        let own = |row: &&BaselineRow| &*row.month == month;
        assert_eq!(plan.put_baseline.iter().filter(own).count(), 44, "{month}");
    }
    let recognised = crate::program::baseline::recognise;
    for row in &plan.put_baseline {
        assert_eq!(recognised(&row.measurement), row.metric.as_deref());
        assert!(row.applied_index.is_some());
    }
}

#[test]
fn quotes_stand_where_stages_say_so_and_never_pass_the_last_date_of_support() {
    let plan = plan(12_000, DEFAULT_SEED);
    let rules = Pack::shipped().rules;
    let quoted: HashSet<_> = plan
        .put_quotes
        .iter()
        .flat_map(|q| q.renewals.clone())
        .collect();
    assert!(plan.put_quotes.len() > 100);
    assert_eq!(quoted.len(), plan.put_quotes.len());
    for renewal in &plan.put_renewals {
        let title = rules.stage(&renewal.stage).unwrap().title.as_str();
        let past_quote = ["Quoted", "Customer review", "Committed", "PO received"].contains(&title);
        assert!(
            !past_quote || quoted.contains(&renewal.id),
            "{title} without a quote"
        );
        assert!(title != "Validating" || !quoted.contains(&renewal.id));
    }
    for quote in &plan.put_quotes {
        assert!(!quote.lines.is_empty());
        assert!(
            quote
                .lines
                .iter()
                .all(|l| l.start <= l.end && l.ldos.is_none_or(|d| l.end <= d))
        );
        let (_, totals) = crate::pricing::price_quote(quote, &rules);
        assert!(totals.sell >= totals.net && totals.net >= Decimal::ZERO);
    }
}

#[test]
fn one_line_is_enough_and_no_size_misses_its_number() {
    for lines in [1, 2, 17, 100, 999] {
        assert_eq!(plan(lines, 3).put_lines.len() as u32, lines);
    }
}
