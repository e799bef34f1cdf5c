//! `reconcile`: the book beside other lists. Reads them and writes nothing to the book.

use super::context::{Context, note};
use super::data_args;
use super::error::{Exit, Failure};
use super::find;
use super::output;
use super::reconcile_settle;
use super::table::{Align, Table, terminal_width};
use crate::domain::snapshot::Snapshot;
use crate::export;
use crate::reconcile::{
    Decision, Differs, Field, Finding, Kind, Member, Rank, Report, Scope, Source, decided, of_book,
    reconcile,
};
use crate::runtime::compare::{SaveError, read_source, save};
use crate::runtime::import::ImportOptions;
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// `renewdesk.reconcile/1`. Sources, records and findings name each other by place from 0.
#[derive(Serialize)]
struct Output {
    schema: &'static str,
    as_of: NaiveDate,
    /// The strongest first: the book, Cisco files, lists; the newest first among equals.
    sources: Vec<SourceOut>,
    /// Findings of every kind, whatever is listed below.
    counts: BTreeMap<&'static str, usize>,
    /// Findings a person settled in the desk.
    settled: usize,
    findings: Vec<FindingOut>,
    exported: Option<String>,
}

#[derive(Serialize)]
struct SourceOut {
    name: String,
    rank: &'static str,
    format: Option<String>,
    day: Option<NaiveDate>,
    records: usize,
    left_out: Vec<String>,
}

#[derive(Serialize)]
struct FindingOut {
    key: String,
    kind: &'static str,
    serial: Option<String>,
    instance: Option<String>,
    pid: Option<String>,
    contract: Option<String>,
    customer: Option<String>,
    site: Option<String>,
    records: Vec<RecordOut>,
    /// For a duplicate: the record of the same source that counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    repeats: Option<RecordOut>,
    /// Sources without it, by place.
    missing: Vec<usize>,
    fields: Vec<FieldOut>,
    decision: Option<Decision>,
}

#[derive(Serialize)]
struct RecordOut {
    source: usize,
    file: String,
    row: Option<u32>,
    day: Option<NaiveDate>,
    line: Option<String>,
    masked: bool,
}

#[derive(Serialize)]
struct FieldOut {
    field: &'static str,
    values: Vec<ValueOut>,
}

#[derive(Serialize)]
struct ValueOut {
    source: usize,
    value: Option<String>,
    day: Option<NaiveDate>,
}

/// Runs the command.
pub fn run(
    context: &Context,
    args: &data_args::Reconcile,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let kind = args.kind.as_deref().map(kind_of).transpose()?;
    let wanted = reconcile_settle::wanted(&args.settle)?;
    let book = context.open_to_look()?.snapshot()?;
    let customer = args.customer.as_deref();
    let customer = customer
        .map(|name| find::customer(&book, name))
        .transpose()?;
    let scope = Scope {
        customer: customer.map(|account| account.id),
        format: args.against.clone(),
        whole: args.whole,
    };
    let mut sources = files(context, args)?;
    let own = of_book(&book, &scope, &sources);
    if own.records.is_empty() {
        note(
            "no line of the book is compared: none belongs to a customer the files speak of (--whole compares all)",
        );
    }
    sources.push(Arc::new(own));
    let report = reconcile(&sources);
    if !wanted.is_empty() {
        return reconcile_settle::run(context, &report, &wanted, args.json, out);
    }
    let today = context.today();
    let settled = |finding: &Finding| decided(finding, &book.settings, today);
    let shown: Vec<&Finding> = report
        .findings
        .iter()
        .filter(|finding| match kind {
            Some(kind) => finding.kind == kind,
            None => args.all || finding.kind.is_open(),
        })
        .filter(|finding| args.all || settled(finding).is_none())
        .collect();
    if let Some(path) = &args.export {
        let table = export::reconciliation(&report, shown.iter().copied(), &book, today);
        save(path, &table, "Reconcile", today)?;
    }
    output::watermark(&book);
    if args.json {
        let output = answer(&report, &shown, args, &book, today);
        return output::json(out, &output);
    }
    told(&report, &shown, &book, today, out)?;
    if let Some(path) = &args.export {
        note(&format!("written to {}", path.display()));
    }
    Ok(())
}

fn kind_of(id: &str) -> Result<Kind, Failure> {
    Kind::named(id).ok_or_else(|| {
        let known: Vec<&str> = Kind::ALL.iter().map(|kind| kind.id()).collect();
        Failure::usage(format!("no kind {id:?}; there are {}", known.join(", ")))
    })
}

/// The files as sources, each read with its own map and format.
fn files(context: &Context, args: &data_args::Reconcile) -> Result<Vec<Arc<Source>>, Failure> {
    let never = AtomicBool::new(false);
    let mut sources = Vec::new();
    for (at, path) in args.files.iter().enumerate() {
        let options = ImportOptions {
            map: args.map.get(at).or(args.map.last()).cloned(),
            format: args.format.get(at).or(args.format.last()).cloned(),
            dry_run: true,
            ..ImportOptions::default()
        };
        let source = read_source(path, &options, &context.clock, &mut |_| {}, &never)?;
        for why in &source.left_out {
            note(&format!("{}: {why}", source.name));
        }
        sources.push(Arc::new(source));
    }
    Ok(sources)
}

