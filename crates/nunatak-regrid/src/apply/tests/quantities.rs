//! Normalisation, amounts, and means weighted by a second field.

use super::*;
use crate::{Normalisation, Quantity};

const NAN: f64 = f64::NAN;

#[test]
fn what_is_not_covered_counts_as_nothing_or_not_at_all() {
    let mean = ApplyOptions::new(anything());
    close(&four_in_one([1.0, 3.0, 5.0, 7.0], mean), &[2.0, 6.0]);
    let destination = mean.normalised_by(Normalisation::DestinationArea);
    close(&four_in_one([1.0, 3.0, 5.0, 7.0], destination), &[2.0, 3.0]);
    close(&four_in_one([NAN, 3.0, NAN, NAN], destination), &[1.5, NAN]);
    let half = ApplyOptions::new(MissingPolicy::new(true, 0.6).unwrap()).normalised_by(Normalisation::DestinationArea);
    close(&four_in_one([1.0, 3.0, 5.0, 7.0], half), &[2.0, NAN]);
}

#[test]
fn amounts_are_shared_out_and_their_sum_is_kept() {
    let amounts = ApplyOptions::new(anything()).of(Quantity::Extensive);
    close(&four_in_one([1.0, 3.0, 5.0, 7.0], amounts), &[4.0, 12.0]);
    close(&four_in_one([1.0, NAN, 5.0, 7.0], amounts), &[1.0, 12.0]);
    let stretched = amounts.normalised_by(Normalisation::FractionalArea);
    close(&four_in_one([1.0, 3.0, 5.0, 7.0], stretched), &[4.0, 24.0]);

    // Cells of different areas, cut by a grid that reaches beyond them.
    let source = geographic(&even(0.0, 3.0, 20), &even(30.0, 2.5, 24));
    let target = geographic(&even(-5.0, 7.0, 11), &even(26.0, 4.0, 16));
    let values: Vec<f64> = (0..480).map(|cell| f64::from(cell * cell % 97)).collect();
    let found = all(&regridded(&weights(&source, &target), Values::F64(values.clone()), amounts));
    let (found, expected) = (found.iter().filter(|value| !value.is_nan()).sum::<f64>(), values.iter().sum::<f64>());
    assert!((found / expected - 1.0).abs() < 1e-12, "{found} {expected}");
}

fn weighted(values: [f64; 4], shares: [f64; 4], options: ApplyOptions) -> Vec<f64> {
    let source = geographic(&even(0.0, 1.0, 4), &[0.0, 1.0]);
    let weights = weights(&source, &geographic(&[0.0, 2.0, 6.0], &[0.0, 1.0]));
    let shares = fields(&weights, Values::F64(shares.to_vec()));
    all(&regridded(&weights, Values::F64(values.to_vec()), options).weighted_by(shares).unwrap())
}

#[test]
fn means_are_weighted_by_the_shares_of_cells() {
    let mean = ApplyOptions::new(anything());
    close(&weighted([1.0, 3.0, 5.0, 7.0], [0.25, 0.75, 0.5, 0.0], mean), &[2.5, 5.0]);
    // Without ice a thickness does not matter; without a share it does.
    close(&weighted([NAN, 3.0, 5.0, 7.0], [0.0, 0.5, 0.0, 0.0], mean), &[3.0, NAN]);
    close(&weighted([1.0, 3.0, 5.0, NAN], [NAN, 0.5, 0.5, 0.5], mean), &[3.0, 5.0]);
    let whole = ApplyOptions::new(MissingPolicy::new(true, 1.0).unwrap());
    close(&weighted([NAN, 3.0, 5.0, 7.0], [0.0, 0.5, 1.0, 1.0], whole), &[3.0, NAN]);
    close(&weighted([1.0, 3.0, 5.0, 7.0], [NAN, 0.5, 1.0, 1.0], whole), &[NAN, NAN]);
    let strict = ApplyOptions::new(MissingPolicy::new(false, 0.0).unwrap());
    close(&weighted([NAN, 3.0, 5.0, 7.0], [0.0, 0.5, NAN, 1.0], strict), &[3.0, NAN]);
    // The mean over all of the cell of what the shares hold.
    let destination = mean.normalised_by(Normalisation::DestinationArea);
    close(&weighted([1.0, 3.0, 5.0, 7.0], [0.25, 0.75, 0.5, 0.0], destination), &[1.25, 0.625]);
}

