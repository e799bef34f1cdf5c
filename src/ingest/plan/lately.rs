//! What was found out lately about texts that rows repeat. The reader hands on the same text for
//! the same words, so that where it lies is looked at and not what it says; a text that is equal
//! and lies elsewhere is asked about again.

use std::sync::Arc;

/// How many texts are remembered; a power of two.
const SLOTS: usize = 1024;

/// Answers by text. A text is held while it is remembered, so that no other one comes to lie there.
pub struct Lately<K, T> {
    slots: Vec<Option<(K, T)>>,
}

/// Something that lies somewhere.
pub trait Lies {
    /// Where.
    fn place(&self) -> usize;
    /// True for the very same.
    fn is(&self, other: &Self) -> bool;
}

impl Lies for Arc<str> {
    fn place(&self) -> usize {
        self.as_ptr().addr()
    }

    fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(self, other)
    }
}

impl Lies for Option<Arc<str>> {
    fn place(&self) -> usize {
        self.as_ref().map_or(0, Lies::place)
    }

    fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Some(a), Some(b)) => a.is(b),
            (None, None) => true,
            _ => false,
        }
    }
}

impl<K: Lies, T> Lately<K, T> {
    /// Nothing found out yet.
    pub fn new() -> Lately<K, T> {
        Lately { slots: Vec::new() }
    }

    /// The answer for a key, asked for where it is not remembered.
    pub fn of(&mut self, key: K, ask: impl FnOnce(&K) -> T) -> Option<&T> {
        if self.slots.is_empty() {
            self.slots.resize_with(SLOTS, || None);
        }
        // texts lie at sixteens
        let mixed = (key.place() >> 4).wrapping_mul(0x9e37_79b9_7f4a_7c15_u64 as usize);
        let slot = self.slots.get_mut((mixed >> 16) & (SLOTS - 1))?;
        match slot {
            Some((known, _)) if known.is(&key) => {}
            _ => {
                let answer = ask(&key);
                *slot = Some((key, answer));
            }
        }
        slot.as_ref().map(|(_, answer)| answer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_asked_about_once_and_never_taken_for_another() {
        let texts: Vec<Arc<str>> = (0..5_000).map(|n| n.to_string().into()).collect();
        let mut lately = Lately::new();
        let mut asked = 0;
        for text in texts.iter().flat_map(|text| [text, text]) {
            let told = lately.of(text.clone(), |text| {
                asked += 1;
                text.to_string()
            });
            assert_eq!(told.map(String::as_str), Some(&**text));
        }
        assert_eq!(asked, texts.len());
    }
}
