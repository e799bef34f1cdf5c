//! A quote as an answer: `renewdesk.quote/1` and its table.

use super::error::Failure;
use super::table::{Align, Table, terminal_width};
use super::{find, output};
use crate::domain::money::Currency;
use crate::domain::quote::{Quote, QuoteLine, QuoteStatus};
use crate::domain::rules::Rules;
use crate::domain::snapshot::Snapshot;
use crate::export::document::valid_until;
use crate::export::json::{decimal as plain, money, ratio};
use crate::pricing::price_rules::{sources, told};
use crate::pricing::{LineWarning, PricedLine, Totals, compare_with, price_quote};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::Serialize;
use std::io::Write;

#[derive(Serialize)]
pub(super) struct Shown {
    schema: &'static str,
    quote_id: String,
    number: String,
    version: u32,
    contracts: Vec<String>,
    customer: String,
    currency: String,
    status: &'static str,
    created_on: NaiveDate,
    valid_until: NaiveDate,
    lines: Vec<LineOut>,
    totals: TotalsOut,
}

#[derive(Serialize)]
pub(super) struct LineOut {
    line: u32,
    quote_line_id: String,
    renewal_id: Option<String>,
    serial: Option<String>,
    pid: Option<String>,
    description: Option<String>,
    service_sku: Option<String>,
    service_level: Option<String>,
    portfolio: Option<String>,
    quantity: String,
    unit_list: Option<String>,
    list_years: String,
    start: NaiveDate,
    end: NaiveDate,
    days: i64,
    factor: Option<String>,
    prorated_list: Option<String>,
    discount_pct: Option<String>,
    unit_net: Option<String>,
    extended_net: Option<String>,
    unit_sell: Option<String>,
    extended_sell: Option<String>,
    margin_pct: Option<String>,
    markup_pct: Option<String>,
    tcv: Option<String>,
    acv: Option<String>,
    run_rate: Option<String>,
    ldos: Option<NaiveDate>,
    flags: Flags,
    price_rule: Option<RuleOut>,
    warnings: Vec<String>,
}

/// The price rule of a line, and which of its prices are still what that said: `rule`, or `typed` since;
/// null where it set none.
#[derive(Serialize)]
pub(super) struct RuleOut {
    name: String,
    tier: &'static str,
    net_by: Option<&'static str>,
    sell_by: Option<&'static str>,
    words: String,
}

pub(super) fn rule_out(line: &QuoteLine) -> Option<RuleOut> {
    let mark = line.rule.as_ref()?;
    let (buy, sell) = sources(line);
    Some(RuleOut {
        name: mark.name().to_string(),
        tier: mark.tier().word(),
        net_by: buy.word(),
        sell_by: sell.word(),
        words: told(line)?,
    })
}

#[derive(Serialize)]
struct Flags {
    premium: Option<bool>,
    ea: Option<bool>,
    ai: Option<bool>,
}

#[derive(Serialize)]
pub(super) struct TotalsOut {
    currency: String,
    list: String,
    pub(super) net: String,
    sell: String,
    discount_pct: Option<String>,
    margin_pct: Option<String>,
    tcv: String,
    acv: String,
    run_rate: String,
    unpriced_lines: usize,
}

pub(super) fn totals(totals: &Totals) -> TotalsOut {
    let m = |amount| money(amount, totals.currency);
    TotalsOut {
        currency: totals.currency.to_string(),
        list: m(totals.list),
        net: m(totals.net),
        sell: m(totals.sell),
        discount_pct: totals.discount_pct.map(plain),
        margin_pct: totals.margin_pct.map(plain),
        tcv: m(totals.tcv),
        acv: m(totals.acv),
        run_rate: m(totals.run_rate),
        unpriced_lines: totals.unpriced,
    }
}

fn line(line: &QuoteLine, priced: &PricedLine, currency: Currency) -> LineOut {
    let m = |amount: Option<Decimal>| amount.map(|a| money(a, currency));
    let text = |t: &Option<std::sync::Arc<str>>| t.as_deref().map(str::to_string);
    LineOut {
        line: line.number,
        quote_line_id: line.id.to_string(),
        renewal_id: line.renewal.map(|id| id.to_string()),
        serial: text(&line.serial),
        pid: text(&line.pid),
        description: text(&line.description),
        service_sku: text(&line.service_sku),
        service_level: text(&line.service_level),
        portfolio: line.portfolio.as_ref().map(|p| p.title().to_string()),
        quantity: line.quantity.normalize().to_string(),
        unit_list: m(line.unit_list),
        list_years: line.list_years.normalize().to_string(),
        start: line.start,
        end: line.end,
        days: priced.days,
        factor: ratio(priced.factor.numerator, priced.factor.denominator),
        prorated_list: m(priced.prorated_list),
        discount_pct: priced.discount_pct.map(plain),
        unit_net: m(priced.unit_net),
        extended_net: m(priced.extended_net),
        unit_sell: m(priced.unit_sell),
        extended_sell: m(priced.extended_sell),
        margin_pct: priced.margin_pct.map(plain),
        markup_pct: priced.markup_pct.map(plain),
        tcv: m(priced.tcv),
        acv: m(priced.acv),
        run_rate: m(priced.run_rate),
        ldos: line.ldos,
        flags: Flags {
            premium: line.premium,
            ea: line.ea,
            ai: line.ai,
        },
        price_rule: rule_out(line),
        warnings: priced.warnings.iter().map(warning).collect(),
    }
}

