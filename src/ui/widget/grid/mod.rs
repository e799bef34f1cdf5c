//! The state of an editable grid: cell cursor, the cell being typed, the marked rows. It takes
//! requests and answers with events; what a value means, and whether it is one, is decided by the
//! screen that owns the data. Nothing the grid does changes data by itself: a value is kept only
//! when the owner calls [`Grid::accept`], so Esc can always give back exactly what was there.

mod marks;

use crate::ui::widget::field::{Field, FieldEdit};
use crate::ui::widget::list::List;
use marks::Marks;
use std::ops::{Range, RangeInclusive};

/// What may be typed into a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CellKind {
    /// A number: digits type over it.
    Number,
    /// A date or a term: digits type over it.
    Date,
    /// Text: only an explicit edit opens it, so that letters stay commands.
    Text,
    /// One of a list: picked, not typed.
    Choice,
    /// Computed: never edited.
    Fixed,
}

/// What the grid needs to know of the data under it.
pub trait Cells {
    /// Lines.
    fn rows(&self) -> usize;
    /// Columns, hidden ones included.
    fn columns(&self) -> usize;
    /// What the cell takes.
    fn kind(&self, row: usize, column: usize) -> CellKind;
    /// The cell as a person would type it, without thousands signs.
    fn text(&self, row: usize, column: usize) -> String;
    /// False for a row between the lines that has no cells to type into (a subtotal).
    fn is_line(&self, _row: usize) -> bool {
        true
    }
}

/// A request while no cell is being typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GridKey {
    /// Rows up (negative) or down; ends a range marked by Shift.
    Rows(isize),
    /// Columns left (negative) or right; stops at the edge.
    Columns(isize),
    /// Next cell, going on in the next line (Tab).
    Next,
    /// Previous cell, going on in the line above (Shift+Tab).
    Previous,
    /// First cell of the line.
    LineStart,
    /// Last cell of the line.
    LineEnd,
    /// First line.
    Top,
    /// Last line.
    Bottom,
    /// Marks from here while going up or down (Shift+arrow).
    Extend(isize),
    /// Marks columns from here while going left or right (Shift+arrow): a block.
    ExtendColumns(isize),
    /// Starts a range of lines that grows with the cursor; again: fixes it.
    Mark,
    /// Starts a block of lines and columns that grows with the cursor; again: fixes it.
    MarkBlock,
    /// Marks every line.
    MarkAll,
    /// A character typed over a number or date.
    Type(char),
    /// Opens the cell with its value, or the list of a choice.
    Edit,
    /// Empties the cell.
    Clear,
    /// Opens the list of a choice.
    Pick,
    /// Copies the top cells of the marked rows down, or the cell above into this one.
    FillDown,
    /// Takes the marks away.
    Escape,
}

/// Where the cursor goes once a value is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Enter.
    Down,
    /// Tab.
    Right,
    /// Shift+Tab.
    Left,
    /// Save and close.
    Stay,
}

/// What came of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GridEvent {
    /// Nothing to tell.
    Idle,
    /// The cursor or the marks are elsewhere.
    Moved,
    /// A cell is now being typed, or its text changed: compute the draft.
    Typing,
    /// The old value is back.
    Restored,
    /// The owner shall check the text and call [`Grid::accept`], or leave the cell open.
    Keep {
        /// Row.
        row: usize,
        /// Column.
        column: usize,
        /// The text as typed.
        text: String,
        /// Where to go after it.
        step: Step,
    },
    /// The owner shall empty these cells.
    Clear {
        /// Rows.
        rows: RangeInclusive<usize>,
        /// Columns.
        columns: RangeInclusive<usize>,
    },
    /// The owner shall offer the choices of this cell.
    Pick {
        /// Row.
        row: usize,
        /// Column.
        column: usize,
    },
    /// The owner shall copy the cells of one row into others of their columns.
    Fill {
        /// Row to copy from.
        from: usize,
        /// Rows to copy into.
        into: Range<usize>,
        /// Columns.
        columns: RangeInclusive<usize>,
    },
    /// It cannot be done, and why.
    Refused(&'static str),
}

/// The cell being typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellEdit {
    /// Row.
    pub row: usize,
    /// Column.
    pub column: usize,
    /// The value before, as text.
    pub original: String,
    /// What is being typed.
    pub field: Field,
}

/// The state of a grid.
#[derive(Clone, Debug, Default)]
pub struct Grid {
    /// Rows.
    pub rows: List,
    /// Column of the cursor.
    pub column: usize,
    edit: Option<CellEdit>,
    marks: Marks,
}

