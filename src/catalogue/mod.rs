//! Facts about products: which portfolio a PID counts in, what a service SKU says, when a product
//! ends. Tables are data in `assets/catalogue`, each row with its source and confidence; an
//! imported end-of-life record always beats them. Holds no prices, touches no file at run time
//! and knows nothing of the book beyond its lines and records.

mod eol;
mod sku;
mod table;

pub use eol::{EoxIndex, Milestone, MilestoneCache, Milestones, Successor, line_milestones};
pub use sku::{is_licence, is_service_sku, kind_of, normalise_pid, service_code};
pub use table::{CatalogueError, ServiceLevel};

use crate::domain::line::LineKind;
use crate::domain::portfolio::Portfolio;
use regex::{Regex, RegexSet};
use std::collections::HashMap;
use std::sync::Arc;
use table::{EolRow, PidRow, PortfolioRow};

/// The shipped tables, parsed once and only read afterwards. Lookups cost a few pattern-set
/// matches (microseconds); callers with many lines keep a [`MilestoneCache`] of their own.
#[derive(Clone, Debug)]
pub struct Catalogue {
    pids: HashMap<Arc<str>, PidRow>,
    portfolios: Vec<PortfolioRow>,
    portfolio_patterns: RegexSet,
    eol: Vec<EolRow>,
    eol_patterns: RegexSet,
    eol_single: Vec<Regex>,
    families: Vec<Arc<str>>,
    family_patterns: RegexSet,
    levels: HashMap<Arc<str>, ServiceLevel>,
}

/// How a PID was found in a table; shown with every answer that rests on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Match {
    /// The PID as it was typed.
    AsTyped,
    /// Without spare and TAA marks.
    Normalised,
    /// Without its bundle prefix.
    WithoutPrefix,
}

impl Match {
    /// The words shown.
    pub fn words(self) -> &'static str {
        match self {
            Match::AsTyped => "PID as typed",
            Match::Normalised => "PID without spare mark",
            Match::WithoutPrefix => "PID without bundle prefix",
        }
    }
}

impl Catalogue {
    /// The tables built into the program. Their text is fixed at build time and a test reads every
    /// row; were one unreadable, everything it answers would be "unknown" rather than wrong.
    pub fn shipped() -> Catalogue {
        Catalogue::parse(&table::SHIPPED).unwrap_or_else(|_| Catalogue::empty())
    }

    fn empty() -> Catalogue {
        Catalogue {
            pids: HashMap::new(),
            portfolios: Vec::new(),
            portfolio_patterns: RegexSet::empty(),
            eol: Vec::new(),
            eol_patterns: RegexSet::empty(),
            eol_single: Vec::new(),
            families: Vec::new(),
            family_patterns: RegexSet::empty(),
            levels: HashMap::new(),
        }
    }

    /// See [`normalise_pid`].
    pub fn normalise_pid(&self, pid: &str) -> String {
        normalise_pid(pid)
    }

    /// See [`service_code`].
    pub fn service_code<'a>(&self, sku: &'a str) -> Option<&'a str> {
        service_code(sku)
    }

    /// What the code of a service SKU stands for; `None` for an unknown code, which is then for
    /// the rep to classify. `CON-SNTP-C93002TE` is 24x7x4.
    pub fn service_level(&self, sku: &str) -> Option<&ServiceLevel> {
        self.service_level_of_code(service_code(sku)?)
    }

    /// What a bare code stands for: `SNTP` is 24x7x4.
    pub fn service_level_of_code(&self, code: &str) -> Option<&ServiceLevel> {
        self.levels.get(code.to_ascii_uppercase().as_str())
    }

    /// The portfolio a product or SKU counts in: the part table where it names one, else the first
    /// portfolio pattern that matches; a licence takes it from the product after `LIC-`.
    /// Tried as typed, normalised, and without a bundle prefix; `None` is unknown.
    pub fn portfolio_of_product(&self, pid: &str) -> Option<Portfolio> {
        sku::tries(pid)
            .into_iter()
            .find_map(|(_, key)| self.portfolio_of_key(&key, true))
    }

    fn portfolio_of_key(&self, key: &str, may_inherit: bool) -> Option<Portfolio> {
        if let Some(portfolio) = self.pids.get(key).and_then(|row| row.portfolio.clone()) {
            return Some(portfolio);
        }
        let first = self.portfolio_patterns.matches(key).into_iter().next()?;
        match &self.portfolios.get(first)?.portfolio {
            Some(portfolio) => Some(portfolio.clone()),
            None if may_inherit => self.portfolio_of_key(key.strip_prefix("LIC-")?, false),
            None => None,
        }
    }

    /// The portfolio a line counts in and, beside it, that of the covered product (decision 13).
    /// Support SKUs count in Services; licences and subscriptions in their product's portfolio; a
    /// service without SKU is still Services.
    pub fn portfolio_of_line(
        &self,
        service_sku: Option<&str>,
        pid: Option<&str>,
        kind: LineKind,
    ) -> (Option<Portfolio>, Option<Portfolio>) {
        let of_pid = pid.and_then(|pid| self.portfolio_of_product(pid));
        let own = service_sku
            .and_then(|sku| self.portfolio_of_product(sku))
            .or_else(|| of_pid.clone());
        let product = of_pid.filter(|p| !p.is_services());
        let line = match kind {
            LineKind::Service => Some(Portfolio::services()),
            LineKind::Subscription | LineKind::Wrapper => own,
            LineKind::Asset => product.clone(),
        };
        (line, product)
    }

    /// The product family people group by; `None` where no pattern knows the PID.
    pub fn family_of(&self, pid: &str) -> Option<&str> {
        sku::tries(pid).into_iter().find_map(|(_, key)| {
            let by_notice = self
                .eol_row(&key)
                .map(|row| &*row.family)
                .filter(|_| !is_licence(&key));
            by_notice.or_else(|| {
                let first = self.family_patterns.matches(&key).into_iter().next()?;
                self.families.get(first).map(|family| &**family)
            })
        })
    }

    /// What the part table says of a PID: its model name and whether it is a module.
    pub fn model_of(&self, pid: &str) -> Option<&str> {
        sku::tries(pid)
            .into_iter()
            .find_map(|(_, key)| self.pids.get(key.as_str()))
            .map(|row| &*row.model)
    }

    /// True for a part the table knows as a module, line card or power supply: it is covered with
    /// the chassis it sits in.
    pub fn is_module(&self, pid: &str) -> bool {
        sku::tries(pid)
            .into_iter()
            .find_map(|(_, key)| self.pids.get(key.as_str()))
            .is_some_and(|row| row.module)
    }

    /// Every part of the table: PID, model, portfolio, and whether it is a module; sorted by PID.
    /// The demo book draws its gear from it.
    pub fn parts(&self) -> Vec<(&str, &str, Option<&Portfolio>, bool)> {
        let mut parts: Vec<_> = self
            .pids
            .iter()
            .map(|(pid, row)| (&**pid, &*row.model, row.portfolio.as_ref(), row.module))
            .collect();
        parts.sort_unstable_by_key(|part| part.0);
        parts
    }
}

#[cfg(test)]
mod tests;
