//! The state of an editable grid: cell cursor, the cell being typed, the marked rows. It takes
//! requests and answers with events; what a value means, and whether it is one, is decided by the
//! screen that owns the data. Nothing the grid does changes data by itself: a value is kept only
//! when the owner calls [`Grid::accept`], so Esc can always give back exactly what was there.

use crate::ui::widget::field::{Field, FieldEdit};
use crate::ui::widget::list::List;
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
    /// Starts a range that grows with the cursor; again: fixes it.
    Mark,
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
    /// Copies the top cell of the marked rows down, or the cell above into this one.
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
    /// The owner shall empty this cell.
    Clear {
        /// Row.
        row: usize,
        /// Column.
        column: usize,
    },
    /// The owner shall offer the choices of this cell.
    Pick {
        /// Row.
        row: usize,
        /// Column.
        column: usize,
    },
    /// The owner shall copy one cell into others of its column.
    Fill {
        /// Row to copy from.
        from: usize,
        /// Rows to copy into.
        into: Range<usize>,
        /// Column.
        column: usize,
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

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Marks {
    #[default]
    None,
    /// Grows with Shift+arrow only.
    Shift(usize),
    /// Grows with every move.
    Growing(usize),
    Fixed(usize, usize),
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
        let at = self.rows.cursor;
        match self.marks {
            Marks::None => None,
            Marks::Shift(from) | Marks::Growing(from) => Some(from.min(at)..=from.max(at)),
            Marks::Fixed(from, to) => Some(from..=to),
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
                if !matches!(self.marks, Marks::Shift(_) | Marks::Growing(_)) {
                    self.marks = Marks::Shift(self.rows.cursor);
                }
                self.rows.step(by, rows);
                return GridEvent::Moved;
            }
            GridKey::Mark => {
                self.marks = match (self.marks, self.marked()) {
                    (Marks::Growing(_), Some(range)) => Marks::Fixed(*range.start(), *range.end()),
                    _ => Marks::Growing(self.rows.cursor),
                };
                return GridEvent::Moved;
            }
            GridKey::MarkAll => {
                self.marks = Marks::Fixed(0, rows - 1);
                return GridEvent::Moved;
            }
            GridKey::Escape => {
                let had = std::mem::take(&mut self.marks) != Marks::None;
                return if had {
                    GridEvent::Moved
                } else {
                    GridEvent::Idle
                };
            }
            _ => {}
        }
        if matches!(self.marks, Marks::Shift(_)) {
            self.marks = Marks::None;
        }
        self.travel(key, cells);
        GridEvent::Moved
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
            Step::Down => self.rows.step(1, cells.rows()),
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
            (_, CellKind::Fixed) => {
                GridEvent::Refused("This figure is computed; i shows from what")
            }
            (GridKey::Type(c), CellKind::Number | CellKind::Date) => {
                self.begin(cells, Some(c.encode_utf8(&mut [0; 4])))
            }
            (GridKey::Type(_), _) => GridEvent::Idle,
            (GridKey::Clear, _) => GridEvent::Clear { row, column },
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
        let column = self.column;
        match self.marked() {
            Some(range) if range.start() < range.end() => {
                let last = (*range.end()).min(cells.rows().saturating_sub(1));
                GridEvent::Fill {
                    from: *range.start(),
                    into: range.start() + 1..last + 1,
                    column,
                }
            }
            _ if self.rows.cursor > 0 => GridEvent::Fill {
                from: self.rows.cursor - 1,
                into: self.rows.cursor..self.rows.cursor + 1,
                column,
            },
            _ => GridEvent::Refused("Nothing above to copy; v marks the lines to fill"),
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
            GridKey::Next if self.rows.cursor + 1 < rows => {
                self.column = 0;
                self.rows.step(1, rows);
            }
            GridKey::Previous if self.column > 0 => self.column -= 1,
            GridKey::Previous if self.rows.cursor > 0 => {
                self.column = last;
                self.rows.step(-1, rows);
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
