//! Price rules: what the partner's own agreements say a line costs and sells for. They are data of the
//! book, kept as one setting in the order a person gave them, and every field is optional but the name
//! and at least one price. Which rule prices a line is decided in `pricing::price_rules`.

use super::ids::AccountId;
use super::portfolio::Portfolio;
use super::text::clean;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The setting that holds all rules of a book.
pub const SETTING: &str = "price_rules";

/// What parts the fields of a rule as it is written; cleaned text never holds it.
const BETWEEN: char = '\t';

/// How special a rule is; the first that matches in the most special tier prices the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tier {
    /// It names who the partner buys from, whatever else it names.
    Supplier,
    /// It names a customer.
    Account,
    /// It names neither.
    Global,
}

impl Tier {
    /// All tiers, most special first.
    pub const ALL: [Tier; 3] = [Tier::Supplier, Tier::Account, Tier::Global];

    /// Its word on screen and in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Tier::Supplier => "supplier",
            Tier::Account => "account",
            Tier::Global => "global",
        }
    }

    fn named(word: &str) -> Option<Tier> {
        Tier::ALL.into_iter().find(|tier| tier.word() == word)
    }
}

/// What a rule says of the customer's price, in percent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SellRule {
    /// Margin of the sell price.
    MarginPct(Decimal),
    /// Markup on the cost.
    MarkupPct(Decimal),
}

impl SellRule {
    /// Its field and percentage: `margin` 12.
    pub fn parts(self) -> (&'static str, Decimal) {
        match self {
            SellRule::MarginPct(pct) => ("margin", pct),
            SellRule::MarkupPct(pct) => ("markup", pct),
        }
    }
}

/// One rule. A condition that is not given holds always.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PriceRule {
    /// Its name, unique in the book whatever the case; the line it priced shows it.
    pub name: Arc<str>,
    /// Who the partner buys from.
    pub supplier: Option<Arc<str>>,
    /// The customer.
    pub account: Option<AccountId>,
    /// Pattern of the product id or the service SKU, `*` and `?` as in file names.
    pub product: Option<Arc<str>>,
    /// Pattern of the service level.
    pub level: Option<Arc<str>>,
    /// The portfolio of the line.
    pub portfolio: Option<Portfolio>,
    /// First day it prices on.
    pub from: Option<NaiveDate>,
    /// Last day it prices on.
    pub until: Option<NaiveDate>,
    /// Discount off list in percent: what the line costs.
    pub discount_pct: Option<Decimal>,
    /// What the customer pays.
    pub sell: Option<SellRule>,
}

impl PriceRule {
    /// How special it is.
    pub fn tier(&self) -> Tier {
        match (&self.supplier, self.account) {
            (Some(_), _) => Tier::Supplier,
            (None, Some(_)) => Tier::Account,
            (None, None) => Tier::Global,
        }
    }

    /// What it does, in words: `40 % off list, margin 12 %`.
    pub fn effect(&self) -> String {
        let off = self.discount_pct.map(off_list);
        let sell = self.sell.map(|sell| {
            let (word, pct) = sell.parts();
            format!("{word} {} %", pct.normalize())
        });
        let parts: Vec<String> = off.into_iter().chain(sell).collect();
        parts.join(", ")
    }

    /// Its fields as they are written, in their order; the customer by id.
    fn fields(&self) -> Vec<(&'static str, String)> {
        let text = |text: &Option<Arc<str>>| text.as_deref().map(str::to_string);
        let day = |day: Option<NaiveDate>| day.map(|day| day.to_string());
        let pct = |pct: Option<Decimal>| pct.map(|pct| pct.normalize().to_string());
        let sell = self.sell.map(SellRule::parts);
        let all = [
            ("supplier", text(&self.supplier)),
            ("account", self.account.map(|id| id.to_string())),
            ("product", text(&self.product)),
            ("level", text(&self.level)),
            (
                "portfolio",
                self.portfolio.as_ref().map(Portfolio::to_string),
            ),
            ("from", day(self.from)),
            ("until", day(self.until)),
            ("discount", pct(self.discount_pct)),
            sell.map_or(("margin", None), |(word, value)| (word, pct(Some(value)))),
        ];
        let known = all.into_iter().filter_map(|(key, text)| Some((key, text?)));
        known.collect()
    }

    fn written(&self) -> String {
        let mut out = clean(&self.name).into_owned();
        for (key, text) in self.fields() {
            out.push(BETWEEN);
            out.push_str(key);
            out.push('=');
            out.push_str(&clean(&text));
        }
        out
    }

