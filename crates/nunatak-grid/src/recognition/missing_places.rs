//! Cells of a curvilinear grid without a place: models that leave out land write missing values there, fill values, or
//! one and the same place for all of it.

use std::collections::HashSet;

use nunatak_parallel::map_values;

use crate::geometry::vector::{Vector, dot, minus};

use super::wording::general;

/// Degrees that no longitude has, and metres beyond any map: fill values are larger.
const LARGEST_DEGREES: f64 = 1e6;
const LARGEST_METRES: f64 = 1e15;
/// Degrees beyond which a longitude that is also the latitude is a fill value, such as -999.
const LARGEST_TURNS: f64 = 720.0;
/// Multiple of the steps about a cell beyond which a place is not its own.
const FAR: f64 = 4.0;

/// Places of cells in rows and columns: longitudes and latitudes, or x and y of a map.
pub(super) struct CellPlaces<'a> {
    pub(super) x: &'a [f64],
    pub(super) y: &'a [f64],
    pub(super) columns: usize,
    pub(super) is_geographic: bool,
}

/// Which cells have no place.
#[derive(Debug)]
pub(super) struct MissingPlaces {
    /// By cell: missing values, fill values, and those that share a place.
    pub(super) is_missing: Vec<bool>,
    /// The cells whose place is a number like others, but cannot be theirs.
    pub(super) doubtful: Vec<usize>,
}

impl MissingPlaces {
    /// What to say of places that cannot be those of their cells.
    pub(super) fn warning(&self, places: &CellPlaces<'_>, what: &str) -> Option<String> {
        let &first = self.doubtful.first()?;
        Some(format!(
            "{what}: {} of {} share one place, or lie far from the cells about them (the first is cell {first} at {}, \
             {}); they are taken for cells without coordinates: they have no area and hold nothing",
            self.doubtful.len(),
            self.is_missing.len(),
            general(places.x[first]),
            general(places.y[first]),
        ))
    }
}

impl CellPlaces<'_> {
    /// Which cells have no place.
    ///
    /// Those of missing and fill values; those of a block of rows and columns at one place; and those that are far from
    /// all cells next to them, as far as these have neighbours that tell how far is far. Seams and poles, where grids
    /// list a place again, are none of these: their cells are beside others.
    pub(super) fn missing(&self) -> MissingPlaces {
        let count = self.x.len().min(self.y.len());
        let absent = map_values(count, |at| self.is_absent(at));
        let points = map_values(count, |at| self.point(at));
        let mut known = PlaceCheck { places: self, points: &points, is_missing: absent };
        let blocks = known.cells(|known, at| known.is_in_block(at));
        blocks.iter().for_each(|&at| known.is_missing[at] = true);
        let far = known.cells(|known, at| !known.is_near(at));
        far.iter().for_each(|&at| known.is_missing[at] = true);
        let key = |at: usize| (self.x[at].to_bits(), self.y[at].to_bits());
        let shared: HashSet<(u64, u64)> = blocks.iter().chain(&far).map(|&at| key(at)).collect();
        let rest = match shared.is_empty() {
            true => Vec::new(),
            false => known.cells(|known, at| shared.contains(&key(at)) && known.touches_its_like(at)),
        };
        rest.iter().for_each(|&at| known.is_missing[at] = true);
        let is_missing = known.is_missing;
        let mut doubtful = [blocks, far, rest].concat();
        doubtful.sort_unstable();
        MissingPlaces { is_missing, doubtful }
    }

    fn is_absent(&self, at: usize) -> bool {
        let (x, y) = (self.x[at], self.y[at]);
        let largest = if self.is_geographic { LARGEST_DEGREES } else { LARGEST_METRES };
        let is_number = |value: f64| value.abs() < largest;
        !is_number(x) || !is_number(y) || (self.is_geographic && x == y && x.abs() > LARGEST_TURNS)
    }

    fn point(&self, at: usize) -> Vector {
        let (x, y) = (self.x[at], self.y[at]);
        if !self.is_geographic {
            return [x, y, 0.0];
        }
        let ((east, across), (north, along)) = (x.to_radians().sin_cos(), y.to_radians().sin_cos());
        [along * across, along * east, north]
    }

    fn is_same(&self, one: usize, other: usize) -> bool {
        self.x[one] == self.x[other] && self.y[one] == self.y[other]
    }

    /// The cells before and after in the row, and in the column.
    fn beside(&self, at: usize) -> [[Option<usize>; 2]; 2] {
        let (column, count) = (at % self.columns, self.x.len());
        [
            [(column > 0).then(|| at - 1), (column + 1 < self.columns).then(|| at + 1)],
            [at.checked_sub(self.columns), (at + self.columns < count).then(|| at + self.columns)],
        ]
    }
}

