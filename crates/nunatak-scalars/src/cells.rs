//! The cells of a grid: their true areas, and the zones that they are in.

use crate::error::{Result, ScalarsError};
use crate::zones::{Layer, Zones};

/// The cells of a grid with their true areas (m2) and zones, shared by all runs on it.
///
/// # Examples
/// ```
/// use nunatak_scalars::{Cells, Layer};
///
/// // Two basins of four cells; the last one is in neither.
/// let basins = Layer { zones: vec![0, 0, 1, Layer::NONE], count: 2 };
/// let cells = Cells::new(vec![2, 2], vec![4.0; 4], vec![basins])?;
/// assert_eq!(cells.zone_count(), 3, "the whole, and two basins");
/// # Ok::<(), nunatak_scalars::ScalarsError>(())
/// ```
#[derive(Debug)]
pub struct Cells {
    shape: Vec<usize>,
    areas: Vec<f64>,
    zones: Zones,
}

impl Cells {
    /// Cells in one or two axes; zones are counted from the whole, which is the first, layer by layer.
    ///
    /// # Errors
    /// [`ScalarsError::Shape`] for another number of axes, when there are not as many areas as cells, or a layer does not
    /// fit.
    pub fn new(shape: Vec<usize>, areas: Vec<f64>, layers: Vec<Layer>) -> Result<Self> {
        if !(1..=2).contains(&shape.len()) {
            let (what, found) = ("number of axes of the cells".into(), vec![shape.len()]);
            return Err(ScalarsError::Shape { what, found, expected: vec![1, 2] });
        }
        let (found, expected) = (vec![areas.len()], vec![shape.iter().product()]);
        if found != expected {
            return Err(ScalarsError::Shape { what: "areas of the cells".into(), found, expected });
        }
        let zones = Zones::new(&shape, layers)?;
        Ok(Self { shape, areas, zones })
    }

    /// Number of zones, the whole among them.
    pub fn zone_count(&self) -> usize {
        self.zones.count()
    }

    /// Length of each axis.
    pub(crate) fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// Areas in the order of the cells.
    pub(crate) fn areas(&self) -> &[f64] {
        &self.areas
    }

    pub(crate) fn zones(&self) -> &Zones {
        &self.zones
    }
}
