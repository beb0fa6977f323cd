//! The cells of a rectilinear grid as a mesh, and as polygons of the sphere.

use nunatak_parallel::{for_each_chunk, map_values};

use super::axis::Axis;
use super::mesh::MeshGrid;
use super::rectilinear::RectilinearGrid;
use super::sphere_cells::mesh_cells;
use crate::crs::AuthalicSphere;
use crate::error::Result;
use crate::geometry::cells::Cells;

/// Degrees beyond which a cell is no polygon of the sphere: from half a turn on its edges go either way round, and nearly as
/// wide it is seen from its middle as going on forever.
const WIDEST: f64 = 90.0;
/// Degrees of the parts of wider cells, at most.
const PART: f64 = 60.0;

impl RectilinearGrid {
    /// The same cells as a mesh, row by row.
    pub(crate) fn mesh(&self) -> Result<MeshGrid> {
        let (rows, columns) = self.shape();
        let (x, y) = (self.x().bounds(), self.y().bounds());
        let (mut node_x, mut node_y) = (vec![0.0; x.len() * y.len()], vec![0.0; x.len() * y.len()]);
        for_each_chunk(&mut node_x, x.len(), |_, own| own.copy_from_slice(x));
        for_each_chunk(&mut node_y, x.len(), |row, own| own.fill(y[row]));
        let starts = map_values(rows * columns + 1, |cell| 4 * cell as u32);
        let width = columns as u32 + 1;
        let mut nodes = vec![0; 4 * rows * columns];
        for_each_chunk(&mut nodes, 4 * columns, |row, own| {
            for (column, cell) in own.chunks_exact_mut(4).enumerate() {
                let corner = row as u32 * width + column as u32;
                cell.copy_from_slice(&[corner, corner + 1, corner + width + 1, corner + width]);
            }
        });
        // At a pole two corners are one place, but not one node: the polygon has an edge without length there.
        let mesh = MeshGrid::new(self.crs().clone(), node_x, node_y, &starts, &nodes)?;
        mesh.with_parallels().with_shape(rows, columns)
    }

    /// The cells as convex polygons of the sphere; those of longitude and latitude that are wide in parts.
    pub(crate) fn cells_on_sphere(&self, sphere: &AuthalicSphere) -> Result<Cells<3>> {
        let is_wide = |axis: &Axis| (0..axis.len()).any(|cell| parts(axis.cell(cell)) > 1);
        if !self.crs().is_geographic() || !(is_wide(self.x()) || is_wide(self.y())) {
            return mesh_cells(&self.mesh()?, sphere);
        }
        let ((x, columns), (y, rows)) = (in_parts(self.x())?, in_parts(self.y())?);
        let fine = Self::new(self.crs().clone(), x, y)?;
        let owner = |part: usize| rows[part / columns.len()] * self.x().len() + columns[part % columns.len()];
        Ok(mesh_cells(&fine.mesh()?, sphere)?.owned_by(owner))
    }
}

/// Number of parts of a cell along an axis.
fn parts((low, high): (f64, f64)) -> usize {
    if high - low <= WIDEST { 1 } else { ((high - low) / PART - 1e-9).ceil() as usize }
}

/// An axis with wide cells in parts, and the cell of each part.
fn in_parts(axis: &Axis) -> Result<(Axis, Vec<usize>)> {
    let (mut edges, mut cells) = (axis.bounds()[..1].to_vec(), Vec::new());
    for (cell, ends) in axis.bounds().windows(2).enumerate() {
        let parts = parts(axis.cell(cell));
        let between = (1..parts).map(|part| ends[0] + (ends[1] - ends[0]) * part as f64 / parts as f64);
        edges.extend(between.chain([ends[1]]));
        cells.extend(std::iter::repeat_n(cell, parts));
    }
    Ok((Axis::from_bounds(edges)?, cells))
}

#[cfg(test)]
mod tests {
    use crate::{Axis, Crs, Grid, RectilinearGrid};

    /// Areas of the polygons are those of the boxes, however wide.
    #[test]
    fn wide_cells_have_their_areas() {
        let rows: [&[f64]; 3] = [&[-90.0, 90.0], &[-90.0, 0.0, 90.0], &[-90.0, -45.0, 0.0, 45.0, 90.0]];
        let columns: [&[f64]; 5] = [
            &[-180.0, 180.0],
            &[0.0, 180.0, 360.0],
            &[-30.0, 60.0, 330.0],
            &[180.0, 60.0, -60.0, -180.0],
            &[10.0, 200.0],
        ];
        for (y, x) in rows.into_iter().flat_map(|rows| columns.map(|columns| (rows, columns))) {
            let axis = |edges: &[f64]| Axis::from_bounds(edges.to_vec()).unwrap();
            let grid = RectilinearGrid::new(Crs::parse("EPSG:4326").unwrap(), axis(x), axis(y)).unwrap();
            let grid = Grid::Rectilinear(grid);
            for (found, exact) in grid.polygon_areas().unwrap().into_iter().zip(grid.cell_areas().unwrap()) {
                assert!((found / exact - 1.0).abs() < 2e-3, "{x:?} {y:?}: {found} {exact}");
            }
        }
    }
}
