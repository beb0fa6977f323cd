//! What the pages of a parquet file say of themselves, held against the file's size before they are decoded.

use parquet::file::metadata::ColumnChunkMetaData;

use crate::error::{ParquetError, Result};
use crate::footer::STATISTICS;
use crate::thrift::{Structure, Type, walk};

/// Decoded bytes that every file may have.
const SMALL: u64 = 16 << 20;
/// Decoded bytes for one byte of a larger file; rows that are nearly alike compress by a few hundred.
const MOST_RATIO: u64 = 1024;
/// Values for one byte of the file, over all columns. A row's path, size and version take some bytes, whatever
/// compresses them; absent values take none.
const MOST_VALUES: u64 = 16;

/// What the rest of a file may still claim.
pub(crate) struct Allowance {
    length: u64,
    stored: u64,
    decoded: u64,
    rows: u64,
    values: u64,
}

impl Allowance {
    pub(crate) fn of(file: &[u8]) -> Self {
        let length = file.len() as u64;
        let (decoded, values) = (SMALL + length.saturating_mul(MOST_RATIO), length.saturating_mul(MOST_VALUES));
        Self { length, stored: length, decoded, rows: length, values }
    }

    /// Every row has a key that no other has (the path of a file, in a saved catalog), which no compression makes less
    /// than a byte.
    ///
    /// # Errors
    /// For more rows, or values of them, than the file has room for.
    pub(crate) fn take_rows(&mut self, rows: i64, columns: usize) -> Result<()> {
        let rows = u64::try_from(rows).map_err(|_| bad(format!("{rows} rows")))?;
        take(&mut self.rows, rows).ok_or_else(|| bad(format!("{rows} rows in {} bytes", self.length)))?;
        take(&mut self.values, rows.saturating_mul(columns as u64))
            .ok_or_else(|| bad(format!("{rows} rows of {columns} columns in {} bytes", self.length)))
    }

    /// # Errors
    /// For more bytes, once decompressed, than such a file has.
    pub(crate) fn take_decoded(&mut self, bytes: u64) -> Result<()> {
        take(&mut self.decoded, bytes).ok_or_else(|| bad(format!("{bytes} more bytes, decoded, in {}", self.length)))
    }
}

fn take(left: &mut u64, wanted: u64) -> Option<()> {
    *left = left.checked_sub(wanted)?;
    Some(())
}

/// Fails for a column that is not inside the file, or whose pages claim what it has no room for.
///
/// # Errors
/// Also for encodings that allocate what an encoded byte tells them to; a saved table has none of these.
pub(crate) fn check_pages(file: &[u8], column: &ColumnChunkMetaData, allowance: &mut Allowance) -> Result<()> {
    let mut rest = column_bytes(file, column)?;
    take(&mut allowance.stored, rest.len() as u64).ok_or_else(|| bad("columns that overlap"))?;
    while !rest.is_empty() {
        let page = Page::read(rest)?;
        page.check(allowance)?;
        rest = page.rest_of(rest)?;
    }
    Ok(())
}

fn column_bytes<'a>(file: &'a [u8], column: &ColumnChunkMetaData) -> Result<&'a [u8]> {
    let start = column.dictionary_page_offset().unwrap_or_else(|| column.data_page_offset());
    let extent = usize::try_from(start).ok().zip(usize::try_from(column.compressed_size()).ok());
    let extent = extent.and_then(|(start, length)| file.get(start..)?.get(..length));
    extent.ok_or_else(|| bad(format!("a column of {} bytes at {start}", column.compressed_size())))
}

/// A page, as its header describes it.
#[derive(Default)]
struct Page {
    header_bytes: usize,
    decoded: i32,
    stored: i32,
    dictionary_values: i32,
    encoding: i32,
}

impl Page {
    fn read(bytes: &[u8]) -> Result<Self> {
        let mut page = Self::default();
        page.header_bytes = walk(bytes, &PAGE_HEADER, &mut |structure, field, value| {
            // As the reader does, which takes the lower 32 bits.
            let value = value as i32;
            match (structure.name, field) {
                (PAGE, 2) => page.decoded = value,
                (PAGE, 3) => page.stored = value,
                (DICTIONARY, 1) => page.dictionary_values = value,
                (DATA, 2) | (DATA_2, 4) => page.encoding = value,
                _ => {}
            }
        })?;
        Ok(page)
    }

