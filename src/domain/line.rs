//! Coverage lines: one asset (or licence) and the service on it.

use super::ids::{AccountId, BatchId, ContractId, LineId, SiteId};
use super::money::Currency;
use super::portfolio::Portfolio;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Whether an asset is covered, as the sources say (formats §4.6). "Expiring" is never taken from
/// a file: it is computed from the end date and today.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Coverage {
    /// Under an active contract.
    Covered,
    /// Signed, not yet active.
    Pending,
    /// Past its end, inside the grace of the source.
    Overdue,
    /// Ended.
    Expired,
    /// Ended before its time.
    Terminated,
    /// In the install base without cover.
    NotCovered,
    /// Somebody else covers it; the source hides the contract.
    Masked,
    /// The source does not say.
    Unknown,
}

impl Coverage {
    /// The word on screen and in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Coverage::Covered => "covered",
            Coverage::Pending => "pending",
            Coverage::Overdue => "overdue",
            Coverage::Expired => "expired",
            Coverage::Terminated => "terminated",
            Coverage::NotCovered => "not covered",
            Coverage::Masked => "masked",
            Coverage::Unknown => "unknown",
        }
    }
}

/// What is sold on the line; decides its clock rules and whether it counts as software.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineKind {
    /// Support on a box or software licence.
    Service,
    /// A subscription or term licence; part of the buying-programme base.
    Subscription,
    /// An asset without any service on it.
    Asset,
    /// A zero-price housekeeping line (`C1-…-RENEW-T`): kept, never counted.
    Wrapper,
}

/// Where a line was last read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The import.
    pub batch: BatchId,
    /// Row in the sheet or file, 1-based as a spreadsheet shows it.
    pub row: u32,
}

impl Origin {
    /// The place in words: `ib.xlsx row 12`, with a sheet `ib.xlsx sheet North row 12`.
    pub fn words(self, file: &str, sheet: Option<&str>) -> String {
        match sheet {
            Some(sheet) => format!("{file} sheet {sheet} row {}", self.row),
            None => format!("{file} row {}", self.row),
        }
    }
}

/// One coverage line. Fields of the file and fields of the rep are kept apart: an import writes
/// the former and never the latter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// Identity.
    pub id: LineId,
    /// The contract or subscription; none for uncovered or masked assets.
    pub contract: Option<ContractId>,
    /// The customer.
    pub account: AccountId,
    /// Where it stands.
    pub site: Option<SiteId>,
    /// What is sold on it.
    pub kind: LineKind,
    /// Serial number, upper case, leading zeros kept. Not a key alone: serial and instance are.
    pub serial: Option<Arc<str>>,
    /// Instance number.
    pub instance: Option<Arc<str>>,
    /// Product id.
    pub pid: Option<Arc<str>>,
    /// Product description.
    pub description: Option<Arc<str>>,
    /// Service SKU, e.g. `CON-SNT-C93002TE`.
    pub service_sku: Option<Arc<str>>,
    /// Service level, as the file writes it.
    pub service_level: Option<Arc<str>>,
    /// First covered day.
    pub start: Option<NaiveDate>,
    /// Last covered day.
    pub end: Option<NaiveDate>,
    /// How many; never negative.
    pub quantity: Decimal,
    /// List price of one unit for `list_years`, in `currency`.
    pub unit_list: Option<Decimal>,
    /// Years the list price is for; 1 for service lines.
    pub list_years: Decimal,
    /// Prorated list price as the file writes it (for the whole quantity), kept for comparison.
    pub prorated_list: Option<Decimal>,
    /// Discount off list in percent, when the file states one.
    pub discount_pct: Option<Decimal>,
    /// Net price to Cisco for quantity and term together.
    pub extended_net: Option<Decimal>,
    /// Currency of the prices.
    pub currency: Option<Currency>,
    /// Last date of support as the line's own Cisco file gives it.
    pub ldos: Option<NaiveDate>,
    /// When the warranty ends.
    pub warranty_end: Option<NaiveDate>,
    /// When it shipped.
    pub ship_date: Option<NaiveDate>,
    /// Terminated before its end.
    pub terminated: Option<NaiveDate>,
    /// Covered or not, as the sources say.
    pub coverage: Coverage,
    /// Status text of the file, raw.
    pub status_raw: Option<Arc<str>>,
    /// The instance that followed this line, when the file links them; such a line is closed.
    pub renewed_to: Option<Arc<str>>,
    /// The box that replaced this one through RMA.
    pub replaced_by: Option<Arc<str>>,
    /// The portfolio the line counts in; unknown counts in no index.
    pub portfolio: Option<Portfolio>,
    /// The portfolio of the covered product (decision 13: a `CON-` line on a Catalyst is
    /// Services, its product is Networking).
    pub product_portfolio: Option<Portfolio>,
    /// The rep's own portfolio for the line; beats `portfolio` and survives imports.
    pub portfolio_typed: Option<Portfolio>,
    /// Premium service by the partner's own list; unknown counts as no and says so.
    pub premium: Option<bool>,
    /// Sold under an EA or MSLA; unknown counts as no and says so.
    pub ea: Option<bool>,
    /// An AI product by the partner's own list; unknown counts as no and says so.
    pub ai: Option<bool>,
    /// Whether the customer wants it renewed, as ticked in an asset list that came back.
    pub customer_renew: Option<bool>,
    /// What the customer wrote beside the tick.
    pub customer_comment: Option<Arc<str>>,
    /// Missing from the last file of its source: the batch that missed it.
    pub gone_in: Option<BatchId>,
    /// Where it was last read.
    pub origin: Option<Origin>,
    /// The sheet it was last read from, where its file had tables on several.
    pub origin_sheet: Option<Arc<str>>,
}