impl Grid {
    /// The cell being typed, if one is.
    pub fn editing(&self) -> Option<&CellEdit> {
        self.edit.as_ref()
    }

    /// The row of the cursor.
    pub fn row(&self) -> usize {
        self.rows.cursor
    }

    /// The marked rows.
    pub fn marked(&self) -> Option<RangeInclusive<usize>> {
        self.marks.rows(self.rows.cursor)
    }

    /// The marked columns; none where whole lines are marked, or nothing is.
    pub fn across(&self) -> Option<RangeInclusive<usize>> {
        self.marks.columns(self.column)
    }

    /// The cursor's row went elsewhere while rows came or went; marks are let go, a cell being typed goes
    /// with its row.
    pub fn relocate(&mut self, row: usize, cells: &dyn Cells) {
        let before = self.rows.cursor;
        self.rows.go(row, cells.rows());
        self.marks = Marks::default();
        if let Some(open) = self.edit.as_mut().filter(|open| open.row == before) {
            open.row = self.rows.cursor;
        }
    }

    /// Puts the cursor on a cell (a click). Ends nothing: a cell being typed stays open.
    pub fn go(&mut self, row: usize, column: usize, cells: &dyn Cells) -> GridEvent {
        if self.edit.is_some() {
            return GridEvent::Refused("Enter keeps the cell, Esc gives the old value back");
        }
        self.rows.go(row, cells.rows());
        self.column = column.min(cells.columns().saturating_sub(1));
        GridEvent::Moved
    }

    /// A request while no cell is being typed. During an edit it does nothing.
    pub fn press(&mut self, key: GridKey, cells: &dyn Cells) -> GridEvent {
        let rows = cells.rows();
        if self.edit.is_some() || rows == 0 {
            return GridEvent::Idle;
        }
        match key {
            GridKey::Type(_)
            | GridKey::Edit
            | GridKey::Clear
            | GridKey::Pick
            | GridKey::FillDown => {
                return self.act(key, cells);
            }
            GridKey::Extend(by) => {
                self.marks.extend_rows(self.at());
                self.rows.step(by, rows);
                return GridEvent::Moved;
            }
            GridKey::ExtendColumns(by) => {
                self.marks.extend_columns(self.at());
                self.travel(GridKey::Columns(by), cells);
                return GridEvent::Moved;
            }
            GridKey::Mark => {
                self.marks.mark_rows(self.at());
                return GridEvent::Moved;
            }
            GridKey::MarkBlock => {
                self.marks.mark_block(self.at());
                return GridEvent::Moved;
            }
            GridKey::MarkAll => {
                self.marks = Marks::all(rows);
                return GridEvent::Moved;
            }
            GridKey::Escape => {
                let had = std::mem::take(&mut self.marks) != Marks::default();
                return if had {
                    GridEvent::Moved
                } else {
                    GridEvent::Idle
                };
            }
            _ => {}
        }
        self.marks.moving(self.at());
        self.travel(key, cells);
        GridEvent::Moved
    }

    fn at(&self) -> (usize, usize) {
        (self.rows.cursor, self.column)
    }

    /// A change of the text being typed.
    pub fn type_into(&mut self, edit: FieldEdit) -> GridEvent {
        match &mut self.edit {
            Some(open) => {
                if open.field.apply(edit) {
                    GridEvent::Typing
                } else {
                    GridEvent::Moved
                }
            }
            None => GridEvent::Idle,
        }
    }

    /// Asks to keep what was typed. A text that was not changed closes the cell at once.
    pub fn keep(&mut self, step: Step, cells: &dyn Cells) -> GridEvent {
        let Some(open) = &self.edit else {
            return GridEvent::Idle;
        };
        if open.field.text() == open.original {
            self.accept(step, cells);
            return GridEvent::Restored;
        }
        GridEvent::Keep {
            row: open.row,
            column: open.column,
            text: open.field.text().to_string(),
            step,
        }
    }

    /// The owner took the value: closes the cell and moves on.
    pub fn accept(&mut self, step: Step, cells: &dyn Cells) {
        if self.edit.take().is_none() {
            return;
        }
        match step {
            Step::Down => {
                let below = self.rows.cursor + 1..cells.rows();
                if let Some(row) = below.into_iter().find(|row| cells.is_line(*row)) {
                    self.rows.go(row, cells.rows());
                }
            }
            Step::Right => self.travel(GridKey::Next, cells),
            Step::Left => self.travel(GridKey::Previous, cells),
            Step::Stay => {}
        }
    }

