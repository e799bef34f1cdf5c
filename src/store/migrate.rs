//! The ladder of schemas. Each step is an SQL file that is never changed once released; a book
//! climbs from its step to the newest in one transaction.

use super::error::StoreError;
use rusqlite::{Connection, TransactionBehavior};

/// `RNDK`: marks an SQLite file as a book.
pub const APPLICATION_ID: u32 = 0x524e_444b;

/// The steps, oldest first. The schema version of a book is the number of steps it has taken.
const STEPS: [&str; 10] = [
    include_str!("migrations/001_first.sql"),
    include_str!("migrations/002_quote_versions.sql"),
    include_str!("migrations/003_incentive.sql"),
    include_str!("migrations/004_typed_assessment.sql"),
    include_str!("migrations/005_packs.sql"),
    include_str!("migrations/006_ai_flag.sql"),
    include_str!("migrations/007_first_screen.sql"),
    include_str!("migrations/008_adoption_pct.sql"),
    include_str!("migrations/009_eol_notice.sql"),
    include_str!("migrations/010_answers_and_sheets.sql"),
];

/// The schema version this program writes.
pub const CURRENT: u32 = STEPS.len() as u32;

/// Schema version of an open book.
pub(super) fn version(conn: &Connection) -> Result<u32, StoreError> {
    Ok(conn.pragma_query_value(None, "user_version", |row| row.get(0))?)
}

/// Climbs to the newest step. Another process may have done it meanwhile; then nothing happens.
pub(super) fn climb(conn: &mut Connection) -> Result<(), StoreError> {
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let from = version(&tx)?;
    if from >= CURRENT {
        return Ok(());
    }
    for step in STEPS.iter().skip(from as usize) {
        tx.execute_batch(step)?;
    }
    tx.pragma_update(None, "application_id", APPLICATION_ID)?;
    tx.pragma_update(None, "user_version", CURRENT)?;
    tx.commit()?;
    Ok(())
}
