//! Columns of points to aggregate.

use super::cell_point::CellPoint;
use crate::error::{AltimetryError, Result};

/// Stands for an unknown random error in the weights, m. It is so large that a point of unknown error moves no mean in
/// which there is one of known error, and finite, so that points which are all of unknown error weigh alike.
const UNKNOWN_SIGMA: f64 = 1e6;

/// Slopes beyond this are fill values.
const STEEPEST: f64 = 10.0;

/// An error as it can be used: NaN where it is missing, negative, infinite or a fill value.
pub(crate) fn known_sigma(sigma: f64) -> f64 {
    if (0.0..UNKNOWN_SIGMA).contains(&sigma) { sigma } else { f64::NAN }
}

/// Points to aggregate, as columns of one length.
///
/// # Examples
///
/// ```
/// use nunatak_altimetry::{AggregateOptions, PointColumns, aggregate};
/// # use nunatak_grid::{Axis, Crs, Grid, RectilinearGrid};
/// # let axis = |start: f64| Axis::from_bounds(vec![start, start + 1.0]);
/// # let grid = Grid::Rectilinear(RectilinearGrid::new(Crs::parse("EPSG:4326")?, axis(10.0)?, axis(-75.0)?)?);
///
/// let points = PointColumns {
///     longitude: &[10.2, 10.4],
///     latitude: &[-74.5, -74.6],
///     time: &[0, 1],
///     height: &[100.0, f64::NAN],
///     height_sigma: &[0.1, 0.1],
///     slope_along: &[0.0, 0.0],
///     slope_across: &[0.0, 0.0],
///     sigma_geo: &[0.3, 0.3],
///     pass_id: &[7, 7],
/// };
/// // `grid` has one cell, which holds both points; the one without a height is left out.
/// assert_eq!(aggregate(points, &grid, AggregateOptions::default())?.count, [1]);
/// # Ok::<(), nunatak_altimetry::AltimetryError>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct PointColumns<'a> {
    /// Degrees east.
    pub longitude: &'a [f64],
    /// Degrees north.
    pub latitude: &'a [f64],
    /// ns since 1970-01-01 UTC, [`NOT_A_TIME`](crate::NOT_A_TIME) missing.
    pub time: &'a [i64],
    /// What is averaged, m; a point without it is left out.
    pub height: &'a [f64],
    /// Random error, m. A point without it counts and hardly weighs; a cell of such points has no random uncertainty.
    pub height_sigma: &'a [f64],
    /// Signed slope of the surface along the track, m per m; NaN unknown.
    pub slope_along: &'a [f32],
    /// As `slope_along`, across the track.
    pub slope_across: &'a [f32],
    /// Error shared within a pass, m, where it is stated as one number. A point without it has that of the others of its pass, or cell; a cell of such points
    /// has no correlated uncertainty.
    pub sigma_geo: &'a [f64],
    /// Pass of each point.
    pub pass_id: &'a [i32],
}

impl PointColumns<'_> {
    /// That all columns have one length (those of errors and slopes may be empty where no point is weighed), and that the weight
    /// floor can be used.
    pub(crate) fn check(&self, weight_floor: f64, is_weighed: bool) -> Result<()> {
        let expected = self.height.len();
        let places = [
            ("longitude", self.longitude.len()),
            ("latitude", self.latitude.len()),
            ("time", self.time.len()),
            ("pass_id", self.pass_id.len()),
        ];
        let errors = [
            ("height_sigma", self.height_sigma.len()),
            ("slope_along", self.slope_along.len()),
            ("slope_across", self.slope_across.len()),
            ("sigma_geo", self.sigma_geo.len()),
        ];
        let errors = errors.into_iter().filter(|(_, length)| is_weighed || *length > 0);
        if let Some((argument, found)) = places.into_iter().chain(errors).find(|(_, length)| *length != expected) {
            return Err(AltimetryError::Argument {
                argument,
                found: format!("{found} values"),
                expected: format!("{expected} like height"),
            });
        }
        if weight_floor.is_finite() && weight_floor > 0.0 && expected < u32::MAX as usize {
            return Ok(());
        }
        Err(AltimetryError::Argument {
            argument: "weight_floor",
            found: format!("{weight_floor} for {expected} points"),
            expected: "a positive length in metres, and fewer than 2^32 points".into(),
        })
    }

    /// The point at an index.
    #[inline]
    pub(crate) fn point(&self, index: usize, weight_floor: f64) -> CellPoint {
        let sigma = known_sigma(self.height_sigma[index]);
        let weighed = if sigma.is_nan() { UNKNOWN_SIGMA } else { sigma };
        CellPoint {
            sigma,
            sigma_geo: known_sigma(self.sigma_geo[index]),
            slopes: [known_slope(self.slope_along[index]), known_slope(self.slope_across[index])],
            weight: 1.0 / (weighed * weighed + weight_floor * weight_floor),
        }
    }
}

/// A slope as it can be used: NaN where it is missing, or steeper than any surface that the laser sees.
pub(crate) fn known_slope(slope: f32) -> f64 {
    let slope = f64::from(slope);
    if slope.abs() < STEEPEST { slope } else { f64::NAN }
}
