//! The draws themselves, a thousand at a time so that the sums stay in the processor's cache: who
//! wins, what that adds to each column and month, which outcome each metric has in each month.
//! Eight deals that add to the same places are added by a table of their 256 sums.

use super::draw::Chance;
use super::field::{Drawn, Field, FieldCell, Group, Side, TOGETHER};
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
    let (word, bit) = (draw / 64, draw % 64);
    let when = when(field, word);
    let won = field
        .deals
        .iter()
        .filter(|deal| (deal.won(field, &when, word) >> bit) & 1 == 1);
    won.map(|deal| deal.renewal).collect()
}

/// The draws of a word in which each customer goes together.
fn when(field: &Field, word: u64) -> Vec<u64> {
    let together = Chance::of(field.terms.correlation_pct / Decimal::ONE_HUNDRED);
    let customers = field.customers.iter();
    customers
        .map(|customer| together.draw(u64::MAX, customer.when.words(word)))
        .collect()
}

impl Drawn {
    /// Which of the 64 draws of a word win it: by its customer's number where the customer goes
    /// together, else by its own.
    fn won(&self, field: &Field, when: &[u64], word: u64) -> u64 {
        let customer = self
            .customer
            .and_then(|number| field.customers.get(number).zip(when.get(number)));
        let Some((customer, when)) = customer else {
            return self.chance.draw(u64::MAX, self.own.words(word));
        };
        let own = self.chance.draw(!when, self.own.words(word));
        own | self.chance.draw(*when, customer.which.words(word))
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
        for (place, number) in (first..).take(words).enumerate() {
            let when = when(field, number);
            for (deal, won) in field.deals.iter().zip(&mut self.won) {
                if let Some(won) = won.get_mut(place) {
                    *won = deal.won(field, &when, number);
                }
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
                for cell in cells {
                    let on_time = is_on_time(cell);
                    if cell.reader.is_fixed() && !on_time {
                        continue;
                    }
                    fill(&mut self.a, &cell.a, &self.sums, field.span);
                    if cell.b.column.is_some() {
                        fill(&mut self.b, &cell.b, &self.sums, field.span);
                    }
                    let (a, b) = (self.a.get(..draws), self.b.get(..draws));
                    let (Some(a), Some(b)) = (a, b) else { continue };
                    if on_time {
                        tally.on_time += a.iter().map(|a| i128::from(*a)).sum::<i128>();
                    }
                    let codes = self.codes.get_mut(..draws).unwrap_or_default();
                    cell.reader.read(a, b, digit, codes);
                    digit *= cell.reader.outcomes.len() as u64;
                }
                for code in self.codes.iter().take(draws) {
                    tally.count(*code);
                }
            }
        }
    }
}

/// One side of a cell in every draw.
fn fill(out: &mut [i64; DRAWS], side: &Side, sums: &[[i64; DRAWS]], span: usize) {
    let column = |month: Option<usize>| sums.get(side.column? * span + month?);
    let (base, factor) = (side.base, side.factor);
    match (column(side.last), column(side.before)) {
        (Some(last), Some(before)) => {
            for (out, (last, before)) in out.iter_mut().zip(last.iter().zip(before)) {
                *out = base + factor * (last - before);
            }
        }
        (Some(last), None) => {
            for (out, last) in out.iter_mut().zip(last) {
                *out = base + factor * last;
            }
        }
        _ => out.fill(base),
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
