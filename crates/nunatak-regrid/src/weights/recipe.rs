//! [`Recipe`]: what weights follow from.

use std::sync::Arc;

use nunatak_grid::Grid;
use serde::{Deserialize, Serialize};

use crate::options::{Extrapolation, Method};

/// What weights follow from: two grids, a method, the source cells to use, and what cells without a value get.
///
/// # Examples
///
/// ```
/// # use std::sync::Arc;
/// # use nunatak_grid::{Axis, Crs, Grid, RectilinearGrid};
/// use nunatak_regrid::{Method, Recipe};
///
/// # let (crs, y) = (Crs::parse("EPSG:4326")?, Axis::from_bounds(vec![70.0, 71.0])?);
/// # let axes = |x| RectilinearGrid::new(crs.clone(), x, y.clone());
/// # let grid = |x: &[f64]| Axis::from_bounds(x.to_vec()).and_then(axes).map(Grid::Rectilinear);
/// // Of two equal cells in one, only the first. `grid` makes a row from the edges of its cells.
/// let (source, target) = (grid(&[0.0, 1.0, 2.0])?, grid(&[0.0, 2.0])?);
/// let recipe = Recipe::new(&source, &target, Method::Conservative).masked(&[true, false]);
/// let weights = recipe.weights()?;
/// assert!((weights.covered_fraction()[0] - 0.5).abs() < 1e-12);
/// // The process keeps weights: the second time they are the same ones.
/// assert!(Arc::ptr_eq(&weights, &recipe.weights()?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Recipe {
    pub(crate) source: Grid,
    pub(crate) target: Grid,
    pub(crate) method: Method,
    pub(crate) mask: Option<Arc<[u8]>>,
    pub(crate) extrapolation: Extrapolation,
}

impl Recipe {
    /// All source cells, nothing where the method gives nothing.
    pub fn new(source: &Grid, target: &Grid, method: Method) -> Self {
        let (source, target) = (source.clone(), target.clone());
        Self { source, target, method, mask: None, extrapolation: Extrapolation::Off }
    }

    /// The same with the source cells whose mask is true.
    #[must_use]
    pub fn masked(mut self, mask: &[bool]) -> Self {
        self.mask = Some(mask.iter().map(|&keep| u8::from(keep)).collect());
        self
    }

    /// The same with values for the target cells that the method leaves without one.
    #[must_use]
    pub fn extrapolated(mut self, extrapolation: Extrapolation) -> Self {
        self.extrapolation = extrapolation;
        self
    }
}
