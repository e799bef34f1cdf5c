//! What a book remembers of its projections: the rule packs it has used, and scores as they were
//! projected on a day, each with the pack behind it. Rows are added and never changed, so that a
//! figure of last month can still be explained when rules and deals are others.

use super::ids::{PackVersionId, ProjectionId};
use super::portfolio::Portfolio;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A rule pack this book has used. Its id follows from its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackVersion {
    /// Identity.
    pub id: PackVersionId,
    /// Its number in this book, from 1; 0 lets the store give the next.
    pub number: u32,
    /// Id of the pack, `starter`.
    pub pack: String,
    /// Title.
    pub title: String,
    /// The day it describes.
    pub as_of: NaiveDate,
    /// SHA-256 of the whole pack in effect, overlay included, as hexadecimal digits.
    pub sha256: String,
    /// Name of the file that was laid over the shipped pack.
    pub overlay_file: Option<String>,
    /// Its text.
    pub overlay: Option<String>,
    /// First used on.
    pub first_on: NaiveDate,
    /// By.
    pub by: String,
}

impl PackVersion {
    /// As a person names it: `Starter pack of 2026-11-22 (3f2a91c0)`.
    pub fn name(&self) -> String {
        let short = self.sha256.get(..8).unwrap_or(&self.sha256);
        format!("{} of {} ({short})", self.title, self.as_of)
    }
}

/// A projection that was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredProjection {
    /// Identity.
    pub id: ProjectionId,
    /// The day it was made.
    pub on: NaiveDate,
    /// The fiscal month it is for, `FY27M6`.
    pub month: Arc<str>,
    /// `booked`, `committed`, `open`.
    pub view: Arc<str>,
    /// The pack behind it.
    pub pack: PackVersionId,
    /// The pack's name, which stays readable whatever becomes of the pack's row.
    pub pack_name: String,
    /// Month of the assessment it starts from.
    pub baseline_month: Option<Arc<str>>,
    /// A remark.
    pub note: Option<String>,
    /// The desk kept it by itself.
    pub automatic: bool,
    /// The scores.
    pub scores: Vec<StoredScore>,
}

/// The score of one portfolio, exact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredScore {
    /// Portfolio.
    pub portfolio: Portfolio,
    /// The score as a fraction, `143/24`, or a whole number; none without a baseline.
    pub score: Option<String>,
    /// Metric id and index.
    pub metrics: Vec<(Arc<str>, Option<String>)>,
}

impl PackVersion {
    /// The setting that names the pack version a book uses of its own.
    pub const SETTING: &'static str = "rule_pack";
}

impl StoredProjection {
    /// True where both say the same thing of one day: view, month, pack and assessment.
    pub fn same_day_and_base(&self, other: &StoredProjection) -> bool {
        (self.on, &self.view, &self.month) == (other.on, &other.view, &other.month)
            && (self.pack, &self.baseline_month) == (other.pack, &other.baseline_month)
    }
}
