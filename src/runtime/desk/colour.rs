//! Colours a terminal can show: 24-bit where it says so, else the nearest of its 256.

use ratatui::buffer::Cell;
use ratatui::style::Color;

/// How many colours there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// 24 bits.
    Full,
    /// The table of 256.
    Table,
}

impl Depth {
    /// By what the environment says of the terminal.
    pub fn of_environment() -> Depth {
        let set = std::env::var("COLORTERM").unwrap_or_default();
        if cfg!(windows) || set.contains("truecolor") || set.contains("24bit") {
            Depth::Full
        } else {
            Depth::Table
        }
    }

    /// Turns the colours of cells into ones the terminal has.
    pub fn fit(self, cells: &mut [Cell]) {
        if self == Depth::Full {
            return;
        }
        // neighbours mostly look alike: what was found for the last cell is found again
        let (mut letters, mut ground) = (Nearest::default(), Nearest::default());
        for cell in cells {
            cell.fg = letters.of(cell.fg);
            cell.bg = ground.of(cell.bg);
        }
    }
}

/// The last colour asked for, with the one of the table.
struct Nearest(Color, Color);

impl Default for Nearest {
    fn default() -> Nearest {
        Nearest(Color::Reset, Color::Reset)
    }
}

impl Nearest {
    fn of(&mut self, colour: Color) -> Color {
        if colour != self.0 {
            *self = Nearest(colour, nearest(colour));
        }
        self.1
    }
}

/// Steps of the 6x6x6 cube.
const STEPS: [i32; 6] = [0, 95, 135, 175, 215, 255];

fn nearest(colour: Color) -> Color {
    let Color::Rgb(r, g, b) = colour else {
        return colour;
    };
    let want = [i32::from(r), i32::from(g), i32::from(b)];
    let far = |a: [i32; 3]| -> i32 { a.iter().zip(want).map(|(x, y)| (x - y) * (x - y)).sum() };
    let step = |v: i32| -> usize {
        (0..STEPS.len())
            .min_by_key(|at| STEPS.get(*at).map_or(i32::MAX, |s| (s - v).abs()))
            .unwrap_or(0)
    };
    let [i, j, k] = want.map(step);
    let level = |at: usize| STEPS.get(at).copied().unwrap_or(0);
    let cube = [level(i), level(j), level(k)];
    let mean = want.iter().sum::<i32>() / 3;
    let grey = ((mean - 8).clamp(0, 230) / 10).clamp(0, 23);
    let shade = [8 + 10 * grey; 3];
    if far(shade) < far(cube) {
        Color::Indexed(232 + grey as u8)
    } else {
        Color::Indexed((16 + 36 * i + 6 * j + k) as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_of_the_table() {
        assert_eq!(nearest(Color::Rgb(0, 0, 0)), Color::Indexed(16));
        assert_eq!(nearest(Color::Rgb(255, 255, 255)), Color::Indexed(231));
        assert_eq!(nearest(Color::Rgb(250, 5, 5)), Color::Indexed(196));
        assert_eq!(nearest(Color::Rgb(40, 41, 40)), Color::Indexed(235));
        assert_eq!(nearest(Color::Reset), Color::Reset);
    }
}
