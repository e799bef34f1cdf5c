//! Customers and their places.

use super::ids::{AccountId, SiteId};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The name an account gets when the file names no customer; such contracts are a worklist.
pub const UNASSIGNED: &str = "Unassigned";

/// One end customer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Account {
    /// Identity.
    pub id: AccountId,
    /// Name as the newest Cisco file writes it, cleaned.
    pub name: Arc<str>,
    /// The customer id of the source system (party id, customerId), if any.
    pub party_id: Option<String>,
    /// Country as written in the file.
    pub country: Option<String>,
}

/// A place at a customer where gear is installed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Site {
    /// Identity.
    pub id: SiteId,
    /// The customer.
    pub account: AccountId,
    /// Site name or address line.
    pub name: Arc<str>,
    /// City, if given.
    pub city: Option<String>,
    /// Country, if given.
    pub country: Option<String>,
}
