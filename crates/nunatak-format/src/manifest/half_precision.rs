//! Half-precision numbers as single precision, which holds each of them exactly.

use nunatak_array::{ByteOrder, Values};

/// Half-precision numbers from their bytes.
pub(crate) fn widen_halves(bytes: &[u8], order: ByteOrder) -> Values {
    let from_bytes = match order {
        ByteOrder::Little => u16::from_le_bytes,
        ByteOrder::Big => u16::from_be_bytes,
    };
    Values::F32(bytes.as_chunks::<2>().0.iter().map(|bytes| widen(from_bytes(*bytes))).collect())
}

/// IEEE 754 binary16 to binary32.
pub(crate) fn widen(half: u16) -> f32 {
    let sign = u32::from(half >> 15) << 31;
    let exponent = u32::from(half >> 10) & 0x1f;
    let mantissa = u32::from(half) & 0x3ff;
    match (exponent, mantissa) {
        // Subnormal numbers are whole multiples of 2^-24, which is normal in single precision.
        (0, mantissa) => f32::from_bits((mantissa as f32 * 2_f32.powi(-24)).to_bits() | sign),
        (0x1f, mantissa) => f32::from_bits(sign | 0x7f80_0000 | (mantissa << 13)),
        (exponent, mantissa) => f32::from_bits(sign | ((exponent + 112) << 23) | (mantissa << 13)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_numbers() {
        let halves = [0x0000, 0x8000, 0x3c00, 0xc000, 0x7bff, 0x0001, 0x03ff, 0x0400, 0x7c00, 0xfc00];
        let tiny = 2_f32.powi(-24);
        let expected =
            [0.0, -0.0, 1.0, -2.0, 65504.0, tiny, 1023.0 * tiny, 1024.0 * tiny, f32::INFINITY, -f32::INFINITY];
        for (half, expected) in halves.into_iter().zip(expected) {
            assert_eq!(widen(half).to_bits(), expected.to_bits(), "{half:#06x}");
        }
        assert!(widen(0x7e00).is_nan());
    }
}
