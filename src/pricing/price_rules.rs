//! Which price rule prices a line, what it makes of it, and whether a price is still the rule's.
//! Supplier before account before global; in a tier the first that matches in the order of the book.

use super::edit::Field;
use super::hold::{self, Hold};
use crate::domain::ids::AccountId;
use crate::domain::money::Currency;
use crate::domain::price_rule::{PriceRule, PriceRules, PricedBy, SellRule, Tier};
use crate::domain::quote::{BuyDriver, Quote, QuoteLine, SellDriver};
use crate::domain::rules::Rules;
use crate::domain::text::clean;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::sync::Arc;

/// What rules are asked for: whose quote, bought from whom, on which day.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The customer.
    pub account: AccountId,
    /// Who the partner buys from; none matches no rule of a supplier.
    pub supplier: Option<&'a str>,
    /// The day the line is priced on.
    pub today: NaiveDate,
}

/// Which sides of a line a rule may set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sides {
    /// What it costs.
    pub buy: bool,
    /// What the customer pays.
    pub sell: bool,
}

impl Sides {
    /// Both.
    pub const BOTH: Sides = Sides {
        buy: true,
        sell: true,
    };
}

/// The rule that prices a line: the first of the most special tier that matches it.
pub fn first<'r>(
    rules: &'r PriceRules,
    line: &QuoteLine,
    asked: Asked<'_>,
) -> Option<&'r PriceRule> {
    let of_tier = |tier: Tier| {
        let mut rules = rules.rules.iter().filter(move |rule| rule.tier() == tier);
        rules.find(|rule| matches(rule, line, asked))
    };
    Tier::ALL.into_iter().find_map(of_tier)
}

/// True where every condition of a rule holds. What a line does not say matches no condition.
pub fn matches(rule: &PriceRule, line: &QuoteLine, asked: Asked<'_>) -> bool {
    let same = |wanted: &Arc<str>, text: Option<&str>| {
        text.is_some_and(|text| text.trim().to_lowercase() == wanted.trim().to_lowercase())
    };
    let fits = |pattern: &Arc<str>, text: &Option<Arc<str>>| {
        text.as_deref().is_some_and(|text| like(pattern, text))
    };
    let products = [&line.pid, &line.service_sku];
    rule.from.is_none_or(|from| from <= asked.today)
        && rule.until.is_none_or(|until| asked.today <= until)
        && rule
            .supplier
            .as_ref()
            .is_none_or(|name| same(name, asked.supplier))
        && rule.account.is_none_or(|account| account == asked.account)
        && (rule.product.as_ref()).is_none_or(|p| products.iter().any(|text| fits(p, text)))
        && rule
            .level
            .as_ref()
            .is_none_or(|level| fits(level, &line.service_level))
        && (rule.portfolio.as_ref()).is_none_or(|wanted| line.portfolio.as_ref() == Some(wanted))
}

/// True where a pattern with `*` (any letters) and `?` (one) is the whole text, whatever the case:
/// `CON-SNT*` is `con-sntp-c93002te`.
pub fn like(pattern: &str, text: &str) -> bool {
    let letters = |text: &str| -> Vec<char> { text.trim().to_uppercase().chars().collect() };
    let (pattern, text) = (letters(pattern), letters(text));
    let (mut at, mut here) = (0, 0);
    // the last star and how far its letters reached: never gone back further, so that no pattern is slow
    let mut star: Option<(usize, usize)> = None;
    while here < text.len() {
        match (pattern.get(at), star) {
            (Some('*'), _) => {
                star = Some((at, here));
                at += 1;
            }
            (Some(wanted), _) if *wanted == '?' || text.get(here) == Some(wanted) => {
                at += 1;
                here += 1;
            }
            (_, Some((from, reached))) => {
                star = Some((from, reached + 1));
                (at, here) = (from + 1, reached + 1);
            }
            (_, None) => return false,
        }
    }
    pattern.iter().skip(at).all(|letter| *letter == '*')
}

/// A line at the price of a rule; none where the rule can set nothing of it. A discount needs a list price;
/// with the customer's price held only the cost moves.
///
/// 1,000.00 list for the year at 40 % off and a margin of 20 %: net 600.00, sell 750.00.
pub fn priced(
    line: &QuoteLine,
    rule: &PriceRule,
    sides: Sides,
    hold: Hold,
    (currency, today, rules): On<'_>,
) -> Option<QuoteLine> {
    let listed = line.unit_list.is_some();
    let discount = rule.discount_pct.filter(|_| sides.buy && listed);
    let sell = rule.sell.filter(|_| sides.sell && hold != Hold::Sell);
    let mut new = match discount {
        Some(pct) => {
            let text = pct.to_string();
            let edits = [(Field::DiscountPct, &*text)];
            hold::apply(line, &edits, hold, currency, (today, rules)).ok()?
        }
        None => line.clone(),
    };
    match sell {
        Some(SellRule::MarginPct(pct)) => new.sell = SellDriver::MarginPct(pct),
        Some(SellRule::MarkupPct(pct)) => new.sell = SellDriver::MarkupPct(pct),
        None if discount.is_none() => return None,
        None => {}
    }
    new.rule = Some(PricedBy::new(rule, discount.is_some(), sell.is_some()));
    Some(new)
}

