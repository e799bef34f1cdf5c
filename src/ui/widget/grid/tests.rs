//! The grid's rules, and that no sequence of keys breaks it.

use super::*;
use proptest::prelude::*;

/// Columns: number, fixed, text, choice, date.
struct Sheet(usize);

impl Cells for Sheet {
    fn rows(&self) -> usize {
        self.0
    }
    fn columns(&self) -> usize {
        5
    }
    fn kind(&self, _: usize, column: usize) -> CellKind {
        match column {
            0 => CellKind::Number,
            1 => CellKind::Fixed,
            2 => CellKind::Text,
            3 => CellKind::Choice,
            _ => CellKind::Date,
        }
    }
    fn text(&self, row: usize, column: usize) -> String {
        format!("{row}.{column}")
    }
}

const SHEET: Sheet = Sheet(4);

fn typing(grid: &Grid) -> Option<&str> {
    grid.editing().map(|edit| edit.field.text())
}

#[test]
fn digits_type_over_numbers_and_letters_never_do() {
    let mut grid = Grid::default();
    assert_eq!(grid.press(GridKey::Type('1'), &SHEET), GridEvent::Typing);
    assert_eq!(typing(&grid), Some("1"));
    grid.cancel();
    grid.column = 2;
    assert_eq!(grid.press(GridKey::Type('1'), &SHEET), GridEvent::Idle);
    assert_eq!(grid.press(GridKey::Edit, &SHEET), GridEvent::Typing);
    assert_eq!(typing(&grid), Some("0.2"));
}

#[test]
fn enter_keeps_and_goes_down_tab_right_shift_tab_left() {
    for (step, row, column) in [
        (Step::Down, 2, 4),
        (Step::Right, 2, 0),
        (Step::Left, 1, 3),
        (Step::Stay, 1, 4),
    ] {
        let mut grid = Grid::default();
        grid.go(1, 4, &SHEET);
        grid.press(GridKey::Type('9'), &SHEET);
        let kept = grid.keep(step, &SHEET);
        let text = "9".to_string();
        assert_eq!(
            kept,
            GridEvent::Keep {
                row: 1,
                column: 4,
                text,
                step
            }
        );
        assert!(grid.editing().is_some(), "open until the owner accepts");
        grid.accept(step, &SHEET);
        assert_eq!((grid.row(), grid.column), (row, column));
        assert!(grid.editing().is_none());
    }
}

#[test]
fn escape_restores_and_an_unchanged_cell_is_not_kept() {
    let mut grid = Grid::default();
    grid.press(GridKey::Type('7'), &SHEET);
    assert_eq!(grid.cancel(), GridEvent::Restored);
    assert_eq!((grid.row(), grid.column), (0, 0));
    grid.press(GridKey::Edit, &SHEET);
    assert_eq!(grid.keep(Step::Down, &SHEET), GridEvent::Restored);
    assert_eq!(grid.row(), 1);
}

#[test]
fn computed_cells_refuse_and_choices_are_picked() {
    let mut grid = Grid {
        column: 1,
        ..Grid::default()
    };
    for key in [GridKey::Edit, GridKey::Clear, GridKey::Type('1')] {
        assert!(matches!(grid.press(key, &SHEET), GridEvent::Refused(_)));
    }
    grid.column = 3;
    let pick = GridEvent::Pick { row: 0, column: 3 };
    assert_eq!(grid.press(GridKey::Edit, &SHEET), pick);
    assert_eq!(grid.press(GridKey::Pick, &SHEET), pick);
}

#[test]
fn fill_down_copies_the_top_of_the_marked_rows_or_the_cell_above() {
    let mut grid = Grid::default();
    assert!(matches!(
        grid.press(GridKey::FillDown, &SHEET),
        GridEvent::Refused(_)
    ));
    grid.press(GridKey::Mark, &SHEET);
    grid.press(GridKey::Rows(2), &SHEET);
    assert_eq!(grid.marked(), Some(0..=2));
    let fill = GridEvent::Fill {
        from: 0,
        into: 1..3,
        columns: 0..=0,
    };
    assert_eq!(grid.press(GridKey::FillDown, &SHEET), fill);
    grid.press(GridKey::Escape, &SHEET);
    let above = GridEvent::Fill {
        from: 1,
        into: 2..3,
        columns: 0..=0,
    };
    assert_eq!(grid.press(GridKey::FillDown, &SHEET), above);
}

