//! Whose assessment a row belongs to. A book may hold the sheets of several resellers or BE ids;
//! they are never merged: one is chosen, the others are kept beside it.

use crate::domain::baseline::BaselineRow;
use crate::domain::snapshot::Snapshot;
use std::fmt;

/// The setting that names the reseller whose assessment counts, by BE id or name.
pub const CHOICE: &str = "assessment.reseller";

/// Who an assessment is of; both parts may be missing in a sheet without such columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reseller {
    /// Name as written.
    pub name: Option<String>,
    /// BE id as written.
    pub be_id: Option<String>,
}

impl Reseller {
    /// Whom a row is of.
    pub fn of(row: &BaselineRow) -> Reseller {
        let text = |text: &Option<String>| {
            let trimmed = text.as_deref().map(str::trim).filter(|t| !t.is_empty());
            trimmed.map(str::to_string)
        };
        Reseller {
            name: text(&row.reseller),
            be_id: text(&row.be_id),
        }
    }

    /// True where a row names nobody.
    pub fn is_blank(&self) -> bool {
        self.name.is_none() && self.be_id.is_none()
    }

    /// True for two spellings of one: by BE id where both have one, else by name. One that names
    /// nobody is only the same as another such.
    pub fn is(&self, other: &Reseller) -> bool {
        match (&self.be_id, &other.be_id) {
            (Some(own), Some(theirs)) => own.eq_ignore_ascii_case(theirs),
            _ => match (&self.name, &other.name) {
                (Some(own), Some(theirs)) => own.to_lowercase() == theirs.to_lowercase(),
                _ => self.is_blank() && other.is_blank(),
            },
        }
    }

    /// True where a person's text is this one's BE id or name.
    pub fn is_named(&self, text: &str) -> bool {
        let text = text.trim().to_lowercase();
        let is = |part: &Option<String>| part.as_ref().is_some_and(|p| p.to_lowercase() == text);
        !text.is_empty() && (is(&self.be_id) || is(&self.name))
    }

    /// What to write into [`CHOICE`] to choose this one: the BE id, else the name.
    pub fn key(&self) -> &str {
        let key = self.be_id.as_deref().or(self.name.as_deref());
        key.unwrap_or_default()
    }
}

impl fmt::Display for Reseller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.name, &self.be_id) {
            (Some(name), Some(be_id)) => write!(f, "{name} ({be_id})"),
            (Some(one), None) => f.write_str(one),
            (None, Some(be_id)) => write!(f, "BE id {be_id}"),
            (None, None) => f.write_str("no reseller named"),
        }
    }
}

/// Everyone whose assessment the book holds, in the order they came; rows that name nobody add
/// nobody.
pub fn all(snapshot: &Snapshot) -> Vec<Reseller> {
    let mut found: Vec<Reseller> = Vec::new();
    for row in &snapshot.baseline {
        let reseller = Reseller::of(row);
        match found.iter_mut().find(|known| known.is(&reseller)) {
            _ if reseller.is_blank() => {}
            // one row may leave out what another names
            Some(known) => {
                known.name = known.name.take().or(reseller.name);
                known.be_id = known.be_id.take().or(reseller.be_id);
            }
            None => found.push(reseller),
        }
    }
    found
}

/// Whose assessment counts: the chosen one; without a choice the first that came, so that a second
/// sheet never changes what is projected by itself. `None` where no row names anybody.
pub fn chosen(snapshot: &Snapshot) -> Option<Reseller> {
    let mut all = all(snapshot);
    let choice = snapshot.settings.get(CHOICE);
    let at = choice.and_then(|text| all.iter().position(|one| one.is_named(text)));
    let at = at.unwrap_or(0);
    (at < all.len()).then(|| all.swap_remove(at))
}

/// The rows that count: those of the chosen reseller and those that name nobody.
pub fn rows(snapshot: &Snapshot) -> impl Iterator<Item = &BaselineRow> {
    let chosen = chosen(snapshot);
    snapshot.baseline.iter().filter(move |row| {
        let of = Reseller::of(row);
        of.is_blank() || chosen.as_ref().is_some_and(|chosen| of.is(chosen))
    })
}
