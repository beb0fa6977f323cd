//! Sums side by side, taken apart into fields.

use nunatak_array::Element;
use pulp::NullaryFnOnce;

use super::turning::{Registers, SIDE, turned};

/// Puts sums side by side into `N` fields, or the first of them into fewer, from the place `first` on.
pub(super) fn scatter<R: Element, const N: usize>(sums: &[[f64; N]], first: usize, results: &mut [&mut [R]]) {
    match Registers::try_new() {
        Some(registers) => registers.vectorize(Scattering { registers: Some(registers), sums, first, results }),
        None => Scattering { registers: None, sums, first, results }.call(),
    }
}

struct Scattering<'a, 'b, R, const N: usize> {
    registers: Option<Registers>,
    sums: &'a [[f64; N]],
    first: usize,
    results: &'a mut [&'b mut [R]],
}

impl<R: Element, const N: usize> NullaryFnOnce for Scattering<'_, '_, R, N> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let (mut done, first) = (0, self.first);
        let (squares, _) = self.sums.as_chunks::<SIDE>();
        if self.results.len() == N && N.is_multiple_of(SIDE) {
            for cells in squares {
                for lane in (0..N).step_by(SIDE) {
                    let mut square = [[R::default(); SIDE]; SIDE];
                    for (row, sums) in square.iter_mut().zip(cells) {
                        for (value, &sum) in row.iter_mut().zip(&sums[lane..lane + SIDE]) {
                            *value = R::from_f64(sum);
                        }
                    }
                    let square = turned(self.registers, square);
                    for (result, row) in self.results[lane..lane + SIDE].iter_mut().zip(&square) {
                        result[first + done..][..SIDE].copy_from_slice(row);
                    }
                }
                done += SIDE;
            }
        }
        for (lane, result) in self.results.iter_mut().enumerate() {
            for (value, sums) in result[first + done..].iter_mut().zip(&self.sums[done..]) {
                *value = R::from_f64(sums[lane]);
            }
        }
    }
}
