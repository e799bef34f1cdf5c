//! The demo book from the command line.

use crate::desk_side::Side;

#[test]
fn the_same_demo_twice_answers_the_same_and_no_file_is_replaced() {
    let side = Side::new();
    let (a, b) = (side.path("a.renewdesk"), side.path("b.renewdesk"));
    let (a, b) = (a.to_str().unwrap(), b.to_str().unwrap());
    for path in [a, b] {
        let made = side.ok(&["demo", "--lines", "400", "--seed", "9", "--into", path]);
        assert_eq!(made.out.trim(), path);
    }
    for command in ["queue", "pvi", "suggest"] {
        let of = |book: &str| side.json(&["--book", book, command]);
        assert_eq!(of(a), of(b), "{command}");
    }
    let message = side.fails(5, &["demo", "--into", a]);
    assert!(message.contains("nothing was changed"), "{message}");
    assert!(!side.path("a.part").exists());
}

#[test]
fn a_book_of_ones_own_is_never_taken_for_a_demo() {
    let side = Side::imported();
    let own = side.path("book.renewdesk");
    let before = std::fs::read(&own).unwrap();
    let message = side.fails(6, &["--book", own.to_str().unwrap(), "demo"]);
    assert!(message.contains("of your own"), "{message}");
    assert_eq!(std::fs::read(&own).unwrap(), before);
}

#[test]
fn without_a_terminal_the_demo_is_kept_and_the_desk_says_what_it_needs() {
    let side = Side::new();
    let first = side.fails(1, &["demo", "--lines", "200"]);
    assert!(first.contains("needs a terminal"), "{first}");
    let book = side.path("demo.renewdesk");
    let made = std::fs::metadata(&book).unwrap().modified().unwrap();
    side.fails(1, &["demo", "--lines", "200"]);
    assert_eq!(std::fs::metadata(&book).unwrap().modified().unwrap(), made);
    // Other parameters are another world beside it.
    side.fails(1, &["demo", "--lines", "300"]);
    assert!(side.path("demo-l300-s360.renewdesk").exists());
}

#[test]
fn two_demo_books_of_one_seed_tell_the_same_history() {
    let side = Side::new();
    let history = |name: &str| {
        let file = side.path(name);
        let name = file.to_str().unwrap();
        side.ok(&["demo", "--lines", "20", "--into", name]);
        side.json(&["--book", name, "history"])
    };
    let first = history("a.renewdesk");
    assert_eq!(first["operations"][0]["at"], "2026-11-22T00:00:00Z");
    assert_eq!(first, history("b.renewdesk"));
}
