//! `price-rule list|add|remove|import|supplier`: what the partner's agreements say of prices.

use super::context::Context;
use super::error::{Exit, Failure};
use super::price_rule_args::PriceRule as Args;
use super::table::{Align, Table, terminal_width};
use super::{find, output};
use crate::domain::command::Command;
use crate::domain::price_rule::{PriceRule, PriceRules, SETTING, SellRule};
use crate::domain::snapshot::Snapshot;
use crate::domain::text::clean;
use crate::export::json::decimal;
use crate::pricing::rule_text::{self, NoRule};
use crate::runtime::clock::Clock;
use chrono::NaiveDate;
use serde::Serialize;
use std::io::{Read, Write};
use std::path::Path;

/// Largest file of rules that is read, and most rules of a book.
const MOST_BYTES: u64 = 1 << 20;
const MOST_RULES: usize = 1_000;

#[derive(Serialize)]
struct Output {
    schema: &'static str,
    /// Who the partner buys from where nothing else is said.
    supplier: Option<String>,
    /// In the order they are asked.
    rules: Vec<RuleOut>,
}

#[derive(Serialize)]
struct RuleOut {
    name: String,
    tier: &'static str,
    supplier: Option<String>,
    account: Option<String>,
    product: Option<String>,
    level: Option<String>,
    portfolio: Option<String>,
    from: Option<NaiveDate>,
    until: Option<NaiveDate>,
    discount_pct: Option<String>,
    margin_pct: Option<String>,
    markup_pct: Option<String>,
}

/// Runs the command.
pub fn run(context: &Context, args: &Args, out: &mut impl Write) -> Result<(), Failure> {
    let json = match args {
        Args::List { json } => {
            let snapshot = context.open_to_look()?.snapshot()?;
            return print(&snapshot, *json, out);
        }
        Args::Add { json, .. }
        | Args::Remove { json, .. }
        | Args::Import { json, .. }
        | Args::Supplier { json, .. } => *json,
    };
    let mut store = context.open()?;
    let snapshot = store.snapshot()?;
    let mut rules = PriceRules::of(&snapshot.settings);
    let label = change(context, args, &snapshot, &mut rules)?;
    if rules.rules.len() > MOST_RULES {
        let many = rules.rules.len();
        return Err(Failure::refused(format!(
            "a book holds {MOST_RULES} price rules; this would make {many}"
        ))
        .hint("let one rule say it for many products: product=CON-SNT*"));
    }
    let command = Command::Set {
        key: SETTING.into(),
        value: rules.value(),
    };
    let stamp = context.clock.stamp(&context.actor(&snapshot));
    store.apply(&command, &label, &stamp)?;
    print(&store.snapshot()?, json, out)
}

/// Changes the rules as asked and says what that is in the history.
fn change(
    context: &Context,
    args: &Args,
    snapshot: &Snapshot,
    rules: &mut PriceRules,
) -> Result<String, Failure> {
    let known = |name: &str, rules: &PriceRules| {
        let found = rules.named(name).map(|rule| rule.name.to_string());
        found.ok_or_else(|| {
            Failure::not_found(format!("there is no price rule {name:?}"))
                .hint("`renewdesk price-rule list` shows them")
        })
    };
    Ok(match args {
        Args::List { .. } => String::new(),
        Args::Add {
            name,
            fields,
            before,
            ..
        } => {
            let parted = fields.iter().map(|text| {
                text.split_once('=').ok_or_else(|| {
                    Failure::usage(format!("{text:?} is no FIELD=VALUE"))
                        .hint("for example discount=40")
                })
            });
            let parted = parted.collect::<Result<Vec<_>, _>>()?;
            let rule = read(context, snapshot, name, parted)?;
            if let Some(before) = before {
                known(before, rules)?;
            }
            let label = format!("price rule {}: {}", rule.name, rule.effect());
            rules.put(rule, before.as_deref());
            label
        }
        Args::Remove { names, .. } => {
            for name in names {
                let name = known(name, rules)?;
                rules.remove(&name);
            }
            format!("price rules taken away: {}", names.join(", "))
        }
        Args::Import { file, replace, .. } => {
            let read = of_file(context, snapshot, file)?;
            if *replace {
                rules.rules.clear();
            }
            let many = read.len();
            for rule in read {
                rules.put(rule, None);
            }
            let file = file.file_name().unwrap_or_default().to_string_lossy();
            format!("{many} price rules of {}", clean(&file))
        }
        Args::Supplier { name, .. } => {
            let name = clean(name.trim()).into_owned();
            let none = name.is_empty() || name.eq_ignore_ascii_case("none");
            rules.supplier = (!none).then(|| name.as_str().into());
            format!(
                "buying from {}",
                if none { "nobody in particular" } else { &name }
            )
        }
    })
}

fn read(
    context: &Context,
    snapshot: &Snapshot,
    name: &str,
    fields: Vec<(&str, &str)>,
) -> Result<PriceRule, Failure> {
    let account = |name: &str| {
        let found = find::customer(snapshot, name);
        found.map(|account| account.id).map_err(|why| why.message)
    };
    Ok(rule_text::read(name, fields, account, context.today())?)
}

impl From<NoRule> for Failure {
    fn from(why: NoRule) -> Self {
        Failure::usage(why.what).hint(why.hint)
    }
}

