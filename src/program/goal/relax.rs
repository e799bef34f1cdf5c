//! The proven floor under every plan: the covering lines of a goal are moved into the cost, each
//! with a price per unit that is missing, and what is left falls apart deal by deal. For any prices
//! the outcome is a true lower bound, so prices are looked for freely; all of it is whole numbers.
//! Knows nothing of metrics or deals.

/// How items hang together: an item without a base may be taken alone, the items after it up to
/// its end only with it.
#[derive(Clone, Debug, Default)]
pub struct Shape {
    /// For an item that stands alone: one past the last item that hangs on it. For the others the
    /// next item.
    pub end: Vec<usize>,
    /// The item it hangs on.
    pub base: Vec<Option<usize>>,
}

impl Shape {
    /// How many items.
    pub fn len(&self) -> usize {
        self.end.len()
    }

    /// The most (or with negated figures the least) that items from each place on can bring, where
    /// figures below zero are left out; a place inside a group counts its base as taken.
    pub fn most(&self, figure: &dyn Fn(usize) -> i128) -> Vec<i128> {
        let mut out = vec![0i128; self.len() + 1];
        let mut at = self.len();
        while at > 0 {
            let first = self.base.get(at - 1).copied().flatten().unwrap_or(at - 1);
            let after = out.get(at).copied().unwrap_or_default();
            let mut extra = 0;
            for item in (first + 1..at).rev() {
                extra += figure(item).max(0);
                if let Some(slot) = out.get_mut(item) {
                    *slot = after + extra;
                }
            }
            if let Some(slot) = out.get_mut(first) {
                *slot = after + (figure(first) + extra).max(0);
            }
            at = first;
        }
        out
    }
}

/// A covering line: the gains of the taken items must reach the need.
#[derive(Clone, Debug)]
pub struct Line {
    /// What is missing.
    pub need: i128,
    /// What each item brings, negative where it takes away.
    pub gains: Vec<i128>,
}

impl Line {
    /// What item `at` brings.
    pub fn gain(&self, at: usize) -> i128 {
        self.gains.get(at).copied().unwrap_or_default()
    }

    /// Divides by what all gains share; the need is rounded up, which no whole set can notice.
    pub fn reduced(mut self) -> Line {
        let common = self
            .gains
            .iter()
            .fold(0i128, |common, gain| num_integer::gcd(common, *gain));
        if common > 1 {
            self.need = num_integer::Integer::div_ceil(&self.need, &common);
            for gain in &mut self.gains {
                *gain /= common;
            }
        }
        self
    }

    /// The most that can be gained.
    pub fn most(&self, shape: &Shape) -> i128 {
        let most = shape.most(&|item| self.gain(item));
        most.first().copied().unwrap_or_default()
    }

    /// No set, however bad, falls below the need.
    pub fn is_always_met(&self) -> bool {
        let worst: i128 = self.gains.iter().map(|gain| (*gain).min(0)).sum();
        worst >= self.need
    }
}

/// Costs and covering lines with the room that whole-number prices have.
#[derive(Clone, Copy, Debug)]
pub struct Relaxation<'a> {
    /// Cost of each item, not negative.
    pub costs: &'a [i128],
    /// How they hang together.
    pub shape: &'a Shape,
    /// The lines.
    pub lines: &'a [&'a Line],
    /// Prices and bounds are counted in 1/2^bits of the cost.
    pub bits: u32,
}

/// Room left in 128 bits for sums over lines.
const ROOM: u32 = 120;
/// Turns of all prices at once, for each round that single prices may have.
const TURNS: usize = 20;
/// Turns without a better bound before the steps are halved.
const PATIENCE: usize = 4;
/// Halvings after which turning ends.
const NARROW: u32 = 18;
/// A price moves in parts of 1/2^20 of itself.
const PART: u32 = 20;

/// Room kept for prices above the average cost of a gain, in binary places: where nearly all items
/// are needed, the dearest set the price.
const ABOVE: u32 = 20;

/// How many binary places prices may have with these costs.
pub fn price_bits(costs: &[i128]) -> u32 {
    let total: i128 = costs.iter().sum();
    let taken = ABOVE + 128 - total.leading_zeros();
    ROOM.saturating_sub(taken).min(60)
}

