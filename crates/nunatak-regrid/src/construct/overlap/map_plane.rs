//! Overlap areas of polygons with rows and columns of the same polar map.

use super::cell_parts::CellParts;
use super::entries::{SLIVER, sum_by_cell};
use crate::csr::CsrRows;
use nunatak_grid::{Axis, Cells, ConvexPolygon, LocalArea, LocalAreas, PolarStereographic, RectilinearGrid};
use nunatak_parallel::map_each;

type Point = [f64; 2];

/// Cells that overlap a polygon for which room is reserved.
const ENTRIES_OF_A_CELL: usize = 4;

/// Polygons of one task.
const CELLS_PER_TASK: usize = 4096;

/// From rows and columns to the polygons of `count` cells.
pub(super) fn from_axes(
    source: &RectilinearGrid,
    projection: &PolarStereographic,
    cells: &Cells<2>,
    count: usize,
) -> Vec<CsrRows> {
    let tasks = all_overlaps(source, projection, cells, count);
    map_each(tasks, |(mut shared, areas)| {
        shared.divide(&areas);
        shared
    })
}

/// From the polygons of `count` cells to rows and columns.
pub(super) fn to_axes(
    cells: &Cells<2>,
    count: usize,
    target: &RectilinearGrid,
    projection: &PolarStereographic,
) -> Vec<CsrRows> {
    let shared = all_overlaps(target, projection, cells, count);
    vec![CsrRows::transposed(shared.into_iter().map(|(rows, _)| rows).collect(), &target.cell_areas())]
}

/// Overlap areas of each cell with the rectangles (m2) and its own area, in tasks, in order.
fn all_overlaps(
    axes: &RectilinearGrid,
    projection: &PolarStereographic,
    cells: &Cells<2>,
    count: usize,
) -> Vec<(CsrRows, Vec<f64>)> {
    let (order, places) = (CellParts::new(cells, count), LocalAreas::new(projection));
    let tasks: Vec<usize> = (0..count).step_by(CELLS_PER_TASK).collect();
    map_each(tasks, |first| {
        let parts = (first..(first + CELLS_PER_TASK).min(count)).map(|cell| order.of(cell));
        overlaps(axes, projection, &places, cells, parts)
    })
}

/// What cells, each of these parts, have of the rectangles, over their areas.
pub(crate) fn overlap_with_axes(
    axes: &RectilinearGrid,
    projection: &PolarStereographic,
    cells: &Cells<2>,
    parts: impl Iterator<Item = impl Iterator<Item = usize>>,
) -> CsrRows {
    let (mut rows, areas) = overlaps(axes, projection, &LocalAreas::new(projection), cells, parts);
    rows.divide(&areas);
    rows
}

/// True areas (m2) of the polygons of `count` cells.
pub(crate) fn areas(projection: &PolarStereographic, cells: &Cells<2>, count: usize) -> Vec<f64> {
    let mut areas = vec![0.0; count];
    let places = LocalAreas::new(projection);
    for part in 0..cells.len() {
        let corners = cells.corners(part);
        let local = places.between(extent(corners, 0), extent(corners, 1));
        areas[cells.owner(part) as usize] += true_area(local.as_ref(), projection, corners);
    }
    areas
}

/// Overlap areas of cells, each of these parts, with the rectangles (m2), and their own areas.
fn overlaps(
    axes: &RectilinearGrid,
    projection: &PolarStereographic,
    places: &LocalAreas,
    cells: &Cells<2>,
    parts: impl Iterator<Item = impl Iterator<Item = usize>>,
) -> (CsrRows, Vec<f64>) {
    let mut scan = Scan::new(axes, projection, places);
    let (mut rows, mut areas) = (CsrRows::default(), Vec::with_capacity(parts.size_hint().0));
    rows.reserve(parts.size_hint().0, ENTRIES_OF_A_CELL);
    for parts in parts {
        scan.overlaps.clear();
        areas.push(parts.map(|part| scan.add_overlaps(cells.corners(part))).sum());
        rows.push(sum_by_cell(&mut scan.overlaps));
    }
    (rows, areas)
}

/// Cuts polygons along rows and then along columns; keeps its memory from polygon to polygon.
struct Scan<'a> {
    axes: &'a RectilinearGrid,
    projection: &'a PolarStereographic,
    places: &'a LocalAreas,
    /// The longest edge that a piece of a polygon within a cell may have (m).
    diagonal: f64,
    overlaps: Vec<(u32, f64)>,
    rest: Vec<Point>,
    row: Vec<Point>,
    row_rest: Vec<Point>,
    piece: Vec<Point>,
    spare: Vec<Point>,
}

impl<'a> Scan<'a> {
    fn new(axes: &'a RectilinearGrid, projection: &'a PolarStereographic, places: &'a LocalAreas) -> Self {
        let empty = || Vec::with_capacity(16);
        Self {
            axes,
            projection,
            places,
            diagonal: widest(axes.x()).hypot(widest(axes.y())),
            overlaps: Vec::new(),
            rest: empty(),
            row: empty(),
            row_rest: empty(),
            piece: empty(),
            spare: empty(),
        }
    }