/// What prices are worked out with: the currency of the quote, the day, the rules of the pack.
pub type On<'a> = (Currency, NaiveDate, &'a Rules);

/// Prices new lines by the rules of the book: each by the first that matches it.
pub fn price_new<'l>(
    lines: impl IntoIterator<Item = &'l mut QuoteLine>,
    rules: &PriceRules,
    asked: Asked<'_>,
    sides: Sides,
    on: On<'_>,
) {
    if rules.rules.is_empty() {
        return;
    }
    for line in lines {
        let rule = first(rules, line, asked);
        if let Some(new) = rule.and_then(|rule| priced(line, rule, sides, Hold::Typed, on)) {
            *line = new;
        }
    }
}

/// What the rules would make of the lines of a quote.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Repriced {
    /// Lines that change, as they are and as they would be.
    pub changed: Vec<(QuoteLine, QuoteLine)>,
    /// Numbers of lines that stand at their rule's price already.
    pub same: Vec<u32>,
    /// Numbers of lines no rule matches: they stay.
    pub unmatched: Vec<u32>,
    /// Lines their rule can set nothing of, with its name.
    pub unable: Vec<(u32, Arc<str>)>,
}

/// The wanted lines of a quote at the prices of their rules. Nothing is written here.
pub fn reprice(
    quote: &Quote,
    wanted: impl Fn(&QuoteLine) -> bool,
    rules: &PriceRules,
    (asked, hold): (Asked<'_>, Hold),
    pack: &Rules,
) -> Repriced {
    let mut found = Repriced::default();
    for line in quote.lines.iter().filter(|line| wanted(line)) {
        let Some(rule) = first(rules, line, asked) else {
            found.unmatched.push(line.number);
            continue;
        };
        let on = (quote.currency, asked.today, pack);
        match priced(line, rule, Sides::BOTH, hold, on) {
            None => found.unable.push((line.number, rule.name.clone())),
            Some(new) if new == *line => found.same.push(line.number),
            Some(new) => found.changed.push((line.clone(), new)),
        }
    }
    found
}

/// Where one side of a line's price comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The rule set it, and it is what the rule said.
    Rule,
    /// The rule set it, and it was typed or taken from elsewhere since.
    Typed,
    /// No rule set it.
    Apart,
}

impl Source {
    /// Its word in JSON; none where no rule set it.
    pub fn word(self) -> Option<&'static str> {
        match self {
            Source::Rule => Some("rule"),
            Source::Typed => Some("typed"),
            Source::Apart => None,
        }
    }
}

/// Where cost and customer's price of a line come from.
pub fn sources(line: &QuoteLine) -> (Source, Source) {
    let Some(mark) = &line.rule else {
        return (Source::Apart, Source::Apart);
    };
    let of = |set: bool, stands: bool| match (set, stands) {
        (false, _) => Source::Apart,
        (true, true) => Source::Rule,
        (true, false) => Source::Typed,
    };
    let bought = mark.discount_pct();
    let buys = bought.is_some_and(|pct| line.buy == BuyDriver::DiscountPct(pct));
    let sold = mark.sell();
    let sells = match (sold, line.sell) {
        (Some(SellRule::MarginPct(pct)), SellDriver::MarginPct(own)) => pct == own,
        (Some(SellRule::MarkupPct(pct)), SellDriver::MarkupPct(own)) => pct == own,
        _ => false,
    };
    (of(bought.is_some(), buys), of(sold.is_some(), sells))
}

/// Which rule priced a line, and what of it was typed since: `price rule Ingram SNT (supplier): cost 40 % off
/// list; sell typed, rule said margin
/// 12 %`. Nothing on a line no rule priced.
pub fn told(line: &QuoteLine) -> Option<String> {
    let mark = line.rule.as_ref()?;
    let (buy, sell) = sources(line);
    let one = |source, side: &str, rule: String| match source {
        Source::Rule => Some(format!("{side} {rule}")),
        Source::Typed => Some(format!("{side} typed, rule said {rule}")),
        Source::Apart => None,
    };
    let pct = |pct: Decimal| pct.normalize();
    let off = mark.discount_pct();
    let off = off.and_then(|off| one(buy, "cost", format!("{} % off list", pct(off))));
    let on_top = mark.sell().and_then(|rule| {
        let (word, value) = rule.parts();
        one(sell, "sell", format!("{word} {} %", pct(value)))
    });
    let sides: Vec<String> = off.into_iter().chain(on_top).collect();
    let (name, tier) = (clean(mark.name()), mark.tier().word());
    Some(format!("price rule {name} ({tier}): {}", sides.join("; ")))
}
