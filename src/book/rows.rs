//! The rows of a queue as they are held: ninety-six bytes each, and once what many have. A row is
//! looked at through a [`QueueRow`].

use super::row::Made;
use super::slim::{BESIDE, FLAGGED, LACKS, MANY, OPEN, Odds, REVIEWED, Slim, from_end, short};
use super::{AtStake, Chance, Clock, ClockDays, QueueRow};
use crate::domain::ids::{AccountId, QuoteId, RenewalId};
use crate::domain::portfolio::Portfolio;
use crate::domain::renewal::StageId;
use crate::domain::rules::UrgencyRule;
use crate::domain::suggestion::Plays;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::collections::HashMap;
use std::hash::Hash;
use std::ops::Range;
use std::sync::Arc;

/// A customer, as all its rows have it.
#[derive(Clone, Debug)]
pub(super) struct Party {
    pub(super) account: AccountId,
    pub(super) name: (u32, u32),
    pub(super) folded: (u32, u32),
    /// What waits there, once that is known.
    pub(super) plays: Option<Arc<Plays>>,
}

/// What is renewed, as many rows have it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Offered {
    pub(super) what: Arc<str>,
    pub(super) service_level: Option<Arc<str>>,
    pub(super) portfolios: Box<[Portfolio]>,
}

/// Where the work stands and whose it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Held {
    pub(super) stage: StageId,
    pub(super) stage_order: u16,
    pub(super) owner: Option<Arc<str>>,
}

/// What of a row does not fit, which is rare: amounts of eighteen digits, days ninety years away.
#[derive(Clone, Debug)]
pub(super) struct Beside {
    pub(super) amount: Option<Decimal>,
    pub(super) clocks: ClockDays,
    pub(super) next: Option<NaiveDate>,
    pub(super) snoozed: Option<NaiveDate>,
    pub(super) lines: u32,
    pub(super) risk: Chance,
}

/// The rows of a queue, in no order that means anything.
#[derive(Debug)]
pub struct QueueRows {
    slims: Vec<Slim>,
    /// Names of customers, as written and folded, and numbers of contracts.
    texts: String,
    pub(super) parties: Vec<Party>,
    pub(super) offers: Vec<Offered>,
    pub(super) holders: Vec<Held>,
    pub(super) steps: Vec<Arc<str>>,
    pub(super) odds: Vec<Odds>,
    pub(super) quotes: Vec<(QuoteId, Arc<str>)>,
    pub(super) marks: Vec<&'static str>,
    beside: HashMap<RenewalId, Beside>,
    pub(super) stakes_beside: HashMap<RenewalId, (Decimal, Decimal)>,
    pub(super) urgency: Box<[UrgencyRule]>,
    pub(super) today: NaiveDate,
}

/// What was numbered so far, found by what it is. One row alone is quicker without: it looks through
/// the lists.
#[derive(Default)]
pub(super) struct Numbered {
    parties: HashMap<AccountId, u32>,
    offers: HashMap<Offered, u32>,
    holders: HashMap<Held, u32>,
    steps: HashMap<Arc<str>, u32>,
    odds: HashMap<Odds, u32>,
}

/// The number of a value, given now if it had none.
fn number<T: Clone + Eq + Hash>(
    list: &mut Vec<T>,
    known: Option<&mut HashMap<T, u32>>,
    value: T,
) -> u32 {
    let next = list.len() as u32;
    let found = match &known {
        Some(known) => known.get(&value).copied(),
        None => (0..)
            .zip(&*list)
            .find(|(_, held)| **held == value)
            .map(|(at, _)| at),
    };
    found.unwrap_or_else(|| {
        if let Some(known) = known {
            known.insert(value.clone(), next);
        }
        list.push(value);
        next
    })
}

impl QueueRows {
    /// None yet, with room for `rows` of them.
    pub(super) fn with_capacity(
        rows: usize,
        urgency: &[UrgencyRule],
        today: NaiveDate,
    ) -> QueueRows {
        QueueRows {
            slims: Vec::with_capacity(rows),
            texts: String::new(),
            parties: Vec::new(),
            offers: Vec::new(),
            holders: Vec::new(),
            steps: Vec::new(),
            odds: Vec::new(),
            quotes: Vec::new(),
            marks: Vec::new(),
            beside: HashMap::new(),
            stakes_beside: HashMap::new(),
            urgency: urgency.into(),
            today,
        }
    }

    /// Gives back the room that what is to come would have had.
    pub(super) fn shrink_to_fit(&mut self) {
        self.texts.shrink_to_fit();
        self.parties.shrink_to_fit();
        self.offers.shrink_to_fit();
        self.quotes.shrink_to_fit();
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.slims.len()
    }

