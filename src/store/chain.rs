//! The chain of the history: each operation's hash covers the one before it, its own fields and its
//! changes, so that nothing in the middle can be edited, taken out or moved without a trace. What
//! is cut off at the end leaves none; only something kept elsewhere can show that.

use sha2::{Digest, Sha256};

/// The fields of an operation that its hash covers.
pub(super) struct Hashed<'a> {
    pub seq: i64,
    pub id: &'a [u8],
    pub at: &'a str,
    pub today: &'a str,
    pub actor: &'a str,
    pub device: &'a str,
    pub label: &'a str,
    pub kind: &'a str,
    pub reverts: Option<i64>,
    pub rows: u64,
    pub undo_next: Option<i64>,
    pub redo_next: Option<i64>,
}

/// Adds one change to the hash of an operation's changes. Every text goes in with its length, so
/// that no two histories read the same.
pub(super) fn hash_change(
    into: &mut Sha256,
    table: &str,
    act: &str,
    first: i64,
    last: i64,
    before: Option<&str>,
) {
    for text in [table, act, before.unwrap_or("")] {
        into.update((text.len() as u64).to_be_bytes());
        into.update(text.as_bytes());
    }
    into.update([u8::from(before.is_some())]);
    into.update(first.to_be_bytes());
    into.update(last.to_be_bytes());
}

/// The hash of an operation: the one before it, its own fields, its changes.
pub(super) fn hash_operation(previous: &[u8], fields: &Hashed<'_>, changes: &[u8]) -> Vec<u8> {
    let mut hash = Sha256::new();
    let seq = fields.seq.to_be_bytes();
    let [reverts, undo_next, redo_next] = [fields.reverts, fields.undo_next, fields.redo_next]
        .map(|seq| seq.unwrap_or(0).to_be_bytes());
    let rows = fields.rows.to_be_bytes();
    for part in [
        previous,
        &seq,
        fields.id,
        fields.at.as_bytes(),
        fields.today.as_bytes(),
        fields.actor.as_bytes(),
        fields.device.as_bytes(),
        fields.label.as_bytes(),
        fields.kind.as_bytes(),
        &reverts,
        &rows,
        &undo_next,
        &redo_next,
        changes,
    ] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().to_vec()
}
