//! Outer (orthogonal) indexing: one selection per axis.

use crate::{Array, ArrayError, ChunkGrid, Region, Result, Values};

/// What is wanted along one axis of an outer (orthogonal) selection.
///
/// # Examples
/// ```
/// use nunatak_array::{AxisSelection, MemoryArray, Values, read_outer};
///
/// let array = MemoryArray::new(vec![3, 4], Values::I32((0..12).collect()))?;
/// let selections = [AxisSelection::Index(2), AxisSelection::Indices(vec![3, 0])];
/// assert_eq!(read_outer(&array, &selections)?, Values::I32(vec![11, 8]));
/// # Ok::<(), nunatak_array::ArrayError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AxisSelection {
    /// One index; the axis is dropped from the result.
    Index(usize),
    /// These indices, in this order, repeats allowed.
    Indices(Vec<usize>),
    /// `start`, `start + 1`, …: this many.
    Range {
        /// First index.
        start: usize,
        /// Number of indices.
        length: usize,
    },
}

impl AxisSelection {
    fn indices(&self) -> Vec<usize> {
        match self {
            Self::Index(index) => vec![*index],
            Self::Indices(indices) => indices.clone(),
            Self::Range { start, length } => (*start..start + length).collect(),
        }
    }
}

/// Values at the outer product of one selection per axis, row-major; every chunk that holds one is read once
/// along each axis.
///
/// # Errors
/// [`ArrayError::Rank`] and [`ArrayError::OutOfBounds`] for selections that do not fit; the source's own errors.
pub fn read_outer(array: &dyn Array, selections: &[AxisSelection]) -> Result<Values> {
    let shape = array.shape();
    if selections.len() != shape.len() {
        return Err(ArrayError::Rank { expected: shape.len(), found: selections.len() });
    }
    if let Some(region) = contiguous(selections)? {
        region.check_memory(array.data_type())?;
        return array.read(&region);
    }
    let wanted: Vec<Vec<usize>> = selections.iter().map(AxisSelection::indices).collect();
    check_bounds(&wanted, shape)?;
    let lengths: Vec<usize> = wanted.iter().map(Vec::len).collect();
    Region::whole(&lengths).check_memory(array.data_type())?;
    let mut result = Values::zeros(array.data_type(), lengths.iter().product());
    if result.is_empty() {
        return Ok(result);
    }
    let grid = array.chunk_grid();
    let runs: Vec<Vec<Run>> = wanted.iter().enumerate().map(|(axis, indices)| runs(&grid, axis, indices)).collect();
    for block in product(&runs) {
        let region =
            Region::new(block.iter().map(|run| run.start).collect(), block.iter().map(|run| run.length).collect())?;
        let values = array.read(&region)?;
        scatter(&mut result, &lengths, &values, &region, &block)?;
    }
    Ok(result)
}

/// The selection as one region, when it is one.
fn contiguous(selections: &[AxisSelection]) -> Result<Option<Region>> {
    let mut start = Vec::new();
    let mut shape = Vec::new();
    for selection in selections {
        match selection {
            AxisSelection::Index(index) => (start.push(*index), shape.push(1)),
            AxisSelection::Range { start: first, length } => (start.push(*first), shape.push(*length)),
            AxisSelection::Indices(_) => return Ok(None),
        };
    }
    Region::new(start, shape).map(Some)
}

fn check_bounds(wanted: &[Vec<usize>], shape: &[usize]) -> Result<()> {
    for (axis, indices) in wanted.iter().enumerate() {
        if let Some(&index) = indices.iter().find(|&&index| index >= shape[axis]) {
            let mut start = vec![0; shape.len()];
            start[axis] = index;
            return Err(ArrayError::OutOfBounds {
                region: Region::new(start, vec![1; shape.len()])?,
                shape: shape.to_vec(),
            });
        }
    }
    Ok(())
}

/// Indices close enough to be read together, and where each goes in the result.
struct Run {
    start: usize,
    length: usize,
    /// (index in the result, index in the run)
    places: Vec<(usize, usize)>,
}

/// Joins indices that lie in one chunk or in neighbouring ones, so that no chunk is read twice.
fn runs(grid: &ChunkGrid, axis: usize, indices: &[usize]) -> Vec<Run> {
    let mut order: Vec<(usize, usize)> = indices.iter().copied().enumerate().map(|(at, index)| (index, at)).collect();
    order.sort_unstable();
    let mut runs: Vec<Run> = Vec::new();
    for (index, at) in order {
        match runs.last_mut() {
            Some(run)
                if grid.chunk_of(axis, index) == grid.chunk_of(axis, run.start + run.length - 1)
                    || index <= run.start + run.length =>
            {
                run.length = index - run.start + 1;
                run.places.push((at, index - run.start));
            }
            _ => runs.push(Run { start: index, length: 1, places: vec![(at, 0)] }),
        }
    }
    runs
}

fn product(runs: &[Vec<Run>]) -> Vec<Vec<&Run>> {
    runs.iter().fold(vec![Vec::new()], |blocks, axis| {
        blocks
            .into_iter()
            .flat_map(|block: Vec<&Run>| {
                axis.iter().map(move |run| block.iter().copied().chain(std::iter::once(run)).collect())
            })
            .collect()
    })
}

/// Puts the values of one block where the selection wants them, a row of the last axis at a time.
fn scatter(result: &mut Values, lengths: &[usize], values: &Values, region: &Region, block: &[&Run]) -> Result<()> {
    let counts: Vec<usize> = block.iter().map(|run| run.places.len()).collect();
    for flat in 0..counts.iter().product() {
        let mut rest = flat;
        let (mut to, mut from) = (vec![0; counts.len()], vec![0; counts.len()]);
        for axis in (0..counts.len()).rev() {
            (to[axis], from[axis]) = block[axis].places[rest % counts[axis]];
            rest /= counts[axis];
        }
        let ones = vec![1; counts.len()];
        result.copy_block(
            lengths,
            &Region::new(to, ones.clone())?,
            values,
            region.shape(),
            &Region::new(from, ones)?,
        )?;
    }
    Ok(())
}
