use nunatak_grid::vector::{Vector, cross, dot, normalised};

/// What points of a grid lie on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Surface {
    /// The unit sphere.
    Sphere,
    /// A map: third coordinates are zero.
    Map,
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
}
