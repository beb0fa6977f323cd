//! What is summed over the points of a cell.

use crate::exact_sums::Unit;
use crate::points::{CellPoint, PointColumns};

/// A sum over points, with weights w and offsets (x, y) from the centre of the cell in its widths. The first ones are all that
/// plain statistics need, the next ones those of weighted statistics, the rest tells of the surface.
#[derive(Debug, Clone, Copy)]
pub(super) enum Column {
    PlainHeight,
    PlainSquare,
    Weight,
    Height,
    X,
    Y,
    XX,
    XY,
    YY,
    XHeight,
    YHeight,
    SquaredHeight,
    /// Squared weight and random error, where that is known.
    Random,
    WithSigma,
    /// Weights of points whose slopes are known, and their slopes along and across the track.
    WithSlopes,
    Along,
    Across,
    /// Weights of points whose shared error is known as a number, and that.
    WithShared,
    Shared,
}

/// Columns of plain statistics.
pub(super) const PLAIN: usize = 2;
/// Columns of weighted statistics.
pub(super) const WEIGHTED: usize = 6;
/// All columns.
pub(super) const COLUMNS: usize = 19;

/// Weights are at most 1/floor² and at least 1e-12, heights some 10 km, slopes and shared errors at most some tens.
const UNITS: [Unit; COLUMNS] = {
    let mut units = [Unit::two_to(-68); COLUMNS];
    units[Column::Height as usize] = Unit::two_to(-56);
    units[Column::XHeight as usize] = Unit::two_to(-56);
    units[Column::YHeight as usize] = Unit::two_to(-56);
    units[Column::SquaredHeight as usize] = Unit::two_to(-42);
    units[Column::PlainHeight as usize] = Unit::two_to(-48);
    units[Column::PlainSquare as usize] = Unit::two_to(-38);
    units
};

/// The units of so many columns.
pub(super) fn units<const N: usize>() -> [Unit; N] {
    std::array::from_fn(|column| UNITS[column])
}

/// What one point adds to each of so many columns.
#[inline(always)]
pub(super) fn values<const N: usize>(
    points: &PointColumns<'_>,
    at: usize,
    [x, y]: [f64; 2],
    weight_floor: f64,
) -> [f64; N] {
    let height = points.height[at];
    if N <= PLAIN {
        let own = [height, height * height];
        return std::array::from_fn(|column| own[column]);
    }
    let CellPoint { sigma, sigma_geo, slopes, weight } = points.point(at, weight_floor);
    let weighted = weight * height;
    if N <= WEIGHTED {
        let own = [height, height * height, weight, weighted, weight * x, weight * y];
        return std::array::from_fn(|column| own[column]);
    }
    let with = |known: bool, value: f64| if known { value } else { 0.0 };
    let has_slopes = !(slopes[0] + slopes[1]).is_nan();
    let (has_sigma, has_shared) = (!sigma.is_nan(), !sigma_geo.is_nan());
    let own: [f64; COLUMNS] = [
        height,
        height * height,
        weight,
        weighted,
        weight * x,
        weight * y,
        weight * x * x,
        weight * x * y,
        weight * y * y,
        weighted * x,
        weighted * y,
        weighted * height,
        with(has_sigma, (weight * sigma) * (weight * sigma)),
        with(has_sigma, 1.0),
        with(has_slopes, weight),
        with(has_slopes, weight * slopes[0]),
        with(has_slopes, weight * slopes[1]),
        with(has_shared, weight),
        with(has_shared, weight * sigma_geo),
    ];
    std::array::from_fn(|column| own[column])
}
