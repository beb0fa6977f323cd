//! Statistics across the members of an ensemble, streamed block by block.

use std::ops::ControlFlow;

use nunatak_array::{ArrayError, DataType, Progress, Region, SharedArray, Step, Values, has_room};
use nunatak_parallel::carried;
use rayon::prelude::*;

use crate::blocks::plan_blocks;
use crate::error::{EnsembleError, Result};
use crate::moments::BlockMoments;
use crate::statistic::Statistic;

/// Blocks handed out together, per thread; their results wait to be put in place.
const BLOCKS_PER_THREAD: usize = 2;

/// Statistics across axis `axis` of `members`, cell by cell, NaN skipped: one row-major [`Values`] per statistic,
/// of the array's shape without that axis, in the type [`Statistic::data_type`] says.
///
/// The members are read one block at a time, members in order within a block and blocks in parallel (one after the other
/// where the array [blocks](nunatak_array::Array::blocks)), so that a result does not depend on the number of threads.
/// Sums are in double precision. `memory` (bytes) bounds what is held besides the results and the source's own decoding
/// buffers; the smallest block has 1024 cells.
/// `progress` hears of every block done and may stop the job between two blocks.
///
/// # Errors
/// [`EnsembleError::Shape`] when there is no such axis or no member, [`EnsembleError::Memory`] when there is no room for
/// the results, [`EnsembleError::Interrupted`] when `progress` says so, [`EnsembleError::Array`] for text and for errors
/// of the source.
pub fn ensemble_statistics(
    members: &SharedArray,
    axis: usize,
    statistics: &[Statistic],
    memory: usize,
    progress: &dyn Progress,
) -> Result<Vec<Values>> {
    let shape = reduced_shape(members, axis)?;
    let input = members.data_type();
    for statistic in statistics {
        check_room(&shape, statistics.len(), statistic.data_type(input))?;
    }
    let mut results: Vec<Values> = statistics
        .iter()
        .map(|statistic| Values::missing(statistic.data_type(input), shape.iter().product()))
        .collect();
    let batch = rayon::current_num_threads() * BLOCKS_PER_THREAD;
    let blocks = plan(members, axis, &shape, statistics, memory);
    let mut step = Step { done: 0, total: blocks.len(), bytes: 0 };
    for batch in blocks.chunks(batch) {
        let reduce = carried(|block: &Region| reduce_block(members, axis, block, statistics));
        let done: Vec<Vec<Values>> = match members.blocks() {
            true => batch.iter().map(reduce).collect::<Result<_>>()?,
            false => batch.par_iter().map(reduce).collect::<Result<_>>()?,
        };
        for (block, values) in batch.iter().zip(&done) {
            for (result, values) in results.iter_mut().zip(values) {
                result.copy_block(&shape, block, values, block.shape(), &Region::whole(block.shape()))?;
            }
            step.done += 1;
            step.bytes += block.len() * members.shape()[axis] * input.size();
            if let ControlFlow::Break(()) = progress.step(step) {
                return Err(EnsembleError::Interrupted);
            }
        }
    }
    Ok(results)
}

/// That there is room for so many results of a shape.
fn check_room(shape: &[usize], count: usize, data_type: DataType) -> Result<()> {
    let factors = shape.iter().copied().chain([count, data_type.size()]);
    let bytes = factors.fold(1, |bytes: u128, factor| bytes.saturating_mul(factor as u128));
    if has_room(bytes) { Ok(()) } else { Err(EnsembleError::Memory { shape: shape.to_vec(), count, bytes }) }
}

/// The array's shape without the member axis, after a check that it can be reduced.
fn reduced_shape(members: &SharedArray, axis: usize) -> Result<Vec<usize>> {
    let mut shape = members.shape().to_vec();
    if shape.get(axis).is_none_or(|&count| count == 0) {
        let expected = format!("at least one member along axis {axis}");
        return Err(EnsembleError::Shape { expected, found: shape });
    }
    if !members.data_type().is_numeric() {
        let found = members.data_type();
        return Err(ArrayError::Type { what: "ensemble statistics".into(), expected: "numbers".into(), found }.into());
    }
    shape.remove(axis);
    Ok(shape)
}

fn reduce_block(members: &SharedArray, axis: usize, block: &Region, statistics: &[Statistic]) -> Result<Vec<Values>> {
    let mut moments = BlockMoments::new(block.len(), statistics);
    for member in 0..members.shape()[axis] {
        moments.add(&members.read(&with_member(block, axis, member)?)?)?;
    }
    statistics.iter().map(|&statistic| moments.finish(statistic, members.data_type())).collect()
}

/// The region of the whole array that holds `block` of one member.
fn with_member(block: &Region, axis: usize, member: usize) -> Result<Region> {
    let (mut start, mut shape) = (block.start().to_vec(), block.shape().to_vec());
    start.insert(axis, member);
    shape.insert(axis, 1);
    Ok(Region::new(start, shape)?)
}

fn plan(members: &SharedArray, axis: usize, shape: &[usize], statistics: &[Statistic], memory: usize) -> Vec<Region> {
    let threads = rayon::current_num_threads();
    // A member's values exist twice while a stack copies them out of its input.
    let working = BlockMoments::BYTES_PER_CELL + 2 * members.data_type().size();
    let finished = statistics.len() * DataType::F64.size() * BLOCKS_PER_THREAD;
    let cells = memory / (threads * (working + finished));
    let order: Vec<usize> = (0..members.shape().len()).filter(|&other| other != axis).collect();
    plan_blocks(shape, &members.chunk_grid().transpose(&order), cells)
}