/// The last cell of a line: what to know, and the rule that priced it.
fn notes(mut warnings: Vec<String>, rule: Option<RuleOut>) -> String {
    warnings.extend(rule.map(|rule| crate::domain::text::clean(&rule.words).into_owned()));
    warnings.join(", ")
}

fn warning(warning: &LineWarning) -> String {
    match warning {
        LineWarning::OnlyLeapDay => "the term is only 29 February and costs nothing".into(),
        LineWarning::BelowCost => "sell is below net".into(),
        LineWarning::ShortTerm(months) => format!("shorter than {months} months"),
        LineWarning::LongTerm(months) => format!("longer than {months} months"),
        LineWarning::CutAtLdos => "cut at the last date of support".into(),
        LineWarning::NoPrice => "no list price is known".into(),
        LineWarning::NetAboveList => "net is above list".into(),
        LineWarning::ListOfOldSku => "the list price is that of the old service SKU".into(),
        LineWarning::Dropped => "quantity 0, not counted".into(),
    }
}

pub(super) fn shown(snapshot: &Snapshot, quote: &Quote, rules: &Rules) -> Shown {
    let (mut priced, sums) = price_quote(quote, rules);
    for (line, priced) in quote.lines.iter().zip(&mut priced) {
        let expiring = line.renews.and_then(|id| snapshot.lines.get(id));
        compare_with(line, expiring.as_ref(), priced);
    }
    let customer = snapshot.accounts.get(quote.account);
    Shown {
        schema: "renewdesk.quote/1",
        quote_id: quote.id.to_string(),
        number: quote.number.to_string(),
        version: quote.version,
        contracts: find::contracts_of(snapshot, quote),
        customer: customer.map_or(String::new(), |a| a.name.to_string()),
        currency: quote.currency.to_string(),
        status: status(quote.status),
        created_on: quote.created_on,
        valid_until: valid_until(quote, rules),
        lines: quote
            .lines
            .iter()
            .zip(&priced)
            .map(|(l, p)| line(l, p, quote.currency))
            .collect(),
        totals: totals(&sums),
    }
}

pub(super) fn status(status: QuoteStatus) -> &'static str {
    match status {
        QuoteStatus::Draft => "draft",
        QuoteStatus::Sent => "sent",
    }
}

pub(super) fn print(
    snapshot: &Snapshot,
    quote: &Quote,
    rules: &Rules,
    json: bool,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let shown = shown(snapshot, quote, rules);
    if json {
        return output::json(out, &shown);
    }
    output::watermark(snapshot);
    writeln!(
        out,
        "{}  version {}  {}  contracts {}  valid until {}",
        shown.number,
        shown.version,
        crate::domain::text::clean(&shown.customer),
        shown.contracts.join(", "),
        shown.valid_until
    )?;
    let mut table = Table::new(&[
        ("#", Align::Right),
        ("Product", Align::Left),
        ("Serial", Align::Left),
        ("Service", Align::Left),
        ("Qty", Align::Right),
        ("Start", Align::Left),
        ("End", Align::Left),
        ("List", Align::Right),
        ("Disc %", Align::Right),
        ("Net", Align::Right),
        ("Ext. net", Align::Right),
        ("Ext. sell", Align::Right),
        ("", Align::Left),
    ]);
    let none = || "-".to_string();
    for line in shown.lines {
        table.row([
            line.line.to_string(),
            line.pid.unwrap_or_else(none),
            line.serial.unwrap_or_else(none),
            line.service_sku.unwrap_or_else(none),
            line.quantity,
            line.start.to_string(),
            line.end.to_string(),
            line.prorated_list.unwrap_or_else(none),
            line.discount_pct.unwrap_or_else(none),
            line.unit_net.unwrap_or_else(none),
            line.extended_net.unwrap_or_else(none),
            line.extended_sell.unwrap_or_else(none),
            notes(line.warnings, line.price_rule),
        ]);
    }
    table.write(out, terminal_width())?;
    let sums = shown.totals;
    writeln!(
        out,
        "Total {}: list {}  net {}  sell {}  TCV {}  ACV {}",
        sums.currency, sums.list, sums.net, sums.sell, sums.tcv, sums.acv
    )?;
    Ok(())
}
