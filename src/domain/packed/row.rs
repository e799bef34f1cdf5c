//! The rows of a book that are packed field by field: customers, places, contracts, renewals and
//! what was logged of them.

use super::form::{
    Bits, Code, Day, Each, Form, Id, Own, Reader, Shared, Signed, Text, Writer, optional,
};
use super::{Pack, Packed};
use crate::domain::account::{Account, Site};
use crate::domain::activity::Activity;
use crate::domain::contract::{AutoRenew, Contract, ContractKind};
use crate::domain::ids::{AccountId, ActivityId, ContractId, RenewalId, SiteId};
use crate::domain::money::Currency;
use crate::domain::renewal::{Renewal, RenewalVersions, Reviewed};
use chrono::NaiveDate;

/// Writes which optional fields are there, then what always is, then the optional ones, then the
/// rest of what always is.
macro_rules! packed {
    ($type:ident by $id:ident { $($field:ident $form:ty),* }) => {
        impl Pack for $type {
            fn write(&self, to: &mut Writer<'_>) {
                $( <$form>::write(&self.$field, to); )*
            }

            fn read(id: $id, from: &mut Reader<'_>) -> Option<Self> {
                $( let $field = <$form>::read(from)?; )*
                Some($type { id, $($field,)* })
            }
        }
    };
    ($type:ident by $id:ident {
        $($field:ident $form:ty),*;
        $($opt:ident? $oform:ty),*;
        $($last:ident $lform:ty),*
    }) => {
        impl Pack for $type {
            fn write(&self, to: &mut Writer<'_>) {
                let mut there = Bits::default();
                $( there.push(u64::from(self.$opt.is_some()), 1); )*
                to.shape(there.0);
                $( <$form>::write(&self.$field, to); )*
                $( if let Some(value) = &self.$opt { <$oform>::write(value, to); } )*
                $( <$lform>::write(&self.$last, to); )*
            }

            fn read(id: $id, from: &mut Reader<'_>) -> Option<Self> {
                let mut there = Bits::of(from.shape()?);
                $( let $field = <$form>::read(from)?; )*
                $(
                    let $opt = match there.pop(1) {
                        0 => None,
                        _ => Some(<$oform>::read(from)?),
                    };
                )*
                $( let $last = <$lform>::read(from)?; )*
                Some($type { id, $($field,)* $($opt,)* $($last,)* })
            }
        }
    };
}

packed! { Account by AccountId {
    name Own;
    party_id? Text, country? Shared;
} }

packed! { Site by SiteId {
    account Id, name Own;
    city? Shared, country? Shared;
} }

packed! { Activity by ActivityId {
    renewal Id, on Day, by Shared, kind Shared, text Text
} }

packed! { Contract by ContractId {
    account Id, number Own, kind Kind;
    program? Shared, service_level? Shared, status_raw? Shared, start? Day, end? Day,
    auto_renew? Terms;
} }

packed! { Renewal by RenewalId {
    contract Id, end Day;
    // the currency first: an `Ending` is read no further
    currency? Code, stage_on? Day, owner? Shared, next_step? Text, next_date? Day,
    snoozed_until? Day, planned_on? Day, forecast? Shared, at_risk? Text, po_number? Text,
    order_number? Text, booked_on? Day, loss_reason? Shared, reviewed? Review;
    stage Shared, signals Each<Shared>, versions Versions
} }

struct Kind;

const KINDS: [ContractKind; 3] = [
    ContractKind::Service,
    ContractKind::Subscription,
    ContractKind::Quote,
];

impl Form<ContractKind> for Kind {
    fn write(value: &ContractKind, to: &mut Writer<'_>) {
        let mut kind = Bits::default();
        kind.push_of(&KINDS, value, 2);
        to.number(kind.0);
    }

    fn read(from: &mut Reader<'_>) -> Option<ContractKind> {
        KINDS.get(usize::try_from(from.number()?).ok()?).copied()
    }
}

struct Terms;

impl Form<AutoRenew> for Terms {
    fn write(value: &AutoRenew, to: &mut Writer<'_>) {
        to.signed(value.term_months.into());
        to.signed(value.notice_days.into());
    }

    fn read(from: &mut Reader<'_>) -> Option<AutoRenew> {
        Some(AutoRenew {
            term_months: i32::try_from(from.signed()?).ok()?,
            notice_days: i32::try_from(from.signed()?).ok()?,
        })
    }
}

struct Review;

impl Form<Reviewed> for Review {
    fn write(value: &Reviewed, to: &mut Writer<'_>) {
        Day::write(&value.on, to);
        Text::write(&value.reasons, to);
    }

    fn read(from: &mut Reader<'_>) -> Option<Reviewed> {
        Some(Reviewed {
            on: Day::read(from)?,
            reasons: Text::read(from)?,
        })
    }
}

struct Versions;

impl Form<RenewalVersions> for Versions {
    fn write(value: &RenewalVersions, to: &mut Writer<'_>) {
        for version in [value.stage, value.owner, value.next, value.outlook] {
            Signed::write(&version, to);
        }
    }

    fn read(from: &mut Reader<'_>) -> Option<RenewalVersions> {
        Some(RenewalVersions {
            stage: Signed::read(from)?,
            owner: Signed::read(from)?,
            next: Signed::read(from)?,
            outlook: Signed::read(from)?,
        })
    }
}

/// Which lines end in a renewal: all that is asked of every renewal when a line looks for its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ending {
    /// The renewal.
    pub id: RenewalId,
    /// The contract that ends.
    pub contract: ContractId,
    /// Its last covered day.
    pub end: NaiveDate,
    /// Currency its lines share.
    pub currency: Option<Currency>,
}

impl From<&Renewal> for Ending {
    fn from(renewal: &Renewal) -> Ending {
        Ending {
            id: renewal.id,
            contract: renewal.contract,
            end: renewal.end,
            currency: renewal.currency,
        }
    }
}

impl Packed<Renewal> {
    /// What every renewal ends, in their order: much quicker than reading them whole.
    pub fn endings(&self) -> impl Iterator<Item = Ending> + '_ {
        (0..self.len()).filter_map(|at| self.look_at(at, ending))
    }
}

fn ending(id: RenewalId, from: &mut Reader<'_>) -> Option<Ending> {
    let mut there = Bits::of(from.shape()?);
    Some(Ending {
        id,
        contract: Id::read(from)?,
        end: Day::read(from)?,
        currency: optional::<Code, _>(&mut there, from)?,
    })
}
