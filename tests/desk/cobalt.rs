//! A small book written out by hand: one customer, one contract, five lines, an assessment of two
//! portfolios. Pictures of the screen are taken of it, since nothing here changes by itself.

use crate::driver::today;
use chrono::NaiveDate;
use renewdesk::domain::account::Account;
use renewdesk::domain::baseline::BaselineRow;
use renewdesk::domain::batch::{Batch, Counts};
use renewdesk::domain::command::ImportPlan;
use renewdesk::domain::contract::{Contract, ContractKind};
use renewdesk::domain::ids::{AccountId, BaselineId, BatchId, ContractId, LineId, RenewalId};
use renewdesk::domain::line::{Coverage, Line, LineKind, Origin};
use renewdesk::domain::money::Currency;
use renewdesk::domain::portfolio::Portfolio;
use renewdesk::domain::renewal::{Renewal, RenewalVersions};
use rust_decimal::Decimal;
use uuid::Uuid;

/// Contract number of the only renewal.
pub const CONTRACT: &str = "20441";

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn line(n: u32, level: &str, pid: &str, quantity: i64, list: i64, net: i64) -> Line {
    Line {
        id: LineId(100 + n),
        contract: Some(ContractId(id(2))),
        account: AccountId(id(1)),
        site: None,
        kind: LineKind::Service,
        serial: Some(format!("FOC2401X0{n:02}").into()),
        instance: None,
        pid: Some(pid.into()),
        description: None,
        service_sku: Some(format!("CON-SNTP-{pid}").into()),
        service_level: Some(level.into()),
        start: Some(day("2025-12-10")),
        end: Some(day("2026-12-09")),
        quantity: quantity.into(),
        unit_list: Some(list.into()),
        list_years: Decimal::ONE,
        prorated_list: None,
        discount_pct: None,
        extended_net: Some(net.into()),
        currency: Some(Currency::USD),
        ldos: (pid == "WS-C2960X-48TS-L").then(|| day("2027-10-31")),
        warranty_end: None,
        ship_date: None,
        terminated: None,
        coverage: Coverage::Covered,
        status_raw: None,
        renewed_to: None,
        replaced_by: None,
        customer_renew: None,
        customer_comment: None,
        origin_sheet: None,
        portfolio: Some(Portfolio::services()),
        product_portfolio: Some(Portfolio("Networking".into())),
        portfolio_typed: None,
        premium: (pid == "FPR2130-NGFW-K9").then_some(true),
        ea: None,
        ai: None,
        gone_in: None,
        origin: Some(Origin {
            batch: BatchId(id(9)),
            row: 117 + n,
        }),
    }
}

fn measured(n: u128, portfolio: &str, metric: &str, title: &str, values: [i64; 3]) -> BaselineRow {
    let [index, a, b] = values.map(Decimal::from);
    let category = match metric {
        "otrr" => "Engagement",
        _ => "Performance",
    };
    BaselineRow {
        id: BaselineId(id(500 + n)),
        reseller: None,
        be_id: None,
        portfolio: Portfolio(portfolio.into()),
        category: Some(category.into()),
        category_weight_pct: Some(50.into()),
        measurement: title.into(),
        metric: Some(metric.into()),
        measurement_weight_pct: Some(if metric == "otrr" { 100 } else { 50 }.into()),
        month: "FY27M4".into(),
        achieved: None,
        achieved_index: Some(index),
        applied_index: Some(index),
        a: Some(a),
        b: Some(b),
        c: None,
        counts: [None; 3],
        batch: None,
        row: None,
        typed: None,
    }
}

/// The book as a plan to write.
pub fn plan() -> ImportPlan {
    let renewal = Renewal {
        id: RenewalId(id(3)),
        contract: ContractId(id(2)),
        end: day("2026-12-09"),
        currency: Some(Currency::USD),
        stage: "quoted".into(),
        stage_on: None,
        owner: Some("A. Meyer".into()),
        next_step: Some("send v3".into()),
        next_date: Some(day("2026-11-24")),
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
    };
    ImportPlan {
        batch: Some(Batch {
            id: BatchId(id(9)),
            file: "ccwr_lines_20Nov.xlsx".into(),
            sha256: "0".repeat(64),
            format: "ccwr_quote".into(),
            at: format!("{}T10:42:00Z", today()),
            counts: Counts::default(),
        }),
        put_accounts: vec![Account {
            id: AccountId(id(1)),
            name: "Cobalt Clinics AG".into(),
            party_id: None,
            country: None,
        }],
        put_contracts: vec![Contract {
            id: ContractId(id(2)),
            account: AccountId(id(1)),
            number: CONTRACT.into(),
            kind: ContractKind::Service,
            program: None,
            service_level: None,
            status_raw: None,
            start: None,
            end: Some(day("2026-12-09")),
            auto_renew: None,
        }],
        put_lines: vec![
            line(1, "24x7x4", "C9300-48P-A", 40, 1_150, 39_100),
            line(
                2,
                "Solution Support 24x7x4",
                "FPR2130-NGFW-K9",
                6,
                4_900,
                24_990,
            ),
            line(3, "8x5xNBD", "WS-C2960X-48TS-L", 18, 220, 3_485),
            line(4, "24x7x4", "ISR4331/K9", 22, 890, 16_643),
            line(5, "8x5xNBD", "AIR-AP2802I-E-K9", 31, 44, 1_160),
        ],
        put_renewals: vec![renewal],
        put_baseline: vec![
            measured(
                1,
                "Services",
                "otrr",
                "On-Time Renewal Rate",
                [7, 2_995_000, 6_120_000],
            ),
            measured(
                2,
                "Services",
                "acv_growth",
                "ACV Growth",
                [3, 5_230_000, 5_000_000],
            ),
            measured(
                3,
                "Services",
                "premium",
                "Premium Services",
                [4, 405_000, 5_160_000],
            ),
            measured(
                4,
                "Networking",
                "acv_growth",
                "ACV Growth",
                [6, 8_470_000, 8_000_000],
            ),
            measured(
                5,
                "Networking",
                "tcv_growth",
                "TCV Growth",
                [5, 14_670_000, 14_000_000],
            ),
        ],
        ..ImportPlan::default()
    }
}
