//! HEALPix cells in HEALPix cells of one ellipsoid: a parent is its four children, exactly.
//!
//! Edges of HEALPix cells are no great circles, and the corners of children do not lie on the great circles between the
//! corners of their parent: polygons of them would leave slivers of the neighbours' children. The numbers do not.

use nunatak_grid::{Grid, HealpixGrid};
use nunatak_parallel::{map_each, map_values};
use rayon::prelude::*;

use crate::csr::CsrRows;

/// Target cells of one task.
const CELLS_PER_TASK: usize = 1 << 16;

/// Relative difference of flattening up to which two ellipsoids have the same cells.
const SAME_FLATTENING: f64 = 1e-9;

/// Both grids, when they are HEALPix cells of one hierarchy: those of ellipsoids of one shape.
pub(crate) fn of_both<'a>(source: &'a Grid, target: &'a Grid) -> Option<(&'a HealpixGrid, &'a HealpixGrid)> {
    let (Grid::Healpix(source), Grid::Healpix(target)) = (source, target) else { return None };
    let apart = source.ellipsoid().flattening() - target.ellipsoid().flattening();
    (apart.abs() <= SAME_FLATTENING).then_some((source, target))
}

/// The part of each target cell that each source cell is: children by equal parts, or the whole parent.
pub(super) fn rows(source: &HealpixGrid, target: &HealpixGrid) -> Vec<CsrRows> {
    let family = Family::new(source, target);
    let part = 0.25_f64.powi(i32::from(family.coarser_levels));
    let starts: Vec<usize> = (0..target.len()).step_by(CELLS_PER_TASK).collect();
    map_each(starts, |first| {
        let (mut rows, mut found) = (CsrRows::default(), Vec::new());
        for cell in first..(first + CELLS_PER_TASK).min(target.len()) {
            family.find(cell, &mut found);
            found.sort_unstable();
            rows.push(found.iter().map(|&source| (source, part)));
        }
        rows
    })
}

/// Which source cells are children, or the parent, of target cells.
pub(crate) struct Family<'a> {
    source: &'a HealpixGrid,
    target: &'a HealpixGrid,
    /// Numbers of the source cells along the Z curve, rising, and their places; nothing when all of a level are there.
    listed: Option<Vec<(u64, u32)>>,
    /// By how many levels the target is coarser than the source; zero when it is not.
    pub(crate) coarser_levels: u8,
    /// By how many levels the target is finer than the source; zero when it is not.
    pub(crate) finer_levels: u8,
}

impl<'a> Family<'a> {
    pub(crate) fn new(source: &'a HealpixGrid, target: &'a HealpixGrid) -> Self {
        let listed = source.cells().map(|_| {
            let mut cells: Vec<(u64, u32)> =
                map_values(source.len(), |index| (source.nested_number_of(index), index as u32));
            cells.par_sort_unstable();
            cells
        });
        let coarser_levels = source.level().saturating_sub(target.level());
        Self { source, target, listed, coarser_levels, finer_levels: target.level().saturating_sub(source.level()) }
    }

    /// The source cells within a target cell, or the one that holds it.
    pub(crate) fn find(&self, cell: usize, found: &mut Vec<u32>) {
        found.clear();
        let number = self.target.nested_number_of(cell) >> (2 * self.finer_levels);
        let (first, end) = (number << (2 * self.coarser_levels), (number + 1) << (2 * self.coarser_levels));
        match &self.listed {
            None => found.extend((first..end).map(|number| self.source.index_of_nested(number) as u32)),
            Some(cells) => {
                let from = cells.partition_point(|&(number, _)| number < first);
                found.extend(cells[from..].iter().take_while(|&&(number, _)| number < end).map(|&(_, index)| index));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use nunatak_grid::{Ellipsoid, HealpixOrder};

    use super::*;

    fn healpix(level: u8, order: HealpixOrder, cells: Option<Vec<u64>>) -> HealpixGrid {
        HealpixGrid::new(level, order, Ellipsoid::WGS84, cells).unwrap()
    }

    fn entries(source: &HealpixGrid, target: &HealpixGrid) -> Vec<Vec<(u32, f64)>> {
        let rows = CsrRows::joined(rows(source, target));
        let mut start = 0;
        let row = |&end: &usize| {
            let own = start..end;
            start = end;
            rows.cells[own.clone()].iter().copied().zip(rows.values[own].iter().copied()).collect()
        };
        rows.ends.iter().map(row).collect()
    }

    #[test]
    fn parents_are_their_children_in_any_order() {
        for order in [HealpixOrder::Nested, HealpixOrder::Ring] {
            let (fine, coarse) = (healpix(3, order, None), healpix(2, HealpixOrder::Nested, None));
            for (cell, own) in entries(&fine, &coarse).iter().enumerate() {
                let mut numbers: Vec<u64> = own.iter().map(|&(at, _)| fine.nested_number_of(at as usize)).collect();
                numbers.sort_unstable();
                assert_eq!(numbers, (4 * cell as u64..4 * cell as u64 + 4).collect::<Vec<_>>());
                assert!(own.iter().all(|&(_, part)| part == 0.25) && own.is_sorted_by_key(|&(at, _)| at));
            }
            for (cell, own) in entries(&coarse, &fine).iter().enumerate() {
                assert_eq!(own, &[(fine.nested_number_of(cell) as u32 / 4, 1.0)]);
            }
        }
    }

    #[test]
    fn listed_cells_of_the_finest_levels_find_their_own() {
        let last = (12_u64 << 58) - 1;
        let (fine, coarse) = (
            healpix(29, HealpixOrder::Nested, Some(vec![last, 0, 5, 1 << 40])),
            healpix(28, HealpixOrder::Nested, Some(vec![last / 4, 1, 0, 7])),
        );
        assert_eq!(entries(&fine, &coarse), [vec![(0, 0.25)], vec![(2, 0.25)], vec![(1, 0.25)], vec![]]);
        let base = healpix(0, HealpixOrder::Ring, None);
        assert_eq!(entries(&base, &fine)[0], [(11, 1.0)]);
    }

    #[test]
    fn ellipsoids_of_another_shape_have_other_cells() {
        let of = |ellipsoid| Grid::Healpix(HealpixGrid::new(1, HealpixOrder::Nested, ellipsoid, None).unwrap());
        let (earth, other) = (of(Ellipsoid::WGS84), of(Ellipsoid::new(6_371_000.0, 0.0).unwrap()));
        assert!(of_both(&earth, &earth).is_some() && of_both(&earth, &other).is_none());
        assert!(of_both(&other, &of(Ellipsoid::new(6_371_229.0, 0.0).unwrap())).is_some());
    }
}
