//! An index of boxes.

use nunatak_parallel::map_values;
use rayon::prelude::*;

use super::vector::{dot, normalised, plus};

/// Boxes of one node of the tree, and of the items of a leaf.
const FAN: usize = 8;

/// A box: its lowest and highest corner.
///
/// # Examples
///
/// ```
/// use nunatak_grid::Bounds;
///
/// let around = Bounds::around(&[[0.0, 0.0], [1.0, 2.0]], 0.5);
/// assert_eq!(around, Bounds::around(&[[-0.5, -0.5], [1.5, 2.5]], 0.0));
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds<const D: usize> {
    low: [f32; D],
    high: [f32; D],
}

impl<const D: usize> Bounds<D> {
    const EMPTY: Self = Self { low: [f32::INFINITY; D], high: [f32::NEG_INFINITY; D] };

    /// The smallest box round points, `margin` wider on every side, rounded outwards to single precision.
    pub fn around(points: &[[f64; D]], margin: f64) -> Self {
        let mut bounds = Self::EMPTY;
        for axis in 0..D {
            let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
            for point in points {
                (low, high) = (low.min(point[axis]), high.max(point[axis]));
            }
            bounds.low[axis] = ((low - margin) as f32).next_down();
            bounds.high[axis] = ((high + margin) as f32).next_up();
        }
        bounds
    }

    fn union(mut self, other: &Self) -> Self {
        for axis in 0..D {
            self.low[axis] = self.low[axis].min(other.low[axis]);
            self.high[axis] = self.high[axis].max(other.high[axis]);
        }
        self
    }

    fn meets(&self, other: &Self) -> bool {
        (0..D).all(|axis| self.low[axis] <= other.high[axis] && other.low[axis] <= self.high[axis])
    }
}

impl Bounds<3> {
    /// A box that holds a polygon of the unit sphere: its corners, its arcs and what bulges out between them.
    pub fn of_polygon(corners: &[[f64; 3]]) -> Self {
        let middle = normalised(corners.iter().fold([0.0; 3], |sum, &corner| plus(sum, corner)));
        let nearest = corners.iter().map(|&corner| dot(middle, corner)).fold(1.0, f64::min);
        Self::around(corners, (1.0 - nearest).max(0.0) * 1.01)
    }
}

/// An index of boxes: which of them meet a given one. Items lie along the Z curve of their middles, eight to a leaf;
/// a node is the union of eight below it.
///
/// # Examples
///
/// ```
/// use nunatak_grid::{Bounds, BoxTree};
///
/// let boxes = [Bounds::around(&[[0.0, 0.0], [1.0, 1.0]], 0.0), Bounds::around(&[[5.0, 5.0], [6.0, 6.0]], 0.0)];
/// let mut found = Vec::new();
/// BoxTree::new(&boxes).search(&Bounds::around(&[[5.5, 5.5]], 0.1), |item| found.push(item));
/// assert_eq!(found, [1]);
/// ```
#[derive(Debug, Clone)]
pub struct BoxTree<const D: usize> {
    items: Vec<u32>,
    boxes: Vec<Bounds<D>>,
    /// Boxes of the nodes, leaves first.
    levels: Vec<Vec<Bounds<D>>>,
}

impl<const D: usize> BoxTree<D> {
    /// An index of these boxes; the tree does not depend on the number of threads.
    pub fn new(boxes: &[Bounds<D>]) -> Self {
        let whole = boxes.iter().fold(Bounds::EMPTY, |whole, one| whole.union(one));
        let mut order = map_values(boxes.len(), |item| (position_on_curve(&boxes[item], &whole), item as u32));
        order.par_sort_unstable();
        let items: Vec<u32> = order.into_iter().map(|(_, item)| item).collect();
        let boxes: Vec<Bounds<D>> = items.iter().map(|&item| boxes[item as usize]).collect();
        let mut levels = vec![unions(&boxes)];
        while levels[levels.len() - 1].len() > 1 {
            levels.push(unions(&levels[levels.len() - 1]));
        }
        Self { items, boxes, levels }
    }

    /// Calls `found` for every item whose box meets `wanted`, in the order of the curve.
    pub fn search(&self, wanted: &Bounds<D>, mut found: impl FnMut(u32)) {
        self.descend(self.levels.len() - 1, 0, wanted, &mut found);
    }

    fn descend(&self, level: usize, start: usize, wanted: &Bounds<D>, found: &mut impl FnMut(u32)) {
        let nodes = &self.levels[level];
        for (node, bounds) in nodes.iter().enumerate().skip(start).take(FAN) {
            if !bounds.meets(wanted) {
                continue;
            }
            let below = node * FAN;
            if level > 0 {
                self.descend(level - 1, below, wanted, found);
                continue;
            }
            for at in below..(below + FAN).min(self.boxes.len()) {
                if self.boxes[at].meets(wanted) {
                    found(self.items[at]);
                }
            }
        }
    }
}

fn unions<const D: usize>(boxes: &[Bounds<D>]) -> Vec<Bounds<D>> {
    boxes.chunks(FAN).map(|group| group.iter().fold(Bounds::EMPTY, |whole, one| whole.union(one))).collect()
}

/// Position of the middle of a box along the Z curve through the whole (Morton 1966), 20 bits an axis.
fn position_on_curve<const D: usize>(one: &Bounds<D>, whole: &Bounds<D>) -> u64 {
    let steps = f64::from(1_u32 << 20) - 1.0;
    let mut position = 0;
    let coordinates: [u64; D] = std::array::from_fn(|axis| {
        let extent = f64::from(whole.high[axis]) - f64::from(whole.low[axis]);
        let middle = 0.5 * (f64::from(one.low[axis]) + f64::from(one.high[axis])) - f64::from(whole.low[axis]);
        (middle / extent * steps) as u64
    });
    for bit in (0..20).rev() {
        for coordinate in coordinates {
            position = (position << 1) | ((coordinate >> bit) & 1);
        }
    }
    position
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn finds_what_a_look_at_every_box_finds(
            corners in prop::collection::vec((-1.0..1.0_f64, -1.0..1.0_f64, 0.0..0.2_f64, 0.0..0.2_f64), 1..200),
            wanted in (-1.0..1.0_f64, -1.0..1.0_f64, 0.0..0.5_f64),
        ) {
            let boxes: Vec<Bounds<2>> = corners.iter()
                .map(|&(x, y, width, height)| Bounds::around(&[[x, y], [x + width, y + height]], 0.0)).collect();
            let wanted = Bounds::around(&[[wanted.0, wanted.1]], wanted.2);
            let mut found = Vec::new();
            BoxTree::new(&boxes).search(&wanted, |item| found.push(item));
            found.sort_unstable();
            let expected: Vec<u32> = (0..boxes.len() as u32).filter(|&item| boxes[item as usize].meets(&wanted)).collect();
            prop_assert_eq!(found, expected);
        }
    }

    #[test]
    fn no_boxes_give_nothing() {
        BoxTree::<3>::new(&[]).search(&Bounds::around(&[[0.0; 3]], 1.0), |_| panic!("found one"));
    }
}
