//! Cells of a reduced Gaussian grid: rows of one latitude, with fewer cells near the poles.

use crate::Result;

use super::source::unrecognised;

/// Corners of a cell: two on its south edge and two on its north edge, counterclockwise from the southwest.
pub(super) const CORNERS: usize = 4;

/// Longitudes and latitudes of the corners (cell, 4) of cells in rows of one latitude: parallels and meridians midway
/// between centres.
///
/// The outermost rows reach the poles when the row beyond them would; rows that close round the globe have no gap.
///
/// # Errors
/// [`crate::GridError::Unrecognised`] with the text `problem` when the points do not stand in rows.
pub fn row_corners(longitude: &[f64], latitude: &[f64], problem: &str) -> Result<(Vec<f64>, Vec<f64>)> {
    let no_rows = || unrecognised(problem.to_string());
    if longitude.len() != latitude.len() {
        return Err(no_rows());
    }
    let rows: Vec<&[f64]> = latitude.chunk_by(|one, other| one == other).collect();
    let steps: Vec<f64> = rows.windows(2).map(|two| two[1][0] - two[0][0]).collect();
    let monotonic = steps.iter().all(|step| *step > 0.0) || steps.iter().all(|step| *step < 0.0);
    if rows.len() < 2 || rows.iter().any(|row| row.len() < 2) || !monotonic {
        return Err(no_rows());
    }
    let latitudes: Vec<f64> = rows.iter().map(|row| row[0]).collect();
    let edges = row_edges(&latitudes);
    let (mut x, mut y) = (Vec::with_capacity(CORNERS * latitude.len()), Vec::with_capacity(CORNERS * latitude.len()));
    let mut start = 0;
    for (row, edges) in rows.iter().zip(edges.windows(2)) {
        let meridians = meridians(&longitude[start..start + row.len()]).ok_or_else(no_rows)?;
        let (south, north) = (edges[0].min(edges[1]), edges[0].max(edges[1]));
        for sides in meridians.windows(2) {
            x.extend([sides[0], sides[1], sides[1], sides[0]]);
            y.extend([south, south, north, north]);
        }
        start += row.len();
    }
    Ok((x, y))
}

/// Parallels between rows, and at both ends.
fn row_edges(rows: &[f64]) -> Vec<f64> {
    let last = rows.len() - 1;
    // The outermost Gaussian latitude lies a little more than half a row from its pole.
    let outer = |own: f64, inner: f64| {
        let end = 1.5 * own - 0.5 * inner;
        if end.abs() > 90.0 - (own - end).abs() { 90_f64.copysign(end) } else { end }
    };
    let middle = rows.windows(2).map(|two| 0.5 * (two[1] + two[0]));
    let first = std::iter::once(outer(rows[0], rows[1]));
    first.chain(middle).chain(std::iter::once(outer(rows[last], rows[last - 1]))).collect()
}

/// Meridians between the cells of a row, and at both ends; nothing unless they stand from west to east.
fn meridians(longitude: &[f64]) -> Option<Vec<f64>> {
    let unwrapped = unwrapped(longitude);
    let steps: Vec<f64> = unwrapped.windows(2).map(|two| two[1] - two[0]).collect();
    if !steps.iter().all(|step| *step > 0.0) {
        return None;
    }
    let (first, last) = (*unwrapped.first()?, *unwrapped.last()?);
    let (first_step, last_step) = (*steps.first()?, *steps.last()?);
    let gap = 360.0 - (last - first);
    let closes = gap <= 1.6 * steps.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let before = if closes { 0.5 * (first + last - 360.0) } else { first - 0.5 * first_step };
    let after = if closes { before + 360.0 } else { last + 0.5 * last_step };
    let middle = unwrapped.windows(2).map(|two| 0.5 * (two[1] + two[0]));
    Some(std::iter::once(before).chain(middle).chain(std::iter::once(after)).collect())
}

/// Longitudes without jumps of half a turn and more.
fn unwrapped(longitude: &[f64]) -> Vec<f64> {
    const TURN: f64 = 360.0;
    let Some(&first) = longitude.first() else { return Vec::new() };
    let mut turns = 0.0;
    let others = longitude.windows(2).map(|two| {
        let step = two[1] - two[0];
        let mut within = remainder(step + 0.5 * TURN, TURN) - 0.5 * TURN;
        if within == -0.5 * TURN && step > 0.0 {
            within = 0.5 * TURN;
        }
        turns += if step.abs() < 0.5 * TURN { 0.0 } else { within - step };
        two[1] + turns
    });
    std::iter::once(first).chain(others).collect()
}

/// The remainder with the sign of the divisor, as a longitude from 0 to below 360 has it.
pub(super) fn remainder(value: f64, divisor: f64) -> f64 {
    let rest = value % divisor;
    if rest == 0.0 {
        return 0_f64.copysign(divisor);
    }
    if (rest < 0.0) == (divisor < 0.0) { rest } else { rest + divisor }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_reach_the_poles_and_close() {
        let latitude = [[60.0; 4], [0.0; 4], [-60.0; 4]].concat();
        let longitude = [300.0, 30.0, 120.0, 210.0].repeat(3);
        let (x, y) = row_corners(&longitude, &latitude, "no rows").unwrap();
        assert_eq!(x[..4], [255.0, 345.0, 345.0, 255.0]);
        assert_eq!(y[..4], [30.0, 30.0, 90.0, 90.0]);
        assert_eq!(x[12..16], [525.0, 615.0, 615.0, 525.0]);
        assert_eq!(y[44..], [-90.0, -90.0, -30.0, -30.0]);
    }

    #[test]
    fn points_without_rows_are_named() {
        let cases: [(&[f64], &[f64]); 3] = [
            (&[0.0, 1.0], &[5.0, 6.0]),
            (&[0.0, 1.0, 0.0, 1.0], &[5.0; 4]),
            (&[1.0, 0.0, 0.0, 1.0], &[5.0, 5.0, 6.0, 6.0]),
        ];
        for (longitude, latitude) in cases {
            assert_eq!(row_corners(longitude, latitude, "no rows").unwrap_err().to_string(), "no rows");
        }
    }

    #[test]
    fn remainders_are_never_negative() {
        assert_eq!([remainder(-90.0, 360.0), remainder(720.0, 360.0), remainder(361.0, 360.0)], [270.0, 0.0, 1.0]);
        assert!(remainder(f64::NAN, 360.0).is_nan());
    }
}
