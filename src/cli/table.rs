//! Tables for people: columns sized to the terminal, text cleaned, numbers to the right.

use crate::domain::text::clean;
use std::io::{self, IsTerminal, Write};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Where a column's text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// Text.
    Left,
    /// Figures.
    Right,
}

/// A table being filled.
pub struct Table {
    heads: Vec<(String, Align)>,
    rows: Vec<Vec<String>>,
}

/// A column is never cut below this.
const NARROWEST: usize = 6;
/// Blanks between columns.
const GAP: usize = 2;

impl Table {
    /// A table with these columns.
    pub fn new(heads: &[(&str, Align)]) -> Self {
        Table {
            heads: heads
                .iter()
                .map(|(head, align)| (head.to_string(), *align))
                .collect(),
            rows: Vec::new(),
        }
    }

    /// One more row.
    pub fn row<S: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = S>) {
        let cells = cells
            .into_iter()
            .map(|cell| clean(cell.as_ref()).into_owned());
        self.rows.push(cells.collect());
    }

    /// Writes it, at most `width` columns wide.
    pub fn write(&self, out: &mut impl Write, width: Option<usize>) -> io::Result<()> {
        let widths = self.widths(width);
        let heads: Vec<String> = self.heads.iter().map(|(head, _)| head.clone()).collect();
        for row in std::iter::once(&heads).chain(&self.rows) {
            let mut line = String::new();
            for ((cell, width), (_, align)) in row.iter().zip(&widths).zip(&self.heads) {
                let cell = cut(cell, *width);
                let blanks = " ".repeat(width.saturating_sub(cell.width()));
                match align {
                    Align::Left => line.push_str(&format!("{cell}{blanks}")),
                    Align::Right => line.push_str(&format!("{blanks}{cell}")),
                }
                line.push_str(&" ".repeat(GAP));
            }
            writeln!(out, "{}", line.trim_end())?;
        }
        Ok(())
    }

    /// Natural widths, then the widest columns give way until the table fits.
    fn widths(&self, limit: Option<usize>) -> Vec<usize> {
        let mut widths: Vec<usize> = self.heads.iter().map(|(head, _)| head.width()).collect();
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.width());
            }
        }
        let Some(limit) = limit else { return widths };
        let gaps = GAP * widths.len().saturating_sub(1);
        while widths.iter().sum::<usize>() + gaps > limit {
            // Figures stay whole; among the texts the widest is shortened.
            let widest = widths
                .iter_mut()
                .zip(&self.heads)
                .filter(|(width, (_, align))| *align == Align::Left && **width > NARROWEST)
                .max_by_key(|(width, _)| **width);
            match widest {
                Some((width, _)) => *width -= 1,
                None => break,
            }
        }
        widths
    }
}

/// The text in at most so many columns, with an ellipsis where it was cut.
pub fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_string();
    }
    let mut out = String::new();
    let mut used = 0;
    for cluster in text.graphemes(true) {
        let w = cluster.width();
        if used + w + 1 > width {
            break;
        }
        used += w;
        out.push_str(cluster);
    }
    out.push('…');
    out
}

/// Columns of the terminal standard output goes to; none when it goes to a file or pipe.
pub fn terminal_width() -> Option<usize> {
    if !io::stdout().is_terminal() {
        return None;
    }
    crossterm::terminal::size()
        .ok()
        .map(|(columns, _)| usize::from(columns).max(40))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_text_gives_way_and_figures_do_not() {
        let mut table = Table::new(&[("Customer", Align::Left), ("ATR", Align::Right)]);
        table.row(["東雲精機株式会社 with a long name", "1,240,000.00"]);
        table.row(["B\u{1b}[31m", "5.00"]);
        let mut out = Vec::new();
        assert!(table.write(&mut out, Some(30)).is_ok());
        let text = String::from_utf8_lossy(&out).into_owned();
        assert!(text.lines().all(|line| line.width() <= 30), "{text}");
        assert!(text.contains("1,240,000.00") && text.contains('…'));
        assert!(!text.contains('\u{1b}'));
    }
}
