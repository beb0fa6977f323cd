//! Sums over the points of a cell, and over those of one pass in it.

use crate::error_model::Moments;
use crate::points::{CellPoint, NOT_A_TIME};

/// Sums over the points of one pass in one cell. Sums of two disjoint sets of points merge to those of their union.
///
/// # Examples
///
/// ```
/// use nunatak_altimetry::{CellSums, PassSums};
///
/// let (mut whole, part) = (PassSums::default(), PassSums::default());
/// whole.merge(&part);
/// assert_eq!(whole.count(), 0);
/// // A pass without points is none.
/// assert_eq!(CellSums::from_passes([&whole]).passes(), 0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PassSums {
    count: u64,
    moments: Moments,
    /// Unweighted mean and Σ(h - mean)².
    mean: f64,
    squares: f64,
    /// Points of known random error, and their Σw²σ², the numerator of the random variance.
    with_sigma: u64,
    random: f64,
    /// Σwσ_geo, the numerator of the pass's correlated error, and Σw, over the points of known geolocation error.
    geolocation: f64,
    geolocation_weight: f64,
    first: i64,
    last: i64,
}

impl Default for PassSums {
    fn default() -> Self {
        Self {
            count: 0,
            moments: Moments::default(),
            mean: 0.0,
            squares: 0.0,
            with_sigma: 0,
            random: 0.0,
            geolocation: 0.0,
            geolocation_weight: 0.0,
            first: i64::MAX,
            last: NOT_A_TIME,
        }
    }
}

impl PassSums {
    pub(crate) fn add(&mut self, point: &CellPoint) {
        let weight = point.weight;
        let (has_sigma, has_geolocation) = (!point.sigma.is_nan(), !point.sigma_geo.is_nan());
        self.merge(&Self {
            count: 1,
            moments: Moments::of(weight, point.offset, point.height),
            mean: point.height,
            squares: 0.0,
            with_sigma: u64::from(has_sigma),
            random: if has_sigma { (weight * point.sigma).powi(2) } else { 0.0 },
            geolocation: if has_geolocation { weight * point.sigma_geo } else { 0.0 },
            geolocation_weight: if has_geolocation { weight } else { 0.0 },
            first: if point.time == NOT_A_TIME { i64::MAX } else { point.time },
            last: point.time,
        });
    }

    /// Adds the sums of other points of the same pass and cell.
    pub fn merge(&mut self, other: &Self) {
        let count = self.count + other.count;
        if count > 0 {
            let difference = other.mean - self.mean;
            let share = other.count as f64 / count as f64;
            self.mean += share * difference;
            self.squares += other.squares + self.count as f64 * share * difference * difference;
        }
        self.count = count;
        self.moments.merge(&other.moments);
        self.with_sigma += other.with_sigma;
        self.random += other.random;
        self.geolocation += other.geolocation;
        self.geolocation_weight += other.geolocation_weight;
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
    }

    /// Number of points.
    pub fn count(&self) -> u64 {
        self.count
    }

    pub(crate) fn moments(&self) -> &Moments {
        &self.moments
    }

    /// Weighted mean of the geolocation error over the points where it is known; NaN where there is none.
    fn typical_geolocation(&self) -> f64 {
        self.geolocation / self.geolocation_weight
    }

    /// Σwσ_geo over all points, those of unknown error with that of the others, or else `typical`.
    fn shared_error(&self, typical: f64) -> f64 {
        let own = self.typical_geolocation();
        let unknown = self.moments.weight - self.geolocation_weight;
        match unknown > 0.0 {
            true => self.geolocation + unknown * if own.is_nan() { typical } else { own },
            false => self.geolocation,
        }
    }
}

