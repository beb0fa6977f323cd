//! Barycentric coordinates, and the k-d tree against a search of all points.

use nunatak_grid::vector::{dot, minus};
use proptest::prelude::*;

use super::super::point_tree::PointTree;
use super::super::polygon;

/// A convex polygon: points at rising angles of an ellipse.
fn convex() -> impl Strategy<Value = Vec<[f64; 2]>> {
    let shape = (3_usize..9, 0.05..20.0_f64, -3.0..3.0_f64, -3.0..3.0_f64, 0.0..6.3_f64);
    shape.prop_flat_map(|(count, width, x, y, turn)| {
        prop::collection::vec(0.0..0.8_f64, count).prop_map(move |shifts| {
            let angle = |at: usize, shift: f64| turn + (at as f64 + shift) * std::f64::consts::TAU / count as f64;
            let corner = |(at, &shift)| [x + width * angle(at, shift).cos(), y + angle(at, shift).sin()];
            shifts.iter().enumerate().map(corner).collect()
        })
    })
}

fn check(corners: &[[f64; 2]], weights: &[f64]) -> Result<(), TestCaseError> {
    let size = corners.iter().flatten().fold(0.0_f64, |size, value| size.max(value.abs()));
    prop_assert!((weights.iter().sum::<f64>() - 1.0).abs() < 1e-12);
    prop_assert!(weights.iter().all(|weight| *weight >= 0.0), "{weights:?}");
    for axis in 0..2 {
        let mean: f64 = weights.iter().zip(corners).map(|(weight, corner)| weight * corner[axis]).sum();
        prop_assert!(mean.abs() < 1e-9 * size, "{mean:e} {weights:?}");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn coordinates_are_a_mean_of_the_corners(corners in convex(), backwards in any::<bool>()) {
        let mut corners = corners;
        if backwards {
            corners.reverse();
        }
        let mut weights = Vec::new();
        let sides: Vec<f64> = (0..corners.len()).map(|at| {
            let (a, b) = (corners[at], corners[(at + 1) % corners.len()]);
            a[0] * b[1] - a[1] * b[0]
        }).collect();
        let inside = sides.iter().all(|side| *side > 0.0) || sides.iter().all(|side| *side < 0.0);
        prop_assert_eq!(polygon::holds_origin(&corners), inside);
        if inside {
            prop_assert!(polygon::coordinates(&corners, &mut weights));
            check(&corners, &weights)?;
        }
    }

    #[test]
    fn concave_quadrilaterals_have_coordinates_too(dent in 0.05..0.95_f64, x in -1.0..1.0_f64, y in -1.0..1.0_f64) {
        // An arrowhead; the origin is moved to a point of it.
        let corners = [[-1.0, -1.0], [1.0, 0.0], [-1.0, 1.0], [-dent, 0.0]].map(|corner| [corner[0] - x, corner[1] - y]);
        let mut weights = Vec::new();
        if polygon::holds_origin(&corners) && polygon::coordinates(&corners, &mut weights) {
            check(&corners, &weights)?;
        }
    }

    #[test]
    fn a_tree_finds_what_a_look_at_every_point_finds(
        points in prop::collection::vec(prop::array::uniform3(-4_i32..5), 1..300),
        wanted in prop::array::uniform3(-4_i32..5),
        most in 1_usize..12,
        reach in 0.0..40.0_f64,
    ) {
        // Whole numbers: many distances are the same.
        let points: Vec<_> = points.into_iter().map(|point| point.map(f64::from)).collect();
        let wanted = wanted.map(f64::from);
        let mut found = Vec::new();
        PointTree::new(&points, |_| true).search(wanted, most, reach, &mut found);
        let mut expected: Vec<(f64, u32)> = points.iter().enumerate().map(|(at, &point)| {
            let apart = minus(point, wanted);
            (dot(apart, apart), at as u32)
        }).filter(|(distance, _)| *distance <= reach).collect();
        expected.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let mut all = Vec::new();
        PointTree::new(&points, |_| true).within(wanted, reach, &mut all);
        prop_assert_eq!(&all, &expected);
        expected.truncate(most);
        prop_assert_eq!(found, expected);
    }
}

#[test]
fn a_point_of_an_edge_is_between_its_ends() {
    let corners = [[-1.0, 0.0], [3.0, 0.0], [2.0, 5.0], [0.0, 6.0], [-2.0, 4.0]];
    let mut weights = Vec::new();
    assert!(polygon::coordinates(&corners, &mut weights));
    assert_eq!(weights, [0.75, 0.25, 0.0, 0.0, 0.0]);
}
