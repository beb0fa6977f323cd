//! Lazy arrays of a variable's raw values.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use bytes::Bytes;
use nunatak_array::{Array, ArrayError, ChunkGrid, DataType, Description, Region, Values};
use nunatak_store::{Object, block_on};

use super::chunks::{ChunkReader, PlannedChunk};
use super::description::VariableDescription;
use super::relative::relative;
use super::strided::StridedReader;
use crate::Result;
use crate::manifest::{ChunkIndex, ChunkTable, Layout, Stored, StoredNumbers, chunk_counts, chunk_number, chunk_start};

/// Chunk tables longer than this stay behind when an array is pickled; they are looked up again.
const MOST_PICKLED_CHUNKS: usize = 65_536;

/// A variable of a file as a lazy array of its raw values.
pub(crate) struct StoredArray {
    object: Arc<Object>,
    stored: Arc<StoredNumbers>,
    table: OnceLock<Arc<ChunkTable>>,
    /// The whole file, when looking up the chunks has brought it; for the first read alone.
    at_hand: Mutex<Option<Bytes>>,
}

impl StoredArray {
    pub(crate) fn new(object: Arc<Object>, stored: Arc<StoredNumbers>) -> Self {
        let table = match &stored.layout {
            Layout::Chunked { index: ChunkIndex::Known(table), .. } => OnceLock::from(Arc::clone(table)),
            _ => OnceLock::new(),
        };
        Self { object, stored, table, at_hand: Mutex::default() }
    }

    /// The file that it is in.
    pub(crate) fn file(&self) -> &Arc<Object> {
        &self.object
    }

    /// How it is stored.
    pub(crate) fn stored(&self) -> &Arc<StoredNumbers> {
        &self.stored
    }

    fn table(&self) -> Result<&Arc<ChunkTable>> {
        if let Some(table) = self.table.get() {
            return Ok(table);
        }
        let (found, whole) = block_on(self.stored.locate_to_read(&self.object))?;
        *self.at_hand.lock().unwrap_or_else(PoisonError::into_inner) = whole;
        Ok(self.table.get_or_init(|| found.unwrap_or_default()))
    }

    /// Bytes of everything below the first axis.
    fn row_bytes(&self) -> u64 {
        self.stored.stored_shape.iter().skip(1).product::<usize>() as u64 * self.stored.element.size() as u64
    }

    fn read_compact(&self, bytes: &[u8], region: &Region) -> Result<Values, ArrayError> {
        let stored = &self.stored;
        let expected = stored.byte_len().unwrap_or(usize::MAX);
        if bytes.len() < expected {
            return Err(self
                .stored
                .malformed(
                    self.object.location(),
                    0,
                    format!("expected {expected} compact bytes, found {}", bytes.len()),
                )
                .into());
        }
        let values = stored.element.values(&bytes[..expected]);
        let mut result = Values::zeros(self.data_type(), region.len());
        result.copy_block(region.shape(), &Region::whole(region.shape()), &values, &stored.stored_shape, region)?;
        Ok(result)
    }

    fn read_chunked(&self, chunk_shape: &[usize], region: &Region) -> Result<Values, ArrayError> {
        let stored = &self.stored;
        let Layout::Chunked { filters, .. } = &stored.layout else { return Ok(Values::zeros(self.data_type(), 0)) };
        let (planned, complete) = self.plan(chunk_shape, region)?;
        let mut result = match complete {
            true => Values::zeros(self.data_type(), region.len()),
            false => stored.element.filled(stored.fill.as_deref(), region.len()),
        };
        let at_hand = self.at_hand.lock().unwrap_or_else(PoisonError::into_inner).take();
        let reader = ChunkReader { object: &self.object, stored, chunk_shape, filters, region, at_hand };
        match result.as_bytes_mut() {
            Some(bytes) => reader.read(&planned, bytes)?,
            None => return Err(self.stored.malformed(self.object.location(), 0, "text in chunks of numbers").into()),
        }
        Ok(result)
    }

