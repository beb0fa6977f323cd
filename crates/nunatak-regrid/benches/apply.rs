//! Weights applied to 100 fields of single precision, beside what the machine's memory allows: the source read once
//! and the target written once, by all threads.
//!
//! `cargo bench -p nunatak-regrid --bench apply`; the number of threads is `RAYON_NUM_THREADS`.

#![allow(clippy::unwrap_used, missing_docs)]

use std::sync::Arc;
use std::time::Instant;

use nunatak_array::{Array, DataType, MemoryArray, Region, Values};
use nunatak_grid::{Axis, Crs, Grid, RectilinearGrid};
use nunatak_regrid::{ApplyOptions, Method, MissingPolicy, Reducer, RegriddedArray, Weights};
use rayon::prelude::*;

const FIELDS: usize = 100;
const REPEATS: usize = 15;

fn axis(first: f64, step: f64, length: usize) -> Axis {
    Axis::from_centres((0..length).map(|index| first + step * index as f64).collect()).unwrap()
}

fn antarctic(spacing: f64) -> Grid {
    let length = (6_080_000.0 / spacing) as usize + 1;
    let own = || axis(-3_040_000.0, spacing, length);
    Grid::Rectilinear(RectilinearGrid::new(Crs::parse("EPSG:3031").unwrap(), own(), own()).unwrap())
}

fn geographic(step: f64, degrees: f64) -> Grid {
    let x = axis(step / 2.0 - 180.0, step, (360.0 / step) as usize);
    let y = axis(step / 2.0 - 90.0, step, (degrees / step) as usize);
    Grid::Rectilinear(RectilinearGrid::new(Crs::parse("EPSG:4326").unwrap(), x, y).unwrap())
}

/// Milliseconds of the fastest run.
fn fastest(repeats: usize, mut run: impl FnMut()) -> f64 {
    let mut least = f64::INFINITY;
    for _ in 0..repeats {
        let start = Instant::now();
        run();
        least = least.min(start.elapsed().as_secs_f64() * 1e3);
    }
    least
}

/// The source summed from memory and a new target filled, in parallel.
fn bound(source: &[f32], target: usize) -> f64 {
    let part = 1 << 16;
    let parts = source.len().div_ceil(part);
    fastest(REPEATS, || {
        let mut results = vec![0.0_f32; target];
        let length = target.div_ceil(parts);
        results.par_chunks_mut(length).zip(source.par_chunks(part)).for_each(|(results, source)| {
            let mut sums = [0.0_f32; 32];
            for values in source.chunks_exact(32) {
                for (sum, value) in sums.iter_mut().zip(values) {
                    *sum += value;
                }
            }
            results.fill(sums.iter().sum());
        });
        std::hint::black_box(&results);
    })
}

fn values(cells: usize, missing: impl Fn(usize) -> bool) -> Vec<f32> {
    let value = |at: usize| if missing(at) { f32::NAN } else { (at * 2_654_435_761 % 4096) as f32 };
    (0..FIELDS * cells).map(value).collect()
}

fn applied(weights: &Arc<Weights>, field: &MemoryArray, options: ApplyOptions, data_type: DataType) -> f64 {
    let array = RegriddedArray::new(Arc::new(field.clone()), Arc::clone(weights), options).unwrap();
    let array = array.with_data_type(data_type).unwrap();
    let whole = Region::whole(array.shape());
    let repeats = if options.reducer() == Reducer::Mean { REPEATS } else { 3 };
    fastest(repeats, || {
        std::hint::black_box(array.read(&whole).unwrap());
    })
}

