//! Cells along one axis.

use serde::{Deserialize, Serialize};

use crate::error::{GridError, Result};

/// Cells along one axis: their centres and the edges between them, ascending or descending.
///
/// # Examples
///
/// ```
/// use nunatak_grid::Axis;
///
/// let axis = Axis::from_centres(vec![0.0, 8e3, 16e3])?;
/// assert_eq!(axis.bounds(), [-4e3, 4e3, 12e3, 20e3]);
/// assert_eq!(axis.locate(5e3), Some(1));
/// assert_eq!(axis.locate(25e3), None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Representation", into = "Representation")]
pub struct Axis {
    centres: Vec<f64>,
    bounds: Vec<f64>,
}

/// An axis as it is written down: evenly spaced ones are three numbers, when those give back every bit.
#[derive(Serialize, Deserialize)]
enum Representation {
    /// First and last centre.
    Nodes { first: f64, last: f64, length: usize },
    /// First and last edge.
    Cells { first: f64, last: f64, length: usize },
    /// Anything else.
    Listed { centres: Vec<f64>, bounds: Vec<f64> },
}

impl From<Axis> for Representation {
    fn from(axis: Axis) -> Self {
        let length = axis.len();
        let ends = |values: &[f64]| Some((*values.first()?, *values.last()?));
        if let Some((first, last)) = ends(&axis.centres)
            && nodes(first, last, length).is_ok_and(|evenly_spaced| evenly_spaced == axis)
        {
            return Self::Nodes { first, last, length };
        }
        if let Some((first, last)) = ends(&axis.bounds)
            && cells(first, last, length).is_ok_and(|evenly_spaced| evenly_spaced == axis)
        {
            return Self::Cells { first, last, length };
        }
        Self::Listed { centres: axis.centres, bounds: axis.bounds }
    }
}

impl TryFrom<Representation> for Axis {
    type Error = GridError;

    fn try_from(representation: Representation) -> Result<Self> {
        match representation {
            Representation::Nodes { first, last, length } => nodes(first, last, length),
            Representation::Cells { first, last, length } => cells(first, last, length),
            Representation::Listed { centres, bounds } => Self::with_bounds(centres, bounds),
        }
    }
}

/// `steps` equal steps from `first` to `last`, taken in halves: the value after this many halves.
fn after(first: f64, last: f64, halves: usize, steps: usize) -> f64 {
    first + (last - first) * halves as f64 / (2 * steps) as f64
}

fn nodes(first: f64, last: f64, length: usize) -> Result<Axis> {
    let steps = length.saturating_sub(1);
    Axis::from_centres((0..length).map(|index| after(first, last, 2 * index, steps)).collect())
}

fn cells(first: f64, last: f64, length: usize) -> Result<Axis> {
    let centres = (0..length).map(|index| after(first, last, 2 * index + 1, length)).collect();
    Axis::with_bounds(centres, (0..=length).map(|index| after(first, last, 2 * index, length)).collect())
}

impl Axis {
    /// An axis from its cell centres. Edges lie midway between centres; the outer cells are symmetric about their
    /// centres, so as wide as the gap to their neighbour.
    ///
    /// # Errors
    /// [`GridError::TooShort`] for fewer than 2 centres, [`GridError::NotFinite`], [`GridError::Duplicate`],
    /// [`GridError::NotMonotonic`].
    pub fn from_centres(centres: Vec<f64>) -> Result<Self> {
        check_monotonic(&centres)?;
        let ([first, second, ..], [.., before_last, last]) = (&centres[..], &centres[..]) else {
            return Err(GridError::TooShort { length: centres.len() });
        };
        let mut bounds = Vec::with_capacity(centres.len() + 1);
        bounds.push(first - 0.5 * (second - first));
        bounds.extend(centres.windows(2).map(|pair| 0.5 * (pair[0] + pair[1])));
        bounds.push(last + 0.5 * (last - before_last));
        Ok(Self { centres, bounds })
    }

    /// An axis from the n + 1 edges of its n cells; centres lie midway.
    ///
    /// # Errors
    /// [`GridError::Bounds`] for fewer than 2 edges, and as [`Axis::from_centres`].
    pub fn from_bounds(bounds: Vec<f64>) -> Result<Self> {
        if bounds.len() < 2 {
            return Err(GridError::Bounds { problem: format!("expected at least 2 edges, found {}", bounds.len()) });
        }
        check_monotonic(&bounds)?;
        let centres = bounds.windows(2).map(|pair| 0.5 * (pair[0] + pair[1])).collect();
        Ok(Self { centres, bounds })
    }

    /// An axis from n centres and the n + 1 edges of its cells.
    ///
    /// # Errors
    /// [`GridError::Bounds`] when a centre is outside its cell or the numbers differ, and as [`Axis::from_centres`].
    pub fn with_bounds(centres: Vec<f64>, bounds: Vec<f64>) -> Result<Self> {
        if bounds.len() != centres.len() + 1 || centres.is_empty() {
            return Err(GridError::Bounds {
                problem: format!(
                    "expected {} edges for {} cells, found {}",
                    centres.len() + 1,
                    centres.len(),
                    bounds.len()
                ),
            });
        }
        check_monotonic(&centres)?;
        check_monotonic(&bounds)?;
        for (index, (&centre, edges)) in centres.iter().zip(bounds.windows(2)).enumerate() {
            if !(edges[0].min(edges[1])..=edges[0].max(edges[1])).contains(&centre) {
                return Err(GridError::Bounds {
                    problem: format!(
                        "centre {centre} of cell {index} is outside its edges {} and {}",
                        edges[0], edges[1]
                    ),
                });
            }
        }
        Ok(Self { centres, bounds })
    }