    /// The chunks that `region` needs, in the order of the array, and whether they fill it.
    fn plan(&self, chunk_shape: &[usize], region: &Region) -> Result<(Vec<PlannedChunk>, bool), ArrayError> {
        let (shape, table) = (&self.stored.stored_shape, self.table()?);
        let grid = ChunkGrid::regular(shape, chunk_shape);
        let counts = chunk_counts(shape, chunk_shape);
        let touched = grid.count_touching(region);
        if touched <= table.len() {
            let mut planned = Vec::with_capacity(touched);
            for chunk in grid.chunks_touching(region) {
                let number = chunk_number(chunk.start().iter().map(|&at| at as u64), chunk_shape, &counts);
                if let Some(location) = number.and_then(|number| table.get(number)) {
                    planned.push(PlannedChunk { start: chunk.start().to_vec(), location: *location });
                }
            }
            let complete = planned.len() == touched;
            return Ok((planned, complete));
        }
        // A sparse array has more places than chunks: go by the chunks.
        let mut planned = Vec::new();
        for location in table.iter() {
            let start = chunk_start(location.number, chunk_shape, &counts);
            if Region::new(start.clone(), chunk_shape.to_vec())?.intersection(region).is_some() {
                planned.push(PlannedChunk { start, location: *location });
            }
        }
        Ok((planned, false))
    }

    fn read_stored(&self, region: &Region) -> Result<Values, ArrayError> {
        let stored = &self.stored;
        match &stored.layout {
            Layout::Compact(bytes) => self.read_compact(bytes, region),
            Layout::EvenlySpaced(numbers) => {
                self.read_compact(&numbers.to_bytes(stored.element).unwrap_or_default(), region)
            }
            Layout::Unwritten => Ok(stored.element.filled(stored.fill.as_deref(), region.len())),
            Layout::Strided { offset, first_stride } => {
                let reader =
                    StridedReader { object: &self.object, stored, offset: *offset, first_stride: *first_stride };
                Ok(reader.read(region)?)
            }
            Layout::Chunked { chunk_shape, .. } => self.read_chunked(chunk_shape, region),
        }
    }
}

impl Array for StoredArray {
    fn data_type(&self) -> DataType {
        self.stored.element.data_type
    }

    fn shape(&self) -> &[usize] {
        &self.stored.shape
    }

    fn chunk_grid(&self) -> ChunkGrid {
        let shape = &self.stored.shape;
        match &self.stored.layout {
            Layout::Chunked { chunk_shape, .. } => ChunkGrid::regular(shape, chunk_shape),
            Layout::Strided { first_stride, .. } if *first_stride > self.row_bytes() && !shape.is_empty() => {
                let mut records = shape.clone();
                records[0] = 1;
                ChunkGrid::regular(shape, &records)
            }
            _ => ChunkGrid::single(shape),
        }
    }

    fn read(&self, region: &Region) -> Result<Values, ArrayError> {
        let stored = &self.stored;
        region.check_within(&stored.shape)?;
        region.check_memory(self.data_type())?;
        let Some(inside) = region.intersection(&Region::whole(&stored.stored_shape)) else {
            return Ok(stored.element.never_written(stored.fill.as_deref(), region.len()));
        };
        let values = self.read_stored(&inside)?;
        if inside == *region {
            return Ok(values);
        }
        let mut result = stored.element.never_written(stored.fill.as_deref(), region.len());
        let target = relative(&inside, region)?;
        result.copy_block(region.shape(), &target, &values, inside.shape(), &Region::whole(inside.shape()))?;
        Ok(result)
    }

    fn stored_rows(&self) -> Result<usize, ArrayError> {
        let shape = &self.stored.stored_shape;
        let all = shape.first().copied().unwrap_or(1);
        Ok(match &self.stored.layout {
            Layout::Unwritten => 0,
            Layout::Chunked { chunk_shape, .. } => {
                let counts = chunk_counts(shape, chunk_shape);
                let length = chunk_shape.first().copied().unwrap_or(1);
                let ends = self.table()?.iter().map(|chunk| {
                    let start = chunk_start(chunk.number, chunk_shape, &counts);
                    start.first().copied().unwrap_or(0).saturating_add(length)
                });
                ends.max().unwrap_or(0).min(all)
            }
            _ => all,
        })
    }

    fn describe(&self) -> Result<Description, ArrayError> {
        self.describe_as(Stored::Numbers)
    }
}

impl StoredArray {
    /// The description of an array that makes something of these elements.
    pub(crate) fn describe_as(&self, of: impl Fn(Arc<StoredNumbers>) -> Stored) -> Result<Description, ArrayError> {
        let stored = match self.table.get() {
            Some(table) if table.len() <= MOST_PICKLED_CHUNKS => Arc::new(self.stored.with_table(Arc::clone(table))),
            _ => Arc::clone(&self.stored),
        };
        VariableDescription::of(&self.object).describe(&of(stored))
    }
}
