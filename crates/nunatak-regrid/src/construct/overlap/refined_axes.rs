//! Overlap areas of rows and columns of one map that has no exact formulas: the rectangles between the edges of both.
//!
//! ```text
//! target edges   |-----------|-----------|
//! source edges  |-----|-----|-----|-----|
//! refined        |----|-----||----|----||     each rectangle is in one cell of either grid
//! ```
//!
//! The area of a cell is the sum of its rectangles', so that cells whose edges lie on each other share them exactly.

use nunatak_grid::{Axis, Crs, Grid, RectilinearGrid};
use nunatak_parallel::{map, map_values};

use super::same_axes::TOUCH;
use crate::csr::CsrRows;
use crate::error::Result;

/// Overlap areas of source and target cells over the target's.
pub(super) fn rows(source: &RectilinearGrid, target: &RectilinearGrid) -> Result<Vec<CsrRows>> {
    let (x, y) = (RefinedAxis::new(target.x(), source.x()), RefinedAxis::new(target.y(), source.y()));
    let areas = rectangle_areas(target.crs(), &x, &y)?;
    let (width, columns) = (source.x().len() as u32, x.others.len());
    let lines = map(target.y().len(), |row| {
        let (mut rows, mut entries) = (CsrRows::default(), Vec::new());
        for column in 0..target.x().len() {
            entries.clear();
            let mut whole = 0.0;
            for line in y.parts(row) {
                for part in x.parts(column) {
                    let area = areas[line * columns + part];
                    whole += area;
                    if let (Some(line), Some(part)) = (y.others[line], x.others[part]) {
                        entries.push((line * width + part, area));
                    }
                }
            }
            entries.sort_unstable_by_key(|&(cell, _)| cell);
            rows.push(entries.iter().map(|&(cell, area)| (cell, area / whole)));
        }
        rows
    });
    Ok(lines)
}

/// Areas (m2) of the cells of both grids, each the sum of its rectangles.
pub(super) fn areas(source: &RectilinearGrid, target: &RectilinearGrid) -> Result<(Vec<f64>, Vec<f64>)> {
    Ok((summed(source, target)?, summed(target, source)?))
}

fn summed(own: &RectilinearGrid, other: &RectilinearGrid) -> Result<Vec<f64>> {
    let (x, y) = (RefinedAxis::new(own.x(), other.x()), RefinedAxis::new(own.y(), other.y()));
    let areas = rectangle_areas(own.crs(), &x, &y)?;
    let (columns, width) = (x.others.len(), own.x().len());
    let whole = |cell: usize| {
        let parts = |line: usize| x.parts(cell % width).map(move |part| line * columns + part);
        y.parts(cell / width).flat_map(parts).map(|at| areas[at]).sum()
    };
    Ok(map_values(own.len(), whole))
}

/// Areas of all rectangles, row by row: on the map where it keeps areas, else those of polygons of great circles, whose
/// neighbours share their corners.
fn rectangle_areas(crs: &Crs, x: &RefinedAxis, y: &RefinedAxis) -> Result<Vec<f64>> {
    if matches!(crs, Crs::Projected(projection) if projection.is_equal_area()) {
        let spans = |axis: &RefinedAxis| axis.edges.windows(2).map(|ends| (ends[1] - ends[0]).abs()).collect();
        let (widths, heights): (Vec<f64>, Vec<f64>) = (spans(x), spans(y));
        return Ok(heights.iter().flat_map(|height| widths.iter().map(move |width| width * height)).collect());
    }
    let axes = (Axis::from_bounds(x.edges.clone())?, Axis::from_bounds(y.edges.clone())?);
    Ok(Grid::Rectilinear(RectilinearGrid::new(crs.clone(), axes.0, axes.1)?).polygon_areas()?)
}

/// An axis cut at the edges of another.
struct RefinedAxis {
    /// Edges in the order of the axis.
    edges: Vec<f64>,
    /// Where the parts of each cell of the axis begin.
    starts: Vec<usize>,
    /// The cell of the other axis that holds each part.
    others: Vec<Option<u32>>,
}

