//! What the cells around a cell say of its slope and its roughness.

use std::collections::HashMap;

/// Radius of a neighbourhood in widths of the cell: two cells on each side.
const RADIUS: f64 = 2.6;

/// The cells near each cell, itself among them.
#[derive(Debug)]
pub(crate) struct Neighbours {
    lists: Vec<Vec<u32>>,
}

impl Neighbours {
    /// Of cells at these places in space, in widths of each cell.
    pub(crate) fn new(places: &[[f64; 3]]) -> Self {
        let bucket = |place: &[f64; 3]| place.map(|coordinate| (coordinate / RADIUS).floor() as i64);
        let mut buckets: HashMap<[i64; 3], Vec<u32>> = HashMap::new();
        for (at, place) in places.iter().enumerate() {
            buckets.entry(bucket(place)).or_default().push(at as u32);
        }
        let near = |place: &[f64; 3]| {
            let [i, j, k] = bucket(place);
            let around = (0..27).filter_map(|at| buckets.get(&[i + at / 9 - 1, j + at / 3 % 3 - 1, k + at % 3 - 1]));
            let distance =
                |other: u32| places[other as usize].iter().zip(place).map(|(a, b)| (a - b) * (a - b)).sum::<f64>();
            let mut list: Vec<u32> =
                around.flatten().copied().filter(|&other| distance(other) <= RADIUS * RADIUS).collect();
            list.sort_unstable();
            list
        };
        Self { lists: nunatak_parallel::map_values(places.len(), |at| near(&places[at])) }
    }

    fn of(&self, cell: usize) -> impl Iterator<Item = usize> {
        self.lists[cell].iter().map(|&other| other as usize)
    }
}

/// The plane through the blocks of one cell by least squares.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct LocalSlope {
    /// Variance of the places of the blocks: xx, xy, yy, in squared widths.
    pub(crate) spread: [f64; 3],
    /// Covariance of the places along x and y with height, m.
    pub(crate) tilt: [f64; 2],
    /// Variance of the heights of the blocks, m².
    pub(crate) variance: f64,
}

/// Independent samples of the surface that a cell is taken to be where slopes are weighed against each other.
const SAMPLES: f64 = 3.0;
/// Least variance about a plane, m²: below it cells are alike.
const LEAST_VARIANCE: f64 = 1e-4;
/// Least extent of the points for a slope, in squared widths of the cell: 1 % of a width.
const LEAST_EXTENT: f64 = 1e-4;

impl LocalSlope {
    /// Information on the slope and the slope times it.
    fn information(&self) -> ([f64; 3], [f64; 2]) {
        let [xx, xy, yy] = self.spread;
        let (a, b) = (xx + LEAST_EXTENT, yy + LEAST_EXTENT);
        let [x, y] = self.tilt;
        let determinant = a * b - xy * xy;
        let explained = (b * x * x - 2.0 * xy * x * y + a * y * y) / determinant;
        let weight = SAMPLES / (self.variance - explained).max(LEAST_VARIANCE);
        ([xx * weight, xy * weight, yy * weight], [x * weight, y * weight])
    }

    /// Squared slope along the direction in which the points extend furthest; nothing where they hardly do.
    fn squared(&self) -> Option<f64> {
        let [xx, xy, yy] = self.spread;
        let angle = 0.5 * (2.0 * xy).atan2(xx - yy);
        let (sine, cosine) = angle.sin_cos();
        let extent = cosine * cosine * xx + 2.0 * sine * cosine * xy + sine * sine * yy;
        let slope = (cosine * self.tilt[0] + sine * self.tilt[1]) / extent;
        (extent > 100.0 * LEAST_EXTENT).then_some(slope * slope)
    }
}

/// A slope (m per width) and its variance (xx, xy, yy).
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct KnownSlope {
    pub(crate) slope: [f64; 2],
    pub(crate) variance: [f64; 3],
}

/// The slope of the neighbourhood of a cell.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct NeighbourhoodSlope {
    pub(crate) of_all: KnownSlope,
    /// As the other cells alone tell it.
    pub(crate) of_others: KnownSlope,
}

