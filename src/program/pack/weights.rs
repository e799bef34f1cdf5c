//! Checks of weights, on every day from which other rows count: a portfolio's categories sum to
//! 100, typed metric weights of a category sum to 100, and every weight has something to weigh.

use super::checks::blame;
use super::days::turns;
use super::problem::{Place, Problem};
use super::schema::*;
use super::tables::ReadPack;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Runs the checks.
pub fn all(read: &ReadPack, problems: &mut Vec<Problem>) {
    for (rule, place) in read.pack.metrics.iter().zip(&read.metric_places) {
        if rule.share < Decimal::ZERO {
            problems.push(Problem::error(place.clone(), "a share cannot be negative"));
        }
        if rule.weight_pct.is_some_and(|w| w < Decimal::ZERO) {
            let message = "a metric weight cannot be negative";
            problems.push(Problem::error(place.clone(), message));
        }
    }
    let portfolios: BTreeSet<&Arc<str>> = read
        .pack
        .categories
        .iter()
        .map(|c| &c.portfolio)
        .chain(read.pack.metrics.iter().map(|m| &m.portfolio))
        .collect();
    for portfolio in portfolios {
        let own = Own::of(read, portfolio);
        let categories = own.categories.iter().map(|(c, _)| &c.effective);
        let metrics = own.metrics.iter().map(|(m, _)| &m.effective);
        let mut said = BTreeSet::new();
        for day in turns(categories.chain(metrics)) {
            for (place, message) in own.faults_on(day) {
                if said.insert(message.clone()) {
                    let message = format!("{message}{}", since(day));
                    problems.push(Problem::error(place.clone(), message));
                }
            }
        }
    }
}

/// The day a fault begins, where it is not there all along.
pub fn since(day: NaiveDate) -> String {
    match day {
        NaiveDate::MIN => String::new(),
        day => format!(" (from {day})"),
    }
}

/// The rows of one portfolio.
struct Own<'a> {
    portfolio: &'a str,
    categories: Vec<(&'a CategoryRule, &'a Place)>,
    metrics: Vec<(&'a MetricRule, &'a Place)>,
}

type Fault<'a> = (&'a Place, String);

impl<'a> Own<'a> {
    fn of(read: &'a ReadPack, portfolio: &'a str) -> Own<'a> {
        let categories = read.pack.categories.iter().zip(&read.category_places);
        let metrics = read.pack.metrics.iter().zip(&read.metric_places);
        Own {
            portfolio,
            categories: categories
                .filter(|(c, _)| &*c.portfolio == portfolio)
                .collect(),
            metrics: metrics
                .filter(|(m, _)| &*m.portfolio == portfolio)
                .collect(),
        }
    }

    fn faults_on(&self, day: NaiveDate) -> Vec<Fault<'a>> {
        let categories: Vec<_> = self
            .categories
            .iter()
            .filter(|(c, _)| c.effective.on(day))
            .copied()
            .collect();
        let metrics: Vec<_> = self
            .metrics
            .iter()
            .filter(|(m, _)| m.effective.on(day))
            .copied()
            .collect();
        let mut faults = Vec::new();
        self.categories_on(&categories, &mut faults);
        for (category, place) in &categories {
            let of_it: Vec<_> = metrics
                .iter()
                .filter(|(m, _)| m.category == category.id)
                .copied()
                .collect();
            self.metrics_on(category, place, &of_it, &mut faults);
        }
        for (metric, place) in metrics {
            let weighs = metric
                .weight_pct
                .map_or(!metric.share.is_zero(), |w| !w.is_zero());
            let known = categories.iter().any(|(c, _)| c.id == metric.category);
            let later = self.categories.iter().any(|(c, _)| c.id == metric.category);
            // A category that exists on no day is an unknown name, said elsewhere.
            if weighs && !known && later {
                let message = format!(
                    "metric {} of {} is in {}, which has no weight",
                    metric.id, self.portfolio, metric.category
                );
                faults.push((place, message));
            }
        }
        faults
    }

    fn categories_on(
        &self,
        categories: &[(&'a CategoryRule, &'a Place)],
        faults: &mut Vec<Fault<'a>>,
    ) {
        let place = categories.iter().map(|(_, place)| *place).reduce(blame);
        let Some(place) = place else { return };
        let sum: Decimal = categories.iter().map(|(c, _)| c.weight_pct).sum();
        if sum != Decimal::ONE_HUNDRED {
            let message = format!(
                "category weights of {} sum to {}, not 100",
                self.portfolio,
                sum.normalize()
            );
            faults.push((place, message));
        }
    }

    fn metrics_on(
        &self,
        category: &CategoryRule,
        place: &'a Place,
        metrics: &[(&'a MetricRule, &'a Place)],
        faults: &mut Vec<Fault<'a>>,
    ) {
        let typed = || metrics.iter().filter(|(m, _)| m.weight_pct.is_some());
        let blamed = |from: &mut dyn Iterator<Item = &'a Place>| from.reduce(blame);
        if let Some(at) = blamed(&mut typed().map(|(_, place)| *place)) {
            let sum: Decimal = typed().filter_map(|(m, _)| m.weight_pct).sum();
            if sum != Decimal::ONE_HUNDRED {
                let message = format!(
                    "metric weights of {} {} sum to {}, not 100",
                    self.portfolio,
                    category.id,
                    sum.normalize()
                );
                faults.push((at, message));
            }
        } else if !category.weight_pct.is_zero() && metrics.iter().all(|(m, _)| m.share.is_zero()) {
            let rows = metrics.iter().map(|(_, place)| *place);
            let at = blamed(&mut rows.chain(std::iter::once(place)));
            let message = format!(
                "category {} of {} weighs {} but has no metric with a share",
                category.id,
                self.portfolio,
                category.weight_pct.normalize()
            );
            faults.push((at.unwrap_or(place), message));
        }
    }
}
