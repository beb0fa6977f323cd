//! Squares of values, turned over: rows for columns.

use std::any::Any;

use nunatak_array::Element;

/// Rows and columns of a square.
pub(super) const SIDE: usize = 8;

/// Eight rows of eight values.
pub(super) type Square<T> = [[T; SIDE]; SIDE];

/// Instructions that turn squares of single precision within registers.
#[cfg(target_arch = "x86_64")]
pub(super) type Registers = pulp::x86::V3;

/// Where there are none.
#[cfg(not(target_arch = "x86_64"))]
#[derive(Clone, Copy)]
pub(super) enum Registers {}

#[cfg(not(target_arch = "x86_64"))]
impl Registers {
    pub(super) fn try_new() -> Option<Self> {
        None
    }

    pub(super) fn vectorize<W: pulp::NullaryFnOnce>(self, work: W) -> W::Output {
        work.call()
    }
}

/// The square with rows for columns.
#[inline(always)]
pub(super) fn turned<T: Element>(registers: Option<Registers>, mut square: Square<T>) -> Square<T> {
    // The type is known when this is compiled, and so is which way is taken.
    if let (Some(registers), Some(single)) = (registers, (&mut square as &mut dyn Any).downcast_mut::<Square<f32>>()) {
        *single = in_registers(registers, *single);
        return square;
    }
    std::array::from_fn(|row| std::array::from_fn(|column| square[column][row]))
}

#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn in_registers(registers: Registers, rows: Square<f32>) -> Square<f32> {
    let avx = registers.avx;
    let [a, b, c, d, e, f, g, h] = pulp::cast::<Square<f32>, [_; SIDE]>(rows);
    let pairs = [(a, b), (c, d), (e, f), (g, h)];
    let low = pairs.map(|(one, other)| avx._mm256_unpacklo_ps(one, other));
    let high = pairs.map(|(one, other)| avx._mm256_unpackhi_ps(one, other));
    let fours = |half: usize| {
        let (one, other) = (2 * half, 2 * half + 1);
        [
            avx._mm256_shuffle_ps::<0x44>(low[one], low[other]),
            avx._mm256_shuffle_ps::<0xEE>(low[one], low[other]),
            avx._mm256_shuffle_ps::<0x44>(high[one], high[other]),
            avx._mm256_shuffle_ps::<0xEE>(high[one], high[other]),
        ]
    };
    let (first, second) = (fours(0), fours(1));
    std::array::from_fn(|row| {
        let (one, other) = (first[row % 4], second[row % 4]);
        pulp::cast(if row < 4 {
            avx._mm256_permute2f128_ps::<0x20>(one, other)
        } else {
            avx._mm256_permute2f128_ps::<0x31>(one, other)
        })
    })
}

#[cfg(not(target_arch = "x86_64"))]
fn in_registers(registers: Registers, _: Square<f32>) -> Square<f32> {
    match registers {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_become_columns_with_and_without_registers() {
        let square: Square<f32> = std::array::from_fn(|row| std::array::from_fn(|column| (8 * row + column) as f32));
        let double = square.map(|row| row.map(f64::from));
        for registers in [None, Registers::try_new()] {
            let (single, double) = (turned(registers, square), turned(registers, double));
            for row in 0..SIDE {
                for column in 0..SIDE {
                    assert_eq!(single[row][column], square[column][row]);
                    assert_eq!(double[row][column], f64::from(square[column][row]));
                }
            }
        }
    }
}
