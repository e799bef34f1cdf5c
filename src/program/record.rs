//! Projections as a book keeps them: made from the engine, and read back as a series per
//! portfolio. Nothing is computed here that a projection did not say.

use super::pack::InUse;
use super::{Engine, Month, ProgramError, Projection, View};
use crate::domain::command::Command;
use crate::domain::ids::{IdSource, PackVersionId, ProjectionId};
use crate::domain::portfolio::Portfolio;
use crate::domain::record::{PackVersion, StoredProjection, StoredScore};
use crate::domain::snapshot::Snapshot;
use chrono::NaiveDate;
use num_rational::BigRational;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The views that are kept, with their words.
pub const KEPT_VIEWS: [(&str, View); 3] = [
    ("booked", View::Booked),
    ("committed", View::Committed),
    ("open", View::Open),
];

/// Who keeps projections, and why.
#[derive(Clone, Copy, Debug)]
pub struct Occasion<'a> {
    /// The desk's day.
    pub on: NaiveDate,
    /// The user.
    pub by: &'a str,
    /// A remark.
    pub note: Option<&'a str>,
    /// The desk does it by itself.
    pub automatic: bool,
}

/// The projections of all kept views for the pack's horizon month, with the words of the views.
///
/// # Errors
/// As [`Engine::project`].
pub fn projections(engine: &Engine) -> Result<Vec<(&'static str, Projection)>, ProgramError> {
    KEPT_VIEWS
        .into_iter()
        .map(|(word, view)| Ok((word, engine.project(&view, &Month::Horizon)?)))
        .collect()
}

/// True where at least one portfolio has a score; without one there is nothing to keep.
pub fn has_score(projections: &[(&str, Projection)]) -> bool {
    let mut portfolios = projections.iter().flat_map(|(_, p)| &p.portfolios);
    portfolios.any(|portfolio| portfolio.score.is_some())
}

/// The command that keeps them, with the pack they were made by.
pub fn keep(
    projections: &[(&str, Projection)],
    rules: &InUse,
    occasion: Occasion<'_>,
    ids: &mut dyn IdSource,
) -> Command {
    let pack = rules.version(occasion.on, occasion.by);
    let projections = projections
        .iter()
        .map(|(word, projection)| stored(projection, word, &pack, occasion, ids))
        .collect();
    Command::KeepProjections {
        pack: Box::new(pack),
        projections,
    }
}

fn stored(
    projection: &Projection,
    view: &str,
    pack: &PackVersion,
    occasion: Occasion<'_>,
    ids: &mut dyn IdSource,
) -> StoredProjection {
    let scores = projection.portfolios.iter().map(|score| StoredScore {
        portfolio: score.portfolio.clone(),
        score: score.score.as_ref().map(BigRational::to_string),
        metrics: score
            .metrics
            .iter()
            .map(|m| {
                (
                    Arc::clone(&m.metric),
                    m.index.map(|i| i.normalize().to_string()),
                )
            })
            .collect(),
    });
    StoredProjection {
        id: ProjectionId(ids.next()),
        on: occasion.on,
        month: Arc::clone(&projection.month),
        view: view.into(),
        pack: pack.id,
        pack_name: pack.name(),
        baseline_month: projection.baseline_month.clone(),
        note: occasion.note.map(str::to_string),
        automatic: occasion.automatic,
        scores: scores.collect(),
    }
}

/// One kept score.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Point {
    /// The day it was projected.
    pub on: NaiveDate,
    /// The fiscal month it was for.
    pub month: Arc<str>,
    /// The score, exact.
    pub score: BigRational,
    /// The pack behind it.
    pub pack: PackVersionId,
}

/// The kept scores of a view (`booked`, `committed`, `open`), by portfolio: one a day, the last
/// one kept that day, oldest first. What a sparkline draws.
pub fn series(snapshot: &Snapshot, view: &str) -> BTreeMap<Portfolio, Vec<Point>> {
    let mut kept: Vec<&StoredProjection> = snapshot
        .projections
        .iter()
        .filter(|projection| &*projection.view == view)
        .collect();
    kept.sort_by_key(|projection| projection.on);
    let mut series: BTreeMap<Portfolio, Vec<Point>> = BTreeMap::new();
    for projection in kept {
        for score in &projection.scores {
            let Some(exact) = score.score.as_ref().and_then(|text| text.parse().ok()) else {
                continue;
            };
            let points = series.entry(score.portfolio.clone()).or_default();
            if points.last().is_some_and(|last| last.on == projection.on) {
                points.pop();
            }
            points.push(Point {
                on: projection.on,
                month: Arc::clone(&projection.month),
                score: exact,
                pack: projection.pack,
            });
        }
    }
    series
}
