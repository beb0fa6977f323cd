//! Cells of meshes as convex polygons on their map.

use nunatak_parallel::map_each;

use super::mesh::{Location, MeshGrid};
use crate::error::{GridError, Result};
use crate::geometry::cells::Cells;
use crate::geometry::convex_parts::{Parts, side, triangulated};
use crate::geometry::median_dual::dual_parts;

/// Faces whose cells one task makes.
const FACES_PER_TASK: usize = 8192;

pub(super) fn map_cells(mesh: &MeshGrid) -> Result<Cells<2>> {
    let starts: Vec<usize> = (0..mesh.faces()).step_by(FACES_PER_TASK).collect();
    let tasks = map_each(starts, |first| {
        let faces = first..(first + FACES_PER_TASK).min(mesh.faces());
        let corners = faces.clone().map(|face| mesh.face(face).len()).sum();
        let mut cells = Cells::with_capacity(faces.len(), corners);
        for face in faces {
            add_map_cell(mesh, face, &mut cells)?;
        }
        Ok(cells)
    });
    Ok(Cells::joined(&tasks.into_iter().collect::<Result<Vec<_>>>()?))
}

fn add_map_cell(mesh: &MeshGrid, face: usize, cells: &mut Cells<2>) -> Result<()> {
    let (x, y) = mesh.nodes();
    let nodes = mesh.face(face);
    let point = |node: u32| [x[node as usize], y[node as usize]];
    if let (&[a, b, c], Location::Faces) = (nodes, mesh.location()) {
        let (a, b, c) = (point(a), point(b), point(c));
        let area = side(a, b, c);
        if area != 0.0 {
            cells.push(face, if area > 0.0 { [a, b, c] } else { [c, b, a] });
            return Ok(());
        }
    }
    let outline: Vec<[f64; 2]> = nodes.iter().map(|&node| point(node)).collect();
    if outline.is_empty() {
        return Ok(());
    }
    if mesh.location() == Location::Faces {
        return add_map_parts(face, face, &outline, cells);
    }
    let count = outline.len() as f64;
    let centre = outline.iter().fold([0.0; 2], |sum, corner| [sum[0] + corner[0], sum[1] + corner[1]]);
    let positions: Vec<usize> = (0..outline.len()).collect();
    let centre = [centre[0] / count, centre[1] / count];
    for (node, part) in dual_parts(&outline, &positions, nodes, centre) {
        add_map_parts(face, node as usize, &part, cells)?;
    }
    Ok(())
}

fn add_map_parts(face: usize, owner: usize, outline: &[[f64; 2]], cells: &mut Cells<2>) -> Result<()> {
    let first = outline[0];
    let area: f64 = outline.windows(2).map(|pair| side(first, pair[0], pair[1])).sum();
    let outline: Vec<[f64; 2]> = if area < 0.0 { outline.iter().rev().copied().collect() } else { outline.to_vec() };
    let relative: Vec<[f64; 2]> = outline.iter().map(|corner| [corner[0] - first[0], corner[1] - first[1]]).collect();
    match triangulated(&relative) {
        Some(Parts::Whole) => cells.push(owner, outline),
        Some(Parts::Triangles(triangles)) => {
            for triangle in triangles {
                cells.push(owner, triangle.map(|corner| outline[corner]));
            }
        }
        None => return Err(GridError::Cell { cell: face, problem: "its outline crosses itself".into() }),
    }
    Ok(())
}
