//! Single values: dates, numbers and identifiers as people and spreadsheets write them. Each
//! module first says what one text could mean, then decides once for a whole column.

pub mod date;
pub mod identifier;
pub mod number;

/// Words that stand for "nothing here" (formats §4.2), besides the empty text and all zeros.
const PLACEHOLDERS: [&str; 14] = [
    "NEW",
    "N/A",
    "NA",
    "#N/A",
    "NONE",
    "NULL",
    "NAN",
    "NOT APPLICABLE",
    "TBD",
    "-",
    "--",
    "---",
    "UNKNOWN",
    "CONFIDENTIAL",
];

/// True for a text that stands for no value, in any case.
pub fn is_placeholder(text: &str) -> bool {
    // Every identifier is asked, and most begin as no such word does.
    if text.starts_with(|c: char| c.is_ascii_digit()) {
        return false;
    }
    let text = text.trim();
    text.is_empty()
        || PLACEHOLDERS
            .iter()
            .any(|word| text.eq_ignore_ascii_case(word))
}

/// True for the word by which a source hides what the reader does not hold.
pub fn is_masked(text: &str) -> bool {
    // Every cell is asked, and few have as many letters.
    text.len() >= "confidential".len() && text.trim().eq_ignore_ascii_case("confidential")
}
