//! Renewals: the opportunity a rep works, one per contract and end date (decision 1).

use super::ids::{ContractId, RenewalId};
use super::line::Line;
use super::money::Currency;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The id of a stage, e.g. `upcoming`. Which stages exist is data ([`crate::domain::rules`]).
pub type StageId = Arc<str>;

/// A renewal: open lines of one contract or subscription that share an end date and a currency.
/// Every field below the first block belongs to the rep; imports never write it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Renewal {
    /// Identity.
    pub id: RenewalId,
    /// The contract or subscription that ends.
    pub contract: ContractId,
    /// Last covered day of its lines.
    pub end: NaiveDate,
    /// Currency its lines share; none when no line has a price.
    pub currency: Option<Currency>,

    /// Where the work stands.
    pub stage: StageId,
    /// The day the stage was entered.
    pub stage_on: Option<NaiveDate>,
    /// Who works it.
    pub owner: Option<Arc<str>>,
    /// What happens next.
    pub next_step: Option<String>,
    /// And when.
    pub next_date: Option<NaiveDate>,
    /// Out of the Today list until that day.
    pub snoozed_until: Option<NaiveDate>,
    /// Planned booking date, if the rep typed one.
    pub planned_on: Option<NaiveDate>,
    /// The rep's own call: `commit`, `likely`, `best`, `omitted`.
    pub forecast: Option<Arc<str>>,
    /// The rep's flag that it is at risk, with the reason.
    pub at_risk: Option<String>,
    /// Signals marked by hand (ids of `rules.signals`), e.g. `competitor`.
    pub signals: Vec<Arc<str>>,
    /// PO number once received.
    pub po_number: Option<String>,
    /// Order number once booked.
    pub order_number: Option<String>,
    /// Booking date once booked.
    pub booked_on: Option<NaiveDate>,
    /// Why it was lost or left to lapse (an id of `rules.loss_reasons`).
    pub loss_reason: Option<Arc<str>>,
    /// When a manager last looked at the risk, and what the reasons were then.
    pub reviewed: Option<Reviewed>,
    /// Optimistic versions, one per group of fields that people edit together.
    pub versions: RenewalVersions,
}

/// Which of the renewals of its contract and end a line belongs to: the one of its currency. One without
/// a price joins the first that has a currency (in the order of the codes, as the import groups them); a
/// priced line joins one without currency where there is no other. A price without a currency belongs to
/// the renewal without one first. A line in euros belongs to none of a slot in dollars.
pub fn choose<T: Copy>(slot: &[(Option<Currency>, T)], line: &Line) -> Option<T> {
    let wanted = match line.currency {
        None if line.has_price() && slot.iter().any(|(own, _)| own.is_none()) => None,
        Some(currency) => slot.iter().find(|(own, _)| *own == Some(currency)),
        None => slot
            .iter()
            .filter(|(own, _)| own.is_some())
            .min_by_key(|(own, _)| *own),
    };
    wanted
        .or_else(|| slot.iter().find(|(own, _)| own.is_none()))
        .map(|(_, at)| *at)
}

/// "I have seen this risk": it returns to the list when the reasons change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reviewed {
    /// The day of the review.
    pub on: NaiveDate,
    /// A fingerprint of the reasons seen.
    pub reasons: String,
}

/// Version counters of a renewal's field groups. An edit names the version it saw; a different
/// one in the book means somebody else was faster, and the edit is refused with both values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RenewalVersions {
    /// Stage, its date, PO, order, booking, loss reason.
    pub stage: i64,
    /// Owner.
    pub owner: i64,
    /// Next step, its date, snooze.
    pub next: i64,
    /// Forecast, planned date, flags, review.
    pub outlook: i64,
}

/// ATR: the value available to renew (decision 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Atr {
    /// Sum of the lines' run-rates, each rounded; `None` when no line has a price.
    pub amount: Option<Decimal>,
    /// Currency of the amount.
    pub currency: Option<Currency>,
    /// What it was made from.
    pub basis: Basis,
}

/// What a value rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// Net to Cisco from the file.
    Net,
    /// List price; the file has no net.
    List,
    /// Some lines net, some list.
    Mixed,
    /// No price at all.
    None,
}
