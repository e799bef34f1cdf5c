//! Whole numbers seven bits to a byte, the lowest first: small ones take one byte, and none is too long.

/// Writes a number.
#[inline]
pub fn put(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Writes a number of either sign, small ones of both in one byte.
#[inline]
pub fn put_signed(out: &mut Vec<u8>, number: i64) {
    put(out, (number << 1 ^ number >> 63) as u64);
}

/// Reads a number and goes past it; nothing where the bytes end within it.
#[inline]
pub fn take(from: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (first, rest) = from.split_first()?;
        *from = rest;
        number |= u64::from(first & 0x7f) << shift;
        if *first < 0x80 {
            break;
        }
    }
    Some(number)
}

/// Reads what [`put_signed`] wrote.
#[inline]
pub fn take_signed(from: &mut &[u8]) -> Option<i64> {
    let number = take(from)?;
    Some((number >> 1) as i64 ^ -((number & 1) as i64))
}

/// Writes a number of either sign that may be longer than 64 bits.
#[inline]
pub fn put_wide(out: &mut Vec<u8>, number: i128) {
    let mut left = (number << 1 ^ number >> 127) as u128;
    while left >= 0x80 {
        out.push(left as u8 | 0x80);
        left >>= 7;
    }
    out.push(left as u8);
}

/// Reads what [`put_wide`] wrote.
#[inline]
pub fn take_wide(from: &mut &[u8]) -> Option<i128> {
    let mut number = 0u128;
    for shift in (0..128).step_by(7) {
        let (first, rest) = from.split_first()?;
        *from = rest;
        number |= u128::from(first & 0x7f) << shift;
        if *first < 0x80 {
            break;
        }
    }
    Some((number >> 1) as i128 ^ -((number & 1) as i128))
}
