//! The errors of overpasses that crossovers support.

use std::collections::BTreeMap;

use nunatak_array::order_statistics::median_of_present;
use nunatak_parallel::map_values;

use super::find::Crossover;
use crate::error::{AltimetryError, Result};
use crate::error_model::Geolocation;

/// Crossovers and overpasses that are needed: fewer leave every constant possible.
const FEWEST_CROSSOVERS: usize = 20;
const FEWEST_OVERPASSES: usize = 4;
/// Pairs of overpasses that are asked, evenly spread: more tell hardly more.
const MOST_PAIRS: usize = 1000;
/// Differences beyond so many robust standard deviations are of clouds, or of another surface.
const FURTHEST: f64 = 5.0;
/// Ratio of the standard deviation to the median absolute deviation of normal numbers.
const NORMAL: f64 = 1.4826;

/// First and last of the constants that are looked at, m, and how many, evenly spaced in their logarithm.
const RADIAL: (f64, f64, usize) = (0.003, 0.6, 24);
const HORIZONTAL: (f64, f64, usize) = (0.2, 25.0, 24);
const SCATTER: (f64, f64, usize) = (0.01, 0.3, 12);

/// What is known of a length: its median, and between what it lies with a probability of 68 %.
///
/// # Examples
///
/// ```
/// use nunatak_altimetry::Interval;
///
/// let horizontal = Interval { lower: 2.1, median: 2.6, upper: 3.4 };
/// assert!(horizontal.lower < 2.5 && 2.5 < horizontal.upper);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// Quantile 0.16, m.
    pub lower: f64,
    /// Quantile 0.5, m.
    pub median: f64,
    /// Quantile 0.84, m.
    pub upper: f64,
}

/// Errors of overpasses as crossovers have them.
///
/// # Examples
///
/// ```
/// use nunatak_altimetry::{Crossover, Geolocation, calibrate};
///
/// // Twenty crossovers of ten overpasses on level ice: they tell of the radial error, and that is about 0.1 m.
/// let level = |at: i64| {
///     let difference = if at % 2 == 0 { 0.14 } else { -0.14 };
///     Crossover { overpasses: [at % 10, 10 + at % 10], difference, sigma: 0.01, slopes: [[0.0; 2]; 2] }
/// };
/// let found = calibrate(&(0..20).map(level).collect::<Vec<_>>())?;
/// assert!(found.radial.median > 0.05 && found.radial.median < 0.2);
/// assert!(matches!(found.geolocation(), Geolocation::Overpass { .. }));
/// # Ok::<(), nunatak_altimetry::AltimetryError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Calibration {
    /// Of the height itself.
    pub radial: Interval,
    /// Along and across the track.
    pub horizontal: Interval,
    /// Of a crossover, beyond what its formal errors and those of the overpasses explain.
    pub scatter: Interval,
    /// Crossovers that were used.
    pub crossovers: usize,
    /// Overpasses of these.
    pub overpasses: usize,
}

impl Calibration {
    /// The medians.
    pub fn geolocation(&self) -> Geolocation {
        let Self { radial, horizontal, .. } = self;
        Geolocation::Overpass { radial: radial.median, along: horizontal.median, across: horizontal.median }
    }
}

