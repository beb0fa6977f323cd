use std::sync::Arc;

use bytes::Bytes;
use nunatak_array::{ByteOrder, DataType, Region};
use nunatak_store::Object;
use serde::{Deserialize, Serialize};

use super::filters::decode;
use super::layout::ChunkIndex;
use super::limits::has_too_many_chunks;
use super::table::{chunk_counts, chunk_start};
use super::{ChunkTable, Element, EvenNumbers, Layout};
use crate::hdf5::{SourceView, locate};
use crate::opening::complete;
use crate::source::ByteSource;
use crate::{FormatError, Result};

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
const MOST_EVEN_BYTES: usize = 1 << 20;

/// Remote files up to this size are fetched whole when one of their variables is first read: the nodes of its chunk index
/// lie between the data, and one request brings both.
pub(crate) const WHOLE_FILE_BYTES: u64 = 4 << 20;

impl StoredNumbers {
    /// Bytes of all values in the file; `None` when they cannot be counted.
    pub(crate) fn byte_len(&self) -> Option<usize> {
        self.stored_shape.iter().try_fold(self.element.size(), |bytes, &length| bytes.checked_mul(length))
    }

    pub(crate) fn with_inline(&self, bytes: Vec<u8>) -> Self {
        let even = EvenNumbers::of(self.element, &bytes);
        Self { layout: even.map_or(Layout::Compact(bytes), Layout::Even), ..self.clone() }
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
        if let Layout::Even(numbers) = &self.layout
            && (bytes(&self.stored_shape) != Some(numbers.byte_len(self.element))
                || numbers.byte_len(self.element) > MOST_EVEN_BYTES)
        {
            return Err(format!("evenly spaced numbers for a shape of {:?}", self.stored_shape));
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

    /// Looks up where the chunks are; `None` when there is nothing to look up.
    ///
    /// # Errors
    /// The store's and the format's.
    pub(crate) async fn locate(&self, object: &Arc<Object>) -> Result<Option<Arc<ChunkTable>>> {
        self.locate_with(object, None).await
    }

    /// As [`StoredNumbers::locate`], before data are read: a small remote file is fetched whole, and its bytes are
    /// given back for the data.
    ///
    /// # Errors
    /// As [`StoredNumbers::locate`].
    pub(crate) async fn locate_to_read(
        &self,
        object: &Arc<Object>,
    ) -> Result<(Option<Arc<ChunkTable>>, Option<Bytes>)> {
        let deferred = matches!(self.layout, Layout::Chunked { index: ChunkIndex::Deferred(_), .. });
        if !deferred || object.location().is_local() || object.length() > WHOLE_FILE_BYTES {
            return Ok((self.locate(object).await?, None));
        }
        let all = 0..object.length();
        let whole = object.fetch(std::slice::from_ref(&all)).await?.pop().unwrap_or_default();
        Ok((self.locate_with(object, Some(whole.clone())).await?, Some(whole)))
    }

    async fn locate_with(&self, object: &Arc<Object>, whole: Option<Bytes>) -> Result<Option<Arc<ChunkTable>>> {
        let Layout::Chunked { index: ChunkIndex::Deferred(address), .. } = &self.layout else { return Ok(None) };
        let source = ByteSource::new(Arc::clone(object))?;
        if let Some(bytes) = whole {
            source.add(0, bytes);
        }
        let table = complete(&source, || locate(&SourceView::new(&source, address), &self.object, address)).await?;
        Ok(Some(Arc::new(table)))
    }

    /// All values, through the bytes that the header's parser has at hand; in the file's byte order.
    ///
    /// # Errors
    /// [`FormatError::Pending`] when some are not; the format's.
    pub(crate) fn read_near_header(&self, source: &ByteSource) -> Result<Vec<u8>> {
        let size = self.element.size();
        let length = self.byte_len().unwrap_or(0);
        match &self.layout {
            Layout::Compact(bytes) => Ok(bytes.clone()),
            Layout::Even(numbers) => Ok(numbers.to_bytes(self.element).unwrap_or_default()),
            Layout::Unwritten => Ok(self.stored_fill(length / size.max(1))),
            Layout::Strided { offset, first_stride } => {
                let row = self.stored_shape.iter().skip(1).product::<usize>() * size;
                let rows = self.stored_shape.first().copied().unwrap_or(1);
                let mut bytes = Vec::with_capacity(length);
                for at in 0..rows as u64 {
                    bytes.extend_from_slice(&source.read_metadata(&self.object, offset + at * first_stride, row)?);
                }
                Ok(bytes)
            }
            Layout::Chunked { chunk_shape, filters, index } => {
                let table = match index {
                    ChunkIndex::Known(table) => Arc::clone(table),
                    ChunkIndex::Deferred(address) => {
                        Arc::new(locate(&SourceView::new(source, address), &self.object, address)?)
                    }
                };
                self.read_chunks_near_header(source, chunk_shape, filters, &table)
            }
        }
    }

    fn read_chunks_near_header(
        &self,
        source: &ByteSource,
        chunk_shape: &[usize],
        filters: &[super::Filter],
        table: &ChunkTable,
    ) -> Result<Vec<u8>> {
        let size = self.element.size();
        let counts = chunk_counts(&self.stored_shape, chunk_shape);
        let mut all = self.stored_fill(self.stored_shape.iter().product());
        let chunk_bytes = chunk_shape.iter().product::<usize>() * size;
        let mut pending = None;
        for chunk in table.iter() {
            let stored = match source.read_metadata(&self.object, chunk.offset, to_length(chunk.length)) {
                Ok(stored) => stored,
                Err(error @ FormatError::Pending { .. }) => {
                    pending = Some(error);
                    continue;
                }
                Err(error) => return Err(error),
            };
            let bytes = decode(stored.to_vec(), filters, chunk.skipped_filters, chunk_bytes)
                .map_err(|error| self.undecodable(source.path(), chunk.offset, error))?;
            let start = chunk_start(chunk.number, chunk_shape, &counts);
            let place = Region::new(start, chunk_shape.to_vec()).ok();
            let Some(place) =
                place.as_ref().and_then(|place| Some((place, place.intersection(&Region::whole(&self.stored_shape))?)))
            else {
                continue;
            };
            let from = Region::whole(place.1.shape());
            let rows = nunatak_array::BlockRows::new(&self.stored_shape, &place.1, chunk_shape, &from);
            for (to, from) in rows.starts() {
                let run = rows.length() * size;
                all[to * size..to * size + run].copy_from_slice(&bytes[from * size..from * size + run]);
            }
        }
        pending.map_or(Ok(all), Err)
    }

    /// So many fill values, in the file's byte order.
    fn stored_fill(&self, count: usize) -> Vec<u8> {
        match &self.fill {
            Some(fill) if fill.len() == self.element.size() => fill.repeat(count),
            _ => vec![0; count * self.element.size()],
        }
    }

    /// An error about bytes of this variable that contradict the format.
    pub(crate) fn malformed(
        &self,
        path: &nunatak_store::Location,
        offset: u64,
        problem: impl Into<String>,
    ) -> FormatError {
        FormatError::Malformed { path: path.clone(), object: self.object.clone(), offset, problem: problem.into() }
    }

    pub(crate) fn undecodable(
        &self,
        path: &nunatak_store::Location,
        offset: u64,
        error: super::filters::DecodeError,
    ) -> FormatError {
        match error {
            super::filters::DecodeError::Corrupt(problem) => self.malformed(path, offset, format!("chunk: {problem}")),
            super::filters::DecodeError::Unsupported(feature) => {
                FormatError::Unsupported { path: path.clone(), object: self.object.clone(), feature }
            }
        }
    }
}

fn to_length(length: u64) -> usize {
    usize::try_from(length).unwrap_or(usize::MAX)
}

impl Element {
    /// Puts stored bytes into the machine's order, in place.
    pub(crate) fn make_native(self, bytes: &mut [u8]) {
        if self.order == ByteOrder::NATIVE || !self.data_type.is_numeric() {
            return;
        }
        match self.size() {
            2 => bytes.chunks_exact_mut(2).for_each(|element| element.swap(0, 1)),
            4 => bytes.chunks_exact_mut(4).for_each(<[u8]>::reverse),
            8 => bytes.chunks_exact_mut(8).for_each(<[u8]>::reverse),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use nunatak_array::DataType;

    use super::*;
    use crate::hdf5::{IndexAddress, IndexKind};

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
}
