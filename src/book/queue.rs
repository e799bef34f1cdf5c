//! The pipeline as rows: built once from the book, then one row at a time as the book changes.
//! Reads the snapshot and never changes it; the day is passed in.

use super::clocks::{self, Wordings};
use super::countdown::{self, Outcome, Position};
use super::facts::{Dates, Facts, Tables};
use super::index::{AdoptionIndex, CaseIndex, ContactIndex, LineGroups, NewestQuotes};
use super::order;
use super::risk::{self, Evidence, QuoteEvidence, QuoteValue};
use super::{AtStake, Clocks, QueueRow, Risk, priority};
use crate::catalogue::Catalogue;
use crate::domain::account::UNASSIGNED;
use crate::domain::contract::Contract;
use crate::domain::ids::{AccountId, LineId, RenewalId};
use crate::domain::line::Line;
use crate::domain::quote::{Quote, QuoteLine};
use crate::domain::renewal::Renewal;
use crate::domain::rules::{Rules, StageKind};
use crate::domain::snapshot::{Patch, RowPatch, Snapshot};
use crate::pricing;
use chrono::NaiveDate;
use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::sync::OnceLock;

/// The working set of renewals for one day.
#[derive(Debug)]
pub struct Queue {
    rows: Vec<QueueRow>,
    /// Lines of the row at the same place.
    lines: Vec<Vec<LineId>>,
    at: HashMap<RenewalId, usize>,
    /// Where equal rows stand; none after rows came, went or moved.
    pub(super) ties: OnceLock<Vec<u32>>,
    /// What an order needs of the rows; none where ties are none.
    pub(super) ranked: RefCell<Option<order::Ranked>>,
    today: NaiveDate,
    dates: Dates,
    wordings: Wordings,
    pub(super) contacts: ContactIndex,
    adoption: AdoptionIndex,
    pub(super) cases: CaseIndex,
    stakes: HashMap<RenewalId, AtStake>,
}

/// What every row is computed from.
struct Inputs<'a> {
    snapshot: &'a Snapshot,
    rules: &'a Rules,
    catalogue: &'a Catalogue,
    today: NaiveDate,
    wordings: &'a Wordings,
    contacts: &'a ContactIndex,
    adoption: &'a AdoptionIndex,
    newest: &'a NewestQuotes,
}

/// What is known of a renewal before its risk is.
struct Known<'a> {
    renewal: &'a Renewal,
    clocks: &'a Clocks,
    quote: Option<&'a QuoteEvidence>,
    open: bool,
    adopter: Option<AccountId>,
}

impl Queue {
    /// Every renewal of the book as a row, in the order of the book.
    pub fn build(
        snapshot: &Snapshot,
        rules: &Rules,
        catalogue: &Catalogue,
        today: NaiveDate,
    ) -> Queue {
        let mut dates = Dates::of(snapshot);
        let wordings = Wordings::of(rules);
        let contacts = ContactIndex::of(&snapshot.activities);
        let adoption = AdoptionIndex::of(&snapshot.adoption);
        let newest = NewestQuotes::of(&snapshot.quotes);
        let inputs = Inputs {
            snapshot,
            rules,
            catalogue,
            today,
            wordings: &wordings,
            contacts: &contacts,
            adoption: &adoption,
            newest: &newest,
        };
        let groups = LineGroups::of(snapshot);
        let mut rows = Vec::with_capacity(snapshot.renewals.len());
        let mut lines = Vec::with_capacity(snapshot.renewals.len());
        let mut at = HashMap::with_capacity(snapshot.renewals.len());
        for (renewal, own) in snapshot.renewals.iter().zip(groups.lines) {
            at.insert(renewal.id, rows.len());
            let of_renewal: Vec<Line> = of_ids(snapshot, &own);
            rows.push(inputs.row(renewal, &of_renewal, &mut dates));
            lines.push(own);
        }
        Queue {
            ties: OnceLock::from(order::ties(&rows)),
            ranked: RefCell::default(),
            rows,
            lines,
            at,
            today,
            dates,
            wordings,
            contacts,
            adoption,
            cases: CaseIndex::of(&snapshot.use_cases),
            stakes: HashMap::new(),
        }
    }

    /// Tells the rows what is at stake with each for the program's score; a renewal that is not
    /// named has nothing at stake. Rows computed anew keep what was last told.
    pub fn set_stakes(&mut self, stakes: HashMap<RenewalId, AtStake>) {
        for row in &mut self.rows {
            row.at_stake = stakes.get(&row.renewal).copied();
        }
        self.stakes = stakes;
        self.rank_stakes_again();
    }

