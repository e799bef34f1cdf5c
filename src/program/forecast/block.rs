//! The draws themselves, a thousand at a time so that the sums stay in the processor's cache: who
//! wins, what that adds to each column and month, which outcome each metric has in each month.
//! Eight deals that add to the same places are added by a table of their 256 sums.

use super::draw::Chance;
use super::field::{Drawn, Field, FieldCell, Group, Side, TOGETHER};
use super::reader::OUTCOMES;
use crate::domain::ids::RenewalId;
use rust_decimal::Decimal;
use std::collections::HashMap;

/// Words of 64 draws in a block.
const WORDS: usize = 16;
/// Draws in a block.
const DRAWS: usize = WORDS * 64;
/// Most combinations of outcomes that are counted in a plain list.
const PLAIN: usize = 1 << 16;

/// What came out, by month and portfolio.
pub struct Outcomes {
    /// Draws made.
    pub draws: u32,
    /// By month, then portfolio.
    pub months: Vec<Vec<Tally>>,
}

/// How often each combination of outcomes came out in one portfolio and month, and the sum of A of
/// each of its cells over all draws.
pub struct Tally {
    /// The cells whose outcome differs from draw to draw, first the least significant digit of a
    /// combination counted in [`OUTCOMES`]s.
    pub cells: Vec<usize>,
    plain: Vec<u32>,
    rare: HashMap<u64, u32>,
    /// Sum of A by cell of the portfolio, in units.
    pub sums: Vec<i128>,
}

impl Tally {
    fn of(cells: Vec<usize>, sums: usize) -> Tally {
        let exponent = u32::try_from(cells.len()).unwrap_or(u32::MAX);
        let all = OUTCOMES.checked_pow(exponent).filter(|all| *all <= PLAIN);
        Tally {
            cells,
            plain: vec![0; all.unwrap_or(0)],
            rare: HashMap::new(),
            sums: vec![0; sums],
        }
    }

    fn count(&mut self, code: u64) {
        let plain = usize::try_from(code)
            .ok()
            .and_then(|code| self.plain.get_mut(code));
        match plain {
            Some(count) => *count += 1,
            None => *self.rare.entry(code).or_default() += 1,
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

/// Draws the field.
pub fn draw(field: &Field) -> Outcomes {
    let mut out = Outcomes {
        draws: 0,
        months: field
            .months
            .iter()
            .map(|month| {
                let tallies = month.portfolios.iter().map(|portfolio| {
                    let moving = |at: &usize| {
                        month
                            .cells
                            .get(*at)
                            .is_some_and(|cell| !cell.reader.is_fixed())
                    };
                    let cells = portfolio.cells.clone().filter(moving).collect();
                    Tally::of(cells, portfolio.cells.len())
                });
                tallies.collect()
            })
            .collect(),
    };
    let mut block = Block::of(field);
    let mut word = 0;
    while word < field.words {
        let words = usize::try_from(field.words - word).map_or(WORDS, |left| left.min(WORDS));
        block.win(field, word, words);
        block.add_up(field);
        block.read(field, words * 64, &mut out.months);
        out.draws += u32::try_from(words * 64).unwrap_or(0);
        word += WORDS as u64;
    }
    out
}

/// The renewals that one draw wins.
pub fn won_in(field: &Field, draw: u64) -> Vec<RenewalId> {
    let together = together(field);
    let won = field
        .deals
        .iter()
        .filter(|deal| deal.won(together, draw / 64) >> (draw % 64) & 1 == 1);
    won.map(|deal| deal.renewal).collect()
}

fn together(field: &Field) -> Chance {
    Chance::of(field.terms.correlation_pct / Decimal::ONE_HUNDRED)
}

impl Drawn {
    /// Who of the 64 draws of a word win it: by its customer's number where the customer goes
    /// together, else by its own.
    fn won(&self, together: Chance, word: u64) -> u64 {
        let own = self.chance.draw(self.own.words(word));
        let Some((when, which)) = self.customer else {
            return own;
        };
        let when = together.draw(when.words(word));
        if when == 0 {
            return own;
        }
        let shared = self.chance.draw(which.words(word));
        (shared & when) | (own & !when)
    }
}

/// One block of draws.
struct Block {
    /// A bit for each draw, by deal: won.
    won: Vec<[u64; WORDS]>,
    /// Column × span + month, each with an amount for each draw.
    sums: Vec<[i64; DRAWS]>,
    picks: [u8; DRAWS],
    a: [i64; DRAWS],
    b: [i64; DRAWS],
    codes: [u64; DRAWS],
}

impl Block {
    fn of(field: &Field) -> Box<Block> {
        Box::new(Block {
            won: vec![[0; WORDS]; field.deals.len()],
            sums: vec![[0; DRAWS]; field.columns * field.span],
            picks: [0; DRAWS],
            a: [0; DRAWS],
            b: [0; DRAWS],
            codes: [0; DRAWS],
        })
    }

    /// Who wins in the words from `first` on.
    fn win(&mut self, field: &Field, first: u64, words: usize) {
        let together = together(field);
        for (deal, won) in field.deals.iter().zip(&mut self.won) {
            for (number, won) in (first..).zip(won.iter_mut().take(words)) {
                *won = deal.won(together, number);
            }
        }
    }

    /// What the won deals add, then running sums over the months of each column.
    fn add_up(&mut self, field: &Field) {
        for sums in &mut self.sums {
            sums.fill(0);
        }
        let mut deals = self.won.as_slice();
        for group in &field.groups {
            let (own, rest) = deals.split_at(group.deals.min(deals.len()));
            deals = rest;
            pick(own, &mut self.picks);
            for (slot, amounts) in &group.adds {
                let table = table(group, amounts);
                let Some(sums) = self.sums.get_mut(*slot) else {
                    continue;
                };
                for (sum, pick) in sums.iter_mut().zip(&self.picks) {
                    *sum += table.get(usize::from(*pick)).copied().unwrap_or(0);
                }
            }
        }
        for column in self.sums.chunks_mut(field.span.max(1)) {
            for month in 1..column.len() {
                if let Some([before, now]) = column.get_mut(month - 1..=month) {
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
                for (cell, total) in cells.iter().zip(&mut tally.sums) {
                    if cell.reader.is_fixed() {
                        *total += i128::from(cell.a.base) * draws as i128;
                        continue;
                    }
                    self.sides(cell, field.span);
                    *total += self
                        .a
                        .iter()
                        .take(draws)
                        .map(|a| i128::from(*a))
                        .sum::<i128>();
                    let sides = self.a.iter().zip(&self.b);
                    for (code, (a, b)) in self.codes.iter_mut().zip(sides) {
                        *code += digit * u64::from(cell.reader.read(*a, *b));
                    }
                    digit *= OUTCOMES as u64;
                }
                for code in self.codes.iter().take(draws) {
                    tally.count(*code);
                }
            }
        }
    }

    /// A and B of a cell in every draw.
    fn sides(&mut self, cell: &FieldCell, span: usize) {
        fill(&mut self.a, &cell.a, &self.sums, span);
        fill(&mut self.b, &cell.b, &self.sums, span);
    }
}

fn fill(out: &mut [i64; DRAWS], side: &Side, sums: &[[i64; DRAWS]], span: usize) {
    out.fill(side.base);
    let column = |month: Option<usize>| sums.get(side.column? * span + month?);
    if let Some(upto) = column(side.last) {
        for (out, sum) in out.iter_mut().zip(upto) {
            *out += side.factor * sum;
        }
    }
    if let Some(before) = column(side.before) {
        for (out, sum) in out.iter_mut().zip(before) {
            *out -= side.factor * sum;
        }
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
