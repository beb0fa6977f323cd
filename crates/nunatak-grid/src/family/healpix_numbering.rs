//! Numbers of HEALPix cells, and where on the twelve base cells they are (Górski et al. 2005).

/// Position of a cell on the twelve base cells: the base cell, and the column and row on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FacePosition {
    pub(super) face: u8,
    pub(super) column: u32,
    pub(super) row: u32,
}

/// Ring of the southernmost corner of each base cell, in units of the side of a base cell.
pub(super) const SOUTH_RING: [f64; 12] = [2.0, 2.0, 2.0, 2.0, 3.0, 3.0, 3.0, 3.0, 4.0, 4.0, 4.0, 4.0];
/// Longitude of that corner in eighths of a turn.
pub(super) const MERIDIAN: [f64; 12] = [1.0, 3.0, 5.0, 7.0, 0.0, 2.0, 4.0, 6.0, 1.0, 3.0, 5.0, 7.0];

/// The even bits of a number, together.
fn even_bits(number: u64) -> u32 {
    let mut bits = number & 0x5555_5555_5555_5555;
    for (shift, mask) in [
        (1, 0x3333_3333_3333_3333),
        (2, 0x0f0f_0f0f_0f0f_0f0f),
        (4, 0x00ff_00ff_00ff_00ff),
        (8, 0x0000_ffff_0000_ffff),
        (16, 0x0000_0000_ffff_ffff),
    ] {
        bits = (bits | (bits >> shift)) & mask;
    }
    bits as u32
}

/// The position of a cell numbered along the Z curve.
pub(super) fn nested_position(number: u64, level: u8) -> FacePosition {
    let within = number & ((1_u64 << (2 * level)) - 1);
    FacePosition { face: (number >> (2 * level)) as u8, column: even_bits(within), row: even_bits(within >> 1) }
}

/// The position of a cell numbered along rings (as `ring2xyf` of the HEALPix library defines it).
pub(super) fn ring_position(number: u64, level: u8) -> FacePosition {
    let side = 1_i64 << level;
    let (number, count) = (number as i64, 12 * side * side);
    let polar = 2 * side * (side - 1);
    let (ring, along, shift, length, face) = if number < polar {
        let ring = (1 + (1 + 2 * number).isqrt()) / 2;
        let along = number + 1 - 2 * ring * (ring - 1);
        (ring, along, 0, ring, (along - 1) / ring)
    } else if number < count - polar {
        let ring = (number - polar) / (4 * side);
        let along = number - polar - ring * 4 * side + 1;
        let ascending = (along - (ring + 1) / 2 + side - 1) / side;
        let descending = (along - (2 * side + 1 - ring) / 2 + side - 1) / side;
        let face = match descending.cmp(&ascending) {
            std::cmp::Ordering::Equal => descending | 4,
            std::cmp::Ordering::Less => descending,
            std::cmp::Ordering::Greater => ascending + 8,
        };
        (ring + side, along, (ring + 2 * side) & 1, side, face)
    } else {
        let left = count - number;
        let ring = (1 + (2 * left - 1).isqrt()) / 2;
        let along = 4 * ring + 1 - (left - 2 * ring * (ring - 1));
        (4 * side - ring, along, 0, ring, 8 + (along - 1) / ring)
    };
    let from_south = ring - SOUTH_RING[face as usize] as i64 * side + 1;
    let mut eastward = 2 * along - MERIDIAN[face as usize] as i64 * length - shift - 1;
    if eastward >= 2 * side {
        eastward -= 8 * side;
    }
    FacePosition {
        face: face as u8,
        column: ((eastward - from_south) >> 1) as u32,
        row: ((-eastward - from_south) >> 1) as u32,
    }
}

/// Bits with a zero before each: the inverse of [`even_bits`].
fn spread_bits(number: u32) -> u64 {
    let mut bits = u64::from(number);
    for (shift, mask) in [
        (16, 0x0000_ffff_0000_ffff),
        (8, 0x00ff_00ff_00ff_00ff),
        (4, 0x0f0f_0f0f_0f0f_0f0f),
        (2, 0x3333_3333_3333_3333),
        (1, 0x5555_5555_5555_5555),
    ] {
        bits = (bits | (bits << shift)) & mask;
    }
    bits
}

/// The number of a cell along the Z curve.
pub(super) fn nested_number(at: FacePosition, level: u8) -> u64 {
    (u64::from(at.face) << (2 * level)) + spread_bits(at.column) + (spread_bits(at.row) << 1)
}

/// The number of a cell along rings (as `xyf2ring` of the HEALPix library defines it).
pub(super) fn ring_number(at: FacePosition, level: u8) -> u64 {
    let side = 1_i64 << level;
    let (column, row, face) = (i64::from(at.column), i64::from(at.row), usize::from(at.face));
    let ring = SOUTH_RING[face] as i64 * side - column - row - 1;
    let (length, before, shift) = if ring < side {
        (ring, 2 * ring * (ring - 1), 0)
    } else if ring > 3 * side {
        let from_south = 4 * side - ring;
        (from_south, 12 * side * side - 2 * from_south * (from_south + 1), 0)
    } else {
        (side, 2 * side * (side - 1) + (ring - side) * 4 * side, (ring - side) & 1)
    };
    let along = (MERIDIAN[face] as i64 * length + column - row + 1 + shift) / 2;
    (before + if along < 1 { along + 4 * side } else { along } - 1) as u64
}

/// The cell that holds a point of the sphere: `z` and its distance from the axis, `sine`, and its longitude in quarter
/// turns from 0 to 4 (as `loc2pix` of the HEALPix library finds it).
pub(super) fn position_of(z: f64, sine: f64, quarter: f64, level: u8) -> FacePosition {
    let side = 1_i64 << level;
    let (length, last) = (side as f64, side - 1);
    if z.abs() <= 2.0 / 3.0 {
        let (along, up) = (length * (0.5 + quarter), length * (z * 0.75));
        let (ascending, descending) = ((along - up) as i64, (along + up) as i64);
        let (one, other) = (ascending >> level, descending >> level);
        let face = match one.cmp(&other) {
            std::cmp::Ordering::Equal => one | 4,
            std::cmp::Ordering::Less => one,
            std::cmp::Ordering::Greater => other + 8,
        };
        let (column, row) = (descending & last, last - (ascending & last));
        return FacePosition { face: face as u8, column: column as u32, row: row as u32 };
    }
    let base = (quarter as i64).min(3);
    let within = quarter - base as f64;
    // From the distance to the axis near the poles, where z keeps no digits.
    let reach = if z.abs() < 0.99 {
        length * (3.0 * (1.0 - z.abs())).sqrt()
    } else {
        length * sine / ((1.0 + z.abs()) / 3.0).sqrt()
    };
    let (eastward, westward) = (((within * reach) as i64).min(last), (((1.0 - within) * reach) as i64).min(last));
    let (face, column, row) =
        if z >= 0.0 { (base, last - westward, last - eastward) } else { (base + 8, eastward, westward) };
    FacePosition { face: face as u8, column: column as u32, row: row as u32 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_positions_are_inverse() {
        for level in 0..6 {
            for number in 0..12_u64 << (2 * level) {
                assert_eq!(nested_number(nested_position(number, level), level), number);
                assert_eq!(ring_number(ring_position(number, level), level), number);
            }
        }
        for number in [0, 1, (12_u64 << 58) - 1, 5 << 58, 123_456_789_012_345_678, 3_123_456_789_012_345_678] {
            assert_eq!(nested_number(nested_position(number, 29), 29), number);
            assert_eq!(ring_number(ring_position(number, 29), 29), number);
        }
    }
}
