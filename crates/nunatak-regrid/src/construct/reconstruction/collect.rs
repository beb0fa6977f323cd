//! Collects the terms of second-order weights by source cell, for fields that weights alone cannot serve.

use nunatak_grid::Grid;
use nunatak_parallel::map_each;

use super::polynomials::CellPolynomials;
use super::shares::{Task, shared_out};
use super::stored::{Part, Reconstruction};
use crate::error::Result;

/// How fields vary within the cells of the source, as far as the cells of the target share them.
pub(crate) fn reconstruction(source: &Grid, target: &Grid) -> Result<Reconstruction> {
    let (polynomials, tasks) = shared_out(source, target)?;
    let parts: Vec<TaskParts> = map_each(tasks, |task| TaskParts::new(&task, &polynomials));
    let (neighbour_starts, neighbours) = polynomials.into_neighbours();
    let mut reconstruction =
        Reconstruction { neighbour_starts, neighbours, part_starts: vec![0], ..Reconstruction::default() };
    number_parts(&mut reconstruction, &parts);
    place_coefficients(&mut reconstruction, &parts);
    Ok(reconstruction)
}

/// Parts of the source cells in consecutive target cells: their weights, and coefficients of one after the other.
struct TaskParts {
    ends: Vec<usize>,
    sources: Vec<u32>,
    weights: Vec<f64>,
    coefficients: Vec<f64>,
}

impl TaskParts {
    fn new(task: &Task, polynomials: &CellPolynomials) -> Self {
        let mut parts =
            Self { ends: task.ends.clone(), sources: Vec::new(), weights: Vec::new(), coefficients: Vec::new() };
        let mut start = 0;
        for (&end, area) in task.ends.iter().zip(&task.areas) {
            for share in &task.shares[start..end] {
                parts.sources.push(share.source);
                parts.weights.push(share.area / area);
                parts.coefficients.extend(share.coefficients(polynomials).map(|(_, coefficient)| coefficient));
            }
            start = end;
        }
        parts
    }
}

/// Numbers the parts of each source cell in the order of the target cells.
fn number_parts(reconstruction: &mut Reconstruction, tasks: &[TaskParts]) {
    let mut counts = vec![0_u32; reconstruction.neighbour_starts.len() - 1];
    for task in tasks {
        let before = reconstruction.parts.len();
        reconstruction.part_starts.extend(task.ends.iter().map(|end| before + end));
        for (&source, &weight) in task.sources.iter().zip(&task.weights) {
            let count = &mut counts[source as usize];
            reconstruction.parts.push(Part { weight, source, number: *count });
            *count += 1;
        }
    }
    let mut end = 0;
    reconstruction.coefficient_starts.push(end);
    for (source, &count) in counts.iter().enumerate() {
        end += count as usize * reconstruction.neighbours(source).len();
        reconstruction.coefficient_starts.push(end);
    }
}

fn place_coefficients(reconstruction: &mut Reconstruction, tasks: &[TaskParts]) {
    let mut placed = vec![0.0; reconstruction.coefficient_starts.last().copied().unwrap_or(0)];
    let mut parts = reconstruction.parts.iter();
    for task in tasks {
        let mut coefficients = &task.coefficients[..];
        for part in parts.by_ref().take(task.sources.len()) {
            let count = reconstruction.neighbours(part.source as usize).len();
            let first = reconstruction.coefficient_starts[part.source as usize] + part.number as usize * count;
            let (own, rest) = coefficients.split_at(count);
            placed[first..first + count].copy_from_slice(own);
            coefficients = rest;
        }
    }
    reconstruction.coefficients = placed;
}
