//! A k-d tree of points in space.

use nunatak_grid::vector::{Vector, dot, minus};

/// Points that a leaf holds at most.
const LEAF: usize = 8;
/// Points below which a part of the tree is built by one task.
const TASK: usize = 1 << 15;

/// A point that was found: the square of its distance, and its number.
pub(super) type Found = (f64, u32);

/// A k-d tree of points in space (Bentley 1975), for the nearest by straight distance, which on the sphere are the
/// nearest by great circles. Points of one distance come by rising number, so that nothing depends on the tree.
pub(super) struct PointTree {
    points: Vec<Vector>,
    items: Vec<u32>,
    /// The axis that a range is split along, at the place of its middle.
    axes: Vec<u8>,
}

impl PointTree {
    /// A tree of these points, without those that `keep` leaves out and those that are not finite.
    pub(super) fn new(points: &[Vector], keep: impl Fn(usize) -> bool) -> Self {
        let mut order: Vec<(Vector, u32)> = points
            .iter()
            .enumerate()
            .filter(|&(at, point)| keep(at) && point.iter().all(|coordinate| coordinate.is_finite()))
            .map(|(at, &point)| (point, at as u32))
            .collect();
        let mut axes = vec![0; order.len()];
        split(&mut order, &mut axes);
        let (points, items) = order.into_iter().unzip();
        Self { points, items, axes }
    }

    /// The nearest points, at most so many and none farther than a distance (its square), nearest first.
    pub(super) fn search(&self, point: Vector, most: usize, reach: f64, found: &mut Vec<Found>) {
        found.clear();
        if most > 0 {
            self.descend(0, self.points.len(), &mut Search { point, most, reach, found });
        }
    }

    /// All points within a distance (its square), nearest first.
    pub(super) fn within(&self, point: Vector, reach: f64, found: &mut Vec<Found>) {
        self.search(point, usize::MAX, reach, found);
        found.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    }

    fn descend(&self, start: usize, end: usize, search: &mut Search<'_>) {
        if end - start <= LEAF {
            for at in start..end {
                search.consider(self.points[at], self.items[at]);
            }
            return;
        }
        let middle = start + (end - start) / 2;
        let axis = usize::from(self.axes[middle]);
        let apart = search.point[axis] - self.points[middle][axis];
        let (near, far) =
            if apart < 0.0 { ((start, middle), (middle + 1, end)) } else { ((middle + 1, end), (start, middle)) };
        self.descend(near.0, near.1, search);
        search.consider(self.points[middle], self.items[middle]);
        if apart * apart <= search.limit() {
            self.descend(far.0, far.1, search);
        }
    }
}

struct Search<'a> {
    point: Vector,
    most: usize,
    reach: f64,
    found: &'a mut Vec<Found>,
}

impl Search<'_> {
    /// The square of the distance beyond which points do not matter.
    fn limit(&self) -> f64 {
        match self.found.last() {
            Some(&(farthest, _)) if self.found.len() == self.most => farthest,
            _ => self.reach,
        }
    }

    fn consider(&mut self, point: Vector, item: u32) {
        let apart = minus(point, self.point);
        let distance = dot(apart, apart);
        if distance > self.limit() {
            return;
        }
        if self.most == usize::MAX {
            // All of them: put in order at the end.
            self.found.push((distance, item));
            return;
        }
        let at = self.found.partition_point(|&(other, number)| (other, number) < (distance, item));
        if at == self.most {
            return;
        }
        if self.found.len() == self.most {
            self.found.pop();
        }
        self.found.insert(at, (distance, item));
    }
}

fn split(order: &mut [(Vector, u32)], axes: &mut [u8]) {
    let count = order.len();
    if count <= LEAF {
        return;
    }
    let (middle, axis) = (count / 2, widest(order));
    order.select_nth_unstable_by(middle, |a, b| a.0[axis].total_cmp(&b.0[axis]).then(a.1.cmp(&b.1)));
    axes[middle] = axis as u8;
    let ((below, above), (below_axes, above_axes)) = (order.split_at_mut(middle), axes.split_at_mut(middle));
    let (above, above_axes) = (&mut above[1..], &mut above_axes[1..]);
    if count > TASK {
        rayon::join(|| split(below, below_axes), || split(above, above_axes));
    } else {
        split(below, below_axes);
        split(above, above_axes);
    }
}

/// The axis along which points are farthest apart.
fn widest(order: &[(Vector, u32)]) -> usize {
    let (mut low, mut high) = ([f64::INFINITY; 3], [f64::NEG_INFINITY; 3]);
    for (point, _) in order {
        for axis in 0..3 {
            (low[axis], high[axis]) = (low[axis].min(point[axis]), high[axis].max(point[axis]));
        }
    }
    let extent = minus(high, low);
    (0..3).fold(0, |best, axis| if extent[axis] > extent[best] { axis } else { best })
}
