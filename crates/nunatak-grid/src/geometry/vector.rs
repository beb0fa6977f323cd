//! Vectors of three-dimensional space, and what the unit sphere is made of.

/// A vector; points of the sphere have length one.
pub type Vector = [f64; 3];

/// Scalar product.
#[inline]
pub fn dot(a: Vector, b: Vector) -> f64 {
    // Not `mul_add`: without the processor's own, which a portable build may not use, it is a slow call.
    a[0] * b[0] + (a[1] * b[1] + a[2] * b[2])
}

/// Vector product.
#[inline]
pub fn cross(a: Vector, b: Vector) -> Vector {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

/// Difference.
#[inline]
pub fn minus(a: Vector, b: Vector) -> Vector {
    [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}

/// Sum.
#[inline]
pub fn plus(a: Vector, b: Vector) -> Vector {
    [a[0] + b[0], a[1] + b[1], a[2] + b[2]]
}

/// A multiple.
#[inline]
pub fn times(factor: f64, a: Vector) -> Vector {
    [factor * a[0], factor * a[1], factor * a[2]]
}

/// The vector of length one in this direction; a vector without length stays.
#[inline]
pub fn normalised(a: Vector) -> Vector {
    let length = dot(a, a).sqrt();
    if length > 0.0 { times(1.0 / length, a) } else { a }
}

/// Area (steradians) of the spherical triangle of three unit vectors, positive when counter-clockwise seen from
/// outside (Van Oosterom and Strackee 1983, eq. 8), with the triple product in differences of corners, so that a
/// small triangle keeps its digits.
#[inline]
pub fn triangle_area(a: Vector, b: Vector, c: Vector) -> f64 {
    let volume = dot(a, cross(minus(b, a), minus(c, a)));
    let base = 1.0 + dot(a, b) + dot(b, c) + dot(c, a);
    2.0 * arc_tangent(volume, base)
}

/// The angle whose tangent is `opposite / adjacent`; the series for small ones is a tenth of the library's time.
#[inline]
fn arc_tangent(opposite: f64, adjacent: f64) -> f64 {
    let ratio = opposite / adjacent;
    if adjacent > 0.0 && ratio.abs() < 0.01 {
        let square = ratio * ratio;
        // The next term is 1e-18 of the first.
        let series = square * (1.0 / 3.0 - square * (0.2 - square * (1.0 / 7.0 - square / 9.0)));
        return ratio - ratio * series;
    }
    opposite.atan2(adjacent)
}

/// Area (steradians) of a spherical polygon of unit vectors, edges great circles less than half a turn; positive
/// when counter-clockwise seen from outside.
#[inline]
pub fn polygon_area(corners: &[Vector]) -> f64 {
    let Some((&first, rest)) = corners.split_first() else { return 0.0 };
    rest.windows(2).map(|pair| triangle_area(first, pair[0], pair[1])).sum()
}
