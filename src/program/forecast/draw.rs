//! Chance: which deals are won in which draw, 64 draws to a word. A stream of numbers belongs to a
//! deal or a customer by its id, so neither the order of deals nor what happens to another deal
//! changes it, and a seed gives the same draws on every machine. Not for secrets.

use num_traits::{One, ToPrimitive, Zero};
use rust_decimal::Decimal;

const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// A probability as a binary fraction of 64 digits: wrong by less than 2⁻⁶⁴.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chance {
    /// Always.
    Sure,
    /// That many of 2⁶⁴.
    Of(u64),
}

impl Chance {
    /// A fraction of one; below 0 is never, from 1 on always.
    pub fn of(p: Decimal) -> Chance {
        if p >= Decimal::one() {
            return Chance::Sure;
        }
        if p <= Decimal::zero() {
            return Chance::Of(0);
        }
        let whole = num_bigint::BigInt::from(p.mantissa()) << 64u32;
        let parts = whole / num_bigint::BigInt::from(10u8).pow(p.scale());
        parts.to_u64().map_or(Chance::Sure, Chance::Of)
    }

    /// 64 draws to a word, several words at once: a bit is set with this probability. A uniform
    /// number is compared with the fraction digit by digit, for all draws together, until the last
    /// of them is decided: about eight words for 64 draws instead of 64. A word more than needed
    /// changes nothing, so the first ones are looked at without asking.
    ///
    /// Only the draws of `asked` are decided; the others lose.
    pub fn draw(self, asked: [u64; LANES], words: &Begun) -> [u64; LANES] {
        let Chance::Of(fraction) = self else {
            return asked;
        };
        let (mut below, mut undecided) = ([0u64; LANES], asked);
        let mut digits = fraction;
        for row in &words.first {
            // all ones where the digit is 1
            let one = 0u64.wrapping_sub(digits >> 63);
            for ((below, undecided), word) in below.iter_mut().zip(&mut undecided).zip(row) {
                *below |= *undecided & !word & one;
                *undecided &= word ^ !one;
            }
            digits <<= 1;
        }
        for ((below, undecided), rest) in below.iter_mut().zip(&undecided).zip(&words.rest) {
            if *undecided != 0 {
                *below |= finish(*undecided, digits, *rest);
            }
        }
        below
    }
}

/// Decides what the first words left open.
fn finish(mut undecided: u64, mut digits: u64, mut words: Words) -> u64 {
    let mut below = 0;
    while undecided != 0 && digits != 0 {
        let word = words.next();
        if digits >> 63 == 1 {
            below |= undecided & !word;
            undecided &= word;
        } else {
            undecided &= !word;
        }
        digits <<= 1;
    }
    below
}

/// The numbers that belong to an id under a seed.
#[derive(Clone, Copy, Debug)]
pub struct Stream(u64);

impl Stream {
    /// The stream of an id; `purpose` keeps streams of one id apart.
    pub fn of(seed: u64, id: u128, purpose: u64) -> Stream {
        let high = (id >> 64) as u64;
        let low = id as u64;
        let seeded = mix(seed ^ mix(purpose.wrapping_add(STEP)));
        Stream(mix(mix(seeded ^ high).wrapping_add(STEP) ^ low))
    }

    /// The words that decide the draws of the numbers from `number` on, 64 each.
    pub fn words(self, number: u64) -> Begun {
        let mut rest = [Words(0); LANES];
        for (rest, number) in rest.iter_mut().zip(number..) {
            *rest = Words(mix(self.0.wrapping_add(number.wrapping_mul(STEP))));
        }
        let mut first = [[0; LANES]; FIRST];
        for row in &mut first {
            for (word, rest) in row.iter_mut().zip(&mut rest) {
                *word = rest.next();
            }
        }
        Begun { first, rest }
    }
}

/// How many words of draws are decided together.
pub const LANES: usize = 4;
/// How many words are looked at for each word of draws without asking whether all of them are
/// decided; so many do for four of five.
const FIRST: usize = 8;

/// Words one after another, the first of them made: several deals may look at the same ones.
#[derive(Clone, Copy, Debug)]
pub struct Begun {
    first: [[u64; LANES]; FIRST],
    rest: [Words; LANES],
}

/// Words one after another.
#[derive(Clone, Copy, Debug)]
struct Words(u64);

impl Words {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        mix(self.0)
    }
}

/// Spreads every bit of a word over all of it.
fn mix(word: u64) -> u64 {
    let word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chance_comes_true_as_often_as_it_says() {
        for pct in [0u32, 1, 12, 50, 63, 99, 100] {
            let chance = Chance::of(Decimal::new(i64::from(pct), 2));
            let stream = Stream::of(7, 1 << 70, 0);
            let hits: u32 = (0..1_564)
                .step_by(LANES)
                .flat_map(|word| chance.draw([u64::MAX; LANES], &stream.words(word)))
                .map(u64::count_ones)
                .sum();
            // five standard deviations of 100,096 draws are below 800
            let expected = pct * 100_096 / 100;
            assert!(hits.abs_diff(expected) < 800, "{pct} %: {hits}");
            assert!(pct != 0 || hits == 0);
            assert!(pct != 100 || hits == 100_096);
        }
    }

    #[test]
    fn a_larger_chance_never_loses_a_draw_that_a_smaller_one_wins() {
        let stream = Stream::of(3, 99, 1);
        for word in 0..200 {
            let all = [u64::MAX; LANES];
            let small = Chance::of(Decimal::new(31, 2)).draw(all, &stream.words(word));
            let large = Chance::of(Decimal::new(47, 2)).draw(all, &stream.words(word));
            for (small, large) in small.into_iter().zip(large) {
                assert_eq!(small & !large, 0);
            }
        }
    }
}
