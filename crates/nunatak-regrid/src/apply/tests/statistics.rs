//! Statistics of the source cells in a target cell.

use nunatak_array::DataType;

use super::*;
use crate::RegridError;

const NAN: f64 = f64::NAN;

#[test]
fn statistics_of_two_equal_cells() {
    let values = [1.0, 4.0, 9.0, 5.0];
    for (reducer, expected) in [
        ("mean", [2.5, 7.0]),
        ("sum", [5.0, 14.0]),
        ("min", [1.0, 5.0]),
        ("max", [4.0, 9.0]),
        ("var", [2.25, 4.0]),
        ("std", [1.5, 2.0]),
        ("median", [2.5, 7.0]),
        ("mode", [1.0, 5.0]),
        ("0.25", [1.0, 5.0]),
        ("0.75", [4.0, 9.0]),
        ("0", [1.0, 5.0]),
        ("1", [4.0, 9.0]),
    ] {
        close(&reduced(values, reducer), &expected);
    }
}

#[test]
fn missing_values_are_left_out_or_spoil_the_cell() {
    for (reducer, expected) in [("min", 4.0), ("sum", 4.0), ("median", 4.0), ("mode", 4.0), ("std", 0.0)] {
        close(&reduced([NAN, 4.0, NAN, NAN], reducer), &[expected, NAN]);
    }
    let maximum = |missing| ApplyOptions::new(missing).reduced_by(Reducer::Maximum);
    let strict = MissingPolicy::new(false, 0.0).unwrap();
    close(&four_in_one([NAN, 4.0, 9.0, 5.0], maximum(strict)), &[NAN, 9.0]);
    // Half of the first cell is valid, half of the second is covered.
    let covered = MissingPolicy::new(true, 0.6).unwrap();
    close(&four_in_one([NAN, 4.0, 9.0, 5.0], maximum(covered)), &[NAN, NAN]);
}

/// Seven cells of equal width, of which the target takes 0.25, 1, 1, 1, 1, 1 and 0.5.
fn seven(values: [f64; 7], reducer: &str) -> f64 {
    let source = geographic(&even(0.0, 1.0, 7), &[40.0, 41.0]);
    let target = geographic(&[0.75, 6.5], &[40.0, 41.0]);
    let options = ApplyOptions::new(anything()).reduced_by(reducer.parse().unwrap());
    all(&regridded(&weights(&source, &target), Values::F64(values.to_vec()), options))[0]
}

#[test]
fn statistics_count_the_area_in_common() {
    // In order: 1 (area 1), 2 (0.5), 3 (1), 4 (0.25), 6 (1), 8 (1), 9 (1): 5.75 in all, half of it 2.875.
    let values = [4.0, 8.0, 3.0, 9.0, 1.0, 6.0, 2.0];
    let found = |reducer| seven(values, reducer);
    let mean = (1.0 + 8.0 + 3.0 + 9.0 + 6.0 + 4.0 * 0.25 + 2.0 * 0.5) / 5.75;
    let squares = (1.0 + 64.0 + 9.0 + 81.0 + 36.0 + 16.0 * 0.25 + 4.0 * 0.5) / 5.75;
    close(
        &["mean", "var", "std", "median", "0.1", "0.2", "0.26", "0.4", "0.45", "0.9", "min", "max"].map(found),
        &[mean, squares - mean * mean, (squares - mean * mean).sqrt(), 6.0, 1.0, 2.0, 2.0, 3.0, 4.0, 9.0, 1.0, 9.0],
    );
    // The sum of what lies in the target.
    close(&[found("sum")], &[mean * 5.75]);
    // Of the quantiles, only a step that is level with the fraction is a mean of two values: 1.5 of 5.75.
    close(&[seven(values, &(1.5_f64 / 5.75).to_string())], &[2.5]);
}

#[test]
fn the_mode_has_the_largest_area_and_of_two_the_smaller_value() {
    // Areas: 4 has 0.25 + 1, 7 has 1 + 0.5, 2 has 1, 3 has 1 + 1.
    assert_eq!(seven([4.0, 4.0, 7.0, 3.0, 3.0, 2.0, 7.0], "mode"), 3.0);
    assert_eq!(seven([4.0, 4.0, 7.0, 3.0, 2.0, 5.0, 7.0], "mode"), 7.0);
    assert_eq!(seven([9.0, 6.0, 5.0, 5.0, 6.0, 1.0, 2.0], "mode"), 5.0);
}

