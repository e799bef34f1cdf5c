//! A person's word that a quote may go out below the floor. Kept as a setting, for one version of the
//! quote: any later change asks again.

use super::quote::Quote;
use super::text::clean;
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// An approval.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    /// Version of the quote it is for.
    pub version: u32,
    /// The day.
    pub on: NaiveDate,
    /// Who gave it.
    pub by: String,
    /// Why, or under which number.
    pub note: String,
}

impl Approval {
    /// The setting that holds it.
    pub fn key(quote: &Quote) -> String {
        format!("approval.{}", quote.id)
    }

    /// As the setting holds it.
    pub fn value(&self) -> String {
        let by = clean(&self.by).replace('|', "/");
        let note = clean(self.note.trim());
        format!("{}|{}|{by}|{note}", self.version, self.on)
    }

    /// The approval of a quote as it stands; none where it was changed since.
    pub fn of(quote: &Quote, settings: &BTreeMap<String, String>) -> Option<Approval> {
        let mut parts = settings.get(&Approval::key(quote))?.splitn(4, '|');
        let mut next = || parts.next();
        let approval = Approval {
            version: next()?.parse().ok()?,
            on: next()?.parse().ok()?,
            by: next()?.to_string(),
            note: next()?.to_string(),
        };
        (approval.version == quote.version).then_some(approval)
    }
}
