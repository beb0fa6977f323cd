//! Edges of polygons as a pole sees them: the area between an edge and the pole that lies within a cap.

use nunatak_grid::vector::{Vector, dot, minus, normalised, plus, times, triangle_area};

/// An edge of a polygon as a pole sees it.
pub(super) struct CapEdge {
    pole: f64,
    from: Vector,
    to: Vector,
    pub(super) length_squared: f64,
    /// Heights, from the pole, of the caps on whose boundaries its ends lie.
    pub(super) start_height: f64,
    end_height: f64,
    /// Area of the triangle it makes with the pole, and the angle there.
    triangle: f64,
    angle: f64,
}

impl CapEdge {
    pub(super) fn of(piece: &[Vector], pole: f64) -> Vec<Self> {
        let height = |[x, y, z]: Vector| {
            if pole * z > 0.0 { (x * x + y * y) / (1.0 + pole * z) } else { 1.0 - pole * z }
        };
        (0..piece.len())
            .map(|at| {
                let (from, to) = (piece[at], piece[(at + 1) % piece.len()]);
                let along = minus(to, from);
                Self {
                    pole,
                    from,
                    to,
                    length_squared: dot(along, along),
                    start_height: height(from),
                    end_height: height(to),
                    triangle: triangle_area([0.0, 0.0, pole], from, to),
                    angle: angle_at_pole(pole, from, to),
                }
            })
            .collect()
    }

    /// Area within a cap of the triangle that the edge makes with the pole.
    pub(super) fn area_within(&self, height: f64) -> f64 {
        if height <= 0.0 {
            return 0.0;
        }
        let (start, end) = (height - self.start_height, height - self.end_height);
        // The arc leaves the chord by less than this.
        let bulge = 0.13 * self.length_squared;
        if start >= bulge && end >= bulge {
            return self.triangle;
        }
        if start <= -bulge && end <= -bulge {
            return height * self.angle;
        }
        let mut area = 0.0;
        let mut points = [self.from; 4];
        let mut count = 1;
        for fraction in self.crossings(height) {
            points[count] = self.point(fraction);
            count += 1;
        }
        points[count] = self.to;
        for pair in points[..=count].windows(2) {
            let middle = normalised(plus(pair[0], pair[1]));
            area += if 1.0 - self.pole * middle[2] <= height {
                triangle_area([0.0, 0.0, self.pole], pair[0], pair[1])
            } else {
                height * angle_at_pole(self.pole, pair[0], pair[1])
            };
        }
        area
    }

    fn point(&self, fraction: f64) -> Vector {
        normalised(plus(self.from, times(fraction, minus(self.to, self.from))))
    }

    /// Fractions of the chord, rising, under which the arc crosses the boundary of a cap: where the height of the chord's
    /// point over the plane of the equator is the boundary's times its distance from the centre.
    fn crossings(&self, height: f64) -> impl Iterator<Item = f64> {
        let (start, end) = (height - self.start_height, height - self.end_height);
        let roots = if (start < 0.0) == (end < 0.0) {
            self.both_crossings(height)
        } else {
            [self.only_crossing(height, start / (start - end)), f64::NAN]
        };
        roots.into_iter().filter(|&root| root > 0.0 && root < 1.0)
    }

    /// The crossing of an arc whose ends lie on either side of the boundary, by Newton's method from that of a straight
    /// line, of which the arc differs little.
    fn only_crossing(&self, height: f64, guess: f64) -> f64 {
        let boundary = 1.0 - height;
        let (start, rise) = (self.pole * self.from[2], self.pole * (self.to[2] - self.from[2]));
        let mut fraction = guess;
        for _ in 0..6 {
            let distance = (1.0 - fraction * (1.0 - fraction) * self.length_squared).sqrt();
            let apart = start + fraction * rise - boundary * distance;
            let slope = rise + boundary * (0.5 - fraction) * self.length_squared / distance;
            let step = apart / slope;
            if !step.is_finite() {
                break;
            }
            fraction = (fraction - step).clamp(0.0, 1.0);
            if step.abs() < 1e-16 {
                break;
            }
        }
        fraction
    }

    /// The crossings of an arc whose ends lie on the same side of the boundary: both or none.
    fn both_crossings(&self, height: f64) -> [f64; 2] {
        let boundary = 1.0 - height;
        let (start, rise) = (self.pole * self.from[2], self.pole * (self.to[2] - self.from[2]));
        let squared = boundary * boundary * self.length_squared;
        let (a, b) = (rise * rise - squared, 2.0 * start * rise + squared);
        // start - boundary, from heights.
        let c = (height - self.start_height) * (start + boundary);
        let discriminant = b * b - 4.0 * a * c;
        if discriminant <= 0.0 || a == 0.0 {
            return [f64::NAN; 2];
        }
        let half = -0.5 * (b + discriminant.sqrt().copysign(b));
        let roots = [half / a, c / half];
        // The other sign of the square is the boundary as far beyond the equator.
        if roots.iter().any(|root| (start + root * rise) * boundary < 0.0) {
            return [f64::NAN; 2];
        }
        if roots[0] < roots[1] { roots } else { [roots[1], roots[0]] }
    }
}

/// Angle at a pole between two points, positive when counter-clockwise seen from outside.
fn angle_at_pole(pole: f64, from: Vector, to: Vector) -> f64 {
    let across = from[0] * (to[1] - from[1]) - from[1] * (to[0] - from[0]);
    pole * across.atan2(from[0] * to[0] + from[1] * to[1])
}
