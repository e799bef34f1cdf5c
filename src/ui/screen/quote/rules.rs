//! The price rules at a quote: which there are and what each would price, the lines priced by them after
//! every cell was shown, a rule typed, and what a line says of the rule that priced it.

use super::Model;
use super::whole::put;
use crate::domain::account::Account;
use crate::domain::command::Command;
use crate::domain::ids::{AccountId, QuoteLineId};
use crate::domain::money::Currency;
use crate::domain::price_rule::{PriceRule, PriceRules, SETTING};
use crate::domain::quote::{Quote, QuoteLine};
use crate::domain::text::clean;
use crate::pricing::hold::Hold;
use crate::pricing::price_rules::{Asked, Repriced, Sides, first, price_new, reprice, told};
use crate::pricing::rule_text::read_line;
use crate::pricing::{price_line, price_quote, with_lines};
use crate::ui::desk::{Ctx, Desk};
use crate::ui::effect::Tone;
use crate::ui::format;
use crate::ui::overlay::{Overlay, pick, prompt};
use crate::ui::pane::explain;
use std::collections::HashSet;
use std::rc::Rc;
use std::sync::Arc;

/// What the rules are asked for: lines of a quote that may be priced.
struct Lines {
    quote: Quote,
    ids: HashSet<QuoteLineId>,
    /// `3 marked lines`, `all 12 lines`.
    words: String,
    /// How many of them are locked and stay.
    locked: usize,
    hold: Hold,
}

/// What an entry of the list does.
enum Entry {
    /// Prices the lines, buying from a supplier.
    Price(Option<Arc<str>>),
    /// Shows a rule.
    Show(PriceRule),
    /// Asks for a new one.
    New,
    /// Asks for one to be taken away.
    Remove,
}

impl Model {
    /// Lists the rules and what pricing by them would do.
    pub(super) fn ask_rules(&mut self, ctx: &mut Ctx<'_>) {
        let Some(sheet) = self.sheet.as_deref() else {
            return;
        };
        let (quote, desk) = (sheet.kept.clone(), ctx.desk);
        let marked = self.grid.marked().is_some();
        // on a subtotal the lines of its group
        let rows = match marked || self.row().is_none() {
            true => self.chosen(),
            false => (0..quote.lines.len()).collect(),
        };
        let lines = rows.iter().filter_map(|row| quote.lines.get(*row));
        let chosen: Vec<QuoteLineId> = lines.map(|line| line.id).collect();
        let many = format::count(chosen.len(), "line", "lines");
        let words = match marked {
            true => format!("the {many} marked"),
            false if chosen.len() < quote.lines.len() => format!("{many} of the group"),
            false => format!("all {many}"),
        };
        let free = chosen.iter().filter(|id| !self.locked.contains(id));
        let ids: HashSet<QuoteLineId> = free.copied().collect();
        let lines = Rc::new(Lines {
            locked: chosen.len() - ids.len(),
            quote,
            ids,
            words,
            hold: self.hold,
        });
        ctx.open(Overlay::Pick(list(lines, desk)));
    }
}

