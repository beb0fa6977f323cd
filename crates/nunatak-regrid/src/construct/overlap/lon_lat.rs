//! Overlap areas of cells of longitude and latitude with cells whose edges are great circles.

use std::ops::Range;

use nunatak_grid::vector::{Vector, cross, dot, minus, normalised, plus, polygon_area};
use nunatak_grid::{AuthalicSphere, Axis, Cells, Grid, RectilinearGrid};
use nunatak_parallel::map_each;

use super::cap_edge::CapEdge;
use super::cell_parts::CellParts;
use super::clip::{Clip, Wedge};
use super::entries::{smallest_overlap, sum_by_cell};
use crate::csr::CsrRows;
use crate::error::Result;

/// Edges (radians; some 60 m) below which parts of a polygon are found by planes: parallels bend less than that within
/// it than areas about the pole lose by round-off.
const SMALL: f64 = 1e-5;

/// Cells of great circles of one task.
const CELLS_PER_TASK: usize = 2048;

/// From longitudes and latitudes to cells of great circles.
pub(super) fn from_zones(source: &RectilinearGrid, target: &Grid) -> Result<Vec<CsrRows>> {
    let sphere = AuthalicSphere::new(&target.ellipsoid());
    let cells = target.cells_on_sphere(&sphere)?;
    let tasks = all_overlaps(source, &sphere, &cells, target.len());
    Ok(map_each(tasks, |(mut shared, areas)| {
        shared.divide(&areas);
        shared
    }))
}

/// From cells of great circles to longitudes and latitudes.
pub(super) fn to_zones(source: &Grid, target: &RectilinearGrid) -> Result<Vec<CsrRows>> {
    let sphere = AuthalicSphere::new(&target.crs().ellipsoid());
    let cells = source.cells_on_sphere(&sphere)?;
    let shared = all_overlaps(target, &sphere, &cells, source.len());
    let areas: Vec<f64> = target.cell_areas().into_iter().map(|area| area / sphere.radius_squared()).collect();
    Ok(vec![CsrRows::transposed(shared.into_iter().map(|(rows, _)| rows).collect(), &areas)])
}

/// Overlap areas of each cell of great circles with the zonal cells, and its own area (steradians), in tasks, in
/// order.
fn all_overlaps(
    zonal: &RectilinearGrid,
    sphere: &AuthalicSphere,
    cells: &Cells<3>,
    count: usize,
) -> Vec<(CsrRows, Vec<f64>)> {
    let zones = Zones::new(zonal, sphere);
    let order = CellParts::new(cells, count);
    let tasks: Vec<usize> = (0..count).step_by(CELLS_PER_TASK).collect();
    map_each(tasks, |first| {
        let (mut clip, mut overlaps) = (Clip::default(), Vec::new());
        let (mut rows, mut areas) = (CsrRows::default(), Vec::new());
        for cell in first..(first + CELLS_PER_TASK).min(count) {
            overlaps.clear();
            areas.push(
                order.of(cell).map(|part| zones.add_overlaps(cells.corners(part), &mut clip, &mut overlaps)).sum(),
            );
            rows.push(sum_by_cell(&mut overlaps));
        }
        (rows, areas)
    })
}

/// Longitudes and latitudes as meridian planes and caps about the poles of the authalic sphere.
struct Zones<'a> {
    longitudes: &'a Axis,
    /// Direction of each edge between columns.
    meridians: Vec<(f64, f64)>,
    /// Heights, from the north and from the south pole, of the caps that edges between rows cut off.
    heights: [Vec<f64>; 2],
    /// Whether rows go from south to north.
    northward: bool,
}

impl<'a> Zones<'a> {
    fn new(zonal: &'a RectilinearGrid, sphere: &AuthalicSphere) -> Self {
        let direction = |longitude: &f64| {
            let (sine, cosine) = longitude.to_radians().sin_cos();
            (cosine, sine)
        };
        let heights = [1.0, -1.0].map(|pole| {
            let height = |&latitude: &f64| {
                let [x, _, z] = sphere.unit_vector(0.0, latitude);
                // Near the pole from the sine, which keeps the digits that 1 - z loses.
                if pole * z > 0.0 { x * x / (1.0 + pole * z) } else { 1.0 - pole * z }
            };
            zonal.y().bounds().iter().map(height).collect()
        });
        let bounds = zonal.y().bounds();
        Self {
            longitudes: zonal.x(),
            meridians: zonal.x().bounds().iter().map(direction).collect(),
            heights,
            northward: bounds.first() < bounds.last(),
        }
    }

    /// Adds the overlap areas of a convex polygon with the cells; gives its own area.
    fn add_overlaps(&self, corners: &[Vector], clip: &mut Clip, overlaps: &mut Vec<(u32, f64)>) -> f64 {
        let area = polygon_area(corners);
        let smallest = smallest_overlap(area);
        let middle = normalised(corners.iter().fold([0.0; 3], |sum, &corner| plus(sum, corner)));
        let pole = if middle[2] < 0.0 { -1.0 } else { 1.0 };
        let reach = longitude_reach(corners, middle, pole);
        let mut bands = Clip::default();
        for (column, is_inside) in self.columns(reach) {
            if is_inside {
                self.add_rows(corners, pole, column, smallest, &mut bands, overlaps);
                continue;
            }
            for wedge in self.wedges(column) {
                let piece = clip.within_wedge(corners, wedge);
                if !piece.is_empty() {
                    self.add_rows(piece, pole, column, smallest, &mut bands, overlaps);
                }
            }
        }
        area
    }

