//! A document as pages of things to draw, before any format: what `layout` makes and `pdf` writes.
//! Points from the top left corner of an A4 page; a text stands on its base line.

use super::type_setting::Font;

/// Width of a page in points.
pub const PAGE_WIDTH: f32 = 595.28;
/// Height of a page in points.
pub const PAGE_HEIGHT: f32 = 841.89;

/// How dark something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Text.
    Ink,
    /// Text beside the text.
    Grey,
    /// Lines.
    Hair,
    /// Behind headers.
    Shade,
}

/// Something drawn.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// A text, its left end at `x`.
    Text {
        /// Left end.
        x: f32,
        /// Base line.
        y: f32,
        /// Size.
        size: f32,
        /// Font asked for; what it lacks another draws.
        font: Font,
        /// How dark.
        tone: Tone,
        /// The text.
        text: String,
    },
    /// A filled rectangle; a thin one is a line.
    Bar {
        /// Left.
        x: f32,
        /// Top.
        y: f32,
        /// Width.
        width: f32,
        /// Height.
        height: f32,
        /// How dark.
        tone: Tone,
    },
    /// The partner's logo, as large as fits into the room, at its left top.
    Logo {
        /// Left.
        x: f32,
        /// Top.
        y: f32,
        /// Most width.
        width: f32,
        /// Most height.
        height: f32,
    },
}

/// A page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Drawn {
    /// What is on it, in order of drawing.
    pub items: Vec<Item>,
}

impl Drawn {
    /// All texts of the page, as they are read.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.items.iter().filter_map(|item| match item {
            Item::Text { text, .. } => Some(text.as_str()),
            _ => None,
        })
    }
}