impl RefinedAxis {
    fn new(own: &Axis, other: &Axis) -> Self {
        let (mut edges, mut starts) = (vec![own.bounds()[0]], vec![0]);
        for cell in 0..own.len() {
            let (low, high) = own.cell(cell);
            let mut cuts = cuts_within(other, low, high);
            if own.is_descending() {
                cuts.reverse();
            }
            edges.extend(cuts);
            edges.push(own.bounds()[cell + 1]);
            starts.push(edges.len() - 1);
        }
        let holder = |ends: &[f64]| other.locate(f64::midpoint(ends[0], ends[1])).map(|cell| cell as u32);
        let others = edges.windows(2).map(holder).collect();
        Self { edges, starts, others }
    }

    /// The parts of a cell.
    fn parts(&self, cell: usize) -> std::ops::Range<usize> {
        self.starts[cell]..self.starts[cell + 1]
    }
}

/// Edges of an axis, rising, between two of another and not on them.
fn cuts_within(axis: &Axis, low: f64, high: f64) -> Vec<f64> {
    let mut cuts = Vec::new();
    for cell in axis.overlapping(low, high) {
        let (start, end) = axis.cell(cell);
        let touch = TOUCH * (end - start).min(high - low);
        cuts.extend([start, end].into_iter().filter(|edge| edge - low > touch && high - edge > touch));
    }
    cuts.sort_unstable_by(f64::total_cmp);
    cuts.dedup();
    cuts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axis(bounds: &[f64]) -> Axis {
        Axis::from_bounds(bounds.to_vec()).unwrap()
    }

    #[test]
    fn edges_of_the_other_axis_cut_cells_whichever_way_they_go() {
        for reversed in [false, true] {
            let other = if reversed { axis(&[3.0, 1.5, 1.0, 0.0]) } else { axis(&[0.0, 1.0, 1.5, 3.0]) };
            let refined = RefinedAxis::new(&axis(&[-1.0, 1.0, 2.0]), &other);
            assert_eq!(refined.edges, [-1.0, 0.0, 1.0, 1.5, 2.0]);
            assert_eq!((refined.parts(0), refined.parts(1)), (0..2, 2..4));
            let cells = if reversed { [2, 1, 0] } else { [0, 1, 2] };
            assert_eq!(refined.others, [None, Some(cells[0]), Some(cells[1]), Some(cells[2])]);
        }
        let falling = RefinedAxis::new(&axis(&[2.0, 1.0, -1.0]), &axis(&[0.0, 1.0 + 1e-13, 3.0]));
        assert_eq!(falling.edges, [2.0, 1.0, 0.0, -1.0]);
        assert_eq!(falling.others, [Some(1), Some(0), None]);
    }

    #[test]
    fn fine_cells_make_up_coarse_ones_on_maps_of_any_kind() {
        for name in ["EPSG:32633", "EPSG:6932", "+proj=lcc +lat_1=60 +lat_2=70 +lat_0=65 +datum=WGS84"] {
            let grid = |step: f64, count: usize| {
                let bounds = |first: f64| axis(&(0..=count).map(|at| first + step * at as f64).collect::<Vec<_>>());
                RectilinearGrid::new(Crs::parse(name).unwrap(), bounds(4e5), bounds(8e5)).unwrap()
            };
            let (fine, coarse) = (grid(10e3, 6), grid(30e3, 2));
            let found = CsrRows::joined(rows(&fine, &coarse).unwrap());
            assert_eq!(found.ends, [9, 18, 27, 36], "{name}");
            let (own, whole) = areas(&fine, &coarse).unwrap();
            for (row, cells) in found.cells.chunks(9).enumerate() {
                let sum: f64 = cells.iter().map(|&cell| own[cell as usize]).sum();
                assert!((sum / whole[row] - 1.0).abs() < 1e-12, "{name}");
                let covered: f64 = found.values[9 * row..9 * row + 9].iter().sum();
                assert!((covered - 1.0).abs() < 1e-14, "{name}");
            }
        }
    }
}
