//! True areas of small polygons on a polar stereographic map.

use crate::crs::PolarStereographic;
use crate::geometry::quadrature::GaussLegendre;

/// Widest range of squared distance, over the square of the map's scale length, of the short form below: its error,
/// the fifth power of half of it over sixteen, is then below round-off.
const WIDEST: f64 = 3e-3;
/// Rings about the pole as far as the equator, which is about the scale length away.
const RINGS: usize = (2.0 / WIDEST) as usize + 8;
/// Longest side (m) of the box about polygons of the short form: what three nodes an edge miss is the sixth power of
/// its length over the Earth's diameter.
const LONGEST: f64 = 100e3;

/// True areas of small polygons all over a polar stereographic map: what [`LocalArea`] needs, computed once for rings about
/// the pole, each of which overlaps half of the next.
///
/// # Examples
///
/// ```
/// use nunatak_grid::{Ellipsoid, LocalAreas, PolarStereographic, Pole};
///
/// let map = PolarStereographic::new(Ellipsoid::WGS84, Pole::South, -71.0, 0.0)?;
/// let areas = LocalAreas::new(&map);
/// // One quadrature for all polygons of a box, as long as it is small.
/// assert!(areas.between((1.0e6, 1.01e6), (0.0, 10e3)).is_some());
/// assert!(areas.between((1.0e6, 1.5e6), (0.0, 10e3)).is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct LocalAreas {
    pole: [f64; 2],
    /// Half the range of squared distance (m2) of a ring.
    step: f64,
    rings: Vec<Ring>,
}

/// [`PolarStereographic::cap_ratio`] in a ring about the pole, as a polynomial of degree four of the squared distance
/// from the middle of the ring, from -1 to 1.
#[derive(Debug, Clone, Copy)]
struct Ring {
    middle: f64,
    powers: [f64; 5],
}

impl LocalAreas {
    /// For polygons of a map, as far as the equator.
    pub fn new(projection: &PolarStereographic) -> Self {
        let step = 0.5 * WIDEST * projection.scale_length().powi(2);
        let rings = (0..RINGS).map(|ring| Ring::new(projection, (ring + 1) as f64 * step, step)).collect();
        Self { pole: [projection.false_easting(), projection.false_northing()], step, rings }
    }

    /// For polygons between two x and two y of the map (m); nothing when they are too far apart, or too far off.
    pub fn between(&self, x: (f64, f64), y: (f64, f64)) -> Option<LocalArea> {
        let range = |(low, high): (f64, f64), pole: f64| {
            let (low, high) = (low - pole, high - pole);
            let nearest = if low <= 0.0 && high >= 0.0 { 0.0 } else { low.abs().min(high.abs()) };
            (nearest * nearest, low.abs().max(high.abs()).powi(2))
        };
        let longest = (x.1 - x.0).max(y.1 - y.0);
        let (x, y) = (range(x, self.pole[0]), range(y, self.pole[1]));
        let ring = self.rings.get(((x.0 + y.0) / self.step) as usize)?;
        if x.1 + y.1 > ring.middle + self.step || longest > LONGEST {
            return None;
        }
        let rule = GaussLegendre::for_width(longest);
        Some(LocalArea { pole: self.pole, middle: ring.middle, scale: 1.0 / self.step, powers: ring.powers, rule })
    }
}

impl Ring {
    /// The interpolation at Chebyshev's nodes between two squared distances (m2).
    fn new(projection: &PolarStereographic, middle: f64, half: f64) -> Self {
        let values: [f64; 5] =
            std::array::from_fn(|node| projection.cap_ratio((middle + half * angle(node).cos()).max(0.0)));
        let [a, b, c, d, e] = std::array::from_fn(|order| {
            let sum: f64 =
                values.iter().enumerate().map(|(node, value)| value * (order as f64 * angle(node)).cos()).sum();
            sum * if order == 0 { 0.2 } else { 0.4 }
        });
        Self { middle, powers: [a - c + e, b - 3.0 * d, 2.0 * c - 8.0 * e, 4.0 * d, 8.0 * e] }
    }
}

