//! Renewals of a distributor beside the contracts of the book. One that a number or a serial ties to
//! a contract fills what that lacks; where the two differ the book's stands and the difference is
//! told. One that is tied to none waits in the pipeline under its own number until a file ties it.

use super::contracts::Touched;
use super::identity::{Met, RowKeys};
use super::parties::Parties;
use super::{Effect, Planner, PutNew, RowStream, contracts, held, renewals};
use crate::domain::account::UNASSIGNED;
use crate::domain::contract::{Contract, ContractKind};
use crate::domain::ids::{ContractId, LineId};
use crate::domain::line::Line;
use crate::domain::snapshot::Snapshot;
use crate::ingest::error::IngestError;
use crate::ingest::header;
use crate::ingest::profile::ingram::{BETWEEN, TIMES};
use crate::ingest::row::{Code, Field, Record, Values};
use crate::ingest::value::identifier::{self, Identifier};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

/// Shorter order and quote numbers tie nothing: `1` is on many papers.
const SHORTEST: usize = 4;
/// Contracts whose difference is told one by one; the rest is counted.
const TOLD: usize = 100;

/// States in which the distributor works on a renewal no more, as header keys.
const CLOSED: [&str; 15] = [
    "ordered",
    "quoteclosedcontractsalesdesk",
    "expired",
    "transitiontonewupsell",
    "losttocompetitor",
    "losttocompetitior",
    "consolidated",
    "transitionedtocloud",
    "renewalwentdirect",
    "eol",
    "enduseroutofbusiness",
    "void",
    "other",
    "cancelled",
    "canceled",
];

/// Plans all renewals of a file, each as it comes.
///
/// # Errors
/// Those of the stream and of `put`.
pub fn plan<E: From<IngestError>>(
    planner: &mut Planner<'_>,
    stream: &mut dyn RowStream<E>,
    put: &mut PutNew<'_, E>,
) -> Result<(), E> {
    let mut desk = Desk {
        parties: Parties::of(planner.book),
        ties: Ties::of(planner.book),
        lines: open_lines(planner.book),
        open: open_contracts(planner),
        touched: BTreeSet::new(),
        waits: None,
        told: 0,
    };
    let mut met = RowKeys::default();
    planner.data(stream, |planner, record, values, _| {
        let Some(id) = values.text(Field::RenewalId).cloned() else {
            let reason = "the record has no renewal id".to_string();
            planner.reject(record, Code::NoKey, reason);
            return Ok(());
        };
        match met.meet_as(&[id.as_bytes()], values) {
            Met::Again => planner.counts.skipped += 1,
            Met::Against => {
                let reason = format!("renewal {id} stands in this file with other values");
                planner.reject(record, Code::DupKey, reason);
            }
            Met::First => {
                planner.hold(held::MET);
                if let Some(effect) = desk.one(planner, record, &id, values) {
                    planner.count(effect);
                }
                // One that the book does not have yet is named by no other row.
                if let Some(waits) = desk.waits.take() {
                    return contracts::hand_on_new(planner, &mut desk.parties, waits, put);
                }
            }
        }
        Ok(())
    })?;
    let Desk {
        parties, touched, ..
    } = desk;
    let end = |id| renewals::header_end(parties.contract(id)?.as_ref());
    let ends: Touched = touched.into_iter().map(|id| (id, end(id))).collect();
    contracts::finish(planner, parties, &ends, put)
}

/// What ties a number or serial to contracts of the book.
struct Ties {
    by_number: HashMap<String, BTreeSet<ContractId>>,
    by_serial: HashMap<Arc<str>, BTreeSet<ContractId>>,
}

impl Ties {
    fn of(book: &Snapshot) -> Ties {
        let mut ties = Ties {
            by_number: HashMap::new(),
            by_serial: HashMap::new(),
        };
        for contract in &book.contracts {
            ties.add(&contract.number, contract.id);
        }
        for renewal in &book.renewals {
            let numbers = [&renewal.order_number, &renewal.po_number];
            for number in numbers.into_iter().flatten() {
                ties.add(number, renewal.contract);
            }
        }
        for quote in &book.quotes {
            for renewal in quote
                .renewals
                .iter()
                .filter_map(|id| book.renewals.get(*id))
            {
                ties.add(&quote.number, renewal.contract);
            }
        }
        for line in &book.lines {
            if let (Some(serial), Some(contract)) = (&line.serial, line.contract) {
                let own = ties.by_serial.entry(serial.clone()).or_default();
                own.insert(contract);
            }
        }
        ties
    }

