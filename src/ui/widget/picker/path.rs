//! Paths as texts, on both kinds of systems: the desk only asks for files, it never opens one.

/// File endings the desk reads.
const READABLE: [&str; 11] = [
    "xlsx", "xlsm", "xlsb", "xls", "ods", "csv", "tsv", "txt", "json", "jsonl", "ndjson",
];

/// True for a name with an ending we read.
pub fn readable(name: &str) -> bool {
    name.rsplit_once('.')
        .is_some_and(|(_, end)| READABLE.iter().any(|known| end.eq_ignore_ascii_case(known)))
}

/// A name in a folder.
pub fn joined(folder: &str, name: &str) -> String {
    if folder.ends_with(['/', '\\']) || folder.is_empty() {
        format!("{folder}{name}")
    } else if folder.contains('\\') && !folder.contains('/') {
        format!("{folder}\\{name}")
    } else {
        format!("{folder}/{name}")
    }
}

/// The folder above, as text; `None` at the top.
pub fn parent(path: &str) -> Option<&str> {
    let trimmed = path.trim_end_matches(['/', '\\']);
    let at = trimmed.rfind(['/', '\\'])?;
    // `/home` lies in `/`, `C:\x` in `C:\`.
    let keep = if at == 0 || trimmed.get(..at).is_some_and(|p| p.ends_with(':')) {
        at + 1
    } else {
        at
    };
    trimmed.get(..keep)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_join_and_part_on_both_kinds_of_systems() {
        assert_eq!(joined("/home/ana", "x.csv"), "/home/ana/x.csv");
        assert_eq!(joined("/", "x.csv"), "/x.csv");
        assert_eq!(joined("C:\\Users", "x.csv"), "C:\\Users\\x.csv");
        assert_eq!(parent("/home/ana"), Some("/home"));
        assert_eq!(parent("/home"), Some("/"));
        assert_eq!(parent("/"), None);
        assert_eq!(parent("C:\\Users"), Some("C:\\"));
        assert!(readable("Export.XLSX") && !readable("notes.pdf"));
    }
}
