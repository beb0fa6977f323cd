//! Transposing small matrices of values within registers.

use nunatak_array::Element;
use pulp::Simd;

use super::lanes::SIDE;
#[cfg(not(target_arch = "x86_64"))]
use super::no_registers as registers;
#[cfg(target_arch = "x86_64")]
use super::registers;

/// `N` rows for `N` columns: within registers for single precision, where the processor has such.
#[inline(always)]
pub(super) fn columns<S: Simd, T: Element, const N: usize>(simd: S, rows: &[[T; SIDE]; N]) -> [[T; N]; SIDE] {
    let mut columns = [[T::default(); N]; SIDE];
    if registers::columns(simd, rows, &mut columns).is_none() {
        for (at, column) in columns.iter_mut().enumerate() {
            for (value, row) in column.iter_mut().zip(rows) {
                *value = row[at];
            }
        }
    }
    columns
}

/// The reverse of [`columns`].
#[inline(always)]
pub(super) fn rows<S: Simd, T: Element, const N: usize>(simd: S, columns: &[[T; N]; SIDE], rows: &mut [[T; SIDE]; N]) {
    if registers::rows(simd, columns, rows).is_none() {
        for (at, row) in rows.iter_mut().enumerate() {
            for (value, column) in row.iter_mut().zip(columns) {
                *value = column[at];
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use pulp::{Arch, WithSimd};

    use super::*;

    struct Turned<const N: usize>;

    impl<const N: usize> WithSimd for Turned<N> {
        type Output = ();

        fn with_simd<S: Simd>(self, simd: S) {
            let single: [[f32; SIDE]; N] =
                std::array::from_fn(|row| std::array::from_fn(|at| (SIDE * row + at) as f32));
            let double = single.map(|row| row.map(f64::from));
            let (turned, turned_double) = (columns(simd, &single), columns(simd, &double));
            for row in 0..N {
                for at in 0..SIDE {
                    assert_eq!(turned[at][row], single[row][at]);
                    assert_eq!(turned_double[at][row], double[row][at]);
                }
            }
            let (mut back, mut back_double) = ([[0.0; SIDE]; N], [[0.0; SIDE]; N]);
            rows(simd, &turned, &mut back);
            rows(simd, &turned_double, &mut back_double);
            assert_eq!((back, back_double), (single, double));
        }
    }

    #[test]
    fn rows_become_columns_and_columns_rows_with_any_registers() {
        Turned::<1>.with_simd(pulp::Scalar::new());
        Turned::<16>.with_simd(pulp::Scalar::new());
        Arch::new().dispatch(Turned::<8>);
        Arch::new().dispatch(Turned::<16>);
        #[cfg(target_arch = "x86_64")]
        if let Some(registers) = pulp::x86::V3::try_new() {
            Turned::<8>.with_simd(registers);
            Turned::<16>.with_simd(registers);
        }
    }
}
