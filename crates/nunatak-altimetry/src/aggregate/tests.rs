//! Aggregation of drawn points: recovery of what they were drawn from, and independence of threads.

use nunatak_grid::{Axis, Crs, Grid, RectilinearGrid};

use super::*;
use crate::error_model::{Autocovariance, BINS, mean_correlation};
use crate::points::{CellPoint, NOT_A_TIME, PointColumns};

/// Normal deviates from splitmix64 and the Box-Muller transform.
struct Normal(u64);

impl Normal {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((bits ^ (bits >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }

    fn draw(&mut self) -> f64 {
        (-2.0 * (1.0 - self.uniform()).ln()).sqrt() * (std::f64::consts::TAU * self.uniform()).cos()
    }
}

/// A stationary profile of unit variance and correlation `exp(-d/length)`.
fn profile(normal: &mut Normal, count: usize, spacing: f64, length: f64) -> Vec<f64> {
    let keep = (-spacing / length).exp();
    let mut value = normal.draw();
    (0..count)
        .map(|_| {
            value = keep * value + (1.0 - keep * keep).sqrt() * normal.draw();
            value
        })
        .collect()
}

fn point(offset: [f64; 2], height: f64) -> CellPoint {
    CellPoint { offset, height, sigma: 0.02, sigma_geo: 0.4, weight: 1.0, time: NOT_A_TIME }
}

fn grid(spacing: f64, cells: usize) -> Grid {
    let axis = || Axis::from_centres((0..cells).map(|index| 5e5 + spacing * index as f64).collect()).unwrap();
    Grid::Rectilinear(RectilinearGrid::new(Crs::parse("EPSG:3031").unwrap(), axis(), axis()).unwrap())
}

#[test]
fn correlation_length_is_recovered() {
    let (bin, spacing) = (8000.0 / BINS as f64, 20.0);
    for length in [200.0, 600.0, 1200.0, 2000.0] {
        let mut normal = Normal(7);
        let mut pooled = Autocovariance::default();
        for _ in 0..400 {
            let heights = profile(&mut normal, 400, spacing, length);
            let place = |index: usize| [spacing * index as f64, 0.3 * spacing * index as f64];
            let points: Vec<_> =
                heights.iter().enumerate().map(|(index, &height)| point(place(index), height)).collect();
            pooled.add_track(&points, bin);
        }
        let along = length * 1.09f64.sqrt();
        let found = pooled.length(bin).unwrap().metres;
        assert!((found / along - 1.0).abs() < 0.12, "{along}: {found}");
    }
    assert_eq!(Autocovariance::default().length(bin), None);
}

#[test]
fn mean_correlation_of_a_line_equals_its_double_sum() {
    for t in [1e-4, 0.5, 3.0, 20.0] {
        let n = 2000;
        let sum: f64 =
            (0..n).flat_map(|i| (0..n).map(move |j| (-(i as f64 - j as f64).abs() * t / n as f64).exp())).sum();
        assert!((mean_correlation(t) - sum / (n * n) as f64).abs() < 1e-3, "{t}");
    }
}

#[test]
fn threads_do_not_change_a_bit() {
    let mut normal = Normal(3);
    let count = 60_000;
    let grid = grid(8000.0, 40);
    let crs = Crs::parse("EPSG:3031").unwrap();
    let x: Vec<f64> = (0..count).map(|_| 5e5 + 3.2e5 * normal.uniform()).collect();
    let y: Vec<f64> = (0..count).map(|_| 5e5 + 3.2e5 * normal.uniform()).collect();
    let (longitude, latitude) = crs.inverse(&x, &y).unwrap();
    let height: Vec<f64> = (0..count).map(|_| 1000.0 + 5.0 * normal.draw()).collect();
    let pass_id: Vec<i32> = (0..count).map(|index| (index % 7) as i32).collect();
    let points = PointColumns {
        longitude: &longitude,
        latitude: &latitude,
        time: &vec![NOT_A_TIME; count],
        height: &height,
        height_sigma: &vec![0.02; count],
        sigma_geo: &vec![0.4; count],
        pass_id: &pass_id,
    };
    let with_threads = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| aggregate(points, &grid, AggregateOptions::default()).unwrap())
    };
    let (one, three) = (with_threads(1), with_threads(3));
    assert_eq!((&one.count, &one.passes, one.model), (&three.count, &three.passes, three.model));
    for ((name, a), (_, b)) in one.fields.iter().zip(&three.fields) {
        assert!(a.iter().zip(b).all(|(a, b)| a.to_bits() == b.to_bits()), "{name}");
    }
    assert!(one.count.iter().map(|&count| i64::from(count)).sum::<i64>() > 50_000);
    let partial = PartialSums::of(points, &grid, 0.1).unwrap();
    for (cell, sums) in partial.cells() {
        let cell = cell as usize;
        assert_eq!(sums.count(), one.count[cell] as u64);
        assert!((sums.mean() - one.fields[0].1[cell]).abs() < 1e-9);
    }
}

#[test]
fn wrong_columns_and_options_are_named() {
    let empty = PointColumns {
        longitude: &[0.0],
        latitude: &[-80.0],
        time: &[0],
        height: &[1.0],
        height_sigma: &[0.1],
        sigma_geo: &[],
        pass_id: &[0],
    };
    let grid = grid(8000.0, 3);
    let problem = aggregate(empty, &grid, AggregateOptions::default()).unwrap_err().to_string();
    assert!(problem.contains("sigma_geo") && problem.contains("0 values"), "{problem}");
    let points = PointColumns { sigma_geo: &[0.3], ..empty };
    let options = AggregateOptions { correlation_length: Some(-1.0), ..AggregateOptions::default() };
    assert!(aggregate(points, &grid, options).unwrap_err().to_string().contains("correlation_length"));
}
