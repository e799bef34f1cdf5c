//! Tables leaving the desk: CSV for files, tab-separated text for the clipboard, and the way
//! figures are written for programs. Values in, bytes out: no file, no terminal, no arithmetic.

pub mod asset_list;
pub mod json;
mod pipeline;
mod reconciliation;
mod table;
mod xlsx;

pub use pipeline::{HEADERS, pipeline};
pub use reconciliation::reconciliation;
pub use table::{Cell, CsvOptions, Table, harmless};
