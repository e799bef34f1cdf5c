//! Saved views of the pipeline.

use super::ids::ViewId;
use serde::{Deserialize, Serialize};

/// A filter in words with its sort order, under a name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SavedView {
    /// Identity.
    pub id: ViewId,
    /// Name.
    pub name: String,
    /// Filter in words, as typed: `owner = me, end within 90 days`.
    pub filter: String,
    /// Column id to sort by.
    pub sort: String,
    /// Largest first.
    pub descending: bool,
    /// Grouped by customer.
    pub grouped: bool,
}
