//! Weights as bytes: the recipe of computed weights, all entries of external ones.

use std::sync::Arc;

use nunatak_grid::Grid;
use serde::{Deserialize, Serialize};

use super::compute::{ROW, check_count, check_room};
use super::matrix::{Origin, Weights};
use super::recipe::Recipe;
use crate::csr::CsrRows;
use crate::error::{RegridError, Result};
use crate::options::Method;

#[derive(Serialize, Deserialize)]
enum Packed {
    Computed(Recipe),
    External { source: Grid, target: Grid, method: Method, row_starts: Vec<u64>, cells: Vec<u32>, values: Vec<f64> },
    Cached { recipe: Recipe, row_starts: Vec<u64>, cells: Vec<u32>, values: Vec<f64> },
}

impl Weights {
    /// Weights from entries (target cell, source cell, weight) in any order; those of one pair are added.
    ///
    /// # Errors
    /// [`RegridError::Entry`] for a cell that its grid does not have or a weight that is not finite, and
    /// [`RegridError::TooLarge`] and [`RegridError::Memory`] as [`Weights::new`].
    pub fn external(
        source: &Grid,
        target: &Grid,
        method: Method,
        entries: impl IntoIterator<Item = (u32, u32, f64)>,
    ) -> Result<Self> {
        check_count(source, target)?;
        check_room(target, method, ROW * target.len() as u128)?;
        let mut entries: Vec<(u32, u32, f64)> = entries.into_iter().collect();
        for &(row, cell, weight) in &entries {
            for (grid, kind, cell) in [(target, "target", row), (source, "source", cell)] {
                if cell as usize >= grid.len() {
                    return Err(RegridError::Entry { problem: format!("{kind} cell {cell} of {}", grid.len()) });
                }
            }
            if !weight.is_finite() {
                return Err(RegridError::Entry { problem: format!("weight {weight} from cell {cell} to cell {row}") });
            }
        }
        entries.sort_by_key(|&(row, cell, _)| (row, cell));
        entries.dedup_by(|next, kept| {
            let same = (next.0, next.1) == (kept.0, kept.1);
            if same {
                kept.2 += next.2;
            }
            same
        });
        let mut rows = CsrRows { ends: Vec::with_capacity(target.len()), ..CsrRows::default() };
        let mut entries = entries.into_iter().peekable();
        for row in 0..target.len() as u32 {
            while let Some((_, cell, weight)) = entries.next_if(|entry| entry.0 == row) {
                rows.cells.push(cell);
                rows.values.push(weight);
            }
            rows.ends.push(rows.cells.len());
        }
        Ok(Self::assemble_external(source.clone(), target.clone(), method, rows))
    }

    /// These weights as bytes: grids and method of those that were made, also the weights of those that were kept or
    /// given.
    ///
    /// # Errors
    /// [`RegridError::Packed`] when they cannot be written.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let packed = if self.origin() == Origin::Computed { Packed::Computed(self.recipe()) } else { self.all() };
        postcard::to_stdvec(&packed).map_err(|error| RegridError::Packed { reason: error.to_string() })
    }

    /// These weights as bytes, all of them.
    ///
    /// # Errors
    /// [`RegridError::Packed`] when they cannot be written.
    pub fn to_all_bytes(&self) -> Result<Vec<u8>> {
        postcard::to_stdvec(&self.all()).map_err(|error| RegridError::Packed { reason: error.to_string() })
    }

    fn all(&self) -> Packed {
        let row_starts = self.row_starts().iter().map(|&start| start as u64).collect();
        let (cells, values) = (self.cells().to_vec(), self.values().to_vec());
        if self.origin() != Origin::External {
            return Packed::Cached { recipe: self.recipe(), row_starts, cells, values };
        }
        let (source, target) = (self.source().clone(), self.target().clone());
        Packed::External { source, target, method: self.method(), row_starts, cells, values }
    }

    /// Weights from their bytes; those that were made come from this process's cache or are made again.
    ///
    /// # Errors
    /// [`RegridError::Packed`] for other bytes, and as [`Recipe::weights`] and [`Weights::external`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Arc<Self>> {
        let packed = postcard::from_bytes(bytes).map_err(|error| RegridError::Packed { reason: error.to_string() })?;
        match packed {
            Packed::Computed(recipe) => recipe.weights(),
            Packed::External { source, target, method, row_starts, cells, values } => {
                Self::of_rows(&source, &target, method, &row_starts, &cells, &values).map(Arc::new)
            }
            Packed::Cached { recipe, row_starts, cells, values } => {
                let (source, target) = (&recipe.source, &recipe.target);
                let weights = Self::of_rows(source, target, recipe.method, &row_starts, &cells, &values)?;
                Ok(Arc::new(weights.cached(recipe)))
            }
        }
    }

    fn of_rows(
        source: &Grid,
        target: &Grid,
        method: Method,
        row_starts: &[u64],
        cells: &[u32],
        values: &[f64],
    ) -> Result<Self> {
        let fits = row_starts.len() == target.len() + 1
            && cells.len() == values.len()
            && row_starts.last() == Some(&(cells.len() as u64))
            && row_starts.windows(2).all(|pair| pair[0] <= pair[1]);
        if !fits {
            return Err(RegridError::Packed { reason: "its rows do not belong to its grids".into() });
        }
        let row_of = |row: usize| row_starts[row] as usize..row_starts[row + 1] as usize;
        let entries = (0..target.len())
            .flat_map(|row| row_of(row).map(move |at| (row, at)))
            .map(|(row, at)| (row as u32, cells[at], values[at]));
        Self::external(source, target, method, entries)
    }
}
