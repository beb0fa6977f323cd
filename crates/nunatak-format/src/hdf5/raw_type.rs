//! Types as a file describes them: those that would be read wrongly are refused.

use hdf5_reader::Datatype;
use hdf5_reader::error::{Error, Result};
use hdf5_reader::io::Cursor;
use hdf5_reader::messages::datatype;

/// What is made of a type takes about so many times its bytes: members of records have few bytes in a file.
pub(super) const TYPE_EXPANSION: usize = 4;

/// A type from its bytes. `has_nbit` says that the n-bit filter gives integers of fewer bits their full width.
pub(super) fn parse_type(bytes: &[u8], has_nbit: bool) -> Result<Datatype> {
    let parsed = datatype::parse(&mut Cursor::new(bytes), bytes.len())?.datatype;
    match parsed {
        Datatype::FixedPoint { size, .. } | Datatype::Bitfield { size, .. } if !has_nbit => {
            check_integer(bytes, size)?;
        }
        Datatype::FloatingPoint { size, .. } => check_float(bytes, size)?,
        _ => {}
    }
    Ok(parsed)
}

/// Integers of 12 bits in 2 bytes, or shifted ones, are no plain integers.
fn check_integer(bytes: &[u8], size: u8) -> Result<()> {
    let Some(&[_, _, _, _, _, _, _, _, offset_low, offset_high, precision_low, precision_high]) = bytes.first_chunk()
    else {
        return Ok(());
    };
    let (offset, precision) =
        (u16::from_le_bytes([offset_low, offset_high]), u16::from_le_bytes([precision_low, precision_high]));
    if offset == 0 && precision == 8 * u16::from(size) {
        return Ok(());
    }
    Err(Error::UnsupportedEncoding(format!("integers of {precision} bits from bit {offset} in {size} bytes")))
}

/// Floats are read as IEEE 754; others (bfloat16, VAX, extended precision) have other fields.
fn check_float(bytes: &[u8], size: u8) -> Result<()> {
    let Some(&[_, low, _, _, _, _, _, _, _, _, _, _, _, exponent, _, mantissa]) = bytes.first_chunk() else {
        return Ok(());
    };
    const VAX: u8 = 0x40;
    let expected = match size {
        2 => (5, 10),
        4 => (8, 23),
        8 => (11, 52),
        _ => return Err(Error::UnsupportedEncoding(format!("floats of {size} bytes"))),
    };
    if (exponent, mantissa) == expected && low & VAX == 0 {
        return Ok(());
    }
    Err(Error::UnsupportedEncoding(format!(
        "floats of {size} bytes with {exponent} bits of exponent and {mantissa} of mantissa"
    )))
}
