//! A source cell beside a missing one is constant, and integrals over what is left are kept.

use super::*;

/// Second-order weights, first-order ones, and a field on their source.
fn case() -> (Arc<Weights>, Arc<Weights>, Vec<f64>) {
    let (source, target) = (rotated(30, 50, 70.0), healpix(4));
    let first_order = Arc::new(Weights::new(&source, &target, Method::Conservative).unwrap());
    let values = scattered(source.len());
    (second_order(&source, &target), first_order, values)
}

fn with_holes(values: &[f64], is_hole: impl Fn(usize) -> bool) -> Vec<f64> {
    values.iter().enumerate().map(|(cell, &value)| if is_hole(cell) { f64::NAN } else { value }).collect()
}

/// Every other cell of every other row: each cell is, or is beside, one of them.
fn everywhere(cell: usize) -> bool {
    (cell / 50).is_multiple_of(2) && (cell % 50).is_multiple_of(2)
}

/// A few cells near each other.
fn somewhere(cell: usize) -> bool {
    (10..13).contains(&(cell / 50)) && (20..24).contains(&(cell % 50))
}

#[test]
fn it_is_the_first_order_where_every_cell_is_beside_a_hole() {
    let (second, first, values) = case();
    let values = with_holes(&values, everywhere);
    for skipna in [true, false] {
        for coverage in [0.0, 0.5, 0.9] {
            let options: ApplyOptions = MissingPolicy::new(skipna, coverage).unwrap().into();
            for options in [options, options.normalised_by(crate::Normalisation::DestinationArea)] {
                let expected = applied(&first, &values, options);
                close(&applied(&second, &values, options), &expected, 1e-12);
                close(&applied(&second, &values, options.limited(true)), &expected, 1e-12);
            }
        }
    }
}

#[test]
fn far_from_holes_nothing_changes() {
    let (second, _, values) = case();
    let (plain, holes) = (applied(&second, &values, anything()), with_holes(&values, somewhere));
    let found = applied(&second, &holes, anything());
    // Cells whose stencils hold no hole: those whose weights name none.
    let is_far = |row: usize| {
        let ends = second.row_starts()[row]..second.row_starts()[row + 1];
        second.cells()[ends].iter().all(|&cell| !somewhere(cell as usize))
    };
    let far: Vec<usize> = (0..found.len()).filter(|&row| is_far(row)).collect();
    assert!(far.len() > found.len() / 2 && far.len() < found.len() - 20);
    let pick = |values: &[f64]| far.iter().map(|&row| values[row]).collect::<Vec<f64>>();
    same_bits(&pick(&found), &pick(&plain));
}

#[test]
fn integrals_over_what_is_left_are_kept() {
    let (second, _, values) = case();
    let values = with_holes(&values, somewhere);
    for limited in [false, true] {
        let options = anything().limited(limited).normalised_by(crate::Normalisation::DestinationArea);
        let found = applied(&second, &values, options);
        let sum = |areas: Vec<f64>, values: &[f64]| -> f64 {
            areas.iter().zip(values).filter(|(_, value)| !value.is_nan()).map(|(area, value)| area * value).sum()
        };
        let (found, expected) = (sum(areas(second.target()), &found), sum(areas(second.source()), &values));
        assert!((found / expected - 1.0).abs() < 1e-12, "{found} {expected}");
    }
}

#[test]
fn ones_stay_ones_about_holes() {
    let (second, first, values) = case();
    let ones = with_holes(&vec![1.0; values.len()], somewhere);
    let (found, expected) = (applied(&second, &ones, anything()), applied(&first, &ones, anything()));
    close(&found, &expected, 1e-15);
}

#[test]
fn a_mask_does_as_missing_values() {
    let (second, _, values) = case();
    let keep: Vec<bool> = (0..values.len()).map(|cell| !somewhere(cell)).collect();
    let masked = Arc::new(second.masked(&keep).unwrap());
    let holes = with_holes(&values, somewhere);
    close(&applied(&masked, &values, anything()), &applied(&second, &holes, anything()), 1e-14);
    close(
        &applied(&masked, &values, anything().limited(true)),
        &applied(&second, &holes, anything().limited(true)),
        1e-14,
    );
    // A mask does not make cells missing where missing values would.
    let strict: ApplyOptions = MissingPolicy::new(false, 0.0).unwrap().into();
    same_bits(&applied(&masked, &values, strict), &applied(&masked, &values, anything()));
    same_bits(&applied(&masked, &holes, strict), &applied(&masked, &values, anything()));
    let shared = Weights::shared(second.source(), second.target(), Method::Conservative2, Some(&keep)).unwrap();
    assert_eq!((shared.cells(), shared.values()), (masked.cells(), masked.values()));
    let covered = Weights::new(second.source(), second.target(), Method::Conservative).unwrap().masked(&keep).unwrap();
    close(&masked.covered_fraction(), &covered.covered_fraction(), 1e-13);
}

