//! Where the blocks of a fractal heap begin.

/// Blocks of more bytes are no direct ones: HDF5's are 64 KiB.
const MOST_BLOCK_BYTES: u64 = 256 << 20;

/// Rows of `width` blocks; see the module of the heap.
#[derive(Debug, Clone, Copy)]
pub(super) struct DoublingTable {
    width: u64,
    smallest: u64,
    largest: u64,
}

/// One block of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TableEntry {
    pub(super) row: u64,
    /// Its number in the table, row by row.
    pub(super) number: u64,
    /// Where it begins in the table's space.
    pub(super) start: u64,
    pub(super) size: u64,
}

impl DoublingTable {
    /// A table whose direct blocks have `smallest` to `largest` bytes.
    ///
    /// # Errors
    /// What is no power of two, or too large.
    pub(super) fn new(width: u16, smallest: u64, largest: u64) -> Result<Self, String> {
        let width = u64::from(width);
        if [width, smallest, largest].iter().all(|number| number.is_power_of_two())
            && smallest <= largest
            && largest <= MOST_BLOCK_BYTES
        {
            return Ok(Self { width, smallest, largest });
        }
        Err(format!("fractal heap: a table of {width} blocks of {smallest} to {largest} bytes"))
    }

    /// Bytes of one row of the smallest blocks.
    fn row_bytes(&self) -> u64 {
        self.width * self.smallest
    }

    /// The block at an offset of the table's space; `None` where no table reaches.
    pub(super) fn entry_at(&self, offset: u64) -> Option<TableEntry> {
        let rows = offset / self.row_bytes();
        let (row, start, size) = match rows.checked_ilog2() {
            None => (0, 0, self.smallest),
            Some(doublings) => {
                let size = self.smallest.checked_mul(1_u64.checked_shl(doublings)?)?;
                (u64::from(doublings) + 1, self.row_bytes().checked_mul(1_u64.checked_shl(doublings)?)?, size)
            }
        };
        let column = (offset - start) / size;
        Some(TableEntry { row, number: row * self.width + column, start: start + column * size, size })
    }

    /// Number of direct blocks of a table that has all rows of them.
    pub(super) fn direct_blocks(&self) -> u64 {
        (u64::from((self.largest / self.smallest).ilog2()) + 2) * self.width
    }

    /// Number of rows of a table whose space has so many bytes.
    pub(super) fn rows_of(&self, size: u64) -> u64 {
        (size / self.row_bytes()).checked_ilog2().map_or(0, |doublings| u64::from(doublings) + 1)
    }

    /// Bytes of an object's length in its identifier, where no object has more than `most` bytes.
    pub(super) fn length_bytes(&self, most: u64) -> usize {
        let of_block = self.largest.ilog2().div_ceil(8);
        let of_object = most.checked_ilog2().unwrap_or(0) / 8 + 1;
        of_block.min(of_object).max(1) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Blocks one after the other, as HDF5 describes the table.
    #[test]
    fn places_are_those_of_a_table_that_is_filled_block_by_block() {
        let table = DoublingTable::new(4, 512, 65_536).unwrap();
        let (mut start, mut number) = (0, 0);
        for row in 0_u32..12 {
            let size = 512 << row.saturating_sub(1);
            for _ in 0..4 {
                let expected = TableEntry { row: u64::from(row), number, start, size };
                assert_eq!(table.entry_at(start), Some(expected));
                assert_eq!(table.entry_at(start + size - 1), Some(expected));
                (start, number) = (start + size, number + 1);
            }
            assert_eq!(table.rows_of(start), u64::from(row) + 1);
            assert_eq!(table.direct_blocks() > number - 4, size <= 65_536, "row {row}");
        }
        assert!(table.entry_at(u64::MAX).is_some());
    }

    #[test]
    fn lengths_have_as_many_bytes_as_hdf5_writes() {
        // Of links and attributes: blocks up to 64 KiB, objects up to 4 KiB; of other heaps up to a whole block.
        let table = DoublingTable::new(4, 1024, 65_536).unwrap();
        assert_eq!([4096, 65_536, 255, 1, 0].map(|most| table.length_bytes(most)), [2, 2, 1, 1, 1]);
    }

    #[test]
    fn tables_that_cannot_be_are_refused() {
        for (width, smallest, largest) in
            [(0, 512, 512), (3, 512, 512), (4, 500, 512), (4, 1024, 512), (4, 512, 1 << 40)]
        {
            assert!(DoublingTable::new(width, smallest, largest).is_err(), "{width} {smallest} {largest}");
        }
    }
}
