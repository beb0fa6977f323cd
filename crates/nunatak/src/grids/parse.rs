//! Grids by name, as the program's `--grid` takes them.

use std::path::Path;
use std::str::FromStr;

use nunatak_format::{Location, StorageOptions};
use nunatak_grid::{Crs, HealpixOrder};
use nunatak_ismip::IceSheet;
use nunatak_tree::Dataset;

use super::{Extent, HealpixEllipsoid, Registration, global_grid, grid_dataset, healpix_grid, regular_grid};
use crate::error::argument;
use crate::{NunatakError, Result, open_dataset};

/// Text that names a grid.
const EXPECTED: &str = "EPSG:3031:16km, latlon:0.5, healpix:8, AIS:8km, GrIS:5km, or a file on the grid";

/// A grid as a user names it.
///
/// # Examples
///
/// ```
/// use nunatak::{grid::Crs, grids::GridName};
///
/// let name: GridName = "EPSG:3031:16km".parse()?;
/// assert_eq!(name, GridName::Regular { crs: Crs::parse("EPSG:3031")?, spacing: 16e3 });
/// assert_eq!("AIS:16km".parse::<GridName>()?, name);
/// let error = "16km".parse::<GridName>().unwrap_err().to_string();
/// assert!(error.starts_with("grid: found 16km, expected EPSG:3031:16km, latlon:0.5,"));
/// # Ok::<(), nunatak::NunatakError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub enum GridName {
    /// `EPSG:3031:16km`: a system and the distance between cell centres, m (degrees for a geographic system).
    Regular {
        /// The system.
        crs: Crs,
        /// Distance between cell centres.
        spacing: f64,
    },
    /// `latlon:0.5`: the globe, cells of so many degrees.
    Global {
        /// Width and height of the cells in degrees.
        spacing: f64,
    },
    /// `healpix:8`, `healpix:8:ring`: all cells of a level.
    Healpix {
        /// Number of halvings of the sides of the base cells.
        level: u8,
        /// How cells are numbered.
        order: HealpixOrder,
    },
    /// A file with coordinates, or the URL of one.
    File(String),
}

impl FromStr for GridName {
    type Err = NunatakError;

    fn from_str(text: &str) -> Result<Self> {
        if Path::new(text).exists() || text.contains("://") {
            return Ok(Self::File(text.into()));
        }
        let unknown = || argument("grid", text, EXPECTED);
        let (kind, rest) = text.split_once(':').ok_or_else(unknown)?;
        match kind.to_ascii_lowercase().as_str() {
            "latlon" => Ok(Self::Global { spacing: rest.parse().map_err(|_| unknown())? }),
            "healpix" => {
                let (level, order) = rest.split_once(':').unwrap_or((rest, "nested"));
                let order = match order {
                    "nested" => HealpixOrder::Nested,
                    "ring" => HealpixOrder::Ring,
                    _ => return Err(unknown()),
                };
                Ok(Self::Healpix { level: level.parse().map_err(|_| unknown())?, order })
            }
            _ => {
                if let Some(sheet) = IceSheet::parse(kind) {
                    return Self::regular(&format!("EPSG:{}", sheet.epsg()), rest).ok_or_else(unknown)?;
                }
                let (crs, spacing) = text.rsplit_once(':').ok_or_else(unknown)?;
                Self::regular(crs, spacing).ok_or_else(unknown)?
            }
        }
    }
}

impl GridName {
    fn regular(crs: &str, spacing: &str) -> Option<Result<Self>> {
        let spacing = length(spacing)?;
        Some(Crs::parse(crs).map(|crs| Self::Regular { crs, spacing }).map_err(NunatakError::from))
    }
}

/// A length such as `16km`, `500m` or `0.5` (m or degrees), as a number.
fn length(text: &str) -> Option<f64> {
    let (number, factor) = match (text.strip_suffix("km"), text.strip_suffix("deg"), text.strip_suffix('m')) {
        (Some(number), ..) => (number, 1e3),
        (_, Some(number), _) | (.., Some(number)) => (number, 1.0),
        _ => (text, 1.0),
    };
    number.trim().parse::<f64>().ok().map(|number| number * factor)
}

/// The dataset of a grid that is named, within an extent, or the usual one of its system (that of ISMIP6).
///
/// ```
/// let grid = nunatak::grids::parse_grid("EPSG:3031:16km", None, &Default::default())?;
/// assert_eq!(grid.length("x"), Some(381));
/// # Ok::<(), nunatak::NunatakError>(())
/// ```
///
/// # Errors
/// [`NunatakError::Argument`] for text that names no grid and an extent that is missing or does not fit, and those of
/// the file.
pub fn parse_grid(text: &str, extent: Option<Extent>, options: &StorageOptions) -> Result<Dataset> {
    match text.parse()? {
        GridName::Regular { crs, spacing } => {
            let usual = || usual_extent(&crs);
            let Some(extent) = extent.or_else(usual) else {
                return Err(argument(
                    "bounds",
                    "nothing",
                    format!("west,south,east,north: {} has no usual extent", crs.name()),
                ));
            };
            grid_dataset(&regular_grid(crs, spacing, extent, Registration::Node)?)
        }
        GridName::Global { spacing } => grid_dataset(&global_grid(spacing)?),
        GridName::Healpix { level, order } => healpix_grid(level, order, HealpixEllipsoid::Wgs84, None),
        GridName::File(location) => open_dataset(location.parse::<Location>()?, options),
    }
}

/// The ISMIP6 domain of a map: centres of its corner cells.
fn usual_extent(crs: &Crs) -> Option<Extent> {
    let sheet = IceSheet::ALL.into_iter().find(|sheet| Some(sheet.epsg()) == crs.epsg())?;
    let ([west, east], [south, north]) = sheet.extent();
    Some(Extent { west, south, east, north })
}
