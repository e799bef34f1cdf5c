//! Adoption stages: what a use case was booked for counts as onboarded or adopted from the month on
//! in which that stage was completed, for as long as its booking stands in the window.

use super::{Number, Question, deals, number, price};
use num_traits::Zero;
use renewdesk::domain::ids::AccountId;
use renewdesk::domain::incentive::{Eligibility, UseCase};
use renewdesk::domain::line::{Line, LineKind};
use renewdesk::program::pack::Quantity;
use std::collections::BTreeSet;

/// A booking with a stage complete.
#[derive(Clone, Debug)]
pub struct Stage {
    pub portfolio: String,
    pub booked: usize,
    pub done: usize,
    pub quantity: Quantity,
    pub amount: Number,
}

/// What is known of a customer's use of an offer: the day of its booking, stages with the month
/// they were completed in.
struct Known {
    booked: Option<chrono::NaiveDate>,
    stages: Vec<(Quantity, usize)>,
}

/// The stages completed after the month of the assessment, up to today. The sheet holds the
/// earlier ones.
pub fn completed(question: &Question<'_>, base: usize) -> Vec<Stage> {
    let mut pairs: BTreeSet<(AccountId, String)> = BTreeSet::new();
    for row in question.book.adoption.iter() {
        pairs.insert((row.account, row.offer.trim().to_lowercase()));
    }
    for case in question.book.use_cases.iter() {
        pairs.insert((case.account, case.offer.trim().to_lowercase()));
    }
    let mut found = Vec::new();
    for line in question.book.lines.iter() {
        let Some(amount) = booked_for(question, &line) else {
            continue;
        };
        for quantity in [Quantity::OnboardedTcv, Quantity::AdoptedTcv] {
            // a deal counts once, however many offers its text names
            let mut once: Option<(usize, usize)> = None;
            for (account, offer) in &pairs {
                if *account != line.account || !names(&line, offer) {
                    continue;
                }
                let Some(known) = known(question, *account, offer) else {
                    continue;
                };
                let day = known.booked.or(line.start);
                let Some(booked) = day.and_then(|day| question.months.of(day)) else {
                    continue;
                };
                let stages = known.stages.iter();
                let done = stages
                    .filter(|stage| stage.0 == quantity)
                    .map(|stage| stage.1);
                for done in done.filter(|done| *done > base) {
                    once = Some(once.map_or((done, booked), |best| best.min((done, booked))));
                }
            }
            if let (Some((done, booked)), Some(portfolio)) = (once, line.portfolio()) {
                found.push(Stage {
                    portfolio: portfolio.title().to_string(),
                    booked,
                    done,
                    quantity,
                    amount,
                });
            }
        }
    }
    found
}

/// T of a subscription in the projection's currency, by the rate of the day it began.
fn booked_for(question: &Question<'_>, line: &Line) -> Option<Number> {
    if line.kind != LineKind::Subscription {
        return None;
    }
    let own = price::round(number(line.extended_net?), price::places(line.currency));
    deals::home(question, own, line.currency?, line.start?)
}

fn names(line: &Line, offer: &str) -> bool {
    let texts = [&line.description, &line.pid, &line.service_sku];
    !offer.is_empty()
        && texts
            .into_iter()
            .flatten()
            .any(|text| text.to_lowercase().contains(offer))
}

/// The one use case that counts of a customer and offer: by the file of use cases, else by the stage
/// a customer is known to stand at.
fn known(question: &Question<'_>, account: AccountId, offer: &str) -> Option<Known> {
    let month = |day: chrono::NaiveDate| question.months.of(day).filter(|_| day <= question.today);
    let mut cases: Vec<&UseCase> = question
        .book
        .use_cases
        .iter()
        .filter(|case| case.account == account && case.offer.trim().to_lowercase() == offer)
        .collect();
    // opted in before not, then the largest incentive, then by name
    cases.sort_by_key(|case| {
        let pays = case.milestones.iter().filter_map(|m| m.amount.map(number));
        let pays = pays.fold(Number::zero(), |sum, amount| sum + amount);
        (case.opt_in_on.is_none(), -pays, case.use_case.clone())
    });
    if let Some(case) = cases.first() {
        if case.eligibility == Eligibility::NotEligible {
            return None;
        }
        let stage = |word: &str, quantity: Quantity| {
            let done = case.milestones.iter().filter(|m| &*m.stage == word);
            let first = done.filter_map(|m| m.done_on).min();
            first.and_then(month).map(|month| (quantity, month))
        };
        return Some(Known {
            booked: case.booked_on,
            stages: [
                stage("onboard", Quantity::OnboardedTcv),
                stage("adopt", Quantity::AdoptedTcv),
            ]
            .into_iter()
            .flatten()
            .collect(),
        });
    }
    let mut rows: Vec<_> = question
        .book
        .adoption
        .iter()
        .filter(|row| row.account == account && row.offer.trim().to_lowercase() == offer)
        .collect();
    rows.sort_by_key(|row| row.use_case.clone());
    let row = rows.first()?;
    // a row names the first stage not completed: the one before it was completed that day
    let quantity = match row.stage.trim().to_lowercase().as_str() {
        "implement" => Quantity::OnboardedTcv,
        "optimize" => Quantity::AdoptedTcv,
        _ => return None,
    };
    let done = row.since.and_then(month)?;
    Some(Known {
        booked: None,
        stages: vec![(quantity, done)],
    })
}