#[test]
fn shares_ride_along_or_stand_for_all_fields() {
    let source = geographic(&even(0.0, 1.0, 8), &even(0.0, 1.0, 6));
    let weights = weights(&source, &geographic(&even(0.0, 3.0, 3), &even(0.0, 2.5, 2)));
    let values: Vec<f64> = (0..10 * 48).map(|at| f64::from(at * 37 % 101)).collect();
    let shares: Vec<f64> = (0..10 * 48).map(|at| f64::from(at * 13 % 7) / 7.0).collect();
    let array = |values: &[f64]| regridded(&weights, Values::F64(values.to_vec()), anything().into());
    let part = |shares: &[f64]| fields(&weights, Values::F64(shares.to_vec()));
    let alone = |field: usize, share: usize| {
        let field = array(&values[field * 48..(field + 1) * 48]);
        all(&field.weighted_by(part(&shares[share * 48..(share + 1) * 48])).unwrap())
    };
    let along = array(&values).weighted_by(part(&shares)).unwrap();
    assert_eq!(bits(&all(&along)), bits(&(0..10).flat_map(|field| alone(field, field)).collect::<Vec<_>>()));
    let fixed = Arc::new(MemoryArray::new(vec![6, 8], Values::F64(shares[..48].to_vec())).unwrap());
    let fixed = array(&values).weighted_by(fixed).unwrap();
    assert_eq!(bits(&all(&fixed)), bits(&(0..10).flat_map(|field| alone(field, 0)).collect::<Vec<_>>()));
    // A region of the steps takes the shares of those steps.
    let region = Region::new(vec![3, 0, 1], vec![4, 2, 2]).unwrap();
    let expected: Vec<f64> = (3..7)
        .flat_map(|field| alone(field, field).chunks(3).flat_map(|row| row[1..].to_vec()).collect::<Vec<_>>())
        .collect();
    assert_eq!(bits(&along.read(&region).unwrap().to_f64().unwrap()), bits(&expected));
    assert!(array(&values).weighted_by(part(&shares[..96])).is_err());
    let sum = regridded(&weights, Values::F64(values.clone()), ApplyOptions::default().reduced_by(Reducer::Sum));
    let error = sum.weighted_by(part(&shares)).err().unwrap().to_string();
    assert!(error.contains("only a mean") && error.contains("sum"), "{error}");
}

#[test]
fn an_application_and_its_shares_are_rebuilt() {
    let source = geographic(&even(0.0, 1.0, 8), &even(0.0, 1.0, 6));
    let weights = weights(&source, &geographic(&even(0.0, 3.0, 3), &even(0.0, 2.5, 2)));
    let values = fields(&weights, Values::F64((0..96).map(f64::from).collect()));
    let shares = fields(&weights, Values::F64((0..96).map(|at| f64::from(at % 5)).collect()));
    let amounts = ApplyOptions::new(anything()).of(Quantity::Extensive).normalised_by(Normalisation::FractionalArea);
    let array = RegriddedArray::new(values.clone(), Arc::clone(&weights), amounts).unwrap();
    let array = array.weighted_by(shares.clone()).unwrap();
    let description = array.describe().unwrap();
    assert_eq!(description.inputs.len(), 2);
    let rebuilt = crate::rebuild(&description, &[values.clone(), shares]).unwrap().unwrap();
    assert_eq!(bits(&all(&*rebuilt)), bits(&all(&array)));
    let quantile = ApplyOptions::default().reduced_by(Reducer::quantile(0.9).unwrap());
    let array = RegriddedArray::new(values.clone(), weights, quantile).unwrap();
    let rebuilt = crate::rebuild(&array.describe().unwrap(), &[values]).unwrap().unwrap();
    assert_eq!(bits(&all(&*rebuilt)), bits(&all(&array)));
}
