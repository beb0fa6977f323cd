//! Columns of points to aggregate.

use super::cell_point::CellPoint;
use crate::error::{AltimetryError, Result};

/// Stands for an unknown random error in the weights, m. It is so large that a point of unknown error moves no mean in
/// which there is one of known error, and finite, so that points which are all of unknown error weigh alike.
const UNKNOWN_SIGMA: f64 = 1e6;

/// An error as it can be used: NaN where it is missing, negative, infinite or a fill value.
fn known(sigma: f64) -> f64 {
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
    /// Error shared within a pass, m. A point without it has that of the others of its pass, or cell; a cell of such points
    /// has no correlated uncertainty.
    pub sigma_geo: &'a [f64],
    /// Pass of each point.
    pub pass_id: &'a [i32],
}

impl PointColumns<'_> {
    /// That all columns have one length, and that the weight floor can be used.
    pub(crate) fn check(&self, weight_floor: f64) -> Result<()> {
        let expected = self.height.len();
        let lengths = [
            ("longitude", self.longitude.len()),
            ("latitude", self.latitude.len()),
            ("time", self.time.len()),
            ("height_sigma", self.height_sigma.len()),
            ("sigma_geo", self.sigma_geo.len()),
            ("pass_id", self.pass_id.len()),
        ];
        if let Some((argument, found)) = lengths.into_iter().find(|(_, length)| *length != expected) {
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

    /// The point at an index, `offset` metres from the centre of its cell.
    pub(crate) fn point(&self, index: usize, offset: [f64; 2], weight_floor: f64) -> CellPoint {
        let sigma = known(self.height_sigma[index]);
        let weighed = if sigma.is_nan() { UNKNOWN_SIGMA } else { sigma };
        CellPoint {
            offset,
            height: self.height[index],
            sigma,
            sigma_geo: known(self.sigma_geo[index]),
            weight: 1.0 / (weighed.powi(2) + weight_floor * weight_floor),
            time: self.time[index],
        }
    }
}
