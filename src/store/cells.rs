//! The cells of a file that no column holds, kept as its JSON: the headers, which all lines of the
//! file have in common, apart from the texts under them.

/// The strings of a list between two brackets, each with its quotes. `None` for any other text.
fn strings<'t>(text: &'t str, [open, close]: [char; 2], separators: &[u8]) -> Option<Vec<&'t str>> {
    let mut rest = text.strip_prefix(open)?.strip_suffix(close)?;
    let mut found = Vec::new();
    loop {
        let end = string_end(rest)?;
        let (string, after) = rest.split_at_checked(end)?;
        found.push(string);
        let Some(separator) = after.bytes().next() else {
            break;
        };
        let expected = separators.get((found.len() - 1) % separators.len())?;
        if separator != *expected {
            return None;
        }
        rest = after.get(1..)?;
    }
    Some(found)
}

/// Where the JSON string at the start of a text ends, after its closing quote.
fn string_end(text: &str) -> Option<usize> {
    let mut bytes = text.bytes().enumerate();
    if bytes.next()?.1 != b'"' {
        return None;
    }
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'\\' => drop(bytes.next()),
            b'"' => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// An object of texts as a list of its names and a list of its texts; `None` for any other text,
/// which is kept whole.
pub(super) fn split(object: &str) -> Option<(String, String)> {
    let strings = strings(object, ['{', '}'], b":,")?;
    if strings.len() % 2 != 0 {
        return None;
    }
    let list = |from: usize| {
        let mut list = String::with_capacity(object.len());
        for string in strings.iter().skip(from).step_by(2) {
            list.push(if list.is_empty() { '[' } else { ',' });
            list.push_str(string);
        }
        list + "]"
    };
    Some((list(0), list(1)))
}

/// The object that was split; without names the text was kept whole.
pub(super) fn joined(names: Option<&str>, texts: String) -> Option<String> {
    let Some(names) = names else {
        return Some(texts);
    };
    let names = strings(names, ['[', ']'], b",")?;
    let texts = strings(&texts, ['[', ']'], b",")?;
    if names.len() != texts.len() {
        return None;
    }
    let mut object = String::new();
    for (name, text) in names.iter().zip(texts) {
        object.push(if object.is_empty() { '{' } else { ',' });
        object.push_str(name);
        object.push(':');
        object.push_str(text);
    }
    Some(object + "}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_come_back_as_they_were() {
        for text in [
            r#"{"Coverage Notes":"none"}"#,
            r#"{"a":"1","b\"":"x\\","Größe":"{\"k\":[1,2]}","a":""}"#,
        ] {
            let (names, texts) = split(text).unwrap();
            assert_eq!(joined(Some(&names), texts).as_deref(), Some(text));
        }
        assert_eq!(
            split(r#"{"a":"1","b":"2"}"#).unwrap(),
            (r#"["a","b"]"#.to_owned(), r#"["1","2"]"#.to_owned())
        );
        for other in [
            "",
            "{}",
            "{",
            r#"{"a":1}"#,
            r#"{"a"}"#,
            r#"{"a":"1",}"#,
            r#"{ "a":"1"}"#,
            r#"{"a":"1"#,
            r#"{"a","1"}"#,
            r#"{"a":"1\"}"#,
        ] {
            assert_eq!(split(other), None, "{other}");
            assert_eq!(joined(None, other.to_owned()).as_deref(), Some(other));
        }
        assert_eq!(joined(Some(r#"["a","b"]"#), r#"["1"]"#.into()), None);
    }
}
