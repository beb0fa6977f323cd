//! Prediction against a sum over small pieces, and the shape of drawn surfaces.

use super::*;

const BLOCK: Block = Block {
    place: [0.0; 2],
    spread: [0.0; 3],
    height: 0.0,
    noise: 0.0,
    variance: f64::NAN,
    tilt: [0.0; 2],
    count: 1.0,
};

fn prior() -> Prior {
    Prior { scale: 4.0, slope: [0.0; 3] }
}

/// Ordinary kriging from two points has a closed form: weights of one half by symmetry, and the variance
/// `2 mean γ(point, cell) - γ(points) / 2 - mean γ(cell, cell)` (Journel and Huijbregts 1978, eq. V.5).
#[test]
fn two_points_are_weighed_as_the_closed_form_says() {
    let variogram = Variogram::isotropic(0.5, 0.4);
    let covariance = Covariance::new(&variogram);
    let gamma = |a: [f64; 2], b: [f64; 2]| 1.0 - (-(a[0] - b[0]).hypot(a[1] - b[1]) / 0.4).exp();
    let places = [[-0.25, 0.0], [0.25, 0.0]];
    let n = 40;
    let centre = |index: usize| (index as f64 + 0.5) / n as f64 - 0.5;
    let nodes: Vec<[f64; 2]> = (0..n * n).map(|at| [centre(at / n), centre(at % n)]).collect();
    let with_cell = nodes.iter().map(|&node| gamma(node, places[0])).sum::<f64>() / nodes.len() as f64;
    let in_cell: f64 = nodes.iter().flat_map(|&a| nodes.iter().map(move |&b| gamma(a, b))).sum();
    let in_cell = in_cell / (nodes.len() * nodes.len()) as f64;
    let expected = 4.0 * (2.0 * with_cell - 0.5 * gamma(places[0], places[1]) - in_cell);

    let blocks = [Block { place: places[0], height: 10.0, ..BLOCK }, Block { place: places[1], height: 14.0, ..BLOCK }];
    let found = estimate(&blocks, &covariance, &WholeCell::new(&covariance), &prior()).unwrap();
    assert!((found.height - 12.0).abs() < 1e-9 && (found.weights[0] - 0.5).abs() < 1e-9);
    assert!((found.variance / expected - 1.0).abs() < 0.02, "{} {expected}", found.variance);
}

/// A direction that is stretched k times is a map with that axis shrunk k times.
#[test]
fn stretched_surfaces_are_seen_in_stretched_coordinates() {
    let stretched = Variogram { stretch: 4.0, azimuth: 0.6, ..Variogram::isotropic(0.7, 0.3) };
    let (alike, other) = (Covariance::new(&Variogram::isotropic(0.7, 0.3)), Covariance::new(&stretched));
    let whole = (WholeCell::new(&alike), WholeCell::new(&other));
    let (sine, cosine) = 0.6f64.sin_cos();
    let along = |length: f64| Block { place: [length * cosine, length * sine], ..BLOCK };
    let ends = |length: f64| [along(-length), along(length)];
    // 0.2 along the stretch is 0.1 of the surface that is alike in all directions.
    let count = |blocks: &[Block], covariance: &Covariance, whole: &WholeCell| {
        estimate(blocks, covariance, whole, &prior()).unwrap().effective_count
    };
    let (a, b) = (count(&ends(0.1), &alike, &whole.0), count(&ends(0.2), &other, &whole.1));
    assert!((a / b - 1.0).abs() < 1e-3, "{a} {b}");
}

/// A slope is taken away from everything that is known of a block.
#[test]
fn a_plane_has_no_variance_about_its_slope() {
    let spread = [0.01, 0.002, 0.004];
    let slope = [3.0, -2.0];
    let tilt = [slope[0] * spread[0] + slope[1] * spread[1], slope[0] * spread[1] + slope[1] * spread[2]];
    let variance = slope[0] * tilt[0] + slope[1] * tilt[1];
    let block = Block { place: [0.2, 0.1], spread, height: 5.0 + 0.6 - 0.2, variance, tilt, ..BLOCK };
    let flat = block.less_slope(slope);
    assert!((flat.height - 5.0).abs() < 1e-12 && flat.variance < 1e-12 && flat.tilt[0].abs() < 1e-12);
}

