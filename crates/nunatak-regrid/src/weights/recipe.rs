//! [`Recipe`]: what weights follow from.

use std::sync::Arc;

use nunatak_grid::Grid;
use serde::{Deserialize, Serialize};

use crate::options::{Extrapolation, Method};

/// What weights follow from: two grids, a method, the source cells to use, and what cells without a value get.
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
