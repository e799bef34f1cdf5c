//! Small books made of plain values, with ids that count.

use chrono::{DateTime, NaiveDate};
use renewdesk::domain::account::{Account, Site};
use renewdesk::domain::batch::{Batch, Counts};
use renewdesk::domain::command::{Command, ImportPlan, Stamp};
use renewdesk::domain::contract::{AutoRenew, Contract, ContractKind};
use renewdesk::domain::ids::*;
use renewdesk::domain::line::{Coverage, Line, LineKind, Origin};
use renewdesk::domain::money::Currency;
use renewdesk::domain::quote::{BuyDriver, Proration, Quote, QuoteLine, QuoteStatus, SellDriver};
use renewdesk::domain::renewal::{Renewal, RenewalVersions};
use renewdesk::domain::snapshot::Snapshot;
use renewdesk::store::{OpenMode, Store};
use rust_decimal::Decimal;
use std::path::Path;
use uuid::Uuid;

/// An id by kind and number.
pub fn id(kind: u64, n: u64) -> Uuid {
    Uuid::from_u64_pair(0x0190_0000_0000_7000 + kind, 0x8000_0000_0000_0000 + n)
}

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub fn stamp() -> Stamp {
    Stamp {
        at: DateTime::parse_from_rfc3339("2026-11-22T09:30:00.125Z")
            .unwrap()
            .to_utc(),
        today: day("2026-11-22"),
        actor: "dana".into(),
    }
}

pub fn create(path: &Path) -> Store {
    Store::open(path, &OpenMode::Create).unwrap()
}

pub fn dec(text: &str) -> Decimal {
    Decimal::from_str_exact(text).unwrap()
}

pub fn line(n: u64, batch: BatchId) -> Line {
    let mark = |word: &str| Some(format!("{word}{n:07}").into());
    Line {
        id: line_id(n),
        contract: Some(ContractId(id(3, n / 10))),
        account: AccountId(id(1, n / 30)),
        site: Some(SiteId(id(2, n / 30))),
        kind: LineKind::Service,
        serial: mark("FCW"),
        instance: mark("9"),
        pid: Some("C9300-24T-E".into()),
        description: Some("Catalyst 9300 24-port".into()),
        service_sku: Some("CON-SNT-C93002TE".into()),
        service_level: Some("SNT".into()),
        start: Some(day("2026-01-15")),
        end: Some(day("2027-01-14")),
        quantity: Decimal::ONE,
        unit_list: Some(dec("1240.50")),
        list_years: Decimal::ONE,
        prorated_list: Some(dec("1240.50")),
        discount_pct: Some(dec("37.500")),
        extended_net: Some(dec("775.31")),
        currency: Some(Currency::USD),
        ldos: None,
        warranty_end: None,
        ship_date: Some(day("2023-02-01")),
        terminated: None,
        coverage: Coverage::Covered,
        status_raw: Some("ACTIVE".into()),
        renewed_to: None,
        replaced_by: None,
        customer_renew: None,
        customer_comment: None,
        origin_sheet: None,
        portfolio: None,
        product_portfolio: None,
        portfolio_typed: None,
        premium: None,
        ea: Some(false),
        ai: None,
        gone_in: None,
        origin: Some(Origin { batch, row: 7 }),
    }
}

pub fn renewal(n: u64) -> Renewal {
    Renewal {
        id: RenewalId(id(5, n)),
        contract: ContractId(id(3, n)),
        end: day("2027-01-14"),
        currency: Some(Currency::USD),
        stage: "upcoming".into(),
        stage_on: None,
        owner: None,
        next_step: None,
        next_date: None,
        snoozed_until: None,
        planned_on: None,
        forecast: None,
        at_risk: None,
        signals: Vec::new(),
        po_number: None,
        order_number: None,
        booked_on: None,
        loss_reason: None,
        reviewed: None,
        versions: RenewalVersions::default(),
    }
}

pub fn batch(n: u64) -> Batch {
    Batch {
        id: BatchId(id(7, n)),
        file: format!("quote-{n}.xlsx"),
        sha256: "00".repeat(32),
        format: "ccwr_quote".into(),
        at: "2026-11-22T09:30:00Z".into(),
        counts: Counts::default(),
    }
}

/// The number of the nth line of a plan, counted from 0.
pub fn line_id(n: u64) -> LineId {
    LineId(u32::try_from(n).unwrap() + 1)
}

