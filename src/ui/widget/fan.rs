//! A fan chart: a score month by month, the middle of what may come as a line, most of it as a
//! band, score edges across. Whole hundredths only; it draws and computes nothing.

use crate::ui::canvas::Canvas;
use crate::ui::theme::Role;
use ratatui::layout::Rect;

/// A month of the chart, scores in hundredths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Point {
    /// What stands under it.
    pub label: String,
    /// Lower end of the band.
    pub low: i64,
    /// The middle.
    pub median: i64,
    /// Upper end of the band.
    pub high: i64,
}

/// Cells for the figures at the left.
const AXIS: u16 = 5;
/// A label needs that many cells.
const LABEL: u16 = 8;

/// Draws the chart; `at` is the month under the cursor. Says how many months fit.
pub fn view(
    canvas: &mut Canvas<'_>,
    area: Rect,
    points: &[Point],
    edges: &[i64],
    at: Option<usize>,
) -> usize {
    let Some(plot) = Plot::of(area, points, edges) else {
        return 0;
    };
    let shown = points.len().min(usize::from(plot.area.width / plot.wide));
    let first = at.map_or(0, |at| (at + 1).saturating_sub(shown));
    for edge in edges {
        plot.edge(canvas, *edge);
    }
    for (column, (number, point)) in (0u16..).zip(points.iter().enumerate().skip(first).take(shown))
    {
        plot.point(canvas, column, point, at == Some(number));
    }
    plot.labels(canvas, points, first, shown, at);
    shown
}

/// The frame of reference: which row a score stands in.
struct Plot {
    area: Rect,
    /// Score at the upper border of the first row.
    top: i64,
    /// Score of the lower border of the last row.
    bottom: i64,
    /// Cells of a month.
    wide: u16,
}

impl Plot {
    fn of(area: Rect, points: &[Point], edges: &[i64]) -> Option<Plot> {
        if area.height < 4 || area.width < AXIS + LABEL || points.is_empty() {
            return None;
        }
        let scores = points.iter().flat_map(|point| [point.low, point.high]);
        let (low, high) = scores.fold((i64::MAX, i64::MIN), |(low, high), score| {
            (low.min(score), high.max(score))
        });
        // the edges nearest to what may come are always in sight
        let below = edges.iter().copied().filter(|edge| *edge <= low).max();
        let above = edges.iter().copied().filter(|edge| *edge > high).min();
        let low = below.unwrap_or(low).min(low) - 25;
        let high = above.unwrap_or(high).max(high) + 25;
        let width = area.width - AXIS;
        let each = width / u16::try_from(points.len()).unwrap_or(u16::MAX).max(1);
        Some(Plot {
            area: Rect::new(area.x + AXIS, area.y, width, area.height - 1),
            top: high.min(1_025),
            bottom: low.max(-25),
            wide: each.clamp(2, 8),
        })
    }

    /// The row of a score in half rows from the top; even is the upper half of a row.
    fn half(&self, score: i64) -> u16 {
        let halves = i64::from(self.area.height) * 2;
        let span = (self.top - self.bottom).max(1);
        let down = (self.top - score) * halves / span;
        u16::try_from(down.clamp(0, halves - 1)).unwrap_or(0)
    }

    fn edge(&self, canvas: &mut Canvas<'_>, edge: i64) {
        if edge > self.top || edge < self.bottom {
            return;
        }
        let y = self.area.y + self.half(edge) / 2;
        let dash = if canvas.look().glyphs.ascii {
            '-'
        } else {
            '┄'
        };
        for x in self.area.left()..self.area.right() {
            canvas.glyph(x, y, dash, Role::Soon);
        }
        let label = format!("{}.{}", edge / 100, edge % 100 / 10);
        canvas.right(
            self.area.x - AXIS,
            y,
            usize::from(AXIS) - 1,
            &label,
            Role::Soon,
        );
    }

    fn point(&self, canvas: &mut Canvas<'_>, column: u16, point: &Point, here: bool) {
        let ascii = canvas.look().glyphs.ascii;
        let x = self.area.x + column * self.wide;
        let (high, low) = (self.half(point.high) / 2, self.half(point.low) / 2);
        let band = if ascii { ':' } else { '░' };
        let cells = self.wide - u16::from(self.wide > 2);
        if point.low != point.high {
            for y in high..=low {
                for x in x..x + cells {
                    canvas.glyph(x, self.area.y + y, band, Role::Dim);
                }
            }
        }
        let half = self.half(point.median);
        let line = match (ascii, half % 2) {
            (true, _) => '=',
            (false, 0) => '▀',
            (false, _) => '▄',
        };
        let role = if here { Role::Focus } else { Role::Strong };
        for x in x..x + cells {
            canvas.glyph(x, self.area.y + half / 2, line, role);
        }
    }

    /// The months under the columns, as many as have room; the one under the cursor always.
    fn labels(
        &self,
        canvas: &mut Canvas<'_>,
        points: &[Point],
        first: usize,
        shown: usize,
        at: Option<usize>,
    ) {
        let y = self.area.bottom();
        let every = usize::from(LABEL.div_ceil(self.wide));
        let place = |number: usize| {
            u16::try_from(number - first).map_or(0, |column| self.area.x + column * self.wide)
        };
        let beside =
            |number: usize| at.is_some_and(|at| number != at && number.abs_diff(at) < every);
        for number in
            (first..first + shown).filter(|n| (n - first).is_multiple_of(every) && !beside(*n))
        {
            if let Some(point) = points.get(number) {
                let cells = usize::from(LABEL);
                let room = usize::from(self.area.right().saturating_sub(place(number)));
                // a name cut at the border would be another month's
                if point.label.len() <= cells.min(room) {
                    canvas.text(place(number), y, cells, &point.label, Role::Dim);
                }
            }
        }
        if let Some((at, point)) = at.and_then(|at| Some((at, points.get(at)?)))
            && (first..first + shown).contains(&at)
        {
            let last = self.area.right().saturating_sub(point.label.len() as u16);
            let x = place(at).min(last);
            canvas.text(x, y, usize::from(LABEL), &point.label, Role::Focus);
        }
    }
}
