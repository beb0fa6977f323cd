//! In what parts the leading axes of a field are read, so that memory is bounded.

use nunatak_array::{ChunkGrid, Region};

/// Cuts a region until no part has more than `most` elements: between chunks while a part has several, so that none
/// is decoded twice, and else through a chunk.
pub(crate) fn read_parts(region: Region, chunks: &ChunkGrid, most: usize) -> Vec<Region> {
    if region.len() <= most.max(1) {
        return vec![region];
    }
    let between = (0..region.rank()).find_map(|axis| Some((axis, boundary(&region, chunks, axis)?)));
    let through =
        || (0..region.rank()).find(|&axis| region.shape()[axis] > 1).map(|axis| (axis, middle(&region, axis)));
    let Some((axis, cut)) = between.or_else(through) else { return vec![region] };
    let (start, end) = (region.start()[axis], region.end(axis));
    let mut found = read_parts(region.with_axis(axis, start, cut - start), chunks, most);
    found.extend(read_parts(region.with_axis(axis, cut, end - cut), chunks, most));
    found
}

fn middle(region: &Region, axis: usize) -> usize {
    region.start()[axis] + region.shape()[axis] / 2
}

/// The beginning of a chunk inside the region that is nearest to its middle.
fn boundary(region: &Region, chunks: &ChunkGrid, axis: usize) -> Option<usize> {
    let middle = middle(region, axis);
    let mut end = 0;
    let ends = chunks.lengths(axis).into_iter().map(|length| {
        end += length;
        end
    });
    let inside = ends.filter(|end| (region.start()[axis] + 1..region.end(axis)).contains(end));
    inside.min_by_key(|end| end.abs_diff(middle))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_cut_between_chunks_and_cover_the_region_once() {
        let chunks = ChunkGrid::regular(&[10, 6], &[4, 2]);
        let region = Region::new(vec![1, 0], vec![8, 6]).unwrap();
        let found = read_parts(region.clone(), &chunks, 8);
        assert_eq!(found.iter().map(Region::len).sum::<usize>(), region.len());
        for (index, part) in found.iter().enumerate() {
            assert!(part.len() <= 8);
            for chunk in chunks.chunks_touching(part) {
                assert_eq!(chunk.intersection(part), chunk.intersection(&region), "{part}");
            }
            assert!(found[..index].iter().all(|other| other.intersection(part).is_none()));
        }
        assert_eq!(read_parts(region.clone(), &chunks, 48), [region]);
    }

    #[test]
    fn a_chunk_that_is_too_large_is_cut_and_one_field_never_is() {
        let chunks = ChunkGrid::single(&[5]);
        let found = read_parts(Region::whole(&[5]), &chunks, 2);
        assert_eq!(found.iter().map(|part| part.shape()[0]).collect::<Vec<_>>(), [2, 1, 2]);
        assert_eq!(read_parts(Region::whole(&[5]), &chunks, 0).len(), 5);
        assert_eq!(read_parts(Region::whole(&[]), &ChunkGrid::single(&[]), 0).len(), 1);
    }
}
