//! Answers to bytes: CSV, TSV, JSON and rejects files. Pure: it writes to what it is given.
