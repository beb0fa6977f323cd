/// Factor that makes the median absolute deviation estimate the standard deviation of normal values.
const NORMAL_CONSISTENCY: f64 = 1.4826;

/// Median, with the mean of the two middle values for an even number; NaN for none. Reorders the values, which must
/// hold no NaN.
pub(crate) fn median(values: &mut [f64]) -> f64 {
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

/// Median and normalised median absolute deviation, `1.4826 median|v - median v|` (Höhle and Höhle 2009, table 1).
pub(crate) fn median_and_nmad(mut values: Vec<f64>) -> (f64, f64) {
    let centre = median(&mut values);
    values.iter_mut().for_each(|value| *value = (*value - centre).abs());
    (centre, NORMAL_CONSISTENCY * median(&mut values))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians() {
        assert_eq!(median(&mut [3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&mut [4.0, 1.0, 3.0, 2.0]), 2.5);
        assert!(median(&mut []).is_nan());
        assert_eq!(median_and_nmad(vec![1.0, 2.0, 3.0, 4.0, 100.0]), (3.0, 1.4826));
    }
}
