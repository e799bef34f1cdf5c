//! The columns of the heat table: every metric any portfolio has, gathered by category.

use crate::program::Projection;
use std::sync::Arc;

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// The metric.
    pub id: Arc<str>,
    /// Its title.
    pub title: String,
    /// Its category.
    pub category: Arc<str>,
}

const ORDER: [&str; 4] = ["foundational", "capabilities", "performance", "engagement"];

/// The columns of a projection, by category and then as the portfolios list them.
pub fn of(projection: &Projection) -> Vec<Column> {
    let mut out: Vec<Column> = Vec::new();
    for metric in projection.portfolios.iter().flat_map(|p| &p.metrics) {
        if !out.iter().any(|column| column.id == metric.metric) {
            out.push(Column {
                id: metric.metric.clone(),
                title: metric.title.clone(),
                category: metric.category.clone(),
            });
        }
    }
    let place = |column: &Column| {
        let known = ORDER.iter().position(|id| *id == &*column.category);
        known.unwrap_or(ORDER.len())
    };
    out.sort_by_key(place);
    out
}
