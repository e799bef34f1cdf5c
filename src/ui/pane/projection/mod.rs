//! The projection: every portfolio of the pack now, with the quote on screen as it is being
//! typed, and with everything committed. It draws what the program engine computed and adds
//! nothing; each figure is an estimate and the pane says so.

mod view;

pub use view::{height, view};

use crate::domain::ids::RenewalId;
use crate::domain::portfolio::Portfolio;
use crate::program::{MetricScore, Moved, PortfolioScore, Projection};
use crate::ui::format;
use crate::ui::pane::exact;
use crate::ui::stakes::QuoteStake;
use num_rational::BigRational;
use rust_decimal::Decimal;
use std::sync::Arc;

/// Projections that stand side by side. All are for the same month.
#[derive(Clone, Debug)]
pub struct Live {
    /// Booked only.
    pub now: Arc<Projection>,
    /// With the quote as typed; none while no quote is on screen.
    pub quote: Option<Projection>,
    /// With the quote and everything committed.
    pub all: Arc<Projection>,
    /// What the quote moves.
    pub moved: Vec<Moved>,
    /// What the quote is to the steps, beside everything committed.
    pub stake: QuoteStake,
    /// The renewals the quote covers.
    pub renewals: Vec<RenewalId>,
    /// The quote holds a value that is not kept yet.
    pub typing: bool,
    /// Deals left out of the projection that leads.
    pub left_out: usize,
}

/// What a row of the pane is about: what `i` explains.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The portfolio.
    pub portfolio: Portfolio,
    /// The metric; none for the score itself.
    pub metric: Option<Arc<str>>,
}

impl Live {
    /// The projection that counts the quote, or the one without where no quote is on screen.
    pub fn leading(&self) -> &Projection {
        self.quote.as_ref().unwrap_or(&self.now)
    }

    /// Rows of the pane: the portfolios, a heading, then what moved.
    pub fn rows(&self) -> usize {
        self.now.portfolios.len() + 1 + self.moved.len()
    }

    /// What the row is about.
    pub fn subject(&self, row: usize) -> Option<Subject> {
        if let Some(score) = self.now.portfolios.get(row) {
            return Some(Subject {
                portfolio: score.portfolio.clone(),
                metric: None,
            });
        }
        let moved = self
            .moved
            .get(row.checked_sub(self.now.portfolios.len() + 1)?)?;
        Some(Subject {
            portfolio: moved.portfolio.clone(),
            metric: Some(moved.to.metric.clone()),
        })
    }

    /// Why the quote on screen counts in no metric, where that is so.
    pub fn uncounted(&self) -> Option<&str> {
        let quote = self.quote.as_ref()?;
        let deal = quote
            .left_out
            .iter()
            .find(|deal| deal.renewal.is_some_and(|id| self.renewals.contains(&id)))?;
        Some(&deal.reason)
    }

    /// One line for a narrow screen: `Svc 4.75 → 5.25^ | Net 6.04 → 6.21+`; only portfolios that
    /// move, or all scores when none does.
    pub fn summary(&self, arrow: &str) -> String {
        let leading = self.leading();
        let moving: Vec<String> = self
            .now
            .portfolios
            .iter()
            .filter_map(|now| {
                let then = of(leading, &now.portfolio)?;
                let mark = mark(now, then);
                (!mark.is_empty()).then(|| {
                    let short = now.portfolio.short();
                    format!("{short} {} {arrow} {}{mark}", shown(now), shown(then))
                })
            })
            .collect();
        if !moving.is_empty() {
            return moving.join(" | ");
        }
        let scores: Vec<String> = self
            .now
            .portfolios
            .iter()
            .filter(|now| now.score.is_some())
            .map(|now| format!("{} {}", now.portfolio.short(), shown(now)))
            .collect();
        if scores.is_empty() {
            "no assessment imported yet: no score".to_string()
        } else {
            scores.join(" | ")
        }
    }
}

/// The portfolio's entry in a projection.
pub fn of<'a>(projection: &'a Projection, portfolio: &Portfolio) -> Option<&'a PortfolioScore> {
    projection
        .portfolios
        .iter()
        .find(|score| score.portfolio == *portfolio)
}

/// The score as text; a dash without one.
pub fn shown(score: &PortfolioScore) -> String {
    score.score.as_ref().map_or_else(
        || "-".to_string(),
        |value| exact::score(value, score.next_threshold),
    )
}

/// `^` when an edge is crossed upwards, `v` downwards, `+` and `-` for a change between edges.
pub fn mark(before: &PortfolioScore, after: &PortfolioScore) -> &'static str {
    let (Some(from), Some(to)) = (&before.score, &after.score) else {
        return "";
    };
    // No next edge means all are met: higher than any edge.
    let edge = |score: &PortfolioScore| (score.next_threshold.is_none(), score.next_threshold);
    match (to.cmp(from), edge(after).cmp(&edge(before))) {
        (std::cmp::Ordering::Greater, std::cmp::Ordering::Greater) => "^",
        (std::cmp::Ordering::Less, std::cmp::Ordering::Less) => "v",
        (std::cmp::Ordering::Greater, _) => "+",
        (std::cmp::Ordering::Less, _) => "-",
        _ => "",
    }
}