/// The list: pricing by the rules, the rules in the order they are asked, a new one.
fn list(lines: Rc<Lines>, desk: &Desk) -> pick::Model {
    let rules = PriceRules::of(&desk.snapshot.settings);
    let mut entries: Vec<(Entry, (String, String))> = Vec::new();
    let mut put = |entry, head: String, hint: String| entries.push((entry, (head, hint)));
    if !rules.rules.is_empty() {
        let own = rules.supplier.clone();
        let others = rules.suppliers();
        let others = others.into_iter().filter(|name| Some(name) != own.as_ref());
        for supplier in std::iter::once(own.clone()).chain(others.map(Some)) {
            let from = match &supplier {
                Some(name) => format!(" ({})", clean(name)),
                None => String::new(),
            };
            let head = format!("Price {}{from}", lines.words);
            let found = lines.priced(&rules, supplier.as_deref(), desk);
            put(Entry::Price(supplier), head, lines.summary(&found, desk));
        }
    }
    let asked = lines.asked(rules.supplier.as_deref(), desk);
    let all = lines.quote.lines.iter();
    let won: Vec<&PriceRule> = all.filter_map(|line| first(&rules, line, asked)).collect();
    for rule in rules.in_order() {
        let count = won.iter().filter(|one| std::ptr::eq(**one, rule)).count();
        let head = format!("{:<8} {}", rule.tier().word(), clean(&rule.name));
        let hint = format!("{}; {count} of the quote's lines", rule.effect());
        put(Entry::Show(rule.clone()), head, hint);
    }
    let hint = "name, conditions and percentages";
    put(Entry::New, "New or changed rule…".into(), hint.into());
    if !rules.rules.is_empty() {
        let hint = "lines it priced keep their prices";
        put(Entry::Remove, "Take a rule away…".into(), hint.into());
    }
    let title = match rules.rules.len() {
        0 => "No price rules yet".to_string(),
        n => format!(
            "{} at {}",
            format::count(n, "price rule", "price rules"),
            lines.quote.number
        ),
    };
    let (mut does, items): (Vec<Entry>, Vec<_>) = entries.into_iter().unzip();
    pick::Model::new(title, items, 0, move |chosen, ctx| {
        if chosen >= does.len() {
            return;
        }
        match does.swap_remove(chosen) {
            Entry::Price(supplier) => preview(&lines, supplier.as_deref(), ctx),
            Entry::Show(rule) => show(&lines, &rule, ctx),
            Entry::New => ask_new(lines.quote.account, ctx),
            Entry::Remove => ask_remove(ctx),
        }
    })
}

impl Lines {
    fn asked<'a>(&self, supplier: Option<&'a str>, desk: &Desk) -> Asked<'a> {
        Asked {
            account: self.quote.account,
            supplier,
            today: desk.today,
        }
    }

    fn priced(&self, rules: &PriceRules, supplier: Option<&str>, desk: &Desk) -> Repriced {
        let asked = self.asked(supplier, desk);
        let wanted = |line: &QuoteLine| self.ids.contains(&line.id);
        reprice(&self.quote, wanted, rules, (asked, self.hold), &desk.rules)
    }

    /// What pricing would do: `5 change, net 1,000.00 → 900.00; 2 without a rule; 1 locked`.
    fn summary(&self, found: &Repriced, desk: &Desk) -> String {
        let mut parts = Vec::new();
        match found.changed.len() {
            0 => parts.push("nothing changes".to_string()),
            n => {
                let new: Vec<QuoteLine> =
                    found.changed.iter().map(|(_, new)| new.clone()).collect();
                let (_, before) = price_quote(&self.quote, &desk.rules);
                let (_, after) = price_quote(&with_lines(&self.quote, &new), &desk.rules);
                let amount = |value| format::amount(value, self.quote.currency);
                let (net, then) = (amount(before.net), amount(after.net));
                parts.push(format!("{n} change, net {net} → {then}"));
            }
        }
        let mut count = |n: usize, what: &str| {
            if n > 0 {
                parts.push(format!("{n} {what}"));
            }
        };
        count(found.unmatched.len(), "without a rule");
        count(found.unable.len(), "without a list price");
        count(self.locked, "locked");
        parts.join("; ")
    }
}

/// Shows every cell; Enter writes them all in one step.
fn preview(lines: &Rc<Lines>, supplier: Option<&str>, ctx: &mut Ctx<'_>) {
    let desk = ctx.desk;
    let rules = PriceRules::of(&desk.snapshot.settings);
    let found = lines.priced(&rules, supplier, desk);
    if found.changed.is_empty() {
        let why = lines.summary(&found, desk);
        return ctx.say(Tone::Note, format!("Nothing was changed: {why}"));
    }
    if desk.read_only {
        return ctx.say(Tone::Refused, "The book is open for reading only");
    }
    let quote = lines.quote.clone();
    let cells = |line: &QuoteLine| {
        let priced = price_line(line, quote.currency, &desk.rules);
        let amount = |value: Option<_>| {
            value.map_or("?".to_string(), |value| {
                format::amount(value, quote.currency)
            })
        };
        (amount(priced.extended_net), amount(priced.extended_sell))
    };
    let changed = found.changed.iter().map(|(old, new)| {
        let ((net, sell), (net_then, sell_then)) = (cells(old), cells(new));
        let rule = new.rule.as_ref().map_or("", |mark| mark.name());
        let head = format!("line {} {}", old.number, clean(rule));
        (
            head,
            format!("net {net} → {net_then}, sell {sell} → {sell_then}"),
        )
    });
    let stays = found.unable.iter().map(|(line, rule)| {
        let why = format!("{} needs a list price", clean(rule));
        (format!("line {line} stays"), why)
    });
    let unmatched = found.unmatched.iter();
    let unmatched = unmatched.map(|line| (format!("line {line} stays"), "no rule matches".into()));
    let items = changed.chain(stays).chain(unmatched).collect();
    let new: Vec<QuoteLine> = found.changed.iter().map(|(_, new)| new.clone()).collect();
    let many = format::count(new.len(), "line", "lines");
    let title = format!("Price {many} of {} by the rules", quote.number);
    let label = format!("{} priced by rules: {many}", quote.number);
    let popup = pick::Model::preview(title, items, move |ctx| put(&quote, new, label, ctx));
    ctx.open(Overlay::Pick(popup));
}

