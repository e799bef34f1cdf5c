//! Rules and lines the cases start from.

use chrono::NaiveDate;
use renewdesk::domain::ids::{AccountId, ContractId, LineId, QuoteLineId};
use renewdesk::domain::line::{Coverage, Line, LineKind};
use renewdesk::domain::money::Currency;
use renewdesk::domain::quote::{BuyDriver, Proration, QuoteLine, SellDriver};
use renewdesk::domain::rules::*;
use rust_decimal::Decimal;
use uuid::Uuid;

pub fn d(text: &str) -> Decimal {
    text.parse().unwrap()
}

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub fn usd() -> Currency {
    Currency::USD
}

pub fn today() -> NaiveDate {
    day("2026-11-22")
}

pub fn rules() -> Rules {
    Rules {
        term: TermRules {
            services: Proration::Cisco365Noleap,
            subscription: Proration::MonthPlusActual,
            min_months_warn: 12,
            max_months: 60,
        },
        offer_terms: Vec::new(),
        rounding: RoundingOrder::UnitFirst,
        window: WindowRules {
            subscription_days: 90,
            services_days: 90,
            horizon_days: 180,
        },
        lapse: LapseRules {
            grace_days: 30,
            subscription_grace_days: 0,
            backdate: true,
        },
        autorenew: AutoRenewRules {
            ea_notice_days: 45,
            other_notice_days: 30,
        },
        uplift: UpliftRules {
            default_pct: d("5"),
            max_pct: d("9"),
            multi_year_cap_pct: d("3"),
        },
        quote: QuoteRules {
            valid_days: 30,
            warn_days: 7,
            term_months: 12,
            margin_pct: d("12"),
            floor_margin_pct: Some(d("5")),
            limit_discount_pct: Some(d("60")),
        },
        flat_tolerance_pct: d("0.5"),
        stages: Vec::new(),
        health: HealthRules {
            on_track: d("95"),
            watch: d("75"),
            at_risk: d("45"),
            critical: d("15"),
            per_signal: d("10"),
            sponsor_or_competitor: d("15"),
            no_progress: d("10"),
            no_progress_days: 60,
            floor: d("5"),
            cap: d("98"),
        },
        urgency: Vec::new(),
        signals: Vec::new(),
        loss_reasons: Vec::new(),
        outcomes: Vec::new(),
        bands: Vec::new(),
        plays: PlayRules::default(),
        tiers: Vec::new(),
        attaches: Vec::new(),
        service_codes: vec![ServiceCode {
            code: "SNTP".into(),
            level: "24x7x4".into(),
            program: "Smart Net Total Care".into(),
            onsite: false,
            confidence: "A".into(),
        }],
    }
}

/// A service line of one unit, no discount, sold at cost.
pub fn quote_line(list: &str, start: &str, end: &str) -> QuoteLine {
    QuoteLine {
        id: QuoteLineId(Uuid::from_u128(1)),
        number: 1,
        renews: Some(LineId(2)),
        renewal: None,
        kind: LineKind::Service,
        serial: Some("FOC1".into()),
        pid: Some("C9300-24T-E".into()),
        description: None,
        service_sku: Some("CON-SNT-C93002TE".into()),
        service_level: Some("8x5xNBD".into()),
        quantity: Decimal::ONE,
        unit_list: Some(d(list)),
        list_years: Decimal::ONE,
        start: day(start),
        end: day(end),
        buy: BuyDriver::DiscountPct(Decimal::ZERO),
        sell: SellDriver::MarginPct(Decimal::ZERO),
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

/// The worked line of the handbook: 1,240.00 a year, 12 units, 37.5 %, margin 12 %.
pub fn worked_line() -> QuoteLine {
    QuoteLine {
        quantity: d("12"),
        buy: BuyDriver::DiscountPct(d("37.5")),
        sell: SellDriver::MarginPct(d("12")),
        ..quote_line("1240.00", "2026-12-11", "2027-12-31")
    }
}

/// An expiring service line of one year with list 100.00, quantity 1.
pub fn covered(start: &str, end: &str) -> Line {
    Line {
        id: LineId(2),
        contract: Some(ContractId(Uuid::from_u128(3))),
        account: AccountId(Uuid::from_u128(4)),
        site: None,
        kind: LineKind::Service,
        serial: Some("FOC1".into()),
        instance: None,
        pid: Some("C9300-24T-E".into()),
        description: None,
        service_sku: Some("CON-SNT-C93002TE".into()),
        service_level: Some("8x5xNBD".into()),
        start: Some(day(start)),
        end: Some(day(end)),
        quantity: Decimal::ONE,
        unit_list: Some(d("100.00")),
        list_years: Decimal::ONE,
        prorated_list: None,
        discount_pct: None,
        extended_net: None,
        currency: Some(usd()),
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
        portfolio: None,
        product_portfolio: None,
        portfolio_typed: None,
        premium: None,
        ea: None,
        ai: None,
        gone_in: None,
        origin: None,
    }
}
