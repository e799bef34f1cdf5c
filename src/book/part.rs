//! A few rows of a queue by themselves: handed to who works beside the desk, or worked out there and put
//! into the desk's queue. A renewal of very many lines takes longer to be weighed than a key may.

use super::facts::Dates;
use super::index::{AdoptionIndex, CaseIndex, ContactIndex};
use super::own_lines::OwnLines;
use super::queue::Queue;
use super::row::Made;
use super::rows::{Held, Offered};
use super::{QueueRow, QueueRows};
use crate::catalogue::Catalogue;
use crate::domain::ids::{LineId, RenewalId};
use crate::domain::packed::index::Index;
use crate::domain::rules::Rules;
use crate::domain::snapshot::Snapshot;
use chrono::NaiveDate;

impl Queue {
    /// The rows of these renewals as a queue of the whole book has them, worked out without one.
    pub fn only(
        snapshot: &Snapshot,
        rules: &Rules,
        catalogue: &Catalogue,
        today: NaiveDate,
        renewals: &[RenewalId],
    ) -> Queue {
        let mut queue = Queue::without_rows(
            rules,
            today,
            Dates::of(snapshot),
            ContactIndex::of(&snapshot.activities),
            AdoptionIndex::of(&snapshot.adoption),
        );
        queue.refresh(snapshot, rules, catalogue, today, renewals);
        queue
    }

    /// Some of its rows, as they stand, with their lines.
    pub fn part(&self, rules: &Rules, renewals: &[RenewalId]) -> Queue {
        let (contacts, adoption) = (ContactIndex::default(), AdoptionIndex::default());
        let mut part = Queue::without_rows(rules, self.today(), Dates::empty(), contacts, adoption);
        for id in renewals {
            if let Some(row) = self.row(*id) {
                let lines: Vec<LineId> = self.lines_of(*id).iter().collect();
                part.put(row.made(), row.at_stake(), &lines);
            }
        }
        part
    }

    /// Takes the rows of another queue that are wanted in the place of its own.
    pub fn take(&mut self, rows: &Queue, wanted: impl Fn(RenewalId) -> bool) {
        for row in rows.rows().iter().filter(|row| wanted(row.renewal())) {
            let lines: Vec<LineId> = rows.lines_of(row.renewal()).iter().collect();
            self.put_anew(row.made(), &lines);
        }
        self.forget_words();
    }

    fn without_rows(
        rules: &Rules,
        today: NaiveDate,
        dates: Dates,
        contacts: ContactIndex,
        adoption: AdoptionIndex,
    ) -> Queue {
        let rows = QueueRows::with_capacity(0, &rules.urgency, today);
        let beside = (CaseIndex::default(), OwnLines::default(), Index::default());
        Queue::of_parts(rows, rules, today, (dates, contacts, adoption), beside)
    }
}

impl QueueRow<'_> {
    /// The row before it is packed.
    fn made(&self) -> Made {
        let offered = Offered {
            what: self.what().into(),
            service_level: self.service_level().cloned(),
            portfolios: self.portfolios().into(),
        };
        let held = Held {
            stage: self.stage().into(),
            stage_order: self.stage_order(),
            owner: self.owner().map(Into::into),
        };
        Made {
            renewal: self.renewal(),
            contract_number: self.contract_number().into(),
            account: self.account(),
            customer: self.customer().into(),
            offered,
            held,
            end: self.end(),
            clocks: self.clocks(),
            countdown: self.countdown(),
            status: self.status(),
            lines: self.lines(),
            atr: self.atr(),
            open: self.open(),
            risk: self.risk(),
            next_step: self.next_step().map(Into::into),
            next_date: self.next_date(),
            snoozed_until: self.snoozed_until(),
            newest: self.quote().zip(self.quote_number().cloned()),
            flagged: self.flagged(),
            reviewed: self.reviewed(),
        }
    }
}
