//! Fonts of the documents: which of them draws a character, how wide a text is, where it breaks.
//! Lengths are in points; they are for drawing, no money is ever in them.

use rustybuzz::{Face, UnicodeBuffer};
use unicode_segmentation::UnicodeSegmentation;

/// Bytes of the fonts, in the order of [`Font`].
pub(super) const FONT_FILES: [&[u8]; 4] = [
    include_bytes!("../../../assets/fonts/NotoSans-Regular.ttf"),
    include_bytes!("../../../assets/fonts/NotoSans-Bold.ttf"),
    include_bytes!("../../../assets/fonts/DroidSansFallbackFull.ttf"),
    include_bytes!("../../../assets/fonts/NanumGothicCoding.ttf"),
];
/// Stands for a character no font has.
const UNKNOWN: char = '?';

/// A font of the documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Font {
    /// Latin, Greek and Cyrillic.
    Regular,
    /// The same, bold.
    Bold,
    /// Chinese and Japanese; it has no bold.
    Ideographs,
    /// Korean; it has no bold.
    Hangul,
}

impl Font {
    /// Its place in [`FONT_FILES`].
    pub(super) fn place(self) -> usize {
        match self {
            Font::Regular => 0,
            Font::Bold => 1,
            Font::Ideographs => 2,
            Font::Hangul => 3,
        }
    }
}

/// Text of one font.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The font.
    pub font: Font,
    /// The text.
    pub text: String,
}

/// The fonts, ready to measure with.
pub(super) struct Fonts {
    faces: Vec<Face<'static>>,
}

impl Fonts {
    /// Reads the embedded fonts.
    pub fn read() -> Fonts {
        let faces = FONT_FILES
            .iter()
            .filter_map(|file| Face::from_slice(file, 0));
        Fonts {
            faces: faces.collect(),
        }
    }

    fn has(&self, font: Font, c: char) -> bool {
        let face = self.faces.get(font.place());
        face.is_some_and(|face| face.glyph_index(c).is_some())
    }

    /// True for a character that one of the fonts has.
    pub fn draws(&self, c: char) -> bool {
        let fonts = [Font::Regular, Font::Ideographs, Font::Hangul];
        fonts.iter().any(|font| self.has(*font, c))
    }

    /// A text as runs of fonts that have its characters; one that none has becomes `?`.
    pub fn runs(&self, text: &str, font: Font) -> Vec<Run> {
        let fonts = [font, Font::Ideographs, Font::Hangul];
        let mut runs: Vec<Run> = Vec::new();
        for c in text.chars() {
            let (font, c) = match fonts.iter().find(|f| self.has(**f, c)) {
                Some(found) => (*found, c),
                None => (font, UNKNOWN),
            };
            match runs.last_mut() {
                // a blank stays with what it follows: a run of blanks alone says nothing
                Some(run) if run.font == font || (c == ' ' && self.has(run.font, c)) => {
                    run.text.push(c);
                }
                _ => runs.push(Run {
                    font,
                    text: c.to_string(),
                }),
            }
        }
        runs
    }

    /// How wide a run is at a size.
    pub fn width_of(&self, run: &Run, size: f32) -> f32 {
        let Some(face) = self.faces.get(run.font.place()) else {
            return 0.0;
        };
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(&run.text);
        let shaped = rustybuzz::shape(face, &[], buffer);
        let units: i32 = shaped.glyph_positions().iter().map(|p| p.x_advance).sum();
        units as f32 * size / face.units_per_em() as f32
    }

    /// How wide a text is at a size.
    pub fn width(&self, text: &str, font: Font, size: f32) -> f32 {
        let runs = self.runs(text, font);
        runs.iter().map(|run| self.width_of(run, size)).sum()
    }

