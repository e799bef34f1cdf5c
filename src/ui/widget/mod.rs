//! Pieces several screens share: a line of text, a windowed list.

pub mod field;
pub mod grid;
pub mod line;
pub mod window;
