//! The search for the cheapest set. Two floors: above, a choice of the index each metric must reach,
//! cheapest floor first; below, for every choice that just reaches the goal, a search deal by deal
//! ([`super::dive`]). A choice is given up when its proven floor ([`super::relax`]) reaches the best
//! plan known, so what is left open at any time bounds what a better plan could still save.

use super::aim::{Aim, Ground, Lines, Stand, Target, shift};
use super::dive::{Dive, Judge};
use super::fill;
use super::order::{Merit, Ranked};
use super::relax::{Line, Relaxation, Shape, price_bits};
use crate::program::board::{Add, Cell};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Everything that does not change while searching.
#[derive(Clone, Debug)]
pub struct Problem {
    /// Metrics of the portfolio.
    pub cells: Vec<Cell>,
    /// Where they stand at the start.
    pub start: Stand,
    /// What each item adds, by cell of the portfolio.
    pub adds: Vec<Vec<Add>>,
    /// What each costs.
    pub costs: Vec<i128>,
    /// How they hang together.
    pub shape: Shape,
    /// How equally cheap sets are told apart.
    pub merit: Merit,
}

impl Problem {
    /// Where the cells stand with these items.
    pub fn stand(&self, items: &[usize]) -> Stand {
        let mut stand = self.start.clone();
        for adds in items.iter().filter_map(|item| self.adds.get(*item)) {
            shift(&mut stand, adds, 1);
        }
        stand
    }

    /// Cost of these items.
    pub fn cost(&self, items: &[usize]) -> i128 {
        let costs = items.iter().filter_map(|item| self.costs.get(*item));
        costs.sum()
    }

    /// The items without those whose removal (with what hangs on them) keeps the goal; dearest out
    /// first.
    pub fn thinned(&self, target: &Target, items: &[usize]) -> Vec<usize> {
        let mut kept = items.to_vec();
        kept.sort_unstable();
        let mut order = kept.clone();
        order.sort_by_key(|item| (Reverse(self.costs.get(*item).copied()), *item));
        let mut again = true;
        while again {
            again = false;
            for item in &order {
                if !kept.contains(item) {
                    continue;
                }
                let end = self.shape.end.get(*item).copied().unwrap_or(item + 1);
                let rest: Vec<usize> = kept
                    .iter()
                    .copied()
                    .filter(|other| *other < *item || *other >= end.max(item + 1))
                    .collect();
                if target.holds(&self.cells, &self.stand(&rest)) {
                    kept = rest;
                    again = true;
                }
            }
        }
        kept
    }
}

/// A choice: for each cell a ladder and the lowest and highest rung on it.
#[derive(Clone, Debug)]
struct Choice {
    aim: usize,
    ladder: Vec<usize>,
    low: Vec<usize>,
    high: Vec<usize>,
    floor: i128,
    prices: Vec<(usize, i128)>,
    dive: Option<Box<Dive>>,
    rounds: u32,
}

/// A search that can be stopped and taken up again.
#[derive(Clone, Debug)]
pub struct Search {
    problem: Problem,
    lines: Lines,
    aims: Vec<Aim>,
    open: Vec<Option<Choice>>,
    queue: BinaryHeap<Reverse<(u32, i128, usize)>>,
    best: Option<Ranked>,
    bits: u32,
    total: i128,
    ties: u64,
    any: bool,
}

/// Steps of a dive before another choice has its turn.
const TURN: u64 = 40_000;
/// Steps given to sets that cost the same.
const TIES: u64 = 2_000_000;

impl Search {
    /// Prepares a search for the cheapest set that reaches one of the targets.
    pub fn new(problem: Problem, targets: Vec<Target>) -> Search {
        let mut lines = Lines::default();
        let ground = Ground {
            cells: &problem.cells,
            start: &problem.start,
            adds: &problem.adds,
            shape: &problem.shape,
        };
        let aims: Vec<Aim> = targets
            .into_iter()
            .filter_map(|target| Aim::of(target, &ground, &mut lines))
            .collect();
        let bits = price_bits(&problem.costs);
        let problem_total = problem.costs.iter().sum();
        let mut search = Search {
            problem,
            lines,
            aims,
            open: Vec::new(),
            queue: BinaryHeap::new(),
            best: None,
            bits,
            total: problem_total,
            ties: TIES,
            any: false,
        };
        for aim in 0..search.aims.len() {
            for ladder in search.ladders(aim) {
                let high = search.tops(aim, &ladder);
                search.push(Choice {
                    aim,
                    low: vec![0; ladder.len()],
                    high,
                    ladder,
                    floor: 0,
                    prices: Vec::new(),
                    dive: None,
                    rounds: 0,
                });
            }
        }
        search
    }