impl From<SaveError> for Failure {
    fn from(error: SaveError) -> Self {
        let exit = match &error {
            SaveError::Ending(_) => Exit::Usage,
            SaveError::Exists(_) => Exit::Conflict,
            SaveError::Format { .. } | SaveError::Io { .. } => Exit::Failed,
        };
        Failure::new(exit, error.to_string())
    }
}

fn told(
    report: &Report,
    shown: &[&Finding],
    book: &Snapshot,
    today: NaiveDate,
    out: &mut impl Write,
) -> Result<(), Failure> {
    for source in &report.sources {
        let day = source
            .day
            .map_or_else(String::new, |day| format!(", {day}"));
        let (name, rank, records) = (&source.name, source.rank.word(), source.records.len());
        let rank = match source.rank == Rank::Book {
            true => String::new(),
            false => format!(" ({rank})"),
        };
        writeln!(out, "{name}{rank}: {records} lines{day}")?;
    }
    let counts = report.counts();
    let counts = counts.iter().filter(|(_, n)| *n > 0);
    let counts: Vec<String> = counts
        .map(|(kind, n)| format!("{} {n}", kind.id()))
        .collect();
    writeln!(out, "{}", counts.join("   "))?;
    if shown.is_empty() {
        return Ok(());
    }
    let mut table = Table::new(&[
        ("Kind", Align::Left),
        ("Serial", Align::Left),
        ("Product", Align::Left),
        ("Contract", Align::Left),
        ("Customer", Align::Left),
        ("What", Align::Left),
        ("Settled", Align::Left),
    ]);
    for finding in shown {
        let text = |field| known(report, finding, field).unwrap_or_default();
        let settled = decided(finding, &book.settings, today);
        table.row([
            finding.kind.id().to_string(),
            text(Field::Serial),
            text(Field::Pid),
            text(Field::Contract),
            text(Field::Customer),
            report.says(finding),
            settled
                .map_or("", |decision| decision.how.word())
                .to_string(),
        ]);
    }
    table.write(out, terminal_width())?;
    Ok(())
}

/// What the strongest source that knows it says of a field.
fn known(report: &Report, finding: &Finding, field: Field) -> Option<String> {
    let mut records = finding.members.iter().filter_map(|m| report.record(*m));
    records
        .find_map(|record| record.get(field))
        .map(ToString::to_string)
}

fn answer(
    report: &Report,
    shown: &[&Finding],
    args: &data_args::Reconcile,
    book: &Snapshot,
    today: NaiveDate,
) -> Output {
    let settled = |finding: &&Finding| decided(finding, &book.settings, today).is_some();
    Output {
        schema: "renewdesk.reconcile/1",
        as_of: today,
        sources: report
            .sources
            .iter()
            .map(|source| SourceOut {
                name: source.name.to_string(),
                rank: source.rank.word(),
                format: Some(source.format.to_string()).filter(|format| !format.is_empty()),
                day: source.day,
                records: source.records.len(),
                left_out: source.left_out.clone(),
            })
            .collect(),
        counts: report
            .counts()
            .into_iter()
            .map(|(kind, n)| (kind.id(), n))
            .collect(),
        settled: report.findings.iter().filter(settled).count(),
        findings: shown
            .iter()
            .map(|finding| finding_out(report, finding, book, today))
            .collect(),
        exported: args.export.as_ref().map(|path| path.display().to_string()),
    }
}

fn finding_out(
    report: &Report,
    finding: &Finding,
    book: &Snapshot,
    today: NaiveDate,
) -> FindingOut {
    let text = |field| known(report, finding, field);
    let record = |member: &Member| {
        let record = report.record(*member)?;
        Some(RecordOut {
            source: member.source,
            file: record.file.to_string(),
            row: record.row,
            day: record.day,
            line: record.line.map(|id| id.to_string()),
            masked: record.masked,
        })
    };
    FindingOut {
        key: finding.key.clone(),
        kind: finding.kind.id(),
        serial: text(Field::Serial),
        instance: text(Field::Instance),
        pid: text(Field::Pid),
        contract: text(Field::Contract),
        customer: text(Field::Customer),
        site: text(Field::Site),
        records: finding.members.iter().filter_map(record).collect(),
        repeats: finding.twin.as_ref().and_then(record),
        missing: finding.missing.clone(),
        fields: finding
            .differs
            .iter()
            .map(|d| field_out(report, finding, d))
            .collect(),
        decision: decided(finding, &book.settings, today),
    }
}

fn field_out(report: &Report, finding: &Finding, differs: &Differs) -> FieldOut {
    let day = |source: usize| {
        let member = finding
            .members
            .iter()
            .find(|member| member.source == source)?;
        report.record(*member)?.day
    };
    let values = differs.given.iter().map(|given| ValueOut {
        source: given.source,
        value: given.value.as_ref().map(ToString::to_string),
        day: day(given.source),
    });
    FieldOut {
        field: differs.field.id(),
        values: values.collect(),
    }
}
