//! Polynomials within the cells of a grid, fitted to the values of the cells about them.

use nunatak_grid::Cells;
use nunatak_grid::vector::{Vector, cross, dot, normalised, plus, triangle_area};
use nunatak_parallel::map_values;
use rayon::prelude::*;

use crate::construct::overlap::CellParts;

/// Number of terms of a polynomials: x, y, and half their squares and product.
pub(super) const TERMS: usize = 5;
/// Integrals of the terms over an area.
pub(super) type Moments = [f64; TERMS];

/// Most cells that may meet in a corner and count as neighbours: at a pole all cells of a row meet.
const MOST_AT_CORNER: usize = 12;
/// How much a neighbour across a corner alone counts compared with one across an edge, in the nearer of the two fits.
const ACROSS_CORNER: f64 = 0.01;
/// How far slopes go beyond those of the nearer fit, away from those of the wider one: cells next to each other see too
/// little of a wave, cells all about see less.
const BEYOND: f64 = 0.115;
/// Part of the curvature that is used. Values at centres are taken for means: the whole of it is too much
/// between cells where a field bends sharply, none of it too little where it is smooth.
const CURVATURE: f64 = 0.33;
/// Steps of corners that are one: well above round-off, well below any cell.
const CORNER_STEP: f64 = 1e-10;

/// A cell's own plane: lengths to the east and north of its middle, in sizes of the cell.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    east: Vector,
    north: Vector,
}

impl Frame {
    fn new(middle: Vector, area: f64) -> Self {
        let away = if middle[2].abs() < 0.9 { [0.0, 0.0, 1.0] } else { [1.0, 0.0, 0.0] };
        let size = 1.0 / area.sqrt().max(f64::MIN_POSITIVE);
        let east = normalised(cross(away, middle));
        let north = cross(middle, east);
        Self { east: east.map(|part| part * size), north: north.map(|part| part * size) }
    }

    fn terms(&self, point: Vector) -> Moments {
        let (x, y) = (dot(self.east, point), dot(self.north, point));
        [x, y, 0.5 * x * x, x * y, 0.5 * y * y]
    }

    /// Adds the integrals of the terms over a convex polygon: the rule of three edge middles, exact for squares on a
    /// plane; its area (steradians).
    pub(super) fn add_moments(&self, corners: &[Vector], moments: &mut Moments) -> f64 {
        let Some((&first, rest)) = corners.split_first() else { return 0.0 };
        let mut whole = 0.0;
        for pair in rest.windows(2) {
            let area = triangle_area(first, pair[0], pair[1]);
            for (a, b) in [(first, pair[0]), (pair[0], pair[1]), (pair[1], first)] {
                let terms = self.terms(plus(a, b).map(|sum| 0.5 * sum));
                moments.iter_mut().zip(terms).for_each(|(moment, term)| *moment += area / 3.0 * term);
            }
            whole += area;
        }
        whole
    }
}

/// Polynomials of degree two (one or none where there are too few neighbours) within every cell of a grid: each has
/// the cell's mean, and is nearest to the means of the neighbours in the least squares, weighted by the inverse square
/// of their distance (k-exact polynomials, Barth and Frederickson 1990).
///
/// There are two fits, one nearly of the neighbours across edges alone, one of all that share a corner, and what is used
/// lies beyond the former; where all neighbours share an edge the two are one.
pub(super) struct CellPolynomials {
    pub(super) frames: Vec<Frame>,
    pub(super) areas: Vec<f64>,
    /// Means of the terms over the cells.
    pub(super) means: Vec<Moments>,
    starts: Vec<usize>,
    neighbours: Vec<u32>,
    /// What each neighbour's value, less the cell's, adds to the factor of each term.
    factors: Vec<Moments>,
}

