//! Tells pasted text from typed keys where the terminal does not say so. A pasted block arrives as
//! a run of keys faster than hands; run as commands it would do harm, so it becomes text.
//!
//! Once one announced paste has been seen the guard stands down: only announced text is a paste
//! then. Until then keys that only move or type into a field act at once; keys that change
//! something or leave the place wait one burst interval, so that drawing is never delayed. Pure:
//! the milliseconds come from outside.

use super::input::{Code, Input, Key};

/// Closer than this, presses belong to one run.
pub const BURST_MS: u64 = 8;
/// So many different presses of one run are a paste.
pub const BURST_KEYS: usize = 3;
/// A paste ends after so long a silence; longer than a run's gap, since a big block arrives in
/// pieces.
pub const SILENCE_MS: u64 = 40;

/// What a key would do, and so whether it waits to see that it stands alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Changes something or leaves the place: it waits.
    Change,
    /// Moves, begins a sequence of keys, or does nothing: at once, and it belongs to the text all the same
    /// where a paste began with it.
    Move,
    /// Types into a field: at once, and the field has it.
    Type,
}

/// The guard.
#[derive(Debug, Default)]
pub struct Guard {
    announced: bool,
    last_ms: Option<u64>,
    last_key: Option<Key>,
    run: usize,
    held: Vec<Key>,
    /// Keys of the run that moved before it was known as one.
    moved: Vec<Key>,
    text: Option<String>,
}

impl Guard {
    /// Takes what the terminal sent; gives what counts as done, in order. `act` says what a
    /// key would do.
    pub fn feed(&mut self, input: Input, now: u64, act: impl Fn(Key) -> Act) -> Vec<Input> {
        let mut out = self.tick(now);
        match input {
            Input::Paste(text) => {
                self.announced = true;
                out.extend(self.flush());
                out.push(Input::Paste(text));
            }
            Input::Key(key) if !self.announced => self.key(key, now, &act, &mut out),
            other => out.push(other),
        }
        out
    }

    fn key(&mut self, key: Key, now: u64, act: &dyn Fn(Key) -> Act, out: &mut Vec<Input>) {
        let close = self
            .last_ms
            .is_some_and(|last| now.saturating_sub(last) < BURST_MS);
        // a held-down key repeats itself, text does so rarely
        let repeated = self.last_key == Some(key);
        if !close {
            self.run = 0;
            self.moved.clear();
        }
        if !(close && repeated) {
            self.run += 1;
        }
        self.last_ms = Some(now);
        self.last_key = Some(key);
        if let Some(text) = &mut self.text {
            push(text, key);
        } else if self.run >= BURST_KEYS {
            let mut text = String::new();
            for held in self.moved.drain(..).chain(self.held.drain(..)) {
                push(&mut text, held);
            }
            push(&mut text, key);
            self.text = Some(text);
        } else {
            let act = if self.held.is_empty() {
                act(key)
            } else {
                Act::Change
            };
            match act {
                Act::Change => return self.held.push(key),
                Act::Move => self.moved.push(key),
                Act::Type => {}
            }
            out.push(Input::Key(key));
        }
    }

    /// Lets go of what waited long enough.
    pub fn tick(&mut self, now: u64) -> Vec<Input> {
        match self.deadline() {
            Some(deadline) if now >= deadline => self.flush(),
            _ => Vec::new(),
        }
    }

    /// Lets go of everything, waited or not.
    pub fn give_up(&mut self) -> Vec<Input> {
        self.flush()
    }

    fn flush(&mut self) -> Vec<Input> {
        self.run = 0;
        self.last_key = None;
        self.moved.clear();
        match self.text.take() {
            Some(text) => vec![Input::Paste(text)],
            None => self.held.drain(..).map(Input::Key).collect(),
        }
    }

    /// When `tick` has something to do.
    pub fn deadline(&self) -> Option<u64> {
        let last = self.last_ms?;
        if self.text.is_some() {
            Some(last + SILENCE_MS)
        } else if self.held.is_empty() {
            None
        } else {
            Some(last + BURST_MS)
        }
    }
}