/// Where all cells are alike, one that seems to differ is taken for one of them; where they differ, each keeps what it has seen.
#[test]
fn roughness_is_shrunk_towards_that_of_the_neighbourhood_as_far_as_cells_are_alike() {
    let places: Vec<[f64; 3]> = (0..36).map(|at| [f64::from(at % 6), f64::from(at / 6), 0.0]).collect();
    let near = Neighbours::new(&places);
    // Quantiles of a chi-square variable with 8 degrees of freedom over 8: what chance makes of cells that are alike.
    let chance = [0.34, 0.52, 0.68, 0.83, 1.0, 1.2, 1.46, 1.9];
    let alike: Vec<LocalScale> = (0..36).map(|at| LocalScale { scale: chance[(at * 5) % 8], degrees: 8.0 }).collect();
    let found = local_scales(&alike, &near);
    assert!(found.iter().flatten().all(|scale| (0.7..1.3).contains(scale)), "{found:?}");

    let times = |at: usize| [1.0, 100.0][at % 2];
    let differ: Vec<LocalScale> =
        alike.iter().enumerate().map(|(at, own)| LocalScale { scale: own.scale * times(at), ..*own }).collect();
    let found = local_scales(&differ, &near);
    for (own, found) in differ.iter().zip(found.iter().flatten()) {
        // Five degrees of freedom less two are the neighbourhood's, eight its own.
        let around = (11.0 * found - 8.0 * own.scale) / 3.0;
        assert!((10.0..60.0).contains(&around), "{around}");
    }
    assert_eq!(local_scales(&[LocalScale { scale: 0.0, degrees: 0.0 }], &Neighbours::new(&places[..1])), [None]);
}

/// Cells of one plane, each crossed by a track of one direction, tell the slope along it and nothing across.
#[test]
fn slopes_across_all_tracks_are_unknown() {
    let plane = LocalSlope { spread: [0.08, 0.0, 0.0], tilt: [0.08 * 30.0, 0.0], variance: 72.0 };
    let places: Vec<[f64; 3]> = (0..9).map(|at| [f64::from(at % 3), f64::from(at / 3), 0.0]).collect();
    let near = Neighbours::new(&places);
    let KnownSlope { slope: [x, y], variance: [xx, _, yy] } = NeighbourhoodSlopes::new(&[plane; 9], &near).of_all()[4];
    let typical = typical_squared_slope(&[plane; 9]);
    assert!((x - 30.0).abs() < 1.0 && y == 0.0, "{x} {y}");
    assert!((yy / typical.unwrap() - 1.0).abs() < 0.01 && xx < 0.1 * yy);
}

/// From one block the best guess of another is its height; the variance of the difference is that of the surface between them, by
/// the variogram, and of their errors.
#[test]
fn one_block_predicts_another_as_the_variogram_says() {
    let covariance = Covariance::new(&Variogram::isotropic(0.5, 0.4));
    let block = |x: f64, height: f64| Block { place: [x, 0.0], height, noise: 0.5, ..BLOCK };
    let found = squared_error(&[block(-0.2, 10.0)], &[block(0.1, 13.0)], &covariance, &prior(), 0.3).unwrap();
    let variance = 2.0 * 4.0 * (1.0 - (-0.3f64 / 0.4).exp()) + 2.0 * 0.5 + 0.3;
    assert!((found * variance / 9.0 - 1.0).abs() < 1e-3, "{found} {variance}");
    assert_eq!(squared_error(&[], &[block(0.1, 13.0)], &covariance, &prior(), 0.3), None);
}