/// The rules of a CSV file, all of them or none.
fn of_file(context: &Context, snapshot: &Snapshot, file: &Path) -> Result<Vec<PriceRule>, Failure> {
    let name = file.display();
    let failed = |why: String| Failure::new(Exit::Failed, format!("{name}: {why}"));
    let mut bytes = Vec::new();
    let opened = std::fs::File::open(file).map_err(|error| failed(error.to_string()))?;
    let read_in = opened.take(MOST_BYTES + 1).read_to_end(&mut bytes);
    read_in.map_err(|error| failed(error.to_string()))?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(Failure::refused(format!(
            "{name} is larger than {MOST_BYTES} bytes"
        )));
    }
    let text = String::from_utf8(bytes).map_err(|_| {
        Failure::refused(format!("{name} is no UTF-8 text")).hint("save it as CSV in UTF-8")
    })?;
    let text = text.trim_start_matches('\u{feff}');
    let head = text.lines().next().unwrap_or_default();
    let most = [b',', b';', b'\t'].into_iter().max_by_key(|mark| {
        let found = head.bytes().filter(|byte| byte == mark).count();
        (found, *mark == b',')
    });
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(most.unwrap_or(b','))
        .flexible(true)
        .from_reader(text.as_bytes());
    let heads = reader
        .headers()
        .map_err(|error| failed(error.to_string()))?;
    let heads: Vec<String> = heads.iter().map(str::to_string).collect();
    let is_name = |head: &&String| {
        let head = head.trim().to_lowercase();
        head == "name" || head == "rule"
    };
    if !heads.iter().any(|head| is_name(&head)) {
        return Err(
            Failure::refused(format!("{name} has no column called name")).hint(format!(
                "its columns are name, {}",
                rule_text::FIELDS.join(", ")
            )),
        );
    }
    let mut found = Vec::new();
    for (at, record) in reader.records().enumerate() {
        let row = at + 2;
        let record = record.map_err(|error| failed(error.to_string()))?;
        let cells = || heads.iter().zip(record.iter());
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let own = cells()
            .find(|(head, _)| is_name(head))
            .map_or("", |(_, cell)| cell);
        let fields = cells().filter(|(head, cell)| !is_name(head) && !cell.trim().is_empty());
        let fields = fields.map(|(head, cell)| (head.as_str(), cell)).collect();
        found.push(read(context, snapshot, own, fields).map_err(|mut failure| {
            failure.exit = Exit::Refused;
            failure.message = format!("{name} row {row}: {}; nothing was read", failure.message);
            failure
        })?);
    }
    Ok(found)
}

fn rule_out(rule: &PriceRule, snapshot: &Snapshot) -> RuleOut {
    let text = |text: &Option<std::sync::Arc<str>>| text.as_deref().map(str::to_string);
    let account = rule.account.map(|id| match snapshot.accounts.get(id) {
        Some(account) => account.name.to_string(),
        None => "a customer no longer in the book".to_string(),
    });
    let (margin, markup) = match rule.sell {
        Some(SellRule::MarginPct(pct)) => (Some(pct), None),
        Some(SellRule::MarkupPct(pct)) => (None, Some(pct)),
        None => (None, None),
    };
    RuleOut {
        name: rule.name.to_string(),
        tier: rule.tier().word(),
        supplier: text(&rule.supplier),
        account,
        product: text(&rule.product),
        level: text(&rule.level),
        portfolio: rule.portfolio.as_ref().map(ToString::to_string),
        from: rule.from,
        until: rule.until,
        discount_pct: rule.discount_pct.map(decimal),
        margin_pct: margin.map(decimal),
        markup_pct: markup.map(decimal),
    }
}

fn print(snapshot: &Snapshot, json: bool, out: &mut impl Write) -> Result<(), Failure> {
    let rules = PriceRules::of(&snapshot.settings);
    let asked = rules.in_order();
    let told = Output {
        schema: "renewdesk.price_rules/1",
        supplier: rules.supplier.as_deref().map(str::to_string),
        rules: asked.map(|rule| rule_out(rule, snapshot)).collect(),
    };
    if json {
        return output::json(out, &told);
    }
    if told.rules.is_empty() {
        writeln!(
            out,
            "No price rules. `renewdesk price-rule add NAME discount=40` makes one."
        )?;
    }
    let names = [
        "Tier",
        "Rule",
        "Supplier",
        "Account",
        "Product",
        "Level",
        "Portfolio",
    ];
    let mut heads: Vec<_> = names.into_iter().map(|name| (name, Align::Left)).collect();
    heads.extend([("From", Align::Left), ("Until", Align::Left)]);
    heads.extend([
        ("Disc %", Align::Right),
        ("Margin %", Align::Right),
        ("Markup %", Align::Right),
    ]);
    let mut table = Table::new(&heads);
    let known = |text: Option<String>| text.unwrap_or_else(|| "-".into());
    let day = |day: Option<NaiveDate>| known(day.map(|day| day.to_string()));
    for rule in told.rules {
        table.row([
            rule.tier.to_string(),
            rule.name,
            known(rule.supplier),
            known(rule.account),
            known(rule.product),
            known(rule.level),
            known(rule.portfolio),
            day(rule.from),
            day(rule.until),
            known(rule.discount_pct),
            known(rule.margin_pct),
            known(rule.markup_pct),
        ]);
    }
    table.write(out, terminal_width())?;
    if let Some(supplier) = told.supplier {
        writeln!(
            out,
            "Buying from {} unless said otherwise",
            clean(&supplier)
        )?;
    }
    Ok(())
}
