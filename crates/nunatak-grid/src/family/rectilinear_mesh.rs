//! The cells of a rectilinear grid as a mesh.

use super::mesh::MeshGrid;
use super::rectilinear::RectilinearGrid;
use crate::error::Result;

impl RectilinearGrid {
    /// The same cells as a mesh, row by row.
    pub(crate) fn mesh(&self) -> Result<MeshGrid> {
        let (rows, columns) = self.shape();
        let (x, y) = (self.x().bounds(), self.y().bounds());
        let node_x = y.iter().flat_map(|_| x.iter().copied()).collect();
        let node_y = y.iter().flat_map(|&y| x.iter().map(move |_| y)).collect();
        let starts: Vec<u32> = (0..=rows * columns).map(|cell| 4 * cell as u32).collect();
        let width = columns as u32 + 1;
        let nodes: Vec<u32> = (0..rows as u32)
            .flat_map(|row| {
                (0..columns as u32).flat_map(move |column| {
                    let corner = row * width + column;
                    [corner, corner + 1, corner + width + 1, corner + width]
                })
            })
            .collect();
        // At a pole two corners are one place, but not one node: the polygon has an edge without length there.
        let mesh = MeshGrid::new(self.crs().clone(), node_x, node_y, &starts, &nodes)?;
        mesh.with_parallels().with_shape(rows, columns)
    }
}
