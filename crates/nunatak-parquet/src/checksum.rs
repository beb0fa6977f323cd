//! A checksum of what a table holds, so that damage is found and never read as something else.

use std::hash::Hasher;

use twox_hash::XxHash64;

use crate::error::{ParquetError, Result};
use crate::table::{Table, TableColumn};

/// The note that has the checksum.
pub(crate) const CHECKSUM: &str = "nunatak.checksum";

/// XXH64 of notes, names and values, as text. It does not depend on how they are encoded and compressed.
pub(crate) fn checksum(table: &Table) -> String {
    let mut hasher = XxHash64::with_seed(0);
    for (name, value) in &table.notes {
        add(&mut hasher, Some(name.as_bytes()));
        add(&mut hasher, Some(value.as_bytes()));
    }
    for (name, column) in &table.columns {
        add(&mut hasher, Some(name.as_bytes()));
        match column {
            TableColumn::Text(values) => {
                values.iter().for_each(|value| add(&mut hasher, value.as_ref().map(String::as_bytes)));
            }
            TableColumn::Bytes(values) => values.iter().for_each(|value| add(&mut hasher, value.as_deref())),
            TableColumn::Number(values) => {
                let bytes = values.iter().map(|value| value.map(i64::to_le_bytes));
                bytes.for_each(|bytes| add(&mut hasher, bytes.as_ref().map(|bytes| &bytes[..])));
            }
        }
    }
    format!("xxh64:{:016x}", hasher.finish())
}

/// Takes the checksum out of a table's notes, and fails where it is not that of the table. Tables of other writers have
/// none.
///
/// # Errors
/// [`ParquetError::Contradiction`].
pub(crate) fn check(table: &mut Table) -> Result<()> {
    let Some(expected) = table.notes.remove(CHECKSUM) else { return Ok(()) };
    match checksum(table) {
        found if found == expected => Ok(()),
        found => Err(ParquetError::contradiction(format!(
            "its content is damaged: its checksum is {found}, expected {expected}; write the file anew"
        ))),
    }
}

/// A value with its length before it, so that no two tables give the same bytes.
fn add(hasher: &mut XxHash64, value: Option<&[u8]>) {
    let Some(value) = value else { return hasher.write(&[0]) };
    hasher.write(&[1]);
    hasher.write(&(value.len() as u64).to_le_bytes());
    hasher.write(value);
}