/// The metric whose next step costs least, as `OTRR 56.3k +0.125`.
pub fn next_step(score: &PortfolioScore) -> String {
    score
        .metrics
        .iter()
        .filter_map(|metric| metric.next_step.as_ref().map(|step| (metric, step)))
        .filter(|(_, step)| exact::is_gain(&step.gain))
        .min_by(|a, b| a.1.missing.cmp(&b.1.missing))
        .map_or_else(String::new, |(metric, step)| {
            format!(
                "{} {} {}",
                short_metric(metric),
                exact::short_money(step.missing),
                exact::fixed(&step.gain, 3, true)
            )
        })
}

/// A metric's name in at most four letters, for the step column.
fn short_metric(metric: &MetricScore) -> String {
    match &*metric.metric {
        "otrr" => "OTR".into(),
        "acv_growth" => "ACV".into(),
        "tcv_growth" => "TCV".into(),
        "premium" => "Prem".into(),
        "buying" => "BP".into(),
        "ai_pen" => "AI".into(),
        other => format::clip(other, 4, ""),
    }
}

/// Distance to the next edge: `0.25 to 5.0`, or `top` above the last.
pub fn distance(score: &PortfolioScore) -> String {
    match (&score.score, &score.missing, score.next_threshold) {
        (None, ..) => "-".to_string(),
        (Some(_), Some(missing), Some(edge)) => {
            format!("{} to {edge}", distance_text(missing))
        }
        _ => "top".to_string(),
    }
}

/// Points short of an edge: `0.25`, `met`, or a dash without a score.
fn short_of(score: &PortfolioScore, edge: Decimal) -> String {
    let Some(total) = &score.score else {
        return "-".to_string();
    };
    if score.next_threshold.is_none_or(|next| edge < next) {
        return "met".to_string();
    }
    let unit = 10i128.pow(edge.scale());
    let exact = BigRational::new(edge.mantissa().into(), unit.into());
    distance_text(&(exact - total))
}

/// Points short of an edge; never `0.00` while something is missing.
fn distance_text(missing: &BigRational) -> String {
    let two = exact::fixed(missing, 2, false);
    if two == "0.00" {
        "<0.01".to_string()
    } else {
        two
    }
}

/// A portfolio's name in so many cells: its title, a short title, or its sign.
pub fn label(portfolio: &Portfolio, cells: usize) -> String {
    let title = portfolio.title();
    if format::width(title) <= cells {
        return title.to_string();
    }
    let shorter = [
        title.split(" Infra").next().unwrap_or(title),
        title
            .get(..6)
            .filter(|_| title == "Collaboration")
            .unwrap_or(title),
    ];
    shorter
        .into_iter()
        .find(|text| format::width(text) <= cells)
        .unwrap_or_else(|| portfolio.short())
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hundredths: i64) -> PortfolioScore {
        let score = BigRational::new(hundredths.into(), 100.into());
        let edges = [Decimal::ONE, Decimal::from(5), Decimal::new(75, 1)];
        let exact = exact::decimal(&score).unwrap();
        let next = edges.into_iter().find(|edge| exact < *edge);
        let ratio = |edge: Decimal| {
            BigRational::new(edge.mantissa().into(), 10i128.pow(edge.scale()).into())
        };
        PortfolioScore {
            portfolio: Portfolio::services(),
            missing: next.map(|edge| ratio(edge) - score.clone()),
            score: Some(score),
            next_threshold: next,
            placeholder_weights: false,
            metrics: Vec::new(),
        }
    }

    #[test]
    fn an_edge_is_marked_when_it_is_crossed_and_only_then() {
        assert_eq!(mark(&at(475), &at(525)), "^");
        assert_eq!(mark(&at(475), &at(499)), "+");
        assert_eq!(mark(&at(525), &at(499)), "v");
        assert_eq!(mark(&at(525), &at(510)), "-");
        assert_eq!(
            mark(&at(600), &at(750)),
            "^",
            "the last edge has none above it"
        );
        assert_eq!(mark(&at(475), &at(475)), "");
    }

    #[test]
    fn the_distance_to_an_edge_is_never_shown_as_none_while_something_is_missing() {
        assert_eq!(distance(&at(475)), "0.25 to 5");
        assert_eq!(distance(&at(800)), "top");
        let seven = Decimal::new(75, 1);
        assert_eq!(short_of(&at(475), seven), "2.75");
        assert_eq!(short_of(&at(475), Decimal::ONE), "met");
        let mut near = at(499);
        near.missing = Some(BigRational::new(1.into(), 1000.into()));
        assert_eq!(distance(&near), "<0.01 to 5");
    }

    #[test]
    fn names_of_portfolios_shorten_before_they_are_cut() {
        let cloud = Portfolio("Cloud & AI Infrastructure".into());
        assert_eq!(label(&cloud, 30), "Cloud & AI Infrastructure");
        assert_eq!(label(&cloud, 12), "Cloud & AI");
        assert_eq!(label(&cloud, 5), "C&AI");
        assert_eq!(label(&Portfolio("Collaboration".into()), 8), "Collab");
    }
}
