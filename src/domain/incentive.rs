//! What the partner loaded of Cisco's partner incentive: rates, which product belongs to which
//! offer group, and the adoption milestones of use cases. None of it is public and none is
//! shipped; every row says from which file and row it came.

use super::ids::{AccountId, OfferGroupId, RateId, UseCaseId};
use super::line::Origin;
use super::money::Currency;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A component of the incentive. The desk computes `renew` and `acv_growth`; rates of the others
/// are kept and listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Component {
    /// A first sale.
    Land,
    /// Milestones of adoption.
    Adopt,
    /// More of what a customer has.
    Expand,
    /// The flat part of a renewal.
    Renew,
    /// What a renewal brings above the prior year.
    AcvGrowth,
    /// Services.
    Services,
    /// Bonuses.
    Bonus,
}

impl Component {
    /// All of them.
    pub const ALL: [Component; 7] = [
        Component::Land,
        Component::Adopt,
        Component::Expand,
        Component::Renew,
        Component::AcvGrowth,
        Component::Services,
        Component::Bonus,
    ];

    /// The word in files, in the book and in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Component::Land => "land",
            Component::Adopt => "adopt",
            Component::Expand => "expand",
            Component::Renew => "renew",
            Component::AcvGrowth => "acv_growth",
            Component::Services => "services",
            Component::Bonus => "bonus",
        }
    }

    /// The component of a word, whatever its case.
    pub fn named(word: &str) -> Option<Component> {
        let word = word.trim().to_lowercase().replace([' ', '-'], "_");
        Component::ALL.into_iter().find(|c| c.word() == word)
    }
}

/// The rate column a partner's level opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RateColumn {
    /// Cisco Partner.
    Partner,
    /// Cisco Preferred Partner.
    Preferred,
}

impl RateColumn {
    /// Both.
    pub const ALL: [RateColumn; 2] = [RateColumn::Partner, RateColumn::Preferred];

    /// The word in files, in the book and in JSON.
    pub fn word(self) -> &'static str {
        match self {
            RateColumn::Partner => "partner",
            RateColumn::Preferred => "preferred",
        }
    }

    /// The column of a word, whatever its case.
    pub fn named(word: &str) -> Option<RateColumn> {
        let word = word.trim().to_lowercase();
        RateColumn::ALL.into_iter().find(|c| c.word() == word)
    }
}

/// One rate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rate {
    /// Identity.
    pub id: RateId,
    /// What it pays for.
    pub component: Component,
    /// Offer group.
    pub gsp: Arc<str>,
    /// Region as the partner's file writes it, `AMER`; `*` for every region.
    pub region: Arc<str>,
    /// Partner type.
    pub column: RateColumn,
    /// Percent, 0 to 100.
    pub rate_pct: Decimal,
    /// First day it holds.
    pub from: Option<NaiveDate>,
    /// Last day it holds; open without one.
    pub to: Option<NaiveDate>,
    /// Invented for a demo book; never used in another.
    pub demo: bool,
    /// File and row; none for rows of a rule pack.
    pub origin: Option<Origin>,
}

/// Which offer group a product belongs to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OfferGroup {
    /// Identity.
    pub id: OfferGroupId,
    /// Product id or service SKU; a trailing `*` stands for every id that begins so.
    pub product: Arc<str>,
    /// Offer group.
    pub gsp: Arc<str>,
    /// First day it holds.
    pub from: Option<NaiveDate>,
    /// Last day it holds.
    pub to: Option<NaiveDate>,
    /// Invented for a demo book.
    pub demo: bool,
    /// File and row.
    pub origin: Option<Origin>,
}

/// Where the vendor's deal stands for the adoption incentive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Eligibility {
    /// Milestones still to come can be earned.
    Eligible,
    /// Nothing is paid any more.
    NotEligible,
    /// Done; what was earned stands.
    Completed,
}

impl Eligibility {
    /// All of them.
    pub const ALL: [Eligibility; 3] = [
        Eligibility::Eligible,
        Eligibility::NotEligible,
        Eligibility::Completed,
    ];

    /// The word in files and JSON.
    pub fn word(self) -> &'static str {
        match self {
            Eligibility::Eligible => "eligible",
            Eligibility::NotEligible => "not_eligible",
            Eligibility::Completed => "completed",
        }
    }

    /// The state of a word, whatever its case.
    pub fn named(word: &str) -> Option<Eligibility> {
        let word = word.trim().to_lowercase().replace([' ', '-'], "_");
        Eligibility::ALL.into_iter().find(|e| e.word() == word)
    }
}

/// A paid milestone of a use case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Milestone {
    /// Stage: onboard, implement, use, engage, adopt.
    pub stage: Arc<str>,
    /// What it pays; none where the stage is not paid.
    pub amount: Option<Decimal>,
    /// The day it was completed.
    pub done_on: Option<NaiveDate>,
}

/// A use case at a customer with its adoption incentive.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UseCase {
    /// Identity.
    pub id: UseCaseId,
    /// The customer.
    pub account: AccountId,
    /// Offer.
    pub offer: Arc<str>,
    /// Use case.
    pub use_case: Arc<str>,
    /// Where the vendor's deal stands.
    pub eligibility: Eligibility,
    /// Booking date.
    pub booked_on: Option<NaiveDate>,
    /// Opt-in date; none while not opted in.
    pub opt_in_on: Option<NaiveDate>,
    /// Last day on which a milestone pays.
    pub expires_on: Option<NaiveDate>,
    /// Currency of the amounts.
    pub currency: Currency,
    /// Milestones in the order of the stages.
    pub milestones: Vec<Milestone>,
    /// Invented for a demo book.
    pub demo: bool,
    /// File and first row.
    pub origin: Option<Origin>,
}
