mod masked;

use std::sync::{Arc, OnceLock};

use nunatak_array::Numbers;
use nunatak_grid::Grid;
use rayon::prelude::*;

use crate::apply::{Fields, Work};
use crate::block::Block;
use crate::build::{self, Rows};
use crate::variation::{LateVariation, Variation};
use crate::{Extrapolation, Method, MissingPolicy, Recipe, RegridError, Result};

/// A sparse matrix from the cells of a source grid to those of a target grid, in compressed rows.
///
/// Row `i` belongs to target cell `i` (flat, y then x). Its weights sum to the fraction of the cell that the source
/// covers: below one at the rim of the source, where [`Weights::apply`] divides by the sum.
#[derive(Debug, Clone)]
pub struct Weights {
    source: Grid,
    target: Grid,
    method: Method,
    mask: Option<Arc<[u8]>>,
    extrapolation: Extrapolation,
    row_starts: Vec<usize>,
    cells: Vec<u32>,
    values: Vec<f64>,
    block: Block,
    areas: OnceLock<Arc<Areas>>,
    variation: Arc<LateVariation>,
    origin: Origin,
}

/// Where weights are from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// They were made here, and are made again from their recipe.
    Made,
    /// They were made from their recipe and kept; nobody should wait for them again.
    Kept,
    /// They came from elsewhere and cannot be made again.
    Given,
}

/// True areas of cells (m2).
#[derive(Debug)]
pub(crate) struct Areas {
    pub(crate) source: Vec<f64>,
    pub(crate) target: Vec<f64>,
}

impl Weights {
    /// The weights between two grids. Rows of the target are computed in parallel; the result does not depend on the
    /// number of threads.
    ///
    /// # Errors
    /// [`RegridError::NoOverlap`], [`RegridError::TooLarge`], and errors of projections.
    pub fn new(source: &Grid, target: &Grid, method: Method) -> Result<Self> {
        check_count(source, target)?;
        let rows = build::rows(source, target, method)?;
        if rows.iter().all(Rows::is_empty) {
            return Err(RegridError::NoOverlap { origin: source.summary(), target: target.summary() });
        }
        Ok(Self::assemble(source.clone(), target.clone(), method, rows))
    }

    /// The weights between two grids, without the source cells that `mask` leaves out, from this process's cache:
    /// the last 16 sets are kept, at most 512 MiB of them.
    ///
    /// # Errors
    /// As [`Weights::new`] and [`Weights::masked`].
    pub fn shared(source: &Grid, target: &Grid, method: Method, mask: Option<&[bool]>) -> Result<Arc<Self>> {
        let recipe = Recipe::new(source, target, method);
        match mask {
            Some(mask) => recipe.masked(mask),
            None => recipe,
        }
        .weights()
    }

    /// True areas (m2) of the source and the target cells between which conservative weights keep integrals: of first
    /// order, exact areas of rows and columns, and for other cells, and cells of other maps, those of the polygons of
    /// great circles that stand for them; of second order, polygons for all cells. Methods of points have those of
    /// first order.
    ///
    /// # Errors
    /// As [`Grid::cells_on_sphere`].
    pub fn regridded_areas(&self) -> Result<(Vec<f64>, Vec<f64>)> {
        build::areas(&self.source, &self.target, self.method)
    }

    /// The same weights with a value for the target cells that have none, from the source values that the mask, if
    /// any, leaves.
    ///
    /// # Errors
    /// Errors of projections.
    pub fn extrapolated(&self, extrapolation: Extrapolation) -> Result<Self> {
        let is_empty = |&row: &usize| self.row_starts[row] == self.row_starts[row + 1];
        let empty: Vec<usize> = (0..self.target.len()).filter(is_empty).collect();
        let keep = |cell: usize| self.mask.as_ref().is_none_or(|mask| mask[cell] != 0);
        let added = build::points::extrapolation::entries(&self.source, &self.target, keep, &empty, extrapolation)?;
        let mut added = added.into_iter();
        let mut rows = Rows::default();
        for ends in self.row_starts.windows(2) {
            if ends[0] == ends[1] {
                rows.push(added.next().unwrap_or_default());
            } else {
                rows.cells.extend(&self.cells[ends[0]..ends[1]]);
                rows.values.extend(&self.values[ends[0]..ends[1]]);
                rows.ends.push(rows.cells.len());
            }
        }
        let whole = Self::assemble(self.source.clone(), self.target.clone(), self.method, vec![rows]);
        Ok(Self {
            mask: self.mask.clone(),
            extrapolation,
            origin: self.origin,
            variation: Arc::clone(&self.variation),
            ..whole
        })
    }