#[test]
fn shift_arrows_mark_until_the_next_plain_move() {
    let mut grid = Grid::default();
    grid.press(GridKey::Extend(1), &SHEET);
    grid.press(GridKey::Extend(1), &SHEET);
    assert_eq!(grid.marked(), Some(0..=2));
    grid.press(GridKey::Rows(1), &SHEET);
    assert_eq!(grid.marked(), None);
    grid.press(GridKey::MarkAll, &SHEET);
    assert_eq!(grid.marked(), Some(0..=3));
}

#[test]
fn shift_left_and_right_make_a_block_of_the_marked_lines() {
    let block = |grid: &Grid| grid.marked().zip(grid.across());
    let mut grid = Grid::default();
    grid.press(GridKey::ExtendColumns(1), &SHEET);
    assert_eq!(block(&grid), Some((0..=0, 0..=1)), "of one line");
    grid.press(GridKey::Extend(1), &SHEET);
    grid.press(GridKey::ExtendColumns(1), &SHEET);
    assert_eq!(block(&grid), Some((0..=1, 0..=2)));
    let fill = GridEvent::Fill {
        from: 0,
        into: 1..2,
        columns: 0..=2,
    };
    assert_eq!(grid.press(GridKey::FillDown, &SHEET), fill);
    let clear = GridEvent::Clear {
        rows: 0..=1,
        columns: 0..=2,
    };
    assert_eq!(grid.press(GridKey::Clear, &SHEET), clear);
    grid.press(GridKey::Rows(1), &SHEET);
    assert_eq!(block(&grid), None, "a plain move lets it go");
    grid.press(GridKey::MarkAll, &SHEET);
    grid.press(GridKey::ExtendColumns(-1), &SHEET);
    grid.press(GridKey::Columns(1), &SHEET);
    assert_eq!(
        block(&grid),
        Some((0..=3, 1..=2)),
        "columns of all lines stay"
    );
}

#[test]
fn a_block_begun_by_its_key_grows_with_every_move_until_the_key_again() {
    let mut grid = Grid::default();
    grid.go(1, 1, &SHEET);
    grid.press(GridKey::MarkBlock, &SHEET);
    grid.press(GridKey::Rows(1), &SHEET);
    grid.press(GridKey::Columns(2), &SHEET);
    grid.press(GridKey::MarkBlock, &SHEET);
    grid.press(GridKey::Rows(-2), &SHEET);
    assert_eq!(grid.marked().zip(grid.across()), Some((1..=2, 1..=3)));
    grid.press(GridKey::Mark, &SHEET);
    assert_eq!((grid.marked(), grid.across()), (Some(0..=0), None));
}

fn any_key() -> impl Strategy<Value = GridKey> {
    prop_oneof![
        (-9isize..9).prop_map(GridKey::Rows),
        (-9isize..9).prop_map(GridKey::Columns),
        (-2isize..3).prop_map(GridKey::Extend),
        (-2isize..3).prop_map(GridKey::ExtendColumns),
        Just(GridKey::MarkBlock),
        Just(GridKey::Clear),
        Just(GridKey::Next),
        Just(GridKey::Previous),
        Just(GridKey::LineEnd),
        Just(GridKey::Bottom),
        Just(GridKey::Mark),
        Just(GridKey::MarkAll),
        Just(GridKey::FillDown),
        Just(GridKey::Edit),
        Just(GridKey::Type('5')),
        Just(GridKey::Escape),
    ]
}

proptest! {
    #[test]
    fn the_cursor_never_leaves_the_grid(
        rows in 0usize..6, keys in proptest::collection::vec(any_key(), 0..80),
    ) {
        let sheet = Sheet(rows);
        let mut grid = Grid::default();
        for key in keys {
            match grid.press(key, &sheet) {
                GridEvent::Fill { from, into, columns } => {
                    prop_assert!(from < into.start && into.end <= rows && !into.is_empty());
                    prop_assert!(!columns.is_empty() && *columns.end() < 5);
                }
                GridEvent::Clear { rows: marked, columns } => {
                    prop_assert!(!marked.is_empty() && *marked.end() < rows);
                    prop_assert!(!columns.is_empty() && *columns.end() < 5);
                }
                _ => {}
            }
            grid.keep(Step::Right, &sheet);
            grid.accept(Step::Right, &sheet);
            prop_assert!(grid.row() < rows.max(1) && grid.column < 5);
        }
    }
}
