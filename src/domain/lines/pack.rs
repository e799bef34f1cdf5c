//! A line as bytes: first what many lines have alike (which optional fields are there, kind, cover),
//! by its number; then every field that is there, in one order.

use crate::domain::ids::LineId;
use crate::domain::line::{Coverage, Line, LineKind};
use crate::domain::packed::form::*;
use crate::domain::packed::numeral::Numeral;
use rust_decimal::Decimal;

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

/// The optional fields with their forms, in the order of their bits and of their values.
macro_rules! optional {
    ($use:ident) => {
        $use! {
            contract Contract, site Site, serial Own, instance Numeral, pid Shared, description Shared,
            service_sku Shared, service_level Shared, start Day, end Day, unit_list Exact,
            prorated_list Exact, discount_pct Exact, extended_net Exact, currency Code, ldos Day,
            warranty_end Day, ship_date Day, terminated Day, status_raw Shared, renewed_to Own,
            replaced_by Own, portfolio Title, product_portfolio Title, portfolio_typed Title,
            customer_comment Own, gone_in Batch, origin Place, origin_sheet Shared,
        }
    };
}

/// True for 1 without decimals: what quantity and list years of most lines are.
#[inline]
fn is_one(count: &Decimal) -> bool {
    count.mantissa() == 1 && count.scale() == 0
}

/// Quantity and list years, where they are not one.
#[inline]
fn counts(ones: [bool; 2], from: &mut Reader<'_>) -> Option<[Decimal; 2]> {
    let mut counts = [Decimal::ONE; 2];
    for (count, one) in counts.iter_mut().zip(ones) {
        if !one {
            *count = Exact::read(from)?;
        }
    }
    Some(counts)
}

/// Writes a line; its number is not among the bytes.
pub(super) fn write(line: &Line, to: &mut Writer<'_>) {
    let mut shape = Bits::default();
    shape.push_of(&KINDS, &line.kind, 2);
    shape.push_of(&COVERS, &line.coverage, 3);
    for known in [line.premium, line.ea, line.ai, line.customer_renew] {
        shape.push_known(known);
    }
    for count in [&line.quantity, &line.list_years] {
        shape.push(u64::from(is_one(count)), 1);
    }
    macro_rules! mark {
        ($($field:ident $form:ident,)+) => {$( shape.push(u64::from(line.$field.is_some()), 1); )+};
    }
    optional!(mark);
    to.shape(shape.0);
    Account::write(&line.account, to);
    for count in [&line.quantity, &line.list_years] {
        if !is_one(count) {
            Exact::write(count, to);
        }
    }
    macro_rules! put {
        ($($field:ident $form:ident,)+) => {$(
            if let Some(value) = &line.$field { $form::write(value, to); }
        )+};
    }
    optional!(put);
}

/// The line, with its number.
pub(super) fn read(id: LineId, from: &mut Reader<'_>) -> Option<Line> {
    let mut shape = Bits::of(from.shape()?);
    let kind = *KINDS.get(shape.pop(2) as usize)?;
    let coverage = *COVERS.get(shape.pop(3) as usize)?;
    let [premium, ea, ai, customer_renew] = [(); 4].map(|()| shape.pop_known());
    let ones = [(); 2].map(|()| shape.pop(1) == 1);
    let account = Account::read(from)?;
    let [quantity, list_years] = counts(ones, from)?;
    macro_rules! made {
        ($($field:ident $form:ident,)+) => {{
            $(
                let $field = match shape.pop(1) {
                    0 => None,
                    _ => Some($form::read(from)?),
                };
            )+
            Line {
                id, account, kind, coverage, quantity, list_years, premium, ea, ai,
                customer_renew, $($field,)+
            }
        }};
    }
    Some(optional!(made))
}

/// Serial number and product id; what stands in front of them is passed over.
pub(super) fn names<'a>(mut from: Reader<'a>) -> Option<(Option<&'a str>, Option<&'a str>)> {
    let mut shape = Bits::of(from.shape()?);
    // kind, cover and what is known or not
    shape.pop(2 + 3 + 4 * 2);
    let ones = [(); 2].map(|()| shape.pop(1) == 1);
    let _account = from.number()?;
    let [_quantity, _list_years] = counts(ones, &mut from)?;
    // contract and site
    for _ in 0..2 {
        if shape.pop(1) == 1 {
            from.number()?;
        }
    }
    let serial = match shape.pop(1) {
        0 => None,
        _ => Some(from.text()?),
    };
    if shape.pop(1) == 1 {
        Numeral::pass(&mut from)?;
    }
    let pid = match shape.pop(1) {
        0 => None,
        _ => Some(from.shared()?),
    };
    Some((serial, pid))
}
