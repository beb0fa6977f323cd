//! Keeps what second-order weights are made of.

use nunatak_grid::Grid;
use rayon::prelude::*;

use super::reconstruction::Reconstruction;
use super::second_order::{self, Task};
use crate::Result;
use crate::variation::{Part, Variation};

/// How fields vary within the cells of the source, as far as the cells of the target share them.
pub(super) fn variation(source: &Grid, target: &Grid) -> Result<Variation> {
    let (reconstruction, tasks) = second_order::shared_out(source, target)?;
    let parts: Vec<TaskParts> = tasks.into_par_iter().map(|task| TaskParts::new(&task, &reconstruction)).collect();
    let (neighbour_starts, neighbours) = reconstruction.into_neighbours();
    let mut variation = Variation { neighbour_starts, neighbours, part_starts: vec![0], ..Variation::default() };
    number_parts(&mut variation, &parts);
    place_coefficients(&mut variation, &parts);
    Ok(variation)
}

/// Parts of the source cells in consecutive target cells: their weights, and coefficients of one after the other.
struct TaskParts {
    ends: Vec<usize>,
    sources: Vec<u32>,
    weights: Vec<f64>,
    coefficients: Vec<f64>,
}

impl TaskParts {
    fn new(task: &Task, reconstruction: &Reconstruction) -> Self {
        let mut parts =
            Self { ends: task.ends.clone(), sources: Vec::new(), weights: Vec::new(), coefficients: Vec::new() };
        let mut start = 0;
        for (&end, area) in task.ends.iter().zip(&task.areas) {
            for share in &task.shares[start..end] {
                parts.sources.push(share.source);
                parts.weights.push(share.area / area);
                parts.coefficients.extend(share.coefficients(reconstruction).map(|(_, coefficient)| coefficient));
            }
            start = end;
        }
        parts
    }
}

/// Numbers the parts of each source cell in the order of the target cells.
fn number_parts(variation: &mut Variation, tasks: &[TaskParts]) {
    let mut counts = vec![0_u32; variation.neighbour_starts.len() - 1];
    for task in tasks {
        let before = variation.parts.len();
        variation.part_starts.extend(task.ends.iter().map(|end| before + end));
        for (&source, &weight) in task.sources.iter().zip(&task.weights) {
            let count = &mut counts[source as usize];
            variation.parts.push(Part { weight, source, number: *count });
            *count += 1;
        }
    }
    let mut end = 0;
    variation.coefficient_starts.push(end);
    for (source, &count) in counts.iter().enumerate() {
        end += count as usize * variation.neighbours(source).len();
        variation.coefficient_starts.push(end);
    }
}

fn place_coefficients(variation: &mut Variation, tasks: &[TaskParts]) {
    let mut placed = vec![0.0; variation.coefficient_starts.last().copied().unwrap_or(0)];
    let mut parts = variation.parts.iter();
    for task in tasks {
        let mut coefficients = &task.coefficients[..];
        for part in parts.by_ref().take(task.sources.len()) {
            let count = variation.neighbours(part.source as usize).len();
            let first = variation.coefficient_starts[part.source as usize] + part.number as usize * count;
            let (own, rest) = coefficients.split_at(count);
            placed[first..first + count].copy_from_slice(own);
            coefficients = rest;
        }
    }
    variation.coefficients = placed;
}
