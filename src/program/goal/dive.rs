//! The last stretch: one set of covering lines, searched deal by deal. Depth first, each deal taken
//! before it is left, in the order of what a unit of need costs; a branch is given up where its
//! proven floor reaches the best plan known. Stops and goes on at any step.

use super::relax::{Line, Relaxation, Shape};

/// What the search asks of the one who knows the whole.
pub trait Judge {
    /// The cost that must be undercut; `None` while nothing is known.
    fn best(&self) -> Option<i128>;
    /// True where a set that costs as much as the best may still be looked at.
    fn likes_ties(&self) -> bool;
    /// A set of items that meets every line, with its cost. True where it really reaches the goal;
    /// then nothing needs to be added to it.
    fn found(&mut self, items: &[usize], cost: i128) -> bool;
    /// Asked now and then: false stops.
    fn keep_going(&mut self) -> bool;
    /// Counts a step taken only for a tie.
    fn spent_on_tie(&mut self);
}

/// A search over the items of some lines.
#[derive(Clone, Debug)]
pub struct Dive {
    items: Vec<usize>,
    shape: Shape,
    costs: Vec<i128>,
    gains: Vec<Vec<i128>>,
    prices: Vec<Vec<i128>>,
    saved: Vec<Vec<i128>>,
    most: Vec<Vec<i128>>,
    bits: u32,
    missing: Vec<i128>,
    cost: i128,
    at: usize,
    path: Vec<(usize, bool)>,
    taken: Vec<usize>,
    steps: u64,
}

/// How many steps pass between two questions whether to go on.
const STRIDE: u64 = 128;
/// How many vectors of prices a branch is held against, at most.
const PRICES: usize = 24;

impl Dive {
    /// Prepares the search: leaves out what no cheaper plan can hold, orders the rest.
    /// Items that cover no line stay in only where they may help by `touching` a metric.
    pub fn new(
        relaxation: &Relaxation<'_>,
        prices: &[i128],
        best: Option<i128>,
        touching: bool,
    ) -> Dive {
        let mut groups = ordered(relaxation, prices, best);
        let useful =
            |item: &usize| touching || relaxation.lines.iter().any(|line| line.gain(*item) > 0);
        groups.retain(|group| group.iter().any(useful));
        let mut items = Vec::new();
        let mut shape = Shape::default();
        for group in &groups {
            let first = items.len();
            for (place, item) in group.iter().enumerate() {
                let end = if place == 0 {
                    first + group.len()
                } else {
                    first + place + 1
                };
                shape.end.push(end);
                shape.base.push((place > 0).then_some(first));
                items.push(*item);
            }
        }
        let costs: Vec<i128> = items
            .iter()
            .map(|item| relaxation.costs.get(*item).copied().unwrap_or_default())
            .collect();
        let lines: Vec<Line> = relaxation
            .lines
            .iter()
            .map(|line| Line {
                need: line.need,
                gains: items.iter().map(|item| line.gain(*item)).collect(),
            })
            .collect();
        let lines: Vec<&Line> = lines.iter().collect();
        let own = Relaxation {
            costs: &costs,
            shape: &shape,
            lines: &lines,
            bits: relaxation.bits,
        };
        let prices = spread(&own, prices);
        let saved = prices
            .iter()
            .map(|prices| shape.most(&|item| -own.reduced_cost(prices, item)))
            .collect();
        let most = lines
            .iter()
            .map(|line| shape.most(&|item| line.gain(item)))
            .collect();
        Dive {
            gains: lines.iter().map(|line| line.gains.clone()).collect(),
            missing: lines.iter().map(|line| line.need).collect(),
            bits: relaxation.bits,
            prices,
            saved,
            most,
            items,
            shape,
            costs,
            cost: 0,
            at: 0,
            path: Vec::new(),
            taken: Vec::new(),
            steps: 0,
        }
    }

    /// Searches on for so many steps; true when nothing is left to search.
    pub fn run(&mut self, steps: u64, judge: &mut dyn Judge) -> bool {
        let last = self.steps + steps;
        loop {
            self.steps += 1;
            if self.steps >= last || (self.steps.is_multiple_of(STRIDE) && !judge.keep_going()) {
                return false;
            }
            let dead = self.is_dead(judge);
            if !dead
                && self.missing.iter().all(|missing| *missing <= 0)
                && judge.found(&self.taken, self.cost)
            {
                if !self.back() {
                    return true;
                }
                continue;
            }
            if dead || self.at >= self.items.len() {
                if !self.back() {
                    return true;
                }
                continue;
            }
            self.take();
        }
    }

