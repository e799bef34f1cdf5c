//! `quality`: how far the data can be trusted, and what to mend first.

use super::context::Context;
use super::data_args;
use super::error::Failure;
use super::find;
use super::output;
use super::table::{Align, Table, terminal_width};
use crate::book::quality::{self, Customer, Deduction, Fault, Quality, Score};
use crate::domain::ids::LineId;
use crate::domain::money::Currency;
use crate::domain::snapshot::Snapshot;
use crate::export::json::{decimal, money, ratio};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::Serialize;
use std::io::Write;

/// `renewdesk.quality/1`.
#[derive(Serialize)]
struct Output {
    schema: &'static str,
    as_of: NaiveDate,
    stale_after_days: i64,
    book: ScoreOut,
    customers: Vec<CustomerOut>,
    /// Only with `--customer`.
    #[serde(skip_serializing_if = "Option::is_none")]
    lines: Option<Vec<LineOut>>,
}

#[derive(Serialize)]
struct ScoreOut {
    /// 0 to 100; null without lines.
    score: Option<String>,
    lines: u64,
    deductions: Vec<DeductionOut>,
}

#[derive(Serialize)]
struct CustomerOut {
    customer: String,
    #[serde(flatten)]
    score: ScoreOut,
}

#[derive(Serialize)]
struct DeductionOut {
    fault: &'static str,
    what: &'static str,
    remedy: &'static str,
    points: Option<String>,
    lines: u64,
    at_stake: Vec<MoneyOut>,
    without_price: u64,
}

#[derive(Serialize)]
struct MoneyOut {
    amount: String,
    currency: Option<String>,
}

#[derive(Serialize)]
struct LineOut {
    line: String,
    contract: Option<String>,
    serial: Option<String>,
    pid: Option<String>,
    end: Option<NaiveDate>,
    faults: Vec<&'static str>,
}

/// Runs the command.
pub fn run(
    context: &Context,
    args: &data_args::Quality,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let book = context.open_to_look()?.snapshot()?;
    let rules = context.rules_for(&book)?;
    let catalogue = context.catalogue();
    let today = context.today();
    let mut quality = Quality::of(&book, &rules.pack.rules, &catalogue, today);
    let account = args.customer.as_deref();
    let account = account
        .map(|name| find::customer(&book, name))
        .transpose()?;
    let mut lines = None;
    if let Some(account) = &account {
        quality
            .customers
            .retain(|known| known.account == account.id);
        let rules = &rules.pack.rules;
        let found = quality::faulty(&book, rules, &catalogue, today, Some(account.id));
        lines = Some(found);
    }
    output::watermark(&book);
    if args.json {
        let lines = lines.map(|found| found.iter().filter_map(|f| line_out(&book, f)).collect());
        let output = Output {
            schema: "renewdesk.quality/1",
            as_of: today,
            stale_after_days: quality::STALE_AFTER_DAYS,
            book: score_out(&quality.book),
            customers: quality.customers.iter().map(customer_out).collect(),
            lines,
        };
        return output::json(out, &output);
    }
    match (account, lines) {
        (Some(account), Some(lines)) => {
            let own = quality.customers.first();
            let none = Score::default();
            told(&account.name, own.map_or(&none, |own| &own.score), out)?;
            faulty_lines(&book, &lines, out)
        }
        _ => {
            told("the book", &quality.book, out)?;
            customers(&quality.customers, out)
        }
    }
}

/// The score of something, and what it lacks.
fn told(what: &str, score: &Score, out: &mut impl Write) -> Result<(), Failure> {
    match score.whole() {
        Some(whole) => {
            let lines = score.lines;
            writeln!(out, "{what}: {whole} of 100, {lines} lines")?;
        }
        None => writeln!(out, "{what}: no lines to judge")?,
    }
    if score.deductions.is_empty() {
        return Ok(());
    }
    let mut table = Table::new(&[
        ("Points", Align::Right),
        ("Lines", Align::Right),
        ("Fault", Align::Left),
        ("Per year", Align::Right),
        ("What mends it", Align::Left),
    ]);
    for taken in &score.deductions {
        let (points, of) = taken.points();
        table.row([
            format!("-{}", rounded_up(points, of)),
            taken.lines.to_string(),
            taken.fault.title().to_string(),
            amounts(taken),
            taken.fault.remedy().to_string(),
        ]);
    }
    table.write(out, terminal_width())?;
    writeln!(out)?;
    Ok(())
}

