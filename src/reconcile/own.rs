//! The book as one of the sources.

use super::record::{Field, Rank, Record, Source, Value};
use crate::domain::account::UNASSIGNED;
use crate::domain::contract::ContractKind;
use crate::domain::ids::{AccountId, ContractId};
use crate::domain::line::{Coverage, Line, LineKind};
use crate::domain::snapshot::Snapshot;
use chrono::NaiveDate;
use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

/// Which lines of the book are compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// Those of this customer.
    pub customer: Option<AccountId>,
    /// Those last read from this kind of file, e.g. `ccwr_quote`.
    pub format: Option<String>,
    /// All of them, also of customers the files do not speak of.
    pub whole: bool,
}

/// The lines of the book that the files can be compared with: live ones (not renewed, replaced,
/// ended early or gone from their own file), of the customers the files speak of unless the scope
/// says otherwise. A line whose serial or instance stands in a file is always among them, so that
/// an asset that moved to another customer is found.
pub fn of_book(book: &Snapshot, scope: &Scope, files: &[Arc<Source>]) -> Source {
    let spoken = Spoken::of(book, files);
    let mut newest: Option<NaiveDate> = None;
    let mut records = Vec::new();
    for line in book.lines.iter().filter(is_live) {
        let from = line
            .origin
            .and_then(|origin| book.batches.get(origin.batch));
        let format = from.map(|batch| batch.format.as_str());
        if scope
            .format
            .as_deref()
            .is_some_and(|wanted| format != Some(wanted))
        {
            continue;
        }
        let wanted = match scope.customer {
            Some(customer) => line.account == customer,
            None => scope.whole || spoken.customers.contains(&line.account),
        };
        if !wanted && !spoken.names(&line) {
            continue;
        }
        let record = record(book, &line);
        newest = newest.max(record.day);
        records.push(record);
    }
    Source {
        name: "the book".into(),
        rank: Rank::Book,
        format: scope.format.as_deref().unwrap_or_default().into(),
        day: newest,
        records,
        left_out: Vec::new(),
    }
}

/// True for a line that stands for something that is covered, or could be, today.
fn is_live(line: &Line) -> bool {
    line.kind != LineKind::Wrapper
        && line.renewed_to.is_none()
        && line.replaced_by.is_none()
        && line.terminated.is_none()
        && line.gone_in.is_none()
}

fn record(book: &Snapshot, line: &Line) -> Record {
    let batch = line
        .origin
        .and_then(|origin| book.batches.get(origin.batch));
    let mut record = Record::default();
    record.masked = line.coverage == Coverage::Masked;
    record.subscription = line.kind == LineKind::Subscription;
    record.line = Some(line.id);
    record.file = batch.map_or_else(|| Arc::from("the book"), |b| b.file.as_str().into());
    record.row = line.origin.map(|origin| origin.row);
    record.day = batch.and_then(|batch| batch.at.get(..10)?.parse().ok());
    let text = |text: &Option<Arc<str>>| text.clone().map(Value::Text);
    // A quote's name stands in for a contract only here; no other source can know it.
    let contract = line.contract.and_then(|id| book.contracts.get(id));
    let contract = contract.filter(|contract| contract.kind != ContractKind::Quote);
    let account = book.accounts.get(line.account);
    let customer = account.filter(|account| &*account.name != UNASSIGNED);
    let site = line.site.and_then(|id| book.sites.get(id));
    record.set(
        Field::Contract,
        contract.map(|c| Value::Text(c.number.clone())),
    );
    record.set(
        Field::Customer,
        customer.map(|a| Value::Text(a.name.clone())),
    );
    record.set(Field::Site, site.map(|s| Value::Text(s.name.clone())));
    record.set(Field::End, line.end.map(Value::Day));
    record.set(Field::Start, line.start.map(Value::Day));
    record.set(Field::ServiceLevel, text(&line.service_level));
    record.set(Field::ServiceSku, text(&line.service_sku));
    record.set(Field::Quantity, Some(Value::Number(line.quantity)));
    record.set(Field::ExtendedNet, line.extended_net.map(Value::Number));
    record.set(Field::UnitList, line.unit_list.map(Value::Number));
    let currency = line.currency.map(|c| Value::Text(c.code().into()));
    record.set(Field::Currency, currency);
    record.set(Field::Pid, text(&line.pid));
    record.set(Field::Serial, text(&line.serial));
    record.set(Field::Instance, text(&line.instance));
    record.set(Field::Ldos, line.ldos.map(Value::Day));
    record
}

/// What the files name.
struct Spoken<'a> {
    customers: HashSet<AccountId>,
    serials: HashSet<Cow<'a, str>>,
    instances: HashSet<Cow<'a, str>>,
}

impl<'a> Spoken<'a> {
    fn of(book: &Snapshot, files: &'a [Arc<Source>]) -> Spoken<'a> {
        let records = || files.iter().flat_map(|source| &source.records);
        let all = |field| -> HashSet<Cow<'a, str>> {
            records()
                .filter_map(|record| record.comparable(field))
                .collect()
        };
        let mut spoken = Spoken {
            customers: HashSet::new(),
            serials: all(Field::Serial),
            instances: all(Field::Instance),
        };
        let (names, numbers) = (all(Field::Customer), all(Field::Contract));
        for account in &book.accounts {
            let name = Value::Text(account.name.clone());
            if names.contains(&name.comparable(Field::Customer)) {
                spoken.customers.insert(account.id);
            }
        }
        let mut contracts: HashSet<ContractId> = HashSet::new();
        for contract in &book.contracts {
            let number = Value::Text(contract.number.clone());
            if numbers.contains(&number.comparable(Field::Contract)) {
                contracts.insert(contract.id);
                spoken.customers.insert(contract.account);
            }
        }
        if spoken.customers.is_empty() {
            // The files name nobody: whose assets they list, they speak of.
            let named = book.lines.iter().filter(|line| spoken.names(line));
            let customers: HashSet<AccountId> = named.map(|line| line.account).collect();
            spoken.customers = customers;
        }
        spoken
    }

    fn names(&self, line: &Line) -> bool {
        let has = |set: &HashSet<Cow<'_, str>>, key: &Option<Arc<str>>| {
            key.as_deref()
                .is_some_and(|key| set.contains(key.trim().to_uppercase().as_str()))
        };
        has(&self.serials, &line.serial) || has(&self.instances, &line.instance)
    }
}