/// The places of cells, and which of these have turned out to have none so far.
struct PlaceCheck<'a> {
    places: &'a CellPlaces<'a>,
    points: &'a [Vector],
    is_missing: Vec<bool>,
}

impl PlaceCheck<'_> {
    /// The cells that have a place so far of which this holds.
    fn cells(&self, holds: impl Fn(&Self, usize) -> bool + Sync) -> Vec<usize> {
        let is_one = map_values(self.points.len(), |at| !self.is_missing[at] && holds(self, at));
        is_one.into_iter().enumerate().filter_map(|(at, is_one)| is_one.then_some(at)).collect()
    }

    /// Whether cells about it are at the same place along rows and columns, or along the one in several of the other, as
    /// where only longitudes or only latitudes are there.
    fn is_in_block(&self, at: usize) -> bool {
        let is_same = |other: &Option<usize>| other.is_some_and(|other| self.places.is_same(at, other));
        let beside = self.places.beside(at);
        if beside.iter().all(|two| two.iter().any(is_same)) {
            return true;
        }
        (0..2).any(|axis| self.is_between_like(at, axis) && self.has_like_line_beside(at, axis))
    }

    /// Whether both cells next to one along an axis are at its place.
    fn is_between_like(&self, at: usize, axis: usize) -> bool {
        self.places.beside(at)[axis].iter().all(|other| other.is_some_and(|other| self.places.is_same(at, other)))
    }

    fn has_like_line_beside(&self, at: usize, axis: usize) -> bool {
        let across = self.places.beside(at)[1 - axis];
        across.iter().flatten().any(|&other| !self.is_missing[other] && self.is_between_like(other, axis))
    }

    /// Whether a cell next to it is at the same place, known as missing or not.
    fn touches_its_like(&self, at: usize) -> bool {
        self.places.beside(at).as_flattened().iter().flatten().any(|&other| self.places.is_same(at, other))
    }

    /// The cells next to one that have a place of their own.
    fn others(&self, at: usize) -> impl Iterator<Item = usize> + '_ {
        let beside = self.places.beside(at);
        let is_other = move |other: &usize| !self.is_missing[*other] && !self.places.is_same(at, *other);
        beside.into_iter().flatten().flatten().filter(is_other)
    }

    /// Whether a cell is beside another, as that is beside its others; also where nothing tells.
    fn is_near(&self, at: usize) -> bool {
        let mut is_told = false;
        for other in self.others(at) {
            let step = self.apart(at, other);
            for next in self.others(other).filter(|&next| next != at && !self.places.is_same(at, next)) {
                if step <= FAR * self.apart(other, next) {
                    return true;
                }
                is_told = true;
            }
        }
        !is_told
    }

    fn apart(&self, one: usize, other: usize) -> f64 {
        let between = minus(self.points[one], self.points[other]);
        dot(between, between).sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROWS: usize = 12;
    const COLUMNS: usize = 20;

    /// A grid of longitudes and latitudes, some of which are changed.
    fn grid(change: impl Fn(usize, usize) -> Option<(f64, f64)>) -> (Vec<f64>, Vec<f64>) {
        let place = |at: usize| {
            let (row, column) = (at / COLUMNS, at % COLUMNS);
            change(row, column).unwrap_or((column as f64 * 6.0 + 40.0, row as f64 * 5.0 + 10.0))
        };
        (0..ROWS * COLUMNS).map(place).unzip()
    }

    fn missing((x, y): &(Vec<f64>, Vec<f64>), is_geographic: bool) -> MissingPlaces {
        CellPlaces { x, y, columns: COLUMNS, is_geographic }.missing()
    }

    #[test]
    fn land_in_one_place_is_missing_whatever_its_form() {
        let forms: [&dyn Fn(usize, usize) -> bool; 5] = [
            &|row, column| (3..7).contains(&row) && (5..9).contains(&column),
            &|row, column| row == 4 && (5..9).contains(&column),
            &|row, column| column == 8 && row > 3,
            &|row, column| row == 4 && column == 5,
            &|row, column| row < 3 && column < 4 || row > 8 && column == 15,
        ];
        for is_land in forms {
            for fill in [(0.0, 0.0), (-1.0, -1.0), (-999.0, -99.0), (1e20, 1e20), (f64::NAN, f64::NAN)] {
                let places = grid(|row, column| is_land(row, column).then_some(fill));
                for is_geographic in [true, false] {
                    let found = missing(&places, is_geographic);
                    for (at, is_missing) in found.is_missing.iter().enumerate() {
                        assert_eq!(*is_missing, is_land(at / COLUMNS, at % COLUMNS), "cell {at} for {fill:?}");
                    }
                    assert_eq!(found.doubtful.is_empty(), fill.0.is_nan() || fill.0 > 1e10, "{fill:?}");
                }
            }
        }
    }

    #[test]
    fn land_beside_the_place_that_stands_for_it_is_missing() {
        let places = grid(|row, column| (row < 3 && column < 3).then_some((58.0, 30.0)));
        let found = missing(&places, true);
        assert_eq!(found.doubtful.len(), 9);
        // The cell of that place is no land.
        assert!(!found.is_missing[4 * COLUMNS + 3]);
    }

    #[test]
    fn land_without_latitudes_or_without_longitudes_is_missing() {
        let is_land = |row: usize, column: usize| (3..8).contains(&row) && (5..9).contains(&column);
        let (whole_x, whole_y) = grid(|_, _| None);
        for fills in [(None, Some(0.0)), (Some(0.0), None)] {
            let places = grid(|row, column| {
                let at = row * COLUMNS + column;
                is_land(row, column).then(|| (fills.0.unwrap_or(whole_x[at]), fills.1.unwrap_or(whole_y[at])))
            });
            for (at, is_missing) in missing(&places, true).is_missing.iter().enumerate() {
                assert_eq!(*is_missing, is_land(at / COLUMNS, at % COLUMNS), "cell {at} for {fills:?}");
            }
        }
    }

    #[test]
    fn seams_poles_and_rows_in_one_point_keep_their_places() {
        // The last two columns are the first two again.
        let seam = grid(|row, column| Some(((column % 18) as f64 * 20.0, row as f64 * 5.0)));
        // The last row is folded: each place is there twice.
        let fold = grid(|row, column| {
            (row == ROWS - 1).then_some(((column.min(COLUMNS - 1 - column)) as f64 * 6.0 + 40.0, 65.0))
        });
        // A row of a rotated grid in its own pole, and one at the pole of the Earth.
        let own_pole = grid(|row, column| {
            let (angle, reach) = ((column as f64 * 18.0).to_radians(), row as f64 * 4.0);
            Some((100.0 + reach * angle.cos(), 20.0 + reach * angle.sin()))
        });
        let pole = grid(|row, column| Some((column as f64 * 18.0, 90.0 - row as f64 * 5.0)));
        for (name, places) in [("seam", seam), ("fold", fold), ("own pole", own_pole), ("pole", pole)] {
            let found = missing(&places, true);
            assert!(found.doubtful.is_empty() && !found.is_missing.contains(&true), "{name}: {:?}", found.doubtful);
        }
    }

    #[test]
    fn the_warning_names_the_first() {
        let places = grid(|row, _| (row > 5).then_some((-1.0, -1.0)));
        let own = CellPlaces { x: &places.0, y: &places.1, columns: COLUMNS, is_geographic: true };
        let warning = own.missing().warning(&own, "cells of lon and lat").unwrap();
        let expected = "cells of lon and lat: 120 of 240 share one place, or lie far from the cells about them (the \
                        first is cell 120 at -1, -1); they are taken for cells without coordinates: they have no \
                        area and hold nothing";
        assert_eq!(warning, expected);
    }
}