/// A rule with its conditions and the lines of the quote it prices.
fn show(lines: &Rc<Lines>, rule: &PriceRule, ctx: &mut Ctx<'_>) {
    let desk = ctx.desk;
    let rules = PriceRules::of(&desk.snapshot.settings);
    let mut out: Vec<(String, String)> = vec![
        ("sets".into(), rule.effect()),
        ("tier".into(), rule.tier().word().into()),
    ];
    out.extend(conditions(rule, desk));
    let asked = lines.asked(rules.supplier.as_deref(), desk);
    let its = lines.quote.lines.iter().filter(|line| {
        let found = first(&rules, line, asked);
        found.is_some_and(|one| one.name == rule.name)
    });
    let numbers: Vec<String> = its.map(|line| line.number.to_string()).collect();
    let text = match numbers.is_empty() {
        true => "none: another rule comes first, or a condition does not hold".to_string(),
        false => numbers.join(", "),
    };
    out.push((format!("lines of {}", lines.quote.number), text));
    let title = format!("Price rule {}", clean(&rule.name));
    ctx.open(Overlay::Explain(explain::Model::new(title, out)));
}

/// What a rule holds for, a line for each condition.
fn conditions(rule: &PriceRule, desk: &Desk) -> Vec<(String, String)> {
    let mut out = Vec::new();
    let mut put = |label: &str, text: Option<String>| {
        if let Some(text) = text {
            out.push((label.to_string(), clean(&text).into_owned()));
        }
    };
    let text = |text: &Option<Arc<str>>| text.as_deref().map(str::to_string);
    let customer = |account: Option<Account>| match account {
        Some(account) => account.name.to_string(),
        None => "a customer no longer in the book".to_string(),
    };
    put("bought from", text(&rule.supplier));
    let account = rule
        .account
        .map(|id| customer(desk.snapshot.accounts.get(id)));
    put("customer", account);
    put("product or SKU", text(&rule.product));
    put("service level", text(&rule.level));
    put(
        "portfolio",
        rule.portfolio.as_ref().map(ToString::to_string),
    );
    put("from", rule.from.map(format::day));
    put("until", rule.until.map(format::day));
    if out.is_empty() {
        out.push(("holds for".into(), "every line".into()));
    }
    out
}

/// Asks for a rule in one line; one of the same name takes its place.
fn ask_new(account: AccountId, ctx: &mut Ctx<'_>) {
    let read = move |text: &str, desk: &Desk| {
        read_line(text, |name| customer(name, account, desk), desk.today)
            .map_err(|why| why.to_string())
    };
    let popup = prompt::Model::new(
        "A price rule",
        "Name: discount 40, margin 12, product CON-SNT*, account this, supplier Ingram",
        "",
        move |text, desk| {
            let rule = read(text, desk)?;
            let rules = PriceRules::of(&desk.snapshot.settings);
            let word = match rules.named(&rule.name) {
                Some(_) => "changes",
                None => "adds",
            };
            let held = conditions(&rule, desk);
            let held = held
                .into_iter()
                .map(|(label, text)| format!("{label} {text}"));
            let held: Vec<String> = held.collect();
            let (name, tier) = (&rule.name, rule.tier().word());
            let sets = rule.effect();
            Ok(format!(
                "{word} {name} ({tier}): {sets}; {}",
                held.join(", ")
            ))
        },
        move |text, ctx| match read(text, ctx.desk) {
            Ok(rule) => {
                let label = format!("price rule {}: {}", rule.name, rule.effect());
                write(ctx, label, |rules| {
                    rules.put(rule, None);
                });
            }
            Err(why) => ctx.say(Tone::Refused, why),
        },
    );
    ctx.open(Overlay::Prompt(popup));
}

