//! Goal seek at the desk: asked with keys, answered beside them, done from there.

use crate::driver::Driver;

fn desk(columns: u16, rows: u16) -> Driver {
    let mut desk = Driver::demo(900, columns, rows);
    desk.keys("g p P");
    desk
}

#[test]
fn a_goal_is_chosen_with_keys_and_its_plan_is_marked_in_the_pipeline() {
    let mut desk = desk(120, 36);
    desk.sees("Goal seek")
        .sees("next step of any metric")
        .sees("exact, no cheaper plan");
    // without suggestions, up to the threshold above
    desk.keys("x").sees("suggestions out");
    desk.keys("g g").sees("score 7.5").sees("exact");
    desk.sees("renew");
    desk.keys("a");
    assert!(!desk.screen().contains("Goal seek"));
    desk.sees("marked, ATR");
}

#[test]
fn the_question_turns_and_a_score_is_typed() {
    let mut desk = desk(120, 36);
    desk.keys("c").sees("number of deals");
    desk.keys("C").sees("value to close");
    desk.keys("s").sees("committed");
    desk.keys("m").sees("FY27M7");
    desk.keys("M t").sees("Which score?");
    desk.keys("'9.9' enter")
        .sees("score 9.9")
        .sees("Out of reach");
    desk.sees("held").sees("Black Belt");
    desk.keys("p").sees("Goal seek");
    desk.keys("esc");
    assert!(!desk.screen().contains("Goal seek"));
}

#[test]
fn a_plan_leads_to_its_renewal_quote_or_suggestion() {
    let mut desk = desk(120, 36);
    desk.keys("x").sees("renew");
    desk.keys("enter");
    assert!(!desk.screen().contains("Goal seek"));
    desk.keys("P u").sees("Goal seek");
}

#[test]
fn it_is_whole_in_small_and_large_windows() {
    for (columns, rows) in [(80, 24), (120, 36), (200, 60)] {
        let mut desk = desk(columns, rows);
        desk.sees("portfolio")
            .sees("suggestions in")
            .sees("Score")
            .sees("Esc");
        desk.sees("exact");
    }
}

#[test]
fn an_older_answer_is_dropped() {
    let mut desk = desk(120, 36);
    let asked = desk
        .asked
        .iter()
        .filter(|effect| effect.contains("SeekGoal"))
        .count();
    assert_eq!(asked, 1);
    desk.keys("c c");
    let asked = desk
        .asked
        .iter()
        .filter(|effect| effect.contains("SeekGoal"))
        .count();
    assert_eq!(asked, 3);
    desk.sees("value x (1 - p)").sees("exact");
}
