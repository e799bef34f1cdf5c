//! Parts that screens are made of: a text field, an editable grid, a list window, clipped text.
//! Each is a plain state machine that takes requests rather than keys, so that the action table
//! alone decides which key means what; none of them knows the book.

pub mod fan;
pub mod field;
pub mod grid;
pub mod list;
pub mod paint;
pub mod picker;
pub mod spark;
