//! Hashes whose key is drawn anew by each program, so that no file can be written to make two texts
//! meet: a text is a polynomial over the field of 2^61 − 1 elements, and its hash the value at a
//! secret point.

use std::hash::{BuildHasher, Hasher, RandomState};

/// A prime that products are reduced by with a shift: 2^61 − 1.
const PRIME: u64 = (1 << 61) - 1;

/// Bytes of text in one coefficient: as many as stay below the prime.
const WORD: usize = 7;
/// Those of eight.
const MASK: u64 = (1 << 56) - 1;

/// A secret point.
///
/// Two texts of at most `n` coefficients that differ meet at no more than `n` of the 2^61 points,
/// whatever they are: for a text of 200 bytes the odds are 30 in 2.3 × 10^18.
#[derive(Clone, Copy, Debug)]
pub struct Point(u64);

impl Point {
    /// One of its own.
    pub fn new() -> Point {
        // At 0 and 1 a polynomial says next to nothing.
        Point(RandomState::new().build_hasher().finish() % (PRIME - 2) + 2)
    }

    /// Nothing hashed yet.
    pub fn begin(self) -> Sum {
        Sum {
            point: self.0,
            value: 1,
        }
    }
}

impl Default for Point {
    fn default() -> Point {
        Point::new()
    }
}

impl BuildHasher for Point {
    type Hasher = Sum;

    fn build_hasher(&self) -> Sum {
        self.begin()
    }
}

/// The value of a polynomial as far as its coefficients were told.
#[derive(Clone, Copy, Debug)]
pub struct Sum {
    point: u64,
    value: u64,
}

impl Sum {
    /// The next coefficient, below 2^60.
    pub fn word(&mut self, word: u64) {
        // (2^61 + 7) + 2^60 is below 2^62, so that the product stays below 2^123
        let product = u128::from(self.value + word) * u128::from(self.point);
        let folded = (product as u64 & PRIME) + (product >> 61) as u64;
        self.value = (folded & PRIME) + (folded >> 61);
    }

    /// A text with its length, so that two texts in a row are read in one way only. `beside` is
    /// told with it, and below 2^24.
    pub fn text(&mut self, beside: u32, text: &[u8]) {
        self.word(u64::from(beside) << 32 | (text.len() as u64 & u64::from(u32::MAX)));
        let mut rest = text;
        // Eight bytes are read and seven of them told.
        while let Some(bytes) = rest.first_chunk::<8>() {
            self.word(u64::from_le_bytes(*bytes) & MASK);
            rest = rest.get(WORD..).unwrap_or_default();
        }
        if !rest.is_empty() {
            self.word(in_one(rest));
        }
    }

    /// The value, below the prime.
    pub fn value(&self) -> u64 {
        match self.value {
            value if value >= PRIME => value - PRIME,
            value => value,
        }
    }
}

/// At most seven bytes as a number.
fn in_one(word: &[u8]) -> u64 {
    match (word.first_chunk::<4>(), word.last_chunk::<4>()) {
        (Some(first), Some(last)) => {
            let shift = 8 * (word.len() - 4);
            u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(*last)) << shift
        }
        _ => word
            .iter()
            .rev()
            .fold(0, |number, byte| number << 8 | u64::from(*byte)),
    }
}

impl Hasher for Sum {
    fn write(&mut self, bytes: &[u8]) {
        self.text(0, bytes);
    }

    fn write_u8(&mut self, byte: u8) {
        self.word(u64::from(byte));
    }

    fn finish(&self) -> u64 {
        // A map takes its slot from the low bits and its marks from the top ones.
        let value = self.value().wrapping_mul(0x9e37_79b9_7f4a_7c15);
        value ^ (value >> 32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use num_bigint::BigUint;
    use proptest::prelude::*;

    /// The polynomial, worked out in whole numbers.
    fn by_hand(point: Point, words: &[u64]) -> u64 {
        let prime = BigUint::from(PRIME);
        let value = words.iter().fold(BigUint::from(1_u8), |value, word| {
            (value + word) * point.0 % &prime
        });
        value.to_u64_digits().first().copied().unwrap_or(0)
    }

    proptest! {
        #[test]
        fn a_text_is_told_seven_bytes_at_a_time(text in proptest::collection::vec(0..=255_u8, 0..40)) {
            let point = Point::new();
            let (mut quick, mut plain) = (point.begin(), point.begin());
            quick.text(5, &text);
            plain.word(5 << 32 | text.len() as u64);
            for word in text.chunks(7) {
                let at = |(at, byte): (usize, &u8)| u64::from(*byte) << (8 * at);
                plain.word(word.iter().enumerate().map(at).sum());
            }
            prop_assert_eq!(quick.value(), plain.value());
        }

        #[test]
        fn the_quick_sum_is_the_polynomial(
            words in proptest::collection::vec(0..1_u64 << 60, 0..40),
        ) {
            let point = Point::new();
            let mut sum = point.begin();
            words.iter().for_each(|word| sum.word(*word));
            prop_assert_eq!(sum.value(), by_hand(point, &words));
        }

        #[test]
        fn texts_cut_otherwise_are_other_texts(text in "[a\0]{2,20}", at in 1..20_usize) {
            let point = Point::new();
            let at = at.min(text.len() - 1);
            let (a, b) = text.split_at(at);
            let (mut whole, mut cut) = (point.begin(), point.begin());
            whole.text(0, text.as_bytes());
            cut.text(0, a.as_bytes());
            cut.text(0, b.as_bytes());
            prop_assert_ne!(whole.value(), cut.value());
            let mut longer = point.begin();
            longer.text(0, format!("{text}\0").as_bytes());
            prop_assert_ne!(whole.value(), longer.value());
        }
    }
}
