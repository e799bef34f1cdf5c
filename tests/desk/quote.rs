//! The quote: typing, keeping, undoing, refusing.

use crate::driver::Driver;

/// A desk with a fresh quote open at full width, the cursor on the discount of line 1.
fn quoting(columns: u16, rows: u16) -> Driver {
    let mut desk = Driver::demo(600, columns, rows);
    desk.keys("g q enter");
    desk
}

#[test]
fn a_typed_discount_is_shown_at_once_kept_by_enter_and_taken_back_by_undo() {
    let mut desk = quoting(160, 45);
    desk.sees("v1 draft  line 1 of 11").sees("Saved: new quote");
    let before = desk.line("Total JPY");
    desk.keys("'1' '7'");
    desk.sees("Typing discount 17: line 1 82,820 → 83,830")
        .sees("Enter keep | Esc back to 18");
    assert_ne!(desk.line("Total JPY"), before);
    desk.keys("esc");
    assert_eq!(desk.line("Total JPY"), before);
    desk.keys("'1' '7' enter");
    desk.sees("Saved: discount line 1: 18.0 → 17.0")
        .sees("v2 draft  line 2 of 11");
    desk.keys("ctrl-z");
    desk.sees("Undone: discount line 1: 18.0 → 17.0");
    assert_eq!(desk.line("Total JPY"), before);
    desk.keys("ctrl-y");
    assert_ne!(desk.line("Total JPY"), before);
}
