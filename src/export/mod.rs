//! What leaves the desk: tables as CSV, XLSX and tab-separated text, documents of a quote as PDF,
//! workbook and mail draft, calendars, and the way figures are written for programs. Values in, bytes
//! out: no file, no terminal, no arithmetic but sums.

pub mod asset_list;
pub mod calendar;
pub mod document;
pub mod inside;
pub mod json;
pub mod letterhead;
pub mod mail;
pub mod offer;
mod pipeline;
pub mod price_request;
mod reconciliation;
mod sheet_cells;
pub mod standing;
mod suggestions;
mod table;
mod workbook;

pub use pipeline::{HEADERS, pipeline};
pub use reconciliation::reconciliation;
pub use suggestions::suggestions;
pub use table::{Cell, CsvOptions, Table, harmless};
pub use workbook::{Sheet, workbook};
