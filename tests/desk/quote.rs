//! The quote: typing, keeping, undoing, refusing, filling, pasting, explaining.

use crate::cobalt;
use crate::driver::{Driver, today};
use renewdesk::book::{Clock, QueueRow};
use renewdesk::domain::quote::QuoteLine;
use renewdesk::ui::screen::quote::{Column, Sheet};
use renewdesk::ui::theme::{Look, ThemeName};

/// A desk on the demo book with a new quote over the first renewal that fits, in the grid of the
/// full-width screen.
pub fn quoting(columns: u16, rows: u16, fits: impl Fn(&QueueRow) -> bool) -> Driver {
    let mut desk = Driver::demo(1_500, columns, rows);
    let number = desk
        .desk()
        .rows()
        .iter()
        .find(|row| row.quote().is_none() && row.open() && fits(row))
        .map(|row| row.contract_number().to_string())
        .expect("the demo book has such a renewal");
    desk.keys("g p /");
    desk.text(&number);
    desk.keys("enter enter");
    // lines that cannot be renewed are listed in a popup
    if !desk.model.overlays.is_empty() {
        desk.keys("esc");
    }
    desk.keys("g q");
    desk
}

/// A renewal in US dollars with several service lines that ends soon.
pub fn plain(row: &QueueRow) -> bool {
    let dollars = row.atr().currency.is_some_and(|c| c.code() == "USD");
    dollars && row.lines() > 4 && (1..60).contains(&row.days_left())
}

pub fn sheet(desk: &Driver) -> &Sheet {
    desk.model.quote.sheet().expect("a quote is open")
}

pub fn line(desk: &Driver, row: usize) -> QuoteLine {
    sheet(desk).kept.lines[row].clone()
}

/// Moves the cell cursor to a column from wherever it is.
pub fn to_column(desk: &mut Driver, column: Column) {
    desk.keys("home");
    for _ in 0..column.index() {
        desk.keys("right");
    }
}

#[test]
fn a_typed_discount_is_shown_at_once_kept_by_enter_and_taken_back_by_undo() {
    let mut desk = quoting(160, 45, plain);
    desk.sees("v1 draft  line 1 of");
    let before = desk.line("Total USD");
    let shown = line(&desk, 0);
    desk.keys("'1' '7'");
    desk.sees("Typing discount 17: line 1")
        .sees("Enter keep | Esc back to ");
    assert_ne!(desk.line("Total USD"), before);
    assert_eq!(line(&desk, 0), shown, "nothing is kept while it is typed");
    desk.keys("esc");
    assert_eq!(desk.line("Total USD"), before);
    desk.keys("'1' '7' enter");
    desk.sees("→ 17.0").sees("v2 draft  line 2 of");
    let after = desk.line("Total USD");
    desk.keys("ctrl-z");
    desk.sees("discount line 1: ");
    assert_eq!(desk.line("Total USD"), before);
    desk.keys("ctrl-y");
    assert_eq!(desk.line("Total USD"), after);
}

#[test]
fn the_projection_moves_with_every_key_and_comes_back_with_escape() {
    let mut desk = quoting(160, 45, plain);
    let live = |desk: &Driver| {
        let live = desk.model.quote.live().expect("computed");
        format!(
            "{:?}",
            live.quote.as_ref().expect("with the quote").portfolios
        )
    };
    to_column(&mut desk, Column::Quantity);
    let before = live(&desk);
    desk.keys("'9'");
    let nine = live(&desk);
    desk.keys("'9'");
    let ninety_nine = live(&desk);
    assert!(before != nine && nine != ninety_nine);
    desk.sees("typing");
    desk.keys("esc");
    assert_eq!(live(&desk), before);
}

#[test]
fn tab_goes_right_shift_tab_left_and_several_cells_are_kept_in_a_row() {
    let mut desk = quoting(160, 45, plain);
    to_column(&mut desk, Column::Quantity);
    desk.keys("'3' tab '1' '0' '0' '0' tab '5' enter");
    let kept = line(&desk, 0);
    assert_eq!(kept.quantity, 3.into());
    assert_eq!(kept.unit_list, Some(1000.into()));
    desk.sees("→ 5.0").sees("v4 draft  line 2");
    desk.keys("'7' shift-tab");
    desk.sees(" discount line 2");
    assert_eq!(desk.desk().quote(sheet(&desk).kept.id).unwrap().version, 5);
}

#[test]
fn what_is_no_value_is_refused_in_words_and_changes_nothing() {
    let mut desk = quoting(120, 36, plain);
    let before = desk.line("Total USD");
    let kept = line(&desk, 0);
    desk.keys("'1' '2' '3'");
    desk.sees("must be from 0 to 100 %");
    assert_eq!(desk.line("Total USD"), before);
    desk.keys("enter");
    desk.sees("The discount must be from 0 to 100 %; 123 is not.");
    assert_eq!(line(&desk, 0), kept);
    desk.keys("backspace backspace backspace = '1' '0' '/' '4' enter");
    desk.sees(" discount line 1");
}

#[test]
fn cover_past_the_last_date_of_support_is_refused_and_a_key_takes_the_latest_day() {
    let long = |row: &QueueRow| {
        let ldos = row.clocks().days(Clock::Ldos, today());
        ldos.is_some_and(|days| days > 500) && row.days_left() > 0
    };
    let mut desk = quoting(160, 45, long);
    let (row, latest) = sheet(&desk)
        .kept
        .lines
        .iter()
        .enumerate()
        .find_map(|(row, line)| Some((row, line.ldos.filter(|day| *day > line.end)?)))
        .expect("a line with a last date of support ahead");
    to_column(&mut desk, Column::End);
    for _ in 0..row {
        desk.keys("down");
    }
    desk.text("2099-01-01");
    desk.sees("last date of support is").sees("F4 takes");
    desk.keys("enter");
    desk.sees("no cover may end on 2099-01-01");
    desk.keys("f4 enter");
    desk.sees(" end line");
    assert_eq!(line(&desk, row).end, latest);
}

