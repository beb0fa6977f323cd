//! No new extremes, integrals kept, of second order.

use super::*;
use crate::RegridError;

/// Pairs of grids that cover each other, and that do not.
fn pairs() -> Vec<(Grid, Grid)> {
    vec![
        (globe(36, 72), healpix(4)),
        (healpix(4), globe(36, 72)),
        (healpix(4), rotated(23, 41, 33.0)),
        (rotated(23, 41, 33.0), globe(40, 50)),
        (globe(60, 90), polar(150e3, 2.8e6)),
        (polar(200e3, 2.8e6), healpix(4)),
        (triangles(250e3, 2.6e6, false), polar(180e3, 2.0e6)),
        (polar(200e3, 2.8e6), triangles(150e3, 2.0e6, true)),
    ]
}

fn fields(grid: &Grid) -> [Vec<f64>; 3] {
    [means(grid, step).iter().map(|value| value.round()).collect(), scattered(grid.len()), means(grid, vortex)]
}

fn is_global(grid: &Grid) -> bool {
    (areas(grid).iter().sum::<f64>() / (4.0 * std::f64::consts::PI) - 1.0).abs() < 1e-6
}

/// The smallest and the largest source value that each target cell may come from: those of the source cells it meets
/// and of all cells about these.
fn bounds_of(weights: &Weights, values: &[f64]) -> Vec<(f64, f64)> {
    let rows = weights.row_starts().windows(2).map(|ends| {
        let met = weights.cells()[ends[0]..ends[1]].iter().map(|&cell| values[cell as usize]);
        met.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)))
    });
    rows.collect()
}

#[test]
fn no_target_cell_goes_beyond_the_source_cells_it_comes_from() {
    for (source, target) in pairs() {
        let weights = second_order(&source, &target);
        let mut was_beyond = false;
        for values in fields(&source) {
            let limited = applied(&weights, &values, anything().limited(true));
            let unlimited = applied(&weights, &values, anything());
            for ((limited, unlimited), (low, high)) in limited.iter().zip(&unlimited).zip(bounds_of(&weights, &values))
            {
                assert_eq!(limited.is_nan(), unlimited.is_nan());
                assert!(limited.is_nan() || (*limited >= low && *limited <= high), "{low} {limited} {high}");
                was_beyond |= *unlimited < low - 1e-3 || *unlimited > high + 1e-3;
            }
        }
        assert!(was_beyond, "{} -> {}", source.summary(), target.summary());
    }
}

#[test]
fn integrals_are_kept() {
    for (source, target) in pairs().iter().filter(|(source, target)| is_global(source) && is_global(target)) {
        let weights = second_order(source, target);
        let sum =
            |areas: &[f64], values: &[f64]| areas.iter().zip(values).map(|(area, value)| area * value).sum::<f64>();
        for values in fields(source) {
            let found = sum(&areas(target), &applied(&weights, &values, anything().limited(true)));
            let expected = sum(&areas(source), &values);
            assert!(
                (found / expected - 1.0).abs() < 1e-12,
                "{} -> {}: {found} {expected}",
                source.summary(),
                target.summary()
            );
        }
    }
}

#[test]
fn amounts_and_their_sum_are_kept() {
    let (source, target) = (healpix(4), rotated(23, 41, 33.0));
    let weights = second_order(&source, &target);
    let amounts = scattered(source.len());
    let options = anything().limited(true).of(crate::Quantity::Extensive);
    // Amounts are spread over the areas between which the weights keep integrals: so is their sum.
    let (source_areas, target_areas) = weights.regridded_areas().unwrap();
    let spread: Vec<f64> = amounts.iter().zip(source_areas).map(|(amount, area)| amount / area).collect();
    let means =
        applied(&weights, &spread, anything().limited(true).normalised_by(crate::Normalisation::DestinationArea));
    let expected: Vec<f64> = means.iter().zip(target_areas).map(|(mean, area)| mean * area).collect();
    let found = applied(&weights, &amounts, options);
    close(&found, &expected, 1e-13);
    let (before, after): (f64, f64) = (amounts.iter().sum(), found.iter().sum());
    assert!((after / before - 1.0).abs() < 1e-12, "{before} {after}");
}

