//! The draws themselves, a thousand at a time so that the sums stay in the processor's cache: who
//! wins, what that adds to each column and month, which outcome each metric has in each month.
//! Eight deals that add to the same places are added by a table of their 256 sums.

use super::draw::{Chance, LANES};
use super::field::{Field, FieldCell, Group, TOGETHER};
use super::lane::{DRAWS, Draws, Lane, WORDS};
use super::slots::{HALF, Pair, Side};
use crate::program::board::DealId;
use rust_decimal::Decimal;
use std::collections::HashMap;

/// Most combinations of outcomes that are counted in a plain list.
const PLAIN: usize = 1 << 16;

/// What came out, by month and portfolio.
pub struct Outcomes {
    /// Draws made.
    pub draws: u32,
    /// By month, then portfolio.
    pub months: Vec<Vec<Tally>>,
}

/// How often each combination of outcomes came out in one portfolio and month.
pub struct Tally {
    /// The cells whose outcome differs from draw to draw, the first as the least significant digit
    /// of a combination; a cell counts in as many digits as it has outcomes.
    pub cells: Vec<usize>,
    plain: Vec<u32>,
    rare: HashMap<u64, u32>,
    /// Sum over the draws of what was renewed on time, in units of its cell.
    pub on_time: i128,
}

impl Tally {
    fn of(cells: Vec<usize>, combinations: Option<usize>) -> Tally {
        let all = combinations.filter(|all| *all <= PLAIN);
        Tally {
            cells,
            plain: vec![0; all.unwrap_or(0)],
            rare: HashMap::new(),
            on_time: 0,
        }
    }

    fn count(&mut self, codes: &[u64]) {
        for code in codes {
            let plain = usize::try_from(*code)
                .ok()
                .and_then(|code| self.plain.get_mut(code));
            match plain {
                Some(count) => *count += 1,
                None => *self.rare.entry(*code).or_default() += 1,
            }
        }
    }

    /// Every combination that came out, with its draws.
    pub fn counted(&self) -> impl Iterator<Item = (u64, u32)> {
        let plain = self
            .plain
            .iter()
            .zip(0u64..)
            .map(|(count, code)| (code, *count));
        let rare = self.rare.iter().map(|(code, count)| (*code, *count));
        plain.filter(|(_, count)| *count > 0).chain(rare)
    }
}

/// The cell of the on-time renewal rate.
pub fn is_on_time(cell: &FieldCell) -> bool {
    &*cell.reader.cell.metric == "otrr"
}

/// Draws the field.
pub fn draw(field: &Field) -> Outcomes {
    let mut out = Outcomes {
        draws: 0,
        months: field
            .months
            .iter()
            .map(|month| {
                let tallies = month.portfolios.iter().map(|portfolio| {
                    let outcomes = |at: usize| {
                        month
                            .cells
                            .get(at)
                            .map_or(1, |cell| cell.reader.outcomes.len())
                    };
                    let cells: Vec<usize> = portfolio
                        .cells
                        .clone()
                        .filter(|at| outcomes(*at) > 1)
                        .collect();
                    let combinations = cells
                        .iter()
                        .try_fold(1usize, |all, at| all.checked_mul(outcomes(*at)));
                    Tally::of(cells, combinations)
                });
                tallies.collect()
            })
            .collect(),
    };
    let mut block = Block::of(field);
    let mut word = 0;
    while word < field.words {
        let words = usize::try_from(field.words - word).map_or(WORDS, |left| left.min(WORDS));
        block.win(field, word);
        block.add_up(field);
        block.read(field, words * 64, &mut out.months);
        out.draws += u32::try_from(words * 64).unwrap_or(0);
        word += WORDS as u64;
    }
    out
}

/// The deals that one draw wins.
pub fn won_in(field: &Field, draw: u64) -> Vec<DealId> {
    let (word, bit) = (draw / 64, draw % 64);
    let mut won = Vec::new();
    win(field, word, |deal, [word, ..]| {
        if (word >> bit) & 1 == 1
            && let Some(deal) = field.deals.get(deal)
        {
            won.push(deal.id);
        }
    });
    won
}

