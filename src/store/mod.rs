//! The book on disk: the only user of SQLite. One door for writes, history, undo, backup.
