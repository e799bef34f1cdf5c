//! Ids of a demo book: UUIDv7 in form, wholly determined by seed and day.

use super::prng::Prng;
use crate::domain::ids::IdSource;
use chrono::NaiveDate;
use uuid::Uuid;

/// Counts up from midnight UTC of the day before the book's day, so that ids sort by creation
/// and lie before any id a person's work on the book will get.
pub struct DemoIds {
    prng: Prng,
    base_ms: u64,
    given: u64,
}

impl DemoIds {
    /// Ids for one seed and one day.
    pub fn new(seed: u64, today: NaiveDate) -> Self {
        let midnight = today.and_time(chrono::NaiveTime::MIN).and_utc();
        let base_ms = midnight.timestamp_millis().saturating_sub(86_400_000);
        DemoIds {
            prng: Prng::new(seed, 1),
            base_ms: base_ms.max(0) as u64,
            given: 0,
        }
    }
}

impl IdSource for DemoIds {
    fn next(&mut self) -> Uuid {
        // 48 bits of time, version, 12 bits that keep one millisecond's ids in order, random rest.
        let ms = self.base_ms + (self.given >> 12);
        let order = self.given & 0xfff;
        self.given += 1;
        let high = (ms << 16) | 0x7000 | order;
        let low = (self.prng.word() >> 2) | (1 << 63);
        Uuid::from_u64_pair(high, low)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_version_7_in_order_and_repeat_with_the_seed() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap_or_default();
        let take = |seed| {
            let mut ids = DemoIds::new(seed, day);
            (0..9000).map(|_| ids.next()).collect::<Vec<_>>()
        };
        let a = take(7);
        assert!(a.windows(2).all(|w| w.first() < w.get(1)));
        assert!(a.iter().all(|id| id.get_version_num() == 7));
        assert!(
            a.iter()
                .all(|id| id.get_variant() == uuid::Variant::RFC4122)
        );
        assert_eq!(a, take(7));
        assert_ne!(a, take(8));
    }
}