/// The radial and the horizontal error of an overpass that crossovers support, each with all else integrated over.
///
/// A difference is normal with the variance `sigma² + scatter²` of its own and, for each of the two overpasses, one radial error and
/// one horizontal vector that all their crossovers share: the covariance of the crossovers of a pair of overpasses is exact. Pairs
/// with an overpass in common count as if they were independent, with a weight by which each overpass counts once (a
/// composite likelihood; Varin, Reid and Firth 2011, section 3). Priors are flat in the logarithm.
///
/// # Errors
/// [`AltimetryError::Argument`] for fewer than 20 crossovers, or fewer than 4 overpasses.
pub fn calibrate(crossovers: &[Crossover]) -> Result<Calibration> {
    let kept = without_far_ones(crossovers);
    let mut overpasses: Vec<i64> = kept.iter().flat_map(|crossover| crossover.overpasses).collect();
    overpasses.sort_unstable();
    overpasses.dedup();
    if kept.len() < FEWEST_CROSSOVERS || overpasses.len() < FEWEST_OVERPASSES {
        return Err(AltimetryError::Argument {
            argument: "geolocation",
            found: format!("{} crossovers of {} overpasses", kept.len(), overpasses.len()),
            expected: format!(
                "at least {FEWEST_CROSSOVERS} of {FEWEST_OVERPASSES}, whose heights, errors, slopes and times are known"
            ),
        });
    }
    let pairs = pairs(&kept);
    let weight = (overpasses.len() as f64 / (2 * pairs.len()) as f64).min(1.0);
    let asked: Vec<&Vec<Crossover>> = evenly(&pairs, MOST_PAIRS);
    let weight = weight * pairs.len() as f64 / asked.len() as f64;
    let (radial, horizontal, scatter) = (spaced(RADIAL), spaced(HORIZONTAL), spaced(SCATTER));
    let surface = map_values(scatter.len(), |at| likelihoods(&asked, &radial, &horizontal, scatter[at], weight));
    let most = surface.iter().flatten().flatten().fold(f64::NEG_INFINITY, |most, &own| most.max(own));
    let mut marginals = [vec![0.0; radial.len()], vec![0.0; horizontal.len()], vec![0.0; scatter.len()]];
    for (at_scatter, of_scatter) in surface.iter().enumerate() {
        for (at_radial, of_radial) in of_scatter.iter().enumerate() {
            for (at_horizontal, own) in of_radial.iter().enumerate() {
                let probability = (own - most).exp();
                marginals[0][at_radial] += probability;
                marginals[1][at_horizontal] += probability;
                marginals[2][at_scatter] += probability;
            }
        }
    }
    Ok(Calibration {
        radial: interval(&radial, &marginals[0]),
        horizontal: interval(&horizontal, &marginals[1]),
        scatter: interval(&scatter, &marginals[2]),
        crossovers: kept.len(),
        overpasses: overpasses.len(),
    })
}

/// Crossovers that can be used and do not lie far from the rest, in standard deviations of the errors that are assumed by default.
fn without_far_ones(crossovers: &[Crossover]) -> Vec<Crossover> {
    let is_usable = |own: &&Crossover| {
        let numbers = own.slopes.iter().flatten().chain([&own.difference, &own.sigma]);
        numbers.into_iter().all(|number| number.is_finite()) && own.overpasses[0] != own.overpasses[1]
    };
    let usable: Vec<Crossover> = crossovers.iter().filter(is_usable).copied().collect();
    let (radial, horizontal) = match Geolocation::ATL11 {
        Geolocation::Overpass { radial, along, .. } => (radial, along),
        Geolocation::Stated => (0.0, 0.0),
    };
    let standardised = |own: &Crossover| {
        let slopes: f64 = own.slopes.iter().flatten().map(|slope| slope * slope).sum();
        own.difference / (own.sigma * own.sigma + 2.0 * radial * radial + horizontal * horizontal * slopes).sqrt()
    };
    let middle = median_of_present(&mut usable.iter().map(standardised).collect::<Vec<_>>());
    let distance = |own: &Crossover| (standardised(own) - middle).abs();
    let robust = NORMAL * median_of_present(&mut usable.iter().map(distance).collect::<Vec<_>>());
    usable.into_iter().filter(|own| distance(own) <= FURTHEST * robust).collect()
}

/// The crossovers of each pair of overpasses.
fn pairs(crossovers: &[Crossover]) -> Vec<Vec<Crossover>> {
    let mut pairs: BTreeMap<[i64; 2], Vec<Crossover>> = BTreeMap::new();
    for crossover in crossovers {
        let Crossover { overpasses: [one, other], difference, slopes: [slope, other_slope], .. } = *crossover;
        let own = if one < other {
            *crossover
        } else {
            Crossover { overpasses: [other, one], difference: -difference, slopes: [other_slope, slope], ..*crossover }
        };
        pairs.entry(own.overpasses).or_default().push(own);
    }
    pairs.into_values().collect()
}

fn evenly<Item>(items: &[Item], most: usize) -> Vec<&Item> {
    let kept = items.len().min(most);
    (0..kept).map(|at| &items[at * items.len() / kept]).collect()
}