/// Tenths of a point, rounded up: a fault never costs nothing.
fn rounded_up(points: u64, of: u64) -> String {
    let tenths = (points * 10).div_ceil(of.max(1));
    format!("{}.{}", tenths / 10, tenths % 10)
}

fn amounts(taken: &Deduction) -> String {
    let each = taken.money.iter();
    let shown: Vec<String> = each
        .map(|(currency, sum)| amount(*sum, *currency))
        .collect();
    match shown.is_empty() {
        true => "no price".into(),
        false => shown.join(" + "),
    }
}

fn amount(sum: Decimal, currency: Option<Currency>) -> String {
    match currency {
        Some(currency) => format!("{} {}", money(sum, currency), currency.code()),
        None => decimal(sum),
    }
}

fn customers(customers: &[Customer], out: &mut impl Write) -> Result<(), Failure> {
    let mut table = Table::new(&[
        ("Score", Align::Right),
        ("Customer", Align::Left),
        ("Lines", Align::Right),
        ("Faults", Align::Left),
    ]);
    for customer in customers {
        let faults = customer.score.deductions.iter();
        let faults: Vec<String> = faults
            .map(|taken| format!("{} {}", taken.fault.title(), taken.lines))
            .collect();
        table.row([
            customer.score.whole().unwrap_or_default().to_string(),
            customer.name.to_string(),
            customer.score.lines.to_string(),
            faults.join(", "),
        ]);
    }
    table.write(out, terminal_width())?;
    Ok(())
}

fn faulty_lines(
    book: &Snapshot,
    lines: &[(LineId, Vec<Fault>)],
    out: &mut impl Write,
) -> Result<(), Failure> {
    let mut table = Table::new(&[
        ("Contract", Align::Left),
        ("Serial", Align::Left),
        ("Product", Align::Left),
        ("End", Align::Left),
        ("Faults", Align::Left),
    ]);
    for (id, faults) in lines {
        let Some(line) = line_out(book, &(*id, faults.clone())) else {
            continue;
        };
        let titles: Vec<&str> = faults.iter().map(|fault| fault.title()).collect();
        table.row([
            line.contract.unwrap_or_default(),
            line.serial.unwrap_or_default(),
            line.pid.unwrap_or_default(),
            line.end.map_or_else(String::new, |end| end.to_string()),
            titles.join(", "),
        ]);
    }
    table.write(out, terminal_width())?;
    Ok(())
}

fn score_out(score: &Score) -> ScoreOut {
    let exact =
        |(points, of): (u64, u64)| ratio(i64::try_from(points).ok()?, i64::try_from(of).ok()?);
    ScoreOut {
        score: score.fraction().and_then(exact),
        lines: score.lines,
        deductions: score
            .deductions
            .iter()
            .map(|taken| DeductionOut {
                fault: taken.fault.id(),
                what: taken.fault.title(),
                remedy: taken.fault.remedy(),
                points: exact(taken.points()),
                lines: taken.lines,
                at_stake: taken
                    .money
                    .iter()
                    .map(|(currency, sum)| MoneyOut {
                        amount: currency.map_or_else(|| decimal(*sum), |code| money(*sum, code)),
                        currency: currency.map(|code| code.code().to_string()),
                    })
                    .collect(),
                without_price: taken.unpriced,
            })
            .collect(),
    }
}

fn customer_out(customer: &Customer) -> CustomerOut {
    CustomerOut {
        customer: customer.name.to_string(),
        score: score_out(&customer.score),
    }
}

fn line_out(book: &Snapshot, (id, faults): &(LineId, Vec<Fault>)) -> Option<LineOut> {
    let line = book.lines.get(*id)?;
    let contract = line.contract.and_then(|id| book.contracts.get(id));
    let text = |text: Option<&std::sync::Arc<str>>| text.map(|text| text.to_string());
    Some(LineOut {
        line: id.to_string(),
        contract: text(contract.as_ref().map(|contract| &contract.number)),
        serial: text(line.serial.as_ref()),
        pid: text(line.pid.as_ref()),
        end: line.end,
        faults: faults.iter().map(|fault| fault.id()).collect(),
    })
}