    /// Any set will do: the search ends with the first.
    pub fn first_found(mut self) -> Search {
        self.any = true;
        self
    }

    /// The problem.
    pub fn problem(&self) -> &Problem {
        &self.problem
    }

    /// The best set known: items rising.
    pub fn best(&self) -> Option<&[usize]> {
        self.best.as_ref().map(|best| best.items.as_slice())
    }

    /// Nothing is left to search.
    pub fn is_done(&self) -> bool {
        self.queue.is_empty() || (self.any && self.best.is_some())
    }

    /// No set costs less than this.
    pub fn floor(&self) -> i128 {
        let open = self.queue.iter().map(|Reverse((_, floor, _))| *floor).min();
        let best = self.best.as_ref().map(|best| best.cost);
        match (open, best) {
            (Some(open), Some(best)) => open.min(best),
            (Some(open), None) => open,
            (None, Some(best)) => best,
            (None, None) => 0,
        }
    }

    /// Searches on until nothing is left or it is told to stop; true when nothing is left.
    pub fn run(&mut self, keep_going: &mut dyn FnMut() -> bool) -> bool {
        while !self.is_done() {
            if !keep_going() {
                return false;
            }
            let Some(Reverse((_, _, number))) = self.queue.pop() else {
                return true;
            };
            let Some(choice) = self.open.get_mut(number).and_then(Option::take) else {
                continue;
            };
            if self.is_beaten(choice.floor) {
                continue;
            }
            if choice.dive.is_some() || self.is_enough(&choice) {
                self.dive(choice, keep_going);
            } else {
                self.split(choice, keep_going);
            }
        }
        true
    }

    fn is_beaten(&self, floor: i128) -> bool {
        self.best
            .as_ref()
            .is_some_and(|best| floor > best.cost || (floor == best.cost && self.ties == 0))
    }

    fn push(&mut self, choice: Choice) {
        let number = self.open.len();
        self.queue
            .push(Reverse((choice.rounds, choice.floor, number)));
        self.open.push(Some(choice));
    }

    /// Every way to give each cell one of its ladders.
    fn ladders(&self, aim: usize) -> Vec<Vec<usize>> {
        let mut out = vec![Vec::new()];
        for cell in self.aims.get(aim).map_or(&[][..], |aim| &aim.ladders) {
            out = out
                .iter()
                .flat_map(|begun: &Vec<usize>| {
                    (0..cell.len()).map(move |ladder| {
                        let mut longer = begun.clone();
                        longer.push(ladder);
                        longer
                    })
                })
                .collect();
        }
        out
    }

    fn tops(&self, aim: usize, ladder: &[usize]) -> Vec<usize> {
        let cells = self.aims.get(aim).map_or(&[][..], |aim| &aim.ladders);
        let of = |(cell, ladder): (&Vec<Vec<super::aim::Rung>>, &usize)| {
            cell.get(*ladder)
                .map_or(0, |rungs| rungs.len().saturating_sub(1))
        };
        cells.iter().zip(ladder).map(of).collect()
    }

    fn points(&self, choice: &Choice, cell: usize, rung: usize) -> i128 {
        self.rung(choice, cell, rung).map_or(0, |rung| rung.points)
    }

    fn rung(&self, choice: &Choice, cell: usize, rung: usize) -> Option<&super::aim::Rung> {
        let ladder = choice.ladder.get(cell)?;
        self.aims
            .get(choice.aim)?
            .ladders
            .get(cell)?
            .get(*ladder)?
            .get(rung)
    }

    fn least(&self, choice: &Choice) -> i128 {
        self.aims.get(choice.aim).map_or(0, |aim| aim.least)
    }

    fn sum(&self, choice: &Choice, rungs: &[usize]) -> i128 {
        let all = rungs.iter().enumerate();
        all.map(|(cell, rung)| self.points(choice, cell, *rung))
            .sum()
    }

    fn is_enough(&self, choice: &Choice) -> bool {
        self.sum(choice, &choice.low) >= self.least(choice)
    }

