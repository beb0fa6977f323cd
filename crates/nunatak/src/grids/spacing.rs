//! Spacings in metres that look like kilometres.

use nunatak_grid::Crs;

use super::extent::Extent;

/// Spacing (m) below which kilometres may have been meant.
const FINE: f64 = 100.0;
/// Extent (m) that is seldom gridded as finely.
const WIDE: f64 = 500e3;
/// Reach (m) from the origin of a map within which the numbers may be those of an ice sheet in kilometres.
const NEAR_ORIGIN: f64 = 10e3;

/// What speaks for kilometres that were given as metres, as a sentence; none where metres are as likely.
///
/// ```
/// use nunatak::{grid::Crs, grids::{Extent, spacing_doubt}};
///
/// let around = |reach: f64| Extent { west: -reach, south: -reach, east: reach, north: reach };
/// let polar = Crs::parse("EPSG:3031")?;
/// assert_eq!(spacing_doubt(&polar, 8e3, around(3_040e3)), None);
/// assert!(spacing_doubt(&polar, 32.0, around(304e3)).unwrap().ends_with("; 32 km are 32000 m"));
/// // An ice sheet in kilometres lies at the pole when it is read as metres.
/// assert!(spacing_doubt(&polar, 8.0, around(3_040.0)).unwrap().contains("at the origin of the map"));
/// # Ok::<(), nunatak::NunatakError>(())
/// ```
pub fn spacing_doubt(crs: &Crs, spacing: f64, extent: Extent) -> Option<String> {
    if crs.is_geographic() || !(spacing > 0.0 && spacing < FINE) {
        return None;
    }
    let (rows, columns) = rows_and_columns(spacing, extent);
    let widest = rows.max(columns) * spacing;
    let corners = [extent.west, extent.south, extent.east, extent.north];
    let at_origin = corners.iter().all(|value| value.abs() < NEAR_ORIGIN) && spacing >= 1.0;
    if widest < WIDE && !at_origin {
        return None;
    }
    let place = if at_origin { ", and the bounds, in metres too, lie at the origin of the map" } else { "" };
    Some(format!(
        "spacing: {spacing} m makes {rows:.0} x {columns:.0} cells{place}; {spacing} km are {} m",
        spacing * 1e3
    ))
}

fn rows_and_columns(spacing: f64, extent: Extent) -> (f64, f64) {
    ((extent.north - extent.south) / spacing, (extent.east - extent.west) / spacing)
}
