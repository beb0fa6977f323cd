//! Overlap areas of a polar map with longitudes and latitudes, which are rays and circles on the map.

use super::entries::SLIVER;
use crate::csr::CsrRows;
use nunatak_grid::{Axis, ConvexPolygon, PolarStereographic, Pole, RectilinearGrid};
use nunatak_parallel::map;

/// From a polar stereographic grid to longitudes and latitudes.
pub(super) fn to_geographic(
    source: &RectilinearGrid,
    target: &RectilinearGrid,
    projection: &PolarStereographic,
) -> Vec<CsrRows> {
    let areas = target.cell_areas();
    let mut by_target: Vec<Vec<(u32, f64)>> = vec![Vec::new(); target.len()];
    for (row, lines) in all_overlaps(source, target, projection).into_iter().enumerate() {
        for (column, overlaps) in lines.into_iter().enumerate() {
            let polar_cell = (row * source.x().len() + column) as u32;
            for (cell, area) in overlaps {
                by_target[cell].push((polar_cell, area / areas[cell]));
            }
        }
    }
    let mut rows = CsrRows::default();
    by_target.into_iter().for_each(|entries| rows.push(entries));
    vec![rows]
}

/// From longitudes and latitudes to a polar stereographic grid.
pub(super) fn to_polar(
    source: &RectilinearGrid,
    target: &RectilinearGrid,
    projection: &PolarStereographic,
) -> Vec<CsrRows> {
    let width = target.x().len();
    let areas = target.cell_areas();
    all_overlaps(target, source, projection)
        .into_iter()
        .enumerate()
        .map(|(row, lines)| {
            let mut rows = CsrRows::default();
            for (column, overlaps) in lines.into_iter().enumerate() {
                let area = areas[row * width + column];
                rows.push(overlaps.into_iter().map(|(cell, overlap)| (cell as u32, overlap / area)));
            }
            rows
        })
        .collect()
}

/// Longitude-latitude cells that one polar cell meets, by rising index, and the overlap areas (m2).
type Overlaps = Vec<(usize, f64)>;

/// For every polar cell, row by row, its overlap areas with the longitude-latitude grid.
fn all_overlaps(
    polar: &RectilinearGrid,
    geographic: &RectilinearGrid,
    projection: &PolarStereographic,
) -> Vec<Vec<Overlaps>> {
    let sectors = Sectors::new(geographic, projection);
    map(polar.y().len(), |row| {
        (0..polar.x().len()).map(|column| sectors.overlaps(polar.x().cell(column), polar.y().cell(row))).collect()
    })
}

/// A longitude-latitude grid seen on a polar map: rays and circles about the pole.
///
/// Coordinates are relative to the pole, and mirrored for the south pole so that east is counter-clockwise.
struct Sectors<'a> {
    projection: &'a PolarStereographic,
    longitudes: &'a Axis,
    /// Distance from the pole of each edge between rows.
    distances: Vec<f64>,
    /// Whether rows go outwards.
    outwards: bool,
}

impl<'a> Sectors<'a> {
    fn new(geographic: &'a RectilinearGrid, projection: &'a PolarStereographic) -> Self {
        let distances: Vec<f64> =
            geographic.y().bounds().iter().map(|&latitude| projection.distance_of_latitude(latitude)).collect();
        let outwards = distances.first() < distances.last();
        Self { projection, longitudes: geographic.x(), distances, outwards }
    }

    /// Overlap areas of the polar cell between two x and two y with each longitude-latitude cell.
    fn overlaps(&self, x: (f64, f64), y: (f64, f64)) -> Overlaps {
        let (easting, northing) = (self.projection.false_easting(), self.projection.false_northing());
        let xs = (x.0 - easting, x.1 - easting);
        let ys = match self.projection.pole() {
            Pole::North => (y.0 - northing, y.1 - northing),
            Pole::South => (northing - y.1, northing - y.0),
        };
        let rows = self.rows(xs, ys);
        let columns = self.columns(xs, ys);
        if let ([column], [row]) = (&columns[..], &rows[..])
            && self.holds_columns(*column, xs, ys)
            && self.holds_row(*row, xs, ys)
        {
            return vec![(row * self.longitudes.len() + column, self.projection.rectangle_area(x, y))];
        }
        let cell = ConvexPolygon::rectangle(xs, ys);
        let mut overlaps = Vec::new();
        for column in columns {
            for wedge in self.wedges(column, &cell) {
                self.add_zones(&wedge, &rows, column, farthest(xs, ys), &mut overlaps);
            }
        }
        let smallest = SLIVER * self.projection.rectangle_area(x, y);
        sum_by_cell(overlaps).into_iter().filter(|&(_, area)| area > smallest).collect()
    }

    /// Areas of the parts of a wedge in each row of latitudes.
    fn add_zones(&self, wedge: &ConvexPolygon, rows: &[usize], column: usize, farthest: f64, overlaps: &mut Overlaps) {
        // A circle beyond the cell cuts nothing off; infinity says so without round-off.
        let within = |edge: usize| {
            let distance = self.distances[edge];
            wedge.true_area_within(self.projection, if distance >= farthest { f64::INFINITY } else { distance })
        };
        let Some(&first) = rows.first() else { return };
        let mut before = within(first);
        for &row in rows {
            let after = within(row + 1);
            let area = if self.outwards { after - before } else { before - after };
            overlaps.push((row * self.longitudes.len() + column, area));
            before = after;
        }
    }