/// `lines` coverage lines: 10 to a contract, 30 to a customer.
pub fn plan(lines: u64, op_seq: i64) -> ImportPlan {
    let batch = batch(op_seq.unsigned_abs() + 1);
    let contracts = lines.div_ceil(10);
    let accounts = lines.div_ceil(30);
    ImportPlan {
        op_seq,
        put_accounts: (0..accounts)
            .map(|n| Account {
                id: AccountId(id(1, n)),
                name: format!("Customer {n}").into(),
                party_id: None,
                country: Some("CH".into()),
            })
            .collect(),
        put_sites: (0..accounts)
            .map(|n| Site {
                id: SiteId(id(2, n)),
                account: AccountId(id(1, n)),
                name: "Zürich 1".into(),
                city: Some("Zürich".into()),
                country: None,
            })
            .collect(),
        put_contracts: (0..contracts)
            .map(|n| Contract {
                id: ContractId(id(3, n)),
                account: AccountId(id(1, n / 3)),
                number: format!("00{n:07}").into(),
                kind: ContractKind::Service,
                program: None,
                service_level: Some("SNT".into()),
                status_raw: None,
                start: None,
                end: Some(day("2027-01-14")),
                auto_renew: (n % 4 == 0).then_some(AutoRenew {
                    term_months: 12,
                    notice_days: 30,
                }),
            })
            .collect(),
        put_lines: (0..lines).map(|n| line(n, batch.id)).collect(),
        put_renewals: (0..contracts).map(renewal).collect(),
        raw: vec![(line_id(0), r#"{"Coverage Notes":"none"}"#.into())],
        batch: Some(batch),
        ..ImportPlan::default()
    }
}

/// A book with an import in it.
pub fn filled(path: &Path, lines: u64) -> Store {
    let mut store = create(path);
    let plan = Command::Import(Box::new(plan(lines, 0)));
    store.apply(&plan, "import", &stamp()).unwrap();
    store
}

pub fn quote_line(n: u32) -> QuoteLine {
    QuoteLine {
        id: QuoteLineId(id(9, u64::from(n))),
        number: n,
        renews: Some(line_id(u64::from(n))),
        renewal: Some(RenewalId(id(5, 0))),
        kind: LineKind::Service,
        serial: Some("FCW1".into()),
        pid: None,
        description: None,
        service_sku: None,
        service_level: None,
        quantity: dec("2"),
        unit_list: Some(dec("1240.50")),
        list_years: Decimal::ONE,
        start: day("2027-01-15"),
        end: day("2028-01-14"),
        buy: BuyDriver::DiscountPct(dec("37.5")),
        sell: SellDriver::MarginPct(dec("12.50")),
        proration: Proration::Cisco365Noleap,
        ldos: None,
        cut_at_ldos: false,
        portfolio: None,
        premium: None,
        ea: None,
        ai: None,
        rule: None,
        licence_days: None,
    }
}

pub fn quote(n: u64, lines: Vec<QuoteLine>) -> Quote {
    Quote {
        id: QuoteId(id(8, n)),
        number: "".into(),
        account: AccountId(id(1, 0)),
        renewals: vec![RenewalId(id(5, 0))],
        currency: Currency::USD,
        version: 1,
        status: QuoteStatus::Draft,
        created_on: day("2026-11-22"),
        valid_until: None,
        sent_on: None,
        lines,
    }
}

/// Everything in a snapshot as text that can be compared, rows by id. Version counters only move
/// forward, so they are left out on request.
pub fn words(snapshot: &Snapshot, versions: bool) -> Vec<String> {
    fn each<T: std::fmt::Debug>(rows: impl Iterator<Item = T>, into: &mut Vec<String>) {
        into.extend(rows.map(|row| format!("{row:?}")));
    }
    let mut out = Vec::new();
    each(snapshot.accounts.iter(), &mut out);
    each(snapshot.sites.iter(), &mut out);
    each(snapshot.contracts.iter(), &mut out);
    each(snapshot.lines.iter(), &mut out);
    each(snapshot.decisions.iter(), &mut out);
    each(snapshot.adoption.iter(), &mut out);
    each(snapshot.baseline.iter(), &mut out);
    each(snapshot.activities.iter(), &mut out);
    each(snapshot.batches.iter(), &mut out);
    each(snapshot.eox.iter(), &mut out);
    each(snapshot.views.iter(), &mut out);
    each(snapshot.settings.iter(), &mut out);
    each(
        snapshot.renewals.iter().map(|mut row| {
            if !versions {
                row.versions = RenewalVersions::default();
            }
            row
        }),
        &mut out,
    );
    each(
        snapshot.quotes.iter().map(|mut row| {
            if !versions {
                row.version = 0;
            }
            row
        }),
        &mut out,
    );
    out.sort();
    out
}

/// The lines of a book in their order.
pub fn lines_of(book: &Snapshot) -> Vec<Line> {
    book.lines.iter().collect()
}
