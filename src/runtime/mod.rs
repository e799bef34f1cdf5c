//! Where time passes: event loop, terminal guard, workers, the clock, the folders. The only place with threads.

pub mod backup;
pub mod clock;
pub mod compare;
pub mod desk;
pub mod ids;
pub mod import;
pub mod incentive;
pub mod memory;
pub mod paths;
pub mod picture;
pub mod save;
pub mod take;
pub mod watch;

pub use desk::{DeskError, DeskOptions, look, run_desk};
