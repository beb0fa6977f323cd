//! Weights for fields whose source cells are in rows and columns instead of one list.

use std::sync::Arc;

use super::matrix::Weights;
use crate::cell_block::CellBlock;
use crate::error::Result;

impl Weights {
    /// The same weights for fields with their cells in so many rows and columns, in the order of the source mesh.
    ///
    /// # Errors
    /// [`nunatak_grid::GridError::Length`] when that is another number of cells, or the source is no mesh of faces.
    pub fn for_rows(&self, rows: usize, columns: usize) -> Result<Self> {
        let source = self.source.in_rows(rows, columns)?;
        let block = CellBlock::of(&self.cells, columns);
        Ok(Self { source, block, reconstruction: Arc::clone(&self.reconstruction), ..self.clone() })
    }
}

#[cfg(test)]
mod tests {
    use nunatak_grid::{Crs, Grid, MeshGrid};

    use super::*;
    use crate::{Method, MissingPolicy};

    #[test]
    fn rows_of_cells_have_the_weights_of_their_list() {
        let crs = Crs::parse("EPSG:3031").unwrap();
        let (columns, rows) = (3, 2);
        let corners = |column: usize, row: usize| {
            let at = |dx: usize, dy: usize| ((column + dx) as f64 * 1e3, (row + dy) as f64 * 1e3);
            [at(0, 0), at(1, 0), at(1, 1), at(0, 1)]
        };
        let cells = (0..rows * columns).flat_map(|cell| corners(cell % columns, cell / columns));
        let (x, y): (Vec<f64>, Vec<f64>) = cells.unzip();
        let starts: Vec<u32> = (0..=rows * columns).map(|cell| 4 * cell as u32).collect();
        let nodes: Vec<u32> = (0..x.len() as u32).collect();
        let list = MeshGrid::new(crs, x, y, &starts, &nodes).unwrap();
        let grid = Grid::Mesh(list.clone());
        let weights = Weights::new(&grid, &grid, Method::Conservative).unwrap();
        let in_rows = weights.for_rows(rows, columns).unwrap();
        assert_eq!((in_rows.source().shape(), in_rows.target().shape()), (vec![2, 3], vec![6]));
        let values = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
        let policy = MissingPolicy::default();
        assert_eq!(in_rows.apply(&values, policy).unwrap(), weights.apply(&values, policy).unwrap());
        assert!(weights.for_rows(3, 3).is_err());
    }
}
