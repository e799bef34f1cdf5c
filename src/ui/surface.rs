//! What a terminal shows, frame after frame: of each page only the lines are painted that have
//! other strokes than before, and only the cells given out that look otherwise.

use super::page::{Line, Page};
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use std::ops::Range;

/// The cells of a terminal.
#[derive(Debug)]
pub struct Surface {
    page: Page,
    /// The strokes the cells were painted from.
    before: Vec<Line>,
    rows: Vec<Vec<Cell>>,
    /// A line being painted.
    fresh: Vec<Cell>,
    changed: Vec<(u16, u16)>,
}

impl Surface {
    /// An empty terminal of that size.
    pub fn new(area: Rect) -> Surface {
        let row = vec![Cell::EMPTY; usize::from(area.width)];
        Surface {
            page: Page::new(area),
            before: Vec::new(),
            rows: vec![row.clone(); usize::from(area.height)],
            fresh: row,
            changed: Vec::new(),
        }
    }

    /// What it covers.
    pub fn area(&self) -> Rect {
        self.page.area()
    }

    /// An empty page for the next frame.
    pub fn next_page(&mut self) -> &mut Page {
        self.page.turn(&mut self.before);
        &mut self.page
    }

    /// Paints the page; `fit` turns cells into what the terminal can show. Gives the cells that look
    /// otherwise than before, line by line.
    pub fn update(
        &mut self,
        mut fit: impl FnMut(&mut [Cell]),
    ) -> impl Iterator<Item = (u16, u16, &Cell)> {
        self.changed.clear();
        let (none, area) = (Line::default(), self.page.area());
        for (at, line) in self.page.lines().iter().enumerate() {
            let before = self.before.get(at).unwrap_or(&none);
            let Some(part) = line.changed(before, usize::from(area.width)) else {
                continue;
            };
            let Some(row) = self.rows.get_mut(at) else {
                continue;
            };
            let y = area.y + at as u16;
            line.paint(&mut self.fresh, &part);
            fit(self.fresh.get_mut(part.clone()).unwrap_or_default());
            if line.is_uneven_beside(before) {
                let place = Rect::new(area.x, y, area.width, 1);
                uneven(place, row, &mut self.fresh, &mut self.changed);
            } else {
                let found = differing(row, &mut self.fresh, part);
                let found = found.map(|at| (area.x + at as u16, y));
                self.changed.extend(found);
            }
        }
        let rows = &self.rows;
        self.changed.iter().filter_map(move |(x, y)| {
            let row = rows.get(usize::from(*y - area.y))?;
            Some((*x, *y, row.get(usize::from(*x - area.x))?))
        })
    }

    /// The cells as they were given out.
    pub fn shown(&self) -> Buffer {
        Buffer {
            area: self.page.area(),
            content: self.rows.concat(),
        }
    }
}

/// Takes the cells of a part that look otherwise into the row; where they are.
fn differing<'a>(
    row: &'a mut [Cell],
    fresh: &'a mut [Cell],
    part: Range<usize>,
) -> impl Iterator<Item = usize> + 'a {
    let row = row.get_mut(part.clone()).unwrap_or_default();
    let fresh = fresh.get_mut(part.clone()).unwrap_or_default();
    let pairs = (part.start..).zip(row.iter_mut().zip(fresh));
    pairs.filter_map(|(at, (shown, new))| {
        (shown != new).then(|| {
            std::mem::swap(shown, new);
            at
        })
    })
}

/// The same for a row on which letters cover their neighbours: the library knows what a terminal does
/// with those.
fn uneven(place: Rect, row: &mut Vec<Cell>, fresh: &mut Vec<Cell>, out: &mut Vec<(u16, u16)>) {
    let buffer = |cells: &mut Vec<Cell>| Buffer {
        area: place,
        content: std::mem::take(cells),
    };
    let (before, after) = (buffer(row), buffer(fresh));
    out.extend(before.diff_iter(&after).map(|(x, y, _)| (x, y)));
    *row = after.content;
    *fresh = before.content;
}