    /// A rule as it was written; nothing where the line holds none.
    fn read(line: &str) -> Option<PriceRule> {
        let mut parts = line.split(BETWEEN);
        let mut rule = PriceRule {
            name: parts.next().filter(|name| !name.is_empty())?.into(),
            ..PriceRule::default()
        };
        for part in parts {
            let (key, text) = part.split_once('=')?;
            let pct = || Decimal::from_str_exact(text).ok();
            match key {
                "supplier" => rule.supplier = Some(text.into()),
                "account" => rule.account = Some(text.parse().ok()?),
                "product" => rule.product = Some(text.into()),
                "level" => rule.level = Some(text.into()),
                "portfolio" => rule.portfolio = Portfolio::named(text),
                "from" => rule.from = Some(text.parse().ok()?),
                "until" => rule.until = Some(text.parse().ok()?),
                "discount" => rule.discount_pct = Some(pct()?),
                "margin" => rule.sell = Some(SellRule::MarginPct(pct()?)),
                "markup" => rule.sell = Some(SellRule::MarkupPct(pct()?)),
                _ => return None,
            }
        }
        Some(rule)
    }
}

/// `40 % off list`.
fn off_list(pct: Decimal) -> String {
    format!("{} % off list", pct.normalize())
}

/// All rules of a book, in the order a person gave them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PriceRules {
    /// Who the partner buys from where nothing else is said.
    pub supplier: Option<Arc<str>>,
    /// The rules; among those of one tier the first that matches wins.
    pub rules: Vec<PriceRule>,
}

impl PriceRules {
    /// The rules of a book, by its settings.
    pub fn of(settings: &BTreeMap<String, String>) -> PriceRules {
        let Some(text) = settings.get(SETTING) else {
            return PriceRules::default();
        };
        let mut lines = text.split('\n');
        let supplier = lines.next().filter(|name| !name.is_empty());
        PriceRules {
            supplier: supplier.map(Arc::from),
            rules: lines.filter_map(PriceRule::read).collect(),
        }
    }

    /// As the setting holds them: the supplier on the first line, then a rule a line. Nothing where there
    /// is nothing to keep.
    pub fn value(&self) -> Option<String> {
        if self.supplier.is_none() && self.rules.is_empty() {
            return None;
        }
        let mut out = clean(self.supplier.as_deref().unwrap_or_default()).into_owned();
        for rule in &self.rules {
            out.push('\n');
            out.push_str(&rule.written());
        }
        Some(out)
    }

    /// The rules in the order they are asked: tier by tier.
    pub fn in_order(&self) -> impl Iterator<Item = &PriceRule> {
        let of_tier = |tier| self.rules.iter().filter(move |rule| rule.tier() == tier);
        Tier::ALL.into_iter().flat_map(of_tier)
    }

    /// The rule of a name, whatever its case.
    pub fn named(&self, name: &str) -> Option<&PriceRule> {
        self.place(name).and_then(|at| self.rules.get(at))
    }

    fn place(&self, name: &str) -> Option<usize> {
        let wanted = name.trim().to_lowercase();
        let mut rules = self.rules.iter();
        rules.position(|rule| rule.name.to_lowercase() == wanted)
    }

    /// Puts a rule in the place of the one of its name, or before another, or behind all. True when it
    /// took the place of one.
    pub fn put(&mut self, rule: PriceRule, before: Option<&str>) -> bool {
        let known = self.place(&rule.name);
        let at = match (before, known) {
            (None, Some(at)) => at,
            _ => {
                let before = before.and_then(|name| self.place(name));
                before.unwrap_or(self.rules.len())
            }
        };
        self.rules.insert(at, rule);
        if let Some(old) = known {
            self.rules.remove(if old >= at { old + 1 } else { old });
        }
        known.is_some()
    }

    /// Takes the rule of a name away.
    pub fn remove(&mut self, name: &str) -> Option<PriceRule> {
        self.place(name).map(|at| self.rules.remove(at))
    }

    /// Every supplier a rule or the book names, each once, in their order.
    pub fn suppliers(&self) -> Vec<Arc<str>> {
        let mut known: Vec<Arc<str>> = Vec::new();
        let all = self.rules.iter().map(|rule| &rule.supplier);
        for name in std::iter::once(&self.supplier).chain(all).flatten() {
            let same = |other: &Arc<str>| other.to_lowercase() == name.to_lowercase();
            if !known.iter().any(same) {
                known.push(name.clone());
            }
        }
        known
    }
}

/// Which rule priced a quote line, and what it said: `Ingram SNT`, 40 % off list, margin 12 %. What the line
/// has now is compared with it, so that a price typed afterwards is told from the rule's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PricedBy(Arc<str>);

