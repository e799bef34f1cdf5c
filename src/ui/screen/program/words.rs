//! Names short enough for a narrow column, and the table as text.

use super::columns::Column;
use super::sign;
use crate::program::{MetricScore, Projection};
use crate::ui::format;
use crate::ui::pane::exact;

/// What the signs beside an index mean.
pub const LEGEND: &str = "h held  ~ band differs  d drift  ! minimum  ? no baseline";

/// Names in three and in seven letters, by metric id.
const SHORT: [(&str, &str, &str); 14] = [
    ("cs_maturity", "CS", "CS mat."),
    ("ms_maturity", "MS", "MS mat."),
    ("black_belt", "BB", "B. Belt"),
    ("career", "Car", "Career"),
    ("powered", "Pow", "Powered"),
    ("acv_growth", "ACV", "ACV gr."),
    ("tcv_growth", "TCV", "TCV gr."),
    ("buying", "Buy", "Buying"),
    ("managed_pen", "Mgd", "Managed"),
    ("ai_pen", "AI", "AI"),
    ("premium", "Prm", "Premium"),
    ("onboard", "Onb", "Onboard"),
    ("adopt", "Adp", "Adopt"),
    ("otrr", "OTR", "On time"),
];

/// A metric's name in so many cells.
pub fn short(id: &str, title: &str, cells: usize) -> String {
    if format::width(title) <= cells {
        return title.to_string();
    }
    let known = SHORT.iter().find(|(known, ..)| *known == id);
    let text = match known {
        Some((_, _, seven)) if cells >= 7 => seven,
        Some((_, three, _)) => three,
        None => title,
    };
    format::clip(text, cells, "")
}

/// A category's name in so many cells.
pub fn category(id: &str, cells: usize) -> String {
    let (long, short) = match id {
        "foundational" => ("Foundational", "Found."),
        "capabilities" => ("Capabilities", "Capab."),
        "performance" => ("Performance", "Perform."),
        "engagement" => ("Engagement", "Engage."),
        other => (other, other),
    };
    let text = if format::width(long) <= cells {
        long
    } else {
        short
    };
    format::clip(text, cells, "")
}

/// An index without needless zeros.
pub fn index(metric: &MetricScore) -> String {
    metric
        .index
        .map_or_else(|| "-".to_string(), |i| i.normalize().to_string())
}

/// A metric's value: percent to one decimal, points or a level.
pub fn value(metric: &MetricScore) -> String {
    metric.value.as_ref().map_or_else(String::new, |v| {
        exact::fixed(v, if v.is_integer() { 0 } else { 1 }, false)
    })
}

/// The table as text with tabs: a row a portfolio.
pub fn table(projection: &Projection, columns: &[Column]) -> String {
    let mut out = String::from("Portfolio\tPVI\tNext edge\tMissing");
    for column in columns {
        out.push('\t');
        out.push_str(&column.title);
    }
    out.push('\n');
    for score in &projection.portfolios {
        let part = |text: Option<String>| text.unwrap_or_default();
        let cells = [
            score.portfolio.title().to_string(),
            part(score.score.as_ref().map(|s| exact::fixed(s, 4, false))),
            part(score.next_threshold.map(|t| t.to_string())),
            part(score.missing.as_ref().map(|m| exact::fixed(m, 4, false))),
        ];
        out.push_str(&cells.join("\t"));
        for column in columns {
            let found = score.metrics.iter().find(|m| m.metric == column.id);
            let text = found.map_or_else(String::new, |metric| {
                format!("{}{}", index(metric), sign(metric.basis, false))
            });
            out.push('\t');
            out.push_str(text.trim_end());
        }
        out.push('\n');
    }
    out
}
