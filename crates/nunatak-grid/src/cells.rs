//! Cells of any grid as convex polygons, on the unit sphere or on a map.

use rayon::prelude::*;

use crate::convex_parts::{Parts, convex_parts, side, triangulated};
use crate::median_dual::dual_parts;
use crate::vector::{self, Vector, dot, minus, normalised, plus};
use crate::{AuthalicSphere, Crs, Edges, Grid, GridError, HealpixGrid, Location, MeshGrid, RectilinearGrid, Result};

/// Convex polygons, each a part of a cell; `D` is 3 for corners on the unit sphere, counter-clockwise seen from
/// outside, and 2 for corners on a map, counter-clockwise.
#[derive(Debug, Clone, PartialEq)]
pub struct Cells<const D: usize> {
    starts: Vec<u32>,
    corners: Vec<[f64; D]>,
    owners: Option<Vec<u32>>,
}

impl<const D: usize> Default for Cells<D> {
    fn default() -> Self {
        Self { starts: vec![0], corners: Vec::new(), owners: None }
    }
}

impl<const D: usize> Cells<D> {
    /// Number of polygons.
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Corners of a polygon.
    pub fn corners(&self, part: usize) -> &[[f64; D]] {
        &self.corners[self.starts[part] as usize..self.starts[part + 1] as usize]
    }

    /// The cell that a polygon is a part of.
    pub fn owner(&self, part: usize) -> u32 {
        self.owners.as_ref().map_or(part as u32, |owners| owners[part])
    }

    /// Whether every cell is one polygon, in the order of the cells.
    pub fn is_whole(&self) -> bool {
        self.owners.is_none()
    }

    /// The polygons of all of these, in order. But for the first, any that hold a polygon name the owners of theirs.
    fn joined(all: &[Self]) -> Self {
        let polygons = all.iter().map(Self::len).sum();
        let mut corners = vec![[0.0; D]; all.iter().map(|cells| cells.corners.len()).sum()];
        let (mut starts, mut owners) = (vec![0; polygons + 1], vec![0; polygons]);
        let (mut corners_left, mut starts_left, mut owners_left) =
            (&mut corners[..], &mut starts[1..], &mut owners[..]);
        let (mut first_corner, mut first_polygon) = (0, 0);
        let tasks = all.iter().map(|cells| {
            let own = (
                corners_left.split_off_mut(..cells.corners.len()).unwrap_or_default(),
                starts_left.split_off_mut(..cells.len()).unwrap_or_default(),
                owners_left.split_off_mut(..cells.len()).unwrap_or_default(),
            );
            let task = (cells, own, first_corner, first_polygon);
            first_corner += cells.corners.len() as u32;
            first_polygon += cells.len() as u32;
            task
        });
        let tasks: Vec<_> = tasks.collect();
        let copied = tasks.into_par_iter().map(|(cells, (corners, starts, owners), first_corner, first_polygon)| {
            corners.copy_from_slice(&cells.corners);
            starts.iter_mut().zip(&cells.starts[1..]).for_each(|(start, own)| *start = first_corner + own);
            owners.iter_mut().enumerate().for_each(|(part, owner)| *owner = cells.owner(part));
            (first_polygon..).zip(owners).all(|(part, owner)| part == *owner)
        });
        let is_whole = copied.reduce(|| true, |one, other| one && other);
        Self { starts, corners, owners: (!is_whole).then_some(owners) }
    }

    fn push(&mut self, owner: usize, corners: impl IntoIterator<Item = [f64; D]>) {
        self.corners.extend(corners);
        self.starts.push(self.corners.len() as u32);
        let whole = self.owners.is_none() && owner + 1 == self.len();
        if !whole {
            let before = self.len() - 1;
            self.owners.get_or_insert_with(|| (0..before as u32).collect()).push(owner as u32);
        }
    }
}

/// Sagitta over length of the great-circle pieces that stand for a straight line of a map or for a parallel.
const SAGITTA: f64 = 1e-4;