/// The slope of the neighbourhood of each cell, and the typical squared slope of cells.
///
/// The slopes of single cells are weighed by what their points can tell, and shrunk towards none by the typical slope of
/// neighbourhoods (empirical Bayes: Efron and Morris 1973), which is all that is known of the slope across tracks of one direction.
/// Slopes that differ from cell to cell are no slope of the neighbourhood: they are in the variogram.
pub(crate) fn local_slopes(cells: &[LocalSlope], near: &Neighbours) -> (Vec<NeighbourhoodSlope>, Option<f64>) {
    let squares: Vec<f64> = cells.iter().filter_map(LocalSlope::squared).collect();
    let typical = (!squares.is_empty()).then(|| squares.iter().sum::<f64>() / squares.len() as f64);
    let all = |cell: usize| Pooled::of(near.of(cell).map(|at| &cells[at]));
    let others = |cell: usize| Pooled::of(near.of(cell).filter(|&at| at != cell).map(|at| &cells[at]));
    let pooled = nunatak_parallel::map_values(cells.len(), |cell| (all(cell), others(cell)));
    let squares = pooled.iter().filter_map(|(all, _)| all.squared());
    let (sum, count) = squares.fold((0.0, 0.0), |(sum, count), square| (sum + square, count + 1.0));
    let common: f64 = if count > 0.0 { sum / count } else { 0.0 };
    let prior = 1.0 / common.max(LEAST_VARIANCE);
    let shrunk = |(all, others): &(Pooled, Pooled)| NeighbourhoodSlope {
        of_all: all.shrunk(prior),
        of_others: others.shrunk(prior),
    };
    (pooled.iter().map(shrunk).collect(), typical)
}

/// What the cells of a neighbourhood tell of its slope: information (xx, xy, yy), and the slope times it.
struct Pooled {
    information: [f64; 3],
    product: [f64; 2],
}

impl Pooled {
    fn of<'a>(cells: impl Iterator<Item = &'a LocalSlope>) -> Self {
        let mut pooled = Self { information: [0.0; 3], product: [0.0; 2] };
        for ([xx, xy, yy], [x, y]) in cells.map(LocalSlope::information) {
            pooled.information = [pooled.information[0] + xx, pooled.information[1] + xy, pooled.information[2] + yy];
            pooled.product = [pooled.product[0] + x, pooled.product[1] + y];
        }
        pooled
    }

    /// Squared slope along the direction of which most is known: what is taken away along the tracks is to be expected across them.
    fn squared(&self) -> Option<f64> {
        let [xx, xy, yy] = self.information;
        let (sine, cosine) = (0.5 * (2.0 * xy).atan2(xx - yy)).sin_cos();
        let known = cosine * cosine * xx + 2.0 * sine * cosine * xy + sine * sine * yy;
        let slope = (cosine * self.product[0] + sine * self.product[1]) / known;
        (known > 0.0).then_some(slope * slope)
    }

    /// The slope and its variance under this prior information in each direction.
    fn shrunk(&self, prior: f64) -> KnownSlope {
        let [xx, xy, yy] = self.information;
        let ([x, y], a, b) = (self.product, xx + prior, yy + prior);
        let determinant = a * b - xy * xy;
        KnownSlope {
            slope: [(b * x - xy * y) / determinant, (a * y - xy * x) / determinant],
            variance: [b, -xy, a].map(|entry| entry / determinant),
        }
    }
}

/// Sill of one cell as its own blocks tell it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct LocalScale {
    /// m²; of any value where `degrees` is 0.
    pub(crate) scale: f64,
    /// Degrees of freedom that it is known by.
    pub(crate) degrees: f64,
}