fn spaced((first, last, count): (f64, f64, usize)) -> Vec<f64> {
    let step = (last / first).ln() / (count - 1) as f64;
    (0..count).map(|at| first * (step * at as f64).exp()).collect()
}

/// Weighted logarithms of the likelihood of all pairs, by radial and horizontal error.
fn likelihoods(
    pairs: &[&Vec<Crossover>],
    radial: &[f64],
    horizontal: &[f64],
    scatter: f64,
    weight: f64,
) -> Vec<Vec<f64>> {
    let products: Vec<Products> = pairs.iter().map(|pair| Products::new(pair, scatter)).collect();
    let of_all = |radial: f64, horizontal: f64| {
        weight * products.iter().map(|pair| pair.log_likelihood(radial, horizontal)).sum::<f64>()
    };
    radial.iter().map(|&radial| horizontal.iter().map(|&horizontal| of_all(radial, horizontal)).collect()).collect()
}

/// Unknowns of a pair of overpasses: the difference of their radial errors, and the two horizontal vectors.
const UNKNOWNS: usize = 5;

/// Sums over the crossovers of a pair, with inverse variances w: of the effects of the unknowns with each other, with the
/// differences, and `Σ (w d² - ln w)`.
struct Products {
    effects: [[f64; UNKNOWNS]; UNKNOWNS],
    differences: [f64; UNKNOWNS],
    own: f64,
}

impl Products {
    fn new(pair: &[Crossover], scatter: f64) -> Self {
        let mut sums = Self { effects: [[0.0; UNKNOWNS]; UNKNOWNS], differences: [0.0; UNKNOWNS], own: 0.0 };
        for Crossover { difference, sigma, slopes: [[along, across], [other_along, other_across]], .. } in pair {
            let weight = 1.0 / (sigma * sigma + scatter * scatter);
            let effect = [std::f64::consts::SQRT_2, *along, *across, -other_along, -other_across];
            for (at, one) in effect.iter().enumerate() {
                sums.differences[at] += weight * one * difference;
                effect.iter().zip(&mut sums.effects[at]).for_each(|(other, sum)| *sum += weight * one * other);
            }
            sums.own += weight * difference * difference - weight.ln();
        }
        sums
    }

    /// By the lemmas of Sylvester and Woodbury; constants are left out.
    fn log_likelihood(&self, radial: f64, horizontal: f64) -> f64 {
        let sigma = [radial, horizontal, horizontal, horizontal, horizontal];
        let mut lower = [[0.0; UNKNOWNS]; UNKNOWNS];
        let (mut explained, mut determinant, mut solved) = (0.0, 0.0, [0.0; UNKNOWNS]);
        for row in 0..UNKNOWNS {
            for column in 0..=row {
                let known: f64 = (0..column).map(|at| lower[row][at] * lower[column][at]).sum();
                let own = sigma[row] * sigma[column] * self.effects[row][column] - known;
                lower[row][column] =
                    if row == column { (1.0 + own).max(1.0).sqrt() } else { own / lower[column][column] };
            }
            let known: f64 = (0..row).map(|at| lower[row][at] * solved[at]).sum();
            solved[row] = (sigma[row] * self.differences[row] - known) / lower[row][row];
            explained += solved[row] * solved[row];
            determinant += 2.0 * lower[row][row].ln();
        }
        -0.5 * (self.own - explained + determinant)
    }
}

/// Quantiles of values with these weights, linear between their middles.
fn interval(values: &[f64], weights: &[f64]) -> Interval {
    let total: f64 = weights.iter().sum();
    let quantile = |wanted: f64| {
        let (mut sum, mut before) = (0.0, (0.0, values[0]));
        for (value, weight) in values.iter().zip(weights) {
            let middle = sum + 0.5 * weight / total;
            if middle >= wanted {
                let share = (wanted - before.0) / (middle - before.0).max(f64::MIN_POSITIVE);
                return before.1 + share * (value - before.1);
            }
            (sum, before) = (sum + weight / total, (middle, *value));
        }
        before.1
    };
    Interval { lower: quantile(0.16), median: quantile(0.5), upper: quantile(0.84) }
}
