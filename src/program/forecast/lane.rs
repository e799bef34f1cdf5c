//! What a block of draws collected in one window, as distances from its first draw in half the
//! width: a processor compares twice as many of them at once, and 64-bit comparisons are the ones
//! that the oldest x86-64 has to piece together. Where the draws lie too far apart a lane says so.

/// Words of 64 draws in a block.
pub const WORDS: usize = 16;
/// Draws in a block.
pub const DRAWS: usize = WORDS * 64;

/// Distances are counted from so far below the first draw where they must not be negative.
const HALF: i64 = 1 << 31;
/// Factors below this, times a distance, leave room for a sum in 64 bits.
const MOST: i64 = 1 << 29;

/// One window in every draw of a block.
pub struct Lane {
    first: i64,
    near: [i32; DRAWS],
    /// Least and most distance; none where one is too long.
    range: Option<(i32, i32)>,
}

impl Lane {
    /// A window in which nothing moves.
    pub fn still() -> Lane {
        Lane {
            first: 0,
            near: [0; DRAWS],
            range: Some((0, 0)),
        }
    }

    /// Takes running sums up to the window's end, and up to the month before it.
    pub fn take(&mut self, last: &[i64], before: Option<&[i64]>) {
        match before {
            Some(before) => self.set(last.iter().zip(before).map(|(last, before)| last - before)),
            None => self.set(last.iter().copied()),
        }
    }

    /// Nothing was collected.
    pub fn rest(&mut self) {
        if (self.first, self.range) != (0, Some((0, 0))) {
            *self = Lane::still();
        }
    }

    fn set(&mut self, collected: impl Iterator<Item = i64> + Clone) {
        self.first = collected.clone().next().unwrap_or(0);
        let mut over = 0u64;
        for (near, collected) in self.near.iter_mut().zip(collected) {
            let distance = collected - self.first;
            *near = distance as i32;
            over |= (distance.wrapping_add(HALF) as u64) >> 32;
        }
        let ends = self.near.iter().fold((0, 0), |(low, high), near| {
            (*near.min(&low), *near.max(&high))
        });
        self.range = (over == 0).then_some(ends);
    }

    /// Least and most collected; none where the draws lie too far apart.
    pub fn ends(&self) -> Option<(i64, i64)> {
        let (low, high) = self.range?;
        Some((self.first + i64::from(low), self.first + i64::from(high)))
    }

    /// From where distances are never negative.
    pub fn begin(&self) -> i64 {
        self.first - HALF
    }
}

/// A comparison of two lanes: `a × distance + ahead ≥ b × distance`.
pub struct Tops {
    a: u32,
    b: u32,
    ahead: i64,
}

impl Tops {
    /// `None` where a factor is negative or a figure too long.
    pub fn of(a: i64, b: i64, ahead: i128) -> Option<Tops> {
        let factor = |of: i64| u32::try_from(of).ok().filter(|_| of < MOST);
        let room = i128::from(i64::MAX / 2);
        Some(Tops {
            a: factor(a)?,
            b: factor(b)?,
            ahead: i64::try_from(ahead)
                .ok()
                .filter(|_| -room < ahead && ahead < room)?,
        })
    }
}

/// How many places or thresholds each draw of a block passes.
pub struct Draws<'a>(pub &'a mut [u32]);