/// True areas of small polygons of a polar stereographic map near one point.
///
/// # Examples
///
/// ```
/// use nunatak_grid::{Ellipsoid, LocalAreas, PolarStereographic, Pole};
///
/// let map = PolarStereographic::new(Ellipsoid::WGS84, Pole::South, -71.0, 0.0)?;
/// let area = LocalAreas::new(&map).between((0.0, 1e3), (0.0, 1e3)).ok_or("too far apart")?;
/// let square = area.of(&[[0.0, 0.0], [1e3, 0.0], [1e3, 1e3], [0.0, 1e3]]);
/// let half = area.of(&[[0.0, 0.0], [1e3, 0.0], [1e3, 1e3]]);
/// assert!((half / square - 0.5).abs() < 1e-12);
/// // The scale at the pole is 0.9728: the square kilometre of the map is truly 1 / 0.9728^2 km2.
/// assert!((square - 1e6 / 0.9728_f64.powi(2)).abs() < 1e3);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct LocalArea {
    pole: [f64; 2],
    middle: f64,
    scale: f64,
    powers: [f64; 5],
    rule: GaussLegendre,
}

impl LocalArea {
    /// The same for parts of the polygons whose edges are at most this long (m): fewer nodes an edge.
    #[must_use]
    pub fn with_edges_up_to(self, longest: f64) -> Self {
        let rule = GaussLegendre::for_piece(longest);
        if rule.nodes.len() < self.rule.nodes.len() { Self { rule, ..self } } else { self }
    }

    /// True area (m2) of a polygon, counter-clockwise (Green's theorem, as [`crate::ConvexPolygon::true_area_within`]).
    #[inline]
    pub fn of(&self, corners: &[[f64; 2]]) -> f64 {
        let Some(&last) = corners.last() else { return 0.0 };
        let mut area = 0.0;
        let mut from = [last[0] - self.pole[0], last[1] - self.pole[1]];
        for corner in corners {
            let to = [corner[0] - self.pole[0], corner[1] - self.pole[1]];
            let along = [to[0] - from[0], to[1] - from[1]];
            let sweep = from[0] * along[1] - from[1] * along[0];
            let ratio = |t: f64| {
                let (x, y) = (along[0] * t + from[0], along[1] * t + from[1]);
                let u = (x * x + y * y - self.middle) * self.scale;
                let [a, b, c, d, e] = self.powers;
                (((e * u + d) * u + c) * u + b) * u + a
            };
            area += sweep * self.rule.nodes.iter().map(|&(node, weight)| weight * ratio(node)).sum::<f64>();
            from = to;
        }
        area
    }
}

/// Angle of a Chebyshev node.
fn angle(node: usize) -> f64 {
    std::f64::consts::PI * (node as f64 + 0.5) / 5.0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{Crs, Ellipsoid, Pole};

    proptest! {
        #[test]
        fn agrees_with_the_quadrature_of_the_factor(
            x in -3.0e6..3.0e6_f64, y in -3.0e6..3.0e6_f64, width in 100.0..6.0e4_f64, height in 100.0..6.0e4_f64,
        ) {
            let projection = PolarStereographic::new(Ellipsoid::WGS84, Pole::South, -71.0, 0.0).unwrap();
            prop_assume!(Crs::PolarStereographic(projection.clone()).epsg() == Some(3031));
            let (xs, ys) = ((x, x + width), (y, y + height));
            let corners = [[xs.0, ys.0], [xs.1, ys.0], [xs.1, ys.1], [xs.0, ys.1]];
            let Some(local) = LocalAreas::new(&projection).between(xs, ys) else { return Ok(()) };
            let found = local.of(&corners);
            let expected = projection.rectangle_area(xs, ys);
            let triangles = (x.abs() + width) * height + (y.abs() + height) * width;
            prop_assert!((found - expected).abs() < 1e-13 * expected + 4e-16 * triangles, "{} {}", found, expected);
        }
    }
}
