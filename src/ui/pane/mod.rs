//! Panes beside the lists: the renewal in full, the projection, the explanation of a figure.

pub mod detail;
pub mod exact;
pub mod explain;
pub mod incentive;
pub mod projection;
pub mod stake;
