//! Sums against exact integers, and against themselves in other orders and cuts.

use nunatak_grid::Locator;
use proptest::prelude::*;
use proptest::strategy::ValueTree;

use super::*;
use crate::points::NOT_A_TIME;

/// Units of the columns: of heights, of products, and one that cuts large values off.
const UNITS: [Unit; 3] = [Unit::two_to(-40), Unit::two_to(-50), Unit::two_to(-70)];

/// cell, pass, time, values.
type Point = (u64, i64, i64, [f64; 3]);

fn points(most: usize) -> impl Strategy<Value = Vec<Point>> {
    let value = prop_oneof![
        8 => -9e3..9e3_f64,
        2 => prop::num::f64::NORMAL,
        1 => prop_oneof![Just(f64::NAN), Just(0.0), Just(-0.0), Just(f64::INFINITY), Just(-1e300), Just(5e-324)],
    ];
    let cell = prop_oneof![9 => 0_u64..4, 1 => Just(Locator::OUTSIDE)];
    let time = prop_oneof![5 => 0_i64..1_000_000, 1 => Just(NOT_A_TIME)];
    let point = (cell, -2_i64..3, time, [value.clone(), value.clone(), value]);
    // Runs, as along a track.
    let run = (point, 1_usize..12).prop_map(|(point, length)| vec![point; length]);
    prop::collection::vec(run, 1..most).prop_map(|runs| runs.concat())
}

fn sums(points: &[Point]) -> SumsByKey<3> {
    let mut sums = SumsByKey::new(UNITS);
    push(&mut sums, points);
    sums
}

fn push(sums: &mut SumsByKey<3>, points: &[Point]) {
    let column = |at: usize| points.iter().map(|point| point.3[at]).collect::<Vec<f64>>();
    let (cells, passes): (Vec<u64>, Vec<i64>) = points.iter().map(|point| (point.0, point.1)).unzip();
    let times: Vec<i64> = points.iter().map(|point| point.2).collect();
    let columns = [column(0), column(1), column(2)];
    let columns = [&columns[0][..], &columns[1], &columns[2]];
    sums.push(&PointBatch { cells: &cells, passes: &passes, times: &times, columns }).unwrap();
}

/// The multiple of 2^exponent nearest to a value, to the even one of two, from its bits.
fn multiples(value: f64, exponent: i32) -> i128 {
    if value.is_nan() {
        return 0;
    }
    let largest = 1_i128 << 79;
    let (bits, sign) = (value.to_bits(), if value < 0.0 { -1 } else { 1 });
    let (stored, fraction) = ((bits >> 52 & 0x7ff) as i32, (bits & ((1 << 52) - 1)) as i128);
    let (mantissa, power) = if stored == 0 { (fraction, -1074) } else { (fraction | 1 << 52, stored - 1075) };
    let shift = power - exponent;
    let magnitude = match shift {
        27.. => {
            if mantissa == 0 {
                0
            } else {
                largest
            }
        }
        0..27 => mantissa << shift,
        -60..0 => {
            let (whole, rest, half) = (mantissa >> -shift, mantissa & ((1 << -shift) - 1), 1_i128 << (-shift - 1));
            whole + i128::from(rest > half || (rest == half && whole % 2 == 1))
        }
        _ => 0,
    };
    sign * magnitude.min(largest)
}

/// A shuffle by a linear congruence: the same for the same seed.
fn shuffled(points: &[Point], seed: u64) -> Vec<Point> {
    let mut state = seed;
    let mut keyed: Vec<(u64, &Point)> = Vec::new();
    for point in points {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        keyed.push((state >> 20, point));
    }
    keyed.sort_by_key(|(key, _)| *key);
    keyed.into_iter().map(|(_, point)| *point).collect()
}

/// Points cut in pieces of many lengths, each to sums of its own, merged as a tree.
fn cut_and_merged(points: &[Point], seed: u64) -> SumsByKey<3> {
    if points.len() < 2 || seed.is_multiple_of(7) {
        return sums(points);
    }
    let at = 1 + (seed.wrapping_mul(0x9e37_79b9) >> 7) as usize % (points.len() - 1);
    let mut one = cut_and_merged(&points[at..], seed / 3 + 1);
    one.merge(&cut_and_merged(&points[..at], seed / 2 + 5)).unwrap();
    one
}

