//! Opening a book: who may read it, which SQLite and which schema are trusted, and what is refused
//! without a byte being touched.

use super::error::StoreError;
use super::migrate::{self, APPLICATION_ID, BEGUN_ID, CURRENT};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::fs::{self, File, OpenOptions};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How to open a book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenMode {
    /// To read and change; the file must exist.
    ReadWrite,
    /// To read; nothing is written, not even an upgrade.
    ReadOnly,
    /// To read and change; made when it does not exist.
    Create,
    /// To import into. Made when it does not exist, and no book before something has come into it: until
    /// then it opens to nobody but another import or who creates a book.
    Begin,
}

/// The least SQLite trusted with a book: earlier ones can lose a commit in a WAL reset race.
const SQLITE_NEEDED: (i32, &str) = (3_051_003, "3.51.3");

/// How long a write waits for another window before it gives up.
const BUSY_WAIT: Duration = Duration::from_secs(20);

/// Bytes of page cache of a connection, in KiB as SQLite wants it (negative).
const CACHE_KIB: i64 = -32_768;

/// Bytes of write-ahead log kept after a checkpoint.
const WAL_KEPT_BYTES: i64 = 64 << 20;

/// Opens the connection: identified, upgraded, configured.
pub(super) fn open(path: &Path, mode: OpenMode) -> Result<Connection, StoreError> {
    if rusqlite::version_number() < SQLITE_NEEDED.0 {
        return Err(StoreError::OldSqlite {
            found: rusqlite::version().to_owned(),
            needed: SQLITE_NEEDED.1,
        });
    }
    let makes = matches!(mode, OpenMode::Create | OpenMode::Begin);
    if makes {
        create(path)?;
    }
    if !path.is_file() {
        return Err(StoreError::NoBook(path.to_path_buf()));
    }
    let found = identify(path)?;
    if !makes && !matches!(found, Found::Book(_)) {
        return Err(StoreError::NoBook(path.to_path_buf()));
    }
    if mode == OpenMode::ReadOnly {
        return open_read_only(path, found);
    }
    if let Found::Book(version) = found
        && version < CURRENT
    {
        back_up_before_upgrade(path, version)?;
    }
    let mut conn = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    configure(&conn)?;
    let book = matches!(found, Found::Book(_));
    if migrate::version(&conn)? < CURRENT || (mode == OpenMode::Create && !book) {
        migrate::climb(&mut conn, mode == OpenMode::Begin)?;
    }
    // another import that ended with nothing may have taken it away before this one held it
    if makes && !path.is_file() {
        return Err(StoreError::Busy);
    }
    Ok(conn)
}

/// Fails unless the file is a book of this or an older schema.
pub(super) fn identify_book(path: &Path) -> Result<(), StoreError> {
    if !path.is_file() {
        return Err(StoreError::NoBook(path.to_path_buf()));
    }
    match identify(path)? {
        Found::Book(_) => Ok(()),
        Found::Empty | Found::Begun => Err(StoreError::NotSqlite(path.to_path_buf())),
    }
}

/// True where a file is there that is more than a book begun for a first import.
pub(super) fn is_there(path: &Path) -> bool {
    path.exists() && !matches!(identify(path), Ok(Found::Empty | Found::Begun))
}

/// A connection that is alone with a book nothing ever came into.
pub(super) fn alone(path: &Path) -> Option<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags).ok()?;
    conn.pragma_update(None, "locking_mode", "EXCLUSIVE").ok()?;
    // the lock is kept after the commit
    conn.execute_batch("BEGIN EXCLUSIVE; COMMIT;").ok()?;
    let operations = conn.query_row("SELECT count(*) FROM operation", [], |row| {
        row.get::<_, i64>(0)
    });
    (operations.ok()? == 0).then_some(conn)
}

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found {
    /// Nothing yet.
    Empty,
    /// Begun for a first import that has not come in.
    Begun,
    /// A book of that schema version.
    Book(u32),
}