/// The customer a rule names; `this` is the quote's.
fn customer(name: &str, this: AccountId, desk: &Desk) -> Result<AccountId, String> {
    let wanted = name.trim().to_lowercase();
    if wanted == "this" {
        return Ok(this);
    }
    let accounts = &desk.snapshot.accounts;
    let named = |test: &dyn Fn(&str) -> bool| -> Vec<AccountId> {
        let fits = accounts
            .iter()
            .filter(|account| test(&account.name.to_lowercase()));
        fits.take(2).map(|account| account.id).collect()
    };
    let mut found = named(&|name| name == wanted);
    if found.is_empty() {
        found = named(&|name| name.contains(&wanted));
    }
    match found.as_slice() {
        [one] => Ok(*one),
        [] => Err(format!("no customer {:?} in the book", clean(name.trim()))),
        _ => Err(format!("{:?} fits several customers", clean(name.trim()))),
    }
}

/// Asks which rule to take away.
fn ask_remove(ctx: &mut Ctx<'_>) {
    let rules = PriceRules::of(&ctx.desk.snapshot.settings);
    let names: Vec<Arc<str>> = rules.in_order().map(|rule| rule.name.clone()).collect();
    let items = rules.in_order().map(|rule| {
        let head = format!("{:<8} {}", rule.tier().word(), clean(&rule.name));
        (head, rule.effect())
    });
    let popup = pick::Model::new(
        "Take which rule away?",
        items.collect(),
        0,
        move |at, ctx| {
            if let Some(name) = names.get(at) {
                write(ctx, format!("price rule taken away: {name}"), |rules| {
                    rules.remove(name);
                });
            }
        },
    );
    ctx.open(Overlay::Pick(popup));
}

/// Writes the rules of the book as they then are.
fn write(ctx: &mut Ctx<'_>, label: String, change: impl FnOnce(&mut PriceRules)) {
    if ctx.desk.read_only {
        return ctx.say(Tone::Refused, "The book is open for reading only");
    }
    let mut rules = PriceRules::of(&ctx.desk.snapshot.settings);
    change(&mut rules);
    let command = Command::Set {
        key: SETTING.into(),
        value: rules.value(),
    };
    ctx.apply(command, label);
}

/// Prices new lines by the rules of the book.
pub(super) fn price<'l>(
    lines: impl IntoIterator<Item = &'l mut QuoteLine>,
    (account, currency): (AccountId, Currency),
    desk: &Desk,
) {
    let rules = PriceRules::of(&desk.snapshot.settings);
    let asked = Asked {
        account,
        supplier: rules.supplier.as_deref(),
        today: desk.today,
    };
    let on = (currency, desk.today, &*desk.rules);
    price_new(lines, &rules, asked, Sides::BOTH, on);
}

/// What an explanation says of price rules: the one that priced the line, and the one that would now.
pub(super) fn explained(line: &QuoteLine, quote: &Quote, desk: &Desk) -> Vec<(String, String)> {
    let rules = PriceRules::of(&desk.snapshot.settings);
    let mut out = Vec::new();
    if let Some(text) = told(line) {
        let text = text
            .strip_prefix("price rule ")
            .unwrap_or(&text)
            .to_string();
        out.push(("price rule".to_string(), text));
    }
    if rules.rules.is_empty() {
        return out;
    }
    let asked = Asked {
        account: quote.account,
        supplier: rules.supplier.as_deref(),
        today: desk.today,
    };
    let text = match first(&rules, line, asked) {
        Some(rule) => format!(
            "{} ({}): {}",
            clean(&rule.name),
            rule.tier().word(),
            rule.effect()
        ),
        None => "none of the book's price rules matches".to_string(),
    };
    out.push(("rule today".to_string(), text));
    out
}