    /// All rows, in no order that means anything.
    pub fn rows(&self) -> &[QueueRow] {
        &self.rows
    }

    /// The row of a renewal.
    pub fn row(&self, renewal: RenewalId) -> Option<&QueueRow> {
        self.at.get(&renewal).and_then(|&at| self.rows.get(at))
    }

    /// The open coverage lines of a renewal, in the order of the book.
    pub fn lines_of(&self, renewal: RenewalId) -> &[LineId] {
        self.at
            .get(&renewal)
            .and_then(|&at| self.lines.get(at))
            .map_or(&[], Vec::as_slice)
    }

    /// The day the rows were computed for.
    pub fn today(&self) -> NaiveDate {
        self.today
    }

    /// Computes the rows of `touched` anew after an edit: changed ones in place, removed ones out,
    /// new ones in. A new day, an import or changed rules need [`Queue::build`].
    pub fn refresh(
        &mut self,
        snapshot: &Snapshot,
        rules: &Rules,
        catalogue: &Catalogue,
        today: NaiveDate,
        touched: &[RenewalId],
    ) {
        if today != self.today {
            *self = Queue::build(snapshot, rules, catalogue, today);
            return;
        }
        self.contacts.sync(&snapshot.activities);
        let newest = NewestQuotes::over(&snapshot.quotes, touched);
        let mut dates = std::mem::replace(&mut self.dates, Dates::empty());
        for &id in touched {
            let Some(renewal) = snapshot.renewals.get(id) else {
                self.remove(id);
                continue;
            };
            let own = self.current_lines(snapshot, renewal);
            let inputs = Inputs {
                snapshot,
                rules,
                catalogue,
                today,
                wordings: &self.wordings,
                contacts: &self.contacts,
                adoption: &self.adoption,
                newest: &newest,
            };
            let mut row = inputs.row(renewal, &own, &mut dates);
            row.at_stake = self.stakes.get(&id).copied().filter(|_| row.open);
            self.put(row, own.iter().map(|line| line.id).collect());
        }
        self.dates = dates;
    }

    /// The renewals whose rows a patch changes, to be asked before it is applied; `None` when so
    /// much changes that the queue is to be built anew.
    pub fn touched_by(&self, patch: &Patch, before: &Snapshot) -> Option<Vec<RenewalId>> {
        if patch.full.is_some() {
            return None;
        }
        let mut touched = BTreeSet::new();
        for row in &patch.rows {
            match row {
                RowPatch::Renewal(id, _) => {
                    touched.insert(*id);
                }
                RowPatch::Quote(id, after) => {
                    let was = before.quotes.get(*id).map(|quote| &quote.renewals);
                    let is = after.as_ref().map(|quote| &quote.renewals);
                    touched.extend(was.into_iter().chain(is).flatten());
                }
                RowPatch::Activity(id, after) => {
                    let was = before.activities.get(*id).map(|activity| activity.renewal);
                    touched.extend(was);
                    touched.extend(after.as_ref().map(|activity| activity.renewal));
                }
                RowPatch::Line(id, Some(after)) => {
                    let was = before.lines.get(*id)?;
                    if (was.contract, was.end, was.currency, was.is_open())
                        != (after.contract, after.end, after.currency, after.is_open())
                    {
                        return None;
                    }
                    touched.extend(
                        before
                            .renewals
                            .iter()
                            .filter(|r| Some(r.contract) == was.contract && Some(r.end) == was.end)
                            .map(|r| r.id),
                    );
                }
                RowPatch::Decision(..)
                | RowPatch::View(..)
                | RowPatch::Pack(..)
                | RowPatch::Projection(..)
                | RowPatch::Batch(..)
                | RowPatch::Baseline(..)
                | RowPatch::Rate(..)
                | RowPatch::OfferGroup(..)
                | RowPatch::UseCase(..)
                | RowPatch::Site(..) => {}
                _ => return None,
            }
        }
        Some(touched.into_iter().collect())
    }

    fn current_lines(&self, snapshot: &Snapshot, renewal: &Renewal) -> Vec<Line> {
        let known = self.at.contains_key(&renewal.id);
        let moved = self
            .row(renewal.id)
            .is_some_and(|row| row.end != renewal.end || row.contract != renewal.contract);
        if known && !moved {
            return of_ids(snapshot, self.lines_of(renewal.id));
        }
        LineGroups::only(snapshot, renewal)
    }

