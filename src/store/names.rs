//! What lines name by number: customers, contracts, sites and imports by their place in their
//! table, and texts that thousands of lines have in common by their place in `word`. Filled from
//! the book as they are met, and kept for one operation or one reading.

use super::error::StoreError;
use super::table::hash;
use rusqlite::{Connection, OptionalExtension};
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// Most texts kept once. A book with more of them has a column that differs from line to line;
/// then a text beside its line takes less than one in a list.
const MOST_WORDS: i64 = 1 << 17;

/// Places remembered at most, whatever a damaged file says of its size.
const MOST_PLACES: i64 = 4_000_000;

/// A table that lines name rows of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Parent {
    Account,
    Contract,
    Site,
    Batch,
}

impl Parent {
    const ALL: [Parent; 4] = [
        Parent::Account,
        Parent::Contract,
        Parent::Site,
        Parent::Batch,
    ];

    /// The table.
    pub fn table(self) -> &'static str {
        match self {
            Parent::Account => "account",
            Parent::Contract => "contract",
            Parent::Site => "site",
            Parent::Batch => "batch",
        }
    }
}

/// Numbers of what lines name, both ways.
pub(super) struct Names<'c> {
    conn: &'c Connection,
    ids: [Ids; 4],
    words: Words,
    writes: bool,
}

/// Ids of one table and their places.
#[derive(Default)]
struct Ids {
    places: HashMap<Uuid, i64>,
    /// By place; nil where not met yet.
    ids: Vec<Uuid>,
    last: Option<(Uuid, i64)>,
}

/// Texts and their places.
#[derive(Default)]
struct Words {
    places: HashMap<Arc<str>, i64>,
    /// The text met last of each hash, in front of the above.
    lately: Vec<Option<(Arc<str>, i64)>>,
    /// The same by where texts lie, which costs no hash of them.
    shared: Vec<Option<(Arc<str>, i64)>>,
    texts: Vec<Option<Arc<str>>>,
    last: Option<i64>,
}

/// Texts met lately that are found at once; a power of two.
const LATELY: usize = 1024;

impl<'c> Names<'c> {
    /// To read with: a text the book does not keep once stays a text.
    pub fn to_read(conn: &'c Connection) -> Names<'c> {
        Names {
            conn,
            ids: Default::default(),
            words: Words::default(),
            writes: false,
        }
    }

    /// To write with: new texts get a place.
    pub fn to_write(conn: &'c Connection) -> Names<'c> {
        Names {
            writes: true,
            ..Names::to_read(conn)
        }
    }

    /// Reads all of them at once, which a reader of all lines needs anyway.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] for an id that is none.
    pub fn fill(&mut self) -> Result<(), StoreError> {
        for parent in Parent::ALL {
            let sql = format!("SELECT n, id FROM {}", parent.table());
            let mut statement = self.conn.prepare_cached(&sql)?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let (n, id) = (row.get("n")?, uuid_of(parent, row)?);
                keep(&mut self.ids_mut(parent).ids, n, id, Uuid::nil());
            }
        }
        let mut statement = self.conn.prepare_cached("SELECT n, text FROM word")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let text: Arc<str> = Arc::from(row.get_ref("text")?.as_str().map_err(damaged_word)?);
            keep(&mut self.words.texts, row.get("n")?, Some(text), None);
        }
        Ok(())
    }

    fn ids_mut(&mut self, parent: Parent) -> &mut Ids {
        let [account, contract, site, batch] = &mut self.ids;
        match parent {
            Parent::Account => account,
            Parent::Contract => contract,
            Parent::Site => site,
            Parent::Batch => batch,
        }
    }

    /// The place of a row by its id, standing or not.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when the book has no such row.
    pub fn place(&mut self, parent: Parent, id: Uuid) -> Result<i64, StoreError> {
        let ids = self.ids_mut(parent);
        // lines of one contract and customer mostly come together
        if let Some((_, place)) = ids.last.filter(|(last, _)| *last == id) {
            return Ok(place);
        }
        let known = ids.places.get(&id).copied();
        let place = match known {
            Some(place) => place,
            None => {
                let place = self.find(parent, id)?;
                self.ids_mut(parent).places.insert(id, place);
                place
            }
        };
        self.ids_mut(parent).last = Some((id, place));
        Ok(place)
    }

    fn find(&self, parent: Parent, id: Uuid) -> Result<i64, StoreError> {
        let sql = format!("SELECT n FROM {} WHERE id = ?1", parent.table());
        let mut statement = self.conn.prepare_cached(&sql)?;
        let place = statement
            .query_row([id.as_bytes().as_slice()], |row| row.get("n"))
            .optional()?;
        place.ok_or_else(|| {
            StoreError::Refused(format!(
                "the change does not fit the book: the {} {id} that a line names is missing",
                parent.table()
            ))
        })
    }

    /// The id of the row at a place; `None` where there is no row.
    ///
    /// # Errors
    /// What SQLite reports, and an id that is none.
    pub fn id(&mut self, parent: Parent, place: i64) -> Result<Option<Uuid>, StoreError> {
        let at = usize::try_from(place).unwrap_or(usize::MAX);
        if let Some(id) = self.ids_mut(parent).ids.get(at).filter(|id| !id.is_nil()) {
            return Ok(Some(*id));
        }
        let sql = format!("SELECT id FROM {} WHERE n = ?1", parent.table());
        let mut statement = self.conn.prepare_cached(&sql)?;
        let mut rows = statement.query([place])?;
        let Some(row) = rows.next()? else {
            return Ok(None);
        };
        let id = uuid_of(parent, row)?;
        keep(&mut self.ids_mut(parent).ids, place, id, Uuid::nil());
        Ok(Some(id))
    }

