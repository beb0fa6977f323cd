//! The minimum of a function of a few numbers without its derivatives.

/// The lowest point that the method of Nelder and Mead (1965) finds from a start, with steps along each axis, in at most
/// `evaluations` evaluations.
pub fn minimum<const N: usize>(
    start: [f64; N],
    steps: [f64; N],
    evaluations: usize,
    mut function: impl FnMut(&[f64; N]) -> f64,
) -> ([f64; N], f64) {
    let mut corners: Vec<([f64; N], f64)> = (0..=N)
        .map(|corner| {
            let mut point = start;
            if let Some(step) = corner.checked_sub(1) {
                point[step] += steps[step];
            }
            (point, function(&point))
        })
        .collect();
    let mut used = N + 1;
    while used < evaluations && N > 0 {
        corners.sort_by(|one, other| one.1.total_cmp(&other.1));
        let (best, worst) = (corners[0], corners[N]);
        if worst.1 - best.1 < TOLERANCE {
            break;
        }
        let centre: [f64; N] =
            std::array::from_fn(|axis| corners[..N].iter().map(|corner| corner.0[axis]).sum::<f64>() / N as f64);
        let mut at = |factor: f64| {
            used += 1;
            let point = std::array::from_fn(|axis| centre[axis] + factor * (worst.0[axis] - centre[axis]));
            (point, function(&point))
        };
        let reflected = at(-1.0);
        corners[N] = if reflected.1 < best.1 {
            let expanded = at(-2.0);
            if expanded.1 < reflected.1 { expanded } else { reflected }
        } else if reflected.1 < corners[N - 1].1 {
            reflected
        } else {
            let contracted = if reflected.1 < worst.1 { at(-0.5) } else { at(0.5) };
            if contracted.1 < worst.1.min(reflected.1) {
                contracted
            } else {
                for corner in &mut corners[1..] {
                    corner.0 = std::array::from_fn(|axis| 0.5 * (corner.0[axis] + best.0[axis]));
                    corner.1 = function(&corner.0);
                }
                used += N;
                continue;
            }
        };
    }
    corners.into_iter().min_by(|one, other| one.1.total_cmp(&other.1)).unwrap_or((start, f64::NAN))
}

/// Differences of the function that do not matter: in logarithms of a likelihood.
const TOLERANCE: f64 = 0.05;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bottom_of_a_bent_valley_is_found() {
        let valley = |&[x, y]: &[f64; 2]| 100.0 * ((y - x * x).powi(2) * 100.0 + (1.0 - x).powi(2));
        let (found, value) = minimum([-1.2, 1.0], [0.5, 0.5], 600, valley);
        assert!((found[0] - 1.0).abs() < 0.05 && (found[1] - 1.0).abs() < 0.1 && value < 0.5, "{found:?} {value}");
    }
}
