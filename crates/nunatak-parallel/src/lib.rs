//! Loops on all threads, compiled once for all that they do.
//!
//! Rayon compiles its machinery anew for every closure: it was half of the code of the kernels, and half of the time that
//! they took to compile. Here all loops go through one that takes its work by reference, a block of numbers or an item at
//! a time. Results come in order, whatever the number of threads. Every loop stops when its call is [interrupted](Interrupt).
//!
//! ```text
//! map, map_values, map_each ─┐
//! for_each_chunk ────────────┼─► for_each_of ─► for_each ─► Rayon
//! for_each_with ─────────────┘
//! ```

mod interrupt;

use std::sync::{Mutex, PoisonError};

use rayon::iter::{IntoParallelIterator, ParallelIterator};

pub use interrupt::{Interrupt, Interrupted, carried, checkpoint};

/// Blocks that a thread takes, so that threads that are done first find work.
const BLOCKS_PER_THREAD: usize = 16;
/// Values below which a block is not worth a thread.
const FEWEST_VALUES: usize = 1024;

/// Runs a task for each number below `count`.
///
/// ```
/// use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
///
/// let sum = AtomicUsize::new(0);
/// nunatak_parallel::for_each(5, &|number| {
///     sum.fetch_add(number, Relaxed);
/// });
/// assert_eq!(sum.into_inner(), 10);
/// ```
pub fn for_each(count: usize, task: &(dyn Fn(usize) + Sync)) {
    let interrupt = Interrupt::current();
    let start = || interrupt.enter();
    (0..count).into_par_iter().for_each_init(start, |_, number| {
        interrupt.check();
        task(number);
    });
}

/// Runs a task for each item, with its number.
///
/// ```
/// let mut counts = [0; 3];
/// nunatak_parallel::for_each_of(counts.iter_mut().collect(), |number, count| *count = number * number);
/// assert_eq!(counts, [0, 1, 4]);
/// ```
pub fn for_each_of<Item: Send>(items: Vec<Item>, task: impl Fn(usize, Item) + Sync) {
    let slots: Vec<Mutex<Option<Item>>> = items.into_iter().map(|item| Mutex::new(Some(item))).collect();
    for_each(slots.len(), &|number| {
        let item = slots[number].lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(item) = item {
            task(number, item);
        }
    });
}

/// As [`for_each_of`], with something that a task leaves to the next of its thread: memory, or what is costly to make.
///
/// ```
/// let mut lengths = [0; 4];
/// nunatak_parallel::for_each_with(lengths.iter_mut().collect(), Vec::new, |memory, number, length| {
///     memory.clear();
///     memory.resize(number, 0);
///     *length = memory.len();
/// });
/// assert_eq!(lengths, [0, 1, 2, 3]);
/// ```
pub fn for_each_with<State: Send, Item: Send>(
    items: Vec<Item>,
    start: impl Fn() -> State + Sync,
    task: impl Fn(&mut State, usize, Item) + Sync,
) {
    let states = Mutex::new(Vec::new());
    let states = || states.lock().unwrap_or_else(PoisonError::into_inner);
    for_each_of(items, |number, item| {
        let known = states().pop();
        let mut state = known.unwrap_or_else(&start);
        task(&mut state, number, item);
        states().push(state);
    });
}

/// Runs a task for each chunk of values, with its number; the last may be shorter.
///
/// ```
/// let mut values = [1.0, 2.0, 3.0];
/// nunatak_parallel::for_each_chunk(&mut values, 2, |number, chunk| chunk.fill(number as f64));
/// assert_eq!(values, [0.0, 0.0, 1.0]);
/// ```
pub fn for_each_chunk<Value: Send>(values: &mut [Value], size: usize, task: impl Fn(usize, &mut [Value]) + Sync) {
    for_each_of(values.chunks_mut(size.max(1)).collect(), task);
}

/// What a task gives for each number below `count`, in order.
///
/// ```
/// assert_eq!(nunatak_parallel::map(4, |number| number * number), [0, 1, 4, 9]);
/// ```
pub fn map<Made: Send>(count: usize, task: impl Fn(usize) -> Made + Sync) -> Vec<Made> {
    in_blocks(count, 1, task)
}

/// As [`map`], for tasks of less than a microsecond: a thread takes a thousand and more.
///
/// ```
/// let numbers: Vec<f64> = nunatak_parallel::map_values(10_000, |number| number as f64);
/// assert!(numbers.iter().enumerate().all(|(at, &number)| number == at as f64));
/// ```
pub fn map_values<Made: Send>(count: usize, task: impl Fn(usize) -> Made + Sync) -> Vec<Made> {
    in_blocks(count, FEWEST_VALUES, task)
}

/// What a task gives for each item, in order.
///
/// ```
/// assert_eq!(nunatak_parallel::map_each(vec!["a", "bc"], |text| text.len()), [1, 2]);
/// ```
pub fn map_each<Item: Send, Made: Send>(items: Vec<Item>, task: impl Fn(Item) -> Made + Sync) -> Vec<Made> {
    let mut made: Vec<Option<Made>> = Vec::new();
    made.resize_with(items.len(), || None);
    let pairs = items.into_iter().zip(made.iter_mut()).collect();
    for_each_of(pairs, |_, (item, made)| *made = Some(task(item)));
    made.into_iter().flatten().collect()
}

fn in_blocks<Made: Send>(count: usize, fewest: usize, task: impl Fn(usize) -> Made + Sync) -> Vec<Made> {
    let size = count.div_ceil(BLOCKS_PER_THREAD * rayon::current_num_threads()).max(fewest);
    let mut blocks: Vec<Vec<Made>> = Vec::new();
    blocks.resize_with(count.div_ceil(size), Vec::new);
    for_each_of(blocks.iter_mut().collect(), |number, block| {
        let interrupt = Interrupt::current();
        let each = |number: usize| {
            if number.is_multiple_of(fewest) {
                interrupt.check();
            }
            task(number)
        };
        *block = (number * size..((number + 1) * size).min(count)).map(each).collect();
    });
    if blocks.len() == 1 {
        return blocks.remove(0);
    }
    let mut made = Vec::with_capacity(count);
    blocks.into_iter().for_each(|block| made.extend(block));
    made
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_order_whatever_the_number_of_threads() {
        for threads in [1, 3, 8] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            for count in [0, 1, 15, 1024, 5000] {
                let expected: Vec<String> = (0..count).map(|number| number.to_string()).collect();
                let (found, values, each) = pool.install(|| {
                    let items: Vec<usize> = (0..count).collect();
                    let text = |number: usize| number.to_string();
                    (map(count, text), map_values(count, text), map_each(items, text))
                });
                assert_eq!(found, expected, "{threads} threads");
                assert_eq!(values, expected, "{threads} threads");
                assert_eq!(each, expected, "{threads} threads");
            }
        }
    }

    #[test]
    fn every_chunk_is_visited_once() {
        let mut values = vec![0_u32; 1001];
        for_each_chunk(&mut values, 10, |number, chunk| chunk.iter_mut().for_each(|value| *value += number as u32 + 1));
        assert!(values.iter().enumerate().all(|(at, &value)| value == at as u32 / 10 + 1));
    }

    #[test]
    fn a_task_that_panics_ends_the_loop_with_its_panic() {
        let caught = std::panic::catch_unwind(|| map(100, |number| assert!(number != 57, "at {number}")));
        let message = caught.unwrap_err();
        assert_eq!(message.downcast_ref::<String>().unwrap(), "at 57");
    }
}