fn workload(name: &str, source: &Grid, target: &Grid) {
    let weights = Weights::shared(source, target, Method::Conservative, None).unwrap();
    let field = |values| {
        let (rows, columns) = source.rows_and_columns();
        MemoryArray::new(vec![FIELDS, rows, columns], Values::F32(values)).unwrap()
    };
    let plain = values(source.len(), |_| false);
    let bound = bound(&plain, FIELDS * target.len());
    println!("{name}: {} weights, memory bound {bound:.1} ms", weights.values().len());
    let show = |name: &str, time: f64| println!("  {name:<24} {time:8.1} ms  {:5.2} x the bound", time / bound);
    let plain = field(plain);
    let mean = ApplyOptions::new(MissingPolicy::new(true, 0.0).unwrap());
    show("float32", applied(&weights, &plain, mean, DataType::F32));
    show("float32 to float64", applied(&weights, &plain, mean, DataType::F64));
    let scattered = field(values(source.len(), |at| at % 37 == 0));
    show("float32, NaN in all tiles", applied(&weights, &scattered, mean, DataType::F32));
    let half = field(values(source.len(), |at| at % source.len() < source.len() / 2));
    show("float32, half NaN", applied(&weights, &half, mean, DataType::F32));
    for reducer in [Reducer::Maximum, Reducer::StandardDeviation, Reducer::Median, Reducer::Mode] {
        show(&reducer.to_string(), applied(&weights, &plain, mean.reduced_by(reducer), DataType::F32));
    }
}

fn second_order(name: &str, source: &Grid, target: &Grid) {
    let start = Instant::now();
    let weights = Weights::shared(source, target, Method::Conservative2, None).unwrap();
    let (rows, columns) = source.rows_and_columns();
    let field = |values| MemoryArray::new(vec![FIELDS, rows, columns], Values::F32(values)).unwrap();
    println!("{name}: {} weights of second order, {:.2} s", weights.values().len(), start.elapsed().as_secs_f64());
    let mean = ApplyOptions::new(MissingPolicy::new(true, 0.0).unwrap());
    let show = |name: &str, time: f64| println!("  {name:<24} {time:8.1} ms");
    let rough = field(values(source.len(), |_| false));
    let wave = |at: usize| (2e-2 * ((at / columns) as f64)).sin() + (1.3e-2 * (at % columns) as f64).cos();
    let smooth = field((0..FIELDS * source.len()).map(|at| wave(at % source.len()) as f32).collect());
    let half = field(values(source.len(), |at| at % source.len() < source.len() / 2));
    let scattered = field(values(source.len(), |at| at % 37 == 0));
    show("float32", applied(&weights, &rough, mean, DataType::F32));
    let start = Instant::now();
    applied_once(&weights, &smooth, mean.limited(true));
    show("limited, the first time", start.elapsed().as_secs_f64() * 1e3);
    show("limited, smooth", applied(&weights, &smooth, mean.limited(true), DataType::F32));
    show("limited, rough", applied(&weights, &rough, mean.limited(true), DataType::F32));
    show("half NaN", applied(&weights, &half, mean, DataType::F32));
    show("NaN everywhere", applied(&weights, &scattered, mean, DataType::F32));
    let cells = source.len();
    let random = field(values(cells, |at| (at as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32 < (3 << 32) / 100));
    show("3 % NaN, moving", applied(&weights, &random, mean, DataType::F32));
    let front = field(values(cells, |at| {
        let (row, column) = ((at % cells / columns) as f64 - 380.0, (at % columns) as f64 - 380.0);
        row.hypot(column) > 250.0 + 30.0 * (4.0 * row.atan2(column) + 0.1 * (at / cells) as f64).sin()
    }));
    show("beyond a moving front", applied(&weights, &front, mean, DataType::F32));
}

fn applied_once(weights: &Arc<Weights>, field: &MemoryArray, options: ApplyOptions) {
    let array = RegriddedArray::new(Arc::new(field.clone()), Arc::clone(weights), options).unwrap();
    std::hint::black_box(array.read(&Region::whole(array.shape())).unwrap());
}

fn main() {
    second_order("EPSG:3031 8 km to 16 km", &antarctic(8e3), &antarctic(16e3));
    if std::env::var_os("ONLY").is_some() {
        return;
    }
    workload("EPSG:3031 8 km to 16 km", &antarctic(8e3), &antarctic(16e3));
    workload("EPSG:3031 8 km to 0.5 degrees", &antarctic(8e3), &geographic(0.5, 35.0));
    workload("0.25 degrees to 1 degree", &geographic(0.25, 180.0), &geographic(1.0, 180.0));
}
