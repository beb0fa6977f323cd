//! Which node of a face has the part of the face that holds a point: median duals.

use super::crossings::Crossings;
use super::mesh_edges::{Corner, MeshEdges, QueryPoint, add_edge, eastward};
use crate::geometry::vector::{normalised, plus};

impl MeshEdges<'_> {
    /// The node of a face whose median dual holds a point of the face; of several, the one of lowest index.
    pub(super) fn node_at(&self, face: u32, point: &QueryPoint) -> Option<u32> {
        let nodes = self.mesh.face(face as usize);
        let centre = self.face_centre(nodes, point);
        let count = nodes.len();
        let middles: Vec<(Corner, bool)> =
            (0..count).map(|at| self.edge_middle(nodes[at], nodes[(at + 1) % count], point)).collect();
        let holds = |&at: &usize| {
            let (own, (after, is_parallel_after)) = (self.corner(nodes[at], point), middles[at]);
            let (before, is_parallel_before) = middles[(at + count - 1) % count];
            let mut crossings = Crossings::default();
            for (from, to, is_parallel) in [
                (own, after, is_parallel_after),
                (after, centre, false),
                (centre, before, false),
                (before, own, is_parallel_before),
            ] {
                add_edge(&mut crossings, point, &from, &to, is_parallel);
            }
            crossings.is_inside()
        };
        let held = (0..count).filter(holds).map(|at| nodes[at]).min();
        // Round-off between the halves of an edge and the whole of it, and centres that lie outside their face.
        held.or_else(|| {
            let distance = |node: u32| {
                let [ahead, aside] = self.corner(node, point).relative;
                ahead.hypot(aside)
            };
            nodes.iter().copied().min_by(|&one, &other| distance(one).total_cmp(&distance(other)).then(one.cmp(&other)))
        })
    }

    /// The mean of the nodes of a face.
    fn face_centre(&self, nodes: &[u32], point: &QueryPoint) -> Corner {
        let relative = match point {
            QueryPoint::Map(at) => {
                let [x, y] = self.map_centre(nodes);
                [x - at[0], y - at[1]]
            }
            QueryPoint::Globe { .. } => point.relative(self.centre_vector(nodes)),
        };
        Corner { relative, longitude: f64::NAN, latitude: f64::NAN }
    }

    /// The mean of nodes on the map.
    pub(super) fn map_centre(&self, nodes: &[u32]) -> [f64; 2] {
        let (x, y) = self.mesh.nodes();
        let mean = |values: &[f64]| nodes.iter().map(|&node| values[node as usize]).sum::<f64>() / nodes.len() as f64;
        [mean(x), mean(y)]
    }

    /// The mean of nodes on the sphere.
    pub(super) fn centre_vector(&self, nodes: &[u32]) -> [f64; 3] {
        normalised(nodes.iter().fold([0.0; 3], |sum, &node| plus(sum, self.nodes[node as usize])))
    }

    /// The middle of an edge, and whether the edge is a parallel.
    fn edge_middle(&self, from: u32, to: u32, point: &QueryPoint) -> (Corner, bool) {
        let (low, high) = (from.min(to), from.max(to));
        let (x, y) = self.mesh.nodes();
        let at = |node: u32| (x[node as usize], y[node as usize]);
        let ((low_x, low_y), (high_x, high_y)) = (at(low), at(high));
        let elsewhere = Corner { relative: [f64::NAN; 2], longitude: f64::NAN, latitude: f64::NAN };
        match point {
            QueryPoint::Map(at) => {
                let relative = [0.5 * (low_x + high_x) - at[0], 0.5 * (low_y + high_y) - at[1]];
                (Corner { relative, ..elsewhere }, false)
            }
            QueryPoint::Globe { .. } if self.is_parallel(low, high) => {
                let longitude = low_x + 0.5 * eastward(low_x, high_x);
                let relative = point.relative(self.sphere.unit_vector(longitude, low_y));
                (Corner { relative, longitude, latitude: low_y }, true)
            }
            QueryPoint::Globe { .. } => {
                let middle = normalised(plus(self.nodes[low as usize], self.nodes[high as usize]));
                (Corner { relative: point.relative(middle), ..elsewhere }, false)
            }
        }
    }
}
