//! The nearest places of a set.

/// A k-d tree without pointers (Bentley 1975): each range of the list is split at its middle, along its longest axis.
pub(super) struct NearestPlaces<'a> {
    places: &'a [[f64; 3]],
    list: Vec<u32>,
    /// Axis of the split of each range, in the order of [`NearestPlaces::arrange`].
    axes: Vec<u8>,
}

const LEAF: usize = 12;

impl<'a> NearestPlaces<'a> {
    /// Of those with these numbers.
    pub(super) fn new(places: &'a [[f64; 3]], numbers: &[u32]) -> Self {
        let mut list = numbers.to_vec();
        let mut axes = vec![0; list.len()];
        arrange(places, &mut list, &mut axes);
        Self { places, list, axes }
    }

    /// Up to `count` of them (squared distance, number), nearest first; equal distances by number.
    pub(super) fn of(&self, place: &[f64; 3], count: usize, found: &mut Vec<(f64, u32)>) {
        found.clear();
        if count > 0 {
            self.search(0, self.list.len(), place, count, found);
        }
    }

    fn search(&self, start: usize, end: usize, place: &[f64; 3], count: usize, found: &mut Vec<(f64, u32)>) {
        if end - start <= LEAF {
            for &number in &self.list[start..end] {
                insert((squared(&self.places[number as usize], place), number), count, found);
            }
            return;
        }
        let middle = usize::midpoint(start, end);
        let axis = self.axes[middle] as usize;
        let number = self.list[middle];
        let beyond = place[axis] - self.places[number as usize][axis];
        insert((squared(&self.places[number as usize], place), number), count, found);
        let (near, far) =
            if beyond < 0.0 { ((start, middle), (middle + 1, end)) } else { ((middle + 1, end), (start, middle)) };
        self.search(near.0, near.1, place, count, found);
        if found.len() < count || found.last().is_some_and(|last| beyond * beyond <= last.0) {
            self.search(far.0, far.1, place, count, found);
        }
    }
}

fn squared(one: &[f64; 3], other: &[f64; 3]) -> f64 {
    (one[0] - other[0]).powi(2) + (one[1] - other[1]).powi(2) + (one[2] - other[2]).powi(2)
}

/// Keeps the list sorted and no longer than `count`.
fn insert(own: (f64, u32), count: usize, found: &mut Vec<(f64, u32)>) {
    let is_before = |other: &(f64, u32)| other.0 < own.0 || (other.0 == own.0 && other.1 < own.1);
    if found.len() == count {
        match found.last() {
            Some(last) if is_before(last) => return,
            _ => found.pop(),
        };
    }
    let at = found.iter().rposition(is_before).map_or(0, |before| before + 1);
    found.insert(at, own);
}

/// Sorts a list so that the middle of each range splits it.
fn arrange(places: &[[f64; 3]], list: &mut [u32], axes: &mut [u8]) {
    if list.len() <= LEAF {
        return;
    }
    let mut low = [f64::INFINITY; 3];
    let mut high = [f64::NEG_INFINITY; 3];
    for &number in list.iter() {
        for axis in 0..3 {
            low[axis] = low[axis].min(places[number as usize][axis]);
            high[axis] = high[axis].max(places[number as usize][axis]);
        }
    }
    let longest = |one: &usize, other: &usize| (high[*one] - low[*one]).total_cmp(&(high[*other] - low[*other]));
    let axis = (0..3).max_by(longest).unwrap_or(0);
    let middle = list.len() / 2;
    list.select_nth_unstable_by(middle, |&one, &other| {
        places[one as usize][axis].total_cmp(&places[other as usize][axis]).then(one.cmp(&other))
    });
    axes[middle] = axis as u8;
    let (before, after) = list.split_at_mut(middle);
    let (axes_before, axes_after) = axes.split_at_mut(middle);
    let (after, axes_after) = (&mut after[1..], &mut axes_after[1..]);
    if before.len() < 10_000 {
        arrange(places, before, axes_before);
        arrange(places, after, axes_after);
    } else {
        rayon::join(|| arrange(places, before, axes_before), || arrange(places, after, axes_after));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_nearest_are_those_of_a_full_search(
            places in proptest::collection::vec(prop::array::uniform3(-3..3i8), 1..200), count in 0..30usize,
        ) {
            let places: Vec<[f64; 3]> = places.iter().map(|own| own.map(f64::from)).collect();
            let numbers: Vec<u32> = (0..places.len() as u32).filter(|number| number % 3 != 1).collect();
            let tree = NearestPlaces::new(&places, &numbers);
            let mut found = Vec::new();
            for place in &places {
                let mut all: Vec<(f64, u32)> =
                    numbers.iter().map(|&number| (squared(&places[number as usize], place), number)).collect();
                all.sort_by(|one, other| one.0.total_cmp(&other.0).then(one.1.cmp(&other.1)));
                tree.of(place, count, &mut found);
                prop_assert_eq!(&found[..], &all[..count.min(all.len())]);
            }
        }
    }
}
