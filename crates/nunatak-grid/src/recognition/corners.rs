//! Corners of the cells of a curvilinear grid that has only their centres.

use crate::Result;
use crate::geometry::vector::normalised;

use super::source::unrecognised;

/// Columns close round the globe when the gap between the last and the first is at most this many columns.
const CLOSES: f64 = 1.6;
/// Length of the mean of unit vectors that are so far apart that it has no direction.
const NOWHERE: f64 = 0.02;

/// Two coordinates of the corners of cells: (rows + 1) x (columns + 1) of them, row by row.
pub(super) type Corners = (Vec<f64>, Vec<f64>);

/// Corners midway between centres on a map, extrapolated at the boundary and round centres that are missing (NaN).
///
/// # Errors
/// [`crate::GridError::Unrecognised`] for fewer than 2 x 2 centres.
pub(super) fn map_corners(x: &[f64], y: &[f64], shape: [usize; 2], what: &str) -> Result<Corners> {
    let points = x.iter().zip(y).map(|(&x, &y)| [x, y]).collect();
    let beyond = |edge: [f64; 2], inner: [f64; 2]| [2.0 * edge[0] - inner[0], 2.0 * edge[1] - inner[1]];
    let centres = Raster::of(points, shape, what)?.filled(false, beyond, |point| point);
    let corners = centres.with_columns(beyond).with_rows(beyond).between();
    Ok(corners.points.into_iter().map(|[x, y]| (x, y)).unzip())
}

/// Corners midway between centres (degrees) on the sphere.
///
/// The centres beyond the boundary, and in place of missing ones (NaN), are mirror images along great circles, so that
/// neither the antimeridian nor a pole matters; columns that close round the globe have no boundary.
///
/// # Errors
/// [`crate::GridError::Unrecognised`] for fewer than 2 x 2 centres, and neighbours half the globe apart.
pub(super) fn geographic_corners(
    longitude: &[f64],
    latitude: &[f64],
    shape: [usize; 2],
    what: &str,
) -> Result<Corners> {
    let points = longitude.iter().zip(latitude).map(|(&longitude, &latitude)| unit_vector(longitude, latitude));
    let centres = Raster::of(points.collect(), shape, what)?;
    let closes = centres.closes();
    let centres = centres.filled(closes, mirrored, normalised);
    let padded = if closes { centres.closed() } else { centres.with_columns(mirrored) };
    let mut corners = padded.with_rows(mirrored).between();
    if closes {
        let last = corners.columns - 1;
        corners.points.chunks_exact_mut(corners.columns).for_each(|row| row[last] = row[0]);
    }
    if corners.points.iter().any(|&corner| distance(corner, [0.0; 3]) < NOWHERE) {
        return Err(unrecognised(format!(
            "{what}: neighbouring cell centres are half the globe apart, and corners cannot be inferred between them; add \
             bounds (y, x, 4), or give the cells as rows and columns (one-dimensional lat and lon)"
        )));
    }
    Ok(corners.points.into_iter().map(degrees).unzip())
}

pub(super) fn unit_vector(longitude: f64, latitude: f64) -> [f64; 3] {
    let (east, north) = (longitude.to_radians(), latitude.to_radians());
    [north.cos() * east.cos(), north.cos() * east.sin(), north.sin()]
}

pub(super) fn degrees([x, y, z]: [f64; 3]) -> (f64, f64) {
    let reach = x.hypot(y);
    // Round-off beside a pole would be a longitude.
    if reach < 1e-12 {
        return (0.0, 90_f64.copysign(z));
    }
    (y.atan2(x).to_degrees(), z.atan2(reach).to_degrees())
}

/// The mirror image of a vector beyond another.
fn mirrored(edge: [f64; 3], inner: [f64; 3]) -> [f64; 3] {
    let along = 2.0 * (edge[0] * inner[0] + edge[1] * inner[1] + edge[2] * inner[2]);
    std::array::from_fn(|axis| along * edge[axis] - inner[axis])
}

fn distance(one: [f64; 3], other: [f64; 3]) -> f64 {
    let [x, y, z]: [f64; 3] = std::array::from_fn(|axis| one[axis] - other[axis]);
    (x * x + y * y + z * z).sqrt()
}

/// Ways to the cells next to one, by rows and columns.
const WAYS: [[isize; 2]; 4] = [[0, -1], [0, 1], [-1, 0], [1, 0]];

/// Points in rows and columns.
struct Raster<const N: usize> {
    points: Vec<[f64; N]>,
    columns: usize,
}

impl<const N: usize> Raster<N> {
    fn of(points: Vec<[f64; N]>, [rows, columns]: [usize; 2], what: &str) -> Result<Self> {
        if rows.min(columns) < 2 || points.len() != rows * columns {
            return Err(unrecognised(format!(
                "{what}: {rows} x {columns} cell centres have no bounds, and corners cannot be inferred from fewer than \
                 2 x 2; add bounds (y, x, 4)"
            )));
        }
        Ok(Self { points, columns })
    }

    fn rows(&self) -> impl Iterator<Item = &[[f64; N]]> {
        self.points.chunks_exact(self.columns)
    }

