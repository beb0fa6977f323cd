//! The plane about a point in which its neighbours are seen, and how these are spread.

use nunatak_grid::vector::{Vector, cross, dot, normalised};

/// The shortest axis of an ellipse relative to the longest.
const SLIMMEST: f64 = 0.3;

/// What points of a grid lie on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Surface {
    /// The unit sphere.
    Sphere,
    /// A map: third coordinates are zero.
    Map,
}

/// How values are spread about a place: twice the mean, over the neighbours, of the products of the parts of the way to
/// each (xx, xy, xz, yy, yz, zz). In rows and columns it is the squares of the steps along these.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Spread {
    products: [f64; 6],
    /// The square of the longest axis; of a mean of spreads the mean of these.
    longest: f64,
}

impl Spread {
    /// Of neighbours this way and the opposite one.
    pub(super) fn along([x, y, z]: Vector) -> Self {
        Self { products: [x * x, x * y, x * z, y * y, y * z, z * z], longest: x * x + y * y + z * z }
    }

    /// Of some ways in one plane, so many times the sum of their products.
    pub(super) fn of_ways(ways: impl Iterator<Item = Vector>, factor: f64) -> Self {
        let mut sum = Self::default();
        ways.for_each(|way| sum.add(1.0, &Self::along(way)));
        Self::of_sum(factor, &sum)
    }

    pub(super) fn add(&mut self, factor: f64, other: &Self) {
        self.products.iter_mut().zip(other.products).for_each(|(own, other)| *own += factor * other);
        self.longest += factor * other.longest;
    }

    /// So many times a sum of ways in one plane, as one spread with a longest axis of its own.
    pub(super) fn of_sum(factor: f64, sum: &Self) -> Self {
        let products = sum.products.map(|product| factor * product);
        let [xx, xy, xz, yy, yz, zz] = products;
        let (trace, mixed) = (xx + yy + zz, xy * xy + xz * xz + yz * yz);
        let squares = xx * xx + yy * yy + zz * zz + 2.0 * mixed;
        Self { products, longest: 0.5 * (trace + (2.0 * squares - trace * trace).max(0.0).sqrt()) }
    }

    fn between(&self, one: Vector, other: Vector) -> f64 {
        let [xx, xy, xz, yy, yz, zz] = self.products;
        let turned = [[xx, xy, xz], [xy, yy, yz], [xz, yz, zz]].map(|row| dot(row, other));
        dot(one, turned)
    }
}

/// An ellipse about the origin of a plane, as the factor of Cholesky of its matrix.
pub(super) struct Ellipse {
    first: f64,
    across: f64,
    second: f64,
    /// Half of its longest axis.
    pub(super) longest: f64,
}

impl Ellipse {
    /// With this matrix; rounded where it is slimmer than it may be, and as long at least as this (squared): in a mean
    /// of spreads that are turned, as about a pole, the long axes are lost.
    fn new([xx, xy, yy]: [f64; 3], least: f64) -> Self {
        let (middle, half) = (0.5 * (xx + yy), (0.5 * (xx - yy)).hypot(xy));
        let longest = middle + half;
        let lacking = (SLIMMEST * SLIMMEST * longest - (middle - half)).max(0.0);
        let factor = (least / longest).max(1.0);
        let [xx, xy, yy, longest] = [xx + lacking, xy, yy + lacking, longest + lacking].map(|part| factor * part);
        let second = yy - xy * xy / xx;
        Self { first: xx.sqrt(), across: xy / xx, second: second.sqrt(), longest: longest.sqrt() }
    }

    /// A place in parts of the ellipse, within one inside it.
    pub(super) fn parts(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        [x / self.first, (y - self.across * x) / self.second]
    }
}

/// The plane round a point in which others are seen: on the sphere the one that touches it there (gnomonic: great
/// circles are straight), else the map itself. The point is the origin.
pub(super) struct View {
    surface: Surface,
    point: Vector,
    east: Vector,
    north: Vector,
}

impl View {
    pub(super) fn new(surface: Surface, point: Vector) -> Self {
        let away = if point[2].abs() < 0.9 { [0.0, 0.0, 1.0] } else { [1.0, 0.0, 0.0] };
        let east = normalised(cross(away, point));
        Self { surface, point, east, north: cross(point, east) }
    }

    /// Where another point is seen; nothing for one far round the sphere.
    pub(super) fn of(&self, other: Vector) -> Option<[f64; 2]> {
        match self.surface {
            Surface::Map => Some([other[0] - self.point[0], other[1] - self.point[1]]),
            Surface::Sphere => {
                let height = dot(other, self.point);
                (height > 1e-2).then(|| [dot(other, self.east) / height, dot(other, self.north) / height])
            }
        }
    }

    /// What of the spread of values is seen in the plane.
    pub(super) fn ellipse(&self, spread: &Spread) -> Ellipse {
        let (east, north) = match self.surface {
            Surface::Map => ([1.0, 0.0, 0.0], [0.0, 1.0, 0.0]),
            Surface::Sphere => (self.east, self.north),
        };
        let matrix = [(east, east), (east, north), (north, north)].map(|(one, other)| spread.between(one, other));
        Ellipse::new(matrix, spread.longest)
    }
}
