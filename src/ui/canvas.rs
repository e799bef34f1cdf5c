//! The one way onto the screen: text cleaned, cut and clipped to its place, and a note of what a
//! click there means. Views get a `Canvas` and an area; they cannot draw outside the page and
//! cannot let a control character through.

use super::action::ActionId;
use super::format;
use super::model::{Pane, Screen};
use super::page::{Ink, Page};
use super::theme::{Look, Role};
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

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

/// A page to draw on.
pub struct Canvas<'a> {
    page: &'a mut Page,
    look: Look,
    zones: Vec<Zone>,
    cursor: Option<Position>,
}

impl<'a> Canvas<'a> {
    /// A canvas over a page.
    pub fn new(page: &'a mut Page, look: Look) -> Canvas<'a> {
        Canvas {
            page,
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

    /// The whole page.
    pub fn area(&self) -> Rect {
        self.page.area()
    }

    /// The zones and the text cursor, once drawing is done.
    pub fn finish(self) -> (Vec<Zone>, Option<Position>) {
        (self.zones, self.cursor)
    }

    /// Fills an area with blanks of a role.
    pub fn fill(&mut self, area: Rect, role: Role) {
        self.stroke(area, Ink::Blank, self.look.style(role));
    }

    fn stroke(&mut self, area: Rect, ink: Ink, style: Style) {
        let area = area.intersection(self.page.area());
        for y in area.top()..area.bottom() {
            self.page.stroke((area.x, y), area.width, ink, style);
        }
    }

    /// Gives cells a role's colours and marks, leaving their text.
    pub fn paint(&mut self, area: Rect, role: Role) {
        self.stroke(area, Ink::Style, self.look.style(role));
    }

    /// Writes a text in at most `cells` cells from `(x, y)`, cut with a mark; says how many cells
    /// it took. The background under it stays, unless the role has its own.
    pub fn text(&mut self, x: u16, y: u16, cells: usize, text: &str, role: Role) -> u16 {
        self.styled(x, y, cells, text, self.over(role))
    }

    /// The style of a role over what lies there.
    fn over(&self, role: Role) -> Style {
        let style = self.look.style(role);
        let bg = style.bg.filter(|_| role.has_ground());
        Style { bg, ..style }
    }

    /// `text` with a style of one's own, for the rare place a role is patched.
    pub fn styled(&mut self, x: u16, y: u16, cells: usize, text: &str, style: Style) -> u16 {
        let area = self.page.area();
        if y < area.top() || y >= area.bottom() || x < area.left() || x >= area.right() {
            return 0;
        }
        let room = cells.min(usize::from(area.right() - x));
        if format::is_plain(text) {
            let (shown, mark) = format::cut_plain(text, room, self.look.glyphs.cut());
            let at = self.page.text((x, y), shown, style);
            return match mark {
                "" => at,
                mark => at + self.styled(x + at, y, room - shown.len(), mark, style),
            };
        }
        let shown = format::clip(&self.look.glyphs.plain(text), room, self.look.glyphs.cut());
        self.page.text((x, y), &shown, style)
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
        self.stroke(area, Ink::Style, Style { fg: None, ..style });
    }

    /// A frame with a title around an area; the focus has a double line. Gives the inside.
    pub fn frame(&mut self, area: Rect, title: &str, focus: bool) -> Rect {
        let area = area.intersection(self.page.area());
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
        let style = self.over(role);
        for y in [area.top(), bottom] {
            self.page.letters((area.x, y), area.width, line, style);
        }
        for y in area.top() + 1..bottom {
            self.page.letters((area.left(), y), 1, bar, style);
            self.page.letters((right, y), 1, bar, style);
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
            self.page.letters((x, y), 1, glyph, self.over(role));
            return;
        }
        let mut bytes = [0; 4];
        self.text(x, y, 1, glyph.encode_utf8(&mut bytes), role);
    }

    /// Notes what a click in an area means.
    pub fn zone(&mut self, area: Rect, target: Target) {
        let area = area.intersection(self.page.area());
        if !area.is_empty() {
            self.zones.push(Zone { area, target });
        }
    }

    /// Shows the terminal's text cursor there.
    pub fn cursor(&mut self, x: u16, y: u16) {
        if self.page.area().contains(Position { x, y }) {
            self.cursor = Some(Position { x, y });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::theme::ThemeName;
    use ratatui::buffer::Buffer;

    #[test]
    fn the_edge_of_a_popup_over_half_a_wide_letter_is_seen() {
        let area = Rect::new(0, 0, 8, 3);
        let mut page = Page::new(area);
        let mut canvas = Canvas::new(&mut page, Look::new(ThemeName::Dark, false));
        canvas.text(0, 1, 8, "瑞光電子", Role::Text);
        canvas.frame(Rect::new(3, 0, 5, 3), "", false);
        canvas.fill(Rect::new(4, 1, 3, 1), Role::Text);
        drop(canvas);
        let mut buffer = Buffer::empty(area);
        page.onto(&mut buffer);
        let row: Vec<&str> = (0..8).map(|x| buffer[(x, 1)].symbol()).collect();
        assert_eq!(row, ["瑞", " ", " ", "│", " ", " ", " ", "│"]);
    }

    #[test]
    fn nothing_hostile_reaches_a_cell_and_nothing_is_drawn_outside() {
        let area = Rect::new(0, 0, 6, 2);
        let mut page = Page::new(area);
        let mut canvas = Canvas::new(&mut page, Look::new(ThemeName::Mono, false));
        canvas.text(0, 0, 40, "a\u{1b}[31m\u{202e}東京x", Role::Text);
        canvas.text(90, 90, 4, "far", Role::Text);
        canvas.frame(Rect::new(0, 0, 900, 900), "t", true);
        canvas.zone(Rect::new(50, 50, 2, 2), Target::Entry(1));
        assert!(canvas.finish().0.is_empty());
        let mut buffer = Buffer::empty(area);
        page.onto(&mut buffer);
        for cell in &buffer.content {
            assert!(!cell.symbol().chars().any(crate::domain::text::is_unsafe));
        }
    }
}
