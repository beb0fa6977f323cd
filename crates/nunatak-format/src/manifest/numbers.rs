//! Variables of numbers: their type, shape, fill value, and where their bytes are.

use std::sync::Arc;

use nunatak_array::DataType;
use nunatak_store::Location;
use serde::{Deserialize, Serialize};

use super::byte_layout::{ChunkIndex, Layout};
use super::chunk_table::ChunkTable;
use super::element::Element;
use super::evenly_spaced::EvenlySpaced;
use super::limits::has_too_many_chunks;
use crate::FormatError;
use crate::decode::DecodeError;

/// A variable of numbers or fixed-length bytes, as its file has it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct StoredNumbers {
    /// Path of the variable in the file, for errors.
    pub(crate) object: String,
    pub(crate) element: Element,
    pub(crate) shape: Vec<usize>,
    /// Shape in the file; along an unlimited dimension another variable may have grown further.
    pub(crate) stored_shape: Vec<usize>,
    pub(crate) fill: Option<Vec<u8>>,
    pub(crate) layout: Layout,
}

/// Longer axes are not kept in manifests.
const MOST_EVENLY_SPACED_BYTES: usize = 1 << 20;

impl StoredNumbers {
    /// Bytes of all values in the file; `None` when they cannot be counted.
    pub(crate) fn byte_len(&self) -> Option<usize> {
        self.stored_shape.iter().try_fold(self.element.size(), |bytes, &length| bytes.checked_mul(length))
    }

    pub(crate) fn with_inline(&self, bytes: Vec<u8>) -> Self {
        let spaced = EvenlySpaced::of(self.element, &bytes);
        Self { layout: spaced.map_or(Layout::Compact(bytes), Layout::EvenlySpaced), ..self.clone() }
    }

    pub(crate) fn with_table(&self, table: Arc<ChunkTable>) -> Self {
        let mut known = self.clone();
        if let Layout::Chunked { index, .. } = &mut known.layout {
            *index = ChunkIndex::Known(table);
        }
        known
    }

    /// Whether what a kept manifest says about this variable can be true.
    pub(crate) fn check(&self) -> Result<(), String> {
        if self.shape.len() != self.stored_shape.len() {
            return Err(format!("shape {:?}, stored shape {:?}", self.shape, self.stored_shape));
        }
        let size = self.element.size();
        if size == 0 || self.element.data_type == DataType::Text {
            return Err(format!("elements of {}, which no file stores one by one", self.element.data_type));
        }
        let bytes = |shape: &[usize]| shape.iter().try_fold(size, |bytes, &length| bytes.checked_mul(length));
        if [&self.shape, &self.stored_shape]
            .iter()
            .any(|shape| bytes(shape).is_none_or(|all| all > isize::MAX as usize))
        {
            return Err(format!("its shape {:?} is larger than memory can address", self.shape));
        }
        if let Layout::EvenlySpaced(numbers) = &self.layout
            && (bytes(&self.stored_shape) != Some(numbers.byte_len(self.element))
                || numbers.byte_len(self.element) > MOST_EVENLY_SPACED_BYTES)
        {
            return Err(format!("evenly spaced numbers for a shape of {:?}", self.stored_shape));
        }
        if let Layout::Strided { offset, first_stride } = &self.layout {
            let rows = self.stored_shape.first().map_or(1, |&rows| rows.max(1)) as u64;
            if first_stride.checked_mul(rows).and_then(|bytes| bytes.checked_add(*offset)).is_none() {
                return Err(format!("{rows} rows {first_stride} bytes apart from byte {offset} on, beyond every file"));
            }
        }
        if let Layout::Chunked { chunk_shape, index, .. } = &self.layout {
            if chunk_shape.len() != self.shape.len() || chunk_shape.contains(&0) {
                return Err(format!("chunks of {chunk_shape:?} for a shape of {:?}", self.shape));
            }
            if bytes(chunk_shape).is_none_or(|all| all > u32::MAX as usize) {
                return Err(format!("its chunk shape {chunk_shape:?} is larger than HDF5's 4 GiB"));
            }
            if has_too_many_chunks(&self.stored_shape, chunk_shape) || has_too_many_chunks(&self.shape, chunk_shape) {
                return Err(format!("its shape {:?} has too many chunks of {chunk_shape:?}", self.shape));
            }
            if matches!(index, ChunkIndex::Deferred(address) if !address.is_of(&self.stored_shape, chunk_shape, size)) {
                return Err(format!("an index of other chunks than {chunk_shape:?}"));
            }
            if matches!(index, ChunkIndex::Known(table) if !table.is_ordered()) {
                return Err("its chunks are not in order".into());
            }
        }
        Ok(())
    }

