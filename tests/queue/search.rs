//! Fuzzy search: its order is the matcher's own, whatever was typed before and however the work
//! was cut into steps.

use crate::fixture::*;
use fuzzy_matcher::FuzzyMatcher;
use fuzzy_matcher::skim::SkimMatcherV2;
use proptest::prelude::*;
use renewdesk::book::search::{Hit, Search};
use renewdesk::book::{Gear, Queue, SEPARATOR, fold};
use renewdesk::domain::ids::RenewalId;

/// The order the matcher alone gives: every term of every row asked, nothing remembered.
fn alone(gear: Gear<'_>, query: &str) -> Vec<Hit> {
    let query = fold::fold(query);
    let mut hits = Vec::new();
    for row in gear.queue().rows() {
        let haystack = gear.haystack(&row);
        let score = query.split_whitespace().try_fold(0, |sum, word| {
            let best = haystack
                .split(SEPARATOR)
                .filter(|term| !term.is_empty())
                .filter_map(|term| {
                    let fresh = SkimMatcherV2::default().ignore_case();
                    fresh.fuzzy_match(term, word)
                })
                .max();
            best.map(|best| sum + best)
        });
        hits.extend(score.map(|score| (row, score)));
    }
    hits.sort_by(|(a, x), (b, y)| {
        y.cmp(x)
            .then_with(|| a.end().cmp(&b.end()))
            .then_with(|| a.contract_number().cmp(b.contract_number()))
            .then_with(|| a.renewal().cmp(&b.renewal()))
    });
    let hit = |(row, score): (renewdesk::book::QueueRow<'_>, i64)| Hit {
        renewal: row.renewal(),
        score,
    };
    hits.into_iter().map(hit).collect()
}

fn all(_: RenewalId) -> bool {
    true
}

/// A book of many customers, each with a contract and a few serials of few letters, so that
/// scores collide, letters double and words match across terms.
fn book_of(rows: &[(String, Vec<String>, u64)]) -> Book {
    let mut book = Book::new();
    for (at, (customer, serials, offset)) in rows.iter().enumerate() {
        let account = book.account(customer);
        let contract = book.contract(account, &format!("20{}", at % 7));
        let end = (day("2026-06-01") + chrono::Days::new(*offset)).to_string();
        book.renewal(contract, &end);
        for serial in serials {
            let line = book.line(contract, &end, "1");
            book.edit_line(line, |l| l.serial = Some(serial.as_str().into()));
        }
    }
    book
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(160))]

    #[test]
    fn the_order_is_the_matcher_s_own(
        rows in proptest::collection::vec(
            ("[abABé ]{1,9}|[a-d]{3,5} [a-d]{2,4}-[ab]{1,3}", proptest::collection::vec("FO[XC][0-3ab]{2,8}|[aabb12]{1,10}", 0..5), 0u64..3),
            1..14,
        ),
        typed in "[aabbfox12é0-]{1,6}( [ab2]{1,3})?",
        shown in 0usize..8,
        budget in 1usize..400,
    ) {
        let book = book_of(&rows);
        let queue = book.queue("2026-11-22");
        let gear = book.gear(&queue);
        let mut search = Search::over(gear);
        let mut steps = Vec::new();
        for (at, _) in typed.char_indices().skip(1).chain([(typed.len(), ' ')]) {
            let query = &typed[..at];
            search.set(query);
            while !search.step(budget) {}
            let expected = alone(gear, query);
            prop_assert_eq!(search.count(all), expected.len());
            prop_assert_eq!(&search.top(usize::MAX, all), &expected);
            prop_assert_eq!(&search.top(shown, all)[..], &expected[..shown.min(expected.len())]);
            steps.push(expected);
        }
        // A word grown by a letter finds no more than before it.
        for pair in steps.windows(2) {
            prop_assert!(pair[0].len() >= pair[1].len() || typed.contains(' '));
        }
        // The same query from scratch, and back to the first letter.
        let mut fresh = Search::over(gear);
        fresh.set(&typed);
        fresh.finish();
        prop_assert_eq!(fresh.top(usize::MAX, all), search.top(usize::MAX, all));
        let first: String = typed.chars().take(1).collect();
        search.set(&first);
        search.finish();
        prop_assert_eq!(search.top(usize::MAX, all), alone(gear, &first));
    }
}

fn trio() -> (Book, Queue, [RenewalId; 3]) {
    let row = |customer: &str, serial: &str, offset| {
        (customer.to_string(), vec![serial.to_string()], offset)
    };
    let book = book_of(&[
        row("Zürich Bahn", "FOX2213A1BC", 2),
        row("Acme Foundry", "FCW1111B2CD", 1),
        row("Acme Rail", "FOX2213A9ZZ", 0),
    ]);
    let queue = book.queue("2026-11-22");
    let ids: Vec<RenewalId> = queue.rows().iter().map(|row| row.renewal()).collect();
    (book, queue, [ids[0], ids[1], ids[2]])
}

fn found(gear: Gear<'_>, query: &str) -> Vec<RenewalId> {
    let mut search = Search::over(gear);
    search.set(query);
    search.finish();
    search.top(9, all).iter().map(|hit| hit.renewal).collect()
}

#[test]
fn words_are_sought_in_any_term_and_accents_do_not_matter() {
    let (book, queue, [zurich, foundry, rail]) = trio();
    let gear = book.gear(&queue);
    assert_eq!(found(gear, "zurich"), [zurich]);
    assert_eq!(found(gear, "ZÜRICH"), [zurich]);
    assert_eq!(found(gear, "acme fox"), [rail]);
    assert_eq!(found(gear, "fox acme"), [rail]);
    assert_eq!(found(gear, "fcw"), [foundry]);
    assert_eq!(
        found(gear, "zztest24").len(),
        3,
        "the product id they share"
    );
    assert_eq!(
        found(gear, "fox2213a"),
        [rail, zurich],
        "equal scores by end date"
    );
    assert_eq!(found(gear, "nothing like it"), []);
}

#[test]
fn an_empty_query_finds_everything_and_a_filter_can_narrow_it() {
    let (book, queue, [zurich, _, rail]) = trio();
    let gear = book.gear(&queue);
    let mut search = Search::over(gear);
    search.set("  ");
    assert!(search.is_complete());
    assert_eq!(search.count(all), 3);
    search.set("fox");
    assert_eq!(
        search.count(all),
        0,
        "nothing is claimed before it was looked at"
    );
    assert!(!search.step(1));
    search.finish();
    assert_eq!(search.count(|id| id == zurich), 1);
    assert_eq!(search.top(9, |id| id == rail)[0].renewal, rail);
}

#[test]
fn no_rows_find_nothing() {
    let book = Book::new();
    let queue = book.queue("2026-11-22");
    let mut search = Search::over(book.gear(&queue));
    search.set("x");
    search.finish();
    assert_eq!(search.top(5, all), []);
    assert!(search.is_complete());
}
