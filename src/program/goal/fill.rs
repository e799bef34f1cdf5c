//! A quick plan for a set of covering lines: the cheapest per unit of need first, then whatever has
//! become unnecessary out again, then exchanges while they save something. Proves nothing; its
//! plans are what the proof begins with.

use super::relax::Relaxation;

/// Takes items until every line is covered, and thins the set; `None` where it does not succeed.
pub fn fill(
    relaxation: &Relaxation<'_>,
    order: &[Vec<usize>],
    keep_going: &mut dyn FnMut() -> bool,
) -> Option<Vec<usize>> {
    let mut set = Taken::new(relaxation);
    for group in order {
        if set.is_covered() {
            break;
        }
        for (place, item) in group.iter().enumerate() {
            let first = group.first().copied().unwrap_or(*item);
            if (place == 0 || set.has(first)) && set.helps(*item) {
                set.take(*item);
            }
        }
        // an item that brings something only with what hangs on it
        if let Some(first) = group.first()
            && !set.has(*first)
            && group.len() > 1
            && set.helps_together(group)
        {
            group.iter().for_each(|item| set.take(*item));
        }
    }
    set.settle(keep_going)
}

/// Items that are looked through for one more or one less before a set is given up.
const MENDS: usize = 240;

/// Begins with the items that pay at these prices, as if they could be taken in parts, and mends
/// what is left missing one item at a time, in or out. Where lines pull against each other, filling
/// them in turn ends nowhere; this begins beside the answer.
pub fn round_off(
    relaxation: &Relaxation<'_>,
    prices: &[i128],
    keep_going: &mut dyn FnMut() -> bool,
) -> Option<Vec<usize>> {
    let mut set = Taken::new(relaxation);
    let rest: Vec<i128> = (0..relaxation.shape.len())
        .map(|item| relaxation.reduced_cost(prices, item))
        .collect();
    relaxation.paying(&rest, |item| set.take(item));
    for turn in 0..MENDS {
        if set.is_covered() {
            return set.settle(keep_going);
        }
        if (turn % 8 == 0 && !keep_going()) || !set.mend(&rest) {
            return None;
        }
    }
    None
}

struct Taken<'a> {
    relaxation: &'a Relaxation<'a>,
    taken: Vec<bool>,
    missing: Vec<i128>,
}

