//! Suggestions as they are found and as they are kept: a few numbers each, with customers, families and
//! decisions named once. What is found of some customers is a [`Part`]; parts become a list in `list`.

use super::facts::Facts;
use super::ground::Ground;
use super::group::GroupKey;
use super::list::{Brief, each_of};
use super::{Play, Scene, Suggestion};
use crate::domain::ids::AccountId;
use crate::domain::money::{Currency, Money};
use crate::domain::suggestion::Decision;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;

/// Lines of a customer from which on its suggestions are kept in full: to read so many again would
/// take longer than a key may.
const MANY: usize = 20_000;

/// What is kept of one: customer, family and decision by their numbers, figures without their room for
/// 28 digits. A large book has hundreds of thousands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kept {
    rank: Short,
    value: Short,
    pub account: u32,
    family: u32,
    /// One more than its number; 0 for none.
    pub decision: u32,
    deadline: Option<NaiveDate>,
    /// Of the value; none where that is unknown.
    currency: Option<Currency>,
    play: Play,
    scales: [u8; 2],
}

/// The digits of a figure whose scale stands elsewhere, in halves so that they need no room around them;
/// for one of more digits the number of it among the long ones.
#[derive(Clone, Copy, Debug, Default)]
struct Short([u32; 2]);

/// In the place of the scale of a long one: no decimal has so many places.
const LONG: u8 = u8::MAX;

impl Short {
    fn of(figure: Decimal, long: &mut Vec<Decimal>) -> (Short, u8) {
        // what is written as a negative zero has no digits to say so with
        let plain = !(figure.is_zero() && figure.is_sign_negative());
        let digits = i64::try_from(figure.mantissa()).ok().filter(|_| plain);
        match (digits, u8::try_from(figure.scale())) {
            (Some(digits), Ok(scale)) => {
                let digits = digits as u64;
                (Short([digits as u32, (digits >> 32) as u32]), scale)
            }
            _ => {
                long.push(figure);
                (Short([long.len() as u32 - 1, 0]), LONG)
            }
        }
    }

    fn figure(self, scale: u8, long: &[Decimal]) -> Decimal {
        let [low, high] = self.0;
        if scale == LONG {
            return long.get(low as usize).copied().unwrap_or_default();
        }
        let digits = (u64::from(high) << 32 | u64::from(low)) as i64;
        Decimal::new(digits, scale.into())
    }

    /// The same where so many long ones stand before its own.
    fn behind(self, scale: u8, long: u32) -> Short {
        match (scale, self.0) {
            (LONG, [number, rest]) => Short([number + long, rest]),
            _ => self,
        }
    }
}

/// What many suggestions name, each once.
#[derive(Clone, Debug, Default)]
pub(super) struct Named {
    /// Customers with suggestions.
    pub accounts: Vec<AccountId>,
    families: Vec<Arc<str>>,
    pub decisions: Vec<Decision>,
    /// Figures of more digits than are kept in short.
    long: Vec<Decimal>,
}

impl Named {
    pub fn brief(&self, kept: &Kept) -> Option<Brief<'_>> {
        let decision = kept.decision.checked_sub(1);
        Some(Brief {
            play: kept.play,
            account: *self.accounts.get(kept.account as usize)?,
            family: self.families.get(kept.family as usize)?,
            value: self.value(kept),
            deadline: kept.deadline,
            rank: self.rank(kept),
            decision: decision.and_then(|at| self.decisions.get(at as usize)),
        })
    }

    fn rank(&self, kept: &Kept) -> Decimal {
        let [rank, _] = kept.scales;
        kept.rank.figure(rank, &self.long)
    }

    fn value(&self, kept: &Kept) -> Option<Money> {
        let [_, value] = kept.scales;
        kept.currency.map(|currency| Money {
            amount: kept.value.figure(value, &self.long),
            currency,
        })
    }

    /// Where it stands in the list.
    pub fn order(&self, kept: &Kept, ground: &Ground) -> impl Ord + use<> {
        let family = self.families.get(kept.family as usize).cloned();
        let account = self.accounts.get(kept.account as usize).copied();
        let key = (kept.play.id(), account, family);
        order(
            ground,
            self.value(kept),
            self.rank(kept),
            kept.deadline,
            key,
        )
    }
}

/// Suggestions as they are found, a customer's after another's.
#[derive(Debug, Default)]
pub(super) struct Finding {
    pub list: Vec<Kept>,
    pub named: Named,
    families: HashMap<Arc<str>, u32>,
}

/// The suggestions of some customers, not in order yet; see [`Suggestions::joined`].
#[derive(Debug, Default)]
pub struct Part {
    pub(super) found: Finding,
    /// Those of customers with very many lines.
    pub(super) large: Vec<Suggestion>,
}

impl Part {
    /// Works out what follows for these customers, one after another.
    pub fn of(
        scene: Scene<'_>,
        ground: &Ground,
        accounts: impl IntoIterator<Item = AccountId>,
    ) -> Part {
        Part::by(Facts::new(scene, ground), accounts)
    }

    /// The same for very many customers while other threads do so too; for a few, texts of its own would
    /// take longer than they save.
    pub fn apart(
        scene: Scene<'_>,
        ground: &Ground,
        accounts: impl IntoIterator<Item = AccountId>,
    ) -> Part {
        Part::by(Facts::apart(scene, ground), accounts)
    }

