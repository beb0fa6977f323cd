//! Mergeable sums of partitions of the points.

use std::collections::BTreeMap;

use super::cell_sums::{CellSums, PassSums};
use crate::points::CellPoint;

/// Sums per (cell, pass) of any part of the points. Partitions merge to the sums of the whole, so the exact statistics
/// of a cell can be computed where the points lie and reduced afterwards.
///
/// # Examples
///
/// ```
/// use nunatak_altimetry::{PartialSums, PointColumns};
/// # use nunatak_grid::{Axis, Crs, Grid, RectilinearGrid};
/// # let axis = |start: f64| Axis::from_bounds(vec![start, start + 1.0]);
/// # let grid = Grid::Rectilinear(RectilinearGrid::new(Crs::parse("EPSG:4326")?, axis(10.0)?, axis(-75.0)?)?);
/// # let point = PointColumns {
/// #     longitude: &[10.5],
/// #     latitude: &[-74.5],
/// #     time: &[0],
/// #     height: &[100.0],
/// #     height_sigma: &[0.1],
/// #     sigma_geo: &[0.3],
/// #     pass_id: &[7],
/// # };
///
/// // Points of one cell in two partitions: one of 100 m, one of 104 m.
/// let mut sums = PartialSums::of(point, &grid, 0.1)?;
/// sums.merge(&PartialSums::of(PointColumns { height: &[104.0], ..point }, &grid, 0.1)?);
/// let (cell, merged) = sums.cells()[0];
/// assert_eq!((cell, merged.count(), merged.passes()), (0, 2, 1));
/// assert!((merged.mean() - 102.0).abs() < 1e-9);
/// # Ok::<(), nunatak_altimetry::AltimetryError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PartialSums {
    sums: BTreeMap<(u64, i32), PassSums>,
}

impl PartialSums {
    pub(crate) fn add(&mut self, cell: u64, pass: i32, point: &CellPoint) {
        self.sums.entry((cell, pass)).or_default().add(point);
    }

    /// Adds the sums of another partition.
    pub fn merge(&mut self, other: &Self) {
        for (key, sums) in &other.sums {
            self.sums.entry(*key).or_default().merge(sums);
        }
    }

    /// The sums per cell, cells ascending.
    pub fn cells(&self) -> Vec<(u64, CellSums)> {
        let entries: Vec<_> = self.sums.iter().collect();
        entries
            .chunk_by(|a, b| a.0.0 == b.0.0)
            .filter_map(|passes| {
                let cell = passes.first()?.0.0;
                Some((cell, CellSums::from_passes(passes.iter().map(|(_, sums)| *sums))))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn points() -> impl Strategy<Value = Vec<(u64, i32, CellPoint)>> {
        let point = (0u64..3, 0i32..4, -4e3..4e3, -4e3..4e3, 0.0..3000.0, 0.0..1.0, 0.0..2.0, 0i64..1_000_000);
        let point = point.prop_map(|(cell, pass, x, y, height, sigma, sigma_geo, time)| {
            let weight = 1.0 / (sigma * sigma + 0.01);
            (cell, pass, CellPoint { offset: [x, y], height, sigma, sigma_geo, weight, time })
        });
        prop::collection::vec(point, 1..80)
    }

    fn sums<'a>(points: impl IntoIterator<Item = &'a (u64, i32, CellPoint)>) -> PartialSums {
        let mut sums = PartialSums::default();
        points.into_iter().for_each(|(cell, pass, point)| sums.add(*cell, *pass, point));
        sums
    }

    fn close(a: f64, b: f64, scale: f64) -> bool {
        (a - b).abs() <= 1e-9 * scale.max(1.0)
    }

    proptest! {
        #[test]
        fn merged_partitions_equal_one_pass(points in points(), parts in 1usize..6) {
            let whole = sums(&points).cells();
            let mut merged = PartialSums::default();
            for part in 0..parts {
                merged.merge(&sums(points.iter().skip(part).step_by(parts)));
            }
            let merged = merged.cells();
            prop_assert_eq!(whole.len(), merged.len());
            for ((cell, a), (other, b)) in whole.iter().zip(&merged) {
                prop_assert_eq!(cell, other);
                prop_assert_eq!((a.count(), a.passes(), a.time_span()), (b.count(), b.passes(), b.time_span()));
                prop_assert!(close(a.mean(), b.mean(), 3e3) && close(a.plain_mean(), b.plain_mean(), 3e3));
                prop_assert!(close(a.spread().powi(2), b.spread().powi(2), 1e6));
                prop_assert!(close(a.sigma_random(), b.sigma_random(), 1.0));
                prop_assert!(close(a.sigma_correlated(), b.sigma_correlated(), 1.0));
                prop_assert!(a.moments().products.iter().zip(b.moments().products)
                    .all(|(a, b)| close(*a, b, 80.0 * 100.0 * 6.4e7)));
            }
        }

        #[test]
        fn sums_equal_their_definitions(points in points()) {
            for (cell, found) in sums(&points).cells() {
                let own: Vec<_> = points.iter().filter(|point| point.0 == cell).collect();
                let total: f64 = own.iter().map(|point| point.2.weight).sum();
                let mean = own.iter().map(|point| point.2.weight * point.2.height).sum::<f64>() / total;
                prop_assert!(close(found.mean(), mean, 3e3));
                let random = own.iter().map(|point| (point.2.weight * point.2.sigma).powi(2)).sum::<f64>().sqrt() / total;
                prop_assert!(close(found.sigma_random(), random, 1.0));
                let shared = |pass: i32| -> f64 {
                    own.iter().filter(|point| point.1 == pass).map(|point| point.2.weight * point.2.sigma_geo).sum()
                };
                let correlated = (0..4).map(|pass| shared(pass).powi(2)).sum::<f64>().sqrt() / total;
                prop_assert!(close(found.sigma_correlated(), correlated, 1.0));
                let x = own.iter().map(|point| point.2.weight * point.2.offset[0]).sum::<f64>() / total;
                prop_assert!(close(found.centroid_offset()[0], x, 4e3));
            }
        }
    }
}
