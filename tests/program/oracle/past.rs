//! What the book itself knows of the months of the assessment, and how they leave their windows:
//! by that history where a person marked the month complete, else in even parts.

use super::deals::{self, Event, What};
use super::{Number, Question, Standing, whole};
use num_traits::{Signed, Zero};
use renewdesk::program::pack::{Quantity, RollOut};
use std::collections::BTreeMap;

/// The book's own history.
pub struct Past {
    events: Vec<Event>,
    complete: Vec<bool>,
    base: usize,
}

impl Past {
    /// What is booked, whatever view is asked for and whatever is being typed.
    pub fn of(question: &Question<'_>, base: usize) -> Past {
        let marked = |code: &String| {
            let setting = format!("history_complete.{code}");
            question.pack.rollout == RollOut::HistoryThenEven
                && question.book.settings.get(&setting).map(String::as_str) == Some("true")
        };
        let complete: Vec<bool> = question
            .months
            .0
            .iter()
            .map(|(code, ..)| marked(code))
            .collect();
        let none = BTreeMap::new();
        let booked = Question {
            book: question.book,
            pack: question.pack,
            months: question.months,
            today: question.today,
            standing: Standing::Booked,
            month: question.month.clone(),
            p: &none,
            draft: None,
        };
        let events = match complete.contains(&true) {
            true => deals::events(&booked),
            false => Vec::new(),
        };
        Past {
            events,
            complete,
            base,
        }
    }

    /// What a month of the assessment's window held: by history, else an even part of the whole.
    pub fn month(
        &self,
        (portfolio, quantity): (&renewdesk::domain::portfolio::Portfolio, Quantity),
        amount: Number,
        window: usize,
        month: i64,
        question: &Question<'_>,
    ) -> Number {
        let known = usize::try_from(month).is_ok_and(|at| self.complete.get(at) == Some(&true));
        // when a stage was completed is no part of a month's history of deals
        let told = !matches!(quantity, Quantity::OnboardedTcv | Quantity::AdoptedTcv);
        if !known || !told {
            return amount / whole(window);
        }
        let services = portfolio.is_services();
        let held = self.events.iter().filter(|event| {
            let in_sheet = match event.what {
                What::Due(_) => event.month <= self.base,
                What::OnTime(_) | What::Booking(_) => {
                    event.month <= self.base && event.booked <= self.base
                }
            };
            in_sheet && event.month as i64 == month && event.portfolio == portfolio.title()
        });
        held.fold(Number::zero(), |sum, event| {
            sum + event.what.adds(quantity, services, question.pack) * event.share
        })
    }
}

/// What is left of a window's amount; history never leaves less than nothing of it.
pub fn left(amount: Number, gone: Number) -> Number {
    let left = amount - gone;
    if left.is_negative() && !amount.is_negative() {
        Number::zero()
    } else {
        left
    }
}
