//! Aggregation of drawn points: independence of threads, orders and cuts, and editing.

use nunatak_grid::{Axis, Crs, Grid, RectilinearGrid};

use super::*;
use crate::error_model::Geolocation;
use crate::normal_deviates::Normal;
use crate::points::{NOT_A_TIME, PointColumns};

fn grid(spacing: f64, cells: usize) -> Grid {
    let axis = || Axis::from_centres((0..cells).map(|index| 5e5 + spacing * index as f64).collect()).unwrap();
    Grid::Rectilinear(RectilinearGrid::new(Crs::parse("EPSG:3031").unwrap(), axis(), axis()).unwrap())
}

/// Columns that own their values.
#[derive(Default)]
struct Drawn {
    longitude: Vec<f64>,
    latitude: Vec<f64>,
    time: Vec<i64>,
    height: Vec<f64>,
    sigma: Vec<f64>,
    slopes: [Vec<f32>; 2],
    sigma_geo: Vec<f64>,
    pass_id: Vec<i32>,
}

impl Drawn {
    /// Points all over a square of cells of 8 km.
    fn new(count: usize, cells: usize) -> Self {
        let mut normal = Normal(3);
        let extent = 8e3 * cells as f64;
        let x: Vec<f64> = (0..count).map(|_| 5e5 + extent * (normal.uniform() - 0.01)).collect();
        let y: Vec<f64> = (0..count).map(|_| 5e5 + extent * (normal.uniform() - 0.01)).collect();
        let (longitude, latitude) = Crs::parse("EPSG:3031").unwrap().inverse(&x, &y).unwrap();
        Self {
            longitude,
            latitude,
            time: (0..count).map(|index| if index % 5 == 0 { NOT_A_TIME } else { index as i64 }).collect(),
            height: (0..count).map(|_| 1000.0 + 5.0 * normal.draw()).collect(),
            sigma: (0..count).map(|_| 0.02 + 0.1 * normal.uniform()).collect(),
            slopes: std::array::from_fn(|_| (0..count).map(|_| 0.01 * normal.draw() as f32).collect()),
            sigma_geo: vec![0.4; count],
            pass_id: (0..count).map(|index| 301_000 + 10 * (index % 3) as i32 + (index % 7 % 3) as i32).collect(),
        }
    }

    fn columns(&self) -> PointColumns<'_> {
        PointColumns {
            longitude: &self.longitude,
            latitude: &self.latitude,
            time: &self.time,
            height: &self.height,
            height_sigma: &self.sigma,
            slope_along: &self.slopes[0],
            slope_across: &self.slopes[1],
            sigma_geo: &self.sigma_geo,
            pass_id: &self.pass_id,
        }
    }

    fn chosen(&self, order: &[usize]) -> Self {
        fn take<T: Copy>(values: &[T], order: &[usize]) -> Vec<T> {
            order.iter().map(|&at| values[at]).collect()
        }
        Self {
            longitude: take(&self.longitude, order),
            latitude: take(&self.latitude, order),
            time: take(&self.time, order),
            height: take(&self.height, order),
            sigma: take(&self.sigma, order),
            slopes: std::array::from_fn(|axis| take(&self.slopes[axis], order)),
            sigma_geo: take(&self.sigma_geo, order),
            pass_id: take(&self.pass_id, order),
        }
    }
}

/// Asserts that what is in one is in the other.
fn assert_same_bits(one: &CellStatistics, other: &CellStatistics) {
    assert_eq!((&one.count, &one.edited), (&other.count, &other.edited));
    assert!(one.passes.is_empty() || one.passes == other.passes);
    assert!(one.first_time.is_empty() || one.first_time == other.first_time);
    assert!(one.last_time.is_empty() || one.last_time == other.last_time);
    for (name, a) in &one.fields {
        let (_, b) = other.fields.iter().find(|(own, _)| own == name).unwrap();
        assert!(a.iter().zip(b).all(|(a, b)| a.to_bits() == b.to_bits()), "{name}");
    }
}

#[test]
fn threads_do_not_change_a_bit() {
    let drawn = Drawn::new(60_000, 40);
    let grid = grid(8000.0, 40);
    let with_threads = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| aggregate(drawn.columns(), &grid, AggregateOptions::default()).unwrap())
    };
    let (one, three) = (with_threads(1), with_threads(3));
    assert_eq!(one.model, three.model);
    assert_same_bits(&one, &three);
    assert!(one.count.iter().map(|&count| i64::from(count)).sum::<i64>() > 50_000);
    let (_, height) = one.fields.iter().find(|(name, _)| *name == "height").unwrap();
    assert!(height.iter().filter(|height| height.is_finite()).all(|height| (height - 1000.0).abs() < 30.0));
}

