//! What the desk asks of the past: the history, and what imports changed. Told from the open book,
//! on the book's thread; no more of it is handed over than a person reads.

use crate::book::changes;
use crate::book::conflicts::conflicts;
use crate::domain::command::Operation;
use crate::domain::moved::Span;
use crate::domain::rules::Rules;
use crate::domain::snapshot::Snapshot;
use crate::runtime::clock::SystemClock;
use crate::store::{Store, StoreError};
use crate::ui::msg::Msg;
use crate::ui::screen::changes::MOST_OF_A_KIND;

/// How many changes the history lists.
const HISTORY: usize = 1_000;

/// The newest operations, each with its time of day at the desk.
pub fn history(store: &Store, clock: SystemClock) -> Result<Msg, StoreError> {
    let operations = store.history(HISTORY)?.into_iter();
    let local = |op: Operation| {
        let at = clock.local(op.at);
        (op, at)
    };
    Ok(Msg::History(operations.map(local).collect()))
}

/// What the imports of a span changed, and what waits for an answer.
pub fn changes(
    store: &Store,
    span: Span,
    words: &str,
    book: &Snapshot,
    rules: &Rules,
) -> Result<Msg, StoreError> {
    let listed = changes::listed(store.imports(span)?, book, words, MOST_OF_A_KIND);
    let conflicts = match book.quotes.is_empty() && book.baseline.is_empty() {
        // nothing of a person's that a file could speak against
        true => Vec::new(),
        false => conflicts(&store.rivals()?, book, rules),
    };
    Ok(Msg::Changes(Box::new(listed), conflicts))
}
