//! The ladder of schemas. Each step is SQL that is never changed once released; a book climbs from
//! its step to the newest in one transaction.

use super::check;
use super::error::StoreError;
use super::lines_packed;
use rusqlite::{Connection, TransactionBehavior};

/// `RNDK`: marks an SQLite file as a book.
pub const APPLICATION_ID: u32 = 0x524e_444b;

/// `RNDB`: a book begun for a first import that has not come in. The first operation makes it `RNDK` in its
/// own transaction, so that an import that is killed leaves no empty book: one would say that there is
/// nothing to renew.
pub(super) const BEGUN_ID: u32 = 0x524e_4442;

/// One step of the ladder.
enum Step {
    /// Statements.
    Sql(&'static str),
    /// Statements, then what SQL cannot say, then the rest of the statements.
    Around(
        &'static str,
        fn(&Connection) -> Result<(), StoreError>,
        &'static str,
    ),
}

/// The steps, oldest first. The schema version of a book is the number of steps it has taken.
const STEPS: [Step; 15] = [
    Step::Sql(include_str!("migrations/001_first.sql")),
    Step::Sql(include_str!("migrations/002_quote_versions.sql")),
    Step::Sql(include_str!("migrations/003_incentive.sql")),
    Step::Sql(include_str!("migrations/004_typed_assessment.sql")),
    Step::Sql(include_str!("migrations/005_packs.sql")),
    Step::Sql(include_str!("migrations/006_ai_flag.sql")),
    Step::Sql(include_str!("migrations/007_first_screen.sql")),
    Step::Sql(include_str!("migrations/008_adoption_pct.sql")),
    Step::Sql(include_str!("migrations/009_eol_notice.sql")),
    Step::Sql(include_str!("migrations/010_answers_and_sheets.sql")),
    Step::Around(
        include_str!("migrations/011_lines_packed.sql"),
        lines_packed::copy,
        include_str!("migrations/011_lines_renamed.sql"),
    ),
    Step::Sql(include_str!("migrations/012_prices_for_all_units.sql")),
    Step::Sql(include_str!("migrations/013_first_screen_of_customers.sql")),
    Step::Sql(include_str!("migrations/014_price_rules.sql")),
    Step::Sql(include_str!("migrations/015_adoption_origin.sql")),
];

/// The schema version this program writes.
pub const CURRENT: u32 = STEPS.len() as u32;

/// Schema version of an open book.
pub(super) fn version(conn: &Connection) -> Result<u32, StoreError> {
    Ok(conn.pragma_query_value(None, "user_version", |row| row.get(0))?)
}

/// What kind of file an SQLite file says it is.
pub(super) fn application_id(conn: &Connection) -> Result<u32, StoreError> {
    let id: i64 = conn.pragma_query_value(None, "application_id", |row| row.get(0))?;
    Ok(id as u32)
}

/// Marks a file as begun, or as a book.
pub(super) fn mark(conn: &Connection, id: u32) -> Result<(), StoreError> {
    Ok(conn.pragma_update(None, "application_id", id)?)
}

/// Climbs to the newest step. Another process may have done it meanwhile; then nothing happens. What is new
/// becomes a book, and so does what was only begun; where it `begins`, what is new is begun, and what is
/// something already stays that: both judged under the lock of the climb.
pub(super) fn climb(conn: &mut Connection, begins: bool) -> Result<(), StoreError> {
    // A table is replaced while others name its rows: references are checked before the commit
    // instead. The switch does nothing inside a transaction.
    let enforced: bool = conn.pragma_query_value(None, "foreign_keys", |row| row.get(0))?;
    conn.pragma_update(None, "foreign_keys", false)?;
    let climbed = climb_unenforced(conn, begins);
    conn.pragma_update(None, "foreign_keys", enforced)?;
    if climbed? {
        give_back_space(conn);
    }
    Ok(())
}

/// True when a step was taken.
fn climb_unenforced(conn: &mut Connection, begins: bool) -> Result<bool, StoreError> {
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let from = version(&tx)?;
    let id = match (from, begins) {
        (0, true) => BEGUN_ID,
        (_, true) => application_id(&tx)?,
        (_, false) => APPLICATION_ID,
    };
    if from >= CURRENT {
        mark(&tx, id)?;
        tx.commit()?;
        return Ok(false);
    }
    for step in STEPS.iter().skip(from as usize) {
        match step {
            Step::Sql(sql) => tx.execute_batch(sql)?,
            Step::Around(before, work, after) => {
                tx.execute_batch(before)?;
                work(&tx)?;
                tx.execute_batch(after)?;
            }
        }
    }
    if let Some(fault) = check::references(&tx)?.into_iter().next() {
        return Err(StoreError::Damaged(fault));
    }
    mark(&tx, id)?;
    tx.pragma_update(None, "user_version", CURRENT)?;
    tx.commit()?;
    Ok(from > 0)
}

/// Free pages worth an effort: a quarter of the book.
const WORTH_PART: i64 = 4;

/// Gives the space of tables that were replaced back to the disk. The book is whole without it, so
/// that it may fail: another window reads, or the disk has no room for a copy.
fn give_back_space(conn: &Connection) {
    let count = |what| conn.pragma_query_value(None, what, |row| row.get::<_, i64>(0));
    let (Ok(free), Ok(all)) = (count("freelist_count"), count("page_count")) else {
        return;
    };
    if free * WORTH_PART < all {
        return;
    }
    // the copy of a large book has no place in memory
    let _ = conn
        .pragma_update(None, "temp_store", "FILE")
        .and_then(|()| conn.execute_batch("VACUUM"));
    let _ = conn.pragma_update(None, "temp_store", "MEMORY");
}
