//! The inputs behind a metric: imported figures with file and row, the window, what rolled out, the
//! deals that count and where they are from. Text only; nothing is computed that the projection
//! did not.

use super::base::{Live, MetricBase, PortfolioBase};
use super::behind;
use super::engine::Engine;
use super::exact;
use super::pack::CountedBy;
use super::project::Deals;
use super::source::Sources;
use super::totals::Table;
use super::{MetricScore, Projection};
use crate::domain::snapshot::Snapshot;
use num_rational::BigRational;
use num_traits::Zero;

/// Most deals listed one by one.
const LISTED: usize = 8;

/// Lines of an explanation: label and text.
pub type Lines = Vec<(String, String)>;

/// Adds a line.
pub fn say(lines: &mut Lines, label: &str, text: impl Into<String>) {
    lines.push((label.to_string(), text.into()));
}

/// What is told of a metric.
pub struct Told<'a> {
    /// The projection it stands in.
    pub projection: &'a Projection,
    /// The engine that made it.
    pub engine: &'a Engine,
    /// The book, for the sources of the deals.
    pub book: Option<&'a Snapshot>,
    /// The portfolio at the baseline.
    pub base: &'a PortfolioBase,
    /// The metric at the baseline.
    pub own: &'a MetricBase,
    /// The metric as projected.
    pub metric: &'a MetricScore,
}

impl Told<'_> {
    /// Imported figures with file and row, the window, what rolled out, what deals added.
    pub fn list(&self, lines: &mut Lines) {
        let own = self.own;
        let origin = own.origin.as_deref().unwrap_or("not imported");
        let number = |n: &Option<BigRational>| {
            n.as_ref()
                .map_or_else(|| "not given".to_string(), |n| exact::text(n, 2))
        };
        let index = own
            .index
            .map_or_else(|| "not given".to_string(), |i| i.normalize().to_string());
        say(
            lines,
            "imported",
            format!(
                "A {}, B {}, applied index {index} ({origin})",
                number(&own.a),
                number(&own.b)
            ),
        );
        if let Some(live) = own.live {
            self.windows(lines, live);
            self.rolled(lines, live);
        }
    }

    /// The window of A, and of B where that lies before it.
    fn windows(&self, lines: &mut Lines, live: Live) {
        let engine = self.engine;
        let by = if live.a.counted_by() == CountedBy::Due {
            "by end date"
        } else {
            "by booking date"
        };
        let offset = live.base_offset(engine.pack.growth.prior_offset_months);
        let mut tell = |label: &str, offset: usize| {
            let month = &self.projection.month;
            let found = engine.calendar.window_before(month, live.months, offset);
            if let Some((from, to)) = found {
                let months = live.months;
                say(
                    lines,
                    label,
                    format!("{months} months, {from} to {to}, {by}"),
                );
            }
        };
        tell("window", 0);
        if offset > 0 {
            tell("window of B", offset);
        }
    }

    fn rolled(&self, lines: &mut Lines, live: Live) {
        let engine = self.engine;
        let Some(at) = engine.calendar.position(&self.projection.month) else {
            return;
        };
        let nothing = Table::of(0, 0);
        let deals_of = Deals {
            sums: &nothing,
            portfolio: engine
                .names
                .number(&self.base.portfolio)
                .unwrap_or_default(),
            places: engine.pack.currency.minor_units(),
        };
        let Some(moves) = engine.moves(self.own, &deals_of, at) else {
            return;
        };
        let part = |total: &Option<BigRational>, rolled: &BigRational| {
            total
                .as_ref()
                .map_or_else(BigRational::zero, |total| total - rolled)
        };
        if self.base.imported {
            let (a, b) = (&moves.rolled_a, &moves.rolled_b);
            let gone = engine.start.as_ref().map_or(0, |start| at - *start);
            let left = live.months.saturating_sub(gone);
            let text = format!(
                "{}; {left} of {} months of it remain",
                pair(a, b),
                live.months
            );
            say(lines, "rolled on", text);
        }
        let total = (
            part(&self.metric.a, &moves.rolled_a),
            part(&self.metric.b, &moves.rolled_b),
        );
        say(lines, "from deals", pair(&total.0, &total.1));
        self.deals(lines, &total);
    }

    /// The deals behind "from deals", largest first; what they do not add up to is the quote on
    /// screen, as far as it differs from what the book holds.
    fn deals(&self, lines: &mut Lines, total: &(BigRational, BigRational)) {
        let found = self
            .engine
            .shares(self.projection, &self.base.portfolio, self.own);
        let Some(shares) = found else { return };
        let listed = shares.get(..LISTED).unwrap_or(&shares);
        let sources = self.book.map(|book| (Sources::of(listed, book), book));
        for share in listed {
            let label = match &*share.name {
                "" => "quote of no renewal".to_string(),
                name if share.pulled_forward => format!("contract {name} (pulled forward)"),
                name => format!("contract {name}"),
            };
            let mut text = pair(&share.a, &share.b);
            if let Some((sources, book)) = &sources {
                text = format!("{text} ({})", sources.words(share, book));
            }
            say(lines, &label, text);
        }
        let rest = shares.get(LISTED..).unwrap_or(&[]);
        if !rest.is_empty() {
            let (a, b) = behind::sum(rest);
            say(lines, &format!("{} more", rest.len()), pair(&a, &b));
        }
        let (a, b) = behind::sum(&shares);
        let left = (&total.0 - a, &total.1 - b);
        if !left.0.is_zero() || !left.1.is_zero() {
            say(
                lines,
                "quote on screen, or of no renewal",
                pair(&left.0, &left.1),
            );
        }
    }
}

fn pair(a: &BigRational, b: &BigRational) -> String {
    format!("A {}, B {}", exact::text(a, 2), exact::text(b, 2))
}
