//! Adoption milestones: what was earned, what can still be, what was missed, and what the stage
//! says about the renewal (program §12). Opt-in counts: a milestone pays when it was completed
//! between opt-in and expiry. Amounts arrive as data.

use crate::domain::ids::AccountId;
use crate::domain::incentive::{Eligibility, Milestone, UseCase};
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Stages in their order, with the renewal risk of a use case that stands there.
const STAGES: [(&str, Renewability); 6] = [
    ("purchase", Renewability::High),
    ("onboard", Renewability::High),
    ("implement", Renewability::Medium),
    ("use", Renewability::Medium),
    ("engage", Renewability::Low),
    ("adopt", Renewability::Low),
];

/// Renewal risk by stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Renewability {
    /// Purchase or Onboard.
    High,
    /// Implement or Use.
    Medium,
    /// Later.
    Low,
}

impl Renewability {
    /// The word on screen and in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Renewability::High => "high",
            Renewability::Medium => "medium",
            Renewability::Low => "low",
        }
    }
}

/// What became of a milestone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MilestoneState {
    /// Paid.
    Earned,
    /// Still to come and paid then.
    Potential,
    /// Done without being paid: not opted in, or before the opt-in.
    Missed,
    /// Pays nothing: done after the expiry or before the booking, or the deal is not eligible.
    Nothing,
}

impl MilestoneState {
    /// The word on screen and in JSON.
    pub fn word(self) -> &'static str {
        match self {
            MilestoneState::Earned => "earned",
            MilestoneState::Potential => "potential",
            MilestoneState::Missed => "missed",
            MilestoneState::Nothing => "nothing",
        }
    }
}

/// Where a use case stands.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseStanding {
    /// Each milestone.
    pub milestones: Vec<(Milestone, MilestoneState)>,
    /// Sum earned; none where the file names no amount.
    pub earned: Option<Decimal>,
    /// Sum still to come.
    pub potential: Option<Decimal>,
    /// Sum missed.
    pub missed: Option<Decimal>,
    /// First stage not completed; none when all are.
    pub stage: Option<Arc<str>>,
    /// What that says about the renewal.
    pub risk: Renewability,
}

/// The use case that counts for a customer and offer, and those that do not beside it.
#[derive(Clone, Debug)]
pub struct Adoption<'a> {
    /// The customer.
    pub account: AccountId,
    /// Offer.
    pub offer: Arc<str>,
    /// The one that counts.
    pub counts: &'a UseCase,
    /// The others.
    pub others: Vec<&'a UseCase>,
    /// Where the one that counts stands.
    pub standing: CaseStanding,
}

/// What became of one milestone.
fn state(case: &UseCase, milestone: &Milestone) -> MilestoneState {
    let Some(done) = milestone.done_on else {
        return match case.eligibility {
            Eligibility::Eligible => MilestoneState::Potential,
            _ => MilestoneState::Nothing,
        };
    };
    let in_time = case.expires_on.is_none_or(|last| done <= last);
    let since_booking = case.booked_on.is_none_or(|booked| booked <= done);
    match case.opt_in_on {
        Some(opt_in) if opt_in <= done => {
            if in_time && case.eligibility != Eligibility::NotEligible {
                MilestoneState::Earned
            } else {
                MilestoneState::Nothing
            }
        }
        _ if since_booking && in_time => MilestoneState::Missed,
        _ => MilestoneState::Nothing,
    }
}

/// Where a use case stands. Four milestones of 100 booked 15 Jan, opted in 1 Mar, done 20 Feb,
/// 1 Mar, 10 May and 1 Aug with expiry 31 Jul: 200 earned, 100 missed, the last pays nothing (P25).
pub fn standing(case: &UseCase) -> CaseStanding {
    let milestones: Vec<(Milestone, MilestoneState)> = case
        .milestones
        .iter()
        .map(|milestone| (milestone.clone(), state(case, milestone)))
        .collect();
    let known = milestones.iter().any(|(m, _)| m.amount.is_some());
    let sum = |wanted: MilestoneState| {
        let own = milestones.iter().filter(|(_, state)| *state == wanted);
        let sum = own
            .filter_map(|(milestone, _)| milestone.amount)
            .fold(Decimal::ZERO, Decimal::saturating_add);
        known.then_some(sum)
    };
    let done = |stage: &str| {
        let rows = case.milestones.iter();
        rows.filter(|m| &*m.stage == stage)
            .any(|m| m.done_on.is_some())
    };
    // a use case in the list was bought; a stage without a row says nothing
    let listed = |stage: &str| case.milestones.iter().any(|m| &*m.stage == stage);
    let open = STAGES
        .iter()
        .skip(1)
        .find(|(stage, _)| listed(stage) && !done(stage));
    CaseStanding {
        earned: sum(MilestoneState::Earned),
        potential: sum(MilestoneState::Potential),
        missed: sum(MilestoneState::Missed),
        stage: open.map(|(stage, _)| Arc::from(*stage)),
        risk: open.map_or(Renewability::Low, |(_, risk)| *risk),
        milestones,
    }
}

/// What all milestones of a use case pay together.
fn worth(case: &UseCase) -> Decimal {
    case.milestones
        .iter()
        .filter_map(|milestone| milestone.amount)
        .fold(Decimal::ZERO, Decimal::saturating_add)
}

/// Of several use cases the one that counts: one opted in, else the one that pays most. Of two
/// use cases of one customer and offer, 500 not opted in and 300 opted in, the 300 counts (P25).
pub fn selected<'a>(cases: &[&'a UseCase]) -> Option<&'a UseCase> {
    cases.iter().copied().max_by(|a, b| {
        let rank = |case: &UseCase| (case.opt_in_on.is_some(), worth(case));
        // of equals the earlier name, so that the order of the file does not matter
        rank(a)
            .cmp(&rank(b))
            .then_with(|| b.use_case.cmp(&a.use_case))
    })
}

impl<'a> Adoption<'a> {
    /// One entry for each customer and offer.
    pub fn of(cases: impl IntoIterator<Item = &'a UseCase>) -> Vec<Adoption<'a>> {
        let mut groups: BTreeMap<(AccountId, Arc<str>), Vec<&UseCase>> = BTreeMap::new();
        for case in cases {
            let offer: Arc<str> = case.offer.to_lowercase().into();
            groups.entry((case.account, offer)).or_default().push(case);
        }
        let entry = |((account, _), cases): ((AccountId, Arc<str>), Vec<&'a UseCase>)| {
            let counts = selected(&cases)?;
            Some(Adoption {
                account,
                offer: Arc::clone(&counts.offer),
                standing: standing(counts),
                others: cases
                    .into_iter()
                    .filter(|case| case.id != counts.id)
                    .collect(),
                counts,
            })
        };
        groups.into_iter().filter_map(entry).collect()
    }
}