impl<'a> Taken<'a> {
    fn new(relaxation: &'a Relaxation<'a>) -> Taken<'a> {
        Taken {
            relaxation,
            taken: vec![false; relaxation.shape.len()],
            missing: relaxation.lines.iter().map(|line| line.need).collect(),
        }
    }

    fn has(&self, item: usize) -> bool {
        self.taken.get(item).copied().unwrap_or_default()
    }

    fn items(&self) -> Vec<usize> {
        (0..self.taken.len())
            .filter(|item| self.has(*item))
            .collect()
    }

    fn cost(&self, item: usize) -> i128 {
        self.relaxation.costs.get(item).copied().unwrap_or_default()
    }

    fn is_covered(&self) -> bool {
        self.missing.iter().all(|missing| *missing <= 0)
    }

    /// The share of what is missing that these items bring, summed over the lines, in millionths.
    fn share(&self, items: &[usize]) -> i128 {
        let lines = self.missing.iter().zip(self.relaxation.lines);
        lines
            .filter(|(missing, _)| **missing > 0)
            .map(|(missing, line)| {
                let gain: i128 = items.iter().map(|item| line.gain(*item)).sum();
                let scale = (missing / 1_000_000).max(1);
                gain.clamp(-missing, *missing) / scale
            })
            .sum()
    }

    /// Takes in or out the item that lessens what is missing most for the cost it lies beside the
    /// prices; false where none lessens it.
    fn mend(&mut self, rest: &[i128]) -> bool {
        let scales: Vec<i128> = self
            .relaxation
            .lines
            .iter()
            .map(|line| (line.need.abs() / 1_000_000).max(1))
            .collect();
        let short = |change: &dyn Fn(usize) -> i128| -> i128 {
            let lines = self.missing.iter().zip(&scales).enumerate();
            lines
                .map(|(at, (missing, scale))| (missing - change(at)).max(0) / scale)
                .sum()
        };
        let now = short(&|_| 0);
        let mut best: Option<(i128, i128, usize)> = None;
        for item in 0..self.taken.len() {
            let base = self.relaxation.shape.base.get(item).copied().flatten();
            let out = self.has(item);
            if !out && base.is_some_and(|base| !self.has(base)) {
                continue;
            }
            let moved = if out {
                self.with_extras(item)
            } else {
                vec![item]
            };
            let sign = if out { -1 } else { 1 };
            let gain = |at: usize| {
                let line = self.relaxation.lines.get(at);
                let gains = moved
                    .iter()
                    .map(|item| line.map_or(0, |line| line.gain(*item)));
                sign * gains.sum::<i128>()
            };
            let less = now - short(&gain);
            let beside = rest.get(item).copied().unwrap_or_default().abs() >> self.relaxation.bits;
            let dearer = |(cost, other, _): &(i128, i128, usize)| {
                cost.saturating_mul(less) > beside.saturating_mul(*other)
            };
            if less > 0 && best.as_ref().is_none_or(dearer) {
                best = Some((beside, less, item));
            }
        }
        let Some((_, _, item)) = best else {
            return false;
        };
        let out = self.has(item);
        let moved = if out {
            self.with_extras(item)
        } else {
            vec![item]
        };
        moved.into_iter().for_each(|item| self.set(item, !out));
        true
    }

    /// A covering set without what is not needed, after exchanges; `None` where it does not cover.
    fn settle(mut self, keep_going: &mut dyn FnMut() -> bool) -> Option<Vec<usize>> {
        if !self.is_covered() {
            return None;
        }
        self.thin();
        let ladder = Ladder::of(self.relaxation);
        for _ in 0..40 {
            if !keep_going() || !self.exchange(&ladder) {
                break;
            }
            self.thin();
        }
        Some(self.items())
    }

    fn helps(&self, item: usize) -> bool {
        self.share(&[item]) > 0
    }

    fn helps_together(&self, items: &[usize]) -> bool {
        self.share(items) > 0
    }

    fn take(&mut self, item: usize) {
        self.set(item, true);
    }

    fn set(&mut self, item: usize, taken: bool) {
        let Some(slot) = self.taken.get_mut(item) else {
            return;
        };
        if *slot == taken {
            return;
        }
        *slot = taken;
        let sign = if taken { -1 } else { 1 };
        for (missing, line) in self.missing.iter_mut().zip(self.relaxation.lines) {
            *missing += sign * line.gain(item);
        }
    }

    /// An item and what hangs on it, as far as taken.
    fn with_extras(&self, item: usize) -> Vec<usize> {
        let end = self
            .relaxation
            .shape
            .end
            .get(item)
            .copied()
            .unwrap_or(item + 1);
        (item..end).filter(|item| self.has(*item)).collect()
    }

    /// Takes out what is not needed, dearest first.
    fn thin(&mut self) {
        let mut items = self.items();
        items.sort_by_key(|item| (-self.cost(*item), *item));
        for item in items {
            if !self.has(item) {
                continue;
            }
            let out = self.with_extras(item);
            out.iter().for_each(|item| self.set(*item, false));
            if !self.is_covered() {
                out.iter().for_each(|item| self.set(*item, true));
            }
        }
    }

    /// Exchanges every item, dearest first, for the cheapest other one that keeps the lines covered;
    /// false where none saves anything.
    fn exchange(&mut self, ladder: &Ladder) -> bool {
        let mut items = self.items();
        items.sort_by_key(|item| (-self.cost(*item), *item));
        let mut exchanged = false;
        for item in items {
            if !self.has(item) {
                continue;
            }
            let out = self.with_extras(item);
            let saved: i128 = out.iter().map(|item| self.cost(*item)).sum();
            let lines = self.missing.iter().zip(self.relaxation.lines);
            let room: Vec<i128> = lines
                .map(|(missing, line)| {
                    missing + out.iter().map(|item| line.gain(*item)).sum::<i128>()
                })
                .collect();
            let covers = |other: &usize| {
                let mut lines = room.iter().zip(self.relaxation.lines);
                lines.all(|(missing, line)| line.gain(*other) >= *missing)
            };
            let stands = |other: &usize| {
                let base = self.relaxation.shape.base.get(*other).copied().flatten();
                base.is_none_or(|base| self.has(base) && !out.contains(&base))
            };
            let cheaper = ladder.below(saved, &room);
            let mut open = cheaper.iter().filter(|other| !self.has(**other));
            let found = open.find(|other| covers(other) && stands(other)).copied();
            if let Some(other) = found {
                out.iter().for_each(|item| self.set(*item, false));
                self.take(other);
                exchanged = true;
            }
        }
        exchanged
    }
}

/// All items by rising cost, with the most that any of the cheapest so many brings to each line:
/// most exchanges are excluded by that alone.
struct Ladder {
    items: Vec<usize>,
    costs: Vec<i128>,
    most: Vec<Vec<i128>>,
}

impl Ladder {
    fn of(relaxation: &Relaxation<'_>) -> Ladder {
        let cost = |item: &usize| relaxation.costs.get(*item).copied().unwrap_or_default();
        let mut items: Vec<usize> = (0..relaxation.shape.len()).collect();
        items.sort_by_key(|item| (cost(item), *item));
        let most = |line: &&super::relax::Line| {
            let mut most = i128::MIN;
            let rising = items.iter().map(|item| {
                most = most.max(line.gain(*item));
                most
            });
            rising.collect()
        };
        Ladder {
            costs: items.iter().map(cost).collect(),
            most: relaxation.lines.iter().map(most).collect(),
            items,
        }
    }

    /// The items that cost less, cheapest first, from the first on that may bring what is missing;
    /// none where no single one of them can.
    fn below(&self, cost: i128, missing: &[i128]) -> &[usize] {
        let end = self.costs.partition_point(|other| *other < cost);
        let enough =
            |(most, missing): (&Vec<i128>, &i128)| most.partition_point(|most| most < missing);
        let begin = self.most.iter().zip(missing).map(enough).max();
        self.items.get(begin.unwrap_or(0)..end).unwrap_or_default()
    }
}
