//! Points that do not belong to the surface of their track: returns of clouds, and what is left of other faults.

use std::collections::HashMap;

use nunatak_array::order_statistics::median_of_present;
use nunatak_parallel::map;

use super::located::{Located, Run};
use crate::points::PointColumns;

/// Points of a pass in a block below which nothing can be told.
const FEWEST: usize = 6;
/// Points further off than so many robust standard deviations are edited, as in ATL14/15 (Smith et al. 2020).
const SPREADS: f64 = 3.0;
/// Least robust standard deviation, m: smoother ice is not edited for its own small features.
const LEAST_SPREAD: f64 = 0.3;
const ROUNDS: usize = 6;
/// Standard deviation of a normal distribution by its median absolute deviation.
const BY_MEDIAN: f64 = 1.4826;

/// Takes points out: in each pass through each block of a cell, those that lie further than three robust standard deviations from
/// the line along the track, found in rounds. Independent of the order of the points. Gives the number of them in each cell that
/// has any.
pub(super) fn edit(points: &PointColumns<'_>, located: &mut Located) -> HashMap<u64, u32> {
    let tasks = located.tasks();
    let found = map(tasks.len(), |task| {
        let leaves = located.runs[tasks[task].clone()].chunk_by(|one, other| one.is_of_leaf(other));
        leaves.flat_map(|leaf| outliers(points, located, leaf)).collect::<Vec<u32>>()
    });
    let mut edited = vec![false; located.x.len()];
    found.into_iter().flatten().for_each(|at| edited[at as usize] = true);
    let mut counts = HashMap::new();
    for run in &located.runs {
        let count = edited[run.points()].iter().filter(|edited| **edited).count();
        if count > 0 {
            *counts.entry(run.cell).or_insert(0) += count as u32;
        }
    }
    if !counts.is_empty() {
        located.runs = located.runs.iter().flat_map(|run| kept(run, &edited)).collect();
    }
    counts
}

/// The parts of a run that are not edited.
fn kept(run: &Run, edited: &[bool]) -> Vec<Run> {
    let mut parts = Vec::new();
    let mut start = run.start;
    for part in edited[run.points()].chunk_by(|one, other| one == other) {
        let end = start + part.len() as u32;
        if part.first() == Some(&false) {
            parts.push(Run { start, end, ..*run });
        }
        start = end;
    }
    parts
}

/// Points of one leaf that lie off its line.
fn outliers(points: &PointColumns<'_>, located: &Located, leaf: &[Run]) -> Vec<u32> {
    if leaf.iter().map(|run| run.points().len()).sum::<usize>() < FEWEST {
        return Vec::new();
    }
    let each = || leaf.iter().flat_map(Run::points);
    let extent = |values: &[f64]| {
        let own = || each().map(|at| values[at]);
        own().fold(f64::NEG_INFINITY, f64::max) - own().fold(f64::INFINITY, f64::min)
    };
    let along = if extent(&located.x) >= extent(&located.y) { &located.x } else { &located.y };
    let mut line: Vec<(f64, f64, u32)> = each().map(|at| (along[at], points.height[at], at as u32)).collect();
    line.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let mut kept = vec![true; line.len()];
    let (mut slope, mut level) = robust_line(&line);
    for _ in 0..ROUNDS {
        let residual = |point: &(f64, f64, u32)| (point.1 - slope * point.0 - level).abs();
        let mut sizes: Vec<f64> =
            line.iter().zip(&kept).filter(|(_, kept)| **kept).map(|(point, _)| residual(point)).collect();
        let limit = SPREADS * (BY_MEDIAN * median_of_present(&mut sizes)).max(LEAST_SPREAD);
        let now: Vec<bool> = line.iter().map(|point| residual(point) <= limit).collect();
        if now == kept {
            break;
        }
        kept = now;
        (slope, level) = least_squares_line(&line, &kept);
    }
    line.iter().zip(kept).filter(|(_, kept)| !kept).map(|(point, _)| point.2).collect()
}

/// Slope and level of a line that up to a quarter of wrong points do not move: the median of the slopes between points half a
/// line apart (after Theil 1950), and the median of what is left.
fn robust_line(line: &[(f64, f64, u32)]) -> (f64, f64) {
    let half = line.len() / 2;
    let mut slopes: Vec<f64> = line
        .iter()
        .zip(&line[half..])
        .filter(|(near, far)| far.0 > near.0)
        .map(|(near, far)| (far.1 - near.1) / (far.0 - near.0))
        .collect();
    let slope = if slopes.is_empty() { 0.0 } else { median_of_present(&mut slopes) };
    let mut levels: Vec<f64> = line.iter().map(|point| point.1 - slope * point.0).collect();
    (slope, median_of_present(&mut levels))
}

fn least_squares_line(line: &[(f64, f64, u32)], kept: &[bool]) -> (f64, f64) {
    let points = || line.iter().zip(kept).filter(|(_, kept)| **kept).map(|(point, _)| point);
    let count = points().count() as f64;
    let (place, height) = points().fold((0.0, 0.0), |(s, h), point| (s + point.0 / count, h + point.1 / count));
    let (squares, products) = points().fold((0.0, 0.0), |(ss, sh), point| {
        let offset = point.0 - place;
        (ss + offset * offset, sh + offset * (point.1 - height))
    });
    let slope = if squares > 0.0 { products / squares } else { 0.0 };
    (slope, height - slope * place)
}
