//! Price rules on the desk: typed, listed with what they would price, applied after every cell was shown,
//! and named on the line.

use crate::quote::{line, plain, quoting, sheet, to_column};
use renewdesk::pricing::price_rules::{Source, sources};
use renewdesk::ui::screen::quote::Column;

/// Types a rule.
fn add(desk: &mut crate::driver::Driver, text: &str) {
    desk.keys("r");
    desk.text("new");
    desk.keys("enter");
    desk.text(text);
    desk.sees("adds ");
    desk.keys("enter");
}

#[test]
fn a_rule_typed_prices_the_lines_after_every_cell_was_shown_and_is_named() {
    let mut desk = quoting(160, 45, plain);
    desk.keys("r");
    desk.sees("No price rules yet").sees("New or changed rule");
    desk.keys("esc");
    add(&mut desk, "House deal: discount 33, margin 14");
    let before = sheet(&desk).kept.clone();
    desk.keys("r");
    let all = format!("Price all {} lines", before.lines.len());
    desk.sees("1 price rule at Q-")
        .sees(&all)
        .sees("House deal");
    desk.keys("1");
    desk.sees("by the rules")
        .sees("line 1 House deal")
        .sees("→");
    assert_eq!(sheet(&desk).kept, before, "nothing is written before Enter");
    desk.keys("enter");
    let after = sheet(&desk).kept.clone();
    let both = (Source::Rule, Source::Rule);
    assert!(after.lines.iter().all(|line| sources(line) == both));
    assert_eq!(after.version, before.version + 1);
    desk.sees("price rule House deal (global): cost 33 % off list; sell margin 14 %");
    to_column(&mut desk, Column::Discount);
    desk.text("20");
    desk.keys("enter ctrl-home");
    desk.sees("cost typed, rule said 33 % off list; sell margin 14 %");
    desk.keys("i");
    desk.sees("price rule")
        .sees("rule today")
        .sees("House deal (global)");
    desk.keys("esc ctrl-z ctrl-z");
    assert_eq!(
        sheet(&desk).kept.lines,
        before.lines,
        "one undo for all lines"
    );
}

#[test]
fn marked_lines_alone_are_priced_and_locked_ones_stay() {
    let mut desk = quoting(160, 45, plain);
    add(&mut desk, "House deal: discount 33");
    let first = line(&desk, 0);
    let third = line(&desk, 2);
    desk.keys("ctrl-home U shift-down r");
    desk.sees("Price the 2 lines marked").sees("1 locked");
    desk.keys("1 enter");
    assert_eq!(line(&desk, 0), first, "locked");
    assert_eq!(sources(&line(&desk, 1)).0, Source::Rule);
    assert_eq!(line(&desk, 2), third, "not marked");
}

#[test]
fn what_is_typed_is_refused_with_a_reason_and_a_rule_goes_again() {
    let mut desk = quoting(160, 45, plain);
    desk.keys("r 1");
    desk.text("no name");
    desk.sees("the name ends with a colon");
    desk.keys("ctrl-a");
    desk.text("x: account nobody, discount 5");
    desk.sees("no customer");
    desk.keys("ctrl-a");
    desk.text("Own: account this, discount 5");
    desk.sees("adds Own (account)");
    desk.keys("enter r");
    desk.sees("account  Own");
    desk.text("Own");
    desk.keys("enter");
    desk.sees("Price rule Own").sees("customer");
    desk.keys("esc r");
    desk.text("take a rule");
    desk.keys("enter 1 r");
    desk.sees("No price rules yet");
}

#[test]
fn on_a_subtotal_the_lines_of_its_group_are_priced() {
    let mut desk = quoting(160, 45, |row| plain(row) && row.lines() > 7);
    add(&mut desk, "House deal: discount 33");
    desk.keys("Y");
    desk.text("level");
    desk.keys("enter ctrl-home");
    let whole = sheet(&desk);
    let head = whole.head_at(0).expect("a subtotal on top");
    let own: Vec<usize> = (1..).map_while(|place| whole.line_at(place)).collect();
    let before = whole.kept.lines.clone();
    assert_eq!(head.sums.lines(), own.len());
    assert!(own.len() < before.len(), "several groups");
    desk.keys("r");
    let lines = if own.len() == 1 { "line" } else { "lines" };
    desk.sees(&format!("Price {} {lines} of the group", own.len()));
    desk.keys("1 enter");
    for (at, old) in before.iter().enumerate() {
        match own.contains(&at) {
            true => assert_eq!(sources(&line(&desk, at)).0, Source::Rule, "line {at}"),
            false => assert_eq!(line(&desk, at), *old, "line {at}"),
        }
    }
}
