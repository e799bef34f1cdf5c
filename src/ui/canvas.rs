//! The one way onto the screen: text cleaned, cut and clipped to its place, and a note of what a
//! click there means. Views get a `Canvas` and an area; they cannot draw outside the buffer and
//! cannot let a control character through.

use super::action::ActionId;
use super::format;
use super::model::{Pane, Screen};
use super::theme::{Look, Role};
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use unicode_segmentation::UnicodeSegmentation;

/// What a click on a place means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// Run an action.
    Act(ActionId),
    /// Go to a screen.
    Screen(Screen),
    /// Give a pane the focus.
    Pane(Pane),
    /// A row of the pane's list, counted in the whole list.
    Row(Pane, usize),
    /// The header of a column.
    Header(Pane, usize),
    /// A cell of a grid: row, column.
    Cell(Pane, usize, usize),
    /// An entry of the popup on top.
    Entry(usize),
}

/// A clickable place. Later zones lie on top.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Zone {
    /// Where.
    pub area: Rect,
    /// What it means.
    pub target: Target,
}

/// A surface to draw on.
pub struct Canvas<'a> {
    buffer: &'a mut Buffer,
    look: Look,
    zones: Vec<Zone>,
    cursor: Option<Position>,
}

impl<'a> Canvas<'a> {
    /// A canvas over a buffer.
    pub fn new(buffer: &'a mut Buffer, look: Look) -> Canvas<'a> {
        Canvas {
            buffer,
            look,
            zones: Vec::new(),
            cursor: None,
        }
    }

    /// The look in force.
    pub fn look(&self) -> Look {
        self.look
    }

    /// The style of a role.
    pub fn style(&self, role: Role) -> Style {
        self.look.style(role)
    }

    /// The whole surface.
    pub fn area(&self) -> Rect {
        self.buffer.area
    }

    /// The zones and the text cursor, once drawing is done.
    pub fn finish(self) -> (Vec<Zone>, Option<Position>) {
        (self.zones, self.cursor)
    }

    /// Fills an area with blanks of a role.
    pub fn fill(&mut self, area: Rect, role: Role) {
        let area = area.intersection(self.buffer.area);
        let mut blank = Cell::EMPTY;
        blank.set_style(self.look.style(role));
        for y in area.top()..area.bottom() {
            self.run(area.x, y, usize::from(area.width))
                .fill(blank.clone());
        }
    }

    /// Cells of a line, as many as there are of those asked for; the place is on the surface.
    fn run(&mut self, x: u16, y: u16, cells: usize) -> &mut [Cell] {
        let area = self.buffer.area;
        let line = usize::from(y - area.y) * usize::from(area.width);
        let from = line + usize::from(x - area.x);
        let to = (from + cells).min(line + usize::from(area.width));
        self.buffer.content.get_mut(from..to).unwrap_or_default()
    }

    /// Gives cells a role's colours and marks, leaving their text.
    pub fn paint(&mut self, area: Rect, role: Role) {
        let area = area.intersection(self.buffer.area);
        self.buffer.set_style(area, self.look.style(role));
    }

    /// Writes a text in at most `cells` cells from `(x, y)`, cut with a mark; says how many cells
    /// it took. The background under it stays, unless the role has its own.
    pub fn text(&mut self, x: u16, y: u16, cells: usize, text: &str, role: Role) -> u16 {
        let style = self.look.style(role);
        let ground = style.bg.filter(|_| role.has_ground());
        self.styled(
            x,
            y,
            cells,
            text,
            Style {
                bg: ground,
                ..style
            },
        )
    }

    /// `text` with a style of one's own, for the rare place a role is patched.
    pub fn styled(&mut self, x: u16, y: u16, cells: usize, text: &str, style: Style) -> u16 {
        let area = self.buffer.area;
        if y < area.top() || y >= area.bottom() || x < area.left() || x >= area.right() {
            return 0;
        }
        let room = cells.min(usize::from(area.right() - x));
        if format::is_plain(text) {
            let (shown, mark) = format::cut_plain(text, room, self.look.glyphs.cut());
            for (cell, letter) in self.run(x, y, shown.len()).iter_mut().zip(shown.chars()) {
                cell.set_style(style).set_char(letter);
            }
            let at = shown.len() as u16;
            return match mark {
                "" => at,
                mark => at + self.styled(x + at, y, room - shown.len(), mark, style),
            };
        }
        let shown = format::clip(&self.look.glyphs.plain(text), room, self.look.glyphs.cut());
        let mut at = x;
        for grapheme in shown.graphemes(true) {
            let wide = format::width(grapheme) as u16;
            if wide == 0 {
                continue;
            }
            if let Some(cell) = self.buffer.cell_mut((at, y)) {
                cell.set_style(style).set_symbol(grapheme);
            }
            for covered in 1..wide {
                if let Some(cell) = self.buffer.cell_mut((at + covered, y)) {
                    cell.set_symbol(" ").set_style(style);
                }
            }
            at = at.saturating_add(wide);
        }
        at - x
    }

    /// Text against the right edge of `cells`.
    pub fn right(&mut self, x: u16, y: u16, cells: usize, text: &str, role: Role) {
        let shown = format::clip(&self.look.glyphs.plain(text), cells, self.look.glyphs.cut());
        let gap = cells.saturating_sub(format::width(&shown)) as u16;
        self.text(x.saturating_add(gap), y, cells, &shown, role);
    }

    /// A figure against the right edge; one that does not fit becomes `#` rather than a shorter,
    /// wrong number.
    pub fn figure(&mut self, x: u16, y: u16, cells: usize, text: &str, role: Role) {
        if format::width(text) > cells {
            self.text(x, y, cells, &"#".repeat(cells), role);
        } else {
            self.right(x, y, cells, text, role);
        }
    }

    /// Changes what lies under texts: background, reverse, underline; their colour stays.
    pub fn ground(&mut self, area: Rect, role: Role) {
        let style = self.look.style(role);
        let area = area.intersection(self.buffer.area);
        let only = Style { fg: None, ..style };
        self.buffer.set_style(area, only);
    }

    /// A frame with a title around an area; the focus has a double line. Gives the inside.
    pub fn frame(&mut self, area: Rect, title: &str, focus: bool) -> Rect {
        let area = area.intersection(self.buffer.area);
        if area.width < 2 || area.height < 2 {
            return Rect::new(area.x, area.y, 0, 0);
        }
        let glyphs = self.look.glyphs;
        let (line, bar, corners, role) = if focus {
            let (line, bar, corners) = glyphs.focus();
            (line, bar, corners, Role::Focus)
        } else {
            (glyphs.line(), glyphs.bar(), glyphs.corners(), Role::Border)
        };
        let (right, bottom) = (area.right() - 1, area.bottom() - 1);
        for x in area.left()..=right {
            self.glyph(x, area.top(), line, role);
            self.glyph(x, bottom, line, role);
        }
        for y in area.top()..=bottom {
            self.glyph(area.left(), y, bar, role);
            self.glyph(right, y, bar, role);
        }
        let places = [
            (area.left(), area.top()),
            (right, area.top()),
            (area.left(), bottom),
            (right, bottom),
        ];
        for ((x, y), corner) in places.into_iter().zip(corners) {
            self.glyph(x, y, corner, role);
        }
        let room = usize::from(area.width).saturating_sub(4);
        if room > 2 && !title.is_empty() {
            let role = if focus { Role::Strong } else { Role::Title };
            self.text(
                area.x + 2,
                area.y,
                room,
                &format!(" {} ", title.trim()),
                role,
            );
        }
        Rect::new(area.x + 1, area.y + 1, area.width - 2, area.height - 2)
    }

    /// A character of a line or frame.
    pub fn glyph(&mut self, x: u16, y: u16, glyph: char, role: Role) {
        if !self.look.glyphs.ascii && ('\u{2500}'..'\u{2580}').contains(&glyph) {
            // a line drawn through boxes: one cell, nothing to clean or to cut
            let style = self.look.style(role);
            let bg = style.bg.filter(|_| role.has_ground());
            if let Some(cell) = self.buffer.cell_mut((x, y)) {
                cell.set_style(Style { bg, ..style }).set_char(glyph);
            }
            return;
        }
        let mut bytes = [0; 4];
        self.text(x, y, 1, glyph.encode_utf8(&mut bytes), role);
    }

    /// Notes what a click in an area means.
    pub fn zone(&mut self, area: Rect, target: Target) {
        let area = area.intersection(self.buffer.area);
        if !area.is_empty() {
            self.zones.push(Zone { area, target });
        }
    }

    /// Shows the terminal's text cursor there.
    pub fn cursor(&mut self, x: u16, y: u16) {
        if self.buffer.area.contains(Position { x, y }) {
            self.cursor = Some(Position { x, y });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::theme::ThemeName;

    #[test]
    fn nothing_hostile_reaches_a_cell_and_nothing_is_drawn_outside() {
        let area = Rect::new(0, 0, 6, 2);
        let mut buffer = Buffer::empty(area);
        let mut canvas = Canvas::new(&mut buffer, Look::new(ThemeName::Mono, false));
        canvas.text(0, 0, 40, "a\u{1b}[31m\u{202e}東京x", Role::Text);
        canvas.text(90, 90, 4, "far", Role::Text);
        canvas.frame(Rect::new(0, 0, 900, 900), "t", true);
        canvas.zone(Rect::new(50, 50, 2, 2), Target::Entry(1));
        assert!(canvas.finish().0.is_empty());
        for cell in &buffer.content {
            assert!(!cell.symbol().chars().any(crate::domain::text::is_unsafe));
        }
    }
}
