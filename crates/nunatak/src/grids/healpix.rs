//! HEALPix cells as a dataset.

use std::sync::Arc;

use nunatak_array::{SharedArray, Values};
use nunatak_format::{Attribute, Attributes};
use nunatak_grid::recognition::{AUTHALIC_RADIUS, healpix_mapping};
use nunatak_grid::{Ellipsoid, HealpixOrder};
use nunatak_tree::{Dataset, Variable};

use super::counting::CountingArray;
use super::regular::{conventions, grid_mapping_variable, memory};
use crate::error::argument;
use crate::{Result, attributes_of};

/// What HEALPix cells are cut from.
///
/// # Examples
///
/// ```
/// use nunatak::{grid::HealpixOrder, grids::HealpixEllipsoid, regridding::RegridTarget};
///
/// let wgs84 = RegridTarget::healpix(3, HealpixOrder::Nested, HealpixEllipsoid::Wgs84)?.grid.ellipsoid();
/// assert_eq!(wgs84.semi_major_axis(), 6_378_137.0);
/// let sphere = RegridTarget::healpix(3, HealpixOrder::Nested, HealpixEllipsoid::Sphere)?.grid.ellipsoid();
/// assert_eq!(sphere.flattening(), 0.0);
/// # Ok::<(), nunatak::NunatakError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HealpixEllipsoid {
    /// The authalic sphere of WGS84: all cells have one true area, their centres are geodetic positions.
    #[default]
    Wgs84,
    /// The sphere with the surface of WGS84: the latitudes of HEALPix are those of the data, as in most climate models.
    Sphere,
}

impl HealpixEllipsoid {
    /// Semi-major axis (m) and inverse flattening, 0 for a sphere.
    fn shape(self) -> (f64, f64) {
        match self {
            Self::Wgs84 => (6_378_137.0, 298.257_223_563),
            Self::Sphere => (AUTHALIC_RADIUS, 0.0),
        }
    }

    /// What xdggs calls it.
    fn name(self) -> &'static str {
        match self {
            Self::Wgs84 => "WGS84",
            Self::Sphere => "sphere",
        }
    }

    /// The ellipsoid of the grid.
    pub(crate) fn ellipsoid(self) -> Result<Ellipsoid> {
        match self {
            Self::Wgs84 => Ok(Ellipsoid::WGS84),
            Self::Sphere => Ok(Ellipsoid::new(AUTHALIC_RADIUS, 0.0)?),
        }
    }
}

/// HEALPix cells of one level, all of them, or those of these numbers: the coordinate `cell_ids` along `cells` with the
/// attributes of CF and xdggs, and the grid mapping variable `crs`.
///
/// # Errors
/// [`NunatakError::Argument`](crate::NunatakError::Argument) for a level above 29.
pub fn healpix_grid(
    level: u8,
    order: HealpixOrder,
    ellipsoid: HealpixEllipsoid,
    cells: Option<Vec<u64>>,
) -> Result<Dataset> {
    if level > 29 {
        return Err(argument("level", level, "a whole number from 0 to 29"));
    }
    let ids: SharedArray = match cells {
        Some(cells) => {
            let numbers: Vec<i64> = cells.into_iter().map(|cell| cell as i64).collect();
            memory(vec![numbers.len()], Values::I64(numbers))?
        }
        None => Arc::new(CountingArray::new(12 << (2 * level))),
    };
    let scheme = match order {
        HealpixOrder::Nested => "nested",
        HealpixOrder::Ring => "ring",
    };
    let text = |text: &str| Attribute::Text(text.into());
    let attributes: Attributes = [
        ("grid_name", text("healpix")),
        ("level", Attribute::number(i64::from(level))),
        ("indexing_scheme", text(scheme)),
        ("ellipsoid", text(ellipsoid.name())),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_string(), value))
    .collect();
    let (semi_major_axis, inverse_flattening) = ellipsoid.shape();
    let mut dataset = Dataset::new(conventions("CF-1.13"));
    dataset.insert_coordinate("cell_ids", Variable::new(vec!["cells".into()], ids, attributes)?)?;
    let mut mapping = healpix_mapping(level, order);
    mapping.set("semi_major_axis", semi_major_axis);
    mapping.set("inverse_flattening", inverse_flattening);
    dataset.insert_coordinate("crs", grid_mapping_variable(attributes_of(&mapping))?)?;
    Ok(dataset)
}