fn push(text: &mut String, key: Key) {
    match key.code {
        Code::Char(c) if !key.ctrl && !key.alt => text.push(c),
        // a line feed arrives as Ctrl+J
        Code::Enter => text.push('\n'),
        Code::Char('j') if key.ctrl => text.push('\n'),
        Code::Tab => text.push('\t'),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key(c: char) -> Input {
        Input::Key(Key::plain(match c {
            '\n' => Code::Enter,
            '\t' => Code::Tab,
            c => Code::Char(c),
        }))
    }

    fn at_once(yes: bool, act: Act) -> Act {
        match yes {
            true => act,
            false => Act::Change,
        }
    }

    /// Types text with a gap between keys; gives what came out, silence awaited.
    fn typed(text: &str, gap_ms: u64) -> Vec<Input> {
        let mut guard = Guard::default();
        let mut out = Vec::new();
        let mut now = 1_000;
        for c in text.chars() {
            out.extend(guard.feed(key(c), now, |k| at_once(k.is("j") || k.is("k"), Act::Type)));
            now += gap_ms;
        }
        out.extend(guard.tick(now + 1_000));
        out
    }

    #[test]
    fn a_pasted_block_is_text_and_runs_nothing() {
        assert_eq!(typed("X y\tq\nO", 0), [Input::Paste("X y\tq\nO".into())]);
    }

    #[test]
    fn a_path_dropped_on_a_list_keeps_the_letters_that_moved_in_it() {
        let mut guard = Guard::default();
        let mut out = Vec::new();
        for c in "jjk/x.csv".chars() {
            out.extend(guard.feed(key(c), 1_000, |k| at_once(k.text() != Some('/'), Act::Move)));
        }
        out.extend(guard.tick(2_000));
        assert_eq!(out.last(), Some(&Input::Paste("jjk/x.csv".into())));
    }

    #[test]
    fn hands_are_not_a_paste() {
        let keys: Vec<Input> = "tXq".chars().map(key).collect();
        assert_eq!(typed("tXq", 30), keys);
        // a roll of two keys
        assert_eq!(typed("tX", 2), keys[..2]);
        // a held key, delivered in one lump
        assert_eq!(typed("jjjjjjjj", 0).len(), 8);
    }

    #[test]
    fn a_changing_key_waits_one_interval_and_a_moving_one_does_not() {
        let mut guard = Guard::default();
        assert_eq!(guard.feed(key('j'), 0, |_| Act::Move), [key('j')]);
        assert_eq!(guard.feed(key('t'), 100, |_| Act::Change), []);
        assert_eq!(guard.deadline(), Some(108));
        assert_eq!(guard.tick(107), []);
        assert_eq!(guard.tick(108), [key('t')]);
        assert_eq!(guard.deadline(), None);
    }

    #[test]
    fn an_announced_paste_ends_the_guessing() {
        let mut guard = Guard::default();
        let paste = Input::Paste("a\nb".into());
        assert_eq!(guard.feed(paste.clone(), 0, |_| Act::Change), [paste]);
        for (at, c) in "tXq".chars().enumerate() {
            assert_eq!(guard.feed(key(c), at as u64, |_| Act::Change), [key(c)]);
        }
    }

    proptest! {
        #[test]
        fn nothing_is_lost_or_doubled(
            keys in proptest::collection::vec(("[a-zX\n\t]", 0u64..30), 0..60),
        ) {
            let mut guard = Guard::default();
            let mut now = 0;
            let mut out = Vec::new();
            let mut all = String::new();
            for (c, gap) in keys {
                let c = c.chars().next().unwrap();
                all.push(c);
                now += gap;
                out.extend(guard.feed(key(c), now, |k| at_once(k.is("j"), Act::Type)));
            }
            out.extend(guard.tick(now + 1_000));
            let mut seen = String::new();
            for input in out {
                match input {
                    Input::Key(key) => push(&mut seen, key),
                    Input::Paste(text) => seen.push_str(&text),
                    _ => {}
                }
            }
            prop_assert_eq!(seen, all);
        }
    }
}