    fn add(&mut self, number: &str, contract: ContractId) {
        if let Identifier::Value(number) = identifier::read(number, false)
            && number.len() >= SHORTEST
        {
            self.by_number
                .entry(number.into_owned())
                .or_default()
                .insert(contract);
        }
    }

    /// The contracts a renewal names: by contract number, else by order or quote number, else by
    /// serial. `own` is the renewal's own place on the list of those that wait.
    fn find(&self, values: &Values, own: Option<ContractId>) -> BTreeSet<ContractId> {
        let tied = |field, by: &dyn Fn(&str) -> Option<BTreeSet<ContractId>>| {
            let mut found: BTreeSet<ContractId> = numbers(values, field)
                .iter()
                .filter_map(|number| by(number))
                .flatten()
                .collect();
            if let Some(own) = own {
                found.remove(&own);
            }
            found
        };
        let number = |text: &str| self.by_number.get(text).cloned();
        let serial = |text: &str| self.by_serial.get(text).cloned();
        [
            tied(Field::ContractNumbers, &number),
            tied(Field::References, &number),
            tied(Field::Serials, &serial),
        ]
        .into_iter()
        .find(|found| !found.is_empty())
        .unwrap_or_default()
    }
}

fn open_lines(book: &Snapshot) -> HashMap<ContractId, Vec<LineId>> {
    let mut lines: HashMap<ContractId, Vec<LineId>> = HashMap::new();
    for line in book.lines.iter().filter(|line| line.is_open()) {
        if let Some(contract) = line.contract {
            lines.entry(contract).or_default().push(line.id);
        }
    }
    lines
}

fn open_contracts(planner: &Planner<'_>) -> HashSet<ContractId> {
    let renewals = planner.book.renewals.iter();
    let open = renewals.filter(|renewal| planner.rules.is_open(&renewal.stage));
    open.map(|renewal| renewal.contract).collect()
}

/// The identifiers of a cell that holds several.
fn numbers(values: &Values, field: Field) -> Vec<String> {
    let text = values.text(field).map_or("", |text| &**text);
    text.split(BETWEEN)
        .filter_map(|part| match identifier::read(part, false) {
            Identifier::Value(number) => Some(number.into_owned()),
            _ => None,
        })
        .collect()
}

/// The state of planning one file.
struct Desk<'a> {
    parties: Parties<'a>,
    ties: Ties,
    /// Open lines by contract.
    lines: HashMap<ContractId, Vec<LineId>>,
    /// Contracts with a renewal that is still worked on.
    open: HashSet<ContractId>,
    /// Contracts of the book that a row was tied to.
    touched: BTreeSet<ContractId>,
    /// What stands for the last row, where the book has nothing that could.
    waits: Option<ContractId>,
    told: usize,
}

