//! A frame as strokes, a list for each line of the screen. Views write down what is drawn where;
//! cells follow from a line's strokes and from nothing else. A line whose strokes are those of the
//! frame before therefore looks as it did, and is neither painted nor compared again.

use super::format;
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use ratatui::style::Style;
use std::ops::Range;
use unicode_segmentation::UnicodeSegmentation;

/// What a stroke does to its cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    /// Blanks.
    Blank,
    /// Another style under the same letters.
    Style,
    /// One letter in all of them.
    Run,
    /// A text.
    Text,
}

/// Something drawn on a line: where, and how many bytes of the line's text are its own.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Stroke {
    ink: Ink,
    x: u16,
    cells: u16,
    style: Style,
    bytes: usize,
}

impl Stroke {
    fn span(&self) -> Range<usize> {
        let from = usize::from(self.x);
        from..from + usize::from(self.cells)
    }
}

/// What is drawn on a line of the screen, in order.
#[derive(Clone, Debug, Default)]
pub(super) struct Line {
    strokes: Vec<Stroke>,
    text: String,
    /// Some text takes more or fewer cells than it has letters.
    uneven: bool,
}

impl Line {
    fn clear(&mut self) {
        self.strokes.clear();
        self.text.clear();
        self.uneven = false;
    }

    /// The strokes with their texts.
    fn pieces(&self) -> impl Iterator<Item = (&Stroke, &str)> {
        self.strokes.iter().scan(0, |at, stroke| {
            let from = *at;
            *at += stroke.bytes;
            Some((stroke, self.text.get(from..*at).unwrap_or_default()))
        })
    }

    /// The same from the last one on.
    fn pieces_back(&self) -> impl Iterator<Item = (&Stroke, &str)> {
        self.strokes
            .iter()
            .rev()
            .scan(self.text.len(), |at, stroke| {
                let to = *at;
                *at = to.saturating_sub(stroke.bytes);
                Some((stroke, self.text.get(*at..to).unwrap_or_default()))
            })
    }

    /// The cells that may look otherwise than after `before`: those that a stroke touches which is
    /// not in both, in its place among the others. None where all are the same.
    pub(super) fn changed(&self, before: &Line, width: usize) -> Option<Range<usize>> {
        if self.strokes == before.strokes && self.text == before.text {
            return None;
        }
        // where a letter covers its neighbour cells cannot be looked at one by one
        if self.is_uneven_beside(before) {
            return Some(0..width);
        }
        let alike = |(one, two): &(_, _)| one == two;
        let head = self.pieces().zip(before.pieces());
        let head = head.take_while(alike).count();
        let most = self.strokes.len().min(before.strokes.len()) - head;
        let tail = self.pieces_back().zip(before.pieces_back()).take(most);
        let tail = tail.take_while(alike).count();
        let own = |line: &Line| -> Range<usize> {
            let to = line.strokes.len() - tail;
            let spans = line.strokes.get(head..to).unwrap_or_default().iter();
            let spans = spans.map(Stroke::span);
            spans.fold(width..0, |all, one| {
                all.start.min(one.start)..all.end.max(one.end)
            })
        };
        let (one, two) = (own(self), own(before));
        let span = one.start.min(two.start)..one.end.max(two.end).min(width);
        (!span.is_empty()).then_some(span)
    }

    /// True where a letter of this line or of `before` covers more or fewer cells than one.
    pub(super) fn is_uneven_beside(&self, before: &Line) -> bool {
        self.uneven || before.uneven
    }

    /// Paints a part of the line onto cells of a whole line; those outside it are left undefined.
    pub(super) fn paint(&self, cells: &mut [Cell], part: &Range<usize>) {
        if let Some(cells) = cells.get_mut(part.clone()) {
            cells.fill(Cell::EMPTY);
        }
        for (stroke, text) in self.pieces() {
            let span = stroke.span();
            if span.start < part.end && part.start < span.end {
                if self.uneven && stroke.ink != Ink::Style {
                    uncover(cells, span.start);
                }
                put(stroke, text, cells);
            }
        }
    }
}

/// Takes away the letter that would cover the cell at `at` from the left: a terminal draws a letter two cells
/// wide whole, and whatever was put on its second half, the edge of a popup, would not be seen.
fn uncover(cells: &mut [Cell], at: usize) {
    let before = at.checked_sub(1).and_then(|before| cells.get_mut(before));
    if let Some(cell) = before.filter(|cell| format::width(cell.symbol()) > 1) {
        cell.set_symbol(" ");
    }
}

