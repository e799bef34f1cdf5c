//! New ids for what people and imports create: UUIDv7, in order of time.

use crate::domain::ids::IdSource;
use uuid::Uuid;

/// UUIDv7 from the computer's clock; ids of one process never go back.
#[derive(Clone, Copy, Debug, Default)]
pub struct ClockIds;

impl IdSource for ClockIds {
    fn next(&mut self) -> Uuid {
        Uuid::now_v7()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_version_7_and_in_order() {
        let ids: Vec<_> = (0..1000).map(|_| ClockIds.next()).collect();
        assert!(ids.windows(2).all(|pair| pair.first() < pair.get(1)));
        assert!(ids.iter().all(|id| id.get_version_num() == 7));
    }
}
