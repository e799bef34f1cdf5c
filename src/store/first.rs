//! The part of a book that a desk can show before the rest is read: the renewals that end first,
//! whole. Only for looking at; what is worked with comes from the snapshot.

use super::error::StoreError;
use super::load;
use super::rows::*;
use super::table::{Entity, last_place, read_all, read_where};
use crate::domain::account::Account;
use crate::domain::activity::Activity;
use crate::domain::adoption::Adoption;
use crate::domain::contract::Contract;
use crate::domain::ids::RenewalId;
use crate::domain::incentive::UseCase;
use crate::domain::line::Line;
use crate::domain::packed::Packed;
use crate::domain::quote::Quote;
use crate::domain::renewal::Renewal;
use crate::domain::snapshot::{Keyed, Rows, Snapshot};
use chrono::NaiveDate;
use rusqlite::Connection;
use std::collections::HashSet;

/// The renewals shown: not closed, ending on `?1` or later, the first 120 of them. Two screens of
/// the tallest terminal one works in. A macro, since the conditions below are made when compiling.
macro_rules! shown {
    ($column:literal) => {
        concat!(
            "(SELECT ",
            $column,
            " FROM renewal WHERE end_on >= ?1 AND booked_on IS NULL AND loss_reason IS NULL \
             AND deleted_op IS NULL ORDER BY end_on, n LIMIT 120)"
        )
    };
}

/// Conditions of the tables, all on those renewals.
const RENEWALS: &str = concat!("n IN ", shown!("n"));
const OF_RENEWAL: &str = concat!("renewal IN ", shown!("id"));
const CONTRACTS: &str = concat!("id IN ", shown!("contract"));
const LINES: &str = concat!(
    "contract IN (SELECT n FROM contract WHERE id IN ",
    shown!("contract"),
    ")"
);
const ACCOUNTS: &str = concat!(
    "id IN (SELECT account FROM contract WHERE id IN ",
    shown!("contract"),
    ")"
);
const OF_ACCOUNT: &str = concat!(
    "account IN (SELECT account FROM contract WHERE id IN ",
    shown!("contract"),
    ")"
);

fn all<E: Entity + Keyed>(conn: &Connection) -> Result<Rows<E::Key, E>, StoreError> {
    Ok(read_all::<E>(conn)?.into_iter().collect())
}

fn some<E, R>(conn: &Connection, condition: &str, from: &str) -> Result<R, StoreError>
where
    E: Entity,
    R: FromIterator<E>,
{
    Ok(read_where::<E>(conn, condition, &from)?
        .into_iter()
        .collect())
}

/// From this many coverage lines on, reading the whole takes longer than a person waits.
const LARGE_FROM_LINES: i64 = 30_000;

/// True when reading the whole is worth a first screen of its own.
pub(super) fn is_large(conn: &Connection) -> Result<bool, StoreError> {
    Ok(last_place(conn, &Line::TABLE)? >= LARGE_FROM_LINES)
}

/// The renewals that end first from a day on, with all that their rows are computed from; the
/// caller holds a transaction.
pub(super) fn to_end(conn: &Connection, from: NaiveDate) -> Result<Snapshot, StoreError> {
    let from = from.to_string();
    let renewals: Packed<Renewal> = read_where::<Renewal>(conn, RENEWALS, &from)?
        .into_iter()
        .collect();
    let mut contracts = read_where::<Contract>(conn, CONTRACTS, &from)?;
    let terms = read_where::<SubscriptionRow>(conn, CONTRACTS, &from)?;
    for contract in &mut contracts {
        let own = terms.iter().find(|row| row.id == contract.id);
        contract.auto_renew = own.map(|row| row.terms);
    }
    let lines = read_where::<Line>(conn, LINES, &from)?;
    let activities = read_where::<Activity>(conn, OF_RENEWAL, &from)?;
    let shown: HashSet<RenewalId> = renewals.ids().iter().copied().collect();
    let mut quotes = Vec::new();
    for head in read_where::<Quote>(conn, OF_ACCOUNT, &from)? {
        if head.renewals.iter().any(|id| shown.contains(id)) {
            quotes.extend(load::quote(conn, head.id)?);
        }
    }
    Ok(Snapshot {
        op_seq: 0,
        accounts: some::<Account, _>(conn, ACCOUNTS, &from)?,
        contracts: contracts.into_iter().collect(),
        lines: lines.into_iter().collect(),
        renewals,
        quotes: quotes.into_iter().collect(),
        adoption: some::<Adoption, _>(conn, OF_ACCOUNT, &from)?,
        baseline: all(conn)?,
        activities: activities.into_iter().collect(),
        batches: all(conn)?,
        eox: all(conn)?,
        rates: all(conn)?,
        offer_groups: all(conn)?,
        use_cases: some::<UseCase, _>(conn, OF_ACCOUNT, &from)?,
        settings: read_all::<SettingRow>(conn)?
            .into_iter()
            .map(|row| (row.key, row.value))
            .collect(),
        ..Snapshot::default()
    })
}
