//! From what a block of draws collected to outcomes. The rule itself is the cell's: a reader only
//! leaves out what cannot differ. Where one side is the same in every draw the rule is a staircase
//! over the other; else the band's own comparisons are made. Everything is compared in a column's
//! own minor units, so that nothing is multiplied that need not be, and in half the width where the
//! draws of a block lie close enough. Steps that no draw of a block can reach or miss are not
//! looked at.

use super::lane::{Draws, Lane, Tops};
use crate::program::board::{Cell, Condition, Outcome};
use rust_decimal::Decimal;

/// One side of a metric in a month as draws move it: `base + factor × collected`.
#[derive(Clone, Copy, Debug)]
pub struct Axis {
    /// Booked, in the cell's units.
    pub base: i64,
    /// Units to a minor unit; above 0.
    pub factor: i64,
    /// Least and most that is collected, in minor units.
    pub reach: (i64, i64),
}

impl Axis {
    fn at(&self, collected: i64) -> i128 {
        i128::from(self.base) + i128::from(self.factor) * i128::from(collected)
    }

    fn is_fixed(&self) -> bool {
        self.reach.0 == self.reach.1
    }

    /// Whole range in the cell's units.
    fn ends(&self) -> (i128, i128) {
        (self.at(self.reach.0), self.at(self.reach.1))
    }

    /// What must be collected for at least so many units.
    fn least(&self, units: i128) -> i128 {
        let short = units - i128::from(self.base);
        -(-short).div_euclid(i128::from(self.factor))
    }

    /// What is collected where the side is exactly that; `None` where it never is.
    fn exactly(&self, units: i128) -> Option<i64> {
        let collected = self.least(units);
        let within = i128::from(self.reach.0) <= collected && collected <= self.reach.1.into();
        let collected = i64::try_from(collected).ok().filter(|_| within)?;
        (self.at(collected) == units).then_some(collected)
    }
}

/// Reads the outcome of one metric in one month.
pub struct Reader {
    /// The metric.
    pub cell: Cell,
    /// What can come out; a reading is a number of this list.
    pub outcomes: Vec<Outcome>,
    axes: [Axis; 2],
    way: Way,
}

enum Way {
    /// The same in every draw.
    Fixed,
    /// Over A (0) or B (1) alone: from each place on, the next outcome.
    Stairs(usize, Vec<i64>),
    /// Thresholds passed, with what else can decide.
    Lines(Lines),
    /// Everything else: the cell is asked.
    Asked,
}

/// The comparisons that can go either way.
struct Lines {
    steps: Vec<Line>,
    guards: Vec<Line>,
    /// The sheet's figures, where they are within reach.
    imported: Option<(i64, i64)>,
    /// Where A is 0, if it can be and the band has an index of its own for that.
    zero: Option<i64>,
}

impl Lines {
    /// Only thresholds decide, wherever the draws are.
    fn is_plain(&self) -> bool {
        self.guards.is_empty() && self.imported.is_none() && self.zero.is_none()
    }

    /// Only thresholds decide for draws between these ends.
    fn is_plain_within(&self, a: (i64, i64), b: (i64, i64)) -> bool {
        let within = |(low, high): (i64, i64), place: i64| low <= place && place <= high;
        self.guards.iter().all(|guard| guard.slack(a, b).0 >= 0)
            && !self
                .imported
                .is_some_and(|(x, y)| within(a, x) && within(b, y))
            && !self.zero.is_some_and(|zero| within(a, zero))
    }

    /// The number of the outcome: steps first, then nothing, imported, zero.
    fn outcome(&self, a: i64, b: i64) -> u64 {
        let special = self.steps.len() as u64 + 1;
        if self.imported == Some((a, b)) {
            return special + 1;
        }
        if !self.guards.iter().all(|guard| guard.holds(a, b)) {
            return special;
        }
        if self.zero == Some(a) {
            return special + 2;
        }
        self.steps
            .iter()
            .map(|step| u64::from(step.holds(a, b)))
            .sum()
    }

    /// The same for a block, where its draws lie close and only thresholds decide; false where
    /// that is not so and nothing was read.
    fn read(&self, a: &Lane, b: &Lane, draws: &mut Draws<'_>) -> bool {
        let (Some(in_a), Some(in_b)) = (a.ends(), b.ends()) else {
            return false;
        };
        if !self.is_plain_within(in_a, in_b) {
            return false;
        }
        let mut sure = 0;
        let mut open = Vec::new();
        for step in &self.steps {
            match step.slack(in_a, in_b) {
                (0.., _) => sure += 1,
                (_, ..0) => {}
                _ => open.push(step.tops(a, b)),
            }
        }
        let open: Option<Vec<Tops>> = open.into_iter().collect();
        let Some(open) = open else { return false };
        draws.begin(sure);
        for top in &open {
            draws.add_over(a, b, top);
        }
        true
    }
}

