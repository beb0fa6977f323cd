//! Clipping of convex polygons of the sphere (Sutherland and Hodgman 1974, on planes through its centre).

use nunatak_grid::vector::{Vector, cross, dot, minus, normalised, plus, polygon_area, times};

/// Clips convex polygons of the sphere to a window.
#[derive(Default)]
pub(crate) struct Clip {
    /// A corner of each edge of the window, and the normal of the edge's plane, inwards.
    window: Vec<(Vector, Vector)>,
    whole: Vec<Vector>,
    kept: Vec<Vector>,
}

impl Clip {
    /// The polygon to clip with, counter-clockwise.
    pub(crate) fn set_window(&mut self, corners: &[Vector]) {
        self.window.clear();
        for (at, &corner) in corners.iter().enumerate() {
            let along = minus(corners[(at + 1) % corners.len()], corner);
            // In differences of corners, so that the normal of a short edge keeps its digits.
            let normal = cross(corner, along);
            if dot(normal, normal) > 0.0 {
                self.window.push((corner, normal));
            }
        }
    }

    /// The window between planes, each a point of it and its normal, inwards.
    pub(crate) fn set_planes(&mut self, planes: &[(Vector, Vector)]) {
        self.window.clear();
        self.window.extend_from_slice(planes);
    }

    /// The planes of the window, each a point of it and its normal, inwards.
    #[cfg(test)]
    pub(crate) fn planes(&self) -> &[(Vector, Vector)] {
        &self.window
    }

    /// Corners of the part of a polygon inside the window; none when there is no such part.
    pub(crate) fn inside(&mut self, subject: &[Vector]) -> &[Vector] {
        self.whole.clear();
        self.whole.extend_from_slice(subject);
        for &(corner, normal) in &self.window {
            self.kept.clear();
            let Some(&last) = self.whole.last() else { break };
            let side = |point: Vector| dot(normal, minus(point, corner));
            let (mut before, mut before_side) = (last, side(last));
            for &point in &self.whole {
                let point_side = side(point);
                if (before_side > 0.0 && point_side < 0.0) || (before_side < 0.0 && point_side > 0.0) {
                    self.kept.push(crossing(before, before_side, point, point_side));
                }
                if point_side >= 0.0 {
                    self.kept.push(point);
                }
                (before, before_side) = (point, point_side);
            }
            std::mem::swap(&mut self.whole, &mut self.kept);
            if self.whole.len() < 3 {
                self.whole.clear();
                break;
            }
        }
        &self.whole
    }

    /// Area (steradians) of the part of a polygon inside the window.
    pub(crate) fn area(&mut self, subject: &[Vector]) -> f64 {
        polygon_area(self.inside(subject))
    }
}

/// Two half planes through the axis, less than half a turn apart: their directions.
#[derive(Clone, Copy)]
pub(super) struct Wedge {
    pub(super) west: (f64, f64),
    pub(super) east: (f64, f64),
}

impl Clip {
    /// The part of a polygon within a wedge.
    pub(super) fn within_wedge(&mut self, corners: &[Vector], wedge: Wedge) -> &[Vector] {
        let origin = [0.0; 3];
        self.set_planes(&[(origin, [-wedge.west.1, wedge.west.0, 0.0]), (origin, [wedge.east.1, -wedge.east.0, 0.0])]);
        self.inside(corners)
    }
}

/// Where the arc between two points on either side of a plane crosses it. The same point whichever way the arc is
/// gone: it is measured from the lower end of a fixed order.
fn crossing(a: Vector, side_a: f64, b: Vector, side_b: f64) -> Vector {
    let (a, side_a, b, side_b) = if a < b { (a, side_a, b, side_b) } else { (b, side_b, a, side_a) };
    normalised(plus(a, times(side_a / (side_a - side_b), minus(b, a))))
}