/// Sums over all passes of one cell: what can be said of it exactly.
///
/// # Examples
///
/// ```
/// use nunatak_altimetry::{PartialSums, PointColumns};
/// # use nunatak_grid::{Axis, Crs, Grid, RectilinearGrid};
/// # let axis = |start: f64| Axis::from_bounds(vec![start, start + 1.0]);
/// # let grid = Grid::Rectilinear(RectilinearGrid::new(Crs::parse("EPSG:4326")?, axis(10.0)?, axis(-75.0)?)?);
/// # let (longitude, latitude) = (&[10.2, 10.4], &[-74.5, -74.6]);
///
/// // Two points of one pass, in the one cell of a grid.
/// let height = &[100.0, 102.0];
/// let (height_sigma, sigma_geo) = (&[0.1; 2], &[0.3; 2]);
/// let points = PointColumns { longitude, latitude, time: &[0, 1], height, height_sigma, sigma_geo, pass_id: &[7; 2] };
/// let (_, sums) = PartialSums::of(points, &grid, 0.1)?.cells()[0];
/// assert!((sums.mean() - 101.0).abs() < 1e-9);
/// // The mean of two has a smaller random error, but as large an error of the pass.
/// assert!((sums.sigma_random() - 0.1 / 2f64.sqrt()).abs() < 1e-9);
/// assert!((sums.sigma_correlated() - 0.3).abs() < 1e-9);
/// # Ok::<(), nunatak_altimetry::AltimetryError>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct CellSums {
    all: PassSums,
    passes: u32,
    /// Σ over passes of (Σwσ_geo)².
    correlated: f64,
}

impl CellSums {
    /// The sums of a cell from those of its passes, each pass once.
    pub fn from_passes<'a>(passes: impl IntoIterator<Item = &'a PassSums>) -> Self {
        let mut cell = Self::default();
        let passes: Vec<_> = passes.into_iter().filter(|pass| pass.count > 0).collect();
        for pass in &passes {
            cell.all.merge(pass);
            cell.passes += 1;
        }
        let typical = cell.all.typical_geolocation();
        cell.correlated = passes.iter().map(|pass| pass.shared_error(typical).powi(2)).sum();
        cell
    }

    /// Number of points.
    pub fn count(&self) -> u64 {
        self.all.count
    }

    /// Number of passes.
    pub fn passes(&self) -> u32 {
        self.passes
    }

    /// Weighted mean height, m.
    pub fn mean(&self) -> f64 {
        if self.all.count > 0 { self.all.moments.mean[2] } else { f64::NAN }
    }

    /// Unweighted mean height, m.
    pub fn plain_mean(&self) -> f64 {
        if self.all.count > 0 { self.all.mean } else { f64::NAN }
    }

    /// Unweighted population standard deviation of the heights, m.
    pub fn spread(&self) -> f64 {
        if self.all.count > 0 { (self.all.squares / self.all.count as f64).sqrt() } else { f64::NAN }
    }

    /// Standard error of the mean from independent errors: `sqrt(Σw²σ²) / Σw`, m; NaN where no error is known.
    pub fn sigma_random(&self) -> f64 {
        if self.all.with_sigma > 0 { self.all.random.sqrt() / self.all.moments.weight } else { f64::NAN }
    }

    /// Standard error of the mean from errors shared within a pass: `sqrt(Σ_p (Σ_{i∈p} w σ_geo)²) / Σw`, m.
    pub fn sigma_correlated(&self) -> f64 {
        self.correlated.sqrt() / self.all.moments.weight
    }

    /// Offset of the weighted centroid from the centre of the cell along x and y, m.
    pub fn centroid_offset(&self) -> [f64; 2] {
        let [x, y, _] = self.all.moments.mean;
        if self.all.count > 0 { [x, y] } else { [f64::NAN; 2] }
    }

    /// First and last instant, ns since 1970; [`NOT_A_TIME`] when none is known.
    pub fn time_span(&self) -> (i64, i64) {
        (if self.all.first == i64::MAX { NOT_A_TIME } else { self.all.first }, self.all.last)
    }

    pub(crate) fn moments(&self) -> &Moments {
        &self.all.moments
    }
}
