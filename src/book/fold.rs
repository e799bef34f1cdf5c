//! Text folded for comparing: lower case, accents off, so that `Zürich` is found by `zurich`.
//! Only for searching and comparing; what is shown is never folded.

use std::borrow::Cow;

/// Folds into `out`: ASCII letters lower, Latin letters without their accents, all others to
/// their own lower case; combining accents vanish.
pub fn fold_into(text: &str, out: &mut String) {
    if text.bytes().all(|b| matches!(b, 0x20..=0x7e)) {
        // Serials, numbers and product ids: nearly all text, so worth a pass of its own.
        let from = out.len();
        out.push_str(text);
        if let Some(added) = out.get_mut(from..) {
            added.make_ascii_lowercase();
        }
        return;
    }
    for c in text.chars() {
        match c {
            'A'..='Z' => out.push(c.to_ascii_lowercase()),
            // The separator of search terms cannot be part of one.
            '\0'..='\u{1f}' => {}
            '\u{20}'..='\u{7e}' => out.push(c),
            '\u{300}'..='\u{36f}' => {}
            _ => match latin(c) {
                Some(plain) => out.push_str(plain),
                None => out.extend(c.to_lowercase()),
            },
        }
    }
}

/// The folded text; borrowed where nothing changes.
pub fn fold(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|b| matches!(b, 0x20..=0x40 | 0x5b..=0x7e)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    fold_into(text, &mut out);
    Cow::Owned(out)
}

/// Base letters of the accented Latin letters met in European customer names.
fn latin(c: char) -> Option<&'static str> {
    Some(match c {
        'À'..='Å' | 'à'..='å' | 'Ā'..='ą' | 'Ǎ' | 'ǎ' | 'Ạ'..='ặ' => "a",
        'Æ' | 'æ' => "ae",
        'Ç' | 'ç' | 'Ć'..='č' => "c",
        'Ď'..='đ' | 'Ð' | 'ð' => "d",
        'È'..='Ë' | 'è'..='ë' | 'Ē'..='ě' | 'Ẹ'..='ệ' => "e",
        'Ĝ'..='ģ' | 'Ǧ' | 'ǧ' => "g",
        'Ĥ'..='ħ' => "h",
        'Ì'..='Ï' | 'ì'..='ï' | 'Ĩ'..='ı' | 'Ỉ'..='ị' => "i",
        'Ĵ' | 'ĵ' => "j",
        'Ķ'..='ĸ' => "k",
        'Ĺ'..='ł' => "l",
        'Ñ' | 'ñ' | 'Ń'..='ŋ' => "n",
        'Ò'..='Ö' | 'Ø' | 'ò'..='ö' | 'ø' | 'Ō'..='ő' | 'Ơ' | 'ơ' | 'Ọ'..='ợ' => "o",
        'Œ' | 'œ' => "oe",
        'Ŕ'..='ř' => "r",
        'Ś'..='š' | 'Ș' | 'ș' | 'ſ' => "s",
        'ß' | 'ẞ' => "ss",
        'Ţ'..='ŧ' | 'Ț' | 'ț' => "t",
        'Þ' | 'þ' => "th",
        'Ù'..='Ü' | 'ù'..='ü' | 'Ũ'..='ų' | 'Ư' | 'ư' | 'Ụ'..='ự' => "u",
        'Ŵ' | 'ŵ' => "w",
        'Ý' | 'ý' | 'ÿ' | 'Ŷ'..='Ÿ' | 'Ỳ'..='ỹ' => "y",
        'Ź'..='ž' => "z",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_and_case_fold_away_and_other_scripts_stay() {
        assert_eq!(fold("Zürich ŁÓDŹ"), "zurich lodz");
        assert_eq!(fold("Straße Ærø"), "strasse aero");
        assert_eq!(fold("e\u{301}"), "e");
        assert_eq!(fold("東京 ΑΘΉΝΑ"), "東京 αθήνα");
        assert!(matches!(fold("fox1234-a 9"), Cow::Borrowed(_)));
        assert!(matches!(fold("1234-9 ["), Cow::Borrowed(_)));
    }
}
