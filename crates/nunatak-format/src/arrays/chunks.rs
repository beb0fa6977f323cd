//! Reading chunks: fetched in batches within the memory budget, decoded on all threads straight into the result.

use std::cell::RefCell;
use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use nunatak_array::{ArrayError, BlockRows, Region, chunk_limit, memory_budget};
use nunatak_parallel::carried;
use nunatak_store::{LocalFile, Object, block_on, spawn};
use rayon::prelude::*;

use super::relative::relative;
use super::scatter::Scatter;
use crate::decode::{Filter, Scratch, check_expansion, decode_into, decoded_room, release_large};
use crate::manifest::{ChunkLocation, StoredNumbers};
use crate::source::count_data_bytes;
use crate::{FormatError, Result};

/// A chunk that a read needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PlannedChunk {
    /// First indices of the chunk in the array.
    pub(super) start: Vec<usize>,
    pub(super) location: ChunkLocation,
}

/// One read of a region of a chunked variable.
pub(super) struct ChunkReader<'a> {
    pub(super) object: &'a Arc<Object>,
    pub(super) stored: &'a StoredNumbers,
    pub(super) chunk_shape: &'a [usize],
    pub(super) filters: &'a [Filter],
    pub(super) region: &'a Region,
    /// The whole file, when it was fetched already.
    pub(super) at_hand: Option<Bytes>,
}

/// Buffers of one thread, used again for its next chunk.
struct Buffers {
    /// Bytes as stored.
    stored: Vec<u8>,
    /// The chunk, when only a part of it is wanted.
    decoded: Vec<u8>,
    scratch: Scratch,
}

impl Buffers {
    /// Gives large buffers back, so that one large chunk does not stay with every thread.
    fn release_large(&mut self) {
        [&mut self.stored, &mut self.decoded].into_iter().for_each(release_large);
        self.scratch.release_large();
    }
}

thread_local! {
    static BUFFERS: RefCell<Buffers> =
        RefCell::new(Buffers { stored: Vec::new(), decoded: Vec::new(), scratch: Scratch::new() });
}

