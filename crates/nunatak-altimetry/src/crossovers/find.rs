//! Where steps of different overpasses cross.

use std::collections::BTreeMap;

use nunatak_parallel::map;

use super::tracks::{Step, steps};
use crate::error::Result;
use crate::points::PointColumns;

/// Width of the squares in which steps are held against each other, m: a step is in at most four.
const SQUARE: f64 = 100.0;

/// Two overpasses over one place.
///
/// # Examples
///
/// ```
/// use nunatak_altimetry::Crossover;
///
/// let crossover = Crossover { overpasses: [301161, 400541], difference: 0.1, sigma: 0.03, slopes: [[0.0, 0.0]; 2] };
/// assert!(crossover.difference / crossover.sigma > 3.0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Crossover {
    /// Numbers of the overpasses.
    pub overpasses: [i64; 2],
    /// Height of the first less that of the second, m.
    pub difference: f64,
    /// Standard deviation of the difference by errors that are independent between points, m.
    pub sigma: f64,
    /// Slopes of the surface in the directions of each overpass's vector: along and across the track.
    pub slopes: [[f64; 2]; 2],
}

impl Crossover {
    /// Time between two overpasses within which most surfaces of ice stay as they are, ns: 30 days.
    pub const LONGEST_LAG: i64 = 30 * 86_400 * 1_000_000_000;
}

/// Where tracks of different overpasses cross within so many nanoseconds, by rising numbers of the overpasses.
///
/// Heights, errors and slopes are those of the two neighbours on either track, at most 70 m apart, linear between them; points
/// without an error, a slope or a time are left out.
///
/// # Errors
/// [`AltimetryError::Argument`](crate::AltimetryError::Argument) for columns of different lengths.
///
/// # Examples
///
/// ```
/// use nunatak_altimetry::{PointColumns, find_crossovers};
///
/// // One track towards the north and one towards the east, which cross in the middle and differ by 0.2 m.
/// let points = PointColumns {
///     longitude: &[10.0, 10.0, 9.9995, 10.0005],
///     latitude: &[-70.0002, -69.9998, -70.0, -70.0],
///     time: &[0, 1, 10, 11],
///     height: &[100.0, 100.0, 100.2, 100.2],
///     height_sigma: &[0.03; 4],
///     slope_along: &[0.0; 4],
///     slope_across: &[0.0; 4],
///     sigma_geo: &[0.3; 4],
///     pass_id: &[301161, 301161, 400541, 400541],
/// };
/// let found = find_crossovers(points, i64::MAX)?;
/// assert_eq!((found.len(), found[0].overpasses), (1, [30116, 40054]));
/// assert!((found[0].difference + 0.2).abs() < 1e-9);
/// # Ok::<(), nunatak_altimetry::AltimetryError>(())
/// ```
pub fn find_crossovers(points: PointColumns<'_>, longest: i64) -> Result<Vec<Crossover>> {
    points.check(1.0, true)?;
    let mut found = Vec::new();
    for is_south in [false, true] {
        let steps = steps(&points, is_south);
        let squares: Vec<([i64; 2], Vec<usize>)> = by_square(&steps).into_iter().collect();
        let of_square = |at: usize| crossings(&steps, squares[at].0, &squares[at].1, longest);
        found.extend(map(squares.len(), of_square).into_iter().flatten());
    }
    found.sort_by_key(|crossover| crossover.overpasses);
    Ok(found)
}

/// The squares that hold steps of more than one overpass, and these.
fn by_square(steps: &[Step]) -> BTreeMap<[i64; 2], Vec<usize>> {
    let mut squares: BTreeMap<[i64; 2], Vec<usize>> = BTreeMap::new();
    for (at, step) in steps.iter().enumerate() {
        let [from, to] = [square(step.from.at), square(step.to.at)];
        for x in from[0].min(to[0])..=from[0].max(to[0]) {
            for y in from[1].min(to[1])..=from[1].max(to[1]) {
                squares.entry([x, y]).or_default().push(at);
            }
        }
    }
    squares.retain(|_, own| own.iter().any(|&at| steps[at].overpass != steps[own[0]].overpass));
    squares
}

fn square(place: [f64; 2]) -> [i64; 2] {
    place.map(|offset| (offset / SQUARE).floor() as i64)
}

/// The crossovers in a square.
fn crossings(steps: &[Step], own: [i64; 2], listed: &[usize], longest: i64) -> Vec<Crossover> {
    let mut found = Vec::new();
    for (place, &one) in listed.iter().enumerate() {
        for &other in &listed[place + 1..] {
            let (first, second) = (&steps[one], &steps[other]);
            let lag = first.from.time.saturating_sub(second.from.time).saturating_abs();
            if first.overpass == second.overpass || lag > longest {
                continue;
            }
            let (first, second) = if first.overpass < second.overpass { (first, second) } else { (second, first) };
            found.extend(crossing(first, second, own));
        }
    }
    found
}

/// Where two steps cross, if they do so in this square, so that no crossover counts twice.
fn crossing(first: &Step, second: &Step, own: [i64; 2]) -> Option<Crossover> {
    let along = |step: &Step| [step.to.at[0] - step.from.at[0], step.to.at[1] - step.from.at[1]];
    let (one, other) = (along(first), along(second));
    let between = [second.from.at[0] - first.from.at[0], second.from.at[1] - first.from.at[1]];
    let product = |a: [f64; 2], b: [f64; 2]| a[0] * b[1] - a[1] * b[0];
    let area = product(one, other);
    let shares = [product(between, other) / area, product(between, one) / area];
    // The end of a step is the start of the next one.
    if !shares.iter().all(|share| (0.0..1.0).contains(share)) {
        return None;
    }
    let place = [0, 1].map(|axis| first.between(shares[0], |place| place.at[axis]));
    let at = |step: &Step, share: f64| {
        let slopes = [0, 1].map(|axis| step.between(share, |place| place.slopes[axis]));
        (step.between(share, |place| place.height), step.between(share, |place| place.sigma), slopes)
    };
    let ((height, sigma, slopes), (other_height, other_sigma, other_slopes)) =
        (at(first, shares[0]), at(second, shares[1]));
    (square(place) == own).then_some(Crossover {
        overpasses: [first.overpass, second.overpass],
        difference: height - other_height,
        sigma: sigma.hypot(other_sigma),
        slopes: [slopes, other_slopes],
    })
}