/// Power of the mean over a neighbourhood. With that of roots rough cells count for more than in a mean of logarithms: a cell whose
/// tracks miss its channel is told of it by those next to it. With that of the variances themselves one channel would make all
/// cells around it rough.
const POWER: f64 = 0.5;
/// Most degrees of freedom with which one cell counts in a neighbourhood.
const MOST_DEGREES: f64 = 20.0;
/// Degrees of freedom that a neighbourhood counts for, where roughness differs most from cell to cell and where all are alike.
const PRIOR_DEGREES: (f64, f64) = (5.0, 200.0);
/// Fewest neighbours that tell how much cells differ from each other.
const FEWEST_NEIGHBOURS: usize = 3;

impl LocalScale {
    fn is_known(&self) -> bool {
        self.degrees > 0.0 && self.scale > 0.0
    }

    /// Logarithm of the sill, without the bias of that of a chi-square variable, and its variance (Smyth 2004, section 3; the
    /// digamma and trigamma functions by their first terms, Abramowitz and Stegun 1964, 6.3.18 and 6.4.12).
    fn logarithm(&self) -> (f64, f64) {
        let half = 0.5 * self.degrees;
        let bias = -(0.5 + 1.0 / (12.0 * half)) / half;
        (self.scale.ln() - bias, (1.0 + (0.5 + 1.0 / (6.0 * half)) / half) / half)
    }
}

/// The sill that is expected of each cell, m²: its own with that of the neighbourhood, the mean of roots, as so many further degrees
/// of freedom less two. `None` where nothing is known.
///
/// It is the posterior mean under a prior that is a scaled inverse chi-square distribution with the mean of the neighbourhood (Gelman
/// et al. 2013, section 2.6). How many degrees that has is decided by how much cells differ from their neighbours beyond what so few
/// blocks make them (empirical Bayes: Smyth 2004, eq. 6 and 10).
pub(crate) fn local_scales(cells: &[LocalScale], near: &Neighbours) -> Vec<Option<f64>> {
    let prior = prior_degrees(cells, near);
    let of_cell = |at: usize| {
        let (mut sum, mut total) = (0.0, 0.0);
        for cell in near.of(at).map(|other| &cells[other]).filter(|cell| cell.is_known()) {
            let weight = cell.degrees.min(MOST_DEGREES);
            sum += weight * cell.scale.powf(POWER);
            total += weight;
        }
        let own = &cells[at];
        let own_degrees = if own.is_known() { own.degrees } else { 0.0 };
        (total > 0.0).then(|| {
            let around = (sum / total).powf(1.0 / POWER);
            (own_degrees * own.scale.max(0.0) + (prior - 2.0) * around) / (own_degrees + prior - 2.0)
        })
    };
    nunatak_parallel::map_values(cells.len(), of_cell)
}

/// Degrees of freedom that the mean of a neighbourhood is worth for a cell of it.
fn prior_degrees(cells: &[LocalScale], near: &Neighbours) -> f64 {
    let difference = |at: usize| {
        let own = cells[at].is_known().then(|| cells[at].logarithm())?;
        let others: Vec<(f64, f64)> = near
            .of(at)
            .filter(|&other| other != at && cells[other].is_known())
            .map(|other| cells[other].logarithm())
            .collect();
        let count = others.len() as f64;
        let mean = others.iter().map(|other| other.0).sum::<f64>() / count;
        let variance = others.iter().map(|other| other.1).sum::<f64>() / (count * count);
        let difference = own.0 - mean;
        // The part that chance does not explain, and how many times it holds the variance between cells.
        (others.len() >= FEWEST_NEIGHBOURS).then_some((difference * difference - own.1 - variance, 1.0 + 1.0 / count))
    };
    let differences = nunatak_parallel::map_values(cells.len(), difference);
    let (sum, times) =
        differences.iter().flatten().fold((0.0, 0.0), |(sum, times), found| (sum + found.0, times + found.1));
    let (fewest, most) = PRIOR_DEGREES;
    if times == 0.0 {
        return fewest;
    }
    // The inverse of the trigamma function by its first two terms.
    let between = (sum / times).max(0.0);
    (2.0 / ((1.0 + 2.0 * between).sqrt() - 1.0)).clamp(fewest, most)
}
