//! Renewals follow their lines: one per contract, end date and currency of the open lines. A
//! renewal whose lines all move to another end moves with them and keeps everything the rep did.

use super::contracts::Touched;
use super::parties::Parties;
use super::{NewRow, Planner, PutNew};
use crate::domain::contract::Contract;
use crate::domain::ids::{ContractId, LineId, RenewalId};
use crate::domain::line::Line;
use crate::domain::money::Currency;
use crate::domain::renewal::{Renewal, RenewalVersions, StageId};
use crate::domain::snapshot::IdHasher;
use crate::ingest::plan::merge;
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::convert::Infallible;
use std::hash::BuildHasherDefault;

/// End and currency: what tells renewals of one contract apart.
type Group = (NaiveDate, Option<Currency>);

/// What a line means for the renewals of its contract.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Due {
    line: LineId,
    end: NaiveDate,
    currency: Option<Currency>,
    priced: bool,
    open: bool,
}

impl Due {
    /// None for a line without an end, which belongs to no renewal.
    fn of(line: &Line) -> Option<Due> {
        Some(Due {
            line: line.id,
            end: line.end?,
            currency: line.currency,
            priced: line.has_price(),
            open: line.is_open(),
        })
    }

    fn same_group(&self, other: &Due) -> bool {
        let own = Due {
            line: other.line,
            ..*self
        };
        own == *other
    }
}

/// Lines that are written already: of each contract one for every group, since a line that the book
/// did not have before tells nothing of where a renewal's lines went.
#[derive(Debug, Default)]
pub struct NewLines {
    due: HashMap<ContractId, Vec<Due>, BuildHasherDefault<IdHasher>>,
}

impl NewLines {
    /// Takes a line the book did not have.
    pub fn add(&mut self, line: &Line) {
        let Some(contract) = line.contract else {
            return;
        };
        let due = self.due.entry(contract).or_default();
        if let Some(own) = Due::of(line)
            && !due.iter().any(|known| known.same_group(&own))
        {
            due.push(own);
        }
    }
}

/// Brings the renewals of every contract whose lines changed in line with them.
pub fn sync(
    planner: &mut Planner<'_>,
    staged: &BTreeMap<LineId, Line>,
    new: &NewLines,
    parties: &Parties<'_>,
) {
    let mut touched: BTreeSet<ContractId> = new.due.keys().copied().collect();
    for line in staged.values() {
        touched.extend(line.contract);
        let before = planner.book.lines.get(line.id);
        touched.extend(before.and_then(|line| line.contract));
    }
    let ends = |id| parties.contract(id).and_then(|own| header_end(&own));
    // What they belong to may be part of the plan.
    let mut renewals = Vec::new();
    let put: &mut PutNew<'_, Infallible> = &mut |row| {
        if let NewRow::Renewal(renewal) = row {
            renewals.push(renewal);
        }
        Ok(())
    };
    let Ok(()) = sync_all(planner, &touched, staged, (new, &ends), put);
    planner.plan.put_renewals.append(&mut renewals);
}

/// The same for named contracts, also those that have only a header, whose end is given; their
/// renewals are handed on.
pub fn sync_contracts<E>(
    planner: &mut Planner<'_>,
    touched: &Touched,
    staged: &BTreeMap<LineId, Line>,
    put: &mut PutNew<'_, E>,
) -> Result<(), E> {
    let ends = |id| touched.get(&id).copied().flatten();
    let new = &NewLines::default();
    planner.begin(put)?;
    let touched = touched.keys().copied().collect();
    sync_all(planner, &touched, staged, (new, &ends), put)
}

/// The first renewal of a contract that the book does not have and the file no lines of.
pub fn of_header<E>(
    planner: &mut Planner<'_>,
    contract: ContractId,
    end: NaiveDate,
    put: &mut PutNew<'_, E>,
) -> Result<(), E> {
    let id = RenewalId(planner.ids.next());
    let renewal = fresh(id, contract, (end, None), first_stage(planner));
    planner.hand(NewRow::Renewal(renewal), put)
}

fn sync_all<E>(
    planner: &mut Planner<'_>,
    touched: &BTreeSet<ContractId>,
    staged: &BTreeMap<LineId, Line>,
    (new, ends): (&NewLines, &dyn Fn(ContractId) -> Option<NaiveDate>),
    put: &mut PutNew<'_, E>,
) -> Result<(), E> {
    let book = planner.book;
    let mut before: HashMap<ContractId, Vec<Due>> = HashMap::new();
    let mut after: HashMap<ContractId, Vec<Due>> = HashMap::new();
    for line in &book.lines {
        add(&mut before, touched, &line);
        if !staged.contains_key(&line.id) {
            add(&mut after, touched, &line);
        }
    }
    for line in staged.values() {
        add(&mut after, touched, line);
    }
    let mut renewals: HashMap<ContractId, Vec<RenewalId>> = HashMap::new();
    for renewal in &book.renewals {
        if touched.contains(&renewal.contract) {
            let own = renewals.entry(renewal.contract).or_default();
            own.push(renewal.id);
        }
    }
    let worked = worked_on(planner);
    for contract in touched {
        let own = new.due.get(contract).map(Vec::as_slice).unwrap_or_default();
        let mut lines = after.remove(contract).unwrap_or_default();
        lines.extend_from_slice(own);
        let mut wanted = groups(&lines);
        if lines.is_empty()
            && let Some(end) = ends(*contract)
        {
            wanted.entry((end, None)).or_default();
        }
        let known = renewals.remove(contract).unwrap_or_default();
        let known = known.into_iter().filter_map(|id| book.renewals.get(id));
        let known: Vec<Renewal> = known.collect();
        let was = groups(before.get(contract).map(Vec::as_slice).unwrap_or_default());
        one(planner, *contract, wanted, (&known, &was, &worked), put)?;
    }
    Ok(())
}