    fn check(&self, allowance: &mut Allowance) -> Result<()> {
        let decoded = u64::try_from(self.decoded).map_err(|_| bad(format!("a page of {} bytes", self.decoded)))?;
        allowance.take_decoded(decoded)?;
        // The shortest value, an empty text, is the four bytes of its length.
        if u64::try_from(self.dictionary_values).is_ok_and(|values| values > decoded / 4) {
            return Err(bad(format!("a dictionary of {} values in {decoded} bytes", self.dictionary_values)));
        }
        if matches!(self.encoding, DELTA_LENGTHS | DELTA_TEXTS) {
            return Err(bad("its texts are stored as differences, which no saved table does"));
        }
        Ok(())
    }

    fn rest_of<'a>(&self, bytes: &'a [u8]) -> Result<&'a [u8]> {
        let stored = usize::try_from(self.stored).ok();
        let rest = stored.and_then(|stored| bytes.get(self.header_bytes..)?.get(stored..));
        rest.ok_or_else(|| bad(format!("a page of {} bytes that reaches beyond its column", self.stored)))
    }
}

fn bad(problem: impl Into<String>) -> ParquetError {
    ParquetError::contradiction(problem)
}

const DELTA_LENGTHS: i32 = 6;
const DELTA_TEXTS: i32 = 7;

const PAGE: &str = "page header";
const DATA: &str = "data page";
const DATA_2: &str = "data page of version 2";
const DICTIONARY: &str = "dictionary page";

const PAGE_HEADER: Structure = Structure {
    name: PAGE,
    fields: &[
        (1, Type::Integer),
        (2, Type::Integer),
        (3, Type::Integer),
        (4, Type::Integer),
        (5, Type::Structure(&DATA_PAGE)),
        (6, Type::Structure(&INDEX_PAGE)),
        (7, Type::Structure(&DICTIONARY_PAGE)),
        (8, Type::Structure(&DATA_PAGE_2)),
    ],
};
const DATA_PAGE: Structure = Structure {
    name: DATA,
    fields: &[
        (1, Type::Integer),
        (2, Type::Integer),
        (3, Type::Integer),
        (4, Type::Integer),
        (5, Type::Structure(&STATISTICS)),
    ],
};
const INDEX_PAGE: Structure = Structure { name: "index page", fields: &[] };
const DICTIONARY_PAGE: Structure =
    Structure { name: DICTIONARY, fields: &[(1, Type::Integer), (2, Type::Integer), (3, Type::Boolean)] };
const DATA_PAGE_2: Structure = Structure {
    name: DATA_2,
    fields: &[
        (1, Type::Integer),
        (2, Type::Integer),
        (3, Type::Integer),
        (4, Type::Integer),
        (5, Type::Integer),
        (6, Type::Integer),
        (7, Type::Boolean),
        (8, Type::Structure(&STATISTICS)),
    ],
};

#[cfg(test)]
mod tests {
    use super::*;

    /// A header of a page of 100 decoded bytes, with one structure in it.
    fn refusal(structure: &[u8]) -> Option<String> {
        let header = [&[0x15, 4, 0x15, 0xc8, 1, 0x15, 20], structure, &[0]].concat();
        let page = Page::read(&header).unwrap();
        assert_eq!((page.header_bytes, page.decoded, page.stored), (header.len(), 100, 10));
        assert!(page.rest_of(&header).is_err(), "the ten bytes are not there");
        page.check(&mut Allowance::of(&header)).err().map(|error| error.to_string())
    }

    #[test]
    fn pages_hold_what_they_say() {
        assert_eq!(refusal(&[0x4c, 0x15, 50, 0x15, 0, 0]), None);
        let dictionary = refusal(&[0x4c, 0x15, 52, 0x15, 0, 0]).unwrap();
        assert!(dictionary.contains("a dictionary of 26 values in 100 bytes"), "{dictionary}");
        assert_eq!(refusal(&[0x2c, 0x15, 2, 0x15, 16, 0x15, 6, 0x15, 6, 0]), None);
        for delta in [12, 14] {
            assert!(refusal(&[0x2c, 0x15, 2, 0x15, delta, 0x15, 6, 0x15, 6, 0]).unwrap().contains("differences"));
            assert!(refusal(&[0x5c, 0x15, 2, 0x15, 0, 0x15, 2, 0x15, delta, 0]).unwrap().contains("differences"));
        }
    }

    #[test]
    fn an_allowance_is_for_the_whole_file() {
        let mut allowance = Allowance::of(&[0; 100]);
        allowance.take_decoded(SMALL).unwrap();
        assert!(allowance.take_decoded(100 * MOST_RATIO + 1).is_err());
        allowance.take_rows(60, 10).unwrap();
        assert!(allowance.take_rows(41, 10).is_err(), "rows of all groups");
        assert!(allowance.take_rows(-1, 1).is_err());
    }
}
