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

    /// 64 draws at once: a bit is set with this probability. A uniform number is compared with the
    /// fraction digit by digit, for all 64 draws together, until the last of them is decided:
    /// about eight words for 64 draws instead of 64.
    ///
    /// Only the draws of `asked` are decided; the others lose.
    pub fn draw(self, asked: u64, mut words: Words) -> u64 {
        let Chance::Of(fraction) = self else {
            return asked;
        };
        let (mut below, mut undecided, mut digits) = (0u64, asked, fraction);
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

    /// The words that decide the 64 draws of that number.
    pub fn words(self, number: u64) -> Words {
        Words(mix(self.0.wrapping_add(number.wrapping_mul(STEP))))
    }
}

/// Words one after another.
#[derive(Clone, Copy, Debug)]
pub struct Words(u64);

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
            let hits: u32 = (0..1_563)
                .map(|word| chance.draw(u64::MAX, stream.words(word)).count_ones())
                .sum();
            // five standard deviations of 100,032 draws are below 800
            let expected = pct * 100_032 / 100;
            assert!(hits.abs_diff(expected) < 800, "{pct} %: {hits}");
            assert!(pct != 0 || hits == 0);
            assert!(pct != 100 || hits == 100_032);
        }
    }

    #[test]
    fn a_larger_chance_never_loses_a_draw_that_a_smaller_one_wins() {
        let stream = Stream::of(3, 99, 1);
        for word in 0..200 {
            let small = Chance::of(Decimal::new(31, 2)).draw(u64::MAX, stream.words(word));
            let large = Chance::of(Decimal::new(47, 2)).draw(u64::MAX, stream.words(word));
            assert_eq!(small & !large, 0);
        }
    }
}