/// Makes an empty file only its owner can read, and its folder where that is missing.
fn create(path: &Path) -> Result<(), StoreError> {
    let folder = path.parent().filter(|f| !f.as_os_str().is_empty());
    if let Some(folder) = folder.filter(|f| !f.exists()) {
        make_folder(folder).map_err(StoreError::io("create", folder))?;
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    private(&mut options);
    match options.open(path) {
        Ok(file) => {
            owner_only(&file).map_err(StoreError::io("protect", path))?;
            file.sync_all().map_err(StoreError::io("create", path))
        }
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(StoreError::io("create", path)(error)),
    }
}

/// Makes a folder only its owner can enter.
pub(super) fn make_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(folder)
}

/// Files made with these options can be read by their owner only.
pub(super) fn private(options: &mut OpenOptions) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    #[cfg(not(unix))]
    let _ = options;
}

pub(super) fn owner_only(file: &File) -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        file.set_permissions(fs::Permissions::from_mode(0o600))?;
    }
    #[cfg(not(unix))]
    let _ = file;
    Ok(())
}

/// Reads what a file is without SQLite, so that a file that is not ours stays as it was. A newer
/// schema that stands only in the write-ahead log so far is found by a read-only connection.
fn identify(path: &Path) -> Result<Found, StoreError> {
    let mut header = Vec::with_capacity(100);
    File::open(path)
        .and_then(|file| file.take(100).read_to_end(&mut header))
        .map_err(StoreError::io("read", path))?;
    if header.is_empty() && !log_of(path).exists() {
        return Ok(Found::Empty);
    }
    if header
        .get(..16)
        .is_some_and(|magic| magic != b"SQLite format 3\0")
    {
        return Err(StoreError::NotSqlite(path.to_path_buf()));
    }
    let (Some(version), Some(id)) = (word_at(&header, 60), word_at(&header, 68)) else {
        return Err(StoreError::NotSqlite(path.to_path_buf()));
    };
    if has_log(path) {
        if id != 0 {
            judge(path, id, version)?;
        }
        let conn = Connection::open_with_flags(
            path,
            OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )?;
        conn.busy_timeout(BUSY_WAIT)?;
        return judge(
            path,
            migrate::application_id(&conn)?,
            migrate::version(&conn)?,
        );
    }
    judge(path, id, version)
}

fn judge(path: &Path, id: u32, version: u32) -> Result<Found, StoreError> {
    if id == 0 && version == 0 && is_bare(path) {
        return Ok(Found::Empty);
    }
    if ![APPLICATION_ID, BEGUN_ID].contains(&id) {
        return Err(StoreError::Foreign {
            path: path.to_path_buf(),
            found: id,
            known: APPLICATION_ID,
        });
    }
    if version > CURRENT {
        return Err(StoreError::Newer {
            path: path.to_path_buf(),
            found: version,
            known: CURRENT,
        });
    }
    Ok(match id {
        BEGUN_ID => Found::Begun,
        _ => Found::Book(version),
    })
}

/// True for an SQLite file without any table: a book whose making was cut short. Cut short by a kill there
/// may be a journal to roll back first, which a reader may not do; then the file is read as it lies there.
fn is_bare(path: &Path) -> bool {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let tables = |conn: Connection| {
        conn.query_row("SELECT count(*) FROM sqlite_schema", [], |row| {
            row.get::<_, i64>(0)
        })
    };
    let as_it_lies = |error: rusqlite::Error| {
        let code = error.sqlite_error_code();
        let may_not = [Some(ErrorCode::ReadOnly), Some(ErrorCode::CannotOpen)];
        if !may_not.contains(&code) {
            return Err(error);
        }
        let flags = flags | OpenFlags::SQLITE_OPEN_URI;
        Connection::open_with_flags(unchanging_uri(path), flags).and_then(tables)
    };
    Connection::open_with_flags(path, flags)
        .and_then(tables)
        .or_else(as_it_lies)
        .is_ok_and(|tables| tables == 0)
}

