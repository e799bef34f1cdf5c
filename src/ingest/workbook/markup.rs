//! The XML of a workbook's parts as a stream of tags and texts, for the millions of small ones that a
//! large sheet has: nothing is copied, and no more is held than the piece at hand. Knows what
//! spreadsheets write (elements, attributes, entities, CDATA) and passes over the rest; it never
//! looks an entity up, so a document cannot make it expand anything.

use crate::ingest::survey::read_some;
use memchr::{memchr, memchr3, memmem};
use std::borrow::Cow;
use std::io::{self, Read};

/// Bytes read at once.
const CHUNK: usize = 1 << 17;

/// The longest tag, text or comment.
const MOST: usize = 4 << 20;

/// A piece of a document.
pub(super) enum Piece<'m> {
    /// An element begins.
    Open(Tag<'m>),
    /// The element of that name ends.
    Close(&'m [u8]),
    /// Text between tags, entities as written.
    Text(&'m [u8]),
    /// Text in which nothing is an entity.
    Plain(&'m [u8]),
    /// The document is over.
    End,
}

/// The begin of an element.
#[derive(Clone, Copy)]
pub(super) struct Tag<'m> {
    /// Its name without the prefix of its namespace.
    pub name: &'m [u8],
    /// Nothing is in it, and no end follows.
    pub empty: bool,
    attributes: &'m [u8],
}

/// Reads a document from its front.
pub(super) struct Markup<R> {
    from: R,
    buffer: Vec<u8>,
    at: usize,
    filled: usize,
}

impl<R: Read> Markup<R> {
    pub fn new(from: R) -> Markup<R> {
        Markup {
            from,
            buffer: vec![0; CHUNK],
            at: 0,
            filled: 0,
        }
    }

    /// The next piece.
    ///
    /// # Errors
    /// Those of the source, a tag that never ends, a piece longer than any should be.
    #[inline]
    pub fn next(&mut self) -> io::Result<Piece<'_>> {
        loop {
            if self.at == self.filled && !self.more()? {
                return Ok(Piece::End);
            }
            if self.byte(0) != Some(b'<') {
                let len = self.text_end()?;
                return Ok(Piece::Text(self.take(len)));
            }
            if self.byte(1).is_none() {
                self.more()?;
            }
            match self.byte(1) {
                Some(b'!') => {
                    if let Some((from, to)) = self.declaration()? {
                        let whole = self.take(to + 3);
                        return Ok(Piece::Plain(whole.get(from..to).unwrap_or_default()));
                    }
                }
                Some(b'?') => {
                    let end = self.find(b"?>", 2)?;
                    self.at += end + 2;
                }
                Some(b'/') => {
                    let end = self.find(b">", 2)?;
                    let tag = self.take(end + 1).get(2..end).unwrap_or_default();
                    return Ok(Piece::Close(local(tag.trim_ascii_end())));
                }
                _ => {
                    let end = self.tag_end()?;
                    let inside = self.take(end + 1).get(1..end).unwrap_or_default();
                    return Ok(Piece::Open(Tag::of(inside)));
                }
            }
        }
    }

    /// Passes over what is left of an element just opened.
    pub fn skip(&mut self) -> io::Result<()> {
        let mut depth = 1_u32;
        while depth > 0 {
            match self.next()? {
                Piece::Open(tag) if !tag.empty => depth += 1,
                Piece::Close(_) => depth -= 1,
                Piece::End => return Err(early()),
                _ => {}
            }
        }
        Ok(())
    }

    /// Adds the text of an element just opened to `to`; elements in it are passed over.
    #[inline]
    pub fn text(&mut self, to: &mut Vec<u8>) -> io::Result<()> {
        loop {
            match self.next()? {
                Piece::Text(text) => unescape(text, to),
                Piece::Plain(text) => to.extend_from_slice(text),
                Piece::Open(tag) if !tag.empty => self.skip()?,
                Piece::Open(_) => {}
                Piece::Close(_) => return Ok(()),
                Piece::End => return Err(early()),
            }
        }
    }

    /// What was read but not taken yet.
    #[inline]
    pub fn ahead(&self) -> &[u8] {
        self.rest()
    }

    /// Takes so many bytes of it.
    #[inline]
    pub fn pass_over(&mut self, len: usize) {
        self.at = (self.at + len).min(self.filled);
    }

    fn rest(&self) -> &[u8] {
        self.buffer.get(self.at..self.filled).unwrap_or_default()
    }

    fn byte(&self, ahead: usize) -> Option<u8> {
        self.rest().get(ahead).copied()
    }

    fn take(&mut self, len: usize) -> &[u8] {
        let from = self.at;
        self.at += len;
        self.buffer.get(from..self.at).unwrap_or_default()
    }

    /// Reads on behind what is not taken yet; false at the end.
    fn more(&mut self) -> io::Result<bool> {
        self.buffer.copy_within(self.at..self.filled, 0);
        self.filled -= self.at;
        self.at = 0;
        if self.filled == self.buffer.len() {
            if self.filled >= MOST {
                return Err(io::Error::other("a piece of it has over 4 MB"));
            }
            self.buffer.resize(self.filled * 2, 0);
        }
        let room = self.buffer.get_mut(self.filled..).unwrap_or_default();
        let len = read_some(&mut self.from, room)?;
        self.filled += len;
        Ok(len > 0)
    }

    fn text_end(&mut self) -> io::Result<usize> {
        let mut seen = 0;
        loop {
            let rest = self.rest();
            let found = rest.get(seen..).and_then(|rest| memchr(b'<', rest));
            if let Some(at) = found {
                return Ok(seen + at);
            }
            seen = rest.len();
            if !self.more()? {
                return Ok(seen);
            }
        }
    }

    /// Where `what` begins, looked for from `seen` on.
    fn find(&mut self, what: &[u8], from: usize) -> io::Result<usize> {
        let mut seen = from;
        loop {
            let rest = self.rest();
            let found = rest.get(seen..).and_then(|rest| match what {
                [byte] => memchr(*byte, rest),
                _ => memmem::find(rest, what),
            });
            if let Some(at) = found {
                return Ok(seen + at);
            }
            seen = rest.len().saturating_sub(what.len() - 1).max(from);
            if !self.more()? {
                return Err(early());
            }
        }
    }

    /// Where the `>` of a tag stands; one between quotes is not it.
    fn tag_end(&mut self) -> io::Result<usize> {
        let mut seen = 1;
        loop {
            let rest = self.rest();
            let found = rest.get(seen..).and_then(|rest| {
                let at = memchr3(b'>', b'"', b'\'', rest)?;
                Some((seen + at, *rest.get(at)?))
            });
            match found {
                Some((end, b'>')) => return Ok(end),
                Some((open, quote)) => seen = self.find(&[quote], open + 1)? + 1,
                None => {
                    seen = rest.len().max(1);
                    if !self.more()? {
                        return Err(early());
                    }
                }
            }
        }
    }

    /// Passes over a comment or declaration; of CDATA, where its text stands.
    fn declaration(&mut self) -> io::Result<Option<(usize, usize)>> {
        while self.rest().len() < 9 && self.more()? {}
        let rest = self.rest();
        if rest.starts_with(b"<![CDATA[") {
            return Ok(Some((9, self.find(b"]]>", 9)?)));
        }
        let end = match rest.starts_with(b"<!--") {
            true => self.find(b"-->", 4)? + 3,
            false => self.find(b">", 2)? + 1,
        };
        self.at += end;
        Ok(None)
    }
}

fn early() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, "it ends early")
}

