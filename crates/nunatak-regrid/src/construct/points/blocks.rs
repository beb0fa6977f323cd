//! Rows of many target points, filled in parallel block by block.

use nunatak_parallel::map;

use crate::csr::CsrRows;

/// Target cells whose rows one task fills.
pub(super) const BLOCK: usize = 4096;

/// Rows of `count` target cells, filled in parallel by blocks; `state` is made once a block.
pub(super) fn in_blocks<S>(
    count: usize,
    state: impl Fn() -> S + Sync,
    row: impl Fn(&mut S, &mut CsrRows, usize) + Sync,
) -> Vec<CsrRows> {
    map(count.div_ceil(BLOCK), |block| {
        let (mut state, mut rows) = (state(), CsrRows::default());
        for index in block * BLOCK..((block + 1) * BLOCK).min(count) {
            row(&mut state, &mut rows, index);
        }
        rows
    })
}
