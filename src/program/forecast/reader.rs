//! From A and B to an outcome, for a thousand draws in a row. Where B is the same in every draw the
//! rule is a staircase over A alone; else the band's own comparisons are made, in the narrowest
//! whole numbers that hold them. The rule itself is the cell's: a reader only asks it less often.

use crate::program::board::{Cell, Condition, Outcome};
use rust_decimal::Decimal;

/// How many outcomes a cell has at most: eleven steps, zero, imported, nothing.
pub const OUTCOMES: usize = 14;
const ZERO: u8 = 11;
const IMPORTED: u8 = 12;
const NOTHING: u8 = 13;

/// Reads the outcome of one metric in one month.
pub struct Reader {
    /// The metric.
    pub cell: Cell,
    way: Way,
}

enum Way {
    /// The same in every draw.
    Fixed(u8),
    /// Over A alone: from each place on, the outcome; before the first, the first outcome.
    Stairs { places: Vec<i64>, outcomes: Vec<u8> },
    /// The comparisons fit 64 bits.
    Narrow(Comparisons),
    /// They do not.
    Wide,
}

struct Comparisons {
    steps: Vec<Line>,
    guards: Vec<Line>,
}

struct Line {
    a: i64,
    b: i64,
    least: i64,
}

impl Line {
    fn of(condition: &Condition, reach: i128) -> Option<Line> {
        let widest = condition
            .a
            .abs()
            .max(condition.b.abs())
            .checked_mul(reach)?;
        if widest > i128::from(i64::MAX / 4) {
            return None;
        }
        Some(Line {
            a: condition.a.try_into().ok()?,
            b: condition.b.try_into().ok()?,
            least: condition.least.try_into().ok()?,
        })
    }

    fn holds(&self, a: i64, b: i64) -> bool {
        self.a * a + self.b * b >= self.least
    }
}

impl Reader {
    /// A reader of a cell; `reach` bounds what A and B can be.
    pub fn of(cell: Cell, a_moves: bool, b_moves: bool, reach: i128) -> Reader {
        let way = match (a_moves, b_moves) {
            (false, false) => Way::Fixed(number(cell.outcome(cell.a, cell.b))),
            (true, false) => stairs(&cell),
            (_, true) => {
                let lines = |all: &[Condition]| {
                    let lines = all.iter().map(|condition| Line::of(condition, reach));
                    lines.collect::<Option<Vec<Line>>>()
                };
                match lines(cell.steps()).zip(lines(cell.guards())) {
                    Some((steps, guards)) => Way::Narrow(Comparisons { steps, guards }),
                    None => Way::Wide,
                }
            }
        };
        Reader { cell, way }
    }

    /// True where every draw has the same outcome.
    pub fn is_fixed(&self) -> bool {
        matches!(self.way, Way::Fixed(_))
    }

    /// The outcome of a draw by its number, below [`OUTCOMES`].
    pub fn read(&self, a: i64, b: i64) -> u8 {
        match &self.way {
            Way::Fixed(outcome) => *outcome,
            Way::Stairs { places, outcomes } => {
                let passed = places.iter().filter(|place| a >= **place).count();
                outcomes.get(passed).copied().unwrap_or(NOTHING)
            }
            Way::Narrow(lines) => {
                let (wide_a, wide_b) = (i128::from(a), i128::from(b));
                if self.cell.is_imported(wide_a, wide_b) {
                    return IMPORTED;
                }
                if b == 0 || !lines.guards.iter().all(|guard| guard.holds(a, b)) {
                    return NOTHING;
                }
                if a == 0 && self.cell.has_zero() {
                    return ZERO;
                }
                lines
                    .steps
                    .iter()
                    .map(|step| u8::from(step.holds(a, b)))
                    .sum()
            }
            Way::Wide => number(self.cell.outcome(a.into(), b.into())),
        }
    }

    /// The index of an outcome's number.
    pub fn index(&self, outcome: u8) -> Decimal {
        self.cell.index_of(match outcome {
            ZERO => Outcome::Zero,
            IMPORTED => Outcome::Imported,
            NOTHING => Outcome::Nothing,
            passed => Outcome::Step(passed),
        })
    }
}

fn number(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::Step(passed) => passed.min(10),
        Outcome::Zero => ZERO,
        Outcome::Imported => IMPORTED,
        Outcome::Nothing => NOTHING,
    }
}

/// Every place on A's axis at which something can change at this B, and what holds from there on.
fn stairs(cell: &Cell) -> Way {
    let mut places: Vec<i128> = vec![0, 1];
    for condition in cell.steps().iter().chain(cell.guards()) {
        if condition.a > 0 {
            // the smallest A with a·A + b·B ≥ least
            let rest = condition.least - condition.b * cell.b;
            places.push(-(-rest).div_euclid(condition.a));
        }
    }
    if let Some(a) = cell.imported_a() {
        places.extend([a, a + 1]);
    }
    places.sort_unstable();
    places.dedup();
    let before = places.first().map_or(0, |first| first - 1);
    let outcomes = std::iter::once(before)
        .chain(places.iter().copied())
        .map(|a| number(cell.outcome(a, cell.b)));
    let outcomes: Vec<u8> = outcomes.collect();
    let clamped = places.iter().map(|place| {
        let place = (*place).clamp(i64::MIN.into(), i64::MAX.into());
        i64::try_from(place).unwrap_or(i64::MAX)
    });
    merge(clamped.collect(), outcomes)
}

/// Leaves out places where nothing changes.
fn merge(places: Vec<i64>, outcomes: Vec<u8>) -> Way {
    let mut kept = (Vec::new(), Vec::new());
    let mut all = outcomes.into_iter();
    kept.1.extend(all.next());
    for (place, outcome) in places.into_iter().zip(all) {
        if kept.1.last() != Some(&outcome) {
            kept.0.push(place);
            kept.1.push(outcome);
        }
    }
    Way::Stairs {
        places: kept.0,
        outcomes: kept.1,
    }
}