impl ChunkReader<'_> {
    /// Reads the chunks into `result`, the region's values in row-major order.
    ///
    /// # Errors
    /// The store's and the format's.
    pub(super) fn read(&self, planned: &[PlannedChunk], result: &mut [u8]) -> Result<(), ArrayError> {
        let target = Scatter::new(result);
        match (self.object.local_file().map_err(FormatError::from)?, &self.at_hand) {
            (Some(file), _) => self.read_local(planned, &file, &target)?,
            (None, Some(whole)) => self.each(planned, |chunk| {
                let length = self.stored_length(chunk)?;
                let start = usize::try_from(chunk.location.offset).ok().filter(|start| start + length <= whole.len());
                let outside =
                    || self.stored.malformed(self.object.location(), chunk.location.offset, "a chunk outside");
                let start = start.ok_or_else(outside)?;
                self.decode_fetched(chunk, &whole[start..start + length], &target)
            })?,
            (None, None) if self.object.blocks() => self.read_in_turn(planned, &target)?,
            (None, None) => self.read_remote(planned, &target)?,
        }
        Ok(())
    }

    fn read_local(&self, planned: &[PlannedChunk], file: &LocalFile, target: &Scatter<'_>) -> Result<()> {
        let read_one = |chunk: &PlannedChunk| {
            BUFFERS.with_borrow_mut(|buffers| {
                let Buffers { stored, decoded, scratch } = buffers;
                stored.resize(self.stored_length(chunk)?, 0);
                file.read_at(chunk.location.offset, stored)?;
                count_data_bytes(stored.len());
                let placed = self.place(chunk, stored, decoded, scratch, target);
                buffers.release_large();
                placed
            })
        };
        self.each(planned, read_one)
    }

    /// Does something for every chunk, on as many threads as can decode one each within the memory limit.
    fn each(&self, planned: &[PlannedChunk], act: impl Fn(&PlannedChunk) -> Result<()> + Send + Sync) -> Result<()> {
        if let [chunk] = planned {
            return act(chunk);
        }
        let act = carried(act);
        let at_once = (chunk_limit() / self.chunk_bytes().max(1)).max(1);
        if at_once >= rayon::current_num_threads() {
            return planned.par_iter().try_for_each(act);
        }
        planned.chunks(at_once).try_for_each(|some| some.par_iter().try_for_each(&act))
    }

    fn chunk_bytes(&self) -> usize {
        self.chunk_shape.iter().product::<usize>() * self.stored.element.size()
    }

    /// Fails when the chunks are too large to be decoded beside the result.
    fn check_size(&self) -> Result<()> {
        let (bytes, most) = (self.chunk_bytes(), chunk_limit());
        if bytes <= most {
            return Ok(());
        }
        Err(FormatError::TooLarge {
            path: self.object.location().clone(),
            object: self.stored.object.clone(),
            problem: format!(
                "its chunks of {:?} have {bytes} bytes each once decoded, more than the memory limit of {most} bytes; \
                 raise it with nk.memory_limit({bytes}) or NUNATAK_MEMORY_BUDGET",
                self.chunk_shape
            ),
        })
    }

    /// Batches are fetched by the thread that is here: a reader that blocks gets no thread of the runtime.
    fn read_in_turn(&self, planned: &[PlannedChunk], target: &Scatter<'_>) -> Result<()> {
        for batch in self.batches(planned)? {
            let fetched = self.object.read(&ranges_of(batch))?;
            self.decode_batch(batch, &fetched, target)?;
        }
        Ok(())
    }

    /// The next batch is on its way while one is decoded.
    fn read_remote(&self, planned: &[PlannedChunk], target: &Scatter<'_>) -> Result<()> {
        let batches = self.batches(planned)?;
        let request = |batch: &[PlannedChunk]| {
            let ranges = ranges_of(batch);
            let object = Arc::clone(self.object);
            spawn(async move { object.fetch(&ranges).await })
        };
        let mut on_its_way = batches.first().map(|batch| request(batch));
        for (at, batch) in batches.iter().enumerate() {
            let Some(waiting) = on_its_way.take() else { break };
            let fetched: Vec<Bytes> = match block_on(waiting) {
                Ok(fetched) => fetched?,
                Err(stopped) => {
                    return Err(self.stored.malformed(
                        self.object.location(),
                        0,
                        format!("fetching was stopped: {stopped}"),
                    ));
                }
            };
            on_its_way = batches.get(at + 1).map(|next| request(next));
            self.decode_batch(batch, &fetched, target)?;
        }
        Ok(())
    }

    fn decode_batch(&self, batch: &[PlannedChunk], fetched: &[Bytes], target: &Scatter<'_>) -> Result<()> {
        let at_once = (chunk_limit() / self.chunk_bytes().max(1)).max(1);
        let pairs: Vec<_> = batch.iter().zip(fetched).collect();
        let decode = carried(|(chunk, bytes): &(&PlannedChunk, &Bytes)| self.decode_fetched(chunk, bytes, target));
        pairs.chunks(at_once).try_for_each(|some| some.par_iter().try_for_each(&decode))
    }

    fn decode_fetched(&self, chunk: &PlannedChunk, bytes: &[u8], target: &Scatter<'_>) -> Result<()> {
        count_data_bytes(bytes.len());
        BUFFERS.with_borrow_mut(|buffers| {
            let placed = self.place(chunk, bytes, &mut buffers.decoded, &mut buffers.scratch, target);
            buffers.release_large();
            placed
        })
    }

    /// Chunks whose stored bytes fit half the budget, so that two batches can be held.
    fn batches<'p>(&self, planned: &'p [PlannedChunk]) -> Result<Vec<&'p [PlannedChunk]>> {
        let most = memory_budget() / 2;
        let mut batches = Vec::new();
        let (mut start, mut held) = (0, 0_usize);
        for (at, chunk) in planned.iter().enumerate() {
            let length = self.stored_length(chunk)?;
            if at > start && held + length > most {
                batches.push(&planned[start..at]);
                (start, held) = (at, 0);
            }
            held += length;
        }
        if start < planned.len() {
            batches.push(&planned[start..]);
        }
        Ok(batches)
    }

    /// Stored bytes of a chunk, which must lie inside the file.
    fn stored_length(&self, chunk: &PlannedChunk) -> Result<usize> {
        let ChunkLocation { offset, length, .. } = chunk.location;
        let available = self.object.length().saturating_sub(offset);
        match usize::try_from(length) {
            Ok(bytes) if length <= available => Ok(bytes),
            _ => Err(FormatError::Truncated {
                path: self.object.location().clone(),
                object: self.stored.object.clone(),
                offset,
                needed: length,
                available,
            }),
        }
    }

    /// Decodes a chunk and puts what the region wants of it where it belongs.
    fn place(
        &self,
        chunk: &PlannedChunk,
        bytes: &[u8],
        decoded: &mut Vec<u8>,
        scratch: &mut Scratch,
        target: &Scatter<'_>,
    ) -> Result<()> {
        let malformed = |problem: &str| self.stored.malformed(self.object.location(), chunk.location.offset, problem);
        let size = self.stored.element.size();
        let chunk_bytes = self.chunk_bytes();
        let whole = Region::new(chunk.start.clone(), self.chunk_shape.to_vec())
            .map_err(|_| malformed("a chunk outside every array"))?;
        let Some(part) = whole.intersection(self.region) else { return Ok(()) };
        let (Ok(from), Ok(to)) = (relative(&part, &whole), relative(&part, self.region)) else {
            return Err(malformed("a chunk outside its array"));
        };
        let rows = BlockRows::new(self.region.shape(), &to, self.chunk_shape, &from);
        let undecodable = |error| self.stored.undecodable(self.object.location(), chunk.location.offset, error);
        let skipped = chunk.location.skipped_filters;
        check_expansion(self.filters, skipped, bytes.len(), chunk_bytes).map_err(undecodable)?;
        let mut decode = |out: &mut [u8]| {
            decode_into(self.filters, skipped, bytes, scratch, out).map_err(undecodable)?;
            self.stored.element.make_native(out);
            Ok(())
        };
        let is_run = part == whole && is_one_run(part.shape(), self.region.shape());
        // One filter is undone straight into the result; the others need room for a chunk beside it.
        if !is_run || self.filters.len() > 1 {
            self.check_size()?;
        }
        if is_run {
            let start = rows.starts().next().map_or(0, |(to, _)| to);
            // SAFETY: chunks of one table have different numbers, so their parts of the region do not overlap.
            return decode(unsafe { target.part(start * size, chunk_bytes) });
        }
        let decoded = decoded_room(decoded, self.filters, skipped, bytes.len(), chunk_bytes).map_err(undecodable)?;
        decode(decoded)?;
        let run = rows.length() * size;
        for (to, from) in rows.starts() {
            // SAFETY: chunks of one table have different numbers, so their parts of the region do not overlap.
            let row = unsafe { target.part(to * size, run) };
            row.copy_from_slice(&decoded[from * size..from * size + run]);
        }
        Ok(())
    }
}

