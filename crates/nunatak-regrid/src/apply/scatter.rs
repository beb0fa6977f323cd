//! Interleaved sums, written out field by field.

use std::any::Any;
use std::ops::Range;

use nunatak_array::Element;
use pulp::{Arch, Simd, WithSimd};

use super::aligned_buffer::LINE;
use super::lanes::SIDE;
use super::prefetch;
use super::transpose::rows;

/// Writes interleaved sums into `N` fields, or the first of them into fewer, from the place `first` on.
pub(super) fn scatter<R: Element, const N: usize>(sums: &[[f64; N]], first: usize, results: &mut [&mut [R]]) {
    Arch::new().dispatch(Scattering { sums, first, results });
}

/// Prefetches where sums will be written.
pub(super) fn prefetch<R>(results: &[&mut [R]], places: Range<usize>) {
    for result in results {
        places.clone().step_by(LINE / size_of::<R>()).for_each(|place| prefetch::prefetch(result, place));
    }
}

struct Scattering<'a, 'b, R, const N: usize> {
    sums: &'a [[f64; N]],
    first: usize,
    results: &'a mut [&'b mut [R]],
}

impl<R: Element, const N: usize> WithSimd for Scattering<'_, '_, R, N> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { sums, first, results } = self;
        let (squares, rest) = sums.as_chunks::<SIDE>();
        let mut turned = [[R::default(); SIDE]; N];
        for (number, cells) in squares.iter().enumerate() {
            // Fields of double precision take the sums as they are.
            if let Some(columns) = (cells as &dyn Any).downcast_ref() {
                rows(simd, columns, &mut turned);
            } else {
                let mut columns = [[R::default(); N]; SIDE];
                for (value, &sum) in columns.as_flattened_mut().iter_mut().zip(cells.as_flattened()) {
                    *value = R::from_f64(sum);
                }
                rows(simd, &columns, &mut turned);
            }
            for (result, row) in results.iter_mut().zip(&turned) {
                result[first + number * SIDE..][..SIDE].copy_from_slice(row);
            }
        }
        let first = first + squares.len() * SIDE;
        for (lane, result) in results.iter_mut().enumerate() {
            for (value, sums) in result[first..].iter_mut().zip(rest) {
                *value = R::from_f64(sums[lane]);
            }
        }
    }
}
