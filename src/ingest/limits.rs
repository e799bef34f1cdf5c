//! The caps that keep a hostile or runaway file from taking the desk down. They bound one file;
//! the reading process has memory and time limits of its own on top.

/// Most bytes of one file (2 GB).
pub const FILE_BYTES: usize = 2_000_000_000;
/// Most bytes of one JSON document as UTF-8 (256 MB): it is read three or four times over.
pub const JSON_BYTES: u64 = 256_000_000;
/// Most bytes of one field (32 KB).
pub const FIELD_BYTES: usize = 32_768;
/// Most bytes of a cell of a workbook or a value of a JSON document: the 32,767 characters that a
/// spreadsheet keeps, in the longest spelling.
pub const CELL_BYTES: usize = FIELD_BYTES * 4;
/// Most columns looked at.
pub const COLUMNS: usize = 512;
/// Most non-empty cells of one file.
pub const CELLS: usize = 60_000_000;
/// Most rows of one table.
pub const ROWS: usize = 2_000_000;
/// A worksheet ends here; positions beyond are damage.
pub const SHEET_ROWS: u32 = 1_048_576;
/// As [`SHEET_ROWS`], for columns.
pub const SHEET_COLUMNS: u32 = 16_384;
/// Most cells of the rectangles that the sheets of an `.xls` span, empty ones included: its reader
/// holds them all, at some 60 bytes each and their texts besides. The fullest sheet of that kind has
/// 65,536 rows: of these, 45 columns.
pub const XLS_AREA: u64 = 3_000_000;
/// Most cells that an `.ods` may say by repeating others.
pub const REPEATED_CELLS: u64 = 4_000_000;
/// Most rows under the header of one price estimate: they become one quote.
pub const ESTIMATE_ROWS: usize = 10_000;
/// Most bytes of refused rows with their reasons (40 MB): the desk holds them, and once more as the
/// CSV they are written to.
pub const REJECTED_BYTES: usize = 40_000_000;
/// Most bytes the desk holds of a file until its last row is planned (100 MB), about: rows that wait
/// for the others, packed; what tells a row that stands twice; customers and contracts it brought.
pub const HELD_BYTES: usize = 100_000_000;
/// Most bytes of the rows of one file that are laid beside a book to be compared (150 MB), about.
pub const COMPARED_BYTES: usize = 150_000_000;
/// Rows searched for a header.
pub const HEADER_SEARCH: usize = 120;
/// Most entries of a workbook archive.
pub const ZIP_ENTRIES: usize = 2_000;
/// Most bytes of a workbook archive once unpacked (1 GB).
pub const ZIP_UNPACKED: u64 = 1_000_000_000;
/// Most unpacked bytes for one packed byte, for entries above [`ZIP_RATIO_FROM`].
pub const ZIP_RATIO: u64 = 200;
/// Entries up to this size (64 MB) may be packed as densely as they like.
pub const ZIP_RATIO_FROM: u64 = 64_000_000;
/// Most characters of a serial, instance, contract number or product id.
pub const IDENTIFIER_CHARS: usize = 128;
