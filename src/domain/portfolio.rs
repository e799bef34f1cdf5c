//! Portfolios: the names the program scores by. Which portfolios exist is data of the rule pack;
//! this module only knows the common spellings, so that files and people may write them freely.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

/// A portfolio by its canonical title, e.g. `Services` or `Cloud & AI Infrastructure`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Portfolio(pub Arc<str>);

/// Spellings met in files (key: lower case, letters and digits only) and their canonical title.
const ALIASES: [(&str, &str); 16] = [
    ("networking", "Networking"),
    ("security", "Security"),
    ("collaboration", "Collaboration"),
    ("collab", "Collaboration"),
    ("services", "Services"),
    ("service", "Services"),
    ("splunk", "Splunk"),
    ("observability", "Splunk"),
    ("cloudaiinfrastructure", "Cloud & AI Infrastructure"),
    ("cloudandaiinfrastructure", "Cloud & AI Infrastructure"),
    ("cloudai", "Cloud & AI Infrastructure"),
    ("cloudandai", "Cloud & AI Infrastructure"),
    ("cloudaiinfra", "Cloud & AI Infrastructure"),
    ("cloudandaiinfra", "Cloud & AI Infrastructure"),
    ("cloud", "Cloud & AI Infrastructure"),
    ("datacenter", "Cloud & AI Infrastructure"),
];

impl Portfolio {
    /// The titles of those every pack knows; some more than once.
    pub fn titles() -> impl Iterator<Item = &'static str> {
        ALIASES.iter().map(|(_, title)| *title)
    }

    /// The portfolio a text names: a known spelling becomes its title, any other text is kept as
    /// typed (a later pack may know it). Blank text is no portfolio.
    pub fn named(text: &str) -> Option<Portfolio> {
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        let key: String = text
            .chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect();
        let title = ALIASES
            .iter()
            .find(|(alias, _)| *alias == key)
            .map_or(text, |(_, title)| title);
        Some(Portfolio(title.into()))
    }

    /// The Services portfolio, the only one with an on-time renewal rate.
    pub fn services() -> Portfolio {
        Portfolio("Services".into())
    }

    /// True for the Services portfolio.
    pub fn is_services(&self) -> bool {
        &*self.0 == "Services"
    }

    /// The canonical title.
    pub fn title(&self) -> &str {
        &self.0
    }

    /// A short form for narrow columns: Net, Sec, Col, C&AI, Svc, Spl, else the first four letters.
    pub fn short(&self) -> &str {
        match &*self.0 {
            "Networking" => "Net",
            "Security" => "Sec",
            "Collaboration" => "Col",
            "Services" => "Svc",
            "Splunk" => "Spl",
            "Cloud & AI Infrastructure" => "C&AI",
            other => other
                .char_indices()
                .nth(4)
                .map_or(other, |(at, _)| &other[..at]),
        }
    }
}

impl fmt::Display for Portfolio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
