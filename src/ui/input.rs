//! What a person does to the desk, in our own words: a key, a mouse move, a paste, a new size.
//! The runtime translates the terminal's events into these; nothing in `ui` knows the terminal.

use std::fmt;

/// A key without its modifiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Code {
    /// A character as typed: `H` is `Char('H')`, never `h` with shift.
    Char(char),
    /// Enter.
    Enter,
    /// Escape.
    Esc,
    /// Tab.
    Tab,
    /// Backspace.
    Backspace,
    /// Delete.
    Delete,
    /// Insert.
    Insert,
    /// Arrow up.
    Up,
    /// Arrow down.
    Down,
    /// Arrow left.
    Left,
    /// Arrow right.
    Right,
    /// Home.
    Home,
    /// End.
    End,
    /// Page up.
    PageUp,
    /// Page down.
    PageDown,
    /// A function key.
    F(u8),
}

/// A key press. Releases never become one; a repeat does, marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    /// Which key.
    pub code: Code,
    /// Control held.
    pub ctrl: bool,
    /// Alt (Option, Meta) held.
    pub alt: bool,
    /// Shift held; never set for characters, where the character itself says it.
    pub shift: bool,
    /// The key is held down; only movement acts on it.
    pub repeat: bool,
}

impl Key {
    /// A plain key.
    pub fn plain(code: Code) -> Key {
        Key {
            code,
            ctrl: false,
            alt: false,
            shift: false,
            repeat: false,
        }
    }

    /// The key a text names, in the spelling of the action table: `ctrl-z`, `shift-tab`, `f1`,
    /// `pgdn`, `space`, `H`, `?`. `None` for a text that names no key.
    pub fn parse(text: &str) -> Option<Key> {
        let mut key = Key::plain(Code::Esc);
        let mut rest = text;
        loop {
            if let Some(after) = rest.strip_prefix("ctrl-") {
                key.ctrl = true;
                rest = after;
            } else if let Some(after) = rest.strip_prefix("alt-") {
                key.alt = true;
                rest = after;
            } else if let Some(after) = rest.strip_prefix("shift-") {
                key.shift = true;
                rest = after;
            } else {
                break;
            }
        }
        key.code = code_named(rest)?;
        Some(key)
    }

    /// The character typed, when this is text: no Control, no Alt.
    pub fn text(&self) -> Option<char> {
        match self.code {
            Code::Char(c) if !self.ctrl && !self.alt => Some(c),
            _ => None,
        }
    }

    /// True when the key only types a character or moves within text or a list.
    pub fn types(&self) -> bool {
        self.text().is_some()
            || matches!(
                self.code,
                Code::Backspace
                    | Code::Left
                    | Code::Right
                    | Code::Home
                    | Code::End
                    | Code::Up
                    | Code::Down
            )
    }

    /// True when the key is exactly the one a text names (repeats count as presses).
    pub fn is(&self, name: &str) -> bool {
        Key::parse(name).is_some_and(|key| {
            key == Key {
                repeat: false,
                ..*self
            }
        })
    }
}

const NAMES: [(&str, Code, &str); 17] = [
    ("enter", Code::Enter, "Enter"),
    ("esc", Code::Esc, "Esc"),
    ("tab", Code::Tab, "Tab"),
    ("backspace", Code::Backspace, "Backspace"),
    ("delete", Code::Delete, "Delete"),
    ("insert", Code::Insert, "Insert"),
    ("up", Code::Up, "Up"),
    ("down", Code::Down, "Down"),
    ("left", Code::Left, "Left"),
    ("right", Code::Right, "Right"),
    ("home", Code::Home, "Home"),
    ("end", Code::End, "End"),
    ("pgup", Code::PageUp, "PgUp"),
    ("pgdn", Code::PageDown, "PgDn"),
    ("space", Code::Char(' '), "Space"),
    ("minus", Code::Char('-'), "-"),
    ("comma", Code::Char(','), ","),
];

fn code_named(text: &str) -> Option<Code> {
    if let Some((_, code, _)) = NAMES.iter().find(|(name, _, _)| *name == text) {
        return Some(*code);
    }
    if let Some(number) = text.strip_prefix('f').and_then(|n| n.parse().ok()) {
        return Some(Code::F(number));
    }
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (Some(c), None) => Some(Code::Char(c)),
        _ => None,
    }
}

/// As a person reads it: `Ctrl+Z`, `Shift+Tab`, `PgDn`, `H`.
impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (held, name) in [
            (self.ctrl, "Ctrl+"),
            (self.alt, "Alt+"),
            (self.shift, "Shift+"),
        ] {
            if held {
                f.write_str(name)?;
            }
        }
        if let Some((_, _, name)) = NAMES.iter().find(|(_, code, _)| *code == self.code) {
            return f.write_str(name);
        }
        match self.code {
            Code::F(n) => write!(f, "F{n}"),
            Code::Char(c) if self.ctrl || self.alt => write!(f, "{}", c.to_uppercase()),
            Code::Char(c) => write!(f, "{c}"),
            _ => Ok(()),
        }
    }
}

/// What the mouse did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MouseKind {
    /// Left button pressed.
    Click,
    /// Right button pressed: the row menu.
    Menu,
    /// Wheel away from the person.
    WheelUp,
    /// Wheel towards the person.
    WheelDown,
}

/// The mouse at a cell of the screen, counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mouse {
    /// What it did.
    pub kind: MouseKind,
    /// Column.
    pub x: u16,
    /// Row.
    pub y: u16,
}

/// One thing that came from the terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A key.
    Key(Key),
    /// The mouse.
    Mouse(Mouse),
    /// Pasted text, from bracketed paste or found by the burst guard.
    Paste(String),
    /// A new size: columns, rows.
    Resize(u16, u16),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_keys_read_back() {
        for (name, shown) in [
            ("ctrl-z", "Ctrl+Z"),
            ("shift-tab", "Shift+Tab"),
            ("f12", "F12"),
            ("H", "H"),
            ("f", "f"),
            ("?", "?"),
            ("space", "Space"),
            ("ctrl-pgdn", "Ctrl+PgDn"),
        ] {
            assert_eq!(Key::parse(name).unwrap().to_string(), shown);
        }
        assert_eq!(Key::parse("hello"), None);
        assert!(Key::plain(Code::Char('H')).is("H"));
        assert!(!Key::plain(Code::Char('H')).is("h"));
    }
}
