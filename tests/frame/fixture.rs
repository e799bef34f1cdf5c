//! A small book with invented customers, so that every figure on a screen can be checked by hand.

use chrono::NaiveDate;
use renewdesk::domain::account::Account;
use renewdesk::domain::command::ImportPlan;
use renewdesk::domain::contract::{Contract, ContractKind};
use renewdesk::domain::ids::{AccountId, ContractId, LineId, RenewalId};
use renewdesk::domain::line::{Coverage, Line, LineKind};
use renewdesk::domain::money::Currency;
use renewdesk::domain::portfolio::Portfolio;
use renewdesk::domain::renewal::{Renewal, RenewalVersions};
use uuid::Uuid;

/// The day of the fixture, a Sunday.
pub fn today() -> NaiveDate {
    day("2026-11-22")
}

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Customer, contract, end, stage, owner, price a year, next date.
pub type Row = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

pub const ROWS: [Row; 12] = [
    (
        "Aster Foods",
        "20433",
        "2026-11-18",
        "quoted",
        "A. Meyer",
        "42000",
        "2026-11-23",
    ),
    (
        "Bright Rail",
        "20502",
        "2026-11-26",
        "customer_review",
        "A. Meyer",
        "19000",
        "2026-11-24",
    ),
    (
        "Cobalt Clinics AG",
        "20441",
        "2026-12-09",
        "quoted",
        "A. Meyer",
        "96000",
        "2026-11-24",
    ),
    (
        "Delta Press",
        "88120",
        "2026-12-14",
        "validating",
        "A. Meyer",
        "61000",
        "",
    ),
    (
        "Elm & Rowe",
        "20517",
        "2026-12-20",
        "upcoming",
        "A. Meyer",
        "9000",
        "2026-11-30",
    ),
    (
        "Fjord Data",
        "20533",
        "2026-12-31",
        "committed",
        "B. Santos",
        "210300",
        "2026-11-26",
    ),
    (
        "Gamma Schools",
        "20540",
        "2026-12-31",
        "po_received",
        "B. Santos",
        "33700",
        "2026-12-01",
    ),
    (
        "Hotel Iris",
        "20561",
        "2027-01-12",
        "upcoming",
        "B. Santos",
        "77400",
        "",
    ),
    (
        "Ito Kikai 株式会社",
        "20570",
        "2027-01-15",
        "upcoming",
        "B. Santos",
        "58600",
        "2026-12-03",
    ),
    (
        "Jade Legal",
        "20588",
        "2027-01-15",
        "committed",
        "",
        "60000",
        "2026-11-25",
    ),
    (
        "Old Mill",
        "10001",
        "2026-09-01",
        "upcoming",
        "A. Meyer",
        "1000",
        "",
    ),
    (
        "No Price Ltd",
        "10002",
        "2027-02-01",
        "upcoming",
        "A. Meyer",
        "",
        "",
    ),
];

fn id(kind: u128, number: usize) -> Uuid {
    Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + (kind << 32) + number as u128)
}

/// The rows as an import.
pub fn plan(rows: &[Row]) -> ImportPlan {
    let mut plan = ImportPlan::default();
    for (at, row) in rows.iter().enumerate() {
        let (customer, number, end, stage, owner, price, next) = *row;
        let account = AccountId(id(1, at));
        let contract = ContractId(id(2, at));
        let currency = Some(Currency::USD).filter(|_| !price.is_empty());
        plan.put_accounts.push(Account {
            id: account,
            name: customer.into(),
            party_id: None,
            country: None,
        });
        plan.put_contracts.push(Contract {
            id: contract,
            account,
            number: number.into(),
            kind: ContractKind::Service,
            program: Some("Smart Net Total Care".into()),
            service_level: Some("24x7x4".into()),
            status_raw: None,
            start: None,
            end: Some(day(end)),
            auto_renew: None,
        });
        for part in 0..2 {
            plan.put_lines
                .push(line(at, part, account, contract, day(end), price, currency));
        }
        plan.put_renewals.push(Renewal {
            id: RenewalId(id(4, at)),
            contract,
            end: day(end),
            currency,
            stage: stage.into(),
            stage_on: Some(day("2026-11-01")),
            owner: Some(owner).filter(|o| !o.is_empty()).map(Into::into),
            next_step: Some("send the quote".to_string()).filter(|_| !next.is_empty()),
            next_date: next.parse().ok(),
            snoozed_until: None,
            planned_on: None,
            forecast: None,
            at_risk: None,
            signals: Vec::new(),
            po_number: Some("PO-1".to_string()).filter(|_| stage == "po_received"),
            order_number: None,
            booked_on: None,
            loss_reason: None,
            reviewed: None,
            versions: RenewalVersions::default(),
        });
    }
    plan
}

/// Half of a contract's price on each of two switches, for one year.
fn line(
    at: usize,
    part: usize,
    account: AccountId,
    contract: ContractId,
    end: NaiveDate,
    price: &str,
    currency: Option<Currency>,
) -> Line {
    let half = price
        .parse::<rust_decimal::Decimal>()
        .ok()
        .map(|price| price / rust_decimal::Decimal::TWO);
    let start = end.pred_opt().and_then(|d| {
        renewdesk::domain::day::add_months(d, -12)
            .succ_opt()
            .and_then(|d| d.succ_opt())
    });
    Line {
        id: LineId((at * 10 + part) as u32 + 1),
        contract: Some(contract),
        account,
        site: None,
        kind: LineKind::Service,
        serial: Some(format!("FCW24{at:02}L0{part}Z").into()),
        instance: Some(format!("{}", 7_000_000 + at * 10 + part).into()),
        pid: Some("C9300-48P-A".into()),
        description: Some("Catalyst 9300 48-port PoE+".into()),
        service_sku: Some("CON-SNTP-C93004PA".into()),
        service_level: Some("24x7x4".into()),
        start,
        end: Some(end),
        quantity: 1.into(),
        unit_list: half.map(|h| h * rust_decimal::Decimal::TWO),
        list_years: 1.into(),
        prorated_list: None,
        discount_pct: None,
        extended_net: half,
        currency,
        ldos: None,
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
        product_portfolio: Portfolio::named("Networking"),
        portfolio_typed: None,
        premium: None,
        ea: None,
        ai: None,
        gone_in: None,
        origin: None,
    }
}