    fn by(mut facts: Facts<'_>, accounts: impl IntoIterator<Item = AccountId>) -> Part {
        let ground = facts.ground;
        let mut part = Part::default();
        for account in accounts {
            facts.words = ground.lines_of(account).len() >= MANY;
            for (key, full) in each_of(&mut facts, account) {
                part.found.put(key, &full);
                if facts.words {
                    part.large.push(full);
                }
            }
        }
        part
    }
}

impl Finding {
    /// Takes in what was found of other customers.
    pub fn append(&mut self, other: Finding) {
        if self.named.accounts.is_empty() {
            *self = other;
            return;
        }
        let accounts = self.named.accounts.len() as u32;
        let decisions = self.named.decisions.len() as u32;
        let long = self.named.long.len() as u32;
        let families: Vec<u32> = other
            .named
            .families
            .into_iter()
            .map(|f| self.family(f))
            .collect();
        self.named.accounts.extend(other.named.accounts);
        self.named.decisions.extend(other.named.decisions);
        self.named.long.extend(other.named.long);
        self.list.extend(other.list.into_iter().filter_map(|kept| {
            let [rank, value] = kept.scales;
            Some(Kept {
                rank: kept.rank.behind(rank, long),
                value: kept.value.behind(value, long),
                account: kept.account + accounts,
                family: *families.get(kept.family as usize)?,
                decision: match kept.decision {
                    0 => 0,
                    number => number + decisions,
                },
                ..kept
            })
        }));
    }

    /// What was found, named as beside what others name.
    pub fn named_beside(self, others: &Named) -> (Vec<Kept>, Named) {
        let mut all = Finding {
            named: others.clone(),
            ..Finding::default()
        };
        let families = all.named.families.iter().cloned();
        all.families = families.zip(0..).collect();
        all.append(self);
        (all.list, all.named)
    }

    /// The number of a family.
    fn family(&mut self, family: Arc<str>) -> u32 {
        let families = &mut self.named.families;
        *self.families.entry(family).or_insert_with_key(|family| {
            families.push(Arc::clone(family));
            families.len() as u32 - 1
        })
    }

    pub fn put(&mut self, key: GroupKey, full: &Suggestion) {
        let family = self.family(key.family);
        let named = &mut self.named;
        if named.accounts.last() != Some(&key.account) {
            named.accounts.push(key.account);
        }
        named.decisions.extend(full.decision.clone());
        let decided = full.decision.is_some();
        let (rank, rank_scale) = Short::of(full.rank, &mut named.long);
        let amount = full.value.map_or(Decimal::ZERO, |value| value.amount);
        let (value, value_scale) = Short::of(amount, &mut named.long);
        self.list.push(Kept {
            rank,
            value,
            scales: [rank_scale, value_scale],
            currency: full.value.map(|value| value.currency),
            deadline: full.deadline,
            account: named.accounts.len() as u32 - 1,
            family,
            decision: if decided {
                named.decisions.len() as u32
            } else {
                0
            },
            play: key.play,
        });
    }

    /// The list, best first, what it names, and the places of all in the order they were found.
    pub fn sorted(self, ground: &Ground) -> (Vec<Kept>, Named, Vec<u32>) {
        let (list, mut named) = (self.list, self.named);
        named.accounts.shrink_to_fit();
        let mut order: Vec<u32> = (0..list.len() as u32).collect();
        order.sort_by_cached_key(|at| {
            let kept = list.get(*at as usize);
            kept.map(|kept| named.order(kept, ground))
        });
        let mut found = vec![0; list.len()];
        for (place, at) in (0..).zip(&order) {
            if let Some(slot) = found.get_mut(*at as usize) {
                *slot = place;
            }
        }
        let mut sorted = Vec::with_capacity(list.len());
        sorted.extend(order.iter().filter_map(|at| list.get(*at as usize)));
        (sorted, named, found)
    }
}

/// What a list is sorted by: valued ones first by rank, those in the book's commonest currency before
/// the others; ties by deadline, then key.
pub(super) fn order<K: Ord>(
    ground: &Ground,
    value: Option<Money>,
    rank: Decimal,
    deadline: Option<NaiveDate>,
    key: K,
) -> impl Ord + use<K> {
    let place = value.map_or(usize::MAX, |value| ground.prices.place_of(value.currency));
    let deadline = deadline.unwrap_or(NaiveDate::MAX);
    (place, Reverse(rank), deadline, key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_figure_comes_back_to_the_digit(
            digits in prop_oneof![any::<i64>().prop_map(i128::from), -(1i128 << 95)..1i128 << 95],
            scale in 0..=28u32,
            before in 0..3u32,
        ) {
            let figure = Decimal::from_i128_with_scale(digits, scale);
            let mut long = Vec::new();
            let (short, kept) = Short::of(figure, &mut long);
            let mut all = vec![Decimal::ONE; before as usize];
            all.append(&mut long);
            let back = short.behind(kept, before).figure(kept, &all);
            prop_assert_eq!(back.to_string(), figure.to_string());
        }
    }

    #[test]
    fn a_suggestion_takes_forty_bytes() {
        assert_eq!(size_of::<Kept>(), 40);
    }
}
