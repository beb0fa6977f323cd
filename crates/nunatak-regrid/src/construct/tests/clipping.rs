//! Clipping under many and awkward pairs of cells.

use nunatak_grid::vector::{Vector, cross, normalised, plus, polygon_area, times};
use proptest::prelude::*;
use rayon::prelude::*;

use crate::construct::overlap::Clip;

/// Numbers that follow from a seed (Steele et al. 2014, SplitMix64).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((bits ^ (bits >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn direction(&mut self) -> Vector {
        // Every fifth near a pole, every fifth on the antimeridian.
        let (longitude, z) = match (5.0 * self.next()) as u32 {
            0 => (
                std::f64::consts::TAU * self.next(),
                (1.0 - 1e-9 * self.next()) * if self.next() < 0.5 { -1.0 } else { 1.0 },
            ),
            1 => (std::f64::consts::PI, 2.0 * self.next() - 1.0),
            _ => (std::f64::consts::TAU * self.next(), 2.0 * self.next() - 1.0),
        };
        let across = (1.0 - z * z).sqrt();
        [across * longitude.cos(), across * longitude.sin(), z]
    }
}

/// A convex polygon with its corners on a circle of this radius (radians), some of them close together.
fn polygon(numbers: &mut Numbers, centre: Vector, radius: f64) -> Vec<Vector> {
    let count = 3 + (4.0 * numbers.next()) as usize;
    let east = normalised(cross(if centre[2].abs() < 0.9 { [0.0, 0.0, 1.0] } else { [1.0, 0.0, 0.0] }, centre));
    let north = cross(centre, east);
    let close = numbers.next() < 0.2;
    let mut turns: Vec<f64> = (0..count)
        .map(|corner| {
            let spread = if close && corner > 0 { 1e-7 } else { 0.9 };
            (corner as f64 + spread * numbers.next()) / count as f64 * std::f64::consts::TAU
        })
        .collect();
    turns.sort_by(f64::total_cmp);
    turns
        .into_iter()
        .map(|turn| normalised(plus(centre, plus(times(radius * turn.cos(), east), times(radius * turn.sin(), north)))))
        .collect()
}

/// A window that a subject meets: anywhere near, the same, one that shares an edge, one with a corner on an edge.
fn window(numbers: &mut Numbers, subject: &[Vector], centre: Vector, radius: f64) -> Vec<Vector> {
    let near = {
        let away = times(2.5 * radius * (numbers.next() - 0.5), normalised(cross(centre, numbers.direction())));
        normalised(plus(centre, away))
    };
    match (4.0 * numbers.next()) as u32 {
        0 => subject.to_vec(),
        1 => {
            // Mirrored in an edge: the two have it in common and nothing else.
            let (a, b) = (subject[0], subject[1]);
            let normal = normalised(cross(a, b));
            let mut mirrored: Vec<Vector> = subject
                .iter()
                .map(|&corner| plus(corner, times(-2.0 * nunatak_grid::vector::dot(normal, corner), normal)))
                .collect();
            mirrored.reverse();
            mirrored
        }
        2 => {
            let mut moved = polygon(numbers, near, radius);
            moved[0] = normalised(plus(subject[0], subject[1]));
            if polygon_area(&moved) > 0.0 && is_convex(&moved) { moved } else { subject.to_vec() }
        }
        _ => {
            let size = radius * 10_f64.powf(2.0 * numbers.next() - 1.0).min(0.5 / radius);
            polygon(numbers, near, size)
        }
    }
}

fn is_convex(corners: &[Vector]) -> bool {
    (0..corners.len()).all(|at| {
        let (a, b, c) = (corners[at], corners[(at + 1) % corners.len()], corners[(at + 2) % corners.len()]);
        nunatak_grid::vector::dot(cross(a, b), c) > 0.0
    })
}

/// Area inside the window, and the areas that each edge of the window cuts off, which make up the rest.
fn areas(subject: &[Vector], window: &[Vector]) -> (f64, f64) {
    let mut clip = Clip::default();
    clip.set_window(window);
    let inside = clip.area(subject);
    let planes: Vec<(Vector, Vector)> = clip.planes().to_vec();
    let mut outside = 0.0;
    for at in 0..planes.len() {
        let (corner, normal) = planes[at];
        let mut cut: Vec<(Vector, Vector)> = planes[..at].to_vec();
        cut.push((corner, times(-1.0, normal)));
        clip.set_planes(&cut);
        outside += clip.area(subject);
    }
    (inside, outside)
}

#[test]
fn ten_million_pairs_lose_no_area() {
    let pairs = 10_000_000_u64;
    let worst = (0..pairs / 1000)
        .into_par_iter()
        .map(|block| {
            let mut numbers = Numbers(block.wrapping_mul(0x1234_5678_9abc_def1));
            let mut worst = 0.0_f64;
            for _ in 0..1000 {
                let centre = numbers.direction();
                // From 6 km to 1900 km.
                let radius = 10_f64.powf(-3.0 + 2.5 * numbers.next());
                let subject = polygon(&mut numbers, centre, radius);
                let window = window(&mut numbers, &subject, centre, radius);
                let (inside, outside) = areas(&subject, &window);
                let whole = polygon_area(&subject);
                assert!(inside.is_finite() && outside.is_finite() && whole.is_finite());
                // Round-off is that of coordinates, so it is of a cell's width times its length.
                let width = whole / radius;
                worst = worst.max((inside + outside - whole).abs() / whole * (width / radius).min(1.0));
            }
            worst
        })
        .reduce(|| 0.0, f64::max);
    assert!(worst < 1e-12, "{worst:e}");
}