impl CellPolynomials {
    /// The reconstruction within the `count` cells that these polygons make up.
    pub(super) fn new(cells: &Cells<3>, count: usize) -> Self {
        let parts = CellParts::new(cells, count);
        let frames: Vec<Frame> = map_values(count, |cell| frame(cells, &parts, cell));
        let measured = map_values(count, |cell| means_over(cells, &parts, &frames[cell], cell));
        let (areas, means): (Vec<f64>, Vec<Moments>) = measured.into_iter().unzip();
        let corners = SharedCorners::new(cells);
        let fits: Vec<Vec<(u32, Moments)>> = map_values(count, |cell| {
            let neighbours = corners.neighbours(cells, &parts, cell);
            fit(cells, &parts, &frames[cell], &means[cell], &neighbours)
        });
        let mut starts = vec![0];
        let (mut neighbours, mut factors) = (Vec::new(), Vec::new());
        for fit in fits {
            for (neighbour, factor) in fit {
                neighbours.push(neighbour);
                factors.push(factor);
            }
            starts.push(neighbours.len());
        }
        Self { frames, areas, means, starts, neighbours, factors }
    }

    /// Neighbours of a cell, and what the value of each, less the cell's, adds to the factor of each term.
    pub(super) fn stencil(&self, cell: usize) -> impl Iterator<Item = (u32, &Moments)> {
        let range = self.starts[cell]..self.starts[cell + 1];
        self.neighbours[range.clone()].iter().copied().zip(&self.factors[range])
    }

    /// Where the neighbours of each cell begin, and the neighbours.
    pub(super) fn into_neighbours(self) -> (Vec<usize>, Vec<u32>) {
        (self.starts, self.neighbours)
    }
}

fn frame(cells: &Cells<3>, parts: &CellParts, cell: usize) -> Frame {
    let (mut area, mut sum) = (0.0, [0.0; 3]);
    for part in parts.of(cell) {
        let corners = cells.corners(part);
        for pair in corners.get(1..).unwrap_or_default().windows(2) {
            let own = triangle_area(corners[0], pair[0], pair[1]);
            sum = plus(sum, plus(corners[0], plus(pair[0], pair[1])).map(|part| own * part));
            area += own;
        }
    }
    Frame::new(normalised(sum), area)
}

fn means_over(cells: &Cells<3>, parts: &CellParts, frame: &Frame, cell: usize) -> (f64, Moments) {
    let mut moments = [0.0; TERMS];
    let area: f64 = parts.of(cell).map(|part| frame.add_moments(cells.corners(part), &mut moments)).sum();
    (area, moments.map(|moment| moment / area))
}

/// Which cells meet in which corners.
struct SharedCorners {
    /// The corner of each corner of the polygons, in their order.
    corners: Vec<u32>,
    starts: Vec<u32>,
    /// Cells about each corner.
    cells: Vec<u32>,
    /// Where the corners of each polygon begin.
    firsts: Vec<u32>,
}

impl SharedCorners {
    fn new(cells: &Cells<3>) -> Self {
        let mut firsts = vec![0_u32];
        let mut keyed: Vec<([i64; 3], u32, u32)> = Vec::new();
        for part in 0..cells.len() {
            for corner in cells.corners(part) {
                let key = corner.map(|value| (value / CORNER_STEP).round() as i64);
                keyed.push((key, keyed.len() as u32, cells.owner(part)));
            }
            firsts.push(keyed.len() as u32);
        }
        keyed.par_sort_unstable();
        let mut corners = vec![0_u32; keyed.len()];
        let (mut starts, mut about) = (Vec::new(), Vec::with_capacity(keyed.len()));
        for (at, (key, place, owner)) in keyed.iter().enumerate() {
            if at == 0 || keyed[at - 1].0 != *key {
                starts.push(at as u32);
            }
            corners[*place as usize] = starts.len() as u32 - 1;
            about.push(*owner);
        }
        starts.push(about.len() as u32);
        Self { corners, starts, cells: about, firsts }
    }

    /// Cells that share a corner with a cell, by rising number, and whether they share an edge.
    fn neighbours(&self, cells: &Cells<3>, parts: &CellParts, cell: usize) -> Vec<(u32, bool)> {
        let mut shared: Vec<(u32, u32)> = Vec::new();
        for part in parts.of(cell) {
            let first = self.firsts[part] as usize;
            for &corner in &self.corners[first..first + cells.corners(part).len()] {
                let about =
                    &self.cells[self.starts[corner as usize] as usize..self.starts[corner as usize + 1] as usize];
                if about.len() <= MOST_AT_CORNER {
                    let others = about.iter().filter(|&&other| other as usize != cell);
                    shared.extend(others.map(|&other| (other, corner)));
                }
            }
        }
        shared.sort_unstable();
        shared.dedup();
        shared.chunk_by(|one, next| one.0 == next.0).map(|corners| (corners[0].0, corners.len() > 1)).collect()
    }
}