proptest! {
    #[test]
    fn sums_are_those_of_integers(points in points(30)) {
        let found = sums(&points).into_sorted();
        let mut expected = std::collections::BTreeMap::<CellPass, (u64, i64, i64, [i128; 3])>::new();
        for (cell, pass, time, values) in points.into_iter().filter(|point| point.0 != Locator::OUTSIDE) {
            let sums = expected.entry(CellPass { cell, pass }).or_insert((0, i64::MAX, i64::MIN, [0; 3]));
            sums.0 += 1;
            if time != NOT_A_TIME {
                sums.1 = sums.1.min(time);
                sums.2 = sums.2.max(time);
            }
            for column in 0..3 {
                sums.3[column] += multiples(values[column], UNITS[column].exponent());
            }
        }
        prop_assert_eq!(found.entries().len(), expected.len());
        for ((key, found_sums), (expected_key, expected)) in found.entries().iter().zip(expected) {
            prop_assert_eq!(*key, expected_key);
            prop_assert_eq!(found_sums.count(), expected.0);
            let first = if expected.1 == i64::MAX { NOT_A_TIME } else { expected.1 };
            prop_assert_eq!(found_sums.time_span(), (first, expected.2));
            prop_assert_eq!(found.totals(found_sums).map(Total::units), expected.3);
        }
    }

    #[test]
    fn products_about_the_mean_keep_their_digits(
        offset in -9e3..9e3_f64, scale in 1e-6..10.0_f64, parts in prop::collection::vec((-1.0..1.0_f64, 0.01..100.0_f64), 2..40),
    ) {
        // Few bits, so that weights times values are exact; those times values again are rounded.
        let round = |value: f64, bits: i32| (value * 2_f64.powi(bits)).round() / 2_f64.powi(bits);
        let values: Vec<(f64, f64)> =
            parts.iter().map(|&(part, weight)| (round(offset + scale * part, 12), round(weight, 6).max(0.25))).collect();
        let mut sums = SumsByKey::new([Unit::two_to(-50), Unit::two_to(-50), Unit::two_to(-40)]);
        let column = |value: fn(&(f64, f64)) -> f64| values.iter().map(value).collect::<Vec<f64>>();
        let columns = [column(|v| v.1), column(|v| v.1 * v.0), column(|v| v.1 * v.0 * v.0)];
        let length = values.len();
        let batch = PointBatch {
            cells: &vec![0; length], passes: &vec![0; length], times: &vec![0; length],
            columns: [&columns[0], &columns[1], &columns[2]],
        };
        sums.push(&batch).unwrap();
        let sums = sums.into_sorted();
        let [weight, first, second] = sums.totals(&sums.entries()[0].1);
        let total: f64 = columns[0].iter().sum();
        let mean = offset + values.iter().map(|v| v.1 * (v.0 - offset)).sum::<f64>() / total;
        let expected: f64 = values.iter().map(|v| v.1 * (v.0 - mean).powi(2)).sum();
        prop_assert!((first.over(weight) - mean).abs() < 1e-10);
        let found = second.less_product(first, first, weight);
        prop_assert!((found - expected).abs() <= 1e-9 * expected + 4.0 * f64::EPSILON * second.value() + 1e-10, "{} {}", found, expected);
        let floored = second.squares_about_mean(first, weight);
        prop_assert!(floored == found || (floored == 0.0 && found.abs() < 2e-15 * second.value()));
    }

    #[test]
    fn equal_values_have_no_spread(value in -30.0..30.0_f64, weights in prop::collection::vec(0.01..100.0_f64, 1..40)) {
        let length = weights.len();
        let columns: [Vec<f64>; 3] = [
            weights.clone(),
            weights.iter().map(|weight| weight * value).collect(),
            weights.iter().map(|weight| weight * value * value).collect(),
        ];
        let mut sums = SumsByKey::new([Unit::two_to(-60); 3]);
        let batch = PointBatch {
            cells: &vec![0; length], passes: &vec![0; length], times: &vec![0; length],
            columns: [&columns[0], &columns[1], &columns[2]],
        };
        sums.push(&batch).unwrap();
        let sums = sums.into_sorted();
        let [weight, first, second] = sums.totals(&sums.entries()[0].1);
        // But for values so small that their squares are few units.
        prop_assert!(second.squares_about_mean(first, weight).abs() < 1e-10);
        prop_assert!(value.abs() < 1.0 || second.squares_about_mean(first, weight) == 0.0);
    }
}

#[test]
fn a_hundred_orders_and_cuts_give_the_same_bytes() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let points = points(300).new_tree(&mut runner).unwrap().current();
    let expected = sums(&points).into_sorted();
    assert!(expected.entries().len() >= 15);
    for seed in 0..100 {
        let other = cut_and_merged(&shuffled(&points, seed), 1_000_003 * seed + 1).into_sorted();
        assert_eq!(other, expected, "{seed}");
    }
}

#[test]
fn threads_share_pieces_and_give_the_same_bytes() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let points = points(300).new_tree(&mut runner).unwrap().current();
    let expected = sums(&points).into_sorted();
    let pieces: Vec<&[Point]> = points.chunks(17).collect();
    for threads in [1, 2, 5] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let found = pool.install(|| {
            SumsByKey::of_pieces(UNITS, pieces.len(), |sums, piece| {
                push(sums, pieces[piece]);
                Ok(())
            })
        });
        assert_eq!(found.unwrap().into_sorted(), expected, "{threads} threads");
    }
    let wrong = PointBatch { cells: &[0], passes: &[], times: &[0], columns: [&[1.0]; 3] };
    assert!(SumsByKey::of_pieces(UNITS, 3, |sums, _| sums.push(&wrong)).is_err());
    assert!(SumsByKey::of_pieces(UNITS, 0, |_, _| Ok(())).unwrap().is_empty());
}

#[test]
fn long_runs_and_large_values_overflow_nothing() {
    let length = 3 * run::LONGEST_RUN + 5;
    let points: Vec<Point> = vec![(1, 1, 0, [1e300, -1e300, 1.0]); length];
    let found = sums(&points).into_sorted();
    let totals = found.totals(&found.entries()[0].1).map(Total::units);
    assert_eq!(totals, [length as i128 * (1 << 79), -(length as i128 * (1 << 79)), length as i128 * (1 << 70)]);
}

#[test]
fn columns_and_units_that_do_not_match_are_refused() {
    let mut sums = SumsByKey::new([Unit::two_to(-40)]);
    let batch = PointBatch { cells: &[0], passes: &[0], times: &[0], columns: [&[1.0, 2.0]] };
    assert!(sums.push(&batch).unwrap_err().to_string().contains("columns: found 2 values, expected 1 like cells"));
    assert!(sums.is_empty());
    assert!(sums.merge(&SumsByKey::new([Unit::two_to(-41)])).unwrap_err().to_string().contains("units"));
}
