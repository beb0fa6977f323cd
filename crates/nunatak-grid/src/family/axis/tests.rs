//! Axes: edges, broken axes, and which cell holds a value.

use proptest::prelude::*;

use super::*;

#[test]
fn edges_lie_between_centres() {
    let axis = Axis::from_centres(vec![0.0, 10.0, 30.0]).unwrap();
    assert_eq!(axis.bounds(), [-5.0, 5.0, 20.0, 40.0]);
    let falling = Axis::from_centres(vec![30.0, 10.0, 0.0]).unwrap();
    assert_eq!(falling.bounds(), [40.0, 20.0, 5.0, -5.0]);
    assert_eq!(Axis::from_bounds(vec![0.0, 2.0, 6.0]).unwrap().centres(), [1.0, 4.0]);
    assert_eq!(Axis::from_bounds(vec![0.0, 2.0]).unwrap().len(), 1);
}

#[test]
fn broken_axes_are_named() {
    assert_eq!(Axis::from_centres(vec![1.0]), Err(GridError::TooShort { length: 1 }));
    assert_eq!(Axis::from_centres(vec![]), Err(GridError::TooShort { length: 0 }));
    assert_eq!(Axis::from_centres(vec![0.0, 1.0, 1.0]), Err(GridError::Duplicate { index: 2, value: 1.0 }));
    assert_eq!(
        Axis::from_centres(vec![0.0, 1.0, 0.5]),
        Err(GridError::NotMonotonic { index: 2, previous: 1.0, found: 0.5, expected: "larger" })
    );
    assert!(matches!(Axis::from_centres(vec![0.0, f64::NAN]), Err(GridError::NotFinite { index: 1, .. })));
    assert!(matches!(Axis::with_bounds(vec![0.0, 9.0], vec![-1.0, 1.0, 3.0]), Err(GridError::Bounds { .. })));
    assert!(matches!(Axis::with_bounds(vec![0.0], vec![0.0]), Err(GridError::Bounds { .. })));
}

#[test]
fn cells_are_half_open_whatever_the_direction() {
    let rising = Axis::from_centres(vec![0.0, 1.0, 2.0]).unwrap();
    let falling = Axis::from_centres(vec![2.0, 1.0, 0.0]).unwrap();
    for (coordinate, cell) in
        [(-0.5, Some(0)), (0.5, Some(1)), (0.499, Some(0)), (2.5, Some(2)), (2.51, None), (-0.51, None)]
    {
        assert_eq!(rising.locate(coordinate), cell, "{coordinate}");
        assert_eq!(falling.locate(coordinate), cell.map(|cell| 2 - cell), "{coordinate}");
    }
    assert_eq!(rising.locate(f64::NAN), None);
}

#[test]
fn overlapping_cells_share_an_inside() {
    let rising = Axis::from_bounds(vec![0.0, 1.0, 2.0, 3.0]).unwrap();
    assert_eq!(rising.overlapping(1.0, 2.0), 1..2);
    assert_eq!(rising.overlapping(0.5, 2.5), 0..3);
    assert_eq!(rising.overlapping(3.0, 9.0).len(), 0);
    assert_eq!(rising.overlapping(-9.0, 0.0).len(), 0);
    let falling = Axis::from_bounds(vec![3.0, 2.0, 1.0, 0.0]).unwrap();
    assert_eq!(falling.overlapping(2.0, 3.0), 0..1);
    assert_eq!(falling.overlapping(0.0, 1.0), 2..3);
    assert_eq!(falling.overlapping(3.0, 9.0).len(), 0);
    assert_eq!(falling.overlapping(-9.0, 0.0).len(), 0);
}

#[test]
fn descriptions_of_even_axes_are_short() {
    let axis = Axis::from_centres((0..761).map(|node| -3_040_000.0 + 8_000.0 * f64::from(node)).collect()).unwrap();
    let thirds = super::cells(-180.0, 180.0, 1080).unwrap();
    assert_eq!(thirds.extent(), (-180.0, 180.0));
    for axis in [axis, thirds] {
        let text = serde_json::to_string(&axis).unwrap();
        assert!(text.len() < 80, "{text}");
        assert_eq!(serde_json::from_str::<Axis>(&text).unwrap(), axis);
    }
}

proptest! {
    #[test]
    fn descriptions_keep_every_bit(start in -1e7..1e7, steps in prop::collection::vec(0.1..1e5, 1..30)) {
        let centres = steps.iter().scan(start, |at, step| { *at += step; Some(*at) }).chain([1e9]).collect();
        let axis = Axis::from_centres(centres).unwrap();
        let text = serde_json::to_string(&axis).unwrap();
        prop_assert_eq!(serde_json::from_str::<Axis>(&text).unwrap(), axis);
    }

    #[test]
    fn a_bracket_encloses_its_point(along in 0.0..1.0, reverse in any::<bool>()) {
        let mut centres = vec![-7.0, -1.0, 0.5, 4.0, 100.0];
        if reverse { centres.reverse(); }
        let axis = Axis::from_centres(centres).unwrap();
        let coordinate = -7.0 + 107.0 * along;
        let (first, second, weight) = axis.bracket(coordinate).unwrap();
        let found = axis.centres()[first] * (1.0 - weight) + axis.centres()[second] * weight;
        prop_assert!((found - coordinate).abs() < 1e-12);
    }
}