impl Relaxation<'_> {
    fn cost(&self, item: usize) -> i128 {
        self.costs.get(item).copied().unwrap_or_default() << self.bits
    }

    /// The cost of an item less what its gains are worth at these prices.
    pub fn reduced_cost(&self, prices: &[i128], item: usize) -> i128 {
        let worth: i128 = prices
            .iter()
            .zip(self.lines)
            .map(|(price, line)| price * line.gain(item))
            .sum();
        self.cost(item) - worth
    }

    /// The lower bound at these prices, times 2^bits.
    pub fn bound(&self, prices: &[i128]) -> i128 {
        let owed: i128 = prices
            .iter()
            .zip(self.lines)
            .map(|(price, line)| price * line.need)
            .sum();
        let saved = self
            .shape
            .most(&|item| -self.reduced_cost(prices, item))
            .first()
            .copied()
            .unwrap_or_default();
        owed - saved
    }

    /// The bound in whole cost.
    pub fn whole(&self, bound: i128) -> i128 {
        whole(bound, self.bits)
    }

    fn highest_price(&self, line: &Line) -> i128 {
        let total: i128 = line.gains.iter().map(|gain| gain.abs()).sum();
        (1i128 << (ROOM - 4)) / total.max(line.need.abs()).max(1)
    }

    /// Raises or lowers one price at a time, each to its best, until a round brings nothing.
    pub fn ascend(&self, prices: &mut [i128], rounds: usize) -> i128 {
        let mut best = self.bound(prices);
        for _ in 0..rounds {
            let before = best;
            for at in 0..prices.len() {
                let old = prices.get(at).copied().unwrap_or_default();
                let price = self.best_price(prices, at);
                if let Some(slot) = prices.get_mut(at) {
                    *slot = price;
                }
                let now = self.bound(prices);
                if now >= best {
                    best = now;
                } else if let Some(slot) = prices.get_mut(at) {
                    *slot = old;
                }
            }
            if self.whole(best) <= self.whole(before) || prices.len() == 1 {
                break;
            }
        }
        if prices.len() > 1 && rounds > 1 {
            best = self.turn(prices, best, TURNS * rounds);
        }
        best
    }

    /// Moves all prices at once, against what they leave missing: one price at a time stands still
    /// where two lines hold each other, with the bound far below its best. Steps shrink when they
    /// bring nothing.
    fn turn(&self, prices: &mut [i128], mut best: i128, turns: usize) -> i128 {
        let mut at = prices.to_vec();
        let (mut width, mut idle) = (3u32, 0);
        for _ in 0..turns {
            let pulls: Vec<i128> = at
                .iter()
                .zip(self.left(&at))
                .map(|(price, left)| price * left)
                .collect();
            let most = pulls.iter().map(|pull| pull.abs()).max();
            let Some(unit) = most.map(|most| most >> PART).filter(|unit| *unit > 0) else {
                break;
            };
            for ((price, pull), line) in at.iter_mut().zip(&pulls).zip(self.lines) {
                let step = ((*price >> PART) * (pull / unit)) >> width;
                *price = (*price + step).clamp(0, self.highest_price(line));
            }
            let now = self.bound(&at);
            if now > best {
                best = now;
                prices.copy_from_slice(&at);
                idle = 0;
                continue;
            }
            idle += 1;
            if idle == PATIENCE {
                (width, idle) = (width + 1, 0);
                at.copy_from_slice(prices);
            }
            if width > NARROW {
                break;
            }
        }
        best
    }

    /// What the items that pay at these prices leave of each need.
    fn left(&self, prices: &[i128]) -> Vec<i128> {
        let mut left: Vec<i128> = self.lines.iter().map(|line| line.need).collect();
        let rest: Vec<i128> = (0..self.shape.len())
            .map(|item| self.reduced_cost(prices, item))
            .collect();
        self.paying(&rest, |item| {
            for (left, line) in left.iter_mut().zip(self.lines) {
                *left -= line.gain(item);
            }
        });
        left
    }

    /// The items that pay at some prices, by their reduced costs: each with those that hang on it.
    pub fn paying(&self, rest: &[i128], mut each: impl FnMut(usize)) {
        let rest = |item: usize| rest.get(item).copied().unwrap_or_default();
        let mut first = 0;
        while first < self.shape.len() {
            let end = self.shape.end.get(first).copied().unwrap_or(first + 1);
            let extras = (first + 1..end).map(|item| rest(item).min(0));
            if rest(first) + extras.sum::<i128>() < 0 {
                each(first);
                (first + 1..end)
                    .filter(|item| rest(*item) < 0)
                    .for_each(&mut each);
            }
            first = end;
        }
    }

    /// The price of one line at which the bound is highest while the other prices stand. The bound
    /// is concave in it: what is still missing at a price says on which side the best one lies.
    fn best_price(&self, prices: &[i128], at: usize) -> i128 {
        let Some(line) = self.lines.get(at) else {
            return 0;
        };
        let start = prices.get(at).copied().unwrap_or_default();
        let others: Vec<i128> = (0..self.shape.len())
            .map(|item| self.reduced_cost(prices, item) + start * line.gain(item))
            .collect();
        let others = others.as_slice();
        let missing = |price: i128| self.missing(line, others, price);
        if missing(0) <= 0 {
            return 0;
        }
        let highest = self.highest_price(line);
        let (mut low, mut high) = (0, highest.min((start * 2).max(1 << 20)));
        while high < highest && missing(high) > 0 {
            low = high;
            high = highest.min(high.saturating_mul(16));
        }
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            if missing(middle) > 0 {
                low = middle;
            } else {
                high = middle;
            }
        }
        high
    }

    /// What the items that pay at this price leave of the need.
    fn missing(&self, line: &Line, others: &[i128], price: i128) -> i128 {
        let rest =
            |item: usize| others.get(item).copied().unwrap_or_default() - price * line.gain(item);
        let mut left = line.need;
        let mut first = 0;
        while first < self.shape.len() {
            let end = self.shape.end.get(first).copied().unwrap_or(first + 1);
            let (mut cost, mut gain) = (rest(first), line.gain(first));
            for item in first + 1..end {
                let own = rest(item);
                if own < 0 {
                    cost += own;
                    gain += line.gain(item);
                }
            }
            if cost < 0 {
                left -= gain;
            }
            first = end;
        }
        left
    }
}

/// A bound in whole cost: rounded up, never below zero.
pub fn whole(bound: i128, bits: u32) -> i128 {
    if bound <= 0 {
        return 0;
    }
    ((bound - 1) >> bits) + 1
}