impl Grid {
    /// The cells as convex polygons of great circles on an authalic sphere.
    ///
    /// Edges of cells of a map, and parallels, are cut into pieces of great circles that stay within 1e-4 of their
    /// length of them.
    ///
    /// # Errors
    /// [`GridError::Projection`] for corners that the map does not have, [`GridError::Cell`] for a cell that crosses
    /// itself.
    pub fn cells_on_sphere(&self, sphere: &AuthalicSphere) -> Result<Cells<3>> {
        match self {
            Self::Healpix(grid) => healpix_cells(grid, sphere),
            Self::Mesh(mesh) => mesh_cells(mesh, sphere),
            Self::Rectilinear(grid) => mesh_cells(&grid.mesh()?, sphere),
        }
    }

    /// The cells as convex polygons on their own map, when it is one and its edges are straight.
    ///
    /// # Errors
    /// [`GridError::Cell`] for a cell that crosses itself.
    pub fn cells_on_map(&self) -> Result<Option<Cells<2>>> {
        match self {
            Self::Mesh(mesh) if !mesh.crs().is_geographic() => map_cells(mesh).map(Some),
            Self::Rectilinear(grid) if !grid.crs().is_geographic() => map_cells(&grid.mesh()?).map(Some),
            _ => Ok(None),
        }
    }
}

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

fn healpix_cells(grid: &HealpixGrid, sphere: &AuthalicSphere) -> Result<Cells<3>> {
    let own = AuthalicSphere::new(&grid.ellipsoid());
    let convert = |corner: Vector| {
        if own == *sphere {
            return corner;
        }
        let (longitude, latitude) = own.longitude_latitude(corner);
        sphere.unit_vector(longitude, latitude)
    };
    let corners: Vec<[Vector; 4]> =
        (0..grid.len()).into_par_iter().map(|index| grid.corners(index).map(convert)).collect();
    Ok(Cells {
        starts: (0..=grid.len()).map(|cell| 4 * cell as u32).collect(),
        corners: corners.into_flattened(),
        owners: None,
    })
}

fn mesh_cells(mesh: &MeshGrid, sphere: &AuthalicSphere) -> Result<Cells<3>> {
    let nodes = mesh.node_vectors(sphere)?;
    let outlines = Outlines { mesh, sphere, nodes: &nodes };
    let parts: Vec<Cells<3>> = (0..mesh.faces())
        .into_par_iter()
        .with_min_len(1024)
        .fold(|| Ok(Cells::default()), |cells: Result<Cells<3>>, face| outlines.add(face, cells?))
        .collect::<Result<_>>()?;
    let mut cells = Cells::joined(&parts);
    if cells.len() != mesh.len() && cells.owners.is_none() {
        // The last faces are holes.
        cells.owners = Some((0..cells.len() as u32).collect());
    }
    Ok(cells)
}

/// Outlines of the faces of a mesh on the sphere.
struct Outlines<'a> {
    mesh: &'a MeshGrid,
    sphere: &'a AuthalicSphere,
    nodes: &'a [Vector],
}