    /// Adds the overlap areas of a convex polygon with the cells; gives its own area.
    fn add_overlaps(&mut self, corners: &[Point]) -> f64 {
        let (x, y) = (extent(corners, 0), extent(corners, 1));
        let local = self.places.between(x, y);
        let area = true_area(local.as_ref(), self.projection, corners);
        let smallest = SLIVER * area;
        self.rest.clear();
        self.rest.extend_from_slice(corners);
        let lines = self.axes.y().overlapping(y.0, y.1);
        let upward = !self.axes.y().is_descending();
        let outermost = |range: &std::ops::Range<usize>, upward: bool| if upward { range.start } else { range.end - 1 };
        if lines.is_empty() {
            return area;
        }
        let below = self.axes.y().cell(outermost(&lines, upward)).0;
        self.drop_below(below);
        for step in 0..lines.len() {
            let line = if upward { lines.start + step } else { lines.end - 1 - step };
            let (_, high) = self.axes.y().cell(line);
            if high < y.1 {
                split::<1>(&self.rest, high, &mut self.row, &mut self.spare);
                std::mem::swap(&mut self.rest, &mut self.spare);
            } else {
                self.row.clear();
                self.row.extend_from_slice(&self.rest);
                if high == y.1 {
                    self.rest.clear();
                }
            }
            self.add_columns(line, local.as_ref(), smallest);
        }
        area
    }

    /// Leaves what lies above a line of the rest.
    fn drop_below(&mut self, line: f64) {
        if self.rest.iter().any(|corner| corner[1] < line) {
            split::<1>(&self.rest, line, &mut self.row, &mut self.spare);
            std::mem::swap(&mut self.rest, &mut self.spare);
        }
    }

    /// Adds the overlap areas of the polygon in `row` with the cells of one row.
    fn add_columns(&mut self, line: usize, local: Option<&LocalArea>, smallest: f64) {
        if self.row.len() < 3 {
            return;
        }
        let (west, east) = extent(&self.row, 0);
        let columns = self.axes.x().overlapping(west, east);
        let upward = !self.axes.x().is_descending();
        let pieces = local.map(|local| local.with_edges_up_to(self.diagonal));
        for step in 0..columns.len() {
            let column = if upward { columns.start + step } else { columns.end - 1 - step };
            let (start, end) = self.axes.x().cell(column);
            if step == 0 && start > west {
                split::<0>(&self.row, start, &mut self.piece, &mut self.row_rest);
                std::mem::swap(&mut self.row, &mut self.row_rest);
            }
            let piece = if end < east {
                split::<0>(&self.row, end, &mut self.piece, &mut self.row_rest);
                std::mem::swap(&mut self.row, &mut self.row_rest);
                &self.piece
            } else {
                &self.row
            };
            let shared = true_area(pieces.as_ref(), self.projection, piece);
            if shared > smallest {
                self.overlaps.push(((line * self.axes.x().len() + column) as u32, shared));
            }
        }
    }
}

fn widest(axis: &Axis) -> f64 {
    axis.bounds().windows(2).map(|edges| (edges[1] - edges[0]).abs()).fold(0.0, f64::max)
}

fn true_area(local: Option<&LocalArea>, projection: &PolarStereographic, corners: &[Point]) -> f64 {
    if corners.len() < 3 {
        return 0.0;
    }
    if let Some(local) = local {
        return local.of(corners);
    }
    let (easting, northing) = (projection.false_easting(), projection.false_northing());
    let corners = corners.iter().map(|corner| (corner[0] - easting, corner[1] - northing)).collect();
    ConvexPolygon::new(corners).true_area_within(projection, f64::INFINITY)
}

fn extent(corners: &[Point], axis: usize) -> (f64, f64) {
    corners
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), corner| (low.min(corner[axis]), high.max(corner[axis])))
}

/// Parts of a convex polygon on either side of a line across an axis; a part without area is empty.
pub(crate) fn split<const AXIS: usize>(polygon: &[Point], line: f64, below: &mut Vec<Point>, above: &mut Vec<Point>) {
    below.clear();
    above.clear();
    let Some(&last) = polygon.last() else { return };
    let (mut before, mut before_side) = (last, last[AXIS] - line);
    for &point in polygon {
        let side = point[AXIS] - line;
        if (before_side > 0.0 && side < 0.0) || (before_side < 0.0 && side > 0.0) {
            let cut = crossing::<AXIS>(before, before_side, point, side, line);
            below.push(cut);
            above.push(cut);
        }
        if side <= 0.0 {
            below.push(point);
        }
        if side >= 0.0 {
            above.push(point);
        }
        (before, before_side) = (point, side);
    }
    for part in [below, above] {
        if part.len() < 3 {
            part.clear();
        }
    }
}

/// Where an edge crosses a line; the same point whichever way the edge is gone.
fn crossing<const AXIS: usize>(a: Point, side_a: f64, b: Point, side_b: f64, line: f64) -> Point {
    let (a, side_a, b, side_b) = if a < b { (a, side_a, b, side_b) } else { (b, side_b, a, side_a) };
    let other = 1 - AXIS;
    let mut cut = [line; 2];
    cut[other] = a[other] + side_a / (side_a - side_b) * (b[other] - a[other]);
    cut
}
