//! The renewal in full: clocks with sources, lines, history, notes.