/// A fraction of whole numbers.
#[derive(Clone, Copy, PartialEq)]
struct Fraction(i128, i128);

impl Fraction {
    fn reduced(top: i128, bottom: i128) -> Self {
        let (mut a, mut b) = (top.abs(), bottom.abs());
        while b != 0 {
            (a, b) = (b, a % b);
        }
        let divisor = a.max(1) * bottom.signum();
        Self(top / divisor, bottom / divisor)
    }

    fn minus(self, other: Self) -> Self {
        Self::reduced(self.0 * other.1 - other.0 * self.1, self.1 * other.1)
    }

    fn plus(self, other: Self) -> Self {
        Self::reduced(self.0 * other.1 + other.0 * self.1, self.1 * other.1)
    }

    fn times(self, other: Self) -> Self {
        Self::reduced(self.0 * other.0, self.1 * other.1)
    }

    fn over(self, other: Self) -> Self {
        Self::reduced(self.0 * other.1, self.1 * other.0)
    }

    fn value(self) -> f64 {
        self.0 as f64 / self.1 as f64
    }
}

/// What lies on one side of a line along an axis, exactly.
fn exact_half(polygon: &[[Fraction; 2]], axis: usize, line: i64, above: bool) -> Vec<[Fraction; 2]> {
    let line = Fraction(i128::from(line), 1);
    let side = |point: [Fraction; 2]| {
        let apart = point[axis].minus(line);
        if above { apart } else { Fraction(-apart.0, apart.1) }
    };
    let mut kept = Vec::new();
    for (at, &point) in polygon.iter().enumerate() {
        let next = polygon[(at + 1) % polygon.len()];
        let (here, there) = (side(point), side(next));
        if here.0 >= 0 {
            kept.push(point);
        }
        if (here.0 > 0 && there.0 < 0) || (here.0 < 0 && there.0 > 0) {
            let fraction = here.over(here.minus(there));
            kept.push([0, 1].map(|axis| point[axis].plus(fraction.times(next[axis].minus(point[axis])))));
        }
    }
    kept
}

fn exact_area(polygon: &[[Fraction; 2]]) -> f64 {
    let Some(&first) = polygon.first() else { return 0.0 };
    let twice = polygon.windows(2).fold(Fraction(0, 1), |sum, pair| {
        let [u, v] = [pair[0], pair[1]].map(|point| [point[0].minus(first[0]), point[1].minus(first[1])]);
        sum.plus(u[0].times(v[1]).minus(u[1].times(v[0])))
    });
    0.5 * twice.value()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]
    #[test]
    fn pieces_between_lines_are_those_of_exact_arithmetic(
        corners in prop::array::uniform3((-50_i64..50, -50_i64..50)),
        lines in prop::array::uniform4(-40_i64..40),
    ) {
        let twice = (corners[1].0 - corners[0].0) * (corners[2].1 - corners[0].1)
            - (corners[1].1 - corners[0].1) * (corners[2].0 - corners[0].0);
        prop_assume!(twice != 0);
        let mut corners = corners;
        if twice < 0 {
            corners.swap(1, 2);
        }
        let (west, east) = (lines[0].min(lines[1]), lines[0].max(lines[1]));
        let (south, north) = (lines[2].min(lines[3]), lines[2].max(lines[3]));
        let mut exact: Vec<[Fraction; 2]> =
            corners.iter().map(|&(x, y)| [Fraction(i128::from(x), 1), Fraction(i128::from(y), 1)]).collect();
        for (axis, line, above) in [(0, west, true), (0, east, false), (1, south, true), (1, north, false)] {
            exact = exact_half(&exact, axis, line, above);
        }
        let mut piece: Vec<[f64; 2]> = corners.iter().map(|&(x, y)| [x as f64, y as f64]).collect();
        for (axis, line, above) in [(0, west, true), (0, east, false), (1, south, true), (1, north, false)] {
            let (mut low, mut high) = (Vec::new(), Vec::new());
            let split = if axis == 0 { crate::construct::overlap::split::<0> } else { crate::construct::overlap::split::<1> };
            split(&piece, line as f64, &mut low, &mut high);
            piece = if above { high } else { low };
        }
        let first = piece.first().copied().unwrap_or([0.0; 2]);
        let found: f64 = 0.5 * piece.windows(2).map(|pair| {
            (pair[0][0] - first[0]) * (pair[1][1] - first[1]) - (pair[0][1] - first[1]) * (pair[1][0] - first[0])
        }).sum::<f64>();
        prop_assert!((found - exact_area(&exact)).abs() < 1e-11, "{} {}", found, exact_area(&exact));
    }
}