    /// The same with points in place of the missing ones beside others: where the points on the other side go on to,
    /// and else the fourth corner of a parallelogram. Those beyond stay missing.
    fn filled(
        self,
        closes: bool,
        beyond: impl Fn([f64; N], [f64; N]) -> [f64; N],
        settled: fn([f64; N]) -> [f64; N],
    ) -> Self {
        if self.points.iter().flatten().all(|part| part.is_finite()) {
            return self;
        }
        let straight = |own: &Self, at: usize| -> Vec<[f64; N]> {
            let ahead = |way: [isize; 2]| {
                Some(beyond(own.known(at, way, closes)?, own.known(at, way.map(|step| 2 * step), closes)?))
            };
            WAYS.into_iter().filter_map(ahead).collect()
        };
        let across = |own: &Self, at: usize| -> Vec<[f64; N]> {
            let corner = |[row, column]: [isize; 2]| {
                let [one, other] = [own.known(at, [row, 0], closes)?, own.known(at, [0, column], closes)?];
                let opposite = own.known(at, [row, column], closes)?;
                Some(std::array::from_fn(|axis| one[axis] + other[axis] - opposite[axis]))
            };
            [[-1, -1], [-1, 1], [1, -1], [1, 1]].into_iter().filter_map(corner).collect()
        };
        self.with_missing(straight, settled).with_missing(across, settled)
    }

    /// The same with the mean of the points found for each missing one.
    fn with_missing(self, find: impl Fn(&Self, usize) -> Vec<[f64; N]>, settled: fn([f64; N]) -> [f64; N]) -> Self {
        let mean = |found: Vec<[f64; N]>| -> [f64; N] {
            std::array::from_fn(|axis| found.iter().map(|point| point[axis]).sum::<f64>() / found.len() as f64)
        };
        let fill = |at: usize| {
            if self.points[at].iter().all(|part| part.is_finite()) {
                return self.points[at];
            }
            let found = find(&self, at);
            if found.is_empty() { [f64::NAN; N] } else { settled(mean(found)) }
        };
        Self { points: (0..self.points.len()).map(fill).collect(), columns: self.columns }
    }

    /// The point so many rows and columns from another, if there is one and it is known.
    fn known(&self, at: usize, [down, right]: [isize; 2], closes: bool) -> Option<[f64; N]> {
        let row = (at / self.columns).checked_add_signed(down)?;
        let column = (at % self.columns) as isize + right;
        let width = self.columns as isize;
        let column = if closes { column.rem_euclid(width) } else { column };
        let is_there = (0..width).contains(&column);
        let point = self.points.get(row * self.columns + usize::try_from(column).ok()?).filter(|_| is_there)?;
        point.iter().all(|part| part.is_finite()).then_some(*point)
    }

    /// A column more on either side.
    fn with_columns(self, beyond: impl Fn([f64; N], [f64; N]) -> [f64; N]) -> Self {
        let last = self.columns - 1;
        let padded = self.rows().flat_map(|row| {
            let (west, east) = (beyond(row[0], row[1]), beyond(row[last], row[last - 1]));
            std::iter::once(west).chain(row.iter().copied()).chain(std::iter::once(east))
        });
        Self { points: padded.collect(), columns: self.columns + 2 }
    }

    /// The last column before the first, and the first behind the last.
    fn closed(self) -> Self {
        let last = self.columns - 1;
        let padded = self
            .rows()
            .flat_map(|row| std::iter::once(row[last]).chain(row.iter().copied()).chain(std::iter::once(row[0])));
        Self { points: padded.collect(), columns: self.columns + 2 }
    }

    /// A row more at either end.
    fn with_rows(self, beyond: impl Fn([f64; N], [f64; N]) -> [f64; N]) -> Self {
        let rows: Vec<&[[f64; N]]> = self.rows().collect();
        let row = |edge: &[[f64; N]], inner: &[[f64; N]]| -> Vec<[f64; N]> {
            edge.iter().zip(inner).map(|(&edge, &inner)| beyond(edge, inner)).collect()
        };
        let (first, last) = (row(rows[0], rows[1]), row(rows[rows.len() - 1], rows[rows.len() - 2]));
        Self { points: [first, self.points, last].concat(), columns: self.columns }
    }

    /// The points midway between four.
    fn between(&self) -> Self {
        let rows: Vec<&[[f64; N]]> = self.rows().collect();
        let middle = |two: &[&[[f64; N]]], column: usize| -> [f64; N] {
            let (low, high) = (two[0], two[1]);
            std::array::from_fn(|axis| {
                0.25 * (low[column][axis] + low[column + 1][axis] + high[column][axis] + high[column + 1][axis])
            })
        };
        let columns = self.columns - 1;
        let points = rows.windows(2).flat_map(|two| (0..columns).map(move |column| middle(two, column)));
        Self { points: points.collect(), columns }
    }
}

