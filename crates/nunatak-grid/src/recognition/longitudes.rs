//! Longitudes of edges of cells, which may be whole turns off.

/// Degrees of a whole turn.
const TURN: f64 = 360.0;
/// Degrees by which a cell may be wider than a turn.
const ROUNDING: f64 = 1e-4;

/// The edges of a cell as the longitudes on either side of its centre; nothing where the centre is not between them.
///
/// Files wrap bounds value by value: 359.5 and 0.5 about 0 are -0.5 and 0.5. The first is the western one; where that makes
/// no cell, they are the other way round, and less than half a turn apart.
///
/// ```text
/// around(0, [359.5, 0.5])     = [-0.5, 0.5]
/// around(180, [0, 360])       = [0, 360]
/// around(0, [180, 180])       = [-180, 180]
/// around(0, [9.5, 10.5])      nothing
/// ```
pub(super) fn around(centre: f64, [first, second]: [f64; 2]) -> Option<[f64; 2]> {
    if first <= centre && centre <= second && second - first <= TURN + ROUNDING {
        return Some([first, second]);
    }
    let eastward = arc(centre, first, second).filter(|[west, east]| east - west <= TURN + ROUNDING);
    let westward = arc(centre, second, first).filter(|[west, east]| east - west < 0.5 * TURN);
    let narrower = |one: &[f64; 2], other: &[f64; 2]| (one[1] - one[0]).total_cmp(&(other[1] - other[0]));
    eastward.into_iter().chain(westward).min_by(narrower)
}

/// Two longitudes moved by whole turns to the west and to the east of a centre.
fn arc(centre: f64, west: f64, east: f64) -> Option<[f64; 2]> {
    let edges = [west + TURN * ((centre - west) / TURN).floor(), east + TURN * ((centre - east) / TURN).ceil()];
    (edges[1] > edges[0]).then_some(edges)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn edges_lie_on_either_side_of_the_centre() {
        let cases = [
            (0.0, [-0.5, 0.5], [-0.5, 0.5]),
            (0.0, [359.5, 0.5], [-0.5, 0.5]),
            (-180.0, [179.5, -179.5], [-180.5, -179.5]),
            (180.0, [179.5, -179.5], [179.5, 180.5]),
            // Wide cells.
            (180.0, [0.0, 360.0], [0.0, 360.0]),
            (0.0, [-180.0, -180.0], [-180.0, 180.0]),
            (90.0, [0.0, -180.0], [0.0, 180.0]),
            (225.0, [90.0, 0.0], [90.0, 360.0]),
            // The eastern edge first.
            (5.0, [10.0, 0.0], [0.0, 10.0]),
            (0.0, [0.5, 359.5], [-0.5, 0.5]),
            // Centres on an edge.
            (350.0, [350.0, 0.0], [350.0, 360.0]),
            (10.0, [10.0, 0.0], [0.0, 10.0]),
        ];
        for (centre, given, expected) in cases {
            assert_eq!(around(centre, given), Some(expected), "{centre} {given:?}");
        }
    }

    #[test]
    fn edges_of_other_cells_are_none() {
        for (centre, given) in [(0.0, [9.5, 10.5]), (0.0, [190.0, 170.0]), (5.0, [f64::NAN, 6.0]), (5.0, [6.0, 6.0])] {
            assert!(around(centre, given).is_none_or(|[west, east]| east - west > 180.0), "{centre} {given:?}");
        }
        assert_eq!(around(0.0, [9.5, 10.5]), None);
    }

    proptest! {
        /// However edges are wrapped, and in whatever order, they are those of the cell.
        #[test]
        fn turns_change_nothing(
            west in -180.0..180.0_f64, width in 0.1..179.0_f64, part in 0.01..0.99_f64,
            turns in prop::array::uniform2(-1..2_i8), swap: bool,
        ) {
            let (east, centre) = (west + width, west + part * width);
            let mut given = [west + TURN * f64::from(turns[0]), east + TURN * f64::from(turns[1])];
            if swap {
                given.reverse();
            }
            let found = around(centre, given).unwrap();
            prop_assert!((found[0] - west).abs() < 1e-9 && (found[1] - east).abs() < 1e-9, "{found:?}");
        }
    }
}
