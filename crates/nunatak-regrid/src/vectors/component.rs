//! The components of a vector, and their rotation.

use serde::{Deserialize, Serialize};

use super::rotation_angles::Rotation;

/// One of the two components of a vector field.
///
/// # Examples
///
/// ```
/// # use std::sync::Arc;
/// # use nunatak_array::{Array, MemoryArray, Region, SharedArray, Values};
/// # use nunatak_grid::{Axis, Crs, Grid, RectilinearGrid, VectorAxes};
/// use nunatak_regrid::{ApplyOptions, Component, Method, RotatedArray, Weights};
///
/// # let (map, degrees) = (Crs::parse("EPSG:3031")?, Crs::parse("EPSG:4326")?);
/// # let (x, y) = (Axis::from_centres(vec![0.5e6, 1.5e6])?, Axis::from_centres(vec![-5e5, 5e5])?);
/// # let source = Grid::Rectilinear(RectilinearGrid::new(map, x, y)?);
/// # let (x, y) = (Axis::from_bounds(vec![89.0, 91.0])?, Axis::from_bounds(vec![-81.0, -80.0])?);
/// # let target = Grid::Rectilinear(RectilinearGrid::new(degrees, x, y)?);
/// # let weights = Arc::new(Weights::new(&source, &target, Method::Bilinear)?);
/// # let field = |value| MemoryArray::new(vec![2, 2], Values::F64(vec![value; 4]));
/// # let vectors: [SharedArray; 2] = [Arc::new(field(1.0)?), Arc::new(field(0.0)?)];
/// // Vectors along the x of a map of Antarctica, brought to a cell at 90 degrees east, where x points north.
/// for (component, expected) in [(Component::X, 0.0), (Component::Y, 1.0)] {
///     let (weights, options) = (weights.clone(), ApplyOptions::default());
///     let array = RotatedArray::new(vectors.clone(), component, VectorAxes::Grid, weights, options)?;
///     let value = array.read(&Region::whole(array.shape()))?.to_f64()?[0];
///     assert!((value - expected).abs() < 1e-9);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Component {
    /// Along x, or eastward.
    X,
    /// Along y, or northward.
    Y,
}

impl Component {
    /// This component of the vector (x, y), whose axes are at an angle to the new ones.
    #[inline]
    pub(crate) fn rotated(self, [cosine, sine]: Rotation, x: f64, y: f64) -> f64 {
        match self {
            Self::X => cosine * x - sine * y,
            Self::Y => sine * x + cosine * y,
        }
    }
}
