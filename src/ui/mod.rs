//! The screens: `update(model, msg)` gives effects, `view(model)` draws. Pure apart from drawing
//! into a buffer: no store, no files, no threads, no clock.
//!
//! What goes where:
//! * `input` what a person does; `msg` what happens to the desk; `effect` what a screen wants done;
//! * `action` the one table of actions and keys; `model`, `update`, `layout` the frame around;
//! * `desk` what the desk knows (read-only for screens) and `Ctx`, what an action works with;
//! * `canvas` the one way onto the screen; `page` a frame as strokes, `surface` what the terminal shows;
//!   `theme` roles and glyphs; `format` figures and days;
//! * `screen/*` one module a screen, `pane/*` shared panes, `overlay/*` popups, `widget/*` pieces.
//!
//! # How to add a screen
//! 1. A variant in [`model::Screen`] (tab order, title) and a `g x` action in [`action::ACTIONS`].
//! 2. A module in `screen/` with a `Model` (`Default`) that has `place` (list, grid, or `None`
//!    while a field takes all keys), `disabled`, `act` (actions), `input` (keys no action took,
//!    paste, wheel, clicks on its zones), `follow` (the desk changed) and a `view`.
//! 3. A field for it in [`model::Model`] and its arms in `update` (one `match` per method).
//! 4. Rows in the action table for what only it can do. Footer, help and palette follow.
//!
//! Views draw with roles, never with colours; text goes through `Canvas`, which cleans and cuts it.
//! Long lists use `widget::list` or `widget::window`, so that only visible rows are built.

pub mod action;
pub mod canvas;
pub mod day_words;
pub mod desk;
pub mod document;
pub mod effect;
pub mod format;
pub mod input;
pub mod layout;
pub mod model;
pub mod msg;
pub mod overlay;
pub mod page;
pub mod pane;
pub mod paste;
pub mod picture;
pub mod screen;
pub mod seen;
pub mod stakes;
pub mod surface;
pub mod theme;
pub mod update;
pub mod why;
pub mod widget;
pub mod work;
