//! The screens. Each module has a `Model` with `place`, `disabled`, `act`, `input`, `follow`, and
//! a `view`; see the module page of `ui` on how to add one.

pub mod changes;
pub mod expansion;
pub mod history;
pub mod import;
pub mod pipeline;
pub mod program;
pub mod quote;
pub mod reconcile;
pub mod risk;
pub mod settings;
pub mod today;
