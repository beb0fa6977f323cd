//! [`Weights`]: the sparse matrix from the cells of a source grid to those of a target grid.

use std::sync::{Arc, OnceLock};

use nunatak_grid::Grid;
use nunatak_parallel::{map, map_values};

use super::recipe::Recipe;
use crate::cell_block::CellBlock;
use crate::construct::reconstruction::{self, LazyReconstruction, Reconstruction};
use crate::csr::CsrRows;
use crate::error::{RegridError, Result};
use crate::options::{ApplyOptions, Extrapolation, Method, Quantity, Reducer};

/// A sparse matrix from the cells of a source grid to those of a target grid, in compressed rows.
///
/// Row `i` belongs to target cell `i` (flat, y then x). Its weights sum to the fraction of the cell that the source
/// covers: below one at the boundary of the source, where [`Weights::apply`] divides by the sum.
///
/// # Examples
///
/// ```
/// use nunatak_grid::{Axis, Crs, Grid, GridError, RectilinearGrid};
/// use nunatak_regrid::{Method, MissingPolicy, Weights};
///
/// // A row of cells between these longitudes and 70 to 71 degrees north.
/// let grid = |x: &[f64]| -> Result<Grid, GridError> {
///     let (x, y) = (Axis::from_bounds(x.to_vec())?, Axis::from_bounds(vec![70.0, 71.0])?);
///     Ok(Grid::Rectilinear(RectilinearGrid::new(Crs::parse("EPSG:4326")?, x, y)?))
/// };
/// let weights = Weights::new(&grid(&[0.0, 1.0, 2.0])?, &grid(&[0.0, 2.0])?, Method::Conservative)?;
/// assert_eq!(weights.cells(), [0, 1]);
/// assert!((weights.apply(&[100.0, 300.0], MissingPolicy::default())?[0] - 200.0).abs() < 1e-9);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Weights {
    pub(super) source: Grid,
    pub(super) target: Grid,
    pub(super) method: Method,
    pub(super) mask: Option<Arc<[u8]>>,
    pub(super) extrapolation: Extrapolation,
    pub(super) row_starts: Vec<usize>,
    pub(super) cells: Vec<u32>,
    pub(super) values: Vec<f64>,
    pub(super) block: CellBlock,
    pub(super) areas: OnceLock<Arc<Areas>>,
    pub(super) reconstruction: Arc<LazyReconstruction>,
    pub(super) origin: Origin,
}

/// Where weights are from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// They were made here, and are made again from their recipe.
    Computed,
    /// They were made from their recipe and kept; nobody should wait for them again.
    Cached,
    /// They came from elsewhere and cannot be made again.
    External,
}

/// True areas of cells (m2).
#[derive(Debug)]
pub(crate) struct Areas {
    pub(crate) source: Vec<f64>,
    pub(crate) target: Vec<f64>,
}

impl Weights {
    pub(super) fn assemble(source: Grid, target: Grid, method: Method, rows: Vec<CsrRows>) -> Self {
        let CsrRows { ends, cells, values } = CsrRows::joined(rows);
        let mut row_starts = Vec::with_capacity(ends.len() + 1);
        row_starts.push(0);
        row_starts.extend(ends);
        let block = CellBlock::of(&cells, source.rows_and_columns().1);
        Self {
            source,
            target,
            method,
            mask: None,
            extrapolation: Extrapolation::Off,
            row_starts,
            cells,
            values,
            block,
            areas: OnceLock::new(),
            reconstruction: Arc::default(),
            origin: Origin::Computed,
        }
    }

    pub(crate) fn assemble_external(source: Grid, target: Grid, method: Method, rows: CsrRows) -> Self {
        Self { origin: Origin::External, ..Self::assemble(source, target, method, vec![rows]) }
    }

    /// The same, of this recipe, which made them once.
    pub(crate) fn cached(self, recipe: Recipe) -> Self {
        Self { origin: Origin::Cached, mask: recipe.mask, extrapolation: recipe.extrapolation, ..self }
    }

    /// Where they are from.
    pub(crate) fn origin(&self) -> Origin {
        self.origin
    }

