//! How far the mean along tracks lies from the mean of the cell they cross, for a surface of correlation `exp(-d/L)`.
//!
//! The error of taking the one for the other is the extension variance of geostatistics (Matheron 1971; Journel and
//! Huijbregts 1978, eq. II.27), here per unit of variance of the surface:
//!
//! ```text
//! C(track, track) - 2 C(track, cell) + C(cell, cell)
//! ```
//!
//! each the mean correlation between a point of the one and a point of the other. The cell is taken as a square.

/// Nodes and weights of the 12-point Gauss-Legendre rule on (0, 1).
const RULE: [(f64, f64); 12] = [
    (0.009_219_682_876_640_378, 0.023_587_668_193_255_914),
    (0.047_941_371_814_762_55, 0.053_469_662_997_659_22),
    (0.115_048_662_902_847_65, 0.080_039_164_271_673_11),
    (0.206_341_022_856_691_27, 0.101_583_713_361_532_96),
    (0.316_084_250_500_909_93, 0.116_746_268_269_177_4),
    (0.437_383_295_744_265_54, 0.124_573_522_906_701_39),
    (0.562_616_704_255_734_5, 0.124_573_522_906_701_39),
    (0.683_915_749_499_090_1, 0.116_746_268_269_177_4),
    (0.793_658_977_143_308_7, 0.101_583_713_361_532_96),
    (0.884_951_337_097_152_3, 0.080_039_164_271_673_11),
    (0.952_058_628_185_237_5, 0.053_469_662_997_659_22),
    (0.990_780_317_123_359_6, 0.023_587_668_193_255_914),
];
/// Distances beyond this many correlation lengths add nothing.
const FARTHEST: f64 = 40.0;

/// Mean correlation of a point of a square cell with all of the cell; the point's offset is from the centre, m.
///
/// In polar coordinates about the point the radial integral is closed; the angle runs over the four triangles that the
/// point makes with the edges.
pub(crate) fn correlation_with_cell(offset: [f64; 2], width: f64, length: f64) -> f64 {
    let half = 0.5 * width;
    let [x, y] = offset.map(|offset| offset.clamp(-half, half));
    let edges = [
        (half - x, -half - y, half - y),
        (half + x, -half - y, half - y),
        (half - y, -half - x, half - x),
        (half + y, -half - x, half - x),
    ];
    let sum: f64 = edges.iter().map(|&(distance, low, high)| triangle(distance, low, high, length)).sum();
    sum / (width * width)
}

/// Integral of `exp(-r/L)` over the triangle that the origin makes with an edge at `distance`, from `low` to `high`
/// along it.
fn triangle(distance: f64, low: f64, high: f64, length: f64) -> f64 {
    if distance <= 0.0 {
        return 0.0;
    }
    let (from, to) = ((low / distance).atan(), (high / distance).atan());
    let radial = |angle: f64| {
        let t = distance / angle.cos() / length;
        // 1 - (1 + t) exp(-t), without its cancellation for small t.
        if t < 1e-3 { t * t * (0.5 - t / 3.0) } else { 1.0 - (1.0 + t) * (-t).exp() }
    };
    // Two panels: the angle to a near edge is almost half a turn.
    let middle = 0.5 * (from + to);
    let panel = |from: f64, to: f64| {
        (to - from) * RULE.iter().map(|(node, weight)| weight * radial(from + node * (to - from))).sum::<f64>()
    };
    length * length * (panel(from, middle) + panel(middle, to))
}

/// Mean correlation between two points of a square cell.
///
/// Of two random points of a unit square the distances along the axes have densities 2(1 - u) and 2(1 - v); the square
/// of distances is folded at its diagonal.
pub(crate) fn correlation_in_cell(width: f64, length: f64) -> f64 {
    let a = width / length;
    let eighth = std::f64::consts::FRAC_PI_4;
    let along = |angle: f64| {
        let (sin, cos) = angle.sin_cos();
        let reach = (1.0 / cos).min(FARTHEST / a);
        let density = |r: f64| (1.0 - r * cos) * (1.0 - r * sin) * r * (-a * r).exp();
        // Panels that grow keep the digits near the origin, where short correlations lie.
        [(0.0, 0.05), (0.05, 0.2), (0.2, 0.5), (0.5, 1.0)]
            .iter()
            .map(|&(low, high)| {
                let (low, width) = (low * reach, (high - low) * reach);
                width * RULE.iter().map(|(node, weight)| weight * density(low + node * width)).sum::<f64>()
            })
            .sum::<f64>()
    };
    8.0 * eighth * RULE.iter().map(|(node, weight)| weight * along(node * eighth)).sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::*;

    const N: usize = 60;

    fn nodes(width: f64) -> Vec<[f64; 2]> {
        let place = |index: usize| ((index as f64 + 0.5) / N as f64 - 0.5) * width;
        (0..N * N).map(|at| [place(at % N), place(at / N)]).collect()
    }

    fn correlation(a: [f64; 2], b: [f64; 2], length: f64) -> f64 {
        (-(a[0] - b[0]).hypot(a[1] - b[1]) / length).exp()
    }

    #[test]
    fn a_point_and_its_cell_agree_with_a_sum_over_the_cell() {
        for length in [800.0, 3000.0, 2e4] {
            for offset in [[0.0, 0.0], [3100.0, -500.0], [4000.0, 4000.0]] {
                let sum: f64 = nodes(8000.0).iter().map(|&node| correlation(node, offset, length)).sum();
                let expected = sum / (N * N) as f64;
                let found = correlation_with_cell(offset, 8000.0, length);
                assert!((found / expected - 1.0).abs() < 0.005, "L = {length}, {offset:?}: {found} {expected}");
            }
        }
    }

    #[test]
    fn a_cell_and_itself_agree_with_the_mean_over_its_points() {
        for length in [300.0, 1000.0, 4000.0, 5e4] {
            let sum: f64 = nodes(8000.0).iter().map(|&node| correlation_with_cell(node, 8000.0, length)).sum();
            let (found, expected) = (correlation_in_cell(8000.0, length), sum / (N * N) as f64);
            assert!((found / expected - 1.0).abs() < 0.002, "L = {length}: {found} {expected}");
        }
    }

    /// Short correlations see no edge: the plane's integral of exp(-r/L) is 2 pi L².
    #[test]
    fn short_correlations_fill_a_disc() {
        let expected = std::f64::consts::TAU * 1e2 / 64e6;
        assert!((correlation_with_cell([0.0, 0.0], 8000.0, 10.0) / expected - 1.0).abs() < 1e-9);
        assert!((correlation_in_cell(8000.0, 10.0) / expected - 1.0).abs() < 0.01);
        assert!((correlation_in_cell(8000.0, 1e9) - 1.0).abs() < 1e-5);
    }
}
