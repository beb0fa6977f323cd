//! How each method fills the rows of the weights.

mod conservative;
mod points;
mod polar_geographic;
mod similar;
mod sphere;
mod zonal;

use nunatak_grid::{Grid, RectilinearGrid};

use crate::{Method, RegridError, Result};

/// Fraction of a cell below which a part of it is round-off of edges that only touch.
const SLIVER: f64 = 1e-12;

/// Consecutive rows of the weights: where each ends, and the cells and weights of all of them.
#[derive(Debug, Default, Clone, PartialEq)]
pub(crate) struct Rows {
    pub(crate) ends: Vec<usize>,
    pub(crate) cells: Vec<u32>,
    pub(crate) values: Vec<f64>,
}

impl Rows {
    /// Adds one row; entries without weight are dropped, so that a missing value they would touch does no harm.
    pub(crate) fn push(&mut self, entries: impl IntoIterator<Item = (u32, f64)>) {
        for (cell, value) in entries {
            if value > 0.0 {
                self.cells.push(cell);
                self.values.push(value);
            }
        }
        self.ends.push(self.cells.len());
    }

    pub(crate) fn len(&self) -> usize {
        self.cells.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }
}

/// All rows of the weights, in order, in blocks.
pub(crate) fn rows(source: &Grid, target: &Grid, method: Method) -> Result<Vec<Rows>> {
    match method {
        Method::Conservative => conservative::rows(source, target),
        Method::Bilinear => points::bilinear(rectilinear(source)?, rectilinear(target)?),
        Method::Nearest => points::nearest(rectilinear(source)?, rectilinear(target)?),
    }
}

fn rectilinear(grid: &Grid) -> Result<&RectilinearGrid> {
    grid.rectilinear().ok_or(RegridError::Family)
}

#[cfg(test)]
mod tests;
