//! Columns of points to aggregate.

use super::cell_point::CellPoint;
use crate::error::{AltimetryError, Result};

/// Points to aggregate, as columns of one length.
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