/// Who wins in some words of draws, told deal by deal: by its customer's number where the customer
/// goes together, else by its own.
fn win(field: &Field, first: u64, mut tell: impl FnMut(usize, [u64; LANES])) {
    let together = Chance::of(field.terms.correlation_pct / Decimal::ONE_HUNDRED);
    for customer in &field.customers {
        let when = together.draw([u64::MAX; LANES], &customer.when.words(first));
        let which = customer.which.words(first);
        for number in &customer.deals {
            let Some(deal) = field.deals.get(*number) else {
                continue;
            };
            let mut won = deal
                .chance
                .draw(when.map(|when| !when), &deal.own.words(first));
            let with = deal.chance.draw(when, &which);
            for (won, with) in won.iter_mut().zip(with) {
                *won |= with;
            }
            tell(*number, won);
        }
    }
    for number in &field.single {
        if let Some(deal) = field.deals.get(*number) {
            tell(
                *number,
                deal.chance.draw([u64::MAX; LANES], &deal.own.words(first)),
            );
        }
    }
}

/// One block of draws.
struct Block {
    /// A bit for each draw, by deal: won.
    won: Vec<[u64; WORDS]>,
    /// What each pair of slots collected, for each draw.
    both: Vec<[i64; DRAWS]>,
    /// What each slot collected, for each draw.
    sums: Vec<[i64; DRAWS]>,
    picks: [u8; DRAWS],
    lanes: [Lane; 2],
    counts: [u32; DRAWS],
    codes: [u64; DRAWS],
}

impl Block {
    fn of(field: &Field) -> Box<Block> {
        let slots = field.columns.last().map_or(0, |slots| slots.end);
        Box::new(Block {
            won: vec![[0; WORDS]; field.deals.len()],
            both: vec![[0; DRAWS]; field.pairs.len()],
            sums: vec![[0; DRAWS]; slots],
            picks: [0; DRAWS],
            lanes: [Lane::still(), Lane::still()],
            counts: [0; DRAWS],
            codes: [0; DRAWS],
        })
    }

    /// Who wins in the words from `first` on.
    fn win(&mut self, field: &Field, first: u64) {
        for (number, place) in (first..).zip(0..WORDS).step_by(LANES) {
            win(field, number, |deal, words| {
                let won = self.won.get_mut(deal);
                if let Some(won) = won.and_then(|won| won.get_mut(place..place + LANES)) {
                    won.copy_from_slice(&words);
                }
            });
        }
    }

    /// What the won deals add, then running sums over the months of each column.
    fn add_up(&mut self, field: &Field) {
        for both in &mut self.both {
            both.fill(0);
        }
        let mut deals = self.won.as_slice();
        for group in &field.groups {
            let (own, rest) = deals.split_at(group.deals.min(deals.len()));
            deals = rest;
            pick(own, &mut self.picks);
            for (pair, amounts) in &group.adds {
                let table = table(group, amounts);
                let Some(sums) = self.both.get_mut(*pair) else {
                    continue;
                };
                for (sum, pick) in sums.iter_mut().zip(&self.picks) {
                    *sum += table.get(usize::from(*pick)).copied().unwrap_or(0);
                }
            }
        }
        for (pair, both) in field.pairs.iter().zip(&self.both) {
            take_apart(*pair, both, &mut self.sums);
        }
        for column in &field.columns {
            let sums = self.sums.get_mut(column.clone()).unwrap_or_default();
            for month in 1..sums.len() {
                if let Some([before, now]) = sums.get_mut(month - 1..=month) {
                    for (now, before) in now.iter_mut().zip(before.iter()) {
                        *now += before;
                    }
                }
            }
        }
    }

    fn read(&mut self, field: &Field, draws: usize, out: &mut [Vec<Tally>]) {
        for (month, tallies) in field.months.iter().zip(out) {
            for (portfolio, tally) in month.portfolios.iter().zip(tallies) {
                if portfolio.held.is_none() {
                    continue;
                }
                self.codes.fill(0);
                let cells = month.cells.get(portfolio.cells.clone()).unwrap_or(&[]);
                let mut digit = 1u64;
                for cell in cells {
                    if is_on_time(cell) {
                        tally.on_time += self.collected(&cell.a, draws);
                    }
                    if !cell.reader.is_fixed() {
                        self.read_cell(cell, digit, draws);
                        digit *= cell.reader.outcomes.len() as u64;
                    }
                }
                tally.count(self.codes.get(..draws).unwrap_or_default());
            }
        }
    }

    /// What one side counts in all draws together.
    fn collected(&self, side: &Side, draws: usize) -> i128 {
        let sum = |slot: Option<usize>| -> i128 {
            let sums = slot.and_then(|slot| self.sums.get(slot));
            let sums = sums.map_or(&[][..], |sums| sums.get(..draws).unwrap_or_default());
            sums.iter().map(|sum| i128::from(*sum)).sum()
        };
        i128::from(side.axis.base) * draws as i128
            + i128::from(side.axis.factor) * (sum(side.last) - sum(side.before))
    }

