//! HDF5's shuffle: the bytes of all elements grouped by their place in the element.

/// Undoes the shuffle of `bytes` into `whole`, which is as long.
///
/// Bytes past the last whole element are stored as they are.
pub(super) fn unshuffle(bytes: &[u8], element_size: usize, whole: &mut [u8]) {
    let count = bytes.len().checked_div(element_size).unwrap_or(0);
    let (planes, rest) = bytes.split_at(count * element_size);
    let (elements, tail) = whole.split_at_mut(planes.len().min(whole.len()));
    match element_size {
        2 => interleave::<2>(planes, count, elements),
        4 => interleave::<4>(planes, count, elements),
        8 => interleave::<8>(planes, count, elements),
        _ => interleave_any(planes, count, element_size, elements),
    }
    tail.copy_from_slice(rest);
}

/// Elements handled at a time: the planes' parts stay in the first cache level and the loop has a fixed length, which
/// the compiler turns into vector instructions.
const BLOCK: usize = 64;

fn interleave<const SIZE: usize>(planes: &[u8], count: usize, elements: &mut [u8]) {
    let mut blocks = elements.chunks_exact_mut(BLOCK * SIZE);
    let mut first = 0;
    for block in &mut blocks {
        let rows: [&[u8]; SIZE] = std::array::from_fn(|place| &planes[place * count + first..][..BLOCK]);
        for (at, element) in block.as_chunks_mut::<SIZE>().0.iter_mut().enumerate() {
            *element = std::array::from_fn(|place| rows[place][at]);
        }
        first += BLOCK;
    }
    for (at, element) in blocks.into_remainder().chunks_exact_mut(SIZE).enumerate() {
        for (place, byte) in element.iter_mut().enumerate() {
            *byte = planes[place * count + first + at];
        }
    }
}

fn interleave_any(planes: &[u8], count: usize, element_size: usize, elements: &mut [u8]) {
    if element_size < 2 || count == 0 {
        return elements.copy_from_slice(planes);
    }
    for (place, plane) in planes.chunks_exact(count).enumerate() {
        for (element, &byte) in elements.chunks_exact_mut(element_size).zip(plane) {
            element[place] = byte;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shuffle(bytes: &[u8], element_size: usize) -> Vec<u8> {
        let count = bytes.len() / element_size;
        let mut shuffled: Vec<u8> = (0..element_size)
            .flat_map(|place| (0..count).map(move |element| bytes[element * element_size + place]))
            .collect();
        shuffled.extend_from_slice(&bytes[count * element_size..]);
        shuffled
    }

    proptest! {
        #[test]
        fn unshuffle_undoes_shuffle(bytes in prop::collection::vec(any::<u8>(), 0..2000), size in 1_usize..17) {
            let mut whole = vec![0; bytes.len()];
            unshuffle(&shuffle(&bytes, size), size, &mut whole);
            prop_assert_eq!(whole, bytes);
        }
    }
}
