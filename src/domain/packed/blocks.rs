//! Rows as bytes behind each other, in blocks that copies share.

use std::sync::Arc;

/// Bytes of a block before the next is begun. A place is the number of a block and a position in
/// it, sixteen bits each.
const BLOCK: usize = 1 << 16;

/// Room a row should find in a block; a long one may go over its end.
const ROOM: usize = 512;

/// Blocks that a place can name: four gigabytes.
const MOST: usize = 0xffff;

/// Waste that is not worth packing anew.
const WASTE: usize = 1 << 20;

/// The bytes of all rows. A block that is written to while a copy shares it is copied first.
#[derive(Clone)]
pub struct Blocks {
    blocks: Vec<Arc<Vec<u8>>>,
    most: usize,
    bytes: usize,
    /// Bytes of rows that were replaced or removed.
    waste: usize,
}

impl Default for Blocks {
    fn default() -> Blocks {
        Blocks::at_most(MOST)
    }
}

impl Blocks {
    /// With no more than so many blocks.
    pub fn at_most(most: usize) -> Blocks {
        Blocks {
            blocks: Vec::new(),
            most,
            bytes: 0,
            waste: 0,
        }
    }

    /// How many blocks there are.
    #[cfg(test)]
    pub fn count(&self) -> usize {
        self.blocks.len()
    }

    /// Writes a row behind the others and says where; nothing when all blocks are full of them.
    pub fn put(&mut self, write: impl FnOnce(&mut Vec<u8>)) -> Option<u32> {
        let full = |block: &Arc<Vec<u8>>| block.len() + ROOM > BLOCK;
        if self.blocks.last().is_none_or(full) {
            if self.blocks.len() >= self.most {
                return None;
            }
            if let Some(full) = self.blocks.last_mut().and_then(Arc::get_mut) {
                full.shrink_to_fit();
            }
            self.blocks.push(Arc::new(Vec::with_capacity(BLOCK)));
        }
        let number = u32::try_from(self.blocks.len() - 1).ok()?;
        let block = Arc::make_mut(self.blocks.last_mut()?);
        let from = block.len();
        write(block);
        self.bytes += block.len() - from;
        Some(number << 16 | from as u32)
    }

    /// The bytes from a place on.
    pub fn at(&self, place: u32) -> Option<&[u8]> {
        let block = self.blocks.get((place >> 16) as usize)?;
        block.get((place & 0xffff) as usize..)
    }

    /// The block of a place, and where in it that is.
    pub fn around(&self, place: u32) -> Option<(&[u8], usize)> {
        let block = self.blocks.get((place >> 16) as usize)?;
        Some((block.as_slice(), (place & 0xffff) as usize))
    }

    /// Bytes that nothing names any more.
    pub fn leave(&mut self, bytes: usize) {
        self.waste += bytes;
    }

    /// True where packing the rows anew would free most of the memory.
    pub fn is_wasteful(&self) -> bool {
        self.waste > WASTE && self.waste * 2 > self.bytes
    }

    /// Gives back the room of the last block that nothing stands in.
    pub fn shrink(&mut self) {
        if let Some(last) = self.blocks.last_mut().and_then(Arc::get_mut) {
            last.shrink_to_fit();
        }
        self.blocks.shrink_to_fit();
    }

    /// Bytes written.
    pub fn bytes(&self) -> usize {
        self.bytes
    }
}