    /// Cell centres, in order.
    pub fn centres(&self) -> &[f64] {
        &self.centres
    }

    /// Cell edges, in order: one more than there are cells.
    pub fn bounds(&self) -> &[f64] {
        &self.bounds
    }

    /// Number of cells; at least one.
    #[expect(clippy::len_without_is_empty, reason = "an axis always has a cell")]
    pub fn len(&self) -> usize {
        self.centres.len()
    }

    /// Whether coordinates fall with the index.
    pub fn is_descending(&self) -> bool {
        self.bounds.first() > self.bounds.last()
    }

    /// Smallest and largest edge.
    pub fn extent(&self) -> (f64, f64) {
        let (first, last) = (self.bounds[0], self.bounds[self.len()]);
        (first.min(last), first.max(last))
    }

    /// Smaller and larger edge of a cell.
    pub fn cell(&self, index: usize) -> (f64, f64) {
        let (first, last) = (self.bounds[index], self.bounds[index + 1]);
        (first.min(last), first.max(last))
    }

    /// The cell that holds a coordinate: lower edge included, upper edge not, but for the upper edge of the whole
    /// axis. The rule is about values, so that it does not change when the axis is reversed.
    pub fn locate(&self, coordinate: f64) -> Option<usize> {
        let (low, high) = self.extent();
        if !(low..=high).contains(&coordinate) {
            return None;
        }
        let last = self.len() - 1;
        Some(if self.is_descending() {
            self.bounds.partition_point(|&edge| edge > coordinate).saturating_sub(1).min(last)
        } else {
            self.bounds.partition_point(|&edge| edge <= coordinate).saturating_sub(1).min(last)
        })
    }

    /// Cells whose inside meets the open interval from `low` to `high`.
    pub fn overlapping(&self, low: f64, high: f64) -> std::ops::Range<usize> {
        let (start, end) = if self.is_descending() {
            (self.edges_while(high, |edge| edge >= high), self.edges_while(low, |edge| edge > low))
        } else {
            (self.edges_while(low, |edge| edge <= low), self.edges_while(high, |edge| edge < high))
        };
        let start = start.saturating_sub(1);
        start..end.min(self.len()).max(start)
    }

    /// Number of leading edges that lie before a coordinate, which `is_before` knows; on an evenly spaced axis the guess is right
    /// or nearly so.
    fn edges_while(&self, coordinate: f64, is_before: impl Fn(f64) -> bool) -> usize {
        let edges = &self.bounds;
        let along = (coordinate - edges[0]) / (edges[self.len()] - edges[0]) * self.len() as f64;
        let guess = (along as usize).min(edges.len());
        let is_number = |&number: &usize| {
            (number == 0 || is_before(edges[number - 1])) && edges.get(number).is_none_or(|&edge| !is_before(edge))
        };
        (guess..=(guess + 2).min(edges.len()))
            .find(is_number)
            .unwrap_or_else(|| edges.partition_point(|&edge| is_before(edge)))
    }

    /// Number of centres up to a coordinate in the axis's direction: on an evenly spaced axis the guess is right or nearly so.
    fn centres_up_to(&self, coordinate: f64, sign: f64) -> usize {
        let last = self.len() - 1;
        let is_up_to = |at: usize| (self.centres[at] - coordinate) * sign <= 0.0;
        let along = (coordinate - self.centres[0]) / (self.centres[last] - self.centres[0]) * last as f64;
        let guess = (along as usize).min(last);
        (guess.saturating_sub(1)..=(guess + 1).min(last))
            .find(|&at| is_up_to(at) && (at == last || !is_up_to(at + 1)))
            .map_or_else(|| self.centres.partition_point(|&centre| (centre - coordinate) * sign <= 0.0), |at| at + 1)
    }

    /// The two neighbouring centres that enclose a coordinate and the weight of the second, within the hull of the
    /// centres (widened by a billionth of a cell, so that round-off does not lose its edge).
    pub(crate) fn bracket(&self, coordinate: f64) -> Option<(usize, usize, f64)> {
        let last = self.len() - 1;
        let tolerance = |cell: usize| 1e-9 * (self.bounds[cell + 1] - self.bounds[cell]).abs();
        let sign = if self.is_descending() { -1.0 } else { 1.0 };
        let after = (coordinate - self.centres[last]) * sign;
        let before = (self.centres[0] - coordinate) * sign;
        if !(after <= tolerance(last) && before <= tolerance(0)) {
            return None;
        }
        let upper = self.centres_up_to(coordinate, sign).clamp(1, last.max(1));
        if last == 0 {
            return Some((0, 0, 0.0));
        }
        let (from, to) = (self.centres[upper - 1], self.centres[upper]);
        Some((upper - 1, upper, ((coordinate - from) / (to - from)).clamp(0.0, 1.0)))
    }
}

fn check_monotonic(values: &[f64]) -> Result<()> {
    if let Some((index, &value)) = values.iter().enumerate().find(|(_, value)| !value.is_finite()) {
        return Err(GridError::NotFinite { index, value });
    }
    let ascending = values.len() < 2 || values[1] > values[0];
    for (index, pair) in values.windows(2).enumerate() {
        let (previous, found) = (pair[0], pair[1]);
        if previous == found {
            return Err(GridError::Duplicate { index: index + 1, value: found });
        }
        if (found > previous) != ascending {
            let expected = if ascending { "larger" } else { "smaller" };
            return Err(GridError::NotMonotonic { index: index + 1, previous, found, expected });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