    /// So many fill values, in the file's byte order.
    pub(crate) fn stored_fill(&self, count: usize) -> Vec<u8> {
        match &self.fill {
            Some(fill) if fill.len() == self.element.size() => fill.repeat(count),
            _ => vec![0; count * self.element.size()],
        }
    }

    /// An error about bytes of this variable that contradict the format.
    pub(crate) fn malformed(&self, path: &Location, offset: u64, problem: impl Into<String>) -> FormatError {
        FormatError::Malformed { path: path.clone(), object: self.object.clone(), offset, problem: problem.into() }
    }

    pub(crate) fn undecodable(&self, path: &Location, offset: u64, error: DecodeError) -> FormatError {
        match error {
            DecodeError::Corrupt(problem) => self.malformed(path, offset, format!("chunk: {problem}")),
            DecodeError::Unsupported(feature) => {
                FormatError::Unsupported { path: path.clone(), object: self.object.clone(), feature }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use nunatak_array::{ByteOrder, DataType};

    use super::*;
    use crate::manifest::{IndexAddress, IndexKind};

    fn stored(data_type: DataType) -> StoredNumbers {
        StoredNumbers {
            object: "/name".into(),
            element: Element { data_type, order: ByteOrder::Little },
            shape: vec![2],
            stored_shape: vec![2],
            fill: None,
            layout: Layout::Unwritten,
        }
    }

    /// Found by fuzzing: a kept manifest whose chunk index says of the chunks what the layout does not, and more than
    /// 64 bits hold.
    #[test]
    fn the_index_is_that_of_the_chunks() {
        let index = |chunk_shape: Vec<u32>| IndexAddress {
            address: 0,
            shape: vec![2],
            max_shape: None,
            chunk_shape,
            element_size: 8,
            filtered: false,
            kind: IndexKind::BTreeV1,
            offset_size: 8,
            length_size: 8,
            base_address: 0,
        };
        let chunked = |chunk_shape| StoredNumbers {
            layout: Layout::Chunked {
                chunk_shape: vec![1],
                filters: Vec::new(),
                index: ChunkIndex::Deferred(index(chunk_shape)),
            },
            ..stored(DataType::F64)
        };
        assert_eq!(chunked(vec![1]).check(), Ok(()));
        for wrong in [vec![u32::MAX; 3], vec![2], vec![]] {
            assert!(chunked(wrong).check().unwrap_err().contains("an index of other chunks"));
        }
    }

    /// Found by fuzzing: a kept manifest that says that texts are stored as numbers are.
    #[test]
    fn texts_are_not_stored_one_by_one() {
        assert_eq!(stored(DataType::F64).check(), Ok(()));
        assert!(stored(DataType::Text).check().unwrap_err().contains("which no file stores one by one"));
        assert!(stored(DataType::Bytes(0)).check().is_err(), "elements of no bytes");
    }

    /// Found by fuzzing: a kept manifest whose rows lie further apart than 64 bits count.
    #[test]
    fn rows_end_within_64_bits() {
        let strided = |offset, first_stride| StoredNumbers {
            layout: Layout::Strided { offset, first_stride },
            ..stored(DataType::F64)
        };
        assert_eq!(strided(512, 8).check(), Ok(()));
        for (offset, first_stride) in [(0, u64::MAX), (0, 1 << 63), (u64::MAX, 8), (u64::MAX - 8, 8)] {
            let problem = strided(offset, first_stride).check().unwrap_err();
            assert!(problem.contains("beyond every file"), "{problem}");
        }
    }
}
