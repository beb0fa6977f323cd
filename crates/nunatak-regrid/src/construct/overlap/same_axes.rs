//! Overlap areas of rows and columns along the same axes: the product of what two cells share along each.

use nunatak_array::zeroed;
use nunatak_grid::{Axis, Ellipsoid, PolarSpans, PolarStereographic, PolarStrip, RectilinearGrid};
use nunatak_parallel::for_each_of;

use crate::csr::{CsrRows, split_by_lengths};

/// Fraction of the narrower cell below which an overlap is round-off of coordinates of cells that only touch.
pub(super) const TOUCH: f64 = 1e-11;

/// Part of a source cell along one axis.
#[derive(Debug, Clone, Copy)]
struct Overlap {
    cell: usize,
    low: f64,
    high: f64,
}

/// The source cells that each target cell meets along one axis, by rising index.
fn overlaps(source: &Axis, target: &Axis) -> Vec<Vec<Overlap>> {
    (0..target.len())
        .map(|cell| {
            let (low, high) = target.cell(cell);
            source.overlapping(low, high).filter_map(|cell| overlap(source.cell(cell), cell, low, high)).collect()
        })
        .collect()
}

fn overlap((start, end): (f64, f64), cell: usize, low: f64, high: f64) -> Option<Overlap> {
    let narrower = (end - start).min(high - low);
    let (low, high) = (start.max(low), end.min(high));
    (high - low > TOUCH * narrower).then_some(Overlap { cell, low, high })
}

/// The same for longitudes, which repeat every turn; a source cell may meet a target cell on both sides.
fn periodic_overlaps(source: &Axis, target: &Axis) -> Vec<Vec<Overlap>> {
    let (west, east) = source.extent();
    (0..target.len())
        .map(|cell| {
            let (low, high) = target.cell(cell);
            let turns = ((west - high) / 360.0).floor() as i32..=((east - low) / 360.0).ceil() as i32;
            let mut found: Vec<Overlap> = turns
                .flat_map(|turn| {
                    let shift = 360.0 * f64::from(turn);
                    source
                        .overlapping(low + shift, high + shift)
                        .filter_map(move |cell| overlap(source.cell(cell), cell, low + shift, high + shift))
                })
                .collect();
            found.sort_by_key(|overlap| overlap.cell);
            found
        })
        .collect()
}

/// Two grids on one map: overlaps are rectangles, their areas the integral of the area factor.
pub(super) fn rectangles(
    source: &RectilinearGrid,
    target: &RectilinearGrid,
    projection: &PolarStereographic,
) -> Vec<CsrRows> {
    let (columns, lines) = (overlaps(source.x(), target.x()), overlaps(source.y(), target.y()));
    let parts = columns.iter().flatten().map(|part| (part.low, part.high)).collect();
    let strips = Strips::new(projection, parts);
    let cells = Strips::new(projection, (0..target.x().len()).map(|column| target.x().cell(column)).collect());
    filled(&lines, &columns, source.x().len(), |row| SharedAreas {
        parts: lines[row].iter().map(|line| strips.areas((line.low, line.high))).collect(),
        wholes: cells.areas(target.y().cell(row)),
    })
}

/// Overlap areas of a row of target cells with the source, or anything in proportion to them.
struct SharedAreas {
    /// Of each line of source cells, the areas of its parts within the row's columns, these one after the other.
    parts: Vec<Vec<f64>>,
    /// The areas of the target cells.
    wholes: Vec<f64>,
}

/// Weights from what each row of target cells shares. A source cell that a target cell meets along both axes has a weight
/// there: where it goes follows from the axes, so that all threads write to where it stays.
fn filled(
    lines: &[Vec<Overlap>],
    columns: &[Vec<Overlap>],
    width: usize,
    shared: impl Fn(usize) -> SharedAreas + Sync,
) -> Vec<CsrRows> {
    let parts: usize = columns.iter().map(Vec::len).sum();
    let count = parts * lines.iter().map(Vec::len).sum::<usize>();
    let mut rows = CsrRows { ends: Vec::new(), cells: zeroed(count), values: zeroed(count) };
    let lengths = lines.iter().flat_map(|lines| columns.iter().map(|columns| lines.len() * columns.len()));
    rows.ends.extend(lengths.scan(0, |end, length| {
        *end += length;
        Some(*end)
    }));
    let lengths = || lines.iter().map(|lines| parts * lines.len());
    let tasks: Vec<_> =
        split_by_lengths(&mut rows.cells, lengths()).zip(split_by_lengths(&mut rows.values, lengths())).collect();
    for_each_of(tasks.into_iter().zip(lines).collect(), |row, ((cells, values), lines)| {
        let mut entries = cells.iter_mut().zip(values);
        let shared = shared(row);
        let mut start = 0;
        for (columns, whole) in columns.iter().zip(shared.wholes) {
            let end = start + columns.len();
            for (line, areas) in lines.iter().zip(&shared.parts) {
                let first = (line.cell * width) as u32;
                for ((column, area), (cell, value)) in columns.iter().zip(&areas[start..end]).zip(&mut entries) {
                    (*cell, *value) = (first + column.cell as u32, area / whole);
                }
            }
            start = end;
        }
    });
    vec![rows]
}

/// True areas (m2) of the rectangles that spans of x make with strips between two y.
struct Strips<'a> {
    projection: &'a PolarStereographic,
    spans: Vec<(f64, f64)>,
    nodes: PolarSpans,
}

impl<'a> Strips<'a> {
    fn new(projection: &'a PolarStereographic, spans: Vec<(f64, f64)>) -> Self {
        Self { projection, nodes: PolarSpans::new(projection, spans.iter().copied()), spans }
    }

    fn areas(&self, y: (f64, f64)) -> Vec<f64> {
        let Some(strip) = PolarStrip::new(self.projection, y, &self.nodes) else {
            return self.spans.iter().map(|&x| self.projection.rectangle_area(x, y)).collect();
        };
        let mut areas = vec![0.0; self.spans.len()];
        strip.fill_areas(&self.nodes, &mut areas);
        areas
    }
}

/// Two longitude-latitude grids: overlaps are spans of longitude times zones.
pub(super) fn zones(source: &RectilinearGrid, target: &RectilinearGrid, ellipsoid: &Ellipsoid) -> Vec<CsrRows> {
    let (columns, lines) = (periodic_overlaps(source.x(), target.x()), overlaps(source.y(), target.y()));
    let spans = columns.iter().enumerate().flat_map(|(column, parts)| {
        let (west, east) = target.x().cell(column);
        parts.iter().map(move |part| (part.high - part.low) / (east - west))
    });
    let spans: Vec<f64> = spans.collect();
    filled(&lines, &columns, source.x().len(), |row| {
        let (south, north) = target.y().cell(row);
        let zone = ellipsoid.zone_area(south, north, 1.0);
        let shares = lines[row].iter().map(|line| ellipsoid.zone_area(line.low, line.high, 1.0) / zone);
        SharedAreas {
            parts: shares.map(|share| spans.iter().map(|span| share * span).collect()).collect(),
            wholes: vec![1.0; columns.len()],
        }
    })
}