impl PricedBy {
    /// The mark of a rule that set the cost, the customer's price, or both.
    pub fn new(rule: &PriceRule, buy: bool, sell: bool) -> PricedBy {
        let mut out = format!("{}{BETWEEN}tier={}", clean(&rule.name), rule.tier().word());
        let discount = rule
            .discount_pct
            .filter(|_| buy)
            .map(|pct| ("discount", pct));
        let sell = rule.sell.filter(|_| sell).map(SellRule::parts);
        for (key, pct) in discount.into_iter().chain(sell) {
            out.push_str(&format!("{BETWEEN}{key}={}", pct.normalize()));
        }
        PricedBy(out.into())
    }

    /// A mark as it was written.
    pub fn of_text(text: Arc<str>) -> PricedBy {
        PricedBy(text)
    }

    /// As it is written.
    pub fn text(&self) -> &Arc<str> {
        &self.0
    }

    /// Name of the rule.
    pub fn name(&self) -> &str {
        self.0.split(BETWEEN).next().unwrap_or_default()
    }

    /// How special the rule was.
    pub fn tier(&self) -> Tier {
        self.field("tier")
            .and_then(Tier::named)
            .unwrap_or(Tier::Global)
    }

    /// The discount off list it set, in percent.
    pub fn discount_pct(&self) -> Option<Decimal> {
        self.pct("discount")
    }

    /// What it set of the customer's price.
    pub fn sell(&self) -> Option<SellRule> {
        let margin = self.pct("margin").map(SellRule::MarginPct);
        margin.or_else(|| self.pct("markup").map(SellRule::MarkupPct))
    }

    fn field(&self, key: &str) -> Option<&str> {
        let mut fields = self.0.split(BETWEEN).skip(1);
        fields.find_map(|field| field.strip_prefix(key)?.strip_prefix('='))
    }

    fn pct(&self, key: &str) -> Option<Decimal> {
        Decimal::from_str_exact(self.field(key)?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(name: &str) -> PriceRule {
        PriceRule {
            name: name.into(),
            discount_pct: Some(Decimal::from(40)),
            ..PriceRule::default()
        }
    }

    #[test]
    fn rules_read_back_as_they_were_written() {
        let full = PriceRule {
            supplier: Some("Ingram = Micro".into()),
            account: Some(AccountId(uuid::Uuid::from_u128(7))),
            product: Some("CON-SNT*".into()),
            level: Some("8x5x*".into()),
            portfolio: Portfolio::named("services"),
            from: NaiveDate::from_ymd_opt(2026, 1, 1),
            until: NaiveDate::from_ymd_opt(2026, 12, 31),
            sell: Some(SellRule::MarkupPct(Decimal::new(125, 1))),
            ..rule("Ingram SNT")
        };
        let rules = PriceRules {
            supplier: Some("Ingram Micro".into()),
            rules: vec![full, rule("house")],
        };
        let settings = BTreeMap::from([(SETTING.to_string(), rules.value().unwrap_or_default())]);
        assert_eq!(PriceRules::of(&settings), rules);
        assert_eq!(PriceRules::default().value(), None);
    }

    #[test]
    fn a_rule_keeps_its_place_unless_it_is_put_before_another() {
        let names = |rules: &PriceRules| {
            let names: Vec<String> = rules.rules.iter().map(|r| r.name.to_string()).collect();
            names.join(" ")
        };
        let mut rules = PriceRules::default();
        for name in ["a", "b", "c"] {
            assert!(!rules.put(rule(name), None));
        }
        assert!(rules.put(rule("B"), None));
        assert_eq!(names(&rules), "a B c");
        assert!(rules.put(rule("c"), Some("A")));
        assert_eq!(names(&rules), "c a B");
        assert!(rules.put(rule("c"), Some("b")));
        assert_eq!(names(&rules), "a c B");
        assert!(rules.put(rule("c"), Some("c")));
        assert_eq!(names(&rules), "a c B");
        assert!(!rules.put(rule("d"), Some("a")));
        assert_eq!(
            rules.remove("C").map(|rule| rule.name.to_string()),
            Some("c".into())
        );
        assert_eq!(names(&rules), "d a B");
    }

    #[test]
    fn a_mark_says_which_sides_the_rule_set() {
        let rule = PriceRule {
            sell: Some(SellRule::MarginPct(Decimal::from(12))),
            supplier: Some("Ingram".into()),
            ..rule("r")
        };
        let both = PricedBy::new(&rule, true, true);
        assert_eq!((both.name(), both.tier()), ("r", Tier::Supplier));
        assert_eq!(both.discount_pct(), Some(Decimal::from(40)));
        assert_eq!(both.sell(), rule.sell);
        let cost = PricedBy::new(&rule, true, false);
        assert_eq!((cost.discount_pct().is_some(), cost.sell()), (true, None));
    }
}