#[test]
fn constants_stay_constant() {
    for (source, target) in pairs() {
        let weights = second_order(&source, &target);
        let constant = applied(&weights, &vec![3.7; source.len()], anything().limited(true));
        assert!(constant.iter().all(|value| value.is_nan() || *value == 3.7));
        let ones = applied(&weights, &vec![1.0; source.len()], anything().limited(true));
        assert!(ones.iter().all(|value| value.is_nan() || *value == 1.0));
    }
}

#[test]
fn what_needs_no_limit_is_as_unlimited() {
    let (source, target) = (polar(100e3, 1.5e6), polar(70e3, 1.2e6));
    let weights = second_order(&source, &target);
    let (_, columns) = source.rows_and_columns();
    let plane: Vec<f64> =
        (0..source.len()).map(|cell| 2.0 * (cell / columns) as f64 - 0.7 * (cell % columns) as f64).collect();
    let limited = applied(&weights, &plane, anything().limited(true));
    same_bits(&limited, &applied(&weights, &plane, anything()));
}

#[test]
fn smooth_fields_are_of_second_order() {
    let field = |[x, y, z]: [f64; 3]| (0.8 * z + 0.3 * x).exp() + 0.1 * y;
    let errors = |level: u8| {
        let (source, target) = (healpix(level), rotated(23 << (level - 3), 41 << (level - 3), 33.0));
        let found = applied(&second_order(&source, &target), &means(&source, field), anything().limited(true));
        let apart: Vec<f64> =
            found.iter().zip(means(&target, field)).map(|(found, expected)| found - expected).collect();
        let areas = areas(&target);
        let mean =
            |power: i32| apart.iter().zip(&areas).map(|(apart, area)| apart.abs().powi(power) * area).sum::<f64>();
        [mean(1), mean(2).sqrt()]
    };
    let errors = [errors(3), errors(4), errors(5), errors(6)];
    for (norm, pair) in errors.windows(2).flat_map(|pair| [0, 1].map(|norm| (norm, pair))) {
        let order = (pair[0][norm] / pair[1][norm]).log2();
        assert!(order > 1.8, "{order}: {errors:?}");
    }
}

/// The mean thickness of the ice stays between those of the cells, and the ice's volume is kept.
#[test]
fn weighted_means_have_no_new_extremes_either() {
    let (source, target) = (healpix(4), rotated(23, 41, 33.0));
    let weights = second_order(&source, &target);
    let (values, shares) = (scattered(source.len()), means(&source, step));
    let input = |values: &[f64]| -> SharedArray {
        Arc::new(MemoryArray::new(source.shape(), Values::F64(values.to_vec())).unwrap())
    };
    let array = RegriddedArray::new(input(&values), Arc::clone(&weights), anything().limited(true)).unwrap();
    let found = all(&array.weighted_by(input(&shares)).unwrap());
    let first_order = Arc::new(Weights::new(&source, &target, Method::Conservative).unwrap());
    let shares_on_target = applied(&first_order, &shares, anything());
    for (found, (low, high)) in found.iter().zip(bounds_of(&weights, &values)) {
        assert!(found.is_nan() || (*found >= low && *found <= high), "{low} {found} {high}");
    }
    let volume = |areas: &[f64], shares: &[f64], values: &[f64]| -> f64 {
        let cells = areas.iter().zip(shares).zip(values);
        cells.map(|((area, share), value)| if *share == 0.0 { 0.0 } else { area * share * value }).sum()
    };
    let expected = volume(&areas(&source), &shares, &values);
    assert!((volume(&areas(&target), &shares_on_target, &found) / expected - 1.0).abs() < 1e-12);
}

#[test]
fn other_weights_cannot_be_limited() {
    let (source, target) = (polar(400e3, 2.0e6), polar(300e3, 1.5e6));
    let input: SharedArray = Arc::new(MemoryArray::new(source.shape(), Values::F64(vec![0.0; source.len()])).unwrap());
    let given = Weights::external(&source, &target, Method::Conservative2, [(0, 0, 1.0)]).unwrap();
    let first_order = Weights::new(&source, &target, Method::Conservative).unwrap();
    for (weights, found) in [(given, "weights that were given"), (first_order, "weights made as conservative")] {
        let error = RegriddedArray::new(Arc::clone(&input), Arc::new(weights), anything().limited(true)).err().unwrap();
        assert_eq!(error.to_string(), RegridError::Limited { found: found.into() }.to_string());
    }
}
