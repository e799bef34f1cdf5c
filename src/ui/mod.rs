//! The screens: update(model, msg) gives effects, view(model) draws. Pure apart from drawing into a frame: no store, no files, no threads, no clock.

pub mod widget;