fn ranges_of(batch: &[PlannedChunk]) -> Vec<Range<u64>> {
    batch.iter().map(|chunk| chunk.location.range()).collect()
}

/// Whether a block of this shape lies in one piece in an array of the other.
fn is_one_run(block: &[usize], array: &[usize]) -> bool {
    let outer = block.iter().position(|&length| length != 1).unwrap_or(block.len());
    block.iter().zip(array).skip(outer + 1).all(|(block, array)| block == array)
}

impl ChunkLocation {
    /// The bytes of the file that it takes.
    pub(crate) fn range(&self) -> Range<u64> {
        self.offset..self.offset.saturating_add(self.length)
    }
}

#[cfg(test)]
mod tests {
    use nunatak_array::{Array, ByteOrder, DataType};
    use nunatak_store::Location;

    use super::*;
    use crate::arrays::StoredArray;
    use crate::decode::element_size;
    use crate::manifest::{ChunkIndex, ChunkTable, Element, Layout};

    /// The error of one chunk of `chunk_shape` doubles, stored in the first 100 bytes of a file of zeros, under a variable of eight.
    fn read(chunk_shape: usize, filters: Vec<Filter>) -> String {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), [0; 100]).unwrap();
        let object = Arc::new(Object::open_local(&Location::from(file.path().to_path_buf())).unwrap());
        let chunk = ChunkLocation { number: 0, offset: 0, length: 100, skipped_filters: 0 };
        let index = ChunkIndex::Known(Arc::new(ChunkTable::new(vec![chunk])));
        let stored = StoredNumbers {
            object: "/lithk".into(),
            element: Element { data_type: DataType::F64, order: ByteOrder::Little },
            shape: vec![8],
            stored_shape: vec![8],
            fill: None,
            layout: Layout::Chunked { chunk_shape: vec![chunk_shape], filters, index },
        };
        StoredArray::new(object, Arc::new(stored)).read(&Region::whole(&[8])).unwrap_err().to_string()
    }

    #[test]
    fn a_small_file_has_no_chunk_of_gigabytes() {
        let most = u32::MAX as usize / 8;
        for filters in
            [Vec::new(), vec![Filter::Shuffle { element_size: element_size(8) }, Filter::Deflate { level: 4 }]]
        {
            let error = read(most, filters);
            assert!(error.contains("/lithk") && error.contains("expected 4294967288 decoded bytes"), "{error}");
            assert!(error.contains("100 stored bytes cannot be as many"), "{error}");
        }
        assert!(read(12, vec![Filter::Deflate { level: 4 }]).contains("deflate stream is corrupt"));
    }

    #[test]
    fn large_buffers_are_given_back() {
        let alike = Filter::ScaleOffset { parameters: vec![0; 20] };
        assert!(read(4 << 20, vec![alike]).contains("scaleoffset stream is corrupt"));
        BUFFERS.with_borrow(|buffers| assert!(buffers.decoded.capacity() < 1 << 20));
        assert!(read(4000, vec![Filter::Zstd]).contains("zstd stream is corrupt"));
        BUFFERS.with_borrow(|buffers| assert_eq!(buffers.decoded.len(), 32_000, "small ones are kept"));
    }
}