#[test]
fn fill_down_pick_remove_and_add() {
    let mut desk = quoting(160, 45, plain);
    let lines = sheet(&desk).kept.lines.len();
    desk.keys("'3' '1' enter up v down down");
    desk.sees("3 marked");
    desk.keys("D");
    desk.sees("discount of 2 lines of");
    for row in 0..3 {
        assert_eq!(line(&desk, row).buy, line(&desk, 0).buy);
    }
    to_column(&mut desk, Column::Premium);
    desk.keys("space");
    desk.sees("premium of 3 lines");
    desk.keys("'1'");
    assert!((0..3).all(|row| line(&desk, row).premium == Some(true)));
    desk.keys("X");
    assert_eq!(sheet(&desk).kept.lines.len(), lines - 3);
    desk.keys("ctrl-z");
    assert_eq!(sheet(&desk).kept.lines.len(), lines);
    desk.keys("esc a");
    desk.text("CON-SNT-C93002TE");
    desk.keys("enter");
    desk.sees(" add line");
    let added = sheet(&desk).kept.lines.last().unwrap().clone();
    assert_eq!(added.renews, None);
    assert_eq!(added.service_sku.as_deref(), Some("CON-SNT-C93002TE"));
}

#[test]
fn a_pasted_block_is_shown_first_and_its_letters_run_nothing() {
    let mut desk = quoting(160, 45, plain);
    let before = sheet(&desk).kept.clone();
    desk.paste("11\tX\n12\tq\n13\t5\n");
    desk.sees("Paste: 4 of 6 cells are values");
    assert_eq!(sheet(&desk).kept, before);
    desk.keys("X esc");
    assert_eq!(
        sheet(&desk).kept,
        before,
        "X removed nothing, Esc forgot the block"
    );
    desk.paste("11\n12\n13\n");
    desk.keys("enter");
    desk.sees("discount of 3 lines");
    desk.keys("ctrl-z");
    let lines = sheet(&desk).kept.lines.clone();
    assert_eq!(lines, before.lines);
}

#[test]
fn a_change_of_another_window_is_not_overwritten() {
    let mut desk = quoting(160, 45, plain);
    let quote = sheet(&desk).kept.clone();
    let mut other = quote.lines[0].clone();
    other.quantity = 77.into();
    desk.elsewhere(quote.id, quote.version, other);
    desk.keys("'1' '7' enter");
    desk.sees("changed");
    assert_ne!(line(&desk, 0).buy, {
        let mut typed = quote.lines[0].clone();
        typed.buy = renewdesk::domain::quote::BuyDriver::DiscountPct(17.into());
        typed.buy
    });
}

#[test]
fn every_quote_is_listed_and_opens() {
    let mut desk = quoting(120, 36, plain);
    let number = sheet(&desk).kept.number.to_string();
    desk.keys("L");
    desk.sees("Quotes  ").sees(&number);
    desk.keys("enter");
    assert_eq!(
        *sheet(&desk).kept.number,
        *number,
        "the newest stands first"
    );
    desk.sees("draft  line 1 of");
}

#[test]
fn every_figure_has_its_explanation() {
    let mut desk = quoting(160, 45, plain);
    for column in [
        Column::Quantity,
        Column::UnitList,
        Column::Discount,
        Column::UnitNet,
        Column::ExtendedNet,
        Column::Term,
        Column::UnitSell,
        Column::Margin,
    ] {
        to_column(&mut desk, column);
        desk.keys("i");
        desk.sees(&format!("{} of line 1", column.words()));
        desk.sees("prorated list").sees("row");
        desk.keys("esc");
    }
    desk.keys("w i");
    desk.sees("index").sees("weights");
}

#[test]
fn a_field_keeps_the_desk_from_being_left_by_accident() {
    let mut desk = quoting(120, 36, plain);
    desk.keys("'5' ctrl-q");
    desk.sees("discount of line 1 is being typed");
    assert!(!desk.asked.iter().any(|effect| effect == "Quit"));
    desk.keys("esc ctrl-q");
    assert!(desk.asked.iter().any(|effect| effect == "Quit"));
}

#[test]
fn no_size_breaks_the_screen_and_the_totals_stay_in_sight() {
    let mut desk = quoting(160, 45, plain);
    desk.keys("'1' '7'");
    for columns in [80, 81, 99, 112, 120, 149, 150, 200, 300] {
        for rows in [20, 24, 27, 36, 60, 100] {
            let screen = desk.size(columns, rows).screen();
            assert!(screen.contains("Total USD"), "{columns}x{rows}\n{screen}");
            assert!(
                screen.contains("Typing discount 17"),
                "{columns}x{rows}\n{screen}"
            );
        }
    }
    for (columns, rows) in [(1, 1), (10, 3), (79, 24), (80, 19), (300, 1), (1, 100)] {
        desk.size(columns, rows).screen();
    }
}

#[test]
fn pictures_at_three_sizes() {
    let mut desk = Driver::with(cobalt::plan(), 80, 24);
    desk.keys("g p enter g q down '1' '5' '.' '5'");
    for (columns, rows) in [(80, 24), (120, 36), (200, 60)] {
        let picture = desk.size(columns, rows).styled();
        insta::assert_snapshot!(format!("quote_typing_{columns}x{rows}"), picture);
    }
    desk.model.look = Look::new(ThemeName::Mono, true);
    insta::assert_snapshot!("quote_typing_ascii_mono", desk.size(80, 24).styled());
}
