//! Statistics against two-pass sums, and their independence of threads and memory.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use std::ops::ControlFlow;

use nunatak_array::{
    Array, ArrayError, ChunkGrid, DataType, Description, MemoryArray, NoProgress, Progress, Region, SharedArray,
    StackArray, Step, Values,
};
use proptest::prelude::*;

use super::*;
use crate::blocks::FEWEST_CELLS;

const ALL: [Statistic; 6] = [
    Statistic::Count,
    Statistic::Mean,
    Statistic::Variance,
    Statistic::StandardDeviation,
    Statistic::Minimum,
    Statistic::Maximum,
];

fn memory(shape: &[usize], values: Values) -> SharedArray {
    Arc::new(MemoryArray::new(shape.to_vec(), values).unwrap())
}

/// Two-pass statistics of one cell.
fn expected(members: &[f64]) -> [f64; 6] {
    let valid: Vec<f64> = members.iter().copied().filter(|value| !value.is_nan()).collect();
    let n = valid.len() as f64;
    if valid.is_empty() {
        return [0.0, f64::NAN, f64::NAN, f64::NAN, f64::NAN, f64::NAN];
    }
    let mean = valid.iter().sum::<f64>() / n;
    let variance = valid.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / n;
    let low = valid.iter().copied().fold(f64::INFINITY, f64::min);
    let high = valid.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    [n, mean, variance, variance.sqrt(), low, high]
}

proptest! {
    #[test]
    fn equals_two_passes_along_any_axis(
        count in 1usize..6,
        rows in 1usize..5,
        columns in 1usize..5,
        axis in 0usize..3,
        offset in prop_oneof![Just(0.0), Just(1e6)],
        seed in proptest::collection::vec(prop_oneof![3 => -1.0..1.0f64, 1 => Just(f64::NAN)], 96),
    ) {
        let shape = [[count, rows, columns], [rows, count, columns], [rows, columns, count]][axis];
        let values: Vec<f64> = (0..count * rows * columns).map(|at| seed[at % 96] + offset).collect();
        let array = memory(&shape, Values::F64(values.clone()));
        let found = ensemble_statistics(&array, axis, &ALL, 1 << 20, &NoProgress).unwrap();
        let stride: usize = shape[axis + 1..].iter().product();
        for cell in 0..rows * columns {
            let first = cell / stride * stride * count + cell % stride;
            let members: Vec<f64> = (0..count).map(|member| values[first + member * stride]).collect();
            for (values, expected) in found.iter().zip(expected(&members)) {
                let value = values.to_f64().unwrap()[cell];
                let near = (value - expected).abs() <= 1e-9 * expected.abs().max(1.0);
                prop_assert!(near || (value.is_nan() && expected.is_nan()), "{value} {expected}");
            }
        }
    }

    #[test]
    fn blocks_cover_every_cell_once(
        shape in proptest::collection::vec(1usize..40, 1..4),
        chunk in proptest::collection::vec(1usize..50, 3),
        cells in 0usize..20_000,
    ) {
        let grid = ChunkGrid::regular(&shape, &chunk[..shape.len()]);
        let blocks = plan_blocks(&shape, &grid, cells);
        let covered: usize = blocks.iter().map(Region::len).sum();
        prop_assert_eq!(covered, shape.iter().product::<usize>());
        for (at, block) in blocks.iter().enumerate() {
            prop_assert!(block.len() <= cells.max(FEWEST_CELLS));
            prop_assert!(blocks[..at].iter().all(|other| other.intersection(block).is_none()));
        }
    }
}

