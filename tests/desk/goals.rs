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
        .sees("the next step of any metric")
        .sees("Exact: no cheaper plan exists")
        .sees("Services 7.")
        .sees("Lifts");
    // without suggestions, up to the threshold above
    desk.keys("x").sees("suggestions out");
    desk.keys("g g").sees("score 7.5").sees("Exact");
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
        .sees("Out of reach by FY27M6: Services")
        .sees("short of 9.9")
        .sees("points open");
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
        desk.sees("Services")
            .sees("suggestions in")
            .sees("Score")
            .sees("1 of ")
            .sees("Esc");
        desk.sees("Exact");
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
    desk.sees("value x (1 - p)").sees("Exact");
}

#[test]
fn on_the_program_screen_it_begins_at_the_cell_under_the_cursor() {
    let mut desk = Driver::demo(900, 120, 36);
    desk.keys("g v").sees("P goal seek");
    // Cloud & AI, its score
    desk.keys("down down P").sees("lift Cloud & AI");
    desk.sees("the next step of any metric");
    desk.keys("esc");
    // Services, a month later, at a metric that deals move
    desk.keys("down down > right right right right right P");
    desk.sees("lift Services").sees("by FY27M7");
    desk.sees("the next step of ACV growth");
    desk.keys("esc g p P")
        .sees("lift Services")
        .sees("by FY27M6");
    desk.sees("the next step of any metric");
}
