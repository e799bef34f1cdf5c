//! Lines with every field at its ends: no text, a long one, the first day a calendar has.

use chrono::{Datelike, NaiveDate};
use proptest::option;
use proptest::prelude::*;
use renewdesk::domain::ids::{AccountId, BatchId, ContractId, LineId, SiteId};
use renewdesk::domain::line::{Coverage, Line, LineKind, Origin};
use renewdesk::domain::money::Currency;
use renewdesk::domain::portfolio::Portfolio;
use rust_decimal::Decimal;
use std::sync::Arc;
use uuid::Uuid;

const KINDS: [LineKind; 4] = [
    LineKind::Service,
    LineKind::Subscription,
    LineKind::Asset,
    LineKind::Wrapper,
];

const COVERS: [Coverage; 8] = [
    Coverage::Covered,
    Coverage::Pending,
    Coverage::Overdue,
    Coverage::Expired,
    Coverage::Terminated,
    Coverage::NotCovered,
    Coverage::Masked,
    Coverage::Unknown,
];

/// A text: mostly short and of few kinds, so that lines share it; now and then longer than a block
/// has room for, or than a block.
pub fn text() -> impl Strategy<Value = Arc<str>> {
    let long = (
        prop_oneof![Just(500usize), Just(600), Just(40_000)],
        any::<u16>(),
    );
    prop_oneof![
        16 => "[A-C]{1,2}".prop_map(Arc::from),
        8 => "\\PC{0,20}".prop_map(Arc::from),
        4 => any::<String>().prop_map(Arc::from),
        1 => Just(Arc::from("")),
        1 => long.prop_map(|(times, start)| format!("{start}é€").repeat(times / 4).into()),
        1 => (65_530usize..65_545).prop_map(|length| "x".repeat(length).into()),
    ]
}

/// A decimal of any scale and sign, a zero with a sign among them.
pub fn decimal() -> impl Strategy<Value = Decimal> {
    let digits = prop_oneof![
        4 => 0u128..1_000_000,
        2 => any::<u64>().prop_map(u128::from),
        2 => any::<u128>().prop_map(|digits| digits >> 32),
        1 => Just(0),
        1 => Just(u128::from(u64::MAX) + 1),
        1 => Just(u128::MAX >> 32),
    ];
    (digits, 0..=Decimal::MAX_SCALE, any::<bool>()).prop_map(|(digits, scale, negative)| {
        let mut value = Decimal::from_i128_with_scale(digits as i128, scale);
        value.set_sign_negative(negative);
        value
    })
}

/// A day of today's contracts, or any there is.
pub fn day() -> impl Strategy<Value = NaiveDate> {
    let (first, last) = (NaiveDate::MIN, NaiveDate::MAX);
    let any = first.num_days_from_ce()..=last.num_days_from_ce();
    prop_oneof![
        4 => 737_000i32..742_000,
        2 => any,
        1 => Just(first.num_days_from_ce()),
        1 => Just(last.num_days_from_ce()),
    ]
    .prop_map(|days| NaiveDate::from_num_days_from_ce_opt(days).unwrap())
}

/// An id: one of few, or any.
pub fn id() -> impl Strategy<Value = Uuid> {
    prop_oneof![3 => 0u128..4, 1 => any::<u128>()].prop_map(Uuid::from_u128)
}

pub fn currency() -> impl Strategy<Value = Currency> {
    "[A-Z]{3}".prop_map(|code| code.parse().unwrap())
}

pub fn optional<T: std::fmt::Debug>(
    of: impl Strategy<Value = T>,
) -> impl Strategy<Value = Option<T>> {
    option::weighted(0.6, of)
}

/// Any line, of number 1.
pub fn line() -> impl Strategy<Value = Line> {
    let texts = proptest::collection::vec(optional(text()), 14);
    let days = proptest::collection::vec(optional(day()), 6);
    let prices = proptest::collection::vec(optional(decimal()), 4);
    let marks = proptest::array::uniform4(any::<Option<bool>>());
    let ids = (id(), proptest::array::uniform3(optional(id())));
    let origin = optional((id(), any::<u32>()));
    let sorts = (0..KINDS.len(), 0..COVERS.len(), optional(currency()));
    let counts = (decimal(), decimal());
    let parts = (texts, days, prices, marks, ids, origin, sorts, counts);
    parts.prop_map(
        |(mut texts, mut days, mut prices, marks, ids, origin, sorts, counts)| {
            let mut text = || texts.pop().unwrap();
            let mut day = || days.pop().unwrap();
            let mut price = || prices.pop().unwrap();
            let (account, [contract, site, batch]) = ids;
            let [premium, ea, ai, customer_renew] = marks;
            Line {
                id: LineId(1),
                contract: contract.map(ContractId),
                account: AccountId(account),
                site: site.map(SiteId),
                kind: KINDS[sorts.0],
                serial: text(),
                instance: text(),
                pid: text(),
                description: text(),
                service_sku: text(),
                service_level: text(),
                start: day(),
                end: day(),
                quantity: counts.0,
                unit_list: price(),
                list_years: counts.1,
                prorated_list: price(),
                discount_pct: price(),
                extended_net: price(),
                currency: sorts.2,
                ldos: day(),
                warranty_end: day(),
                ship_date: day(),
                terminated: day(),
                coverage: COVERS[sorts.1],
                status_raw: text(),
                renewed_to: text(),
                replaced_by: text(),
                portfolio: text().map(Portfolio),
                product_portfolio: text().map(Portfolio),
                portfolio_typed: text().map(Portfolio),
                premium,
                ea,
                ai,
                customer_renew,
                customer_comment: text(),
                gone_in: batch.map(BatchId),
                origin: origin.map(|(batch, row)| Origin {
                    batch: BatchId(batch),
                    row,
                }),
                origin_sheet: text(),
            }
        },
    )
}

/// A line with nothing on it that may be missing.
pub fn bare(number: u32) -> Line {
    Line {
        id: LineId(number),
        contract: None,
        account: AccountId(Uuid::nil()),
        site: None,
        kind: LineKind::Asset,
        serial: None,
        instance: None,
        pid: None,
        description: None,
        service_sku: None,
        service_level: None,
        start: None,
        end: None,
        quantity: Decimal::ONE,
        unit_list: None,
        list_years: Decimal::ONE,
        prorated_list: None,
        discount_pct: None,
        extended_net: None,
        currency: None,
        ldos: None,
        warranty_end: None,
        ship_date: None,
        terminated: None,
        coverage: Coverage::Unknown,
        status_raw: None,
        renewed_to: None,
        replaced_by: None,
        portfolio: None,
        product_portfolio: None,
        portfolio_typed: None,
        premium: None,
        ea: None,
        ai: None,
        customer_renew: None,
        customer_comment: None,
        gone_in: None,
        origin: None,
        origin_sheet: None,
    }
}
