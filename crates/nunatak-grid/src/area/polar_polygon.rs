//! True areas of convex polygons on a polar stereographic map.

use crate::crs::PolarStereographic;
use crate::geometry::quadrature::{GaussLegendre, panels};

/// A point of a map, relative to the pole (m).
type Point = (f64, f64);

/// A convex polygon on a polar stereographic map, its corners counter-clockwise and relative to the pole (m).
///
/// # Examples
///
/// ```
/// use nunatak_grid::{ConvexPolygon, Ellipsoid, PolarStereographic, Pole};
///
/// let cell = ConvexPolygon::rectangle((0.0, 2e3), (0.0, 1e3));
/// let part = cell.clipped_to_rectangle((1.5e3, 9e3), (0.0, 1e3));
/// assert_eq!(part.map_area(), 0.5e6);
/// // Between the pole and the parallel of true scale areas are larger than on the map.
/// let map = PolarStereographic::new(Ellipsoid::WGS84, Pole::South, -71.0, 0.0)?;
/// assert!(part.true_area_within(&map, f64::INFINITY) > 0.5e6);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ConvexPolygon {
    corners: Vec<Point>,
}

fn cross(a: Point, b: Point) -> f64 {
    a.0 * b.1 - a.1 * b.0
}

/// Twice the area of the triangle two points make with the pole; from their difference, which keeps the digits that
/// the product of two far points would lose.
fn sweep(a: Point, b: Point) -> f64 {
    cross(a, (b.0 - a.0, b.1 - a.1))
}

fn between(a: Point, b: Point, t: f64) -> Point {
    (a.0 + t * (b.0 - a.0), a.1 + t * (b.1 - a.1))
}

/// Angle at the pole, within half a turn, over the part of an edge between two fractions of its length.
///
/// The direction is that of the whole edge: the ends of the part, rounded, would turn it, and the cap is so large
/// that the area would show it.
fn angle(from: Point, to: Point, start: f64, end: f64) -> f64 {
    let (a, b) = (between(from, to, start), between(from, to, end));
    ((end - start) * sweep(from, to)).atan2(a.0 * b.0 + a.1 * b.1)
}

impl ConvexPolygon {
    /// A polygon from its corners, counter-clockwise.
    pub fn new(corners: Vec<Point>) -> Self {
        Self { corners }
    }

    /// The rectangle between two x and two y, lower values first.
    pub fn rectangle(x: (f64, f64), y: (f64, f64)) -> Self {
        Self { corners: vec![(x.0, y.0), (x.1, y.0), (x.1, y.1), (x.0, y.1)] }
    }

    /// Corners, counter-clockwise.
    pub fn corners(&self) -> &[Point] {
        &self.corners
    }

    /// Whether nothing is left of it.
    pub fn is_empty(&self) -> bool {
        self.corners.len() < 3
    }

    /// The part to the left of the line from `start` in the direction `along` (Sutherland and Hodgman 1974).
    #[must_use]
    pub fn clipped(&self, start: Point, along: Point) -> Self {
        let side = |point: Point| cross(along, (point.0 - start.0, point.1 - start.1));
        let mut corners = Vec::with_capacity(self.corners.len() + 1);
        for (at, &corner) in self.corners.iter().enumerate() {
            let next = self.corners[(at + 1) % self.corners.len()];
            let (here, there) = (side(corner), side(next));
            if here >= 0.0 {
                corners.push(corner);
            }
            if (here > 0.0 && there < 0.0) || (here < 0.0 && there > 0.0) {
                corners.push(between(corner, next, here / (here - there)));
            }
        }
        if corners.len() < 3 {
            corners.clear();
        }
        Self { corners }
    }

    /// The part inside the rectangle between two x and two y, lower values first.
    #[must_use]
    pub fn clipped_to_rectangle(&self, x: (f64, f64), y: (f64, f64)) -> Self {
        self.clipped((x.0, 0.0), (0.0, -1.0))
            .clipped((x.1, 0.0), (0.0, 1.0))
            .clipped((0.0, y.0), (1.0, 0.0))
            .clipped((0.0, y.1), (-1.0, 0.0))
    }

    /// Area on the map (m2), by the shoelace formula.
    pub fn map_area(&self) -> f64 {
        let Some(&origin) = self.corners.first() else { return 0.0 };
        let relative = |point: &Point| (point.0 - origin.0, point.1 - origin.1);
        0.5 * self.corners.windows(2).map(|pair| cross(relative(&pair[0]), relative(&pair[1]))).sum::<f64>()
    }

    /// True area (m2) on the ellipsoid of `projection` of the part within `radius` (m, may be infinite) of the pole.
    ///
    /// The pole sees every edge under some angle; the integral over that angle of the area of the cap (over 2 pi)
    /// up to the edge or the circle, whichever is nearer, is the area (Green's theorem). Where the circle is nearer
    /// it is closed; along edges it is Gauss-Legendre quadrature to round-off.
    pub fn true_area_within(&self, projection: &PolarStereographic, radius: f64) -> f64 {
        if radius <= 0.0 || self.is_empty() {
            return 0.0;
        }
        let cap = if radius.is_finite() { projection.cap_area(radius) } else { 0.0 };
        let next = self.corners.iter().cycle().skip(1);
        self.corners.iter().zip(next).map(|(&from, &to)| edge_area(projection, radius, cap, from, to)).sum()
    }
}

/// True area between an edge, or the circle where it is nearer, and the pole.
fn edge_area(projection: &PolarStereographic, radius: f64, cap: f64, from: Point, to: Point) -> f64 {
    let (low, high) = within_circle(from, to, radius);
    if low >= high {
        return cap * angle(from, to, 0.0, 1.0);
    }
    let outside = angle(from, to, 0.0, low) + angle(from, to, high, 1.0);
    triangle_area(projection, from, to, low, high) + cap * outside
}

