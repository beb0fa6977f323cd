//! Barycentric coordinates of the origin in a polygon of the plane: weights of the corners that sum to one, and whose
//! mean of the corners is the origin.

type Point = [f64; 2];

fn area(a: Point, b: Point) -> f64 {
    a[0] * b[1] - a[1] * b[0]
}

fn product(a: Point, b: Point) -> f64 {
    a[0] * b[0] + a[1] * b[1]
}

fn minus(a: Point, b: Point) -> Point {
    [a[0] - b[0], a[1] - b[1]]
}

/// Whether the origin is inside (Shimrat 1962). A point on an edge belongs to one of the two polygons that share it.
pub(super) fn holds_origin(corners: &[Point]) -> bool {
    let mut inside = false;
    let mut before = corners[corners.len() - 1];
    for &corner in corners {
        if (corner[1] > 0.0) != (before[1] > 0.0) {
            // The same arithmetic from either side of an edge.
            let (low, high) = if corner[1] < before[1] { (corner, before) } else { (before, corner) };
            inside ^= area(low, high) > 0.0;
        }
        before = corner;
    }
    inside
}

/// Weights on the edge that the origin lies on but for a billionth of the edge's length.
pub(super) fn on_edge(corners: &[Point]) -> Option<[(usize, f64); 2]> {
    (0..corners.len()).find_map(|at| {
        let next = (at + 1) % corners.len();
        let edge = minus(corners[next], corners[at]);
        let length = product(edge, edge);
        let along = (-product(corners[at], edge) / length).clamp(0.0, 1.0);
        let apart = [corners[at][0] + along * edge[0], corners[at][1] + along * edge[1]];
        (product(apart, apart) <= 1e-18 * length).then_some([(at, 1.0 - along), (next, along)])
    })
}

/// Weights of the corners of a polygon that holds the origin: areas in a triangle, inverse bilinear in a convex
/// quadrilateral, mean value coordinates (Floater 2003) in other convex polygons; in others, areas in the triangle of
/// an edge and the mean of the corners. Nothing for a polygon that the mean of its corners does not see whole.
pub(super) fn coordinates(corners: &[Point], weights: &mut Vec<f64>) -> bool {
    weights.clear();
    weights.resize(corners.len(), 0.0);
    if let Some(edge) = on_edge(corners) {
        edge.into_iter().for_each(|(at, weight)| weights[at] += weight);
        return true;
    }
    match corners {
        [a, b, c] => {
            let areas = [area(*b, *c), area(*c, *a), area(*a, *b)];
            let sum: f64 = areas.iter().sum();
            weights.iter_mut().zip(areas).for_each(|(weight, area)| *weight = (area / sum).max(0.0));
            true
        }
        _ if !is_convex(corners) => fan(corners, weights),
        [a, b, c, d] => inverse_bilinear([*a, *b, *c, *d], weights),
        _ => {
            mean_value(corners, weights);
            true
        }
    }
}

fn is_convex(corners: &[Point]) -> bool {
    let count = corners.len();
    let turn = |at: usize| {
        let (a, b, c) = (corners[at], corners[(at + 1) % count], corners[(at + 2) % count]);
        area(minus(b, a), minus(c, b))
    };
    (0..count).all(|at| turn(at) >= 0.0) || (0..count).all(|at| turn(at) <= 0.0)
}

/// The place (u, v) of the origin in the unit square that bilinear interpolation takes to the quadrilateral.
fn inverse_bilinear(corners: [Point; 4], weights: &mut [f64]) -> bool {
    let [origin, right, opposite, up] = corners;
    let (e, f) = (minus(right, origin), minus(up, origin));
    let g = minus(minus(opposite, right), f);
    let h = [-origin[0], -origin[1]];
    let (quadratic, linear, constant) = (area(g, f), area(e, f) + area(h, g), area(h, e));
    let root = (linear * linear - 4.0 * quadratic * constant).max(0.0).sqrt();
    // The root without cancellation, and the other.
    let q = -0.5 * (linear + root.copysign(linear));
    let outside = |v: f64| if v.is_finite() { (-v).max(v - 1.0) } else { f64::INFINITY };
    let (first, second) = (constant / q, q / quadratic);
    let v = if outside(first) <= outside(second) { first } else { second }.clamp(0.0, 1.0);
    let (along, rest) = ([e[0] + g[0] * v, e[1] + g[1] * v], [h[0] - f[0] * v, h[1] - f[1] * v]);
    let u = (product(along, rest) / product(along, along)).clamp(0.0, 1.0);
    let found = [(1.0 - u) * (1.0 - v), u * (1.0 - v), u * v, (1.0 - u) * v];
    weights.copy_from_slice(&found);
    found.iter().all(|weight| weight.is_finite())
}

fn mean_value(corners: &[Point], weights: &mut [f64]) {
    let count = corners.len();
    let length = |corner: Point| corner[0].hypot(corner[1]);
    // Tangent of half the angle that an edge is seen under.
    let half = |at: usize| {
        let (a, b) = (corners[at], corners[(at + 1) % count]);
        (area(a, b) / (length(a) * length(b) + product(a, b))).abs()
    };
    for at in 0..count {
        weights[at] = (half((at + count - 1) % count) + half(at)) / length(corners[at]);
    }
    let sum: f64 = weights.iter().sum();
    weights.iter_mut().for_each(|weight| *weight /= sum);
}

fn fan(corners: &[Point], weights: &mut [f64]) -> bool {
    let count = corners.len();
    let sum = corners.iter().fold([0.0; 2], |sum, corner| [sum[0] + corner[0], sum[1] + corner[1]]);
    let middle = sum.map(|value| value / count as f64);
    for at in 0..count {
        let next = (at + 1) % count;
        let (a, b) = (corners[at], corners[next]);
        let areas = [area(a, b), area(b, middle), area(middle, a)];
        let whole: f64 = areas.iter().sum();
        let shares = areas.map(|area| area / whole);
        if whole != 0.0 && shares.iter().all(|share| *share >= -1e-12) {
            weights.fill(shares[0].max(0.0) / count as f64);
            weights[at] += shares[1].max(0.0);
            weights[next] += shares[2].max(0.0);
            return true;
        }
    }
    false
}
