//! How far from its centre each cell extends.

use nunatak_grid::vector::{Vector, dot, minus, normalised, plus};
use nunatak_grid::{AuthalicSphere, Grid, HealpixGrid, Location, MeshGrid, RectilinearGrid};

use super::point_tree::{Found, PointTree};
use crate::error::Result;

/// Widens reaches, so that round-off, and the stretch between the spheres of two ellipsoids, lose no corner.
const MARGIN: f64 = 1.01;
/// Cells about a point that may hold it when the nearest does not reach it.
const NEIGHBOURS: usize = 16;

/// How far from its centre a cell goes: the squares of the straight distances to its farthest corners.
pub(super) enum Reach {
    /// The cells cover the sphere.
    Everywhere,
    /// One distance a cell.
    Cells { reaches: Vec<f64>, farthest: f64 },
}

impl Reach {
    pub(super) fn of(grid: &Grid, sphere: &AuthalicSphere, centres: &[Vector]) -> Result<Self> {
        let mut reaches = match grid {
            Grid::Healpix(grid) if grid.cells().is_some() => (0..grid.len()).map(|at| healpix(grid, at)).collect(),
            Grid::Mesh(mesh) => on_mesh(mesh, sphere, centres)?,
            Grid::Rectilinear(grid) => on_axes(grid, sphere, centres)?,
            _ => return Ok(Self::Everywhere),
        };
        reaches.iter_mut().for_each(|reach| *reach *= MARGIN * MARGIN);
        let farthest = reaches.iter().copied().fold(0.0, f64::max);
        Ok(Self::Cells { reaches, farthest })
    }

    /// The nearest centre to a point that a cell reaches.
    pub(super) fn nearest(&self, tree: &PointTree, point: Vector, found: &mut Vec<Found>) -> Option<u32> {
        tree.search(point, 1, self.farthest(), found);
        let &(distance, nearest) = found.first()?;
        if self.holds(distance, nearest) {
            return Some(nearest);
        }
        tree.search(point, NEIGHBOURS, self.farthest(), found);
        found.iter().any(|&(distance, cell)| self.holds(distance, cell)).then_some(nearest)
    }

    fn holds(&self, distance: f64, cell: u32) -> bool {
        match self {
            Self::Everywhere => true,
            Self::Cells { reaches, .. } => distance <= reaches[cell as usize],
        }
    }

    /// Beyond this no cell reaches; without it the nearest of points far round the sphere would be looked for.
    fn farthest(&self) -> f64 {
        match self {
            Self::Everywhere => f64::INFINITY,
            Self::Cells { farthest, .. } => *farthest,
        }
    }
}

fn apart(a: Vector, b: Vector) -> f64 {
    let apart = minus(a, b);
    dot(apart, apart)
}

fn healpix(grid: &HealpixGrid, index: usize) -> f64 {
    let centre = grid.centre(index);
    grid.corners(index).into_iter().fold(0.0, |reach, corner| apart(centre, corner).max(reach))
}

fn on_axes(grid: &RectilinearGrid, sphere: &AuthalicSphere, centres: &[Vector]) -> Result<Vec<f64>> {
    let (rows, columns) = grid.shape();
    let (x, y) = (grid.x().bounds(), grid.y().bounds());
    let xs: Vec<f64> = y.iter().flat_map(|_| x.iter().copied()).collect();
    let ys: Vec<f64> = y.iter().flat_map(|&y| x.iter().map(move |_| y)).collect();
    let corners = grid.crs().unit_vectors(sphere, &xs, &ys)?;
    let reach = |cell: usize| {
        let corner = cell / columns * (columns + 1) + cell % columns;
        let around = [corner, corner + 1, corner + columns + 1, corner + columns + 2];
        around.into_iter().fold(0.0, |reach, corner| apart(centres[cell], corners[corner]).max(reach))
    };
    Ok((0..rows * columns).map(reach).collect())
}

fn on_mesh(mesh: &MeshGrid, sphere: &AuthalicSphere, centres: &[Vector]) -> Result<Vec<f64>> {
    let (x, y) = mesh.nodes();
    let nodes = mesh.crs().unit_vectors(sphere, x, y)?;
    let mut reaches = vec![0.0_f64; centres.len()];
    for face in 0..mesh.faces() {
        let corners = mesh.face(face);
        let middle = normalised(corners.iter().fold([0.0; 3], |sum, &node| plus(sum, nodes[node as usize])));
        for (at, &node) in corners.iter().enumerate() {
            let here = nodes[node as usize];
            match mesh.location() {
                Location::Faces => reaches[face] = reaches[face].max(apart(centres[face], here)),
                Location::Nodes => {
                    // The median dual ends at the middles of the edges and of the face.
                    let next = corners[(at + 1) % corners.len()];
                    let half = 0.25 * apart(here, nodes[next as usize]);
                    let own = &mut reaches[node as usize];
                    *own = own.max(half).max(apart(here, middle));
                    let other = &mut reaches[next as usize];
                    *other = other.max(half);
                }
            }
        }
    }
    Ok(reaches)
}
