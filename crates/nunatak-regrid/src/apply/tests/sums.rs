//! Means against a loop over the rows of the weights, whatever is read and summed together.

use proptest::prelude::*;

use super::*;

/// 30 x 24 cells to 17 x 11 that do not fit into them, the last beyond the source.
pub(super) fn uneven() -> Arc<Weights> {
    let source = geographic(&even(0.0, 1.0, 30), &even(10.0, 1.0, 24));
    weights(&source, &geographic(&even(0.3, 1.9, 17), &even(9.5, 2.3, 11)))
}

/// One field through the weights, entry by entry.
fn mean(weights: &Weights, field: &[f64], missing: MissingPolicy) -> Vec<f64> {
    let rows = weights.row_starts().windows(2);
    rows.map(|ends| {
        let (mut sum, mut covered, mut is_lost) = (0.0, 0.0, false);
        for entry in ends[0]..ends[1] {
            let value = field[weights.cells()[entry] as usize];
            if value.is_nan() {
                is_lost = true;
            } else {
                sum += weights.values()[entry] * value;
                covered += weights.values()[entry];
            }
        }
        let is_missing = covered == 0.0 || covered < missing.min_coverage() || (is_lost && !missing.skipna());
        if is_missing { f64::NAN } else { sum / covered }
    })
    .collect()
}

fn means(weights: &Weights, values: &[f64], missing: MissingPolicy) -> Vec<f64> {
    values.chunks(weights.source().len()).flat_map(|field| mean(weights, field, missing)).collect()
}

/// Fields of which every third has no missing value.
pub(super) fn with_gaps(weights: &Weights, count: usize) -> Vec<f64> {
    let cells = weights.source().len();
    let value = |at: usize| {
        let is_missing = !(at / cells).is_multiple_of(3) && at * 7919 % 13 < 3;
        if is_missing { f64::NAN } else { (at * 2_654_435_761 % 4096) as f64 - 1000.0 }
    };
    (0..count * cells).map(value).collect()
}

#[test]
fn any_number_of_fields_is_every_field_alone() {
    let weights = uneven();
    for count in [1, 3, 4, 8, 15, 16, 17, 21] {
        let values = with_gaps(&weights, count);
        for (skipna, coverage) in [(true, 0.0), (true, 0.7), (false, 0.3)] {
            let missing = MissingPolicy::new(skipna, coverage).unwrap();
            let found = all(&regridded(&weights, Values::F64(values.clone()), missing.into()));
            let expected = means(&weights, &values, missing);
            assert!(expected.iter().any(|value| value.is_nan()) && expected.iter().any(|value| !value.is_nan()));
            assert_eq!(bits(&found), bits(&expected), "{count} {skipna}");
        }
    }
}

#[test]
fn every_type_of_number_is_summed_in_double_precision() {
    let weights = uneven();
    let whole: Vec<i16> = (0..9 * weights.source().len()).map(|at| (at * 31 % 2000) as i16 - 700).collect();
    let double: Vec<f64> = whole.iter().map(|&value| f64::from(value)).collect();
    let expected = bits(&means(&weights, &double, anything()));
    let single = double.iter().map(|&value| value as f32).collect();
    for values in [Values::I16(whole), Values::F32(single), Values::F64(double)] {
        assert_eq!(bits(&all(&regridded(&weights, values, anything().into()))), expected);
    }
}

#[test]
fn results_do_not_depend_on_the_number_of_threads() {
    // More target cells than one task has.
    let source = geographic(&even(0.0, 0.25, 400), &even(-20.0, 0.25, 200));
    let weights = weights(&source, &geographic(&even(0.0, 0.7, 142), &even(-20.0, 0.7, 71)));
    assert!(weights.target().len() > 3 * crate::apply::target_rows::PIECE);
    let values = with_gaps(&weights, 5);
    let array = regridded(&weights, Values::F64(values.clone()), anything().into());
    let expected = bits(&means(&weights, &values, anything()));
    for threads in [1, 3] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        assert_eq!(bits(&pool.install(|| all(&array))), expected, "{threads}");
    }
}

#[test]
fn infinite_values_and_nan_of_them_stay() {
    let weights = uneven();
    let mut values = vec![1.0; 4 * weights.source().len()];
    (values[31], values[32]) = (f64::INFINITY, f64::NEG_INFINITY);
    let found = all(&regridded(&weights, Values::F64(values.clone()), anything().into()));
    assert_eq!(bits(&found), bits(&means(&weights, &values, anything())));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_region_has_the_bits_of_the_whole(
        start in (0..6_usize, 0..11_usize, 0..17_usize), length in (1..7_usize, 1..12_usize, 1..18_usize),
    ) {
        let weights = uneven();
        let array = regridded(&weights, Values::F64(with_gaps(&weights, 6)), anything().into());
        let shape = [length.0.min(6 - start.0), length.1.min(11 - start.1), length.2.min(17 - start.2)];
        let start = [start.0, start.1, start.2];
        let region = Region::new(start.to_vec(), shape.to_vec()).unwrap();
        let found = array.read(&region).unwrap().to_f64().unwrap();
        let whole = all(&array);
        let mut expected = Vec::new();
        for field in start[0]..start[0] + shape[0] {
            for row in start[1]..start[1] + shape[1] {
                let first = (field * 11 + row) * 17 + start[2];
                expected.extend_from_slice(&whole[first..first + shape[2]]);
            }
        }
        prop_assert_eq!(bits(&found), bits(&expected));
    }
}