    /// A text in lines no wider than `width`: broken between words, inside one only where it is
    /// wider than a line. At most `most` lines; a last one that was cut ends in `…`.
    pub fn wrap(&self, text: &str, font: Font, size: f32, width: f32, most: usize) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        let mut line = String::new();
        for word in text
            .split_whitespace()
            .flat_map(|word| self.pieces(word, font, size, width))
        {
            let (word, glued) = word;
            let gap = if line.is_empty() || glued { "" } else { " " };
            let longer = format!("{line}{gap}{word}");
            if line.is_empty() || self.width(&longer, font, size) <= width {
                line = longer;
                continue;
            }
            lines.push(std::mem::replace(&mut line, word));
            if lines.len() > most {
                break;
            }
        }
        if !line.is_empty() {
            lines.push(line);
        }
        if lines.len() > most {
            lines.truncate(most);
            if let Some(last) = lines.last_mut() {
                last.push('…');
            }
        }
        lines
    }

    /// A word whole, or in pieces that fit a line; a piece after the first is glued to the one before.
    fn pieces(&self, word: &str, font: Font, size: f32, width: f32) -> Vec<(String, bool)> {
        if self.width(word, font, size) <= width {
            return vec![(word.to_string(), false)];
        }
        let mut pieces = Vec::new();
        let mut piece = String::new();
        let mut used = 0.0;
        for grapheme in word.graphemes(true) {
            let wide = self.width(grapheme, font, size);
            if !piece.is_empty() && used + wide > width {
                pieces.push((std::mem::take(&mut piece), !pieces.is_empty()));
                used = 0.0;
            }
            piece.push_str(grapheme);
            used += wide;
        }
        pieces.push((piece, !pieces.is_empty()));
        pieces
    }

    /// The size at which a text is no wider than `width`: the one asked for, or smaller.
    pub fn fitting(&self, text: &str, font: Font, size: f32, width: f32) -> f32 {
        let wide = self.width(text, font, size);
        if wide <= width || wide <= 0.0 {
            size
        } else {
            size * width / wide
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latin_greek_cyrillic_and_ideographs_all_have_a_font() {
        let fonts = Fonts::read();
        let text = "Zürich Ελλάδα Москва 東京 かな カナ 서울 简体 €ñ";
        let runs = fonts.runs(text, Font::Bold);
        let drawn: String = runs.iter().map(|run| run.text.as_str()).collect();
        assert_eq!(drawn, text);
        assert!(runs.iter().any(|run| run.font == Font::Ideographs));
        assert!(runs.iter().any(|run| run.font == Font::Bold));
    }

    #[test]
    fn what_no_font_has_is_a_question_mark() {
        let fonts = Fonts::read();
        let runs = fonts.runs("a\u{1f600}b", Font::Regular);
        assert_eq!(runs.len(), 1);
        assert_eq!(runs[0].text, "a?b");
    }

    #[test]
    fn nothing_is_lost_by_wrapping_and_no_line_is_too_wide() {
        let fonts = Fonts::read();
        let text = "Catalyst 9300 48-port PoE+, Network Advantage 東京都千代田区丸の内一丁目 \
                    WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW end";
        let lines = fonts.wrap(text, Font::Regular, 8.0, 90.0, 99);
        let plain = |text: &str| text.replace(' ', "");
        assert_eq!(plain(&lines.concat()), plain(text));
        for line in &lines {
            assert!(fonts.width(line, Font::Regular, 8.0) <= 90.5, "{line}");
        }
        let cut = fonts.wrap(text, Font::Regular, 8.0, 90.0, 2);
        assert_eq!(cut.len(), 2);
        assert!(cut[1].ends_with('…'));
    }

    #[test]
    fn a_long_amount_gets_smaller_instead_of_running_out() {
        let fonts = Fonts::read();
        let amount = "9,999,999,999,999.99";
        let size = fonts.fitting(amount, Font::Regular, 9.0, 40.0);
        assert!(size < 9.0);
        assert!(fonts.width(amount, Font::Regular, size) <= 40.01);
    }
}