    /// Adds `digit` times the number of a cell's outcome to the code of each draw.
    fn read_cell(&mut self, cell: &FieldCell, digit: u64, draws: usize) {
        let [a, b] = &mut self.lanes;
        fill(a, &cell.a, &self.sums);
        fill(b, &cell.b, &self.sums);
        let mut counts = Draws(&mut self.counts);
        if cell.reader.read(a, b, &mut counts) {
            for (code, count) in self.codes.iter_mut().zip(&self.counts) {
                *code += digit * u64::from(*count);
            }
            return;
        }
        let of = |side: &Side, draw: usize| {
            let at = |slot: Option<usize>| {
                let sum = slot.and_then(|slot| self.sums.get(slot)?.get(draw));
                sum.copied().unwrap_or(0)
            };
            at(side.last) - at(side.before)
        };
        for (draw, code) in self.codes.iter_mut().enumerate().take(draws) {
            *code += digit * cell.reader.number(of(&cell.a, draw), of(&cell.b, draw));
        }
    }
}

/// The sums of each slot of a pair.
fn take_apart(pair: Pair, both: &[i64; DRAWS], sums: &mut [[i64; DRAWS]]) {
    let Some(high) = pair.high else {
        if let Some(own) = sums.get_mut(pair.low) {
            own.copy_from_slice(both);
        }
        return;
    };
    if let Some(own) = sums.get_mut(pair.low) {
        for (own, both) in own.iter_mut().zip(both) {
            *own = both & ((1 << HALF) - 1);
        }
    }
    if let Some(own) = sums.get_mut(high) {
        for (own, both) in own.iter_mut().zip(both) {
            *own = ((*both as u64) >> HALF) as i64;
        }
    }
}

/// What one side collected in every draw.
fn fill(lane: &mut Lane, side: &Side, sums: &[[i64; DRAWS]]) {
    let slot = |slot: Option<usize>| slot.and_then(|slot| sums.get(slot));
    match (slot(side.last), slot(side.before)) {
        (Some(last), before) => lane.take(last, before.map(|before| &before[..])),
        // the month before a window never moves without it
        (None, _) => lane.rest(),
    }
}

/// The sums of every subset of a group's amounts.
fn table(group: &Group, amounts: &[i64; TOGETHER]) -> [i64; 256] {
    let mut table = [0i64; 256];
    for (deal, amount) in amounts.iter().enumerate().take(group.deals) {
        let (low, high) = table.split_at_mut(1 << deal);
        for (with, without) in high.iter_mut().zip(low.iter()) {
            *with = without + amount;
        }
    }
    table
}

/// For each draw the subset of up to eight deals that is won, as a byte: their bits, turned from
/// a word for each deal into a byte for each draw.
fn pick(won: &[[u64; WORDS]], picks: &mut [u8; DRAWS]) {
    for (number, lanes) in picks.chunks_exact_mut(64).enumerate() {
        for (byte, lanes) in lanes.chunks_exact_mut(8).enumerate() {
            let mut square = 0u64;
            for (row, words) in won.iter().enumerate().take(TOGETHER) {
                let word = words.get(number).copied().unwrap_or(0);
                square |= ((word >> (byte * 8)) & 0xff) << (row * 8);
            }
            lanes.copy_from_slice(&turned(square).to_le_bytes());
        }
    }
}

/// Mirrors a square of 8 × 8 bits on its diagonal: first single bits, then pairs, then fours.
fn turned(mut square: u64) -> u64 {
    for (by, mask) in [
        (7, 0x00aa_00aa_00aa_00aa_u64),
        (14, 0x0000_cccc_0000_cccc),
        (28, 0x0000_0000_f0f0_f0f0),
    ] {
        let swap = (square ^ (square >> by)) & mask;
        square ^= swap ^ (swap << by);
    }
    square
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_square_of_bits_is_mirrored() {
        for row in 0..8 {
            for column in 0..8 {
                assert_eq!(turned(1 << (row * 8 + column)), 1 << (column * 8 + row));
            }
        }
    }

    #[test]
    fn a_table_holds_the_sum_of_every_subset() {
        let amounts = [3, 50, 700, 11_000, 0, 0, 0, 0];
        let group = Group {
            deals: 4,
            adds: Vec::new(),
        };
        let table = table(&group, &amounts);
        assert_eq!(table.get(0b1011), Some(&11_053));
        assert_eq!(table.get(0b0100), Some(&700));
        assert_eq!(table.first(), Some(&0));
    }
}