/// With the variogram fitted to all cells, a few times; a hundred times with one that is given, which is faster.
#[test]
fn orders_and_cuts_do_not_change_a_bit() {
    let (grid, drawn, mut normal) = (grid(8000.0, 6), Drawn::new(3_000, 6), Normal(5));
    let options = AggregateOptions { editing: false, ..AggregateOptions::default() };
    for (times, correlation_length) in [(3, None), (100, Some(2000.0))] {
        let options = AggregateOptions { correlation_length, ..options };
        let whole = aggregate_occupied(drawn.columns(), &grid, options).unwrap();
        (0..times).for_each(|_| assert_parts_are(&whole, &drawn, &grid, options, &mut normal));
    }
}

/// Asserts that sums of parts of the points, shuffled and cut, give these cells, but for the medians.
fn assert_parts_are(whole: &OccupiedCells, drawn: &Drawn, grid: &Grid, options: AggregateOptions, normal: &mut Normal) {
    let mut order: Vec<usize> = (0..drawn.height.len()).collect();
    for at in (1..order.len()).rev() {
        order.swap(at, (normal.uniform() * (at + 1) as f64) as usize);
    }
    let mut merged = PartialSums::default();
    let mut rest = &order[..];
    while !rest.is_empty() {
        let (part, other) = rest.split_at(1 + (normal.uniform() * rest.len() as f64) as usize);
        let part = drawn.chosen(part);
        merged.merge(&PartialSums::of(part.columns(), grid, options).unwrap()).unwrap();
        rest = other;
    }
    let found = merged.into_cells(grid, options).unwrap();
    assert_eq!((&found.cells, &found.parts), (&whole.cells, &whole.parts));
    assert_same_bits(&found.statistics, &whole.statistics);
}

/// Statistics that are asked for are those of all, and nothing else is there.
#[test]
fn chosen_statistics_are_those_of_all() {
    let (grid, drawn) = (grid(8000.0, 6), Drawn::new(3_000, 6));
    let options = AggregateOptions { correlation_length: Some(2000.0), ..AggregateOptions::default() };
    for editing in [false, true] {
        let all = AggregateOptions { editing, ..options };
        let whole = aggregate_occupied(drawn.columns(), &grid, all).unwrap();
        for names in [&["spread"][..], &["mean", "passes"], &["median", "plain_mean"], &["last_time", "height"]] {
            let statistics = names.iter().map(|name| Statistic::parse(name).unwrap()).collect();
            let found = aggregate_occupied(drawn.columns(), &grid, AggregateOptions { statistics, ..all }).unwrap();
            let CellStatistics { count, edited, passes, last_time, fields, .. } = &found.statistics;
            assert_eq!(
                (&found.cells, count, edited),
                (&whole.cells, &whole.statistics.count, &whole.statistics.edited)
            );
            assert_eq!(passes.len(), if names.contains(&"passes") { count.len() } else { 0 });
            assert_eq!(last_time.is_empty(), !names.contains(&"last_time"));
            assert_eq!(fields.len(), names.iter().filter(|name| !["passes", "last_time"].contains(name)).count());
            assert_same_bits(&found.statistics, &whole.statistics);
        }
    }
}

#[test]
fn sums_for_other_statistics_do_not_merge() {
    let (grid, drawn) = (grid(8000.0, 2), Drawn::new(50, 2));
    let all = AggregateOptions::default();
    let few = AggregateOptions { statistics: [Statistic::Mean].into_iter().collect(), editing: false, ..all };
    let mut sums = PartialSums::of(drawn.columns(), &grid, few).unwrap();
    let problem = sums.merge(&PartialSums::of(drawn.columns(), &grid, all).unwrap()).unwrap_err().to_string();
    assert!(problem.contains("statistics: found sums for other ones"), "{problem}");
    assert!(sums.into_cells(&grid, all).unwrap_err().to_string().contains("statistics"));
    let none = PartialSums::default().into_cells(&grid, all).unwrap();
    assert!(none.cells.is_empty() && none.statistics.fields.len() == 17);
}

