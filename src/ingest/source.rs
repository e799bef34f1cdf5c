//! Where the bytes of a file come from. A large export is read more than once rather than held: to
//! survey it, to settle its columns, to take its rows. Knows no file system; who has one hands in a
//! [`Source`].

use super::error::IngestError;
use std::fmt::Debug;
use std::io::{self, Read};

/// Bytes that can be read from the front as often as wanted.
pub trait Source: Debug + Send + Sync {
    /// Begins at the front.
    ///
    /// # Errors
    /// Those of what holds the bytes.
    fn open(&self) -> io::Result<Box<dyn Read + '_>>;

    /// Begins to work out the SHA-256 of all bytes beside whoever asks, where the source can; the
    /// result waits for it.
    fn hash_beside(&self) -> Option<Hashing> {
        None
    }
}

/// Waits for a hash that is worked out beside.
pub type Hashing = Box<dyn FnOnce() -> io::Result<[u8; 32]>>;

impl Source for Vec<u8> {
    fn open(&self) -> io::Result<Box<dyn Read + '_>> {
        Ok(Box::new(self.as_slice()))
    }
}

/// All bytes of a source.
///
/// # Errors
/// [`IngestError::Unreadable`] with what the system says.
pub fn whole(source: &dyn Source, file: &str) -> Result<Vec<u8>, IngestError> {
    let mut bytes = Vec::new();
    source
        .open()
        .and_then(|mut from| from.read_to_end(&mut bytes))
        .map_err(|error| unreadable(file, &error))?;
    Ok(bytes)
}

/// A source that failed, in a sentence.
pub fn unreadable(file: &str, error: &io::Error) -> IngestError {
    IngestError::Unreadable {
        file: file.to_string(),
        what: error.to_string(),
        next: "Check the path and its permissions".to_string(),
    }
}
