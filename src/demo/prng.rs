//! A small seeded generator of numbers, so that a demo book is the same on every machine and in
//! every release of every library. Not for secrets.

/// SplitMix64: one 64-bit word of state, one odd step, two mixes.
#[derive(Clone, Debug)]
pub struct Prng(u64);

impl Prng {
    /// A generator for one purpose of one seed; different purposes do not disturb each other.
    pub fn new(seed: u64, purpose: u64) -> Self {
        let mut prng = Prng(seed ^ purpose.wrapping_mul(0xd6e8_feb8_6659_fd93));
        prng.word();
        prng
    }

    /// The next 64 bits.
    pub fn word(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number in `0..n`; 0 when `n` is 0.
    pub fn below(&mut self, n: u64) -> u64 {
        ((u128::from(self.word()) * u128::from(n)) >> 64) as u64
    }

    /// A number in `low..=high`.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = high.saturating_sub(low).max(0) as u64;
        low + self.below(span + 1) as i64
    }

    /// True in `pct` of 100 draws.
    pub fn chance(&mut self, pct: u64) -> bool {
        self.below(100) < pct
    }

    /// One of the values; none of an empty slice.
    pub fn pick<'a, T>(&mut self, values: &'a [T]) -> Option<&'a T> {
        values.get(self.below(values.len() as u64) as usize)
    }

    /// One of the values, each as often as its weight says.
    pub fn weighted<'a, T>(
        &mut self,
        values: &'a [T],
        weight: impl Fn(&T) -> u64,
    ) -> Option<&'a T> {
        let total = values.iter().map(&weight).sum();
        let mut left = self.below(total);
        values.iter().find(|value| {
            let w = weight(value);
            let hit = left < w;
            left = left.saturating_sub(w);
            hit
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sequence_is_the_published_one_and_weights_of_zero_never_win() {
        // First outputs of SplitMix64 for state 0.
        let mut prng = Prng(0);
        assert_eq!(prng.word(), 0xe220_a839_7b1d_cdaf);
        assert_eq!(prng.word(), 0x6e78_9e6a_a1b9_65f4);
        for _ in 0..500 {
            assert_ne!(prng.weighted(&[0u64, 3, 0, 1], |w| *w), Some(&0));
            assert!((-3..=4).contains(&prng.between(-3, 4)));
        }
    }
}