/// The name without its prefix.
fn local(name: &[u8]) -> &[u8] {
    match name.iter().rposition(|byte| *byte == b':') {
        Some(at) => name.get(at + 1..).unwrap_or_default(),
        None => name,
    }
}

impl<'m> Tag<'m> {
    fn of(inside: &'m [u8]) -> Tag<'m> {
        let (inside, empty) = match inside.strip_suffix(b"/") {
            Some(inside) => (inside, true),
            None => (inside, false),
        };
        let end = inside.iter().position(u8::is_ascii_whitespace);
        let (name, attributes) = inside.split_at(end.unwrap_or(inside.len()));
        Tag {
            name: local(name),
            empty,
            attributes,
        }
    }

    /// Names, without prefix, and values as they are written.
    pub fn attributes(&self) -> Attributes<'m> {
        Attributes(self.attributes)
    }

    /// The value of an attribute, entities resolved.
    pub fn attribute(&self, name: &[u8]) -> Option<String> {
        let (_, value) = self.attributes().find(|(known, _)| *known == name)?;
        let mut text = Vec::with_capacity(value.len());
        unescape(value, &mut text);
        Some(String::from_utf8_lossy(&text).into_owned())
    }
}

/// The attributes of a tag.
pub(super) struct Attributes<'m>(&'m [u8]);

impl<'m> Iterator for Attributes<'m> {
    type Item = (&'m [u8], &'m [u8]);

    #[inline]
    fn next(&mut self) -> Option<(&'m [u8], &'m [u8])> {
        let rest = self.0.trim_ascii_start();
        let (name, rest) = rest.split_at(rest.iter().position(|byte| *byte == b'=')?);
        let rest = rest.get(1..)?.trim_ascii_start();
        let (quote, rest) = rest.split_first()?;
        let (value, rest) = rest.split_at(rest.iter().position(|byte| byte == quote)?);
        self.0 = rest.get(1..)?;
        Some((local(name.trim_ascii_end()), value))
    }
}

