//! What users of the desk found wrong in the quote, each as the smallest case that showed it.

use crate::quote::{plain, quoting, sheet, to_column};
use renewdesk::domain::quote::{Quote, QuoteStatus};
use renewdesk::ui::input::{Code, Key};
use renewdesk::ui::screen::quote::Column;

#[test]
fn a_quote_changed_after_it_was_sent_is_a_draft_again() {
    let mut desk = quoting(160, 45, plain);
    let sent = Quote {
        status: QuoteStatus::Sent,
        sent_on: Some(crate::driver::today()),
        ..sheet(&desk).kept.clone()
    };
    desk.send_out(&sent);
    desk.sees("v2 sent");
    desk.keys("'1' '7' enter");
    desk.sees("v3 draft, changed since sent");
    desk.keys("ctrl-z");
    desk.sees(" sent  line");
}

#[test]
fn a_date_cell_takes_what_it_shows_and_refuses_what_could_be_two_days() {
    let mut desk = quoting(160, 45, plain);
    to_column(&mut desk, Column::Start);
    desk.text("5/1/27");
    desk.keys("enter");
    desk.sees("rite the month as a word");
    desk.keys("ctrl-u");
    desk.text("15 jan 27");
    desk.keys("enter");
    assert_eq!(sheet(&desk).kept.lines[0].start.to_string(), "2027-01-15");
}

#[test]
fn a_block_that_comes_as_fast_keys_is_shown_before_anything_is_kept() {
    for block in ["12.5\tX\n13\tq\n", "11\n12\n13\n", "5\n6\n7"] {
        let mut desk = quoting(160, 45, plain);
        let before = sheet(&desk).kept.clone();
        for c in block.chars() {
            let code = match c {
                '\n' => Code::Enter,
                '\t' => Code::Tab,
                c => Code::Char(c),
            };
            desk.burst(Key::plain(code));
        }
        desk.rest();
        desk.sees("Paste: ").sees("are values");
        assert_eq!(sheet(&desk).kept, before, "{block:?}");
    }
}

#[test]
fn leaving_while_typing_is_refused_in_one_sentence() {
    let mut desk = quoting(120, 36, plain);
    desk.keys("'5' ctrl-q");
    assert_eq!(
        desk.line("is being typed")
            .matches("Enter keeps it")
            .count(),
        1
    );
}

#[test]
fn an_added_line_gets_the_cursor_and_a_long_term_is_told_in_words() {
    let mut desk = quoting(120, 36, plain);
    let lines = sheet(&desk).kept.lines.len() + 1;
    desk.keys("a");
    desk.text("CON-SNT-C93002TE");
    desk.keys("enter");
    desk.sees(&format!("line {lines} of {lines}"));
    to_column(&mut desk, Column::End);
    desk.text("15 jun 34");
    desk.sees("15 jun 34")
        .sees("the term is longer than 60 months");
    desk.keys("enter up");
    desk.sees("the term is longer than 60 months");
}

#[test]
fn deals_left_out_are_told_by_reason_and_not_one_by_one() {
    let mut desk = quoting(160, 45, plain);
    desk.keys("w end i");
    let subject = desk.screen();
    let groups = subject.matches("rate to USD is loaded").count();
    assert!(groups <= 4, "{subject}");
}

#[test]
fn a_line_names_its_product_before_its_service_level() {
    let desk = quoting(200, 60, plain);
    let sheet = sheet(&desk);
    let row = sheet
        .kept
        .lines
        .iter()
        .position(|l| l.pid.is_some())
        .unwrap();
    let (line, priced) = (&sheet.kept.lines[row], &sheet.priced[row]);
    let shown =
        renewdesk::ui::screen::quote::shown(Column::Item, line, priced, sheet.kept.currency);
    assert!(shown.starts_with(line.pid.as_deref().unwrap()), "{shown}");
}

#[test]
fn the_suggestion_under_the_cursor_has_a_mark() {
    let mut desk = quoting(120, 36, plain);
    desk.keys("g x down up");
    desk.sees("║> ");
}
