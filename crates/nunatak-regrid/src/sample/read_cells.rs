//! Reads the values of some cells of a grid, in blocks that hold them.

use nunatak_array::{Array, ChunkGrid, Region};

use crate::error::Result;

/// Most cells of a block that is read at once, unless one row of the grid has more.
const MOST_CELLS: usize = 4 << 20;
/// Cells of a block up to which it is read as it is.
const FEW_CELLS: usize = 1 << 18;
/// Cells of a block for each one that is needed, up to which it is not looked for a gap.
const SPARSE: usize = 16;

/// The cells of one record of an array, whose last axes are those of a grid.
pub(super) struct CellReader<'a> {
    array: &'a dyn Array,
    chunks: ChunkGrid,
    /// Axes before those of the grid, and where the record is along them.
    leading: Vec<usize>,
    columns: usize,
    is_flat: bool,
    bytes: usize,
}

impl<'a> CellReader<'a> {
    /// The record of an array on a grid of this shape; no record for an array that has none.
    pub(super) fn new(array: &'a dyn Array, record: Option<usize>, grid: &[usize]) -> Self {
        Self {
            array,
            chunks: array.chunk_grid(),
            leading: record.into_iter().collect(),
            columns: grid.last().copied().unwrap_or(1).max(1),
            is_flat: grid.len() == 1,
            bytes: 0,
        }
    }

    /// Bytes read so far.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Reads the values of cells, by rising number, into their places.
    pub(super) fn read(&mut self, cells: &[usize], values: &mut [f64]) -> Result<()> {
        let Some(block) = CellBlock::about(cells, self.columns, self.is_flat) else { return Ok(()) };
        if let Some(cut) = self.cut(&block, cells.len()) {
            let first = cells.partition_point(|&cell| block.line(cell, self.columns) < cut);
            let (before, after) = values.split_at_mut(first);
            self.read(&cells[..first], before)?;
            return self.read(&cells[first..], after);
        }
        let read = self.array.read(&self.region(&block)?)?;
        self.bytes += read.byte_len();
        let read = read.into_f64()?;
        for (value, &cell) in values.iter_mut().zip(cells) {
            *value = read[block.position(cell, self.columns)];
        }
        Ok(())
    }

    /// The line at which a block is cut in two because it is large, or has few of the cells: between chunks, or through
    /// one when it is large and has one only.
    fn cut(&self, block: &CellBlock, needed: usize) -> Option<usize> {
        let (lines, cells) = (block.lines.1 - block.lines.0, block.len());
        let is_sparse = cells > FEW_CELLS && cells / SPARSE > needed;
        if lines < 2 || !(is_sparse || cells > MOST_CELLS) {
            return None;
        }
        let middle = block.lines.0 + lines / 2;
        let mut end = 0;
        let ends = self.chunks.lengths(self.leading.len()).into_iter().map(|length| {
            end += length;
            end
        });
        let inside = ends.filter(|end| (block.lines.0 + 1..block.lines.1).contains(end));
        let between = inside.min_by_key(|end| end.abs_diff(middle));
        between.or((cells > MOST_CELLS).then_some(middle))
    }

    fn region(&self, block: &CellBlock) -> Result<Region> {
        let (mut start, mut shape) = (self.leading.clone(), vec![1; self.leading.len()]);
        start.push(block.lines.0);
        shape.push(block.lines.1 - block.lines.0);
        if !self.is_flat {
            start.push(block.columns.0);
            shape.push(block.columns.1 - block.columns.0);
        }
        Ok(Region::new(start, shape)?)
    }
}

/// Lines and columns of a grid that hold some cells, ends excluded: rows of a grid of two axes, cells of one of one axis,
/// which has one column.
struct CellBlock {
    lines: (usize, usize),
    columns: (usize, usize),
    is_flat: bool,
}

impl CellBlock {
    fn about(cells: &[usize], columns: usize, is_flat: bool) -> Option<Self> {
        let (&first, &last) = (cells.first()?, cells.last()?);
        if is_flat {
            return Some(Self { lines: (first, last + 1), columns: (0, 1), is_flat });
        }
        let (west, east) = cells.iter().fold((usize::MAX, 0), |(west, east), cell| {
            let column = cell % columns;
            (west.min(column), east.max(column))
        });
        Some(Self { lines: (first / columns, last / columns + 1), columns: (west, east + 1), is_flat })
    }

    fn len(&self) -> usize {
        (self.lines.1 - self.lines.0) * (self.columns.1 - self.columns.0)
    }

    fn line(&self, cell: usize, columns: usize) -> usize {
        if self.is_flat { cell } else { cell / columns }
    }

    fn position(&self, cell: usize, columns: usize) -> usize {
        if self.is_flat {
            return cell - self.lines.0;
        }
        (cell / columns - self.lines.0) * (self.columns.1 - self.columns.0) + cell % columns - self.columns.0
    }
}
