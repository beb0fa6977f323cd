//! The n-bit filter: only the significant bits of each number are stored.

use super::error::{DecodeError, corrupt};

/// Class of a plain number in the filter's parameters; compounds and arrays of numbers have others.
const ATOMIC: u32 = 1;

/// Undoes the filter and widens integers of fewer significant bits to their full size.
///
/// `signed` tells how, and is `None` for a type that is not an integer.
pub(super) fn decompress(
    input: &[u8],
    parameters: &[u32],
    signed: Option<bool>,
    most: usize,
) -> Result<Vec<u8>, DecodeError> {
    let decoded = hdf5_reader::filters::nbit::decompress_with_limit(input, parameters, most);
    let mut bytes = decoded.map_err(|error| corrupt("nbit", error))?;
    let [_, _, _, ATOMIC, size @ 1..=8, order, precision, offset, ..] = *parameters else { return Ok(bytes) };
    if precision == 0 || precision + offset > 8 * size {
        return Err(corrupt("nbit", format!("{precision} bits from bit {offset} in {size} bytes")));
    }
    if precision == 8 * size {
        return Ok(bytes);
    }
    let Some(signed) = signed else {
        return Err(DecodeError::Unsupported(format!("nbit with floats of {precision} bits")));
    };
    for element in bytes.chunks_exact_mut(size as usize) {
        widen(element, order == 1, precision, offset, signed);
    }
    Ok(bytes)
}

fn widen(element: &mut [u8], big_endian: bool, precision: u32, offset: u32, signed: bool) {
    let mut word = [0; 8];
    word[..element.len()].copy_from_slice(element);
    if big_endian {
        word[..element.len()].reverse();
    }
    let unused = 64 - precision;
    let high = (u64::from_le_bytes(word) >> offset) << unused;
    let value = if signed { ((high as i64) >> unused) as u64 } else { high >> unused };
    element.copy_from_slice(&value.to_le_bytes()[..element.len()]);
    if big_endian {
        element.reverse();
    }
}