/// `a·A + b·B ≥ least` in what is collected.
struct Line {
    a: i64,
    b: i64,
    least: i64,
}

impl Line {
    fn of(condition: &Condition, [a, b]: &[Axis; 2]) -> Option<Line> {
        let (by_a, by_b) = (
            condition.a.checked_mul(a.factor.into())?,
            condition.b.checked_mul(b.factor.into())?,
        );
        let booked = condition
            .a
            .checked_mul(a.base.into())?
            .checked_add(condition.b.checked_mul(b.base.into())?)?;
        Some(Line {
            a: by_a.try_into().ok()?,
            b: by_b.try_into().ok()?,
            least: condition.least.checked_sub(booked)?.try_into().ok()?,
        })
    }

    fn holds(&self, a: i64, b: i64) -> bool {
        // each product may be too long where their difference is not
        let left = self.a.wrapping_mul(a).wrapping_add(self.b.wrapping_mul(b));
        left.wrapping_sub(self.least) >= 0
    }

    /// The least and the most that the left side can be, less what it must reach.
    fn slack(&self, a: (i64, i64), b: (i64, i64)) -> (i128, i128) {
        let side = |factor: i64, (low, high): (i64, i64)| {
            let ends = (
                i128::from(factor) * i128::from(low),
                i128::from(factor) * i128::from(high),
            );
            (ends.0.min(ends.1), ends.0.max(ends.1))
        };
        let (a, b) = (side(self.a, a), side(self.b, b));
        let least = i128::from(self.least);
        (a.0 + b.0 - least, a.1 + b.1 - least)
    }

    /// The comparison in distances from where the lanes begin; `None` where its figures are too
    /// long for that, or of a kind that no band has.
    fn tops(&self, a: &Lane, b: &Lane) -> Option<Tops> {
        let begun = i128::from(self.a) * i128::from(a.begin())
            + i128::from(self.b) * i128::from(b.begin())
            - i128::from(self.least);
        Tops::of(self.a, self.b.checked_neg()?, begun)
    }
}

impl Reader {
    /// A reader of a cell whose sides stay within what they can reach.
    pub fn of(cell: Cell, axes: [Axis; 2]) -> Reader {
        let [a, b] = &axes;
        let found = match (a.is_fixed(), b.is_fixed()) {
            (true, true) => {
                let outcome = cell.outcome(a.ends().0, b.ends().0);
                Some((Way::Fixed, vec![outcome]))
            }
            (false, true) => stairs(&cell, &axes, 0),
            (true, false) => stairs(&cell, &axes, 1),
            (false, false) => lines(&cell, &axes),
        };
        let (way, outcomes) = found.unwrap_or_else(|| (Way::Asked, all(&cell)));
        Reader {
            cell,
            outcomes,
            axes,
            way,
        }
    }

    /// True where every draw has the same outcome.
    pub fn is_fixed(&self) -> bool {
        self.outcomes.len() < 2
    }

    /// Reads the numbers of the outcomes of a block whose draws lie close; false where they do not,
    /// or something beside thresholds may decide: then [`Reader::number`] says it for each draw.
    pub fn read(&self, a: &Lane, b: &Lane, draws: &mut Draws<'_>) -> bool {
        match &self.way {
            Way::Fixed => {
                draws.begin(0);
                true
            }
            Way::Stairs(side, places) => {
                let lane = if *side == 0 { a } else { b };
                draws.count_places(lane, places)
            }
            Way::Lines(lines) => lines.read(a, b, draws),
            Way::Asked => false,
        }
    }

    /// The number of the outcome of one draw.
    pub fn number(&self, a: i64, b: i64) -> u64 {
        match &self.way {
            Way::Fixed => 0,
            Way::Stairs(side, places) => {
                let at = if *side == 0 { a } else { b };
                places.partition_point(|place| *place <= at) as u64
            }
            Way::Lines(lines) => lines.outcome(a, b),
            Way::Asked => {
                let [on_a, on_b] = &self.axes;
                let outcome = self.cell.outcome(on_a.at(a), on_b.at(b));
                let number = self.outcomes.iter().position(|known| *known == outcome);
                number.unwrap_or(0) as u64
            }
        }
    }