#[test]
fn quantiles_do_not_change_when_cells_are_cut() {
    let coarse = geographic(&even(0.0, 1.0, 12), &even(50.0, 1.0, 8));
    let fine = geographic(&even(0.0, 0.25, 48), &even(50.0, 1.0, 8));
    let target = geographic(&even(0.1, 2.7, 4), &even(50.0, 4.0, 2));
    let values: Vec<f64> = (0..96).map(|cell| f64::from(cell * 53 % 97)).collect();
    let cut: Vec<f64> = values.iter().flat_map(|&value| [value; 4]).collect();
    for reducer in ["median", "0.1", "0.83", "mode", "min", "max"] {
        let options = ApplyOptions::new(anything()).reduced_by(reducer.parse().unwrap());
        let found = all(&regridded(&weights(&coarse, &target), Values::F64(values.clone()), options));
        let again = all(&regridded(&weights(&fine, &target), Values::F64(cut.clone()), options));
        assert_eq!(bits(&found), bits(&again), "{reducer}");
    }
}

#[test]
fn categories_stay_integers_when_every_cell_has_one() {
    let source = geographic(&even(0.0, 1.0, 4), &[0.0, 1.0]);
    let covered = weights(&source, &geographic(&[0.0, 2.0, 4.0], &[0.0, 1.0]));
    let beyond = weights(&source, &geographic(&[0.0, 2.0, 8.0], &[0.0, 1.0]));
    let array = |weights, reducer| {
        regridded(weights, Values::I16(vec![3, 3, 7, 7]), ApplyOptions::default().reduced_by(reducer))
    };
    let mode = array(&covered, Reducer::Mode);
    assert_eq!(mode.read(&Region::whole(mode.shape())).unwrap(), Values::I16(vec![3, 7]));
    assert_eq!(array(&covered, Reducer::Median).data_type(), DataType::F64);
    // The second cell is covered by a third.
    let mode = array(&beyond, Reducer::Mode);
    assert_eq!(mode.data_type(), DataType::F64);
    close(&all(&mode), &[3.0, NAN]);
}

#[test]
fn reducers_are_named_and_need_areas() {
    for name in ["mean", "sum", "min", "max", "median", "mode", "std", "var", "0.25"] {
        assert_eq!(name.parse::<Reducer>().unwrap().to_string(), name);
    }
    assert!(matches!("average".parse::<Reducer>(), Err(RegridError::UnknownReducer { .. })));
    assert!(matches!("1.5".parse::<Reducer>(), Err(RegridError::Level { .. })));
    assert!(matches!(Reducer::quantile(NAN), Err(RegridError::Level { .. })));
    let source = geographic(&even(0.0, 1.0, 4), &even(0.0, 1.0, 3));
    let nearest = Weights::shared(&source, &source, Method::Nearest, None).unwrap();
    let field = fields(&nearest, Values::F64(vec![0.0; 12]));
    let median = ApplyOptions::default().reduced_by(Reducer::Median);
    let error = RegriddedArray::new(field, nearest, median).err().unwrap().to_string();
    assert!(error.contains("median") && error.contains("nearest"), "{error}");
}

/// A statistic of one field, from a list of the values and areas of every target cell.
fn listed(weights: &Weights, field: &[f64], reducer: &str) -> Vec<f64> {
    let rows = weights.row_starts().windows(2);
    rows.map(|ends| {
        let entry = |at: usize| (field[weights.cells()[at] as usize], weights.values()[at]);
        let parts: Vec<(f64, f64)> = (ends[0]..ends[1]).map(entry).filter(|part| !part.0.is_nan()).collect();
        let covered: f64 = parts.iter().map(|part| part.1).sum();
        let mean = parts.iter().map(|part| part.1 * part.0).sum::<f64>() / covered;
        let variance = parts.iter().map(|part| part.1 * (part.0 - mean) * (part.0 - mean)).sum::<f64>() / covered;
        match reducer {
            _ if parts.is_empty() => NAN,
            "min" => parts.iter().map(|part| part.0).min_by(f64::total_cmp).unwrap(),
            "max" => parts.iter().map(|part| part.0).max_by(f64::total_cmp).unwrap(),
            "var" => variance,
            _ => variance.sqrt(),
        }
    })
    .collect()
}

#[test]
fn any_number_of_fields_has_the_statistics_of_every_field_alone() {
    let weights = sums::uneven();
    for count in [1, 3, 16, 21] {
        let values = sums::with_gaps(&weights, count);
        for reducer in ["min", "max", "var", "std"] {
            let options = ApplyOptions::new(anything()).reduced_by(reducer.parse().unwrap());
            let found = all(&regridded(&weights, Values::F64(values.clone()), options));
            let fields = values.chunks(weights.source().len());
            let expected: Vec<f64> = fields.flat_map(|field| listed(&weights, field, reducer)).collect();
            assert!(expected.iter().any(|value| value.is_nan()) && expected.iter().any(|value| !value.is_nan()));
            close(&found, &expected);
        }
    }
}
