//! Sorting of the members of several points at once.

/// Points that are sorted together: two registers of AVX2.
pub(crate) const LANES: usize = 8;

/// One member of several points.
pub(crate) type Lanes = [f64; LANES];

/// Comparisons that sort so many values, whatever they are: Batcher's merge exchange (Knuth 1998, 5.2.2, algorithm M).
pub(crate) fn comparisons(size: usize) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let top = size.next_power_of_two() / 2;
    let mut step = top;
    while step > 0 {
        let (mut half, mut rest, mut distance) = (top, 0, step);
        loop {
            found.extend(
                (0..size.saturating_sub(distance)).filter(|at| at & step == rest).map(|at| (at, at + distance)),
            );
            if half == step {
                break;
            }
            distance = half - step;
            half /= 2;
            rest = step;
        }
        step /= 2;
    }
    found
}

/// Sorts each lane; the values hold no NaN.
#[inline(always)]
pub(crate) fn sort(rows: &mut [Lanes], comparisons: &[(usize, usize)]) {
    for &(low, high) in comparisons {
        let (first, second) = (rows[low], rows[high]);
        for lane in 0..LANES {
            let (one, other) = (first[lane], second[lane]);
            rows[low][lane] = if one < other { one } else { other };
            rows[high][lane] = if one < other { other } else { one };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_order_is_sorted() {
        // A network that sorts all sequences of 0 and 1 sorts everything (Knuth 1998, theorem Z).
        for size in 1..=13_usize {
            let network = comparisons(size);
            for bits in 0..1_u32 << size {
                let mut rows: Vec<Lanes> = (0..size).map(|at| [f64::from(bits >> at & 1); LANES]).collect();
                sort(&mut rows, &network);
                assert!(rows.is_sorted_by(|one, other| one[3] <= other[3]), "{size} {bits:b}");
            }
        }
        assert!(comparisons(0).is_empty() && comparisons(1).is_empty());
    }
}