#[test]
fn float32_stays_float32_and_integers_become_float64() {
    let stack = |values: [Values; 2]| -> SharedArray {
        let inputs = values.into_iter().map(|values| memory(&[2], values)).collect();
        Arc::new(StackArray::new(inputs, 0).unwrap())
    };
    let floats = stack([Values::F32(vec![1.0, f32::NAN]), Values::F32(vec![4.0, f32::NAN])]);
    let found = ensemble_statistics(&floats, 0, &[Statistic::Mean, Statistic::Count], 1 << 20, &NoProgress).unwrap();
    let Values::F32(mean) = &found[0] else { panic!("{:?}", found[0].data_type()) };
    assert!(mean[0] == 2.5 && mean[1].is_nan());
    assert_eq!(found[1], Values::I64(vec![2, 0]));
    let integers = stack([Values::I16(vec![1, 2]), Values::I16(vec![2, 2])]);
    let found = ensemble_statistics(&integers, 0, &[Statistic::Mean, Statistic::Maximum], 0, &NoProgress).unwrap();
    assert_eq!(found, [Values::F64(vec![1.5, 2.0]), Values::I16(vec![2, 2])]);
}

#[test]
fn threads_and_budget_do_not_change_a_bit() {
    let values: Vec<f32> = (0..7 * 90 * 50).map(|at| ((at as f32) * 0.37).sin() * 1e3).collect();
    let array = memory(&[7, 90, 50], Values::F32(values));
    let run = |threads: usize, budget: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| ensemble_statistics(&array, 0, &ALL, budget, &NoProgress).unwrap())
    };
    let reference = run(1, 1 << 30);
    for (threads, budget) in [(1, 0), (2, 0), (3, 100_000), (5, 1 << 30)] {
        assert_eq!(run(threads, budget), reference);
    }
}

struct StopAfter(usize, AtomicUsize);

impl Progress for StopAfter {
    fn step(&self, step: Step) -> ControlFlow<()> {
        assert_eq!(step.done, self.1.fetch_add(1, Ordering::Relaxed) + 1);
        if step.done == self.0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

#[test]
fn progress_may_stop_the_job() {
    let array = memory(&[2, 10_000], Values::F64(vec![1.0; 20_000]));
    let stop = StopAfter(3, AtomicUsize::new(0));
    let found = ensemble_statistics(&array, 0, &[Statistic::Mean], 0, &stop);
    assert!(matches!(found, Err(EnsembleError::Interrupted)));
    assert_eq!(stop.1.load(Ordering::Relaxed), 3);
    let watch = StopAfter(usize::MAX, AtomicUsize::new(0));
    ensemble_statistics(&array, 0, &[Statistic::Mean], 0, &watch).unwrap();
    assert_eq!(watch.1.load(Ordering::Relaxed), 10);
}

#[test]
fn refuses_text_and_an_empty_ensemble() {
    let text = memory(&[1, 1], Values::Text(vec![String::new()]));
    assert!(matches!(ensemble_statistics(&text, 0, &ALL, 0, &NoProgress), Err(EnsembleError::Array(_))));
    let none = memory(&[0, 3], Values::F64(vec![]));
    assert!(matches!(ensemble_statistics(&none, 0, &ALL, 0, &NoProgress), Err(EnsembleError::Shape { .. })));
    assert!(matches!(ensemble_statistics(&none, 2, &ALL, 0, &NoProgress), Err(EnsembleError::Shape { .. })));
}

/// Members of any shape, which nobody reads.
struct Unread(Vec<usize>);

impl Array for Unread {
    fn data_type(&self) -> DataType {
        DataType::F32
    }

    fn shape(&self) -> &[usize] {
        &self.0
    }

    fn chunk_grid(&self) -> ChunkGrid {
        ChunkGrid::single(&self.0)
    }

    fn read(&self, region: &Region) -> Result<Values, ArrayError> {
        Err(ArrayError::TooLarge { bytes: region.len() as u128 })
    }

    fn describe(&self) -> Result<Description, ArrayError> {
        Err(ArrayError::NotDescribable { kind: "test" })
    }
}

#[test]
fn statistics_beyond_memory_are_refused_with_their_size() {
    for shape in [vec![2, 1 << 23, 1 << 22], vec![3, usize::MAX], vec![2, usize::MAX, usize::MAX]] {
        let members: SharedArray = Arc::new(Unread(shape.clone()));
        let error = ensemble_statistics(&members, 0, &ALL, 1 << 20, &NoProgress).unwrap_err();
        let text = error.to_string();
        assert!(matches!(error, EnsembleError::Memory { .. }) && text.contains("GB"), "{shape:?}: {text}");
    }
}