fn add(to: &mut HashMap<ContractId, Vec<Due>>, touched: &BTreeSet<ContractId>, line: &Line) {
    if let Some(contract) = line.contract.filter(|contract| touched.contains(contract)) {
        to.entry(contract).or_default().extend(Due::of(line));
    }
}

type Groups = BTreeMap<Group, Vec<LineId>>;

/// Open lines by end and currency. Lines without a price join the first group of their end that has
/// one; prices without a currency stand alone, never in another's sum.
fn groups(lines: &[Due]) -> Groups {
    let mut groups = Groups::new();
    let mut priceless: Vec<(NaiveDate, LineId)> = Vec::new();
    for due in lines.iter().filter(|due| due.open) {
        match due.currency {
            None if !due.priced => priceless.push((due.end, due.line)),
            currency => groups
                .entry((due.end, currency))
                .or_default()
                .push(due.line),
        }
    }
    for (end, id) in priceless {
        let group = groups
            .keys()
            .find(|(day, currency)| *day == end && currency.is_some())
            .copied()
            .unwrap_or((end, None));
        groups.entry(group).or_default().push(id);
    }
    groups
}

/// A header that can be renewed by itself.
pub fn header_end(contract: &Contract) -> Option<NaiveDate> {
    let ended_early = contract
        .status_raw
        .as_deref()
        .and_then(merge::status)
        .is_some_and(|status| status == crate::domain::line::Coverage::Terminated);
    contract.end.filter(|_| !ended_early)
}

fn one<E>(
    planner: &mut Planner<'_>,
    contract: ContractId,
    mut wanted: Groups,
    (known, was, worked): (&[Renewal], &Groups, &HashSet<RenewalId>),
    put: &mut PutNew<'_, E>,
) -> Result<(), E> {
    let mut homeless: Vec<&Renewal> = Vec::new();
    for renewal in known {
        // One that is booked or lost is history: it keeps its end, whatever its lines do.
        if wanted.remove(&(renewal.end, renewal.currency)).is_none()
            && planner.rules.is_open(&renewal.stage)
        {
            homeless.push(renewal);
        }
    }
    for (group, lines) in wanted {
        let own = homeless
            .iter()
            .position(|renewal| moves_to(renewal, group, &lines, was));
        match own.map(|at| homeless.swap_remove(at)) {
            Some(renewal) => {
                let mut renewal = renewal.clone();
                (renewal.end, renewal.currency) = group;
                put(NewRow::Renewal(renewal))?;
            }
            None => {
                let id = RenewalId(planner.ids.next());
                let stage = first_stage(planner);
                let renewal = fresh(id, contract, group, stage);
                put(NewRow::Renewal(renewal))?;
            }
        }
    }
    for renewal in homeless {
        if !worked.contains(&renewal.id) && is_untouched(renewal, planner) {
            planner.plan.drop_renewals.push(renewal.id);
        }
    }
    Ok(())
}

/// True when the group is where the renewal's lines went: all of them are in it now, or it had
/// none (a header's renewal) and the end is the same.
fn moves_to(renewal: &Renewal, group: Group, lines: &[LineId], was: &Groups) -> bool {
    match was.get(&(renewal.end, renewal.currency)) {
        Some(own) => own.iter().all(|line| lines.contains(line)),
        None => renewal.end == group.0,
    }
}

/// The stage every renewal begins in: the first of the pack's.
fn first_stage(planner: &Planner<'_>) -> StageId {
    let first = planner.rules.stages.first();
    first.map_or_else(|| "upcoming".into(), |stage| stage.id.clone())
}

fn fresh(id: RenewalId, contract: ContractId, (end, currency): Group, stage: StageId) -> Renewal {
    Renewal {
        id,
        contract,
        end,
        currency,
        stage,
        stage_on: None,
        owner: None,
        next_step: None,
        next_date: None,
        snoozed_until: None,
        planned_on: None,
        forecast: None,
        at_risk: None,
        signals: Vec::new(),
        po_number: None,
        order_number: None,
        booked_on: None,
        loss_reason: None,
        reviewed: None,
        versions: RenewalVersions::default(),
    }
}

/// Renewals that quotes or activities speak of.
fn worked_on(planner: &Planner<'_>) -> HashSet<RenewalId> {
    let quoted = planner.book.quotes.heads().flat_map(|quote| quote.renewals);
    let logged = planner
        .book
        .activities
        .iter()
        .map(|activity| activity.renewal);
    quoted.chain(logged).collect()
}

/// True when nobody has done anything with it: every field of the rep is as it was made.
fn is_untouched(renewal: &Renewal, planner: &Planner<'_>) -> bool {
    let group = (renewal.end, renewal.currency);
    let blank = fresh(renewal.id, renewal.contract, group, first_stage(planner));
    let same_versions = Renewal {
        versions: RenewalVersions::default(),
        ..renewal.clone()
    };
    same_versions == blank
}
