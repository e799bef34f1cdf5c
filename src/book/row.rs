//! One row of the pipeline from a renewal, its lines and its quote: the same way when the queue is
//! built, when a row changes and when somebody asks what it says.

use super::clocks::{self, Wordings};
use super::countdown::{self, Outcome, Position};
use super::facts::{Dates, Facts, Tables};
use super::index::{AdoptionIndex, ContactIndex};
use super::risk::{self, Evidence, QuoteEvidence, QuoteValue};
use super::rows::{Held, Offered};
use super::{Chance, ClockDays, Clocks, ContractStatus, Countdown, Risk, Told};
use crate::catalogue::Catalogue;
use crate::domain::account::UNASSIGNED;
use crate::domain::contract::Contract;
use crate::domain::ids::{AccountId, QuoteId, RenewalId};
use crate::domain::line::Line;
use crate::domain::quote::{Quote, QuoteLine};
use crate::domain::renewal::{Atr, Renewal};
use crate::domain::rules::{Rules, StageKind};
use crate::domain::snapshot::Snapshot;
use crate::pricing;
use chrono::NaiveDate;
use std::sync::Arc;

/// A row as it was worked out, before it is packed.
pub(super) struct Made {
    pub(super) renewal: RenewalId,
    pub(super) contract_number: Arc<str>,
    pub(super) account: AccountId,
    pub(super) customer: Arc<str>,
    pub(super) offered: Offered,
    pub(super) held: Held,
    pub(super) end: NaiveDate,
    pub(super) clocks: ClockDays,
    pub(super) countdown: Countdown,
    pub(super) status: ContractStatus,
    pub(super) lines: u32,
    pub(super) atr: Atr,
    pub(super) open: bool,
    pub(super) risk: Chance,
    pub(super) next_step: Option<Arc<str>>,
    pub(super) next_date: Option<NaiveDate>,
    pub(super) snoozed_until: Option<NaiveDate>,
    pub(super) newest: Option<(QuoteId, Arc<str>)>,
    pub(super) flagged: bool,
    pub(super) reviewed: bool,
}

/// What every row is computed from.
pub(super) struct Inputs<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) rules: &'a Rules,
    pub(super) catalogue: &'a Catalogue,
    pub(super) today: NaiveDate,
    pub(super) wordings: &'a Wordings,
    pub(super) contacts: &'a ContactIndex,
    pub(super) adoption: &'a AdoptionIndex,
}

/// What is known of a renewal before its risk is.
struct Known<'a> {
    renewal: &'a Renewal,
    clocks: &'a Clocks,
    quote: Option<&'a QuoteEvidence>,
    open: bool,
    adopter: Option<AccountId>,
}

/// A renewal with what belongs to it.
pub(super) struct About<'a> {
    pub(super) renewal: &'a Renewal,
    pub(super) lines: &'a [Line],
    pub(super) quote: Option<&'a Quote>,
}

impl Inputs<'_> {
    /// The row of a renewal, and what it says in words.
    pub(super) fn row(&self, about: &About<'_>, dates: &mut Dates) -> (Made, Told) {
        let About {
            renewal,
            lines,
            quote,
        } = *about;
        let contract = self.snapshot.contracts.get(renewal.contract);
        let contract = contract.as_ref();
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
        let facts = Facts::of(contract, lines, dates, &tables);
        let outcome = outcome_of(renewal, self.rules);
        let open = outcome == Outcome::Pending;
        let evidence = quote.map(|quote| self.quote_evidence(quote, renewal, lines, open));
        let clocks = self.clocks(renewal, contract, &facts, evidence.as_ref(), &tables);
        let position = self.position(renewal, &facts, outcome);
        let known = Known {
            renewal,
            clocks: &clocks,
            quote: evidence.as_ref(),
            open,
            // Adoption is about software: a customer's idle licences say nothing of its support.
            adopter: account_id.filter(|_| facts.subscriptions),
        };
        let told = Told {
            risk: self.risk(&known),
            clocks,
        };
        let account_id = account_id.unwrap_or(AccountId(uuid::Uuid::nil()));
        let name = account.map_or_else(|| UNASSIGNED.into(), |account| account.name);
        let row = self.listed(about, facts, &position, &told, (contract, account_id, name));
        (row, told)
    }

    /// What a list needs of a row.
    fn listed(
        &self,
        about: &About<'_>,
        facts: Facts,
        position: &Position,
        told: &Told,
        (contract, account, customer): (Option<&Contract>, AccountId, Arc<str>),
    ) -> Made {
        let (renewal, risk) = (about.renewal, &told.risk);
        let countdown = countdown::countdown(&told.clocks, position, self.rules, self.today);
        let seen = renewal.reviewed.as_ref();
        let reviewed = seen.is_some_and(|seen| risk::review_holds(&seen.reasons, &risk.reasons));
        Made {
            renewal: renewal.id,
            contract_number: contract.map_or_else(|| "".into(), |c| c.number.clone()),
            account,
            customer,
            offered: Offered {
                what: facts.what,
                service_level: facts.service_level,
                portfolios: facts.portfolios.into(),
            },
            held: Held {
                stage: renewal.stage.clone(),
                stage_order: stage_order(self.rules, &renewal.stage),
                owner: renewal.owner.clone(),
            },
            end: renewal.end,
            status: countdown::status(&told.clocks, position, self.rules, self.today),
            lines: facts.count,
            atr: facts.atr,
            open: position.outcome == Outcome::Pending,
            next_step: renewal.next_step.as_deref().map(Into::into),
            next_date: renewal.next_date,
            snoozed_until: renewal.snoozed_until,
            newest: about.quote.map(|quote| (quote.id, quote.number.clone())),
            flagged: renewal.at_risk.is_some(),
            reviewed,
            clocks: ClockDays::of(&told.clocks),
            countdown,
            risk: Chance {
                level: risk.level,
                win_pct: risk.win_pct,
            },
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
