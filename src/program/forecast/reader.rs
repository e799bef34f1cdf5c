//! From A and B to an outcome, for a thousand draws in a row. The rule itself is the cell's: a
//! reader only leaves out what cannot differ. Where B is the same in every draw the rule is a
//! staircase over A alone; else the band's own comparisons are made, in the narrowest whole numbers
//! that hold them. Steps that no draw can reach or miss are not looked at.

use crate::program::board::{Cell, Condition, Outcome};
use rust_decimal::Decimal;

/// Lowest and highest that a side can be.
pub type Reach = (i128, i128);

/// Reads the outcome of one metric in one month.
pub struct Reader {
    /// The metric.
    pub cell: Cell,
    /// What can come out; a reading is a number of this list.
    pub outcomes: Vec<Outcome>,
    way: Way,
}

enum Way {
    /// The same in every draw.
    Fixed,
    /// Over A alone: from each place on, the next outcome.
    Stairs(Vec<i64>),
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
    /// A can be 0, and the band has an index of its own for that.
    zero: bool,
}

impl Lines {
    /// Only thresholds decide.
    fn is_plain(&self) -> bool {
        self.guards.is_empty() && self.imported.is_none() && !self.zero
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
        if self.zero && a == 0 {
            return special + 2;
        }
        self.steps
            .iter()
            .map(|step| u64::from(step.holds(a, b)))
            .sum()
    }
}

struct Line {
    a: i64,
    b: i64,
    least: i64,
}

impl Line {
    fn of(condition: &Condition) -> Option<Line> {
        Some(Line {
            a: condition.a.try_into().ok()?,
            b: condition.b.try_into().ok()?,
            least: condition.least.try_into().ok()?,
        })
    }

    fn holds(&self, a: i64, b: i64) -> bool {
        self.a * a + self.b * b >= self.least
    }

    /// The least and the most that the left side can be, less what it must reach.
    fn slack(&self, a: Reach, b: Reach) -> Reach {
        let side = |factor: i64, (low, high): Reach| {
            let ends = (i128::from(factor) * low, i128::from(factor) * high);
            (ends.0.min(ends.1), ends.0.max(ends.1))
        };
        let (a, b) = (side(self.a, a), side(self.b, b));
        let least = i128::from(self.least);
        (a.0 + b.0 - least, a.1 + b.1 - least)
    }
}

impl Reader {
    /// A reader of a cell whose A and B stay within what they can reach.
    pub fn of(cell: Cell, a: Reach, b: Reach) -> Reader {
        let fixed = a.0 == a.1 && b.0 == b.1;
        let (way, outcomes) = if fixed {
            (Way::Fixed, vec![cell.outcome(a.0, b.0)])
        } else if b.0 == b.1 {
            stairs(&cell, a, b.0)
        } else {
            lines(&cell, a, b).unwrap_or_else(|| (Way::Asked, all(&cell)))
        };
        Reader {
            cell,
            outcomes,
            way,
        }
    }

    /// True where every draw has the same outcome.
    pub fn is_fixed(&self) -> bool {
        self.outcomes.len() < 2
    }

