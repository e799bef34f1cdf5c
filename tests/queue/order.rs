//! The list in order at a keypress: by numbers where these say enough, and yet the order that
//! comparing whole rows gives, for every column, both ways, whatever stands in it.

use crate::fixture::*;
use proptest::prelude::*;
use renewdesk::book::order::By;
use renewdesk::book::search::Search;
use renewdesk::book::sort::Column;
use renewdesk::book::{AllAtStake, AtStake, Queue};
use renewdesk::domain::ids::RenewalId;
use std::collections::HashMap;

/// Names that are equal for long, or at the end, or not at all.
const NAME: &str = "[ab]{0,2}|Consolidated Industries [ab]{0,2}|Consolidated I[ab]?|é{1,9}[ab]?";
/// Amounts that differ in places a number of a key does not hold.
const AMOUNT: &str = "[0-2]|0\\.00000[0-3]{1,3}|9{1,20}|[1-2]{3}\\.5[0-1]";

type Drawn = (String, String, String, u64, u8, (String, String, bool));

fn drawn() -> impl Strategy<Value = Drawn> {
    let stake = (AMOUNT, AMOUNT, any::<bool>());
    (NAME, NAME, AMOUNT, 0u64..260, 0u8..8, stake)
}

fn book_of(rows: &[Drawn]) -> (Book, HashMap<RenewalId, AtStake>) {
    let mut book = Book::new();
    let mut stakes = HashMap::new();
    for (at, (customer, owner, net, days, bits, (points, smooth, minus))) in rows.iter().enumerate()
    {
        let account = book.account(customer);
        let contract = book.contract(account, &format!("{}20{}", "1".repeat(at % 14), at % 3));
        let end = (day("2026-06-01") + chrono::Days::new(*days)).to_string();
        let renewal = book.renewal(contract, &end);
        let line = book.line(contract, &end, net);
        book.edit_line(line, |line| {
            line.service_level = (bits & 1 > 0).then(|| name(owner));
        });
        book.edit(renewal, |renewal| {
            renewal.owner = (bits & 2 > 0).then(|| name(owner));
            renewal.next_step = (bits & 4 > 0).then(|| format!("call {customer}"));
            renewal.next_date = (bits & 4 > 0).then(|| day("2026-11-20"));
        });
        if bits & 3 == 3 {
            book.quote(&[renewal], "2026-11-01", net);
        }
        let sign = if *minus { dec("-1") } else { dec("1") };
        let stake = AtStake {
            points: dec(points) * sign,
            smooth: dec(smooth) * sign,
            mark: "",
        };
        if bits & 4 == 0 {
            stakes.insert(renewal, stake);
        }
    }
    (book, stakes)
}

fn in_order(queue: &Queue, by: By) -> Vec<RenewalId> {
    let mut places: Vec<u32> = (0..queue.rows().len() as u32).collect();
    queue.sort(&mut places, by);
    let rows = queue.rows();
    places
        .iter()
        .map(|at| rows.renewal(*at as usize).unwrap())
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    #[test]
    fn numbers_give_the_order_of_whole_rows(rows in proptest::collection::vec(drawn(), 1..24)) {
        let (book, stakes) = book_of(&rows);
        let mut queue = book.queue("2026-11-22");
        queue.set_stakes(AllAtStake::of(stakes));
        for column in Column::ALL {
            for (descending, lapsed_last) in [(false, false), (true, false), (false, true)] {
                let by = By { column, descending, lapsed_last };
                let mut whole: Vec<_> = queue.rows().iter().collect();
                whole.sort_by(|a, b| by.compare(a, b));
                let whole: Vec<RenewalId> = whole.iter().map(|row| row.renewal()).collect();
                prop_assert_eq!(in_order(&queue, by), whole, "{:?}", by);
            }
        }
    }

    /// Ranks found before an edit do not outlive it.
    #[test]
    fn rows_edited_after_a_sort_stand_where_they_belong(
        rows in proptest::collection::vec(drawn(), 1..24),
        edits in proptest::collection::vec((any::<prop::sample::Index>(), NAME, 0u64..9, 0u8..3), 1..6),
    ) {
        let (mut book, stakes) = book_of(&rows);
        let mut queue = book.queue("2026-11-22");
        queue.set_stakes(AllAtStake::of(stakes.clone()));
        queue.rank(Column::ALL);
        for (at, text, days, kind) in edits {
            let id = queue.rows().renewal(at.index(queue.rows().len())).unwrap();
            book.edit(id, |renewal| match kind {
                0 => renewal.owner = Some(name(&text)),
                1 => {
                    renewal.next_step = Some(text.clone());
                    renewal.next_date = Some(day("2026-11-18") + chrono::Days::new(days));
                }
                _ => renewal.stage = "lapsed".into(),
            });
            if kind == 0 && days == 0 {
                // everything at stake is told anew
                queue.set_stakes(AllAtStake::default());
            }
            queue.refresh(&book.snapshot, &RULES, &CATALOGUE, day("2026-11-22"), &[id]);
            for column in Column::ALL {
                let by = By { column, descending: days % 2 == 0, lapsed_last: days % 3 == 0 };
                let mut whole: Vec<_> = queue.rows().iter().collect();
                whole.sort_by(|a, b| by.compare(a, b));
                let whole: Vec<RenewalId> = whole.iter().map(|row| row.renewal()).collect();
                prop_assert_eq!(in_order(&queue, by), whole, "{:?}", by);
            }
        }
    }

    /// However the taking in of the rows' text is cut, the search finds the same.
    #[test]
    fn a_search_that_gets_ready_in_parts_finds_the_same(
        rows in proptest::collection::vec(drawn(), 1..24), budget in 1usize..60,
    ) {
        let (book, _) = book_of(&rows);
        let queue = book.queue("2026-11-22");
        let mut parts = Search::begin(&queue);
        while !parts.gather(book.gear(&queue), budget) {
            prop_assert!(!parts.is_complete() && !parts.is_ready());
        }
        let mut whole = Search::over(book.gear(&queue));
        for query in ["a", "20", "co ind", "zz"] {
            parts.set(query);
            parts.finish();
            whole.set(query);
            whole.finish();
            let best = whole.top(usize::MAX, |_| true);
            prop_assert_eq!(&parts.top(usize::MAX, |_| true), &best);
            let places = parts.top_places(usize::MAX, |_| true);
            let rows = queue.rows();
            let found: Vec<RenewalId> = places.iter().map(|at| rows.renewal(*at as usize).unwrap()).collect();
            let best: Vec<RenewalId> = best.iter().map(|hit| hit.renewal).collect();
            prop_assert_eq!(found, best);
            prop_assert_eq!(parts.places(|_| true).count(), places.len());
        }
    }
}