    /// Adds the overlap areas of a piece of one column with its rows.
    fn add_rows(
        &self,
        piece: &[Vector],
        pole: f64,
        column: usize,
        smallest: f64,
        bands: &mut Clip,
        overlaps: &mut Vec<(u32, f64)>,
    ) {
        let heights = &self.heights[usize::from(pole < 0.0)];
        let edges: Vec<CapEdge> = CapEdge::of(piece, pole);
        let longest = edges.iter().map(|edge| edge.length_squared).fold(0.0, f64::max);
        let bulge = longest * 0.13;
        let lowest = edges.iter().map(|edge| edge.start_height).fold(f64::INFINITY, f64::min) - bulge;
        let highest = edges.iter().map(|edge| edge.start_height).fold(0.0, f64::max) + bulge;
        // Heights rise away from the pole.
        let rising = self.northward == (pole < 0.0);
        let rows = heights.len() - 1;
        let (first, end) = if rising {
            (heights.partition_point(|&height| height <= lowest), heights.partition_point(|&height| height < highest))
        } else {
            (heights.partition_point(|&height| height >= highest), heights.partition_point(|&height| height > lowest))
        };
        let (first, end) = (first.saturating_sub(1), end.min(rows));
        if longest < SMALL * SMALL {
            return self.add_small(piece, pole, (first..end, column), smallest, bands, overlaps);
        }
        let within = |height: f64| edges.iter().map(|edge| edge.area_within(height)).sum::<f64>();
        let Some(mut before) = (first < end).then(|| within(heights[first])) else { return };
        for row in first..end {
            let after = within(heights[row + 1]);
            let shared = if rising { after - before } else { before - after };
            if shared > smallest {
                overlaps.push(((row * self.longitudes.len() + column) as u32, shared));
            }
            before = after;
        }
    }

    /// Adds the overlap areas of a small piece of one column with its rows, cut by the planes of the parallels: in
    /// differences of areas about the pole it would be lost.
    fn add_small(
        &self,
        piece: &[Vector],
        pole: f64,
        (rows, column): (Range<usize>, usize),
        smallest: f64,
        bands: &mut Clip,
        overlaps: &mut Vec<(u32, f64)>,
    ) {
        let heights = &self.heights[usize::from(pole < 0.0)];
        let inwards = [0.0, 0.0, pole];
        for row in rows {
            let (near, far) = (heights[row].min(heights[row + 1]), heights[row].max(heights[row + 1]));
            bands.set_planes(&[
                ([0.0, 0.0, pole * (1.0 - far)], inwards),
                ([0.0, 0.0, pole * (1.0 - near)], [0.0, 0.0, -pole]),
            ]);
            let shared = bands.area(piece);
            if shared > smallest {
                overlaps.push(((row * self.longitudes.len() + column) as u32, shared));
            }
        }
    }

    /// Columns that a reach of longitudes meets, and whether they hold all of it.
    fn columns(&self, reach: Option<(f64, f64)>) -> Vec<(usize, bool)> {
        let Some((low, high)) = reach else {
            return (0..self.longitudes.len()).map(|column| (column, false)).collect();
        };
        let (west, east) = self.longitudes.extent();
        let turns = ((west - high) / 360.0).floor() as i32..=((east - low) / 360.0).ceil() as i32;
        let mut columns: Vec<(usize, bool)> = Vec::new();
        for turn in turns {
            let (low, high) = (low + 360.0 * f64::from(turn), high + 360.0 * f64::from(turn));
            for column in self.longitudes.overlapping(low, high) {
                let (west, east) = self.longitudes.cell(column);
                columns.push((column, west <= low && high <= east && east - west < 180.0));
            }
        }
        columns.sort_unstable();
        columns.dedup_by_key(|(column, _)| *column);
        columns
    }

    /// Directions of the west and east side of a column, in parts of at most a quarter turn.
    fn wedges(&self, column: usize) -> impl Iterator<Item = Wedge> + use<> {
        let (west, east) = self.longitudes.cell(column);
        let (first, last) = (self.meridians[column], self.meridians[column + 1]);
        let ends = if self.longitudes.is_descending() { (last, first) } else { (first, last) };
        let count = ((east - west) / 90.0 - 1e-9).ceil().max(1.0) as usize;
        let edge = move |at: usize| match at {
            0 => ends.0,
            at if at == count => ends.1,
            at => {
                let (sine, cosine) = (west + (east - west) * at as f64 / count as f64).to_radians().sin_cos();
                (cosine, sine)
            }
        };
        (0..count).map(move |at| Wedge { west: edge(at), east: edge(at + 1) })
    }
}

/// West and east of a polygon in degrees, less than half a turn apart; nothing when it holds or touches the pole.
fn longitude_reach(corners: &[Vector], middle: Vector, pole: f64) -> Option<(f64, f64)> {
    let apex = [0.0, 0.0, pole];
    let holds_pole = corners.iter().enumerate().all(|(at, &corner)| {
        let along = minus(corners[(at + 1) % corners.len()], corner);
        dot(cross(corner, along), minus(apex, corner)) >= -1e-15
    });
    if holds_pole {
        return None;
    }
    let centre = middle[1].atan2(middle[0]).to_degrees();
    let (mut low, mut high) = (0.0_f64, 0.0_f64);
    for corner in corners {
        let across = middle[0] * corner[1] - middle[1] * corner[0];
        let turn = across.atan2(middle[0] * corner[0] + middle[1] * corner[1]).to_degrees();
        (low, high) = (low.min(turn), high.max(turn));
    }
    Some((centre + low, centre + high))
}
