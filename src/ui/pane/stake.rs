//! What a renewal does to the scores, in lines: points and mark by portfolio, the metrics behind
//! them, the nearest step. For the detail pane and for `i`; figures come from the attribution.

use crate::book::QueueRow;
use crate::program::attribution::{Detail, MetricDetail};
use crate::ui::desk::Desk;
use crate::ui::pane::exact;
use num_traits::Signed;

/// Label and text; a line without a label belongs to the one above.
pub fn lines(row: &QueueRow, desk: &Desk) -> Vec<(String, String)> {
    let Some(stakes) = &desk.stakes else {
        return vec![("PVI".into(), "being computed".into())];
    };
    let Some(detail) = stakes.detail(row.renewal()).filter(|_| row.open()) else {
        return Vec::new();
    };
    let month = &stakes.board.month;
    if detail.portfolios.is_empty() {
        let text = format!("moves no metric by {month}");
        return vec![("PVI".into(), text)];
    }
    let mut out = Vec::new();
    let words = row.at_stake().map_or(String::new(), |stake| stake.words());
    out.push(("PVI".into(), format!("{words}, all open, {month}")));
    // what is lost first, then what only moves
    let mut portfolios: Vec<_> = detail.portfolios.iter().collect();
    portfolios.sort_by_key(|portfolio| std::cmp::Reverse(portfolio.points.abs()));
    for portfolio in portfolios {
        let lapses = exact::fixed(&-&portfolio.points, 3, true);
        let text = format!(
            "{} {lapses} if it lapses, {}",
            portfolio.portfolio,
            portfolio.mark.word()
        );
        out.push((String::new(), text));
        out.extend(portfolio.metrics.iter().map(|m| (String::new(), metric(m))));
    }
    if let Some(sentence) = nearest(&detail, desk) {
        out.push((String::new(), sentence));
    }
    out
}

/// `On-time renewal rate 54.00 > 58.00 %, index 8 > 9`.
fn metric(metric: &MetricDetail) -> String {
    let value = |value: &Option<num_rational::BigRational>| {
        value
            .as_ref()
            .map_or_else(|| "-".to_string(), |value| exact::fixed(value, 2, false))
    };
    let (with, without) = &metric.value;
    let (index, before) = (metric.index.0.normalize(), metric.index.1.normalize());
    let steps = if index == before {
        format!("index {index}")
    } else {
        format!("index {before} > {index}")
    };
    format!(
        "  {} {} > {} %, {steps}",
        metric.title,
        value(without),
        value(with)
    )
}

/// The step nearest in money over all metrics, with the deal counted.
fn nearest(detail: &Detail, desk: &Desk) -> Option<String> {
    let currency = desk.pack.currency;
    let all = detail.portfolios.iter().flat_map(|portfolio| {
        let name = &portfolio.portfolio;
        portfolio.metrics.iter().flat_map(move |metric| {
            let up = metric.with.up.iter();
            let down = metric.with.down.iter();
            let lifts = up.map(move |edge| (edge.money, edge.lifts(metric.counts, name, currency)));
            let falls =
                down.map(move |edge| (edge.money, edge.spares(metric.counts, name, currency)));
            lifts.chain(falls)
        })
    });
    all.min_by_key(|(money, _)| *money)
        .map(|(_, sentence)| sentence)
}