fn put(stroke: &Stroke, text: &str, cells: &mut [Cell]) {
    let span = stroke.span();
    let to = span.end.min(cells.len());
    let Some(cells) = cells.get_mut(span.start..to) else {
        return;
    };
    match stroke.ink {
        Ink::Blank => {
            let mut blank = Cell::EMPTY;
            blank.set_style(stroke.style);
            cells.fill(blank);
        }
        Ink::Style => {
            for cell in cells {
                cell.set_style(stroke.style);
            }
        }
        Ink::Run => {
            let letter = text.chars().next().unwrap_or(' ');
            for cell in cells {
                cell.set_style(stroke.style).set_char(letter);
            }
        }
        Ink::Text if text.is_ascii() => {
            for (cell, letter) in cells.iter_mut().zip(text.chars()) {
                cell.set_style(stroke.style).set_char(letter);
            }
        }
        Ink::Text => put_graphemes(text, stroke.style, cells),
    }
}

fn put_graphemes(text: &str, style: Style, cells: &mut [Cell]) {
    let mut at = 0;
    for grapheme in text.graphemes(true) {
        let wide = format::width(grapheme);
        if wide == 0 {
            continue;
        }
        if let Some(cell) = cells.get_mut(at) {
            cell.set_style(style).set_symbol(grapheme);
        }
        let covered = cells.get_mut(at + 1..).unwrap_or_default().iter_mut();
        for cell in covered.take(wide - 1) {
            cell.set_symbol(" ").set_style(style);
        }
        at += wide;
    }
}

/// A frame as strokes.
#[derive(Debug)]
pub struct Page {
    area: Rect,
    lines: Vec<Line>,
}

impl Page {
    /// An empty page.
    pub fn new(area: Rect) -> Page {
        Page {
            area,
            lines: vec![Line::default(); usize::from(area.height)],
        }
    }

    /// What it covers.
    pub fn area(&self) -> Rect {
        self.area
    }

    /// Its lines, from the top.
    pub(super) fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// Takes the lines of the page before in exchange for its own, and empties them.
    pub(super) fn turn(&mut self, before: &mut Vec<Line>) {
        std::mem::swap(&mut self.lines, before);
        self.lines
            .resize_with(usize::from(self.area.height), Line::default);
        self.lines.iter_mut().for_each(Line::clear);
    }

    /// Notes a stroke at `(x, y)` on the page, over so many cells of the line.
    pub(super) fn stroke(&mut self, at: (u16, u16), cells: u16, ink: Ink, style: Style) {
        self.write(at, cells, ink, style, "");
    }

    /// Notes a text at `(x, y)`; says how many cells it takes.
    pub(super) fn text(&mut self, at: (u16, u16), text: &str, style: Style) -> u16 {
        if text.is_ascii() {
            let cells = u16::try_from(text.len()).unwrap_or(u16::MAX);
            self.write(at, cells, Ink::Text, style, text);
            return cells;
        }
        let (mut cells, mut uneven) = (0usize, false);
        for grapheme in text.graphemes(true) {
            let wide = format::width(grapheme);
            uneven |= wide != 1 || grapheme.chars().nth(1).is_some();
            cells += wide;
        }
        let cells = u16::try_from(cells).unwrap_or(u16::MAX);
        self.write(at, cells, Ink::Text, style, text);
        if let Some(line) = self.line(at.1) {
            line.uneven |= uneven;
        }
        cells
    }

    /// Notes a letter one cell wide in so many cells from `(x, y)` on.
    pub(super) fn letters(&mut self, at: (u16, u16), cells: u16, letter: char, style: Style) {
        let mut bytes = [0; 4];
        self.write(at, cells, Ink::Run, style, letter.encode_utf8(&mut bytes));
    }

    fn write(&mut self, (x, y): (u16, u16), cells: u16, ink: Ink, style: Style, text: &str) {
        let area = self.area;
        if cells == 0 || x < area.left() || x >= area.right() {
            return;
        }
        if let Some(line) = self.line(y) {
            line.text.push_str(text);
            line.strokes.push(Stroke {
                ink,
                x: x - area.x,
                cells,
                style,
                bytes: text.len(),
            });
        }
    }

    fn line(&mut self, y: u16) -> Option<&mut Line> {
        let at = y.checked_sub(self.area.y)?;
        self.lines.get_mut(usize::from(at))
    }

    /// Paints the whole page onto the cells of a buffer of its size.
    pub fn onto(&self, buffer: &mut Buffer) {
        let width = usize::from(self.area.width);
        let rows = buffer.content.chunks_mut(width.max(1));
        for (line, cells) in self.lines.iter().zip(rows) {
            line.paint(cells, &(0..width));
        }
    }
}