    /// The place of a text that many rows hold together; see [`Names::word`].
    ///
    /// # Errors
    /// As [`Names::word`].
    pub fn shared_word(&mut self, text: &Arc<str>) -> Result<Option<i64>, StoreError> {
        if self.words.shared.is_empty() {
            self.words.shared.resize(LATELY, None);
        }
        // texts lie at sixteens; one that is held here leaves its place to no other
        let lies = (text.as_ptr().addr() as u64 >> 4).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let slot = (lies >> 32) as usize & (LATELY - 1);
        let known = self.words.shared.get(slot).and_then(Option::as_ref);
        if let Some((_, place)) = known.filter(|(known, _)| Arc::ptr_eq(known, text)) {
            return Ok(Some(*place));
        }
        let place = self.word(text)?;
        if let (Some(slot), Some(place)) = (self.words.shared.get_mut(slot), place) {
            *slot = Some((Arc::clone(text), place));
        }
        Ok(place)
    }

    /// The place of a text; `None` for one that stands beside its line.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn word(&mut self, text: &str) -> Result<Option<i64>, StoreError> {
        if self.words.lately.is_empty() {
            self.words.lately.resize(LATELY, None);
        }
        let slot = hash(text.as_bytes()) as usize & (LATELY - 1);
        let lately = self.words.lately.get(slot).and_then(Option::as_ref);
        if let Some((_, place)) = lately.filter(|(known, _)| **known == *text) {
            return Ok(Some(*place));
        }
        let known = self.words.places.get_key_value(text);
        let (text, place) = match known {
            Some((text, place)) => (Arc::clone(text), *place),
            None => {
                let Some(place) = self.find_word(text)? else {
                    return Ok(None);
                };
                let text: Arc<str> = Arc::from(text);
                self.words.places.insert(Arc::clone(&text), place);
                (text, place)
            }
        };
        if let Some(slot) = self.words.lately.get_mut(slot) {
            *slot = Some((text, place));
        }
        Ok(Some(place))
    }

    fn find_word(&mut self, text: &str) -> Result<Option<i64>, StoreError> {
        let mut find = self
            .conn
            .prepare_cached("SELECT n FROM word WHERE text = ?1")?;
        let found = find.query_row([text], |row| row.get("n")).optional()?;
        if found.is_some() || !self.writes {
            return Ok(found);
        }
        let last = match self.words.last {
            Some(last) => last,
            None => self
                .conn
                .prepare_cached("SELECT coalesce(max(n), 0) FROM word")?
                .query_row([], |row| row.get(0))?,
        };
        if last >= MOST_WORDS {
            self.words.last = Some(last);
            return Ok(None);
        }
        let mut insert = self
            .conn
            .prepare_cached("INSERT INTO word (text) VALUES (?1)")?;
        insert.execute([text])?;
        let place = self.conn.last_insert_rowid();
        self.words.last = Some(place);
        Ok(Some(place))
    }

    /// The text at a place; `None` where there is none.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn text(&mut self, place: i64) -> Result<Option<Arc<str>>, StoreError> {
        let at = usize::try_from(place).unwrap_or(usize::MAX);
        if let Some(Some(text)) = self.words.texts.get(at) {
            return Ok(Some(Arc::clone(text)));
        }
        let mut find = self
            .conn
            .prepare_cached("SELECT text FROM word WHERE n = ?1")?;
        let mut rows = find.query([place])?;
        let Some(row) = rows.next()? else {
            return Ok(None);
        };
        let text: Arc<str> = Arc::from(row.get_ref("text")?.as_str().map_err(damaged_word)?);
        keep(&mut self.words.texts, place, Some(Arc::clone(&text)), None);
        Ok(Some(text))
    }

    /// The number of the line that had an id of its own before schema 11; `None` for ids that
    /// nothing names any more.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn earlier_line(&self, id: &[u8]) -> Result<Option<i64>, StoreError> {
        let mut find = self
            .conn
            .prepare_cached("SELECT n FROM earlier_line WHERE id = ?1")?;
        Ok(find.query_row([id], |row| row.get("n")).optional()?)
    }
}

/// Remembers a value at its place, unless the place is beyond reason.
fn keep<T: Clone>(values: &mut Vec<T>, place: i64, value: T, empty: T) {
    if !(0..MOST_PLACES).contains(&place) {
        return;
    }
    let at = place as usize;
    if values.len() <= at {
        values.resize(at + 1, empty);
    }
    if let Some(slot) = values.get_mut(at) {
        *slot = value;
    }
}

fn uuid_of(parent: Parent, row: &rusqlite::Row<'_>) -> Result<Uuid, StoreError> {
    let bytes = row.get_ref("id")?.as_blob_or_null().ok().flatten();
    bytes
        .and_then(|bytes| Uuid::from_slice(bytes).ok())
        .ok_or_else(|| StoreError::Damaged(format!("{}.id holds no id", parent.table())))
}

fn damaged_word(_: rusqlite::types::FromSqlError) -> StoreError {
    StoreError::Damaged("word.text holds no text".into())
}
