//! Order statistics: the median, and the median absolute deviation about it.

/// Factor that makes the median absolute deviation estimate the standard deviation of normal values.
const NORMAL_CONSISTENCY: f64 = 1.4826;

/// Median of the values that are not NaN (the mean of the middle two for an even number); NaN when there is none.
pub fn median(values: &[f64]) -> f64 {
    let mut present: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
    median_of_present(&mut present)
}

/// Normalised median absolute deviation `1.4826 · median|x - median x|` (Höhle and Höhle 2009, eq. 2): the standard
/// deviation of a normal sample, hardly moved by outliers. NaN are skipped; NaN when there is no value.
pub fn nmad(values: &[f64]) -> f64 {
    median_and_nmad(values.iter().copied().filter(|value| !value.is_nan()).collect()).1
}

/// [`median`] and [`nmad`] of values that hold no NaN.
pub fn median_and_nmad(mut values: Vec<f64>) -> (f64, f64) {
    let centre = median_of_present(&mut values);
    values.iter_mut().for_each(|value| *value = (*value - centre).abs());
    (centre, NORMAL_CONSISTENCY * median_of_present(&mut values))
}

/// [`median`] of values that hold no NaN; reorders them.
pub fn median_of_present(values: &mut [f64]) -> f64 {
    let (middle, odd) = (values.len() / 2, values.len() % 2 == 1);
    if values.is_empty() {
        return f64::NAN;
    }
    let (below, &mut upper, _) = values.select_nth_unstable_by(middle, f64::total_cmp);
    if odd {
        return upper;
    }
    let lower = below.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    0.5 * (lower + upper)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians() {
        assert_eq!(median_of_present(&mut [3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median_of_present(&mut [4.0, 1.0, 3.0, 2.0]), 2.5);
        assert!(median_of_present(&mut []).is_nan());
        assert_eq!(median_and_nmad(vec![1.0, 2.0, 3.0, 4.0, 100.0]), (3.0, 1.4826));
    }

    #[test]
    fn median_and_nmad_of_known_values() {
        assert_eq!(median(&[3.0, f64::NAN, 1.0, 10.0, 2.0]), 2.5);
        assert_eq!(median(&[5.0, 1.0, 3.0]), 3.0);
        assert!(median(&[f64::NAN]).is_nan());
        assert_eq!(nmad(&[1.0, 2.0, 3.0, 4.0, 100.0]), 1.4826);
        assert_eq!(nmad(&[1.0, f64::NAN, 2.0, 3.0, 4.0, 100.0]), 1.4826);
        assert!(nmad(&[]).is_nan());
    }
}