/// The part of an edge, as fractions of its length, that lies within the circle.
fn within_circle(from: Point, to: Point, radius: f64) -> (f64, f64) {
    if radius == f64::INFINITY {
        return (0.0, 1.0);
    }
    let along = (to.0 - from.0, to.1 - from.1);
    let a = along.0 * along.0 + along.1 * along.1;
    let b = from.0 * along.0 + from.1 * along.1;
    let distance = from.0.hypot(from.1);
    let c = (distance - radius) * (distance + radius);
    let discriminant = b * b - a * c;
    if discriminant <= 0.0 || a == 0.0 {
        return (0.0, 0.0);
    }
    let root = discriminant.sqrt();
    (((-b - root) / a).max(0.0), ((-b + root) / a).min(1.0))
}

/// True area of the triangle that part of an edge makes with the pole.
fn triangle_area(projection: &PolarStereographic, from: Point, to: Point, low: f64, high: f64) -> f64 {
    let length = (to.0 - from.0).hypot(to.1 - from.1) * (high - low);
    let (rule, count) = (GaussLegendre::for_width(length), panels(length));
    let width = (high - low) / count as f64;
    let mut mean = 0.0;
    for panel in 0..count {
        for &(node, weight) in rule.nodes {
            let (x, y) = between(from, to, low + width * (panel as f64 + node));
            mean += weight * projection.cap_ratio(x * x + y * y);
        }
    }
    sweep(from, to) * width * mean
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{Ellipsoid, Pole};

    fn north() -> PolarStereographic {
        PolarStereographic::new(Ellipsoid::WGS84, Pole::North, 70.0, -45.0).unwrap()
    }

    #[test]
    fn the_part_of_a_square_within_a_circle_it_holds_is_the_cap() {
        let square = ConvexPolygon::rectangle((-2e6, 3e6), (-2.5e6, 2e6));
        let radius = north().distance_of_latitude(75.0);
        let expected = Ellipsoid::WGS84.zone_area(75.0, 90.0, 360.0);
        assert!((square.true_area_within(&north(), radius) / expected - 1.0).abs() < 1e-14);
    }

    #[test]
    fn a_wedge_of_a_cap_is_its_share() {
        let square = ConvexPolygon::rectangle((-3e6, 3e6), (-3e6, 3e6));
        let wedge = square.clipped((0.0, 0.0), (1.0, 0.0)).clipped((0.0, 0.0), (-(0.5_f64.cos()), -(0.5_f64.sin())));
        let radius = north().distance_of_latitude(70.0);
        let expected = Ellipsoid::WGS84.zone_area(70.0, 90.0, 0.5_f64.to_degrees());
        assert!((wedge.true_area_within(&north(), radius) / expected - 1.0).abs() < 1e-13);
    }

    proptest! {
        #[test]
        fn rectangles_agree_with_the_integral_of_the_factor(
            x in -3.0e6..3.0e6, y in -3.0e6..3.0e6, width in 1.0e3..1.0e6, height in 1.0e3..1.0e6,
        ) {
            let (xs, ys) = ((x, x + width), (y, y + height));
            let expected = north().rectangle_area(xs, ys);
            let found = ConvexPolygon::rectangle(xs, ys).true_area_within(&north(), f64::INFINITY);
            // Triangles with the pole are larger than the rectangle; their round-off stays.
            let triangles = (x.abs() + width) * height + (y.abs() + height) * width;
            prop_assert!((found - expected).abs() < 1e-15 * triangles + 1e-13 * expected, "{} {}", found, expected);
        }

        #[test]
        fn the_two_sides_of_a_cut_make_the_whole(
            x in -2.0e6..2.0e6, y in -2.0e6..2.0e6, size in 1.0e3..5.0e5,
            through in (0.0..1.0, 0.0..1.0), turn in 0.0..std::f64::consts::TAU, radius in 0.0..3.0e6,
        ) {
            let square = ConvexPolygon::rectangle((x, x + size), (y, y + size));
            let start = (x + through.0 * size, y + through.1 * size);
            let along = (turn.cos(), turn.sin());
            let (left, right) = (square.clipped(start, along), square.clipped(start, (-along.0, -along.1)));
            prop_assert!(left.map_area() >= 0.0 && right.map_area() >= 0.0);
            let share: f64 = (left.map_area() + right.map_area()) / (size * size);
            prop_assert!((share - 1.0).abs() < 1e-9);
            for corner in left.corners() {
                prop_assert!(cross(along, (corner.0 - start.0, corner.1 - start.1)) > -1e-6 * size);
            }
            let projection = north();
            let whole = square.true_area_within(&projection, radius);
            let parts = left.true_area_within(&projection, radius) + right.true_area_within(&projection, radius);
            prop_assert!((whole - parts).abs() < 1e-15 * 4e6 * size + 1e-13 * whole, "{} {}", whole, parts);
        }

        #[test]
        fn clipping_to_a_rectangle_is_the_intersection_of_intervals(
            a in (-5.0..5.0, 0.1..5.0), b in (-5.0..5.0, 0.1..5.0), c in (-5.0..5.0, 0.1..5.0), d in (-5.0..5.0, 0.1..5.0),
        ) {
            let interval = |pair: (f64, f64)| (pair.0, pair.0 + pair.1);
            let common = |p: (f64, f64), q: (f64, f64)| (p.1.min(q.1) - p.0.max(q.0)).max(0.0);
            let (a, b, c, d) = (interval(a), interval(b), interval(c), interval(d));
            let found = ConvexPolygon::rectangle(a, b).clipped_to_rectangle(c, d).map_area();
            prop_assert!((found - common(a, c) * common(b, d)).abs() < 1e-12);
        }
    }
}