    fn put(&mut self, row: QueueRow, lines: Vec<LineId>) {
        let stands =
            |old: &QueueRow| (old.end, &old.contract_number) == (row.end, &row.contract_number);
        if !self.row(row.renewal).is_some_and(stands) {
            self.no_order();
        }
        let at = *self.at.entry(row.renewal).or_insert(self.rows.len());
        match (self.rows.get_mut(at), self.lines.get_mut(at)) {
            (Some(old_row), Some(old_lines)) => {
                *old_row = row;
                *old_lines = lines;
                self.rank_again(at);
            }
            _ => {
                self.rows.push(row);
                self.lines.push(lines);
            }
        }
    }

    /// Rows came, went or moved: where they stand is to be found anew.
    fn no_order(&mut self) {
        self.ties = OnceLock::new();
        *self.ranked.get_mut() = None;
    }

    fn remove(&mut self, id: RenewalId) {
        let Some(at) = self.at.remove(&id) else {
            return;
        };
        self.no_order();
        self.rows.swap_remove(at);
        self.lines.swap_remove(at);
        if let Some(moved) = self.rows.get(at) {
            self.at.insert(moved.renewal, at);
        }
    }
}

fn of_ids(snapshot: &Snapshot, ids: &[LineId]) -> Vec<Line> {
    let lines = ids.iter().filter_map(|id| snapshot.lines.get(*id));
    lines.collect()
}