impl Draws<'_> {
    /// All pass so many.
    pub fn begin(&mut self, sure: u32) {
        self.0.fill(sure);
    }

    /// Counts ascending places at or below what is collected; false where the lane has no range.
    pub fn count_places(&mut self, lane: &Lane, places: &[i64]) -> bool {
        let Some((low, high)) = lane.ends() else {
            return false;
        };
        let sure = places.partition_point(|place| *place <= low);
        self.begin(sure as u32);
        let open = places.get(sure..).unwrap_or_default();
        for place in open.iter().take_while(|place| **place <= high) {
            let place = (place - lane.first) as i32;
            for (count, near) in self.0.iter_mut().zip(&lane.near) {
                *count += u32::from(*near >= place);
            }
        }
        true
    }

    /// One more for each draw in which a comparison holds.
    pub fn add_over(&mut self, a: &Lane, b: &Lane, tops: &Tops) {
        let distance = |near: i32| u64::from(near as u32 ^ (1 << 31));
        let (by_a, by_b) = (u64::from(tops.a), u64::from(tops.b));
        let ahead = tops.ahead as u64;
        for (count, (a, b)) in self.0.iter_mut().zip(a.near.iter().zip(&b.near)) {
            let left = (by_a * distance(*a))
                .wrapping_add(ahead)
                .wrapping_sub(by_b * distance(*b));
            // the sign says which side is larger
            *count += 1 - (left >> 63) as u32;
        }
    }
}

#[cfg(test)]
#[allow(clippy::indexing_slicing, clippy::expect_used)]
mod tests {
    use super::*;

    fn lane(of: impl Fn(i64) -> i64) -> (Lane, Vec<i64>) {
        let sums: Vec<i64> = (0..DRAWS as i64).map(of).collect();
        let mut lane = Lane::still();
        lane.take(&sums, None);
        (lane, sums)
    }

    #[test]
    fn places_are_counted_as_one_by_one() {
        let (lane, sums) = lane(|draw| 9_000_000_000_000 + draw * draw * 1_999 - 77);
        let places = [i64::MIN, sums[0], sums[9], sums[9] + 1, sums[500], i64::MAX];
        let mut counts = [9; DRAWS];
        assert!(Draws(&mut counts).count_places(&lane, &places));
        for (count, sum) in counts.iter().zip(&sums) {
            let below = places.iter().filter(|place| *place <= sum);
            assert_eq!(*count as usize, below.count());
        }
    }

    #[test]
    fn a_window_is_what_was_collected_between_its_ends() {
        let mut own = Lane::still();
        own.take(&[50, 80, 20], Some(&[10, 10, 10]));
        assert_eq!(own.ends(), Some((10, 70)));
        own.rest();
        assert_eq!(own.ends(), Some((0, 0)));
    }

    #[test]
    fn draws_too_far_apart_are_not_read() {
        let far = |by: i64| lane(move |draw| if draw == 700 { by } else { 0 }).0;
        assert_eq!(far(HALF - 1).ends(), Some((0, HALF - 1)));
        assert_eq!(far(-HALF).ends(), Some((-HALF, 0)));
        assert_eq!(far(HALF).ends(), None);
        assert_eq!(far(-HALF - 1).ends(), None);
        assert!(!Draws(&mut [0; DRAWS]).count_places(&far(HALF), &[0]));
    }

    #[test]
    fn two_lanes_are_compared_as_one_by_one() {
        let (a, in_a) = lane(|draw| 5_000_000 + draw * 2_000_003);
        let (b, in_b) = lane(|draw| 7_000_000_000 + (draw * 7_919 % 1_024) * 1_700_001);
        for (by_a, by_b, least) in [
            (1_000, 150, 1),
            (0, 1, -7_500_000_000),
            (3, 0, 3_000_000_000),
        ] {
            let ahead = i128::from(by_a * a.begin() - by_b * b.begin() - least);
            let tops = Tops::of(by_a, by_b, ahead).expect("it fits");
            let mut counts = [1; DRAWS];
            Draws(&mut counts).add_over(&a, &b, &tops);
            let mut both = [0, 0];
            for (count, (x, y)) in counts.iter().zip(in_a.iter().zip(&in_b)) {
                let holds = by_a * x - by_b * y >= least;
                assert_eq!(*count, 1 + u32::from(holds));
                both[usize::from(holds)] += 1;
            }
            assert!(both.iter().all(|seen| *seen > 50), "{both:?}");
        }
        assert!(Tops::of(-1, 1, 0).is_none());
        assert!(Tops::of(1, MOST, 0).is_none());
    }
}
