//! Selections: what is read of every granule.

use super::beam::Beam;
use super::polygon::Polygon;
use super::quality::Quality;
use crate::error::{AltimetryError, Result};

/// Longitude and latitude limits in degrees; `west > east` crosses the antimeridian.
///
/// # Examples
///
/// ```
/// use nunatak_altimetry::BoundingBox;
///
/// // The Ross Ice Shelf, across the antimeridian.
/// let ross = BoundingBox::new(160.0, -86.0, -150.0, -77.0)?;
/// assert!(ross.contains(175.0, -80.0) && ross.contains(-175.0, -80.0));
/// assert!(!ross.contains(0.0, -80.0));
/// # Ok::<(), nunatak_altimetry::AltimetryError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BoundingBox {
    west: f64,
    south: f64,
    east: f64,
    north: f64,
}

impl BoundingBox {
    /// A box from its limits; longitudes of any branch (-180 to 180, or 0 to 360).
    ///
    /// # Errors
    /// [`AltimetryError::Argument`] when a limit is not finite, or `south > north`.
    pub fn new(west: f64, south: f64, east: f64, north: f64) -> Result<Self> {
        let finite = [west, south, east, north].iter().all(|limit| limit.is_finite());
        if !finite || south > north {
            return Err(AltimetryError::Argument {
                argument: "region",
                found: format!("({west}, {south}, {east}, {north})"),
                expected: "(west, south, east, north) in degrees with south <= north".into(),
            });
        }
        Ok(Self { west, south, east, north })
    }

    /// Whether a point lies inside or on the border; a missing coordinate does not.
    pub fn contains(&self, longitude: f64, latitude: f64) -> bool {
        let width = if self.east - self.west >= 360.0 { 360.0 } else { (self.east - self.west).rem_euclid(360.0) };
        let east_of_west = (longitude - self.west).rem_euclid(360.0);
        latitude >= self.south && latitude <= self.north && east_of_west <= width
    }
}

/// A part of the Earth's surface.
///
/// # Examples
///
/// ```
/// use nunatak_altimetry::{Area, BoundingBox};
///
/// let area = Area::Box(BoundingBox::new(-50.0, 70.0, -49.0, 72.0)?);
/// assert!(area.contains(-49.5, 71.0) && area.contains(310.5, 71.0));
/// # Ok::<(), nunatak_altimetry::AltimetryError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub enum Area {
    /// Limits of longitude and latitude.
    Box(BoundingBox),
    /// Rings of vertices.
    Polygon(Polygon),
}

impl Area {
    /// Whether a point lies inside; a missing coordinate does not.
    pub fn contains(&self, longitude: f64, latitude: f64) -> bool {
        match self {
            Self::Box(limits) => limits.contains(longitude, latitude),
            Self::Polygon(polygon) => polygon.contains(longitude, latitude),
        }
    }

    /// Whether there is a point at this latitude inside, at some longitude.
    pub(crate) fn reaches(&self, latitude: f64) -> bool {
        let (south, north) = match self {
            Self::Box(limits) => (limits.south, limits.north),
            Self::Polygon(polygon) => polygon.latitudes(),
        };
        latitude >= south && latitude <= north
    }
}

/// What to read of every granule.
///
/// # Examples
///
/// ```
/// use nunatak_altimetry::{Area, Beam, BoundingBox, Quality, Selection};
///
/// let all = Selection::default();
/// assert_eq!((all.quality, all.beams.len(), all.region), (Quality::SummaryZero, 6, None));
/// let region = vec![Area::Box(BoundingBox::new(160.0, -86.0, -150.0, -77.0)?)];
/// let ross = Selection { beams: vec![Beam::Gt2l, Beam::Gt2r], region: Some(region), ..Selection::default() };
/// assert!(ross.beams.iter().all(|beam| beam.pair() == 2));
/// # Ok::<(), nunatak_altimetry::AltimetryError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Selection {
    /// Which segments are good enough.
    pub quality: Quality,
    /// Which beams.
    pub beams: Vec<Beam>,
    /// Where: in any of these areas.
    pub region: Option<Vec<Area>>,
    /// When: first and last instant, ns since 1970-01-01 UTC, both included.
    pub time: Option<(i64, i64)>,
    /// Names of the columns of [`Segments`](super::Segments) that are wanted, all when `None`. Those of place, height,
    /// granule and pass are always there.
    pub columns: Option<Vec<String>>,
}

impl Default for Selection {
    fn default() -> Self {
        Self { quality: Quality::default(), beams: Beam::ALL.to_vec(), region: None, time: None, columns: None }
    }
}

impl Selection {
    /// Whether a column is wanted.
    pub(crate) fn wants(&self, column: &str) -> bool {
        self.columns.as_ref().is_none_or(|columns| columns.iter().any(|name| name == column))
    }

    /// Whether a segment lies inside the region and the time span.
    pub(crate) fn contains(&self, longitude: f64, latitude: f64, time: i64) -> bool {
        self.time.is_none_or(|(first, last)| time >= first && time <= last)
            && self.region.as_ref().is_none_or(|areas| areas.iter().any(|area| area.contains(longitude, latitude)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_wrap_at_the_antimeridian() {
        let ross = BoundingBox::new(160.0, -86.0, -150.0, -77.0).unwrap();
        assert!(ross.contains(175.0, -80.0) && ross.contains(-175.0, -80.0) && ross.contains(185.0, -80.0));
        assert!(!ross.contains(0.0, -80.0) && !ross.contains(175.0, -70.0) && !ross.contains(f64::NAN, -80.0));
        assert!(BoundingBox::new(-180.0, -90.0, 180.0, -60.0).unwrap().contains(12.0, -70.0));
        assert!(BoundingBox::new(0.0, 10.0, 1.0, -10.0).is_err());
    }
}
