//! The Program screen: months, sets of deals, the steps behind a cell, supposing an index.

use super::driver::Driver;

fn program(columns: u16, rows: u16) -> Driver {
    let mut desk = Driver::demo(900, columns, rows);
    desk.keys("g v");
    desk
}

#[test]
fn it_looks_so_at_three_sizes_and_without_colour() {
    let mut desk = program(80, 24);
    for (columns, rows) in [(80, 24), (120, 36), (200, 60)] {
        desk.size(columns, rows);
        desk.keys("right right");
        insta::assert_snapshot!(format!("program_{columns}x{rows}"), desk.screen());
    }
    desk.size(80, 24);
    desk.model.look = renewdesk::ui::theme::Look::new(renewdesk::ui::theme::ThemeName::Mono, true);
    desk.keys("left");
    let screen = desk.screen();
    assert!(screen.is_ascii(), "{screen}");
    insta::assert_snapshot!("program_ascii_mono", desk.styled());
}

#[test]
fn months_walk_to_the_end_of_the_next_fiscal_year_and_no_further() {
    let mut desk = program(120, 36);
    desk.sees("FY27M6, to 23 Jan 27");
    desk.keys("> .").sees("FY27M8, to");
    desk.keys("< , ,").sees("FY27M5, to");
    for _ in 0..40 {
        desk.keys(">");
    }
    desk.sees("FY28M12, to");
}

#[test]
fn each_set_of_deals_is_named_and_an_empty_mark_says_how_to_mark() {
    let mut desk = program(120, 36);
    desk.sees("booked + committed");
    desk.keys("v").sees("all open");
    desk.keys("v").sees("all open, by chance");
    desk.keys("v")
        .sees("booked + marked")
        .sees("mark some in the pipeline");
    desk.keys("v").sees("booked only");
    desk.keys("V").sees("booked + marked");
    desk.keys("g p space g v").sees("booked + marked");
}

#[test]
fn an_index_is_supposed_and_taken_back() {
    let mut desk = program(120, 36);
    desk.keys("right").sees("Customer success maturity");
    let before = desk.line(">Networking");
    let changes = desk.store.snapshot().unwrap().op_seq;
    desk.keys("-").sees("* WHAT IF Net CS mat.");
    let after = desk.line(">Networking");
    assert_ne!(before, after);
    assert!(after.contains('*'), "{after}");
    desk.keys("= -").sees("* WHAT IF");
    desk.keys("esc").sees("What if is cleared");
    assert_eq!(desk.line(">Networking"), before);
    assert_eq!(desk.store.snapshot().unwrap().op_seq, changes, "stored");
    desk.keys("- +");
    assert_eq!(desk.line(">Networking"), before, "back where it was");
}

#[test]
fn the_score_itself_cannot_be_supposed() {
    let mut desk = program(120, 36);
    desk.keys("+").sees("put the cursor on a metric");
}

#[test]
fn a_cell_shows_its_steps_and_its_deals_and_a_deal_opens_its_renewal() {
    let mut desk = program(120, 36);
    for _ in 0..20 {
        desk.keys("right");
    }
    desk.keys("down down down down")
        .sees("On-time renewal rate");
    desk.sees("> 60 %").sees("adds to A").sees("minimum B");
    desk.keys("v 2 w down enter").sees("[Pipeline]");
}

#[test]
fn the_months_are_a_sparkline_each() {
    let mut desk = program(80, 24);
    desk.keys("3").sees("assessed FY2").sees("to FY28M12");
    desk.keys("1").sees("1 Steps");
    desk.keys("w z").sees("1 Steps");
    assert!(!desk.screen().contains("next edge"));
    desk.keys("z").sees("next edge");
}

#[test]
fn the_table_is_copied_as_text() {
    let mut desk = program(120, 36);
    desk.keys("ctrl-c");
    let text = desk.copied.last().unwrap();
    assert!(text.starts_with("Portfolio\tPVI\tNext edge"), "{text}");
    assert_eq!(text.lines().count(), 7);
}

#[test]
fn the_explanation_is_of_the_cell() {
    let mut desk = program(120, 36);
    desk.keys("i").sees("Networking: projected index");
    desk.keys("esc right i")
        .sees("Networking: Customer success maturity");
}
