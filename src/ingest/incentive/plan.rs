//! Rows of an incentive file checked against each other and the book, as a command to give.

use super::Fault;
use super::cell::Faults;
use super::held::{
    CaseKey, Held, accounts_of, case_key, drop_replaced, folded, rate_key, same_group, same_rate,
};
use super::rows::{Kind, Raw, RawRow};
use crate::domain::batch::{Batch, Counts};
use crate::domain::command::IncentiveLoad;
use crate::domain::ids::{AccountId, BatchId, IdSource, OfferGroupId, RateId, UseCaseId};
use crate::domain::incentive::{
    Component, Eligibility, Milestone, OfferGroup, Rate, RateColumn, UseCase,
};
use crate::domain::line::Origin;
use crate::domain::money::Currency;
use crate::domain::snapshot::Snapshot;
use crate::program::pack::nearest;
use chrono::NaiveDate;
use std::collections::HashMap;

/// The stages of adoption a milestone may be of, in their order.
const MILESTONES: [&str; 5] = ["onboard", "implement", "use", "engage", "adopt"];

/// What a load needs beside the file and the book.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Now, UTC, ISO 8601.
    pub at: String,
    /// Currency of milestones that name none.
    pub currency: Currency,
    /// The file takes the place of all rates (offer groups, use cases) of its kinds.
    pub replace: bool,
}

/// A file checked, with what it would change.
#[derive(Clone, Debug, PartialEq)]
pub struct Planned {
    /// The command's rows.
    pub load: IncentiveLoad,
    /// Rates, offer groups, use cases in the file.
    pub rows: [usize; 3],
    /// Rates, offer groups and use cases that leave the book.
    pub dropped: usize,
}

impl Planned {
    /// True when the book holds all of it already.
    pub fn changes_nothing(&self) -> bool {
        let load = &self.load;
        load.put_rates.is_empty()
            && load.put_groups.is_empty()
            && load.put_use_cases.is_empty()
            && self.dropped == 0
    }
}

struct Plan<'a> {
    raw: &'a Raw,
    snapshot: &'a Snapshot,
    facts: &'a Facts,
    batch: BatchId,
    faults: Faults,
    accounts: HashMap<String, AccountId>,
    rates: Vec<Rate>,
    groups: Vec<OfferGroup>,
    cases: Vec<UseCase>,
    places: HashMap<CaseKey, usize>,
}

/// Checks rows and says what to write.
///
/// # Errors
/// Every fault of the rows.
pub fn plan(
    raw: &Raw,
    snapshot: &Snapshot,
    facts: &Facts,
    ids: &mut dyn IdSource,
) -> Result<Planned, Vec<Fault>> {
    let mut plan = Plan {
        raw,
        snapshot,
        facts,
        batch: BatchId(ids.next()),
        faults: Faults::of(&raw.file),
        accounts: accounts_of(snapshot),
        rates: Vec::new(),
        groups: Vec::new(),
        cases: Vec::new(),
        places: HashMap::new(),
    };
    if raw.demo && !snapshot.is_demo() {
        let message = "the file says that its rates are invented (demo); they cannot be loaded \
                       into a real book";
        plan.faults.add(1, "", message, None);
    }
    for row in &raw.rows {
        match row.kind {
            Kind::Rate => plan.rate(row, ids),
            Kind::Group => plan.group(row, ids),
            Kind::Milestone => plan.milestone(row, ids),
        }
    }
    plan.overlaps();
    plan.finish()
}

/// True when two spans of days share one.
fn meet(
    a: (Option<NaiveDate>, Option<NaiveDate>),
    b: (Option<NaiveDate>, Option<NaiveDate>),
) -> bool {
    let starts = |from: Option<NaiveDate>, to: Option<NaiveDate>| match (from, to) {
        (Some(from), Some(to)) => from <= to,
        _ => true,
    };
    starts(a.0, b.1) && starts(b.0, a.1)
}

