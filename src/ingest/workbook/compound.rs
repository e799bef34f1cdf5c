//! The compound file in which `.xls` workbooks and sealed ones stand: a small file system of sectors
//! chained by a table. Read for two questions only: which streams are there, and what one of them
//! holds. A chain that leaves the file or runs in a ring ends the reading.

/// First bytes of a compound file.
pub(super) const MAGIC: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
/// From here on a sector number is a mark, not a place.
const MARKS: u32 = 0xFFFF_FFFA;
/// Bytes of one directory entry.
const ENTRY: usize = 128;
/// Bytes of a sector of the small streams.
const SMALL_SECTOR: usize = 64;
/// Streams shorter than this are small.
const SMALL_STREAM: usize = 4_096;

struct Entry {
    name: String,
    start: u32,
    len: usize,
}

/// A compound file over bytes in memory.
pub(super) struct Compound<'a> {
    bytes: &'a [u8],
    sector: usize,
    table: Vec<u32>,
    entries: Vec<Entry>,
    small_table: Vec<u32>,
}

impl<'a> Compound<'a> {
    /// Opens it; `None` where the tables do not hold together.
    pub(super) fn open(bytes: &'a [u8]) -> Option<Compound<'a>> {
        if !bytes.starts_with(&MAGIC) {
            return None;
        }
        let sector = match u16_at(bytes, 30)? {
            9 => 512,
            12 => 4_096,
            _ => return None,
        };
        let mut file = Compound {
            bytes,
            sector,
            table: Vec::new(),
            entries: Vec::new(),
            small_table: Vec::new(),
        };
        for id in file.table_sectors()? {
            let part = file.sector(id)?;
            file.table.extend(numbers(part));
        }
        let directory = file.chain(u32_at(bytes, 48)?, usize::MAX)?;
        file.entries = directory
            .chunks_exact(ENTRY)
            .filter_map(|entry| read_entry(entry, sector))
            .collect();
        if u32_at(bytes, 64)? > 0 {
            let small = file.chain(u32_at(bytes, 60)?, usize::MAX)?;
            file.small_table = numbers(&small).collect();
        }
        Some(file)
    }

    /// The sectors that hold the table of chains: 109 named in the header, more in a list.
    fn table_sectors(&self) -> Option<Vec<u32>> {
        let mut ids: Vec<u32> = numbers(self.bytes.get(76..512)?).collect();
        let mut next = u32_at(self.bytes, 68)?;
        let mut left = self.bytes.len() / self.sector + 1;
        while next < MARKS {
            left = left.checked_sub(1)?;
            let mut more: Vec<u32> = numbers(self.sector(next)?).collect();
            next = more.pop()?;
            ids.extend(more);
        }
        ids.retain(|id| *id < MARKS);
        Some(ids)
    }

    fn sector(&self, id: u32) -> Option<&'a [u8]> {
        let start = usize::try_from(id)
            .ok()?
            .checked_add(1)?
            .checked_mul(self.sector)?;
        let end = start.checked_add(self.sector)?.min(self.bytes.len());
        self.bytes.get(start..end).filter(|part| !part.is_empty())
    }

    /// The bytes of a chain of sectors, `len` at most.
    fn chain(&self, start: u32, len: usize) -> Option<Vec<u8>> {
        let mut all = Vec::new();
        let mut next = start;
        let mut left = self.bytes.len() / self.sector + 1;
        while next < MARKS && all.len() < len {
            left = left.checked_sub(1)?;
            all.extend_from_slice(self.sector(next)?);
            next = *self.table.get(usize::try_from(next).ok()?)?;
        }
        all.truncate(len);
        Some(all)
    }

    fn small_chain(&self, start: u32, len: usize) -> Option<Vec<u8>> {
        let root = self.entries.first()?;
        let room = self.chain(root.start, root.len)?;
        let mut all = Vec::new();
        let mut next = start;
        while next < MARKS && all.len() < len {
            let at = usize::try_from(next).ok()?;
            let from = at.checked_mul(SMALL_SECTOR)?;
            let part = room.get(from..(from + SMALL_SECTOR).min(room.len()))?;
            if part.is_empty() {
                return None;
            }
            all.extend_from_slice(part);
            next = *self.small_table.get(at)?;
        }
        all.truncate(len);
        Some(all)
    }

    /// True when a stream of that name is there.
    pub(super) fn has(&self, name: &str) -> bool {
        self.entries
            .iter()
            .any(|entry| entry.name.eq_ignore_ascii_case(name))
    }

    /// The bytes of a stream.
    pub(super) fn stream(&self, name: &str) -> Option<Vec<u8>> {
        let entry = self
            .entries
            .iter()
            .find(|entry| entry.name.eq_ignore_ascii_case(name))?;
        match entry.len < SMALL_STREAM {
            true => self.small_chain(entry.start, entry.len),
            false => self.chain(entry.start, entry.len),
        }
    }
}

/// What a compound file holds, where that matters: `None` for a file whose tables are broken.
pub fn holds(bytes: &[u8]) -> Option<Holds> {
    let file = Compound::open(bytes)?;
    Some(if file.has("EncryptedPackage") {
        Holds::Sealed
    } else if file.has("Workbook") || file.has("Book") {
        Holds::Workbook
    } else {
        Holds::Other
    })
}

/// See [`holds`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// A workbook of the old kind.
    Workbook,
    /// A newer workbook under a password.
    Sealed,
    /// A text document, a message, a picture.
    Other,
}

fn read_entry(entry: &[u8], sector: usize) -> Option<Entry> {
    let units: Vec<u16> = entry
        .get(..64)?
        .chunks_exact(2)
        .filter_map(|pair| u16_at(pair, 0))
        .take_while(|unit| *unit != 0)
        .collect();
    let high = match sector {
        512 => 0,
        _ => u32_at(entry, 124)?,
    };
    let len = u64::from(u32_at(entry, 120)?) | u64::from(high) << 32;
    Some(Entry {
        name: String::from_utf16_lossy(&units),
        start: u32_at(entry, 116)?,
        len: usize::try_from(len).ok()?,
    })
}

fn numbers(bytes: &[u8]) -> impl Iterator<Item = u32> + '_ {
    bytes.chunks_exact(4).filter_map(|four| u32_at(four, 0))
}

/// Two bytes, little end first.
pub(super) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let pair = bytes.get(at..at.checked_add(2)?)?;
    Some(u16::from_le_bytes(pair.try_into().ok()?))
}

/// Four bytes, little end first.
pub(super) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(four.try_into().ok()?))
}