    /// Adds `digit` times the number of the outcome to the code of each draw.
    pub fn read(&self, a: &[i64], b: &[i64], digit: u64, codes: &mut [u64]) {
        match &self.way {
            Way::Fixed => {}
            Way::Stairs(places) => {
                let (low, high) = ends(a);
                for place in places {
                    add_where(*place, (low, high), a, digit, codes);
                }
            }
            Way::Lines(lines) if !lines.is_plain() => {
                for (code, (a, b)) in codes.iter_mut().zip(a.iter().zip(b)) {
                    *code += digit * lines.outcome(*a, *b);
                }
            }
            Way::Lines(lines) => {
                let (a_ends, b_ends) = (wide(ends(a)), wide(ends(b)));
                for line in &lines.steps {
                    let (least, most) = line.slack(a_ends, b_ends);
                    if most < 0 {
                        break;
                    }
                    if least >= 0 {
                        codes.iter_mut().for_each(|code| *code += digit);
                        continue;
                    }
                    for (code, (a, b)) in codes.iter_mut().zip(a.iter().zip(b)) {
                        *code += digit * u64::from(line.holds(*a, *b));
                    }
                }
            }
            Way::Asked => {
                for (code, (a, b)) in codes.iter_mut().zip(a.iter().zip(b)) {
                    let outcome = self.cell.outcome((*a).into(), (*b).into());
                    let number = self.outcomes.iter().position(|known| *known == outcome);
                    *code += digit * number.unwrap_or(0) as u64;
                }
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

/// Counts the draws at or above a place; those of a block are often all on one side of it.
fn add_where(place: i64, (low, high): (i64, i64), a: &[i64], digit: u64, codes: &mut [u64]) {
    if low >= place {
        codes.iter_mut().for_each(|code| *code += digit);
    } else if high >= place {
        for (code, a) in codes.iter_mut().zip(a) {
            *code += digit * u64::from(*a >= place);
        }
    }
}

fn ends(values: &[i64]) -> (i64, i64) {
    values
        .iter()
        .fold((i64::MAX, i64::MIN), |(low, high), value| {
            (low.min(*value), high.max(*value))
        })
}

fn wide((low, high): (i64, i64)) -> Reach {
    (low.into(), high.into())
}

/// Every outcome a cell knows.
fn all(cell: &Cell) -> Vec<Outcome> {
    let steps = (0..=u8::try_from(cell.steps().len()).unwrap_or(u8::MAX)).map(Outcome::Step);
    steps
        .chain([Outcome::Zero, Outcome::Imported, Outcome::Nothing])
        .collect()
}

/// Every place on A's axis at which something changes at this B.
fn stairs(cell: &Cell, (low, high): Reach, b: i128) -> (Way, Vec<Outcome>) {
    let mut places: Vec<i128> = vec![0, 1];
    for condition in cell.steps().iter().chain(cell.guards()) {
        if condition.a > 0 {
            // the smallest A with a·A + b·B ≥ least
            let rest = condition.least - condition.b * b;
            places.push(-(-rest).div_euclid(condition.a));
        }
    }
    if let Some(a) = cell.imported_at(b) {
        places.extend([a, a + 1]);
    }
    places.sort_unstable();
    places.dedup();
    let mut kept = Vec::new();
    let mut outcomes = vec![cell.outcome(low, b)];
    for place in places
        .into_iter()
        .filter(|place| *place > low && *place <= high)
    {
        let outcome = cell.outcome(place, b);
        if outcomes.last() != Some(&outcome)
            && let Ok(place) = i64::try_from(place)
        {
            kept.push(place);
            outcomes.push(outcome);
        }
    }
    (Way::Stairs(kept), outcomes)
}

/// The comparisons that can go either way; `None` where B can be below 0 or a figure
/// does not fit.
fn lines(cell: &Cell, a: Reach, b: Reach) -> Option<(Way, Vec<Outcome>)> {
    let within = |(low, high): Reach, place: i128| low <= place && place <= high;
    if b.0 < 0 {
        return None;
    }
    let bound = i128::from(i64::MAX / 4);
    let line = |condition: &Condition| {
        let line = Line::of(condition)?;
        let (least, most) = line.slack(a, b);
        (least > -bound && most < bound).then_some((line, least, most))
    };
    let mut guards = Vec::new();
    if b.0 == 0 {
        // without a base there is no ratio
        guards.push(Line {
            a: 0,
            b: 1,
            least: 1,
        });
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
    let imported = cell
        .imported_figures()
        .filter(|(x, y)| within(a, *x) && within(b, *y));
    let imported = match imported {
        Some((x, y)) => Some((x.try_into().ok()?, y.try_into().ok()?)),
        None => None,
    };
    let found = Lines {
        zero: cell.has_zero() && within(a, 0),
        steps,
        guards,
        imported,
    };
    let passed = (0..=u8::try_from(found.steps.len()).ok()?).map(|more| Outcome::Step(sure + more));
    let mut outcomes: Vec<Outcome> = passed.collect();
    if !found.is_plain() {
        outcomes.extend([Outcome::Nothing, Outcome::Imported, Outcome::Zero]);
    }
    Some((Way::Lines(found), outcomes))
}