    /// True without rows.
    pub fn is_empty(&self) -> bool {
        self.slims.is_empty()
    }

    /// The row at a place.
    pub fn get(&self, at: usize) -> Option<QueueRow<'_>> {
        let slim = self.slims.get(at)?;
        Some(QueueRow { slim, rows: self })
    }

    /// All rows.
    pub fn iter(&self) -> Iter<'_> {
        Iter {
            slims: self.slims.iter(),
            rows: self,
        }
    }

    /// The renewal at a place.
    pub fn renewal(&self, at: usize) -> Option<RenewalId> {
        self.slims.get(at).map(|slim| slim.renewal)
    }

    /// Adds a row.
    pub(super) fn push(&mut self, made: Made, known: Option<&mut Numbered>) {
        let slim = self.slim(made, known, None);
        self.slims.push(slim);
    }

    /// Puts a row in the place of another of its renewal. What was told of its stake is to be told again.
    pub(super) fn set(&mut self, at: usize, made: Made) {
        let before = self.slims.get(at);
        let before = before.map(|slim| (slim.quote, slim.contract_number));
        let slim = self.slim(made, None, before);
        if let Some(slot) = self.slims.get_mut(at) {
            *slot = slim;
        }
    }

    /// Takes a row out; the last one takes its place.
    pub(super) fn swap_remove(&mut self, at: usize) {
        let gone = self.slims.swap_remove(at);
        self.beside.remove(&gone.renewal);
        self.stakes_beside.remove(&gone.renewal);
    }

    /// Tells the row at a place what is at stake with it.
    pub(super) fn stake(&mut self, at: usize, stake: Option<AtStake>) {
        let Some(slim) = self.slims.get_mut(at) else {
            return;
        };
        slim.mark = 0;
        if !self.stakes_beside.is_empty() {
            self.stakes_beside.remove(&slim.renewal);
        }
        let Some(stake) = stake else { return };
        let mark = number(&mut self.marks, None, stake.mark) + 1;
        slim.mark = u8::try_from(mark).unwrap_or(u8::MAX);
        let points = i32::try_from(short(Some(stake.points)));
        slim.points = points.unwrap_or(i32::MIN);
        slim.smooth = short(Some(stake.smooth));
        if slim.points == i32::MIN || slim.smooth == BESIDE {
            slim.points = i32::MIN;
            let exact = (stake.points, stake.smooth);
            self.stakes_beside.insert(slim.renewal, exact);
        }
    }

    /// What was told of stakes holds no longer.
    pub(super) fn forget_stakes(&mut self) {
        self.stakes_beside.clear();
        for slim in &mut self.slims {
            slim.mark = 0;
        }
    }

    /// Tells every customer what waits there.
    pub(super) fn plays(&mut self, of: impl Fn(AccountId) -> Option<Arc<Plays>>) {
        for party in &mut self.parties {
            party.plays = of(party.account);
        }
    }

    /// How many suggestions wait at each row's customer, by place; none where that is not known. Read once a
    /// customer: from row to row its figures lie all over the memory.
    pub(super) fn waiting(&self) -> impl Iterator<Item = Option<u32>> {
        let open = self.parties.iter();
        let open: Vec<Option<u32>> = open
            .map(|party| party.plays.as_ref().map(|plays| plays.open))
            .collect();
        let own = self.slims.iter();
        own.map(move |slim| open.get(slim.party as usize).copied().flatten())
    }

    /// Tells the customer of one row what waits there.
    pub(super) fn plays_at(&mut self, at: usize, of: impl Fn(AccountId) -> Option<Arc<Plays>>) {
        let party = self.slims.get(at).map(|slim| slim.party);
        let party = party.and_then(|at| self.parties.get_mut(at as usize));
        if let Some(party) = party {
            party.plays = of(party.account);
        }
    }

    fn party(
        &mut self,
        account: AccountId,
        name: &str,
        known: Option<&mut HashMap<AccountId, u32>>,
    ) -> u32 {
        let next = self.parties.len() as u32;
        let found = match &known {
            Some(known) => known.get(&account).copied(),
            None => (0..)
                .zip(&self.parties)
                .find(|(_, party)| party.account == account && self.text(party.name) == name)
                .map(|(at, _)| at),
        };
        if let Some(found) = found {
            return found;
        }
        if let Some(known) = known {
            known.insert(account, next);
        }
        let (name, folded) = (self.written(name), self.written(&super::fold::fold(name)));
        self.parties.push(Party {
            account,
            name,
            folded,
            plays: None,
        });
        next
    }

    fn slim(
        &mut self,
        made: Made,
        mut known: Option<&mut Numbered>,
        before: Option<(u32, (u32, u32))>,
    ) -> Slim {
        let parties = known.as_mut().map(|known| &mut known.parties);
        let party = self.party(made.account, &made.customer, parties);
        let offers = known.as_mut().map(|known| &mut known.offers);
        let offered = number(&mut self.offers, offers, made.offered);
        let holders = known.as_mut().map(|known| &mut known.holders);
        let held = number(&mut self.holders, holders, made.held);
        let steps = known.as_mut().map(|known| &mut known.steps);
        let step = match made.next_step {
            Some(step) => number(&mut self.steps, steps, step),
            None => LACKS,
        };
        let odds = known.as_mut().map(|known| &mut known.odds);
        let odds = number(&mut self.odds, odds, Odds::of(made.risk));
        let (quote, contract_number) = self.kept(made.newest, &made.contract_number, before);
        let (end, far) = (made.end, |day| from_end(made.end, day));
        let bit = |bit, set: bool| if set { bit } else { 0 };
        let slim = Slim {
            renewal: made.renewal,
            contract_number,
            amount: short(made.atr.amount),
            smooth: 0,
            points: 0,
            end,
            party,
            offered,
            held,
            step,
            quote,
            clocks: Clock::ALL.map(|clock| far(made.clocks.get(clock))),
            next: far(made.next_date),
            snoozed: far(made.snoozed_until),
            odds: u16::try_from(odds).unwrap_or(MANY),
            lines: u16::try_from(made.lines).unwrap_or(MANY),
            currency: made.atr.currency.map_or(0, |currency| currency.bits()),
            mark: 0,
            status: made.status,
            state: made.countdown.state,
            leading: made.countdown.clock,
            basis: made.atr.basis,
            marks: bit(OPEN, made.open) | bit(FLAGGED, made.flagged) | bit(REVIEWED, made.reviewed),
        };
        let beside = Beside {
            amount: made.atr.amount,
            clocks: made.clocks,
            next: made.next_date,
            snoozed: made.snoozed_until,
            lines: made.lines,
            risk: made.risk,
        };
        if slim.is_too_narrow() {
            self.beside.insert(slim.renewal, beside);
        } else if !self.beside.is_empty() {
            self.beside.remove(&slim.renewal);
        }
        slim
    }

    /// The newest quote's number in its list, and the contract's: where the row had them before, as it had
    /// them.
    fn kept(
        &mut self,
        newest: Option<(QuoteId, Arc<str>)>,
        contract: &str,
        before: Option<(u32, (u32, u32))>,
    ) -> (u32, (u32, u32)) {
        let (quote, number) = match before {
            Some((quote, number)) => (quote, Some(number)),
            None => (LACKS, None),
        };
        let number = number.filter(|number| self.text(*number) == contract);
        let quote = match (newest, self.quotes.get_mut(quote as usize)) {
            (None, _) => LACKS,
            (Some(newest), Some(slot)) => {
                *slot = newest;
                quote
            }
            (Some(newest), None) => {
                self.quotes.push(newest);
                self.quotes.len() as u32 - 1
            }
        };
        let number = number.unwrap_or_else(|| self.written(contract));
        (quote, number)
    }

    /// Puts a text behind the others. One that no row has any more stays there: a contract hardly ever gets
    /// another number.
    fn written(&mut self, text: &str) -> (u32, u32) {
        let from = self.texts.len() as u32;
        self.texts.push_str(text);
        (from, self.texts.len() as u32)
    }

    pub(super) fn text(&self, (from, to): (u32, u32)) -> &str {
        let span: Range<usize> = from as usize..to as usize;
        self.texts.get(span).unwrap_or_default()
    }

    pub(super) fn beside(&self, slim: &Slim) -> Option<&Beside> {
        self.beside.get(&slim.renewal)
    }
}

/// Rows one after the other.
#[derive(Clone, Debug)]
pub struct Iter<'a> {
    slims: std::slice::Iter<'a, Slim>,
    rows: &'a QueueRows,
}

impl<'a> Iterator for Iter<'a> {
    type Item = QueueRow<'a>;

    #[inline]
    fn next(&mut self) -> Option<QueueRow<'a>> {
        let (slim, rows) = (self.slims.next()?, self.rows);
        Some(QueueRow { slim, rows })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.slims.size_hint()
    }
}

impl<'a> DoubleEndedIterator for Iter<'a> {
    fn next_back(&mut self) -> Option<QueueRow<'a>> {
        let (slim, rows) = (self.slims.next_back()?, self.rows);
        Some(QueueRow { slim, rows })
    }
}

impl ExactSizeIterator for Iter<'_> {}

impl<'a> IntoIterator for &'a QueueRows {
    type Item = QueueRow<'a>;
    type IntoIter = Iter<'a>;

    fn into_iter(self) -> Iter<'a> {
        self.iter()
    }
}