    fn is_dead(&mut self, judge: &mut dyn Judge) -> bool {
        let out_of_reach = self
            .missing
            .iter()
            .zip(&self.most)
            .any(|(missing, most)| *missing > most.get(self.at).copied().unwrap_or_default());
        if out_of_reach {
            return true;
        }
        let Some(best) = judge.best() else {
            return false;
        };
        let ties = judge.likes_ties();
        let limit = (best - self.cost) << self.bits;
        let mut tie = false;
        let mut lethal = None;
        for (at, (prices, saved)) in self.prices.iter().zip(&self.saved).enumerate() {
            let owed: i128 = prices
                .iter()
                .zip(&self.missing)
                .map(|(price, missing)| price * missing)
                .sum();
            let bound = owed - saved.get(self.at).copied().unwrap_or_default();
            let floor = bound.max(0);
            if floor > limit || (!ties && floor > limit - (1 << self.bits)) {
                lethal = Some(at);
                break;
            }
            tie |= floor > limit - (1 << self.bits);
        }
        if let Some(at) = lethal {
            // what gave up this branch most likely gives up the next
            self.prices.swap(0, at);
            self.saved.swap(0, at);
            return true;
        }
        if tie {
            judge.spent_on_tie();
        }
        false
    }

    fn take(&mut self) {
        let at = self.at;
        self.count(at, 1);
        self.path.push((at, true));
        self.taken
            .push(self.items.get(at).copied().unwrap_or_default());
        self.at = at + 1;
    }

    fn count(&mut self, at: usize, sign: i128) {
        self.cost += sign * self.costs.get(at).copied().unwrap_or_default();
        for (missing, gains) in self.missing.iter_mut().zip(&self.gains) {
            *missing -= sign * gains.get(at).copied().unwrap_or_default();
        }
    }

    /// Goes back to the last item taken and leaves it; false when there is none.
    fn back(&mut self) -> bool {
        while let Some((at, taken)) = self.path.pop() {
            if taken {
                self.count(at, -1);
                self.taken.pop();
                self.path.push((at, false));
                self.at = self.shape.end.get(at).copied().unwrap_or(at + 1);
                return true;
            }
        }
        false
    }
}

/// Groups that a plan cheaper than the best may hold, cheapest per unit of need first; the largest
/// of equals first, so that small ones are left to close the gap.
pub fn ordered(
    relaxation: &Relaxation<'_>,
    prices: &[i128],
    best: Option<i128>,
) -> Vec<Vec<usize>> {
    let shape = relaxation.shape;
    let rest: Vec<i128> = (0..shape.len())
        .map(|item| relaxation.reduced_cost(prices, item))
        .collect();
    let rest_of = |item: usize| rest.get(item).copied().unwrap_or_default();
    let cost_of = |item: usize| relaxation.costs.get(item).copied().unwrap_or_default();
    let bound = relaxation.bound(prices);
    let limit = best.map(|best| best << relaxation.bits);
    let mut groups: Vec<(i128, i128, Vec<usize>)> = Vec::new();
    let mut first = 0;
    while first < shape.len() {
        let end = shape.end.get(first).copied().unwrap_or(first + 1);
        let extras: i128 = (first + 1..end).map(|item| rest_of(item).min(0)).sum();
        let group = (rest_of(first) + extras).min(0);
        // the floor under every plan that holds the item
        let with_base = bound - group + rest_of(first) + extras;
        let too_dear = |floor: i128| limit.is_some_and(|limit| floor > limit);
        if !too_dear(with_base) {
            let mut members = vec![first];
            let (mut cost, mut worth) = (cost_of(first), 0);
            worth += (cost_of(first) << relaxation.bits) - rest_of(first);
            for item in first + 1..end {
                if too_dear(with_base + rest_of(item).max(0)) {
                    continue;
                }
                if rest_of(item) < 0 {
                    cost += cost_of(item);
                    worth += (cost_of(item) << relaxation.bits) - rest_of(item);
                }
                members.push(item);
            }
            groups.push((dearness(cost, worth, relaxation.bits), -cost, members));
        }
        first = end;
    }
    groups.sort();
    groups.into_iter().map(|(_, _, members)| members).collect()
}

/// Cost per unit of worth; last where it is worth nothing.
fn dearness(cost: i128, worth: i128, bits: u32) -> i128 {
    if worth <= 0 {
        return i128::MAX;
    }
    let worth = (worth >> bits).max(1);
    let room = cost.leading_zeros().saturating_sub(2).min(40);
    ((cost << room) / worth) << (40 - room)
}

/// The prices given, the same a little dearer and cheaper (at the points where some item begins to
/// pay), and each line alone: when some lines are met early, the others bound better.
fn spread(relaxation: &Relaxation<'_>, prices: &[i128]) -> Vec<Vec<i128>> {
    let mut out = vec![prices.to_vec()];
    for percent in [50, 70, 85, 93, 97, 99, 101, 103, 107, 115, 130, 160, 220] {
        out.push(prices.iter().map(|price| price / 100 * percent).collect());
    }
    if prices.len() > 1 {
        for at in 0..prices.len() {
            let mut alone = vec![0; prices.len()];
            if let (Some(slot), Some(line)) = (alone.get_mut(at), relaxation.lines.get(at)) {
                let single = Relaxation {
                    lines: &[line],
                    ..*relaxation
                };
                let mut price = [0];
                single.ascend(&mut price, 1);
                *slot = price.first().copied().unwrap_or_default();
            }
            out.push(alone);
            if out.len() >= PRICES {
                break;
            }
        }
    }
    out
}
