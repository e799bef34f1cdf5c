//! A screen as an SVG picture, cell by cell as the terminal would show it. Used for the README's
//! pictures, which are therefore always what the program draws. Pure: a buffer in, text out.

use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier};
use std::fmt::Write;
use unicode_width::UnicodeWidthStr;

/// Size of one cell in the picture's units.
const CELL: (u32, u32) = (8, 17);
/// Distance of the text's base line from the top of its cell.
const BASE_LINE: u32 = 13;

/// The colours a terminal would use where the program asks for its default.
#[derive(Clone, Copy, Debug)]
pub struct Defaults {
    /// Text.
    pub text: (u8, u8, u8),
    /// Background.
    pub ground: (u8, u8, u8),
}

impl Defaults {
    /// A dark terminal.
    pub const DARK: Defaults = Defaults {
        text: (0xd8, 0xdc, 0xe2),
        ground: (0x14, 0x17, 0x1c),
    };
    /// A light terminal.
    pub const LIGHT: Defaults = Defaults {
        text: (0x1c, 0x1f, 0x24),
        ground: (0xfb, 0xfb, 0xf8),
    };
}

/// Draws the buffer as an SVG document.
pub fn svg(buffer: &Buffer, defaults: Defaults) -> String {
    let area = buffer.area;
    let (width, height) = (
        u32::from(area.width) * CELL.0,
        u32::from(area.height) * CELL.1,
    );
    let mut out = String::new();
    let _ = write!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
         font-family=\"DejaVu Sans Mono, Menlo, Consolas, monospace\" font-size=\"13\">\n\
         <rect width=\"{width}\" height=\"{height}\" fill=\"{}\"/>\n",
        hex(defaults.ground)
    );
    for y in area.top()..area.bottom() {
        let mut x = area.left();
        while x < area.right() {
            x += run(&mut out, buffer, x, y, defaults).max(1);
        }
    }
    out.push_str("</svg>\n");
    out
}

/// Writes the run of equally styled cells that starts at `x`; answers how many cells it took.
fn run(out: &mut String, buffer: &Buffer, x: u16, y: u16, defaults: Defaults) -> u16 {
    let Some(first) = buffer.cell((x, y)) else {
        return 1;
    };
    let style = first.style();
    let mut text = String::new();
    let mut cells = 0u16;
    while let Some(cell) = buffer.cell((x + cells, y)).filter(|c| c.style() == style) {
        // A wide letter takes two cells; the second holds nothing of its own.
        let step = (cell.symbol().width() as u16).max(1);
        if step > 1 && cells > 0 {
            break;
        }
        text.push_str(cell.symbol());
        cells += step;
        if step > 1 || x + cells >= buffer.area.right() {
            break;
        }
    }
    let (mut ink, mut ground) = (rgb(first.fg, defaults.text), rgb(first.bg, defaults.ground));
    if first.modifier.contains(Modifier::REVERSED) {
        std::mem::swap(&mut ink, &mut ground);
    }
    let left = u32::from(x - buffer.area.left()) * CELL.0;
    let top = u32::from(y - buffer.area.top()) * CELL.1;
    let wide = u32::from(cells) * CELL.0;
    if ground != defaults.ground {
        let _ = writeln!(
            out,
            "<rect x=\"{left}\" y=\"{top}\" width=\"{wide}\" height=\"{}\" fill=\"{}\"/>",
            CELL.1,
            hex(ground)
        );
    }
    if !text.trim().is_empty() {
        let _ = writeln!(
            out,
            "<text x=\"{left}\" y=\"{}\" textLength=\"{wide}\" xml:space=\"preserve\" fill=\"{}\"{}>{}</text>",
            top + BASE_LINE,
            hex(ink),
            weight(first.modifier),
            escaped(&text)
        );
    }
    cells
}

fn weight(modifier: Modifier) -> &'static str {
    match (
        modifier.contains(Modifier::BOLD),
        modifier.contains(Modifier::UNDERLINED),
    ) {
        (true, true) => " font-weight=\"bold\" text-decoration=\"underline\"",
        (true, false) => " font-weight=\"bold\"",
        (false, true) => " text-decoration=\"underline\"",
        (false, false) => "",
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

fn hex((r, g, b): (u8, u8, u8)) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

/// The colour as a terminal with the usual palette shows it.
fn rgb(color: Color, default: (u8, u8, u8)) -> (u8, u8, u8) {
    match color {
        Color::Reset => default,
        Color::Black => (0x1c, 0x1f, 0x24),
        Color::Red => (0xcc, 0x44, 0x44),
        Color::Green => (0x4e, 0x9a, 0x51),
        Color::Yellow => (0xc4, 0xa0, 0x2a),
        Color::Blue => (0x4a, 0x7f, 0xc8),
        Color::Magenta => (0xa0, 0x63, 0xb0),
        Color::Cyan => (0x2f, 0x9a, 0x9f),
        Color::Gray => (0xb8, 0xbc, 0xc2),
        Color::DarkGray => (0x80, 0x86, 0x8e),
        Color::LightRed => (0xf0, 0x70, 0x6c),
        Color::LightGreen => (0x83, 0xc9, 0x7f),
        Color::LightYellow => (0xe9, 0xcf, 0x6a),
        Color::LightBlue => (0x86, 0xb3, 0xee),
        Color::LightMagenta => (0xd0, 0x9a, 0xdd),
        Color::LightCyan => (0x76, 0xcf, 0xd2),
        Color::White => (0xff, 0xff, 0xff),
        Color::Rgb(r, g, b) => (r, g, b),
        Color::Indexed(n) => indexed(n),
    }
}

/// The xterm palette from 16 up: a 6×6×6 cube, then greys.
fn indexed(n: u8) -> (u8, u8, u8) {
    let level = |v: u8| if v == 0 { 0 } else { 55 + 40 * v };
    match n {
        232..=255 => {
            let grey = 8 + 10 * (n - 232);
            (grey, grey, grey)
        }
        16..=231 => {
            let v = n - 16;
            (level(v / 36), level(v / 6 % 6), level(v % 6))
        }
        _ => (0x80, 0x86, 0x8e),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    #[test]
    fn text_colours_and_markup_characters_survive() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 12, 2));
        buffer.set_string(1, 0, "a<b & 東", Style::new().fg(Color::Red));
        let picture = svg(&buffer, Defaults::DARK);
        assert!(picture.contains("a&lt;b &amp; "), "{picture}");
        assert!(
            picture.contains("東") && picture.contains("#cc4444"),
            "{picture}"
        );
        assert!(picture.starts_with("<svg") && picture.ends_with("</svg>\n"));
    }
}