impl Outlines<'_> {
    /// Adds the convex parts of a face, or of the cells of its nodes.
    fn add(&self, face: usize, mut cells: Cells<3>) -> Result<Cells<3>> {
        let (outline, places) = self.outline(face)?;
        if outline.len() < 3 {
            return Ok(cells);
        }
        let area = vector::polygon_area(&outline);
        let broken = |problem: &str| GridError::Cell { cell: face, problem: problem.into() };
        match self.mesh.location() {
            Location::Faces => {
                let counter_clockwise: Vec<Vector> =
                    if area < 0.0 { outline.iter().rev().copied().collect() } else { outline };
                for part in convex_parts(&counter_clockwise).ok_or_else(|| broken("its outline crosses itself"))? {
                    cells.push(face, part);
                }
            }
            Location::Nodes => {
                let centre = self.centre(face)?;
                for (node, part) in dual_parts(&outline, &places, self.mesh.face(face), centre) {
                    let turned = vector::polygon_area(&part) < 0.0;
                    let part = if turned { part.into_iter().rev().collect() } else { part };
                    for part in convex_parts(&part).ok_or_else(|| broken("its outline crosses itself"))? {
                        cells.push(node as usize, part);
                    }
                }
            }
        }
        Ok(cells)
    }

    /// The mean of the nodes of a face, each once however its edges are cut: on the map when it stands on one.
    fn centre(&self, face: usize) -> Result<Vector> {
        let nodes = self.mesh.face(face);
        if self.mesh.crs().is_geographic() {
            return Ok(normalised(nodes.iter().fold([0.0; 3], |sum, &node| plus(sum, self.nodes[node as usize]))));
        }
        let (x, y) = self.mesh.nodes();
        let mean = |values: &[f64]| nodes.iter().map(|&node| values[node as usize]).sum::<f64>() / nodes.len() as f64;
        Ok(self.mesh.crs().unit_vectors(self.sphere, &[mean(x)], &[mean(y)])?[0])
    }

    /// Corners of a face with those that cut its edges, and where in it its nodes stand.
    fn outline(&self, face: usize) -> Result<(Vec<Vector>, Vec<usize>)> {
        let nodes = self.mesh.face(face);
        let (mut outline, mut places) = (Vec::with_capacity(nodes.len()), Vec::with_capacity(nodes.len()));
        for (at, &node) in nodes.iter().enumerate() {
            let next = nodes[(at + 1) % nodes.len()];
            let (here, there) = (self.nodes[node as usize], self.nodes[next as usize]);
            if here == there && self.mesh.location() == Location::Faces {
                continue;
            }
            places.push(outline.len());
            outline.push(here);
            self.add_cuts(node as usize, next as usize, &mut outline)?;
        }
        Ok((outline, places))
    }

    /// Points between two nodes where the edge is no great circle.
    fn add_cuts(&self, from: usize, to: usize, outline: &mut Vec<Vector>) -> Result<()> {
        let (x, y) = self.mesh.nodes();
        let is_curved = match self.mesh.crs() {
            Crs::Geographic(_) => self.mesh.edges() == Edges::Parallels && y[from] == y[to],
            _ => true,
        };
        if !is_curved {
            return Ok(());
        }
        let (here, there) = (self.nodes[from], self.nodes[to]);
        let turn = if self.mesh.crs().is_geographic() { 360.0 * ((x[to] - x[from]) / 360.0).round() } else { 0.0 };
        let between =
            |fraction: f64| (x[from] + fraction * (x[to] - turn - x[from]), y[from] + fraction * (y[to] - y[from]));
        let middle = between(0.5);
        let on_edge = self.mesh.crs().unit_vectors(self.sphere, &[middle.0], &[middle.1])?[0];
        let apart = minus(on_edge, normalised(plus(here, there)));
        let chord = minus(there, here);
        let ratio = (dot(apart, apart) / dot(chord, chord)).sqrt();
        let pieces = if ratio <= SAGITTA { 1 } else { (ratio / SAGITTA).sqrt().ceil().min(64.0) as usize };
        for piece in 1..pieces {
            // The same points from either side: fractions count from the lower node.
            let fraction = if from < to { piece as f64 } else { (pieces - piece) as f64 } / pieces as f64;
            let (x, y) = if from < to {
                between(fraction)
            } else {
                (x[to] - turn + fraction * (x[from] - (x[to] - turn)), y[to] + fraction * (y[from] - y[to]))
            };
            outline.push(self.mesh.crs().unit_vectors(self.sphere, &[x], &[y])?[0]);
        }
        Ok(())
    }
}

/// Faces whose cells one task makes.
const FACES_PER_TASK: usize = 8192;

fn map_cells(mesh: &MeshGrid) -> Result<Cells<2>> {
    let starts: Vec<usize> = (0..mesh.faces()).step_by(FACES_PER_TASK).collect();
    let tasks = starts.into_par_iter().map(|first| {
        let faces = first..(first + FACES_PER_TASK).min(mesh.faces());
        let mut cells = Cells::default();
        cells.corners.reserve(faces.clone().map(|face| mesh.face(face).len()).sum());
        cells.starts.reserve(faces.len());
        for face in faces {
            add_map_cell(mesh, face, &mut cells)?;
        }
        Ok(cells)
    });
    Ok(Cells::joined(&tasks.collect::<Result<Vec<_>>>()?))
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
    let places: Vec<usize> = (0..outline.len()).collect();
    let centre = [centre[0] / count, centre[1] / count];
    for (node, part) in dual_parts(&outline, &places, nodes, centre) {
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
