//! A quick plan for a set of covering lines: the cheapest per unit of need first, then whatever has
//! become unnecessary out again, then exchanges while they save something. Proves nothing; its
//! plans are what the proof begins with.

use super::relax::Relaxation;

/// Takes items until every line is covered, and thins the set; `None` where it does not succeed.
pub fn fill(
    relaxation: &Relaxation<'_>,
    order: &[Vec<usize>],
    keep_going: &mut dyn FnMut() -> bool,
) -> Option<Vec<usize>> {
    let mut set = Taken::new(relaxation);
    for group in order {
        if set.is_covered() {
            break;
        }
        for (place, item) in group.iter().enumerate() {
            let first = group.first().copied().unwrap_or(*item);
            if (place == 0 || set.has(first)) && set.helps(*item) {
                set.take(*item);
            }
        }
        // an item that brings something only with what hangs on it
        if let Some(first) = group.first()
            && !set.has(*first)
            && group.len() > 1
            && set.helps_together(group)
        {
            group.iter().for_each(|item| set.take(*item));
        }
    }
    if !set.is_covered() {
        return None;
    }
    set.thin();
    for _ in 0..40 {
        if !keep_going() || !set.exchange() {
            break;
        }
        set.thin();
    }
    Some(set.items())
}

struct Taken<'a> {
    relaxation: &'a Relaxation<'a>,
    taken: Vec<bool>,
    missing: Vec<i128>,
}

impl<'a> Taken<'a> {
    fn new(relaxation: &'a Relaxation<'a>) -> Taken<'a> {
        Taken {
            relaxation,
            taken: vec![false; relaxation.shape.len()],
            missing: relaxation.lines.iter().map(|line| line.need).collect(),
        }
    }

    fn has(&self, item: usize) -> bool {
        self.taken.get(item).copied().unwrap_or_default()
    }

    fn items(&self) -> Vec<usize> {
        (0..self.taken.len())
            .filter(|item| self.has(*item))
            .collect()
    }

    fn cost(&self, item: usize) -> i128 {
        self.relaxation.costs.get(item).copied().unwrap_or_default()
    }

    fn is_covered(&self) -> bool {
        self.missing.iter().all(|missing| *missing <= 0)
    }

    /// The share of what is missing that these items bring, summed over the lines, in millionths.
    fn share(&self, items: &[usize]) -> i128 {
        let lines = self.missing.iter().zip(self.relaxation.lines);
        lines
            .filter(|(missing, _)| **missing > 0)
            .map(|(missing, line)| {
                let gain: i128 = items.iter().map(|item| line.gain(*item)).sum();
                let scale = (missing / 1_000_000).max(1);
                gain.clamp(-missing, *missing) / scale
            })
            .sum()
    }

    fn helps(&self, item: usize) -> bool {
        self.share(&[item]) > 0
    }

    fn helps_together(&self, items: &[usize]) -> bool {
        self.share(items) > 0
    }

    fn take(&mut self, item: usize) {
        self.set(item, true);
    }

    fn set(&mut self, item: usize, taken: bool) {
        let Some(slot) = self.taken.get_mut(item) else {
            return;
        };
        if *slot == taken {
            return;
        }
        *slot = taken;
        let sign = if taken { -1 } else { 1 };
        for (missing, line) in self.missing.iter_mut().zip(self.relaxation.lines) {
            *missing += sign * line.gain(item);
        }
    }

    /// An item and what hangs on it, as far as taken.
    fn with_extras(&self, item: usize) -> Vec<usize> {
        let end = self
            .relaxation
            .shape
            .end
            .get(item)
            .copied()
            .unwrap_or(item + 1);
        (item..end).filter(|item| self.has(*item)).collect()
    }

    /// Takes out what is not needed, dearest first.
    fn thin(&mut self) {
        let mut items = self.items();
        items.sort_by_key(|item| (-self.cost(*item), *item));
        for item in items {
            if !self.has(item) {
                continue;
            }
            let out = self.with_extras(item);
            out.iter().for_each(|item| self.set(*item, false));
            if !self.is_covered() {
                out.iter().for_each(|item| self.set(*item, true));
            }
        }
    }

    /// Makes the exchange of one item for another that saves most; false where none saves.
    fn exchange(&mut self) -> bool {
        let mut best: Option<(i128, Vec<usize>, usize)> = None;
        let standing: Vec<usize> = (0..self.taken.len())
            .filter(|item| !self.has(*item))
            .filter(|item| {
                let base = self.relaxation.shape.base.get(*item).copied().flatten();
                base.is_none_or(|base| self.has(base))
            })
            .collect();
        for item in self.items() {
            let out = self.with_extras(item);
            let saved: i128 = out.iter().map(|item| self.cost(*item)).sum();
            let room: Vec<i128> = self
                .missing
                .iter()
                .zip(self.relaxation.lines)
                .map(|(missing, line)| {
                    missing + out.iter().map(|item| line.gain(*item)).sum::<i128>()
                })
                .collect();
            for other in &standing {
                let saving = saved - self.cost(*other);
                if saving <= best.as_ref().map_or(0, |(saving, ..)| *saving) {
                    continue;
                }
                let base = self.relaxation.shape.base.get(*other).copied().flatten();
                let stands = base.is_none_or(|base| !out.contains(&base));
                let mut lines = room.iter().zip(self.relaxation.lines);
                if stands && lines.all(|(missing, line)| line.gain(*other) >= *missing) {
                    best = Some((saving, out.clone(), *other));
                }
            }
        }
        let Some((_, out, other)) = best else {
            return false;
        };
        out.iter().for_each(|item| self.set(*item, false));
        self.take(other);
        true
    }
}
