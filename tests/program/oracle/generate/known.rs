//! What a book knows beside its deals: sizes, complete months, adoption, whose assessment counts.

use super::Throw;
use crate::book::id;
use chrono::NaiveDate;
use renewdesk::domain::adoption::Adoption;
use renewdesk::domain::ids::{AccountId, AdoptionId, UseCaseId};
use renewdesk::domain::incentive::{Eligibility, Milestone, UseCase};
use renewdesk::domain::money::Currency;
use renewdesk::program::Pack;
use rust_decimal::Decimal;
use std::sync::Arc;

const OFFERS: [&str; 3] = ["Hypershield", "Secure Access", "Access"];
const STAGES: [&str; 8] = [
    "purchase",
    "onboard",
    "Implement",
    "implement",
    "use",
    "adopt",
    "optimize",
    "optimize",
];

impl Throw {
    /// Sizes that a person picked.
    pub(super) fn sizes(&mut self, pack: &Pack) {
        for portfolio in &pack.portfolios {
            if self.dice.chance(15) {
                let size = *self.dice.one(&["XS", "S", "M", "L", "XL", "XXL"]);
                let key = format!("size.{}", portfolio.id);
                self.book.settings.insert(key, size.into());
            }
        }
    }

    /// Two sheets in one book, one of them chosen or not.
    pub(super) fn resellers(&mut self) {
        let resellers = [("Northwind", "BE-1"), ("Fabrikam", "be-2")];
        let rows: Vec<_> = self.book.baseline.iter().cloned().collect();
        let without = self.dice.chance(30);
        for mut row in rows {
            // every portfolio of one of them
            let of = row.portfolio.title().len() + self.base;
            let at = of % resellers.len();
            let (name, be_id) = resellers[at];
            row.reseller = Some(name.to_string());
            row.be_id = (at == 1 || !without).then(|| be_id.to_string());
            self.book.baseline.put(row);
        }
        if self.dice.chance(70) {
            let choice = *self.dice.one(&["be-1", "fabrikam", "BE-2 ", "nobody"]);
            let settings = &mut self.book.settings;
            settings.insert("assessment.reseller".into(), choice.into());
        }
    }

    /// Marks months complete, so that they roll out as the book has them.
    pub(super) fn history(&mut self) {
        if self.dice.chance(55) {
            return;
        }
        let percent = *self.dice.one(&[10, 50, 100]);
        for back in 0..32 {
            if let Some(at) = (self.base + 1).checked_sub(back)
                && self.dice.chance(percent)
            {
                let value = if self.dice.chance(95) {
                    "true"
                } else {
                    "false"
                };
                let key = format!("history_complete.{}", self.calendar.0[at].0);
                self.book.settings.insert(key, value.into());
            }
        }
    }

    /// A description that names an offer, or none.
    pub(super) fn offer_text(&mut self) -> Option<Arc<str>> {
        let offer = *self.dice.one(&OFFERS);
        match self.dice.below(if self.adopts { 6 } else { 3 }) {
            0 => None,
            1 | 3.. => Some(format!("{} subscription", offer.to_uppercase()).into()),
            _ => Some("Catalyst support".into()),
        }
    }

    /// How far customers have come: stages of the book, and use cases with their milestones.
    pub(super) fn adoption(&mut self) {
        if !self.adopts {
            return;
        }
        for _ in 0..self.dice.span(2, 5) {
            let at = self.number();
            let (account, offer, use_case) = self.use_case_of();
            let stage = *self.dice.one(&STAGES);
            let since = self.since();
            self.book.adoption.put(Adoption {
                id: AdoptionId(id(12, at)),
                account,
                offer,
                use_case,
                stage: stage.into(),
                adoption_pct: None,
                usage_pct: None,
                seen: None,
                open_actions: None,
                origin: None,
                since: self.dice.chance(95).then_some(since),
            });
        }
        for _ in 0..*self.dice.one(&[0, 0, 2, 4, 7]) {
            self.use_case();
        }
    }

    /// A day a stage was completed, mostly since the assessment.
    fn since(&mut self) -> NaiveDate {
        let last = self.calendar.0[self.base].2;
        let days = (self.today - last).num_days();
        if days > 0 && self.dice.chance(75) {
            return last + chrono::Duration::days(self.dice.span(1, days));
        }
        self.day(120, 20)
    }

    fn use_case_of(&mut self) -> (AccountId, Arc<str>, Arc<str>) {
        let account = AccountId(id(9, self.dice.span(1, 2) as u128));
        let offer = *self.dice.one(&OFFERS);
        let use_case = *self.dice.one(&["segmentation", "visibility", "zero trust"]);
        (account, offer.into(), use_case.into())
    }

    fn use_case(&mut self) {
        let at = self.number();
        let (account, offer, use_case) = self.use_case_of();
        let dated = |throw: &mut Throw, percent: u64, back: i64| -> Option<NaiveDate> {
            let day = throw.day(back, 20);
            throw.dice.chance(percent).then_some(day)
        };
        let booked_on = dated(self, 70, 700);
        let opt_in_on = dated(self, 50, 300);
        let milestones = ["onboard", "use", "engage", "adopt"].map(|stage| Milestone {
            stage: stage.into(),
            amount: self
                .dice
                .chance(70)
                .then(|| Decimal::from(self.dice.span(1, 5) * 100)),
            done_on: self.dice.chance(70).then(|| self.since()),
        });
        self.book.use_cases.put(UseCase {
            id: UseCaseId(id(13, at)),
            account,
            offer,
            use_case,
            eligibility: *self.dice.one(&Eligibility::ALL),
            booked_on,
            opt_in_on,
            expires_on: None,
            currency: Currency::USD,
            milestones: milestones.into(),
            demo: false,
            origin: None,
        });
    }
}
