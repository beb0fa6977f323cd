//! Transposing in registers, of processors for which there is none.

use nunatak_array::Element;
use pulp::Simd;

use super::lanes::SIDE;

pub(super) fn columns<S: Simd, T: Element, const N: usize>(
    _: S,
    _: &[[T; SIDE]; N],
    _: &mut [[T; N]; SIDE],
) -> Option<()> {
    None
}

pub(super) fn rows<S: Simd, T: Element, const N: usize>(
    _: S,
    _: &[[T; N]; SIDE],
    _: &mut [[T; SIDE]; N],
) -> Option<()> {
    None
}
