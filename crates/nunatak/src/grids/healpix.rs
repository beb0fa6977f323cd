//! HEALPix cells as a dataset.

use std::sync::Arc;

use nunatak_array::{SharedArray, Values};
use nunatak_format::{Attribute, Attributes};
use nunatak_grid::recognition::{AUTHALIC_RADIUS, healpix_mapping};
use nunatak_grid::{Ellipsoid, HealpixGrid, HealpixOrder};
use nunatak_tree::{Dataset, Variable};

use super::counting::CountingArray;
use super::regular::{conventions, grid_mapping_variable, memory};
use crate::error::argument;
use crate::{Result, attributes_of};

/// The finest level whose cells 32-bit indices can number.
const FINEST_WHOLE: u8 = 14;

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

/// The number of cells of a level, all of which are a grid.
///
/// ```
/// use nunatak::grids::whole_healpix_level;
///
/// assert_eq!(whole_healpix_level(3)?, 768);
/// let refused = whole_healpix_level(20).unwrap_err().to_string();
/// assert!(refused.starts_with("level: found 20, expected at most 14 for all cells of a level"));
/// # Ok::<(), nunatak::NunatakError>(())
/// ```
///
/// # Errors
/// [`NunatakError::Argument`](crate::NunatakError::Argument) for a level above 29, and for one of more cells than can be
/// numbered in memory.
pub fn whole_healpix_level(level: u8) -> Result<u32> {
    if level > HealpixGrid::FINEST {
        return Err(argument("level", level, "a whole number from 0 to 29"));
    }
    let cells = 12_u64 << (2 * level);
    u32::try_from(cells).map_err(|_| {
        let terabytes = cells as f64 * 8e-12;
        let expected = format!(
            "at most {FINEST_WHOLE} for all cells of a level: it has {cells}, whose numbers alone take {terabytes:.1} TB; \
             give the cells that are needed"
        );
        argument("level", level, expected)
    })
}

/// HEALPix cells of one level, all of them, or those of these numbers: the coordinate `cell_ids` along `cells` with the
/// attributes of CF and xdggs, and the grid mapping variable `crs`.
///
/// # Errors
/// As [`whole_healpix_level`], of all cells.
pub fn healpix_grid(
    level: u8,
    order: HealpixOrder,
    ellipsoid: HealpixEllipsoid,
    cells: Option<Vec<u64>>,
) -> Result<Dataset> {
    let ids: SharedArray = match cells {
        Some(cells) => {
            let numbers: Vec<i64> = cells.into_iter().map(|cell| cell as i64).collect();
            memory(vec![numbers.len()], Values::I64(numbers))?
        }
        None => Arc::new(CountingArray::new(whole_healpix_level(level)? as usize)),
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