impl Raster<3> {
    /// Whether the last column is beside the first, in every row that is long enough to tell: those without a missing
    /// point, and where there is none the others.
    fn closes(&self) -> bool {
        if self.columns < 4 {
            return false;
        }
        let told = self.rows().filter_map(|row| {
            let steps = row.windows(2).map(|two| distance(two[1], two[0]));
            let is_whole = row.iter().flatten().all(|part| part.is_finite());
            let longest = steps.filter(|step| step.is_finite()).reduce(f64::max)?;
            let gap = distance(row[self.columns - 1], row[0]);
            gap.is_finite().then_some((is_whole, gap <= CLOSES * longest))
        });
        let told: Vec<(bool, bool)> = told.collect();
        let has_whole = told.iter().any(|(is_whole, _)| *is_whole);
        !told.is_empty() && told.iter().all(|(is_whole, closes)| *closes || (has_whole && !is_whole))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corners_of_a_map_lie_midway() {
        let (x, y): (Vec<f64>, Vec<f64>) = (0..6).map(|at| (f64::from(at % 3), 10.0 * f64::from(at / 3))).unzip();
        let (corner_x, corner_y) = map_corners(&x, &y, [2, 3], "cells").unwrap();
        assert_eq!(corner_x, [-0.5, 0.5, 1.5, 2.5].repeat(3));
        assert_eq!(corner_y, [[-5.0; 4], [5.0; 4], [15.0; 4]].concat());
        let error = map_corners(&x[..3], &y[..3], [1, 3], "cells of x and y").unwrap_err().to_string();
        assert!(error.starts_with("cells of x and y: 1 x 3 cell centres have no bounds"), "{error}");
    }

    #[test]
    fn columns_that_close_round_the_globe_have_no_boundary() {
        let (rows, columns) = (3, 8);
        let places = (0..rows * columns).map(|at| (45.0 * (at % columns) as f64, 20.0 * (at / columns) as f64 - 20.0));
        let (longitude, latitude): (Vec<f64>, Vec<f64>) = places.unzip();
        let (corner_lon, _) = geographic_corners(&longitude, &latitude, [rows, columns], "cells").unwrap();
        for row in corner_lon.chunks_exact(columns + 1) {
            assert_eq!(row[0], row[columns]);
            assert!((row[0] + 22.5).abs() < 1e-9, "{row:?}");
        }
    }

    #[test]
    fn between_antipodes_is_no_corner() {
        let (longitude, latitude) = ([-90.0, 90.0, -90.0, 90.0], [-5.0, -5.0, 5.0, 5.0]);
        let error = geographic_corners(&longitude, &latitude, [2, 2], "cells of lon and lat").unwrap_err().to_string();
        assert!(
            error.starts_with("cells of lon and lat: neighbouring cell centres are half the globe apart"),
            "{error}"
        );
    }

    #[test]
    fn the_pole_is_between_centres_round_it() {
        // Centres of a map about the pole: one corner is the pole itself.
        let (longitude, latitude) = ([-135.0, 135.0, -45.0, 45.0], [89.0; 4]);
        let (corner_lon, corner_lat) = geographic_corners(&longitude, &latitude, [2, 2], "cells").unwrap();
        assert_eq!((corner_lon[4], corner_lat[4]), (0.0, 90.0));
    }

    #[test]
    fn cells_beside_missing_ones_keep_their_corners() {
        let (rows, columns) = (8, 36);
        let place = |at: usize| (10.0 * (at % columns) as f64 + 5.0, 10.0 * (at / columns) as f64 - 35.0);
        let whole: (Vec<f64>, Vec<f64>) = (0..rows * columns).map(place).unzip();
        let holes: [&dyn Fn(usize, usize) -> bool; 4] = [
            &|row, column| row == 3 && column == 5,
            &|row, column| (2..5).contains(&row) && (4..7).contains(&column),
            // Across the seam, and at the boundary.
            &|row, column| (2..4).contains(&row) && !(2..33).contains(&column),
            &|row, column| row < 2 && column < 3,
        ];
        for is_hole in holes {
            let mut with_hole = whole.clone();
            for at in (0..rows * columns).filter(|at| is_hole(at / columns, at % columns)) {
                (with_hole.0[at], with_hole.1[at]) = (f64::NAN, f64::NAN);
            }
            for (infer, tolerance) in [(map_corners as Infer, 1e-12), (geographic_corners, 0.7)] {
                let corners = |own: &(Vec<f64>, Vec<f64>)| infer(&own.0, &own.1, [rows, columns], "cells").unwrap();
                let (expected, found) = (corners(&whole), corners(&with_hole));
                for cell in (0..rows * columns).filter(|at| !is_hole(at / columns, at % columns)) {
                    let first = cell / columns * (columns + 1) + cell % columns;
                    for corner in [first, first + 1, first + columns + 1, first + columns + 2] {
                        let apart = (found.1[corner] - expected.1[corner]).abs();
                        let turn = (found.0[corner] - expected.0[corner]).rem_euclid(360.0);
                        assert!(
                            apart <= tolerance && turn.min(360.0 - turn) <= tolerance,
                            "cell {cell}: {apart} {turn}"
                        );
                    }
                }
            }
        }
    }

    type Infer = fn(&[f64], &[f64], [usize; 2], &str) -> Result<Corners>;
}
