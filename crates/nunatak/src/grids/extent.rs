//! Extents of grids, and those about places.

use nunatak_grid::Crs;

use crate::Result;

/// West, south, east and north of an area, in metres, or degrees for a geographic system.
///
/// # Examples
///
/// ```
/// use nunatak::grids::Extent;
///
/// // Cells of 8 km about all places: their centres are at 0 and 8 km in x, and at -8 and 0 km in y.
/// let extent = Extent::around(&[1_200.0, 9_100.0], &[-7_000.0, 3_000.0], 8e3);
/// assert_eq!(extent, Some(Extent { west: 0.0, south: -8e3, east: 8e3, north: 0.0 }));
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Extent {
    /// Least x or longitude.
    pub west: f64,
    /// Least y or latitude.
    pub south: f64,
    /// Largest x or longitude.
    pub east: f64,
    /// Largest y or latitude.
    pub north: f64,
}

impl Extent {
    /// The smallest extent at multiples of `spacing` whose cells (their centres at multiples) hold all places that are
    /// finite; none when there is no such place.
    pub fn around(x: &[f64], y: &[f64], spacing: f64) -> Option<Self> {
        let ends = |values: &[f64]| {
            let finite = || values.iter().copied().filter(|value| value.is_finite());
            let low = finite().reduce(f64::min)?;
            let high = finite().reduce(f64::max)?;
            // Halves go to the even number, as NumPy rounds.
            let (low, high) =
                ((low / spacing).round_ties_even() * spacing, (high / spacing).round_ties_even() * spacing);
            // Places in one row or column of cells still need a grid of two.
            Some((low, high.max(low + spacing)))
        };
        let ((west, east), (south, north)) = (ends(x)?, ends(y)?);
        Some(Self { west, south, east, north })
    }

    /// As [`Self::around`], of places (degrees) on a map; across the antimeridian it is as small as elsewhere.
    ///
    /// # Errors
    /// [`GridError::Projection`](nunatak_grid::GridError::Projection) for a place that the map does not have.
    pub fn around_places(crs: &Crs, longitude: &[f64], latitude: &[f64], spacing: f64) -> Result<Option<Self>> {
        let (x, y) = crs.forward(longitude, latitude)?;
        if !crs.is_geographic() {
            return Ok(Self::around(&x, &y, spacing));
        }
        let whole = |own: Self| own.east - own.west > 360.0 - 1.000001 * spacing;
        let globe = |own: Self| Self { west: -180.0, east: 180.0 - spacing, ..own };
        Ok(Self::around(&on_one_branch(&x), &y, spacing).map(|own| if whole(own) { globe(own) } else { own }))
    }
}

/// Longitudes (degrees) on the branch that begins behind their widest gap: they span the least.
fn on_one_branch(longitude: &[f64]) -> Vec<f64> {
    let mut turned: Vec<f64> =
        longitude.iter().filter(|value| value.is_finite()).map(|value| value.rem_euclid(360.0)).collect();
    turned.sort_by(f64::total_cmp);
    let Some(&least) = turned.first() else { return longitude.to_vec() };
    let next = turned.iter().skip(1).copied().chain([least + 360.0]);
    let widest = turned.iter().zip(next).max_by(|a, b| (a.1 - a.0).total_cmp(&(b.1 - b.0)));
    let first = widest.map_or(least, |(_, next)| next.rem_euclid(360.0));
    let first = if first >= 180.0 { first - 360.0 } else { first };
    longitude.iter().map(|value| first + (value - first).rem_euclid(360.0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_on_both_sides_of_the_antimeridian_have_a_small_extent() {
        let system = Crs::parse("EPSG:4326").unwrap();
        let around = |longitude: &[f64]| {
            let latitude = vec![-77.5; longitude.len()];
            Extent::around_places(&system, longitude, &latitude, 0.5).unwrap().unwrap()
        };
        for (longitude, west, east) in [
            (vec![178.0, -178.0, 179.5], 178.0, 182.0),
            (vec![359.0, 1.0], -1.0, 1.0),
            (vec![-50.0, -49.0], -50.0, -49.0),
            (vec![10.0], 10.0, 10.5),
            ((0..720).map(|at| -180.0 + 0.5 * f64::from(at)).collect(), -180.0, 179.5),
        ] {
            let found = around(&longitude);
            assert_eq!((found.west, found.east), (west, east), "{longitude:?}");
        }
        assert!(Extent::around_places(&system, &[f64::NAN], &[f64::NAN], 0.5).unwrap().is_none());
    }
}