    /// The index of an outcome.
    pub fn index(&self, number: usize) -> Decimal {
        self.outcomes
            .get(number)
            .map_or(Decimal::ZERO, |outcome| self.cell.index_of(*outcome))
    }
}

/// Every outcome a cell knows.
fn all(cell: &Cell) -> Vec<Outcome> {
    let steps = (0..=u8::try_from(cell.steps().len()).unwrap_or(u8::MAX)).map(Outcome::Step);
    steps
        .chain([Outcome::Zero, Outcome::Imported, Outcome::Nothing])
        .collect()
}

/// Every place on one axis at which something changes while the other stands still; `None` where a
/// figure does not fit.
fn stairs(cell: &Cell, axes: &[Axis; 2], side: usize) -> Option<(Way, Vec<Outcome>)> {
    let [a, b] = axes;
    let (along, still) = if side == 0 { (a, b) } else { (b, a) };
    let still = still.ends().0;
    let mut places: Vec<i128> = vec![0, 1];
    for condition in cell.steps().iter().chain(cell.guards()) {
        let (own, other) = match side {
            0 => (condition.a, condition.b),
            _ => (condition.b, condition.a),
        };
        let rest = condition.least.checked_sub(other.checked_mul(still)?)?;
        match own {
            // the first that passes
            1.. => places.push(-(-rest).div_euclid(own)),
            0 => {}
            // the first that does not any more
            _ => places.push((-rest).div_euclid(-own) + 1),
        }
    }
    if let Some((x, y)) = cell.imported_figures() {
        let (own, other) = if side == 0 { (x, y) } else { (y, x) };
        if other == still {
            places.extend([own, own + 1]);
        }
    }
    let outcome = |collected: i64| match side {
        0 => cell.outcome(along.at(collected), still),
        _ => cell.outcome(still, along.at(collected)),
    };
    let (low, high) = along.reach;
    let mut places: Vec<i64> = places
        .into_iter()
        .filter_map(|place| i64::try_from(along.least(place)).ok())
        .filter(|place| *place > low && *place <= high)
        .collect();
    places.sort_unstable();
    places.dedup();
    let mut kept = Vec::new();
    let mut outcomes = vec![outcome(low)];
    for place in places {
        let next = outcome(place);
        if outcomes.last() != Some(&next) {
            kept.push(place);
            outcomes.push(next);
        }
    }
    Some((Way::Stairs(side, kept), outcomes))
}

/// The comparisons that can go either way; `None` where B can be below 0 or a figure
/// does not fit.
fn lines(cell: &Cell, axes: &[Axis; 2]) -> Option<(Way, Vec<Outcome>)> {
    let [a, b] = axes;
    let lowest_b = b.ends().0;
    if lowest_b < 0 {
        return None;
    }
    let bound = i128::from(i64::MAX / 4);
    let line = |condition: &Condition| {
        let line = Line::of(condition, axes)?;
        let (least, most) = line.slack(a.reach, b.reach);
        (least > -bound && most < bound).then_some((line, least, most))
    };
    let mut guards = Vec::new();
    if lowest_b == 0 {
        // without a base there is no ratio
        let base = Condition {
            a: 0,
            b: 1,
            least: 1,
        };
        guards.push(line(&base)?.0);
    }
    for guard in cell.guards() {
        let (guard, least, _) = line(guard)?;
        if least < 0 {
            guards.push(guard);
        }
    }
    let mut sure = 0u8;
    let mut steps = Vec::new();
    for step in cell.steps() {
        let (step, least, most) = line(step)?;
        if least >= 0 {
            sure += 1;
        } else if most >= 0 {
            steps.push(step);
        }
    }
    let imported = cell.imported_figures();
    let found = Lines {
        zero: a.exactly(0).filter(|_| cell.has_zero()),
        steps,
        guards,
        imported: imported.and_then(|(x, y)| a.exactly(x).zip(b.exactly(y))),
    };
    let passed = (0..=u8::try_from(found.steps.len()).ok()?).map(|more| Outcome::Step(sure + more));
    let mut outcomes: Vec<Outcome> = passed.collect();
    if !found.is_plain() {
        outcomes.extend([Outcome::Nothing, Outcome::Imported, Outcome::Zero]);
    }
    Some((Way::Lines(found), outcomes))
}
