//! Cells between two meridians and two parallels, given by their corners (cell, 4).

use crate::Result;

use super::longitudes::around;
use super::source::unrecognised;
use super::wording::general;

/// Degrees within which meridians are one, and latitudes a pole.
const ROUNDING: f64 = 1e-9;
/// Degrees from which a box is half the globe.
const HALF: f64 = 180.0 - 1e-6;

/// Whether all cells (cell, 4) are boxes: two meridians and two parallels are their edges.
pub(super) fn are_boxes(x: &[f64], y: &[f64], corners: usize) -> bool {
    let mut cells = x.chunks_exact(4).zip(y.chunks_exact(4));
    corners == 4 && x.len() == y.len() && cells.all(|(x, y)| meridians(x, y).is_some())
}

/// Checks that no box is as wide as half the globe: its corners alone would not say which half.
///
/// # Errors
/// [`crate::GridError::Unrecognised`] for one that is, and says what would do.
pub(super) fn check_widths(
    (x, y): (&[f64], &[f64]),
    corners: usize,
    centres: Option<&[f64]>,
    what: &str,
) -> Result<()> {
    if corners != 4 {
        return Ok(());
    }
    for (cell, (x, y)) in x.chunks_exact(4).zip(y.chunks_exact(4)).enumerate() {
        let Some(sides) = meridians(x, y).filter(|sides| sides.iter().all(|side| side.is_finite())) else { continue };
        // Corners at one place, as those of cells that hold nothing have, are no box.
        if y.iter().all(|latitude| *latitude == y[0]) {
            continue;
        }
        let width = match centres.and_then(|centres| centres.get(cell)).filter(|centre| centre.is_finite()) {
            // Where the centre is on neither side of half a turn, the box is wider.
            Some(&centre) => around(centre, sides).map_or(HALF, |[west, east]| east - west),
            None => (sides[1] - sides[0]).abs().min(360.0 - (sides[1] - sides[0]).abs()),
        };
        if width >= HALF {
            let [first, second] = sides.map(general);
            return Err(unrecognised(format!(
                "{what}: cell {cell} reaches round half the globe or more, between longitudes {first} and {second}, and its \
                 corners do not say on which side; expected cells narrower than 180 degrees. Give such cells as rows and \
                 columns (one-dimensional lat and lon with bounds), or in parts"
            )));
        }
    }
    Ok(())
}

/// The meridians of a box, those that its first edge along a parallel goes from and to; nothing for any other cell. They may
/// be whole turns off, and at a pole they are any.
fn meridians(x: &[f64], y: &[f64]) -> Option<[f64; 2]> {
    let is_pole = |at: usize| y[at].abs() >= 90.0 - ROUNDING;
    let is_one = |one: usize, other: usize| {
        let apart = (x[one] - x[other]).rem_euclid(360.0);
        x[one] == x[other] || apart.min(360.0 - apart) < ROUNDING || is_pole(one) || is_pole(other)
    };
    let of = |[a, b, c, d]: [usize; 4]| {
        let is_box = y[a] == y[b] && y[c] == y[d] && is_one(b, c) && is_one(d, a);
        is_box.then(|| if is_pole(a) { [x[d], x[c]] } else { [x[a], x[b]] })
    };
    of([0, 1, 2, 3]).or_else(|| of([1, 2, 3, 0]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_go_round_either_way() {
        assert!(are_boxes(&[0.0, 1.0, 1.0, 0.0], &[0.0, 0.0, 1.0, 1.0], 4));
        assert!(are_boxes(&[0.0, 0.0, 1.0, 1.0], &[0.0, 1.0, 1.0, 0.0], 4));
        assert!(!are_boxes(&[0.0, 1.0, 1.0, 0.0], &[0.0, 0.1, 1.0, 1.0], 4));
    }

    #[test]
    fn meridians_may_be_turns_off_and_are_any_at_a_pole() {
        assert!(are_boxes(&[350.0, 360.0, 0.0, -10.0], &[0.0, 0.0, 1.0, 1.0], 4));
        assert!(are_boxes(&[0.0, 10.0, 5.0, 5.0], &[80.0, 80.0, 90.0, 90.0], 4));
        assert!(!are_boxes(&[0.0, 10.0, 5.0, 5.0], &[79.0, 79.0, 80.0, 80.0], 4));
    }

    #[test]
    fn boxes_of_half_the_globe_are_refused() {
        let y = [0.0, 0.0, 45.0, 45.0];
        let is_fine = |west: f64, east: f64, centre: Option<f64>| {
            let centres = centre.map(|centre| vec![centre]);
            let turned = [east, west, west, east];
            let both =
                [[west, east, east, west], turned].map(|x| check_widths((&x, &y), 4, centres.as_deref(), "cells"));
            assert_eq!(both[0].is_ok(), both[1].is_ok(), "{west} {east} {centre:?}");
            both[0].is_ok()
        };
        assert!(is_fine(350.0, 10.0, Some(0.0)) && is_fine(0.0, 179.0, Some(89.5)) && is_fine(270.0, 0.0, Some(315.0)));
        assert!(
            !is_fine(0.0, 180.0, Some(90.0)) && !is_fine(0.0, 270.0, Some(135.0)) && !is_fine(0.0, 360.0, Some(180.0))
        );
        assert!(is_fine(0.0, 120.0, None) && !is_fine(0.0, 180.0, None));
        assert!(check_widths((&[10.0; 4], &[20.0; 4]), 4, Some(&[60.0]), "cells").is_ok());
    }
}
