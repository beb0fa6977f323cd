//! Regridding methods, and what cells without a value get.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::{RegridError, Result};

/// How a target cell gets its value.
///
/// # Examples
///
/// ```
/// use nunatak_regrid::{Method, Neighbours};
///
/// assert_eq!("conservative2".parse::<Method>()?, Method::Conservative2);
/// assert_eq!("inverse_distance".parse::<Method>()?, Method::InverseDistance(Neighbours::default()));
/// assert_eq!(Method::NearestTarget.to_string(), "nearest_target");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Mean of the source cells it meets, weighted by the true overlap area on the ellipsoid.
    Conservative,
    /// Mean over the target cell of polynomials of degree two within the source cells, which have the source cells'
    /// means and follow their neighbours; it conserves like the first and may overshoot, unless it is limited when
    /// applied ([`crate::ApplyOptions::limited`]).
    Conservative2,
    /// Linear interpolation between the source values round the target centre.
    ///
    /// Rows and columns: bilinear between four centres in the source's own system; between the last row of a global
    /// grid and the pole, linear to the mean of that row. HEALPix and reduced Gaussian grids: linear along the two
    /// rings about the centre and between them. Meshes with data on nodes: barycentric in the triangle, inverse
    /// bilinear in the quadrilateral; with data on faces: the same in the polygon of centres about a node, and mean
    /// value coordinates where these are more than four. Missing outside.
    Bilinear,
    /// Smooth interpolation of higher order: polynomials of degree four through, or fitted to, the source values
    /// about the target centre. Weights may be negative, and values may go beyond those of the source. Where
    /// bilinear is missing it is too.
    Patch,
    /// Value of the source cell that holds the target centre; of the nearest centre, when sources are not rows and
    /// columns.
    Nearest,
    /// Each source value goes to the nearest target centre; mean of the values that come to a cell.
    NearestTarget,
    /// Mean of the nearest source values, weighted by a power of the inverse of their great-circle distance.
    InverseDistance(Neighbours),
}

impl Method {
    /// Whether a target cell gets a value at its centre, not a mean over its area.
    pub(crate) fn is_of_points(self) -> bool {
        match self {
            Self::Conservative | Self::Conservative2 => false,
            Self::Bilinear | Self::Patch | Self::Nearest | Self::NearestTarget | Self::InverseDistance(_) => true,
        }
    }
}

impl FromStr for Method {
    type Err = RegridError;

    fn from_str(text: &str) -> Result<Self> {
        match text {
            "conservative" => Ok(Self::Conservative),
            "conservative2" => Ok(Self::Conservative2),
            "bilinear" => Ok(Self::Bilinear),
            "patch" => Ok(Self::Patch),
            "nearest" => Ok(Self::Nearest),
            "nearest_target" => Ok(Self::NearestTarget),
            "inverse_distance" => Ok(Self::InverseDistance(Neighbours::default())),
            other => Err(RegridError::UnknownMethod { found: other.into() }),
        }
    }
}

impl std::fmt::Display for Method {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Conservative => "conservative",
            Self::Conservative2 => "conservative2",
            Self::Bilinear => "bilinear",
            Self::Patch => "patch",
            Self::Nearest => "nearest",
            Self::NearestTarget => "nearest_target",
            Self::InverseDistance(_) => "inverse_distance",
        })
    }
}

/// How many of the nearest values count, and by which power of the inverse of their distance.
///
/// # Examples
///
/// ```
/// use nunatak_grid::{Ellipsoid, Grid, HealpixGrid, HealpixOrder};
/// use nunatak_regrid::{Method, Neighbours, PointStencils};
///
/// let grid = Grid::Healpix(HealpixGrid::new(3, HealpixOrder::Nested, Ellipsoid::WGS84, None)?);
/// let method = Method::InverseDistance(Neighbours::new(3, 2.0)?);
/// let stencils = PointStencils::new(&grid, &[10.0], &[-75.0], method)?;
/// assert_eq!(stencils.of(0).count(), 3);
/// assert!(Neighbours::new(0, 2.0).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "(usize, f64)", into = "(usize, f64)")]
pub struct Neighbours {
    count: usize,
    power: f64,
}

impl Neighbours {
    /// The nearest value alone.
    pub(crate) const NEAREST: Self = Self { count: 1, power: 1.0 };

    /// So many neighbours and this power.
    ///
    /// # Errors
    /// [`RegridError::Neighbours`] for no neighbour, or a power that is not a positive number.
    pub fn new(count: usize, power: f64) -> Result<Self> {
        if count == 0 || !power.is_finite() || power <= 0.0 {
            return Err(RegridError::Neighbours { count, power });
        }
        Ok(Self { count, power })
    }

    /// How many values count.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The power of the inverse of their distance.
    pub fn power(&self) -> f64 {
        self.power
    }
}

/// Eight neighbours and the inverse square, as ESMF has it.
impl Default for Neighbours {
    fn default() -> Self {
        Self { count: 8, power: 2.0 }
    }
}

impl TryFrom<(usize, f64)> for Neighbours {
    type Error = RegridError;

    fn try_from((count, power): (usize, f64)) -> Result<Self> {
        Self::new(count, power)
    }
}

impl From<Neighbours> for (usize, f64) {
    fn from(neighbours: Neighbours) -> Self {
        (neighbours.count, neighbours.power)
    }
}

/// What target cells get that a method leaves without a value.
///
/// # Examples
///
/// ```
/// # use nunatak_grid::{Axis, Crs, Grid, RectilinearGrid};
/// use nunatak_regrid::{Extrapolation, Method, MissingPolicy, Weights};
///
/// # let (crs, y) = (Crs::parse("EPSG:4326")?, Axis::from_bounds(vec![70.0, 71.0])?);
/// # let axes = |x| RectilinearGrid::new(crs.clone(), x, y.clone());
/// # let grid = |x: &[f64]| Axis::from_bounds(x.to_vec()).and_then(axes).map(Grid::Rectilinear);
/// // The second of two target cells is beyond the source. `grid` makes a row from the edges of its cells.
/// let weights = Weights::new(&grid(&[0.0, 1.0])?, &grid(&[0.0, 1.0, 2.0])?, Method::Conservative)?;
/// assert!(weights.apply(&[5.0], MissingPolicy::default())?[1].is_nan());
/// let filled = weights.extrapolated(Extrapolation::Nearest)?;
/// assert_eq!(filled.apply(&[5.0], MissingPolicy::default())?[1], 5.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Extrapolation {
    /// Nothing: they are missing.
    #[default]
    Off,
    /// The nearest source value.
    Nearest,
    /// The mean of the nearest source values by their distance.
    InverseDistance(Neighbours),
}
