//! Arrays in parts that fit in memory and follow their chunks.

use nunatak_array::{ChunkGrid, Region};

/// Most elements of one part: 8 MB in single precision.
const LARGEST: usize = 1 << 21;

/// The parts of an array of this shape, stored in these chunks.
pub(crate) fn blocks(shape: &[usize], chunk: Option<&[usize]>) -> Vec<Region> {
    blocks_within(shape, chunk, LARGEST)
}

/// As [`blocks`], with another limit: whole chunks where one fits, and rows, planes and records as they lie on disk.
pub(crate) fn blocks_within(shape: &[usize], chunk: Option<&[usize]>, largest: usize) -> Vec<Region> {
    if shape.contains(&0) {
        return Vec::new();
    }
    let chunk = chunk.filter(|chunk| chunk.len() == shape.len() && !chunk.contains(&0));
    let mut block: Vec<usize> = match chunk {
        Some(chunk) => chunk.iter().zip(shape).map(|(chunk, length)| *chunk.min(length)).collect(),
        None => vec![1; shape.len()],
    };
    let size = |block: &[usize]| block.iter().product::<usize>().max(1);
    for axis in (0..shape.len()).rev() {
        let others = size(&block) / block[axis].max(1);
        let times = (largest / (others * block[axis].max(1))).max(1);
        block[axis] = (block[axis] * times).min(shape[axis]);
    }
    for axis in 0..shape.len() {
        while size(&block) > largest && block[axis] > 1 {
            block[axis] = block[axis].div_ceil(2);
        }
    }
    ChunkGrid::regular(shape, &block).chunks_touching(&Region::whole(shape))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shapes(shape: &[usize], chunk: Option<&[usize]>, largest: usize) -> Vec<Vec<usize>> {
        let blocks = blocks_within(shape, chunk, largest);
        assert_eq!(blocks.iter().map(Region::len).sum::<usize>(), shape.iter().product::<usize>());
        assert!(blocks.iter().all(|block| block.len() <= largest));
        blocks.iter().map(|block| block.shape().to_vec()).collect()
    }

    #[test]
    fn blocks_cover_an_array_once_within_the_limit() {
        assert_eq!(shapes(&[86, 10, 10], None, 300)[0], [3, 10, 10]);
        assert_eq!(shapes(&[4, 10, 10], Some(&[4, 5, 5]), 200), vec![vec![4, 5, 10]; 2]);
        assert_eq!(shapes(&[4, 10, 10], Some(&[4, 10, 10]), 100), vec![vec![1, 10, 10]; 4]);
        assert_eq!(shapes(&[7], None, 3), [[3], [3], [1]]);
        assert_eq!(shapes(&[], None, 3), vec![Vec::<usize>::new()]);
        assert!(shapes(&[0, 5, 5], Some(&[1, 5, 5]), 9).is_empty());
        assert_eq!(shapes(&[1, 20, 20], Some(&[1, 20, 20]), 50)[0].iter().product::<usize>(), 40);
    }
}
