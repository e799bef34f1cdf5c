//! What is at stake with a renewal: the pipeline's column and order, the detail, the quote's marks,
//! the fair split, the effect of every suggestion.

use crate::driver::Driver;
use renewdesk::book::AtStake;

fn desk(columns: u16, rows: u16) -> Driver {
    Driver::demo(1_500, columns, rows)
}

/// What is at stake with each open renewal, most first.
fn stakes(desk: &Driver) -> Vec<Option<AtStake>> {
    let rows = desk.desk().rows().iter().filter(|row| row.open());
    let mut stakes: Vec<Option<AtStake>> = rows.map(|row| row.at_stake()).collect();
    stakes.sort_by_key(|stake| std::cmp::Reverse(stake.map(|stake| stake.rank())));
    stakes
}

#[test]
fn the_pipeline_shows_sorts_and_filters_by_what_is_at_stake() {
    let mut desk = desk(200, 50);
    desk.sees("PVI at stake");
    let stakes = stakes(&desk);
    let words = stakes[0].unwrap().words();
    assert!(words.contains("pivotal"), "{words}");
    desk.keys("right right right right right right s home");
    let screen = desk.screen();
    let line = screen
        .lines()
        .find(|line| line.contains("pivotal"))
        .unwrap();
    assert!(line.contains(&words), "{line}");
    desk.sees("~");
    desk.keys("f");
    desk.text("pivotal");
    desk.keys("enter");
    let pivotal = |stake: &&AtStake| stake.mark == "pivotal";
    let count = stakes.iter().flatten().filter(pivotal).count();
    assert!(count > 0 && count < stakes.len());
    desk.sees(&format!("{count} "));
}

#[test]
fn the_detail_says_what_is_lost_and_where_the_next_step_is() {
    let mut desk = desk(200, 60);
    desk.keys("right right right right right right s home");
    desk.sees("if it lapses, pivotal").sees("all open, FY27M6");
    desk.keys("i");
    desk.sees("what the scores lose").sees("PVI at stake of");
    let text = desk.screen();
    let edge = text.contains("lifts") || text.contains("may go before");
    assert!(edge, "{text}");
}

#[test]
fn x_splits_fairly_and_every_column_ends_with_its_total() {
    let mut desk = desk(160, 50);
    desk.keys("x");
    desk.sees("Fair split of what the open deals do")
        .sees("booked ")
        .sees("fair ");
    desk.keys("G");
    desk.sees("shared by several deals").sees("total");
    desk.keys("esc");
    assert!(!desk.screen().contains("Fair split of what"));
}

#[test]
fn a_quote_says_what_it_is_to_the_steps_and_how_far_the_next_is() {
    let mut desk = desk(200, 60);
    desk.keys("g q L enter");
    let live = desk.model.quote.live().unwrap();
    let edge = live.stake.edge.clone();
    let marks: Vec<&str> = live
        .moved
        .iter()
        .filter_map(|moved| live.stake.mark(&moved.portfolio, &moved.to.metric))
        .map(|mark| mark.word())
        .collect();
    assert_eq!(marks.len(), live.moved.len(), "every moved metric has one");
    for mark in marks {
        desk.sees(mark);
    }
    if let Some(edge) = edge {
        let words: Vec<&str> = edge.split(' ').take(3).collect();
        desk.sees(&words.join(" "));
    }
}

#[test]
fn every_suggestion_has_its_effect_and_looking_at_it_does_not_change_it() {
    let mut desk = desk(160, 50);
    desk.keys("g x").effects();
    let open = desk
        .desk()
        .suggestions
        .iter()
        .filter(|s| s.is_open())
        .count();
    let (op_seq, totals) = desk.desk().totals.clone();
    assert_eq!(op_seq, desk.desk().snapshot.op_seq);
    assert_eq!(totals.known(), open);
    // what the list says of rows somebody looked at is what the background found
    let found = desk.desk().suggestions.clone();
    for at in found.open().iter().take(20) {
        let words = totals.of(&found, *at as usize).unwrap();
        let line = desk.line("> ");
        assert!(line.contains(&**words), "{words}: {line}");
        desk.keys("down");
    }
    desk.keys("end");
    assert!(!desk.screen().contains(" ... "), "{}", desk.screen());
}