/// A neighbour in a fit: means of the terms over it, less those over the cell, and what it counts.
type FitRow = (Moments, f64);

/// What the neighbours' values, less the cell's, add to the factors of the terms.
fn fit(
    cells: &Cells<3>,
    parts: &CellParts,
    frame: &Frame,
    own: &Moments,
    neighbours: &[(u32, bool)],
) -> Vec<(u32, Moments)> {
    let mut wide: Vec<FitRow> = Vec::with_capacity(neighbours.len());
    for &(neighbour, _) in neighbours {
        let (_, mut means) = means_over(cells, parts, frame, neighbour as usize);
        means.iter_mut().zip(own).for_each(|(mean, own)| *mean -= own);
        let distance = means[0] * means[0] + means[1] * means[1];
        wide.push((means, 1.0 / distance.max(1e-6)));
    }
    let counts = |is_across_edge: bool| if is_across_edge { 1.0 } else { ACROSS_CORNER };
    let near: Vec<FitRow> =
        wide.iter().zip(neighbours).map(|(row, &(_, edge))| (row.0, row.1 * counts(edge))).collect();
    for terms in [TERMS, 2] {
        if let (Some(near), Some(wide)) = (solved(&near, terms), solved(&wide, terms)) {
            let factors = near.iter().zip(&wide).map(|(near, wide)| beyond(near, wide));
            return neighbours.iter().map(|&(neighbour, _)| neighbour).zip(factors).collect();
        }
    }
    Vec::new()
}

fn beyond(near: &Moments, wide: &Moments) -> Moments {
    std::array::from_fn(|term| {
        let part = if term < 2 { 1.0 } else { CURVATURE };
        part * (near[term] + BEYOND * (near[term] - wide[term]))
    })
}

/// Factors of each neighbour in a fit of so many terms; nothing when there are too few or they are badly placed.
fn solved(rows: &[FitRow], terms: usize) -> Option<Vec<Moments>> {
    if rows.len() <= terms {
        return None;
    }
    let inverse = inverse_of_normal_matrix(rows, terms)?;
    Some(rows.iter().map(|row| factors(&inverse, row, terms)).collect())
}

fn factors(inverse: &[Moments; TERMS], (means, weight): &FitRow, terms: usize) -> Moments {
    std::array::from_fn(|term| {
        if term >= terms {
            return 0.0;
        }
        weight * (0..terms).map(|other| inverse[term][other] * means[other]).sum::<f64>()
    })
}

/// Inverse of the matrix of the normal equations by Gauss-Jordan elimination; nothing when it is singular.
fn inverse_of_normal_matrix(rows: &[FitRow], terms: usize) -> Option<[Moments; TERMS]> {
    let mut matrix = [[0.0; TERMS]; TERMS];
    for (means, weight) in rows {
        for one in 0..terms {
            for other in 0..terms {
                matrix[one][other] += weight * means[one] * means[other];
            }
        }
    }
    let mut inverse = [[0.0; TERMS]; TERMS];
    (0..terms).for_each(|term| inverse[term][term] = 1.0);
    let scale: [f64; TERMS] = std::array::from_fn(|term| matrix[term][term]);
    for pivot in 0..terms {
        let best = (pivot..terms).max_by(|&a, &b| matrix[a][pivot].abs().total_cmp(&matrix[b][pivot].abs()))?;
        if matrix[best][pivot].abs() < 1e-8 * scale[pivot] {
            return None;
        }
        matrix.swap(pivot, best);
        inverse.swap(pivot, best);
        let factor = 1.0 / matrix[pivot][pivot];
        matrix[pivot].iter_mut().chain(&mut inverse[pivot]).for_each(|value| *value *= factor);
        for row in (0..terms).filter(|&row| row != pivot) {
            let factor = matrix[row][pivot];
            for column in 0..terms {
                matrix[row][column] -= factor * matrix[pivot][column];
                inverse[row][column] -= factor * inverse[pivot][column];
            }
        }
    }
    Some(inverse)
}