/// Adds text with its entities resolved. What is none of those that XML has by itself stays as it
/// is written.
pub(super) fn unescape(mut text: &[u8], to: &mut Vec<u8>) {
    while let Some(at) = memchr(b'&', text) {
        let (before, rest) = text.split_at(at);
        to.extend_from_slice(before);
        let end = memchr(b';', rest.get(..rest.len().min(12)).unwrap_or_default());
        let meant = end.and_then(|end| Some((end, entity(rest.get(1..end)?)?)));
        let len = match meant {
            Some((end, letter)) => {
                to.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
                end + 1
            }
            None => {
                to.push(b'&');
                1
            }
        };
        text = rest.get(len..).unwrap_or_default();
    }
    to.extend_from_slice(text);
}

fn entity(name: &[u8]) -> Option<char> {
    Some(match name {
        b"amp" => '&',
        b"lt" => '<',
        b"gt" => '>',
        b"quot" => '"',
        b"apos" => '\'',
        _ => {
            let digits = std::str::from_utf8(name.strip_prefix(b"#")?).ok()?;
            let code = match digits.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => digits.parse().ok()?,
            };
            char::from_u32(code)?
        }
    })
}

/// Text in which a spreadsheet wrote characters that XML cannot hold as `_x000D_`.
pub(super) fn unescape_units(text: &str) -> Cow<'_, str> {
    // Nearly no text has any of them.
    let Some(first) = memchr(b'_', text.as_bytes()).and_then(|_| text.find("_x")) else {
        return Cow::Borrowed(text);
    };
    let (before, mut rest) = text.split_at(first);
    let mut whole = before.to_string();
    while let Some(letter) = rest.chars().next() {
        match unit(rest) {
            Some(meant) => {
                whole.push(meant);
                rest = rest.get(7..).unwrap_or_default();
            }
            None => {
                whole.push(letter);
                rest = rest.get(letter.len_utf8()..).unwrap_or_default();
            }
        }
    }
    Cow::Owned(whole)
}

fn unit(text: &str) -> Option<char> {
    let digits = text.strip_prefix("_x")?.get(..5)?.strip_suffix('_')?;
    let hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    char::from_u32(u32::from_str_radix(digits, 16).ok().filter(|_| hex)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives a byte at a time, so that every piece is cut everywhere.
    struct Drops<'a>(&'a [u8]);

    impl Read for Drops<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let len = self.0.len().min(into.len()).min(1);
            let (now, rest) = self.0.split_at(len);
            into[..len].copy_from_slice(now);
            self.0 = rest;
            Ok(len)
        }
    }

    fn told(from: impl Read) -> String {
        let mut markup = Markup::new(from);
        markup.buffer = vec![0; 4];
        let mut told = String::new();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        loop {
            match markup.next().unwrap() {
                Piece::Open(tag) => {
                    told += &format!("<{}", text(tag.name));
                    for (name, _) in tag.attributes() {
                        told += &format!(" {}={:?}", text(name), tag.attribute(name).unwrap());
                    }
                    told += if tag.empty { "/>" } else { ">" };
                }
                Piece::Close(name) => told += &format!("</{}>", text(name)),
                Piece::Text(raw) => {
                    let mut plain = Vec::new();
                    unescape(raw, &mut plain);
                    told += &text(&plain);
                }
                Piece::Plain(raw) => told += &format!("[{}]", text(raw)),
                Piece::End => return told,
            }
        }
    }

    #[test]
    fn a_document_is_the_same_wherever_it_is_cut() {
        let text = "<?xml version=\"1.0\"?><!DOCTYPE a><x:a b = 'c>\"d' e=\"&lt;1>\"><!-- <z> --><q/>\
                    t &amp; &#x41;&#66; &nope; &<![CDATA[<&amp;>]]]></x:a >";
        let wanted = "<a b=\"c>\\\"d\" e=\"<1>\"><q/>t & AB &nope; &[<&amp;>]]</a>";
        assert_eq!(told(text.as_bytes()), wanted);
        assert_eq!(told(Drops(text.as_bytes())), wanted);
    }

    #[test]
    fn what_never_ends_is_an_error() {
        for text in ["<a", "<a b=\"", "<!-- ", "<![CDATA[x]]", "<?x", "</a"] {
            let mut markup = Markup::new(text.as_bytes());
            assert!(markup.next().is_err(), "{text}");
        }
        assert!(Markup::new(&b"<b><c>"[..]).skip().is_err());
    }

    #[test]
    fn characters_that_xml_cannot_hold_are_read_back() {
        assert_eq!(unescape_units("a_x000D_b_x0041_c"), "a\rbAc");
        assert_eq!(unescape_units("_x005F_x0041_"), "_x0041_");
        assert_eq!(unescape_units("_x00G1_ _x é_x"), "_x00G1_ _x é_x");
    }
}