impl Plan<'_> {
    fn origin(&self, row: &RawRow) -> Option<Origin> {
        Some(Origin {
            batch: self.batch,
            row: row.row,
        })
    }

    fn rate(&mut self, row: &RawRow, ids: &mut dyn IdSource) {
        let faults = &mut self.faults;
        for column in ["component", "column"] {
            faults.needed(row, column);
        }
        let components = Component::ALL.map(Component::word);
        let component = faults.choice(row, "component", &components, Component::named);
        let columns = RateColumn::ALL.map(RateColumn::word);
        let column = faults.choice(row, "column", &columns, RateColumn::named);
        let (gsp, region) = (faults.needed(row, "gsp"), faults.needed(row, "region"));
        let rate_pct = faults.percent(row, "rate_pct");
        faults.needed(row, "from");
        let (from, to) = faults.span(row);
        if let (Some(component), Some(column), Some(gsp), Some(region), Some(rate_pct)) =
            (component, column, gsp, region, rate_pct)
        {
            self.rates.push(Rate {
                id: RateId(ids.next()),
                component,
                gsp,
                region: folded(&region).into(),
                column,
                rate_pct: rate_pct.normalize(),
                from,
                to,
                demo: self.snapshot.is_demo(),
                origin: self.origin(row),
            });
        }
    }

    fn group(&mut self, row: &RawRow, ids: &mut dyn IdSource) {
        let product = self.faults.needed(row, "product");
        let gsp = self.faults.needed(row, "gsp");
        let (from, to) = self.faults.span(row);
        let (Some(product), Some(gsp)) = (product, gsp) else {
            return;
        };
        let inner = product.trim_end_matches('*');
        if inner.is_empty() || inner.contains('*') || inner.len() + 1 < product.len() {
            let message = "write a whole product id, or its beginning and one *: CON-SNT-*";
            return self.faults.add(row.row, "product", message, None);
        }
        self.groups.push(OfferGroup {
            id: OfferGroupId(ids.next()),
            product: folded(&product).into(),
            gsp,
            from,
            to,
            demo: self.snapshot.is_demo(),
            origin: self.origin(row),
        });
    }

    fn milestone(&mut self, row: &RawRow, ids: &mut dyn IdSource) {
        let Some(case) = self.use_case(row, ids) else {
            return;
        };
        let faults = &mut self.faults;
        let named = |word: &str| {
            let word = word.to_lowercase();
            MILESTONES.into_iter().find(|name| *name == word)
        };
        faults.needed(row, "milestone");
        let Some(stage) = faults.choice(row, "milestone", &MILESTONES, named) else {
            return;
        };
        let amount = row
            .cells
            .get("amount")
            .and_then(|_| faults.amount(row, "amount"));
        let milestone = Milestone {
            stage: stage.into(),
            amount,
            done_on: faults.day(row, "done"),
        };
        let place = *self
            .places
            .entry(case_key(&case))
            .or_insert(self.cases.len());
        let known = self.cases.get_mut(place);
        let Some(known) = known else {
            let milestones = vec![milestone];
            self.cases.push(UseCase { milestones, ..case });
            return;
        };
        let same = (
            known.eligibility,
            known.booked_on,
            known.opt_in_on,
            known.expires_on,
        ) == (
            case.eligibility,
            case.booked_on,
            case.opt_in_on,
            case.expires_on,
        ) && known.currency == case.currency;
        if !same {
            let first = known.origin.map_or(0, |origin| origin.row);
            let message = format!(
                "eligibility, days or currency of this use case differ from those in row {first}"
            );
            return faults.add(row.row, "use_case", message, None);
        }
        if known
            .milestones
            .iter()
            .any(|other| other.stage == milestone.stage)
        {
            let message = format!("{stage} of this use case stands in the file twice");
            return faults.add(row.row, "milestone", message, None);
        }
        known.milestones.push(milestone);
    }

    /// The use case of a milestone's row, without milestones.
    fn use_case(&mut self, row: &RawRow, ids: &mut dyn IdSource) -> Option<UseCase> {
        let customer = self.faults.needed(row, "customer");
        let offer = self.faults.needed(row, "offer");
        let use_case = self.faults.needed(row, "use_case");
        let words = Eligibility::ALL.map(Eligibility::word);
        let eligibility = match row.cells.contains_key("eligibility") {
            true => self
                .faults
                .choice(row, "eligibility", &words, Eligibility::named)?,
            false => Eligibility::Eligible,
        };
        let currency = match self.faults.text(row, "currency") {
            None => self.facts.currency,
            Some(code) => match code.parse() {
                Ok(currency) => currency,
                Err(_) => {
                    let message = format!("{code:?} is no currency code like USD");
                    self.faults.add(row.row, "currency", message, None);
                    return None;
                }
            },
        };
        let days = ["booked", "opt_in", "expires"].map(|column| self.faults.day(row, column));
        let [booked_on, opt_in_on, expires_on] = days;
        let account = self.account(row, &customer?)?;
        Some(UseCase {
            id: UseCaseId(ids.next()),
            account,
            offer: offer?,
            use_case: use_case?,
            eligibility,
            booked_on,
            opt_in_on,
            expires_on,
            currency,
            milestones: Vec::new(),
            demo: self.snapshot.is_demo(),
            origin: self.origin(row),
        })
    }

    /// The customer of that name or party id.
    fn account(&mut self, row: &RawRow, name: &str) -> Option<AccountId> {
        let found = self.accounts.get(&folded(name)).copied();
        if found.is_none() {
            let names: Vec<_> = self.snapshot.accounts.iter().map(|a| a.name).collect();
            let names = names.iter().map(|name| &**name);
            let message = format!("the book has no customer {name:?}");
            self.faults
                .add(row.row, "customer", message, nearest(name, names));
        }
        found
    }

    /// Rows that say two things about one day: in the file, then against what the book keeps.
    fn overlaps(&mut self) {
        let row = |origin: Option<Origin>| origin.map_or(0, |origin| origin.row);
        let mut rates: HashMap<_, Vec<&Rate>> = HashMap::new();
        for rate in &self.rates {
            let key = rate_key(rate);
            let known = rates.entry(key).or_default();
            let met = known
                .iter()
                .find(|other| meet((other.from, other.to), (rate.from, rate.to)));
            if let Some(other) = met {
                let message = twice(row(other.origin), rate.rate_pct == other.rate_pct);
                self.faults.add(row(rate.origin), "from", message, None);
            }
            known.push(rate);
        }
        let mut groups: HashMap<String, Vec<&OfferGroup>> = HashMap::new();
        for group in &self.groups {
            let known = groups.entry(folded(&group.product)).or_default();
            let met = known
                .iter()
                .find(|other| meet((other.from, other.to), (group.from, group.to)));
            if let Some(other) = met {
                let message = twice(row(other.origin), group.gsp == other.gsp);
                self.faults.add(row(group.origin), "product", message, None);
            }
            known.push(group);
        }
        if self.facts.replace {
            return;
        }
        let hint = "; load with --replace to put this file in the place of what is loaded";
        for held in &self.snapshot.rates {
            for rate in rates.get(&rate_key(held)).into_iter().flatten() {
                let meets = meet((held.from, held.to), (rate.from, rate.to));
                if meets && !same_rate(held, rate) {
                    let message = format!(
                        "a rate of {} % loaded before holds on the same days{hint}",
                        held.rate_pct
                    );
                    self.faults.add(row(rate.origin), "rate_pct", message, None);
                }
            }
        }
        for held in &self.snapshot.offer_groups {
            for group in groups.get(&folded(&held.product)).into_iter().flatten() {
                let meets = meet((held.from, held.to), (group.from, group.to));
                if meets && !same_group(held, group) {
                    let message = format!("loaded before as {:?}{hint}", held.gsp);
                    self.faults.add(row(group.origin), "gsp", message, None);
                }
            }
        }
    }

    fn finish(self) -> Result<Planned, Vec<Fault>> {
        if !self.faults.is_empty() {
            return Err(self.faults.list());
        }
        let Plan {
            raw,
            snapshot,
            facts,
            batch,
            mut rates,
            mut groups,
            mut cases,
            ..
        } = self;
        let rows = [rates.len(), groups.len(), cases.len()];
        let held = Held::of(snapshot);
        for case in &mut cases {
            let place = |stage: &str| MILESTONES.iter().position(|name| *name == stage);
            case.milestones
                .sort_by_key(|milestone| place(&milestone.stage));
            if let Some(id) = held.cases.get(&case_key(case)) {
                case.id = *id;
            }
        }
        let mut load = IncentiveLoad {
            batch: Batch {
                id: batch,
                file: raw.file.to_string(),
                sha256: raw.sha256.clone(),
                format: "incentive".into(),
                at: facts.at.clone(),
                counts: Counts::default(),
            },
            op_seq: snapshot.op_seq,
            put_rates: Vec::new(),
            put_groups: Vec::new(),
            put_use_cases: Vec::new(),
            drop_rates: Vec::new(),
            drop_groups: Vec::new(),
            drop_use_cases: Vec::new(),
        };
        if facts.replace {
            drop_replaced(&mut load, snapshot, &rates, &groups, &cases);
        }
        rates.retain(|new| !held.has_rate(new));
        groups.retain(|new| !held.has_group(new));
        let known = |new: &UseCase| snapshot.use_cases.get(new.id);
        cases.retain(|new| {
            known(new).is_none_or(|held| {
                UseCase {
                    origin: held.origin,
                    ..new.clone()
                } != *held
            })
        });
        let changed_now = cases.iter().filter(|new| known(new).is_some()).count();
        let read: usize = rows.iter().sum();
        let kept = rates.len() + groups.len() + cases.len();
        load.batch.counts = Counts {
            read: read as u64,
            new: (kept - changed_now) as u64,
            changed: changed_now as u64,
            unchanged: (read - kept) as u64,
            ..Counts::default()
        };
        load.put_rates = rates;
        load.put_groups = groups;
        load.put_use_cases = cases;
        let dropped = load.drop_rates.len() + load.drop_groups.len() + load.drop_use_cases.len();
        Ok(Planned {
            load,
            rows,
            dropped,
        })
    }
}

fn twice(row: u32, same: bool) -> String {
    match same {
        true => format!("says the same as row {row} for the same days; keep one of them"),
        false => format!("overlaps row {row}: two values hold on the same day"),
    }
}