/// A track over a slope, with returns of a cloud at 5 km.
#[test]
fn clouds_are_edited_and_slopes_are_not() {
    let count = 400;
    let x: Vec<f64> = (0..count).map(|at| 4.97e5 + 15.0 * f64::from(at)).collect();
    let y = vec![5.01e5; x.len()];
    let (longitude, latitude) = Crs::parse("EPSG:3031").unwrap().inverse(&x, &y).unwrap();
    let mut normal = Normal(8);
    let height: Vec<f64> = x.iter().map(|x| 1000.0 + 0.03 * (x - 5e5) + 0.1 * normal.draw()).collect();
    let drawn = Drawn {
        longitude,
        latitude,
        time: vec![0; x.len()],
        sigma: vec![0.02; x.len()],
        slopes: [vec![0.03; x.len()], vec![0.0; x.len()]],
        sigma_geo: vec![0.3; x.len()],
        pass_id: vec![7; x.len()],
        height,
    };
    let grid = grid(8000.0, 2);
    let clear = aggregate_occupied(drawn.columns(), &grid, AggregateOptions::default()).unwrap();
    let mut clouded = drawn.chosen(&(0..x.len()).collect::<Vec<_>>());
    (0..x.len()).step_by(9).for_each(|at| clouded.height[at] = 5000.0);
    let found = aggregate_occupied(clouded.columns(), &grid, AggregateOptions::default()).unwrap();
    let clouds = x.len().div_ceil(9) as i32;
    assert!(clear.statistics.edited[0] <= 2, "{}", clear.statistics.edited[0]);
    assert!((clouds..clouds + 3).contains(&found.statistics.edited[0]), "{}", found.statistics.edited[0]);
    let height =
        |cells: &OccupiedCells| cells.statistics.fields.iter().find(|(name, _)| *name == "height").unwrap().1[0];
    assert!((height(&clear) - height(&found)).abs() < 0.1);
}

#[test]
fn wrong_columns_and_options_are_named() {
    let empty = PointColumns {
        longitude: &[0.0],
        latitude: &[-80.0],
        time: &[0],
        height: &[1.0],
        height_sigma: &[0.1],
        slope_along: &[0.0],
        slope_across: &[0.0],
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

/// Two passes through each cell, 4 km apart, whose heights differ by some metres.
fn pairs_of_passes(overpass_of_second: i32) -> Drawn {
    let (mut normal, mut drawn) = (Normal(8), Drawn::default());
    let (mut x, mut y) = (Vec::new(), Vec::new());
    for cell in 0..36 {
        for (pass, across) in [(301_001, -2e3), (overpass_of_second, 2e3)] {
            let offset = 5.0 * normal.draw();
            for step in 0..20 {
                x.push(5e5 + 8e3 * f64::from(cell % 6) + 380.0 * (f64::from(step) - 9.5));
                y.push(5e5 + 8e3 * f64::from(cell / 6) + across);
                drawn.height.push(1000.0 + offset + normal.draw());
                drawn.pass_id.push(pass);
            }
        }
    }
    (drawn.longitude, drawn.latitude) = Crs::parse("EPSG:3031").unwrap().inverse(&x, &y).unwrap();
    let count = x.len();
    (drawn.time, drawn.sigma, drawn.sigma_geo) = (vec![0; count], vec![0.01; count], vec![5.0; count]);
    drawn.slopes = [vec![0.0; count], vec![0.0; count]];
    drawn
}

/// What the geolocation of two overpasses explains of the difference between passes is not taken for the surface's, whether it is
/// stated by a vector or by a number; of one overpass it explains nothing.
#[test]
fn passes_held_out_are_as_uncertain_as_their_geolocation_makes_them() {
    let ratio = |overpass: i32, geolocation: Geolocation| {
        let options = AggregateOptions { correlation_length: Some(500.0), geolocation, ..AggregateOptions::default() };
        let drawn = pairs_of_passes(overpass);
        let cells = aggregate_occupied(drawn.columns(), &grid(8000.0, 6), options).unwrap();
        cells.statistics.model.ratio_across_tracks.unwrap()
    };
    let radial = |radial: f64| Geolocation::Overpass { radial, along: 2.0, across: 2.0 };
    let (same, other) = (301_002, 302_001);
    let unexplained = ratio(other, radial(0.0));
    assert!(unexplained > 1.3, "{unexplained}");
    assert_eq!(ratio(same, radial(5.0)).to_bits(), ratio(same, radial(0.0)).to_bits());
    for explained in [ratio(other, radial(5.0)), ratio(other, Geolocation::Stated), ratio(same, Geolocation::Stated)] {
        assert!(explained < 0.8 * unexplained, "{explained} {unexplained}");
    }
}
