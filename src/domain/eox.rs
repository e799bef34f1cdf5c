//! End-of-life records that came with an import; they beat the shipped table for their product.

use super::ids::{BatchId, EoxId};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What an imported EoX file says of one product id.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EoxRecord {
    /// Identity.
    pub id: EoxId,
    /// Product id, upper case.
    pub pid: Arc<str>,
    /// The vendor was asked and has announced no end of life (a state of its own, not "unknown").
    pub none_announced: bool,
    /// Bulletin number.
    pub bulletin: Option<String>,
    /// Bulletin address.
    pub url: Option<String>,
    /// End of sale.
    pub end_of_sale: Option<NaiveDate>,
    /// Last day to attach service.
    pub last_attach: Option<NaiveDate>,
    /// Last day to renew service.
    pub last_renewal: Option<NaiveDate>,
    /// Last date of support.
    pub ldos: Option<NaiveDate>,
    /// Successor product id, if the record names one.
    pub successor: Option<String>,
    /// The collector's number of the end-of-life notice (`hwEolInstanceId`): products with the same
    /// one share its dates.
    pub notice: Option<String>,
    /// When the record was last updated at the source.
    pub updated: Option<NaiveDate>,
    /// True when the demo invented it.
    pub synthetic: bool,
    /// Where it was read.
    pub batch: Option<BatchId>,
}
