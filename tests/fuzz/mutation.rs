//! Damage that is cheap to make: bytes cut off, flipped, doubled, swapped for what parsers stumble
//! over. Everything follows from a seed.

/// A small generator: the same seed damages the same bytes.
pub struct Dice(pub u64);

impl Dice {
    /// A number below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % n.max(1)
    }
}

/// What readers stumble over.
const STONES: &[&[u8]] = &[
    b"\"",
    b"\"\"",
    b"\r",
    b"\n",
    b"\r\n",
    b"\0",
    b",",
    b";",
    b"\t",
    b"|",
    b"\x1b[2J",
    b"\xff",
    b"\xEF\xBB\xBF",
    b"\xFF\xFE",
    b"\xE2\x80\xAE",
    b"\xC2\x9B",
    b"-",
    b"1e9",
    b"99999999999999999999",
    b"=1+1",
    b"_x001B_",
    b"&#x1b;",
    b"{",
    b"[",
    b"}",
    b"]",
    b"\xff\xff\xff\xff",
    b"2024-02-30",
    b"0000-00-00",
    b"9999-12-31",
    b"NaN",
    b"%",
    b"\xCC\x81\xCC\x81\xCC\x81",
];

/// The bytes with some damage.
pub fn damaged(bytes: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut out = bytes.to_vec();
    for _ in 0..=dice.below(4) {
        let at = dice.below(out.len() + 1);
        match dice.below(8) {
            0 => out.truncate(at),
            1 => drop(out.drain(at..(at + 1 + dice.below(9)).min(out.len()))),
            2 | 3 => {
                if let Some(byte) = out.get_mut(at) {
                    *byte ^= 1 << dice.below(8);
                }
            }
            4 => {
                let end = (at + 1 + dice.below(80)).min(out.len());
                let again = out[at..end].to_vec();
                out.splice(at..at, again);
            }
            5 => {
                if let Some(byte) = out.get_mut(at) {
                    *byte = dice.below(256) as u8;
                }
            }
            _ => {
                let stone = STONES[dice.below(STONES.len())];
                out.splice(at..at, stone.iter().copied());
            }
        }
    }
    out
}