fn word_at(header: &[u8], at: usize) -> Option<u32> {
    let bytes: [u8; 4] = header.get(at..at + 4)?.try_into().ok()?;
    Some(u32::from_be_bytes(bytes))
}

/// The write-ahead log beside a book.
pub(super) fn log_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    PathBuf::from(name)
}

fn open_read_only(path: &Path, found: Found) -> Result<Connection, StoreError> {
    let version = match found {
        Found::Empty | Found::Begun => 0,
        Found::Book(version) => version,
    };
    if version < CURRENT {
        return Err(StoreError::Older {
            path: path.to_path_buf(),
            found: version,
            known: CURRENT,
        });
    }
    open_reader(path)
}

/// A connection that only reads a book known to be one.
///
/// A reader of a write-ahead log needs two files beside the book. Where this program may not make
/// them the book is read as a file that nobody changes, unless a log with changes lies beside it:
/// those would be missing, so that such a book is refused.
pub(super) fn open_reader(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let usual = Connection::open_with_flags(path, flags)
        .map_err(StoreError::from)
        .and_then(|conn| guard(&conn).and_then(|()| touch(&conn)).map(|()| conn));
    match usual {
        Err(StoreError::Disk(_) | StoreError::ReadOnly) if !has_log(path) => {
            let unchanging = unchanging_uri(path);
            let conn = Connection::open_with_flags(unchanging, flags | OpenFlags::SQLITE_OPEN_URI)?;
            guard(&conn)?;
            touch(&conn)?;
            Ok(conn)
        }
        usual => usual,
    }
}

/// Reads the first page: SQLite looks at a file only when it must.
fn touch(conn: &Connection) -> Result<(), StoreError> {
    conn.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    Ok(())
}

fn has_log(path: &Path) -> bool {
    fs::metadata(log_of(path)).is_ok_and(|log| log.len() > 0)
}

/// The book as an address that tells SQLite that nobody changes the file.
fn unchanging_uri(path: &Path) -> String {
    let mut uri = String::from("file:");
    // `file://name/` would name a host.
    if path.as_os_str().as_encoded_bytes().starts_with(b"/") {
        uri.push_str("//");
    }
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' | b'~' => {
                uri.push(char::from(*byte));
            }
            other => uri.push_str(&format!("%{other:02X}")),
        }
    }
    uri.push_str("?immutable=1");
    uri
}

/// What every connection is held to.
fn guard(conn: &Connection) -> Result<(), StoreError> {
    conn.busy_timeout(BUSY_WAIT)?;
    conn.set_prepared_statement_cache_capacity(256);
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    conn.pragma_update(None, "trusted_schema", false)?;
    conn.pragma_update(None, "cell_size_check", true)?;
    conn.pragma_update(None, "mmap_size", 0)?;
    conn.pragma_update(None, "cache_size", CACHE_KIB)?;
    conn.pragma_update(None, "temp_store", "MEMORY")?;
    Ok(())
}

/// What a writing connection is held to in addition: a commit is on the disk when it returns.
fn configure(conn: &Connection) -> Result<(), StoreError> {
    guard(conn)?;
    let journal: String =
        conn.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))?;
    if !journal.eq_ignore_ascii_case("wal") {
        return Err(StoreError::Refused(format!(
            "the book cannot keep a write-ahead log here (journal mode {journal}); \
             keep it on a local disk"
        )));
    }
    conn.pragma_update(None, "synchronous", "FULL")?;
    conn.pragma_update(None, "foreign_keys", true)?;
    conn.pragma_update(None, "journal_size_limit", WAL_KEPT_BYTES)?;
    Ok(())
}

/// Keeps the book as it is beside itself before its schema changes.
fn back_up_before_upgrade(path: &Path, version: u32) -> Result<(), StoreError> {
    let conn = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    conn.busy_timeout(BUSY_WAIT)?;
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".v{version}.bak"));
    super::backup::back_up(&conn, Path::new(&name))
}
