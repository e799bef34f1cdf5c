//! Whose assessment counts. Several resellers are never merged: one is chosen by BE id or name, else
//! the first that came; rows that name nobody belong to every choice.

use renewdesk::domain::baseline::BaselineRow;
use renewdesk::domain::snapshot::Snapshot;

/// Name and BE id of a row, in small letters.
fn whose(row: &BaselineRow) -> (Option<String>, Option<String>) {
    let text = |text: &Option<String>| text.as_ref().map(|t| t.trim().to_lowercase());
    (text(&row.reseller), text(&row.be_id))
}

/// The rows that count.
pub fn chosen(book: &Snapshot) -> Vec<&BaselineRow> {
    let named: Vec<_> = book
        .baseline
        .iter()
        .map(whose)
        .filter(|whose| *whose != (None, None))
        .collect();
    let wanted = book.settings.get("assessment.reseller");
    let wanted = wanted.map(|text| text.trim().to_lowercase());
    let by_choice = named
        .iter()
        .find(|(name, id)| wanted.is_some() && (*name == wanted || *id == wanted));
    let chosen = by_choice.or(named.first());
    let counts = |row: &&BaselineRow| {
        let (name, id) = whose(row);
        let ours = chosen.is_some_and(|(our_name, our_id)| match (&id, our_id) {
            (Some(id), Some(our_id)) => id == our_id,
            _ => name.is_some() && name == *our_name,
        });
        (name.is_none() && id.is_none()) || ours
    };
    book.baseline.iter().filter(counts).collect()
}
