//! [`Reconstruction`]: how fields vary within the source cells, kept for limited fields and missing values.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::error::Result;

/// What the values of the cells about a source cell add to its own in each of the parts that target cells share of it.
///
/// The mean over a part is the cell's value, plus the sum over its neighbours of a coefficient times the neighbour's
/// value less the cell's. Over all parts of a cell that is shared out whole these changes cancel, whatever one factor
/// they are multiplied by: so that a cell's changes can be made smaller, or left out, and integrals are kept.
#[derive(Debug, Default)]
pub(crate) struct Reconstruction {
    /// Neighbours of each source cell.
    pub(crate) neighbour_starts: Vec<usize>,
    pub(crate) neighbours: Vec<u32>,
    /// Coefficients by source cell, by part, by neighbour.
    pub(crate) coefficient_starts: Vec<usize>,
    pub(crate) coefficients: Vec<f64>,
    /// Parts by target cell.
    pub(crate) part_starts: Vec<usize>,
    pub(crate) parts: Vec<Part>,
}

/// What a target cell shares of a source cell.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Part {
    /// Its area over that of the target cell.
    pub(crate) weight: f64,
    pub(crate) source: u32,
    /// Which part of its source cell it is.
    pub(crate) number: u32,
}

impl Reconstruction {
    /// The cells that the value of a source cell's parts depends on, besides itself.
    #[inline(always)]
    pub(crate) fn neighbours(&self, source: usize) -> &[u32] {
        &self.neighbours[self.neighbour_starts[source]..self.neighbour_starts[source + 1]]
    }

    /// Coefficients of the neighbours of a source cell, of one part after the other.
    #[inline(always)]
    pub(crate) fn all_coefficients(&self, source: usize) -> &[f64] {
        &self.coefficients[self.coefficient_starts[source]..self.coefficient_starts[source + 1]]
    }

    /// Coefficients of the neighbours in a part.
    #[inline(always)]
    pub(crate) fn coefficients(&self, part: &Part) -> &[f64] {
        let count = self.neighbours(part.source as usize).len();
        let first = self.coefficient_starts[part.source as usize] + part.number as usize * count;
        &self.coefficients[first..first + count]
    }

    /// What a target cell shares of the source cells, by their rising number.
    #[inline(always)]
    pub(crate) fn parts(&self, target: usize) -> &[Part] {
        &self.parts[self.part_starts[target]..self.part_starts[target + 1]]
    }

    /// Bytes in memory.
    pub(crate) fn byte_len(&self) -> usize {
        let starts = self.neighbour_starts.len() + self.coefficient_starts.len() + self.part_starts.len();
        starts * size_of::<usize>()
            + self.neighbours.len() * size_of::<u32>()
            + self.coefficients.len() * size_of::<f64>()
            + self.parts.len() * size_of::<Part>()
    }
}

/// A reconstruction that is computed when it is first needed.
#[derive(Debug, Default)]
pub(crate) struct LazyReconstruction {
    computed: OnceLock<Arc<Reconstruction>>,
    computing: Mutex<()>,
}

impl LazyReconstruction {
    /// The reconstruction; of several threads one computes it. Those of the thread pool do not wait for each other, because
    /// the one that computes it may wait for them: each computes its own, and the first is kept.
    pub(crate) fn get(&self, make: impl FnOnce() -> Result<Reconstruction>) -> Result<Arc<Reconstruction>> {
        let is_of_pool = rayon::current_thread_index().is_some();
        let _guard = (!is_of_pool).then(|| self.computing.lock().unwrap_or_else(PoisonError::into_inner));
        if let Some(reconstruction) = self.computed.get() {
            return Ok(Arc::clone(reconstruction));
        }
        let reconstruction = Arc::new(make()?);
        Ok(Arc::clone(self.computed.get_or_init(|| reconstruction)))
    }

    /// Bytes in memory.
    pub(crate) fn byte_len(&self) -> usize {
        self.computed.get().map_or(0, |reconstruction| reconstruction.byte_len())
    }
}
