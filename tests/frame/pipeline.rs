//! The table: countdown, filter, search, sort, marks, grouping, views, undo.

use crate::driver::Driver;
use renewdesk::ui::input::MouseKind;
use renewdesk::ui::model::Screen;

/// Customers in the order of the screen.
fn customers(driver: &Driver) -> Vec<String> {
    let names = crate::fixture::ROWS.map(|row| row.0.split(' ').next().unwrap());
    driver
        .screen()
        .lines()
        .filter(|line| line.starts_with('║') || line.starts_with('│'))
        .filter_map(|line| {
            let row: String = line.chars().take(60).collect();
            names.iter().find(|name| row.contains(*name))
        })
        .map(ToString::to_string)
        .collect()
}

#[test]
fn the_number_that_matters_comes_first_and_lapsed_ones_last() {
    let mut desk = Driver::new();
    desk.resize(80, 24)
        .sees("-4 d overdue !!")
        .sees("17 d to end !")
        .sees("-82 d lapsed !!");
    let order = customers(&desk);
    assert_eq!(order.first().map(String::as_str), Some("Aster"));
    assert_eq!(order.last().map(String::as_str), Some("Old"));
    assert_eq!(order.len(), 12);
}

#[test]
fn search_narrows_with_every_letter_and_escape_gives_all_back() {
    let mut desk = Driver::new();
    desk.resize(80, 24).keys("/").types("cob").sees("find: cob");
    assert_eq!(customers(&desk), ["Cobalt"]);
    desk.keys("backspace backspace backspace");
    assert_eq!(customers(&desk).len(), 12);
    // by serial, by contract
    desk.types("fcw2403").keys("enter");
    assert_eq!(customers(&desk), ["Delta"]);
    desk.sees("Find: fcw2403 (Esc clears)").keys("esc");
    assert_eq!(customers(&desk).len(), 12);
    // letters are text while searching, also those that quit or change things elsewhere
    desk.keys("/").types("qXc!").keys("esc");
    assert!(desk.asked.is_empty());
}

#[test]
fn a_filter_in_words_says_what_it_finds_before_it_is_kept() {
    let mut desk = Driver::new();
    desk.resize(80, 24).keys("f ctrl-u");
    desk.types("owner = B. Santos").sees("4 renewals");
    desk.keys("enter").sees("4 of 12");
    desk.keys("f ctrl-u").types("stage = Quotd");
    desk.keys("enter").sees("Quoted");
    // not understood: the popup stays and nothing changes
    assert_eq!(desk.model.overlays.len(), 1);
    desk.keys("esc")
        .sees("4 of 12")
        .keys("esc")
        .sees("12 of 12");
}

#[test]
fn sorting_by_column_up_down_and_off() {
    let mut desk = Driver::new();
    desk.resize(80, 24).keys("right right s");
    assert_eq!(customers(&desk).first().map(String::as_str), Some("Fjord"));
    desk.keys("s");
    assert_eq!(customers(&desk).first().map(String::as_str), Some("Old"));
    desk.keys("s");
    assert_eq!(customers(&desk).first().map(String::as_str), Some("Aster"));
    // the header does the same
    let y = desk
        .screen()
        .lines()
        .position(|line| line.contains("Customer"));
    desk.mouse(MouseKind::Click, 25, y.unwrap() as u16)
        .sees("sorted: Customer");
}

#[test]
fn marks_show_their_running_sum_and_escape_clears_them_first() {
    let mut desk = Driver::new();
    desk.keys("space space").sees("2 marked, ATR USD 61,000");
    desk.keys("f ctrl-u")
        .types("owner = A. Meyer")
        .keys("enter")
        .keys("esc")
        .sees_not("marked");
    desk.sees("7 of 12").keys("esc").sees("12 of 12");
    desk.keys("ctrl-a")
        .sees("12 marked, ATR USD 668,000, 1 without a price");
}

#[test]
fn grouping_by_customer_shows_a_line_of_sums() {
    let mut desk = Driver::new();
    desk.keys("b")
        .sees("Cobalt Clinics AG   1 renewal   USD 96,000");
}

#[test]
fn a_view_is_saved_used_and_deleted() {
    let mut desk = Driver::new();
    desk.keys("f ctrl-u").types("owner = me").keys("enter V");
    desk.sees("Save this view")
        .keys("1")
        .types("Mine")
        .keys("enter");
    desk.sees("View: Mine (V)");
    desk.keys("esc").sees_not("View: Mine").sees("12 of 12");
    desk.keys("V 1").sees("View: Mine (V)").sees("7 of 12");
    desk.keys("V 3 1").sees("Saved: view Mine deleted");
}

#[test]
fn escape_never_quits_and_neither_does_control_c() {
    let mut desk = Driver::new();
    desk.keys("esc esc esc q q q ctrl-c ctrl-c");
    desk.sees("Ctrl+Q quits");
    let quits =
        |e: &renewdesk::ui::effect::Effect| matches!(e, renewdesk::ui::effect::Effect::Quit);
    assert!(!desk.asked.iter().any(quits));
    desk.keys("ctrl-q");
    assert!(desk.asked.iter().any(quits));
}

#[test]
fn enter_makes_a_quote_once_and_opens_it_after_that() {
    let mut desk = Driver::new();
    desk.keys("j j").sees("> ");
    let before = desk.changes();
    desk.keys("enter");
    assert_eq!(desk.changes(), before + 1);
    desk.sees("Q-1001").keys("esc").keys("enter");
    assert_eq!(desk.changes(), before + 1);
}

#[test]
fn screens_by_key_tab_and_back() {
    let mut desk = Driver::new();
    desk.keys("g").sees("t Today").keys("t");
    assert_eq!(desk.model.screen, Screen::Today);
    desk.keys("g r esc");
    assert_eq!(desk.model.screen, Screen::Today);
    desk.keys("alt-2");
    assert_eq!(desk.model.screen, Screen::Pipeline);
    let line = desk.screen();
    let x = line.lines().next().unwrap().find("Quote").unwrap() as u16;
    desk.mouse(MouseKind::Click, x, 0);
    assert_eq!(desk.model.screen, Screen::Quote);
    desk.keys("g ?").sees("No such sequence");
}

#[test]
fn the_wheel_moves_and_a_click_chooses() {
    let mut desk = Driver::new();
    desk.resize(80, 24).mouse(MouseKind::WheelDown, 10, 8);
    desk.sees("> 22 d to end !");
    desk.mouse(MouseKind::Click, 10, 4)
        .sees("> -4 d overdue !!");
}

#[test]
fn midnight_moves_every_countdown() {
    let mut desk = Driver::new();
    desk.send(renewdesk::ui::msg::Msg::Day {
        today: crate::fixture::day("2026-11-24"),
        backwards: false,
    });
    desk.sees("-6 d overdue !!").sees("15 d to end !");
    desk.send(renewdesk::ui::msg::Msg::Day {
        today: crate::fixture::day("2026-11-20"),
        backwards: true,
    });
    desk.sees("CLOCK SET BACK");
}
