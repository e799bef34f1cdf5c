//! Pictures for documents, read from files a person names.

use crate::domain::text::clean;
use crate::export::letterhead::MOST_LOGO_BYTES;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// The bytes of a picture; of a file too large for one only as many as show that.
///
/// # Errors
/// A sentence with the file, where it cannot be read.
pub fn read(path: &Path) -> Result<Vec<u8>, String> {
    let said = |error| clean(&format!("{}: {error}", path.display())).into_owned();
    let mut bytes = Vec::new();
    let most = MOST_LOGO_BYTES as u64 + 1;
    let read = File::open(path).and_then(|file| file.take(most).read_to_end(&mut bytes));
    read.map(|_| bytes).map_err(said)
}