    /// What they follow from.
    pub(crate) fn recipe(&self) -> Recipe {
        Recipe {
            source: self.source.clone(),
            target: self.target.clone(),
            method: self.method,
            mask: self.mask.clone(),
            extrapolation: self.extrapolation,
        }
    }

    /// The source grid.
    pub fn source(&self) -> &Grid {
        &self.source
    }

    /// The target grid.
    pub fn target(&self) -> &Grid {
        &self.target
    }

    /// How the weights were made.
    pub fn method(&self) -> Method {
        self.method
    }

    /// Where each row begins and ends: one more than there are target cells (CSR `indptr`).
    pub fn row_starts(&self) -> &[usize] {
        &self.row_starts
    }

    /// Source cell of each entry (CSR `indices`), rising within a row of the target.
    pub fn cells(&self) -> &[u32] {
        &self.cells
    }

    /// Weight of each entry (CSR `data`).
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// Fraction of each target cell that the source covers: the sum of its weights.
    pub fn covered_fraction(&self) -> Vec<f64> {
        map_values(self.target.len(), |row| self.values[self.row_starts[row]..self.row_starts[row + 1]].iter().sum())
    }

    /// Whether a target cell gets the value of one source cell, as it is, or none.
    pub(crate) fn copies(&self, options: ApplyOptions) -> bool {
        let is_mean = options.reducer() == Reducer::Mean && options.quantity() == Quantity::Intensive;
        is_mean
            && self.method == Method::Nearest
            && self.row_starts.windows(2).all(|ends| ends[1] - ends[0] <= 1)
            && self.values.iter().all(|&value| value == 1.0)
    }

    /// The mask these weights were made with, one byte per source cell.
    pub fn mask(&self) -> Option<&Arc<[u8]>> {
        self.mask.as_ref()
    }

    /// What target cells without a value were given.
    pub fn extrapolation(&self) -> Extrapolation {
        self.extrapolation
    }

    /// The source block that a block of the target needs.
    pub(crate) fn block_of(&self, target: CellBlock) -> CellBlock {
        if target == CellBlock::whole(&self.target) {
            return self.block;
        }
        let width = self.target.rows_and_columns().1;
        let source_width = self.source.rows_and_columns().1;
        let blocks = map(target.rows, |row| {
            let first = (target.row + row) * width + target.column;
            let entries = self.row_starts[first]..self.row_starts[first + target.columns];
            CellBlock::of(&self.cells[entries], source_width)
        });
        blocks.into_iter().fold(CellBlock::of(&[], source_width), CellBlock::union)
    }

    /// Areas of the cells of both grids between which the weights conserve.
    pub(crate) fn areas(&self) -> Result<Arc<Areas>> {
        if let Some(areas) = self.areas.get() {
            return Ok(Arc::clone(areas));
        }
        let (source, target) = self.regridded_areas()?;
        let areas = Arc::new(Areas { source, target });
        Ok(Arc::clone(self.areas.get_or_init(|| areas)))
    }

    /// Whether fields vary within the source cells in a way that is known here.
    pub(crate) fn has_reconstruction(&self) -> bool {
        self.method == Method::Conservative2 && self.origin != Origin::External
    }

    /// How fields vary within the source cells, when that is known.
    pub(crate) fn reconstruction(&self) -> Result<Option<Arc<Reconstruction>>> {
        if !self.has_reconstruction() {
            return Ok(None);
        }
        self.reconstruction.get(|| reconstruction::reconstruction(&self.source, &self.target)).map(Some)
    }

    /// Bytes in memory.
    pub(crate) fn byte_len(&self) -> usize {
        let own = self.row_starts.len() * size_of::<usize>() + self.cells.len() * (size_of::<u32>() + size_of::<f64>());
        own + self.reconstruction.byte_len()
    }

    pub(crate) fn check_size(&self, what: &'static str, found: usize) -> Result<()> {
        let (rows, columns) = self.source.rows_and_columns();
        if found == rows * columns { Ok(()) } else { Err(RegridError::Size { what, found, rows, columns }) }
    }
}
