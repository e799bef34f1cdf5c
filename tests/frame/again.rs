//! What once went wrong at the desk and shall not again, each named for what broke.

use crate::driver::Driver;
use crate::fixture::ROWS;

#[test]
fn a_window_too_small_to_be_drawn_takes_no_key_but_the_way_out() {
    let mut desk = Driver::new();
    desk.resize(79, 20);
    let before = desk.changes();
    desk.keys("c 1 enter").paste("owner");
    assert_eq!(desk.changes(), before);
    desk.resize(120, 36).sees_not("How did it go?");
    desk.keys("c").sees("How did it go?");
}

#[test]
fn log_and_next_goes_to_the_next_row_of_today() {
    let mut desk = Driver::new();
    desk.keys("g t");
    let first = worked(&mut desk);
    desk.sees("Worked today (1)");
    let second = worked(&mut desk);
    assert_ne!(first, second);
    desk.sees("Worked today (2)");
}

/// Logs at the cursor; gives whom it was about.
fn worked(desk: &mut Driver) -> String {
    desk.keys("c");
    let screen = desk.screen();
    let at = screen.find("How did it go? ").unwrap();
    let rest: String = screen[at..].chars().skip(15).take(8).collect();
    desk.keys("1 enter");
    rest
}

#[test]
fn saving_a_view_keeps_the_order_it_was_saved_in() {
    let mut desk = Driver::with_rows(&ROWS);
    desk.sees("by next clock, lapsed ones last");
    desk.keys("V enter");
    desk.types("mine").keys("enter");
    desk.sees("View: mine")
        .sees("by next clock, lapsed ones last");
}

#[test]
fn an_undo_is_told_as_an_undo_with_the_number_it_takes_back() {
    let mut desk = Driver::new();
    desk.keys("o").types("called").keys("enter ctrl-z g l");
    desk.sees("Undo of: note on Aster Foods").sees("Of no.");
    desk.keys("ctrl-y").sees("Redo of: note on Aster Foods");
}

#[test]
fn the_rank_is_explained_by_its_three_factors_first() {
    let mut desk = Driver::new();
    desk.keys("g t i");
    let screen = desk.screen();
    let at = |text: &str| screen.find(text).unwrap();
    assert!(at("× chance to lose") < at("ATR = sum over"));
}

#[test]
fn a_book_that_is_not_there_is_offered_not_only_refused() {
    use renewdesk::ui::effect::Effect;
    use renewdesk::ui::msg::Msg;
    let mut desk = Driver::new();
    desk.model.desk = None;
    desk.send(Msg::NoBook("/books/emea.renewdesk".into()));
    desk.sees("/books/emea.renewdesk").keys("x enter");
    assert!(matches!(desk.asked.last(), Some(Effect::CreateBook)));
}

#[test]
fn an_empty_book_says_what_to_do_first() {
    let mut desk = Driver::with_rows(&[]);
    desk.sees("g i  reads an export file")
        .sees("renewdesk demo");
}

#[test]
fn a_filter_without_a_comparison_means_equal_and_unknown_values_are_refused() {
    let mut desk = Driver::new();
    desk.keys("f ctrl-u")
        .types("stage quoted")
        .sees("2 renewals");
    desk.keys("ctrl-u").types("no owner").sees("1 renewal");
    desk.keys("ctrl-u")
        .types("owner = Santso")
        .sees("owns nothing here");
    desk.keys("ctrl-u")
        .types("portfolio = securty")
        .sees("is no portfolio");
}

#[test]
fn every_tab_fits_from_120_columns_and_the_way_out_is_told_at_80() {
    let mut desk = Driver::new();
    for columns in [120, 140] {
        desk.resize(columns, 36).sees("Settings").sees_not("more..");
    }
    desk.resize(80, 24).sees("Ctrl+Q").sees("Esc back");
}