impl Inputs<'_> {
    fn row(&self, renewal: &Renewal, lines: &[Line], dates: &mut Dates) -> QueueRow {
        let contract = self.snapshot.contracts.get(renewal.contract);
        let account_id = contract
            .map(|c| c.account)
            .or_else(|| lines.first().map(|line| line.account));
        let account = account_id.and_then(|id| self.snapshot.accounts.get(id));
        let tables = Tables {
            batches: &self.snapshot.batches,
            catalogue: self.catalogue,
            rules: self.rules,
            wordings: self.wordings,
        };
        let facts = Facts::of(contract, account, lines, dates, &tables);
        let outcome = outcome_of(renewal, self.rules);
        let open = outcome == Outcome::Pending;
        let quote = self.newest.of_renewal(renewal.id, self.snapshot);
        let evidence = quote.map(|quote| self.quote_evidence(quote, renewal, lines, open));
        let clocks = self.clocks(renewal, contract, &facts, evidence.as_ref(), &tables);
        let position = self.position(renewal, &facts, outcome);
        let countdown = countdown::countdown(&clocks, &position, self.rules, self.today);
        let status = countdown::status(&clocks, &position, self.rules, self.today);
        let days_left = (renewal.end - self.today).num_days();
        let known = Known {
            renewal,
            clocks: &clocks,
            quote: evidence.as_ref(),
            open,
            // Adoption is about software: a customer's idle licences say nothing of its support.
            adopter: account_id.filter(|_| facts.subscriptions),
        };
        let risk = self.risk(&known);
        let seen = renewal.reviewed.as_ref();
        let reviewed = seen.is_some_and(|seen| risk::review_holds(&seen.reasons, &risk.reasons));
        let (amount, state) = (facts.atr.amount, countdown.state);
        let priority = priority::priority(amount, risk.win_pct, state, days_left, self.rules);
        QueueRow {
            renewal: renewal.id,
            at_stake: None,
            contract: renewal.contract,
            contract_number: contract.map_or_else(|| "".into(), |c| c.number.clone()),
            account: account_id.unwrap_or(AccountId(uuid::Uuid::nil())),
            customer: account.map_or_else(|| UNASSIGNED.into(), |a| a.name.clone()),
            what: facts.what,
            service_level: facts.service_level,
            portfolios: facts.portfolios,
            end: renewal.end,
            days_left,
            status,
            lines: facts.count,
            atr: facts.atr,
            stage: renewal.stage.clone(),
            stage_order: stage_order(self.rules, &renewal.stage),
            open,
            owner: renewal.owner.clone(),
            priority,
            next_step: renewal.next_step.as_deref().map(Into::into),
            next_date: renewal.next_date,
            snoozed_until: renewal.snoozed_until,
            quote: quote.map(|q| q.id),
            quote_number: quote.map(|q| q.number.clone()),
            flagged: renewal.at_risk.is_some(),
            reviewed,
            haystack: facts.haystack,
            clocks,
            countdown,
            risk,
        }
    }

    fn position(&self, renewal: &Renewal, facts: &Facts, outcome: Outcome) -> Position {
        Position {
            end: renewal.end,
            grace_days: clocks::grace_days(self.rules, !facts.services),
            subscription: !facts.services,
            bare: facts.bare,
            blocked: facts.blocked(self.today),
            outcome,
        }
    }

    fn risk(&self, known: &Known<'_>) -> Risk {
        let (usage, adoption) = match known.adopter {
            Some(id) => self.adoption.of_account(id, &self.snapshot.adoption),
            None => (None, None),
        };
        let first = self.rules.stages.first();
        let evidence = Evidence {
            renewal: known.renewal,
            stage: self.rules.stage(&known.renewal.stage),
            open: known.open,
            first_stage: first.is_some_and(|first| first.id == known.renewal.stage),
            today: self.today,
            days_left: (known.renewal.end - self.today).num_days(),
            last_contact: self.last_contact(known.renewal.id),
            quote: known.quote,
            last_renewal: known.clocks.last_renewal.as_ref(),
            ldos: known.clocks.ldos.as_ref(),
            usage,
            adoption,
        };
        risk::assess(&evidence, self.rules)
    }

    fn clocks(
        &self,
        renewal: &Renewal,
        contract: Option<&Contract>,
        facts: &Facts,
        quote: Option<&QuoteEvidence>,
        tables: &Tables<'_>,
    ) -> Clocks {
        let mut clocks = facts.clocks(renewal.end, tables);
        clocks.quote_validity = quote.map(|quote| quote.validity.clone());
        clocks.cancel_by = contract
            .and_then(|c| c.auto_renew)
            .map(|terms| clocks::cancel_by(renewal.end, terms.notice_days));
        clocks
    }

    fn last_contact(&self, renewal: RenewalId) -> Option<NaiveDate> {
        self.contacts
            .of_renewal(renewal, &self.snapshot.activities)
            .filter(|activity| activity.on <= self.today)
            .filter(|activity| {
                let outcome = self.rules.outcomes.iter().find(|o| o.id == activity.kind);
                outcome.is_some_and(|o| o.customer)
            })
            .map(|activity| activity.on)
            .max()
    }

    fn quote_evidence(
        &self,
        quote: &Quote,
        renewal: &Renewal,
        lines: &[Line],
        open: bool,
    ) -> QuoteEvidence {
        let mine = |line: &&QuoteLine| line.renewal == Some(renewal.id);
        let comparable = open && renewal.currency == Some(quote.currency);
        let value = comparable.then(|| {
            let change = if quote.lines.iter().all(|line| mine(&line)) {
                pricing::change(&quote.lines, lines, quote.currency, self.rules)
            } else {
                let own: Vec<QuoteLine> = quote.lines.iter().filter(mine).cloned().collect();
                pricing::change(&own, lines, quote.currency, self.rules)
            };
            QuoteValue {
                due: change.due,
                offered: change.offered,
                price: change.price,
            }
        });
        QuoteEvidence {
            number: quote.number.clone(),
            validity: clocks::quote_validity(quote, self.rules),
            sent_on: quote.sent_on,
            term_end: quote.lines.iter().filter(mine).map(|line| line.end).max(),
            value,
        }
    }
}

fn stage_order(rules: &Rules, stage: &str) -> u16 {
    rules
        .stages
        .iter()
        .position(|rule| &*rule.id == stage)
        .and_then(|at| u16::try_from(at).ok())
        .unwrap_or(u16::MAX)
}

/// What became of a renewal. One the program itself moved to a lost stage (lapsed overnight) is
/// still to be decided until the rep gives the reason.
pub fn outcome_of(renewal: &Renewal, rules: &Rules) -> Outcome {
    let Some(stage) = rules.stage(&renewal.stage) else {
        return Outcome::Pending;
    };
    match stage.kind {
        StageKind::Open | StageKind::Committed => Outcome::Pending,
        StageKind::Won => Outcome::Won,
        StageKind::Lost => match &renewal.loss_reason {
            None if stage.derived => Outcome::Pending,
            None => Outcome::Lost,
            Some(reason) => {
                let moved = rules
                    .loss_reasons
                    .iter()
                    .any(|r| r.id == *reason && r.moved);
                if moved { Outcome::Moved } else { Outcome::Lost }
            }
        },
    }
}