impl Desk<'_> {
    /// What a renewal does to the book; `None` where it was passed over and counted.
    fn one(
        &mut self,
        planner: &mut Planner<'_>,
        record: &Record,
        id: &Arc<str>,
        values: &Values,
    ) -> Option<Effect> {
        let number: Arc<str> = format!("INGRAM-{id}").into();
        let own = self.parties.contract_numbered(ContractKind::Quote, &number);
        let found = self.ties.find(values, own);
        let mut ids = found.iter();
        if let (Some(contract), None) = (ids.next(), ids.next()) {
            let effect = self.tied(planner, record, *contract, values);
            let left = own.is_some_and(|own| self.retire(planner, record, own));
            return Some(match left {
                true => Effect::Changed,
                false => effect,
            });
        }
        if found.len() > 1 {
            let names: Vec<String> = found.iter().filter_map(|id| self.number(*id)).collect();
            let names = names.join(", ");
            self.tell(planner, record, Code::Unmatched, "several", || {
                format!(
                    "renewal {id} could be of several contracts ({names}); it waits under {number}"
                )
            });
        }
        self.waits(planner, record, &number, own, values)
    }

    fn number(&self, id: ContractId) -> Option<String> {
        let contract = self.parties.contract(id)?;
        Some(contract.number.to_string())
    }

    /// A renewal of a known contract: an end and a customer where there is none, remarks else.
    fn tied(
        &mut self,
        planner: &mut Planner<'_>,
        record: &Record,
        id: ContractId,
        values: &Values,
    ) -> Effect {
        let Some(mut contract) = self.parties.contract(id).map(Cow::into_owned) else {
            return Effect::Unchanged;
        };
        if self.parties.is_unassigned(contract.account)
            && let Some(account) = self.parties.named_account(values, planner)
        {
            contract.account = account;
        }
        let own = self.lines.get(&id).into_iter().flatten();
        let own = own.filter_map(|id| planner.book.lines.get(*id));
        let lines: Vec<Line> = own.collect();
        self.compare(planner, record, &mut contract, &lines, values);
        self.touched.insert(id);
        match self.parties.put_contract(contract) {
            true => Effect::Changed,
            false => Effect::Unchanged,
        }
    }

    fn compare(
        &mut self,
        planner: &mut Planner<'_>,
        record: &Record,
        contract: &mut Contract,
        lines: &[Line],
        values: &Values,
    ) {
        let number = contract.number.clone();
        let end = values.day(Field::EndDate);
        let mut ends: BTreeSet<_> = lines.iter().filter_map(|line| line.end).collect();
        if ends.is_empty() {
            ends.extend(contract.end);
        }
        match end {
            Some(end) if ends.is_empty() => contract.end = Some(end),
            Some(end) if !ends.contains(&end) => {
                let known: Vec<String> = ends.iter().map(ToString::to_string).collect();
                let known = known.join(", ");
                self.tell(planner, record, Code::Kept, "end", || {
                    format!("contract {number} ends on {known} in the book, on {end} at the distributor; the book's stands")
                });
            }
            _ => {}
        }
        if let (Some(theirs), Some(ours)) = (values.number(Field::RenewalValue), net_of(lines, end))
            && theirs != ours
        {
            self.tell(planner, record, Code::Kept, "value", || {
                format!("contract {number} is worth {} at the distributor, its lines come to {} net; the book's stands", shown(theirs), shown(ours))
            });
        }
        for (part, theirs, ours) in other_quantities(lines, end, values) {
            self.tell(planner, record, Code::Kept, "quantity", || {
                format!("contract {number} has {part} {theirs} times at the distributor, {ours} times in the book; the book's stands")
            });
        }
        let open = self.open.contains(&contract.id);
        if let Some(status) = values.text(Field::LineStatus).filter(|s| is_closed(s))
            && open
        {
            self.tell(planner, record, Code::StatusConflict, "closed", || {
                format!("contract {number} is {status:?} at the distributor and open in the book; the stage is yours to set")
            });
        }
    }

    /// A renewal no contract is known for stands in the pipeline under its own number.
    fn waits(
        &mut self,
        planner: &mut Planner<'_>,
        record: &Record,
        number: &Arc<str>,
        own: Option<ContractId>,
        values: &Values,
    ) -> Option<Effect> {
        let status = values.text(Field::LineStatus).cloned();
        let closed = status.as_deref().is_some_and(is_closed);
        if closed && own.is_none() {
            planner.counts.skipped += 1;
            let place = planner.place(record);
            planner.problems.note(Code::Closed, "", place, || {
                "renewals that are closed at the distributor and of no contract of the book were \
                 passed over"
                    .to_string()
            });
            return None;
        }
        let account = self
            .parties
            .named_account(values, planner)
            .unwrap_or_else(|| {
                let name = planner.rows.facts.customer.as_deref();
                let name = name.unwrap_or(UNASSIGNED).to_string();
                self.parties.account_called(&name, planner)
            });
        let id = self
            .parties
            .contract_of(ContractKind::Quote, number, account, planner);
        let mut contract = self.parties.contract(id)?.into_owned();
        let end = values.day(Field::EndDate).filter(|_| !closed);
        if self.parties.is_unassigned(contract.account) {
            contract.account = account;
        }
        contract.status_raw = status.or(contract.status_raw);
        contract.program = Some(words(values).into());
        contract.end = end.or(contract.end.filter(|_| !closed));
        let undated = contract.end.is_none() && !closed;
        let changed = self.parties.put_contract(contract);
        match own {
            Some(_) => {
                planner.hold(held::TOUCHED);
                self.touched.insert(id);
            }
            None => self.waits = Some(id),
        }
        let place = planner.place(record);
        if undated {
            planner.problems.note(Code::NoEnd, "renewal", place, || {
                format!(
                    "{number} has no expiration date; it stands in no list until a file gives one"
                )
            });
        } else if !closed {
            planner.problems.note(Code::Unmatched, "", place, || {
                format!(
                    "no contract of the book has an order, quote or serial number of this renewal; \
                     it waits in the pipeline as {number} (search for INGRAM), without a price"
                )
            });
        }
        Some(match (own, changed) {
            (None, _) => Effect::New,
            (Some(_), true) => Effect::Changed,
            (Some(_), false) => Effect::Unchanged,
        })
    }

    /// Takes a renewal that was tied to its contract off the list of those that wait. True when it
    /// was on it.
    fn retire(&mut self, planner: &mut Planner<'_>, record: &Record, own: ContractId) -> bool {
        let Some(mut contract) = self.parties.contract(own).map(Cow::into_owned) else {
            return false;
        };
        if contract.end.take().is_none() {
            return false;
        }
        let number = contract.number.clone();
        self.touched.insert(own);
        self.parties.put_contract(contract);
        self.tell(planner, record, Code::Unmatched, "tied", || {
            format!("{number} waited for its contract and is tied to it now; work that was done on it stays with it")
        });
        true
    }

    /// Tells each contract's difference by itself, up to a number; the rest is one remark.
    fn tell(
        &mut self,
        planner: &mut Planner<'_>,
        record: &Record,
        code: Code,
        topic: &str,
        text: impl FnOnce() -> String,
    ) {
        self.told += 1;
        let topic = match self.told > TOLD {
            true => topic.to_string(),
            false => format!("{topic} {}", record.row),
        };
        let place = planner.place(record);
        planner.problems.note(code, &topic, place, text);
    }
}