    /// Rows of latitudes that a cell meets.
    fn rows(&self, x: (f64, f64), y: (f64, f64)) -> Vec<usize> {
        let (near, far) = (nearest(x, y), farthest(x, y));
        let (start, end) = if self.outwards {
            (self.distances.partition_point(|&edge| edge <= near), self.distances.partition_point(|&edge| edge < far))
        } else {
            (self.distances.partition_point(|&edge| edge >= far), self.distances.partition_point(|&edge| edge > near))
        };
        (start.saturating_sub(1)..end.min(self.distances.len() - 1)).collect()
    }

    fn row_distances(&self, row: usize) -> (f64, f64) {
        let (first, second) = (self.distances[row], self.distances[row + 1]);
        if self.outwards { (first, second) } else { (second, first) }
    }

    fn holds_row(&self, row: usize, x: (f64, f64), y: (f64, f64)) -> bool {
        let (inner, outer) = self.row_distances(row);
        inner <= nearest(x, y) && outer >= farthest(x, y)
    }

    /// Columns of longitudes that a cell meets.
    fn columns(&self, x: (f64, f64), y: (f64, f64)) -> Vec<usize> {
        let Some((low, high)) = self.longitude_range(x, y) else {
            return (0..self.longitudes.len()).collect();
        };
        let (west, east) = self.longitudes.extent();
        let turns = ((west - high) / 360.0).floor() as i32..=((east - low) / 360.0).ceil() as i32;
        let mut columns: Vec<usize> = turns
            .flat_map(|turn| {
                let shift = 360.0 * f64::from(turn);
                self.longitudes.overlapping(low + shift, high + shift)
            })
            .collect();
        columns.sort_unstable();
        columns.dedup();
        columns
    }

    /// Whether one column holds all of a cell.
    fn holds_columns(&self, column: usize, x: (f64, f64), y: (f64, f64)) -> bool {
        let (west, east) = self.longitudes.cell(column);
        self.longitude_range(x, y).is_some_and(|(low, high)| {
            let shift = 360.0 * ((west - low) / 360.0).ceil();
            low + shift >= west && high + shift <= east
        })
    }

    /// West and east of a cell (degrees, less than half a turn apart); nothing when it holds the pole.
    fn longitude_range(&self, x: (f64, f64), y: (f64, f64)) -> Option<(f64, f64)> {
        if x.0 <= 0.0 && x.1 >= 0.0 && y.0 <= 0.0 && y.1 >= 0.0 {
            return None;
        }
        let middle = (0.5 * (x.0 + x.1), 0.5 * (y.0 + y.1));
        let centre = middle.0.atan2(-middle.1).to_degrees() + self.projection.central_meridian();
        let offsets = [(x.0, y.0), (x.1, y.0), (x.1, y.1), (x.0, y.1)].map(|corner| {
            let cross = middle.0 * corner.1 - middle.1 * corner.0;
            cross.atan2(middle.0 * corner.0 + middle.1 * corner.1).to_degrees()
        });
        let low = offsets.iter().copied().fold(0.0, f64::min);
        let high = offsets.iter().copied().fold(0.0, f64::max);
        Some((centre + low, centre + high))
    }

    /// The parts of a cell within a column of longitudes, in wedges of at most a quarter turn.
    fn wedges(&self, column: usize, cell: &ConvexPolygon) -> Vec<ConvexPolygon> {
        let (west, east) = self.longitudes.cell(column);
        let count = ((east - west) / 90.0).ceil().max(1.0);
        let edge = |index: f64| {
            let turn = (west + (east - west) * index / count - self.projection.central_meridian()).to_radians();
            (turn.sin(), -turn.cos())
        };
        (0..count as usize)
            .map(|index| {
                let (start, end) = (edge(index as f64), edge(index as f64 + 1.0));
                cell.clipped((0.0, 0.0), start).clipped((0.0, 0.0), (-end.0, -end.1))
            })
            .filter(|wedge| !wedge.is_empty())
            .collect()
    }
}

/// The areas of each cell together, by rising index.
fn sum_by_cell(mut overlaps: Overlaps) -> Overlaps {
    overlaps.sort_by_key(|&(cell, _)| cell);
    overlaps.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            kept.1 += next.1;
        }
        same
    });
    overlaps
}

/// Distance of the pole from the nearest point of a cell.
fn nearest(x: (f64, f64), y: (f64, f64)) -> f64 {
    let outside = |(low, high): (f64, f64)| low.max(-high).max(0.0);
    outside(x).hypot(outside(y))
}

/// Distance of the pole from the farthest corner of a cell.
fn farthest(x: (f64, f64), y: (f64, f64)) -> f64 {
    x.0.abs().max(x.1.abs()).hypot(y.0.abs().max(y.1.abs()))
}
