//! Outlines that are not convex, cut into polygons that are.

use super::vector::{Vector, cross, dot, normalised, plus};

/// A counter-clockwise outline cut into convex polygons: itself, a fan, or triangles; nothing when it crosses itself.
pub(crate) fn convex_parts(outline: &[Vector]) -> Option<Vec<Vec<Vector>>> {
    let flat = flattened(outline);
    triangulated(&flat).map(|parts| match parts {
        Parts::Whole => vec![outline.to_vec()],
        Parts::Triangles(triangles) => {
            triangles.into_iter().map(|triangle| triangle.map(|corner| outline[corner]).to_vec()).collect()
        }
    })
}

/// An outline on the plane that touches the sphere at its middle (gnomonic: great circles are straight).
fn flattened(outline: &[Vector]) -> Vec<[f64; 2]> {
    let middle = normalised(outline.iter().fold([0.0; 3], |sum, &corner| plus(sum, corner)));
    let away = if middle[2].abs() < 0.9 { [0.0, 0.0, 1.0] } else { [1.0, 0.0, 0.0] };
    let east = normalised(cross(away, middle));
    let north = cross(middle, east);
    outline
        .iter()
        .map(|&corner| {
            let height = dot(corner, middle).max(1e-3);
            [dot(corner, east) / height, dot(corner, north) / height]
        })
        .collect()
}

/// An outline as convex polygons: as it is, or triangles of its corners.
pub(crate) enum Parts {
    Whole,
    Triangles(Vec<[usize; 3]>),
}

/// Twice the area of a triangle, positive when counter-clockwise.
pub(crate) fn side(a: [f64; 2], b: [f64; 2], c: [f64; 2]) -> f64 {
    (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
}

/// Cuts off ears until a triangle is left (Meisters 1975); nothing when no ear is found.
pub(crate) fn triangulated(outline: &[[f64; 2]]) -> Option<Parts> {
    let count = outline.len();
    let span = outline.iter().flatten().fold(0.0_f64, |span, value| span.max(value.abs()));
    // Straight corners are convex, also when round-off dents them.
    let tolerance = 1e-14 * span * span;
    let turn = |at: usize| side(outline[at], outline[(at + 1) % count], outline[(at + 2) % count]);
    // Three or four turns to the left, none of them half a turn, are one whole turn.
    if count <= 4 && (0..count).all(|at| turn(at) > tolerance) {
        return Some(Parts::Whole);
    }
    let turning: f64 = (0..count)
        .map(|at| {
            let (a, b, c) = (outline[at], outline[(at + 1) % count], outline[(at + 2) % count]);
            let (u, v) = ([b[0] - a[0], b[1] - a[1]], [c[0] - b[0], c[1] - b[1]]);
            (u[0] * v[1] - u[1] * v[0]).atan2(u[0] * v[0] + u[1] * v[1])
        })
        .sum();
    if (turning - std::f64::consts::TAU).abs() > 1e-6 {
        return None;
    }
    if (0..count).all(|at| turn(at) >= -tolerance) {
        return Some(Parts::Whole);
    }
    let mut left: Vec<usize> = (0..count).collect();
    let mut triangles = Vec::with_capacity(count - 2);
    while left.len() > 3 {
        let ear = (0..left.len()).find(|&at| is_ear(outline, &left, at, tolerance))?;
        let length = left.len();
        triangles.push([left[(ear + length - 1) % length], left[ear], left[(ear + 1) % length]]);
        left.remove(ear);
    }
    triangles.push([left[0], left[1], left[2]]);
    Some(Parts::Triangles(triangles))
}

fn is_ear(outline: &[[f64; 2]], left: &[usize], at: usize, tolerance: f64) -> bool {
    let length = left.len();
    let (before, after) = (left[(at + length - 1) % length], left[(at + 1) % length]);
    let (a, b, c) = (outline[before], outline[left[at]], outline[after]);
    if side(a, b, c) <= -tolerance {
        return false;
    }
    left.iter().filter(|&&corner| corner != before && corner != left[at] && corner != after).all(|&corner| {
        let point = outline[corner];
        side(a, b, point) <= tolerance || side(b, c, point) <= tolerance || side(c, a, point) <= tolerance
    })
}