    /// Gives the old value back.
    pub fn cancel(&mut self) -> GridEvent {
        match self.edit.take() {
            Some(_) => GridEvent::Restored,
            None => GridEvent::Idle,
        }
    }

    /// Opens the cell under the cursor with a text, as if it had been typed (a paste).
    pub fn open_with(&mut self, text: &str, cells: &dyn Cells) -> GridEvent {
        self.begin(cells, Some(text))
    }

    fn act(&mut self, key: GridKey, cells: &dyn Cells) -> GridEvent {
        let (row, column) = (self.rows.cursor, self.column);
        let kind = cells.kind(row, column);
        match (key, kind) {
            (GridKey::FillDown, _) => self.fill(cells),
            (GridKey::Clear, _) if self.across().is_some() => GridEvent::Clear {
                rows: self.marked().unwrap_or(row..=row),
                columns: self.across().unwrap_or(column..=column),
            },
            (_, CellKind::Fixed) => {
                GridEvent::Refused("This figure is computed; i shows from what")
            }
            (GridKey::Type(c), CellKind::Number | CellKind::Date) => {
                self.begin(cells, Some(c.encode_utf8(&mut [0; 4])))
            }
            (GridKey::Type(_), _) => GridEvent::Idle,
            (GridKey::Clear, _) => GridEvent::Clear {
                rows: row..=row,
                columns: column..=column,
            },
            (GridKey::Edit | GridKey::Pick, CellKind::Choice) => GridEvent::Pick { row, column },
            (GridKey::Edit, _) => self.begin(cells, None),
            (GridKey::Pick, _) => GridEvent::Refused("Nothing to pick here; Enter edits the cell"),
            _ => GridEvent::Idle,
        }
    }

    fn begin(&mut self, cells: &dyn Cells, typed: Option<&str>) -> GridEvent {
        let (row, column) = (self.rows.cursor, self.column);
        match cells.kind(row, column) {
            CellKind::Fixed => {
                return GridEvent::Refused("This figure is computed; i shows from what");
            }
            CellKind::Choice => return GridEvent::Pick { row, column },
            CellKind::Number | CellKind::Date | CellKind::Text => {}
        }
        let original = cells.text(row, column);
        let mut field = Field::new(&original);
        // A number or date is opened selected: digits replace it instead of growing it unseen.
        if typed.is_some() || cells.kind(row, column) != CellKind::Text {
            field.apply(FieldEdit::SelectAll);
        }
        if let Some(text) = typed {
            field.apply(FieldEdit::Insert(text.to_string()));
        }
        self.edit = Some(CellEdit {
            row,
            column,
            original,
            field,
        });
        GridEvent::Typing
    }

    fn fill(&mut self, cells: &dyn Cells) -> GridEvent {
        let at = self.rows.cursor;
        let columns = self.across().unwrap_or(self.column..=self.column);
        let (from, into) = match self.marked() {
            Some(range) if range.start() < range.end() => {
                let last = (*range.end()).min(cells.rows().saturating_sub(1));
                (Some(*range.start()), range.start() + 1..last + 1)
            }
            _ => {
                let above = (0..at).rev().find(|row| cells.is_line(*row));
                (above, at..at + 1)
            }
        };
        match from {
            Some(from) => GridEvent::Fill {
                from,
                into,
                columns,
            },
            None => GridEvent::Refused("Nothing above to copy; v marks the lines to fill"),
        }
    }

    fn travel(&mut self, key: GridKey, cells: &dyn Cells) {
        let (rows, columns) = (cells.rows(), cells.columns());
        let last = columns.saturating_sub(1);
        match key {
            GridKey::Rows(by) => self.rows.step(by, rows),
            GridKey::Columns(by) => {
                self.column = self.column.saturating_add_signed(by).min(last);
            }
            GridKey::Next if self.column < last => self.column += 1,
            GridKey::Next => {
                let below = self.rows.cursor + 1..rows;
                if let Some(row) = below.into_iter().find(|row| cells.is_line(*row)) {
                    self.column = 0;
                    self.rows.go(row, rows);
                }
            }
            GridKey::Previous if self.column > 0 => self.column -= 1,
            GridKey::Previous => {
                let above = 0..self.rows.cursor.min(rows);
                if let Some(row) = above.rev().find(|row| cells.is_line(*row)) {
                    self.column = last;
                    self.rows.go(row, rows);
                }
            }
            GridKey::LineStart => self.column = 0,
            GridKey::LineEnd => self.column = last,
            GridKey::Top => self.rows.go(0, rows),
            GridKey::Bottom => self.rows.go(usize::MAX, rows),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests;
