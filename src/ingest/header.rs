//! Column headers: the key two spellings share, and names for headers that repeat or are missing.

use std::collections::HashMap;

/// The key of a header: lower case, only letters and digits, so that `PAK/Serial⏎Number` and
/// `pak serial number` are one. `Disc(%)` becomes `disc`.
pub fn key(header: &str) -> String {
    header
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// The header without a currency at its end: `Unit List Price (EUR)` is `Unit List Price`.
pub fn without_currency(header: &str) -> &str {
    let trimmed = header.trim_end().trim_end_matches([')', ']']);
    let Some(at) = trimmed.rfind(|c: char| !c.is_ascii_alphanumeric()) else {
        return header;
    };
    let word = trimmed.get(at..).unwrap_or_default();
    let word = word.trim_start_matches(|c: char| !c.is_ascii_alphanumeric());
    match super::value::number::is_currency_code(word) {
        true => trimmed
            .get(..at)
            .unwrap_or(header)
            .trim_end_matches(['(', '[', ' ']),
        false => header,
    }
}

/// Names every column apart: repeated headers get ` (2)`, ` (3)`, empty ones `column n`.
pub fn distinct(headers: &[String]) -> Vec<String> {
    let mut seen: HashMap<String, u32> = HashMap::new();
    headers
        .iter()
        .enumerate()
        .map(|(at, header)| {
            let name = match header.trim() {
                "" => format!("column {}", at + 1),
                name => name.to_string(),
            };
            let count = seen.entry(name.clone()).or_insert(0);
            *count += 1;
            match *count {
                1 => name,
                n => format!("{name} ({n})"),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_share_a_key_and_repeats_stay_apart() {
        assert_eq!(key("PAK/Serial⏎Number"), "pakserialnumber");
        assert_eq!(key("Disc(%)"), "disc");
        assert_eq!(without_currency("Unit List Price (EUR)"), "Unit List Price");
        assert_eq!(without_currency("Quantity (ALL)"), "Quantity (ALL)");
        let names = distinct(&["A".into(), " ".into(), "A".into()]);
        assert_eq!(names, ["A", "column 2", "A (2)"]);
    }
}
