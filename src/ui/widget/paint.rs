//! Small things several views draw the same way: text over a coloured row, facts that flow over
//! as few lines as fit, figures that are never cut into a smaller number.

use crate::ui::canvas::Canvas;
use crate::ui::format;
use crate::ui::theme::Role;
use ratatui::style::Style;

/// The style of a role on the ground of another: the letters keep their colour, the row its own.
pub fn over(canvas: &Canvas<'_>, role: Role, ground: Option<Role>) -> Style {
    let style = canvas.style(role);
    let Some(ground) = ground.map(|role| canvas.style(role)) else {
        return style;
    };
    let mut out = style.add_modifier(ground.add_modifier);
    if let Some(back) = ground.bg {
        out = out.bg(back);
    }
    out
}

/// Writes a text into exactly `cells`, against the left or right edge, on the ground of its row.
pub fn put(
    canvas: &mut Canvas<'_>,
    (x, y): (u16, u16),
    (cells, right): (usize, bool),
    text: &str,
    (role, ground): (Role, Option<Role>),
) {
    let glyphs = canvas.look().glyphs;
    let text = format::fit(&glyphs.plain(text), cells, right, glyphs.cut());
    let style = over(canvas, role, ground);
    canvas.styled(x, y, cells, &text, style);
}

/// A figure in exactly `cells`, against the right edge; one that does not fit becomes `#`, never
/// a shorter, wrong number.
pub fn figure(text: &str, cells: usize) -> String {
    let wide = format::width(text);
    if wide > cells {
        "#".repeat(cells)
    } else {
        format!("{}{text}", " ".repeat(cells - wide))
    }
}

/// Puts pieces into lines of at most `cells`, each piece whole and two blanks between.
pub fn flow<T: Clone>(pieces: &[(String, T)], cells: usize) -> Vec<Vec<(String, T)>> {
    let mut lines: Vec<Vec<(String, T)>> = Vec::new();
    let mut used = 0;
    for (text, tag) in pieces {
        let wide = format::width(text);
        match lines.last_mut() {
            Some(line) if used + 2 + wide <= cells => {
                used += 2 + wide;
                line.push((text.clone(), tag.clone()));
            }
            _ => {
                used = wide;
                lines.push(vec![(text.clone(), tag.clone())]);
            }
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_that_does_not_fit_is_never_shown_as_another_one() {
        assert_eq!(figure("1,234.00", 5), "#####");
        assert_eq!(figure("12.00", 7), "  12.00");
    }

    #[test]
    fn pieces_stay_whole_and_lines_are_filled() {
        let pieces: Vec<(String, ())> = ["aaaa", "bb", "cccc"].map(|t| (t.into(), ())).into();
        let lines: Vec<usize> = flow(&pieces, 8).iter().map(Vec::len).collect();
        assert_eq!(lines, [2, 1]);
    }
}