    /// Raises every cell to what it must reach when all others stand at their highest; false where
    /// even the highest is too little.
    fn tighten(&self, choice: &mut Choice) -> bool {
        let spare = self.sum(choice, &choice.high) - self.least(choice);
        if spare < 0 {
            return false;
        }
        for cell in 0..choice.low.len() {
            let high = choice.high.get(cell).copied().unwrap_or_default();
            let must = self.points(choice, cell, high) - spare;
            let low = choice.low.get(cell).copied().unwrap_or_default();
            let rung = (low..=high).find(|rung| self.points(choice, cell, *rung) >= must);
            if let (Some(slot), Some(rung)) = (choice.low.get_mut(cell), rung) {
                *slot = rung;
            }
        }
        true
    }

    /// The lines the lowest rungs of a choice ask for.
    fn asked(&self, choice: &Choice, rungs: &[usize]) -> Vec<usize> {
        let mut out: Vec<usize> = rungs
            .iter()
            .enumerate()
            .filter_map(|(cell, rung)| self.rung(choice, cell, *rung))
            .flat_map(|rung| rung.lines.iter().copied())
            .collect();
        out.sort_unstable();
        out.dedup();
        out
    }

    fn relaxation<'a>(&'a self, lines: &'a [&'a Line]) -> Relaxation<'a> {
        Relaxation {
            costs: &self.problem.costs,
            shape: &self.problem.shape,
            lines,
            bits: self.bits,
        }
    }

    fn lines_of(&self, numbers: &[usize]) -> Vec<&Line> {
        let all = &self.lines.all;
        numbers
            .iter()
            .filter_map(|number| all.get(*number))
            .collect()
    }

    /// Works out the floor of a choice; false where it cannot be or is beaten.
    fn price(&self, choice: &mut Choice, rounds: usize) -> bool {
        if !self.tighten(choice) {
            return false;
        }
        let numbers = self.asked(choice, &choice.low);
        let known = |number: &usize| {
            let found = choice.prices.iter().find(|(line, _)| line == number);
            found.map_or(0, |(_, price)| *price)
        };
        let mut prices: Vec<i128> = numbers.iter().map(known).collect();
        let lines = self.lines_of(&numbers);
        let relaxation = self.relaxation(&lines);
        let bound = relaxation.ascend(&mut prices, rounds);
        choice.floor = choice.floor.max(relaxation.whole(bound));
        choice.prices = numbers.into_iter().zip(prices).collect();
        !self.is_beaten(choice.floor) && choice.floor <= self.total
    }

    /// Splits a choice at the cell with most points still open: it stays, or it rises by a rung.
    fn split(&mut self, mut choice: Choice, keep_going: &mut dyn FnMut() -> bool) {
        if choice.rounds == 0 {
            choice.rounds = 1;
            if !self.price(&mut choice, 3) {
                return;
            }
            self.try_quickly(&choice, keep_going);
            self.push(choice);
            return;
        }
        let open = |cell: &usize| {
            let at = |rungs: &[usize]| rungs.get(*cell).copied().unwrap_or_default();
            let (low, high) = (at(&choice.low), at(&choice.high));
            self.points(&choice, *cell, high) - self.points(&choice, *cell, low)
        };
        let Some(cell) = (0..choice.low.len())
            .max_by_key(open)
            .filter(|cell| open(cell) > 0)
        else {
            return;
        };
        let low = choice.low.get(cell).copied().unwrap_or_default();
        let mut stays = choice.clone();
        let mut rises = choice;
        if let Some(slot) = stays.high.get_mut(cell) {
            *slot = low;
        }
        if let Some(slot) = rises.low.get_mut(cell) {
            *slot = low + 1;
        }
        for mut part in [stays, rises] {
            if self.price(&mut part, 2) {
                if self.is_enough(&part) {
                    self.try_quickly(&part, keep_going);
                }
                self.push(part);
            }
        }
    }

    /// A quick plan for a choice: its lowest rungs, raised where points are missing, cell by cell
    /// where a point asks for least.
    fn try_quickly(&mut self, choice: &Choice, keep_going: &mut dyn FnMut() -> bool) {
        let mut rungs = choice.low.clone();
        while self.sum(choice, &rungs) < self.least(choice) {
            let dearness = |cell: &usize| self.dearness(choice, &rungs, *cell);
            let next = (0..rungs.len())
                .filter_map(|cell| dearness(&cell).map(|dear| (dear, cell)))
                .min();
            let Some((_, cell)) = next else { return };
            if let Some(rung) = rungs.get_mut(cell) {
                *rung += 1;
            }
        }
        let numbers = self.asked(choice, &rungs);
        let lines = self.lines_of(&numbers);
        let relaxation = self.relaxation(&lines);
        let known = |number: &usize| {
            let found = choice.prices.iter().find(|(line, _)| line == number);
            found.map_or(0, |(_, price)| *price)
        };
        let mut prices: Vec<i128> = numbers.iter().map(known).collect();
        relaxation.ascend(&mut prices, 1);
        let order = super::dive::ordered(&relaxation, &prices, None);
        let plan = fill::fill(&relaxation, &order, keep_going);
        if let Some(items) = plan {
            self.offer(choice.aim, &items);
        }
    }

    /// The floor of one rung more in a cell, by the point; `None` at the top.
    fn dearness(&self, choice: &Choice, rungs: &[usize], cell: usize) -> Option<i128> {
        let now = rungs.get(cell).copied()?;
        if now >= choice.high.get(cell).copied()? {
            return None;
        }
        let gained = self.points(choice, cell, now + 1) - self.points(choice, cell, now);
        let numbers = &self.rung(choice, cell, now + 1)?.lines;
        let lines = self.lines_of(numbers);
        let relaxation = self.relaxation(&lines);
        let mut prices = vec![0; lines.len()];
        let bound = relaxation.ascend(&mut prices, 1);
        let floor = relaxation.whole(bound);
        Some((floor << 20) / gained.max(1))
    }

    /// Takes a set in if it reaches the goal and is better than the best.
    fn offer(&mut self, aim: usize, items: &[usize]) -> bool {
        let Some(target) = self.aims.get(aim).map(|aim| &aim.target) else {
            return false;
        };
        if !target.holds(&self.problem.cells, &self.problem.stand(items)) {
            return false;
        }
        let cost = self.problem.cost(items);
        if self.best.as_ref().is_some_and(|best| cost > best.cost) {
            return true;
        }
        let items = self.problem.thinned(target, items);
        let offered = self.problem.merit.rank(self.problem.cost(&items), items);
        if self.best.as_ref().is_none_or(|best| offered < *best) {
            self.best = Some(offered);
        }
        true
    }

    fn dive(&mut self, mut choice: Choice, keep_going: &mut dyn FnMut() -> bool) {
        let mut dive = match choice.dive.take() {
            Some(dive) => dive,
            None => {
                if !self.price(&mut choice, 6) {
                    return;
                }
                if self.best.is_none() {
                    self.try_quickly(&choice, keep_going);
                }
                let (numbers, prices): (Vec<usize>, Vec<i128>) =
                    choice.prices.iter().copied().unzip();
                let rounded = {
                    let lines = self.lines_of(&numbers);
                    fill::round_off(&self.relaxation(&lines), &prices, keep_going)
                };
                if let Some(items) = rounded {
                    self.offer(choice.aim, &items);
                }
                if self.is_beaten(choice.floor) {
                    return;
                }
                let lines = self.lines_of(&numbers);
                let best = self.best.as_ref().map(|best| best.cost);
                let touching = self.problem.cells.iter().any(Cell::rises_when_touched);
                Box::new(Dive::new(&self.relaxation(&lines), &prices, best, touching))
            }
        };
        let mut bench = Bench {
            search: self,
            aim: choice.aim,
            keep_going,
        };
        if !dive.run(TURN, &mut bench) {
            choice.dive = Some(dive);
            choice.rounds += 1;
            self.push(choice);
        }
    }
}

/// Answers a dive from the search.
struct Bench<'a> {
    search: &'a mut Search,
    aim: usize,
    keep_going: &'a mut dyn FnMut() -> bool,
}

impl Judge for Bench<'_> {
    fn best(&self) -> Option<i128> {
        self.search.best.as_ref().map(|best| best.cost)
    }

    fn likes_ties(&self) -> bool {
        self.search.ties > 0
    }

    fn found(&mut self, items: &[usize], _: i128) -> bool {
        self.search.offer(self.aim, items)
    }

    fn keep_going(&mut self) -> bool {
        !(self.search.any && self.search.best.is_some()) && (self.keep_going)()
    }

    fn spent_on_tie(&mut self) {
        self.search.ties = self.search.ties.saturating_sub(1);
    }
}