#[test]
fn a_mask_and_missing_values_are_one_set_of_holes() {
    let (second, _, values) = case();
    let other = |cell: usize| (12..15).contains(&(cell / 50)) && (22..27).contains(&(cell % 50));
    let keep: Vec<bool> = (0..values.len()).map(|cell| !somewhere(cell)).collect();
    let masked = Arc::new(second.masked(&keep).unwrap());
    for limited in [false, true] {
        let options = anything().limited(limited);
        let both = applied(&second, &with_holes(&values, |cell| somewhere(cell) || other(cell)), options);
        close(&applied(&masked, &with_holes(&values, other), options), &both, 1e-14);
    }
}

#[test]
fn extrapolated_cells_stay_filled() {
    let (source, target) = (triangles(250e3, 2.0e6, false), polar(300e3, 2.6e6));
    let weights = Arc::new(second_order(&source, &target).extrapolated(crate::Extrapolation::Nearest).unwrap());
    let values = with_holes(&scattered(source.len()), |cell| cell == 40);
    let found = applied(&weights, &values, anything().limited(true));
    let empty = applied(&second_order(&source, &target), &values, anything());
    assert!(empty.iter().filter(|value| value.is_nan()).count() > 20);
    assert!(found.iter().all(|value| !value.is_nan()));
}

#[test]
fn a_weighted_mean_about_holes_is_one_of_what_is_left() {
    let (second, first, values) = case();
    let shares: Vec<f64> = scattered(2 * values.len()).split_off(values.len());
    let input = |values: &[f64]| -> SharedArray {
        Arc::new(MemoryArray::new(second.source().shape(), Values::F64(values.to_vec())).unwrap())
    };
    let weighted = |weights: &Arc<Weights>, values: &[f64], options: ApplyOptions| {
        let array = RegriddedArray::new(input(values), Arc::clone(weights), options).unwrap();
        all(&array.weighted_by(input(&shares)).unwrap())
    };
    let holes = with_holes(&values, everywhere);
    for limited in [false, true] {
        close(&weighted(&second, &holes, anything().limited(limited)), &weighted(&first, &holes, anything()), 1e-12);
    }
    // Far from holes the bits are those of a field without any.
    let (plain, found) =
        (weighted(&second, &values, anything()), weighted(&second, &with_holes(&values, somewhere), anything()));
    let unchanged = plain.iter().zip(&found).filter(|(plain, found)| plain.to_bits() == found.to_bits()).count();
    assert!(unchanged > plain.len() / 2 && unchanged < plain.len() - 20, "{unchanged}");
}

#[test]
fn a_missing_value_leaves_extrapolated_cells_what_others_say() {
    let (second, _, values) = case();
    // Whole target cells are masked, and filled from the cells about them.
    let keep: Vec<bool> = (0..values.len()).map(|cell| !(5..17).contains(&(cell / 50))).collect();
    let masked = second.masked(&keep).unwrap();
    let filled = Arc::new(masked.extrapolated(crate::Extrapolation::InverseDistance(Neighbours::default())).unwrap());
    let entries = |row: usize| filled.row_starts()[row]..filled.row_starts()[row + 1];
    let added: Vec<usize> =
        (0..filled.target().len()).filter(|&row| masked.row_starts()[row] == masked.row_starts()[row + 1]).collect();
    assert!(added.len() > 5 && added.iter().all(|&row| entries(row).len() > 1));
    let lost = filled.cells()[entries(added[0]).start] as usize;
    let holes = with_holes(&values, |cell| cell == lost);
    for options in [anything(), anything().limited(true)] {
        let found = applied(&filled, &holes, options);
        for &row in &added {
            let terms = filled.cells()[entries(row)].iter().zip(&filled.values()[entries(row)]);
            let left = terms.filter(|&(&cell, _)| cell as usize != lost);
            let (sum, total) = left.fold((0.0, 0.0), |(sum, total), (&cell, &weight)| {
                (sum + weight * values[cell as usize], total + weight)
            });
            assert!((found[row] - sum / total).abs() < 1e-14, "{row}: {} {}", found[row], sum / total);
        }
    }
}