impl Line {
    /// A line of which nothing is known but its number and its customer: one asset, one year.
    #[inline]
    pub fn bare(id: LineId, account: AccountId) -> Line {
        Line {
            id,
            contract: None,
            account,
            site: None,
            kind: LineKind::Asset,
            serial: None,
            instance: None,
            pid: None,
            description: None,
            service_sku: None,
            service_level: None,
            start: None,
            end: None,
            quantity: Decimal::ONE,
            unit_list: None,
            list_years: Decimal::ONE,
            prorated_list: None,
            discount_pct: None,
            extended_net: None,
            currency: None,
            ldos: None,
            warranty_end: None,
            ship_date: None,
            terminated: None,
            coverage: Coverage::Unknown,
            status_raw: None,
            renewed_to: None,
            replaced_by: None,
            portfolio: None,
            product_portfolio: None,
            portfolio_typed: None,
            premium: None,
            ea: None,
            ai: None,
            customer_renew: None,
            customer_comment: None,
            gone_in: None,
            origin: None,
            origin_sheet: None,
        }
    }

    /// The portfolio the line counts in: the rep's, else the catalogue's.
    pub fn portfolio(&self) -> Option<&Portfolio> {
        self.portfolio_typed.as_ref().or(self.portfolio.as_ref())
    }

    /// True when a list or net price is known. Without a currency it still counts in no total.
    pub fn has_price(&self) -> bool {
        self.unit_list.is_some() || self.extended_net.is_some()
    }

    /// True where it gives cover, or a licence, on a day: begun, not ended, not terminated by then, and still
    /// in its file. What names no end runs while its source says so. Bare gear and wrappers give none, and
    /// of masked gear somebody else has the contract. What says "not covered" and names an end goes by it.
    pub fn runs_on(&self, day: NaiveDate) -> bool {
        let dates = match self.end {
            Some(end) => end >= day,
            None => matches!(self.coverage, Coverage::Covered | Coverage::Pending),
        };
        dates
            && self.start.is_none_or(|start| start <= day)
            && self.terminated.is_none_or(|over| over > day)
            && self.gone_in.is_none()
            && matches!(self.kind, LineKind::Service | LineKind::Subscription)
            && !matches!(self.coverage, Coverage::Terminated | Coverage::Masked)
    }

    /// True while the line can still be renewed as it stands: it has a contract and an end, is no
    /// wrapper, was not terminated, replaced or already renewed. An end in the past is still open;
    /// that is what overdue means.
    pub fn is_open(&self) -> bool {
        self.renewed_to.is_none() && self.was_due()
    }

    /// True for a line that is open, or would be had not a later one followed it: its renewal is
    /// history, but it was due.
    pub fn was_due(&self) -> bool {
        self.contract.is_some()
            && self.end.is_some()
            && matches!(self.kind, LineKind::Service | LineKind::Subscription)
            && self.terminated.is_none()
            && self.replaced_by.is_none()
            && !matches!(
                self.coverage,
                Coverage::Terminated | Coverage::Masked | Coverage::NotCovered
            )
    }
}
