//! From points to statistics of cells, all of them and few: CPU nanoseconds per point of all threads together.
//!
//! `cargo bench -p nunatak-altimetry --bench points_to_cells`

#![allow(clippy::unwrap_used, missing_docs, reason = "a benchmark may stop, and its macros write no docs")]

use nunatak_altimetry::{AggregateOptions, PointColumns, Statistic, aggregate_occupied};
use nunatak_grid::{Axis, Crs, Grid, RectilinearGrid};

/// Segments of one beam of an overpass, 20 m apart: 1,200 km.
const SEGMENTS: usize = 60_000;
/// Metres of the beams across the track.
const BEAMS: [f64; 6] = [-3390.0, -3300.0, -45.0, 45.0, 3300.0, 3390.0];
const RADIUS: f64 = 6_371_000.0;
const REPEATS: usize = 3;

/// Columns of a polar campaign.
#[derive(Default)]
struct Campaign {
    longitude: Vec<f64>,
    latitude: Vec<f64>,
    time: Vec<i64>,
    height: Vec<f64>,
    height_sigma: Vec<f64>,
    slope: Vec<f32>,
    sigma_geo: Vec<f64>,
    pass_id: Vec<i32>,
}

impl Campaign {
    /// Overpasses that come within 2 degrees of the south pole, one after the other, beam by beam.
    fn new(overpasses: usize) -> Self {
        let mut campaign = Self::default();
        for overpass in 0..overpasses {
            let turn = 2.399_963 * overpass as f64;
            let start = 0.2 * (overpass as f64 * 0.7).sin() - 0.5 * SEGMENTS as f64 * 20.0 / RADIUS;
            for (beam, across) in BEAMS.into_iter().enumerate() {
                (0..SEGMENTS).for_each(|segment| campaign.push(overpass, beam, start, across, turn, segment));
            }
        }
        campaign
    }

    fn push(&mut self, overpass: usize, beam: usize, start: f64, across: f64, turn: f64, segment: usize) {
        let (along, tilt) = (start + 20.0 * segment as f64 / RADIUS, 2_f64.to_radians() + across / RADIUS);
        let [x, y, z] = [along.sin(), along.cos() * tilt.sin(), along.cos() * tilt.cos()];
        let distance = RADIUS * z.acos();
        let noise = (self.height.len() as f64 * 12.9898).sin() * 43_758.545;
        self.longitude.push((y.atan2(x) + turn).to_degrees().rem_euclid(360.0) - 180.0);
        self.latitude.push(-z.asin().to_degrees());
        self.time.push((86_400 * overpass + segment / 350) as i64 * 1_000_000_000);
        self.height.push(3500.0 - 1e-6 * distance + 20.0 * (distance / 4e3).sin() + 0.2 * (noise - noise.floor()));
        self.height_sigma.push(0.02);
        self.slope.push(f32::NAN);
        self.sigma_geo.push(0.1);
        self.pass_id.push((3 * overpass + beam / 2) as i32);
    }

    /// A point in each of 32 x 32 parts of one cell of 32 km.
    fn of_one_cell(crs: &Crs) -> Self {
        let place = |at: usize| (at as f64 + 0.5) * 1e3;
        let (x, y): (Vec<f64>, Vec<f64>) = (0..1024).map(|at| (place(at % 32), place(at / 32))).unzip();
        let (longitude, latitude) = crs.inverse(&x, &y).unwrap();
        Self {
            longitude,
            latitude,
            time: vec![0; x.len()],
            height: x.iter().zip(&y).map(|(x, y)| 2000.0 + 5.0 * (x / 1e3).sin() * (y / 1e3).cos()).collect(),
            height_sigma: vec![0.02; x.len()],
            slope: vec![f32::NAN; x.len()],
            sigma_geo: vec![0.1; x.len()],
            pass_id: (0..1024).map(|at| at / 32).collect(),
        }
    }

    fn columns(&self) -> PointColumns<'_> {
        PointColumns {
            longitude: &self.longitude,
            latitude: &self.latitude,
            time: &self.time,
            height: &self.height,
            height_sigma: &self.height_sigma,
            slope_along: &self.slope,
            slope_across: &self.slope,
            sigma_geo: &self.sigma_geo,
            pass_id: &self.pass_id,
        }
    }
}

/// CPU seconds of this process: Linux counts in hundredths.
fn cpu() -> f64 {
    let status = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<f64> = status.split(' ').skip(13).take(2).map(|field| field.parse().unwrap()).collect();
    (fields[0] + fields[1]) / 100.0
}

fn polar(spacing: f64, first: f64) -> Grid {
    let length = (-2.0 * first / spacing) as usize + 1;
    let axis = || Axis::from_centres((0..length).map(|at| spacing * at as f64 + first).collect()).unwrap();
    Grid::Rectilinear(RectilinearGrid::new(Crs::parse("EPSG:3031").unwrap(), axis(), axis()).unwrap())
}

fn main() {
    let overpasses = std::env::var("OVERPASSES").map_or(12, |text| text.parse().unwrap());
    let campaign = Campaign::new(overpasses);
    let points = campaign.height.len();
    let grid = polar(8e3, -3.04e6);
    let all = AggregateOptions { editing: false, ..AggregateOptions::default() };
    let few = [Statistic::Count, Statistic::PlainMean, Statistic::Spread].into_iter().collect();
    for (name, options) in [
        ("count, mean and spread", AggregateOptions { statistics: few, ..all }),
        ("all sums", AggregateOptions { statistics: all.statistics.sums(), ..all }),
        ("all statistics", all),
        ("all statistics, edited", AggregateOptions { editing: true, ..all }),
    ] {
        let mut least = f64::INFINITY;
        let mut cells = 0;
        for _ in 0..REPEATS {
            let before = cpu();
            cells = aggregate_occupied(campaign.columns(), &grid, options).unwrap().cells.len();
            least = least.min(cpu() - before);
        }
        println!("{name:<24} {:8.1} ns a point, {points} points, {cells} cells", 1e9 * least / points as f64);
    }
    let one = Campaign::of_one_cell(&Crs::parse("EPSG:3031").unwrap());
    let grid = polar(32e3, -3.024e6);
    let before = cpu();
    for _ in 0..100 {
        assert_eq!(aggregate_occupied(one.columns(), &grid, all).unwrap().cells.len(), 1);
    }
    println!("one cell of 1,024 points   {:8.2} ms", 10.0 * (cpu() - before));
}
