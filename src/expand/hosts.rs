//! Which devices take a licence, and which licence: by the patterns of the pack and what the book shows.

use super::price::{Median, Prices};
use crate::domain::money::Currency;
use crate::domain::rules::Attach;
use regex::Regex;
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Devices and the licences the book has of them. A device the book has no licence for at all is left
/// alone: nobody may have read a file with subscriptions.
#[derive(Debug, Default)]
pub(super) struct Hosts {
    patterns: Vec<(Regex, Regex)>,
    /// Licences by the host they name.
    licences: BTreeMap<Arc<str>, Vec<Arc<str>>>,
}

/// A licence to propose.
#[derive(Clone, Debug)]
pub(super) struct Proposed {
    /// Its product id.
    pub pid: Arc<str>,
    /// The customer has such a licence already.
    pub own: bool,
    /// One unit a year, where the book has a price in the customer's currency; true where it is list.
    pub yearly: Option<(Median, bool, Option<Decimal>)>,
}

impl Hosts {
    /// By the patterns of a pack; one that is none takes nothing.
    pub fn of(rules: &[Attach], prices: &Prices) -> Hosts {
        let pattern = |text: &str| Regex::new(text).ok();
        let patterns = rules
            .iter()
            .filter_map(|rule| Some((pattern(&rule.device)?, pattern(&rule.licence)?)));
        let mut hosts = Hosts {
            patterns: patterns.collect(),
            licences: BTreeMap::new(),
        };
        for pid in prices.licences() {
            if let Some(host) = hosts.of_licence(pid) {
                hosts
                    .licences
                    .entry(host)
                    .or_default()
                    .push(Arc::clone(pid));
            }
        }
        hosts
    }

    /// The host a licence names.
    pub fn of_licence(&self, pid: &str) -> Option<Arc<str>> {
        let mut found = self.patterns.iter().filter_map(|(_, licence)| {
            let host = licence.captures(pid)?.get(1)?;
            Some(host.as_str().into())
        });
        found.next()
    }

    /// The host a device is, where the book has a licence of it.
    pub fn of_device(&self, pid: &str) -> Option<Arc<str>> {
        let takes = self.patterns.iter().any(|(device, _)| device.is_match(pid));
        let host = pid.split('-').next().filter(|_| takes)?;
        let (known, _) = self.licences.get_key_value(host)?;
        self.of_licence(pid).is_none().then(|| Arc::clone(known))
    }

    /// The licence to propose for a device: the customer's commonest of that host, for as many ports if
    /// there is one, else the book's; the first by name among equals.
    pub fn propose(
        &self,
        host: &str,
        device: &str,
        own: &BTreeMap<Arc<str>, (usize, crate::domain::ids::LineId)>,
        prices: &Prices,
        currency: Option<Currency>,
    ) -> Option<Proposed> {
        let all = self.licences.get(host)?;
        let ports = ports(device);
        let best = |count: &dyn Fn(&Arc<str>) -> usize| {
            let known = all.iter().filter(|pid| count(pid) > 0);
            let fits = |pid: &Arc<str>| ports.is_some() && licence_ports(pid) == ports;
            // of equals the first by name
            let better = known.rev().max_by_key(|pid| (fits(pid), count(pid)));
            better.map(Arc::clone)
        };
        let mine = best(&|pid| own.get(pid).map_or(0, |(lines, _)| *lines));
        let is_own = mine.is_some();
        let pid = mine.or_else(|| best(&|pid| prices.licence_lines(pid)))?;
        let yearly = currency.and_then(|currency| prices.licence(&pid, currency));
        let own = is_own;
        Some(Proposed { pid, own, yearly })
    }
}

/// The ports a device's id names: 48 of `C9300-48P-A`.
fn ports(device: &str) -> Option<u32> {
    let part = device.split('-').nth(1)?;
    let digits: String = part.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

/// The ports a licence's id names: 48 of `C9300-DNA-A-48-3Y`.
fn licence_ports(licence: &str) -> Option<u32> {
    licence.split('-').nth(3)?.parse().ok()
}