    fn assemble(source: Grid, target: Grid, method: Method, rows: Vec<Rows>) -> Self {
        let Rows { ends, cells, values } = Rows::joined(rows);
        let mut row_starts = Vec::with_capacity(ends.len() + 1);
        row_starts.push(0);
        row_starts.extend(ends);
        let block = Block::of(&cells, source.rows_and_columns().1);
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
            variation: Arc::default(),
            origin: Origin::Made,
        }
    }

    pub(crate) fn assemble_given(source: Grid, target: Grid, method: Method, rows: Rows) -> Self {
        Self { origin: Origin::Given, ..Self::assemble(source, target, method, vec![rows]) }
    }

    /// The same, of this recipe, which made them once.
    pub(crate) fn kept(self, recipe: Recipe) -> Self {
        Self { origin: Origin::Kept, mask: recipe.mask, extrapolation: recipe.extrapolation, ..self }
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
        self.row_starts.par_windows(2).map(|ends| self.values[ends[0]..ends[1]].iter().sum()).collect()
    }

    /// One field on the source grid, flat (y, x), brought to the target grid.
    ///
    /// # Errors
    /// [`RegridError::Size`] when the field has another number of cells than the source.
    pub fn apply(&self, field: &[f64], missing: MissingPolicy) -> Result<Vec<f64>> {
        self.check_size("a field", field.len())?;
        let has_missing = field.iter().any(|value| value.is_nan());
        let variation = if has_missing { self.variation()? } else { None };
        let work = Work {
            weights: self,
            application: missing.into(),
            target: Block::whole(&self.target),
            source: Block::whole(&self.source),
            fields: Fields::new(Numbers::F64(field), field.len()),
            shares: None,
            areas: None,
            variation: variation.as_deref(),
        };
        Ok(work.run())
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
    pub(crate) fn block_of(&self, target: Block) -> Block {
        if target == Block::whole(&self.target) {
            return self.block;
        }
        let width = self.target.rows_and_columns().1;
        let source_width = self.source.rows_and_columns().1;
        let blocks = (target.row..target.row + target.rows).into_par_iter().map(|row| {
            let first = row * width + target.column;
            let entries = self.row_starts[first]..self.row_starts[first + target.columns];
            Block::of(&self.cells[entries], source_width)
        });
        blocks.reduce(|| Block::of(&[], source_width), Block::union)
    }

    /// Areas of the cells of both grids.
    pub(crate) fn areas(&self) -> Result<Arc<Areas>> {
        if let Some(areas) = self.areas.get() {
            return Ok(Arc::clone(areas));
        }
        let areas = Arc::new(Areas { source: self.source.cell_areas()?, target: self.target.cell_areas()? });
        Ok(Arc::clone(self.areas.get_or_init(|| areas)))
    }

    /// Whether fields vary within the source cells in a way that is known here.
    pub(crate) fn is_varying(&self) -> bool {
        self.method == Method::Conservative2 && self.origin != Origin::Given
    }

    /// How fields vary within the source cells, when that is known.
    pub(crate) fn variation(&self) -> Result<Option<Arc<Variation>>> {
        if !self.is_varying() {
            return Ok(None);
        }
        self.variation.get(|| build::variation(&self.source, &self.target)).map(Some)
    }

    /// Bytes in memory.
    pub(crate) fn byte_len(&self) -> usize {
        let own = self.row_starts.len() * size_of::<usize>() + self.cells.len() * (size_of::<u32>() + size_of::<f64>());
        own + self.variation.byte_len()
    }

    fn check_size(&self, what: &'static str, found: usize) -> Result<()> {
        let (rows, columns) = self.source.rows_and_columns();
        if found == rows * columns { Ok(()) } else { Err(RegridError::Size { what, found, rows, columns }) }
    }
}

fn check_count(source: &Grid, target: &Grid) -> Result<()> {
    match [source, target].into_iter().find(|grid| u32::try_from(grid.len()).is_err()) {
        Some(grid) => Err(RegridError::TooLarge { cells: grid.len() }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
