//! What the cells around a cell say of its slope and its roughness.

use std::collections::HashMap;

use super::kriging::LEAST_SCALE;

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
    fn information(&self) -> Information {
        let [xx, xy, yy] = self.spread;
        let (a, b) = (xx + LEAST_EXTENT, yy + LEAST_EXTENT);
        let [x, y] = self.tilt;
        let determinant = a * b - xy * xy;
        let explained = (b * x * x - 2.0 * xy * x * y + a * y * y) / determinant;
        let weight = SAMPLES / (self.variance - explained).max(LEAST_VARIANCE);
        Information { matrix: [xx * weight, xy * weight, yy * weight], product: [x * weight, y * weight] }
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
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct KnownSlope {
    pub(crate) slope: [f64; 2],
    pub(crate) variance: [f64; 3],
}

/// The slopes of the neighbourhoods of cells.
///
/// The slopes of single cells are weighed by what their points can tell, and shrunk towards none by the typical slope of
/// neighbourhoods (empirical Bayes: Efron and Morris 1973), which is all that is known of the slope across tracks of one direction.
/// Slopes that differ from cell to cell are no slope of the neighbourhood: they are in the variogram.
#[derive(Debug)]
pub(crate) struct NeighbourhoodSlopes<'a> {
    near: &'a Neighbours,
    of_cells: Vec<Information>,
    /// Information on the slope of any neighbourhood before its points are looked at, in each direction.
    prior: f64,
}

impl<'a> NeighbourhoodSlopes<'a> {
    /// Of the cells of these neighbourhoods.
    pub(crate) fn new(cells: &[LocalSlope], near: &'a Neighbours) -> Self {
        let of_cells: Vec<Information> = cells.iter().map(LocalSlope::information).collect();
        let square = |cell: usize| Information::sum(near.of(cell).map(|at| &of_cells[at])).squared_slope();
        let squares = nunatak_parallel::map_values(cells.len(), square);
        let (sum, count) =
            squares.iter().flatten().fold((0.0, 0.0), |(sum, count), square| (sum + square, count + 1.0));
        let common: f64 = if count > 0.0 { sum / count } else { 0.0 };
        Self { near, of_cells, prior: 1.0 / common.max(LEAST_VARIANCE) }
    }

    /// The slope around each cell.
    pub(crate) fn of_all(&self) -> Vec<KnownSlope> {
        let around = |cell: usize| self.near.of(cell).map(|at| &self.of_cells[at]);
        nunatak_parallel::map_values(self.of_cells.len(), |cell| Information::sum(around(cell)).slope(self.prior))
    }

    /// The slope around a cell as the other cells alone tell it.
    pub(crate) fn of_others(&self, cell: usize) -> KnownSlope {
        let others = self.near.of(cell).filter(|&at| at != cell).map(|at| &self.of_cells[at]);
        Information::sum(others).slope(self.prior)
    }
}

/// Mean squared slope of single cells, in squared metres per width; `None` where no track is long enough.
pub(crate) fn typical_squared_slope(cells: &[LocalSlope]) -> Option<f64> {
    let squares: Vec<f64> = cells.iter().filter_map(LocalSlope::squared).collect();
    (!squares.is_empty()).then(|| squares.iter().sum::<f64>() / squares.len() as f64)
}

/// What cells tell of their slope: information (xx, xy, yy), and the slope times it.
#[derive(Debug, Clone, Copy, Default)]
struct Information {
    matrix: [f64; 3],
    product: [f64; 2],
}

impl Information {
    fn sum<'a>(cells: impl Iterator<Item = &'a Self>) -> Self {
        cells.fold(Self::default(), |mut sum, cell| {
            sum.matrix.iter_mut().zip(cell.matrix).for_each(|(sum, own)| *sum += own);
            sum.product.iter_mut().zip(cell.product).for_each(|(sum, own)| *sum += own);
            sum
        })
    }

    /// Squared slope along the direction of which most is known: what is taken away along the tracks is to be expected across them.
    fn squared_slope(&self) -> Option<f64> {
        let [xx, xy, yy] = self.matrix;
        let (sine, cosine) = (0.5 * (2.0 * xy).atan2(xx - yy)).sin_cos();
        let known = cosine * cosine * xx + 2.0 * sine * cosine * xy + sine * sine * yy;
        let slope = (cosine * self.product[0] + sine * self.product[1]) / known;
        (known > 0.0).then_some(slope * slope)
    }

    /// The slope and its variance under this prior information in each direction.
    fn slope(&self, prior: f64) -> KnownSlope {
        let [xx, xy, yy] = self.matrix;
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
    let weights: Vec<f64> =
        cells.iter().map(|cell| if cell.is_known() { cell.degrees.min(MOST_DEGREES) } else { 0.0 }).collect();
    let roots: Vec<f64> = cells.iter().map(|cell| if cell.is_known() { cell.scale.powf(POWER) } else { 0.0 }).collect();
    let of_cell = |at: usize| {
        let around = near
            .of(at)
            .fold([0.0; 2], |[sum, total], other| [sum + weights[other] * roots[other], total + weights[other]]);
        let own = &cells[at];
        let degrees = if own.is_known() { own.degrees } else { 0.0 };
        (around[1] > 0.0).then(|| {
            let around = (around[0] / around[1]).powf(1.0 / POWER);
            let scale = (degrees * own.scale.max(0.0) + (prior - 2.0) * around) / (degrees + prior - 2.0);
            scale.max(LEAST_SCALE)
        })
    };
    nunatak_parallel::map_values(cells.len(), of_cell)
}

/// Degrees of freedom that the mean of a neighbourhood is worth for a cell of it.
fn prior_degrees(cells: &[LocalScale], near: &Neighbours) -> f64 {
    let logarithms: Vec<Option<(f64, f64)>> =
        cells.iter().map(|cell| cell.is_known().then(|| cell.logarithm())).collect();
    let difference = |at: usize| {
        let own = logarithms[at]?;
        let others: Vec<(f64, f64)> =
            near.of(at).filter(|&other| other != at).filter_map(|other| logarithms[other]).collect();
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
