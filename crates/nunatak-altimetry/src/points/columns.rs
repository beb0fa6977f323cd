//! Columns of points to aggregate.

use super::cell_point::CellPoint;
use crate::error::{AltimetryError, Result};

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
    /// Random error, m; where it is missing, so is the random uncertainty of the cell.
    pub height_sigma: &'a [f64],
    /// Error shared within a pass, m; where it is missing, so is the correlated uncertainty of the cell.
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
        let sigma = Some(self.height_sigma[index]).filter(|sigma| *sigma >= 0.0);
        CellPoint {
            offset,
            height: self.height[index],
            sigma: sigma.unwrap_or(f64::NAN),
            sigma_geo: self.sigma_geo[index],
            weight: 1.0 / (sigma.unwrap_or(0.0).powi(2) + weight_floor * weight_floor),
            time: self.time[index],
        }
    }
}