/// The lines that end that day, or all where none does.
fn due(lines: &[Line], end: Option<NaiveDate>) -> Vec<&Line> {
    let on_day = |line: &&Line| end.is_some() && line.end == end;
    match lines.iter().any(|line| on_day(&line)) {
        true => lines.iter().filter(on_day).collect(),
        false => lines.iter().collect(),
    }
}

/// Parts that lines of the book carry, where the distributor counts another quantity: part, its
/// quantity, the book's.
fn other_quantities(
    lines: &[Line],
    end: Option<NaiveDate>,
    values: &Values,
) -> Vec<(String, Decimal, Decimal)> {
    let text = values.text(Field::Products).map_or("", |text| &**text);
    let mut theirs: BTreeMap<String, Decimal> = BTreeMap::new();
    for (part, quantity) in text.split(BETWEEN).filter_map(|one| one.rsplit_once(TIMES)) {
        if let (Identifier::Value(part), Ok(quantity)) = (
            identifier::read(part, false),
            quantity.trim().parse::<Decimal>(),
        ) {
            let sum = theirs.entry(part.into_owned()).or_default();
            *sum = sum.saturating_add(quantity);
        }
    }
    let own = due(lines, end);
    let other = |(part, theirs): (String, Decimal)| {
        let is_it = |text: &Option<Arc<str>>| text.as_deref() == Some(&*part);
        let mut counted = own
            .iter()
            .filter(|line| is_it(&line.service_sku) || is_it(&line.pid))
            .map(|line| line.quantity)
            .peekable();
        counted.peek()?;
        let ours = counted.fold(Decimal::ZERO, Decimal::saturating_add);
        (ours != theirs).then_some((part, theirs, ours))
    };
    theirs.into_iter().filter_map(other).collect()
}

/// Net of the lines that are due; `None` where one has no price or they are not all in one currency.
fn net_of(lines: &[Line], end: Option<NaiveDate>) -> Option<Decimal> {
    let own = due(lines, end);
    let currency = own.first()?.currency?;
    own.iter()
        .map(|line| {
            line.extended_net
                .filter(|_| line.currency == Some(currency))
        })
        .try_fold(Decimal::ZERO, |sum, net| sum.checked_add(net?))
}

fn is_closed(status: &str) -> bool {
    CLOSED.contains(&header::key(status).as_str())
}

/// What stands beside the number in the pipeline; short, for panes are narrow.
fn words(values: &Values) -> String {
    let currency = values.text(Field::Currency);
    let currency = currency.map(|code| format!(" {code}")).unwrap_or_default();
    match values.number(Field::RenewalValue) {
        Some(value) => format!("Ingram, value {}{currency}", shown(value)),
        None => "Ingram renewal".to_string(),
    }
}

/// An amount without a currency to say its minor units: two places, or as many as it has.
fn shown(value: Decimal) -> String {
    match value.normalize().scale() <= 2 {
        true => format!("{value:.2}"),
        false => value.to_string(),
    }
}
