//! Outlines of the faces of a mesh about a point.

use super::super::mesh::{Edges, MeshGrid};
use super::crossings::{Crossings, distance};
use crate::crs::AuthalicSphere;
use crate::error::Result;
use crate::geometry::vector::{Vector, cross, dot, minus};

/// Nodes of a mesh, and what its edges are.
#[derive(Debug)]
pub(super) struct MeshEdges<'a> {
    pub(super) mesh: &'a MeshGrid,
    pub(super) sphere: AuthalicSphere,
    /// Unit vectors of the nodes of a geographic mesh; none on a map.
    pub(super) nodes: Vec<Vector>,
}

/// A point to be located.
#[derive(Debug, Clone, Copy)]
pub(super) enum QueryPoint {
    /// On the mesh's map (m).
    Map([f64; 2]),
    /// On the authalic sphere, with the directions of north and east, and its geodetic position (degrees).
    Globe { at: Vector, north: Vector, east: Vector, longitude: f64, latitude: f64 },
}

/// A corner of an outline: relative to a point, along the ray from it and across it (northward and eastward on a globe);
/// with its position (degrees) where parallels need it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Corner {
    pub(super) relative: [f64; 2],
    pub(super) longitude: f64,
    pub(super) latitude: f64,
}

impl QueryPoint {
    /// A geodetic position (degrees).
    pub(super) fn on_globe(sphere: &AuthalicSphere, longitude: f64, latitude: f64) -> Self {
        let at = sphere.unit_vector(longitude, latitude);
        let (sine, cosine) = longitude.to_radians().sin_cos();
        let east = [-sine, cosine, 0.0];
        Self::Globe { at, north: cross(at, east), east, longitude, latitude }
    }

    /// A vector of the sphere relative to this point.
    pub(super) fn relative(&self, vector: Vector) -> [f64; 2] {
        match self {
            // From the difference, which keeps the digits that near vectors have in common.
            Self::Globe { at, north, east, .. } => {
                let apart = minus(vector, *at);
                [dot(apart, *north), dot(apart, *east)]
            }
            Self::Map(_) => [f64::NAN; 2],
        }
    }
}

/// Degrees eastward from one longitude to another, the short way round.
pub(super) fn eastward(from: f64, to: f64) -> f64 {
    let apart = to - from;
    if apart.abs() > 180.0 { apart - 360.0 * (apart / 360.0).round() } else { apart }
}

impl MeshEdges<'_> {
    pub(super) fn new(mesh: &MeshGrid) -> Result<MeshEdges<'_>> {
        let sphere = AuthalicSphere::new(&mesh.crs().ellipsoid());
        let nodes = if mesh.crs().is_geographic() { mesh.node_vectors(&sphere)? } else { Vec::new() };
        Ok(MeshEdges { mesh, sphere, nodes })
    }

    pub(super) fn corner(&self, node: u32, point: &QueryPoint) -> Corner {
        let (x, y) = self.mesh.nodes();
        let (x, y) = (x[node as usize], y[node as usize]);
        let relative = match point {
            QueryPoint::Map(at) => [x - at[0], y - at[1]],
            QueryPoint::Globe { .. } => point.relative(self.nodes[node as usize]),
        };
        Corner { relative, longitude: x, latitude: y }
    }

    /// Whether the edge between two nodes is a part of a parallel.
    pub(super) fn is_parallel(&self, from: u32, to: u32) -> bool {
        let (_, y) = self.mesh.nodes();
        self.mesh.edges() == Edges::Parallels && self.mesh.crs().is_geographic() && y[from as usize] == y[to as usize]
    }

    /// Pairs of neighbouring nodes of a face.
    fn edges(&self, face: u32) -> impl Iterator<Item = (u32, u32)> + '_ {
        let nodes = self.mesh.face(face as usize);
        nodes.iter().zip(nodes.iter().cycle().skip(1)).map(|(&from, &to)| (from, to))
    }

    /// Whether a face, with its outline, holds a point.
    pub(super) fn holds(&self, face: u32, point: &QueryPoint) -> bool {
        let mut crossings = Crossings::default();
        for (from, to) in self.edges(face) {
            let is_parallel = self.is_parallel(from, to);
            add_edge(&mut crossings, point, &self.corner(from, point), &self.corner(to, point), is_parallel);
        }
        crossings.is_inside()
    }

    /// Distance of a point from the outline of a face, when it is small: m on a map, radians on the sphere.
    pub(super) fn distance(&self, face: u32, point: &QueryPoint) -> f64 {
        let of_edge = |(from, to): (u32, u32)| {
            let is_parallel = self.is_parallel(from, to);
            let (from, to) = (self.corner(from, point), self.corner(to, point));
            let [one, other] = [from.relative, to.relative];
            match point {
                QueryPoint::Globe { longitude, latitude, .. } if is_parallel => {
                    let is_beside = is_ahead(*longitude, &from, &to) && (one[1] > 0.0) != (other[1] > 0.0);
                    let apart = (from.latitude - latitude).abs().to_radians();
                    let ends = one[0].hypot(one[1]).min(other[0].hypot(other[1]));
                    if is_beside { apart.min(ends) } else { ends }
                }
                _ => distance(one, other),
            }
        };
        self.edges(face).map(of_edge).fold(f64::INFINITY, f64::min)
    }
}

/// Adds an edge between two corners of an outline.
pub(super) fn add_edge(crossings: &mut Crossings, point: &QueryPoint, from: &Corner, to: &Corner, is_parallel: bool) {
    let QueryPoint::Globe { longitude, latitude, .. } = point else {
        return crossings.add(from.relative, to.relative);
    };
    if !is_parallel {
        return crossings.add(from.relative, to.relative);
    }
    if from.relative == [0.0; 2] || to.relative == [0.0; 2] {
        return crossings.add_known(false, true);
    }
    if (from.relative[1] > 0.0) == (to.relative[1] > 0.0) {
        return;
    }
    // The ray runs north along the meridian of the point, and south along the opposite one.
    if is_ahead(*longitude, from, to) {
        crossings.add_known(from.latitude > *latitude, from.latitude == *latitude);
    } else {
        crossings.add_known(from.latitude > -latitude, false);
    }
}

/// Whether a part of a parallel that meets the great circle of a meridian does so on this side of the globe.
fn is_ahead(longitude: f64, from: &Corner, to: &Corner) -> bool {
    let middle = from.longitude + 0.5 * eastward(from.longitude, to.longitude);
    (middle - longitude).to_radians().cos() > 0.0
}
