//! The mark of a price rule on a quote line is kept, undone and brought back with the line.

use crate::fixture::*;
use renewdesk::domain::command::Command;
use renewdesk::domain::price_rule::{PriceRule, PricedBy};
use renewdesk::domain::quote::QuoteLine;
use rust_decimal::Decimal;

#[test]
fn the_rule_of_a_line_is_kept_undone_and_brought_back() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = filled(&dir.path().join("book.db"), 3);
    let made = quote(1, vec![quote_line(1), quote_line(2)]);
    let id = made.id;
    let new = Command::NewQuote(Box::new(made));
    store.apply(&new, "quote", &stamp()).unwrap();
    let rule = PriceRule {
        name: "Ingram = SNT".into(),
        discount_pct: Some(Decimal::from(40)),
        ..PriceRule::default()
    };
    let mark = PricedBy::new(&rule, true, false);
    let command = Command::PutQuoteLines {
        quote: id,
        version: 1,
        lines: vec![QuoteLine {
            rule: Some(mark.clone()),
            ..quote_line(1)
        }],
        add_renewals: Vec::new(),
    };
    store.apply(&command, "priced", &stamp()).unwrap();
    let marks = |store: &renewdesk::store::Store| {
        let quote = store.snapshot().unwrap().quotes.get(id).unwrap();
        let lines = quote.lines.into_iter().map(|line| line.rule);
        lines.collect::<Vec<_>>()
    };
    assert_eq!(marks(&store), [Some(mark.clone()), None]);
    store.undo(&stamp()).unwrap();
    assert_eq!(marks(&store), [None, None]);
    store.redo(&stamp()).unwrap();
    assert_eq!(marks(&store), [Some(mark), None]);
    assert!(store.check().unwrap().is_sound());
}
